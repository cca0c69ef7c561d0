"""Stores: data sets and models that are a folder of files, such as Zarr, Delta, Lance and SavedModel. Told by names; nothing is read."""

from __future__ import annotations

import re

from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from dsguard.documents.file import File
    from dsguard.documents.files import Files
    from dsguard.documents.signature import Format

_SUFFIXES = {".zarr": "zarr", ".lance": "lance", ".gdb": "geodatabase", ".mlpackage": "coreml"}
_MARKS = {".zgroup": "zarr", ".zarray": "zarr", "saved_model.pb": "saved-model", "_delta_log": "delta", "_versions": "lance"}
"""Files and folders that only the root of a store holds."""

_KINDS = {"saved-model": "model", "coreml": "model"}
_LANCE_DATA = "data"
_PARTITION = re.compile(r"[A-Za-z_]\w*=[^/]*")
"""A folder of a data set that is partitioned as Hive does it: ``year=2024``."""
_PARTS = (".parquet", ".parq", ".pq")


class Store:
    """A folder that is one data set or one model.

    Args:
        root: its path.
        paths: the files in it, sorted.
    """

    __slots__ = ("_files", "_size", "format", "paths", "root")

    def __init__(self, root: str, id: str, files: Files) -> None:
        from dsguard.documents.formats import LABELS
        from dsguard.documents.signature import Format

        kind = _KINDS.get(id, "data")
        self.root = root
        self.format: Format = Format(id, kind, LABELS[kind][id], from_bytes=False)
        self.paths = files.below(root)
        self._files = files
        self._size: int | None = None

    @property
    def size(self) -> int:
        """Of all its files, in bytes; those whose bytes are not here count for nothing."""
        if self._size is None:
            self._size = sum(_size(self._files[path]) for path in self.paths)
        return self._size


def store_of(file: File) -> Store | None:
    """The store that a file is a part of: the outermost one, if there are several."""
    stores = file.shared("stores", _find)
    return stores.get(file.folder) if stores else None


def _find(files: Files) -> Mapping[str, Store]:
    """Stores by every folder in them."""
    roots: dict[str, str] = {}
    for folder in files.folders:
        name = folder.rpartition("/")[2]
        found_id = _SUFFIXES.get(name[name.rfind(".") :].lower() if "." in name[1:] else "") or _by_marks(folder, files)
        if folder and found_id:
            roots[folder] = found_id
        parent = folder.rpartition("/")[0]
        if "=" in name and parent and parent not in roots and _is_partitioned(parent, files):
            roots[parent] = "parquet-dataset"
    found: dict[str, Store] = {}
    for folder in sorted(files.folders) if roots else ():
        above = found.get(folder.rpartition("/")[0])
        if above is not None:
            found[folder] = above
        elif folder in roots:
            found[folder] = Store(folder, roots[folder], files)
    return found


def _is_partitioned(folder: str, files: Files) -> bool:
    """Whether a folder holds Parquet files in partitions, and besides them only what those who write such data leave (``_SUCCESS``)."""
    if _PARTITION.fullmatch(folder.rpartition("/")[2]):
        return False
    inside = [path[len(folder) + 1 :] for path in files.below(folder)]
    parts = [path for path in inside if not path.startswith(("_", "."))]
    return all(_PARTITION.match(path) and "/" in path for path in parts) and any(path.endswith(_PARTS) for path in parts)


def _by_marks(folder: str, files: Files) -> str:
    for mark, name in _MARKS.items():
        place = f"{folder}/{mark}"
        if mark.startswith("_"):
            if place in files.folders and (name != "lance" or f"{folder}/{_LANCE_DATA}" in files.folders):
                return name
        elif place in files:
            return name
    return ""


def _size(file: File) -> int:
    try:
        return file.size
    except UnreadableError:
        return 0
