"""Showing the line of a credential without the credential."""

from __future__ import annotations

from dsguard.analysis.secrets.hit import ELLIPSIS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dsguard.analysis.secrets.hit import Hit


LONGEST_LINE = 1000
"""Characters of a line that is shown as a whole."""
SHOWN_BESIDE = 200
"""Characters to each side of a credential that are shown of a longer line."""


def redact_line(line: str, hits: Iterable[Hit], offset: int = 0, values: Iterable[str] = ()) -> str:
    """A line without the credentials in it: of each, only what is public stays.

    Args:
        hits: what was found in the text that the line is part of; those elsewhere are passed over.
        offset: where the line begins in that text, in characters from 0.
        values: credentials that may also stand in the line where they were not found, glued to other characters.
    """
    pieces: list[str] = []
    at = 0
    for hit in sorted(hits, key=lambda hit: hit.hidden_start):
        start, end = max(hit.hidden_start - offset, at), min(hit.hidden_end - offset, len(line))
        if start < end:
            shown = hit.shown if start == hit.start - offset else ""
            pieces += line[at:start], shown, ELLIPSIS
            at = end
    redacted = "".join((*pieces, line[at:]))
    for value in values:
        if value in redacted:
            redacted = redacted.replace(value, ELLIPSIS)
    return redacted


def mask(text: str) -> str:
    """A text that is shown for another reason, each credential in it hidden by as many ``…`` as it is long: lines and columns stay."""
    from dsguard.analysis.secrets.scan import scan

    pieces: list[str] = []
    at = 0
    for hit in sorted(scan(text, kind="config"), key=lambda hit: hit.hidden_start):
        start, end = max(at, hit.hidden_start), hit.hidden_end
        if start < end:
            pieces += text[at:start], "\n".join(ELLIPSIS * len(line) for line in text[start:end].split("\n"))
            at = end
    return "".join((*pieces, text[at:]))


mask_line = mask
"""For a single line, as the name says where it is used."""


def snippet(text: str, hit: Hit, hits: Sequence[Hit], line_start: int) -> str:
    """The first line of a hit without the credentials in it, cut to the surroundings of the hit if it is long.

    Args:
        hits: those of the text that may stand on the same line, this one among them.
        line_start: where the line begins in the text.
    """
    values = sorted({text[one.start : one.end] for one in hits}, key=len, reverse=True)
    end = text.find("\n", hit.start, hit.start + LONGEST_LINE)
    if end >= 0 and end - line_start <= LONGEST_LINE:
        return redact_line(text[line_start:end].rstrip("\r"), hits, line_start, values)
    # At the ends of a piece of a line a credential may be cut, and is not known for one: those ends are dropped.
    longest = len(values[0])
    start = max(line_start, hit.start - LONGEST_LINE)
    left = redact_line(text[start : hit.hidden_start], hits, start, values)
    if start > line_start:
        left = left[longest:]
    stop = hit.hidden_end + LONGEST_LINE
    whole_right = text[hit.hidden_end : stop]
    right = redact_line(whole_right.partition("\n")[0].rstrip("\r"), hits, hit.hidden_end, values)
    if stop < len(text) and "\n" not in whole_right:
        right = right[: max(0, len(right) - longest)]
    middle = hit.shown + ELLIPSIS if hit.hidden_start == hit.start else ELLIPSIS
    return left[-SHOWN_BESIDE:] + middle + ("" if "\n" in text[hit.hidden_start : hit.hidden_end] else right[:SHOWN_BESIDE])
