"""SARIF 2.1.0 (OASIS), for GitHub code scanning, editors and dashboards.

Lines and columns are the physical ones, in Unicode code points; the cell of a notebook is a logical
location. Text is made printable first, because consumers reject lone surrogates; the URI of a file
percent-encodes the bytes of its name and is exact. The same input gives the same bytes: no time, no
absolute path.
"""

from __future__ import annotations

import json
from urllib.parse import quote

import dsguard
from dsguard.model import ENGINE_FAMILY, Confidence, Severity
from dsguard.reporters.shared import cell_address, members, plural, printable, worst_first

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from dsguard.model import Finding, Location, Report, Skip, Step
    from dsguard.rules.base import Rule

    Object = dict[str, Any]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

MAX_RESULTS = 25_000
"""Code scanning refuses a file with more results in a run; it shows the worst 5,000."""

MAX_RELATED = 20
"""Members of a group that are listed; code scanning takes a bounded number of locations."""

NOTIFICATIONS = (
    ("unchecked", "no file was checked", "The run looked at no file: that it found nothing says nothing about the repository."),
    ("skipped", "something was not looked at", "A file was left out because it could not be read as what it is, or is not for dsguard."),
    ("note", "a remark about the run", "Something about the run as a whole that a reader of the results should know."),
)
"""What a run can say besides results: id, short and full description."""

_RANK = {Confidence.HIGH: 90.0, Confidence.MEDIUM: 50.0, Confidence.LOW: 10.0}
_PRECISION = {"default": "high", "strict": "medium"}
_SECURITY_SEVERITY = {Severity.ERROR: "8.0", Severity.WARNING: "5.0"}


def render(report: Report, *, color: bool, verbose: int, quiet: bool) -> Iterator[str]:
    """One SARIF log and a newline. It is complete up to what code scanning takes: verbosity and colour change nothing."""
    del color, verbose, quiet
    yield json.dumps(log(report), indent=2)
    yield "\n"


def log(report: Report) -> Object:
    """The report as plain values."""
    from dsguard.rules import RULES

    findings = _that_fit(report.findings)
    rules = _rules_of(report, (*RULES, *report.plugin_rules))
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "dsguard",
                "semanticVersion": dsguard.__version__,
                "shortDescription": {"text": dsguard.__doc__ or "dsguard"},
                "rules": rules,
                "notifications": [_notification(*facts) for facts in NOTIFICATIONS],
            }
        },
        "invocations": [_invocation(report, len(report.findings) - len(findings))],
        # Its URI is left out: it would name a folder of the machine that ran this, often with a user's name.
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, index[finding.code]) for finding in findings],
        "properties": {
            "files": report.files,
            "suppressed": report.suppressed,
            "baselined": report.baselined,
            "fixed": report.fixed,
        },
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _that_fit(findings: list[Finding]) -> list[Finding]:
    """The findings, or the worst of them in their old order where there are too many."""
    if len(findings) <= MAX_RESULTS:
        return findings
    kept = {id(finding) for finding in worst_first(findings)[:MAX_RESULTS]}
    return [finding for finding in findings if id(finding) in kept]


def _notification(name: str, summary: str, what: str) -> Object:
    return {
        "id": name,
        "shortDescription": {"text": summary},
        "fullDescription": {"text": what},
        "help": {"text": what, "markdown": what},
    }


def _rules_of(report: Report, known: Iterable[Rule]) -> list[Object]:
    """What is known of each rule that ran or found something, sorted by code."""
    wanted = {*report.rules_run, *(finding.code for finding in report.findings)}
    rules = {rule.code: _rule(rule) for rule in known if rule.code in wanted}
    for finding in report.findings:
        # A rule that is not in the table (of somebody who writes one) is known by what it found.
        rules.setdefault(finding.code, _unknown_rule(finding))
    return [rules[code] for code in sorted(rules)]


def _unknown_rule(finding: Finding) -> Object:
    text = f"`dsguard explain {finding.code}` says more where the rule is installed."
    return {
        "id": finding.code,
        "name": finding.name,
        "shortDescription": {"text": finding.name},
        "fullDescription": {"text": f"{finding.name} is a rule that does not come with dsguard."},
        "help": {"text": text.replace("`", ""), "markdown": text},
    }


def _rule(rule: Rule) -> Object:
    why = " ".join((rule.__doc__ or rule.summary).split())
    silence = f"To accept a finding, write `# dsguard: ignore[{rule.code}]` and the reason on its line."
    explain = f"`dsguard explain {rule.code}` shows examples and options."
    tags = [rule.family]
    properties: Object = {
        "precision": _PRECISION[rule.profile],
        "problem.severity": rule.severity.label,
    }
    if rule.family == "secrets":
        tags.append("security")
        properties["security-severity"] = _SECURITY_SEVERITY[rule.severity]
    properties["tags"] = tags
    help_text = [why, rule.help] if rule.family == ENGINE_FAMILY else [why, rule.help, silence, explain]
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": why},
        "help": {"text": "\n".join(help_text).replace("`", ""), "markdown": "\n\n".join(help_text)},
        "defaultConfiguration": {"level": rule.severity.label, "enabled": rule.profile == "default"},
        "properties": properties,
    }


def _result(finding: Finding, rule_index: int) -> Object:
    result: Object = {
        "ruleId": finding.code,
        "ruleIndex": rule_index,
        "level": finding.severity.label,
        "rank": _RANK[finding.confidence],
        "message": _message(f"{finding.message}\n{finding.help}" if finding.help else finding.message),
        "locations": [_location(finding.location)],
        # Not GitHub's own `primaryLocationLineHash`: its upload action computes that one from the
        # file and complains about any other value.
        "partialFingerprints": {"dsguard/v1": finding.fingerprint},
    }
    if not finding.fingerprint:
        del result["partialFingerprints"]
    group = members(finding)
    if group:
        result["relatedLocations"] = [{"id": number, **_step(step)} for number, step in enumerate(group[:MAX_RELATED], start=1)]
    elif finding.trace:
        result["codeFlows"] = [{"threadFlows": [{"locations": [{"location": _step(step)} for step in finding.trace]}]}]
    result["properties"] = {
        "confidence": finding.confidence.label,
        "fixable": finding.fix is not None,
        "subject": printable(finding.subject),
    }
    if len(group) > MAX_RELATED:
        result["properties"]["members"] = len(group)
    return result


def _location(location: Location) -> Object:
    physical = _physical(location.path, location.line)
    region = physical["region"]
    if location.line is not None:
        for key, value in (
            ("startColumn", location.column),
            ("endLine", location.end_line),
            ("endColumn", location.end_column if location.column is not None else None),
        ):
            if value is not None:
                region[key] = value
    place: Object = {"physicalLocation": physical}
    if location.cell is not None:
        logical = {"name": f"cell {location.cell}", "kind": "cell"}
        logical["fullyQualifiedName"] = f"{printable(location.path)}:cell {location.cell}"
        if location.cell_id:
            logical["decoratedName"] = printable(location.cell_id)
        place["logicalLocations"] = [logical]
        place["message"] = _message(cell_address(location))
    return place


def _physical(path: str, line: int | None) -> Object:
    # A finding about a whole file stands at its first line: code scanning shows none without a region.
    return {"artifactLocation": {"uri": uri(path), "uriBaseId": "%SRCROOT%"}, "region": {"startLine": line or 1}}


def _step(step: Step) -> Object:
    place: Object = {"physicalLocation": _physical(step.path, step.line)}
    if step.message:
        place["message"] = _message(step.message)
    return place


def _invocation(report: Report, left_out: int) -> Object:
    notes = list(report.notes)
    if left_out:
        notes.append(f"{plural(left_out, 'finding')} of lesser weight left out: code scanning takes {MAX_RESULTS:,}")
    return {
        "executionSuccessful": not report.crashed,
        "exitCode": report.exit_code,
        "toolExecutionNotifications": [
            *(_said("unchecked", "warning", f"no file was checked: {why}") for why in [report.unchecked] if why),
            *(_skipped(skip) for skip in report.skipped),
            *(_said("note", "note", note) for note in notes),
        ],
    }


def _said(name: str, level: str, text: str) -> Object:
    return {"descriptor": {"id": name}, "level": level, "message": _message(text)}


def _skipped(skip: Skip) -> Object:
    return {
        **_said("skipped", "warning", f"not looked at: {skip.reason}"),
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri(skip.path), "uriBaseId": "%SRCROOT%"}}}],
    }


def _message(text: str) -> Object:
    """A message string: braces are doubled (they mark placeholders) and nothing in it can pass as a link (sections 3.11.5, 3.11.6)."""
    text = "\n".join(printable(line) for line in text.split("\n"))
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "\\](")}


def uri(path: str) -> str:
    """A path as a relative URI reference: the bytes of the name, percent-encoded."""
    try:
        name = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that no file name on this system can hold
        name = path.encode("utf-8", "surrogatepass")
    return quote(name, safe="/")
