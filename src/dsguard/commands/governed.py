"""One file as dsguard sees it: which configuration governs it, what it is for, and which rules look at it and why."""

from __future__ import annotations

import os

from dsguard.commands.settings import Source, Sources
from dsguard.config import find_configs, make_plans
from dsguard.config.planning import Selection, ignoring_rows, plan_for
from dsguard.model import UsageError
from dsguard.plan import EXCLUDE
from dsguard.policy import within
from dsguard.rules import ProjectRule
from dsguard.workspace import open_workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from typing import Any

    from dsguard.config import Config
    from dsguard.plan import Plan
    from dsguard.rules import Rule

_UNMATCHED = "not for such files"


class Match:
    """A pattern that decides a label of a path, and where it is from."""

    __slots__ = ("label", "pattern", "source")

    def __init__(self, label: str, pattern: str, source: Source) -> None:
        self.label = label
        self.pattern = pattern
        self.source = source

    def __str__(self) -> str:
        return f"{self.pattern}  # {self.source}"


class Governed:
    """All that decides what is made of one file.

    Args:
        path: relative to the workspace's root.
        config: the configuration that governs it.
        plan: what that means for the run.
        selection: what the command line says.
    """

    def __init__(self, path: str, config: Config, plan: Plan, selection: Selection, sources: Sources) -> None:
        self.path = path
        self.config = config
        self.selection = selection
        self._sources = sources
        self.labels = plan.policy.labels(path)
        self._matches = {row.label: row.pattern for row in plan.policy.matching(path)}
        self._plan = plan
        everything = plan_for(config, Selection(config.known, profile="strict", select=[rule.code for rule in config.known]))
        self._meant_for_it = {one.code for one in everything.looking_at(everything.policy.labels(path) - {EXCLUDE})}

    @property
    def roles(self) -> list[Match]:
        """What the file is for, and the pattern that says so."""
        return [self.deciding(label) for label in sorted(self.labels) if ":" not in label and label != EXCLUDE]

    @property
    def excluded(self) -> Match | None:
        return self.deciding(EXCLUDE) if EXCLUDE in self.labels else None

    @property
    def looking(self) -> list[tuple[Rule, str]]:
        """The rules that look at the file, each with what makes it do so."""
        if EXCLUDE in self.labels:
            return []
        return [(one.rule, self._why(one.rule)) for one in self._plan.looking_at(self.labels)]

    @property
    def not_looking(self) -> list[tuple[Rule, str]]:
        """The rules about files that do not, each with the reason."""
        looking = {rule.code for rule, _ in self.looking}
        others = (rule for rule in self.config.known if not isinstance(rule, ProjectRule) and rule.code not in looking and rule.files)
        return [(rule, self._why_not(rule)) for rule in others]

    @property
    def accepted(self) -> list[tuple[str, Match]]:
        """Codes of rules whose findings here are accepted, with the pattern that does it; allowances count while the bytes are right."""
        found = []
        for label in sorted(self.labels):
            kind, _, code = label.partition(":")
            if kind == "ignore":
                found.append((code, self.deciding(label)))
            if kind == "allow":
                found += [(one.code, self.deciding(label)) for one in self._plan.allowances if one.label == label]
        return found

    def deciding(self, label: str) -> Match:
        """The last pattern that gives a label, as it is written in the file that it is from."""
        moved = self._matches.get(label, "")
        for layer in reversed(self.config.layers):
            rows: list[tuple[str, str, tuple[str, ...]]] = []
            rows += [(role, pattern, ("roles", role)) for role, patterns in layer.roles.items() for pattern in patterns]
            rows += [(EXCLUDE, pattern, ("exclude",)) for pattern in layer.exclude]
            rows += [(one, pattern, self._keys(one, pattern)) for one, pattern in ignoring_rows(layer)]
            for one, pattern, keys in rows:
                if one == label and within(layer.base, pattern) == moved:
                    return Match(label, pattern, self._source(layer, one, keys))
        return Match(label, moved, Source())

    def _source(self, layer: Any, label: str, keys: tuple[str, ...]) -> Source:
        if label.startswith("skip:"):
            rule = next(rule for rule in self.config.known if rule.code == label.removeprefix("skip:"))
            return self._sources.of_rule(layer, rule, "exclude")
        return self._sources.of(layer, *keys)

    @staticmethod
    def _keys(label: str, pattern: str) -> tuple[str, ...]:
        return ("per-path-ignores", pattern) if label.startswith("ignore:") else (label.partition(":")[0],)

    def _why(self, rule: Rule) -> str:
        """Which of the rule's files or roles it is."""
        deciding = ""
        for number, item in enumerate(rule.files):
            if item.startswith("!"):
                continue
            by_role = item.startswith("@") and item[1:] in self.labels
            by_pattern = self._matches.get(f"select:{rule.code}:{number}") == item or self._matches.get(f"select:{rule.code}") == item
            if by_role or by_pattern:
                deciding = f"role {item[1:]}" if item.startswith("@") else item
        return deciding

    def _why_not(self, rule: Rule) -> str:
        why = self.selection.why_not(rule, self.config)
        if f"skip:{rule.code}" in self.labels:
            return why or f"rules.{rule.name}.exclude: {self.deciding(f'skip:{rule.code}')}"
        if rule.code not in self._meant_for_it:
            return _UNMATCHED
        return why or "the file is excluded"


def report(arguments: argparse.Namespace, place: str) -> Iterator[str]:
    """What is to say of a file, as lines without newlines."""
    from dsguard.commands.config import names

    workspace = open_workspace(os.getcwd(), paths=[])
    try:
        root = os.path.realpath(workspace.root)
        real = os.path.join(os.path.realpath(os.path.dirname(place)), os.path.basename(place))
        if not real.startswith(root.rstrip(os.sep) + os.sep):
            raise UsageError([f"{arguments.path}: is outside of {root}"])
        path = os.fsencode(real[len(root.rstrip(os.sep)) + 1 :]).decode("utf-8", "surrogateescape").replace(os.sep, "/")
        configs = find_configs(workspace, os.getcwd(), arguments.config)
        options = {
            "profile": arguments.profile,
            "families": names(arguments.family),
            "select": names(arguments.select),
            "ignore": names(arguments.ignore),
        }
        plan = make_plans(configs, **options).at(path)
        governed = Governed(path, configs.at(path), plan, Selection(configs.known, **options), Sources(root))
        standing = _standing(workspace, path, real)
    finally:
        workspace.close()
    if arguments.format == "json":
        import json

        yield json.dumps(_as_json(governed, standing), indent=2, ensure_ascii=False)
    else:
        yield from _as_text(governed, standing)


def _standing(workspace: Any, path: str, real: str) -> str:
    """Why the file would not be looked at whatever the rules say; ``""`` if nothing stands against it."""
    if path in workspace.listing:
        return ""
    if not os.path.lexists(real):
        return "there is no such file; this is what would be made of it"
    skipped = next((skip.reason for skip in workspace.skipped if skip.path == path), "")
    return f"{skipped or 'git ignores it'}: it would not be committed, so nothing looks at it unless that changes"


def _as_text(governed: Governed, standing: str) -> Iterator[str]:
    from dsguard.commands.config import governing
    from dsguard.reporters.shared import printable

    yield printable(governed.path)
    if standing:
        yield f"  {standing}"
    yield f"  {governing(governed.config)}"
    if governed.excluded:
        yield f"  excluded by {governed.excluded}: no rule looks at it"
    yield from _section("roles", [f"{match.label:<16} {match}" for match in governed.roles])
    yield from _section("looked at by", [f"{rule.code} {rule.name:<28} {why}" for rule, why in governed.looking])
    yield from _section("accepted there", [f"{code} {match}" for code, match in governed.accepted])
    if not governed.excluded:
        others = [(rule, why) for rule, why in governed.not_looking if why != _UNMATCHED]
        yield from _section("not looked at by", [f"{rule.code} {rule.name:<28} {why}" for rule, why in others])
        unmatched = [rule.name for rule, why in governed.not_looking if why == _UNMATCHED]
        yield from _section(_UNMATCHED, _wrapped(", ".join(unmatched)))


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"  {title}:"
        yield from (f"    {line.rstrip()}" for line in lines)


def _wrapped(text: str) -> list[str]:
    import textwrap

    return textwrap.wrap(text, 110, break_long_words=False, break_on_hyphens=False)


def _as_json(governed: Governed, standing: str) -> dict[str, Any]:
    def match(one: Match | None) -> dict[str, Any] | None:
        return None if one is None else {"pattern": one.pattern, "source": one.source.as_json()}

    return {
        "path": governed.path,
        "note": standing or None,
        "files": [layer.where for layer in governed.config.layers],
        "excluded": match(governed.excluded),
        "roles": [{"role": one.label, **(match(one) or {})} for one in governed.roles],
        "looking": [{"code": rule.code, "name": rule.name, "why": why} for rule, why in governed.looking],
        "not_looking": [{"code": rule.code, "name": rule.name, "why": why} for rule, why in governed.not_looking],
        "accepted": [{"code": code, **(match(one) or {})} for code, one in governed.accepted],
    }
