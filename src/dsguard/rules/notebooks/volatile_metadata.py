from __future__ import annotations

from dsguard.model import Confidence, Severity
from dsguard.options import Option, format_size
from dsguard.rules.notebooks.per_notebook import PerNotebookRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from dsguard.analysis.notebooks.plain import Cut, Plain
    from dsguard.analysis.notebooks.volatile import Keys
    from dsguard.documents.file import File
    from dsguard.documents.notebook import Cell, Notebook
    from dsguard.model import Finding, Fix, Location
    from dsguard.rules.base import Settings

_WORTH_TELLING = 10_000
"""Bytes from which on the size is said: the state of widgets can be megabytes."""


def _keys(value: Any) -> tuple[str, ...]:
    from dsguard.analysis.notebooks.volatile import is_key

    if isinstance(value, (list, tuple)) and all(isinstance(item, str) and is_key(item) for item in value):
        return tuple(value)
    raise ValueError


_SHOWN = 6
_PERSON = " (names a person)"
_IN_NOTEBOOK = "the notebook"
_FIX = "Remove volatile metadata"
_KEY = '"metadata"'
_VERSION = "language_info.version"
_FORM = r"^(cell\.)?metadata\.."
_EXPECTS = 'a list of keys that start with "metadata." or "cell.metadata."'


class VolatileMetadata(PerNotebookRule):
    """Some metadata changes whenever a notebook is run or opened elsewhere: when a cell ran, which interpreter, whether an output was
    scrolled. It fills diffs and merge conflicts; Colab's even holds the name and the account of whoever ran a cell.
    """

    code, name, family, since = "DSG203", "volatile-metadata", "notebooks", "0.1"
    summary = "metadata that changes with every run, or names a person"
    help = "`dsguard check --fix` removes it and touches nothing else."
    severity = Severity.WARNING
    lists_cells = 0
    fixable = True
    files = ("*.ipynb",)
    options = {
        "extra-keys": Option(
            (),
            "More keys to remove, such as `metadata.toc` or `cell.metadata.editable`; a dot leads into a key.",
            parse=_keys,
            expects=_EXPECTS,
            form=_FORM,
        ),
        "keep-keys": Option((), "Keys that may stay, with all that is in them.", parse=_keys, expects=_EXPECTS, form=_FORM),
    }

    def at_once(self, file: File, plain: Plain, settings: Settings) -> Iterable[Finding] | None:
        from dsguard.analysis.notebooks.clear import is_filtered_on_add
        from dsguard.analysis.notebooks.plain import cuts_of, location, notebook_metadata
        from dsguard.analysis.notebooks.volatile import names_a_person

        cuts = cuts_of(plain, settings)
        if cuts is None:
            return None
        names_version = _names_version(plain.document["metadata"], settings)
        if is_filtered_on_add(file) or not (cuts or names_version):
            return ()
        in_cells, in_notebook = ([cut for cut in cuts if bool(cut.number) is in_cell] for in_cell in (True, False))
        place = at = None
        try:
            if in_notebook or names_version:
                start = plain.offset(notebook_metadata(plain))
                place = at = location(file, plain, start, start + len(_KEY))
            if in_cells and not in_notebook:
                start, end = map(plain.offset, in_cells[0].span)
                at = location(file, plain, start, end, in_cells[0].number)
        except ValueError:
            return None
        if at is None:
            return None
        found = []
        if cuts:
            person = any(names_a_person(plain.cells[cut.number - 1]["metadata"]) for cut in in_cells)
            size = sum(cut.size for cut in cuts)
            message = _told(_names(in_cells, person=person), len(in_cells), _names(in_notebook), size)
            advice = _advice(file)
            told = self.whole(
                file, settings, plain, at, message=message, subject="metadata", advice=advice, count=len(cuts), fix=_FIX, size=size
            )
            ways = [path[path.index("metadata") + 1 :] for cut in in_notebook for path, _ in cut.changes]
            if not in_cells and _holds_no_state(plain.document["metadata"], ways):
                told.confidence = Confidence.LOW
            found.append(told)
        if names_version and place is not None:
            found.append(self._version(file, place, self.late_fix(file, plain, _FIX, lambda: _alone(self.by_cell(file, settings)))))
        return found

    def by_cell(self, file: File, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.notebooks.clear import is_filtered_on_add
        from dsguard.analysis.notebooks.strip import size_of
        from dsguard.analysis.notebooks.volatile import CELL, DEFAULTS, NOTEBOOK, keys_of, names_a_person

        notebook = file.notebook
        names = (*DEFAULTS, *settings["extra-keys"])
        of_cells, of_notebook = (keys_of(prefix, names, settings["keep-keys"]) for prefix in (CELL, NOTEBOOK))
        in_cells = [cell for cell in notebook.cells if cell.metadata and of_cells.found_in(cell.metadata)]
        in_notebook = of_notebook.found_in(notebook.metadata)
        if is_filtered_on_add(file):
            return
        advice = _advice(file) if in_cells or in_notebook else ""
        for cell in in_cells:
            message = f"cell {cell.number}{_PERSON if names_a_person(cell.metadata) else ''}"
            fix = _removal(notebook, of_cells, cell)
            yield self.found(cell.at("metadata"), message, subject="metadata", help=advice, fix=fix, group=file.path, size=size_of(fix))
        if in_notebook:
            fix = _removal(notebook, of_notebook)
            sureness = Confidence.LOW if not in_cells and _holds_no_state(notebook.metadata, in_notebook) else Confidence.HIGH
            yield self.found(
                _place(notebook),
                _IN_NOTEBOOK,
                subject="metadata",
                help=advice,
                confidence=sureness,
                fix=fix,
                group=file.path,
                size=size_of(fix),
            )
        if _names_version(notebook.metadata, settings):
            yield self._version(file, _place(notebook), _removal(notebook, _version_keys()))

    def _version(self, file: File, at: Location, fix: Fix) -> Finding:
        """The version of the interpreter that ran it last: in four of five notebooks, and nobody is hurt by it."""
        return self.found(
            at,
            "language_info.version says which version of the language ran it last, and changes with every machine",
            subject=_VERSION,
            help=_advice(file),
            confidence=Confidence.LOW,
            fix=fix,
        )

    def together(self, findings: Sequence[Finding], size: int) -> str:
        in_notebook = [finding.fix for finding in findings if finding.message == _IN_NOTEBOOK and finding.fix]
        in_cells = [finding.fix for finding in findings if finding.message != _IN_NOTEBOOK and finding.fix]
        person = any(finding.message.endswith(_PERSON) for finding in findings)
        return _told(_names(in_cells, person=person), len(in_cells), _names(in_notebook), size)

    bad = (
        {
            "eda.ipynb": """\
{
 "cells": [
  {
   "cell_type": "code", "execution_count": null, "id": "a1b2c3d4",
   "metadata": {"ExecuteTime": {"start_time": "2024-03-01T09:12:44"}, "scrolled": true, "tags": ["parameters"]},
   "outputs": [], "source": ["houses.head()"]
  }
 ],
 "metadata": {"language_info": {"name": "python"}, "vscode": {"interpreter": {"hash": "31f2aee4e71d21fbe5cf8b01ff0e069b"}}},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {
            "colab/train.ipynb": """\
{
  "cells": [
    {
      "cell_type": "code",
      "execution_count": null,
      "metadata": {
        "executionInfo": {
          "elapsed": 412, "status": "ok", "timestamp": 1709284364000,
          "user": {"displayName": "Ana Lima", "userId": "00000000000000000000"}, "user_tz": 180
        },
        "id": "9xqLr0bXcT2v",
        "outputId": "5f0c6d0e-0a55-4d3c-f1f6-8a1c0a6b1f2d"
      },
      "outputs": [],
      "source": ["model.fit(x, y)"]
    }
  ],
  "metadata": {"accelerator": "GPU", "colab": {"provenance": []}},
  "nbformat": 4,
  "nbformat_minor": 0
}
"""
        },
        {
            "kaggle/submit.ipynb": """\
{
 "cells": [
  {
   "cell_type": "code", "execution_count": null,
   "metadata": {
    "_uuid": "8f2839f2-5086-4d0a-9a3e-8629015115a0", "trusted": true,
    "papermill": {"duration": 0.4, "end_time": "2024-03-01T09:12:44", "exception": false, "start_time": "...", "status": "completed"}
   },
   "outputs": [], "source": ["submission.head()"]
  }
 ],
 "metadata": {
  "papermill": {"duration": 61.5, "end_time": "2024-03-01T09:13:01", "exception": null, "parameters": {"folds": 5}, "version": "2.4.0"},
  "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}, "version_major": 2, "version_minor": 0}}
 },
 "nbformat": 4,
 "nbformat_minor": 4
}
"""
        },
        {
            "pyproject.toml": '[tool.dsguard.rules.volatile-metadata]\nextra-keys = ["metadata.toc", "cell.metadata.editable"]\n',
            "toc.ipynb": """\
{
 "cells": [{"cell_type": "markdown", "id": "0a", "metadata": {"editable": true}, "source": "# Prices"}],
 "metadata": {"toc": {"toc_position": {"height": "calc(100% - 180px)"}}},
 "nbformat": 4,
 "nbformat_minor": 5
}
""",
        },
    )
    good = (
        {
            "eda.ipynb": """\
{
 "cells": [
  {
   "cell_type": "code", "execution_count": null, "id": "a1b2c3d4",
   "metadata": {"jupyter": {"source_hidden": true}, "slideshow": {"slide_type": "skip"}, "tags": ["parameters"]},
   "outputs": [], "source": ["houses.head()"]
  }
 ],
 "metadata": {
  "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
  "language_info": {"name": "python", "version": "3.11.7"}
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {
            "colab/train.ipynb": """\
{
  "cells": [
    {
      "cell_type": "code", "execution_count": null, "metadata": {"cellView": "form", "id": "9xqLr0bXcT2v"}, "outputs": [],
      "source": ["#@title Train"]
    }
  ],
  "metadata": {"accelerator": "GPU", "colab": {"provenance": [], "toc_visible": true}},
  "nbformat": 4,
  "nbformat_minor": 0
}
"""
        },
        {
            "kaggle/submit.ipynb": """\
{
 "cells": [
  {
   "cell_type": "code", "execution_count": null, "metadata": {"_kg_hide-input": true, "_uuid": "8f2839f2-5086-4d0a-9a3e-8629015115a0"},
   "outputs": [], "source": ["submission.head()"]
  }
 ],
 "metadata": {
  "kaggle": {"accelerator": "none", "dataSources": [{"datasetId": 1, "sourceType": "datasetVersion"}], "isInternetEnabled": false},
  "papermill": {"parameters": {"folds": 5}, "version": "2.4.0"}
 },
 "nbformat": 4,
 "nbformat_minor": 4
}
"""
        },
        {
            "databricks/etl.ipynb": """\
{
 "cells": [
  {
   "cell_type": "code", "execution_count": null,
   "metadata": {
    "application/vnd.databricks.v1+cell": {"cellMetadata": {"rowLimit": 10000}, "nuid": "0851d832-e11f-466e-aa97-41bf1894b9ad", "title": ""}
   },
   "outputs": [], "source": ["df = spark.table('sales')"]
  }
 ],
 "metadata": {
  "application/vnd.databricks.v1+notebook": {"language": "python", "notebookMetadata": {"pythonIndentUnit": 4}, "notebookName": "etl"}
 },
 "nbformat": 4,
 "nbformat_minor": 0
}
"""
        },
        {
            "pyproject.toml": '[tool.dsguard.rules.volatile-metadata]\nkeep-keys = ["metadata.widgets", "cell.metadata.execution"]\n',
            "docs/sliders.ipynb": """\
{
 "cells": [
  {
   "cell_type": "code", "execution_count": null, "id": "slider", "metadata": {"execution": {"iopub.status.busy": "2024-03-01T09:12:44Z"}},
   "outputs": [], "source": "IntSlider()"
  }
 ],
 "metadata": {"widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}, "version_major": 2, "version_minor": 0}}},
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
   "cell_type": "code", "execution_count": null, "id": "long",
   "metadata": {"scrolled": true, "tags": ["dsguard-ignore-volatile-metadata"]}, "outputs": [], "source": "help(numpy)"
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


def _told(of_cells: str, cells: int, of_notebook: str, size: int) -> str:
    """The names of the keys that go, and how many bytes that takes if it is much."""
    parts = []
    if of_cells:
        parts.append(f"{of_cells} in {cells} cell{'' if cells == 1 else 's'}")
    if of_notebook:
        parts.append(f"{of_notebook} of the notebook")
    large = f" ({format_size(size)})" if size >= _WORTH_TELLING else ""
    return f"metadata that changes with every run or machine: {'; '.join(parts)}{large}"


def _alone(findings: Iterable[Finding]) -> list[Finding]:
    """Those that are told by themselves."""
    return [finding for finding in findings if finding.group is None]


def _holds_no_state(metadata: dict[str, Any], ways: Iterable[Sequence[str | int]]) -> bool:
    """Whether the keys that go are a frame for widgets with none in it: JupyterLab writes it, and the same one every time."""
    widgets = metadata.get("widgets")
    is_empty = (
        isinstance(widgets, dict) and bool(widgets) and all(isinstance(part, dict) and part.get("state") == {} for part in widgets.values())
    )
    return is_empty and all(tuple(way) == ("widgets",) for way in ways)


def _version_keys() -> Keys:
    from dsguard.analysis.notebooks.volatile import Keys

    return Keys((_VERSION,))


def _names_version(metadata: dict[str, Any], settings: Settings) -> bool:
    """Whether the version of the language is among the metadata, and nobody has said what is to become of it."""
    named = f"metadata.{_VERSION}" in (*settings["extra-keys"], *settings["keep-keys"])
    return not named and bool(_version_keys().found_in(metadata))


def _removal(notebook: Notebook, keys: Keys, cell: Cell | None = None) -> Fix:
    from dsguard.analysis.notebooks.strip import Edits, remove_metadata

    edits = Edits(notebook.text)
    if cell is None:
        remove_metadata(edits, keys, notebook.members, ())
    else:
        remove_metadata(edits, keys, cell.members, cell.path)
    return edits.fix(_FIX, notebook.byte_offset)


def _place(notebook: Notebook) -> Location:
    """Where the metadata of the notebook starts."""
    _, start, _, _ = next(member for member in reversed(notebook.members) if member[0] == "metadata")
    return notebook.at_offset(start, start + len(_KEY))


def _names(changed: Iterable[Fix | Cut], *, person: bool = False) -> str:
    """The keys that go, each once, in the order in which they stand; if one names a person, that is said."""
    names: dict[str, str] = {}
    for one in changed:
        for path, _ in one.changes:
            keys = [str(key) for key in path[path.index("metadata") + 1 :]]
            name = ".".join(keys[1:] if "/" in keys[0] else keys)
            names[name] = name + (_PERSON if person and name == "executionInfo" else "")
    shown = list(names.values())
    shown.sort(key=lambda name: not name.endswith(_PERSON))
    return ", ".join(shown[:_SHOWN]) + (f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else "")
