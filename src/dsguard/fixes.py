"""Applies the edits of findings. The only writer of users' files.

An edit touches the bytes that it must and no others. A file is written whole to a temporary file beside it and put in
place, mode kept; never through a symbolic link; not at all if it changed since it was read, if edits overlap, or if what they
make of a JSON document is not what was meant.
"""

from __future__ import annotations

import os
import stat

from dsguard.model import Skip, UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dsguard.model import Change, Edit, Finding, Report
    from dsguard.workspace import DiskWorkspace, Workspace


REFUSED = "not fixed: "

_PIECE = 1 << 20
"""Bytes of a file that are compared at a time: memory for all of a large one takes longer to get than to read."""


def apply(report: Report, workspace: Workspace) -> None:
    """Mend what has a fix: those findings leave the report and are counted as fixed; what was refused is said as skipped."""
    from dsguard.workspace import DiskWorkspace

    if not isinstance(workspace, DiskWorkspace):
        return
    for path, findings in _by_path(report).items():
        try:
            before, after = _edited(report, workspace, path, findings)
            write(workspace, path, before, after)
        except UnreadableError as error:
            report.skipped.append(Skip(path, REFUSED + error.reason))
            continue
        except OSError as error:
            report.skipped.append(Skip(path, REFUSED + (error.strerror or "cannot be written")))
            continue
        done = {id(finding) for finding in findings}
        report.findings = [finding for finding in report.findings if id(finding) not in done]
        report.fixed += len(findings)
    report.skipped.sort(key=lambda skip: skip.path)


def preview(report: Report, workspace: Workspace) -> Iterator[str]:
    """A unified diff of what :func:`apply` would change, for the eye: credentials in it are masked, so it is no patch."""
    import difflib

    from dsguard.analysis.secrets.redaction import mask

    for path, findings in _by_path(report).items():
        try:
            before, after = _edited(report, workspace, path, findings)
        except UnreadableError:
            continue
        old, new = (mask(data.decode("utf-8", "backslashreplace")).splitlines() for data in (before, after))
        yield from difflib.unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm="")


def _by_path(report: Report) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.fix is not None:
            found.setdefault(finding.path, []).append(finding)
    return found


def _edited(report: Report, workspace: Workspace, path: str, findings: list[Finding]) -> tuple[bytes, bytes]:
    """The bytes of a file before and after.

    Raises:
        UnreadableError: it cannot be read, or the edits contradict each other.
    """
    entry = workspace.listing[path]
    if entry.is_filtered:
        raise UnreadableError(path, "a git filter stands between this file and what is committed", fatal=False)
    before = entry.read(0, None)
    if report.contents.get(path, hash(before)) != hash(before):
        raise UnreadableError(path, "changed since it was checked", fatal=False)
    return before, fixed(before, findings, path)


def fixed(before: bytes, findings: Iterable[Finding], path: str = "") -> bytes:
    """The bytes of a file with the fixes of findings made.

    Raises:
        UnreadableError: the edits contradict each other, or do something else to a document than was meant.
    """
    fixes = [finding.fix for finding in findings if finding.fix]
    after = edit_bytes(before, [edit for fix in fixes for edit in fix.edits], path)
    changes = [change for fix in fixes for change in fix.changes]
    if changes and after != before:
        _hold_to(changes, before, after, path)
    return after


def edit_bytes(data: bytes, edits: Iterable[Edit], path: str = "") -> bytes:
    """Bytes with edits made. The same edit may be asked for twice, and one within what another takes away is moot.

    Raises:
        UnreadableError: they overlap or lie outside.
    """
    parts, place = [], 0
    last: Edit | None = None
    for edit in sorted(edits, key=lambda edit: (edit.start, -edit.end)):
        if last is not None:
            if (edit.start, edit.end, edit.replacement) == (last.start, last.end, last.replacement):
                continue
            if not last.replacement and edit.start < last.end and edit.end <= last.end:
                continue
        if edit.start < place or edit.end < edit.start or edit.end > len(data):
            raise UnreadableError(path, "two fixes want to change the same place", fatal=False)
        parts += [data[place : edit.start], edit.replacement]
        place, last = edit.end, edit
    return b"".join([*parts, data[place:]])


def _hold_to(changes: list[Change], before: bytes, after: bytes, path: str) -> None:
    """Refuse bytes that are not the document of before with these changes.

    Raises:
        UnreadableError: they are not.
    """
    from dsguard.documents.json_walk import changed, load

    try:
        meant = load(after) == changed(load(before), changes)
    except (ValueError, LookupError, TypeError, RecursionError):
        meant = False
    if not meant:
        raise UnreadableError(path, "the result would not be what was meant (the file may have changed, or this is a bug)", fatal=False)


def write(workspace: DiskWorkspace, path: str, before: bytes, after: bytes) -> None:
    """Put new bytes in the place of a file's, if they differ.

    Raises:
        UnreadableError: it is a symbolic link or no file at all, or it does not hold the bytes from before.
        OSError: it may not be written.
    """
    if after == before:
        return
    state = workspace.state(path)
    if state is None or not stat.S_ISREG(state.st_mode):
        raise UnreadableError(path, "is no regular file any more", fatal=False)

    def unchanged() -> None:
        entry = workspace.listing[path]
        for start in range(0, len(before) + 1, _PIECE):
            if entry.read(start, _PIECE) != before[start : start + _PIECE]:
                raise UnreadableError(path, "changed while it was being fixed", fatal=False)

    replace(workspace.absolute(path), after, unchanged)
    workspace.sizes.pop(path, None)


def replace(target: str, content: bytes, check: Callable[[], None] | None = None) -> None:
    """Write a file beside the target and put it in its place, with the target's mode if there is one.

    Args:
        target: absolute path.
        check: the last word before the target is gone; it raises to keep it.
    """
    descriptor, temporary = _beside(target)
    try:
        with open(descriptor, "wb") as stream:
            stream.write(content)
        try:
            mode = stat.S_IMODE(os.stat(target).st_mode)
        except FileNotFoundError:
            mode = 0o666 & ~_umask()
        os.chmod(temporary, mode)
        if check is not None:
            check()
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def _beside(target: str) -> tuple[int, str]:
    """A new file in the target's folder, open for writing, for nobody else to read. (tempfile would load twenty modules for it.)"""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    for name in ("O_BINARY", "O_CLOEXEC", "O_NOFOLLOW", "O_NOINHERIT"):
        flags |= getattr(os, name, 0)
    number = 0
    while True:
        place = os.path.join(os.path.dirname(target), f".dsguard-{os.getpid()}-{number}")
        try:
            return os.open(place, flags, 0o600), place
        except FileExistsError:  # left behind by a process that was killed
            number += 1


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
