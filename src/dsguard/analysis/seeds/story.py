"""The run of one entry script, evaluated once for all rules of the family."""

from __future__ import annotations

import ast

from dsguard.analysis.seeds import knowledge_table as table
from dsguard.analysis.seeds.entry import ENTRY_ROLE, EntryKind, find_entry, imported_packages
from dsguard.analysis.seeds.ledger import is_named_like_training
from dsguard.analysis.seeds.randomness import evaluate
from dsguard.analysis.seeds.use import Use
from dsguard.model import Confidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dsguard.analysis.seeds.entry import Entry
    from dsguard.analysis.seeds.events import Draw, Run
    from dsguard.documents.file import File
    from dsguard.documents.python import Module


class Story:
    """What happens when an entry script is run, and how sure that is to matter.

    Args:
        entry: why people run it; ``None`` for a notebook.
    """

    __slots__ = ("entry", "module", "run")

    def __init__(self, module: Module, entry: Entry | None, run: Run) -> None:
        self.module = module
        self.entry = entry
        self.run = run

    @property
    def draws(self) -> list[Draw]:
        """The draws from global generators whose value comes to something, in order."""
        return [draw for draw in self.run.draws if draw.source.reach == "global" and self.matters(draw)]

    @property
    def is_seedless(self) -> bool:
        """Whether nothing at all seeds, however badly."""
        return not self.run.seedings and not any(draw.use is Use.SEED for draw in self.run.draws)

    @property
    def unseeded(self) -> list[Draw]:
        """The draws of a script in which nothing seeds anything, the certain ones first: the matter of one rule, which silences others."""
        if not self.run.is_complete or not self.is_seedless:
            return []
        return certain_first(self.draws)

    def matters(self, draw: Draw) -> bool:
        if draw.use is not Use.RESULT or (draw.source.gives == "weights" and not self.run.surely_trains):
            return False
        # What an imported module merely hands on (a registry, a descriptor) is rarely what this script is about.
        return draw.is_certain or not any(call.is_import for call in draw.way)

    def confidence(self, draws: Sequence[Draw]) -> Confidence:
        """How sure it is that somebody is harmed by these draws."""
        if self.entry is not None and (self.entry.is_casual or _is_demonstration(self.entry, self.run)):
            return Confidence.LOW
        packages = imported_packages(self.module)
        if {token for draw in draws for token in draw.source.rngs} == {"python"} and table.DATA_PACKAGES.isdisjoint(packages):
            return Confidence.LOW
        if self.entry is None or self.entry.kind is EntryKind.PLAIN or not any(draw.is_certain for draw in draws):
            return Confidence.MEDIUM
        return Confidence.HIGH


def story_of(file: File) -> Story | None:
    """The run of an entry script; ``None`` for a library, a notebook, and what is exempt.

    Raises:
        UnreadableError: it does not parse.
    """
    return file.once("seeds", lambda: _make(file))


def certain_first(draws: Sequence[Draw]) -> list[Draw]:
    return [*(draw for draw in draws if draw.is_certain), *(draw for draw in draws if not draw.is_certain)]


def _make(file: File) -> Story | None:
    # Most files of a package are no scripts: they need not be parsed to know it.
    if file.in_package and b"__main__" not in file.data and file.name != "__main__.py" and ENTRY_ROLE not in file.roles:
        return None
    module = file.python
    entry = find_entry(module)
    if entry is None:
        return None
    return Story(module, entry, evaluate(module, ("main",) if entry.kind is EntryKind.ROLE else ()))


def _is_demonstration(entry: Entry, run: Run) -> bool:
    """Whether the guard only shows the module at work: it starts no main function, trains nothing and keeps nothing."""
    if entry.kind is not EntryKind.GUARD or run.surely_trains or not entry.guards:
        return False
    calls = [node for guard in entry.guards for statement in guard.body for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return not any(_is_work(call.func) for call in calls)


def _is_work(func: ast.expr) -> bool:
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    return name.lower().lstrip("_").startswith(table.WORKING) or is_named_like_training(name)
