"""What configurations say, checked: one :class:`Layer` for each file, a :class:`Config` for a file with those that it extends."""

from __future__ import annotations

import posixpath

from dsguard import rules
from dsguard.allowances import PathIgnore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from dsguard.allowances import Allowance
    from dsguard.rules.base import Rule


class Layer:
    """What one file says. What it does not say is empty or ``None``.

    Args:
        where: the file, relative to the workspace where it can be.
        base: the folder within the workspace that its patterns are relative to.
    """

    __slots__ = (
        "allow",
        "base",
        "baseline",
        "exclude",
        "explained",
        "ignore",
        "lockfiles",
        "per_path_ignores",
        "plugins",
        "profile",
        "roles",
        "rules",
        "where",
    )

    def __init__(self, where: str = "", base: str = "") -> None:
        self.where = where
        self.base = base
        self.plugins: tuple[str, ...] = ()
        self.profile: str | None = None
        self.exclude: tuple[str, ...] = ()
        self.baseline: str | None = None
        """The file of accepted findings, relative to the folder of the configuration file."""
        self.ignore: dict[str, str | None] = {}
        """Reasons by code; ``None`` takes back what an extended file ignores."""
        self.lockfiles: tuple[str, ...] | None = None
        self.roles: dict[str, tuple[str, ...]] = {}
        self.rules: dict[str, dict[str, Any]] = {}
        self.per_path_ignores: dict[str, tuple[str, ...]] = {}
        self.explained: frozenset[str] = frozenset()
        """Patterns of ``per_path_ignores`` that are given with a reason for each rule."""
        self.allow: tuple[Allowance, ...] = ()

    @property
    def path_ignores(self) -> list[PathIgnore]:
        """The entries of ``per_path_ignores`` that accept anything: one with ``!`` takes back what another accepts."""
        return [
            PathIgnore(number, pattern, codes, where=self.where, has_reasons=pattern in self.explained)
            for number, (pattern, codes) in enumerate(self.per_path_ignores.items())
            if not pattern.startswith("!")
        ]


class Config:
    """The settings that govern a folder: those of a file, and below them those of the files that it extends.

    Patterns add up, the extended file's first, so that the last match is the nearest file's. Tables are merged key by key, and
    of single values the nearest counts.

    Args:
        layers: the extended file comes before the one that extends it; none of them for the defaults.
        plugins: the rules of the plugins that they name.
    """

    def __init__(self, layers: Iterable[Layer] = (), plugins: Iterable[Rule] = ()) -> None:
        self.layers = tuple(layers)
        self.plugins = tuple(plugins)
        own = self.layers[-1] if self.layers else Layer()
        self.where = own.where
        """The file that governs, ``""`` for the defaults."""
        self.base = own.base
        self.profile = "default"
        self.baseline: str | None = None
        """The file of accepted findings, relative to the workspace."""
        self.lockfiles: tuple[str, ...] | None = None
        self.ignore: dict[str, str] = {}
        self.rules: dict[str, dict[str, Any]] = {}
        for layer in self.layers:
            self.profile = layer.profile or self.profile
            if layer.baseline is not None:
                self.baseline = posixpath.normpath(posixpath.join(posixpath.dirname(layer.where), layer.baseline))
            self.lockfiles = layer.lockfiles if layer.lockfiles is not None else self.lockfiles
            for code, reason in layer.ignore.items():
                if reason is None:
                    self.ignore.pop(code, None)
                else:
                    self.ignore[code] = reason
            for code, table in layer.rules.items():
                mine = self.rules.setdefault(code, {})
                for key, value in table.items():
                    mine[key] = _over(mine.get(key), value, adds_up=key == "exclude")
        self.allow = tuple(allowance for layer in self.layers for allowance in layer.allow)

    @property
    def known(self) -> tuple[Rule, ...]:
        """All rules that can be named here, sorted by code."""
        return tuple(sorted((*rules.RULES, *self.plugins), key=lambda rule: rule.code)) if self.plugins else rules.RULES


def _over(below: Any, value: Any, *, adds_up: bool) -> Any:
    if isinstance(value, dict) and isinstance(below, dict):
        return {**below, **value}
    return (*(below or ()), *value) if adds_up else value
