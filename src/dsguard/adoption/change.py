"""A file as it would be: what ``dsguard init`` shows first and writes once somebody said yes."""

from __future__ import annotations

from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File


class Change:
    """New content for one file.

    Args:
        path: relative to the repository.
        before: its bytes now; ``None`` if there is no such file.
        after: its bytes as proposed.
    """

    __slots__ = ("after", "before", "path")

    def __init__(self, path: str, before: bytes | None, after: bytes) -> None:
        self.path = path
        self.before = before
        self.after = after

    def diff(self) -> Iterator[str]:
        """Unified, without line ends."""
        import difflib

        old, new = ((data or b"").decode("utf-8", "backslashreplace").splitlines() for data in (self.before, self.after))
        return difflib.unified_diff(old, new, "/dev/null" if self.before is None else f"a/{self.path}", f"b/{self.path}", lineterm="")


def appended(file: File | None, path: str, block: str) -> Change:
    """A block of lines at the end of a file, behind an empty line, in the file's kind of line ends; all that was there stays.

    Args:
        file: the file now, if there is one.
        block: text whose lines end with ``\\n``.

    Raises:
        UnreadableError: the file cannot be read, or is no UTF-8 (an addition would make it a mix of encodings).
    """
    if file is None:
        return Change(path, None, block.encode())
    before = file.data
    end = line_end(before)
    gap = b"" if not before.strip() else end if before.endswith(b"\n") else end + end
    return Change(path, before, before + gap + block.encode().replace(b"\n", end))


def inserted(file: File, line: int, block: str) -> Change:
    """A block of lines in front of a line (from 0) of a file, in the file's kind of line ends.

    Raises:
        UnreadableError: as for :func:`appended`.
    """
    before = file.data
    end = line_end(before)
    lines = before.splitlines(keepends=True)
    if 0 < line <= len(lines) and not lines[line - 1].endswith((b"\n", b"\r")):
        lines[line - 1] += end
    return Change(file.path, before, b"".join([*lines[:line], block.encode().replace(b"\n", end), *lines[line:]]))


def line_end(data: bytes) -> bytes:
    """The kind of line end that a file of UTF-8 has.

    Raises:
        UnreadableError: it is something else, and an addition in UTF-8 would spoil it.
    """
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableError("", "is not UTF-8: nothing is added to it", fatal=False) from None
    return b"\r\n" if b"\r\n" in data else b"\n"
