"""The options of uv and pip, as far as it must be known which of them take a value and which hold to a lockfile."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# fmt: off
UV_VALUES = frozenset((
    "--extra", "--no-extra", "--group", "--only-group", "--no-group", "--with", "--with-editable", "--with-requirements",
    "--env-file", "--python", "-p", "--package", "--index", "--default-index", "--index-url", "-i", "--extra-index-url",
    "--find-links", "-f", "--index-strategy", "--keyring-provider", "--config-setting", "-C", "--exclude-newer", "--link-mode",
    "--cache-dir", "--directory", "--project", "--config-file", "--color", "--allow-insecure-host", "--reinstall-package",
    "--refresh-package", "--no-install-package", "--no-build-package", "--no-binary-package", "--python-platform",
    "--output-format", "--python-preference", "--fork-strategy", "--no-build-isolation-package", "-w", "--module", "-m",
    "--script", "-s", "--gui-script", "--output-file", "-o",
))
"""Options of uv that take a value."""

UV_RESOLVES = frozenset(("--upgrade", "-U", "--upgrade-package", "-P", "--resolution", "--prerelease", "--exclude-newer"))
"""Options by which uv makes the lockfile anew."""

UV_ON_PURPOSE = UV_RESOLVES | {"--dry-run", "--check", "--script", "-s", "--gui-script", "--no-project", "--no-sync", "--help", "-h"}
"""Options by which uv departs from the lockfile on purpose, or has nothing to do with it."""

UV_CHECKS = frozenset(("--locked", "--check"))
"""Options of ``uv lock`` that fail where the lockfile is stale."""

PIP_VALUES = frozenset((
    "-r", "--requirement", "-c", "--constraint", "-e", "--editable", "-i", "--index-url", "--extra-index-url", "-f",
    "--find-links", "-t", "--target", "--prefix", "--root", "--src", "--progress-bar", "--python", "-p", "--group", "--platform",
    "--python-version", "--implementation", "--abi", "--only-binary", "--no-binary", "--log", "--proxy", "--retries", "--timeout",
    "--cert", "--client-cert", "--trusted-host", "--upgrade-strategy", "--config-settings", "-C", "--cache-dir", "--report",
    "--python-platform", "--index-strategy", "--override", "--build-constraint", "-b", "--torch-backend", "--link-mode",
    "--extra", "--prerelease",
))
"""Options of pip that take a value."""
# fmt: on

PIP_ON_PURPOSE = frozenset(("--no-deps", "--require-hashes", "--dry-run", "--help", "-h", "-c", "--constraint", "--override"))
"""Options by which pip installs nothing, or what something else pins."""

PIP_UPGRADES = frozenset(("-U", "--upgrade", "--force-reinstall", "--reinstall", "-I", "--ignore-installed"))
"""Options by which pip replaces what is there."""


def behind_options(words: Sequence[str], at: int) -> int:
    """Where the first word stands that is no option of uv and no value of one."""
    while at < len(words) and words[at].startswith("-"):
        if words[at] in ("--module", "-m"):
            return at + 1
        at += 2 if words[at] in UV_VALUES else 1
    return min(at, len(words))


def pip_arguments(words: Sequence[str]) -> tuple[dict[str, list[str]], list[str]]:
    """The options of ``pip install``, by their short name where they have one, and what it is told to install."""
    short = {"--requirement": "-r", "--editable": "-e"}
    options: dict[str, list[str]] = {}
    named = []
    at = 0
    while at < len(words):
        word = words[at]
        name, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        at += 1
        if not word.startswith("-") or word == "-":
            named.append(word)
            continue
        if word[:2] in ("-r", "-e", "-c") and len(word) > 2 and not word.startswith("--"):
            name, value, equals = word[:2], word[2:], "="
        if not equals and name in PIP_VALUES:
            value = words[at] if at < len(words) else ""
            at += 1
        options.setdefault(short.get(name, name), []).append(value)
    return options, named


def has_unknown(words: Sequence[str]) -> bool:
    """Whether options may hide in a variable or an expression that stands alone."""
    previous = ""
    for word in words:
        takes_value = previous in UV_VALUES or previous in PIP_VALUES
        if word.startswith(("$", "`")) and not takes_value:
            return True
        previous = word
    return False
