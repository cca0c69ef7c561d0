"""git is asked without anything of the repository being run."""

from __future__ import annotations

import contextlib
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dsguard.git import Git, GitError, decode_path, encode_path
from dsguard.model import UsageError
from dsguard.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Repo

MODES: list[Any] = [
    pytest.param({}, id="check"),
    pytest.param({"untracked": False}, id="hook"),
    pytest.param({"staged": True}, id="staged"),
    pytest.param({"revision": "HEAD"}, id="commit"),
    pytest.param({"from_ref": "HEAD~1", "to_ref": "HEAD"}, id="range"),
]


def found(folder: Path | str) -> Git:
    git = Git.discover(str(folder))
    assert git is not None
    return git


# Where it is


def test_the_root_is_found_from_any_folder(repo: Repo) -> None:
    repo.write("a b/é/c.py")
    for folder in ("", "a b", "a b/é"):
        git = found(repo.folder / folder)
        assert git.folder == os.path.realpath(repo.folder)
        assert os.path.realpath(git.directory) == os.path.realpath(repo.folder / ".git")


@pytest.mark.skipif(os.name == "nt", reason="names that Windows does not have")
@pytest.mark.parametrize("name", [b"new\nline", b"trailing ", b"\xff", b"-dash"])
def test_the_root_may_have_any_name(name: bytes, make_repo: Callable[[str], Repo]) -> None:
    made = make_repo(os.fsdecode(name))
    made.write("sub/a.py", "a")
    git = found(made.folder / "sub")
    assert git.folder == os.path.realpath(made.folder)
    assert git.directory == os.path.realpath(made.folder / ".git")
    workspace = open_workspace(str(made.folder), paths=["sub"])
    assert [entry.read(0, None) for entry in workspace.selected] == [b"a"]


def test_outside_of_a_repository(tmp_path: Path, make_repo: Callable[[str], Repo]) -> None:
    assert Git.discover(str(tmp_path)) is None
    made = make_repo("repo")
    made.git("init", "-q", "--bare", str(tmp_path / "bare"))
    for nothing_to_check in (made.folder / ".git", tmp_path / "bare"):
        with pytest.raises(GitError, match="run dsguard in a work tree"):
            Git.discover(str(nothing_to_check))


def test_a_link_to_the_repository(repo: Repo, tmp_path: Path) -> None:
    repo.write("sub/a.py", "a")
    try:
        (tmp_path / "link").symlink_to(repo.folder)
    except OSError:
        pytest.skip("no links here")
    assert found(tmp_path / "link" / "sub").folder == os.path.realpath(repo.folder)
    workspace = open_workspace(str(tmp_path / "link"), paths=[str(tmp_path / "link" / "sub" / "a.py")])
    assert [entry.path for entry in workspace.selected] == ["sub/a.py"]


def test_without_git_installed(repo: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    repo.write("a.py", "a")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Git.discover(str(repo.folder)) is None
    assert [entry.path for entry in open_workspace(str(repo.folder)).selected] == ["a.py"]


def test_a_repository_that_git_refuses_is_said(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("a.py", "a")
    (repo.folder / ".git" / "config").write_text("[core\nbroken")
    with pytest.raises(UsageError, match="bad config"):
        open_workspace(str(repo.folder))


def test_a_repository_of_somebody_else_is_said(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Git, *arguments: str, input: bytes | None = None) -> bytes:
        raise GitError("detected dubious ownership in repository at '/x'")

    monkeypatch.setattr(Git, "run", refuse)
    monkeypatch.setattr("dsguard.git.repository.ordinary_root", lambda _: None)  # as for another owner
    with pytest.raises(UsageError, match="dubious ownership"):
        open_workspace(str(repo.folder))


# Nothing runs


@pytest.fixture
def trap(repo: Repo, tmp_path: Path) -> Path:
    """A repository whose every setting that names a program names one that leaves a marker. Returns where."""
    repo.write(".gitattributes", "*.csv filter=trap diff=trap merge=trap\n*.txt text working-tree-encoding=UTF-16\n")
    repo.write("a.csv", "first")
    repo.write("a.txt", "\ufeffx".encode("utf-16-le"))
    repo.write("a.py", "first")
    repo.git("add", "-A")
    repo.commit()
    repo.write("a.csv", "second")
    repo.write("a.py", "second")
    repo.commit()
    repo.write("b.csv", "staged")
    repo.git("add", "-A")
    repo.write("a.csv", "on disk")
    repo.write("c.csv", "untracked")

    marker = tmp_path / "marker"
    program = tmp_path / "trap.py"
    program.write_text(
        f"import sys\nopen({str(marker)!r}, 'a').write(' '.join(sys.argv[1:]) + '\\n')\nsys.stdout.write(sys.stdin.read(0))\n"
    )
    call = f'"{Path(sys.executable).as_posix()}" "{program.as_posix()}"'
    hooks = repo.folder / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("fsmonitor-watchman", "post-index-change", "pre-auto-gc", "reference-transaction", "post-checkout", "pre-commit"):
        (hooks / hook).write_text(f"#!/bin/sh\n{call} hook-{hook}\n")
        (hooks / hook).chmod((hooks / hook).stat().st_mode | stat.S_IXUSR)
    for key in (
        "core.fsmonitor",
        "core.pager",
        "core.editor",
        "core.sshCommand",
        "core.gitProxy",
        "core.askPass",
        "core.alternateRefsCommand",
        "credential.helper",
        "diff.external",
        "diff.trap.command",
        "diff.trap.textconv",
        "filter.trap.clean",
        "filter.trap.smudge",
        "filter.trap.process",
        "merge.trap.driver",
        "gpg.program",
        "interactive.diffFilter",
        "pager.diff",
        "pager.ls-files",
        "pager.ls-tree",
        "pager.cat-file",
        "uploadpack.packObjectsHook",
        "remote.origin.uploadpack",
        "remote.origin.vcs",
        "alias.ls-files",
        "sequence.editor",
    ):
        repo.git("config", key, f"!{call} {key}" if key.startswith(("alias", "credential")) else f"{call} {key}")
    repo.git("config", "core.hooksPath", str(hooks))
    repo.git("config", "filter.trap.required", "true")
    repo.git("config", "core.untrackedCache", "true")
    repo.git("config", "--unset", "remote.origin.vcs")
    repo.git("config", "--unset", "remote.origin.uploadpack")
    # a partial clone fetches what it lacks from its promisor, here through a program
    repo.git("config", "core.repositoryFormatVersion", "1")
    repo.git("config", "extensions.partialClone", "origin")
    repo.git("config", "remote.origin.promisor", "true")
    repo.git("config", "remote.origin.url", f"ext::{Path(sys.executable).as_posix()} {program.as_posix()} fetch")
    repo.git("config", "protocol.allow", "always")
    repo.git("config", "protocol.ext.allow", "always")
    return marker


def _read_all(folder: Path, options: dict[str, Any]) -> int:
    workspace = open_workspace(str(folder), **options)
    count = 0
    for entry in workspace.listing.values():
        assert entry.is_filtered in (True, False)
        count += len(entry.read(0, None)) == entry.size
    workspace.close()
    return count


def test_the_trap_works(repo: Repo, trap: Path) -> None:
    """Else the tests below could not fail."""
    subprocess.run(["git", "status"], check=False, capture_output=True)
    subprocess.run(["git", "diff"], check=False, capture_output=True)
    subprocess.run(["git", "add", "c.csv"], check=False, capture_output=True)
    said = trap.read_text()
    assert "core.fsmonitor" in said
    assert "filter.trap" in said


@pytest.mark.parametrize("options", MODES)
def test_nothing_of_a_hostile_repository_runs(options: dict[str, Any], repo: Repo, trap: Path) -> None:
    assert _read_all(repo.folder, options) >= 4
    assert not trap.exists(), trap.read_text()


@pytest.mark.parametrize(
    "environment", [{}, {"GIT_ALLOW_PROTOCOL": "ext"}, {"GIT_EXTERNAL_DIFF": "false", "GIT_TRACE": "1", "GIT_PAGER": "false"}]
)
@pytest.mark.parametrize("options", [{"revision": "HEAD"}, {"staged": True}])
def test_what_a_partial_clone_lacks_is_not_fetched(
    options: dict[str, Any], environment: dict[str, str], repo: Repo, trap: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for line in repo.git("ls-files", "-s", "a.py", "b.csv").splitlines():
        oid = line.split()[1].decode()
        (repo.folder / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    trap.unlink(missing_ok=True)  # sprung by the git of this test itself
    workspace = open_workspace(str(repo.folder), **options)
    lacking = workspace.listing["a.py"]
    for ask in (lambda: lacking.size, lambda: lacking.read(0, None)):
        with pytest.raises(Exception, match="missing from git"):
            ask()
    workspace.close()
    assert not trap.exists(), trap.read_text()


def test_without_the_switch_of_newer_gits_nothing_is_fetched_either(repo: Repo, trap: Path) -> None:
    oid = repo.git("rev-parse", "HEAD:a.py").decode().strip()
    (repo.folder / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    git = found(repo.folder)
    del git._environment["GIT_NO_LAZY_FETCH"]
    trap.unlink(missing_ok=True)
    with contextlib.suppress(GitError):  # as good
        assert git.sizes([oid]) == {}
    git.close()
    assert not trap.exists(), trap.read_text()


def test_the_index_is_not_refreshed(repo: Repo) -> None:
    """Another git command at the same time must find no lock, and a read-only checkout must do."""
    repo.write("a.py", "a")
    repo.commit()
    os.utime(repo.folder / "a.py", (1, 1))
    index = repo.folder / ".git" / "index"
    before = index.read_bytes()
    (repo.folder / ".git" / "index.lock").write_bytes(b"")
    every: list[dict[str, Any]] = [{}, {"untracked": False}, {"staged": True}, {"revision": "HEAD"}]
    for options in every:
        _read_all(repo.folder, options)
    assert index.read_bytes() == before


# What it says


def test_what_goes_through_a_filter(repo: Repo) -> None:
    repo.write(".gitattributes", "*.bin filter=lfs\nkept.bin -filter\nset.bin filter\nunset.bin !filter\n")
    git = found(repo.folder)
    names = ["a.bin", "kept.bin", "set.bin", "unset.bin", "a.py", "d/b.bin", "new\nline.bin", "\udcff.bin"]
    assert git.filters(names) == dict.fromkeys(["a.bin", "d/b.bin", "new\nline.bin", "\udcff.bin"], "lfs")
    assert git.filters([]) == {}


@pytest.mark.skipif(os.name == "nt", reason="names and links that Windows does not have")
def test_what_git_would_ignore(repo: Repo) -> None:
    repo.write(".gitignore", "*.log\n/build/\n!keep.log\n")
    repo.write("tracked.log", "t")
    repo.git("add", "-f", "tracked.log")
    git = found(repo.folder)
    asked = [
        "a.log",
        "keep.log",
        "build/x",
        "src/build/x",
        "nowhere/b.log",
        "tracked.log",
        "new\nline.log",
        "\udcff.log",
        ":c.log",
        "*.log",
        "a.py",
    ]
    ignored = {"a.log", "build/x", "nowhere/b.log", "tracked.log", "new\nline.log", "\udcff.log", ":c.log", "*.log"}
    assert git.ignored(asked) == ignored
    assert git.ignored([]) == set()
    (repo.folder / "link").symlink_to("src")
    before = git.processes
    many = [f"d/{number}.log" for number in range(500)]
    assert git.ignored([*many, "link/x.log", *asked]) == {*many, *ignored}, "git refuses to look behind a link"
    assert git.processes - before <= 25


def test_sizes_of_many_objects_at_once(repo: Repo) -> None:
    for number in range(30):
        repo.write(f"{number}", b"x" * number)
    repo.commit()
    git = found(repo.folder)
    oids = {path: oid for _, _, oid, path in git.index(untracked=False)}
    before = git.processes
    assert git.sizes([*oids.values(), "0" * 40, *oids.values()]) == {oids[str(number)]: number for number in range(30)}
    assert git.processes == before + 1
    tree = repo.git("rev-parse", "HEAD^{tree}").decode().strip()
    assert git.sizes([tree]) == {}


def test_one_process_serves_all_contents(repo: Repo) -> None:
    repo.write("a", "1\n2\n")
    repo.write("b", b"")
    repo.write("c", bytes(range(256)))
    repo.commit()
    git = found(repo.folder)
    oids = [oid for _, _, oid, _ in git.index(untracked=False)]
    before = git.processes
    for _ in range(3):
        assert [git.blob(oid, 0, None) for oid in oids] == [b"1\n2\n", b"", bytes(range(256))]
        assert git.blob("0" * 40, 0, None) is None
        assert git.blob("not an id", 0, None) is None
    assert git.processes == before + 1
    git.close()
    git.close()
    assert git.blob(oids[0], 2, 1) == b"2", "it starts again when asked"
    git.close()


def test_the_reader_survives_its_process(repo: Repo) -> None:
    repo.write("a", "1")
    repo.commit()
    git = found(repo.folder)
    oid = next(oid for _, _, oid, _ in git.index(untracked=False))
    assert git.blob(oid, 0, None) == b"1"
    assert git._reader is not None
    git._reader._process.kill()
    git._reader._process.wait()
    assert git.blob(oid, 0, None) is None
    assert git.blob(oid, 0, None) == b"1"
    git.close()


def test_an_error_is_one_line_of_what_git_said(repo: Repo) -> None:
    git = found(repo.folder)
    with pytest.raises(GitError) as caught:
        git.run("rev-parse", "--verify", "nowhere")
    assert caught.value.message == "Needed a single revision"
    with pytest.raises(GitError) as caught:
        git.run("hash-object", "--nonsense")
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("path", [b"a", "é".encode(), b"\xff\n\xe9", b"\xed\xa0\x80", bytes(range(1, 256)).replace(b"/", b"")])
def test_paths_come_back_byte_for_byte(path: bytes) -> None:
    assert encode_path(decode_path(path)) == path


def test_a_repository_of_sha256(make_repo: Callable[[str], Repo], tmp_path: Path) -> None:
    made = make_repo("plain")
    if subprocess.run(["git", "init", "-q", "--object-format=sha256", str(tmp_path / "repo")], check=False).returncode:
        pytest.skip("this git knows no SHA-256")
    made.folder = tmp_path / "repo"
    made.write("a.py", "a")
    made.commit()
    every: list[dict[str, Any]] = [{}, {"revision": "HEAD"}, {"staged": True}]
    for options in every:
        workspace = open_workspace(str(made.folder), **options)
        assert workspace.listing["a.py"].read(0, None) == b"a"
        workspace.close()
