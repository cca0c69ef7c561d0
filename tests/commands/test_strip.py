"""``dsguard strip``: as a command, as a filter of real repositories, and always what ``dsguard check --fix`` leaves."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dsguard import cli
from dsguard.commands import filter_setup
from dsguard.commands.filter_process import MAX_PACKET, serve
from dsguard.commands.stripper import Stripper

if TYPE_CHECKING:
    from tests.conftest import Repo

SOURCE = str(Path(cli.__file__).resolve().parent.parent)
POSIX = pytest.mark.skipif(os.name == "nt", reason="links and modes that Windows does not have")


def code(**members: Any) -> dict[str, Any]:
    cell = {"cell_type": "code", "execution_count": 3, "metadata": {"scrolled": True}, "outputs": [STREAM], "source": ["print('é')\n", "x"]}
    return {**cell, **members}


def notebook(*cells: dict[str, Any], **members: Any) -> dict[str, Any]:
    document = {"cells": list(cells), "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 4}
    return {**document, **members}


def text(document: dict[str, Any], indent: int | str | None = 1, **options: Any) -> str:
    return json.dumps(document, indent=indent, ensure_ascii=options.pop("ensure_ascii", False), **options) + "\n"


STREAM = {"name": "stdout", "output_type": "stream", "text": ["1\n", "2"]}
RESULT = {"data": {"text/plain": ["3"]}, "execution_count": 3, "metadata": {}, "output_type": "execute_result"}
DIRTY = notebook({"cell_type": "markdown", "metadata": {}, "source": "# é"}, code(), code(outputs=[RESULT], metadata={"tags": ["a"]}))
PLAIN = text(DIRTY, sort_keys=True)
STRIPPED = text(
    notebook(
        {"cell_type": "markdown", "metadata": {}, "source": "# é"},
        code(outputs=[], execution_count=None, metadata={}),
        code(outputs=[], execution_count=None, metadata={"tags": ["a"]}),
    ),
    sort_keys=True,
)
V3 = {
    "metadata": {"name": "old"},
    "nbformat": 3,
    "worksheets": [
        {"cells": [{"cell_type": "code", "input": ["x"], "language": "python", "metadata": {}, "outputs": [STREAM], "prompt_number": 1}]}
    ],
}
CONFLICT = PLAIN.replace('   "outputs"', '<<<<<<< HEAD\n   "a": 1,\n=======\n   "b": 1,\n>>>>>>> theirs\n   "outputs"', 1)

EDGE: dict[str, bytes] = {
    "standard": PLAIN.encode(),
    "indent 2": text(DIRTY, 2).encode(),
    "indent 4": text(DIRTY, 4).encode(),
    "tabs": text(DIRTY, "\t").encode(),
    "minified": text(DIRTY, None, separators=(",", ":")).encode(),
    "crlf": PLAIN.replace("\n", "\r\n").encode(),
    "bom": PLAIN.encode("utf-8-sig"),
    "repeated keys": PLAIN.replace('"execution_count": 3,', '"execution_count": 3, "outputs": [1], "execution_count": 4,', 1).encode(),
    "no newline at the end": PLAIN.rstrip("\n").encode(),
    "two newlines at the end": (PLAIN + "\n").encode(),
    "ascii escapes": text(DIRTY, ensure_ascii=True).encode(),
    "emoji pair": text(notebook(code(source="print('😀')")), ensure_ascii=True).encode(),
    "lone surrogate": text(notebook(code(source="x = '\ud83d'", outputs=[RESULT])), ensure_ascii=True).encode(),
    "nan": text(notebook(code(metadata={"weight": float("nan"), "scrolled": 1}))).encode(),
    "version 3": text(V3).encode(),
    "version 4.4": text(notebook(code())).encode(),
    "version 4.4 with ids": text(notebook(code(id="a1"))).encode(),
    "version 4.5 without ids": text(notebook(code(), nbformat_minor=5)).encode(),
    "source as a string": text(notebook(code(source="a\nb"))).encode(),
    "unsorted keys": text({**dict(reversed(list(DIRTY.items())))}).encode(),
    "kept by a tag": text(notebook(code(outputs=[RESULT], metadata={"tags": ["keep_output"]}))).encode(),
    "accepted by a tag": text(notebook(code(metadata={"tags": ["dsguard-ignore"]}), code())).encode(),
    "metadata only": text(notebook(code(outputs=[], execution_count=None))).encode(),
    "clean": STRIPPED.encode(),
    "empty": b"",
    "blank": b" \n",
}
REFUSED: dict[str, tuple[bytes, str]] = {
    "conflict": (CONFLICT.encode(), "unresolved merge conflict: conflict markers from line 14 on"),
    "truncated": (PLAIN[:200].encode(), "the JSON ends too early"),
    "latin-1": (PLAIN.encode("latin-1"), "not UTF-8: byte "),
    "trailing data": ((PLAIN + "x").encode(), "broken JSON: Extra data"),
    "contradiction": (
        text(notebook(code(metadata={"tags": ["keep_output"], "keep_output": False}))).encode(),
        "is tagged keep_output and its metadata says keep_output: false. Remove one of the two",
    ),
}


def read(folder: Path, name: str) -> bytes:
    return (folder / f"{name}.ipynb").read_bytes()


def write_all(repo: Repo) -> None:
    for name, content in EDGE.items():
        repo.write(f"{name}.ipynb", content)


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> None:
    """git starts this very code."""
    monkeypatch.setenv("PYTHONPATH", SOURCE)


def dsguard(*arguments: str, input: bytes = b"", cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-P", "-m", "dsguard", *arguments]
    return subprocess.run(command, input=input, cwd=cwd, env={**os.environ, "PYTHONPATH": SOURCE}, capture_output=True, check=False)


# One notebook


def test_only_what_must_go_goes(tmp_path: Path) -> None:
    assert Stripper(str(tmp_path)).strip(PLAIN.encode(), "a.ipynb") == (STRIPPED.encode(), [])


@pytest.mark.parametrize("name", EDGE)
def test_strip_of_strip_is_the_same(name: str, tmp_path: Path) -> None:
    stripper = Stripper(str(tmp_path))
    once, problems = stripper.strip(EDGE[name], "a.ipynb")
    assert problems == []
    assert stripper.strip(once, "a.ipynb") == (once, [])


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_stripped_is_refused_and_nothing_is_written(data: bytes, reason: str, tmp_path: Path) -> None:
    done = dsguard("strip", "--stdin-filename", "nb/a.ipynb", input=data, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, b"")
    assert reason in done.stderr.decode()
    assert done.stderr.startswith(b"dsguard strip: nb/a.ipynb:")


def test_a_lone_surrogate_survives(tmp_path: Path) -> None:
    stripped, _ = Stripper(str(tmp_path)).strip(EDGE["lone surrogate"], "a.ipynb")
    assert b"x = '\\ud83d'" in stripped
    assert b"outputs" in stripped
    assert b"text/plain" not in stripped


# The filter, the command and the hook


def test_filter_command_and_hook_agree_byte_for_byte(
    make_repo: Callable[[str], Repo], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], source: None
) -> None:
    fixed, added, cleaned, rewritten = (make_repo(name) for name in ("fixed", "added", "cleaned", "re written"))
    for one in (fixed, added, cleaned, rewritten):
        write_all(one)
    monkeypatch.chdir(fixed.folder)
    cli.main(["check", "--family", "notebooks", "--fix"])
    monkeypatch.chdir(rewritten.folder)
    assert cli.main(["strip", *(f"{name}.ipynb" for name in EDGE)]) == 0
    for one, process in ((added, True), (cleaned, False)):
        monkeypatch.chdir(one.folder)
        assert cli.main(["strip", "--install"]) == 0
        if not process:
            one.git("config", "--unset", "filter.dsguard.process")
        one.git("add", "-A")
    stripper = Stripper(str(fixed.folder))
    for name, before in EDGE.items():
        expected = read(fixed.folder, name)
        assert read(rewritten.folder, name) == expected, name
        assert added.git("show", f":{name}.ipynb") == expected, name
        assert cleaned.git("show", f":{name}.ipynb") == expected, name
        assert stripper.strip(before, f"{name}.ipynb")[0] == expected, name
        assert read(added.folder, name) == before, "what is on disk keeps its outputs"
        assert (expected == before) is (name in ("clean", "empty", "blank")), name
    capsys.readouterr()


@pytest.mark.parametrize("process", [True, False])
def test_git_add_refuses_what_cannot_be_stripped(process: bool, repo: Repo, source: None, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: FBT001
    cli.main(["strip", "--install"])
    if not process:
        repo.git("config", "--unset", "filter.dsguard.process")
    for name, (content, reason) in REFUSED.items():
        repo.write(f"{name}.ipynb", content)
        done = subprocess.run(["git", "add", f"{name}.ipynb"], capture_output=True, check=False)
        assert done.returncode != 0
        assert reason in done.stderr.decode()
    repo.write("good.ipynb", PLAIN)
    repo.git("add", "good.ipynb")
    assert repo.git("ls-files").split() == [b"good.ipynb"]
    capsys.readouterr()


CONFIGURED: dict[str, tuple[str, bytes]] = {
    "kept in a folder": (
        '[tool.dsguard.per-path-ignores]\n"gallery/" = ["notebook-output", "DSG202", "volatile-metadata"]\n',
        PLAIN.encode(),
    ),
    "kept by exclude": ('[tool.dsguard]\nexclude = ["gallery/"]\n', PLAIN.encode()),
    "kept by the rule's exclude": (
        "".join(
            f'[tool.dsguard.rules.{name}]\nexclude = ["gallery/"]\n' for name in ("notebook-output", "execution-count", "volatile-metadata")
        ),
        PLAIN.encode(),
    ),
    "elsewhere": ('[tool.dsguard.per-path-ignores]\n"other/" = ["notebook-output"]\n', STRIPPED.encode()),
    "counts may stay": (
        '[tool.dsguard]\nignore = { DSG202 = "course material" }\n',
        STRIPPED.replace('_count": null', '_count": 3').encode(),
    ),
    "metadata may stay": (
        '[tool.dsguard.rules.volatile-metadata]\nkeep-keys = ["cell.metadata.scrolled"]\n',
        STRIPPED.replace('"metadata": {},\n   "outputs"', '"metadata": {\n    "scrolled": true\n   },\n   "outputs"').encode(),
    ),
    "streams may stay": (
        '[tool.dsguard.rules.notebook-output]\nkeep-types = ["stream"]\n',
        PLAIN.replace(PLAIN[PLAIN.rindex('[\n    {\n     "data"') : PLAIN.rindex(',\n   "source"')], "[]")
        .replace('"execution_count": 3', '"execution_count": null')
        .replace('{\n    "scrolled": true\n   }', "{}")
        .encode(),
    ),
    "strict": ('[tool.dsguard]\nprofile = "strict"\n', STRIPPED.encode()),
    "pinned": (
        f"""[[tool.dsguard.allow]]
path = "gallery/a b.ipynb"
rule = "notebook-output"
reason = "a figure"
sha256 = "{sha256(PLAIN.encode()).hexdigest()}"
""",
        PLAIN.replace('"execution_count": 3', '"execution_count": null').replace('{\n    "scrolled": true\n   }', "{}").encode(),
    ),
}


@pytest.mark.parametrize(("config", "expected"), CONFIGURED.values(), ids=CONFIGURED)
def test_the_configuration_decides_for_all_of_them(
    config: str,
    expected: bytes,
    make_repo: Callable[[str], Repo],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    source: None,
) -> None:
    fixed, added = make_repo("fixed"), make_repo("added")
    for one in (fixed, added):
        one.write("pyproject.toml", config)
        one.write("gallery/a b.ipynb", PLAIN)
    monkeypatch.chdir(fixed.folder)
    cli.main(["check", "--family", "notebooks", "--fix"])
    assert (fixed.folder / "gallery/a b.ipynb").read_bytes() == expected
    monkeypatch.chdir(added.folder)
    cli.main(["strip", "--install"])
    added.git("add", "gallery")
    assert added.git("show", ":gallery/a b.ipynb") == expected
    done = dsguard("strip", "--stdin-filename", "a b.ipynb", input=PLAIN.encode(), cwd=added.folder / "gallery")
    assert (done.stdout, done.returncode) == (expected, 0), done.stderr
    capsys.readouterr()


def test_the_nearest_configuration_above_a_notebook_decides(
    make_repo: Callable[[str], Repo], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], source: None
) -> None:
    fixed, added, rewritten = make_repo("fixed"), make_repo("added"), make_repo("rewritten")
    names = ("a.ipynb", "one/a.ipynb", "one/deep/a.ipynb", "two/a.ipynb", "vendor/a.ipynb")
    for one in (fixed, added, rewritten):
        one.write("pyproject.toml", "[tool.dsguard]\nexclude = ['two/']\n")
        one.write("one/dsguard.toml", "exclude = ['*.ipynb']\n")
        one.write("one/deep/pyproject.toml", "[tool.dsguard]\n")
        one.write("two/dsguard.toml", "")
        one.write("vendor/dsguard.toml", "exclude = ['*.ipynb']\n")
        for name in names:
            one.write(name, PLAIN)
    expected = [STRIPPED, PLAIN, STRIPPED, PLAIN, STRIPPED]
    monkeypatch.chdir(fixed.folder)
    cli.main(["check", "--family", "notebooks", "--fix"])
    assert [(fixed.folder / name).read_text(encoding="utf-8") for name in names] == expected
    monkeypatch.chdir(added.folder)
    cli.main(["strip", "--install"])
    added.git("add", *names)
    assert [added.git("show", f":{name}").decode() for name in names] == expected
    monkeypatch.chdir(rewritten.folder / "one")
    cli.main(["strip", *(f"../{name}" for name in names)])
    assert [(rewritten.folder / name).read_text(encoding="utf-8") for name in names] == expected
    capsys.readouterr()


def test_too_large_an_output_is_refused_if_asked_for(repo: Repo, source: None, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("pyproject.toml", '[tool.dsguard.rules.notebook-output]\nmax-kept-size = "30 B"\noversize = "error"\n')
    repo.write("small.ipynb", text(notebook(code())))
    repo.write("large.ipynb", text(notebook(code(outputs=[{**STREAM, "text": "x" * 50}]))))
    assert cli.main(["strip", "small.ipynb"]) == 0
    assert b'"1\\n"' in (repo.folder / "small.ipynb").read_bytes()
    assert cli.main(["strip", "large.ipynb"]) == 1
    assert "cell 1 has an output of 62 B, and 30 B is what may stay" in capsys.readouterr().err
    cli.main(["strip", "--install"])
    assert subprocess.run(["git", "add", "large.ipynb"], capture_output=True, check=False).returncode != 0
    capsys.readouterr()


def test_a_broken_configuration_is_told(repo: Repo, source: None, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.ipynb", PLAIN)
    cli.main(["strip", "--install"])
    repo.git("add", "a.ipynb", ".gitattributes")
    repo.git("commit", "-q", "-m", "work")
    repo.write("pyproject.toml", "[tool.dsguard]\nprofle = 1\n")
    repo.write("b.ipynb", PLAIN)
    done = dsguard("strip", input=PLAIN.encode(), cwd=repo.folder)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"did you mean 'profile'?" in done.stderr
    done = subprocess.run(["git", "add", "b.ipynb"], capture_output=True, check=False)
    assert done.returncode != 0
    assert b"did you mean 'profile'?" in done.stderr
    (repo.folder / "a.ipynb").unlink()
    repo.git("checkout", "a.ipynb")
    assert (repo.folder / "a.ipynb").read_text(encoding="utf-8") == STRIPPED, "what is committed can be checked out"
    done = dsguard("strip", "--textconv", "b.ipynb", cwd=repo.folder)
    assert (done.returncode, done.stdout) == (0, PLAIN.encode())
    capsys.readouterr()


# Files


def test_a_clean_notebook_keeps_its_bytes_and_its_time(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["strip", "a.ipynb"], ["check", "--fix", "a.ipynb"]):
        place = repo.write("a.ipynb", STRIPPED)
        os.utime(place, ns=(10**18, 10**18))
        cli.main(command)
        assert place.read_bytes() == STRIPPED.encode()
        assert place.stat().st_mtime_ns == 10**18
    assert "stripped" not in capsys.readouterr().out


@POSIX
@pytest.mark.parametrize("command", [["strip", "nb.ipynb"], ["check", "--fix", "nb.ipynb"]])
def test_the_mode_is_kept_and_no_link_is_followed(
    command: list[str], repo: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = repo.write("nb.ipynb", EDGE["crlf"])
    place.chmod(0o750)
    cli.main(command)
    assert place.stat().st_mode & 0o777 == 0o750
    assert place.read_bytes() == STRIPPED.replace("\n", "\r\n").encode()
    place.unlink()
    outside = tmp_path / "outside.ipynb"
    outside.write_text(PLAIN, encoding="utf-8")
    place.symlink_to(outside)
    capsys.readouterr()
    code_ = cli.main(command)
    assert outside.read_text(encoding="utf-8") == PLAIN
    assert place.is_symlink()
    if command[0] == "strip":
        assert code_ == 1
        assert "nb.ipynb: is no regular file" in capsys.readouterr().err
    assert sorted(os.listdir(repo.folder)) == [".git", "nb.ipynb"]


def test_files_beside_a_broken_one_are_stripped(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.ipynb", CONFLICT)
    repo.write("b.ipynb", PLAIN)
    assert cli.main(["strip", "a.ipynb", "b.ipynb"]) == 1
    assert (repo.folder / "a.ipynb").read_text(encoding="utf-8") == CONFLICT
    assert (repo.folder / "b.ipynb").read_text(encoding="utf-8") == STRIPPED
    said = capsys.readouterr()
    assert said.out == "stripped b.ipynb\n"
    assert "a.ipynb:14:1: unresolved merge conflict" in said.err


def test_check_changes_nothing(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    for name, content in (("dirty.ipynb", PLAIN), ("clean.ipynb", STRIPPED), ("broken.ipynb", CONFLICT)):
        repo.write(name, content)
    assert cli.main(["strip", "--check", "clean.ipynb"]) == 0
    assert cli.main(["strip", "--check", "dirty.ipynb", "clean.ipynb"]) == 1
    assert capsys.readouterr().out == "would strip dirty.ipynb\n"
    assert cli.main(["strip", "--check", "broken.ipynb"]) == 1
    assert "unresolved merge conflict" in capsys.readouterr().err
    assert (repo.folder / "dirty.ipynb").read_text(encoding="utf-8") == PLAIN


def test_fix_refuses_what_a_filter_strips_and_says_how(repo: Repo, source: None, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.ipynb", PLAIN)
    repo.commit()
    cli.main(["strip", "--install"])
    capsys.readouterr()
    assert cli.main(["check", "--fix", "--family", "notebooks"]) == 1
    assert "git add --renormalize a.ipynb" in capsys.readouterr().out.replace("\n        ", " ")
    assert (repo.folder / "a.ipynb").read_text(encoding="utf-8") == PLAIN
    repo.git("add", "--renormalize", "a.ipynb")
    assert repo.git("show", ":a.ipynb") == STRIPPED.encode()
    repo.write("new.ipynb", PLAIN)
    assert cli.main(["check", "--family", "notebooks"]) == 0, "git add will strip it"
    capsys.readouterr()


USAGE = (
    (["--install", "--status"], "--install and --status exclude each other"),
    (["--install", "a.ipynb"], "--install takes no FILE"),
    (["--check"], "--check takes at least one FILE"),
    (["--check", "--textconv", "a.ipynb"], "--textconv and --check exclude each other"),
    (["--textconv"], "--textconv takes one FILE"),
    (["--textconv", "a.ipynb", "b.ipynb"], "--textconv takes one FILE"),
    (["--textconv", "gone.ipynb"], "gone.ipynb: No such file"),
    (["gone.ipynb"], "gone.ipynb: no such file"),
    (["."], "is a folder: `dsguard check --fix` strips all notebooks in it"),
    (["--install", "--python", "gone"], "no such file"),
)


@pytest.mark.parametrize(("arguments", "problem"), USAGE)
def test_usage(arguments: list[str], problem: str, repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["strip", *arguments]) == 2
    assert problem in capsys.readouterr().err


@pytest.mark.parametrize("task", ["--install", "--uninstall", "--status"])
def test_outside_of_git_there_is_nothing_to_filter(
    task: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["strip", task]) == 2
    assert "not a git repository" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["a.ipynb"], ["--check", "a.ipynb"]], ids=["a filter", "a file", "a check"])
def test_it_starts_lightly(arguments: list[str], tmp_path: Path) -> None:
    place = tmp_path / "a.ipynb"
    place.write_bytes(PLAIN.encode())
    program = (
        f"import sys; sys.path[:0] = [{SOURCE!r}]; from dsguard.cli import main; code = main(['strip', *{arguments!r}])\n"
        "print(*sorted(sys.modules), sep='\\n', file=sys.stderr); sys.exit(code)"
    )
    command = [sys.executable, "-I", "-S", "-c", program]
    done = subprocess.run(command, input=PLAIN.encode(), cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == ("--check" in arguments), done.stderr
    if not arguments:
        assert done.stdout == STRIPPED.encode()
    assert place.read_bytes() == (STRIPPED if arguments == ["a.ipynb"] else PLAIN).encode()
    loaded = set(done.stderr.decode().split())
    assert "dsguard.analysis.notebooks.plain" in loaded
    heavy = {"dsguard.engine", "dsguard.config", "dsguard.rules", "dsguard.policy", "dsguard.git"}
    heavy |= {"dsguard.documents.notebook", "dsguard.documents.json_walk"}
    if not arguments:
        heavy.add("dsguard.workspace")
    assert loaded & (heavy | {"argparse", "subprocess", "tempfile", "tomllib", "hashlib", "typing", "dataclasses", "ast"}) == set()


def test_a_check_says_what_a_strip_would_change(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    write_all(repo)
    names = [f"{name}.ipynb" for name in EDGE]
    before = {name: (repo.folder / name).read_bytes() for name in names}
    cli.main(["strip", "--check", *names])
    told = capsys.readouterr().out
    assert {name: (repo.folder / name).read_bytes() for name in names} == before
    cli.main(["strip", *names])
    assert told == capsys.readouterr().out.replace("stripped ", "would strip ")
    assert told == "".join(f"would strip {name}\n" for name in names if (repo.folder / name).read_bytes() != before[name])
    assert "metadata only" in told


# Set up in a repository


def test_install_status_uninstall(
    make_repo: Callable[[str], Repo], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], source: None
) -> None:
    repo = make_repo("my repo's")
    monkeypatch.chdir(repo.folder)
    before = (repo.folder / ".git/config").read_text(encoding="utf-8")
    assert cli.main(["strip", "--status"]) == 1
    assert "filter.dsguard.clean = (not set)" in capsys.readouterr().out
    for _ in range(2):  # twice is as good as once
        assert cli.main(["strip", "--install"]) == 0
        assert (repo.folder / ".gitattributes").read_bytes() == b"*.ipynb filter=dsguard diff=dsguard\n"
        assert repo.git("config", "--get-all", "filter.dsguard.required") == b"true\n"
    assert repo.git("config", "filter.dsguard.smudge") == b"cat\n"
    capsys.readouterr()
    assert cli.main(["strip", "--status"]) == 0
    assert capsys.readouterr().out.endswith("git add strips notebooks.\n")
    assert cli.main(["strip", "--uninstall"]) == 0
    assert not (repo.folder / ".gitattributes").exists()
    assert (repo.folder / ".git/config").read_text(encoding="utf-8") == before
    assert cli.main(["strip", "--status"]) == 1
    assert cli.main(["strip", "--uninstall"]) == 0
    repo.write("a.ipynb", PLAIN)
    repo.git("add", "-A")
    assert repo.git("show", ":a.ipynb") == PLAIN.encode()
    capsys.readouterr()


LINES: dict[str, tuple[bytes, bytes, bytes]] = {
    "other lines": (b"*.csv text\n", b"*.csv text\n*.ipynb filter=dsguard diff=dsguard\n", b"*.csv text\n"),
    "no newline at the end": (b"*.csv text", b"*.csv text\n*.ipynb filter=dsguard diff=dsguard\n", b"*.csv text\n"),
    "crlf": (b"*.csv text\r\n", b"*.csv text\r\n*.ipynb filter=dsguard diff=dsguard\r\n", b"*.csv text\r\n"),
    "there already, with more": (
        b"*.ipynb  text filter=dsguard   diff=dsguard eol=lf\n*.py text\n",
        b"*.ipynb  text filter=dsguard   diff=dsguard eol=lf\n*.py text\n",
        b"*.ipynb text eol=lf\n*.py text\n",
    ),
    "a diff driver of another program": (
        b"*.ipynb diff=jupyternotebook\n",
        b"*.ipynb diff=jupyternotebook\n*.ipynb filter=dsguard\n",
        b"*.ipynb diff=jupyternotebook\n",
    ),
    "another filter": (
        b"*.ipynb filter=nbstripout\n",
        b"*.ipynb filter=nbstripout\n*.ipynb filter=dsguard diff=dsguard\n",
        b"*.ipynb filter=nbstripout\n",
    ),
}


@pytest.mark.parametrize(("before", "installed", "removed"), LINES.values(), ids=LINES)
def test_lines_of_others_stay(before: bytes, installed: bytes, removed: bytes, repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    place = repo.write(".gitattributes", before)
    assert cli.main(["strip", "--install"]) == 0
    assert place.read_bytes() == installed
    assert cli.main(["strip", "--status"]) == 0
    assert cli.main(["strip", "--uninstall"]) == 0
    assert place.read_bytes() == removed
    capsys.readouterr()


def test_what_overrules_the_filter_is_told(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write(".git/info/attributes", "*.ipynb filter=nbstripout\n")
    assert cli.main(["strip", "--install"]) == 1
    assert "*.ipynb has filter=nbstripout" in capsys.readouterr().err
    assert cli.main(["strip", "--status"]) == 1
    assert "*.ipynb has filter=nbstripout" in capsys.readouterr().out
    assert (repo.folder / ".git/info/attributes").read_text(encoding="utf-8") == "*.ipynb filter=nbstripout\n"


def test_attributes_may_be_private_or_elsewhere(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    for given, place in (("info/attributes", ".git/info/attributes"), ("nbs/.gitattributes", "nbs/.gitattributes")):
        cli.main(["strip", "--install", "--attributes", given])
        assert (repo.folder / place).read_bytes() == b"*.ipynb filter=dsguard diff=dsguard\n"
        assert not (repo.folder / ".gitattributes").exists()
        assert cli.main(["strip", "--uninstall", "--attributes", given]) == 0
        assert not (repo.folder / place).exists()
    capsys.readouterr()


@POSIX
def test_attributes_are_not_written_through_a_link(repo: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outside = tmp_path / "attributes"
    outside.write_bytes(b"*.csv text\n")
    (repo.folder / ".gitattributes").symlink_to(outside)
    assert cli.main(["strip", "--install"]) == 2
    assert "is a symbolic link" in capsys.readouterr().err
    assert outside.read_bytes() == b"*.csv text\n"


def test_a_linked_worktree_has_it_too(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], source: None
) -> None:
    repo.write("README.md", "x")
    repo.commit()
    linked = tmp_path / "linked work"
    repo.git("worktree", "add", "-q", "-b", "other", str(linked))
    monkeypatch.chdir(linked)
    assert cli.main(["strip", "--install", "--attributes", "info/attributes"]) == 0
    assert cli.main(["strip", "--status"]) == 0
    for folder in (repo.folder, linked):
        (folder / "a b.ipynb").write_text(PLAIN, encoding="utf-8")
        subprocess.run(["git", "add", "a b.ipynb"], cwd=folder, check=True)
        assert subprocess.run(["git", "show", ":a b.ipynb"], cwd=folder, check=True, capture_output=True).stdout == STRIPPED.encode()
    assert cli.main(["strip", "--uninstall"]) == 0
    monkeypatch.chdir(repo.folder)
    assert cli.main(["strip", "--status"]) == 1
    capsys.readouterr()


def test_status_says_that_the_interpreter_is_gone(repo: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gone = tmp_path / "old env" / "python"
    gone.parent.mkdir()
    gone.touch()
    cli.main(["strip", "--install", "--python", str(gone)])
    capsys.readouterr()
    assert cli.main(["strip", "--status"]) == 0
    gone.unlink()
    assert cli.main(["strip", "--status"]) == 1
    assert f"{gone} is gone: run `dsguard strip --install` again" in capsys.readouterr().out


@POSIX
@pytest.mark.parametrize("python", ["gone", "without dsguard"])
def test_git_stays_usable_without_the_interpreter(
    python: str, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], source: None
) -> None:
    cli.main(["strip", "--install"])
    long = text(notebook(*(code(source=f"x = {'é' * 3000}\n{number}") for number in range(12))))
    repo.write("a.ipynb", long)
    repo.write("b.ipynb", PLAIN)
    repo.commit()
    program = tmp_path / "py thon"
    program.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    cli.main(["strip", "--install", "--python", str(program)])
    if python == "gone":
        program.unlink()
    for name in ("a.ipynb", "b.ipynb"):
        (repo.folder / name).unlink()
    repo.git("checkout", "a.ipynb", "b.ipynb")
    monkeypatch.chdir(tmp_path)
    assert (repo.folder / "a.ipynb").read_bytes() == Stripper(str(tmp_path)).strip(long.encode(), "a.ipynb")[0]
    assert (repo.folder / "b.ipynb").read_bytes() == STRIPPED.encode()
    repo.write("b.ipynb", PLAIN)
    done = subprocess.run(["git", "add", "b.ipynb"], cwd=repo.folder, capture_output=True, check=False)
    assert done.returncode != 0
    assert b"dsguard is gone: install it and run dsguard strip --install" in done.stderr
    capsys.readouterr()


def test_modules_of_the_repository_are_never_imported(repo: Repo, source: None, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("json.py", "re.py", "argparse.py", "dsguard/__init__.py", "dsguard/__main__.py", "sitecustomize.py"):
        repo.write(name, "raise SystemExit('imported')\n")
    repo.write("a.ipynb", PLAIN)
    cli.main(["strip", "--install"])
    repo.git("add", "a.ipynb")
    repo.git("config", "--unset", "filter.dsguard.process")
    repo.write("b.ipynb", PLAIN)
    repo.git("add", "b.ipynb")
    assert repo.git("show", ":a.ipynb") == repo.git("show", ":b.ipynb") == STRIPPED.encode()
    capsys.readouterr()


@pytest.mark.parametrize("python", ["/usr/bin/python3", "/home/ana lima/.venv/bin/python", "/o'brien/100%/python", "/a$b/`c`/python"])
def test_commands_survive_the_shell(python: str) -> None:
    for key, value in filter_setup.settings(python).items():
        if key.endswith(("clean", "textconv")):
            value = value.replace("%%", "%") if key.endswith("clean") else value
            script = value.replace("%f", "'a b.ipynb'")
            probe = f"set -- {script}; printf '%s\\n' \"$1\""
            said = subprocess.run(["sh", "-c", probe], capture_output=True, text=True, check=True).stdout
            assert said == python + "\n"


def test_one_process_serves_all_files(repo: Repo, source: None, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["strip", "--install"])
    for number in range(30):
        repo.write(f"nbs/{number}.ipynb", PLAIN)
    trace = repo.git("-c", "core.fsmonitor=false", "add", "-A", env={"GIT_TRACE": str(repo.folder / ".git/trace")})
    assert trace == b""
    started = [line for line in (repo.folder / ".git/trace").read_text(encoding="utf-8").split("\n") if "strip --" in line]
    assert len([line for line in started if "strip --process" in line]) == len(started) == 1
    assert {repo.git("show", f":nbs/{number}.ipynb") for number in range(30)} == {STRIPPED.encode()}
    capsys.readouterr()


def test_git_diff_shows_sources_only(repo: Repo, source: None, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.ipynb", PLAIN)
    repo.commit()  # with outputs, before the filter was there
    cli.main(["strip", "--install"])
    repo.write("a.ipynb", PLAIN.replace('"x"', '"y"', 1).replace('"1\\n"', '"other\\n"'))
    said = repo.git("diff", "HEAD", "--", "a.ipynb").decode()
    changed = [line for line in said.split("\n") if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert [line.replace(" ", "") for line in changed if line] == ['-"x"', '+"y"']
    repo.write("a.ipynb", CONFLICT)
    done = dsguard("strip", "-t", "a.ipynb", cwd=repo.folder)
    assert (done.returncode, done.stdout) == (0, CONFLICT.encode()), "git must be able to show what is broken"
    capsys.readouterr()


# The protocol of the long-running filter


def packets(*contents: bytes | None) -> bytes:
    """Packets as git sends them; ``None`` is a flush."""
    return b"".join(b"0000" if content is None else b"%04x%s" % (len(content) + 4, content) for content in contents)


HELLO = packets(b"git-filter-client\n", b"version=2\n", None, b"capability=clean\n", b"capability=smudge\n", b"capability=delay\n", None)
WELCOME = packets(b"git-filter-server\n", b"version=2\n", None, b"capability=clean\n", b"capability=smudge\n", None)


def talk(said: bytes) -> tuple[int, bytes]:
    answer = io.BytesIO()

    def strip(data: bytes, path: str) -> tuple[bytes, list[str]]:
        if data == b"raise":
            raise ValueError(path)
        return (data.upper(), []) if data != b"bad" else (data, [f"{path}: bad"])

    exit_code = serve(strip, io.BytesIO(said), answer)
    assert answer.getvalue().startswith(WELCOME[: len(answer.getvalue())])
    return exit_code, answer.getvalue()[len(WELCOME) :]


def request(command: str, path: str, *contents: bytes) -> bytes:
    return packets(f"command={command}\n".encode(), f"pathname={path}\n".encode(), None, *contents, None)


def test_the_conversation() -> None:
    large = b"a" * (MAX_PACKET + 10)
    said = (
        HELLO + request("clean", "a.ipynb", b"one ", b"two") + request("smudge", "b.ipynb", b"three") + request("clean", "c.ipynb", b"bad")
    )
    said += (
        request("clean", "d.ipynb") + request("clean", "e.ipynb", large[:MAX_PACKET], large[MAX_PACKET:]) + request("clean", "f", b"raise")
    )
    said += request("list_available_blobs", "g")
    good = packets(b"status=success\n", None)
    failed = packets(b"status=error\n", None)
    assert talk(said) == (
        0,
        good
        + packets(b"ONE TWO", None, None)
        + good
        + packets(b"three", None, None)
        + failed
        + good
        + packets(None, None)
        + good
        + packets(b"A" * MAX_PACKET, b"A" * 10, None, None)
        + failed
        + failed,
    )


@pytest.mark.parametrize(
    "said", [b"", b"0", b"zzzz", packets(b"hello\n", None), packets(b"git-filter-client\n", b"version=3\n", None), b"0003", b"fff5"]
)
def test_what_git_does_not_say(said: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    assert talk(said) == (3, b"")
    assert "only git is meant to start this" in capsys.readouterr().err


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_conversation_that_breaks_off(cut: int, capsys: pytest.CaptureFixture[str]) -> None:
    exit_code, answer = talk((HELLO + request("clean", "a.ipynb", b"one"))[: -cut or None])
    assert (exit_code, answer) == (3, b"")
    capsys.readouterr()


def test_no_smudge_for_a_git_that_offers_none() -> None:
    answer = io.BytesIO()
    said = packets(b"git-filter-client\n", b"version=2\n", None, b"capability=clean\n", None)
    assert serve(lambda data, _: (data, []), io.BytesIO(said), answer) == 0
    assert answer.getvalue() == packets(b"git-filter-server\n", b"version=2\n", None, b"capability=clean\n", None)
