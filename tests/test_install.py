"""What a user's first commit does: pre-commit clones this repository, installs it into an environment of its own, and runs the hook."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent


def git(folder: Path, *arguments: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment = clean | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(("git", *arguments), cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="an sdist has no history that pre-commit could clone")
def test_pre_commit_installs_the_hook_from_a_clone(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    git(project, "init", "-q")
    config = {"repos": [{"repo": str(ROOT), "rev": git(ROOT, "rev-parse", "HEAD"), "hooks": [{"id": "dsguard"}]}]}
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (project / "load.py").write_text('TABLE = open("/home/ana/churn/customers.csv").read()\n', encoding="utf-8")
    git(project, "add", "-A")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment["PRE_COMMIT_HOME"] = str(tmp_path / "home")
    command = (sys.executable, "-m", "pre_commit", "run", "--all-files")
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False, timeout=600)
    assert "DSG601" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 1
