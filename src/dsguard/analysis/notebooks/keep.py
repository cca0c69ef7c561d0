"""Which outputs of a cell are kept on purpose: by what the cell or the notebook says, by their type, or by their size.

The order of precedence is that of nbstripout 0.9 (``determine_keep_output`` and ``strip_output`` in its ``_utils.py``), so that
a repository that used it keeps what it kept. Two differences: there, an option to keep a type takes the other outputs of a
cell away although it is tagged ``keep_output``; here a tag speaks for the whole cell. And there, a count is part of an output's
size, so that one may be kept once and taken away the next time, when its count has become ``null``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dsguard.documents.notebook import Cell

KEEP = "keep_output"

OUTPUT_TYPES = ("stream", "display_data", "execute_result", "error")
_V3_TYPES = {"pyout": "execute_result", "pyerr": "error"}
_V3_MIME_TYPES = {
    "html": "text/html",
    "javascript": "application/javascript",
    "jpeg": "image/jpeg",
    "json": "application/json",
    "latex": "text/latex",
    "png": "image/png",
    "svg": "image/svg+xml",
    "text": "text/plain",
}


def keeps_outputs(cell: Cell) -> bool:
    """What the cell says, or else its notebook, about keeping all of its outputs. A contradiction is no consent."""
    metadata = cell.metadata
    if "init_cell" in metadata:
        return bool(metadata["init_cell"])
    if KEEP in metadata:
        return bool(metadata[KEEP])
    return KEEP in cell.tags or bool(cell.notebook.keep_output)


def contradicts_itself(cell: Cell) -> bool:
    """Whether its metadata denies what its tag asks for."""
    metadata = cell.metadata
    return "init_cell" not in metadata and KEEP in cell.tags and KEEP in metadata and not metadata[KEEP]


def stored_outputs(cell: Cell, keep_types: tuple[str, ...] = (), max_kept_size: int = 0) -> list[int]:
    """Which of a cell's outputs nobody meant to keep, as indexes into ``cell.outputs``.

    Args:
        keep_types: output types (``error``, ``stream:stderr``) and mime types (``image/png``, ``image/*``) that may stay.
        max_kept_size: characters of text up to which an output may stay.
    """
    if not cell.outputs or keeps_outputs(cell):
        return []
    return [
        index
        for index, output in enumerate(cell.outputs)
        if not (max_kept_size and output_size(output) <= max_kept_size) and not _is_of(output, keep_types)
    ]


def output_size(output: dict[str, Any]) -> int:
    """The length of all text in an output: what is compared with ``max-kept-size``. Its count is none."""
    return text_size([value for key, value in output.items() if key not in ("execution_count", "prompt_number")])


def is_output_type(name: str) -> bool:
    """Whether a configuration may name it: a mime type, or an output type with a stream's name behind it."""
    return "/" in name or name.partition(":")[0] in OUTPUT_TYPES


def text_size(value: Any) -> int:
    """The length of all strings in a JSON value together, keys left out; other scalars count as they are written."""
    size = 0
    pending = [value]
    for item in pending:  # grows while it is walked
        if isinstance(item, str):
            size += len(item)
        elif isinstance(item, list):
            pending += item
        elif isinstance(item, dict):
            pending += item.values()
        else:
            size += len(str(item))
    return size


def _is_of(output: dict[str, Any], keep_types: tuple[str, ...]) -> bool:
    if not keep_types:
        return False
    kind = str(output.get("output_type"))
    kind = _V3_TYPES.get(kind, kind)
    name = output.get("name", output.get("stream"))
    if kind in keep_types or f"{kind}:{name}" in keep_types:
        return True
    mime_types = _mime_types(output)
    return bool(mime_types) and all(_listed(mime_type, keep_types) for mime_type in mime_types)


def _mime_types(output: dict[str, Any]) -> set[str]:
    """What is shown: without the plain text that stands in for a picture or a table where neither can be shown."""
    data = output.get("data")
    found = set(data) if isinstance(data, dict) else {_V3_MIME_TYPES[key] for key in output if key in _V3_MIME_TYPES}
    return found - {"text/plain"} or found


def _listed(mime_type: str, keep_types: tuple[str, ...]) -> bool:
    return mime_type in keep_types or f"{mime_type.partition('/')[0]}/*" in keep_types
