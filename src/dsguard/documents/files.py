"""All files of a workspace by path: what lets a view of one file look at its neighbours."""

from __future__ import annotations

from dsguard.documents.file import File

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping
    from typing import Any, TypeVar

    from dsguard.workspace import Entry, Workspace

    T = TypeVar("T")


class Files:
    """A read-only mapping from path to :class:`File`; each File is made once, when it is first asked for.

    Args:
        entries: the listing of a workspace.
        labels: the labels of a path (see :mod:`dsguard.policy`), asked once per path.
        workspace: what knows more than the listing: which files this run judges, and what lies on disk besides.
    """

    def __init__(self, entries: Mapping[str, Entry], labels: Callable[[str], frozenset[str]], workspace: Workspace | None = None) -> None:
        self._entries = entries
        self._labels = labels
        self._workspace = workspace
        self._files: dict[str, File] = {}
        self._folders: frozenset[str] | None = None
        self._made: dict[str, Any] = {}
        self._held: dict[Hashable, Any] = {}
        self._names: dict[str, list[str]] = {}

    def __getitem__(self, path: str) -> File:
        file = self._files.get(path)
        if file is None:
            file = self._files[path] = File(self._entries[path], self._labels(path), self)
        return file

    def opened(self, path: str, labels: frozenset[str], known: Mapping[str, Any]) -> File:
        """The File at a path whose labels are known already, and perhaps some of its views (``size``, ``data``)."""
        file = self._files.get(path)
        if file is None:
            file = self._files[path] = File(self._entries[path], labels, self)
        file.know(known)
        return file

    @property
    def has_filters(self) -> bool:
        """Whether .gitattributes sends any file through a filter such as git-lfs."""
        return self._workspace is None or self._workspace.has_filters

    def get(self, path: str) -> File | None:
        return self[path] if path in self._entries else None

    def size_of(self, path: str) -> int:
        """The size of a file in bytes; for one that nobody else looks at that takes no view of it.

        Raises:
            UnreadableError: the file is gone.
        """
        file = self._files.get(path)
        return file.size if file is not None else self._entries[path].size

    def __contains__(self, path: object) -> bool:
        return path in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def folders(self) -> frozenset[str]:
        """Every folder that holds a file, directly or not; ``""`` is the root."""
        if self._folders is None:
            found = {""}
            for path in self._entries:
                folder = path.rpartition("/")[0]
                while folder not in found:
                    found.add(folder)
                    folder = folder.rpartition("/")[0]
            self._folders = frozenset(found)
        return self._folders

    @property
    def selected(self) -> frozenset[str]:
        """The paths that this run is to judge: in a hook those of the commit, by hand mostly all."""
        if self._workspace is None:
            return frozenset(self._entries)
        selected = self._workspace.selected
        return self.once("selected", lambda _: frozenset(entry.path for entry in selected))

    def left_out(self, path: str) -> bool:
        """Whether a file lies on disk that git ignores, so that a commit would not have it."""
        workspace = self._workspace
        if path in self._entries or workspace is None or not workspace.on_disk(path):
            return False
        return self.once(f"left-out:{path}", lambda _: path in workspace.ignored([path]))

    def below(self, folder: str) -> list[str]:
        """The paths of all files in a folder and the folders in it, sorted; ``""`` is the root."""
        from bisect import bisect_left

        paths = self.once("sorted", lambda _: sorted(self._entries))
        if not folder:
            return paths
        return paths[bisect_left(paths, f"{folder}/") : bisect_left(paths, f"{folder}0")]  # "0" comes right behind "/"

    def roles_at(self, path: str) -> frozenset[str]:
        """What a path would be for, whether there is such a file or not."""
        return self._labels(path)

    def once(self, key: str, make: Callable[[Files], T]) -> T:
        """What is made of all files once, by a name of its own."""
        if key not in self._made:
            self._made[key] = make(self)
        return self._made[key]  # type: ignore[no-any-return]

    def held(self, key: Hashable, make: Callable[[], T]) -> T:
        """What views of several files share: made once, and forgotten with the views (closed, if it can be)."""
        if key not in self._held:
            self._held[key] = make()
        return self._held[key]  # type: ignore[no-any-return]

    def release(self) -> None:
        """Forget the views of all files: memory stays flat over a large repository."""
        for made in self._held.values():
            if hasattr(made, "close"):
                made.close()
        self._held.clear()
        for file in self._files.values():
            file.release()

    def names_in(self, folder: str) -> list[str]:
        """The names of the files that a folder holds itself, sorted; ``""`` is the root."""
        names = self._names.get(folder)
        if names is None:
            start = len(folder) + 1 if folder else 0
            names = self._names[folder] = [path[start:] for path in self.below(folder) if path.find("/", start) < 0]
        return names
