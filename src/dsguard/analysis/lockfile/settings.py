"""The settings of uv that decide a resolution, as far as they stand in the repository."""

from __future__ import annotations

import re
from datetime import datetime

from dsguard.analysis.lockfile.spans import UndecidableError
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
    for key in ("prerelease-package", "exclude-newer-package"):
        yield from _package_options(settings, lock, key)
    yield from _cutoff(settings, lock)


def _package_options(settings: ResolverSettings, lock: UvLock, key: str) -> Iterator[tuple[str, Keys]]:
    here, there = (
        {normalized(name): value for name, value in table.items()} if isinstance(table, dict) else {}
        for table in (settings.table.get(key), lock.options.get(key))
    )
    names = here.keys() ^ there.keys()
    if key == "exclude-newer-package":
        names &= here.keys() & {package.name for package in lock.packages}  # what is not locked makes nothing stale
    else:
        names |= {name for name in here.keys() & there.keys() if here[name] != there[name]}
    for name in sorted(names):
        yield f"{key} of `{name}` is not the same for the project and in {lock.file.name}", ("tool", "uv", key)


def _cutoff(settings: ResolverSettings, lock: UvLock) -> Iterator[tuple[str, Keys]]:
    """``exclude-newer``: a point in time, or a span up to now. A later point is fine for uv, all else is another resolution."""
    here, there, span = settings.table.get("exclude-newer"), lock.options.get("exclude-newer"), lock.options.get("exclude-newer-span")
    recorded = there if span is None else span
    if here is None:
        if recorded is not None:
            raise UndecidableError("exclude-newer of a person's own settings")
        return
    if not isinstance(here, str):
        raise UndecidableError("exclude-newer")
    is_span = _span(here) is not None
    if recorded is None:
        changed = True
    elif is_span and span is not None:
        changed = _span(here) != _span(str(span))
    else:
        changed = is_span is not (span is not None) or _is_before(here, str(there))
    if changed:
        said = f"`{recorded}`" if recorded is not None else "not set"
        yield f"exclude-newer is `{here}` for the project, {said} in {lock.file.name}", ("tool", "uv", "exclude-newer")


def _span(text: str) -> dict[str, int] | None:
    """A span of time by unit, from words (``2 weeks``) or ISO 8601 (``P2W``); ``None`` for a point in time."""
    found = re.findall(r"(\d+)\s*([a-zA-Z]+)", text.removeprefix("P").replace("T", " "))
    if not found or re.match(r"\d{4}-", text):
        return None
    return {unit[0].lower(): int(count) for count, unit in found if len(count) < 10}


def _is_before(first: str, second: str) -> bool:
    """Whether a point in time is before another.

    Raises:
        UndecidableError: one is a date only, which is another time in each time zone.
    """
    try:
        times = [datetime.fromisoformat(text) for text in (first, second)]
    except ValueError:
        raise UndecidableError(f"{first} and {second}") from None
    if any(time.tzinfo is None for time in times):
        raise UndecidableError(f"{first} and {second}")
    return times[0] < times[1]
