"""What other tools make of notebooks: stored outputs and counts are found in each of them, and nowhere else."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from dsguard.fixes import edit_bytes
from dsguard.testing import run

STREAM = {"name": "stdout", "output_type": "stream", "text": ["(1460, 81)\n"]}
RULES = ["DSG001", "DSG201", "DSG202"]


def told(tree: dict[str, str | bytes]) -> list[str]:
    return [f"{finding.code}: {finding.message}" for finding in run(tree, select=RULES).findings]


def dumped(*cells: dict[str, Any], nbformat_minor: int = 5, **metadata: Any) -> str:
    return json.dumps({"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": nbformat_minor}, indent=1)


def code(source: str = "houses.shape", *, run_as: int | None = None, outputs: list[Any] | None = None, **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": run_as, "metadata": metadata, "outputs": outputs or [], "source": [source]}


COLAB = {"colab": {"provenance": [], "authorship_tag": "ABX9TyNxyz"}, "kernelspec": {"name": "python3", "display_name": "Python 3"}}
COLAB_CELL: dict[str, Any] = {
    "id": "8zbQuXbVyJWP",
    "outputId": "c2a3bd9e-2a61-4bd8-a39f-1c2d6c1f1c5f",
    "colab": {"base_uri": "https://localhost:8080/"},
    "executionInfo": {"status": "ok", "timestamp": 1700000000000, "user_tz": -60, "elapsed": 12},
}
KAGGLE = {
    "kaggle": {"accelerator": "none", "dataSources": [], "isInternetEnabled": True},
    "kernelspec": {"language": "python", "name": "python3"},
}
KAGGLE_CELL = {"_uuid": "8f2839f25d086af736a60e9eeb907d3b93b6e0e5", "_cell_guid": "b1076dfc", "trusted": True}
VSCODE = {
    "language_info": {"name": "python"},
    "vscode": {"interpreter": {"hash": "aee8b7b246df8f9039afb4144a1f6fd8d2ca17a180786b69acc140d282b71a49"}},
}
DATABRICKS = {"application/vnd.databricks.v1+notebook": {"language": "python", "notebookName": "eda", "widgets": {}}}
DATABRICKS_CELL = {"application/vnd.databricks.v1+cell": {"nuid": "c6c4b0a0", "inputWidgets": {}, "showTitle": False, "title": ""}}
DATABRICKS_OUTPUT = {
    "output_type": "display_data",
    "data": {"text/html": ["<table class='table-result'><thead><tr><th>n</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"]},
    "metadata": {"application/vnd.databricks.v1+output": {"data": [[1]], "schema": [{"name": "n"}], "type": "table"}},
}
DEEPNOTE_CELL = {
    "cell_id": "8f7",
    "deepnote_cell_type": "code",
    "source_hash": "3fc533b",
    "execution_start": 1649696013772,
    "execution_millis": 62,
}
POLYGLOT = {
    "kernelspec": {"display_name": ".NET (C#)", "language": "C#", "name": ".net-csharp"},
    "language_info": {"name": "polyglot-notebook"},
}
POLYGLOT_CELL = {
    "dotnet_interactive": {"language": "csharp"},
    "polyglot_notebook": {"kernelName": "csharp"},
    "vscode": {"languageId": "polyglot-notebook"},
}
MARIMO = {"marimo": {"app_config": {}, "marimo_version": "0.14.0"}}

VARIANTS = [
    pytest.param(COLAB, COLAB_CELL, STREAM, id="colab"),
    pytest.param(KAGGLE, KAGGLE_CELL, STREAM, id="kaggle"),
    pytest.param(VSCODE, {}, STREAM, id="vscode"),
    pytest.param(DATABRICKS, DATABRICKS_CELL, DATABRICKS_OUTPUT, id="databricks"),
    pytest.param({"deepnote": {}, "deepnote_notebook_id": "5d"}, DEEPNOTE_CELL, STREAM, id="deepnote"),
    pytest.param(POLYGLOT, POLYGLOT_CELL, STREAM, id="polyglot"),
    pytest.param(MARIMO, {"marimo": {"name": "_"}}, STREAM, id="marimo export"),
    pytest.param({"kernelspec": {"language": "R", "name": "ir"}}, {}, STREAM, id="R kernel"),
    pytest.param(
        {"kernelspec": {"language": "sql", "name": "SQL"}}, {"azdata_cell_guid": "5a", "language": "sql"}, STREAM, id="azure data studio"
    ),
]


@pytest.mark.parametrize(("notebook", "cell", "output"), VARIANTS)
def test_outputs_and_counts_are_found(notebook: dict[str, Any], cell: dict[str, Any], output: dict[str, Any]) -> None:
    text = dumped(code(run_as=3, outputs=[output], **cell), code("1", **cell), **notebook)
    found = told({"eda.ipynb": text})
    assert sorted(line.partition(" (")[0] for line in found) == [
        "DSG201: 1 of 2 code cells has stored outputs",
        "DSG202: 1 of 2 code cells has an execution count",
    ]


@pytest.mark.parametrize(("notebook", "cell", "output"), VARIANTS)
def test_a_cleared_one_is_clean(notebook: dict[str, Any], cell: dict[str, Any], output: dict[str, Any]) -> None:
    assert told({"eda.ipynb": dumped(code(**cell), code("1", **cell), **notebook)}) == []


def test_a_colab_notebook_without_ids_in_cells() -> None:
    text = dumped(code(run_as=1, outputs=[STREAM], **COLAB_CELL), nbformat_minor=0, **COLAB)
    assert len(told({"eda.ipynb": text})) == 2


def note(*paragraphs: dict[str, Any]) -> str:
    return json.dumps({"paragraphs": list(paragraphs), "name": "sales", "id": "2FCP5JWR7"}, indent=2)


def paragraph(text: str = "%pyspark\nprint(1)", **members: Any) -> dict[str, Any]:
    return {"text": text, "config": {}, "jobName": "p1", "user": "anonymous", "id": "p1", **members}


SHOWN = {"code": "SUCCESS", "msg": [{"type": "TEXT", "data": "1\n"}]}
OLD = {"code": "SUCCESS", "type": "TEXT", "msg": "1\n"}


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.zpln", note(paragraph(results=SHOWN), paragraph()), "1 of 2 code cells has stored outputs"),
        (
            "a.zpln",
            note(paragraph(results={"code": "ERROR", "msg": [{"type": "TEXT", "data": "NameError"}]})),
            "1 of 1 code cell has stored outputs",
        ),
        ("2A9/note.json", note(paragraph(results=SHOWN), paragraph(results=SHOWN)), "2 of 2 code cells have stored outputs"),
        ("2A9/note.json", note(paragraph(result=OLD)), "1 of 1 code cell has stored outputs"),
    ],
)
def test_notes_of_zeppelin(path: str, text: str, expected: str) -> None:
    (finding,) = run({path: text}, select=RULES).findings
    assert finding.message.partition(" (")[0] == expected
    assert "keep_output" not in finding.help
    assert finding.fix is not None
    assert told({path: edit_bytes(text.encode(), list(finding.fix.edits))}) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.zpln", note(paragraph(results={"code": "SUCCESS", "msg": []}), paragraph(results={}))),
        ("a.zpln", note(paragraph("%md\n# Sales", results={"code": "SUCCESS", "msg": [{"type": "HTML", "data": "<h1>Sales</h1>"}]}))),
        ("notes/note.json", '{"title": "Groceries", "results": ["milk"]}'),
        ("notes/note.json", '[{"paragraphs": '),
        ("notes/notes.json", note(paragraph(results=SHOWN))),
    ],
)
def test_notes_without_results_and_other_files(path: str, text: str) -> None:
    assert told({path: text}) == []


def test_a_broken_note_is_unreadable() -> None:
    assert told({"a.zpln": '{"paragraphs": ['}) == ["DSG001: the JSON ends too early, as of a file cut off (line 1, column 17)"]


def archive(*notebooks: tuple[str, list[dict[str, Any]]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, commands in notebooks:
            made.writestr(name, json.dumps({"version": "NotebookV1", "commands": commands}))
    return buffer.getvalue()


def test_archives_of_databricks() -> None:
    run_once = {"command": "df.show()", "results": {"type": "html", "data": "<div>1</div>"}}
    clean = {"command": "df.show()", "results": None}
    assert told({"churn.dbc": archive(("churn/eda.python", [run_once, clean]), ("churn/load.sql", [clean]))}) == [
        "DSG201: 1 of 2 notebooks in this archive has stored outputs (first churn/eda.python)"
    ]
    assert told({"churn.dbc": archive(("churn/load.sql", [clean]))}) == []


def test_an_archive_that_is_none_is_skipped_and_said() -> None:
    report = run({"churn.dbc": b"no zip"}, select=RULES)
    assert report.findings == []
    assert [(skip.path, skip.reason.partition(" (")[0]) for skip in report.skipped] == [
        ("churn.dbc", "no archive of notebooks that can be read")
    ]


def test_plain_text_notebooks_have_no_outputs() -> None:
    tree: dict[str, str | bytes] = {
        "a.dib": "#!csharp\n\nConsole.WriteLine(1);\n",
        "b.py": "# Databricks notebook source\nprint(1)\n\n# COMMAND ----------\n\n# MAGIC %md text\n",
        "c.qmd": "---\ntitle: x\n---\n\n```{python}\nprint(1)\n```\n",
        "d.py": 'import marimo\n\n__generated_with = "0.14.0"\napp = marimo.App()\n',
    }
    assert told(tree) == []
