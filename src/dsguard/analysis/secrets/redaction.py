"""Showing the line of a credential without the credential."""

from __future__ import annotations

from dsguard.analysis.secrets.hit import ELLIPSIS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dsguard.analysis.secrets.hit import Hit


def redact_line(line: str, hits: Iterable[Hit], offset: int = 0) -> str:
    """A line without the credentials in it: of each, only what is public stays.

    Args:
        hits: what was found in the text that the line is part of; those elsewhere are passed over.
        offset: where the line begins in that text, in characters from 0.
    """
    pieces: list[str] = []
    at = 0
    for hit in sorted(hits, key=lambda hit: hit.hidden_start):
        start, end = max(hit.hidden_start - offset, at), min(hit.hidden_end - offset, len(line))
        if start < end:
            shown = hit.shown if start == hit.start - offset else ""
            pieces += line[at:start], shown, ELLIPSIS
            at = end
    return "".join((*pieces, line[at:]))
