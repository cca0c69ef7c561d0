"""Which comments of other tools allow a credential on their line."""

from __future__ import annotations

import pytest

from dsguard.analysis.secrets.markers import is_allowed

CODE = 'token = "x"'


@pytest.mark.parametrize(
    "comment",
    [
        "# pragma: allowlist secret",
        "# pragma: allowlist-secret",
        "# pragma: whitelist secret",
        "# pragma:allowlist secret",
        "#pragma: allowlist secret",
        "# pragma: allowlist secret because it is a public one",
        "# noqa: S105  # pragma: allowlist secret",
        "// pragma: allowlist secret",
        "/* pragma: allowlist secret */",
        "-- pragma: allowlist secret",
        "' pragma: allowlist secret",
        "<!-- pragma: allowlist secret -->",
        "# gitleaks:allow",
        "# gitleaks:allow reason",
        "# betterleaks:allow",
        "# trufflehog:ignore",
        "# kingfisher:ignore",
        "# kingfisher:allow",
    ],
)
def test_a_marker_allows_its_line_only(comment: str) -> None:
    assert is_allowed(f"{CODE}  {comment}", "")
    assert is_allowed(comment + CODE, "")
    assert not is_allowed(CODE, f"{CODE}  {comment}")
    assert is_allowed(CODE, comment) == (comment == "# kingfisher:ignore")


@pytest.mark.parametrize(
    "above",
    [
        "# pragma: allowlist nextline secret",
        "    # pragma: allowlist nextline secret",
        "// pragma: allowlist-nextline-secret",
        "    // kingfisher:ignore  it is the one of the documentation",
    ],
)
def test_what_stands_alone_above_allows_the_line_below(above: str) -> None:
    assert is_allowed(CODE, above)
    assert is_allowed(above, "") == ("kingfisher" in above)
    assert not is_allowed(CODE, f"{CODE}  {above.strip()}")


@pytest.mark.parametrize(
    "line",
    [
        CODE,
        f"{CODE}  # noqa",
        f"{CODE}  # noqa: S105",
        f"{CODE}  # nosec",
        f"{CODE}  pragma: allowlist secret",
        f"{CODE}  # pragma: no cover",
        f"{CODE}  # pragma: allowlist",
        f"{CODE}  # gitleaks allow",
        "",
    ],
)
def test_anything_else_does_not(line: str) -> None:
    assert not is_allowed(line, "")


def test_a_long_line_is_looked_at_from_its_end() -> None:
    assert is_allowed("x" * 1_000_000 + "  # gitleaks:allow", "")
    assert is_allowed(" " * 1_000_000 + "# pragma: allowlist secret", "")
    assert not is_allowed(" " * 1_000_000, " " * 1_000_000 + "# pragma: allowlist nextline secret")
