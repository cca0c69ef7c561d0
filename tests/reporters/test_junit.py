"""Held against the shape that ``junit-10.xsd`` of Jenkins' xUnit plugin allows, written down here as facts."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsguard.model import ENGINE_FAMILY, FAMILIES, Confidence, Finding, Location, Report, Severity, Step
from dsguard.reporters import render
from dsguard.reporters.junit import MAX_STEPS

# Element: (required attributes, optional ones that we use, children, whether it holds text).
SHAPE: dict[str, tuple[set[str], set[str], set[str], bool]] = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}, {"testsuite"}, False),
    "testsuite": ({"name", "tests", "failures", "errors"}, {"skipped", "time"}, {"testcase", "system-out"}, False),
    "testcase": ({"name"}, {"classname", "time"}, {"failure", "error", "skipped"}, False),
    "failure": (set(), {"type", "message"}, set(), True),
    "error": (set(), {"type", "message"}, set(), True),
    "skipped": (set(), {"type", "message"}, set(), True),
    "system-out": (set(), set(), set(), True),
}
TIME = re.compile(r"[0-9]*(\.[0-9]*)?")


def problems(element: ET.Element) -> list[str]:
    if element.tag not in SHAPE:
        return [f"{element.tag} is not known"]
    required, optional, children, has_text = SHAPE[element.tag]
    found = [f"{element.tag} lacks {name}" for name in required - set(element.attrib)]
    found += [f"{element.tag} has {name}" for name in set(element.attrib) - required - optional]
    found += [f"{element.tag} in {element.tag}" for child in element if child.tag not in children]
    if not has_text and (element.text or "").strip():
        found.append(f"{element.tag} has text")
    if TIME.fullmatch(element.get("time", "0")) is None:
        found.append(f"{element.tag}: time {element.get('time')}")
    return found + [problem for child in element for problem in problems(child)]


def junit(report: Report) -> ET.Element:
    text = "".join(render(report, "junit"))
    assert text.isascii(), "whatever the encoding of what it is sent through"
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ')
    root = ET.fromstring(text)
    assert problems(root) == []
    for suite in root:
        cases = suite.findall("testcase")
        assert cases, "a suite without cases is taken for a report that went missing"
        assert int(suite.attrib["tests"]) == len(cases)
        for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.attrib[count]) == len(suite.findall(f"testcase/{tag}"))
        keys = [(case.get("classname"), case.get("name")) for case in cases]
        assert len(set(keys)) == len(keys), "GitLab takes cases of one name for one"
    for count in ("tests", "failures", "errors"):
        assert int(root.attrib[count]) == sum(int(suite.attrib[count]) for suite in root)
    return root


def finding(
    location: Location,
    message: str = "message",
    *,
    code: str = "DSG601",
    family: str = "paths",
    severity: Severity = Severity.ERROR,
    help: str = "help",
    trace: tuple[Step, ...] = (),
) -> Finding:
    return Finding(code, "home-path", family, severity, Confidence.HIGH, location, message, help, "s", trace=trace)


def test_the_check_itself_can_fail() -> None:
    for text in ("<testsuites><testcase name='a'/></testsuites>", "<testsuites time='1.2.3'/>", "<testsuite name='a' tests='0'/>"):
        assert problems(ET.fromstring(text))
    assert problems(ET.fromstring("<testcase name='a' file='b'/>"))


def test_one_suite_per_family_and_one_case_per_finding(report: Report) -> None:
    root = junit(report)
    assert [suite.attrib["name"] for suite in root] == [
        "dsguard.data",
        "dsguard.notebooks",
        "dsguard.secrets",
        "dsguard.seeds",
        "dsguard.paths",
        "dsguard.engine",
    ]
    assert len(root.findall(".//failure")) == report.count(Severity.ERROR)
    assert len(root.findall(".//skipped")) == report.count(Severity.WARNING)
    said = root.findtext("testsuite/system-out") or ""
    assert "not looked at: big.bin: too large to be read whole" in said
    assert said.endswith("4 fixed")


def test_clean_run_passes_in_every_family() -> None:
    from dsguard.rules import RULES

    root = junit(Report(files=3, rules_run=[rule.code for rule in RULES]))
    assert [suite.attrib["name"] for suite in root] == [f"dsguard.{family}" for family in (*FAMILIES, ENGINE_FAMILY)]
    assert [(case.get("name"), len(case)) for case in root.iter("testcase")] == [("nothing found", 0)] * 7


def test_no_file_checked_is_no_pass(unchecked: Report) -> None:
    root = junit(unchecked)
    cases = list(root.iter("testcase"))
    assert cases
    assert [case.find("skipped") is not None for case in cases] == [True] * len(cases)
    assert {skipped.get("message") for skipped in root.iter("skipped")} == {"nothing is staged, deletions aside"}


@pytest.mark.parametrize(
    ("severity", "fail_on", "tag"),
    [
        (Severity.ERROR, Severity.ERROR, "failure"),
        (Severity.WARNING, Severity.ERROR, "skipped"),
        (Severity.WARNING, Severity.WARNING, "failure"),
        (Severity.ERROR, None, "skipped"),
    ],
)
def test_a_case_fails_where_the_run_does(severity: Severity, fail_on: Severity | None, tag: str) -> None:
    report = Report([finding(Location("a.py", 1), severity=severity)], fail_on=fail_on)
    root = junit(report)
    [result] = root.findall("testsuite/testcase/*")
    assert result.tag == tag
    assert (int(root.attrib["failures"]) > 0) == (report.exit_code == 1)


def test_a_crash_is_an_error() -> None:
    root = junit(Report([finding(Location("a.py"), code="DSG000", family="engine")], crashed=True))
    assert [result.tag for result in root.findall("testsuite/testcase/*")] == ["error"]


def test_names_stay_when_lines_move() -> None:
    def names(*lines: int) -> list[str | None]:
        root = junit(Report([finding(Location("a.py", line)) for line in lines]))
        return [case.get("name") for case in root.findall("testsuite[@name='dsguard.paths']/testcase")]

    assert names(1, 5) == names(11, 75) == ["a.py: message", "a.py: message (2)"]


def test_place_help_and_way_are_told() -> None:
    location = Location("n.ipynb", 41, 9, cell=3, cell_line=2, cell_column=5)
    trace = tuple(Step("a.py", number, f"step {number}") for number in range(1, MAX_STEPS + 3))
    root = junit(Report([finding(location, help="do this\nthen that", trace=trace)]))
    lines = (root.findtext("testsuite/testcase/failure") or "").split("\n")
    assert lines[:2] == ["n.ipynb:cell 3:2:5 (line 41 of the file)", "- a.py:1: step 1"]
    assert lines[-3:] == ["- and 2 more", "do this", "then that"]


@given(st.text(st.characters() | st.sampled_from("<>&\"']\x00\x0b\x1b\ufffe\uffff\ud800\udcff\r\n\t")), st.text(st.characters()))
def test_any_text_is_well_formed(message: str, path: str) -> None:
    root = junit(Report([finding(Location(path), message, help=message), finding(Location(path), message)]))
    assert len(root.findall(".//failure")) == 2
