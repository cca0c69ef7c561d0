"""`dsguard config` says what holds and where it is from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dsguard.cli import main
from dsguard.default_roles import DEFAULT_ROLES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Repo


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["config", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def test_the_defaults(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys)
    assert lines[0] == "# configuration file: none: these are the defaults"
    assert all(line.endswith("# default") for line in lines[1:])
    assert any(line.startswith("rules.home-path.severity = 'error'") for line in lines)


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
    ours = [line.partition(" = ")[0] for line in lines[1:] if line.endswith("# sub/dsguard.toml")]
    assert ours == ["profile", "exclude", "roles.raw-data", 'per-path-ignores."old/"', "allow", "rules.home-path.severity"]


def test_the_role_table(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("dsguard.toml", "[roles]\nraw-data = ['landing/', '!data/raw/']\n")
    lines = said(capsys, "--roles")
    assert len(lines) == sum(len(patterns) for _, patterns in DEFAULT_ROLES) + 2
    assert lines[-2].split() == ["raw-data", "landing/", "#", "dsguard.toml"]


@pytest.mark.parametrize("broken", [False, True])
def test_outside_of_a_repository(broken: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: FBT001
    (tmp_path / "dsguard.toml").write_text("profile = 'strict'\n")
    if broken:
        (tmp_path / ".git").write_text("gitdir: nowhere\n")
    monkeypatch.chdir(tmp_path)
    assert said(capsys)[0] == "# configuration file: dsguard.toml"
