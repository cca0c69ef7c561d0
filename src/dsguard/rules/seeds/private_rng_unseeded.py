from __future__ import annotations

from dsguard.model import Severity
from dsguard.rules.seeds.entry_rule import EntryRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.analysis.seeds.story import Story
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_SEARCH = """\
import random

import numpy as np
import optuna

random.seed(7)
np.random.seed(7)


def objective(trial):
    return (trial.suggest_float("x", -10, 10) - 2) ** 2


study = optuna.create_study()
study.optimize(objective, n_trials=20)
print(study.best_params)
"""

_SAMPLE = """\
import random

import polars as pl

random.seed(7)
customers = pl.DataFrame({"customer": range(1000)})
customers.sample(100).write_csv("sample.csv")
"""

_CUBE = """\
import numpy as np
from scipy.stats import qmc

np.random.seed(7)
points = qmc.LatinHypercube(d=2).random(100)
np.save("points.npy", points)
"""


class PrivateRngUnseeded(EntryRule):
    """Some libraries have a generator of their own that no global seed reaches: Optuna, polars, Dask, Faker, SciPy's qmc and more.

    They have to be given a seed themselves.
    """

    code, name = "DSG506", "private-rng-unseeded"
    severity = Severity.WARNING
    summary = "no global seed reaches this library's generator"
    help = "Give the call a seed of its own."
    bad = (
        {"search.py": _SEARCH},
        {"sample.py": _SAMPLE},
        {"points.py": _CUBE},
    )
    good = (
        {"search.py": _SEARCH.replace("create_study()", "create_study(sampler=optuna.samplers.TPESampler(seed=7))")},
        {"sample.py": _SAMPLE.replace("sample(100)", "sample(100, seed=7)")},
        {"sample.py": _SAMPLE.replace("random.seed(7)", "pl.set_random_seed(7)")},
        {"points.py": _CUBE.replace("d=2", "d=2, rng=7")},
        {"src/churn/points.py": "from scipy.stats import qmc\n\n\ndef points(n):\n    return qmc.LatinHypercube(d=2).random(n)\n"},
        {"look.py": "import polars as pl\n\npl.DataFrame({'customer': range(1000)}).sample(100)\nprint('done')\n"},
    )

    def judge(self, story: Story, _settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.seeds import wording

        if story.unseeded:
            return
        seen = set()
        for draw in story.private:
            if draw.source.rngs not in seen:
                seen.add(draw.source.rngs)
                what = draw.source.name if draw.written.startswith("super()") else draw.told
                reach = "reaches it" if draw.source.reach == "private" else "is enough for it"
                yield self.here(
                    story,
                    draw,
                    f"{what} varies from run to run: no global seed {reach}",
                    subject=draw.source.name,
                    help=wording.private_advice(draw),
                    trace=wording.steps(draw),
                    confidence=story.confidence([draw]),
                )
