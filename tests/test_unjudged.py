"""A file that a rule comes to no judgement of, because that would take too long, is said: once, in every format, and without failing."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
from tests.test_engine import Word
from tests.test_engine import run as run_rules

from dsguard import engine
from dsguard.analysis.seeds import randomness, statements
from dsguard.analysis.seeds.story import Story
from dsguard.cli import main
from dsguard.config import find_configs, make_plans
from dsguard.model import Confidence, UnjudgedError
from dsguard.testing import run
from dsguard.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Repo

    from dsguard.documents.file import File
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

DRAWS = "import numpy as np\nnp.random.seed(None)\nprint(np.random.rand(3))\n"
LIBRARY = {f"lab/{name}.py": "x = 1\n" for name in "abcd"} | {"lab/__init__.py": ""}
IMPORTS = "from lab import a, b, c, d\n"
NOTEBOOK = json.dumps(
    {
        "cells": [{"cell_type": "code", "id": "a", "execution_count": None, "metadata": {}, "outputs": [], "source": IMPORTS + DRAWS}],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
)
MANY = "leads to 3 or more modules of the repository"


class Tired(Word):
    """Gives up after the first word of a long file."""

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        yield from super().check(file, settings)
        if file.size > 20:
            confidence = Confidence.LOW if "demo" in file.path else Confidence.HIGH
            raise UnjudgedError(file.path, "has too many words", confidence=confidence)


class TiredToo(Tired):
    code, name, family = "DSG602", "mount-path", "paths"


class OfOtherFamily(Tired):
    code, name, family = "DSG101", "raw-data", "data"


@pytest.fixture
def few_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(randomness, "MAX_FILES", 3)


# What becomes of it


def test_it_is_said_once_for_all_rules_of_a_family() -> None:
    report = run_rules({"a.txt": "BAD" + " " * 30, "b.txt": "BAD"}, Tired(), TiredToo())
    assert report.notes == ["not judged for paths: a.txt has too many words"]
    assert [(finding.code, finding.path) for finding in report.findings] == [
        *(("DSG601", "a.txt"), ("DSG602", "a.txt")),
        *(("DSG601", "b.txt"), ("DSG602", "b.txt")),
    ]
    assert (report.skipped, report.crashed) == ([], False)


def test_families_are_told_apart() -> None:
    assert run_rules({"a.txt": "." * 30}, OfOtherFamily(), Tired()).notes == [
        "not judged for data: a.txt has too many words",
        "not judged for paths: a.txt has too many words",
    ]


def test_many_are_told_together() -> None:
    files = {f"{name}.txt": "." * 30 for name in "edcba"}
    many = "files, each of which has too many words"
    assert run_rules(files, Tired()).notes == [f"not judged for paths: 5 {many}: a.txt, b.txt, c.txt and 2 more"]
    assert run_rules(dict(list(files.items())[:2]), Tired()).notes == [f"not judged for paths: 2 {many}: d.txt, e.txt"]


def test_where_no_finding_would_be_shown_nothing_is_missing() -> None:
    assert run_rules({"demo.txt": "." * 30}, Tired()).notes == []
    assert run_rules({"demo.txt": "." * 30}, Tired(), profile="strict").notes == ["not judged for paths: demo.txt has too many words"]


def test_it_does_not_fail_the_run() -> None:
    report = run_rules({"a.txt": "." * 30}, Tired())
    assert (report.findings, report.exit_code, report.files) == ([], 0, 1)


# Scripts that lead to too much


@pytest.mark.usefixtures("few_modules")
@pytest.mark.parametrize("form", ["text", "concise", "json", "sarif"])
def test_a_script_that_leads_to_many_modules(form: str, repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    for path, text in {**LIBRARY, "train.py": IMPORTS + DRAWS, "draw.py": DRAWS.replace("None", "7")}.items():
        repo.write(path, text)
    assert main(["check", "--family", "seeds", "--format", form]) == 0
    said = capsys.readouterr().out
    note = f"not judged for seeds: train.py {MANY}"
    if form == "json":
        assert json.loads(said)["summary"]["notes"] == [note]
    elif form == "sarif":
        (told,) = json.loads(said)["runs"][0]["invocations"][0]["toolExecutionNotifications"]
        assert (told["descriptor"]["id"], told["level"], told["message"]["text"]) == ("note", "note", note)
    else:
        assert f"note: {note}\n" in said


@pytest.mark.usefixtures("few_modules")
def test_the_next_script_is_told_the_same() -> None:
    report = run({**LIBRARY, "one.py": IMPORTS + DRAWS, "two.py": IMPORTS + DRAWS}, families=["seeds"])
    assert report.notes == [f"not judged for seeds: 2 files, each of which {MANY}: one.py, two.py"]
    assert report.findings == []


@pytest.mark.usefixtures("few_modules")
def test_other_rules_look_at_it_all_the_same() -> None:
    report = run({**LIBRARY, "train.py": IMPORTS + DRAWS + "np.load('/home/ana/churn.npy')\n"})
    assert [finding.code for finding in report.findings] == ["DSG601"]
    assert len(report.notes) == 2


def test_a_script_of_too_many_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "MAX_STEPS", 5)
    assert run({"train.py": DRAWS}, families=["seeds"]).notes == []
    report = run({"train.py": DRAWS, "long.py": DRAWS + "x = 1\n" * 5}, families=["seeds"])
    assert report.notes == ["not judged for seeds: long.py leads to more than 5 statements"]
    assert [finding.path for finding in report.findings] == ["train.py"]


def test_code_that_is_nested_too_deep() -> None:
    deep = "x = " + " + ".join(["y"] * 900) + "\n"
    report = run({"train.py": DRAWS + deep}, families=["seeds"])
    assert report.notes == ["not judged for seeds: train.py is nested too deep"]
    report = run({"train.py": "import lab.words\n" + DRAWS, "lab/words.py": "y = ''\n" + deep}, families=["seeds"])
    assert report.notes == ["not judged for seeds: train.py leads to lab/words.py, which is nested too deep"]


@pytest.mark.usefixtures("few_modules")
def test_of_a_notebook_it_is_said_where_notebooks_are_judged() -> None:
    files = {**LIBRARY, "train.ipynb": NOTEBOOK}
    assert run(files, families=["seeds"]).notes == []
    assert run(files, families=["seeds"], profile="strict").notes == [f"not judged for seeds: train.ipynb {MANY}"]


@pytest.mark.usefixtures("few_modules")
@pytest.mark.parametrize("path", ["lab/a.py", "tests/test_train.py", "docs/conf.py", "setup.py"])
def test_nothing_is_said_of_what_is_no_script(path: str) -> None:
    assert run({**LIBRARY, path: IMPORTS + DRAWS}, families=["seeds"]).notes == []


@pytest.mark.usefixtures("few_modules")
def test_of_what_only_strict_shows_only_strict_speaks() -> None:
    files = {**LIBRARY, "profile_loader.py": IMPORTS + DRAWS}
    assert run(files, families=["seeds"]).notes == []
    assert run(files, families=["seeds"], profile="strict").notes == [f"not judged for seeds: profile_loader.py {MANY}"]


@pytest.mark.usefixtures("few_modules")
def test_nothing_is_said_of_what_is_excluded() -> None:
    files = {**LIBRARY, "train.py": IMPORTS + DRAWS, "dsguard.toml": 'exclude = ["train.py"]\n'}
    assert run(files, families=["seeds"]).notes == []


@pytest.mark.usefixtures("few_modules")
@pytest.mark.skipif(sys.platform != "linux", reason="forks are for Linux only")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_several_processes_say_it_too(repo: Repo) -> None:
    for path, text in {**LIBRARY, **{f"train{number}.py": IMPORTS + DRAWS for number in range(6)}}.items():
        repo.write(path, text)
    workspace = open_workspace(str(repo.folder))
    try:
        notes = []
        for processes in (1, 2):
            plan = make_plans(find_configs(workspace, str(repo.folder)))
            plan.processes = processes
            notes.append(engine.run(plan, workspace).notes)
    finally:
        workspace.close()
    assert notes[0] == notes[1] == [f"not judged for seeds: 6 files, each of which {MANY}: train0.py, train1.py, train2.py and 3 more"]


def test_nothing_more_is_asked_of_a_script_that_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a script only illustrates something matters for the note alone, until something is found."""
    asked = []
    monkeypatch.setattr(Story, "is_illustration", property(lambda story: asked.append(story.module.path)))
    report = run({**LIBRARY, "train.py": IMPORTS}, families=["seeds"])
    assert (report.notes, report.findings, asked) == ([], [], [])
