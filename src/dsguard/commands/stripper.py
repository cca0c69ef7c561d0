"""Strips notebooks as the configuration says: by the rules, and the fixes, that ``dsguard check --fix`` goes by.

A git filter is started for each file, so the common case loads little: no configuration means no reading of one, and what
no person and no marker has a say in needs no findings. ``analysis.notebooks.quick`` does that; the engine does the rest.
"""

from __future__ import annotations

import os

from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dsguard.analysis.notebooks.plain import Settings
    from dsguard.documents.file import File
    from dsguard.model import Finding, Report
    from dsguard.plan import Plan
    from dsguard.workspace import DiskWorkspace

RULES = ("DSG201", "DSG202", "DSG203")
"""What a strip takes away: outputs, counts, volatile metadata."""


class Stripper:
    """Strips notebooks of one repository.

    Args:
        folder: the working directory, absolute. The nearest configuration above a notebook governs it.
        config: a configuration file in place of all others.

    Raises:
        UsageError: the configuration says something that is wrong.
    """

    def __init__(self, folder: str, config: str | None = None) -> None:
        self.folder = os.path.realpath(folder)
        self.root = _root(self.folder)
        self._config = os.path.abspath(config) if config else None
        self._configured: dict[str, bool] = {}
        self._plans: dict[str, Plan | None] = {}
        self._before: File | None = None
        self._real: dict[str, str] = {}
        """Folders without symbolic links, by the names that were given."""
        self._workspaces: dict[str, DiskWorkspace] = {}
        self._plan_at(self.folder)

    def _plan_at(self, folder: str) -> Plan | None:
        """The plan that governs a folder (absolute); ``None`` for the defaults, which need none for most notebooks."""
        if folder not in self._plans:
            needed = self._config or self._may_be_configured(folder)
            self._plans[folder] = self._load(folder) if needed else None
        return self._plans[folder]

    def _plan_for(self, path: str) -> Plan | None:
        return self._plan_at(os.path.join(self.root, *path.split("/")[:-1]))

    def _load(self, folder: str) -> Plan:
        from dsguard.config import find_configs_above, load_config, make_plan
        from dsguard.model import ENGINE_FAMILY

        if self._config:
            config = load_config(self._config, self.root)
        else:
            inside = within(self.root, folder)
            config = find_configs_above(folder, self.root, self.folder).at(f"{inside}/x" if inside else "x")
        plan = make_plan(config, families=("notebooks",))
        plan.chosen = tuple(one for one in plan.chosen if one.code in RULES or one.rule.family == ENGINE_FAMILY)
        return plan

    def _may_be_configured(self, folder: str) -> bool:
        """Whether a file at or above a folder may hold settings: cheaper than to find out, which loads all rules."""
        if folder not in self._configured:
            above = os.path.dirname(folder)
            is_top = above == folder or within(self.root, folder) is None
            self._configured[folder] = _may_configure(folder) or (not is_top and self._may_be_configured(above))
        return self._configured[folder]

    def strip(self, data: bytes, name: str) -> tuple[bytes, list[str]]:
        """What is left of a notebook's bytes, and why that is not good enough to be committed (most often nothing).

        Args:
            name: the file's path from the working directory; what it matches in the configuration counts.
        """
        path = within(self.root, os.path.join(self.folder, name)) or os.path.basename(name)
        return self._strip(data, path)

    def _strip(self, data: bytes, path: str) -> tuple[bytes, list[str]]:
        if not data or data.isspace():
            return data, []  # a new notebook that no editor has filled yet: there is nothing in it
        quickly = self._strip_quickly(data, path)
        return (quickly, []) if quickly is not None else self._strip_by_rules(data, path)

    def _strip_quickly(self, data: bytes, path: str) -> bytes | None:
        settings = self._settings(path)
        if settings is None:
            return None
        if not settings:
            return data
        from dsguard.analysis.notebooks import plain_strip

        stripped = plain_strip.strip(data, settings)
        if stripped is not None:
            return stripped
        from dsguard.analysis.notebooks.quick import forget, strip
        from dsguard.documents.file import File
        from dsguard.documents.files import Files

        if self._before is not None:  # its memory serves the next one; the last one's goes with the process
            forget(self._before)
        file = self._before = File(_Held(path, data), frozenset(), Files({}, lambda _: frozenset()))  # type: ignore[arg-type]
        return strip(file, settings)

    def _settings(self, path: str) -> Settings | None:
        """The options of the rules in force for a path; ``None`` if it takes more than that to say."""
        plan = self._plan_for(path)
        if plan is None:
            from dsguard.analysis.notebooks.plain import DEFAULT_SETTINGS

            return DEFAULT_SETTINGS if path.endswith(".ipynb") else None
        from dsguard.plan import EXCLUDE

        labels = plan.policy.labels(path)
        if plan.profile == "strict" or any(allowance.label in labels for allowance in plan.allowances):
            return None
        if EXCLUDE in labels:
            return {}
        return {
            one.code: one.settings for one in plan.chosen if one.code in RULES and one.takes(labels) and f"ignore:{one.code}" not in labels
        }

    def _strip_by_rules(self, data: bytes, path: str) -> tuple[bytes, list[str]]:
        from dsguard import engine, fixes
        from dsguard.workspace import MemoryWorkspace

        plan = self._plan_for(path) or self._load(self.root)
        report = engine.run(plan, MemoryWorkspace({path: data}))
        try:
            stripped = fixes.fixed(data, report.findings, path)
        except UnreadableError as error:
            return data, [_refusal(path, f"not stripped: {error.reason}")]
        return stripped, list(_unsettled(report))

    def rewrite(self, name: str) -> tuple[bool, list[str]]:
        """Strip a file in place: whether it changed, and why it is not good enough to be committed."""
        from dsguard import fixes

        def strip(workspace: DiskWorkspace, path: str) -> tuple[bool, list[str]]:
            before = workspace.listing[path].read(0, None)
            after, problems = self._strip(before, path)
            fixes.write(workspace, path, before, after)
            return after != before, problems

        return self._on_disk(name, strip)

    def check(self, name: str) -> tuple[bool, list[str]]:
        """As :meth:`rewrite`, but nothing is written."""
        from dsguard.analysis.notebooks import plain_strip

        def look(workspace: DiskWorkspace, path: str) -> tuple[bool, list[str]]:
            before = workspace.listing[path].read(0, None)
            settings = self._settings(path)
            changed = plain_strip.is_changed(before, settings) if settings else None
            if changed is not None:
                return changed, []
            after, problems = self._strip(before, path)
            return after != before, problems

        return self._on_disk(name, look)

    def _on_disk(self, name: str, task: Callable[[DiskWorkspace, str], tuple[bool, list[str]]]) -> tuple[bool, list[str]]:
        """Do something with a file, given by its path from the working directory, or say why that cannot be done."""
        from dsguard.workspace import DiskWorkspace, Entry

        folder, name = os.path.split(os.path.join(self.folder, name))
        real = self._real.get(folder)
        if real is None:
            real = self._real[folder] = os.path.realpath(folder)
        root, path = self.root, within(self.root, os.path.join(real, name))
        if path is None:
            root, path = real, name
        workspace = self._workspaces.get(root)
        if workspace is None:
            workspace = self._workspaces[root] = DiskWorkspace(root)
        workspace.listing = {path: Entry(workspace, path)}
        try:
            return task(workspace, path)
        except UnreadableError as error:
            return False, [_refusal(path, error.reason)]
        except OSError as error:
            return False, [_refusal(path, error.strerror or "cannot be written")]


class _Held:
    """A file that is nothing but its bytes."""

    is_tracked, is_filtered = True, False

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.size = len(data)
        self._data = data

    def read(self, offset: int, length: int | None) -> bytes:
        return self._data[offset : None if length is None else offset + length]


def _refusal(path: str, reason: str) -> str:
    from dsguard.reporters.shared import printable, shown_path

    return f"{shown_path(path)}: {printable(reason)}"


def _unsettled(report: Report) -> Iterator[str]:
    """What the rules call an error and no fix can settle."""
    from dsguard.model import Severity
    from dsguard.reporters.shared import place, printable

    for finding in report.findings:
        if finding.fix is None and finding.severity >= Severity.ERROR:
            yield f"{place(finding.location)}: {printable(finding.message)}{_advice(finding)}"


def _advice(finding: Finding) -> str:
    from dsguard.reporters.shared import printable

    return f". {printable(finding.help)}" if finding.code in RULES else ""


def _may_configure(folder: str) -> bool:
    """Whether a folder has a file that may hold settings."""
    for name in ("dsguard.toml", "pyproject.toml"):
        try:
            with open(os.path.join(folder, name), "rb") as stream:
                if name == "dsguard.toml" or b"dsguard" in stream.read(1 << 22):
                    return True
        except FileNotFoundError:
            continue
        except OSError:
            return True
    return False


def _root(folder: str) -> str:
    """The root of the working tree, as far as can be told without starting git: a filter runs for each file."""
    above = folder
    while not os.path.lexists(os.path.join(above, ".git")):
        if os.path.dirname(above) == above:
            return folder
        above = os.path.dirname(above)
    return above


def within(root: str, where: str) -> str | None:
    """A path from a root, with ``/``; ``None`` if it leads out."""
    where = os.path.normpath(where)
    prefix = root.rstrip(os.sep) + os.sep
    if not os.path.normcase(where).startswith(os.path.normcase(prefix)):
        return None
    return os.fsencode(where[len(prefix) :]).decode("utf-8", "surrogateescape").replace(os.sep, "/")
