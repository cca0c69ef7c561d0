"""The credentials of one file, each told once however often it occurs, ready to be reported without their values."""

from __future__ import annotations

from dsguard.analysis.secrets.redaction import snippet
from dsguard.analysis.secrets.scan import scan
from dsguard.analysis.secrets.texts import is_illustration, kind_of
from dsguard.model import Confidence, Step, UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dsguard.analysis.secrets.gate import Gate
    from dsguard.analysis.secrets.hit import Hit
    from dsguard.documents.file import File
    from dsguard.documents.notebook import Cell
    from dsguard.model import Location

    Locate = Callable[[Hit, tuple[int, int, int]], Location]
    """From a hit, its line and columns (start and end, from 1) in a text to its place in the file."""

MAX_TRACE = 20
_SHORT = 2000
_BATCH = 64 * 1024
_FEW = 3
"""Characters of a text up to which it is looked through with others, characters of these together, and how many are too few for that."""
OTHER_BASELINES = (".secrets.baseline", ".gitleaksignore")
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

    __slots__ = ("at", "confidence", "hit", "is_known", "kind", "others", "snippet")

    def __init__(self, hit: Hit, at: Location, snippet: str, confidence: Confidence, kind: str) -> None:
        self.hit = hit
        self.at = at
        self.snippet = snippet
        self.confidence = confidence
        self.kind = kind
        self.others: list[Location] = []
        self.is_known = False
        """Whether another scanner was told to accept it."""

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
            where = "" if place.cell is None else f" in cell {place.cell}{f', line {place.cell_line}' if place.cell_line else ''}"
            steps.append(Step(place.path, place.line, f"the same one{where}"))
        return steps


class Piece:
    """A text of a file that is scanned by itself.

    Args:
        kind: how values are written there; see :func:`~dsguard.analysis.secrets.texts.kind_of`.
        locate: where in the file a hit in it stands.
        illustration: whether it is made to be shown or to be tested with.
    """

    __slots__ = ("illustration", "kind", "locate", "text")

    def __init__(self, text: str, kind: str, locate: Locate, *, illustration: bool) -> None:
        self.text = text
        self.kind = kind
        self.locate = locate
        self.illustration = illustration


def secrets_of(file: File) -> list[Secret]:
    """The credentials in a text file, or in the sources of a notebook's cells (not in its outputs).

    Raises:
        UnreadableError: a file too large to be read.
    """
    return told_once(_pieces(file), file)


def told_once(pieces: Iterable[Piece], file: File) -> list[Secret]:
    """The credentials in texts of one file, each once with all of its places, without those that a person audited as harmless."""
    found: dict[str, Secret] = {}
    for piece, gate in _with_gates(pieces):
        for hit, at, line in _hits_in(piece, gate):
            value = piece.text[hit.start : hit.end]
            confidence = _confidence(hit, piece)
            known = found.get(value)
            if known is None:
                found[value] = Secret(hit, at, line, confidence, piece.kind)
            else:
                known.others.append(at)
                known.confidence = max(known.confidence, confidence)
    if found and any(file.sibling(name) is not None for name in OTHER_BASELINES):
        from dsguard.analysis.secrets.accepted_elsewhere import accepted_in

        accepted = accepted_in(file)
        found = {value: secret for value, secret in found.items() if not accepted.is_harmless(file.path, value)}
        for value, secret in found.items():
            secret.is_known = accepted.is_known(file.path, value, secret.at.line)
    return list(found.values())


def _confidence(hit: Hit, piece: Piece) -> Confidence:
    if piece.illustration and (hit.confidence is not Confidence.HIGH or hit.basis != "token"):
        return Confidence.LOW
    if piece.kind == "data" and hit.shown == "AIza":
        return Confidence.LOW  # saved web pages hold the keys of the site's own maps
    return hit.confidence


def _pieces(file: File) -> Iterator[Piece]:
    illustration = is_illustration(file)
    if not _is_notebook(file):
        yield Piece(file.text, kind_of(file), in_file(file), illustration=illustration)
        return
    try:
        cells = file.notebook.cells
    except UnreadableError as error:
        if not error.fatal:
            raise
        # Broken, which another rule says. A token is one all the same; names and values are not told apart in raw JSON.
        yield Piece(file.text, "data", in_file(file), illustration=illustration)
        return
    for cell in cells:
        is_shell = cell.source.startswith(("%%bash", "%%sh", "%%script", "%%cmd"))
        kind = "prose" if cell.type != "code" else "shell" if is_shell else "code"
        yield Piece(cell.source, kind, _in_source(cell), illustration=illustration)


def in_file(file: File) -> Locate:
    """The places of a text that is a file's own."""
    return lambda _hit, at: file.at(at[0], at[1], at[0], at[2])


def _in_source(cell: Cell) -> Locate:
    return lambda _hit, at: cell.at_source(at[0], at[1], at[0], at[2])


def _with_gates(pieces: Iterable[Piece]) -> Iterator[tuple[Piece, Gate | None]]:
    """Texts in order; short ones that follow each other share a gate."""
    batch: list[Piece] = []
    size = 0
    for piece in pieces:
        if len(piece.text) > _SHORT:
            yield from _gated(batch)
            yield piece, None
            batch, size = [], 0
            continue
        batch.append(piece)
        size += len(piece.text)
        if size > _BATCH:
            yield from _gated(batch)
            batch, size = [], 0
    yield from _gated(batch)


def _gated(batch: list[Piece]) -> Iterator[tuple[Piece, Gate | None]]:
    from dsguard.analysis.secrets.gate import Gate

    gate = Gate(piece.text for piece in batch) if len(batch) > _FEW else None
    return ((piece, gate) for piece in batch)


def _hits_in(piece: Piece, gate: Gate | None) -> Iterator[tuple[Hit, Location, str]]:
    """Each hit of a text, its place (to the end of its first line at most) and its line, redacted."""
    text = piece.text
    hits = list(scan(text, kind=piece.kind, gate=gate))
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
        at = piece.locate(hit, (number, hit.start - line_start + 1, stop - line_start + 1))
        yield hit, at, snippet(text, hit, around, line_start)


def _is_notebook(file: File) -> bool:
    if file.suffix not in (".zpln", ".json"):
        return file.suffix == ".ipynb"
    from dsguard.documents.zeppelin import is_zeppelin

    return is_zeppelin(file)
