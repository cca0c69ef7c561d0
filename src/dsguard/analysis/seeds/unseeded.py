"""Whether a script gives another result every time, since nothing in it seeds anything."""

from __future__ import annotations

import ast

from dsguard.analysis.seeds import knowledge_table as table
from dsguard.analysis.seeds.entry import EntryKind, find_entry, imported_packages
from dsguard.analysis.seeds.first_party import FirstParty
from dsguard.analysis.seeds.ledger import is_named_like_training
from dsguard.analysis.seeds.randomness import evaluate
from dsguard.analysis.seeds.use import Use
from dsguard.model import Confidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dsguard.analysis.seeds.entry import Entry
    from dsguard.analysis.seeds.events import Draw, Run
    from dsguard.documents.python import Module


class Unseeded:
    """An entry script that draws and seeds nothing.

    Args:
        draws: what it draws to a purpose, in order; the first is the one to show.
        confidence: how sure that is.
    """

    __slots__ = ("confidence", "draws")

    def __init__(self, draws: Sequence[Draw], confidence: Confidence) -> None:
        self.draws = tuple(draws)
        self.confidence = confidence

    @property
    def rngs(self) -> tuple[str, ...]:
        """Tokens of the generators, sorted."""
        return tuple(sorted({token for draw in self.draws for token in draw.source.rngs}))


def find_unseeded(module: Module) -> Unseeded | None:
    """The draws of an entry script in which nothing seeds anything; ``None`` for all others.

    A script that seeds some generator, however badly or late, is the matter of other rules. So are generators that no
    global seed reaches.
    """
    entry = find_entry(module)
    if entry is None:
        return None
    neighbours = FirstParty(module)
    run = evaluate(module, is_first_party=neighbours.holds, calls=("main",) if entry.kind is EntryKind.ROLE else ())
    if not run.is_complete or run.seedings or any(draw.use is Use.SEED for draw in run.draws):
        return None
    draws = [draw for draw in run.draws if _matters(draw, run)]
    if not draws or neighbours.may_seed():
        return None
    certain = [draw for draw in draws if draw.is_certain]
    return Unseeded([*certain, *(draw for draw in draws if not draw.is_certain)], _confidence(module, entry, run, draws))


def _matters(draw: Draw, run: Run) -> bool:
    if draw.source.reach != "global" or draw.use is not Use.RESULT:
        return False
    return draw.source.gives != "weights" or run.trains


def _confidence(module: Module, entry: Entry, run: Run, draws: Sequence[Draw]) -> Confidence:
    if entry.is_casual or _is_demonstration(entry, run):
        return Confidence.LOW
    if {token for draw in draws for token in draw.source.rngs} == {"python"} and table.DATA_PACKAGES.isdisjoint(imported_packages(module)):
        return Confidence.LOW
    if entry.kind is EntryKind.PLAIN or not any(draw.is_certain for draw in draws):
        return Confidence.MEDIUM
    return Confidence.HIGH


def _is_demonstration(entry: Entry, run: Run) -> bool:
    """Whether the guard only shows the module at work: it starts no main function, trains nothing and keeps nothing."""
    if entry.kind is not EntryKind.GUARD or run.surely_trains or not entry.guards:
        return False
    calls = [node for guard in entry.guards for statement in guard.body for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return not any(_is_work(call.func) for call in calls)


def _is_work(func: ast.expr) -> bool:
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    return name.lower().lstrip("_").startswith(table.WORKING) or is_named_like_training(name)
