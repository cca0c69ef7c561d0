"""The scanner of the standard library's JSON decoder: one value from anywhere in a text, at the speed of C."""

from __future__ import annotations

import json
from functools import partial

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

scan: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder().scan_once  # type: ignore[attr-defined]
"""The value that starts at an offset of a text, and where it ends.

Raises:
    StopIteration: there is none.
    ValueError: not JSON, or a number of thousands of digits.
    RecursionError: nested too deep.
"""

WINDOW = 1 << 18
"""Bytes that are made text at a time: to get memory for all of a large notebook once more takes a fourth as long as to read it."""


def scanner_of(data: bytes) -> Callable[[int], tuple[Any, int]]:
    """What reads the array, object or string at an offset of the bytes of a JSON text, taken for Latin-1, as :func:`scan` does."""
    return partial(scan, data.decode("latin-1")) if len(data) <= WINDOW else _Windows(data).value_at


class _Windows:
    """Reads values anywhere in the bytes of a JSON text, of which only so much is made text at a time as stays in the cache."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._start = 0
        self._text = ""
        self._longest = 0

    def value_at(self, start: int) -> tuple[Any, int]:
        """The array, object or string that starts at an offset, and where it ends.

        Raises:
            ValueError, StopIteration: it is none.
        """
        size = WINDOW
        if start - self._start > len(self._text) - 2 * self._longest:  # it may be cut off there, which is told slowly
            size = max(size, 4 * self._longest)
            self._move(start, size)
        while True:
            try:
                value, end = scan(self._text, start - self._start)
            except (ValueError, StopIteration):
                if self._start + len(self._text) == len(self._data):
                    raise
                size *= 4
                self._move(start, size)
            else:
                end += self._start
                self._longest = max(self._longest, end - start)
                return value, end

    def _move(self, start: int, size: int) -> None:
        self._start = start
        self._text = self._data[start : start + size].decode("latin-1")
