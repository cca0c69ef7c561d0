"""The credentials of one file, each told once however often it occurs, ready to be reported without their values."""

from __future__ import annotations

from dsguard.analysis.secrets.redaction import snippet
from dsguard.analysis.secrets.scan import scan
from dsguard.analysis.secrets.texts import is_illustration, kind_of
from dsguard.model import Confidence, Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.analysis.secrets.hit import Hit
    from dsguard.documents.file import File
    from dsguard.documents.notebook import Cell
    from dsguard.model import Location

MAX_TRACE = 20
NEIGHBOURS = 100
"""Hits to each side that are looked for on a hit's own line."""


class Secret:
    """A credential and every place where it stands.

    Args:
        hit: the first of its hits.
        at: the place of that one.
        snippet: its line, with all credentials on it redacted.
        kind: how values are written there; see :func:`~dsguard.analysis.secrets.texts.kind_of`.
    """

    __slots__ = ("at", "confidence", "hit", "kind", "others", "snippet")

    def __init__(self, hit: Hit, at: Location, snippet: str, confidence: Confidence, kind: str) -> None:
        self.hit = hit
        self.at = at
        self.snippet = snippet
        self.confidence = confidence
        self.kind = kind
        self.others: list[Location] = []

    @property
    def message(self) -> str:
        """What was found, without the value: ``GitHub personal access token (ghp_…, 40 characters) in GH_TOKEN``."""
        hit = self.hit
        if hit.shown.startswith("-----"):
            shown = ""
        else:
            shown = f" ({hit.redacted})" if hit.shown else f" ({hit.end - hit.start} characters)"
        name = f" in {hit.name}" if hit.name else ""
        times = f", {len(self.others) + 1} times in this file" if self.others else ""
        return f"{hit.label}{shown}{name}{times}"

    @property
    def subject(self) -> str:
        """What it is about, for fingerprints: the kind and the name, nothing of the value."""
        return f"{self.hit.label}:{self.hit.name}" if self.hit.name else self.hit.label

    @property
    def trace(self) -> list[Step]:
        """The other places."""
        steps = []
        for place in self.others[:MAX_TRACE]:
            where = "" if place.cell is None else f" in cell {place.cell}, line {place.cell_line}"
            steps.append(Step(place.path, place.line, f"the same one{where}"))
        return steps


def secrets_of(file: File) -> list[Secret]:
    """The credentials in a text file, or in the sources of a notebook's cells (not in its outputs).

    Raises:
        UnreadableError: a notebook that is none, or a file too large to be read.
    """
    found: dict[str, Secret] = {}
    illustration = is_illustration(file)
    for text, kind, cell in _texts(file):
        for hit, at, line in _hits_in(file, text, kind, cell):
            value = text[hit.start : hit.end]
            confidence = _confidence(hit, kind, illustration=illustration)
            known = found.get(value)
            if known is None:
                found[value] = Secret(hit, at, line, confidence, kind)
            else:
                known.others.append(at)
                known.confidence = max(known.confidence, confidence)
    return list(found.values())


def _confidence(hit: Hit, kind: str, *, illustration: bool) -> Confidence:
    if illustration and (hit.confidence is not Confidence.HIGH or hit.basis != "token"):
        return Confidence.LOW
    if kind == "data" and hit.shown == "AIza":
        return Confidence.LOW  # saved web pages hold the keys of the site's own maps
    return hit.confidence


def _texts(file: File) -> Iterator[tuple[str, str, Cell | None]]:
    if file.suffix != ".ipynb":
        yield file.text, kind_of(file), None
        return
    for cell in file.notebook.cells:
        if cell.type != "code":
            yield cell.source, "prose", cell
        else:
            yield cell.source, "shell" if cell.source.startswith(("%%bash", "%%sh", "%%script", "%%cmd")) else "code", cell


def _hits_in(file: File, text: str, kind: str, cell: Cell | None) -> Iterator[tuple[Hit, Location, str]]:
    """Each hit of a text, its place (to the end of its first line at most) and its line, redacted."""
    hits = list(scan(text, kind=kind))
    number, line_start, counted = 1, 0, 0
    for index, hit in enumerate(hits):
        newlines = text.count("\n", counted, hit.start)
        if newlines:
            number += newlines
            line_start = text.rfind("\n", counted, hit.start) + 1
        counted = hit.start
        around = hits[max(0, index - NEIGHBOURS) : index + NEIGHBOURS]
        if hit.name and any(text[one.start : one.end] in hit.name for one in around):
            hit.name = ""  # what stands in the place of a name is itself a credential
        line_end = text.find("\n", hit.start, hit.end)
        stop = line_end if line_end >= 0 else hit.end
        columns = (hit.start - line_start + 1, number, stop - line_start + 1)
        at = cell.at_source(number, *columns) if cell else file.at(number, *columns)
        yield hit, at, snippet(text, hit, around, line_start)
