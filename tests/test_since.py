"""``--since REV``: only findings on what changed since a revision."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from dsguard import cli
from dsguard.git import Git
from dsguard.git.patch import parse_patch

if TYPE_CHECKING:
    from tests.conftest import Repo

HOME = 'DATA = "/home/ana/{}.csv"\n'
LINES = "".join(f"x{number} = {number}\n" for number in range(20))


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[tuple[str, str, int | None]]:
    capsys.readouterr()
    assert cli.main(["check", "--format", "json", *arguments]) in (0, 1)
    found = json.loads(capsys.readouterr().out)["findings"]
    return [(finding["code"], finding["path"], finding["line"]) for finding in found]


def notebook(*cells: tuple[str, str]) -> str:
    """A notebook of code cells with (source, output)."""
    made: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"c{number}",
            "metadata": {},
            "execution_count": None,
            "source": [source],
            "outputs": [{"name": "stdout", "output_type": "stream", "text": [output]}] if output else [],
        }
        for number, (source, output) in enumerate(cells)
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


def test_only_changed_lines_count(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.py", HOME.format("old") + LINES)
    repo.commit()
    repo.write("a.py", HOME.format("old") + LINES + HOME.format("new"))
    assert told(capsys, "--since", "HEAD") == [("DSG601", "a.py", 22)]
    cli.main(["check", "--since", "HEAD"])
    assert "left out: 1 finding on what has not changed since HEAD" in capsys.readouterr().out
    assert cli.main(["hook", "all", "a.py", "--since", "HEAD"]) == 1
    repo.commit()
    assert told(capsys, "--since", "HEAD~1") == [("DSG601", "a.py", 22)]
    assert told(capsys, "--since", "HEAD") == []


@pytest.mark.parametrize("source", [(), ("--staged",), ("--rev", "HEAD"), ("--from-ref", "HEAD~1", "--to-ref", "HEAD")])
def test_it_is_the_bytes_that_are_judged_which_are_compared(
    repo: Repo, capsys: pytest.CaptureFixture[str], source: tuple[str, ...]
) -> None:
    repo.write("a.py", HOME.format("old") + LINES)
    repo.commit()
    repo.write("a.py", HOME.format("old") + LINES + HOME.format("new"))
    repo.git("add", "-A")
    if source and source != ("--staged",):
        repo.commit()
    if source:
        repo.write("a.py", "\n\n\n" + HOME.format("old") + LINES + HOME.format("new"))
    since = "HEAD" if source in ((), ("--staged",)) else "HEAD~1"
    assert told(capsys, "--since", since, *source) == [("DSG601", "a.py", 22)]


def test_it_is_what_this_branch_changed(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.py", HOME.format("old") + LINES)
    repo.commit()
    repo.git("checkout", "-q", "-b", "work")
    repo.write("b.py", HOME.format("new"))
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.write("a.py", LINES)
    repo.commit()
    repo.git("checkout", "-q", "work")
    assert told(capsys, "--since", "main") == [("DSG601", "b.py", 1)]


def test_a_renamed_file_has_not_changed(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.py", HOME.format("old") + LINES)
    repo.write("data/raw/t.csv", "trip,km\n" + "4711,3.5\n" * 5000)
    repo.commit()
    repo.git("mv", "a.py", "b.py")
    repo.git("mv", "data/raw/t.csv", "data/raw/u.csv")
    assert told(capsys, "--since", "HEAD") == []
    repo.write("b.py", HOME.format("old") + LINES + HOME.format("new"))
    assert told(capsys, "--since", "HEAD") == [("DSG601", "b.py", 22)]


def test_a_file_as_a_whole_counts_when_it_changed(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    for name in "ab":
        repo.write(f"data/raw/{name}.csv", "trip,km\n" + "4711,3.5\n" * 5000)
    repo.commit()
    repo.write("data/raw/b.csv", "trip,km\n" + "4711,3.5\n" * 5001)
    repo.write("data/raw/untracked.csv", "trip,km\n" + "4711,3.5\n" * 5001)
    assert {path for _, path, _ in told(capsys, "--since", "HEAD")} == {"data/raw/b.csv", "data/raw/untracked.csv"}


def test_an_output_counts_when_its_cell_changed(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.ipynb", notebook(("print(1)", "1\n"), ("print(2)", "2\n"), ("print(3)", "")))
    repo.commit()
    assert told(capsys, "--since", "HEAD") == []
    repo.write("a.ipynb", notebook(("print(1)", "1\n"), ("print(2)", "two\n"), ("print(3)", "")))
    capsys.readouterr()
    cli.main(["check", "--format", "json", "--since", "HEAD"])
    [finding] = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["code"], finding["cell"]) == ("DSG201", 2)
    assert "1 of 3 code cells" in finding["message"]


def test_a_path_in_a_cell_counts_by_its_line(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.ipynb", notebook(('x = "/home/ana/a.csv"', ""), ("y = 1", "")))
    repo.commit()
    repo.write("a.ipynb", notebook(('x = "/home/ana/a.csv"', ""), ('y = "/home/bob/b.csv"', "")))
    assert len(told(capsys, "--since", "HEAD")) == 1


PROJECT = '[project]\nname = "churn"\nversion = "1"\ndependencies = ["numpy"]\n'


@pytest.mark.parametrize(
    ("path", "content", "counts"),
    [
        ("train.py", "x = 1\n", False),
        ("pyproject.toml", PROJECT + "# more\n", True),
        ("requirements.txt", "numpy\n", True),
        ("sub/requirements.txt", "numpy\n", False),
    ],
)
def test_a_project_counts_when_what_it_needs_changed(
    repo: Repo, capsys: pytest.CaptureFixture[str], path: str, content: str, *, counts: bool
) -> None:
    repo.write("pyproject.toml", PROJECT)
    repo.commit()
    assert "DSG401" in {code for code, *_ in told(capsys)}
    repo.write(path, content)
    repo.git("add", "-A")
    assert ("DSG401" in {code for code, *_ in told(capsys, "--since", "HEAD")}) is counts


def test_a_lockfile_that_goes_counts(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("pyproject.toml", PROJECT)
    repo.write("poetry.lock", "[[package]]\n")
    repo.commit()
    repo.git("rm", "-q", "poetry.lock")
    assert "DSG401" in {code for code, *_ in told(capsys, "--since", "HEAD")}


def test_a_seed_that_goes_counts(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    script = 'import numpy as np\nimport pandas as pd\n\n{}\nd = pd.read_csv("data/c.csv")\nd.sample(frac=0.5).to_csv("data/half.csv")\n'
    repo.write("a.py", script.format("np.random.seed(7)"))
    repo.write("b.py", script.format("print('hello')"))
    repo.commit()
    assert told(capsys) == [("DSG501", "b.py", 6)]
    assert told(capsys, "--since", "HEAD") == []
    repo.write("a.py", script.format(""))
    repo.write("b.py", script.format("print('changed')"))
    assert told(capsys, "--since", "HEAD") == [("DSG501", "a.py", 6)]


@pytest.mark.parametrize(
    "name", [b"a b.py", b'q"uote.py', b"new\nline.py", b"tab\t.py", "é.py".encode(), b"\xff.py", b"b/a b/a.py", b"back\\n.py"]
)
def test_any_name(repo: Repo, capsys: pytest.CaptureFixture[str], name: bytes) -> None:
    repo.write(name, HOME.format("old") + LINES)
    repo.write(b"old" + name.replace(b"/", b"_"), "y = 1\n" * 30 + HOME.format("moved"))
    repo.commit()
    repo.write(name, HOME.format("old") + LINES + HOME.format("new"))
    repo.git("mv", b"old" + name.replace(b"/", b"_"), b"renamed" + name.replace(b"/", b"_"))
    path = name.decode("utf-8", "surrogateescape")
    assert told(capsys, "--since", "HEAD") == [("DSG601", path, 22)]


def test_lines_that_look_like_a_patch(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.txt", "-- a/b.py\nx\n")
    repo.write("b.py", HOME.format("old"))
    repo.commit()
    repo.write("a.txt", "++ b/b.py\n@@ -1 +1 @@\ndiff --git a/b.py b/b.py\nnew file mode 100644\n")
    assert told(capsys, "--since", "HEAD") == []


def test_what_git_takes_for_binary_counts_as_a_whole(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write(".gitattributes", "*.py -diff\n")
    repo.write("a.py", HOME.format("old"))
    repo.write("b.py", HOME.format("old"))
    repo.commit()
    repo.write("a.py", HOME.format("old") + "x = 1\n")
    assert told(capsys, "--since", "HEAD") == [("DSG601", "a.py", 1)]


def test_no_filter_is_started(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write(".gitattributes", "*.py filter=spy\n")
    repo.write("a.py", HOME.format("old"))
    repo.commit()
    repo.git("config", "filter.spy.clean", "touch started; cat")
    repo.git("config", "filter.spy.process", "touch started; false")
    repo.write("a.py", HOME.format("old") + HOME.format("disk"))
    repo.write("b.txt", "x\n")
    told(capsys, "--since", "HEAD")
    assert not (repo.folder / "started").exists()


def test_few_processes(repo: Repo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(50):
        repo.write(f"m{number}.py", HOME.format("old"))
    repo.commit()
    for number in range(50):
        repo.write(f"m{number}.py", HOME.format("new"))
    made: list[Git] = []
    begin = Git.__init__

    def start(self: Git, folder: str) -> None:
        begin(self, folder)
        made.append(self)

    monkeypatch.setattr(Git, "__init__", start)
    counts = []
    for arguments in ((), ("--since", "HEAD")):
        made.clear()
        assert len(told(capsys, *arguments)) == 50
        counts.append(sum(git.processes for git in made))
    assert counts[1] - counts[0] == 4  # two revisions, their merge base, one diff for all files


@pytest.mark.parametrize("revision", ["nope", "--output=/tmp/x", ""])
def test_no_such_revision(repo: Repo, capsys: pytest.CaptureFixture[str], revision: str) -> None:
    repo.write("a.py", "x = 1\n")
    repo.commit()
    assert cli.main(["check", f"--since={revision}"]) == 2
    assert "names no commit" in capsys.readouterr().err


def test_outside_of_git(tmp_path: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text(HOME, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["check", "--since", "HEAD"]) == 2
    assert "not a git repository" in capsys.readouterr().err


def test_stretches() -> None:
    patch = b"""diff --git a/a.py b/a.py
index 0000000..1111111 100644
--- a/a.py
+++ b/a.py
@@ -1,0 +2,3 @@
+a
+b
+c
@@ -4 +8 @@ def x():
-np.random.seed(1)
\\ No newline at end of file
+d
\\ No newline at end of file
@@ -9,2 +12,0 @@
-e
-f
"""
    change = parse_patch(patch)["a.py"]
    assert change.lines == [(2, 4), (8, 8)]
    assert change.removed == b"np.random.seed(1)\ne\nf"
    assert [change.touches(line, line) for line in (1, 2, 4, 5, 8, 12)] == [False, True, True, False, True, False]
    assert change.touches(5, 9)
