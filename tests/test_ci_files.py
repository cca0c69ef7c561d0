"""action.yml and the GitLab template, their shell steps run as they are written.

A step gets the environment that the runner would give it, with the expressions in it resolved. Only what needs a network is
replaced: the virtual environment is the one of these tests, whose pip notes what it was asked to install.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
import yaml

import dsguard

if TYPE_CHECKING:
    from tests.conftest import Repo

ROOT = Path(__file__).resolve().parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
TEMPLATE = yaml.safe_load((ROOT / "templates" / "gitlab-ci.yml").read_text(encoding="utf-8"))["dsguard"]
EXPRESSION = re.compile(r"\$\{\{ *(.+?) *\}\}")
FOUND = "PATH = 'C:/work/churn.csv'\n"

pytestmark = pytest.mark.skipif(os.name == "nt" or shutil.which("bash") is None, reason="needs bash and POSIX paths")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder with a ``python`` whose virtual environments run dsguard from here, and whose pip only notes its arguments."""
    folder = tmp_path / "machine"
    folder.mkdir()
    run = f'exec "{sys.executable}" -c "from dsguard.cli import run; run()" "$@"'
    _program(folder / "dsguard", f'export PYTHONPATH="{Path(dsguard.__file__).parents[1]}"\n{run}')
    _program(folder / "pip", f'printf "%s\\n" "$@" > "{folder}/installed"')
    _program(
        folder / "python",
        f'case "$2" in\n'
        f'  venv) mkdir -p "$3/bin"; cp "{folder}/python" "{folder}/dsguard" "$3/bin" ;;\n'
        f'  pip) shift 2; exec "{folder}/pip" "$@" ;;\n'
        f"  *) exit 9 ;;\n"
        f"esac",
    )
    return folder


def _program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


def installed(machine: Path) -> str:
    """The last argument of `pip install`: what is installed."""
    arguments = (machine / "installed").read_text().splitlines()
    assert arguments[0] == "install"
    return arguments[-1]


# The action


class Job:
    """A job on GitHub's runner, as far as the action sees it."""

    def __init__(self, machine: Path, workspace: Path) -> None:
        self.machine = machine
        self.workspace = workspace
        self.temporary = machine / "temp"
        self.temporary.mkdir()
        self.summary = machine / "summary.md"
        self.environment = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "push",
            "GITHUB_BASE_REF": "",
            "GITHUB_HEAD_REF": "",
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_SHA": git(workspace, "rev-parse", "HEAD"),
            "GITHUB_WORKSPACE": str(workspace),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "RUNNER_TEMP": str(self.temporary),
        }

    def pull_request(self, base: str = "main") -> None:
        self.environment |= {
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_BASE_REF": base,
            "GITHUB_HEAD_REF": "feature",
            "GITHUB_REF": "refs/pull/7/merge",
        }

    def run(self, **inputs: str) -> subprocess.CompletedProcess[str]:
        """Run the steps of the action up to the first that fails; inputs are given with ``_`` for ``-``."""
        given = {name: str(facts["default"]) for name, facts in ACTION["inputs"].items()}
        for name, value in inputs.items():
            assert name.replace("_", "-") in given
            given[name.replace("_", "-")] = value
        known = {f"inputs.{name}": value for name, value in given.items()}
        known |= {"github.action_path": str(ROOT), "steps.python.outputs.python-path": str(self.machine / "python")}

        def resolved(text: str) -> str:
            return EXPRESSION.sub(lambda match: known[match[1]], text)

        done = None
        for step in ACTION["runs"]["steps"]:
            if "run" not in step:
                continue
            assert step["shell"] == "bash"
            assert not EXPRESSION.search(step["run"]), "an expression within a script is code to whoever controls its value"
            script = self.machine / "step.sh"
            script.write_text(step["run"], encoding="utf-8")
            environment = {**os.environ, **self.environment, **{key: resolved(value) for key, value in step["env"].items()}}
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
                cwd=self.workspace / resolved(step.get("working-directory", ".")),
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                break
        assert done is not None
        return done


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def pull(repo: Repo) -> Repo:
    """What actions/checkout leaves for a pull request: its merge into main, which has an old finding of its own."""
    repo.write("old.py", FOUND)
    repo.commit()
    repo.git("checkout", "-q", "-b", "feature")
    repo.write("new.py", FOUND)
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.write("theirs.py", FOUND)
    repo.commit()
    repo.git("checkout", "-q", "--detach")
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "feature")
    return repo


def annotated(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert done.stderr == "", done.stderr
    return sorted(re.findall(r"^::error file=([^,]+)", done.stdout, re.MULTILINE))


def test_a_push_is_checked_as_a_whole(pull: Repo, machine: Path) -> None:
    job = Job(machine, pull.folder)
    done = job.run()
    assert done.returncode == 1, done.stdout + done.stderr
    assert annotated(done) == ["new.py", "old.py", "theirs.py"]
    assert "| DSG601 home-path | 3 | 3 | error |" in job.summary.read_text()
    assert installed(machine) == str(ROOT), "the action's own checkout"


def test_a_pull_request_is_checked_for_what_it_changes(pull: Repo, machine: Path) -> None:
    job = Job(machine, pull.folder)
    job.pull_request()
    assert annotated(job.run()) == ["new.py"]
    assert annotated(job.run(only_changed="false")) == ["new.py", "old.py", "theirs.py"]


def clone(pull: Repo, folder: Path, depth: int, ref: str = "HEAD") -> Path:
    folder.mkdir()
    git(folder, "init", "-q")
    git(folder, "remote", "add", "origin", pull.folder.as_uri())
    git(folder, "fetch", "-q", *([f"--depth={depth}"] if depth else []), "origin", f"{git(pull.folder, 'rev-parse', ref)}")
    git(folder, "checkout", "-q", "--detach", "FETCH_HEAD")
    return folder


def test_two_commits_are_enough_for_a_pull_request(pull: Repo, machine: Path, tmp_path: Path) -> None:
    pull.git("config", "uploadpack.allowAnySHA1InWant", "true")
    job = Job(machine, clone(pull, tmp_path / "two", 2))
    job.pull_request()
    done = job.run()
    assert (done.returncode, annotated(done)) == (1, ["new.py"])


def test_one_commit_is_not_and_that_is_said(pull: Repo, machine: Path, tmp_path: Path) -> None:
    pull.git("config", "uploadpack.allowAnySHA1InWant", "true")
    job = Job(machine, clone(pull, tmp_path / "one", 1))
    job.pull_request()
    done = job.run()
    assert done.returncode == 2
    assert "'origin/main' names no commit: this clone is shallow" in done.stderr
    assert "`fetch-depth: 0`" in done.stderr


def test_the_head_of_a_pull_request_checked_out_by_itself(pull: Repo, machine: Path, tmp_path: Path) -> None:
    pull.git("config", "uploadpack.allowAnySHA1InWant", "true")
    folder = clone(pull, tmp_path / "head", 0, "feature")
    git(folder, "fetch", "-q", "origin", "main:refs/remotes/origin/main")
    job = Job(machine, folder)
    job.environment["GITHUB_SHA"] = git(pull.folder, "rev-parse", "HEAD")
    job.pull_request()
    assert annotated(job.run()) == ["new.py"]


def test_inputs(pull: Repo, machine: Path) -> None:
    pull.write("sub dir/x.py", FOUND)
    pull.commit()
    job = Job(machine, pull.folder)
    done = job.run(args="--fail-on never\n--select home-path", sarif_file="out file.sarif", version="0.1.0")
    assert done.returncode == 0
    assert installed(machine) == "dsguard==0.1.0"
    assert len(json.loads((pull.folder / "out file.sarif").read_bytes())["runs"][0]["results"]) == 4
    done = job.run(working_directory="sub dir", format="concise")
    assert done.returncode == 1
    assert done.stdout.startswith("sub dir/x.py:1:")
    done = job.run(only_changed="yes")
    assert (done.returncode, done.stdout) == (2, "::error title=dsguard::only-changed must be true or false\n")
    done = job.run(args="; touch marker $(touch marker) `touch marker`")
    assert done.returncode == 2
    assert not (pull.folder / "marker").exists()


def test_a_pull_request_that_only_deletes_says_so(pull: Repo, machine: Path) -> None:
    pull.git("checkout", "-q", "-B", "feature", "main")
    pull.git("rm", "-q", "old.py")
    pull.commit()
    pull.git("checkout", "-q", "--detach", "main")
    pull.git("merge", "-q", "--no-ff", "-m", "merge", "feature")
    job = Job(machine, pull.folder)
    job.pull_request()
    done = job.run(args="--select home-path")
    assert done.returncode == 0
    assert done.stdout.startswith("::notice title=dsguard::no file was checked: nothing changed from HEAD^1 to HEAD, deletions aside")
    assert "No file was checked" in job.summary.read_text()


@pytest.mark.parametrize(
    "path", [ROOT / "action.yml", *sorted((ROOT / ".github" / "workflows").glob("*.yml")), *sorted((ROOT / "docs").glob("ci.md"))]
)
def test_actions_are_pinned(path: Path) -> None:
    used = re.findall(r"uses: *(\S+)(.*)", path.read_text(encoding="utf-8"))
    assert used
    for action, comment in used:
        if not action.startswith("./") and "dsguard" not in action:
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), f"{action} is not pinned to a commit"
            assert re.fullmatch(r" # v[0-9.]+", comment), f"{action} does not say which version that is"


def test_every_input_is_described_and_used() -> None:
    steps = json.dumps(ACTION["runs"]["steps"])
    for name, facts in ACTION["inputs"].items():
        assert facts["description"]
        assert isinstance(facts["default"], str), "YAML must not make a number or a truth value of it"
        assert f"${{{{ inputs.{name} }}}}" in steps


def test_examples_write_what_they_hand_over() -> None:
    job = yaml.safe_load((ROOT / "examples" / "churn-clean" / ".gitlab-ci.yml").read_text(encoding="utf-8"))["test"]
    [line] = [line for line in job["script"] if "dsguard" in line]
    written = dict(re.findall(r"--output (\w+)=(\S+)", line))
    assert job["artifacts"]["reports"] == {"codequality": written["gitlab"], "junit": written["junit"]}
    assert "slim" not in job["image"], "it would have no git"
    workflow = (ROOT / "examples" / "churn-clean" / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    for text in (line, workflow):
        assert re.findall(r"dsguard@(\S+)", text) == [dsguard.__version__]


def test_documentation_names_the_inputs_and_variables() -> None:
    text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    documented = dict(re.findall(r"^\| `([\w-]+)` \| (?:`([^`]*)`)? *\|", text, re.MULTILINE))
    expected = {name: facts["default"] for name, facts in ACTION["inputs"].items()} | TEMPLATE["variables"]
    expected.pop("GIT_DEPTH")
    assert {name: value for name, value in documented.items() if name in expected} == {**expected, "working-directory": "."}
    assert f"dsguard=={dsguard.__version__}" in text


# GitLab


def run_template(repo: Repo, machine: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """The job as GitLab's runner does it: one shell for all lines of the script."""
    environment = {**os.environ, "PATH": f"{machine}{os.pathsep}{os.environ['PATH']}", "CI": "true", "GITLAB_CI": "true"}
    environment |= {"CI_COMMIT_SHA": git(repo.folder, "rev-parse", "HEAD"), **TEMPLATE["variables"], **variables}
    script = "\n".join(["set -eo pipefail", *TEMPLATE["script"]])
    return subprocess.run(["bash", "-c", script], cwd=repo.folder, env=environment, capture_output=True, text=True, check=False)


def test_gitlab_reports(pull: Repo, machine: Path) -> None:
    done = run_template(pull, machine)
    assert done.returncode == 1, done.stderr
    assert "help:" in done.stdout, "the log is for people"
    reports = TEMPLATE["artifacts"]["reports"]
    issues = json.loads((pull.folder / reports["codequality"]).read_bytes())
    assert sorted(issue["location"]["path"] for issue in issues) == ["new.py", "old.py", "theirs.py"]
    assert ET.fromstring((pull.folder / reports["junit"]).read_bytes()).get("failures") == "3"
    assert TEMPLATE["artifacts"]["when"] == "always", "a failed job must keep its reports"
    assert installed(machine) == TEMPLATE["variables"]["DSGUARD_PACKAGE"] == f"dsguard=={dsguard.__version__}"


def test_gitlab_merge_request(pull: Repo, machine: Path) -> None:
    base = git(pull.folder, "merge-base", "main", "feature")
    variables = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base, "CI_COMMIT_SHA": git(pull.folder, "rev-parse", "feature")}
    done = run_template(pull, machine, **variables, DSGUARD_ONLY_CHANGED="true", DSGUARD_ARGS="--fail-on never --select paths")
    assert done.returncode == 0, done.stderr
    issues = json.loads((pull.folder / "gl-code-quality-report.json").read_bytes())
    assert [issue["location"]["path"] for issue in issues] == ["new.py"]


def test_gitlab_variables_are_text() -> None:
    values: dict[str, Any] = TEMPLATE["variables"]
    assert all(isinstance(value, str) for value in values.values())
