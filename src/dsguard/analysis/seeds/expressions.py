"""Walks expressions: what a call comes to, and what becomes of functions and classes that are handed on."""

from __future__ import annotations

import ast
import functools

from dsguard.analysis.seeds import knowledge_table as table
from dsguard.analysis.seeds.events import How
from dsguard.analysis.seeds.knowledge import CACHED_NAMES, canonical, find_source, is_library_type, is_named_like_a_seeder, type_made_by
from dsguard.analysis.seeds.ledger import EVERYTHING, is_no_signal, is_nothing, is_unknown, is_varying, seeds_environment
from dsguard.analysis.seeds.records import Kind
from dsguard.analysis.seeds.values import Class, Constant, Function, Instance, Made, Member, Parents, Ref, Scope
from dsguard.analysis.seeds.walker import Walker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from dsguard.analysis.seeds.extras import Extras
    from dsguard.analysis.seeds.values import Value

    Given = dict[str | None, Value]
    """Keyword arguments; ``None`` for ``**kwargs``."""


Attribute, Literal, Name = ast.Attribute, ast.Constant, ast.Name
"""Most of all nodes are of these: asked for here, they are found at half the price."""


class Expressions(Walker):
    """The part of the evaluator that knows expressions."""

    def parts(self, node: ast.AST, scope: Scope) -> None:
        """Everything within a node that has no say of its own, in the order of the source."""
        for name in node._fields:
            field = getattr(node, name, None)
            for child in field if isinstance(field, list) else (field,):
                if isinstance(child, ast.expr):
                    self.each((child,), scope)
                elif isinstance(child, ast.stmt):
                    self.block([child], scope)
                elif isinstance(child, _HOLDERS):
                    self.parts(child, scope)

    def each(self, nodes: Iterable[ast.expr | None], scope: Scope) -> None:
        """Expressions whose values go to somebody who may call them."""
        for node in nodes:
            if node is not None and type(node) is not Literal:
                value = self.value(node, scope)
                if value is not None:
                    self.refer(value, node)

    def argument(self, node: ast.expr, scope: Scope) -> Value:
        """The value of an argument. What number or text is given never matters: the next call may give another."""
        return None if type(node) is Literal else self.value(node, scope)

    def ask(self, kind: Kind, *arguments: Any) -> Value:
        """A step whose answer is a value."""
        answer: Value = self.step(kind, *arguments)
        return answer

    def value(self, node: ast.expr, scope: Scope) -> Value:
        """Walk an expression; its value as far as it is known."""
        if type(node) is Name:
            name, names = node.id, scope.names
            return names[name] if name in names else self.look_up(name, scope)
        handler = _EXPRESSIONS.get(type(node))
        if handler is not None:
            return handler(self, node, scope)
        self.parts(node, scope)
        return None

    def on_constant(self, node: ast.Constant, _scope: Scope) -> Value:
        return Constant(node.value) if isinstance(node.value, (str, int, float, bool, type(None))) else None

    def on_attribute(self, node: ast.Attribute, scope: Scope) -> Value:
        base = node.value
        if type(base) is Name:
            name, names = base.id, scope.names
            owner = names[name] if name in names else self.look_up(name, scope)
            return None if owner is None else self.member(owner, node.attr)
        if type(base) is not Attribute:
            owner = self.value(base, scope)
            return None if owner is None else self.member(owner, node.attr)
        chain = [node.attr]
        while type(base) is Attribute:
            chain.append(base.attr)
            base = base.value
        value = self.value(base, scope)
        for name in reversed(chain):
            if value is None:
                return None
            value = self.member(value, name)
        return value

    def on_unary(self, node: ast.UnaryOp, scope: Scope) -> Value:
        if not isinstance(node.operand, ast.Constant):
            self.value(node.operand, scope)
        return self.peek(node, scope)

    def on_elements(self, node: ast.Tuple | ast.List | ast.Set, scope: Scope) -> Value:
        self.each(node.elts, scope)
        return None

    def on_dict(self, node: ast.Dict, scope: Scope) -> Value:
        self.each(node.keys, scope)
        self.each(node.values, scope)
        return None

    def on_comparison(self, node: ast.Compare, scope: Scope) -> Value:
        self.each((node.left,), scope)
        self.each(node.comparators, scope)
        return None

    def on_junction(self, node: ast.BoolOp, scope: Scope) -> Value:
        self.each(node.values[:-1], scope)
        last = self.value(node.values[-1], scope)
        if last is not None:
            self.refer(last, node.values[-1])
        return last if isinstance(node.op, ast.Or) and is_generator_module(last) else None  # `rng or np.random`

    def on_subscript(self, node: ast.Subscript, scope: Scope) -> Value:
        owner = self.value(node.value, scope)
        self.value(node.slice, scope)
        if isinstance(owner, Member):
            return Made(owner.type) if is_library_type(owner.type) else None
        return owner if isinstance(owner, Made) and is_library_type(owner.type) else None

    def on_lambda(self, node: ast.Lambda, scope: Scope) -> Value:
        inside = Scope(scope.module, scope)
        for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            inside.bind(argument.arg, None)
        before = self.ledger.is_certain, self.in_lambda
        self.ledger.is_certain, self.in_lambda = False, True
        self.value(node.body, inside)
        self.ledger.is_certain, self.in_lambda = before
        return None

    def on_comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, scope: Scope) -> Value:
        inside = Scope(scope.module, scope, scope.function)
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
        if value is None:
            value = other
        elif isinstance(other, (Function, Class)):
            self.refer(other, node)  # the value is that of the first; the second may be called as well
        return None if isinstance(value, Constant) else value

    def on_walrus(self, node: ast.NamedExpr, scope: Scope) -> Value:
        value = self.value(node.value, scope)
        self.bind(node.target, value, scope)
        return value

    def on_operation(self, node: ast.BinOp, scope: Scope) -> Value:
        left, right = self.argument(node.left, scope), self.argument(node.right, scope)
        return left if is_chance(left) else right if is_chance(right) else None

    def on_text(self, node: ast.JoinedStr, scope: Scope) -> Value:
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.each((part.value,), scope)
                if isinstance(part.format_spec, ast.JoinedStr):
                    self.on_text(part.format_spec, scope)
        return None

    def on_slice(self, node: ast.Slice, scope: Scope) -> Value:
        self.each((node.lower, node.upper, node.step), scope)
        return None

    def on_await(self, node: ast.Await, scope: Scope) -> Value:
        return self.value(node.value, scope)

    # Calls

    def on_call(self, node: ast.Call, scope: Scope) -> Value:
        func = node.func
        if type(func) is Attribute:
            callee, last = self.on_attribute(func, scope), func.attr
        else:
            callee, last = self.value(func, scope), func.id if type(func) is Name else ""
        positional = [None if type(given) is Literal else self.value(given, scope) for given in node.args]
        keywords: Given = {}
        for keyword in node.keywords:
            given = keyword.value
            keywords[keyword.arg] = None if type(given) is Literal else self.value(given, scope)
        known = _known(callee.name) if isinstance(callee, Ref) else None
        trains = known is not None and known.trains
        if trains or not is_no_signal(last):
            self.ledger.note_signals(node, last, trains=trains)
        if known is not None and known.only_asks:
            return None
        if known is not None and (not known.is_plain or self.extras is not None or not _TELLING.isdisjoint(keywords)):
            return self.call_known(known, node, positional, keywords, scope)
        if positional or keywords:
            self.hand_on(node, positional, keywords)
        if known is not None:
            return known.gives
        if callee is None:
            if type(func) is Attribute:
                self.unknown_method(node, last, scope)
        elif isinstance(callee, Function):
            return self.call_function(callee, node, positional, keywords, scope)
        elif isinstance(callee, Class):
            if callee.method("__init__") is None and callee.library_base is not None:
                self.construct(_known(callee.library_base.name), node, positional, keywords, scope)
            return self.ask(Kind.MAKE, callee, node, positional, keywords)
        elif isinstance(callee, Member):
            return self.call_member(callee, node, keywords, scope)
        return None

    def call_function(self, callee: Function, node: ast.Call, positional: Sequence[Value], keywords: Given, scope: Scope) -> Value:
        """A call of a function or a method of the repository."""
        func = node.func
        if isinstance(func, Attribute) and func.attr != callee.node.name and func.attr in table.CALLING_METHODS:
            self.step(Kind.RUN, node, [callee], {})  # a task: `split.submit(rows)`, whose own call has other arguments
            return callee
        if self.extras is not None:
            where = callee.scope.module.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            self.is_extra(self.extras, f"{where}.{callee.node.name}", node, scope)
        return self.ask(Kind.CALL, callee, node, positional, keywords)

    def call_member(self, callee: Member, node: ast.Call, keywords: Given, scope: Scope) -> Value:
        """A call of a method of an object that something imported made."""
        if is_unknown(callee.type):
            self.step(Kind.METHOD, callee.name, node, None)
        result = self.foreign(_known(f"{callee.type}.{callee.name}"), node, keywords, scope)
        return Made(callee.type) if is_library_type(callee.type) else result

    def call_known(self, known: _Known, node: ast.Call, positional: Sequence[Value], keywords: Given, scope: Scope) -> Value:
        """A call of something that has a dotted name."""
        name = known.name
        if name == "super" and scope.function is not None and scope.function.owner is not None:
            return Parents(scope.function.owner, scope.function.self_value)
        if known.is_runner:
            if not positional and "main" not in keywords and name.endswith("app.run"):
                positional = [self.look_up("main", scope)]  # of absl and TensorFlow 1
            self.step(Kind.RUN, node, positional, keywords)
        self.hand_on(node, positional, keywords, is_unknown=known.is_open)
        result = self.construct(known, node, positional, keywords, scope)
        if name == "functools.partial" and len(positional) == 1 and table.SEED_KEYWORDS.isdisjoint(keywords) and None not in keywords:
            return positional[0] if isinstance(positional[0], Ref) else result
        if name in _CONVERSIONS and positional and is_chance(positional[0]):
            return positional[0]
        return result

    def construct(self, known: _Known, node: ast.Call, positional: Sequence[Value], keywords: Given, scope: Scope) -> Value:
        """What a call by a dotted name does, of the callable itself or of a class that inherits it as its constructor; what it gives."""
        result = self.foreign(known, node, keywords, scope)
        if known.is_loader:
            self.note_loader(node, positional[0] if positional else keywords.get("dataset"), scope)
        return result

    def foreign(self, known: _Known, node: ast.Call, keywords: Given, scope: Scope) -> Value:
        """A call of something that the file imports; what it gives."""
        if self.extras is not None and self.is_extra(self.extras, known.name, node, scope):
            return None
        if known.is_nothing and _TELLING.isdisjoint(keywords):
            return known.gives
        if seeds_environment(node.func):
            return known.gives
        self.ledger.call(
            known.name,
            node,
            lambda given: self.constant(given, scope),
            lambda given: self.dotted(given, scope),
            lambda given: self.made_by(given, scope),
        )
        if "streaming" in keywords:
            return None  # an iterable data set of another kind
        return known.gives

    def note_loader(self, node: ast.Call, dataset: Value, scope: Scope) -> None:
        """A loader of PyTorch: whether worker processes give its items, each with a generator that PyTorch seeds and a copy of the data."""
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        workers = given.get("num_workers")
        has_workers = workers is not None and self.constant(workers, scope) != (True, 0)
        is_copied = has_workers and "worker_init_fn" not in given and isinstance(dataset, Instance)
        self.step(Kind.LOADER, node, dataset.of if is_copied and isinstance(dataset, Instance) else None, has_workers)

    def is_extra(self, extras: Extras, name: str, node: ast.Call, scope: Scope) -> bool:
        """Whether the configuration says what a call of this dotted name does; if so that happens."""
        if extras.seeds(name):
            self.ledger.seeded(name, EVERYTHING, How.ASSUMED, node)
            return True
        source = extras.source(name)
        if source is not None:
            self.ledger.draw(source, node, lambda given: self.constant(given, scope))
        return source is not None

    def unknown_method(self, node: ast.Call, name: str, scope: Scope) -> None:
        """A method of an object that nothing is known about: perhaps of a class of the repository."""
        if name == "seed" and isinstance(node.func, Attribute) and _is_environment(self.peek(node.func.value, scope)):
            return  # of an environment of the repository: `self.seed(1)`
        may_matter = name in table.METHODS or (is_named_like_a_seeder(name) and not seeds_environment(node.func))
        otherwise = self.ledger.source_of(name, node, lambda given: self.constant(given, scope)) if may_matter else None
        self.step(Kind.METHOD, name, node, otherwise)

    def hand_on(self, node: ast.Call, positional: Iterable[Value], keywords: Given, *, is_unknown: bool = False) -> None:
        """Arguments of a call. A callable that nothing is known about (``is_unknown``) may call any method of a class that it is given."""
        for value in (*positional, *keywords.values()) if keywords else positional:
            if type(value) in _CALLABLE:
                self.refer(value, node)
                if is_unknown and isinstance(value, Class):
                    self.step(Kind.HAND_ALL, value, node)

    def refer(self, value: Value, node: ast.AST) -> None:
        """A function or a class is handed on: somebody will call it."""
        if type(value) in _CALLABLE and not (isinstance(value, Ref) and is_nothing(value.name)):
            self.step(Kind.REFER, value, node)


def _is_environment(value: Value) -> bool:
    base = value.of.library_base if isinstance(value, Instance) else None
    return base is not None and base.name.endswith(("Env", "Wrapper"))


class _Known:
    """What a dotted name says about a call of it.

    Attributes:
        is_runner: whether it runs what it is given.
        is_loader: whether it is a data loader.
        is_open: whether nothing is known about it.
        is_nothing: see :func:`~dsguard.analysis.seeds.ledger.is_nothing`.
        is_plain: whether it is nothing, and none of the others either; most calls are of such a name.
        only_asks: whether it only asks after what it is given, and neither makes nor calls it.
        trains: whether it is of a module that trains models.
        gives: what a call gives.
    """

    __slots__ = ("gives", "is_loader", "is_nothing", "is_open", "is_plain", "is_runner", "name", "only_asks", "trains")

    def __init__(self, name: str) -> None:
        public = canonical(name)
        self.name = name
        self.is_runner = public in table.RUNNERS
        self.is_loader = public == "torch.utils.data.DataLoader"
        self.is_open = not self.is_runner and is_unknown(name)
        self.is_nothing = is_nothing(name)
        is_special = self.is_runner or self.is_loader or self.is_open or name in ("super", "functools.partial") or name in _CONVERSIONS
        self.is_plain = self.is_nothing and not is_special
        self.only_asks = name in _ASKING
        self.trains = name.startswith(table.TRAINING_MODULES)
        self.gives = Made(type_made_by(name))


_known = functools.lru_cache(CACHED_NAMES)(_Known)


def is_generator_module(value: Value) -> bool:
    """Whether a value is a module that stands for its global generator: what it can do is what a generator can do."""
    return isinstance(value, Ref) and value.name in ("numpy.random", "random")


def is_chance(value: Value) -> bool:
    """Whether a value is a random number, or differs from run to run otherwise: it matters if it becomes a seed."""
    return isinstance(value, Made) and _is_chance(value.type)


@functools.lru_cache(CACHED_NAMES)
def _is_chance(type: str) -> bool:
    source = find_source(type)
    return is_varying(type) or (source is not None and source.effect == "output")


_HOLDERS = (ast.keyword, ast.comprehension, ast.ExceptHandler, ast.withitem, ast.match_case, ast.pattern, ast.arguments, ast.arg)
_CALLABLE = frozenset((Function, Class, Ref))
_CONVERSIONS = frozenset(("int", "abs", "round", "float", "str"))
_ASKING = frozenset(("isinstance", "issubclass"))
_TELLING = table.SEEDING_KEYWORDS | {"streaming"}

_EXPRESSIONS: dict[type[ast.expr], Callable[[Expressions, Any, Scope], Value]] = {
    ast.Constant: Expressions.on_constant,
    ast.Attribute: Expressions.on_attribute,
    ast.UnaryOp: Expressions.on_unary,
    ast.Subscript: Expressions.on_subscript,
    ast.Lambda: Expressions.on_lambda,
    ast.ListComp: Expressions.on_comprehension,
    ast.SetComp: Expressions.on_comprehension,
    ast.GeneratorExp: Expressions.on_comprehension,
    ast.DictComp: Expressions.on_comprehension,
    ast.IfExp: Expressions.on_choice,
    ast.NamedExpr: Expressions.on_walrus,
    ast.BinOp: Expressions.on_operation,
    ast.Await: Expressions.on_await,
    ast.Tuple: Expressions.on_elements,
    ast.List: Expressions.on_elements,
    ast.Set: Expressions.on_elements,
    ast.Dict: Expressions.on_dict,
    ast.Compare: Expressions.on_comparison,
    ast.BoolOp: Expressions.on_junction,
    ast.Call: Expressions.on_call,
    ast.JoinedStr: Expressions.on_text,
    ast.Slice: Expressions.on_slice,
}
