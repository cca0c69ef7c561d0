"""What a patch says became of each file. Read only where somebody asks what is new (``--since``)."""

from __future__ import annotations

from dsguard.git.names import decode_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re


class Change:
    """What became of a file: which of its lines are new, and what was taken out."""

    __slots__ = ("edited", "gone", "lines", "removed", "whole")

    def __init__(self) -> None:
        self.whole = False
        """Whether all of its lines count as new: it is new itself, binary, or larger than git compares line by line."""
        self.edited = False
        """Whether lines came or went."""
        self.gone = False
        """Whether the file was deleted."""
        self.lines: list[tuple[int, int]] = []
        """The first and the last line of each stretch of new lines, from 1, in order."""
        self.removed = b""
        """The lines that are gone, changed ones included; of a deleted file not."""

    @property
    def is_changed(self) -> bool:
        """Whether the content is another one: not if the file was only renamed."""
        return self.whole or self.gone or self.edited

    def touches(self, first: int, last: int) -> bool:
        """Whether any of these lines is new."""
        return self.whole or any(start <= last and first <= stop for start, stop in self.lines)


def parse_patch(said: bytes) -> dict[str, Change]:
    """A patch without context (``git diff -U0``, prefixes ``a/`` and ``b/``, odd names quoted), by the path that a file has now."""
    found: dict[str, Change] = {}
    change = Change()
    removed: list[bytes] = []
    left = 0
    """Lines of the hunk that are still to come: what they look like does not matter."""
    for line in said.split(b"\n"):
        if left:
            if line.startswith(b"-"):
                removed.append(line[1:])
            left -= not line.startswith(b"\\")  # "\ No newline at end of file" is none of them
        elif line.startswith(b"diff --git "):
            change.removed = b"\n".join(removed)
            removed, change = [], Change()
            path = _same_name(line[11:])
            if path is not None:
                found[path] = change = found.get(path, change)  # of a file that became a link, or the other way, there are two
        elif line.startswith(b"@@ -"):
            (_, old), (start, new) = (_stretch(part) for part in line.split(b" ")[1:3])
            left = old + new
            change.edited = True
            if new:
                change.lines.append((start, start + new - 1))
        elif line.startswith(b"rename to "):
            found[_name(line[10:])] = change
        elif line.startswith((b"new file mode ", b"Binary files ")):
            change.whole = True
        elif line.startswith(b"deleted file mode "):
            change.gone = True
        elif line.startswith(b"* Unmerged path "):
            found.setdefault(_name(line[16:]), Change()).whole = True
    change.removed = b"\n".join(removed)
    return found


def _stretch(part: bytes) -> tuple[int, int]:
    """``-12,3`` or ``+12``: the first line and how many."""
    start, comma, count = part[1:].partition(b",")
    return int(start), int(count) if comma else 1


def _same_name(names: bytes) -> str | None:
    """From ``a/x b/x`` the one name of both; ``None`` if they differ (a rename, which says its names on lines of their own)."""
    middle = len(names) // 2
    if names[middle : middle + 1] != b" ":
        return None
    one, other = _name(names[:middle]), _name(names[middle + 1 :])
    return other[2:] if one[2:] == other[2:] else None


def _name(shown: bytes) -> str:
    """A name as git shows it: in quotes with C's escapes if there is anything odd in it."""
    if not shown.startswith(b'"'):
        return decode_path(shown)
    import re

    escapes = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v", b'"': b'"', b"\\": b"\\"}

    def meant(escape: re.Match[bytes]) -> bytes:
        return bytes([int(escape[1], 8)]) if escape[1].isdigit() else escapes.get(escape[1], escape[0])

    return decode_path(re.sub(rb"\\([0-3][0-7]{2}|.)", meant, shown[1:-1]))
