"""Walks a script the way Python runs it, for what it draws and what it seeds.

The module from top to bottom, a module of the repository where it is first imported, the ``__main__`` guard of the script in
its place, a function where it is first called, a method where an object is made or asked. Nothing is executed; of a value
only what :mod:`dsguard.analysis.seeds.values` can say is known. What the walk meets is booked as events
(:mod:`dsguard.analysis.seeds.events`); the rules of the family are questions about them.

A function is entered once. One that is only handed on (a callback, a registry, a hook of a base class from elsewhere)
is entered after everything else, and what happens in it is not certain to happen.
"""

from __future__ import annotations

import ast
import re

from dsguard.analysis.seeds import knowledge_table as table
from dsguard.analysis.seeds.entry import is_main_guard
from dsguard.analysis.seeds.events import COMMAND, Call, How, Loader
from dsguard.analysis.seeds.extras import NOTHING
from dsguard.analysis.seeds.imports import Importer
from dsguard.analysis.seeds.knowledge import canonical, find_source, is_library_type, is_listed, type_made_by
from dsguard.analysis.seeds.ledger import EVERYTHING, Ledger, is_nothing, is_unknown, is_varying
from dsguard.analysis.seeds.values import MAKING, Class, Constant, Function, Instance, Loaded, Made, Member, Parents, Ref, Scope
from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from dsguard.analysis.seeds.events import Branch, Run
    from dsguard.analysis.seeds.extras import Extras
    from dsguard.analysis.seeds.values import Value
    from dsguard.documents.file import File
    from dsguard.documents.python import Module

    Given = dict[str | None, Value]
    """Keyword arguments; ``None`` for ``**kwargs``."""

MAX_DEPTH = 15
"""How many calls deep a function is entered at its call; deeper ones wait for their turn."""


MAX_FILES = 150
"""How many modules of the repository are followed."""
MAX_SIZE = 512 * 1024
"""Modules larger than this (bytes) are data."""
MAX_STEPS = 100_000
"""How many statements are walked."""

_SEEDING = re.compile(rb"(?:seed|determinis|reproducib|randomness)\w{0,40}[ \t]*\(", re.IGNORECASE)


def evaluate(module: Module, calls: Iterable[str] = (), extras: Extras = NOTHING) -> Run:
    """Walk a script as it would run, and the modules of the repository with it.

    Args:
        calls: functions of it that are called from outside after it was imported, such as ``main`` by a console script.
        extras: what the configuration knows besides.
    """
    evaluator = Evaluator(module, extras)
    try:
        evaluator.walk(calls)
    except (RecursionError, TooMuchError):
        evaluator.ledger.run.is_complete = False
    finally:
        evaluator.close()
    return evaluator.ledger.run


class TooMuchError(Exception):
    """The script leads to more code than can be walked."""


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


class Evaluator:
    """One walk over one script. See the module's docstring; :func:`evaluate` is the way in."""

    def __init__(self, module: Module, extras: Extras = NOTHING) -> None:
        self.extras = extras
        self.script = module
        self.importer = Importer(module)
        importer = self.importer
        self.ledger = Ledger(module, lambda name, where: importer.holds(name, where.file))
        self.entered: dict[ast.AST, Value] = {}
        """Functions that were walked, and what they return."""
        self.waiting: list[Waiting] = []
        self.methods: dict[str, list[Class]] = {}
        self.loaded: dict[str, Loaded] = {}
        self.scopes: list[Scope] = []
        self.classes: list[Class] = []
        self.is_marimo = module.kind == "marimo"
        self.depth = 0
        self.steps = 0
        self.commands = 0

    def new_scope(self, module: Module, parent: Scope | None = None, function: Function | None = None) -> Scope:
        scope = Scope(module, parent, function)
        self.scopes.append(scope)
        return scope

    def close(self) -> None:
        """Take the values apart: functions and their scopes hold each other, and nobody collects cycles in a short run."""
        for scope in self.scopes:
            scope.names.clear()
            scope.parent = scope.function = None
        for made in self.classes:
            made.methods.clear()
            made.attributes.clear()
            made.bases.clear()
        for held in (self.scopes, self.classes, self.waiting, self.entered, self.methods, self.loaded):
            held.clear()

    def walk(self, calls: Iterable[str]) -> None:
        scope = self.new_scope(self.script)
        stem = self.script.path.removesuffix(".py")
        self.loaded[stem] = Loaded(stem.rpartition("/")[2], stem, scope)
        self.block(self.script.tree.body, scope)
        for name in calls:
            function = scope.names.get(name)
            if isinstance(function, Function):
                self.enter(function, function.node, [], {})
        for one in self.waiting:  # grows while it is walked
            self.ledger.module = one.module
            self.ledger.way = list(one.way)
            self.ledger.branch = one.branch
            self.ledger.is_certain = one.is_certain
            self.enter(one.function, one.node, [], {})

    # Modules

    def load(self, name: str, stem: str, node: ast.AST) -> Loaded:
        """A module of the repository, its statements walked if this is the first import of it."""
        known = self.loaded.get(stem)
        if known is not None:
            return known
        file = self.importer.file(stem)
        module = _parsed(file) if file is not None else None
        made = self.loaded[stem] = Loaded(name, stem, None if module is None else self.new_scope(module))
        if module is None or made.scope is None:
            if file is not None and _looks_like_seeding(file):
                self.ledger.seeded(file.path, EVERYTHING, How.ASSUMED, node)
            return made
        if len(self.loaded) > MAX_FILES:
            raise TooMuchError
        ledger = self.ledger
        before = ledger.module
        ledger.way.append(Call(before, node, module.path, is_import=True))
        ledger.module = module
        self.block(module.tree.body, made.scope)
        ledger.module = before
        ledger.way.pop()
        return made

    def load_all(self, name: str, node: ast.stmt, members: Iterable[str] = ()) -> list[Loaded]:
        """The modules that a dotted name runs, the outermost package first; none if it is not of the repository."""
        importing = self.ledger.module.file
        stem = self.importer.stem(name, importing, members)
        if stem is None:
            return []
        parts = [part for part in name.split(".") if part]
        stems = [stem]
        for _ in parts[1:]:
            stems.append(stems[-1].rpartition("/")[0])
        stems.reverse()
        return [self.load(parts[index] if parts else "", one, node) for index, one in enumerate(stems)]

    def submodule(self, owner: Loaded, name: str, node: ast.stmt) -> Loaded | None:
        stem = f"{owner.stem}/{name}".lstrip("/")
        if stem in self.loaded or self.importer.is_module(stem):
            return self.load(f"{owner.name}.{name}", stem, node)
        return None

    # Statements

    def block(self, body: Iterable[ast.stmt], scope: Scope) -> None:
        for statement in body:
            self.steps += 1
            if self.steps > MAX_STEPS:
                raise TooMuchError
            handler = _STATEMENTS.get(type(statement))
            if handler is None:
                self.parts(statement, scope)
            else:
                handler(self, statement, scope)

    def parts(self, node: ast.AST, scope: Scope) -> None:
        """Everything within a node that has no say of its own, in the order of the source."""
        for field in vars(node).values():  # ast.iter_child_nodes gives the same at four times the cost
            for child in field if isinstance(field, list) else (field,):
                kind = type(child)
                if kind is ast.Constant:
                    continue
                if isinstance(child, ast.expr):
                    value = self.value(child, scope)
                    if value is not None:
                        self.refer(value, child)
                elif isinstance(child, ast.stmt):
                    self.block([child], scope)
                elif isinstance(child, _HOLDERS):
                    self.parts(child, scope)

    def on_import(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            loaded = self.load_all(alias.name, node)
            top = alias.name.partition(".")[0]
            if alias.asname:
                scope.bind(alias.asname, loaded[-1] if loaded else Ref(alias.name))
            else:
                scope.bind(top, loaded[0] if loaded else Ref(top))

    def on_import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        base = "." * node.level + (node.module or "")
        joint = "" if base.endswith(".") else "."
        loaded = self.load_all(base, node, [alias.name for alias in node.names])
        owner = loaded[-1] if loaded else None
        for alias in node.names:
            if alias.name == "*":
                self.bind_all(owner, base, scope)
                continue
            value: Value = None
            if owner is not None:
                has_name = owner.scope is not None and alias.name in owner.scope.names
                value = self.member(owner, alias.name) if has_name else self.submodule(owner, alias.name, node)
                if value is None and has_name:
                    scope.bind(alias.asname or alias.name, None)
                    continue
                value = value or self.member(owner, alias.name)
            scope.bind(alias.asname or alias.name, value or Ref(f"{base}{joint}{alias.name}"))

    def bind_all(self, owner: Loaded | None, base: str, scope: Scope) -> None:
        if owner is None:
            scope.stars.append(base)
        elif owner.scope is not None:
            scope.stars += owner.scope.stars
            for name, value in owner.scope.names.items():
                if not name.startswith("_"):
                    scope.bind(name, value)

    def on_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        function = Function(node, scope)
        self.decorate(function, scope)
        scope.bind(node.name, function)

    def decorate(self, function: Function, scope: Scope) -> None:
        """Decorators and defaults run where a function is defined. A command of a command line is called by its app."""
        node = function.node
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:
                self.value(default, scope)
        for decorator in node.decorator_list:
            self.value(decorator, scope)
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if isinstance(called, ast.Attribute) and (called.attr in _COMMANDS or (called.attr == "cell" and self.is_marimo)):
                self.offer(function, node)

    def offer(self, function: Function, node: ast.AST) -> None:
        """A command that people may give: one of several, after all else."""
        self.commands += 1
        before, self.ledger.branch = self.ledger.branch, (*self.ledger.branch, (COMMAND, self.commands))
        self.wait_for(function, node, is_certain=self.ledger.is_certain and self.ledger.module is self.script)
        self.ledger.branch = before

    def on_class(self, node: ast.ClassDef, scope: Scope) -> None:
        bases = [self.value(base, scope) for base in node.bases]
        for base, expression in zip(bases, node.bases, strict=True):
            if isinstance(base, Ref):
                self.refer(base, expression)
        made = Class(node, bases)
        self.classes.append(made)
        inside = self.new_scope(scope.module, scope)
        self.block([statement for statement in node.body if not isinstance(statement, _FUNCTIONS)], inside)
        made.attributes.update(inside.names)
        for statement in node.body:
            if isinstance(statement, _FUNCTIONS):
                method = Function(statement, scope, made)
                self.decorate(method, inside)
                made.methods[statement.name] = method
                self.methods.setdefault(statement.name, []).append(made)
        scope.bind(node.name, made)

    def on_return(self, node: ast.Return, scope: Scope) -> None:
        if node.value is not None:
            value = self.value(node.value, scope)
            self.refer(value, node.value)
            if scope.function is not None and value is not None and not isinstance(value, Constant):
                self.entered[scope.function.node] = value

    def on_assign(self, node: ast.Assign, scope: Scope) -> None:
        values = node.value.elts if isinstance(node.value, (ast.Tuple, ast.List)) else None
        for target in node.targets:
            if values is not None and isinstance(target, (ast.Tuple, ast.List)) and len(values) == len(target.elts):
                for one, part in zip(target.elts, values, strict=True):
                    self.bind(one, self.value(part, scope), scope)
                return
        value = self.value(node.value, scope)
        for target in node.targets:
            self.bind(target, value, scope)

    def on_annotated(self, node: ast.AnnAssign, scope: Scope) -> None:
        value = self.value(node.value, scope) if node.value is not None else None
        self.bind(node.target, value or self.typed(node.annotation, scope), scope)

    def on_augmented(self, node: ast.AugAssign, scope: Scope) -> None:
        self.value(node.value, scope)
        if isinstance(node.target, ast.Name):
            scope.bind(node.target.id, None)
        else:
            self.value(node.target, scope)

    def on_for(self, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
        self.refer(self.value(node.iter, scope), node.iter)
        self.bind(node.target, None, scope)
        self.block(node.body, scope)
        self.block(node.orelse, scope)

    def on_if(self, node: ast.If, scope: Scope) -> None:
        if is_main_guard(node):
            self.block(node.body if self.ledger.module is self.script else node.orelse, scope)
            return
        self.value(node.test, scope)
        known, value = self.constant(node.test, scope)
        test = node.test
        name = test.attr if isinstance(test, ast.Attribute) else test.id if isinstance(test, ast.Name) else ""
        ledger = self.ledger
        branch, was_on_gpu = ledger.branch, ledger.is_on_gpu
        if not (known and value in (False, 0)) and name != "TYPE_CHECKING":
            ledger.branch = branch if known else (*branch, (node, 0))
            ledger.is_on_gpu = was_on_gpu or _asks_for_gpu(test)
            self.block(node.body, scope)
            ledger.is_on_gpu = was_on_gpu
        if not (known and value in (True, 1)):
            ledger.branch = branch if known else (*branch, (node, 1))
            self.block(node.orelse, scope)
        ledger.branch = branch

    def on_with(self, node: ast.With | ast.AsyncWith, scope: Scope) -> None:
        for item in node.items:
            value = self.value(item.context_expr, scope)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, value, scope)
        self.block(node.body, scope)

    # Names

    def bind(self, target: ast.expr, value: Value, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            scope.bind(target.id, value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for one in target.elts:
                self.bind(one, None, scope)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, None, scope)
        elif isinstance(target, ast.Attribute):
            owner = self.value(target.value, scope)
            if isinstance(owner, Instance):
                owner.of.attributes[target.attr] = value
            elif isinstance(owner, Ref):
                self.ledger.assigned(f"{owner.name}.{target.attr}", target)
        elif isinstance(target, ast.Subscript):
            self.value(target.value, scope)
            self.value(target.slice, scope)

    def look_up(self, name: str, scope: Scope) -> Value:
        holder = scope.holder(name)
        if holder is not None:
            return holder.names[name]
        around: Scope | None = scope
        while around is not None:
            for module in reversed(around.stars):
                full = f"{module}.{name}"
                if is_listed(full):
                    return Ref(full)
            around = around.parent
        return Ref(name, is_free=True)

    def typed(self, annotation: ast.expr | None, scope: Scope) -> Value:
        """The object that an annotation promises, if methods of it matter."""
        if not isinstance(annotation, (ast.Name, ast.Attribute)):
            return None
        known = self.peek(annotation, scope)
        if isinstance(known, Class):
            return Instance(known)
        if isinstance(known, Ref) and is_library_type(canonical(known.name)):
            return Made(canonical(known.name))
        return None

    def peek(self, node: ast.expr, scope: Scope) -> Value:
        """The value of a name, an attribute or a literal, without any event."""
        if isinstance(node, ast.Constant):
            return Constant(node.value)
        if isinstance(node, ast.Name):
            return self.look_up(node.id, scope)
        if isinstance(node, ast.Attribute):
            return self.member(self.peek(node.value, scope), node.attr)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            value = self.peek(node.operand, scope)
            if isinstance(value, Constant) and isinstance(value.value, (int, float)):
                return Constant(-value.value)
        return None

    def constant(self, node: ast.expr, scope: Scope) -> tuple[bool, object]:
        value = self.peek(node, scope)
        return (True, value.value) if isinstance(value, Constant) else (False, None)

    def dotted(self, node: ast.expr, scope: Scope) -> str | None:
        value = self.peek(node, scope)
        return value.name if isinstance(value, Ref) else None

    def made_by(self, node: ast.expr, scope: Scope) -> str:
        value = self.peek(node, scope)
        return value.type if isinstance(value, Made) else ""

    def member(self, owner: Value, name: str) -> Value:
        if isinstance(owner, Ref):
            return None if owner.is_free else Ref(f"{owner.name}.{name}")
        if isinstance(owner, Made):
            return Member(owner.type, name)
        if isinstance(owner, Member) and is_library_type(owner.type):
            return Member(owner.type, name)
        if isinstance(owner, (Instance, Class)):
            of = owner.of if isinstance(owner, Instance) else owner
            method = of.method(name)
            if method is not None:
                return method.bound_to(Instance(of))
            return of.attribute(name)
        if isinstance(owner, Loaded):
            if owner.scope is not None and name in owner.scope.names:
                return owner.scope.names[name]
            return self.loaded.get(f"{owner.stem}/{name}".lstrip("/")) or Ref(f"{owner.name}.{name}")
        if isinstance(owner, Parents):
            for base in owner.of.lineage()[1:]:
                if name in base.methods:
                    return base.methods[name].bound_to(owner.self_value)
        return None

    # Expressions

    def value(self, node: ast.expr, scope: Scope) -> Value:
        """Walk an expression; its value as far as it is known."""
        handler = _EXPRESSIONS.get(type(node))
        if handler is not None:
            return handler(self, node, scope)
        self.parts(node, scope)
        return None

    def on_name(self, node: ast.Name, scope: Scope) -> Value:
        return self.look_up(node.id, scope)

    def on_constant(self, node: ast.Constant, _scope: Scope) -> Value:
        return Constant(node.value) if isinstance(node.value, (str, int, float, bool, type(None))) else None

    def on_attribute(self, node: ast.Attribute, scope: Scope) -> Value:
        return self.member(self.value(node.value, scope), node.attr)

    def on_unary(self, node: ast.UnaryOp, scope: Scope) -> Value:
        self.value(node.operand, scope)
        return self.peek(node, scope)

    def on_subscript(self, node: ast.Subscript, scope: Scope) -> Value:
        owner = self.value(node.value, scope)
        self.value(node.slice, scope)
        if isinstance(owner, Member):
            return Made(owner.type) if is_library_type(owner.type) else None
        return owner if isinstance(owner, Made) and is_library_type(owner.type) else None

    def on_lambda(self, node: ast.Lambda, scope: Scope) -> Value:
        inside = self.new_scope(scope.module, scope)
        for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            inside.bind(argument.arg, None)
        before, self.ledger.is_certain = self.ledger.is_certain, False
        self.value(node.body, inside)
        self.ledger.is_certain = before
        return None

    def on_comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, scope: Scope) -> Value:
        inside = self.new_scope(scope.module, scope, scope.function)
        for generator in node.generators:
            self.refer(self.value(generator.iter, inside), generator.iter)
            self.bind(generator.target, None, inside)
            for test in generator.ifs:
                self.value(test, inside)
        for part in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            self.refer(self.value(part, inside), part)
        return None

    def on_choice(self, node: ast.IfExp, scope: Scope) -> Value:
        self.value(node.test, scope)
        value, other = self.value(node.body, scope), self.value(node.orelse, scope)
        value = other if value is None else value
        return None if isinstance(value, Constant) else value

    def on_walrus(self, node: ast.NamedExpr, scope: Scope) -> Value:
        value = self.value(node.value, scope)
        self.bind(node.target, value, scope)
        return value

    def on_operation(self, node: ast.BinOp, scope: Scope) -> Value:
        values = self.value(node.left, scope), self.value(node.right, scope)
        return next((value for value in values if is_chance(value)), None)

    def on_await(self, node: ast.Await, scope: Scope) -> Value:
        return self.value(node.value, scope)

    # Calls

    def on_call(self, node: ast.Call, scope: Scope) -> Value:
        callee = self.value(node.func, scope)
        positional = [self.value(argument, scope) for argument in node.args]
        keywords = {keyword.arg: self.value(keyword.value, scope) for keyword in node.keywords}
        self.ledger.note_signals(node, callee.name if isinstance(callee, Ref) else "")
        if isinstance(callee, Function):
            self.hand_on(node, positional, keywords)
            if self.extras:
                where = callee.scope.module.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
                self.is_extra(f"{where}.{callee.node.name}", node, scope)
            return self.enter(callee, node, positional, keywords)
        if isinstance(callee, Class):
            self.hand_on(node, positional, keywords)
            return self.instantiate(callee, node, positional, keywords)
        if isinstance(callee, Ref):
            if callee.name == "super" and scope.function is not None and scope.function.owner is not None:
                return Parents(scope.function.owner, scope.function.self_value)
            is_runner = canonical(callee.name) in table.RUNNERS
            if is_runner:
                self.run_now(node, positional, keywords)
            self.hand_on(node, positional, keywords, is_unknown=not is_runner and is_unknown(callee.name))
            result = self.foreign(callee.name, node, scope)
            if canonical(callee.name) == "torch.utils.data.DataLoader":
                self.note_loader(node, positional[0] if positional else keywords.get("dataset"), scope)
            if callee.is_free and callee.name in _CONVERSIONS and positional and is_chance(positional[0]):
                return positional[0]
            return result
        self.hand_on(node, positional, keywords)
        if isinstance(callee, Member):
            if is_unknown(callee.type):
                self.wait_for_owners(node, callee.name)
            result = self.foreign(f"{callee.type}.{callee.name}", node, scope)
            return Made(callee.type) if is_library_type(callee.type) else result
        if callee is None and isinstance(node.func, ast.Attribute):
            self.unknown_method(node, node.func.attr, scope)
        return None

    def foreign(self, name: str, node: ast.Call, scope: Scope) -> Value:
        """A call of something that the file imports; what it gives."""
        if self.extras and self.is_extra(name, node, scope):
            return None
        if is_nothing(name) and not any(keyword.arg in _TELLING for keyword in node.keywords):
            return Made(type_made_by(name))
        self.ledger.call(
            name,
            node,
            lambda given: self.constant(given, scope),
            lambda given: self.dotted(given, scope),
            lambda given: self.made_by(given, scope),
        )
        if any(keyword.arg == "streaming" for keyword in node.keywords):
            return None  # an iterable data set of another kind
        return Made(type_made_by(name))

    def note_loader(self, node: ast.Call, dataset: Value, scope: Scope) -> None:
        """Every worker process of a loader gets a copy of the data set, and of a generator that it holds."""
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        workers = given.get("num_workers")
        if workers is None or self.constant(workers, scope) == (True, 0) or "worker_init_fn" in given:
            return
        if not isinstance(dataset, Instance):
            return
        for one in dataset.of.lineage():
            for name, value in one.attributes.items():
                if isinstance(value, Made) and canonical(value.type) in _KEPT_GENERATORS and _is_used_by_items(dataset.of, name):
                    self.ledger.run.loaders.append(
                        Loader(self.ledger.module, node, self.ledger.way, dataset.of.node.name, name),
                    )
                    return

    def is_extra(self, name: str, node: ast.Call, scope: Scope) -> bool:
        """Whether the configuration says what a call of this dotted name does; if so that happens."""
        if self.extras.seeds(name):
            self.ledger.seeded(name, EVERYTHING, How.ASSUMED, node)
            return True
        source = self.extras.source(name)
        if source is not None:
            self.ledger.draw(source, node, lambda given: self.constant(given, scope))
        return source is not None

    def unknown_method(self, node: ast.Call, name: str, scope: Scope) -> None:
        """A method of an object that nothing is known about: perhaps of a class of this file."""
        if not self.wait_for_owners(node, name):
            self.ledger.method(name, node, lambda given: self.constant(given, scope))

    def wait_for_owners(self, node: ast.Call, name: str) -> bool:
        """Whether classes of the repository that have objects have such a method: one of them may be meant."""
        owners = [one for one in self.methods.get(name, ()) if one.has_objects]
        for owner in owners:
            self.wait_for(owner.methods[name].bound_to(Instance(owner)), node, is_certain=False)
        return bool(owners)

    def hand_on(self, node: ast.Call, positional: Iterable[Value], keywords: Given, *, is_unknown: bool = False) -> None:
        """Arguments of a call. A callable that nothing is known about (``is_unknown``) may call any method of a class that it is given."""
        for value in (*positional, *keywords.values()):
            if value is not None:
                self.refer(value, node)
                if is_unknown and isinstance(value, Class):
                    for one in value.lineage():
                        for method in one.methods.values():
                            self.wait_for(method.bound_to(Instance(value)), node, is_certain=False)

    def run_now(self, node: ast.Call, positional: Iterable[Value], keywords: Given) -> None:
        for value in (*positional, *keywords.values()):
            if isinstance(value, Function):
                self.enter(value, node, [], {})
            elif isinstance(value, Class):
                instance = self.instantiate(value, node, [], {})
                for one in value.lineage():
                    for name, method in one.methods.items():
                        if not name.startswith("_"):
                            self.offer(method.bound_to(instance), node)

    def refer(self, value: Value, node: ast.AST) -> None:
        """A function or a class is handed on: somebody will call it."""
        if isinstance(value, Function):
            self.wait_for(value, node, is_certain=False)
        elif isinstance(value, Class) and not value.is_instantiated:
            self.wait_for_hooks(value, node)
        elif isinstance(value, Ref):
            self.ledger.handed_on(value.name, node)

    def wait_for(self, function: Function, node: ast.AST, *, is_certain: bool) -> None:
        if function.node not in self.entered:
            ledger = self.ledger
            self.waiting.append(Waiting(function, ledger.module, node, ledger.way, ledger.branch, is_certain=is_certain))

    def enter(self, function: Function, node: ast.AST, positional: Sequence[Value], keywords: Given) -> Value:
        """Walk the body of a function where it is called, the first time it is."""
        body = function.node
        if body in self.entered:
            return self.entered[body]
        if self.depth >= MAX_DEPTH:
            self.wait_for(function, node, is_certain=self.ledger.is_certain)
            return None
        self.entered[body] = None
        scope = self.new_scope(function.scope.module, function.scope, function)
        self.bind_parameters(function, scope, positional, keywords)
        ledger = self.ledger
        before = ledger.module
        ledger.way.append(Call(before, node, function.name))
        ledger.module = scope.module
        self.depth += 1
        self.block(body.body, scope)
        self.depth -= 1
        ledger.module = before
        ledger.way.pop()
        return self.entered[body]

    def bind_parameters(self, function: Function, scope: Scope, positional: Sequence[Value], keywords: Given) -> None:
        """What a parameter is at the first call, if that is a kind of object; its value may be another at the next."""
        arguments = function.node.args
        names = [*arguments.posonlyargs, *arguments.args]
        is_static = any(isinstance(one, ast.Name) and one.id == "staticmethod" for one in function.node.decorator_list)
        values = list(positional)
        if function.owner is not None and not is_static:
            values.insert(0, function.self_value or Instance(function.owner))
        for index, argument in enumerate(names):
            value = values[index] if index < len(values) else keywords.get(argument.arg)
            self.bind_parameter(argument, value, scope)
        for argument in arguments.kwonlyargs:
            self.bind_parameter(argument, keywords.get(argument.arg), scope)
        for rest in (arguments.vararg, arguments.kwarg):
            if rest is not None:
                scope.bind(rest.arg, None)

    def bind_parameter(self, argument: ast.arg, value: Value, scope: Scope) -> None:
        if value is None or isinstance(value, Constant) or (isinstance(value, Ref) and value.is_free):
            value = self.typed(argument.annotation, scope)
        if value is None and self.is_marimo and argument.arg in self.script.imports:
            value = Ref(self.script.imports[argument.arg])  # a cell is given what other cells import
        scope.names[argument.arg] = value

    def instantiate(self, made: Class, node: ast.Call, positional: Sequence[Value], keywords: Given) -> Value:
        instance = Instance(made)
        is_first = not made.is_instantiated
        made.is_instantiated = True  # a method that it calls on its own finds its class made
        for one in made.lineage() if is_first else ():
            one.has_objects = True
        for name in MAKING:
            method = made.method(name)
            if method is not None:
                self.enter(method.bound_to(instance), node, positional if name == "__init__" else [], keywords)
        if is_first:
            self.wait_for_hooks(made, node)
        return instance

    def wait_for_hooks(self, made: Class, node: ast.AST) -> None:
        """The methods that others call: those of Python, all if a base from elsewhere may; the rest are called by name or not at all."""
        made.is_instantiated = True
        hooks = made.has_foreign_base
        for one in made.lineage():
            one.has_objects = True
            for name, method in one.methods.items():
                if hooks or (name.startswith("__") and name.endswith("__")):
                    self.wait_for(method.bound_to(Instance(made)), node, is_certain=False)


def is_chance(value: Value) -> bool:
    """Whether a value is a random number, or differs from run to run otherwise: it matters if it becomes a seed."""
    if not isinstance(value, Made):
        return False
    source = find_source(value.type)
    return is_varying(value.type) or (source is not None and source.effect == "output")


def _is_used_by_items(made: Class, name: str) -> bool:
    """Whether what gives the items of a data set, or what that calls, uses an attribute."""
    return any(
        isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, ast.Load)
        for one in made.lineage()
        for method in one.methods.values()
        if method.node.name not in MAKING
        for node in ast.walk(method.node)
    ) and any(made.method(item) is not None for item in ("__getitem__", "__iter__"))


def _asks_for_gpu(test: ast.expr) -> bool:
    """``torch.cuda.is_available()``, alone or with more conditions."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return any(_asks_for_gpu(one) for one in test.values)
    func = test.func if isinstance(test, ast.Call) else None
    return isinstance(func, ast.Attribute) and func.attr == "is_available" and isinstance(func.value, (ast.Attribute, ast.Name))


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
_HOLDERS = (ast.keyword, ast.comprehension, ast.ExceptHandler, ast.withitem, ast.match_case, ast.pattern, ast.arguments, ast.arg)
_CONVERSIONS = frozenset(("int", "abs", "round", "float", "str"))
_TELLING = table.SEEDING_KEYWORDS | {"streaming"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMMANDS = frozenset(("command", "callback", "group", "default", "meta", "cli_command", "automain"))

_STATEMENTS: dict[type[ast.stmt], Callable[[Evaluator, Any, Scope], None]] = {
    ast.Import: Evaluator.on_import,
    ast.ImportFrom: Evaluator.on_import_from,
    ast.FunctionDef: Evaluator.on_function,
    ast.AsyncFunctionDef: Evaluator.on_function,
    ast.ClassDef: Evaluator.on_class,
    ast.Return: Evaluator.on_return,
    ast.Assign: Evaluator.on_assign,
    ast.AnnAssign: Evaluator.on_annotated,
    ast.AugAssign: Evaluator.on_augmented,
    ast.For: Evaluator.on_for,
    ast.AsyncFor: Evaluator.on_for,
    ast.If: Evaluator.on_if,
    ast.With: Evaluator.on_with,
    ast.AsyncWith: Evaluator.on_with,
}

_EXPRESSIONS: dict[type[ast.expr], Callable[[Evaluator, Any, Scope], Value]] = {
    ast.Name: Evaluator.on_name,
    ast.Constant: Evaluator.on_constant,
    ast.Attribute: Evaluator.on_attribute,
    ast.UnaryOp: Evaluator.on_unary,
    ast.Subscript: Evaluator.on_subscript,
    ast.Lambda: Evaluator.on_lambda,
    ast.ListComp: Evaluator.on_comprehension,
    ast.SetComp: Evaluator.on_comprehension,
    ast.GeneratorExp: Evaluator.on_comprehension,
    ast.DictComp: Evaluator.on_comprehension,
    ast.IfExp: Evaluator.on_choice,
    ast.NamedExpr: Evaluator.on_walrus,
    ast.BinOp: Evaluator.on_operation,
    ast.Await: Evaluator.on_await,
    ast.Call: Evaluator.on_call,
}
