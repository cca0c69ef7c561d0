"""What the files around one say about its paths: containers that have them, modules that import it."""

from __future__ import annotations

import posixpath
import re

from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.analysis.paths.shapes import MachinePath
    from dsguard.documents.file import File
    from dsguard.documents.files import Files

_CONTAINER_FILES = (
    "Dockerfile",
    "dockerfile",
    "Containerfile",
    "docker/Dockerfile",
    ".devcontainer/Dockerfile",
    ".devcontainer/devcontainer.json",
    "docker-compose.yml",
    "docker-compose.yaml",
    "compose.yml",
    "compose.yaml",
)
_MAX_SIZE = 256 * 1024
_GUARD = re.compile(rb"""^if\s+\(?\s*(?:__name__\s*==\s*["']__main__|["']__main__["']\s*==)""", re.MULTILINE)


def is_of_container(file: File, path: MachinePath) -> bool:
    """Whether a container that the repository describes has the first folder of a path: then it is the container's."""
    first = path.prefix.split("/")[1] if path.is_posix else ""
    if not first:
        return False
    # A path before a colon is the host's side of a volume, unless what follows is an option.
    named = re.compile(
        rb"(?<![\w.\-/~])/"
        + re.escape(first).encode("utf-8", "surrogatepass")
        + rb"""(?:/[^\s:"',\]]{0,200}+)?(?=[\s"',\]]|$|:r[ow]\b|:z\b)"""
    )
    return any(named.search(data) for data in _container_files(file)) or _mounts(file, first) or _is_in_mounted(file, path)


def _is_in_mounted(file: File, path: MachinePath) -> bool:
    """Whether a compose file, wherever it lies, mounts a folder around the file at the start of the path: ``- ..:/project``."""
    mounted = file.shared("mounted-folders", _mounted_folders)
    return any(f"{path.prefix}/".startswith(f"{target}/") and f"{file.folder}/".startswith(folder) for folder, target in mounted)


def _mounted_folders(files: Files) -> list[tuple[str, str]]:
    """Folders that compose files mount, each with a ``/`` behind it (``""`` for the root), and what it is called in the container."""
    found = []
    for path in files:
        folder, _, name = path.rpartition("/")
        if _COMPOSE.fullmatch(name.lower()):
            for volume in _VOLUME.finditer(_data(files[path])):
                host, target = (part.decode("utf-8", "replace") for part in volume.groups())
                mounted = posixpath.normpath(posixpath.join(folder, host))
                if not mounted.startswith(".."):
                    found.append(("" if mounted == "." else f"{mounted}/", target.rstrip("/")))
    return found


_COMPOSE = re.compile(r"(?:docker-)?compose[\w.-]{0,40}\.ya?ml")
_VOLUME = re.compile(rb"""^\s{0,40}-\s{0,8}["']?(\.{1,2}(?:/[^\s:"']{0,200})?):(/[\w./-]{1,200})""", re.MULTILINE)


def _mounts(file: File, first: str) -> bool:
    """Whether the file itself starts a container that has the folder: ``docker run -v "$PWD:/work"``."""
    data = _data(file)
    target = rb"""[\w.\-/}"')]:/""" + re.escape(first).encode("utf-8", "surrogatepass") + rb"""(?=[/:\s"',\]]|$)"""
    return b"docker" in data and re.search(target, data, re.MULTILINE) is not None


def _container_files(file: File) -> Iterator[bytes]:
    folder = file.folder
    while True:
        for name in _CONTAINER_FILES:
            found = file.sibling(f"{folder}/{name}" if folder else name)
            if found is not None:
                yield _data(found)
        if not folder:
            return
        folder = folder.rpartition("/")[0]


def is_imported(file: File) -> bool:
    """Whether other code imports this module: it is part of a package, or a file beside it does; and it is no script itself."""
    if _GUARD.search(_data(file)):
        return False
    if file.in_package:
        return True
    stem = re.escape(file.name.removesuffix(".py").encode("utf-8", "surrogatepass"))
    imports = re.compile(
        rb"^[ \t]*(?:from[ \t]+\.?" + stem + rb"[ \t]+import|import[ \t]+(?:[^\n#]{0,200},[ \t]*)?" + stem + rb"\b)", re.MULTILINE
    )
    for name in file.neighbours:
        if name.endswith((".py", ".ipynb")) and name != file.name:
            other = file.sibling(f"{file.folder}/{name}" if file.folder else name)
            if other is not None and imports.search(_data(other)):
                return True
    return False


def _data(file: File) -> bytes:
    try:
        return file.data if file.size <= _MAX_SIZE else b""
    except UnreadableError:
        return b""
