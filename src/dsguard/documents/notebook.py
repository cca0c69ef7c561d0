"""A notebook as rules see it: its cells, their decoded sources, and where every piece stands in the JSON text.

Read without nbformat (importing it costs more than all else here), in one walk over the text: versions 4.0 to 4.5, the
worksheets of version 3, and what Colab, Kaggle, Databricks, VS Code and .NET notebooks make of them. Nothing is written
back from here, so nothing needs to be valid: what is not understood is empty, and only what is no notebook is refused.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right

from dsguard.documents.file import MAX_WHOLE_SIZE
from dsguard.documents.json_walk import (
    Member,
    decode,
    find_members,
    may_hold_surrogates,
    members_at,
    skip_blanks,
    walk_array,
    walk_object,
    without_lone_surrogates,
)
from dsguard.documents.places import Places
from dsguard.model import Location, UnreadableError, format_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from dsguard.documents.file import File
    from dsguard.documents.json_walk import Read
    from dsguard.documents.python import Module, Segment

    Found = tuple[tuple[int, int], list[Member], dict[str, Any], tuple[str | int, ...]]

_BOM = b"\xef\xbb\xbf"
_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?:[ \r\n]|$)", re.MULTILINE)
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL)

_PYTHON = frozenset({"python", "ipython", "python2", "python3", "ipython2", "ipython3", "pyspark"})
_KERNELS = {"ir": "r", "julia": "julia", "scala": "scala", "spylon": "scala", "bash": "bash", "sql": "sql", ".net": "csharp"}
"""Languages by how a kernel's name starts, for notebooks that say nothing else."""

_CELL_LANGUAGE_KEYS = (
    ("vscode", "languageId"),
    ("polyglot_notebook", "kernelName"),
    ("dotnet_interactive", "language"),
    ("microsoft", "language"),
)
"""Where editors note that a cell is in another language than its notebook."""


class Notebook:
    """A parsed notebook.

    Args:
        file: the file it comes from.
        text: its JSON text without a byte order mark. All offsets of this module count its characters unless bytes are named.
        nbformat: major version of the format; 0 if it does not say.
        metadata: of the notebook.
        cells: all cells in document order, those of all worksheets in version 3.
        members: the members of the top-level object, duplicates included.
        items: where the items of arrays start and end, by where the array starts, as far as known: outputs are too large to be
            read again.
    """

    __slots__ = ("_items", "_places", "_values", "cells", "file", "language", "members", "metadata", "nbformat", "nbformat_minor", "text")

    def __init__(
        self,
        file: File,
        text: str,
        mark: int,
        members: list[Member],
        values: dict[str, Any],
        items: dict[int, list[tuple[int, int]]] | None = None,
    ) -> None:
        self.file = file
        self.text = text
        self.members = tuple(members)
        self.nbformat = _integer(values.get("nbformat"))
        self.nbformat_minor = _integer(values.get("nbformat_minor"))
        self.metadata: dict[str, Any] = _mapping(values.get("metadata"))
        self.cells: tuple[Cell, ...] = ()
        self.language = "python"
        """What its kernel runs, in lower case: ``python``, ``r``, ``julia``, ``c#``, ..."""
        self._places = Places(text, mark)
        self._items = items or {}
        self._values = values

    def __repr__(self) -> str:
        return f"<Notebook {self.path!r}, {len(self.cells)} cells>"

    @property
    def path(self) -> str:
        return self.file.path

    @property
    def code_cells(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.type == "code")

    @property
    def is_python(self) -> bool:
        return self.language == "python"

    @property
    def is_databricks(self) -> bool:
        """Whether Databricks exported it: there a ``%sql`` line says what language the whole cell is in."""
        return "application/vnd.databricks.v1+notebook" in self.metadata

    @property
    def keep_output(self) -> bool | None:
        """What its metadata says about outputs of all cells (``keep_output``); ``None`` if nothing."""
        return bool(self.metadata["keep_output"]) if "keep_output" in self.metadata else None

    def document(self) -> Any:
        """The whole as parsed JSON: what was decoded on the way through the text. Not to be changed."""
        if self._values.get("cells") is not None and all(cell.path[0] == "cells" and cell.end > cell.start for cell in self.cells):
            return {**self._values, "cells": [cell.values for cell in self.cells]}
        return json.loads(self.text)

    # Places

    def at_offset(self, start: int, end: int | None = None) -> Location:
        """The physical place of characters ``start:end`` of :attr:`text` (end exclusive)."""
        line, column = self._places.line_column(start)
        if end is None:
            return Location(self.path, line, column)
        return Location(self.path, line, column, *self._places.line_column(end))

    def byte_offset(self, offset: int) -> int:
        """Where a character of :attr:`text` starts in the file's bytes: what an :class:`~dsguard.model.Edit` needs."""
        return self._places.byte_offset(offset)

    def members_of(self, member: Member) -> list[Member]:
        """The members of a member's value, if that is an object: one level further down, duplicates included."""
        return members_at(self.text, member[2])

    def items_of(self, member: Member) -> list[tuple[int, int]]:
        """Where the items of a member's value start and end, if that is an array."""
        start = member[2]
        known = self._items.get(start)
        if known is not None:
            return known
        return walk_array(self.text, start)[0] if self.text.startswith("[", start) else []

    def byte_span(self, member: Member) -> tuple[int, int]:
        """The bytes of the file that hold a member's value (end exclusive)."""
        return self.byte_offset(member[2]), self.byte_offset(member[3])


class Cell:
    """A cell of a notebook.

    Args:
        number: from 1, over cells of all types.
        start: where its ``{`` stands in the text; ``end`` (exclusive) likewise.
        members: the members of its object, duplicates included.
        values: their values, the last one of a key.
        path: the keys and indexes that lead to it in the parsed document.
    """

    __slots__ = (
        "_source",
        "_source_map",
        "end",
        "execution_count",
        "id",
        "members",
        "metadata",
        "notebook",
        "number",
        "outputs",
        "path",
        "start",
        "tags",
        "type",
        "values",
    )

    def __init__(
        self,
        notebook: Notebook,
        number: int,
        span: tuple[int, int],
        members: list[Member],
        values: dict[str, Any],
        path: tuple[str | int, ...],
    ) -> None:
        self.notebook = notebook
        self.number = number
        self.path = path
        self.start, self.end = span
        self.members = tuple(members)
        self.values = values
        self.type = _text(values.get("cell_type"))
        self.id: str | None = _text(values.get("id")) or None
        self.metadata: dict[str, Any] = _mapping(values.get("metadata"))
        self.tags: tuple[str, ...] = _tags(self.metadata["tags"]) if "tags" in self.metadata else ()
        self.outputs: list[dict[str, Any]] = _outputs(values.get("outputs"))
        """As they stand in the JSON, those under a repeated key too; an item that is no object became an empty one."""
        self.execution_count = values.get("execution_count", values.get("prompt_number"))
        """Also what version 3 calls ``prompt_number``. Any JSON value, mostly an ``int`` or ``None``."""
        if len(values) != len(members):
            self._read_repeated()
        self._source: str | None = None
        self._source_map: _SourceMap | None = None

    def __repr__(self) -> str:
        return f"<Cell {self.number} of {self.notebook.path!r}, {self.type}>"

    @property
    def source(self) -> str:
        """Decoded; all line ends are ``\\n``."""
        if self._source is None:
            self._source = _normalised(_joined(self.values.get("source", self.values.get("input"))))
        return self._source

    @property
    def has_outputs(self) -> bool:
        return bool(self.outputs)

    @property
    def key(self) -> str:
        """What names the cell when others are added or moved: its id, Colab's own id, else a hash of its source."""
        if self.id:
            return self.id
        colab_id = self.metadata.get("id")
        if isinstance(colab_id, str) and colab_id:
            return colab_id
        from hashlib import sha256

        return sha256(self.source.encode()).hexdigest()[:12]

    def _read_repeated(self) -> None:
        """Of a key that occurs twice JSON's readers see the last value, but git records both: outputs and counts add up."""
        text = self.notebook.text
        self.outputs = [output for member in self._all("outputs") for output in _outputs(decode("", text, member[2])[0])]
        counts = [decode("", text, member[2])[0] for member in self._all("execution_count", "prompt_number")]
        self.execution_count = next((count for count in counts if count is not None), None)

    def _all(self, *keys: str) -> list[Member]:
        return [member for member in self.members if member[0] in keys]

    # Code

    @property
    def language(self) -> str:
        """What the cell is in, magics aside: as its editor notes it, else the notebook's language."""
        for key, field in _CELL_LANGUAGE_KEYS:
            noted = _mapping(self.metadata.get(key)).get(field)
            if isinstance(noted, str) and noted:
                return _language(noted)
        noted = self.metadata.get("language")  # Azure Data Studio
        if not isinstance(noted, str):
            noted = _text(self.values.get("language"))  # version 3
        return _language(noted) if noted else self.notebook.language

    @property
    def is_python(self) -> bool:
        """Whether it is a code cell that runs as Python: not one under ``%%bash``, nor an SQL cell beside Python ones."""
        from dsguard.documents import magics

        if self.type != "code" or magics.is_foreign(self.source, databricks=self.notebook.is_databricks):
            return False
        if self.language != "python":
            return magics.line_magic(self.source) == "python" and self.notebook.is_databricks
        return bool(self.metadata.get("deepnote_cell_type", "code") == "code")

    @property
    def python_source(self) -> str:
        """Its code with magics and shell escapes made harmless; as many lines as :attr:`source`. Empty if it is not Python."""
        from dsguard.documents.magics import to_python

        return to_python(self.source) if self.is_python else ""

    # Places

    def member(self, key: str) -> Member | None:
        """The member that counts: the last one of this key."""
        for member in reversed(self.members):
            if member[0] == key:
                return member
        return None

    def occurrences(self, key: str) -> list[Member]:
        """All members of this key: JSON's readers see the last one, git records each."""
        return self._all(key)

    def span(self, key: str) -> tuple[int, int] | None:
        """The bytes of the file that hold the value of a key (end exclusive), or ``None`` if it is missing."""
        member = self.member(key)
        return None if member is None else self.notebook.byte_span(member)

    def spans(self, key: str) -> list[tuple[int, int]]:
        """As :meth:`span`, for each time that the key occurs."""
        return [self.notebook.byte_span(member) for member in self._all(key)]

    def at(self, key: str = "") -> Location:
        """Where the value of a key stands; without one, or if it is missing, where the cell starts.

        An end is given if it is on the same line: nobody wants thousands of lines of output marked.
        """
        member = self.member(key)
        return self._at_span(*((self.start, self.end) if member is None else member[2:]))

    def at_output(self, index: int, key: str = "") -> Location:
        """Where one of :attr:`outputs` (counted from 0) stands, or the value of a key of it; its end only if on the same line."""
        start, end = self.output_spans()[index]
        if key and self.notebook.text.startswith("{", start):
            for _, _, value_start, value_end in find_members(self.notebook.text, (start, end), key):
                start, end = value_start, value_end
        return self._at_span(start, end)

    def output_spans(self) -> list[tuple[int, int]]:
        """Where each of :attr:`outputs` starts and ends in the text."""
        spans = [span for member in self._all("outputs") for span in self.notebook.items_of(member)]
        return spans or [(self.start, self.start)] * len(self.outputs)

    def _at_span(self, start: int, end: int) -> Location:
        at = self.notebook.at_offset(start)
        if self.notebook.text.find("\n", start, end) < 0 and at.column is not None:
            at.end_line, at.end_column = at.line, at.column + end - start
        at.cell, at.cell_id = self.number, self.id
        return at

    def at_source(self, line: int, column: int = 1, end_line: int | None = None, end_column: int | None = None) -> Location:
        """Where a place of :attr:`source` stands: in the cell, and through the escapes in the JSON text.

        Lines and columns count from 1, columns in characters; the end is exclusive. A place beyond the source is taken
        for its end.
        """
        if self._source_map is None:
            self._source_map = _SourceMap(self)
        start = self._source_map.index(line, column)
        stop = start if end_line is None else max(start, self._source_map.index(end_line, end_column or 1))
        physical_start, physical_end = self._source_map.physical(start, stop)
        at = self.notebook.at_offset(physical_start, None if end_line is None else physical_end)
        at.cell, at.cell_id, at.cell_line, at.cell_column = self.number, self.id, line, column
        return at


class _SourceMap:
    """From a place in a cell's decoded source to the characters of the JSON text that spell it.

    The text is cut into runs: characters that stand for themselves, or one escape. A bisection finds the run of a place.
    """

    __slots__ = ("_line_starts", "_offsets", "_removed", "_starts", "_widths")

    def __init__(self, cell: Cell) -> None:
        self._line_starts = [0]
        source = cell.source
        newline = source.find("\n")
        while newline >= 0:
            self._line_starts.append(newline + 1)
            newline = source.find("\n", newline + 1)
        self._line_starts.append(len(source) + 1)

        self._starts: list[int] = []
        """Index of the first character of each run in the decoded source, before its line ends were made alike."""
        self._offsets: list[int] = []
        """Where each run starts in the text."""
        self._widths: list[int] = []
        """How many characters of the text spell one of the run."""
        member = cell.member("source") or cell.member("input")
        total, end = 0, cell.start
        if member is not None:
            end = member[2]
            for start, stop in _strings(cell.notebook, member):
                total = self._add(cell.notebook.text, start, stop, total)
                end = stop
        self._starts.append(total)
        self._offsets.append(end)
        self._widths.append(0)
        self._removed = _removed(_joined_raw(cell, member)) if member is not None else []

    def _add(self, text: str, start: int, stop: int, total: int) -> int:
        place = start
        for match in _ESCAPE.finditer(text, start, stop):
            escape, end = match.span()
            if escape > place:
                self._run(total, place, 1)
                total += escape - place
            self._run(total, escape, end - escape)
            total += 1
            place = end
        if stop > place:
            self._run(total, place, 1)
            total += stop - place
        return total

    def _run(self, index: int, offset: int, width: int) -> None:
        self._starts.append(index)
        self._offsets.append(offset)
        self._widths.append(width)

    def index(self, line: int, column: int) -> int:
        """The index in the cell's source of a line and column, kept inside the source and the line."""
        if line < 1:
            return 0
        if line >= len(self._line_starts):
            return self._line_starts[-1] - 1
        return min(self._line_starts[line - 1] + max(column, 1) - 1, self._line_starts[line] - 1)

    def physical(self, start: int, stop: int) -> tuple[int, int]:
        """Offsets in the text of the characters ``start:stop`` of the cell's source."""
        run, index = self._run_of(start)
        first = self._offsets[run] + (index - self._starts[run])
        if stop <= start:
            return first, first
        run, index = self._run_of(stop - 1)
        return first, self._offsets[run] + (index - self._starts[run]) + self._widths[run]

    def _run_of(self, index: int) -> tuple[int, int]:
        index += bisect_right(self._removed, index)
        return bisect_right(self._starts, index) - 1, index


def load_notebook(file: File) -> Notebook:
    """Parse a notebook.

    Raises:
        UnreadableError: it is not one (fatal): empty, merge conflict, truncated or other broken JSON, no cells, not UTF-8,
            nested too deep, too large. Not fatal: a template, or a git-lfs pointer in place of a notebook.
    """
    return load_json(file, _read)


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
    notebook.language = _language_of(notebook)
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


# Code


def join_code(file: File) -> Module:
    """The Python code cells of a notebook as one module, in document order; empty if it is in another language.

    A cell that does not parse is left out and told in ``unparsed``.

    Raises:
        UnreadableError: it is not a notebook (fatal).
    """
    import ast

    from dsguard.documents.magics import to_python
    from dsguard.documents.python import Module

    pieces = [(cell, to_python(cell.source)) for cell in file.notebook.cells if cell.is_python]
    unparsed: list[tuple[Cell, str]] = []
    module = _joined_module(file, pieces, unparsed)
    if module is None:
        pieces = _parsing(file.path, pieces, unparsed)
        module = _joined_module(file, pieces, unparsed)
    if module is None:
        unparsed += [(cell, "does not parse together with the other cells") for cell, _ in pieces]
        module = Module(file, "", ast.Module([], []), "notebook", (), unparsed)
    return module


def _joined_module(file: File, pieces: Iterable[tuple[Cell, str]], unparsed: list[tuple[Cell, str]]) -> Module | None:
    """All pieces parsed in one go; ``None`` if that fails or if a statement runs over the end of a cell."""
    from dsguard.documents.python import MAX_SOURCE_SIZE, Module, Segment, parse

    segments: list[Segment] = []
    sources: list[str] = []
    line = 1
    for cell, source in pieces:
        segments.append(Segment(line, cell))
        sources.append(source)
        line += source.count("\n") + 1
    joined = "\n".join(sources)
    if len(joined) > MAX_SOURCE_SIZE:
        return None
    try:
        tree = parse(file.path, joined)
    except UnreadableError:
        return None
    module = Module(file, joined, tree, "notebook", segments, unparsed)
    for statement in tree.body:
        first = min([statement.lineno, *(decorator.lineno for decorator in getattr(statement, "decorator_list", ()))])
        if module.segment_of(first) is not module.segment_of(statement.end_lineno or first):
            return None
    return module


def _parsing(path: str, pieces: Iterable[tuple[Cell, str]], unparsed: list[tuple[Cell, str]]) -> list[tuple[Cell, str]]:
    """The pieces that parse on their own, mended where need be. The others go to ``unparsed``."""
    from dsguard.documents.magics import repaired
    from dsguard.documents.python import MAX_SOURCE_SIZE, parse

    good: list[tuple[Cell, str]] = []
    size = 0
    for cell, source in pieces:
        reason = ""
        for reading in (source, *repaired(source)):
            if size + len(reading) > MAX_SOURCE_SIZE:
                reason = reason or "over 4 MB of code"
                break
            try:
                parse(path, reading)
            except UnreadableError as error:
                reason = reason or error.reason
            else:
                good.append((cell, reading))
                size += len(reading)
                reason = ""
                break
        if reason:
            unparsed.append((cell, reason))
    return good


# Values that may be of any type


def _integer(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _tags(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(tag for tag in value if isinstance(tag, str)) if isinstance(value, list) else ()


def _outputs(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [item if isinstance(item, dict) else {} for item in value]
    return [_mapping(value)] if value else []


def _joined(value: Any) -> str:
    """A string that may be stored as a list of strings."""
    if isinstance(value, list):
        return "".join([item for item in value if isinstance(item, str)])
    return _text(value)


def _normalised(source: str) -> str:
    """With ``\\n`` as the only line end, as Python's own tokeniser counts lines."""
    return source.replace("\r\n", "\n").replace("\r", "\n") if "\r" in source else source


def _removed(raw: str) -> list[int]:
    """Where :func:`_normalised` took a character away: how many to add to an index is how many of these are not above it."""
    places: list[int] = []
    place = raw.find("\r\n")
    while place >= 0:
        places.append(place + 1 - len(places))
        place = raw.find("\r\n", place + 2)
    return places


def _joined_raw(cell: Cell, member: Member) -> str:
    return _joined(decode(member[0], cell.notebook.text, member[2])[0])


def _strings(notebook: Notebook, member: Member) -> list[tuple[int, int]]:
    """Where the characters between the quotes of a string, or of each string of a list, start and end in the text."""
    spans = notebook.items_of(member) or [member[2:]]
    return [(start + 1, end - 1) for start, end in spans if notebook.text.startswith('"', start)]


def _language(name: str) -> str:
    name = name.strip().lower()
    return "python" if name in _PYTHON else name


def _language_of(notebook: Notebook) -> str:
    metadata = notebook.metadata
    kernel = _mapping(metadata.get("kernelspec"))
    databricks = _mapping(metadata.get("application/vnd.databricks.v1+notebook"))
    for name in (_mapping(metadata.get("language_info")).get("name"), kernel.get("language"), databricks.get("language")):
        if isinstance(name, str) and name.strip():
            return _language(name)
    kernel_name = _text(kernel.get("name")).lower()
    for prefix, language in _KERNELS.items():
        if kernel_name.startswith(prefix):
            return language
    return "python"
