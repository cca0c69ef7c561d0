"""Files on disk: what reading them takes care of, and a plain folder outside of git."""

from __future__ import annotations

import errno
import os
import stat

from dsguard.model import Skip, UnreadableError
from dsguard.workspace.base import ABSENT, Entry, Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.git import Git
    from dsguard.policy import IgnoreFiles

_CAN_REFUSE_LINKS = hasattr(os, "O_NOFOLLOW")
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


class DiskWorkspace(Workspace):
    """Files read from disk, symbolic links never followed."""

    def __init__(self, root: str, git: Git | None = None) -> None:
        super().__init__(root, git)
        self._prefix = root if root.endswith(os.sep) else root + os.sep
        self._real_folders: dict[str, bool] = {"": True}

    def size_of(self, entry: Entry) -> int:
        return self._stat(entry).st_size

    def read(self, entry: Entry, offset: int, length: int | None) -> bytes:
        self.reads += 1
        path = entry.path
        if not _CAN_REFUSE_LINKS or not self._is_real(path[: max(0, path.rfind("/"))]):
            self._stat(entry)
        try:
            descriptor = os.open(self.absolute(path), os.O_RDONLY | _NO_FOLLOW)
            try:
                state = os.fstat(descriptor)
                if not stat.S_ISREG(state.st_mode):
                    raise self._missing(entry, "is no regular file")
                if offset:
                    os.lseek(descriptor, offset, os.SEEK_SET)
                if length is None:
                    return _read_all(descriptor, state.st_size)
                return _read(descriptor, min(length, state.st_size))
            finally:
                os.close(descriptor)
        except OSError as error:
            self._stat(entry)  # says it if it is gone, or a link, or a socket
            raise self._missing(entry, error.strerror or "cannot be read") from None

    def absolute(self, path: str) -> str:
        if path.isascii():
            return self._prefix + path
        from dsguard.git import encode_path

        return self._prefix + os.fsdecode(encode_path(path))

    def state(self, path: str) -> os.stat_result | None:
        """What stands at a path on disk, or ``None``; a path that leads through a symbolic link counts as nothing."""
        folder = path[: max(0, path.rfind("/"))]
        if not self._is_real(folder):
            return None
        try:
            return os.lstat(self.absolute(path))
        except (OSError, ValueError):
            return None

    def on_disk(self, path: str) -> bool:
        state = self.state(path)
        return state is not None and stat.S_ISREG(state.st_mode)

    def _stat(self, entry: Entry) -> os.stat_result:
        state = self.state(entry.path)
        if state is None:
            absent = "is tracked by git, and its bytes are neither on disk nor in this clone"
            raise self._missing(entry, absent if entry.mode == ABSENT else "is gone")
        if not stat.S_ISREG(state.st_mode):
            raise self._missing(entry, "is no regular file")
        return state

    def forget_folders(self) -> None:
        """Look anew which folders are symbolic links: one may become one between the listing and the first read."""
        self._real_folders = {"": True}

    def _is_real(self, folder: str) -> bool:
        """Whether no part of a folder's path is a symbolic link: one could lead out of the tree."""
        known = self._real_folders.get(folder)
        if known is not None:
            return known
        unknown = []
        while (known := self._real_folders.get(folder)) is None:
            unknown.append(folder)
            folder = folder.rpartition("/")[0]
        for folder in reversed(unknown):
            if known:
                try:
                    known = stat.S_ISDIR(os.lstat(self.absolute(folder)).st_mode)
                except (OSError, ValueError):
                    known = False
            self._real_folders[folder] = known
        return known


def _read_all(descriptor: int, size: int) -> bytes:
    """All that is there: mostly as many bytes as the file had a moment ago, but it may have grown since."""
    data = os.read(descriptor, size + 1)
    if len(data) == size > 0:
        return data
    parts = [data]
    while data:
        data = os.read(descriptor, 1 << 16)
        parts.append(data)
    return b"".join(parts)


def _read(descriptor: int, length: int) -> bytes:
    """So many bytes, or as many as there are: the system may hand them out in pieces.

    Straight from the descriptor: a buffered stream costs twice as much, and most files are read in one piece.
    """
    data = os.read(descriptor, length)
    if len(data) == length:
        return data
    parts = [data]
    while data and (length := length - len(data)) > 0:
        data = os.read(descriptor, length)
        parts.append(data)
    return b"".join(parts)


class PlainFolder(DiskWorkspace):
    """A folder outside of git: what a walk finds that no .gitignore in it leaves out."""

    def __init__(self, root: str) -> None:
        super().__init__(root)
        from dsguard.policy import IgnoreFiles

        ignore = IgnoreFiles()
        for path in self._walk(ignore):
            self.listing[path] = Entry(self, path, is_tracked=False)

    def _walk(self, ignore: IgnoreFiles) -> Iterator[str]:
        folders = [""]
        while folders:
            folder = folders.pop()
            try:
                with os.scandir(os.fsencode(self.absolute(folder))) as found:
                    children = sorted((entry.name.decode("utf-8", "surrogateescape"), entry) for entry in found)
            except OSError as error:
                self.skipped.append(Skip(folder or ".", error.strerror or "cannot be listed"))
                continue
            prefix = f"{folder}/" if folder else ""
            if any(name == ".gitignore" and child.is_file(follow_symlinks=False) for name, child in children):
                self._take_ignores(prefix, ignore)
            for name, child in children:
                path = prefix + name
                if name == ".git":
                    continue
                if child.is_dir(follow_symlinks=False):
                    if not ignore.ignored(path + "/"):
                        folders.append(path)
                elif child.is_file(follow_symlinks=False) and not ignore.ignored(path):
                    yield path

    def _take_ignores(self, prefix: str, ignore: IgnoreFiles) -> None:
        try:
            text = self.read(Entry(self, prefix + ".gitignore", is_tracked=False), 0, 1 << 20)
        except UnreadableError as error:
            self.skipped.append(Skip(error.path, error.reason))
        else:
            ignore.add(prefix.removesuffix("/"), text.decode("utf-8", "surrogateescape"))


def read_head(path: str, size: int) -> bytes:
    """The first bytes of a file on disk, at most ``size`` of them.

    Raises:
        OSError: it cannot be read, or is a pipe, which would be waited for without end.
    """
    with open(path, "rb", opener=_open_at_once) as stream:
        if stat.S_ISFIFO(os.fstat(stream.fileno()).st_mode):
            raise OSError(errno.EINVAL, "is no regular file", path)
        return stream.read(size)


def _open_at_once(path: str, flags: int) -> int:
    """Opening a pipe waits for its writer unless told otherwise; Windows has no pipes among files."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
