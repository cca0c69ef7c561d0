"""Set dsguard up in this repository: settings, the hook, lines of .gitignore and a job for CI. Shows all as a diff, asks, then writes."""

from __future__ import annotations

import os
import sys

from dsguard import engine, fixes
from dsguard.adoption.hooks import Source, installed_from
from dsguard.adoption.proposal import propose
from dsguard.commands.check import begin, find_place
from dsguard.config import find_configs, make_plans
from dsguard.documents.files import Files
from dsguard.model import Severity, UsageError
from dsguard.reporters.shared import plural, printable
from dsguard.workspace import open_workspace, read_head

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from dsguard.adoption.change import Change
    from dsguard.adoption.proposal import Proposal
    from dsguard.git import Git
    from dsguard.model import Report

YES = ("y", "yes")
_MANY = 20
"""Findings above this are a legacy to be accepted first and worked off later, not something to mend today."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-y", "--yes", action="store_true", help="write without asking")
    parser.add_argument("--no-ci", action="store_true", help="propose nothing for CI")
    parser.add_argument("--repo", metavar="URL", help="where the hook gets dsguard from (default: as this one was installed)")
    parser.add_argument("--rev", metavar="TAG", help="with --repo: the tag or commit")


def run(arguments: argparse.Namespace) -> int:
    if bool(arguments.repo) != bool(arguments.rev):
        raise UsageError(["--repo and --rev go together"])
    source = Source(arguments.repo, arguments.rev) if arguments.repo else installed_from()
    workspace = open_workspace(os.getcwd())
    try:
        git = workspace.git
        if git is None:
            raise UsageError(["not a git repository: run `git init` first, since hooks are git's"])
        labels = make_plans(find_configs(workspace, git.folder)).labels
        proposal = propose(Files(workspace.listing, labels, workspace), git, source, with_ci=not arguments.no_ci)
    finally:
        workspace.close()
    _show(proposal, source)
    if proposal.changes and not _agreed(arguments.yes):
        return 0
    for change in proposal.changes:
        _write(git, change)
    _print_next(git, proposal)
    return 0


def _show(proposal: Proposal, source: Source) -> None:
    for heading, words in proposal.found:
        print(f"{heading:<12} {printable(words)}")
    if proposal.found:
        print()
    for change in proposal.changes:
        for line in change.diff():
            print("\t".join(map(printable, line.split("\t"))))
        print()
    if source.is_local and any("language: system" in line for change in proposal.changes for line in change.diff()):
        print("This dsguard was installed from a folder, so the hook runs the `dsguard` on each one's PATH.")
        print("Say --repo URL --rev TAG to let pre-commit install it.\n")
    for note in proposal.notes:
        print(f"note: {note}")
    if proposal.notes:
        print()


def _agreed(yes: bool) -> bool:  # noqa: FBT001
    if yes:
        return True
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print("Nothing was written. `dsguard init --yes` writes it.")
        return False
    try:
        answer = input("Write this? [y/N] ")
    except EOFError:
        answer = ""
    if answer.strip().lower() in YES:
        return True
    print("Nothing was written.")
    return False


def _write(git: Git, change: Change) -> None:
    target = os.path.join(git.folder, *change.path.split("/"))
    if os.path.islink(target) or os.path.realpath(os.path.dirname(target)) != os.path.dirname(target):
        raise UsageError([f"{change.path}: is or lies behind a symbolic link: not written"])
    try:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        fixes.replace(target, change.after, lambda: _is_unchanged(target, change))
    except OSError as error:
        raise UsageError([f"{change.path}: {error.strerror}"]) from None
    print(f"wrote {printable(change.path)}")


def _is_unchanged(target: str, change: Change) -> None:
    try:
        now: bytes | None = read_head(target, len(change.before or b"") + 1)
    except FileNotFoundError:
        now = None
    if now != change.before:
        raise UsageError([f"{change.path}: changed while the question was open: not written, run `dsguard init` again"])


def _print_next(git: Git, proposal: Proposal) -> None:
    if proposal.changes:
        print()
    else:
        print("dsguard is set up here: nothing to change.")
    report = _check(git)
    print("Next:")
    for number, step in enumerate(_steps(git, proposal, report), 1):
        print(f"  {number}. {step}")


def _check(git: Git) -> Report:
    workspace = open_workspace(git.folder)
    try:
        configs = find_configs(workspace, git.folder)
        plan = make_plans(configs)
        place = find_place(None, configs.here, git.folder)
        plan.baseline = begin(place, workspace) if place else None
        return engine.run(plan, workspace)
    finally:
        workspace.close()


def _steps(git: Git, proposal: Proposal, report: Report) -> Iterator[str]:
    if not os.path.exists(git.own_path("hooks/pre-commit")):
        yield "`pre-commit install` turns the hook on (pip install pre-commit; prek works as well)."
    errors = sum(finding.severity is Severity.ERROR for finding in report.findings)
    warnings = len(report.findings) - errors
    files = len({finding.path for finding in report.findings})
    mended = sum(finding.fix is not None for finding in report.findings)
    if report.findings:
        by_itself = f"; `dsguard check --fix` mends {mended} of them" if mended else ""
        yield f"`dsguard check` shows {plural(errors, 'error')} and {plural(warnings, 'warning')} in {plural(files, 'file')}{by_itself}."
    if errors > _MANY:
        yield "Too many for today? `dsguard baseline create` accepts what is there, so that only what is new is reported."
    for name, rules in proposal.replaced:
        yield f"The hook {name} can go: {rules}."
    if proposal.changes:
        yield f"`git add {' '.join(change.path for change in proposal.changes)}`, and commit."
    elif not report.findings:
        yield "Nothing: `dsguard check` has no findings."
