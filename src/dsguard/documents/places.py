"""Lines, columns and byte offsets of places in a long text, without a table entry per line."""

from __future__ import annotations

_BLOCK = 1 << 12
"""Characters between two entries of a table: a query counts in one block only, and 20 MB need some 5000 entries."""


class Places:
    """Where the characters of a text stand: in lines for people, in bytes for edits. Tables are built when first asked for.

    Args:
        text: the text, its byte order mark taken off.
        mark: how many bytes the byte order mark took.
    """

    __slots__ = ("_bytes", "_lines", "_mark", "_text")

    def __init__(self, text: str, mark: int = 0) -> None:
        self._text = text
        self._mark = mark
        self._lines: list[tuple[int, int]] | None = None
        self._bytes: list[int] | None = None

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, columns in characters. Only ``\\n`` ends a line."""
        if self._lines is None:
            self._lines = _line_table(self._text)
        block = offset // _BLOCK
        line, line_start = self._lines[block]
        line += self._text.count("\n", block * _BLOCK, offset)
        newline = self._text.rfind("\n", block * _BLOCK, offset)
        if newline >= 0:
            line_start = newline + 1
        return line, offset - line_start + 1

    def byte_offset(self, offset: int) -> int:
        """The offset in the file's bytes (UTF-8, byte order mark included) of a character."""
        if self._bytes is None:
            self._bytes = [] if self._text.isascii() else _byte_table(self._text)
        if not self._bytes:
            return self._mark + offset
        block = offset // _BLOCK
        return self._mark + self._bytes[block] + len(self._text[block * _BLOCK : offset].encode())


def _line_table(text: str) -> list[tuple[int, int]]:
    """For the start of each block: its line, and the offset at which that line starts."""
    table = [(1, 0)]
    line, line_start = 1, 0
    for start in range(0, len(text), _BLOCK):
        line += text.count("\n", start, start + _BLOCK)
        newline = text.rfind("\n", start, start + _BLOCK)
        if newline >= 0:
            line_start = newline + 1
        table.append((line, line_start))
    return table


def _byte_table(text: str) -> list[int]:
    """For the start of each block: how many bytes of UTF-8 stand before it."""
    table = [0]
    for start in range(0, len(text), _BLOCK):
        table.append(table[-1] + len(text[start : start + _BLOCK].encode()))
    return table
