"""Draws that a script does not come to, because every call leaves a parameter as it is; and weights that others replace."""

from __future__ import annotations

import textwrap

import pytest

from dsguard.testing import run


def codes(source: str, others: dict[str, str] | None = None) -> list[str]:
    files = {"run.py": textwrap.dedent(source), **{path: textwrap.dedent(text) for path, text in (others or {}).items()}}
    return [finding.code for finding in run(files, families=["seeds"], profile="strict", ignore=["DSG510"]).findings]


ORDER = """
    import numpy as np

    def order(count, shuffle={default}):
        rows = list(range(count))
        {condition}
            np.random.shuffle(rows)
        return rows

    {calls}
    """


@pytest.mark.parametrize(
    ("default", "condition", "calls", "fires"),
    [
        ("False", "if shuffle:", "print(order(9))", False),
        ("False", "if shuffle:", "print(order(9, True))", True),
        ("False", "if shuffle:", "print(order(9, shuffle=True))", True),
        ("False", "if shuffle:", "print(order(9), order(8, True))", True),
        ("False", "if shuffle:", "print(order(9), order(8, False), order(7, shuffle=False))", False),
        ("True", "if shuffle:", "print(order(9))", True),
        ("True", "if shuffle:", "print(order(9, False))", False),
        ("True", "if not shuffle:", "print(order(9))", False),
        ("0.0", "if shuffle > 0:", "print(order(9))", False),
        ("0.0", "if shuffle > 0 and count:", "print(order(9))", False),
        ("0.0", "if count and shuffle > 0:", "print(order(9))", False),
        ("0.0", "if shuffle > 0 or count:", "print(order(9))", True),
        ("None", "if shuffle is not None:", "print(order(9))", False),
        ("None", "if shuffle is None:", "print(order(9))", True),
        ("'no'", "if shuffle == 'yes':", "print(order(9))", False),
        ("None", "if shuffle > 0:", "print(order(9))", True),
        # What nobody can see may be anything.
        ("False", "if shuffle:", "print(order(9, args.shuffle))", True),
        ("False", "if shuffle:", "print(order(9, *options))", True),
        ("False", "if shuffle:", "print(order(9, **options))", True),
        ("False", "if shuffle:", "print(order(9), list(map(order, sizes)))", True),
        ("FLAG", "if shuffle:", "print(order(9))", True),
        ("False", "shuffle = shuffle or count > 3\n        if shuffle:", "print(order(9))", True),
        # Through another function.
        ("False", "if shuffle:", "def go(shuffle=False):\n        return order(9, shuffle=shuffle)\n    print(go())", False),
        ("False", "if shuffle:", "def go(shuffle=False):\n        return order(9, shuffle=shuffle)\n    print(go(True))", True),
        ("False", "if shuffle:", "def go(on):\n        def f(n):\n            order(n, on)\n        map(f, x)\n    go(False)", False),
        ("False", "if shuffle:", "def go(on):\n        def f(n):\n            order(n, on)\n        map(f, x)\n    go(True)", True),
    ],
)  # fmt: skip
def test_a_parameter_that_nobody_turns_on(default: str, condition: str, calls: str, *, fires: bool) -> None:
    assert codes(ORDER.format(default=default, condition=condition, calls=calls)) == ["DSG501"] * fires


@pytest.mark.parametrize(
    ("body", "call", "fires"),
    [
        ("return np.random.rand() if noisy else 0", "f()", False),
        ("return np.random.rand() if noisy else 0", "f(True)", True),
        ("return 0 if noisy else np.random.rand()", "f()", True),
        ("return noisy and np.random.rand()", "f()", False),
        ("return noisy or np.random.rand()", "f()", True),
        ("if not noisy:\n            return 0\n        return np.random.rand()", "f()", False),
        ("if not noisy:\n            return 0\n        return np.random.rand()", "f(True)", True),
        ("if noisy:\n            return 0\n        return np.random.rand()", "f()", True),
        ("return draw() if noisy else 0", "f()", False),
        ("return draw() if noisy else 0", "f() + draw()", True),
    ],
)
def test_all_kinds_of_conditions(body: str, call: str, *, fires: bool) -> None:
    source = f"""
    import numpy as np

    def draw():
        return np.random.rand()

    def f(noisy=False):
        {body}

    print({call})
    """
    assert codes(source) == ["DSG501"] * fires


LOADER = """
    import random
    import numpy as np

    class Loader:
        def __init__(self, rows, shuffle=False):
            self.rows = rows
            self.shuffle = shuffle

        def __iter__(self):
            if self.shuffle:
                random.shuffle(self.rows)
            return iter(self.rows)
    """


OWN = """\
class Own(Loader):
    def __init__(self, rows):
        {}
for row in Own(rows):
    np.save('a', row)
"""


@pytest.mark.parametrize(
    ("source", "fires"),
    [
        ("for row in Loader(rows):\n    np.save('a', row)\n", False),
        ("for row in Loader(rows, shuffle=True):\n    np.save('a', row)\n", True),
        ("for row in Loader(rows, True):\n    np.save('a', row)\n", True),
        ("loader = Loader(rows)\nloader.shuffle = True\nfor row in loader:\n    np.save('a', row)\n", True),
        ("loader = Loader(rows)\nsetattr(loader, name, True)\nfor row in loader:\n    np.save('a', row)\n", True),
        ("loader = build(Loader)\nfor row in Loader(rows):\n    np.save('a', row)\n", True),
        ("class Own(Loader):\n    pass\nfor row in Own(rows):\n    np.save('a', row)\n", False),
        ("class Own(Loader):\n    pass\nfor row in Own(rows, True):\n    np.save('a', row)\n", True),
        (OWN.format("super().__init__(rows, shuffle=False)"), False),
        (OWN.format("super().__init__(rows, shuffle=True)"), True),
        (OWN.format("Loader.__init__(self, rows, True)"), True),
        (OWN.format("super().__init__(rows)\n        self.shuffle = True"), True),
    ],
)
def test_an_attribute_that_the_constructor_keeps(source: str, *, fires: bool) -> None:
    script = "import numpy as np\nfrom native import build, rows\nfrom loader import Loader\n" + source
    assert codes(script, {"loader.py": LOADER}) == ["DSG501"] * fires


@pytest.mark.parametrize("how", ["typer.run(main)", "fire.Fire(main)"])
def test_a_command_line_gives_what_it_likes(how: str) -> None:
    source = f"""
    import fire, typer
    import numpy as np

    def main(noisy: bool = False):
        print(np.random.rand() if noisy else 0)

    if __name__ == "__main__":
        {how}
    """
    assert codes(source) == ["DSG501"]


NET = """
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.out = nn.Linear(3, 1)
    """


@pytest.mark.parametrize(
    ("use", "fires"),
    [
        ("net = Net()\nnet.load_state_dict(torch.load('n.pt'))\nnet(x).backward()", False),
        ("net = Net().to(device)\nnet.eval()\nprint(net)\nnet.load_state_dict(torch.load('n.pt'))\nnet(x).backward()", False),
        ("net = Net()\nnet.set_weights(read('n.ckpt'))\nnet(x).backward()", False),
        ("self.net = Net()\nself.net.load_state_dict(torch.load('n.pt'))\nself.net(x).backward()", False),
        ("net = Net()\nwith torch.no_grad():\n    net.load_state_dict(torch.load('n.pt'))\nnet(x).backward()", False),
        ("net = Net()\nif path:\n    net.load_state_dict(torch.load('n.pt'))\nnet(x).backward()", True),
        ("net = Net()\nnet.load_state_dict(torch.load('n.pt'), strict=False)\nnet(x).backward()", True),
        ("net = Net()\nnet.out.load_state_dict(torch.load('n.pt'))\nnet(x).backward()", True),
        ("net, other = Net(), Net()\nother.load_state_dict(torch.load('n.pt'))\nnet(x).backward()", True),
        # The best weights come back after the training.
        ("net = Net()\nfor x in data:\n    net(x).backward()\nnet.load_state_dict(torch.load('best.pt'))", True),
        ("net = Net()\ntrain(net)\nnet.load_state_dict(torch.load('best.pt'))", True),
        ("net = Net()\nnet.fit(x)\nnet.load_state_dict(torch.load('best.pt'))", True),
        # One of two that are made gets none.
        ("net = Net()\nnet.load_state_dict(torch.load('n.pt'))\nnew = Net()\nnew(x).backward()", True),
    ],
)
def test_weights_that_others_replace(use: str, *, fires: bool) -> None:
    body = textwrap.indent(use, "    ")
    source = (
        f"import torch\nfrom net import Net\nfrom native import data, device, path, train, x\n\ndef main(self):\n{body}\n\nmain(None)\n"
    )
    assert codes(source, {"net.py": NET}) == ["DSG501"] * fires


TRAINER = """
    from net import Net
    from native import optimizer

    class Trainer:
        def __init__(self, config):
            self.model, self.optimizer = self.initialize()

        def initialize(self):
            return Net(), optimizer

        def load_checkpoint(self, path):
            raise NotImplementedError
    """


@pytest.mark.parametrize(
    ("use", "fires"),
    [
        ("trainer = Trainer(config)\ntrainer.model.load_state_dict(torch.load('n.pt'))\ntrainer.evaluate()", False),
        (
            "trainer = Trainer(config)\nstate = torch.load('n.pt')\ntrainer.model.module.load_state_dict(state['net'])\ntrainer.evaluate()",
            False,
        ),
        ("trainer = Trainer(config)\ntrainer.load_checkpoint('n.pt')\ntrainer.evaluate()", False),
        ("trainer = Trainer(config)\nif path:\n    trainer.load_checkpoint(path)\ntrainer.train()", True),
        ("trainer = Trainer(config)\ntrainer.load_checkpoint(path, strict=False)\ntrainer.train()", True),
        ("trainer = Trainer(config)\ntrainer.optimizer.load_state_dict(torch.load('o.pt'))\ntrainer.train()", True),
        # One of several, perhaps.
        ("agent = Trainer(config)\nagent.actor.load_state_dict(torch.load('n.pt'))\nagent.train()", True),
        # The best weights come back after the training.
        ("trainer = Trainer(config)\ntrainer.train()\ntrainer.model.load_state_dict(torch.load('best.pt'))\ntrainer.evaluate()", True),
        ("trainer = Trainer(config)\ntrainer.fit(x)\ntrainer.load_checkpoint('best.pt')\ntrainer.evaluate()", True),
    ],
)
def test_weights_of_what_holds_a_model_that_others_replace(use: str, *, fires: bool) -> None:
    body = textwrap.indent(use, "    ")
    source = f"import torch\nfrom trainer import Trainer\nfrom native import config, path, x\n\ndef main():\n{body}\n\nmain()\n"
    assert codes(source, {"net.py": NET, "trainer.py": TRAINER}) == ["DSG501"] * fires


@pytest.mark.parametrize(
    ("use", "fires"),
    [
        ("net = Net()\nnet.load_state_dict(torch.load('n.pt'))\nnet(x).backward()", False),
        ("for path in paths:\n    net = Net()\n    net.load_state_dict(torch.load(path))\n    net(x).backward()", False),
        ("net = Net()\nnet(x).backward()\nnet.load_state_dict(torch.load('n.pt'))", True),
    ],
)
def test_weights_that_others_replace_in_a_plain_script(use: str, *, fires: bool) -> None:
    assert codes(f"import torch\nfrom net import Net\nfrom native import paths, x\n{use}\n", {"net.py": NET}) == ["DSG501"] * fires


@pytest.mark.parametrize(
    ("source", "fires"),
    [
        ("layer = torch.load('n.pt').out\nlayer.reset_parameters()\nprint(layer.weight)", True),
        ("torch.manual_seed(1)\nlayer = torch.load('n.pt').out\nlayer.reset_parameters()\nprint(layer.weight)", False),
        ("class Own:\n    def __init__(self):\n        self.w = torch.empty(3)\n        self.w.normal_()\nprint(Own())", False),
        ("class Own:\n    def __init__(self):\n        self.norm.reset_parameters()\nprint(Own())", False),
        ("noise = torch.empty(3)\nnoise.normal_()\nprint(noise)", True),
    ],
)
def test_weights_that_are_drawn_again(source: str, *, fires: bool) -> None:
    assert codes(f"import torch\n{source}\n") == ["DSG501"] * fires


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from faker import Faker\nfake = Faker()\nfake.seed_instance(7)\npd.Series(fake.name()).to_csv('a')", []),
        ("from faker import Faker\nfake = Faker()\nFaker.seed(7)\npd.Series(fake.name()).to_csv('a')", []),
        ("from faker import Faker\nfake = Faker()\npd.Series(fake.name()).to_csv('a')", ["DSG506"]),
        ("from faker import Faker\nfake = Faker()\nother.seed_instance(7)\npd.Series(fake.name()).to_csv('a')", ["DSG506"]),
        ("import polars as pl\npl.read_csv('a').sample(3).write_csv('b')\npl.set_random_seed(7)", ["DSG506"]),
        ("import random\nrng = random.Random()\nrng.seed(7)\npd.Series(rng.random()).to_csv('a')", []),
        ("import random\nrng = random.Random()\npd.Series(rng.random()).to_csv('a')", ["DSG505"]),
        ("rng = np.random.RandomState()\nrng.seed(7)\npd.Series(rng.rand(3)).to_csv('a')", []),
    ],
)
def test_generators_that_are_seeded_after_they_are_made(source: str, expected: list[str]) -> None:
    assert codes(f"import numpy as np\nimport pandas as pd\n{source}\n") == expected


NOISY_NET = """
    import torch
    from torch import nn

    def drop_path(x, drop_prob=0.0, training=False):
        if drop_prob == 0.0 or not training:
            return x
        return x * torch.rand(x.shape[0])

    class DropPath(nn.Module):
        def __init__(self, drop_prob):
            super().__init__()
            self.drop_prob = drop_prob

        def forward(self, x):
            return drop_path(x, self.drop_prob, self.training)

    class Choice(nn.Module):
        def choose(self, sizes):
            return sizes[int(torch.empty(1).uniform_(0, len(sizes)))]

        def forward(self, x):
            return x[: self.choose((8, 16)) if self.training else 8]
    """


@pytest.mark.parametrize(
    ("use", "fires"),
    [
        ("net.load_state_dict(torch.load('n.pt'))\nnet.eval()\nprint(net(x))", False),
        ("net.load_state_dict(torch.load('n.pt'))\nprint(net(x))", True),
        ("net.load_state_dict(torch.load('n.pt'))\neval('net')\nprint(net(x))", True),
        ("net.load_state_dict(torch.load('n.pt'))\nnet.eval()\nnet.train()\nprint(net(x))", True),
        ("net.load_state_dict(torch.load('n.pt'))\nnet.eval()\nnet.training = True\nprint(net(x))", True),
        ("print(count_operations(net, x))", False),
        ("net.load_state_dict(torch.load('n.pt'))\nnet.eval()\nnet(x).backward()\nprint(x.grad)", False),
        ("net.load_state_dict(torch.load('n.pt'))\nnet.eval()\nnet.train(True)\nprint(net(x))", True),
        ("torch.optim.SGD(net.parameters())\nnet(x).backward()\nnet.eval()\nprint(net(x))", True),
        ("net.fit(x)\nnet.eval()\nprint(net(x))", True),
    ],
)
@pytest.mark.parametrize("made", ["DropPath(0.2)", "Choice()"])
def test_a_model_that_only_answers(made: str, use: str, *, fires: bool) -> None:
    source = f"import torch\nfrom net import Choice, DropPath\nfrom native import count_operations, x\nnet = {made}\n{use}\n"
    assert codes(source, {"net.py": NOISY_NET}) == ["DSG501"] * fires


TRANSFORMS = """
    import random

    class Resize:
        def __init__(self, least, most=None, flip=0.5):
            self.least = least
            if most is None:
                most = least
            self.most = most
            self.flip = flip

        def __call__(self, image):
            return image.resize(random.randint(self.least, self.most))

    class Flip:
        def __init__(self, chance=0.5):
            self.chance = chance

        def __call__(self, image):
            if random.random() < self.chance:
                return image.rotate(random.uniform(1, 2))
            return image
    """


@pytest.mark.parametrize(
    ("made", "fires"),
    [
        ("Resize(520)", False),
        ("Resize(520, 520)", False),
        ("Resize(520, 521)", True),
        ("Resize(520, most)", True),
        ("Flip()", True),
        ("Flip(0.0)", False),
        ("Flip(chance=0)", False),
        ("Flip(chance=chance)", True),
    ],
)
def test_what_chance_has_no_say_in(made: str, *, fires: bool) -> None:
    imports = "import numpy as np\nfrom transforms import Flip, Resize\nfrom native import chance, image, most\n"
    source = f"{imports}np.save('a', {made}(image))\n"
    assert codes(source, {"transforms.py": TRANSFORMS}) == ["DSG501"] * fires


@pytest.mark.parametrize(
    ("condition", "fires"),
    [("random.random() < p", True), ("random.random() > p", True), ("random.random() == p", True), ("np.random.rand() >= p", True)],
)
def test_a_chance_of_one_is_none(condition: str, *, fires: bool) -> None:
    source = f"import random\nimport numpy as np\ndef f(p):\n    return 1 if {condition} else 2\nnp.save('a', f({{}}))\n"
    assert codes(source.format("0.5")) == ["DSG501"] * fires
    assert codes(source.format("1.0")) == ["DSG501"] * ("==" in condition)


CHOOSER = """
    import random
    import numpy as np

    {definition}

    rng = np.random.default_rng(7)
    {call}
    """

FUNCTION = """def choose(rows, rng=None):
        {body}
"""


@pytest.mark.parametrize(
    "body",
    [
        "return np.random.choice(rows) if rng is None else rng.choice(rows)",
        "return rng.choice(rows) if rng is not None else np.random.choice(rows)",
        "if rng is None:\n            return np.random.choice(rows)\n        return rng.choice(rows)",
        "rng = np.random if rng is None else rng\n        return rng.choice(rows)",
        "rng = rng if rng is not None else np.random\n        return rng.choice(rows)",
        "rng = rng or np.random\n        return rng.choice(rows)",
    ],
)
@pytest.mark.parametrize(
    ("call", "fires"),
    [
        ("print(choose(range(9)))", True),
        ("print(choose(range(9), np.random.RandomState(7)))", False),
        ("print(choose(range(9), rng=rng))", False),
        ("def main():\n        own = random.Random(7)\n        print(choose(range(9), own))\n    main()", False),
    ],
)
def test_a_generator_or_the_global_one(body: str, call: str, *, fires: bool) -> None:
    source = CHOOSER.format(definition=FUNCTION.format(body=body), call=call)
    assert codes(source) == ["DSG501"] * fires


SAMPLER = """
    import numpy as np

    class Sampler:
        def __init__(self, rng=None):
            self.rng = {kept}

        def sample(self, rows):
            return self.rng.choice(rows)

    print({made}.sample(range(9)))
    """


@pytest.mark.parametrize("kept", ["rng or np.random", "np.random if rng is None else rng", "rng if rng is not None else np.random"])
@pytest.mark.parametrize(("made", "fires"), [("Sampler()", True), ("Sampler(np.random.RandomState(7))", False), ("Sampler(make())", False)])
def test_a_generator_that_an_object_keeps_or_the_global_one(kept: str, made: str, *, fires: bool) -> None:
    assert codes(SAMPLER.format(kept=kept, made=made)) == ["DSG501"] * fires


@pytest.mark.parametrize("parameter", ["rng=np.random", "*, rng=np.random"])
@pytest.mark.parametrize(
    ("call", "fires"),
    [
        ("choose(9)", True),
        ("choose(9, rng=np.random.RandomState(7))", False),
        ("choose(9, **options)", False),
        ("choose(*options)", False),
    ],
)
def test_the_global_generator_by_default(parameter: str, call: str, *, fires: bool) -> None:
    source = f"""
        import numpy as np

        def choose(count, {parameter}):
            return rng.permutation(count)

        print({call})
        """
    assert codes(source) == ["DSG501"] * fires


def test_a_method_with_the_global_generator_by_default() -> None:
    source = """
        import numpy as np

        class Rows:
            def choose(self, count, rng=np.random):
                return rng.permutation(count)

        print(Rows().choose({}))
        """
    assert codes(source.format("9")) == ["DSG501"]
    assert codes(source.format("9, np.random.RandomState(7)")) == []


BY_NAME = """
    import numpy as np

    def load(name, size=3):
        if name == "synthetic":
            return np.random.rand(size)
        elif name != "file":
            return np.ones(size)
        return np.zeros(size)

    {calls}
    """


@pytest.mark.parametrize(
    ("calls", "fires"),
    [
        ("print(load('file'))", False),
        ("print(load('synthetic'))", True),
        ("print(load('file'), load('ones'))", False),
        ("print(load('file'), load('synthetic'))", True),
        ("name = 'file'\n    print(load(name))", False),
        ("name = 'synthetic'\n    print(load(name))", True),
        ("name = 'file'\n    if more:\n        name = 'synthetic'\n    print(load(name))", True),
        ("for name in ('file', 'ones'):\n        print(load(name))", False),
        ("for name in ['file', 'synthetic']:\n        print(load(name))", True),
        ("names = ['file', 'ones']\n    for name in names:\n        print(load(name))", False),
        ("names = read()\n    for name in names:\n        print(load(name))", True),
        ("def go(what):\n        return load(what, 5)\n    print(go('file'))", False),
        ("def go(what='synthetic'):\n        return load(what, 5)\n    print(go())", True),
        ("print(load(args.name))", True),
        # Who names one that draws nothing and leaves the other to the command line is not blamed.
        ("print(load('file'), load(args.name))", False),
        ("print(load(*options))", True),
    ],
)
def test_one_of_several_by_name(calls: str, *, fires: bool) -> None:
    assert codes(BY_NAME.format(calls=calls)) == ["DSG501"] * fires
