"""Tokens that begin with a prefix of their own, and runs of characters that are a key if a vendor's name is near."""

from __future__ import annotations

from dsguard.analysis.secrets import nearby, shapes
from dsguard.analysis.secrets.hit import Hit
from dsguard.model import Confidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from dsguard.analysis.secrets.shapes import Shape, Vendor

_OF_TOKENS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_MASK = bytes(120 if byte in _OF_TOKENS else 32 for byte in range(256))
_SHORTEST = b"x" * shapes.SHORTEST_TOKEN

_LONGEST_VENDOR_KEY = 130
_VENDOR_KEY = r"(?:local-)?[0-9a-f]{32,64}|[A-Za-z0-9]{20,84}|[A-Za-z0-9_\-]{27,30}|\d{8,20}-[A-Za-z0-9]{40}"
_CREDENTIAL_WORD = r"key|token|secret|log.?in|auth|passw|appid|credential|api_|bearer"
_ENDS_URL = r"[\s\"'`<>]"
_NOT_BEFORE_KEY = frozenset("+/.\\@#%")
_NOT_AFTER_KEY = frozenset("+/.\\@(%")
"""What makes a run a piece of base64, of a path, of an address or of code."""
_DIGITS = frozenset("0123456789")


def tokens(text: str) -> Iterator[Hit]:
    """Every shape of ``shapes.TOKENS`` and ``shapes.BY_LENGTH``, and the keys of vendors that are named before them."""
    by_start = shapes.tokens_by_start()
    by_length = shapes.BY_LENGTH
    for start, end in _runs(text):
        if text[start] in "nrt" and text[start - 1 : start] == "\\":
            start += 1  # the letter belongs to an escape: "\nghp_..." in a string
        candidates = by_start.get(text[start : start + 3])
        hit = None
        if candidates is not None:
            hit = _first(text, start, candidates)
        elif end - start in by_length:
            shape = by_length[end - start]
            hit = hit_of(shape, shape.regex.search(text, max(0, start - shape.back), end + 1))
        if hit is None and start and text[start - 1] in shapes.BEFORE_A_RUN:
            hit = _behind_a_mark(text, start)
        if hit is None and end - start <= _LONGEST_VENDOR_KEY and _may_be_key(text, start, end):
            hit = _of_vendor(text, start, end)
        if hit is not None:
            yield hit


def has_runs(text: str) -> bool:
    """Whether there is any row of characters that a token could be."""
    return next(_runs(text), None) is not None


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Where 20 or more characters of tokens (letters, digits, ``_``, ``-``) stand in a row: start and end of each row.

    The text is first brought to two characters, so that finding the next row is finding a literal: that looks at every twentieth
    place or so of what is none, where a pattern looks at each.
    """
    mask = text.encode("latin-1", "replace").translate(_MASK)
    start = mask.find(_SHORTEST)
    while start >= 0:
        end = mask.find(b" ", start + len(_SHORTEST))
        if end < 0:
            end = len(mask)
        yield start, end
        start = mask.find(_SHORTEST, end)


def _behind_a_mark(text: str, start: int) -> Hit | None:
    """A token that begins before the run."""
    for shape in shapes.MARKED:
        at = start - shape.back
        if at >= 0 and text.find(shape.prefix, at, start + len(shape.prefix)) >= 0:
            hit = hit_of(shape, shape.regex.match(text, at))
            if hit is not None:
                return hit
    return None


def _first(text: str, start: int, candidates: tuple[Shape, ...]) -> Hit | None:
    for shape in candidates:
        if text.startswith(shape.prefix, start):
            hit = hit_of(shape, shape.regex.match(text, start))
            if hit is not None:
                return hit
    return None


def hit_of(shape: Shape, match: re.Match[str] | None) -> Hit | None:
    """The hit that a match of a shape is, unless the value is made up."""
    if match is None:
        return None
    from dsguard.analysis.secrets import negatives

    group = "secret" if "secret" in shape.regex.groupindex else 0
    value = match[group]
    body = value.removeprefix(shape.prefix)
    if negatives.is_published(value) or negatives.is_made_up(body):
        return None
    if shape.mixed and (not negatives.is_mixed(body) or negatives.is_words(body)):
        return None
    if shape is shapes.JWT and not negatives.is_jwt(value):
        return None
    # Twenty capitals may also be a peptide or a DNA primer.
    letters_only = shape in shapes.CAPITALS and _DIGITS.isdisjoint(body)
    shown = shape.prefix if value.startswith(shape.prefix) else ""
    return Hit(shape.label, *match.span(group), Confidence.LOW if letters_only else shape.confidence, "token", shown)


def _may_be_key(text: str, start: int, end: int) -> bool:
    """A cheap look before the words round it are read."""
    if text[start - 1 : start] in _NOT_BEFORE_KEY or text[end : end + 1] in _NOT_AFTER_KEY:
        return False
    return bool(shapes.compiled(_VENDOR_KEY).fullmatch(text, start, end)) and not _DIGITS.isdisjoint(text[start:end])


def _of_vendor(text: str, start: int, end: int) -> Hit | None:
    """The key of a vendor whose name, and a word for a credential, stand before it on the same line."""
    before = nearby.before(text, start).lower()
    if not shapes.compiled(_CREDENTIAL_WORD).search(before):
        return None
    for vendor in shapes.VENDORS:
        if any(word in before for word in vendor.words) and vendor.regex.fullmatch(text, start, end):
            return _vendor_hit(text, start, end, vendor, before) if _is_told_by_host(vendor, before) else None
    return None


def _is_told_by_host(vendor: Vendor, before: str) -> bool:
    """Whether the URL that a value is a parameter of is the vendor's: many services call one ``appid``. True outside of URLs."""
    address, mark, query = before.rpartition("://")[2].partition("?")
    is_parameter = mark and "://" in before and not shapes.compiled(_ENDS_URL).search(address + query)
    return not is_parameter or any(word in address for word in vendor.words)


def _vendor_hit(text: str, start: int, end: int, vendor: Vendor, before: str) -> Hit | None:
    from dsguard.analysis.secrets import names, negatives

    value = text[start:end]
    if negatives.is_made_up(value) or not (negatives.is_random(value) or negatives.is_uuid(value)):
        return None
    name = nearby.name_before(text, start)
    if negatives.is_digest_name(before[-24:]) or negatives.is_digest_name(name.lower()) or names.is_about(name):
        return None
    return Hit(vendor.label, start, end, Confidence.MEDIUM, "context", name=name)
