"""The walk over a script: what is drawn and seeded, in which order, and how sure that is."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsguard.analysis.seeds.events import Draw, How, Run
from dsguard.analysis.seeds.randomness import evaluate
from dsguard.analysis.seeds.use import Use
from dsguard.testing import tree

IMPORTS = """\
import random, time, os
import numpy as np
import pandas as pd
import torch
from torch import nn
from sklearn.model_selection import train_test_split
"""


def walk(source: str, imports: str = IMPORTS) -> Run:
    return evaluate(tree({"a.py": imports + textwrap.dedent(source)})["a.py"].python)


def story(source: str, imports: str = IMPORTS) -> list[str]:
    """Each event in a word or two: ``draw np.random.rand``, ``? draw ...`` if it is not certain, ``seed numpy.random.seed fixed``."""
    told = []
    for event in walk(source, imports).events:
        if isinstance(event, Draw):
            told.append(f"{'' if event.is_certain else '? '}draw {event.written}")
        else:
            told.append(f"seed {event.name} {event.how.value}")
    return told


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = np.random.rand(3)", ["draw np.random.rand"]),
        ("np.random.seed(0)\nx = np.random.rand(3)", ["seed numpy.random.seed fixed", "draw np.random.rand"]),
        ("x = np.random.rand(3)\nnp.random.seed(0)", ["draw np.random.rand", "seed numpy.random.seed fixed"]),
        ("def f():\n    return random.random()\n", []),
        ("def f():\n    return random.random()\nx = f()", ["draw random.random"]),
        ("def f():\n    return random.random()\nx = f()\ny = f()", ["draw random.random"]),
        ("def f():\n    return g()\ndef g():\n    return random.random()\nx = f()", ["draw random.random"]),
        ("def f(n):\n    return f(n - 1) or random.random()\nx = f(3)", ["draw random.random"]),
        ("def f(x=random.random()):\n    pass", ["draw random.random"]),
        ("class A:\n    x = random.random()", ["draw random.random"]),
        ("if False:\n    x = random.random()", []),
        ("DEBUG = False\nif DEBUG:\n    x = random.random()", []),
        ("if args.noise:\n    x = random.random()", ["draw random.random"]),
        ("for i in random.sample(items, 3):\n    np.random.shuffle(i)", ["draw random.sample", "draw np.random.shuffle"]),
        ("while random.random() < 0.5:\n    pass", ["draw random.random"]),
        ("with open('x') as f:\n    x = random.random()", ["draw random.random"]),
        ("try:\n    x = random.random()\nexcept ValueError:\n    y = random.gauss(0, 1)", ["draw random.random", "draw random.gauss"]),
        ("match random.random():\n    case 1:\n        x = random.gauss(0, 1)", ["draw random.random", "draw random.gauss"]),
        ("x = [random.random() for _ in range(3)]", ["draw random.random"]),
        ("x = f'{random.random()}' if random.getrandbits(1) else 0", ["draw random.getrandbits", "draw random.random"]),
        ("x = print(random.random(), end=random.choice('ab'))", ["draw random.random", "draw random.choice"]),
        ("import numpy.random as npr\nx = npr.rand()", ["draw npr.rand"]),
        ("from numpy.random import *\nx = standard_cauchy(3)", ["draw standard_cauchy"]),
        ("from keras.layers import *\nx = range(3)", []),
        ("rng = np.random\nx = rng.rand()", ["draw rng.rand"]),
        ("draw = random.random\nx = draw()", ["draw draw"]),
        ("rng = np.random.RandomState(0)\nx = rng.rand()", []),
        ("rng = np.random.default_rng(0)\nx = rng.normal()", []),
        ("def f(random):\n    return random.random()\nx = f(Dice())", []),
        ("def f(np):\n    return np.random.rand()\nx = f(other)", []),
        ("async def f():\n    return random.random()\nimport asyncio\nasyncio.run(f())", ["draw random.random"]),
        ("if __name__ == '__main__':\n    x = random.random()\nelse:\n    y = random.gauss(0, 1)", ["draw random.random"]),
        ("try:\n    import torch\nexcept ImportError:\n    torch = None\nx = torch.rand(2)", ["draw torch.rand"]),
    ],
)
def test_the_order_of_execution(source: str, expected: list[str]) -> None:
    assert story(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("class A:\n    def f(self):\n        return random.random()\nA().f()", ["draw random.random"]),
        ("class A:\n    def f(self):\n        return random.random()\na = A()", []),
        ("class A:\n    def __init__(self):\n        self.x = random.random()\na = A()", ["draw random.random"]),
        ("class B:\n    def f(self):\n        return random.random()\nclass A(B):\n    pass\nA().f()", ["draw random.random"]),
        (
            "class B:\n def __init__(self):\n  self.x = random.random()\nclass A(B):\n def __init__(self):\n  super().__init__()\nA()",
            ["draw random.random"],
        ),
        ("class A:\n  def f(self):\n    return self.g()\n  def g(self):\n    return random.random()\nA().f()", ["draw random.random"]),
        ("class A:\n    @staticmethod\n    def f(x):\n        return random.random()\nA.f(1)", ["draw random.random"]),
        ("class B:\n  @classmethod\n  def f(c):\n    return c().g()\nclass A(B):\n  def g(self):\n    return random.random()\nA.f()",
         ["draw random.random"]),
        ("class A:\n  @classmethod\n  def f(c):\n    return c\n  def __init__(self):\n    self.x = random.random()\nA.f()",
         ["? draw random.random"]),
        ("class A:\n    def __getitem__(self, i):\n        return random.random()\na = A()", ["? draw random.random"]),
        ("class A:\n    rng = np.random.RandomState(0)\n    def f(self):\n        return self.rng.rand()\nA().f()", []),
        ("class A:\n    def __init__(self):\n        self.rng = np.random\n    def f(self):\n        return self.rng.rand()\nA().f()",
         ["draw self.rng.rand"]),
        (
            "class N(nn.Module):\n def __init__(self):\n  self.f = nn.Linear(2, 1)\n def forward(self, x):\n  return torch.rand(2)\nN()",
            ["draw nn.Linear", "? draw torch.rand"],
        ),
        ("class Net(nn.Module):\n    def __init__(self):\n        self.fc = nn.Linear(2, 1)\n", []),
        ("class A:\n    def f(self):\n        return random.random()\na = A()\nfor b in [a]:\n    b.f()", ["? draw random.random"]),
        ("class A:\n    def f(self):\n        return random.random()\ndef g(a: A):\n    return a.f()\ng(unknown)", ["draw random.random"]),
    ],
)  # fmt: skip
def test_objects(source: str, expected: list[str]) -> None:
    assert story(source) == expected


@pytest.mark.parametrize("asks", ["isinstance(model, Net)", "issubclass(kind, Net)"])
def test_who_only_asks_after_a_class_makes_none(asks: str) -> None:
    source = "class Net(nn.Module):\n    def forward(self, x):\n        return x * random.random()\nmodel = torch.load('net.pt')\n"
    assert story(f"{source}if {asks}:\n    print(model)") == []
    assert story(f"{source}print(Net)") == ["? draw random.random"]


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    return random.random()\nrun_it(f)",
        "def f():\n    return random.random()\nTABLE = {'f': f}",
        "def f():\n    return random.random()\nfrom functools import partial\nx = partial(f)",
        "def f():\n    return random.random()\nx = [f]",
        "def outer():\n    def f():\n        return random.random()\n    return f\nx = outer()",
        "x = map(lambda i: random.random(), items)",
        "class A:\n    def f(self):\n        return random.random()\nrun_it(A)",
        "class A:\n    def f(self):\n        run_it(self.g)\n    def g(self):\n        return random.random()\nA().f()",
    ],
)
def test_what_is_handed_on_may_be_called(source: str) -> None:
    assert story(source) == ["? draw random.random"]


@pytest.mark.parametrize(
    "source",
    [
        "import typer\ndef f():\n    return random.random()\ntyper.run(f)",
        "import fire\ndef f():\n    return random.random()\nfire.Fire(f)",
        "from absl import app\ndef f(argv):\n    return random.random()\napp.run(f)",
        "import tensorflow as tf\ndef main(_):\n    return random.random()\ntf.app.run()",
        "import tensorflow.compat.v1 as tf\ndef f(_):\n    return random.random()\ntf.app.run(main=f, argv=[])",
        "import typer\napp = typer.Typer()\n@app.command()\ndef f():\n    return random.random()\napp()",
        "import click\n@click.command()\ndef f():\n    return random.random()\nf()",
        "import hydra\n@hydra.main(config_path='.')\ndef f(cfg):\n    return random.random()\nf()",
    ],
)
def test_command_lines_call_their_commands(source: str) -> None:
    assert story(source) == ["draw random.random"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("df = pd.read_csv('x')\ny = df.sample(5)", ["draw df.sample"]),
        ("df = pd.read_csv('x').dropna()\ny = df[df.a > 1].b.sample(5)", ["draw sample"]),
        ("def load():\n    df = pd.read_csv('x')\n    return df\ny = load().sample(5)", ["draw sample"]),
        ("def f(df: pd.DataFrame):\n    return df.sample(5)\ny = f(x)", ["draw df.sample"]),
        ("def f(df):\n    return df.sample(5)\ny = f(pd.read_csv('x'))", ["draw df.sample"]),
        ("y = unknown.sample(frac=1)", ["draw unknown.sample"]),
        ("y = unknown.sample(5)", []),
        ("y = unknown.sample(frac=1, random_state=1)", []),
        ("from scipy import stats\ny = stats.norm(0, 1).rvs(5)", ["draw rvs"]),
        ("from datasets import load_dataset\ny = load_dataset('x').shuffle()", ["draw shuffle"]),
        ("from datasets import load_dataset\ny = load_dataset('x', streaming=True).shuffle()", []),
        ("import tensorflow as tf\ny = tf.data.Dataset.from_tensor_slices(x).map(f).shuffle(10)", ["draw shuffle"]),
        ("w.weight.data.normal_(0, 0.1)", ["draw w.weight.data.normal_"]),
        ("d = torch.distributions.Normal(0, 1)\ny = d.sample((2,))", ["draw d.sample"]),
    ],
)
def test_methods_of_library_objects(source: str, expected: list[str]) -> None:
    assert story(source) == expected


@pytest.mark.parametrize(
    ("source", "how"),
    [
        ("random.seed(1)", How.FIXED),
        ("random.seed('experiment 1')", How.FIXED),
        ("random.seed(args.seed)", How.FIXED),
        ("random.seed(seed + rank)", How.FIXED),
        ("random.seed()", How.VARYING),
        ("np.random.seed(None)", How.VARYING),
        ("random.seed(time.time_ns())", How.VARYING),
        ("random.seed(int(time.time()) % 1000)", How.VARYING),
        ("random.seed(os.getpid())", How.VARYING),
        ("random.seed(hash('exp1'))", How.VARYING),
        ("torch.manual_seed(random.randint(0, 9))", How.VARYING),
        ("torch.seed()", How.VARYING),
        ("np.random.seed = 42", How.ASSIGNED),
        ("from lightning import seed_everything\nseed_everything()", How.FIXED),
        ("from tools import set_seed\nset_seed(1)", How.ASSUMED),
        ("import tools\ntools.fix_random_seeds()", How.ASSUMED),
        ("experiment.set_seed(1)", How.ASSUMED),
        ("from tools import set_seed\nrun_it(pre_call=set_seed)", How.ASSUMED),
        ("from framework import Trainer\nTrainer(seed=1)", How.ASSUMED),
        ("from transformers import Trainer\nTrainer(model)", How.ASSUMED),
        ("from transformers import HfArgumentParser, TrainingArguments\nHfArgumentParser((TrainingArguments,))", How.ASSUMED),
        ("from sacred import Experiment\nex = Experiment('x')", How.ASSUMED),
    ],
)
def test_how_something_is_seeded(source: str, how: How) -> None:
    assert [seeding.how for seeding in walk(source).seedings][-1:] == [how]


@pytest.mark.parametrize(
    "source",
    [
        "seed = 42",
        "from config import seed, manual_seed\nprint(seed, manual_seed)",
        "parser.add_argument('--seed', type=int, default=1)",
        "torch.Generator().manual_seed(0)",
        "rng = np.random.RandomState(0)\nrng.seed(1)",
        "from tools import get_seed\nget_seed()",
        "settings = dict(seed=42)",
        "import xgboost\nxgboost.train({'seed': 1}, data)",
        "from framework import Trainer\nTrainer(seed=None)",
        "def set_seed(seed):\n    random.seed(seed)",
    ],
)
def test_what_is_no_seeding(source: str) -> None:
    assert walk(source).seedings == []


def test_a_drawn_seed_is_right_if_what_it_is_drawn_from_was_seeded() -> None:
    seedings = walk("random.seed(1)\ntorch.manual_seed(random.randint(0, 9))").seedings
    assert [seeding.how for seeding in seedings] == [How.FIXED, How.FIXED]


def test_what_is_covered_when() -> None:
    draws = walk("a = random.random()\nrandom.seed(1)\nb = random.random()\nc = np.random.rand()\nrandom.seed()\nd = random.random()").draws
    assert [draw.unseeded for draw in draws] == [("python",), (), ("numpy",), ("python",)]


def test_a_helper_is_read_and_not_guessed_at() -> None:
    run = walk("def set_seed(s):\n    random.seed(s)\nset_seed(1)\na = random.random()\nb = np.random.rand()")
    assert [draw.unseeded for draw in run.draws] == [(), ("numpy",)]


def test_the_way_to_a_draw() -> None:
    source = (
        "class A:\n    def f(self):\n        return random.random()\ndef main():\n    A().f()\nif __name__ == '__main__':\n    main()\n"
    )
    (draw,) = walk(source, "import random\n").draws
    assert [call.name for call in draw.way] == ["main", "A.f"]
    assert getattr(draw.start, "lineno", 0) == 8


@pytest.mark.parametrize(
    ("source", "trains"),
    [
        ("loss.backward()", True),
        ("model.fit(X, y)", True),
        ("Trainer().fit(model)", True),
        ("optimizer = torch.optim.Adam(p)", True),
        ("train_one_epoch(model)", True),
        ("StandardScaler().fit(X)", False),
        ("self.scaler.fit(X)", False),
        ("model.train(mode)", False),
        ("train_loader = train_dataloader()", False),
        ("x = train_test_split(X, random_state=1)", False),
        ("model.eval()", False),
    ],
)
def test_signs_of_training(source: str, *, trains: bool) -> None:
    assert walk(source).trains is trains


@pytest.mark.parametrize(
    ("source", "use"),
    [
        ("x = random.random()\nprint(x)", Use.RESULT),
        ("print(random.random())", Use.RESULT),
        ("random.shuffle(items)", Use.RESULT),
        ("x += random.random()", Use.RESULT),
        ("def f():\n    return random.random()\nf()", Use.RESULT),
        ("random.random()", Use.NONE),
        ("x = random.random()", Use.NONE),
        ("time.sleep(random.random())", Use.HARMLESS),
        ("time.sleep(1 + 2 * random.random())", Use.HARMLESS),
        ("delay = random.uniform(1, 2)\nprint(delay)", Use.HARMLESS),
        ("pause_for = random.uniform(1, 2)\ntime.sleep(pause_for)", Use.HARMLESS),
        ("pause_for = random.uniform(1, 2)\ntime.sleep(pause_for)\nprint(pause_for)", Use.RESULT),
        ("get(url, headers={'User-Agent': random.choice(agents)})", Use.HARMLESS),
        ("h = {'User-Agent': random.choice(agents)}\nget(url, h)", Use.HARMLESS),
        ("self.user_agent = random.choice(agents)", Use.HARMLESS),
        ("def random_user_agent():\n    return random.choice(agents)\nrandom_user_agent()", Use.HARMLESS),
        ("open(f'run-{random.randint(0, 9)}.txt')", Use.HARMLESS),
        ("os.path.join(folder, str(random.randint(0, 9)))", Use.HARMLESS),
        ("','.join(random.sample(names, 2))", Use.RESULT),
        ("plt.plot(x, y, color=np.random.rand(3))", Use.HARMLESS),
        ("ax.scatter(np.random.randint(0, 9, 5), y)", Use.HARMLESS),
        ("x = torch.randn(1, 3)\ny = net(x)\nprint(y.shape)", Use.HARMLESS),
        ("x = torch.randn(1, 3).to(device)\ny, z = net(x)\nprint(y.shape)\nprint(z.size())", Use.HARMLESS),
        ("x = torch.randn(1, 3)\ndef f(x):\n    return x\ny = net(x)\nprint(y.shape)", Use.HARMLESS),
        ("x = torch.randn(1, 3)\ny = net(x)\nprint(y)", Use.RESULT),
        ("z = torch.randn(1, 3)\nfake_images = net(z)\nloss(fake_images).backward()", Use.RESULT),
        ("x = torch.randn(1, 3)\ny = net(x)\nprint(y.shape, y.mean())", Use.RESULT),
        ("x = torch.randn(1, 3)\ny = net(x)", Use.RESULT),
        ("x, y = np.random.rand(2)\nprint(x)", Use.RESULT),
        ("x, y = np.random.rand(2)", Use.NONE),
        ("dummy_input = torch.randn(1, 3)\nmodel(dummy_input)", Use.HARMLESS),
        ("torch.onnx.export(model, torch.randn(1, 3), 'x.onnx')", Use.HARMLESS),
        ("x = torch.randn(1, 3)\ny = net(x)\ntorch.onnx.export(net, x, 'n.onnx')\nprint(session.run(x) - y)", Use.HARMLESS),
        ("x = torch.randn(1, 3)\nprint(net(x))\ntraced = torch.jit.trace(net, (x,))", Use.HARMLESS),
        ("x = torch.randn(1, 3)\nprint(net(x))\nsheet.export(net, x)", Use.RESULT),
        ("print(torch.randn(1, 3).shape)", Use.HARMLESS),
        ("next_token = torch.multinomial(p, 1)\nprint(next_token)", Use.RESULT),
        ("print(np.trace(np.random.rand(3, 3)))", Use.RESULT),
        ("seed = random.randint(0, 9)\nprint(seed)", Use.SEED),
        ("line = random.choice(lines)\nseed = line[-6:]\nprint(write(seed))", Use.RESULT),
        ("random.seed(random.randint(0, 9))", Use.SEED),
        ("x = train_test_split(X, y, random_state=np.random.randint(9))", Use.SEED),
        ("rng = np.random.default_rng(np.random.randint(9))", Use.SEED),
        ("fit(generator=np.random.rand(3))", Use.RESULT),
        ("seeds = np.random.normal(0, 1, (16, 100))\nprint(seeds)", Use.RESULT),
    ],
)
def test_what_becomes_of_a_value(source: str, use: Use) -> None:
    assert [draw.use for draw in walk(source).draws][:1] == [use]


def test_code_that_is_too_deep_is_given_up() -> None:
    run = walk("x = " + " + ".join(["y"] * 900))
    assert not run.is_complete
    assert run.events == []


def test_deep_calls_are_all_entered() -> None:
    functions = "".join(f"def f{i}():\n    return f{i + 1}()\n" for i in range(100))
    assert story(functions + "def f100():\n    return random.random()\nx = f0()") == ["draw random.random"]


FRAGMENTS = (
    "x = np.random.rand(3)",
    "random.seed(x)",
    "def f(a, *b, c=x, **d):\n    global x\n    return a or f(b) or (yield c)",
    "f(f, *f, **f)",
    "class A(f, metaclass=A):\n    def g(self, x=f):\n        return super().g(self.h)\n    g.y = 1",
    "A().g().g().z = A.g = A",
    "x[f()], (y, *z) = lambda q: (q := f(q)), x",
    "x: f = f\nx += f()",
    "for f, (x, *A.q) in f():\n    break\nelse:\n    continue_ = 1",
    "with f() as (x, y), A():\n    pass",
    "try:\n    raise f() from x\nexcept* A as e:\n    pass",
    "match f():\n    case A(x=1, y=[f, *_]) | {'k': z, **r} if f():\n        pass",
    "from . import *\nfrom ...pkg import f as g\nimport a.b.c",
    "import numpy as A\nA = None",
    "{f: A, **x}\n{*x}\n[*x for x in x if x async_ in x]" if False else "{f: A, **x}\n{*x}",
    "del x, A.f, x[0]\nassert f(), f\nnonlocal_ = ...",
    "if __name__ == '__main__':\n    f()",
    "df.sample(frac=1).sample()[0].sample",
    "super().x\nsuper(A, f).__init__()",
    "self.train(self)\nprint(f'{f()!r:{x}}')",
    "@f\n@A.command()\nasync def h():\n    await h()\n    async with h() as x, h(): pass\n    return [x async for x in h()]",
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=8), st.booleans())
def test_no_code_makes_it_stumble(fragments: list[str], is_nested: object) -> None:
    body = "\n".join(fragments) or "pass"
    source = f"def outer():\n{textwrap.indent(body, '    ')}\nouter()\n" if is_nested else body
    assert story(source) == story(source), "whatever it says of broken code, it says it each time"
