from __future__ import annotations

from dsguard.model import Fix, Step, UnreadableError
from dsguard.options import format_size
from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import ClassVar

    from dsguard.analysis.notebooks.plain import Plain
    from dsguard.documents.file import File
    from dsguard.documents.notebook import Notebook
    from dsguard.model import Finding, Location
    from dsguard.rules.base import Settings


class PerNotebookRule(FileRule):
    """Judges cell by cell, so that a tag of a cell can accept it, and then speaks once per notebook.

    The group of a cell's own finding ends in how many cells there are; its message becomes a step of the trace, its fix a
    part of the whole one. Of a plain notebook, in which no cell has a say, the one finding is made at once.
    """

    group_at = 1
    have: ClassVar[tuple[str, str]]
    """What is wrong with one cell ("has stored outputs"), and with several."""
    lists_cells: ClassVar[int] = 10_000
    """Up to how many cells are listed. Of more the count is all that is told."""

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.notebooks.plain import plain_view

        plain = plain_view(file)
        told = self.at_once(file, plain, settings) if plain is not None else None
        yield from self.by_cell(file, settings) if told is None else told

    def by_cell(self, file: File, settings: Settings) -> Iterator[Finding]:
        """The findings of cells, each with a group, and those that are not about cells."""
        raise NotImplementedError

    def at_once(self, file: File, plain: Plain, settings: Settings) -> Iterable[Finding] | None:
        """What :meth:`by_cell` finds in a plain notebook, already told as one; ``None`` if only a look at the cells can tell."""
        return None

    def whole(
        self,
        file: File,
        settings: Settings,
        plain: Plain,
        at: Location,
        *,
        message: str,
        subject: str,
        advice: str,
        count: int,
        fix: str,
        trace: Iterable[Step] = (),
        size: int = 0,
    ) -> Finding:
        """The one finding that stands for those of the cells.

        Args:
            count: how many they are.
            fix: the title of theirs.
        """

        def parts() -> list[Finding]:
            return [finding for finding in self.by_cell(file, settings) if finding.group is not None]

        whole = self.found(at, message, subject=subject, help=advice, fix=self.late_fix(file, plain, fix, parts), trace=trace, size=size)
        whole.count, whole.parts = count, parts
        return whole

    def late_fix(self, file: File, plain: Plain, title: str, parts: Callable[[], Sequence[Finding]]) -> Fix:
        """The fixes of findings as one, made when they are asked for, if the notebook then is what it was."""
        known = plain.digest

        def late() -> Fix:
            from dsguard.analysis.notebooks.plain import plain_view

            file.release()  # what is on disk now is what would be mended
            again = plain_view(file)
            made = _joined(parts()) if again is not None and again.digest == known else None
            if made is None:
                raise UnreadableError(file.path, "changed since it was checked", fatal=False)
            return made

        return Fix(title, late=late)

    def group_of(self, notebook: Notebook) -> str:
        """The key under which the findings of a notebook are told as one."""
        return f"{notebook.path}: {_code_cells(sum(1 for cell in notebook.cells if cell.type == 'code' or cell.has_outputs))}"

    def merged(self, findings: Sequence[Finding]) -> Finding:
        first = findings[0]
        size = sum(finding.size for finding in findings)
        several = 1 < len(findings) <= self.lists_cells
        steps = [Step(finding.path, finding.location.line, finding.message) for finding in findings] if several else ()
        message = self.together(findings, size)
        return self.found(first.location, message, subject=first.subject, help=first.help, fix=_joined(findings), trace=steps, size=size)

    def together(self, findings: Sequence[Finding], size: int) -> str:
        """What the one finding says. The size is what all of them take, in bytes."""
        return self.said(len(findings), (findings[0].group or "").rpartition(": ")[2], size)

    def said(self, count: int, cells: str, size: int) -> str:
        """That so many cells of some, told in words, are not as they should be."""
        return f"{count} of {cells} {self.have[count > 1]}{f' ({format_size(size)})' if size else ''}"

    def said_of(self, plain: Plain, count: int, size: int = 0) -> str:
        """The same of a plain notebook."""
        cells = sum(1 for cell in plain.cells if cell.get("cell_type") == "code" or cell.get("outputs"))
        return self.said(count, _code_cells(cells), size)


def _code_cells(count: int) -> str:
    return f"{count} code cell{'' if count == 1 else 's'}"


def _joined(findings: Sequence[Finding]) -> Fix | None:
    """All fixes as one: if any is missing there is none, since a finding is mended as a whole."""
    fixes = [finding.fix for finding in findings if finding.fix is not None]
    if not fixes or len(fixes) < len(findings):
        return None
    edits = [edit for fix in fixes for edit in fix.edits]
    return Fix(fixes[0].title, edits, [change for fix in fixes for change in fix.changes])
