from __future__ import annotations

from dsguard.rules.seeds.entry_rule import EntryRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.analysis.seeds.story import Story
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_LATE = """\
import torch
from torch import nn

model = nn.Linear(1, 1)
torch.manual_seed(7)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for x in torch.linspace(-1, 1, 64).reshape(-1, 1):
    nn.functional.mse_loss(model(x), x**2).backward()
    optimizer.step()
print(model.state_dict())
"""

_IMPORT = """\
import numpy as np
import pandas as pd
from folds import ORDER
from sklearn.datasets import load_iris


def main():
    np.random.seed(7)
    flowers = pd.DataFrame(load_iris().data).iloc[ORDER]
    flowers.sample(frac=0.5).to_csv("half.csv")


if __name__ == "__main__":
    main()
"""

_SPLIT = """\
import numpy as np
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split


def train(seed=7):
    X, y = load_iris(return_X_y=True)
    X, X_test, y, y_test = train_test_split(X, y)
    np.random.seed(seed)
    print(RandomForestClassifier().fit(X, y).predict_proba(X_test))


if __name__ == "__main__":
    train()
"""

_BRANCHES = """\
import sys

import numpy as np

if "--explore" in sys.argv:
    print(np.random.rand(3))
else:
    np.random.seed(7)
    np.save("noise.npy", np.random.rand(100))
"""


_NET = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(1, 1)

    def forward(self, x):
        return self.out(x)


net = Net()
y = net(torch.randn(4, 1))
print(y.shape)
"""

_TRAIN = """\
import torch
from net import Net

torch.manual_seed(7)
model = Net()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for x in torch.linspace(-1, 1, 64).reshape(-1, 1):
    torch.nn.functional.mse_loss(model(x), x**2).backward()
    optimizer.step()
print(model.state_dict())
"""


_LOADER = """\
import torch

loader = torch.utils.data.DataLoader(torch.arange(64), shuffle=True)
torch.manual_seed(7)
for rows in loader:
    print(rows)
"""


class SeedAfterUse(EntryRule):
    """A seed changes what is drawn after it. What was drawn before, such as the first weights of a model, still varies.

    The order is that of execution: what imported modules draw when they are imported comes first of all.
    """

    code, name = "DSG503", "seed-after-use"
    summary = "the seed comes after the first random draw"
    help = "Seed before the first draw."
    bad = (
        {"train.py": _LATE},
        {"halve.py": _IMPORT, "folds.py": "import numpy as np\n\nORDER = np.random.permutation(150)\n"},
        {"fit.py": _SPLIT},
        {
            "rows.py": _LOADER.replace("torch.manual_seed(7)\n", "").replace(
                "in loader", "in torch.utils.data.DataLoader(range(64), shuffle=True)"
            )
            + "torch.manual_seed(7)\nprint(torch.rand(3))\n"
        },
        {"train.py": _TRAIN.replace("import Net", "import net").replace("Net()", "net"), "net.py": _NET.partition("y = ")[0]},
    )
    good = (
        {"train.py": _LATE.replace("torch.manual_seed(7)\n", "").replace("\nmodel =", "\ntorch.manual_seed(7)\nmodel =", 1)},
        {"halve.py": _IMPORT, "folds.py": "import numpy as np\n\nORDER = np.random.default_rng(7).permutation(150)\n"},
        {"fit.py": _SPLIT.replace("split(X, y)", "split(X, y, random_state=seed)")},
        {"explore.py": _BRANCHES},
        {"train.py": _TRAIN, "net.py": _NET},
        {"rows.py": _LOADER},
        {"fit.py": _SPLIT.replace("    np.random.seed(seed)\n", "").replace("    X, y", "    np.random.seed(seed)\n    X, y", 1)},
        {"twice.py": "import numpy as np\n\nfor seed in (1, 2):\n    np.random.seed(seed)\n    print(np.random.rand())\n"},
    )

    def judge(self, story: Story, _settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.seeds import wording

        late = story.too_late
        if late is None:
            return
        draw, seeding = late
        module = story.module
        tokens = [token for token in draw.unseeded if token in seeding.covers]
        words = f"{module.file.name} {wording.drawn(module, [draw], tokens)} before {seeding.name} ({wording.place(module, seeding)})"
        brief = f"{words} seeds it: every run gives another result"
        yield self.found(
            module.at(story.place(draw)),
            brief + wording.route(module, draw),
            subject=",".join(tokens),
            help=f"Seed before line {getattr(draw.start, 'lineno', 1)}: `{wording.seeding_statements(module, tokens)}`.",
            confidence=story.confidence([draw]),
            trace=wording.steps(draw),
            brief=brief,
        )
