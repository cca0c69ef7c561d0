"""How the README of a data folder classifies its sources: public, internal, confidential or restricted, in the forms people write.

``customers.csv: confidential, from the CRM``; a list of such lines; a table with a column for it; ``Classification: restricted`` below
a heading that names the source, or at the top for the whole folder. Case, code marks and emphasis do not matter.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File

CLOSED = frozenset(("confidential", "restricted"))
DATA_ROLES = frozenset(("data", "raw-data", "interim-data", "processed-data"))

_NAMES = ("README.md", "README", "README.rst", "README.txt", "readme.md", "Readme.md", "README.MD")
_MAX_LINES = 2000
_MAX_LINE = 500
_TIER = re.compile(r"(?:strictly |highly |company )?(public|internal|confidential|restricted)\b(?![ -]?(?:or|/)\b)", re.IGNORECASE)
_MARKS = re.compile(r"`|\*\*|(?<!\w)_{1,2}(?=\w)|(?<=\w)_{1,2}(?!\w)|[\"\u201c\u201d]|<[^<>]{1,40}>")
_EMPHASIS = re.compile(r"\*([^*\s][^*]{0,200})\*")
_LINK = re.compile(r"\[([^\[\]]{1,200})\]\([^()\s]{0,300}\)")
_ITEM = re.compile(r"\s{0,12}(?:[-*+]|\d{1,3}[.)])\s+")
_PAIR = re.compile(r"([^:=|]{1,120}?)\s*(?::|=|\s[-\u2013\u2014]{1,2}(?=\s)|\s\()\s*(\S.*)\Z")
_HEADING = re.compile(r"(#{1,6})\s+(.{1,200}?)\s*#{0,6}\Z")
_WORDS = frozenset(
    ("classification", "data classification", "sensitivity", "data sensitivity", "confidentiality", "tier", "security classification")
)
_COLUMNS = _WORDS | {"class", "level", "access", "access level", "classified as", "visibility"}


class Statement:
    """One source and its class.

    Args:
        source: what is classified as the README writes it; ``""`` for the whole folder.
        tier: ``public``, ``internal``, ``confidential`` or ``restricted``.
        line: from 1.
    """

    __slots__ = ("line", "source", "tier")

    def __init__(self, source: str, tier: str, line: int) -> None:
        self.source = source
        self.tier = tier
        self.line = line

    def __repr__(self) -> str:
        return f"<{self.source!r} is {self.tier}, line {self.line}>"


def class_of(file: File) -> tuple[Statement, str] | None:
    """What the nearest README that speaks of a file says, and the path of that README."""
    around = file.shared("classifying", lambda _: dict[str, list[_Classifying]]())
    if file.folder not in around:
        around[file.folder] = list(_above(file))
    for one in around[file.folder]:
        found = one.statement_of(file)
        if found is not None:
            return found, one.path
    return None


class _Classifying:
    """A README that classifies something.

    Args:
        folder: its folder.
        of_data: whether what it says of its folder as a whole is meant for data.
    """

    __slots__ = ("folder", "of_data", "path", "statements")

    def __init__(self, path: str, folder: str, statements: list[Statement], *, of_data: bool) -> None:
        self.path = path
        self.folder = folder
        self.statements = statements
        self.of_data = of_data

    def statement_of(self, file: File) -> Statement | None:
        path = file.path[len(self.folder) + 1 :] if self.folder else file.path
        named = [statement for statement in self.statements if statement.source and _names(statement.source, path)]
        whole = [statement for statement in self.statements if not statement.source] if self.of_data else []
        return max(named, key=lambda statement: len(statement.source)) if named else whole[0] if whole else None


def _above(file: File) -> Iterator[_Classifying]:
    """The READMEs that classify something, in the folder of a file and those above it."""
    folder = file.folder
    while True:
        for name in _NAMES:
            readme = file.sibling(f"{folder}/{name}".lstrip("/"))
            if readme is not None:
                statements = statements_of(readme)
                if statements:
                    yield _Classifying(readme.path, folder, statements, of_data=not DATA_ROLES.isdisjoint(readme.roles))
                break
        if not folder:
            return
        folder = folder.rpartition("/")[0]


def statements_of(readme: File) -> list[Statement]:
    """All that a README classifies, in order."""
    return readme.once("classification", lambda: list(_read(readme)))


def _names(source: str, path: str) -> bool:
    """Whether a README means a file: by its path, its name, its name without extension, or a folder that it lies in."""
    source = source.lower().removeprefix("./").removeprefix("data/").strip()
    path = path.lower()
    *folders, name = path.split("/")
    if source in (path, name) or (any(mark in source for mark in "*?") and (fnmatchcase(name, source) or fnmatchcase(path, source))):
        return True
    if source.endswith("/"):
        return path.startswith(source) or source.removesuffix("/") in folders
    plain = _plain(source)
    return len(plain) > 2 and plain in {_plain(name.partition(".")[0]), *map(_plain, folders)}


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name).strip()


def _read(readme: File) -> Iterator[Statement]:
    try:
        lines = readme.lines[:_MAX_LINES]
    except UnreadableError:
        return
    heading, depth = "", 0
    column: int | None = None
    fenced = False
    for number, line in enumerate(lines, 1):
        raw = line.strip()[:_MAX_LINE]
        if raw.startswith(("```", "~~~")):
            fenced = not fenced
            continue
        if raw.startswith("|") or raw.count("|") > 1:
            cells = [_bare(cell) for cell in raw.strip("|").split("|")]
            if column is None:
                column = next((at for at, cell in enumerate(cells) if at and cell.lower() in _COLUMNS), None)
            elif column < len(cells) and cells[0] and (found := _TIER.match(cells[column])):
                yield Statement(cells[0], found[1].lower(), number)
            continue
        column = None
        title = _HEADING.match(raw)
        if title is not None and not fenced:
            heading, depth = _bare(title[2]), len(title[1])
            continue
        yield from _pair(_bare(_ITEM.sub("", raw, count=1)), number, heading if depth > 1 else "")


def _pair(text: str, number: int, heading: str) -> Iterator[Statement]:
    pair = _PAIR.match(text)
    if pair is None:
        return
    name, value = _bare(pair[1]), _bare(pair[2])
    found = _TIER.match(value)
    if found is None:
        return
    tier = found[1].lower()
    if name.lower() in _WORDS:
        yield Statement(heading, tier, number)
    elif len(name.split()) <= 6:
        yield Statement(name, tier, number)


def _bare(text: str) -> str:
    """Without code marks, emphasis and links."""
    return _EMPHASIS.sub(r"\1", _MARKS.sub("", _LINK.sub(r"\1", text))).strip().strip("'")
