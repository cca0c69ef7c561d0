"""Report what should not be committed: in the working directory, or in what the options name."""

from __future__ import annotations

import os
import sys
import time

from dsguard.model import FAMILIES, PROFILES, Severity, UsageError
from dsguard.reporters import REPORTERS, render
from dsguard.workspace import open_workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Mapping
    from typing import TextIO

    from dsguard.accepted import Accepted, Begin
    from dsguard.cache import Cache
    from dsguard.commands.outputs import Output
    from dsguard.config import Config
    from dsguard.documents.files import Files
    from dsguard.model import Report
    from dsguard.plan import Plan
    from dsguard.rules.base import Rule
    from dsguard.workspace import Workspace

FAIL_ON = {"error": Severity.ERROR, "warning": Severity.WARNING, "never": None}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders (default: the working directory)")
    source = parser.add_argument_group("what is checked")
    source.add_argument("--staged", action="store_true", help="what is staged, with the bytes of the index")
    source.add_argument("--from-ref", metavar="A", help="with --to-ref: what changed between two revisions")
    source.add_argument("--to-ref", metavar="B", help="see --from-ref")
    source.add_argument("--rev", metavar="R", help="the whole tree of a commit, no checkout needed")
    source.add_argument("--jobs", metavar="N", help="processes for a large repository (default: one a processor, up to 4; on Linux only)")
    source.add_argument("--no-cache", action="store_true", help="look at everything anew, even if nothing changed since the last run")
    source.add_argument("--family", action="append", default=[], metavar="F", help=f"only these families: {', '.join(FAMILIES)}")
    add_options(parser)


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that ``check`` and ``hook`` share."""
    rules = parser.add_argument_group("which rules")
    rules.add_argument("--select", action="append", default=[], metavar="RULE", help="only these codes, names or families")
    rules.add_argument("--ignore", action="append", default=[], metavar="RULE", help="not these codes, names or families")
    rules.add_argument("--profile", choices=PROFILES, help="strict adds matters of taste and findings of low confidence")
    rules.add_argument("--config", metavar="FILE", help="in place of every dsguard.toml and pyproject.toml")
    rules.add_argument("--baseline", metavar="FILE", help="findings that are accepted, in place of the nearest .dsguard-baseline")
    rules.add_argument("--no-baseline", action="store_true", help="show what the baseline accepts, too")
    rules.add_argument("--since", metavar="REV", help="only findings on lines and files that changed since a revision")
    fixing = parser.add_argument_group("fixing")
    fixing.add_argument("--fix", action="store_true", help="mend what can be mended safely")
    fixing.add_argument("--diff", action="store_true", help="show what --fix would change, and change nothing")
    output = parser.add_argument_group("output")
    output.add_argument("--format", choices=tuple(REPORTERS), default="text", help="default: text")
    output.add_argument(
        "--output",
        action="append",
        default=[],
        metavar="[FORMAT=]FILE",
        help="write the report to a file too, in that format; without FORMAT the terminal gets the summary only. May be repeated",
    )
    output.add_argument("--fail-on", choices=sorted(FAIL_ON), default="error", help="which findings make exit code 1 (default: error)")
    output.add_argument("--statistics", action="store_true", help="add how many findings each rule has")
    output.add_argument("--show-files", action="store_true", help="list the files that would be checked, and check nothing")
    output.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    output.add_argument("-q", "--quiet", action="store_true", help="findings only")
    output.add_argument("-v", "--verbose", action="count", default=0, help="also what was skipped, whole traces")


def run(arguments: argparse.Namespace) -> int:
    families = [name for given in arguments.family for name in given.split(",")]
    _check_sources(arguments)
    workspace = open_workspace(
        os.getcwd(),
        paths=arguments.paths or None,
        staged=arguments.staged,
        from_ref=arguments.from_ref,
        to_ref=arguments.to_ref,
        revision=arguments.rev,
    )
    return execute(arguments, workspace, families, _jobs(arguments.jobs), _cache(arguments, workspace))


_OF_NO_MATTER = ("commands", "color", "fail_on", "format", "jobs", "quiet", "statistics", "verbose")
"""What makes no difference to the findings of a report."""

_NOT_CACHED = ("diff", "fix", "no_cache", "output", "paths", "show_files", "since")
"""With these a run changes files, or looks at more than the state of the working tree."""


def _cache(arguments: argparse.Namespace, workspace: Workspace) -> Cache | None:
    """Where the report of this command line may be known from."""
    given = vars(arguments)
    if any(given[name] for name in _NOT_CACHED):
        return None
    from dsguard.cache import Cache

    return Cache(workspace, {name: value for name, value in given.items() if name not in _OF_NO_MATTER})


def _jobs(given: str | None) -> int | None:
    if given is None:
        return None
    if not given.isdecimal() or not 1 <= int(given) <= 64:
        raise UsageError([f"--jobs {given}: a number from 1 to 64"])
    return int(given)


def _check_sources(arguments: argparse.Namespace) -> None:
    problems = []
    if bool(arguments.from_ref) != bool(arguments.to_ref):
        problems.append("--from-ref and --to-ref go together")
    if sum(map(bool, (arguments.staged, arguments.from_ref, arguments.rev))) > 1:
        problems.append("--staged, --from-ref and --rev exclude each other")
    if arguments.fix and (arguments.staged or arguments.from_ref or arguments.rev):
        problems.append("--fix changes files on disk: it goes with none of --staged, --from-ref and --rev")
    if problems:
        raise UsageError(problems)


def execute(
    arguments: argparse.Namespace, workspace: Workspace, families: Iterable[str], jobs: int | None = 1, cache: Cache | None = None
) -> int:
    """Check a workspace as the options say, print the report, and return the exit code."""
    started = time.monotonic()
    outputs: list[Output] = []
    try:
        if arguments.output:
            from dsguard.commands.outputs import leave_out, read_outputs

            outputs = read_outputs(arguments.output)
            leave_out(outputs, workspace)
        report = cache.find() if cache is not None else None
        if report is None:
            from dsguard import engine  # and with it all rules: to show what is known takes none of them

            plan = _plan(arguments, workspace, families, jobs)
            if arguments.show_files:
                return _show_files(workspace, plan)
            report = engine.run(plan, workspace)
            if cache is not None:
                cache.keep(report)
            if arguments.diff:
                _preview(arguments, report, workspace)
            elif arguments.fix:
                report = _fix(report, plan, workspace)
    finally:
        workspace.close()
    report.seconds = time.monotonic() - started
    report.fail_on = FAIL_ON[arguments.fail_on]
    report.up = _way_up(workspace.root)
    _tell(arguments, report, outputs)
    return report.exit_code


def _plan(arguments: argparse.Namespace, workspace: Workspace, families: Iterable[str], jobs: int | None) -> Plan:
    from dsguard.config import find_configs, make_plans, possible_baselines
    from dsguard.workers import processes

    configs = find_configs(workspace, os.getcwd(), arguments.config)
    plan = make_plans(
        configs,
        profile=arguments.profile,
        families=families,
        select=_names(arguments.select),
        ignore=_names(arguments.ignore),
    )
    if not arguments.no_baseline:
        place = find_place(arguments.baseline, configs.here, workspace.root)
        for candidate in possible_baselines(os.getcwd(), workspace.root):
            workspace.asked.about(candidate)
        if place:
            workspace.asked.about(place)
            plan.baseline = begin(place, workspace)
    plan.since = arguments.since
    plan.processes = processes(plan, workspace, jobs)
    return plan


def find_place(given: str | None, config: Config, root: str) -> str | None:
    """Where the baseline is: what the command line says, else the configuration, else the nearest file of its name; absolute."""
    if given:
        return os.path.abspath(given)
    if config.baseline:
        return os.path.abspath(os.path.join(root, config.baseline))
    from dsguard.config import find_baseline

    return find_baseline(os.getcwd(), root)


def begin(place: str, workspace: Workspace) -> Begin:
    """What a plan needs of the baseline at a place.

    Raises:
        UsageError: it cannot be read, or has conflict markers.
    """
    from dsguard.baseline import read_baseline

    baseline = read_baseline(place, workspace.root, workspace)
    if baseline.conflict:
        raise UsageError([f"{baseline.path}: has conflict markers: `dsguard baseline prune` merges both sides, then `git add` it"])

    def accepted(files: Files, rules: Mapping[str, Rule]) -> Accepted:
        from dsguard.accepted import Accepted

        return Accepted(baseline, files, rules)

    return accepted


def _way_up(root: str) -> str:
    here = os.path.realpath(os.getcwd())
    return "" if os.path.normcase(here) == os.path.normcase(root) else os.path.relpath(root, here)


def _names(given: Iterable[str]) -> list[str]:
    return [name.strip() for names in given for name in names.split(",") if name.strip()]


def _show_files(workspace: Workspace, plan: Plan) -> int:
    from dsguard.plan import EXCLUDE
    from dsguard.reporters.shared import printable

    for entry in workspace.selected:
        if EXCLUDE not in plan.labels(entry.path):
            print(printable(entry.path))
    return 0


def _fix(report: Report, plan: Plan, workspace: Workspace) -> Report:
    """What is left after mending, looked at anew: lines have moved, and a comment may have nothing to hide any more."""
    from dsguard import engine, fixes

    fixes.apply(report, workspace)
    if not report.fixed:
        return report
    again = engine.run(plan, workspace)
    again.fixed = report.fixed
    again.skipped += [skip for skip in report.skipped if skip.reason.startswith(fixes.REFUSED)]
    again.skipped.sort(key=lambda skip: skip.path)
    return again


def _preview(arguments: argparse.Namespace, report: Report, workspace: Workspace) -> None:
    from dsguard import fixes
    from dsguard.reporters.shared import printable

    for line in fixes.preview(report, workspace):
        print("\t".join(map(printable, line.split("\t"))), file=_beside_the_report(arguments))


def _beside_the_report(arguments: argparse.Namespace) -> TextIO:
    """Where to print what is for people: not into a report that a machine reads."""
    return sys.stdout if _gets_summary(arguments) or arguments.format in ("text", "concise") else sys.stderr


def _gets_summary(arguments: argparse.Namespace) -> bool:
    """Whether the report of --format goes to a file, and the terminal gets its last lines only."""
    return any("=" not in given or given.partition("=")[0] not in REPORTERS for given in arguments.output)


def _tell(arguments: argparse.Namespace, report: Report, outputs: Iterable[Output]) -> None:
    """The report, to files and to the terminal. What cannot be written is said when all else is told."""
    problems = []
    formats = {arguments.format}
    for output in outputs:
        from dsguard.commands.outputs import write

        formats.add(output.format or arguments.format)
        problems.append(write(output, arguments.format, report, verbose=arguments.verbose, quiet=arguments.quiet))
    if "github" in formats:
        from dsguard.commands.outputs import add_job_summary

        add_job_summary(report)
    if _gets_summary(arguments):
        lines = iter(()) if arguments.quiet else _summary(report)
    else:
        color, columns = _wants_color(arguments), _columns()
        lines = render(report, arguments.format, color=color, verbose=arguments.verbose, quiet=arguments.quiet, columns=columns)
    sys.stdout.writelines(lines)
    if arguments.statistics:
        _beside_the_report(arguments).writelines(_statistics(report))
    sys.stdout.flush()
    if report.unchecked and not _tells_unchecked(arguments):
        sys.stderr.writelines(_unchecked(report))
    if any(problems):
        raise UsageError(filter(None, problems))


def _tells_unchecked(arguments: argparse.Namespace) -> bool:
    """Whether what is printed says that no file was checked."""
    if arguments.format == "github" and not _gets_summary(arguments):
        return True
    return not arguments.quiet and _beside_the_report(arguments) is sys.stdout


def _unchecked(report: Report) -> Iterator[str]:
    from dsguard.reporters.shared import printable

    yield f"dsguard: no file was checked: {printable(report.unchecked)}\n"


def _summary(report: Report) -> Iterator[str]:
    from dsguard.reporters.shared import remarks, summary_line

    yield from remarks(report, verbose=False)
    yield summary_line(report) + "\n"


def _statistics(report: Report) -> Iterator[str]:
    counts: dict[tuple[str, str], int] = {}
    for finding in report.findings:
        key = (finding.code, finding.name)
        counts[key] = counts.get(key, 0) + 1
    for (code, name), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f"{count:6d}  {code} {name}\n"


def _wants_color(arguments: argparse.Namespace) -> bool:
    if arguments.color != "auto":
        return bool(arguments.color == "always")
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _columns() -> int:
    """How wide the terminal is, or 0 where the report goes elsewhere."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns if sys.stdout.isatty() else 0
    except (OSError, ValueError):
        return 0
