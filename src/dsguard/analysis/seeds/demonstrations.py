"""What a ``__main__`` guard only shows: a module at work on numbers that it makes up, with nothing kept of them."""

from __future__ import annotations

import ast

from dsguard.analysis.seeds import knowledge_table as table
from dsguard.analysis.seeds.entry import EntryKind
from dsguard.analysis.seeds.events import Draw
from dsguard.analysis.seeds.ledger import is_named_like_training
from dsguard.documents.syntax import calls_within, last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dsguard.analysis.seeds.events import Seeding
    from dsguard.analysis.seeds.story import Story


def is_demonstration(story: Story, events: Sequence[Draw | Seeding]) -> bool:
    """Whether the guard only shows the module at work: it starts no main function, trains nothing and keeps nothing."""
    entry = story.entry
    if entry is None or entry.kind is not EntryKind.GUARD or story.run.surely_trains or not entry.guards:
        return False
    is_part = story.module.file.in_package or any(name.startswith(".") for name in story.module.imports.values())
    is_made_up = is_part and all(isinstance(one, Draw) and one.gives_numbers and not one.way for one in events)
    calls = [call for guard in entry.guards for call in calls_within(guard.body)]
    if any(_is_work(call.func, _ANSWERING if is_made_up else ()) for call in calls):
        return False
    called = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
    functions = [one for one in story.module.tree.body if isinstance(one, ast.FunctionDef) and one.name in called]
    return not any(last_name(call.func).startswith(_KEEPING) for one in functions for call in calls_within(one.body))


def _is_work(func: ast.expr, but: tuple[str, ...]) -> bool:
    name = last_name(func)
    plain = name.lower().lstrip("_")
    return (plain.startswith(table.WORKING) and not plain.startswith(but)) or is_named_like_training(name)


_KEEPING = ("save", "dump", "to_csv", "to_parquet", "to_json", "to_pickle", "to_excel")
_ANSWERING = ("evaluate", "process", "generate", "analy", "perform", "solve", "plot", "visuali", "convert", "prepare", "preprocess")
"""Work, unless a module of a package is only given numbers that its guard makes up."""
