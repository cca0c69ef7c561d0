"""Which rules look at a file, told from its labels, its extension, its name and its size, before anything is made of it.

Most files of a repository are of no concern to most rules. What is the same for all files of one kind is worked out once
for the kind, and what is the same for all of one extension in a folder once for these; only what is left is asked file by file.
"""

from __future__ import annotations

from dsguard.alike import Words, fold
from dsguard.documents.file import HEAD_SIZE, READ_AT_ONCE
from dsguard.model import UnreadableError
from dsguard.plan import EXCLUDE
from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence
    from typing import Any

    from dsguard.documents.file import File
    from dsguard.documents.files import Files
    from dsguard.plan import Chosen, Plan
    from dsguard.rules.base import Glance, Screen
    from dsguard.workspace import Entry, Workspace

    Screened = tuple[Chosen, Screen | None]
    Known = dict[str, Any]
    """Views of a File that are there before it is made."""
    Selected = tuple[Entry, "Kind", "Look", Known]
    """A file with its kind, the rules that look at it, and what was found out about it on the way: ``size`` and ``data``."""

_FEW = 64
"""Up to so many files are looked at one by one: to find out which of them are alike would take longer."""


class Look:
    """The rules that look at some files, and what these are asked first.

    Args:
        screened: the rules, in order, with their screens.
    """

    __slots__ = ("_glances", "_passing", "_questions", "_screened", "rules")

    def __init__(self, screened: Sequence[Screened]) -> None:
        self.rules = tuple(one for one, _ in screened)
        self._screened = screened
        self._glances = tuple(dict.fromkeys(None if screen is None else screen.glance for _, screen in screened))
        asked = (screen.ask for _, screen in screened if screen is not None and screen.ask is not None)
        self._questions = tuple(dict.fromkeys(asked))
        self._passing: dict[tuple[Hashable, ...], tuple[Chosen, ...]] = {}

    def at(self, file: File) -> tuple[Chosen, ...]:
        """The rules that still want to look at a file after what their screens ask last, which may read it."""
        if not self._questions:
            return self.rules
        try:
            answers = tuple([ask(file) for ask in self._questions])
        except Exception:  # noqa: BLE001
            return self.rules  # they meet it again, where it is told
        passing = self._passing.get(answers)
        if passing is None:
            passing = self._passing[answers] = tuple(self._after(dict(zip(self._questions, answers, strict=True))))
        return passing

    def glance(self, file: File) -> tuple[Glance, ...]:
        """What is asked of the name and the first bytes of files like this one: if all say yes, no rule has anything to say of a file.

        Returns:
            nothing if some rule looks at each of them whatever these are.
        """
        if not self.rules:
            return ()
        found = [None if glance is None else glance(file) for glance in self._glances]
        return tuple(dict.fromkeys(one for one in found if one is not None)) if None not in found else ()

    def _after(self, answers: dict[Callable[[File], Hashable], Hashable]) -> Iterator[Chosen]:
        for one, screen in self._screened:
            if screen is None or screen.ask is None or screen.takes(answers[screen.ask]):
                yield one


_NOTHING = Look(())


class Group:
    """Files of which only the size still decides which rules look at them.

    Args:
        screened: the rules, in order, that look at files of some size.
    """

    __slots__ = ("at_any", "cuts", "kind", "looks")

    def __init__(self, kind: Kind, screened: Sequence[Screened]) -> None:
        self.kind = kind
        screens = [screen for _, screen in screened if screen is not None]
        self.cuts = sorted(
            {screen.least for screen in screens if screen.least} | {screen.most + 1 for screen in screens if screen.most is not None}
        )
        """Sizes in bytes from which on other rules look."""
        self.looks = [Look([one for one in screened if _takes_size(one[1], size)]) for size in (0, *self.cuts)]
        """The rules that look at files below the first cut, between it and the second, and so on."""
        self.at_any = Look(screened) if self.cuts else self.looks[0]
        """The rules that look at a file whose size does not matter, or cannot be told: it is for them to say why."""

    def at(self, size: int | None) -> Look:
        """The rules that look at a file of so many bytes."""
        if size is None:
            return self.at_any
        number = 0
        for cut in self.cuts:  # a handful
            if size < cut:
                break
            number += 1
        return self.looks[number]


def _takes_size(screen: Screen | None, size: int) -> bool:
    return screen is None or (screen.least <= size and (screen.most is None or size <= screen.most))


class Kind:
    """What files of the same labels and extension have in common.

    Args:
        chosen: the rules that such files are for.
        screened: those that do not pass over the extension, with their screens.
        judged: the codes of the rules that can tell whether a marker in such a file hides nothing.
    """

    __slots__ = ("_groups", "_screened", "chosen", "is_excluded", "judged", "labels", "named")

    def __init__(self, labels: frozenset[str], chosen: tuple[Chosen, ...], screened: Sequence[Screened], judged: frozenset[str]) -> None:
        self.labels = labels
        self.is_excluded = EXCLUDE in labels
        self.chosen = chosen
        self.judged = judged
        self.named = tuple(screen for _, screen in screened if screen is not None and screen.is_named)
        """Screens that look at names and folders."""
        self._screened = screened
        self._groups: dict[tuple[Screen, ...], Group] = {}

    def group(self, passed: tuple[Screen, ...]) -> Group:
        """The files of this kind whose names or folders pass these of the screens that look at them."""
        group = self._groups.get(passed)
        if group is None:
            left = [(one, screen) for one, screen in self._screened if screen is None or not screen.is_named or screen in passed]
            group = self._groups[passed] = Group(self, left)
        return group


class _Sorter:
    """The rules of one plan, by the files that they look at.

    Args:
        judged: codes of the rules about projects that looked at all of them.
    """

    def __init__(self, plan: Plan, files: Files, judged: frozenset[str]) -> None:
        self._plan = plan
        self._files = files
        self._judged = judged
        self._kinds: dict[tuple[frozenset[str], str], Kind] = {}
        self._screens: dict[str, Screen | None] = {}
        self._folders: dict[tuple[Screen, str], bool] = {}

    @property
    def words(self) -> Words:
        """Words of which one stands in each name that makes a difference to the labels of a file or to a screen."""
        screens = filter(None, map(self._screen_of, self._plan.chosen))
        return self._plan.policy.words | Words((), (fold(word) for screen in screens for word in screen.words))

    def group_of(self, path: str, folder: str, name: str) -> Group:
        """The group of one file; ``folder`` ends with ``/``."""
        dot = name.rfind(".")
        key = (self._plan.policy.labels(path), name[dot:].lower() if dot > 0 else "")
        kind = self._kinds.get(key)
        if kind is None:
            kind = self._kinds[key] = self._make(*key)
        return kind.group(tuple([screen for screen in kind.named if self._names(screen, folder, name)]))

    def _make(self, labels: frozenset[str], suffix: str) -> Kind:
        chosen = self._plan.looking_at(labels)
        screened = [(one, self._screen_of(one)) for one in chosen]
        screened = [(one, screen) for one, screen in screened if screen is None or suffix not in screen.passed_over]
        return Kind(labels, chosen, screened, self._judged.union(one.code for one in chosen))

    def _screen_of(self, one: Chosen) -> Screen | None:
        if one.code not in self._screens:
            rule = one.rule
            self._screens[one.code] = rule.screen(one.settings, self._files) if isinstance(rule, FileRule) else None
        return self._screens[one.code]

    def _names(self, screen: Screen, folder: str, name: str) -> bool:
        name = name.lower()
        if any(word in name for word in screen.words):
            return True
        key = (screen, folder)
        if key not in self._folders:
            self._folders[key] = screen.folder is not None and screen.folder.search(folder) is not None
        return self._folders[key]


class _Alike:
    """Files of one folder and extension whose names say no more."""

    __slots__ = ("glances", "group")

    def __init__(self, group: Group) -> None:
        self.group = group
        self.glances: dict[Look, tuple[Glance, ...]] = {}


class Selection:
    """The files that a run is to judge, each with the rules that look at it.

    Args:
        judged: codes of the rules of a plan about projects that looked at all of them.
    """

    def __init__(self, plan: Plan, files: Files, workspace: Workspace, judged: Callable[[Plan], frozenset[str]]) -> None:
        self._plan = plan
        self._files = files
        self._workspace = workspace
        self._sizes: dict[str, int] | None = None
        self._sorters = {one: _Sorter(one, files, judged(one)) for one in plan.everywhere}

    def __iter__(self) -> Iterator[Selected]:
        entries = self._workspace.selected
        single = self._singled_out(entries)
        folders: dict[str, dict[str, _Alike]] = {}
        folder, here = "/", dict[str, _Alike]()
        sorter = self._sorters[self._plan]
        for number, entry in enumerate(entries):
            path = entry.path
            end = path.rfind("/") + 1
            if path[:end] != folder:
                folder = path[:end]
                here = folders.setdefault(folder, {})
                sorter = self._sorters[self._plan.at(path)]
            dot = path.rfind(".", end)
            if number in single or dot == end:
                group = sorter.group_of(path, folder, path[end:])
                size = self._size_of(entry) if group.cuts else None
                yield entry, group.kind, group.at(size), {} if size is None else {"size": size}
                continue
            extension = path[dot:] if dot > 0 else ""
            alike = here.get(extension)
            if alike is None:
                alike = here[extension] = _Alike(sorter.group_of(path, folder, path[end:]))
            group = alike.group
            if not group.cuts:
                yield entry, group.kind, group.at_any, {}
                continue
            size = self._size_of(entry)
            look = group.at(size)
            if size is None or not look.rules:
                yield entry, group.kind, look, {}
            else:
                yield entry, group.kind, *self._glance(entry, path[end:], alike, look, size)

    def _glance(self, entry: Entry, name: str, alike: _Alike, look: Look, size: int) -> tuple[Look, Known]:
        """The rules that look at a file after a glance at its first bytes, and with these."""
        known: Known = {"size": size}
        glances = alike.glances.get(look)
        if glances is None:
            glances = alike.glances[look] = look.glance(self._files.opened(entry.path, alike.group.kind.labels, known))
        if not glances or size > READ_AT_ONCE:
            return look, known
        try:
            data = entry.read(0, None)
        except UnreadableError:
            return look, known  # a rule meets it again, where it is told
        head = data[:HEAD_SIZE]
        # Of a file that was read whatever is in it counts, a marker that hides nothing too.
        if all(glance(name, head) for glance in glances) and b"dsguard" not in data:
            return _NOTHING, known
        known["data"] = data
        return look, known

    def _size_of(self, entry: Entry) -> int | None:
        """Bytes; ``None`` if that cannot be told, which is for the rules to say."""
        if self._sizes is None:  # where a filter stands in between, the size on disk is not the one that counts
            self._sizes = {} if self._workspace.has_filters else self._workspace.sizes
        size = self._sizes.get(entry.path)
        if size is None:
            try:
                size = entry.size
            except UnreadableError:
                return None
        return size

    def _singled_out(self, entries: Sequence[Entry]) -> set[int] | range:
        """The numbers of the files that are more than their folder and extension say."""
        if len(entries) <= _FEW:
            return range(len(entries))
        words = Words((), ())
        for sorter in self._sorters.values():
            words |= sorter.words
        return words.standing_in([entry.path[entry.path.rfind("/") + 1 :] for entry in entries])
