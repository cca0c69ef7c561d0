"""The working tree: what ``git add -A && git commit`` would record, with the bytes on disk."""

from __future__ import annotations

import os
import stat
import time

from dsguard.git import Git, GitError
from dsguard.git.elsewhere import may_filter
from dsguard.model import Skip, UnreadableError
from dsguard.workspace.base import ABSENT, EMPTY_BLOBS, OF_ITS_OWN, SPARSE, SUBMODULE, SYMLINK, Entry
from dsguard.workspace.disk import DiskWorkspace
from dsguard.workspace.state import Stamp, times

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dsguard.git.patch import Change


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
        self._listed_at = time.time_ns()
        self._times: list[int] | None = [] if untracked else None
        """Of each file that was looked at, four numbers that change when it does; ``None`` where not every one was."""
        removed: dict[str, str] = {}
        rows = git.index(untracked=untracked)
        gone = self._measure([path for tag, _, _, path in rows if tag not in "?S"]) if untracked else frozenset()
        for tag, mode, oid, path in rows:
            if tag == "?":
                self.add_untracked(path)
            elif path in gone:
                removed[path] = oid if mode not in (SYMLINK, SUBMODULE) else ""
            elif mode == SUBMODULE:
                self.skipped.append(Skip(path, OF_ITS_OWN[0]))
            elif mode != SYMLINK:
                # Of an unmerged file only the disk has the whole; of one that a sparse checkout leaves out only the index.
                recorded = tag != "M" and oid not in EMPTY_BLOBS
                self.listing[path] = Entry(self, path, mode=SPARSE if tag == "S" else mode, oid=oid if recorded or tag == "S" else "")
            elif self._replaces_link(path, oid):
                self.listing[path] = Entry(self, path)
            if tag in "SM":  # which bytes count is decided when they are read
                self._times = None
        if removed:
            self._take_removed(removed)

    def _measure(self, paths: Iterable[str]) -> set[str]:
        """Note the sizes of the files at these paths: whoever asks what is gone will want them too, and one look tells both.

        Returns:
            paths at which nothing stands.
        """
        gone = set()
        folder, is_real = "/", False
        prefix, sizes, look, is_regular = self._prefix, self.sizes, os.lstat, stat.S_ISREG
        found: list[int] = []
        for path in paths:  # tens of thousands: what is the same for a folder is asked once
            try:
                state = look(prefix + path if path.isascii() else self.absolute(path))
            except (OSError, ValueError):
                gone.add(path)
                continue
            found += times(state)
            if is_regular(state.st_mode):
                end = path.rfind("/") + 1
                if path[:end] != folder:
                    folder = path[:end]
                    is_real = self._is_real(folder[:-1])
                if is_real:
                    sizes[path] = state.st_size
        self.forget_folders()
        self._times = found
        return gone

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
            if self._times is not None:
                self._times += times(state)

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
            if path in self.sizes:
                return self.sizes[path]
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
        if (entry.mode == SPARSE or not self.lists_untracked) and self.state(entry.path) is None:
            return True
        return self.filter_of(entry.path) is not None

    def _ask_filters(self) -> dict[str, str]:
        git = self._git()
        return git.filters(self.listing) if self._may_filter(git) else {}

    def ignored(self, paths: Iterable[str]) -> set[str]:
        paths = tuple(paths)
        ignored = self._git().ignored(paths)
        self.asked.ignored.update((path, path in ignored) for path in paths)
        return ignored

    def on_disk(self, path: str) -> bool:
        self.asked.about(self.absolute(path))
        return super().on_disk(path)

    def stamp(self) -> Stamp | None:
        numbers = self._times
        if not numbers:
            return None
        recorded = [f"{entry.mode} {entry.oid} {path}" for path, entry in self.listing.items()]
        skipped = [f"{skip.path} {skip.reason}" for skip in self.skipped]
        facts = "\0".join((*recorded, "", *skipped, "", *map(hex, numbers)))
        return Stamp(facts.encode("utf-8", "surrogatepass"), max(*numbers[::4], *numbers[1::4]), self._listed_at)

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
        return may_filter(git.directory)

    def _git(self) -> Git:
        if self.git is None:
            raise GitError("not a git repository")
        return self.git


def _is_plain(name: str) -> bool:
    """Whether the name of a filter can be part of a setting on git's command line."""
    return name.replace("-", "").replace("_", "").isalnum()
