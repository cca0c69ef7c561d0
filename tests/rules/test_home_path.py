from __future__ import annotations

import ast
import json

import pytest

from dsguard.documents import python
from dsguard.model import Confidence, Finding, Severity
from dsguard.reporters import REPORTERS, render
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


def test_a_file_that_does_not_parse_for_another_reason_is_judged_all_the_same() -> None:
    report = run({"old.py": "print 'x'\nDATA = '/home/ana/data'\nHOME = 'C:\\Users\\Ana'\n"}, select=["DSG601"])
    assert [(finding.location.line, finding.subject) for finding in report.findings] == [(2, "/home/ana"), (3, "C:\\Users\\Ana")]
    assert "does not even parse" not in report.findings[1].message  # it is not what keeps Python 3 from parsing it
    assert report.skipped == []


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("infra/stack.yml", "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  a:\n    p: /home/ec2-user/x\n"),
        ("init.yaml", "#cloud-config\nruncmd:\n  - cp x /home/ubuntu/x\n"),
        ("deploy/churn.service", "[Service]\nWorkingDirectory=/home/ubuntu/churn\n"),
        ("infra/ec2/user-data.sh", "cp config.json /home/ubuntu/.docker/config.json\n"),
    ],
)
def test_the_accounts_of_a_machine_that_a_file_sets_up_are_no_persons(path: str, content: str) -> None:
    assert findings({path: content}) == []
    assert findings({path: content.replace("ec2-user", "ana").replace("ubuntu", "ana")}) != []


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
    ({"load.py": 'data = loadmat("/home/ana/x.mat")'}, '(`Path(os.environ["DATA_DIR"]) / "x.mat"`)'),
    ({"load.py": 'my_data = fetch_it("/home/ana/x.mat")'}, '(`Path(os.environ["DATA_DIR"]) / "x.mat"`)'),
    ({"load.py": 'weights_path = "/home/ana/x.pt"'}, '(`os.environ["WEIGHTS_PATH"]`)'),
    ({"load.py": 'git_dir = "/home/ana"'}, '(`os.environ["DATA_DIR"]`)'),
    ({"load.py": 'x = f"/home/ana/{name}.csv"'}, '(`os.environ["DATA_DIR"]`)'),
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
    ({"a.R": 'setwd(dir = "/home/ana/x")'}, "RStudio project"),
    ({"a.R": 'read.csv("/home/ana/x.csv")'}, '(`file.path(Sys.getenv("DATA_DIR"), "x.csv")`)'),
    ({"a.R": 'out_dir <- "/home/ana/x"'}, '(`Sys.getenv("OUT_DIR")`)'),
    ({"a.jl": 'open("/home/ana/x.csv")'}, '(`joinpath(ENV["DATA_DIR"], "x.csv")`)'),
    ({"a.do": 'use "/home/ana/x.dta"'}, '`"$DATA_DIR/..."`'),
    ({"a.do": 'cd "/home/ana/x"'}, "Drop the `cd`"),
    ({"a.sas": "libname a '/home/ana/x';"}, '`"&DATA_DIR./..."`'),
    ({"a.m": "x = load('/home/ana/x.mat')"}, "(`fullfile(getenv('DATA_DIR'), 'x.mat')`)"),
    (
        {"src/a.m": "x = load('/home/ana/churn/data/x.txt')", "data/x.txt": ""},
        "`fullfile(fileparts(mfilename('fullpath')), '..', 'data', 'x.txt')`",
    ),
    ({"a.sql": "copy t from '/home/ana/x.csv'"}, "relative path"),
    ({"a.sh": "cd /home/ana/x"}, 'cd "$(dirname "$0")"'),
    ({"a.sh": "OUT_DIR=/home/ana/x"}, '`OUT_DIR="${OUT_DIR:?}"`'),
    ({"jobs/a.sh": "cd /home/ana/x"}, '`cd "$(dirname "$0")/.."`'),
    ({"src/sim/jobs/a.sh": "cd /home/ana/churn/src/sim", "src/sim/b.py": ""}, 'write `"$(dirname "$0")/.."`'),
    ({"jobs/a.sh": "python /home/ana/churn/jobs/b.py", "jobs/b.py": ""}, 'write `"$(dirname "$0")/b.py"`'),
    ({"jobs/a.sh": "#SBATCH -n 1\npython /home/ana/churn/jobs/b.py", "jobs/b.py": ""}, "the relative path `jobs/b.py`"),
    ({"jobs/a.sh": "export PYTHONPATH=/home/ana/x:$PYTHONPATH"}, '`PYTHONPATH="$(cd "$(dirname "$0")/.." && pwd):$PYTHONPATH"`'),
    ({"a.sh": "export PATH=/home/ana/bin:$PATH"}, "profile of each user"),
    ({"a.sh": "source /home/ana/miniconda3/bin/activate"}, '`"$(conda info --base)/bin/activate"`'),
    ({"a.sh": "python x.py --data /home/ana/x"}, "(`${DATA_DIR:?}`)"),
    ({".envrc": "export DATA_DIR=/home/ana/x"}, "source_env_if_exists .envrc.local"),
    ({".env.example": "DATA_DIR=/home/ana/x"}, "Leave the value empty"),
    ({"a.sh": "docker run -v /home/ana/x:/x i"}, "$PWD/data"),
    ({"Makefile": "OUT_DIR = /home/ana/x\n"}, "OUT_DIR ?= data"),
    ({"a.bat": "cd D:\\work\\churn"}, "%~dp0"),
    ({"a.ps1": "cd D:\\work\\churn"}, "$PSScriptRoot"),
    ({"Dockerfile": "COPY /home/ana/x /x"}, "build context"),
    ({"environment.yml": "prefix: /home/ana/conda/envs/x"}, "Delete the `prefix:` line"),
    ({".dvc/config": "[core]\n  remote = a\n['remote \"a\"']\n  url = /home/ana/x"}, "`dvc remote modify --local a url <folder>`"),
    ({".dvc/config": "[cache]\n  dir = /home/ana/x"}, "`dvc config --local cache.dir <folder>`"),
    ({"a.service": "[Service]\nExecStart=/home/ana/churn/a.py", "a.py": ""}, "/opt or /srv"),
    ({"uwsgi.ini": "[uwsgi]\nvirtualenv = /home/ana/venv"}, "/opt or /srv"),
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
        b"# ../data /content/x /scratch/\xff import sys; sys.path %cd ~/\xe9\n'/scratch/x'\n",
        b"\xef\xbb\xbfx: /home/ana/x",
    ],
)
@pytest.mark.parametrize("path", ["a.py", "a.R", "a.sh", "a.yaml", "a.json", "a.ipynb", "Dockerfile", "a.Rmd"])
def test_any_bytes_are_taken(path: str, content: bytes) -> None:
    report = run({path: content}, select=["paths"], config="[rules.home-path]\nmask-user-names = true\n")
    assert not report.crashed


@pytest.mark.parametrize("path", ["load.py", "load.R", "load.yaml", "eda.ipynb"])
def test_a_file_without_a_candidate_is_parsed_by_no_rule_of_the_family(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = count_parses(monkeypatch)
    source = "import sys\nx = '/tmp/x'\nurl = 'https://example.org/data/x'\n"
    files: dict[str, str | bytes] = {path: notebook(source) if path.endswith(".ipynb") else source}
    report = run(files, select=["DSG601", "DSG602", "DSG603", "DSG604", "DSG605"])
    assert report.findings == []
    assert parsed == []


def test_all_rules_share_one_parse(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = count_parses(monkeypatch)
    source = (
        "import sys\nimport numpy as np\nsys.path.append('/home/ana/x')\nsys.path.append('/opt/x')\nDATA_DIR = '/scratch/x'\n"
        "if __name__ == '__main__':\n    print(np.random.rand(), open('/content/x'))\n"
    )
    report = run({"load.py": source}, profile="strict")
    assert {"DSG501", "DSG601", "DSG602", "DSG604"} <= {finding.code for finding in report.findings}
    assert parsed == ["load.py"]


def count_parses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of files as they are parsed."""
    parsed: list[str] = []
    parse = python.parse

    def counting(path: str, source: str) -> ast.Module:
        parsed.append(path)
        return parse(path, source)

    monkeypatch.setattr(python, "parse", counting)
    return parsed


def test_a_suppression_silences_its_own_line_and_the_others_are_still_told_as_one() -> None:
    lines = [f"a{number} = '/home/ana/{number}'" for number in range(4)]
    lines[0] += "  # dsguard: ignore[DSG601] the one machine"
    report = run({"load.py": "\n".join(lines) + "\n"}, select=["DSG601"])
    (finding,) = report.findings
    assert finding.location.line == 2
    assert finding.message.startswith("3 literals start with /home/ana (first here)")
    assert [step.line for step in finding.trace] == [3, 4]
    assert report.suppressed == 1


def test_all_but_one_suppressed_is_told_as_one_literal() -> None:
    finding = one({"load.py": "a = '/home/ana/a'\nb = '/home/ana/b'  # dsguard: ignore[DSG601] the one machine\n"})
    assert finding.message == "path starts with /home/ana, a home folder that only one machine has"
    assert finding.fingerprint == one({"load.py": "a = '/home/ana/a'\nb = '/home/ana/b'\n"}).fingerprint


PEOPLE: dict[str, str | bytes] = {
    "a.py": 'x = "/home/ana/churn/x.csv"  # of /home/bob/x\ny = "/home/ana/y"\nz = "/mnt/lab/home/carl/z"\n',
    "b.R": 'setwd("C:/Users/Ana/x")\n',
    "c.yaml": "d: D:/x\ne: /home/ubuntu/x\n",
}


def test_that_user_names_are_personal_data_is_said_once() -> None:
    notes = run(PEOPLE, select=["DSG601"]).notes
    assert notes == [
        "home paths in 2 files name 2 people: a user name is personal data, and stays in the history of git when the path is gone"
    ]
    assert run({"a.py": "x = '/home/ana/x'\n"}).notes[0].startswith("home paths in 1 file name 1 person:")
    assert run({"c.yaml": PEOPLE["c.yaml"]}, select=["DSG601"]).notes == []
    assert run({"a.py": "x = '/home/ana/x'  # dsguard: ignore[DSG601] mine\n"}).notes == []


@pytest.mark.parametrize("format", list(REPORTERS))
def test_user_names_are_masked_in_every_format_on_request(format: str) -> None:
    files = {**PEOPLE, "eda.ipynb": notebook("x = '/home/ana/x'"), "d.py": "import os\nos.chdir('/Users/ana@example.org/x')\n"}
    plain = run(files, profile="strict", select=["DSG601"])
    hidden = run(files, profile="strict", select=["DSG601"], config="[rules.home-path]\nmask-user-names = true\n")
    shown = "".join(render(hidden, format))
    for name in ("/ana", "Ana", "bob", "carl", "ana@example.org"):
        assert name not in shown
        assert name in "".join(render(plain, "text"))
    assert "/home/***" in shown
    assert [finding.fingerprint for finding in hidden.findings] == [finding.fingerprint for finding in plain.findings]
    assert [finding.location.column for finding in hidden.findings] == [finding.location.column for finding in plain.findings]


def test_two_people_behind_one_mask_are_two_findings() -> None:
    ana, bob = findings({"a.py": "x = '/home/ana/x'\ny = '/home/bob/y'\n"}, config="[rules.home-path]\nmask-user-names = true\n")
    assert (ana.subject, bob.subject) == ("/home/***", "/home/***")
    assert ana.fingerprint != bob.fingerprint


COMMENTS = [
    ("a.py", "x = 1  # df = pd.read_csv('/home/ana/x.csv')", 28),
    ("a.py", "#C:/Users/Ana/x", 2),
    ("a.py", "def f():\n    '''Reads /home/ana/x.'''\n", 14),
    ("a.py", "'''\ndf = open('/home/ana/x')\n'''\n", 12),
    ("a.ipynb", notebook("# !cp /home/ana/x ."), 7),
    ("a.R", "# setwd('/home/ana/x')", 10),
    ("a.jl", 'x = 1 # read("/home/ana/x")', 15),
    ("a.sh", "cd x # /home/ana/x", 8),
    ("a.yaml", "x: 1  # /home/ana/x", 9),
    ("a.toml", 'x = "y" # /home/ana/x', 11),
    ("Makefile", "# DATA = /home/ana/x", 10),
]


@pytest.mark.parametrize(("path", "content", "column"), COMMENTS)
def test_a_home_in_a_comment_or_docstring_is_told_in_strict_only(path: str, content: str, column: int) -> None:
    assert findings({path: content}) == []
    finding = one({path: content}, profile="strict")
    at = finding.location
    assert (at.cell_column if at.cell else at.column) == column
    assert finding.message.startswith("path in a comment starts with ")
    assert finding.severity is Severity.WARNING
    assert finding.confidence is Confidence.LOW


def test_comments_and_code_are_two_findings() -> None:
    source = "# /home/ana/a\nx = '/home/ana/b'\n# /home/ana/c\ny = '#/home/ana/d'\n"
    comment, code = findings({"a.py": source}, profile="strict")
    assert comment.message == "2 paths in comments start with /home/ana (first here), a home folder that only one machine has"
    assert code.message == "path starts with /home/ana, a home folder that only one machine has"
    assert comment.fingerprint != code.fingerprint


@pytest.mark.parametrize(
    "content", ["# D:/data/x\n", "# \\\\nas01\\share\\x\n", "#!/home/ana/venv/bin/python\n", "x = 1  # ~/x\n", "x = 'a' # /home/user/x\n"]
)
def test_silent_comments(content: str) -> None:
    assert findings({"a.py": content}, profile="strict") == []


def test_the_project_of_a_monorepo_is_where_advice_starts_from() -> None:
    files: dict[str, str | bytes] = {
        "pyproject.toml": "",
        "examples/churn/pyproject.toml": "",
        "examples/churn/score.py": "DATA_DIR = '/home/ana/data'\n",
        "examples/churn/src/load.py": "import sys\nsys.path.append('/home/ana/other')\n",
        "examples/churn/conf.yaml": "x: /home/ana/churn/raw/x.csv\n",
        "examples/churn/raw/x.csv": "",
        "examples/churn/a.R": "read.csv('/home/ana/churn/raw/x.csv')\n",
        "examples/churn/.vscode/settings.json": '{"a": "/home/ana/churn/raw/x.csv"}',
        "src/a/b.py": "DATA_DIR = '/home/ana/data'\n",
    }
    helps = {finding.path: finding.help for finding in findings(files)}
    assert "`Path(__file__).resolve().parent`" in helps["examples/churn/score.py"]
    assert "write `Path(__file__).resolve().parents[1]`" in helps["examples/churn/src/load.py"]
    assert "`raw/x.csv`" in helps["examples/churn/conf.yaml"]
    assert '`here::here("raw", "x.csv")`' in helps["examples/churn/a.R"]
    assert "`${workspaceFolder}/raw/x.csv`" in helps["examples/churn/.vscode/settings.json"]
    assert "`Path(__file__).resolve().parents[2]`" in helps["src/a/b.py"]


def test_a_suppression_on_the_line_counts() -> None:
    assert findings({"a.sh": "cd /home/ana/x  # dsguard: ignore[DSG601] the one cluster\n"}) == []


# What else may be written


@pytest.mark.parametrize(
    ("path", "content", "written"),
    [
        ("connect.py", 'KEY_FILE = "/home/ana/.ssh/churn.pem"\n', 'write `Path.home() / ".ssh/churn.pem"`'),
        ("Makefile", "KEY_FILE = /home/ana/.ssh/churn.pem\n", "write `$(HOME)/.ssh/churn.pem`"),
        ("run.sh", "export KUBECONFIG=/home/ana/.kube/config\n", 'write `"$HOME/.kube/config"`'),
        ("conf/base.yaml", "credentials: /Users/ana/.aws/credentials\n", "write `~/.aws/credentials`"),
        (".vscode/settings.json", '{"poetry": "/home/ana/.local/bin/poetry"}\n', "write `${userHome}/.local/bin/poetry`"),
    ],
)
def test_what_everybody_has_at_home_is_written_from_there(path: str, content: str, written: str) -> None:
    (finding,) = check(RULE, {path: content})
    assert written in finding.help


def test_a_function_is_no_name_for_a_variable() -> None:
    (finding,) = check(RULE, {"load.py": 'def get_download_dir():\n    return "E:/down/2024"\n'})
    assert 'os.environ["DOWNLOAD_DIR"]' in finding.help


def test_a_script_that_logs_in_to_a_machine_knows_its_account() -> None:
    deploy = "REMOTE_USER = ubuntu\nREMOTE_DIR = /home/ubuntu/churn\ndeploy:\n\tscp -i key.pem churn.tgz $(REMOTE_USER)@$(HOST):\n"
    assert check(RULE, {"Makefile": deploy}) == []
    (finding,) = check(RULE, {"Makefile": deploy + "DATA_DIR = /home/ana/churn\n"})
    assert finding.subject == "/home/ana"
    (finding,) = check(RULE, {"backup.sh": "tar czf backup.tgz /home/ubuntu/churn\n"})
    assert finding.subject == "/home/ubuntu"


def test_a_file_among_the_home_folders_is_nobody() -> None:
    (finding,) = check(RULE, {"load.py": 'df = pd.read_csv(r"C:\\Users\\customers.csv")\n'})
    assert finding.subject == "C:\\Users"
    assert "a folder of one machine's own disk" in finding.message
    assert check(RULE, {"email_env/pyvenv.cfg": "home = /Users/ana/.pyenv/bin\n"}) == []
    assert check(RULE, {"conf/base.yaml": "data_dir: /home/YOU/churn\nmodels: C:\\absolute\\path\\to\\models\n"}) == []


def test_what_a_text_replaces_is_another_machines() -> None:
    assert check(RULE, {"load.py": 'script = open(name).read().replace("C:/pubinfo/", folder)\n'}) == []
    (finding,) = check(RULE, {"load.py": 'paths = [path.replace("/home/ana/churn/", "") for path in paths]\n'})
    assert finding.subject == "/home/ana"


def test_a_command_that_an_assistant_may_run_names_a_person() -> None:
    allowed = '{"permissions": {"allow": ["Bash(wsl ls /home/ana/churn)"]}}\n'
    (finding,) = check(RULE, {".claude/settings.json": allowed})
    assert finding.subject == "/home/ana"
    (finding,) = check(RULE, {".claude/settings.local.json": allowed})
    assert finding.help.startswith("Leave this file out of git")
