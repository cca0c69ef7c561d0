"""Archives of Databricks notebooks: what is stored in them, and what a broken or hostile one does (nothing)."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from dsguard.documents import databricks
from dsguard.documents.databricks import ArchivedNotebook, archived_notebooks
from dsguard.model import UnreadableError
from dsguard.testing import tree


def command(**members: Any) -> dict[str, Any]:
    return {"version": "CommandV1", "subtype": "command", "position": 1.0, "command": "df.show()", "state": "finished", **members}


def notebook(*commands: Any) -> str:
    return json.dumps({"version": "NotebookV1", "name": "eda", "language": "python", "commands": list(commands)})


def archive(members: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return buffer.getvalue()


def read(data: bytes) -> list[ArchivedNotebook]:
    return archived_notebooks(tree({"eda.dbc": data})["eda.dbc"])


@pytest.mark.parametrize(
    ("members", "stored"),
    [
        ({}, 0),
        ({"results": None}, 0),
        ({"results": {"type": "html", "data": ""}}, 0),
        ({"results": {"type": "html", "data": '<div class="ansiout"></div>'}}, 0),
        ({"results": {"type": "listResults", "data": []}}, 0),
        ({"results": {"type": "html", "data": '<div class="ansiout">42</div>'}}, 1),
        ({"results": {"type": "table", "data": [["ana", 3]]}}, 1),
        ({"results": "text"}, 1),
        ({"errorSummary": "NameError", "error": "<pre>"}, 1),
        ({"errorSummary": None, "error": ""}, 0),
    ],
    ids=str,
)
def test_what_is_stored_of_a_run(members: dict[str, Any], stored: int) -> None:
    found = read(archive({"churn/eda.python": notebook(command(**members), command())}))
    assert [(one.name, one.cells, one.stored) for one in found] == [("churn/eda.python", 2, stored)]


def test_members_that_are_no_notebooks_are_left_out() -> None:
    data = archive(
        {"a/": "", "a/b.python": notebook(), "manifest.mf": "Version: 1", "x.json": "[1]", "y.json": '{"commands": 3}', "z": b"\xff"}
    )
    assert [(one.name, one.cells) for one in read(data)] == [("a/b.python", 0)]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no zip at all", archive({"a": notebook()})[:-10]])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="no archive") as caught:
        read(data)
    assert not caught.value.fatal


def test_a_damaged_member_is_refused() -> None:
    data = bytearray(archive({"a.python": notebook(command()) * 50}))
    data[60:90] = bytes(30)
    with pytest.raises(UnreadableError, match="no archive"):
        read(bytes(data))


def test_a_bomb_is_read_no_further_than_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databricks, "MAX_WHOLE_SIZE", 10_000)
    small = notebook(command())
    data = archive({"a.python": small, "bomb": bytes(5_000_000), "b.python": small})
    assert [one.name for one in read(data)] == ["a.python"]


def test_many_members_are_not_all_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databricks, "MAX_MEMBERS", 2)
    assert len(read(archive({f"{number}.python": notebook() for number in range(5)}))) == 2


def test_depth_is_no_danger() -> None:
    assert read(archive({"deep": "[" * 100_000})) == []
