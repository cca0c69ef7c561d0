"""Python code as one view, wherever it stands: a ``.py`` file, a marimo or Databricks notebook, the cells of a notebook.

A rule sees one syntax tree. For a notebook that is the code cells joined in document order, magics
made harmless without moving a line; :meth:`Module.at` gives the place back as cell and line.
"""

from __future__ import annotations

import ast
import bisect
import re
import warnings

from dsguard.model import Location, UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
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
        source: the code as it was parsed.
        tree: its syntax tree. Line numbers are those of ``source``.
        kind: ``script`` (any .py), ``marimo``, ``databricks`` (both also .py), or ``notebook`` (.ipynb).
        segments: for a notebook, the cells in the order they were joined.
        unparsed: cells left out since they do not parse, with the reason.
    """

    def __init__(
        self,
        file: File,
        source: str,
        tree: ast.Module,
        kind: str,
        segments: Iterable[Segment] = (),
        unparsed: Iterable[tuple[Cell, str]] = (),
    ) -> None:
        self.file = file
        self.source = source
        self.tree = tree
        self.kind = kind
        self.segments = tuple(segments)
        self.unparsed = tuple(unparsed)
        self._by_type: dict[type[ast.AST], list[ast.AST]] | None = None
        self._parents: dict[ast.AST, ast.AST] = {}
        self._imports: dict[str, str] | None = None
        self._lines: list[str] | None = None
        self._starts: list[int] = []

    @property
    def path(self) -> str:
        return self.file.path

    @property
    def is_notebook(self) -> bool:
        """Whether a person runs it cell by cell. Every marimo file has a ``__main__`` guard and is a notebook still."""
        return self.kind != "script"

    @property
    def lines(self) -> list[str]:
        """The lines of :attr:`source`."""
        if self._lines is None:
            self._lines = self.source.split("\n")
        return self._lines

    # The tree

    def nodes(self, kind: type[Node]) -> list[Node]:
        """All nodes of exactly this type, in the order of a breadth-first walk that all rules share."""
        return self._index().get(kind, [])  # type: ignore[return-value]

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node that holds this one; ``None`` for the module."""
        known = self._parents.get(node)
        if known is None and self._by_type is None and node is not self.tree:
            self._index_around(node)
            known = self._parents.get(node)
            if known is None:
                self._index()
                known = self._parents.get(node)
        return known

    def _index_around(self, node: ast.AST) -> None:
        """Note the parents within the statement that holds a node, and those of it: a small part of all for a small part of the price."""
        line = getattr(node, "lineno", None)
        if line is None:
            return
        if not self._starts:
            self._starts = [_first_line(one) for one in self.tree.body]
        index = bisect.bisect_right(self._starts, line) - 1
        while index >= 0 and _last_line(self.tree.body[index]) >= line:
            self._descend(self.tree.body[index], self.tree, line)
            index -= 1

    def _descend(self, statement: ast.AST, holder: ast.AST, line: int) -> None:
        """Note what a statement holds itself, and the statements in it that a line is in."""
        is_new = statement not in self._parents
        self._parents[statement] = holder
        own: list[ast.AST] = []
        for name in statement._fields:
            held = getattr(statement, name, None)
            for child in held if isinstance(held, list) else (held,):
                if isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case)):
                    if _first_line(child) <= line <= _last_line(child):
                        self._descend(child, statement, line)
                elif is_new and isinstance(child, ast.AST) and not isinstance(child, _SINGLETONS):
                    self._parents[child] = statement
                    own.append(child)
        self._note(own, {})

    def loads(self, name: str, within: ast.AST | None = None) -> list[ast.Name]:
        """Where a name is read, in a function or anywhere. Only statements that have it in their text are walked."""
        pattern = re.compile(rf"\b{re.escape(name)}\b")
        lines = [number for number, line in enumerate(self.lines, 1) if name in line and pattern.search(line)]
        found: list[ast.Name] = []
        queue: list[ast.AST] = [within or self.tree]
        for node in queue:  # grows while it is walked
            if isinstance(node, (ast.stmt, ast.ExceptHandler, ast.match_case)):
                index = bisect.bisect_left(lines, _first_line(node))
                if index == len(lines) or lines[index] > _last_line(node):
                    continue
            elif isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
                found.append(node)
            queue += ast.iter_child_nodes(node)
        return found

    def _note(self, queue: list[ast.AST], by_type: dict[type[ast.AST], list[ast.AST]]) -> None:
        """Note the kind and the parent of some nodes and of all within them."""
        parents = self._parents
        for node in queue:  # grows while it is walked
            by_type.setdefault(type(node), []).append(node)
            # A node's own dict has its fields in order; ast.iter_child_nodes gives the same at four times the cost.
            for value in vars(node).values():
                for child in value if isinstance(value, list) else (value,):
                    # One object stands in many places for each operator and context: it has no parent to speak of.
                    if isinstance(child, ast.AST) and not isinstance(child, _SINGLETONS):
                        parents[child] = node
                        queue.append(child)

    def _index(self) -> dict[type[ast.AST], list[ast.AST]]:
        if self._by_type is not None:
            return self._by_type
        by_type: dict[type[ast.AST], list[ast.AST]] = {}
        self._note([self.tree], by_type)
        self._by_type = by_type
        return by_type

    # Names

    @property
    def imports(self) -> dict[str, str]:
        """What each imported name stands for: ``{"np": "numpy", "choice": "random.choice"}``.

        Imports anywhere in the file count (a function's own ones too). A relative import keeps its
        dots (``.utils.seed``). ``import a.b`` binds ``a``.
        """
        if self._imports is None:
            found: dict[str, str] = {}
            statements = list(self.statements())
            for node in statements:
                if not isinstance(node, ast.Import):
                    continue
                for alias in node.names:
                    if alias.asname:
                        found[alias.asname] = alias.name
                    else:
                        top = alias.name.partition(".")[0]
                        found[top] = top
            for statement in statements:
                if not isinstance(statement, ast.ImportFrom):
                    continue
                base = "." * statement.level + (statement.module or "")
                for alias in statement.names:
                    if alias.name != "*":
                        joint = "" if base.endswith(".") or not base else "."
                        found[alias.asname or alias.name] = f"{base}{joint}{alias.name}"
            self._imports = found
        return self._imports

    def statements(self) -> Iterator[ast.AST]:
        """All statements, the outer ones first, without a look at any expression."""
        queue: list[ast.AST] = list(self.tree.body)
        for node in queue:  # grows while it is walked
            yield node
            for field in ("body", "handlers", "orelse", "finalbody", "cases"):
                held = getattr(node, field, None)
                if isinstance(held, list):
                    queue += held

    def resolve(self, node: ast.AST) -> str | None:
        """The dotted origin of a name or attribute chain (``np.random.rand`` -> ``numpy.random.rand``).

        A name that was never imported resolves to itself (``open``, ``print``, a local variable).
        ``None`` for anything else than names and attributes.
        """
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        parts.append(self.imports.get(node.id, node.id))
        return ".".join(reversed(parts))

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


def _first_line(node: ast.AST) -> int:
    """The first line of a statement, its decorators included."""
    if isinstance(node, ast.match_case):
        return node.pattern.lineno
    decorators = getattr(node, "decorator_list", None)
    line: int = getattr(node, "lineno", 1)
    return min(line, decorators[0].lineno) if decorators else line


def _last_line(node: ast.AST) -> int:
    return (node.body[-1].end_lineno if isinstance(node, ast.match_case) else getattr(node, "end_lineno", None)) or 0


_SINGLETONS = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)


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
    tree = file.files.held(("tree", source), lambda: parse(file.path, source))
    return Module(file, source, tree, _kind_of(source))


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
