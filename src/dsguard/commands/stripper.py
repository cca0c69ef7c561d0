"""Strips notebooks as the configuration says: by the rules, and the fixes, that ``dsguard check --fix`` goes by."""

from __future__ import annotations

import os

from dsguard import engine, fixes
from dsguard.config import find_config, load_config, make_plan
from dsguard.model import ENGINE_FAMILY, Severity, UnreadableError
from dsguard.reporters.shared import place, printable, shown_path
from dsguard.workspace import DiskWorkspace, Entry, MemoryWorkspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.model import Finding, Report

RULES = ("DSG201", "DSG202", "DSG203")
"""What a strip takes away: outputs, counts, volatile metadata."""


class Stripper:
    """Strips notebooks of one repository.

    Args:
        folder: the working directory, absolute; the nearest configuration at or above it governs.
        config: a configuration file in place of that one.

    Raises:
        UsageError: the configuration says something that is wrong.
    """

    def __init__(self, folder: str, config: str | None = None) -> None:
        self.folder = os.path.realpath(folder)
        self.root = _root(self.folder)
        path = os.path.abspath(config) if config else find_config(self.folder, self.root)
        plan = make_plan(load_config(path, self.root), families=("notebooks",))
        plan.chosen = tuple(one for one in plan.chosen if one.code in RULES or one.rule.family == ENGINE_FAMILY)
        self._plan = plan

    def strip(self, data: bytes, name: str) -> tuple[bytes, list[str]]:
        """What is left of a notebook's bytes, and why that is not good enough to be committed (most often nothing).

        Args:
            name: the file's path from the working directory; what it matches in the configuration counts.
        """
        if not data or data.isspace():
            return data, []  # a new notebook that no editor has filled yet: there is nothing in it
        path = _within(self.root, os.path.join(self.folder, name)) or os.path.basename(name)
        report = engine.run(self._plan, MemoryWorkspace({path: data}))
        try:
            stripped = fixes.fixed(data, report.findings, path)
        except UnreadableError as error:
            return data, [f"{shown_path(path)}: not stripped: {printable(error.reason)}"]
        return stripped, list(_unsettled(report))

    def rewrite(self, name: str) -> tuple[bool, list[str]]:
        """Strip a file in place: whether it changed, and why it is not good enough to be committed."""
        where = os.path.join(self.folder, name)
        where = os.path.join(os.path.realpath(os.path.dirname(where)), os.path.basename(where))
        root = self.root
        path = _within(root, where)
        if path is None:
            root, path = os.path.dirname(where), os.path.basename(where)
        workspace = DiskWorkspace(root)
        workspace.listing[path] = Entry(workspace, path)
        workspace.select(lambda _: True)
        report = engine.run(self._plan, workspace)
        fixes.apply(report, workspace)
        problems = list(_unsettled(report))
        problems += [f"{shown_path(skip.path)}: {printable(skip.reason)}" for skip in report.skipped]
        return report.fixed > 0, problems


def _unsettled(report: Report) -> Iterator[str]:
    """What the rules call an error and no fix can settle."""
    for finding in report.findings:
        if finding.fix is None and finding.severity >= Severity.ERROR:
            yield f"{place(finding.location)}: {printable(finding.message)}{_advice(finding)}"


def _advice(finding: Finding) -> str:
    return f". {printable(finding.help)}" if finding.code in RULES else ""


def _root(folder: str) -> str:
    """The root of the working tree, as far as can be told without starting git: a filter runs for each file."""
    above = folder
    while not os.path.lexists(os.path.join(above, ".git")):
        if os.path.dirname(above) == above:
            return folder
        above = os.path.dirname(above)
    return above


def _within(root: str, where: str) -> str | None:
    """A path from the root, with ``/``; ``None`` if it leads out."""
    where = os.path.normpath(where)
    prefix = root.rstrip(os.sep) + os.sep
    if not os.path.normcase(where).startswith(os.path.normcase(prefix)):
        return None
    return os.fsencode(where[len(prefix) :]).decode("utf-8", "surrogateescape").replace(os.sep, "/")
