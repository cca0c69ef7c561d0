"""All that decides a run besides the files themselves: which rules run, with which settings, on which paths."""

from __future__ import annotations

from dsguard.policy import Policy
from dsguard.rules.base import ProjectRule
from dsguard.rules.engine.unreadable_file import UnreadableFile
from dsguard.rules.engine.unused_suppression import UnusedSuppression

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dsguard.accepted import Begin
    from dsguard.allowances import Allowance, PathIgnore
    from dsguard.model import Severity
    from dsguard.rules.base import Rule, Settings

EXCLUDE = "exclude"
"""The label of paths that no rule looks at."""


class Chosen:
    """A rule as this run uses it: its options filled in, its severity, and whether a path selects it."""

    __slots__ = ("_own", "_selected", "_settings", "_steps", "code", "rule", "severity")

    def __init__(self, rule: Rule, own: Settings, severity: Severity | None = None) -> None:
        self.rule = rule
        self.code = rule.code
        self.severity = severity
        self._own = own
        self._settings: Settings | None = None
        self._selected = f"select:{rule.code}"
        self._steps = tuple(_steps(rule))

    @property
    def settings(self) -> Settings:
        """All options of the rule: the run's own values, else the defaults, which are read when the rule first looks at something."""
        if self._settings is None:
            self._settings = {key: self._own.get(key, option.value) for key, option in self.rule.options.items()}
        return self._settings

    def takes(self, labels: frozenset[str]) -> bool:
        """Whether the labels of a path are those of a file that the rule looks at. The last match of its ``files`` wins."""
        if f"skip:{self.code}" in labels:
            return False
        if not self._steps:
            return self._selected in labels
        taken = False
        for gives, label in self._steps:
            if label in labels:
                taken = gives
        return taken


def selectors(rule: Rule) -> Iterator[tuple[str, str]]:
    """The rows of the policy's table that select a rule's files.

    Among patterns alone the table says which match is the last. Where roles stand between them each pattern has a label
    of its own, and :class:`Chosen` goes through both.
    """
    steps = tuple(_steps(rule))
    if not steps:
        yield from ((f"select:{rule.code}", pattern) for pattern in rule.files)
    for pattern, (_, label) in zip(rule.files, steps, strict=False):
        if not pattern.lstrip("!").startswith("@"):
            yield label, pattern.removeprefix("!")


def _steps(rule: Rule) -> Iterator[tuple[bool, str]]:
    """For a rule that names roles: what each item of its ``files`` does to a path, and the label that says it does."""
    if any(item.lstrip("!").startswith("@") for item in rule.files):
        for number, item in enumerate(rule.files):
            body = item.removeprefix("!")
            yield body is item, body[1:] if body.startswith("@") else f"select:{rule.code}:{number}"


class Plan:
    """All that decides a run besides the files themselves. Made by :mod:`dsguard.config`.

    Args:
        chosen: the rules to run.
        rows: the policy's table: roles, then selectors, then what the configuration says.
    """

    def __init__(
        self,
        chosen: Iterable[Chosen],
        rows: Iterable[tuple[str, str]],
        *,
        profile: str = "default",
        allowances: Iterable[Allowance] = (),
        ignores: Iterable[PathIgnore] = (),
    ) -> None:
        self.chosen = tuple(sorted(chosen, key=lambda one: one.code))
        self.profile = profile
        self.allowances = tuple(allowances)
        self.ignores = tuple(ignores)
        self.policy = Policy(rows)
        self.known: Iterable[Rule] | None = None
        """The rules that a marker may name, if not dsguard's own only."""
        self.baseline: Begin | None = None
        """What accepts findings that were there before, made anew for each run."""
        self.processes = 1
        """How many look at files at the same time (see :mod:`dsguard.workers`)."""
        self.since: str | None = None
        """A revision: only findings on what changed since then count."""
        self.nested: dict[str, Plan] = {}
        """Plans of further configurations, by the folders whose files they govern; every folder in them has the nearest."""
        self.codes = frozenset(one.code for one in self.chosen)
        self.project_codes = frozenset(one.code for one in self.chosen if isinstance(one.rule, ProjectRule))
        self.unused = next((one for one in self.chosen if isinstance(one.rule, UnusedSuppression)), None)
        self.unreadable = next((one for one in self.chosen if isinstance(one.rule, UnreadableFile)), None)
        self._by_labels: dict[frozenset[str], tuple[Chosen, ...]] = {}

    def at(self, path: str) -> Plan:
        """The plan that governs a file: that of the nearest configuration above it."""
        if self.nested:
            folder = path
            while folder:
                folder = folder.rpartition("/")[0]
                if folder in self.nested:
                    return self.nested[folder]
        return self

    def labels(self, path: str) -> frozenset[str]:
        """The labels of a path, by the table that governs it."""
        return self.at(path).policy.labels(path)

    def looking_at(self, labels: frozenset[str]) -> tuple[Chosen, ...]:
        """The rules that look at files with these labels, one by one."""
        known = self._by_labels.get(labels)
        if known is None:
            known = tuple(one for one in self.chosen if not isinstance(one.rule, ProjectRule) and one.takes(labels))
            self._by_labels[labels] = known
        return known

    @property
    def everywhere(self) -> tuple[Plan, ...]:
        """This plan and those of the folders further down."""
        return (self, *self.nested.values())
