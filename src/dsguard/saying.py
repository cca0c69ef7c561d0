"""What a rule said of a file, and how that goes from one process to another: as tuples of the plainest types.

:mod:`pickle` could do it; but nothing in dsguard unpickles.
"""

from __future__ import annotations

from dsguard.model import Confidence, Edit, Finding, Fix, Location, Severity, Step, UnjudgedError, UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Packed = tuple[list[Any], "tuple[Any, ...] | None", "tuple[Any, ...] | None", "tuple[Any, ...] | None"]

_PLACE = ("path", "line", "column", "end_line", "end_column")
_CELL = ("cell", "cell_id", "cell_line", "cell_column")
_FINDING = ("code", "name", "family", "message", "help", "subject", "group", "size", "snippet", "identity", "count", "brief", "memo")
_UNSHOWN = ("group", "identity", "memo")


class Said:
    """What a rule said of a file.

    Args:
        found: its findings, up to where it failed if it did.
        error: what it could not read.
        crash: the finding that says how it failed.
        given_up: why it came to no judgement.
    """

    __slots__ = ("crash", "error", "found", "given_up")

    def __init__(
        self,
        found: list[Finding],
        error: UnreadableError | None = None,
        crash: Finding | None = None,
        given_up: UnjudgedError | None = None,
    ) -> None:
        self.found = found
        self.error = error
        self.crash = crash
        self.given_up = given_up

    def __bool__(self) -> bool:
        return bool(self.found) or self.error is not None or self.crash is not None or self.given_up is not None


def pack(said: Said) -> Packed | None:
    """As tuples; ``None`` if there is something in it that only this process can make, such as a fix that is made when it is wanted."""
    found = [*said.found] if said.crash is None else [*said.found, said.crash]
    if any(type(one) is not Finding or one.parts is not None or (one.fix is not None and one.fix.late is not None) for one in found):
        return None
    error = said.error
    told = None if error is None else (error.path, error.reason, error.line, error.column, error.fatal)
    up = said.given_up
    unjudged = None if up is None else (up.path, up.reason, int(up.confidence))
    return [pack_finding(one) for one in said.found], told, None if said.crash is None else pack_finding(said.crash), unjudged


def unpack(packed: Packed) -> Said:
    """What :func:`pack` packed."""
    found, told, crash, unjudged = packed
    error = None
    if told is not None:
        path, reason, line, column, fatal = told
        error = UnreadableError(path, reason, line=line, column=column, fatal=fatal)
    given_up = None
    if unjudged is not None:
        path, reason, confidence = unjudged
        given_up = UnjudgedError(path, reason, confidence=Confidence(confidence))
    return Said([unpack_finding(one) for one in found], error, None if crash is None else unpack_finding(crash), given_up)


def pack_finding(finding: Finding, *, shown: bool = False) -> tuple[Any, ...]:
    """A finding as tuples.

    Args:
        shown: whether only what a report shows is wanted: of a fix its title, and nothing that gathering findings needs.
    """
    place, fix = finding.location, finding.fix
    edits = None
    if fix is not None:
        edits = (fix.title, *(((), ()) if shown else ([(edit.start, edit.end, edit.replacement) for edit in fix.edits], list(fix.changes))))
    return (
        [None if shown and name in _UNSHOWN else getattr(finding, name) for name in _FINDING],
        [getattr(place, name) for name in (*_PLACE, *_CELL)],
        int(finding.severity),
        int(finding.confidence),
        [(step.path, step.line, step.message) for step in finding.trace],
        edits,
    )


def unpack_finding(packed: tuple[Any, ...]) -> Finding:
    """What :func:`pack_finding` packed."""
    facts, place, severity, confidence, trace, edits = packed
    about = dict(zip(_FINDING, facts, strict=True))
    count = about.pop("count")
    location = Location(*place[: len(_PLACE)], **dict(zip(_CELL, place[len(_PLACE) :], strict=True)))
    fix = None if edits is None else Fix(edits[0], (Edit(*edit) for edit in edits[1]), edits[2])
    finding = Finding(
        severity=Severity(severity),
        confidence=Confidence(confidence),
        location=location,
        trace=(Step(*step) for step in trace),
        fix=fix,
        **about,
    )
    finding.count = count
    return finding
