"""The index or a commit: bytes that git keeps, no checkout needed."""

from __future__ import annotations

from dsguard.git import Git
from dsguard.git.elsewhere import may_filter
from dsguard.model import Skip
from dsguard.workspace.base import OF_ITS_OWN, SUBMODULE, SYMLINK, Entry, Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dsguard.git.patch import Change


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
        named = any(b"filter" in (self._git.blob(entry.oid, 0, 1 << 20) or b"") for entry in attributes)
        if not named and not may_filter(self._git.directory):
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
