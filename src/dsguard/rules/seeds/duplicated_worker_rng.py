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


class Crops(Dataset):
    def __init__(self, images, seed):
        self.images = images
        self.rng = np.random.default_rng(seed)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        left = self.rng.integers(0, 32)
        return self.images[index][:, left : left + 224]


def main():
    torch.manual_seed(7)
    loader = DataLoader(Crops(torch.load("images.pt"), 7), batch_size=8, num_workers=4)
    torch.save([batch.mean() for batch in loader], "means.pt")


if __name__ == "__main__":
    main()
"""


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
        {"means.py": _TRAIN},
        {"means.py": _TRAIN.replace("np.random.default_rng", "np.random.RandomState")},
        {
            "means.py": "from crops import Crops, main\n\nif __name__ == '__main__':\n    main()\n",
            "crops.py": _TRAIN.partition("if __name__")[0],
        },
    )
    good = (
        {"means.py": _TRAIN.replace(", num_workers=4", "")},
        {"means.py": _TRAIN.replace("num_workers=4", "num_workers=0")},
        {"means.py": _TRAIN.replace("num_workers=4", "num_workers=4, worker_init_fn=reseed")},
        {"means.py": _TRAIN.replace("self.rng.integers(0, 32)", "torch.randint(0, 32, (1,)).item()")},
        {
            "means.py": _TRAIN.replace("        self.rng = np.random.default_rng(seed)\n", "").replace(
                "self.rng", "np.random.default_rng(index)"
            )
        },
    )

    def judge(self, story: Story, _settings: Settings) -> Iterator[Finding]:
        for loader in story.run.loaders:
            yield self.found(
                loader.module.at(loader.node.func),
                f"every worker gets a copy of {loader.dataset}.{loader.attribute} and draws the same numbers from it",
                subject=f"{loader.dataset}.{loader.attribute}",
                group=f"{loader.module.path}:{loader.node.lineno}",
            )
