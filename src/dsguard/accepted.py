"""Which findings of one run the lines of a baseline accept, and which of those lines hide nothing any more."""

from __future__ import annotations

from dsguard.baseline import NEVER, Entry, context_of, sketch_of
from dsguard.documents.sketch import DRIFTED, SAME_FILE, distance
from dsguard.model import Location, Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from dsguard.baseline import Baseline
    from dsguard.documents.file import File
    from dsguard.documents.files import Files
    from dsguard.model import Finding
    from dsguard.rules.base import Rule
    from dsguard.rules.engine.unused_suppression import UnusedSuppression

    Key = tuple[str, str]
    """A rule's code and the hash of what a finding is about: what an entry and a finding must share."""
    Begin = Callable[[Files, Mapping[str, Rule]], "Accepted | Recorder"]
    """What makes the baseline of a run, given all files and the rules by code."""
    Place = tuple[object, ...]
    """A path, and what is told of which place in it."""

_MAX_TRACE = 20


class Accepted:
    """A baseline in one run, used up entry by entry. The findings of a file are asked about together.

    Args:
        files: all of the workspace: a path that is not among them is gone.
        rules: those of the run, by code.
    """

    def __init__(self, baseline: Baseline, files: Files, rules: Mapping[str, Rule]) -> None:
        self.baseline = baseline
        self.count = 0
        """Findings that were accepted."""
        self.moved: list[tuple[Entry, Entry]] = []
        """Entries of paths that are gone, each with what it should be now."""
        self.drifted: list[tuple[Entry, Entry]] = []
        """Entries whose file is hardly what it was, each with what it should be now: a move of that file would not be seen."""
        self._files = files
        self._rules = rules
        self._used: set[int] = set()
        self._judged: dict[str, frozenset[str]] = {}
        self._places: set[Place] = set()
        self._gone: list[Entry] | None = None
        self.follows = False
        """Whether to look for entries whose file has drifted: that reads and hashes all files of the baseline."""

    def new(self, path: str, file: File | None, found: list[Finding], judged: frozenset[str] = frozenset()) -> list[Finding]:
        """Those of the findings of a file that no entry accepts, in order.

        Args:
            path: of the file, in the workspace.
            file: the file, if there is one.
            found: all that was found in it and that nobody accepted otherwise.
            judged: codes of rules whose findings in the file are all here, so that an entry without one is stale.
        """
        path = self.baseline.relative(path)
        if judged:
            self._judged[path] = judged | self._judged.get(path, frozenset())
        if not found or not self.baseline.paths:
            return found
        places: dict[Place, Finding] = {}
        for finding in found:  # of one place that several scripts lead to there are several
            places.setdefault((path, *_about_what(finding)), finding)
        open_places = {place: finding for place, finding in places.items() if place not in self._places}
        about = _About(file, found)
        for entries in (self.baseline.at(path), self._gone_like(open_places.values(), about)):
            matched = list(self._match(entries, open_places, file))
            for place, entry in matched:
                self._use(entry, path, open_places.pop(place), file, about)
                self._places.add(place)
        new = [finding for finding in found if (path, *_about_what(finding)) not in self._places]
        self.count += len(found) - len(new)
        return new

    def _match(self, entries: Iterable[Entry], places: Mapping[Place, Finding], file: File | None) -> Iterator[tuple[Place, Entry]]:
        """Findings and the entries that accept them, one each. Among equal findings those whose lines are as they were come first."""
        free: dict[Key, list[Entry]] = {}
        for entry in entries:
            if id(entry) not in self._used:
                free.setdefault((entry.code, entry.own), []).append(entry)
        by_key: dict[Key, list[Place]] = {}
        for place, finding in places.items():
            key = self._key(finding, file, free)
            if key is not None:
                by_key.setdefault(key, []).append(place)
        for key, equal in by_key.items():
            left = []
            for place in equal:
                context = context_of(file, places[place])
                same = next((entry for entry in free[key] if entry.context == context), None)
                if same is None:
                    left.append(place)
                else:
                    free[key].remove(same)
                    yield place, same
            yield from zip(left, free[key], strict=False)

    def _key(self, finding: Finding, file: File | None, free: Mapping[Key, list[Entry]]) -> Key | None:
        if finding.code in NEVER or not any(code == finding.code for code, _ in free):
            return None  # without a hash, which of a credential takes time
        hashes = self.baseline.hashes(finding, file, self._rules.get(finding.code))
        return next(((finding.code, own) for own in hashes if (finding.code, own) in free), None)

    def _gone_like(self, left: Iterable[Finding], about: _About) -> list[Entry]:
        """Unused entries of paths that are gone, for these rules, whose file was much like this one."""
        if self._gone is None:
            gone = [path for path in self.baseline.paths if self.baseline.in_workspace(path) not in self._files]
            self._gone = [entry for path in sorted(gone) for entry in self.baseline.at(path)]
        codes = {finding.code for finding in left} if self._gone else ()
        return [entry for entry in self._gone if entry.code in codes and distance(entry.sketch, about.sketch) <= SAME_FILE]

    def _use(self, entry: Entry, path: str, finding: Finding, file: File | None, about: _About) -> None:
        self._used.add(id(entry))
        if entry.path != path:
            self.moved.append((entry, entry.moved(path, context_of(file, finding), about.sketch)))
        elif self.follows and entry.sketch != about.sketch and distance(entry.sketch, about.sketch) >= DRIFTED:
            self.drifted.append((entry, entry.moved(path, context_of(file, finding), about.sketch)))

    def stale(self, *, whole: bool, codes: Iterable[str]) -> list[Entry]:
        """Entries that hide nothing any more, as far as this run can tell.

        Args:
            whole: whether the run looked at every file and every project.
            codes: of all rules that ran.
        """
        ran = frozenset(codes)
        found: list[Entry] = []
        for path in sorted(self.baseline.paths):
            if self.baseline.in_workspace(path) in self._files:
                judged = self._judged.get(path, frozenset())
            else:
                judged = ran if whole else frozenset()
            if judged:
                found += (entry for entry in self.baseline.at(path) if entry.code in judged and id(entry) not in self._used)
        return found


class Recorder:
    """In place of a baseline in a run: takes every finding, and makes entries of them."""

    def __init__(self, baseline: Baseline, rules: Mapping[str, Rule]) -> None:
        self.baseline = baseline
        self.count = 0
        self.entries: list[Entry] = []
        self.moved: list[tuple[Entry, Entry]] = []
        self._rules = rules
        self._places: set[Place] = set()

    def new(self, path: str, file: File | None, found: list[Finding], judged: frozenset[str] = frozenset()) -> list[Finding]:
        """The findings that no baseline can take; of all others an entry is made, once for each place."""
        del judged
        path = self.baseline.relative(path)
        about = _About(file, found)
        for finding in found:
            place = (path, *_about_what(finding))
            if finding.code in NEVER or place in self._places:
                continue
            self._places.add(place)
            own = next(self.baseline.hashes(finding, file, self._rules.get(finding.code)))
            self.entries.append(Entry(finding.code, path, finding.subject, own, context_of(file, finding), about.sketch))
        kept = [finding for finding in found if finding.code in NEVER]
        self.count += len(found) - len(kept)
        return kept

    def stale(self, *, whole: bool, codes: Iterable[str]) -> list[Entry]:
        """None: all entries are of this run."""
        del whole, codes
        return []


class _About:
    """The sketch of a file, made when something asks for it."""

    __slots__ = ("_file", "_found", "_sketch")

    def __init__(self, file: File | None, found: list[Finding]) -> None:
        self._file = file
        self._found = found
        self._sketch: str | None = None

    @property
    def sketch(self) -> str:
        if self._sketch is None:
            self._sketch = sketch_of(self._file, self._found)
        return self._sketch


def _about_what(finding: Finding) -> Place:
    at = finding.location
    return (finding.code, finding.subject, finding.identity, at.line, at.column, at.cell, at.cell_line, at.cell_column)


def stale_finding(baseline: Baseline, stale: list[Entry], rule: UnusedSuppression) -> Finding:
    """One finding for all entries that hide nothing any more."""
    first = stale[0]
    if len(stale) == 1:
        what = f"entry of the baseline hides nothing any more: {first.code} in {first.path}"
    else:
        what = f"{len(stale):,} entries of the baseline hide nothing any more, the first {first.code} in {first.path}"
    return rule.found(
        Location(baseline.path),
        what,
        subject="baseline",
        help="`dsguard baseline prune` takes them out; then commit the file.",
        trace=[Step(baseline.in_workspace(entry.path), None, f"no {entry.code} there any more") for entry in stale[:_MAX_TRACE]],
    )
