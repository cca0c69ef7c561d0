from __future__ import annotations

from dsguard.model import Severity
from dsguard.options import format_size
from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_MARKS = (
    (b'<body class="jp-Notebook"', "Jupyter notebook"),
    (b'class="jp-Cell jp-', "Jupyter notebook"),
    (b'id="notebook-container"', "Jupyter notebook"),
    (b"<marimo-code hidden", "marimo notebook"),
    (b"var __DATABRICKS_NOTEBOOK_MODEL", "Databricks notebook"),
    (b"<!-- rnb-document-source", "R notebook"),
)
_QUARTO = b'<meta name="generator" content="quarto-'
_QUARTO_OUTPUT = b'class="cell-output'


class RenderedNotebook(FileRule):
    """A notebook saved as a web page holds all of its outputs once more, in a file that no diff can show and that is out of date with the
    next run.
    """

    code, name, family, since = "DSG207", "rendered-notebook", "notebooks", "0.1"
    summary = "web page made from a notebook"
    help = "Keep the notebook and leave the page out of git: make it where it is published, in CI for instance."
    severity = Severity.WARNING
    profile = "strict"
    group_at = 3
    # Pages below docs/ or public/ are meant to be read there.
    files = ("*.html", "*.htm", "!@documentation", "!@web-asset", "!@fixture", "!@template", "!@vendored")

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        data = file.data
        kind = next((kind for mark, kind in _MARKS if mark in data), None)
        if kind is None and _QUARTO in file.head and _QUARTO_OUTPUT in data:
            kind = "Quarto document"
        if kind is None:
            return
        from shlex import quote

        yield self.found(
            file.at(),
            f"{kind} saved as a web page ({format_size(file.size)})",
            subject="rendered",
            help=f"Keep the notebook and leave the page out: `git rm --cached {quote(file.path)}`, and ignore such pages in .gitignore.",
            group=file.folder,
            size=file.size,
        )

    bad = (
        {
            "reports/eda.html": """\
<!DOCTYPE html>
<html>
<head><meta charset="utf-8" /><title>eda</title></head>
<body class="jp-Notebook" data-jp-theme-light="true" data-jp-theme-name="JupyterLab Light">
<main></main>
</body>
</html>
"""
        },
        {"old.html": '<html><body><div class="container" id="notebook-container"></div></body></html>\n'},
        {"model.nb.html": "<!DOCTYPE html>\n<html><body><p>RMSE 0.87</p>\n<!-- rnb-document-source LS0t -->\n"},
        {"app.html": '<html><marimo-filename hidden="">app.py</marimo-filename><marimo-code hidden="">x%20%3D%201</marimo-code></html>\n'},
        {
            "analysis.html": '<html><head>\n<meta charset="utf-8">\n<meta name="generator" content="quarto-1.5.57">\n</head>'
            '<body><div class="cell-output cell-output-stdout"><pre>0.87</pre></div></body></html>\n'
        },
    )
    good = (
        {"templates/index.html": "<!DOCTYPE html>\n<html><head><title>Churn</title></head><body>{{ prediction }}</body></html>\n"},
        {"docs/tutorial.html": '<html><body class="jp-Notebook"></body></html>\n'},
        {"essay.html": '<html><head>\n<meta name="generator" content="quarto-1.5.57">\n</head><body><p>No code at all</p></body></html>\n'},
        {"report.html": '<html><head><meta name=generator content="Pandas Profiling"></head><body>rows</body></html>\n'},
        {"eda.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n'},
        {"style.md": 'The page is `<body class="jp-Notebook">`.\n'},
    )
