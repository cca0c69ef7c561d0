"""``dsguard init`` as a person meets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from dsguard.cli import main
from dsguard.config import read_config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tests.conftest import Repo

SOURCE = ("--repo", "https://git.example.com/x/dsguard", "--rev", "v1.2.3")
NOTEBOOK = {
    "cells": [{"cell_type": "code", "id": "a", "metadata": {}, "execution_count": 1, "outputs": [], "source": ["1\n"]}],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}
SHOWN = {**NOTEBOOK, "cells": [{**NOTEBOOK["cells"][0], "outputs": [{"output_type": "stream", "name": "stdout", "text": ["1\n"]}]}]}  # type: ignore[index]
HOOKS = """\
repos:
  - repo: https://git.example.com/x/pre-commit-hooks
    rev: v1
    hooks:
      - id: check-added-large-files
        args: ["--maxkb=2000"]
        exclude: ^figures/
  - repo: https://git.example.com/x/nbstripout
    rev: v1
    hooks:
      - id: nbstripout
        args: [--keep-count, --extra-keys, "metadata.kernelspec cell.metadata.foo", --strip-init-cells]
  - repo: https://git.example.com/x/detect-secrets
    rev: v1
    hooks:
      - id: detect-secrets
        exclude: (?x)^(uv.lock)$
"""

FILES: dict[str, str] = {
    "pyproject.toml": '[project]\nname = "a"  # ours\nversion = "1"\ndependencies = ["mlflow>=2"]\nrequires-python = ">=3.11"\n',
    "uv.lock": 'version = 1\nrevision = 3\nrequires-python = ">=3.11"\n',
    ".pre-commit-config.yaml": HOOKS,
    ".gitignore": "*.pyc\r\n",
    ".gitattributes": "*.ipynb filter=nbstripout\n",
    ".secrets.baseline": '{"results": {}}\n',
    ".github/workflows/test.yml": "on: push\njobs: {}\n",
    ".gitlab-ci.yml": "stages: [lint, build]\n\nlint:\n  stage: lint\n  script: [ruff check]\n",
    "data/raw/.gitkeep": "",
    "docs/conf.py": 'extensions = ["nbsphinx"]\n',
    "docs/tutorials/first.ipynb": json.dumps(SHOWN),
    "notebooks/eda.ipynb": json.dumps(NOTEBOOK),
    "figures/a.txt": "a\n",
}


@pytest.fixture
def messy(repo: Repo) -> Repo:
    for path, text in FILES.items():
        repo.write(path, text)
    repo.commit()
    return repo


def texts(repo: Repo) -> dict[str, str]:
    paths = (path for path in repo.folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(repo.folder).parts)
    return {path.relative_to(repo.folder).as_posix(): path.read_bytes().decode() for path in paths}


def test_it_shows_a_diff_and_writes_nothing_unasked(messy: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", *SOURCE]) == 0
    said = capsys.readouterr().out
    assert "+[tool.dsguard]" in said
    assert "+++ b/.pre-commit-config.yaml" in said
    assert said.endswith("Nothing was written. `dsguard init --yes` writes it.\n")
    assert texts(messy) == FILES


@pytest.mark.parametrize("answer", ["y", "YES", "", "n", None])
def test_it_asks_once(messy: Repo, monkeypatch: pytest.MonkeyPatch, answer: str | None) -> None:
    asked = []

    def reply(question: str) -> str:
        asked.append(question)
        if answer is None:
            raise EOFError
        return answer

    monkeypatch.setattr("builtins.input", reply)
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    assert main(["init", *SOURCE]) == 0
    assert len(asked) == 1
    assert (texts(messy) != FILES) is (answer in ("y", "YES"))


def test_what_other_tools_were_told_is_taken_over(messy: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    messy.git("config", "filter.nbstripout.extrakeys", "metadata.celltoolbar")
    assert main(["init", "--yes", *SOURCE]) == 0
    said = capsys.readouterr().out
    text = (messy.folder / "pyproject.toml").read_text()
    assert text.startswith(FILES["pyproject.toml"])
    table = tomllib.loads(text)["tool"]["dsguard"]
    read_config(table)
    assert table["lockfiles"] == ["uv.lock"]
    assert table["rules"]["oversized-file"] == {"max-size": "2000 KB", "exclude": ["/figures/"]}
    assert table["rules"]["volatile-metadata"] == {"extra-keys": ["metadata.kernelspec", "cell.metadata.foo", "metadata.celltoolbar"]}
    assert table["ignore"] == {"execution-count": "nbstripout was told --keep-count"}
    assert table["per-path-ignores"] == {"/docs/": ["notebook-output", "execution-count"]}
    for name in ("check-added-large-files", "nbstripout", "detect-secrets"):
        assert f"The hook {name} can go" in said
    for part in ("--strip-init-cells", ".secrets.baseline", "nbstripout --uninstall"):
        assert part in said


def test_ignored_is_what_should_be_and_nothing_that_git_tracks(messy: Repo) -> None:
    assert main(["init", "--yes", *SOURCE]) == 0
    text = (messy.folder / ".gitignore").read_bytes()
    assert text.startswith(b"*.pyc\r\n")
    assert b"\n" not in text.replace(b"\r\n", b"")
    wanted = [
        "data/raw/a.csv",
        "data/raw/b/c.parquet",
        ".env",
        ".env.prod",
        "sub/.env",
        "mlruns/0/meta.yaml",
        "a/.ipynb_checkpoints/x.ipynb",
    ]
    free = ["data/raw/.gitkeep", "data/raw/README.md", ".env.example", "data/processed/a.parquet", "wandb/a", ".envrc.local"]
    said = messy.git("check-ignore", "--no-index", *wanted)
    assert sorted(said.decode().split()) == sorted(wanted)
    done = subprocess.run(["git", "check-ignore", "--no-index", *free], cwd=messy.folder, capture_output=True, check=False)
    assert done.stdout == b""
    assert messy.git("ls-files", "-ci", "--exclude-standard") == b""


def test_ci_gets_a_job(messy: Repo) -> None:
    assert main(["init", "--yes", *SOURCE]) == 0
    workflow = yaml.safe_load((messy.folder / ".github/workflows/dsguard.yml").read_text())
    assert "dsguard check --format github" in workflow["jobs"]["dsguard"]["steps"][-1]["run"]
    assert workflow[True]["push"]["branches"] == ["main"]
    jobs = yaml.safe_load((messy.folder / ".gitlab-ci.yml").read_text())
    assert jobs["dsguard"]["stage"] == "lint"
    assert jobs["lint"] == {"stage": "lint", "script": ["ruff check"]}


def test_no_ci(messy: Repo) -> None:
    assert main(["init", "--yes", "--no-ci", *SOURCE]) == 0
    assert not (messy.folder / ".github/workflows/dsguard.yml").exists()
    assert (messy.folder / ".gitlab-ci.yml").read_text() == FILES[".gitlab-ci.yml"]


def test_a_second_run_changes_nothing(messy: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--yes", *SOURCE]) == 0
    first = texts(messy)
    capsys.readouterr()
    assert main(["init", "--yes", *SOURCE]) == 0
    assert texts(messy) == first
    assert "dsguard is set up here: nothing to change." in capsys.readouterr().out


def test_what_a_baseline_accepts_is_no_work_left(messy: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--yes", *SOURCE]) == 0
    messy.commit()
    assert main(["baseline", "create"]) == 0
    messy.commit()
    capsys.readouterr()
    assert main(["init", *SOURCE]) == 0
    assert "no findings" in capsys.readouterr().out


def test_what_it_writes_has_no_findings_of_its_own(messy: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--yes", *SOURCE]) == 0
    capsys.readouterr()
    main(["check", "--format", "json", "--profile", "strict"])
    paths = {finding["path"] for finding in json.loads(capsys.readouterr().out)["findings"]}
    assert not paths & {".pre-commit-config.yaml", ".github/workflows/dsguard.yml", ".gitlab-ci.yml", ".gitignore"}


def test_an_empty_repository(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--yes", *SOURCE]) == 0
    said = capsys.readouterr().out
    assert sorted(texts(repo)) == [".gitignore", ".pre-commit-config.yaml", "dsguard.toml"]
    assert "pre-commit install" in said
    read_config(tomllib.loads((repo.folder / "dsguard.toml").read_text()))


def test_from_a_folder_below_it_is_the_repository_that_is_set_up(messy: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(messy.folder / "notebooks")
    assert main(["init", "--yes", *SOURCE]) == 0
    assert not (messy.folder / "notebooks/dsguard.toml").exists()
    assert "dsguard" in (messy.folder / "pyproject.toml").read_text()


def test_outside_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init", "--yes"]) == 2
    assert "git init" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("pyproject.toml", "[project\n", "pyproject.toml: does not parse as TOML"),
        ("pyproject.toml", "tool = { ruff = { line-length = 99 } }\n", "put the settings into dsguard.toml"),
        (".pre-commit-config.yaml", "repos: [{repo: meta, hooks: [{id: identity}]}]\n", "Add below `repos:`"),
        (".pre-commit-config.yaml", "repos:\n  - {", "does not parse as YAML"),
        (".gitlab-ci.yml", "- a\n", "holds no jobs"),
    ],
)
def test_what_cannot_be_changed_is_said_and_the_rest_is_done(
    messy: Repo, capsys: pytest.CaptureFixture[str], path: str, text: str, said: str
) -> None:
    messy.write(path, text)
    main(["init", "--yes", *SOURCE])
    output = capsys.readouterr()
    assert said in output.out + output.err
    assert (messy.folder / path).read_text() == text
    assert b"data/raw" in (messy.folder / ".gitignore").read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need a privilege there")
def test_nothing_is_written_through_a_symbolic_link(messy: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outside = tmp_path / "outside"
    outside.write_text("mine\n")
    (messy.folder / ".gitignore").unlink()
    (messy.folder / ".gitignore").symlink_to(outside)
    assert main(["init", "--yes", *SOURCE]) == 0
    assert ".gitignore: is no regular file" in capsys.readouterr().out
    assert outside.read_text() == "mine\n"
    (messy.folder / ".pre-commit-config.yaml").unlink()
    (messy.folder / ".pre-commit-config.yaml").symlink_to(tmp_path / "nowhere")
    assert main(["init", "--yes", *SOURCE]) == 0
    assert not (tmp_path / "nowhere").exists()


def test_a_file_that_changes_while_the_question_is_open_is_kept(messy: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    def reply(_: str) -> str:
        messy.write("pyproject.toml", "# somebody's work\n")
        return "y"

    monkeypatch.setattr("builtins.input", reply)
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    assert main(["init", *SOURCE]) == 2
    assert (messy.folder / "pyproject.toml").read_text() == "# somebody's work\n"


def test_repo_needs_rev(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--repo", "https://git.example.com/x/dsguard"]) == 2
    assert "--repo and --rev go together" in capsys.readouterr().err


def test_from_nothing_to_the_first_blocked_commit(repo: Repo) -> None:
    """The whole way with the real pre-commit, in the form that needs no download: the hook runs the dsguard on the PATH."""
    programs = Path(sys.executable).parent
    environment = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "PRE_COMMIT_HOME": str(repo.folder.parent / "home")}
    for command in (["dsguard", "init", "--yes"], ["pre-commit", "install"], ["git", "add", "-A"], ["git", "commit", "-qm", "dsguard"]):
        done = subprocess.run(command, cwd=repo.folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    repo.write("eda.ipynb", json.dumps(SHOWN))
    repo.git("add", "-A")
    done = subprocess.run(
        ["git", "commit", "-qm", "outputs"], cwd=repo.folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "DSG201" in done.stdout + done.stderr
