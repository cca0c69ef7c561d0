"""What a configuration says, checked."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dsguard.engine import Allowance


class Config:
    """What a configuration file says, checked. Patterns are relative to the folder of the file.

    Args:
        where: the file, relative to the workspace where it can be; ``""`` if there is none.
        base: its folder within the workspace.
    """

    __slots__ = ("allow", "base", "baseline", "exclude", "ignore", "lockfiles", "per_path_ignores", "profile", "roles", "rules", "where")

    def __init__(self, where: str = "", base: str = "") -> None:
        self.where = where
        self.base = base
        self.profile = "default"
        self.exclude: tuple[str, ...] = ()
        self.baseline: str | None = None
        """The file of accepted findings, relative to the folder of the configuration file."""
        self.ignore: dict[str, str] = {}
        self.lockfiles: tuple[str, ...] | None = None
        self.roles: dict[str, tuple[str, ...]] = {}
        self.rules: dict[str, dict[str, Any]] = {}
        self.per_path_ignores: dict[str, tuple[str, ...]] = {}
        self.allow: tuple[Allowance, ...] = ()
