"""What one script learns of a module is told to the next: the same events, and nothing is parsed or walked twice."""

from __future__ import annotations

import ast
import collections
import gc
import itertools
import weakref

import pytest

from dsguard.analysis.seeds import randomness
from dsguard.analysis.seeds.events import Draw, Run
from dsguard.analysis.seeds.randomness import Evaluator, evaluate
from dsguard.documents import python
from dsguard.documents.files import Files
from dsguard.testing import all_files

LIBRARY = {
    "lab/__init__.py": "from lab.nets import Net\nfrom .seeds import fix\n",
    "lab/seeds.py": """\
import random
import numpy as np
import torch


def fix(seed=None):
    if seed is not None:
        np.random.seed(seed)
    if torch.cuda.is_available():
        torch.manual_seed(seed)


def drawn():
    random.seed(np.random.randint(9))
""",
    "lab/nets.py": """\
import numpy as np
from torch import nn


class Base:
    def __init__(self, source=None):
        self.source = source

    def go(self):
        return self.source.draw()


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(3, 1)

    def forward(self, x):
        return self.out(x) + np.random.rand()
""",
    "lab/data.py": """\
import numpy as np
import lab.nets
from lab import seeds

TABLE = np.random.rand(3)


def split(rows, how=None):
    order = np.random.permutation(rows)
    return how(order) if how else lab.nets.Base(Rows()).go()


class Rows:
    def draw(self):
        return np.random.choice(3)


class Sorted:
    def draw(self):
        return 3
""",
}
SCRIPTS = {
    "one.py": "from lab import data, fix\nfix(3)\nprint(data.split(9))\n",
    "two.py": "import numpy as np\nfrom lab.data import split\nprint(split(9, lambda rows: np.random.rand()))\n",
    "three.py": """\
import lab
from lab.data import Sorted
net = lab.Net()
print(lab.nets.Base(Sorted()).go())
net(3)
""",
    "four.py": """\
from lab.nets import Base
from lab.data import Rows
from lab.seeds import drawn, fix
print(Base(Rows()).go())
fix()
drawn()
""",
    "five.py": """\
import numpy as np
from lab.data import split
from lab.seeds import drawn
np.random.seed(1)
drawn()
def own(rows):
    return np.random.shuffle(rows)
split(9, own)
""",
    "six.py": """\
from lab.seeds import fix as f
import lab.data as d
if d.TABLE.any():
    f(seed=1)
else:
    print(d.split(3))
""",
    # beside this one stands another module of the name
    "jobs/seven.py": "from lab.data import split\nprint(split(9))\n",
    "jobs/lab/__init__.py": "",
    "jobs/lab/data.py": """\
import random


def split(rows):
    return random.sample(range(rows), 3)
""",
    "jobs/eight.py": "import numpy as np\nimport lab.data\nprint(lab.data.split(3) + np.random.rand())\n",
}
ENTRIES = [name for name in SCRIPTS if "/lab/" not in name]


def events(run: Run) -> list[tuple[object, ...]]:
    assert run.is_complete
    return [
        (
            event.written if isinstance(event, Draw) else (event.name, event.how, sorted(event.covers)),
            event.module.path,
            getattr(event.node, "lineno", 0),
            event.is_certain,
            sorted(event.covered) if isinstance(event, Draw) else None,
            len(event.branch),
            [(call.name, call.module.path, getattr(call.node, "lineno", 0)) for call in event.way],
        )
        for event in run.events
    ] + [("trains", run.trains, run.surely_trains, run.loads)]


def told(files: Files, script: str) -> list[tuple[object, ...]]:
    return events(evaluate(files[script].python))


def fresh() -> Files:
    return all_files({**LIBRARY, **SCRIPTS})


ALONE = {script: told(fresh(), script) for script in ENTRIES}


def test_the_scripts_are_worth_comparing() -> None:
    assert all(any(isinstance(event[0], str) for event in found[:-1]) for found in ALONE.values())
    assert len({str(found) for found in ALONE.values()}) == len(ENTRIES)


@pytest.mark.parametrize("first", range(len(ENTRIES)))
def test_a_script_has_the_same_events_whatever_was_looked_at_before(first: int) -> None:
    files = fresh()
    order = ENTRIES[first:] + ENTRIES[:first]
    assert {script: told(files, script) for script in [*order, *reversed(order)]} == ALONE


def test_after_the_trees_were_let_go_all_is_walked_anew() -> None:
    files = fresh()
    before = told(files, "one.py")
    files.release()
    assert told(files, "one.py") == before


def test_trees_are_let_go_without_a_search_for_cycles() -> None:
    """The command switches Python's collector of cycles off: what holds itself stays in memory until the end of a run."""
    files = fresh()
    gc.disable()
    try:
        for script in ENTRIES:
            told(files, script)
        trees = [weakref.ref(files[path].python.syntax) for path in files]
        files.release()
        assert [tree() for tree in trees] == [None] * len(files)
    finally:
        gc.enable()


def test_a_package_that_has_scripts_is_walked_anew_without_its_names_of_before() -> None:
    """A script is another answer to the package's import of it: what the package had bound by then is asked again."""
    script = "from . import draws\n\nif __name__ == '__main__':\n    print(draws.one())\n"
    package = {
        "lab/__init__.py": "from . import first, second, third\nfrom . import fourth\nfrom .draws import *\n",
        "lab/first.py": script,
        "lab/second.py": "",
        "lab/third.py": script,
        "lab/fourth.py": script,
        "lab/draws.py": "import random\n\n\ndef one():\n    return random.random()\n",
    }
    scripts = ("lab/first.py", "lab/third.py", "lab/fourth.py")
    alone = [told(all_files(package), script) for script in scripts]
    for order in (scripts, scripts[::-1]):
        files = all_files(package)
        assert [told(files, script) for script in order] == [alone[scripts.index(script)] for script in order]


def test_a_walk_that_goes_another_way_takes_no_answer_of_the_record() -> None:
    """Modules that import each other are seen half imported, and which half depends on where a script came in."""
    draws = "import random\n\n\ndef f():\n    return random.random()\n"
    circle = {
        "lab/__init__.py": f"from . import m1, m2\n{draws}",
        "lab/m0.py": f"from .m1 import *\n{draws}",
        "lab/m1.py": f"try:\n    from . import m2\nexcept ImportError:\n    pass\nfrom .m1 import f\n{draws}\n\nprint(f())\n",
        "lab/m2.py": f"from lab import f\n{draws}\n\nprint(f())\n",
        "one.py": "import lab.m2\nfrom lab import m0 as q\nprint(q.f())\n",
        "two.py": "import lab.m0\nfrom lab import m2 as q\nprint(q.f())\n",
    }
    for order in itertools.permutations(("one.py", "two.py", "lab/m1.py", "lab/m2.py")):
        files = all_files(circle)
        assert all("random.random" in str(told(files, script)) for script in order)


def test_too_much_for_one_is_too_much_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    files = fresh()
    monkeypatch.setattr(randomness, "MAX_FILES", 3)
    assert not evaluate(files["one.py"].python).is_complete
    assert not evaluate(files["two.py"].python).is_complete
    monkeypatch.undo()
    files.release()
    assert told(files, "one.py") == ALONE["one.py"]


def test_a_function_is_walked_once_for_all_scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = "".join(
        f"def f{number}(x):\n    y = g{number}(x)\n    return y + 1\n\n\ndef g{number}(x):\n    return abs(x)\n\n\n" for number in range(9)
    )
    calls = "".join(f"print(shared.f{number}(3))\n" for number in range(9))
    scripts = {f"s{number}.py": f"import shared\n{calls}{number}\n" for number in range(7)}
    files = all_files({"shared.py": shared, **scripts})
    walked: collections.Counter[str] = collections.Counter()
    parsed: collections.Counter[str] = collections.Counter()
    block, parse = Evaluator.block, python.parse

    def count_block(self: Evaluator, body: list[ast.stmt], scope: object) -> None:
        walked.update(f"{self.ledger.module.path}:{statement.lineno}" for statement in body)
        block(self, body, scope)  # type: ignore[arg-type]

    def count_parse(path: str, source: str) -> ast.Module:
        parsed[path] += 1
        return parse(path, source)

    monkeypatch.setattr(Evaluator, "block", count_block)
    monkeypatch.setattr(python, "parse", count_parse)
    for script in scripts:
        assert evaluate(files[script].python).is_complete
    assert parsed == dict.fromkeys(["shared.py", *scripts], 1)
    assert set(walked.values()) == {1}
    assert sum(path.startswith("shared.py:") for path in walked) == 9 * (2 + 2 + 1)


def test_copies_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    parse = python.parse

    def note_parse(path: str, source: str) -> ast.Module:
        parsed.append(path)
        return parse(path, source)

    monkeypatch.setattr(python, "parse", note_parse)
    files = all_files({"a.py": "import numpy as np\nnp.random.rand()\n", "b/a.py": "import numpy as np\nnp.random.rand()\n"})
    assert files["a.py"].python.tree is files["b/a.py"].python.tree
    assert files["b/a.py"].python.path == "b/a.py"
    assert parsed == ["a.py"]
    files.release()
    assert files["a.py"].python.path == "a.py"
    assert parsed == ["a.py", "a.py"]
