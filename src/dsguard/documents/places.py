"""Lines, columns and byte offsets of places in a long text, without a table entry per line."""

from __future__ import annotations

_BLOCK = 1 << 12
"""Characters between two entries of a table: a query counts in one block only, and 20 MB need some 5000 entries."""


class Places:
    """Where the characters of a text stand: in lines for people, in bytes for edits.

    Most questions are about a place near the last one, and are answered from there; the others from tables that are built
    when first needed.

    Args:
        text: the text, its byte order mark taken off.
        mark: how many bytes the byte order mark took.
    """

    __slots__ = ("_bytes", "_is_ascii", "_last_byte", "_last_line", "_lines", "_mark", "_text")

    def __init__(self, text: str, mark: int = 0) -> None:
        self._text = text
        self._mark = mark
        self._is_ascii = text.isascii()
        self._lines: list[tuple[int, int]] | None = None
        self._bytes: list[int] | None = None
        self._last_line = (0, 1, 0)
        """An offset, its line, and the offset at which that line starts."""
        self._last_byte = (0, 0)
        """An offset, and how many bytes stand before it."""

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, columns in characters. Only ``\\n`` ends a line."""
        known, line, line_start = self._last_line
        if not 0 <= offset - known <= _BLOCK:
            if self._lines is None:
                self._lines = _line_table(self._text)
            block = offset // _BLOCK
            line, line_start = self._lines[block]
            known = block * _BLOCK
        newlines = self._text.count("\n", known, offset)
        if newlines:
            line += newlines
            line_start = self._text.rfind("\n", known, offset) + 1
        self._last_line = (offset, line, line_start)
        return line, offset - line_start + 1

    def byte_offset(self, offset: int) -> int:
        """The offset in the file's bytes (UTF-8, byte order mark included) of a character."""
        if self._is_ascii:
            return self._mark + offset
        known, count = self._last_byte
        if 0 <= offset - known <= _BLOCK:
            count += len(self._text[known:offset].encode())
        elif 0 < known - offset <= _BLOCK:
            count -= len(self._text[offset:known].encode())
        else:
            if self._bytes is None:
                self._bytes = _byte_table(self._text)
            block = offset // _BLOCK
            count = self._bytes[block] + len(self._text[block * _BLOCK : offset].encode())
        self._last_byte = (offset, count)
        return self._mark + count


def _line_table(text: str) -> list[tuple[int, int]]:
    """For the start of each block: its line, and the offset at which that line starts."""
    table = [(1, 0)]
    line, line_start = 1, 0
    for start in range(0, len(text), _BLOCK):
        newlines = text.count("\n", start, start + _BLOCK)
        if newlines:
            line += newlines
            line_start = text.rfind("\n", start, start + _BLOCK) + 1
        table.append((line, line_start))
    return table


def _byte_table(text: str) -> list[int]:
    """For the start of each block: how many bytes of UTF-8 stand before it."""
    table = [0]
    for start in range(0, len(text), _BLOCK):
        table.append(table[-1] + len(text[start : start + _BLOCK].encode()))
    return table
