"""Accept what is there now, so that only what is new is reported; and take out of that list what is gone since."""

from __future__ import annotations

import os

from dsguard import engine
from dsguard.baseline import SECRETS, Baseline, place_of, read_baseline
from dsguard.commands.check import find_place
from dsguard.config import BASELINE_NAME, find_configs, find_configs_above, load_config, make_plans
from dsguard.git import Git, GitError
from dsguard.model import PROFILES, UsageError
from dsguard.workspace import open_workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping

    from dsguard.accepted import Accepted, Begin, Recorder
    from dsguard.baseline import Entry
    from dsguard.documents.files import Files
    from dsguard.model import Report
    from dsguard.rules.base import Rule


_ALREADY = (
    "{} is already there. `dsguard baseline prune` takes out what is gone; "
    "`dsguard baseline create --replace` accepts all that is found now, what is new since then included"
)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        choices=("create", "prune"),
        help="create: write down all findings in files that git tracks; prune: take out what is gone, follow what was moved",
    )
    parser.add_argument("--baseline", metavar="FILE", help=f"default: {BASELINE_NAME} beside the configuration, or at the root")
    parser.add_argument("--config", metavar="FILE", help="in place of every dsguard.toml and pyproject.toml")
    parser.add_argument("--profile", choices=PROFILES, help="strict: findings of that profile too")
    creating = parser.add_argument_group("create")
    creating.add_argument("--select", action="append", default=[], metavar="RULE", help="only these codes, names or families")
    creating.add_argument("--ignore", action="append", default=[], metavar="RULE", help="not these: they stay to be mended now")
    creating.add_argument("--replace", action="store_true", help="write a baseline anew that is already there: accepts what is new, too")


def run(arguments: argparse.Namespace) -> int:
    try:
        git = Git.discover(os.getcwd())
    except GitError as error:
        raise UsageError([f"git: {error.message}"]) from None
    root = os.path.realpath(os.getcwd()) if git is None else git.folder
    folder = os.getcwd()
    config = load_config(os.path.abspath(arguments.config), root) if arguments.config else find_configs_above(folder, root, folder).here
    place = find_place(arguments.baseline, config, root) or os.path.join(root, os.path.dirname(config.where), BASELINE_NAME)
    if arguments.action == "create":
        return _create(arguments, place, root)
    return _prune(arguments, place, root)


def _create(arguments: argparse.Namespace, place: str, root: str) -> int:
    from dsguard.accepted import Recorder

    shown, base = place_of(place, root)
    baseline = Baseline(shown, base)
    if os.path.lexists(place):
        if not arguments.replace:
            raise UsageError([_ALREADY.format(shown)])
        baseline = read_baseline(place, root)
    baseline.add_salt()
    made: list[Recorder] = []

    def record(_: Files, rules: Mapping[str, Rule]) -> Recorder:
        made.append(Recorder(baseline, rules))
        return made[-1]

    report = _check(arguments, baseline, root, record)
    ran = frozenset(report.rules_run)
    entries = made[-1].entries
    baseline.put([entry for entry in baseline.entries if entry.code not in ran] + entries)
    if not baseline.entries:
        if report.files:
            print(f"Nothing to accept in the {_plural(report.files, 'file')} that git tracks: no baseline is needed.")
        else:
            print("Nothing to accept: git tracks no file here yet. `git add` first what is to be accepted.")
        return 0
    _write(place, baseline)
    files = len({entry.path for entry in entries})
    print(f"Wrote {shown}: {_plural(len(entries), 'finding')} in {_plural(files, 'file')}.")
    for line in _by_rule(entries):
        print(line)
    secrets = sum(1 for entry in entries if entry.code in _secret_codes())
    if secrets:
        print(f"{secrets} of them are credentials. A baseline makes them quiet, not safe: revoke or rotate them.")
    if os.path.lexists(os.path.join(root, ".git")):
        print(f"Commit it: `git add {shown}`. From now on checks and hooks report what is new; untracked files are not in it.")
    else:
        print("From now on checks report what is new.")
    return 0


def _prune(arguments: argparse.Namespace, place: str, root: str) -> int:
    from dsguard.accepted import Accepted

    baseline = read_baseline(place, root)
    before = baseline.entries
    made: list[Accepted] = []

    def accept(files: Files, rules: Mapping[str, Rule]) -> Accepted:
        made.append(Accepted(baseline, files, rules))
        made[-1].follows = True
        return made[-1]

    report = _check(arguments, baseline, root, accept)
    accepted = made[-1]
    stale = accepted.stale(whole=True, codes=report.rules_run)
    gone = {id(entry) for entry in stale}
    changed = {id(old): new for old, new in (*accepted.moved, *accepted.drifted)}
    baseline.put(changed.get(id(entry), entry) for entry in before if id(entry) not in gone)
    merged = " Both sides of the merge are in it." if baseline.conflict else ""
    if not stale and not changed and not baseline.conflict:
        print(f"{baseline.path}: nothing to take out of {_plural(len(before), 'entry', 'entries')}.")
        return 0
    _write(place, baseline)
    print(f"{baseline.path}: took out {_plural(len(stale), 'entry', 'entries')}, {len(baseline.entries):,} are left.{merged}")
    for line in _by_rule(stale):
        print(line)
    if accepted.moved:
        print(f"{_plural(len(accepted.moved), 'entry follows', 'entries follow')} files that were moved or renamed.")
    if not baseline.entries:
        print(f"Nothing is left in it: remove it with `git rm {baseline.path}`.")
    return 0


def _check(arguments: argparse.Namespace, baseline: Baseline, root: str, begin: Begin) -> Report:
    """Look at all that git tracks below the folder of the baseline.

    Raises:
        UsageError: a rule crashed, so that not all is known.
    """
    workspace = open_workspace(os.path.join(root, baseline.base))
    if (
        workspace.git is not None
    ):  # the same files as in a check, which sees what is gone from disk as gone; but none that git does not track
        workspace.listing = {path: entry for path, entry in workspace.listing.items() if entry.is_tracked}
        workspace.selected = [entry for entry in workspace.selected if entry.is_tracked]
    try:
        configs = find_configs(workspace, os.getcwd(), arguments.config)
        plan = make_plans(configs, profile=arguments.profile, select=_names(arguments.select), ignore=_names(arguments.ignore))
        plan.baseline = begin
        report = engine.run(plan, workspace)
    finally:
        workspace.close()
    if report.crashed:
        raise UsageError(["nothing was written: a rule of dsguard crashed; `dsguard check` says which"])
    return report


def _write(place: str, baseline: Baseline) -> None:
    from dsguard.fixes import replace

    try:
        replace(os.path.realpath(place), baseline.render().encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise UsageError([f"{baseline.path}: {error.strerror or 'cannot be written'}"]) from None


def _by_rule(entries: Iterable[Entry]) -> list[str]:
    from dsguard.rules import find_rule

    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry.code] = counts.get(entry.code, 0) + 1
    rules = {code: find_rule(code) for code in counts}
    return [f"  {count:6,}  {code} {rule.name if (rule := rules[code]) else ''}".rstrip() for code, count in sorted(counts.items())]


def _secret_codes() -> frozenset[str]:
    from dsguard.rules import RULES

    return frozenset(rule.code for rule in RULES if rule.family == SECRETS)


def _names(given: Iterable[str]) -> list[str]:
    return [name.strip() for names in given for name in names.split(",") if name.strip()]


def _plural(count: int, noun: str, nouns: str = "") -> str:
    from dsguard.reporters.shared import plural

    return plural(count, noun, nouns)
