"""What is known about a name: does it draw, does it seed, and what do the arguments of a call make of it.

The facts are in ``knowledge/seeding.yaml``, compiled to :mod:`dsguard.analysis.seeds.knowledge_table`.
"""

from __future__ import annotations

import ast
import enum
import functools
import re

from dsguard.analysis.seeds import knowledge_table as table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Constant = Callable[[ast.expr], "tuple[bool, object]"]
    """Whether the value of an expression is known from the code, and what it is."""


CACHED_NAMES = 4096
"""How many names of the code under review are remembered: a script uses a few hundred."""


class Verdict(enum.Enum):
    """What a call of a known consumer comes to."""

    DRAWS = "draws"
    """Its result varies unless the generator was seeded before."""
    SEEDED = "seeded"
    """It was given a seed or a generator of its own."""
    BY_NAME = "by name"
    """It draws if the variable that it is given as a seed holds ``None``."""
    HARMLESS = "harmless"
    UNKNOWN = "unknown"
    """An argument that decides is no literal: nobody may be blamed."""


class Source:
    """A callable that draws.

    Args:
        name: the public dotted name.
        rngs: tokens of the generators it draws from.
        effect: ``output``, ``conditional``, ``on_method``, ``fixed``, ``none``, ``entropy`` or ``reseeds``.
        reach: ``global`` (a global seed reaches it), ``private`` or ``partial``.
        gives: ``weights`` if what it draws are the first weights of a model, or ``""``.
        seed: the keyword for a seed, or ``""``.
        position: its position among the positional arguments, from 0, or -1.
        when: the compiled condition, see ``scripts/compile_knowledge.py``.
    """

    __slots__ = ("effect", "gives", "name", "position", "reach", "rngs", "seed", "when")

    def __init__(self, name: str, rngs: tuple[str, ...], effect: str, reach: str, gives: str, seed: str, position: int, when: Any) -> None:
        self.name = name
        self.rngs = rngs
        self.effect = effect
        self.reach = reach
        self.gives = gives
        self.seed = seed
        self.position = position
        self.when = when

    def judge(self, call: ast.Call, constant: Constant) -> Verdict:
        """What this call of it comes to."""
        if self.effect not in ("output", "conditional"):
            return Verdict.HARMLESS
        arguments = Arguments(call)
        draws = Verdict.DRAWS
        for given in arguments.seeds(self.seed, self.position):
            known, value = constant(given)
            if value is not None or not (known or isinstance(given, (ast.Name, ast.Attribute))):
                return Verdict.SEEDED
            if not known:
                draws = Verdict.BY_NAME
        if arguments.is_open:
            return Verdict.UNKNOWN
        if self.when is None:
            return draws if self.effect == "output" else Verdict.UNKNOWN
        holds = _holds(self.when, arguments, constant)
        if holds is None:
            return Verdict.UNKNOWN
        return draws if holds else Verdict.HARMLESS


class Seeder:
    """A callable that seeds.

    Args:
        covers: tokens of the generators that it seeds.
        seed: the keyword of the seed, which is also the first positional argument.
        absent: what happens without one: ``varies``, ``fixed`` or ``error``.
    """

    __slots__ = ("absent", "covers", "name", "seed")

    def __init__(self, name: str, covers: tuple[str, ...], seed: str, absent: str) -> None:
        self.name = name
        self.covers = covers
        self.seed = seed
        self.absent = absent

    def seed_of(self, call: ast.Call) -> ast.expr | None:
        """The expression that gives the seed, if there is one."""
        arguments = Arguments(call)
        return arguments.find(self.seed, 0)


class Arguments:
    """The arguments of a call as the code spells them out. ``is_open``: there are more, from ``*args`` or ``**kwargs``."""

    __slots__ = ("is_open", "keywords", "positional")

    def __init__(self, call: ast.Call) -> None:
        self.positional = call.args
        self.keywords = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
        self.is_open = is_open(call)

    def find(self, keyword: str, position: int) -> ast.expr | None:
        if keyword in self.keywords:
            return self.keywords[keyword]
        if 0 <= position < len(self.positional) and not any(isinstance(a, ast.Starred) for a in self.positional[: position + 1]):
            return self.positional[position]
        return None

    def seeds(self, keyword: str, position: int) -> list[ast.expr]:
        """What is given as a seed or a generator, under any of the usual names."""
        found = [value for name, value in self.keywords.items() if name == keyword or name in table.SEED_KEYWORDS]
        at_position = self.find("", position)
        return found if at_position is None else [*found, at_position]


def is_open(call: ast.Call) -> bool:
    """Whether a call has more arguments than the code spells out."""
    return any(keyword.arg is None for keyword in call.keywords) or any(isinstance(argument, ast.Starred) for argument in call.args)


def _holds(when: Any, arguments: Arguments, constant: Constant) -> bool | None:
    """Whether a condition holds; ``None`` if the code does not say."""
    if when[0] in ("any", "all"):
        parts = [_holds(part, arguments, constant) for part in when[1]]
        decisive: bool = when[0] == "any"
        if decisive in parts:
            return decisive
        return None if None in parts else not decisive
    name, position, value, operator, wanted = when
    given = arguments.find(name, position)
    if given is not None:
        known, value = constant(given)
        if not known:
            return None
    if operator in ("in", "not_in"):
        # 1 == True in Python, and max_features=1 is not max_features=1.0
        is_listed = any(value == one and type(value) is type(one) for one in wanted)
        return is_listed is (operator == "in")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return value < float(wanted) if operator == "lt" else value > float(wanted)


@functools.lru_cache(CACHED_NAMES)
def canonical(name: str) -> str:
    """The public name of a dotted name: ``tensorflow.keras.layers.Dense`` is ``keras.layers.Dense``."""
    for _ in range(4):  # an alias may lead to another
        end = len(name)
        while end > 0 and name[:end] not in table.ALIASES:
            end = name.rfind(".", 0, end)
        if end <= 0:
            break
        name = table.ALIASES[name[:end]] + name[end:]
    return name


def _fits(name: str, before: str, after: str) -> bool:
    inner = len(name) - len(after)
    return inner >= len(before) and name.startswith(before) and name.endswith(after) and "." not in name[len(before) : inner]


@functools.lru_cache(CACHED_NAMES)
def find_source(name: str) -> Source | None:
    """The consumer of this dotted name, as imported."""
    public = canonical(name)
    row = table.SOURCES.get(public)
    if row is None:
        for before, after, index, position in table.SOURCE_PATTERNS:
            if _fits(public, before, after):
                row = (index, position)
                break
        else:
            return None
    rngs, effect, reach, gives, seed, when = table.GROUPS[row[0]]
    return Source(public, rngs, effect, reach, gives, seed, row[1], when)


@functools.lru_cache(CACHED_NAMES)
def find_seeder(name: str) -> Seeder | None:
    """The seeder of this dotted name, as imported."""
    public = canonical(name)
    row = table.SEEDERS.get(public)
    return None if row is None else Seeder(public, *row)


def is_listed(name: str) -> bool:
    """Whether something is known of this very name, not merely of a pattern that it fits."""
    public = canonical(name)
    return public in table.SOURCES or public in table.SEEDERS or public in table.FRAMEWORKS


@functools.lru_cache(CACHED_NAMES)
def find_framework(name: str) -> tuple[str, ...] | None:
    """What a framework of this dotted name seeds for its user, if it does."""
    public = canonical(name)
    covers = table.FRAMEWORKS.get(public)
    if covers is None:
        for before, after, tokens in table.FRAMEWORK_PATTERNS:
            if _fits(public, before, after):
                return tokens
    return covers


@functools.lru_cache(CACHED_NAMES)
def type_made_by(name: str) -> str:
    """The type of what a call of this dotted name makes, as far as methods go; the name itself if nothing better is known."""
    public = canonical(name)
    return table.TYPES.get(public) or table.TYPES.get(f"{public.rpartition('.')[0]}.*") or public


def is_library_type(name: str) -> bool:
    """Whether methods of this type give the like again (a data frame of a data frame)."""
    return name in _LIBRARY_TYPES


_LIBRARY_TYPES = frozenset(table.TYPES.values())


def source_of_method(method: str, keywords: frozenset[str], packages: frozenset[str]) -> Source | None:
    """The consumer that a method name gives away on an object of unknown type, among the packages that a file imports."""
    for having, package, name in table.METHODS.get(method, ()):
        if package in packages and (not having or having in keywords):
            return find_source(name)
    return None


@functools.cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(getattr(table, name), re.IGNORECASE)


@functools.lru_cache(CACHED_NAMES)
def is_named_like_a_seeder(name: str) -> bool:
    """Whether a function of this name (without dots) probably seeds everything: ``set_seed``, ``seed_everything``."""
    return len(name) < 80 and _pattern("HELPER_NAMES").match(name) is not None


def is_harmless_name(name: str) -> bool:
    """Whether a random value kept under this name does no harm to a result: ``delay``, ``user_agent``, ``dummy_input``."""
    return len(name) < 80 and _pattern("HARMLESS_NAMES").match(name) is not None
