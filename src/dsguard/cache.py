"""The report of an earlier run, for one in which nothing has changed since: asked for in another format, or once more by an agent.

What a report hangs on is dsguard itself, the command line, the settings of git, all files, and what was asked about places that no
listing tells of. If all of these are the same, so is the report, to the byte. Anything that cannot be told for sure means a new look.

Reports are kept in git's own folder, where nothing is ever committed, as JSON with what any report may show: no bytes of a file, and
no secret. Runs that are over in a moment keep none.
"""

from __future__ import annotations

import os
import sys
import time
from binascii import crc32
from functools import cached_property

from dsguard import __version__
from dsguard.git import GitError
from dsguard.git.elsewhere import rule_files
from dsguard.model import Report, Skip
from dsguard.saying import pack_finding, unpack_finding
from dsguard.workspace import read_head, times_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from dsguard.workspace import Stamp, Workspace

WORTH = 0.1
"""Seconds: what took less is not kept."""

SETTLED = 2_000_000_000
"""Nanoseconds: a file that changed so shortly before it was looked at may have changed again without its times telling so."""

SMALL, SMALL_SIZE = 200, 200_000
"""Files and bytes: where there are fewer of both nothing is kept, or looked for."""

KEPT = 16
"""How many reports are kept, each of another command line; the oldest make room."""

MAX_SIZE = 1 << 26
"""Bytes of a report that is kept."""

_FORMAT = 1
_FOLDER = "dsguard"
_PLAIN = ("files", "rules_run", "notes", "suppressed", "baselined", "unchecked")


class Cache:
    """The report of one command line in one repository. To be made before anything is looked at.

    Args:
        arguments: what may make a difference to the report.
    """

    def __init__(self, workspace: Workspace, arguments: Mapping[str, object]) -> None:
        self._workspace = workspace
        self._began = time.monotonic()
        said = sorted((name, value) for name, value in os.environ.items() if name.startswith("GIT_") or name in ("HOME", "XDG_CONFIG_HOME"))
        called = repr((os.path.realpath(os.getcwd()), workspace.root, sorted(arguments.items()), said))
        self._facts = None if _is_small(workspace) else _facts(workspace, called)
        self._place = ""
        if self._facts is not None and workspace.git is not None:
            name = f"report-{crc32(called.encode('utf-8', 'surrogatepass')):08x}.json"
            self._place = os.path.join(workspace.git.directory, _FOLDER, name)

    def find(self) -> Report | None:
        """The report that this run would come to, if it is known."""
        if not self._place:
            return None
        try:
            data = read_head(self._place, MAX_SIZE)
        except OSError:
            return None
        import json

        try:
            kept = json.loads(data)
            if self._key is None or kept["key"] != self._key or not self._answers_stand(kept["places"], kept["ignored"]):
                return None
            return _report(kept["report"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, GitError):
            return None  # cut off, or of another version: it will be written anew

    def keep(self, report: Report) -> None:
        """Keep the report of this run. What cannot be kept, or not written, is not: it only saves time."""
        if not self._place or time.monotonic() - self._began < WORTH or report.crashed or report.plugin_rules:
            return
        asked, stamp = self._workspace.asked, self._stamp
        if stamp is None:
            return
        newest = max((stamp.newest, *(number for times in asked.places.values() for number in times[:2])))
        if newest > stamp.taken - SETTLED:
            return
        import json

        kept = {"key": self._key, "places": asked.places, "ignored": asked.ignored, "report": _kept(report)}
        data = json.dumps(kept, separators=(",", ":")).encode()
        if len(data) <= MAX_SIZE:
            try:
                self._write(data)
            except OSError:
                return

    @cached_property
    def _stamp(self) -> Stamp | None:
        return self._workspace.stamp()

    @cached_property
    def _key(self) -> str | None:
        """What must be the same; ``None`` if it cannot be told."""
        if self._stamp is None:
            return None
        import hashlib

        return hashlib.sha256(repr(self._facts).encode("utf-8", "surrogatepass") + b"\0" + self._stamp.facts).hexdigest()

    def _answers_stand(self, places: Mapping[str, Iterable[int]], ignored: Mapping[str, bool]) -> bool:
        """Whether what the run asked for is still as it was."""
        if any(times_of(place) != tuple(times) for place, times in places.items()):
            return False
        if not ignored:
            return True
        found = self._workspace.ignored(ignored)
        return all(is_ignored == (path in found) for path, is_ignored in ignored.items())

    def _write(self, data: bytes) -> None:
        folder = os.path.dirname(self._place)
        if os.path.islink(folder):
            return
        os.makedirs(folder, exist_ok=True)
        beside = f"{self._place}.{os.getpid()}"
        try:
            with open(beside, "wb") as stream:
                stream.write(data)
            os.replace(beside, self._place)
        except OSError:
            if os.path.exists(beside):
                os.unlink(beside)
            raise
        others = sorted((entry.stat().st_mtime_ns, entry.path) for entry in os.scandir(folder) if entry.path != self._place)
        for _, path in others[: max(0, len(others) - KEPT + 1)]:
            os.unlink(path)


def _is_small(workspace: Workspace) -> bool:
    """Whether a run is over before a cache could save anything."""
    return len(workspace.selected) < SMALL and sum(workspace.sizes.values()) < SMALL_SIZE


def _facts(workspace: Workspace, called: str) -> tuple[object, ...] | None:
    """What a report hangs on besides the files; ``None`` if that cannot be told."""
    git = workspace.git
    try:
        own = _own_state()
        settings = b"" if git is None else git.settings()
    except (OSError, GitError):
        return None
    if git is None or b".promisor\n" in settings:  # a partial clone: which objects are here changes without a trace
        return None
    # Counts even if git ignores it, and so does not list it.
    attributes = os.path.join(workspace.root, ".gitattributes")
    elsewhere = [times_of(place) for place in (*rule_files(git.directory, git.folder, settings), attributes)]
    today = time.strftime("%Y-%m-%d")  # an allowance may end
    return _FORMAT, __version__, sys.version, own, today, called, settings, elsewhere


def _own_state() -> list[tuple[str, int, int]]:
    """What changes whenever dsguard does, or a package that it builds on.

    Raises:
        OSError: it is not installed as files.
    """
    state = []
    folders = [os.path.dirname(__file__)]
    while folders:
        for entry in os.scandir(folders.pop()):
            if entry.is_dir():
                folders.append(entry.path)
            elif entry.name.endswith(".py"):
                about = entry.stat()
                state.append((entry.path, about.st_mtime_ns, about.st_size))
    state += ((folder, times_of(folder)[0], 0) for folder in sys.path)  # changes when a package is installed there
    return sorted(state)


def _kept(report: Report) -> dict[str, Any]:
    return {
        **{name: getattr(report, name) for name in _PLAIN},
        "skipped": [(skip.path, skip.reason) for skip in report.skipped],
        "findings": [(pack_finding(finding, shown=True), finding.fingerprint) for finding in report.findings],
    }


def _report(kept: Mapping[str, Any]) -> Report:
    findings = []
    for packed, fingerprint in kept["findings"]:
        finding = unpack_finding(packed)
        finding.fingerprint = fingerprint
        findings.append(finding)
    return Report(findings, skipped=[Skip(*skip) for skip in kept["skipped"]], **{name: kept[name] for name in _PLAIN})
