"""Archives of Databricks notebooks (``.dbc``): a zip of JSON files, one a notebook.

Read in memory and within limits; nothing is unpacked.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib

from dsguard.documents.file import MAX_WHOLE_SIZE
from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dsguard.documents.file import File

MAX_MEMBERS = 2000
"""Members of an archive that are looked at."""

_NOTHING = '<div class="ansiout"></div>'
"""What older clusters store for a command that printed nothing."""


class ArchivedNotebook:
    """A notebook of an archive.

    Args:
        name: its path in the archive.
        cells: how many commands it has.
        stored: how many of them have results or an error.
    """

    __slots__ = ("cells", "name", "stored")

    def __init__(self, name: str, cells: int, stored: int) -> None:
        self.name = name
        self.cells = cells
        self.stored = stored

    def __repr__(self) -> str:
        return f"<ArchivedNotebook {self.name!r}, {self.stored} of {self.cells}>"


def archived_notebooks(file: File) -> list[ArchivedNotebook]:
    """The notebooks of an archive; members that are none are left out.

    Raises:
        UnreadableError: it is no archive, or larger than what is read whole (not fatal).
    """
    found = []
    left = MAX_WHOLE_SIZE
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            for member in archive.infolist()[:MAX_MEMBERS]:
                if member.is_dir():
                    continue
                with archive.open(member) as stream:
                    data = stream.read(left + 1)  # whatever size its entry claims
                left -= len(data)
                if left < 0:
                    break
                notebook = _notebook(member.filename, data)
                if notebook is not None:
                    found.append(notebook)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError) as error:
        raise UnreadableError(file.path, f"no archive of notebooks that can be read ({error})", fatal=False) from None
    return found


def _notebook(name: str, data: bytes) -> ArchivedNotebook | None:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    commands = document.get("commands") if isinstance(document, dict) else None
    if not isinstance(commands, list):
        return None
    return ArchivedNotebook(name, len(commands), sum(_has_results(command) for command in commands if isinstance(command, dict)))


def _has_results(command: dict[str, Any]) -> bool:
    """Whether something is stored of a run: results with data in them, or an error."""
    results = command.get("results")
    if isinstance(results, dict):
        results = results.get("data")
    return bool(results and results != _NOTHING) or bool(command.get("error") or command.get("errorSummary"))
