"""The stale lockfiles of a project, told to people."""

from __future__ import annotations

from dsguard.analysis.lockfile.addresses import without_secrets
from dsguard.documents.project import MANIFEST, NO_PROJECT
from dsguard.documents.uv_workspace import uv_workspace_root
from dsguard.model import Location, Step, UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.analysis.lockfile.difference import Difference
    from dsguard.documents.file import File
    from dsguard.documents.files import Files
    from dsguard.documents.project import Project

_SUFFIX = ".py.lock"


class StaleLock:
    """A lockfile that is not what its manifests ask for."""

    __slots__ = ("help", "location", "message", "steps", "subject")

    def __init__(self, lock: File, places: list[tuple[Difference, Location]], command: str) -> None:
        self.subject = lock.path
        self.location = places[0][1]
        more = f" (and {len(places) - 1} more)" if len(places) > 1 else ""
        self.message = f"{lock.path} is out of date: {places[0][0].message}{more}"
        self.help = f"Run {command} and commit {lock.path}. (Compared with what it recorded; nothing was resolved.)"
        self.steps = [Step(at.path, at.line, difference.message) for difference, at in places] if more else []


def find_stale_locks(project: Project) -> Iterator[StaleLock]:
    """The stale lockfiles of a project, and for the root of the repository those of scripts anywhere in it.

    Raises:
        UnreadableError: a lockfile or manifest does not parse, or is of a newer format.
    """
    if not project.files.once("judges-locks", _judges_locks):
        return
    lock = project.file("uv.lock")
    if lock is not None and project.has_manifest and uv_workspace_root(project) is None:
        yield from _stale_lock(project, lock)
    if not project.root:
        for path in project.files.once("script-locks", _script_locks):
            yield from _stale_script_lock(project.files, path)


def _judges_locks(files: Files) -> bool:
    """Whether this run judges any file that a lockfile depends on: in most commits it does not."""
    names = (MANIFEST, "uv.lock", "uv.toml")
    for path in files.selected:
        if path.endswith((*names, _SUFFIX)):
            return True
    return any(path.removesuffix(".lock") in files.selected for path in files.once("script-locks", _script_locks))


def _script_locks(files: Files) -> list[str]:
    return sorted(path for path in files if path.endswith(_SUFFIX) and path.removesuffix(".lock") in files)


def _stale_lock(project: Project, lock: File) -> Iterator[StaleLock]:
    from dsguard.analysis.lockfile.stale import stale_parts
    from dsguard.documents.uv_lock import read_uv_lock

    undecided: list[str] = []
    found = list(stale_parts(project, read_uv_lock(lock), undecided))
    if not found:
        _say_unknown(lock, undecided, "uv lock --check")
    else:
        where = f" in {project.root}/" if project.root else ""
        yield StaleLock(lock, [(difference, difference.location or project.at_manifest()) for difference in found], f"`uv lock`{where}")


def _stale_script_lock(files: Files, path: str) -> Iterator[StaleLock]:
    from dsguard.analysis.lockfile.stale import stale_script_parts
    from dsguard.documents.inline_script import read_inline_script
    from dsguard.documents.uv_lock import read_uv_lock

    lock, file = files[path], files[path.removesuffix(".lock")]
    if not file.roles.isdisjoint(NO_PROJECT):
        return
    script = read_inline_script(file)
    if script is None:
        return
    undecided: list[str] = []
    found = list(stale_script_parts(script, read_uv_lock(lock), files, undecided))
    if not found:
        _say_unknown(lock, undecided, f"uv lock --check --script {file.path}")
    else:
        yield StaleLock(lock, [(difference, script.at(difference.text)) for difference in found], f"`uv lock --script {file.path}`")


def _say_unknown(lock: File, undecided: list[str], command: str) -> None:
    """Say of a lockfile that what was compared is right, but that not all of it could be.

    Raises:
        UnreadableError: that (not fatal).
    """
    if undecided:
        more = f" (and {len(undecided) - 1} more)" if len(undecided) > 1 else ""
        reason = f"no difference found, but only `{command}` can tell of this: {without_secrets(undecided[0])[:200]}{more}"
        raise UnreadableError(lock.path, reason, fatal=False)
