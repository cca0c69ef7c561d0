from __future__ import annotations

import json

import pytest

from dsguard.rules.paths.parent_path import ParentPath
from dsguard.testing import check

RULE = ParentPath()


def notebook(*sources: str) -> str:
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "id": f"c{number}", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
        for number, source in enumerate(sources)
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def subjects(*sources: str) -> list[str]:
    return [finding.subject for finding in check(RULE, {"notebooks/eda.ipynb": notebook(*sources)})]


@pytest.mark.parametrize(
    ("source", "prefix"),
    [
        ("df = pd.read_csv('../data/raw/x.csv')", "../data"),
        ("df = pd.read_csv('../../data/x.csv')", "../../data"),
        ("df = pd.read_csv('../x.csv')", ".."),
        ("df = pd.read_csv(f'../data/{name}.csv')", "../data"),
        ("df = pd.read_csv(Path('../data') / 'x.csv')", "../data"),
        ("df = pd.read_csv(os.path.join('../data', 'x.csv'))", "../data"),
        ("joblib.dump(model, '../models/m.joblib')", "../models"),
        ("with open('../conf/a.json') as f: pass", "../conf"),
        ("for f in glob.glob('../data/*.csv'): pass", "../data"),
        ("df = pd.read_csv(r'..\\data\\x.csv')", "../data"),
    ],
)
def test_what_is_read_or_written_below_a_folder_above(source: str, prefix: str) -> None:
    assert subjects(source) == [prefix]


@pytest.mark.parametrize(
    "source",
    [
        "DATA = Path('../data')",
        "DATA_DIR = '../data'",
        "ROOT = Path('..').resolve()",
        "import sys\nsys.path.append('../src')",
        "import os\nos.chdir('../..')",
        "df = pd.read_csv('../input/x.csv')",
        "df = pd.read_csv('data/x.csv')",
        "df = pd.read_csv(root + '../data/x.csv')",
        "print('../data/x.csv')",
        "x = s.replace('../', '')",
        "'''../data/x.csv'''",
        "# pd.read_csv('../data/x.csv')",
    ],
)
def test_silent(source: str) -> None:
    assert subjects(source) == []


def test_it_speaks_once_for_a_folder_and_names_the_constant() -> None:
    source = notebook("a = pd.read_csv('../data/a.csv')", "b = pd.read_csv('../data/b.csv')")
    (finding,) = check(RULE, {"nb/eda.ipynb": source})
    assert (
        finding.message == "2 literals start with ../data (first here), which is right only while the notebook is run from its own folder"
    )
    assert finding.help == 'Name the folder once at the top (`DATA = Path("../data")`) and build the other paths from it.'
    assert [step.message for step in finding.trace] == ["in cell 2, line 1"]


def test_a_script_and_a_fixture_are_left_alone() -> None:
    assert check(RULE, {"load.py": "pd.read_csv('../data/x.csv')\n"}) == []
    assert check(RULE, {"tests/eda.ipynb": notebook("pd.read_csv('../data/x.csv')")}) == []
