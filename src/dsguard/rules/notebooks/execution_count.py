from __future__ import annotations

from dsguard.rules.notebooks.per_notebook import PerNotebookRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dsguard.analysis.notebooks.plain import Plain
    from dsguard.documents.file import File
    from dsguard.documents.notebook import Cell
    from dsguard.model import Finding, Location
    from dsguard.rules.base import Settings


_FIX = "Clear the execution counts"


class ExecutionCount(PerNotebookRule):
    """Execution counts change whenever somebody runs a notebook, so each run becomes a diff, and a merge conflict, that says nothing."""

    code, name, family, since = "DSG202", "execution-count", "notebooks", "0.1"
    summary = "code cell has an execution count"
    help = "`dsguard check --fix` clears it and touches nothing else."
    have = ("has an execution count", "have execution counts")
    lists_cells = 0  # the notebook mostly has outputs in the same cells, and those are listed
    fixable = True
    files = ("*.ipynb",)

    def at_once(self, file: File, plain: Plain, settings: Settings) -> Iterable[Finding] | None:
        from dsguard.analysis.notebooks.clear import is_filtered_on_add
        from dsguard.analysis.notebooks.plain import first_count, location

        if _has_counts_in_outputs_only(file, plain):
            return None
        if not plain.counted or is_filtered_on_add(file):
            return ()
        at = location(file, plain, *first_count(plain), plain.counted[0])
        if at is None:
            return None
        count = len(plain.counted)
        message = self.said_of(plain, count)
        return (self.whole(file, settings, plain, at, message=message, subject="counts", advice=_advice(file), count=count, fix=_FIX),)

    def by_cell(self, file: File, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.notebooks.clear import is_filtered_on_add
        from dsguard.analysis.notebooks.strip import Edits, clear_counts

        notebook = file.notebook
        group = advice = ""
        for cell in notebook.cells:
            at = _place(cell)
            if at is None:
                continue
            if not group:
                if is_filtered_on_add(file):
                    return
                group, advice = self.group_of(notebook), _advice(file)
            edits = Edits(notebook.text)
            clear_counts(edits, cell)
            fix = edits.fix(_FIX, notebook.byte_offset)
            yield self.found(at, f"cell {cell.number}", subject="counts", help=advice, fix=fix, group=group)

    bad = (
        {
            "eda.ipynb": """\
{
 "cells": [
  {"cell_type": "code", "execution_count": 7, "id": "a1b2c3d4", "metadata": {}, "outputs": [], "source": ["import pandas as pd"]}
 ],
 "metadata": {"language_info": {"name": "python"}},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {
            "kept.ipynb": """\
{
 "cells": [
  {
   "cell_type": "code", "execution_count": null, "id": "score", "metadata": {"tags": ["keep_output"]},
   "outputs": [{"data": {"text/plain": "0.87"}, "execution_count": 12, "metadata": {}, "output_type": "execute_result"}],
   "source": "rmse"
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {
            "2014/old.ipynb": """\
{
 "metadata": {"name": "old"},
 "nbformat": 3,
 "nbformat_minor": 0,
 "worksheets": [{
  "cells": [{
   "cell_type": "code", "collapsed": false, "input": ["import numpy"], "language": "python", "metadata": {},
   "outputs": [], "prompt_number": 1
  }],
  "metadata": {}
 }]
}
"""
        },
    )
    good = (
        {
            "eda.ipynb": """\
{
 "cells": [
  {"cell_type": "code", "execution_count": null, "id": "a1b2c3d4", "metadata": {}, "outputs": [], "source": ["import pandas as pd"]}
 ],
 "metadata": {"language_info": {"name": "python"}},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {
            "kept.ipynb": """\
{
 "cells": [
  {
   "cell_type": "code", "execution_count": null, "id": "score", "metadata": {"tags": ["keep_output"]},
   "outputs": [{"data": {"text/plain": "0.87"}, "execution_count": null, "metadata": {}, "output_type": "execute_result"}],
   "source": "rmse"
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {
            "text.ipynb": """\
{
 "cells": [
  {"cell_type": "markdown", "id": "0a", "metadata": {}, "source": "The field \\"execution_count\\": 7 counts the runs of a cell."}
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {
            "2014/old.ipynb": """\
{
 "metadata": {"name": "old"},
 "nbformat": 3,
 "nbformat_minor": 0,
 "worksheets": [{
  "cells": [{
   "cell_type": "code", "collapsed": false, "input": ["import numpy"], "language": "python", "metadata": {},
   "outputs": [], "prompt_number": null
  }],
  "metadata": {}
 }]
}
"""
        },
        {
            "accepted.ipynb": """\
{
 "cells": [
  {
   "cell_type": "code", "execution_count": 3, "id": "order", "metadata": {"tags": ["dsguard-ignore-execution-count"]}, "outputs": [],
   "source": "import pandas as pd"
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
    )


def _advice(file: File) -> str:
    from dsguard.analysis.notebooks.clear import how_to_clear

    return f"Run {how_to_clear(file)}, which touches nothing else."


def _has_counts_in_outputs_only(file: File, plain: Plain) -> bool:
    """Whether there is a cell without a count that has outputs with one."""
    from dsguard.analysis.notebooks.strip import COUNTS

    counted = frozenset(plain.counted)
    if counted.issuperset(plain.stored):
        return False
    outputs_of = zip(plain.stored, plain.outputs_in(file.data), strict=True)
    outputs = (output for number, outputs in outputs_of if number not in counted for output in outputs if isinstance(output, dict))
    return any(output.get(key) is not None for output in outputs for key in COUNTS)


def _place(cell: Cell) -> Location | None:
    """Where a cell's first count stands: its own, else that of an output, kept or not."""
    from dsguard.analysis.notebooks.strip import COUNTS

    if cell.execution_count is not None:
        return cell.at("execution_count" if cell.member("execution_count") else "prompt_number")
    for index, output in enumerate(cell.outputs):
        for key in COUNTS:
            if output.get(key) is not None:
                return cell.at_output(index, key)
    return None
