"""What a manifest says and its lockfile does not, or the other way round."""

from __future__ import annotations

from dsguard.analysis.lockfile.requirement import read_locked
from dsguard.analysis.lockfile.requirement_sets import say_the_same, unmatched
from dsguard.analysis.lockfile.spans import UndecidableError, python_bounds
from dsguard.documents.project import normalized

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from dsguard.analysis.lockfile.lowering import Wanted
    from dsguard.analysis.lockfile.requirement import Need
    from dsguard.analysis.lockfile.spans import Span
    from dsguard.documents.project import Keys, Project
    from dsguard.documents.uv_lock import UvLock
    from dsguard.model import Location

    Part = Callable[[], Iterable["Difference"]]
    """One part of a comparison. It raises UndecidableError where it cannot be told how it ends."""


class Difference:
    """One thing that the two do not agree on.

    Args:
        message: for people, with both sides.
        project: the project whose manifest says it; ``None`` for a script.
        place: the keys of the manifest.
        text: what stands there, to find its line.
    """

    __slots__ = ("message", "place", "project", "text")

    def __init__(self, message: str, project: Project | None, place: Keys, text: str = "") -> None:
        self.message = message
        self.project = project
        self.place = place
        self.text = text

    def __repr__(self) -> str:
        return f"<{self.message}>"

    @property
    def location(self) -> Location | None:
        """Where the manifest says it; ``None`` if it is no manifest of a project."""
        return None if self.project is None else self.project.at_entry(self.place, self.text)


class Sides:
    """A lockfile, and one manifest of those that it was made from.

    Args:
        folder: the folder of the lockfile, which its paths are relative to.
        project: the project of the manifest; ``None`` for a script.
    """

    __slots__ = ("bounds", "folder", "lock", "project")

    def __init__(self, lock: UvLock, folder: str, project: Project | None) -> None:
        self.lock = lock
        self.folder = folder
        self.project = project
        self.bounds: Span = python_bounds([lock.requires_python])
        """The Python releases that the lockfile is for: markers are compared within them."""

    def differ(self, message: str, place: Keys, text: str = "") -> Difference:
        """A difference; ``{manifest}`` and ``{lock}`` in the message become the names of the two files."""
        manifest = self.project.path_of("pyproject.toml") if self.project is not None else "the script"
        return Difference(message.replace("{manifest}", manifest).replace("{lock}", self.lock.file.name), self.project, place, text)

    def python(self, declared: list[str], place: Keys) -> Iterable[Difference]:
        """``requires-python``, as the range that it spans."""
        if not declared:
            # uv locks for "at least the interpreter at hand" then, with no upper end.
            if self.bounds[1] is None:
                raise UndecidableError("requires-python is that of some interpreter")
            yield self.differ(f"requires-python is not set in {{manifest}}, `{self.lock.requires_python}` in {{lock}}", place)
        elif python_bounds(declared) != self.bounds:
            written = " and ".join(dict.fromkeys(declared))
            yield self.differ(f"requires-python is `{written}` in {{manifest}}, `{self.lock.requires_python}` in {{lock}}", place)

    def names(self, wanted: set[str], recorded: set[str], place: Keys, here: str, there: str) -> Iterable[Difference]:
        """Names that stand on one side only.

        Args:
            here: the message for one that only the manifest has, with ``{name}``.
            there: for one that only the lockfile has.
        """
        for name in sorted(wanted - recorded):
            yield self.differ(here.replace("{name}", name), place, name)
        for name in sorted(recorded - wanted):
            yield self.differ(there.replace("{name}", name), place)

    def needs(self, wanted: Wanted, entries: Any, place: Keys, where: str = "", *, verbatim: bool = False) -> Iterator[Difference]:
        """What differs between declared requirements and recorded ones, as sets.

        Args:
            where: which list it is, for people; ``""`` for the plain dependencies.
            verbatim: whether two ways of saying the same are two, as they are for uv in a few lists.

        Raises:
            UndecidableError: some cannot be compared; those that can have been.
        """
        recorded, unknown = self._recorded(entries)
        unknown |= wanted.unknown
        for name in dict.fromkeys(need.name for need in (*wanted.needs, *recorded)):
            here, there = ([need for need in needs if need.name == name] for needs in (wanted.needs, recorded))
            if name in unknown:
                continue
            try:
                added, removed = unmatched(here, there, self.bounds)
                if (added or removed) and (verbatim or not say_the_same(here, there, self.bounds)):
                    yield from self._changes(added, removed, place, where)
            except UndecidableError as error:
                unknown[name] = str(error)
        if unknown:
            raise UndecidableError("; ".join(unknown.values()))

    def _recorded(self, entries: Any) -> tuple[list[Need], dict[str, str]]:
        needs, unknown = [], {}
        for entry in entries if isinstance(entries, list) else []:
            try:
                needs.append(read_locked(entry if isinstance(entry, dict) else {}, self.folder))
            except UndecidableError as error:
                unknown[normalized(str(entry.get("name")) if isinstance(entry, dict) else "")] = str(error)
        return needs, unknown

    def _changes(self, added: list[Need], removed: list[Need], place: Keys, where: str) -> Iterator[Difference]:
        for need in added:
            other = removed.pop(0) if removed else None
            yield self._change(need, other, place, where)
        for other in removed:
            yield self.differ(f"`{other.shown}`{where} is in {{lock}}, not in {{manifest}}", place, other.name)

    def _change(self, need: Need, other: Need | None, place: Keys, where: str) -> Difference:
        declared = need.declared
        place, text = (declared.place, declared.text) if declared is not None else (place, "")
        where = f" (extra {need.extra})" if need.extra else where
        if other is None:
            return self.differ(f"`{need.shown}`{where} is in {{manifest}}, not in {{lock}}", place, text)
        if need.shown == other.shown:
            what = "marker" if need.source == other.source else "source"
            return self.differ(f"`{need.shown}`{where} has another {what} in {{manifest}} than in {{lock}}", place, text)
        return self.differ(f"`{need.shown}`{where} in {{manifest}}, `{other.shown}` in {{lock}}", place, text)
