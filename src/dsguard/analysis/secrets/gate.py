"""What several short texts cannot hold, told by one look through all of them.

A notebook has hundreds of cells and outputs of a few lines each. To look for every literal in each of them is mostly the work of
starting a search; most literals are in none.
"""

from __future__ import annotations

from dsguard.analysis.secrets.addresses import headers_in
from dsguard.analysis.secrets.anchored import shapes_in
from dsguard.analysis.secrets.tokens import has_runs
from dsguard.analysis.secrets.words import ROOTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Gate:
    """The literals that occur in any of some texts; a text that was not among them must not be scanned with it."""

    __slots__ = ("has_runs", "has_urls", "headers", "roots", "shapes")

    def __init__(self, texts: Iterable[str]) -> None:
        whole = "\n".join(texts)
        low = whole.lower()
        self.has_runs = has_runs(whole)
        self.has_urls = "://" in whole
        self.shapes = shapes_in(whole)
        self.headers = headers_in(low)
        self.roots = tuple(root for root in ROOTS if root in low)
