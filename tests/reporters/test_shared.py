from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsguard.model import Confidence, Finding, Location, Report, Severity, Skip, Step
from dsguard.reporters.shared import (
    by_family,
    cell_address,
    members,
    place,
    plural,
    printable,
    remarks,
    step_place,
    summary_line,
    wrapped,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain text, été, 数据, \\n stays", "plain text, été, 数据, \\n stays"),
        ("a\nb\rc\td", "a\\nb\\rc\\td"),
        ("\x1b[31mred\x07\x00\x7f", "\\x1b[31mred\\x07\\x00\\x7f"),
        ("\x9b31m", "\\x9b31m"),
        ("safe\u202e\u2066gnp.exe", "safe\\u202e\\u2066gnp.exe"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("no\u00a0break\u2028", "no\\xa0break\\u2028"),
        ("\udcff\udc80.csv", "\\xff\\x80.csv"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("", ""),
    ],
)
def test_printable(text: str, expected: str) -> None:
    assert printable(text) == expected


@given(st.text(st.characters()))
def test_printable_is_safe_for_any_text(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert shown.encode().decode() == shown
    assert printable(shown) == shown


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (Location("a.csv"), "a.csv"),
        (Location("a.py", 3), "a.py:3"),
        (Location("a.py", 3, 5), "a.py:3:5"),
        (Location("a b.py", 3, 5, 4, 1), "a b.py:3:5"),
        (Location("nb.ipynb", 41, 9, cell=3, cell_line=2, cell_column=5), "nb.ipynb:cell 3:2:5"),
        (Location("nb.ipynb", 41, 9, cell=3, cell_line=2), "nb.ipynb:cell 3:2"),
        (Location("nb.ipynb", 41, 9, cell=3), "nb.ipynb:cell 3"),
        (Location("nb.ipynb", 41, 9), "nb.ipynb:41:9"),
        (Location("new\nline\udcff.py", 1, 1), "new\\nline\\xff.py:1:1"),
        (Location("::error::x.py", 1), "./::error::x.py:1"),
        (Location("  ::stop-commands::x"), "./  ::stop-commands::x"),
    ],
)
def test_place(location: Location, expected: str) -> None:
    assert place(location) == expected


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (Location("a.py", 3, 5), ""),
        (Location("n.ipynb", 41, 9, cell=3), "cell 3"),
        (Location("n.ipynb", 41, 9, cell=3, cell_line=2), "cell 3, line 2"),
        (Location("n.ipynb", 41, 9, cell=3, cell_line=2, cell_column=5), "cell 3, line 2, column 5"),
    ],
)
def test_cell_address(location: Location, expected: str) -> None:
    assert cell_address(location) == expected


def test_step_place() -> None:
    assert step_place(Step("a\n.py", 3)) == "a\\n.py:3"
    assert step_place(Step("a.csv")) == "a.csv"


@pytest.mark.parametrize(
    ("count", "words", "expected"),
    [(0, ("file",), "0 files"), (1, ("file",), "1 file"), (12000, ("file",), "12,000 files"), (2, ("entry", "entries"), "2 entries")],
)
def test_plural(count: int, words: tuple[str, ...], expected: str) -> None:
    assert plural(count, *words) == expected


def _finding(family: str = "paths", severity: Severity = Severity.ERROR, trace: tuple[Step, ...] = (), group: str | None = None) -> Finding:
    return Finding("DSG601", "home-path", family, severity, Confidence.HIGH, Location("a.py"), "m", "h", "s", trace=trace, group=group)


def test_members_are_places_and_calls_are_of_the_seeds_family() -> None:
    trace = (Step("a.py", 1, "main calls load"), Step("b.py", 2, "load calls sample"))
    assert members(_finding(trace=trace)) == trace
    assert members(_finding("seeds", trace=trace)) == ()
    assert members(_finding("seeds", trace=trace, group="scripts")) == trace
    assert members(_finding()) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [""]),
        ("one two three", ["one two", "three"]),
        ("overlong-word a", ["overlong-word", "a"]),
        ("run `git rm a b c` now", ["run", "`git rm a b c`", "now"]),
        ("a `b c", ["a `b c"]),
        ("a ` b c d e f", ["a ` b c d", "e f"]),
    ],
)
def test_wrapped(text: str, expected: list[str]) -> None:
    assert wrapped(text, 9) == expected


@given(st.text(st.sampled_from("a` -")), st.integers(1, 20))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    assert " ".join(wrapped(text, width)).split() == text.split()


def test_families_in_their_order() -> None:
    report = Report([_finding("engine"), _finding("paths"), _finding("data"), _finding("paths")])
    assert list(by_family(report).items()) == [("data", 1), ("paths", 2), ("engine", 1)]


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (Report(files=1), "No findings in 1 file"),
        (Report(), "No findings, no file was checked"),
        (Report(files=3, suppressed=1), "No findings in 3 files, 1 suppressed"),
        (Report(files=3, fixed=2, baselined=4), "No findings in 3 files, 4 in the baseline, 2 fixed"),
        (Report([_finding()], files=1), "Found 1 error (paths 1) in 1 file"),
        (Report([_finding(severity=Severity.WARNING)] * 2, files=2), "Found 2 warnings (paths 2) in 2 files"),
        (
            Report([_finding(), _finding("data", Severity.WARNING)], files=2000),
            "Found 1 error and 1 warning (data 1, paths 1) in 2,000 files",
        ),
    ],
)
def test_summary_line(report: Report, expected: str) -> None:
    assert summary_line(report) == expected


def test_remarks() -> None:
    report = Report(notes=["nothing\nhere"], skipped=[Skip("::a\n.py", "Python\x1b 2")])
    assert list(remarks(report, verbose=False)) == ["note: nothing\\nhere\n", "1 path was not looked at: -v says which and why\n"]
    assert list(remarks(report, verbose=True)) == ["note: nothing\\nhere\n", "not looked at: ./::a\\n.py: Python\\x1b 2\n"]
    assert list(remarks(Report(), verbose=True)) == []
