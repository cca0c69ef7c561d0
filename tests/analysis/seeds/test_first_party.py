"""The look at the modules of the repository that a script imports."""

from __future__ import annotations

import pytest

from dsguard.analysis.seeds import first_party
from dsguard.analysis.seeds.first_party import FirstParty
from dsguard.testing import tree

SEEDS = "import numpy as np\nnp.random.seed(0)\n"
HELPER = "import random\ndef set_seed(s):\n    random.seed(s)\n"


def may_seed(script: str, files: dict[str, str], path: str = "scripts/train.py") -> bool:
    return FirstParty(tree({path: script, **files})[path].python).may_seed()


@pytest.mark.parametrize(
    ("script", "path"),
    [
        ("import tools", "scripts/tools.py"),
        ("import tools", "tools.py"),
        ("import tools", "src/tools.py"),
        ("import tools.seeds", "tools/seeds.py"),
        ("import tools.other", "tools/__init__.py"),
        ("from tools import seeds", "tools/seeds.py"),
        ("from tools import seeds", "tools/__init__.py"),
        ("from tools import (\n    other,  # a comment, with a comma\n    seeds,\n)", "tools/seeds.py"),
        ("from tools import other, \\\n    seeds", "tools/seeds.py"),
        ("from tools import other as o, seeds as s", "tools/seeds.py"),
        ("from tools import *", "tools.py"),
        ("import os, tools as t", "tools.py"),
        ("from . import seeds", "scripts/seeds.py"),
        ("from .seeds import x", "scripts/seeds.py"),
        ("from ..tools import seeds", "tools/seeds.py"),
        ("def f():\n    import tools", "tools.py"),
        ("try:\n    import tools\nexcept ImportError:\n    pass", "tools.py"),
    ],
)
def test_imports_lead_to_files(script: str, path: str) -> None:
    assert may_seed(script, {path: SEEDS})
    assert not may_seed(script, {path: "x = 1\n"})
    assert not may_seed(script, {"elsewhere/" + path: SEEDS})


@pytest.mark.parametrize(
    ("module", "is_seeding"),
    [
        (SEEDS, True),
        (HELPER, True),
        ("from lightning import seed_everything\nseed_everything(1)\n", True),
        ("from other import fix_seeds\nfix_seeds(1)\n", True),
        ("from transformers import Trainer\ndef f():\n    return Trainer()\n", True),
        ("import torch\ng = torch.Generator().manual_seed(1)\n", False),
        ("import numpy as np\nrng = np.random.default_rng(seed=1)\n", False),
        ("seed = 1\nprint(seed)\n", False),
        ("import numpy as np\nif __name__ == '__main__':\n    np.random.seed(0)\n", False),
        ("print 'python 2'\nset_seed(1)\n", True),
        ("print 'python 2'\nseed = 1\n", False),
        ("", False),
    ],
)
def test_what_counts_in_a_module(module: str, *, is_seeding: bool) -> None:
    assert may_seed("import tools", {"tools.py": module}) is is_seeding


def test_three_imports_away_is_looked_at_and_four_are_not() -> None:
    chain = {"a.py": "import b\n", "b.py": "import c\n", "c.py": SEEDS, "d.py": SEEDS}
    assert may_seed("import a", chain)
    assert not may_seed("import a", {**chain, "c.py": "import d\n"})


def test_imports_in_a_circle_end() -> None:
    assert not may_seed("import a", {"a.py": "import b\nimport scripts.train\n", "b.py": "import a\n"})


def test_too_many_modules_get_the_benefit_of_the_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_party, "MAX_FILES", 3)
    assert may_seed("import a, b, c, d", {f"{name}.py": "x = 1\n" for name in "abcd"})


def test_huge_modules_are_data() -> None:
    assert not may_seed("import a", {"a.py": SEEDS + "x = 1\n" * 100_000})


def test_holds() -> None:
    files = tree({"train.py": "", "src/churn/model.py": ""})
    around = FirstParty(files["train.py"].python)
    assert around.holds("churn.model.fit")
    assert not around.holds("numpy.random.rand")
    assert not around.holds("")
    assert not around.holds(".....")


def test_any_bytes_in_a_neighbour() -> None:
    files = tree({"train.py": "import a", "a.py": b"\xff\x00seed(\x00\n"})
    assert FirstParty(files["train.py"].python).may_seed()
