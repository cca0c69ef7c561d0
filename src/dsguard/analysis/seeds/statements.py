"""Walks statements, in the order in which Python runs them: imports, definitions, assignments, branches."""

from __future__ import annotations

import ast

from dsguard.analysis.seeds.entry import is_main_guard
from dsguard.analysis.seeds.expressions import Expressions
from dsguard.analysis.seeds.records import Kind
from dsguard.analysis.seeds.values import Class, Constant, Function, Instance, Loaded, Ref, Scope
from dsguard.analysis.seeds.walker import TooMuchError
from dsguard.documents.syntax import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from dsguard.analysis.seeds.values import Value

MAX_STEPS = 100_000
"""How many statements are walked."""


class Statements(Expressions):
    """The part of the evaluator that knows statements. ``steps``: how many were walked."""

    steps = 0
    entered: dict[ast.AST, Value]
    """Functions that were walked, and what they return."""

    def count(self, steps: int = 1) -> None:
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise TooMuchError(f"leads to more than {MAX_STEPS:,} statements")

    def find(self, name: str, node: ast.stmt, members: tuple[str, ...]) -> list[Loaded]:
        """The modules that a dotted name runs, the outermost package first; none if it is not of the repository."""
        found: list[Loaded] = self.step(Kind.IMPORT, name, node, members)
        return found

    def block(self, body: Sequence[ast.stmt], scope: Scope) -> None:
        self.count(len(body))
        for statement in body:
            handler = _STATEMENTS.get(type(statement))
            if handler is None:
                self.parts(statement, scope)
            else:
                handler(self, statement, scope)

    def on_import(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            loaded = self.find(alias.name, node, ())
            top = alias.name.partition(".")[0]
            if alias.asname:
                scope.bind(alias.asname, loaded[-1] if loaded else Ref(alias.name))
            else:
                scope.bind(top, loaded[0] if loaded else Ref(top))

    def on_import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        base = "." * node.level + (node.module or "")
        joint = "" if base.endswith(".") else "."
        loaded = self.find(base, node, tuple(alias.name for alias in node.names))
        owner = loaded[-1] if loaded else None
        for alias in node.names:
            if alias.name == "*":
                self.bind_all(owner, base, scope)
                continue
            value: Value = None
            if owner is not None:
                has_name = owner.scope is not None and alias.name in owner.scope.names
                value = self.member(owner, alias.name) if has_name else self.ask(Kind.SUBMODULE, owner, alias.name, node)
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
                self.step(Kind.OFFER, function, node)

    def on_class(self, node: ast.ClassDef, scope: Scope) -> None:
        bases = [self.value(base, scope) for base in node.bases]
        for base, expression in zip(bases, node.bases, strict=True):
            if isinstance(base, Ref):
                self.refer(base, expression)
        made = Class(node, bases, scope.module)
        (self.classes if scope.module is self.script else self.shared.classes).append(made)
        inside = self.new_scope(scope.module, scope)
        self.block([statement for statement in node.body if not isinstance(statement, _FUNCTIONS)], inside)
        made.attributes.update(inside.names)
        for statement in node.body:
            if isinstance(statement, _FUNCTIONS):
                method = Function(statement, scope, made)
                self.decorate(method, inside)
                made.methods[statement.name] = method
        self.step(Kind.DEFINE, made)
        scope.bind(node.name, made)

    def on_return(self, node: ast.Return, scope: Scope) -> None:
        if node.value is not None:
            value = self.value(node.value, scope)
            self.refer(value, node.value)
            if scope.function is not None and value is not None and not isinstance(value, Constant):
                self.entered[scope.function.node] = value

    def on_assign(self, node: ast.Assign, scope: Scope) -> None:
        given = node.value
        if isinstance(given, (ast.Tuple, ast.List)):
            values = given.elts
            for target in node.targets:
                if isinstance(target, (ast.Tuple, ast.List)) and len(values) == len(target.elts):
                    for one, part in zip(target.elts, values, strict=True):
                        self.bind(one, self.value(part, scope), scope)
                    return
        value = self.value(given, scope)
        for target in node.targets:
            if not isinstance(target, ast.Name):
                self.bind(target, value, scope)
            elif isinstance(value, Constant):
                scope.bind(target.id, value)
            else:
                scope.names[target.id] = value

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
        if scope.function is None and is_main_guard(node):
            self.block(node.body if self.ledger.module is self.script else node.orelse, scope)
            return
        self.value(node.test, scope)
        known, value = self.constant(node.test, scope)
        test = node.test
        name = last_name(test)
        ledger = self.ledger
        branch, was_on_gpu = ledger.branch, (ledger.is_on_gpu, self.on_gpu)
        if not (known and value in (False, 0)) and name != "TYPE_CHECKING":
            ledger.branch = branch if known else (*branch, (node, 0))
            if _asks_for_gpu(test):
                ledger.is_on_gpu = self.on_gpu = True
            self.block(node.body, scope)
            ledger.is_on_gpu, self.on_gpu = was_on_gpu
        if not (known and value in (True, 1)):
            ledger.branch = branch if known else (*branch, (node, 1))
            self.block(node.orelse, scope)
        ledger.branch = branch

    def on_expression(self, node: ast.Expr, scope: Scope) -> None:
        if type(node.value) is not ast.Constant:
            self.refer(self.value(node.value, scope), node.value)

    def on_with(self, node: ast.With | ast.AsyncWith, scope: Scope) -> None:
        for item in node.items:
            value = self.value(item.context_expr, scope)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, value, scope)
        self.block(node.body, scope)

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
                self.step(Kind.SET, owner.of, target.attr, value)
            elif isinstance(owner, Ref):
                self.step(Kind.ASSIGN, f"{owner.name}.{target.attr}", target)
        elif isinstance(target, ast.Subscript):
            self.value(target.value, scope)
            self.value(target.slice, scope)


def _asks_for_gpu(test: ast.expr) -> bool:
    """``torch.cuda.is_available()``, alone or with more conditions."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return any(_asks_for_gpu(one) for one in test.values)
    func = test.func if isinstance(test, ast.Call) else None
    return isinstance(func, ast.Attribute) and func.attr == "is_available" and isinstance(func.value, (ast.Attribute, ast.Name))


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMMANDS = frozenset(("command", "callback", "group", "default", "meta", "cli_command", "automain"))

_STATEMENTS: dict[type[ast.stmt], Callable[[Statements, Any, Scope], None]] = {
    ast.Import: Statements.on_import,
    ast.ImportFrom: Statements.on_import_from,
    ast.FunctionDef: Statements.on_function,
    ast.AsyncFunctionDef: Statements.on_function,
    ast.ClassDef: Statements.on_class,
    ast.Return: Statements.on_return,
    ast.Assign: Statements.on_assign,
    ast.AnnAssign: Statements.on_annotated,
    ast.AugAssign: Statements.on_augmented,
    ast.For: Statements.on_for,
    ast.AsyncFor: Statements.on_for,
    ast.If: Statements.on_if,
    ast.Expr: Statements.on_expression,
    ast.With: Statements.on_with,
    ast.AsyncWith: Statements.on_with,
}
