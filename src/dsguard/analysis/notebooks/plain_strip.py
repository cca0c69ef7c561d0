"""Strip the plain notebook: cut what must go from its text, then decode what is left and hold that to what was meant.

One decoding serves for both: it tells whether the notebook was a plain one, and that nothing else of it went. What was taken out
is known to be JSON, too: outputs were decoded for their end, counts are whole numbers, and so is the metadata that was cut.
"""

from __future__ import annotations

import json
import re

from dsguard.analysis.notebooks.plain import (
    COUNT,
    DEFAULT_SETTINGS,
    cuts_of,
    ends_in_metadata,
    keeps,
    keys_for,
    left_of,
    may_be_marked,
    occurs,
    read,
    without_outputs,
)
from dsguard.analysis.notebooks.volatile import CELL, NOTEBOOK
from dsguard.documents.json_scan import scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from dsguard.analysis.notebooks.plain import Settings

_METADATA = re.compile(r'"metadata"[ \t\n\r]*+:[ \t\n\r]*+(?=\{)(?!\{[ \t\n\r]*+\})')
"""A key whose value is not empty."""


def strip(data: bytes, settings: Settings) -> bytes | None:
    """What is left of a notebook's bytes, or ``None`` where it is not plain, or an option lets something stay."""
    if settings.get("DSG201") != DEFAULT_SETTINGS["DSG201"] or "DSG202" not in settings:
        return None
    try:
        return _strip(data, settings.get("DSG203"))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, StopIteration):
        return None  # not the JSON that was expected: whoever reads it closely says what is wrong with it


def is_changed(data: bytes, settings: Settings) -> bool | None:
    """Whether :func:`strip` would change a notebook, told without doing it; ``None`` where that takes a closer look."""
    plain = read(data) if settings == DEFAULT_SETTINGS else None
    if plain is None:
        return None
    if plain.arrays or plain.counted:
        return True
    cuts = cuts_of(plain, settings["DSG203"])
    return None if cuts is None else bool(cuts)


def _strip(data: bytes, volatile: Mapping[str, Any] | None) -> bytes | None:
    parts, arrays, _ = without_outputs(data)
    text = b"[]".join(parts).decode("latin-1")
    if may_be_marked(text):
        return None
    at_end = text.find('"metadata"') > text.find('"cells"')
    kept, metadata = _without_volatile(text, volatile, at_end=at_end)
    left = _without_counts(kept)
    document = json.loads(left)
    if ends_in_metadata(document) is not at_end:
        return None
    if not arrays and left is text:
        return data if _is_meant(document, None, metadata) else None
    return left.encode("latin-1") if _is_meant(document, left, metadata) else None


def _without_counts(text: str) -> str:
    """A text with ``null`` in the place of all counts; the very same if there are none."""
    parts: list[str] = []
    place = 0
    for found in re.finditer(COUNT, text):
        start, end = found.span(1)
        parts.append(text[place:start])
        place = end
    return "null".join([*parts, text[place:]]) if parts else text


def _without_volatile(text: str, volatile: Mapping[str, Any] | None, *, at_end: bool) -> tuple[str, list[dict[str, Any]]]:
    """A text without volatile metadata (the very same if there is none), and what all metadata in it that was not empty should be now.

    Args:
        at_end: whether that of the notebook stands behind its cells.

    Raises:
        ValueError: metadata says that something is kept, or cannot be cut as it was meant.
    """
    of_cells, of_notebook = (keys_for(prefix, volatile) if volatile is not None else None for prefix in (CELL, NOTEBOOK))
    of_all = text.rfind('"metadata"') if at_end else text.find('"metadata"')
    meant: list[dict[str, Any]] = []
    parts: list[str] = []
    place = 0
    for found in _METADATA.finditer(text):
        is_of_all = found.start() == of_all
        start = found.end()
        value, end = scan(text, start)
        if keeps(value, of_notebook=is_of_all):
            raise ValueError
        keys = of_notebook if is_of_all else of_cells
        if keys is not None and keys.found_in(value):
            left, value, _ = left_of(text[start:end], keys, value)
            parts += (text[place:start], left)
            place = end
        meant.append(value)
    return "".join([*parts, text[place:]]) if parts else text, meant


def _is_meant(document: dict[str, Any], text: str | None, metadata: list[dict[str, Any]]) -> bool:
    """Whether a decoded notebook has no outputs and counts, this metadata, and no such keys but in its cells.

    Args:
        text: that it was decoded from; ``None`` if nothing was taken from that.
        metadata: of the notebook and its cells, in the order of the text, without what is empty.
    """
    cells = document["cells"]
    owners = [cell["metadata"] for cell in cells]
    owners.insert(len(owners) if ends_in_metadata(document) else 0, document["metadata"])
    if list(filter(None, owners)) != list(filter(None, metadata)):
        return False
    outputs = counts = 0
    for cell in cells:
        if "outputs" in cell:
            outputs += 1
            if cell["outputs"]:
                return False
        if "execution_count" in cell:
            counts += 1
            if cell["execution_count"] is not None:
                return False
        if "prompt_number" in cell:
            return False
    times = {'"metadata"': len(owners), '"outputs"': outputs, '"execution_count"': counts}
    return text is None or all(occurs(text, key, count) for key, count in times.items())
