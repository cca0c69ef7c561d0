"""What can be asked of a syntax tree, held against the slower ways of the standard library."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import dsguard
from dsguard.documents.syntax import Syntax

CODE = """
import os as system
from . import (a, b as c)

@decorated(x=1)
async def work(first, /, second: int = 2, *rest, named=None, **others) -> str:
    global state
    state, self.kept, (one, *two) = others[first:second], 1, rest
    held[first] = {**others, "key": not -second}
    self.count += 1
    typed: list[int] = [inner for inner in rest if inner > 0 < 3]
    async with opened(first) as stream, locked as self.lock:
        del stream
    for self.index, place in enumerate(rest):
        assert place and first or second, f"{place!r:>{second}}"
    while (found := next(rest)) is not None:
        yield await found
    match found:
        case Point(x=0, y=[1, *more]) | {"a": whole, **left} if more:
            matched = lambda kept=1: (kept, kept)
    try:
        raise ValueError from None
    except (OSError, TypeError) as error:
        caught = error
    finally:
        nonlocal_value = ...
"""


def code_of_dsguard() -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(Path(dsguard.__file__).parent.rglob("*.py"))[::4]]


def syntax_of(source: str) -> Syntax:
    return Syntax(source, ast.parse(source))


def test_the_index_has_each_node_once_and_with_its_parent() -> None:
    newer = "type Rows[T: int, *Ts, **P] = list[T]\ndef f[T](x: T) -> T: ..." if sys.version_info >= (3, 12) else ""
    for source in (CODE, newer, *code_of_dsguard()):
        syntax = syntax_of(source)
        shared = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)
        expected = {child: node for node in ast.walk(syntax.tree) for child in ast.iter_child_nodes(node) if not isinstance(child, shared)}
        kinds = {type(node) for node in expected}
        assert {node for kind in kinds for node in syntax.nodes(kind)} == set(expected)
        assert all(syntax.parent(node) is parent for node, parent in expected.items())


def test_what_statements_assign_to() -> None:
    syntax = syntax_of(CODE)
    function = syntax.nodes(ast.AsyncFunctionDef)[0]
    stores = syntax.stores(function)
    assert set(stores.names) == {"state", "one", "two", "typed", "stream", "place", "found", "matched", "caught", "nonlocal_value"}
    assert {name: len(nodes) for name, nodes in stores.attributes.items()} == {"kept": 1, "count": 1, "lock": 1, "index": 1}


@pytest.mark.parametrize("name", ["rest", "first", "place", "others", "kept", "nobody"])
def test_where_a_name_is_read(name: str) -> None:
    syntax = syntax_of(CODE)
    expected = [node for node in ast.walk(syntax.tree) if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)]
    assert sorted(map(id, syntax.loads(name))) == sorted(map(id, expected))
