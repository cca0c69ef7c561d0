"""What is looked at, in every kind of repository, is what git would record."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dsguard.model import UnreadableError, UsageError
from dsguard.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Repo

POSIX = pytest.mark.skipif(os.name == "nt", reason="names and links that Windows does not have")
NO_CONTENT = "<unreadable>"

ODD_NAMES = (
    b"with space.csv",
    b" leading and trailing ",
    b"new\nline.csv",
    b"\n",
    b"tab\tcr\r.csv",
    "données.csv".encode(),
    "e\u0301.csv".encode(),
    b"\xff\xfe latin \xe9.csv",
    b'quote".csv',
    b"it's.csv",
    b"back\\slash.csv",
    b"-dash.csv",
    b"--output=x",
    b"*.csv",
    b"[a].csv",
    b":(top)magic",
    b":colon",
    b"!bang",
    b"#hash",
    b"~tilde",
    b"$(touch marker)",
    b"\x1b[31mred",
    b"d d/e\ne/-f/\xff",
)


class Look:
    """A workspace with everything in it read."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.listing = list(workspace.listing)
        self.selected = [entry.path for entry in workspace.selected]
        self.bytes: dict[str, bytes | str] = {}
        for entry in workspace.selected:
            try:
                content = entry.read(0, None)
                assert entry.size == len(content)
                self.bytes[entry.path] = content
            except UnreadableError as error:
                self.bytes[entry.path] = error.reason
        self.skipped = {skip.path: skip.reason for skip in workspace.skipped}
        self.processes = workspace.git.processes if workspace.git else 0
        workspace.close()


def look(folder: Path, **options: Any) -> Look:
    return Look(open_workspace(str(folder), **options))


def text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


# The working tree


def test_tracked_and_untracked_but_not_ignored(repo: Repo) -> None:
    repo.write(".gitignore", "*.log\nignored/\n")
    repo.write("tracked.py", "a")
    repo.write("forced.log", "f")
    repo.git("add", "-f", "forced.log")
    repo.commit()
    repo.write("tracked.py", "changed on disk")
    repo.write("sub/untracked.py", "u")
    repo.write("a.log", "l")
    repo.write("ignored/x", "i")
    seen = look(repo.folder)
    assert seen.bytes == {
        ".gitignore": b"*.log\nignored/\n",
        "forced.log": b"f",
        "sub/untracked.py": b"u",
        "tracked.py": b"changed on disk",
    }
    assert {path: entry.is_tracked for path, entry in seen.workspace.listing.items()} == {
        ".gitignore": True,
        "forced.log": True,
        "tracked.py": True,
        "sub/untracked.py": False,
    }
    assert look(repo.folder, untracked=False).selected == [".gitignore", "forced.log", "tracked.py"]


def test_what_is_gone_from_disk_would_be_recorded_as_gone(repo: Repo) -> None:
    repo.write("gone.py", "g")
    repo.write("d/gone too.py", "g")
    repo.write("here.py", "h")
    repo.commit()
    (repo.folder / "gone.py").unlink()
    (repo.folder / "d" / "gone too.py").unlink()
    (repo.folder / "d").rmdir()
    assert look(repo.folder).listing == ["here.py"]
    hook = look(repo.folder, untracked=False)
    assert hook.bytes == {"d/gone too.py": b"g", "gone.py": b"g", "here.py": b"h"}, "a commit records what is staged"
    assert look(repo.folder, staged=True).selected == []


@POSIX
def test_odd_names_everywhere(repo: Repo) -> None:
    for name in ODD_NAMES:
        repo.write(name, b"1")
    names = sorted(text(name) for name in ODD_NAMES)
    expected = dict.fromkeys(names, b"1")
    assert look(repo.folder).bytes == expected, "untracked"
    repo.git("add", "-A")
    assert look(repo.folder, staged=True).bytes == expected, "first commit"
    first = repo.commit()
    assert look(repo.folder).bytes == expected, "tracked"
    assert look(repo.folder, revision="HEAD").bytes == expected
    for name in ODD_NAMES:
        repo.write(name, b"22")
    repo.git("add", "-A")
    expected = dict.fromkeys(names, b"22")
    assert look(repo.folder, staged=True).bytes == expected
    repo.commit()
    assert look(repo.folder, from_ref=first, to_ref="HEAD").bytes == expected
    for name in ODD_NAMES:
        assert look(repo.folder, paths=[os.fsdecode(name)]).bytes == {text(name): b"22"}
        assert look(repo.folder, paths=[os.fsdecode(name)], untracked=False).bytes == {text(name): b"22"}
    folder = repo.folder / "d d"
    assert look(folder, paths=["e\ne"]).selected == [text(ODD_NAMES[-1])]


@POSIX
def test_odd_names_through_filters(repo: Repo) -> None:
    repo.git("config", "filter.upper.clean", "tr a-z A-Z")
    repo.write(".gitattributes", "* filter=upper\n.gitattributes -filter\n")
    for name in ODD_NAMES:
        repo.write(name, b"x")
    repo.git("add", "-A")
    seen = look(repo.folder)
    assert {seen.bytes[text(name)] for name in ODD_NAMES} == {b"X"}


# Symbolic links, and what else is no file


@POSIX
def test_links_are_never_followed(repo: Repo, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    repo.write("real/a.py", "a")
    for link, target in (
        ("to_file", outside / "secret.txt"),
        ("to_folder", outside),
        ("inside", Path("real")),
        ("dangling", Path("nowhere")),
    ):
        (repo.folder / link).symlink_to(target)
    for stage in ("untracked", "tracked"):
        assert look(repo.folder).bytes == {"real/a.py": b"a"}, stage
        repo.git("add", "-A")
    assert look(repo.folder, staged=True).bytes == {"real/a.py": b"a"}
    repo.commit()
    assert look(repo.folder, revision="HEAD").bytes == {"real/a.py": b"a"}
    for untracked in (True, False):
        seen = look(repo.folder, paths=["to_file", "to_folder", "inside", "dangling"], untracked=untracked)
        assert seen.bytes == {}
        assert set(seen.skipped) == {"to_file", "to_folder", "inside", "dangling"}
        assert all("symbolic link" in reason for reason in seen.skipped.values())
    with pytest.raises(UsageError, match=r"to_folder/secret\.txt: is outside of"):
        open_workspace(str(repo.folder), paths=["to_folder/secret.txt"])
    with pytest.raises(UsageError, match=r"outside of .*; `cd` there to check it"):
        open_workspace(str(repo.folder), paths=[str(outside)])


@POSIX
def test_a_folder_that_became_a_link_leads_nowhere(repo: Repo, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    (outside / "a.py").write_text("from outside")
    (outside / "deep" / "b.py").write_text("from outside")
    repo.write("d/a.py", "a")
    repo.write("d/deep/b.py", "b")
    repo.commit()
    (repo.folder / "d").rename(tmp_path / "moved")
    (repo.folder / "d").symlink_to(outside)
    for untracked in (True, False):
        assert b"from outside" not in look(repo.folder, untracked=untracked).bytes.values()


@POSIX
def test_a_folder_that_becomes_a_link_during_the_run_leads_nowhere(repo: Repo, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.py").write_text("from outside")
    repo.write("d/a.py", "a")
    repo.commit()
    workspace = open_workspace(str(repo.folder))
    (repo.folder / "d").rename(tmp_path / "moved")
    (repo.folder / "d").symlink_to(outside)
    with pytest.raises(UnreadableError):
        workspace.listing["d/a.py"].read(0, None)
    workspace.close()


@POSIX
def test_type_changes(repo: Repo) -> None:
    repo.write("file", "content")
    (repo.folder / "link").symlink_to("file")
    first = repo.commit()
    (repo.folder / "file").unlink()
    (repo.folder / "file").symlink_to("link")
    (repo.folder / "link").unlink()
    repo.write("link", "now a file")
    assert look(repo.folder).bytes == {"file": "is no regular file", "link": b"now a file"}
    repo.git("add", "-A")
    assert look(repo.folder).bytes == {"link": b"now a file"}
    assert look(repo.folder, staged=True).bytes == {"link": b"now a file"}
    repo.commit()
    assert look(repo.folder, from_ref=first, to_ref="HEAD").bytes == {"link": b"now a file"}


def test_a_link_written_out_as_text_is_still_a_link(repo: Repo) -> None:
    """What git does where links are not supported (Windows): the file holds the link's target."""
    oid = _blob(repo, b"../target.ipynb")
    repo.git("update-index", "--add", "--cacheinfo", f"120000,{oid},nb.ipynb")
    repo.write("nb.ipynb", "../target.ipynb")
    assert look(repo.folder).listing == []
    repo.write("nb.ipynb", '{"cells": []}')
    assert look(repo.folder).bytes == {"nb.ipynb": b'{"cells": []}'}


def _blob(repo: Repo, content: bytes) -> str:
    repo.write("scratch", content)
    oid = repo.git("hash-object", "-w", "scratch").decode().strip()
    (repo.folder / "scratch").unlink()
    return oid


@POSIX
def test_pipes_and_sockets_do_not_stop_a_run(repo: Repo) -> None:
    repo.write("a.py", "a")
    repo.write("was a file", "b")
    repo.commit()
    os.mkfifo(repo.folder / "pipe")
    (repo.folder / "was a file").unlink()
    os.mkfifo(repo.folder / "was a file")
    listening = socket.socket(socket.AF_UNIX)
    try:
        listening.bind("socket")
        seen = look(repo.folder)
    finally:
        listening.close()
    assert seen.bytes == {"a.py": b"a", "was a file": "is no regular file"}


def test_a_file_that_may_not_be_read_is_said(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("a.py", "a")
    opened = os.open

    def refuse(path: Any, *rest: Any) -> int:
        if str(path).endswith("a.py"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(path, *rest)

    monkeypatch.setattr(os, "open", refuse)
    workspace = open_workspace(str(repo.folder))
    with pytest.raises(UnreadableError, match="Permission denied"):
        workspace.listing["a.py"].read(0, None)
    workspace.close()


# The index


def test_staged_bytes_are_those_of_the_index(repo: Repo) -> None:
    repo.write("kept.py", "same")
    repo.write("changed.py", "old")
    repo.write("deleted.py", "d")
    repo.write("mode.py", "m")
    repo.write("from.py", "moved " * 20)
    repo.commit()
    repo.write("changed.py", "staged")
    repo.write("new.py", "staged too")
    repo.git("add", "-A")
    repo.git("mv", "from.py", "to.py")
    repo.git("rm", "-q", "--cached", "deleted.py")
    repo.git("update-index", "--chmod=+x", "mode.py")
    repo.write("changed.py", "on disk only")
    repo.write("kept.py", "on disk only")
    (repo.folder / "new.py").unlink()
    seen = look(repo.folder, staged=True)
    assert seen.bytes == {"changed.py": b"staged", "mode.py": b"m", "new.py": b"staged too", "to.py": b"moved " * 20}
    assert seen.listing == ["changed.py", "kept.py", "mode.py", "new.py", "to.py"], "rules about projects see the whole index"


def test_staged_before_the_first_commit(repo: Repo) -> None:
    assert look(repo.folder, staged=True).selected == []
    repo.write("a.py", "a")
    repo.write("not staged.py", "n")
    repo.git("add", "a.py")
    repo.write("a.py", "later")
    assert look(repo.folder, staged=True).bytes == {"a.py": b"a"}


def test_intent_to_add_is_not_an_empty_file(repo: Repo) -> None:
    repo.write("a.py", "a")
    repo.commit()
    repo.git("config", "filter.upper.clean", "tr a-z A-Z")
    repo.write(".gitattributes", "*.py filter=upper\n")
    repo.write("new.py", "content")
    repo.git("add", "-N", "new.py")
    assert look(repo.folder, staged=True).selected == []
    assert look(repo.folder).bytes["new.py"] == b"content"


def test_a_merge_in_progress(repo: Repo) -> None:
    repo.write("both.py", "base\n")
    repo.write("one.py", "base\n")
    repo.write("gone.py", "base\n")
    repo.commit()
    repo.git("checkout", "-q", "-b", "side")
    repo.write("both.py", "side\n")
    repo.write("gone.py", "side\n")
    repo.write("one.py", "side\n")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.write("both.py", "main\n")
    repo.git("rm", "-q", "gone.py")
    repo.commit()
    with pytest.raises(AssertionError):
        repo.git("merge", "side")
    tree = look(repo.folder)
    assert tree.listing == ["both.py", "gone.py", "one.py"]
    assert b"<<<<<<< HEAD" in bytes(tree.bytes["both.py"])  # type: ignore[arg-type]
    staged = look(repo.folder, staged=True)
    assert staged.bytes == {"one.py": b"side\n"}
    assert set(staged.skipped) == {"both.py", "gone.py"}
    assert "merge conflict" in staged.skipped["both.py"]


def test_the_temporary_index_of_commit_all_is_what_counts(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("a.py", "old")
    repo.write("b.py", "old")
    repo.commit()
    repo.write("a.py", "newer")  # of another size: the copy of the index is so young that times alone do not tell
    repo.write("b.py", "newer")
    temporary = repo.folder / ".git" / "next-index-1.lock"
    temporary.write_bytes((repo.folder / ".git" / "index").read_bytes())
    repo.git("add", "a.py", env={"GIT_INDEX_FILE": str(temporary)})
    assert look(repo.folder, staged=True).selected == []
    for value in (str(temporary), ".git/next-index-1.lock"):
        monkeypatch.setenv("GIT_INDEX_FILE", value)
        assert look(repo.folder, staged=True).bytes == {"a.py": b"newer"}


def test_the_index_of_another_repository_is_not_taken(
    repo: Repo, make_repo: Callable[[str], Repo], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_repo("other")
    other.write("theirs.py", "t")
    other.git("add", "-A")
    repo.write("ours.py", "o")
    repo.git("add", "-A")
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.folder / ".git" / "index"))
    assert look(repo.folder, staged=True).selected == ["ours.py"]


def test_the_environment_of_another_repository_is_not_taken(
    repo: Repo, make_repo: Callable[[str], Repo], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_repo("other")
    other.write("theirs.py", "t")
    other.commit()
    repo.write("ours.py", "o")
    monkeypatch.setenv("GIT_DIR", str(other.folder / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.folder))
    monkeypatch.setenv("GIT_PREFIX", "sub/")
    monkeypatch.setenv("GIT_LITERAL_PATHSPECS", "0")
    assert look(repo.folder).bytes == {"ours.py": b"o"}


# Ranges and commits


def test_a_range_is_what_the_new_end_did_since_the_merge_base(repo: Repo) -> None:
    repo.write("old.py", "old")
    repo.write("renamed.py", "r" * 50)
    repo.commit()
    repo.git("checkout", "-q", "-b", "feature")
    repo.write("mine.py", "mine")
    repo.git("mv", "renamed.py", "new name.py")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.write("theirs.py", "after the branch")
    repo.write("old.py", "changed after the branch")
    repo.commit()
    seen = look(repo.folder, from_ref="main", to_ref="feature")
    assert seen.bytes == {"mine.py": b"mine", "new name.py": b"r" * 50}
    assert seen.listing == ["mine.py", "new name.py", "old.py"]


def test_a_range_without_a_merge_base(repo: Repo) -> None:
    repo.write("a.py", "a")
    repo.commit()
    repo.git("checkout", "-q", "--orphan", "other")
    repo.write("b.py", "b")
    repo.commit()
    assert look(repo.folder, from_ref="main", to_ref="other").bytes == {"b.py": b"b"}


def test_a_commit_needs_no_checkout(repo: Repo) -> None:
    repo.write("a.py", "first")
    repo.git("add", "-A")
    repo.commit()
    repo.git("tag", "-a", "v1", "-m", "annotated")
    repo.write("a.py", "second")
    repo.write("b.py", "b")
    repo.commit()
    (repo.folder / "a.py").unlink()
    assert look(repo.folder, revision="v1").bytes == {"a.py": b"first"}
    assert look(repo.folder, revision="HEAD~1").bytes == {"a.py": b"first"}


@pytest.mark.parametrize("name", ["nowhere", "HEAD:a.py", "--output=marker", "-h", "", "0" * 40, "HEAD^{tree}", "a..b", "main\nmain"])
def test_what_names_no_commit_is_said(name: str, repo: Repo) -> None:
    repo.write("a.py", "a")
    repo.commit()
    options: list[dict[str, Any]] = [{"from_ref": name, "to_ref": "main"}, {"from_ref": "main", "to_ref": name}, {"revision": name}]
    for chosen in options:
        if not all(chosen.values()):
            continue
        with pytest.raises(UsageError) as caught:
            open_workspace(str(repo.folder), **chosen)
        [problem] = caught.value.problems
        zeros = ": CI systems send zeros for a branch that is new; check all of it instead"
        assert problem == f"git: {name!r} names no commit{zeros if name == '0' * 40 else ''}"
    assert sorted(os.listdir(repo.folder)) == [".git", "a.py"]


@pytest.mark.parametrize("options", [{"staged": True}, {"from_ref": "a", "to_ref": "b"}, {"revision": "a"}])
def test_git_is_needed_for_what_git_holds(options: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a git repository"):
        open_workspace(str(tmp_path), **options)


# Paths on the command line


@pytest.fixture
def tree(repo: Repo) -> Repo:
    repo.write(".gitignore", "*.log\n")
    for path in ("a.py", "src/b.py", "src/deep/c.py", "srcs/d.py", "x.log"):
        repo.write(path, path)
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "work")
    repo.write("src/new.py", "untracked")
    return repo


@pytest.mark.parametrize(
    ("start", "paths", "selected", "scope"),
    [
        ("", None, [".gitignore", "a.py", "src/b.py", "src/deep/c.py", "src/new.py", "srcs/d.py"], ("",)),
        ("", ["."], [".gitignore", "a.py", "src/b.py", "src/deep/c.py", "src/new.py", "srcs/d.py"], ("",)),
        ("", ["src"], ["src/b.py", "src/deep/c.py", "src/new.py"], ("src/",)),
        ("", ["src/", "a.py"], ["a.py", "src/b.py", "src/deep/c.py", "src/new.py"], ("src/",)),
        ("", ["./src/../a.py"], ["a.py"], ()),
        ("", ["a.py", "a.py", "./a.py"], ["a.py"], ()),
        ("", [], [], ()),
        ("src", None, ["src/b.py", "src/deep/c.py", "src/new.py"], ("src/",)),
        ("src", ["."], ["src/b.py", "src/deep/c.py", "src/new.py"], ("src/",)),
        ("src", ["../a.py", "deep"], ["a.py", "src/deep/c.py"], ("src/deep/",)),
        ("src/deep", [".."], ["src/b.py", "src/deep/c.py", "src/new.py"], ("src/",)),
        ("src/deep", ["../.."], [".gitignore", "a.py", "src/b.py", "src/deep/c.py", "src/new.py", "srcs/d.py"], ("",)),
    ],
)
def test_paths_narrow(start: str, paths: list[str] | None, selected: list[str], scope: tuple[str, ...], tree: Repo) -> None:
    workspace = open_workspace(str(tree.folder / start), paths=paths)
    assert [entry.path for entry in workspace.selected] == selected
    assert workspace.scope == scope
    assert workspace.root == os.path.realpath(tree.folder)
    assert "a.py" in workspace.listing, "rules about projects see everything"
    absolute = None if paths is None else [str(tree.folder / start / path) for path in paths]
    if absolute is not None:
        again = open_workspace(str(tree.folder / start), paths=absolute)
        assert [entry.path for entry in again.selected] == selected


@pytest.mark.parametrize("options", [{}, {"staged": True}, {"revision": "HEAD"}, {"untracked": False}])
def test_paths_that_are_not_there_are_told_all_at_once(options: dict[str, Any], tree: Repo) -> None:
    with pytest.raises(UsageError) as caught:
        open_workspace(str(tree.folder), paths=["nowhere.py", "a.py", "no/where", "../other"], **options)
    assert [problem.partition(":")[0] for problem in caught.value.problems] == ["nowhere.py", "no/where", "../other"]


@pytest.mark.parametrize(
    ("paths", "options", "skipped"),
    [
        (["x.log"], {}, {"x.log": "is ignored by git, so it would not be committed"}),
        (["x.log", "src"], {}, {"x.log": "is ignored by git, so it would not be committed"}),
        (["empty"], {}, {"empty": "is a folder with nothing in it that git would record"}),
        (["src/new.py"], {"staged": True}, {"src/new.py": "is not in the index or the commit that was asked for"}),
        (["src/new.py"], {"revision": "HEAD"}, {"src/new.py": "is not in the index or the commit that was asked for"}),
        (["a.py"], {}, {}),
    ],
)
def test_a_given_path_is_never_dropped_in_silence(paths: list[str], options: dict[str, Any], skipped: dict[str, str], tree: Repo) -> None:
    (tree.folder / "empty").mkdir()
    assert look(tree.folder, paths=paths, **options).skipped == skipped


def test_a_hook_judges_the_file_that_it_is_given(tree: Repo) -> None:
    seen = look(tree.folder, paths=["src/new.py", "a.py"], untracked=False, whole_projects=True)
    assert seen.bytes == {"a.py": b"a.py", "src/new.py": b"untracked"}
    assert seen.workspace.scope == ("",)
    assert not seen.workspace.listing["src/new.py"].is_tracked
    assert look(tree.folder, paths=["x.log"], untracked=False).bytes == {"x.log": b"x.log"}


def test_many_paths_do_not_take_long(repo: Repo) -> None:
    """Two thousand given files among two thousand others: no pair of them may be compared."""
    for number in range(2000):
        repo.write(f"tracked/{number}.py")
    repo.git("add", "-A")
    for number in range(2000):
        repo.write(f"untracked/{number}.py")
    started = time.perf_counter()
    workspace = open_workspace(str(repo.folder), paths=[f"untracked/{number}.py" for number in range(2000)], untracked=False)
    assert len(workspace.selected) == 2000
    assert time.perf_counter() - started < 10


# Kinds of repositories


def test_an_empty_repository(repo: Repo) -> None:
    every: list[dict[str, Any]] = [{}, {"staged": True}, {"untracked": False}, {"paths": []}, {"paths": ["."]}]
    for options in every:
        seen = look(repo.folder, **options)
        assert (seen.listing, seen.selected, seen.skipped) == ([], [], {})


def test_submodules_are_skipped_and_said(repo: Repo, make_repo: Callable[[str], Repo]) -> None:
    library = make_repo("library")
    library.write("lib.py", "l")
    library.commit()
    repo.write("a.py", "a")
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library.folder), "libs/library")
    for options in ({}, {"staged": True}):
        seen = look(repo.folder, **options)
        assert seen.skipped == {"libs/library": "is a submodule"}
        assert "libs/library/lib.py" not in seen.listing
    first = repo.commit()
    assert look(repo.folder, revision="HEAD").skipped == {"libs/library": "is a submodule"}
    assert look(repo.folder, paths=["libs/library"]).skipped == {"libs/library": "is a submodule"}
    within = "is in another git repository (a submodule, or a clone): run dsguard there"
    assert look(repo.folder, paths=["libs/library/lib.py"]).skipped == {"libs/library/lib.py": within}
    assert look(repo.folder, paths=["a.py"]).skipped == {}
    repo.write("b.py", "b")
    repo.commit()
    assert look(repo.folder, from_ref=first, to_ref="HEAD").skipped == {}
    assert look(repo.folder / "libs" / "library").selected == ["lib.py"], "within it, it is the repository"
    repo.git("init", "-q", "clone")
    repo.write("clone/a.py", "a")
    assert look(repo.folder, paths=["clone/a.py"]).skipped == {"clone/a.py": within}


def test_another_repository_within_is_said(repo: Repo, make_repo: Callable[[str], Repo]) -> None:
    repo.write("a.py", "a")
    inner = make_repo("repo/inner")
    inner.write("b.py", "b")
    inner.commit()
    seen = look(repo.folder)
    assert (seen.listing, seen.skipped) == (["a.py"], {"inner/": "is another git repository"})


def test_a_linked_worktree(repo: Repo, tmp_path: Path) -> None:
    repo.write("a.py", "a")
    repo.commit()
    linked = tmp_path / "linked"
    repo.git("worktree", "add", "-q", "-b", "side", str(linked))
    (linked / "b.py").write_text("b")
    assert look(linked).bytes == {"a.py": b"a", "b.py": b"b"}
    assert look(linked, staged=True).selected == []
    assert look(repo.folder).listing == ["a.py"]
    repo.git("config", "filter.upper.clean", "tr a-z A-Z")
    (repo.folder / ".git" / "info" / "attributes").write_text("*.py filter=upper\n")
    seen = look(linked)
    assert seen.workspace.filter_of("a.py") == "upper", "info/attributes is shared by all worktrees"


def test_a_sparse_checkout(repo: Repo) -> None:
    repo.write("a.py", "a")
    repo.write("in/b.py", "b")
    repo.write("out/c.py", "c")
    repo.commit()
    repo.git("sparse-checkout", "set", "in")
    assert not (repo.folder / "out").exists()
    for untracked in (True, False):
        assert look(repo.folder, untracked=untracked).bytes == {"a.py": b"a", "in/b.py": b"b", "out/c.py": b"c"}
    repo.write("out/c.py", "put back by hand")
    assert look(repo.folder).bytes["out/c.py"] == b"put back by hand"


def test_attributes_that_are_gone_from_disk_still_count(repo: Repo) -> None:
    repo.git("config", "filter.upper.clean", "tr a-z A-Z")
    repo.write("d/.gitattributes", "*.py filter=upper\n")
    repo.write("d/c.py", "c")
    repo.commit()
    (repo.folder / "d" / ".gitattributes").unlink()
    seen = look(repo.folder, untracked=False)
    assert seen.bytes["d/c.py"] == b"C"


# Filters


FILTERED = [
    pytest.param(".gitattributes", "*.ipynb filter=strip\n", id="at the root"),
    pytest.param("nb/.gitattributes", "*.ipynb filter=strip\n", id="in a folder"),
    pytest.param(".git/info/attributes", "*.ipynb filter=strip\n", id="of the repository"),
]


@pytest.mark.parametrize(("place", "attributes"), FILTERED)
def test_filtered_files_are_what_git_holds(place: str, attributes: str, repo: Repo) -> None:
    """As nbstripout and git-lfs do it: what is on disk is not what is recorded."""
    repo.git("config", "filter.strip.clean", "sed s/OUTPUT//")
    repo.write(place, attributes)
    repo.write("nb/eda.ipynb", "code OUTPUT")
    repo.write("nb/other.txt", "text OUTPUT")
    repo.git("add", "-A")
    for untracked in (True, False):
        seen = look(repo.folder, untracked=untracked)
        assert seen.bytes["nb/eda.ipynb"] == b"code "
        assert seen.bytes["nb/other.txt"] == b"text OUTPUT"
        assert seen.workspace.listing["nb/eda.ipynb"].is_filtered
        assert not seen.workspace.listing["nb/other.txt"].is_filtered
    repo.write("nb/new.ipynb", "new OUTPUT")
    seen = look(repo.folder)
    assert seen.bytes["nb/new.ipynb"] == b"new OUTPUT", "git holds nothing of it yet"
    assert seen.workspace.listing["nb/new.ipynb"].is_filtered


def test_sizes_of_filtered_files_that_are_not_under_review(repo: Repo) -> None:
    repo.git("config", "filter.strip.clean", "sed s/OUTPUT//")
    repo.write(".gitattributes", "*.ipynb filter=strip\n")
    repo.write("eda.ipynb", "code OUTPUT")
    repo.write("a.py", "a")
    repo.git("add", "-A")
    workspace = open_workspace(str(repo.folder), paths=["a.py"])
    assert workspace.listing["eda.ipynb"].size == len("code ")
    workspace.close()


def test_attributes_of_the_person_count(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`nbstripout --install --global` writes to a file that the personal configuration names."""
    attributes = tmp_path / "personal attributes"
    attributes.write_text("*.ipynb filter=strip\n")
    settings = tmp_path / "gitconfig"
    settings.write_text(f'[core]\n\tattributesFile = "{attributes.as_posix()}"\n[filter "strip"]\n\tclean = sed s/OUTPUT//\n')
    including = tmp_path / "including"
    including.write_text(f'[include]\n\tpath = "{settings.as_posix()}"\n')
    for place in (settings, including):
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(place))
        repo.write("eda.ipynb", "code OUTPUT")
        repo.git("add", "-A")
        assert look(repo.folder).bytes == {"eda.ipynb": b"code "}


def test_an_untracked_attributes_file_counts_in_a_hook(repo: Repo) -> None:
    repo.git("config", "filter.strip.clean", "sed s/OUTPUT//")
    repo.write(".gitignore", ".gitattributes\n")
    repo.write(".gitattributes", "*.ipynb filter=strip\n")
    repo.write("eda.ipynb", "code OUTPUT")
    repo.git("add", "-A")
    assert look(repo.folder, untracked=False).bytes["eda.ipynb"] == b"code "


def test_attributes_without_filters_do_not_cost_a_process(repo: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    repo.write(".gitattributes", "*.csv text eol=lf\n")
    repo.write("a.csv", "a")
    assert look(repo.folder).processes == (1 if hasattr(os, "geteuid") else 2)


# A plain folder


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    files = {
        ".gitignore": "*.log\n/build/\n!keep.log\n",
        "a.py": "a",
        "a.log": "l",
        "keep.log": "k",
        "build/x": "x",
        "src/build/y": "y",
        "src/.gitignore": "*.tmp\n!b.log\n",
        "src/b.log": "b",
        "src/c.tmp": "t",
        "d.tmp": "d",
        ".git/config": "",
        ".hidden/e": "e",
    }
    for path, content in files.items():
        place = tmp_path / "plain" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content)
    return tmp_path / "plain"


def test_a_plain_folder_honours_nested_ignore_files(plain: Path) -> None:
    seen = look(plain)
    assert seen.selected == [".gitignore", ".hidden/e", "a.py", "d.tmp", "keep.log", "src/.gitignore", "src/b.log", "src/build/y"]
    assert seen.bytes["a.py"] == b"a"
    assert seen.workspace.git is None
    assert seen.processes == 0
    assert not seen.workspace.listing["a.py"].is_tracked
    assert not seen.workspace.listing["a.py"].is_filtered


def test_paths_of_a_plain_folder(plain: Path) -> None:
    assert look(plain, paths=["src"]).selected == ["src/.gitignore", "src/b.log", "src/build/y"]
    assert look(plain, paths=["a.py"]).selected == ["a.py"]
    assert look(plain, paths=["a.log"]).skipped == {"a.log": "is ignored by git, so it would not be committed"}
    assert look(plain / "src", paths=None).selected == [".gitignore", "b.log", "build/y"]
    with pytest.raises(UsageError, match="outside"):
        open_workspace(str(plain / "src"), paths=["../a.py"])


@POSIX
def test_a_plain_folder_with_odd_things_in_it(plain: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("s")
    (plain / "link").symlink_to(outside)
    (plain / "self").symlink_to(".")
    os.mkfifo(plain / "pipe")
    (plain / "nested").mkdir()
    os.mkfifo(plain / "nested" / ".gitignore")
    (plain / "linked").mkdir()
    (plain / "linked" / ".gitignore").symlink_to("/dev/zero")
    (plain / "folder" / ".gitignore").mkdir(parents=True)
    (plain / "nested" / "z").write_text("z")
    for name in ODD_NAMES:
        place = plain / "odd" / os.fsdecode(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"o")
    seen = look(plain)
    assert "nested/z" in seen.selected
    assert not any(path.startswith(("link", "self", "pipe")) for path in seen.selected)
    assert {f"odd/{text(name)}" for name in ODD_NAMES} <= seen.bytes.keys()


@POSIX
def test_a_plain_folder_a_thousand_folders_deep(tmp_path: Path) -> None:
    depth = sys.getrecursionlimit() + 200
    above = os.open(tmp_path, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=above)
        below = os.open("d", os.O_RDONLY, dir_fd=above)
        os.close(above)
        above = below
    os.close(os.open("leaf", os.O_CREAT | os.O_WRONLY, dir_fd=above))
    os.close(above)
    try:
        assert look(tmp_path).bytes == {"d/" * depth + "leaf": b""}
    finally:  # pytest's own removal recurses
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)


# What git lacks


def test_objects_that_a_partial_clone_lacks(repo: Repo) -> None:
    repo.write("a.py", "a")
    repo.write("b.py", "bbb")
    repo.commit()
    oid = repo.git("rev-parse", "HEAD:b.py").decode().strip()
    (repo.folder / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    for options in ({"revision": "HEAD"}, {"staged": True}):
        if "staged" in options:
            repo.git("update-ref", "-d", "HEAD")
        workspace = open_workspace(str(repo.folder), **options)
        lacking = workspace.listing["b.py"]
        with pytest.raises(UnreadableError, match="missing from git"):
            assert lacking.size
        with pytest.raises(UnreadableError, match="missing from git"):
            lacking.read(0, None)
        assert workspace.listing["a.py"].read(0, None) == b"a"
        assert workspace.git is not None
        assert workspace.git.processes <= 7
        workspace.close()


def test_a_commit_of_a_partial_clone(repo: Repo, tmp_path: Path) -> None:
    repo.write("a.py", "a")
    repo.write("b/c.py", "ccc")
    repo.commit()
    repo.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    repo.git("clone", "-q", "--no-checkout", "--filter=blob:none", repo.folder.as_uri(), str(clone))
    workspace = open_workspace(str(clone), revision="HEAD")
    assert sorted(workspace.listing) == ["a.py", "b/c.py"]
    for entry in workspace.selected:
        with pytest.raises(UnreadableError, match="missing from git"):
            assert entry.size
    workspace.close()


def test_a_damaged_object_does_not_take_the_others_with_it(repo: Repo) -> None:
    repo.write("a.py", "a" * 5000)
    repo.write("b.py", "b" * 5000)
    repo.write("c.py", "c" * 5000)
    repo.commit()
    oid = repo.git("rev-parse", "HEAD:b.py").decode().strip()
    place = repo.folder / ".git" / "objects" / oid[:2] / oid[2:]
    place.chmod(0o644)
    place.write_bytes(place.read_bytes()[:-8] + b"\0" * 8)
    workspace = open_workspace(str(repo.folder), revision="HEAD")
    for path in ("a.py", "b.py", "c.py"):
        entry = workspace.listing[path]
        if path == "b.py":
            with pytest.raises(UnreadableError, match="missing from git"):
                entry.read(0, None)
        else:
            assert entry.read(0, None) == path[:1].encode() * 5000
    workspace.close()


def test_parts_of_an_object(repo: Repo) -> None:
    content = bytes(range(256)) * 1000
    repo.write("a.bin", content)
    repo.write("empty.bin", b"")
    repo.commit()
    for options in ({"revision": "HEAD"}, {}):
        workspace = open_workspace(str(repo.folder), **options)  # type: ignore[arg-type]
        entry, empty = workspace.listing["a.bin"], workspace.listing["empty.bin"]
        for offset, length in ((0, 10), (5, 1), (255_990, 100), (256_000, 5), (300_000, 5), (0, None), (10, None), (3, 0)):
            assert entry.read(offset, length) == content[offset : None if length is None else offset + length]
            assert empty.read(offset, length) == b""
        workspace.close()


# Processes


MODES: list[Any] = [
    pytest.param({}, 4, id="check"),
    pytest.param({"untracked": False, "paths": ["f1.py", "f2.ipynb"], "whole_projects": True}, 4, id="hook"),
    pytest.param({"revision": "HEAD"}, 4, id="commit"),
    pytest.param({"from_ref": "HEAD~1", "to_ref": "HEAD"}, 4, id="range"),
    # where, index, HEAD against it, sizes, contents: of `cat-file` only git 2.36 can do the last two in one
    pytest.param({"staged": True}, 5, id="staged"),
]


@pytest.mark.parametrize(("options", "most"), MODES)
@pytest.mark.parametrize("filtered", [False, True])
def test_a_handful_of_processes(options: dict[str, Any], most: int, filtered: bool, repo: Repo) -> None:  # noqa: FBT001
    if filtered:
        repo.git("config", "filter.strip.clean", "cat")
        repo.write(".gitattributes", "*.ipynb filter=strip\n")
    for number in range(25):
        repo.write(f"f{number}.py", "1")
        repo.write(f"f{number}.ipynb", "1")
    repo.commit()
    for number in range(25):
        repo.write(f"f{number}.py", "22")
        repo.write(f"f{number}.ipynb", "22")
    if "staged" in options:
        repo.git("add", "-A")
    else:
        repo.commit()
    seen = look(repo.folder, **options)
    assert len(seen.bytes) == len(options.get("paths", ())) or len(seen.bytes) >= 50
    extra = filtered and "revision" not in options and "from_ref" not in options and "staged" not in options
    assert seen.processes <= most + extra
