"""A ``uv.lock`` as far as it says what was locked: for whom, by which options, and from which declared requirements.

The bulk of such a file is the URLs and hashes of packages from an index, and tomllib takes 0.1 s for a megabyte of it.
uv writes one layout only, so a file in that layout is cut into packages first, and only those that are projects (their
metadata is what a comparison needs) are parsed. Whether all of it is TOML is for whoever asks for ``file.toml``.
"""

from __future__ import annotations

import re

from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dsguard.documents.file import File

    Table = dict[str, Any]

KNOWN_VERSION = 1
KNOWN_REVISION = 5
"""What uv 0.13.9 writes. A greater version means another format; a greater revision adds what older uv may ignore."""

TREES = ("virtual", "editable", "directory")
"""Sources of packages that are a folder with a manifest: their declared requirements can change without a new release."""

_NEEDS = [{"name": str, "extras": [str], "marker": str, "specifier": str}]
_HEAD_SHAPE = {
    "requires-python": str,
    "supported-markers": [str],
    "required-markers": [str],
    "conflicts": [[{"*": str}]],
    "options": {"*-mode": str, "fork-strategy": str},
    "manifest": {
        "members": [str],
        "requirements": _NEEDS,
        "constraints": [dict],
        "overrides": [dict],
        "build-constraints": _NEEDS,
        "dependency-groups": {"*": _NEEDS},
        "dependency-metadata": [dict],
        "group-requires-python": {"*": str},
    },
}
_PACKAGE_SHAPE = {
    "metadata": {"requires-dist": _NEEDS, "provides-extras": [str], "requires-dev": {"*": _NEEDS}},
    "group-requires-python": {"*": str},
}
"""What is read of a lockfile: the type of a value, ``[each]`` of a list, the keys of a table."""

_MARK = "\n[[package]]\n"
_HEAD = re.compile(r'name = "([^"\\\n]+)"\n(?:version = "([^"\\\n]+)"\n)?source = \{ ([a-z]+) = "([^"\\\n]*)"')


class Locked:
    """One package of a lockfile.

    Args:
        kind: what its source is: ``registry``, ``git``, ``url``, ``path`` or one of ``TREES``.
        where: the URL or path of its source.
        table: all that the lockfile says of it; only for one of ``TREES``.
    """

    __slots__ = ("kind", "name", "table", "version", "where")

    def __init__(self, name: str, version: str | None, kind: str, where: str, table: Table | None) -> None:
        self.name = name
        self.version = version
        self.kind = kind
        self.where = where
        self.table = table

    @property
    def metadata(self) -> Table:
        """What its manifest declared when it was locked."""
        return _table(self.table or {}, "metadata")


class UvLock:
    """A lockfile.

    Args:
        head: all but the packages.
    """

    __slots__ = ("file", "head", "packages")

    def __init__(self, file: File, head: Table, packages: list[Locked]) -> None:
        self.file = file
        self.head = head
        self.packages = packages

    @property
    def revision(self) -> int:
        revision = self.head.get("revision", 0)
        return revision if isinstance(revision, int) else 0

    @property
    def requires_python(self) -> str:
        return str(self.head.get("requires-python", ""))

    @property
    def manifest(self) -> Table:
        """What was locked besides the packages' own metadata: members, constraints, overrides, groups of a root without a project."""
        return _table(self.head, "manifest")

    @property
    def options(self) -> Table:
        return _table(self.head, "options")

    def named(self, name: str) -> list[Locked]:
        return [package for package in self.packages if package.name == name]


def read_uv_lock(file: File) -> UvLock:
    """The lockfile in a file.

    Raises:
        UnreadableError: it is no TOML (fatal), no lockfile of uv, or of a format newer than the one known here (not fatal).
    """
    lock = _read_layout(file) or _from_document(file, file.toml)
    version, revision = lock.head.get("version"), lock.revision
    if type(version) is not int:
        raise UnreadableError(file.path, "has no version, as a lockfile of uv would", fatal=False)
    if version > KNOWN_VERSION or revision > KNOWN_REVISION:
        newer = f"version {version}, revision {revision}"
        raise UnreadableError(file.path, f"is of a format newer than known here ({newer}): not compared with pyproject.toml", fatal=False)
    for table, shape in ((lock.head, _HEAD_SHAPE), *((package.table, _PACKAGE_SHAPE) for package in lock.packages if package.table)):
        wrong = _misfit(table, shape)
        if wrong is not None:
            raise UnreadableError(file.path, f"has {wrong} that is not what uv writes", fatal=False)
    return lock


def _misfit(value: Any, shape: Any, place: str = "a value") -> str | None:
    """The place of something that has not its shape, if anything has not."""
    if isinstance(shape, type):
        return None if isinstance(value, shape) else place
    if not isinstance(value, type(shape)):
        return place
    if isinstance(shape, list):
        return next((wrong for entry in value if (wrong := _misfit(entry, shape[0], place)) is not None), None)
    for name, one in shape.items():
        for key in [key for key in value if key.endswith(name[1:])] if name.startswith("*") else [name]:
            wrong = _misfit(value[key], one, key) if key in value else None
            if wrong is not None:
                return wrong
    return None


def _read_layout(file: File) -> UvLock | None:
    """The lockfile, read by the layout that uv writes; ``None`` for any other layout."""
    import tomllib

    text = file.text
    # Only in a multi-line string could the mark mean something else, and uv writes none.
    if not text.startswith("version = ") or '"""' in text or "'''" in text or "\r" in text:
        return None
    head, *blocks = text.split(_MARK)
    packages = []
    try:
        for block in blocks:
            found = _HEAD.match(block)
            if found is None or block.count("[[package]]"):
                return None
            name, version, kind, where = found.groups()
            table = tomllib.loads("[[package]]\n" + block)["package"][0] if kind in TREES else None
            packages.append(Locked(name, version, kind, where, table))
        parsed = tomllib.loads(head)
        return None if "package" in parsed else UvLock(file, parsed, packages)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return None


def _from_document(file: File, document: Table) -> UvLock:
    listed = document.get("package", [])
    packages = []
    for table in listed if isinstance(listed, list) else []:
        source = table.get("source") if isinstance(table, dict) else None
        name = table.get("name") if isinstance(table, dict) else None
        if not isinstance(name, str) or not isinstance(source, dict) or not source:
            continue
        kind, where = next(iter(source.items()))
        version = table.get("version")
        packages.append(Locked(name, version if isinstance(version, str) else None, kind, str(where), table if kind in TREES else None))
    return UvLock(file, {key: value for key, value in document.items() if key != "package"}, packages)


def _table(table: Table, key: str) -> Table:
    value = table.get(key)
    return value if isinstance(value, dict) else {}
