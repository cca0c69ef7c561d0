"""Python code as one view, wherever it stands: a ``.py`` file, a marimo or Databricks notebook, the cells of a notebook.

A rule sees one syntax tree. For a notebook that is the code cells joined in document order, magics
made harmless without moving a line; :meth:`Module.at` gives the place back as cell and line.
"""

from __future__ import annotations

import ast
import re
import warnings

from dsguard.documents.syntax import Syntax
from dsguard.model import Location, UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeVar

    from dsguard.documents.file import File
    from dsguard.documents.notebook import Cell

    Node = TypeVar("Node", bound=ast.AST)

MAX_SOURCE_SIZE = 4 * 1024 * 1024
"""Python sources larger than this (bytes) are data in disguise and are not parsed."""

_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


class Segment:
    """A run of lines of the joined source that comes from one cell."""

    __slots__ = ("cell", "first_line")

    def __init__(self, first_line: int, cell: Cell) -> None:
        self.first_line = first_line
        self.cell = cell


class Module:
    """Parsed Python code and where each piece of it stands.

    Args:
        file: the file it comes from.
        syntax: the code as it was parsed, and its tree; copies of the file have it in common.
        kind: ``script`` (any .py), ``marimo``, ``databricks`` (both also .py), or ``notebook`` (.ipynb).
        segments: for a notebook, the cells in the order they were joined.
        unparsed: cells left out since they do not parse, with the reason.
    """

    def __init__(
        self,
        file: File,
        syntax: Syntax,
        kind: str,
        segments: Iterable[Segment] = (),
        unparsed: Iterable[tuple[Cell, str]] = (),
    ) -> None:
        self.file = file
        self.syntax = syntax
        self.source = syntax.source
        self.tree = syntax.tree
        self.kind = kind
        self.segments = tuple(segments)
        self.unparsed = tuple(unparsed)

    @property
    def path(self) -> str:
        return self.file.path

    @property
    def is_notebook(self) -> bool:
        """Whether a person runs it cell by cell. Every marimo file has a ``__main__`` guard and is a notebook still."""
        return self.kind != "script"

    # What the code alone says, see :class:`~dsguard.documents.syntax.Syntax`

    @property
    def lines(self) -> list[str]:
        """The lines of :attr:`source`."""
        return self.syntax.lines

    @property
    def imports(self) -> dict[str, str]:
        """What each imported name stands for: ``{"np": "numpy", "choice": "random.choice"}``."""
        return self.syntax.imports

    def nodes(self, kind: type[Node]) -> list[Node]:
        """All nodes of exactly this type, in the order of a breadth-first walk that all rules share."""
        return self.syntax.nodes(kind)

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node that holds this one; ``None`` for the module."""
        return self.syntax.parent(node)

    def loads(self, name: str, within: ast.AST | None = None) -> list[ast.Name]:
        """Where a name is read, in a function or anywhere."""
        return self.syntax.loads(name, within)

    def function_around(self, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The function whose body holds a node; ``None`` in a lambda, a class body or a module's own statements."""
        return self.syntax.function_around(node)

    def statements(self) -> list[ast.AST]:
        """All statements, the outer ones first, without a look at any expression."""
        return self.syntax.statements()

    def resolve(self, node: ast.AST) -> str | None:
        """The dotted origin of a name or attribute chain (``np.random.rand`` -> ``numpy.random.rand``)."""
        return self.syntax.resolve(node)

    # Places

    def at(self, node: ast.AST) -> Location:
        """Where a node stands: in the file, and for a notebook in its cell too."""
        line = getattr(node, "lineno", 1)
        end_line = getattr(node, "end_lineno", None) or line
        return self.at_lines(
            line,
            self._column(line, getattr(node, "col_offset", 0)),
            end_line,
            self._column(end_line, getattr(node, "end_col_offset", None) or 0),
        )

    def at_lines(self, line: int, column: int = 1, end_line: int | None = None, end_column: int | None = None) -> Location:
        """Where a place in :attr:`source` stands (lines and columns from 1, columns in characters)."""
        if not self.segments:
            return self.file.at(line, column, end_line, end_column)
        segment = self.segment_of(line)
        shift = segment.first_line - 1
        return segment.cell.at_source(line - shift, column, None if end_line is None else end_line - shift, end_column)

    def segment_of(self, line: int) -> Segment:
        """The segment that a line of the joined source belongs to. Only for notebooks."""
        low, high = 0, len(self.segments) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self.segments[middle].first_line <= line:
                low = middle
            else:
                high = middle - 1
        return self.segments[low]

    def _column(self, line: int, byte_offset: int) -> int:
        """The tree counts columns in UTF-8 bytes, people in characters."""
        if not 1 <= line <= len(self.lines):
            return byte_offset + 1
        text = self.lines[line - 1]
        if text.isascii():
            return byte_offset + 1
        return len(text.encode("utf-8", "surrogatepass")[:byte_offset].decode("utf-8", "ignore")) + 1


def load_module(file: File) -> Module:
    """The Python view of a file.

    Raises:
        UnreadableError: see :attr:`dsguard.documents.file.File.python`.
    """
    if file.suffix == ".ipynb":
        from dsguard.documents.notebook_code import join_code

        return join_code(file)
    if file.size > MAX_SOURCE_SIZE:
        raise UnreadableError(file.path, "Python source of over 4 MB: not parsed", fatal=False)
    source = _decode_source(file)
    # Copies are common (an experiment starts as a copy of the last one): one tree serves all of them.
    syntax = file.files.held(("syntax", source), lambda: Syntax(source, parse(file.path, source)))
    return Module(file, syntax, _kind_of(source))


def parse(path: str, source: str) -> ast.Module:
    """Parse, without the warnings that a compiler prints for odd escapes.

    Raises:
        UnreadableError: a syntax error, NUL bytes, or nesting too deep for the parser.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except SyntaxError as error:
        raise UnreadableError(path, f"does not parse as Python: {error.msg}", line=error.lineno, fatal=False) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise UnreadableError(path, f"does not parse as Python: {error or type(error).__name__}", fatal=False) from None


def _decode_source(file: File) -> str:
    """Source text with ``\\n`` line ends, by the file's own coding line (PEP 263) where it has one."""
    data = file.data
    for line in data.split(b"\n", 2)[:2]:
        declared = _CODING.match(line)
        if declared:
            try:
                text = data.decode(declared[1].decode("ascii"))
            except (LookupError, UnicodeError):  # no such codec, or none for text, or other bytes than it says
                break
            return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return file.text.replace("\r\n", "\n").replace("\r", "\n")


def is_marimo(source: str) -> bool:
    """Whether a script is a marimo notebook: marimo writes both into each."""
    return "marimo.App(" in source and "__generated_with" in source


def _kind_of(source: str) -> str:
    if source.startswith("# Databricks notebook source"):
        return "databricks"
    if is_marimo(source):
        return "marimo"
    return "script"
