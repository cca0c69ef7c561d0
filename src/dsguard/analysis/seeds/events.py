"""What happens when a script is run, as far as random numbers go: a list of draws and seedings, in order."""

from __future__ import annotations

import ast
import enum

from dsguard.analysis.seeds.weights import gives_weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dsguard.analysis.seeds.knowledge import Source
    from dsguard.analysis.seeds.use import Use
    from dsguard.documents.python import Module

    Branch = tuple[tuple[object, int], ...]
    """The branches around an event, outermost first: what divides (an ``if``, a command line) and which way was taken."""


COMMAND = "command"
"""What divides the commands of a command line, or the cells of a marimo app."""


class Call:
    """A call on the way: where it stands, and the name of the function that it enters; or an import and the file that it runs."""

    __slots__ = ("is_import", "module", "name", "node")

    def __init__(self, module: Module, node: ast.AST, name: str, *, is_import: bool = False) -> None:
        self.module = module
        self.node = node
        self.name = name
        self.is_import = is_import


class Draw:
    """A call that takes random numbers.

    Args:
        module: the file that it stands in.
        written: the callable as the code spells it.
        branch: the branches that it stands in: events in two branches of one division happen in no run together.
        way: the calls that lead to it from the module's own statements, outermost first.
        is_certain: whether running the script leads there through plain calls.
        covered: tokens of the generators that were seeded by then.
        find_use: finds out what becomes of the value.

    Attributes:
        is_by_name: whether a variable is given as its seed, so that it draws only where that holds ``None``.
        missing: what might have been given as seed or generator, and every call leaves at ``None``; or ``""``.
    """

    __slots__ = (
        "_find_use",
        "_use",
        "branch",
        "covered",
        "is_by_name",
        "is_certain",
        "missing",
        "module",
        "node",
        "source",
        "way",
        "written",
    )

    def __init__(
        self,
        source: Source,
        module: Module,
        node: ast.Call,
        written: str,
        way: Sequence[Call],
        covered: frozenset[str],
        find_use: Callable[[], Use],
        branch: Branch,
        *,
        is_certain: bool,
    ) -> None:
        self.source = source
        self.module = module
        self.branch = branch
        self.node = node
        self.written = written
        self.way = tuple(way)
        self.covered = covered
        self._find_use = find_use
        self._use: Use | None = None
        self.is_certain = is_certain
        self.is_by_name = False
        self.missing = ""

    @property
    def told(self) -> str:
        """The callable for people: ``train_test_split with seed left at None``."""
        return f"{self.written} with {self.missing} left at None" if self.missing else self.written

    @property
    def use(self) -> Use:
        """What becomes of the value. Found when it is asked for: that takes a look at the whole file."""
        if self._use is None:
            self._use = self._find_use()
        return self._use

    @property
    def gives_numbers(self) -> bool:
        """Whether it gives random values, and not an object that draws them (a layer, an estimator)."""
        return not self.source.name.rpartition(".")[2][:1].isupper()

    @property
    def is_lazy(self) -> bool:
        """Whether it makes an object that draws later, when it is fitted or gone through: an estimator, a loader."""
        if self.gives_numbers or self.is_weights:
            return False
        around = self.module.parent(self.node)
        return not isinstance(around, (ast.Attribute, ast.For, ast.comprehension))

    @property
    def is_weights(self) -> bool:
        """Whether it gives the first weights of a model."""
        return gives_weights(self.source, self.module, self.node, is_in_place=self.is_in_place)

    @property
    def is_in_place(self) -> bool:
        """Whether it changes what it is given or called on, so that its value need not be kept."""
        return is_in_place(self.source)

    @property
    def unseeded(self) -> tuple[str, ...]:
        """Tokens of the generators that it draws from and that nothing seeded before."""
        return tuple(token for token in self.source.rngs if token not in self.covered)

    @property
    def start(self) -> ast.AST:
        """What stands in the module's own statements: the first call on the way, or the draw itself."""
        return self.way[0].node if self.way else self.node


def is_in_place(source: Source) -> bool:
    """Whether a callable changes what it is given or called on: ``shuffle``, ``normal_``."""
    last = source.name.rpartition(".")[2]
    if last == "shuffle":
        return source.name.startswith(("random.", "numpy.", "cupy.", "mxnet."))
    return last.endswith("_") or last == "reset_parameters"


class Loader:
    """A data set with a generator of its own that is handed to worker processes.

    Args:
        node: the call that makes the loader.
        dataset: the name of the class.
        attribute: where the generator is kept.
    """

    __slots__ = ("attribute", "dataset", "module", "node", "way")

    def __init__(self, module: Module, node: ast.Call, way: Sequence[Call], dataset: str, attribute: str) -> None:
        self.module = module
        self.node = node
        self.way = tuple(way)
        self.dataset = dataset
        self.attribute = attribute


class How(enum.Enum):
    """How well a seeding call seeds."""

    FIXED = "fixed"
    ASSUMED = "assumed"
    """By its name, its arguments, or the habits of a framework."""
    VARYING = "varying"
    """With the time, a process id, ``None`` or another random number."""
    ASSIGNED = "assigned"
    """``np.random.seed = 42``: not called at all."""
    GUARDED = "guarded"
    """Only on a machine with a GPU."""


class Seeding:
    """A call (or what was meant as one) that seeds. ``covers``: tokens of the generators."""

    __slots__ = ("branch", "covers", "how", "is_certain", "module", "name", "node", "way")

    def __init__(
        self,
        name: str,
        covers: Iterable[str],
        how: How,
        module: Module,
        node: ast.AST,
        way: Sequence[Call],
        branch: Branch,
        *,
        is_certain: bool,
    ) -> None:
        self.module = module
        self.branch = branch
        self.is_certain = is_certain
        self.name = name
        self.covers = frozenset(covers)
        self.how = how
        self.node = node
        self.way = tuple(way)


class Run:
    """What happens when a script is run.

    Args:
        calls: those of each function that was entered; ``None`` for one whose arguments nobody sees.
        events: in order.
        trains: whether a model is trained: then its first weights matter.
        loads: whether the weights of a model are loaded.
        modes: what models are switched to: ``"eval"``, and ``"train"`` by whatever trains one; a gradient alone does not.
        surely_trains: whether plain calls lead to that.
        loaders: data sets whose generator every worker gets a copy of.
        has_workers: of each loader of PyTorch, whether it has worker processes, as far as the code says.
        given_up: why the walk was given up, in words that go on from the script, or ``""``. If it was, nothing may be concluded.
    """

    __slots__ = ("calls", "events", "given_up", "has_workers", "loaders", "loads", "modes", "surely_trains", "trains")

    def __init__(self) -> None:
        self.calls: dict[ast.AST, list[tuple[Module, ast.Call] | None]] = {}
        self.events: list[Draw | Seeding] = []
        self.loaders: list[Loader] = []
        self.has_workers: set[bool] = set()
        self.loads = False
        self.modes: set[str] = set()
        self.trains = False
        self.surely_trains = False
        self.given_up = ""

    @property
    def is_complete(self) -> bool:
        return not self.given_up

    def calls_like(self, call: Call) -> list[tuple[Module, ast.Call] | None]:
        """All calls of the function that a call on the way enters: the walk entered it at the first only."""
        wanted = (call.module, call.node)
        return next((calls for calls in self.calls.values() if wanted in calls), [])

    @property
    def seeded(self) -> frozenset[str]:
        """Tokens of the generators that something seeds at some time, whether well or not."""
        return frozenset(token for seeding in self.seedings for token in seeding.covers)

    @property
    def draws(self) -> list[Draw]:
        return [event for event in self.events if isinstance(event, Draw)]

    @property
    def seedings(self) -> list[Seeding]:
        return [event for event in self.events if isinstance(event, Seeding)]
