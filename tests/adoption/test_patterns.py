"""Expressions of pre-commit as gitignore patterns."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsguard.adoption.patterns import to_patterns
from dsguard.policy import Policy

PATHS = (
    "a/b.json",
    "data/raw/x/y.csv",
    "docs/index.md",
    "docs.md",
    "src/docs/a.py",
    "vendor/x.js",
    "lib/vendor/y.js",
    "b.py",
    "c.ipynb",
    "vendored",
)


@pytest.mark.parametrize(
    ("regex", "patterns"),
    [
        (r"^docs/", ["/docs/"]),
        (r"^docs/.*", ["/docs/"]),
        (r"\.ipynb$", ["*.ipynb"]),
        (r".*\.csv", ["*.csv"]),
        (r"^a/b\.json$", ["/a/b.json"]),
        (r"(^|/)vendor/", ["**/vendor/"]),
        (r"(?:^|/)vendor/", ["**/vendor/"]),
        ("(?x)^(\n  docs/.*|  # pages\n  b\\.py\n)$", ["/docs/", "/b.py"]),
        (r"(.py$)|(.*.ipynb$)", ["*.py", "*.ipynb"]),
        (r"(alpha|beta)\.json", ["*alpha.json", "*beta.json"]),
        (r"^[ab]/[^/]*\.json$", ["/a/*.json", "/b/*.json"]),
        (r"^data/raw/.*\.csv$", ["/data/raw/**/*.csv"]),
        (r"^a\*b$", ["/a\\*b"]),
    ],
)
def test_what_is_read(regex: str, patterns: list[str]) -> None:
    assert to_patterns(regex, PATHS) == patterns


@pytest.mark.parametrize(
    "regex", ["", "^$", "^(?!docs/)", r"\d+\.csv", "(a+)+$", "(", "a{2,3}", "(?i)docs", r"a/.*b/.*$" * 40, "(a|b|c)" * 20]
)
def test_what_is_not(regex: str) -> None:
    assert to_patterns(regex, PATHS) is None


def test_a_translation_that_is_wrong_for_the_paths_at_hand_is_refused() -> None:
    # The dot stands for any character, and here it does.
    assert to_patterns("^a.b$", ["a.b"]) == ["/a.b"]
    assert to_patterns("^a.b$", ["a.b", "a-b"]) is None


def test_an_open_end_is_kept_where_a_path_needs_it() -> None:
    assert to_patterns(r"\.csv", ["a.csv"]) == ["*.csv"]
    assert to_patterns(r"\.csv", ["a.csv.gz"]) == ["*.csv*"]


pieces = st.sampled_from(["a", "b/", r"\.py", ".*", "[^/]*", "^", "$", "/", "(a|b)", "|", "x"])


@given(st.lists(pieces, max_size=6).map("".join), st.lists(st.text(alphabet="abx/.py", min_size=1, max_size=9), max_size=8))
def test_what_is_read_matches_the_same_paths(regex: str, names: list[str]) -> None:
    paths = ["/".join(part for part in name.split("/") if part not in ("", ".", "..")) for name in names]
    paths = [path for path in paths if path]
    patterns = to_patterns(regex, paths)
    if patterns is not None:
        policy = Policy([("hit", pattern) for pattern in patterns])
        assert [path for path in paths if "hit" in policy.labels(path)] == [path for path in paths if re.search(regex, path)]
