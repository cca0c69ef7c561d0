from __future__ import annotations

from dsguard.model import Severity
from dsguard.rules.base import ProjectRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.project import Project
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_CHURN = '[project]\nname = "churn"\nversion = "0.1.0"\n{python}dependencies = ["pandas>=2.2"]\n'
_LOCK = """\
version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "churn"
version = "0.1.0"
source = { virtual = "." }

[package.metadata]
requires-dist = [{ name = "pandas", specifier = ">=2.2" }]
"""
_LIBRARY = '\n[project.urls]\nSource = "https://git.example.com/churn"\n\n[build-system]\nrequires = ["hatchling"]\n'


class UnboundedPython(ProjectRule):
    """An analysis that may run on any later Python is one day run on one that nobody tried it on.

    Asked of applications only: an upper bound in a published library shuts its users out.
    """

    code, name, family, since = "DSG404", "unbounded-python", "lockfile", "0.2"
    summary = "no upper bound on the Python version"
    help = 'Set both ends, such as `requires-python = ">=3.11,<3.13"`, and lock again.'
    severity = Severity.WARNING
    profile = "strict"
    bad = (
        {"pyproject.toml": _CHURN.format(python='requires-python = ">=3.11"\n'), "uv.lock": _LOCK},
        {"pyproject.toml": _CHURN.format(python=""), "uv.lock": _LOCK},
        {
            "pyproject.toml": '[tool.poetry]\nname = "churn"\n\n[tool.poetry.dependencies]\npython = ">=3.11"\npandas = "^2.2"\n',
            "poetry.lock": 'content-hash = "5d41"\n',
        },
    )
    good = (
        {"pyproject.toml": _CHURN.format(python='requires-python = ">=3.11,<3.13"\n')},
        {"pyproject.toml": _CHURN.format(python='requires-python = "==3.12.*"\n')},
        {"pyproject.toml": '[tool.poetry]\nname = "churn"\n\n[tool.poetry.dependencies]\npython = "^3.11"\npandas = "^2.2"\n'},
        {"pyproject.toml": _CHURN.format(python='requires-python = ">=3.11"\n') + _LIBRARY},
        {"pyproject.toml": "[tool.ruff]\nline-length = 100\n"},
        {"pyproject.toml": '[tool.pixi.workspace]\nname = "churn"\n\n[tool.pixi.dependencies]\npython = "3.12.*"\ngdal = ">=3.9"\n'},
        {"pyproject.toml": _CHURN.format(python='dynamic = ["requires-python"]\n')},
    )

    def check(self, project: Project, settings: Settings) -> Iterator[Finding]:
        if not project.is_judged("pyproject.toml"):
            return
        from dsguard.analysis.lockfile.python_bounds import unbounded_python

        said = unbounded_python(project)
        if said is not None:
            yield self.found(project.at_entry(said.place, said.text), said.message, subject="python", help=said.help)
