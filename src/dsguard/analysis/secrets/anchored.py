"""Credentials that are found by a literal of their own: key blocks, connection strings, webhooks."""

from __future__ import annotations

from dsguard.analysis.secrets import shapes
from dsguard.analysis.secrets.hit import Hit
from dsguard.analysis.secrets.tokens import hit_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.analysis.secrets.shapes import Shape

WINDOW = 4096
"""Characters after a literal that a pattern may look at. A longer line is looked at in such pieces."""
_LEAD = 60
"""Characters before a literal in which its shape may begin."""

_KEY_BLOCKS = {"OPENSSH": "OpenSSH private key", "PGP": "PGP private key", "RSA": "RSA private key", "EC ": "EC private key"}
_BEFORE_GOOGLE_KEY = 400
"""Characters of a service-account file before its key."""


def anchored(text: str, among: tuple[Shape, ...] | None = None) -> Iterator[Hit]:
    """Every shape of ``shapes.ANCHORED``, or of those that may be in the text."""
    among = shapes.ANCHORED if among is None else among
    shut = {gate for gate in shapes.GATES if gate not in text} if among else ()
    for shape in among:
        at = text.find(shape.prefix) if shape.gate not in shut else -1
        while at >= 0:
            start = text.rfind(shape.lead, max(0, at - _LEAD), at) if shape.lead else at - shape.back
            hit = hit_of(shape, shape.regex.match(text, start, at + WINDOW)) if start >= 0 else None
            after = at + len(shape.prefix)
            if hit is not None:
                if shape.prefix == "PRIVATE KEY":
                    hit = _key_block(text, hit)
                after = max(after, hit.end)
                yield hit
            at = text.find(shape.prefix, after)


def shapes_in(text: str) -> tuple[Shape, ...]:
    """Those of ``shapes.ANCHORED`` whose literal is in a text."""
    return tuple(shape for shape in shapes.ANCHORED if (not shape.gate or shape.gate in text) and shape.prefix in text)


def _key_block(text: str, header: Hit) -> Hit:
    """The whole block that a header begins."""
    start = header.start
    limit = start + shapes.LONGEST_KEY_BLOCK
    end = shapes.compiled(shapes.KEY_BLOCK_END).search(text, start, limit)
    if end is None:  # cut off: what follows is hidden as far as it looks like key
        end = shapes.compiled(shapes.KEY_BLOCK_BODY).match(text, start, limit)
    head = text[start : header.end]
    is_google = "service_account" in text[max(0, start - _BEFORE_GOOGLE_KEY) : start]
    label = "Google service-account key" if is_google else next((_KEY_BLOCKS[word] for word in _KEY_BLOCKS if word in head), "private key")
    return Hit(label, start, end.end() if end else header.end, header.confidence, "token" if is_google else "block", shown=head)
