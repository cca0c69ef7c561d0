"""Walks a script the way Python runs it, for what it draws and what it seeds.

The module from top to bottom, the ``__main__`` guard in its place, a function where it is first called, a method where an
object is made or asked. Nothing is executed; of a value only what :mod:`dsguard.analysis.seeds.values` can say is known.
What the walk meets is booked as events (:mod:`dsguard.analysis.seeds.events`); the rules of the family are questions about them.

A function is entered once. One that is only handed on (a callback, a registry, a hook of a base class from elsewhere)
is entered after everything else, and what happens in it is not certain to happen.
"""

from __future__ import annotations

import ast

from dsguard.analysis.seeds import knowledge_table as table
from dsguard.analysis.seeds.entry import is_main_guard
from dsguard.analysis.seeds.events import Call
from dsguard.analysis.seeds.knowledge import canonical, is_library_type, is_listed, type_made_by
from dsguard.analysis.seeds.ledger import Ledger
from dsguard.analysis.seeds.values import MAKING, Class, Constant, Function, Instance, Made, Member, Parents, Ref, Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from dsguard.analysis.seeds.events import Run
    from dsguard.analysis.seeds.values import Value
    from dsguard.documents.python import Module

    Given = dict[str | None, Value]
    """Keyword arguments; ``None`` for ``**kwargs``."""

MAX_DEPTH = 15
"""How many calls deep a function is entered at its call; deeper ones wait for their turn."""


def evaluate(module: Module, *, is_first_party: Callable[[str], bool] | None = None, calls: Iterable[str] = ()) -> Run:
    """Walk a script as it would run.

    Args:
        calls: functions of it that are called from outside after it was imported, such as ``main`` by a console script.
        is_first_party: whether a dotted name, as imported, belongs to the repository: what can be looked up
            elsewhere is not guessed at by its arguments.
    """
    evaluator = Evaluator(module, is_first_party)
    try:
        evaluator.walk(calls)
    except RecursionError:
        evaluator.ledger.run.is_complete = False
    return evaluator.ledger.run


class Evaluator:
    """One walk over one module. See the module's docstring; :func:`evaluate` is the way in."""

    def __init__(self, module: Module, is_first_party: Callable[[str], bool] | None) -> None:
        self.module = module
        self.ledger = Ledger(module, is_first_party)
        self.entered: dict[ast.AST, Value] = {}
        """Functions that were walked, and what they return."""
        self.waiting: list[tuple[Function, ast.AST, tuple[Call, ...], bool]] = []
        self.methods: dict[str, list[Class]] = {}
        self.depth = 0

    def walk(self, calls: Iterable[str]) -> None:
        scope = Scope()
        self.block(self.module.tree.body, scope)
        for name in calls:
            function = scope.names.get(name)
            if isinstance(function, Function):
                self.enter(function, function.node, [], {})
        for function, node, way, is_certain in self.waiting:  # grows while it is walked
            self.ledger.way = list(way)
            self.ledger.is_certain = is_certain
            self.enter(function, node, [], {})

    # Statements

    def block(self, body: Iterable[ast.stmt], scope: Scope) -> None:
        for statement in body:
            handler = _STATEMENTS.get(type(statement))
            if handler is None:
                self.parts(statement, scope)
            else:
                handler(self, statement, scope)

    def parts(self, node: ast.AST, scope: Scope) -> None:
        """Everything within a node that has no say of its own, in the order of the source."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.refer(self.value(child, scope), child)
            elif isinstance(child, ast.stmt):
                self.block([child], scope)
            else:
                self.parts(child, scope)

    def on_import(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            if alias.asname:
                scope.bind(alias.asname, Ref(alias.name))
            else:
                top = alias.name.partition(".")[0]
                scope.bind(top, Ref(top))

    def on_import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        base = "." * node.level + (node.module or "")
        joint = "" if base.endswith(".") else "."
        for alias in node.names:
            if alias.name == "*":
                scope.stars.append(base)
            else:
                scope.bind(alias.asname or alias.name, Ref(f"{base}{joint}{alias.name}"))

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
            if isinstance(called, ast.Attribute) and called.attr in _COMMANDS:
                self.wait_for(function, node, is_certain=self.ledger.is_certain)

    def on_class(self, node: ast.ClassDef, scope: Scope) -> None:
        bases = [self.value(base, scope) for base in node.bases]
        for base, expression in zip(bases, node.bases, strict=True):
            if isinstance(base, Ref):
                self.refer(base, expression)
        made = Class(node, bases)
        inside = Scope(scope)
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
            self.block(node.body, scope)
            return
        self.value(node.test, scope)
        _, value = self.constant(node.test, scope)
        name = self.module.resolve(node.test) or ""
        if value not in (False, 0) and name.rpartition(".")[2] != "TYPE_CHECKING":
            self.block(node.body, scope)
        if value not in (True, 1):
            self.block(node.orelse, scope)

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
        inside = Scope(scope)
        for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            inside.bind(argument.arg, None)
        before, self.ledger.is_certain = self.ledger.is_certain, False
        self.value(node.body, inside)
        self.ledger.is_certain = before
        return None

    def on_comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, scope: Scope) -> Value:
        inside = Scope(scope, scope.function)
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

    def on_await(self, node: ast.Await, scope: Scope) -> Value:
        return self.value(node.value, scope)

    # Calls

    def on_call(self, node: ast.Call, scope: Scope) -> Value:
        callee = self.value(node.func, scope)
        positional = [self.value(argument, scope) for argument in node.args]
        keywords = {keyword.arg: self.value(keyword.value, scope) for keyword in node.keywords}
        self.ledger.note_signals(node)
        if isinstance(callee, Function):
            self.hand_on(node, positional, keywords)
            return self.enter(callee, node, positional, keywords)
        if isinstance(callee, Class):
            self.hand_on(node, positional, keywords)
            return self.instantiate(callee, node, positional, keywords)
        if isinstance(callee, Ref):
            if callee.name == "super" and scope.function is not None and scope.function.owner is not None:
                return Parents(scope.function.owner, scope.function.self_value)
            if canonical(callee.name) in table.RUNNERS:
                self.run_now(node, positional, keywords)
            self.hand_on(node, positional, keywords)
            return self.foreign(callee.name, node, scope)
        self.hand_on(node, positional, keywords)
        if isinstance(callee, Member):
            result = self.foreign(f"{callee.type}.{callee.name}", node, scope)
            return Made(callee.type) if is_library_type(callee.type) else result
        if callee is None and isinstance(node.func, ast.Attribute):
            self.unknown_method(node, node.func.attr, scope)
        return None

    def foreign(self, name: str, node: ast.Call, scope: Scope) -> Value:
        """A call of something that the file imports; what it gives."""
        self.ledger.call(name, node, lambda given: self.constant(given, scope), lambda given: self.dotted(given, scope))
        if any(keyword.arg == "streaming" for keyword in node.keywords):
            return None  # an iterable data set of another kind
        return Made(type_made_by(name))

    def unknown_method(self, node: ast.Call, name: str, scope: Scope) -> None:
        """A method of an object that nothing is known about: perhaps of a class of this file."""
        owners = [one for one in self.methods.get(name, ()) if one.is_instantiated]
        for owner in owners:
            self.wait_for(owner.methods[name].bound_to(Instance(owner)), node, is_certain=False)
        if not owners:
            self.ledger.method(name, node, lambda given: self.constant(given, scope))

    def hand_on(self, node: ast.Call, positional: Iterable[Value], keywords: Given) -> None:
        for value in (*positional, *keywords.values()):
            self.refer(value, node)

    def run_now(self, node: ast.Call, positional: Iterable[Value], keywords: Given) -> None:
        for value in (*positional, *keywords.values()):
            if isinstance(value, Function):
                self.enter(value, node, [], {})
            elif isinstance(value, Class):
                self.instantiate(value, node, [], {})

    def refer(self, value: Value, node: ast.AST) -> None:
        """A function or a class is handed on: somebody will call it."""
        if isinstance(value, Function):
            self.wait_for(value, node, is_certain=False)
        elif isinstance(value, Class) and not value.is_instantiated:
            value.is_instantiated = True
            for one in value.lineage():
                for method in one.methods.values():
                    self.wait_for(method.bound_to(Instance(value)), node, is_certain=False)
        elif isinstance(value, Ref):
            self.ledger.handed_on(value.name, node)

    def wait_for(self, function: Function, node: ast.AST, *, is_certain: bool) -> None:
        if function.node not in self.entered:
            self.waiting.append((function, node, tuple(self.ledger.way), is_certain))

    def enter(self, function: Function, node: ast.AST, positional: Sequence[Value], keywords: Given) -> Value:
        """Walk the body of a function where it is called, the first time it is."""
        body = function.node
        if body in self.entered:
            return self.entered[body]
        if self.depth >= MAX_DEPTH:
            self.wait_for(function, node, is_certain=self.ledger.is_certain)
            return None
        self.entered[body] = None
        scope = Scope(function.scope, function)
        self.bind_parameters(function, scope, positional, keywords)
        self.ledger.way.append(Call(node, function.name))
        self.depth += 1
        self.block(body.body, scope)
        self.depth -= 1
        self.ledger.way.pop()
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
        scope.names[argument.arg] = value

    def instantiate(self, made: Class, node: ast.Call, positional: Sequence[Value], keywords: Given) -> Value:
        instance = Instance(made)
        is_first = not made.is_instantiated
        made.is_instantiated = True
        for name in MAKING:
            method = made.method(name)
            if method is not None:
                self.enter(method.bound_to(instance), node, positional if name == "__init__" else [], keywords)
        if is_first:
            hooks = made.has_foreign_base
            for one in made.lineage():
                for name, method in one.methods.items():
                    if hooks or (name.startswith("__") and name.endswith("__")):
                        self.wait_for(method.bound_to(instance), node, is_certain=False)
        return instance


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
    ast.Await: Evaluator.on_await,
    ast.Call: Evaluator.on_call,
}
