"""The settings of uv that decide a resolution, as far as they stand in the repository."""

from __future__ import annotations

from dsguard.analysis.lockfile.cutoffs import cutoff_differences
from dsguard.documents.project import normalized

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dsguard.documents.project import Keys, Project
    from dsguard.documents.uv_lock import UvLock

    Table = dict[str, Any]

_OPTIONS = {
    "resolution": ("resolution-mode", "highest"),
    "prerelease": ("prerelease-mode", "if-necessary"),
    "fork-strategy": ("fork-strategy", "requires-python"),
}
"""What ``[tool.uv]`` calls a setting, what the lockfile calls it, and what goes without saying."""

_SAME = {"if-necessary-or-explicit": "if-necessary"}
"""An older name of the same. Lockfiles left it out when it was the default."""


class ResolverSettings:
    """The settings that hold for a project.

    Args:
        table: ``[tool.uv]`` of a manifest, or a ``uv.toml``.
        project: the project whose manifest it is; ``None`` for a ``uv.toml``.
    """

    __slots__ = ("project", "table")

    def __init__(self, table: Table, project: Project | None) -> None:
        self.table = table
        self.project = project

    @property
    def default_indexes(self) -> list[str]:
        """All indexes by URL, if one of them takes the place of the default; else nothing: which that is, only a person's settings say."""
        listed = self.table.get("index")
        indexes = [index for index in listed if isinstance(index, dict)] if isinstance(listed, list) else []
        plain, extra = self.table.get("index-url"), self.table.get("extra-index-url")
        if not isinstance(plain, str) and not any(index.get("default") is True for index in indexes):
            return []
        urls = [index.get("url") for index in indexes] + [plain] + (extra if isinstance(extra, list) else [extra])
        return [url for url in urls if isinstance(url, str)]


def resolver_settings(project: Project) -> ResolverSettings:
    """The nearest settings at a project or above it, as uv finds them: a ``uv.toml`` goes before a manifest beside it.

    Raises:
        UnreadableError: one of those files does not parse.
    """
    folder = project.root
    while True:
        own = project.files.get(f"{folder}/uv.toml".lstrip("/"))
        if own is not None:
            return ResolverSettings(own.toml, None)
        here = project.at(folder)
        table = here.get("tool", "uv") if here is not None else None
        if isinstance(table, dict):
            return ResolverSettings(table, here)
        if not folder:
            return ResolverSettings({}, project)
        folder = folder.rpartition("/")[0]


def option_differences(settings: ResolverSettings, lock: UvLock) -> Iterator[tuple[str, Keys]]:
    """Settings that are not those of the lockfile: what to tell people, and the keys.

    Raises:
        UndecidableError: a cutoff in time cannot be compared; all else has been.
    """
    for key, (recorded, default) in _OPTIONS.items():
        here, there = settings.table.get(key, default), lock.options.get(recorded, default)
        if isinstance(here, str) and _SAME.get(here, here) != _SAME.get(there, there):
            yield f"{key} is `{here}` for the project, `{there}` in {lock.file.name}", ("tool", "uv", key)
    yield from _prereleases(settings, lock)
    yield from cutoff_differences(settings.table, lock)


def _prereleases(settings: ResolverSettings, lock: UvLock) -> Iterator[tuple[str, Keys]]:
    key = "prerelease-package"
    here, there = (
        {normalized(name): value for name, value in table.items()} if isinstance(table, dict) else {}
        for table in (settings.table.get(key), lock.options.get(key))
    )
    for name in sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name)):
        yield f"{key} of `{name}` is not the same for the project and in {lock.file.name}", ("tool", "uv", key)
