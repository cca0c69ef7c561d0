"""What an import of a pickle can do when it is loaded."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Name = tuple[str, str]
    """A module and what is imported from it."""

COMPUTED = "?"
"""In place of names that are computed when a pickle is loaded."""

SAFE, UNKNOWN, CALLABLE, DANGEROUS = range(4)
"""Known to be harmless; a class that nobody here knows; a function that nobody here knows; known to run what it is given."""


def verdict(module: str, name: str) -> int:
    """What an import can do."""
    from dsguard.analysis.pickle_names import SAFE_NAMES, is_safe_class

    if (module, name) in SAFE_NAMES:
        return SAFE
    if is_dangerous(module, name):
        return DANGEROUS
    if is_safe_class(module, name):
        return SAFE
    from sys import stdlib_module_names

    top = module.partition(".")[0]
    if top in stdlib_module_names or top in _OLD_MODULES or "." in name:
        return CALLABLE
    last = name.rpartition(".")[2].lstrip("_")
    return UNKNOWN if last[:1].isupper() else CALLABLE


_OLD_MODULES = frozenset(("__builtin__", "copy_reg", "cPickle", "commands", "UserDict", "UserList", "exceptions", "StringIO", "cStringIO"))


def is_dangerous(module: str, name: str) -> bool:
    """Whether an import is known to run commands or code, or to reach files and the network."""
    from dsguard.analysis.pickle_names import DANGEROUS_ATTRIBUTES, DANGEROUS_MODULES, DANGEROUS_NAMES, SAFE_NAMES

    if module == COMPUTED:
        return True
    if (module, name) in SAFE_NAMES:
        return False
    parts = module.split(".")
    if any(".".join(parts[: end + 1]) in DANGEROUS_MODULES for end in range(len(parts))):
        return True
    inside = name.split(".")
    if len(inside) > 1 and (set(inside[:-1]) & DANGEROUS_MODULES or set(inside) & DANGEROUS_ATTRIBUTES):
        return True
    return inside[-1] in DANGEROUS_NAMES.get(module, ()) or inside[-1] in DANGEROUS_ATTRIBUTES


def sorted_by_danger(names: Iterable[Name]) -> Iterator[tuple[int, str]]:
    """The imports that are not known to be harmless with their verdict, worst first, as ``module.name``."""
    judged = [(verdict(module, name), module, name) for module, name in names]
    for level, module, name in sorted((one for one in judged if one[0] != SAFE), key=lambda one: -one[0]):
        yield level, "a name that is computed when it is loaded" if module == COMPUTED else f"{module}.{name}"
