"""Tables in the outputs of a notebook, however they were printed: HTML, drawn with lines, in columns of blanks, or as JSON."""

from __future__ import annotations

import re

from dsguard.analysis.notebooks.shown import HTML, JSON, TABS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dsguard.analysis.notebooks.shown import Text

    Rows = list[list[str]]
    Table = list[tuple[str, list[str]]]
    """Names of columns, each with its values."""

MAX_TABLES = 20
MAX_ROWS = 200
MAX_COLUMNS = 500
MAX_LINES = 3000
MAX_LINE = 4000
"""What is looked at of one text: tables, rows and columns of each, lines, characters of a line."""


def tables_of(text: Text) -> Iterator[Table]:
    """The tables that a text holds, with the rows that can be read."""
    return _tables(text) if _may_hold_one(text) else iter(())


def _may_hold_one(text: Text) -> bool:
    """Whether there is a row of a table at all: most texts hold none, and that is told at the speed of a search."""
    shown = text.text
    if text.kind == HTML:
        return "<tr" in shown or "<TR" in shown
    if text.kind == JSON:
        return isinstance(text.value, dict) and "schema" in text.value
    return text.kind == TABS or "|" in shown or not shown.isascii() or _NUMBERED.search(shown) is not None


def _tables(text: Text) -> Iterator[Table]:
    if text.kind == HTML:
        found = _html_tables(text.text)
    elif text.kind == TABS:
        found = iter([[line.split("\t") for line in _lines(text.text)]])
    elif text.kind == JSON:
        found = _json_tables(text.value)
    else:
        found = _printed_tables(_lines(text.text))
    for count, rows in enumerate(found):
        if count == MAX_TABLES:
            return
        yield from _columns(rows)


def _columns(rows: Rows) -> Iterator[Table]:
    """The columns of a table by its first row; also the rows by their first column, as a record is shown lying on its side."""
    if len(rows) < 2:
        return
    header, body = rows[0], [row for row in rows[1 : MAX_ROWS + 1] if len(row) == len(rows[0])]
    if body:
        yield [(name.strip(), [row[index] for row in body]) for index, name in enumerate(header[:MAX_COLUMNS])]
    if len(header) <= 3:
        yield [(row[0].strip(), row[1:]) for row in rows[:MAX_ROWS] if len(row) > 1]


def _lines(text: str) -> list[str]:
    return [line[:MAX_LINE] for line in text.split("\n", MAX_LINES)[:MAX_LINES]]


# HTML

_TAG = re.compile(rf"<(/?)(table|thead|tbody|tr|th|td)\b[^>]{{0,1000}}>(?:([^<]{{0,{MAX_LINE}}})</t[hd]>)?", re.IGNORECASE)
"""With what stands up to the end of a cell, if no other tag does."""
_MARKUP = re.compile(r"<[^>]{0,2000}>")


def _html_tables(text: str) -> Iterator[Rows]:
    """The rows of each table; of several rows of headings the first that is as long as the rows below."""
    rows: Rows = []
    headings = 0
    cell: int | None = None
    in_body = is_full = False
    for tag in _TAG.finditer(text):
        name = tag[2].lower()
        if cell is not None:
            _add(rows, text[cell : min(tag.start(), cell + MAX_LINE)])
            cell = None
        if tag[1]:
            if name == "table" and rows:
                yield _under_heading(rows, headings)
                rows, headings, in_body, is_full = [], 0, False, False
        elif name == "table":
            rows, headings, in_body, is_full = [], 0, False, False
        elif name == "tbody":
            headings, in_body = len(rows), True
        elif name == "tr":
            is_full = len(rows) > MAX_ROWS
            if not is_full:
                rows.append([])
        elif name in ("td", "th") and not is_full:
            if name == "td" and not in_body and not headings:
                headings = len(rows) - 1
            if tag[3] is None:
                cell = tag.end()
            else:
                _add(rows, tag[3])
    if rows:
        yield _under_heading(rows, headings)


def _add(rows: Rows, markup: str) -> None:
    """Put what a cell shows into the last row, if there is one and room in it."""
    if not rows or len(rows[-1]) > MAX_COLUMNS:
        return
    if "<" in markup or "&" in markup:
        from html import unescape

        markup = unescape(_MARKUP.sub("", markup))
    rows[-1].append(markup.strip())


def _under_heading(rows: Rows, headings: int) -> Rows:
    body = rows[headings:]
    width = len(body[0]) if body else 0
    heading = next((row for row in rows[:headings] if len(row) == width), None)
    if heading is None:
        return rows if not headings else []
    return [heading, *body]


# Printed

_GAP = re.compile(r"\s{2,}")
_RULE = re.compile(r"[\s+|\u2500-\u257f=:\-]*")
_BARS = re.compile(r"[|\u2502\u2503\u2506\u2551]")
_ROW_NUMBER = re.compile(r"\d{1,12}(?:\s|$)")
_NUMBERED = re.compile(r"\n\d{1,12}(?:\s|$)")


def _printed_tables(lines: list[str]) -> Iterator[Rows]:
    """Tables with bars between the cells (Spark, Polars, SQL shells), else those of pandas: columns two blanks apart."""
    barred: Rows = []
    for number, line in enumerate(lines):
        if len(_BARS.findall(line)) > 1:
            if not _RULE.fullmatch(line):
                barred.append([cell.strip() for cell in _BARS.split(line.strip())])
            continue
        if barred and not (line.strip() and _RULE.fullmatch(line)):
            yield barred
            barred = []
        if _ROW_NUMBER.match(line) and number and not _ROW_NUMBER.match(lines[number - 1]):
            rows = _pandas(lines, number)
            if rows:
                yield rows
    if barred:
        yield barred


def _pandas(lines: list[str], first: int) -> Rows:
    """The table whose first row stands on a line, its heading above it. A row starts with its number, the heading does not."""
    heading = lines[first - 1]
    if not heading.startswith(" "):
        return []
    names = _GAP.split(heading.strip().removesuffix("\\").rstrip())
    rows = [["", *names]]
    for line in lines[first : first + MAX_ROWS]:
        if not _ROW_NUMBER.match(line):
            break
        rows.append(_GAP.split(line.strip().removesuffix("\\").rstrip()))
    return rows


# JSON


def _json_tables(value: Any) -> Iterator[Rows]:
    """Tables with a schema: those of pandas and SQL kernels (``application/vnd.dataresource+json``) and of Databricks."""
    if not isinstance(value, dict):
        return
    schema, data = value.get("schema"), value.get("data")
    fields = schema.get("fields") if isinstance(schema, dict) else schema
    if not isinstance(fields, list) or not isinstance(data, list):
        return
    names = [str(field["name"]) for field in fields[:MAX_COLUMNS] if isinstance(field, dict) and "name" in field]
    rows: Rows = [names]
    for row in data[:MAX_ROWS]:
        if isinstance(row, dict):
            rows.append([_cell(row.get(name)) for name in names])
        elif isinstance(row, list):
            rows.append([_cell(item) for item in row[:MAX_COLUMNS]])
    yield rows


def _cell(value: Any) -> str:
    return "" if value is None else str(value)[:MAX_LINE]
