"""What people may say in a file to accept a finding: comments, cell tags, and the markers of other tools.

A comment counts for its own line, or for the next line of code when it stands alone; ``ignore-file`` among the first
lines counts for the file. A marker silences what it names on its line and nothing else.
"""

from __future__ import annotations

import re

from dsguard.model import Edit, Fix, Severity
from dsguard.rules import find_rule
from dsguard.rules.engine.unused_suppression import UnusedSuppression

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dsguard.documents.file import File
    from dsguard.documents.notebook import Cell
    from dsguard.model import Finding, Location

FILE_LINES = 20
"""``ignore-file`` must stand in the first lines, where a reader of the file sees it."""

_COMMENT = re.compile(r"(#+|//+|--+|<!--|%+|;+|/\*+|\.\.)[ \t]*dsguard:[ \t]*(ignore-file|ignore)\b[ \t]*(\[[^\]\n]{0,400}\])?")
_TAG = "dsguard-ignore"
_WHOLE_FILE = 1 << 60
_REMOVABLE = ("#", "//", "--", ";", "%")
_SECRET_RULES = ("DSG301", "DSG302")
_PEER_MARKERS = ("pragma", "gitleaks:", "betterleaks:", "trufflehog:", "kingfisher:")


class Marker:
    """One comment or tag that accepts findings."""

    __slots__ = ("cell", "codes", "column", "first", "fix", "is_tag", "last", "line", "problem", "used")

    def __init__(
        self,
        codes: Iterable[str],
        *,
        first: int = 0,
        last: int = _WHOLE_FILE,
        line: int = 1,
        column: int = 1,
        cell: Cell | None = None,
        is_tag: bool = False,
        problem: str = "",
        fix: Fix | None = None,
    ) -> None:
        self.codes = frozenset(codes)
        """The rules it names; empty for a tag that names none and so accepts all of its cell."""
        self.first = first
        self.last = last
        """The lines that it speaks of, in the file or in its cell."""
        self.line = line
        self.column = column
        self.cell = cell
        self.is_tag = is_tag
        self.problem = problem
        self.fix = fix
        self.used: set[str] = set()

    def accepts(self, finding: Finding) -> bool:
        if self.problem or (self.codes and finding.code not in self.codes):
            return False
        place = finding.location
        if self.cell is None:
            if place.line is None:
                return self.last >= _WHOLE_FILE
            return self.first <= (place.end_line or place.line) and place.line <= self.last
        if place.cell != self.cell.number:
            return False
        if self.is_tag or place.cell_line is None:
            return True
        return self.first <= place.cell_line <= self.last


class Suppressions:
    """All markers of one file."""

    def __init__(self, file: File) -> None:
        self._file = file
        self.markers = list(_read(file))

    def accept(self, finding: Finding) -> bool:
        """Whether somebody accepted this finding in the file."""
        accepted = False
        for marker in self.markers:
            if marker.accepts(finding):
                marker.used.add(finding.code)
                accepted = True
        return accepted or (finding.code in _SECRET_RULES and self._peer_allows(finding.location))

    def unused(self, judged: frozenset[str], rule: UnusedSuppression) -> Iterator[Finding]:
        """Findings for markers that hid nothing, as far as the rules that looked at this file can tell."""
        for marker in self.markers:
            at = self._place(marker)
            if marker.problem:
                yield rule.found(at, marker.problem, subject=f"marker:{marker.problem}", severity=Severity.ERROR, help=_HOW_TO_WRITE)
                continue
            if marker.is_tag and not marker.codes:
                if not marker.used:
                    yield rule.found(at, f"cell tag {_TAG} hides nothing", subject=_TAG, help="Remove the tag from the cell.")
                continue
            stale = sorted(code for code in marker.codes & judged if code not in marker.used)
            if stale:
                whole = not (marker.codes - set(stale))
                yield rule.found(
                    at,
                    f"suppression of {', '.join(stale)} hides nothing",
                    subject=f"unused:{','.join(stale)}",
                    help="Remove the tag from the cell." if marker.is_tag else rule.help,
                    fix=marker.fix if whole else None,
                )

    def _place(self, marker: Marker) -> Location:
        if marker.cell is None:
            return self._file.at(marker.line, marker.column)
        return marker.cell.at("metadata") if marker.is_tag else marker.cell.at_source(marker.line, marker.column)

    def _peer_allows(self, place: Location) -> bool:
        """Markers of other secret scanners count for secrets, on their line only."""
        if place.line is None:
            return False
        if place.cell is not None and place.cell_line is not None:
            lines = self._file.notebook.cells[place.cell - 1].source.split("\n")
            number = place.cell_line
        else:
            lines = self._file.lines
            number = place.line
        if not 1 <= number <= len(lines):
            return False
        line, above = lines[number - 1], lines[number - 2] if number > 1 else ""
        if not any(marker in text for text in (line, above) for marker in _PEER_MARKERS):
            return False
        from dsguard.analysis.secrets.markers import is_allowed

        return is_allowed(line, above)


_HOW_TO_WRITE = "Name the rule and say why: `# dsguard: ignore[DSG601] reason`."


def _read(file: File) -> Iterator[Marker]:
    if file.suffix == ".ipynb":
        yield from _read_notebook(file)
    elif "dsguard" in file.text:
        yield from _read_lines(file.lines, cell=None, comments=_comment_starts(file), file=file)


def _read_notebook(file: File) -> Iterator[Marker]:
    for cell in file.notebook.cells:
        for tag in cell.tags:
            if tag == _TAG:
                yield Marker((), cell=cell, is_tag=True)
            elif tag.startswith(_TAG + "-"):
                codes, problem = _codes(tag.removeprefix(_TAG + "-"))
                yield Marker(codes, cell=cell, is_tag=True, problem=problem)
        if "dsguard" in cell.source:
            yield from _read_lines(cell.source.split("\n"), cell=cell, comments=None, file=file)


def _read_lines(lines: list[str], *, cell: Cell | None, comments: set[tuple[int, int]] | None, file: File) -> Iterator[Marker]:
    for number, line in enumerate(lines, 1):
        if "dsguard:" not in line:
            continue
        found = _COMMENT.search(line[:2000])
        if not found or (comments is not None and (number, found.start() + 1) not in comments):
            continue
        leader, kind, named = found.groups()
        codes, problem = _codes(named[1:-1]) if named else ((), f"`dsguard: {kind}` must name a rule")
        alone = not line[: found.start()].strip()
        first = last = number
        if kind == "ignore-file":
            if number > FILE_LINES:
                problem = problem or f"`dsguard: ignore-file` must stand in the first {FILE_LINES} lines"
            first, last = 0, _WHOLE_FILE
        elif alone:
            last = _next_code(lines, number, leader)
        fix = None
        if cell is None and leader.startswith(_REMOVABLE) and file.text.isascii():
            fix = _removal(file, number, found.start(), alone=alone)
        yield Marker(codes, first=first, last=last, line=number, column=found.start() + 1, cell=cell, problem=problem, fix=fix)


def _next_code(lines: list[str], number: int, leader: str) -> int:
    """The line that a comment alone on line ``number`` speaks of: the next that is neither blank nor a comment."""
    for below in range(number, min(number + 10, len(lines))):
        text = lines[below].strip()
        if text and not text.startswith(leader[0]):
            return below + 1
    return number


def _codes(named: str) -> tuple[tuple[str, ...], str]:
    """The codes that a list of codes or names stands for, and what is wrong with it."""
    codes = []
    for name in named.split(","):
        rule = find_rule(name)
        if rule is None:
            return (), f"{name.strip()!r} in a dsguard marker is no rule" if name.strip() else "`dsguard: ignore[]` must name a rule"
        codes.append(rule.code)
    return tuple(codes), ""


def _comment_starts(file: File) -> set[tuple[int, int]] | None:
    """Where a Python file's comments (line, column from 1) may hold a marker: text in a string is not one."""
    if file.suffix != ".py":
        return None
    import io
    import tokenize

    starts: set[tuple[int, int]] = set()
    try:
        for token in tokenize.generate_tokens(io.StringIO("\n".join(file.lines)).readline):
            if token.type == tokenize.COMMENT:
                row, column = token.start
                starts.update((row, column + match.start() + 1) for match in _COMMENT.finditer(token.string))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return None  # it does not parse: any comment-like text counts
    return starts


def _removal(file: File, number: int, column: int, *, alone: bool) -> Fix:
    """Take a comment away, with its line if nothing else is on it. Only for ASCII text, where characters are bytes."""
    start = 0
    for _ in range(number - 1):
        start = file.text.index("\n", start) + 1
    end = file.text.find("\n", start)
    end = len(file.text) if end < 0 else end
    if alone:
        return Fix("Remove the unused suppression", [Edit(start, min(end + 1, len(file.text)))])
    kept = file.text[start : start + column].rstrip()
    stop = end - 1 if file.text[start:end].endswith("\r") else end
    return Fix("Remove the unused suppression", [Edit(start + len(kept), stop)])
