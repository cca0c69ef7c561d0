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


def places(file: File, shape: Shape) -> Iterator[Place]:
    """The literals of a file that have a shape and stand where a path is meant.

    Raises:
        UnreadableError: it is Python or a notebook and cannot be read as that, for another reason than a Windows path
            in it: such a file is judged line by line.
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
    return bool(file.roles & DATA_ROLES) or any(folder.lower() in RECORD_FOLDERS for folder in file.folder.split("/"))


def _python(file: File, shape: Shape) -> Iterator[Place]:
    from dsguard.analysis.paths import python

    try:
        module = file.python
    except UnreadableError as error:
        if _UNICODE_ERROR not in error.reason:
            raise
        yield from text_places(Text("python", file.lines, shape, file.at))
        return
    yield from python.places(module, shape)
    if module.kind == "databricks":
        yield from _databricks_magics(file, shape)


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
    broken = {cell.number for cell, reason in module.unparsed if _UNICODE_ERROR in reason}
    for cell in file.notebook.code_cells:
        lines = cell.source.split("\n")
        if cell.number in broken:
            yield from text_places(Text("python", lines, shape, cell.at_source))
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
