"""Which labels a path carries: the one place that knows gitignore syntax.

Roles (``raw-data``), the selectors of rules, ``exclude`` and the ignores of a config file are all rows of ONE
ordered table of gitignore patterns. Each path is matched against it once; per label the last matching row
decides, and ``!`` takes the label away.

pathspec says what a pattern means: it turns each one into a regular expression, and nothing else here does.
Two things make that fast enough for a commit hook. The expressions of the patterns that dsguard ships are
made at development time (``compiled_patterns.py``; a test holds them to pathspec's), since importing
pathspec costs three times a bare interpreter; a user's patterns are compiled when a path first needs them. And rows
are indexed by their last literal segment, so that a path is tried against a handful of rows instead of all of
them. The index only narrows; the expression decides.
"""

from __future__ import annotations

import re

from dsguard.alike import Words, fold
from dsguard.compiled_patterns import COMPILED, PLACES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Matcher = Callable[[str], object]

# Compiled where they are first used: most runs have no pattern of their own.
_SPECIAL = r"[*?\[\]\\]|//|^!?/?$|\s$"
_GLOB = r"[\\*?\[\]]"
_ANY_FOLDER = r"/?(\*\*/)+\s*"
_ONE_OF = r"\[([^\[\]\\!^-])\]"
_CASE_PAIR = r"\[([A-Za-z])([A-Za-z])\]"
_NOT_IN_ENDING = frozenset("*?[]\\/!")
_EXTENSION = r"\*\.(?:[^*?\[\]\\/.!\s]|\[[A-Za-z0-9_]+\])+\Z"
"""A last segment that looks at a name's extension and no more."""


class PatternError(ValueError):
    """A pattern that gitignore syntax does not know. ``reason`` is for people."""

    def __init__(self, pattern: str, reason: str) -> None:
        super().__init__(f"{pattern!r}: {reason}")
        self.pattern = pattern
        self.reason = reason


def to_regex(pattern: str) -> str:
    """The regular expression for a pattern without its ``!``, as pathspec gives it.

    Raises:
        PatternError: pathspec refuses it, or it can match nothing (blank, a comment, an invalid range).
    """
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    try:
        regex, _ = GitIgnoreSpecPattern.pattern_to_regex(pattern)
    except ValueError as error:
        raise PatternError(pattern, str(error)) from None
    if regex is None:
        raise PatternError(pattern, "matches nothing")
    _compile(pattern, str(regex))
    return str(regex)


def _compile(pattern: str, regex: str) -> re.Pattern[str]:
    import warnings

    with warnings.catch_warnings():
        # `[[.]` and `[a--]` are right in gitignore; Python warns that a later version may read them as set operations.
        warnings.simplefilter("ignore", FutureWarning)
        try:
            return re.compile(regex)
        except re.error as error:  # pathspec hands on a range that runs backwards, such as `[z-a]`
            raise PatternError(pattern, f"matches nothing: {error.msg}") from None


def check_pattern(pattern: str) -> None:
    """Refuse what cannot match. Plain names are right by construction, so pathspec is not loaded for them.

    Raises:
        PatternError: see :func:`to_regex`.
    """
    row = Row("", pattern)
    if not row.pattern or row.pattern.startswith("#"):
        raise PatternError(pattern, "matches nothing")
    if row.pattern not in COMPILED and re.search(_SPECIAL, row.pattern):
        to_regex(row.pattern)


def as_pattern(path: str) -> str:
    """A path as the gitignore pattern that means it and nothing else."""
    escaped = re.sub(_GLOB, _escaped, path)
    escaped = f"\\{escaped}" if escaped[:1] in ("#", "!") else escaped
    stripped = escaped.rstrip(" ")
    return stripped + "\\ " * (len(escaped) - len(stripped))


def within(folder: str, pattern: str) -> str:
    """A pattern that was written for a folder, as it reads from the workspace's root: like one of a .gitignore further down.

    Args:
        folder: relative to the root, with ``/``; ``""`` for the root.
        pattern: one that :func:`check_pattern` takes.
    """
    if not folder:
        return pattern
    body = pattern.removeprefix("!")
    taken = "!" if body is not pattern else ""
    if re.fullmatch(_ANY_FOLDER, body):  # behind a folder it would mean that one, too
        body = "*/"
    # A slash before the end ties a pattern to its folder; without one it counts at any depth.
    depth = "" if "/" in body.rstrip().removesuffix("/") else "**/"
    return f"{taken}/{re.sub(_GLOB, _escaped, one_line(folder))}/{depth}{body.removeprefix('/')}"


def _escaped(character: re.Match[str]) -> str:
    return "\\" + character[0]


class Row:
    """One pattern of the table and the label that it gives or takes away.

    Most of the hundreds are never tried; what helps to try one is worked out then.
    """

    __slots__ = ("_ending", "_match", "_needs", "gives", "label", "pattern")

    def __init__(self, label: str, pattern: str) -> None:
        self.label = label
        self.gives = not pattern.startswith("!")
        self.pattern = pattern
        if not self.gives:  # a second `!` or a `#` behind it is meant as it stands
            self.pattern = "\\" + pattern[1:] if pattern[1:2] in ("!", "#") else pattern[1:]
        self._ending = ""
        """For `*.py`: what a name ends with that it matches, and nothing else."""
        self._needs: str | None = None
        """Characters that stand together in whatever it matches."""
        self._match: Matcher | None = None

    def matches(self, path: str) -> bool:
        """Whether the pattern matches a path (a folder ends with ``/``) without newlines."""
        if self._needs is None:
            ending = self.pattern[1:]
            if self.pattern[:1] == "*" and _NOT_IN_ENDING.isdisjoint(ending) and ending.split() == [ending]:
                self._ending = ending
            self._needs = "" if self._ending else _needed(self.pattern)
        if self._ending:
            return path.endswith((self._ending, f"{self._ending}/"))
        if self._needs not in path:
            return False
        if self._match is None:
            ours = COMPILED.get(self.pattern)
            self._match = (re.compile(ours) if ours else _compile(self.pattern, to_regex(self.pattern))).search
        return self._match(path) is not None


def _needed(pattern: str) -> str:
    """The longest run of characters that stands as it is in all that a pattern matches; ``""`` if that is not plain."""
    if "\\" in pattern or pattern.strip() != pattern:
        return ""
    segment = pattern.strip("/").rpartition("/")[2]
    if "[" in segment:
        segment = re.sub(_ONE_OF, r"\1", segment)  # `[{]` is `{`
        if "[" in segment:
            return ""
    return max(segment.replace("?", "*").replace("]", "*").split("*"), key=len)


class Policy:
    """The table. ``labels`` is asked once per path; ``matched`` counts how often it had to look.

    Args:
        rows: (label, pattern) in order, all relative to the workspace's root (see :func:`within`).
    """

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        self.rows = [Row(label, pattern) for label, pattern in rows]
        self.matched = 0
        self._words: Words | None = None
        self._at: dict[tuple[str, str], list[int]] = {}
        """The first rows of their patterns, by :func:`place_of` these."""
        self._folders: dict[str, tuple[int, ...]] = {"": ()}
        self._labels: dict[tuple[int, ...], frozenset[str]] = {}
        self._alike: dict[int, list[int]] = {}
        """Rows of one pattern by the first of them, which is the one that is tried: many rules look at ``*.py``."""
        first_of: dict[str, int] = {}
        for number, row in enumerate(self.rows):
            first = first_of.setdefault(row.pattern, number)
            self._alike.setdefault(first, []).append(number)
            if first == number:
                self._at.setdefault(PLACES.get(row.pattern) or place_of(row.pattern), []).append(number)

    def labels(self, path: str) -> frozenset[str]:
        """The labels of a file, by its path relative to the workspace with ``/``."""
        self.matched += 1
        path = one_line(path)
        folder, _, name = path.rpartition("/")
        return self._decide((*self._in_folder(folder), *self._rows_at(path, name)))

    @property
    def words(self) -> Words:
        """What stands in all names that do not get the labels of whatever else has their extension and lies in their folder.

        Names that start with a dot are not spoken of.
        """
        if self._words is None:
            telling = {word for word in map(_telling, {row.pattern for row in self.rows}) if word is not None}
            whole = {word for word in telling if "*" not in word and "?" not in word}
            self._words = Words(whole, (max(re.split(r"[*?]", word), key=len) for word in telling - whole))
        return self._words

    def matching(self, path: str) -> list[Row]:
        """The rows that match a path, in the order of the table: for people who ask why."""
        path = one_line(path)
        folder, _, name = path.rpartition("/")
        return [self.rows[number] for number in sorted({*self._in_folder(folder), *self._rows_at(path, name)})]

    def _in_folder(self, folder: str) -> tuple[int, ...]:
        """Rows that match the folder or one above it, and with it all that it holds."""
        unknown = []
        while (known := self._folders.get(folder)) is None:
            unknown.append(folder)
            folder = folder.rpartition("/")[0]
        for folder in reversed(unknown):
            known = (*known, *self._rows_at(f"{folder}/", folder.rpartition("/")[2]))
            self._folders[folder] = known
        return known

    def _rows_at(self, path: str, name: str) -> list[int]:
        key = _key(name)
        _, dot, extension = key.rpartition(".")
        at = self._at
        candidates = [*at.get(("name", key), ()), *at.get(("start", key[:1]), ()), *at.get(_ANYWHERE, ())]
        if dot:
            candidates += at.get(("extension", extension), ())
        return [number for first in candidates if self.rows[first].matches(path) for number in self._alike[first]]

    def _decide(self, numbers: tuple[int, ...]) -> frozenset[str]:
        known = self._labels.get(numbers)
        if known is None:
            labels: set[str] = set()
            for number in sorted(set(numbers)):
                row = self.rows[number]
                if row.gives:
                    labels.add(row.label)
                else:
                    labels.discard(row.label)
            known = self._labels[numbers] = frozenset(labels)
        return known


def place_of(pattern: str) -> tuple[str, str]:
    """What the last part of a path has, folded, that a pattern may match: its ``name``, its ``extension`` or its ``start``."""
    segments = [segment for segment in pattern.split("/") if segment not in ("", "**")]
    last = segments[-1] if segments else "*"
    key = _key(re.sub(_CASE_PAIR, _fold_pair, last) if "[" in last else last)
    if "\\" in pattern or "[" in key:  # what looks like an extension may stand within brackets
        return _ANYWHERE
    if _is_literal(key):
        return "name", key
    stem, dot, extension = key.rpartition(".")
    if dot and stem and _is_literal(extension):
        return "extension", extension
    return ("start", key[0]) if _is_literal(key[0]) else _ANYWHERE


_ANYWHERE = ("anywhere", "")


def _key(name: str) -> str:
    """What names are indexed by: blind to case and to ``-`` against ``_``, so that one row's ``[Rr]aw[_-]data`` has one key."""
    return fold(name).replace("[__]", "_")


def _telling(pattern: str) -> str | None:
    """What stands in each name, folded, of which a pattern says more than by folder and extension; ``*`` and ``?`` in it stand for more.

    Returns:
        ``None`` if it says no more of any name, ``*`` if nothing need stand in one.
    """
    if "\\" in pattern:
        return "*"
    segment = pattern.rstrip().rpartition("/")[2]
    if segment in ("", "*", "**") or re.match(_EXTENSION, segment):
        return None
    key = re.sub(_ONE_OF, r"\1", _key(re.sub(_CASE_PAIR, _fold_pair, segment)))
    return "*" if "[" in key or "]" in key else key


def _is_literal(part: str) -> bool:
    """Whether part of a segment, without backslashes and brackets, means just these characters."""
    return "*" not in part and "?" not in part and "]" not in part and part not in ("", "!") and not part[-1].isspace()


def _fold_pair(pair: re.Match[str]) -> str:
    first, second = pair[1].lower(), pair[2].lower()
    return first if first == second else pair[0]


def one_line(path: str) -> str:
    """A path for expressions, in which ``.`` and ``$`` take a newline for an end: NUL, which no path holds, stands in for it."""
    return path.replace("\n", "\0")


_ITSELF = {".": ".+", "/": ".+/.+", "(?P<ps_d>/)": ".+/"}
"""pathspec's expressions for `*`, `**/*/**` and `*/`, which find their match anywhere in a path, for the whole of it."""


class IgnoreFiles:
    """The .gitignore files of a plain folder, for a walk where git is not there to ask.

    Such a walk asks about each folder on the way and does not enter one that is ignored. So a pattern counts for what it
    names itself, and not as in :class:`Policy` for all in it too: ``*`` and ``!*/`` and ``!*.py`` keep what is Python.
    """

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[Matcher, bool]]] = {}

    def add(self, folder: str, text: str) -> None:
        """Take the .gitignore of ``folder`` (relative to the walk's root) into account."""
        rows: list[tuple[Matcher, bool]] = []
        for line in text.removeprefix("\ufeff").split("\n"):
            row = Row("", line.removesuffix("\r"))
            try:
                regex = COMPILED.get(row.pattern) or to_regex(row.pattern)
            except PatternError:
                continue  # git leaves out what it cannot read, too
            regex = _ITSELF.get(regex) or (regex + ".+" if regex.endswith("/") else regex)
            rows.append((_compile(row.pattern, regex).fullmatch, row.gives))
        self._rows[one_line(folder)] = rows[::-1]

    def ignored(self, path: str) -> bool:
        """Whether a path (a folder ends with ``/``) is ignored; the last row of the deepest file that speaks of it decides."""
        path = one_line(path)
        folder = path.removesuffix("/")
        while folder:
            folder = folder.rpartition("/")[0]
            below = path[len(folder) + 1 if folder else 0 :]
            for matches, gives in self._rows.get(folder, ()):
                if matches(below):
                    return gives
        return False
