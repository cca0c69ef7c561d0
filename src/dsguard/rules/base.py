"""What a rule is. A rule says where and what; it opens no file, calls no git, prints nothing, keeps no state."""

from __future__ import annotations

from dsguard.model import Confidence, Finding, Severity, Step
from dsguard.options import format_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
    from typing import Any, ClassVar

    from dsguard.documents.file import File
    from dsguard.documents.files import Files
    from dsguard.documents.project import Project
    from dsguard.documents.python import Module
    from dsguard.model import Fix, Location
    from dsguard.options import Option

    Settings = Mapping[str, Any]
    """The values of a rule's own options, by option name; defaults filled in, sizes in bytes."""

    Glance = Callable[[str, bytes], bool]
    """Whether a name and the first bytes of a file are such that a rule has nothing to say of it."""

    Tree = Mapping[str, "str | bytes"]
    """A small repository as literals: path to content. May hold a ``pyproject.toml`` with dsguard settings."""


class Rule:
    """The facts about a rule that its tests, its documentation page and the command line derive from.

    The docstring says why the rule exists, for users, in one or two sentences. ``bad`` and ``good``
    are literal file trees: each bad one must fire exactly this rule, each good one must be silent.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    family: ClassVar[str]
    since: ClassVar[str]
    summary: ClassVar[str]
    """What is wrong, in a few words; the message of a finding that gives none."""
    help: ClassVar[str]
    """What to do; the help of a finding that gives none."""
    severity: ClassVar[Severity] = Severity.ERROR
    profile: ClassVar[str] = "default"
    fixable: ClassVar[bool] = False
    files: ClassVar[tuple[str, ...]] = ()
    """Which files it looks at: gitignore patterns, or ``@role``. The last match wins, ``!`` takes away."""
    triggers: ClassVar[tuple[bytes, ...]] = ()
    """If given, a file without any of these bytes (case-sensitive) is not handed to the rule."""
    only_code: ClassVar[bool] = False
    """Whether it looks at what people wrote only, and not at the outputs of a notebook."""
    options: ClassVar[Mapping[str, Option]] = {}
    options_from: ClassVar[str] = ""
    """Code of a rule whose values hold for the options of the same name here, where a configuration gives none of this one's own."""
    group_at: ClassVar[int] = 0
    """From how many findings with one ``group`` on they are told as one; 0 for never."""
    yields_to: ClassVar[tuple[str, ...]] = ()
    """Codes of rules that say the same better: at a place where one of them has a finding, this rule's is left out. A finding about a
    file as a whole is one at every place of it."""
    by_value: ClassVar[bool] = False
    """Whether a finding is about the very characters that it marks, so that a baseline accepts these and no others."""
    reaches: ClassVar[bool] = False
    """Whether its findings may stand in another file than the one that it looks at."""
    bad: ClassVar[tuple[Tree, ...]] = ()
    good: ClassVar[tuple[Tree, ...]] = ()

    def groups_from(self, group: str) -> int:
        """From how many findings of this ``group`` on they are told as one; by default ``group_at``."""
        return self.group_at

    def found(
        self,
        at: Location,
        message: str = "",
        *,
        subject: str,
        help: str = "",
        severity: Severity | None = None,
        confidence: Confidence = Confidence.HIGH,
        fix: Fix | None = None,
        trace: Iterable[Step] = (),
        group: str | None = None,
        size: int = 0,
        snippet: str | None = None,
        identity: str | None = None,
        brief: str = "",
        memo: str = "",
    ) -> Finding:
        """A finding of this rule; what is not given comes from the rule."""
        return Finding(
            self.code,
            self.name,
            self.family,
            self.severity if severity is None else severity,
            confidence,
            at,
            message or self.summary,
            help or self.help,
            subject,
            fix=fix,
            trace=trace,
            group=group,
            size=size,
            snippet=snippet,
            identity=identity,
            brief=brief,
            memo=memo,
        )

    def remark(self, findings: Sequence[Finding]) -> str:
        """What is worth saying once about the run, given all that the rule found in it; ``""`` for nothing."""
        return ""

    def gathered(self, findings: Sequence[Finding]) -> Iterator[list[Finding]]:
        """Those findings of this rule in a run that are told as one, in lists of such, each in order.

        By default: all of one ``group``, from :meth:`groups_from` so many on. What is in no list is told by itself.
        """
        groups: dict[str, list[Finding]] = {}
        for finding in findings:
            if finding.group is not None:
                groups.setdefault(finding.group, []).append(finding)
        for group, members in groups.items():
            least = self.groups_from(group)
            if least and len(members) >= least:
                yield members

    def merged(self, findings: Sequence[Finding]) -> Finding:
        """One finding that stands for several of a group, in order. Those that were suppressed are not among them.

        By default it is the first, saying how many and how large, with the others as its trace.
        """
        first = findings[0]
        total = sum(finding.size for finding in findings)
        size = f" ({format_size(total)})" if total else ""
        return self.found(
            first.location,
            f"{first.message} (and {len(findings) - 1} more like it{size})",
            subject=first.group or first.subject,
            help=first.help,
            severity=max(finding.severity for finding in findings),
            confidence=max(finding.confidence for finding in findings),
            trace=[Step(finding.path, finding.location.line) for finding in findings],
            size=total,
        )


class Screen:
    """Cheap facts about a file by which a rule passes over most files before anything is made of them.

    A screen only spares time: a file that it lets through is looked at, and of one that it holds back the rule would say nothing.

    Args:
        passed_over: extensions, in lower case and with their dot.
        words: one of them must stand in the name in lower case, or ``folder`` be found in the folder.
        folder: see ``words``; the folder has a ``/`` at its end.
        least: bytes from which on a file is looked at.
        most: bytes up to which it is.
        ask: what is asked of the file last, which may read it; the answer serves all rules that ask the same.
        takes: whether the rule may have something to say of a file with this answer; not called twice for one answer.
        glance: given one file, what tells of name and first bytes that the rule has nothing to say of a file in the same folder, with the
            same extension and roles, up to ``READ_AT_ONCE`` bytes; ``None`` if nothing does. It spares most files even the question.
    """

    __slots__ = ("ask", "folder", "glance", "least", "most", "passed_over", "takes", "words")

    def __init__(
        self,
        *,
        passed_over: frozenset[str] = frozenset(),
        words: tuple[str, ...] = (),
        folder: re.Pattern[str] | None = None,
        least: int = 0,
        most: int | None = None,
        ask: Callable[[File], Hashable] | None = None,
        takes: Callable[[Any], bool] = bool,
        glance: Callable[[File], Glance | None] | None = None,
    ) -> None:
        self.passed_over = passed_over
        self.words = words
        self.folder = folder
        self.least = least
        self.most = most
        self.ask = ask
        self.takes = takes
        self.glance = glance

    @property
    def is_named(self) -> bool:
        """Whether name or folder matter."""
        return bool(self.words) or self.folder is not None


class FileRule(Rule):
    """Looks at one file at a time, of any kind."""

    def screen(self, settings: Settings, files: Files) -> Screen | None:
        """Which files it passes over by name or size, asked once in a run; ``None``: it looks at all that ``files`` selects."""
        return None

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        raise NotImplementedError


class PythonRule(Rule):
    """Looks at Python code, wherever it stands: a script, a module, the cells of a notebook."""

    only_code = True
    files: ClassVar[tuple[str, ...]] = ("*.py", "*.ipynb")

    def check(self, module: Module, settings: Settings) -> Iterator[Finding]:
        raise NotImplementedError


class ProjectRule(Rule):
    """Looks at a project as a whole, once; also when none of its files is in the commit."""

    def check(self, project: Project, settings: Settings) -> Iterator[Finding]:
        raise NotImplementedError
