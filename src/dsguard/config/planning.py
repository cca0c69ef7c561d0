"""From a configuration and a command line to the :class:`~dsguard.engine.Plan` of a run."""

from __future__ import annotations

from dsguard import rules
from dsguard.config.names import nearest, rule_names
from dsguard.default_roles import DEFAULT_ROLES
from dsguard.engine import EXCLUDE, Chosen, Plan, selectors
from dsguard.model import ENGINE_FAMILY, FAMILIES, UsageError
from dsguard.policy import within
from dsguard.rules import find_rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dsguard.config.finding import Configs
    from dsguard.config.values import Config, Layer
    from dsguard.rules.base import Rule


def choose_rules(names: Iterable[str], option: str) -> set[str]:
    """The codes that codes, names, families or starts of codes (``DSG1``) on a command line stand for.

    Raises:
        UsageError: a name is none of these.
    """
    chosen: set[str] = set()
    problems = []
    for name in names:
        upper = name.upper()
        codes = {rule.code for rule in rules.RULES if name.lower() in (rule.name, rule.family) or rule.code.startswith(upper)}
        if upper == "ALL":
            codes = {rule.code for rule in rules.RULES}
        if not codes:
            problems.append(f"{option} {name}: no such rule or family{nearest(name, [*rule_names(), *FAMILIES])}")
        chosen |= codes
    if problems:
        raise UsageError(problems)
    return chosen


def make_plans(
    configs: Configs,
    *,
    profile: str | None = None,
    families: Iterable[str] = (),
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
) -> Plan:
    """The plan of the root's configuration, with those of the configurations further down. See :func:`make_plan`.

    Raises:
        UsageError: a name is not known.
    """
    plan, *nested = (make_plan(config, profile=profile, families=families, select=select, ignore=ignore) for config in configs.all)
    plan.nested = dict(zip(configs.nested, nested, strict=True))
    return plan


def make_plan(
    config: Config,
    *,
    profile: str | None = None,
    families: Iterable[str] = (),
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
) -> Plan:
    """Which rules run, with which settings, on which paths. The command line beats the file, the file the defaults.

    Args:
        config: what the file says.
        profile: overrides the file's.
        families: only rules of these families; empty for all.
        select: only these codes, names or families; a selected rule runs in any profile.
        ignore: not these.

    Raises:
        UsageError: a name is not known.
    """
    profile = profile or config.profile
    families = frozenset(families)
    selected = choose_rules(select, "--select")
    by_name = {rule.code for rule in map(find_rule, select) if rule is not None}
    ignored = choose_rules(ignore, "--ignore") | (set(config.ignore) - by_name)
    narrowed = bool(families or selected)
    rows = place_rows(config)
    chosen = []
    for rule in rules.RULES:
        if not _runs(rule, profile, families, selected) or rule.code in ignored:
            continue
        own = config.rules.get(rule.code, {})
        lent = config.rules.get(rule.options_from, {})
        settings = {key: own.get(key, lent.get(key)) for key in rule.options if key in own or key in lent}
        if "lockfiles" in rule.options and config.lockfiles is not None:
            settings.setdefault("lockfiles", config.lockfiles)
        chosen.append(Chosen(rule, settings, own.get("severity")))
        # In a run of one family a broken file is told by the rules that needed it, not searched for again.
        if rule.family != ENGINE_FAMILY or not narrowed or rule.code in selected:
            rows += selectors(rule)
    for layer in config.layers:
        rows += ((label, within(layer.base, pattern)) for label, pattern in _ignoring_rows(layer))
    return Plan(
        chosen, rows, profile=profile, allowances=config.allow, ignores=[one for layer in config.layers for one in layer.path_ignores]
    )


def place_rows(config: Config) -> list[tuple[str, str]]:
    """The rows that say what a path is for, and whether it is left out."""
    rows = [(role, row) for role, patterns in DEFAULT_ROLES for pattern in patterns for row in _default_rows(pattern, config.base)]
    for layer in config.layers:
        rows += ((role, within(layer.base, pattern)) for role, patterns in layer.roles.items() for pattern in patterns)
    for layer in config.layers:
        rows += ((EXCLUDE, within(layer.base, pattern)) for pattern in layer.exclude)
    return rows


def _default_rows(pattern: str, base: str) -> Iterator[str]:
    """A default says what a path is for wherever it stands; one for the root counts for a folder with a configuration, too."""
    yield pattern
    if base and pattern.removeprefix("!").startswith("/"):
        yield within(base, pattern)


def _ignoring_rows(layer: Layer) -> Iterator[tuple[str, str]]:
    """What rules are not to look at, and what is accepted."""
    for code, settings in layer.rules.items():
        yield from ((f"skip:{code}", pattern) for pattern in settings.get("exclude", ()))
    for pattern, codes in layer.per_path_ignores.items():
        yield from ((f"ignore:{code}", pattern) for code in codes)
    yield from ((one.label, one.pattern) for one in layer.path_ignores)
    yield from ((allowance.label, "/" + allowance.path.lstrip("/")) for allowance in layer.allow)


def _runs(rule: Rule, profile: str, families: frozenset[str], selected: set[str]) -> bool:
    if rule.code in selected:
        return True
    if rule.family == ENGINE_FAMILY:
        # What a marker hides can only be told where all rules run.
        return rule.code != "DSG002" or not (families or selected)
    if selected or (families and rule.family not in families):
        return False
    return rule.profile == "default" or profile == "strict"
