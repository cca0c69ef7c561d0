"""From a command line to the workspace that it names."""

from __future__ import annotations

import os
import stat

from dsguard.git import Git, GitError
from dsguard.git.discovery import is_missing
from dsguard.model import Skip, UsageError
from dsguard.workspace.base import OF_ITS_OWN, Workspace
from dsguard.workspace.disk import DiskWorkspace, PlainFolder
from dsguard.workspace.working_tree import WorkingTree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def open_workspace(
    folder: str,
    *,
    paths: Iterable[str] | None = None,
    staged: bool = False,
    from_ref: str | None = None,
    to_ref: str | None = None,
    revision: str | None = None,
    untracked: bool = True,
    whole_projects: bool = False,
) -> Workspace:
    """The workspace that a command line names.

    Args:
        folder: the working directory; without ``paths`` the run covers what is at and below it.
        paths: files and folders, relative to ``folder``. Empty: nothing is selected, but everything is listed.
        staged: judge what the index has that HEAD has not, with the index's bytes.
        from_ref: with ``to_ref``: judge what changed between them, with the bytes of ``to_ref``.
        to_ref: see ``from_ref``.
        revision: judge a commit's whole tree.
        untracked: whether the working tree includes files that git does not track.
        whole_projects: whether rules about projects look at all of them, whatever paths are given (a hook).

    Raises:
        UsageError: a path or a revision does not exist, or git is needed and not there.
    """
    try:
        git = Git.discover(folder)
        if git is None:
            missing = is_missing(folder)
            if staged or from_ref or revision:
                what = "git is not installed: --staged, --from-ref and --rev need it"
                raise UsageError([what if missing else "not a git repository: --staged, --from-ref and --rev need one"])
            workspace: Workspace = PlainFolder(os.path.realpath(folder))
            if missing:
                workspace.notes.append("git is not installed: what it tracks, or stores elsewhere, is not known here")
            workspace.select(lambda _: True)
        else:
            workspace = _open_git(git, staged=staged, from_ref=from_ref, to_ref=to_ref, revision=revision, untracked=untracked)
    except GitError as error:
        raise UsageError([f"git: {error.message}"]) from None
    paths = None if paths is None else list(paths)
    was_empty = not workspace.selected
    _narrow(workspace, folder, paths)
    if not workspace.selected and not was_empty:
        workspace.why_empty = _why_left_out(workspace, paths)
    if whole_projects:
        workspace.scope = ("",)
    return workspace


def _why_left_out(workspace: Workspace, paths: list[str] | None) -> str:
    """Why nothing is left of what was selected once it was narrowed to paths."""
    if paths is None:
        return "none of the files under review is at or below the working directory"
    if not paths:
        return "no file was given"
    reasons = {skip.reason for skip in workspace.skipped}
    if len(reasons) == 1:
        return f"what was given {reasons.pop()}"
    return "none of the paths given is, or holds, a file under review"


def _open_git(git: Git, *, staged: bool, from_ref: str | None, to_ref: str | None, revision: str | None, untracked: bool) -> Workspace:
    if staged or from_ref or revision:
        from dsguard.workspace.blobs import Blobs
    if staged:
        workspace: Workspace = Blobs(git)
        workspace.why_empty = "nothing is staged, deletions aside"
        changed = git.staged()
        if changed is None:
            workspace.select(lambda _: True)
        else:
            _select(workspace, changed)
    elif from_ref and to_ref:
        changed = git.changed(from_ref, to_ref)
        workspace = Blobs(git, to_ref)
        workspace.why_empty = f"nothing changed from {from_ref} to {to_ref}, deletions aside"
        _select(workspace, changed)
    elif revision:
        workspace = Blobs(git, git.resolve(revision))
        workspace.why_empty = f"{revision} has no files"
        workspace.select(lambda _: True)
    else:
        workspace = WorkingTree(git, untracked=untracked)
        workspace.select(lambda _: True)
    return workspace


def _select(workspace: Workspace, changed: set[str]) -> None:
    workspace.select(changed.__contains__)
    workspace.skipped = [skip for skip in workspace.skipped if skip.path in changed]


def _narrow(workspace: Workspace, folder: str, paths: Iterable[str] | None) -> None:
    """Keep what the given paths name; without any, what is at and below the working directory."""
    base = os.path.realpath(folder)
    if paths is None:
        start = _relative(workspace.root, base)
        if start:
            _keep(workspace, set(), (start + "/",))
        return
    files: set[str] = set()
    folders: list[str] = []
    problems = []
    known_folders: set[str] | None = None
    real: dict[str, str] = {}
    at_root = base == workspace.root
    for given in paths:
        if at_root and given in workspace.listing:  # as git and pre-commit write it: nothing to resolve
            files.add(given)
            continue
        above, name = os.path.split(os.path.normpath(os.path.join(base, given)))
        # Only the folder is resolved: the last part may be a symbolic link that git tracks as such.
        if above not in real:
            real[above] = os.path.realpath(above)
        place = os.path.join(real[above], name)
        path = _relative(workspace.root, place)
        if path is None:
            where = "; `cd` there to check it" if os.path.isdir(place) else ""
            problems.append(f"{given}: is outside of {workspace.root}{where}")
        elif path in workspace.listing:
            files.add(path)
        elif path == "" or path in (known_folders := known_folders or _folders_of(workspace.listing)):
            folders.append(f"{path}/" if path else "")
        elif not os.path.lexists(place):
            problems.append(f"{given}: no such file or folder")
        else:
            files.add(path)
            _take_unlisted(workspace, path, place)
    if problems:
        raise UsageError(problems)
    _keep(workspace, files, tuple(folders))


def _folders_of(paths: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def _take_unlisted(workspace: Workspace, path: str, place: str) -> None:
    """What becomes of a given path that is on disk and not in the listing: a hook takes a file, else it is said why not."""
    if isinstance(workspace, WorkingTree) and not workspace.lists_untracked:
        workspace.add_untracked(path)
    if path in workspace.listing:
        workspace.selected.append(workspace.listing[path])
    elif not any(skip.path == path for skip in workspace.skipped):
        workspace.skipped.append(Skip(path, _why_not_listed(workspace, path, place)))


def _keep(workspace: Workspace, files: set[str], folders: tuple[str, ...]) -> None:
    workspace.scope = folders
    kept = (entry for entry in workspace.selected if entry.path in files or entry.path.startswith(folders))
    workspace.selected = sorted(kept, key=lambda entry: entry.path)
    workspace.skipped = [skip for skip in workspace.skipped if skip.path in files or skip.path.startswith(folders)]


def _why_not_listed(workspace: Workspace, path: str, place: str) -> str:
    if os.path.islink(place):
        return "is a symbolic link: git records only where it points"
    for skip in workspace.skipped:
        if skip.reason in OF_ITS_OWN and f"{path}/".startswith(f"{skip.path.rstrip('/')}/"):
            return "is in another git repository (a submodule, or a clone): run dsguard there"
    if not isinstance(workspace, DiskWorkspace):
        return "is not in the index or the commit that was asked for"
    if os.path.isdir(place):
        return "is a folder with nothing in it that git would record"
    state = workspace.state(path)
    if state is None or not stat.S_ISREG(state.st_mode):
        return "is no regular file"
    return "is ignored by git, so it would not be committed"


def _relative(root: str, place: str) -> str | None:
    """``place`` relative to ``root`` with ``/``, ``""`` for the root itself, ``None`` outside."""
    if os.path.normcase(place) == os.path.normcase(root):
        return ""
    prefix = os.path.normcase(root.rstrip(os.sep) + os.sep)
    if not os.path.normcase(place).startswith(prefix):
        return None
    return os.fsencode(place[len(prefix) :]).decode("utf-8", "surrogateescape").replace(os.sep, "/")
