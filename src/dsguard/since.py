"""Which findings are on what changed since a revision: a ratchet that needs no file.

A finding with a place counts if a line of it changed: its own, one of its trace, or, in a notebook, any of its cell. One about
a file as a whole counts if the file changed. One about a project counts if its manifest, a lockfile or another file that
says what the project needs was changed, added or removed. One about randomness counts, too, if a line is gone that seeded.
"""

from __future__ import annotations

import re

from dsguard.model import UnreadableError
from dsguard.rules.base import ProjectRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from dsguard.documents.file import File
    from dsguard.git.patch import Change
    from dsguard.model import Finding
    from dsguard.rules.base import Rule

_OF_PROJECTS = re.compile(
    r"pyproject\.toml|(?:uv|poetry|pdm|pixi|Pipfile)\.lock|conda-lock\.ya?ml|pylock(?:\..+)?\.toml|requirements[^/]*\.(?:txt|in)"
    r"|environment[^/]*\.ya?ml|setup\.(?:py|cfg)|Pipfile|pixi\.toml|\.python-version|\.gitignore"
)
_SEEDS = re.compile(rb"seed|random_?state|default_rng|determinis", re.IGNORECASE)


class Since:
    """The findings that count.

    Args:
        changes: by path, what changed; paths that are gone among them.
        rules: those of the run, by code.
    """

    def __init__(self, changes: Mapping[str, Change], rules: Mapping[str, Rule]) -> None:
        self._changes = changes
        self._rules = rules
        self._project_folders: frozenset[str] | None = None

    def counts(self, finding: Finding, file: File | None) -> bool:
        """Whether a finding is on what changed.

        Args:
            file: the one that it is in, if there is one.
        """
        if file is not None and not file.is_tracked:
            return True
        place = finding.location
        if self._touched(place.path, place.line, place.end_line):
            return True
        if any(step.line and self._touched(step.path, step.line, None) for step in finding.trace):
            return True
        if isinstance(self._rules.get(finding.code), ProjectRule):
            return self._is_of_changed_project(finding)
        if place.cell is not None and file is not None:
            return self._cell_touched(file, place.cell)
        if finding.family == "notebooks":
            return self._changed(place.path)
        if finding.family == "seeds":
            paths = {place.path, *(step.path for step in finding.trace)}
            return any(_SEEDS.search(change.removed) for path in paths if (change := self._changes.get(path)) is not None)
        return False

    def _changed(self, path: str) -> bool:
        change = self._changes.get(path)
        return change is not None and change.is_changed

    def _touched(self, path: str, first: int | None, last: int | None) -> bool:
        change = self._changes.get(path)
        if change is None or not change.is_changed:
            return False
        return first is None or change.touches(first, max(first, last or first))

    def _cell_touched(self, file: File, number: int) -> bool:
        """Whether any line of a cell changed: a new output under old code, new code above an old output."""
        change = self._changes.get(file.path)
        if change is None:
            return False
        try:
            notebook = file.notebook
            cell = notebook.cells[number - 1]
        except (UnreadableError, IndexError):
            return change.is_changed
        first, last = (notebook.at_offset(offset).line for offset in (cell.start, cell.end))
        return change.touches(first or 1, last or first or 1)

    def _is_of_changed_project(self, finding: Finding) -> bool:
        if any(self._changed(path) for path in (finding.path, *(step.path for step in finding.trace))):
            return True
        if self._project_folders is None:
            known = (path.rpartition("/") for path, change in self._changes.items() if change.is_changed)
            self._project_folders = frozenset(folder for folder, _, name in known if _OF_PROJECTS.fullmatch(name))
        return finding.path.rpartition("/")[0] in self._project_folders
