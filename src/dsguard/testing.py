"""For people who write rules: build a small repository from literals, run a rule on it, hold a rule to its own examples."""

from __future__ import annotations

from dsguard.config import find_configs, make_plan, make_plans, read_config
from dsguard.documents.files import Files
from dsguard.engine import run as run_engine
from dsguard.workspace import MemoryWorkspace

__all__ = ["MemoryWorkspace", "check", "plan_of", "run", "tree"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from dsguard.documents.file import File
    from dsguard.engine import Plan
    from dsguard.model import Finding, Report
    from dsguard.rules.base import Rule, Tree


def plan_of(workspace: MemoryWorkspace, config: str = "", **options: Any) -> Plan:
    """The plan for a tree: by ``config`` (TOML, the keys of ``[tool.dsguard]``), else by the configurations that stand in it."""
    import tomllib

    if config:
        return make_plan(read_config(tomllib.loads(config)), **options)
    return make_plans(find_configs(workspace), **options)


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
) -> Report:
    """Check a tree with the real engine."""
    workspace = MemoryWorkspace(files, filtered)
    return run_engine(plan_of(workspace, config, profile=profile, select=select, families=families, ignore=ignore), workspace)


def check(rule: Rule, files: Tree, *, profile: str = "default", config: str = "", filtered: Iterable[str] = ()) -> list[Finding]:
    """The findings of one rule on a tree, suppressions and configuration applied."""
    report = run(files, profile=profile, select=[rule.code], config=config, filtered=filtered)
    return [finding for finding in report.findings if finding.code == rule.code]
