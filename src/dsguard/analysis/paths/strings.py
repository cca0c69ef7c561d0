"""Path literals in languages with string literals: R, Julia, Stata, SAS, JSON, TOML, and Python that does not parse."""

from __future__ import annotations

import re

from dsguard.analysis.paths.evidence import takes_path
from dsguard.analysis.paths.place import CHDIR, COMMAND, SYS_PATH, VALUE
from dsguard.analysis.paths.shapes import embedded_path
from dsguard.analysis.paths.text import MAX_LINE, ROUTE_KEY
from dsguard.analysis.paths.vocabulary import CONTAINER_KEYS, FAKES, PURE_PATHS, ROUTE_CALLS, TEXT_NAMES, XPATH_CALLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.analysis.paths.place import Place
    from dsguard.analysis.paths.text import Text

_DOUBLE = r'"(?P<double>(?:[^"\\]|\\.)*+)"'
_SINGLE = r"'(?P<single>(?:[^'\\]|\\.)*+)'"
_BARE = r"(?:[A-Za-z]:[\\/]|/(?:home|Users)/)"
TOKENS = {
    "r": re.compile(rf"(?P<comment>\#)|(?<!\w)[rR](?P<q>[\"'])-{{0,3}}[(\[{{](?P<raw>[^\"']{{0,400}}+)(?P=q)|{_DOUBLE}|{_SINGLE}"),
    "julia": re.compile(rf"(?P<comment>\#)|(?P<prefix>\b\w{{1,8}})?(?:(?P<triple>\"\"\")|{_DOUBLE})|'(?:\\.|[^'\\])'"),
    # A quote after a name or a bracket transposes; in quotes, backslashes are themselves.
    "matlab": re.compile(r"(?P<comment>%)|(?<![\w)\]}.'])'(?P<raw>(?:[^']|'')*+)'|\"(?P<double>[^\"]*+)\""),
    # Both take a path without quotes, too; backslashes are themselves. No string of theirs is a double one as elsewhere.
    "stata": re.compile(rf"(?P<comment>^\s*\*|//|/\*)|\"(?P<raw>[^\"]*+)\"|(?<=[\s=])(?P<single>{_BARE}[^\s,;\"]++)|(?P<double>(?!))"),
    "sas": re.compile(
        rf"(?P<comment>^\s*%?\*|/\*)|(?P<quote>[\"'])(?P<raw>(?:(?!(?P=quote)).)*+)(?P=quote)"
        rf"|(?<=[\s=])(?P<single>{_BARE}[^\s;\"']++)|(?P<double>(?!))"
    ),
    "json": re.compile(rf"(?P<comment>//|/\*)|{_DOUBLE}"),
    "toml": re.compile(rf"(?P<comment>\#)|(?P<triple>\"\"\"|''')|{_DOUBLE}|'(?P<raw>[^']*+)'"),
    "python": re.compile(rf"(?P<comment>\#)|(?P<prefix>\b[rRbBuUfF]{{1,2}})?(?:(?P<triple>\"\"\"|''')|{_DOUBLE}|{_SINGLE})"),
}
"""By language: what the next comment or string looks like."""

_BLOCK_COMMENTS = {"julia": ("#=", "=#"), "matlab": ("%{", "%}"), **dict.fromkeys(("json", "stata", "sas"), ("/*", "*/"))}
_TRIPLES = {"julia": ('"""',), "toml": ('"""', "'''"), "python": ('"""', "'''")}


def places(text: Text) -> Iterator[Place]:
    """The path literals of a text, each string judged from its start."""
    tokens = TOKENS[text.language]
    openers = (*_TRIPLES.get(text.language, ()), *_BLOCK_COMMENTS.get(text.language, ())[:1])
    block_end = ""
    for number, line in enumerate(text.lines, 1):
        if not block_end and not text.shape.line.search(line) and not any(opener in line for opener in openers):
            continue
        line = line[:MAX_LINE]
        position = 0
        while True:
            if block_end:
                closing = line.find(block_end, position)
                if closing < 0:
                    break
                position = closing + len(block_end)
                block_end = ""
            token = tokens.search(line, position)
            if token is None:
                break
            position = token.end()
            if token["comment"]:
                block_end = _comment_end(text.language, line, token.start())
                if not block_end:
                    break
            elif "triple" in tokens.groupindex and token["triple"]:
                block_end = token["triple"]
            else:
                yield from _judge(text, number, line, _Literal(text.language, token))


def _comment_end(language: str, line: str, start: int) -> str:
    """What ends a block comment that starts here; empty if the comment goes to the end of the line."""
    opener, closer = _BLOCK_COMMENTS.get(language, ("", ""))
    return closer if opener and line.startswith(opener, start) else ""


class _Literal:
    """A string token: its value as far as it can be told, and where it stands in its line."""

    __slots__ = ("breaks_file", "end", "start", "value")

    def __init__(self, language: str, token: re.Match[str]) -> None:
        self.start, self.end = token.span()
        groups = token.groupdict()
        prefix = groups.get("prefix") or ""
        raw = groups.get("raw")
        body = raw or groups["double"] or groups.get("single") or ""
        self.breaks_file = False
        self.value: str | None = body
        if language == "julia" and prefix not in ("", "raw"):
            self.value = None  # r"..." and other literals that are no strings
        elif language == "r" and raw is not None:
            self.value = raw.rstrip("-").rstrip(")]}")
        elif raw is None and prefix != "raw" and not (language == "python" and "r" in prefix.lower()):
            self.breaks_file = language == "python" and _BREAKING.search(body) is not None
            self.value = unescaped(body)


_KEY_AFTER = {"json": re.compile(r"\s*:"), "toml": re.compile(r"\s*[=.\]]")}
_NAME_BEFORE = re.compile(r"""["']?([A-Za-z_$][\w.\-]{0,60})["']?\s*(?::|=|<-)\s*\[?\s*$""")
_PATTERN_BEFORE = re.compile(
    r"\b(?:re\.\w+|regex\.\w+|gsub|sub|grepl?|regexpr|gregexpr|regmatches|str_\w+|stri_\w+|occursin|eachmatch|Regex)\(\s*(?:pattern\s*=\s*)?$"
)
_LATER_PART = re.compile(r"\b(?:paste0?|file\.path|str_c|glue|joinpath|string|path|join|fullfile)\([^()]*,\s*$")
_CHDIR_BEFORE = re.compile(r"\b(?:setwd|cd|chdir)\(\s*(?:dir\s*=\s*)?$|^\s*(?:qui(?:etly)?\s+)?cd\s+$")
_SYS_PATH_BEFORE = re.compile(r"\bsys\.path(?:\.(?:append|insert|extend)\(\s*(?:\d+\s*,\s*)?\[?|\s*\+?=\s*\[)\s*$")
_POSIX_CALLS = ROUTE_CALLS | XPATH_CALLS
_NO_PATH_CALLS = PURE_PATHS | FAKES
_CALL_BEFORE = re.compile(r"([A-Za-z_][\w.]{0,60})\(\s*(?:[\w.]{1,40}\s*=\s*)?$")
_CONTEXT = 200
"""Characters before a literal that may say what it is for."""


def _judge(text: Text, number: int, line: str, literal: _Literal) -> Iterator[Place]:
    if literal.value is None or len(literal.value) < 4:
        return
    path = text.shape(literal.value)
    role = VALUE
    if path is None:
        path = embedded_path(literal.value, text.shape)
        role = COMMAND
    if path is None:
        return
    before, after = line[: literal.start][-_CONTEXT:], line[literal.end :]
    key = _KEY_AFTER.get(text.language)
    if (key is not None and key.match(after)) or _PATTERN_BEFORE.search(before):
        return
    if text.language == "python" and before.rstrip().endswith("+"):
        return
    if path.is_posix and _LATER_PART.search(before):
        return
    named = _NAME_BEFORE.search(before)
    name = named[1] if named else ""
    if name.lower() in TEXT_NAMES or (path.is_posix and ROUTE_KEY.fullmatch(name)):
        return
    if text.language in _KEY_AFTER and name.lower() in CONTAINER_KEYS:
        return
    called = _CALL_BEFORE.search(before)
    function = called[1] if called else ""
    last = function.rpartition(".")[2]
    if text.language == "python" and (
        last in _NO_PATH_CALLS or (path.is_posix and (last in _POSIX_CALLS or line.lstrip().startswith("@")))
    ):
        return
    is_evident = role == COMMAND or takes_path(function) or takes_path(last)
    if _CHDIR_BEFORE.search(before):
        role = CHDIR
    elif text.language == "python" and _SYS_PATH_BEFORE.search(before):
        role, is_evident = SYS_PATH, True
    yield text.place(number, literal.start, literal.end, path, role, name=name, breaks_file=literal.breaks_file, is_evident=is_evident)


_BREAKING = re.compile(r"(?<!\\)(?:\\\\)*+\\(?:U(?![0-9a-fA-F]{8})|u(?![0-9a-fA-F]{4})|N(?!\{)|x(?![0-9a-fA-F]{2}))")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "0": "\0",
    "/": "/",
    "\\": "\\",
    "'": "'",
    '"': '"',
}
_BARE_DRIVE = re.compile(r"\s*[A-Za-z]:\\(?!\\)(.)")


def unescaped(body: str) -> str | None:
    """The value of a string literal, or ``None`` if its backslashes make it something else than it looks like.

    A Windows path with single backslashes is what people write by mistake; it is taken as meant.
    """
    if "\\" not in body:
        return body
    bare = _BARE_DRIVE.match(body)
    if bare:
        is_users = body[bare.start(1) :].lower().startswith("users\\")
        return body if is_users or bare[1] not in "nrtabfvx0'\"" else None
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[0]), body)
