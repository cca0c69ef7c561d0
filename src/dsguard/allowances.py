"""What a configuration accepts: single files (``[[allow]]``) and folders (``per-path-ignores``); and which of that hides nothing."""

from __future__ import annotations

import time

from dsguard.model import Location, UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.documents.files import Files
    from dsguard.model import Finding
    from dsguard.rules.base import Rule


class Allowance:
    """One ``[[tool.dsguard.allow]]``: this file, for this rule, as long as its bytes stay what they were.

    Args:
        expires: the last day on which it counts, as ``2026-12-31``; ``""`` for no end.
    """

    __slots__ = ("code", "expires", "label", "path", "reason", "sha256", "where")

    def __init__(self, number: int, path: str, code: str, *, sha256: str | None, reason: str, where: str, expires: str = "") -> None:
        self.label = f"allow:{where}:{number}"
        self.path = path
        self.code = code
        self.sha256 = sha256
        self.reason = reason
        self.where = where
        self.expires = expires

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed here."""
        return bool(self.expires) and self.expires < time.strftime("%Y-%m-%d")

    @property
    def anew(self) -> str:
        """The command that decides about the file again."""
        return f"`dsguard allow {self.path} --rule {self.code} --reason ...`"


class PathIgnore:
    """One entry of ``per-path-ignores``: what rules find in these paths is accepted.

    Args:
        has_reasons: whether it says why.
    """

    __slots__ = ("codes", "has_reasons", "label", "pattern", "where")

    def __init__(self, number: int, pattern: str, codes: tuple[str, ...], *, where: str, has_reasons: bool) -> None:
        self.label = f"ignoring:{where}:{number}"
        """Of the paths that it names. Whether a finding there is accepted ``ignore:CODE`` says, which a later entry may take away."""
        self.pattern = pattern
        self.codes = codes
        self.where = where
        self.has_reasons = has_reasons


class InConfiguration:
    """What the configurations accept in one run, and what became of each entry.

    Of one whose rule did not look everywhere that it could count nothing is said.
    """

    def __init__(self) -> None:
        self._used: set[tuple[str, str]] = set()
        """Labels of entries and the codes that they hid: a file that several configurations extend is one."""
        self._told: set[str] = set()
        self._judged: set[Allowance] = set()
        self._why_not: dict[Allowance, str] = {}
        self._pinned: dict[tuple[str, Allowance], bool] = {}

    def accepts(self, file: File, finding: Finding, allowances: tuple[Allowance, ...], ignores: tuple[PathIgnore, ...]) -> bool:
        """Whether an entry of the configuration that governs a file accepts a finding in it."""
        accepted = f"ignore:{finding.code}" in file.roles
        if accepted:
            self._used.update((one.label, finding.code) for one in ignores if finding.code in one.codes and one.label in file.roles)
        for allowance in allowances:
            if allowance.code == finding.code and allowance.label in file.roles and self._holds(allowance, file):
                self._used.add((allowance.label, finding.code))
                accepted = True
        return accepted

    def judge(self, file: File, judged: frozenset[str], allowances: tuple[Allowance, ...]) -> None:
        """Note that rules have looked at a file."""
        self._judged.update(one for one in allowances if one.code in judged and one.label in file.roles)

    def _holds(self, allowance: Allowance, file: File) -> bool:
        key = (file.path, allowance)
        if key not in self._pinned:
            is_same = allowance.sha256 is None or _sha256(file) == allowance.sha256.lower()
            if not is_same:
                self._why_not[allowance] = f"{file.path} is not the file that was allowed for {allowance.code}: its sha256 is another"
            elif allowance.is_over:
                self._why_not[allowance] = f"allowance of {allowance.code} for {file.path} expired on {allowance.expires}"
            self._pinned[key] = is_same and not allowance.is_over
        return self._pinned[key]

    def stale_allowances(self, allowances: tuple[Allowance, ...], rule: Rule) -> Iterator[Finding]:
        """Findings for entries that do not count any more, or hide nothing."""
        for one in allowances:
            if one not in self._judged or (one.label, one.code) in self._used:
                continue
            why = self._why_not.get(one)
            yield rule.found(
                Location(one.where or one.path),
                why or f"allowance of {one.code} for {one.path} hides nothing any more",
                subject=f"allow:{one.code}:{one.path}",
                help=f"If that is meant to be there, decide anew: {one.anew}; else take the entry out." if why else "Remove the entry.",
            )

    def lost_allowances(self, allowances: tuple[Allowance, ...], files: Files, codes: frozenset[str], rule: Rule) -> Iterator[Finding]:
        """After a run over everything: findings for entries about files that are not there."""
        left = [one for one in allowances if one not in self._judged and one.code in codes]
        if left:
            labels = frozenset().union(*(files.roles_at(path) for path in files))
            for one in left:
                if one.label not in labels and self._is_first(one, "lost"):
                    yield rule.found(
                        Location(one.where or one.path),
                        f"allowance of {one.code} for {one.path}: there is no such file",
                        subject=f"allow:{one.code}:{one.path}",
                        help="Remove the entry, or write the path that the file has now.",
                    )

    def stale_ignores(self, ignores: tuple[PathIgnore, ...], codes: frozenset[str], rule: Rule) -> Iterator[Finding]:
        """After a run over everything: findings for entries of ``per-path-ignores`` that hide nothing.

        Args:
            codes: of the rules that ran.
        """
        for one in ignores:
            idle = [code for code in one.codes if code in codes and (one.label, code) not in self._used]
            if idle and self._is_first(one, "idle"):
                yield rule.found(
                    Location(one.where),
                    f'per-path-ignores: "{one.pattern}" hides nothing of {", ".join(idle)}',
                    subject=f"per-path-ignores:{one.pattern}:{','.join(idle)}",
                    help="Remove the entry." if len(idle) == len(one.codes) else f"Take {' and '.join(idle)} out of the entry.",
                )

    def _is_first(self, one: Allowance | PathIgnore, what: str) -> bool:
        """Whether this is not yet told of an entry: each configuration that extends its file has it."""
        key = f"{what} {one.label}"
        is_first = key not in self._told
        self._told.add(key)
        return is_first

    def unexplained(self, ignores: tuple[PathIgnore, ...], rule: Rule) -> Iterator[Finding]:
        """Findings for entries that do not say why."""
        for one in ignores:
            if not one.has_reasons and self._is_first(one, "unexplained"):
                yield rule.found(
                    Location(one.where),
                    f'per-path-ignores: "{one.pattern}" gives no reason',
                    subject=f"reason:{one.pattern}",
                    help=_table_form(one),
                )


def _table_form(one: PathIgnore) -> str:
    reasons = ", ".join(f'{code} = "why"' for code in one.codes)
    return f'Say why for each rule: `"{one.pattern}" = {{ {reasons} }}`.'


def _sha256(file: File) -> str:
    try:
        return file.sha256
    except UnreadableError:
        return ""
