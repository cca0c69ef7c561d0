"""Reports in files: several formats of one run, whole or not at all, and what is refused before the run."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from dsguard import engine
from dsguard.cli import main
from dsguard.reporters import REPORTERS

if TYPE_CHECKING:
    from tests.conftest import Repo

POSIX = pytest.mark.skipif(os.name == "nt", reason="POSIX")
NOT_ROOT = pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
PATHS = 'PATH = "C:/work/churn.csv"\n'


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """One item for each run of the engine."""
    counted: list[object] = []
    run = engine.run

    def count(*arguments: object) -> object:
        counted.append(arguments)
        return run(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "run", count)
    return counted


def test_several_formats_in_one_run(repo: Repo, tmp_path: Path, runs: list[object], capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.py", PATHS)
    places = {name: tmp_path / f"report {name}" for name in REPORTERS}
    arguments = [f"--output={name}={place}" for name, place in places.items()]
    assert main(["check", *arguments]) == 1
    assert len(runs) == 1
    assert "help:" in capsys.readouterr().out, "the terminal has its report all the same"
    assert json.loads(places["json"].read_bytes())["summary"]["errors"] == 1
    assert json.loads(places["sarif"].read_bytes())["version"] == "2.1.0"
    assert json.loads(places["gitlab"].read_bytes())[0]["check_name"] == "home-path"
    assert ET.fromstring(places["junit"].read_bytes()).get("failures") == "1"
    assert places["github"].read_text().startswith("::error file=a.py")
    assert places["concise"].read_text().startswith("a.py:1:")
    assert places["text"].read_text().startswith("a.py:1:")


def test_each_has_a_format_of_its_own(repo: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.py", PATHS)
    place = tmp_path / "a.sarif"
    assert main(["check", "--format", "json", "--output", f"sarif={place}"]) == 1
    assert json.loads(capsys.readouterr().out)["version"] == "1"
    assert json.loads(place.read_bytes())["version"] == "2.1.0"
    # a bare file takes the report of --format off the terminal
    bare = tmp_path / "b.json"
    assert main(["check", "--format", "json", "--output", str(bare), "--output", f"sarif={place}"]) == 1
    assert capsys.readouterr().out == "Found 1 error (paths 1) in 1 file\n"
    assert json.loads(bare.read_bytes())["version"] == "1"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("sarfi=a.sarif", "--output sarfi=a.sarif: no format 'sarfi'; did you mean 'sarif'? (a file of that name: ./sarfi=a.sarif)"),
        ("sarif=", "--output sarif=: no file is named"),
        ("sarif=no/where/a.sarif", "--output sarif=no/where/a.sarif: there is no folder no/where"),
        ("a.py/b.json", "--output a.py/b.json: there is no folder a.py"),
        (".", "--output .: is a folder"),
    ],
)
def test_refused_before_the_run(given: str, expected: str, repo: Repo, runs: list[object], capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.py", PATHS)
    assert main(["check", "--output", given, "--output", "json=ok.json"]) == 2
    assert capsys.readouterr() == ("", f"dsguard: error: {expected}\n")
    assert runs == []
    assert sorted(os.listdir()) == [".git", "a.py"]


def test_every_problem_at_once(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hook", "all", "--output", "json=x/a", "--output", "junit=y/b", "--output", "json=c", "--output", "sarif=./c"]) == 2
    assert [line.rpartition(": ")[2] for line in capsys.readouterr().err.splitlines()] == [
        "there is no folder x",
        "there is no folder y",
        "that file is given twice",
    ]


@POSIX
@NOT_ROOT
def test_a_folder_that_may_not_be_written(repo: Repo, tmp_path: Path, runs: list[object], capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    (folder / "old.json").write_text("old")
    folder.chmod(0o555)
    try:
        assert main(["check", "--output", f"json={folder / 'a.json'}"]) == 2
        assert "may not be written" in capsys.readouterr().err
        assert runs == []
        assert main(["check", "--output", f"json={folder / 'old.json'}"]) == 0, "the file itself may be"
        assert json.loads((folder / "old.json").read_text())["version"] == "1"
    finally:
        folder.chmod(0o755)


def test_a_name_with_an_equals_sign(repo: Repo) -> None:
    assert main(["check", "--format", "json", "--output", "./sarfi=a.json"]) == 0
    assert json.loads((repo.folder / "sarfi=a.json").read_text())["version"] == "1"


def test_whole_or_not_at_all(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    repo.write("a.py", PATHS)
    place = tmp_path / "a.json"
    place.write_text("old")
    monkeypatch.setattr(os, "replace", fail)
    assert main(["check", "--output", f"json={place}"]) == 2
    said = capsys.readouterr()
    assert "home-path" in said.out, "what was found is not lost with the file"
    assert said.err == f"dsguard: error: --output json={place}: No space left on device\n"
    assert place.read_text() == "old"
    assert os.listdir(tmp_path) == ["repo", "a.json"] or sorted(os.listdir(tmp_path)) == ["a.json", "repo"]


@POSIX
def test_devices_pipes_and_links(repo: Repo, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    repo.write("a.py", PATHS)
    target, link = tmp_path / "target.json", tmp_path / "link.json"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    assert main(["check", "--output", "sarif=/dev/null", "--output", "junit=/dev/null", "--output", f"json={link}", "-q"]) == 1
    assert link.is_symlink()
    assert json.loads(target.read_text())["version"] == "1"
    assert target.stat().st_mode & 0o777 == 0o640
    if sys.platform == "linux":
        capfd.readouterr()
        assert main(["check", "--output", "concise=/dev/stderr", "-q"]) == 1
        assert capfd.readouterr().err.startswith("a.py:1:")


def test_the_report_of_an_earlier_run_is_not_checked(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.py", PATHS)
    repo.commit()
    said = []
    for _ in range(2):
        assert main(["check", "--format", "json", "--output", "gitlab=report.json", "--output", "sarif=out.sarif"]) == 1
        said.append(json.loads(capsys.readouterr().out))
    assert said[0] == said[1]
    assert said[1]["summary"]["files"] == 1
    repo.commit()
    main(["check", "--format", "json", "--output", "gitlab=report.json"])
    assert json.loads(capsys.readouterr().out)["summary"]["files"] == 3, "once it is tracked it is a file like any other"


# The summary of a job on GitHub


def test_job_summary_where_github_names_a_file(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repo.write("a.py", PATHS)
    place = tmp_path / "summary.md"
    place.write_text("# before\n")
    assert main(["check", "--format", "github"]) == 1
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(place))
    assert main(["check"]) == 1
    assert place.read_text() == "# before\n", "only format github writes to it"
    assert main(["check", "--format", "github"]) == 1
    assert place.read_text().startswith("# before\n## dsguard\n\nFound 1 error")
    assert "| DSG601 home-path | 1 | 1 | error |" in place.read_text()
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "no" / "where"))
    capsys.readouterr()
    assert main(["check", "--format", "github"]) == 1
    assert "job summary cannot be written" in capsys.readouterr().err


def test_no_secret_in_any_report(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"
    repo.write("a.py", f'TOKEN = "{token}"\n')
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    arguments = [f"--output={name}={tmp_path / name}" for name in REPORTERS]
    assert main(["check", *arguments, "-v"]) == 1
    texts = [(tmp_path / name).read_text() for name in (*REPORTERS, "summary")] + [capsys.readouterr().out]
    for text in texts:
        assert "DSG301" in text
        assert token not in text
        assert token[4:20] not in text
