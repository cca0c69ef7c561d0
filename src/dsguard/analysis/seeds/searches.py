"""Searches that are made and never run: a study that trials are copied into, counted or shown from."""

from __future__ import annotations

import ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.analysis.seeds.events import Draw

_STUDY = "optuna.create_study"
_ASKING = frozenset(("optimize", "ask"))
"""What makes a study draw the next parameters."""


def is_never_run(draw: Draw) -> bool:
    """Whether a study is kept under one name, of which everything is asked but parameters to try."""
    if draw.source.name != _STUDY:
        return False
    module, made = draw.module, draw.node
    statement = module.parent(made)
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1 or not isinstance(statement.targets[0], ast.Name):
        return False
    loads = module.loads(statement.targets[0].id, module.function_around(made))
    around = [module.parent(load) for load in loads]
    return all(isinstance(one, ast.Attribute) and one.attr not in _ASKING for one in around)
