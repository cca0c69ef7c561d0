"""Seeds and generators that a function may be given, in a run where no call gives them: ``def split(rows, seed=None)``."""

from __future__ import annotations

import ast

from dsguard.analysis.seeds.events import Draw
from dsguard.analysis.seeds.knowledge import Arguments
from dsguard.analysis.seeds.switches import Switches
from dsguard.documents.syntax import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dsguard.analysis.seeds.events import Run
    from dsguard.analysis.seeds.switches import Known
    from dsguard.documents.python import Module

_HARMLESS = frozenset(
    ("staticmethod", "classmethod", "property", "cache", "lru_cache", "wraps", "contextmanager", "no_grad", "inference_mode")
)
"""Decorators that give a function no arguments of their own."""


class _Given(Switches):
    """What calls give, where nobody else gives anything: a command line or a configuration does so by a decorator."""

    def of_name(self, name: str, node: ast.AST, module: Module, depth: int, before: ast.AST | None = None) -> Known:
        function = module.function_around(node)
        made = module.parent(function) if function is not None else None
        for one in (function, made):
            if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                called = [decorator.func if isinstance(decorator, ast.Call) else decorator for decorator in one.decorator_list]
                if not _HARMLESS.issuperset(map(last_name, called)):
                    return None
        return super().of_name(name, node, module, depth, before)


def drop_seeded(run: Run) -> None:
    """Of the draws whose seed is a variable keep those where it is ``None``, because every call leaves it at that."""
    if any(draw.is_by_name for draw in run.draws):
        run.events = [event for event in run.events if not isinstance(event, Draw) or not event.is_by_name or _has_none(event, run)]


def _has_none(draw: Draw, run: Run) -> bool:
    if _is_set_again(draw):
        return False
    switches = _Given(draw, run)
    for given in Arguments(draw.node).seeds(draw.source.seed, draw.source.position):
        name = given.id if isinstance(given, ast.Name) else ""
        value = switches.of_parameter(name, given, draw.module, _statement(draw)) if name else switches.value(given, draw.module)
        if value != (None,):
            return False
        draw.missing = name or ast.unparse(given).rpartition(".")[2]
    return True


def is_always_made(draw: Draw, run: Run) -> bool:
    """Whether a generator that is made where none was given is made in this run, because no call gives one."""
    found = stands_in(draw)
    if found is None or _is_set_again(draw):
        return False
    asked, around = found
    if _Given(draw, run).of_parameter(asked.id, asked, draw.module, around) != (None,):
        return False
    draw.missing = draw.missing or asked.id
    return True


def has_another(draw: Draw, run: Run) -> bool:
    """Whether a draw is from one of two generators, and the calls of this run do not all leave out the other one.

    ``rng = np.random if rng is None else rng``, ``self.rng = rng or np.random``, and then ``rng.choice(rows)``.
    """
    base = draw.node.func.value if isinstance(draw.node.func, ast.Attribute) else None
    statement = _made(base, draw.module) if base is not None else None
    if statement is None or not isinstance(statement.value, (ast.IfExp, ast.BoolOp)):
        return False
    value, module = statement.value, draw.module
    if isinstance(value, ast.BoolOp):
        asked, is_none = (value.values[0] if isinstance(value.values[0], ast.Name) else None), False
        branches = [value.values[0], value.values[-1]]
    else:
        asked, is_none = _asked(value.test)
        branches = [value.body, value.orelse]
    are_library = [draw.source.name.startswith(f"{module.resolve(one)}.") for one in branches]
    if asked is None or are_library.count(True) != 1:
        return False
    known = _Given(draw, run).of_parameter(asked.id, asked, module, statement)
    return known != (None,) or are_library[0] is not is_none


def _made(base: ast.expr, module: Module) -> ast.Assign | None:
    """The only assignment to a variable, or to an attribute of ``self``."""
    is_own = isinstance(base, ast.Attribute) and isinstance(base.value, ast.Name) and base.value.id == "self"
    if not is_own and (not isinstance(base, ast.Name) or base.id in module.imports):
        return None  # mostly `np.random.rand()`
    function = module.function_around(base)
    if function is None:
        return None
    stores: Sequence[ast.expr] = ()
    if isinstance(base, ast.Name):
        stores = module.syntax.stores(function).names.get(base.id, ())
    elif isinstance(base, ast.Attribute):
        made = module.parent(function)
        stores = module.syntax.stores(made).attributes.get(base.attr, ()) if isinstance(made, ast.ClassDef) else ()
    statement = module.parent(stores[0]) if len(stores) == 1 else None
    return statement if isinstance(statement, ast.Assign) else None


def stands_in(draw: Draw) -> tuple[ast.Name, ast.AST] | None:
    """The variable in place of which a generator is made if that holds none, and the statement that says so.

    ``rng or default_rng()``, ``default_rng() if rng is None else rng``, ``if rng is None: rng = default_rng()``, or the other way round.
    """
    node, module, statement = draw.node, draw.module, _statement(draw)
    around = module.parent(node)
    if isinstance(around, ast.BoolOp):
        first = around.values[0]
        is_last = isinstance(around.op, ast.Or) and around.values[1:] == [node]
        return (first, statement) if is_last and isinstance(first, ast.Name) else None
    if isinstance(around, ast.IfExp):
        asked, is_none = _asked(around.test)
        return (asked, statement) if asked is not None and node is (around.body if is_none else around.orelse) else None
    block = module.parent(statement)
    if isinstance(block, ast.If) and statement in block.body:
        asked, is_none = _asked(block.test)
        is_filled = isinstance(statement, ast.Assign) and asked is not None and last_name(statement.targets[0]) == asked.id
        return (asked, block) if asked is not None and is_none and is_filled else None
    return None


def _asked(test: ast.expr) -> tuple[ast.Name | None, bool]:
    """The variable that a condition is about, and whether the condition holds where it is ``None``."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        asked, is_none = _asked(test.operand)
        return asked, not is_none
    if isinstance(test, ast.Compare) and isinstance(test.comparators[0], ast.Constant) and test.comparators[0].value is None:
        is_none = isinstance(test.ops[0], (ast.Is, ast.Eq))
        return (test.left, is_none) if isinstance(test.left, ast.Name) and len(test.ops) == 1 else (None, False)
    return (test, False) if isinstance(test, ast.Name) else (None, False)


def _is_set_again(draw: Draw) -> bool:
    """Whether what is made goes into an attribute that another statement of the class sets too: ``reset(seed=7)`` of an environment."""
    module, statement = draw.module, _statement(draw)
    function = module.function_around(draw.node)
    made = module.parent(function) if function is not None else None
    if not isinstance(made, ast.ClassDef) or not isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return False
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    stores = module.syntax.stores(made).attributes
    return any(len(stores.get(target.attr, ())) > 1 for target in targets if isinstance(target, ast.Attribute))


def _statement(draw: Draw) -> ast.AST:
    around: ast.AST = draw.node
    while not isinstance(around, ast.stmt):
        above = draw.module.parent(around)
        if above is None:
            break
        around = above
    return around
