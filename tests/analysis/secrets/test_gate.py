"""A gate spares searches and nothing else."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsguard.analysis.secrets import shapes
from dsguard.analysis.secrets.gate import Gate
from dsguard.analysis.secrets.hit import Hit
from dsguard.analysis.secrets.scan import scan
from dsguard.analysis.secrets.words import ROOTS
from dsguard.rules import RULES
from dsguard.testing import run

KINDS = ("code", "config", "env", "shell", "prose", "data", "markup")
EXAMPLES = sorted(
    {
        content if isinstance(content, str) else content.decode("latin-1")
        for rule in RULES
        if rule.family == "secrets"
        for tree in (*rule.bad, *rule.good)
        for content in tree.values()
    }
)
LINES = sorted({line for text in EXAMPLES for line in text.split("\n") if line.strip()})
ODD = ["", "İ password = 'x'", "\u212aey = 'Qz7rTm2vXw9kLd'", "pass", "PW", "service_account", "a" * 19, "a" * 20, "é" * 30, "x://y@z"]


def told(hits: list[Hit]) -> list[tuple[object, ...]]:
    return [
        (hit.label, hit.start, hit.end, hit.confidence, hit.basis, hit.shown, hit.name, hit.hidden_start, hit.hidden_end) for hit in hits
    ]


@given(texts=st.lists(st.sampled_from([*LINES, *ODD]), min_size=1, max_size=12), kind=st.sampled_from(KINDS))
def test_what_is_found_behind_a_gate_is_what_is_found_without(texts: list[str], kind: str) -> None:
    gate = Gate(texts)
    for text in texts:
        assert told(list(scan(text, kind=kind, gate=gate))) == told(list(scan(text, kind=kind)))


@pytest.mark.parametrize("kind", KINDS)
def test_all_examples_behind_one_gate(kind: str) -> None:
    gate = Gate(EXAMPLES)
    found = [told(list(scan(text, kind=kind, gate=gate))) for text in EXAMPLES]
    assert found == [told(list(scan(text, kind=kind))) for text in EXAMPLES]
    assert any(found)


def test_a_gate_is_shut_where_there_is_nothing() -> None:
    gate = Gate(["import pandas as pd\n", "frame.groupby('k').agg('mean')", "epoch 3 loss 0.25"])
    assert (gate.has_runs, gate.has_urls, gate.shapes, gate.headers, gate.roots) == (False, False, (), (), ())
    gate = Gate([*EXAMPLES])
    assert gate.has_runs
    assert gate.has_urls
    assert gate.roots == ROOTS
    assert 0 < len(gate.shapes) < len(shapes.ANCHORED)


def test_a_notebook_of_many_cells_tells_each_secret_in_its_cell() -> None:
    chance = random.Random(7)
    value = "".join(chance.choice("abcdefghkmnpqrstuvwxyz23456789ABCDEFGHKLMNPQRSTUVWXYZ") for _ in range(24))
    sources = [f"x{number} = {number}" for number in range(60)]
    sources[41] = f"API_TOKEN = '{value}'"
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source} for source in sources
    ]
    notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1)
    (finding,) = run({"nb.ipynb": notebook}, families=["secrets"]).findings
    assert (finding.code, finding.location.cell, finding.location.cell_line) == ("DSG301", 42, 1)
