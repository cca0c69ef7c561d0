"""What was met in a function or in the body of a module: found once, and told again to every script that leads there.

Walking syntax trees is most of the work, and a repository has a hundred scripts that call the same loader. So the walk of a
function writes down all that it did to the run and all that it asked of it, as steps in order. Another script takes the
steps instead of the tree, as long as each question has the same answer; from the first that has another the tree is
walked again. A record never decides anything: with and without it a run has the same events.
"""

from __future__ import annotations

import ast
import enum

from dsguard.analysis.seeds.imports import Importer, added_roots
from dsguard.analysis.seeds.values import Class, Function, Instance, Loaded, Parents, is_same, key_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from dsguard.analysis.seeds.events import Branch
    from dsguard.analysis.seeds.imports import Stems
    from dsguard.analysis.seeds.values import Scope, Value
    from dsguard.documents.python import Module


class Kind(enum.Enum):
    """What a step does; :data:`dsguard.analysis.seeds.randomness.ACTIONS` says how."""

    __hash__ = object.__hash__  # that of an enumeration hashes the name, in Python: steps are looked up by the million

    CALL = "call"
    MAKE = "make"
    IMPORT = "import"
    SUBMODULE = "submodule"
    KNOWN = "known"
    """Whether a module of a package was imported before."""
    GET = "get"
    """An attribute of an object is asked for."""
    SET = "set"
    DEFINE = "define"
    REFER = "refer"
    """A function or a class is handed on."""
    HAND_ALL = "hand all"
    OFFER = "offer"
    RUN = "run"
    METHOD = "method"
    """A method of something that nothing is known about is called."""
    DRAW = "draw"
    SEED = "seed"
    ASSIGN = "assign"
    """Something is assigned to an attribute of something imported."""
    SIGNAL = "signal"
    LOADER = "loader"


QUESTIONS = frozenset((Kind.CALL, Kind.IMPORT, Kind.SUBMODULE, Kind.KNOWN, Kind.GET))
"""Steps whose answer the following ones rest on."""


class Step:
    """Something that a walk did to the run, or asked of it.

    Args:
        branch: the branches that it stands in, from the start of the function.
        in_lambda: whether it stands in a lambda, which may never be called.
        on_gpu: whether it stands under the question for a GPU, within the function.
    """

    __slots__ = ("answer", "arguments", "branch", "in_lambda", "kind", "on_gpu")

    def __init__(self, kind: Kind, arguments: tuple[Any, ...], answer: Any, branch: Branch, *, in_lambda: bool, on_gpu: bool) -> None:
        self.kind = kind
        self.arguments = arguments
        self.answer = answer
        self.branch = branch
        self.in_lambda = in_lambda
        self.on_gpu = on_gpu

    def answered(self, answer: Any) -> Step:
        """The same step with another answer."""
        return Step(self.kind, self.arguments, answer, self.branch, in_lambda=self.in_lambda, on_gpu=self.on_gpu)


class Record:
    """The steps of one walk of a body, and what it gave back."""

    __slots__ = ("returned", "steps")

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.returned: Value = None


class Frame:
    """A body that is being walked.

    Args:
        depth: how many branches there were around its start.
        answers: those of the first steps, which were taken from a record already, the next one last.
    """

    __slots__ = ("answers", "depth", "record")

    def __init__(self, record: Record, depth: int, answers: Iterable[Any] = ()) -> None:
        self.record = record
        self.depth = depth
        self.answers = list(answers)

    def awaits(self, kind: Kind, arguments: tuple[Any, ...]) -> bool:
        """Whether the next answer is one to this step."""
        step = self.record.steps[-len(self.answers)]
        return step.kind is kind and all(
            one is other or one == other for one, other in zip(arguments, step.arguments, strict=False) if isinstance(other, (str, ast.AST))
        )

    def leave(self) -> None:
        """Take no more answers: a module that is still being imported had other names when they were given."""
        del self.record.steps[-len(self.answers) :]
        self.answers.clear()


def is_same_answer(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(left is right for left, right in zip(one, other, strict=True))
    return is_same(one, other)


def key_of_call(function: Function, scope: Scope, script: Module) -> tuple[object, ...] | None:
    """What tells one walk of a function from another: what its parameters are. ``None`` if they are of the script: no other has those."""
    parts: list[object] = [function.node]
    for value in scope.names.values():
        if _module_of(value) is script:
            return None
        parts.append(key_of(value))
    return tuple(parts)


def _module_of(value: Value) -> Module | None:
    if isinstance(value, Function):
        return value.scope.module
    if isinstance(value, Class):
        return value.module
    if isinstance(value, (Instance, Parents)):
        return value.of.module
    if isinstance(value, Loaded):
        return None if value.scope is None else value.scope.module
    return None


class Shared:
    """What all scripts of a repository have in common: the modules that they import, each with its record."""

    def __init__(self) -> None:
        self.modules: dict[tuple[str, str], tuple[Loaded, Record | None]] = {}
        self._importers: dict[tuple[str, ...], Importer] = {}
        self._stems: Stems = {}
        """Where imports lead that have nothing to do with the folder of the script."""
        self.too_large: dict[str, str] = {}
        """Modules that lead to more code than is walked, and in which way."""
        self.scopes: list[Scope] = []
        self.classes: list[Class] = []

    def importer(self, script: Module) -> Importer:
        """What finds the modules that a script imports."""
        added = added_roots(script)
        key = (script.file.folder, *added)
        if key not in self._importers:
            self._importers[key] = Importer(script.file, added, self._stems)
        return self._importers[key]

    def close(self) -> None:
        """Take it apart, when the syntax trees are let go."""
        for scope in self.scopes:
            scope.close()
        for one in self.classes:
            one.close()
        self.modules.clear()
        self.scopes.clear()
        self.classes.clear()
