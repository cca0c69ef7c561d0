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
import pandas as pd

customers = pd.read_csv("data/customers.csv")
order = np.random.permutation(len(customers))
customers.iloc[order[:800]].to_csv("data/train.csv")
customers.iloc[order[800:]].to_csv("data/test.csv")
"""

_FOREST = """\
import joblib
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split


def train(path):
    data = pd.read_csv(path)
    X_train, X_test, y_train, y_test = train_test_split(data.drop(columns="churned"), data["churned"])
    model = RandomForestClassifier(n_estimators=300).fit(X_train, y_train)
    print(model.score(X_test, y_test))
    joblib.dump(model, "models/forest.joblib")


if __name__ == "__main__":
    train("data/customers.csv")
"""

_NETWORK = """\
import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(16, 2)

    def forward(self, x):
        return self.out(x)


def main():
    args = parser.parse_args()
    data = TensorDataset(*torch.load("data/tensors.pt"))
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for x, y in DataLoader(data, batch_size=32, shuffle=True):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    torch.save(model.state_dict(), f"net-{args.seed}.pt")


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
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, cross_val_score

data = pd.read_csv("data/customers.csv")
X, y = data.drop(columns="churned"), data["churned"]
print(cross_val_score(lgb.LGBMClassifier(), X, y, cv=KFold(5)).mean())
print(cross_val_score(LogisticRegression(), X, y, cv=KFold(5)).mean())
"""

_DOWNLOAD = """\
import random
import time

import pandas as pd
import requests


def main():
    pages = []
    for page in range(10):
        pages.append(requests.get(f"https://example.org/prices?page={page}", timeout=10).json())
        time.sleep(1 + random.random())
    pd.DataFrame(pages).to_csv("prices.csv")


if __name__ == "__main__":
    main()
"""

_LIBRARY = """\
import numpy as np


def bootstrap(values, times=1000):
    return [np.random.choice(values, len(values)).mean() for _ in range(times)]
"""

_EXPORT = """\
import torch
from torch import nn

model = nn.Linear(16, 2)
model.load_state_dict(torch.load("net.pt"))
model.eval()
dummy_input = torch.randn(1, 16)
torch.onnx.export(model, dummy_input, "net.onnx")
"""


class UnseededEntryScript(EntryRule):
    """A script that draws random numbers without a seed gives another split, another model, another score every time it is run.

    Then nobody can tell an improvement from luck. The rule follows the script the way Python would run it: what it calls counts,
    what it merely defines does not. Seeding anywhere on the way, by a helper or in an imported module of the repository, silences it;
    so does a seed given to the call itself. It cannot promise equal bits: hardware and library versions may still differ.
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
        {"scripts/split.py": _SPLIT.replace("\ncustomers", "\nnp.random.seed(7)\ncustomers", 1)},
        {"train.py": _FOREST.replace('data["churned"])', 'data["churned"], random_state=7)').replace("=300)", "=300, random_state=7)")},
        {
            "train.py": "from reproducibility import set_seed\n" + _FOREST.replace('__main__":\n', '__main__":\n    set_seed(7)\n'),
            "reproducibility.py": "import numpy as np\n\n\ndef set_seed(seed):\n    np.random.seed(seed)\n",
        },
        {"train.py": "import config\n" + _FOREST, "config.py": "import numpy as np\n\nnp.random.seed(7)\n"},
        {"src/fit_net.py": _NETWORK.replace("    data =", "    torch.manual_seed(args.seed)\n    data =")},
        {"evaluate.py": _BOOSTING},
        {"download.py": _DOWNLOAD},
        {"src/churn/statistics.py": _LIBRARY},
        {"export.py": _EXPORT},
        {"tests/test_split.py": _SPLIT},
    )

    def judge(self, story: Story, _settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.seeds import wording

        draws = story.unseeded
        if not draws:
            return
        module, first = story.module, draws[0]
        yield self.found(
            module.at(first.node.func if first.module is module else first.start),
            wording.message(module, draws),
            subject=",".join(sorted({token for draw in draws for token in draw.source.rngs})),
            help=wording.advice(module, draws),
            confidence=story.confidence(draws),
            trace=wording.steps(first),
        )
