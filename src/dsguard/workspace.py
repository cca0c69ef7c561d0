"""What is under review: the working tree, the index, a commit, what a range changed, or a plain folder.

Whatever the source, a workspace is a listing of :class:`Entry` objects with paths relative to its root. ``listing`` is
everything (rules about a project need it), ``selected`` what this run is to judge, ``skipped`` what cannot be looked at.
"""

from __future__ import annotations

import errno
import os
import stat

from dsguard.git import Git, GitError, encode_path, is_missing
from dsguard.model import Skip, UnreadableError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from dsguard.git import Change
    from dsguard.policy import IgnoreFiles

SYMLINK = 0o120000
SUBMODULE = 0o160000
OF_ITS_OWN = ("is a submodule", "is another git repository")
"""Why a folder that is a repository of its own is not looked at: as git records it, and as git does not know it."""
SPARSE = -1
"""In place of a mode: git tracks the file and a sparse checkout leaves it out of the working tree."""

ABSENT = -2
"""In place of a mode: git tracks the file, it is not on disk, and this clone does not hold its bytes either."""

EMPTY_BLOBS = ("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813")
"""What ``git add --intent-to-add`` puts into the index: nothing, by SHA-1 and by SHA-256."""

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


class Entry:
    """A file under review and how to get at its bytes."""

    __slots__ = ("_workspace", "is_tracked", "mode", "oid", "path")

    def __init__(self, workspace: Workspace, path: str, *, mode: int = 0, oid: str = "", is_tracked: bool = True) -> None:
        self._workspace = workspace
        self.path = path
        self.mode = mode
        self.oid = oid
        self.is_tracked = is_tracked

    @property
    def size(self) -> int:
        """Bytes.

        Raises:
            UnreadableError: the file is gone.
        """
        return self._workspace.size_of(self)

    @property
    def is_filtered(self) -> bool:
        """Whether git stores something else than the bytes on disk for it: a filter of .gitattributes such as ``lfs``."""
        return self._workspace.filter_of(self.path) is not None

    @property
    def filter(self) -> str | None:
        """The name of that filter, if any."""
        return self._workspace.filter_of(self.path)

    def ignored(self, paths: Iterable[str]) -> set[str]:
        """Which paths of the workspace git would ignore, whether there are such files or not."""
        return self._workspace.ignored(paths)

    @property
    def is_absent(self) -> bool:
        """Whether git tracks it and neither the disk nor this clone has its bytes."""
        return self._workspace.is_absent(self)

    def read(self, offset: int, length: int | None) -> bytes:
        """Bytes from an offset; all that follow if ``length`` is ``None``.

        Raises:
            UnreadableError: the file is gone, is no regular file, or may not be read.
        """
        return self._workspace.read(self, offset, length)


class Workspace:
    """The listing, and the reads that the kinds of workspace do differently.

    Args:
        root: absolute path of the folder that all paths are relative to.
    """

    def __init__(self, root: str, git: Git | None = None) -> None:
        self.root = root
        self.git = git
        self.listing: dict[str, Entry] = {}
        self.selected: list[Entry] = []
        self.skipped: list[Skip] = []
        self.scope: tuple[str, ...] = ("",)
        """Folders (ending with ``/``, or ``""`` for the root) whose projects are under review as a whole."""
        self.notes: list[str] = []
        """What a reader of the report should know about what was looked at."""
        self.why_empty = "there are no files"
        """What to say if nothing is selected."""
        self.reads = 0
        """How many times bytes were asked of disk or git; a test holds it down."""
        self._filters: dict[str, str] | None = None
        self._ignores: IgnoreFiles | None = None

    def size_of(self, entry: Entry) -> int:
        raise NotImplementedError

    def read(self, entry: Entry, offset: int, length: int | None) -> bytes:
        raise NotImplementedError

    def filter_of(self, path: str) -> str | None:
        """The git filter that a path goes through when it is added, if any."""
        if self._filters is None:
            self._filters = self._ask_filters()
        return self._filters.get(path)

    @property
    def has_filters(self) -> bool:
        """Whether any path goes through such a filter."""
        if self._filters is None:
            self._filters = self._ask_filters()
        return bool(self._filters)

    def ignored(self, paths: Iterable[str]) -> set[str]:
        """Which paths git would ignore, whether there are such files or not. By the .gitignore files of the listing."""
        ignore = self._ignores
        if ignore is None:
            from dsguard.policy import IgnoreFiles

            ignore = self._ignores = IgnoreFiles()
            for path, entry in self.listing.items():
                if path == ".gitignore" or path.endswith("/.gitignore"):
                    try:
                        text = self.read(entry, 0, 1 << 20).decode("utf-8", "surrogateescape")
                    except UnreadableError:
                        continue
                    ignore.add(path.rpartition("/")[0], text)
        return {path for path in paths if _ignores(ignore, path)}

    def on_disk(self, path: str) -> bool:
        """Whether a file stands at a path, listed or not. Of the index or a commit only what is listed counts."""
        return path in self.listing

    def is_absent(self, entry: Entry) -> bool:
        """Whether git tracks a file whose bytes nobody here has (a partial clone): only its name can be judged.

        A file that was merely deleted is not absent: what would be recorded is its deletion.
        """
        return entry.mode == ABSENT

    def changes_since(self, revision: str) -> dict[str, Change]:
        """What became of each file since this workspace left a revision, by the path that it has now.

        Raises:
            UsageError: there is no git, or no such revision.
        """
        try:
            if self.git is None:
                raise GitError("not a git repository: --since needs one")
            return self._changes(self.git, revision)
        except GitError as error:
            raise UsageError([f"git: {error.message}"]) from None

    def _changes(self, git: Git, revision: str) -> dict[str, Change]:
        raise NotImplementedError

    def _ask_filters(self) -> dict[str, str]:
        return {}

    def close(self) -> None:
        """End the processes that serve reads."""
        if self.git is not None:
            self.git.close()

    def select(self, keep: Callable[[str], bool]) -> None:
        self.selected = [self.listing[path] for path in sorted(self.listing) if keep(path)]

    def _missing(self, entry: Entry, reason: str) -> UnreadableError:
        return UnreadableError(entry.path, reason, fatal=False)


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
        if not hasattr(os, "O_NOFOLLOW") or not self._is_real(entry.path.rpartition("/")[0]):
            self._stat(entry)
        try:
            descriptor = os.open(self.absolute(entry.path), os.O_RDONLY | _NO_FOLLOW)
            try:
                state = os.fstat(descriptor)
                if not stat.S_ISREG(state.st_mode):
                    raise self._missing(entry, "is no regular file")
                if offset:
                    os.lseek(descriptor, offset, os.SEEK_SET)
                return _read(descriptor, state.st_size + 1 if length is None else min(length, state.st_size), to_end=length is None)
            finally:
                os.close(descriptor)
        except OSError as error:
            self._stat(entry)  # says it if it is gone, or a link, or a socket
            raise self._missing(entry, error.strerror or "cannot be read") from None

    def absolute(self, path: str) -> str:
        return self._prefix + (path if path.isascii() else os.fsdecode(encode_path(path)))

    def state(self, path: str) -> os.stat_result | None:
        """What stands at a path on disk, or ``None``; a path that leads through a symbolic link counts as nothing."""
        folder = path[: max(0, path.rfind("/"))]
        if not (self._real_folders.get(folder) or self._is_real(folder)):
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

    def _is_real(self, folder: str) -> bool:
        """Whether no part of a folder's path is a symbolic link: one could lead out of the tree."""
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


def _read(descriptor: int, length: int, *, to_end: bool) -> bytes:
    """So many bytes, or as many as there are: the system may hand them out in pieces.

    Straight from the descriptor: a buffered stream costs twice as much, and most files are read in one piece.
    """
    parts = []
    while length > 0 and (data := os.read(descriptor, length)):
        parts.append(data)
        length = max(length - len(data), 1) if to_end else length - len(data)
    return parts[0] if len(parts) == 1 else b"".join(parts)


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


class WorkingTree(DiskWorkspace):
    """What ``git add -A && git commit`` would record.

    Where a filter stands between disk and git (git-lfs, an nbstripout filter) the bytes on disk are not what is
    recorded; such a file is judged by what the index holds.

    Args:
        untracked: whether files count that git neither tracks nor ignores.
    """

    def __init__(self, git: Git, *, untracked: bool) -> None:
        super().__init__(git.folder, git)
        self.lists_untracked = untracked
        self._index_sizes: dict[str, int] | None = None
        removed: dict[str, str] = {}
        for tag, mode, oid, path in git.index(untracked=untracked):
            if tag == "?":
                self.add_untracked(path)
            elif tag == "R":
                self.listing.pop(path, None)
                removed[path] = oid if mode not in (SYMLINK, SUBMODULE) else ""
            elif mode == SUBMODULE:
                self.skipped.append(Skip(path, OF_ITS_OWN[0]))
            elif mode != SYMLINK:
                # Of an unmerged file only the disk has the whole; of one that a sparse checkout leaves out only the index.
                recorded = tag != "M" and oid not in EMPTY_BLOBS
                self.listing[path] = Entry(self, path, mode=SPARSE if tag == "S" else mode, oid=oid if recorded or tag == "S" else "")
            elif self._replaces_link(path, oid):
                self.listing[path] = Entry(self, path)
        if removed:
            self._take_removed(removed)

    def _take_removed(self, removed: dict[str, str]) -> None:
        """Tell what was deleted, which is what would be recorded, from what no one here has the bytes of (a partial clone)."""
        held = self._git().sizes(oid for oid in removed.values() if oid)
        for path, oid in removed.items():
            if oid in held or not oid:
                self.skipped.append(Skip(path, "is tracked by git but missing on disk: a commit would record that it is gone"))
            else:
                self.listing[path] = Entry(self, path, mode=ABSENT, oid=oid)

    def add_untracked(self, path: str) -> None:
        """Take in a file that git does not track, if that is what stands there."""
        if path.endswith("/"):
            self.skipped.append(Skip(path, OF_ITS_OWN[1]))
            return
        state = self.state(path)
        if state is not None and stat.S_ISREG(state.st_mode):
            self.listing[path] = Entry(self, path, is_tracked=False)

    def _replaces_link(self, path: str, oid: str) -> bool:
        """Whether a file stands where the index has a symbolic link, and not its text (where links are not supported)."""
        state = self.state(path)
        if state is None or not stat.S_ISREG(state.st_mode):
            return False
        import hashlib

        try:
            text = super().read(Entry(self, path), 0, 1 << 16)
        except UnreadableError:
            return True  # to be said when a rule asks for it
        blob = b"blob %d\0%s" % (len(text), text)
        return oid not in (hashlib.sha1(blob).hexdigest(), hashlib.sha256(blob).hexdigest())

    def size_of(self, entry: Entry) -> int:
        path = entry.path
        if not entry.oid or self.filter_of(path) is None:
            state = self.state(path)
            if state is not None and stat.S_ISREG(state.st_mode):
                return state.st_size
        if not self._in_index(entry):
            return super().size_of(entry)
        if self._index_sizes is None:  # one question for all of them
            self._index_sizes = self._git().sizes(other.oid for other in self.listing.values() if self._in_index(other))
        known = self._index_sizes.get(entry.oid)
        if known is None:
            raise self._missing(entry, "is missing from git (a partial clone, or a damaged one)")
        return known

    def read(self, entry: Entry, offset: int, length: int | None) -> bytes:
        if self._in_index(entry):
            self.reads += 1
            data = self._git().blob(entry.oid, offset, length)
            if data is None:
                raise self._missing(entry, "is missing from git (a partial clone, or a damaged one)")
            return data
        return super().read(entry, offset, length)

    def _in_index(self, entry: Entry) -> bool:
        """Whether the index, not the disk, has what would be recorded."""
        if not entry.oid or entry.mode == ABSENT:
            return False
        # What a sparse checkout leaves out, and in a hook also what was deleted and not staged, the commit will have.
        stays_without_disk = entry.mode == SPARSE or not self.lists_untracked
        return (stays_without_disk and self.state(entry.path) is None) or self.filter_of(entry.path) is not None

    def _ask_filters(self) -> dict[str, str]:
        git = self._git()
        return git.filters(self.listing) if self._may_filter(git) else {}

    def ignored(self, paths: Iterable[str]) -> set[str]:
        return self._git().ignored(paths)

    def _changes(self, git: Git, revision: str) -> dict[str, Change]:
        base = git.left_at(revision)
        self.filter_of("")
        filtered = self._filters or {}
        if not filtered:
            return git.changes(base)
        # As everywhere else: of a file that goes through a filter the index has what would be recorded.
        recorded = git.changes(base, cached=True)
        on_disk = git.changes(base, filters=sorted(set(filtered.values()))) if all(map(_is_plain, filtered.values())) else recorded
        return {path: change for path, change in on_disk.items() if path not in filtered} | {
            path: change for path, change in recorded.items() if path in filtered
        }

    def _may_filter(self, git: Git) -> bool:
        """Whether it is worth asking git: a commit in a repository without filters should not pay for the question."""
        root = Entry(self, ".gitattributes", is_tracked=False)  # counts for git even if it is ignored
        places = [entry for path, entry in self.listing.items() if path.endswith("/.gitattributes")]
        for entry in (root, *places):
            try:
                if b"filter" in super().read(entry, 0, 1 << 20):
                    return True
            except UnreadableError:
                if entry.is_tracked or entry.path in self.listing:  # git takes what the index has in place of it
                    return True
        return git.may_filter()

    def _git(self) -> Git:
        if self.git is None:
            raise GitError("not a git repository")
        return self.git


class Blobs(Workspace):
    """Files as git holds them: the index, or a commit."""

    def __init__(self, git: Git, commit: str | None = None) -> None:
        super().__init__(git.folder, git)
        self._git = git
        self._commit = commit
        self._sizes: dict[str, int] = {}
        self._unsized: list[Callable[[], Iterable[Entry]]] = []
        """Whose sizes to ask next when one is not known, from the end: at most two questions for a whole run."""
        if commit is None:
            self._unsized = [self.listing.values, lambda: self.selected]
            self._list_index(git)
        else:
            for mode, oid, size, path in git.tree(commit):
                if size is not None:
                    self._sizes[oid] = size
                self._add(path, mode, oid)

    def _changes(self, git: Git, revision: str) -> dict[str, Change]:
        if self._commit is None:
            return git.changes(git.left_at(revision), cached=True)
        return git.changes(git.left_at(revision, self._commit), git.resolve(self._commit))

    def _ask_filters(self) -> dict[str, str]:
        attributes = (entry for path, entry in self.listing.items() if path == ".gitattributes" or path.endswith("/.gitattributes"))
        if not any(b"filter" in (self._git.blob(entry.oid, 0, 1 << 20) or b"") for entry in attributes) and not self._git.may_filter():
            return {}
        if self._commit is None:
            return self._git.filters(self.listing, cached=True)
        return self._git.filters_at(self._commit, self.listing)

    def _list_index(self, git: Git) -> None:
        unmerged: set[str] = set()
        for tag, mode, oid, path in git.index(untracked=False):
            if tag == "M":
                unmerged.add(path)
            else:
                self._add(path, mode, oid)
        self.skipped += [Skip(path, "has an unresolved merge conflict: nothing is staged for it") for path in sorted(unmerged)]

    def _add(self, path: str, mode: int, oid: str) -> None:
        if mode == SUBMODULE:
            self.skipped.append(Skip(path, OF_ITS_OWN[0]))
        elif mode != SYMLINK:
            self.listing[path] = Entry(self, path, mode=mode, oid=oid)

    def size_of(self, entry: Entry) -> int:
        while entry.oid not in self._sizes and self._unsized:
            entries = self._unsized.pop()()
            self._sizes |= self._git.sizes(dict.fromkeys(one.oid for one in entries))
        size = self._sizes.get(entry.oid)
        if size is None:
            raise self._missing(entry, "is missing from git (a partial clone, or a damaged one)")
        return size

    def read(self, entry: Entry, offset: int, length: int | None) -> bytes:
        self.reads += 1
        data = self._git.blob(entry.oid, offset, length)
        if data is None:
            raise self._missing(entry, "is missing from git (a partial clone, or a damaged one)")
        return data


class MemoryWorkspace(Workspace):
    """A repository made of literals, everything in it tracked but what its .gitignore files leave out: that is only on disk.

    Args:
        files: path to content; text becomes UTF-8.
        filtered: paths that go through a git filter such as git-lfs.
    """

    def __init__(self, files: Mapping[str, str | bytes], filtered: Iterable[str] = ()) -> None:
        super().__init__("/memory")
        self._contents = {path: content.encode() if isinstance(content, str) else content for path, content in files.items()}
        self._given_filters = dict.fromkeys(filtered, "lfs")
        self.listing = {path: Entry(self, path, mode=0o100644) for path in sorted(self._contents)}
        for path in self.ignored(self._contents) if any(path.endswith(".gitignore") for path in self._contents) else ():
            del self.listing[path]
        self.selected = list(self.listing.values())

    def on_disk(self, path: str) -> bool:
        return path in self._contents

    def size_of(self, entry: Entry) -> int:
        return len(self._contents[entry.path])

    def read(self, entry: Entry, offset: int, length: int | None) -> bytes:
        self.reads += 1
        if entry.path not in self._contents:
            raise UnreadableError(entry.path, "is gone", fatal=False)
        return self._contents[entry.path][offset : None if length is None else offset + length]

    def _ask_filters(self) -> dict[str, str]:
        """By the .gitattributes among the literals, read as far as examples need: ``PATTERN filter=NAME``."""
        found = dict(self._given_filters)
        for place, content in self._contents.items():
            if place.rpartition("/")[2] != ".gitattributes":
                continue
            for line in content.decode("utf-8", "replace").splitlines():
                pattern, *attributes = line.split() or ("",)
                names = [attribute[7:] for attribute in attributes if attribute.startswith("filter=")]
                if names and not pattern.startswith("#"):
                    from dsguard.policy import IgnoreFiles

                    rows = IgnoreFiles()
                    rows.add(place.rpartition("/")[0], pattern)
                    found |= dict.fromkeys(filter(rows.ignored, self.listing), names[0])
        return found


def _is_plain(name: str) -> bool:
    """Whether the name of a filter can be part of a setting on git's command line."""
    return name.replace("-", "").replace("_", "").isalnum()


def _ignores(ignore: IgnoreFiles, path: str) -> bool:
    """Whether a path or a folder that it lies in is ignored: git does not look into such a folder."""
    at = path.find("/")
    while 0 <= at < len(path) - 1:
        if ignore.ignored(path[: at + 1]):
            return True
        at = path.find("/", at + 1)
    return ignore.ignored(path)


# A file of a known name, beside any workspace


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


# Opening one


def open_workspace(
    folder: str,
    *,
    paths: Iterable[str] | None = None,
    staged: bool = False,
    from_ref: str | None = None,
    to_ref: str | None = None,
    revision: str | None = None,
    untracked: bool = True,
    whole_projects: bool = False,
) -> Workspace:
    """The workspace that a command line names.

    Args:
        folder: the working directory; without ``paths`` the run covers what is at and below it.
        paths: files and folders, relative to ``folder``. Empty: nothing is selected, but everything is listed.
        staged: judge what the index has that HEAD has not, with the index's bytes.
        from_ref: with ``to_ref``: judge what changed between them, with the bytes of ``to_ref``.
        to_ref: see ``from_ref``.
        revision: judge a commit's whole tree.
        untracked: whether the working tree includes files that git does not track.
        whole_projects: whether rules about projects look at all of them, whatever paths are given (a hook).

    Raises:
        UsageError: a path or a revision does not exist, or git is needed and not there.
    """
    try:
        git = Git.discover(folder)
        if git is None:
            missing = is_missing(folder)
            if staged or from_ref or revision:
                what = "git is not installed: --staged, --from-ref and --rev need it"
                raise UsageError([what if missing else "not a git repository: --staged, --from-ref and --rev need one"])
            workspace: Workspace = PlainFolder(os.path.realpath(folder))
            if missing:
                workspace.notes.append("git is not installed: what it tracks, or stores elsewhere, is not known here")
            workspace.select(lambda _: True)
        else:
            workspace = _open_git(git, staged=staged, from_ref=from_ref, to_ref=to_ref, revision=revision, untracked=untracked)
    except GitError as error:
        raise UsageError([f"git: {error.message}"]) from None
    paths = None if paths is None else list(paths)
    was_empty = not workspace.selected
    _narrow(workspace, folder, paths)
    if not workspace.selected and not was_empty:
        workspace.why_empty = _why_left_out(workspace, paths)
    if whole_projects:
        workspace.scope = ("",)
    return workspace


def _why_left_out(workspace: Workspace, paths: list[str] | None) -> str:
    """Why nothing is left of what was selected once it was narrowed to paths."""
    if paths is None:
        return "none of the files under review is at or below the working directory"
    if not paths:
        return "no file was given"
    reasons = {skip.reason for skip in workspace.skipped}
    if len(reasons) == 1:
        return f"what was given {reasons.pop()}"
    return "none of the paths given is, or holds, a file under review"


def _open_git(git: Git, *, staged: bool, from_ref: str | None, to_ref: str | None, revision: str | None, untracked: bool) -> Workspace:
    if staged:
        workspace: Workspace = Blobs(git)
        workspace.why_empty = "nothing is staged, deletions aside"
        changed = git.staged()
        if changed is None:
            workspace.select(lambda _: True)
        else:
            _select(workspace, changed)
    elif from_ref and to_ref:
        changed = git.changed(from_ref, to_ref)
        workspace = Blobs(git, to_ref)
        workspace.why_empty = f"nothing changed from {from_ref} to {to_ref}, deletions aside"
        _select(workspace, changed)
    elif revision:
        workspace = Blobs(git, git.resolve(revision))
        workspace.why_empty = f"{revision} has no files"
        workspace.select(lambda _: True)
    else:
        workspace = WorkingTree(git, untracked=untracked)
        workspace.select(lambda _: True)
    return workspace


def _select(workspace: Workspace, changed: set[str]) -> None:
    workspace.select(changed.__contains__)
    workspace.skipped = [skip for skip in workspace.skipped if skip.path in changed]


def _narrow(workspace: Workspace, folder: str, paths: Iterable[str] | None) -> None:
    """Keep what the given paths name; without any, what is at and below the working directory."""
    base = os.path.realpath(folder)
    if paths is None:
        start = _relative(workspace.root, base)
        if start:
            _keep(workspace, set(), (start + "/",))
        return
    files: set[str] = set()
    folders: list[str] = []
    problems = []
    known_folders: set[str] | None = None
    real: dict[str, str] = {}
    at_root = base == workspace.root
    for given in paths:
        if at_root and given in workspace.listing:  # as git and pre-commit write it: nothing to resolve
            files.add(given)
            continue
        above, name = os.path.split(os.path.normpath(os.path.join(base, given)))
        # Only the folder is resolved: the last part may be a symbolic link that git tracks as such.
        if above not in real:
            real[above] = os.path.realpath(above)
        place = os.path.join(real[above], name)
        path = _relative(workspace.root, place)
        if path is None:
            problems.append(f"{given}: is outside of {workspace.root}")
        elif path in workspace.listing:
            files.add(path)
        elif path == "" or path in (known_folders := known_folders or _folders_of(workspace.listing)):
            folders.append(f"{path}/" if path else "")
        elif not os.path.lexists(place):
            problems.append(f"{given}: no such file or folder")
        else:
            files.add(path)
            _take_unlisted(workspace, path, place)
    if problems:
        raise UsageError(problems)
    _keep(workspace, files, tuple(folders))


def _folders_of(paths: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def _take_unlisted(workspace: Workspace, path: str, place: str) -> None:
    """What becomes of a given path that is on disk and not in the listing: a hook takes a file, else it is said why not."""
    if isinstance(workspace, WorkingTree) and not workspace.lists_untracked:
        workspace.add_untracked(path)
    if path in workspace.listing:
        workspace.selected.append(workspace.listing[path])
    elif not any(skip.path == path for skip in workspace.skipped):
        workspace.skipped.append(Skip(path, _why_not_listed(workspace, path, place)))


def _keep(workspace: Workspace, files: set[str], folders: tuple[str, ...]) -> None:
    workspace.scope = folders
    kept = (entry for entry in workspace.selected if entry.path in files or entry.path.startswith(folders))
    workspace.selected = sorted(kept, key=lambda entry: entry.path)
    workspace.skipped = [skip for skip in workspace.skipped if skip.path in files or skip.path.startswith(folders)]


def _why_not_listed(workspace: Workspace, path: str, place: str) -> str:
    if os.path.islink(place):
        return "is a symbolic link: git records only where it points"
    for skip in workspace.skipped:
        if skip.reason in OF_ITS_OWN and f"{path}/".startswith(f"{skip.path.rstrip('/')}/"):
            return "is in another git repository (a submodule, or a clone): run dsguard there"
    if not isinstance(workspace, DiskWorkspace):
        return "is not in the index or the commit that was asked for"
    if os.path.isdir(place):
        return "is a folder with nothing in it that git would record"
    state = workspace.state(path)
    if state is None or not stat.S_ISREG(state.st_mode):
        return "is no regular file"
    return "is ignored by git, so it would not be committed"


def _relative(root: str, place: str) -> str | None:
    """``place`` relative to ``root`` with ``/``, ``""`` for the root itself, ``None`` outside."""
    if os.path.normcase(place) == os.path.normcase(root):
        return ""
    prefix = os.path.normcase(root.rstrip(os.sep) + os.sep)
    if not os.path.normcase(place).startswith(prefix):
        return None
    return os.fsencode(place[len(prefix) :]).decode("utf-8", "surrogateescape").replace(os.sep, "/")
