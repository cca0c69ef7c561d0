"""Zeppelin notes read as notebooks: paragraphs, what they show, and where it stands."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dsguard.documents.notebook import Notebook
from dsguard.documents.zeppelin import is_zeppelin
from dsguard.model import UnreadableError
from dsguard.testing import tree

TEXT = {"code": "SUCCESS", "msg": [{"type": "TEXT", "data": "hello\n"}]}


def paragraph(text: str = "%pyspark\nprint('hello')\n", **more: Any) -> dict[str, Any]:
    return {
        "text": text,
        "user": "anonymous",
        "config": {},
        "jobName": "p1",
        "settings": {"params": {}, "forms": {}},
        "apps": [],
        "id": "p1",
        **more,
    }


def note(*paragraphs: Any, **more: Any) -> str:
    return json.dumps({"paragraphs": list(paragraphs), "name": "test", "id": "2FCP5JWR7", **more}, indent=2)


def load(text: str | bytes, path: str = "note.zpln") -> Notebook:
    return tree({path: text})[path].notebook


def test_a_paragraph_is_a_cell() -> None:
    loaded = load(note(paragraph(results=TEXT), paragraph("%md\n# Title", id="p2")))
    first, second = loaded.cells
    assert [cell.number for cell in loaded.cells] == [1, 2]
    assert (first.type, first.id, first.source) == ("code", "p1", "%pyspark\nprint('hello')\n")
    assert first.outputs == [{"output_type": "stream", "name": "stdout", "text": "hello\n"}]
    assert (second.type, second.id, second.outputs) == ("markdown", "p2", [])
    assert loaded.code_cells == (first,)
    assert first.execution_count is None


@pytest.mark.parametrize(
    ("text", "config", "language"),
    [
        ("%pyspark\n1", {}, "python"),
        ("%spark.pyspark\n1", {}, "python"),
        ("  \n%python.ipython(deferred=true)\n1", {}, "python"),
        ("%spark.ir\n1", {}, "r"),
        ("%sh\nls", {}, "bash"),
        ("%spark.sql\nselect 1", {}, "sql"),
        ("%spark\n1", {}, "scala"),
        ("1", {"editorSetting": {"language": "python"}}, "python"),
        ("1", {"editorSetting": "python"}, "scala"),
        ("1", [], "scala"),
    ],
)
def test_the_language_is_that_of_the_interpreter(text: str, config: Any, language: str) -> None:
    loaded = load(note(paragraph(text, config=config)))
    assert loaded.cells[0].language == language
    assert loaded.language == language


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ({"results": {"code": "SUCCESS", "msg": []}}, []),
        ({"results": {}}, []),
        ({"results": None}, []),
        ({}, []),
        ({"result": {"code": "SUCCESS", "type": "TEXT", "msg": ""}}, []),
        ({"result": {"code": "SUCCESS", "type": "TEXT", "msg": "42"}}, [{"output_type": "stream", "name": "stdout", "text": "42"}]),
        (
            {"results": {"code": "SUCCESS", "msg": [{"type": "TABLE", "data": "a\tb\n1\t2"}]}},
            [{"output_type": "display_data", "data": {"text/tab-separated-values": "a\tb\n1\t2"}, "metadata": {}}],
        ),
        (
            {"results": {"code": "SUCCESS", "msg": [{"type": "HTML", "data": "<b>1</b>"}, "?"]}},
            [
                {"output_type": "display_data", "data": {"text/html": "<b>1</b>"}, "metadata": {}},
                {"output_type": "stream", "name": "stdout", "text": None},
            ],
        ),
        (
            {"results": {"msg": [{"type": ["?"], "data": "x"}]}},
            [{"output_type": "stream", "name": "stdout", "text": "x"}],
        ),
    ],
    ids=str,
)
def test_results_are_outputs(results: dict[str, Any], expected: list[dict[str, Any]]) -> None:
    assert load(note(paragraph(**results))).cells[0].outputs == expected


def test_places_are_those_of_the_file() -> None:
    text = note(paragraph(), paragraph("%python\nprint(1)\nprint(2)", id="p2", results=TEXT))
    second = load(text).cells[1]
    lines = text.split("\n")
    results = second.at("outputs")
    assert results.line is not None
    assert lines[results.line - 1].strip() == '"results": {'
    shown = second.at_output(0)
    assert (shown.cell, shown.cell_id) == (2, "p2")
    assert shown.line is not None
    assert lines[shown.line - 1].strip() == "{"
    assert lines[shown.line].strip() == '"type": "TEXT",'
    source = second.at_source(3, 1)
    assert (source.line, source.cell_line) == (next(i for i, line in enumerate(lines, 1) if "print(2)" in line), 3)
    assert source.column is not None
    assert lines[source.line - 1 if source.line else 0][source.column - 1 :].startswith("print(2)")
    assert [json.loads(text.encode()[start:end]) for start, end in second.spans("outputs")] == [TEXT]


def test_an_output_of_old_notes_stands_where_the_result_does() -> None:
    text = note(paragraph(result={"code": "SUCCESS", "type": "TEXT", "msg": "42"}))
    cell = load(text, "2A94M5J1Z/note.json").cells[0]
    assert cell.output_spans() == [cell.member("outputs")[2:]]  # type: ignore[index]
    assert cell.at_output(0).line == text[: text.index('"result"')].count("\n") + 1


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        ("a/note.json", note(paragraph()), True),
        ("a/note.json", '{"paragraphs": ["My first note"]}', False),
        ("a/note.json", '{"title": "Groceries"}', False),
        ("a/notes.json", '{"paragraphs": []}', False),
        ("a/b.zpln", "", True),
        ("a/b.ipynb", '{"paragraphs": []}', False),
    ],
)
def test_a_note_is_known_by_its_name_and_its_paragraphs(path: str, content: str, *, expected: bool) -> None:
    assert is_zeppelin(tree({path: content})[path]) is expected


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "an empty file"),
        ("{}", "without a list of paragraphs"),
        ('{"paragraphs": {}}', "without a list of paragraphs"),
        ('{"paragraphs": [', "ends too early"),
        ('{"paragraphs": []} x', "broken JSON"),
        ('{"paragraphs": [\n<<<<<<< HEAD\n]}', "merge conflict"),
        ("[]", "no object with cells"),
    ],
)
def test_what_is_no_note_is_refused(content: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        load(content)


def test_paragraphs_of_any_shape_are_read() -> None:
    loaded = load(note(1, None, [], "x", {"text": 1, "results": [], "id": 3}, {}))
    assert [cell.source for cell in loaded.cells] == [""] * 6
    assert [cell.number for cell in loaded.cells] == [1, 2, 3, 4, 5, 6]
    assert not any(cell.has_outputs for cell in loaded.cells)
