"""DSG108: what git holds against what .gitattributes says, asked of git and, where it is installed, of git-lfs itself."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dsguard.config import Config, make_plan
from dsguard.engine import run
from dsguard.model import Confidence
from dsguard.rules.data.missing_lfs_pointer import MissingLfsPointer
from dsguard.testing import check
from dsguard.workspace import open_workspace

if TYPE_CHECKING:
    from tests.conftest import Peers

POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0a' * 32}\nsize 12345\n"


def git(folder: Path, *arguments: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(folder)}
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, env=environment, check=True, capture_output=True)


def found(folder: Path, **where: object) -> list[tuple[str, str]]:
    workspace = open_workspace(str(folder), **where)  # type: ignore[arg-type]
    try:
        report = run(make_plan(Config(), select=["DSG108"]), workspace)
    finally:
        workspace.close()
    return [(finding.path, finding.subject) for finding in report.findings]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    (tmp_path / "raw.parquet").write_bytes(b"PAR1" + bytes(40) + b"PAR1")
    (tmp_path / "orphan.bin").write_text(POINTER)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "before the attributes")
    (tmp_path / ".gitattributes").write_text("*.parquet filter=lfs diff=lfs merge=lfs -text\n")
    return tmp_path


BOTH = [("orphan.bin", "no attribute"), ("raw.parquet", "no pointer")]


def test_the_working_tree_and_the_index_go_by_their_own_attributes(repository: Path) -> None:
    assert found(repository) == BOTH
    assert found(repository, revision="HEAD") == [("orphan.bin", "no attribute")]
    git(repository, "add", ".gitattributes")
    (repository / ".gitattributes").unlink()
    (repository / "new.parquet").write_bytes(b"PAR1" + bytes(40) + b"PAR1")
    git(repository, "-c", "filter.lfs.clean=", "-c", "filter.lfs.required=false", "add", "new.parquet")
    assert found(repository, staged=True) == [("new.parquet", "no pointer")]


def test_a_commit_goes_by_its_own_attributes(repository: Path) -> None:
    git(repository, "add", ".gitattributes")
    git(repository, "commit", "-q", "-m", "attributes")
    (repository / ".gitattributes").unlink()
    assert found(repository, revision="HEAD") == BOTH


def test_what_is_not_added_yet_becomes_a_pointer(repository: Path) -> None:
    (repository / "new.parquet").write_bytes(b"PAR1" + bytes(40) + b"PAR1")
    assert found(repository) == BOTH


def test_git_lfs_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, peers: Peers) -> None:
    peers.program("git-lfs")
    monkeypatch.setenv("PATH", peers.search_path)
    git(tmp_path, "init", "-q")
    git(tmp_path, "lfs", "install", "--local")
    git(tmp_path, "lfs", "track", "*.parquet")
    (tmp_path / "a.parquet").write_bytes(b"PAR1" + bytes(4000) + b"PAR1")
    (tmp_path / "empty.parquet").touch()
    git(tmp_path, "add", ".")
    assert found(tmp_path) == []
    assert found(tmp_path, staged=True) == []
    git(tmp_path, "commit", "-q", "-m", "data")
    assert found(tmp_path, revision="HEAD") == []
    (tmp_path / ".gitattributes").write_text("")
    assert found(tmp_path) == []  # the disk has the data, and without the attribute that is what would be recorded
    git(tmp_path, "add", ".gitattributes")
    assert found(tmp_path, staged=True) == []
    git(tmp_path, "commit", "-q", "-m", "no attributes")
    assert found(tmp_path, revision="HEAD") == [("a.parquet", "no attribute")]


def test_an_orphan_among_fixtures_is_probably_meant() -> None:
    (finding,) = check(MissingLfsPointer(), {"tests/data/pointer.bin": POINTER}, profile="strict")
    assert finding.confidence is Confidence.LOW


@pytest.mark.parametrize("attributes", ["*.parquet -filter\n", "# *.parquet filter=lfs\n", "*.parquet filter=crypt\n"])
def test_other_attributes_mean_nothing(attributes: str) -> None:
    assert check(MissingLfsPointer(), {".gitattributes": attributes, "a.parquet": b"PAR1" + bytes(20) + b"PAR1"}) == []
