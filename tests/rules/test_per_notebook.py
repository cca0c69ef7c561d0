"""A plain notebook is judged without a look at its cells, and all is told as if there had been one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.analysis.notebooks.test_strip import NOTEBOOKS, ODD, PLAIN, RESULT, STREAM, code, notebook, oddly
from tests.commands.test_strip import EDGE, REFUSED

from dsguard import cli, engine, fixes
from dsguard.analysis.notebooks import plain
from dsguard.config import Config, make_plan
from dsguard.documents import notebook_json, python
from dsguard.model import Report
from dsguard.reporters import render
from dsguard.rules import RULES
from dsguard.rules.notebooks.per_notebook import PerNotebookRule
from dsguard.testing import run
from dsguard.workspace import open_workspace

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from tests.conftest import Repo

    from dsguard.documents.file import File
    from dsguard.documents.notebook import Notebook
    from dsguard.model import Finding

AT_ONCE = [rule for rule in RULES if isinstance(rule, PerNotebookRule)]
HOME = '{"name": "stderr", "output_type": "stream", "text": "/home/ana/churn/train.py:3: UserWarning"}'
MANY: dict[str, bytes] = {
    **{name: text.encode() for name, text in PLAIN.items()},
    **ODD,
    **EDGE,
    **{name: data for name, (data, _) in REFUSED.items()},
    "one cell with outputs": notebook(code(), code(f"[{STREAM}, {RESULT}]", count="7")).encode(),
    "five cells with outputs": json.dumps(json.loads(notebook(*[code(f"[{STREAM}]", count=str(n)) for n in range(5)])), indent=1).encode(),
    "six cells with outputs": notebook(*[code(f"[{STREAM}]", count=str(n)) for n in range(6)]).encode(),
    "a count in an output only": notebook(code(f"[{STREAM}]"), code(f"[{RESULT}]"), code(count="3")).encode(),
    "outputs of a cell of text": notebook('{"cell_type": "markdown", "metadata": {}, "outputs": [{}], "source": ""}').encode(),
    "ids": notebook(code(f"[{STREAM}]", count="1").replace("{", '{"id": "a1", ', 1)).encode(),
    "odd ids": notebook(code(f"[{STREAM}]", count="1").replace("{", '{"id": "é", ', 1)).encode(),
    "no text for an id": notebook(code(f"[{STREAM}]", count="1").replace("{", '{"id": 3, ', 1)).encode(),
    "wide letters in front": notebook(code(f"[{STREAM}]", count="1")).replace("{", '{"é€😀": "ü", ', 1).encode(),
    "a version": notebook(metadata='{"language_info": {"name": "python", "version": "3.11.7"}}').encode(),
    "a version and more": notebook(
        code(metadata='{"scrolled": 1}'),
        metadata='{"widgets": {"a": 1}, "language_info": {"version": "3"}, "kernelspec": {"metadata": {}}}',
    ).encode(),
    "metadata first, on lines": json.dumps(
        {"metadata": {"signature": "", "language_info": {"version": "3"}}, "cells": json.loads(notebook(code(f"[{STREAM}]")))["cells"]},
        indent=2,
    ).encode(),
    "a person": notebook(
        code(metadata='{"executionInfo": {"user": {"displayName": "Ana Lima"}}, "outputId": "a", "id": "b"}'),
        code(metadata='{"colab": {"height": 3, "x": 1}, "scrolled": true}'),
    ).encode(),
    "much metadata": notebook(metadata='{"widgets": {"state": "%s"}}' % ("x" * 20_000)).encode(),
    "a home folder": notebook(code(f"[{STREAM}, {HOME}]"), code(f"[{HOME}]")).encode(),
    "a home folder with wide letters": notebook(code(f"[{HOME}]".replace("ana", "אנה"))).encode(),
}
CONFIGS = {
    "default": "",
    "keep-types": '[rules.notebook-output]\nkeep-types = ["stream:stderr"]\n',
    "keep-keys": '[rules.volatile-metadata]\nkeep-keys = ["cell.metadata.scrolled", "metadata.language_info.version"]\n',
    "extra-keys": '[rules.volatile-metadata]\nextra-keys = ["metadata.kernelspec", "cell.metadata.tags"]\n',
    "odd keys": '[rules.volatile-metadata]\nextra-keys = ["metadata.é", "cell.metadata.é"]\n',
    "ignored": '[per-path-ignores]\n"*.ipynb" = { DSG201 = "a gallery", DSG203 = "a gallery" }\n',
    "severity": '[rules.notebook-output]\nseverity = "warning"\n',
}


def by_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    for rule in AT_ONCE:
        monkeypatch.setattr(type(rule), "at_once", PerNotebookRule.at_once)


def told(data: bytes, config: str = "", profile: str = "default") -> tuple[str, list[Any]]:
    report = run({"nb.ipynb": data}, config=config, profile=profile, families=["notebooks"])
    made = [
        (fix.title, sorted((one.start, one.end, one.replacement) for one in fix.edits), sorted(map(str, fix.changes)))
        for fix in _fixes(report)
    ]
    return "".join(render(report, "json")), made


def _fixes(report: Report) -> list[Any]:
    return [finding.fix for finding in report.findings if finding.fix is not None]


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_all_is_told_as_a_look_at_the_cells_would_tell_it(config: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = {(name, profile): told(data, config, profile) for name, data in MANY.items() for profile in ("default", "strict")}
    by_cell(monkeypatch)
    for (name, profile), expected in at_once.items():
        assert told(MANY[name], config, profile) == expected, (name, profile)


def test_most_of_these_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def look(rule: PerNotebookRule, *_: object) -> Iterator[Finding]:
        seen.append(rule.code)
        return iter(())

    for rule in AT_ONCE:
        monkeypatch.setattr(type(rule), "by_cell", look)
    for name in (
        *PLAIN,
        "one cell with outputs",
        "five cells with outputs",
        "six cells with outputs",
        "a person",
        "a version",
    ):
        run({"nb.ipynb": MANY[name]}, families=["notebooks"])
    assert seen == []


@settings(max_examples=100, deadline=None)
@given(document=NOTEBOOKS, chance=st.randoms(use_true_random=False))
def test_random_notebooks(document: dict[str, Any], chance: random.Random) -> None:
    data = oddly(document, chance).encode()
    at_once = told(data, profile="strict")
    with pytest.MonkeyPatch.context() as monkeypatch:
        by_cell(monkeypatch)
        assert told(data, profile="strict") == at_once


def test_the_file_is_read_once_and_its_cells_are_not_walked(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        repo.write(f"{number}.ipynb", notebook(code(f"[{STREAM}]", count="3", metadata='{"scrolled": 1}'), metadata='{"widgets": {}}'))
    repo.commit()
    reads: list[bytes] = []
    walks: list[str] = []
    read, walk = plain.read, notebook_json.load_notebook

    def reading(data: bytes, *, hold: bool) -> plain.Plain | None:
        reads.append(data)
        return read(data, hold=hold)

    def walking(file: File) -> Notebook:
        walks.append(file.path)
        return walk(file)

    monkeypatch.setattr(plain, "read", reading)
    monkeypatch.setattr(notebook_json, "load_notebook", walking)
    workspace = open_workspace(str(repo.folder))
    try:
        report = engine.run(make_plan(Config(), families=["notebooks"]), workspace)
        found = [(finding.path, finding.code, finding.count) for finding in report.findings]
        assert found == [
            (f"{number}.ipynb", code_, count) for number in range(3) for code_, count in (("DSG203", 2), ("DSG202", 1), ("DSG201", 1))
        ]
        assert len(reads) == 3
        assert walks == []
        fixes.apply(report, workspace)
        assert report.fixed == 9
        assert sorted(set(walks)) == ["0.ipynb", "1.ipynb", "2.ipynb"]
    finally:
        workspace.close()
    clean = notebook(code(), metadata="{}")
    assert [(repo.folder / f"{number}.ipynb").read_text() for number in range(3)] == [clean] * 3


def test_what_only_an_output_shows_makes_nobody_parse_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = json.dumps("import random, numpy.random.seed(1)\nopen('../data/x.csv'), /home/ana/x, /mnt/x, HASH, print(os.environ)")
    parsed: list[str] = []
    load = python.load_module

    def loading(file: File) -> python.Module:
        parsed.append(file.path)
        return load(file)

    monkeypatch.setattr(python, "load_module", loading)
    data = notebook(code(f'[{{"name": "stdout", "output_type": "stream", "text": {shown}}}]'))
    found = {finding.code for finding in run({"nb.ipynb": data}, ignore=["notebooks"]).findings}
    assert parsed == ["nb.ipynb"]
    parsed.clear()
    assert {finding.code for finding in run({"nb.ipynb": data}).findings if finding.family != "notebooks"} == found
    assert parsed == []


def test_a_fix_is_for_the_notebook_that_was_checked(repo: Repo) -> None:
    before = notebook(code(f"[{STREAM}]", count="3"))
    repo.write("nb.ipynb", before)
    workspace = open_workspace(str(repo.folder))
    try:
        report = engine.run(make_plan(Config(), families=["notebooks"]), workspace)
        after = before.replace('"x"', '"x = 1  # dsguard: ignore[DSG201] shown on purpose"')
        repo.write("nb.ipynb", after)
        fixes.apply(report, workspace)
    finally:
        workspace.close()
    assert report.fixed == 0
    assert [skip.reason for skip in report.skipped] == ["not fixed: changed since it was checked"]
    assert (repo.folder / "nb.ipynb").read_text() == after


def test_a_baseline_and_since_go_by_cells(repo: Repo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    cells = [code(f"[{STREAM}]", count=str(number)) for number in range(4)]
    lines = json.dumps(json.loads(notebook(*cells)), indent=1)
    repo.write("nb.ipynb", lines)
    repo.commit()
    baselines = []
    for at_once in (True, False):
        if not at_once:
            by_cell(monkeypatch)
        assert cli.main(["baseline", "create"]) == 0
        assert "Wrote .dsguard-baseline: 8 findings in 1 file." in capsys.readouterr().out
        place = repo.folder / ".dsguard-baseline"
        baselines.append([line for line in place.read_text().splitlines() if not line.startswith("#")])
        assert cli.main(["check", "--family", "notebooks"]) == 0
        repo.write("nb.ipynb", json.dumps(json.loads(notebook(*cells, code(f"[{STREAM}]"))), indent=1))
        capsys.readouterr()
        assert cli.main(["check", "--family", "notebooks"]) == 1
        assert "1 of 5 code cells has stored outputs" in capsys.readouterr().out
        place.unlink()
        assert cli.main(["check", "--family", "notebooks", "--since", "HEAD"]) == 1
        said = capsys.readouterr().out  # the line that ends the last cell has a comma now
        assert "2 of 5 code cells have stored outputs" in said
        assert "left out: 6 findings" in said
        repo.write("nb.ipynb", lines)
    assert baselines[0] == baselines[1] != []
