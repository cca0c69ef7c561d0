"""Held against what GitLab documents of a Code Quality report: these fields, a unique fingerprint, one of five severities."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dsguard.engine import fingerprint
from dsguard.model import Confidence, Finding, Location, Report, Severity
from dsguard.reporters import render

FIELDS = {"description", "check_name", "fingerprint", "severity", "location"}
SEVERITIES = {"info", "minor", "major", "critical", "blocker"}


def gitlab(report: Report) -> list[dict[str, Any]]:
    text = "".join(render(report, "gitlab"))
    assert text.isascii()
    assert text[0] == "[", "no byte order mark"
    issues: list[dict[str, Any]] = json.loads(text)
    return issues


def finding(location: Location, *, family: str = "paths", severity: Severity = Severity.ERROR) -> Finding:
    return Finding("DSG601", "home-path", family, severity, Confidence.HIGH, location, "message", "help", "s")


def test_fields_are_those_that_are_documented(report: Report) -> None:
    issues = gitlab(report)
    assert len(issues) == len(report.findings)
    for issue in issues:
        assert set(issue) == FIELDS
        assert all(isinstance(issue[field], str) and issue[field] for field in FIELDS - {"location"})
        assert issue["severity"] in SEVERITIES
        assert set(issue["location"]) == {"path", "lines"}
        assert issue["location"]["lines"].keys() == {"begin"}
        assert issue["location"]["lines"]["begin"] >= 1
        assert not issue["location"]["path"].startswith(("/", "./"))


@pytest.mark.parametrize(
    ("location", "description", "line"),
    [
        (Location("a.csv"), "DSG601 home-path: message", 1),
        (Location("a.py", 7, 3, 9, 1), "DSG601 home-path: message", 7),
        (Location("n.ipynb", 41, 9, cell=3, cell_line=2, cell_column=5), "DSG601 home-path: cell 3, line 2, column 5: message", 41),
    ],
)
def test_line_is_the_physical_one(location: Location, description: str, line: int) -> None:
    [issue] = gitlab(Report([finding(location)]))
    assert (issue["description"], issue["location"]["lines"]["begin"]) == (description, line)


@pytest.mark.parametrize(
    ("family", "severity", "expected"),
    [
        ("paths", Severity.WARNING, "minor"),
        ("paths", Severity.ERROR, "major"),
        ("secrets", Severity.WARNING, "minor"),
        ("secrets", Severity.ERROR, "critical"),
    ],
)
def test_severity(family: str, severity: Severity, expected: str) -> None:
    [issue] = gitlab(Report([finding(Location("a.py"), family=family, severity=severity)]))
    assert issue["severity"] == expected


def test_alike_findings_have_fingerprints_of_their_own() -> None:
    alike = [finding(Location("a.py", line)) for line in (1, 2, 3)]
    fingerprint(alike)
    assert len({issue["fingerprint"] for issue in gitlab(Report(alike))}) == 3


def test_nothing_found_is_an_empty_list(clean: Report, unchecked: Report) -> None:
    assert gitlab(clean) == gitlab(unchecked) == []
