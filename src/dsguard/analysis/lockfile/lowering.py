"""What uv makes of a declared requirement: ``[tool.uv.sources]`` of the project and of its workspace put in place.

As uv 0.13 does it (``LoweredRequirement`` of its crate uv-distribution): a source with a marker takes its share of a requirement, and
what no source covers stays with the index.
"""

from __future__ import annotations

import re
from posixpath import isabs, relpath
from urllib.parse import unquote, urlsplit

from dsguard.analysis.lockfile.addresses import without_secrets
from dsguard.analysis.lockfile.markers import ALWAYS, NEVER, both, either, is_never, negation, parse_marker
from dsguard.analysis.lockfile.requirement import ARCHIVES, UNSEEN, clean_url, git_source, place, read_declared, shown_text, subdirectory_of
from dsguard.analysis.lockfile.spans import UndecidableError
from dsguard.documents.project import normalized
from dsguard.documents.uv_workspace import uv_workspace_members

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from dsguard.analysis.lockfile.markers import Marker
    from dsguard.analysis.lockfile.requirement import Need, Source
    from dsguard.documents.files import Files
    from dsguard.documents.project import Declared, Project

    Table = dict[str, Any]


class Members:
    """The projects that share one lockfile, by name, and which of them others need.

    Args:
        root: the project that the lockfile belongs to.
        ignored: whose ``[tool.uv.sources]`` count for nothing.

    Raises:
        UndecidableError: uv refuses them: no name, or one name twice.
    """

    __slots__ = ("by_name", "editable", "ignored", "root")

    def __init__(self, root: Project, ignored: IgnoredSources) -> None:
        self.root = root
        self.ignored = ignored
        self.by_name: dict[str, Project] = {}
        for project in [root] if root.get("project") is not None else []:
            self._add(project)
        for project in uv_workspace_members(root):
            self._add(project)
        self.editable: dict[str, bool | None] = {}
        """The members that a source of somebody else names; whether it says how to install them."""
        self._find_needed()

    def _add(self, project: Project) -> None:
        name = project.name
        if name is None or name in self.by_name:
            raise UndecidableError(f"{project!r} has no name of its own")
        self.by_name[name] = project

    def _find_needed(self) -> None:
        for project in (self.root, *self.by_name.values()):
            for name, sources in _sources_of(project.get("tool", "uv")).items():
                for source in sources:
                    if name != project.name and source.get("workspace") is True:
                        said = source.get("editable")
                        self.editable[name] = said if isinstance(said, bool) else None

    def source_of(self, name: str) -> tuple[str, str]:
        """How the lockfile names a member: the kind of its source, and its folder relative to the lockfile."""
        project = self.by_name[name]
        folder = relpath(project.root or ".", self.root.root or ".")
        if not project.is_package(by_default=name in self.editable):
            return "virtual", folder
        return ("editable" if self.editable.get(name) is not False else "directory"), folder


class IgnoredSources:
    """The packages whose ``[tool.uv.sources]`` a setting turns off (``no-sources``, ``no-sources-package``).

    Args:
        uv: the settings that hold, ``[tool.uv]`` or a ``uv.toml``.
    """

    __slots__ = ("_all", "_names")

    def __init__(self, uv: Any) -> None:
        settings = uv if isinstance(uv, dict) else {}
        listed = settings.get("no-sources-package")
        self._all = settings.get("no-sources") is True
        self._names = {normalized(str(name)) for name in listed} if isinstance(listed, list) else set()

    def __contains__(self, name: str) -> bool:
        return self._all or name in self._names


class Wanted:
    """What a list of a manifest requires.

    Args:
        needs: what of it can be told.
        unknown: the names of what cannot, with the reason.
    """

    __slots__ = ("needs", "unknown")

    def __init__(self) -> None:
        self.needs: list[Need] = []
        self.unknown: dict[str, str] = {}

    def add(self, other: Wanted) -> None:
        self.needs += other.needs
        self.unknown |= other.unknown


class Lowering:
    """Requirements of one manifest in the form in which its lockfile records them.

    Args:
        files: what is under review.
        folder: that of the manifest.
        uv: its ``[tool.uv]``.
        members: the projects that share the lockfile; ``None`` for a script, whose own settings hold.
        name: what the manifest's project is called.
    """

    def __init__(self, files: Files, folder: str, uv: Any, members: Members | None, name: str | None = None) -> None:
        self._ignored = members.ignored if members is not None else IgnoredSources(uv)
        self._files = files
        self._folder = folder
        self._members = members
        self._name = name
        self._sources = _sources_of(uv)
        self._indexes = _indexes_of(uv)
        root = members.root if members is not None else None
        root_uv = root.get("tool", "uv") if root is not None else None
        self._root_folder = root.root if root is not None else folder
        self._root_sources = _sources_of(root_uv)
        self._root_indexes = _indexes_of(root_uv)

    def lower(self, listed: Iterable[Declared], *, extra: str | None = None, group: str | None = None) -> Wanted:
        """The requirements of a list, as far as they can be told."""
        wanted = Wanted()
        for declared in listed:
            try:
                wanted.needs += self._lower(read_declared(declared, extra=extra), extra, group)
            except UndecidableError as error:
                wanted.unknown[_name_in(declared.text)] = str(error)
        return wanted

    def _lower(self, need: Need, extra: str | None, group: str | None) -> Iterator[Need]:
        own = self._sources.get(need.name)
        sources, folder = (own, self._folder) if own is not None else (self._root_sources.get(need.name), self._root_folder)
        is_member = self._members is not None and need.name in self._members.by_name and need.name != self._name
        if need.name in self._ignored:
            if is_member:
                raise UndecidableError(f"{need.name} is a member of the workspace, and its source is ignored")
            sources = None
        elif is_member and (sources is None or any(source.get("workspace") is not True for source in sources)):
            raise UndecidableError(f"{need.name} is a member of the workspace, but its source is none")
        if sources is None:
            yield need
            return
        covered: Marker = NEVER
        for source in sources:
            if not _applies(source, extra, group):
                continue
            marker = source.get("marker")
            when = parse_marker(marker) if isinstance(marker, str) and marker else ALWAYS
            covered = either(covered, when)
            found = self._source(need, source, folder)
            shown = (
                need.shown + f" from {without_secrets(found[2])}" if found[0] == "index" else shown_text(need.name, need.extras, "", found)
            )
            taken = need.having(marker=both(when, need.marker), source=found, shown=shown)
            if not is_never(taken.marker):
                yield taken
        rest = both(negation(covered), need.marker) if covered != NEVER else need.marker
        if not is_never(rest):
            yield need.having(marker=rest)

    def _source(self, need: Need, source: Table, folder: str) -> Source:
        if "git" in source:
            given = [(kind, str(source[kind])) for kind in ("rev", "tag", "branch") if source.get(kind) is not None]
            if len(given) > 1:
                raise UndecidableError(f"{need.name} from git at two revisions")
            subdirectory, path = source.get("subdirectory"), source.get("path")
            return git_source(str(source["git"]), given[0] if given else None, subdirectory, lfs=source.get("lfs") is True, path=path)
        if "url" in source:
            return ("url", clean_url(str(source["url"])), subdirectory_of(source.get("subdirectory")))
        if "path" in source:
            return self._path(str(source["path"]), source, folder)
        if "index" in source:
            return self._index(need, source)
        if source.get("workspace") is True and self._members is not None and need.name in self._members.by_name:
            kind, path = self._members.source_of(need.name)
            return ("folder", place(path, self._root_folder), "installed" if kind == "directory" else kind)
        raise UndecidableError(f"the source of {need.name}")

    def _path(self, given: str, source: Table, folder: str) -> Source:
        if given.startswith("file:"):
            given = unquote(urlsplit(given).path)
        path = place(given, folder)
        if self._is_file(path):
            return ("path", path)
        if source.get("editable") is True:
            return ("folder", path, "editable")
        said = source.get("package")
        if isinstance(said, bool):
            return ("folder", path, "installed" if said else "virtual")
        return ("folder", path, self._kind_of(path))

    def _is_file(self, path: str) -> bool:
        """Whether a path leads to an archive. uv looks at the disk; what is ignored or outside is judged by its name."""
        if path in self._files:
            return True
        folders = getattr(self._files, "folders", ())
        return path != "." and path not in folders and path.lower().endswith(ARCHIVES)

    def _kind_of(self, path: str) -> str:
        """How a folder is installed where nobody says it: by its own manifest."""
        manifest = f"{path}/pyproject.toml".removeprefix("./")
        if isabs(path) or manifest not in self._files:
            return UNSEEN
        tool = self._files[manifest].toml.get("tool")
        uv = tool.get("uv") if isinstance(tool, dict) else None
        return "virtual" if isinstance(uv, dict) and uv.get("package") is False else "installed"

    def _index(self, need: Need, source: Table) -> Source:
        name = source["index"]
        url = next((index.get("url") for index in (*self._indexes, *self._root_indexes) if index.get("name") == name), None)
        if not isinstance(url, str):
            raise UndecidableError(f"index {name} is not defined here")
        conflict = None
        for kind in ("extra", "group"):
            if isinstance(source.get(kind), str) and self._name is not None and conflict is None:
                conflict = tuple(sorted({"package": self._name, kind: normalized(source[kind])}.items()))
        versions = need.source[1] if need.source[0] == "index" else ()
        return ("index", versions, clean_url(url if "://" in url else f"file:{url}"), conflict)


def _name_in(text: str) -> str:
    """The name that a requirement starts with, even if the rest does not parse."""
    found = re.match(r"\s*([A-Za-z0-9._-]+)", text)
    return normalized(found[1]) if found else text


def _applies(source: Table, extra: str | None, group: str | None) -> bool:
    for kind, current in (("extra", extra), ("group", group)):
        target = source.get(kind)
        if isinstance(target, str) and (current is None or normalized(target) != normalized(current)):
            return False
    return True


def _sources_of(uv: Any) -> dict[str, list[Table]]:
    """``sources`` by normalised name, each a list."""
    table = uv.get("sources") if isinstance(uv, dict) else None
    found: dict[str, list[Table]] = {}
    for name, given in table.items() if isinstance(table, dict) else ():
        found[normalized(name)] = [one for one in (given if isinstance(given, list) else [given]) if isinstance(one, dict)]
    return found


def _indexes_of(uv: Any) -> list[Table]:
    listed = uv.get("index") if isinstance(uv, dict) else None
    return [index for index in listed if isinstance(index, dict)] if isinstance(listed, list) else []
