from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from dsguard.model import Confidence, Finding, Location, Report, Severity
from dsguard.reporters.github_summary import MAX_BYTES, MAX_ROWS, markdown
from dsguard.reporters.shared import printable


def finding(path: str = "a.py", message: str = "message", severity: Severity = Severity.ERROR) -> Finding:
    return Finding("DSG601", "home-path", "paths", severity, Confidence.HIGH, Location(path, 3), message, "", "s")


def rows(text: str) -> list[list[str]]:
    """The cells of each row of the last table, as a reader sees them."""
    lines = [line for line in text.split("\n\n| where ")[1].split("\n")[2:] if line.startswith("|")]
    return [[html.unescape(cell.strip()) for cell in line.strip("|").split("|")] for line in lines]


def test_files_with_the_worst_first_and_together() -> None:
    warning = Severity.WARNING
    found = [finding("a.py", "1", warning), finding("b.py", "2", warning), finding("b.py", "3"), finding("c.py", "4")]
    assert [what for _, _, what in rows(markdown(Report(found)))] == ["2", "3", "4", "1"]


def test_a_rule_has_one_row_with_its_counts() -> None:
    text = markdown(Report([finding("a.py"), finding("a.py"), finding("b.py")]))
    assert "| DSG601 home-path | 3 | 2 | error |" in text


def test_what_is_left_out_is_counted() -> None:
    text = markdown(Report([finding(f"{number}.py") for number in range(MAX_ROWS + 7)]))
    assert len(rows(text)) == MAX_ROWS
    assert text.endswith("\n7 more are in the log.\n")
    assert "more are in the log" not in markdown(Report([finding()] * MAX_ROWS))


def test_never_larger_than_github_takes() -> None:
    huge = Report([finding(f"{'é<' * 2000}{number}.py", "&" * 3000) for number in range(MAX_ROWS)])
    for limit in (MAX_BYTES, 50_000, 5_000):
        text = markdown(huge, limit)
        assert limit // 3 < len(text.encode()) <= limit or "500 more are in the log" in text
        assert "more are in the log" in text
    assert markdown(huge, 20) == ""


@given(st.text(st.characters() | st.sampled_from("|`*_[]()<>&\\#~@:$\n\r\udcff")))
def test_any_text_is_shown_as_it_is(text: str) -> None:
    shown = markdown(Report([finding(message=text)]))
    [[where, rule, what]] = rows(shown)
    assert (where, rule, what) == ("a.py:3", "DSG601 home-path", printable(text).strip())
    row = next(line for line in shown.split("\n") if "a.py" in line)
    assert not re.search(r"[`*_\[\]<>~@$\\]", row)
