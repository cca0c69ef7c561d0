"""DSG114: the sum of all that is tracked."""

from __future__ import annotations

from dsguard.rules.data.repository_budget import RepositoryBudget
from dsguard.testing import check

LIMIT = '[rules.repository-budget]\nmax-repository-size = "1 KB"\n'


def test_the_limit_itself_is_allowed() -> None:
    assert check(RepositoryBudget(), {"a": "x" * 400, "b/c": "x" * 600}, profile="strict", config=LIMIT) == []


def test_the_largest_are_named() -> None:
    files = {f"f{number}": "x" * number * 100 for number in range(8)}
    (found,) = check(RepositoryBudget(), files, profile="strict", config=LIMIT)
    assert found.message == "tracked files add up to 2.8 KB, over the 1 KB agreed for the repository"
    assert [step.path for step in found.trace] == ["f7", "f6", "f5", "f4", "f3"]
    assert found.path == "f7"


def test_it_is_asked_once_for_several_projects() -> None:
    files = {"a/pyproject.toml": "[project]\n" + "#" * 800, "b/pyproject.toml": "[project]\n" + "#" * 800}
    assert len(check(RepositoryBudget(), files, profile="strict", config=LIMIT)) == 1
