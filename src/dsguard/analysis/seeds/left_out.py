"""Seeds and generators that a function may be given, in a run where no call gives them: ``def split(rows, seed=None)``."""

from __future__ import annotations

import ast

from dsguard.analysis.seeds.events import Draw
from dsguard.analysis.seeds.knowledge import Arguments
from dsguard.analysis.seeds.switches import Switches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.analysis.seeds.events import Run


def drop_seeded(run: Run) -> None:
    """Of the draws whose seed is a variable keep those where it is ``None``, because every call leaves it at that."""
    if any(draw.is_by_name for draw in run.draws):
        run.events = [event for event in run.events if not isinstance(event, Draw) or not event.is_by_name or _has_none(event, run)]


def _has_none(draw: Draw, run: Run) -> bool:
    switches = Switches(draw, run)
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
    if found is None:
        return False
    asked, around = found
    if Switches(draw, run).of_parameter(asked.id, asked, draw.module, around) != (None,):
        return False
    draw.missing = asked.id
    return True


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
        return (asked, block) if asked is not None and is_none else None
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


def _statement(draw: Draw) -> ast.AST:
    around: ast.AST = draw.node
    while not isinstance(around, ast.stmt):
        above = draw.module.parent(around)
        if above is None:
            break
        around = above
    return around
