"""Where credentials stand in a text, and how sure that is.

Two stages. The first is plain string search and ``re``: one pass over runs of token characters, one search
per anchoring literal, one per keyword; most files end here with nothing. Only a value that has a telling name
and no shape of its own goes on to the second, in which detect-secrets is asked.

No pattern runs over a whole text but the one for runs, which cannot backtrack; all others look at a window
behind a literal that was found. So the time is linear in the text, whatever its lines are like.
"""

from __future__ import annotations

import re

from dsguard.analysis.secrets import nearby
from dsguard.analysis.secrets.addresses import in_requests, in_urls
from dsguard.analysis.secrets.anchored import anchored
from dsguard.analysis.secrets.assigned import assigned
from dsguard.analysis.secrets.hit import Hit
from dsguard.analysis.secrets.tokens import tokens
from dsguard.analysis.secrets.words import Words
from dsguard.model import Confidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.analysis.secrets.gate import Gate

__all__ = ["Hit", "scan"]

_REST_OF_RUN = re.compile(r"[A-Za-z0-9+/=_\-]+")
_ASCII_LOWER = {upper: upper + 32 for upper in range(65, 91)}
_PARTS_OF_SIGNED_URLS = ("x-amz-", "x-goog-")
_RAW_FILE = "://raw.githubusercontent.com/"
"""Where GitHub shows a file of a private repository to whoever has its link, for some days."""
_IN_SIGNED_URLS = ("AWS access key id", "AWS temporary access key id", "Azure SAS signature")


def scan(text: str, *, kind: str = "code", gate: Gate | None = None) -> Iterator[Hit]:
    """The credentials in a text, in order, none overlapping another.

    Args:
        text: any text, of a file or of one cell.
        kind: how values are written in it: ``code`` (in quotes), ``config``, ``env`` and ``shell`` (also
            bare), ``prose`` (bare only where it is evidently random), ``data`` (rows) and ``markup`` (pages): tokens only.
        gate: what the text may hold, if that is known.
    """
    low = text.lower()
    if len(low) != len(text):
        low = text.translate(_ASCII_LOWER)  # a few letters become two in lower case, and offsets would no longer fit
    if gate is None:
        words = Words(low)
        found = [*tokens(text), *anchored(text), *in_urls(text), *in_requests(text, words)]
    else:
        words = Words(low, gate.roots)
        found = list(tokens(text)) if gate.has_runs else []
        found += anchored(text, gate.shapes)
        found += in_urls(text) if gate.has_urls else ()
        found += in_requests(text, words, gate.headers)
    if kind not in ("data", "markup"):
        found.extend(assigned(text, words, kind))
    if kind != "markup" and ("</" in text or " value=" in text):
        from dsguard.analysis.secrets.in_markup import in_markup  # what it brings along is dear, and few files have tags

        found.extend(in_markup(text))
    return iter(_settled(text, found)) if found else iter(())


def _settled(text: str, found: list[Hit]) -> list[Hit]:
    """Hits in order; of two that overlap the surer one stays, and named where a name is near."""
    kept: list[Hit] = []
    for hit in sorted(found, key=lambda hit: (hit.start, -hit.end)):
        if kept and hit.start < kept[-1].end:
            weaker, surer = sorted((hit, kept[-1]), key=lambda hit: hit.rank)
            surer.hide(weaker)
            kept[-1] = surer
        else:
            kept.append(hit)
    shown_from = 0
    for hit in kept:
        # A pattern is bounded, a value may go on: nothing of the run that it is the start of is for anybody's eyes.
        if hit.end >= shown_from:
            rest = _REST_OF_RUN.match(text, hit.end)
            shown_from = rest.end() if rest is not None else hit.end
        hit.hidden_end = max(hit.hidden_end, shown_from)
        if hit.label in _IN_SIGNED_URLS:
            from dsguard.analysis.secrets.signed_urls import weaken

            weaken(text, hit)
        if not hit.name and hit.basis != "url":
            hit.name = nearby.name_before(text, hit.start)
        if hit.name.lower().startswith(_PARTS_OF_SIGNED_URLS) or _RAW_FILE in nearby.before(text, hit.start):
            hit.confidence = Confidence.LOW  # good for hours, a week at most
    _weaken_fakes(text, [hit for hit in kept if hit.basis == "keyword"])
    return kept


def _weaken_fakes(text: str, hits: list[Hit]) -> None:
    """Leave to ``strict`` what a comment calls fake, wherever else in the text it stands."""
    fakes = {text[hit.start : hit.end] for hit in hits if nearby.is_called_fake(text, hit.start)}
    for hit in hits:
        if text[hit.start : hit.end] in fakes:
            hit.confidence = Confidence.LOW
