"""The entry in .pre-commit-config.yaml."""

from __future__ import annotations

import pytest
import yaml

from dsguard.adoption.hooks import Source, entry, has_dsguard, with_entry
from dsguard.model import UnreadableError
from dsguard.testing import tree

NAME = ".pre-commit-config.yaml"
SOURCE = Source("https://git.example.com/x/dsguard", "v1.2.3")
RUFF = "https://git.example.com/x/ruff"


def added(text: str | bytes, source: Source = SOURCE) -> str:
    change = with_entry(tree({NAME: text})[NAME], source)
    assert change is not None
    return change.after.decode()


def lines_that_went(before: str, after: str) -> list[str]:
    kept = after.splitlines()
    return [line for line in before.splitlines() if line not in kept]


@pytest.mark.parametrize(
    "text",
    [
        f"repos:\n  - repo: {RUFF}\n    rev: v1\n    hooks:\n      - id: ruff\n",
        f"repos:\n- repo: {RUFF}\n  rev: v1\n  hooks:\n  - id: ruff",
        (
            f"# ours\nci:\n  skip: [x]\nrepos:\n-   repo: {RUFF}\n    rev: v1\n    hooks:\n"
            "    -   id: ruff  # fast\n        args: [--fix,\n               --show]\n\n# the end\n"
        ),
        f"repos:\n  - repo: {RUFF}\n    rev: v1\n    hooks:\n      - id: ruff\n\nexclude: ^docs/\n",
        (
            f"repos:\n  - repo: {RUFF}\n    rev: v1\n    hooks:\n      - id: ruff\n"
            "        exclude: |\n          (?x)^(\n            a/\n          )$\n\ndefault_stages: [pre-commit]\n"
        ),
        f"repos:\n  - {{repo: {RUFF}, rev: v1, hooks: [{{id: ruff}}]}}\n",
        f"repos:\n  - repo: {RUFF}\n    rev: v1\n    hooks:\n      - &ruff\n        id: ruff\n      - <<: *ruff\n        name: again\n",
    ],
)
def test_it_is_put_behind_the_others_and_nothing_else_changes(text: str) -> None:
    after = added(text)
    assert lines_that_went(text, after) == []
    document = yaml.safe_load(after)
    assert document["repos"][:-1] == yaml.safe_load(text)["repos"]
    assert document["repos"][-1] == {"repo": SOURCE.repository, "rev": "v1.2.3", "hooks": [{"id": "dsguard"}]}
    assert with_entry(tree({NAME: after})[NAME], SOURCE) is None


def test_it_is_indented_as_its_neighbours() -> None:
    after = added(f"repos:\n-   repo: {RUFF}\n    rev: v1\n    hooks:\n    -   id: ruff\n")
    assert after.endswith("- repo: https://git.example.com/x/dsguard\n  rev: v1.2.3\n  hooks:\n  - id: dsguard\n")


@pytest.mark.parametrize(
    "text", ["", "# nothing yet\n", "repos: []\n", "repos:\n", "repos:\nci:\n  autofix_prs: false\n", "fail_fast: true\n"]
)
def test_a_list_is_begun(text: str) -> None:
    document = yaml.safe_load(added(text))
    assert [repo["repo"] for repo in document["repos"]] == [SOURCE.repository]
    assert {key: value for key, value in document.items() if key != "repos"} == {
        key: value for key, value in (yaml.safe_load(text) or {}).items() if key != "repos"
    }


def test_line_ends_stay() -> None:
    after = added(f"repos:\r\n  - repo: {RUFF}\r\n    rev: v1\r\n    hooks:\r\n      - id: ruff\r\n".encode())
    assert "\n" not in after.replace("\r\n", "")


def test_a_file_that_is_not_there() -> None:
    change = with_entry(None, SOURCE)
    assert change is not None
    assert change.before is None
    assert yaml.safe_load(change.after) == {"repos": [{"repo": SOURCE.repository, "rev": "v1.2.3", "hooks": [{"id": "dsguard"}]}]}


@pytest.mark.parametrize(
    "text",
    [
        f"repos: [{{repo: {RUFF}, rev: v1, hooks: [{{id: ruff}}]}}]\n",
        "repos: 3\n",
        "- repo: x\n",
        "repos:\n  - {",
        "repos:\n  - repo: {{ cookiecutter.url }}\n",
    ],
)
def test_what_cannot_be_added_to_is_said(text: str) -> None:
    with pytest.raises(UnreadableError):
        with_entry(tree({NAME: text})[NAME], SOURCE)


@pytest.mark.parametrize(
    ("source", "key"),
    [(Source(), "additional_dependencies"), (Source(is_local=True), None)],
)
def test_without_a_repository_the_hook_is_a_local_one(source: Source, key: str | None) -> None:
    repo = yaml.safe_load("repos:\n" + entry(source))["repos"][0]
    hook = repo["hooks"][0]
    assert repo["repo"] == "local"
    assert hook["entry"] == "dsguard hook all"
    assert hook["language"] == ("python" if key else "system")
    assert (key in hook) if key else ("additional_dependencies" not in hook)


def test_a_hook_of_any_name_that_runs_dsguard_counts() -> None:
    assert has_dsguard({"repos": [{"repo": "local", "hooks": [{"id": "guard", "entry": "uvx dsguard hook all"}]}]})
    assert has_dsguard({"repos": [{"repo": RUFF, "hooks": [{"id": "dsguard-data"}]}]})
    assert not has_dsguard({"repos": [{"repo": RUFF, "hooks": [{"id": "ruff"}]}, "x", {"hooks": 3}]})
