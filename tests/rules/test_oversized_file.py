"""DSG105: what no other data rule claims may still be too large for git."""

from __future__ import annotations

import pytest

from dsguard.model import Finding, Severity
from dsguard.rules.data.oversized_file import OversizedFile
from dsguard.testing import check

MB = 1_000_000


def findings(path: str, content: str | bytes, *, config: str = "", filtered: list[str] | None = None) -> list[Finding]:
    return check(OversizedFile(), {path: content}, config=config, filtered=filtered or [])


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("logs/train.log", 1 * MB),
        ("src/generated.py", 1 * MB),
        ("notes.txt", 1 * MB),
        ("reports/profile.html", 1 * MB),
        ("tests/model.pt", 1 * MB),
        ("examples/call.wav", 1 * MB),
        ("blob.bin", 1 * MB),
        ("data/processed/corpus.txt", 10 * MB),
        ("data/interim/pages.html", 10 * MB),
        ("figures/map.png", 5 * MB),
        ("figures/map.svg", 5 * MB),
        ("paper.pdf", 5 * MB),
        ("slides.pptx", 5 * MB),
        ("docs/demo.mp4", 5 * MB),
    ],
)
def test_limits_by_what_it_is_and_where(path: str, limit: int) -> None:
    start = b"\x80\x02}q\0." if path.endswith(".pt") else b"x"
    assert findings(path, start.ljust(limit, b"x")) == []
    (found,) = findings(path, start.ljust(limit + 1, b"x"))
    assert found.severity is Severity.WARNING
    assert found.size == limit + 1


@pytest.mark.parametrize(
    "path",
    ["uv.lock", "eda.ipynb", "frontend/package-lock.json", "conda-lock.yml", "static/plotly.min.js", "node_modules/d3/d3.js"],
)
def test_lockfiles_notebooks_and_other_peoples_code_have_their_own_rules(path: str) -> None:
    assert findings(path, "x" * (6 * MB)) == []
    config = '[rules.oversized-file]\nerror-size = "5 MB"\n'
    assert [found.severity for found in findings(path, "x" * (6 * MB), config=config)] == [Severity.ERROR]


@pytest.mark.parametrize("path", ["paper.pdf", "corpus.txt", "uv.lock", "figures/map.png"])
def test_over_50_mb_it_is_an_error(path: str) -> None:
    (found,) = findings(path, b"x" * (50 * MB + 1))
    assert found.severity is Severity.ERROR


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("README.md", "x" * (2 * MB)),
        ("data/raw/README.txt", "x" * (2 * MB)),
        ("trips.csv", "id\n" * MB),
        ("model.pkl", b"\x80\x04}\x94." + b"." * (2 * MB)),
        ("data/raw/corpus.txt", "x" * (2 * MB)),
        ("{{ cookiecutter.slug }}/corpus.txt", "x" * (2 * MB)),
    ],
)
def test_what_others_own_or_nobody_minds(path: str, content: str | bytes) -> None:
    assert findings(path, content) == []


def test_what_git_stores_as_a_pointer_is_silent() -> None:
    assert findings("demo.mp4", b"x" * (2 * MB), filtered=["demo.mp4"]) == []


def test_warnings_and_errors_are_not_told_together() -> None:
    config = "[rules.oversized-file]\nmax-size = 10\nerror-size = 100\n"
    tree: dict[str, str | bytes] = {f"logs/{number}.log": "x" * (20 if number % 2 else 200) for number in range(120)}
    found = check(OversizedFile(), tree, config=config)
    assert sorted((one.severity.label, len(one.trace)) for one in found) == [("error", 60), ("warning", 60)]
