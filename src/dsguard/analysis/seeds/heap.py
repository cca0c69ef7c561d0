"""What is true of objects in one run: which classes have any, what their attributes hold, which methods go by a name."""

from __future__ import annotations

from dsguard.analysis.seeds.knowledge import is_open
from dsguard.analysis.seeds.values import Constant

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Sequence

    from dsguard.analysis.seeds.expressions import Given
    from dsguard.analysis.seeds.values import Class, Value


class Heap:
    """The objects of one run. Those of a class are not told apart: they have their attributes in common.

    Attributes:
        made: classes of which an object was made, or that were handed to somebody who may make one.
    """

    __slots__ = ("_attributes", "_left_open", "_methods", "_used", "made")

    def __init__(self) -> None:
        self.made: set[Class] = set()
        self._used: set[Class] = set()
        self._attributes: dict[Class, dict[str, Value]] = {}
        self._methods: dict[str, list[Class]] = {}
        self._left_open: dict[Class, list[str]] = {}
        """Fields of a class that are ``None`` if nobody gives them; asked once the class statement is done."""

    def define(self, new: Class) -> None:
        """A class statement was run."""
        for name in new.methods:
            self._methods.setdefault(name, []).append(new)

    def make(self, of: Class) -> bool:
        """There is an object of a class; whether it is the first."""
        if of in self.made:
            return False
        self.made.add(of)
        self._used.update(of.lineage)
        return True

    def give(self, of: Class, call: ast.Call, positional: Sequence[Value], keywords: Given) -> None:
        """An object is made of a class that writes no constructor: what the call gives is what the fields of those names hold."""
        if not any(one.fields for one in of.lineage):
            return
        fields = list(dict.fromkeys(name for one in reversed(of.lineage) for name in one.fields))
        given = dict.fromkeys(fields) if is_open(call) else dict(zip(fields, positional, strict=False))
        given.update((name, keywords[name]) for name in fields if name in keywords)
        for name, value in given.items():
            self.set(of, name, None if isinstance(value, Constant) else value)

    def give_all(self, of: Class) -> None:
        """Somebody else makes an object, a command line say: a field that is ``None`` if nobody gives it may be given."""
        left_open = self._left_open.get(of)
        if left_open is None:
            fields = [(name, one.attributes) for one in of.lineage for name in one.fields]
            left_open = self._left_open[of] = [name for name, attributes in fields if _is_none(attributes.get(name))]
        for name in left_open:
            self.set(of, name, None)

    def owners(self, method: str) -> list[Class]:
        """The classes with objects that define a method of this name."""
        return [one for one in self._methods.get(method, ()) if one in self._used]

    def attribute(self, of: Class, name: str) -> Value:
        """What an attribute holds, of a class or of its objects."""
        for one in of.lineage:
            held = self._attributes.get(one)
            if held is not None and name in held:
                return held[name]
            if name in one.attributes:
                value = one.attributes[name]
                # Of an object that nobody is seen to make, nobody knows whether it was made with a seed.
                return None if name in one.fields and of not in self.made and _is_none(value) else value
        return None

    def attributes(self, of: Class) -> dict[str, Value]:
        """All attributes, those of bases behind."""
        found: dict[str, Value] = {}
        for one in reversed(of.lineage):
            found |= one.attributes
            found |= self._attributes.get(one, {})
        return found

    def set(self, of: Class, name: str, value: Value) -> None:
        self._attributes.setdefault(of, {})[name] = value

    def close(self) -> None:
        """Let go of everything."""
        for held in (self.made, self._used, self._attributes, self._methods, self._left_open):
            held.clear()


def _is_none(value: Value) -> bool:
    return isinstance(value, Constant) and value.value is None
