"""Outputs that name people: which notebooks, how they are told, and what is advised."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from dsguard.config import Config, make_plan
from dsguard.engine import run as run_engine
from dsguard.model import Confidence, Finding
from dsguard.rules.notebooks.leaking_output import LeakingOutput
from dsguard.testing import check, run
from dsguard.workspace import open_workspace

if TYPE_CHECKING:
    from tests.conftest import Repo

KEPT = {"tags": ["keep_output"]}


def stream(text: str) -> dict[str, Any]:
    return {"name": "stdout", "output_type": "stream", "text": text}


def table(*names: str, row: list[str]) -> dict[str, Any]:
    heading = "".join(f"<th>{name}</th>" for name in names)
    body = "".join(f"<td>{value}</td>" for value in row)
    return {"data": {"text/html": f"<table><tr>{heading}</tr><tr>{body}</tr></table>"}, "metadata": {}, "output_type": "display_data"}


def code(*outputs: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": list(outputs), "source": "x"}


def notebook(*cells: dict[str, Any], **metadata: Any) -> str:
    return json.dumps({"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}, indent=1)


def found(text: str, path: str = "eda.ipynb", profile: str = "default") -> list[Finding]:
    return check(LeakingOutput(), {path: text}, profile=profile)


EMAIL = table("plan", "email", "age", row=["basic", "ana@lima.local", "33"])
TITANIC = table("Name", "Sex", "Age", row=["Braund, Mr. Owen", "male", "22"])


def test_one_finding_a_notebook_tells_each_thing_once() -> None:
    text = notebook(
        code(stream("ok")),
        code(stream("x"), stream("/home/ana/x")),
        {"cell_type": "markdown", "metadata": {}, "source": "/home/ana"},
        code(stream("/home/ana/y"), EMAIL),
    )
    (finding,) = found(text)
    assert finding.message == "2 of 3 code cells show personal data: home folder /home/a…; a table with email"
    assert [step.message for step in finding.trace] == [
        "cell 2: home folder /home/a…",
        "cell 4: home folder /home/a…; a table with email",
    ]
    assert finding.subject == "path+table"
    assert finding.location.cell == 2
    assert finding.location.line is not None
    assert '"text": "/home/ana/x"' in "\n".join(text.split("\n")[finding.location.line - 1 :][:5])


def test_no_name_and_no_value_is_told() -> None:
    (finding,) = found(notebook(code(stream("C:\\Users\\Ana\\x /Users/ana/y"), EMAIL)))
    told = json.dumps([finding.message, finding.help, finding.subject, finding.snippet, *(step.message for step in finding.trace)])
    assert "ana" not in told.lower()
    assert "lima.local" not in told


def test_of_many_things_the_first_are_told() -> None:
    (finding,) = found(notebook(code(stream("\n".join(f"/home/{name}/x" for name in ("ana", "bo", "cy", "di", "ed"))))))
    assert finding.message.endswith("home folder /home/a…; home folder /home/b…; home folder /home/c…; and 2 more")


def test_a_suspicion_is_for_the_strict() -> None:
    text = notebook(code(TITANIC))
    assert found(text) == []
    (finding,) = found(text, profile="strict")
    assert finding.confidence is Confidence.LOW


def test_what_is_sure_comes_first() -> None:
    text = notebook(code(TITANIC), code(stream("/home/ana/x")))
    (finding,) = found(text, profile="strict")
    assert (finding.location.cell, finding.confidence) == (2, Confidence.HIGH)
    assert finding.message == "2 of 2 code cells show personal data: home folder /home/a…; a table with Name, Sex, Age"
    (finding,) = found(text)
    assert finding.message == "1 of 2 code cells shows personal data: home folder /home/a…"


@pytest.mark.parametrize(
    ("metadata", "advice"),
    [({}, "Run `dsguard check --fix eda.ipynb` to clear outputs"), (KEPT, "This output is kept on purpose: clear it by hand")],
)
def test_the_advice_is_one_that_helps(metadata: dict[str, Any], advice: str) -> None:
    (finding,) = found(notebook(code(stream("/home/ana/x"), **metadata)))
    assert finding.help.startswith(advice)


def test_a_notebook_that_a_filter_will_strip_is_judged_by_what_it_keeps(repo: Repo) -> None:
    repo.write(".gitattributes", "*.ipynb filter=dsguard\n")
    repo.write("eda.ipynb", notebook(code(stream("/home/ana/x")), code(stream("C:\\Users\\Bo\\x"), **KEPT)))
    report = run_engine(make_plan(Config(), select=["DSG204"]), open_workspace(str(repo.folder)))
    assert [finding.message for finding in report.findings] == ["1 of 2 code cells shows personal data: home folder C:\\Users\\B…"]


def test_a_cell_can_be_accepted() -> None:
    accepted = code(stream("/home/ana/x"), tags=["keep_output", "dsguard-ignore-leaking-output"])
    report = run({"eda.ipynb": notebook(accepted, code(stream("/home/bo/x"), **KEPT))}, select=["DSG204", "DSG002"])
    assert [finding.message for finding in report.findings] == ["1 of 2 code cells shows personal data: home folder /home/b…"]
    assert report.suppressed == 1


def test_notes_of_zeppelin() -> None:
    def note(kind: str, data: str) -> str:
        message = {"type": kind, "data": data}
        paragraph = {"text": "%sh\npwd", "config": {}, "id": "p1", "jobName": "p1", "results": {"code": "SUCCESS", "msg": [message]}}
        return json.dumps({"paragraphs": [paragraph]}, indent=2)

    (finding,) = found(note("TEXT", "/home/ana/churn\n"), "a.zpln")
    assert finding.message == "1 of 1 code cell shows personal data: home folder /home/a…"
    (finding,) = found(note("TABLE", "plan\temail\nbasic\tana@lima.local\n"), "2A94M5J1Z/note.json")
    assert finding.message == "1 of 1 code cell shows personal data: a table with email"
    assert found(note("TEXT", "/home/zeppelin/x"), "a.zpln") == []
    assert found('{"title": "/home/ana", "results": 3}', "note.json") == []


def test_version_3_of_the_format() -> None:
    cell = {"cell_type": "code", "input": "x", "language": "python", "metadata": {}, "prompt_number": 1}
    outputs = [{"output_type": "pyerr", "ename": "E", "evalue": "", "traceback": ["/home/ana/x.py in f"]}]
    text = {"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": [{**cell, "outputs": outputs}]}]}
    (finding,) = found(json.dumps(text))
    assert finding.message == "1 of 1 code cell shows personal data: home folder /home/a…"


@pytest.mark.parametrize(
    "outputs", [[3], [{"data": {"text/plain": {"a": 1}}}], {"output_type": "stream", "text": "/home/ana"}, "x", [[]], [{}]]
)
def test_outputs_of_any_shape_are_taken(outputs: Any) -> None:
    cell = {"cell_type": "code", "metadata": {}, "outputs": outputs, "source": ""}
    assert all(finding.code == "DSG204" for finding in found(notebook(cell)))


def test_people_that_a_library_made_up() -> None:
    people = table("plan", "email", row=["basic", "ana@lima.local"])

    def told(source: str, *outputs: dict[str, Any]) -> list[str]:
        files = {"nb.ipynb": notebook({**code(), "source": source}, code(*outputs))}
        return [finding.message for finding in run(files, select=["DSG204"]).findings]

    assert told("import faker", people) == told("if x:\n    from mimesis.schema import Field", people) == []
    assert (
        told("# import faker", people) == told("import faker_free", people) == ["1 of 2 code cells shows personal data: a table with email"]
    )
    assert told("import faker", stream("/home/ana/x"), people) == ["1 of 2 code cells shows personal data: home folder /home/a…"]
