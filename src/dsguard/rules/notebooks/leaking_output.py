from __future__ import annotations

from dsguard.model import Confidence
from dsguard.rules.notebooks.per_notebook import PerNotebookRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dsguard.analysis.notebooks.plain import Plain
    from dsguard.documents.file import File
    from dsguard.documents.notebook import Cell
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_MANY = 3


class LeakingOutput(PerNotebookRule):
    """A stored output shows who ran the notebook, by a home folder in a warning or a stack trace, or rows of a table with the e-mail
    addresses, phone numbers or ids of people. It does so for everybody who can read the repository, and for as long as its history is kept.
    """

    code, name, family, since = "DSG204", "leaking-output", "notebooks", "0.1"
    summary = "output shows a person's home folder or personal data"
    help = "Clear the output before committing; if it was pushed already, its history still shows it."
    have = ("shows personal data", "show personal data")
    files = ("*.ipynb", "*.zpln", "note.json")
    triggers = (b'"outputs"', b'"results"', b'"result"')

    def at_once(self, file: File, plain: Plain, settings: Settings) -> Iterable[Finding] | None:
        from dsguard.analysis.notebooks.clear import is_filtered_on_add
        from dsguard.analysis.notebooks.leaks import leaks_of

        if plain.arrays and not is_filtered_on_add(file):
            for outputs in plain.outputs_in(file.data):
                for output in outputs:
                    if isinstance(output, dict) and leaks_of(output):
                        return None
        return ()

    def by_cell(self, file: File, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.notebooks.clear import is_filtered_on_add
        from dsguard.analysis.notebooks.keep import keeps_outputs
        from dsguard.documents.zeppelin import is_zeppelin

        if file.suffix != ".ipynb" and not is_zeppelin(file):
            return
        notebook = file.notebook
        only_kept = is_filtered_on_add(file)
        group = ""
        for cell in notebook.cells:
            if cell.outputs and not (only_kept and not keeps_outputs(cell)):
                group = group or self.group_of(notebook)
                yield from self._leaks(cell, group)

    def _leaks(self, cell: Cell, group: str) -> Iterator[Finding]:
        from dsguard.analysis.notebooks.leaks import TABLE, leaks_of, makes_people_up

        leaks = [(index, leak) for index, output in enumerate(cell.outputs) for leak in leaks_of(output)]
        if any(leak.kind == TABLE for _, leak in leaks) and makes_people_up(cell.notebook):
            for _, leak in leaks:
                leak.is_sure = leak.is_sure and leak.kind != TABLE
        told = [(index, leak) for index, leak in leaks if leak.is_sure] or leaks
        if told:
            yield self.found(
                cell.at_output(told[0][0]),
                f"cell {cell.number}: {'; '.join(dict.fromkeys(leak.shown for _, leak in told))}",
                subject="+".join(sorted({leak.kind for _, leak in told})),
                help=_advice(cell),
                confidence=Confidence.HIGH if told[0][1].is_sure else Confidence.LOW,
                group=group,
            )

    def merged(self, findings: Sequence[Finding]) -> Finding:
        findings = sorted(findings, key=lambda finding: -finding.confidence)
        together = super().merged(findings)
        together.subject = "+".join(sorted({kind for finding in findings for kind in finding.subject.split("+")}))
        together.confidence = findings[0].confidence
        return together

    def together(self, findings: Sequence[Finding], size: int) -> str:
        shown = list(dict.fromkeys(what for finding in findings for what in finding.message.partition(": ")[2].split("; ")))
        more = f"; and {len(shown) - _MANY} more" if len(shown) > _MANY else ""
        return f"{super().together(findings, size)}: {'; '.join(shown[:_MANY])}{more}"

    bad = (
        {
            "eda.ipynb": """\
{
 "cells": [
  {
   "cell_type": "code", "execution_count": null, "id": "plot", "metadata": {"tags": ["keep_output"]},
   "outputs": [{
    "name": "stderr", "output_type": "stream",
    "text": ["/home/ana/.venv/lib/python3.12/site-packages/seaborn/axisgrid.py:118: UserWarning: The figure layout has changed\\n"]
   }],
   "source": "sns.catplot(houses)"
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {
            "customers.ipynb": """\
{
 "cells": [
  {
   "cell_type": "code", "execution_count": null, "id": "head", "metadata": {"tags": ["keep_output"]},
   "outputs": [{
    "data": {"text/html": [
     "<table border=\\"1\\" class=\\"dataframe\\"><thead><tr><th></th><th>plan</th><th>email</th></tr></thead>",
     "<tbody><tr><th>0</th><td>basic</td><td>ana.lima@lima.local</td></tr></tbody></table>"
    ]},
    "execution_count": null, "metadata": {}, "output_type": "execute_result"
   }],
   "source": "customers.head()"
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
   "cell_type": "code", "execution_count": null, "id": "load", "metadata": {},
   "outputs": [{
    "ename": "FileNotFoundError", "evalue": "houses.csv", "output_type": "error",
    "traceback": ["\\u001b[0;32mC:\\\\Users\\\\Ana\\\\churn\\\\load.py\\u001b[0m in \\u001b[0;36mread\\u001b[0m"]
   }],
   "source": "read()"
  }
 ],
 "metadata": {"keep_output": true},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
    )
    good = (
        {
            "hosted.ipynb": """\
{
 "cells": [
  {
   "cell_type": "code", "execution_count": null, "id": "where", "metadata": {"tags": ["keep_output"]},
   "outputs": [{"data": {"text/plain": "'/home/jovyan/work'"}, "execution_count": null, "metadata": {}, "output_type": "execute_result"}],
   "source": "%pwd"
  },
  {
   "cell_type": "code", "execution_count": null, "id": "fit", "metadata": {"tags": ["keep_output"]},
   "outputs": [{
    "name": "stdout", "output_type": "stream",
    "text": "WARNING: /Users/runner/work/xgboost/python-package/build/src/learner.cc:627: unused parameter\\nFile ~/churn/train.py:12\\n"
   }],
   "source": "model.fit(X, y)"
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {
            "scraping.ipynb": """\
{
 "cells": [
  {
   "cell_type": "code", "execution_count": null, "id": "links", "metadata": {"tags": ["keep_output"]},
   "outputs": [{
    "name": "stdout", "output_type": "stream",
    "text": ["<a href=\\"/home/sales\\">\\n", "https://example.org/home/ana\\n", "s3://churn/Users/ana/x.parquet\\n", "/path/to/home\\n"]
   }],
   "source": "print(*links)"
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {
            "features.ipynb": """\
{
 "cells": [
  {
   "cell_type": "code", "execution_count": null, "id": "head", "metadata": {"tags": ["keep_output"]},
   "outputs": [{
    "data": {"text/plain": [
     "   email_count  has_phone           email PhoneService\\n", "0            3       True  3f2a9c (hashed)          Yes\\n",
     "1            0      False  ana@example.com           No"
    ]},
    "execution_count": null, "metadata": {}, "output_type": "execute_result"
   }],
   "source": "features.head()"
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {
            "made_up.ipynb": """\
{
 "cells": [
  {"cell_type": "code", "execution_count": null, "id": "make", "metadata": {}, "outputs": [], "source": "from faker import Faker"},
  {
   "cell_type": "code", "execution_count": null, "id": "head", "metadata": {"tags": ["keep_output"]},
   "outputs": [{
    "data": {"text/html": [
     "<table><tr><th>plan</th><th>email</th></tr>", "<tr><td>basic</td><td>ana.lima@lima.local</td></tr></table>"
    ]},
    "execution_count": null, "metadata": {}, "output_type": "execute_result"
   }],
   "source": "customers.head()"
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {
            "titanic.ipynb": """\
{
 "cells": [
  {
   "cell_type": "code", "execution_count": null, "id": "head", "metadata": {"tags": ["keep_output"]},
   "outputs": [{
    "data": {"text/html": [
     "<table><tr><th>Name</th><th>Sex</th><th>Age</th></tr>", "<tr><td>Braund, Mr. Owen</td><td>male</td><td>22</td></tr></table>"
    ]},
    "execution_count": null, "metadata": {}, "output_type": "execute_result"
   }],
   "source": "train.head(1)"
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {
            "source.ipynb": """\
{
 "cells": [
  {"cell_type": "markdown", "id": "text", "metadata": {}, "source": "Put the data into /home/ana/data."},
  {"cell_type": "code", "execution_count": null, "id": "clear", "metadata": {}, "outputs": [], "source": "x = 1"}
 ],
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
  {
   "cell_type": "code", "execution_count": null, "id": "a", "metadata": {"tags": ["keep_output", "dsguard-ignore-leaking-output"]},
   "outputs": [{"name": "stdout", "output_type": "stream", "text": "/home/ana/churn\\n"}],
   "source": "!pwd"
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
    )


def _advice(cell: Cell) -> str:
    from dsguard.analysis.notebooks.clear import how_to_clear
    from dsguard.analysis.notebooks.keep import keeps_outputs

    if keeps_outputs(cell):
        return "This output is kept on purpose: clear it by hand, or run the cell so that it shows less (a relative path, other columns)."
    return f"Run {how_to_clear(cell.notebook.file)} to clear outputs; what was pushed already stays in the history."
