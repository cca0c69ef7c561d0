from __future__ import annotations

from dsguard.model import Severity, Step
from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dsguard.documents.file import File
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_SHELVES = frozenset(("notebooks", "notebook", "nbs", "nb", "jupyter", "jupyter_notebooks", "ipynb"))
"""Folders where a project keeps the notebooks that it works in, in lower case."""

_ELSEWHERE = frozenset(
    (
        *("docs", "doc", "documentation", "book", "site", "examples", "example", "samples", "demos", "demo", "tutorials", "tutorial"),
        *(
            "tests",
            "test",
            "templates",
            "archive",
            "archived",
            "old",
            "deprecated",
            "scratch",
            "sandbox",
            "playground",
            ".ipynb_checkpoints",
        ),
    )
)
"""Folders of notebooks that are looked up one by one, or no longer."""

_UNORDERED = frozenset(("index", "readme", "main", "overview", "toc", "template", "scratch", "sandbox", "playground"))
_MAX_TRACE = 20


class UnnumberedNotebook(FileRule):
    """In a folder of notebooks nothing says where to begin: which one cleans the data that another one reads? A number in front of
    each name is the order in which to run them.
    """

    code, name, family, since = "DSG206", "unnumbered-notebook", "notebooks", "0.1"
    summary = "name does not say when this notebook is to be run"
    help = "Put the order in front of its name, such as `01-`."
    severity = Severity.WARNING
    profile = "strict"
    group_at = 2
    files = ("*.ipynb", "*.zpln", "!@documentation", "!@fixture", "!@template", "!@vendored")

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        if not _belongs_to_a_series(file) or _is_ordered(file.name) or file.name.partition(".")[0].lower() in _UNORDERED:
            return
        from shlex import quote

        series = [name for name in file.neighbours if name.endswith((".ipynb", ".zpln"))]
        if len(series) > 1:
            folder = f"{file.folder}/" if file.folder else ""
            yield self.found(
                file.at(),
                f"nothing in the name {file.name} says which of {len(series)} notebooks comes first",
                subject="unnumbered",
                help=f"Put the order in front of its name: `git mv {quote(file.path)} {quote(f'{folder}01-{file.name}')}`.",
                group=f"{folder}: {len(series)} notebooks",
            )

    def merged(self, findings: Sequence[Finding]) -> Finding:
        first = findings[0]
        folder, _, notebooks = (first.group or "").rpartition(": ")
        return self.found(
            first.location,
            f"{len(findings)} of {notebooks} in {folder} have no number in front that says in which order they are to be run",
            subject="unnumbered",
            help=first.help,
            trace=[Step(finding.path) for finding in findings[1 : _MAX_TRACE + 1]],
        )

    bad = (
        {
            "notebooks/clean.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n',
            "notebooks/train.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n',
        },
        {
            "notebooks/01-clean.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n',
            "notebooks/train-v2.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n',
        },
        {
            "churn/nbs/eda/missing.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n',
            "churn/nbs/eda/outliers.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n',
        },
    )
    good = (
        {
            "notebooks/01-clean.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n',
            "notebooks/1.2-ana-train.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n',
            "notebooks/index.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n',
        },
        {
            "notebooks/2024-03-01_drift.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n',
            "notebooks/week3-report.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n',
        },
        {"notebooks/eda.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n', "notebooks/README.md": "# EDA\n"},
        {
            "docs/notebooks/quickstart.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n',
            "docs/notebooks/plotting.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n',
        },
        {
            "notebooks/02_models/ridge.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n',
            "notebooks/02_models/lasso.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n',
        },
        {
            "clean.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n',
            "train.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n',
        },
    )


def _belongs_to_a_series(file: File) -> bool:
    """Whether it lies in a folder of notebooks, and no folder on the way from there is numbered itself."""
    folders = file.folder.lower().split("/")
    shelf = next((number for number, name in enumerate(folders) if name.replace("-", "_") in _SHELVES), None)
    if shelf is None or any(name in _ELSEWHERE for name in folders):
        return False
    return not any(_is_ordered(name) for name in folders[shelf + 1 :])


def _is_ordered(name: str) -> bool:
    """Whether a number stands in front, alone or behind one word for a part of a series: ``01-``, ``2.1_``, ``A3``, ``week 2``."""
    import re

    return (
        re.match(
            r"[\W_]*(?:(?:nb|notebook|part|pt|step|stage|phase|chapter|ch|section|sec|lecture|lec|lesson|week|day|module|mod|session|unit"
            r"|lab|exercise|ex|task|homework|hw|assignment|project|tutorial|tut|experiment|exp|[a-z])[-_ .#]?)?\d",
            name.lower(),
        )
        is not None
    )
