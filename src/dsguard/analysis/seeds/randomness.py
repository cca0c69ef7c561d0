"""Walks a script the way Python runs it, for what it draws and what it seeds.

The module from top to bottom, a module of the repository where it is first imported, the ``__main__`` guard of the script in
its place, a function where it is first called, a method where an object is made or asked. Nothing is executed; of a value
only what :mod:`dsguard.analysis.seeds.values` can say is known. What the walk meets is booked as events
(:mod:`dsguard.analysis.seeds.events`); the rules of the family are questions about them.

A function is entered once. One that is only handed on (a callback, a registry, a hook of a base class from elsewhere)
is entered after everything else, and what happens in it is not certain to happen.

Modules and their functions are walked for the first script that leads to them; the others are told what was met there
(:mod:`dsguard.analysis.seeds.records`).
"""

from __future__ import annotations

import ast
import re

from dsguard.analysis.seeds.events import COMMAND, Call, How, Loader
from dsguard.analysis.seeds.expressions import is_generator_module
from dsguard.analysis.seeds.extras import NOTHING
from dsguard.analysis.seeds.knowledge import canonical, is_open
from dsguard.analysis.seeds.ledger import EVERYTHING
from dsguard.analysis.seeds.left_out import drop_seeded
from dsguard.analysis.seeds.records import QUESTIONS, Frame, Kind, Record, Shared, is_same_answer, key_of_call
from dsguard.analysis.seeds.statements import Statements
from dsguard.analysis.seeds.values import MAKING, Class, Constant, Function, Instance, Loaded, Made, Ref
from dsguard.analysis.seeds.walker import TooMuchError
from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from dsguard.analysis.seeds.events import Branch, Run
    from dsguard.analysis.seeds.expressions import Given
    from dsguard.analysis.seeds.extras import Extras
    from dsguard.analysis.seeds.knowledge import Source
    from dsguard.analysis.seeds.values import FunctionNode, Scope, Value
    from dsguard.documents.file import File
    from dsguard.documents.python import Module

MAX_DEPTH = 15
"""How many calls deep a function is entered at its call; deeper ones wait for their turn."""
MAX_FILES = 400
"""How many modules of the repository are followed: a library of the size of DeepChem imports 250 of its own at once. With 1,000 NeMo takes
eight times as long, and nothing more is found in it."""
MAX_SIZE = 512 * 1024
"""Modules larger than this (bytes) are data."""

_SEEDING = re.compile(rb"(?:seed|determinis|reproducib|randomness)\w{0,40}[ \t]*\(", re.IGNORECASE)


def evaluate(module: Module, calls: Iterable[str] = (), extras: Extras = NOTHING) -> Run:
    """Walk a script as it would run, and the modules of the repository with it.

    Args:
        calls: functions of it that are called from outside after it was imported, such as ``main`` by a console script.
        extras: what the configuration knows besides.
    """
    shared = module.file.files.held(("seeds", extras.key), Shared)
    evaluator = Evaluator(module, extras, shared)
    run = evaluator.ledger.run
    try:
        evaluator.walk(calls)
    except TooMuchError as error:
        run.given_up = str(error)
    except RecursionError:
        deep = evaluator.ledger.module
        run.given_up = "is nested too deep" if deep is module else f"leads to {deep.path}, which is nested too deep"
    finally:
        evaluator.close()
    drop_seeded(run)
    return run


class Waiting:
    """A function that is entered after everything else, and the circumstances in which it was handed on."""

    __slots__ = ("branch", "function", "is_certain", "module", "node", "way")

    def __init__(self, function: Function, module: Module, node: ast.AST, way: Iterable[Call], branch: Branch, *, is_certain: bool) -> None:
        self.function = function
        self.module = module
        self.node = node
        self.way = tuple(way)
        self.branch = branch
        self.is_certain = is_certain


class Evaluator(Statements):
    """One walk over one script. See the module's docstring; :func:`evaluate` is the way in."""

    def __init__(self, module: Module, extras: Extras, shared: Shared) -> None:
        super().__init__(module, extras, shared)
        self.entered = {}
        self.waiting: list[Waiting] = []
        self.loading: set[Module] = set()
        self.depth = 0
        self.commands = 0

    def close(self) -> None:
        """Take the values apart: functions and their scopes hold each other, and nobody collects cycles in a short run."""
        for scope in self.scopes:
            scope.close()
        for made in self.classes:
            made.close()
        self.heap.close()
        for held in (self.scopes, self.classes, self.waiting, self.entered, self.loaded):
            held.clear()
        vars(self).clear()  # the ledger holds the evaluator, and that the syntax tree

    def walk(self, calls: Iterable[str]) -> None:
        scope = self.new_scope(self.script)
        stem = self.script.path.removesuffix(".py")
        self.loaded[stem] = Loaded(stem.rpartition("/")[2], stem, scope)
        self.block(self.script.tree.body, scope)
        for name in calls:
            function = scope.names.get(name)
            if isinstance(function, Function):
                self.note_call(function, None)
                self.enter(function, function.node, [], {})
        for one in self.waiting:  # grows while it is walked
            self.ledger.module = one.module
            self.ledger.way = list(one.way)
            self.ledger.branch = one.branch
            self.ledger.is_certain = one.is_certain
            self.enter(one.function, one.node, [], {})

    # Records

    def walk_body(self, node: ast.AST, body: Sequence[ast.stmt], scope: Scope, record: Record | None, *, writes: bool) -> Record | None:
        """Walk a body, or take what was met there from a record; the record to keep, if one is new.

        Args:
            node: what ``entered`` has its value under.
            record: of an earlier walk of the same body.
            writes: whether to write down what is met.
        """
        before = self.frame, self.in_lambda, self.on_gpu
        self.frame, self.in_lambda, self.on_gpu = None, False, False
        answers = None if record is None else self.retell(record)
        kept = None
        if record is not None and answers is None:
            self.entered[node] = record.returned
        elif not writes:
            self.block(body, scope)
        else:
            kept = Record()
            if record is not None and answers is not None:
                kept.steps = record.steps[: len(answers)]
                kept.steps[-1] = kept.steps[-1].answered(answers[-1])
                if scope.module.tree is node:
                    scope.clear()  # of a module: what an earlier walk bound would be found before it is asked for
            self.frame = Frame(kept, len(self.ledger.branch), reversed(answers or ()))
            self.block(body, scope)
            kept.returned = self.entered.get(node)
        self.frame, self.in_lambda, self.on_gpu = before
        return kept

    def retell(self, record: Record) -> list[Any] | None:
        """Take the steps of a record. ``None`` if all went as it says; else the answers up to the first that differs."""
        ledger = self.ledger
        branch, is_certain, is_on_gpu = ledger.branch, ledger.is_certain, ledger.is_on_gpu
        self.count(len(record.steps))
        answers: list[Any] = []
        differs = False
        for step in record.steps:
            ledger.branch = (*branch, *step.branch) if step.branch else branch
            ledger.is_certain = is_certain and not step.in_lambda
            ledger.is_on_gpu = is_on_gpu or step.on_gpu
            answer = ACTIONS[step.kind](self, *step.arguments)
            answers.append(answer)
            if step.kind in QUESTIONS and not is_same_answer(answer, step.answer):
                differs = True
                break
        ledger.branch, ledger.is_certain, ledger.is_on_gpu = branch, is_certain, is_on_gpu
        return answers if differs else None

    # Modules

    def load(self, name: str, stem: str, node: ast.AST) -> Loaded:
        """A module of the repository, its statements walked if this is the first import of it."""
        known = self.loaded.get(stem)
        if known is not None:
            return known
        if stem in self.shared.too_large:
            raise TooMuchError(self.shared.too_large[stem])
        if len(self.loaded) >= MAX_FILES:
            raise TooMuchError(f"leads to {MAX_FILES:,} or more modules of the repository")
        key = (stem, name)
        made, record = self.shared.modules.get(key, (None, None))
        if made is not None and made.scope is not None and record is not None:
            module = made.scope.module
        else:
            file = self.importer.file(stem)
            found = _parsed(file) if file is not None else None
            if found is None:
                if file is not None and _looks_like_seeding(file):
                    self.ledger.seeded(file.path, EVERYTHING, How.ASSUMED, node)
                self.loaded[stem] = Loaded(name, stem, None)
                return self.loaded[stem]
            module = found
            if made is None:
                made = Loaded(name, stem, self.new_scope(module))
                self.shared.modules[key] = (made, None)
            elif made.scope is not None:
                made.scope.clear()  # it was left in the middle, when there was too much to walk
        self.loaded[stem] = made
        scope = made.scope
        ledger = self.ledger
        before = ledger.module
        ledger.way.append(Call(before, node, module.path, is_import=True))
        ledger.module = module
        self.loading.add(module)
        if scope is not None:
            others = len(self.loaded)
            try:
                kept = self.walk_body(module.tree, module.tree.body, scope, record, writes=True)
            except TooMuchError as error:
                if others < MAX_FILES // 10:  # not because of what was imported before
                    self.shared.too_large[stem] = str(error)
                raise
            if kept is not None:
                self.shared.modules[key] = (made, kept)
        self.loading.discard(module)
        ledger.module = before
        ledger.way.pop()
        return made

    def load_all(self, name: str, node: ast.stmt, members: tuple[str, ...] = ()) -> list[Loaded]:
        loaded = self.loaded
        chain = self.importer.chain(name, self.ledger.module.file, members)
        return [loaded[stem] if stem in loaded else self.load(part, stem, node) for part, stem in chain]

    def submodule(self, owner: Loaded, name: str, node: ast.stmt) -> Loaded | None:
        stem = f"{owner.stem}/{name}".lstrip("/")
        if stem in self.loaded or self.importer.is_module(stem):
            return self.load(f"{owner.name}.{name}", stem, node)
        return None

    def known_submodule(self, owner: Loaded, name: str) -> Loaded | None:
        return self.loaded.get(f"{owner.stem}/{name}".lstrip("/"))

    # Functions

    def offer(self, function: Function, node: ast.AST) -> None:
        """A command that people may give: one of several, after all else."""
        self.commands += 1
        before, self.ledger.branch = self.ledger.branch, (*self.ledger.branch, (COMMAND, self.commands))
        self.wait_for(function, node, is_certain=self.ledger.is_certain and self.ledger.module is self.script)
        self.ledger.branch = before

    def run_now(self, node: ast.Call, positional: Iterable[Value], keywords: Given) -> None:
        """A framework calls what it is given."""
        for value in (*positional, *keywords.values()):
            if isinstance(value, Function):
                self.note_call(value, None)
                self.enter(value, node, [], {})
            elif isinstance(value, Class):
                self.note_making(value, None)
                self.heap.give_all(value)
                instance = self.instantiate(value, node, [], {})
                for one in value.lineage:
                    for name, method in one.methods.items():
                        if not name.startswith("_"):
                            self.offer(method.bound_to(instance), node)

    def handed_on(self, value: Value, node: ast.AST) -> None:
        if isinstance(value, Function):
            self.wait_for(value, node, is_certain=False)
        elif isinstance(value, Class):
            self.note_making(value, None)
            self.heap.give_all(value)
            if self.heap.make(value):
                self.wait_for_hooks(value, node)
        elif isinstance(value, Ref):
            self.ledger.handed_on(value.name, node)

    def wait_for_all(self, made: Class, node: ast.AST) -> None:
        for one in made.lineage:
            for method in one.methods.values():
                self.wait_for(method.bound_to(Instance(made)), node, is_certain=False)

    def wait_for_hooks(self, made: Class, node: ast.AST) -> None:
        """The methods that others call: those of Python, all if a base from elsewhere may; the rest are called by name or not at all."""
        hooks = made.has_foreign_base
        for one in made.lineage:
            for name, method in one.methods.items():
                if hooks or name == "forward" or (name.startswith("__") and name.endswith("__")):
                    self.wait_for(method.bound_to(Instance(made)), node, is_certain=False)

    def call_by_name(self, name: str, node: ast.Call, otherwise: Source | str | None) -> None:
        """A method of an object that nothing is known about: of a class of the repository, or what the name gives away."""
        owners = self.heap.owners(name)
        for owner in owners:
            self.wait_for(owner.methods[name].bound_to(Instance(owner)), node, is_certain=False)
        if not owners and otherwise is not None:
            if isinstance(otherwise, str):
                self.ledger.seeded(otherwise, EVERYTHING, How.ASSUMED, node)
            else:
                self.ledger.book_draw(otherwise, node)

    def wait_for(self, function: Function, node: ast.AST, *, is_certain: bool) -> None:
        if function.node.name not in MAKING:
            self.note_call(function, None)
        if function.node not in self.entered:
            ledger = self.ledger
            self.waiting.append(Waiting(function, ledger.module, node, ledger.way, ledger.branch, is_certain=is_certain))

    def note_call(self, function: Function, node: ast.Call | None) -> None:
        """Somebody calls a function: here, or with arguments that nobody sees."""
        self.ledger.run.calls.setdefault(function.node, []).append(None if node is None else (self.ledger.module, node))

    def note_making(self, made: Class, node: ast.Call | None) -> None:
        method = made.method("__init__")
        if method is not None:
            self.note_call(method, node)

    def call(self, function: Function, node: ast.Call, positional: Sequence[Value], keywords: Given) -> Value:
        self.note_call(function, node)
        return self.enter(function, node, positional, keywords)

    def make(self, made: Class, node: ast.Call, positional: Sequence[Value], keywords: Given) -> Value:
        self.note_making(made, node)
        if made.method("__init__") is None:
            self.heap.give(made, node, positional, keywords)
        return self.instantiate(made, node, positional, keywords)

    def enter(self, function: Function, node: ast.AST, positional: Sequence[Value], keywords: Given) -> Value:
        """Walk the body of a function where it is called, the first time it is."""
        body = function.node
        if body in self.entered:
            return self.entered[body]
        if self.depth >= MAX_DEPTH:
            self.wait_for(function, node, is_certain=self.ledger.is_certain)
            return None
        self.entered[body] = None
        module = function.scope.module
        scope = self.new_scope(module, function.scope, function)
        self.bind_parameters(function, scope, positional, keywords)
        defaults = (*body.args.defaults, *filter(None, body.args.kw_defaults))
        if defaults and not all(type(default) is ast.Constant for default in defaults):
            self.bind_defaults(function, scope, node)
        key = None
        if module is not self.script and module not in self.loading:
            key = key_of_call(function, scope, self.script)
        records = function.scope.records
        ledger = self.ledger
        before = ledger.module
        ledger.way.append(Call(before, node, function.name))
        ledger.module = module
        self.depth += 1
        kept = self.walk_body(body, body.body, scope, records.get(key) if key is not None else None, writes=key is not None)
        if kept is not None and key is not None:
            records[key] = kept
        self.depth -= 1
        ledger.module = before
        ledger.way.pop()
        return self.entered[body]

    def bind_parameters(self, function: Function, scope: Scope, positional: Sequence[Value], keywords: Given) -> None:
        """What a parameter is at the first call, if that is a kind of object; its value may be another at the next."""
        arguments = function.node.args
        values = list(positional)
        if function.owner is not None and not _is_static(function.node):
            this = function.self_value or Instance(function.owner)
            # A class method may make an object of the class that it is called on: `return cls(**settings)`.
            values.insert(0, this.of if isinstance(this, Instance) and _is_decorated(function.node, "classmethod") else this)
        values.reverse()
        for argument in (*arguments.posonlyargs, *arguments.args):
            self.bind_parameter(argument, values.pop() if values else keywords.get(argument.arg), scope)
        for argument in arguments.kwonlyargs:
            self.bind_parameter(argument, keywords.get(argument.arg), scope)
        for rest in (arguments.vararg, arguments.kwarg):
            if rest is not None:
                scope.bind(rest.arg, None)

    def bind_defaults(self, function: Function, scope: Scope, call: ast.AST) -> None:
        """A parameter that a call leaves out, and that is a module with a generator by default: ``def split(rows, rng=random)``."""
        if not isinstance(call, ast.Call) or is_open(call):
            return
        arguments = function.node.args
        named = [*arguments.posonlyargs, *arguments.args]
        given = {keyword.arg for keyword in call.keywords}
        given |= {one.arg for one in named[: len(call.args) + (function.owner is not None and not _is_static(function.node))]}
        defaults = dict(zip(reversed(named), reversed(arguments.defaults), strict=False))
        defaults |= {one: default for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if default is not None}
        for argument, default in defaults.items():
            if argument.arg not in given and is_generator_module(value := self.peek(default, function.scope)):
                scope.names[argument.arg] = value

    def bind_parameter(self, argument: ast.arg, value: Value, scope: Scope) -> None:
        if value is None or isinstance(value, Constant) or (isinstance(value, Ref) and value.is_free):
            value = self.typed(argument.annotation, scope)
        if value is None and self.is_marimo and argument.arg in self.script.imports:
            value = Ref(self.script.imports[argument.arg])  # a cell is given what other cells import
        scope.names[argument.arg] = value

    def instantiate(self, made: Class, node: ast.Call, positional: Sequence[Value], keywords: Given) -> Value:
        instance = Instance(made)
        is_first = self.heap.make(made)  # a method that it calls on its own finds its class made
        for name in MAKING:
            method = made.method(name)
            if method is not None:
                self.enter(method, node, positional if name == "__init__" else [], keywords)
        if is_first:
            self.wait_for_hooks(made, node)
        return instance

    def note_loader_of(self, node: ast.Call, dataset: Class | None, has_workers: bool) -> None:  # noqa: FBT001
        """Every worker process of a loader gets a copy of the data set, and of a generator that it holds."""
        self.ledger.run.has_workers.add(has_workers)
        if dataset is None:
            return
        for name, value in self.heap.attributes(dataset).items():
            if isinstance(value, Made) and canonical(value.type) in _KEPT_GENERATORS and _is_used_by_items(dataset, name):
                self.ledger.run.loaders.append(Loader(self.ledger.module, node, self.ledger.way, dataset.node.name, name))
                return


def _is_used_by_items(made: Class, name: str) -> bool:
    """Whether what gives the items of a data set, or what that calls, uses an attribute."""
    return any(
        isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, ast.Load)
        for one in made.lineage
        for method in one.methods.values()
        if method.node.name not in MAKING
        for node in ast.walk(method.node)
    ) and any(made.method(item) is not None for item in ("__getitem__", "__iter__"))


def _is_static(method: FunctionNode) -> bool:
    return _is_decorated(method, "staticmethod")


def _is_decorated(method: FunctionNode, name: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == name for one in method.decorator_list)


def _parsed(file: File) -> Module | None:
    try:
        module = file.python if file.size <= MAX_SIZE else None
    except UnreadableError:
        return None
    return None if module is None or module.is_notebook else module


def _looks_like_seeding(file: File) -> bool:
    """Whether a file that does not parse, or a huge one, has what looks like a call that seeds."""
    try:
        return file.size <= MAX_SIZE and _SEEDING.search(file.data) is not None
    except UnreadableError:
        return False


_KEPT_GENERATORS = frozenset(("numpy.random.default_rng", "numpy.random.RandomState", "random.Random", "torch.Generator"))

ACTIONS: dict[Kind, Callable[..., Any]] = {
    Kind.CALL: Evaluator.call,
    Kind.MAKE: Evaluator.make,
    Kind.IMPORT: Evaluator.load_all,
    Kind.SUBMODULE: Evaluator.submodule,
    Kind.KNOWN: Evaluator.known_submodule,
    Kind.GET: lambda evaluator, of, name: evaluator.heap.attribute(of, name),
    Kind.SET: lambda evaluator, of, name, value: evaluator.heap.set(of, name, value),
    Kind.DEFINE: lambda evaluator, made: evaluator.heap.define(made),
    Kind.REFER: Evaluator.handed_on,
    Kind.HAND_ALL: Evaluator.wait_for_all,
    Kind.OFFER: Evaluator.offer,
    Kind.RUN: Evaluator.run_now,
    Kind.METHOD: Evaluator.call_by_name,
    Kind.DRAW: lambda evaluator, *draw: evaluator.ledger.book_draw(*draw),
    Kind.SEED: lambda evaluator, *seeding: evaluator.ledger.book_seeding(*seeding),
    Kind.ASSIGN: lambda evaluator, name, node: evaluator.ledger.assigned(name, node),
    Kind.SIGNAL: lambda evaluator, *signals: evaluator.ledger.book_signals(*signals),
    Kind.LOADER: Evaluator.note_loader_of,
}
Evaluator.actions = ACTIONS
