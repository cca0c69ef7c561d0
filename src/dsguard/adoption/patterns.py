"""The regular expressions of pre-commit's ``exclude`` as gitignore patterns, where they are simple enough to be sure."""

from __future__ import annotations

import re
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_MAX_LENGTH, _MAX_PATTERNS = 4000, 60
_START, _END, _ANYTHING, _NAME = "^", "$", ".*", "[^/]*"
"""Parts of an expression besides single characters (which are kept as a tuple of one, so that ``^`` can be told from ``\\^``)."""

_UNENDED = re.compile(r"(\.[A-Za-z]\w*)\*$")
"""A pattern that goes on behind what looks like the end of a file name."""

_MAGIC = frozenset("*?[]\\!#")


def to_patterns(regex: str, paths: Iterable[str]) -> list[str] | None:
    """The gitignore patterns that match what a regular expression finds, or ``None`` where that is not sure.

    Only literal text, ``.*``, ``[^/]*``, anchors, groups and alternatives are read; whatever else is written is not. The patterns
    are held to the expression on the paths at hand.
    """
    found = _translated(regex)
    if found is None:
        return None
    from dsguard.policy import Policy

    search = re.compile(regex).search
    wanted = {path: search(path) is not None for path in paths}
    # `\.ipynb` without `$` means what ends so, unless a path at hand says otherwise.
    for patterns in dict.fromkeys((tuple(_UNENDED.sub(r"\1", one) for one in found), tuple(found))):
        policy = Policy([("hit", pattern) for pattern in patterns])
        if all(("hit" in policy.labels(path)) is hit for path, hit in wanted.items()):
            return list(patterns)
    return None


def _translated(regex: str) -> list[str] | None:
    if len(regex) > _MAX_LENGTH:
        return None
    try:
        parsed = parser.parse(regex)
        if parsed.state.flags & ~(re.UNICODE | re.VERBOSE):
            return None
        expanded = _expand(parsed)
        found = list(dict.fromkeys(_pattern(parts) for parts in expanded))
        return [one for one in found if f"**{one}" not in found]  # `(^|/)vendor/` is one pattern
    except (re.error, _UnsureError, RecursionError, OverflowError):
        return None


class _UnsureError(Exception):
    """There is something in the expression that gitignore has no word for."""


def _expand(parsed: Any) -> list[list[Any]]:
    """All alternatives of an expression, each as a list of parts."""
    found: list[list[Any]] = [[]]
    for code, value in parsed:
        options = _options(code, value)
        found = [[*before, *after] for before in found for after in options]
        if len(found) > _MAX_PATTERNS:
            raise _UnsureError
    return found


def _options(code: Any, value: Any) -> list[list[Any]]:
    if code is op.LITERAL:
        return [[(chr(value),)]]
    if code is op.ANY:  # an unescaped dot nearly always means a dot
        return [[(".",)]]
    if code is op.AT and value in (op.AT_BEGINNING, op.AT_BEGINNING_STRING):
        return [[_START]]
    if code is op.AT and value in (op.AT_END, op.AT_END_STRING):
        return [[_END]]
    if code is op.IN and all(kind is op.LITERAL for kind, _ in value):
        return [[(chr(character),)] for _, character in value]
    if code is op.SUBPATTERN:
        return _expand(value[-1])
    if code is op.BRANCH:
        return [parts for branch in value[1] for parts in _expand(branch)]
    if code is op.MAX_REPEAT and value[1] is op.MAXREPEAT:
        repeated = list(value[2])
        if repeated == [(op.ANY, None)]:
            return [[_ANYTHING]]
        if repeated in ([(op.NOT_LITERAL, ord("/"))], [(op.IN, [(op.NEGATE, None), (op.LITERAL, ord("/"))])]):
            return [[_NAME]]
    raise _UnsureError


def _pattern(parts: list[Any]) -> str:
    """One alternative. It may start and end anywhere unless it is anchored."""
    at_start, at_end = parts[:1] == [_START], parts[-1:] == [_END]
    body = parts[at_start : len(parts) - at_end]
    while body[-1:] == [_ANYTHING]:
        at_end = False
        body = body[:-1]
    while body[:1] == [_ANYTHING]:
        at_start = False
        body = body[1:]
    text = ""
    for part in body:
        if part == _NAME:
            text += "*"
        elif part == _ANYTHING and text.endswith("/"):
            text += "**/*"
        elif isinstance(part, tuple):
            text += "".join(f"\\{character}" if character in _MAGIC else character for character in part)
        else:
            raise _UnsureError
    if not text.strip("/*"):
        raise _UnsureError
    if not at_end and not text.endswith("/"):
        text += "*"
    if at_start:
        return f"/{text.lstrip('/')}"
    if text.startswith("/"):
        return f"**{text}"
    return f"**/*{text}" if "/" in text.rstrip("/") else f"*{text}"
