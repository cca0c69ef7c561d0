"""Sets of versions as spans between points, so that two ways of writing one set compare equal.

A point is a release (its trailing zeros taken off) and 0 for just before it or 1 for just after it. All spans are half
open, so ``<=3.12`` ends at ``((3, 12), 1)`` and ``<3.12`` at ``((3, 12), 0)``. Only releases count, as for uv in
markers and in ``requires-python``: a pre-release is judged as its release. Strings of markers are points in the same way.
"""

from __future__ import annotations

from packaging.specifiers import Specifier
from packaging.version import Version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    Point = tuple[Any, int]
    Span = tuple[Point | None, Point | None]
    """From a point (or from below all) up to a point (or without end)."""
    Spans = tuple[Span, ...]

ALL: Spans = ((None, None),)


class UndecidableError(Exception):
    """What is compared cannot be told apart, or told equal, with what stands in the repository."""


def release(text: str) -> tuple[int, ...]:
    """The release of a version, trailing zeros taken off.

    Raises:
        UndecidableError: it is no version.
    """
    return _trimmed(_release(text))


def version_spans(operator: str, text: str) -> Spans:
    """The releases that one specifier allows.

    Raises:
        UndecidableError: it is no specifier.
    """
    if text.endswith(".*"):
        prefix = _release(text[:-2])
        inside: Spans = (((_trimmed(prefix), 0), (_next(prefix), 0)),)
        if operator in ("==", "!="):
            return inside if operator == "==" else complement(inside)
        raise UndecidableError(operator + text)
    exact = _release(text)
    point = _trimmed(exact)
    if operator == "~=" and len(exact) > 1:
        return (((point, 0), (_next(exact[:-1]), 0)),)
    before, after = (point, 0), (point, 1)
    spans: dict[str, Spans] = {
        "==": ((before, after),),
        "===": ((before, after),),
        "!=": ((None, before), (after, None)),
        "<": ((None, before),),
        "<=": ((None, after),),
        ">": ((after, None),),
        ">=": ((before, None),),
    }
    if operator not in spans:
        raise UndecidableError(operator + text)
    return spans[operator]


def python_bounds(specifiers: Iterable[str]) -> Span:
    """The lowest and highest release that all of several ``requires-python`` allow; what lies between them does not count.

    Raises:
        UndecidableError: one does not parse, or together they allow nothing.
    """
    allowed = ALL
    for text in specifiers:
        for operator, version in split_specifiers(text):
            allowed = intersection(allowed, version_spans(operator, version))
    if not allowed:
        raise UndecidableError("no Python version is left")
    return allowed[0][0], allowed[-1][1]


def split_specifiers(text: str) -> list[tuple[str, str]]:
    """Operator and version of each specifier of a set, sorted; one that is there twice is there twice.

    Raises:
        UndecidableError: it does not parse.
    """
    try:
        parsed = [Specifier(part) for part in text.split(",") if part.strip()]
    except ValueError:  # invalid, or of more digits than Python converts
        raise UndecidableError(text) from None
    return sorted((one.operator, one.version) for one in parsed)


def intersection(first: Spans, second: Spans) -> Spans:
    found = []
    for low_first, high_first in first:
        for low_second, high_second in second:
            low = low_first if low_second is None else low_second if low_first is None else max(low_first, low_second)
            high = high_first if high_second is None else high_second if high_first is None else min(high_first, high_second)
            if low is None or high is None or low < high:
                found.append((low, high))
    return _joined(found)


def complement(spans: Spans) -> Spans:
    found: list[Span] = []
    low: Point | None = None
    for start, end in spans:
        if start is not None and (low is None or low < start):
            found.append((low, start))
        if end is None:
            return tuple(found)
        low = end
    return (*found, (low, None))


def union(spans: Iterable[Span]) -> Spans:
    return _joined(sorted(spans, key=lambda span: (span[0] is not None, span[0] or ())))


def holds(spans: Spans, point: Point | None) -> bool:
    """Whether a point is in one of several spans; ``None`` is the point below all others."""
    for low, high in spans:
        if (low is None or (point is not None and point >= low)) and (high is None or point is None or point < high):
            return True
    return False


def _joined(spans: Sequence[Span]) -> Spans:
    """Spans that touch or overlap put together; they come sorted by where they start."""
    found: list[Span] = []
    for low, high in spans:
        if found and (low is None or found[-1][1] is None or low <= found[-1][1]):
            before = found[-1][1]
            found[-1] = (found[-1][0], None if before is None or high is None else max(before, high))
        else:
            found.append((low, high))
    return tuple(found)


def _release(text: str) -> tuple[int, ...]:
    try:
        return Version(text).release
    except ValueError:  # invalid, or of more digits than Python converts
        raise UndecidableError(text) from None


def _trimmed(version: tuple[int, ...]) -> tuple[int, ...]:
    while len(version) > 1 and not version[-1]:
        version = version[:-1]
    return version


def _next(version: tuple[int, ...]) -> tuple[int, ...]:
    """The release that ends all those that start with a prefix: 3.12 for 3.11."""
    return (*version[:-1], version[-1] + 1)
