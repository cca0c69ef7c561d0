from __future__ import annotations

from dsguard.model import Step
from dsguard.options import Option, format_size
from dsguard.rules.notebooks.per_notebook import PerNotebookRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from dsguard.analysis.notebooks.plain import Plain
    from dsguard.documents.file import File
    from dsguard.documents.notebook import Cell
    from dsguard.model import Finding
    from dsguard.rules.base import Settings


def _keep_types(value: Any) -> tuple[str, ...]:
    from dsguard.analysis.notebooks.keep import is_output_type

    if isinstance(value, (list, tuple)) and all(isinstance(item, str) and is_output_type(item) for item in value):
        return tuple(value)
    raise ValueError


def _oversize(value: Any) -> str:
    if value in ("strip", "error"):
        return str(value)
    raise ValueError


_FIX = "Clear the outputs"
_OUTPUT_TYPE = "/|^(stream|display_data|execute_result|error)(:|$)"


class NotebookOutput(PerNotebookRule):
    """Stored outputs make every diff of a notebook unreadable, bloat the repository for ever, and show data that was only meant
    to be looked at: rows of a table, user names in paths, keys in a stack trace.
    """

    code, name, family, since = "DSG201", "notebook-output", "notebooks", "0.1"
    summary = "code cell has stored outputs"
    help = "`dsguard check --fix` clears outputs and touches nothing else; tag a cell `keep_output` to keep its outputs on purpose."
    have = ("has stored outputs", "have stored outputs")
    lists_cells = 5  # more are mostly all that print anything, and a repository has many such notebooks
    fixable = True
    files = ("*.ipynb", "*.zpln", "note.json", "*.dbc")
    options = {
        "keep-types": Option(
            (),
            "Outputs that may stay, by type (`error`, `stream:stderr`, `execute_result`) or by mime type (`image/png`, `image/*`).",
            parse=_keep_types,
            form=_OUTPUT_TYPE,
            expects='a list of output types such as "stream:stderr" or mime types such as "image/png"',
        ),
        "max-kept-size": Option.size("0", "Outputs with at most this much text in them may stay, such as `1 KB`; 0 keeps none."),
        "oversize": Option(
            "strip",
            "What becomes of a larger output: `strip` lets `--fix` and `dsguard strip` clear it, `error` makes it an error that a "
            "person has to settle.",
            parse=_oversize,
            choices=("strip", "error"),
            expects='"strip" or "error"',
        ),
    }

    def at_once(self, file: File, plain: Plain, settings: Settings) -> Iterable[Finding] | None:
        from dsguard.analysis.notebooks.clear import is_filtered_on_add
        from dsguard.analysis.notebooks.plain import DEFAULT_SETTINGS, location

        if settings != DEFAULT_SETTINGS[self.code]:
            return None
        if not plain.arrays or is_filtered_on_add(file):
            return ()
        start, end, _ = plain.arrays[0]
        at = location(file, plain, start, end, plain.stored[0])
        if at is None:
            return None
        count = len(plain.arrays)
        steps = []
        if 1 < count <= self.lists_cells:
            for number, (start, end, outputs) in zip(plain.stored, plain.arrays, strict=True):
                steps.append(Step(file.path, file.data.count(b"\n", 0, start) + 1, _told(number, outputs, end - start)))
        size = sum(end - start for start, end, _ in plain.arrays)
        message, advice = self.said_of(plain, count, size), _advice(file)
        return (
            self.whole(
                file, settings, plain, at, message=message, subject="outputs", advice=advice, count=count, fix=_FIX, trace=steps, size=size
            ),
        )

    def by_cell(self, file: File, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.notebooks.clear import is_filtered_on_add
        from dsguard.analysis.notebooks.keep import contradicts_itself, stored_outputs
        from dsguard.analysis.notebooks.strip import Edits, clear_outputs
        from dsguard.documents.zeppelin import is_zeppelin

        if file.suffix == ".dbc":
            yield from self._archive(file)
        if file.suffix != ".ipynb" and not is_zeppelin(file):
            return
        notebook = file.notebook
        group = advice = ""
        for cell in notebook.cells:
            stored = stored_outputs(cell, settings["keep-types"], settings["max-kept-size"])
            if not stored:
                continue
            if not group and is_filtered_on_add(file):
                return
            if contradicts_itself(cell):
                yield self.found(
                    cell.at("metadata"),
                    f"cell {cell.number} is tagged keep_output and its metadata says keep_output: false",
                    subject=f"contradiction:{cell.key}",
                    help="Remove one of the two: the tag to have its outputs cleared, or the metadata to keep them.",
                )
                continue
            if settings["oversize"] == "error":
                yield self._too_large(cell, stored, settings["max-kept-size"])
                continue
            if not group:
                group, advice = self.group_of(notebook), _advice(file)
            size = _size(cell, stored)
            what = _told(cell.number, len(stored), size)
            edits = Edits(notebook.text)
            fix = edits.fix(_FIX, notebook.byte_offset) if clear_outputs(edits, cell, stored) else None
            yield self.found(cell.at("outputs"), what, subject="outputs", help=advice, fix=fix, group=group, size=size)

    def _archive(self, file: File) -> Iterator[Finding]:
        from dsguard.documents.databricks import archived_notebooks

        notebooks = archived_notebooks(file)
        stored = [notebook for notebook in notebooks if notebook.stored]
        if stored:
            of = f"{len(stored)} of {len(notebooks)} notebook{'' if len(notebooks) == 1 else 's'}"
            yield self.found(
                file.at(),
                f"{of} in this archive {self.have[len(stored) > 1]} (first {stored[0].name})",
                subject="archive",
                help="Export source files instead (File > Export > Source file), or clear outputs in Databricks and export again.",
            )

    def _too_large(self, cell: Cell, stored: list[int], limit: int) -> Finding:
        from dsguard.analysis.notebooks.keep import output_size

        size = max(output_size(cell.outputs[index]) for index in stored)
        return self.found(
            cell.at_output(stored[0]),
            f"cell {cell.number} has an output of {format_size(size)}, and {format_size(limit)} is what may stay",
            subject=f"oversize:{cell.key}",
            help="Show less (a sample, a smaller figure), clear the cell's output, or tag the cell `keep_output` if it must stay.",
            size=size,
        )

    bad = (
        {
            "eda.ipynb": """\
{
 "cells": [
  {
   "cell_type": "code", "execution_count": null, "id": "a1b2c3d4", "metadata": {},
   "outputs": [{"name": "stdout", "output_type": "stream", "text": ["(1460, 81)\\n"]}],
   "source": ["print(houses.shape)"]
  }
 ],
 "metadata": {"language_info": {"name": "python"}},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {
            "notebooks/01-train.ipynb": """\
{
 "cells": [
  {"cell_type": "markdown", "id": "intro", "metadata": {}, "source": ["# Training"]},
  {
   "cell_type": "code", "execution_count": null, "id": "plot", "metadata": {"tags": ["figure"]},
   "outputs": [{"data": {"image/png": "iVBORw0KGgo=", "text/plain": ["<Figure>"]}, "metadata": {}, "output_type": "display_data"}],
   "source": ["history.plot()"]
  }
 ],
 "metadata": {"keep_output": false},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {
            "contradiction.ipynb": """\
{
 "cells": [
  {
   "cell_type": "code", "execution_count": null, "id": "c0ffee00", "metadata": {"keep_output": false, "tags": ["keep_output"]},
   "outputs": [{"name": "stdout", "output_type": "stream", "text": "0.87"}],
   "source": "print(score)"
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {
            "pyproject.toml": '[tool.dsguard.rules.notebook-output]\nmax-kept-size = "40 B"\noversize = "error"\n',
            "report.ipynb": """\
{
 "cells": [
  {
   "cell_type": "code", "execution_count": null, "id": "shape", "metadata": {},
   "outputs": [{"name": "stdout", "output_type": "stream", "text": "(1460, 81)"}],
   "source": "print(houses.shape)"
  },
  {
   "cell_type": "code", "execution_count": null, "id": "head", "metadata": {},
   "outputs": [{"name": "stdout", "output_type": "stream", "text": "   MSSubClass  LotArea  YearBuilt\\n0  60  8450  2003\\n"}],
   "source": "print(houses.head())"
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
""",
        },
        {
            "sales.zpln": """\
{
  "paragraphs": [
    {
      "text": "%spark.sql\\nselect region, sum(price) from sales group by region",
      "results": {"code": "SUCCESS", "msg": [{"type": "TABLE", "data": "region\\tsum(price)\\nNord\\t1460\\n"}]},
      "id": "paragraph_1594203870449_-297207159"
    }
  ],
  "name": "sales"
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
   "cell_type": "code", "collapsed": false, "input": ["2 + 2"], "language": "python", "metadata": {},
   "outputs": [{"metadata": {}, "output_type": "pyout", "text": ["4"]}]
  }],
  "metadata": {}
 }]
}
"""
        },
    )
    good = (
        {
            "sales.zpln": """\
{
  "paragraphs": [
    {
      "text": "%md\\n# Sales",
      "results": {"code": "SUCCESS", "msg": [{"type": "HTML", "data": "<h1>Sales</h1>"}]},
      "id": "paragraph_1594203870449_1"
    },
    {"text": "%spark.sql\\nselect 1", "results": {}, "id": "paragraph_1594203870449_2"}
  ],
  "name": "sales"
}
"""
        },
        {
            "eda.ipynb": """\
{
 "cells": [
  {"cell_type": "markdown", "id": "0a", "metadata": {}, "source": ["![plot](figures/plot.png)"]},
  {"cell_type": "code", "execution_count": null, "id": "0b", "metadata": {}, "outputs": [], "source": ["houses.plot()"]},
  {"cell_type": "code", "execution_count": null, "id": "0c", "metadata": {}, "outputs": [ ], "source": []}
 ],
 "metadata": {"language_info": {"name": "python"}},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {
            "tagged.ipynb": """\
{
 "cells": [
  {
   "cell_type": "code", "execution_count": null, "id": "score", "metadata": {"tags": ["keep_output"]},
   "outputs": [{"name": "stdout", "output_type": "stream", "text": "RMSE 0.87"}],
   "source": "print(f'RMSE {rmse:.2f}')"
  },
  {
   "cell_type": "code", "execution_count": null, "id": "style", "metadata": {"init_cell": true},
   "outputs": [{"data": {"text/html": "<style>td {text-align: left}</style>"}, "metadata": {}, "output_type": "display_data"}],
   "source": "HTML(css)"
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {
            "docs/tutorial.ipynb": """\
{
 "cells": [
  {
   "cell_type": "code", "execution_count": null, "metadata": {},
   "outputs": [{"name": "stdout", "output_type": "stream", "text": "hello\\n"}],
   "source": "print('hello')"
  }
 ],
 "metadata": {"keep_output": true},
 "nbformat": 4,
 "nbformat_minor": 4
}
"""
        },
        {
            "pyproject.toml": '[tool.dsguard.rules.notebook-output]\nkeep-types = ["image/png", "stream:stderr"]\n',
            "figures.ipynb": """\
{
 "cells": [
  {
   "cell_type": "code", "execution_count": null, "id": "plot", "metadata": {},
   "outputs": [
    {"name": "stderr", "output_type": "stream", "text": "UserWarning: tight layout\\n"},
    {"data": {"image/png": "iVBORw0KGgo=", "text/plain": "<Figure>"}, "metadata": {}, "output_type": "display_data"}
   ],
   "source": "history.plot()"
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
""",
        },
        {
            "pyproject.toml": '[tool.dsguard.rules.notebook-output]\nmax-kept-size = "1 KB"\n',
            "short.ipynb": """\
{
 "cells": [
  {
   "cell_type": "code", "execution_count": null, "id": "shape", "metadata": {},
   "outputs": [{"name": "stdout", "output_type": "stream", "text": ["(1460, 81)\\n"]}],
   "source": "print(houses.shape)"
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
""",
        },
        {
            "accepted.ipynb": """\
{
 "cells": [
  {
   "cell_type": "code", "execution_count": null, "id": "result", "metadata": {"tags": ["dsguard-ignore-notebook-output"]},
   "outputs": [{"name": "stdout", "output_type": "stream", "text": "RMSE 0.87"}],
   "source": "print(report)"
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

    or_keep = ", or tag a cell `keep_output` to keep its outputs" if file.suffix == ".ipynb" else ""
    return f"Run {how_to_clear(file)}, which touches nothing else{or_keep}."


def _told(number: int, outputs: int, size: int) -> str:
    """What a cell stores, and how many bytes that takes."""
    return f"cell {number}: {outputs} output{'' if outputs == 1 else 's'}, {format_size(size)}"


def _size(cell: Cell, stored: list[int]) -> int:
    """Bytes of the file that the outputs to be cleared take."""
    if len(stored) == len(cell.outputs):
        return sum(end - start for start, end in cell.spans("outputs"))
    spans = cell.output_spans()
    return sum(cell.notebook.byte_offset(spans[index][1]) - cell.notebook.byte_offset(spans[index][0]) for index in stored)
