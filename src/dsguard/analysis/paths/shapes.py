"""What a path says about the machine it was written on: pure functions on one string.

``home_path`` recognises a person's home folder, a drive of one machine and a network share. What other rules look for
(site mounts, platforms, the folder above) stands in :mod:`dsguard.analysis.paths.sites`; each is a :class:`Shape`.
"""

from __future__ import annotations

import re
from functools import cache, partial

from dsguard.analysis.paths.vocabulary import (
    CI_ACCOUNTS,
    ESCAPE_WORDS,
    MOUNT_ROOTS,
    PLACEHOLDER_SERVERS,
    PLATFORMS,
    ROUTE_ROOTS,
    ROUTE_WORDS,
    SERVICE_ACCOUNTS,
    SHARED_MAC_FOLDERS,
    SHARED_WINDOWS_FOLDERS,
    SYSTEM_FOLDERS,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

HOME = "home"
DRIVE = "drive"
SHARE = "share"
WORKSPACE = "workspace"
"""A person's folder in a Databricks workspace (``/Users/ana@example.org``): personal, but not a path of a machine."""
MOUNT = "mount"
ROOT = "root"
"""The home folder of whoever runs a machine."""
PLATFORM = "platform"
ABSOLUTE = "absolute"
PARENT = "parent"

MAX_LENGTH = 4096
"""Characters of a literal that are looked at: no path is longer."""


class MachinePath:
    """A path that exists on one machine.

    Args:
        kind: ``HOME`` and so on, as above.
        prefix: what is machine-specific about it, normalised: ``/home/ana``, ``C:\\Users\\Ana``, ``D:\\data``, ``/scratch/churn``.
        tail: the components after the prefix that may exist elsewhere too (``data/raw/train.csv``), joined with ``/``.
    """

    __slots__ = ("kind", "prefix", "tail")

    def __init__(self, kind: str, prefix: str, tail: str) -> None:
        self.kind = kind
        self.prefix = prefix
        self.tail = tail

    @property
    def is_posix(self) -> bool:
        """Whether it starts with ``/``, as routes of web frameworks and XPath expressions do."""
        return self.prefix.startswith("/")

    @property
    def user(self) -> str:
        """The person that it names; ``""`` if it names none."""
        return _SEPARATORS.split(self.prefix)[-1] if self.kind in (HOME, WORKSPACE) else ""

    def __repr__(self) -> str:
        return f"<MachinePath {self.kind} {self.prefix!r} {self.tail!r}>"


class Shape:
    """A kind of path to look for: how one is recognised, and cheap tests for where there can be none.

    Args:
        judge: tells about one literal; ``None`` if it is not this kind of path.
        line: what a line must hold to be worth a closer look.
        gates: a file whose bytes hold none of these has no such path. They err on the side of yes.
        notebook_gates: the same for the JSON of a notebook, where backslashes are doubled.
    """

    __slots__ = ("_gates", "_judge", "_notebook_gates", "line")

    def __init__(
        self,
        judge: Callable[[str], MachinePath | None],
        line: re.Pattern[str],
        gates: Iterable[re.Pattern[bytes]],
        notebook_gates: Iterable[re.Pattern[bytes]] = (),
    ) -> None:
        self._judge = judge
        self.line = line
        self._gates = tuple(gates)
        self._notebook_gates = tuple(notebook_gates) or self._gates

    def __call__(self, text: str) -> MachinePath | None:
        return self._judge(text)

    def may_stand_in(self, data: bytes, *, is_notebook: bool = False) -> bool:
        """Whether these bytes are worth decoding and parsing."""
        return any(gate.search(data) for gate in (self._notebook_gates if is_notebook else self._gates))


# Each expression starts with a literal, which is what makes a search of a large notebook cheap.
_LETTER = rb"(?<=[C-Zc-z]:)(?<![A-Za-z0-9_].:)"
_GATES = (
    re.compile(rb"/home/[^/\s]"),
    re.compile(rb"/Users/[^/\s]"),
    re.compile(rb":" + _LETTER + rb"(?:/[^\s/]|//[A-Za-z]|\\\\|\\n[A-Za-z]|\\[^n\s\"'])", re.DOTALL),
    re.compile(rb"\\\\[A-Za-z0-9][A-Za-z0-9.\-_]{1,62}\\"),
)
_NOTEBOOK_GATES = (
    *_GATES[:2],
    re.compile(rb":" + _LETTER + rb"(?:/[^\s/]|//[A-Za-z]|\\\\)", re.DOTALL),
    re.compile(rb"\\\\\\\\[A-Za-z0-9][A-Za-z0-9.\-_]{1,62}\\\\"),
)


_LINE = re.compile(r"/home/|/Users/|[C-Zc-z]:[\\/]|\\\\[A-Za-z0-9]")


@cache
def home_shape(*, in_ci: bool = False, in_cloud: bool = False) -> Shape:
    """Looks for :func:`home_path`. In the JSON of a notebook ``:\\n`` is a line end and no drive."""
    return Shape(partial(home_path, in_ci=in_ci, in_cloud=in_cloud), _LINE, _GATES, _NOTEBOOK_GATES)


# How a path may be dressed: as a URL of the local machine, as the value of an option, in quotes.
_DRESS = re.compile(
    r"""\s*["'`]?(?:--?[A-Za-z][\w.\-]{0,40}=["']?)?"""
    r"""(?:file:(?://(?:localhost)?)?(?:/(?=[A-Za-z]:))?|(?:sqlite|duckdb)(?:\+\w{1,20})?:///|\\\\\?\\(?=[A-Za-z]:))?"""
)
_POSIX_HOME = re.compile(r"(/home|/Users)/([^/\\\s]+)(.*)", re.DOTALL)
_WINDOWS_IN_POSIX = re.compile(r"(/(?:mnt/|cygdrive/)?[c-h]/Users)/([^/\\\s]+)(.*)", re.DOTALL)
_MOUNTED_HOME = re.compile(
    r"(/(?:" + "|".join(sorted(MOUNT_ROOTS)) + r")\d{0,2}(?:/[\w.\-]{1,40}){0,3}/home)/([^/\\\s]+)(.*)",
    re.DOTALL,
)
_WINDOWS = re.compile(r"([C-Zc-z]):(?:\\+|//?|\\/)(?![/\\])(.*)", re.DOTALL)
_SHARE = re.compile(r"(?:\\\\|\\\\\\\\)([A-Za-z0-9][\w.\-]{2,62})\\{1,2}([A-Za-z0-9_][^\\/:*?\"<>|\r\n]{1,80})(.*)", re.DOTALL)

_SEPARATORS = re.compile(r"[\\/]+")
_END_OF_NAME = re.compile(r"[\"'`,;:!?)\]|&>]|\.+$")
_END_OF_LINE = re.compile(r"[\r\n\"'`]")
_USER = re.compile(r"[^\W_][\w.\-+@' ]*")
_FOLDER_NAME = re.compile(r"(?!\.\.\.)[\w.#@!~(+=\-*?&'][^<>|\"{}%\x00-\x1f]*")
_SHARE_NAME = re.compile(r"[\w$. \-&()]+")
_HOST_LIKE = re.compile(r"[0-9.\-]")
_GLOB = re.compile(r"[*?]")
_TWO_LETTERS = re.compile(r"\w\w")
_FIELD = re.compile(r"\{(?:[^\W\d]\w*)?\}|%s")
"""A whole component that is filled in at run time."""
_LOST_BACKSLASHES = {7: "\\a", 8: "\\b", 9: "\\t", 11: "\\v", 12: "\\f"}
"""What became of ``D:\\data\\train.csv`` written without ``r``: a tab in the middle. It is meant as a path all the same."""
_LONG_NAME = 4
_MAX_ROUTE_DIGITS = 3
_PLACEHOLDER = re.compile(
    r"your.*|(?:my|the|some|any|current|local|target)[-_ ]?(?:user|name|home|account|folder)s?|user[-_ ]?(?:name|id|folder|dir)|usr"
    r"|x{2,}|y{2,}|foo|bar|foobar|example|sample|placeholder|someone|somebody|anyone|anybody|name|who|whoever|me|myself|you|path|folder"
    r"|john[-_.]?doe|jane[-_.]?doe|jdoe|tu[-_]?usuario|usuario|utilisateur|benutzer(?:name)?",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(
    r".*\.(?:html?|php|aspx?|jsp|json|ya?ml|xml|csv|tsv|txt|md|pdf|png|jpe?g|gif|svg|ico|css|js|py|r|ipynb|parquet|np[yz]|pkl|h5|zip|gz|db)",
    re.IGNORECASE,
)


def home_path(text: str, *, in_ci: bool = False, in_cloud: bool = False) -> MachinePath | None:
    """A path in a person's home, on a drive of one machine, or on a network share.

    Args:
        text: the whole literal; ``{}`` for what is filled in at run time.
        in_ci: it stands in a file that describes a hosted runner, where ``/home/ubuntu`` and ``D:\\a`` are conventions.
        in_cloud: it stands in a file that describes a machine in the cloud, where ``/home/ubuntu`` is one.
    """
    if len(text) > MAX_LENGTH:
        text = text[:MAX_LENGTH]
    dress = _DRESS.match(text)
    start = dress.end() if dress else 0
    lead = text[start : start + 2]
    if lead[:1] == "/":
        return _posix_home(text, start, in_ci=in_ci or in_cloud)
    if lead[1:] == ":":
        return _drive(text, start, in_ci=in_ci)
    if lead == "\\\\":
        return _share(text, start)
    return None


def _posix_home(text: str, start: int, *, in_ci: bool) -> MachinePath | None:
    for pattern in (_POSIX_HOME, _WINDOWS_IN_POSIX, _MOUNTED_HOME):
        found = pattern.match(text, start)
        if found:
            break
    else:
        return None
    root, written, rest = found.groups()
    user = _END_OF_NAME.split(written, maxsplit=1)[0]
    tail = tail_of(rest).partition(":")[0] if user == written and rest.startswith(("/", "\\")) else ""
    if not _is_person(user) or (user.isdigit() and len(user) <= _MAX_ROUTE_DIGITS):
        return None
    if "@" in user:
        return MachinePath(WORKSPACE, f"{root}/{user}", tail) if root == "/Users" else None
    lower = user.lower()
    if lower == "to" or tail.startswith("to/"):
        return None  # /home/path/to
    if root == "/home" and f"home/{lower}/{tail.partition('/')[0]}" in PLATFORMS:
        return None  # what the platform calls the folder of whoever rents it
    if pattern is _WINDOWS_IN_POSIX:
        is_shared = lower in SHARED_WINDOWS_FOLDERS
    else:
        is_shared = lower in SERVICE_ACCOUNTS or (in_ci and lower in CI_ACCOUNTS) or (root == "/Users" and lower in SHARED_MAC_FOLDERS)
    is_route = lower in ROUTE_ROOTS or (not tail and (lower in ROUTE_WORDS or _FILE_NAME.fullmatch(user)))
    return None if is_shared or is_route else MachinePath(HOME, f"{root}/{user}", tail)


def _is_person(user: str) -> bool:
    return _USER.fullmatch(user) is not None and _PLACEHOLDER.fullmatch(user) is None


def _drive(text: str, start: int, *, in_ci: bool) -> MachinePath | None:
    found = _WINDOWS.match(text, start)
    if not found:
        return None
    drive = f"{found[1].upper()}:\\"
    parts = parts_of(found[2].translate(_LOST_BACKSLASHES))
    first = parts[0].strip() if parts else ""
    lower = first.lower()
    if lower in ("users", "documents and settings"):
        user = parts[1].strip() if len(parts) > 1 else ""
        if not _is_person(user) or user.lower() in SHARED_WINDOWS_FOLDERS:
            return None
        if len(parts) == 2 and _FILE_NAME.fullmatch(user):
            return MachinePath(DRIVE, f"{drive}{first}", user)
        return MachinePath(HOME, f"{drive}{first}\\{user}", "/".join(parts[2:]))
    # Without quotes "Program Files" ends at its blank.
    if in_ci or lower in SYSTEM_FOLDERS or lower == "program" or lower.startswith(("program files", "progra~", "your")):
        return None
    if _FIELD.fullmatch(first):
        return MachinePath(DRIVE, drive, "/".join(parts))
    if not _FOLDER_NAME.fullmatch(first) or _is_too_short(parts):
        return None
    is_folder = (len(parts) > 1 or "." not in first[1:]) and not _GLOB.search(first)
    if is_folder:
        return MachinePath(DRIVE, drive + first, "/".join(parts[1:]))
    return MachinePath(DRIVE, drive, "/".join(parts))


def _is_too_short(parts: list[str]) -> bool:
    """``I:/O``, ``d:/m/y``: too little to be sure that the letter is a drive."""
    if len(parts) == 1:
        return _TWO_LETTERS.search(parts[0]) is None and not _GLOB.search(parts[0])
    return len(parts) == 2 and len(parts[0]) == len(parts[1]) == 1


def _share(text: str, start: int) -> MachinePath | None:
    found = _SHARE.match(text, start)
    if not found:
        return None
    server, share, tail = found[1], found[2].rstrip(), tail_of(found[3])
    if server.lower() in PLACEHOLDER_SERVERS or _PLACEHOLDER.fullmatch(server) or server.isdigit() or not _SHARE_NAME.fullmatch(share):
        return None
    if server.lower() in ESCAPE_WORDS or share.lower() in ESCAPE_WORDS:
        return None
    is_long = len(server) >= _LONG_NAME and len(share) >= _LONG_NAME
    return MachinePath(SHARE, f"\\\\{server}\\{share}", tail) if tail or is_long or _HOST_LIKE.search(server) else None


def parts_of(text: str) -> list[str]:
    """The components of what follows a root, up to what ends a path in running text."""
    line = _END_OF_LINE.split(text, maxsplit=1)[0].rstrip()
    return [part for part in _SEPARATORS.split(line) if part]


def tail_of(rest: str) -> str:
    return "/".join(parts_of(rest))


# A path inside a text that is handed to a shell or a database.

_SHELL_WORDS = re.compile(
    r"\s*(?:Bash\(|(?:sudo\s+|nohup\s+|time\s+|exec\s+|[A-Z_]{2,40}=\S+\s+){0,3}"
    r"(?:cd|cp|mv|rm|ls|ln|cat|head|tail|source|\.|python[\d.]*|bash|sh|zsh|mkdir|export|tar|unzip|zip|gunzip|wget|curl|rsync|scp|touch|chmod"
    r"|du|df|find|grep|sed|awk|conda|mamba|pip[\d.]*|uv|git|Rscript|java|spark-submit|dvc|ffmpeg|make|copy|xcopy|move|del)\s)"
)
_SQL_WORDS = re.compile(
    r"\s*(?:(?:select|copy|load|create|insert|attach|with|export|unload|bulk|install|restore|backup|import\s+database)\s"
    r"|from\s+(?:['\"]|\w+\s*\())",
    re.IGNORECASE,
)
_IN_COMMAND = re.compile(r"(?<=[\s=\"'])(?=/|[C-Zc-z]:[\\/]|\\\\)")
_IN_SQL = re.compile(r"(?<=['\"])(?=/|[C-Zc-z]:[\\/]|\\\\|file:)")
_MAX_EMBEDDED = 20


def reads_as_command(text: str) -> bool:
    """Whether a text begins as a line for a shell does."""
    return _SHELL_WORDS.match(text) is not None


def embedded_path(text: str, shape: Shape) -> MachinePath | None:
    """The first path of a shape inside a shell command or an SQL statement; ``None`` if the text reads like neither."""
    if reads_as_command(text):
        starts = _IN_COMMAND
    elif _SQL_WORDS.match(text):
        starts = _IN_SQL
    else:
        return None
    for count, found in enumerate(starts.finditer(text, 0, MAX_LENGTH)):
        if count == _MAX_EMBEDDED:
            break
        path = shape(text[found.start() : found.start() + MAX_LENGTH])
        if path is not None:
            return path
    return None
