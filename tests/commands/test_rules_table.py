from __future__ import annotations

import argparse
import json

import pytest

from dsguard.commands import rules
from dsguard.rules import RULES


def run(*argv: str) -> int:
    parser = argparse.ArgumentParser()
    rules.configure(parser)
    return rules.run(parser.parse_args(argv))


def test_table_has_every_rule_below_its_family(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    heading, *blocks = capsys.readouterr().out.split("\n\n")
    assert heading.split() == ["code", "name", "severity", "profile", "fix", "fires", "on"]
    listed = {}
    for block in blocks:
        family, *lines = block.strip().splitlines()
        listed.update({line.split()[0]: (family, line) for line in lines})
    assert list(listed) == [rule.code for rule in RULES]
    for rule in RULES:
        family, line = listed[rule.code]
        assert family == rule.family
        assert line.split()[:4] == [rule.code, rule.name, rule.severity.label, rule.profile]
        assert ("  yes  " in line) == rule.fixable
        assert line.endswith(rule.summary)
        assert line.index(rule.summary) == heading.index("fires on")


def test_json_has_the_facts(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--format", "json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert [one["code"] for one in listed] == [rule.code for rule in RULES]
    for one, rule in zip(listed, RULES, strict=True):
        assert list(one) == [
            "code",
            "name",
            "family",
            "severity",
            "profile",
            "fixable",
            "since",
            "summary",
            "help",
            "why",
            "files",
            "options",
        ]
        assert one["why"]
        assert list(one["options"]) == list(rule.options)
        assert all(list(option) == ["default", "expects", "help"] for option in one["options"].values())


def test_empty_table() -> None:
    assert list(rules.table([])) == ["code  name  severity  profile  fix  fires on"]
