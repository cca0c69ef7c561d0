"""Annotations on a pull request: workflow commands on stdout, read by GitHub's runner."""

from __future__ import annotations

from dsguard.model import Severity
from dsguard.reporters.shared import cell_address, plural, printable, remarks, summary_line, worst_first

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.model import Finding, Report

MAX_ANNOTATIONS = 10
"""How many errors, and how many warnings, GitHub shows for one step; the rest is in the log only."""


def render(report: Report, *, color: bool, verbose: int, quiet: bool) -> Iterator[str]:
    """One command per finding, the worst first because GitHub shows the first few only; then the counts."""
    del color  # the runner colours by itself
    for finding in worst_first(report.findings):
        yield f"{_command(finding)}\n"
    if report.unchecked:
        yield f"::notice title=dsguard::{_data(f'no file was checked: {report.unchecked}')}\n"
    if quiet:
        return
    yield from (_harmless(line) for line in remarks(report, verbose=verbose > 0, unchecked=False))
    unseen = [
        plural(report.count(severity) - MAX_ANNOTATIONS, severity.label)
        for severity in (Severity.ERROR, Severity.WARNING)
        if report.count(severity) > MAX_ANNOTATIONS
    ]
    limit = f"; GitHub annotates {MAX_ANNOTATIONS} errors and {MAX_ANNOTATIONS} warnings per step: {' and '.join(unseen)} only in this log"
    yield f"{summary_line(report)}{limit if unseen else ''}\n"


def _command(finding: Finding) -> str:
    location = finding.location
    # Lines and columns are the physical ones, also in a notebook: the annotation sits on the JSON text.
    places = [("file", location.path), ("line", location.line)]
    if location.line is not None:
        end_line = location.end_line or location.line
        if end_line == location.line:  # the runner refuses a column where several lines are marked
            places.append(("col", location.column))
        places.append(("endLine", end_line))
    places.append(("title", f"{finding.code} {finding.name}"))
    properties = ",".join(f"{key}={_property(str(value))}" for key, value in places if value is not None)
    return f"::{finding.severity.label} {properties}::{_data(_message(finding))}"


def _message(finding: Finding) -> str:
    address = cell_address(finding.location)
    message = f"{address}: {finding.message}" if address else finding.message
    return f"{message}\n{finding.help}" if finding.help else message


def _harmless(line: str) -> str:
    """A line in which the runner finds no command of its old form (``##[name]``), which it looks for anywhere in a line."""
    return line.replace("##[", "## [")


def _data(text: str) -> str:
    return _safe(text.replace("%", "%25"))


def _property(text: str) -> str:
    return _safe(text.replace("%", "%25").replace(":", "%3A").replace(",", "%2C"))


def _safe(text: str) -> str:
    return printable(text.replace("\r", "%0D").replace("\n", "%0A"))
