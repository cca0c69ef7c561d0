"""DSG501: an entry script that draws random numbers seeds them."""

from __future__ import annotations

import textwrap

import pytest

from dsguard.analysis.seeds.knowledge_table import METHODS, SOURCES
from dsguard.model import Confidence, Finding
from dsguard.rules.seeds.entry_rule import DRAW_BY_NAME, DRAWING_WORDS, may_draw
from dsguard.rules.seeds.unseeded_entry_script import UnseededEntryScript
from dsguard.testing import tree

RULE = UnseededEntryScript()


def findings(source: str, *, path: str = "run.py", others: dict[str, str] | None = None, config: str = "") -> list[Finding]:
    """All findings, those of low confidence too."""
    file = tree({path: textwrap.dedent(source), **(others or {})}, config)[path]
    return list(RULE.check(file, {}))


# Small scripts whose output was compared between processes: "varies" ones differ from run to run and seed nothing at all.
VARIES = {
    "a draw from NumPy": "import numpy as np\nprint(np.random.rand(4))",
    "a draw from random": "import random, numpy as np\nprint(np.mean([random.gauss(0, 1) for _ in range(9)]))",
    "a helper that nobody calls": "import random, numpy\ndef fix_seed(n):\n    random.seed(n)\nprint(random.random())",
    "shuffled folds": "from sklearn.model_selection import KFold\nprint([test for _, test in KFold(4, shuffle=True).split(range(12))])",
    "a split": "from sklearn.model_selection import train_test_split\nprint(train_test_split(list(range(10))))",
    "a bootstrap": "from scipy import stats\nprint(stats.bootstrap((x,), stats.norm.fit))",
    "a graph": "import networkx as nx\nprint(nx.gnp_random_graph(9, 0.5).edges)",
    "seeded data, unseeded model": """
        import numpy as np
        from sklearn.neural_network import MLPClassifier
        X = np.random.RandomState(0).rand(50, 3)
        print(MLPClassifier().fit(X, X[:, 0] > 0.5).predict(X))
        """,
    "a seeded split, an unseeded forest": """
        import pandas as pd
        from sklearn.ensemble import RandomForestRegressor
        from sklearn.model_selection import train_test_split
        train, test = train_test_split(pd.read_csv("a.csv"), random_state=1)
        print(RandomForestRegressor().fit(train, train.y).score(test, test.y))
        """,
    "oversampling": "from imblearn.over_sampling import SMOTE\nprint(SMOTE().fit_resample(X, y))",
    "Keras": "from tensorflow import keras\nmodel = keras.Sequential([keras.layers.Dense(3)])\nmodel.fit(x, y)\nmodel.save('m.keras')",
    "TensorFlow": "import tensorflow as tf\nprint(tf.random.normal((3,)))",
    "a seed option that nobody uses": """
        import argparse
        import torch
        parser = argparse.ArgumentParser()
        parser.add_argument("--seed", type=int, default=3)
        args = parser.parse_args()
        print(torch.randperm(8), args.seed)
        """,
    "a generator that is made and not used": "import numpy as np\nnp.random.RandomState(3)\nprint(np.random.rand())",
    "old scikit-learn": "from sklearn.cross_validation import train_test_split\nprint(train_test_split(X, y))",
    "a table": "import pandas as pd\npd.read_csv('a.csv').sample(frac=1).to_csv('b.csv')\nprint('done')",
}


@pytest.mark.parametrize("source", VARIES.values(), ids=VARIES.keys())
def test_scripts_that_vary(source: str) -> None:
    (finding,) = findings(source)
    assert finding.confidence is Confidence.MEDIUM


# Stable from run to run, or the matter of another rule of the family (its number in the name).
SILENT = {
    "folds without shuffling": "from sklearn.model_selection import KFold\nprint([test for _, test in KFold(4).split(range(12))])",
    "lbfgs": "from sklearn.linear_model import LogisticRegression\nprint(LogisticRegression().fit(X, y).coef_)",
    "XGBoost": "import xgboost as xgb\nprint(xgb.XGBRegressor(subsample=0.5).fit(X, y).predict(X))  # random",
    "LightGBM": "import lightgbm as lgb\nprint(lgb.LGBMRegressor(subsample=0.5, subsample_freq=1).fit(X, y).predict(X))  # random",
    "CatBoost": "import catboost\nprint(catboost.CatBoostRegressor(iterations=5).fit(X, y).predict(X))  # random",
    "a global seed reaches scikit-learn": """
        import numpy as np
        np.random.seed(3)
        from sklearn.model_selection import train_test_split
        print(train_test_split(list(range(10))))
        """,
    "a generator of its own": "import torch\nprint(torch.rand(3, generator=torch.Generator()))",
    "a loader in order": "import torch\nfrom torch.utils.data import DataLoader\nprint(list(DataLoader(torch.arange(9), batch_size=3)))",
    "weights that are replaced": """
        import torch
        net = torch.nn.Linear(2, 1)
        net.load_state_dict(torch.load("net.pt"))
        net.eval()
        print(net(torch.ones(1, 2)))
        """,
    "a helper that is called": """
        import random, numpy as np
        def fix_seed(n):
            random.seed(n)
            np.random.seed(n)
        fix_seed(3)
        print(random.random(), np.random.rand())
        """,
    "a sampler with a fixed seed": "from torch.utils.data.distributed import DistributedSampler as D\nprint(list(D(range(8), 1, 0)))",
    "Lightning's default seed": "import lightning as L, torch\nL.seed_everything()\nprint(torch.rand(1))",
    "a seed reaches data sets": "import numpy as np, datasets\nnp.random.seed(3)\nprint(datasets.load_dataset('imdb').shuffle())",
    "t-SNE on PCA": "from sklearn.manifold import TSNE\nprint(TSNE().fit_transform(X))",
    "PCA": "from sklearn.decomposition import PCA\nprint(PCA(2).fit_transform(X))",
    "word vectors": "from gensim.models import Word2Vec\nprint(Word2Vec(sentences, min_count=1).wv)",
    "a sample with a default seed": "import shap\nprint(shap.sample(X, 5))",
    "a text as a seed": "import random, numpy\nrandom.seed('run 1')\nprint(random.random())",
    "Keras seeded": "import keras\nkeras.utils.set_random_seed(3)\nprint(keras.layers.Dense(1))",
    "explicit keys": "import jax\nprint(jax.random.normal(jax.random.key(3), (2,)))",
    "numbers that are meant to be random": "import secrets, random\nprint(secrets.token_hex(8), random.SystemRandom().random())",
    "502: another generator is seeded": "import random, numpy as np\nrandom.seed(3)\nprint(np.random.rand())",
    "502: Keras 3 and TensorFlow's seed": "import tensorflow as tf, keras\ntf.random.set_seed(3)\nprint(keras.layers.Dense(1)); fit(1)",
    "503: seeded too late": "import torch\nnet = torch.nn.Linear(2, 1)\ntorch.manual_seed(3)\ntrain(net)",
    "504: the time as a seed": "import random, time, numpy\nrandom.seed(time.time_ns())\nprint(random.random())",
    "504: None as a seed": "import numpy as np\nnp.random.seed(None)\nprint(np.random.rand())",
    "504: the hash of a text": "import random, numpy\nrandom.seed(hash('run 1'))\nprint(random.random())",
    "504: reseeded from the system": "import torch\ntorch.seed()\nprint(torch.rand(1))",
    "504: a random seed": "import numpy as np\nfrom sklearn.utils import shuffle\nprint(shuffle(X, random_state=np.random.randint(9)))",
    "505: a generator without a seed": "import numpy as np\nprint(np.random.default_rng().random())",
    "506: Optuna": "import optuna\nstudy = optuna.create_study()\nstudy.optimize(objective)  # random",
    "506: polars": "import polars as pl\nprint(pl.read_csv('a.csv').sample(5))",
    "506: quasi-random numbers": "from scipy.stats import qmc\nprint(qmc.LatinHypercube(2).random(2))",
    "507: the hash seed set too late": "import os\nos.environ['PYTHONHASHSEED'] = '0'\nprint(set('random'))",
    "509: seeded on a GPU only": "import torch\nif torch.cuda.is_available():\n    torch.manual_seed(3)\nprint(torch.rand(2))",
    "509: assigned, not called": "import numpy as np\nnp.random.seed = 42\nprint(np.random.rand())",
    "an optional seed": """
        import argparse, numpy as np
        parser = argparse.ArgumentParser()
        parser.add_argument("--seed", type=int, default=None)
        args = parser.parse_args()
        if args.seed is not None:
            np.random.seed(args.seed)
        print(np.random.rand())
        """,
    "a recorded seed": "import random, numpy\nseed = random.randint(0, 9)\nprint(seed)\nrandom.seed(seed)\nprint(random.random())",
    "an import that is not used": "import torch, random\nimport numpy as np\nprint(np.arange(3), torch.zeros(2))",
    "a parameter that is passed on": """
        from sklearn.ensemble import RandomForestClassifier
        def fit(X, y, random_state=None):
            return RandomForestClassifier(random_state=random_state).fit(X, y)
        print(fit(X, y, random_state=3))
        """,
    "options from elsewhere": "from sklearn.ensemble import RandomForestClassifier\nprint(RandomForestClassifier(**params).fit(X, y))",
    "a pause": "import random, time, numpy\nfor page in range(3):\n    time.sleep(random.random())",
    "a user agent": "import random, requests, pandas\nprint(requests.get(url, headers={'User-Agent': random.choice(AGENTS)}))",
    "a made-up input for an export": "import torch\nmodel = torch.load('m.pt')\ntorch.onnx.export(model, torch.randn(1, 3), 'm.onnx')",
    "a look at the data": "import pandas as pd\nprint(pd.read_csv('a.csv').sample(5))",
    "a value that nobody looks at": "import numpy as np\nnp.random.rand(3)\nprint(np.arange(3))",
    "weights that are never trained": "import torch\nnet = torch.nn.Linear(2, 1)\nprint(sum(p.numel() for p in net.parameters()))",
    "a framework that seeds": "from transformers import Trainer\nfrom torch import nn\nhead = nn.Linear(2, 1)\nTrainer(head).train()",
    "a function that is never reached": "import numpy as np\ndef noise():\n    return np.random.rand(3)\nprint(np.arange(3))",
}


@pytest.mark.parametrize("source", SILENT.values(), ids=SILENT.keys())
def test_scripts_that_are_stable_or_the_matter_of_another_rule(source: str) -> None:
    assert findings(source) == []


def test_the_finding_tells_the_way() -> None:
    source = """
        import numpy as np
        import torch
        from torch import nn

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.out = nn.Linear(3, 1)

        def main():
            order = np.random.permutation(100)
            net = Net()
            for step in range(3):
                net(order).backward()
            torch.save(net, f"{order[0]}.pt")

        if __name__ == "__main__":
            main()
        """
    (finding,) = findings(source, path="src/train.py")
    assert finding.message == (
        "train.py shuffles with NumPy's global generator (np.random.permutation, line 12) and initialises weights with PyTorch's "
        "global generator (nn.Linear, line 9), and nothing seeds them: every run gives another result"
    )
    assert finding.help == "Add `np.random.seed(42); torch.manual_seed(42)` before line 19."
    assert finding.subject == "numpy,torch"
    assert finding.confidence is Confidence.HIGH
    assert (finding.location.line, finding.location.column) == (12, 13)
    assert [(step.line, step.message) for step in finding.trace] == [(19, "calls main"), (12, "draws: np.random.permutation")]


@pytest.mark.parametrize(
    ("source", "advice"),
    [
        ("import numpy as np\nprint(np.random.rand())", "Add `np.random.seed(42)` before line 2."),
        ("import numpy\nprint(numpy.random.rand())", "Add `numpy.random.seed(42)` before line 2."),
        ("from numpy.random import rand\nprint(rand())", "Add `import numpy as np; np.random.seed(42)` before line 2."),
        (
            "from random import random\nimport numpy\nprint(random())",
            "Add `import random as random_module; random_module.seed(42)` before line 3.",
        ),
        (
            "from tensorflow.keras.layers import Dense\nm = Dense(1)\nm.fit(x)",
            "Add `import tensorflow as tf; tf.keras.utils.set_random_seed(42)` before line 2.",
        ),
        ("import numpy, random\nprint(random.random())", "Add `random.seed(42)` before line 2."),
        (
            "from sklearn.utils import shuffle\nprint(shuffle(X))",
            "Add `import numpy as np; np.random.seed(42)` before line 2, or pass `random_state=42` to that call.",
        ),
        (
            "import networkx as nx\nprint(nx.spring_layout(G))",
            "Add `import numpy as np; np.random.seed(42)` before line 2, or pass `seed=42` to that call.",
        ),
        (
            "import tensorflow as tf\nm = tf.keras.Sequential([tf.keras.layers.Dense(1)])\nm.fit(x)",
            "Add `tf.keras.utils.set_random_seed(42)` before line 2.",
        ),
        (
            "import keras, random\nm = keras.layers.Dense(1)\nm.fit(x)\nrandom.shuffle(x)",
            "Add `keras.utils.set_random_seed(42)` before line 2.",
        ),
        (
            "import tensorflow as tf\nprint(tf.random.normal([3]))",
            "Add `tf.random.set_seed(42)` before line 2, or pass `seed=42` to that call.",
        ),
        (
            "import tensorflow as tf\nx = tf.random_shuffle(rows)\nwith tf.Session() as session:\n    print(session.run(x))",
            "Add `tf.set_random_seed(42)` before line 2, or pass `seed=42` to that call.",
        ),
        (
            "import tensorflow as tf\nprint(tf.truncated_normal([3]))",
            "Add `tf.set_random_seed(42)` before line 2, or pass `seed=42` to that call.",
        ),
        (
            "import tensorflow.compat.v1 as tf1\nx = tf1.random_uniform([3])\nprint(tf1.Session().run(x))",
            "Add `tf1.set_random_seed(42)` before line 2, or pass `seed=42` to that call.",
        ),
        (
            "import tensorflow as tf\nx = tf.placeholder(tf.float32)\ncell = tf.nn.rnn_cell.GRUCell(3)\n\
w = tf.Variable(tf.truncated_normal([3]))\ntf.train.AdamOptimizer().minimize(cell(x) * w)",
            "Add `tf.set_random_seed(42)` before line 3.",
        ),
    ],
)  # fmt: skip
def test_the_help_is_the_smallest_edit(source: str, advice: str) -> None:
    assert [finding.help for finding in findings(source)] == [advice]


def test_many_calls_are_counted() -> None:
    (finding,) = findings("import numpy as np\n" + "print(np.random.rand())\n" * 5)
    assert "(np.random.rand, line 2; np.random.rand, line 3; 3 more)" in finding.message


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("import random\nprint(random.random())", "dice.py"),
        ("import numpy as np\nprint(np.random.rand())", "bootstrap.py"),
        ("import numpy as np\nprint(np.random.rand())", "profile_loading.py"),
        ("import numpy as np\nprint(np.random.rand())", "dummy_metrics.py"),
        (
            "import torch\ndef smooth(x):\n    return x.mean()\nif __name__ == '__main__':\n    print(smooth(torch.randn(3)))",
            "losses.py",
        ),
    ],
)
def test_low_confidence(source: str, path: str) -> None:
    assert [finding.confidence for finding in findings(source, path=path)] == [Confidence.LOW]


@pytest.mark.parametrize(("kept", "confidence"), [("np.save('x.npy', x)", Confidence.HIGH), ("print(x)", Confidence.LOW)])
def test_a_guard_that_calls_what_keeps_its_numbers_is_no_demonstration(kept: str, confidence: Confidence) -> None:
    source = f"""
        import numpy as np
        def step2():
            x = np.random.rand(3)
            {kept}
        if __name__ == "__main__":
            step2()
        """
    assert [finding.confidence for finding in findings(source)] == [confidence]


@pytest.mark.parametrize(
    ("guard", "others", "confidence"),
    [
        ("print(Metric().evaluate(torch.randn(3)))", {"lib/__init__.py": ""}, Confidence.LOW),
        ("print(Metric().evaluate(torch.randn(3)))", {}, Confidence.HIGH),
        ("print(convert(torch.randn(3)))", {"lib/__init__.py": ""}, Confidence.LOW),
        ("from .base import Base\n            print(Metric().evaluate(torch.randn(3)))", {}, Confidence.LOW),
        ("torch.save(Metric().evaluate(torch.randn(3)), 'a')", {"lib/__init__.py": ""}, Confidence.HIGH),
        ("plt.plot(torch.randn(3))", {"lib/__init__.py": ""}, Confidence.LOW),
        ("visualize(convert(torch.randn(3)))", {"lib/__init__.py": ""}, Confidence.LOW),
        ("plt.plot(torch.randn(3)); plt.savefig('a.png')", {"lib/__init__.py": ""}, Confidence.HIGH),
        ("print(evaluate(noise()))", {"lib/__init__.py": ""}, Confidence.HIGH),
    ],
)
def test_a_guard_that_makes_up_numbers_for_a_module_of_a_package(guard: str, others: dict[str, str], confidence: Confidence) -> None:
    source = f"""
        import torch
        class Metric:
            def evaluate(self, x):
                return x.mean()
        def noise():
            return torch.randn(3)
        if __name__ == "__main__":
            {guard}
        """
    assert [finding.confidence for finding in findings(source, path="lib/metric.py", others=others)] == [confidence]


def test_a_guard_that_trains_is_no_demonstration() -> None:
    source = """
        from sklearn.ensemble import RandomForestClassifier
        def forest(X, y):
            return RandomForestClassifier().fit(X, y)
        if __name__ == "__main__":
            print(forest(X, y))
        """
    assert [finding.confidence for finding in findings(source)] == [Confidence.HIGH]


def test_callbacks_are_less_sure() -> None:
    source = """
        import numpy as np
        def noise(x):
            return x + np.random.rand()
        def main():
            apply(noise)
        if __name__ == "__main__":
            main()
        """
    assert [finding.confidence for finding in findings(source)] == [Confidence.MEDIUM]


SPLIT = "import settings\nimport numpy as np\nprint(np.random.rand())\n"


@pytest.mark.parametrize(
    ("settings", "fires"),
    [
        ("import numpy as np\nnp.random.seed(1)\n", False),
        ("from toolkit import set_seed\nset_seed(1)\n", False),
        ("SEED = 1\n", True),
        ("import numpy as np\nif __name__ == '__main__':\n    np.random.seed(1)\n", True),
    ],
)
def test_imported_modules_of_the_repository(settings: str, *, fires: bool) -> None:
    assert bool(findings(SPLIT, others={"settings.py": settings})) is fires


def test_an_imported_helper_may_seed() -> None:
    source = "from toolkit import {name}\nimport numpy as np\n{name}(1)\nprint(np.random.rand())\n"
    assert findings(source.format(name="seed_everything")) == []
    assert len(findings(source.format(name="get_seed"))) == 1


def test_the_configured_role_makes_an_entry() -> None:
    config = '[roles]\nentry-script = ["jobs/*.py"]\n'
    script = "import numpy as np\ndef main():\n    return np.random.rand()\ndef unused():\n    return np.random.randn()\n"
    assert findings(script, path="jobs/a.py") == []
    (finding,) = findings(script, path="jobs/a.py", config=config)
    assert finding.confidence is Confidence.HIGH
    assert "(np.random.rand, line 3)" in finding.message


def test_the_subject_stands_still_when_lines_move() -> None:
    source = "import numpy as np\nprint(np.random.rand())\n"
    before, after = findings(source), findings("# a comment\n" + source)
    assert before[0].subject == after[0].subject == "numpy"


@pytest.mark.parametrize("source", ["", "\n", "x = 1", "random", "import random as random\nrandom()", "import torch.nn.x"])
def test_odd_modules(source: str) -> None:
    assert findings(source) == []


@pytest.mark.parametrize(
    ("use", "goes_nowhere"), [("print(args.seed)", True), ("fit(random_state=args.seed)", False), ("go(seed=args.seed)", False)]
)
def test_a_seed_option_that_goes_nowhere_is_told(use: str, *, goes_nowhere: bool) -> None:
    source = f"""
        import argparse
        import torch
        def fit(random_state): pass
        def go(seed): pass
        parser = argparse.ArgumentParser()
        parser.add_argument("--seed", type=int, default=3)
        args = parser.parse_args()
        {use}
        print(torch.randperm(8))
        """
    (finding,) = findings(source)
    assert ("`--seed` is read, and no generator gets it" in finding.help) is goes_nowhere


@pytest.mark.parametrize(
    ("layer", "fires"),
    [
        ("tf.get_variable('w', [3, 1])", True),
        ("tf.get_variable('w', [3, 1], tf.float32, None)", True),
        ("tf.get_variable('w', [3, 1], initializer=tf.zeros_initializer())", False),
        ("tf.layers.dense(x, 1)", True),
        ("tf.layers.dense(x, 1, kernel_initializer=initializer)", False),
        ("tf.contrib.layers.fully_connected(x, 1)", True),
        ("tf.contrib.layers.fully_connected(x, 1, weights_initializer=initializer)", False),
        ("tf.contrib.rnn.BasicLSTMCell(3)", True),
        ("tf.nn.rnn_cell.LSTMCell(3, initializer=initializer)", False),
        ("tf.Variable(tf.random_normal([3, 1]))", True),
        ("tf.Variable(tf.zeros([3, 1]))", False),
        ("weight_variable([3, 1])", True),
    ],
)
@pytest.mark.parametrize(
    ("use", "matters"),
    [
        ("tf.train.GradientDescentOptimizer(0.1).minimize(loss(layer))", True),
        ("optimizer.minimize(loss(layer))", True),
        ("tf.train.Saver().restore(session, tf.train.latest_checkpoint('model'))", False),
        ("saver.restore(session, 'model')", False),
    ],
)
def test_weights_of_tensorflow_1(layer: str, use: str, *, fires: bool, matters: bool) -> None:
    source = "import tensorflow as tf\nfrom model import initializer, loss, optimizer, saver, session, x\n"
    source += (
        f"def weight_variable(shape):\n    first = tf.truncated_normal(shape)\n    return tf.Variable(first)\nlayer = {layer}\n{use}\n"
    )
    assert len(findings(source)) == (fires and matters)


@pytest.mark.parametrize(
    ("statement", "are_weights"),
    [
        ("self.p = nn.Parameter(torch.randn(3) / 9)", True),
        ("self.register_buffer('noise', torch.randn(3))", True),
        ("w = torch.randn(3).float(); self.p = nn.Parameter(w) if learn else self.register_buffer('p', w)", True),
        ("w = torch.randn(3); self.p = nn.Parameter(w); self.mean = w.mean()", False),
        ("self.noise = torch.randn(3)", False),
    ],
)
def test_parameters_of_a_model_are_weights(statement: str, *, are_weights: bool) -> None:
    source = "import torch\nfrom torch import nn\nclass A(nn.Module):\n"
    source += f"    def __init__(self, learn=True):\n        {statement}\nA()\n"
    assert len(findings(source)) == (not are_weights)
    assert len(findings(source + "train(A())\n")) == 1


@pytest.mark.parametrize(
    ("chosen", "call", "count"),
    [
        ("mixed if mix else plain", "load(rows)", 0),
        ("mixed if mix else plain", "load(rows, mix=True)", 1),
        ("mixed if mix else plain", "load(rows, mix=args.mix)", 1),
        ("plain if not mix else mixed", "load(rows)", 0),
        ("plain if mix else mixed", "load(rows)", 1),
        ("plain if mix else mixed", "load(rows, True)", 0),
    ],
)
def test_one_of_two_functions_is_handed_on(chosen: str, call: str, count: int) -> None:
    source = f"""
        import random
        from torch.utils.data import DataLoader

        def plain(batch):
            return batch

        def mixed(batch):
            return batch if random.random() < 0.5 else batch[::-1]

        def load(rows, mix=False):
            return DataLoader(rows, collate_fn={chosen})

        from data import args, rows

        for batch in {call}:
            print(batch)
        """
    assert len(findings(source)) == count


def test_the_way_leads_through_other_files() -> None:
    others = {
        "src/data.py": "from sklearn.model_selection import train_test_split\n\n\ndef split(data):\n    return train_test_split(data)\n"
    }
    (finding,) = findings("from src.data import split\n\nprint(split(range(9)))\n", path="train.py", others=others)
    assert finding.message.endswith("; the way there: train.py:3 -> src/data.py:5 split() -> sklearn.model_selection.train_test_split")
    assert (finding.path, finding.location.line) == ("train.py", 3)
    assert [(step.path, step.line) for step in finding.trace] == [("train.py", 3), ("src/data.py", 5)]


@pytest.mark.parametrize(
    ("source", "more"),
    [
        (b"import json, sys\nfrom pathlib import Path\nfrom __future__ import annotations\n", False),
        (b"import os.path as place; import uuid\n", False),
        (b"x = 1\n", False),
        (b"import random\n", True),
        (b"import json, numpy as np\nnp.random.rand(3)\n", True),
        (b"import json, numpy as np\nnp.zeros(3)\n", False),
        (b"import pandas as pd\npd.read_csv('x').sample(3)\n", True),
        (b"import numpy as np\nimport sklearn\n", True),
        (b"import json; import torch\n", True),
        (b"def f():\n    from random import choice\n", True),
        (b"from . import data\n", True),
        (b"from .data import split\n", True),
        (b"from churn.data import split\n", True),
        (b"import\tscipy\n", True),
    ],
)
def test_only_scripts_that_may_draw_are_parsed(*, source: bytes, more: bool) -> None:
    assert may_draw(source) is more


def test_packages_that_draw_by_name_do() -> None:
    known = [name for name in (*SOURCES, *METHODS) if name.partition(".")[0] in DRAW_BY_NAME]
    assert known
    assert [name for name in known if not any(word in name.lower().encode() for word in DRAWING_WORDS)] == []


@pytest.mark.parametrize(
    ("use", "is_pooled"),
    [
        ("with Pool(4) as pool:\n    pool.map(cut, rows)", True),
        ("with Pool(4) as pool:\n    for row in pool.imap_unordered(partial(cut, size=3), rows):\n        print(row)", True),
        ("print(list(map(cut, rows)))", False),
        ("print([cut(row) for row in rows])", False),
        ("pool = Pool(4)\npool.map(cut, rows)\nprint(np.random.rand())", False),
    ],
)
def test_a_seed_at_the_start_is_not_enough_for_a_pool(use: str, *, is_pooled: bool) -> None:
    source = f"""
from functools import partial
from multiprocessing import Pool
import numpy as np
from native import rows
def cut(row, size=1):
    np.save(row, np.random.rand(size))
{use}
"""
    (finding,) = findings(source)
    assert finding.help.startswith("Seed in `cut` itself" if is_pooled else "Add `np.random.seed(42)` before line ")


@pytest.mark.parametrize(
    ("body", "confidence"),
    [
        ("names = sorted(os.listdir('cases'))\n    random.shuffle(names)\n    link(names[:80], 'train')", Confidence.HIGH),
        ("num_folds = 5\n    names = random.sample(os.listdir('cases'), 10)\n    print(names[:num_folds])", Confidence.HIGH),
        ("folds = random.sample(os.listdir('cases'), 10)\n    print(folds)", Confidence.HIGH),
        ("cards = list(range(52))\n    random.shuffle(cards)\n    print(cards)", Confidence.LOW),
        ("print('train', random.random())", Confidence.LOW),
    ],
)
def test_who_divides_files_for_a_training_plays_no_game(body: str, confidence: Confidence) -> None:
    source = f"import os\nimport random\nfrom native import link\n\ndef main():\n    {body}\n\nif __name__ == '__main__':\n    main()\n"
    assert [finding.confidence for finding in findings(source)] == [confidence]
