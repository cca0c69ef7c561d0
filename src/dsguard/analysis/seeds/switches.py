"""Code that a parameter turns on, in a run where nobody turns it on: ``if self.shuffle:`` of a loader that all make without."""

from __future__ import annotations

import ast
import operator
import re

from dsguard.analysis.seeds.entry import imported_packages
from dsguard.analysis.seeds.knowledge import is_open
from dsguard.documents.syntax import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeAlias

    from dsguard.analysis.seeds.events import Call, Draw, Run
    from dsguard.analysis.seeds.values import FunctionNode
    from dsguard.documents.python import Module

    Known: TypeAlias = tuple[object] | None
    """A value in a tuple of its own, or ``None`` if it is not known."""

MAX_DEPTH = 4
"""Through how many calls a value is followed that a function hands on."""


def is_switched_off(draw: Draw, run: Run) -> bool:
    """Whether a draw, or a call on the way to it, stands under a condition that no call of this run fulfils.

    What a parameter is in all calls is read off their literal arguments and its default, what an attribute is off the parameter that the
    constructor keeps in it. A call whose arguments nobody sees (by a framework, of a function that is handed on) may give anything.
    """
    switches = Switches(draw, run)
    for call in draw.way:
        calls = run.calls_like(call)
        if calls and all(one is not None and switches.are_off(*one) for one in calls):
            return True
        if switches.leave_out(call):
            return True
    return switches.are_off(draw.module, draw.node) or switches.has_one_outcome(draw)


class Switches:
    """The conditions around one draw.

    Attributes:
        answers: whether no model of this run is in training: ``self.training`` of one is false, or its answers come from first weights.
    """

    def __init__(self, draw: Draw, run: Run) -> None:
        self.calls = run.calls
        self.answers = "train" not in run.modes and ("eval" in run.modes or not run.loads)
        self.modules = {draw.module, *(call.module for call in draw.way)}

    def are_off(self, module: Module, node: ast.AST) -> bool:
        child, around = node, module.parent(node)
        while around is not None and not isinstance(child, _HOLDERS):
            if isinstance(around, (ast.If, ast.IfExp)) and child is not around.test:
                known = self.value(around.test, module)
                is_body = child in around.body if isinstance(around, ast.If) else child is around.body
                if known is not None and bool(known[0]) is not is_body:
                    return True
            elif isinstance(around, ast.BoolOp):
                decisive = isinstance(around.op, ast.Or)
                for earlier in around.values[: around.values.index(child)] if child in around.values else ():
                    known = self.value(earlier, module)
                    if known is not None and bool(known[0]) is decisive:
                        return True
            elif isinstance(around, ast.Compare) and child is node and self.value(around, module) is not None:
                return True  # a chance of nought or one
            if isinstance(child, ast.stmt) and any(
                isinstance(one, ast.If) and self.ends_before(one, module) for one in _before(child, around)
            ):
                return True
            child, around = around, module.parent(around)
        return False

    def leave_out(self, call: Call) -> bool:
        """Whether a function is handed on as one of two, and the other one is chosen: ``collate_fn=mosaic if quad else plain``."""
        node, name = call.node, call.name.rpartition(".")[2]
        for given in (*node.args, *(keyword.value for keyword in node.keywords)) if isinstance(node, ast.Call) else (node,):
            if isinstance(given, ast.IfExp):
                chosen = [last_name(one) == name for one in (given.body, given.orelse)]
                known = self.value(given.test, call.module) if chosen.count(True) == 1 else None
                if known is not None and bool(known[0]) is not chosen[0]:
                    return True
        return False

    def has_one_outcome(self, draw: Draw) -> bool:
        """Whether all that may be drawn is one number: ``random.randint(self.least, self.most)`` of a size that is fixed."""
        given = draw.node.args
        if draw.source.name not in _BETWEEN or len(given) != 2 or draw.node.keywords:
            return False
        least, most = (self.value(one, draw.module) for one in given)
        return least is not None and least == most

    def ends_before(self, statement: ast.If, module: Module) -> bool:
        """Whether a statement leaves the block for sure: ``if not self.shuffle: return``."""
        if not isinstance(statement.body[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break)):
            return False
        known = self.value(statement.test, module)
        return known is not None and bool(known[0])

    # Values

    def value(self, node: ast.expr, module: Module, depth: int = 0) -> Known:
        if isinstance(node, ast.Constant):
            return (node.value,)
        if isinstance(node, ast.Name):
            return self.of_name(node.id, node, module, depth)
        if isinstance(node, ast.Attribute):
            return self.of_attribute(node, module, depth)
        if isinstance(node, ast.Call):
            return (_GENERATOR,) if module.resolve(node.func) in _MAKERS else None
        if isinstance(node, ast.UnaryOp) and type(node.op) in _UNARY:
            return _apply(_UNARY[type(node.op)], self.value(node.operand, module, depth))
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARISONS:
            left, right = node.left, self.value(node.comparators[0], module, depth)
            if right is None:
                return None
            compare = _COMPARISONS[type(node.ops[0])]
            if isinstance(left, ast.Call) and module.resolve(left.func) in _CHANCES:
                return _foregone(compare, right)
            known = _apply(compare, self.value(left, module, depth), right)
            return known if known is not None else self.of_names(left, compare, right, module)
        if isinstance(node, ast.BoolOp):
            decisive = isinstance(node.op, ast.Or)
            parts = [self.value(one, module, depth) for one in node.values]
            if any(part is not None and bool(part[0]) is decisive for part in parts):
                return (decisive,)
            return None if None in parts else (not decisive,)
        return None

    def of_variable(self, stores: Sequence[ast.Name], module: Module, depth: int) -> Known:
        """What a variable holds that is no parameter: known only of a generator that is made once."""
        statement = module.parent(stores[0]) if len(stores) == 1 else None
        is_made = isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call) and statement.targets == list(stores)
        return self.value(statement.value, module, depth + 1) if isinstance(statement, ast.Assign) and is_made else None

    def of_parameter(self, name: str, node: ast.AST, module: Module, before: ast.AST) -> Known:
        """What a parameter is in all calls, before a statement gives it another value."""
        return self.of_name(name, node, module, 0, before)

    def of_name(self, name: str, node: ast.AST, module: Module, depth: int, before: ast.AST | None = None) -> Known:
        function = module.function_around(node)
        while function is not None and not _has_parameter(function, name):
            if name in module.syntax.stores(function).names:
                return self.of_variable(module.syntax.stores(function).names[name], module, depth)
            function = module.function_around(function)  # perhaps it is of the function around
        if function is None:  # asking a module for its variables goes through all of it
            stores = module.syntax.stores(module.tree).names.get(name, ()) if _makes_generators(module) else ()
            return self.of_variable(stores, module, depth)
        if depth > MAX_DEPTH:
            return None
        position = next((index for index, one in enumerate(_parameters(function)) if one.arg == name), None)
        calls = self.calls.get(function)
        if not calls:
            return None
        stores = [store for store in module.syntax.stores(function).names.get(name, []) if not _is_within(store, before, module)]
        otherwise = _filled_in(stores[0], module) if len(stores) == 1 else None
        if stores and otherwise is None:
            return None
        first: Known = None
        for call in calls:
            given = None if call is None else self.given(name, position, function, module, call, depth)
            if given is None or (first is not None and (type(given[0]) is not type(first[0]) or given != first)):
                return None
            first = given
        if otherwise is not None and first == (None,) and not _is_within(node, _around_filling(stores[0], module), module):
            return self.value(otherwise, module, depth + 1)
        return first

    def given(
        self, name: str, position: int | None, function: FunctionNode, module: Module, call: tuple[Module, ast.Call], depth: int
    ) -> Known:
        """What one call gives for a parameter."""
        expression = _argument(name, position, function, module, call[1])
        if expression is not None:
            return self.value(expression, call[0], depth + 1)
        default = None if is_open(call[1]) else _default(name, function)
        return (default.value,) if isinstance(default, ast.Constant) else None

    def of_names(self, left: ast.expr, compare: Callable[[Any, Any], object], right: Known, module: Module) -> Known:
        """Whether a variable that takes one of some names is this one: ``if data == "synthetic":``, and no call names that."""
        if right is None or not isinstance(right[0], str) or compare not in (operator.eq, operator.ne) or not isinstance(left, ast.Name):
            return None
        names = self.possible(left, module)
        if names is None or (right[0] in names and len(names) > 1):
            return None
        return ((right[0] in names) is (compare is operator.eq),)

    def possible(self, node: ast.expr, module: Module, depth: int = 0) -> frozenset[object] | None:
        """The constants that an expression may be; of what calls give a parameter, those that the code names."""
        if isinstance(node, ast.Constant):
            return frozenset((node.value,))
        if not isinstance(node, ast.Name) or depth > MAX_DEPTH or node.id in module.imports:
            return None
        name, function = node.id, module.function_around(node)
        while function is not None and not _has_parameter(function, name) and name not in module.syntax.stores(function).names:
            function = module.function_around(function)
        stores = module.syntax.stores(module.tree if function is None else function).names.get(name, [])
        if function is None or not _has_parameter(function, name):
            found = [self.assigned(store, module, depth) for store in stores]
            return None if not found or None in found else frozenset(one for some in found for one in some or ())
        if stores:
            return None
        position = next((index for index, one in enumerate(_parameters(function)) if one.arg == name), None)
        found = []
        for where, call in (one for one in self.calls.get(function, ()) if one is not None):
            given = _argument(name, position, function, module, call)
            default = None if given is not None or is_open(call) else _default(name, function)
            expression, place = (given, where) if given is not None else (default, module)
            found.append(None if expression is None else self.possible(expression, place, depth + 1))
        named = [one for one in found if one is not None]
        return frozenset(one for some in named for one in some) if named else None

    def assigned(self, store: ast.Name, module: Module, depth: int) -> frozenset[object] | None:
        """The constants that an assignment or a loop gives to a variable, if it does nothing else."""
        statement = module.parent(store)
        if isinstance(statement, ast.Assign) and statement.targets == [store]:
            return self.possible(statement.value, module, depth + 1)
        if not isinstance(statement, ast.For) or statement.target is not store:
            return None
        listed: ast.expr | None = statement.iter
        if isinstance(listed, ast.Name):
            around = module.function_around(listed)
            lists = module.syntax.stores(module.tree if around is None else around).names.get(listed.id, [])
            kept = module.parent(lists[0]) if len(lists) == 1 else None
            listed = kept.value if isinstance(kept, ast.Assign) and kept.targets == lists else None
        if not isinstance(listed, (ast.List, ast.Tuple)) or not all(isinstance(one, ast.Constant) for one in listed.elts):
            return None
        return frozenset(one.value for one in listed.elts if isinstance(one, ast.Constant))

    def of_attribute(self, node: ast.Attribute, module: Module, depth: int) -> Known:
        """An attribute of ``self`` that the constructor sets, once, and nobody else does."""
        function = module.function_around(node)
        made = module.parent(function) if function is not None else None
        if function is None or not isinstance(made, ast.ClassDef) or depth > MAX_DEPTH:
            return None
        own = _parameters(function)
        if not own or not isinstance(node.value, ast.Name) or node.value.id != own[0].arg:
            return None
        stores = module.syntax.stores(made).attributes.get(node.attr, ())
        if node.attr == "training" and not stores and "torch" in imported_packages(module):
            return (False,) if self.answers and not self.is_set_elsewhere(node.attr, made) else None
        if len(stores) != 1 or self.is_set_elsewhere(node.attr, made):
            return None
        statement = module.parent(stores[0])
        maker = module.function_around(stores[0])
        if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None or maker is None or maker.name != "__init__":
            return None
        return self.value(statement.value, module, depth + 1)

    def is_set_elsewhere(self, name: str, made: ast.ClassDef) -> bool:
        """Whether somebody sets an attribute of an object from outside, or a class that inherits does."""
        for module in self.modules:
            if module.syntax.once(("set-outside", name), lambda module=module: _is_set_outside(name, module.source)):  # type: ignore[misc]
                return True
            for other in module.syntax.once("classes", lambda module=module: _classes(module)):  # type: ignore[misc]
                bases = {
                    one.attr if isinstance(one, ast.Attribute) else one.id
                    for one in other.bases
                    if isinstance(one, (ast.Attribute, ast.Name))
                }
                if made.name in bases and name in module.syntax.stores(other).attributes:
                    return True
        return False


def _argument(name: str, position: int | None, function: FunctionNode, module: Module, node: ast.Call) -> ast.expr | None:
    """The expression that a call gives for a parameter; ``None`` if it gives none, or more than the code spells out."""
    if is_open(node):
        return None
    for keyword in node.keywords:
        if keyword.arg == name:
            return keyword.value
    if position is None:
        return None
    is_bound = _is_method(function, module) and not (node.args and isinstance(node.args[0], ast.Name) and node.args[0].id == "self")
    index = position - is_bound
    return node.args[index] if 0 <= index < len(node.args) else None


def _filled_in(store: ast.Name, module: Module) -> ast.expr | None:
    """What a parameter is where nothing was given: ``if high is None: high = low``."""
    assignment = module.parent(store)
    around = module.parent(assignment) if isinstance(assignment, ast.Assign) and assignment.targets == [store] else None
    if not isinstance(around, ast.If) or assignment not in around.body or ast.unparse(around.test) != f"{store.id} is None":
        return None
    return assignment.value if isinstance(assignment, ast.Assign) else None


def _around_filling(store: ast.Name, module: Module) -> ast.AST | None:
    """The ``if`` that :func:`_filled_in` found: in its own question the parameter is still as it was given."""
    assignment = module.parent(store)
    return module.parent(assignment) if assignment is not None else None


def _is_within(node: ast.AST, statement: ast.AST | None, module: Module) -> bool:
    around: ast.AST | None = node
    while statement is not None and around is not None:
        if around is statement:
            return True
        around = module.parent(around)
    return False


def _before(statement: ast.stmt, around: ast.AST) -> list[ast.stmt]:
    """The statements of the same block that come before one."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(around, name, None)
        if isinstance(block, list) and statement in block:
            return block[: block.index(statement)]
    return []


def _parameters(function: FunctionNode) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args]


def _has_parameter(function: FunctionNode, name: str) -> bool:
    return any(one.arg == name for one in (*_parameters(function), *function.args.kwonlyargs))


def _default(name: str, function: FunctionNode) -> ast.expr | None:
    names = _parameters(function)
    defaults = function.args.defaults
    pairs = [
        *zip(names[len(names) - len(defaults) :], defaults, strict=True),
        *zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True),
    ]
    return next((value for one, value in pairs if one.arg == name), None)


def _is_method(function: FunctionNode, module: Module) -> bool:
    is_static = any(isinstance(one, ast.Name) and one.id == "staticmethod" for one in function.decorator_list)
    return isinstance(module.parent(function), ast.ClassDef) and not is_static


def _classes(module: Module) -> list[ast.ClassDef]:
    return [one for one in module.statements() if isinstance(one, ast.ClassDef)]


def _is_set_outside(name: str, source: str) -> bool:
    """Whether an attribute of this name is set of something that is not ``self``, or of something that the code does not say."""
    if "setattr(" in source:
        return True
    written = f".{name}"
    place = source.find(written)
    while place >= 0:
        if _ASSIGNMENT.match(source, place + len(written)) and not _OF_SELF.fullmatch(source[max(0, place - 5) : place]):
            return True
        place = source.find(written, place + 1)
    return False


_ASSIGNMENT = re.compile(r"[ \t]{0,8}(?::[^=\n]{0,80})?=(?!=)")
_OF_SELF = re.compile(r"\W?self")


def _foregone(compare: Callable[[Any, Any], object], probability: Known) -> Known:
    """What comes of a number between 0 and 1 compared with a probability: known if that is 0 or 1."""
    if compare in (operator.eq, operator.ne, operator.is_, operator.is_not):
        return None
    answers = {_apply(compare, (chance,), probability) for chance in (1e-9, 1 - 1e-9)}
    return answers.pop() if len(answers) == 1 else None


def _apply(function: Callable[..., Any], *values: Known) -> Known:
    arguments = []
    for value in values:
        if value is None:
            return None
        arguments.append(value[0])
    try:
        return (function(*arguments),)
    except TypeError:
        return None


_GENERATOR = object()
"""A generator, of which nothing is known but that it is there."""
_MAKERS = frozenset(
    (
        *("numpy.random.RandomState", "numpy.random.default_rng", "numpy.random.Generator", "random.Random", "torch.Generator"),
        *("torch.manual_seed", "sklearn.utils.check_random_state", "jax.random.PRNGKey", "jax.random.key"),
    )
)
"""Give a generator, or a key."""
_MAKER_WORDS = ("RandomState", "default_rng", "Generator", "Random(", "manual_seed", "check_random_state", "PRNGKey", "random.key")
"""One of them is in the text of each module that has such a call, under whatever name it imports it."""


def _makes_generators(module: Module) -> bool:
    return module.syntax.once("makes-generators", lambda: any(word in module.source for word in _MAKER_WORDS))


_BETWEEN = frozenset(("random.randint", "random.uniform", "numpy.random.uniform"))
_CHANCES = frozenset(("random.random", "numpy.random.rand", "numpy.random.random", "torch.rand"))
"""Give a number between 0 and 1."""
_HOLDERS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_UNARY: dict[type[ast.unaryop], Callable[[Any], object]] = {ast.Not: operator.not_, ast.USub: operator.neg}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
