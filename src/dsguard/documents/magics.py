"""Notebook cells hold more than Python: magics, shell escapes, help requests. Here they become Python of the same lines.

What stands on a line never moves to another one, and code that is Python keeps its column too. Follows what IPython's
own input transformer does with a cell, without importing it (that costs 160 ms).
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_CELL_MAGICS_OF_PYTHON = (
    "cache capture debug heat ipytest local lprun manim memit mprun notify prun px pypy pyspark python python2 python3 scalene "
    "time timeit wandb"
)
TRANSPARENT = frozenset(_CELL_MAGICS_OF_PYTHON.split())
"""Cell magics whose body is Python that runs in this notebook (or in a Python beside it)."""

_TIMERS = frozenset({"lprun", "memit", "mprun", "prun", "time", "timeit"})
"""Line magics that run the Python statement behind them."""

_FOREIGN_LINES = frozenset({"fs", "html", "js", "md", "md-sandbox", "r", "scala", "sh", "sql"})
"""Line magics that on Databricks say which language the whole cell is in."""

_AUTOMAGIC_WORDS = (
    "alias autoreload cat cd clear colors conda config cp debug dirs env head history less load load_ext ls lsmagic mamba man "
    "matplotlib mkdir more mv notebook pinfo pip popd prun pushd pwd pylab reload_ext reset rm rmdir run sc set_env store sx "
    "system tail time timeit unalias unload_ext uv who whos wget xmode"
)
_AUTOMAGICS = frozenset(_AUTOMAGIC_WORDS.split())
"""First words that an interactive IPython takes for a magic although no ``%`` stands before them."""

_CANDIDATE = re.compile(r"^[ \t]*+[%!?/,;]|=[ \t]*+[%!]|\?[ \t\r]*+$", re.MULTILINE)
_COMMENTS = re.compile(r"(?:[ \t\n]++|#[^\n]*+)*+")
_CELL_MAGIC = re.compile(r"%%[ \t]*+([\w.-]*+)")
_LINE_MAGIC = re.compile(r"%[ \t]*+([\w.-]*+)")
_ASSIGNED = re.compile(r"([ \t]*+[A-Za-z_][\w.]*+(?:\[[^\]\n]{0,80}\])?(?:[ \t]*+,[ \t]*+[*\w.]++){0,20}[ \t]*+=[ \t]*+)[%!]")
_AUTOMAGIC = re.compile(r"([a-z_]++)[ \t]++(?![=,:()\[\]]|[-+*/&|^<>@%!]++=?+[ \t]|(?:in|is|not|and|or|if|for)\b)")
_OUTSIDE = re.compile(r'"""|\'\'\'|["\'#]|[(\[{]|[)\]}]|\\$')
_ENDS = {quote: re.compile(rf"\\.|\\$|{quote}") for quote in ('"""', "'''", '"', "'")}

_MAX_LINE = 10_000
"""Longer lines (characters) are data; no statement behind a timer is looked for in them."""


class _Scanner:
    """Just enough of a tokeniser to know whether a line starts a statement."""

    def __init__(self) -> None:
        self.quote = ""
        self.depth = 0
        self.continued = False
        self.comment = False

    @property
    def at_statement(self) -> bool:
        return not (self.quote or self.depth or self.continued)

    def feed(self, line: str) -> None:
        """Read one line, without its line end."""
        self.continued = self.comment = False
        place = 0
        while place <= len(line):
            if self.quote:
                match = _ENDS[self.quote].search(line, place)
                if match is None:
                    break
                if match[0] == self.quote:
                    self.quote = ""
                elif match[0] == "\\":
                    return  # the string goes on in the next line
            else:
                match = _OUTSIDE.search(line, place)
                if match is None:
                    break
                mark = match[0]
                if mark == "#":
                    self.comment = True
                    break
                if mark == "\\":
                    self.continued = True
                    break
                if mark in "([{":
                    self.depth += 1
                elif mark in ")]}":
                    self.depth = max(0, self.depth - 1)
                else:
                    self.quote = mark
            place = match.end()
        if len(self.quote) == 1:
            self.quote = ""  # never closed: a syntax error of this line only


def cell_magic(source: str) -> str | None:
    """The name of the ``%%`` magic that a cell starts with, if it does; blank and comment lines may stand before it."""
    match = _CELL_MAGIC.match(source, _first_code(source))
    return match[1] if match else None


def line_magic(source: str) -> str | None:
    """The name of the ``%`` magic that a cell starts with, if it does."""
    start = _first_code(source)
    match = None if source.startswith("%%", start) else _LINE_MAGIC.match(source, start)
    return match[1] if match else None


def is_foreign(source: str, *, databricks: bool = False) -> bool:
    """Whether a magic says that the whole cell is in another language (``%%bash``; ``%sql`` on Databricks)."""
    name = cell_magic(source)
    while name in TRANSPARENT:
        source = _blank_cell_magic(source)
        name = cell_magic(source)
    return name is not None or (databricks and line_magic(source) in _FOREIGN_LINES)


def to_python(source: str) -> str:
    """The source of a cell that is not foreign, its magics made harmless. As many lines as before."""
    while cell_magic(source) in TRANSPARENT:
        source = _blank_cell_magic(source)
    if not _CANDIDATE.search(source):
        return source
    lines = source.split("\n")
    scanner = _Scanner()
    number = 0
    while number < len(lines):
        line = lines[number]
        replacement = _rewritten(line) if scanner.at_statement else None
        if replacement is None:
            starts_statement = scanner.at_statement
            scanner.feed(line)
            if starts_statement and scanner.at_statement and not scanner.comment and _asks_help(line):
                lines[number] = _pass(line)
        else:
            lines[number] = replacement
            while line.endswith("\\") and number + 1 < len(lines):  # a magic goes on behind a backslash
                number += 1
                line = lines[number]
                lines[number] = ""
        number += 1
    return "\n".join(lines)


def repaired(source: str) -> Iterator[str]:
    """Further readings of a cell (of :func:`to_python`) that does not parse, the likeliest first. As many lines as before."""
    without = _without_automagics(source)
    if without != source:
        yield without


def _first_code(source: str) -> int:
    """The offset of the first character that is neither blank nor of a comment line."""
    match = _COMMENTS.match(source)
    return match.end() if match else 0


def _blank_cell_magic(source: str) -> str:
    start = _first_code(source)
    end = source.find("\n", start)
    return source[:start] + ("" if end < 0 else source[end:])


def _rewritten(line: str) -> str | None:
    """A line at which a statement starts, as Python; ``None`` if it is Python already."""
    code = line.lstrip(" \t")
    if not code:
        return None
    if code[0] in "!?,;/":
        return _pass(line)
    if code[0] == "%":
        return _timed(line, len(line) - len(code)) or _pass(line)
    assigned = _ASSIGNED.match(line) if "=" in line else None
    return f"{assigned[1]}None" if assigned else None


def _asks_help(line: str) -> bool:
    return line.rstrip().endswith("?")


def _pass(line: str) -> str:
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    return f"{indent}pass"


def _timed(line: str, indent: int) -> str | None:
    """``%time f(x)`` with the statement left where it stands and the magic made into ``pass;``."""
    match = _LINE_MAGIC.match(line, indent)
    if match is None or match[1] not in _TIMERS or len(line) > _MAX_LINE or line.endswith("\\"):
        return None
    start = match.end()
    had_option = False
    for _ in range(8):
        while line[start : start + 1] in (" ", "\t"):
            start += 1
        rest = line[start:]
        if not rest:
            return None
        if not rest.startswith("-"):
            candidate = f"{line[:indent]}pass;".ljust(start) + rest
            if _parses(candidate.lstrip()):
                return candidate
            if not had_option:
                return None
        had_option = True
        start += len(rest.split(maxsplit=1)[0])
    return None


def _without_automagics(source: str) -> str:
    lines = source.split("\n")
    scanner = _Scanner()
    for number, line in enumerate(lines):
        if scanner.at_statement:
            code = line.strip()
            match = _AUTOMAGIC.match(code)
            if match and match[1] in _AUTOMAGICS and len(line) <= _MAX_LINE and not _parses(code):
                lines[number] = line = _pass(line)
        scanner.feed(line)
    return "\n".join(lines)


def _parses(code: str) -> bool:
    import ast
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
