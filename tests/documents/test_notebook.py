"""Notebooks of every kind and formatting: what is in them, and where each piece of it stands in the bytes on disk."""

from __future__ import annotations

import json
import random
import re
import warnings
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsguard.documents.file import MAX_WHOLE_SIZE, File
from dsguard.documents.notebook import Cell, Notebook
from dsguard.model import Location, UnreadableError
from dsguard.testing import tree


def opened(content: str | bytes, path: str = "nb.ipynb") -> File:
    return tree({path: content})[path]


def read(content: str | bytes) -> Notebook:
    return opened(content).notebook


def code(source: Any, **members: Any) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source, **members}


def notebook(*cells: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 4, **members}


def one(source: Any, **members: Any) -> Cell:
    """The only cell of a notebook."""
    return read(json.dumps(notebook(code(source, **members)))).cells[0]


def sliced(text: str, at: Location) -> str:
    """The characters that a location on one line speaks of."""
    assert at.line is not None
    assert at.column is not None
    assert at.end_line == at.line
    assert at.end_column is not None
    return text.split("\n")[at.line - 1][at.column - 1 : at.end_column - 1]


STREAM = {"name": "stdout", "output_type": "stream", "text": ["1\n"]}
STANDARD = notebook(
    {"cell_type": "markdown", "metadata": {}, "source": ["# Houses\n", "and prices"]},
    code(["import math\n", "print('é', math.pi)\n", "x = 1"], outputs=[STREAM], execution_count=3),
    code([], metadata={"tags": ["parameters"]}),
    metadata={"language_info": {"name": "python"}},
)
V3: dict[str, Any] = {
    "metadata": {"name": "old"},
    "nbformat": 3,
    "nbformat_minor": 0,
    "worksheets": [
        {"cells": [{"cell_type": "heading", "level": 1, "metadata": {}, "source": ["Old"]}], "metadata": {}},
        {
            "cells": [
                {
                    "cell_type": "code",
                    "input": ["2 + 2\n", "3"],
                    "language": "python",
                    "metadata": {},
                    "outputs": [{"output_type": "pyout", "prompt_number": 1, "text": ["4"]}],
                    "prompt_number": 1,
                }
            ]
        },
    ],
}
INDENTED = json.dumps(STANDARD, indent=1, ensure_ascii=False) + "\n"

READABLE: dict[str, tuple[str | bytes, list[str], list[bool]]] = {
    "indent 1": (INDENTED, [], []),
    "indent 2": (json.dumps(STANDARD, indent=2), [], []),
    "indent 4": (json.dumps(STANDARD, indent=4), [], []),
    "tabs": (json.dumps(STANDARD, indent="\t"), [], []),
    "minified": (json.dumps(STANDARD, separators=(",", ":")), [], []),
    "CRLF": (INDENTED.replace("\n", "\r\n"), [], []),
    "BOM": (INDENTED.encode("utf-8-sig"), [], []),
    "no trailing newline": (INDENTED.rstrip("\n"), [], []),
    "two trailing newlines": (INDENTED + "\n", [], []),
    "ASCII escapes": (json.dumps(STANDARD, indent=1, ensure_ascii=True), [], []),
    "unsorted keys": (json.dumps({**dict(reversed(list(STANDARD.items())))}, indent=1), [], []),
    "v4.4 with id": (json.dumps({**STANDARD, "cells": [{**cell, "id": "x1"} for cell in STANDARD["cells"]]}), [], []),
    "v4.5 without id": (json.dumps({**STANDARD, "nbformat_minor": 5}), [], []),
    "string source": (json.dumps(notebook(code("a = 1\nb = 2"))), ["a = 1\nb = 2"], [False]),
    "emoji pair": (json.dumps(notebook(code("print('😀')")), ensure_ascii=True), ["print('😀')"], [False]),
    "lone surrogate": (json.dumps(notebook(code(["x = '\ud83d'"]))), ["x = '\ufffd'"], [False]),
    "NaN": (json.dumps(notebook(code("x"), metadata={"weight": float("nan")})), ["x"], [False]),
    "duplicate keys": (
        '{"cells": [{"cell_type": "code", "outputs": [{"output_type": "stream"}], "source": "a", "source": "b", "outputs": []}]}',
        ["b"],
        [True],
    ),
    "v3": (json.dumps(V3, indent=1), ["Old", "2 + 2\n3"], [False, True]),
    "no cells in it": (json.dumps(notebook()), [], []),
    "escaped keys": (r'{"cel\u006cs": [], "cells" : [ {"cell_typ\u0065": "code", "source": "1"} ] }', ["1"], [False]),
    "CRLF in the source": (json.dumps(notebook(code(["a\r\n", "b\r", "c"]))), ["a\nb\nc"], [False]),
    "source is a number": (json.dumps(notebook(code(5))), [""], [False]),
    "source holds a number": (json.dumps(notebook(code(["a\n", 5, "b"]))), ["a\nb"], [False]),
    "members of the wrong type": (
        json.dumps(notebook(code(None, metadata=[], outputs=["x", None], execution_count="*", id=7), metadata=None)),
        [""],
        [True],
    ),
    "cells that are no objects": ('{"cells": [1, "x", null, [2]]}', ["", "", "", ""], [False] * 4),
}


@pytest.mark.parametrize(("content", "sources", "has_outputs"), READABLE.values(), ids=READABLE)
def test_reads_every_formatting(content: str | bytes, sources: list[str], has_outputs: list[bool]) -> None:
    found = read(content)
    if not sources and found.cells:
        sources = ["# Houses\nand prices", "import math\nprint('é', math.pi)\nx = 1", ""]
        has_outputs = [False, True, False]
        assert [cell.execution_count for cell in found.code_cells] == [3, None]
        assert found.cells[2].tags == ("parameters",)
    assert [cell.source for cell in found.cells] == sources
    assert [cell.has_outputs for cell in found.cells] == has_outputs
    assert [cell.number for cell in found.cells] == list(range(1, len(sources) + 1))


def test_places_in_every_formatting_hold_what_they_say() -> None:
    for name, (content, _, _) in READABLE.items():
        data = content if isinstance(content, bytes) else content.encode()
        for cell in read(content).cells:
            for key, *_ in cell.members:
                for start, end in cell.spans(key):
                    json.loads(data[start:end])  # a whole value, nothing beside it
                assert cell.spans(key)[-1] == cell.span(key), name


def test_a_repeated_key_hides_nothing() -> None:
    text = (
        '{"cells": [{"cell_type": "code", "execution_count": 4, "outputs": [{"n": 1}, {"n": 2}],'
        ' "source": "", "outputs": [{"n": 3}], "execution_count": null}]}'
    )
    cell = read(text).cells[0]
    assert cell.outputs == [{"n": 1}, {"n": 2}, {"n": 3}]
    assert cell.execution_count == 4
    assert [json.loads(text[start:end]) for start, end in cell.spans("outputs")] == [[{"n": 1}, {"n": 2}], [{"n": 3}]]
    assert [json.loads(sliced(text, cell.at_output(index))) for index in range(3)] == cell.outputs


CONFLICT = INDENTED.replace('   "execution_count"', '<<<<<<< HEAD\n   "execution_count"').replace(
    '   "outputs"', '=======\n   "x": 1,\n>>>>>>> theirs\n   "outputs"'
)
UNREADABLE: dict[str, tuple[str | bytes, str, int | None]] = {
    "empty": ("", "an empty file (0 bytes), not a notebook", None),
    "blank": (" \n\n", "an empty file (3 bytes), not a notebook", None),
    "conflict": (CONFLICT, "unresolved merge conflict: conflict markers from line 13 on", 13),
    "conflict with CRLF": (CONFLICT.replace("\n", "\r\n"), "unresolved merge conflict: conflict markers from line 13 on", 13),
    "a forgotten marker": (INDENTED + ">>>>>>> theirs\n", "unresolved merge conflict", INDENTED.count("\n") + 1),
    "truncated": (INDENTED[:200], "the JSON ends too early, as of a file cut off (line", None),
    "truncated after a comma": ('{"cells": [],', "the JSON ends too early, as of a file cut off (line 1, column 14)", 1),
    "broken": ('{"cells": [\n {"cell_type": code}]}', "broken JSON: Expecting value (line 2, column 16)", 2),
    "trailing data": ('{"cells": []}\n{}', "broken JSON: Extra data (line 2, column 1)", 2),
    "trailing comma": ('{"cells": [],}', "broken JSON: ", 1),
    "no comma": ('{"cells": [{"a": 1 "b": 2}]}', "broken JSON: Expecting ',' delimiter (line 1, column 20)", 1),
    "no colon": ('{"cells" []}', "broken JSON: Expecting ':' delimiter (line 1, column 10)", 1),
    "no comma between cells": ('{"cells": [{} {}]}', "broken JSON: Expecting ',' delimiter (line 1, column 15)", 1),
    "bad escape": (r'{"cells": [{"source": "\q"}]}', "broken JSON: Invalid \\escape", 1),
    "newline in a string": ('{"cells": [{"source": "a\nb"}]}', "broken JSON: Invalid control character", 1),
    "digits without end": ('{"cells": [], "n": ' + "9" * 5000 + "}", "JSON with a number of thousands of digits", None),
    "a list": ("[]", "not a notebook: JSON, but no object with cells", None),
    "a number": ("1", "not a notebook: JSON, but no object with cells", None),
    "no cells": ('{"metadata": {}, "nbformat": 4}', "not a notebook: JSON without a list of cells", None),
    "cells are no list": ('{"cells": {}}', "not a notebook: JSON without a list of cells", None),
    "Latin-1": ('{"cells": [],\n "x": "é"}'.encode("latin-1"), "not UTF-8: byte 21 (0xe9)", 2),
    "Latin-1 after a mark": (b'\xef\xbb\xbf{"x": "\xe9"}', "not UTF-8: byte 10 (0xe9)", 1),
    "UTF-16": ('{"cells": []}'.encode("utf-16"), "not UTF-8: byte 0 (0xff)", 1),
    "nested too deep": ('{"cells": [], "x": ' + "[" * 100_000, "JSON nested too deep to be a notebook", None),
    "nested too deep in a cell": ('{"cells": [{"outputs": ' + "[" * 100_000 + "]" * 100_000 + "}]}", "JSON nested too deep", None),
    "NUL bytes": (b"\0" * 100, "broken JSON: Expecting value (line 1, column 1)", 1),
}


@pytest.mark.parametrize(("content", "reason", "line"), UNREADABLE.values(), ids=UNREADABLE)
def test_refuses_what_is_no_notebook_and_says_why(content: str | bytes, reason: str, line: int | None) -> None:
    file = opened(content)
    with pytest.raises(UnreadableError) as caught:
        _ = file.notebook
    assert caught.value.reason.startswith(reason)
    assert caught.value.fatal
    if line is not None:
        assert caught.value.line == line
    with pytest.raises(UnreadableError) as again:
        _ = file.python
    assert again.value.reason == caught.value.reason


def test_every_truncation_is_refused_with_a_line_and_column() -> None:
    for length in range(1, len(INDENTED) - 2, 7):
        with pytest.raises(UnreadableError) as caught:
            read(INDENTED[:length])
        assert caught.value.line is not None
        assert caught.value.column is not None
        assert caught.value.line <= INDENTED[:length].count("\n") + 1


def test_refuses_a_size_that_nobody_wants_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dsguard.documents.notebook_json.MAX_WHOLE_SIZE", 1000)
    with pytest.raises(UnreadableError, match=r"1\.2 KB is too large for a notebook to be read \(over 1 KB\)") as caught:
        read(json.dumps(notebook()).ljust(1200))
    assert caught.value.fatal
    assert MAX_WHOLE_SIZE >= 20_000_000


def test_pointers_and_templates_are_not_broken_notebooks() -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12345\n"
    template = opened('{"cells": [{% if x %}]}', "{{ cookiecutter.slug }}/nb.ipynb")
    code = opened("import os\n", "labs/.virtual_documents/nb.ipynb")
    for file, reason in ((opened(pointer), "a git-lfs pointer"), (template, "broken JSON"), (code, "code that JupyterLab took")):
        with pytest.raises(UnreadableError, match=reason) as caught:
            _ = file.notebook
        assert not caught.value.fatal


# Places in sources

SOURCES = {
    "first line": ([("x = '/home/ann'\n")], 1, 5, "'/home/ann'"),
    "second element": (["a\n", "b = 'c'"], 2, 5, "'c'"),
    "one string": ("a\nbb\nccc = 1", 3, 1, "ccc"),
    "newline within an element": (["a\nb = 2\n", "c"], 2, 5, "2"),
    "elements that are no lines": (["a = ", "12", "\nb"], 1, 5, "12"),
    "behind escapes": (['s = "\t\\" + ', 'x + "y"'], 1, 16, '"y"'),
    "behind non-ASCII": (["# é😀\u2028 /mnt"], 1, 7, "/mnt"),
    "behind form feed and vertical tab": (["\x0c\x0b\x1c a = 1"], 1, 5, "a"),
    "behind CRLF": (["a\r\n", "b\r\n", "\tc = 1\r\n", "d"], 3, 2, "c"),
    "behind a lone carriage return": (["a\rb = 1"], 2, 1, "b"),
    "behind a CRLF across two elements": (["a\r", "\nb = 1"], 2, 1, "b"),
}


@pytest.mark.parametrize("ensure_ascii", [True, False])
@pytest.mark.parametrize("indent", [None, 1, "\t"])
@pytest.mark.parametrize(("source", "line", "column", "expected"), SOURCES.values(), ids=SOURCES)
def test_places_in_sources(source: Any, line: int, column: int, expected: str, indent: int | str | None, *, ensure_ascii: bool) -> None:
    text = json.dumps(notebook(code("#"), code(source, id="abc")), indent=indent, ensure_ascii=ensure_ascii)
    cell = read(text).cells[1]
    at = cell.at_source(line, column, line, column + len(expected))
    assert json.loads(f'"{sliced(text, at)}"') == expected
    assert (at.path, at.cell, at.cell_id, at.cell_line, at.cell_column) == ("nb.ipynb", 2, "abc", line, column)


def test_a_place_of_several_lines_ends_on_a_later_physical_line() -> None:
    text = json.dumps(notebook(code(["f(\n", "  1,\n", ")"])), indent=1)
    at = read(text).cells[0].at_source(1, 1, 3, 2)
    lines = text.split("\n")
    assert at.line is not None
    assert at.end_line is not None
    assert (lines[at.line - 1].strip(), lines[at.end_line - 1].strip()) == ('"f(\\n",', '")"')
    assert lines[at.end_line - 1][: (at.end_column or 0) - 1].endswith(")")


@pytest.mark.parametrize("source", ["", [], [""], None, "a\n", ["a\n"], ["\n", "\n"]])
def test_places_beyond_a_source_are_its_end(source: Any) -> None:
    cell = one(source)
    start = json.dumps(notebook(code(source))).index('"source"')
    for line, column in ((0, 0), (1, 1), (1, 99), (3, 1), (99, 99)):
        at = cell.at_source(line, column, line, column + 5)
        assert at.line == 1
        assert at.column is not None
        assert at.end_column is not None
        assert start < at.column <= at.end_column


def test_a_cell_without_a_source_is_its_own_place() -> None:
    text = '{"cells": [\n  {"cell_type": "code"}\n]}'
    at = read(text).cells[0].at_source(1, 1)
    assert (at.line, at.column, at.cell, at.cell_line) == (2, 3, 1, 1)


def test_places_of_members() -> None:
    text = json.dumps(notebook(code("x", id="abc", outputs=[STREAM], execution_count=12)), indent=1)
    cell = read(text).cells[0]
    lines = text.split("\n")
    at = cell.at("execution_count")
    assert sliced(text, at) == "12"
    assert (at.cell, at.cell_id, at.cell_line, at.cell_column) == (1, "abc", None, None)
    at = cell.at("outputs")
    assert at.line is not None
    assert lines[at.line - 1] == '   "outputs": ['
    assert lines[at.line - 1][(at.column or 0) - 1 :] == "["
    assert (at.end_line, at.end_column) == (None, None)
    at = cell.at_output(0)
    assert at.line is not None
    assert lines[at.line - 1].strip() == "{"
    assert sliced(text, cell.at_output(0, "name")) == '"stdout"'
    assert cell.at_output(0, "no such key").line == at.line
    whole = cell.at("no such key")
    assert (whole.line, whole.column) == (3, 3)


def test_members_of_metadata_have_exact_bytes() -> None:
    text = '\ufeff{"metadata": {"é": 1, "kernelspec" : {"name":"x"}, "é": [2]}, "cells": [{"metadata": {"tags": []}, "source": "é"}]}'
    data = text.encode()
    found = read(data)
    metadata = next(member for member in found.members if member[0] == "metadata")
    members = found.members_of(metadata)
    assert [member[0] for member in members] == ["é", "kernelspec", "é"]
    assert [json.loads(data[slice(*found.byte_span(member))]) for member in members] == [1, {"name": "x"}, [2]]
    assert [data[found.byte_offset(member[1]) :][:2] for member in members] == [b'"\xc3', b'"k', b'"\xc3']
    cell = found.cells[0]
    start, end = cell.span("source") or (0, 0)
    assert data[start:end].decode() == '"é"'
    assert cell.span("outputs") is None
    tags = cell.member("metadata")
    assert tags is not None
    assert [member[0] for member in found.members_of(tags)] == ["tags"]
    assert found.items_of(tags) == []


def test_places_in_a_long_text_cross_the_blocks_of_the_tables() -> None:
    cells = [code([f"# {'é' * (number % 7)} {number}\n", f"x = {number}"], execution_count=number) for number in range(1500)]
    text = json.dumps(notebook(*cells), indent=1, ensure_ascii=False)
    data = text.encode()
    assert len(text) > 4 * (1 << 15)
    found = read(text)
    for cell in found.cells[::37]:
        start, end = cell.span("execution_count") or (0, 0)
        assert data[start:end] == b"%d" % (cell.number - 1)
        assert sliced(text, cell.at_source(2, 5, 2, 9)) == str(cell.number - 1)
        assert sliced(text, cell.at("execution_count")) == str(cell.number - 1)


# Random notebooks

_TEXT = st.text(alphabet=st.sampled_from("ab =\"'\\/\t\n\r\x0c\x7fé\u2028\u0301😀#%"), max_size=12)
_SOURCE = st.one_of(_TEXT, st.lists(_TEXT, max_size=4), st.lists(_TEXT.map(lambda text: text + "\n"), max_size=4))
_VALUE = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.floats(allow_nan=False, allow_infinity=False), _TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_TEXT, inner, max_size=3)),
    max_leaves=4,
)
_CELL = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown", "raw"]), "source": _SOURCE},
    optional={
        "outputs": st.lists(st.dictionaries(st.sampled_from(["output_type", "text", "data"]), _VALUE), max_size=3),
        "metadata": st.dictionaries(_TEXT, _VALUE, max_size=2),
        "execution_count": st.one_of(st.none(), st.integers(0, 99)),
        "id": st.text("abc-_0", min_size=1, max_size=8),
    },
)


def oddly_formatted(value: Any, chance: random.Random) -> str:
    """JSON text of a value with odd blanks and needless escapes."""

    def blank() -> str:
        return "".join(chance.choice([" ", "\t", "\n", "\r\n"]) for _ in range(chance.choice([0, 0, 0, 1, 3])))

    def string(text: str) -> str:
        short = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\", "/": "\\/", "\x0c": "\\f"}
        spelled = []
        for character in text:
            units = character.encode("utf-16-be")
            escape = "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
            choices = [escape.upper().replace("\\U", "\\u"), escape, short.get(character, character)]
            if ord(character) >= 32 and character not in '"\\':
                choices.append(character)
            spelled.append(chance.choice(choices))
        return '"' + "".join(spelled) + '"'

    if isinstance(value, str):
        return string(value)
    if isinstance(value, list):
        return f"[{blank()}" + f"{blank()},{blank()}".join(oddly_formatted(item, chance) for item in value) + f"{blank()}]"
    if isinstance(value, dict):
        members = [f"{string(key)}{blank()}:{blank()}{oddly_formatted(item, chance)}" for key, item in value.items()]
        return f"{{{blank()}" + f"{blank()},{blank()}".join(members) + f"{blank()}}}"
    return json.dumps(value)


@settings(max_examples=150, deadline=None)
@given(cells=st.lists(_CELL, max_size=4), chance=st.randoms(use_true_random=False), marked=st.booleans())
def test_random_notebooks_map_back_to_their_characters(cells: list[dict[str, Any]], chance: random.Random, *, marked: bool) -> None:
    whole = {"nbformat": 4, "cells": cells, "metadata": {}}
    text = oddly_formatted(whole, chance)
    data = (b"\xef\xbb\xbf" if marked else b"") + text.encode()
    assert json.loads(text) == whole
    found = read(data)
    assert len(found.cells) == len(cells)
    for cell, given_cell in zip(found.cells, cells, strict=True):
        source = given_cell["source"] if isinstance(given_cell["source"], str) else "".join(given_cell["source"])
        assert cell.source == re.sub("\r\n?", "\n", source)
        assert cell.outputs == given_cell.get("outputs", [])
        assert cell.execution_count == given_cell.get("execution_count")
        assert cell.metadata == given_cell.get("metadata", {})
        assert cell.id == given_cell.get("id")
        for key, value in given_cell.items():
            assert json.loads(data[slice(*cell.span(key) or (0, 0))]) == value
        for number, line in enumerate(cell.source.split("\n"), 1):
            for column, character in enumerate(line, 1):
                at = cell.at_source(number, column, number, column + 1)
                assert json.loads(f'"{sliced(text, at)}"') == character


@settings(max_examples=50, deadline=None)
@given(st.lists(_CELL, max_size=4))
def test_random_notebooks_agree_with_nbformat(cells: list[dict[str, Any]]) -> None:
    for cell in cells:
        cell.setdefault("metadata", {})
        if cell["cell_type"] == "code":
            cell["outputs"] = [STREAM for _ in cell.get("outputs", [])]
            cell.setdefault("execution_count", None)
        else:
            cell.pop("outputs", None)
        cell.pop("id", None)
    text = json.dumps(notebook(*cells, metadata={}))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = nbformat.reads(text, as_version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]
    ours = read(text)
    assert [cell.type for cell in ours.cells] == [cell.cell_type for cell in theirs.cells]
    assert [cell.source for cell in ours.cells] == [re.sub("\r\n?", "\n", cell.source) for cell in theirs.cells]
    assert [len(cell.outputs) for cell in ours.cells] == [len(cell.get("outputs", [])) for cell in theirs.cells]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60), st.integers(0, len(INDENTED)))
def test_no_bytes_crash_it(noise: bytes, place: int) -> None:
    data = INDENTED.encode()
    for content in (noise, data[:place] + noise + data[place:]):
        file = opened(content)
        try:
            cells = file.notebook.cells
        except UnreadableError:
            continue
        assert all(cell.at_source(1, 1).line for cell in cells)
        assert file.python.kind == "notebook"


# Names of cells, and what the notebook says

KEYS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"id": "abc"}, "abc"),
    ({"metadata": {"id": "XyZ_colab"}}, "XyZ_colab"),
    ({"metadata": {"id": 5}}, "2d711642b726"),
    ({"id": ""}, "2d711642b726"),
)


@pytest.mark.parametrize(("members", "key"), KEYS)
def test_key_is_stable(members: dict[str, Any], key: str) -> None:
    cell = one("x", **members)
    assert cell.key == key
    moved = read(json.dumps(notebook(code("new"), code("x", **members)), indent=2)).cells[1]
    assert moved.key == key


LANGUAGES: tuple[tuple[dict[str, Any], str], ...] = (
    ({}, "python"),
    ({"language_info": {"name": "python"}}, "python"),
    ({"language_info": {"name": "R"}, "kernelspec": {"language": "python"}}, "r"),
    ({"kernelspec": {"language": "julia"}}, "julia"),
    ({"kernelspec": {"name": "ir"}}, "r"),
    ({"kernelspec": {"name": "python3"}}, "python"),
    ({"kernelspec": {"name": ".net-csharp", "language": "C#"}}, "c#"),
    ({"language_info": {"name": "pyspark"}}, "python"),
    ({"language_info": {"name": ""}, "kernelspec": 3}, "python"),
    ({"application/vnd.databricks.v1+notebook": {"language": "scala"}}, "scala"),
)


@pytest.mark.parametrize(("metadata", "language"), LANGUAGES)
def test_language(metadata: dict[str, Any], language: str) -> None:
    found = read(json.dumps(notebook(code("x = 1"), metadata=metadata)))
    assert found.language == language
    assert found.is_python is (language == "python")
    assert found.cells[0].is_python is (language == "python")


def test_keep_output_of_a_notebook() -> None:
    assert read(json.dumps(notebook())).keep_output is None
    assert read(json.dumps(notebook(metadata={"keep_output": True}))).keep_output is True
    assert read(json.dumps(notebook(metadata={"keep_output": 0}))).keep_output is False


# Code

DATABRICKS = {"application/vnd.databricks.v1+notebook": {"language": "python"}, "language_info": {"name": "python"}}
PLATFORM_CELLS: dict[str, tuple[dict[str, Any], dict[str, Any], bool]] = {
    "markdown": ({}, {"cell_type": "markdown", "source": "x = 1"}, False),
    "raw": ({}, {"cell_type": "raw", "source": "x = 1"}, False),
    "VS Code, SQL": ({}, code("select 1", metadata={"vscode": {"languageId": "sql"}}), False),
    "VS Code, Python": ({}, code("x = 1", metadata={"vscode": {"languageId": "python"}}), True),
    "Polyglot, C#": ({"kernelspec": {"language": "C#"}}, code("var x = 1;"), False),
    "Polyglot, Python beside C#": (
        {"kernelspec": {"language": "C#"}},
        code("x = 1", metadata={"polyglot_notebook": {"kernelName": "python"}}),
        True,
    ),
    "Polyglot, F# beside Python": ({}, code("let x = 1", metadata={"dotnet_interactive": {"language": "fsharp"}}), False),
    "Fabric, Spark SQL": ({}, code("select 1", metadata={"microsoft": {"language": "sparksql"}}), False),
    "Deepnote, SQL": ({}, code("select 1", metadata={"deepnote_cell_type": "sql"}), False),
    "Deepnote, code": ({}, code("x = 1", metadata={"deepnote_cell_type": "code"}), True),
    "Databricks, SQL": (DATABRICKS, code("%sql\nselect 1"), False),
    "Databricks, Markdown": (DATABRICKS, code("%md-sandbox\n# Title"), False),
    "Databricks, pip": (DATABRICKS, code("%pip install polars\nx = 1"), True),
    "Databricks, Python beside SQL": (
        {"application/vnd.databricks.v1+notebook": {"language": "sql"}, "language_info": {"name": "sql"}},
        code("%python\nx = 1"),
        True,
    ),
    "an SQL magic elsewhere is one line": ({}, code("%sql select 1\nx = 1"), True),
    "Colab": ({"colab": {"provenance": []}}, code("#@title Load\nx = 1", metadata={"id": "a", "executionInfo": {"status": "ok"}}), True),
    "Kaggle": ({"kaggle": {"accelerator": "gpu"}}, code("x = 1", metadata={"_uuid": "a", "trusted": True}), True),
    "bash": ({}, code("%%bash\nls"), False),
}


@pytest.mark.parametrize(("metadata", "cell", "is_python"), PLATFORM_CELLS.values(), ids=PLATFORM_CELLS)
def test_cells_of_platforms(metadata: dict[str, Any], cell: dict[str, Any], *, is_python: bool) -> None:
    found = opened(json.dumps(notebook(cell, metadata=metadata)))
    assert found.notebook.cells[0].is_python is is_python
    assert bool(found.notebook.cells[0].python_source) is is_python
    assert len(found.python.segments) == is_python
    assert not found.python.unparsed


def test_version_3_cells_name_their_language() -> None:
    cells = V3["worksheets"][1]["cells"]
    assert read(json.dumps(V3)).cells[1].is_python
    bash = {**V3, "worksheets": [{"cells": [{**cells[0], "language": "bash"}]}]}
    assert not read(json.dumps(bash)).cells[0].is_python


def test_joined_code_knows_its_cells() -> None:
    text = json.dumps(
        notebook(
            {"cell_type": "markdown", "metadata": {}, "source": "# é"},
            code(["%matplotlib inline\n", "import numpy as np\n"], id="imports"),
            code("%%bash\nls /home"),
            code([]),
            code(["!pip install x\n", "s = 'é'; path = '/home/ann/x.csv'\n", "np.load(path)"], id="load"),
        ),
        indent=1,
    )
    module = opened(text).python
    assert module.kind == "notebook"
    assert module.is_notebook
    assert [segment.cell.number for segment in module.segments] == [2, 4, 5]
    assert module.source.split("\n")[1] == "import numpy as np"
    import ast

    literal = next(node for node in module.nodes(ast.Constant) if node.value == "/home/ann/x.csv")
    at = module.at(literal)
    assert (at.cell, at.cell_id, at.cell_line, at.cell_column) == (5, "load", 2, 17)
    assert sliced(text, at) == "'/home/ann/x.csv'"
    call = module.nodes(ast.Call)[0]
    assert module.resolve(call.func) == "numpy.load"
    assert module.at(call).cell_line == 3


def parsed(*sources: str) -> tuple[list[int], list[tuple[int, str]]]:
    """Which cells of a notebook are in its module, and which are not, with the reason."""
    module = opened(json.dumps(notebook(*(code(source) for source in sources)))).python
    return [segment.cell.number for segment in module.segments], [(cell.number, reason) for cell, reason in module.unparsed]


def test_cells_that_do_not_parse_are_left_out_and_told() -> None:
    good, bad = parsed("x = 1", "print 'Python 2'", "y = 2", "def f(:", "pip install polars\nz = 3")
    assert good == [1, 3, 5]
    assert [number for number, _ in bad] == [2, 4]
    assert all(reason.startswith("does not parse as Python") for _, reason in bad)


@pytest.mark.parametrize(
    "sources",
    [
        ("x = (1 +", "2)"),
        ("for i in y:\n    print(i)", "    z = 1"),
        ("@decorator", "def f(): pass"),
        ("if x:", "    pass"),
        ("s = '''a", "b'''"),
        ("x = 1 + \\", "2"),
    ],
)
def test_cells_never_run_into_each_other(sources: tuple[str, str]) -> None:
    good, bad = parsed("first = 1", *sources, "last = 1")
    assert {1, 4} <= set(good)
    assert {number for number, _ in bad} == {2, 3} - set(good)
    assert bad


@pytest.mark.parametrize("source", ["await f()", "async for x in y:\n    pass", "return 1", "yield", "x = 1;", "x", "\ufeff", ""])
def test_cells_that_only_a_notebook_runs_are_parsed(source: str) -> None:
    good, bad = parsed(source) if source != "\ufeff" else ([1], [])
    assert (good, bad) == ([1], [])


def test_code_that_would_choke_the_parser_is_told() -> None:
    good, bad = parsed("x = 1", "y = " + "(" * 5000 + ")" * 5000, "z = '\0'")
    assert good == [1]
    assert [number for number, _ in bad] == [2, 3]


def test_a_notebook_in_another_language_has_no_python() -> None:
    module = opened(json.dumps(notebook(code("x <- 1"), metadata={"language_info": {"name": "R"}}))).python
    assert (module.source, module.segments, module.unparsed, module.tree.body) == ("", (), (), [])
