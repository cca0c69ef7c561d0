"""Objects that draw when they are used, not when they are made: a loader when it is gone through, an estimator when it is fitted."""

from __future__ import annotations

import ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.analysis.seeds.events import Draw, Seeding

_GOING_THROUGH = frozenset(("iter", "next", "list", "tuple", "enumerate", "tqdm", "zip"))
_FITTING = frozenset(("fit", "fit_transform", "fit_predict", "fit_resample", "partial_fit", "split"))


def is_used_before(draw: Draw, seeding: Seeding) -> bool:
    """Whether the object that a call makes draws before something seeds: if both stand in the function that makes it.

    It has to be given a name, and to be gone through or fitted by that name on no condition, between the two.
    """
    frame = len(draw.way)
    if [call.node for call in seeding.way[:frame]] != [call.node for call in draw.way]:
        return False
    start = seeding.way[frame].node if len(seeding.way) > frame else seeding.node
    made = draw.module.parent(draw.node)
    if not isinstance(made, ast.Assign) or len(made.targets) != 1 or not isinstance(made.targets[0], ast.Name):
        return False
    function = draw.module.function_around(draw.node)
    if draw.module.function_around(start) is not function:
        return False
    first, last = made.lineno, getattr(start, "lineno", 0)
    for name in draw.module.loads(made.targets[0].id, function):
        if first < name.lineno < last and _is_use(draw, name) and not _is_conditional(draw, name, made):
            return True
    return False


def _is_use(draw: Draw, name: ast.Name) -> bool:
    around = draw.module.parent(name)
    if isinstance(around, (ast.For, ast.comprehension)):
        return around.iter is name
    if isinstance(around, ast.Attribute):
        call = draw.module.parent(around)
        return around.attr in _FITTING and isinstance(call, ast.Call) and call.func is around
    return isinstance(around, ast.Call) and isinstance(around.func, ast.Name) and around.func.id in _GOING_THROUGH


def _is_conditional(draw: Draw, name: ast.AST, made: ast.Assign) -> bool:
    """Whether a use stands in a branch, a loop or a function that the object was not made in."""
    block = draw.module.parent(made)
    around: ast.AST | None = name
    while around is not None and around is not block:
        parent = draw.module.parent(around)
        if isinstance(around, _BRANCHING):
            return True
        if isinstance(parent, (ast.For, ast.While)) and around in parent.body:
            return True
        around = parent
    return around is not block


_BRANCHING = (ast.If, ast.IfExp, ast.Try, ast.ExceptHandler, ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.While)
