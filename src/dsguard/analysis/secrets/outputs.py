"""The credentials that a run left in a notebook: in what its cells show, and in what tools wrote into its metadata."""

from __future__ import annotations

import json
import re
from functools import cache

from dsguard.analysis.notebooks.clear import is_filtered_on_add
from dsguard.analysis.notebooks.keep import keeps_outputs
from dsguard.analysis.notebooks.shown import ERROR, HTML, JSON, PLAIN, STREAM, texts_of
from dsguard.analysis.secrets.occurrences import Piece, told_once
from dsguard.analysis.secrets.texts import is_illustration
from dsguard.documents.file import MAX_WHOLE_SIZE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from dsguard.analysis.notebooks.shown import Text
    from dsguard.analysis.secrets.hit import Hit
    from dsguard.analysis.secrets.occurrences import Locate, Secret
    from dsguard.documents.file import File
    from dsguard.documents.notebook import Cell, Notebook

LARGEST_JSON = 500_000
"""Characters of a JSON output in which names are looked at, too. A larger one is a figure with its data."""

_SHOWS_ENVIRONMENT = r"(?m)^\s{0,8}[%!]{1,2}(?:env|printenv|export|set|cat\s[^\n]{0,80}\benv)\b"
_PAGE = re.compile(r"<(?:!doctype|html|head|script|meta)\b", re.IGNORECASE)
_PAYLOAD = re.compile(r"(?<=base64,)[A-Za-z0-9+/=\\\s]{200,}")
"""A picture or a font inside a page: nothing that a person typed."""

_NEVER = frozenset(("widgets", "vscode", "interpreter", "kernelspec", "language_info", "toc", "signature"))
"""Metadata of a notebook that holds hashes, ids and the state of widgets."""


def secrets_in_outputs(file: File) -> list[Secret]:
    """The credentials in a notebook's outputs and metadata, each told once.

    Raises:
        UnreadableError: it is no notebook.
    """
    return told_once(_pieces(file), file)


def _pieces(file: File) -> Iterator[Piece]:
    notebook = file.notebook
    illustration = is_illustration(file)
    only_kept = is_filtered_on_add(file)
    for cell in notebook.cells:
        if cell.outputs and not (only_kept and not keeps_outputs(cell)):
            for index, output in enumerate(cell.outputs):
                for shown in texts_of(output, MAX_WHOLE_SIZE):
                    text, kind = _readable(shown, cell)
                    yield Piece(text, kind, _in_output(cell, index, text), illustration=illustration)
    for text, kind in _metadata(notebook.metadata):
        yield Piece(text, kind, _in_metadata(notebook, text), illustration=illustration)


def _readable(shown: Text, cell: Cell) -> tuple[str, str]:
    """What to scan of a text, and how values are written in it."""
    text = shown.text
    if shown.kind == JSON:
        whole = json.dumps(shown.value, ensure_ascii=False) if len(text) <= LARGEST_JSON else ""
        return (whole, "code") if 0 < len(whole) <= LARGEST_JSON else (_without_payloads(text), "data")
    if shown.kind == HTML:
        return _without_payloads(text), "markup"
    if shown.kind in (STREAM, PLAIN) and _environment().search(cell.source):
        return text, "env"
    if shown.kind in (STREAM, PLAIN, ERROR) and _PAGE.search(text):
        return _without_payloads(text), "data"
    return text, "prose" if shown.kind in (STREAM, PLAIN) else "code"


@cache
def _environment() -> re.Pattern[str]:
    return re.compile(_SHOWS_ENVIRONMENT)


def _without_payloads(text: str) -> str:
    return _PAYLOAD.sub("", text) if "base64," in text else text


def _metadata(metadata: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The values that a run was given, as settings; of all else only what is evidently a token."""
    rest = {key: value for key, value in metadata.items() if key not in _NEVER}
    papermill = rest.get("papermill")
    if isinstance(papermill, dict):
        rest["papermill"] = {key: value for key, value in papermill.items() if key not in ("parameters", "environment_variables")}
        for key in ("parameters", "environment_variables"):
            if papermill.get(key):
                yield json.dumps(papermill[key], ensure_ascii=False), "code"
    if rest:
        yield json.dumps(rest, ensure_ascii=False), "data"


def _in_output(cell: Cell, index: int, text: str) -> Locate:
    """Where the value stands in the JSON text, if it is spelt there as it is shown or escaped; else where its output starts."""

    def locate(hit: Hit, _at: tuple[int, int, int]) -> Any:
        notebook = cell.notebook
        spans = cell.output_spans()
        at = cell.at_output(index)
        if index < len(spans):
            found = _spelt(notebook.text, text[hit.start : hit.end], *spans[index])
            if found is not None:
                exact = notebook.at_offset(*found)
                at.line, at.column, at.end_line, at.end_column = exact.line, exact.column, exact.end_line, exact.end_column
        return at

    return locate


def _in_metadata(notebook: Notebook, text: str) -> Locate:
    start = next((member[2] for member in reversed(notebook.members) if member[0] == "metadata"), 0)

    def locate(hit: Hit, _at: tuple[int, int, int]) -> Any:
        found = _spelt(notebook.text, text[hit.start : hit.end], start, len(notebook.text))
        return notebook.at_offset(*found) if found is not None else notebook.at_offset(start)

    return locate


def _spelt(document: str, value: str, start: int, stop: int) -> tuple[int, int] | None:
    """Where a value stands within a part of a JSON text: as it is, in escapes, or (of a key block in a list of lines) its first line."""
    for shown in dict.fromkeys((value, value.partition("\n")[0])):
        for spelling in (shown, json.dumps(shown, ensure_ascii=False)[1:-1], json.dumps(shown)[1:-1]):
            found = document.find(spelling, start, stop)
            if found >= 0:
                return found, found + len(spelling)
    return None
