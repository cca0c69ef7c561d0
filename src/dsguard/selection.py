"""Which rules look at a file, told from its labels, its extension, its name and its size, before anything is made of it.

Most files of a repository are of no concern to most rules. What is the same for all files of one kind is worked out once
for the kind; only what is left is asked file by file.
"""

from __future__ import annotations

import re
from functools import cache

from dsguard.model import UnreadableError
from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.file import File
    from dsguard.documents.files import Files
    from dsguard.plan import Chosen, Plan
    from dsguard.rules.base import Screen
    from dsguard.workspace import Entry


class Kind:
    """What files of the same labels and extension have in common.

    Args:
        chosen: the rules that such files are for.
        always: those of them that look at every such file.
        screened: those that look at one if their screen lets it through. All others pass over the extension.
        judged: the codes of the rules that can tell whether a marker in such a file hides nothing.
    """

    __slots__ = ("always", "chosen", "judged", "screened")

    def __init__(
        self, chosen: tuple[Chosen, ...], always: list[Chosen], screened: list[tuple[Chosen, Screen]], judged: frozenset[str]
    ) -> None:
        self.chosen = chosen
        self.always = always
        self.screened = screened
        self.judged = judged


class Selection:
    """The rules of one plan, sorted by the files that they look at.

    Args:
        judged: codes of the rules about projects that looked at all of them.
    """

    def __init__(self, plan: Plan, files: Files, judged: frozenset[str]) -> None:
        self._plan = plan
        self._files = files
        self._judged = judged
        self._kinds: dict[tuple[frozenset[str], str], Kind] = {}
        self._screens: dict[str, Screen | None] = {}
        self._hints: dict[tuple[Screen, str], bool] = {}

    def kind_of(self, labels: frozenset[str], name: str) -> Kind:
        """What is the same for all files of these labels and of the extension of ``name``."""
        dot = name.rfind(".")
        key = (labels, name[dot:].lower() if dot > 0 else "")
        kind = self._kinds.get(key)
        if kind is None:
            kind = self._kinds[key] = self._make(*key)
        return kind

    def _make(self, labels: frozenset[str], suffix: str) -> Kind:
        chosen = self._plan.looking_at(labels)
        always, screened = [], []
        for one in chosen:
            screen = self._screen_of(one)
            if screen is None or (screen.is_open and suffix not in screen.passed_over):
                always.append(one)
            elif suffix not in screen.passed_over:
                screened.append((one, screen))
        return Kind(chosen, always, screened, self._judged.union(one.code for one in chosen))

    def _screen_of(self, one: Chosen) -> Screen | None:
        if one.code not in self._screens:
            rule = one.rule
            self._screens[one.code] = rule.screen(one.settings, self._files) if isinstance(rule, FileRule) else None
        return self._screens[one.code]

    def looking(self, kind: Kind, entry: Entry, name: str) -> tuple[list[Chosen], int | None]:
        """The rules that look at a file, and its size in bytes if it was asked for."""
        if not kind.screened:
            return kind.always, None
        looking, size = kind.always.copy(), None
        for one, screen in kind.screened:
            if screen.most is not None or screen.least:
                try:
                    size = entry.size if size is None else size
                except UnreadableError:
                    looking.append(one)  # for the rule to say
                    continue
                if size < screen.least or (screen.most is not None and size > screen.most):
                    continue
            if screen.name is None or screen.name.search(name.lower()) or self._is_hint(screen, entry.path[: -len(name)]):
                looking.append(one)
        return looking, size

    def _is_hint(self, screen: Screen, folder: str) -> bool:
        key = (screen, folder)
        if key not in self._hints:
            self._hints[key] = screen.folder is not None and screen.folder.search(folder) is not None
        return self._hints[key]

    def holds_back(self, one: Chosen, file: File) -> bool:
        """Whether the last question of a rule's screen, which may read the file, is answered with no."""
        screen = self._screens[one.code]
        if screen is None or screen.sieve is None:
            return False
        try:
            return not screen.sieve(file)
        except Exception:  # noqa: BLE001
            return False  # the rule meets it again, where it is told


_MANY = 16
"""For more runs of bytes than these one expression beats a look for each."""


def holds_any(data: bytes, triggers: tuple[bytes, ...]) -> bool:
    """Whether one of several runs of bytes stands somewhere in the data."""
    if not any(first in data for first in _first_bytes(triggers)):  # mostly one byte, and the fastest search there is
        return False
    if len(triggers) <= _MANY:
        return any(trigger in data for trigger in triggers)
    return _one_of(triggers).search(data) is not None


@cache
def _first_bytes(triggers: tuple[bytes, ...]) -> frozenset[bytes]:
    return frozenset(trigger[:1] for trigger in triggers)


@cache
def _one_of(triggers: tuple[bytes, ...]) -> re.Pattern[bytes]:
    return re.compile(b"|".join(map(re.escape, sorted(triggers))))
