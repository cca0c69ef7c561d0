"""The command line as a person, a hook runner or a pipe uses it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dsguard import cli
from dsguard.cli import main
from dsguard.model import FAMILIES, UsageError

if TYPE_CHECKING:
    from tests.conftest import Repo

SOURCE = str(Path(cli.__file__).resolve().parent.parent)
POSIX = pytest.mark.skipif(os.name == "nt", reason="signals and names that Windows does not have")

OUTPUT = json.dumps(
    {
        "cells": [
            {
                "cell_type": "code",
                "execution_count": 1,
                "id": "a1",
                "metadata": {},
                "outputs": [{"output_type": "stream", "name": "stdout", "text": "42\n"}],
                "source": "6 * 7",
            }
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    },
    indent=1,
)
"""A notebook with an output: DSG201, an error."""

UNUSED = "x = 1  # dsguard: ignore[DSG601] not any more\n"
"""DSG002: a warning, with a fix."""


def program(*arguments: str, cwd: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": SOURCE, "PYTHONWARNINGS": "error", **(env or {})}
    command = [sys.executable, "-c", "from dsguard.cli import run; run()", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, check=False, capture_output=True)


# Exit codes


@pytest.mark.parametrize(
    ("files", "arguments", "code"),
    [
        ({"a.py": "x = 1\n"}, ["check"], 0),
        ({}, ["check"], 0),
        ({"a.ipynb": OUTPUT}, ["check"], 1),
        ({"a.ipynb": OUTPUT}, ["check", "--fail-on", "never"], 0),
        ({"a.py": UNUSED}, ["check"], 0),
        ({"a.py": UNUSED}, ["check", "--fail-on", "warning"], 1),
        ({"a.ipynb": OUTPUT}, ["check", "--family", "paths"], 0),
        ({"a.ipynb": OUTPUT}, ["check", "--family", "paths,notebooks"], 1),
        ({"a.ipynb": OUTPUT}, ["check", "--ignore", "notebooks"], 0),
        ({"a.ipynb": OUTPUT}, ["check", "--select", "notebook-output"], 1),
        ({"a.ipynb": OUTPUT, "dsguard.toml": "exclude = ['*.ipynb']"}, ["check"], 0),
        ({"a.ipynb": OUTPUT, "other.toml": "exclude = ['*.ipynb']"}, ["check", "--config", "other.toml"], 0),
        ({"a.ipynb": OUTPUT}, ["hook", "all", "a.ipynb"], 1),
        ({"a.ipynb": OUTPUT}, ["hook", "all"], 0),
        ({"a.ipynb": OUTPUT}, ["hook", "notebooks", "a.ipynb"], 1),
        ({"a.ipynb": OUTPUT}, ["hook", "paths", "a.ipynb"], 0),
        ({"a.ipynb": OUTPUT, "dsguard.toml": "exclude = ['*.ipynb']"}, ["hook", "all", "a.ipynb"], 0),
        ({"a.ipynb": OUTPUT}, ["hook", "all", "--profile", "strict", "--color", "never", "a.ipynb"], 1),
        ({"a.ipynb": OUTPUT, "b.py": ""}, ["hook", "notebooks", "b.py", "-q", "a.ipynb"], 1),
        ({"a.ipynb": OUTPUT}, ["hook", "all", "--", "a.ipynb"], 1),
        ({"a.ipynb": "{"}, ["hook", "notebooks", "a.ipynb"], 1),
        ({}, ["--help"], 0),
        ({}, ["-h"], 0),
        ({}, ["help"], 0),
        ({}, [], 0),
        ({}, ["--version"], 0),
        ({}, ["check", "--help"], 0),
        ({}, ["hook", "--help"], 0),
        ({}, ["config"], 0),
        ({}, ["config", "--roles"], 0),
        ({}, ["rules"], 0),
        ({}, ["explain", "DSG001"], 0),
        ({}, ["explain", "nonsense"], 2),
        ({}, ["chekc"], 2),
        ({}, ["check", "--nonsense"], 2),
        ({}, ["check", "--stag"], 2),
        ({}, ["check", "nowhere.py"], 2),
        ({}, ["check", "--select", "nonsense"], 2),
        ({}, ["check", "--family", "nonsense"], 2),
        ({}, ["check", "--format", "nonsense"], 2),
        ({}, ["check", "--fail-on", "info"], 2),
        ({}, ["check", "--config", "nowhere.toml"], 2),
        ({}, ["check", "--from-ref", "HEAD"], 2),
        ({}, ["check", "--to-ref", "HEAD"], 2),
        ({}, ["check", "--staged", "--rev", "HEAD"], 2),
        ({}, ["check", "--staged", "--fix"], 2),
        ({}, ["check", "--rev", "nowhere"], 2),
        ({}, ["hook"], 2),
        ({}, ["hook", "nonsense"], 2),
        ({}, ["hook", "all", "nowhere.py"], 2),
        ({"dsguard.toml": "exlude = []"}, ["check"], 2),
        ({"dsguard.toml": "exlude = []"}, ["hook", "all"], 2),
        ({"pyproject.toml": "[tool.dsguard]\nprofile = 1"}, ["config"], 2),
    ],
)
def test_exit_codes(files: dict[str, str], arguments: list[str], code: int, repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    for path, content in files.items():
        repo.write(path, content)
    repo.git("add", "-A")
    assert main(arguments) == code, capsys.readouterr()
    said = capsys.readouterr()
    if code == 2:
        assert said.out == ""
        assert said.err.strip()
        assert "Traceback" not in said.err
        assert "internal error" not in said.err
    else:
        assert said.err == ""


def test_every_command_has_help(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--help"])
    overview = capsys.readouterr().out
    for command in cli.COMMANDS:
        assert f"  {command} " in overview
        assert main([command, "--help"]) == 0
        assert f"dsguard {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["chekc"], "dsguard: error: no command 'chekc'; did you mean 'check'? (see dsguard --help)\n"),
        (["check", "--select", "home-pth"], "dsguard: error: --select home-pth: no such rule or family; did you mean 'home-path'?\n"),
        (["check", "x", "y"], "dsguard: error: x: no such file or folder\ndsguard: error: y: no such file or folder\n"),
        (["check", "--family", "path"], f"dsguard: error: --family path: expected one of {', '.join(FAMILIES)}\n"),
        (["check", "--from-ref", "a", "--staged", "--fix"], "dsguard: error: --from-ref and --to-ref go together\n"),
    ],
)
def test_what_was_wrong_is_said(arguments: list[str], expected: str, repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith(expected)


def test_outside_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.ipynb").write_text(OUTPUT)
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 1
    assert "DSG201" in capsys.readouterr().out
    assert main(["hook", "all", "a.ipynb"]) == 1
    for option in (["--staged"], ["--rev", "HEAD"], ["--from-ref", "a", "--to-ref", "b"]):
        assert main(["check", *option]) == 2
        assert "not a git repository" in capsys.readouterr().err


def test_from_a_folder_below_the_root(repo: Repo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.ipynb", OUTPUT)
    repo.write("sub/b.ipynb", OUTPUT)
    repo.write("dsguard.toml", "exclude = ['/sub/b.ipynb']\n")
    monkeypatch.chdir(repo.folder / "sub")
    assert main(["check"]) == 0, "only what is below, and the configuration of the root holds"
    capsys.readouterr()
    assert main(["check", ".."]) == 1
    said = capsys.readouterr().out
    assert "a.ipynb" in said
    assert "note: paths and commands start at the root of the repository: cd ..\n" in said
    assert main(["check", "../a.ipynb"]) == 1
    assert main(["hook", "all", "../a.ipynb", "b.ipynb"]) == 1


def test_a_bug_is_exit_3_and_asks_to_be_reported(repo: Repo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("dsguard.engine.run", fail)
    assert main(["check"]) == 3
    said = capsys.readouterr().err
    assert "ZeroDivisionError: oops" in said
    assert "test_cli.py" in said, "where it was"
    assert "report it" in said


def test_a_rule_that_crashes_is_exit_3(repo: Repo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from dsguard.rules.notebooks.notebook_output import NotebookOutput

    def fail(*_: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(NotebookOutput, "check", fail)
    repo.write("a.ipynb", OUTPUT)
    assert main(["check", "--format", "json"]) == 3
    report = json.loads(capsys.readouterr().out)
    assert {finding["code"] for finding in report["findings"]} >= {"DSG000", "DSG202"}, "the others still ran"
    assert main(["check", "--fail-on", "never"]) == 3


def test_an_interrupt_is_130(repo: Repo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("dsguard.engine.run", interrupt)
    assert main(["check"]) == 130
    assert capsys.readouterr().err == "dsguard: interrupted\n"


@POSIX
def test_ctrl_c_leaves_no_process_behind(repo: Repo) -> None:
    repo.write("a.ipynb", OUTPUT)
    repo.commit()
    code = (
        "import sys, time, dsguard.engine as e\n"
        "old = e.run\n"
        "def run(plan, workspace):\n"
        "    [entry.read(0, None) for entry in workspace.selected]\n"
        "    print('ready', workspace.git._reader._process.pid, flush=True); time.sleep(60)\n"
        "e.run = run\n"
        "from dsguard.cli import main; sys.exit(main(['check', '--rev', 'HEAD']))\n"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": SOURCE}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert running.stdout is not None
    reader = int(running.stdout.readline().split()[1])
    running.send_signal(signal.SIGINT)
    _, error = running.communicate(timeout=20)
    assert (running.returncode, error) == (130, b"dsguard: interrupted\n")
    for _ in range(50):
        if not _runs(reader):
            break
        time.sleep(0.05)
    assert not _runs(reader)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# What is printed


def test_show_files(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("dsguard.toml", "exclude = ['vendor/']\n")
    repo.write("b é.py", "")
    repo.write("vendor/c.py", "")
    repo.write("a.ipynb", OUTPUT)
    assert main(["check", "--show-files"]) == 0
    assert capsys.readouterr().out == "a.ipynb\nb é.py\ndsguard.toml\n"


@POSIX
def test_names_do_not_steer_the_terminal(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write(b"red \x1b[31m\n\xff.ipynb", OUTPUT)
    for extra in (["--show-files"], [], ["--format", "concise"], ["--diff", "-v"], ["--statistics"]):
        main(["check", *extra])
        said = capsys.readouterr().out
        assert "\\x1b[31m\\n\\xff.ipynb" in said
        assert "\x1b" not in said


@POSIX
@pytest.mark.parametrize("command", ["check", "strip"])
def test_errors_do_not_steer_the_terminal(command: str, repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "gone\x1b[31m\n.ipynb"]) > 0
    assert "gone\\x1b[31m\\n.ipynb" in capsys.readouterr().err


def test_statistics(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.ipynb", OUTPUT)
    repo.write("b.ipynb", OUTPUT)
    repo.write("c.py", UNUSED)
    main(["check", "--statistics", "--select", "DSG201,DSG202,DSG601,DSG002"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[-3:] == ["     2  DSG201 notebook-output", "     2  DSG202 execution-count", "     1  DSG002 unused-suppression"]


@pytest.mark.parametrize("form", ["json", "sarif", "github", "gitlab", "junit"])
@pytest.mark.parametrize("extra", [["--statistics"], ["--diff"], ["--statistics", "--diff", "-v"]])
def test_a_report_for_machines_is_nothing_but_that(form: str, extra: list[str], repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.ipynb", OUTPUT)
    repo.write("c.py", UNUSED)
    assert main(["check", "--format", form]) == 1
    plain = capsys.readouterr()
    assert main(["check", "--format", form, *extra]) == 1
    with_more = capsys.readouterr()
    assert with_more.out == plain.out
    assert plain.err == ""
    assert with_more.err
    if form not in ("github", "junit"):
        json.loads(plain.out)


def test_output_goes_to_a_file(repo: Repo, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    repo.write("a.ipynb", OUTPUT)
    target = tmp_path / "report é.json"
    assert main(["check", "--format", "json", "--output", str(target)]) == 1
    assert json.loads(target.read_bytes())["summary"]["files"] == 1
    summary = capsys.readouterr().out
    assert summary.count("\n") == 1
    assert "1 file" in summary
    assert main(["check", "-q", "--output", str(target)]) == 1
    assert capsys.readouterr().out == ""
    assert "DSG201" in target.read_text()
    assert main(["check", "--output", str(tmp_path / "no" / "where")]) == 2
    assert "--output" in capsys.readouterr().err


@POSIX
@pytest.mark.parametrize(
    ("option", "environment", "colored"),
    [
        ("auto", {}, True),
        ("auto", {"NO_COLOR": "1"}, False),
        ("auto", {"NO_COLOR": ""}, True),
        ("auto", {"TERM": "dumb"}, False),
        ("never", {}, False),
        ("always", {"NO_COLOR": "1"}, True),
    ],
)
def test_color_on_a_terminal(option: str, environment: dict[str, str], colored: bool, repo: Repo) -> None:  # noqa: FBT001
    import pty

    repo.write("a.ipynb", OUTPUT)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from dsguard.cli import run; run()", "check", "--color", option]
    full = {**os.environ, "PYTHONPATH": SOURCE, "TERM": "xterm", **environment}
    running = subprocess.Popen(command, cwd=repo.folder, env=full, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = b""
    try:
        while chunk := os.read(ours, 1 << 16):
            said += chunk
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert running.wait(timeout=20) == 1
    assert (b"\x1b[" in said) is colored


def test_no_color_into_a_pipe_unless_asked(repo: Repo) -> None:
    repo.write("a.ipynb", OUTPUT)
    assert b"\x1b" not in program("check", cwd=repo.folder).stdout
    assert b"\x1b" in program("check", "--color", "always", cwd=repo.folder).stdout


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_any_terminal_can_print_any_name(encoding: str, repo: Repo) -> None:
    repo.write("données 数据 😀.ipynb", OUTPUT)
    done = program("check", cwd=repo.folder, env={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"})
    assert (done.returncode, done.stderr) == (1, b"")
    assert b".ipynb" in done.stdout


@POSIX
def test_a_reader_that_goes_away(repo: Repo) -> None:
    for number in range(400):
        repo.write(f"notebook with a long name {number}.ipynb", OUTPUT)
    command = f'"{sys.executable}" -c "from dsguard.cli import run; run()"'
    for arguments in ("check --format concise", "check --show-files", "check --format json", "rules"):
        done = subprocess.run(
            ["bash", "-c", f"{command} {arguments} | head -n 1; exit ${{PIPESTATUS[0]}}"],
            cwd=repo.folder,
            env={**os.environ, "PYTHONPATH": SOURCE},
            capture_output=True,
            check=False,
        )
        assert done.stderr == b""
        assert done.stdout.count(b"\n") <= 1
        assert done.returncode in (0, 1)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device that Linux has")
@pytest.mark.parametrize("arguments", ["check", "check --format sarif", "rules", "--version", "baseline create"])
def test_a_full_disk_is_no_bug(arguments: str, repo: Repo) -> None:
    repo.write("a.ipynb", OUTPUT)
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from dsguard.cli import run; run()", *arguments.split()],
            cwd=repo.folder,
            env={**os.environ, "PYTHONPATH": SOURCE},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == cli.USAGE
    assert done.stderr.decode() == "dsguard: error: what was to be printed or written is not complete: No space left on device\n"


@POSIX
@pytest.mark.parametrize("arguments", ["check", "hook all a.py", "config", "init --yes", "baseline create", "strip --status"])
def test_a_working_directory_that_is_gone(arguments: str, tmp_path: Path) -> None:
    start = f'mkdir gone && cd gone && rmdir ../gone && "{sys.executable}" -c "from dsguard.cli import run; run()" {arguments}'
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    done = subprocess.run(["bash", "-c", start], cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert done.returncode == cli.USAGE, done.stderr
    assert done.stderr.decode() == "dsguard: error: the working directory is gone: change into one that exists\n"


@POSIX
@pytest.mark.parametrize("closed", ["1>&-", "2>&-", "1>&- 2>&-", "0<&-"])
def test_closed_streams(closed: str, repo: Repo) -> None:
    repo.write("a.ipynb", OUTPUT)
    for arguments, code in (("check", 1), ("check --nonsense", 2), ("check --statistics --format json", 1), ("strip", 0)):
        done = subprocess.run(
            ["bash", "-c", f'"{sys.executable}" -c "from dsguard.cli import run; run()" {arguments} {closed}'],
            cwd=repo.folder,
            env={**os.environ, "PYTHONPATH": SOURCE},
            capture_output=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("form", ["text", "concise", "json", "sarif", "github", "gitlab", "junit"])
def test_two_runs_print_the_same_bytes(form: str, repo: Repo) -> None:
    for number in range(12):
        repo.write(f"d{number % 3}/n{number}.ipynb", OUTPUT)
        repo.write(f"d{number % 3}/m{number}.py", UNUSED)
    repo.write("data/raw/a.csv", "id,value\n" + "1,2\n" * 5000)
    said = set()
    for seed in ("1", "2", "3"):
        out = program("check", "--format", form, cwd=repo.folder, env={"PYTHONHASHSEED": seed}).stdout
        said.add(out if form != "text" else out.rsplit(b"(", 1)[0])  # the time it took
    assert len(said) == 1
    assert b"DSG201" in said.pop()


# Hooks and odd files


@POSIX
@pytest.mark.parametrize("name", ["-dash.ipynb", "--fix", "-q", "a b.ipynb", "données.ipynb", "new\nline.ipynb", "*.ipynb"])
def test_a_hook_takes_any_file(name: str, repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write(name, OUTPUT)
    repo.write("other.ipynb", OUTPUT)
    repo.git("add", "-A")
    code = main(["hook", "all", "--format", "json", name])
    report = json.loads(capsys.readouterr().out)
    assert report["summary"]["files"] == 1
    assert code == int(name.endswith(".ipynb"))
    assert main(["check", "--format", "json", "--", name]) == code
    assert json.loads(capsys.readouterr().out) == report


def test_a_hook_without_files_checks_projects_only(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.ipynb", OUTPUT)
    repo.write("pyproject.toml", "[project]\nname = 'churn'\nversion = '1'\ndependencies = ['pandas']\n")
    repo.git("add", "-A")
    assert main(["hook", "lockfile", "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["summary"]["files"] == 0
    assert {finding["code"] for finding in report["findings"]} == {"DSG401"}


# Fixing


def test_fix_and_what_is_left(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    source = "# dsguard: ignore[DSG601] not any more\nimport os\n\nPATH = '/home/ana/churn.csv'\n"
    repo.write("a.py", source)
    rules = ["--select", "DSG601,DSG002"]
    assert main(["check", "--diff", "--format", "concise", *rules]) == 1
    said = capsys.readouterr().out
    assert "-# dsguard: ignore[DSG601] not any more" in said
    assert (repo.folder / "a.py").read_text() == source
    assert main(["check", "--fix", "--format", "json", *rules]) == 1
    report = json.loads(capsys.readouterr().out)
    assert (repo.folder / "a.py").read_text() == source.partition("\n")[2]
    assert [(finding["code"], finding["line"]) for finding in report["findings"]] == [("DSG601", 3)], "where it is now"
    assert report["summary"]["fixed"] == 1
    assert main(["check", "--fix", "--format", "json", *rules]) == 1
    assert json.loads(capsys.readouterr().out)["summary"]["fixed"] == 0


def test_what_was_not_fixed_is_said(repo: Repo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    repo.write("a.py", UNUSED)
    monkeypatch.setattr(os, "replace", refuse)
    assert main(["check", "--fix", "--format", "json", "--fail-on", "warning", "--select", "DSG601,DSG002"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["summary"]["skipped"] == [{"path": "a.py", "reason": "not fixed: Permission denied"}]
    assert [finding["code"] for finding in report["findings"]] == ["DSG002"]


# What is loaded


HOSTILE = (
    *("json", "yaml", "ast", "re", "tomllib", "nbformat", "detect_secrets"),
    *("typing", "subprocess", "argparse", "tokenize", "hashlib", "difflib"),
)


@pytest.mark.parametrize("way", [["-m", "dsguard"], ["-c", "import sys; sys.path.pop(0); from dsguard.cli import run; run()"]])
def test_no_module_of_the_repository_is_imported(way: list[str], repo: Repo, tmp_path: Path) -> None:
    """`-m` puts the working directory on the import path."""
    marker = tmp_path / "marker"
    for name in HOSTILE:
        repo.write(f"{name}.py", f"open({str(marker)!r}, 'a').write({name!r})\nraise SystemExit(99)\n")
    repo.write("a.ipynb", OUTPUT)
    repo.write("b.py", "PASSWORD = 'x'  # dsguard: ignore[DSG601] r\n")
    repo.write("dsguard.toml", "exlude = []\n")
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    settings = ["--config", os.devnull]
    for arguments, code in ((["check"], 2), (["check", *settings, "--format", "json", "--diff"], 1), (["config", *settings], 0)):
        done = subprocess.run([sys.executable, *way, *arguments], cwd=repo.folder, env=environment, capture_output=True, check=False)
        assert done.returncode == code, done.stderr
        assert not marker.exists(), marker.read_text()


HEAVY = frozenset(
    (
        *("nbformat", "jsonschema", "yaml", "detect_secrets", "requests", "rich", "packaging", "pathspec"),
        *("logging", "importlib.metadata", "multiprocessing", "asyncio", "typing", "dataclasses", "inspect"),
        *("argparse", "pathlib", "tomllib", "difflib", "tempfile", "shutil", "urllib", "http", "email", "socket", "shtab"),
        *("hashlib", *(("subprocess",) if hasattr(os, "posix_spawn") else ())),
    )
)
"""What a commit of a few clean files must not pay for: each costs a good part of the bare interpreter, some many times it."""


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["hook", "all", "clean.py"], 0),
        (["hook", "paths", "clean.py"], 0),
        (["hook", "secrets", "clean.py"], 0),
        (["hook", "paths", "dirty.py"], 1),
    ],
)
def test_a_commit_loads_little(arguments: list[str], expected: int, repo: Repo) -> None:
    repo.write("clean.py", "import os\n\nprint(os.name)\n")
    repo.write("dirty.py", "DATA = '/home/ana/churn/data'\n")
    repo.write("README.md", "# A project\n")
    repo.commit()
    code = (
        f"import sys; sys.path[:0] = [{SOURCE!r}]; from dsguard.cli import main; code = main({arguments!r})\n"
        "print(*sorted(sys.modules), sep='\\n', file=sys.stderr); sys.exit(code)"
    )
    command = [sys.executable, "-I", "-S", "-c", code]
    done = subprocess.run(command, cwd=repo.folder, capture_output=True, text=True, check=False)
    assert done.returncode == expected, done.stdout + done.stderr
    loaded = set(done.stderr.split("\n"))
    assert "dsguard.engine" in loaded
    assert loaded & HEAVY == set()


def test_usage_errors_carry_every_problem() -> None:
    assert str(UsageError(["one", "two"])) == "one\ntwo"
