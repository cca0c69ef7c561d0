"""Execution counts from top to bottom."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dsguard.model import Finding, Severity
from dsguard.rules.notebooks.out_of_order_execution import OutOfOrderExecution
from dsguard.testing import check


def notebook(*counts: Any) -> str:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "# Title"}
        if count == "md"
        else {"cell_type": "code", "execution_count": count, "metadata": {}, "outputs": [], "source": "x"}
        for count in counts
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1)


def found(text: str, profile: str = "strict") -> list[Finding]:
    return check(OutOfOrderExecution(), {"eda.ipynb": text}, profile=profile)


@pytest.mark.parametrize(
    "counts", [(), (1,), (1, 2, 3), (3, 7, 12), (None, None), (1, None, 2), ("md", 1, "md", 2), ("2", "1"), (2.5, 1.5)]
)
def test_counts_that_rise_are_fine(counts: tuple[Any, ...]) -> None:
    assert found(notebook(*counts)) == []


@pytest.mark.parametrize(
    ("counts", "message", "others"),
    [
        ((2, 1), "cell 2 was run as [1], cell 1 above it as [2]", []),
        ((4, 4), "cell 2 was run as [4], cell 1 above it as [4]", []),
        ((9, "md", None, 3), "cell 4 was run as [3], cell 1 above it as [9]", []),
        ((5, 1, 2, 1, 0), "cell 2 was run as [1], cell 1 above it as [5]; 3 such places", ["cell 4 as [1]", "cell 5 as [0]"]),
    ],
)
def test_counts_that_fall_are_told(counts: tuple[Any, ...], message: str, others: list[str]) -> None:
    text = notebook(*counts)
    (finding,) = found(text)
    assert finding.message == message
    assert [step.message for step in finding.trace] == others
    assert finding.severity is Severity.WARNING
    at = finding.location
    assert at.line is not None
    assert text.split("\n")[at.line - 1].strip() == f'"execution_count": {message.partition("[")[2].partition("]")[0]},'


def test_it_is_for_the_strict() -> None:
    assert [finding.code for finding in check(OutOfOrderExecution(), {"eda.ipynb": notebook(1, 2)})] == []
    assert OutOfOrderExecution.profile == "strict"
