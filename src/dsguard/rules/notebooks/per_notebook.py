from __future__ import annotations

from dsguard.model import Fix, Step, format_size
from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import ClassVar

    from dsguard.documents.notebook import Notebook
    from dsguard.model import Finding


class PerNotebookRule(FileRule):
    """Judges cell by cell, so that a tag of a cell can accept it, and then speaks once per notebook.

    The group of a cell's own finding ends in how many cells there are; its message becomes a step of the trace, its fix a
    part of the whole one.
    """

    group_at = 1
    have: ClassVar[tuple[str, str]]
    """What is wrong with one cell ("has stored outputs"), and with several."""
    lists_cells: ClassVar[int] = 10_000
    """Up to how many cells are listed. Of more the count is all that is told."""

    def group_of(self, notebook: Notebook) -> str:
        """The key under which the findings of a notebook are told as one."""
        cells = sum(1 for cell in notebook.cells if cell.type == "code" or cell.has_outputs)
        return f"{notebook.path}: {cells} code cell{'' if cells == 1 else 's'}"

    def merged(self, findings: Sequence[Finding]) -> Finding:
        first = findings[0]
        size = sum(finding.size for finding in findings)
        several = 1 < len(findings) <= self.lists_cells
        steps = [Step(finding.path, finding.location.line, finding.message) for finding in findings] if several else ()
        message = self.together(findings, size)
        return self.found(first.location, message, subject=first.subject, help=first.help, fix=_joined(findings), trace=steps, size=size)

    def together(self, findings: Sequence[Finding], size: int) -> str:
        """What the one finding says. The size is what all of them take, in bytes."""
        cells = (findings[0].group or "").rpartition(": ")[2]
        return f"{len(findings)} of {cells} {self.have[len(findings) > 1]}{f' ({format_size(size)})' if size else ''}"


def _joined(findings: Sequence[Finding]) -> Fix | None:
    """All fixes as one: if any is missing there is none, since a finding is mended as a whole."""
    fixes = [finding.fix for finding in findings if finding.fix is not None]
    if len(fixes) < len(findings):
        return None
    edits = [edit for fix in fixes for edit in fix.edits]
    return Fix(fixes[0].title, edits, [change for fix in fixes for change in fix.changes])
