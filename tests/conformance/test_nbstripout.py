"""Option by option: what ``nbstripout --keep-id`` leaves of a notebook, and what dsguard leaves that is configured alike.

Where they differ on purpose the difference is spelled out, so that it cannot grow unseen. docs/notebooks.md tells users.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dsguard.fixes import fixed
from dsguard.testing import run

pytest.importorskip("nbstripout")

DOCS = Path(__file__).resolve().parents[2] / "docs" / "notebooks.md"
Document = dict[str, Any]


def stream(text: str, name: str = "stdout") -> Document:
    return {"name": name, "output_type": "stream", "text": [text]}


ERROR = {"ename": "E", "evalue": "x", "output_type": "error", "traceback": ["E"]}
RESULT = {"data": {"text/plain": ["3"]}, "execution_count": 2, "metadata": {}, "output_type": "execute_result"}


def code(name: str, *outputs: Document, source: str = "x", **metadata: Any) -> Document:
    cell = {"cell_type": "code", "execution_count": 2, "id": name, "metadata": metadata}
    return {**cell, "outputs": list(outputs) or [stream("1\n"), RESULT], "source": [source] if source else []}


CELLS = (
    {"cell_type": "markdown", "id": "text", "metadata": {}, "source": ["# Title"]},
    code("plain", tags=["a"], scrolled=True),
    code("tagged", tags=["keep_output", "b"]),
    code("kept", keep_output=True),
    code("not-kept", keep_output=False),
    code("init", init_cell=True),
    code("no-init", init_cell=False, tags=["keep_output"]),
    code("types", stream("2\n", "stderr"), ERROR, stream("3\n"), collapsed=True, hidden=True),
    code("large", stream("x" * 80), stream("y" * 200), ExecuteTime={"start_time": "2024"}, execution={"iopub.execute_input": "2024"}),
    code("empty", source="", mine={"a": 1, "b": 2}),
)


def notebook(*cells: Document, **metadata: Any) -> Document:
    info = {"kernelspec": {"display_name": "P", "name": "p"}, "signature": "s", "widgets": {"w": 1}, "mine": 3}
    return {"cells": list(cells or CELLS), "metadata": {**info, **metadata}, "nbformat": 4, "nbformat_minor": 5}


def theirs(document: Document, *options: str, name: str = "nb.ipynb") -> Any:
    command = [sys.executable, "-m", "nbstripout", "--keep-id", *options, *(["--mode", "zeppelin"] if name.endswith("zpln") else [])]
    done = subprocess.run(command, input=json.dumps(document).encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def ours(document: Document, config: str = "", *, name: str = "nb.ipynb") -> Any:
    data = (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()
    findings = [one for one in run({name: data}, config=config, families=["notebooks"]).findings if one.code < "DSG204"]
    return json.loads(fixed(data, findings, name))


OUTPUT, METADATA = "[rules.notebook-output]\n", "[rules.volatile-metadata]\n"
ALIKE: dict[str, tuple[Document, list[str], str]] = {
    "by default": (notebook(), [], ""),
    "the notebook keeps": (notebook(keep_output=True), [], ""),
    "the notebook does not": (notebook(keep_output=False), [], ""),
    "--keep-count": (notebook(), ["--keep-count"], 'ignore = { DSG202 = "course material" }\n'),
    "--max-size": (notebook(), ["--max-size", "1k"], f'{OUTPUT}max-kept-size = "1 KB"\n'),
    "--max-size in between": (notebook(), ["--max-size", "120"], f'{OUTPUT}max-kept-size = "120 B"\n'),
    "--keep-output-type": (
        notebook(CELLS[1], CELLS[7]),
        ["--keep-output-type", "stream:stderr", "error"],
        f'{OUTPUT}keep-types = ["stream:stderr", "error"]\n',
    ),
    "--extra-keys": (
        notebook(),
        ["--extra-keys", "metadata.mine cell.metadata.mine.a metadata.kernelspec.name"],
        f'{METADATA}extra-keys = ["metadata.mine", "cell.metadata.mine.a", "metadata.kernelspec.name"]\n',
    ),
    "--keep-metadata-keys": (
        notebook(),
        ["--keep-metadata-keys", "cell.metadata.scrolled metadata.widgets"],
        f'{METADATA}keep-keys = ["cell.metadata.scrolled", "metadata.widgets"]\n',
    ),
}


@pytest.mark.parametrize(("document", "options", "config"), ALIKE.values(), ids=ALIKE)
def test_alike(document: Document, options: list[str], config: str) -> None:
    left = ours(document, config)
    assert left == theirs(document, *options)
    assert left != document


def test_zeppelin_alike() -> None:
    note = {"paragraphs": [{"text": "%sql", "results": {"msg": [{"data": "1"}]}}, {"text": "x"}], "name": "n"}
    assert ours(note, name="a.zpln") == theirs(note, name="a.zpln") != note


def cells(document: Any) -> dict[str, Any]:
    return {cell["id"]: cell for cell in document["cells"]}


def differing(document: Document, options: list[str], config: str = "") -> dict[str, tuple[Any, Any]]:
    """What is left of the outputs of those cells in which the two differ: by dsguard, by nbstripout."""
    left, right = cells(ours(document, config)), cells(theirs(document, *options))
    assert set(left) >= set(right)
    gone: Document = {"outputs": "the cell is gone"}
    return {name: (left[name].get("outputs"), right.get(name, gone)["outputs"]) for name in left if left[name] != right.get(name)}


def test_a_tag_speaks_for_the_whole_cell() -> None:
    """There, an option to keep a type takes the other outputs of a tagged cell away."""
    found = differing(notebook(), ["--keep-output-type", "stream"], f'{OUTPUT}keep-types = ["stream"]\n')
    counted = {**RESULT, "execution_count": None}
    assert found == dict.fromkeys(("tagged", "kept", "init"), ([stream("1\n"), counted], [stream("1\n")]))


def test_a_rule_that_is_ignored_asks_no_cell() -> None:
    """There, cells that say so are stripped all the same."""
    found = differing(notebook(), ["--keep-output"], 'ignore = { DSG201 = "a gallery" }\n')
    assert found == dict.fromkeys(("not-kept", "no-init"), ([stream("1\n"), {**RESULT, "execution_count": None}], []))


def test_a_count_is_no_part_of_the_size() -> None:
    """There it is, so that an output is cleared the second time that was kept the first: ``None`` is longer than ``2``."""
    document = notebook(code("result", RESULT))
    size = len("3" + "execute_result" + "2")
    left = theirs(document, "--max-size", str(size))
    assert cells(left)["result"]["outputs"] != []
    assert cells(theirs(left, "--max-size", str(size)))["result"]["outputs"] == []
    config = f'{OUTPUT}max-kept-size = "{size} B"\n'
    assert ours(ours(document, config), config) == ours(document, config)


def test_what_is_not_offered() -> None:
    """Cells are never taken away, and no option overrules what a cell says."""
    gone = "the cell is gone"
    assert differing(notebook(), ["--drop-empty-cells"]) == {"empty": ([], gone)}
    assert {name: right for name, (_, right) in differing(notebook(), ["--drop-tagged-cells", "b"]).items()} == {"tagged": gone}
    assert set(differing(notebook(), ["--strip-init-cells"])) == {"init"}
    assert set(differing(notebook(), ["--drop-output-type", "stream"])) == {"tagged", "kept", "init"}


def test_a_contradiction_is_told_and_the_others_are_stripped() -> None:
    document = notebook(code("both", tags=["keep_output"], keep_output=False), code("plain"))
    done = subprocess.run([sys.executable, "-m", "nbstripout"], input=json.dumps(document).encode(), capture_output=True, check=False)
    assert done.returncode != 0
    assert b"MetadataError" in done.stderr
    left = cells(ours(document))
    assert len(left["both"]["outputs"]) == 2
    assert left["plain"]["outputs"] == []


def test_every_option_is_in_the_documentation() -> None:
    done = subprocess.run([sys.executable, "-m", "nbstripout", "--help"], capture_output=True, check=True)
    options = set(re.findall(r"--[a-z][a-z-]+", done.stdout.decode()))
    text = DOCS.read_text(encoding="utf-8")
    assert {option for option in options if f"`{option}" not in text} <= {"--help", "--version"}
