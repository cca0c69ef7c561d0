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
    from dsguard.documents.places import Places
    from dsguard.model import Finding, Location
    from dsguard.rules import Rule

FILE_LINES = 20
"""``ignore-file`` must stand in the first lines, where a reader of the file sees it."""

_MARKER = re.compile(r"dsguard:[ \t]*(ignore-file|ignore)\b[ \t]*(\[[^\]\n]{0,400}\])?")
_LEADERS = ("<!--", "/*", "..", "//", "--", "#", "%", ";")
"""What starts a comment in the languages of a repository."""
_PROSE = {".md": "<!--", ".markdown": "<!--", ".html": "<!--", ".htm": "<!--", ".rst": ".."}
"""Where text about dsguard is likelier than a marker for it: only what the language itself takes for a comment counts."""
_NO_COMMENTS = frozenset((".json", ".jsonl", ".geojson", ".csv", ".tsv"))
_TAG = "dsguard-ignore"
_WHOLE_FILE = 1 << 60
_REMOVABLE = ("#", "//", "--", ";", "%")
"""Comments that end with their line."""
_SECRET_RULES = ("DSG301", "DSG302")
_PEER_MARKERS = ("pragma", "gitleaks:", "betterleaks:", "trufflehog:", "kingfisher:")


class Marker:
    """One comment or tag that accepts findings."""

    __slots__ = ("cell", "codes", "column", "first", "fix", "has_reason", "is_tag", "last", "line", "problem", "used")

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
        has_reason: bool = True,
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
        self.has_reason = has_reason
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
    """All markers of one file.

    Args:
        known: the rules that they may name, if not dsguard's own only.
    """

    def __init__(self, file: File, known: Iterable[Rule] | None = None) -> None:
        self._file = file
        self.markers = list(_read(file, known))

    def accept(self, finding: Finding) -> bool:
        """Whether somebody accepted this finding in the file."""
        accepted = False
        for marker in self.markers:
            if marker.accepts(finding):
                marker.used.add(finding.code)
                accepted = True
        return accepted or (finding.code in _SECRET_RULES and self._peer_allows(finding.location))

    def names_any(self, codes: frozenset[str]) -> bool:
        """Whether a marker names any of these rules."""
        return any(marker.codes & codes for marker in self.markers)

    def unexplained(self, rule: UnusedSuppression) -> Iterator[Finding]:
        """Findings for comments that name a rule and do not say why. A tag has no room for a reason."""
        for marker in self.markers:
            if not marker.has_reason and not marker.problem:
                yield rule.found(self._place(marker), "suppression without a reason", subject="reason", help=_HOW_TO_WRITE)

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


def _read(file: File, known: Iterable[Rule] | None) -> Iterator[Marker]:
    if file.is_known_plain:
        return
    if file.suffix == ".ipynb":
        yield from _read_notebook(file, known)
    elif file.suffix not in _NO_COMMENTS and "dsguard:" in file.text:
        comments = _comment_starts(file.text) if file.suffix == ".py" else None
        yield from _read_lines(file.text.split("\n"), comments=comments, only=_PROSE.get(file.suffix, ""), file=file, known=known)


def _read_notebook(file: File, known: Iterable[Rule] | None) -> Iterator[Marker]:
    for cell in file.notebook.cells:
        for tag in cell.tags:
            if tag == _TAG:
                yield Marker((), cell=cell, is_tag=True)
            elif tag.startswith(_TAG + "-"):
                codes, problem = _codes(tag.removeprefix(_TAG + "-"), known)
                yield Marker(codes, cell=cell, is_tag=True, problem=problem)
        if "dsguard:" in cell.source:
            yield from _read_lines(cell.source.split("\n"), cell=cell, comments=_cell_comments(cell), file=file, known=known)


def _cell_comments(cell: Cell) -> dict[int, int] | None:
    """Where the comments of a cell start; on the line of a magic, which is no Python, anywhere."""
    if not cell.is_python:
        return None
    python = cell.python_source
    comments = _comment_starts(python)
    if comments is not None:
        for number, (line, rewritten) in enumerate(zip(cell.source.split("\n"), python.split("\n"), strict=False), 1):
            if line != rewritten:
                comments[number] = 0
    return comments


def _read_lines(
    lines: list[str],
    *,
    comments: dict[int, int] | None,
    file: File,
    known: Iterable[Rule] | None,
    cell: Cell | None = None,
    only: str = "",
) -> Iterator[Marker]:
    """The markers of some lines.

    Args:
        lines: of the file or of a cell, a carriage return at their ends maybe.
        comments: for each line (from 1) with a comment where that starts (from 0), if the language's comments are known.
        cell: the cell that they are from.
        only: the one kind of comment that counts, or ``""`` for any.
    """
    offset = 0
    places = None
    for number, line in enumerate(lines, 1):
        for match in _MARKER.finditer(line) if "dsguard:" in line else ():
            leader, column = _leader(line[: match.start()])
            if not leader or (only and leader != only) or not _in_comment(line, column, number, comments):
                continue
            kind, named = match.groups()
            codes, problem = _codes(named[1:-1], known) if named else ((), f"`dsguard: {kind}` must name a rule")
            before = line[:column].strip()
            alone = not before or before.startswith(leader)
            first = last = number
            if kind == "ignore-file":
                if number > FILE_LINES:
                    problem = problem or f"`dsguard: ignore-file` must stand in the first {FILE_LINES} lines"
                first, last = 0, _WHOLE_FILE
            elif alone:
                last = _next_code(lines, number, leader)
            reason = _reason(line, match.end(), leader)
            fix = None
            if cell is None and leader in _REMOVABLE:
                places = places or _byte_places(file)
                if places is not None:
                    end = _end_of_comment(line, match.end(), leader)
                    fix = _removal(places, offset, line, column, end, newline=number < len(lines))
            at = (number, column + 1)
            yield Marker(
                codes, first=first, last=last, line=at[0], column=at[1], cell=cell, problem=problem, fix=fix, has_reason=bool(reason)
            )
        offset += len(line) + 1


def _leader(before: str) -> tuple[str, int]:
    """What starts the comment that text ends with, and where (from 0); ``("", 0)`` if it ends with no such thing."""
    before = before.rstrip(" \t")
    for leader in _LEADERS:
        if before.endswith(leader):
            if len(set(leader)) == 1 and leader != "..":  # any number of them: `###`, `----`
                return leader, len(before.rstrip(leader[0]))
            return leader, len(before) - len(leader)
    return "", 0


def _in_comment(line: str, column: int, number: int, comments: dict[int, int] | None) -> bool:
    """Whether what looks like a comment is one, as far as can be told: not within a string, and not quoted in one."""
    if comments is not None:
        start = comments.get(number)
        if start is None or column < start:
            return False
        if column == start:
            return True
    return line[column - 1 : column] not in ('"', "'", "`") or column == 0


def _next_code(lines: list[str], number: int, leader: str) -> int:
    """The line that a comment alone on line ``number`` speaks of: the next that is neither blank nor a comment."""
    for below in range(number, min(number + 10, len(lines))):
        text = lines[below].strip()
        if text and not text.startswith(leader):
            return below + 1
    return number


def _codes(named: str, known: Iterable[Rule] | None) -> tuple[tuple[str, ...], str]:
    """The codes that a list of codes or names stands for, and what is wrong with it."""
    codes = []
    for name in named.split(","):
        rule = find_rule(name, known)
        if rule is None:
            return (), f"{name.strip()!r} in a dsguard marker is no rule" if name.strip() else "`dsguard: ignore[]` must name a rule"
        codes.append(rule.code)
    return tuple(codes), ""


def _comment_starts(source: str) -> dict[int, int] | None:
    """For each line of Python code (from 1) with a comment, where that starts (from 0); ``None`` if it does not parse."""
    import io
    import tokenize

    try:
        tokens = tokenize.generate_tokens(io.StringIO(source.replace("\r\n", "\n")).readline)
        return {token.start[0]: token.start[1] for token in tokens if token.type == tokenize.COMMENT}
    except (tokenize.TokenError, SyntaxError, ValueError):
        return None  # any comment-like text counts


def _byte_places(file: File) -> Places | None:
    """From characters to bytes, for files in UTF-8; in others nothing is mended."""
    from dsguard.documents.places import Places

    try:
        file.data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return Places(file.text, 3 if file.data.startswith(b"\xef\xbb\xbf") else 0)


def _reason(line: str, place: int, leader: str) -> str:
    """What a marker says behind the rules that it names, without what ends the comment."""
    text = line[place : _end_of_comment(line, place, leader)]
    return text.replace("-->", "").replace("*/", "").strip(" \t\r-:#;,.")


def _end_of_comment(line: str, place: int, leader: str) -> int:
    """Where the reason behind a marker ends: at the next comment (``# noqa``), if one follows, else with the line."""
    following = re.compile(rf"[ \t]+{re.escape(leader)}+[ \t]").search(line, place)
    return following.start() if following else len(line.removesuffix("\r"))


def _removal(places: Places, offset: int, line: str, column: int, end: int, *, newline: bool) -> Fix:
    """Take a comment away, with its line if nothing else is on it.

    Args:
        places: of the file.
        offset: where the line starts in the text.
        line: the line, its carriage return included.
        column: where the comment starts in it (from 0).
        end: where it ends.
        newline: whether a newline follows the line.
    """
    kept = line[:column].rstrip(" \t")
    start = offset + len(kept)
    stop = offset + end
    if not kept and end == len(line.removesuffix("\r")):
        start, stop = offset, offset + len(line) + newline
    elif not kept and "dsguard:" in line[end:]:  # which may have to go, too
        start = offset + column
    elif not kept:  # another comment follows: it takes the place of this one
        start, stop = offset + column, offset + len(line) - len(line[end:].lstrip(" \t"))
    return Fix("Remove the unused suppression", [Edit(places.byte_offset(start), places.byte_offset(stop))])
