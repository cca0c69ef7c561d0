from __future__ import annotations

from dsguard.model import Confidence, Severity
from dsguard.rules.base import ProjectRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.project import Project
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_PINNED = "pandas==2.2.3\nscikit-learn==1.5.2\n"


class UnpinnedRequirements(ProjectRule):
    """A requirements file without versions installs something else on every machine and in every month.

    Reported once for a repository that has no project in a pyproject.toml (one that only configures tools is none): how many of
    how many requirements leave the choice open, and the commands that make it a locked project. Files for tests,
    documentation and development are not looked at; those of a library (a setup script with an address or classifiers) and
    of a large collection of examples are reported in profile ``strict`` only.
    """

    code, name, family, since = "DSG408", "unpinned-requirements", "lockfile", "0.2"
    summary = "requirements without exact versions, and no project to lock them"
    help = "`uv init --bare && uv add -r requirements.txt` makes it a project with a uv.lock; commit both."
    severity = Severity.WARNING
    bad = (
        {"requirements.txt": "pandas\nscikit-learn>=1.5\nmatplotlib==3.9.2\n", "train.py": "import pandas as pd\n"},
        {"pyproject.toml": "[tool.ruff]\nline-length = 100\n", "requirements.txt": "pandas~=2.2\n"},
        {"api/requirements.txt": "flask\n", "jobs/requirements.txt": "pandas==2.2.3\nnumpy\n"},
    )
    good = (
        {"requirements.txt": _PINNED},
        {"requirements.in": "pandas\nscikit-learn\n", "requirements.txt": _PINNED},
        {"requirements.txt": "pandas\nscikit-learn\n", "requirements.lock": _PINNED},
        {"requirements.txt": "pandas==2.2.3 \\\n    --hash=sha256:" + "0f" * 32 + "\n"},
        {"pyproject.toml": '[project]\nname = "churn"\nversion = "0"\ndependencies = ["pandas"]\n', "requirements.txt": "pandas\n"},
        {"requirements.txt": _PINNED, "requirements-dev.txt": "pytest\n", "docs/requirements.txt": "sphinx\n"},
        {"requirements.txt": "-e .\n", "setup.py": "from setuptools import setup\nsetup(install_requires=['pandas'])\n"},
        {"Pipfile": '[packages]\npandas = "*"\n', "Pipfile.lock": "{}\n", "requirements.txt": "pandas\n"},
        {"tests/fixtures/app/requirements.txt": "flask\n", "{{ cookiecutter.slug }}/requirements.txt": "pandas\n"},
    )

    def check(self, project: Project, settings: Settings) -> Iterator[Finding]:
        if project.root or not any(path[-4:].lower() == ".txt" for path in project.files.selected):
            return  # it is told when one of the files is judged: most commits need not load what follows
        from dsguard.analysis.lockfile.loose_requirements import find_loose

        loose = find_loose(project)
        if loose is not None:
            yield self.found(
                loose.file.at(loose.line),
                loose.message,
                subject="requirements",
                help=loose.help,
                confidence=Confidence.LOW if loose.is_open else Confidence.HIGH,
            )
