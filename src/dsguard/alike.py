"""Names that say no more of a file than their extension does: in a large repository nearly all, and then one answer does for a folder.

A table of patterns, or the screen of a rule, singles out names by words that stand in them. Where none does, all files of one
extension in one folder are alike.
"""

from __future__ import annotations

from itertools import accumulate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Words:
    """Words of which one stands in each name that may be told from others of its folder and extension.

    Args:
        whole: names, folded.
        parts: what stands within one, folded. ``""`` stands in any.
    """

    __slots__ = ("parts", "whole")

    def __init__(self, whole: Iterable[str], parts: Iterable[str]) -> None:
        self.whole = frozenset(whole)
        self.parts = frozenset(parts)

    def __or__(self, other: Words) -> Words:
        return Words(self.whole | other.whole, self.parts | other.parts)

    def standing_in(self, names: Sequence[str]) -> set[int]:
        """The numbers, from 0, of those names in which one of the words stands."""
        if "" in self.parts or any("\n" in name for name in names):
            return set(range(len(names)))
        from bisect import bisect_right  # a commit has too few files to come here

        text = fold("\n".join(names))  # all at once: a search in a long text costs next to nothing for each name
        lines = text.split("\n")
        found = {number for number, line in enumerate(lines) if line in self.whole}
        ends = list(accumulate(len(line) + 1 for line in lines))
        for part in self.parts:
            at = text.find(part)
            while at >= 0:
                number = bisect_right(ends, at)
                found.add(number)
                at = text.find(part, ends[number])
        return found


def fold(name: str) -> str:
    """A name as words are compared with it: blind to case and to ``-`` against ``_``. What stands in one stands in it folded, too."""
    return name.casefold().replace("-", "_")
