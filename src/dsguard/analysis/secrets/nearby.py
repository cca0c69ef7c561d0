"""The words round a place in a text. All look at a bounded number of characters, however long the line is."""

from __future__ import annotations

import re

from dsguard.analysis.secrets import shapes

NEAR = 160
"""Characters before a value in which a vendor's name says whose it is."""
LONGEST_NAME = 60
_NARROWEST, _WIDEST = 56, 200
"""Characters of a line of encoded bytes."""

_NAME_REVERSED = (
    r"(?: reraeB)?(?:[\"']{1,3}\\?)?[rbufRBUF]{0,2}\(?\s{0,8}(?P<sep>=(?:\s{0,4}[\w.\[\]|]{1,30}\s{0,4}:)?|:|-<|,)\s{0,4}"
    r"[\])]{0,2}(?:[\"']\\?)?(?P<name>[\w.\-]{0,59}[A-Za-z_])"
)
"""What may stand before a value, read backwards: so one attempt at one place is enough."""


def before(text: str, at: int) -> str:
    """The line up to a place, at most ``NEAR`` characters of it."""
    return text[max(text.rfind("\n", max(0, at - NEAR), at) + 1, at - NEAR, 0) : at]


def line_around(text: str, at: int) -> str:
    """The line of a place, at most twice ``NEAR`` characters to each side."""
    start = max(text.rfind("\n", max(0, at - NEAR * 2), at) + 1, at - NEAR * 2, 0)
    end = text.find("\n", at, at + NEAR * 2)
    return text[start : end if end >= 0 else at + NEAR * 2]


def is_in_block(text: str, at: int) -> bool:
    """Whether a place is in a block of encoded bytes: lines of one length without a blank, as base85 and uuencode have them."""
    start = text.rfind("\n", max(0, at - _WIDEST), at) + 1
    end = text.find("\n", at, at + _WIDEST)
    if not start or end - start < _NARROWEST or " " in text[start:end]:
        return False
    above = text[text.rfind("\n", max(0, start - 1 - _WIDEST), start - 1) + 1 : start - 1]
    below = text[end + 1 : text.find("\n", end + 1, end + 1 + _WIDEST)]
    return any(len(other) == end - start and " " not in other for other in (above, below))


_COMMENT = re.compile(r"\s{0,80}(?:#|//|;|--|\*)")
_TRAILER = re.compile(r"\s(?:#|//|;|--)\s")
_FAKE = re.compile(r"\b(?:fake|dummy|bogus|throw-?away|disposable|made[ -]?up|not (?:a )?(?:real|actual))\b", re.IGNORECASE)
_WHAT = re.compile(r"credential|secret|key|token|passw", re.IGNORECASE)
_LINES_ABOVE = 5


def is_called_fake(text: str, at: int) -> bool:
    """Whether a comment behind a place, or in the lines right above, says that the credential is none: ``# a fake key for the demo``."""
    said = _TRAILER.split(line_around(text, at), maxsplit=1)[1:]
    end = text.rfind("\n", max(0, at - NEAR), at)
    for _ in range(_LINES_ABOVE):
        if end < 0:
            break
        start = text.rfind("\n", max(0, end - NEAR * 2), end) + 1
        if not _COMMENT.match(text[start:end]):
            break
        said.append(text[start:end])
        end = start - 1
    comment = " ".join(said)
    return _FAKE.search(comment) is not None and _WHAT.search(comment) is not None


def start_of_name(text: str, at: int) -> int:
    """Where the name that a place is in begins (letters, digits, ``_``, ``-`` and ``.``)."""
    least = max(0, at - LONGEST_NAME)
    while at > least and (text[at - 1].isalnum() or text[at - 1] in "_-."):
        at -= 1
    return at


def name_before(text: str, start: int) -> str:
    """The variable, key or parameter that a value is given to, or ``""``."""
    from dsguard.analysis.secrets import names, negatives

    match = shapes.compiled(_NAME_REVERSED).match(text[max(0, start - NEAR) : start][::-1])
    if match is None:
        return ""
    if match["sep"] == ":" and text.startswith("//", start - match.end() - 2):
        return ""  # the user in a URL
    name = match["name"][::-1].lstrip("-.0123456789")
    if negatives.is_random(name) or (match["sep"] == "," and not names.kind_of_name(name)):
        return ""  # an argument before it, not its name
    return name
