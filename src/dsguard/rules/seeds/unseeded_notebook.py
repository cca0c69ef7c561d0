from __future__ import annotations

from dsguard.model import Severity, UnjudgedError
from dsguard.rules.base import PythonRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.python import Module
    from dsguard.model import Finding
    from dsguard.rules.base import Settings


def _notebook(*cells: str) -> str:
    written = ",".join(
        f'{{"cell_type": "code", "id": "c{number}", "execution_count": null, "metadata": {{}}, "outputs": [], "source": "{cell}"}}'
        for number, cell in enumerate(cell.replace("\n", "\\n") for cell in cells)
    )
    return f'{{"cells": [{written}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}'


_IMPORTS = "import numpy as np\nimport pandas as pd\nfrom sklearn.datasets import load_iris"
_READ = "flowers = pd.DataFrame(load_iris().data)"
_SPLIT = "order = np.random.permutation(len(flowers))\nflowers.iloc[order[:100]].to_csv('train.csv')"
_SEED = "np.random.seed(7)"
_HELPERS = "import numpy as np\n\n\ndef set_seed(seed):\n    np.random.seed(seed)\n"

_MARIMO = """\
import marimo

__generated_with = "0.9.0"
app = marimo.App()


@app.cell
def _():
    import numpy as np
    return (np,)


@app.cell
def _(np):
    noise = np.random.rand(100)
    print(noise.mean())
    return


if __name__ == "__main__":
    app.run()
"""


class UnseededNotebook(PythonRule):
    """A notebook that draws random numbers gives another result when it is run from top to bottom again.

    As for scripts (DSG501 to DSG505): nothing is seeded, or not everything, or too late, or with another seed in every run.
    """

    code, name, family, since = "DSG511", "unseeded-notebook", "seeds", "0.1"
    severity = Severity.WARNING
    profile = "strict"
    summary = "notebook draws random numbers that nothing seeds"
    help = "Seed the generators in the first cell."
    files = ("*.ipynb", "*.py", "!@fixture", "!@documentation", "!@vendored", "!@template")
    triggers = (b"import",)
    bad = (
        {"split.ipynb": _notebook(_IMPORTS, _READ, _SPLIT)},
        {"split.ipynb": _notebook(_IMPORTS, _READ, _SPLIT, _SEED)},
        {"noise.py": _MARIMO},
    )
    good = (
        {"split.ipynb": _notebook(_IMPORTS, _SEED, _READ, _SPLIT)},
        {"split.ipynb": _notebook(_IMPORTS, "from helpers import set_seed\nset_seed(7)", _READ, _SPLIT), "helpers.py": _HELPERS},
        {"look.ipynb": _notebook(_IMPORTS, _READ, "flowers.describe()")},
        {"noise.py": _MARIMO.replace("    import numpy as np\n", "    import numpy as np\n    np.random.seed(7)\n")},
        {"noise.py": _MARIMO.replace("np.random.rand(100)", "np.random.default_rng(7).random(100)")},
    )

    def check(self, module: Module, _settings: Settings) -> Iterator[Finding]:
        if not module.is_notebook:
            return
        from dsguard.analysis.seeds import wording
        from dsguard.analysis.seeds.story import story_of_notebook

        story = story_of_notebook(module)
        if story.run.given_up:
            raise UnjudgedError(module.path, story.run.given_up)
        trouble = wording.of_notebook(story)
        if trouble is not None:
            event, message, subject = trouble
            yield self.found(module.at(story.place(event)), message, subject=subject, trace=wording.steps(event))
