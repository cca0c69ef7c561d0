"""A credential that was found: where, what kind, how sure; never what."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.model import Confidence

ELLIPSIS = "…"
"""What stands for the part of a credential that is not shown."""

BASES = ("keyword", "url", "context", "block", "token")
"""What a hit rests on, from the weakest to the surest."""


class Hit:
    """A credential in a text.

    Args:
        label: what kind it is, in words; never anything of the value.
        start: where the value begins, in characters from 0.
        end: where it ends, exclusive.
        basis: ``token`` (a shape that its provider chose), ``block`` (a private key), ``context`` (a shape, and
            words that say whose), ``url`` (a place in a URL that is for credentials) or ``keyword`` (a value
            whose name says what it is).
        shown: what it begins with and may be shown, since it is public: a provider's prefix, a key's header.
        name: the variable or key that it is assigned to, or ``""``.
    """

    __slots__ = ("basis", "confidence", "end", "hidden_end", "hidden_start", "label", "name", "shown", "start")

    def __init__(self, label: str, start: int, end: int, confidence: Confidence, basis: str, shown: str = "", name: str = "") -> None:
        self.label = label
        self.start = start
        self.end = end
        self.confidence = confidence
        self.basis = basis
        self.shown = shown
        self.name = name
        self.hidden_start = start
        self.hidden_end = end
        """What must not be shown: more than the value where a weaker hit overlapped this one."""

    def __repr__(self) -> str:
        return f"<Hit {self.label} {self.start}:{self.end} {self.confidence.label}>"

    @property
    def redacted(self) -> str:
        """What may be told of it: the public prefix and the length."""
        return f"{self.shown}{ELLIPSIS}, {self.end - self.start} characters"

    @property
    def rank(self) -> tuple[int, int]:
        """Of two hits in the same place the one of higher rank counts."""
        return (self.confidence, BASES.index(self.basis))

    def hide(self, other: Hit) -> None:
        """Hide what another hit in the same place covers, too."""
        self.hidden_start = min(self.hidden_start, other.hidden_start)
        self.hidden_end = max(self.hidden_end, other.hidden_end)
