"""DSG110: what git would take in, before and after the fix, by git's own word."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from dsguard.config import Config, make_plan
from dsguard.engine import run
from dsguard.fixes import apply
from dsguard.model import Report
from dsguard.rules.data.unprotected_data_directory import UnprotectedDataDirectory
from dsguard.testing import check
from dsguard.workspace import open_workspace


def git(folder: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(["git", *arguments], cwd=folder, env=environment, check=False, capture_output=True, text=True).stdout


def mended(folder: Path) -> Report:
    workspace = open_workspace(str(folder))
    try:
        report = run(make_plan(Config(), select=["DSG110"]), workspace)
        apply(report, workspace)
    finally:
        workspace.close()
    return report


@pytest.mark.parametrize("before", ["", "*.pyc", "*.pyc\n", "*.pyc\r\n", "# notes\n/build/\n\n"])
def test_the_fix_by_the_word_of_git(tmp_path: Path, before: str) -> None:
    git(tmp_path, "init", "-q")
    ignore = tmp_path / ".gitignore"
    ignore.write_bytes(before.encode())
    folders = ["data/raw", "models", "my data/raw [1]/data/raw"]
    for folder in folders:
        (tmp_path / folder / "2024").mkdir(parents=True)
        (tmp_path / folder / ".gitkeep").touch()
        (tmp_path / folder / "2024" / "README.md").write_text("# 2024\n")
    if not before:
        ignore.write_text("*.tmp\n")
        before = "*.tmp\n"
    report = mended(tmp_path)
    assert report.fixed == 1
    after = ignore.read_bytes().decode()
    assert after.startswith(before)
    assert after.count("# Data and models stay out of git") == 1
    assert ("\r\n" in after) == ("\r\n" in before)
    for folder in folders:
        for name in ("new.csv", "2024/new.parquet", "2024/deep/x.zip", "new.pkl"):
            assert git(tmp_path, "check-ignore", "--no-index", f"{folder}/{name}"), f"{folder}/{name} stays out"
        for name in (".gitkeep", "2024/README.md", "new.csv.dvc", "2024/.gitignore"):
            assert not git(tmp_path, "check-ignore", "--no-index", f"{folder}/{name}"), f"{folder}/{name} may come in"
    assert not git(tmp_path, "check-ignore", "--no-index", "src/data.csv")
    again = mended(tmp_path)
    assert (again.findings, again.fixed) == ([], 0)
    assert ignore.read_bytes().decode() == after


def test_all_folders_are_one_finding() -> None:
    (found,) = check(
        UnprotectedDataDirectory(), {".gitignore": "x\n", "data/raw/.gitkeep": "", "data/raw/a/README.md": "", "models/.gitkeep": ""}
    )
    assert found.path == ".gitignore"
    assert found.message == "git would take in data from data/raw/, models/"
    assert found.fix is not None


def test_a_note_is_enough() -> None:
    assert len(check(UnprotectedDataDirectory(), {".gitignore": "x\n", "data/raw/README.md": "# Where it comes from\n"})) == 1


def test_without_a_gitignore_the_lines_are_said() -> None:
    (found,) = check(UnprotectedDataDirectory(), {"data/raw/.gitkeep": ""})
    assert found.path == "data/raw/.gitkeep"
    assert found.fix is None
    assert found.help.startswith("Create a .gitignore with the lines `/data/raw/**`, `!/data/raw/**/`,")


@pytest.mark.parametrize(
    "files",
    [
        {".gitignore": "data/\n", "data/raw/.gitkeep": ""},
        {"data/.gitignore": "raw/*\n!raw/.gitkeep\n", "data/raw/.gitkeep": ""},
        {".gitignore": "x\n", "data/raw/.gitkeep": "", "data/raw/trips.csv": "1\n"},
        {".gitignore": "x\n", "data/raw/.gitkeep": "", "data/raw/load.py": ""},
        {".gitignore": "x\n", "data/processed/.gitkeep": ""},
        {".gitignore": "x\n", "docs/models/README.md": "# Models\n"},
        {".gitignore": "x\n", "src/models/README.md": "", "src/models/net.py": ""},
        {
            ".gitignore": "x\n",
            "data/raw/README.md": "",
            "data/raw/a.csv.dvc": "outs:\n- md5: 1a79a4d60de6718e8e5b326e338ae533\n  path: a.csv\n",
        },
    ],
)
def test_silent(files: dict[str, str]) -> None:
    assert check(UnprotectedDataDirectory(), files, profile="strict") == []
