"""An entry of a listing, and what all kinds of workspace have in common."""

from __future__ import annotations

from dsguard.model import Skip, UnreadableError, UsageError
from dsguard.workspace.state import Asked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dsguard.git import Git
    from dsguard.git.patch import Change
    from dsguard.policy import IgnoreFiles
    from dsguard.workspace.state import Stamp

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
        self.sizes: dict[str, int] = {}
        """Bytes on disk of files that the listing had to look at anyway; what is not here is asked file by file."""
        self.reads = 0
        """How many times bytes were asked of disk or git; a test holds it down."""
        self.asked = Asked()
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

    def stamp(self) -> Stamp | None:
        """What tells this state of all files from another one; ``None`` if nothing sure does."""
        return None

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
        from dsguard.git import GitError

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

    def part(self) -> None:
        """In a fork: let go of the processes that serve the reads of the process that it is a copy of."""
        if self.git is not None:
            self.git.part()

    def close(self) -> None:
        """End the processes that serve reads."""
        if self.git is not None:
            self.git.close()

    def select(self, keep: Callable[[str], bool]) -> None:
        self.selected = [self.listing[path] for path in sorted(self.listing) if keep(path)]

    def _missing(self, entry: Entry, reason: str) -> UnreadableError:
        return UnreadableError(entry.path, reason, fatal=False)


def _ignores(ignore: IgnoreFiles, path: str) -> bool:
    """Whether a path or a folder that it lies in is ignored: git does not look into such a folder."""
    at = path.find("/")
    while 0 <= at < len(path) - 1:
        if ignore.ignored(path[: at + 1]):
            return True
        at = path.find("/", at + 1)
    return ignore.ignored(path)
