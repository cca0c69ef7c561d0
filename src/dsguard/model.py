"""The values that flow through dsguard: where, what, how bad, and what to do about it.

Nothing here reads a file, prints or exits. The classes are written out by hand instead of with
``dataclasses``, because importing that module costs as much as everything else here together and
this module is on the start-up path of every commit.
"""

from __future__ import annotations

import enum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    Change = tuple[tuple[str | int, ...], str]
    """A way into a JSON document, and the JSON text of what becomes of the value there (``""``: it goes)."""


FAMILIES = ("data", "notebooks", "secrets", "lockfile", "seeds", "paths")
"""The six families of rules. Each has a hook ``dsguard-<family>``; ``engine`` rules belong to all of them."""

ENGINE_FAMILY = "engine"

PROFILES = ("default", "strict")


class Severity(enum.IntEnum):
    """How bad a finding is. ``--fail-on`` compares against it."""

    WARNING = 1
    ERROR = 2

    @property
    def label(self) -> str:
        return self.name.lower()


class Confidence(enum.IntEnum):
    """How sure dsguard is that a finding is right. Low ones are shown in profile ``strict`` only."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def label(self) -> str:
        return self.name.lower()


class Location:
    """A place in a file. Everything but the path may be unknown (``None``).

    Lines and columns count from 1, columns in characters. In a notebook ``line`` and ``column`` are
    the physical place in the JSON text (what an annotation needs) while ``cell``, ``cell_line`` and
    ``cell_column`` are the place a reader knows; cells count from 1 over all cell types.
    """

    __slots__ = ("cell", "cell_column", "cell_id", "cell_line", "column", "end_column", "end_line", "line", "path")

    def __init__(
        self,
        path: str,
        line: int | None = None,
        column: int | None = None,
        end_line: int | None = None,
        end_column: int | None = None,
        *,
        cell: int | None = None,
        cell_id: str | None = None,
        cell_line: int | None = None,
        cell_column: int | None = None,
    ) -> None:
        self.path = path
        self.line = line
        self.column = column
        self.end_line = end_line
        self.end_column = end_column
        self.cell = cell
        self.cell_id = cell_id
        self.cell_line = cell_line
        self.cell_column = cell_column

    def __repr__(self) -> str:
        cell = "" if self.cell is None else f":cell {self.cell}:{self.cell_line}:{self.cell_column}"
        return f"<{self.path}:{self.line}:{self.column}{cell}>"

    def sort_key(self) -> tuple[str, int, int, int]:
        return (self.path, self.cell or 0, self.line or 0, self.column or 0)


class Edit:
    """Replace the bytes ``start:end`` of a file. Offsets count from 0 in the file's bytes on disk."""

    __slots__ = ("end", "replacement", "start")

    def __init__(self, start: int, end: int, replacement: bytes = b"") -> None:
        self.start = start
        self.end = end
        self.replacement = replacement


class Fix:
    """What would mend a finding: edits to the file that the finding is in, and a title for people.

    Args:
        edits: in any order; none may overlap another, but may lie within what another takes away.
        changes: of a JSON file, what the edits mean: keys and indexes that lead to a value of the document, and the JSON text of
            what becomes of it, ``""`` if it goes. The result of the edits is held to it before anything is written.
        late: makes the same fix when its edits or changes are asked for: most fixes are never made. It sees to it that the file is
            still what it was, and raises :class:`UnreadableError` if not.
    """

    __slots__ = ("_changes", "_edits", "late", "title")

    def __init__(
        self, title: str, edits: Iterable[Edit] = (), changes: Iterable[Change] = (), *, late: Callable[[], Fix] | None = None
    ) -> None:
        self.title = title
        self.late = late
        self._edits = tuple(edits)
        self._changes = tuple(changes)

    @property
    def edits(self) -> tuple[Edit, ...]:
        self._make()
        return self._edits

    @property
    def changes(self) -> tuple[Change, ...]:
        self._make()
        return self._changes

    def _make(self) -> None:
        if self.late is not None:
            made = self.late()
            self._edits, self._changes, self.late = made.edits, made.changes, None


class Step:
    """One step of the way that explains a finding: a call on the path, or a member of a group."""

    __slots__ = ("line", "message", "path")

    def __init__(self, path: str, line: int | None = None, message: str = "") -> None:
        self.path = path
        self.line = line
        self.message = message


class Finding:
    """One thing worth stopping a commit for.

    Args:
        subject: what the finding is about, stable when lines move (a cell id, a path prefix, a package
            name). Never a secret's value: fingerprints are made of it.
        group: a key under which many alike findings of one folder may be told as one (see
            ``engine.grouped``), or ``None``; ``size`` is then what is added up, in bytes.
        snippet: the source line to show below it, if the rule must choose it (a secret's line, redacted);
            otherwise the engine takes the line at the location.
        identity: what the fingerprint is made of in place of the subject, where that is shown masked.
        brief: the message without what the trace says too, for reports that show the trace below it.
        memo: what the rule needs to know again when it tells several as one; shown nowhere.

    One that stands from the start for several alike, none of which anybody accepted in the file, says by ``count`` how many they
    are and by ``parts`` makes them, for whoever accepts one by one.
    """

    __slots__ = (
        "_fingerprint",
        "brief",
        "code",
        "confidence",
        "count",
        "family",
        "fingerprint_text",
        "fix",
        "group",
        "help",
        "identity",
        "location",
        "memo",
        "message",
        "name",
        "parts",
        "severity",
        "size",
        "snippet",
        "subject",
        "trace",
    )

    def __init__(
        self,
        code: str,
        name: str,
        family: str,
        severity: Severity,
        confidence: Confidence,
        location: Location,
        message: str,
        help: str,
        subject: str,
        *,
        fix: Fix | None = None,
        trace: Iterable[Step] = (),
        group: str | None = None,
        size: int = 0,
        snippet: str | None = None,
        identity: str | None = None,
        brief: str = "",
        memo: str = "",
    ) -> None:
        self.code = code
        self.name = name
        self.family = family
        self.severity = severity
        self.confidence = confidence
        self.location = location
        self.message = message
        self.help = help
        self.subject = subject
        self.fix = fix
        self.trace = tuple(trace)
        self.group = group
        self.size = size
        self.snippet = snippet
        self.identity = identity
        self.brief = brief
        self.memo = memo
        self.fingerprint_text = ""
        """What tells it from all others in a report; the engine fills it in."""
        self._fingerprint = ""
        self.count = 1
        self.parts: Callable[[], Iterable[Finding]] | None = None

    def apart(self) -> list[Finding]:
        """Those that it stands for: mostly itself."""
        if self.parts is None:
            return [self]
        found = list(self.parts())
        for finding in found:
            finding.severity = self.severity
        return found

    @property
    def fingerprint(self) -> str:
        """32 hex digits that are the same in every run. Made when asked for: the report for a person shows none."""
        if self.fingerprint_text and not self._fingerprint:
            import hashlib

            self._fingerprint = hashlib.sha256(self.fingerprint_text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        return self._fingerprint

    @fingerprint.setter
    def fingerprint(self, known: str) -> None:
        self._fingerprint = known

    @property
    def path(self) -> str:
        return self.location.path

    def sort_key(self) -> tuple[str, int, int, int, str, str]:
        return (*self.location.sort_key(), self.code, self.subject)

    def __repr__(self) -> str:
        return f"<Finding {self.code} {self.location!r} {self.message!r}>"


class Skip:
    """Something that was not looked at, and why."""

    __slots__ = ("path", "reason")

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason


class Report:
    """What a run found, ready for a reporter. Findings are sorted and fingerprinted.

    Args:
        files: how many files were under review.
        rules_run: codes of the rules that were selected, sorted.
        skipped: what was not looked at, sorted by path.
        notes: remarks about the run as a whole ("no notebook among the files: ..."), in order.
        seconds: wall time, for the text report only; never part of a machine format.
        up: the way from the working directory to the folder that paths start at (``../..``), or ``""`` if it is that one.
        unchecked: why no file at all was checked, or ``""`` where some were.
        fail_on: the least severity that fails the run (``--fail-on``), or ``None`` for never.
    """

    __slots__ = (
        "baselined",
        "contents",
        "crashed",
        "fail_on",
        "files",
        "findings",
        "fixed",
        "notes",
        "plugin_rules",
        "rules_run",
        "seconds",
        "skipped",
        "suppressed",
        "unchecked",
        "up",
    )

    def __init__(
        self,
        findings: Iterable[Finding] = (),
        *,
        files: int = 0,
        rules_run: Iterable[str] = (),
        skipped: Iterable[Skip] = (),
        notes: Iterable[str] = (),
        suppressed: int = 0,
        baselined: int = 0,
        fixed: int = 0,
        crashed: bool = False,
        seconds: float = 0.0,
        unchecked: str = "",
        fail_on: Severity | None = Severity.ERROR,
    ) -> None:
        self.findings = list(findings)
        self.files = files
        self.rules_run = list(rules_run)
        self.skipped = list(skipped)
        self.notes = list(notes)
        self.suppressed = suppressed
        self.baselined = baselined
        self.fixed = fixed
        self.crashed = crashed
        self.seconds = seconds
        self.unchecked = unchecked
        self.up = ""
        self.fail_on = fail_on
        self.plugin_rules: tuple[Any, ...] = ()
        """Rules that ran and are not dsguard's own: reporters find the facts about those themselves."""
        self.contents: dict[str, int] = {}
        """Hashes of the bytes of files that can be mended: a fix is for these bytes and no others. For this process only."""

    @property
    def exit_code(self) -> int:
        """3 if a rule crashed, 1 if a finding is bad enough to fail the run, else 0."""
        if self.crashed:
            return 3
        return int(self.fail_on is not None and any(finding.severity >= self.fail_on for finding in self.findings))

    def count(self, severity: Severity) -> int:
        return sum(1 for finding in self.findings if finding.severity is severity)


class UnreadableError(Exception):
    """A document that cannot be read as what its name says it is.

    A rule that asks for ``file.notebook`` or ``file.python`` need not catch it: the engine turns it into
    a ``DSG001`` finding (``fatal``) or an entry under ``skipped`` in the summary, once per file.

    Args:
        reason: for people, without the path.
        line: the line that is to blame, counted from 1, if known.
        fatal: whether this is worth a finding in the default profile.
    """

    def __init__(self, path: str, reason: str, *, line: int | None = None, column: int | None = None, fatal: bool) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
        self.line = line
        self.column = column
        self.fatal = fatal


class UnjudgedError(Exception):
    """A rule comes to no judgement of a file, because to follow all that it leads to would take too long.

    The engine says so in a note of the report, once for all rules of a family; it is no finding. What a rule found before it counts.

    Args:
        reason: for people, goes on from the path: ``leads to 400 or more modules of the repository``.
        confidence: of the findings that may be missing; where those would not be shown, nothing is said.
    """

    def __init__(self, path: str, reason: str, *, confidence: Confidence = Confidence.HIGH) -> None:
        super().__init__(f"{path} {reason}")
        self.path = path
        self.reason = reason
        self.confidence = confidence


class UsageError(Exception):
    """The command line or the configuration asks for something that cannot be: exit code 2.

    Args:
        problems: every one that was found, each a line for people.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))
