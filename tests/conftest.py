"""What many tests need: real git repositories, harmless to the machine they are made on."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no defect of a strategy. In CI the same examples every time: a new find must not stop an unrelated change.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

GIT_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_AUTHOR_DATE": "2024-01-01T00:00:00+00:00",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.com",
    "GIT_COMMITTER_DATE": "2024-01-01T00:00:00+00:00",
}


class Repo:
    """A git repository in a temporary folder."""

    def __init__(self, folder: Path, *, init: bool = True) -> None:
        self.folder = folder
        if init:
            folder.mkdir(parents=True, exist_ok=True)
            self.git("init", "-q", "-b", "main")

    def write(self, path: str | bytes, content: bytes | str = b"") -> Path:
        """Write a file, with the folders that it needs; a ``bytes`` path may hold any byte."""
        place = self.folder / os.fsdecode(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
        return place

    def git(self, *arguments: str | bytes, env: dict[str, str] | None = None) -> bytes:
        """Run git and return what it prints; fails loudly."""
        done = subprocess.run(["git", *arguments], cwd=self.folder, env={**os.environ, **(env or {})}, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
        return done.stdout

    def commit(self, message: str = "work") -> str:
        """Commit everything, and return the commit's id."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "--no-verify", "-m", message)
        return self.git("rev-parse", "HEAD").decode().strip()


class Peers:
    """The tools of others that tests run beside dsguard. `python dev.py test` installs them in an environment of their own."""

    def __init__(self) -> None:
        default = Path(__file__).resolve().parent.parent / ".venv" / "peers" / ("Scripts" if os.name == "nt" else "bin")
        self.folder = Path(os.environ.get("DSGUARD_TEST_PEERS") or default)
        """Of programs. An environment variable may name another one."""

    @property
    def search_path(self) -> str:
        """``PATH`` with that folder first: so git finds ``git-lfs``."""
        return os.pathsep.join((str(self.folder), os.environ.get("PATH", "")))

    def program(self, name: str) -> str:
        """The path of a program, or the test is skipped."""
        found = shutil.which(name, path=self.search_path)
        if found is None:
            pytest.skip(f"{name} is not installed: `python dev.py test` does that where there is one for this system")
        return found

    def python(self, module: str) -> str:
        """The Python that has a module, or the test is skipped."""
        python = self.folder / ("python.exe" if os.name == "nt" else "python")
        if not any(self.folder.parent.glob(f"**/site-packages/{module}/__init__.py")):
            pytest.skip(f"{module} is not installed: `python dev.py test` does that")
        return str(python)


@pytest.fixture(scope="session")
def peers() -> Peers:
    return Peers()


@pytest.fixture(autouse=True)
def _isolated_git(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test sees this machine's git settings, nor the GIT_* variables of a hook that runs the tests."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in GIT_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    # a repository above the temporary folder would swallow "not a git repository"
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path_factory.getbasetemp().parent))


@pytest.fixture
def make_repo(tmp_path: Path) -> Callable[[str], Repo]:
    """Make an empty repository in a folder of this name."""
    return lambda name: Repo(tmp_path / name)


@pytest.fixture
def repo(make_repo: Callable[[str], Repo], monkeypatch: pytest.MonkeyPatch) -> Repo:
    """An empty repository, which is also the working directory."""
    made = make_repo("repo")
    monkeypatch.chdir(made.folder)
    return made
