"""For people who write rules: build a small repository from literals, run a rule on it, hold a rule to its own examples."""

from __future__ import annotations

from dsguard import rules as rule_set
from dsguard.config import find_configs, make_plan, make_plans, read_config
from dsguard.documents.files import Files
from dsguard.engine import run as run_engine
from dsguard.workspace import MemoryWorkspace

__all__ = ["MemoryWorkspace", "check", "fixed", "plan_of", "problems", "run", "tree"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from dsguard.documents.file import File
    from dsguard.model import Finding, Report
    from dsguard.plan import Plan
    from dsguard.rules.base import Rule, Tree


def plan_of(workspace: MemoryWorkspace, config: str = "", *, rules: Iterable[Rule] = (), **options: Any) -> Plan:
    """The plan for a tree: by ``config`` (TOML, the keys of ``[tool.dsguard]``), else by the configurations that stand in it.

    Args:
        rules: rules besides dsguard's own, as if a plugin had brought them.
        options: what the command line says: ``profile``, ``families``, ``select``, ``ignore``.
    """
    import tomllib

    more = [rule for rule in rules if rule_set.find_rule(rule.code) is None]
    if config:
        return make_plan(read_config(tomllib.loads(config), more_rules=more), **options)
    return make_plans(find_configs(workspace, more_rules=more), **options)


def all_files(files: Tree, config: str = "") -> Files:
    """The files of a tree with their roles, as a rule about a project sees them together."""
    workspace = MemoryWorkspace(files)
    return Files(workspace.listing, plan_of(workspace, config).labels, workspace)


def tree(files: Tree, config: str = "") -> dict[str, File]:
    """File objects with their roles, as a rule sees them."""
    views = all_files(files, config)
    return {path: views[path] for path in views}


def run(
    files: Tree,
    *,
    profile: str | None = None,
    select: Iterable[str] = (),
    families: Iterable[str] = (),
    ignore: Iterable[str] = (),
    config: str = "",
    filtered: Iterable[str] = (),
    rules: Iterable[Rule] = (),
) -> Report:
    """Check a tree with the real engine.

    Args:
        files: path to content; a ``pyproject.toml`` or ``dsguard.toml`` among them is obeyed.
        config: settings in place of theirs, in TOML.
        filtered: paths that go through a git filter such as git-lfs.
        rules: rules besides dsguard's own, as if a plugin had brought them.
    """
    workspace = MemoryWorkspace(files, filtered)
    plan = plan_of(workspace, config, rules=rules, profile=profile, select=select, families=families, ignore=ignore)
    return run_engine(plan, workspace)


def check(rule: Rule, files: Tree, *, profile: str = "default", config: str = "", filtered: Iterable[str] = ()) -> list[Finding]:
    """The findings of one rule on a tree, suppressions and configuration applied. It may be one that dsguard does not have."""
    report = run(files, profile=profile, select=[rule.code], config=config, filtered=filtered, rules=[rule])
    return [finding for finding in report.findings if finding.code == rule.code]


def fixed(rule: Rule, files: Tree, *, profile: str = "default", config: str = "") -> dict[str, str | bytes]:
    """The tree as ``--fix`` leaves it, with the fixes of this rule only; text stays text.

    Raises:
        UnreadableError: the fixes of a file cannot be joined.
    """
    from dsguard.fixes import fixed as fixed_bytes

    found = [one for one in run(files, profile=profile, config=config, rules=[rule]).findings if one.code == rule.code]
    after = dict(files)
    for path in {finding.path for finding in found if finding.fix is not None}:
        content = files[path]
        data = fixed_bytes(content.encode() if isinstance(content, str) else content, [one for one in found if one.path == path], path)
        after[path] = data.decode() if isinstance(content, str) else data
    return after


def problems(rule: Rule) -> list[str]:
    """What keeps a rule from being a good one: facts that are missing or wrong, and examples that do not show what they should.

    Every bad example must make it fire, without another rule of dsguard or a crash; every good one must leave it silent; and what
    is ``fixable`` must be silent after ``--fix``, and stay as it is after another.
    """
    from dsguard.rules.contract import defects

    return [*defects(rule, is_plugin=not rule.code.startswith("DSG")), *_wrong_examples(rule)]


def _wrong_examples(rule: Rule) -> Iterator[str]:
    if not rule.bad:
        yield "bad: an example that it fires on"
    if not rule.good:
        yield "good: an example that it is silent on"
    for number, files in enumerate(rule.bad):
        codes = {finding.code for finding in run(files, profile=rule.profile, rules=[rule]).findings}
        if rule.code not in codes:
            yield f"bad[{number}]: does not fire"
        elif codes != {rule.code}:
            yield f"bad[{number}]: {', '.join(sorted(codes - {rule.code}))} fires, too"
        elif rule.fixable:
            yield from _wrong_fix(rule, files, f"bad[{number}]")
    for number, files in enumerate(rule.good):
        found = [finding for finding in run(files, profile=rule.profile, rules=[rule]).findings if finding.code in (rule.code, "DSG000")]
        yield from (f"good[{number}]: fires: {finding.message}" for finding in found)


def _wrong_fix(rule: Rule, files: Tree, example: str) -> Iterator[str]:
    after = fixed(rule, files, profile=rule.profile)
    if any(finding.fix is not None for finding in check(rule, after, profile=rule.profile)):
        yield f"{example}: fires with a fix after it was fixed"
    elif fixed(rule, after, profile=rule.profile) != after:
        yield f"{example}: fixing it again changes it"
