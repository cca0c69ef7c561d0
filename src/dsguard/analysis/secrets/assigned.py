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
    from dsguard.analysis.secrets.words import Words

UNQUOTED_KINDS = frozenset(("config", "env", "shell"))
"""Kinds of text in which a value needs no quotes."""

_SHORT = ("pass", "pw")

_REST_OF_NAME = r"(?P<rest>[\w.\-]{0,60})(?P<close>\\{0,2}[\"'`])?"
_VALUE = (
    # A value in quotes may stand on the next line, a bare one may not.
    r"(?:\(?\s{0,60}[rbufRBUF]{0,2}(?P<quote>\\{0,2}(?:\"\"\"|'''|[\"'`]))(?P<quoted>(?:[^\s\"'`\\]|\\[^\s\"'`nrtuxN\\]|\\\\(?![\"'`\\])){5,600})(?P=quote)"
    r"|(?P<bare>[^\s\"'`\\;&,<>=]{6,600}={0,2}))"
)
_ASSIGNMENT = (
    _REST_OF_NAME + r"[\])]{0,2}[ \t]{0,20}"
    r"(?::[ \t]{0,4}[A-Za-z_][\w.\[\]|, ]{0,40}?(?==))?"
    r"(?P<sep>:=|={1,3}|<-|=>|!=|:|,(?=\s{0,60}[rbufRBUF]{0,2}\\{0,2}[\"'`])|(?<=\w)[ \t](?=\S)|\((?=[rbufRBUF]{0,2}[\"']))[ \t]{0,20}"
    + _VALUE
)
"""What follows the keyword: the rest of the name, what joins it to its value, the value."""

_APART = (
    _REST_OF_NAME + r"(?P<sep>"
    # os.getenv("DB_PASSWORD", default="..."), add_argument("--password", type=str, default="...")
    r"(?:,\s{0,20}(?!default\b)\w{1,20}\s?=\s?[\w.]{1,30}){0,3},\s{0,20}default\s?=\s?"
    # Kubernetes and ECS: name: DB_PASSWORD, value: ...
    r"|,?\s{1,40}[\"']?[Vv]alue[\"']?\s?:\s?"
    # Terraform: variable "db_password" { default = "..." }
    r"|\s{1,4}\{[^{}]{0,300}?\bdefault\s{0,20}=\s?)" + _VALUE
)
"""A name and a value with something between them that says that they belong together."""
_DEFAULT_OF_VARIABLE = (
    r"(?P<rest>\w{0,60})(?P<close>\b\B)?(?P<sep>:?[\-=])"
    r"(?:(?P<quote>\\?[\"'])(?P<quoted>[^\s\"'`{}\\]{5,600})(?P=quote)|(?P<bare>[^\s\"'`{}$\\][^\s\"'`{}\\]{4,600}))(?=\})"
)
"""What a shell or a compose file takes where a variable is not set: ``${DB_PASSWORD:-...}``. Nothing else in braces is a value."""

_SIGNS_APART = ("default=", "default ", "alue:", 'alue":', "alue':", "alue :")
_OWNER_APART = r"(?:[\"']?[Nn]ame[\"']?\s?:\s?[\"']?|[(,]\s{0,20}[\"'][\-]{0,2}|^variable [\"'])$"
"""What stands before such a name."""

_SIGNS_OF_DEFAULT = (":-", "-", ":=")

_LONGEST_ASSIGNMENT = 900
_LONGEST_SIGN = 3
"""Characters of ``===``: what is longer is what stands between a name and a value that are apart."""
_NEAR_APART = 360
"""Characters behind a name in which what joins it to its value ends."""

_SHELL_LINE = r"[ \t#/>\-]{0,12}(?:%(?:set_)?env|!|%%|export |set |setx |ENV |ARG |\$ )"
_CONNECTION = r"(?i)jdbc:|driver=|server=|host=|dbname=|database=|data source=|user id=|uid=|user=|accountname=|://"

_ATTRIBUTE = r"[A-Za-z_]\w{0,60}(?:\.[A-Za-z_]\w{0,60}){1,6}"
_LOCAL = r"(?:(?<![\w.@-])(?:localhost|127\.0\.0\.1|0\.0\.0\.0)[:/]|://docs\.google\.com/)"

_CURSOR = r"\b(?:page|pagination|continuation|sync) $"

_NOT_BEFORE_NAME = ("+", "/")
"""Within base64 a few letters and a ``=`` look like an assignment."""

_SURE_KINDS = frozenset(("API key", "secret", "secret key", "access key"))
"""Kinds of which a UUID is an instance more often than not."""
_CHOSEN_KINDS = frozenset(("password", "secret", "secret key", "API key"))
"""Kinds that people make up themselves, so that they need not be random."""
_LONGEST_CHOSEN = 64


class _Candidate:
    """A value and the name before it."""

    __slots__ = ("at", "is_apart", "is_fallback", "is_quoted", "match", "name", "name_start", "sep", "start", "text", "value")

    def __init__(self, text: str, at: int, match: re.Match[str], kind: str) -> None:
        self.text = text
        self.at = at
        self.match = match
        sep = match["sep"].replace("\t", " ")
        self.is_apart = len(sep) > _LONGEST_SIGN
        self.is_fallback = _is_expanded(text, at)
        """Whether it is what a variable of a shell or a compose file stands for where nobody sets it."""
        self.sep = "=" if sep in _SIGNS_OF_DEFAULT else sep.rstrip()[-1:] if self.is_apart else sep
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
        if self.sep != "=" or self.character_before not in ("?", "&") or not self.name_start:
            return False
        run = nearby.before(self.text, self.name_start)
        run = run[max(run.rfind(stop) for stop in " \t\"'`") + 1 :]
        return "://" in run or not any(mark in run for mark in "();")  # `a(b)?o.key=...` is code that was made short

    @property
    def is_tight(self) -> bool:
        """Whether nothing but ``=`` stands between name and value."""
        return self.sep == "=" and self.match.end("sep") == self.start

    def hit(self, label: str, confidence: Confidence, basis: str = "keyword") -> Hit:
        return Hit(label, self.start, self.start + len(self.value), confidence, basis, name=self.name)


def assigned(text: str, words: Words, kind: str) -> Iterator[Hit]:
    """Credentials that are told by their names; ``kind`` as for :func:`.scan`."""
    seen: set[int] = set()
    for keyword in words.roots:
        for at in words.of(keyword):
            if keyword not in _SHORT or _is_in_a_name(words.low, at, keyword):
                hit = _first_hit(text, at, at + len(keyword), kind, seen)
                if hit is not None:
                    yield hit


def _is_in_a_name(low: str, at: int, keyword: str) -> bool:
    """Whether a short keyword stands where it means a credential, not in ``pass``, ``bypass`` or within a word."""
    after = low[at + len(keyword) : at + len(keyword) + 1]
    if low[at - 1 : at] == "_":
        return True
    return after in ("d", " ", "=") if keyword == "pw" else after == "w" or low.startswith("phrase", at + len(keyword))


def _is_expanded(text: str, at: int) -> bool:
    """Whether a place is in the name of a variable that is filled in: ``${DB_PASSWORD:-...}``."""
    opened = text.rfind("${", max(0, at - nearby.LONGEST_NAME - 2), at)  # there mostly is none, and to find that costs nothing
    return opened >= 0 and nearby.start_of_name(text, at) == opened + 2


def _first_hit(text: str, at: int, name_end: int, kind: str, seen: set[int]) -> Hit | None:
    """What a keyword leads to: the value behind its name, else the one that stands apart from it."""
    for pattern in (_DEFAULT_OF_VARIABLE,) if _is_expanded(text, at) else (_ASSIGNMENT, _APART):
        if pattern is _APART and not _may_be_apart(text, name_end):
            break
        match = shapes.compiled(pattern).match(text, name_end, name_end + _LONGEST_ASSIGNMENT)
        if match is not None and match.end() not in seen:
            seen.add(match.end())
            hit = _judged(_Candidate(text, at, match, kind), kind)
            if hit is not None:
                return hit
    return None


def _may_be_apart(text: str, at: int) -> bool:
    return any(text.find(sign, at, at + _NEAR_APART) >= 0 for sign in _SIGNS_APART)


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
    if what == "token" and candidate.character_before == " " and _is_cursor(candidate):
        return None
    if negatives.is_random(name) or (not candidate.is_quoted and candidate.character_before in _NOT_BEFORE_NAME):
        return None  # the middle of encoded data
    if not candidate.is_quoted and nearby.is_in_block(candidate.text, candidate.start):
        return None
    random, uuid = negatives.is_random(value), negatives.is_uuid(value)
    if not _belongs(candidate, kind, random=random or uuid):
        return None
    if not candidate.is_quoted and not _is_literal(candidate, kind, random=random or uuid):
        return None
    if negatives.is_published(value) or (negatives.is_made_up(value) if random or uuid else negatives.is_placeholder(value)):
        return None
    if random or uuid:
        before = name if candidate.is_apart else nearby.before(candidate.text, candidate.start)
        vendor = _vendor_of(before.lower(), value)
        if vendor is not None:
            return candidate.hit(vendor.label, Confidence.MEDIUM, "context")
    if what == "possible key":
        if candidate.is_parameter and len(value) >= 16:
            what = "API key"
        elif not candidate.is_quoted and kind not in UNQUOTED_KINDS:
            return None
    return _generic(candidate, what, random=random, uuid=uuid)


def _is_cursor(candidate: _Candidate) -> bool:
    """Whether it is the place in a list from where to go on: ``Next Page Token = ...``, as command lines print it."""
    return bool(shapes.compiled(_CURSOR).search(nearby.before(candidate.text, candidate.name_start).lower()))


def _generic(candidate: _Candidate, what: str, *, random: bool, uuid: bool) -> Hit | None:
    """The second stage: no shape and no vendor, only a name and a value."""
    from dsguard.analysis.secrets import detect_secrets_adapter, negatives

    value = candidate.value
    if uuid:
        if what == "possible key" or (candidate.is_parameter and what == "token"):
            return None  # the token in a link by which Firebase shows a file to everybody
        return candidate.hit(what, Confidence.MEDIUM if what in _SURE_KINDS else Confidence.LOW)
    if not random and (what not in _CHOSEN_KINDS or len(value) > _LONGEST_CHOSEN or (what != "password" and negatives.is_words(value))):
        return None
    verdict = detect_secrets_adapter.judge(candidate.name, value)
    if random and verdict.entropy:
        doubtful = what == "possible key" or (what == "password" and negatives.is_for_show(value)) or _is_shown_to_all(candidate)
        return candidate.hit(what.removeprefix("possible "), Confidence.LOW if doubtful else Confidence.MEDIUM)
    if verdict.keyword and what in _CHOSEN_KINDS:
        is_strong = what == "password" and negatives.is_strong_choice(value) and not candidate.is_fallback
        return candidate.hit(what, Confidence.MEDIUM if is_strong else Confidence.LOW)
    return None


_MEASURING = r"(?i)\b(?:ga|gtag|baidu|tongji|[a-z_-]{0,20}analytics)[\"']?\s{0,4}:\s{0,4}\{?\s{1,40}[\"']?$"
"""What counts the visitors of a web site, with settings below it."""


def _is_shown_to_all(candidate: _Candidate) -> bool:
    """Whether it is made to be seen (Stripe's and Mapbox's public keys, the one by which a web page searches, a presentation that
    somebody shares), or opens nothing but a server on this machine for as long as that runs (Jupyter's)."""
    if candidate.value.startswith(("pk.", "pk_")):
        return True
    name = candidate.name.lower()
    if "algolia" in nearby.line_around(candidate.text, candidate.at).lower() and "admin" not in name and "write" not in name:
        return True
    above = candidate.text[max(0, candidate.name_start - nearby.NEAR) : candidate.name_start]
    if name == "token" and shapes.compiled(_MEASURING).search(above):
        return True  # each page that is counted has it
    return candidate.is_parameter and bool(shapes.compiled(_LOCAL).search(nearby.before(candidate.text, candidate.name_start)))


def _vendor_of(before: str, value: str) -> Vendor | None:
    for vendor in shapes.VENDORS:
        if any(word in before for word in vendor.words) and vendor.regex.fullmatch(value):
            return vendor
    return None


def _belongs(candidate: _Candidate, kind: str, *, random: bool) -> bool:
    """Whether what stands between name and value gives the one to the other."""
    has_digit = any(map(str.isdigit, candidate.value))  # without one it is a name in capitals and small letters
    if candidate.sep == ",":  # ("api_key", "..."), but not the words of a list
        first = candidate.text[max(0, candidate.name_start - 2) : candidate.name_start - 1] == "("
        is_name = candidate.match["close"] is not None and candidate.character_before in ("'", '"', "`")  # "Neptune API token" is a title
        end = candidate.name.rpartition("_")[2]
        both_names = candidate.value.endswith(f"_{end}")  # sI_Key, sPbH3_Key
        return is_name and (first or (random and has_digit)) and not both_names
    if candidate.is_apart:
        return bool(shapes.compiled(_OWNER_APART).search(nearby.before(candidate.text, candidate.name_start)))
    if candidate.sep == "(":  # set_auth_token("..."), but not get_secret("name-of-it")
        return random and has_digit and candidate.match["close"] is None and not _gets(candidate.name)
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


def _gets(name: str) -> bool:
    """Whether a function by its name looks up what it is given: ``get_secret``, ``self.fetchToken``."""
    from dsguard.analysis.secrets.names import parts_of

    return not _LOOKING_UP.isdisjoint(parts_of(name.rpartition(".")[2])[:1])


_LOOKING_UP = frozenset(
    ("get", "fetch", "read", "load", "retrieve", "find", "lookup", "resolve", "access", "describe", "has", "require", "delete", "list")
)


def _may_be_parameter(candidate: _Candidate, kind: str) -> bool:
    """Whether a name may be that of a parameter of a function."""
    return kind == "code" or (kind not in UNQUOTED_KINDS and "(" in nearby.before(candidate.text, candidate.name_start))


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _is_shell(candidate: _Candidate) -> bool:
    """Whether the line is a command: a magic, a shell escape, an ``export``."""
    return bool(shapes.compiled(_SHELL_LINE).match(nearby.before(candidate.text, candidate.name_start)))


def _is_of_badge(text: str, at: int) -> bool:
    """Whether a parameter is of a picture in a README that says how well a project does: its token is public."""
    address = nearby.before(text, at).rpartition("://")[2].partition("?")[0]
    return address.rstrip("/").endswith(".svg") or "badge" in nearby.line_around(text, at)


def _is_literal(candidate: _Candidate, kind: str, *, random: bool) -> bool:
    """Whether a value without quotes is a literal here, and no expression."""
    text, value, before = candidate.text, candidate.value, candidate.character_before
    if len(value) < 6 or value[0] in "!*&@|":
        return False  # in YAML: a tag, an alias, an anchor, a block
    if _plain(value).endswith(_plain(candidate.name)) and value.isidentifier():
        return False  # "token2wav_config": Qwen2_5Token2WavConfig
    if candidate.is_tight:
        if before in ("?", "&"):
            return random and not _is_of_badge(text, candidate.at)
        if not random and kind not in UNQUOTED_KINDS and shapes.compiled(_ATTRIBUTE).fullmatch(value):
            return False  # connect(host=c.host, password=c.password)
        if before in (" ", ";", '"', "'") and shapes.compiled(_CONNECTION).search(nearby.line_around(text, candidate.at)):
            return True
    if candidate.sep == " ":
        return random or kind in UNQUOTED_KINDS
    if candidate.sep == ":" and shapes.compiled(_ATTRIBUTE).fullmatch(value) and _may_be_parameter(candidate, kind):
        return False  # its type
    if candidate.sep in (":", "=") and kind in UNQUOTED_KINDS:
        return "(" not in value and "[" not in value
    if candidate.sep in (":", "=") and _is_shell(candidate):
        return True
    if kind == "code" and shapes.compiled(_ATTRIBUTE).fullmatch(value) and not any(map(str.isdigit, value)):
        return False  # user.Password = TextBoxPassword.Text;
    return random and len(value) >= 16 and not any(mark in value for mark in "()[]{}$")
