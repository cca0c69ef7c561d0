"""Metadata that changes with every run, or names a person: which keys, how they are told, and what a configuration changes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dsguard.analysis.notebooks.volatile import Keys
from dsguard.model import Finding, Severity, UsageError
from dsguard.rules.notebooks.volatile_metadata import VolatileMetadata
from dsguard.testing import check, run


def code(**metadata: Any) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": [], "source": ["x"]}


def notebook(*cells: dict[str, Any], **metadata: Any) -> str:
    return json.dumps({"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}, indent=1)


def found(text: str, config: str = "", profile: str = "default") -> list[Finding]:
    return check(VolatileMetadata(), {"eda.ipynb": text}, config=config, profile=profile)


def options(**values: Any) -> str:
    lines = [f"{key.replace('_', '-')} = {json.dumps(value)}" for key, value in values.items()]
    return "\n".join(["[rules.volatile-metadata]", *lines])


USER = {"displayName": "Ana Lima", "userId": "00000000000000000000", "photoUrl": "https://example.com/a.jpg"}
CELLS: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, ""),
    "tags, slides, what a person set": ({"tags": ["a"], "slideshow": {}, "jupyter": {"source_hidden": True}, "editable": False}, ""),
    "ids that stay": ({"id": "a", "_uuid": "b", "_cell_guid": "c", "cell_id": "d", "azdata_cell_guid": "e"}, ""),
    "language of a cell": ({"vscode": {"languageId": "sql"}, "polyglot_notebook": {"kernelName": "sql"}}, ""),
    "scrolled": ({"scrolled": False}, "scrolled in 1 cell"),
    "JupyterLab's times": ({"execution": {"iopub.status.busy": "2024-03-01T09:12:44Z"}}, "execution in 1 cell"),
    "ExecuteTime": ({"ExecuteTime": {"start_time": "t"}}, "ExecuteTime in 1 cell"),
    "Kaggle": ({"_uuid": "b", "trusted": True, "papermill": {"duration": 1}}, "trusted, papermill in 1 cell"),
    "Colab": (
        {"id": "a", "outputId": "b", "executionInfo": {"elapsed": 1, "user": USER}},
        "executionInfo (names a person), outputId in 1 cell",
    ),
    "Colab, nobody": ({"executionInfo": {"elapsed": 1, "user": {"displayName": ""}}}, "executionInfo in 1 cell"),
    "Databricks": (
        {"application/vnd.databricks.v1+cell": {"nuid": "a", "title": "", "startTime": 1, "finishTime": 2, "submitTime": 3}},
        "startTime, finishTime, submitTime in 1 cell",
    ),
    "Deepnote": (
        {"cell_id": "a", "source_hash": "b", "execution_start": 1, "execution_millis": 2},
        "execution_start, execution_millis in 1 cell",
    ),
    "PyCharm": ({"pycharm": {"name": "#%%\n", "is_executing": False}}, "pycharm.is_executing in 1 cell"),
}


@pytest.mark.parametrize(("metadata", "said"), CELLS.values(), ids=CELLS)
def test_cells(metadata: dict[str, Any], said: str) -> None:
    messages = [finding.message for finding in found(notebook(code(**metadata)))]
    assert messages == ([f"metadata that changes with every run or machine: {said}"] if said else [])


NOTEBOOKS: dict[str, tuple[dict[str, Any], str]] = {
    "kernel": ({"kernelspec": {"name": "python3"}, "language_info": {"name": "python", "version": "3.11.7"}}, ""),
    "widgets": ({"widgets": {}}, "widgets of the notebook"),
    "no widgets": ({"widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}, "version_major": 2}}}, ""),
    "no widgets, and more": ({"widgets": {"a/b": {"state": {}}}, "orig_nbformat": 4}, "widgets, orig_nbformat of the notebook"),
    "large widgets": ({"widgets": {"state": "x" * 20_000}}, "widgets of the notebook (20 KB)"),
    "VS Code": ({"vscode": {"interpreter": {"hash": "a"}}}, "vscode.interpreter.hash of the notebook"),
    "VS Code, nothing in it": ({"vscode": {"interpreter": {}}}, ""),
    "VS Code of 2021": ({"interpreter": {"hash": "a"}, "orig_nbformat": 4}, "interpreter.hash, orig_nbformat of the notebook"),
    "papermill": (
        {"papermill": {"parameters": {"n": 1}, "input_path": "a", "duration": 1, "start_time": "t", "end_time": "t", "exception": None}},
        "papermill.duration, papermill.start_time, papermill.end_time, papermill.exception of the notebook",
    ),
    "Kaggle": ({"kaggle": {"accelerator": "gpu", "dataSources": []}}, ""),
    "Colab": ({"colab": {"provenance": [], "toc_visible": True}, "accelerator": "GPU"}, ""),
    "Databricks": (
        {
            "application/vnd.databricks.v1+notebook": {
                "notebookName": "a",
                "notebookMetadata": {"pythonIndentUnit": 4, "mostRecentlyExecutedCommandWithImplicitDF": {"commandId": 1}},
            }
        },
        "notebookMetadata.mostRecentlyExecutedCommandWithImplicitDF of the notebook",
    ),
}


@pytest.mark.parametrize(("metadata", "said"), NOTEBOOKS.values(), ids=NOTEBOOKS)
def test_notebooks(metadata: dict[str, Any], said: str) -> None:
    messages = [finding.message for finding in found(notebook(code(), **metadata))]
    assert messages == ([f"metadata that changes with every run or machine: {said}"] if said else [])


def test_one_finding_tells_all_and_mends_all() -> None:
    cells = [code(scrolled=True), code(), code(collapsed=True, executionInfo={"user": USER}), code(scrolled=True)]
    (finding,) = found(notebook(*cells, widgets={}, signature=""))
    assert finding.message == (
        "metadata that changes with every run or machine: executionInfo (names a person), scrolled, collapsed in 3 cells; "
        "widgets, signature of the notebook"
    )
    assert finding.severity is Severity.WARNING
    assert finding.fix is not None
    assert len(finding.fix.changes) == 6
    assert "`dsguard check --fix eda.ipynb`" in finding.help
    assert "Ana" not in finding.message + finding.help
    assert found(notebook(*cells[:1]))[0].fingerprint == finding.fingerprint


def test_many_keys_are_not_all_listed() -> None:
    keys = ("collapsed", "ExecuteTime", "execution", "heading_collapsed", "hidden", "scrolled", "trusted", "outputId")
    (finding,) = found(notebook(code(**dict.fromkeys(keys, 1))))
    assert finding.message.endswith("collapsed, ExecuteTime, execution, heading_collapsed, hidden, scrolled and 2 more in 1 cell")


def test_place() -> None:
    text = notebook(code(), code(scrolled=True))
    (finding,) = found(text)
    assert finding.location.cell == 2
    assert text.split("\n")[(finding.location.line or 0) - 1] == '   "metadata": {'
    text = notebook(code(), widgets={})
    (finding,) = found(text)
    assert (finding.location.cell, text.split("\n")[(finding.location.line or 0) - 1]) == (None, ' "metadata": {')


def test_the_version_of_the_language_is_told_in_strict() -> None:
    text = notebook(code(), language_info={"name": "python", "version": "3.11.7"})
    assert found(text) == []
    (finding,) = found(text, profile="strict")
    assert "language_info.version" in finding.message
    kept = options(keep_keys=["metadata.language_info.version"])
    assert found(text, kept, profile="strict") == []
    (finding,) = found(text, options(extra_keys=["metadata.language_info.version"]))
    assert finding.message.endswith("language_info.version of the notebook")


def test_what_a_tag_accepts_is_not_told() -> None:
    assert found(notebook(code(scrolled=True, tags=["dsguard-ignore-volatile-metadata"]))) == []
    (finding,) = found(notebook(code(scrolled=True, tags=["dsguard-ignore"]), code(hidden=True)))
    assert finding.message.endswith(": hidden in 1 cell")


CONFIGURED: dict[str, tuple[dict[str, Any], str]] = {
    "more": ({"extra_keys": ["cell.metadata.editable", "metadata.toc"]}, "editable, scrolled in 1 cell; toc, widgets of the notebook"),
    "more, within": ({"extra_keys": ["metadata.toc.position"]}, "scrolled in 1 cell; toc.position, widgets of the notebook"),
    "fewer": ({"keep_keys": ["metadata.widgets"]}, "scrolled in 1 cell"),
    "none": ({"keep_keys": ["metadata.widgets", "cell.metadata.scrolled"]}, ""),
    "fewer wins": ({"extra_keys": ["metadata.toc"], "keep_keys": ["metadata.toc", "metadata.widgets"]}, "scrolled in 1 cell"),
    "another place": ({"keep_keys": ["metadata.scrolled", "cell.metadata.widgets"]}, "scrolled in 1 cell; widgets of the notebook"),
}


@pytest.mark.parametrize(("values", "said"), CONFIGURED.values(), ids=CONFIGURED)
def test_configuration(values: dict[str, Any], said: str) -> None:
    text = notebook(code(editable=False, scrolled=True), toc={"position": 1, "title": "t"}, widgets={})
    messages = [finding.message for finding in found(text, options(**values))]
    assert messages == ([f"metadata that changes with every run or machine: {said}"] if said else [])


@pytest.mark.parametrize("value", [["toc"], ["cell.tags"], ["metadata."], ["cell.metadata."], "metadata.toc", [1], {"a": 1}])
def test_keys_that_name_no_metadata_are_refused(value: Any) -> None:
    for key in ("extra-keys", "keep-keys"):
        with pytest.raises(UsageError, match=r'a list of keys that start with "metadata\."'):
            run({"eda.ipynb": notebook()}, config=f"[rules.volatile-metadata]\n{key} = {json.dumps(value).replace(':', ' =')}")


def test_a_key_keeps_all_that_is_in_it() -> None:
    text = notebook(code(papermill={"duration": 1}), papermill={"duration": 1, "end_time": 2})
    assert found(text, options(keep_keys=["metadata.papermill", "cell.metadata.papermill"])) == []


@pytest.mark.parametrize(
    ("names", "metadata", "ways"),
    [
        (["a"], {"a": 1, "b": 2}, [("a",)]),
        (["a.b"], {"a": {"b": 1, "c": 2}}, [("a", "b")]),
        (["a.b"], {"a.b": 1, "a": {"b": 2}}, [("a.b",), ("a", "b")]),
        (["a.b.c"], {"a.b": {"c": 1}, "a": {"b.c": 2}}, [("a.b", "c"), ("a", "b.c")]),
        (["a", "a.b"], {"a": {"b": 1}}, [("a",)]),
        (["a.b"], {"a": [{"b": 1}], "ab": 1}, []),
        ([], {"a": 1}, []),
    ],
)
def test_dots_lead_into_keys_and_may_be_part_of_them(names: list[str], metadata: dict[str, Any], ways: list[tuple[str, ...]]) -> None:
    assert Keys(names).found_in(metadata) == ways
