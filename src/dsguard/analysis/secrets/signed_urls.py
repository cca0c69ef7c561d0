"""How long a URL is good for that somebody signed so that others may follow it.

Azure writes start and end into it (``st=``, ``se=``; learn.microsoft.com, "Create a service SAS"); AWS and Google sign for a
week at most. What lives for days is dead before anybody reads the repository: worth a word, not a stopped commit.
"""

from __future__ import annotations

from dsguard.analysis.secrets import shapes
from dsguard.model import Confidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.analysis.secrets.hit import Hit

SHORT_LIVED = 7
"""Days. What is signed for longer was made to be kept."""

_WHO_SIGNED = ("X-Amz-Credential=", "AWSAccessKeyId=")
_LONGEST_QUERY = 500
_QUERY = r"[\w%&=.+~\-/:?;]*"
_DATE = r"[?&;](?:amp;)?{}=(\d{{4}}-\d\d-\d\d)"


def weaken(text: str, hit: Hit) -> None:
    """Lower the confidence of a hit in a URL that is, or soon will be, good for nothing."""
    # A key's id says who signed; what is secret is the signature.
    if (hit.label.startswith("AWS ") and text.endswith(_WHO_SIGNED, 0, hit.start)) or (
        hit.label == "Azure SAS signature" and _days(text, hit) <= SHORT_LIVED
    ):
        hit.confidence = Confidence.LOW


def _days(text: str, hit: Hit) -> float:
    """From the start to the end of an Azure signature, in days; infinite if it does not say both."""
    whole = shapes.compiled(_QUERY)
    before = whole.match(text[max(0, hit.start - _LONGEST_QUERY) : hit.start][::-1])
    after = whole.match(text, hit.end, hit.end + _LONGEST_QUERY)
    query = (before[0][::-1] if before else "") + (after[0] if after else "")
    dates = [shapes.compiled(_DATE.format(name)).search(query) for name in ("st", "se")]
    if dates[0] is None or dates[1] is None:
        return float("inf")
    from datetime import date

    try:
        start, end = (date.fromisoformat(match[1]) for match in dates if match)
    except ValueError:
        return float("inf")
    return (end - start).days
