"""DSG403: a lockfile that lies on disk and is kept out of git."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from dsguard import engine
from dsguard.config import load_config, make_plan
from dsguard.model import Finding
from dsguard.rules.lockfile.ignored_lockfile import IgnoredLockfile
from dsguard.testing import check, run
from dsguard.workspace import Workspace, open_workspace

PROJECT = '[project]\nname = "churn"\nversion = "0"\ndependencies = ["pandas"]\n'


def findings(files: dict[str, str], *, profile: str = "default") -> list[Finding]:
    return check(IgnoredLockfile(), files, profile=profile)


@pytest.mark.parametrize(
    ("ignore", "line"),
    [("uv.lock\n", 1), ("# locks\n\n*.lock\n", 3), ("/uv.lock\n", 1), ("**/uv.lock\n", 1), ("*\n!*.toml\n!.gitignore\n", None)],
)
def test_it_names_the_line_that_ignores_it(ignore: str, line: int | None) -> None:
    (finding,) = findings({"pyproject.toml": PROJECT, "uv.lock": "", ".gitignore": ignore})
    assert finding.message == "uv.lock is on disk, and git ignores it: only this machine has these versions"
    if line is None:
        assert (finding.path, finding.help) == ("pyproject.toml", "`git add --force uv.lock` records it all the same.")
    else:
        assert (finding.path, finding.location.line) == (".gitignore", line)
        assert finding.help == "Take uv.lock out of .gitignore, then `git add uv.lock`."


def test_it_is_told_once_and_not_as_missing_too() -> None:
    files = {"jobs/pyproject.toml": PROJECT, "jobs/uv.lock": "", ".gitignore": "uv.lock\n"}
    report = run(files, select=["DSG401", "DSG403"])
    assert [(finding.code, finding.path) for finding in report.findings] == [("DSG403", ".gitignore")]
    report = run({path: text for path, text in files.items() if path != "jobs/uv.lock"}, select=["DSG401", "DSG403"])
    assert [finding.code for finding in report.findings] == ["DSG401"]


def test_members_need_none_and_libraries_are_for_strict() -> None:
    workspace = {
        "pyproject.toml": '[tool.uv.workspace]\nmembers = ["p"]\n',
        "p/pyproject.toml": PROJECT,
        "p/uv.lock": "",
        ".gitignore": "/p/uv.lock\n",
    }
    assert findings(workspace) == []
    (finding,) = findings({**workspace, "uv.lock": "", ".gitignore": "uv.lock\n"})
    assert finding.path == ".gitignore"
    library = PROJECT + '[project.urls]\nSource = "https://git.example.com/churn"\n[build-system]\nrequires = []\n'
    assert findings({"pyproject.toml": library, "uv.lock": "", ".gitignore": "uv.lock\n"}) == []
    assert len(findings({"pyproject.toml": library, "uv.lock": "", ".gitignore": "uv.lock\n"}, profile="strict")) == 1


def codes(workspace: Workspace) -> list[str]:
    try:
        return [finding.code for finding in engine.run(make_plan(load_config(None, "/"), families=["lockfile"]), workspace).findings]
    finally:
        workspace.close()


def test_in_a_repository_git_is_asked_once_and_only_if_a_lockfile_lies_there(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        subprocess.run(("git", "-C", str(tmp_path), *arguments), check=True, capture_output=True)

    git("init", "-q")
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / ".git" / "info" / "exclude").write_text("uv.lock\n")
    git("add", "-A")

    def look(*, untracked: bool = True) -> tuple[list[str], int]:
        workspace = open_workspace(str(tmp_path), paths=None if untracked else ["pyproject.toml"], untracked=untracked, whole_projects=True)
        before = workspace.git.processes if workspace.git is not None else 0
        found = codes(workspace)
        return found, (workspace.git.processes if workspace.git is not None else 0) - before

    assert look() == (["DSG401"], 0)
    (tmp_path / "uv.lock").write_text("version = 1\n")
    assert look() == (["DSG403"], 1)
    assert look(untracked=False) == (["DSG403"], 1)
    git("add", "--force", "uv.lock")
    assert look()[0] == ["DSG402"]  # it is no lockfile of this project, but git has it
    (tmp_path / "uv.lock").unlink()
    (tmp_path / "uv.lock").symlink_to("pyproject.toml")
    git("rm", "-q", "--cached", "--force", "uv.lock")
    assert look() == (["DSG401"], 0)


def test_a_commit_and_a_plain_folder(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "uv.lock").write_text("version = 1\n")
    (tmp_path / ".gitignore").write_text("*.lock\n")
    assert codes(open_workspace(str(tmp_path))) == ["DSG403"]
    for command in (("init", "-q"), ("add", "-A"), ("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "x")):
        subprocess.run(("git", "-C", str(tmp_path), *command), check=True, capture_output=True)
    assert codes(open_workspace(str(tmp_path), revision="HEAD")) == ["DSG401"]  # what lies on disk is not of that commit
