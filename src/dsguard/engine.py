"""Select, match, check, suppress, merge, sort. Nothing here prints, exits or writes.

The whole run is :func:`run`; read it first. A rule that raises becomes a finding of its own and all else still runs.
"""

from __future__ import annotations

import gc

from dsguard.allowances import InConfiguration
from dsguard.documents.file import HEAD_SIZE
from dsguard.documents.files import Files
from dsguard.gathering import fingerprint, merged, told_once, unjudged
from dsguard.looking import add_snippet, say, say_by, speaks
from dsguard.model import Confidence, Location, Report, Severity, Skip, UnreadableError
from dsguard.plan import EXCLUDE, Chosen, Plan, selectors
from dsguard.rules.base import ProjectRule
from dsguard.rules.engine.rule_crashed import RuleCrashed
from dsguard.rules.engine.unused_suppression import UnusedSuppression
from dsguard.selection import Selection
from dsguard.workspace import Asked

__all__ = ["EXCLUDE", "Chosen", "Plan", "fingerprint", "merged", "run", "selectors", "told_once"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dsguard.documents.file import File
    from dsguard.documents.project import Project
    from dsguard.model import Finding
    from dsguard.rules.base import Rule
    from dsguard.saying import Packed, Said
    from dsguard.selection import Kind, Look, Selected
    from dsguard.since import Since
    from dsguard.suppress import Suppressions
    from dsguard.workspace import Workspace
    from dsguard.workspace.state import Times

    Ahead = tuple[bool, list[tuple[str, Packed | None]], tuple[dict[str, Times], dict[str, bool]]]
    """Whether a file speaks of dsguard, by code what each rule said (``None``: it must be asked again here), and what they asked."""

MANY_ERRORS = 100
"""Errors from which on nobody mends all of them before the next commit."""

HELD_SOURCE = 16 * 1024 * 1024
"""Bytes of files whose views are kept for their neighbours before all are let go (a syntax tree takes some thirty times as much)."""


def run(plan: Plan, workspace: Workspace) -> Report:
    """Check what the workspace selects, by the rules of the plan."""
    return _Run(plan, workspace).report()


class _Run:
    """The state of one run: what was found, skipped and suppressed so far."""

    def __init__(self, plan: Plan, workspace: Workspace) -> None:
        self.plan = plan
        self.workspace = workspace
        self.files = Files(workspace.listing, plan.labels, workspace)
        self.findings: list[Finding] = []
        self.skipped = {skip.path: skip for skip in workspace.skipped}
        self.suppressed = 0
        self.crashed = False
        self.checked = 0
        self._reported: set[tuple[str, str]] = set()
        self._unjudged: dict[tuple[str, str], set[str]] = {}
        """Paths of files that the rules of a family came to no judgement of, by the family and the reason."""
        self._contents: dict[str, int] = {}
        self._ahead: dict[str, Ahead] = {}
        self._configured = InConfiguration()
        self._elsewhere: dict[str, list[Finding]] = {}
        """Findings in another file than the one that was looked at, by their path, until that file is settled."""
        self._projects = 0
        """How many projects were looked at as a whole."""
        self._rules = {one.code: one.rule for plan in plan.everywhere for one in plan.chosen}
        self._held_bytes = 0
        self._whole = workspace.scope == ("",) and len(workspace.selected) == len(workspace.listing)
        """Whether every file and every project is looked at."""
        self._accepted = plan.baseline(self.files, self._rules) if plan.baseline is not None else None
        self._since = _since(plan.since, workspace, self._rules) if plan.since is not None else None
        self._elder = 0
        """Findings on what has not changed."""
        self._open: dict[str, tuple[File, Suppressions, frozenset[str]]] = {}
        """Files whose markers name rules that other files may still lead to, with the rules that looked at the file itself."""
        self._reaching = frozenset(code for code, rule in self._rules.items() if rule.reaches)
        self._unsure = frozenset() if self._whole else self._reaching
        """Rules whose findings in a file may be missing because another one was not looked at."""

    def report(self) -> Report:
        self._check_projects()  # first, so that all findings of a file meet its suppressions together
        self._check_files()
        for path in list(self._elsewhere):
            self._settle_unreviewed(path)
        self._judge_markers()
        self._judge_configurations()
        self._judge_baseline()
        self.findings.sort(key=lambda finding: finding.sort_key())
        found = merged(self.findings, self._rules)
        found.sort(key=lambda finding: finding.sort_key())
        fingerprint(found)
        report = Report(
            found,
            files=self.checked,
            rules_run=sorted(self._rules),
            skipped=sorted(self.skipped.values(), key=lambda skip: skip.path),
            notes=[*self.workspace.notes, *self._notes(found), *unjudged(self._unjudged), *self._remarks(found)],
            suppressed=self.suppressed,
            baselined=self._accepted.count if self._accepted is not None else 0,
            crashed=self.crashed,
            unchecked=self._unchecked(),
        )
        report.contents = self._contents
        report.plugin_rules = tuple(rule for code, rule in sorted(self._rules.items()) if not code.startswith("DSG"))
        return report

    # Files

    def _check_files(self) -> None:
        baseline = self._accepted.baseline.path if self._accepted is not None else None
        allowing = {plan for plan in self.plan.everywhere if plan.allowances}
        selection: Iterable[Selected] = Selection(self.plan, self.files, self.workspace, self._project_codes)
        if self.plan.processes > 1:
            selection = list(selection)
            self._ahead = self._look_ahead(selection)
        for entry, kind, look, known in selection:
            if kind.is_excluded:
                continue
            self.checked += 1
            path = entry.path
            if path == baseline:
                continue
            # What no rule looks at, and what nothing is said about, is not even made a File of.
            if look.rules or path in self._elsewhere or (allowing and self.plan.at(path) in allowing):
                self._check_file(self.files.opened(path, kind.labels, known), kind, look)
            elif self._accepted is not None:
                self._accepted.new(path, None, [], kind.judged - self._unsure)

    def _check_file(self, file: File, kind: Kind, look: Look) -> None:
        for one, said in self._said(file, kind, look):
            found = self._taken(one, said)
            if found:
                self._take(file, found)
        told = self._elsewhere.pop(file.path, None)
        if told or self._may_be_judged(file, kind):
            self._settle(file, told_once(told, kind.chosen) if told else [], kind.judged)
        self._hold(file)

    def _said(self, file: File, kind: Kind, look: Look) -> Iterator[tuple[Chosen, Said]]:
        """What the rules say of a file, now or in another process before."""
        ahead = self._ahead.pop(file.path, None)
        if ahead is None:
            for one in look.at(file):
                yield one, say(one, file)
            return
        from dsguard.saying import unpack

        is_marked, told, asked = ahead
        self.workspace.asked.add(Asked(*asked))
        if is_marked:
            speaks(file, read=True)  # here as well: its markers will be judged
        by_code = {one.code: one for one in kind.chosen}
        for code, packed in told:
            one = by_code[code]
            yield one, say(one, file) if packed is None else unpack(packed)

    def _look_ahead(self, selection: Iterable[Selected]) -> dict[str, Ahead]:
        """What the rules say of files, by their path, as far as other processes come."""
        from dsguard.saying import pack
        from dsguard.workers import ahead, weight

        selected = [one for one in selection if one[2].rules and not one[1].is_excluded]
        self.files.release()  # what is open must not be shared

        def say_all(number: int) -> Ahead:
            entry, kind, look, known = selected[number]
            file = self.files.opened(entry.path, kind.labels, known)
            asked = self.workspace.asked = Asked()
            told = []
            for one in look.at(file):
                said = say(one, file)
                for finding in said.found:
                    if finding.path == file.path:
                        add_snippet(file, finding)
                if said:
                    told.append((one.code, pack(said)))
            is_marked = speaks(file)
            self._hold(file)
            return is_marked, told, (asked.places, asked.ignored)

        weights = [weight(entry.path, self.workspace.sizes.get(entry.path, 0)) for entry, *_ in selected]
        answers = ahead(self.plan.processes, weights, say_all, self.workspace.part)
        return {selected[number][0].path: told for number, told in answers.items()}

    def _may_be_judged(self, file: File, kind: Kind) -> bool:
        """Whether there may be more to say of a file in which nothing was found: of a marker, or an entry, that hides nothing."""
        if self._accepted is not None or speaks(file):
            return bool(kind.chosen)
        return bool(kind.chosen) and bool(self.plan.at(file.path).allowances)

    def _take(self, file: File | None, found: Iterable[Finding]) -> None:
        """Put findings to their files; those in a file that is excluded, or whose plan has not their rule, are dropped."""
        for finding in found:
            path = finding.path
            there = file if file is not None and path == file.path else self.files.get(path)
            if there is None or finding.code == RuleCrashed.code or self._is_wanted(finding, there):
                self._elsewhere.setdefault(path, []).append(finding)

    def _is_wanted(self, finding: Finding, there: File) -> bool:
        return there.roles.isdisjoint((EXCLUDE, f"skip:{finding.code}")) and finding.code in self.plan.at(there.path).codes

    def _taken(self, one: Chosen, said: Said) -> list[Finding]:
        """What a rule found, and what becomes of it when a file could not be read or the rule failed."""
        found = said.found
        for finding in found:
            if one.severity is not None:
                finding.severity = one.severity
        if said.error is not None:
            found += self._unreadable(said.error)
        if said.crash is not None:
            self.crashed = True
            found.append(said.crash)
        up = said.given_up
        if up is not None and (up.confidence is not Confidence.LOW or self.plan.at(up.path).profile == "strict"):
            self._unjudged.setdefault((one.rule.family, up.reason), set()).add(up.path)
        return found

    def _unreadable(self, error: UnreadableError) -> Iterator[Finding]:
        """A finding for a file that is broken, an entry under skipped for one that is merely not for us; once per file."""
        plan = self.plan.at(error.path)
        strict = plan.profile == "strict"
        if not error.fatal:
            self.skipped.setdefault(error.path, Skip(error.path, error.reason))
        reporting = plan.unreadable
        if reporting is None or not (error.fatal or (strict and error.path.endswith(".py"))):
            return
        if (error.path, error.reason) in self._reported:
            return
        self._reported.add((error.path, error.reason))
        severity = reporting.severity or (Severity.ERROR if error.fatal else Severity.WARNING)
        place = Location(error.path, error.line, error.column)
        yield reporting.rule.found(place, error.reason, subject="unreadable", severity=severity)

    def _settle(self, file: File, found: list[Finding], judged: frozenset[str], *, under_review: bool = True) -> None:
        """Take out what somebody accepted, and say which acceptances hide nothing."""
        kept = [finding for finding in found if not self._accepted_in_config(file, finding)]
        self._configured.judge(file, judged - self._unsure, self.plan.at(file.path).allowances)
        suppressions = self._open[file.path][1] if file.path in self._open else self._suppressions(file, kept)
        if suppressions is not None:
            kept = [finding for finding in kept if not suppressions.accept(finding)]
        # What is not shown met the markers too: one that hides a finding of low confidence is in use.
        kept = [finding for finding in kept if self._is_shown(finding)]
        self.suppressed += sum(finding.count for finding in found if self._is_shown(finding)) - sum(finding.count for finding in kept)
        if suppressions is not None and under_review:
            if suppressions.names_any(self._reaching & judged):  # what another file leads to may come later
                self._open[file.path] = (file, suppressions, judged)
            else:
                kept += self._unused_markers(file, suppressions, judged)
        self._keep(file, kept, judged)

    def _judge_markers(self) -> None:
        """Say which markers hide nothing of what other files lead to, now that all of them were looked at."""
        for file, suppressions, judged in self._open.values():
            self._keep(file, list(self._unused_markers(file, suppressions, judged)), judged)

    def _keep(self, file: File, kept: list[Finding], judged: frozenset[str]) -> None:
        """Take in findings that nobody accepted in the file or the configuration."""
        if self._accepted is not None or self._since is not None:
            kept = [part for finding in kept for part in finding.apart()]
        if self._accepted is not None:
            kept = self._accepted.new(file.path, file, kept, judged - self._unsure)
        kept = self._on_changed(kept, file)
        for finding in kept:
            add_snippet(file, finding)
        if any(finding.fix is not None and finding.fix.late is None for finding in kept):
            self._contents[file.path] = hash(file.data)
        self.findings += kept

    def _settle_unreviewed(self, path: str) -> None:
        """Findings in a file that is not under review: a project's lockfile, the module that an entry script calls."""
        found = self._elsewhere.pop(path)
        file = self.files.get(path)
        if file is None:
            shown = [finding for finding in found if self._is_shown(finding)]
            self.findings += self._on_changed(shown if self._accepted is None else self._accepted.new(path, None, shown), None)
        else:
            self._settle(file, found, frozenset(), under_review=False)

    def _on_changed(self, found: list[Finding], file: File | None) -> list[Finding]:
        if self._since is None:
            return found
        counting = [finding for finding in found if self._since.counts(finding, file)]
        self._elder += len(found) - len(counting)
        return counting

    def _is_shown(self, finding: Finding) -> bool:
        return finding.confidence is not Confidence.LOW or self.plan.at(finding.path).profile == "strict"

    def _unused_markers(self, file: File, suppressions: Suppressions, judged: frozenset[str]) -> Iterator[Finding]:
        plan = self.plan.at(file.path)
        unused = plan.unused
        if unused is None or not isinstance(unused.rule, UnusedSuppression):
            return
        found = [*suppressions.unused(judged - self._unsure, unused.rule)]
        if plan.profile == "strict":
            found += suppressions.unexplained(unused.rule)
        for finding in found:
            if unused.severity is not None:
                finding.severity = unused.severity
            if f"skip:{finding.code}" in file.roles:
                continue
            if self._accepted_in_config(file, finding):
                self.suppressed += 1
            else:
                yield finding

    def _suppressions(self, file: File, found: list[Finding]) -> Suppressions | None:
        """Markers matter where something was found, or where a file that was read anyway speaks of dsguard."""
        if file.is_known_plain and all(finding.family != "secrets" for finding in found):
            return None  # only markers of other tools could be there
        try:
            if not speaks(file) and not any(finding.location.line is not None or finding.location.cell for finding in found):
                return None
            if file.is_binary:
                return None
            from dsguard.suppress import Suppressions

            return Suppressions(file, self.plan.at(file.path).known)
        except UnreadableError:
            return None

    def _accepted_in_config(self, file: File, finding: Finding) -> bool:
        plan = self.plan.at(file.path)
        return self._configured.accepts(file, finding, plan.allowances, plan.ignores)

    def _hold(self, file: File) -> None:
        """Keep views for neighbours that may ask for them, within a budget of memory."""
        is_notebook = file.suffix == ".ipynb"
        if not is_notebook or file.has_view("notebook"):
            try:
                self._held_bytes += len(file.data) if file.has_view("data") else HEAD_SIZE
            except UnreadableError:
                return
        if is_notebook:  # nothing imports one, and what its code is parsed to takes sixty times its bytes
            file.release()
        if self._held_bytes > HELD_SOURCE:
            self.files.release()
            gc.collect()  # views refer to each other, and nobody else looks for such circles while dsguard runs
            self._held_bytes = 0

    # Projects

    def _check_projects(self) -> None:
        if not any(isinstance(rule, ProjectRule) for rule in self._rules.values()):
            return
        from dsguard.documents.project import find_projects

        for project in find_projects(self.files):
            if self._in_scope(project):
                self._projects += 1
                for one in self.plan.at(project.path_of("pyproject.toml")).chosen:
                    if isinstance(one.rule, ProjectRule):
                        self._check_project(one, project)

    def _project_codes(self, plan: Plan) -> frozenset[str]:
        """Rules about projects that looked at all of them, and so can tell which markers hide nothing."""
        if self.workspace.scope != ("",):
            return frozenset()
        return plan.project_codes

    def _in_scope(self, project: Project) -> bool:
        folder = f"{project.root}/" if project.root else ""
        if EXCLUDE in self.plan.labels(folder + "pyproject.toml"):
            return False
        return folder.startswith(self.workspace.scope)

    def _check_project(self, one: Chosen, project: Project) -> None:
        rule = one.rule
        # Where a crash is told: a project without a manifest is that of the repository, which may hold anything.
        place = project.file("pyproject.toml") or next((self.files[path] for path in self.files), None)
        if isinstance(rule, ProjectRule) and place is not None:
            self._take(None, self._taken(one, say_by(rule, place, lambda: rule.check(project, one.settings))))

    # The run as a whole

    def _judge_configurations(self) -> None:
        """Say which entries of the configurations hide nothing, or do not count any more."""
        for plan in self.plan.everywhere:
            if plan.unused is None:
                continue
            rule, configured = plan.unused.rule, self._configured
            found = list(configured.stale_allowances(plan.allowances, rule))
            if self._whole:
                found += configured.lost_allowances(plan.allowances, self.files, plan.codes, rule)
                found += configured.stale_ignores(plan.ignores, plan.codes, rule)
            if plan.profile == "strict":
                found += configured.unexplained(plan.ignores, rule)
            for finding in found:
                finding.severity = plan.unused.severity or finding.severity
            self.findings += found

    def _judge_baseline(self) -> None:
        """Say which entries of the baseline hide nothing any more."""
        unused = self.plan.at(self._accepted.baseline.path).unused if self._accepted is not None else None
        if self._accepted is None or unused is None or not isinstance(unused.rule, UnusedSuppression):
            return
        stale = self._accepted.stale(whole=self._whole, codes=self._rules)
        if stale:
            from dsguard.accepted import stale_finding

            finding = stale_finding(self._accepted.baseline, stale, unused.rule)
            finding.severity = unused.severity or finding.severity
            self.findings.append(finding)

    def _notes(self, found: Iterable[Finding]) -> Iterator[str]:
        if self._accepted is None and self._since is None and self._whole:
            errors = sum(finding.severity is Severity.ERROR for finding in found)
            if errors > MANY_ERRORS:
                yield f"{errors:,} errors are many for one day: `dsguard baseline create` accepts them, and only what is new is told"
        if self._accepted is not None and self._accepted.moved:
            files = {old.path for old, _ in self._accepted.moved}
            yield (
                f"the baseline knows {len(files)} {'file' if len(files) == 1 else 'files'} by the path before a move or rename: "
                "`dsguard baseline prune` writes down the new one"
            )
        if self._elder:
            findings = "finding" if self._elder == 1 else "findings"
            yield f"left out: {self._elder:,} {findings} on what has not changed since {self.plan.since}"

    def _unchecked(self) -> str:
        if self.checked:
            return ""
        excluded = len(self.workspace.selected)
        if excluded:
            why = "the only file is excluded" if excluded == 1 else f"all {excluded:,} files are excluded"
            why += " by the configuration"
        else:
            why = self.workspace.why_empty
        return f"{why}; only the rules about projects ran" if self._projects else why

    def _remarks(self, found: Iterable[Finding]) -> Iterator[str]:
        by_code: dict[str, list[Finding]] = {}
        for finding in found:
            by_code.setdefault(finding.code, []).append(finding)
        for code, rule in sorted(self._rules.items()):
            remark = rule.remark(by_code[code]) if code in by_code else ""
            if remark:
                yield remark


def _since(revision: str, workspace: Workspace, rules: Mapping[str, Rule]) -> Since:
    from dsguard.since import Since

    return Since(workspace.changes_since(revision), rules)
