"""A project of a repository: a folder with a manifest, and what the manifest declares.

Project rules run in every commit, so nothing is parsed here until it is asked for.
"""

from __future__ import annotations

import re

from dsguard.model import Location, UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, NoReturn

    from dsguard.documents.file import File
    from dsguard.documents.files import Files

    Keys = tuple[str, ...]

MANIFEST = "pyproject.toml"

NO_PROJECT = frozenset(("vendored", "template", "fixture"))
"""Roles of manifests that make no project of this repository."""

_DECLARATIONS: tuple[Keys, ...] = (
    ("project", "dependencies"),
    ("project", "optional-dependencies"),
    ("dependency-groups",),
    ("tool", "uv", "dev-dependencies"),
    ("tool", "poetry", "dependencies"),
    ("tool", "poetry", "group", "*", "dependencies"),
    ("tool", "poetry", "dev-dependencies"),
    ("tool", "pdm", "dev-dependencies"),
    ("tool", "pixi", "dependencies"),
    ("tool", "pixi", "pypi-dependencies"),
    ("tool", "pixi", "feature", "*", "dependencies"),
    ("tool", "pixi", "feature", "*", "pypi-dependencies"),
    ("tool", "pixi", "target", "*", "dependencies"),
    ("tool", "pixi", "target", "*", "pypi-dependencies"),
    ("tool", "hatch", "envs", "*", "dependencies"),
    ("tool", "hatch", "envs", "*", "extra-dependencies"),
    ("tool", "rye", "dev-dependencies"),
    ("tool", "flit", "metadata", "requires"),
    ("tool", "conda-lock", "dependencies"),
)
"""Where the tools of the field declare what a project needs, in the order in which they are named to people."""

_MAX_ENTRIES = 500
"""How many lines after its start a list is searched for an entry."""

_MAX_GROUP = 1_000
"""How many requirements a dependency group may have; groups that include each other's groups twice double with every step."""

_MAX_GROUP_NESTING = 100


class Declared:
    """A requirement as a manifest writes it.

    Args:
        text: by PEP 508 (``pandas>=2.2``).
        place: the keys of the list that it stands in (``("dependency-groups", "dev")``).
        python: what ``requires-python`` the groups on the way to it add, by ``[tool.uv.dependency-groups]``.
    """

    __slots__ = ("place", "python", "text")

    def __init__(self, text: str, place: Keys, python: tuple[str, ...] = ()) -> None:
        self.text = text
        self.place = place
        self.python = python

    def __repr__(self) -> str:
        return f"<{self.text!r} in {'.'.join(self.place)}>"


class _Group:
    """A dependency group with what it includes: its requirements, and what ``requires-python`` they add."""

    __slots__ = ("pythons", "requirements")

    def __init__(self, requirements: list[Declared], pythons: tuple[str, ...]) -> None:
        self.requirements = requirements
        self.pythons = pythons


class Project:
    """A folder with a ``pyproject.toml``, or the root of the repository with or without one.

    Args:
        root: the folder, relative to the workspace; ``""`` for its root.
        files: all files of the workspace by path, not only those of the project.
        projects: all projects of the workspace by their root; shared by them, this one included.
    """

    __slots__ = ("_projects", "files", "root")

    def __init__(self, root: str, files: Files, projects: Mapping[str, Project]) -> None:
        self.root = root
        self.files = files
        self._projects = projects

    def __repr__(self) -> str:
        return f"<Project {self.root or '.'!r}>"

    # Files

    def path_of(self, name: str) -> str:
        """The path of a file of the project's folder, relative to the workspace."""
        return f"{self.root}/{name}" if self.root else name

    def file(self, name: str) -> File | None:
        """A file by its path relative to the project's folder (``uv.lock``), if the workspace has it."""
        return self.files.get(self.path_of(name))

    def is_judged(self, *names: str) -> bool:
        """Whether this run is to judge one of some files of the project's folder. A hook judges the files of the commit."""
        return any(self.path_of(name) in self.files.selected for name in names)

    def left_out(self, name: str) -> bool:
        """Whether a file of the project's folder lies on disk and git ignores it. Asks git only if there is such a file."""
        return self.files.left_out(self.path_of(name))

    def matching(self, pattern: str) -> Iterator[File]:
        """The files whose path relative to the project's folder matches a glob, sorted by path. ``*`` stays in one folder."""
        from fnmatch import fnmatchcase

        if "/" not in pattern and pattern != "**":
            for name in self.files.names_in(self.root):
                if fnmatchcase(name, pattern):
                    yield self.files[self.path_of(name)]
            return
        prefix = self.path_of("")
        parts = pattern.split("/")
        for path in self.files.below(self.root):
            if matches(path[len(prefix) :].split("/"), parts):
                yield self.files[path]

    # The manifest

    @property
    def has_manifest(self) -> bool:
        return self.path_of(MANIFEST) in self.files

    @property
    def pyproject(self) -> dict[str, Any] | None:
        """The parsed ``pyproject.toml``; ``None`` if there is none.

        Raises:
            UnreadableError: it does not parse.
        """
        manifest = self.file(MANIFEST)
        return None if manifest is None else manifest.toml

    def get(self, *keys: str) -> Any:
        """What ``pyproject.toml`` sets at a place (``get("tool", "uv", "workspace")``); ``None`` for nothing.

        Raises:
            UnreadableError: the manifest does not parse.
        """
        value: Any = self.pyproject
        for key in keys:
            if not isinstance(value, dict):
                return None
            value = value.get(key)
        return value

    def at_manifest(self, line: int | None = None) -> Location:
        """A place in ``pyproject.toml`` (the line from 1), or all of it. A project without one has the place still."""
        return Location(self.path_of(MANIFEST), line)

    def line_of(self, *keys: str) -> int | None:
        """The line (from 1) of ``pyproject.toml`` that sets a key or table, if it can be told."""
        from dsguard.documents.markup import toml_line

        manifest = self.file(MANIFEST)
        return None if manifest is None else toml_line(manifest, keys)

    def at_entry(self, keys: Keys, text: str) -> Location:
        """The line of ``pyproject.toml`` that holds an entry of a list, else that of the list, or of what is left of the way to it."""
        manifest = self.file(MANIFEST)
        way = keys
        line = self.line_of(*way)
        while line is None and way:
            way = way[:-1]
            line = self.line_of(*way) if way else None
        if manifest is not None and line is not None and text:
            for number, written in enumerate(manifest.lines[line - 1 : line + _MAX_ENTRIES], line):
                if text in written:
                    return self.at_manifest(number)
                if number > line and written.startswith("["):
                    break
        return self.at_manifest(line)

    # What it declares

    @property
    def declarations(self) -> Iterator[Keys]:
        """The places in ``pyproject.toml`` that declare at least one dependency, as keys (``("project", "dependencies")``).

        ``("project", "dynamic")`` stands for dependencies that the build backend reads from elsewhere, such as a requirements file.

        Raises:
            UnreadableError: the manifest does not parse.
        """
        pyproject = self.pyproject or {}
        for place in _DECLARATIONS:
            for keys, value in _at(pyproject, place):
                if _requires_something(value):
                    yield keys
        dynamic = self.get("project", "dynamic")
        if isinstance(dynamic, list) and not {"dependencies", "optional-dependencies"}.isdisjoint(filter(_is_text, dynamic)):
            yield ("project", "dynamic")

    @property
    def declares_dependencies(self) -> bool:
        """Whether ``pyproject.toml`` says that something must be installed. One that only configures tools does not."""
        return next(self.declarations, None) is not None

    @property
    def is_published_library(self) -> bool:
        """Whether it is evidently made for a package index.

        Raises:
            UnreadableError: the manifest does not parse.
        """
        from dsguard.documents.publishing import is_published

        return is_published(self)

    # What it requires

    @property
    def name(self) -> str | None:
        """``project.name``, normalised as package indexes do it; ``None`` if there is none."""
        name = self.get("project", "name")
        return normalized(name) if isinstance(name, str) else None

    @property
    def dynamic(self) -> frozenset[str]:
        """The fields of ``[project]`` that the build backend fills in."""
        return frozenset(self._texts("project", "dynamic"))

    @property
    def requires_python(self) -> str | None:
        text = self.get("project", "requires-python")
        return text if isinstance(text, str) else None

    @property
    def dependencies(self) -> list[Declared]:
        """What ``project.dependencies`` lists, in order."""
        return self.required("project", "dependencies")

    @property
    def extras(self) -> dict[str, list[Declared]]:
        """``project.optional-dependencies`` by normalised name."""
        table = self.get("project", "optional-dependencies")
        names = table if isinstance(table, dict) else {}
        return {normalized(name): self.required("project", "optional-dependencies", name) for name in names}

    @property
    def groups(self) -> dict[str, list[Declared]]:
        """``[dependency-groups]`` (PEP 735) by normalised name, each ``include-group`` put in place; uv's older ``dev-dependencies`` too.

        Raises:
            UnreadableError: a group is no list of requirements and groups, or includes itself or one that does not exist.
        """
        flat = {name: group.requirements for name, group in self._flat_groups().items()}
        older = self.required("tool", "uv", "dev-dependencies")
        if older or self.get("tool", "uv", "dev-dependencies") is not None:
            flat["dev"] = flat.get("dev", []) + older
        return flat

    @property
    def group_pythons(self) -> dict[str, tuple[str, ...]]:
        """What ``requires-python`` each group adds, included groups first and each as often as it is included; only groups that add any.

        Raises:
            UnreadableError: as for :attr:`groups`.
        """
        return {name: group.pythons for name, group in self._flat_groups().items() if group.pythons}

    def _flat_groups(self) -> dict[str, _Group]:
        table = self.get("dependency-groups")
        written = {normalized(name): name for name in table} if isinstance(table, dict) else {}
        flat: dict[str, _Group] = {}
        for name in written:
            self._flatten(name, written, flat, ())
        return flat

    def _flatten(self, name: str, written: dict[str, str], flat: dict[str, _Group], parents: tuple[str, ...]) -> None:
        if name in flat:
            return
        if name not in written or name in parents or len(parents) > _MAX_GROUP_NESTING:
            wrong = "which does not exist" if name not in written else "which includes it" if name in parents else "too deep to follow"
            self._refuse(f"dependency group {parents[-1]!r} includes {name!r}, {wrong}", "dependency-groups")
        place = ("dependency-groups", written[name])
        listed = self.get(*place)
        found: list[Declared] = []
        pythons: list[str] = []
        for entry in listed if isinstance(listed, list) else [listed]:
            included = entry.get("include-group") if isinstance(entry, dict) else None
            if isinstance(entry, str) and listed is not entry:
                found.append(Declared(entry, place))
            elif isinstance(included, str):
                self._flatten(normalized(included), written, flat, (*parents, name))
                found += flat[normalized(included)].requirements
                pythons += flat[normalized(included)].pythons
            else:
                self._refuse(f"dependency group {name!r} lists what is no requirement", *place)
            if max(len(found), len(pythons)) > _MAX_GROUP:
                self._refuse(f"dependency group {name!r} has more than {_MAX_GROUP} requirements", *place)
        python = self._group_python(name)
        if python:
            found = [Declared(one.text, one.place, (*one.python, python)) for one in found]
            pythons.append(python)
        flat[name] = _Group(found, tuple(pythons))

    def _group_python(self, name: str) -> str | None:
        settings = self.get("tool", "uv", "dependency-groups")
        for key, value in settings.items() if isinstance(settings, dict) else ():
            if normalized(key) == name and isinstance(value, dict) and isinstance(value.get("requires-python"), str):
                return str(value["requires-python"])
        return None

    def required(self, *keys: str) -> list[Declared]:
        """The requirements that a list of the manifest holds; nothing if it is no list."""
        return [Declared(text, keys) for text in self._texts(*keys)]

    def is_package(self, *, by_default: bool) -> bool:
        """Whether uv builds and installs the project itself.

        Args:
            by_default: whether one without a build system counts, as it does where another project needs it.
        """
        said = self.get("tool", "uv", "package")
        return said if isinstance(said, bool) else by_default or self.get("build-system") is not None

    def _texts(self, *keys: str) -> list[str]:
        value = self.get(*keys)
        return list(filter(_is_text, value)) if isinstance(value, list) else []

    def _refuse(self, reason: str, *keys: str) -> NoReturn:
        raise UnreadableError(self.path_of(MANIFEST), reason, line=self.line_of(*keys), fatal=False)

    # Other projects

    @property
    def projects(self) -> Mapping[str, Project]:
        """All projects of the repository by their folders, itself among them."""
        return self._projects

    def at(self, root: str) -> Project | None:
        """Another project of the repository, by its folder."""
        return self._projects.get(root)

    def nearest(self, path: str) -> Project:
        """The project that a file belongs to: of the nearest folder above it that is one."""
        while path:
            path = path.rpartition("/")[0]
            if path in self._projects:
                return self._projects[path]
        return self


def find_projects(files: Files) -> list[Project]:
    """The projects of a workspace, sorted by root: its own root first, which counts even without a manifest.

    Manifests that are vendored, templates or test fixtures make no project. Reads no file.
    """
    projects: dict[str, Project] = {}
    roots = {""}
    for path in files:
        if path.endswith(f"/{MANIFEST}") and files[path].roles.isdisjoint(NO_PROJECT):
            roots.add(path[: -len(MANIFEST) - 1])
    for root in sorted(roots):
        projects[root] = Project(root, files, projects)
    return list(projects.values())


def matches(path: list[str], pattern: list[str]) -> bool:
    """Whether a path, in its parts, matches a glob, in its parts. ``**`` stands for any number of parts."""
    from fnmatch import fnmatchcase

    reached = {0}
    for part in pattern:
        if part == "**":
            reached = set(range(min(reached), len(path) + 1)) if reached else reached
        else:
            reached = {at + 1 for at in reached if at < len(path) and fnmatchcase(path[at], part)}
    return len(path) in reached


def _at(value: Any, place: Keys, way: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    """What stands at a place, with ``*`` for any key; and the keys that it took."""
    if not place:
        yield way, value
    elif isinstance(value, dict):
        for key in list(value) if place[0] == "*" else [place[0]]:
            if key in value:
                yield from _at(value[key], place[1:], (*way, key))


def _requires_something(value: Any) -> bool:
    """Whether a list of requirements, a table of them or a table of such lists names one. Python itself is none."""
    if isinstance(value, dict):
        return any(key.lower() != "python" and entry not in ([], {}) for key, entry in value.items())
    return isinstance(value, list) and bool(value)


def normalized(name: str) -> str:
    """A name of a package, an extra or a group in the one spelling that they compare by (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_text(value: Any) -> bool:
    return isinstance(value, str)
