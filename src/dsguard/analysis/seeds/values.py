"""What the evaluator knows about a value: little, but where it comes from. ``None`` stands for a value that it knows nothing about."""

from __future__ import annotations

import ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from dsguard.analysis.seeds.records import Record
    from dsguard.documents.python import Module

    FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
    Value: TypeAlias = "Ref | Made | Member | Constant | Function | Class | Instance | Parents | Loaded | None"


MAKING = ("__new__", "__init__", "__post_init__")


class Ref:
    """Something imported, by its dotted name; or, if it ``is_free``, a name that nothing in sight binds: a builtin, or anything."""

    __slots__ = ("_parts", "is_free", "name")

    def __init__(self, name: str, *, is_free: bool = False) -> None:
        self.name = name
        self.is_free = is_free
        self._parts: dict[str, Ref] | None = None

    def part(self, name: str) -> Ref:
        """Something in it, or an attribute of it: made once, as a file asks for ``np.array`` a hundred times."""
        if self._parts is None:
            self._parts = {}
        part = self._parts.get(name)
        if part is None:
            part = self._parts[name] = Ref(f"{self.name}.{name}")
        return part


class Made:
    """What a call of something imported gave. ``type``: its dotted name as far as methods go (``pandas.DataFrame``)."""

    __slots__ = ("type",)

    def __init__(self, type: str) -> None:
        self.type = type


class Member:
    """An attribute of a :class:`Made` object."""

    __slots__ = ("name", "type")

    def __init__(self, type: str, name: str) -> None:
        self.type = type
        self.name = name


class Constant:
    """A literal: a string, a number, a truth value or ``None``."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value


class Function:
    """A function of the repository; ``owner`` and ``self_value`` if it is a method, bound or not."""

    __slots__ = ("node", "owner", "scope", "self_value")

    def __init__(self, node: FunctionNode, scope: Scope, owner: Class | None = None, self_value: Value = None) -> None:
        self.node = node
        self.scope = scope
        self.owner = owner
        self.self_value = self_value

    @property
    def name(self) -> str:
        """What people call it: ``split``, ``Net.forward``, and ``Net`` for the method that makes one."""
        if self.owner is None:
            return self.node.name
        return self.owner.node.name if self.node.name in MAKING else f"{self.owner.node.name}.{self.node.name}"

    def bound_to(self, self_value: Value) -> Function:
        return Function(self.node, self.scope, self.owner, self_value)


class Class:
    """A class of the repository. What is true of its objects in one run only is kept by :class:`~dsguard.analysis.seeds.heap.Heap`.

    Args:
        module: the file that it stands in.

    Attributes:
        attributes: those that the class body binds.
        fields: those of them that its constructor takes if the class writes none: of a data class, a model of pydantic.
        lineage: the class and those of its bases that the repository defines, nearest first.
    """

    __slots__ = ("_bound", "attributes", "bases", "fields", "lineage", "methods", "module", "node")

    def __init__(self, node: ast.ClassDef, bases: list[Value], module: Module) -> None:
        self.node = node
        self.bases = bases
        self.module = module
        self.methods: dict[str, Function] = {}
        self.attributes: dict[str, Value] = {}
        self.fields = _fields(node) if node.decorator_list or bases else ()
        self.lineage: list[Class] = [self]
        self._bound: dict[str, Function | None] = {}
        for one in self.lineage:  # grows while it is walked
            self.lineage += [base for base in one.bases if isinstance(base, Class) and base not in self.lineage]

    @property
    def has_foreign_base(self) -> bool:
        """Whether a base from elsewhere may call its methods on its own, whatever their names are (``training_step``)."""
        return any(
            not isinstance(base, Class) and not (isinstance(base, Ref) and _is_passive(base.name))
            for one in self.lineage
            for base in one.bases
        )

    @property
    def library_base(self) -> Ref | None:
        """The base from elsewhere whose constructor makes an object where the repository defines none."""
        return next((base for one in self.lineage for base in one.bases if isinstance(base, Ref) and not base.is_free), None)

    def method(self, name: str) -> Function | None:
        """The method of a name, its own or of its bases, bound to an object of it; asked once the class statement is done."""
        if name not in self._bound:
            found = next((one.methods[name] for one in self.lineage if name in one.methods), None)
            self._bound[name] = None if found is None else found.bound_to(Instance(self))
        return self._bound[name]

    def close(self) -> None:
        """Let go of everything: classes, methods and scopes hold each other."""
        self.methods.clear()
        self.attributes.clear()
        self.bases.clear()
        self.lineage.clear()
        self._bound.clear()


def _fields(node: ast.ClassDef) -> tuple[str, ...]:
    annotated = [one.target for one in node.body if isinstance(one, ast.AnnAssign)]
    return tuple([target.id for target in annotated if isinstance(target, ast.Name)]) if annotated else ()


class Instance:
    """An object of a class of the repository."""

    __slots__ = ("of",)

    def __init__(self, of: Class) -> None:
        self.of = of


class Parents:
    """``super()`` in a method: the bases of a class."""

    __slots__ = ("of", "self_value")

    def __init__(self, of: Class, self_value: Value) -> None:
        self.of = of
        self.self_value = self_value


class Loaded:
    """A module of the repository that was imported.

    Args:
        stem: its path without the ending.
        scope: its names; ``None`` for a folder that is no package, or a file that cannot be read.
    """

    __slots__ = ("name", "scope", "stem")

    def __init__(self, name: str, stem: str, scope: Scope | None) -> None:
        self.name = name
        self.stem = stem
        self.scope = scope


class Scope:
    """Names and their values. A class body has a scope of its own that its methods do not see.

    Attributes:
        records: what was met in the functions that are defined here, see :mod:`dsguard.analysis.seeds.records`.
    """

    __slots__ = ("function", "module", "names", "parent", "records", "stars")

    def __init__(self, module: Module, parent: Scope | None = None, function: Function | None = None) -> None:
        self.module = module
        self.parent = parent
        self.function = function
        self.names: dict[str, Value] = {}
        self.stars: list[str] = []
        self.records: dict[tuple[object, ...], Record] = {}

    def clear(self) -> None:
        """Forget what was bound, before the statements are walked once more."""
        self.names.clear()
        self.stars.clear()

    def close(self) -> None:
        """Let go of everything: scopes and functions hold each other, and nobody collects cycles in a short run."""
        self.names.clear()
        self.records.clear()
        self.parent = self.function = None

    def bind(self, name: str, value: Value) -> None:
        """Give a name a value. A constant that is bound twice is none."""
        if isinstance(value, Constant):
            old = self.names.get(name)
            if isinstance(old, Ref) and not value.value:
                return  # `except ImportError: torch = None` does not undo the import
            if name in self.names and not (isinstance(old, Constant) and _same(old.value, value.value)):
                value = None
        self.names[name] = value


_PASSIVE_BASES = frozenset(
    ("object", "ABC", "ABCMeta", "Enum", "IntEnum", "StrEnum", "NamedTuple", "TypedDict", "Protocol", "Generic", "Exception")
)
_CALLING_BASES = frozenset(("Module", "Dataset", "IterableDataset"))
"""Bases of PyTorch that call ``forward`` and what is named like ``__getitem__``, and nothing else: other methods people call by name."""


def _is_passive(base: str) -> bool:
    last = base.rpartition(".")[2]
    return last in _PASSIVE_BASES or (last in _CALLING_BASES and base.startswith("torch."))


def _same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other


def is_same(one: Value, other: Value) -> bool:
    """Whether two values are known to be the same thing, as far as the evaluator knows things."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, Constant):
        return isinstance(other, Constant) and _same(one.value, other.value)
    return key_of(one) == key_of(other)


def key_of(value: Value) -> tuple[object, ...]:
    """What tells a value from others, for as long as those exist that it is made of."""
    if isinstance(value, Ref):
        return ("ref", value.name, value.is_free)
    if isinstance(value, Made):
        return ("made", value.type)
    if isinstance(value, Member):
        return ("member", value.type, value.name)
    if isinstance(value, Instance):
        return ("object", id(value.of))
    if isinstance(value, Function):
        return ("function", id(value.node), id(value.scope), id(value.owner))
    if isinstance(value, Parents):
        return ("super", id(value.of))
    return ("", id(value)) if value is not None else ()
