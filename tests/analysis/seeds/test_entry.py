"""Which files count as entry scripts."""

from __future__ import annotations

import pytest

from dsguard.analysis.seeds.entry import EntryKind, find_entry
from dsguard.testing import tree

WORK = "import numpy as np\nnp.save('x.npy', np.random.rand(3))\n"
GUARDED = "def main():\n    pass\n\n\nif __name__ == '__main__':\n    main()\n"
LIBRARY = "import numpy as np\n\nLIMIT = 3\n\n\ndef f():\n    return np.random.rand(LIMIT)\n"


def kind_of(path: str, source: str, *others: str, config: str = "") -> EntryKind | None:
    files = tree({path: source, **dict.fromkeys(others, "")}, config)
    entry = find_entry(files[path].python)
    return None if entry is None else entry.kind


@pytest.mark.parametrize(
    "guard",
    [
        "if __name__ == '__main__':\n    main()",
        "if '__main__' == __name__:\n    main()",
        "if __name__ == '__main__' and not DEBUG:\n    main()",
        "if __name__ == '__main__':\n    main()\nelse:\n    pass",
    ],
)
def test_guards(guard: str) -> None:
    assert kind_of("a.py", f"{LIBRARY}\n{guard}\n") is EntryKind.GUARD


@pytest.mark.parametrize("guard", ["if __name__ != '__main__':\n    main()", "if name == '__main__':\n    main()", "if main:\n    main()"])
def test_no_guards(guard: str) -> None:
    assert kind_of("a.py", f"{LIBRARY}\n{guard}\n") is None


def test_the_main_file_of_a_package() -> None:
    assert kind_of("pkg/__main__.py", LIBRARY, "pkg/__init__.py") is EntryKind.GUARD


def test_a_script_without_a_guard() -> None:
    assert kind_of("make.py", WORK) is EntryKind.PLAIN
    assert kind_of("make.py", "for i in range(3):\n    pass\n") is EntryKind.PLAIN


def test_modules_that_only_define_or_set_up_are_no_scripts() -> None:
    assert kind_of("lib.py", LIBRARY) is None
    assert kind_of("lib.py", "import sys, logging\nsys.path.append('..')\nlogging.basicConfig()\n" + LIBRARY) is None


def test_a_module_of_a_package_is_imported_and_not_run() -> None:
    assert kind_of("pkg/make.py", WORK, "pkg/__init__.py") is None


READ = "import pandas as pd\n\ntrips = pd.read_csv('trips.csv')\n"


@pytest.mark.parametrize("report", ["print(trips.sample(3))\n", "plt.show()\n", "trips.to_csv('a.csv')\n"])
def test_a_module_that_reads_a_table_and_reports_is_a_script_wherever_it_is(report: str) -> None:
    assert kind_of("pkg/make.py", READ + report, "pkg/__init__.py") is EntryKind.PLAIN


@pytest.mark.parametrize(
    "source",
    [
        READ,
        "print('loading')\nfor i in range(3):\n    pass\n",
        READ + "\n\ndef show():\n    print(trips)\n",
        READ.replace("\ntrips", "\nif 1:\n    trips") + WORK,
    ],
)
def test_a_module_of_a_package_may_read_a_table_for_those_who_import_it(source: str) -> None:
    assert kind_of("pkg/make.py", source, "pkg/__init__.py") is None


@pytest.mark.parametrize("name", ["train.py", "train_gan.py", "main.py", "run_experiments.py"])
def test_a_module_of_a_package_that_is_named_like_a_script_is_one_if_it_works(name: str) -> None:
    assert kind_of(f"pkg/{name}", WORK, "pkg/__init__.py") is EntryKind.PLAIN
    assert kind_of(f"pkg/{name}", LIBRARY, "pkg/__init__.py") is None


@pytest.mark.parametrize("path", ["pkg/01-explore.py", "pkg/2_fit.py", "10.kmeans/fit.py", "6-svm/fit.py"])
def test_what_no_import_can_spell_is_a_script_if_it_works(path: str) -> None:
    assert kind_of(path, WORK, f"{path.partition('/')[0]}/__init__.py") is EntryKind.PLAIN
    assert kind_of(path, LIBRARY, f"{path.partition('/')[0]}/__init__.py") is None


def test_a_package_at_the_root() -> None:
    assert kind_of("fit.py", WORK, "__init__.py") is None


@pytest.mark.parametrize("name", ["trainer.py", "maintain.py", "runs.py"])
def test_other_modules_of_a_package(name: str) -> None:
    assert kind_of(f"pkg/{name}", WORK, "pkg/__init__.py") is None


def test_the_configuration_has_the_last_word() -> None:
    config = '[roles]\nentry-script = ["jobs/*.py"]\n'
    assert kind_of("jobs/conf.py", LIBRARY, config=config) is EntryKind.ROLE


@pytest.mark.parametrize(
    "path",
    [
        "conftest.py",
        "setup.py",
        "noxfile.py",
        "manage.py",
        "docs/conf.py",
        "benchmarks/fit.py",
        "examples/benchmarking_cpu/fit.py",
        "Memory-profiling/fit.py",
        "asv_bench/a.py",
    ],
)
def test_exempt_places(path: str) -> None:
    assert kind_of(path, GUARDED) is None


@pytest.mark.parametrize(
    "source",
    [
        "import streamlit as st\n",
        "import gradio\n",
        "from fastapi import FastAPI\n",
        "import pygame\n",
        "from locust import HttpUser\n",
        "from PyQt5.QtWidgets import QApplication\n",
        "from mesa.visualization import SolaraViz\n",
    ],
)
def test_apps_and_games_are_exempt(source: str) -> None:
    assert kind_of("app.py", source + GUARDED) is None


def test_who_asks_for_a_file_is_no_app() -> None:
    source = "import numpy as np\n\n\ndef ask():\n    import tkinter\n    return tkinter.filedialog.askopenfilename()\n"
    assert kind_of("fit.py", source + GUARDED) is EntryKind.GUARD
    assert kind_of("fit.py", source + "\n\ntkinter.Tk().mainloop()\n" + GUARDED) is None


@pytest.mark.parametrize("call", ["unittest.main()", "pytest.main([__file__])", "doctest.testmod()"])
def test_guards_that_run_tests_are_exempt(call: str) -> None:
    assert kind_of("a.py", f"import unittest, pytest, doctest\n\nif __name__ == '__main__':\n    {call}\n") is None


@pytest.mark.parametrize(
    ("body", "are_tests"),
    [
        ("test_loader()\n    test_model()", True),
        ("print('start')\n    test_loader()\n    test_model()\n    print('all passed')", True),
        ("test_model()", False),  # an evaluation
        ("test_model()\n    test_model()", False),
        ("test_loader()\n    test_model()\n    main()", False),
        ("args = parse()\n    test_loader(args)\n    test_model(args)", False),
    ],
)
def test_guards_that_call_test_functions_are_exempt(body: str, *, are_tests: bool) -> None:
    assert (kind_of("pkg/try.py", f"import torch\n\nif __name__ == '__main__':\n    {body}\n") is None) is are_tests


@pytest.mark.parametrize(
    "source",
    [
        "import marimo\n\n__generated_with = '0.9'\napp = marimo.App()\n\nif __name__ == '__main__':\n    app.run()\n",
        "# Databricks notebook source\nimport numpy as np\nprint(np.random.rand())\n",
        "# %%\nimport numpy as np\n# %%\nprint(np.random.rand())\n",
    ],
)
def test_notebooks_have_a_rule_of_their_own(source: str) -> None:
    assert kind_of("a.py", source) is None
