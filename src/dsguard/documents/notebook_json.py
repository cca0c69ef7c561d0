"""Read a notebook from its JSON text, in one walk, or say in a person's words why it is none."""

from __future__ import annotations

import json
import re

from dsguard.documents.file import MAX_WHOLE_SIZE
from dsguard.documents.json_walk import decode, may_hold_surrogates, skip_blanks, walk_array, walk_object, without_lone_surrogates
from dsguard.documents.notebook import Cell, Notebook, language_of
from dsguard.model import UnreadableError
from dsguard.options import format_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from dsguard.documents.file import File
    from dsguard.documents.json_walk import Member, Read

    Found = tuple[tuple[int, int], list[Member], dict[str, Any], tuple[str | int, ...]]

_BOM = b"\xef\xbb\xbf"
_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?:[ \r\n]|$)", re.MULTILINE)


def load_notebook(file: File) -> Notebook:
    """Parse a notebook.

    Raises:
        UnreadableError: it is not one (fatal): empty, merge conflict, truncated or other broken JSON, no cells, not UTF-8,
            nested too deep, too large. Not fatal: a template, or a git-lfs pointer in place of a notebook.
    """
    try:
        return load_json(file, _read)
    except UnreadableError as error:
        if "/.virtual_documents/" in f"/{file.path}":  # where JupyterLab's language server keeps the code of notebooks, under their names
            raise UnreadableError(file.path, "code that JupyterLab took from a notebook, not one itself", fatal=False) from None
        raise error


def load_json(file: File, read: Callable[[File, str, int], Notebook]) -> Notebook:
    """Parse a notebook that is kept as JSON.

    Args:
        read: makes it from the file, its text without a byte order mark, and how many bytes that mark took. Raises
            ``ValueError`` for what is not JSON.

    Raises:
        UnreadableError: as :func:`load_notebook`.
    """
    if file.size > MAX_WHOLE_SIZE:
        raise unreadable(file, f"{format_size(file.size)} is too large for a notebook to be read (over {format_size(MAX_WHOLE_SIZE)})")
    data = file.data
    if not data or data.isspace():
        raise unreadable(file, f"an empty file ({len(data)} bytes), not a notebook")
    mark = len(_BOM) if data.startswith(_BOM) else 0
    try:
        text = data[mark:].decode() if mark else data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, mark + error.start) + 1
        raise unreadable(file, f"not UTF-8: byte {mark + error.start} (0x{error.object[error.start]:02x})", line) from None
    if data.startswith(_LFS_POINTER):
        raise UnreadableError(file.path, "a git-lfs pointer: the notebook itself is not here", fatal=False)
    if may_hold_surrogates(data):
        text = without_lone_surrogates(text)
    try:
        return read(file, text, mark)
    except RecursionError:
        raise unreadable(file, "JSON nested too deep to be a notebook") from None
    except ValueError:
        raise _diagnosis(file, text) from None


def _read(file: File, text: str, mark: int) -> Notebook:
    reader = _CellReader()
    members, values, end = walk_object(text, skip_blanks(text, 0), reader.top)
    if skip_blanks(text, end) != len(text):
        raise ValueError
    if values.get("cells") is not reader and values.get("worksheets") is not reader:
        raise unreadable(file, "not a notebook: JSON without a list of cells")
    notebook = Notebook(file, text, mark, members, values, reader.output_spans)
    found = reader.cells if values.get("cells") is reader else reader.worksheet_cells
    notebook.cells = tuple(Cell(notebook, number, *parts) for number, parts in enumerate(found, 1))
    notebook.language = language_of(notebook)
    return notebook


class _CellReader:
    """Reads a notebook's object, walks the cells by hand on the way and stands in for their lists as a value."""

    def __init__(self) -> None:
        self.cells: list[Found] = []
        self.worksheet_cells: list[Found] = []
        self._worksheets = 0
        self.output_spans: dict[int, list[tuple[int, int]]] = {}

    def top(self, key: str, text: str, at: int) -> tuple[Any, int]:
        if key == "cells" and text.startswith("[", at):
            self.cells.clear()  # a second list under the same key replaces the first
            return self, walk_array(text, at, self._reads_into(self.cells, ("cells",)))[2]
        if key == "worksheets" and text.startswith("[", at):
            self.worksheet_cells.clear()
            self._worksheets = 0
            return self, walk_array(text, at, self._worksheet)[2]
        return decode(key, text, at)

    def _worksheet(self, key: str, text: str, at: int) -> tuple[Any, int]:
        self._worksheets += 1
        if not text.startswith("{", at):
            return decode(key, text, at)
        return None, walk_object(text, at, self._worksheet_member)[2]

    def _worksheet_member(self, key: str, text: str, at: int) -> tuple[Any, int]:
        if key == "cells" and text.startswith("[", at):
            path = ("worksheets", self._worksheets - 1, "cells")
            return None, walk_array(text, at, self._reads_into(self.worksheet_cells, path))[2]
        return decode(key, text, at)

    def _outputs(self, key: str, text: str, at: int) -> tuple[Any, int]:
        if not text.startswith("[", at):
            return decode(key, text, at)
        self.output_spans[at], items, end = walk_array(text, at)
        return items, end

    def _reads_into(self, found: list[Found], path: tuple[str | int, ...]) -> Read:
        before = len(found)

        def read(key: str, text: str, at: int) -> tuple[Any, int]:
            way = (*path, len(found) - before)
            if not text.startswith("{", at):
                found.append(((at, at), [], {}, way))
                return decode(key, text, at)
            members, values, end = walk_object(text, at, self._outputs, ("outputs",))
            found.append(((at, end), members, values, way))
            return None, end

        return read


def unreadable(file: File, reason: str, line: int | None = None, column: int | None = None) -> UnreadableError:
    """Why a file that should be a notebook is none. A template need not be one."""
    return UnreadableError(file.path, reason, line=line, column=column, fatal="template" not in file.roles)


def _diagnosis(file: File, text: str) -> UnreadableError:
    """Why a text is no notebook, found only when it is known not to be one."""
    conflict = _CONFLICT.search(text)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        return unreadable(file, f"unresolved merge conflict: conflict markers from line {line} on", line, 1)
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        truncated = not text[error.pos :].strip() or error.msg.startswith("Unterminated string")
        what = "the JSON ends too early, as of a file cut off" if truncated else f"broken JSON: {error.msg}"
        return unreadable(file, f"{what} (line {error.lineno}, column {error.colno})", error.lineno, error.colno)
    except RecursionError:
        return unreadable(file, "JSON nested too deep to be a notebook")
    except ValueError:  # the only other one: int() refuses such numbers, as they take it quadratic time
        return unreadable(file, "JSON with a number of thousands of digits: not read")
    return unreadable(file, "not a notebook: JSON, but no object with cells")
