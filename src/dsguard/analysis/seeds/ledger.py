"""Reads calls by what is known about their names, and books them as events."""

from __future__ import annotations

import ast
import builtins
import functools
import re

from dsguard.analysis.seeds import knowledge_table as table
from dsguard.analysis.seeds.entry import imported_packages
from dsguard.analysis.seeds.events import Draw, How, Run, Seeding, is_in_place
from dsguard.analysis.seeds.imports import known_packages
from dsguard.analysis.seeds.knowledge import (
    CACHED_NAMES,
    Verdict,
    canonical,
    find_framework,
    find_seeder,
    find_source,
    is_named_like_a_seeder,
    source_of_method,
)
from dsguard.analysis.seeds.records import Kind
from dsguard.analysis.seeds.use import use_of
from dsguard.documents.syntax import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from dsguard.analysis.seeds.events import Branch, Call
    from dsguard.analysis.seeds.knowledge import Source
    from dsguard.documents.python import Module

    Resolve = Callable[[ast.expr], "str | None"]
    """The dotted name of something imported, at a place in the code."""
    Constant = Callable[[ast.expr], "tuple[bool, object]"]
    MadeBy = Callable[[ast.expr], str]
    """The callable whose value a name holds, or ``""``."""


class Ledger:
    """The events of one run so far, and what they cover.

    Args:
        is_first_party: whether a dotted name, as imported by a file, belongs to the repository.
        step: takes a step, which books what was found out here: see :meth:`dsguard.analysis.seeds.walker.Walker.step`.

    Attributes:
        module: the file that the walk is in.
        is_on_gpu: whether what follows happens only on a machine with a GPU.
    """

    def __init__(self, module: Module, is_first_party: Callable[[str, Module], bool], step: Callable[..., Any]) -> None:
        self.module = module
        self._step = step
        self.run = Run()
        self.way: list[Call] = []
        self.branch: Branch = ()
        self.is_certain = True
        self.is_on_gpu = False
        self.covered: frozenset[str] = frozenset()
        self._is_first_party = is_first_party

    @property
    def packages(self) -> frozenset[str]:
        """The top packages that the file imports."""
        return imported_packages(self.module)

    def call(self, name: str, node: ast.Call, constant: Constant, resolve: Resolve, made_by: MadeBy) -> None:
        """A call of something that the file imports, by its dotted name."""
        seeder = find_seeder(name)
        if seeder is not None:
            seed = seeder.seed_of(node)
            how, drawn = self._how_seeded(seeder.absent, seed, constant, resolve, made_by)
            if seeder.name.endswith(_RESTORING):
                if seed is not None and _maker(seed, resolve, made_by).endswith(_KEEPING):
                    return  # back to where it was before: ``state = np.random.get_state()``
                how = How.ASSUMED  # of a run that is resumed, mostly
            self.seeded(seeder.name, seeder.covers, how, node, drawn)
            return
        covers = find_framework(name)
        if covers is not None and not any(
            keyword.arg in table.SEEDING_SWITCHES and constant(keyword.value) in ((True, False), (True, None)) for keyword in node.keywords
        ):
            self.seeded(name, covers, How.ASSUMED, node)
        source = find_source(name)
        if source is not None and source.effect == "reseeds":
            self.seeded(source.name, source.rngs, How.VARYING, node)
        elif source is not None:
            self.draw(source, node, constant)
        elif covers is None:
            self._guess(name, node, constant)

    def source_of(self, method: str, node: ast.Call, constant: Constant) -> Source | str | None:
        """What a method of an object that nothing is known about draws from, if it does; its own name if it seeds by that."""
        if method in table.METHODS:
            keywords = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
            source = source_of_method(method, keywords, self.packages)
            if source is not None:
                return source if source.judge(node, constant) is Verdict.DRAWS else None
        return method if is_named_like_a_seeder(method) else None

    def handed_on(self, name: str, node: ast.AST) -> None:
        """Something imported is handed on: a seeding function as a callback, the arguments class of a trainer."""
        if is_nothing(name):
            return
        seeder, covers = find_seeder(name), find_framework(name)
        last = name.rpartition(".")[2]
        if seeder is not None:
            self.seeded(seeder.name, seeder.covers, How.ASSUMED, node)
        elif covers is not None:
            self.seeded(name, covers, How.ASSUMED, node)
        elif last.lower() not in _NOUNS and is_named_like_a_seeder(last) and find_source(name) is None:
            self.seeded(name, EVERYTHING, How.ASSUMED, node)

    def assigned(self, name: str, node: ast.AST) -> None:
        """Something is assigned to an attribute of something imported."""
        seeder = find_seeder(name)
        if seeder is not None:
            self.seeded(seeder.name, seeder.covers, How.ASSIGNED, node)

    def seeded(self, name: str, covers: Iterable[str], how: How, node: ast.AST, rests_on: Iterable[tuple[str, ...]] = ()) -> None:
        """Something seeds. ``rests_on``: the generators of random numbers in its seed, which are as good as their own seeds."""
        self._step(Kind.SEED, name, tuple(covers), how, node, tuple(rests_on))

    def book_seeding(self, name: str, covers: Iterable[str], how: How, node: ast.AST, rests_on: Iterable[tuple[str, ...]]) -> None:
        if covers == _KEY_ONLY and any(call.is_import for call in self.way):
            return  # a key in a default argument of a library says nothing about who imports that
        if any(not self.covered.issuperset(rngs) for rngs in rests_on):
            how = How.VARYING
        if self.is_on_gpu and how is How.FIXED:
            how = How.GUARDED
        seeding = Seeding(name, covers, how, self.module, node, self.way, self.branch, is_certain=self.is_certain)
        self.run.events.append(seeding)
        if how in (How.FIXED, How.ASSUMED, How.GUARDED):
            self.covered |= seeding.covers
        else:
            self.covered -= seeding.covers

    def note_signals(self, node: ast.Call, last: str, *, trains: bool) -> None:
        """What a call says about the script as a whole, whatever it is a call of.

        Args:
            last: the name that is called, without what is before its last dot; asked only if :func:`is_no_signal` does not hold of it.
            trains: whether it is of a module that trains models.
        """
        func = node.func
        loads = last.lstrip("_").startswith(_LOADING)
        is_switch = last == "train" and len(node.args) == 1 and "torch" in self.packages  # model.train(mode)
        is_method = isinstance(func, ast.Attribute) and last in table.TRAINING and not is_switch and _may_be_model(func.value)
        is_function = isinstance(func, ast.Name) and is_named_like_training(last)
        trains = trains or is_method or is_function
        mode = "train" if is_switch or (trains and last != "backward") else ""
        if last == "eval" and isinstance(func, ast.Attribute) and not node.args:
            mode = "eval"
        if loads or trains or mode:
            self._step(Kind.SIGNAL, loads, trains, mode)

    def book_signals(self, loads: bool, trains: bool, mode: str) -> None:  # noqa: FBT001
        self.run.loads |= loads
        if mode:
            self.run.modes.add(mode)
        if trains:
            self.run.trains = True
            self.run.surely_trains |= self.is_certain

    def draw(self, source: Source, node: ast.Call, constant: Constant) -> None:
        """A call of a consumer: it draws, unless its arguments say otherwise."""
        verdict = source.judge(node, constant)
        if verdict in _DRAWING:
            self._step(Kind.DRAW, source, node, verdict is Verdict.BY_NAME)

    def book_draw(self, source: Source, node: ast.Call, is_by_name: bool = False) -> None:  # noqa: FBT001
        is_rows = source.name.endswith(".DataFrame.sample")
        is_shared = bool(self.way) and self.way[-1].is_import
        in_place = is_in_place(source) or last_name(node.func) == "__init__"
        use = functools.partial(use_of, self.module, node, in_place=in_place, is_rows=is_rows, is_shared=is_shared)
        drawn = Draw(source, self.module, node, written(node.func), self.way, self.covered, use, self.branch, is_certain=self.is_certain)
        drawn.is_by_name = is_by_name
        self.run.events.append(drawn)

    def _guess(self, name: str, node: ast.Call, constant: Constant) -> None:
        """An unknown callable: its name, or a seed among its arguments, may mean that it seeds everything."""
        if is_named_like_a_seeder(name.rpartition(".")[2]):
            if not canonical(name).startswith(_PRIVATE_GENERATORS):
                self.seeded(name, EVERYTHING, How.ASSUMED, node)
            return
        if not is_unknown(name) or name.rpartition(".")[2] in _DRAWING_NAMES:
            return
        for keyword in node.keywords:
            if keyword.arg in table.SEEDING_KEYWORDS and constant(keyword.value) != (True, None):
                if not self._is_first_party(name, self.module):
                    self.seeded(name, EVERYTHING, How.ASSUMED, node)
                return

    def _how_seeded(
        self, absent: str, seed: ast.expr | None, constant: Constant, resolve: Resolve, made_by: MadeBy
    ) -> tuple[How, list[tuple[str, ...]]]:
        """How well a seed seeds, and the generators that it is drawn from, if it is."""
        if seed is None or constant(seed) == (True, None):
            return How.VARYING if absent == "varies" else How.FIXED, []
        drawn = []
        for node in ast.walk(seed):
            name = resolve(node.func) if isinstance(node, ast.Call) else made_by(node) if isinstance(node, ast.Name) else None
            if not name or (name == "hash" and isinstance(node, ast.Call) and not _is_of_text(node)):
                continue
            if is_varying(name):
                return How.VARYING, []
            source = find_source(name)
            if source is not None and source.effect == "output":
                drawn.append(source.rngs)
        return How.FIXED, drawn


def _maker(node: ast.expr, resolve: Resolve, made_by: MadeBy) -> str:
    """The callable that a value comes from, or ``""``."""
    return (resolve(node.func) or "") if isinstance(node, ast.Call) else made_by(node)


@functools.lru_cache(CACHED_NAMES)
def is_nothing(name: str) -> bool:
    """Whether a call of this dotted name neither draws nor seeds, whatever its arguments are, but for a seed among them."""
    if find_seeder(name) is not None or find_source(name) is not None or find_framework(name) is not None:
        return False
    return not is_named_like_a_seeder(name.rpartition(".")[2])


@functools.lru_cache(CACHED_NAMES)
def is_no_signal(last: str) -> bool:
    """Whether a function or method of this name says nothing about the script as a whole."""
    return last not in table.TRAINING and last != "eval" and not is_named_like_training(last) and not last.lstrip("_").startswith(_LOADING)


def is_varying(name: str) -> bool:
    """Whether what a callable of this dotted name gives differs from run to run, whatever was seeded."""
    return canonical(name) in table.VARYING_SEEDS


def _is_of_text(call: ast.Call) -> bool:
    """Whether ``hash`` is taken of a text, and not of a number or a tuple of numbers, which do not vary."""
    return any(
        (isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))) or isinstance(node, ast.JoinedStr)
        for argument in call.args
        for node in ast.walk(argument)
    )


EVERYTHING = tuple(table.RNGS)
_KEY_ONLY = ("jax",)
_DRAWING = (Verdict.DRAWS, Verdict.BY_NAME)

_RESTORING = ("set_state", "setstate", "set_rng_state")
_KEEPING = ("get_state", "getstate", "get_rng_state")
_LOADING = ("load", "restore", "from_pretrained", "pretrained", "resume")
_NOUNS = frozenset(("seed", "manual_seed", "seeds", "rng", "random_state"))
"""Names that are values more often than functions."""
_TRAINING_WORDS = frozenset(("train", "pretrain", "fit", "finetune", "training"))
_DATA_WORDS = frozenset(
    ("data", "dataset", "datasets", "loader", "loaders", "dataloader", "test", "val", "valid", "split", "set", "transform", "transforms")
)
_FITTED_WITHOUT_CHANCE = ("scaler", "encoder", "imputer", "vectorizer", "tokenizer", "transformer", "binarizer", "discretizer")
_DRAWING_NAMES = frozenset(("sample", "rsample", "shuffle", "choice", "split", "train_test_split", "random_split", "rvs", "permutation"))
"""What is given a seed for its own draw: ``distribution.sample(seed=key)``."""
_PRIVATE_GENERATORS = ("numpy.random.", "random.Random", "torch.Generator", "tensorflow.random.Generator", "jax.", "sklearn.", "gymnasium.")


_ENVIRONMENT = re.compile(r"(?:\w{0,40}_)?envs?\d{0,2}|(?:\w{0,40}_)?(?:action|observation)_space", re.IGNORECASE)


def seeds_environment(func: ast.expr) -> bool:
    """Whether a method seeds an environment of reinforcement learning and nothing else: ``env.seed(1)``, ``env.action_space.seed(1)``."""
    return isinstance(func, ast.Attribute) and func.attr == "seed" and _ENVIRONMENT.fullmatch(last_name(func.value)) is not None


@functools.cache
def _known_packages() -> frozenset[str]:
    """Top packages, and builtins, whose callables are known well enough not to be guessed at."""
    return known_packages() | frozenset(dir(builtins))


def is_unknown(name: str) -> bool:
    """Whether a callable of this dotted name may do anything: it is no builtin, and of no package that the knowledge tells about."""
    return name.partition(".")[0] not in _known_packages()


def is_named_like_training(name: str) -> bool:
    """``train``, ``train_one_epoch``, ``fit_model``; not ``train_dataloader`` and not ``train_test_split``."""
    words = name.lower().strip("_").split("_")
    return words[0] in _TRAINING_WORDS and _DATA_WORDS.isdisjoint(words)


def _may_be_model(receiver: ast.expr) -> bool:
    """Whether ``fit`` or ``train`` of this object may train a model: not of a scaler, and not ``self.train(mode)``."""
    name = last_name(receiver.func if isinstance(receiver, ast.Call) else receiver)
    return name not in ("self", "super") and not name.lower().endswith(_FITTED_WITHOUT_CHANCE)


def written(func: ast.expr) -> str:
    """A callable as the code spells it, without what it is applied to where that is more than a name."""
    parts: list[str] = []
    while isinstance(func, ast.Attribute):
        parts.append(func.attr)
        func = func.value
    if not isinstance(func, ast.Name):
        is_base = isinstance(func, ast.Call) and isinstance(func.func, ast.Name) and func.func.id == "super"
        return ".".join(("super()", *parts) if is_base else parts[:1]) or "a call"
    return ".".join((func.id, *reversed(parts[:3])))
