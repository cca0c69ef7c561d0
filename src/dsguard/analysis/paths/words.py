"""Path literals in languages of words: shells, Makefiles, YAML, INI, Dockerfiles, the XML of editors."""

from __future__ import annotations

import re

from dsguard.analysis.paths.languages import DVC_CONFIG
from dsguard.analysis.paths.place import CHDIR, COMMAND, CONDA_PREFIX, COPY_SOURCE, ENV_SET, VALUE, VOLUME
from dsguard.analysis.paths.shapes import MOUNT, reads_as_command
from dsguard.analysis.paths.text import MAX_LINE, ROUTE_KEY
from dsguard.analysis.paths.vocabulary import CONTAINER_KEYS, HOST_KEYS, TEXT_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.analysis.paths.place import Place
    from dsguard.analysis.paths.shapes import MachinePath, Shape
    from dsguard.analysis.paths.text import Text


def places(text: Text) -> Iterator[Place]:
    """The path literals of a text; nothing for a language that has no reader."""
    reader = _READERS.get(text.language)
    if reader is not None:
        yield from reader(text)


_CANDIDATE = re.compile(
    r"""(?:^|(?<=[\s"'`=,(\[{<>;|&:!]))(?=/[A-Za-z]|~[\w.\-]{0,40}/|[C-Zc-z]:[\\/]|\\\\[A-Za-z0-9]|(?:file|sqlite|duckdb)[:+])"""
    r"""|(?<=-[ILBv])(?=/[A-Za-z])"""
)
_WORD_END = re.compile(r"""[\s"'`<>|;,)\]}]|&&""")
_FILLED_IN = re.compile(r"<[\w .\-]{1,30}>$")
"""What each reader fills in: the path begins before it."""
_MAX_CANDIDATES = 40
_LOCAL_URLS = ("file:", "sqlite:", "sqlite+", "duckdb:")


def word_paths(line: str, shape: Shape, *, plain_at: int = -1, has_escapes: bool = True) -> Iterator[tuple[int, int, MachinePath]]:
    """Each path that starts a word of a line: where it starts and ends (from 0), and what it is.

    Args:
        plain_at: where an unquoted value starts that goes on to the end of the line, blanks included.
        has_escapes: whether a backslash may start an escape, so that ``x:\\n`` is a letter, a colon and a line end.
    """
    done = 0
    for count, found in enumerate(_CANDIDATE.finditer(line)):
        if count == _MAX_CANDIDATES:
            return
        start = found.end()
        if (
            start < done
            or (has_escapes and _is_escape(line, start))
            or (line[start - 1 : start] == ">" and _FILLED_IN.search(line, 0, start))
        ):
            continue
        quote = line[start - 1] if start and line[start - 1] in "\"'`" else ""
        end = line.find(quote, start) if quote else -1
        if end < 0:
            word = None if start == plain_at else _WORD_END.search(line, start)
            end = word.start() if word else len(line)
        written = line[start:end].rstrip()
        path = shape(written)
        if path is not None:
            done = end
            yield start, start + len(written), path


def _is_escape(line: str, start: int) -> bool:
    """Whether ``x:\\n`` is a letter, a colon and a line end rather than a drive."""
    if line[start + 1 : start + 3] != ":\\" or line[start + 3 : start + 4] == "\\":
        return False
    if line[start + 3 : start + 9].lower() == "users\\":
        return False
    return line[start].islower() or line[start + 3 : start + 4] in "nrt0"


def _without_comment(line: str, pattern: re.Pattern[str]) -> str:
    if "#" in line:
        for found in pattern.finditer(line):
            if found["comment"]:
                return line[: found.start()]
    return line


# Shells, Makefiles, magics

_SHELL_COMMENT = re.compile(r"'[^']*+'|\"(?:[^\"\\]|\\.)*+\"|\\.|(?<!\S)(?P<comment>\#)")
_BATCH_COMMENT = re.compile(r"\s*@?(?:rem\b|::)", re.IGNORECASE)
_DIRECTIVE = re.compile(r"\s*#(?:SBATCH|PBS|BSUB|\$)\s")
_PATH_LIST = re.compile(r"\b\w*(?:PATH|DIRS?)\w*\s*\+?:?\??=[^=\s]*$")
_ASSIGNMENT = re.compile(r"\s*(?:export\s+|set\s+|setx\s+|declare\s+(?:-\w+\s+)?|\$env:|\$)?([A-Za-z_]\w*)\s*[:+?]?=")
_EXPORTS = re.compile(r"\s*(?:export\s|setx\s|\$env:)", re.IGNORECASE)
_OTHER_NAME = re.compile(r"(?:^|_)(?:URL|URI|ROUTE|ENDPOINT|PREFIX|KEY|TOPIC|QUEUE|BUCKET|API|REGEX|PATTERN)S?(?:$|_)", re.IGNORECASE)
"""Names of variables that may hold what only looks like a path."""
_CONTAINER_RUN = re.compile(
    r"\b(?:docker|podman|nerdctl)\s+(?:-\S+\s+){0,5}(?:container\s+)?(?:run|exec|create|cp|compose)\b|\bdocker-compose\s"
)
_HOST_SIDE = re.compile(r"(?:-v\s*=?|--volume[\s=]|source=|src=|--env-file[\s=]|(?<!\w)-f\s)[\"']?$")
_CONTAINER_SIDE = re.compile(r"(?:target|destination|dst)=[\"']?$")
_ACCOUNTS = re.compile(r"\b(?:useradd|adduser|usermod|deluser|chown|ssh)\s")
_ELSEWHERE = re.compile(
    r"\b(?:kubectl|oc|helm|ssh|gcloud|gsutil|aws|az|curl|wget|http|hdfs|hadoop|databricks|singularity|apptainer|docker|podman)\s"
)
"""Commands whose paths may be those of another machine, of a store or of a server."""
_MAKES_HOME = re.compile(r"\b(?:mkdir|useradd|adduser)\s(?:[^#;&|]*\s)?[\"']?(/home/[\w.\-]+)/?[\"']?(?=\s|[;&|]|$)")
"""A script that sets up a machine, and makes the home folders there itself."""
_CHANGES_FOLDER = re.compile(r"\s*[%!]?\s*(?:cd|pushd|chdir|setwd)\s")


def _shell(text: Text) -> Iterator[Place]:
    in_container = False
    made = {home for line in text.lines if "/home/" in line for home in _MAKES_HOME.findall(line[:MAX_LINE])}
    for number, line in enumerate(text.lines, 1):
        line = line[:MAX_LINE]
        in_container = in_container or _CONTAINER_RUN.search(line) is not None
        if text.shape.line.search(line) and not (number == 1 and line.startswith("#!")):
            code = line if _DIRECTIVE.match(line) else _without_comment(line, _SHELL_COMMENT)
            is_comment = text.language == "batch" and _BATCH_COMMENT.match(line)
            if not is_comment and not _ACCOUNTS.search(code):
                for place in _shell_line(text, number, code, in_container=in_container):
                    if place.path.prefix not in made:
                        yield place
        in_container = in_container and line.rstrip().endswith(("\\", "^", "`"))


_SAYS = re.compile(r"\s*@?(?:echo|printf|say|die|usage|\w*(?:log|warn|info|fatal|error|debug|msg))\s", re.IGNORECASE)


def _is_said(code: str, start: int) -> bool:
    """Whether a path stands in the middle of a message that is only printed."""
    before = code[:start]
    if before.endswith("$(") or not before.endswith((" ", "\t", "(", "[")):
        return False
    text = before.rpartition('"')[2] if before.count('"') % 2 else before.rpartition("'")[2] if before.count("'") % 2 else ""
    return text != "" and (_SAYS.match(code) is not None or (_SENTENCE.fullmatch(text) is not None and not reads_as_command(text)))


_SENTENCE = re.compile(r"[A-Za-z][\w']{0,20}[,:;]?(?: \(?[A-Za-z][\w'.]{0,20}[,:;.]?){3,60} \(?")
"""Four words and more, and nothing of a command among them: options, signs, names of files."""


_CASE_BEFORE = re.compile(r"(?:^|\bin\s|;;)\s*\(?(?:[^\s()|]{1,100}\s?\|\s?){0,9}[\"']?$")
_CASE = re.compile(r"[^\s()*]*\*[^\s()]*(?:\s?\|[^()]*)?\)")
_TEST = re.compile(r"(?:==|!=|=~|\s=\s)\s*[\"']?$")


def _is_compared(code: str, start: int) -> bool:
    """Whether a path is only held against another: a branch of ``case``, the right side of ``[[ $x == /mnt/* ]]``."""
    before = code[:start]
    if _CASE_BEFORE.search(before) and _CASE.match(code, start):
        return True
    return _TEST.search(before) is not None and before.rfind("[ ") >= 0


def _shell_line(text: Text, number: int, code: str, *, in_container: bool) -> Iterator[Place]:
    assigned = _ASSIGNMENT.match(code)
    is_document = text.language == "shell" and _YAML_KEY.match(code) is not None  # a line that the script writes to one
    for start, end, found in word_paths(code, text.shape, has_escapes=text.language not in ("batch", "powershell")):
        before = code[:start]
        if before.endswith(":") and not _PATH_LIST.search(before[:-1]):
            continue  # the other side of host:path or of a volume
        if _CONTAINER_SIDE.search(before) or (in_container and not _HOST_SIDE.search(before)) or _is_said(code, start):
            continue
        if _is_compared(code, start):
            continue
        role = COMMAND
        if in_container:
            role = VOLUME
        elif assigned:
            role = ENV_SET
        elif _CHANGES_FOLDER.match(code):
            role = CHDIR
        is_value = assigned is not None and _EXPORTS.match(code) is not None and not _OTHER_NAME.search(assigned[1])
        is_evident = role == VOLUME or ((is_value or not assigned) and not _ELSEWHERE.search(code) and not is_document)
        yield text.place(number, start, end, found, role, name=assigned[1] if assigned else "", is_evident=is_evident)


# YAML

_YAML_COMMENT = re.compile(r"(?<![^\s\[{,:(=\-])(?:'[^']*+'|\"(?:[^\"\\]|\\.)*+\")|(?<!\S)(?P<comment>\#)")
_YAML_KEY = re.compile(r"""(\s*(?:-\s+)*)(["']?)([^\s"'#:{}\[\]][^"'#:{}\[\]]{0,80}?)\2\s*:(?:\s|$)""")
_COMPOSE = re.compile(r"(?:.*[._-])?(?:docker-?)?compose(?:[._-].*)?\.ya?ml")
_PATH_AS_KEY = re.compile(r"""["']?\s*:\s*$""")
_VOLUME = re.compile(r"(?:[A-Za-z]:[\\/])?+[^:\s\"']{2,}+:[/$A-Za-z]")
_REMOTE_ACTION = re.compile(r"\s*(?:-\s*)?uses:\s*[\"']?[\w.\-]{1,60}/[\w.\-]{0,60}(?:ssh|scp|rsync)[\w.\-]{0,60}@")
"""A step that does its work on a server, whose folders are known to whoever set it up."""
_REMOTE_KEYS = frozenset(("script", "target", "remote_path"))
_CLUSTER_KEYS = frozenset(("hostpath", "source"))
_CLUSTER_PARENTS = frozenset(("hostpath", "local", "type"))
_COMMAND_KEYS = frozenset(("cmd", "deps", "outs", "params"))
"""Keys of DVC stages."""
_MAX_HEADER = 200


def _yaml(text: Text) -> Iterator[Place]:
    name = text.path.rpartition("/")[2].lower()
    is_compose = _COMPOSE.fullmatch(name) is not None or ".devcontainer/" in text.path
    is_remote = text.path.startswith(".github/") and any(_REMOTE_ACTION.search(line) for line in text.lines)
    is_cluster = any(line.startswith("apiVersion:") for line in text.lines[:_MAX_HEADER])
    key, parent = "", ""
    for number, line in enumerate(text.lines, 1):
        line = line[:MAX_LINE]
        keyed = _YAML_KEY.match(line)
        if keyed:
            parent, key = key, keyed[3].strip().lower()
        if not text.shape.line.search(line) or key in CONTAINER_KEYS or key in TEXT_NAMES:
            continue
        if is_cluster and not (key in _CLUSTER_KEYS or (key == "path" and parent in _CLUSTER_PARENTS)):
            continue
        if is_remote and key in _REMOTE_KEYS:
            continue
        code = _without_comment(line, _YAML_COMMENT)
        value_at = keyed.end() if keyed else 0
        for start, end, found, is_volume in _yaml_values(text, code, value_at, key):
            if is_compose and not is_volume and key not in HOST_KEYS:
                continue
            if found.kind == MOUNT and (is_cluster or (key == "path" and parent == "hostpath")):
                continue  # a disk of the node, which whoever runs the cluster gave it
            role = VOLUME if is_volume or key in ("source", "hostpath", "device") else VALUE
            if key == "prefix" and keyed and not keyed[1]:
                role = CONDA_PREFIX
            is_evident = role == VOLUME or key in _COMMAND_KEYS
            yield text.place(number, start, end, found, role, name=key, is_evident=is_evident)


def _yaml_values(text: Text, code: str, value_at: int, key: str) -> Iterator[tuple[int, int, MachinePath, bool]]:
    """The paths of a line, and whether each reads ``/on/the/host:/in/the/container``."""
    value = code[value_at:].lstrip()
    for start, end, found in word_paths(code, text.shape, plain_at=len(code) - len(value)):
        if start < value_at or code[:start].endswith(":"):
            continue
        if _PATH_AS_KEY.fullmatch(code[end:]) or _PATH_AS_KEY.search(code[start:end]):
            continue  # a path of an OpenAPI document
        is_local_url = code.startswith(_LOCAL_URLS, start)
        if found.is_posix and not is_local_url and ROUTE_KEY.fullmatch(key):
            continue
        yield start, end, found, not is_local_url and _VOLUME.match(code, start) is not None


# INI and dotenv

_INI_COMMENT = re.compile(r"\s*[#;]")
_INI_TRAILER = re.compile(r"\s[#;]")
_INI_KEY = re.compile(r"\s*(?:export\s+)?([\w.\-/ ]{1,60}?)\s*[=:]\s*")


def _ini(text: Text) -> Iterator[Place]:
    role = ENV_SET if text.path.rpartition("/")[2].lower().startswith((".env", ".renv")) else VALUE
    may_be_route = not f"/{text.path}".endswith(f"/{DVC_CONFIG}")
    for number, line in enumerate(text.lines, 1):
        line = line[:MAX_LINE]
        if not text.shape.line.search(line) or _INI_COMMENT.match(line):
            continue
        code = _INI_TRAILER.split(line, maxsplit=1)[0]
        keyed = _INI_KEY.match(code)
        name = keyed[1] if keyed else ""
        value_at = keyed.end() if keyed else len(code) - len(code.lstrip())
        if name.lower() in TEXT_NAMES:
            continue
        for start, end, found in word_paths(code, text.shape, plain_at=value_at):
            before = code[:start]
            if start < value_at or (start > value_at and before.endswith(":") and not _PATH_LIST.search(before[:-1])):
                continue
            if found.is_posix and may_be_route and not code.startswith(_LOCAL_URLS, start) and ROUTE_KEY.fullmatch(name):
                continue
            yield text.place(number, start, end, found, role, name=name)


# SQL

_SQL_COMMENT = re.compile(r"'[^']*+'|\"[^\"]*+\"|(?P<comment>--.*|/\*.*?\*/)")
_SQL_TAKES = re.compile(
    r"(?:\b(?:from|to|infile|outfile|dumpfile|source|attach|database|directory|location|include|load|install)(?:\s+(?:local|program|if\s+not\s+exists))?"
    r"|^\s*(?:\\(?:i|ir|cd|o|copy|include|include_relative)|\\set\s+\w+|@{1,2}|\.(?:read|import|open|output|once|cd|load))"
    r"|\b\w*(?:read|scan|openrowset|open)_?\w*\s*\((?:\s*bulk)?\s*\[?|\b(?:filename|path|disk|url)\s*=)\s*$",
    re.IGNORECASE,
)
"""What stands before a path that the database or its shell opens. Elsewhere a path is a value of the data."""


_MAX_CONTEXT = 200
"""Characters before a path that may say what opens it."""


def _blanked(found: re.Match[str]) -> str:
    return " " * len(found[0]) if found["comment"] else found[0]


def _sql(text: Text) -> Iterator[Place]:
    in_comment = False
    for number, line in enumerate(text.lines, 1):
        line = line[:MAX_LINE]
        opened, closed = line.rfind("/*"), line.rfind("*/")
        was_in_comment, in_comment = in_comment, opened > closed or (in_comment and closed < 0)
        if was_in_comment or not text.shape.line.search(line):
            continue
        code = _SQL_COMMENT.sub(_blanked, line)
        for start, end, found in word_paths(code, text.shape, has_escapes=False):
            if _SQL_TAKES.search(code[max(0, start - _MAX_CONTEXT) : start].rstrip("'\"")):
                yield text.place(number, start, end, found, VALUE, is_evident=True)


# XML of editors

_XML_VALUE = re.compile(r"""([\w:.\-]{1,40})\s*=\s*(?:"([^"<]{4,2000})"|'([^'<]{4,2000})')|>([^<>"']{4,2000})<""")


def _xml(text: Text) -> Iterator[Place]:
    for number, line in enumerate(text.lines, 1):
        if not text.shape.line.search(line):
            continue
        for value in _XML_VALUE.finditer(line[:MAX_LINE]):
            group = 2 if value[2] else 3 if value[3] else 4
            name = value[1] or ""
            found = None if name.startswith("xmlns") else text.shape(value[group])
            if found is not None:
                yield text.place(number, *value.span(group), found, VALUE, name=name)


# Dockerfiles

_INSTRUCTION = re.compile(r"\s*([A-Za-z]+)\s")


def _docker(text: Text) -> Iterator[Place]:
    """Only what ``COPY`` and ``ADD`` take from the host: every other path is one of the image."""
    copying = False
    for number, line in enumerate(text.lines, 1):
        line = line[:MAX_LINE]
        if line.lstrip().startswith("#"):
            continue
        begins = _INSTRUCTION.match(line)
        if begins and not copying:
            copying = begins[1].upper() in ("COPY", "ADD") and "--from=" not in line
        if copying:
            goes_on = line.rstrip().endswith("\\")
            for start, end, found in word_paths(line, text.shape):
                if goes_on or line[end:].strip("\"' ,]\t\r"):  # the last word is the target
                    yield text.place(number, start, end, found, COPY_SOURCE)
            copying = goes_on


_READERS = {
    "shell": _shell,
    "make": _shell,
    "batch": _shell,
    "powershell": _shell,
    "magic": _shell,
    "yaml": _yaml,
    "ini": _ini,
    "sql": _sql,
    "xml": _xml,
    "docker": _docker,
}
