"""Every rule against its own examples: each bad one fires exactly this rule, each good one is silent, a fix makes it silent."""

from __future__ import annotations

import pytest

from dsguard.model import Finding
from dsguard.rules import RULES, FileRule, ProjectRule, PythonRule, Rule
from dsguard.rules.contract import defects
from dsguard.testing import fixed, run

CHECKED = [rule for rule in RULES if rule.code != "DSG000"]
BAD = [pytest.param(rule, number, id=f"{rule.code}-bad-{number}") for rule in CHECKED for number in range(len(rule.bad))]
GOOD = [pytest.param(rule, number, id=f"{rule.code}-good-{number}") for rule in CHECKED for number in range(len(rule.good))]


def findings(rule: Rule, tree: dict[str, str | bytes]) -> list[Finding]:
    """What the whole rule set says in the rule's own profile."""
    return run(tree, profile=rule.profile).findings


@pytest.mark.parametrize(("rule", "number"), BAD)
def test_bad_fires_exactly_its_own_code(rule: Rule, number: int) -> None:
    found = findings(rule, dict(rule.bad[number]))
    assert {finding.code for finding in found} == {rule.code}


@pytest.mark.parametrize(("rule", "number"), GOOD)
def test_good_is_silent(rule: Rule, number: int) -> None:
    found = findings(rule, dict(rule.good[number]))
    assert [finding for finding in found if finding.code in (rule.code, "DSG000")] == []


@pytest.mark.parametrize(("rule", "number"), [case for case in BAD if case.values[0].fixable])  # type: ignore[union-attr]
def test_a_fix_makes_it_silent_and_is_idempotent(rule: Rule, number: int) -> None:
    after = fixed(rule, rule.bad[number], profile=rule.profile)
    still = [finding for finding in findings(rule, after) if finding.code == rule.code and finding.fix is not None]
    assert still == []
    assert fixed(rule, after, profile=rule.profile) == after


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_says_all_that_is_derived_from_it(rule: Rule) -> None:
    assert list(defects(rule, is_plugin=False)) == []
    if rule.code != "DSG000":
        assert rule.bad, "a rule shows what it fires on"
        assert rule.good, "a rule shows what it is silent on"
        assert isinstance(rule, (FileRule, PythonRule, ProjectRule)) or rule.code == "DSG002"
    for option in rule.options.values():
        assert option.parse(option.default) == option.value


def test_the_rule_set_is_sorted_and_unique() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))
