"""Web pages made from notebooks, and other web pages."""

from __future__ import annotations

import pytest

from dsguard.model import Finding
from dsguard.rules.notebooks.rendered_notebook import RenderedNotebook
from dsguard.testing import check

LAB = '<!DOCTYPE html>\n<html>\n<head><style>{style}</style></head>\n<body class="jp-Notebook" data-jp-theme-light="true">\n'


def found(content: str, path: str = "reports/eda.html") -> list[Finding]:
    return check(RenderedNotebook(), {path: content}, profile="strict")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (LAB.format(style=""), "Jupyter notebook"),
        (LAB.format(style="x" * 400_000), "Jupyter notebook"),
        ('<div class="jp-Cell jp-CodeCell jp-Notebook-cell">', "Jupyter notebook"),
        ('<div tabindex="-1" id="notebook"><div class="container" id="notebook-container">', "Jupyter notebook"),
        ("<marimo-filename hidden>a.py</marimo-filename><marimo-code hidden=''>x</marimo-code>", "marimo notebook"),
        ("<script>var __DATABRICKS_NOTEBOOK_MODEL = 'JTdC'</script>", "Databricks notebook"),
        ("<html></body>\n<!-- rnb-document-source LS0t -->\n</html>", "R notebook"),
        ('<meta name="generator" content="quarto-1.2.269">\n<div class="cell-output cell-output-display">', "Quarto document"),
    ],
)
def test_each_kind_is_known(content: str, kind: str) -> None:
    (finding,) = found(content)
    assert finding.message.startswith(f"{kind} saved as a web page (")
    assert "git rm --cached reports/eda.html" in finding.help


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<html><body>{{ prediction }}</body></html>",
        '<meta name="generator" content="quarto-1.2.269">\n<p>essay</p>',
        '<div class="cell-output">',
        "<marimo-filename hidden>{{ filename }}</marimo-filename>",
        '<meta name="generator" content="pandoc">',
        "<style>.jp-Notebook { color: red }</style>",
    ],
)
def test_other_pages_are_not(content: str) -> None:
    assert found(content) == []


@pytest.mark.parametrize(
    "path", ["docs/eda.html", "public/eda.html", "static/eda.html", "tests/eda.html", "vendor/eda.html", "eda.md", "{{ x }}/eda.html"]
)
def test_where_pages_are_meant_to_be(path: str) -> None:
    assert found(LAB.format(style=""), path) == []


def test_many_of_a_folder_are_told_once() -> None:
    tree = {f"reports/{number}.html": LAB.format(style="") for number in range(4)}
    (finding,) = check(RenderedNotebook(), tree, profile="strict")
    assert "and 3 more like it" in finding.message
