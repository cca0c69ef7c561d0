"""Pictures in the text of a notebook, by how much of it they take."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dsguard.model import Finding, Severity
from dsguard.rules.notebooks.large_attachment import LargeAttachment
from dsguard.testing import check, run

PICTURE = "iVBORw0KGgo" + "A" * 120_000


def markdown(source: Any = "", **members: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source, **members}


def attached(*names: str, size: int = 120_000) -> dict[str, Any]:
    return markdown("text", attachments={name: {"image/png": "A" * size} for name in names})


def inline(picture: str = PICTURE) -> str:
    return f"see ![x](data:image/png;base64,{picture}) there"


def notebook(*cells: dict[str, Any]) -> str:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1)


def found(text: str, config: str = "", path: str = "eda.ipynb") -> list[Finding]:
    return check(LargeAttachment(), {path: text}, config=config)


@pytest.mark.parametrize(
    ("cell", "what", "place"),
    [
        (attached("map.png"), "attachment map.png of cell 2 takes 120 KB of the notebook", None),
        (attached("x" * 300 + ".png"), f"attachment {'x' * 59}… of cell 2 takes 120 KB of the notebook", None),
        (markdown(inline()), "picture in the text of cell 2 takes 120 KB of the notebook", (1, 10)),
        (markdown(["a\n", "b\n", inline()]), "picture in the text of cell 2 takes 120 KB of the notebook", (3, 10)),
        (
            markdown(f'<img src="data:image/svg+xml;base64,{PICTURE}">'),
            "picture in the text of cell 2 takes 120 KB of the notebook",
            (1, 11),
        ),
        (markdown(inline(), cell_type="raw"), "picture in the text of cell 2 takes 120 KB of the notebook", (1, 10)),
        (markdown("%md " + inline(), cell_type="code"), "picture in the text of cell 2 takes 120 KB of the notebook", (1, 14)),
    ],
)
def test_large_pictures_are_told(cell: dict[str, Any], what: str, place: tuple[int, int] | None) -> None:
    text = notebook(markdown("# Title"), cell)
    (finding,) = found(text)
    assert (finding.message, finding.severity) == (what, Severity.WARNING)
    at = finding.location
    assert at.cell == 2
    assert (at.cell_line, at.cell_column) == (place or (None, None))
    assert at.line is not None
    assert at.column is not None
    assert text.split("\n")[at.line - 1][at.column - 1 :].startswith(("data:image/", '"map.png"', '"xxx'))
    assert len(finding.snippet or "") < 200


@pytest.mark.parametrize(
    "cell",
    [
        attached("a.png", "b.png", size=60_000),
        markdown("text", attachments={}),
        markdown("text", attachments=["?"]),
        markdown(inline("iVBORw0KGgo")),
        markdown("x" * 200_000),
        markdown("data:text/csv;base64," + "A" * 200_000),
        markdown(f"PIXELS = 'data:image/png;base64,{PICTURE}'", cell_type="code", outputs=[]),
        {"cell_type": "code", "metadata": {}, "outputs": [{"data": {"image/png": PICTURE}, "output_type": "display_data"}], "source": ""},
    ],
    ids=range(8),
)
def test_others_are_not(cell: dict[str, Any]) -> None:
    assert found(notebook(cell)) == []


def test_several_are_told_together() -> None:
    text = notebook(attached("a.png", "b.png"), markdown(inline() + inline()))
    (finding,) = found(text)
    assert finding.message == "4 pictures take 480 KB of the notebook"
    assert [step.message.partition(" takes")[0] for step in finding.trace] == [
        "attachment a.png of cell 1",
        "attachment b.png of cell 1",
        "picture in the text of cell 2",
        "picture in the text of cell 2",
    ]


def test_the_limit_is_an_option() -> None:
    text = notebook(attached("a.png", size=2000))
    assert found(text) == []
    assert len(found(text, '[rules.large-attachment]\nmax-size = "1 KB"\n')) == 1


def test_notes_of_zeppelin() -> None:
    text = json.dumps({"paragraphs": [{"text": f"%md\n{inline()}", "id": "p1"}, {"text": f"%python\nx = '{inline()}'", "id": "p2"}]})
    (finding,) = found(text, path="a.zpln")
    assert finding.message == "picture in the text of cell 1 takes 120 KB of the notebook"


def test_a_cell_can_be_accepted() -> None:
    cell = {**attached("a.png"), "metadata": {"tags": ["dsguard-ignore-large-attachment"]}}
    report = run({"eda.ipynb": notebook(cell)}, select=["DSG208", "DSG002"])
    assert (report.findings, report.suppressed) == ([], 1)
