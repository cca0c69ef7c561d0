"""Values whose name says that they are credentials: ``password = "..."``, ``"api_key": "..."``, ``TOKEN=...``.

The name, the form of the value and the words round it decide most of it; what they leave open goes to detect-secrets.
"""

from __future__ import annotations

from dsguard.analysis.secrets import nearby, shapes
from dsguard.analysis.secrets.hit import Hit
from dsguard.model import Confidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from dsguard.analysis.secrets.shapes import Vendor

UNQUOTED_KINDS = frozenset(("config", "env", "shell"))
"""Kinds of text in which a value needs no quotes."""

_KEYWORDS = ("key", "token", "secret", "passw", "pwd", "passphrase", "_pass", "credential", "_pw", "pw ", "pw=")
"""Searched in the lower-case text. A name may have more round it."""

_ASCII_LOWER = {upper: upper + 32 for upper in range(65, 91)}

_ASSIGNMENT = (
    r"(?P<rest>[\w.\-]{0,60})(?P<close>\\{0,2}[\"'`])?[\])]{0,2}[ \t]{0,20}"
    r"(?::[ \t]{0,4}[A-Za-z_][\w.\[\]|, ]{0,40}?(?==))?"
    r"(?P<sep>:=|={1,3}|<-|=>|!=|:|,(?=[ \t]{0,20}[rbuRBU]{0,2}\\{0,2}[\"'`])|(?<=\w)[ \t](?=\S)|\((?=[rbuRBU]{0,2}[\"']))[ \t]{0,20}"
    # A value in quotes may stand on the next line, a bare one may not.
    r"(?:\(?\s{0,60}[rbuRBU]{0,2}(?P<quote>\\{0,2}(?:\"\"\"|'''|[\"'`]))(?P<quoted>(?:[^\s\"'`\\]|\\[^\s\"'`nrtuxN\\]|\\\\(?![\"'`\\])){5,600})(?P=quote)"
    r"|(?P<bare>[^\s\"'`\\;&,<>=]{6,600}={0,2}))"
)
"""What follows the keyword: the rest of the name, what joins it to its value, the value."""
_LONGEST_ASSIGNMENT = 900

_SHELL_LINE = r"[ \t#/>\-]{0,12}(?:%(?:set_)?env|!|%%|export |set |setx |ENV |ARG |\$ )"
_CONNECTION = r"(?i)jdbc:|driver=|server=|host=|dbname=|database=|data source=|user id=|uid=|user=|accountname=|://"

_NOT_BEFORE_NAME = ("+", "/")
"""Within base64 a few letters and a ``=`` look like an assignment."""

_SURE_KINDS = frozenset(("API key", "secret", "secret key", "access key"))
"""Kinds of which a UUID is an instance more often than not."""
_CHOSEN_KINDS = frozenset(("password", "secret", "secret key", "API key"))
"""Kinds that people make up themselves, so that they need not be random."""
_LONGEST_CHOSEN = 64


class _Candidate:
    """A value and the name before it."""

    __slots__ = ("at", "is_quoted", "match", "name", "name_start", "sep", "start", "text", "value")

    def __init__(self, text: str, at: int, match: re.Match[str], kind: str) -> None:
        self.text = text
        self.at = at
        self.match = match
        self.sep = match["sep"].replace("\t", " ")
        self.is_quoted = match["quoted"] is not None
        self.value = match["quoted"] if self.is_quoted else _trimmed(match["bare"], kind)
        self.start = match.start("quoted" if self.is_quoted else "bare")
        self.name_start = nearby.start_of_name(text, at)
        self.name = text[self.name_start : match.end("rest")].strip("-.")
        """Of an attribute (``openai.api_key``) all of it; a quoted key may hold dots too."""

    @property
    def character_before(self) -> str:
        """What stands before the name."""
        return self.text[self.name_start - 1 : self.name_start]

    @property
    def is_parameter(self) -> bool:
        """Whether it is a parameter in the query of a URL (``?key=...``)."""
        return self.sep == "=" and self.character_before in ("?", "&") and self.name_start > 0

    @property
    def is_tight(self) -> bool:
        """Whether nothing but ``=`` stands between name and value."""
        return self.sep == "=" and self.match.end("sep") == self.start

    def hit(self, label: str, confidence: Confidence, basis: str = "keyword") -> Hit:
        return Hit(label, self.start, self.start + len(self.value), confidence, basis, name=self.name)


def assigned(text: str, kind: str) -> Iterator[Hit]:
    """Credentials that are told by their names; ``kind`` as for :func:`~dsguard.analysis.secrets.scan.scan`."""
    low = text.lower()
    if len(low) != len(text):
        low = text.translate(_ASCII_LOWER)  # a few letters become two in lower case, and offsets would no longer fit
    seen: set[int] = set()
    for keyword in _KEYWORDS:
        at = low.find(keyword)
        while at >= 0:
            name_end = at + len(keyword.rstrip(" ="))
            match = shapes.compiled(_ASSIGNMENT).match(text, name_end, name_end + _LONGEST_ASSIGNMENT)
            if match is not None and match.end() not in seen:
                seen.add(match.end())
                candidate = _Candidate(text, at, match, kind)
                hit = _judged(candidate, kind)
                if hit is not None:
                    yield hit
            at = low.find(keyword, at + len(keyword))


def _trimmed(bare: str, kind: str) -> str:
    """A value without quotes, without the brackets and stops of the sentence round it."""
    if kind not in UNQUOTED_KINDS:
        for closing in ")]}":
            bare = bare.partition(closing)[0]
    return bare.rstrip(")]}.:")


def _judged(candidate: _Candidate, kind: str) -> Hit | None:
    """Judge by name, form and surroundings; ask detect-secrets if those leave it open."""
    from dsguard.analysis.secrets import names, negatives

    name, value = candidate.name, candidate.value
    # What counts of `tokens.path` is `path`; but keys of settings have dots: `fs.s3a.secret.key`.
    is_attribute = candidate.match["close"] is None and kind not in UNQUOTED_KINDS
    what = names.kind_of_name(name.rpartition(".")[2] if is_attribute else name)
    if not what or negatives.is_digest_name(name.lower()) or negatives.is_reference(value):
        return None
    if negatives.is_random(name) or (not candidate.is_quoted and candidate.character_before in _NOT_BEFORE_NAME):
        return None  # the middle of encoded data
    random = negatives.is_random(value)
    if not _belongs(candidate, kind, random=random):
        return None
    if not candidate.is_quoted and not _is_literal(candidate, kind, random=random):
        return None
    uuid = negatives.is_uuid(value)
    if negatives.is_published(value) or (negatives.is_made_up(value) if random or uuid else negatives.is_placeholder(value)):
        return None
    if random or uuid:
        vendor = _vendor_of(nearby.before(candidate.text, candidate.start).lower(), value)
        if vendor is not None:
            return candidate.hit(vendor.label, Confidence.MEDIUM, "context")
    if what == "possible key":
        if candidate.is_parameter and len(value) >= 16:
            what = "API key"
        elif not candidate.is_quoted and kind not in UNQUOTED_KINDS:
            return None
    return _generic(candidate, what, random=random, uuid=uuid)


def _generic(candidate: _Candidate, what: str, *, random: bool, uuid: bool) -> Hit | None:
    """The second stage: no shape and no vendor, only a name and a value."""
    from dsguard.analysis.secrets import detect_secrets_adapter, negatives

    value = candidate.value
    if uuid:
        if what == "possible key":
            return None
        return candidate.hit(what, Confidence.MEDIUM if what in _SURE_KINDS else Confidence.LOW)
    if not random and (what not in _CHOSEN_KINDS or len(value) > _LONGEST_CHOSEN or (what != "password" and negatives.is_words(value))):
        return None
    verdict = detect_secrets_adapter.judge(candidate.name, value)
    if random and verdict.entropy:
        # Publishable keys (`pk_...`, Mapbox's `pk.`) are made to be seen.
        doubtful = what == "possible key" or value.startswith(("pk.", "pk_"))
        return candidate.hit(what.removeprefix("possible "), Confidence.LOW if doubtful else Confidence.MEDIUM)
    if verdict.keyword and what in _CHOSEN_KINDS:
        return candidate.hit(what, Confidence.MEDIUM if what == "password" and negatives.is_strong_choice(value) else Confidence.LOW)
    return None


def _vendor_of(before: str, value: str) -> Vendor | None:
    for vendor in shapes.VENDORS:
        if any(word in before for word in vendor.words) and vendor.regex.fullmatch(value):
            return vendor
    return None


def _belongs(candidate: _Candidate, kind: str, *, random: bool) -> bool:
    """Whether what stands between name and value gives the one to the other."""
    if candidate.sep == ",":  # ("api_key", "..."), but not the words of a list
        first = candidate.text[max(0, candidate.name_start - 2) : candidate.name_start - 1] == "("
        is_name = candidate.match["close"] is not None and candidate.character_before in ("'", '"', "`")  # "Neptune API token" is a title
        return is_name and (first or random)
    if candidate.sep == "(":  # set_auth_token("..."), but not get_secret("name-of-it")
        return random and candidate.match["close"] is None
    if candidate.sep != " ":
        return True
    text, start = candidate.text, candidate.name_start
    if random and not candidate.is_quoted and len(candidate.value) >= 16 and (kind in UNQUOTED_KINDS or _is_shell(candidate)):
        return True  # ngrok authtoken ...
    if text.startswith("--", start) and candidate.character_before in ("", " ", "\t", "\n", '"', "'"):
        return True  # --token ...
    if candidate.name.lower() != "password":
        return False
    # SQL's PASSWORD '...', netrc's login ... password ...
    return candidate.match["quote"] == "'" or (not candidate.is_quoted and "login" in nearby.before(text, start))


def _is_shell(candidate: _Candidate) -> bool:
    """Whether the line is a command: a magic, a shell escape, an ``export``."""
    return bool(shapes.compiled(_SHELL_LINE).match(nearby.before(candidate.text, candidate.name_start)))


def _is_literal(candidate: _Candidate, kind: str, *, random: bool) -> bool:
    """Whether a value without quotes is a literal here, and no expression."""
    text, value, before = candidate.text, candidate.value, candidate.character_before
    if len(value) < 6 or value[0] in "!*&@|":
        return False  # in YAML: a tag, an alias, an anchor, a block
    if candidate.is_tight:
        if before in ("?", "&"):
            return random and "badge" not in nearby.line_around(text, candidate.at)  # the token of a badge is public
        if before in (" ", ";", '"', "'") and shapes.compiled(_CONNECTION).search(nearby.line_around(text, candidate.at)):
            return True
    if candidate.sep == " ":
        return random or kind in UNQUOTED_KINDS
    if candidate.sep in (":", "=") and kind in UNQUOTED_KINDS:
        return "(" not in value and "[" not in value
    if candidate.sep in (":", "=") and _is_shell(candidate):
        return True
    return random and len(value) >= 16 and not any(mark in value for mark in "()[]{}$")
