from __future__ import annotations

import json

import pytest

from dsguard.model import Finding
from dsguard.rules.paths.home_path import HomePath
from dsguard.testing import check, run, tree

RULE = HomePath()


def findings(files: dict[str, str | bytes], **options: str) -> list[Finding]:
    return check(RULE, files, **options)


def one(files: dict[str, str | bytes], **options: str) -> Finding:
    (finding,) = findings(files, **options)
    return finding


def notebook(source: str) -> str:
    cell: dict[str, object] = {"cell_type": "code", "id": "c1", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def test_one_finding_per_prefix_with_the_count_and_the_other_places() -> None:
    source = 'a = "/home/ana/a.csv"\nb = "/home/ana/b.csv"\nc = "D:/data/c.csv"\nd = f"/home/ana/{x}"\n'
    home, drive = findings({"load.py": source})
    assert (home.subject, home.location.line, home.location.column) == ("/home/ana", 1, 5)
    assert home.message == "3 literals start with /home/ana (first here), a home folder that only one machine has"
    assert [(step.path, step.line) for step in home.trace] == [("load.py", 2), ("load.py", 4)]
    assert drive.subject == "D:\\data"
    assert drive.message == "path starts with D:\\data, a drive that other machines do not have"
    assert drive.trace == ()


def test_spellings_of_one_windows_folder_are_one_prefix() -> None:
    source = 'a = "C:/Users/Ana/x"\nb = r"C:\\Users\\Ana\\y"\nc = "c:\\\\Users\\\\Ana\\\\z"\n'
    assert [finding.subject for finding in findings({"load.py": source})] == ["C:\\Users\\Ana"]


def test_the_trace_is_capped() -> None:
    finding = one({"load.py": "".join(f'a{number} = "/home/ana/{number}"\n' for number in range(50))})
    assert finding.message.startswith("50 literals")
    assert len(finding.trace) == 20


def test_the_fingerprint_stays_when_lines_move() -> None:
    before = one({"load.py": 'a = "/home/ana/a.csv"\n'})
    after = one({"load.py": 'import os\n\n\nb = 1\na = "/home/ana/b.csv"\n'})
    assert before.fingerprint == after.fingerprint


def test_a_place_in_a_notebook_is_told_by_cell() -> None:
    finding = one({"eda.ipynb": notebook("import os\nx = '/home/ana/x.csv'\n%cd /home/ana/churn")})
    at = finding.location
    assert (at.cell, at.cell_id, at.cell_line, at.cell_column) == (1, "c1", 2, 5)
    assert finding.trace[0].message == "in cell 1, line 3"
    assert at.line is not None


def test_a_path_that_breaks_the_file_is_said_to() -> None:
    finding = one({"load.py": "inDir = 'C:\\Users\\Ana\\data'\n"})
    assert finding.location.line == 1
    assert "does not even parse" in finding.message


def test_a_path_that_breaks_a_cell_is_said_to() -> None:
    finding = one({"eda.ipynb": notebook("inDir = 'C:\\Users\\Ana\\data'")})
    assert finding.location.cell_line == 1
    assert "does not even parse" in finding.message


def test_a_file_that_does_not_parse_for_another_reason_is_skipped_and_said() -> None:
    report = run({"old.py": 'print "/home/ana/data"\n'}, select=["DSG601"])
    assert report.findings == []
    assert [skip.path for skip in report.skipped] == ["old.py"]


def test_fixtures_are_looked_at_on_request() -> None:
    files: dict[str, str | bytes] = {"tests/test_load.py": 'DATA = "/home/ana/data"\n'}
    assert findings(files) == []
    assert one(files, config="[rules.home-path]\nfixtures = true\n").subject == "/home/ana"


@pytest.mark.parametrize(
    "path",
    [
        "node_modules/x/index.json",
        "package-lock.json",
        "mlruns/0/meta.yaml",
        "wandb/run-1/config.yaml",
        "outputs/2024-01-01/.hydra/config.yaml",
        "outputs/2024-01-01/config.yaml",
        "data/raw/meta.json",
        "README.md",
        "data.csv",
        "notes.txt",
    ],
)
def test_what_tools_wrote_and_what_is_data_is_out_of_scope(path: str) -> None:
    assert findings({path: 'path: "/home/ana/data"\n'}) == []


def test_a_runner_of_ci_is_no_person() -> None:
    workflow = "jobs:\n  a:\n    steps:\n      - run: cp D:\\a\\churn\\x.csv /home/ubuntu/x\n"
    assert findings({".github/workflows/ci.yml": workflow}) == []
    assert {finding.subject for finding in findings({"conf/ci.yml": workflow})} == {"D:\\a", "/home/ubuntu"}


def test_a_workspace_folder_of_databricks_is_told_in_strict_only() -> None:
    files: dict[str, str | bytes] = {"jobs.py": 'mlflow.set_experiment("/Users/ana@example.org/churn")\n'}
    assert findings(files) == []
    assert one(files, profile="strict").subject == "/Users/ana@example.org"


HELP = [
    # the file is in the repository
    ({"src/load.py": 'p = "/home/ana/churn/data/x.txt"', "data/x.txt": ""}, '`Path(__file__).resolve().parents[1] / "data/x.txt"`'),
    ({"load.py": 'p = "/home/ana/churn/data/x.txt"', "data/x.txt": ""}, '`Path(__file__).resolve().parent / "data/x.txt"`'),
    ({"a/b/load.py": 'p = "C:/Users/Ana/a/data/x.txt"', "a/data/x.txt": ""}, '`Path(__file__).resolve().parents[1] / "data/x.txt"`'),
    ({"load.py": 'p = "/home/ana/x.txt"', "x.txt": ""}, '`Path(__file__).resolve().parent / "x.txt"`'),
    ({"load.py": 'p = "/home/ana/churn/data/in"', "data/in/x.txt": ""}, "The folder data/in is in this repository"),
    ({"nb/eda.ipynb": notebook('p = "/home/ana/churn/data/x.txt"'), "data/x.txt": ""}, "the relative path `../data/x.txt`"),
    ({"a.R": 'p <- "C:/Users/Ana/data/x.txt"', "data/x.txt": ""}, '`here::here("data", "x.txt")`'),
    ({"src/a.jl": 'p = "/home/ana/data/x.txt"', "data/x.txt": ""}, '`joinpath(@__DIR__, "..", "data", "x.txt")`'),
    ({"conf/a.yaml": "p: /home/ana/data/x.txt", "data/x.txt": ""}, "the relative path `data/x.txt`"),
    ({".vscode/settings.json": '{"a": "/home/ana/churn/src/x.cfg"}', "src/x.cfg": ""}, "`${workspaceFolder}/src/x.cfg`"),
    ({".idea/x.xml": '<a value="/home/ana/churn/src/x.cfg"/>', "src/x.cfg": ""}, "`$PROJECT_DIR$/src/x.cfg`"),
    ({"src/a.py": "import sys\nsys.path.append('/home/ana/churn/src')"}, "write `Path(__file__).resolve().parent`"),
    ({"src/a/b.py": "import sys\nsys.path.append('/home/ana/churn/src')"}, "write `Path(__file__).resolve().parents[1]`"),
    ({"nb/eda.ipynb": notebook("import sys\nsys.path.append('/home/ana/churn/src')"), "src/a.py": ""}, "the relative path `../src`"),
    (
        {"nb/app.py": 'import marimo\n__generated_with = "1"\napp = marimo.App()\nx = "/home/ana/data/x.txt"', "data/x.txt": ""},
        "mo.notebook_dir().parents[0]",
    ),
    ({"nb/a.py": '# Databricks notebook source\nx = "/home/ana/data/x.txt"', "data/x.txt": ""}, "the relative path `../data/x.txt`"),
    # it is not, and the spot decides
    ({"src/load.py": 'DATA_DIR = "/home/ana/data"', "data/x": ""}, 'os.environ["DATA_DIR"]'),
    ({"src/load.py": 'inDir = "/home/ana/data"'}, 'os.environ["IN_DIR"]'),
    ({"src/load.py": 'x = "/home/ana/data"'}, "`Path(__file__).resolve().parents[1]`"),
    ({"load.py": "p.add_argument('--data', default='/home/ana/x')"}, "Make the option required"),
    ({"load.py": "def f(data='/home/ana/x'): pass"}, "let the caller pass the folder"),
    ({"load.py": "import os\nd = os.getenv('DATA', '/home/ana/x')"}, "drop the fallback"),
    (
        {"src/load.py": "import sys\nsys.path.append('/home/ana/churn')"},
        "pip install -e .`) and drop this line, or write `Path(__file__).resolve().parents[1]`",
    ),
    ({"load.py": "import os\nos.chdir('/home/ana/x')"}, "Drop the change of folder"),
    ({"eda.ipynb": notebook("x = '/home/ana/x.csv'")}, "a parameter of the notebook"),
    ({"eda.ipynb": notebook("%cd /home/ana/churn")}, "Drop the `%cd`"),
    ({"a.R": 'setwd("/home/ana/x")'}, "RStudio project"),
    ({"a.R": 'read.csv("/home/ana/x.csv")'}, "Sys.getenv"),
    ({"a.jl": 'open("/home/ana/x.csv")'}, "@__DIR__"),
    ({"a.sh": "cd /home/ana/x"}, 'cd "$(dirname "$0")"'),
    ({"a.sh": "OUT_DIR=/home/ana/x"}, "${OUT_DIR:?}"),
    ({"a.sh": "docker run -v /home/ana/x:/x i"}, "$PWD/data"),
    ({"Makefile": "OUT_DIR = /home/ana/x\n"}, "OUT_DIR ?= data"),
    ({"a.bat": "cd D:\\work\\churn"}, "%~dp0"),
    ({"a.ps1": "cd D:\\work\\churn"}, "$PSScriptRoot"),
    ({"Dockerfile": "COPY /home/ana/x /x"}, "build context"),
    ({"environment.yml": "prefix: /home/ana/conda/envs/x"}, "Delete the `prefix:` line"),
    ({"docker-compose.yml": "volumes:\n  - /home/ana/x:/x"}, "Mount a path relative"),
    ({"a.yaml": "data_dir: /home/ana/x"}, "(`DATA_DIR`)"),
    ({"a.toml": 'model_path = "/home/ana/x"'}, "(`MODEL_PATH`)"),
    ({".vscode/settings.json": '{"python.pythonPath": "/home/ana/venv/bin/python"}'}, "one person's editor"),
]


@pytest.mark.parametrize(("files", "expected"), HELP)
def test_the_help_fits_the_place(files: dict[str, str | bytes], expected: str) -> None:
    finding = next(finding for finding in findings(files))
    assert expected in finding.help
    assert finding.help.endswith(".")


@pytest.mark.parametrize(
    "files",
    [
        {"load.py": 'p = "/home/ana/data"', "data/x.txt": ""},
        {"load.py": 'p = "/home/ana/churn"', "churn/x.py": ""},
        {"load.py": 'p = "/home/ana/../data/x.txt"', "data/x.txt": ""},
        {"load.py": 'p = "/home/ana/other/y.txt"', "x/y.csv": ""},
    ],
)
def test_a_weak_likeness_to_a_file_of_the_repository_is_no_advice(files: dict[str, str | bytes]) -> None:
    assert "is in this repository" not in one(files).help


@pytest.mark.parametrize(
    "source",
    ["import os\nurl = 'https://example.org'\n", "x = {'a': 'b'}\nlabel = 'x:\\n'\n", "p = '/tmp/x'\n"],
)
def test_a_file_without_a_candidate_is_not_parsed(source: str) -> None:
    file = tree({"load.py": source})["load.py"]
    assert list(RULE.check(file, {name: option.value for name, option in RULE.options.items()})) == []
    assert not file.has_view("python")


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe/\x00h\x00o\x00m\x00e\x00",
        b"/home/ana\x00\x00",
        b"x = '/home/\xff\xfe\xe9/x'\n",
        b"",
        b"/home/ana",
        b"\xef\xbb\xbfx: /home/ana/x",
    ],
)
@pytest.mark.parametrize("path", ["a.py", "a.R", "a.sh", "a.yaml", "a.json", "a.ipynb", "Dockerfile", "a.Rmd"])
def test_any_bytes_are_taken(path: str, content: bytes) -> None:
    report = run({path: content}, select=["DSG601"])
    assert not report.crashed


def test_a_suppression_on_the_line_counts() -> None:
    assert findings({"a.sh": "cd /home/ana/x  # dsguard: ignore[DSG601] the one cluster\n"}) == []
