"""Every rule against its own examples: each bad one fires exactly this rule, each good one is silent, a fix makes it silent."""

from __future__ import annotations

import pytest

from dsguard.fixes import edit_bytes
from dsguard.model import Finding
from dsguard.rules import RULES, FileRule, ProjectRule, PythonRule, Rule
from dsguard.testing import run

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
    tree = dict(rule.bad[number])
    fixed = _fixed(rule, tree)
    still = [finding for finding in findings(rule, fixed) if finding.code == rule.code and finding.fix is not None]
    assert still == []
    assert _fixed(rule, fixed) == fixed


def _fixed(rule: Rule, tree: dict[str, str | bytes]) -> dict[str, str | bytes]:
    after = dict(tree)
    for finding in findings(rule, tree):
        if finding.fix is not None and finding.code == rule.code:
            content = after[finding.path]
            data = content.encode() if isinstance(content, str) else content
            after[finding.path] = edit_bytes(data, list(finding.fix.edits))
    return after


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_says_all_that_is_derived_from_it(rule: Rule) -> None:
    assert rule.code.startswith("DSG")
    assert rule.code[3:].isdigit()
    assert len(rule.code) == 6
    assert rule.name == rule.name.lower().strip()
    assert " " not in rule.name
    assert rule.__doc__
    assert len(rule.__doc__.strip()) > 40
    assert rule.summary
    assert rule.help.rstrip().endswith(".")
    assert rule.since
    if rule.code != "DSG000":
        assert rule.bad, "a rule shows what it fires on"
        assert rule.good, "a rule shows what it is silent on"
        assert isinstance(rule, (FileRule, PythonRule, ProjectRule)) or rule.code == "DSG002"
    for name, option in rule.options.items():
        assert option.help.endswith("."), f"{name} is documented"
        assert option.parse(option.default) == option.value


def test_the_rule_set_is_sorted_and_unique() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))


def test_every_rule_keeps_no_state() -> None:
    assert [rule for rule in RULES if vars(rule)] == []
