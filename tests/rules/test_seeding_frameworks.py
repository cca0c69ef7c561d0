"""Frameworks that call functions, or seed, for their users: those that need a server, a project or gigabytes to be really run."""

from __future__ import annotations

import textwrap

import pytest

from dsguard.testing import run


def codes(source: str) -> list[str]:
    files = {"run.py": textwrap.dedent(source)}
    return [finding.code for finding in run(files, families=["seeds"], profile="strict", ignore=["DSG510"]).findings]


FLOW = """
    from prefect import flow, task
    import numpy as np

    @task
    def draw(n):
        return np.random.rand(n)

    @flow
    def pipeline():
        {first}
        print({call})

    if __name__ == "__main__":
        {start}
    """


@pytest.mark.parametrize(
    "call", ["draw(3)", "draw.submit(3).result()", "draw.with_options(retries=2)(3)", "draw.map([3]).result()", "draw.fn(3)"]
)
@pytest.mark.parametrize("start", ["pipeline()", 'pipeline.with_options(name="nightly")()', 'pipeline.serve(name="nightly")'])
def test_prefect(call: str, start: str) -> None:
    assert codes(FLOW.format(first="pass", call=call, start=start)) == ["DSG501"]
    assert codes(FLOW.format(first="np.random.seed(3)", call=call, start=start)) == []


DAGSTER = """
    from dagster import asset, job, materialize, op
    import numpy as np

    @{kind}
    def draw():
        return {draw}

    {more}

    if __name__ == "__main__":
        print({start})
    """
JOB = "@job\n    def pipe():\n        draw()"


@pytest.mark.parametrize(
    ("kind", "more", "start"),
    [("op", JOB, "pipe.execute_in_process().success"), ("asset", "", "materialize([draw]).success")],
)
def test_dagster(kind: str, more: str, start: str) -> None:
    assert codes(DAGSTER.format(kind=kind, more=more, start=start, draw="np.random.rand(3)")) == ["DSG501"]
    assert codes(DAGSTER.format(kind=kind, more=more, start=start, draw="np.random.default_rng(7).random(3)")) == []


ZENML = """
    from zenml import pipeline, step
    import numpy as np

    @step
    def draw() -> float:
        {first}
        return float(np.random.rand())

    @pipeline(enable_cache=False)
    def pipe():
        draw()

    if __name__ == "__main__":
        {start}
    """


@pytest.mark.parametrize("start", ["pipe()", 'pipe.with_options(run_name="nightly")()'])
def test_zenml(start: str) -> None:
    assert codes(ZENML.format(first="pass", start=start)) == ["DSG501"]
    assert codes(ZENML.format(first="np.random.seed(3)", start=start)) == []


METAFLOW = """
    from metaflow import FlowSpec, step
    import numpy as np

    class Draw(FlowSpec):
        @step
        def start(self):
            {first}
            self.x = np.random.rand(3)
            self.next(self.end)

        @step
        def end(self):
            print("drawn", self.x)

    if __name__ == "__main__":
        Draw()
    """


def test_metaflow() -> None:
    assert codes(METAFLOW.format(first="pass")) == ["DSG501"]
    assert codes(METAFLOW.format(first="np.random.seed(3)")) == []


RAY = "import ray\nimport numpy as np\n@ray.remote\ndef draw():\n    {first}return np.random.rand()\nprint(ray.get(draw.remote()))\n"


def test_ray() -> None:
    assert codes(RAY.format(first="")) == ["DSG501"]
    assert codes(RAY.format(first="np.random.seed(3)\n    ")) == []


LIGHTNING = "import torch\nfrom lightning.pytorch import Trainer\nfrom lightning.pytorch.cli import LightningCLI\n"
YOLO = "import random\nfrom pathlib import Path\nfrom ultralytics import YOLO\nimages = [*Path('images').iterdir()]\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (YOLO + "YOLO('n.yaml').train(data='coco8.yaml')", []),
        (YOLO + "random.shuffle(images)\nPath('a').write_text(str(images[:8]))\nYOLO('n.yaml').train(data='a.yaml')", ["DSG503"]),
        ("import composer, torch\ncomposer.Trainer(model, seed=3).fit()\nprint(torch.rand(1))", []),
        (LIGHTNING + "Trainer(deterministic=True)\nprint(torch.rand(1))", ["DSG501"]),
        (LIGHTNING + "LightningCLI(Net)\nprint(torch.rand(1))", []),
        (LIGHTNING + "LightningCLI(Net, seed_everything_default=7)\nprint(torch.rand(1))", []),
        (LIGHTNING + "LightningCLI(Net, seed_everything_default=False)\nprint(torch.rand(1))", ["DSG501"]),
        # A helper that nothing is known about may seed anywhere: nobody is blamed for what comes before.
        ("from toolkit import set_seed\nimport numpy as np\nprint(np.random.rand())\nset_seed(3)", []),
    ],
)  # fmt: skip
def test_frameworks_that_seed(source: str, expected: list[str]) -> None:
    assert codes(source) == expected


SPAWN = """
    import torch
    import torch.multiprocessing as mp

    def work(rank, size):
        {seeding}
        print(rank, torch.rand(size))

    if __name__ == "__main__":
        mp.spawn(work, args=(3,), nprocs=2)
    """


def test_processes_that_are_spawned() -> None:
    files = {"run.py": textwrap.dedent(SPAWN.format(seeding="pass"))}
    (finding,) = run(files, families=["seeds"]).findings
    assert finding.help.startswith("Add `torch.manual_seed(42)` at the start of `work`, with the rank in the seed")
    assert codes(SPAWN.format(seeding="torch.manual_seed(rank)")) == []


MODEL = """
    import mesa

    class City(mesa.Model):
        def __init__(self, size, {parameter}):
            super().__init__({given})
            self.total = self.random.randint(0, size)

    print(City(9).total)
    """


def test_agents() -> None:
    (finding,) = run({"run.py": textwrap.dedent(MODEL.format(parameter="rate=1", given=""))}, families=["seeds"]).findings
    assert (finding.code, finding.message.partition(" varies")[0], finding.help) == ("DSG506", "mesa.Model", "Give it `seed=42`.")
    assert codes(MODEL.format(parameter="seed=7", given="seed=seed")) == []
    batch = MODEL.format(parameter="rate=1", given="").replace("print(City(9).total)", "print(mesa.batch_run(City, {'size': [9]}))")
    assert codes(batch) == ["DSG506"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from torch_geometric.nn import GCNConv\nnet = GCNConv(2, 1)\nfit(net)", ["DSG501"]),
        ("from torch_geometric.nn.conv import GCNConv\nnet = GCNConv(2, 1)\nprint(net(x))", []),
        ("from torch_geometric.loader import NeighborLoader\nfor x in NeighborLoader(data, [9], shuffle=True):\n    print(x)", ["DSG501"]),
        ("from torch_geometric.loader import NeighborLoader\nfor x in NeighborLoader(data, [9]):\n    print(x)", []),
        ("from dgl.nn.pytorch import GATConv\nnet = GATConv(2, 1)\nfit(net)", ["DSG501"]),
        ("from gensim.models.ldamodel import LdaModel\nprint(LdaModel(corpus).show_topics())", ["DSG501"]),
        ("import umap.umap_ as umap\nprint(umap.UMAP().fit_transform(X))", ["DSG506"]),
        ("import pymc3 as pm\nprint(pm.sample(100))", ["DSG501"]),
        ("import pymc3 as pm\nimport numpy as np\nnp.random.seed(3)\nprint(pm.sample(100))", []),
        ("import pymc as pm\nimport numpy as np\nnp.random.seed(3)\nprint(pm.sample(100))", ["DSG506"]),
        ("from pyro.infer import SVI\nsvi = SVI(model, guide)\nprint(svi.step(x))", ["DSG501"]),
        ("import pyro\nfrom pyro.infer import SVI\npyro.set_rng_seed(1)\nsvi = SVI(model, guide)\nprint(svi.step(x))", []),
        ("import pygad\nbest = pygad.GA(num_generations=9).best_solution()\nprint(best)", ["DSG506"]),
        ("import pygad\nbest = pygad.GA(num_generations=9, random_seed=3).best_solution()\nprint(best)", []),
        ("import cma\nprint(cma.fmin2(f, [0, 0], 1))", ["DSG506"]),
        ("import cma\nprint(cma.fmin2(f, [0, 0], 1, {'seed': 3}))", []),
        ("import optuna\ns = optuna.create_study(sampler=optuna.integration.BoTorchSampler())\ns.optimize(f)", ["DSG506"]),
    ],
)
def test_libraries_with_ways_of_their_own(source: str, expected: list[str]) -> None:
    assert codes(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("make = partial(KMeans, random_state=3)\nprint(make().fit(X).labels_)", []),
        ("make = partial(KMeans, 3)\nprint(make().fit(X).labels_)", []),
        ("make = partial(KMeans, **options)\nprint(make().fit(X).labels_)", []),
        ("make = partial(KMeans, n_clusters=3)\nprint(make().fit(X).labels_)", ["DSG501"]),
        ("make = partial(KMeans)\nprint(make(random_state=3).fit(X).labels_)", []),
        ("draw = partial(noise, 2)\nprint(draw(3))", ["DSG501"]),
        ("seed = partial(np.random.seed, 3)\nseed()\nprint(noise(3))", []),
    ],
)
def test_partial(source: str, expected: list[str]) -> None:
    start = "from functools import partial\nimport numpy as np\nfrom sklearn.cluster import KMeans\nfrom data import X\n"
    assert codes(f"{start}def noise(n):\n    return np.random.rand(n)\n{source}\n") == expected
