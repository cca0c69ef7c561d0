"""``dsguard allow``: an entry in the configuration, and nothing else in the file touched."""

from __future__ import annotations

import hashlib
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from dsguard import cli
from dsguard.adoption.allowances import Allowed, with_allowance
from dsguard.model import UsageError
from dsguard.policy import as_pattern

if TYPE_CHECKING:
    from tests.conftest import Repo

HOME = 'DATA = "/home/ana/a.csv"\n'
PLAIN = """\
# ours
[project]
name = "churn"   # the name

[tool.dsguard]
profile = "default"  # keep this

# about ruff
[tool.ruff]
line-length = 100
"""
ENTRY = Allowed("a.csv", "data-file", sha256="1" * 64, reason='public, "small"', aliases=("DSG103",))


def entries(repo: Repo, name: str = "dsguard.toml") -> Any:
    document = tomllib.loads((repo.folder / name).read_text(encoding="utf-8"))
    return document.get("tool", {}).get("dsguard", document)["allow"]


@pytest.fixture
def demo(repo: Repo) -> Repo:
    repo.write("demo/a.py", HOME)
    repo.commit()
    return repo


def test_the_rule_that_finds_something_is_allowed(demo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check"]) == 1
    assert cli.main(["allow", "demo/a.py", "--reason", "shown in the talk"]) == 0
    assert "dsguard.toml: allows DSG601 home-path for demo/a.py" in capsys.readouterr().out
    digest = hashlib.sha256(HOME.encode()).hexdigest()
    assert entries(demo) == [{"path": "demo/a.py", "rule": "home-path", "sha256": digest, "reason": "shown in the talk"}]
    assert cli.main(["check"]) == 0
    assert "1 suppressed" in capsys.readouterr().out
    demo.write("demo/a.py", HOME + "x = 1\n")
    assert cli.main(["check"]) == 1
    assert "its sha256 is another" in capsys.readouterr().out


def test_allowing_again_pins_the_new_bytes(demo: Repo) -> None:
    assert cli.main(["allow", "demo/a.py", "--reason", "first", "--expires", "2999-01-01"]) == 0
    demo.write("demo/a.py", HOME + "x = 1\n")
    assert cli.main(["allow", "demo/a.py", "--rule", "DSG601", "--reason", "second"]) == 0
    [entry] = entries(demo)
    assert (entry["reason"], "expires" in entry) == ("second", False)
    assert cli.main(["check"]) == 0


def test_it_is_written_where_the_file_is_governed(demo: Repo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    demo.write("pyproject.toml", PLAIN)
    demo.write("demo/dsguard.toml", 'profile = "default"\n')
    demo.write("b.py", HOME)
    monkeypatch.chdir(demo.folder / "demo")
    assert cli.main(["allow", "a.py", "../b.py", "--reason", "why", "--rule", "home-path"]) == 0
    assert entries(demo, "demo/dsguard.toml")[0]["path"] == "a.py"
    assert entries(demo, "pyproject.toml")[0]["path"] == "b.py"
    monkeypatch.chdir(demo.folder)
    assert cli.main(["check", "demo", "b.py", "--select", "paths"]) == 0


def test_several_rules_have_to_be_named(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.ipynb", '{"cells": [{"cell_type": "code", "id": "a", "metadata": {}, "execution_count": 1, "outputs": [],\n'
               '"source": ["x = \\"/home/ana/a.csv\\""]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n')  # fmt: skip
    repo.commit()
    assert cli.main(["allow", "a.ipynb", "--reason", "why"]) == 2
    error = capsys.readouterr().err
    assert "DSG202 execution-count, DSG601 home-path" in error
    assert "--rule execution-count" in error
    assert cli.main(["allow", "a.ipynb", "--reason", "why", "--rule", "DSG202", "--rule", "home-path"]) == 0
    assert [entry["rule"] for entry in entries(repo)] == ["execution-count", "home-path"]
    assert cli.main(["check"]) == 0


def test_a_file_of_a_group_is_found(repo: Repo) -> None:
    for number in range(60):
        repo.write(f"data/raw/day{number:02}.csv", "trip,km\n" + f"{number},3.5\n" * 5000)
    repo.commit()
    assert cli.main(["allow", "data/raw/day07.csv", "--reason", "public"]) == 0
    assert entries(repo)[0]["rule"] == "raw-data"


def test_a_baseline_hides_nothing_from_it(demo: Repo) -> None:
    assert cli.main(["baseline", "create"]) == 0
    assert cli.main(["allow", "demo/a.py", "--reason", "why"]) == 0


def test_what_is_said_when_nothing_is_found(demo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    demo.write("clean.py", "x = 1\n")
    assert cli.main(["allow", "clean.py", "--reason", "why"]) == 2
    assert "nothing is found in it" in capsys.readouterr().err
    assert cli.main(["allow", "clean.py", "--reason", "why", "--rule", "home-path"]) == 0
    assert "home-path finds nothing in clean.py as it is" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["demo", "--reason", "x"], "is a folder"),
        (["gone.py", "--reason", "x"], "no such file"),
        (["demo/a.py", "--reason", " "], "expected a reason"),
        (["demo/a.py", "--reason", "x", "--rule", "home-pat"], "did you mean 'home-path'?"),
        (["demo/a.py", "--reason", "x", "--expires", "soon"], "expected a day"),
        (["demo/a.py", "--reason", "x", "--expires", "2020-01-01"], "is over already"),
        (["ignored.py", "--reason", "x"], "is ignored by git"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(
    demo: Repo, capsys: pytest.CaptureFixture[str], arguments: list[str], problem: str
) -> None:
    demo.write(".gitignore", "ignored.py\n")
    demo.write("ignored.py", HOME)
    assert cli.main(["allow", *arguments]) == 2
    assert problem in capsys.readouterr().err
    assert not (demo.folder / "dsguard.toml").exists()


def test_a_reason_must_be_given(demo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["allow", "demo/a.py"]) == 2
    assert "--reason" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["a[1].py", "b*.py", "c d.py", "é.py", "#e.py", "!f.py", "g\\h.py", "i .py"])
def test_odd_names_mean_themselves(repo: Repo, name: str) -> None:
    repo.write(name, HOME)
    repo.write("a1.py", "x = 1\n")
    repo.commit()
    assert cli.main(["allow", name, "--reason", "why"]) == 0
    assert cli.main(["check"]) == 0


# The text


def test_a_first_entry_stands_behind_our_tables() -> None:
    text = with_allowance(PLAIN, ENTRY, "tool.dsguard.", "f")
    at = text.index("\n[[tool.dsguard.allow]]")
    assert text[:at] + text[text.index("\n# about") :] == PLAIN
    assert text[at:].splitlines()[1:7] == [
        "[[tool.dsguard.allow]]",
        'path = "a.csv"',
        'rule = "data-file"',
        f'sha256 = "{"1" * 64}"',
        'reason = "public, \\"small\\""',
        "",
    ]


def test_the_next_entry_stands_behind_the_last() -> None:
    once = with_allowance(PLAIN, ENTRY, "tool.dsguard.", "f")
    other = Allowed("b.csv", "data-file", sha256="2" * 64, reason="x", expires="2030-01-01")
    twice = with_allowance(once, other, "tool.dsguard.", "f")
    assert twice.replace(twice[twice.index('\n[[tool.dsguard.allow]]\npath = "b') : twice.index("\n# about")], "") == once
    assert "expires = 2030-01-01\n\n# about ruff\n[tool.ruff]" in twice


def test_an_entry_that_is_there_keeps_its_comments() -> None:
    text = """\
[[allow]]  # one
path = "a.csv"  # where
rule = "DSG103"
sha256 = '0000000000000000000000000000000000000000000000000000000000000000'  # as of May
expires = 2024-01-01 # soon
reason = "old"

# two
[[allow]]
path = "b.csv"
rule = "DSG103"
reason = "x"
"""
    assert with_allowance(text, ENTRY, "", "f") == (
        text.replace("'" + "0" * 64 + "'", '"' + "1" * 64 + '"')
        .replace('"old"', '"public, \\"small\\""')
        .replace("expires = 2024-01-01 # soon\n", "")
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        'profile = "strict"',
        'profile = "strict"\r\nexclude = [\r\n  "x",\r\n]\r\n',
        '[rules.data-file]\nmax-size = "2 MB"\n',
        "# only a comment\n",
        'note = """\n[[allow]]\npath = "a.csv"\n"""\n[[allow]]\npath = "c.csv"\nrule = "DSG103"\nreason = "x"\n',
    ],
)
def test_any_layout(text: str) -> None:
    after = with_allowance(text, ENTRY, "", "f")
    before, now = tomllib.loads(text), tomllib.loads(after)
    assert now.pop("allow")[-1] == ENTRY.values()
    before.pop("allow", None)
    assert now == before
    assert after.count("\n") == after.count("\r\n") or "\r" not in text


@pytest.mark.parametrize(
    "text",
    [
        'allow = [{ path = "b.csv", rule = "DSG103", reason = "x" }]\n',
        '[[allow]]\npath = "a.csv"\nrule = "DSG103"\nreason = """\nlong\n"""\n',
    ],
)
def test_what_cannot_be_edited_is_said_with_what_to_write(text: str) -> None:
    with pytest.raises(UsageError) as raised:
        with_allowance(text, ENTRY, "", "f")
    assert '[[allow]]\npath = "a.csv"' in raised.value.problems[0]


def test_patterns() -> None:
    assert as_pattern("a b[1]*?.csv ") == "a b\\[1\\]\\*\\?.csv\\ "


def test_no_library_is_loaded_for_it(demo: Repo) -> None:
    """``check`` must not pay for what ``allow`` needs, nor either for another dependency."""
    import subprocess
    import sys

    code = "import sys; from dsguard import cli; cli.main(['check']); sys.exit('dsguard.adoption' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=demo.folder, capture_output=True, check=False).returncode == 0
