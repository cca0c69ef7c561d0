"""DSG304: what says that there will be a `.env`, what git says about it, and the line that is added."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from dsguard.cli import main
from dsguard.fixes import edit_bytes
from dsguard.model import Finding, Severity
from dsguard.rules.secrets.unignored_dotenv import UnignoredDotenv
from dsguard.testing import check

RULE = UnignoredDotenv()
IGNORE: dict[str, str | bytes] = {".gitignore": "data/\n"}


def findings(files: dict[str, str | bytes]) -> list[Finding]:
    return check(RULE, files)


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        (".env.example", "A=\n", ".env"),
        ("backend/.env.sample", "A=\n", "backend/.env"),
        ("env.example", "A=\n", ".env"),
        ("src/config.py", "from dotenv import load_dotenv\nload_dotenv()\n", ".env"),
        ("src/config.py", 'class S(BaseSettings):\n    model_config = SettingsConfigDict(env_file=".env")\n', ".env"),
        ("src/config.py", "from decouple import config\n", ".env"),
        ("eda.ipynb", '{"cells": [{"cell_type": "code", "source": ["%load_ext dotenv\\n", "%dotenv"], "outputs": []}]}', ".env"),
        ("requirements.txt", "pandas\npython-dotenv>=1\n", ".env"),
        ("api/requirements/dev.in", "python-dotenv\n", ""),
        ("requirements/requirements.in", "python-dotenv\n", ".env"),
        ("pyproject.toml", '[project]\nname = "x"\ndependencies = ["pandas", "python-dotenv>=1"]\n', ".env"),
        ("environment.yml", "dependencies:\n  - python-dotenv\n", ".env"),
        ("docker-compose.yml", "services:\n  a:\n    env_file:\n      - .env\n", ".env"),
        ("deploy/compose.yaml", "services:\n  a:\n    env_file: ./.env\n", "deploy/.env"),
        ("justfile", "set dotenv-load\n\nrun:\n  echo\n", ".env"),
        ("justfile", "set dotenv-load := false\n", ""),
        (".envrc", "dotenv\n", ".env"),
        (".envrc", "source_env_if_exists .envrc.local\n", ".envrc.local"),
        (".envrc", "layout python3\n", ""),
        ("requirements.txt", "python-dotenv==1.0.1\n" + "".join(f"p{n}==1\n" for n in range(60)), ""),
        ("tests/app/.env.example", "A=\n", ""),
        ("docs/.env.example", "A=\n", ""),
        ("src/config.py", "from environs_of_mine import x\n# dotenv is not used\n", ""),
        ("docker-compose.yml", "services:\n  a:\n    env_file: prod.env\n", ""),
    ],
)
def test_what_says_that_there_will_be_one(path: str, content: str, expected: str) -> None:
    found = findings({**IGNORE, path: content})
    reason = f"a package of {path} reads" if "python-dotenv" in content else f"{path} expects"
    assert [finding.message for finding in found] == ([f"git would take {expected}, which {reason}"] if expected else [])
    for finding in found:
        assert finding.severity is Severity.WARNING
        assert finding.path == ".gitignore"


@pytest.mark.parametrize(
    ("gitignore", "count"),
    [
        (".env\n", 0),
        ("*.env\n", 0),
        (".env*\n!.env.example\n", 0),
        ("/.env\n", 0),
        ("!.env\n", 0),
        ("# .env\n", 1),
        (".env.local\n", 1),
        ("env/\nvenv/\n", 1),
        ("", 1),
    ],
)
def test_gitignore_decides(gitignore: str, count: int) -> None:
    assert len(findings({".gitignore": gitignore, ".env.example": "A=\n"})) == count


def test_one_that_is_tracked_is_another_rules_business() -> None:
    assert findings({**IGNORE, ".env.example": "A=\n", ".env": "PORT=1\n"}) == []


def test_several_are_told_as_one() -> None:
    (finding,) = findings({**IGNORE, "a/.env.example": "A=\n", "b/.env.example": "A=\n", ".envrc": "source_env_if_exists .envrc.local\n"})
    assert finding.subject == ".env+.envrc.local"
    assert finding.help == "Add `.env` and `.envrc.local` to .gitignore, or run `dsguard check --fix`."


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"data/\n", b"data/\n.env\n"),
        (b"data/", b"data/\n.env\n"),
        (b"data/\r\n", b"data/\r\n.env\r\n"),
        (b"a\r\nb", b"a\r\nb\r\n.env\r\n"),
        (b"", b".env\n"),
    ],
)
def test_the_fix_appends_a_line(before: bytes, after: bytes) -> None:
    (finding,) = findings({".gitignore": before, ".env.example": "A=\n"})
    assert finding.fix is not None
    assert edit_bytes(before, finding.fix.edits) == after
    assert findings({".gitignore": after, ".env.example": "A=\n"}) == []


def test_without_a_gitignore_it_is_told_where_it_is_expected() -> None:
    (finding,) = findings({".env.example": "A=\n"})
    assert finding.path == ".env.example"
    assert finding.fix is None
    assert finding.message == "git would take .env: there is no .gitignore"


def test_git_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    subprocess.run(["git", "init", "-q"], check=True)
    (tmp_path / ".env.example").write_text("A=\n")
    (tmp_path / ".gitignore").write_text("data/\n")
    arguments = ["check", "--select", "DSG304", "--format", "concise"]
    assert main([*arguments, "--fail-on", "warning"]) == 1
    assert "DSG304" in capsys.readouterr().out
    (tmp_path / ".git" / "info" / "exclude").write_text(".env\n")
    assert main(arguments) == 0
    assert "DSG304" not in capsys.readouterr().out
    (tmp_path / ".git" / "info" / "exclude").write_text("")
    main([*arguments, "--fix"])
    assert (tmp_path / ".gitignore").read_text() == "data/\n.env\n"
