"""User names in paths: personal data, shown as asterisks where that is asked for."""

from __future__ import annotations

import re

from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.file import File
    from dsguard.model import Location

_HOME = re.compile(
    r"((?:/home/|/Users/|[A-Za-z]:[\\/]{1,2}(?:Users|Documents and Settings)[\\/]{1,2}))([^\\/\s\"'`,;:)<>|]{1,100})", re.IGNORECASE
)


def masked(text: str, user: str) -> str:
    """A text without the user, and without whoever else has a home folder in it. It keeps its length, so that columns stay right."""
    text = _HOME.sub(lambda home: home[1] + "*" * len(home[2]), text)
    return re.sub(rf"(?<!\w){re.escape(user)}(?!\w)", "*" * len(user), text) if user else text


def line_at(file: File, at: Location) -> str:
    """The line of a place: of its cell in a notebook, else of the file; ``""`` if it cannot be told."""
    try:
        if at.cell is not None:
            lines, number = file.notebook.cells[at.cell - 1].source.split("\n"), at.cell_line
        else:
            lines, number = file.lines, at.line
    except UnreadableError:
        return ""
    return lines[number - 1] if number is not None and 1 <= number <= len(lines) else ""
