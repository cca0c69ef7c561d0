"""For people who write rules: build a small repository from literals, run a rule on it, hold a rule to its own examples."""

from __future__ import annotations

from dsguard.config import Config, make_plan, read_config
from dsguard.documents.files import Files
from dsguard.engine import run as run_engine
from dsguard.workspace import MemoryWorkspace

__all__ = ["MemoryWorkspace", "check", "load", "run", "tree"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dsguard.documents.file import File
    from dsguard.model import Finding, Report
    from dsguard.rules.base import Rule, Tree


def load(files: Tree, config: str = "") -> Config:
    """The configuration of a tree: ``config`` (TOML, the keys of ``[tool.dsguard]``), else its own pyproject.toml or dsguard.toml."""
    import tomllib

    if config:
        return read_config(tomllib.loads(config))
    for name in ("dsguard.toml", "pyproject.toml"):
        text = files.get(name, "")
        text = text.decode() if isinstance(text, bytes) else text
        try:
            document = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            continue
        tool = document.get("tool")
        table = document if name == "dsguard.toml" else tool.get("dsguard") if isinstance(tool, dict) else None
        if table:
            return read_config(table, where=name)
    return Config()


def all_files(files: Tree, config: str = "") -> Files:
    """The files of a tree with their roles, as a rule about a project sees them together."""
    workspace = MemoryWorkspace(files)
    return Files(workspace.listing, make_plan(load(files, config)).policy.labels, workspace)


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
    plan = make_plan(load(files, config), profile=profile, select=select, families=families, ignore=ignore)
    return run_engine(plan, MemoryWorkspace(files, filtered))


def check(rule: Rule, files: Tree, *, profile: str = "default", config: str = "", filtered: Iterable[str] = ()) -> list[Finding]:
    """The findings of one rule on a tree, suppressions and configuration applied."""
    report = run(files, profile=profile, select=[rule.code], config=config, filtered=filtered)
    return [finding for finding in report.findings if finding.code == rule.code]
