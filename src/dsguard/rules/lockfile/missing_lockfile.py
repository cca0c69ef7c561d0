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

_APPLICATION = """\
[project]
name = "churn"
version = "0.1.0"
requires-python = ">=3.11,<3.13"
dependencies = [
  "pandas>=2.2",
  "scikit-learn>=1.5",
]
"""

_UV_LOCK = """\
version = 1
requires-python = ">=3.11, <3.13"

[[package]]
name = "churn"
version = "0.1.0"
source = { virtual = "." }

[package.metadata]
requires-dist = [
    { name = "pandas", specifier = ">=2.2" },
    { name = "scikit-learn", specifier = ">=1.5" },
]
"""

_MEMBER = '[project]\nname = "features"\nversion = "0.1.0"\nrequires-python = ">=3.11,<3.13"\ndependencies = ["polars"]\n'


class MissingLockfile(ProjectRule):
    """Version ranges resolve to something else on every machine and in every month, so a result cannot be had again.

    A lockfile in git says which versions made it. A library that is published to a package index is reported in profile
    ``strict`` only: its users resolve for themselves, and many maintainers want no lockfile. A member of a uv workspace
    and a project that another lockfile covers as a path dependency need none of their own.
    """

    code, name, family, since = "DSG401", "missing-lockfile", "lockfile", "0.1"
    summary = "dependencies without a lockfile"
    help = "Lock the dependencies and commit the lockfile."
    options = {"lockfiles": LOCKFILES}
    bad = (
        {"pyproject.toml": _APPLICATION, "src/churn/train.py": "import pandas as pd\n"},
        {
            "pyproject.toml": '[tool.poetry]\nname = "churn"\nversion = "0.1.0"\n\n'
            '[tool.poetry.dependencies]\npython = "^3.11"\npandas = "^2.2"\n',
        },
        {
            "pyproject.toml": '[project]\nname = "churn"\nversion = "0.1.0"\ndynamic = ["dependencies"]\n\n'
            '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n\n'
            '[tool.setuptools.dynamic]\ndependencies = { file = ["requirements.txt"] }\n',
            "requirements.txt": "pandas==2.2.3\nscikit-learn\n",
        },
        {"README.md": "Two services.\n", "api/pyproject.toml": _MEMBER, "jobs/pyproject.toml": _APPLICATION, "jobs/uv.lock": _UV_LOCK},
        {
            "pyproject.toml": '[tool.uv.workspace]\nmembers = ["packages/*"]\n',
            "packages/features/pyproject.toml": _MEMBER,
        },
        {"pyproject.toml": _APPLICATION + '\n[tool.dsguard]\nlockfiles = ["uv.lock"]\n', "poetry.lock": 'content-hash = "5d41"\n'},
    )
    good = (
        {"pyproject.toml": _APPLICATION, "uv.lock": _UV_LOCK},
        {"pyproject.toml": "[tool.ruff]\nline-length = 100\n", "requirements.txt": "pandas==2.2.3\n"},
        {"pyproject.toml": '[project]\nname = "churn"\nversion = "0.1.0"\ndependencies = []\n'},
        {
            "pyproject.toml": '[tool.uv.workspace]\nmembers = ["packages/*"]\n',
            "uv.lock": 'version = 1\n\n[manifest]\nmembers = ["features"]\n',
            "packages/features/pyproject.toml": _MEMBER,
        },
        {
            "pyproject.toml": _APPLICATION,
            "requirements.txt": "pandas==2.2.3 \\\n    --hash=sha256:" + "0f" * 32 + "\n# via churn\n",
        },
        {
            "pyproject.toml": _APPLICATION + '\n[project.urls]\nSource = "https://git.example.com/churn"\n\n'
            '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n',
        },
        {
            "app/pyproject.toml": _APPLICATION + '\n[tool.uv.sources]\nfeatures = { path = "../libs/features" }\n',
            "app/uv.lock": _UV_LOCK + '\n[[package]]\nname = "features"\nversion = "0.1.0"\nsource = { directory = "../libs/features" }\n',
            "libs/features/pyproject.toml": _MEMBER,
        },
        {"pyproject.toml": _APPLICATION + '\n[tool.dsguard]\nlockfiles = ["locks/linux.lock"]\n', "locks/linux.lock": "@EXPLICIT\n"},
        {"{{ cookiecutter.name }}/pyproject.toml": _APPLICATION, "tests/fixtures/app/pyproject.toml": _APPLICATION},
    )

    def check(self, project: Project, settings: Settings) -> Iterator[Finding]:
        if not project.has_manifest:
            return
        from dsguard.analysis.lockfile.locks import find_lock, left_out_lock, locked_by_another, refused_locks, remedy
        from dsguard.documents.uv_workspace import uv_workspace_members, uv_workspace_root

        accepted = settings["lockfiles"]
        if find_lock(project, accepted) or uv_workspace_root(project) or left_out_lock(project, accepted):
            return  # one that is ignored is an ignored-lockfile
        declared = next(project.declarations, None)
        if declared is None and any(member.declares_dependencies for member in uv_workspace_members(project)):
            declared = ("tool", "uv", "workspace")
        if declared is None or locked_by_another(project, accepted):
            return
        refused = next(refused_locks(project, accepted), None)
        yield self.found(
            project.at_manifest(project.line_of(*declared)),
            "dependencies are declared, but no lockfile says which versions were installed" + (f" ({refused})" if refused else ""),
            subject="lockfile",
            help=remedy(project, accepted),
            confidence=Confidence.LOW if project.is_published_library else Confidence.HIGH,
        )
