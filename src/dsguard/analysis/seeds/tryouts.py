"""What is tried out and left lying: a network made once at the end of the file that defines it, numbers of a function that only asserts."""

from __future__ import annotations

import ast

from dsguard.documents.syntax import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.analysis.seeds.events import Draw
    from dsguard.documents.python import Module

_SHOWING = frozenset(("print", "pprint", "summary", "display"))


def is_tryout(draw: Draw) -> bool:
    """Whether a draw ends up only in names of an imported module that neither its functions nor the importing module use.

    First weights end with the object that they are in, and so do numbers that the module's own statements draw. What a function that
    is called does besides (it may write a file) is not followed: such a draw is none.
    """
    last = next((number for number in reversed(range(len(draw.way))) if draw.way[number].is_import), None)
    if last is None:
        return False
    inner = draw.way[last + 1 :]
    if inner and not draw.is_weights:
        return False
    module, node = (inner[0].module, inner[0].node) if inner else (draw.module, draw.node)
    imported = draw.way[last].node
    if not isinstance(imported, ast.ImportFrom) or any(alias.name == "*" for alias in imported.names):
        return False
    return _stay_there(module, node, {alias.name for alias in imported.names})


def is_for_assertion(draw: Draw) -> bool:
    """Whether a draw stands in a function that only makes up values and asserts something of them: nothing of it is left."""
    function = draw.module.function_around(draw.node)
    if function is None or draw.is_in_place or not any(isinstance(one, ast.Assert) for one in function.body):
        return False
    return all(isinstance(one, ast.Assert) or _is_local(one) for one in function.body)


def _is_local(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Assign):
        return all(isinstance(part, (ast.Name, ast.Tuple)) for part in statement.targets)
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _stay_there(module: Module, node: ast.AST, wanted: set[str]) -> bool:
    """Whether what a statement of a module assigns is assigned on or shown, and no more."""
    statement: ast.AST | None = node
    while statement is not None and not isinstance(statement, ast.stmt):
        statement = module.parent(statement)
    if not isinstance(statement, ast.Assign) or statement not in module.tree.body:
        return False
    names = _names(statement.targets)
    for later in module.tree.body[module.tree.body.index(statement) + 1 :]:
        if not any(module.loads(name, later) for name in names):
            continue
        if isinstance(later, ast.Assign):
            names |= _names(later.targets)
        elif not (isinstance(later, ast.Expr) and isinstance(later.value, ast.Call) and _is_showing(later.value.func)):
            return False
    return bool(names) and names.isdisjoint(wanted) and not any(_is_used_by_functions(module, name) for name in sorted(names))


def _is_used_by_functions(module: Module, name: str) -> bool:
    """Whether a function or a class of a module reads a name of the module."""
    for load in module.loads(name):
        around: ast.AST | None = load
        while around is not None and around not in module.tree.body:
            around = module.parent(around)
        if isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and name not in _own_names(around):
            return True
    return False


def _names(targets: list[ast.expr]) -> set[str]:
    return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}


def _own_names(function: ast.AST) -> set[str]:
    """Parameters and variables in a function or class: a name that is one of them is not the module's."""
    nodes = list(ast.walk(function))
    return {node.arg for node in nodes if isinstance(node, ast.arg)} | {
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _is_showing(func: ast.expr) -> bool:
    return last_name(func) in _SHOWING
