"""Workspaces of uv: projects of a repository that share one ``uv.lock``."""

from __future__ import annotations

from dsguard.documents.project import matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.project import Project


def is_uv_workspace(project: Project) -> bool:
    """Whether ``pyproject.toml`` makes a project the root of a uv workspace.

    Raises:
        UnreadableError: the manifest does not parse.
    """
    return isinstance(project.get("tool", "uv", "workspace"), dict)


def uv_workspace_root(project: Project) -> Project | None:
    """The project whose ``uv.lock`` locks a project too; ``None`` if it is locked on its own (a root is no member).

    As uv does it at the root (measured with uv 0.13): the nearest workspace above counts, whatever lies between;
    ``*`` in ``members`` stays in one folder, in ``exclude`` it does not.

    Raises:
        UnreadableError: this manifest or the one above does not parse.
    """
    if not project.root or not project.has_manifest or project.get("tool", "uv", "managed") is False or is_uv_workspace(project):
        return None
    folder = project.root
    while folder:
        folder = folder.rpartition("/")[0]
        above = project.at(folder)
        if above is not None and is_uv_workspace(above):
            return above if _has_member(above, project.root) else None
    return None


def uv_workspace_members(project: Project) -> list[Project]:
    """The projects that share the ``uv.lock`` of a workspace's root, without itself, sorted by root.

    Raises:
        UnreadableError: a manifest of the repository does not parse.
    """
    if not is_uv_workspace(project):
        return []
    prefix = project.path_of("")
    below = (other for root, other in sorted(project.projects.items()) if root != project.root and root.startswith(prefix))
    return [other for other in below if uv_workspace_root(other) is project]


def _has_member(project: Project, root: str) -> bool:
    from fnmatch import fnmatchcase

    path = root.removeprefix(project.path_of(""))
    members = _globs(project, "members")
    return any(matches(path.split("/"), glob.split("/")) for glob in members) and not any(
        fnmatchcase(path, glob) for glob in _globs(project, "exclude")
    )


def _globs(project: Project, key: str) -> list[str]:
    from posixpath import normpath

    globs = project.get("tool", "uv", "workspace", key)
    return [normpath(glob) for glob in globs if isinstance(glob, str)] if isinstance(globs, list) else []
