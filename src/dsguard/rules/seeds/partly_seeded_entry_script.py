from __future__ import annotations

from dsguard.rules.seeds.entry_rule import EntryRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dsguard.analysis.seeds.events import Draw, Seeding
    from dsguard.analysis.seeds.story import Story
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_TRAIN = """\
import random

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

random.seed(7)
x = torch.linspace(-1, 1, 256).reshape(-1, 1)
model = nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for x, y in DataLoader(TensorDataset(x, x**2), batch_size=32, shuffle=True):
    nn.functional.mse_loss(model(x), y).backward()
    optimizer.step()
print(model.state_dict())
"""

_SPLIT = """\
import random

from helpers import set_seed
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split


def main():
    set_seed(7)
    train, test = train_test_split(load_iris(as_frame=True).frame)
    columns = train.columns.tolist()
    random.shuffle(columns)
    train[columns].to_csv("train.csv")


if __name__ == "__main__":
    main()
"""

_PYTHON_ONLY = "import random\n\n\ndef set_seed(seed):\n    random.seed(seed)\n"
_BOTH = "import random\n\nimport numpy as np\n\n\ndef set_seed(seed):\n    random.seed(seed)\n    np.random.seed(seed)\n"

_KERAS = """\
import keras
import numpy as np
import tensorflow as tf

tf.random.set_seed(7)
x = np.linspace(-1, 1, 256).reshape(-1, 1)
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, x**2, verbose=0)
print(model.get_weights())
"""


class PartlySeededEntryScript(EntryRule):
    """Every library has generators of its own: a script that seeds some and draws from others still gives another result every time.

    Python's, NumPy's, PyTorch's and TensorFlow's are four; Keras 3 has a fifth, which TensorFlow's seed does not reach. What the
    script draws through the modules of the repository counts, and so does what their helpers seed.
    """

    code, name = "DSG502", "partly-seeded-entry-script"
    summary = "some generators are seeded and others are not"
    help = "Seed the other generators too."
    bad = (
        {"train.py": _TRAIN},
        {"split.py": _SPLIT, "helpers.py": _PYTHON_ONLY},
        {"fit.py": _KERAS},
    )
    good = (
        {"train.py": _TRAIN.replace("random.seed(7)", "torch.manual_seed(7)")},
        {"train.py": _TRAIN.replace("random.seed(7)", "from lightning import seed_everything\nseed_everything(7)")},
        {"split.py": _SPLIT, "helpers.py": _BOTH},
        {"fit.py": _KERAS.replace("tf.random.set_seed(7)", "keras.utils.set_random_seed(7)")},
        {"fit.py": _KERAS.replace("tf.random.set_seed(7)", "import random\nrandom.seed(7)\ntf.random.set_seed(7)")},
        {"tests/test_split.py": _SPLIT, "tests/helpers.py": _PYTHON_ONLY},
    )

    def judge(self, story: Story, _settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.seeds import wording

        draws = story.partly
        if not draws:
            return
        module, first = story.module, draws[0]
        tokens = sorted({token for draw in draws for token in draw.source.rngs} - story.run.seeded)
        seeding = story.run.seedings[0]
        it = "it" if len(tokens) == 1 else "them"
        words = f"{module.file.name} {wording.drawn(module, draws, tokens)}, which nothing seeds"
        brief = f"{words}: {seeding.name} ({wording.place(module, seeding)}) does not reach {it}"
        statements = wording.seeding_statements(module, sorted(story.to_seed(draws, story.run.seeded)))
        yield self.found(
            module.at(story.place(first)),
            brief + wording.route(module, first),
            subject=",".join(tokens),
            help=f"Add `{statements}` {_where(story, draws, seeding)}.",
            confidence=story.confidence(draws),
            trace=wording.steps(first),
            brief=brief,
        )


def _where(story: Story, draws: Sequence[Draw], seeding: Seeding) -> str:
    """Beside what seeds already, unless something was drawn by then."""
    before = story.run.events[: story.run.events.index(seeding)]
    early = [draw for draw in draws if draw in before and draw.is_certain and not draw.is_lazy]
    return f"before line {min(getattr(draw.start, 'lineno', 1) for draw in early)}" if early else "beside it"
