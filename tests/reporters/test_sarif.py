"""Held against the specification (SARIF 2.1.0, OASIS): required properties, allowed ones, and what it says in prose."""

from __future__ import annotations

import json
import os
import re
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest

from dsguard.model import Confidence, Finding, Location, Report, Severity, Step
from dsguard.reporters import render
from dsguard.reporters.sarif import MAX_RELATED, MAX_RESULTS

# Object type: (required properties, other properties that the specification allows and that we use), each with its own type.
SPEC: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "sarifLog": ({"version": "2.1.0", "runs": "[run]"}, {"$schema": "uri"}),
    "run": (
        {"tool": "tool"},
        {
            "invocations": "[invocation]",
            "originalUriBaseIds": "{artifactLocation}",
            "columnKind": "columnKind",
            "results": "[result]",
            "properties": "propertyBag",
        },
    ),
    "tool": ({"driver": "toolComponent"}, {}),
    "toolComponent": (
        {"name": "string"},
        {
            "semanticVersion": "string",
            "shortDescription": "multiformat",
            "rules": "[reportingDescriptor]",
            "notifications": "[reportingDescriptor]",
        },
    ),
    "reportingDescriptor": (
        {"id": "string"},
        {
            "name": "string",
            "shortDescription": "multiformat",
            "fullDescription": "multiformat",
            "help": "multiformat",
            "defaultConfiguration": "reportingConfiguration",
            "properties": "propertyBag",
        },
    ),
    "reportingConfiguration": ({}, {"enabled": "boolean", "level": "level"}),
    "multiformat": ({"text": "string"}, {"markdown": "string"}),
    "invocation": ({"executionSuccessful": "boolean"}, {"exitCode": "integer", "toolExecutionNotifications": "[notification]"}),
    "notification": ({"message": "message"}, {"descriptor": "descriptorReference", "level": "level", "locations": "[location]"}),
    "descriptorReference": ({"id": "string"}, {}),
    "result": (
        {"message": "message"},
        {
            "ruleId": "string",
            "ruleIndex": "integer",
            "level": "level",
            "rank": "number",
            "locations": "[location]",
            "partialFingerprints": "{string}",
            "codeFlows": "[codeFlow]",
            "relatedLocations": "[location]",
            "properties": "propertyBag",
        },
    ),
    "message": ({"text": "messageString"}, {}),
    "location": (
        {},
        {"id": "integer", "physicalLocation": "physicalLocation", "logicalLocations": "[logicalLocation]", "message": "message"},
    ),
    "physicalLocation": ({"artifactLocation": "artifactLocation"}, {"region": "region"}),
    "artifactLocation": ({}, {"uri": "uri", "uriBaseId": "string", "description": "message"}),
    "region": ({"startLine": "position"}, {"startColumn": "position", "endLine": "position", "endColumn": "position"}),
    "logicalLocation": ({}, {"name": "string", "kind": "string", "fullyQualifiedName": "string", "decoratedName": "string"}),
    "codeFlow": ({"threadFlows": "[threadFlow]"}, {}),
    "threadFlow": ({"locations": "[threadFlowLocation]"}, {}),
    "threadFlowLocation": ({}, {"location": "location"}),
}
# RFC 3986: a URI reference has only these characters, and a percent sign begins an escape.
URI = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
VALUES = {"level": ("none", "note", "warning", "error"), "columnKind": ("utf16CodeUnits", "unicodeCodePoints"), "2.1.0": ("2.1.0",)}


def problems(value: Any, kind: str, at: str = "$") -> list[str]:
    """Where a document is not what the specification asks for."""
    if kind.startswith("["):
        if not isinstance(value, list):
            return [f"{at}: no list"]
        return [problem for number, item in enumerate(value) for problem in problems(item, kind[1:-1], f"{at}[{number}]")]
    if kind.startswith("{"):
        return [problem for key, item in value.items() for problem in problems(item, kind[1:-1], f"{at}.{key}")]
    if kind in SPEC:
        required, optional = SPEC[kind]
        found = [f"{at}: {key} is missing" for key in required if key not in value]
        for key, item in value.items():
            known = required.get(key) or optional.get(key)
            found += problems(item, known, f"{at}.{key}") if known else [f"{at}: {key} is not known in a {kind}"]
        return found
    right = {
        "string": lambda: isinstance(value, str) and value != "",
        "uri": lambda: isinstance(value, str) and URI.fullmatch(value) is not None,
        "boolean": lambda: isinstance(value, bool),
        "integer": lambda: type(value) is int and value >= 0,
        "position": lambda: type(value) is int and value >= 1,
        "number": lambda: isinstance(value, float) and 0 <= value <= 100,
        "propertyBag": lambda: isinstance(value, dict) and len(set(value.get("tags", []))) == len(value.get("tags", [])),
        # Section 3.11.5: a lone brace would mark a placeholder.
        "messageString": lambda: isinstance(value, str) and value != "" and not set("{}") & set(re.sub(r"\{\{|\}\}", "", value)),
    }
    correct = value in VALUES[kind] if kind in VALUES else right[kind]()
    return [] if correct else [f"{at}: {value!r} is no {kind}"]


def sarif(report: Report) -> dict[str, Any]:
    text = "".join(render(report, "sarif"))
    assert text.isascii()
    document: dict[str, Any] = json.loads(text)
    return document


def results(report: Report) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sarif(report)["runs"][0]["results"]
    return found


def finding(
    location: Location,
    message: str = "message",
    *,
    family: str = "paths",
    trace: tuple[Step, ...] = (),
    confidence: Confidence = Confidence.HIGH,
) -> Finding:
    return Finding("DSG601", "home-path", family, Severity.ERROR, confidence, location, message, "", "s", trace=trace)


def test_follows_the_specification(report: Report, clean: Report) -> None:
    assert problems(sarif(report), "sarifLog") == []
    assert problems(sarif(clean), "sarifLog") == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), "2.0.0"),
        (("runs", 0, "results", 0, "level"), "bad"),
        (("runs", 0, "results", 0, "message"), {}),
        (("runs", 0, "results", 0, "message", "text"), "a {0} b"),
        (("runs", 0, "results", 0, "extra"), 1),
        (("runs", 0, "results", 0, "locations", 0, "physicalLocation", "artifactLocation", "uri"), "a b"),
        (("runs", 0, "results", 0, "locations", 0, "physicalLocation", "region", "startLine"), 0),
    ],
)
def test_the_check_itself_can_fail(report: Report, path: tuple[str | int, ...], value: object) -> None:
    document = sarif(report)
    at: Any = document
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    assert problems(document, "sarifLog") != []


def test_rules_are_those_that_ran_or_found_something(report: Report, clean: Report) -> None:
    rules = sarif(report)["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["DSG101", "DSG102", "DSG201", "DSG301", "DSG501", "DSG601", "DSG602"]
    for result in results(report):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert [rule["id"] for rule in sarif(clean)["runs"][0]["tool"]["driver"]["rules"]] == ["DSG101", "DSG301", "DSG601"]
    by_id = {rule["id"]: rule for rule in rules}
    assert by_id["DSG301"]["defaultConfiguration"] == {"level": "warning", "enabled": False}
    assert by_id["DSG301"]["properties"]["security-severity"] == "5.0"
    assert "security-severity" not in by_id["DSG601"]["properties"]
    assert "dsguard: ignore[DSG601]" in by_id["DSG601"]["help"]["text"]


def test_every_real_rule_is_described() -> None:
    from dsguard.rules import RULES

    document = sarif(Report(rules_run=[rule.code for rule in RULES]))
    rules = document["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted(rule.code for rule in RULES)
    assert problems(document, "sarifLog") == []
    for rule in rules:  # the limits of GitHub code scanning
        assert len(rule["shortDescription"]["text"]) <= 1024
        assert len(rule["fullDescription"]["text"]) <= 1024
        assert len(rule["properties"]["tags"]) <= 10


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("src/train.py", "src/train.py"),
        ("a b#c?d%e.py", "a%20b%23c%3Fd%25e.py"),
        ("c:d/e.py", "c%3Ad/e.py"),
        ("été.csv", "%C3%A9t%C3%A9.csv"),
        ("a\n\x1b.csv", "a%0A%1B.csv"),
        ("\udcff.csv", "%FF.csv"),
        ("\ud800.csv", "%ED%A0%80.csv"),
    ],
)
def test_uri(path: str, uri: str) -> None:
    [result] = results(Report([finding(Location(path))]))
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_uri_gives_the_bytes_of_the_name(report: Report) -> None:
    for one, result in zip(report.findings, results(report), strict=True):
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert unquote_to_bytes(uri) == os.fsencode(one.path)


@pytest.mark.parametrize(
    ("location", "region"),
    [
        (Location("a.py"), {"startLine": 1}),
        (Location("a.py", 3), {"startLine": 3}),
        (Location("a.py", 3, 5), {"startLine": 3, "startColumn": 5}),
        (Location("a.py", 3, 5, 4, 9), {"startLine": 3, "startColumn": 5, "endLine": 4, "endColumn": 9}),
        (Location("a.py", 3, None, 4, 9), {"startLine": 3, "endLine": 4}),
        (Location("n.ipynb", 41, 9, cell=3, cell_line=2, cell_column=5), {"startLine": 41, "startColumn": 9}),
    ],
)
def test_region(location: Location, region: dict[str, int]) -> None:
    [result] = results(Report([finding(location)]))
    assert result["locations"][0]["physicalLocation"]["region"] == region


def test_cell_is_a_logical_location() -> None:
    location = Location("my nb.ipynb", 41, 9, cell=3, cell_id="a1b2", cell_line=2, cell_column=5)
    [result] = results(Report([finding(location)]))
    [place] = result["locations"]
    assert place["logicalLocations"] == [
        {"name": "cell 3", "kind": "cell", "fullyQualifiedName": "my nb.ipynb:cell 3", "decoratedName": "a1b2"}
    ]
    assert place["message"] == {"text": "cell 3, line 2, column 5"}


def test_calls_are_a_code_flow_and_members_are_related() -> None:
    calls = (Step("train.py", 12, "main calls load"), Step("src/data.py", 3, "load calls sample"))
    many = tuple(Step(f"data/{number}.csv") for number in range(50))
    flow, group = results(
        Report([finding(Location("train.py", 12), family="seeds", trace=calls), finding(Location("data/0.csv"), trace=many)])
    )
    assert "relatedLocations" not in flow
    [thread] = flow["codeFlows"][0]["threadFlows"]
    assert [step["location"]["message"]["text"] for step in thread["locations"]] == ["main calls load", "load calls sample"]
    assert [step["location"]["physicalLocation"]["region"]["startLine"] for step in thread["locations"]] == [12, 3]
    assert "codeFlows" not in group
    assert [place["id"] for place in group["relatedLocations"]] == list(range(1, MAX_RELATED + 1))
    assert group["properties"]["members"] == 50


def test_confidence_is_the_rank() -> None:
    found = results(Report([finding(Location("a.py"), confidence=confidence) for confidence in Confidence]))
    ranks = [result["rank"] for result in found]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == 3
    assert [result["properties"]["confidence"] for result in found] == ["low", "medium", "high"]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("a {0} b", "a {{0}} b"),
        ("data[a](1).csv", "data[a\\](1).csv"),
        ("x[0] is \udcff\x1b", "x[0] is \\xff\\x1b"),
        ("one\ntwo", "one\ntwo"),
    ],
)
def test_message_text_is_literal(message: str, expected: str) -> None:
    [result] = results(Report([finding(Location("a.py"), message)]))
    assert result["message"]["text"] == expected


@pytest.mark.parametrize(
    ("report", "code", "successful"),
    [
        (Report(), 0, True),
        (Report([finding(Location("a.py"))]), 1, True),
        (Report([finding(Location("a.py"))], fail_on=None), 0, True),
        (Report(crashed=True), 3, False),
    ],
)
def test_invocation(report: Report, code: int, successful: bool) -> None:  # noqa: FBT001
    [invocation] = sarif(report)["runs"][0]["invocations"]
    assert invocation == {"executionSuccessful": successful, "exitCode": code, "toolExecutionNotifications": []}


def test_skipped_and_notes_are_notifications(report: Report) -> None:
    run = sarif(report)["runs"][0]
    notifications = run["invocations"][0]["toolExecutionNotifications"]
    known = [descriptor["id"] for descriptor in run["tool"]["driver"]["notifications"]]
    assert [one["descriptor"]["id"] for one in notifications] == ["skipped", "skipped", "note"]
    assert {one["descriptor"]["id"] for one in notifications} <= set(known)
    assert notifications[1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "old%0A.py"


def test_no_file_checked_is_a_notification(unchecked: Report) -> None:
    [notification] = sarif(unchecked)["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert notification["descriptor"] == {"id": "unchecked"}
    assert notification["level"] == "warning"
    assert notification["message"]["text"] == "no file was checked: nothing is staged, deletions aside"


def test_the_worst_are_kept_where_there_are_too_many_for_code_scanning() -> None:
    import gzip

    report = Report([finding(Location(f"src/part_{number % 999:03}.py", number + 1)) for number in range(MAX_RESULTS + 5)])
    for number in (0, 7, MAX_RESULTS):
        report.findings[number].severity = Severity.WARNING
    for number in (1, 8):
        report.findings[number].confidence = Confidence.LOW
    text = "".join(render(report, "sarif"))
    run = json.loads(text)["runs"][0]
    lines = [result["locations"][0]["physicalLocation"]["region"]["startLine"] for result in run["results"]]
    assert len(lines) == MAX_RESULTS
    assert lines == sorted(set(range(1, MAX_RESULTS + 6)) - {1, 2, 8, 9, MAX_RESULTS + 1})
    [notification] = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"].startswith("5 findings of lesser weight left out")
    assert len(gzip.compress(text.encode())) < 10_000_000


def test_nothing_of_this_machine_is_in_it(report: Report) -> None:
    document = sarif(report)
    assert "uri" not in document["runs"][0]["originalUriBaseIds"]["%SRCROOT%"]
    assert os.getcwd() not in json.dumps(document)
