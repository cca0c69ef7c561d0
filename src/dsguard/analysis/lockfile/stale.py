"""Where a ``uv.lock`` and the manifests that it was made from have parted.

A comparison of what was declared with what the lockfile recorded of it, not a resolution: whether newer versions exist,
or whether the locked ones still satisfy each other, is not asked. ``uv lock --check`` compares the same first, and
resolves only where that fails. What cannot be known without the network, the disk or a person's settings is left out:
docs/lockfile.md lists it.
"""

from __future__ import annotations

from functools import partial

from dsguard.analysis.lockfile.difference import Difference, Sides
from dsguard.analysis.lockfile.lowering import IgnoredSources, Lowering, Members
from dsguard.analysis.lockfile.manifest_parts import (
    WITH_DEFAULTS,
    default_groups,
    group_parts,
    group_pythons,
    is_bare,
    manifest_parts,
    member_parts,
)
from dsguard.analysis.lockfile.requirement import place
from dsguard.analysis.lockfile.root_parts import list_parts, registries, workspace_parts
from dsguard.analysis.lockfile.settings import option_differences, resolver_settings
from dsguard.analysis.lockfile.spans import UndecidableError
from dsguard.documents.uv_lock import TREES
from dsguard.documents.uv_workspace import is_uv_workspace, uv_workspace_root
from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from dsguard.analysis.lockfile.difference import Part
    from dsguard.analysis.lockfile.settings import ResolverSettings
    from dsguard.documents.files import Files
    from dsguard.documents.inline_script import InlineScript
    from dsguard.documents.project import Project
    from dsguard.documents.uv_lock import Locked, UvLock


def stale_parts(root: Project, lock: UvLock, undecided: list[str] | None = None) -> Iterator[Difference]:
    """Every difference between a lockfile and the project or workspace that it belongs to.

    Args:
        root: the project that the lockfile lies beside.
        undecided: takes what could not be told, one entry for each part of the comparison.

    Raises:
        UnreadableError: a manifest does not parse.
    """
    if root.get("tool", "uv", "managed") is False or (root.get("project") is None and not is_uv_workspace(root)):
        return  # uv locks nothing here
    yield from _decided(_project_parts(root, lock), undecided)


def stale_script_parts(script: InlineScript, lock: UvLock, files: Files, undecided: list[str] | None = None) -> Iterator[Difference]:
    """Every difference between the lockfile of a script (``script.py.lock``) and the script's inline metadata."""
    yield from _decided(_script_parts(script, lock, files), undecided)


def _decided(parts: Iterator[Part], undecided: list[str] | None) -> Iterator[Difference]:
    """What the parts find, each of which may be undecidable on its own."""
    while True:
        try:
            part = next(parts, None)
            if part is None:
                return
            yield from part()
        except UndecidableError as error:
            if undecided is not None:
                undecided.append(str(error))
        except UnreadableError as error:
            if error.fatal:
                raise
            if undecided is not None:  # uv refuses such a manifest itself, with a better message
                undecided.append(error.reason)


def _project_parts(root: Project, lock: UvLock) -> Iterator[Part]:
    settings = resolver_settings(root)
    members = Members(root, IgnoredSources(settings.table))
    sides = Sides(lock, root.root, root)
    declared = [python for project in members.by_name.values() if (python := project.requires_python) is not None]
    yield partial(sides.python, declared, ("project", "requires-python"))
    locked = {name: named[0] for name in members.by_name if len(named := sides.lock.named(name)) == 1}
    for name, project in members.by_name.items():
        yield partial(_member, Sides(sides.lock, root.root, project), members, name)
    if any(is_bare(sides, members.by_name[name], package) for name, package in locked.items()):
        yield partial(_nothing_recorded, sides)
    else:
        yield from _declared_parts(sides, root, members, locked)
    yield partial(_options, settings, sides.lock)
    yield partial(registries, sides, members, settings.default_indexes)


def _declared_parts(sides: Sides, root: Project, members: Members, locked: dict[str, Locked]) -> Iterator[Part]:
    """What the manifests declare, those of path dependencies too.

    Args:
        locked: the package of each member.
    """
    for name, package in locked.items():
        if package.kind in TREES:
            here = Sides(sides.lock, root.root, members.by_name[name])
            yield from _tree_parts(here, members.by_name[name], package, members)
            yield from member_parts(here, members.by_name[name], package)
    for package in sides.lock.packages:
        if package.kind in TREES and package.name not in members.by_name:
            yield from _path_dependency(sides, package, members.ignored)
    uv = _table(root.get("tool", "uv"))
    lowering = Lowering(root.files, root.root, uv, members, root.name)
    yield from list_parts(sides, uv, lowering)
    if root not in members.by_name.values():
        recorded = sides.lock.manifest.get("dependency-groups")
        yield from group_parts(sides, root.groups, recorded, lowering, keeps_empty=False)
        yield partial(group_pythons, sides, root, sides.lock.manifest.get("group-requires-python"))
        if sides.lock.revision >= WITH_DEFAULTS:
            yield partial(default_groups, sides, root, sides.lock.manifest.get("default-groups"))
    yield from workspace_parts(sides, uv, members)


def _script_parts(script: InlineScript, lock: UvLock, files: Files) -> Iterator[Part]:
    sides = Sides(lock, script.file.folder, None)
    lowering = Lowering(files, script.file.folder, script.uv, None)
    yield partial(sides.python, [script.requires_python] if script.requires_python else [], ("requires-python",))
    yield lambda: sides.needs(lowering.lower(script.dependencies), sides.lock.manifest.get("requirements"), ("dependencies",))
    yield from list_parts(sides, script.uv, lowering)


def _member(sides: Sides, members: Members, name: str) -> Iterable[Difference]:
    """Whether the lockfile has a member, and has it installed the way that its manifest says."""
    kind, _ = members.source_of(name)
    named = sides.lock.named(name)
    if not named:
        yield sides.differ(f"the project `{name}` is not in {{lock}}", ("project", "name"))
    elif len(named) == 1 and named[0].kind != kind:
        ways = {"virtual": "is not installed itself", "editable": "is installed as editable", "directory": "is installed as a copy"}
        recorded = ways.get(named[0].kind, f"comes from {named[0].where}")
        build = ("build-system",) if members.by_name[name].get("build-system") is not None else ("project", "name")
        yield sides.differ(f"`{name}` {ways[kind]} by {{manifest}}, and {recorded} by {{lock}}", build)


def _nothing_recorded(sides: Sides) -> Iterable[Difference]:
    raise UndecidableError(f"{sides.lock.file.name} does not record what was declared (uv wrote it with `preview`)")


def _tree_parts(sides: Sides, project: Project, package: Locked, members: Members) -> Iterator[Part]:
    lowering = Lowering(project.files, project.root, project.get("tool", "uv"), members, project.name)
    yield from manifest_parts(sides, project, package, lowering)


def _path_dependency(sides: Sides, package: Locked, ignored: IgnoredSources) -> Iterator[Part]:
    """The manifest of a folder that a member needs by its path."""
    folder = place(package.where, sides.folder)
    project = sides.project.at("" if folder == "." else folder) if sides.project is not None else None
    if project is None or project.get("project") is None:
        return
    members = Members(uv_workspace_root(project) or project, ignored)
    yield from _tree_parts(Sides(sides.lock, sides.folder, project), project, package, members)


def _options(settings: ResolverSettings, lock: UvLock) -> Iterable[Difference]:
    for message, keys in option_differences(settings, lock):
        yield Difference(message, settings.project, keys)


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
