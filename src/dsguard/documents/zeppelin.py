"""Notes of Apache Zeppelin (``.zpln``, before version 0.9 ``note.json``), read as notebooks: a paragraph is a cell.

What a paragraph shows is told as a Jupyter output would be, so that rules about outputs need not know of Zeppelin.
"""

from __future__ import annotations

import re

from dsguard.documents.json_walk import decode, skip_blanks, walk_array, walk_object
from dsguard.documents.notebook import Cell, Notebook
from dsguard.documents.notebook_json import load_json, unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dsguard.documents.file import File
    from dsguard.documents.json_walk import Member

    Found = tuple[tuple[int, int], list[Member], dict[str, Any]]

_OLD_NAME = "note.json"
_OLD_MARKS = (b'"paragraphs"', b'"jobName"', b'"config"')
_INTERPRETER = re.compile(r"\s*%([\w.\-]{1,80})")
_LANGUAGES = {
    "ipython": "python",
    "ipyspark": "python",
    "pyspark": "python",
    "python": "python",
    "ir": "r",
    "knitr": "r",
    "r": "r",
    "sparkr": "r",
    "sh": "bash",
    "shell": "bash",
    "spark": "scala",
}
"""Languages by the last part of an interpreter's name (``%spark.pyspark``); others are called what they are."""

_MARKDOWN = frozenset({"md", "markdown"})
_NAMES = {"outputs": ("results", "result"), "source": ("text",)}
"""What Jupyter calls a member: what Zeppelin does, and did before version 0.7."""

_MIME_TYPES = {
    "ANGULAR": "text/html",
    "HTML": "text/html",
    "IMG": "image/png",
    "SVG": "image/svg+xml",
    "TABLE": "text/tab-separated-values",
}


def is_zeppelin(file: File) -> bool:
    """Whether a file is to be read as a note. One that is merely called ``note.json`` must look like one."""
    return file.suffix == ".zpln" or (file.name == _OLD_NAME and all(mark in file.data for mark in _OLD_MARKS))


def load_note(file: File) -> Notebook:
    """Parse a note.

    Raises:
        UnreadableError: as :func:`~dsguard.documents.notebook.load_notebook`.
    """
    return load_json(file, _read)


class Paragraph(Cell):
    """A paragraph of a note. One of Markdown has no outputs: what it shows is its own text, rendered."""

    __slots__ = ()

    def member(self, key: str) -> Member | None:
        found = self._all(key)
        return found[-1] if found else None

    def _all(self, *keys: str) -> list[Member]:
        names = [name for key in keys for name in _NAMES.get(key, (key,))]
        return [member for member in self.members if member[0] in names]

    def _read_repeated(self) -> None:
        """Members are fewer than values here by design; of a key that occurs twice the last counts."""

    def output_spans(self) -> list[tuple[int, int]]:
        member = self.member("outputs")
        if member is None or not self.outputs:
            return []
        for inner in self.notebook.members_of(member):
            if inner[0] == "msg" and (spans := self.notebook.items_of(inner)):
                return spans
        return [member[2:]] * len(self.outputs)


def _read(file: File, text: str, mark: int) -> Notebook:
    found: list[Found] = []

    def paragraph(_key: str, text: str, at: int) -> tuple[Any, int]:
        if not text.startswith("{", at):
            found.append(((at, at), [], {}))
            return decode("", text, at)
        members, values, end = walk_object(text, at)
        found.append(((at, end), members, values))
        return None, end

    def top(key: str, text: str, at: int) -> tuple[Any, int]:
        if key == "paragraphs" and text.startswith("[", at):
            found.clear()  # a second list under the same key replaces the first
            return found, walk_array(text, at, paragraph)[2]
        return decode(key, text, at)

    members, values, end = walk_object(text, skip_blanks(text, 0), top)
    if skip_blanks(text, end) != len(text):
        raise ValueError
    if values.get("paragraphs") is not found:
        raise unreadable(file, "not a Zeppelin note: JSON without a list of paragraphs")
    note = Notebook(file, text, mark, members, {})
    note.cells = tuple(
        Paragraph(note, number, span, inner, _as_cell(held), ("paragraphs", number - 1))
        for number, (span, inner, held) in enumerate(found, 1)
    )
    languages = {cell.language for cell in note.cells if cell.type == "code"}
    note.language = languages.pop() if len(languages) == 1 else "scala"
    return note


def _as_cell(values: dict[str, Any]) -> dict[str, Any]:
    """A paragraph's values under the names of a Jupyter cell."""
    text = values.get("text")
    source = text if isinstance(text, str) else ""
    found = _INTERPRETER.match(source)
    interpreter = found[1].rpartition(".")[2].lower() if found else _editor_language(values)
    is_markdown = interpreter in _MARKDOWN
    return {
        "cell_type": "markdown" if is_markdown else "code",
        "id": values.get("id"),
        "language": _LANGUAGES.get(interpreter, interpreter) or "scala",
        "outputs": [] if is_markdown else _outputs(values.get("results", values.get("result"))),
        "source": source,
    }


def _editor_language(values: dict[str, Any]) -> str:
    """What the editor took a paragraph for that names no interpreter."""
    config = values.get("config")
    settings = config.get("editorSetting") if isinstance(config, dict) else None
    language = settings.get("language") if isinstance(settings, dict) else None
    return language.lower() if isinstance(language, str) else ""


def _outputs(results: Any) -> list[dict[str, Any]]:
    if not isinstance(results, dict):
        return []
    messages = results.get("msg")
    if isinstance(messages, str):  # before version 0.7 there was one, beside its type
        messages = [{"type": results.get("type"), "data": messages}] if messages else []
    if not isinstance(messages, list):
        return []
    return [_output(message if isinstance(message, dict) else {}) for message in messages]


def _output(message: dict[str, Any]) -> dict[str, Any]:
    kind, data = message.get("type"), message.get("data")
    mime_type = _MIME_TYPES.get(kind) if isinstance(kind, str) else None
    if mime_type is None:
        return {"output_type": "stream", "name": "stdout", "text": data}
    return {"output_type": "display_data", "data": {mime_type: data}, "metadata": {}}
