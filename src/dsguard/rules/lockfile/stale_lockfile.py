from __future__ import annotations

from dsguard.rules.base import ProjectRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.project import Project
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_CHURN = """\
[project]
name = "churn"
version = "0.1.0"
requires-python = ">=3.11,<3.13"
dependencies = [
  "pandas>=2.2",
  "scikit-learn>=1.5",
]

[dependency-groups]
dev = ["pytest"]
"""

_LOCK = """\
version = 1
revision = 3
requires-python = ">=3.11, <3.13"

[[package]]
name = "churn"
version = "0.1.0"
source = { virtual = "." }
dependencies = [{ name = "pandas" }, { name = "scikit-learn" }]

[package.metadata]
requires-dist = [
    { name = "pandas", specifier = ">=2.2" },
    { name = "scikit-learn", specifier = ">=1.5" },
]

[package.metadata.requires-dev]
dev = [{ name = "pytest" }]
"""

_SCRIPT = '# /// script\n# requires-python = ">=3.12"\n# dependencies = ["httpx>=0.27"]\n# ///\nimport httpx\n'
_SCRIPT_LOCK = """\
version = 1
revision = 3
requires-python = ">=3.12"

[manifest]
requirements = [{ name = "httpx", specifier = ">=0.27" }]
"""

_WORKSPACE = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
_MEMBER = '[project]\nname = "features"\nversion = "0.1.0"\nrequires-python = ">=3.11"\ndependencies = ["polars>=1.8"]\n'
_WORKSPACE_LOCK = """\
version = 1
revision = 3
requires-python = ">=3.11"

[manifest]
members = ["features"]

[[package]]
name = "features"
version = "0.1.0"
source = { virtual = "packages/features" }

[package.metadata]
requires-dist = [{ name = "polars", specifier = ">=1.8" }]
"""


class StaleLockfile(ProjectRule):
    """A lockfile that was not made from the pyproject.toml beside it locks something else than what was asked for.

    What uv.lock recorded (requires-python, dependencies, extras, groups, sources, workspace members, constraints, options)
    is compared with the manifests: offline, without uv, and whatever UV_FROZEN says. It is a comparison, not a resolution:
    it agrees with `uv lock --check` wherever that needs no network, and what cannot be known from the repository alone is
    left out. `script.py.lock` is compared with the metadata in its script. A hook compares only when a manifest or
    lockfile is in the commit.
    """

    code, name, family, since = "DSG402", "stale-lockfile", "lockfile", "0.2"
    summary = "uv.lock is not what pyproject.toml asks for"
    help = "Run `uv lock` and commit uv.lock."
    bad = (
        {"pyproject.toml": _CHURN.replace("pandas>=2.2", "pandas>=2.3"), "uv.lock": _LOCK},
        {"pyproject.toml": _CHURN.replace(">=3.11,<3.13", ">=3.12,<3.13"), "uv.lock": _LOCK},
        {"pyproject.toml": _CHURN.replace('"pytest"', '"pytest", "ruff"'), "uv.lock": _LOCK},
        {
            "pyproject.toml": _WORKSPACE,
            "packages/features/pyproject.toml": _MEMBER.replace('"polars>=1.8"', '"polars>=1.8", "numpy"'),
            "uv.lock": _WORKSPACE_LOCK,
        },
        {"tools/fetch.py": _SCRIPT.replace("0.27", "0.28"), "tools/fetch.py.lock": _SCRIPT_LOCK},
    )
    good = (
        {"pyproject.toml": _CHURN, "uv.lock": _LOCK},
        {"pyproject.toml": _CHURN.replace("pandas>=2.2", "Pandas >= 2.2.0"), "uv.lock": _LOCK},
        {"pyproject.toml": _CHURN.replace(">=3.11,<3.13", ">=3.11,<3.13,!=3.11.4"), "uv.lock": _LOCK},
        {"pyproject.toml": _CHURN.replace('"pandas>=2.2"', "\"pandas>=2.2; python_version >= '3.11'\""), "uv.lock": _LOCK},
        {"pyproject.toml": _WORKSPACE, "packages/features/pyproject.toml": _MEMBER, "uv.lock": _WORKSPACE_LOCK},
        {"pyproject.toml": _CHURN.replace("dependencies = [", 'dynamic = ["dependencies"]\n[tool.deps]\nx = [', 1), "uv.lock": _LOCK},
        {"pyproject.toml": _CHURN.replace("pandas>=2.2", "pandas>=2.3"), "uv.lock": _LOCK.replace("version = 1\n", "version = 2\n", 1)},
        {"tools/fetch.py": _SCRIPT, "tools/fetch.py.lock": _SCRIPT_LOCK},
    )

    def check(self, project: Project, settings: Settings) -> Iterator[Finding]:
        if not any(path.endswith(".lock") for path in project.files):
            return  # before what compares them is loaded
        from dsguard.analysis.lockfile.stale_locks import find_stale_locks

        for stale in find_stale_locks(project):
            yield self.found(stale.location, stale.message, subject=stale.subject, help=stale.help, trace=stale.steps)
