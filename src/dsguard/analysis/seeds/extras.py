"""What a configuration adds to what is known: functions that draw and functions that seed."""

from __future__ import annotations

import functools

from dsguard.analysis.seeds.knowledge import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

USUAL = "numpy"
"""The generator that a function draws from if nothing is said."""


class Extras:
    """Names by what they do.

    Args:
        consumers: dotted names, each perhaps with ``=`` and the token of its generator.
        seeders: dotted names.
        helper_names: last parts of names.
    """

    __slots__ = ("consumers", "helper_names", "key", "seeders")

    def __init__(self, consumers: Iterable[str] = (), seeders: Iterable[str] = (), helper_names: Iterable[str] = ()) -> None:
        self.consumers: dict[str, Source] = {}
        for item in consumers:
            name, _, token = item.partition("=")
            self.consumers[name] = Source(name, (token or USUAL,), "output", "global", "", "seed", -1, None)
        self.seeders = frozenset(seeders)
        self.helper_names = frozenset(helper_names)
        self.key = "|".join((*consumers, "", *seeders, "", *helper_names))

    def __bool__(self) -> bool:
        return bool(self.consumers or self.seeders or self.helper_names)

    def seeds(self, name: str) -> bool:
        """Whether a dotted name seeds everything."""
        return name.rpartition(".")[2] in self.helper_names or any(_is_same(name, one) for one in self.seeders)

    def source(self, name: str) -> Source | None:
        return next((source for one, source in self.consumers.items() if _is_same(name, one)), None)


NOTHING = Extras()


def extras_of(settings: Mapping[str, Any]) -> Extras:
    """What the options of a rule add."""
    return _make(*(tuple(settings.get(key, ())) for key in ("consumers", "seeders", "helper-names")))


@functools.lru_cache(16)
def _make(consumers: tuple[str, ...], seeders: tuple[str, ...], helper_names: tuple[str, ...]) -> Extras:
    return Extras(consumers, seeders, helper_names) if consumers or seeders or helper_names else NOTHING


def _is_same(name: str, wanted: str) -> bool:
    """Whether a name is the wanted one, perhaps below a folder that is no package (``src.mylab.noise.add``)."""
    return name == wanted or name.endswith(f".{wanted}")
