"""Every path literal of a file, whatever the file is: the one entry to this package."""

from __future__ import annotations

import re

from dsguard.analysis.paths.languages import CELLS, DOCUMENTS, language_of
from dsguard.analysis.paths.text import Text
from dsguard.analysis.paths.text import places as text_places
from dsguard.analysis.paths.vocabulary import DATA_ROLES, RECORD_FOLDERS
from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.analysis.paths.place import Place
    from dsguard.analysis.paths.shapes import Shape
    from dsguard.analysis.paths.text import At
    from dsguard.documents.file import File
    from dsguard.documents.notebook import Cell
    from dsguard.model import Location

MAX_CONFIG_SIZE = 1024 * 1024
"""Files other than Python that are larger than this (bytes) were written by a program: their paths are data."""

_UNICODE_ERROR = "unicodeescape"
_TIME = re.compile(r"(?:19|20)\d\d-?[01]\d-?[0-3]\d[T_ -][0-2]\d[-:_.h]?[0-5]\d[-:_.m]?[0-5]\d")
"""A folder that is named for a point in time, to the second, was made by a run."""


def places(file: File, shape: Shape) -> Iterator[Place]:
    """The literals of a file that have a shape and stand where a path is meant.

    Python that does not parse is judged line by line: Python 2, a template, a Windows path whose backslashes are escapes.

    Raises:
        UnreadableError: it is no text, or no notebook.
    """
    if file.suffix == ".ipynb":
        yield from _notebook(file, shape)
    elif file.suffix in (".py", ".pyw"):
        yield from _python(file, shape)
    elif file.size <= MAX_CONFIG_SIZE and not file.is_binary:
        language = language_of(file.path)
        if language is not None and not (language in DOCUMENTS and _is_record(file)):
            yield from text_places(Text(language, file.lines, shape, file.at, path=file.path))


def _is_record(file: File) -> bool:
    """Whether a document tells what a run did or is data itself, rather than what code is to do."""
    if file.roles & DATA_ROLES:
        return True
    return any(folder.lower() in RECORD_FOLDERS or _TIME.match(folder) for folder in file.folder.split("/"))


def _python(file: File, shape: Shape) -> Iterator[Place]:
    from dsguard.analysis.paths import python

    try:
        module = file.python
    except UnreadableError as error:
        yield from _line_by_line(Text("python", file.lines, shape, file.at), error.reason)
        return
    yield from python.places(module, shape)
    if module.kind == "databricks":
        yield from _databricks_magics(file, shape)


def _line_by_line(text: Text, reason: str) -> Iterator[Place]:
    """The literals of Python that does not parse. In Python 2 a path with ``\\U`` in it is not the cause."""
    for place in text_places(text):
        place.breaks_file = place.breaks_file and _UNICODE_ERROR in reason
        yield place


_DATABRICKS_LINE = re.compile(r"# MAGIC ?(.*)")
_DATABRICKS_MAGIC = re.compile(r"\s*%(\w+)")
_DATABRICKS_LANGUAGES = {"sh": "magic", "run": "magic", "fs": "magic", "pip": "magic", "cd": "magic", "r": "r"}


def _databricks_magics(file: File, shape: Shape) -> Iterator[Place]:
    """``# MAGIC %sh`` cells and single magics of a Databricks notebook in its .py form."""
    language: str | None = None
    is_first = True
    for number, line in enumerate(file.lines, 1):
        found = _DATABRICKS_LINE.match(line)
        if not found:
            is_first = True
            continue
        if is_first:
            magic = _DATABRICKS_MAGIC.match(found[1])
            language = _DATABRICKS_LANGUAGES.get(magic[1]) if magic else None
            is_first = False
        if language:
            yield from _one_line(language, line, found.start(1), number, shape, file.at)


def _notebook(file: File, shape: Shape) -> Iterator[Place]:
    from dsguard.analysis.paths import python

    module = file.python
    judged = set()
    for place in python.places(module, shape):
        judged.add((place.location.cell, place.location.cell_line))
        yield place
    broken = {cell.number: reason for cell, reason in module.unparsed}
    for cell in file.notebook.code_cells:
        lines = cell.source.split("\n")
        if cell.is_python and cell.number in broken:
            code = ["" if _MAGIC.match(line) else line for line in lines]
            yield from _line_by_line(Text("python", code, shape, cell.at_source), broken[cell.number])
        if cell.is_python:
            for place in _magics(cell, lines, shape):
                if (cell.number, place.location.cell_line) not in judged:  # the statement behind a %time was seen as Python
                    yield place
        else:
            language = _cell_language(cell)
            if language:
                yield from text_places(Text(language, lines, shape, cell.at_source))


_MAGIC = re.compile(r"[ \t]*(?:%|!|[A-Za-z_][\w., \[\]]{0,80}=[ \t]*[%!])")


def _magics(cell: Cell, lines: list[str], shape: Shape) -> Iterator[Place]:
    """Lines that IPython hands to a magic or to the shell."""
    for number, line in enumerate(lines, 1):
        if ("%" in line or "!" in line) and _MAGIC.match(line):
            yield from _one_line("magic", line, 0, number, shape, cell.at_source)


def _one_line(language: str, line: str, start: int, number: int, shape: Shape, at: At) -> Iterator[Place]:
    """What is found in one line of a longer text, from an offset on."""

    def shifted(_line: int, column: int, _end_line: int, end_column: int) -> Location:
        return at(number, column + start, number, end_column + start)

    yield from text_places(Text(language, [line[start:]], shape, shifted))


def _cell_language(cell: Cell) -> str | None:
    """The reader for a cell that is not Python: by its ``%%`` magic, else by the language of its notebook."""
    from dsguard.documents.magics import cell_magic

    magic = cell_magic(cell.source)
    if magic is None:
        return CELLS.get(cell.language)
    if magic == "writefile":
        target = cell.source.split("\n", 1)[0].split()[-1]
        return "python" if target.endswith(".py") else language_of(target)
    return CELLS.get(magic.lower())
