"""The text that an output shows, whatever shape it is stored in. Pictures and other bytes are no text."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

MAX_TEXT = 2_000_000
"""Characters of one text that are looked at."""

MAX_ITEMS = 200_000
"""Items of a JSON value that are looked at: a figure may hold all of its data."""

STREAM, ERROR, HTML, PLAIN, TABS, JSON = "stream", "error", "html", "plain", "tabs", "json"
"""Kinds of texts."""

_ANSI = re.compile(r"\x1b(?:\[[0-?]{0,32}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,300}(?:\x07|\x1b\\)|[@-Z\\-_])")
_KINDS = {
    "text/html": HTML,
    "text/plain": PLAIN,
    "text/tab-separated-values": TABS,
    # as version 3 of the format calls them
    "html": HTML,
    "text": PLAIN,
    "latex": PLAIN,
    "json": JSON,
    "javascript": PLAIN,
}
_BYTES = ("image/", "audio/", "video/", "font/", "application/pdf", "application/octet-stream", "application/vnd.jupyter.widget-view")
_DATABRICKS = "application/vnd.databricks.v1+output"


class Text:
    """A text that an output shows.

    Args:
        kind: one of the kinds above.
        text: colours and other control sequences of terminals taken out; of a JSON value its strings, one a line.
        value: the JSON value, for kind ``JSON``.
    """

    __slots__ = ("kind", "text", "value")

    def __init__(self, kind: str, text: str, value: Any = None) -> None:
        self.kind = kind
        self.text = text
        self.value = value

    def __repr__(self) -> str:
        return f"<Text {self.kind}, {len(self.text)} characters>"


def texts_of(output: dict[str, Any], longest: int | None = None) -> Iterator[Text]:
    """The texts of an output of a cell, in the order in which they are stored; of all versions of the format.

    Args:
        longest: characters of one text that are looked at, if not ``MAX_TEXT``.
    """
    longest = MAX_TEXT if longest is None else longest
    kind = output.get("output_type")
    if kind == "stream":
        yield from _text(STREAM, output.get("text"), longest)
    elif kind in ("error", "pyerr"):
        traceback = output.get("traceback")
        lines = traceback if isinstance(traceback, list) else [traceback]
        yield from _text(ERROR, "\n".join([line for line in lines if isinstance(line, str)]) or output.get("evalue"), longest)
    else:
        data = output.get("data")
        bundle = data if isinstance(data, dict) else {key: output[key] for key in _KINDS if key in output}
        for mime_type, value in bundle.items():
            if not mime_type.startswith(_BYTES):
                yield from _text(_kind_of(mime_type), value, longest)
    metadata = output.get("metadata")
    if isinstance(metadata, dict) and _DATABRICKS in metadata:  # the whole table, where the output shows its first rows
        yield from _text(JSON, metadata[_DATABRICKS], longest)


def _kind_of(mime_type: str) -> str:
    if mime_type == "application/json" or mime_type.endswith("+json"):
        return JSON
    return _KINDS.get(mime_type, PLAIN)


def _text(kind: str, value: Any, longest: int) -> Iterator[Text]:
    if kind == JSON and not isinstance(value, str):
        yield Text(JSON, "\n".join(_strings(value))[:longest], value)
        return
    if isinstance(value, list):
        try:
            value = "".join(value)
        except TypeError:
            value = "".join([line for line in value if isinstance(line, str)])
    if isinstance(value, str) and value:
        text = value[:longest]
        yield Text(PLAIN if kind == JSON else kind, _ANSI.sub("", text) if "\x1b" in text else text)


def _strings(value: Any) -> list[str]:
    """The strings of a JSON value, keys included, those that stand in for bytes left out."""
    found = []
    pending = [value]
    for item in pending:  # grows while it is walked
        if isinstance(item, str):
            found.append(item)
        elif len(pending) > MAX_ITEMS:
            continue
        elif isinstance(item, list):
            pending += item
        elif isinstance(item, dict):
            pending += item
            pending += [inner for key, inner in item.items() if not key.startswith(_BYTES)]
    return found
