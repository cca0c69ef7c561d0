"""The walk from a script into the modules of the repository: which file an import runs, and what happens there."""

from __future__ import annotations

import textwrap

import pytest

from dsguard.analysis.seeds import randomness, statements
from dsguard.analysis.seeds.events import Draw, Run
from dsguard.analysis.seeds.randomness import evaluate
from dsguard.testing import tree

SPLIT = "import numpy as np\ndef split(data):\n    return np.random.permutation(data)\n"
SEEDS = "import numpy as np\nnp.random.seed(0)\n"


def walk(script: str, files: dict[str, str | bytes], path: str = "scripts/train.py") -> Run:
    return evaluate(tree({path: textwrap.dedent(script), **files})[path].python)


def story(script: str, files: dict[str, str | bytes], path: str = "scripts/train.py") -> list[str]:
    """Each event with its file: ``draw np.random.rand in src/data.py``; ``?`` if it is not certain."""
    told = []
    for event in walk(script, files, path).events:
        what = f"draw {event.written}" if isinstance(event, Draw) else f"seed {event.name} {event.how.value}"
        told.append(f"{'' if event.is_certain else '? '}{what} in {event.module.path}")
    return told


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
        ("from tools import other as o, seeds as s", "tools/seeds.py"),
        ("from tools import *", "tools.py"),
        ("import os, tools as t", "tools.py"),
        ("from . import seeds", "scripts/seeds.py"),
        ("from .seeds import x", "scripts/seeds.py"),
        ("from ..tools import seeds", "tools/seeds.py"),
        ("def f():\n    import tools\nf()", "tools.py"),
        ("try:\n    import tools\nexcept ImportError:\n    pass", "tools.py"),
        ("import sys\nsys.path.append('../common')\nimport tools", "common/tools.py"),
        ("import sys, os\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'common'))\nimport tools", "common/tools.py"),
    ],
)
def test_imports_lead_to_files(script: str, path: str) -> None:
    seeding = [f"seed numpy.random.seed fixed in {path}"]
    assert story(script, {path: SEEDS}) == seeding
    assert story(script, {path: "x = 1\n"}) == []
    assert story(script, {"elsewhere/" + path: SEEDS}) == []


@pytest.mark.parametrize(
    ("script", "files"),
    [
        ("import data\ndata.split(3)", {"scripts/data.py": SPLIT}),
        ("import data as d\nd.split(3)", {"scripts/data.py": SPLIT}),
        ("from data import split\nsplit(3)", {"scripts/data.py": SPLIT}),
        ("from data import split as s\ns(3)", {"scripts/data.py": SPLIT}),
        ("from data import *\nsplit(3)", {"scripts/data.py": SPLIT}),
        ("import pkg.data\npkg.data.split(3)", {"pkg/__init__.py": "", "pkg/data.py": SPLIT}),
        ("from pkg import data\ndata.split(3)", {"pkg/__init__.py": "", "pkg/data.py": SPLIT}),
        ("from pkg import data\ndata.split(3)", {"pkg/data.py": SPLIT}),
        ("from pkg.data import split\nsplit(3)", {"src/pkg/__init__.py": "", "src/pkg/data.py": SPLIT}),
        ("from pkg import split\nsplit(3)", {"pkg/__init__.py": "from .data import split\n", "pkg/data.py": SPLIT}),
        ("from pkg import split\nsplit(3)", {"pkg/__init__.py": "from pkg.data import *\n", "pkg/data.py": SPLIT}),
        ("from pkg import *\nsplit(3)", {"pkg/__init__.py": "from .data import *\n", "pkg/data.py": SPLIT}),
        ("import pkg\npkg.data.split(3)", {"pkg/__init__.py": "from . import data\n", "pkg/data.py": SPLIT}),
        ("from pkg import run\nrun(3)", {"pkg/__init__.py": "", "pkg/run.py": "x = 1", "pkg/data.py": SPLIT,
         "pkg/__init__.pyi": ""} | {"pkg/__init__.py": "from .data import split as run\n"}),
        ("from one import go\ngo()", {"one.py": "from two import split\ndef go():\n    return split(3)\n", "two.py": SPLIT}),
        ("from one import Splitter\nSplitter().go()", {"one.py": "from two import Base\nclass Splitter(Base):\n    pass\n",
         "two.py": "import numpy as np\nclass Base:\n    def go(self):\n        return np.random.rand()\n"}),
        ("from one import make\nmake().go()", {"one.py": "from two import Base\ndef make():\n    return Base()\n",
         "two.py": "import numpy as np\nclass Base:\n    def go(self):\n        return np.random.rand()\n"}),
        ("from one import here\nhere(3)", {"one.py": "from two import split\nhere = split\n", "two.py": SPLIT}),
        ("import one", {"one.py": "import numpy as np\nNOISE = np.random.rand(3)\n"}),
        ("from fire import Fire\nfrom one import Job\nFire(Job)", {"one.py": "import numpy as np\nclass Job:\n    def go(self):\n        "
         "return np.random.rand()\n    def _no(self):\n        return np.random.randn()\n"}),
    ],
)  # fmt: skip
def test_calls_are_followed_into_other_files(script: str, files: dict[str, str | bytes]) -> None:
    told = story(script, files)
    assert len(told) == 1
    assert told[0].startswith("draw np.random.")
    assert not told[0].endswith("scripts/train.py")


@pytest.mark.parametrize(
    ("script", "files"),
    [
        ("import data", {"scripts/data.py": SPLIT}),
        ("from data import split", {"scripts/data.py": SPLIT}),
        ("import data", {"scripts/data.py": SPLIT + "if __name__ == '__main__':\n    split(3)\n"}),
        ("import numpy as np\nnp.random", {"numpy/random.py": SPLIT + "split(3)\n"}),
        ("from datasets import load_dataset", {"datasets/__init__.py": SPLIT + "split(3)\n"}),
        ("from pkg import other", {"pkg/data.py": SPLIT + "split(3)\n"}),
        ("from ....... import data", {"data.py": SPLIT + "split(3)\n"}),
        ("if TYPE_CHECKING:\n    import data", {"data.py": SPLIT + "split(3)\n"}),
    ],
)
def test_what_is_not_run_does_not_happen(script: str, files: dict[str, str | bytes]) -> None:
    assert story(script, files) == []


def test_the_order_of_execution_goes_across_files() -> None:
    files: dict[str, str | bytes] = {
        "config.py": "import numpy as np\nSEED = 3\ndef fix(n):\n    np.random.seed(n)\n",
        "data.py": "import config\nimport numpy as np\nFIRST = np.random.rand()\n" + SPLIT,
    }
    script = "from config import fix, SEED\nimport data\nfix(SEED)\ndata.split(2)\n"
    told = ["draw np.random.rand in data.py", "seed numpy.random.seed fixed in config.py", "draw np.random.permutation in data.py"]
    assert story(script, files, "train.py") == told
    run = walk(script, files, "train.py")
    assert [sorted(draw.covered) for draw in run.draws] == [[], ["numpy"]]


def test_constants_and_generators_come_along() -> None:
    files: dict[str, str | bytes] = {"config.py": "import numpy as np\nSEED = None\nSHUFFLE = False\nrng = np.random\n"}
    script = """
        from sklearn.model_selection import KFold
        from config import SEED, SHUFFLE, rng
        KFold(3, shuffle=SHUFFLE)
        print(KFold(3, shuffle=True, random_state=SEED), rng.rand())
        """
    assert story(script, files, "a.py") == ["draw KFold in a.py", "draw rng.rand in a.py"]


def test_the_way_is_told_with_its_files() -> None:
    files: dict[str, str | bytes] = {"src/data.py": "from src.deep import deeper\ndef split():\n    return deeper()\n",
                                     "src/deep.py": "import random\ndef deeper():\n    return random.random()\n"}  # fmt: skip
    (draw,) = walk("from src import data\nx = data.split()\n", files, "train.py").draws
    assert [(call.module.path, call.node.lineno, call.name) for call in draw.way] == [  # type: ignore[attr-defined]
        ("train.py", 2, "split"),
        ("src/data.py", 3, "deeper"),
    ]


def test_imports_in_a_circle_end() -> None:
    assert story("import a", {"a.py": "import b\nimport scripts.train\nx = b.y\n", "b.py": "import a\n" + SEEDS}) == [
        "seed numpy.random.seed fixed in b.py"
    ]


def test_a_module_that_does_not_parse_may_seed_by_its_looks() -> None:
    assert story("import a", {"a.py": "print 'python 2'\nset_seed(1)\n"}) == ["seed a.py assumed in scripts/train.py"]
    assert story("import a", {"a.py": "print 'python 2'\nseed = 1\n"}) == []
    assert story("import a", {"a.py": b"\xff\x00seed(\x00\n"}) == ["seed a.py assumed in scripts/train.py"]


def test_too_many_modules_and_too_much_code_are_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    files: dict[str, str | bytes] = {f"{name}.py": "x = 1\n" for name in "abcd"}
    assert walk("import a, b, c, d", files).is_complete
    monkeypatch.setattr(randomness, "MAX_FILES", 3)
    assert not walk("import a, b, c, d", files).is_complete
    monkeypatch.setattr(randomness, "MAX_FILES", 30)
    monkeypatch.setattr(statements, "MAX_STEPS", 3)
    assert not walk("import a\nimport b\nx = 1\ny = 2\n", files).is_complete


def test_huge_modules_are_data() -> None:
    assert story("import a", {"a.py": SPLIT + "split(3)\n" + "x = 1\n" * 100_000}) == []
