"""The Python of a notebook as one module, for rules that follow names from cell to cell."""

from __future__ import annotations

import itertools

from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dsguard.documents.file import File
    from dsguard.documents.notebook import Cell
    from dsguard.documents.python import Module, Segment


def join_code(file: File) -> Module:
    """The Python code cells of a notebook as one module, in document order; empty if it is in another language.

    A cell that does not parse is left out and told in ``unparsed``.

    Raises:
        UnreadableError: it is not a notebook (fatal).
    """
    import ast

    from dsguard.documents.magics import to_python
    from dsguard.documents.python import Module
    from dsguard.documents.syntax import Syntax

    pieces = [(cell, to_python(cell.source)) for cell in file.notebook.cells if cell.is_python]
    unparsed: list[tuple[Cell, str]] = []
    module = _joined_module(file, pieces, unparsed)
    if module is None:
        pieces = _parsing(file.path, pieces, unparsed)
        module = _joined_module(file, pieces, unparsed)
    if module is None:
        unparsed += [(cell, "does not parse together with the other cells") for cell, _ in pieces]
        module = Module(file, Syntax("", ast.Module([], [])), "notebook", (), unparsed)
    return module


def _joined_module(file: File, pieces: Iterable[tuple[Cell, str]], unparsed: list[tuple[Cell, str]]) -> Module | None:
    """All pieces parsed in one go; ``None`` if that fails or if a statement runs over the end of a cell."""
    from dsguard.documents.python import MAX_SOURCE_SIZE, Module, Segment, parse
    from dsguard.documents.syntax import Syntax

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
    module = Module(file, Syntax(joined, tree), "notebook", segments, unparsed)
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
        for reading in itertools.chain((source,), repaired(source)):  # one that parses is not read for repairs
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
