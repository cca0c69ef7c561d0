from __future__ import annotations

from dsguard.model import Severity
from dsguard.rules.seeds.entry_rule import EntryRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.analysis.seeds.story import Story
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_TRAIN = """\
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset


class Shifts(Dataset):
    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def __len__(self):
        return 8

    def __getitem__(self, index):
        return index, self.rng.integers(0, 1000)


def main():
    torch.manual_seed(7)
    for rows, shifts in DataLoader(Shifts(7), batch_size=2, num_workers=4):
        print(shifts.tolist())


if __name__ == "__main__":
    main()
"""


_FRESH = "np.random.default_rng((self.seed, index))."


class DuplicatedWorkerRng(EntryRule):
    """Every worker process of a loader gets a copy of the data set and of the generator in it: all draw the same numbers.

    Augmentation is then less random than it looks, and starts again with every epoch. PyTorch seeds the global generators of each
    worker differently; those may be used. So may a generator that is made in the worker.
    """

    code, name = "DSG508", "duplicated-worker-rng"
    severity = Severity.WARNING
    summary = "each worker of a loader draws the same random numbers"
    help = "Draw from torch in `__getitem__`, or make the generator in `worker_init_fn` from `torch.initial_seed()`."
    bad = (
        {"shifts.py": _TRAIN},
        {"shifts.py": _TRAIN.replace("default_rng", "RandomState").replace("integers", "randint")},
        {
            "show.py": "from shifts import main\n\nif __name__ == '__main__':\n    main()\n",
            "shifts.py": _TRAIN.partition("if __name__")[0],
        },
    )
    good = (
        {"shifts.py": _TRAIN.replace(", num_workers=4", "")},
        {"shifts.py": _TRAIN.replace("num_workers=4", "num_workers=0")},
        {"shifts.py": _TRAIN.replace("self.rng.integers(0, 1000)", "torch.randint(0, 1000, (1,)).item()")},
        {"shifts.py": _TRAIN.replace("self.rng = np.random.default_rng(seed)", "self.seed = seed").replace("self.rng.", _FRESH)},
    )

    def judge(self, story: Story, _settings: Settings) -> Iterator[Finding]:
        for loader in story.run.loaders:
            yield self.found(
                loader.module.at(loader.node.func),
                f"every worker gets a copy of {loader.dataset}.{loader.attribute} and draws the same numbers from it",
                subject=f"{loader.dataset}.{loader.attribute}",
                group=f"{loader.module.path}:{loader.node.lineno}",
            )
