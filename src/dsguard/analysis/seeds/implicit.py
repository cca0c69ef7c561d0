"""Calls that take a ``random_state`` and are given none."""

from __future__ import annotations

import ast

from dsguard.analysis.seeds.knowledge import Verdict, find_source
from dsguard.analysis.seeds.ledger import written
from dsguard.analysis.seeds.story import story_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.python import Module


def find_implicit(module: Module) -> list[tuple[ast.Call, str]]:
    """The calls in the order of their lines, with their spelling; none in a script that seeds nothing at all: that is told already."""
    found = []
    for call in module.nodes(ast.Call):
        source = find_source(module.resolve(call.func) or "")
        if source is not None and source.seed == "random_state" and source.judge(call, _literal) is Verdict.DRAWS:
            found.append((call, written(call.func)))
    if found and not module.is_notebook:
        story = story_of(module.file)
        if story is not None and story.unseeded:
            return []
    return sorted(found, key=lambda one: (one[0].lineno, one[0].col_offset))


def _literal(node: ast.expr) -> tuple[bool, object]:
    return (True, node.value) if isinstance(node, ast.Constant) else (False, None)
