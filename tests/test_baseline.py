"""The file of accepted findings: what a line stands for, what it accepts, and that it merges."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dsguard import cli
from dsguard.baseline import Baseline, Entry, parse_baseline
from dsguard.config import BASELINE_NAME as FILE_NAME
from dsguard.model import UsageError
from dsguard.rules import RULES

if TYPE_CHECKING:
    from tests.conftest import Repo

HOME = 'DATA = "/home/ana/{}.csv"\n'
TOKEN = "ghp_" + "Zk3v9Qw7Lm2Xc8Rt4Yb6Np1Hs5Jd0FgAeUi"[:32] + "{}"
"""The shape of a GitHub token; the last four characters are for the test to choose."""
OUTPUT = """{"cells": [{"cell_type": "code", "id": "a", "metadata": {}, "execution_count": null, "source": ["print(t)"],
"outputs": [{"name": "stdout", "output_type": "stream", "text": [
"token %s\\n"]}]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
"""


def check(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The report of a check, as JSON."""
    capsys.readouterr()
    cli.main(["check", "--format", "json", *arguments])
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


def told(report: dict[str, Any]) -> list[tuple[str, str, int | None]]:
    return [(finding["code"], finding["path"], finding["line"]) for finding in report["findings"]]


def baseline(*arguments: str) -> None:
    assert cli.main(["baseline", *arguments]) == 0


def entries(repo: Repo) -> list[str]:
    """The lines of the baseline, each as often as it has entries."""
    text = (repo.folder / FILE_NAME).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return [line for line in lines for _ in range(line.split(" ")[-2].count(",") + 1)]


@pytest.fixture
def legacy(repo: Repo) -> Repo:
    """A repository with a baseline of findings of several kinds, committed."""
    repo.write("a.py", "import os\n\n\ndef load():\n    return os.listdir('.')\n\n\n" + HOME.format("train"))
    repo.write("src/b.py", "".join(f"X{number} = {number}\n" for number in range(30)) + HOME.format("train") + HOME.format("test"))
    repo.write("data/raw/trips.csv", "trip,km\n" + "4711,3.5\n" * 5000)
    repo.write("models/m.pkl", b"\x80\x04\x95" + bytes(range(200)) + b".")
    repo.commit()
    baseline("create")
    repo.commit("baseline")
    return repo


def test_what_was_there_is_accepted_and_counted(legacy: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    report = check(capsys)
    assert told(report) == []
    assert report["summary"]["baselined"] == len(entries(legacy)) == 5
    assert cli.main(["check"]) == 0
    assert "5 in the baseline" in capsys.readouterr().out


def test_no_baseline_shows_all(legacy: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert {code for code, *_ in told(check(capsys, "--no-baseline"))} == {"DSG101", "DSG102", "DSG601"}


def test_a_hook_needs_no_flag(legacy: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["hook", "all", "a.py", "src/b.py"]) == 0
    assert "3 in the baseline" in capsys.readouterr().out


def test_it_is_picked_up_from_a_folder_below(legacy: Repo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(legacy.folder / "src")
    assert told(check(capsys)) == []


def test_the_configuration_names_it(legacy: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    legacy.write("dsguard.toml", 'baseline = "ci/accepted.txt"\n')
    assert cli.main(["check"]) == 2
    assert "no such baseline" in capsys.readouterr().err
    legacy.git("mv", FILE_NAME, "accepted.txt")
    assert told(check(capsys, "--baseline", "accepted.txt")) == []
    legacy.write("dsguard.toml", 'baseline = "accepted.txt"\n')
    assert told(check(capsys)) == []


@pytest.mark.parametrize("source", [("--staged",), ("--rev", "HEAD"), ("--from-ref", "HEAD~1", "--to-ref", "HEAD")])
def test_it_is_taken_from_what_is_checked(legacy: Repo, capsys: pytest.CaptureFixture[str], source: tuple[str, ...]) -> None:
    place = legacy.folder / "a.py"
    place.write_text(place.read_text(encoding="utf-8") + "x = 1\n", encoding="utf-8")
    legacy.git("add", "-A") if source == ("--staged",) else legacy.commit()
    (legacy.folder / FILE_NAME).write_text("# dsguard-baseline 1: nothing is accepted here\n", encoding="utf-8")
    assert told(check(capsys, *source)) == []
    (legacy.folder / FILE_NAME).unlink()
    assert ("DSG601", "a.py", 8) in told(check(capsys))


def test_paths_are_relative_to_its_folder(repo: Repo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("churn/dsguard.toml", 'profile = "default"\n')
    repo.write("churn/src/a.py", HOME.format("train"))
    repo.commit()
    monkeypatch.chdir(repo.folder / "churn")
    baseline("create")
    assert "src/a.py" in (repo.folder / "churn" / FILE_NAME).read_text(encoding="utf-8").split()
    assert told(check(capsys)) == []


def test_it_is_not_checked_itself(legacy: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    place = legacy.folder / FILE_NAME
    place.write_text(place.read_text(encoding="utf-8") + "# DATA = '/home/ana/x.csv', " + TOKEN.format("aaaa") + "\n", encoding="utf-8")
    assert told(check(capsys)) == []
    assert cli.main(["hook", "all", FILE_NAME]) == 0
    assert "No findings in 1 file" in capsys.readouterr().out


# Findings


def test_lines_may_move(legacy: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    place = legacy.folder / "a.py"
    place.write_text('"""Loads."""\n\n\n' + place.read_text(encoding="utf-8"), encoding="utf-8")
    assert told(check(capsys)) == []


def test_formatting_changes_nothing(legacy: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    place = legacy.folder / "src/b.py"
    place.write_text(re.sub(r"(DATA) = (.*)", r"if True:\n    \1  =  (\2)", place.read_text(encoding="utf-8")), encoding="utf-8")
    assert told(check(capsys)) == []


@pytest.mark.parametrize(
    ("added", "line"),
    [
        (HOME.format("other"), 1),  # another value
        (HOME.format("train"), 1),  # an equal one is counted, and the old one still knows its line
    ],
)
def test_a_new_finding_in_a_touched_file_is_the_only_one(legacy: Repo, capsys: pytest.CaptureFixture[str], added: str, line: int) -> None:
    place = legacy.folder / "a.py"
    place.write_text(added.replace("DATA", "OTHER") + place.read_text(encoding="utf-8"), encoding="utf-8")
    assert told(check(capsys)) == [("DSG601", "a.py", line)]
    assert told(check(capsys, "a.py")) == [("DSG601", "a.py", line)]


def test_another_value_in_the_place_of_an_accepted_one_is_new(legacy: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    place = legacy.folder / "a.py"
    place.write_text(place.read_text(encoding="utf-8").replace("ana/train", "ana/other"), encoding="utf-8")
    assert ("DSG601", "a.py", 8) in told(check(capsys))


def test_one_more_file_in_a_folder_told_as_one_is_new_alone(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(60):
        repo.write(f"data/raw/day{number:02}.csv", "trip,km\n" + f"{number},3.5\n" * 5000)
    repo.commit()
    assert len(told(check(capsys))) == 1  # all sixty as one
    baseline("create")
    assert len(entries(repo)) == 60
    repo.write("data/raw/day99.csv", "trip,km\n" + "99,3.5\n" * 5000)
    report = check(capsys)
    assert told(report) == [("DSG101", "data/raw/day99.csv", None)]
    assert "60" not in report["findings"][0]["message"]


def test_one_more_literal_of_a_prefix_told_as_one_is_new_alone(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.py", "".join(HOME.format(number) for number in range(20)))
    repo.commit()
    assert len(told(check(capsys))) == 1
    baseline("create")
    assert len(entries(repo)) == 20
    repo.write("a.py", "".join(HOME.format(number) for number in (*range(10), 99, *range(10, 20))))
    report = check(capsys)
    assert told(report) == [("DSG601", "a.py", 11)]
    assert report["summary"]["baselined"] == 20


def test_a_place_that_several_scripts_lead_to_is_one(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("seeds.py", "import os\n\nimport numpy as np\n\n\ndef start():\n    np.random.seed(os.getpid())\n")
    script = (
        'import pandas as pd\n\nfrom seeds import start\n\nstart()\npd.read_csv("data/c.csv").sample(frac=0.{}).to_csv("data/half.csv")\n'
    )
    repo.write("a.py", script.format(1))
    repo.write("z.py", script.format(2))
    repo.commit()
    assert ("DSG504", "seeds.py", 7) in told(check(capsys))
    baseline("create")
    assert sum(line.startswith("DSG504") for line in entries(repo)) == 1
    repo.write("m.py", script.format(3))
    assert told(check(capsys)) == []
    assert told(check(capsys, "seeds.py")) == [], "that nothing leads to the place in this run does not make it stale"


# Files that move


@pytest.mark.parametrize("path", ["a.py", "src/b.py", "data/raw/trips.csv", "models/m.pkl"])
def test_a_file_may_move(legacy: Repo, capsys: pytest.CaptureFixture[str], path: str) -> None:
    new = path.replace("data/raw/", "data/raw/2024/").replace("models/", "models/old/").replace(".py", "_moved.py")
    (legacy.folder / new).parent.mkdir(parents=True, exist_ok=True)
    legacy.git("mv", path, new)
    report = check(capsys)
    assert told(report) == []
    assert any("prune" in note for note in report["summary"]["notes"])
    assert told(check(capsys, new)) == []
    assert cli.main(["hook", "all", new]) == 0
    baseline("prune")
    assert len(entries(legacy)) == 5
    assert not any(f" {path} " in line for line in entries(legacy))
    report = check(capsys)
    assert told(report) == []
    assert report["summary"]["notes"] == []


def test_a_moved_file_may_be_edited_and_tells_what_is_new(legacy: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    text = (legacy.folder / "src/b.py").read_text(encoding="utf-8")
    legacy.git("rm", "-q", "src/b.py")
    legacy.write("lib/c.py", text.replace("X3 = 3\n", "Y = 4\n") + HOME.format("new"))
    assert told(check(capsys)) == [("DSG601", "lib/c.py", 33)]


def test_a_whole_folder_may_move(legacy: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    legacy.git("mv", "src", "lib")
    legacy.git("mv", "data", "datasets")
    assert not [finding for finding in told(check(capsys)) if finding[0] == "DSG601"]


def test_findings_that_speak_of_folders_may_move_with_them(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    run = "projects/churn/outputs/2025-06-28/19-28-33/.hydra"
    for name in ("config", "hydra", "overrides"):
        repo.write(f"{run}/{name}.yaml", f"name: {name}\n" + "".join(f"key{line}: {line}\n" for line in range(20)))
    repo.write("projects/data.csv.dvc", "outs:\n- md5: 0a1b0a1b0a1b0a1b0a1b0a1b0a1b0a1b\n  size: 9\n  path: data.csv\n")
    repo.write("projects/data.csv", "trip,km\n1,2\n")
    repo.commit()
    baseline("create")
    assert {line.split(" ")[0] for line in entries(repo)} == {"DSG104", "DSG109"}
    repo.commit()
    repo.git("mv", "projects", "archive")
    assert told(check(capsys)) == []


def test_a_copy_is_new(legacy: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    legacy.write("copy.py", (legacy.folder / "a.py").read_bytes())
    assert told(check(capsys)) == [("DSG601", "copy.py", 8)]


def test_an_old_file_that_is_gone_hides_nothing_in_another_one(legacy: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    legacy.git("rm", "-q", "a.py")
    legacy.write("new.py", "import json\n\n\ndef report(x):\n    print(json.dumps(x))\n\n\n" + HOME.format("train"))
    assert ("DSG601", "new.py", 8) in told(check(capsys))


def test_of_two_copies_of_a_file_that_is_gone_one_is_new(legacy: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    text = (legacy.folder / "a.py").read_bytes()
    legacy.git("rm", "-q", "a.py")
    legacy.write("one.py", text)
    legacy.write("two.py", text)
    assert told(check(capsys)) == [("DSG601", "two.py", 8)]


# What is gone


def test_stale_entries_are_told_by_the_rules_that_looked(legacy: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    legacy.write("a.py", "DATA = 'train.csv'\n")
    [finding] = check(capsys)["findings"]
    assert (finding["code"], finding["path"], finding["severity"]) == ("DSG002", FILE_NAME, "warning")
    assert "prune" in finding["help"]
    assert told(check(capsys, "src")) == []  # nobody looked at a.py
    assert told(check(capsys, "--family", "data")) == []  # nor any rule about paths
    assert told(check(capsys, "a.py")) == [("DSG002", FILE_NAME, None)]


def test_an_entry_is_stale_although_no_rule_has_to_open_the_file_any_more(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("dsguard.toml", '[rules.oversized-file]\nmax-size = "1 KB"\n')
    repo.write("src/big.sql", "SELECT 1;\n" * 200)
    repo.commit()
    baseline("create", "--select", "DSG105")
    assert check(capsys, "--select", "DSG105")["findings"] == []
    repo.write("src/big.sql", "SELECT 1;\n")
    baseline("prune", "--select", "DSG105")
    assert entries(repo) == []


def test_entries_of_a_deleted_file_are_stale_where_everything_was_looked_at(legacy: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    legacy.git("rm", "-q", "src/b.py")
    assert "2 entries" in check(capsys)["findings"][0]["message"]
    assert told(check(capsys, "a.py")) == []


def test_prune_only_shrinks(legacy: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    before = entries(legacy)
    legacy.write("a.py", "DATA = 'train.csv'\n")
    legacy.write("new.py", HOME.format("new"))
    legacy.commit()
    baseline("prune")
    assert entries(legacy) == [line for line in before if " a.py " not in line]
    assert told(check(capsys)) == [("DSG601", "new.py", 1)]
    baseline("prune")
    assert "nothing to take out" in capsys.readouterr().out


def test_prune_keeps_what_its_rules_did_not_look_at(legacy: Repo) -> None:
    before = entries(legacy)
    legacy.write("a.py", "DATA = 'train.csv'\n")
    baseline("prune", "--select", "data")
    assert entries(legacy) == before


def test_prune_follows_a_file_that_changes_step_by_step(legacy: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    text = (legacy.folder / "src/b.py").read_text(encoding="utf-8")
    for start in (0, 10, 20):
        for number in range(start, start + 10):
            text = text.replace(f"X{number} = {number}\n", f"Y{number} = 'other {number}'\n")
        legacy.write("src/b.py", text)
        baseline("prune")
    legacy.git("mv", "src/b.py", "src/c.py")
    assert told(check(capsys)) == []


def test_create_does_not_let_new_findings_slip_in(legacy: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    before = (legacy.folder / FILE_NAME).read_bytes()
    legacy.write("new.py", HOME.format("new"))
    assert cli.main(["baseline", "create"]) == 2
    assert "prune" in capsys.readouterr().err
    assert (legacy.folder / FILE_NAME).read_bytes() == before
    baseline("create", "--replace")
    assert entries(legacy) == [line for line in before.decode().splitlines() if not line.startswith("#")], "new.py is not tracked"
    legacy.git("add", "new.py")
    baseline("create", "--replace", "--select", "paths")
    assert len(entries(legacy)) == 6
    assert before.splitlines()[:2] == (legacy.folder / FILE_NAME).read_bytes().splitlines()[:2], "the salt stays"


def test_create_can_leave_rules_out(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.py", HOME.format("train"))
    repo.write("data/raw/trips.csv", "trip,km\n" + "4711,3.5\n" * 5000)
    repo.commit()
    baseline("create", "--ignore", "data")
    assert [code for code, *_ in told(check(capsys))] == ["DSG101"]


def test_nothing_to_accept_makes_no_file(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.py", HOME.format("train"))
    baseline("create")
    assert "git tracks no file here yet" in capsys.readouterr().out
    repo.write("a.py", "print('hello')\n")
    repo.commit()
    baseline("create")
    assert "Nothing to accept in the 1 file that git tracks: no baseline is needed" in capsys.readouterr().out
    assert not (repo.folder / FILE_NAME).exists()


# Credentials


def secret_lines(repo: Repo) -> list[str]:
    return [line for line in entries(repo) if line.startswith("DSG3")]


def test_another_credential_of_the_same_kind_is_new(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.py", f'TOKEN = "{TOKEN.format("aaaa")}"\n')
    repo.commit()
    baseline("create")
    assert len(secret_lines(repo)) == 1
    assert told(check(capsys)) == []
    repo.write("a.py", f'TOKEN = "{TOKEN.format("bbbb")}"\n')
    assert ("DSG301", "a.py", 1) in told(check(capsys))
    repo.write("a.py", f'TOKEN = "{TOKEN.format("bbbb")}"\nTOKEN = "{TOKEN.format("aaaa")}"\n')
    assert told(check(capsys)) == [("DSG301", "a.py", 1)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".env", "# settings\nOPENAI_API_KEY=VALUE\n"),
        ("deploy/id_rsa", "-----BEGIN PRIVATE " + "KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCVALUE\n-----END PRIVATE " + "KEY-----\n"),
        # spelt with an escape, so that there is no place to mark
        ("a.ipynb", OUTPUT % ("gh\\u0070_" + TOKEN[4:-2] + "VALUE")),
        (
            "conf.py",
            'KEY = """-----BEGIN PRIVATE ' + "KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCVALUE\n-----END PRIVATE " + 'KEY-----"""\n',
        ),
    ],
)
def test_another_credential_in_the_same_file_is_new(repo: Repo, capsys: pytest.CaptureFixture[str], path: str, text: str) -> None:
    first, second = ("aaaa", "bbbb") if path == "a.ipynb" else ("Qz7rTm2vXw9kLd4b1e9c07d2a8f35e", "Qz7rTm2vXw9kLd4b1e9c07d2a8AAAA")
    repo.write(path, text.replace("VALUE", first))
    repo.commit()
    baseline("create")
    assert secret_lines(repo)
    assert told(check(capsys)) == []
    repo.write(path, text.replace("VALUE", second))
    assert [code for code, *_ in told(check(capsys)) if code.startswith("DSG3")]


def test_nothing_in_the_file_is_made_of_a_credential_but_the_slow_hash(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same salt, files that differ in a credential alone differ in one hash alone; and that is no hash of the value."""
    monkeypatch.setattr("secrets.token_bytes", bytes)
    told = []
    for end in ("aaaa", "bbbb"):
        value = TOKEN.format(end)
        # one on a line of its own, in a URL beside a path, and in a notebook
        repo.write("a.py", f'import x\n\nTOKEN = "{value}"\nrun("/home/ana/x.sh", key="{value}")\n')
        cell: dict[str, Any] = {
            "cell_type": "code",
            "id": "a",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": [f'TOKEN = "{value}"\n'],
        }
        repo.write("b.ipynb", json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1))
        repo.commit()
        baseline("create", "--replace")
        text = (repo.folder / FILE_NAME).read_text(encoding="utf-8")
        assert value not in text
        told.append([line.split(" ") for line in entries(repo)])
    one, other = told
    assert {fields[0] for fields in one} == {"DSG301", "DSG601"}
    assert len(one) == len(other) == 3
    for before, after in zip(sorted(one), sorted(other), strict=True):
        different = [number for number, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
        assert len(different) == (before[0] == "DSG301"), (before, after)


def other(text: str | bytes) -> str:
    """The text with other credentials of the same shape: those in the rules' examples are made of these."""
    text = text.decode("utf-8") if isinstance(text, bytes) else text
    swaps = {"4b1e9c07d2a8" + "f35e60b917ac4d82": "9a3f5b7c1d2e" + "0e4f8a6b2c9d7f31", "Qz7rTm" + "2vXw9kLd": "Wb4sJn" + "8hYc3pFg"}
    for old, new in swaps.items():
        text = text.replace(old, new)
    return text


def of_secrets() -> list[Any]:
    return [
        pytest.param(tree, id=f"{rule.name}-{number}")
        for rule in RULES
        if rule.family == "secrets" and rule.profile == "default"
        for number, tree in enumerate(rule.bad)
        if any(other(text) != text for text in tree.values())
    ]


@pytest.mark.parametrize("tree", of_secrets())
def test_no_example_of_a_credential_shows_in_the_fast_hashes(repo: Repo, monkeypatch: pytest.MonkeyPatch, tree: dict[str, str]) -> None:
    monkeypatch.setattr("secrets.token_bytes", bytes)
    told: list[list[list[str]]] = []
    for change in (str, other):
        for path, text in tree.items():
            repo.write(path, change(text if isinstance(text, str) else text.decode("utf-8")))
        repo.git("add", "-A")
        baseline("create", "--replace") if told else baseline("create")
        told.append(sorted(line.rsplit(" ", 3) for line in entries(repo)))
    assert len(told[0]) == len(told[1])
    for before, after in zip(*told, strict=True):
        different = [number for number, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
        assert different in ([], [1]), (before, after)
        assert different or not before[0].startswith("DSG3"), "another credential has another hash"


def test_a_credential_takes_a_slow_hash_once(repo: Repo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    import hashlib

    calls = []
    slow = hashlib.scrypt
    monkeypatch.setattr(hashlib, "scrypt", lambda *values, **options: calls.append(options) or slow(*values, **options))  # type: ignore[func-returns-value]
    for name in "abc":
        repo.write(f"{name}.py", f'TOKEN = "{TOKEN.format("aaaa")}"\n')
    repo.commit()
    baseline("create")
    assert len(calls) == 1
    assert calls[0]["n"] >= 1 << 14
    calls.clear()
    assert told(check(capsys)) == []
    assert len(calls) == 1
    calls.clear()
    repo.write("other.py", f'TOKEN = "{TOKEN.format("bbbb")}"\n')
    check(capsys, "other.py")
    assert calls == [], "where no entry could accept it there is nothing to hash"


# The file


def test_entries_are_sorted_lines_without_places(legacy: Repo) -> None:
    lines = entries(legacy)
    assert lines == sorted(lines)
    assert [line.split(" ")[:3] for line in lines] == [
        ["DSG101", "data/raw/trips.csv", "csv"],
        ["DSG102", "models/m.pkl", "pickle"],
        ["DSG601", "a.py", "/home/ana"],
        ["DSG601", "src/b.py", "/home/ana"],
        ["DSG601", "src/b.py", "/home/ana"],
    ]
    before = (legacy.folder / FILE_NAME).read_bytes()
    place = legacy.folder / "a.py"
    place.write_bytes(b"\n\n\n" + place.read_bytes())
    baseline("create", "--replace")
    assert (legacy.folder / FILE_NAME).read_bytes() == before


@pytest.mark.parametrize("path", ["a b.py", 'q"uote.py', "back\\slash.py", "é.py", "new\nline.py", "#.py", "\udcff.py", "-", "…"])
def test_any_path_and_subject_come_back(path: str) -> None:
    made = Baseline(FILE_NAME, "", ["# dsguard-baseline 1: x"])
    made.put([Entry("DSG601", path, path, "0" * 16, "-", "-")])
    text = made.render()
    text.encode("utf-8")
    assert len(text.splitlines()) == 2
    for given in (text, text.replace("\n", "\r\n"), "\ufeff" + text):
        [read] = parse_baseline(given, FILE_NAME).entries
        assert (read.path, read.subject) == (path, path)


def test_equal_entries_share_a_line_and_no_merge_adds_to_them() -> None:
    made = Baseline(FILE_NAME, "", ["# dsguard-baseline 1: x"])
    made.put(Entry("DSG601", "a.py", "x", "0" * 16, context, "-") for context in ("1f80", "0000", "1f80"))
    text = made.render()
    assert text.splitlines()[1:] == [f"DSG601 a.py x {'0' * 16} 0000,1f80,1f80 -"]
    assert len(parse_baseline(text + text, FILE_NAME).entries) == 3
    assert parse_baseline(text + text, FILE_NAME).render() == text
    # one side took out one of them, the other side another one, and a union merge kept both lines
    both = text.replace("0000,", "") + text.splitlines()[1].replace(",1f80 ", " ")
    assert parse_baseline(both, FILE_NAME).render() == text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is no baseline"),
        ("# dsguard-baseline 2: of the future\n", "is no baseline of this version"),
        ("# dsguard-baseline 1: x\nDSG601 a.py\n", "f:2: is no line"),
        ("# dsguard-baseline 1: x\n{}\n", "f:2: is no line"),
        ("# dsguard-baseline 1: x\n# salt scrypt-14 12\n", "salt is broken"),
    ],
)
def test_a_broken_file_is_refused(text: str, problem: str) -> None:
    with pytest.raises(UsageError, match=re.escape(problem)):
        parse_baseline(text, "f")


# Merges


def merge(repo: Repo, branch: str) -> bool:
    """Whether a merge went through without a conflict."""
    done = subprocess.run(["git", "merge", "-q", "--no-edit", branch], cwd=repo.folder, capture_output=True, check=False)
    return done.returncode == 0


@pytest.fixture
def two_branches(repo: Repo) -> Repo:
    """Twelve files with a finding each, accepted; branches ``one`` and ``two`` start there."""
    for number in range(12):
        repo.write(f"f{number:02}.py", "".join(f"{name} = {number}\n" for name in "abcdefgh") + HOME.format(number))
    repo.commit()
    baseline("create")
    repo.commit("baseline")
    for branch in ("one", "two"):
        repo.git("branch", branch)
    return repo


def work(repo: Repo, branch: str, *, mend: tuple[int, ...] = (), add: tuple[str, ...] = ()) -> None:
    repo.git("checkout", "-q", branch)
    for number in mend:
        repo.write(f"f{number:02}.py", "clean = 1\n")
    for name in add:
        repo.write(name, HOME.format(name))
    repo.commit()
    baseline("create", "--replace") if add else baseline("prune")
    repo.commit(branch)


def test_branches_that_add_and_remove_merge(two_branches: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    work(two_branches, "one", mend=(1, 2), add=("a.py",))
    work(two_branches, "two", mend=(8, 9), add=("z.py",))
    assert merge(two_branches, "one")
    assert [line.split(" ")[1] for line in entries(two_branches)] == [
        "a.py",
        *(f"f{number:02}.py" for number in (0, 3, 4, 5, 6, 7, 10, 11)),
        "z.py",
    ]
    assert told(check(capsys)) == []


def test_branches_that_remove_the_same_merge(two_branches: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    work(two_branches, "one", mend=(3, 4))
    work(two_branches, "two", mend=(3, 4))
    assert merge(two_branches, "one")
    assert told(check(capsys)) == []


def test_prune_settles_a_conflict_between_neighbours(two_branches: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    work(two_branches, "one", mend=(3,), add=("f03a.py",))
    work(two_branches, "two", mend=(4,), add=("f03b.py",))
    assert not merge(two_branches, "one"), "git takes changes of neighbouring lines for a conflict"
    assert cli.main(["check"]) == 2
    assert "conflict markers: `dsguard baseline prune`" in capsys.readouterr().err
    baseline("prune")
    names = [line.split(" ")[1] for line in entries(two_branches)]
    assert names == sorted({*(f"f{number:02}.py" for number in range(12) if number not in (3, 4)), "f03a.py", "f03b.py"})
    two_branches.commit("merged")
    assert told(check(capsys)) == []


def test_a_union_merge_is_read_as_it_is(two_branches: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    for branch in ("one", "two"):
        two_branches.git("checkout", "-q", branch)
        two_branches.write(".gitattributes", f"{FILE_NAME} merge=union\n")
        two_branches.commit("attributes")
    work(two_branches, "one", mend=(3,))
    work(two_branches, "two", mend=(4,))
    assert merge(two_branches, "one")
    assert {code for code, *_ in told(check(capsys))} <= {"DSG002"}
    baseline("prune")
    assert len(entries(two_branches)) == 10
    assert told(check(capsys)) == []


# The whole story


def test_a_legacy_repository(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """Over 500 findings: baseline, then one new one in a touched file is all; after a rebase, a rename and a move, too."""
    for number in range(300):
        lines = [f"v{line} = {number * line}" for line in range(12)]
        repo.write(f"src/m{number:03}.py", "\n".join([*lines, f'A = "/home/ana/{number}.csv"', f'B = "/Users/bob/{number}.csv"', ""]))
    repo.commit()
    assert len(told(check(capsys))) == 600
    baseline("create")
    repo.commit("baseline")

    repo.git("checkout", "-q", "-b", "work")
    touched = repo.folder / "src/m042.py"
    touched.write_text('NEW = "/home/carla/new.csv"\n' + touched.read_text(encoding="utf-8"), encoding="utf-8")
    new = [("DSG601", "src/m042.py", 1)]
    assert told(check(capsys)) == new
    assert cli.main(["hook", "all", "src/m042.py"]) == 1
    repo.commit("touch")
    assert told(check(capsys, "--from-ref", "main", "--to-ref", "HEAD")) == new

    # main goes on, and moves lines of the same file; the branch is rebased
    repo.git("checkout", "-q", "main")
    repo.write("src/m042.py", (repo.folder / "src/m042.py").read_text(encoding="utf-8").replace("v3 = ", "# three\nv3 = "))
    repo.write("src/m007.py", "clean = 1\n")
    repo.commit("main goes on")
    baseline("prune")
    repo.commit("prune")
    repo.git("checkout", "-q", "work")
    repo.git("rebase", "-q", "main")
    assert told(check(capsys)) == new

    # a rename, committed; then the whole folder moves
    repo.git("mv", "src/m042.py", "src/renamed.py")
    repo.commit("rename")
    assert told(check(capsys)) == [("DSG601", "src/renamed.py", 1)]
    repo.git("mv", "src", "legacy")
    repo.commit("move")
    assert told(check(capsys)) == [("DSG601", "legacy/renamed.py", 1)]
    assert told(check(capsys, "legacy/renamed.py")) == [("DSG601", "legacy/renamed.py", 1)]
    baseline("prune")
    report = check(capsys)
    assert told(report) == [("DSG601", "legacy/renamed.py", 1)]
    assert report["summary"]["baselined"] == len(entries(repo)) == 598


def test_git_is_asked_no_more_with_a_baseline(legacy: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    from dsguard.git import Git

    made: list[Git] = []
    begin = Git.__init__

    def start(self: Git, folder: str) -> None:
        begin(self, folder)
        made.append(self)

    monkeypatch.setattr(Git, "__init__", start)
    counts = []
    for arguments in ((), ("--no-baseline",)):
        made.clear()
        cli.main(["check", *arguments])
        counts.append(sum(git.processes for git in made))
    assert counts[0] == counts[1]


def test_the_title_tells_where_it_comes_from(legacy: Repo) -> None:
    first = Path(FILE_NAME).read_text(encoding="utf-8").splitlines()[0]
    assert "dsguard baseline prune" in first


def test_outside_of_git(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text(HOME.format("train"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    baseline("create")
    assert "git" not in capsys.readouterr().out
    assert told(check(capsys)) == []
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    assert told(check(capsys)) == []
    baseline("prune")
    assert " b.py " in (tmp_path / FILE_NAME).read_text(encoding="utf-8")


def test_create_sees_what_a_check_sees(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that was deleted and not yet staged is gone for both."""
    repo.write("a.py", HOME.format("train"))
    repo.write("b.py", HOME.format("train"))
    repo.commit()
    (repo.folder / "b.py").unlink()
    baseline("create")
    assert len(entries(repo)) == 1
    assert told(check(capsys)) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes that Windows does not have")
def test_neither_a_pipe_nor_a_device_is_waited_for(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.py", "a = 1\n")
    os.mkfifo(repo.folder / "pipe")
    for place, reason in (("pipe", "is no regular file"), ("/dev/full", "is no baseline")):
        if os.path.exists(place):
            assert cli.main(["check", "--baseline", place]) == 2
            assert reason in capsys.readouterr().err
