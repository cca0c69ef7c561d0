"""TOML and YAML as plain data, from files that may be broken, hostile or templates of such a file."""

from __future__ import annotations

import re

from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from dsguard.documents.file import File

MAX_TOML_SIZE = 32 * 1024 * 1024
MAX_YAML_SIZE = 4 * 1024 * 1024
"""Larger documents (bytes) are not parsed: no lockfile of 32 MB and no configuration of 4 MB was ever written by hand."""

MAX_DEPTH = 100
"""Deeper nesting is refused: libyaml's composer and tomllib recurse, and the former ends the process when the stack does."""

MAX_BORROWED = 100_000
"""How many values the aliases of a YAML document may stand for, all together."""

_KEY = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_KEYS = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_LINE_WIDTH = 500


def load_toml(file: File) -> dict[str, Any]:
    """A TOML file as a dict.

    Raises:
        UnreadableError: it is no UTF-8 or does not parse (fatal), or it is a template, or too large (not fatal).
    """
    import tomllib

    if file.size > MAX_TOML_SIZE:
        raise UnreadableError(file.path, "TOML of over 32 MB: not parsed", fatal=False)
    try:
        # tomllib refuses a byte order mark, uv and TOML 1.1 do not.
        text = file.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(file, error) from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, line, column = _toml_place(str(error), text)
        raise _broken(file, text, "TOML", message, line, column) from None
    except RecursionError:
        raise _broken(file, text, "TOML", "nested too deep", None, None) from None
    except ValueError:  # a number of more digits than Python converts
        raise _broken(file, text, "TOML", "a number of thousands of digits", None, None) from None


def _not_utf8(file: File, error: UnicodeDecodeError) -> UnreadableError:
    data = file.data
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return UnreadableError(file.path, "is UTF-16: TOML must be UTF-8, save it again as such", line=1, fatal=True)
    line = data.count(b"\n", 0, error.start) + 1
    return UnreadableError(file.path, "is not UTF-8, as TOML must be", line=line, fatal=True)


def _toml_place(message: str, text: str) -> tuple[str, int, int | None]:
    """What tomllib says, and where: Python 3.11 puts the place into the text only."""
    found = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    if found:
        return message[: found.start()], int(found[1]), int(found[2])
    return message.removesuffix(" (at end of document)"), text.count("\n") + 1, None


def load_yaml(file: File) -> Any:
    """A YAML file as dicts, lists, strings, numbers, booleans and None, by the core schema of YAML 1.2.

    So ``on:``, ``yes`` and ``2024-01-31`` are strings, as they are for GitHub Actions and DVC. A value with a tag of
    its own (GitLab's ``!reference``, ``!!python/name``) is the value without the tag. An empty file is ``None``.

    Raises:
        UnreadableError: it does not parse (fatal), or it is a template, several documents, too large, or a document
            whose aliases blow it up (not fatal).
    """
    import yaml

    if file.size > MAX_YAML_SIZE:
        raise UnreadableError(file.path, "YAML of over 4 MB: not parsed", fatal=False)
    text = file.text
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Builder(file, yaml).build(yaml.parse(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (None, None)
        raise _broken(file, text, "YAML", error.problem or "no reason given", *place) from None
    except yaml.reader.ReaderError:
        raise _broken(file, text, "YAML", "a control character", *_control_character(text)) from None


class _Node:
    """A list or mapping that is being filled. Counts what stands below it, aliases followed."""

    __slots__ = ("anchor", "key", "levels", "merged", "size", "value")

    def __init__(self, value: list[Any] | dict[Any, Any], anchor: str | None) -> None:
        self.value = value
        self.anchor = anchor
        self.key: Any = _NO_KEY
        self.merged: list[Any] = []
        self.size = 1
        self.levels = 0


class _Builder:
    """Builds plain data from YAML events without recursion.

    PyYAML's own composer recurses in C: a few thousand open brackets end the process. And sharing what an alias
    stands for costs nothing, but whoever walks over it pays in full, so that is counted here and capped.
    """

    def __init__(self, file: File, yaml: Any) -> None:
        self._file = file
        self._yaml = yaml
        self._open: list[_Node] = []
        self._anchors: dict[str, tuple[Any, int, int] | None] = {}  # value, size, levels; None while it is open
        self._borrowed = 0
        self._root: Any = None
        self._documents = 0

    def build(self, events: Iterable[Any]) -> Any:
        yaml = self._yaml
        for event in events:
            if isinstance(event, yaml.ScalarEvent):
                value = _resolve(event.value) if event.implicit[0] else event.value
                if event.anchor:
                    self._anchors[event.anchor] = (value, 1, 0)
                self._add(event, value, 1, 0, merges=event.implicit[0] and value == "<<")
            elif isinstance(event, yaml.CollectionStartEvent):
                is_mapping = isinstance(event, yaml.MappingStartEvent)
                self._open.append(_Node({} if is_mapping else [], event.anchor))
                if event.anchor:
                    self._anchors[event.anchor] = None
                self._check(event, 0)
            elif isinstance(event, yaml.CollectionEndEvent):
                node = self._open.pop()
                if node.merged:
                    _merge(node)
                if node.anchor:
                    self._anchors[node.anchor] = (node.value, node.size, node.levels + 1)
                self._add(event, node.value, node.size, node.levels + 1)
            elif isinstance(event, yaml.AliasEvent):
                self._borrow(event)
            elif isinstance(event, yaml.DocumentStartEvent):
                self._documents += 1
                if self._documents > 1:
                    raise self._refused(event, "it holds several documents")
        return self._root

    def _borrow(self, event: Any) -> None:
        if event.anchor not in self._anchors:
            raise self._yaml.MarkedYAMLError(problem=f"unknown alias {event.anchor!r}", problem_mark=event.start_mark)
        known = self._anchors[event.anchor]
        if known is None:
            raise self._refused(event, "a value holds itself")
        value, size, levels = known
        self._borrowed += size
        self._add(event, value, size, levels)

    def _add(self, event: Any, value: Any, size: int, levels: int, *, merges: bool = False) -> None:
        self._check(event, levels)
        if not self._open:
            self._root = value
            return
        node = self._open[-1]
        node.size += size
        node.levels = max(node.levels, levels)
        if isinstance(node.value, list):
            node.value.append(value)
        elif node.key is _NO_KEY:
            if isinstance(value, (list, dict)):
                raise self._yaml.MarkedYAMLError(problem="a list or mapping as a key", problem_mark=event.start_mark)
            node.key = _MERGE if merges else value
        else:
            if node.key is _MERGE:
                node.merged.append(value)
            else:
                node.value[node.key] = value
            node.key = _NO_KEY

    def _check(self, event: Any, levels: int) -> None:
        if len(self._open) + levels > MAX_DEPTH:
            raise self._refused(event, "it is nested too deep")
        if self._borrowed > MAX_BORROWED:
            raise self._refused(event, "its aliases stand for too many values")

    def _refused(self, event: Any, reason: str) -> UnreadableError:
        return UnreadableError(self._file.path, f"YAML not looked at: {reason}", line=event.start_mark.line + 1, fatal=False)


_NO_KEY = object()
_MERGE = object()


def _merge(node: _Node) -> None:
    """What ``<<`` brings in stands below the mapping's own keys; of several mappings the first wins."""
    mapping: Any = node.value
    given: list[Any] = []
    for value in node.merged:
        given += value if isinstance(value, list) else [value]
    own = dict(mapping)
    mapping.clear()  # filled again and not replaced, since an anchor may name it
    for each in reversed(given):
        if isinstance(each, dict):
            mapping.update(each)
    mapping.update(own)


def _resolve(text: str) -> Any:
    """A plain scalar by the core schema of YAML 1.2: https://yaml.org/spec/1.2.2/#103-core-schema."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    try:
        if _INT.fullmatch(text):
            return int(text)
        if text[:2] in ("0o", "0x") and _BASED.fullmatch(text):
            return int(text, 0)
    except ValueError:  # more digits than Python converts
        return text
    return float(text) if _FLOAT.fullmatch(text) else text


def _spellings(word: str) -> tuple[str, str, str]:
    return word, word.capitalize() if word[0] != "." else "." + word[1:].capitalize(), word.upper()


_WORDS: dict[str, Any] = {"": None, "~": None}
for _word, _value in (("null", None), ("true", True), ("false", False), (".nan", float("nan")), (".inf", float("inf"))):
    _WORDS.update(dict.fromkeys(_spellings(_word), _value))
_WORDS.update({sign + word: float(sign + "inf") for sign in "+-" for word in _spellings(".inf")})

_INT = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def _control_character(text: str) -> tuple[int | None, int | None]:
    found = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)
    if found is None:
        return None, None
    line_start = text.rfind("\n", 0, found.start()) + 1
    return text.count("\n", 0, found.start()) + 1, found.start() - line_start + 1


def _broken(file: File, text: str, language: str, message: str, line: int | None, column: int | None) -> UnreadableError:
    """Why a text does not parse: a forgotten merge and a template look like any other syntax error to a parser."""
    conflict = conflict_line(text)
    if conflict is not None:
        return UnreadableError(file.path, "has merge-conflict markers: finish the merge", line=conflict, fatal=True)
    # YAML is often blamed on the line after the one that is odd.
    if "template" in file.roles or _has_marks(text, line, 1 if language == "TOML" else 2):
        return UnreadableError(file.path, f"is a template, not {language}", line=line, fatal=False)
    return UnreadableError(file.path, f"does not parse as {language}: {message[:200]}", line=line, column=column, fatal=True)


def conflict_line(text: str) -> int | None:
    """The line (from 1) of the first merge-conflict marker that git left in a text, if it left a whole set."""
    found = re.search(r"^<{7}(?: |\r?$)", text, re.MULTILINE)
    if found is None or not re.search(r"^>{7}(?: |\r?$)", text[found.end() :], re.MULTILINE):
        return None
    return text.count("\n", 0, found.start()) + 1


def _has_marks(text: str, line: int | None, count: int) -> bool:
    """Whether the line to blame, or one of the ``count`` lines up to it, has a template's marks. ``${{ }}`` is GitHub's own."""
    if line is None:
        return False
    blamed = text.split("\n")[max(0, line - count) : line]
    return any(re.search(r"(?<!\$)\{\{|\{%|<%", each) for each in blamed)


def toml_line(file: File, keys: tuple[str, ...]) -> int | None:
    """The line (from 1) on which a table or key of a TOML file is set; ``None`` if it is not found.

    Args:
        keys: the way to it: ``("project", "dependencies")``.
    """
    first_child: int | None = None
    for number, here, is_setting in _toml_keys(file):
        # A setting that is only part of the way is an inline table, and the rest of the way is in it.
        if here == keys or (is_setting and here == keys[: len(here)]):
            return number
        if first_child is None and here[: len(keys)] == keys:
            first_child = number
    return first_child


def _toml_keys(file: File) -> Iterator[tuple[int, tuple[str, ...], bool]]:
    """Line, full key, and whether it is a setting (or else a table header), of a TOML file that is known to parse."""
    header = re.compile(rf"[ \t]*\[{{1,2}}[ \t]*({_KEYS})[ \t]*\]")
    setting = re.compile(rf"[ \t]*({_KEYS})[ \t]*=")
    table: tuple[str, ...] = ()
    quotes = ""  # of the multi-line string that the line is in
    for number, line in enumerate(file.lines, 1):
        line = line[:_LINE_WIDTH]
        if not quotes:
            if found := header.match(line):
                table = _split_keys(found[1])
                yield number, table, False
            elif found := setting.match(line):
                yield number, table + _split_keys(found[1]), True
        for kind in ('"""', "'''"):
            if quotes in ("", kind) and line.count(kind) % 2:
                quotes = "" if quotes else kind


def _split_keys(dotted: str) -> tuple[str, ...]:
    return tuple(key.strip("\"'") if key[0] in "\"'" else key for key in re.findall(_KEY, dotted))
