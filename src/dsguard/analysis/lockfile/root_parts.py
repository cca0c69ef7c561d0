"""What the root of a uv workspace says for all of it, against what ``uv.lock`` recorded."""

from __future__ import annotations

from functools import partial

from dsguard.analysis.lockfile.addresses import without_secrets
from dsguard.analysis.lockfile.markers import are_equal, is_never, parse_marker
from dsguard.analysis.lockfile.requirement import clean_url
from dsguard.analysis.lockfile.spans import UndecidableError
from dsguard.documents.project import Declared, normalized

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from dsguard.analysis.lockfile.difference import Difference, Part, Sides
    from dsguard.analysis.lockfile.lowering import Lowering, Members, Wanted
    from dsguard.analysis.lockfile.markers import Marker

    Table = dict[str, Any]

_ENVIRONMENTS = {"environments": "supported-markers", "required-environments": "required-markers"}
"""What ``[tool.uv]`` calls a list, and what the lockfile calls it."""


def list_parts(sides: Sides, uv: Table, lowering: Lowering) -> Iterator[Part]:
    """Constraints, overrides and exclusions.

    uv records of them what its resolution looked at, so an entry for a package that is not locked makes nothing stale.
    """
    yield partial(_constraints, sides, uv, lowering)
    yield partial(_overrides, sides, uv, lowering)
    yield partial(_excludes, sides, uv)
    yield partial(_build_constraints, sides, uv, lowering)


def _constraints(sides: Sides, uv: Table, lowering: Lowering) -> Iterable[Difference]:
    key, recorded = "constraint-dependencies", sides.lock.manifest.get("constraints")
    wanted = _looked_at(sides, _listed(uv, key, lowering), recorded)
    # A constraint restricts only: what restricts nothing is none, and extras are not looked at.
    wanted.needs = [need.having(extras=()) for need in wanted.needs if need.source[:2] != ("index", ()) and not is_never(need.marker)]
    plain = [{key: value for key, value in entry.items() if key != "extras"} for entry in _entries(recorded)]
    return sides.needs(wanted, [entry for entry in plain if entry.keys() - {"name", "marker"}], ("tool", "uv", key), f" ({key})")


def _overrides(sides: Sides, uv: Table, lowering: Lowering) -> Iterable[Difference]:
    key, recorded = "override-dependencies", sides.lock.manifest.get("overrides")
    return sides.needs(_looked_at(sides, _listed(uv, key, lowering), recorded), recorded, ("tool", "uv", key), f" ({key})")


def _build_constraints(sides: Sides, uv: Table, lowering: Lowering) -> Iterable[Difference]:
    key, recorded = "build-constraint-dependencies", sides.lock.manifest.get("build-constraints")
    return sides.needs(_listed(uv, key, lowering), recorded, ("tool", "uv", key), f" ({key})", verbatim=True)


def _listed(uv: Table, key: str, lowering: Lowering) -> Wanted:
    listed = uv.get(key)
    texts = listed if isinstance(listed, list) else []
    if not all(isinstance(text, str) for text in texts):
        raise UndecidableError(f"{key} of one package only")
    place = ("tool", "uv", key)
    return lowering.lower(Declared(text, place) for text in texts)


def _looked_at(sides: Sides, wanted: Wanted, recorded: Any) -> Wanted:
    names = {package.name for package in sides.lock.packages} | {normalized(str(entry.get("name"))) for entry in _entries(recorded)}
    wanted.needs = [need for need in wanted.needs if need.name in names]
    return wanted


def _entries(recorded: Any) -> list[Table]:
    if not isinstance(recorded, list):
        return []
    if not all(isinstance(entry, dict) and "package" not in entry for entry in recorded):
        raise UndecidableError("what holds for one package only")
    return recorded


def _excludes(sides: Sides, uv: Table) -> Iterable[Difference]:
    wanted, recorded = (_plain_names(listed) for listed in (uv.get("exclude-dependencies"), sides.lock.manifest.get("excludes")))
    wanted &= recorded | {package.name for package in sides.lock.packages}
    here, there = "`{name}` is excluded in {manifest}, not in {lock}", "`{name}` is excluded in {lock}, not in {manifest}"
    return sides.names(wanted, recorded, ("tool", "uv", "exclude-dependencies"), here, there)


def _plain_names(listed: Any) -> set[str]:
    names = listed if isinstance(listed, list) else []
    if not all(isinstance(name, str) for name in names):
        raise UndecidableError("exclude-dependencies of one package only")
    return set(map(normalized, names))


def workspace_parts(sides: Sides, uv: Table, members: Members) -> Iterator[Part]:
    """Members, environments, conflicts and metadata that was given by hand."""
    yield partial(_members, sides, members)
    for key, recorded in _ENVIRONMENTS.items():
        yield partial(_environments, sides, uv, key, recorded)
    yield partial(_conflicts, sides, members)
    yield partial(_static_metadata, sides, uv)


def _members(sides: Sides, members: Members) -> Iterable[Difference]:
    alone = list(members.by_name.values()) == [members.root]
    listed = sides.lock.manifest.get("members")
    recorded = set(listed) if isinstance(listed, list) else set()
    here, there = "`{name}` is a member of the workspace, and not of {lock}", "`{name}` is a member in {lock}, and not of the workspace"
    return sides.names(set() if alone else set(members.by_name), recorded, ("tool", "uv", "workspace", "members"), here, there)


def _environments(sides: Sides, uv: Table, key: str, recorded: str) -> Iterable[Difference]:
    listed = uv.get(key)
    listed = [listed] if isinstance(listed, str) else listed  # one may stand without a list
    wanted, locked = (_markers(texts) for texts in (listed, sides.lock.head.get(recorded)))
    if len(wanted) != len(locked) or not all(are_equal(*pair, sides.bounds) for pair in zip(wanted, locked, strict=True)):
        yield sides.differ(f"{key} of {{manifest}} are not those of {{lock}}", ("tool", "uv", key))


def _markers(texts: Any) -> list[Marker]:
    return [parse_marker(str(text)) for text in texts] if isinstance(texts, list) else []


def _conflicts(sides: Sides, members: Members) -> Iterable[Difference]:
    wanted = set()
    projects = list(members.by_name.values())
    for project in projects if members.root in projects else [members.root, *projects]:
        listed = project.get("tool", "uv", "conflicts")
        wanted |= {_conflict(one, project.name) for one in listed} if isinstance(listed, list) else set()
    kept = sides.lock.head.get("conflicts")
    recorded = {_conflict(one, None) for one in kept} if isinstance(kept, list) else set()
    if wanted < recorded and any("group" in dict(item) for one in wanted for item in one):
        raise UndecidableError("conflicts of groups that others include")
    if wanted != recorded:
        yield sides.differ("the conflicts of {manifest} are not those of {lock}", ("tool", "uv", "conflicts"))


def _conflict(listed: Any, package: str | None) -> frozenset[tuple[tuple[str, str], ...]]:
    items = []
    for item in listed if isinstance(listed, list) else []:
        if not isinstance(item, dict) or not all(isinstance(value, str) for value in item.values()):
            raise UndecidableError("conflicts")
        named = {"package": package, **item}
        items.append(tuple(sorted((key, normalized(value)) for key, value in named.items() if value is not None)))
    return frozenset(items)


def _static_metadata(sides: Sides, uv: Table) -> Iterable[Difference]:
    given, kept = (
        {_static(table) for table in listed if isinstance(table, dict)} if isinstance(listed, list) else set()
        for listed in (uv.get("dependency-metadata"), sides.lock.manifest.get("dependency-metadata"))
    )
    place = ("tool", "uv", "dependency-metadata")
    looked_at = {package.name for package in sides.lock.packages} | {one[0] for one in kept}
    for name in sorted({one[0] for one in given ^ kept} & looked_at):
        yield sides.differ(f"dependency-metadata of `{name}` is not the same in {{manifest}} and in {{lock}}", place)


def _static(table: Table) -> tuple[str, ...]:
    """What ``dependency-metadata`` says of a package."""
    name, version = table.get("name"), table.get("version")
    if not isinstance(name, str):
        raise UndecidableError("dependency-metadata without a name")
    lists = [table.get(key) for key in ("requires-dist", "provides-extras")]
    texts = ["\n".join("".join(str(text).split()).lower() for text in listed) if isinstance(listed, list) else "" for listed in lists]
    return (normalized(name), "" if version is None else str(version), *texts, "".join(str(table.get("requires-python", "")).split()))


def registries(sides: Sides, members: Members, allowed: list[str]) -> Iterable[Difference]:
    """A direct dependency that was locked from an index that the project does not know (any more).

    Args:
        allowed: all indexes of the project, if one of them takes the place of the default; else nothing.
    """
    addresses = {clean_url(url).rstrip("/") for url in allowed}
    direct: set[str] = set()
    for name in members.by_name:
        for package in sides.lock.named(name):
            direct |= {str(entry.get("name")) for listed in _dependency_lists(package.table or {}) for entry in listed}
    for package in sides.lock.packages if addresses else ():
        known = clean_url(package.where).rstrip("/") in addresses
        if package.kind == "registry" and "://" in package.where and package.name in direct and not known:
            yield sides.differ(
                f"`{package.name}` was locked from {without_secrets(package.where)}, which is no index of the project", ("tool", "uv")
            )
            return


def _dependency_lists(table: Table) -> Iterator[list[Table]]:
    """The resolved dependencies of a locked project: plain, by extra, by group."""
    listed = [table.get("dependencies")]
    for key in ("optional-dependencies", "dev-dependencies"):
        named = table.get(key)
        listed += named.values() if isinstance(named, dict) else []
    for entries in listed:
        if isinstance(entries, list):
            yield [entry for entry in entries if isinstance(entry, dict)]
