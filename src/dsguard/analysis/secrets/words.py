"""Where the words stand that lead to credentials: each is searched once, whoever asks for it or for something longer."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

ROOTS = ("key", "token", "secret", "pass", "credential", "pw")
"""What a name holds that is one of a credential, in lower case. It may have more round it."""


class Words:
    """Places of words in a text.

    Args:
        low: the text in lower case, as long as the text.
        roots: those of :data:`ROOTS` that may be in it.
    """

    __slots__ = ("_found", "low", "roots")

    def __init__(self, low: str, roots: tuple[str, ...] = ROOTS) -> None:
        self.low = low
        self.roots = roots
        self._found: dict[str, list[int]] = {}

    def of(self, root: str) -> list[int]:
        """Where a word of :data:`ROOTS` begins, in order."""
        known = self._found.get(root)
        if known is None:
            known = self._found[root] = list(_occurrences(self.low, root))
        return known

    def places(self, literal: str) -> Iterator[int]:
        """Where any lower-case literal begins, in order; none overlaps another."""
        for root in ROOTS:
            before = literal.find(root)
            if before >= 0:
                starts = (at - before for at in self.of(root))
                return (at for at in starts if at >= 0 and self.low.startswith(literal, at))
        return _occurrences(self.low, literal)


def _occurrences(low: str, word: str) -> Iterator[int]:
    at = low.find(word)
    while at >= 0:
        yield at
        at = low.find(word, at + len(word))
