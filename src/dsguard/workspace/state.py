"""What tells one state of files from another, without reading them: for a report that stands until one of them changes."""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

Times = tuple[int, ...]
"""Of a file: when it changed, when that was noted (nanoseconds since the epoch), its number on the disk, its size in bytes."""

_NO_TIMES = (0, 0, 0, -1)


class Stamp:
    """A state of all files of a workspace.

    Args:
        facts: differ whenever a file, or what git knows of one, is another.
        newest: when a file last changed, in nanoseconds since the epoch.
        taken: when the files were listed, likewise.
    """

    __slots__ = ("facts", "newest", "taken")

    def __init__(self, facts: bytes, newest: int, taken: int) -> None:
        self.facts = facts
        self.newest = newest
        self.taken = taken


class Asked:
    """What a run asked about places that no listing tells of: its report hangs on the answers too."""

    __slots__ = ("ignored", "places")

    def __init__(self, places: Mapping[str, Times] | None = None, ignored: Mapping[str, bool] | None = None) -> None:
        self.places = dict(places or {})
        """Files that it read, or looked for, by their absolute paths."""
        self.ignored = dict(ignored or {})
        """Whether git would ignore a path of the workspace."""

    def about(self, place: str) -> None:
        """Note the state of a file that is about to be read, or looked for."""
        if place not in self.places:
            self.places[place] = times_of(place)

    def add(self, other: Asked) -> None:
        """Take in what was asked elsewhere; of a file that both asked about the first look counts."""
        for place, times in other.places.items():
            self.places.setdefault(place, times)
        self.ignored |= other.ignored


def times_of(place: str) -> Times:
    """Numbers that change when the file at an absolute path does; of a symbolic link its own, and those of what it leads to."""
    try:
        states = [os.lstat(place)]
        if stat.S_ISLNK(states[0].st_mode):
            states.append(os.stat(place))
    except (OSError, ValueError):
        return _NO_TIMES
    return tuple(number for state in states for number in times(state))


def times(state: os.stat_result) -> Times:
    """Those numbers, of what the system says of a file."""
    return state.st_mtime_ns, state.st_ctime_ns, state.st_ino, state.st_size
