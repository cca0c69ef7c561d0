"""How little is done for a file that no rule has to look at: what is counted here is what a large repository pays for."""

from __future__ import annotations

import gc
import json
import os
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import Repo

from dsguard import engine
from dsguard.config import Config, make_plan
from dsguard.documents import tabular
from dsguard.documents.file import File
from dsguard.documents.notebook import Notebook
from dsguard.documents.python import Module
from dsguard.looking import holds_any
from dsguard.model import Report
from dsguard.rules import RULES
from dsguard.rules.base import FileRule
from dsguard.testing import check, run
from dsguard.workspace import Workspace, open_workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.rules.base import Tree

SOURCE = {f"src/pkg{number % 7}/module_{number}.py": f"X = {number}\n" for number in range(300)}
SETTINGS = {f"conf/{number}.toml": f"x = {number}\n" for number in range(50)}
TABLES = {f"data/part{number % 3}/{number}.csv": "id,km\n" + "1,3.5\n" * 50 for number in range(40)}


TEXTS = {f"conf/set{number % 4}/{number}{suffix}": f"a: {number}\n" for number in range(60) for suffix in (".yaml", ".json", ".txt")}


class Counted:
    """What a run of one family did."""

    def __init__(self, repo: Repo, monkeypatch: pytest.MonkeyPatch, **where: bool) -> None:
        self.made: list[str] = []
        plain = File.__init__

        def counting(file: File, *arguments: object) -> None:
            plain(file, *arguments)  # type: ignore[arg-type]
            self.made.append(file.path)

        monkeypatch.setattr(File, "__init__", counting)
        self.looked_at: list[str] = []
        lstat = os.lstat

        def looking(path: str) -> os.stat_result:
            self.looked_at.append(path)
            return lstat(path)

        monkeypatch.setattr(os, "lstat", looking)
        self.workspace: Workspace = open_workspace(str(repo.folder), **where)  # type: ignore[arg-type]
        try:
            plan = make_plan(Config(), families=["data"])
            self.report: Report = engine.run(plan, self.workspace)
        finally:
            self.workspace.close()
        git = self.workspace.git
        self.processes = git.processes if git is not None else 0
        self.matched = plan.policy.matched
        """How many paths were matched against the table of patterns."""


@pytest.mark.parametrize("where", [{}, {"staged": True}])
def test_source_costs_the_data_rules_nothing_but_a_look_at_its_name_and_size(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, where: dict[str, bool]
) -> None:
    for path, content in {**SOURCE, **SETTINGS, **TABLES}.items():
        repo.write(path, content)
    repo.git("add", "-A")
    counted = Counted(repo, monkeypatch, **where)
    assert not counted.report.crashed
    assert counted.report.files == len(SOURCE) + len(SETTINGS) + len(TABLES)
    assert sorted(counted.made) == sorted(TABLES)
    assert counted.workspace.reads <= len(TABLES) + 1  # each table once, whole; and .gitattributes
    assert counted.processes <= 6
    folders = {path.rpartition("/")[0] for path in (*SOURCE, *SETTINGS, *TABLES)}
    assert counted.matched <= len(folders) + 1
    if not where:  # once when the listing is made, for its existence and its size
        looks = Counter(counted.looked_at)
        assert all(looks[str(repo.folder / path)] == 1 for path in (*SOURCE, *SETTINGS, *TABLES))


def test_mere_text_costs_one_read_each_and_is_made_a_file_of_once_for_a_folder(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, content in {**TEXTS, **SOURCE}.items():
        repo.write(path, content)
    repo.git("add", "-A")
    counted = Counted(repo, monkeypatch)
    assert not counted.report.findings
    assert len(counted.made) == 4 * 3
    assert counted.workspace.reads <= len(TEXTS) + 1


def test_tables_that_name_no_person_are_read_no_further_than_their_header(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(80):
        repo.write(f"conf/{number}.csv", "id,km\n" + "1,3.5\n" * 50)
    repo.write("conf/people.csv", "id,email\n" + "1,maria.lopez@web.de\n" * 50)
    read: list[str] = []
    plain = tabular.columns_of

    def reading(file: File) -> object:
        read.append(file.path)
        return plain(file)

    monkeypatch.setattr(tabular, "columns_of", reading)
    counted = Counted(repo, monkeypatch)
    assert [finding.path for finding in counted.report.findings if finding.code == "DSG111"] == ["conf/people.csv"]
    assert read == ["conf/people.csv"]


SCREENED = [rule for rule in RULES if isinstance(rule, FileRule) and type(rule).screen is not FileRule.screen]


@pytest.mark.parametrize("rule", SCREENED, ids=lambda rule: rule.code)
def test_what_a_screen_holds_back_the_rule_would_say_nothing_of(rule: FileRule, monkeypatch: pytest.MonkeyPatch) -> None:
    trees = [tree for one in RULES if one.family == "data" for tree in (*one.bad, *one.good)]
    with_screen = [told(rule, tree) for tree in trees]
    monkeypatch.setattr(type(rule), "screen", FileRule.screen)
    assert with_screen == [told(rule, tree) for tree in trees]
    assert any(with_screen)


@given(
    st.binary(max_size=60),
    st.lists(st.sampled_from([b"/mnt", b"/med", b"a", b"[x", b"b.c", b"\\", b"\0\n", b"/"]), min_size=1, max_size=30, unique=True),
    st.integers(0, 30),
)
def test_what_must_occur_is_found_wherever_it_stands(data: bytes, triggers: list[bytes], padding: int) -> None:
    wanted = (*triggers, *(b"never %d" % number for number in range(padding)))
    for text in (data, data + triggers[0], b"x" * 50 + triggers[-1] + data):
        assert holds_any(text, wanted) == any(trigger in text for trigger in wanted)


def told(rule: FileRule, tree: Tree) -> list[tuple[str, str]]:
    return [(finding.path, finding.message) for finding in check(rule, tree, profile="strict")]


def test_memory_stays_flat_though_nobody_collects_garbage(monkeypatch: pytest.MonkeyPatch) -> None:
    cell: dict[str, object] = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": "x = 1"}
    code = json.dumps({"cells": [cell], "metadata": {}})
    script = "import numpy as np\n\nif __name__ == '__main__':\n    np.save('x.npy', np.random.rand(%d))\n"
    files: Tree = {f"{number}.ipynb": code for number in range(40)} | {f"run_{number}.py": script % number for number in range(40)}
    monkeypatch.setattr(engine, "HELD_SOURCE", 1000)
    gc.collect()
    gc.disable()  # as the command line does
    try:
        report = run(files, profile="strict")
        alive = [one for one in gc.get_objects() if isinstance(one, (Notebook, Module))]
    finally:
        gc.enable()
    assert {finding.code for finding in report.findings} >= {"DSG501"}
    assert len(alive) <= 12
