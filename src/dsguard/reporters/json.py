"""The report for programs. Stable within a major ``version``; what is absent is ``null``.

The text is pure ASCII, so that it survives any terminal, pipe and log. A file name that is no UTF-8
keeps its bytes: each of them stands as a lone surrogate escape (``\\udc80`` to ``\\udcff``), which is
valid JSON; in Python ``os.fsencode(finding["path"])`` gives the name back. No time is part of it:
the same input gives the same bytes.
"""

from __future__ import annotations

import json

import dsguard
from dsguard.model import Severity
from dsguard.reporters.shared import by_family

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dsguard.model import Finding, Report

VERSION = "1"


def render(report: Report, *, color: bool, verbose: int, quiet: bool) -> Iterator[str]:
    """One JSON document and a newline. It is always complete: verbosity and colour change nothing."""
    del color, verbose, quiet
    yield json.dumps(document(report), indent=2)
    yield "\n"


def document(report: Report) -> dict[str, Any]:
    """The report as plain values, keys in the order in which they are written."""
    return {
        "version": VERSION,
        "tool": {"name": "dsguard", "version": dsguard.__version__},
        "findings": [_finding(finding) for finding in report.findings],
        "summary": {
            "files": report.files,
            "errors": report.count(Severity.ERROR),
            "warnings": report.count(Severity.WARNING),
            "suppressed": report.suppressed,
            "baselined": report.baselined,
            "fixed": report.fixed,
            "by_family": by_family(report),
            "rules_run": report.rules_run,
            "skipped": [{"path": skip.path, "reason": skip.reason} for skip in report.skipped],
            "notes": report.notes,
            "unchecked": report.unchecked or None,
        },
    }


def _finding(finding: Finding) -> dict[str, Any]:
    location = finding.location
    return {
        "code": finding.code,
        "name": finding.name,
        "family": finding.family,
        "severity": finding.severity.label,
        "confidence": finding.confidence.label,
        "path": location.path,
        "line": location.line,
        "column": location.column,
        "end_line": location.end_line,
        "end_column": location.end_column,
        "cell": location.cell,
        "cell_id": location.cell_id,
        "cell_line": location.cell_line,
        "cell_column": location.cell_column,
        "message": finding.message,
        "help": finding.help,
        "subject": finding.subject,
        "fingerprint": finding.fingerprint,
        "fixable": finding.fix is not None,
        "trace": [{"path": step.path, "line": step.line, "message": step.message} for step in finding.trace],
    }
