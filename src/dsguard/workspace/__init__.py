"""What is under review: the working tree, the index, a commit, what a range changed, or a plain folder.

Whatever the source, a workspace is a listing of :class:`Entry` objects with paths relative to its root. ``listing`` is
everything (rules about a project need it), ``selected`` what this run is to judge, ``skipped`` what cannot be looked at.
"""

from __future__ import annotations

from dsguard.workspace.base import Entry, Workspace
from dsguard.workspace.disk import DiskWorkspace, PlainFolder, read_head
from dsguard.workspace.memory import MemoryWorkspace
from dsguard.workspace.opening import open_workspace

__all__ = ["DiskWorkspace", "Entry", "MemoryWorkspace", "PlainFolder", "Workspace", "open_workspace", "read_head"]
