"""Whether people run this file: an entry script, whose result should be the same tomorrow."""

from __future__ import annotations

import ast
import enum
import re

from dsguard.analysis.seeds import knowledge_table as table
from dsguard.analysis.seeds.named import named_entries
from dsguard.documents.syntax import calls_within, last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.file import File
    from dsguard.documents.python import Module

ENTRY_ROLE = "entry-script"


class EntryKind(enum.Enum):
    """Why a file counts as an entry script, the surest reason first."""

    ROLE = "role"
    """The configuration says so."""
    NAMED = "named"
    """A console script, or started by a Makefile, a pipeline or a workflow."""
    GUARD = "guard"
    """``if __name__ == "__main__":``, or the file is a package's ``__main__.py``."""
    PLAIN = "plain"
    """It works as soon as it is imported, so it is not meant to be."""


class Entry:
    """An entry script.

    Args:
        guards: its ``__main__`` blocks.
        calls: the functions of it that are called after it was imported.
        is_casual: whether it is a demonstration by its name.
    """

    __slots__ = ("calls", "guards", "is_casual", "kind")

    def __init__(self, kind: EntryKind, guards: list[ast.If], calls: tuple[str, ...] = (), *, is_casual: bool) -> None:
        self.kind = kind
        self.calls = calls
        self.guards = guards
        self.is_casual = is_casual


def find_entry(module: Module) -> Entry | None:
    """The entry script that a module is, or ``None``: a library, a notebook, or exempt.

    Exempt are tests, set-up and task files, benchmarks, documentation, games and apps that answer people: their
    randomness is wanted or harmless. Notebooks and marimo apps have a rule of their own.
    """
    if module.is_notebook:
        return None
    file = module.file
    has_role = ENTRY_ROLE in file.roles
    guards = [statement for statement in module.tree.body if isinstance(statement, ast.If) and is_main_guard(statement)]
    if has_role:
        return Entry(EntryKind.ROLE, guards, ("main",), is_casual=False)
    calls = named_entries(file.files).get(file.path)
    is_guarded = bool(guards) or file.name == "__main__.py"
    if calls is None and not is_guarded and (is_module_of_package(file) or not _works_on_import(module)):
        return None
    words = _words(file.name.removesuffix(".py"))
    if _is_exempt(module, words) or (guards and all(_only_runs_tests(guard, module) for guard in guards)):
        return None
    kind = EntryKind.NAMED if calls is not None else EntryKind.GUARD if is_guarded else EntryKind.PLAIN
    is_casual = bool(words & table.CASUAL_WORDS) or file.name.startswith("profile_")  # of speed; `customer_profile.py` is none
    return Entry(kind, guards, calls or (), is_casual=is_casual)


def is_module_of_package(file: File) -> bool:
    """Whether a file is in a package to be imported.

    One whose name or folder no import can spell (``10.kmeans/``) is not, and one that is named after training may be a script all the
    same: ``src/train.py``.
    """
    stem, folder = file.name.partition(".")[0], file.folder.rpartition("/")[2]
    can_be_imported = stem.isidentifier() and (folder.isidentifier() or not folder)
    return file.in_package and can_be_imported and stem.partition("_")[0].lower() not in _SCRIPT_WORDS and not _reports(file.data)


def _reports(source: bytes) -> bool:
    """Whether a file reads a table and shows or writes what comes of it, in statements of its own.

    Nobody imports that for the names in it, whatever ``__init__.py`` lies beside it.
    """
    return b".read_" in source and _READS.search(source) is not None and _REPORTS.search(source) is not None


_READS = re.compile(rb"^\w{1,40} ?= ?\w{1,20}\.read_(?:csv|excel|parquet|table|feather|json|pickle|sql)\(", re.MULTILINE)
_REPORTS = re.compile(rb"^(?:print|\w{1,40}\.(?:show|savefig|to_csv|to_parquet))\(", re.MULTILINE)


_SCRIPT_WORDS = frozenset(("train", "training", "pretrain", "finetune", "main", "run"))


def is_main_guard(statement: ast.stmt) -> bool:
    """Whether a statement is ``if __name__ == "__main__":``, in either order, alone or with more conditions."""
    if not isinstance(statement, ast.If) or not isinstance(statement.test, (ast.Compare, ast.BoolOp)):
        return False
    for test in statement.test.values if isinstance(statement.test, ast.BoolOp) else (statement.test,):
        if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq):
            left, right = test.left, test.comparators[0]
            name, text = (left, right) if isinstance(left, ast.Name) else (right, left)
            if isinstance(name, ast.Name) and name.id == "__name__" and isinstance(text, ast.Constant) and text.value == "__main__":
                return True
    return False


def imported_packages(module: Module) -> frozenset[str]:
    """The top packages that a file imports from outside, by its text: walking the tree for them costs as much as parsing."""
    return module.syntax.once("packages", lambda: _packages(module.source))


def _packages(source: str) -> frozenset[str]:
    found = set()
    place = source.find("import")
    while place >= 0:
        match = _IMPORT.match(source, source.rfind("\n", 0, place) + 1)
        if match is not None:
            one, several = match.groups()
            if one:
                found.add(one)
            else:
                found |= {name.strip().partition(".")[0].partition(" ")[0] for name in several.split(",")}
        end = source.find("\n", place)
        place = source.find("import", end) if end >= 0 else -1
    return frozenset(found)


_IMPORT = re.compile(r"[ \t]{0,80}(?:from[ \t]{1,20}([A-Za-z_]\w{0,100})[.\w]{0,200}[ \t]|import[ \t]{1,20}([^\n#;]{1,1000}))")


def _is_exempt(module: Module, words: set[str]) -> bool:
    if module.file.name in table.EXEMPT_NAMES or words & table.EXEMPT_WORDS:
        return True
    folder = module.file.folder
    if not table.EXEMPT_FOLDERS.isdisjoint(folder.lower().split("/")) or _words(folder) & table.EXEMPT_FOLDER_WORDS:
        return True
    found = table.INTERACTIVE & imported_packages(module)
    return (bool(found) and (found != _DIALOGS or "mainloop" in module.source)) or "mesa.visualization" in module.source


_DIALOGS = frozenset(("tkinter",))
"""What many a script only opens a dialog with that asks for a file: an application has a loop."""


def _words(name: str) -> set[str]:
    return set(re.split(r"[^a-z0-9]+", name.lower()))


def _only_runs_tests(guard: ast.If, module: Module) -> bool:
    if _calls_tests(guard.body):
        return True
    # Asking a module what its names stand for walks all of it: only for those that have a test runner.
    if not module.syntax.once("has-test-runner", lambda: any(name in module.source for name in _RUNNER_PACKAGES)):
        return False
    calls = calls_within(guard.body)
    return any(module.resolve(call.func) in table.TEST_RUNNERS for call in calls)


def _calls_tests(body: list[ast.stmt]) -> bool:
    """Whether statements call tests, two or more, and nothing else but ``print``: ``test_loader(); test_model(); print("passed")``."""
    called = [statement.value.func for statement in body if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)]
    names = [func.id for func in called if isinstance(func, ast.Name) and func.id != "print"]
    return len(called) == len(body) and len(set(names)) > 1 and all(name.startswith("test_") for name in names)


_RUNNER_PACKAGES = frozenset(name.partition(".")[0] for name in table.TEST_RUNNERS)


def _works_on_import(module: Module) -> bool:
    """Whether the module's own statements do something, beyond setting things up; a script of ``# %%`` cells is a notebook."""
    if any(line.startswith(("# %%", "#%%")) for line in module.lines):
        return False
    for statement in module.tree.body:
        if isinstance(statement, (ast.For, ast.While, ast.With)):
            return True
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            func = statement.value.func
            last = last_name(func)
            if last not in table.SETTING_UP:
                return True
    return False
