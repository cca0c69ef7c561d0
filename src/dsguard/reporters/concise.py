"""One line per finding, for ``grep``, editors and people who know the rules."""

from __future__ import annotations

from dsguard.reporters.shared import place, printable, remarks, summary_line, where_paths_start

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.model import Report


def render(report: Report, *, color: bool, verbose: int, quiet: bool) -> Iterator[str]:
    """``path:line:column: CODE name: message`` per finding and one last line with the counts."""
    del color  # lines that are cut and matched by other programs stay plain
    for finding in report.findings:
        yield f"{place(finding.location)}: {finding.code} {finding.name}: {printable(finding.message)}\n"
    if quiet:
        return
    yield from where_paths_start(report)
    yield from remarks(report, verbose=verbose > 0)
    yield f"{summary_line(report)}\n"
