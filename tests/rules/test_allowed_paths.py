"""The option `allow` of the rules about paths: what is right in a project, by gitignore patterns with a reason."""

from __future__ import annotations

import pytest

from dsguard.analysis.paths.allowed import is_allowed
from dsguard.analysis.paths.shapes import MachinePath, home_path
from dsguard.analysis.paths.sites import mount_path, parent_path
from dsguard.model import UsageError
from dsguard.options import Option
from dsguard.rules import RULES
from dsguard.testing import run


def path_of(text: str) -> MachinePath:
    path = home_path(text) or mount_path(text) or parent_path(text)
    assert path is not None
    return path


@pytest.mark.parametrize(
    ("text", "patterns", "allowed"),
    [
        ("/data/shared/x.csv", ["/data/shared/"], True),
        ("/data/shared/a/b/x.csv", ["/data/shared/"], True),
        ("/data/shared", ["/data/shared/"], True),
        ("/data/shared/", ["/data/shared"], True),
        ("/data/shared2/x.csv", ["/data/shared/"], False),
        ("/scratch/data/shared/x.csv", ["/data/shared/"], False),
        ("/scratch/shared/x.csv", ["shared/"], True),
        ("/data/x.csv", ["/data/*.csv"], True),
        ("/data/a/x.csv", ["/data/*.csv"], False),
        ("/data/a/x.csv", ["*.csv"], True),
        ("/data/a/x.csv", ["/data/**/x.csv"], True),
        ("/data/a/tmp/x", ["/data/a/", "!/data/a/tmp/"], False),
        ("/data/a/tmp/x", ["!/data/a/tmp/", "/data/a/"], True),
        ("/data/{}/x.csv", ["/data/"], True),
        ("D:\\data\\x.csv", ["D:/data/"], True),
        ("d:/data/x.csv", ["D:/data/"], True),
        ("E:/data/x.csv", ["D:/data/"], False),
        ("C:\\Users\\Ana\\x", ["C:/Users/"], True),
        ("\\\\nas01\\lab\\x.csv", ["//nas01/lab/"], True),
        ("\\\\nas01\\other\\x.csv", ["//nas01/lab/"], False),
        ("\\\\nas01\\other\\x.csv", ["//nas01/", "!//nas01/other/"], False),
        ("/home/ana/shared/x", ["/home/ana/shared/"], True),
        ("../data/x.csv", ["../data/"], True),
        ("../x.csv", ["../data/"], False),
        ("/data/x.csv", [], False),
    ],
)
def test_a_path_is_matched_as_in_a_gitignore_file_at_the_root_of_the_machine(text: str, patterns: list[str], allowed: object) -> None:
    assert is_allowed(path_of(text), patterns) is allowed


FILES: dict[str, str | bytes] = {
    "churn/__init__.py": "",
    "churn/load.py": (
        "import sys\nHOME_DIR = '/home/svc/x'\nDATA_DIR = '/data/shared/x'\nKAGGLE_DIR = '/kaggle/input/x'\nsys.path.append('/opt/lab/x')\n"
    ),
}


@pytest.mark.parametrize(
    ("rule", "pattern"),
    [("home-path", "/home/svc/"), ("mount-path", "/data/"), ("platform-path", "/kaggle/input/"), ("path-hack", "/opt/lab/")],
)
def test_each_rule_has_its_own_table(rule: str, pattern: str) -> None:
    everything = {finding.name for finding in run(FILES, profile="strict", families=["paths"]).findings}
    config = f'[rules.{rule}]\nallow = {{ "{pattern}" = "the lab has it" }}\n'
    left = {finding.name for finding in run(FILES, profile="strict", families=["paths"], config=config).findings}
    assert everything == {"home-path", "mount-path", "platform-path", "path-hack"}
    assert left == everything - {rule}


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ('["/data/"]', "rules.mount-path.allow: expected a table of patterns with reasons, such as"),
        ('{ "/data/" = "" }', "expected a table of patterns with reasons"),
        ('{ "/data/" = true }', "expected a table of patterns with reasons"),
        ('{ "" = "why" }', "rules.mount-path.allow: '' is no gitignore pattern"),
        ('{ "/data/[z-a]" = "why" }', "is no gitignore pattern"),
    ],
)
def test_a_wrong_table_is_told_with_its_key(value: str, problem: str) -> None:
    with pytest.raises(UsageError) as error:
        run(FILES, config=f"[rules.mount-path]\nallow = {value}\n")
    assert len(error.value.problems) == 1
    assert problem in error.value.problems[0]


def test_every_rule_of_the_family_can_be_told_what_is_right() -> None:
    rules = [rule for rule in RULES if rule.family == "paths"]
    assert [rule.code for rule in rules] == ["DSG601", "DSG602", "DSG603", "DSG604", "DSG605"]
    assert all(rule.options["allow"].has_patterns for rule in rules)


def test_a_plain_table_of_strings_is_an_option_too() -> None:
    option = Option({"a": "b"}, "A table.")
    assert option.value == {"a": "b"}
    assert option.expects == "a table of strings"
    for wrong in (["a"], {"a": 1}, "a", {1: "a"}):
        with pytest.raises(ValueError, match=r"^$"):
            option.parse(wrong)
