"""Strip the plain notebook: one in which neither a tag, nor a marker, nor an option keeps anything. Almost all are.

Nothing needs to be known about such a notebook but where its outputs and counts stand, so its cells are not walked. Each array of
outputs is read once by the decoder, for its end, and a number takes its place; what then remains is small and is decoded as a
whole. A mistake about what belongs to what cannot get through: the stripped text is decoded too, and must equal the document that
had its cells stripped as values. JSON lets any value stand in for another, so a check of what remains is a check of the whole.

The bytes are read as Latin-1, in which each is a character: all that is looked for is ASCII, offsets are those of the file, and
one wide letter does not make a text of 20 MB twice as large. That they are UTF-8 is made sure of piece by piece.
"""

from __future__ import annotations

import json
import re

from dsguard.analysis.notebooks.strip import Edits, cut_members
from dsguard.analysis.notebooks.volatile import CELL, DEFAULTS, NOTEBOOK, keys_of
from dsguard.documents.json_walk import decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from dsguard.analysis.notebooks.strip import Keys

    Settings = Mapping[str, Mapping[str, Any]]
    """The options of each rule that is in force, by its code."""

DEFAULT_SETTINGS: Settings = {
    "DSG201": {"keep-types": (), "max-kept-size": 0, "oversize": "strip"},
    "DSG202": {},
    "DSG203": {"extra-keys": (), "keep-keys": ()},
}
"""What holds where nobody configured anything. A test holds it to the options of the rules, which take longer to import."""

MARKER = "dsguard"
ESCAPED_MARKER = re.compile(r"\\u00[67]")
"""With what a letter of it starts if it is escaped."""

_KEEPS = ("init_cell", "keep_output")
_STANDS_IN = "0"
_OUTPUTS = re.compile(r'"outputs"[ \t\n\r]*+:[ \t\n\r]*+(?=\[)')
_COUNT = re.compile(r'"execution_count"[ \t\n\r]*+:[ \t\n\r]*+(-?[0-9]++)(?![.eE])')
_METADATA = re.compile(r'"metadata"[ \t\n\r]*+:[ \t\n\r]*+(?=\{)')


def strip(data: bytes, settings: Settings) -> bytes | None:
    """What is left of a notebook's bytes, or ``None`` where somebody may have a say, or where it is not plain JSON of version 4."""
    if settings.get("DSG201") != DEFAULT_SETTINGS["DSG201"] or "DSG202" not in settings:
        return None
    try:
        return _strip(data, settings.get("DSG203"))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None  # not the JSON that was expected: whoever reads it closely says what is wrong with it


def _strip(data: bytes, volatile: Mapping[str, Any] | None) -> bytes | None:
    text, arrays = _without_outputs(data)
    if MARKER in text or ("\\u00" in text and ESCAPED_MARKER.search(text)) or '"prompt_number"' in text:
        return None
    document = json.loads(text)
    counts = [found.span(1) for found in _COUNT.finditer(text)]
    if _may_keep(document) or _cleared(document["cells"]) != (len(arrays), len(counts)):
        return None
    edits = Edits(text)
    for start in arrays:
        edits.replace(start, start + len(_STANDS_IN), "[]")
    for start, end in counts:
        edits.replace(start, end, "null")
    if volatile is not None:
        _cut_metadata(edits, document, volatile)
    text.encode("latin-1").decode()
    if not edits:
        return data
    stripped = edits.made()
    return stripped.encode("latin-1") if json.loads(stripped) == document else None


def _cleared(cells: list[dict[str, Any]]) -> tuple[int, int]:
    """Clear the outputs and the counts of cells, and say how many there were: fewer than in the text if a key is repeated or elsewhere."""
    outputs = counts = 0
    for cell in cells:
        if cell.get("outputs"):
            raise ValueError
        if cell.get("outputs") == 0:
            outputs += 1
            cell["outputs"] = []
        if cell.get("execution_count") is not None:
            counts += 1
            cell["execution_count"] = None
    return outputs, counts


def _without_outputs(data: bytes) -> tuple[str, list[int]]:
    """The text with a number in place of each array of outputs that is not empty, and where those numbers stand.

    Raises:
        ValueError: such an array is not JSON, or not UTF-8.
    """
    text = data.decode("latin-1")
    may_be_other = not data.isascii()
    parts: list[str] = []
    places: list[int] = []
    place = size = 0
    found = _OUTPUTS.search(text)
    while found is not None:
        start = end = found.end()
        if not text.startswith("[]", start):
            outputs, end = decode("", text, start)
            if outputs:
                if may_be_other:
                    data[start:end].decode()
                parts += (text[place:start], _STANDS_IN)
                size += start - place
                places.append(size)
                size += len(_STANDS_IN)
                place = end
        found = _OUTPUTS.search(text, end)
    return "".join([*parts, text[place:]]), places


def _may_keep(document: dict[str, Any]) -> bool:
    """Whether the notebook or a cell says anything about keeping outputs, or is no notebook."""
    if document["metadata"].get("keep_output"):
        return True
    for cell in document["cells"]:
        metadata = cell["metadata"]
        if metadata and (any(key in metadata for key in _KEEPS) or "keep_output" in metadata.get("tags", ())):
            return True
    return False


def _cut_metadata(edits: Edits, document: dict[str, Any], volatile: Mapping[str, Any]) -> None:
    """Cut volatile keys, from the text and from the document.

    Raises:
        ValueError: it cannot be told where the metadata of what stands.
    """
    of_cells, of_notebook = _keys(CELL, volatile), _keys(NOTEBOOK, volatile)
    cells = [(cell["metadata"], of_cells) for cell in document["cells"]]
    of_all = [(document["metadata"], of_notebook)]
    names = list(document)
    owners = cells + of_all if names.index("cells") < names.index("metadata") else of_all + cells
    gone = [(index, metadata, found) for index, (metadata, keys) in enumerate(owners) if metadata and (found := keys.found_in(metadata))]
    if not gone:
        return
    starts = [found.end() for found in _METADATA.finditer(edits.text)]
    if len(starts) != len(owners):
        raise ValueError
    for index, metadata, found in gone:
        start = starts[index]
        cut_members(edits, (start, decode("", edits.text, start)[1]), owners[index][1], ("metadata",))
        for path in found:
            inner = metadata
            for key in path[:-1]:
                inner = inner[key]
            del inner[path[-1]]


def _keys(prefix: str, settings: Mapping[str, Any]) -> Keys:
    return keys_of(prefix, (*DEFAULTS, *settings["extra-keys"]), settings["keep-keys"])
