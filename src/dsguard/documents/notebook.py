"""A notebook as rules see it: its cells, their decoded sources, and where every piece stands in the JSON text.

Made by ``notebook_json`` without nbformat (importing it costs more than all else here): versions 4.0 to 4.5, the
worksheets of version 3, and what Colab, Kaggle, Databricks, VS Code and .NET notebooks make of them. Nothing is written
back from here, so nothing needs to be valid: what is not understood is empty, and only what is no notebook is refused.
"""

from __future__ import annotations

import json

from dsguard.documents.cell_source import SourceMap, joined, normalised
from dsguard.documents.json_walk import decode, find_members, members_at, walk_array
from dsguard.documents.places import Places
from dsguard.model import Location

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dsguard.documents.file import File
    from dsguard.documents.json_walk import Member

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
        self._source_map: SourceMap | None = None

    def __repr__(self) -> str:
        return f"<Cell {self.number} of {self.notebook.path!r}, {self.type}>"

    @property
    def source(self) -> str:
        """Decoded; all line ends are ``\\n``."""
        if self._source is None:
            self._source = normalised(joined(self.values.get("source", self.values.get("input"))))
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
            self._source_map = SourceMap(self)
        start = self._source_map.index(line, column)
        stop = start if end_line is None else max(start, self._source_map.index(end_line, end_column or 1))
        physical_start, physical_end = self._source_map.physical(start, stop)
        at = self.notebook.at_offset(physical_start, None if end_line is None else physical_end)
        at.cell, at.cell_id, at.cell_line, at.cell_column = self.number, self.id, line, column
        return at


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


def _language(name: str) -> str:
    name = name.strip().lower()
    return "python" if name in _PYTHON else name


def language_of(notebook: Notebook) -> str:
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
