"""The summary of a job on GitHub, in Markdown: what each rule found, then the findings by file, the worst first."""

from __future__ import annotations

from dsguard.model import Severity
from dsguard.reporters.shared import place, printable, summary_line, worst_first

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.model import Finding, Report

MAX_BYTES = 1024 * 1024
"""What GitHub takes as the summary of one step; a larger one is not shown at all."""

MAX_ROWS = 500
"""Findings that are listed: nobody reads more of them in a browser."""

_RESERVE = 4096
"""Bytes kept for what comes after the rows."""

_MARKUP = frozenset("\\`*_[]<>&|~#@:$")


def markdown(report: Report, limit: int = MAX_BYTES) -> str:
    """The whole summary, at most ``limit`` bytes of UTF-8."""
    lines = [f"## dsguard\n\n{_plain(summary_line(report))}\n"]
    if report.unchecked:
        lines.append(f"\n**No file was checked**: {_plain(report.unchecked)}\n")
    lines += [f"\n{_plain(note)}\n" for note in report.notes]
    if report.findings:
        lines += ["\n| rule | findings | files | |\n| --- | ---: | ---: | --- |\n", *_by_rule(report)]
        lines += ["\n| where | rule | what |\n| --- | --- | --- |\n"]
    text = "".join(lines)
    room = limit - len(text.encode()) - _RESERVE
    rows: list[str] = []
    for finding in _by_file(report):
        row = _row(finding)
        room -= len(row.encode())
        if room < 0 or len(rows) == MAX_ROWS:
            break
        rows.append(row)
    if len(rows) < len(report.findings):
        rows.append(f"\n{len(report.findings) - len(rows):,} more are in the log.\n")
    if report.skipped:
        rows.append(f"\nNot looked at: {len(report.skipped):,}. `dsguard check -v` says which and why.\n")
    text += "".join(rows)
    return text if len(text.encode()) <= limit else ""


def _by_rule(report: Report) -> Iterator[str]:
    rules: dict[tuple[str, str, Severity], list[Finding]] = {}
    for finding in report.findings:
        rules.setdefault((finding.code, finding.name, finding.severity), []).append(finding)
    for (code, name, severity), findings in sorted(rules.items(), key=lambda item: (-item[0][2], -len(item[1]), item[0])):
        files = len({finding.path for finding in findings})
        yield f"| {_plain(code)} {_plain(name)} | {len(findings):,} | {files:,} | {severity.label} |\n"


def _by_file(report: Report) -> list[Finding]:
    """Files with the worst findings first, the findings of each together."""
    worst: dict[str, int] = {}
    for number, finding in enumerate(worst_first(report.findings)):
        worst.setdefault(finding.path, number)
    return sorted(report.findings, key=lambda finding: worst[finding.path])


def _row(finding: Finding) -> str:
    return f"| {_plain(place(finding.location))} | {_plain(finding.code)} {_plain(finding.name)} | {_plain(finding.message)} |\n"


def _plain(text: str) -> str:
    """Text that Markdown shows as it is: as a character reference no character means anything to it."""
    return "".join([f"&#{ord(char)};" if char in _MARKUP else char for char in printable(text)])
