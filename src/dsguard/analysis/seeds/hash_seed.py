"""Where a file sets the seed of Python's string hashes, or means to."""

from __future__ import annotations

import ast
import bisect
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.python import Module

NAME = "PYTHONHASHSEED"
_LIKENESS = 0.85
_STARTERS = ("subprocess", "multiprocessing", "os.exec", "os.spawn", "os.posix_spawn", "os.system", "torch.multiprocessing", "torchrun")
_STARTING = ("subprocess", "multiprocessing", "torchrun", "spawn")
_SYSTEM_CALL = re.compile(r"exec[lv]|system\b")
"""What a file has in its text that calls one of those: others need not be walked."""


def find_settings(module: Module) -> list[tuple[ast.AST, str]]:
    """The statements that set it, with the name that they use; in a file that starts processes only the misspelt ones."""
    found: list[tuple[ast.AST, str]] = []
    nodes = [node for statement in _simple_statements(module) for node in ast.walk(statement)]
    for assignment in nodes:
        if isinstance(assignment, ast.Assign):
            found += [
                (assignment, _text(target.slice))
                for target in assignment.targets
                if isinstance(target, ast.Subscript) and _is_environment(module, target.value) and _is_meant(target.slice)
            ]
    for call in nodes:
        if not isinstance(call, ast.Call):
            continue
        name = module.resolve(call.func) or ""
        if name in ("os.putenv", "os.environ.setdefault") and call.args and _is_meant(call.args[0]):
            found.append((call, _text(call.args[0])))
        elif name == "os.environ.update":
            found += [(call, _text(key)) for one in call.args if isinstance(one, ast.Dict) for key in one.keys if key and _is_meant(key)]
            found += [(call, keyword.arg) for keyword in call.keywords if keyword.arg and _is_like(keyword.arg)]
    if any(name == NAME for _, name in found) and _starts_processes(module):
        found = [one for one in found if one[1] != NAME]
    return sorted(found, key=lambda one: (one[1] == NAME, getattr(one[0], "lineno", 0)))


def _simple_statements(module: Module) -> Iterator[ast.AST]:
    """The statements that speak of a hash: what the family's other rules never ask need not be walked for this one."""
    text = module.source.upper()
    lines = [number for number, line in enumerate(text.split("\n"), 1) if "HASH" in line] if "HASH" in text else []
    for statement in module.statements() if lines else ():
        if isinstance(statement, (ast.Assign, ast.Expr)):
            index = bisect.bisect_left(lines, statement.lineno)
            if index < len(lines) and lines[index] <= (statement.end_lineno or 0):
                yield statement


def _is_environment(module: Module, node: ast.expr) -> bool:
    return module.resolve(node) == "os.environ"


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is_meant(node: ast.expr) -> bool:
    return _is_like(_text(node))


def _is_like(text: str) -> bool:
    """The name itself, or one that a slip of the finger makes of it."""
    if text == NAME:
        return True
    if not 8 <= len(text) <= 24 or "HASH" not in text.upper() or "SEED" not in text.upper():
        return False
    import difflib

    return difflib.SequenceMatcher(None, text.upper(), NAME).ratio() >= _LIKENESS


def _starts_processes(module: Module) -> bool:
    if not any(word in module.source for word in _STARTING) and _SYSTEM_CALL.search(module.source) is None:
        return False
    return any((module.resolve(call.func) or "").startswith(_STARTERS) for call in module.nodes(ast.Call))
