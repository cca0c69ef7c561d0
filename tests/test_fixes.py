"""Only the bytes that a fix names change, in files that are still what was checked, and nowhere else."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsguard import fixes
from dsguard.fixes import edit_bytes
from dsguard.model import Confidence, Edit, Finding, Fix, Location, Report, Severity, UnreadableError
from dsguard.workspace import MemoryWorkspace, Workspace, open_workspace

if TYPE_CHECKING:
    from tests.conftest import Repo

POSIX = pytest.mark.skipif(os.name == "nt", reason="links and modes that Windows does not have")


def finding(path: str, *edits: tuple[int, int, bytes]) -> Finding:
    fix = Fix("Mend it", [Edit(*edit) for edit in edits]) if edits else None
    return Finding("DSG601", "home-path", "paths", Severity.ERROR, Confidence.HIGH, Location(path), "m", "h", path, fix=fix)


def apply(folder: Path, *findings: Finding, **contents: bytes) -> Report:
    report = Report(findings)
    report.contents = {path.replace("_", "."): hash(content) for path, content in contents.items()}
    workspace = open_workspace(str(folder))
    fixes.apply(report, workspace)
    workspace.close()
    return report


# Edits


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([], b"0123456789"),
        ([(0, 1, b"")], b"123456789"),
        ([(9, 10, b"x")], b"012345678x"),
        ([(0, 10, b"")], b""),
        ([(3, 3, b"ab")], b"012ab3456789"),
        ([(10, 10, b"ab")], b"0123456789ab"),
        ([(5, 6, b"x"), (1, 2, b"y")], b"0y234x6789"),
        ([(1, 3, b""), (3, 5, b"x")], b"0x56789"),
        ([(1, 3, b"x"), (1, 3, b"x")], b"0x3456789"),
        ([(1, 8, b""), (3, 5, b"x")], b"089"),
        ([(1, 8, b""), (1, 5, b"x"), (7, 8, b"")], b"089"),
        ([(1, 3, b""), (3, 3, b"x")], b"0x3456789"),
    ],
)
def test_edits(edits: list[tuple[int, int, bytes]], expected: bytes) -> None:
    for order in (edits, edits[::-1]):
        assert edit_bytes(b"0123456789", [Edit(*edit) for edit in order]) == expected


@pytest.mark.parametrize(
    "edits",
    [
        [(1, 5, b"x"), (3, 7, b"y")],
        [(1, 5, b""), (3, 7, b"")],
        [(1, 5, b"x"), (1, 5, b"y")],
        [(1, 5, b"x"), (2, 3, b"y")],
        [(5, 4, b"")],
        [(0, 11, b"")],
        [(11, 11, b"x")],
        [(-1, 2, b"")],
    ],
)
def test_edits_that_contradict_each_other_are_refused(edits: list[tuple[int, int, bytes]]) -> None:
    with pytest.raises(UnreadableError):
        edit_bytes(b"0123456789", [Edit(*edit) for edit in edits])


@given(data=st.binary(max_size=40), cuts=st.lists(st.integers(0, 40), max_size=8), replacement=st.binary(max_size=3))
def test_edits_side_by_side_are_what_joining_makes(data: bytes, cuts: list[int], replacement: bytes) -> None:
    places = sorted({cut for cut in cuts if cut <= len(data)})
    spans = list(zip(places[::2], places[1::2], strict=False))
    expected, end = b"", 0
    for start, stop in spans:
        expected += data[end:start] + replacement
        end = stop
    assert edit_bytes(data, [Edit(start, stop, replacement) for start, stop in reversed(spans)]) == expected + data[end:]


# Files


def test_only_the_named_bytes_change(repo: Repo) -> None:
    repo.write("a.py", b"\xef\xbb\xbfone\r\ntwo\n\xff\x00three")
    repo.write("b.py", b"untouched")
    left = finding("b.py")
    report = apply(repo.folder, finding("a.py", (3, 6, b"1")), left, finding("a.py", (13, 13, b"!")))
    assert (repo.folder / "a.py").read_bytes() == b"\xef\xbb\xbf1\r\ntwo\n\xff!\x00three"
    assert (repo.folder / "b.py").read_bytes() == b"untouched"
    assert report.findings == [left]
    assert (report.fixed, report.skipped) == (2, [])
    assert sorted(os.listdir(repo.folder)) == [".git", "a.py", "b.py"], "nothing is left beside it"


@pytest.mark.parametrize("content", [b"other", b"onetwo, longer", b""])
def test_a_file_that_changed_since_it_was_checked_is_left_alone(content: bytes, repo: Repo) -> None:
    repo.write("a.py", content)
    report = apply(repo.folder, finding("a.py", (0, 0, b"x")), a_py=b"one two")
    assert (repo.folder / "a.py").read_bytes() == content
    assert (report.fixed, len(report.findings)) == (0, 1)
    assert [skip.reason for skip in report.skipped] == ["not fixed: changed since it was checked"]


def test_a_file_that_changes_while_it_is_mended_is_left_alone(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("a.py", b"one")
    chmod = os.chmod

    def meanwhile(path: str, mode: int) -> None:
        repo.write("a.py", b"an editor saved this")
        chmod(path, mode)

    monkeypatch.setattr(os, "chmod", meanwhile)
    report = apply(repo.folder, finding("a.py", (0, 1, b"x")))
    assert (repo.folder / "a.py").read_bytes() == b"an editor saved this"
    assert [skip.reason for skip in report.skipped] == ["not fixed: changed while it was being fixed"]
    assert sorted(os.listdir(repo.folder)) == [".git", "a.py"]


@POSIX
@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600, 0o444])
def test_the_mode_is_kept(mode: int, repo: Repo) -> None:
    repo.write("a.py", b"one").chmod(mode)
    apply(repo.folder, finding("a.py", (0, 1, b"x")))
    assert (repo.folder / "a.py").read_bytes() == b"xne"
    assert stat.S_IMODE((repo.folder / "a.py").stat().st_mode) == mode


@POSIX
def test_nothing_is_written_through_a_link(repo: Repo, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.py").write_bytes(b"one")
    repo.write("a.py", b"one")
    repo.write("d/a.py", b"one")
    workspace = open_workspace(str(repo.folder))
    (repo.folder / "a.py").unlink()
    (repo.folder / "a.py").symlink_to(outside / "a.py")
    (repo.folder / "d").rename(tmp_path / "moved")
    (repo.folder / "d").symlink_to(outside)
    workspace._real_folders = {"": True}  # type: ignore[attr-defined]
    report = Report([finding("a.py", (0, 1, b"x")), finding("d/a.py", (0, 1, b"x"))])
    fixes.apply(report, workspace)
    assert (outside / "a.py").read_bytes() == b"one"
    assert (repo.folder / "a.py").is_symlink()
    assert report.fixed == 0
    assert [skip.path for skip in report.skipped] == ["a.py", "d/a.py"]


def test_what_cannot_be_written_is_said(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("a.py", b"one")
    repo.write("b.py", b"one")
    replace = os.replace

    def refuse(source: str, target: str) -> None:
        if target.endswith("a.py"):
            raise PermissionError(errno.EACCES, "Permission denied")
        replace(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    report = apply(repo.folder, finding("a.py", (0, 1, b"x")), finding("b.py", (0, 1, b"x")))
    assert (repo.folder / "b.py").read_bytes() == b"xne", "the others are mended"
    assert [(skip.path, skip.reason) for skip in report.skipped] == [("a.py", "not fixed: Permission denied")]
    assert report.fixed == 1
    assert sorted(os.listdir(repo.folder)) == [".git", "a.py", "b.py"]


def test_a_file_behind_a_filter_is_left_alone(repo: Repo) -> None:
    repo.write(".gitattributes", "*.bin filter=lfs\n")
    repo.write("a.bin", b"one")
    report = apply(repo.folder, finding("a.bin", (0, 1, b"x")))
    assert (repo.folder / "a.bin").read_bytes() == b"one"
    assert "filter" in report.skipped[0].reason


def test_fixes_that_overlap_leave_the_file_alone(repo: Repo) -> None:
    repo.write("a.py", b"0123456789")
    report = apply(repo.folder, finding("a.py", (1, 5, b"x")), finding("a.py", (3, 7, b"y")))
    assert (repo.folder / "a.py").read_bytes() == b"0123456789"
    assert (report.fixed, len(report.findings)) == (0, 2)


@pytest.mark.parametrize("options", [{"staged": True}, {"revision": "HEAD"}])
def test_what_git_holds_is_never_written(options: dict[str, bool], repo: Repo) -> None:
    repo.write("a.py", b"one")
    repo.commit()
    workspace = open_workspace(str(repo.folder), **options)  # type: ignore[arg-type]
    report = Report([finding("a.py", (0, 1, b"x"))])
    fixes.apply(report, workspace)
    workspace.close()
    assert (repo.folder / "a.py").read_bytes() == b"one"
    assert report.fixed == 0


def test_a_fix_that_changes_nothing_writes_nothing(repo: Repo) -> None:
    place = repo.write("a.py", b"one")
    os.utime(place, (1, 1))
    assert apply(repo.folder, finding("a.py", (0, 1, b"o"))).fixed == 1
    assert place.stat().st_mtime == 1


def test_a_plain_folder_is_mended_too(tmp_path: Path) -> None:
    (tmp_path / "données é.py").write_bytes(b"one")
    apply(tmp_path, finding("données é.py", (0, 1, b"x")))
    assert (tmp_path / "données é.py").read_bytes() == b"xne"


# The preview


def test_the_preview_is_a_diff_and_changes_nothing(repo: Repo) -> None:
    repo.write("a.py", b"one\ntwo\nthree\n")
    repo.write("b.py", b"\xff\r\nx\r\n")
    workspace: Workspace = open_workspace(str(repo.folder))
    report = Report([finding("a.py", (4, 8, b"")), finding("b.py", (3, 4, b"y")), finding("c.py")])
    assert list(fixes.preview(report, workspace)) == [
        "--- a/a.py",
        "+++ b/a.py",
        "@@ -1,3 +1,2 @@",
        " one",
        "-two",
        " three",
        "--- a/b.py",
        "+++ b/b.py",
        "@@ -1,2 +1,2 @@",
        " \\xff",
        "-x",
        "+y",
    ]
    assert (repo.folder / "a.py").read_bytes() == b"one\ntwo\nthree\n"
    assert len(report.findings) == 3
    assert list(fixes.preview(report, MemoryWorkspace({"a.py": "", "b.py": "123456", "c.py": ""}))) != []
