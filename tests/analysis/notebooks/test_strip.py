"""What goes from a notebook and what stays, byte by byte: by the fixes of the rules, and by the quick way of the filter."""

from __future__ import annotations

import json
import random
import warnings
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsguard.analysis.notebooks import plain, plain_strip, quick
from dsguard.analysis.notebooks.volatile import DEFAULTS
from dsguard.documents import json_scan
from dsguard.documents.json_walk import changed, find_members, load
from dsguard.fixes import edit_bytes, fixed
from dsguard.model import Edit, Finding, Fix, UnreadableError
from dsguard.rules import find_rule
from dsguard.testing import run, tree

RULES = ("DSG201", "DSG202", "DSG203")


def findings(data: bytes, config: str = "", profile: str | None = None) -> list[Finding]:
    return [one for one in run({"nb.ipynb": data}, config=config, profile=profile, families=["notebooks"]).findings if one.code in RULES]


def by_rules(data: bytes, config: str = "", profile: str | None = None) -> bytes:
    return fixed(data, findings(data, config, profile), "nb.ipynb")


def quickly(data: bytes) -> set[bytes]:
    """The answers of the two quick ways, as far as they have one."""
    answers = quick.strip(tree({"nb.ipynb": data})["nb.ipynb"], plain.DEFAULT_SETTINGS), plain_strip.strip(data, plain.DEFAULT_SETTINGS)
    return {answer for answer in answers if answer is not None}


def strip(data: bytes | str) -> bytes:
    """All ways, which must agree wherever the quick ones have an answer."""
    data = data.encode() if isinstance(data, str) else data
    stripped = by_rules(data)
    assert quickly(data) <= {stripped}
    return stripped


def notebook(*cells: str, metadata: str = "{}") -> str:
    return '{"cells": [' + ", ".join(cells) + f'], "metadata": {metadata}, "nbformat": 4, "nbformat_minor": 4}}'


def code(outputs: str = "[]", *, count: str = "null", metadata: str = "{}") -> str:
    return f'{{"cell_type": "code", "execution_count": {count}, "metadata": {metadata}, "outputs": {outputs}, "source": "x"}}'


STREAM = '{"name": "stdout", "output_type": "stream", "text": "1"}'
STDERR = '{"name": "stderr", "output_type": "stream", "text": "2"}'
RESULT = '{"data": {"text/plain": "3"}, "execution_count": 7, "metadata": {}, "output_type": "execute_result"}'


# Byte by byte

OUTPUTS: dict[str, tuple[str, str]] = {
    "none": ("[]", "[]"),
    "none, with blanks": ("[ \n\t ]", "[ \n\t ]"),
    "one": (f"[{STREAM}]", "[]"),
    "one, with blanks": (f"[\n {STREAM}\n ]", "[]"),
    "several": (f"[{STREAM}, {RESULT} , {STDERR}]", "[]"),
    "no list": ('{"a": 1}', "[]"),
    "a string": ('"1"', "[]"),
    "null": ("null", "null"),
    "no objects": ('[1, "x", null]', "[]"),
}


@pytest.mark.parametrize(("before", "after"), OUTPUTS.values(), ids=OUTPUTS)
def test_outputs(before: str, after: str) -> None:
    assert strip(notebook(code(before))) == notebook(code(after)).encode()


KEPT: dict[str, tuple[str, str]] = {
    "the first": (f"[{STDERR}, {STREAM}, {STREAM}]", f"[{STDERR}]"),
    "the last": (f"[{STREAM}, {STREAM}, {STDERR}]", f"[{STDERR}]"),
    "the middle": (f"[{STREAM} , {STDERR} , {STREAM}]", f"[{STDERR}]"),
    "both ends": (f"[{STDERR},{STREAM},{STREAM} ,\n{STDERR} ]", f"[{STDERR} ,\n{STDERR} ]"),
    "every other": (f"[ {STREAM}, {STDERR}, {STREAM}, {STDERR}, {STREAM} ]", f"[ {STDERR}, {STDERR} ]"),
    "all": (f"[{STDERR}, {STDERR}]", f"[{STDERR}, {STDERR}]"),
}


@pytest.mark.parametrize(("before", "after"), KEPT.values(), ids=KEPT)
def test_some_outputs_are_kept_with_exactly_one_comma_between_them(before: str, after: str) -> None:
    config = '[rules.notebook-output]\nkeep-types = ["stream:stderr"]'
    assert by_rules(notebook(code(before)).encode(), config) == notebook(code(after)).encode()


def test_of_a_repeated_key_each_value_is_cleared() -> None:
    cell = '{"cell_type": "code", "outputs": [%s], "source": "x", "outputs": [%s, %s], "execution_count": 3, "execution_count": null}'
    before = notebook(cell % (STREAM, STDERR, RESULT))
    assert (
        strip(before)
        == notebook(cell % ("", "", "")).replace("[, ]", "[]").replace('"execution_count": 3', '"execution_count": null').encode()
    )
    kept = by_rules(before.encode(), '[rules.notebook-output]\nkeep-types = ["stream:stderr"]')
    assert kept == notebook(cell % ("", STDERR, "")).replace(STDERR + ", ", STDERR).replace('count": 3', 'count": null').encode()


COUNTS: dict[str, tuple[str, str]] = {
    "a number": (code(count="12"), code()),
    "a star": (code(count='"*"'), code()),
    "kept outputs have counts too": (
        code(f"[{RESULT}, {RESULT}]", metadata='{"keep_output": true}'),
        code(f"[{RESULT}, {RESULT}]".replace("7", "null"), metadata='{"keep_output": true}'),
    ),
    "in front of large data": (
        code('[{"execution_count": 1, "data": {"execution_count": 1}}]', metadata='{"keep_output": true}'),
        code('[{"execution_count": null, "data": {"execution_count": 1}}]', metadata='{"keep_output": true}'),
    ),
    "twice in an output": (
        code('[{"execution_count": 1, "execution_count": 2}]', metadata='{"keep_output": true}'),
        code('[{"execution_count": null, "execution_count": null}]', metadata='{"keep_output": true}'),
    ),
    "an escaped key": (code('[{"execution\\u005fcount": 1}]', metadata='{"keep_output": true}'),) * 2,
    "only in the data of one": (code('[{"data": {"execution_count": 1}}]', metadata='{"keep_output": true}'),) * 2,
    "in a string": (code('[{"text": "\\"execution_count\\": 3}"}]', metadata='{"keep_output": true}'),) * 2,
}
COUNTS["an escaped key"] = (COUNTS["an escaped key"][0], COUNTS["an escaped key"][0].replace(": 1}", ": null}"))


@pytest.mark.parametrize(("before", "after"), COUNTS.values(), ids=COUNTS)
def test_counts(before: str, after: str) -> None:
    assert strip(notebook(before)) == notebook(after).encode()


METADATA: dict[str, tuple[str, str]] = {
    "the only one": ('{"scrolled": true}', "{}"),
    "the only one, with blanks": ('{\n "scrolled": true\n}', "{}"),
    "the first": ('{"scrolled": true, "tags": []}', '{"tags": []}'),
    "the last": ('{"tags": [] , "scrolled": true }', '{"tags": [] }'),
    "the middle": ('{"tags": [],\n "scrolled": true,\n "name": "x"}', '{"tags": [],\n "name": "x"}'),
    "neighbours": ('{"tags": [], "collapsed": false, "scrolled": true, "name": "x"}', '{"tags": [], "name": "x"}'),
    "neighbours in front": ('{"collapsed": false, "scrolled": true, "name": "x"}', '{"name": "x"}'),
    "neighbours behind": ('{"name": "x", "collapsed": false, "scrolled": true}', '{"name": "x"}'),
    "apart": ('{"collapsed": 1, "a": 2, "scrolled": 3, "b": 4, "trusted": 5}', '{"a": 2, "b": 4}'),
    "repeated": ('{"scrolled": 1, "a": 2, "scrolled": 3}', '{"a": 2}'),
    "deeper": ('{"jupyter": {"is_executing": true, "source_hidden": true}}', '{"jupyter": {"source_hidden": true}}'),
    "all that is deeper": ('{"jupyter": {"is_executing": true}}', '{"jupyter": {}}'),
    "a dot in a key": (
        '{"application/vnd.databricks.v1+cell": {"nuid": "1", "startTime": 2, "finishTime": 3}}',
        '{"application/vnd.databricks.v1+cell": {"nuid": "1"}}',
    ),
    "no object where one should be": ('{"jupyter": [], "colab": "height"}', '{"jupyter": [], "colab": "height"}'),
    "an escaped key": (r'{"scr\u006flled": true, "é\u00e9": 1}', r'{"é\u00e9": 1}'),
    "kept on purpose": (
        '{"tags": ["parameters"], "jupyter": {}, "slideshow": {}, "editable": false, "id": "a", "_uuid": "b"}',
        '{"tags": ["parameters"], "jupyter": {}, "slideshow": {}, "editable": false, "id": "a", "_uuid": "b"}',
    ),
}


@pytest.mark.parametrize(("before", "after"), METADATA.values(), ids=METADATA)
def test_metadata_of_cells(before: str, after: str) -> None:
    assert strip(notebook(code(metadata=before))) == notebook(code(metadata=after)).encode()


def test_metadata_under_a_repeated_key() -> None:
    cell = '{"cell_type": "code", "metadata": %s, "outputs": [], "metadata": {"scrolled": 1}, "source": ""}'
    expected = notebook(cell % '{"a": 1}').replace('{"scrolled": 1}', "{}")
    assert strip(notebook(cell % '{"trusted": 1, "a": 1}')) == expected.encode()


def test_metadata_of_the_notebook() -> None:
    before = '{"widgets": {"x": {}}, "kernelspec": {"name": "python3"}, "vscode": {"interpreter": {"hash": "1"}}, "signature": ""}'
    after = '{"kernelspec": {"name": "python3"}, "vscode": {"interpreter": {}}}'
    assert strip(notebook(metadata=before)) == notebook(metadata=after).encode()


def test_the_version_of_the_language_goes_in_strict_only() -> None:
    data = notebook(metadata='{"language_info": {"name": "python", "version": "3.11.7"}, "signature": 1}').encode()
    assert by_rules(data) == notebook(metadata='{"language_info": {"name": "python", "version": "3.11.7"}}').encode()
    assert by_rules(data, profile="strict") == notebook(metadata='{"language_info": {"name": "python"}}').encode()


def test_version_3_in_all_of_its_worksheets() -> None:
    cell = '{"cell_type": "code", "collapsed": false, "input": "x", "metadata": %s, "outputs": %s, "prompt_number": %s}'
    sheet = '{"cells": [%s, {"cell_type": "heading", "level": 1}, %s]}'
    text = '{"metadata": {"signature": "sha256:1"}, "nbformat": 3, "worksheets": [%s, {"metadata": {}}, %s]}'
    dirty = cell % ('{"scrolled": 1}', '[{"output_type": "pyout", "prompt_number": 3, "text": "4"}]', 3)
    clean = cell % ("{}", "[]", "null")
    before = text % (sheet % (dirty, clean), sheet % (dirty, dirty))
    after = text % (sheet % (clean, clean), sheet % (clean, clean))
    assert strip(before) == after.replace('{"signature": "sha256:1"}', "{}").encode()


def test_zeppelin_results_become_empty() -> None:
    text = (
        '{"paragraphs": [{"text": "%%python\\nprint(1)", "results": %s}, {"text": "%%md x", "results": {"code": "SUCCESS"}}], "name": "n"}'
    )
    stored = {"note.zpln": text % '{"code": "SUCCESS", "msg": [{"type": "TEXT", "data": "1"}]}'}
    found = [one for one in run(stored, families=["notebooks"]).findings if one.code == "DSG201"]
    if found:  # as far as the rule looks at notes
        assert fixed(stored["note.zpln"].encode(), found, "note.zpln") == (text % "{}").encode()


# What may be combined


def test_any_choice_of_findings_can_be_mended_together() -> None:
    cells = [code(f"[{RESULT}, {STREAM}]", count="3", metadata='{"scrolled": 1, "collapsed": 1}'), code(f"[{RESULT}]", count="4")]
    data = notebook(*cells, metadata='{"widgets": {}, "signature": 1}').encode()
    parts = _parts(data)
    assert sorted(parts) == [("DSG201", 1), ("DSG201", 2), ("DSG202", 1), ("DSG202", 2), ("DSG203", 0), ("DSG203", 1)]
    chance = random.Random(1)
    for _ in range(60):
        chosen = chance.sample(sorted(parts), chance.randint(1, len(parts)))
        stripped = fixed(data, [parts[key] for key in chosen], "nb.ipynb")
        assert sorted(_parts(stripped)) == sorted(parts.keys() - set(chosen))


def _parts(data: bytes) -> dict[tuple[str, int], Finding]:
    """The findings of the rules before they are told as one, by cell; that of the notebook itself as cell 0."""
    found = {}
    for name in RULES:
        rule: Any = find_rule(name)
        options = {key: option.value for key, option in rule.options.items()}
        for together in rule.check(tree({"nb.ipynb": data})["nb.ipynb"], options):
            for one in together.apart():
                found[name, one.location.cell or 0] = one
    return found


def test_what_a_tag_accepts_stays_as_it_is() -> None:
    accepted = code(f"[{RESULT}]", count="3", metadata='{"scrolled": 1, "tags": ["dsguard-ignore"]}')
    data = notebook(accepted, code(f"[{RESULT}]", count="4")).encode()
    assert not quickly(data)
    assert by_rules(data) == notebook(accepted, code()).encode()
    for name, left in (
        ("notebook-output", code(f"[{RESULT}]".replace("7", "null"), metadata='{"tags": ["dsguard-ignore-notebook-output"]}')),
        ("execution-count", code(count="3", metadata='{"tags": ["dsguard-ignore-execution-count"]}')),
    ):
        cell = code(f"[{RESULT}]", count="3", metadata=f'{{"scrolled": 1, "tags": ["dsguard-ignore-{name}"]}}')
        assert by_rules(notebook(cell).encode()) == notebook(left).encode()


@pytest.mark.parametrize(
    "source", ['"# dsguard: ignore[notebook-output] shown"', '["a\\n", "# ds\\u0067uard: ignore[notebook-output] shown"]']
)
def test_what_a_comment_accepts_stays_as_it_is(source: str) -> None:
    cell = code(f"[{STREAM}]").replace('"x"', source)
    data = notebook(cell).encode()
    assert not quickly(data)
    assert by_rules(data) == data


CONTRADICTION = code(f"[{STREAM}]", metadata='{"keep_output": false, "tags": ["keep_output"]}')


def test_nothing_is_guessed() -> None:
    data = notebook(CONTRADICTION, code(f"[{STREAM}]")).encode()
    assert not quickly(data)
    assert by_rules(data) == notebook(CONTRADICTION, code()).encode()
    (kept, _) = findings(data)
    assert kept.fix is None
    odd = f'{{"cell_type": "code", "outputs": {{"a": 1}}, "source": "x", "outputs": [{STREAM}, {STDERR}]}}'
    (finding,) = findings(notebook(odd).encode(), '[rules.notebook-output]\nkeep-types = ["stream:stderr"]')
    assert finding.fix is None


def test_too_large_is_an_error_if_asked_for() -> None:
    config = '[rules.notebook-output]\nmax-kept-size = "20 B"\noversize = "error"'
    small, large = code(f"[{STREAM}]"), code(f"[{STREAM}, {STREAM}]".replace('"1"', f'"{"x" * 50}"', 1))
    assert findings(notebook(small).encode(), config) == []
    (finding,) = findings(notebook(small, large).encode(), config)
    assert finding.fix is None
    assert finding.message == "cell 2 has an output of 62 B, and 20 B is what may stay"
    assert by_rules(notebook(small, large).encode(), config.replace('"error"', '"strip"')) == notebook(small, code(f"[{STREAM}]")).encode()
    tagged = large.replace('"metadata": {}', '"metadata": {"tags": ["keep_output"]}', 1)
    assert findings(notebook(tagged).encode(), config) == []


# What is written is held to what was meant


@pytest.mark.parametrize("damage", [Edit(0, 1, b""), Edit(2, 7, b"cellz"), Edit(30, 30, b" x"), Edit(16, 20, b"kind")])
def test_an_edit_that_does_something_else_is_refused(damage: Edit) -> None:
    data = notebook(code(f"[{STREAM}]", count="3")).encode()
    assert edit_bytes(data, [damage]) != data
    good = findings(data)
    fix = good[0].fix
    assert fix is not None
    good[0].fix = Fix(fix.title, [*fix.edits, damage], fix.changes)
    with pytest.raises(UnreadableError, match="not be what was meant"):
        fixed(data, good, "nb.ipynb")


def test_a_change_that_no_edit_makes_is_refused() -> None:
    data = notebook(code(f"[{STREAM}]", count="3")).encode()
    good = findings(data)
    fix = good[0].fix
    assert fix is not None
    for change in ((("cells", 0, "source"), ""), (("cells", 1), ""), (("cells", 0, "source", 0), "null"), (("x",), "null")):
        good[0].fix = Fix(fix.title, fix.edits, [*fix.changes, change])
        with pytest.raises(UnreadableError, match="not be what was meant"):
            fixed(data, good, "nb.ipynb")


CHANGES: dict[str, tuple[str, list[Any], str]] = {
    "nothing": ('{"a": 1}', [], '{"a": 1}'),
    "a member": ('{"a": {"b": 1}, "c": 2}', [(("a", "b"), "null")], '{"a": {"b": null}, "c": 2}'),
    "a member less": ('{"a": {"b": 1}, "c": 2}', [(("a", "b"), "")], '{"a": {}, "c": 2}'),
    "items less": ("[1, 2, 3, 4]", [((0,), ""), ((2,), "")], "[2, 4]"),
    "items less, in any order": ("[1, 2, 3, 4]", [((2,), ""), ((0,), "")], "[2, 4]"),
    "what is inside of what goes": ('{"a": [{"b": 1}, 2]}', [(("a",), "[]"), (("a", 0, "b"), "null"), (("a", 1), "")], '{"a": []}'),
    "inside of an item that goes": ('[{"b": 1}, 2]', [((0, "b"), "null"), ((0,), "")], "[2]"),
    "any value": ('{"a": 1}', [(("a",), '{"x": [1.50]}')], '{"a": {"x": [1.50]}}'),
}


@pytest.mark.parametrize(("before", "changes", "after"), CHANGES.values(), ids=CHANGES)
def test_changes(before: str, changes: list[Any], after: str) -> None:
    document = load(before.encode())
    assert changed(document, changes) == load(after.encode())
    assert document == load(before.encode()), "what was given stays"


@pytest.mark.parametrize(
    ("text", "key", "values"),
    [
        ('{"a": 1, "b": 2}', "a", ["1"]),
        ('{"a": 1, "b": 2}', "c", []),
        ('{"a": 1, "b": {"a": 2}}', "a", ["1"]),
        ('{"b": {"a": 2}}', "a", []),
        ('{"b": {"a": 2}, "a": 3}', "a", ["3"]),
        ('{"a": 1, "a": 2}', "a", ["1", "2"]),
        ('{"b": "a"}', "a", []),
        ('{"b": "\\"a\\": 1}"}', "a", []),
        ('{"b": ["a"], "a": [1, {"a": 2}]}', "a", ['[1, {"a": 2}]']),
        ('{"\\u0061": 1}', "a", ["1"]),
        ('{ "b" : "x" ,"a"\n: {} }', "a", ["{}"]),
    ],
)
def test_members_are_found_from_behind(text: str, key: str, values: list[str]) -> None:
    padded = f"[0, {text}]"
    span = (4, 4 + len(text))
    assert [padded[start:end] for _, _, start, end in find_members(padded, span, key)] == values


# Against other tools, and at random


def nbstripped(data: bytes, **options: Any) -> Any:
    """What nbstripout leaves, as nbformat reads it."""
    strip_output = pytest.importorskip("nbstripout._utils").strip_output
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parsed = nbformat.reads(data.decode("utf-8-sig"), as_version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]
        strip_output(parsed, None, keep_count=False, keep_id=True, extra_keys=list(DEFAULTS), **options)
    return json.loads(json.dumps(parsed))


def read(data: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return json.loads(json.dumps(nbformat.reads(data.decode("utf-8-sig"), as_version=nbformat.NO_CONVERT)))  # type: ignore[no-untyped-call]


_TEXT = st.text(st.sampled_from('ab"\\\n\t é€😀\ud83d\u2028,:{}[]'), max_size=8)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**20) | st.floats(allow_nan=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=5,
)
_OUTPUT = st.one_of(
    st.builds(lambda text, name: {"name": name, "output_type": "stream", "text": text}, _TEXT, st.sampled_from(["stdout", "stderr"])),
    st.builds(
        lambda data, count: {"data": {"text/plain": data}, "execution_count": count, "metadata": {}, "output_type": "execute_result"},
        st.lists(_TEXT, max_size=3),
        st.none() | st.integers(0, 99),
    ),
)
_KEYS = st.sampled_from(
    ["scrolled", "collapsed", "tags", "execution", "name", "id", "executionInfo", "jupyter", "papermill", "vscode", "colab", "é"]
)
_METADATA = st.dictionaries(
    _KEYS, st.dictionaries(st.sampled_from(["is_executing", "height", "a", "interpreter"]), _JSON, max_size=3), max_size=5
)
_CELL = st.one_of(
    st.builds(
        lambda source, outputs, count, metadata: {
            "cell_type": "code",
            "execution_count": count,
            "metadata": {key: value for key, value in metadata.items() if key != "tags"},
            "outputs": outputs,
            "source": source,
        },
        _TEXT | st.lists(_TEXT, max_size=3),
        st.lists(_OUTPUT, max_size=3),
        st.none() | st.integers(0, 99),
        _METADATA,
    ),
    st.builds(lambda source: {"cell_type": "markdown", "metadata": {}, "source": source}, _TEXT),
)
NOTEBOOKS = st.builds(
    lambda cells, widgets, keep: {
        "cells": cells,
        "metadata": {
            "kernelspec": {"name": "python3"},
            **({"widgets": widgets} if widgets else {}),
            **({"keep_output": keep} if keep is not None else {}),
        },
        "nbformat": 4,
        "nbformat_minor": 4,
    },
    st.lists(_CELL, max_size=4),
    st.none() | _JSON,
    st.sampled_from([None, None, True, False]),
)


def oddly(value: Any, chance: random.Random) -> str:
    """JSON text with blanks, line ends, key order and escapes that no program would choose."""

    def blank() -> str:
        return chance.choice(["", "", " ", "\n", "\r\n", "\t", "  \n "])

    if isinstance(value, dict):
        members = list(value.items())
        chance.shuffle(members)
        text = ",".join(f"{blank()}{oddly(key, chance)}{blank()}:{blank()}{oddly(item, chance)}{blank()}" for key, item in members)
        return "{" + (text or blank()) + "}"
    if isinstance(value, list):
        return "[" + (",".join(f"{blank()}{oddly(item, chance)}{blank()}" for item in value) or blank()) + "]"
    lone = isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value)
    return json.dumps(value, ensure_ascii=lone or chance.random() < 0.5)


@settings(max_examples=120, deadline=None)
@given(document=NOTEBOOKS, chance=st.randoms(use_true_random=False), mark=st.booleans())
def test_random_notebooks(document: dict[str, Any], chance: random.Random, *, mark: bool) -> None:
    data = (b"\xef\xbb\xbf" if mark else b"") + oddly(document, chance).encode()
    stripped = strip(data)
    assert strip(stripped) == stripped
    assert findings(stripped) == []
    assert stripped.startswith(b"\xef\xbb\xbf") is mark
    assert _is_cut_out_of(stripped, data)
    assert read(stripped) == nbstripped(data)


def _is_cut_out_of(after: bytes, before: bytes) -> bool:
    """Whether some bytes come of others by taking away, and by writing ``null`` and ``[]``: nothing is moved or written anew."""
    place = 0
    rest = after.replace(b"null", b"").replace(b"[]", b"").replace(b"{}", b"")
    for byte in rest:
        place = before.find(byte, place) + 1
        if not place:
            return False
    return True


@settings(max_examples=60, deadline=None)
@given(document=NOTEBOOKS, chance=st.randoms(use_true_random=False), size=st.integers(0, 40))
def test_random_notebooks_with_options(document: dict[str, Any], chance: random.Random, size: int) -> None:
    data = oddly(document, chance).encode()
    config = f'[rules.notebook-output]\nmax-kept-size = {size}\nkeep-types = ["stream:stderr"]\n'
    stripped = by_rules(data, config)
    assert by_rules(stripped, config) == stripped
    results = any(output["output_type"] == "execute_result" for cell in document["cells"] for output in cell.get("outputs", ()))
    # nbstripout's option to keep a type takes kept ones away, and to it a count is part of the size
    if document["metadata"].get("keep_output") is not True and not results:
        assert read(stripped) == nbstripped(data, keep_output_types={"stream:stderr"}, max_size=size)


@settings(max_examples=80, deadline=None)
@given(document=NOTEBOOKS, noise=st.binary(min_size=1, max_size=6), place=st.integers(0, 400))
def test_no_bytes_crash_it(document: dict[str, Any], noise: bytes, place: int) -> None:
    data = json.dumps(document).encode()
    data = data[:place] + noise + data[place:]
    report = run({"nb.ipynb": data}, families=["notebooks"])
    assert not report.crashed
    assert quickly(data) <= {fixed(data, [one for one in report.findings if one.code in RULES], "nb.ipynb")}


PLAIN: dict[str, str] = {
    "outputs and counts": notebook(code(f"[{STREAM}, {RESULT}]", count="3"), code(), code("[ ]", count="-1")),
    "metadata": notebook(code(metadata='{"scrolled": true, "tags": ["a"]}'), metadata='{"widgets": {}, "language_info": {"name": "r"}}'),
    "wide letters": notebook(
        code(f"[{STREAM}]".replace("1", "3 \u20ac")).replace('"x"', '"\u65e5 \\ud83d"'), metadata='{"signature": "\u00ef"}'
    ),
    "words that are no keys": notebook(
        code(f"[{STREAM}]", metadata='{"tags": ["outputs", "execution_count", "metadata"]}').replace(
            '"x"', json.dumps('{"outputs": [1], "execution_count": 3}')
        )
    ),
    "outputs within outputs": notebook(code('[{"data": {"application/json": {"outputs": [1], "metadata": {}}}, "metadata": {}}]')),
    "metadata behind the cells": '{"metadata": {"signature": ""}, "cells": [' + code(metadata='{"hidden": 1}') + '], "nbformat": 4}',
    "nothing to do": notebook(code()),
}


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_plain_notebooks_need_no_walk_over_cells(text: str) -> None:
    assert plain_strip.strip(text.encode(), plain.DEFAULT_SETTINGS) == strip(text)


ODD: dict[str, bytes] = {
    "kept": notebook(code(f"[{STREAM}]", metadata='{"tags": ["keep_output"]}')).encode(),
    "kept by the notebook": notebook(code(f"[{STREAM}]"), metadata='{"keep_output": true}').encode(),
    "outputs elsewhere": notebook(code(metadata='{"outputs": [1]}')).encode(),
    "a count elsewhere": notebook(code(metadata='{"a": {"execution_count": 3}}')).encode(),
    "outputs elsewhere in place of a repeated key": notebook(code(f'[{STREAM}], "outputs": []', metadata='{"outputs": [1]}')).encode(),
    "a key with an escape": notebook(code(f"[{STREAM}]").replace('"outputs"', '"output\\u0073"')).encode(),
    "a count under a key with an escape": notebook(code(count="3").replace("execution_count", "execution\\u005fcount")).encode(),
    "a word that is the name of the cells": b'{"title": "cells", "metadata": {"signature": 1, "scrolled": 1}, "cells": ['
    + code(metadata='{"signature": 1, "scrolled": 1}').encode()
    + b'], "nbformat": 4}',
    "a repeated list of cells": notebook(code(f"[{STREAM}]"))
    .replace('{"cells"', '{"cells": [' + code(f"[{STREAM}]") + '], "cells"')
    .encode(),
    "metadata within metadata": notebook(code(metadata='{"scrolled": 1, "a": {"metadata": {}}}')).encode(),
    "other bytes than UTF-8 in an output": notebook(code(f"[{STREAM}]")).encode().replace(b'"1"', b'"\xe9"'),
    "other bytes than UTF-8 elsewhere": notebook(code(f"[{STREAM}]")).encode().replace(b'"x"', b'"\xe9"'),
    "broken JSON in an output": notebook(code("[{]")).encode(),
    "broken JSON behind an output": notebook(code(f"[{STREAM}]")).encode()[:-1],
    "version 3": b'{"worksheets": [{"cells": [{"cell_type": "code", "outputs": [1], "prompt_number": 1}]}], "metadata": {}}',
    "no notebook": b'{"outputs": [1]}',
}


@pytest.mark.parametrize("data", ODD.values(), ids=ODD)
def test_what_is_not_plain_is_left_to_a_closer_look(data: bytes) -> None:
    assert plain_strip.strip(data, plain.DEFAULT_SETTINGS) is None


@settings(max_examples=80, deadline=None)
@given(document=NOTEBOOKS, chance=st.randoms(use_true_random=False), window=st.integers(1, 60))
def test_a_large_notebook_is_read_through_windows(document: dict[str, Any], chance: random.Random, window: int) -> None:
    data = oddly(document, chance).encode()
    whole = plain.read(data)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(json_scan, "WINDOW", window)
        monkeypatch.setattr(plain, "_HELD", 0)
        through = plain.read(data)
    assert (whole is None) is (through is None)
    if whole is not None and through is not None:
        assert (through.text, through.arrays, through.stored) == (whole.text, whole.arrays, whole.stored)
        assert list(through.outputs_in(data)) == list(whole.outputs_in(data))


@pytest.mark.parametrize("name", ["broken JSON in an output", "broken JSON behind an output"])
def test_what_is_broken_is_so_through_windows(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_scan, "WINDOW", 16)
    assert plain.read(ODD[name]) is None


def test_the_filter_starts_from_the_options_of_the_rules() -> None:
    for code_, values in plain.DEFAULT_SETTINGS.items():
        rule = find_rule(code_)
        assert rule is not None
        assert dict(values) == {key: option.value for key, option in rule.options.items()}
    assert set(plain.DEFAULT_SETTINGS) == set(RULES)
