"""What clears a notebook, for the help of a finding."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.file import File


def how_to_clear(file: File) -> str:
    """The command for a notebook, in backticks. What a git filter strips is stripped again: on disk there is nothing to mend."""
    from shlex import quote

    command = "git add --renormalize" if file.lfs_filtered else "dsguard check --fix"
    path = file.path if file.path.isprintable() else file.path.encode("ascii", "backslashreplace").decode()
    return f"`{command} {quote(path)}`"


def is_filtered_on_add(file: File) -> bool:
    """Whether a git filter is yet to see a notebook: what is on disk is not what ``git add`` would record."""
    return not file.is_tracked and file.lfs_filtered
