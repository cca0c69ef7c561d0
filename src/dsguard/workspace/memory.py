"""A repository made of literals, for examples of rules and for tests."""

from __future__ import annotations

from dsguard.model import UnreadableError
from dsguard.workspace.base import Entry, Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


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
