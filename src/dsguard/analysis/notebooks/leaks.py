"""What an output of a notebook tells about persons: a home folder in a path, or rows of a table with columns that name them.

Most outputs hold neither a path nor a table, so what judges these is loaded when there is one.
"""

from __future__ import annotations

import re

from dsguard.analysis.notebooks.shown import HTML, texts_of
from dsguard.analysis.notebooks.tables import tables_of
from dsguard.analysis.paths.vocabulary import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dsguard.analysis.notebooks.shown import Text
    from dsguard.analysis.notebooks.tables import Table
    from dsguard.analysis.personal_data import Verdict
    from dsguard.documents.notebook import Notebook

PATH, TABLE = "path", "table"

MAX_PATHS = 2000
"""Paths of one text that are judged."""

_LONGEST_PATH = 300
_LONGEST_ROOT = 120
_SHOWN_COLUMNS = 4
_LONGEST_NAME = 30

_MACHINES = words(
    """
    administrator appveyor azdevops azdevops_azpcontainer buildbot buildslave ciagent condabuild distiller tcagent teamcity tfbuild
    xperience nbuser wsuser dsxuser gpuuser hub-user notebook notebooks datascience domino onyxia rapids saturn deepnote studio-lab-user
    sagemaker-user gpadmin livy zeppelin yarn hdfs hive student students guest colab
    """
)
"""Accounts that the machines which build wheels, and services that run notebooks, come with."""

# Every expression starts with a literal: most texts hold none, and that is found out at the speed of a search.
_POSIX = re.compile(r"/(?:home|Users)/[^\W_]")
_WINDOWS = re.compile(r":[\\/]{1,4}(?:[Uu]sers|USERS|Documents and Settings)[\\/]{1,4}[^\W_]")
_AZURE = re.compile(r"/mounts/clusters/[\w\-]{1,40}/code/Users/([^\W_][\w.\-]{0,60})")
_MAKES_UP = re.compile(
    r"^[ \t]*(?:from|import)[ \t]+"
    r"(?:factory|fake2db|faker|fauxfactory|gretel_synthetics|mimesis|polyfactory|pydbgen|randomuser|sdv|synthcity|ydata_synthetic)\b",
    re.MULTILINE,
)
"""Libraries that make up persons, or tables of them."""

_IN_PATH = "/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.~%@{}$*"
_LINK = re.compile(
    r"""(?:\b(?:href|src|action|url|link|route|endpoint|GET|POST|PUT|HEAD)["']?\s{0,3}[:= ]\s{0,3}\\?["']?)\Z""", re.IGNORECASE
)
_SERVED = re.compile(r"(?:https?|s3a?|gs|abfss?|hdfs|dbfs|ftp|wss?):\Z", re.IGNORECASE)


class Leak:
    """What an output gives away.

    Args:
        kind: ``PATH`` or ``TABLE``.
        shown: it in a few words, without the person's name: ``home folder /home/a...``, ``a table with email, phone``.
        is_sure: whether values were seen that prove it.
    """

    __slots__ = ("is_sure", "kind", "shown")

    def __init__(self, kind: str, shown: str, *, is_sure: bool = True) -> None:
        self.kind = kind
        self.shown = shown
        self.is_sure = is_sure

    def __repr__(self) -> str:
        return f"<Leak {self.shown!r}>"


def leaks_of(output: dict[str, Any]) -> list[Leak]:
    """What an output gives away: each home folder once, and of its tables the one that tells most."""
    found: dict[str, Leak] = {}
    table: tuple[bool, int] = (False, 0)
    most: Verdict | None = None
    for text in texts_of(output):
        if _POSIX.search(text.text) or _WINDOWS.search(text.text):
            for prefix in _homes(text):
                found.setdefault(prefix, Leak(PATH, f"home folder {prefix}"))
        for rows in tables_of(text):
            verdict = _judged(rows)
            if verdict is not None and (verdict.is_sure, len(verdict.columns)) > table:
                table, most = (verdict.is_sure, len(verdict.columns)), verdict
    leaks = list(found.values())
    if most is not None:
        leaks.append(Leak(TABLE, f"a table with {_columns(most)}", is_sure=most.is_sure))
    return leaks


def makes_people_up(notebook: Notebook) -> bool:
    """Whether its code imports what makes up persons: a table of them tells on nobody, as far as can be seen."""
    return any(_MAKES_UP.search(cell.source) for cell in notebook.code_cells)


# Paths


def _homes(text: Text) -> Iterator[str]:
    for count, start in enumerate(_starts(text)):
        if count == MAX_PATHS:
            return
        prefix = _home(text.text[start : start + _LONGEST_PATH])
        if prefix:
            yield prefix


def _starts(text: Text) -> Iterator[int]:
    """Where a path may start that leads to somebody's home."""
    for found in _WINDOWS.finditer(text.text):
        if _is_drive(text.text, found.start()):
            yield found.start() - 1
    for found in _POSIX.finditer(text.text):
        start = _start_of(text.text, found.start())
        if not _is_drive(text.text, start - 1) and not _is_link(text, start):
            yield start


def _is_drive(text: str, colon: int) -> bool:
    """Whether a colon follows a single letter."""
    return colon > 0 and text[colon] == ":" and text[colon - 1].isalpha() and not text[max(0, colon - 2) : colon - 1].isalnum()


def _start_of(text: str, at: int) -> int:
    """The first character of the path that goes through an offset: ``/mnt/data/home/ana`` starts before its ``/home``."""
    run = text[max(0, at - _LONGEST_ROOT) : at]
    before = run[len(run.rstrip(_IN_PATH)) :]
    return at - len(before) if before.strip("/") else at  # file:///home/ana


def _is_link(text: Text, start: int) -> bool:
    """Whether a route of a web site starts here, or a path on a server."""
    before = text.text[max(0, start - 24) : start]
    if _SERVED.search(before.rstrip("/")):
        return True
    return (text.kind == HTML or before[-1:] in ('"', "'", " ", "=")) and _LINK.search(before) is not None


def _home(text: str) -> str | None:
    """The folder of a person that a path leads to, all but the first letter of the name left out."""
    from dsguard.analysis.paths.shapes import HOME, WORKSPACE, home_path

    line = text.partition("\n")[0].removeprefix("/Workspace")
    azure = _AZURE.search(line)
    if azure:
        return f"/Users/{azure[1][0]}\u2026"
    path = home_path(line, in_ci=True)
    if path is None or path.kind not in (HOME, WORKSPACE):
        return None
    separator = "/" if path.is_posix else "\\"
    root, _, user = path.prefix.rpartition(separator)
    if user.lower() in _MACHINES:
        return None
    return f"{root}{separator}{user[0]}\u2026"


# Tables


def _judged(table: Table) -> Verdict | None:
    from dsguard.analysis.personal_data import judge

    return judge(table)


def _columns(verdict: Verdict) -> str:
    """Names of columns as a phrase; of many the first few."""
    names = list(dict.fromkeys(_shortened(column.name) for column in verdict.columns))
    more = f" and {len(names) - _SHOWN_COLUMNS} more" if len(names) > _SHOWN_COLUMNS else ""
    return ", ".join(names[:_SHOWN_COLUMNS]) + more


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}\u2026"
