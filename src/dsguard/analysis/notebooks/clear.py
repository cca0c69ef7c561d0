"""What clears a notebook, for the help of a finding."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.notebook import Notebook


def how_to_clear(notebook: Notebook) -> str:
    """The command, in backticks. What a git filter strips is stripped again: on disk there is nothing to mend."""
    from shlex import quote

    command = "git add --renormalize" if notebook.file.lfs_filtered else "dsguard check --fix"
    path = notebook.path if notebook.path.isprintable() else notebook.path.encode("ascii", "backslashreplace").decode()
    return f"`{command} {quote(path)}`"


def is_filtered_on_add(notebook: Notebook) -> bool:
    """Whether a git filter is yet to see it: what is on disk is not what ``git add`` would record."""
    return not notebook.file.is_tracked and notebook.file.lfs_filtered
