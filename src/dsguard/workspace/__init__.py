"""What is under review: the working tree, the index, a commit, what a range changed, or a plain folder.

Whatever the source, a workspace is a listing of :class:`Entry` objects with paths relative to its root. ``listing`` is
everything (rules about a project need it), ``selected`` what this run is to judge, ``skipped`` what cannot be looked at.
"""

from __future__ import annotations

from dsguard.workspace.base import Entry, Workspace
from dsguard.workspace.disk import DiskWorkspace, PlainFolder, read_head
from dsguard.workspace.state import Asked, Stamp, times_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.workspace.memory import MemoryWorkspace
    from dsguard.workspace.opening import open_workspace

__all__ = [
    "Asked",
    "DiskWorkspace",
    "Entry",
    "MemoryWorkspace",
    "PlainFolder",
    "Stamp",
    "Workspace",
    "open_workspace",
    "read_head",
    "times_of",
]


def __getattr__(name: str) -> object:
    """What few commands need, loaded when it is asked for: `dsguard strip` runs for each file that git adds, and asks git nothing."""
    if name == "MemoryWorkspace":
        from dsguard.workspace.memory import MemoryWorkspace

        return MemoryWorkspace
    if name == "open_workspace":
        from dsguard.workspace.opening import open_workspace

        return open_workspace
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
