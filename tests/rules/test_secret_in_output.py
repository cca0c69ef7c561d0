"""DSG302: which outputs and which metadata are read, how, and what is told of a credential in them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dsguard.model import Confidence, Finding
from dsguard.rules.secrets.secret import Secret
from dsguard.rules.secrets.secret_in_output import SecretInOutput
from dsguard.testing import check, run

RULE = SecretInOutput()
TOKEN = "ghp_" + "R7kQ2mXc9TzVb4LpWd8Y" + "hNs3JfGe6Ua1oK5i"
HEX = "4b1e9c07d2a8f35e" + "60b917ac4d82e05b"
PASSWORD = "Qz7rTm" + "2vXw9kLd"
MAPS_KEY = "AIza" + "SyD4kQ7mXc9TzVb4LpWd8YhNs3JfGe6Ua1o"


def notebook(
    *outputs: dict[str, Any], source: str = "run()", metadata: dict[str, Any] | None = None, cell: dict[str, Any] | None = None
) -> str:
    code = {"cell_type": "code", "id": "c0", "metadata": cell or {}, "execution_count": None, "outputs": outputs, "source": source}
    return json.dumps({"cells": [code], "metadata": metadata or {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def stream(*text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": list(text)}


def shown(mime_type: str, value: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": {mime_type: value}}


def error(*traceback: str) -> dict[str, Any]:
    return {"output_type": "error", "ename": "E", "evalue": "v", "traceback": list(traceback)}


def findings(text: str, *, path: str = "a.ipynb", profile: str = "default") -> list[Finding]:
    return check(RULE, {path: text}, profile=profile)


@pytest.mark.parametrize(
    "output",
    [
        stream("fine\n", f"using {TOKEN}\n"),
        stream(f"{{'api_key': '{HEX}'}}"),
        stream(f"scoring_api_key={HEX}"),
        stream(f"https://me:{PASSWORD}@pypi.acme-data.net/simple"),
        error(f"\x1b[0;31mValueError\x1b[0m: bad token \x1b[1mghp_\x1b[0m{TOKEN[4:]}"),
        error("---> 1 login(", f'      2 api_key="{HEX}")'),
        shown("text/plain", [f"Client(api_key='{HEX}')"]),
        shown("text/html", f"<td>{TOKEN}</td>"),
        shown("text/html", f"<script src='https://maps.googleapis.com/maps/api/js?key={MAPS_KEY}'></script>"),
        shown("text/markdown", f"`{TOKEN}`"),
        shown("application/json", {"settings": {"api_key": HEX}}),
        shown("application/vnd.plotly.v1+json", {"layout": {"title": TOKEN}}),
        {"output_type": "pyout", "prompt_number": 1, "text": [f"'{TOKEN}'"]},
    ],
)
def test_a_credential_is_found_in_any_text_that_an_output_shows(output: dict[str, Any]) -> None:
    (finding,) = findings(notebook(output))
    assert finding.location.cell == 1
    assert finding.location.cell_line is None
    for value in (TOKEN, HEX, PASSWORD, MAPS_KEY):
        assert value not in f"{finding.message} {finding.snippet} {finding.help} {finding.subject}"


@pytest.mark.parametrize(
    "output",
    [
        shown("image/png", TOKEN),
        shown("image/svg+xml", f"<svg>{TOKEN}</svg>"),
        shown("application/pdf", TOKEN),
        shown("application/vnd.jupyter.widget-view+json", {"model_id": HEX, "token": TOKEN}),
        shown("text/html", f'<img src="data:image/png;base64,{"aB3/" * 60}{TOKEN}{"9Z+k" * 60}">'),
        shown("text/html", f"<td>password</td><td>{PASSWORD}</td>"),
        stream("api_key=********\n", "password: None\n", f"sha1={HEX}\n", f"commit {HEX}\n"),
        stream("Enter your authorization code:\n··········\n"),
        {"output_type": "stream"},
        {"output_type": "display_data", "data": None},
        error(),
    ],
)
def test_pictures_widgets_and_what_is_no_credential_are_left_alone(output: dict[str, Any]) -> None:
    assert findings(notebook(output), profile="strict") == []


def test_a_dump_of_the_environment_is_read_as_one() -> None:
    dump = stream(f"DB_PASSWORD={PASSWORD[:9]}!\n", "HOME=/root\n")
    assert len(findings(notebook(dump, source="!printenv"))) == 1
    assert len(findings(notebook(dump, source="%env"))) == 1


def test_the_key_of_a_page_that_was_downloaded_is_for_strict_only() -> None:
    page = notebook(stream(f"<!DOCTYPE html><script src='https://maps.example.org/?x={MAPS_KEY}'>"))
    assert findings(page) == []
    assert [finding.confidence for finding in findings(page, profile="strict")] == [Confidence.LOW]


def test_the_place_is_the_line_of_the_value_and_its_cell() -> None:
    text = notebook(stream("fine\n", f"using {TOKEN}\n"))
    (finding,) = findings(text)
    at = finding.location
    assert at.line is not None
    assert at.column is not None
    assert text.split("\n")[at.line - 1][at.column - 1 :].startswith(TOKEN)
    assert finding.snippet == "using ghp_…"


def test_a_value_that_is_spelt_otherwise_in_json_is_told_where_its_output_starts() -> None:
    text = notebook(stream("fine"), error(f"\x1b[1mghp_\x1b[0m{TOKEN[4:]}"))
    (finding,) = findings(text)
    assert finding.location.cell == 1
    assert finding.location.line == text[: text.index('"output_type": "error"')].count("\n")


def test_a_long_output_is_read_to_its_end() -> None:
    assert len(findings(notebook(stream("x " * 1_500_000 + TOKEN)))) == 1


def test_the_same_credential_in_several_outputs_is_told_once() -> None:
    (finding,) = findings(notebook(stream(f"{TOKEN}\n"), stream(f"x {TOKEN}\n")))
    assert finding.message.endswith("2 times in this file")
    assert finding.trace[0].message == "the same one in cell 1"


def test_sources_belong_to_the_other_rule() -> None:
    text = notebook(stream("ok"), source=f'login("{TOKEN}")')
    assert findings(text) == []
    assert len(check(Secret(), {"a.ipynb": text})) == 1


@pytest.mark.parametrize(
    ("metadata", "count"),
    [
        ({"papermill": {"parameters": {"db_password": PASSWORD}}}, 1),
        ({"papermill": {"environment_variables": {"API_KEY": HEX}}}, 1),
        ({"papermill": {"parameters": {"token": None, "rows": 5}, "duration": 1.5}}, 0),
        ({"papermill": "parameters"}, 0),
        ({"papermill": {"parameters": [HEX]}}, 0),
        ({"application/vnd.databricks.v1+notebook": {"widgets": {"pat": {"currentValue": TOKEN}}}}, 1),
        ({"widgets": {"application/vnd.jupyter.widget-state+json": {"state": {HEX: {"value": TOKEN}}}}}, 0),
        ({"vscode": {"interpreter": {"hash": HEX * 2}}, "interpreter": {"hash": HEX * 2}}, 0),
        ({"api_key": HEX}, 0),
    ],
)
def test_metadata_that_a_run_wrote_is_read(metadata: dict[str, Any], count: int) -> None:
    found = findings(notebook(stream("ok"), metadata=metadata))
    assert len(found) == count
    for finding in found:
        assert finding.location.cell is None
        assert finding.location.line is not None
        assert finding.location.line > 15
        assert "metadata" in finding.help


def test_zeppelin_notes_are_read_and_their_text_is_left_to_the_other_rule() -> None:
    note = {
        "paragraphs": [
            {"text": f'%python\nlogin("{HEX}", token="{TOKEN}")', "results": {"msg": [{"type": "TEXT", "data": f"key {TOKEN}X"}]}}
        ],
        "name": "n",
    }
    text = json.dumps(note)
    assert [finding.location.cell for finding in findings(text, path="n.zpln")] == [1]
    (source,) = check(Secret(), {"n.zpln": text})
    assert source.location.cell_line == 2


def test_the_help_fits_the_cell() -> None:
    assert "`dsguard check --fix a.ipynb`" in findings(notebook(stream(TOKEN)))[0].help
    kept = findings(notebook(stream(TOKEN), cell={"tags": ["keep_output"]}))[0].help
    assert "kept on purpose" in kept


def test_a_tag_of_the_cell_accepts_it() -> None:
    text = notebook(stream(TOKEN), cell={"tags": ["dsguard-ignore-secret-in-output"]})
    report = run({"a.ipynb": text}, select=["DSG302"])
    assert report.findings == []
    assert report.suppressed == 1


def test_a_broken_notebook_is_still_searched_for_tokens() -> None:
    broken = notebook(stream(f"{TOKEN} {HEX}"), source=f"api_key = '{HEX}'")[:-20]
    (finding,) = check(Secret(), {"a.ipynb": broken})
    assert finding.message.startswith("GitHub personal access token")
    assert finding.location.cell is None
    report = run({"a.ipynb": broken}, families=["secrets"])
    assert {found.code for found in report.findings} == {"DSG001", "DSG301"}


def test_a_key_block_and_an_escaped_password_are_marked_where_json_spells_them() -> None:
    body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC" + "BKcwggSjAgEAAoIBAQC7Qz7rTm2v"
    block = "-----BEGIN " + f"PRIVATE KEY-----\n{body}\n-----END PRIVATE " + "KEY-----\n"
    secret = "Qz7r\\\\Tm" + "2vXw9é"
    text = notebook(stream(*block.splitlines(keepends=True)), source="print(key)")
    (key,) = findings(text)
    line = text.split("\n")[(key.location.line or 0) - 1]
    assert line[(key.location.column or 0) - 1 : (key.location.end_column or 0) - 1] == "-----BEGIN " + "PRIVATE KEY-----"
    text = notebook(stream(f"{{'db_password': '{secret}'}}"), source="settings")
    (password,) = findings(text)
    line = text.split("\n")[(password.location.line or 0) - 1]
    assert json.loads(f'"{line[(password.location.column or 0) - 1 : (password.location.end_column or 0) - 1]}"') == secret
