"""GitLab's Code Quality report: findings beside the changes of a merge request.

A list of objects with the fields that GitLab documents and no others: description, check_name, fingerprint, severity and
location (path from the root of the repository, lines.begin). GitLab keeps one finding per fingerprint and compares those of two
branches, which is why it holds no line number. The text is pure ASCII and has no byte order mark, which GitLab would refuse.
"""

from __future__ import annotations

import json

from dsguard.model import Severity
from dsguard.reporters.shared import cell_address, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dsguard.model import Finding, Report


def render(report: Report, *, color: bool, verbose: int, quiet: bool) -> Iterator[str]:
    """One JSON list and a newline. It is always complete: verbosity and colour change nothing."""
    del color, verbose, quiet
    yield json.dumps([_finding(finding) for finding in report.findings], indent=2)
    yield "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    address = cell_address(finding.location)
    message = printable(finding.message)
    return {
        "description": f"{finding.code} {finding.name}: {address}: {message}" if address else f"{finding.code} {finding.name}: {message}",
        "check_name": finding.name,
        "fingerprint": finding.fingerprint,
        "severity": _severity(finding),
        # The physical line, also in a notebook. GitLab takes no finding without one: a file as a whole is told at its first.
        "location": {"path": printable(finding.path), "lines": {"begin": finding.location.line or 1}},
    }


def _severity(finding: Finding) -> str:
    """One of GitLab's info, minor, major, critical and blocker. A credential is more than an error: it must be revoked."""
    if finding.severity is Severity.WARNING:
        return "minor"
    return "critical" if finding.family == "secrets" else "major"
