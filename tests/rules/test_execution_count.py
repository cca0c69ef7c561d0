"""Execution counts, in cells and in outputs, kept or not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dsguard.model import Finding
from dsguard.rules.notebooks.execution_count import ExecutionCount
from dsguard.testing import check, run


def code(count: Any = None, *outputs: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": count, "metadata": metadata, "outputs": list(outputs), "source": ["x"]}


def result(count: Any) -> dict[str, Any]:
    return {"data": {"text/plain": ["4"]}, "execution_count": count, "metadata": {}, "output_type": "execute_result"}


def notebook(*cells: dict[str, Any], **metadata: Any) -> str:
    return json.dumps({"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}, indent=1)


def found(text: str) -> list[Finding]:
    return check(ExecutionCount(), {"eda.ipynb": text})


CELLS: dict[str, tuple[dict[str, Any], bool]] = {
    "none": (code(), False),
    "a count": (code(3), True),
    "zero is a count": (code(0), True),
    "an output's own": (code(None, result(3)), True),
    "an output's own, none": (code(None, result(None)), False),
    "of a kept output": (code(None, result(3), tags=["keep_output"]), True),
    "of a kept cell": (code(3, tags=["keep_output"]), True),
    "no such member": ({"cell_type": "code", "metadata": {}, "source": "x"}, False),
    "accepted": (code(3, tags=["dsguard-ignore-execution-count"]), False),
    "accepted for another rule": (code(3, tags=["dsguard-ignore-notebook-output"]), True),
    "in the text": ({"cell_type": "markdown", "metadata": {}, "source": '"execution_count": 3'}, False),
}


@pytest.mark.parametrize(("cell", "fires"), CELLS.values(), ids=CELLS)
def test_counts(cell: dict[str, Any], *, fires: bool) -> None:
    assert bool(found(notebook(cell))) is fires


@pytest.mark.parametrize("cell", [code(12), code(None, result(12))])
def test_place_is_where_the_count_stands(cell: dict[str, Any]) -> None:
    text = notebook(code(), cell)
    (finding,) = found(text)
    assert finding.location.cell == 2
    assert finding.location.line is not None
    line = text.split("\n")[finding.location.line - 1]
    assert line.strip() == '"execution_count": 12,'
    assert line[(finding.location.column or 0) - 1 : (finding.location.end_column or 0) - 1] == "12"


def test_one_short_finding_per_notebook() -> None:
    text = notebook(code(1), {"cell_type": "markdown", "metadata": {}, "source": ""}, code(2), code())
    (finding,) = found(text)
    assert finding.message == "2 of 3 code cells have execution counts"
    assert finding.trace == ()
    assert finding.subject == "counts"
    assert found(notebook(code(9)))[0].fingerprint == finding.fingerprint


def test_stands_beside_the_outputs_of_the_same_cells() -> None:
    report = run({"eda.ipynb": notebook(code(1, result(1)))}, families=["notebooks"])
    assert sorted(finding.code for finding in report.findings) == ["DSG201", "DSG202"]


@pytest.mark.parametrize(("members", "fires"), [({"prompt_number": 4}, True), ({"prompt_number": None}, False), ({}, False)])
def test_version_3(members: dict[str, Any], *, fires: bool) -> None:
    cell = {"cell_type": "code", "input": ["x"], "language": "python", "metadata": {}, "outputs": [], **members}
    assert bool(found(json.dumps({"metadata": {}, "nbformat": 3, "worksheets": [{"cells": [cell]}]}))) is fires


def test_version_3_output() -> None:
    output = {"metadata": {}, "output_type": "pyout", "prompt_number": 4, "text": ["4"]}
    cell = {"cell_type": "code", "input": ["x"], "language": "python", "outputs": [output], "prompt_number": None}
    assert found(json.dumps({"metadata": {}, "nbformat": 3, "worksheets": [{"cells": [cell]}]}))


def test_a_count_under_a_repeated_key() -> None:
    assert found('{"cells": [{"cell_type": "code", "execution_count": 3, "outputs": [], "execution_count": null}]}')
