"""From a configuration and a command line to the :class:`~dsguard.plan.Plan` of a run."""

from __future__ import annotations

from dsguard import rules
from dsguard.config.names import nearest, rule_names
from dsguard.default_roles import DEFAULT_ROLES
from dsguard.model import ENGINE_FAMILY, FAMILIES, UsageError
from dsguard.plan import EXCLUDE, Chosen, Plan, selectors
from dsguard.policy import within
from dsguard.rules import find_rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from dsguard.config.finding import Configs
    from dsguard.config.values import Config, Layer
    from dsguard.rules.base import Rule


def choose_rules(names: Iterable[str], option: str, known: Iterable[Rule] | None = None) -> set[str]:
    """The codes that codes, names, families or starts of codes (``DSG1``) on a command line stand for.

    Args:
        known: the rules there are, if not dsguard's own only.

    Raises:
        UsageError: a name is none of these.
    """
    known = rules.RULES if known is None else tuple(known)
    chosen: set[str] = set()
    problems = []
    for name in names:
        upper = name.upper()
        codes = {rule.code for rule in known if name.lower() in (rule.name, rule.family) or rule.code.startswith(upper)}
        if upper == "ALL":
            codes = {rule.code for rule in known}
        if not codes:
            near = nearest(name, [*rule_names(known), *families_of(known)])
            problems.append(f"{option} {name}: no such rule or family{near}")
        chosen |= codes
    if problems:
        raise UsageError(problems)
    return chosen


def families_of(known: Iterable[Rule]) -> tuple[str, ...]:
    """dsguard's families, and those that plugins add."""
    return tuple(dict.fromkeys((*FAMILIES, *(rule.family for rule in known if rule.family != ENGINE_FAMILY))))


class Selection:
    """What a command line says of the rules that run.

    Args:
        known: the rules there are.
        profile: in place of what configurations say.
        families: only rules of these families; empty for all.
        select: only these codes, names or families; a selected rule runs in any profile.
        ignore: not these.

    Raises:
        UsageError: a name is not known.
    """

    def __init__(
        self,
        known: Iterable[Rule],
        *,
        profile: str | None = None,
        families: Iterable[str] = (),
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
    ) -> None:
        known = tuple(known)
        self.profile = profile
        families, select = tuple(families), tuple(select)
        self.families = frozenset(families)
        self.selected = choose_rules(select, "--select", known)
        self.ignored = choose_rules(ignore, "--ignore", known)
        self.by_name = {rule.code for rule in (find_rule(name, known) for name in select) if rule is not None}
        """Rules that are named one by one: the configuration's ``ignore`` does not hold for them."""
        self.narrowed = bool(self.families or self.selected)
        wrong = [name for name in families if name not in families_of(known)]
        if wrong:
            raise UsageError([f"--family {name}: expected one of {', '.join(families_of(known))}" for name in wrong])

    def why_not(self, rule: Rule, config: Config) -> str:
        """Why a rule does not run for a configuration, in words; ``""`` if it does."""
        if rule.code in self.ignored:
            return "--ignore"
        if rule.code in config.ignore and rule.code not in self.by_name:
            return f"ignored: {config.ignore[rule.code]}"
        if rule.code in self.selected:
            return ""
        if rule.family == ENGINE_FAMILY:
            # What a marker hides can only be told where all rules run.
            return "only where all rules run" if rule.code == "DSG002" and self.narrowed else ""
        if self.selected or (self.families and rule.family not in self.families):
            return "not selected"
        profile = self.profile or config.profile
        return "" if rule.profile in ("default", profile) else f"profile {rule.profile} only"


def make_plans(configs: Configs, **options: Any) -> Plan:
    """The plan of the root's configuration, with those of the configurations further down.

    Args:
        configs: of a workspace.
        options: what the command line says (see :class:`Selection`). It beats the configuration, and that the defaults.

    Raises:
        UsageError: a name is not known.
    """
    selection = Selection(configs.known, **options)
    plan, *nested = (plan_for(config, selection) for config in configs.all)
    plan.nested = dict(zip(configs.nested, nested, strict=True))
    return plan


def make_plan(config: Config, **options: Any) -> Plan:
    """The plan of one configuration. See :func:`make_plans`."""
    return plan_for(config, Selection(config.known, **options))


def plan_for(config: Config, selection: Selection) -> Plan:
    """Which rules run, with which settings, on which paths."""
    rows = place_rows(config)
    chosen = []
    for rule in config.known:
        if selection.why_not(rule, config):
            continue
        own = config.rules.get(rule.code, {})
        lent = config.rules.get(rule.options_from, {})
        settings = {key: own.get(key, lent.get(key)) for key in rule.options if key in own or key in lent}
        if "lockfiles" in rule.options and config.lockfiles is not None:
            settings.setdefault("lockfiles", config.lockfiles)
        chosen.append(Chosen(rule, settings, own.get("severity")))
        # In a run of one family a broken file is told by the rules that needed it, not searched for again.
        if rule.family != ENGINE_FAMILY or not selection.narrowed or rule.code in selection.selected:
            rows += selectors(rule)
    for layer in config.layers:
        rows += ((label, within(layer.base, pattern)) for label, pattern in ignoring_rows(layer))
    plan = Plan(
        chosen,
        rows,
        profile=selection.profile or config.profile,
        allowances=config.allow,
        ignores=[one for layer in config.layers for one in layer.path_ignores],
    )
    plan.known = config.known
    return plan


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


def ignoring_rows(layer: Layer) -> Iterator[tuple[str, str]]:
    """What rules are not to look at, and what is accepted."""
    for code, settings in layer.rules.items():
        yield from ((f"skip:{code}", pattern) for pattern in settings.get("exclude", ()))
    for pattern, codes in layer.per_path_ignores.items():
        yield from ((f"ignore:{code}", pattern) for code in codes)
    yield from ((one.label, one.pattern) for one in layer.path_ignores)
    yield from ((allowance.label, "/" + allowance.path.lstrip("/")) for allowance in layer.allow)
