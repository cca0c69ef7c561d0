"""`dsguard config` says what holds and where it is from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from dsguard.cli import main
from dsguard.config import find_configs, make_plans
from dsguard.default_roles import DEFAULT_ROLES
from dsguard.workspace import open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Repo


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["config", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def test_the_defaults(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys)
    assert lines[0] == "# configuration file: none, these are the defaults"
    assert all(line.endswith("# default") for line in lines[1:])
    assert any(line.startswith('rules.home-path.severity = "error"') for line in lines)


def test_what_a_file_says_is_told_with_its_source(repo: Repo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write(
        "sub/dsguard.toml",
        "profile = 'strict'\nexclude = ['a/']\n[rules.home-path]\nseverity = 'warning'\n[roles]\nraw-data = ['landing/']\n"
        "[per-path-ignores]\n'old/' = ['DSG601']\n[[allow]]\npath = 'x.csv'\nrule = 'DSG101'\nreason = 'public'\n",
    )
    repo.write("sub/deep/a.py", "")
    monkeypatch.chdir(repo.folder / "sub" / "deep")
    lines = said(capsys)
    assert lines[0] == "# configuration file: sub/dsguard.toml"
    ours = [line.partition("  # ")[0].rstrip() + line[line.rindex(":") :] for line in lines[1:] if "# sub/dsguard.toml" in line]
    assert ours == [
        'profile = "strict":1',
        'exclude = ["a/"]:2',
        'roles.raw-data = ["landing/"]:6',
        'per-path-ignores."old/" = ["DSG601"]:8',
        'allow = { "path" = "x.csv", "rule" = "DSG101", "reason" = "public" }:9',
        'rules.home-path.severity = "warning":4',
    ]
    monkeypatch.chdir(repo.folder)
    assert said(capsys)[0] == "# configuration file: none, these are the defaults"
    assert said(capsys, "sub/deep") == lines, "a folder stands for the working directory"


SHARED = """[tool.dsguard]
lockfiles = ["uv.lock"]
exclude = ["gen/"]
[tool.dsguard.rules.DSG105]
max-size = "2 MB"
"""


def test_each_source_is_told(repo: Repo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write(
        "pyproject.toml", "[tool.dsguard]\nlockfiles = ['uv.lock']\nexclude = ['gen/']\n[tool.dsguard.rules.DSG105]\nmax-size = '2 MB'\n"
    )
    repo.write("one/dsguard.toml", "extend = '../pyproject.toml'\nexclude = ['!gen/']\nrules.oversized-file.max-size = 12_345\n")
    repo.write("vendor/dsguard.toml", "")
    monkeypatch.chdir(repo.folder / "one")
    lines = said(capsys, "--profile", "strict")
    assert lines[0] == "# configuration file: one/dsguard.toml, which extends pyproject.toml"
    told = {line.partition("  #")[0].rstrip(): line.partition("  # ")[2] for line in lines}
    assert told['profile = "strict"'] == "command line: --profile"
    assert told['lockfiles = ["uv.lock"]'] == "pyproject.toml:2"
    assert told['exclude = ["gen/"]'] == "pyproject.toml:3"
    assert told['exclude = ["!gen/"]'] == "one/dsguard.toml:2"
    assert told["rules.oversized-file.max-size = 12345"] == "one/dsguard.toml:3"
    assert told['rules.oversized-file.error-size = "50 MB"'] == "default"
    assert main(["config", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["files"] == ["pyproject.toml", "one/dsguard.toml"]
    found = {(one["key"], one["source"]["path"]): (one["value"], one["source"]["line"]) for one in document["settings"]}
    assert found["exclude", "pyproject.toml"] == (["gen/"], 3)
    assert found["rules.oversized-file.error-size", None] == ("50 MB", None)
    monkeypatch.chdir(repo.folder)
    assert said(capsys, "vendor")[:2] == ["# configuration file: pyproject.toml", "# vendor/dsguard.toml does not count: vendored"]
    monkeypatch.chdir(repo.folder / "vendor")
    assert said(capsys)[0] == "# configuration file: vendor/dsguard.toml", "here somebody stands in it"


def test_a_configuration_above_that_is_not_extended_is_told(
    repo: Repo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write("dsguard.toml", "")
    repo.write("one/dsguard.toml", "")
    repo.write("one/two/dsguard.toml", "extend = '../dsguard.toml'\n")
    hint = "# dsguard.toml above it says nothing here; `extend` would share it"
    assert said(capsys, "one")[1] == hint
    assert not any("above it" in line for folder in (".", "one/two") for line in said(capsys, folder))


# One file


def about(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["config", "--format", "json", *arguments]) == 0
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def test_a_file_is_told_with_all_that_decides(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("dsguard.toml", "ignore = {mount-path = 'one site'}\n[roles]\nraw-data = ['landing/']\n")
    own = "extend = '../dsguard.toml'\n[rules.path-hack]\nexclude = ['landing/']\n[per-path-ignores]\n'*.py' = ['home-path']\n"
    repo.write("one/dsguard.toml", own + "[[allow]]\npath = 'landing/a.py'\nrule = 'secret'\nreason = 'a test key'\n")
    repo.write("one/landing/a.py", "")
    told = about(capsys, "one/landing/a.py")
    assert (told["path"], told["files"], told["note"], told["excluded"]) == (
        "one/landing/a.py",
        ["dsguard.toml", "one/dsguard.toml"],
        None,
        None,
    )
    (role,) = told["roles"]
    assert (role["role"], role["pattern"], role["source"]["path"], role["source"]["line"]) == ("raw-data", "landing/", "dsguard.toml", 3)
    looking = {one["name"]: one["why"] for one in told["looking"]}
    assert looking["home-path"] == "*.py"
    assert looking["raw-data"] == "role raw-data"
    others = {one["name"]: one["why"] for one in told["not_looking"]}
    assert others["mount-path"] == "ignored: one site"
    assert others["path-hack"] == "rules.path-hack.exclude: landing/  # one/dsguard.toml:3"
    assert others["logged-secret"] == "profile strict only"
    assert others["notebook-output"] == "not for such files"
    assert looking.keys().isdisjoint(others)
    accepted = [(one["code"], one["pattern"], one["source"]["line"]) for one in told["accepted"]]
    assert accepted == [
        ("DSG301", "/landing/a.py", 6),
        ("DSG601", "*.py", 5),
    ]
    told = about(capsys, "one/landing/a.py", "--profile", "strict", "--family", "secrets")
    assert {one["name"]: one["why"] for one in told["not_looking"]}["home-path"] == "not selected"
    assert "logged-secret" in {one["name"] for one in told["looking"]}


def test_what_is_told_is_what_is_done(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """Rules that are said to look at a file are those that the engine hands it to."""
    repo.write("dsguard.toml", "[rules.secret]\nexclude = ['b/']\n")
    for path in ("a.py", "b/a.py", "data/raw/x.csv", "nb.ipynb", "tests/x.parquet", "node_modules/x.js", ".env"):
        repo.write(path, "")
        workspace = open_workspace(str(repo.folder))
        plan = make_plans(find_configs(workspace, str(repo.folder)))
        workspace.close()
        assert [one["code"] for one in about(capsys, path)["looking"]] == [one.code for one in plan.looking_at(plan.labels(path))]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("gen/a.py", "  excluded by gen/  # dsguard.toml:1: no rule looks at it"),
        ("no.py", "  there is no such file; this is what would be made of it"),
        ("left/out.py", "  git ignores it: it would not be committed, so nothing looks at it unless that changes"),
        ("a.py", "    DSG601 home-path                    *.py"),
        ("data/raw/a.csv", "    raw-data         **/[Dd]ata/**/[Rr]aw/  # default"),
        ("no/such/folder/a.py", "    DSG601 home-path                    *.py"),
    ],
)
def test_in_words(path: str, expected: str, repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("dsguard.toml", "exclude = ['gen/']\n")
    repo.write(".gitignore", "left/\n")
    for one in ("gen/a.py", "left/out.py", "a.py", "data/raw/a.csv"):
        repo.write(one, "")
    lines = said(capsys, path)
    assert lines[0] == path
    assert expected in lines


def test_a_file_elsewhere(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "../x.py"]) == 2
    assert "../x.py: is outside of" in capsys.readouterr().err


def test_the_role_table(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("dsguard.toml", "[roles]\nraw-data = ['landing/', '!data/raw/']\n")
    lines = said(capsys, "--roles")
    assert len(lines) == sum(len(patterns) for _, patterns in DEFAULT_ROLES) + 2
    assert lines[-2].split() == ["raw-data", "landing/", "#", "dsguard.toml:2"]


@pytest.mark.parametrize("broken", [False, True])
def test_outside_of_a_repository(broken: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: FBT001
    (tmp_path / "dsguard.toml").write_text("profile = 'strict'\n")
    if broken:
        (tmp_path / ".git").write_text("gitdir: nowhere\n")
    monkeypatch.chdir(tmp_path)
    assert said(capsys)[0] == "# configuration file: dsguard.toml"
