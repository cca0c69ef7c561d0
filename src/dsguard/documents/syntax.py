"""The syntax tree of some Python code, and what can be asked of it: nodes by type, parents, names, uses of a name.

Nothing here knows which file the code stands in: copies of a file have one of these in common.
"""

from __future__ import annotations

import ast
import bisect
import itertools

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable
    from typing import Any, TypeVar

    Node = TypeVar("Node", bound=ast.AST)
    T = TypeVar("T")


class Syntax:
    """Code and its tree. All else is made when it is first asked for.

    Args:
        source: the code as it was parsed.
        tree: its syntax tree. Line numbers are those of ``source``.
    """

    def __init__(self, source: str, tree: ast.Module) -> None:
        self.source = source
        self.tree = tree
        self._by_type: dict[type[ast.AST], list[ast.AST]] | None = None
        self._parents: dict[ast.AST, ast.AST] = {}
        self._imports: dict[str, str] | None = None
        self._lines: list[str] | None = None
        self._starts: list[int] = []
        """The first line of each statement of the module."""
        self._offsets: list[int] = []
        """Where each line starts in the source, and where one behind the last would."""
        self._made: dict[Hashable, Any] = {}

    @property
    def lines(self) -> list[str]:
        """The lines of :attr:`source`."""
        if self._lines is None:
            self._lines = self.source.split("\n")
        return self._lines

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What follows from the code alone, wherever it stands: made once, by a name of its own."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]  # type: ignore[no-any-return]

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

    def function_around(self, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The function whose body holds a node; ``None`` in a lambda, a class body or a module's own statements."""
        around = self.parent(node)
        while around is not None and not isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            around = self.parent(around)
        return around if isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef)) else None

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
        parents = self._parents
        if statement not in parents:
            parents[statement] = holder
            own = [child for child in _children(statement) if not isinstance(child, _STATEMENTS)]
            parents.update(dict.fromkeys(own, statement))
            self._note(own, {})
        if isinstance(statement, _SIMPLE):
            return
        held = vars(statement)
        for field in _BLOCKS:
            for child in held.get(field, ()):
                if getattr(child, "end_lineno", line) < line:
                    continue
                if _first_line(child) > line:
                    break
                if _last_line(child) >= line:
                    self._descend(child, statement, line)

    def loads(self, name: str, within: ast.AST | None = None) -> list[ast.Name]:
        """Where a name is read, in a function or anywhere. Only statements that have it in their text are walked."""
        return self.once(("loads", name, within), lambda: self._loads(name, within))

    def mentions(self, name: str, within: ast.AST) -> bool:
        """Whether a name stands in the text of a statement."""
        return bool(self._lines_with(name, within))

    def _loads(self, name: str, within: ast.AST | None) -> list[ast.Name]:
        lines = self._lines_with(name, within)
        found: list[ast.Name] = []
        queue: list[ast.AST] = [within or self.tree]
        for node in queue:  # grows while it is walked
            if isinstance(node, ast.Name):
                if node.id == name and isinstance(node.ctx, ast.Load):
                    found.append(node)
            elif not isinstance(node, _STATEMENTS) or _holds_one_of(node, lines):
                queue += _children(node)
        return found

    def _lines_with(self, name: str, within: ast.AST | None) -> list[int]:
        """The lines that have a name in their text, in a function or anywhere."""
        source = self.source
        if not self._offsets:
            self._offsets = [0, *itertools.accumulate(len(line) + 1 for line in self.lines)]
        offsets = self._offsets
        place, end = (0, len(source)) if within is None else (offsets[_first_line(within) - 1], offsets[_last_line(within)])
        lines: list[int] = []
        place = source.find(name, place, end)
        while place >= 0:
            behind = place + len(name)
            if not _is_in_name(source[place - 1 : place]) and not _is_in_name(source[behind : behind + 1]):
                lines.append(bisect.bisect_right(offsets, place))
                behind = offsets[lines[-1]]
            place = source.find(name, behind, end)
        return lines

    def stores(self, within: ast.AST) -> Stores:
        """What the statements within a node assign to."""
        return self.once(("stores", within), lambda: Stores(within, has_walrus=":=" in self.source))

    def _note(self, queue: list[ast.AST], by_type: dict[type[ast.AST], list[ast.AST]]) -> None:
        """Note the kind and the parent of some nodes and of all within them."""
        parents = self._parents
        for node in queue:  # grows while it is walked
            by_type.setdefault(type(node), []).append(node)
            children = _children(node)
            for child in children:
                parents[child] = node
            queue += children

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
            statements = self.statements()
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

    def statements(self) -> list[ast.AST]:
        """All statements, the outer ones first, without a look at any expression."""
        return self.once("statements", lambda: statements_of(self.tree.body))

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


class Stores:
    """What the statements within a node assign to. The variables of a comprehension are its own, and none of these.

    Attributes:
        names: the nodes of names, by name.
        attributes: the nodes of attributes, by their last part.
    """

    __slots__ = ("attributes", "names")

    def __init__(self, within: ast.AST, *, has_walrus: bool) -> None:
        self.names: dict[str, list[ast.Name]] = {}
        self.attributes: dict[str, list[ast.Attribute]] = {}
        statements = statements_of([within])
        queue: list[ast.AST] = [target for statement in statements for target in _targets(statement)]
        if has_walrus:
            queue += [node.target for node in ast.walk(within) if isinstance(node, ast.NamedExpr)]
        for node in queue:  # grows while it is walked
            if isinstance(node, ast.Name):
                self.names.setdefault(node.id, []).append(node)
            elif isinstance(node, ast.Attribute):
                self.attributes.setdefault(node.attr, []).append(node)
            elif isinstance(node, (ast.Tuple, ast.List)):
                queue += node.elts
            elif isinstance(node, ast.Starred):
                queue.append(node.value)


def _targets(statement: ast.AST) -> list[ast.expr]:
    """What a statement itself assigns to."""
    if isinstance(statement, ast.Assign):
        return statement.targets
    if isinstance(statement, (ast.AugAssign, ast.AnnAssign, ast.For, ast.AsyncFor)):
        return [statement.target]
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return [item.optional_vars for item in statement.items if item.optional_vars is not None]
    return []


def statements_of(body: Iterable[ast.AST]) -> list[ast.AST]:
    """Statements and those within them, the outer ones first, without a look at any expression."""
    queue = list(body)
    for node in queue:  # grows while it is walked
        if not isinstance(node, _SIMPLE):
            held = vars(node)
            for field in _BLOCKS:
                if field in held:
                    queue += held[field]
    return queue


def _children(node: ast.AST) -> list[ast.AST]:
    """What a node holds, in order.

    One object stands in many places for each operator and context: it has no parent to speak of and is left out.
    """
    kind = type(node)
    fields = _HOLDING.get(kind)
    if fields is None:
        fields = _HOLDING[kind] = () if kind is ast.Constant else tuple(name for name in kind._fields if name not in _PLAIN)
    found: list[ast.AST] = []
    # Most fields are of one sort for all nodes of a kind; ast.iter_child_nodes looks at each of them, at six times the cost.
    for name in fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += [child for child in value if isinstance(child, ast.AST) and not isinstance(child, _SINGLETONS)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def _is_in_name(character: str) -> bool:
    return character.isalnum() or character == "_"


def _first_line(node: ast.AST) -> int:
    """The first line of a statement, its decorators included."""
    if isinstance(node, ast.match_case):
        return node.pattern.lineno
    decorators = getattr(node, "decorator_list", None)
    line: int = getattr(node, "lineno", 1)
    return min(line, decorators[0].lineno) if decorators else line


def last_name(node: ast.AST | None) -> str:
    """``fit`` of ``model.fit``, ``main`` of ``main``; ``""`` of what is no such name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _holds_one_of(statement: ast.AST, lines: list[int]) -> bool:
    """Whether one of some lines, in order, is a statement's."""
    index = bisect.bisect_right(lines, _last_line(statement)) - 1
    return index >= 0 and lines[index] >= _first_line(statement)


def calls_within(statements: Iterable[ast.AST]) -> list[ast.Call]:
    """All calls in some statements, the outer ones first."""
    queue = list(statements)
    for node in queue:  # grows while it is walked
        queue += _children(node)
    return [node for node in queue if isinstance(node, ast.Call)]


def _last_line(node: ast.AST) -> int:
    return (node.body[-1].end_lineno if isinstance(node, ast.match_case) else getattr(node, "end_lineno", None)) or 0


_SIMPLE = (ast.Assign, ast.Expr, ast.Return, ast.AugAssign, ast.AnnAssign, ast.Import, ast.ImportFrom)
"""Most statements: they hold no other."""
_STATEMENTS = (ast.stmt, ast.ExceptHandler, ast.match_case)
"""Statements, and the parts of statements that hold statements."""
_BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")
"""The fields that hold those, in the order of the source."""
_HOLDING: dict[type[ast.AST], tuple[str, ...]] = {}
"""The fields of each kind of node that may hold nodes."""
_PLAIN = frozenset(
    ("arg", "attr", "conversion", "ctx", "id", "is_async", "kind", "level", "module", "op", "ops", "simple", "tag", "type_comment")
)
"""Fields that hold text, numbers, or what stands for an operator or a context, in all kinds of nodes."""
_SINGLETONS = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)
