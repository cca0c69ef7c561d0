"""Credentials in the parts of a URL or of a request that are made for them: ``user:password@``, ``Authorization``, ``curl -u``."""

from __future__ import annotations

from dsguard.analysis.secrets import nearby, shapes
from dsguard.analysis.secrets.hit import Hit
from dsguard.model import Confidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from dsguard.analysis.secrets.words import Words

    Headers = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]

_LONGEST_SCHEME = 60
_LONGEST_URL = 700
_LONGEST_USER_INFO = 330
_LONGEST_COMMAND = 1000
_LONGEST_HEADER = 1200

_SCHEMES = {
    "postgresql": "PostgreSQL",
    "postgres": "PostgreSQL",
    "mysql": "MySQL",
    "mariadb": "MariaDB",
    "mongodb": "MongoDB",
    "mssql": "SQL Server",
    "oracle": "Oracle",
    "redis": "Redis",
    "rediss": "Redis",
    "redshift": "Redshift",
    "snowflake": "Snowflake",
    "amqp": "AMQP",
    "amqps": "AMQP",
    "clickhouse": "ClickHouse",
    "trino": "Trino",
    "git": "git",
    "http": "web",
    "https": "web",
    "ftp": "FTP",
    "ssh": "SSH",
}

_PORT_OF_A_HOST = r"\d{2,5},"
"""What follows the first of several hosts (``a:27017,b:27017``), and is no password."""

_BASIC = "basic-auth credential"
_REQUEST = "password of a request"
_CURL = "curl "
_SIXTEEN_LETTERS = r"[a-z]{4}( ?)[a-z]{4}\1[a-z]{4}\1[a-z]{4}"
"""How Google shows the password that it makes for an application, or without its blanks."""
_APP = "password of an app"
_MAIL = "password of a mail account"
_USER = "password of a database user"
_HEADERS: Headers = (
    ("bearer", ((shapes.BEARER, "bearer token"),)),
    ("basic ", ((shapes.BASIC, _BASIC),)),
    ("auth", ((shapes.AUTHORIZATION, "authorization header"), (shapes.AUTH_TUPLE, _REQUEST), (shapes.AUTH_PAIR, _REQUEST))),
    ("token ", ((shapes.SCHEME, "authorization header"),)),
    ("apikey ", ((shapes.SCHEME, "authorization header"),)),
    ("api-key ", ((shapes.SCHEME, "authorization header"),)),
    ("passw", ((shapes.FOUR_GROUPS, _APP),)),
    (".login(", ((shapes.MAIL_LOGIN, _MAIL),)),
    ("identified ", ((shapes.IDENTIFIED_BY, _USER),)),
    (_CURL, ((shapes.CURL_USER, "password of a curl call"),)),
)
"""A literal of the text in lower case, and the patterns that may begin there, each with a label."""


def in_urls(text: str) -> Iterator[Hit]:
    """Passwords and tokens in URLs. Looks only where ``://`` is followed by an ``@`` before long."""
    at = text.find("://")
    while at >= 0:
        if text.find("@", at + 3, at + _LONGEST_USER_INFO) >= 0:
            start = at
            while start > max(0, at - _LONGEST_SCHEME) and (text[start - 1].isalnum() or text[start - 1] in "_+.-"):
                start -= 1
            match = shapes.compiled(shapes.URL_PASSWORD).match(text, start, at + _LONGEST_URL)
            hit = _password(match) if match else None
            if hit is None:
                match = shapes.compiled(shapes.URL_TOKEN).match(text, at, at + _LONGEST_URL)
                hit = _token(match, start) if match else None
            if hit is not None:
                yield hit
        at = text.find("://", at + 3)


def _password(match: re.Match[str]) -> Hit | None:
    from dsguard.analysis.secrets import negatives

    value, user, host = match["secret"], match["user"], match["host"]
    if negatives.is_reference(value) or negatives.is_reference(user) or negatives.is_made_up(value):
        return None
    if shapes.compiled(_PORT_OF_A_HOST).match(value):
        return None
    scheme = _SCHEMES.get(match["scheme"].lower().partition("+")[0], "connection")
    name = nearby.name_before(match.string, match.start())
    hit = Hit(f"password in a {scheme} URL", *match.span("secret"), Confidence.HIGH, "url", name=name)
    local = negatives.is_local_host(host)
    if negatives.is_random(value):
        if local:
            hit.confidence = Confidence.MEDIUM
        return hit
    low = value.lower()
    if low in negatives.URL_PLACEHOLDERS or negatives.is_example_host(host):
        return None
    common = low in negatives.COMMON_PASSWORDS or low == user.lower()
    if not common and negatives.is_placeholder(value):
        return None
    hit.confidence = Confidence.LOW if common or local else Confidence.MEDIUM
    return hit


def _token(match: re.Match[str], start: int) -> Hit | None:
    from dsguard.analysis.secrets import negatives

    value = match["secret"]
    if not negatives.is_random(value) or negatives.is_made_up(value):
        return None
    # A Sentry DSN is handed to every browser: an address more than a credential.
    confidence = Confidence.LOW if "sentry" in match["host"] else Confidence.MEDIUM
    return Hit("token in a URL", *match.span("secret"), confidence, "url", name=nearby.name_before(match.string, start))


def in_requests(text: str, words: Words, headers: Headers | None = None) -> Iterator[Hit]:
    """Tokens in headers, passwords of basic authentication.

    Args:
        headers: those of :func:`headers_in`, if it was asked.
    """
    for literal, patterns in _HEADERS if headers is None else headers:
        for at in words.places(literal):
            for pattern, label in patterns:
                match = _match_at(text, at, literal, pattern)
                if match is not None and _is_credential(match["secret"], label):
                    yield Hit(label, *match.span("secret"), Confidence.MEDIUM, "context")


def headers_in(low: str) -> Headers:
    """What :func:`in_requests` looks for and is in a text, given in lower case."""
    return tuple(header for header in _HEADERS if header[0] in low)


def _match_at(text: str, at: int, literal: str, pattern: str) -> re.Match[str] | None:
    regex = shapes.compiled(pattern)
    if literal == _CURL:  # the option may stand anywhere in the command
        end = text.find("\n", at, at + _LONGEST_COMMAND)
        return regex.search(text, at, end if end >= 0 else at + _LONGEST_COMMAND)
    return regex.match(text, at, at + _LONGEST_HEADER)


def _is_credential(value: str, label: str) -> bool:
    from dsguard.analysis.secrets import negatives

    if negatives.is_reference(value) or negatives.is_made_up(value) or negatives.is_published(value):
        return False
    if label in (_REQUEST, _MAIL, _APP, _USER):
        if negatives.is_placeholder(value):
            return False
        if shapes.compiled(_SIXTEEN_LETTERS).fullmatch(value) and label != _REQUEST:
            return not negatives.is_words(value.replace(" ", ""))
        if negatives.is_strong_choice(value):
            return True
    return negatives.is_random(value) and (label != _BASIC or _is_user_and_password(value))


def _is_user_and_password(value: str) -> bool:
    """Whether base64 text decodes to ``user:password``."""
    import binascii

    try:
        decoded = binascii.a2b_base64(value.rstrip("=") + "==")
    except ValueError:
        return False
    return b":" in decoded[1:-1] and decoded.isascii() and all(byte >= 32 for byte in decoded)
