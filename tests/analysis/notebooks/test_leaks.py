"""What an output gives away about persons, and what merely looks like it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from dsguard.analysis.notebooks.leaks import Leak, leaks_of


def stream(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def html(text: str) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {"text/html": text}, "metadata": {}}


def shown(output: dict[str, Any]) -> list[str]:
    return [leak.shown for leak in leaks_of(output)]


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("/home/ana/churn", "/home/a…"),
        ("/home/ana", "/home/a…"),
        ("File /home/ana/.venv/lib/python3.12/site-packages/joblib/memory.py:12", "/home/a…"),
        ("'/Users/ana.lima/Git/churn'", "/Users/a…"),
        ("\x1b[1mdata:\x1b[0m/Users/ana/x", "/Users/a…"),
        ("File ~/x, file:///home/ana/mlruns/1", "/home/a…"),
        ("saved=/home/ana/x", "/home/a…"),
        ("root@host:/home/ana/x", "/home/a…"),
        ("データ:/home/ana/x", "/home/a…"),
        ("C:\\Users\\Ana\\churn", "C:\\Users\\A…"),
        ("'c:\\\\Users\\\\Ana\\\\churn'", "C:\\Users\\A…"),
        ("C:/Users/Ana/churn", "C:\\Users\\A…"),
        ("file:///C:/Users/Ana/churn", "C:\\Users\\A…"),
        ("c:\\users\\91800\\appdata\\local", "C:\\users\\9…"),
        ("C:\\Users\\Ana Lima\\churn", "C:\\Users\\A…"),
        ("C:\\Documents and Settings\\Ana\\x", "C:\\Documents and Settings\\A…"),
        ("/mnt/c/Users/Ana/churn", "/mnt/c/Users/A…"),
        ("/nfs/home/ana/churn", "/nfs/home/a…"),
        ("/Users/ana@example.org/churn", "/Users/a…"),
        ("/Workspace/Users/ana@example.org/churn", "/Users/a…"),
        ("/mnt/batch/tasks/shared/LS_root/mounts/clusters/gpu1/code/Users/ana/train.py", "/Users/a…"),
        ("x" * 5000 + " /home/ana/x", "/home/a…"),
    ],
)
def test_home_folders(text: str, folder: str) -> None:
    assert shown(stream(text)) == [f"home folder {folder}"]


@pytest.mark.parametrize(
    "text",
    [
        "~/churn/train.py",
        "/home/jovyan/work",
        "/home/ubuntu/anaconda3/lib",
        "/home/ec2-user/SageMaker",
        "/home/nbuser/library",
        "/Users/runner/work/xgboost/xgboost/src/learner.cc:627",
        "/Users/distiller/project/conda/conda-bld",
        "C:\\Users\\runneradmin\\AppData",
        "C:/Users/Administrator/workspace/xgboost-win64_release_1.4.0/src/learner.cc:573",
        "C:\\Users\\Public\\Documents",
        "/home/conda/feedstock_root/build_artifacts/numpy",
        "/home/<user>/data",
        "/home/your_name/data",
        "/path/to/home/ana",
        "https://example.org/home/ana/x",
        "http://host/Users/ana",
        "example.org/home/ana",
        "s3://bucket/home/ana/x",
        "s3:///home/ana/x",
        "dbfs:/home/ana/x",
        "GET /home/ana HTTP/1.1",
        "/home/",
        "/homes/ana",
        "data/home/ana/x",
        "D:\\data\\train.csv",
        "\\\\server\\share\\x",
        "12:Users\\ana",
        "http:/Users/ana",
        "/home/index.html",
        "",
    ],
)
def test_no_home_folder(text: str) -> None:
    assert shown(stream(text)) == []


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<a href="/home/ana">', []),
        ("<img src='/Users/ana/x.png'>", []),
        ('<a href="file:///home/ana/x">', ["home folder /home/a…"]),
        ("<td>/home/ana/x</td>", ["home folder /home/a…"]),
        ("<td>&#x27;/home/ana/x&#x27;</td>", ["home folder /home/a…"]),
        ("<td>file:///home/ana/mlruns...</td>", ["home folder /home/a…"]),
    ],
)
def test_links_are_routes(markup: str, expected: list[str]) -> None:
    assert shown(html(markup)) == expected


def test_each_folder_is_told_once_and_without_the_name() -> None:
    text = "/home/ana/x\n/home/ana/y\n/home/bo/z\nC:\\Users\\Ana\\x\n"
    assert shown(stream(text)) == ["home folder C:\\Users\\A…", "home folder /home/a…", "home folder /home/b…"]
    assert "ana" not in json.dumps(shown(stream(text))).lower()


def test_a_traceback_with_colours() -> None:
    output = {
        "output_type": "error",
        "ename": "E",
        "evalue": "",
        "traceback": ["\x1b[0;32m/home/\x1b[0mana/x.py\x1b[0m in \x1b[0;36mf\x1b[0m"],
    }
    assert shown(output) == ["home folder /home/a…"]


def test_strings_of_a_figure() -> None:
    figure = {"data": [{"customdata": [["file:///home/ana/mlruns/1", 3]], "y": [1, 2]}]}
    assert shown({"output_type": "display_data", "data": {"application/vnd.plotly.v1+json": figure}}) == ["home folder /home/a…"]


def test_pictures_are_not_looked_at() -> None:
    assert shown({"output_type": "display_data", "data": {"image/svg+xml": "/home/ana/x", "image/png": "/home/ana/"}}) == []
    assert shown(html('<img src="data:image/png;base64,AAAA/home/ana/x">')) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("email", "ana@lima.local")], Leak("table", "a table with email")),
        ([("email", "ana@example.com")], None),
        ([("email", "3")], None),
        ([("plan", "basic"), ("email", "ana@lima.local"), ("phone", "+44 20 7946 0958")], Leak("table", "a table with email, phone")),
        ([("Surname", "Lima")], Leak("table", "a table with Surname", is_sure=False)),
        ([("Surname", "Lima"), ("dob", "1987-03-21")], Leak("table", "a table with Surname, dob")),
        ([("x" * 40 + "_email", "ana@lima.local")], Leak("table", "a table with " + "x" * 29 + "…")),
        (
            [
                ("email", "a@lima.local"),
                ("mail", "a@lima.local"),
                ("phone", "2015550199"),
                ("dob", "1987-03-21"),
                ("age", "33"),
                ("fax", "2015550198"),
            ],
            Leak("table", "a table with email, mail, phone, dob and 1 more"),
        ),
    ],
)
def test_tables(rows: list[tuple[str, str]], expected: Leak | None) -> None:
    heading = "".join(f"<th>{name}</th>" for name, _ in rows)
    body = "".join(f"<td>{value}</td>" for _, value in rows)
    found = leaks_of(html(f"<table><tr>{heading}</tr><tr>{body}</tr></table>"))
    assert [(leak.kind, leak.shown, leak.is_sure) for leak in found] == (
        [] if expected is None else [(expected.kind, expected.shown, expected.is_sure)]
    )


def test_a_table_shown_twice_is_told_once() -> None:
    markup = "<table><tr><th></th><th>email</th><th>age</th></tr><tr><td>0</td><td>ana@lima.local</td><td>3</td></tr></table>"
    output = {"output_type": "execute_result", "data": {"text/html": markup, "text/plain": "           email  age\n0  ana@lima.local    3"}}
    assert shown(output) == ["a table with email"]


@pytest.mark.parametrize(
    "text",
    [
        "/home/" * 300_000,
        "/home/a" * 300_000,
        ":/Users/" * 200_000,
        "/" * 2_000_000,
        "/mnt/c" * 300_000 + "/home/ana",
        "C:\\Users\\a " * 200_000,
    ],
    ids=range(6),
)
def test_nothing_takes_long(text: str) -> None:
    start = time.process_time()
    leaks_of(stream(text))
    assert time.process_time() - start < 3
