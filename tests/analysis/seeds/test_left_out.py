"""Seeds and generators that a function may be given, in scripts where no call gives them."""

from __future__ import annotations

import textwrap

import pytest

from dsguard.analysis.seeds import left_out
from dsguard.model import Finding
from dsguard.testing import run


def findings(source: str, others: dict[str, str] | None = None) -> list[Finding]:
    files = {"run.py": textwrap.dedent(source), **{path: textwrap.dedent(text) for path, text in (others or {}).items()}}
    return run(files, families=["seeds"]).findings


GENERATOR = """\
import numpy as np

def order(count, rng=None):
    {}
    return rng.permutation(count)

{}
"""
MAKERS = [
    "rng = rng or np.random.default_rng()",
    "rng = np.random.default_rng() if rng is None else rng",
    "rng = rng if rng is not None else np.random.default_rng()",
    "rng = rng if rng else np.random.default_rng()",
    "if rng is None:\n        rng = np.random.default_rng()",
    "if not rng:\n        rng = np.random.default_rng()",
    "rng = np.random.default_rng(rng)",
]


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize(
    ("calls", "fires"),
    [
        ("print(order(9))", True),
        ("print(order(9, None))", True),
        ("print(order(9), order(8, rng=None))", True),
        ("def go(rng=None):\n    return order(9, rng)\nprint(go())", True),
        ("print(order(9, np.random.default_rng(7)))", False),
        ("rng = np.random.default_rng(7)\nprint(order(9, rng=rng))", False),
        ("def go(rng=None):\n    return order(9, rng)\nprint(go(np.random.default_rng(7)))", False),
        # Some calls give one: those that do not are perhaps on purpose, and a call that nobody sees may.
        ("rng = np.random.default_rng(7)\nprint(order(9, rng), order(8))", False),
        ("print(order(9, *options))", False),
        ("print(order(**options))", False),
        ("print(list(map(order, sizes)))", False),
        ("import fire\nfire.Fire(order)", False),
        ("print(order(9, args.rng))", False),
        ("", False),
    ],
)
def test_a_generator_that_may_be_given(maker: str, calls: str, *, fires: bool) -> None:
    assert [finding.code for finding in findings(GENERATOR.format(maker, calls))] == ["DSG505"] * fires


@pytest.mark.parametrize(
    "maker",
    [
        "rng = np.random.default_rng(count)\n    rng = rng or np.random.default_rng()",
        "rng = find()\n    if rng is None:\n        rng = np.random.default_rng()",
        "rng = count or np.random.default_rng()",
        "rng = find() or np.random.default_rng()",
        "if count is None:\n        rng = np.random.default_rng()",
        "if rng is None:\n        order = np.random.default_rng()\n        rng = order",
        "if rng is None:\n        rng, x = np.random.default_rng(), 3",
        "if rng is not None:\n        rng = np.random.default_rng()\n    rng = np.random.default_rng(3)",
    ],
)
def test_what_is_no_parameter_that_is_left_out(maker: str) -> None:
    assert findings(GENERATOR.format(maker, "print(order(9))")) == []


SPLIT = """\
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

def split(rows, seed{default}):
    return train_test_split(rows, random_state=seed)

def main():
    {calls}

if __name__ == "__main__":
    main()
"""


@pytest.mark.parametrize(
    ("default", "calls", "fires"),
    [
        ("=None", "print(split(load_iris().data))", True),
        ("=None", "print(split(load_iris().data, None))", True),
        ("", "print(split(load_iris().data, None))", True),
        ("=7", "print(split(load_iris().data))", False),
        ("=0", "print(split(load_iris().data))", False),
        ("=None", "print(split(load_iris().data, 7))", False),
        ("=SEED", "print(split(load_iris().data))", False),
        ("=None", "print(split(load_iris().data, seed=args.seed))", False),
        ("=None", "print(split(load_iris().data), split(load_iris().data, 7))", False),
        ("=None", "import numpy as np\n    np.random.seed(7)\n    print(split(load_iris().data))", False),
    ],
)
def test_a_seed_that_may_be_given(default: str, calls: str, *, fires: bool) -> None:
    assert [finding.code for finding in findings(SPLIT.format(default=default, calls=calls))] == ["DSG501"] * fires


MODEL = """\
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier

class Model:
    def __init__(self, trees=100, random_state=None):
        self.trees = trees
        self.random_state = random_state

    def fit(self, X, y):
        return RandomForestClassifier(self.trees, random_state=self.random_state).fit(X, y)

X, y = load_iris(return_X_y=True)
"""


@pytest.mark.parametrize(
    ("calls", "fires"),
    [
        ("print(Model().fit(X, y).feature_importances_)", True),
        ("print(Model(random_state=7).fit(X, y).feature_importances_)", False),
        ("model = Model()\nmodel.random_state = 7\nprint(model.fit(X, y).feature_importances_)", False),
        ("print(Model(**options).fit(X, y).feature_importances_)", False),
    ],
)
def test_an_attribute_that_the_constructor_keeps(calls: str, *, fires: bool) -> None:
    assert [finding.code for finding in findings(MODEL + calls)] == ["DSG501"] * fires


SETTINGS = """
import numpy as np
from dataclasses import dataclass, field

{decorator}
class Settings{base}:
    trials: int = 25
    seed: int | None = None

def search(settings: Settings):
    rng = np.random.default_rng(settings.seed)
    return rng.random(settings.trials)

"""


@pytest.mark.parametrize(
    ("calls", "fires"),
    [
        ("print(search(Settings()))", True),
        ("print(search(Settings(30)))", True),
        ("print(search(Settings(trials=30)))", True),
        ("print(search(Settings(seed=seed)))", False),
        ("print(search(Settings(30, 7)))", False),
        ("print(search(Settings(30, seed)))", False),
        ("print(search(Settings(**options)))", False),
        ("print(search(Settings(*options)))", False),
        ("print(search(read()))", False),
        ("print(search(command_line(Settings)))", False),
        ("import tyro\nprint(search(tyro.cli(Settings)))", False),
    ],
)
@pytest.mark.parametrize(("decorator", "base"), [("@dataclass", ""), ("@dataclass(slots=True)", ""), ("", "(BaseModel)")])
def test_a_field_of_a_data_class_is_what_its_maker_gives(decorator: str, base: str, calls: str, *, fires: bool) -> None:
    source = "from pydantic import BaseModel\n" + SETTINGS.format(decorator=decorator, base=base) + calls
    assert [finding.code for finding in findings(source)] == ["DSG505"] * fires


def test_a_field_of_a_base_comes_first() -> None:
    source = SETTINGS.format(decorator="@dataclass", base="") + "@dataclass\nclass More(Settings):\n    size: int = 3\n\n"
    assert [finding.code for finding in findings(source + "print(search(More(30, size=7)))")] == ["DSG505"]
    assert not findings(source + "print(search(More(30, 7)))")


@pytest.mark.parametrize(
    ("decorator", "fires"),
    [
        ("", True),
        ("@functools.lru_cache(None)\n", True),
        ("@torch.no_grad()\n", True),
        ("@gin.configurable\n", False),
        ("@command()\n", False),
        ("@click.command()\n@click.option('--seed', type=int)\n", False),
    ],
)
def test_a_decorator_may_give_it(decorator: str, *, fires: bool) -> None:
    imports = "import click, functools, gin, torch\nimport numpy as np\nfrom click import command\n"
    function = "def main(seed=None):\n    print({})\nmain()\n"
    here = imports + decorator + function.format("np.random.default_rng(seed).random()")
    below = imports + GENERATOR.format(MAKERS[-1], "") + decorator + function.format("order(9, seed)")
    assert [[finding.code for finding in findings(source)] for source in (here, below)] == [["DSG505"] * fires] * 2


ENVIRONMENT = """\
import numpy as np

class Environment:
    def __init__(self, seed=None):
        self.rng = {}

    {}(self, seed=None):
        {}

    def step(self):
        return self.rng.random()

environment = Environment()
environment.reset(seed=7)
print(environment.step())
"""


@pytest.mark.parametrize("maker", ["np.random.default_rng(seed)", "seed or np.random.default_rng()"])
def test_what_is_set_again_may_be_seeded_then(maker: str) -> None:
    assert findings(ENVIRONMENT.format(maker, "def reset", "self.rng = np.random.default_rng(seed)")) == []
    assert [finding.code for finding in findings(ENVIRONMENT.format(maker, "def reset", "self.count = 0"))] == ["DSG505"]


PARTIAL = """\
from functools import partial
make = partial(order, rng=np.random.default_rng(3))
print(make(9))
"""


def test_what_partial_gives_is_given() -> None:
    assert findings(GENERATOR.format(MAKERS[0], PARTIAL)) == []
    assert [
        finding.code for finding in findings(GENERATOR.format(MAKERS[0], PARTIAL.replace("rng=np.random.default_rng(3)", "count=9")))
    ] == []


def test_a_default_of_a_module_below() -> None:
    others = {"lab/data.py": SPLIT.format(default="=None", calls="pass")}
    (finding,) = findings("from lab.data import split\nprint(split([1, 2, 3]))\n", others)
    assert finding.message.startswith(
        "run.py splits data with NumPy's global generator (train_test_split with seed left at None, lab/data.py line 5)"
    )
    assert [step.message for step in finding.trace][-1] == "draws: train_test_split with seed left at None"
    assert findings("from lab.data import split\nprint(split([1, 2, 3], 7))\n", others) == []


def test_two_scripts_of_which_one_gives_it() -> None:
    others = {
        "data.py": GENERATOR.format(MAKERS[0], ""),
        "given.py": "import numpy as np\nfrom data import order\nprint(order(3, np.random.default_rng(3)))\n",
    }
    (finding,) = findings("from data import order\nprint(order(3))\n", others)
    assert (finding.code, finding.path) == ("DSG505", "data.py")
    assert finding.message == (
        "np.random.default_rng() has no seed, because every call leaves rng at None: it gives other numbers in every run, "
        "whatever else is seeded (reached from run.py)"
    )
    assert finding.help == "Pass `rng=np.random.default_rng(seed=42)` to the function."


def test_the_help_for_a_seed_is_a_seed() -> None:
    (finding,) = findings(GENERATOR.format(MAKERS[-1].replace("rng(rng)", "rng(seed)"), "print(order(9))").replace("rng=None", "seed=None"))
    assert finding.help == "Pass `seed=42` to the function."
    assert finding.message.startswith("np.random.default_rng() has no seed, because every call leaves seed at None: ")


BOTH = """\
import numpy as np

def order(count, rng=None, seed=None):
    rng = rng or np.random.default_rng(seed)
    return rng.permutation(count)

print(order(9{}))
"""


@pytest.mark.parametrize("given", [", np.random.default_rng(7)", ", seed=7", ", None, 7"])
def test_either_of_two_will_do(given: str) -> None:
    assert findings(BOTH.format(given)) == []


def test_neither_of_two_is_told_as_the_seed() -> None:
    (finding,) = findings(BOTH.format(""))
    assert finding.help == "Pass `seed=42` to the function."


def test_a_variable_is_asked_after_only_where_one_is_a_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(left_out, "_Given", lambda *given: asked.append(given))
    assert [finding.code for finding in findings("import numpy as np\nprint(np.random.rand(3))\n")] == ["DSG501"]
    assert asked == []
