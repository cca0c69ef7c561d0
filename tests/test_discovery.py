"""A working tree that is found without asking git is the one that git would have named."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Repo

from dsguard.git import Git, GitError
from dsguard.git.discovery import ordinary_root
from dsguard.workspace import open_workspace

pytestmark = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="asks git everywhere")


def a_repository(repo: Repo) -> Path:
    return repo.folder


def a_folder_in_it(repo: Repo) -> Path:
    return repo.write("a/b/c.py").parent


def a_repository_within(repo: Repo) -> Path:
    Repo(repo.folder / "vendor")
    return repo.write("vendor/src/a.py").parent


def through_a_link(repo: Repo) -> Path:
    link = repo.folder.parent / "link"
    link.symlink_to(repo.write("a/b.py").parent)
    return link


def git_s_folder_is_a_link(repo: Repo) -> Path:
    (repo.folder / ".git").rename(repo.folder.parent / "kept")
    (repo.folder / ".git").symlink_to(repo.folder.parent / "kept")
    return repo.folder


def a_linked_worktree(repo: Repo) -> Path:
    repo.commit()
    repo.git("worktree", "add", "-q", "../other")
    return repo.folder.parent / "other"


def git_s_folder_elsewhere(repo: Repo) -> Path:
    repo.git("init", "-q", "--separate-git-dir", "../elsewhere")
    return repo.folder


def files_elsewhere(repo: Repo) -> Path:
    other = repo.folder.parent / "files"
    other.mkdir()
    repo.git("config", "core.worktree", str(other))
    return repo.folder


def files_elsewhere_by_another_file(repo: Repo) -> Path:
    other = repo.folder.parent / "files"
    other.mkdir()
    (repo.folder.parent / "more").write_text(f"[core]\n\tworktree = {other}\n")
    repo.git("config", "include.path", str(repo.folder.parent / "more"))
    return repo.folder


def bare(repo: Repo) -> Path:
    repo.git("config", "core.bare", "true")
    return repo.folder


def bare_in_short(repo: Repo) -> Path:
    (repo.folder / ".git/config").write_text("[core]\n\tBare\n")
    return repo.folder


def no_repository_in_spite_of_the_name(repo: Repo) -> Path:
    (repo.folder / "data/.git").mkdir(parents=True)
    return repo.folder / "data"


def without_objects(repo: Repo) -> Path:
    inner = Repo(repo.folder / "inner")
    (inner.folder / ".git/objects").rename(inner.folder / "objects")
    return inner.folder


def git_s_own_folder(repo: Repo) -> Path:
    return repo.folder / ".git/hooks"


def a_bare_repository(repo: Repo) -> Path:
    repo.git("init", "-q", "--bare", "store.git")
    return repo.folder / "store.git/refs"


def nothing(repo: Repo) -> Path:
    return repo.folder.parent


PLAIN = [a_repository, a_folder_in_it, a_repository_within, through_a_link]
ODD = [
    git_s_folder_is_a_link,
    a_linked_worktree,
    git_s_folder_elsewhere,
    files_elsewhere,
    files_elsewhere_by_another_file,
    bare,
    bare_in_short,
    no_repository_in_spite_of_the_name,
    without_objects,
    git_s_own_folder,
    a_bare_repository,
    nothing,
]


def told(folder: Path, monkeypatch: pytest.MonkeyPatch, *, asking: bool) -> tuple[str, str] | str | None:
    with monkeypatch.context() as patch:
        if asking:
            patch.setattr("dsguard.git.repository.ordinary_root", lambda _: None)
        try:
            git = Git.discover(str(folder))
        except GitError as error:
            return error.message
    return None if git is None else (git.folder, os.path.realpath(git.directory))


@pytest.mark.parametrize("make", [*PLAIN, *ODD])
def test_git_says_the_same(make: Callable[[Repo], Path], repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make(repo)
    assert told(folder, monkeypatch, asking=False) == told(folder, monkeypatch, asking=True)


@pytest.mark.parametrize("make", PLAIN)
def test_an_ordinary_repository_costs_no_process(make: Callable[[Repo], Path], repo: Repo) -> None:
    git = Git.discover(str(make(repo)))
    assert git is not None
    assert git.processes == 0


def test_git_is_asked_where_its_variables_say_how_far_it_looks(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = a_folder_in_it(repo)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(folder.parent))
    assert ordinary_root(str(folder)) is None
    assert Git.discover(str(folder)) is None


def test_git_is_asked_about_a_repository_of_somebody_else(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ordinary_root(str(repo.folder)) is not None
    monkeypatch.setattr(os, "geteuid", lambda: os.stat(repo.folder).st_uid + 1)
    assert ordinary_root(str(repo.folder)) is None


def test_a_check_starts_one_process_and_loads_nothing_for_it(repo: Repo) -> None:
    repo.write("a.py", "x = 1\n")
    repo.git("add", "-A")
    program = "import sys; from dsguard.workspace import open_workspace as o; print(o('.').git.processes, 'subprocess' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", program], cwd=repo.folder, capture_output=True, check=True, text=True)
    assert said.stdout.split() == ["1", "False"]


def test_a_relative_entry_of_the_path_is_passed_over(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    place = repo.write("bin/git", "#!/bin/sh\ntouch started\n")
    place.chmod(0o755)
    monkeypatch.chdir(repo.folder)
    monkeypatch.setenv("PATH", os.pathsep.join(("bin", "", os.environ["PATH"])))
    assert Git.discover(str(repo.folder)) is not None
    open_workspace(str(repo.folder))
    assert not (repo.folder / "started").exists()
