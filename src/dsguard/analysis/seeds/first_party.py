"""What the modules of the repository that a script imports have to do with seeds, by a bounded look and no more.

This answers one question: could one of them seed? Following calls into them is another, larger matter.
"""

from __future__ import annotations

import ast
import re

from dsguard.analysis.seeds.entry import is_main_guard
from dsguard.analysis.seeds.knowledge import find_framework, find_seeder, is_named_like_a_seeder
from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dsguard.documents.file import File
    from dsguard.documents.python import Module

MAX_IMPORTS_DEEP = 3
MAX_FILES = 60
MAX_SIZE = 512 * 1024
"""Modules larger than this (bytes) are data."""

_HINT = re.compile(rb"seed|determinis|reproducib|randomness|random_?state|Trainer|LightningCLI|sacred", re.IGNORECASE)
_CALL = re.compile(rb"(?:seed|determinis|reproducib|randomness)\w{0,40}[ \t]*\(", re.IGNORECASE)
_IMPORT = re.compile(
    r"^[ \t]{0,80}(?:from[ \t]+([.\w]{1,200})[ \t]+import[ \t]+(\([^)]{0,4000}\)|[^\n#;]{1,1000})|import[ \t]+([^\n#;]{1,1000}))",
    re.MULTILINE,
)
_COMMENT = re.compile(r"#[^\n]{0,4000}")
_NAME = re.compile(r"[A-Za-z_]\w{0,100}")


class FirstParty:
    """The modules of the repository around a script."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self._found: dict[tuple[str, str], list[File]] = {}

    def holds(self, name: str) -> bool:
        """Whether a dotted name, as the script imports it, is of a module of the repository."""
        return bool(self._find(name, self.module.file))

    def may_seed(self) -> bool:
        """Whether a module that the script imports, up to three imports away, has a call that seeds.

        Blocks under a ``__main__`` guard do not run on import and do not count. In a module that does not parse,
        what looks like such a call does. With more modules than can be looked at, one of them might.
        """
        seen = {self.module.path}
        wave = [self.module.file]
        for _ in range(MAX_IMPORTS_DEEP):
            following: list[File] = []
            for file in wave:
                for one in self._imported_by(file):
                    if one.path in seen:
                        continue
                    if len(seen) > MAX_FILES:
                        return True
                    seen.add(one.path)
                    if _has_seeding(one):
                        return True
                    following.append(one)
            wave = following
        return False

    def _imported_by(self, file: File) -> Iterator[File]:
        try:
            text = file.text if file.size <= MAX_SIZE else ""
        except UnreadableError:
            return
        for match in _IMPORT.finditer(text.replace("\\\n", " ").replace("\\\r\n", " ")):
            for name in _names_of(match):
                yield from self._find(name, file)

    def _find(self, name: str, importer: File) -> list[File]:
        """The files that importing a dotted name runs: its module, innermost first, and the packages around it."""
        key = (importer.folder, name)
        if key not in self._found:
            found: list[File] = []
            for paths in _candidates(name, importer.folder):
                found = [file for path in paths if (file := importer.sibling(path)) is not None]
                if found:
                    break
            self._found[key] = found
        return self._found[key]


def _names_of(match: re.Match[str]) -> list[str]:
    """The dotted names that an import statement may load as modules, the longest first."""
    base, members, plain = match.groups()
    if plain is not None:
        return [part.split()[0] for part in plain.split(",") if part.split()]
    members = _COMMENT.sub("", members).replace("\\", " ")
    joint = "" if base.endswith(".") else "."
    names = [f"{base}{joint}{part.split()[0]}" for part in members.strip("() \t\r\n").split(",") if _NAME.match(part.strip())]
    return names or [base]


def _candidates(name: str, folder: str) -> Iterator[list[str]]:
    """For each folder that a dotted name may start from (beside the importer, above it, or ``src`` there): the paths of its modules."""
    dots = len(name) - len(name.lstrip("."))
    parts = [part for part in name.split(".") if part]
    above = folder.split("/") if folder else []
    roots: Iterable[str] = _roots(above)
    if dots:
        roots = ["/".join(above[: len(above) - dots + 1])] if dots - 1 <= len(above) else []
    for root in roots:
        stems = ["/".join([*([root] if root else []), *parts[:length]]) for length in range(len(parts), 0, -1)]
        yield [path for stem in stems for path in (f"{stem}.py", f"{stem}/__init__.py")]


def _roots(above: list[str]) -> Iterator[str]:
    for length in range(len(above), -1, -1):
        root = "/".join(above[:length])
        yield root
        yield f"{root}/src" if root else "src"


def _has_seeding(file: File) -> bool:
    try:
        if file.size > MAX_SIZE or not _HINT.search(file.data):
            return False
    except UnreadableError:
        return False
    try:
        module = file.python
    except UnreadableError:
        return _CALL.search(file.data) is not None
    guarded = {node for statement in module.tree.body if is_main_guard(statement) for node in ast.walk(statement)}
    return any(_seeds(call, module) for call in module.nodes(ast.Call) if call not in guarded)


def _seeds(call: ast.Call, module: Module) -> bool:
    name = module.resolve(call.func) or ""
    if find_seeder(name) is not None or find_framework(name) is not None:
        return True
    last = call.func.attr if isinstance(call.func, ast.Attribute) else name.rpartition(".")[2]
    if not is_named_like_a_seeder(last):
        return False
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    # torch.Generator().manual_seed(0) seeds that generator and nothing else
    return not (isinstance(owner, ast.Call) and (module.resolve(owner.func) or "").rpartition(".")[2] == "Generator")
