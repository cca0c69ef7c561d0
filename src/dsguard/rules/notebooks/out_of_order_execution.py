from __future__ import annotations

from dsguard.model import Severity, Step
from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_MAX_TRACE = 20


class OutOfOrderExecution(FileRule):
    """Cells that were not run from top to bottom show results that nobody gets who runs the notebook: a variable had another value then,
    or was made by a cell that is gone.
    """

    code, name, family, since = "DSG205", "out-of-order-execution", "notebooks", "0.1"
    summary = "cells were not run from top to bottom"
    help = "Restart the kernel, run all cells, and look whether the results still hold."
    severity = Severity.WARNING
    profile = "strict"
    files = ("*.ipynb",)
    triggers = (b'"execution_count"', b'"prompt_number"')

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        from itertools import pairwise
        from shlex import quote

        counted = [(cell, count) for cell in file.notebook.cells if isinstance(count := cell.execution_count, int)]
        drops = [(above, below) for above, below in pairwise(counted) if below[1] <= above[1]]
        if not drops:
            return
        (above, count_above), (cell, count) = drops[0]
        more = f"; {len(drops)} such places" if len(drops) > 1 else ""
        yield self.found(
            cell.at("execution_count" if cell.member("execution_count") else "prompt_number"),
            f"cell {cell.number} was run as [{count}], cell {above.number} above it as [{count_above}]{more}",
            subject="order",
            help=f"Restart the kernel and run all cells, or `jupyter nbconvert --to notebook --execute --inplace {quote(file.path)}`, "
            "and look whether the results still hold.",
            trace=[Step(file.path, below.at().line, f"cell {below.number} as [{run}]") for _, (below, run) in drops[1 : _MAX_TRACE + 1]],
        )

    bad = (
        {
            "pyproject.toml": '[tool.dsguard]\nignore = { DSG202 = "counts show how it was run" }\n',
            "eda.ipynb": """\
{
 "cells": [
  {"cell_type": "code", "execution_count": 7, "id": "a", "metadata": {}, "outputs": [], "source": "houses = clean(houses)"},
  {"cell_type": "code", "execution_count": 2, "id": "b", "metadata": {}, "outputs": [], "source": "houses.shape"}
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
""",
        },
        {
            "pyproject.toml": '[tool.dsguard]\nignore = { DSG202 = "counts show how it was run" }\n',
            "twice.ipynb": """\
{
 "cells": [
  {"cell_type": "code", "execution_count": 1, "id": "a", "metadata": {}, "outputs": [], "source": "import pandas as pd"},
  {"cell_type": "markdown", "id": "b", "metadata": {}, "source": "The kernel was restarted here."},
  {"cell_type": "code", "execution_count": 1, "id": "c", "metadata": {}, "outputs": [], "source": "pd.__version__"}
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
""",
        },
        {
            "pyproject.toml": '[tool.dsguard]\nignore = { DSG202 = "counts show how it was run" }\n',
            "2014/old.ipynb": """\
{
 "metadata": {"name": "old"},
 "nbformat": 3,
 "nbformat_minor": 0,
 "worksheets": [{
  "cells": [
   {"cell_type": "code", "input": "x = 1", "language": "python", "metadata": {}, "outputs": [], "prompt_number": 5},
   {"cell_type": "code", "input": "x + 1", "language": "python", "metadata": {}, "outputs": [], "prompt_number": 4}
  ],
  "metadata": {}
 }]
}
""",
        },
    )
    good = (
        {
            "eda.ipynb": """\
{
 "cells": [
  {"cell_type": "code", "execution_count": 1, "id": "a", "metadata": {}, "outputs": [], "source": "import pandas as pd"},
  {"cell_type": "code", "execution_count": null, "id": "b", "metadata": {}, "outputs": [], "source": "# not run"},
  {"cell_type": "code", "execution_count": 4, "id": "c", "metadata": {}, "outputs": [], "source": "pd.__version__"}
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {
            "cleared.ipynb": """\
{
 "cells": [
  {"cell_type": "code", "execution_count": null, "id": "a", "metadata": {}, "outputs": [], "source": "import pandas as pd"},
  {"cell_type": "code", "execution_count": null, "id": "b", "metadata": {}, "outputs": [], "source": "pd.__version__"}
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {"empty.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n'},
        {
            "one.ipynb": """\
{
 "cells": [{"cell_type": "code", "execution_count": 12, "id": "a", "metadata": {}, "outputs": [], "source": "import pandas as pd"}],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {
            "accepted.ipynb": """\
{
 "cells": [
  {"cell_type": "code", "execution_count": 3, "id": "a", "metadata": {}, "outputs": [], "source": "x = 1"},
  {
   "cell_type": "code", "execution_count": 1, "id": "b", "metadata": {"tags": ["dsguard-ignore-out-of-order-execution"]}, "outputs": [],
   "source": "x"
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
    )
