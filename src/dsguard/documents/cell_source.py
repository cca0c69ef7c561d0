"""The source of a cell: one text, however it is stored, and the way back from a place in it to the JSON that spells it."""

from __future__ import annotations

import re
from bisect import bisect_right

from dsguard.documents.json_walk import decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dsguard.documents.json_walk import Member
    from dsguard.documents.notebook import Cell, Notebook

_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL)


class SourceMap:
    """From a place in a cell's decoded source to the characters of the JSON text that spell it.

    The text is cut into runs: characters that stand for themselves, or one escape. A bisection finds the run of a place.
    """

    __slots__ = ("_line_starts", "_offsets", "_removed", "_starts", "_widths")

    def __init__(self, cell: Cell) -> None:
        self._line_starts = [0]
        source = cell.source
        newline = source.find("\n")
        while newline >= 0:
            self._line_starts.append(newline + 1)
            newline = source.find("\n", newline + 1)
        self._line_starts.append(len(source) + 1)

        self._starts: list[int] = []
        """Index of the first character of each run in the decoded source, before its line ends were made alike."""
        self._offsets: list[int] = []
        """Where each run starts in the text."""
        self._widths: list[int] = []
        """How many characters of the text spell one of the run."""
        member = cell.member("source") or cell.member("input")
        total, end = 0, cell.start
        if member is not None:
            end = member[2]
            for start, stop in _strings(cell.notebook, member):
                total = self._add(cell.notebook.text, start, stop, total)
                end = stop
        self._starts.append(total)
        self._offsets.append(end)
        self._widths.append(0)
        self._removed = _removed(_joined_raw(cell, member)) if member is not None else []

    def _add(self, text: str, start: int, stop: int, total: int) -> int:
        place = start
        for match in _ESCAPE.finditer(text, start, stop):
            escape, end = match.span()
            if escape > place:
                self._run(total, place, 1)
                total += escape - place
            self._run(total, escape, end - escape)
            total += 1
            place = end
        if stop > place:
            self._run(total, place, 1)
            total += stop - place
        return total

    def _run(self, index: int, offset: int, width: int) -> None:
        self._starts.append(index)
        self._offsets.append(offset)
        self._widths.append(width)

    def index(self, line: int, column: int) -> int:
        """The index in the cell's source of a line and column, kept inside the source and the line."""
        if line < 1:
            return 0
        if line >= len(self._line_starts):
            return self._line_starts[-1] - 1
        return min(self._line_starts[line - 1] + max(column, 1) - 1, self._line_starts[line] - 1)

    def physical(self, start: int, stop: int) -> tuple[int, int]:
        """Offsets in the text of the characters ``start:stop`` of the cell's source."""
        run, index = self._run_of(start)
        first = self._offsets[run] + (index - self._starts[run])
        if stop <= start:
            return first, first
        run, index = self._run_of(stop - 1)
        return first, self._offsets[run] + (index - self._starts[run]) + self._widths[run]

    def _run_of(self, index: int) -> tuple[int, int]:
        index += bisect_right(self._removed, index)
        return bisect_right(self._starts, index) - 1, index


def joined(value: Any) -> str:
    """A string that may be stored as a list of strings."""
    if isinstance(value, list):
        return "".join([item for item in value if isinstance(item, str)])
    return value if isinstance(value, str) else ""


def normalised(source: str) -> str:
    """With ``\\n`` as the only line end, as Python's own tokeniser counts lines."""
    return source.replace("\r\n", "\n").replace("\r", "\n") if "\r" in source else source


def _removed(raw: str) -> list[int]:
    """Where :func:`normalised` took a character away: how many to add to an index is how many of these are not above it."""
    places: list[int] = []
    place = raw.find("\r\n")
    while place >= 0:
        places.append(place + 1 - len(places))
        place = raw.find("\r\n", place + 2)
    return places


def _joined_raw(cell: Cell, member: Member) -> str:
    return joined(decode(member[0], cell.notebook.text, member[2])[0])


def _strings(notebook: Notebook, member: Member) -> list[tuple[int, int]]:
    """Where the characters between the quotes of a string, or of each string of a list, start and end in the text."""
    spans = notebook.items_of(member) or [member[2:]]
    return [(start + 1, end - 1) for start, end in spans if notebook.text.startswith('"', start)]
