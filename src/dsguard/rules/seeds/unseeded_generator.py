from __future__ import annotations

from dsguard.rules.seeds.entry_rule import EntryRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.analysis.seeds.story import Story
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_NOISE = """\
import numpy as np

np.random.seed(7)
rng = np.random.default_rng()
np.save("noise.npy", rng.normal(size=100))
"""

_CLASS = """\
import random

import pandas as pd
from sklearn.datasets import load_iris


class Sampler:
    def __init__(self, rows):
        self.rows = rows
        self.random = random.Random()

    def half(self):
        return self.random.sample(self.rows, len(self.rows) // 2)


if __name__ == "__main__":
    sampler = Sampler(load_iris().data.tolist())
    pd.DataFrame(sampler.half()).to_csv("half.csv")
"""

_OTHER_FILE = """\
import pandas as pd
from noise import add_noise
from sklearn.datasets import load_iris

add_noise(pd.DataFrame(load_iris().data)).to_csv("noisy.csv")
"""
_ADD_NOISE = "import numpy as np\n\n\ndef add_noise(data):\n    return data + np.random.default_rng().normal(size=data.shape)\n"

_MAY_BE_GIVEN = """\
import numpy as np
import pandas as pd
from sklearn.datasets import load_iris


def bootstrap(rows, rng=None):
    rng = rng or np.random.default_rng()
    return rows[rng.integers(len(rows), size=len(rows))]


pd.DataFrame(bootstrap(load_iris().data)).to_csv("rows.csv")
"""


class UnseededGenerator(EntryRule):
    """``default_rng()``, ``RandomState()`` and ``random.Random()`` without a seed take one from the operating system.

    No global seed reaches them: ``np.random.seed(7)`` at the top of the script does not help. One that is made only where a function is
    given none counts if every call leaves it out.
    """

    code, name = "DSG505", "unseeded-generator"
    summary = "a random generator is made without a seed"
    help = "Give the generator a seed."
    bad = (
        {"noise.py": _NOISE},
        {"halve.py": _CLASS},
        {"blur.py": _OTHER_FILE, "noise.py": _ADD_NOISE},
        {"rows.py": _MAY_BE_GIVEN},
    )
    good = (
        {"noise.py": _NOISE.replace("default_rng()", "default_rng(7)")},
        {"halve.py": _CLASS.replace("Random()", "Random(7)")},
        {"blur.py": _OTHER_FILE, "noise.py": _ADD_NOISE.replace("default_rng()", "default_rng(7)")},
        {"blur.py": _OTHER_FILE.replace("add_noise(pd", "(pd"), "noise.py": _ADD_NOISE},
        {"rows.py": _MAY_BE_GIVEN.replace(".data)", ".data, np.random.default_rng(7))")},
        {"unused.py": "import numpy as np\n\nrng = np.random.default_rng()\nprint(np.arange(3))\n"},
        {"src/churn/noise.py": _ADD_NOISE},
        {
            "blur.py": _OTHER_FILE.replace("import pandas", "import numpy as np\nimport pandas").replace(
                ".data))", ".data), np.random.default_rng(7))"
            ),
            "noise.py": _ADD_NOISE.replace("(data)", "(data, rng=None)")
            .replace("    return", "    rng = rng or np.random.default_rng()\n    return")
            .replace("+ np.random.default_rng()", "+ rng"),
        },
    )

    def judge(self, story: Story, _settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.seeds import wording

        for draw in story.generators:
            argument = "seed=42" if draw.source.name.endswith("default_rng") else "42"
            seeded, why = f"{draw.written}({argument})", ""
            advice = f"Write `{seeded}`."
            if draw.missing:
                why = f", because every call leaves {draw.missing} at None"
                advice = f"Pass `{draw.missing}={42 if draw.is_by_name else seeded}` to the function."
            yield self.here(
                story,
                draw,
                f"{draw.written}() has no seed{why}: it gives other numbers in every run, whatever else is seeded",
                subject=draw.source.name,
                help=advice,
                trace=wording.steps(draw),
                confidence=story.confidence([draw]),
            )
