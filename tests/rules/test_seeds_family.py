"""DSG502 to DSG511: what each question about a run answers, and that one evaluation serves all of them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

import pytest

from dsguard.analysis.seeds import knowledge_table as table
from dsguard.analysis.seeds.events import Run
from dsguard.analysis.seeds.extras import NOTHING, Extras
from dsguard.analysis.seeds.randomness import evaluate
from dsguard.documents.python import Module
from dsguard.model import Confidence, Finding, UsageError
from dsguard.rules.seeds.duplicated_worker_rng import DuplicatedWorkerRng
from dsguard.rules.seeds.entry_rule import GENERATORS
from dsguard.testing import run


def findings(source: str, others: dict[str, str] | None = None, path: str = "run.py") -> list[Finding]:
    """Those of the family, also of low confidence, but not the one about style."""
    tree = {path: textwrap.dedent(source), **(others or {})}
    return [one for one in run(tree, families=["seeds"], profile="strict").findings if one.code != "DSG510"]


def codes(source: str, others: dict[str, str] | None = None, path: str = "run.py") -> list[str]:
    return [finding.code for finding in findings(source, others, path)]


LOADER = "import torch\nloader = torch.utils.data.DataLoader(rows, shuffle=True)\n"
FOREST = "import numpy as np\nfrom sklearn.ensemble import RandomForestClassifier\nforest = RandomForestClassifier()\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # 502
        ("import random, numpy as np\nrandom.seed(1)\nnp.random.seed(1)\nprint(np.random.rand())", []),
        ("import random, torch\nfrom toolkit import seed_everything\nseed_everything(1)\nprint(torch.rand(1))", []),
        ("import torch, numpy as np\ntorch.cuda.manual_seed_all(1)\nprint(torch.rand(1))", ["DSG502"]),
        ("import jax, tensorflow as tf\nk = jax.random.PRNGKey(0)\nprint(tf.random.normal((2,)))", ["DSG502"]),
        ("import numpy as np\nfrom keras.layers import Dense\nnp.random.seed(1)\nm = Dense(1)\nm.fit(x)", []),
        ("import random, torch\nrandom.seed(1)\nnet = torch.nn.Linear(2, 1)\nnet.load_state_dict(torch.load('n.pt'))", []),
        # 503
        ("import numpy as np\nx = np.random.rand()\nprint(x)\nnp.random.seed(1)", ["DSG503"]),
        ("import numpy as np\nif a:\n    print(np.random.rand())\nelse:\n    np.random.seed(1)", []),
        ("import numpy as np\nprint(np.random.rand())\nif a:\n    np.random.seed(1)", []),
        ("import numpy as np\nprint(np.random.rand())\nif args.seed is not None:\n    np.random.seed(args.seed)", ["DSG503"]),
        (
            ("import numpy as np, click\n@click.group()\ndef cli():\n    pass\n@cli.command()\ndef a():\n    print(np.random.rand())\n"
            "@cli.command()\ndef b():\n    np.random.seed(1)\n    print(np.random.rand())\ncli()"),
            [],
        ),
        (LOADER + "torch.manual_seed(1)\nfor x in loader:\n    print(x)", []),
        (LOADER + "for x in loader:\n    print(x)\ntorch.manual_seed(1)\nprint(torch.rand(1))", ["DSG503"]),
        (LOADER + "first = next(iter(loader))\ntorch.manual_seed(1)\nfor x in loader:\n    print(x, first)", ["DSG503"]),
        (LOADER + "rows = [x for x in loader]\ntorch.manual_seed(1)\nprint(rows, torch.rand(1))", ["DSG503"]),
        (LOADER + "print(len(loader))\ntorch.manual_seed(1)\nfor x in loader:\n    print(x)", []),
        (LOADER + "if a:\n    print(next(iter(loader)))\ntorch.manual_seed(1)\nfor x in loader:\n    print(x)", []),
        (LOADER + "def go():\n    return list(loader)\ntorch.manual_seed(1)\nprint(go())", []),
        (LOADER + "for epoch in range(3):\n    torch.manual_seed(epoch)\n    for x in loader:\n        print(x)", []),
        (LOADER + "for epoch in range(3):\n    for x in loader:\n        print(x)\n    torch.manual_seed(epoch)", []),
        (FOREST + "forest.fit(X, y)\nnp.random.seed(1)\nprint(forest.predict(X), np.random.rand())", ["DSG503"]),
        (FOREST + "np.random.seed(1)\nprint(forest.fit(X, y).predict(X))", []),
        ("def main():\n" + textwrap.indent(FOREST + "forest.fit(X, y)\nseed()\nprint(forest.predict(X))\n", "    ")
         + "def seed():\n    import numpy as np\n    np.random.seed(1)\nmain()", ["DSG503"]),
        # 504
        ("import numpy as np, time\ns = int(time.time())\nnp.random.seed(s)\nprint(np.random.rand())", ["DSG504"]),
        ("import numpy as np, time\ns = int(time.time())\nprint(s)\nnp.random.seed(s)\nprint(np.random.rand())", []),
        ("import numpy as np, time\ns = int(time.time()) % 2**32\nnp.random.seed(s)\nprint(np.random.rand())", ["DSG504"]),
        ("import numpy as np, time\nif seed is None:\n    np.random.seed(int(time.time()))\nprint(np.random.rand())", []),
        ("import numpy as np\n# a different order in every run\nnp.random.seed(None)\nprint(np.random.rand())", []),
        ("import numpy as np\nnp.random.seed(1)\nx = np.random.rand()\nnp.random.seed()\nprint(x, np.random.rand())", []),
        ("import random, numpy as np\nrandom.seed(hash((1, 2)))\nprint(random.random())", []),
        ("import random, numpy as np\nrandom.seed(1)\nnp.random.seed(random.randint(0, 9))\nprint(np.random.rand())", []),
        # 505
        ("import numpy as np\nrng = np.random.RandomState()\nprint(rng.rand())", ["DSG505"]),
        ("import numpy as np\nrng = np.random.default_rng(None)\nprint(rng.random())", ["DSG505"]),
        ("import numpy as np\nrng = np.random.default_rng(seed)\nprint(rng.random())", []),
        ("import numpy as np\nrng = given or np.random.default_rng()\nprint(rng.random())", []),
        ("import numpy as np\nif rng is None:\n    rng = np.random.default_rng()\nprint(rng.random())", []),
        # 506
        ("import optuna\ns = optuna.create_study(sampler=make())\ns.optimize(f)", []),
        ("import optuna\ns = optuna.create_study(storage=db)\ns.add_trials(old.trials)\nprint(len(s.trials))", []),
        ("import optuna\ns = optuna.create_study(sampler=optuna.samplers.GridSampler(grid))\ns.optimize(f)", []),
        ("import optuna\ns = optuna.create_study()\nt = s.ask()\ns.tell(t, f(t))", ["DSG506"]),
        ("import optuna\ns = optuna.create_study()\nsearch(s)", ["DSG506"]),
        ("import numpy as np\nid = np.random.randint(10**6)\nsave(model, f'run-{id}.pt')", []),
        ("import optuna\ns = optuna.create_study(sampler=optuna.samplers.RandomSampler())\ns.optimize(f)", ["DSG506"]),
        ("import numpy as np, optuna\nprint(np.random.rand())\ns = optuna.create_study()\ns.optimize(f)", ["DSG501"]),
        # 507
        ("import os\nos.environ.update({'PYTHONHASHSEED': '0'})", ["DSG507"]),
        ("import os\nos.environ.update(PYTHON_HASHSEED='0')", ["DSG507"]),
        ("import os\nprint(os.environ.get('PYTHONHASHSEED'))", []),
        ("import os\nenv = {'PYTHONHASHSEED': '0'}", []),
        # 509
        ("import random\nrandom.seed = 3", ["DSG509"]),
        ("import torch\ndef seed_all(seed):\n    torch.manual_seed(1)", ["DSG509"]),
        ("import torch\ndef seed_all(seed):\n    torch.manual_seed(seed + 1)", []),
        ("import torch\nif args.seed:\n    torch.manual_seed(args.seed)", ["DSG509"]),
        ("import torch\nif args.use_seed:\n    torch.manual_seed(args.use_seed)", []),
        ("import torch\ndef f(seed=False):\n    if seed:\n        torch.manual_seed(seed)", []),
        ("import numpy as np\ndef f(data, seed=None):\n    if data:\n        np.random.seed(7)", []),
        ("import torch\nif args.seed is not None:\n    torch.manual_seed(args.seed)", []),
        ("import torch\nif torch.cuda.is_available():\n    torch.cuda.manual_seed(1)", []),
        ("import numpy as np\nnp.random.RandomState(1)\ndef f():\n    return np.random.rand()", ["DSG509"]),
        ("from numpy.random import default_rng\nfrom sklearn.cluster import KMeans\ndefault_rng(seed)\nM = [KMeans()]", ["DSG509"]),
        ("import random\ndef f():\n    random.Random(1)\n    return random.random()", ["DSG509"]),
        ("import random\ndef f():\n    random.Random(1)\ndef g():\n    return random.random()", []),
        ("import numpy as np\nnp.random.RandomState(1)\nprint(np.arange(3))", []),
        ("import numpy as np\nfrom sklearn.cluster import KMeans\nnp.random.RandomState(1)\nM = [KMeans(random_state=1)]", []),
        ("import random\nr = random.Random(1)", []),
        ("import numpy as np\nnp.random.RandomState()", []),
        ("import numpy as np\nnp.random.RandomState(1).shuffle(x)", []),
        ("import numpy as np\nwith raises(ValueError):\n    np.random.RandomState(-1)", []),
        ("import numpy as np\ntry:\n    np.random.RandomState(seed)\nexcept ValueError:\n    print(seed)", []),
    ],
)  # fmt: skip
def test_each_by_its_code(source: str, expected: list[str]) -> None:
    assert codes(source) == expected


NETS = """
import torch


def make():
    return torch.nn.Linear(2, 1)


def load():
    net = make()
    net.load_state_dict(torch.load("net.pt"))
    return net


def train(seed):
    torch.manual_seed(seed)
    net = make()
    loss(net(data)).backward()
    return net, 1


"""


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ("def main():\n    net = make()\n    loss(net(data)).backward()\n    print(train(42))\n", ["DSG503"]),
        # weights that nothing comes of
        ("def main():\n    old = load()\n    print(train(42), old)\n", []),
        (
            "def main():\n    net = make()\n    print(sum(map(len, net.parameters())))\n    net, loss = train(42)\n    print(loss)\n",
            [],
        ),
        ("def main():\n    net = make()\n    loss(net(data)).backward()\n    net, loss = train(42)\n    print(loss)\n", ["DSG503"]),
    ],
)
def test_first_weights_before_the_seed(main: str, expected: list[str]) -> None:
    assert codes(f'{NETS}{main}\n\nif __name__ == "__main__":\n    main()\n') == expected


def test_a_place_that_several_scripts_lead_to_is_told_once() -> None:
    noise = "import numpy as np\ndef noise():\n    return np.random.default_rng().random()\n"
    script = "from noise import noise\nprint(noise())\n"
    found = findings(script, {"noise.py": noise, "other.py": script})
    assert [(one.code, one.path, one.location.line) for one in found] == [("DSG505", "noise.py", 3)]
    assert [step.path for step in found[0].trace] == ["other.py", "noise.py"]


def test_helpers_in_other_files_are_followed() -> None:
    helper = "import random\nimport numpy as np\ndef set_seed(s):\n    random.seed(s)\n"
    script = "from helper import set_seed\nimport numpy as np\nset_seed(3)\nprint(np.random.rand())\n"
    (finding,) = findings(script, {"helper.py": helper})
    assert finding.code == "DSG502"
    assert "random.seed (helper.py line 4) does not reach it" in finding.message
    assert finding.help == "Add `np.random.seed(42)` beside it."
    assert codes(script, {"helper.py": helper + "    np.random.seed(s)\n"}) == []


def test_a_script_is_evaluated_once_for_all_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []

    def counting(module: Module, calls: Iterable[str] = (), extras: Extras = NOTHING) -> Run:
        counted.append(module.path)
        return evaluate(module, calls, extras)

    monkeypatch.setattr("dsguard.analysis.seeds.story.evaluate", counting)
    findings("import data\nimport numpy as np\nprint(np.random.rand())\n", {"data.py": "x = 1\n", "b.py": "import data\nprint(data.x)\n"})
    assert sorted(counted) == ["b.py", "run.py"]


def test_only_python_and_no_data_is_a_game() -> None:
    (finding,) = findings("import random\nrandom.seed(1)\nimport torch\nprint(torch.rand(1))", path="a.py")
    assert finding.confidence is Confidence.MEDIUM


@pytest.mark.parametrize("name", ["tests/test_a.py", "docs/conf.py", "noxfile.py"])
def test_exempt_places(name: str) -> None:
    assert codes("import random, numpy as np\nrandom.seed(1)\nprint(np.random.rand())", path=name) == []


CELLS = """
import marimo
__generated_with = "0.9.0"
app = marimo.App()
@app.cell
def _():
    import numpy as np
    return (np,)
@app.cell
def _(np):
    {first}
    x = np.random.rand()
    return (x,)
@app.cell
def _(np):
    {second}
    return
if __name__ == "__main__":
    app.run()
"""


@pytest.mark.parametrize(
    ("first", "second", "fires"),
    [
        ("pass", "pass", True),
        ("np.random.seed(1)", "pass", False),
        ("pass", "np.random.seed(1)", True),
    ],
)
def test_cells_of_an_app_run_in_the_order_of_their_data(first: str, second: str, *, fires: bool) -> None:
    assert codes(CELLS.format(first=first, second=second)) == ["DSG511"] * fires


MYLAB = {
    "mylab/__init__.py": "",
    "mylab/runs.py": "from native import start\n",
    "src/own/noise.py": "def add(x):\n    return native.add(x)\n",
}


@pytest.mark.parametrize(
    ("options", "source", "expected"),
    [
        ('consumers = ["native.noise.add"]', "import native.noise\nprint(native.noise.add(3))", ["DSG501"]),
        ('consumers = ["native.noise.add"]', "import native.noise\nprint(native.noise.add(3, seed=1))", []),
        ('consumers = ["own.noise.add=torch"]', "import numpy\nfrom own.noise import add\nprint(add(3))", ["DSG501"]),
        ('consumers = ["native.draw=torch"]', "import native, random\nrandom.seed(1)\nprint(native.draw(3))", ["DSG502"]),
        ("", "import native.noise\nprint(native.noise.add(3))", []),
        ('seeders = ["native.runs.start"]', "import numpy as np, native.runs\nnative.runs.start()\nprint(np.random.rand())", []),
        ("", "import numpy as np, native.runs\nnative.runs.start()\nprint(np.random.rand())", ["DSG501"]),
        ('helper-names = ["go"]', "import numpy as np\nfrom mylab.runs import go\ngo()\nprint(np.random.rand())", []),
        ('helper-names = ["go"]', "import numpy as np\ndef go():\n    pass\ngo()\nprint(np.random.rand())", []),
    ],
)
def test_the_configuration_may_know_more(options: str, source: str, expected: list[str]) -> None:
    config = f"[rules.unseeded-entry-script]\n{options}\n"
    report = run({"run.py": source, **MYLAB}, families=["seeds"], profile="strict", config=config)
    assert [finding.code for finding in report.findings] == expected


def test_what_a_configuration_gets_wrong_is_said() -> None:
    for wrong in ('["numpy.rand=dice"]', '["a b"]', '"numpy.rand"', "[3]"):
        with pytest.raises(UsageError, match="dotted names"):
            run({"run.py": ""}, config=f"[rules.DSG501]\nconsumers = {wrong}\n")


def test_the_generators_are_those_of_the_knowledge() -> None:
    assert tuple(sorted(table.RNGS)) == GENERATORS


@pytest.mark.parametrize(
    ("tools", "call", "fires"),
    [
        ("import torch\ndef gpu_is_usable():\n    return bool(torch.randn(3).sum())\n", "gpu_is_usable()", False),
        ("import torch\ndef check_speed():\n    return torch.randn(3).sum()\n", "check_speed()", False),
        ("import torch\ndef noise():\n    return torch.randn(3).sum()\n", "noise()", True),
        ("from sklearn.ensemble import RandomForestRegressor\nMODELS = {'rf': RandomForestRegressor()}\n", "MODELS", False),
        ("import numpy as np\nNOISE = {'a': np.random.rand(3)}\n", "NOISE", True),
    ],
)
def test_what_comes_to_nothing(tools: str, call: str, *, fires: bool) -> None:
    assert codes(f"import tools, numpy\nprint(tools.{call})\n", {"tools.py": tools}) == ["DSG501"] * fires


@pytest.mark.parametrize(
    ("source", "advice"),
    [
        ("import optuna\ns = optuna.create_study()\ns.optimize(f)", "Give it `sampler=optuna.samplers.TPESampler(seed=42)`."),
        (
            "import optuna\ns = optuna.create_study(directions=['minimize', 'maximize'])\ns.optimize(f)",
            "Give it `sampler=optuna.samplers.NSGAIISampler(seed=42)`, or `TPESampler`, the default since Optuna 5.",
        ),
        ("import polars as pl\nx = pl.read_csv('a.csv').sample(5)\nx.write_csv('b')", "Give it `seed=42`."),
        (
            "from hyperopt import fmin\nprint(fmin(f, space, max_evals=9))",
            "Give it `rstate=numpy.random.default_rng(42)`; old releases take `numpy.random.RandomState(42)`.",
        ),
        (
            "from faker import Faker\nimport pandas\nx = Faker()\npandas.DataFrame(x.name()).to_csv('a')",
            "Call `faker.Faker.seed(42)` before it.",
        ),
    ],
)
def test_the_advice_fits_the_library(source: str, advice: str) -> None:
    assert [finding.help for finding in findings(source) if finding.code == "DSG506"] == [advice]


def test_a_key_in_a_library_seeds_nothing() -> None:
    """A default argument of an imported module, say. One that the script makes shows that somebody takes care of seeds."""
    library = {"draw.py": "import jax\n\n\ndef view(key=jax.random.PRNGKey(0)):\n    return jax.random.normal(key)\n"}
    source = "import numpy as np\nimport jax\nimport draw\n{}print(np.random.rand())\n"
    assert codes(source.format(""), library) == ["DSG501"]
    assert codes(source.format("key = jax.random.PRNGKey(0)\n"), library) == ["DSG502"]


@pytest.mark.parametrize(
    "other",
    [
        "import tensorflow_probability as tfp\nx = tfp.distributions.Normal(0, 1).sample(3, seed=key)\n",
        "from toolkit import split\nx = split(rows, seed=3)\n",
        "from flax import linen\nclass Net(linen.Module):\n    def __call__(self, x):\n        return self.make_rng('a')\nNet().apply(x)\n",
        "import gym\nclass Walk(gym.Env):\n    def __init__(self):\n        self.seed(3)\nwalk = Walk()\n",
    ],
)
def test_a_seed_for_one_draw_is_none_for_others(other: str) -> None:
    assert codes(f"import numpy as np\n{other}print(np.random.rand())\n") == ["DSG501"]


def test_numpyros_seed_handler_seeds_no_other_library() -> None:
    source = "import numpy as np\nfrom numpyro.handlers import seed\nmodel = seed(model, 0)\nprint(np.random.rand())\n"
    assert codes(source) == ["DSG502"]


LIBRARY = {
    "pyproject.toml": (
        '[build-system]\nrequires = ["hatchling"]\n[project]\nname = "gradients"\n[project.urls]\nHomepage = "https://example.org"\n'
    ),
    "src/gradients/__init__.py": "",
}


@pytest.mark.parametrize(
    ("path", "source", "others", "is_shown"),
    [
        ("examples/plot_noise.py", "import gradients\n", LIBRARY, False),
        ("examples/plot_noise.py", "import gradients\n", {"setup.py": "", "gradients/__init__.py": ""}, False),
        ("examples/plot_noise.py", "", LIBRARY, True),
        ("scripts/noise.py", "import gradients\n", LIBRARY, True),
        ("examples/plot_noise.py", "import gradients\n", {"gradients/__init__.py": ""}, True),
    ],
)
def test_examples_of_a_library_are_illustrations(path: str, source: str, others: dict[str, str], *, is_shown: bool) -> None:
    draws = "import numpy as np\nnp.save('a.npy', np.random.rand(3))\n"
    report = run({path: source + draws, **others}, families=["seeds"])
    assert [finding.code for finding in report.findings] == ["DSG501"] * is_shown
    strict = run({path: source + draws, **others}, families=["seeds"], profile="strict")
    assert [finding.code for finding in strict.findings] == ["DSG501"]


@pytest.mark.parametrize(
    ("uses", "fires"),
    [
        ("a.sample(3, random_state=seed).to_csv('a')\n", True),
        ("a.sample(3, random_state=seed).to_csv('a')\na.sample(3, random_state=seed).to_csv('b')\n", False),
        ("np.random.seed(seed)\nrandom.seed(seed)\na.sample(3).to_csv('a')\n", True),
    ],
)
def test_a_drawn_seed_for_two_samples_makes_them_alike(uses: str, *, fires: bool) -> None:
    source = f"import random\nimport numpy as np\nimport pandas as pd\na = pd.read_csv('a')\nseed = random.randint(0, 9)\n{uses}"
    assert ("DSG504" in codes(source)) is fires


@pytest.mark.parametrize(
    ("call", "expected"),
    [("", []), ("shared.noise()\n", ["DSG501"]), ("shared.step()\n", ["DSG501"])],
    ids=["never called", "by name", "of a base class"],
)
def test_methods_of_a_class_that_is_handed_on_are_called_by_name(call: str, expected: list[str]) -> None:
    source = (
        "import numpy as np\nfrom functools import partial\nfrom native import build\n\n"
        "class Base:\n    def step(self):\n        np.save('a', np.random.rand(3))\n\n"
        "class Noise(Base):\n    def noise(self):\n        np.save('a', np.random.rand(3))\n\n"
        f"shared = build(make=partial(Noise))\n{call}"
    )
    assert codes(source) == expected


@pytest.mark.parametrize(("more", "fires"), [("", True), (", worker_init_fn=reseed", False)])
def test_workers_that_get_a_generator_of_their_own(more: str, *, fires: bool) -> None:
    script = str(DuplicatedWorkerRng.bad[0]["shifts.py"]).replace("num_workers=4", f"num_workers=4{more}")
    assert codes(script) == ["DSG508"] * fires


ITEMS = """
import random
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

class Flip:
    def __call__(self, image):
        return image.rotate(random.uniform(1, 9))

class Images(Dataset):
    def __init__(self, transform):
        self.transform = transform

    def __getitem__(self, index):
        return self.transform(load(index)) + np.random.rand(9)

class Loader(DataLoader):
    pass

data = Images(Flip())
{}
"""


@pytest.mark.parametrize(
    ("run_it", "expected", "help"),
    [
        ("torch.manual_seed(1)\nfit(DataLoader(data, num_workers=4))", [], ""),
        ("torch.manual_seed(1)\nfit(DataLoader(data, num_workers=args.workers))", [], ""),
        ("torch.manual_seed(1)\nfit(Loader(data, num_workers=4))", [], ""),
        ("torch.manual_seed(1)\nfit(DataLoader(data))", ["DSG502"], "np.random.seed(42); random.seed(42)"),
        ("torch.manual_seed(1)\nfit(Loader(data))", ["DSG502"], "np.random.seed(42); random.seed(42)"),
        ("torch.manual_seed(1)\nfit(DataLoader(data, num_workers=0))", ["DSG502"], "np.random.seed(42); random.seed(42)"),
        (
            "torch.manual_seed(1)\nfit(DataLoader(data, num_workers=2), DataLoader(data))",
            ["DSG502"],
            "np.random.seed(42); random.seed(42)",
        ),
        ("torch.manual_seed(1)\nfit(DataLoader(data, num_workers=4), data[0])\nprint(random.random())", ["DSG502"], "random.seed(42)"),
        # What seeds the workers is PyTorch's seed.
        ("np.random.seed(1)\nfit(DataLoader(data, num_workers=4))", ["DSG502"], "random.seed(42); torch.manual_seed(42)"),
        ("fit(DataLoader(data, num_workers=4))", ["DSG501"], "random.seed(42); np.random.seed(42); torch.manual_seed(42)"),
        ("fit(DataLoader(data))", ["DSG501"], "random.seed(42); np.random.seed(42)"),
    ],
)
def test_items_that_workers_give(run_it: str, expected: list[str], help: str) -> None:
    told = findings(ITEMS.format(run_it))
    assert [one.code for one in told] == expected
    assert all(f"`{help}`" in one.help for one in told)


@pytest.mark.parametrize(
    ("made", "fires"),
    [
        ("class Loader(DataLoader):\n    pass\nfit(Loader(rows, shuffle=True))", True),
        ("class Loader(DataLoader):\n    pass\nfit(Loader(rows))", False),
        (
            "class Loader(DataLoader):\n    def __iter__(self):\n        yield 1\nclass Own(Loader): ...\nfit(Own(rows, shuffle=True))",
            True,
        ),
        ("class Loader(DataLoader):\n    def __init__(self, a):\n        super().__init__(a, shuffle=True)\nfit(Loader(rows))", True),
        ("class Loader(DataLoader):\n    def __init__(self, a):\n        super().__init__(a)\nfit(Loader(rows))", False),
        ("class Loader(DataLoader):\n    def __init__(self, *a, **k):\n        super().__init__(*a, **k)\nfit(Loader(rows))", False),
    ],
)
def test_a_class_that_inherits_a_constructor_draws_by_it(made: str, *, fires: bool) -> None:
    assert codes(f"from torch.utils.data import DataLoader\n{made}\n") == ["DSG501"] * fires


def test_the_constructor_of_a_base_is_called_by_its_name() -> None:
    (finding,) = findings(
        "import torch\nclass Own(torch.nn.Linear):\n    def __init__(self):\n        super().__init__(3, 1)\nOwn()(x).backward()"
    )
    assert "(super().__init__, line 4)" in finding.message


@pytest.mark.parametrize(
    ("body", "fires"),
    [
        ("a = torch.rand(3)\n    assert a.reshape(3, 1).reshape(3).equal(a)", False),
        ('"""Flat and back."""\n    a = torch.rand(3)\n    b, c = flat(a), 3\n    assert b.equal(a), c', False),
        ("a = torch.rand(3)\n    assert a.shape\n    return a", True),
        ("a = torch.rand(3)\n    assert a.shape\n    keep.rows = a", True),
        ("a = torch.rand(3)\n    assert a.shape\n    torch.save(a, 'a')", True),
        ("a = torch.rand(3)\n    keep(a)", True),
    ],
)
def test_what_is_only_asserted_of(body: str, *, fires: bool) -> None:
    source = f"import torch\nfrom native import flat, keep\ndef f():\n    {body}\nf()\ntorch.manual_seed(1)\nprint(torch.rand(1))\n"
    assert codes(source) == ["DSG503"] * fires


@pytest.mark.parametrize(
    ("seeding", "expected"),
    [
        ("env.seed(1)", ["DSG501"]),
        ("env.action_space.seed(1)", ["DSG501"]),
        ("self.eval_env.observation_space.seed(1)", ["DSG501"]),
        ("np.random.seed(1)\nenv.seed(1)", ["DSG502"]),
        ("toolkit.seed(1)", []),
        ("self.seed(1)", []),
        ("inventory.seed(1)", []),
    ],
)
def test_an_environment_has_a_seed_of_its_own(seeding: str, expected: list[str]) -> None:
    source = f"import gymnasium as gym\nimport numpy as np\nimport torch\n{{}}\n{seeding}\nprint(env.step(torch.randint(4, (1,))))\n"
    assert codes(source.format("from native import self, inventory, make, toolkit\nenv = make()")) == expected
    assert codes(source.format("from native import self, inventory, toolkit\nenv = gym.make('a')")) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("state = np.random.get_state()\nnp.random.shuffle(x)\nnp.random.set_state(state)\nnp.random.shuffle(y)", ["DSG501"]),
        ("np.random.shuffle(x)\nnp.random.set_state(np.random.get_state())\nnp.random.shuffle(y)", ["DSG501"]),
        ("np.random.seed(1)\nstate = np.random.get_state()\nnp.random.shuffle(x)\nnp.random.set_state(state)", []),
        ("np.random.shuffle(x)\nnp.random.set_state(checkpoint['rng'])\nnp.random.shuffle(y)", []),
        ("import random\nstate = random.getstate()\nrandom.shuffle(x)\nrandom.setstate(state)\nrandom.shuffle(y)", ["DSG501"]),
    ],
)
def test_going_back_to_a_state_is_no_seeding(source: str, expected: list[str]) -> None:
    assert codes(f"import numpy as np\nfrom native import checkpoint, x, y\n{source}\nnp.save('x', x)\nnp.save('y', y)\n") == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("if done:\n        return draw()\n    np.random.seed(1)\n    return draw()", []),
        ("if done:\n        try:\n            return draw()\n        except OSError:\n            pass\n    seed()\n    return draw()", []),
        ("if done:\n        print(draw())\n    np.random.seed(1)\n    return draw()", ["DSG503"]),
        ("if done:\n        pass\n    else:\n        raise ValueError(draw())\n    np.random.seed(1)\n    return draw()", []),
        ("x = helper()\n    np.random.seed(1)\n    return x, draw()", ["DSG503"]),
    ],
)
def test_a_branch_that_leaves_before_the_seed(body: str, expected: list[str]) -> None:
    source = f"""
import numpy as np
from native import done

def draw():
    return np.random.rand(3)

def helper():
    if done:
        return draw()

def seed():
    np.random.seed(1)

def main():
    {body}

np.save("x.npy", main())
"""
    assert codes(source) == expected


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ("random.seed(1)\nnet = torch.nn.Linear(2, 1)\nnet(x).backward()", "beside it"),
        ("net = torch.nn.Linear(2, 1)\nrandom.seed(1)\nnet(x).backward()", "before line 3"),
        ("loader = torch.utils.data.DataLoader(x, shuffle=True)\nrandom.seed(1)\nfor y in loader:\n    print(y)", "beside it"),
        ("def main():\n    net = torch.nn.Linear(2, 1)\n    random.seed(1)\n    net(x).backward()\nmain()", "before line 7"),
    ],
)
def test_the_other_seeds_come_before_what_is_drawn(body: str, where: str) -> None:
    (finding,) = findings(f"import random, torch\nfrom native import x\n{body}\n")
    assert finding.help == f"Add `torch.manual_seed(42)` {where}."
