"""Stored outputs: which are kept, which are told, and how they are told."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest

from dsguard.analysis.notebooks.keep import text_size
from dsguard.model import Finding, UsageError
from dsguard.rules.notebooks.notebook_output import NotebookOutput
from dsguard.testing import check, run

nbstripout = pytest.importorskip("nbstripout._utils")

STREAM = {"name": "stdout", "output_type": "stream", "text": ["hello\n"]}
STDERR = {"name": "stderr", "output_type": "stream", "text": ["careful\n"]}
ERROR = {"ename": "KeyError", "evalue": "'x'", "output_type": "error", "traceback": ["KeyError"]}
FIGURE = {"data": {"image/png": "iVBORw0KGgo=", "text/plain": ["<Figure>"]}, "metadata": {}, "output_type": "display_data"}
TABLE = {
    "data": {"text/html": ["<table>"], "text/plain": ["a b"]},
    "metadata": {},
    "output_type": "execute_result",
    "execution_count": None,
}
PLAIN = {"data": {"text/plain": ["4"]}, "metadata": {}, "output_type": "execute_result", "execution_count": None}


def code(*outputs: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": list(outputs), "source": ["x"]}


def notebook(*cells: dict[str, Any], **metadata: Any) -> str:
    return json.dumps({"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}, indent=1)


def found(text: str | bytes, config: str = "", path: str = "eda.ipynb") -> list[Finding]:
    return check(NotebookOutput(), {path: text}, config=config)


def options(**values: Any) -> str:
    lines = [f"{key.replace('_', '-')} = {json.dumps(value)}" for key, value in values.items()]
    return "\n".join(["[rules.notebook-output]", *lines])


KEPT_BY_METADATA: tuple[dict[str, Any], ...] = (
    {},
    {"init_cell": True},
    {"init_cell": False},
    {"init_cell": None},
    {"init_cell": False, "tags": ["keep_output"]},
    {"init_cell": False, "keep_output": True},
    {"init_cell": True, "keep_output": False},
    {"init_cell": True, "keep_output": False, "tags": ["keep_output"]},
    {"keep_output": True},
    {"keep_output": False},
    {"keep_output": 1},
    {"keep_output": ""},
    {"keep_output": "false"},
    {"tags": ["keep_output"]},
    {"tags": ["other", "keep_output"]},
    {"tags": ["keep_outputs"]},
    {"tags": []},
    {"keep_output": True, "tags": ["keep_output"]},
    {"keep_output": False, "tags": ["keep_output"]},
    {"keep_output": False, "tags": ["other"]},
)


@pytest.mark.parametrize("notebook_metadata", [{}, {"keep_output": True}, {"keep_output": False}], ids=str)
@pytest.mark.parametrize("metadata", KEPT_BY_METADATA, ids=str)
def test_keeps_what_nbstripout_keeps(metadata: dict[str, Any], notebook_metadata: dict[str, Any]) -> None:
    text = notebook(code(STREAM, **metadata), **notebook_metadata)
    findings = found(text)
    try:
        theirs = nbformat.from_dict(json.loads(text))  # type: ignore[no-untyped-call]
        stripped = nbstripout.strip_output(theirs, None, keep_count=False, keep_id=True)
    except nbstripout.MetadataError:
        assert [finding.message for finding in findings] == ["cell 1 is tagged keep_output and its metadata says keep_output: false"]
        assert (findings[0].location.cell, findings[0].location.line) == (1, 6)
    else:
        assert bool(findings) is not bool(stripped.cells[0].outputs)
        assert [finding.message for finding in findings] in ([], ["1 of 1 code cell has stored outputs (109 B)"])


BY_TYPE: tuple[tuple[list[str], list[dict[str, Any]], int], ...] = (
    ([], [STREAM], 1),
    (["stream"], [STREAM, STDERR], 0),
    (["stream:stderr"], [STDERR], 0),
    (["stream:stderr"], [STDERR, STREAM], 1),
    (["error"], [ERROR], 0),
    (["display_data"], [FIGURE], 0),
    (["execute_result"], [TABLE, PLAIN], 0),
    (["image/png"], [FIGURE], 0),
    (["image/*"], [FIGURE], 0),
    (["image/svg+xml"], [FIGURE], 1),
    (["text/plain"], [FIGURE], 1),
    (["text/plain"], [TABLE], 1),
    (["text/plain"], [PLAIN], 0),
    (["text/html"], [TABLE], 0),
    (["image/png", "stream"], [FIGURE, STREAM], 0),
    (["image/png"], [{}], 1),
    (["image/png"], [{"output_type": "display_data", "data": []}], 1),
)


@pytest.mark.parametrize(("keep_types", "outputs", "count"), BY_TYPE)
def test_keeps_types(keep_types: list[str], outputs: list[dict[str, Any]], count: int) -> None:
    assert len(found(notebook(code(*outputs)), options(keep_types=keep_types))) == count


def test_a_tag_speaks_for_the_whole_cell_whatever_types_may_stay() -> None:
    assert not found(notebook(code(STREAM, FIGURE, tags=["keep_output"])), options(keep_types=["error"]))


@pytest.mark.parametrize("keep_types", [["png"], ["stdout"], "stream", [3]])
def test_types_that_do_not_exist_are_refused(keep_types: Any) -> None:
    with pytest.raises(UsageError, match="keep-types"):
        found(notebook(), options(keep_types=keep_types))


@pytest.mark.parametrize(("limit", "count"), [("0", 1), (17, 1), (18, 0), ("1 KB", 0), ("1k", 0), ("18 B", 0)])
def test_keeps_what_is_short(limit: Any, count: int) -> None:
    assert text_size(STREAM) == len("stdout" + "stream" + "hello\n") == 18
    assert len(found(notebook(code(STREAM)), options(max_kept_size=limit))) == count


def test_text_size_is_that_of_nbstripout() -> None:
    values: tuple[Any, ...] = (STREAM, ERROR, FIGURE, TABLE, {}, [], {"a": [1, 2.5, None, True, {"b": ["x", [[]]]}]}, "é😀")
    for value in values:
        assert text_size(value) == nbstripout.get_size(value)


def test_text_size_takes_any_depth() -> None:
    value: Any = "x"
    for _ in range(5000):
        value = [{"a": value}]
    assert text_size(value) == 1


def test_one_finding_per_notebook_lists_the_cells() -> None:
    text = notebook(
        {"cell_type": "markdown", "metadata": {}, "source": ["# Title"]},
        code(),
        code(STREAM),
        code(FIGURE, STREAM),
        code(ERROR, tags=["keep_output"]),
        code(STREAM, tags=["dsguard-ignore-notebook-output"]),
    )
    report = run({"eda.ipynb": text}, select=["DSG201"])
    (finding,) = report.findings
    sizes = [len(json.dumps(outputs, indent=1).replace("\n", "\n   ")) for outputs in ([STREAM], [FIGURE, STREAM])]
    assert finding.message == f"2 of 5 code cells have stored outputs ({sum(sizes)} B)"
    assert finding.size == sum(sizes)
    lines = text.split("\n")
    assert finding.location.cell == 3
    assert finding.location.line is not None
    assert lines[finding.location.line - 1] == '   "outputs": ['
    assert [(step.message, lines[(step.line or 0) - 1]) for step in finding.trace] == [
        (f"cell 3: 1 output, {sizes[0]} B", '   "outputs": ['),
        (f"cell 4: 2 outputs, {sizes[1]} B", '   "outputs": ['),
    ]
    assert finding.subject == "outputs"
    assert report.suppressed == 1


def test_only_the_outputs_to_clear_are_counted() -> None:
    text = notebook(code(FIGURE, {**STREAM, "text": "é" * 500}))
    (finding,) = found(text, options(keep_types=["image/png"]))
    assert finding.message == "1 of 1 code cell has stored outputs (3.08 KB)"  # each é is six bytes of JSON here
    assert finding.trace == ()


def test_a_contradiction_stands_beside_the_others() -> None:
    text = notebook(code(STREAM), code(STREAM, keep_output=False, tags=["keep_output"]), code(keep_output=False, tags=["keep_output"]))
    findings = found(text)
    assert [(finding.location.cell, finding.message.partition(" ")[0]) for finding in findings] == [(1, "1"), (2, "cell")]


def test_the_fingerprint_stays_when_cells_move() -> None:
    before = found(notebook(code(STREAM), code(STREAM)))
    after = found(notebook(code(), code(STREAM), code(ERROR), code(STREAM)))
    assert [finding.fingerprint for finding in before] == [finding.fingerprint for finding in after]


def test_help_names_the_command_for_the_file() -> None:
    (finding,) = found(notebook(code(STREAM)), path="my notebooks/eda 1.ipynb")
    assert "`dsguard check --fix 'my notebooks/eda 1.ipynb'`" in finding.help
    (finding,) = check(NotebookOutput(), {"eda.ipynb": notebook(code(STREAM))}, filtered=["eda.ipynb"])
    assert "`git add --renormalize eda.ipynb`" in finding.help


def test_a_comment_in_a_cell_accepts_its_outputs() -> None:
    cell = {**code(STREAM), "source": ["# dsguard: ignore[notebook-output] the result of the paper\n", "x"]}
    assert not found(notebook(cell))
    assert found(notebook(cell, code(STREAM)))[0].message.startswith("1 of 2 code cells has")


@pytest.mark.parametrize("outputs", [[], None])
def test_no_outputs(outputs: Any) -> None:
    assert not found(notebook({**code(), "outputs": outputs}))


def test_outputs_of_a_cell_of_another_type_count() -> None:
    assert found(notebook({**code(STREAM), "cell_type": "sql"}))[0].message.startswith("1 of 1 code cell has")


def test_version_3() -> None:
    outputs = [{"metadata": {}, "output_type": "pyout", "png": "iVBORw0KGgo=", "text": ["<Figure>"]}, {"output_type": "pyerr"}]
    cell = {"cell_type": "code", "input": ["x"], "language": "python", "metadata": {}, "outputs": outputs}
    text = json.dumps({"metadata": {}, "nbformat": 3, "worksheets": [{"cells": [cell]}, {"cells": [cell]}]})
    assert found(text)[0].message.startswith("2 of 2 code cells have stored outputs")
    assert not found(text, options(keep_types=["image/png", "error"]))
    assert not found(json.dumps({**json.loads(text), "metadata": {"keep_output": True}}))


def test_a_broken_notebook_is_told_once_and_not_as_an_output() -> None:
    report = run({"eda.ipynb": '{"cells": ['}, families=["notebooks"])
    assert [finding.code for finding in report.findings] == ["DSG001"]


def test_of_many_cells_only_the_count_is_told() -> None:
    (few,) = found(notebook(*[code(STREAM)] * 5))
    (many,) = found(notebook(*[code(STREAM)] * 6))
    assert len(few.trace) == 5
    assert many.trace == ()
    assert many.message.startswith("6 of 6 code cells have stored outputs")
