"""A parsed configuration file -> one :class:`~dsguard.config.values.Layer`; all that is wrong with it told at once.

Each problem has the file, the key, what was expected and the nearest right name.
"""

from __future__ import annotations

from dsguard.allowances import Allowance
from dsguard.config.names import nearest, rule_names
from dsguard.config.values import Config, Layer
from dsguard.default_roles import DEFAULT_ROLES
from dsguard.model import PROFILES, Severity, UsageError
from dsguard.policy import PatternError, check_pattern
from dsguard.rules import find_rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from dsguard.rules.base import Rule

KEYS = ("extend", "plugins", "profile", "exclude", "ignore", "baseline", "lockfiles", "roles", "rules", "per-path-ignores", "allow")
RULE_KEYS = ("severity", "exclude")
ALLOW_KEYS = ("path", "rule", "sha256", "reason", "expires")
_SEVERITIES = {severity.label: severity for severity in Severity}
_SHA256_LENGTH = 64


def read_layer(
    document: Any, *, where: str = "dsguard.toml", base: str = "", prefix: str = "", known: Sequence[Rule] | None = None
) -> Layer:
    """Check a parsed configuration.

    Args:
        known: the rules that it may name, if not dsguard's own only.

    Raises:
        UsageError: with one line for everything that is wrong.
    """
    reader = _Reader(where, prefix, known)
    layer = Layer(where, base)
    table = reader.table(document, prefix.rstrip(".") or "the file")
    reader.known(table, KEYS, "")
    if "extend" in table and not isinstance(table["extend"], str):
        reader.wrong("extend", "the path of a configuration file, relative to this one", table["extend"])
    layer.plugins = reader.strings(table.get("plugins", []), "plugins")
    if "profile" in table:
        layer.profile = reader.one_of(table["profile"], PROFILES, "profile")
    layer.exclude = reader.patterns(table.get("exclude", []), "exclude")
    if "baseline" in table:
        layer.baseline = reader.text(table["baseline"], "baseline", "the path of a baseline file")
    if "lockfiles" in table:
        layer.lockfiles = reader.strings(table["lockfiles"], "lockfiles")
    for name, reason in reader.table(table.get("ignore", {}), "ignore").items():
        rule = reader.rule(name, "ignore")
        if reason is not False and not (isinstance(reason, str) and reason.strip()):
            reader.wrong(f"ignore.{name}", 'a reason in words, such as ignore = { DSG604 = "legacy cluster scripts" }', reason)
        elif rule is not None:
            layer.ignore[rule.code] = reason or None
    roles = dict(DEFAULT_ROLES)
    for role, patterns in reader.table(table.get("roles", {}), "roles").items():
        if reader.known({role: 0}, (*roles, "entry-script"), "roles."):
            layer.roles[role] = reader.patterns(patterns, f"roles.{role}")
    for name, settings in reader.table(table.get("rules", {}), "rules").items():
        rule = reader.rule(name, "rules")
        if rule is not None:
            layer.rules.setdefault(rule.code, {}).update(reader.rule_settings(rule, name, settings))
    for pattern, names in reader.table(table.get("per-path-ignores", {}), "per-path-ignores").items():
        layer.per_path_ignores[pattern] = reader.path_ignore(pattern, names)
        layer.explained |= {pattern} if isinstance(names, dict) else set()
    layer.allow = tuple(reader.allowances(table.get("allow", [])))
    if reader.problems:
        raise UsageError(reader.problems)
    return layer


def read_config(document: Any, *, where: str = "dsguard.toml", base: str = "", prefix: str = "", more_rules: Iterable[Rule] = ()) -> Config:
    """The settings of one parsed configuration that extends no other.

    Args:
        more_rules: rules that it may name besides dsguard's own.

    Raises:
        UsageError: with one line for everything that is wrong.
    """
    known = Config((), more_rules).known
    return Config([read_layer(document, where=where, base=base, prefix=prefix, known=known)], more_rules)


class _Reader:
    """Reads values and collects what is wrong with them."""

    def __init__(self, where: str, prefix: str, rules: Sequence[Rule] | None) -> None:
        self._rules = rules
        self.where = where
        self.prefix = prefix
        self.problems: list[str] = []

    def wrong(self, key: str, expected: str, got: Any) -> None:
        shown = repr(got)
        shown = shown if len(shown) <= 60 else shown[:57] + "..."
        self.problems.append(f"{self.where}: {self.prefix}{key}: expected {expected}, got {shown}")

    def known(self, table: Mapping[str, Any], names: Sequence[str], at: str) -> bool:
        unknown = [key for key in table if key not in names]
        for key in unknown:
            self.problems.append(f"{self.where}: {self.prefix}{at}{key}: unknown{nearest(key, names)}")
        return not unknown

    def table(self, value: Any, key: str) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        self.wrong(key, "a table", value)
        return {}

    def strings(self, value: Any, key: str) -> tuple[str, ...]:
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self.wrong(key, "a list of strings", value)
        return ()

    def text(self, value: Any, key: str, expected: str) -> str | None:
        if isinstance(value, str) and value:
            return value
        self.wrong(key, expected, value)
        return None

    def path_ignore(self, pattern: str, names: Any) -> tuple[str, ...]:
        """The codes of an entry of per-path-ignores: a list of rules, or a table of rules with a reason for each."""
        key = f'per-path-ignores."{pattern}"'
        self.pattern(pattern, key)
        if isinstance(names, dict):
            for name, reason in names.items():
                if not isinstance(reason, str) or not reason.strip():
                    self.wrong(f"{key}.{name}", "a reason in words", reason)
            names = list(names)
        rules = [self.rule(name, key) for name in self.strings(names, key)]
        return tuple(rule.code for rule in rules if rule is not None)

    def one_of(self, value: Any, names: Sequence[str], key: str) -> str:
        if isinstance(value, str) and value in names:
            return value
        self.wrong(key, " or ".join(names), value)
        return names[0]

    def pattern(self, pattern: str, key: str) -> None:
        try:
            check_pattern(pattern)
        except PatternError as error:
            self.problems.append(f"{self.where}: {self.prefix}{key}: {error.pattern!r} is no gitignore pattern: {error.reason}")

    def patterns(self, value: Any, key: str) -> tuple[str, ...]:
        patterns = self.strings(value, key)
        for pattern in patterns:
            self.pattern(pattern, key)
        return patterns

    def rule(self, name: str, key: str) -> Rule | None:
        rule = find_rule(name, self._rules)
        if rule is None:
            self.problems.append(f"{self.where}: {self.prefix}{key}: no rule {name!r}{nearest(name, rule_names(self._rules))}")
        return rule

    def rule_settings(self, rule: Rule, name: str, settings: Any) -> dict[str, Any]:
        at = f"rules.{name}."
        table = self.table(settings, f"rules.{name}")
        self.known(table, (*RULE_KEYS, *rule.options), at)
        read: dict[str, Any] = {}
        if "severity" in table:
            read["severity"] = _SEVERITIES[self.one_of(table["severity"], tuple(_SEVERITIES), at + "severity")]
        if "exclude" in table:
            read["exclude"] = self.patterns(table["exclude"], at + "exclude")
        for key, option in rule.options.items():
            if key in table:
                try:
                    read[key] = option.parse(table[key])
                except (ValueError, TypeError):
                    self.wrong(at + key, option.expects, table[key])
                else:
                    for pattern in read[key] if option.has_patterns else ():
                        self.pattern(pattern, at + key)
        return read

    def allowances(self, value: Any) -> Iterable[Allowance]:
        if not isinstance(value, list):
            self.wrong("allow", "[[tool.dsguard.allow]] entries", value)
            return
        for number, entry in enumerate(value):
            key = f"allow[{number}]"
            table = self.table(entry, key)
            self.known(table, ALLOW_KEYS, key + ".")
            path, name, reason, sha256 = (table.get(part) for part in ("path", "rule", "reason", "sha256"))
            if not isinstance(path, str) or not path:
                self.wrong(key + ".path", "the path of one file", path)
                continue
            self.pattern(path, key + ".path")
            if not isinstance(reason, str) or not reason.strip():
                self.wrong(key + ".reason", "a reason in words", reason)
            if sha256 is not None and not _is_sha256(sha256):
                self.wrong(key + ".sha256", "64 hexadecimal digits", sha256)
            rule = self.rule(name, key + ".rule") if isinstance(name, str) else None
            if not isinstance(name, str):
                self.wrong(key + ".rule", "the code or name of a rule", name)
            expires = self.day(table["expires"], key + ".expires") if "expires" in table else ""
            if rule is not None:
                yield Allowance(number, path, rule.code, sha256=sha256, reason=str(reason), where=self.where, expires=expires)

    def day(self, value: Any, key: str) -> str:
        """A day, given as a date of TOML or as text, as ``2026-12-31``."""
        import datetime as dt

        try:
            return (value if type(value) is dt.date else dt.date.fromisoformat(value)).isoformat()
        except (TypeError, ValueError):
            self.wrong(key, "a day such as 2027-03-31", value)
            return ""


def _is_sha256(value: Any) -> bool:
    return isinstance(value, str) and len(value) == _SHA256_LENGTH and all(digit in "0123456789abcdefABCDEF" for digit in value)
