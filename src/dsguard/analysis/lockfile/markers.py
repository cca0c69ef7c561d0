"""Environment markers as functions of an environment, so that two ways of writing one compare equal.

uv writes markers into its lockfile in a form of its own (``python_version >= '3.12'`` becomes ``python_full_version >=
'3.12'``, ``platform_system == 'Windows'`` becomes ``sys_platform == 'win32'``, what ``requires-python`` implies goes).
So markers are compared by what they say in every environment that can tell them apart, within the Python versions of
the lockfile. What a marker means follows uv where it departs from PEP 508: https://docs.astral.sh/uv/concepts/resolution/.
"""

from __future__ import annotations

import itertools
import re

from dsguard.analysis.lockfile.spans import ALL, UndecidableError, complement, holds, release, union, version_spans
from dsguard.documents.project import normalized

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from dsguard.analysis.lockfile.spans import Point, Span, Spans

    Variable = tuple[str, ...]
    Marker = tuple[Any, ...]
    """``("and", a, b)``, ``("or", a, b)``, ``("not", a)`` or ``("in", variable, spans)``."""

ALWAYS: Marker = ("in", (), ALL)
NEVER: Marker = ("in", (), ())

_MAX_LENGTH = 4000
_MAX_DEPTH = 60
_MAX_ENVIRONMENTS = 20_000
"""Markers that only more environments than this can tell apart are not compared: real ones need a few hundred."""

_PYTHON: Variable = ("python_full_version",)
_VERSIONS = ("python_version", "python_full_version", "implementation_version")
_STRINGS = (
    "os_name",
    "sys_platform",
    "platform_machine",
    "platform_python_implementation",
    "platform_release",
    "platform_system",
    "platform_version",
    "implementation_name",
)
_ORDERED = ("platform_release", "platform_version")
_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_TRUE: Spans = (((1, 0), None),)

_SAME_PLATFORM = {
    "Windows": "win32",
    "Darwin": "darwin",
    "Linux": "linux",
    "AIX": "aix",
    "Emscripten": "emscripten",
    "Android": "android",
}
"""``platform_system`` that says the same as a ``sys_platform``."""

_NO_SUCH_PLATFORM = {
    ("os_name", "nt"): ("linux", "darwin", "ios"),
    ("os_name", "posix"): ("win32",),
    **dict.fromkeys(
        ((("platform_system", system)) for system in ("FreeBSD", "NetBSD", "OpenBSD", "SunOS", "iOS", "iPadOS")),
        ("aix", "android", "emscripten", "linux", "darwin", "win32", "cygwin", "wasi"),
    ),
}
"""Which ``sys_platform`` no machine has together with something else. uv drops a marker that asks for both."""

_TOKEN = re.compile(r"\s*(?:(?P<text>'[^']*'|\"[^\"]*\")|(?P<word>[A-Za-z_.]+)|(?P<operator>===|[<>!=~]=|[<>]|[()]))")


def parse_marker(text: str) -> Marker:
    """A marker.

    Raises:
        UndecidableError: it is none, or none that has a meaning of its own (uv leaves such a part out, with a warning).
    """
    if len(text) > _MAX_LENGTH:
        raise UndecidableError("a marker of thousands of characters")
    tokens = list(_tokens(text))
    marker, rest = _alternatives(tokens, 0, 0)
    if rest != len(tokens):
        raise UndecidableError(text)
    return marker


def both(first: Marker, second: Marker) -> Marker:
    return second if first == ALWAYS else first if second == ALWAYS else ("and", first, second)


def either(first: Marker, second: Marker) -> Marker:
    return second if first == NEVER else first if second == NEVER else ("or", first, second)


def negation(marker: Marker) -> Marker:
    return ("not", marker)


def within_python(spans: Span) -> Marker:
    """The marker for a range of Python releases."""
    return ("in", _PYTHON, (spans,))


def of_extra(name: str) -> Marker:
    return ("in", ("extra", normalized(name)), _TRUE)


def depends_on_extra(marker: Marker, python: Span) -> bool:
    """Whether an extra makes a difference to a marker, for Python releases of a range.

    Raises:
        UndecidableError: it is too large.
    """
    extras = {variable for variable in _variables(marker) if variable and variable[0] == "extra"}
    return any(not are_equal(_fixed(marker, extra, ALWAYS), _fixed(marker, extra, NEVER), python) for extra in extras)


def _variables(marker: Marker) -> Iterator[Variable]:
    if marker[0] == "in":
        yield marker[1]
    else:
        for part in marker[1:]:
            yield from _variables(part)


def _fixed(marker: Marker, variable: Variable, value: Marker) -> Marker:
    """A marker with a variable put in place, which is one that is either in all of its spans or in none."""
    if marker[0] == "in":
        return value if marker[1] == variable else marker
    return (marker[0], *(_fixed(part, variable, value) for part in marker[1:]))


def is_never(marker: Marker) -> bool:
    """Whether no environment at all satisfies a marker.

    Raises:
        UndecidableError: it is too large.
    """
    return not any(holds_in(marker, environment) for environment in environments([marker], (None, None)))


def are_equal(first: Marker, second: Marker, python: Span) -> bool:
    """Whether two markers say the same for all Python releases of a range.

    Raises:
        UndecidableError: they are too large, or differ only for machines that uv takes for impossible.
    """
    if first == second:
        return True
    different = [
        environment
        for environment in environments([first, second], python)
        if holds_in(first, environment) is not holds_in(second, environment)
    ]
    if different and not any(map(may_exist, different)):
        raise UndecidableError("markers that differ for impossible machines only")
    return not different


# Parsing


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    end = len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            raise UndecidableError(text)
        yield str(found.lastgroup), found[str(found.lastgroup)]
        at = found.end()


def _alternatives(tokens: list[tuple[str, str]], at: int, depth: int) -> tuple[Marker, int]:
    marker, at = _conjunction(tokens, at, depth)
    while tokens[at : at + 1] == [("word", "or")]:
        other, at = _conjunction(tokens, at + 1, depth)
        marker = either(marker, other)
    return marker, at


def _conjunction(tokens: list[tuple[str, str]], at: int, depth: int) -> tuple[Marker, int]:
    marker, at = _term(tokens, at, depth)
    while tokens[at : at + 1] == [("word", "and")]:
        other, at = _term(tokens, at + 1, depth)
        marker = both(marker, other)
    return marker, at


def _term(tokens: list[tuple[str, str]], at: int, depth: int) -> tuple[Marker, int]:
    if depth > _MAX_DEPTH:
        raise UndecidableError("a marker nested too deep")
    if tokens[at : at + 1] == [("operator", "(")]:
        marker, at = _alternatives(tokens, at + 1, depth + 1)
        if tokens[at : at + 1] != [("operator", ")")]:
            raise UndecidableError("a marker without its closing bracket")
        return marker, at + 1
    return _comparison(tokens, at)


def _comparison(tokens: list[tuple[str, str]], at: int) -> tuple[Marker, int]:
    left, operator, right = (tokens[at : at + 3] + [("", "")] * 3)[:3]
    end = at + 3
    if operator == ("word", "not") and right == ("word", "in"):
        operator, right, end = ("word", "not in"), (tokens[end : end + 1] or [("", "")])[0], end + 1
    if {left[0], right[0]} != {"text", "word"}:
        raise UndecidableError("a marker that compares no variable with a text")
    if left[0] == "word":
        return _meaning(left[1], operator[1], right[1][1:-1], flipped=False), end
    return _meaning(right[1], operator[1], left[1][1:-1], flipped=True), end


def _meaning(key: str, operator: str, text: str, *, flipped: bool) -> Marker:
    if key == "extra" and operator in ("==", "!="):
        return of_extra(text) if operator == "==" else negation(of_extra(text))
    if key in _VERSIONS:
        if operator in ("in", "not in"):
            if flipped:
                raise UndecidableError("part of a version")
            within = ("in", _version_variable(key), union(span for each in text.split() for span in _meant(key, "==", each)))
            return within if operator == "in" else negation(within)
        return ("in", _version_variable(key), _meant(key, _FLIPPED.get(operator, operator) if flipped else operator, text))
    if key in _STRINGS:
        if operator in ("in", "not in"):
            # One text within another has nothing to do with equality: a variable of its own.
            part: Marker = ("in", (key, "part" if flipped else "within", text), _TRUE)
            return part if operator == "in" else negation(part)
        return _string_meaning(key, _FLIPPED.get(operator, operator) if flipped else operator, text)
    raise UndecidableError(f"a marker that compares {key} by {operator}")


def _version_variable(key: str) -> Variable:
    return _PYTHON if key == "python_version" else (key,)


def _meant(key: str, operator: str, text: str) -> Spans:
    """The releases that a comparison of a version allows; ``python_version`` has two parts, so ``> '3.11'`` starts at 3.12."""
    if key != "python_version":
        return version_spans(operator, text)
    parts = release(text.removesuffix(".*"))
    short = len(parts) <= 2
    major, minor = (*parts, 0)[:2]
    prefix, following = f"{major}.{minor}.*", f"{major}.{minor + 1}"
    if operator == "~=" or text.endswith(".*"):
        if not short:
            return () if operator != "!=" else ALL
        keeps_one = text.count(".") == 1 and (operator == "~=" or text.endswith(".*"))
        return version_spans(operator, text) if keeps_one else version_spans("==" if operator == "~=" else operator, prefix)
    if operator in ("==", "===", "!="):
        if not short:
            return ALL if operator == "!=" else ()
        return version_spans("!=" if operator == "!=" else "==", prefix)
    if operator in (">", "<=") or not short:
        return version_spans(">=" if operator in (">", ">=") else "<", following)
    return version_spans(operator, text)


def _string_meaning(key: str, operator: str, text: str) -> Marker:
    if key == "platform_system" and text in _SAME_PLATFORM:
        key, text = "sys_platform", _SAME_PLATFORM[text]
    before, after = (text, 0), (text, 1)
    here: Spans = ((before, after),)
    if key in _ORDERED and operator in ("<", "<=", ">", ">="):
        low, high = (None, before if operator == "<" else after) if operator[0] == "<" else (after if operator == ">" else before, None)
        here = ((low, high),)
    elif operator in ("<", ">"):
        here = ()  # no order among names
    elif operator == "!=":
        here = complement(here)
    elif operator not in ("==", "<=", ">="):
        raise UndecidableError(f"a marker that compares {key} by {operator}")
    return ("in", (key,), here)


# Comparing


def environments(markers: list[Marker], python: Span) -> Iterator[Mapping[Variable, Point | None]]:
    """Enough environments to tell the markers apart: between two points that any of them names nothing changes.

    Raises:
        UndecidableError: there are too many.
    """
    points: dict[Variable, set[Point]] = {}
    pending = list(markers)
    while pending:
        marker = pending.pop()
        if marker[0] == "in":
            named = points.setdefault(marker[1], set())
            named.update(point for span in marker[2] for point in span if point is not None)
        else:
            pending += marker[1:]
    choices: list[list[Point | None]] = []
    count = 1
    for variable, named in points.items():
        low, high = python if variable == _PYTHON else (None, None)
        inside = [point for point in sorted(named) if (low is None or point > low) and (high is None or point < high)]
        choices.append([low, *inside])
        count *= len(inside) + 1
    if count > _MAX_ENVIRONMENTS:
        raise UndecidableError("markers of too many variables")
    for values in itertools.product(*choices):
        yield dict(zip(points, values, strict=True))


def holds_in(marker: Marker, environment: Mapping[Variable, Point | None]) -> bool:
    """Whether an environment satisfies a marker; it has a value for all that the marker names."""
    kind = marker[0]
    if kind == "in":
        spans: Spans = marker[2]
        return holds(spans, environment[marker[1]])
    if kind == "not":
        return not holds_in(marker[1], environment)
    first = holds_in(marker[1], environment)
    return first if first is (kind == "or") else holds_in(marker[2], environment)


def may_exist(environment: Mapping[Variable, Point | None]) -> bool:
    """Whether there is such a machine as far as uv knows."""
    platform = environment.get(("sys_platform",))
    if platform is None or platform[1]:
        return True
    for (key, text), platforms in _NO_SUCH_PLATFORM.items():
        if environment.get((key,)) == (text, 0) and platform[0] in platforms:
            return False
    return True
