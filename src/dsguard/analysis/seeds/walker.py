"""What every part of the evaluator uses: its state, names and their values, and how a step is taken."""

from __future__ import annotations

import ast
import functools

from dsguard.analysis.seeds import knowledge_table as table
from dsguard.analysis.seeds.heap import Heap
from dsguard.analysis.seeds.knowledge import CACHED_NAMES, canonical, is_library_type, is_listed
from dsguard.analysis.seeds.ledger import Ledger
from dsguard.analysis.seeds.records import Kind, Step
from dsguard.analysis.seeds.values import Class, Constant, Function, Instance, Loaded, Made, Member, Parents, Ref, Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from dsguard.analysis.seeds.extras import Extras
    from dsguard.analysis.seeds.records import Frame, Shared
    from dsguard.analysis.seeds.values import Value
    from dsguard.documents.python import Module


class TooMuchError(Exception):
    """The script leads to more code than can be walked. Its words go on from the script: ``leads to more than ...``."""


class Walker:
    """The state of one walk over one script, and what can be said about a name.

    All that the walk does to the run, and all that it asks of it besides names, goes through :meth:`step`.

    Attributes:
        frame: the body that is being written down, if it is.
        in_lambda: whether the walk is in a lambda of the function that it is in.
        on_gpu: whether it is under the question for a GPU, within that function.
    """

    actions: Mapping[Kind, Callable[..., Any]]
    """What each kind of step does."""

    def __init__(self, module: Module, extras: Extras, shared: Shared) -> None:
        self.extras = extras or None
        self.script = module
        self.shared = shared
        self.importer = importer = shared.importer(module)
        self.ledger = Ledger(module, lambda name, where: importer.holds(name, where.file), self.step)
        self.heap = Heap()
        self.loaded: dict[str, Loaded] = {}
        self.scopes: list[Scope] = []
        self.classes: list[Class] = []
        self.is_marimo = module.kind == "marimo"
        self.frame: Frame | None = None
        self.in_lambda = False
        self.on_gpu = False

    def new_scope(self, module: Module, parent: Scope | None = None, function: Function | None = None) -> Scope:
        scope = Scope(module, parent, function)
        (self.scopes if module is self.script else self.shared.scopes).append(scope)
        return scope

    def step(self, kind: Kind, *arguments: Any) -> Any:
        """Do something to the run or ask something of it, and write that down where a body is written down."""
        frame = self.frame
        if frame is None:
            return self.actions[kind](self, *arguments)
        if frame.answers:
            if frame.awaits(kind, arguments):
                return frame.answers.pop()
            frame.leave()
        self.frame = None
        in_lambda, on_gpu = self.in_lambda, self.on_gpu
        answer = self.actions[kind](self, *arguments)
        self.frame = frame
        branch = self.ledger.branch[frame.depth :]
        frame.record.steps.append(Step(kind, arguments, answer, branch, in_lambda=in_lambda, on_gpu=on_gpu))
        return answer

    def block(self, body: Sequence[ast.stmt], scope: Scope) -> None:
        """Walk statements."""
        raise NotImplementedError

    def bind(self, target: ast.expr, value: Value, scope: Scope) -> None:
        """Give a value to what an assignment assigns to."""
        raise NotImplementedError

    # Names

    def look_up(self, name: str, scope: Scope) -> Value:
        around: Scope | None = scope
        stars: list[str] = []
        while around is not None:
            names = around.names
            if name in names:
                return names[name]
            if around.stars:
                stars += reversed(around.stars)
            around = around.parent
        for module in stars:
            full = f"{module}.{name}"
            if is_listed(full):
                return Ref(full)
        return _free(name)

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
        if isinstance(owner, (Instance, Class)):
            of = owner.of if isinstance(owner, Instance) else owner
            method = of.method(name)
            if method is not None:
                return method
            if self.frame is None:
                return self.heap.attribute(of, name)
            asked: Value = self.step(Kind.GET, of, name)
            return asked
        if isinstance(owner, Ref):
            return None if owner.is_free else owner.part(name)
        if isinstance(owner, Made):
            return Member(owner.type, name)
        if isinstance(owner, Member) and is_library_type(owner.type):
            return Member(owner.type, name)
        if isinstance(owner, Function) and name in table.CALLING_METHODS:
            return owner
        if isinstance(owner, Loaded):
            if owner.scope is not None and name in owner.scope.names:
                return owner.scope.names[name]
            return self.step(Kind.KNOWN, owner, name) or Ref(f"{owner.name}.{name}")
        if isinstance(owner, Parents):
            for base in owner.of.lineage[1:]:
                if name in base.methods:
                    return base.methods[name].bound_to(owner.self_value)
            if name == "__init__":
                return owner.of.library_base
        return None


@functools.lru_cache(CACHED_NAMES)
def _free(name: str) -> Ref:
    return Ref(name, is_free=True)
