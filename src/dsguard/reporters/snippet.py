"""A source line with its underline, cut and spelled so that it fits a terminal and cannot harm it."""

from __future__ import annotations

from dsguard.reporters.shared import escaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.model import Location

WIDTH = 100
"""Columns of source that are shown where nothing else is asked for."""

_TAB = 4
_CONTEXT = 30
"""Columns kept to the left of the place when a long line must be cut."""

_CUT = "..."
_REDACTED = "\u2026"


def source_line(text: str, location: Location, *, redacted: bool = False, width: int = WIDTH) -> tuple[str, str]:
    """The line as shown and the underline below it (``""`` when the column is unknown or not in the line).

    Args:
        text: the line at the location: of the cell for a notebook, else of the file.
        redacted: whether values in the line may have been replaced by a shorter text that ends in an ellipsis.
        width: terminal columns that the line may take, besides the marks where it is cut.
    """
    start, end = _span(text, location)
    if redacted and _REDACTED in text:
        # Columns are those of the true line. Without the mark in the span an earlier value has moved it.
        end = text.find(_REDACTED, start, end) + 1
    text, start, end, cut_left, cut_right = _near(text, start, end, width)
    shown, starts = _spelled(text)
    shown, offset, tail = _window(shown, starts[start], width, cut_left=cut_left, cut_right=cut_right)
    if end <= start:
        return shown.rstrip(), ""
    first = starts[start] - offset
    last = min(starts[end] - offset, _cells(shown) - (len(_CUT) if tail else 0))
    return shown.rstrip(), " " * first + "^" * max(last - first, 1)


def _span(text: str, location: Location) -> tuple[int, int]:
    """The underlined characters, as indices into the line; an empty span where there is nothing to underline."""
    in_cell = location.cell is not None and location.cell_line is not None
    column = location.cell_column if in_cell else location.column
    if column is None or not 1 <= column <= len(text):
        return 0, 0
    start = column - 1
    if location.end_column is None or location.column is None or location.line is None:
        return start, start + 1
    if (location.end_line or location.line) != location.line:
        return start, len(text.rstrip())
    width = location.end_column - location.column
    if in_cell:
        width = _unescaped(text, start, width)
    return start, min(max(start + width, start + 1), len(text))


def _unescaped(text: str, start: int, width: int) -> int:
    """How many characters of a cell take ``width`` characters in the JSON file, where some are escaped."""
    index = start
    while width > 0 and index < len(text):
        width -= 2 if text[index] in '"\\\t' else 1
        index += 1
    return index - start


def _near(text: str, start: int, end: int, width: int) -> tuple[str, int, int, bool, bool]:
    """The characters that can matter: lines may be megabytes long and are cut before anything looks at each character."""
    left = max(0, start - width)
    right = start + 2 * width
    return text[left:right], start - left, min(end, right, len(text)) - left, left > 0, right < len(text)


def _spelled(text: str) -> tuple[str, list[int]]:
    """The text with tabs expanded and what is unprintable escaped; and the terminal column of each character, and of the end."""
    pieces: list[str] = []
    starts: list[int] = []
    at = 0
    for char in text:
        starts.append(at)
        if char == "\t":
            piece = " " * (_TAB - at % _TAB)
        else:
            piece = char if char.isprintable() else escaped(char)
        pieces.append(piece)
        at += _cells(piece)
    starts.append(at)
    return "".join(pieces), starts


def _window(shown: str, at: int, width: int, *, cut_left: bool, cut_right: bool) -> tuple[str, int, str]:
    """The part around a terminal column that fits, by how many columns it moved to the left, and the mark that it ends with."""
    if _cells(shown) <= width and not cut_left and not cut_right:
        return shown, 0, ""
    first = 0 if at < width - _CONTEXT and not cut_left else max(0, at - _CONTEXT)
    # A wide character on the edge goes with the part that is cut off.
    begin, skipped = _index(shown, first)
    stop, _ = _index(shown, first + width)
    head = _CUT if begin or cut_left else ""
    tail = _CUT if stop < len(shown) or cut_right else ""
    return head + shown[begin:stop].rstrip() + tail, skipped - len(head), tail


def _index(shown: str, column: int) -> tuple[int, int]:
    """The first character that stands at a terminal column or after it, and the column where it stands."""
    at = 0
    for index, char in enumerate(shown):
        if at >= column:
            return index, at
        at += _cells(char)
    return len(shown), at


def _cells(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)
