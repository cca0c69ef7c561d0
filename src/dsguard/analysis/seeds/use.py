"""Where a random value goes: into a result, or only into a pause, a header, a file name, a seed, or nowhere."""

from __future__ import annotations

import ast
import enum

from dsguard.analysis.seeds import knowledge_table as table
from dsguard.analysis.seeds.knowledge import find_seeder, is_harmless_name, is_named_like_a_seeder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.python import Module

MAX_STEPS = 24
"""How many nodes up a value is followed."""

_TRANSPARENT_CALLS = frozenset(
    (
        "int",
        "float",
        "str",
        "round",
        "abs",
        "min",
        "max",
        "bool",
        "list",
        "tuple",
        "array",
        "asarray",
        "tensor",
        "Variable",
        "from_numpy",
        "dstack",
        "hstack",
        "squeeze",
    )
)
_TRANSPARENT_METHODS = frozenset(
    (
        "to",
        "cuda",
        "cpu",
        "float",
        "half",
        "double",
        "long",
        "int",
        "item",
        "tolist",
        "astype",
        "reshape",
        "view",
        "numpy",
        "format",
        "join",
    )
)
_GENERATOR_KEYWORDS = frozenset(("generator", "rng", "prng"))  # never a number
_SHOWING = frozenset(("print", "display", "IPython.display.display", "rich.print", "pprint.pprint"))
_TRACING = frozenset(("torch.onnx.export", "torch.jit.trace", "torch.export.export", "torch.onnx.dynamo_export"))
_SHAPES = frozenset(("shape", "size", "dim", "ndim", "dtype", "numel"))
_THROUGH = (
    *(ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.IfExp, ast.Subscript, ast.Slice, ast.Starred, ast.Await, ast.NamedExpr),
    *(ast.JoinedStr, ast.FormattedValue, ast.Tuple, ast.List, ast.Set, ast.ListComp, ast.GeneratorExp, ast.SetComp),
)


class Use(enum.Enum):
    """What becomes of a random value."""

    RESULT = "result"
    HARMLESS = "harmless"
    SEED = "seed"
    """It is a seed: whether that is right is another question."""
    NONE = "none"
    """Nobody looks at it."""


def use_of(
    module: Module, node: ast.expr, *, in_place: bool = False, is_rows: bool = False, is_shared: bool = False, depth: int = 0
) -> Use:
    """What becomes of the value of an expression.

    Args:
        is_rows: whether it is rows of a table: printed, somebody takes a look at the data.
        in_place: whether the call changes what it is given, so that its value need not be kept (``shuffle``).
        is_shared: whether other modules may use the names of this one.
        depth: how many variables were followed already.
    """
    return module.syntax.once(
        ("use", node, in_place, is_rows, is_shared, depth), lambda: _find_use(module, node, depth, in_place, is_rows, is_shared)
    )


def _find_use(module: Module, node: ast.expr, depth: int, in_place: bool, is_rows: bool, is_shared: bool) -> Use:  # noqa: FBT001
    child: ast.AST = node
    for _ in range(MAX_STEPS):
        parent = module.parent(child)
        if parent is None:
            return Use.RESULT
        if isinstance(parent, ast.Expr):
            return Use.RESULT if in_place or child is not node else Use.NONE
        if isinstance(parent, (ast.Assign, ast.AnnAssign)):
            use = _as_assigned(module, parent, depth)
            return Use.RESULT if use is Use.NONE and is_shared else use
        if is_rows and isinstance(parent, ast.Call) and child is not parent.func and module.resolve(parent.func) in _SHOWING:
            return Use.HARMLESS
        passed = _passed_on(module, child, parent)
        if passed is not None:
            return passed
        child = parent
    return Use.RESULT


def _passed_on(module: Module, child: ast.AST, parent: ast.AST) -> Use | None:
    """What a node makes of the value of one of its parts; ``None`` if its own value is that of the part."""
    if isinstance(parent, ast.keyword):
        if parent.arg in table.SEED_KEYWORDS and parent.arg not in _GENERATOR_KEYWORDS:
            return Use.SEED
        return Use.HARMLESS if parent.arg in table.HARMLESS_KEYWORDS else None
    if isinstance(parent, ast.Call):
        return None if child is parent.func else _as_argument(module, parent)
    if isinstance(parent, ast.Attribute):
        if parent.attr in _SHAPES:
            return Use.HARMLESS
        return None if parent.attr in _TRANSPARENT_METHODS else Use.RESULT
    if isinstance(parent, ast.Dict):
        return Use.HARMLESS if any(v is child and _is_harmless_key(k) for k, v in zip(parent.keys, parent.values, strict=True)) else None
    if isinstance(parent, ast.Return):
        function = _callable_around(module, parent)
        return Use.HARMLESS if isinstance(function, ast.FunctionDef) and is_harmless_name(function.name) else Use.RESULT
    return None if isinstance(parent, _THROUGH) else Use.RESULT


def _as_argument(module: Module, call: ast.Call) -> Use | None:
    """What a call makes of its arguments; ``None`` if its value is theirs."""
    name = module.resolve(call.func) or ""
    last = call.func.attr if isinstance(call.func, ast.Attribute) else name.rpartition(".")[2]
    if find_seeder(name) is not None or is_named_like_a_seeder(last) or last in ("default_rng", "RandomState", "Random", "manual_seed"):
        return Use.SEED
    if last in table.HARMLESS_CALLS or name in table.HARMLESS_CALLS:
        return Use.HARMLESS
    if last in _TRANSPARENT_CALLS or last in _TRANSPARENT_METHODS:
        return None
    if isinstance(call.func, ast.Name) and call.func.id not in module.imports and _is_asked_for_shape(module, call):
        return Use.HARMLESS  # a network that is tried out: `output = net(x)`
    return Use.RESULT


def _as_assigned(module: Module, statement: ast.Assign | ast.AnnAssign, depth: int) -> Use:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    names = [_name_of(target) for target in targets]
    is_text = isinstance(statement.value, ast.Subscript) and isinstance(statement.value.slice, ast.Slice)
    if not is_text and any(name.lower().endswith("seed") or name.lower() == "random_state" for name in names):
        return Use.SEED
    if all(name and is_harmless_name(name) for name in names):
        return Use.HARMLESS
    loads = _loads(module, statement)
    if loads is None or depth > 1:
        return Use.RESULT
    if not loads:
        return Use.NONE
    if any(_is_example(module, load) for load in loads):
        return Use.HARMLESS
    uses = {use_of(module, load, in_place=True, depth=depth + 1) for load in loads[:20]}
    return uses.pop() if len(uses) == 1 else Use.RESULT


def _is_example(module: Module, load: ast.Name) -> bool:
    """Whether a value only shows the shape of inputs to what traces a model, so that it means nothing where the model is tried with it."""
    around = module.parent(load)
    while isinstance(around, (ast.Tuple, ast.List, ast.keyword)):
        around = module.parent(around)
    return isinstance(around, ast.Call) and load is not around.func and module.resolve(around.func) in _TRACING


def _loads(module: Module, statement: ast.Assign | ast.AnnAssign) -> list[ast.Name] | None:
    """Where the names are read that a statement assigns to; ``None`` if it assigns to anything else."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    parts = targets[0].elts if isinstance(targets[0], ast.Tuple) else targets
    kept = [part.id for part in parts if isinstance(part, ast.Name)]
    if len(targets) != 1 or len(kept) < len(parts):
        return None
    function = _callable_around(module, statement)
    loads = [load for name in kept for load in module.loads(name, function)]
    return loads if function is not None else [load for load in loads if not _is_parameter(load.id, _callable_around(module, load))]


def _is_asked_for_shape(module: Module, call: ast.Call) -> bool:
    """Whether nothing but the shape of what a call gives is looked at."""
    around = module.parent(call)
    loads = _loads(module, around) if isinstance(around, ast.Assign) else None
    parents = [module.parent(load) for load in loads] if loads else [around]
    return all(isinstance(one, ast.Attribute) and one.attr in _SHAPES for one in parents)


def _is_parameter(name: str, function: ast.AST | None) -> bool:
    return isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) and any(
        one.arg == name for one in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    )


def _name_of(target: ast.expr) -> str:
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute):
        return target.attr
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant) and isinstance(target.slice.value, str):
        return target.slice.value.replace("-", "_")
    return ""


def _is_harmless_key(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and isinstance(key.value, str) and is_harmless_name(key.value.replace("-", "_"))


def _callable_around(module: Module, node: ast.AST) -> ast.AST | None:
    """The function or lambda that holds a node, through any class body; ``None`` for a module's own statements."""
    around = module.parent(node)
    while around is not None and not isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        around = module.parent(around)
    return around
