"""Says in plain words what a script draws, and what the smallest edit is that makes it repeatable."""

from __future__ import annotations

import ast
import re

from dsguard.analysis.seeds import knowledge_table as table
from dsguard.analysis.seeds.entry import imported_packages
from dsguard.analysis.seeds.events import Seeding
from dsguard.model import Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dsguard.analysis.seeds.events import Call, Draw
    from dsguard.analysis.seeds.story import Story
    from dsguard.documents.python import Module

MAX_NAMED = 2
"""How many calls a message names for each generator."""
MAX_ROUTE = 6
"""How many stations of the way to a draw a message names; the trace has all."""

_SEED_OPTION = re.compile(r"add_argument\(\s{0,40}[\"']--seed[\"']")
_GIVEN = re.compile(r"(?:seed|random_state|rng|generator|key)\w{0,20}[ \t]{0,8}[=(][ \t]{0,8}[\w.]{0,60}\bseed\b", re.IGNORECASE)
_USUAL_ALIASES = {"numpy": "np", "tensorflow": "tf"}


def message(module: Module, draws: Sequence[Draw]) -> str:
    """``train.py shuffles with NumPy's global generator (np.random.shuffle, line 41), and nothing seeds it: ...``"""
    them = "it" if len(_tokens(draws)) == 1 else "them"
    return f"{module.file.name} {drawn(module, draws)}, and nothing seeds {them}: every run gives another result"


def drawn(module: Module, draws: Sequence[Draw], tokens: Sequence[str] = ()) -> str:
    """``shuffles with NumPy's global generator (np.random.shuffle, line 41) and ...``: what a script does, a part for each generator."""
    parts = []
    for token in tokens or _tokens(draws):
        named = [draw for draw in draws if token in draw.source.rngs]
        places = list(dict.fromkeys(f"{draw.told}, {place(module, draw)}" for draw in named))
        listed = "; ".join(places[:MAX_NAMED]) + (f"; {len(places) - MAX_NAMED} more" if len(places) > MAX_NAMED else "")
        parts.append(f"{_verb(named[0])} {table.RNGS[token][0]} ({listed})")
    return listing(parts)


def listing(parts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def generators(tokens: Sequence[str]) -> str:
    """``NumPy's global generator and PyTorch's global generator``."""
    return listing([table.RNGS[token][0] for token in tokens if token in table.RNGS])


def seeding_statements(module: Module, tokens: Sequence[str]) -> str:
    return "; ".join(_statement(module, token) for token in _to_seed(tokens))


def advice(story: Story, draws: Sequence[Draw]) -> str:
    """The statement to add and where; or, if every call takes one, the argument."""
    module = story.module
    if all(_is_in_pool(draw) for draw in draws):
        by_item = seeding_statements(module, _tokens(draws)).replace("(42)", "(...)")
        return (
            f"Seed in `{draws[0].way[-1].name}` itself, by something of its item: `{by_item}`. The processes of a pool start alike and "
            "take items in any order, so that a seed at the start of the script is not enough."
        )
    spawned = next((call.name for call in draws[0].way if _is_spawn(call)), "")
    if spawned:
        return (
            f"Add `{seeding_statements(module, story.to_seed(draws))}` at the start of `{spawned}`, with the rank in the seed if its "
            "processes shall differ: a process that is spawned does not have the generators of the script."
        )
    sure = [draw for draw in draws if draw.is_certain] or draws
    line = min(getattr(draw.start, "lineno", 1) for draw in sure)
    text = f"Add `{seeding_statements(module, story.to_seed(draws))}` before line {line}"
    if _has_seed_option(module):
        text += ", with the seed that the command line is given: `--seed` is read, and no generator gets it"
    keywords = {draw.source.seed for draw in draws}
    if len(keywords) == 1 and keywords <= {"random_state", "seed", "rng"}:
        which = "that call" if len(draws) == 1 else f"each of the {len(draws)} calls"
        text += f", or pass `{keywords.pop()}=42` to {which}"
    return f"{text}."


def _is_in_pool(draw: Draw) -> bool:
    """Whether the processes of a pool draw, which get the function as an argument: ``pool.map(partial(cut, size=3), rows)``."""
    for call in draw.way:
        around: ast.AST | None = call.node
        while isinstance(around, (ast.Call, ast.keyword)):
            func = around.func if isinstance(around, ast.Call) else None
            if isinstance(func, ast.Attribute) and func.attr in _POOLED and not _POOLS.isdisjoint(imported_packages(call.module)):
                return True
            around = call.module.parent(around)
    return False


def _is_spawn(call: Call) -> bool:
    node = call.node
    return isinstance(node, ast.Call) and call.module.resolve(node.func) in _SPAWNERS


_SPAWNERS = frozenset(("torch.multiprocessing.spawn", "torch.multiprocessing.start_processes"))
_POOLS = frozenset(("multiprocessing", "concurrent", "multiprocess", "billiard"))
_POOLED = frozenset(("map", "imap", "imap_unordered", "starmap", "map_async", "starmap_async", "apply_async", "submit"))


def private_advice(draw: Draw) -> str:
    """How a library with a generator of its own is seeded."""
    if draw.source.name == "optuna.create_study":
        if any(keyword.arg == "directions" for keyword in draw.node.keywords):
            return "Give it `sampler=optuna.samplers.NSGAIISampler(seed=42)`, or `TPESampler`, the default since Optuna 5."
        return "Give it `sampler=optuna.samplers.TPESampler(seed=42)`."
    if draw.source.name == "hyperopt.fmin":
        return "Give it `rstate=numpy.random.default_rng(42)`; old releases take `numpy.random.RandomState(42)`."
    if draw.source.seed:
        return f"Give it `{draw.source.seed}=42`."
    seeders = sorted((name for name, row in table.SEEDERS.items() if draw.source.rngs[0] in row[0]), key=len)
    return f"Call `{seeders[0]}(42)` before it." if seeders else "Give it a seed of its own."


def _has_seed_option(module: Module) -> bool:
    """Whether the command line takes a seed that goes nowhere."""
    return _SEED_OPTION.search(module.source) is not None and _GIVEN.search(module.source) is None


def steps(event: Draw | Seeding) -> list[Step]:
    """The way from the script's own statements to a draw or a seeding; nothing if it stands there itself."""
    way = [
        Step(call.module.path, getattr(call.node, "lineno", None), f"{'imports' if call.is_import else 'calls'} {call.name}")
        for call in event.way
    ]
    if not way:
        return []
    what = f"seeds: {event.name}" if isinstance(event, Seeding) else f"draws: {event.told}"
    return [*way, Step(event.module.path, getattr(event.node, "lineno", 1), what)]


def route(module: Module, draw: Draw) -> str:
    """``; the way there: train.py:31 -> src/data.py:14 split() -> np.random.permutation`` if it leads to another file, or nothing.

    For reports that have no room for a trace.
    """
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


def place(module: Module, event: Draw | Seeding) -> str:
    """``line 3``, or ``src/data.py line 3`` if it is in another file than the one that the message is about."""
    line = getattr(event.node, "lineno", 1)
    return f"line {line}" if event.module is module else f"{event.module.path} line {line}"


def _tokens(draws: Sequence[Draw]) -> list[str]:
    return list(dict.fromkeys(token for draw in draws for token in draw.source.rngs))


def _verb(draw: Draw) -> str:
    last = draw.source.name.rpartition(".")[2]
    if draw.is_weights:
        return "initialises weights with"
    if last.endswith("Loader") or "Iterator" in draw.source.name:
        return "shuffles with"
    if "split" in last.lower() or "fold" in last.lower():
        return "splits data with"
    if "shuffle" in last or last in ("permutation", "randperm"):
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
    if package == "tensorflow" and _is_tensorflow_1(module):
        alias = next((name for name, what in module.imports.items() if what == "tensorflow.compat.v1"), alias)
        return f"{alias}.set_random_seed(42)" if alias else "import tensorflow as tf; tf.set_random_seed(42)"
    if alias:
        return str(statement.format(alias=alias))
    usual = _USUAL_ALIASES.get(package, package)
    if module.imports.get(usual, usual) != package:
        usual = f"{package}_module" if usual == package else usual  # `from random import random` has the name
    return f"import {package}{'' if usual == package else f' as {usual}'}; {statement.format(alias=usual)}"


def _is_tensorflow_1(module: Module) -> bool:
    """Whether a script is for TensorFlow 1, or for its graphs in TensorFlow 2, which ``tf.random.set_seed`` does not reach."""
    return "tensorflow.compat.v1" in module.imports.values() or _GRAPHS.search(module.source) is not None


_GRAPHS = re.compile(
    r"\b(?:tf|tensorflow)\.(?:(?:Interactive)?Session\(|placeholder\(|contrib\.|app\.|global_variables_initializer|get_variable\(|"
    r"random_(?:normal|uniform|shuffle|crop)\(|truncated_normal\(|layers\.|data\.Iterator\.|nn\.(?:rnn_cell|dynamic_rnn)\b|train\.\w+Optimizer\()"
)


def _alias(module: Module, package: str) -> str | None:
    """The name that a package goes by in a file, if it is imported as a whole at the top."""
    for statement in module.tree.body:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                if alias.name == package or (alias.asname is None and alias.name.partition(".")[0] == package):
                    return alias.asname or package
    return None


def of_notebook(story: Story) -> tuple[Draw | Seeding, str, str] | None:
    """What is wrong with a notebook, the worst first: the event to show, a message, and a stable subject."""
    draws = story.unseeded or story.partly
    if draws:
        tokens = sorted({token for draw in draws for token in draw.source.rngs} - story.run.seeded)
        words = f"{_verb(draws[0])} {generators(draws[0].source.rngs)} ({draws[0].written})"
        return draws[0], f"notebook {words}, and nothing seeds it: another run gives another result", ",".join(tokens)
    if story.too_late is not None:
        draw, seeding = story.too_late
        return draw, f"{draw.written} draws before {seeding.name} seeds: another run gives another result", draw.source.name
    if story.varying is not None:
        name = story.varying.name if isinstance(story.varying, Seeding) else story.varying.source.name
        return story.varying, f"{name}: another seed in every run", name
    if story.generators:
        draw = story.generators[0]
        return draw, f"{draw.written}() has no seed", draw.source.name
    return None
