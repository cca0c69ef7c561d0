"""One manifest against what a ``uv.lock`` recorded of it: version, extras, requirements, groups."""

from __future__ import annotations

from functools import partial

from packaging.version import Version

from dsguard.analysis.lockfile.spans import UndecidableError, split_specifiers
from dsguard.documents.project import normalized

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from dsguard.analysis.lockfile.difference import Difference, Part, Sides
    from dsguard.analysis.lockfile.lowering import Lowering
    from dsguard.documents.project import Declared, Project
    from dsguard.documents.uv_lock import Locked

    Table = dict[str, Any]

_DECLARATIONS_OPTIONAL = 4
"""From this revision on a lockfile may be without what the manifests declared, as uv with ``preview`` writes it."""

_WITH_EXTRAS = 1
"""From this revision on a lockfile names extras and groups that are empty."""

WITH_DEFAULTS = 5
"""From this revision on a lockfile says which groups are installed by default, and which Python each group needs."""


def manifest_parts(sides: Sides, project: Project, package: Locked, lowering: Lowering) -> Iterator[Part]:
    """The parts of the comparison of one project with its entry in a lockfile."""
    revision = sides.lock.revision
    yield partial(_version, sides, project, package)
    if not _is_static(project):
        return
    if revision >= _WITH_EXTRAS:
        yield partial(_extras, sides, project, package)
    yield partial(_dependencies, sides, project, package, lowering)
    yield from group_parts(sides, project.groups, package.metadata.get("requires-dev"), lowering, keeps_empty=revision >= _WITH_EXTRAS)


def is_bare(sides: Sides, project: Project, package: Locked) -> bool:
    """Whether the lockfile does not record what a project declares. Nothing that was declared is recorded then, of others either."""
    if sides.lock.revision < _DECLARATIONS_OPTIONAL or "metadata" in (package.table or {}):
        return False
    return bool(project.dependencies or project.extras or project.get("dependency-groups"))


def member_parts(sides: Sides, project: Project, package: Locked) -> Iterator[Part]:
    """What a lockfile records only of the members of its workspace."""
    if sides.lock.revision >= WITH_DEFAULTS:
        yield partial(default_groups, sides, project, (package.table or {}).get("default-groups"))
        yield partial(group_pythons, sides, project, (package.table or {}).get("group-requires-python"))


def default_groups(sides: Sides, project: Project, recorded: Any) -> Iterable[Difference]:
    """The groups that are installed without being asked for."""
    here, there = (["dev"] if groups is None else groups for groups in (project.get("tool", "uv", "default-groups"), recorded))
    if here != there:
        yield sides.differ("default-groups of {manifest} are not those of {lock}", ("tool", "uv", "default-groups"))


def group_pythons(sides: Sides, project: Project, recorded: Any) -> Iterable[Difference]:
    """What ``requires-python`` dependency groups add."""
    kept = {normalized(name): split_specifiers(str(text)) for name, text in recorded.items()} if isinstance(recorded, dict) else {}
    wanted = {name: sorted(one for text in texts for one in split_specifiers(text)) for name, texts in project.group_pythons.items()}
    for name in sorted(wanted.keys() | kept.keys()):
        if wanted.get(name) != kept.get(name):
            message = f"requires-python of the dependency group `{name}` is not the same in {{manifest}} and in {{lock}}"
            yield sides.differ(message, ("tool", "uv", "dependency-groups"))


def _is_static(project: Project) -> bool:
    """Whether the manifest itself, and no build backend, says what the project requires."""
    if not {"dependencies", "optional-dependencies"}.isdisjoint(project.dynamic):
        return False
    return project.get("project", "dependencies") is not None or project.get("tool", "poetry") is None


def _version(sides: Sides, project: Project, package: Locked) -> Iterable[Difference]:
    written, locked = project.get("project", "version"), package.version
    if "version" in project.dynamic:
        if locked is not None:
            yield sides.differ(f"the version is dynamic in {{manifest}}, `{locked}` in {{lock}}", ("project", "dynamic"))
        return
    if not isinstance(written, str):
        return
    try:
        same = locked is not None and Version(written) == Version(locked)
    except ValueError:  # invalid, or of more digits than Python converts
        raise UndecidableError(written) from None
    if not same:
        there = f"`{locked}`" if locked is not None else "dynamic"
        yield sides.differ(f"the version is `{written}` in {{manifest}}, {there} in {{lock}}", ("project", "version"))


def _extras(sides: Sides, project: Project, package: Locked) -> Iterable[Difference]:
    listed = package.metadata.get("provides-extras")
    recorded = set(map(normalized, listed)) if isinstance(listed, list) else set()
    here, there = "the extra `{name}` is not in {lock}", "the extra `{name}` is in {lock}, not in {manifest}"
    return sides.names(set(project.extras), recorded, ("project", "optional-dependencies"), here, there)


def _dependencies(sides: Sides, project: Project, package: Locked, lowering: Lowering) -> Iterator[Difference]:
    wanted = lowering.lower(project.dependencies)
    for name, listed in project.extras.items():
        wanted.add(lowering.lower(listed, extra=name))
    found = sides.needs(wanted, package.metadata.get("requires-dist"), ("project", "dependencies"))
    # Of a project with a dynamic version uv may have recorded what its build backend made of extras that name each other.
    if package.version is None and any(need.name == project.name for need in wanted.needs):
        if list(found):
            raise UndecidableError("extras that name each other")
        return
    yield from found


def group_parts(sides: Sides, groups: dict[str, list[Declared]], entries: Any, lowering: Lowering, *, keeps_empty: bool) -> Iterator[Part]:
    """The parts of the comparison of dependency groups.

    Args:
        entries: what the lockfile recorded, by group.
        keeps_empty: whether the lockfile would name a group without requirements.
    """
    recorded = {normalized(name): listed for name, listed in entries.items()} if isinstance(entries, dict) else {}
    wanted = {name for name, listed in groups.items() if listed or keeps_empty}
    kept = {name for name, listed in recorded.items() if listed or keeps_empty}
    here, there = "the dependency group `{name}` is not in {lock}", "the dependency group `{name}` is in {lock}, not in {manifest}"
    yield partial(sides.names, wanted, kept, ("dependency-groups",), here, there)
    for name in sorted(wanted & kept):
        yield partial(_group, sides, name, groups[name], recorded[name], lowering)


def _group(sides: Sides, name: str, listed: list[Declared], entries: Any, lowering: Lowering) -> Iterable[Difference]:
    return sides.needs(lowering.lower(listed, group=name), entries, ("dependency-groups", name), f" (group {name})")
