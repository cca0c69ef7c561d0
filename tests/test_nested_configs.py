"""In a monorepo the nearest configuration above a file governs it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from dsguard import engine
from dsguard.cli import main
from dsguard.config import find_configs, loading, make_plans
from dsguard.model import UsageError
from dsguard.testing import run
from dsguard.workspace import MemoryWorkspace, open_workspace

if TYPE_CHECKING:
    from tests.conftest import Repo

HOME = 'TABLE = open("/home/ana/churn/customers.csv").read()\n'


def told(files: dict[str, str | bytes], **options: Any) -> list[str]:
    """Code and path of each finding, as the configurations in the tree have it."""
    return [f"{finding.path} {finding.name}" for finding in run(files, **options).findings]


def governing(files: dict[str, str | bytes]) -> dict[str, str]:
    return {path: find_configs(MemoryWorkspace(files)).at(path).where for path in files}


def test_each_file_has_the_nearest() -> None:
    files = {
        "dsguard.toml": "",
        "a.py": "",
        "one/pyproject.toml": "[tool.dsguard]\n",
        "one/a.py": "",
        "one/deep/er/a.py": "",
        "one/deep/dsguard.toml": "",
        "two/pyproject.toml": "[project]\nname = 'dsguard-like'\n",
        "two/a.py": "",
        "oneself/a.py": "",
    }
    found = governing({path: content.encode() for path, content in files.items()})
    assert {path: where for path, where in found.items() if path.endswith(".py")} == {
        "a.py": "dsguard.toml",
        "one/a.py": "one/pyproject.toml",
        "one/deep/er/a.py": "one/deep/dsguard.toml",
        "two/a.py": "dsguard.toml",
        "oneself/a.py": "dsguard.toml",
    }


def test_every_key_counts_for_the_files_of_its_folder() -> None:
    files: dict[str, str | bytes] = {
        "a.py": HOME,
        "one/dsguard.toml": "exclude = ['/old/']\nignore = {home-path = 'cluster'}\n",
        "one/a.py": HOME,
        "one/old/nb.ipynb": "broken",
        "two/dsguard.toml": "[per-path-ignores]\n'/legacy/' = ['home-path']\n[rules.home-path]\nexclude = ['/gen/']\n"
        "severity = 'warning'\n",
        "two/a.py": HOME,
        "two/legacy/a.py": HOME,
        "two/gen/a.py": HOME,
        "two/x/gen/a.py": HOME,
        "three/dsguard.toml": "[[allow]]\npath = 'a.py'\nrule = 'home-path'\nreason = 'ours'\n",
        "three/a.py": HOME,
        "three/b/a.py": HOME,
    }
    report = run(files)
    assert [f"{finding.path} {finding.severity.label}" for finding in report.findings if finding.name == "home-path"] == [
        "a.py error",
        "three/b/a.py error",
        "two/a.py warning",
        "two/x/gen/a.py warning",
    ]
    assert not any(finding.path.startswith("one/") for finding in report.findings)
    assert report.suppressed == 2


def test_a_profile_counts_for_the_files_of_its_folder() -> None:
    files: dict[str, str | bytes] = {
        "a/Dockerfile": "FROM python:3.12-slim\n",
        "b/Dockerfile": "FROM python:3.12-slim\n",
        "b/dsguard.toml": "profile = 'strict'\n",
    }
    pinned = {"select": ["floating-base-image"]}
    both = ["a/Dockerfile floating-base-image", "b/Dockerfile floating-base-image"]
    assert told(files, **pinned) == both[1:]
    assert told(files, **pinned, profile="strict") == both
    assert told(files, **pinned, profile="default") == []


def test_a_project_is_judged_by_the_configuration_above_its_manifest() -> None:
    manifest = "[project]\nname = 'x'\nversion = '1'\ndependencies = ['numpy']\n"
    files: dict[str, str | bytes] = {
        "pyproject.toml": manifest + "[tool.dsguard]\nlockfiles = ['uv.lock']\n",
        "one/pyproject.toml": manifest + "[tool.dsguard]\nlockfiles = ['mine.lock']\n",
        "one/mine.lock": "",
        "two/pyproject.toml": manifest,
        "two/mine.lock": "",
        "three/dsguard.toml": "ignore = {missing-lockfile = 'a library'}",
        "three/pkg/pyproject.toml": manifest,
    }
    assert told(files, families=["lockfile"]) == ["pyproject.toml missing-lockfile", "two/pyproject.toml missing-lockfile"]


def test_a_finding_in_another_folder_is_for_the_configuration_there() -> None:
    script = "from lib.model import fit\n\nif __name__ == '__main__':\n    fit()\n"
    module = "import numpy as np\n\n\ndef fit():\n    return np.random.default_rng().normal()\n"
    files: dict[str, str | bytes] = {"train.py": script, "lib/__init__.py": "", "lib/model.py": module}
    (path,) = {finding.path for finding in run(files, families=["seeds"]).findings}
    assert path == "lib/model.py"
    assert told({**files, "lib/dsguard.toml": "ignore = {unseeded-generator = 'by design'}"}, families=["seeds"]) == []


def test_the_defaults_say_what_a_path_is_for_wherever_a_configuration_stands() -> None:
    roles = {
        "data/external/x.csv": "raw-data",
        "sub/raw/x.csv": "raw-data",
        "tests/x.csv": "fixture",
    }
    for folder in ("data", "sub", "tests"):
        workspace = MemoryWorkspace({**dict.fromkeys(roles, ""), f"{folder}/dsguard.toml": ""})
        plan = make_plans(find_configs(workspace))
        for path, role in roles.items():
            # at the root `/raw/` is meant for the root, and for a folder that has settings of its own
            assert (role in plan.labels(path)) == (folder == "sub" or not path.startswith("sub/")), (folder, path)


@pytest.mark.parametrize(
    ("root", "path", "why"),
    [
        ("exclude = ['third/']", "third/dsguard.toml", "exclude"),
        ("", "vendor/lib/dsguard.toml", "vendored"),
        ("", "{{ cookiecutter.name }}/pyproject.toml", "template"),
        ("[roles]\ntemplate = ['skeleton/']", "skeleton/pyproject.toml", "template"),
    ],
)
def test_what_came_with_other_code_governs_nothing(root: str, path: str, why: str) -> None:
    files = {"dsguard.toml": root, path: "[tool.dsguard]\nprofile = '{{ cookiecutter.profile }}'\nnonsense\n"}
    configs = find_configs(MemoryWorkspace(files))
    assert (configs.nested, configs.left_out) == ({}, {path: why})


def test_where_somebody_stands_it_counts(repo: Repo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("dsguard.toml", "exclude = ['demo/']\n")
    repo.write("demo/dsguard.toml", "")
    repo.write("demo/a.py", HOME)
    repo.commit()
    assert main(["check"]) == 0
    monkeypatch.chdir(repo.folder / "demo")
    assert main(["check"]) == 1
    assert "home-path" in capsys.readouterr().out


def test_the_result_is_the_same_from_everywhere(repo: Repo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("one/dsguard.toml", "ignore = {DSG601 = 'cluster'}\n")
    repo.write("one/a.py", HOME)
    repo.write("two/a.py", HOME)
    repo.commit()
    said = []
    for folder, path in ((".", "."), ("one", ".."), ("two", "..")):
        monkeypatch.chdir(repo.folder / folder)
        assert main(["check", "--format", "json", path]) == 1
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] == said[2]
    assert main(["check", "--format", "json", "../one/a.py"]) == 0


def test_all_that_is_wrong_in_any_of_them_is_told_at_once() -> None:
    files = {
        "dsguard.toml": "exlude = []\n",
        "one/dsguard.toml": "profile = 'loud'\n",
        "one/two/pyproject.toml": "[tool.dsguard]\nzzz = 1\n",
        "three/pyproject.toml": "[tool.dsguard\n",
    }
    with pytest.raises(UsageError) as caught:
        find_configs(MemoryWorkspace(files))
    assert [problem[:50] for problem in caught.value.problems] == [
        "dsguard.toml: exlude: unknown; did you mean 'exclu",
        "one/dsguard.toml: profile: expected default or str",
        "three/pyproject.toml: does not parse as TOML: Expe",
        "one/two/pyproject.toml: tool.dsguard.zzz: unknown",
    ]


def test_one_given_governs_everything(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("one/dsguard.toml", "ignore = {DSG601 = 'cluster'}\n")
    repo.write("one/a.py", HOME)
    repo.write("other.toml", "exclude = ['b/']\n")
    repo.write("one/b/a.py", HOME)
    assert main(["check", "--config", "other.toml", "--format", "concise"]) == 1
    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines() if "DSG601" in line] == ["one/a.py"]


# Where they are read from


def test_they_are_read_as_they_are_in_what_is_checked(repo: Repo) -> None:
    repo.write("one/dsguard.toml", "ignore = {DSG601 = 'cluster'}\n")
    repo.write("one/a.py", HOME)
    first = repo.commit()
    repo.write("one/dsguard.toml", "profile = 'strict'\n")

    def rules_run(**options: Any) -> list[str]:
        workspace = open_workspace(str(repo.folder), **options)
        try:
            plan = make_plans(find_configs(workspace, str(repo.folder)))
            return sorted({finding.name for finding in engine.run(plan, workspace).findings if finding.path == "one/a.py"})
        finally:
            workspace.close()

    assert rules_run() == ["home-path"]
    assert rules_run(revision=first) == []
    repo.write("one/a.py", HOME + "# more\n")
    repo.git("add", "one/a.py")
    assert rules_run(staged=True) == []
    repo.git("add", "-A")
    assert rules_run(staged=True) == ["home-path"]


def test_a_deleted_one_is_read_from_git_only_where_git_keeps_it(repo: Repo) -> None:
    repo.write("one/dsguard.toml", "profile = 'strict'\n")
    repo.commit()
    (repo.folder / "one/dsguard.toml").unlink()
    workspace = open_workspace(str(repo.folder))
    assert find_configs(workspace, str(repo.folder)).nested == {}
    workspace.close()


def test_one_that_git_ignores_counts_at_and_above_the_working_directory(repo: Repo) -> None:
    repo.write(".gitignore", "dsguard.toml\n")
    repo.write("dsguard.toml", "profile = 'strict'\n")
    repo.write("one/dsguard.toml", "profile = 'strict'\n")
    repo.write("one/a.py", "")
    workspace = open_workspace(str(repo.folder))
    assert list(find_configs(workspace, str(repo.folder)).nested) == []
    configs = find_configs(workspace, str(repo.folder / "one"))
    assert (list(configs.nested), configs.root.profile) == (["one"], "strict")
    workspace.close()


# What it costs


def test_each_path_is_matched_once_by_one_table() -> None:
    files: dict[str, str | bytes] = {
        f"{folder}a{number}.csv": "x\n" for folder in ("", "one/", "one/two/", "three/") for number in range(5)
    }
    files |= {"dsguard.toml": "", "one/dsguard.toml": "", "one/two/dsguard.toml": ""}
    workspace = MemoryWorkspace(files)
    plan = make_plans(find_configs(workspace), families=["data"])
    engine.run(plan, workspace)
    matched = [one.policy.matched for one in plan.everywhere]
    assert sum(matched) <= len(files) + 1  # the root's manifest, which is not there, is asked for once
    assert matched[1:] == [6, 6]


def test_with_one_configuration_no_folder_is_looked_at(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("pyproject.toml", "[tool.dsguard]\n")
    for number in range(30):
        repo.write(f"a{number}/b/c/d.py", "")
    repo.write("a3/pyproject.toml", "[project]\nname = 'x'\n")
    repo.commit()
    workspace = open_workspace(str(repo.folder))
    opened: list[str] = []
    read_from_disk = loading.read_from_disk

    def counted(path: str) -> bytes:
        opened.append(os.path.relpath(path, os.path.realpath(repo.folder)).replace(os.sep, "/"))
        return read_from_disk(path)

    monkeypatch.setattr(loading, "read_from_disk", counted)
    monkeypatch.setattr("dsguard.config.finding.read_from_disk", counted)
    monkeypatch.setattr(os, "stat", lambda *a, **k: pytest.fail(f"stat of {a}"))
    monkeypatch.setattr(os.path, "isfile", lambda path: pytest.fail(f"look at {path}"))
    configs = find_configs(workspace, str(repo.folder))
    monkeypatch.undo()
    assert configs.nested == {}
    # the working directory's own, the one that has settings twice (to see that it has, and to read them), each other manifest once
    assert sorted(opened) == ["a3/pyproject.toml", "dsguard.toml", "pyproject.toml", "pyproject.toml"]
    assert workspace.reads == 0
    workspace.close()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes that Windows does not have")
@pytest.mark.parametrize("name", ["pyproject.toml", "dsguard.toml"])
def test_a_pipe_is_not_waited_for(name: str, repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("a.py", "a = 1\n")
    os.mkfifo(repo.folder / name)
    for arguments in (["check"], ["check", "--staged"], ["config"], ["config", "a.py"]):
        assert main(arguments) == 0
    assert main(["check", "--config", name]) == 2
    assert f"{name}: is no regular file" in capsys.readouterr().err.replace(": cannot be read", "")
