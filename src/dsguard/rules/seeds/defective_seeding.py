from __future__ import annotations

from dsguard.model import Severity
from dsguard.rules.base import PythonRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.python import Module
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_IGNORES = """\
import random

import numpy as np


def set_seed(seed):
    random.seed(42)
    np.random.seed(42)
"""

_GPU = """\
import torch


def set_seed(seed):
    if torch.cuda.is_available():
        torch.manual_seed(seed)
        torch.cuda.manual_seed_all(seed)
"""

_ZERO = """\
import numpy as np


def prepare(data, seed=None):
    if seed:
        np.random.seed(seed)
    return data[np.random.permutation(len(data))]
"""

_ASSIGNED = """\
import numpy as np

np.random.seed = 42
"""


_THROWN_AWAY = """\
import numpy as np


def shuffled(rows, seed):
    np.random.RandomState(seed)
    return np.random.permutation(rows)
"""


class DefectiveSeeding(PythonRule):
    """Seeding code that looks right and does less than it says.

    A helper that ignores the seed it is given; ``torch.manual_seed`` only where there is a GPU; ``if seed:``, which takes 0 for no seed;
    ``np.random.seed = 42``, which assigns and calls nothing; ``np.random.RandomState(42)`` on a line of its own.
    """

    code, name, family, since = "DSG509", "defective-seeding", "seeds", "0.1"
    severity = Severity.WARNING
    summary = "seeding code does not do what it says"
    help = "Call the seeding function with the seed that is given, on every machine."
    files = ("*.py", "*.ipynb", "!@fixture", "!@documentation", "!@vendored", "!@template")
    triggers = (b"seed", b"RandomState(", b"default_rng(", b"Random(")
    bad = (
        {"seeding.py": _IGNORES},
        {"seeding.py": _GPU},
        {"prepare.py": _ZERO},
        {"settings.py": _ASSIGNED},
        {"order.py": _THROWN_AWAY},
    )
    good = (
        {"seeding.py": _IGNORES.replace("42", "seed")},
        {"seeding.py": _IGNORES.replace("set_seed(seed)", "set_seed()")},
        {"seeding.py": _GPU.replace("    if torch", "    torch.manual_seed(seed)\n    if torch")},
        {"seeding.py": _GPU.replace("        torch.manual_seed(seed)\n", "")},
        {"prepare.py": _ZERO.replace("if seed:", "if seed is not None:")},
        {"order.py": _THROWN_AWAY.replace("    np", "    rng = np", 1).replace("return np.random", "return rng")},
        {"settings.py": "import numpy as np\n\nnp.random.seed(42)\nclass Settings:\n    seed = 42\n"},
    )

    def check(self, module: Module, _settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.seeds.defects import find_defects

        for defect in find_defects(module):
            yield self.found(module.at(defect.node), defect.message, subject=defect.kind, help=defect.help)
