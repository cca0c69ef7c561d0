from __future__ import annotations

from dsguard.rules.seeds.entry_rule import EntryRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.analysis.seeds.story import Story
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_SPLIT = """\
import numpy as np
from sklearn.datasets import load_iris

flowers = load_iris(as_frame=True).frame
order = np.random.permutation(len(flowers))
flowers.iloc[order[:100]].to_csv("train.csv")
flowers.iloc[order[100:]].to_csv("test.csv")
"""

_FOREST = """\
import joblib
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split


def train():
    X, y = load_iris(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y)
    model = RandomForestClassifier(n_estimators=50).fit(X_train, y_train)
    print(model.score(X_test, y_test))
    joblib.dump(model, "forest.joblib")


if __name__ == "__main__":
    train()
"""

_NETWORK = """\
import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    x = torch.linspace(-1, 1, 256).reshape(-1, 1)
    model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for x, y in DataLoader(TensorDataset(x, x**2), batch_size=32, shuffle=True):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(x), y).backward()
        optimizer.step()
    print(args.seed, model.state_dict())


if __name__ == "__main__":
    main()
"""

_HELPER_NEVER_CALLED = """\
import random

import numpy as np


def set_seed(seed):
    random.seed(seed)
    np.random.seed(seed)


noise = np.random.normal(size=100)
np.save("noise.npy", noise)
"""

_BOOSTING = """\
import lightgbm as lgb
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, cross_val_score

X, y = load_iris(return_X_y=True)
for model in (lgb.LGBMClassifier(verbose=-1), LogisticRegression()):
    print(model, cross_val_score(model, X, y, cv=KFold(5)))
"""

_COLLECT = """\
import random
import time

import pandas as pd


def main():
    pages = []
    for page in ("prices-1.csv", "prices-2.csv"):
        pages.append(pd.read_csv(page))
        time.sleep(random.random() / 10)
    pd.concat(pages).to_csv("prices.csv")


if __name__ == "__main__":
    main()
"""

_LIBRARY = """\
import numpy as np


def bootstrap(values, times=1000):
    return [np.random.choice(values, len(values)).mean() for _ in range(times)]
"""

_LOADER = """\
import random


class Loader:
    def __init__(self, rows, shuffle=False):
        self.rows = rows
        self.shuffle = shuffle

    def __iter__(self):
        if self.shuffle:
            random.shuffle(self.rows)
        return iter(self.rows)
"""

_EXPORT = """\
import torch
from torch import nn

model = nn.Linear(16, 2)
model.load_state_dict({"weight": torch.ones(2, 16), "bias": torch.zeros(2)})
dummy_input = torch.randn(1, 16)
traced = torch.jit.trace(model.eval(), dummy_input)
print(traced(torch.ones(1, 16)))
"""


class UnseededEntryScript(EntryRule):
    """A script that draws random numbers without a seed gives another split, another model, another score every time it is run.

    Then nobody can tell an improvement from luck. The rule follows the script the way Python would run it: what it calls counts,
    what it merely defines does not. Seeding anywhere on the way, by a helper or in an imported module of the repository, silences it;
    so does a seed given to the call itself. It cannot promise equal bits: hardware and library versions may still differ. A script that
    leads to hundreds of modules is not judged, and a note says so.
    """

    code, name = "DSG501", "unseeded-entry-script"
    summary = "script draws random numbers and nothing seeds them"
    help = "Seed the generators at the start of the script."
    bad = (
        {"scripts/split.py": _SPLIT},
        {"train.py": _FOREST},
        {"src/fit_net.py": _NETWORK},
        {"make_noise.py": _HELPER_NEVER_CALLED},
    )
    good = (
        {"scripts/split.py": _SPLIT.replace("\nflowers", "\nnp.random.seed(7)\nflowers", 1)},
        {"train.py": _FOREST.replace("(X, y)", "(X, y, random_state=7)").replace("=50)", "=50, random_state=7)")},
        {
            "train.py": "from reproducibility import set_seed\n" + _FOREST.replace('__main__":\n', '__main__":\n    set_seed(7)\n'),
            "reproducibility.py": "import numpy as np\n\n\ndef set_seed(seed):\n    np.random.seed(seed)\n",
        },
        {"train.py": "import config\n" + _FOREST, "config.py": "import numpy as np\n\nnp.random.seed(7)\n"},
        {"src/fit_net.py": _NETWORK.replace("    x =", "    torch.manual_seed(args.seed)\n    x =")},
        {"evaluate.py": _BOOSTING},
        {"collect.py": _COLLECT, "prices-1.csv": "day,price\n1,3\n", "prices-2.csv": "day,price\n2,4\n"},
        {"src/churn/statistics.py": _LIBRARY},
        {"total.py": "import numpy as np\nfrom loader import Loader\n\nprint(np.sum(list(Loader([1, 2, 3]))))\n", "loader.py": _LOADER},
        {"export.py": _EXPORT},
        {"tests/test_split.py": _SPLIT},
    )

    def judge(self, story: Story, _settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.seeds import wording

        draws = story.unseeded
        if not draws:
            return
        module, first = story.module, draws[0]
        brief = wording.message(module, draws)
        yield self.found(
            module.at(first.node.func if first.module is module else first.start),
            brief + wording.route(module, first),
            subject=",".join(sorted({token for draw in draws for token in draw.source.rngs})),
            help=wording.advice(story, draws),
            confidence=story.confidence(draws),
            trace=wording.steps(first),
            brief=brief,
        )
