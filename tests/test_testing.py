"""What people who write rules are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dsguard import testing
from dsguard.model import Edit, Fix, UsageError
from dsguard.rules import RULES, FileRule
from dsguard.rules.notebooks.execution_count import ExecutionCount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.model import Finding


class Shouting(FileRule):
    """A word in capital letters shouts at whoever reads it, and the file can say the same more quietly."""

    code, name, family, since = "ACME900", "shouting", "acme", "1.0"
    summary = "a word that shouts"
    help = "Write it in small letters."
    files = ("*.txt",)
    fixable = True
    bad = ({"a.txt": "please DO read\n"},)
    good = ({"a.txt": "please do read\n"}, {"a.md": "DO\n"})

    def check(self, file: File, settings: Any) -> Iterator[Finding]:
        at = file.data.find(b"DO")
        if at >= 0:
            yield self.found(file.at(1, at + 1), subject="DO", fix=Fix("Say it quietly", [Edit(at, at + 2, b"do")]))


def variant(**facts: Any) -> FileRule:
    made: FileRule = type("Variant", (Shouting,), {"__doc__": Shouting.__doc__, **facts})()
    return made


def test_a_rule_that_dsguard_does_not_have_is_checked_by_the_real_engine() -> None:
    (finding,) = testing.check(Shouting(), {"a.txt": "DO", "b.md": "DO"})
    assert (finding.path, finding.code) == ("a.txt", "ACME900")
    assert testing.check(Shouting(), {"a.txt": "DO  # dsguard: ignore[shouting] a quote\n"}) == []
    assert testing.check(Shouting(), {"a.txt": "DO"}, config="[per-path-ignores]\n'*.txt' = ['shouting']\n") == []
    assert testing.check(Shouting(), {"a.txt": "DO", "dsguard.toml": "[rules.ACME900]\nexclude = ['*.txt']\n"}) == []
    report = testing.run({"a.txt": "DO"}, rules=[Shouting()])
    assert [finding.code for finding in report.findings] == ["ACME900"]
    with pytest.raises(UsageError):
        testing.run({"a.txt": "DO"}, select=["ACME900"])


def test_files_as_a_fix_leaves_them() -> None:
    files: dict[str, str | bytes] = {"a.txt": "please DO read", "b.txt": b"DO", "c.md": "DO"}
    assert testing.fixed(Shouting(), files) == {"a.txt": "please do read", "b.txt": b"do", "c.md": "DO"}
    assert '"execution_count": null' in testing.fixed(ExecutionCount(), ExecutionCount.bad[0])["eda.ipynb"]


def test_a_good_rule_has_no_problems() -> None:
    assert testing.problems(Shouting()) == []
    assert testing.problems(next(rule for rule in RULES if rule.code == "DSG601")) == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"bad": ()}, ["bad: an example that it fires on"]),
        ({"good": ()}, ["good: an example that it is silent on"]),
        ({"bad": ({"a.txt": "do"},)}, ["bad[0]: does not fire"]),
        ({"bad": ({"a.txt": "DO", "b.py": "open('/home/ana/x')\n"},)}, ["bad[0]: DSG601 fires, too"]),
        ({"good": ({"a.txt": "do"}, {"a.txt": "DO"})}, ["good[1]: fires: a word that shouts"]),
        ({"code": "DSG1000", "family": "data"}, ["code: DSG and three digits"]),
        ({"bad": ({"a.txt": "DO DO"},)}, ["bad[0]: fires with a fix after it was fixed"]),
    ],
)
def test_what_is_wrong_is_named(facts: dict[str, Any], expected: list[str]) -> None:
    assert testing.problems(variant(**facts)) == expected
