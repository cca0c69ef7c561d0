from __future__ import annotations

from dsguard.rules.seeds.entry_rule import EntryRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.analysis.seeds.story import Story
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_TIME = """\
import random
import time

from sklearn.datasets import load_iris

random.seed(time.time())
flowers = load_iris(as_frame=True).frame
rows = list(flowers.index)
random.shuffle(rows)
flowers.loc[rows[:100]].to_csv("train.csv")
"""

_HELPER = """\
import os

import numpy as np
import pandas as pd
from sklearn.datasets import load_iris


def set_seed():
    seed = int.from_bytes(os.urandom(4), "big")
    np.random.seed(seed)


def main():
    set_seed()
    pd.DataFrame(load_iris().data).sample(frac=0.5).to_csv("half.csv")


if __name__ == "__main__":
    main()
"""

_STATE = """\
import numpy as np
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier

X, y = load_iris(return_X_y=True)
model = RandomForestClassifier(random_state=np.random.randint(1000))
print(model.fit(X, y).feature_importances_)
"""


class NondeterministicSeed(EntryRule):
    """A seed that is another one in every run makes nothing repeatable: the time, a process id, the hash of a text, ``None``.

    It is fine to draw a seed and write it down: then the run can be repeated. So a seed that is printed, logged or kept is not
    reported, nor one that stands in for a seed that was not given.
    """

    code, name = "DSG504", "nondeterministic-seed"
    summary = "the seed is another one in every run"
    help = "Use a fixed number as the seed, or print the seed so that the run can be repeated."
    bad = (
        {"split.py": _TIME},
        {"split.py": _TIME.replace("time.time()", "hash('iris')")},
        {"halve.py": _HELPER.replace('int.from_bytes(os.urandom(4), "big")', "os.getpid()")},
        {"halve.py": _HELPER.replace("np.random.seed(seed)", "np.random.seed(None)")},
        {"fit.py": _STATE},
    )
    good = (
        {"split.py": _TIME.replace("time.time()", "7")},
        {"split.py": _TIME.replace("time.time()", "'iris'")},
        {"split.py": _TIME.replace("random.seed(time.time())", "seed = time.time_ns()\nprint('seed', seed)\nrandom.seed(seed)")},
        {"halve.py": _HELPER.replace('int.from_bytes(os.urandom(4), "big")', "int(os.environ.get('SEED', 7))")},
        {"fit.py": _STATE.replace("np.random.randint(1000)", "7")},
        {"fit.py": _STATE.replace("\nX, y", "\nnp.random.seed(7)\nX, y", 1)},
        {"jitter.py": "import random\nimport time\n\nrandom.seed(time.time())\ntime.sleep(random.random())\n"},
    )

    def judge(self, story: Story, _settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.seeds import wording
        from dsguard.analysis.seeds.events import Seeding

        event = story.varying
        if event is None:
            return
        what = f"{event.name} gets" if isinstance(event, Seeding) else f"{event.written} draws"
        yield self.here(
            story,
            event,
            f"{what} another seed in every run: it makes nothing repeatable",
            subject=event.name if isinstance(event, Seeding) else event.source.name,
            trace=wording.steps(event),
            confidence=story.confidence([event]),
        )
