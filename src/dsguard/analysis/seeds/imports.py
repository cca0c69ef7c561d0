"""Which file of the repository an import statement runs: by looking at paths only, the way Python looks along ``sys.path``."""

from __future__ import annotations

import ast
import functools
import posixpath
import sys

from dsguard.analysis.seeds import knowledge_table as table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dsguard.documents.file import File
    from dsguard.documents.python import Module

    Stems = dict[tuple[str, str, tuple[str, ...]], str | None]
    """Where an import leads: from a folder, by a dotted name, for some members."""

MAX_ROOTS = 40
"""How many folders an import may start from."""
MAX_PARTS = 12
"""How many parts of a dotted name are looked up."""


class Importer:
    """Finds the modules of the repository around the scripts of a folder.

    An absolute import may start beside the script, in a folder that it puts on ``sys.path``, or in the importing file's
    folder and those above, each with its ``src``. A folder without ``__init__.py`` counts if it holds the module asked for.

    Args:
        script: one of the scripts.
        added: the folders that they put on ``sys.path``.
        common: where imports lead that no file beside a script has a say in; for all scripts of the repository.
    """

    def __init__(self, script: File, added: Iterable[str] = (), common: Stems | None = None) -> None:
        self._script = script
        self._added = tuple(added)
        self._stems: Stems = {}
        self._chains: dict[tuple[str, str, tuple[str, ...]], list[tuple[str, str]]] = {}
        self._tops: dict[str, bool] = {}
        self._common: Stems = {} if common is None else common

    def stem(self, name: str, importer: File, members: tuple[str, ...] = ()) -> str | None:
        """The path of a module without its ending (``src/churn/model``), or ``None`` if it is not of the repository.

        Args:
            name: dotted, as the statement has it, with its leading dots.
            members: what is imported from it: decides whether a plain folder is meant.
        """
        key = (importer.folder, name, () if "." in name else members)
        if key not in self._stems:
            held = self._stems if self._has_a_say(name) else self._common
            if key not in held:
                held[key] = self._find(name, importer, members)
            self._stems[key] = held[key]
        return self._stems[key]

    def chain(self, name: str, importer: File, members: tuple[str, ...] = ()) -> list[tuple[str, str]]:
        """The modules that an import runs, the outermost package first: the name of each within that, and its path without the ending."""
        key = (importer.folder, name, members)
        if key not in self._chains:
            self._chains[key] = self._chain(name, self.stem(name, importer, members))
        return self._chains[key]

    def _chain(self, name: str, stem: str | None) -> list[tuple[str, str]]:
        if stem is None:
            return []
        parts = [part for part in name.split(".") if part] or [""]
        found: list[tuple[str, str]] = []
        for part in reversed(parts):
            found.append((part, stem))
            stem = stem.rpartition("/")[0]
        found.reverse()
        return found

    def _has_a_say(self, name: str) -> bool:
        """Whether it matters for an import where the script stands."""
        top = name.partition(".")[0]
        if not top:
            return False
        if top not in self._tops:
            places = [f"{root}/{top}".lstrip("/") for root in (self._script.folder, *self._added)]
            self._tops[top] = any(self.is_module(one) or self._script.exists_in_repository(one) for one in places)
        return self._tops[top]

    def file(self, stem: str) -> File | None:
        """The file of a module; ``None`` for a plain folder."""
        return self._script.sibling(f"{stem}/__init__.py") or self._script.sibling(f"{stem}.py")

    def is_module(self, stem: str) -> bool:
        return self.file(stem) is not None

    def holds(self, name: str, importer: File) -> bool:
        """Whether a dotted name of something imported is of the repository."""
        return self.stem(name, importer) is not None or ("." in name and self.stem(name.rpartition(".")[0], importer) is not None)

    def _find(self, name: str, importer: File, members: Iterable[str]) -> str | None:
        dots = len(name) - len(name.lstrip("."))
        parts = [part for part in name.split(".") if part][:MAX_PARTS]
        if dots:
            above = importer.folder.split("/") if importer.folder else []
            if dots - 1 > len(above):
                return None
            stem = "/".join([*above[: len(above) - dots + 1], *parts])
            return stem if self.is_module(stem) or self._is_folder(stem) else None
        if not parts:
            return None
        is_known = parts[0] in known_packages()
        for root in self._roots(importer):
            top = f"{root}/{parts[0]}".lstrip("/")
            stem = f"{root}/{'/'.join(parts)}".lstrip("/")
            if self.is_module(top):
                # A file of this name elsewhere than beside the script does not hide a library.
                if not is_known or root == self._script.folder:
                    return stem
            elif not is_known and self._is_folder(top):
                wanted = [stem] if len(parts) > 1 else [f"{stem}/{member}" for member in members]
                if any(self.is_module(one) or (len(parts) > 1 and self._is_folder(one)) for one in wanted):
                    return stem
        return None

    def _roots(self, importer: File) -> Iterator[str]:
        yield self._script.folder
        yield from self._added
        for folder in _upwards(importer.folder):
            yield folder
            yield f"{folder}/src".lstrip("/")

    def _is_folder(self, path: str) -> bool:
        return self._script.exists_in_repository(path) and not self._script.sibling(path)


@functools.cache
def known_packages() -> frozenset[str]:
    """Top packages that something is known about, and the standard library's."""
    return frozenset(name.partition(".")[0] for name in table.SOURCES) | sys.stdlib_module_names


def _upwards(folder: str) -> Iterator[str]:
    """A folder and those above it, down to the root of the repository."""
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""


def _statement_calls(body: Iterable[ast.stmt]) -> Iterator[ast.Call]:
    """The calls that stand alone as statements of a module, also under a condition."""
    for statement in body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            yield statement.value
        elif isinstance(statement, (ast.If, ast.Try, ast.With, ast.For)):
            yield from _statement_calls(statement.body)
            yield from _statement_calls(getattr(statement, "orelse", []))


def added_roots(module: Module) -> tuple[str, ...]:
    """The folders that a script puts on ``sys.path``, as far as the strings in the call tell: ``"../common"``."""
    if "sys.path" not in module.source:
        return ()
    found: dict[str, None] = {}
    for call in _statement_calls(module.tree.body):
        if not ast.unparse(call.func).endswith(("path.append", "path.insert", "path.extend")):
            continue
        for node in ast.walk(call):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and 0 < len(node.value) < 200:
                for base in _upwards(module.file.folder):
                    path = posixpath.normpath(posixpath.join(base, node.value.strip("/")))
                    if not path.startswith("..") and module.file.exists_in_repository(path):
                        found["" if path == "." else path] = None
    return tuple(found)[:MAX_ROOTS]
