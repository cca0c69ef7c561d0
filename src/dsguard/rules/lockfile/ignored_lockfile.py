from __future__ import annotations

from dsguard.model import Confidence
from dsguard.rules.base import ProjectRule
from dsguard.rules.lockfile.accepted import LOCKFILES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.project import Project
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_APPLICATION = '[project]\nname = "churn"\nversion = "0.1.0"\nrequires-python = ">=3.11,<3.13"\ndependencies = ["pandas>=2.2"]\n'
_LOCK = 'version = 1\nrequires-python = ">=3.11, <3.13"\n'
_LIBRARY = _APPLICATION + '\n[project.urls]\nSource = "https://git.example.com/churn"\n\n[build-system]\nrequires = ["hatchling"]\n'


class IgnoredLockfile(ProjectRule):
    """A lockfile that .gitignore keeps out locks one machine only: everybody else, and the CI, resolves anew.

    Many .gitignore templates were made for libraries and list lockfiles. Reported where the file lies on disk; where it
    does not, the project has a missing-lockfile. A library that is published to a package index is reported in profile
    ``strict`` only.
    """

    code, name, family, since = "DSG403", "ignored-lockfile", "lockfile", "0.2"
    summary = "the lockfile is on disk, and .gitignore keeps it out of git"
    help = "Take it out of .gitignore and commit it."
    options = {"lockfiles": LOCKFILES}
    bad = (
        {"pyproject.toml": _APPLICATION, "uv.lock": _LOCK, ".gitignore": ".venv/\nuv.lock\n"},
        {"pyproject.toml": _APPLICATION, "uv.lock": _LOCK, ".gitignore": "*.lock\n"},
        {"jobs/pyproject.toml": _APPLICATION, "jobs/uv.lock": _LOCK, "jobs/.gitignore": "*\n!*.py\n!pyproject.toml\n"},
        {
            "pyproject.toml": '[tool.poetry]\nname = "churn"\n\n[tool.poetry.dependencies]\npandas = "^2.2"\n',
            "poetry.lock": 'content-hash = "5d41"\n',
            ".gitignore": "poetry.lock\n",
        },
    )
    good = (
        {"pyproject.toml": _APPLICATION, "uv.lock": _LOCK, ".gitignore": ".venv/\n"},
        {"pyproject.toml": _APPLICATION, "uv.lock": _LOCK, ".gitignore": "*.lock\n!uv.lock\n"},
        {"pyproject.toml": _APPLICATION, ".gitignore": "uv.lock\n"},
        {"pyproject.toml": _APPLICATION, "uv.lock": _LOCK, "pylock.toml": "lock-version = '1.0'\n", ".gitignore": "uv.lock\n"},
        {"pyproject.toml": "[tool.ruff]\nline-length = 100\n", "uv.lock": _LOCK, ".gitignore": "uv.lock\n"},
        {"pyproject.toml": _LIBRARY, "uv.lock": _LOCK, ".gitignore": "uv.lock\n"},
        {".gitignore": "*.lock\n", "yarn.lock": "# yarn lockfile v1\n"},
    )

    def check(self, project: Project, settings: Settings) -> Iterator[Finding]:
        if not project.has_manifest:
            return
        from dsguard.analysis.lockfile.locks import find_lock, ignored_at, left_out_lock, needs_lock

        accepted = settings["lockfiles"]
        lock = left_out_lock(project, accepted)
        if lock is None or find_lock(project, accepted) or not needs_lock(project):
            return
        at = ignored_at(project, lock)
        path = project.path_of(lock)
        yield self.found(
            at or project.at_manifest(),
            f"{path} is on disk, and git ignores it: only this machine has these versions",
            subject=lock,
            help=f"Take {lock} out of .gitignore, then `git add {path}`." if at else f"`git add --force {path}` records it all the same.",
            confidence=Confidence.LOW if project.is_published_library else Confidence.HIGH,
        )
