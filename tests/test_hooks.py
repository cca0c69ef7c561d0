"""The hooks of .pre-commit-hooks.yaml, run by the real pre-commit and the real prek in real repositories.

The manifest's entries run with this interpreter in place of an installed copy, so that what is tested is the manifest
and the code at hand; that the package installs from the repository is what the README's first command shows.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
RUNNERS = ("pre-commit", "prek")


class Project:
    """A git repository with the hooks installed."""

    def __init__(self, folder: Path, runner: str, hooks: tuple[str, ...]) -> None:
        self.folder = folder
        self.runner = _find(runner)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        self.environment |= {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "A",
            "GIT_AUTHOR_EMAIL": "a@example.com",
            "GIT_COMMITTER_NAME": "A",
            "GIT_COMMITTER_EMAIL": "a@example.com",
            "PRE_COMMIT_HOME": str(folder.parent / "home"),
            "PREK_HOME": str(folder.parent / "prek"),
            "PYTHONPATH": str(ROOT / "src"),
            "SKIP": "",
        }
        folder.mkdir()
        self.run("git", "init", "-q", "-b", "main")
        self.write(".pre-commit-config.yaml", yaml.safe_dump(_local(hooks)))
        self.run("git", "add", ".pre-commit-config.yaml")
        self.run(self.runner, "install")

    def run(self, *command: str, ok: bool | None = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False)
        if ok is not None:
            assert (done.returncode == 0) is ok, done.stdout + done.stderr
        return done

    def write(self, path: str, content: str | bytes) -> None:
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, *, ok: bool) -> str:
        done = self.run("git", "commit", "-q", "-m", "work", ok=ok)
        return done.stdout + done.stderr


def _find(runner: str) -> str:
    beside = Path(sys.executable).parent / runner
    found = str(beside) if beside.exists() else shutil.which(runner)
    if found is None:
        pytest.fail(f"{runner} is not installed: it is in requirements-dev.txt")
    return found


def _local(hooks: tuple[str, ...]) -> dict[str, object]:
    chosen = []
    for hook in MANIFEST:
        if hook["id"] in hooks:
            program, *rest = hook["entry"].split()
            assert program == "dsguard"
            python = Path(sys.executable).as_posix()
            chosen.append(hook | {"language": "system", "entry": " ".join([f'"{python}"', "-m", "dsguard", *rest]), "verbose": True})
    assert len(chosen) == len(hooks)
    return {"repos": [{"repo": "local", "hooks": chosen}]}


@pytest.fixture(params=RUNNERS)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Project:
    return Project(tmp_path / "project", request.param, ("dsguard",))


OUTPUT = '{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [{"name": "stdout", "output_type": "stream", \
"text": ["42"]}], "source": ["6 * 7"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}\n'
CLEAN = OUTPUT.replace('"execution_count": 1', '"execution_count": null').replace(
    '{"name": "stdout", "output_type": "stream", "text": ["42"]}', ""
)


def test_a_commit_with_outputs_is_blocked_and_a_clean_one_passes(project: Project) -> None:
    project.write("eda.ipynb", OUTPUT)
    project.run("git", "add", ".")
    assert "DSG201" in project.commit(ok=False)
    project.write("eda.ipynb", CLEAN)
    project.run("git", "add", ".")
    project.commit(ok=True)
    assert project.run("git", "log", "--oneline").stdout.count("\n") == 1


def test_only_what_is_staged_counts(project: Project) -> None:
    project.write("eda.ipynb", CLEAN)
    project.write("model.pkl", b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00]\x94.")
    project.run("git", "add", "eda.ipynb", ".pre-commit-config.yaml")
    project.write("eda.ipynb", OUTPUT)  # not staged: put aside by the runner while hooks run
    project.commit(ok=True)
    assert 'execution_count": 1' in (project.folder / "eda.ipynb").read_text()


def test_commit_of_all_tracked_changes(project: Project) -> None:
    project.write("eda.ipynb", CLEAN)
    project.run("git", "add", ".")
    project.commit(ok=True)
    project.write("eda.ipynb", OUTPUT)
    done = project.run("git", "commit", "-a", "-q", "-m", "outputs", ok=False)
    assert "DSG201" in done.stdout + done.stderr


def test_rules_about_the_project_run_without_a_matching_file(project: Project) -> None:
    project.write("pyproject.toml", '[project]\nname = "churn"\nversion = "1"\ndependencies = ["pandas"]\n')
    project.run("git", "add", ".")
    project.run("git", "commit", "-q", "--no-verify", "-m", "no lockfile yet")
    project.write("notes.txt", "nothing to see\n")
    project.run("git", "add", ".")
    assert "DSG401" in project.commit(ok=False)


def test_all_files_and_odd_names(project: Project) -> None:
    project.write("a name/with spaces.ipynb", OUTPUT)
    project.write("données.ipynb", OUTPUT)
    project.run("git", "add", ".")
    project.run("git", "commit", "-q", "--no-verify", "-m", "odd names")
    done = project.run(project.runner, "run", "--all-files", ok=False)
    assert "with spaces.ipynb" in done.stdout
    assert "donn" in done.stdout


def test_four_thousand_files(project: Project) -> None:
    for number in range(4000):
        project.write(f"src/package_with_a_long_name/module_number_{number:05d}.py", "VALUE = 1\n")
    project.write("src/zzz.ipynb", OUTPUT)
    project.run("git", "add", ".")
    assert "zzz.ipynb" in project.commit(ok=False)


def test_each_family_has_a_hook_of_its_own(tmp_path: Path) -> None:
    hooks = tuple(hook["id"] for hook in MANIFEST if hook["id"] != "dsguard")
    project = Project(tmp_path / "project", "pre-commit", hooks)
    project.write("eda.ipynb", OUTPUT)
    project.write("model.pkl", b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00]\x94.")
    train = ["rows = np.loadtxt('/home/ana/churn/a.csv')", "np.random.shuffle(rows)", "np.savetxt('out.csv', rows)"]
    project.write("train.py", "import numpy as np\n\nif __name__ == '__main__':\n" + "".join(f"    {line}\n" for line in train))
    project.write("load.py", 'URL = "postgresql://ana:' + "kX9w2TqLr7" + '@db.example.internal/churn"\n')
    project.write("pyproject.toml", '[project]\nname = "churn"\nversion = "1"\ndependencies = ["pandas"]\n')
    project.run("git", "add", ".")
    said = project.commit(ok=False)
    for code in ("DSG102", "DSG201", "DSG202", "DSG301", "DSG401", "DSG501", "DSG601"):
        assert code in said
