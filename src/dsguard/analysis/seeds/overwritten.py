"""First weights that come to nothing: of a model that gets others, from a file, right after it is made."""

from __future__ import annotations

import ast

from dsguard.documents.syntax import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.analysis.seeds.events import Draw, Run
    from dsguard.documents.python import Module

_LOADING = frozenset(("load_state_dict", "load_weights", "set_weights"))
_LOADING_ALL = frozenset(("load_checkpoint", "load_ckpt", "load_model", "restore_checkpoint"))
"""Methods that people give to what holds a model, and that load all of it."""
_HELD_AS = ("module", "model", "net", "network")
"""Where an object keeps its only model; what is called otherwise (``encoder``, ``actor``) may be one of several."""
_LOOKING = frozenset(("print", "summary", "DataParallel", "DistributedDataParallel", "len", "count_parameters", "isinstance", "hasattr"))
_SETTING_UP = frozenset(
    ("to", "cuda", "cpu", "half", "float", "double", "eval", "train", "compile", "build", "summary", "parameters", "named_parameters")
)
"""Methods that neither train a model nor show its weights."""
_PARTLY = frozenset(("strict", "by_name", "skip_mismatch"))
"""Arguments with which some weights may stay as they were."""


def is_overwritten(draw: Draw, run: Run) -> bool:
    """Whether the weights that are drawn are those of an object that gets its weights from a file, whoever makes it.

    ``model = Net()`` and further down ``model.load_state_dict(...)``, on no condition, in the function that makes the model or in one that
    calls that function. A function that several places call must be followed by it in each.
    """
    if not draw.is_weights:
        return False
    if _gets_others(draw.module, draw.node):
        return True
    for call in draw.way:
        calls = run.calls_like(call)
        if calls and all(one is not None and _gets_others(*one) for one in calls):
            return True
    return False


def is_overwritten_at_first(draw: Draw) -> bool:
    """Whether they are, where the walk first came to them: what matters if it is about what came before a seed."""
    return draw.is_weights and (
        _gets_others(draw.module, draw.node)
        or any(isinstance(call.node, ast.Call) and _gets_others(call.module, call.node) for call in draw.way)
    )


def _gets_others(module: Module, node: ast.expr) -> bool:
    """Whether the object that a call makes is given a name, and under it other weights later on."""
    return module.syntax.once(("gets-others", node), lambda: _find_others(module, node))


def _find_others(module: Module, node: ast.expr) -> bool:
    made: ast.AST = node
    around = module.parent(node)
    while isinstance(around, (ast.Attribute, ast.Call)) and (isinstance(around, ast.Attribute) or around.func is made):  # .to(device)
        made, around = around, module.parent(around)
    if not isinstance(around, ast.Assign) or len(around.targets) != 1:
        return False
    target = around.targets[0]
    name, word = ast.unparse(target), last_name(target)
    between: list[ast.stmt] = []
    for statement in _after(module, around):
        if word and not module.syntax.mentions(word, statement):
            continue
        if _loads(statement, name) or _is_bound_anew(statement, name):
            return not any(_may_train(one, name, _SETTING_UP) for one in between)
        if _loads_held(statement, name):  # to train is what such an object does, and no mode
            return not any(_may_train(one, name, _SETTING_UP - {"train"}) for one in between)
        between.append(statement)
    return False


def _is_bound_anew(statement: ast.stmt, name: str) -> bool:
    """Whether the name is given to what another call makes, and not of the first: ``model, history = train(data)``."""
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
        return False
    targets = [part for target in statement.targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
    if all(ast.unparse(target) != name for target in targets):
        return False
    return all(ast.unparse(node) != name for node in ast.walk(statement.value) if isinstance(node, (ast.Name, ast.Attribute)))


def _after(module: Module, statement: ast.stmt) -> Iterator[ast.stmt]:
    """The statements that come after one in the same function or module, whatever the conditions are."""
    child: ast.AST = statement
    while child is not None and not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
        around = module.parent(child)
        if around is None:
            return
        for name in ("body", "orelse", "finalbody"):
            block = getattr(around, name, None)
            if isinstance(block, list) and child in block:
                yield from _plain(block[block.index(child) + 1 :])
        child = around


def _plain(block: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in block:
        if isinstance(statement, (ast.With, ast.Try)):
            yield from _plain(statement.body)
        else:
            yield statement


def _may_train(statement: ast.stmt, name: str, harmless: frozenset[str]) -> bool:
    """Whether the weights that a model has may matter for what a statement does: then it is too late for others.

    Args:
        harmless: methods of the model for which they do not.
    """
    for node in ast.walk(statement):
        if not isinstance(node, ast.Call):
            continue
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        is_given = any(ast.unparse(one) == name for one in given) and last_name(node.func) not in _LOOKING
        is_asked = isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == name and node.func.attr not in harmless
        if is_given or is_asked or ast.unparse(node.func) == name:
            return True
    return False


def _loads(statement: ast.stmt, name: str) -> bool:
    """Whether a model of this name gets its weights."""
    method, owner, is_whole = _method_called(statement)
    return method in _LOADING and is_whole and owner in (name, f"{name}.module")


def _loads_held(statement: ast.stmt, name: str) -> bool:
    """Whether what an object of this name holds gets its weights: ``trainer.model.load_state_dict(...)``."""
    method, owner, is_whole = _method_called(statement)
    if method in _LOADING_ALL:
        return is_whole and owner == name
    return method in _LOADING and is_whole and any(owner in (f"{name}.{held}", f"{name}.{held}.module") for held in _HELD_AS)


def _method_called(statement: ast.stmt) -> tuple[str, str, bool]:
    """The method that a statement calls, whose it is, and whether no argument says that some weights may stay."""
    call = statement.value if isinstance(statement, (ast.Expr, ast.Assign)) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return "", "", False
    return call.func.attr, ast.unparse(call.func.value), not any(keyword.arg in _PARTLY for keyword in call.keywords)
