"""JUnit's XML, for the test reports of Jenkins, GitLab, Azure DevOps and most other CI systems.

One suite for each family that ran, one case for each finding: a failure if it fails the run (``--fail-on``), skipped if it does
not, an error if a rule crashed. A family without findings has one case that passes, so that no CI system takes the report for
empty; where no file was checked that case is skipped. Names hold no line number: a CI system that compares two runs by them knows
a finding again. The elements and attributes are those of ``junit-10.xsd`` of Jenkins' xUnit plugin, which knows no ``file``
on a case. The text is pure ASCII, whatever the encoding of the terminal that it is sent through.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from dsguard.model import ENGINE_FAMILY, FAMILIES
from dsguard.reporters.shared import place, printable, remarks, step_place, summary_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.model import Finding, Report

    Cases = list[tuple[str, str]]
    """The outcome of each case (``passed``, ``failures``, ``errors``, ``skipped``) and its XML."""

MAX_STEPS = 20
"""Steps of a trace, or members of a group, that are told below a finding."""


def render(report: Report, *, color: bool, verbose: int, quiet: bool) -> Iterator[str]:
    """One XML document and a newline. It is always complete: verbosity and colour change nothing."""
    del color, verbose, quiet
    suites = {family: _cases(report, family) for family in _families(report)}
    total = _counts([case for cases in suites.values() for case in cases])
    del total["skipped"]  # which a set of suites has no attribute for
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f"<testsuites{_attributes(name='dsguard', **total, time=0)}>\n"
    for family, cases in suites.items():
        yield f"  <testsuite{_attributes(name=f'dsguard.{family}', **_counts(cases), time=0)}>\n"
        for _, case in cases:
            yield case
        if family == ENGINE_FAMILY:
            said = [*remarks(report, verbose=True), f"{summary_line(report)}\n"]
            yield f"    <system-out>{_text(''.join(said).rstrip())}</system-out>\n"
        yield "  </testsuite>\n"
    yield "</testsuites>\n"


def _families(report: Report) -> list[str]:
    from dsguard.rules import RULES

    ran = {rule.family for rule in RULES if rule.code in set(report.rules_run)}
    ran |= {finding.family for finding in report.findings}
    return [family for family in FAMILIES if family in ran] + [ENGINE_FAMILY]


def _cases(report: Report, family: str) -> Cases:
    seen: dict[str, int] = {}
    cases = []
    for finding in report.findings:
        if finding.family == family:
            name = f"{printable(finding.path)}: {printable(finding.message)}"
            seen[name] = seen.get(name, 0) + 1
            # Cases of one name are one case to GitLab.
            cases.append(_case(report, finding, name if seen[name] == 1 else f"{name} ({seen[name]})"))
    if cases:
        return cases
    if report.unchecked:
        skipped = f"<skipped{_attributes(message=report.unchecked)}/>"
        return [
            (
                "skipped",
                f"    <testcase{_attributes(classname=f'dsguard.{family}', name='no file was checked', time=0)}>{skipped}</testcase>\n",
            )
        ]
    return [("passed", f"    <testcase{_attributes(classname=f'dsguard.{family}', name='nothing found', time=0)}/>\n")]


def _case(report: Report, finding: Finding, name: str) -> tuple[str, str]:
    if finding.code == "DSG000":
        outcome, element = "errors", "error"
    elif report.fail_on is not None and finding.severity >= report.fail_on:
        outcome, element = "failures", "failure"
    else:
        outcome, element = "skipped", "skipped"
    what = f"{finding.severity.label} {finding.code} {finding.name}: {finding.message}"
    opening = _attributes(classname=f"dsguard.{finding.family}.{finding.name}", name=name, time=0)
    result = f"<{element}{_attributes(type=finding.code, message=what)}>{_text(_told(finding))}</{element}>"
    return outcome, f"    <testcase{opening}>\n      {result}\n    </testcase>\n"


def _told(finding: Finding) -> str:
    where = place(finding.location)
    if finding.location.cell is not None and finding.location.line is not None:
        where += f" (line {finding.location.line} of the file)"
    lines = [where]
    lines += [f"- {step_place(step)}: {step.message}" if step.message else f"- {step_place(step)}" for step in finding.trace[:MAX_STEPS]]
    if len(finding.trace) > MAX_STEPS:
        lines.append(f"- and {len(finding.trace) - MAX_STEPS:,} more")
    lines += finding.help.strip().split("\n") if finding.help else []
    return "\n".join(lines)


def _counts(cases: Cases) -> dict[str, int]:
    outcomes = [outcome for outcome, _ in cases]
    return {"tests": len(cases), **{kind: outcomes.count(kind) for kind in ("failures", "errors", "skipped")}}


def _attributes(**values: object) -> str:
    return "".join(f" {key}={_ascii(quoteattr(_legal(str(value))))}" for key, value in values.items())


def _text(text: str) -> str:
    return _ascii(escape(_legal(text)))


def _legal(text: str) -> str:
    """Without the characters that no XML 1.0 document may hold, not even as a reference: they become escapes."""
    return "\n".join(printable(line) for line in text.split("\n"))


def _ascii(text: str) -> str:
    return text.encode("ascii", "xmlcharrefreplace").decode()
