"""DSG109: what DVC stores is in git or could get there; asked of git and, where it is installed, of DVC itself."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dsguard.config import Config, make_plan
from dsguard.engine import run
from dsguard.model import Severity
from dsguard.rules.data.dvc_output_in_git import DvcOutputInGit
from dsguard.testing import check
from dsguard.workspace import open_workspace

if TYPE_CHECKING:
    from tests.conftest import Peers

MD5 = "1a79a4d60de6718e8e5b326e338ae533"


def pointer(path: str, **more: str) -> str:
    extra = "".join(f"{name}: {value}\n" for name, value in more.items())
    return f"{extra}outs:\n- md5: {MD5}\n  path: {path}\n"


def stages(outs: str) -> str:
    return f"stages:\n  prepare:\n    cmd: python prepare.py\n    outs:\n{outs}"


FOREACH = "stages:\n  prepare:\n    foreach: [de]\n    do:\n      cmd: x\n      outs:\n      - out/${item}.csv\n"
METRICS = "      metrics:\n      - scores/${item}.json:\n          cache: false\n      plots:\n      - roc/${item}.csv\n"
LOCK = f"schema: '2.0'\nstages:\n  prepare@de:\n    cmd: x\n    outs:\n    - path: out/de.csv\n      md5: {MD5}\n"


@pytest.mark.parametrize(
    ("files", "subjects"),
    [
        ({"a/x.csv.dvc": pointer("x.csv"), "a/x.csv": "1\n"}, ["a/x.csv"]),
        ({"x.dvc": pointer("../x.csv", wdir="a"), "x.csv": "1\n"}, ["x.csv"]),
        ({"x.csv.dvc": pointer("'x.csv'"), "x.csv": "1\n"}, ["x.csv"]),
        ({"raw.dvc": pointer("raw"), "raw/a.csv": "1\n", "raw/b/c.csv": "1\n"}, ["raw"]),
        ({"dvc.yaml": stages("    - a.csv\n    - b:\n        persist: true\n"), "a.csv": "1\n", "b/c": "1\n"}, ["a.csv", "b"]),
        (
            {
                "dvc.yaml": FOREACH,
                "dvc.lock": LOCK,
                "out/de.csv": "1\n",
            },
            ["out/de.csv"],
        ),
        (
            {
                "dvc.yaml": FOREACH + METRICS,
                "dvc.lock": LOCK + f"    - path: scores/de.json\n      md5: {MD5}\n    - path: roc/de.csv\n      md5: {MD5}\n",
                "out/de.csv": "1\n",
                "roc/de.csv": "1\n",
                "scores/de.json": "{}\n",
            },
            ["out/de.csv", "roc/de.csv"],
        ),
        ({"dvc.yaml": stages("    - a.csv\n") + "    metrics:\n    - scores.json\n", "scores.json": "{}\n"}, ["scores.json"]),
    ],
)
def test_tracked_by_both(files: dict[str, str], subjects: list[str]) -> None:
    found = check(DvcOutputInGit(), files)
    assert [(finding.subject, finding.severity) for finding in found] == [(subject, Severity.ERROR) for subject in subjects]
    assert all(finding.location.line for finding in found)


@pytest.mark.parametrize(
    "files",
    [
        {"dvc.yaml": stages("    - a.csv:\n        cache: false\n"), "a.csv": "1\n"},
        {"dvc.yaml": stages("    - a.csv\n") + "    metrics:\n    - scores.json:\n        cache: false\n", "scores.json": "{}\n"},
        {"dvc.yaml": stages("    - ../a.csv\n    - /b.csv\n    - s3://x/c.csv\n"), "a.csv": "1\n"},
        {"dvc.yaml": stages("    - a.csv\n")},
        {"dvc.yaml": "stages: 3\n"},
        {"dvc.yaml": "- a\n"},
        {"x.dvc": "outs: 3\n"},
        {"x.dvc": ""},
        {"raw.dvc": pointer("raw"), ".gitignore": "/raw\n"},
        {"raw.dvc": pointer("raw"), ".gitignore": "raw/\n"},
        {"raw.dvc": pointer("raw"), ".gitignore": "raw/*\n!raw/.gitkeep\n", "raw/.gitkeep": ""},
        {"tests/x.csv.dvc": pointer("x.csv"), "tests/x.csv": "1\n"},
        {".dvc/config": "[core]\n    remote = s3\n"},
    ],
)
def test_silent(files: dict[str, str]) -> None:
    assert check(DvcOutputInGit(), files, profile="strict") == []


def test_not_ignored_is_a_warning_that_names_the_line() -> None:
    (found,) = check(DvcOutputInGit(), {".dvc/config": "", "a/x.csv.dvc": pointer("x.csv")})
    assert found.severity is Severity.WARNING
    assert found.help.startswith("Add `/x.csv` to a/.gitignore")


def test_pointers_of_another_tool_need_no_gitignore() -> None:
    pointers = {f"snapshots/{number}.csv.dvc": pointer(f"{number}.csv") for number in range(3)}
    assert check(DvcOutputInGit(), pointers) == []
    assert len(check(DvcOutputInGit(), {"snapshots/.dvc/config": "", **pointers})) == 3
    assert check(DvcOutputInGit(), {"other/.dvc/config": "", **pointers}) == []
    (found,) = check(DvcOutputInGit(), {**pointers, "snapshots/1.csv": "id\n"})
    assert found.severity is Severity.ERROR


def test_many_outputs_that_git_does_not_ignore_are_told_as_one() -> None:
    pointers = {f"data/{number:02}/x.csv.dvc": pointer("x.csv") for number in range(30)}
    (found,) = check(DvcOutputInGit(), {".dvc/config": "", **pointers, "data/07/.gitignore": "/x.csv\n"})
    assert found.severity is Severity.WARNING
    assert "29 outputs" in found.message
    assert len(found.trace) == 29


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *identity, *arguments], cwd=folder, env=environment, check=True, capture_output=True)


def found_in(folder: Path, **where: object) -> list[tuple[str, str]]:
    workspace = open_workspace(str(folder), **where)  # type: ignore[arg-type]
    try:
        report = run(make_plan(Config(), select=["DSG109"]), workspace)
    finally:
        workspace.close()
    assert not report.crashed
    return [(finding.subject, finding.severity.label) for finding in report.findings]


def test_git_is_asked_what_it_ignores(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / ".dvc").mkdir()
    (tmp_path / ".dvc" / "config").write_text("")
    for name in ("a", "b", "c d", ":(x)", "ü\n"):
        (tmp_path / f"{name}.csv.dvc").write_text(f"outs:\n- md5: {MD5}\n  path: {json_text(name + '.csv')}\n")
    (tmp_path / ".gitignore").write_text("/a.csv\n/c\\ d.csv\n")
    (tmp_path / ".git" / "info" / "exclude").write_text(":(x).csv\n")
    assert found_in(tmp_path) == [("b.csv", "warning"), ("ü\n.csv", "warning")]
    (tmp_path / "b.csv").write_text("1\n")
    assert found_in(tmp_path)[0] == ("b.csv", "warning")  # DVC has it on disk; git does not track it
    git(tmp_path, "add", "b.csv", "b.csv.dvc")
    assert found_in(tmp_path)[0] == ("b.csv", "error")
    assert found_in(tmp_path, staged=True) == [("b.csv", "error")]


def json_text(value: str) -> str:
    return '"' + value.replace("\n", "\\n") + '"'


def test_dvc_itself(tmp_path: Path, peers: Peers) -> None:
    program = peers.program("dvc")
    git(tmp_path, "init", "-q")

    def dvc(*arguments: str) -> None:
        subprocess.run([program, *arguments], cwd=tmp_path, check=True, capture_output=True, env={**os.environ, "DVC_NO_ANALYTICS": "1"})

    dvc("init", "-q")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text("id\n1\n")
    (tmp_path / "data" / "raw").mkdir()
    (tmp_path / "data" / "raw" / "b.csv").write_text("id\n1\n")
    dvc("add", "-q", "data/a.csv", "data/raw")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "data")
    for where in ({}, {"staged": True}, {"revision": "HEAD"}):
        assert found_in(tmp_path, **where) == []
    git(tmp_path, "add", "-f", "data/raw/b.csv")
    assert found_in(tmp_path) == [("data/raw", "error")]
    (tmp_path / "data" / ".gitignore").unlink()
    assert found_in(tmp_path) == [("data/a.csv", "warning"), ("data/raw", "error")]
