"""Credentials in settings that are written as XML: Hadoop's ``<name>`` and ``<value>``, Maven's ``<password>``, .NET's ``<add key=``."""

from __future__ import annotations

from dsguard.analysis.secrets import names, negatives, shapes
from dsguard.analysis.secrets.hit import Hit
from dsguard.model import Confidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_LEAD = 120
"""Characters before a literal in which the name begins."""
_LONGEST = 800

_VALUE = r"\s{0,60}<value>\s{0,20}(?P<secret>[^<\s]{6,300})\s{0,20}</value>"
_ELEMENT = r"(?P<secret>[^<>\s]{6,300})</"
_ATTRIBUTE = (
    r"<(?:add|property|entry|param|setting|variable|option)\s{1,4}(?:key|name)=[\"'](?P<name>[\w.:\-]{3,80})[\"']"
    r"\s{1,4}value=[\"'](?P<secret>[^\"'<>\s]{6,300})[\"']"
)

_CLOSING_NAME = "</name>"
_VALUE_OF = " value="
_ENDS_OF_TAGS = ("assword>", "assphrase>", "ecret>", "oken>", "piKey>", "pi_key>", "ccessKey>", "ecretKey>")
_CHOSEN = frozenset(("password", "secret", "secret key"))


def in_markup(text: str) -> Iterator[Hit]:
    """Values of settings whose names say that they are credentials, in a text that has closing tags or attributes."""
    at = text.find(_CLOSING_NAME)
    while at >= 0:
        start = text.rfind("<name>", max(0, at - _LEAD), at)
        if start >= 0:
            yield from _judged(text, text[start + 6 : at].strip(), _VALUE, at + len(_CLOSING_NAME))
        at = text.find(_CLOSING_NAME, at + 1)
    for literal in _ENDS_OF_TAGS:
        at = text.find(literal)
        while at >= 0:
            end = at + len(literal)
            start = text.rfind("<", max(0, at - _LEAD), at)
            if start >= 0:
                yield from _judged(text, text[start + 1 : end - 1], _ELEMENT, end)
            at = text.find(literal, end)
    at = text.find(_VALUE_OF)
    while at >= 0:
        start = text.rfind("<", max(0, at - _LEAD), at)
        match = shapes.compiled(_ATTRIBUTE).match(text, start, at + _LONGEST) if start >= 0 else None
        if match is not None:
            yield from _judged(text, match["name"], _ATTRIBUTE, start)
        at = text.find(_VALUE_OF, at + 1)


def _judged(text: str, name: str, pattern: str, at: int) -> Iterator[Hit]:
    what = names.kind_of_name(name)
    if not what or what == "possible key" or "/" in name or " " in name:
        return
    match = shapes.compiled(pattern).match(text, at, at + _LONGEST)
    if match is None:
        return
    value = match["secret"]
    if negatives.is_reference(value) or negatives.is_placeholder(value) or negatives.is_published(value):
        return
    if negatives.is_random(value) or negatives.is_uuid(value) or (what == "password" and negatives.is_strong_choice(value)):
        yield Hit(what, *match.span("secret"), Confidence.MEDIUM, "keyword", name=name)
    elif what in _CHOSEN and not value.isdigit() and value.lower() not in ("true", "false"):
        yield Hit(what, *match.span("secret"), Confidence.LOW, "keyword", name=name)
