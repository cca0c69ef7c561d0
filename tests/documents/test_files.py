"""All files of a workspace by path: what lies where, what a run judges, what only the disk has."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dsguard.config import Config, make_plan
from dsguard.documents.files import Files
from dsguard.testing import MemoryWorkspace, all_files
from dsguard.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from tests.conftest import Repo


def files_of(workspace: Workspace) -> Files:
    return Files(workspace.listing, make_plan(Config()).policy.labels, workspace)


def test_files_of_a_folder_and_below_it() -> None:
    files = all_files({"a/x.csv": "", "a/b/y.csv": "", "a-b/z.csv": "", "a0.csv": "", "c.csv": ""})
    assert files.below("a") == ["a/b/y.csv", "a/x.csv"]
    assert files.below("a/b") == ["a/b/y.csv"]
    assert files.below("gone") == []
    assert len(files.below("")) == 5
    assert (files.names_in("a"), files.names_in(""), files.names_in("gone")) == (["x.csv"], ["a0.csv", "c.csv"], [])


def test_what_is_made_of_all_files_is_made_once() -> None:
    files, made = all_files({"a": ""}), []
    for _ in range(2):
        assert files.once("names", lambda files: made.append(1) or sorted(files)) == ["a"]  # type: ignore[func-returns-value]
    assert made == [1]


def test_a_run_over_some_files_judges_those() -> None:
    workspace = MemoryWorkspace({"a.py": "", "b.py": ""})
    workspace.select(lambda path: path == "b.py")
    files = files_of(workspace)
    assert files.selected == {"b.py"}
    assert "a.py" in files
    assert Files(workspace.listing, make_plan(Config()).policy.labels).selected == {"a.py", "b.py"}


def test_what_git_ignores_lies_on_disk_only() -> None:
    files = all_files({".gitignore": "*.lock\nbuild/\n", "uv.lock": "", "build/pdm.lock": "", "a/uv.lock": ""})
    assert sorted(files) == [".gitignore"]
    assert [files.left_out(path) for path in ("uv.lock", "build/pdm.lock", "a/uv.lock", "poetry.lock", ".gitignore")] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_left_out_in_a_repository(repo: Repo) -> None:
    repo.write(".gitignore", "uv.lock\n")
    repo.write("kept/uv.lock")
    repo.git("add", "-f", "kept/uv.lock")
    repo.commit()
    repo.write("uv.lock")
    repo.write("pdm.lock")
    repo.write("folder.lock/x")
    files = files_of(open_workspace(str(repo.folder)))
    assert files.left_out("uv.lock")
    assert not files.left_out("kept/uv.lock")  # tracked in spite of .gitignore
    assert not files.left_out("pdm.lock")  # untracked, and not ignored: a commit of everything has it
    assert not files.left_out("folder.lock")
    assert not files.left_out("gone.lock")


def test_git_is_asked_only_for_what_is_there_and_once(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write(".gitignore", "uv.lock\n")
    repo.commit()
    repo.write("uv.lock")
    workspace = open_workspace(str(repo.folder))
    files = files_of(workspace)
    asked: list[list[str]] = []
    monkeypatch.setattr(workspace, "ignored", lambda paths: asked.append(list(paths)) or {"uv.lock"})  # type: ignore[func-returns-value]
    assert [files.left_out(path) for path in ("pdm.lock", "uv.lock", "uv.lock")] == [False, True, True]
    assert asked == [["uv.lock"]]


@pytest.mark.skipif(os.name == "nt", reason="needs symbolic links")
def test_a_link_is_no_file_on_disk(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.lock").write_text("")
    repo.write(".gitignore", "*.lock\n")
    repo.commit()
    (repo.folder / "uv.lock").symlink_to(tmp_path / "elsewhere.lock")
    (repo.folder / "sub").symlink_to(tmp_path)
    files = files_of(open_workspace(str(repo.folder)))
    assert not files.left_out("uv.lock")
    assert not files.left_out("sub/elsewhere.lock")


def test_of_the_index_and_of_a_commit_only_what_is_listed_counts(repo: Repo) -> None:
    repo.write(".gitignore", "uv.lock\n")
    commit = repo.commit()
    repo.write("uv.lock")
    assert not files_of(open_workspace(str(repo.folder), revision=commit)).left_out("uv.lock")
    assert subprocess.run(["git", "check-ignore", "-q", "uv.lock"], check=False).returncode == 0


def test_the_size_of_a_file_is_known_without_a_view_of_it() -> None:
    asked: list[str] = []

    def labels(path: str) -> frozenset[str]:
        asked.append(path)
        return frozenset()

    files = Files(MemoryWorkspace({"a.csv": "12345", "b.csv": "1"}).listing, labels)
    assert files.size_of("a.csv") == 5
    assert asked == []
    assert files["b.csv"].size == files.size_of("b.csv") == 1
