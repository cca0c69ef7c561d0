from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsguard.model import Confidence, Finding, Location, Report, Severity, Skip
from dsguard.reporters import render
from dsguard.reporters.shared import printable


def _unescape(text: str, *, of_property: bool) -> str:
    """As GitHub's runner does it: in this order, the percent sign last."""
    escapes = [("%0D", "\r"), ("%0A", "\n"), *([("%3A", ":"), ("%2C", ",")] if of_property else []), ("%25", "%")]
    for escape, char in escapes:
        text = text.replace(escape, char)
    return text


def parse(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the runner reads it: name, properties, message."""
    assert line.startswith("::")
    info, message = line[2:].split("::", 1)
    name, _, properties = info.partition(" ")
    pairs = [pair.split("=", 1) for pair in properties.split(",")]
    return name, {key: _unescape(value, of_property=True) for key, value in pairs}, _unescape(message, of_property=False)


def commands(report: Report) -> list[tuple[str, dict[str, str], str]]:
    return [parse(line) for line in "".join(render(report, "github")).splitlines() if line.startswith("::")]


def finding(
    path: str = "a.py",
    message: str = "message",
    *,
    severity: Severity = Severity.ERROR,
    confidence: Confidence = Confidence.HIGH,
    location: Location | None = None,
) -> Finding:
    return Finding("DSG601", "home-path", "paths", severity, confidence, location or Location(path), message, "", "s")


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (Location("a.py"), {"file": "a.py"}),
        (Location("a.py", 3), {"file": "a.py", "line": "3", "endLine": "3"}),
        (Location("a.py", 3, 5, 3, 9), {"file": "a.py", "line": "3", "col": "5", "endLine": "3"}),
        (Location("a.py", 3, 5, 4, 9), {"file": "a.py", "line": "3", "endLine": "4"}),
        (Location("n.ipynb", 41, 9, cell=3, cell_line=2, cell_column=5), {"file": "n.ipynb", "line": "41", "col": "9", "endLine": "41"}),
        (Location("a, b: 50%.py", 1), {"file": "a, b: 50%.py", "line": "1", "endLine": "1"}),
        (Location("a\r\nb.py"), {"file": "a\r\nb.py"}),
    ],
)
def test_properties(location: Location, expected: dict[str, str]) -> None:
    assert commands(Report([finding(location=location)])) == [("error", {**expected, "title": "DSG601 home-path"}, _message(location))]


def _message(location: Location) -> str:
    return "cell 3, line 2, column 5: message" if location.cell else "message"


def test_exact_line() -> None:
    made = Finding(
        "DSG602",
        "mount-path",
        "paths",
        Severity.WARNING,
        Confidence.HIGH,
        Location("a:b,c.py", 3, 5),
        "100% a, b: c",
        "do this\r\nthen that",
        "s",
    )
    assert next(render(Report([made]), "github")) == (
        "::warning file=a%3Ab%2Cc.py,line=3,col=5,endLine=3,title=DSG602 mount-path::100%25 a, b: c%0Ado this%0D%0Athen that\n"
    )


@given(st.text(st.characters() | st.sampled_from("%:,\r\n=\x1b\udcff"), min_size=1), st.text(st.characters() | st.sampled_from("%:,\r\n")))
def test_any_text_comes_back(path: str, message: str) -> None:
    def safe(text: str) -> str:
        return "".join(char if char in "\r\n" else printable(char) for char in text)

    [(name, properties, data)] = commands(Report([finding(path, message)]))
    assert name == "error"
    assert properties == {"file": safe(path), "title": "DSG601 home-path"}
    assert data == safe(message)


def test_worst_first() -> None:
    mixed = [
        finding(severity=severity, confidence=confidence)
        for severity in (Severity.WARNING, Severity.ERROR)
        for confidence in Confidence
        for _ in range(2)
    ]
    report = Report(mixed)
    assert [name for name, _, _ in commands(report)] == ["error"] * 6 + ["warning"] * 6
    assert report.findings == mixed


def test_order_of_equals_is_kept() -> None:
    files = [properties["file"] for _, properties, _ in commands(Report([finding(f"{number:02}.py") for number in range(20)]))]
    assert all(one < other for one, other in pairwise(files))


@pytest.mark.parametrize(
    ("errors", "warnings", "expected"),
    [
        (10, 10, ""),
        (11, 0, "; GitHub annotates 10 errors and 10 warnings per step: 1 error only in this log"),
        (0, 30, "; GitHub annotates 10 errors and 10 warnings per step: 20 warnings only in this log"),
        (12, 11, "; GitHub annotates 10 errors and 10 warnings per step: 2 errors and 1 warning only in this log"),
    ],
)
def test_says_what_github_will_not_show(errors: int, warnings: int, expected: str) -> None:
    report = Report([finding()] * errors + [finding(severity=Severity.WARNING)] * warnings, files=3)
    assert len(commands(report)) == errors + warnings
    *_, last = render(report, "github")
    assert last.endswith(f"in 3 files{expected}\n")


def test_quiet_is_commands_only(report: Report) -> None:
    assert all(line.startswith("::") for line in "".join(render(report, "github", quiet=True)).splitlines())


def test_no_file_checked_is_a_notice(unchecked: Report) -> None:
    for quiet in (False, True):
        lines = list(render(unchecked, "github", quiet=quiet))
        assert lines[0] == "::notice title=dsguard::no file was checked: nothing is staged, deletions aside\n"
        assert sum("nothing is staged" in line for line in lines) == 1


def test_names_cannot_give_commands_of_the_old_form() -> None:
    report = Report(skipped=[Skip("##[error]a.py", "##[add-mask]x")], notes=["##[warning]b"])
    assert "##[" not in "".join(render(report, "github", verbose=1))
