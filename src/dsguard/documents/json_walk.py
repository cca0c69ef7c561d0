"""Walk JSON text and keep where each member stands, at nearly the speed of ``json.loads``.

Only the levels that the caller names are walked in Python; each value below them is read by the
decoder of the standard library, which says where it ends. Nothing is normalised: a key may occur
more than once, ``NaN`` is a number, any blanks may stand between two tokens.
"""

from __future__ import annotations

import json
import re

from dsguard.documents.json_scan import scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from typing import Any

    from dsguard.model import Change

    Read = Callable[[str, str, int], tuple[Any, int]]
    """Reads the value of a key that starts at an offset of a text; gives the value and the offset of its end."""

Member = tuple[str, int, int, int]
"""A member of a JSON object: key, offset of the key's opening quote, offsets of the value's start and end (exclusive)."""

_comparable = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
"""``NaN`` does not equal itself, and different texts of one float must not count as equal."""
_BLANKS = r"[ \t\n\r]*+"
_KEY = rf'"([^"\\\x00-\x1f]*+)"{_BLANKS}:{_BLANKS}'
_FIRST_KEY = re.compile(_BLANKS + _KEY)
_NEXT_KEY = re.compile(f"{_BLANKS},{_BLANKS}{_KEY}")
_BLANK = re.compile(_BLANKS)
_COMMA = re.compile(f"{_BLANKS},{_BLANKS}")
_SURROGATE = re.compile(rb"\\u[dD]")
_LONE_SURROGATE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL)

_COMMON: dict[str, Callable[[], Any]] = {"null": lambda: None, "[]": list, "{}": dict}
"""What values are replaced by, without the decoder."""


class MalformedError(ValueError):
    """The text is not JSON. ``json.loads`` of the whole text says where and why."""


def decode(_key: str, text: str, at: int) -> tuple[Any, int]:
    """Read any value; what a walk does with a member that nobody wants to look into.

    Raises:
        ValueError: not JSON, or a number of thousands of digits.
        RecursionError: nested too deep.
    """
    try:
        return scan(text, at)
    except StopIteration:  # how the standard library's scanner says that there is no value
        raise MalformedError from None


def walk_object(
    text: str, at: int, read: Read | None = None, only: Collection[str] | None = None
) -> tuple[list[Member], dict[str, Any], int]:
    """The members of the object whose ``{`` stands at an offset, its values (the last one of a key counts) and its end.

    Args:
        read: reads the values; if not given, they are decoded.
        only: the keys whose values it reads, if not all.

    Raises:
        ValueError: not an object, or not JSON.
        RecursionError: nested too deep.
    """
    if not text.startswith("{", at):
        raise MalformedError
    return _walk_members(text, at + 1, read, only)


def members_at(text: str, at: int) -> list[Member]:
    """The members of the value at an offset, duplicates included; none if it is no object.

    Raises:
        ValueError: not JSON.
        RecursionError: nested too deep.
    """
    return walk_object(text, at)[0] if text.startswith("{", at) else []


def find_members(text: str, span: tuple[int, int], key: str) -> list[Member]:
    """The members of this key, once or repeated, in the object that a span of the text holds. Slow if there are none.

    A key that stands behind what is large (as a count does behind the ``data`` of an output) is found without reading that again.

    Raises:
        ValueError: the span holds no object.
    """
    start, end = span
    quoted = f'"{key}"'
    place = text.rfind(quoted, start, end)
    # A quote behind a blank, a comma or a brace is no escaped one; only one that opens a string can have letters behind it.
    if place > start and text[place - 1] in " \t\n\r,{" and text.find(quoted, start, place) < 0:
        try:
            members, _, stop = _walk_members(text, place)
        except ValueError:
            stop = -1  # a string that is no key
        if stop == end:  # a key of this object, not of one within
            return members[:1]
    return [member for member in walk_object(text, start)[0] if member[0] == key]


def _walk_members(
    text: str, place: int, read: Read | None = None, only: Collection[str] | None = None
) -> tuple[list[Member], dict[str, Any], int]:
    """As :func:`walk_object`, from the first key on."""
    members: list[Member] = []
    values: dict[str, Any] = {}
    next_key = _FIRST_KEY.match
    try:
        while True:
            match = next_key(text, place)
            if match:
                key, key_start, start = match[1], match.start(1) - 1, match.end()
            else:
                place = _blank(text, place)
                if text.startswith("}", place):
                    return members, values, place + 1
                key, key_start, start = _escaped_key(text, place, first=not members)
            if read is None or (only is not None and key not in only):
                value, place = scan(text, start)
            else:
                value, place = read(key, text, start)
            members.append((key, key_start, start, place))
            values[key] = value
            next_key = _NEXT_KEY.match
    except StopIteration:
        raise MalformedError from None


def walk_array(text: str, at: int, read: Read | None = None) -> tuple[list[tuple[int, int]], list[Any], int]:
    """Where each item of the array at an offset starts and ends, the items, and the end of the array.

    Args:
        read: reads the items; if not given, they are decoded.

    Raises:
        ValueError: not an array, or not JSON.
        RecursionError: nested too deep.
    """
    if not text.startswith("[", at):
        raise MalformedError
    spans: list[tuple[int, int]] = []
    items: list[Any] = []
    place = _blank(text, at + 1)
    if text.startswith("]", place):
        return spans, items, place + 1
    next_item = _COMMA.match
    try:
        while True:
            item, end = scan(text, place) if read is None else read("", text, place)
            spans.append((place, end))
            items.append(item)
            comma = next_item(text, end)
            if comma is None:
                break
            place = comma.end()
    except StopIteration:
        raise MalformedError from None
    end = _blank(text, end)
    if not text.startswith("]", end):
        raise MalformedError
    return spans, items, end + 1


def skip_blanks(text: str, at: int) -> int:
    """The offset of the first character from here on that is no JSON blank."""
    return _blank(text, at)


def load(data: bytes) -> Any:
    """A JSON document from UTF-8, to compare with others: numbers as they are written.

    Raises:
        ValueError: it is none.
        RecursionError: nested too deep.
    """
    return _comparable.decode(data.decode("utf-8-sig"))


def changed(value: Any, changes: Iterable[Change]) -> Any:
    """A JSON document with changes made; only the containers on the way to them are copied.

    Raises:
        LookupError: one leads nowhere.
        TypeError: one leads through a value that is no container.
    """
    if not isinstance(value, (dict, list)):
        raise TypeError
    copies: dict[tuple[str | int, ...], Any] = {(): value.copy()}
    gone: list[tuple[Any, Any]] = []
    for path, text in sorted(changes, key=_depth, reverse=True):  # what is inside first: all of it may go in the end
        container = _copied(copies, path[:-1])
        key: Any = path[-1]
        if not text:
            gone.append((container, key))
        elif isinstance(container, dict) and key not in container:
            raise KeyError(key)
        else:
            make = _COMMON.get(text)
            container[key] = make() if make else _comparable.decode(text)
    gone.sort(key=lambda one: one[1] if isinstance(one[1], int) else 0, reverse=True)
    for container, key in gone:  # of an array from behind: no index moves
        del container[key]
    return copies[()]


def _depth(change: Change) -> int:
    return len(change[0])


def _copied(copies: dict[tuple[str | int, ...], Any], path: tuple[str | int, ...]) -> Any:
    """The copy of the container that a path leads to, which is made when it is first asked for."""
    found = copies.get(path)
    if found is None:
        above, key = _copied(copies, path[:-1]), path[-1]
        inner = above[key]
        if not isinstance(inner, (dict, list)):
            raise TypeError
        found = copies[path] = above[key] = inner.copy()
    return found


def may_hold_surrogates(data: bytes) -> bool:
    """Whether JSON text, as UTF-8, may hold an escaped half of a surrogate pair. A pattern is searched twice as fast as a literal here."""
    return _SURROGATE.search(data) is not None


def without_lone_surrogates(text: str) -> str:
    """JSON text of the same length in which half of a surrogate pair, escaped, became the replacement character.

    A string with such a half can be neither printed nor hashed. Offsets stay right: both escapes take six characters.
    """
    return _LONE_SURROGATE.sub(lambda match: "\\ufffd" if match[1] else match[0], text)


def _blank(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _escaped_key(text: str, place: int, *, first: bool) -> tuple[str, int, int]:
    """A key that holds an escape. Rare, so it may be slow."""
    if not first:
        if not text.startswith(",", place):
            raise MalformedError
        place = _blank(text, place + 1)
    if not text.startswith('"', place):
        raise MalformedError
    key, end = decode("", text, place)
    colon = _blank(text, end)
    if not text.startswith(":", colon):
        raise MalformedError
    return key, place, _blank(text, colon + 1)
