"""The comments by which other secret scanners are told to leave a line alone. They count here too.

A person who said once that a line is fine need not say it again. Facts: detect-secrets accepts its pragma
behind a comment sign only and wants ``nextline`` alone on its line; the others look for their word anywhere on the line, and kingfisher
also on the lines round it, of which the one above counts here if there is nothing else on it. (Tried with detect-secrets 1.5.0,
betterleaks 2.0rc4 and kingfisher 2.14.)
"""

from __future__ import annotations

import re
from functools import cache

_WORDS = ("gitleaks:allow", "betterleaks:allow", "trufflehog:ignore", "kingfisher:ignore", "kingfisher:allow")

_LONGEST_LINE = 4096
"""Characters at the end of a line that are looked at. A marker further left than that is not behind the code."""


@cache
def _pragma() -> re.Pattern[str]:
    return re.compile(r"(?:#|//|/\*|'|--|<!--|%|;) {0,8}pragma: ?(?:allow|white)list[ -]secret")


@cache
def _alone() -> re.Pattern[str]:
    return re.compile(r"[ \t]{0,200}(?:#|//|/\*|'|--|<!--|%|;) {0,8}kingfisher:ignore")


@cache
def _nextline_pragma() -> re.Pattern[str]:
    return re.compile(r"[ \t]{0,200}(?:#|//|/\*|'|--|<!--|%|;) {0,8}pragma: ?allowlist[ -]nextline[ -]secret")


def is_allowed(line: str, previous_line: str) -> bool:
    """Whether a marker of a peer allows the credential on this line.

    Args:
        line: the line that holds it.
        previous_line: the line above, for detect-secrets' ``nextline`` pragma and kingfisher's marker alone; ``""`` for the first line.
    """
    end = line[-_LONGEST_LINE:]
    if ":" in end and any(word in end for word in _WORDS):
        return True
    if "pragma:" in end and _pragma().search(end):
        return True
    if "kingfisher:" in previous_line and _alone().match(previous_line):
        return True
    return "pragma:" in previous_line and bool(_nextline_pragma().match(previous_line))
