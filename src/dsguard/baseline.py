"""Findings that were there before dsguard was: a file with one line for each.

What a line says of a finding is content, never a place: the rule, the path, what the finding is about, a hash of that, a hash
of the source line and a sketch of the file. So it stands when lines move. Two findings that are equal need two lines, so a
new one is never hidden by an old one. A line of a path that is gone accepts findings at another path, if that holds what by
its sketch is the same file.

A credential's hash takes scrypt and the salt of the file: whoever has the file cannot try out a dictionary on it. The other
hashes are cut so short, and made of lines in which credentials are masked, that they give nothing away.
"""

from __future__ import annotations

import os
import re

from dsguard.documents.sketch import NOTHING, lines_of, sketch
from dsguard.model import UnreadableError, UsageError
from dsguard.workspace import DiskWorkspace, read_head

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dsguard.documents.file import File
    from dsguard.model import Finding, Location
    from dsguard.rules.base import Rule
    from dsguard.workspace import Workspace

MAX_SIZE = 1 << 26
"""Bytes of a baseline that are read: half a million entries."""

_TITLE = "# dsguard-baseline 1: findings that were here before. `dsguard baseline prune` takes out what is gone; new ones never get in."
_FORMAT = "# dsguard-baseline 1"
_SALT = "# salt scrypt-14 "
"""The salt follows; the number is the binary logarithm of scrypt's cost."""
_SCRYPT_COST = 1 << 14
_MARKERS = ("<<<<<<< ", ">>>>>>> ", "||||||| ")
_FIELD = r'("(?:[^"\\]|\\.)*"|[^\s"]\S*)'
_LINE = rf"(\w+) {_FIELD} {_FIELD} ([0-9a-f]{{16}}) ((?:[0-9a-f]{{4}}|-)(?:,(?:[0-9a-f]{{4}}|-))*) ([0-9a-f]{{32}}|-)"
_PLAIN = r"[^\s\"\\#][^\s\"\\]*"
"""Not compiled here: a run without a baseline should not pay for them."""
_LEAST_SPACES = 5
_LONGEST_SUBJECT = 60
_MAX_PROBLEMS = 5
_CONTEXT = 200
"""Characters before and behind a place that stand for its line, where that is a whole notebook."""
_READ = 1 << 16
"""Bytes of a file that its sketch is made of."""
SECRETS = "secrets"
NEVER = ("DSG000",)
"""Rules whose findings nobody can accept: dsguard's own bugs."""


class Entry:
    """One accepted finding. Those that are equal but for their source lines share a line of the file.

    Args:
        path: relative to the folder of the baseline.
        subject: what the finding is about, cut for the eye; the hash is of the whole.
        own: the hash of what it is about.
        context: a short hash of its source line: which of several equal findings it is.
        sketch: of its file; see :mod:`dsguard.documents.sketch`.
    """

    __slots__ = ("code", "context", "own", "path", "sketch", "subject")

    def __init__(self, code: str, path: str, subject: str, own: str, context: str, sketch: str) -> None:
        self.code = code
        self.path = path
        self.subject = subject if len(subject) <= _LONGEST_SUBJECT else subject[: _LONGEST_SUBJECT - 1] + "…"
        self.own = own
        self.context = context
        self.sketch = sketch

    def moved(self, path: str, context: str, sketch: str) -> Entry:
        """The same at another place."""
        return Entry(self.code, path, self.subject, self.own, context, sketch)


class Baseline:
    """The lines of a baseline file. A line is taken apart when somebody asks for its path: most runs look at a few files.

    Args:
        path: of the file, relative to the root of the workspace, or absolute if it is outside; for people and to leave it unchecked.
        base: its folder within the workspace, which the paths of entries are relative to.
        comments: its lines that start with ``#``.
        conflict: whether there are a merge's conflict markers in it; what both sides say counts.
        lines: the others, each with its number, by their paths.
    """

    def __init__(
        self,
        path: str,
        base: str,
        comments: Iterable[str] = (),
        *,
        conflict: bool = False,
        lines: dict[str, dict[str, int]] | None = None,
    ) -> None:
        self.path = path
        self.base = base
        self.comments = list(dict.fromkeys(comments))
        self.conflict = conflict
        self.salts = [bytes.fromhex(line[len(_SALT) :].split(" ")[0]) for line in self.comments if line.startswith(_SALT)]
        self._lines = lines or {}
        self._entries: dict[str, list[Entry]] = {}
        self._slow: dict[tuple[bytes, str], str] = {}

    @property
    def paths(self) -> Iterable[str]:
        """The paths that it has entries for, relative to its folder."""
        return self._lines.keys() | self._entries.keys() if self._entries else self._lines.keys()

    def at(self, path: str) -> list[Entry]:
        """The entries for a path.

        Raises:
            UsageError: a line is broken.
        """
        lines = self._lines.pop(path, None)
        if lines is not None:
            known: dict[tuple[str, str], list[Entry]] = {}
            for line, number in lines.items():
                entries = self._parsed(line, number)
                mine = known.setdefault((entries[0].code, entries[0].own), [])
                # A merge may have left two versions of a line: each source line counts as often as one of them has it.
                left = [entry.context for entry in mine]
                for entry in entries:
                    if entry.context in left:
                        left.remove(entry.context)
                    else:
                        mine.append(entry)
            self._entries[path] = [entry for some in known.values() for entry in some]
        return self._entries.get(path, [])

    def _parsed(self, line: str, number: int) -> list[Entry]:
        match = re.fullmatch(_LINE, line)
        if match is None:
            raise UsageError([_broken(self.path, number)])
        code, path, subject, own, contexts, likeness = match.groups()
        path, subject = _unquoted(path), _unquoted(subject)
        return [Entry(code, path, subject, own, context, likeness) for context in contexts.split(",")]

    @property
    def entries(self) -> list[Entry]:
        """All of them."""
        return [entry for path in sorted(self.paths) for entry in self.at(path)]

    def put(self, entries: Iterable[Entry]) -> None:
        """Let these be the entries."""
        self._lines, self._entries = {}, {}
        for entry in entries:
            self._entries.setdefault(entry.path, []).append(entry)

    def add_salt(self) -> None:
        """Make sure that there is a salt."""
        if not self.comments:
            self.comments.append(_TITLE)
        if not self.salts:
            import secrets

            self.salts.append(secrets.token_bytes(16))
            self.comments.append(f"{_SALT}{self.salts[0].hex()} (credentials are hashed slowly, with this)")

    def render(self) -> str:
        """The text of the file: comments, then the sorted lines of the entries."""
        alike: dict[tuple[str, str, str], list[Entry]] = {}
        for entry in self.entries:
            alike.setdefault((entry.code, entry.path, entry.own), []).append(entry)
        lines = []
        for (code, path, own), entries in alike.items():
            contexts = ",".join(sorted(entry.context for entry in entries))
            lines.append(f"{code} {_quoted(path)} {_quoted(entries[0].subject)} {own} {contexts} {entries[0].sketch}")
        return "".join(f"{line}\n" for line in (*self.comments, *sorted(lines)))

    def relative(self, path: str) -> str:
        """A path of the workspace relative to the folder of the baseline."""
        if not self.base:
            return path
        import posixpath

        return posixpath.relpath(path, self.base)

    def in_workspace(self, path: str) -> str:
        """A path relative to the folder of the baseline as one of the workspace."""
        if not self.base:
            return path
        import posixpath

        return posixpath.normpath(f"{self.base}/{path}")

    def hashes(self, finding: Finding, file: File | None, rule: Rule | None) -> Iterator[str]:
        """The hashes by which an entry may know a finding: one, and for a credential one for each salt, each made when asked for."""
        subject = finding.subject if finding.identity is None else finding.identity
        if finding.family != SECRETS:
            value = value_at(file, finding.location) if rule is not None and rule.by_value else ""
            yield _hash(16, finding.code, _wherever(subject, finding.path), value)
            return
        value = subject if finding.identity is not None else f"{subject}\0{_credential_at(file, finding.location)}"
        for salt in self.salts:
            yield _hash(16, finding.code, self._slowly(salt, value))

    def _slowly(self, salt: bytes, value: str) -> str:
        known = self._slow.get((salt, value))
        if known is None:
            import hashlib

            if not hasattr(hashlib, "scrypt"):
                raise UsageError([f"{self.path}: its credentials are hashed with scrypt, which this Python was built without"])
            data = value.encode("utf-8", "surrogatepass")
            known = hashlib.scrypt(data, salt=salt, n=_SCRYPT_COST, r=8, p=1, maxmem=1 << 26, dklen=16).hex()
            self._slow[salt, value] = known
        return known


def read_baseline(path: str, root: str, workspace: Workspace | None = None) -> Baseline:
    """Read a baseline file.

    Args:
        path: absolute.
        root: the root of the workspace, absolute.
        workspace: what is checked, if that may have another version of the file than the disk: the index, a commit.

    Raises:
        UsageError: it cannot be read, or is no baseline.
    """
    shown, base = place_of(path, root)
    entry = None if workspace is None or isinstance(workspace, DiskWorkspace) else workspace.listing.get(shown)
    if entry is not None:
        return parse_baseline(entry.read(0, None).decode("utf-8", "surrogateescape"), shown, base)
    try:
        return parse_baseline(read_head(path, MAX_SIZE).decode("utf-8", "surrogateescape"), shown, base)
    except FileNotFoundError:
        raise UsageError([f"{shown}: there is no such baseline; `dsguard baseline create` makes one"]) from None
    except OSError as error:
        raise UsageError([f"{shown}: {error.strerror or 'cannot be read'}"]) from None


def place_of(path: str, root: str) -> tuple[str, str]:
    """The path of a baseline and its folder, both within the workspace; outside of it the absolute path, and its root."""
    path, root = os.path.realpath(path), os.path.realpath(root)
    prefix = root.rstrip(os.sep) + os.sep
    if not path.startswith(prefix):
        return path, ""
    shown = os.fsencode(path[len(prefix) :]).decode("utf-8", "surrogateescape").replace(os.sep, "/")
    return shown, shown.rpartition("/")[0]


def parse_baseline(text: str, path: str, base: str = "") -> Baseline:
    """Read the text of a baseline file. Lines may end in ``\\r\\n`` and stand in any order; of equal ones only one counts.

    Raises:
        UsageError: it is none, or some lines are broken.
    """
    lines: dict[str, dict[str, int]] = {}
    comments, problems = [], []
    conflict = in_ancestor = False
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        line = line.rstrip("\r")
        if line.startswith(_MARKERS) or line == "=======":
            conflict = True
            in_ancestor = line.startswith("|")
        elif line.startswith("#"):
            comments.append(line)
        elif line.strip() and not in_ancestor:
            place = line.split(" ", 2)[1] if line.count(" ") >= _LEAST_SPACES and line.startswith("DSG") else ""
            if place.startswith('"'):
                match = re.fullmatch(_LINE, line)
                place = _unquoted(match[2]) if match else ""
            if place:
                lines.setdefault(place, {})[line] = number
            else:
                problems.append(_broken(path, number))
    if not any(line == _FORMAT or line.startswith((f"{_FORMAT}:", f"{_FORMAT} ")) for line in comments):
        problems = [f"{path}: is no baseline of this version of dsguard: its first line should begin with {_FORMAT!r}"]
    if any(line.startswith(_SALT) and not re.match(r"[0-9a-f]{32}(?: |$)", line[len(_SALT) :]) for line in comments):
        problems.append(f"{path}: its salt is broken: take it from an older version of the file")
    if problems:
        raise UsageError(problems[:_MAX_PROBLEMS])
    return Baseline(path, base, comments, conflict=conflict, lines=lines)


def _broken(path: str, number: int) -> str:
    return f"{path}:{number}: is no line of a baseline"


def _quoted(text: str) -> str:
    if re.fullmatch(_PLAIN, text) and text.isprintable():
        return text
    import json

    return json.dumps(text, ensure_ascii=not text.isprintable())


def _unquoted(field: str) -> str:
    if not field.startswith('"'):
        return field
    import json

    try:
        return str(json.loads(field))
    except ValueError:
        return field


def _hash(digits: int, *parts: str) -> str:
    import hashlib

    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:digits]


# What a finding is known by


def _wherever(subject: str, path: str) -> str:
    """A subject as it is wherever its file lies: in it folders above the file are counted, and files beside or below them follow it."""
    folder = path.rpartition("/")[0]
    parts = re.split(r"([:\s])", subject)
    for number, part in enumerate(parts):
        place = part.rstrip("/")
        if place and (path == place or path.startswith(f"{place}/")):
            parts[number] = f"^{path[len(place) :].count('/')}"
        elif folder and place.startswith(f"{folder}/"):
            parts[number] = f"./{place[len(folder) + 1 :]}"
    return "".join(parts)


def _credential_at(file: File | None, place: Location) -> str:
    """A credential: what is marked, a private key to its end, or all of a file that is one as a whole or spells it in another way."""
    if file is None:
        return ""
    try:
        marked = value_at(file, place)
        if not marked or place.line is None:
            return file.sha256
        if not marked.startswith("-----BEGIN"):
            return marked
        text = "\n".join(file.lines[place.line - 1 :])[(place.column or 1) - 1 :]
        return text[: text.index("-----END")] if "-----END" in text else text
    except UnreadableError:
        return ""


def value_at(file: File | None, place: Location) -> str:
    """The characters that a finding marks on its first line; ``""`` if it marks none."""
    line = _line_at(file, place)
    if line is None or place.column is None or place.end_column is None:
        return ""
    return line[place.column - 1 : place.end_column - 1 if place.end_line == place.line else None]


def context_of(file: File | None, finding: Finding) -> str:
    """A short hash of the line that a finding is on, without what formatters change and without credentials; ``-`` if it is on none."""
    line = _line_at(file, finding.location) if finding.family != SECRETS else None
    if line is None:
        return "-"
    from dsguard.analysis.secrets.redaction import mask_line

    column = (finding.location.column or 1) - 1
    around = line[max(0, column - _CONTEXT) : column + _CONTEXT]
    return _hash(4, "".join(mask_line(around).split()).rstrip(","))


def _line_at(file: File | None, place: Location) -> str | None:
    if file is None or place.line is None:
        return None
    try:
        lines = file.lines
    except UnreadableError:
        return None
    return lines[place.line - 1] if 1 <= place.line <= len(lines) else None


def sketch_of(file: File | None, found: Iterable[Finding]) -> str:
    """The sketch of a file, without the credentials in it.

    Args:
        found: all that was found in it. The lines of those about credentials are left out; a file that is one as a whole has no sketch.
    """
    if file is None:
        return NOTHING
    secret_lines: set[int] = set()
    for finding in found:
        if finding.family == SECRETS:
            if finding.location.line is None:
                return NOTHING
            last = max(finding.location.line, finding.location.end_line or 0)
            secret_lines.update(range(finding.location.line, last + 1), (step.line for step in finding.trace if step.line))
    try:
        data = file.read(0, _READ)
        if file.is_binary:
            return sketch(lines_of(data))
    except UnreadableError:
        return NOTHING
    from dsguard.analysis.secrets.scan import scan
    from dsguard.analysis.secrets.texts import kind_of
    from dsguard.documents.file import decode

    text = decode(data)
    for hit in sorted(scan(text, kind=kind_of(file)), key=lambda hit: -hit.hidden_start):
        newlines = "\n" * text.count("\n", hit.hidden_start, hit.hidden_end)
        text = text[: hit.hidden_start] + newlines + text[hit.hidden_end :]
    if secret_lines:
        text = "\n".join(line for number, line in enumerate(text.split("\n"), 1) if number not in secret_lines)
    return sketch(lines_of(text.encode("utf-8", "surrogatepass")))
