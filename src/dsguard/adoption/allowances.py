"""An ``[[allow]]`` entry in a configuration file: added, or pinned anew, with all else in the file as it was."""

from __future__ import annotations

import re

from dsguard.model import UsageError
from dsguard.policy import as_pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_HEADER = re.compile(r"\s*\[{1,2}([^\[\]#=]+)\]{1,2}\s*(?:#.*)?$")


class Allowed:
    """What an entry says.

    Args:
        path: relative to the folder of the configuration file.
        rule: a rule's name.
        codes: what else a file may call that rule: the entry of an older decision about it is replaced.
        expires: the last day on which it counts, as ``2026-12-31``; ``""`` for no end.
    """

    def __init__(self, path: str, rule: str, *, sha256: str, reason: str, expires: str = "", aliases: Iterable[str] = ()) -> None:
        self.pattern = as_pattern(path)
        self.rule = rule
        self.names = frozenset((rule, *aliases))
        self.sha256 = sha256
        self.reason = reason
        self.expires = expires

    def values(self) -> dict[str, Any]:
        values: dict[str, Any] = {"path": self.pattern, "rule": self.rule, "sha256": self.sha256, "reason": self.reason}
        if self.expires:
            import datetime as dt

            values["expires"] = dt.date.fromisoformat(self.expires)
        return values

    def is_of(self, entry: Any) -> bool:
        """Whether an entry is about the same file and rule."""
        return isinstance(entry, dict) and str(entry.get("path", "")).lstrip("/") == self.pattern and entry.get("rule") in self.names


def with_allowance(text: str, allowed: Allowed, table: str, where: str) -> str:
    """The text of a configuration file with the entry in it.

    Only the lines of the entry are touched, and the result is held to what it has to say.

    Args:
        text: with ``\\n`` or ``\\r\\n``.
        table: what the names of its tables begin with: ``tool.dsguard.``, or nothing in a file of its own.
        where: the file, for people.

    Raises:
        UsageError: the file cannot take it; what to write by hand is said.
    """
    import tomllib

    wanted = tomllib.loads(text)
    settings = wanted
    for key in filter(None, table.split(".")):
        settings = settings.setdefault(key, {})
    entries = settings.setdefault("allow", [])
    known = next((number for number, entry in enumerate(entries) if allowed.is_of(entry)), None)
    if known is None:
        entries.append(allowed.values())
    else:
        entries[known] = allowed.values() | {key: entries[known][key] for key in ("path", "rule")}
    lines = text.splitlines(keepends=True)
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    after = "".join(_inserted(lines, allowed, table, end) if known is None else _pinned(lines, allowed, table, known, end))
    try:
        is_right = tomllib.loads(after) == wanted
    except tomllib.TOMLDecodeError:
        is_right = False
    if not is_right:
        block = "\n".join([f"[[{table}allow]]", *_lines(allowed)])
        raise UsageError([f"{where}: is written in a way that cannot be edited here. Change this entry by hand, or add it:\n\n{block}\n"])
    return after


def _inserted(lines: list[str], allowed: Allowed, table: str, end: str) -> list[str]:
    """With a new entry behind the others, or behind the last of our tables."""
    blocks = _blocks(lines, f"{table}allow") or _blocks(lines, table.rstrip("."), f"{table}") or [(0, len(lines))]
    at = _last_said(lines, *blocks[-1])
    before = lines[:at]
    if before and not before[-1].endswith("\n"):
        before[-1] += end
    gap = [end] if before else []
    return [*before, *gap, *(line + end for line in (f"[[{table}allow]]", *_lines(allowed))), *lines[at:]]


def _pinned(lines: list[str], allowed: Allowed, table: str, number: int, end: str) -> list[str]:
    """With new values in an entry that is there."""
    blocks = _blocks(lines, f"{table}allow")
    if number >= len(blocks):
        return lines
    start, stop = blocks[number]
    stop = _last_said(lines, start, stop)
    new = dict(line.split(" = ", 1) for line in _lines(allowed))
    kept = []
    for line in lines[start:stop]:
        match = re.fullmatch(r"(\s*([\w-]+)\s*=\s*)(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[\w:.+-]+)(.*\s*)", line, re.DOTALL)
        key = match[2] if match else ""
        if match is None or key not in ("sha256", "reason", "expires"):
            kept.append(line)
        elif key in new:
            kept.append(match[1] + new.pop(key) + match[4])
    if kept and not kept[-1].endswith("\n"):
        kept[-1] += end
    kept += [f"{key} = {new[key]}{end}" for key in ("sha256", "reason", "expires") if key in new]
    return [*lines[:start], *kept, *lines[stop:]]


def _blocks(lines: list[str], name: str, prefix: str = "") -> list[tuple[int, int]]:
    """The stretches of lines (from 0, end exclusive) of the tables of a name, or whose name begins so; headers included."""
    headers = [(number, match[1]) for number, line in enumerate(lines) if (match := _HEADER.match(line))]
    ends = [number for number, _ in headers[1:]] + [len(lines)]
    found = []
    for (start, header), stop in zip(headers, ends, strict=False):
        header = re.sub(r"[\s\"']", "", header)
        if header == name or (prefix and header.startswith(prefix)):
            found.append((start, stop))
    return found


def _last_said(lines: list[str], start: int, stop: int) -> int:
    """Where a stretch ends without the blank lines and comments that lead to what follows."""
    while stop > start and (not lines[stop - 1].strip() or lines[stop - 1].lstrip().startswith("#")) and stop < len(lines):
        stop -= 1
    return stop


def _lines(allowed: Allowed) -> list[str]:
    import json

    values = {key: json.dumps(value, ensure_ascii=False) for key, value in allowed.values().items() if isinstance(value, str)}
    return [f"{key} = {value}" for key, value in values.items()] + ([f"expires = {allowed.expires}"] if allowed.expires else [])
