"""Applies the edits of findings. The only writer of users' files.

An edit touches the bytes that it must and no others. A file is written whole to a temporary file beside it and put in
place, mode kept; never through a symbolic link; not at all if it changed since it was read or edits overlap.
"""

from __future__ import annotations

import os
import stat
import tempfile

from dsguard.model import Skip, UnreadableError
from dsguard.workspace import DiskWorkspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.model import Edit, Finding, Report
    from dsguard.workspace import Workspace


def apply(report: Report, workspace: Workspace) -> None:
    """Mend what has a fix: those findings leave the report and are counted as fixed; what was refused is said as skipped."""
    if not isinstance(workspace, DiskWorkspace):
        return
    for path, findings in _by_path(report).items():
        try:
            before, after = _edited(workspace, path, findings)
            _write(workspace, path, before, after)
        except UnreadableError as error:
            report.skipped.append(Skip(path, f"not fixed: {error.reason}"))
            continue
        except OSError as error:
            report.skipped.append(Skip(path, f"not fixed: {error.strerror}"))
            continue
        done = {id(finding) for finding in findings}
        report.findings = [finding for finding in report.findings if id(finding) not in done]
        report.fixed += len(findings)
    report.skipped.sort(key=lambda skip: skip.path)


def preview(report: Report, workspace: Workspace) -> Iterator[str]:
    """A unified diff of what :func:`apply` would change."""
    import difflib

    for path, findings in _by_path(report).items():
        try:
            before, after = _edited(workspace, path, findings)
        except UnreadableError:
            continue
        old, new = (data.decode("utf-8", "backslashreplace").splitlines() for data in (before, after))
        yield from difflib.unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm="")


def _by_path(report: Report) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.fix is not None:
            found.setdefault(finding.path, []).append(finding)
    return found


def _edited(workspace: Workspace, path: str, findings: list[Finding]) -> tuple[bytes, bytes]:
    """The bytes of a file before and after.

    Raises:
        UnreadableError: it cannot be read, or the edits contradict each other.
    """
    entry = workspace.listing[path]
    if entry.is_filtered:
        raise UnreadableError(path, "a git filter stands between this file and what is committed", fatal=False)
    before = entry.read(0, None)
    edits = sorted((edit for finding in findings if finding.fix for edit in finding.fix.edits), key=lambda edit: (edit.start, edit.end))
    return before, edit_bytes(before, edits, path)


def edit_bytes(data: bytes, edits: list[Edit], path: str = "") -> bytes:
    """Bytes with sorted edits made. The same edit may be asked for twice; different ones must not overlap.

    Raises:
        UnreadableError: they overlap or lie outside.
    """
    parts, place = [], 0
    last: Edit | None = None
    for edit in edits:
        if last is not None and (edit.start, edit.end, edit.replacement) == (last.start, last.end, last.replacement):
            continue
        if edit.start < place or edit.end < edit.start or edit.end > len(data):
            raise UnreadableError(path, "two fixes want to change the same place", fatal=False)
        parts += [data[place : edit.start], edit.replacement]
        place, last = edit.end, edit
    return b"".join([*parts, data[place:]])


def _write(workspace: DiskWorkspace, path: str, before: bytes, after: bytes) -> None:
    if after == before:
        return
    state = workspace.state(path)
    if state is None or not stat.S_ISREG(state.st_mode):
        raise UnreadableError(path, "is no regular file any more", fatal=False)
    target = workspace.absolute(path)
    descriptor, temporary = tempfile.mkstemp(prefix=".dsguard-", dir=os.path.dirname(target))
    try:
        with open(descriptor, "wb") as stream:
            stream.write(after)
        os.chmod(temporary, stat.S_IMODE(state.st_mode))
        if workspace.listing[path].read(0, None) != before:
            raise UnreadableError(path, "changed while it was being fixed", fatal=False)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise
