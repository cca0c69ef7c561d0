"""A configuration can extend another: what each key makes of both, and what is refused."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from dsguard.cli import main
from dsguard.config import Config, find_configs, load_config, make_plans
from dsguard.model import Severity, UsageError
from dsguard.testing import run
from dsguard.workspace import MemoryWorkspace

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Repo

BASE = """
profile = "strict"
exclude = ["vendor/", "gen/"]
ignore = { DSG601 = "cluster", DSG105 = "large on purpose" }
lockfiles = ["uv.lock", "poetry.lock"]
[roles]
raw-data = ["landing/"]
[rules.oversized-file]
severity = "warning"
max-size = "2 MB"
exclude = ["figures/"]
[rules.mount-path]
allow = { "/data/lab/" = "our cluster", "/scratch/" = "theirs" }
[rules.notebook-output]
keep-types = ["image/png"]
[per-path-ignores]
"old/" = ["home-path"]
[[allow]]
path = "a.csv"
rule = "raw-data"
reason = "public"
"""
OWN = """
extend = "../dsguard.toml"
exclude = ["!gen/", "/own/"]
ignore = { DSG601 = false, DSG602 = "mine" }
lockfiles = ["pixi.lock"]
[roles]
raw-data = ["!landing/readme/"]
[rules.oversized-file]
max-size = "3 MB"
exclude = ["plots/"]
[rules.mount-path]
allow = { "/scratch/" = "ours" }
[rules.notebook-output]
keep-types = ["text/plain"]
[per-path-ignores]
"older/" = ["home-path"]
[[allow]]
path = "b.csv"
rule = "raw-data"
reason = "public, too"
"""


def extended(files: dict[str, str], path: str = "one/x") -> Config:
    return find_configs(MemoryWorkspace(files)).at(path)


def problems(files: dict[str, str]) -> list[str]:
    with pytest.raises(UsageError) as caught:
        find_configs(MemoryWorkspace(files))
    return caught.value.problems


def test_what_each_key_makes_of_both() -> None:
    files = {"dsguard.toml": BASE, "one/dsguard.toml": OWN}
    config = extended(files)
    assert [layer.where for layer in config.layers] == ["dsguard.toml", "one/dsguard.toml"]
    assert config.profile == "strict", "not said again"
    assert config.lockfiles == ("pixi.lock",), "replaced: it says which count"
    assert config.ignore == {"DSG105": "large on purpose", "DSG602": "mine"}
    rules = config.rules
    assert rules["DSG105"] == {"severity": Severity.WARNING, "max-size": 3_000_000, "exclude": ("figures/", "plots/")}
    assert rules["DSG602"]["allow"] == {"/data/lab/": "our cluster", "/scratch/": "ours"}
    assert rules["DSG201"]["keep-types"] == ("text/plain",)
    plan = make_plans(find_configs(MemoryWorkspace(files)))
    labelled = {
        "one/vendor/a": "exclude",
        "one/own/a": "exclude",
        "one/landing/a.csv": "raw-data",
        "one/figures/a.png": "skip:DSG105",
        "one/plots/a.png": "skip:DSG105",
        "one/old/a.py": "ignore:DSG601",
        "one/older/a.py": "ignore:DSG601",
        "one/b.csv": "allow:one/dsguard.toml:0",
        "a.csv": "allow:dsguard.toml:0",
    }
    assert {path: label for path, label in labelled.items() if label in plan.labels(path)} == labelled
    assert "exclude" in plan.labels("gen/a")
    assert "exclude" not in plan.labels("one/gen/a"), "the last match is the nearest file's"
    assert "exclude" not in plan.labels("one/x/own/a")
    assert "raw-data" not in plan.labels("one/landing/readme/a")


def test_chains_of_files_and_of_both_kinds() -> None:
    config = extended(
        {
            "dsguard.toml": "profile = 'strict'\n",
            "one/pyproject.toml": "[tool.dsguard]\nextend = '../dsguard.toml'\nlockfiles = ['uv.lock']\n",
            "one/two/dsguard.toml": "extend = '../pyproject.toml'\nignore = {DSG601 = 'r'}\n",
        },
        "one/two/x",
    )
    assert (config.profile, config.lockfiles, config.ignore) == ("strict", ("uv.lock",), {"DSG601": "r"})


@pytest.mark.parametrize(
    ("place", "inside", "outside"),
    [
        ("dsguard.toml", "gen/a", "one/gen/a"),  # above the one that extends it: its own folder
        ("shared/base.toml", "one/gen/a", "gen/a"),  # kept elsewhere: the folder of the one that extends it
        ("one/base.toml", "one/gen/a", "gen/a"),
    ],
)
def test_what_patterns_of_an_extended_file_are_relative_to(place: str, inside: str, outside: str) -> None:
    name = os.path.relpath(place, "one").replace(os.sep, "/")
    config = extended({place: "exclude = ['/gen/']\n", "one/dsguard.toml": f"extend = '{name}'\n"})
    files: dict[str, str | bytes] = {place: "exclude = ['/gen/']\n", "one/dsguard.toml": f"extend = '{name}'\n"}
    plan = make_plans(find_configs(MemoryWorkspace(files)))
    assert config.layers[0].where == place
    assert ("exclude" in plan.at("one/x").policy.labels(inside), "exclude" in plan.at("one/x").policy.labels(outside)) == (True, False)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"dsguard.toml": "extend = 1\n"}, "dsguard.toml: extend: expected the path of a configuration file, relative to this one, got 1"),
        ({"dsguard.toml": "extend = ''\n"}, "dsguard.toml: extend: expected a path relative to this file, got ''"),
        (
            {"dsguard.toml": "extend = '/etc/dsguard.toml'\n"},
            "dsguard.toml: extend: expected a path relative to this file, got '/etc/dsguard.toml'",
        ),
        (
            {"dsguard.toml": "extend = '~/dsguard.toml'\n"},
            "dsguard.toml: extend: expected a path relative to this file, got '~/dsguard.toml'",
        ),
        ({"dsguard.toml": "extend = 'no.toml'\n"}, "dsguard.toml: extend: no.toml: no such file"),
        (
            {"dsguard.toml": "extend = '../../x.toml'\n"},
            "dsguard.toml: extend: '../../x.toml' leads out of the repository: nobody else would have that file",
        ),
        ({"dsguard.toml": "extend = 'dsguard.toml'\n"}, "dsguard.toml: extend: goes in a circle: dsguard.toml -> dsguard.toml"),
        (
            {"one/dsguard.toml": "extend = '../b.toml'\n", "b.toml": "extend = 'c.toml'\n", "c.toml": "extend = './b.toml'\n"},
            "c.toml: extend: goes in a circle: b.toml -> c.toml -> b.toml",
        ),
        (
            {"one/dsguard.toml": "extend = '../pyproject.toml'\n", "pyproject.toml": "[project]\nname = 'x'\n"},
            "one/dsguard.toml: extend: pyproject.toml has no [tool.dsguard]",
        ),
        ({"dsguard.toml": "extend = 'b.toml'\n", "b.toml": "exlude = []\n"}, "b.toml: exlude: unknown; did you mean 'exclude'?"),
        ({"dsguard.toml": "extend = 'b.toml'\n", "b.toml": "nonsense\n"}, "b.toml: does not parse as TOML: Expected '=' after a key"),
    ],
)
def test_what_is_refused(files: dict[str, str], expected: str) -> None:
    (told,) = problems(files)
    assert told.startswith(expected)


def test_what_is_wrong_in_a_shared_file_is_told_once() -> None:
    shared = {"base.toml": "exlude = []\n"}
    told = problems({**shared, "one/dsguard.toml": "extend = '../base.toml'\nzzz = 1\n", "two/dsguard.toml": "extend = '../base.toml'\n"})
    assert sorted(told) == ["base.toml: exlude: unknown; did you mean 'exclude'?", "one/dsguard.toml: zzz: unknown"]


def test_outside_of_a_repository_any_relative_path_will_do(tmp_path: Path, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "base.toml").write_text("profile = 'strict'\nexclude = ['gen/']\n")
    (tmp_path / "plain/dsguard.toml").write_text("extend = '../base.toml'\n")
    (tmp_path / "ci.toml").write_text("extend = 'base.toml'\n")
    monkeypatch.chdir(tmp_path / "plain")
    assert main(["check", "-q"]) == 0
    assert main(["config"]) == 0
    assert load_config(str(tmp_path / "ci.toml"), str(repo.folder), fenced=True).profile == "strict"
    repo.write("dsguard.toml", "extend = '../base.toml'\n")
    monkeypatch.chdir(repo.folder)
    assert main(["check", "-q"]) == 2


@pytest.mark.skipif(os.name == "nt", reason="links")
def test_a_link_does_not_lead_out_either(tmp_path: Path, repo: Repo) -> None:
    (tmp_path / "base.toml").write_text("")
    (repo.folder / "base.toml").symlink_to("../base.toml")
    repo.write("dsguard.toml", "extend = 'base.toml'\n")
    assert main(["check", "-q"]) == 2


def test_a_shared_file_alone_governs_nothing() -> None:
    files: dict[str, str | bytes] = {
        "shared/base.toml": "ignore = {DSG601 = 'cluster'}\n",
        "one/dsguard.toml": "extend = '../shared/base.toml'\n",
        "one/a.py": 'open("/home/ana/x")\n',
        "shared/a.py": 'open("/home/ana/x")\n',
    }
    assert [finding.path for finding in run(files).findings] == ["shared/a.py"]
