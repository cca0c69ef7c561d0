"""Names that say in which order notebooks are to be run."""

from __future__ import annotations

import pytest

from dsguard.rules.notebooks.unnumbered_notebook import UnnumberedNotebook
from dsguard.testing import check

EMPTY = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n'


def found(*paths: str) -> list[str]:
    return [f"{finding.path}: {finding.message}" for finding in check(UnnumberedNotebook(), dict.fromkeys(paths, EMPTY), profile="strict")]


@pytest.mark.parametrize(
    "name",
    [
        "01-eda", "1.0-ana-eda", "1_eda", "00. Setup", "(2) eda", "2024-03-01_drift", "A3_models", "nb01", "week 2", "Chapter-3",
        "lab3-trees", "hw4", "p02_train", "Part2", "step_1", "s1",
    ],
)  # fmt: skip
def test_a_number_in_front_is_an_order(name: str) -> None:
    assert found(f"notebooks/{name}.ipynb", "notebooks/02-other.ipynb") == []


@pytest.mark.parametrize("name", ["eda", "train-v2", "resnet50", "model_2", "final", "Untitled1", "données"])
def test_a_name_without_one_is_told(name: str) -> None:
    assert found(f"notebooks/{name}.ipynb", "notebooks/02-other.ipynb") == [
        f"notebooks/{name}.ipynb: nothing in the name {name}.ipynb says which of 2 notebooks comes first"
    ]


@pytest.mark.parametrize(
    "paths",
    [
        ("eda.ipynb", "train.ipynb"),
        ("src/eda.ipynb", "src/train.ipynb"),
        ("notebooks/eda.ipynb",),
        ("notebooks/eda.ipynb", "notebooks/utils.py", "notebooks/old/train.ipynb"),
        ("docs/notebooks/eda.ipynb", "docs/notebooks/train.ipynb"),
        ("examples/notebooks/eda.ipynb", "examples/notebooks/train.ipynb"),
        ("tests/notebooks/eda.ipynb", "tests/notebooks/train.ipynb"),
        ("notebooks/examples/eda.ipynb", "notebooks/examples/train.ipynb"),
        ("notebooks/archive/eda.ipynb", "notebooks/archive/train.ipynb"),
        ("notebooks/01_eda/missing.ipynb", "notebooks/01_eda/outliers.ipynb"),
        ("notebooks/index.ipynb", "notebooks/README.ipynb", "notebooks/template.ipynb"),
        ("{{ cookiecutter.name }}/notebooks/eda.ipynb", "{{ cookiecutter.name }}/notebooks/train.ipynb"),
    ],
    ids=lambda paths: paths[0],
)
def test_where_no_order_is_asked_for(paths: tuple[str, ...]) -> None:
    assert found(*paths) == []


@pytest.mark.parametrize("folder", ["notebooks", "Notebooks", "churn/notebooks", "nbs", "notebook/eda", "jupyter-notebooks"])
def test_a_folder_is_told_once(folder: str) -> None:
    paths = [f"{folder}/{name}.ipynb" for name in ("clean", "load", "train", "01-x")]
    assert found(*paths, f"{folder}/utils.py") == [
        f"{folder}/clean.ipynb: 3 of 4 notebooks in {folder}/ have no number in front that says in which order they are to be run"
    ]


def test_two_folders_are_two() -> None:
    assert len(found("a/notebooks/x.ipynb", "a/notebooks/y.ipynb", "b/notebooks/x.ipynb", "b/notebooks/y.zpln")) == 2


def test_the_advice_is_a_command() -> None:
    tree = {"my notebooks/notebooks/eda.ipynb": EMPTY, "my notebooks/notebooks/02-train.ipynb": EMPTY}
    (finding,) = check(UnnumberedNotebook(), tree, profile="strict")
    assert finding.help.endswith("`git mv 'my notebooks/notebooks/eda.ipynb' 'my notebooks/notebooks/01-eda.ipynb'`.")
