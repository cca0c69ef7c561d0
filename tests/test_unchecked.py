"""A run that looked at nothing says so in every format, and a history that is not there is an error with the remedy."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from dsguard.cli import main
from dsguard.reporters import REPORTERS
from dsguard.workspace import open_workspace

if TYPE_CHECKING:
    from tests.conftest import Repo


PROJECTS = "; only the rules about projects ran"


@pytest.fixture
def commits(repo: Repo) -> Repo:
    """Two commits: the second takes a file away."""
    repo.write("a.py", "x = 1\n")
    repo.write("sub/b.py", "x = 1\n")
    repo.write(".gitignore", "ignored.py\n")
    repo.commit()
    (repo.folder / "sub" / "b.py").unlink()
    repo.commit()
    repo.write("ignored.py", "")
    return repo


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["check", "--staged"], f"nothing is staged, deletions aside{PROJECTS}"),
        (["check", "--staged", "a.py"], "nothing is staged, deletions aside"),
        (["check", "--from-ref", "HEAD~1", "--to-ref", "HEAD"], f"nothing changed from HEAD~1 to HEAD, deletions aside{PROJECTS}"),
        (["check", "ignored.py"], "what was given is ignored by git, so it would not be committed"),
        (["check", "--rev", "HEAD", "ignored.py"], "what was given is not in the index or the commit that was asked for"),
        (["hook", "all"], f"no file was given{PROJECTS}"),
        (["hook", "notebooks"], "no file was given"),
    ],
)
def test_why(arguments: list[str], expected: str, commits: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments, "--format", "json"]) == 0
    said = capsys.readouterr()
    summary = json.loads(said.out)["summary"]
    assert (summary["files"], summary["unchecked"]) == (0, expected)
    assert said.err == f"dsguard: no file was checked: {expected}\n"


def test_everything_excluded(commits: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    commits.write("dsguard.toml", "exclude = ['*']\n")
    assert main(["check"]) == 0
    assert "note: no file was checked: all 3 files are excluded by the configuration\n" in capsys.readouterr().out
    assert main(["check", "a.py"]) == 0
    assert "note: no file was checked: the only file is excluded by the configuration\n" in capsys.readouterr().out


def test_projects_are_not_files(commits: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    commits.write("pyproject.toml", "[project]\nname = 'a'\nversion = '1'\n")
    commits.commit()
    assert main(["hook", "lockfile"]) == 0
    assert "no file was checked: no file was given; only the rules about projects ran" in capsys.readouterr().out


def test_below_a_folder_without_files(commits: Repo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    empty = commits.folder / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    assert main(["check"]) == 0
    assert "none of the files under review is at or below the working directory" in capsys.readouterr().out


@pytest.mark.parametrize("form", REPORTERS)
@pytest.mark.parametrize("extra", [[], ["-q"], ["--output", "bare"], ["--output", "bare", "-q"]])
def test_every_format_says_it(form: str, extra: list[str], commits: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--staged", "--format", form, *extra]) == 0
    said = capsys.readouterr()
    assert "no file was checked" in (
        said.err if form in ("json", "sarif", "gitlab", "junit") and extra != ["--output", "bare"] else said.out + said.err
    )


def test_nothing_is_said_where_something_was_checked(commits: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    for form in REPORTERS:
        assert main(["check", "--format", form]) == 0
        said = capsys.readouterr()
        assert "no file was checked" not in said.out.replace('"no file was checked"', "")
        assert said.err == ""


# History that is not there


@pytest.fixture
def shallow(make_repo: Callable[[str], Repo], monkeypatch: pytest.MonkeyPatch) -> Repo:
    """What a CI system clones for a branch: one commit of it, and one of the branch that it goes to."""
    origin = make_repo("origin")
    origin.write("a.py", "x = 1\n")
    origin.commit()
    origin.git("checkout", "-q", "-b", "feature")
    origin.write("b.py", "x = 1\n")
    origin.commit()
    origin.git("checkout", "-q", "main")
    origin.write("theirs.py", "x = 1\n")
    origin.commit()
    clone = make_repo("clone")
    clone.git("remote", "add", "origin", origin.folder.as_uri())
    clone.git("fetch", "-q", "--depth", "1", "origin", "feature")
    clone.git("checkout", "-q", "FETCH_HEAD")
    monkeypatch.chdir(clone.folder)
    return clone


def test_a_shallow_clone_without_the_other_branch(shallow: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--from-ref", "origin/main", "--to-ref", "HEAD"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("dsguard: error: git: 'origin/main' names no commit: this clone is shallow. Fetch the history first:")
    assert "fetch-depth: 0" in said.err
    assert "GIT_DEPTH: 0" in said.err


def test_a_shallow_clone_without_the_common_ancestor(shallow: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    shallow.git("fetch", "-q", "--depth", "1", "origin", "main:refs/remotes/origin/main")
    assert main(["check", "--from-ref", "origin/main", "--to-ref", "HEAD"]) == 2
    assert "what 'origin/main' and 'HEAD' have in common is not known here: this clone is shallow" in capsys.readouterr().err
    shallow.git("fetch", "-q", "--unshallow", "origin", "main:refs/remotes/origin/main", "feature:refs/remotes/origin/feature")
    assert main(["check", "--from-ref", "origin/main", "--to-ref", "HEAD", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["summary"]["files"] == 1


def test_a_branch_of_a_remote_that_was_not_fetched(commits: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    commits.git("remote", "add", "origin", "https://example.com/a.git")
    assert main(["check", "--from-ref", "origin/main", "--to-ref", "HEAD"]) == 2
    assert capsys.readouterr().err == ("dsguard: error: git: 'origin/main' names no commit: fetch it first (`git fetch origin main`)\n")


def test_git_is_not_installed(commits: Repo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", str(commits.folder / "nowhere"))
    monkeypatch.chdir(commits.folder)
    assert main(["check", "--format", "json"]) == 0
    notes = json.loads(capsys.readouterr().out)["summary"]["notes"]
    assert notes == ["git is not installed: what it tracks, or stores elsewhere, is not known here"]
    assert main(["check", "--staged"]) == 2
    assert capsys.readouterr().err == "dsguard: error: git is not installed: --staged, --from-ref and --rev need it\n"


def test_a_whole_commit_needs_no_history(shallow: Repo) -> None:
    workspace = open_workspace(str(shallow.folder), revision="HEAD")
    assert [entry.path for entry in workspace.selected] == ["a.py", "b.py"]
    assert workspace.why_empty == "HEAD has no files"
    workspace.close()
