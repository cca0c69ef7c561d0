"""Every format over one fixed list of findings, byte for byte.

After an intended change: ``DSGUARD_UPDATE_GOLDENS=1 pytest tests/reporters/test_goldens.py``, then read the diff.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import dsguard
from dsguard.model import Report
from dsguard.reporters import REPORTERS, render
from dsguard.reporters.github_summary import markdown

Golden = Callable[[str, str], str]
SOURCE = Path(dsguard.__file__).parents[1]


def test_names_modules() -> None:
    assert tuple(REPORTERS) == ("text", "concise", "json", "sarif", "github", "gitlab", "junit")


def name_of(format: str, kind: str = "") -> str:
    return f"{format}{kind}.{ {'json': 'json', 'sarif': 'json', 'gitlab': 'json', 'junit': 'xml'}.get(format, 'txt') }"


@pytest.mark.parametrize("format", REPORTERS)
def test_everything(format: str, report: Report, golden: Golden) -> None:
    text = "".join(render(report, format))
    assert text == golden(name_of(format), text)


@pytest.mark.parametrize("format", REPORTERS)
def test_clean(format: str, clean: Report, golden: Golden) -> None:
    text = "".join(render(clean, format))
    assert text == golden(name_of(format, "-clean"), text)


@pytest.mark.parametrize("format", REPORTERS)
def test_nothing_checked(format: str, unchecked: Report, golden: Golden) -> None:
    text = "".join(render(unchecked, format))
    assert text == golden(name_of(format, "-unchecked"), text)


def test_job_summary(report: Report, clean: Report, unchecked: Report, golden: Golden) -> None:
    for name, one in (("summary", report), ("summary-clean", clean), ("summary-unchecked", unchecked)):
        assert markdown(one) == golden(f"{name}.md", markdown(one))


@pytest.mark.parametrize(
    ("name", "settings"),
    [("text-color", {"color": True}), ("text-verbose", {"verbose": 1}), ("text-quiet", {"quiet": True})],
)
def test_text(name: str, settings: dict[str, Any], report: Report, golden: Golden) -> None:
    text = "".join(render(report, "text", **settings))
    assert text == golden(f"{name}.txt", text)


@pytest.mark.parametrize("columns", [50, 60, 80, 120])
def test_text_fits_the_terminal(columns: int, report: Report) -> None:
    """But for the first line of a finding, which can be searched and copied, and for commands in help, which must survive copying."""
    lines = "".join(render(report, "text", columns=columns)).splitlines()
    indented = [line for line in lines if line.startswith("  ")]
    assert len(indented) > 20
    for line in indented:
        width = sum(2 if char in "データ名前" else 1 for char in line)
        assert width <= columns or "`" in line, line
    shown = [(line, mark) for line, mark in pairwise(lines) if mark.endswith("^") and "/home/ana" in line]
    assert shown
    for line, mark in shown:
        assert line[mark.index("^")] in '"/', "the mark stands below the place"


@pytest.mark.parametrize("format", ["text", "concise"])
def test_clean_is_one_short_line(format: str, clean: Report) -> None:
    text = "".join(render(clean, format))
    assert text.count("\n") == 1
    assert text.endswith("\n")
    assert len(text) < 60
    assert "".join(render(clean, format, quiet=True)) == ""


@pytest.mark.parametrize("format", REPORTERS)
def test_nothing_harms_a_terminal(format: str, report: Report) -> None:
    text = "".join(render(report, format))
    assert all(char.isprintable() or char == "\n" for char in text)
    assert text.encode()
    assert text.endswith("\n")


@pytest.mark.parametrize("format", ["json", "sarif", "gitlab", "junit"])
def test_machine_formats_are_complete_and_plain(format: str, report: Report) -> None:
    assert "".join(render(report, format, color=True, verbose=2, quiet=True)) == "".join(render(report, format))


@pytest.mark.parametrize("format", ["json", "sarif", "github", "gitlab", "junit", "concise"])
def test_no_time_in_formats_for_programs(format: str, report: Report) -> None:
    text = "".join(render(report, format))
    report.seconds = 99.0
    assert "".join(render(report, format)) == text


def test_unknown_format() -> None:
    with pytest.raises(KeyError, match="yaml"):
        render(Report(), "yaml")


def test_start_up_stays_cheap() -> None:
    """The text reporter loads no other one, and nothing from the standard library that takes time."""
    code = """
import sys
from dsguard.model import Confidence, Finding, Location, Report, Severity
from dsguard.reporters import render
place = Location("a.py", 1, 1, 1, 2)
finding = Finding("DSG601", "home-path", "paths", Severity.ERROR, Confidence.HIGH, place, "m", "h", "s", snippet="x = 1")
text = "".join(render(Report([finding]), "text"))
assert "home-path" in text
print(*sys.modules)
"""
    # -S: what `site` loads for the environment of the tests is not ours.
    run = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(SOURCE)})
    loaded = set(run.stdout.split())
    assert {name for name in loaded if name.startswith("dsguard.")} == {
        "dsguard.model",
        "dsguard.reporters",
        "dsguard.reporters.shared",
        "dsguard.reporters.snippet",
        "dsguard.reporters.text",
    }
    assert not loaded & {"ast", "dataclasses", "inspect", "json", "logging", "pathlib", "re", "typing", "unicodedata", "urllib.parse"}
