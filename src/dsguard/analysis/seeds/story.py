"""The run of one entry script, evaluated once for all rules of the family."""

from __future__ import annotations

import ast
import functools
import re

from dsguard.analysis.seeds import knowledge_table as table
from dsguard.analysis.seeds.demonstrations import is_demonstration
from dsguard.analysis.seeds.entry import ENTRY_ROLE, EntryKind, find_entry, imported_packages, is_module_of_package
from dsguard.analysis.seeds.events import COMMAND, Draw, How, Seeding
from dsguard.analysis.seeds.extras import NOTHING
from dsguard.analysis.seeds.knowledge import find_framework, find_seeder, is_named_like_a_seeder
from dsguard.analysis.seeds.lazy import is_used_before
from dsguard.analysis.seeds.ledger import written
from dsguard.analysis.seeds.left_out import has_another, is_always_made, stands_in
from dsguard.analysis.seeds.library import is_library_example
from dsguard.analysis.seeds.named import named_entries
from dsguard.analysis.seeds.overwritten import is_overwritten, is_overwritten_at_first
from dsguard.analysis.seeds.randomness import evaluate
from dsguard.analysis.seeds.releases import has_old_keras
from dsguard.analysis.seeds.searches import is_never_run
from dsguard.analysis.seeds.switches import is_switched_off
from dsguard.analysis.seeds.tryouts import is_for_assertion, is_tryout
from dsguard.analysis.seeds.use import Use
from dsguard.documents.syntax import last_name
from dsguard.model import Confidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dsguard.analysis.seeds.entry import Entry
    from dsguard.analysis.seeds.events import Run
    from dsguard.analysis.seeds.extras import Extras
    from dsguard.documents.file import File
    from dsguard.documents.python import Module


class Story:
    """What happens when an entry script is run, and how sure that is to matter.

    Args:
        entry: why people run it; ``None`` for a notebook.
    """

    def __init__(self, module: Module, entry: Entry | None, run: Run) -> None:
        self._happens: dict[Draw, bool] = {}
        self.module = module
        self.entry = entry
        self.run = run

    @functools.cached_property
    def draws(self) -> list[Draw]:
        """The draws from global generators whose value comes to something, in order."""
        return [draw for draw in self.run.draws if draw.source.reach == "global" and self.matters(draw)]

    @functools.cached_property
    def is_seedless(self) -> bool:
        """Whether nothing at all seeds, however badly."""
        return not self.run.seedings and not any(draw.gives_numbers and draw.use is Use.SEED for draw in self.run.draws)

    @functools.cached_property
    def unseeded(self) -> list[Draw]:
        """The draws of a script in which nothing seeds anything, the certain ones first: the matter of one rule, which silences others."""
        if not self.run.is_complete or not self.is_seedless:
            return []
        return certain_first(self.draws)

    @property
    def partly(self) -> list[Draw]:
        """The draws from generators that nothing ever seeds, in a script that seeds others."""
        if self.is_seedless or not any(seeding.how in _SEEDED for seeding in self.run.seedings):
            return []
        seeded = self.run.seeded
        if "numpy" in seeded:
            seeded |= {"keras"}  # Keras before 2.4 drew its seeds from NumPy, and code does not say which Keras it is for
        missed = [draw for draw in self.run.draws if draw.source.reach == "global" and not seeded.issuperset(draw.source.rngs)]
        unreached = {token for draw in missed for token in draw.source.rngs}
        if "tensorflow" in seeded and "keras" in unreached and has_old_keras({self.module, *(draw.module for draw in missed)}):
            missed = [draw for draw in missed if not (seeded | {"keras"}).issuperset(draw.source.rngs)]
        if "torch" in seeded:
            missed = [draw for draw in missed if not self.is_in_worker(draw)]
        return certain_first([draw for draw in missed if self.matters(draw)])

    def is_in_worker(self, draw: Draw) -> bool:
        """Whether a draw is for items of a data set that worker processes give: PyTorch seeds Python and NumPy there, from its own seed.

        Source: ``torch/utils/data/_utils/worker.py``; NumPy since PyTorch 1.9.
        """
        return (
            self.run.has_workers == {True}
            and not draw.is_certain
            and _SEEDED_IN_WORKERS.issuperset(draw.source.rngs)
            and any(call.name.endswith(_GIVING_ITEMS) for call in draw.way)
        )

    def to_seed(self, draws: Sequence[Draw], but: Iterable[str] = ()) -> list[str]:
        """Tokens of the generators to seed for these draws, in order, without some."""
        tokens = dict.fromkeys(token for draw in draws for token in draw.source.rngs)
        if any(self.is_in_worker(draw) for draw in draws):
            tokens["torch"] = None
        return [token for token in tokens if token not in but]

    @property
    def too_late(self) -> tuple[Draw, Seeding] | None:
        """The first draw from a generator that is seeded only afterwards in the same run, and that seeding."""
        for index, draw in enumerate(self.run.events):
            if not isinstance(draw, Draw) or not draw.is_certain or draw.source.reach != "global" or not draw.unseeded:
                continue
            for later in self.run.events[index + 1 :]:
                if not isinstance(later, Seeding) or not later.is_certain or not _is_sure(later):
                    continue
                if later.covers.isdisjoint(draw.unseeded) or not _surely_follows(draw, later):
                    continue
                if (not draw.is_lazy or is_used_before(draw, later)) and self.matters(draw) and not is_overwritten_at_first(draw):
                    return draw, later
        return None

    @property
    def varying(self) -> Seeding | Draw | None:
        """The first seeding with another seed in every run; or the draw that becomes such a seed. Not if the seed is written down."""
        seeded: set[str] = set()
        for index, event in enumerate(self.run.events):
            if isinstance(event, Seeding):
                if event.how is not How.VARYING:
                    seeded |= event.covers
                elif event.is_certain and seeded.isdisjoint(event.covers) and not is_excused(event):
                    following = [one for one in self.run.events[index:] if isinstance(one, Draw)]
                    if any(not event.covers.isdisjoint(one.source.rngs) and self.matters(one) for one in following):
                        return event
            elif _is_chance_seed(event) and seeded.isdisjoint(event.unseeded) and not is_excused(event):
                return event
        return None

    @property
    def generators(self) -> list[Draw]:
        """Generators of their own that are made without a seed, never given one, and used."""
        return [
            draw
            for draw in self.run.draws
            if draw.source.name in GENERATORS
            and draw.use is Use.RESULT
            and (not _is_default(draw) or is_always_made(draw, self.run))
            and not _is_seeded_itself(draw)
            and self.happens(draw)
        ]

    @property
    def private(self) -> list[Draw]:
        """The draws that no global seed reaches, or not alone."""
        return [
            draw
            for draw in self.run.draws
            if draw.source.reach in ("private", "partial")
            and draw.source.name not in GENERATORS
            and not _UNSURE.intersection(draw.source.rngs)
            and draw.is_certain
            and (draw.source.reach == "partial" or self._never_seeds(draw))
            and not _is_seeded_itself(draw)
            and not is_never_run(draw)
            and draw.use is Use.RESULT
            and self.happens(draw)
        ]

    def _never_seeds(self, draw: Draw) -> bool:
        """Whether nothing seeds before a draw; or at all, if it makes an object that draws later."""
        return bool(draw.unseeded) and (draw.gives_numbers or not self.run.seeded.issuperset(draw.unseeded))

    @property
    def _weights_matter(self) -> bool:
        """First weights matter where a model is trained; and to somebody who seeds, unless others are loaded."""
        return self.run.surely_trains or not (self.is_seedless or self.run.loads)

    def place(self, event: Draw | Seeding) -> ast.AST:
        """Where the script itself leads to an event: there a finding about the script stands."""
        if event.module is not self.module and event.way:
            return event.way[0].node
        return event.node.func if isinstance(event, Draw) else event.node

    def matters(self, draw: Draw) -> bool:
        if (not self._weights_matter and draw.is_weights) or draw.use is not Use.RESULT:
            return False
        if draw.way:
            nearest = draw.way[-1]
            if _CHECKS.search(nearest.name.rpartition(".")[2]) and not nearest.is_import:
                return False  # whether the GPU works, how fast the model is
            if nearest.is_import and draw.source.name.rpartition(".")[2][:1].isupper():
                return False  # a table of estimators: making one draws nothing
            if is_tryout(draw) or is_for_assertion(draw):
                return False
        # What an imported module merely hands on (a registry, a descriptor) is rarely what this script is about.
        return (draw.is_certain or not any(call.is_import for call in draw.way)) and self.happens(draw)

    def happens(self, draw: Draw) -> bool:
        """Whether this run comes to a draw, as far as the arguments of calls tell, and what it gives is not overwritten."""
        if draw not in self._happens:
            self._happens[draw] = not (is_switched_off(draw, self.run) or is_overwritten(draw, self.run) or has_another(draw, self.run))
        return self._happens[draw]

    @property
    def is_illustration(self) -> bool:
        """Whether a script only shows something: a benchmark or demonstration by its name, an example of a library in its repository."""
        return self.entry is not None and (self.entry.is_casual or is_library_example(self.module))

    def confidence(self, events: Sequence[Draw | Seeding]) -> Confidence:
        """How sure it is that somebody is harmed by these draws, or by this seeding."""
        if self.is_illustration or is_demonstration(self, events):
            return Confidence.LOW
        packages = imported_packages(self.module).union(*(imported_packages(event.module) for event in events))
        tokens = {token for event in events for token in (event.covers if isinstance(event, Seeding) else event.source.rngs)}
        is_plain = tokens <= _PYTHON and tokens != {"keras"} and table.DATA_PACKAGES.isdisjoint(packages)
        if is_plain and not any(isinstance(event, Draw) and _divides(event) for event in events):
            return Confidence.LOW  # a game, or a tool that has nothing to do with data
        if self.entry is None or self.entry.kind is EntryKind.PLAIN or not any(event.is_certain for event in events):
            return Confidence.MEDIUM
        return Confidence.HIGH


def story_of(file: File, extras: Extras = NOTHING) -> Story | None:
    """The run of an entry script; ``None`` for a library, a notebook, and what is exempt.

    Args:
        extras: what the configuration knows besides.

    Raises:
        UnreadableError: it does not parse.
    """
    return file.once(f"seeds{extras.key}", lambda: _make(file, extras))


def _divides(draw: Draw) -> bool:
    """Whether files or names are divided by chance for a training: that is data work, whatever a script imports."""
    function = draw.module.function_around(draw.node)
    if function is None or draw.source.name not in ("random.shuffle", "random.sample"):
        return False
    return any(_DIVIDED.search(line) for line in draw.module.lines[function.lineno - 1 : function.end_lineno])


def _is_chance_seed(draw: Draw) -> bool:
    """Whether a random number that nothing seeds becomes a seed."""
    return draw.is_certain and bool(draw.unseeded) and draw.source.reach == "global" and draw.use is Use.SEED


def is_excused(event: Seeding | Draw) -> bool:
    """Whether somebody meant a seed to vary: where none was given, in a worker, by a comment, or if it is printed or kept."""
    for division, _ in event.branch:
        if isinstance(division, ast.If) and "seed" in ast.unparse(division.test).lower():
            return True
    if any("worker" in call.name.lower() for call in event.way):
        return True
    line = getattr(event.node, "lineno", 1)
    if any(_ON_PURPOSE.search(text) for text in event.module.lines[max(0, line - 3) : line] if "#" in text):
        return True
    if isinstance(event, Draw):
        return _is_kept(event.module, event.node)
    call = event.node
    seeder = find_seeder(event.name)
    seed = seeder.seed_of(call) if seeder is not None and isinstance(call, ast.Call) else None
    if isinstance(seed, ast.Name) and event.way and isinstance(event.way[-1].node, ast.Call):
        # The seed is perhaps a parameter: what matters is what the caller does with it.
        caller = event.way[-1]
        return _is_kept(event.module, seed) or any(_is_kept(caller.module, given) for given in event.way[-1].node.args)
    return seed is not None and any(_is_kept(event.module, node) for node in ast.walk(seed) if isinstance(node, ast.expr))


def _is_kept(module: Module, node: ast.expr) -> bool:
    """Whether a seed is kept in a variable (or drawn into one) that is used for anything else than seeding."""
    names = {node.id} if isinstance(node, ast.Name) and node.id not in module.imports else set()
    around: ast.AST | None = node
    while around is not None and not isinstance(around, ast.stmt):
        around = module.parent(around)
        if isinstance(around, ast.Call) and written(around.func) not in _CONVERSIONS:
            around = None
    if isinstance(around, ast.Assign):
        if any(not isinstance(target, ast.Name) for target in around.targets):
            return True
        names |= {target.id for target in around.targets if isinstance(target, ast.Name)}
    loads = [load for name in sorted(names) for load in module.loads(name)]
    # One drawn seed for two calls: they are meant to draw alike, whatever that is today.
    return any(not _seeds(module, name) for name in loads) or sum(_is_argument(module, name) for name in loads) > 1


def _is_argument(module: Module, name: ast.Name) -> bool:
    """Whether a name is given under a keyword for seeds to a call that does not seed as such: ``df.sample(5, random_state=seed)``."""
    keyword = module.parent(name)
    call = module.parent(keyword) if isinstance(keyword, ast.keyword) and keyword.arg in table.SEED_KEYWORDS else None
    return isinstance(call, ast.Call) and find_seeder(module.resolve(call.func) or "") is None and last_name(call.func) not in _TAKE_SEEDS


def _seeds(module: Module, name: ast.Name) -> bool:
    """Whether a name stands in a call that seeds, or in a condition."""
    around = module.parent(name)
    while around is not None and not isinstance(around, ast.stmt):
        if isinstance(around, ast.keyword) and around.arg in table.SEED_KEYWORDS:
            return True
        if isinstance(around, ast.Call):
            called = module.resolve(around.func) or ""
            last = around.func.attr if isinstance(around.func, ast.Attribute) else called.rpartition(".")[2]
            if find_seeder(called) is not None or is_named_like_a_seeder(last) or last in _TAKE_SEEDS:
                return True
            if last not in _CONVERSIONS:
                return False
        around = module.parent(around)
    return isinstance(around, (ast.If, ast.Assign))


def _is_sure(seeding: Seeding) -> bool:
    """Whether something is known to seed: a seeding function, or a framework that does for its user; not a helper by its name."""
    return seeding.how is How.FIXED or (seeding.how is How.ASSUMED and find_framework(seeding.name) is not None)


def _surely_follows(draw: Draw, seeding: Seeding) -> bool:
    """Whether a run that has the draw has the seeding too, unless somebody chose not to seed."""
    if _leaves_before(draw, seeding):
        return False
    ways = dict(draw.branch)
    for division, way in seeding.branch:
        if division == COMMAND and draw.module.kind == "marimo":
            continue  # cells are all run, those that nothing connects in no certain order
        if division in ways:
            if ways[division] != way:
                return False
        elif not isinstance(division, ast.If) or "seed" not in ast.unparse(division.test).lower():
            return False
    return True


def _leaves_before(draw: Draw, seeding: Seeding) -> bool:
    """Whether the draw stands in a branch that leaves the function in which the seeding comes: ``if done: return load(Net())``."""
    branches = [
        division for division, way in draw.branch if isinstance(division, ast.If) and _leaves([division.body, division.orelse][way])
    ]
    if not branches:
        return False
    seeded = {seeding.module.function_around(seeding.node), *(call.module.function_around(call.node) for call in seeding.way)} - {None}
    modules = {draw.module, *(call.module for call in draw.way)}
    return any(module.function_around(one) in seeded for module in modules for one in branches)


def _leaves(block: Sequence[ast.stmt]) -> bool:
    last = block[-1] if block else None
    if isinstance(last, (ast.Try, ast.With)):
        return _leaves(last.body)
    return isinstance(last, (ast.Return, ast.Raise, ast.Continue, ast.Break))


def _is_seeded_itself(draw: Draw) -> bool:
    """Whether what is made gets its seed by a method: ``fake = Faker()`` and then ``fake.seed_instance(7)``."""
    around = draw.module.parent(draw.node)
    if not isinstance(around, (ast.Assign, ast.AnnAssign)):
        return False
    names = [ast.unparse(target) for target in (around.targets if isinstance(around, ast.Assign) else [around.target])]
    return any(re.search(rf"(?<![\w.]){re.escape(name)}\.{_OWN_SEEDING}\(", draw.module.source) for name in names)


def _is_default(draw: Draw) -> bool:
    """Whether a generator is only made where none was given: ``rng = rng or np.random.default_rng()``."""
    if any(isinstance(division, ast.If) and "None" in ast.unparse(division.test) for division, _ in draw.branch):
        return True
    parent = draw.module.parent(draw.node)
    return isinstance(parent, (ast.BoolOp, ast.IfExp)) or stands_in(draw) is not None


_DIVIDED = re.compile(r"\b(?:\w{0,30}_)?(?:train|val|valid|validation|folds?|splits?)\b", re.IGNORECASE)
_ON_PURPOSE = re.compile(r"#.{0,200}(?:differ|every|each|deliberate|intention|purpose|entropy|non-?determin)", re.IGNORECASE)
GENERATORS = frozenset(("numpy.random.default_rng", "numpy.random.RandomState", "random.Random", "numpy.random.Generator"))
"""Generators that are made, and seeded or not when they are."""
_UNSURE = frozenset(("albumentations", "gymnasium"))
"""Most pipelines and environments of these draw nothing, or are seeded by a method later."""
_CHECKS = re.compile(r"^_*(?:is|has|can|check|verify|probe|measure)_|benchmark|smoke|sanity|warm_?up|flops|usable|available", re.IGNORECASE)
_OWN_SEEDING = r"(?:(?:set_|manual_|re)?seed(?:_instance|_rng)?|set_?state)"
_SEEDED_IN_WORKERS = frozenset(("python", "numpy"))
_GIVING_ITEMS = (".__getitem__", ".__getitems__", ".__call__")
_PYTHON = frozenset(("python", "python-instance", "keras"))
_SEEDED = (How.FIXED, How.ASSUMED, How.GUARDED)
_TAKE_SEEDS = frozenset(("default_rng", "RandomState", "Random", "manual_seed", "PRNGKey", "key", "SeedSequence"))
_CONVERSIONS = frozenset(("int", "abs", "round", "float", "str", "hash"))


def story_of_notebook(module: Module) -> Story:
    """The run of a notebook from top to bottom, also for all rules together."""
    return module.file.once("seeds-notebook", lambda: Story(module, None, evaluate(module)))


def certain_first(draws: Sequence[Draw]) -> list[Draw]:
    return [*(draw for draw in draws if draw.is_certain), *(draw for draw in draws if not draw.is_certain)]


def _make(file: File, extras: Extras) -> Story | None:
    # Most files of a package are no scripts: they need not be parsed to know it.
    is_silent = b"__main__" not in file.data and file.name != "__main__.py"
    if is_silent and is_module_of_package(file) and ENTRY_ROLE not in file.roles and file.path not in named_entries(file.files):
        return None
    module = file.python
    entry = find_entry(module)
    if entry is None:
        return None
    return Story(module, entry, evaluate(module, entry.calls, extras))
