"""Strip a whole notebook in one go, for a git filter: what the fixes of DSG201 to DSG203 would leave, without findings.

The decisions and the edits are those of the rules; only what tells people about them is left out. Where a person or a marker
has a say it is left to the rules.
"""

from __future__ import annotations

import json
import re

from dsguard.analysis.notebooks.keep import contradicts_itself, stored_outputs
from dsguard.analysis.notebooks.plain import ESCAPED_LETTER, MARKER
from dsguard.analysis.notebooks.strip import COUNTS, Edits, clear_counts, clear_outputs, remove_metadata
from dsguard.analysis.notebooks.volatile import CELL, DEFAULTS, NOTEBOOK, keys_of
from dsguard.documents.json_walk import changed
from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from dsguard.analysis.notebooks.plain import Settings
    from dsguard.analysis.notebooks.volatile import Keys
    from dsguard.documents.file import File
    from dsguard.documents.notebook import Cell, Notebook

_REPLACED = "\\ufffd"
"""What may stand for half of a surrogate pair in the text of a notebook, which is then not the text of the file."""


def strip(file: File, settings: Settings) -> bytes | None:
    """What is left of a notebook's bytes, or ``None`` where the rules themselves must look at it."""
    try:
        notebook = file.notebook
    except UnreadableError:
        return None
    if _REPLACED in notebook.text:
        return None
    data = file.data
    edits = Edits(notebook.text)
    if not _collect(edits, notebook, settings):
        return None
    if not edits.changes:
        return data
    text = edits.made()
    try:
        meant = json.loads(text) == changed(notebook.document(), edits.changes)
    except (ValueError, LookupError, TypeError, RecursionError):
        meant = False
    if not meant:
        return None  # the rules' own edits are held to the document once more, and are refused if they fail
    return data[: notebook.byte_offset(0)] + text.encode()


def forget(file: File) -> None:
    """Let go of what a notebook was parsed into: its cells and it hold each other, and nobody may be looking for cycles."""
    try:
        if file.has_view("notebook"):
            file.notebook.cells = ()
    except UnreadableError:
        pass  # it held nothing
    file.release()


def _collect(edits: Edits, notebook: Notebook, settings: Settings) -> bool:
    """Add up all edits; ``False`` if something is not for a machine to decide."""
    of_outputs, of_metadata = settings.get("DSG201"), settings.get("DSG203")
    keys = _keys(CELL, of_metadata)
    for cell in notebook.cells:
        if _may_be_marked(cell):
            return False
        cleared = False
        if of_outputs is not None and cell.outputs:
            stored = stored_outputs(cell, of_outputs["keep-types"], of_outputs["max-kept-size"])
            if stored:
                if contradicts_itself(cell) or of_outputs["oversize"] == "error" or not clear_outputs(edits, cell, stored):
                    return False
                cleared = len(stored) == len(cell.outputs)
        if "DSG202" in settings and _is_counted(cell, in_outputs=not cleared):
            clear_counts(edits, cell, in_outputs=not cleared)
        if keys is not None and cell.metadata and keys.found_in(cell.metadata):
            remove_metadata(edits, keys, cell.members, cell.path)
    keys = _keys(NOTEBOOK, of_metadata)
    if keys is not None and keys.found_in(notebook.metadata):
        remove_metadata(edits, keys, notebook.members, ())
    return True


def _may_be_marked(cell: Cell) -> bool:
    """Whether a tag or a comment may accept findings of the cell; the source is not joined for that."""
    if cell.tags and any(MARKER in tag for tag in cell.tags):
        return True
    text = cell.notebook.text
    for key, _, start, end in cell.members:
        if key in ("source", "input") and (text.find(MARKER, start, end) >= 0 or re.search(ESCAPED_LETTER, text[start:end])):
            return True
    return False


def _is_counted(cell: Cell, *, in_outputs: bool) -> bool:
    if cell.execution_count is not None:
        return True
    return in_outputs and any(output.get(key) is not None for output in cell.outputs for key in COUNTS)


def _keys(prefix: str, settings: Mapping[str, Any] | None) -> Keys | None:
    return None if settings is None else keys_of(prefix, (*DEFAULTS, *settings["extra-keys"]), settings["keep-keys"])
