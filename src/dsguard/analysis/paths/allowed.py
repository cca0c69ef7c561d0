"""Paths that are right in a project, by gitignore patterns in its configuration."""

from __future__ import annotations

from functools import cache

from dsguard.policy import Policy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dsguard.analysis.paths.shapes import MachinePath

_ALLOWED = "allowed"


def is_allowed(path: MachinePath, patterns: Iterable[str]) -> bool:
    """Whether the last pattern that matches a path, or a folder above it, allows it.

    The root of a machine is to these patterns what the root of a repository is to a .gitignore file: ``/data/shared/``
    means that folder and all below it, ``shared/`` one of that name anywhere, ``!`` takes back. Drives and shares are
    written with slashes: ``D:/data/``, ``//server/share/``.
    """
    patterns = tuple(patterns)
    if not patterns:
        return False
    spelled = "/".join([*filter(None, path.prefix.replace("\\", "/").split("/")), *filter(None, path.tail.split("/"))])
    # Whether the last component is a folder cannot be seen: it is taken for one, which a pattern for a file matches too.
    return _ALLOWED in _policy(patterns).labels(f"{spelled}/-")


@cache
def _policy(patterns: tuple[str, ...]) -> Policy:
    return Policy((_ALLOWED, _anchored(pattern)) for pattern in patterns)


def _anchored(pattern: str) -> str:
    taken_back = "!" if pattern.startswith("!") else ""
    body = pattern.removeprefix("!")
    return taken_back + ("/" + body.lstrip("/") if body.startswith("//") else body)
