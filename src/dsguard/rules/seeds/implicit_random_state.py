from __future__ import annotations

from dsguard.model import Severity
from dsguard.rules.base import PythonRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.python import Module
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_FIT = """\
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split


def fit(X, y):
    X, X_test, y, y_test = train_test_split(X, y, random_state=7)
    return RandomForestClassifier(n_estimators=300).fit(X, y)
"""

_KMEANS = """\
import numpy as np
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris

np.random.seed(7)
print(KMeans(8).fit(load_iris().data).labels_)
"""

_FOLDS = "from sklearn.model_selection import KFold\n\n\ndef folds(n):\n    return KFold(n, shuffle=True)\n"


class ImplicitRandomState(PythonRule):
    """An estimator or a split that takes ``random_state`` and is given none depends on everything that drew before it.

    With a global seed that is repeatable, until somebody adds a line above. An explicit ``random_state`` stands by itself.
    """

    code, name, family, since = "DSG510", "implicit-random-state", "seeds", "0.1"
    severity = Severity.WARNING
    profile = "strict"
    summary = "random_state is left to the global generator"
    help = "Pass `random_state=42`, or the parameter that your function has for it."
    files = ("*.py", "*.ipynb", "!@fixture", "!@documentation", "!@vendored", "!@template")
    triggers = (b"import",)
    bad = (
        {"src/churn/fit.py": _FIT},
        {"cluster.py": _KMEANS},
        {"src/churn/folds.py": _FOLDS},
    )
    good = (
        {"src/churn/fit.py": _FIT.replace("=300", "=300, random_state=7")},
        {"cluster.py": _KMEANS.replace("KMeans(8)", "KMeans(8, random_state=7)")},
        {"src/churn/folds.py": _FOLDS.replace(", shuffle=True", "")},
        {"src/churn/fit.py": _FIT.replace("(X, y):", "(X, y, **params):").replace("n_estimators=300", "**params")},
        {"tests/test_fit.py": _FIT},
        {"fit.py": "from sklearn.linear_model import LogisticRegression\n\n\ndef fit(X, y):\n    return LogisticRegression().fit(X, y)\n"},
    )

    def check(self, module: Module, _settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.seeds.implicit import find_implicit

        for call, written in find_implicit(module):
            yield self.found(module.at(call.func), f"{written} is given no random_state", subject=written)
