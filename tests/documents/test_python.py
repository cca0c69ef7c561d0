"""The view that all rules about Python share: names, the tree, and places in the text as it stands on disk."""

from __future__ import annotations

import ast

import pytest

from dsguard.documents.python import MAX_SOURCE_SIZE, Module
from dsguard.model import UnreadableError
from dsguard.testing import tree


def module(content: str | bytes, path: str = "src/train.py") -> Module:
    return tree({path: content})[path].python


IMPORTS = {
    "plain": ("import numpy", {"numpy": "numpy"}),
    "as": ("import numpy as np", {"np": "numpy"}),
    "submodule": ("import numpy.random", {"numpy": "numpy"}),
    "submodule as": ("import numpy.random as npr", {"npr": "numpy.random"}),
    "from": ("from random import choice, seed as s", {"choice": "random.choice", "s": "random.seed"}),
    "relative": ("from .utils import seed", {"seed": ".utils.seed"}),
    "relative module": ("from . import utils", {"utils": ".utils"}),
    "relative, further up": ("from ...lib import x as y", {"y": "...lib.x"}),
    "star": ("from numpy import *", {}),
    "in a function": ("def f():\n    import torch as t", {"t": "torch"}),
    "in a try": ("try:\n    import cupy as xp\nexcept ImportError:\n    import numpy as xp", {"xp": "numpy"}),
    "none": ("x = 1", {}),
}


@pytest.mark.parametrize(("source", "imports"), IMPORTS.values(), ids=IMPORTS)
def test_imports(source: str, imports: dict[str, str]) -> None:
    assert module(source).imports == imports


NAMES = {
    "alias": ("import numpy as np\nnp.random.rand", "numpy.random.rand"),
    "from": ("from numpy import random as r\nr.rand", "numpy.random.rand"),
    "builtin": ("open", "open"),
    "local": ("df.sample", "df.sample"),
    "relative": ("from .seeds import seed_all\nseed_all", ".seeds.seed_all"),
    "of a call": ("f().x", None),
    "of an item": ("a['b'].c", None),
    "literal": ("1", None),
}


@pytest.mark.parametrize(("source", "origin"), NAMES.values(), ids=NAMES)
def test_resolve(source: str, origin: str | None) -> None:
    found = module(source)
    statement = found.tree.body[-1]
    assert isinstance(statement, ast.Expr)
    assert found.resolve(statement.value) == origin


def test_nodes_and_parents() -> None:
    found = module("def f(a):\n    return a + 1\n\nx = f(2) + f(3)\n")
    calls = found.nodes(ast.Call)
    assert [call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)] == [2, 3]
    assert all(isinstance(found.parent(call), ast.BinOp) for call in calls)
    assert found.parent(found.tree) is None
    assert found.parent(found.tree.body[0]) is found.tree
    assert found.nodes(ast.Lambda) == []
    assert found.nodes(ast.Call) is calls


PLACES = {
    "ASCII": ("x = f(1, 'a')\n", "'a'", (1, 10, 1, 13)),
    "behind non-ASCII": ("x = f('é😀', 'a')\n", "'a'", (1, 13, 1, 16)),
    "spanning non-ASCII": ("x = 'é😀a'\n", "'é😀a'", (1, 5, 1, 10)),
    "several lines": ("x = '''é\na'''\n", "'''é\na'''", (1, 5, 2, 5)),
    "BOM": ("\ufeffx = 'a'\n", "'a'", (1, 5, 1, 8)),
    "CRLF": ("y = 1\r\nx = 'a'\r\n", "'a'", (2, 5, 2, 8)),
    "form feed": ("\x0cy = 1\n\x0cx = 'a'\n", "'a'", (2, 6, 2, 9)),
    "line separator in a string": ("y = '\u2028'\nx = 'a'\n", "'a'", (2, 5, 2, 8)),
}


@pytest.mark.parametrize(("source", "text", "place"), PLACES.values(), ids=PLACES)
def test_places_count_characters(source: str, text: str, place: tuple[int, int, int, int]) -> None:
    found = module(source)
    node = found.nodes(ast.Constant)[-1]
    at = found.at(node)
    assert (at.line, at.column, at.end_line, at.end_column) == place
    assert (at.path, at.cell) == ("src/train.py", None)
    if place[0] == place[2]:
        line = source.removeprefix("\ufeff").split("\n")[place[0] - 1]
        assert line[place[1] - 1 : place[3] - 1] == text


DECODED: dict[str, tuple[bytes, object]] = {
    "UTF-8": ("x = 'é'".encode(), "é"),
    "UTF-8 with a mark": ("x = 'é'".encode("utf-8-sig"), "é"),
    "Latin-1 as it says": ("# -*- coding: latin-1 -*-\nx = 'é'".encode("latin-1"), "é"),
    "in the second line": ("#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\nx = '€'".encode("cp1252"), "€"),
    "Latin-1 without a word": ("x = 'é'".encode("latin-1"), "é"),
    "no such codec": (b"# coding: klingon\nx = 'a'", "a"),
    "no codec for text": (b"# coding: hex\nx = 'a'", "a"),
    "a codec that objects": ("# coding: punycode\nx = 'é'".encode(), "é"),
    "undefined": (b"# coding: undefined\nx = 'a'", "a"),
    "other bytes than it says": ("# coding: utf-8\nx = 'é'".encode("latin-1"), "é"),
    "carriage returns only": (b"y = 1\rx = 'a'\r", "a"),
}


@pytest.mark.parametrize(("data", "value"), DECODED.values(), ids=DECODED)
def test_source_is_decoded_as_python_would(data: bytes, value: object) -> None:
    assert module(data).nodes(ast.Constant)[-1].value == value


UNPARSABLE = {
    "Python 2": ("print 'x'\n", 1),
    "template": ("x = 1\nimport {{ cookiecutter.slug }}.model\n", 2),
    "magics": ("x = 1\n%matplotlib inline\n", 2),
    "NUL": ("x = '\0'", None),
    "nested too deep": ("x = " + "(" * 1000 + ")" * 1000, None),
    "a chain without end": ("x = a" + ".a" * 50_000, None),
    "only a backslash": ("\\", 1),
}


@pytest.mark.parametrize(("source", "line"), UNPARSABLE.values(), ids=UNPARSABLE)
def test_what_does_not_parse_is_skipped_not_reported(source: str, line: int | None) -> None:
    with pytest.raises(UnreadableError, match="does not parse as Python") as caught:
        module(source)
    assert not caught.value.fatal
    if line is not None:
        assert caught.value.line == line


def test_data_in_disguise_is_not_parsed() -> None:
    with pytest.raises(UnreadableError, match="over 4 MB") as caught:
        module("x = [\n" + "1,\n" * (MAX_SOURCE_SIZE // 3) + "]\n")
    assert not caught.value.fatal


def test_odd_escapes_warn_nobody() -> None:
    assert module("x = '\\d'\nassert (x, 'y')\nx is 1\n").nodes(ast.Assert)


KINDS = {
    "script": ("import marimo\n", "script", False),
    "marimo": ('import marimo\n\n__generated_with = "0.9"\napp = marimo.App()\n', "marimo", True),
    "Databricks": ("# Databricks notebook source\nx = 1\n# COMMAND ----------\n# MAGIC %md hello\n", "databricks", True),
    "empty": ("", "script", False),
}


@pytest.mark.parametrize(("source", "kind", "is_notebook"), KINDS.values(), ids=KINDS)
def test_kinds(source: str, kind: str, *, is_notebook: bool) -> None:
    found = module(source)
    assert (found.kind, found.is_notebook) == (kind, is_notebook)
