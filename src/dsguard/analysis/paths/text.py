"""Path literals in everything that is not parsed as Python, by the lexical rules of each language.

Languages with string literals (:mod:`strings`) are cut into comments and strings; languages of words
(:mod:`words`) have their comments taken off, and a path may start at each word. Both go line by line with a little
state, so that a stray quote spoils one line at most and the time is linear in the size of the file.
"""

from __future__ import annotations

import re

from dsguard.analysis.paths.languages import CHUNKS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dsguard.analysis.paths.place import Place
    from dsguard.analysis.paths.shapes import MachinePath, Shape
    from dsguard.model import Location

    At = Callable[[int, int, int, int], Location]
    """Makes a location from line, column, end line, end column (from 1, end exclusive)."""

MAX_LINE = 4000
"""Characters of a line that are looked at: what is longer was written by a program."""

ROUTE_KEY = re.compile(
    r"(?:.*[_.\-])?(?:url|urls|uri|href|src|action|route|routes|endpoint|link|homepage|basepath|path_prefix|\$ref|\$id)", re.IGNORECASE
)


class Text:
    """Lines in one language, and how a place in them is told.

    Args:
        language: one of those that :mod:`dsguard.analysis.paths.languages` knows.
        lines: without line ends.
        shape: judges one literal.
        at: how a line and column of ``lines`` becomes a location.
        path: of the file: its name says which YAML is a compose file.
    """

    __slots__ = ("at", "language", "lines", "path", "shape")

    def __init__(self, language: str, lines: Sequence[str], shape: Shape, at: At, *, path: str = "") -> None:
        self.language = language
        self.lines = lines
        self.shape = shape
        self.at = at
        self.path = path

    def place(
        self,
        number: int,
        start: int,
        end: int,
        found: MachinePath,
        role: str,
        *,
        name: str = "",
        breaks_file: bool = False,
        is_evident: bool = False,
    ) -> Place:
        """A literal of line ``number`` (from 1) between two offsets (from 0). A name that holds a path is evidence, too."""
        from dsguard.analysis.paths.evidence import names_path
        from dsguard.analysis.paths.place import Place

        at = self.at(number, start + 1, number, end + 1)
        is_evident = is_evident or (name != "" and names_path(name))
        return Place(found, at, role, self.language, name=name, breaks_file=breaks_file, is_evident=is_evident)

    def part(self, language: str, start: int, end: int) -> Text:
        """The lines from index ``start`` to ``end`` (exclusive), in a language of their own."""
        at = self.at
        return Text(
            language,
            self.lines[start:end],
            self.shape,
            lambda line, column, end_line, end_column: at(line + start, column, end_line + start, end_column),
            path=self.path,
        )


def places(text: Text) -> Iterator[Place]:
    """The path literals of a text."""
    from dsguard.analysis.paths import strings, words

    if text.language == "chunks":
        yield from _chunks(text)
    elif text.language in strings.TOKENS:
        yield from strings.places(text)
    else:
        yield from words.places(text)


_FENCE = re.compile(r"\s*(```+|~~~+)\s*\{?\s*\.?([A-Za-z]*)(.*)$")
_MAX_HEADER = 500


def _chunks(text: Text) -> Iterator[Place]:
    """The executable chunks of R Markdown and Quarto, and the YAML header. Fences without braces are only shown."""
    lines = text.lines
    if lines and lines[0].rstrip() == "---":
        end = next((index for index in range(1, min(len(lines), _MAX_HEADER)) if lines[index].rstrip() in ("---", "...")), 1)
        yield from places(text.part("yaml", 1, end))
    fence, first = "", 0
    language: str | None = None
    for index, line in enumerate(lines):
        found = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if found and not fence:
            fence, first = found[1], index + 1
            language = CHUNKS.get(found[2].lower()) if "{" in line else None
        elif found and found[1].startswith(fence) and not found[2] and not found[3].strip():
            if language:
                yield from places(text.part(language, first, index))
            fence = ""
    if fence and language:
        yield from places(text.part(language, first, len(lines)))
