"""Tables: the names of their columns and, where rows can be read cheaply, some values. By the standard library alone.

At most the first 64 KB of text are read, of Parquet and Arrow files the schema in the footer, of a workbook the first rows of its first
sheet. What does not fit together is no table.
"""

from __future__ import annotations

import zlib

from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from dsguard.documents.file import File

    Columns = list[tuple[str, list[str]]]
    """Names of columns with some of their values; no values where only a schema was read."""

TEXT_READ = 64 * 1024
MAX_ROWS = 200
MAX_COLUMNS = 2000
_MAX_FOOTER = 16 * 1024 * 1024
_MAX_SHEET = 1024 * 1024


def columns_of(file: File) -> Columns | None:
    """The columns of a file, or ``None`` if it is no table that can be read."""
    return file.once("columns", lambda: _columns(file))


def _columns(file: File) -> Columns | None:
    found = file.format
    read = _READERS.get(found.id) if found is not None else None
    if read is None or file.pointer is not None:
        return None
    try:
        return read(file)
    except (UnreadableError, ValueError, IndexError, KeyError, RecursionError, OverflowError):
        return None


# Text


def _start(file: File) -> tuple[str, bool]:
    """The start of a text, and whether that is all of it."""
    data = file.read(0, TEXT_READ)
    whole = len(data) < TEXT_READ
    if data.startswith(b"\x1f\x8b"):
        inflater = zlib.decompressobj(31)
        try:
            data = inflater.decompress(data, TEXT_READ)
        except zlib.error:
            return "", True
        whole = inflater.eof
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="ignore"), whole
    if b"\0" in data:
        return "", True
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cut = not whole and error.start >= len(data) - 4
        text = data[: error.start].decode("utf-8-sig") if cut else data.decode("latin-1")
    return text, whole


_PREAMBLE = 100
"""Lines of comments above a table that it may have without losing rows."""

_SAMPLE = 20
"""Lines by which the delimiter is told."""

_FIRST = 1024
"""Bytes that mostly hold so many lines."""


def header_of(file: File) -> list[str] | None:
    """The names of the columns of a text with delimiters, if its head tells them beyond doubt, and :func:`columns_of` would say no other.

    For most tables that is enough to know that no value is of interest.
    """
    if file.format is None or _READERS.get(file.format.id) is not _delimited:
        return None
    try:
        head = file.head
    except UnreadableError:
        return None
    if not head.isascii():
        return None
    start = head[:_FIRST]
    lines = _lines(start.decode("ascii"), whole=file.size <= len(start))
    if len(lines) < _SAMPLE and len(start) < len(head):
        lines = _lines(head.decode("ascii"), whole=file.size <= len(head))
    if not lines or (len(lines) < _SAMPLE and file.size > len(head)):
        return None
    import csv

    reader = csv.reader(lines, delimiter=_delimiter(lines, _usual(file)))
    try:
        names = next(reader)
    except csv.Error:
        return None
    return names if reader.line_num == 1 else None


def _delimited(file: File) -> Columns | None:
    import csv

    text, whole = _start(file)
    lines = _lines(text, whole=whole)
    if not lines:
        return None
    try:
        rows = list(csv.reader(lines, delimiter=_delimiter(lines, _usual(file))))
    except csv.Error:
        return None
    return _table(rows)


def _lines(text: str, *, whole: bool) -> list[str]:
    """The lines of a table, from its header on. The last one may be cut off, and of a long text further ones are not looked at."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", MAX_ROWS + _PREAMBLE)
    if not whole or len(lines) > MAX_ROWS + _PREAMBLE:
        lines = lines[:-1]
    start = 0
    while start < len(lines) and (not lines[start].strip() or lines[start].startswith("#")):
        start += 1
    return lines[start : start + MAX_ROWS + 1]


def _usual(file: File) -> str:
    return "\t" if file.suffix in (".tsv", ".tab") else ","


def _delimiter(lines: list[str], usual: str) -> str:
    """The one that parts the first lines into the same number of fields; of several the one that makes most."""
    best, most = usual, 0
    sample = [line for line in lines[:_SAMPLE] if line]
    for delimiter in dict.fromkeys((usual, ",", ";", "\t", "|")):
        if delimiter not in lines[0]:
            continue
        counts = [line.count(delimiter) for line in sample]
        usual_count = max(set(counts), key=counts.count)
        agree = counts.count(usual_count) / len(counts)
        if usual_count > most and agree > 0.6:
            best, most = delimiter, usual_count
    return best


def _table(rows: list[list[str]]) -> Columns | None:
    rows = [row for row in rows if row]
    if not rows or len(rows[0]) > MAX_COLUMNS:
        return None
    header, *body = rows
    return [(name, [row[at] for row in body if at < len(row)]) for at, name in enumerate(header)]


def _json_lines(file: File) -> Columns | None:
    import json

    text, whole = _start(file)
    lines = text.split("\n")[: MAX_ROWS + 1]
    if not whole and len(lines) <= MAX_ROWS:
        lines = lines[:-1]
    found: dict[str, list[str]] = {}
    for line in lines:
        record = json.loads(line) if line.strip() else {}
        if not isinstance(record, dict):
            return None
        for name, value in _leaves(record):
            if len(found) < MAX_COLUMNS or name in found:
                found.setdefault(name, []).append(value)
    return list(found.items())


def _leaves(record: dict[str, Any], depth: int = 0) -> Iterator[tuple[str, str]]:
    for name, value in record.items():
        if isinstance(value, dict) and depth < 2:
            yield from _leaves(value, depth + 1)
        elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
            yield str(name), str(value)
        elif value is None:
            yield str(name), ""


# Workbooks


def _workbook(file: File) -> Columns | None:
    """The first sheet of an ``.xlsx``, by patterns: no entity of its XML is expanded."""
    import re
    from html import unescape
    from io import BytesIO
    from zipfile import BadZipFile, ZipFile

    if not file.head.startswith(b"PK"):
        return None
    try:
        with ZipFile(BytesIO(file.data)) as archive:
            names = archive.namelist()
            sheet = min((name for name in names if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)), key=lambda name: (len(name), name))
            rows_text = _member(archive, sheet)
            strings_text = _member(archive, "xl/sharedStrings.xml") if "xl/sharedStrings.xml" in names else ""
    except (BadZipFile, OSError, NotImplementedError, RuntimeError, zlib.error, EOFError):
        return None
    shared = [
        unescape("".join(re.findall(r"<t(?: [^>]*)?>([^<]*)</t>", item))) for item in re.findall(r"<si>(.*?)</si>", strings_text, re.DOTALL)
    ]
    rows = []
    for row in re.findall(r"<row[ >].*?</row>", rows_text, re.DOTALL)[: MAX_ROWS + 1]:
        cells: dict[int, str] = {}
        for attributes, body in re.findall(r"<c ([^>]*?)(?:/>|>(.*?)</c>)", row, re.DOTALL):
            value = re.search(r"<(?:v|t)(?: [^>]*)?>([^<]*)</", body or "")
            text = unescape(value[1]) if value else ""
            if 't="s"' in attributes:
                text = shared[int(text)] if text.isdigit() and int(text) < len(shared) else ""
            place = re.search(r'r="([A-Z]{1,3})\d', attributes)
            cells[_column_number(place[1]) if place else len(cells)] = text
        rows.append([cells.get(at, "") for at in range(min(max(cells, default=-1) + 1, MAX_COLUMNS))])
    return _table(rows)


def _member(archive: Any, name: str) -> str:
    with archive.open(name) as stream:
        data: bytes = stream.read(_MAX_SHEET)
    return data.decode("utf-8", "replace")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _unread(names: Iterable[str]) -> Columns | None:
    """Columns of which only the names are known."""
    found: Columns = [(name, []) for name in names]
    return found[:MAX_COLUMNS] or None


# Parquet: its footer is a structure in Thrift's compact protocol (field numbers from parquet.thrift)

_FILE_SCHEMA = 2
_ELEMENT_NAME, _ELEMENT_CHILDREN = 4, 5


def _parquet(file: File) -> Columns | None:
    tail = file.read(file.size - 8, 8)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != b"PAR1" or not 0 < length <= min(_MAX_FOOTER, file.size - 12):
        return None
    schema = _Thrift(file.read(file.size - 8 - length, length)).structure().get(_FILE_SCHEMA)
    elements = [element for element in schema if isinstance(element, dict)] if isinstance(schema, list) else []
    names = [element.get(_ELEMENT_NAME) for element in elements if not element.get(_ELEMENT_CHILDREN)]
    return _unread(name.decode("utf-8", "replace") for name in names if isinstance(name, bytes))


class _Thrift:
    """A reader of Thrift's compact protocol that stops at the schema: row groups behind it are not read."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def structure(self, depth: int = 0) -> dict[int, Any]:
        if depth > 32:
            raise ValueError
        fields: dict[int, Any] = {}
        field = 0
        while True:
            head = self._byte()
            if head == 0 or (depth == 0 and _FILE_SCHEMA in fields):
                return fields
            field = field + (head >> 4) if head >> 4 else self._zigzag()
            fields[field] = self._value(head & 15, depth)

    def _value(self, kind: int, depth: int) -> Any:
        if kind in (1, 2):
            return kind == 1
        if kind == 3:
            return self._byte()
        if kind in (4, 5, 6):
            return self._zigzag()
        if kind == 7:
            self.at += 8
            return None
        if kind == 8:
            length = self._varint()
            self.at += length
            return self.data[self.at - length : self.at]
        if kind in (9, 10):
            head = self._byte()
            count = head >> 4 if head >> 4 < 15 else self._varint()
            if count > len(self.data) - self.at:
                raise ValueError
            return [self._element(head & 15, depth) for _ in range(count)]
        if kind == 12:
            return self.structure(depth + 1)
        raise ValueError

    def _element(self, kind: int, depth: int) -> Any:
        return self._byte() == 1 if kind in (1, 2) else self._value(kind, depth)  # in a list a boolean has a byte of its own

    def _byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def _varint(self) -> int:
        value = 0
        for shift in range(0, 70, 7):
            byte = self._byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise ValueError

    def _zigzag(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)


# Arrow and Feather 2: the footer is a FlatBuffers table (field numbers from File.fbs and Schema.fbs)

_FOOTER_SCHEMA, _SCHEMA_FIELDS = 1, 1
_FIELD_NAME, _FIELD_CHILDREN = 0, 5


def _arrow(file: File) -> Columns | None:
    tail = file.read(file.size - 10, 10)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != b"ARROW1" or not 0 < length <= min(_MAX_FOOTER, file.size - 18):
        return None
    buffer = _FlatBuffer(file.read(file.size - 10 - length, length))
    schema = buffer.table(buffer.pointer(0), _FOOTER_SCHEMA)
    return _unread(buffer.names(schema, _SCHEMA_FIELDS))


class _FlatBuffer:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def number(self, at: int, size: int) -> int:
        if not 0 <= at <= len(self.data) - size:
            raise ValueError
        return int.from_bytes(self.data[at : at + size], "little")

    def pointer(self, at: int) -> int:
        return at + self.number(at, 4)

    def field(self, table: int, field: int) -> int | None:
        """Where a field of a table lies."""
        signed = self.number(table, 4)
        vtable = table - (signed - (1 << 32) if signed >> 31 else signed)
        slot = 4 + 2 * field
        offset = self.number(vtable + slot, 2) if slot < self.number(vtable, 2) else 0
        return table + offset if offset else None

    def table(self, table: int, field: int) -> int:
        at = self.field(table, field)
        if at is None:
            raise ValueError
        return self.pointer(at)

    def names(self, table: int, field: int, depth: int = 0) -> Iterator[str]:
        """The names of the fields without children in a list of fields."""
        at = self.field(table, field)
        if at is None or depth > 32:
            return
        start = self.pointer(at)
        for number in range(min(self.number(start, 4), MAX_COLUMNS)):
            child = self.pointer(start + 4 + 4 * number)
            inner = list(self.names(child, _FIELD_CHILDREN, depth + 1))
            if inner:
                yield from inner
            else:
                name = self.table(child, _FIELD_NAME)
                yield self.data[name + 4 : name + 4 + self.number(name, 4)].decode("utf-8", "replace")


_READERS: dict[str, Callable[[File], Columns | None]] = {
    "csv": _delimited,
    "tsv": _delimited,
    "jsonl": _json_lines,
    "excel": _workbook,
    "parquet": _parquet,
    "arrow": _arrow,
    "feather": _arrow,
}
