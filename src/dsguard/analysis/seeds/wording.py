"""Says in plain words what a script draws, and what the smallest edit is that makes it repeatable."""

from __future__ import annotations

import ast

from dsguard.analysis.seeds import knowledge_table as table
from dsguard.analysis.seeds.entry import imported_packages
from dsguard.model import Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dsguard.analysis.seeds.events import Draw
    from dsguard.documents.python import Module

MAX_NAMED = 2
"""How many calls a message names for each generator."""
MAX_ROUTE = 6
"""How many stations of the way to a draw a message names; the trace has all."""

_USUAL_ALIASES = {"numpy": "np", "tensorflow": "tf"}


def message(module: Module, draws: Sequence[Draw]) -> str:
    """``train.py shuffles with NumPy's global generator (np.random.shuffle, line 41), and nothing seeds it: ...``"""
    tokens = _tokens(draws)
    parts = []
    for token in tokens:
        named = [draw for draw in draws if token in draw.source.rngs]
        places = list(dict.fromkeys(f"{draw.written}, {_place(module, draw)}" for draw in named))
        listed = "; ".join(places[:MAX_NAMED]) + (f"; {len(places) - MAX_NAMED} more" if len(places) > MAX_NAMED else "")
        parts.append(f"{_verb(named[0])} {table.RNGS[token][0]} ({listed})")
    joined = parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
    them = "it" if len(parts) == 1 else "them"
    return f"{module.file.name} {joined}, and nothing seeds {them}: every run gives another result{route(module, draws[0])}"


def advice(module: Module, draws: Sequence[Draw]) -> str:
    """The statement to add and where; or, if every call takes one, the argument."""
    statements = [_statement(module, token) for token in _to_seed(_tokens(draws))]
    sure = [draw for draw in draws if draw.is_certain] or draws
    line = min(getattr(draw.start, "lineno", 1) for draw in sure)
    text = f"Add `{'; '.join(statements)}` before line {line}"
    keywords = {draw.source.seed for draw in draws}
    if len(keywords) == 1 and keywords <= {"random_state", "seed", "rng"}:
        which = "that call" if len(draws) == 1 else f"each of the {len(draws)} calls"
        text += f", or pass `{keywords.pop()}=42` to {which}"
    return f"{text}."


def steps(draw: Draw) -> list[Step]:
    """The way from the script's own statements to a draw; nothing if it stands there itself."""
    way = [
        Step(call.module.path, getattr(call.node, "lineno", None), f"{'imports' if call.is_import else 'calls'} {call.name}")
        for call in draw.way
    ]
    return [*way, Step(draw.module.path, draw.node.lineno, f"draws: {draw.written}")] if way else []


def route(module: Module, draw: Draw) -> str:
    """``; the way there: train.py:31 -> src/data.py:14 split() -> np.random.permutation`` if it leads to another file, or nothing."""
    if draw.module is module:
        return ""
    parts = [f"{module.file.name}:{getattr(draw.start, 'lineno', 1)}"]
    for call, following in zip(draw.way, [*(one.node for one in draw.way[1:]), draw.node], strict=True):
        line = getattr(following, "lineno", 1)
        index = draw.way.index(call) + 1
        where = draw.way[index].module if index < len(draw.way) else draw.module
        parts.append(f"{where.path}:{line}" if call.is_import else f"{where.path}:{line} {call.name}()")
    if len(parts) > MAX_ROUTE:
        parts = [*parts[:2], "...", *parts[-(MAX_ROUTE - 3) :]]
    return f"; the way there: {' -> '.join([*parts, draw.source.name])}"


def _place(module: Module, draw: Draw) -> str:
    return f"line {draw.node.lineno}" if draw.module is module else f"{draw.module.path} line {draw.node.lineno}"


def _tokens(draws: Sequence[Draw]) -> list[str]:
    return list(dict.fromkeys(token for draw in draws for token in draw.source.rngs))


def _verb(draw: Draw) -> str:
    last = draw.source.name.rpartition(".")[2]
    if draw.source.gives == "weights":
        return "initialises weights with"
    if "split" in last.lower() or "fold" in last.lower():
        return "splits data with"
    if "shuffle" in last or last in ("permutation", "randperm", "DataLoader"):
        return "shuffles with"
    if "sample" in last or last.startswith("choice"):
        return "samples with"
    if last[:1].isupper():
        return "fits models with" if draw.source.name.startswith("sklearn.") else "works with"
    return "draws from"


def _to_seed(tokens: Sequence[str]) -> list[str]:
    """What to seed: Keras' own function seeds Python, NumPy and TensorFlow along with it."""
    if "keras" in tokens:
        return ["keras", *(token for token in tokens if token not in ("keras", "python", "numpy", "tensorflow"))]
    return list(tokens)


def _statement(module: Module, token: str) -> str:
    _, statement, package = table.RNGS[token]
    if package == "keras" and not _alias(module, "keras") and "tensorflow" in imported_packages(module):
        alias = _alias(module, "tensorflow")
        text = str(statement.format(alias=f"{alias or 'tf'}.keras"))
        return text if alias else f"import tensorflow as tf; {text}"
    alias = _alias(module, package)
    if alias:
        return str(statement.format(alias=alias))
    usual = _USUAL_ALIASES.get(package, package)
    if module.imports.get(usual, usual) != package:
        usual = f"{package}_module" if usual == package else usual  # `from random import random` has the name
    return f"import {package}{'' if usual == package else f' as {usual}'}; {statement.format(alias=usual)}"


def _alias(module: Module, package: str) -> str | None:
    """The name that a package goes by in a file, if it is imported as a whole at the top."""
    for statement in module.tree.body:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                if alias.name == package or (alias.asname is None and alias.name.partition(".")[0] == package):
                    return alias.asname or package
    return None
