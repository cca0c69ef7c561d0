"""Inline metadata of a script: dependencies that it declares in a comment (PEP 723)."""

from __future__ import annotations

from dsguard.documents.project import Declared
from dsguard.model import Location, UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dsguard.documents.file import File

OPENING = "# /// script"
_CLOSING = "# ///"


class InlineScript:
    """A script with inline metadata.

    Args:
        metadata: the table that the comment holds.
        line: the line of the opening mark, from 1.
    """

    __slots__ = ("file", "line", "metadata")

    def __init__(self, file: File, metadata: dict[str, Any], line: int) -> None:
        self.file = file
        self.metadata = metadata
        self.line = line

    @property
    def requires_python(self) -> str | None:
        text = self.metadata.get("requires-python")
        return text if isinstance(text, str) else None

    @property
    def dependencies(self) -> list[Declared]:
        listed = self.metadata.get("dependencies")
        return [Declared(text, ("dependencies",)) for text in listed if isinstance(text, str)] if isinstance(listed, list) else []

    @property
    def uv(self) -> dict[str, Any]:
        """``[tool.uv]`` of the script."""
        tool = self.metadata.get("tool")
        table = tool.get("uv") if isinstance(tool, dict) else None
        return table if isinstance(table, dict) else {}

    def at(self, text: str) -> Location:
        """The line of the metadata that holds a text, or the opening mark."""
        for number, line in enumerate(self.file.lines[self.line :], self.line + 1):
            if not line.startswith("#"):
                break
            if text in line:
                return self.file.at(number)
        return self.file.at(self.line)


def read_inline_script(file: File) -> InlineScript | None:
    """The inline metadata of a script, ``None`` if it has none.

    Raises:
        UnreadableError: what stands there is no TOML, or it stands there twice (not fatal: for Python it is a comment).
    """
    import tomllib

    opened = [number for number, line in enumerate(file.lines) if line == OPENING]
    blocks = [(number, block) for number in opened if (block := _block(file.lines, number)) is not None]
    if not blocks:
        return None
    start, lines = blocks[0]
    end = start + len(lines) + 2
    if any(number >= end for number, _ in blocks[1:]):
        raise UnreadableError(file.path, "has two blocks of inline metadata", line=blocks[1][0] + 1, fatal=False)
    try:
        metadata = tomllib.loads("\n".join(line[2:] for line in lines))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise UnreadableError(file.path, f"inline metadata does not parse as TOML: {error}", line=start + 1, fatal=False) from None
    return InlineScript(file, metadata, start + 1)


def _block(lines: list[str], start: int) -> list[str] | None:
    """The lines between an opening mark and the last closing one that only comment lines lead to."""
    end = None
    for number in range(start + 1, len(lines)):
        line = lines[number]
        if line == _CLOSING:
            end = number
        elif line != "#" and not line.startswith("# "):
            break
    return None if end is None or end == start + 1 else lines[start + 1 : end]
