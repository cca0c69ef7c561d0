"""A report that is known is shown again, to the byte; whatever it hangs on makes a new look."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Repo

from dsguard import cache, engine
from dsguard.cli import main
from dsguard.model import Report
from dsguard.reporters import REPORTERS

SECRET = "q7Zr8v" + "Kw2LxT9p"
NOTEBOOK = (
    '{"cells": [{"cell_type": "code", "execution_count": 3, "id": "a", "metadata": {}, "source": ["1"], "outputs": []}], '
    '"metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
)


class Runs:
    """`dsguard check` in a repository, and how often something was looked at for it."""

    def __init__(self, repo: Repo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.repo = repo
        self.looks = 0
        self._capsys = capsys
        plain = engine.run

        def counting(*arguments: object) -> Report:
            self.looks += 1
            return plain(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(engine, "run", counting)
        monkeypatch.chdir(repo.folder)

    def check(self, *arguments: str) -> str:
        """What is printed; as JSON, which tells no time."""
        assert main(["check", *(arguments or ("--format", "json"))]) in (0, 1)
        return self._capsys.readouterr().out

    def forget(self) -> None:
        """Let go of what others printed."""
        self._capsys.readouterr()

    @property
    def folder(self) -> Path:
        return self.repo.folder / ".git" / "dsguard"


@pytest.fixture
def runs(repo: Repo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Runs:
    """A repository with a finding of each kind, of which even a short look is kept, however young its files."""
    for name, value in (("WORTH", 0), ("SETTLED", -(10**15)), ("SMALL", 0)):
        monkeypatch.setattr(cache, name, value)
    # No XDG settings and no home of whoever runs the tests.
    monkeypatch.setenv("HOME", str(repo.folder.parent / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    repo.write("train.py", "import numpy as np\n\nPATH = '/home/maria/a.csv'\nprint(np.random.rand(3))\n")
    repo.write("conf.py", f'DB_PASSWORD = "{SECRET}"\n')
    for number in range(60):
        repo.write(f"data/raw/{number}.csv", "id,km\n4711,3.5\n")
    repo.write("nb.ipynb", NOTEBOOK)
    repo.write("broken.ipynb", '{"cells": [')
    repo.write("naïve €.py", "X = '/home/maria/b.csv'\n")
    if sys.platform == "linux":
        repo.write(b"odd\xff.py", "X = '/home/maria/c.csv'\n")
    repo.write("pyproject.toml", '[project]\nname = "churn"\nversion = "1"\ndependencies = ["numpy"]\n')
    repo.write(".gitignore", "scratch/\nuv.lock\n")
    repo.write("load.py", "from dotenv import load_dotenv\n\nload_dotenv()\n")  # is .env ignored?
    repo.commit()
    repo.write("untracked.py", "Y = '/home/maria/d.csv'\n")
    return Runs(repo, monkeypatch, capsys)


def test_nothing_is_looked_at_twice(runs: Runs) -> None:
    first = runs.check()
    codes = {finding["code"] for finding in json.loads(first)["findings"]}
    assert codes >= {"DSG001", "DSG101", "DSG301", "DSG401", "DSG501", "DSG601"}
    assert runs.check() == first
    assert runs.looks == 1


@pytest.mark.parametrize("profile", ["default", "strict"])
@pytest.mark.parametrize("format", [name for name in REPORTERS if name != "text"])
def test_every_format_shows_it_to_the_byte(runs: Runs, format: str, profile: str) -> None:
    options = ("--profile", profile, "--format", format, "--statistics", "-v")
    anew = runs.check(*options, "--no-cache")
    runs.check("--profile", profile)
    assert runs.looks == 2
    assert runs.check(*options) == anew
    assert runs.looks == 2


def test_the_report_for_a_person_differs_in_its_time_only(runs: Runs) -> None:
    def lines(*options: str) -> list[str]:
        return re.sub(r"\(\d+\.\d+ s\)", "", runs.check("--color", "never", *options)).splitlines()

    anew = lines("--no-cache")
    assert lines() == anew
    assert lines() == anew
    assert runs.looks == 2


def test_the_exit_code_is_the_same(runs: Runs) -> None:
    assert [main(["check"]), main(["check"]), main(["check", "--fail-on", "never"])] == [1, 1, 0]
    assert runs.looks == 1


def touched(repo: Repo) -> None:
    """Another content of the same size, and the times that the file had, as a copy that keeps times leaves it."""
    place = repo.folder / "train.py"
    before = place.stat()
    time.sleep(0.02)
    place.write_bytes(place.read_bytes().replace(b"maria", b"diego"))
    os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES: dict[str, Callable[[Repo], object]] = {
    "content": touched,
    "a new file": lambda repo: repo.write("new.py", "X = '/home/maria/e.csv'\n"),
    "a file is gone": lambda repo: (repo.folder / "train.py").unlink(),
    "an untracked file is gone": lambda repo: (repo.folder / "untracked.py").unlink(),
    "an untracked file has other content": lambda repo: repo.write("untracked.py", "Y = 1\n"),
    "an untracked file is added": lambda repo: repo.git("add", "untracked.py"),
    "a file leaves the index": lambda repo: repo.git("rm", "-q", "--cached", "train.py"),
    "a file moves": lambda repo: repo.git("mv", "train.py", "fit.py"),
    "settings in a file that git ignores": lambda repo: [
        repo.write(".git/info/exclude", "dsguard.toml\n"),
        repo.write("dsguard.toml", 'profile = "strict"\n'),
    ],
    "a lockfile that git ignores": lambda repo: repo.write("uv.lock", 'version = 1\nrequires-python = ">=3.11"\n'),
    "a baseline that git ignores": lambda repo: [repo.write(".git/info/exclude", "*baseline\n"), main(["baseline", "create"])],
    "ignore rules of git's own": lambda repo: repo.write(".git/info/exclude", "x/\n"),
    "attributes of git's own": lambda repo: repo.write(".git/info/attributes", "*.csv filter=lfs\n"),
    "attributes that git ignores": lambda repo: [
        repo.write(".git/info/exclude", ".gitattributes\n"),
        repo.write(".gitattributes", "*.csv filter=lfs\n"),
    ],
    "a setting of git": lambda repo: repo.git("config", "filter.lfs.clean", "cat"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen(runs: Runs, change: str) -> None:
    runs.check()
    CHANGES[change](runs.repo)
    runs.forget()
    looks = runs.looks
    seen = runs.check()
    assert runs.looks == looks + 1
    assert seen == runs.check("--no-cache", "--format", "json")
    assert runs.check() == seen
    assert runs.looks == looks + 2


def test_what_was_asked_of_git_is_asked_again(runs: Runs) -> None:
    """A .gitignore that ignores itself is in no listing; whether what comes into a folder is kept out hangs on it."""
    runs.repo.git("rm", "-q", "-r", "--cached", "data")
    inside = runs.repo.write("data/.gitignore", "*\n")
    runs.repo.write("data/raw/README.md", "What is in here.\n")
    runs.repo.git("add", "-f", "data/raw/README.md")

    def is_told() -> bool:
        return any(finding["code"] == "DSG110" for finding in json.loads(runs.check())["findings"])

    assert not is_told()
    assert not is_told()
    assert runs.looks == 1
    inside.write_text("*.csv\n.gitignore\n")
    assert is_told()
    assert runs.looks == 2


def test_rules_of_the_user_that_lie_elsewhere_count(runs: Runs) -> None:
    rules = runs.repo.folder.parent / "ignored by me"
    runs.repo.git("config", "core.excludesFile", str(rules))
    runs.check()
    rules.write_text("somewhere/\n")
    runs.check()
    assert runs.looks == 2


@pytest.mark.parametrize(
    "options",
    [
        ("--family", "paths"),
        ("--select", "DSG601"),
        ("--ignore", "DSG601"),
        ("--profile", "strict"),
        ("--no-baseline",),
        ("--config", "pyproject.toml"),
    ],
)
def test_a_report_answers_one_command_line(runs: Runs, options: tuple[str, ...]) -> None:
    runs.check()
    runs.check(*options)
    runs.check(*options)
    runs.check()
    assert runs.looks == 2


def test_a_report_answers_for_one_folder(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    runs.check()
    monkeypatch.chdir(runs.repo.folder / "data")
    within = json.loads(runs.check())
    assert runs.looks == 2
    assert {finding["path"].split("/")[0] for finding in within["findings"]} == {"data"}


@pytest.mark.parametrize(
    "options", [("--no-cache",), ("--diff",), ("--since", "HEAD"), ("--staged",), ("--rev", "HEAD"), ("train.py",), ("--show-files",)]
)
def test_some_runs_keep_nothing(runs: Runs, options: tuple[str, ...]) -> None:
    runs.check(*options)
    assert not runs.folder.exists()


def test_what_is_mended_is_looked_at_anew(runs: Runs) -> None:
    runs.check()
    assert runs.check("--fix", "--format", "json") != ""
    assert runs.check() == runs.check("--no-cache", "--format", "json")


def test_a_hook_keeps_nothing(runs: Runs) -> None:
    assert main(["hook", "all", "train.py"]) == 1
    assert not runs.folder.exists()


def test_a_file_that_has_just_changed_may_change_again(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "SETTLED", 2 * 10**9)
    runs.check()
    assert not runs.folder.exists()


@pytest.mark.parametrize(("name", "value"), [("WORTH", 3600), ("SMALL", 10**6)])
def test_short_looks_are_not_kept(runs: Runs, monkeypatch: pytest.MonkeyPatch, name: str, value: int) -> None:
    monkeypatch.setattr(cache, name, value)
    runs.check()
    assert not runs.folder.exists()


def test_no_secret_is_kept_and_nothing_of_a_file(runs: Runs) -> None:
    runs.check("--profile", "strict")
    (kept,) = runs.folder.iterdir()
    text = kept.read_text(encoding="utf-8")
    assert "conf.py" in text
    assert SECRET not in text
    assert SECRET[4:-4] not in text


@pytest.mark.parametrize("damage", ["", "{", "[]", "null", '{"key": 1}', "\x00" * 100])
def test_a_damaged_file_is_written_anew(runs: Runs, damage: str) -> None:
    first = runs.check()
    (kept,) = runs.folder.iterdir()
    kept.write_text(damage, encoding="utf-8")
    assert runs.check() == first
    assert runs.looks == 2
    assert runs.check() == first
    assert runs.looks == 2


def test_of_a_report_that_lost_a_part_nothing_is_shown(runs: Runs) -> None:
    first = runs.check()
    (kept,) = runs.folder.iterdir()
    content = json.loads(kept.read_text(encoding="utf-8"))
    for name in content["report"]:
        kept.write_text(json.dumps({**content, "report": {**content["report"], name: None}}), encoding="utf-8")
        looks = runs.looks
        again = runs.check()
        assert again == first or runs.looks == looks, name
        kept.write_text(
            json.dumps({**content, "report": {key: value for key, value in content["report"].items() if key != name}}), encoding="utf-8"
        )
        assert runs.check() == first


def test_a_folder_that_may_not_be_written_is_no_mishap(runs: Runs) -> None:
    runs.folder.write_text("a file in its place")
    assert runs.check() == runs.check()
    assert runs.looks == 2


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links")
def test_nothing_is_written_through_a_link(runs: Runs, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    runs.folder.symlink_to(elsewhere)
    runs.check()
    assert list(elsewhere.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes")
def test_a_pipe_in_its_place_is_not_waited_for(runs: Runs) -> None:
    first = runs.check()
    (kept,) = runs.folder.iterdir()
    kept.unlink()
    os.mkfifo(kept)
    assert runs.check() == first
    assert runs.looks == 2


def test_a_report_without_measure_is_not_kept(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX_SIZE", 1000)
    runs.check()
    assert not runs.folder.exists()


def test_only_the_newest_are_kept(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "KEPT", 3)
    for code in ("DSG101", "DSG102", "DSG103", "DSG301", "DSG501", "DSG601"):
        runs.check("--select", code, "--format", "json")
        time.sleep(0.01)
    assert len(list(runs.folder.iterdir())) == 3
    looks = runs.looks
    runs.check("--select", "DSG601", "--format", "json")
    assert runs.looks == looks


def test_a_partial_clone_is_looked_at_each_time(runs: Runs) -> None:
    runs.repo.git("config", "remote.origin.promisor", "true")
    runs.check()
    assert not runs.folder.exists()


def test_what_a_sparse_checkout_leaves_out_is_looked_at_each_time(runs: Runs) -> None:
    runs.repo.git("sparse-checkout", "set", "--no-cone", "/*", "!/data/")
    assert not (runs.repo.folder / "data").exists()
    assert runs.check() == runs.check()
    assert runs.looks == 2


def test_a_merge_that_is_not_done_is_looked_at_each_time(runs: Runs) -> None:
    runs.repo.git("switch", "-q", "-c", "other")
    runs.repo.write("train.py", "X = 1\n")
    runs.repo.git("commit", "-q", "-a", "-m", "other")
    runs.repo.git("switch", "-q", "main")
    runs.repo.write("train.py", "X = 2\n")
    runs.repo.git("commit", "-q", "-a", "-m", "ours")
    with pytest.raises(AssertionError):  # git's word that it is not done
        runs.repo.git("merge", "other")
    assert runs.check() == runs.check()
    assert runs.looks == 2


def test_another_day_is_another_report(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    """An allowance may end with the day."""
    runs.check()
    monkeypatch.setattr(time, "strftime", lambda _: "2999-01-01")
    runs.check()
    assert runs.looks == 2


def test_another_dsguard_is_another_report(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    runs.check()
    monkeypatch.setattr(cache, "_own_state", lambda: [("dsguard/model.py", 1, 2)])
    runs.check()
    assert runs.looks == 2


def test_a_broken_setting_of_git_is_told_as_ever(runs: Runs) -> None:
    with (runs.repo.folder / ".git/config").open("a") as settings:
        settings.write("[broken\n")
    assert main(["check"]) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="forks are for Linux only")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_what_other_processes_asked_counts(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    from dsguard import workers

    def kept() -> tuple[set[str], dict[str, bool]]:
        (place,) = runs.folder.iterdir()
        content = json.loads(place.read_text(encoding="utf-8"))
        place.unlink()
        return set(content["places"]), content["ignored"]

    runs.check()
    alone = kept()
    monkeypatch.setattr(workers, "processes", lambda *_: 2)
    runs.check()
    assert kept() == alone
    assert alone[1]


def test_what_is_known_costs_three_questions_to_git(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    from dsguard.git import Git

    runs.check()
    asked: list[str] = []

    def noting(plain: Callable[..., bytes]) -> Callable[..., bytes]:
        def note(git: Git, *words: str, **how: object) -> bytes:
            asked.append(words[0])
            return plain(git, *words, **how)

        return note

    monkeypatch.setattr(Git, "run", noting(Git.run))
    monkeypatch.setattr(Git, "_run_alone", noting(Git._run_alone))
    runs.check()
    assert asked == ["ls-files", "config", "check-ignore"]
