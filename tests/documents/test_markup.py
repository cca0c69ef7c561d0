"""TOML and YAML from files that may be broken, hostile or templates."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsguard.documents.file import File
from dsguard.documents.markup import MAX_DEPTH, conflict_line, toml_line
from dsguard.model import UnreadableError
from dsguard.testing import tree

CONFLICT = "<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> theirs\n"


def file(name: str, content: str | bytes) -> File:
    return tree({name: content})[name]


def refusal(name: str, content: str | bytes) -> UnreadableError:
    opened = file(name, content)
    with pytest.raises(UnreadableError) as caught:
        _ = opened.toml if name.endswith(".toml") else opened.yaml
    assert caught.value.path == name
    return caught.value


# TOML


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", {}),
        ("a = 1\r\nb = 2\r\n", {"a": 1, "b": 2}),
        (b"\xef\xbb\xbfa = 1\n", {"a": 1}),
        ('a = "{{ not a template }}"\n', {"a": "{{ not a template }}"}),
    ],
)
def test_toml_is_read(content: str | bytes, expected: dict[str, Any]) -> None:
    assert file("x.toml", content).toml == expected


@pytest.mark.parametrize(
    ("content", "reason", "line", "column", "fatal"),
    [
        ("a = 1\nb = \n", "does not parse as TOML: Invalid value", 2, 5, True),
        ("a = 1\na = 2", "does not parse as TOML: Cannot overwrite a value", 2, None, True),
        ("a = [\n  1,\n", "does not parse as TOML: Invalid value", 3, None, True),
        ("a = " + "[" * 5000, "does not parse as TOML: nested too deep", None, None, True),
        ("a = " + "9" * 5000, "does not parse as TOML: a number of thousands of digits", None, None, True),
        ("x = 1\n" + CONFLICT, "has merge-conflict markers: finish the merge", 2, None, True),
        ('a = 1\nb = "caf\xe9"\n'.encode("latin-1"), "is not UTF-8, as TOML must be", 2, None, True),
        ("a = 1\n".encode("utf-16"), "is UTF-16: TOML must be UTF-8, save it again as such", 1, None, True),
        ("name = {{ cookiecutter.name }}\n", "is a template, not TOML", 1, None, False),
        ("a = 1\n{% if cli %}\nb = 2\n{% endif %}\n", "is a template, not TOML", 2, None, False),
        ('a = "{{ quoted }}"\nb = [\n', "does not parse as TOML: Invalid value", 3, None, True),
    ],
)
def test_toml_that_cannot_be_read_says_why_and_where(
    content: str | bytes, reason: str, line: int | None, column: int | None, *, fatal: bool
) -> None:
    error = refusal("x.toml", content)
    assert (error.reason, error.line, error.column, error.fatal) == (reason, line, column, fatal)


def test_broken_toml_in_a_template_folder_is_a_template() -> None:
    error = refusal("{{ cookiecutter.name }}/pyproject.toml", "name = \n")
    assert (error.reason, error.fatal) == ("is a template, not TOML", False)


# YAML


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", None),
        ("# nothing\n", None),
        ("on: push\nyes: no\n", {"on": "push", "yes": "no"}),
        ("day: 2024-01-31\nport: 22:22\n", {"day": "2024-01-31", "port": "22:22"}),
        ("a: 012\nb: 0x1F\nc: 0o17\nd: +3\ne: 1_000\n", {"a": 12, "b": 31, "c": 15, "d": 3, "e": "1_000"}),
        ("a: 1e-3\nb: .5\nc: -.inf\nd: 5.\ne: 1.2.3\n", {"a": 0.001, "b": 0.5, "c": -math.inf, "d": 5.0, "e": "1.2.3"}),
        ("a: ~\nb:\nc: null\nd: 'null'\n", {"a": None, "b": None, "c": None, "d": "null"}),
        ('a: True\nb: false\nc: "true"\nd: !!str true\n', {"a": True, "b": False, "c": "true", "d": "true"}),
        ("a: " + "9" * 5000, {"a": "9" * 5000}),
        ("script: !reference [.base, script]\nrole: !Sub '${A}'\n", {"script": [".base", "script"], "role": "${A}"}),
        ('x: !!python/object/apply:os.system ["ls"]\n', {"x": ["ls"]}),
        ("a: &a {k: 1, z: 2}\nb:\n  k: 3\n  <<: *a\n", {"a": {"k": 1, "z": 2}, "b": {"k": 3, "z": 2}}),
        ("a: &a {k: 1}\nb: &b {k: 2, m: 3}\nc: {<<: [*a, *b]}\n", {"a": {"k": 1}, "b": {"k": 2, "m": 3}, "c": {"k": 1, "m": 3}}),
        ("a: &a [1]\nb: *a\nc: &s text\nd: *s\n", {"a": [1], "b": [1], "c": "text", "d": "text"}),
        ('"<<": {a: 1}\n', {"<<": {"a": 1}}),
        ("a: 1\na: 2\n", {"a": 2}),
        ("%YAML 1.2\n---\na: 1\n...\n", {"a": 1}),
        ("a: é\n".encode("utf-16"), {"a": "é"}),
        ("ref: ${{ github.ref }}\n", {"ref": "${{ github.ref }}"}),
    ],
)
def test_yaml_is_read_by_the_core_schema(content: str | bytes, expected: object) -> None:
    assert file("x.yaml", content).yaml == expected


def test_an_alias_of_a_mapping_that_merges_names_the_merged_one() -> None:
    assert file("x.yaml", "a: &a {k: 1}\nb: &b {<<: *a, m: 2}\nc: *b\n").yaml["c"] == {"k": 1, "m": 2}


@pytest.mark.parametrize(
    ("content", "reason", "line", "column", "fatal"),
    [
        ("a: [1, 2\n", "does not parse as YAML: ", 2, 1, True),
        ("a:\n\t- b\n", "does not parse as YAML: ", 2, 1, True),
        ("a: *nowhere\n", "does not parse as YAML: unknown alias 'nowhere'", 1, 4, True),
        ("ok: 1\nb: \x01\n", "does not parse as YAML: a control character", 2, 4, True),
        ("? [a, b]\n: c\n", "does not parse as YAML: a list or mapping as a key", 1, 8, True),
        ("ref: ${{ x }}\nb: [\n", "does not parse as YAML: ", 3, 1, True),
        ("outs:\n" + CONFLICT, "has merge-conflict markers: finish the merge", 2, None, True),
        ("name: {{ cookiecutter.name }}\n", "is a template, not YAML", 1, None, False),
        ("a: 1\n{% if x %}\nb: 2\n{% endif %}\n", "is a template, not YAML", 2, None, False),
        ("a: 1\n---\nb: 2\n", "YAML not looked at: it holds several documents", 2, None, False),
        ("a: &a\n  - *a\n", "YAML not looked at: a value holds itself", 2, None, False),
    ],
)
def test_yaml_that_cannot_be_read_says_why_and_where(content: str, reason: str, line: int, column: int | None, *, fatal: bool) -> None:
    error = refusal("x.yaml", content)
    assert error.reason.startswith(reason)  # libyaml and PyYAML's own parser word it differently
    assert (error.line, error.column, error.fatal) == (line, column, fatal)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_yaml_nested_without_end_is_refused_and_not_a_crash(opening: str) -> None:
    error = refusal("x.yaml", opening * 100_000)
    assert (error.reason, error.fatal) == ("YAML not looked at: it is nested too deep", False)


def test_yaml_nested_less_deep_than_the_cap_is_read() -> None:
    value = file("x.yaml", "[" * MAX_DEPTH + "]" * MAX_DEPTH).yaml
    for _ in range(MAX_DEPTH - 1):
        (value,) = value
    assert value == []


def bomb(step: str) -> str:
    lines = ["a0: &a0 {k: v}"]
    lines += [f"a{n}: &a{n} " + step.replace("*", f"*a{n - 1}") for n in range(1, 40)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("step", ["[*, *, *]", "{<<: [*, *], x: 1}", "{l: *, r: *}"])
def test_yaml_aliases_that_multiply_are_refused(step: str) -> None:
    error = refusal("x.yaml", bomb(step))
    assert (error.reason, error.fatal) == ("YAML not looked at: its aliases stand for too many values", False)


def test_yaml_aliases_that_only_pile_up_are_refused_before_they_are_too_deep_to_walk() -> None:
    chain = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 500))
    assert refusal("x.yaml", chain).reason == "YAML not looked at: it is nested too deep"


PLAIN_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False) | PLAIN_TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(PLAIN_TEXT, inner, max_size=5),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_json_is_yaml(value: object) -> None:
    assert file("x.yaml", json.dumps(value, ensure_ascii=False)).yaml == value


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.text("[]{}-?:,&*!|>'\"%@<a1 \t\n#", max_size=60).map(str.encode), st.sampled_from(["x.toml", "x.yaml"]))
def test_any_bytes_are_read_or_refused(content: bytes, name: str) -> None:
    opened = file(name, content)
    try:
        value = opened.toml if name == "x.toml" else opened.yaml
    except UnreadableError as error:
        value = error.reason
    assert value is None or isinstance(value, (dict, list, str, int, float))


# Places


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (CONFLICT, 1),
        ("a\n" + CONFLICT.replace("\n", "\r\n"), 2),
        ("<<<<<<< HEAD\nonly one side\n", None),
        ("Title\n=======\n", None),
        ("print(1 <<<<<<< 2 >>>>>>> 3)\n", None),
    ],
)
def test_a_conflict_is_a_whole_set_of_markers(text: str, line: int | None) -> None:
    assert conflict_line(text) == line


PYPROJECT = '''\
# a comment = 1
[project]
name = "churn"
description = """
dependencies = "in a string"
[tool.fake]
"""
"dependencies" = [
  "pandas",
]
optional-dependencies.plots = ["seaborn"]

[tool . poetry.group."dev".dependencies]
pytest = "*"

[tool.uv]
workspace = { members = ["packages/*"] }

[[tool.uv.index]]
url = "https://index.example.com/simple"
'''


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("project",), 2),
        (("project", "dependencies"), 8),
        (("project", "optional-dependencies"), 11),
        (("tool", "poetry", "group", "dev", "dependencies"), 13),
        (("tool", "uv", "workspace", "members"), 17),
        (("tool", "uv", "index"), 19),
        (("tool", "fake"), None),
        (("dependency-groups",), None),
    ],
)
def test_lines_of_toml_keys(keys: tuple[str, ...], line: int | None) -> None:
    assert toml_line(file("pyproject.toml", PYPROJECT), keys) == line
