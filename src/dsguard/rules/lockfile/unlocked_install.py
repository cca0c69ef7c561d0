from __future__ import annotations

from dsguard.model import Confidence, Severity
from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_PROJECT = '[project]\nname = "churn"\nversion = "0.1.0"\nrequires-python = ">=3.11"\ndependencies = ["pandas>=2.2"]\n'
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
_LOCKED = {"pyproject.toml": _PROJECT, "uv.lock": _LOCK}
_CI = "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v5\n"


class UnlockedInstall(FileRule):
    """An image or a CI run that does not hold to the lockfile beside it tests and ships other versions than those that were locked.

    Looked at: `uv sync` and `uv run` without `--locked` or `--frozen` (on the command, by UV_LOCKED or UV_FROZEN, or by a command
    before), and pip installing the project or requirements that are not pinned; in GitHub workflows, GitLab pipelines
    and Dockerfiles, and in profile ``strict`` also in Makefiles, justfiles and shell scripts. One finding for each file.
    """

    code, name, family, since = "DSG405", "unlocked-install", "lockfile", "0.2"
    summary = "installs without holding to the lockfile"
    help = "Write `uv sync --locked`: it fails when uv.lock is not what pyproject.toml asks for."
    severity = Severity.WARNING
    files = (
        "/.github/workflows/*.yml",
        "/.github/workflows/*.yaml",
        "/.github/actions/**/action.yml",
        "/.github/actions/**/action.yaml",
        "*.gitlab-ci.yml",
        "*.gitlab-ci.yaml",
        "Dockerfile",
        "Dockerfile.*",
        "*.Dockerfile",
        "*.dockerfile",
        "Containerfile",
        "Makefile",
        "makefile",
        "*.mk",
        "justfile",
        "Justfile",
        "*.sh",
        "!@template",
        "!@vendored",
        "!@fixture",
        "!@documentation",
    )
    triggers = (b"uv", b"pip")
    bad = (
        {**_LOCKED, ".github/workflows/ci.yml": _CI + "      - run: uv sync\n      - run: uv run pytest\n"},
        {**_LOCKED, "Dockerfile": "FROM python:3.12-slim\nCOPY . .\nRUN pip install uv && \\\n    uv sync --no-dev\n"},
        {**_LOCKED, ".gitlab-ci.yml": "test:\n  image: python:3.12\n  script:\n    - pip install -e .[dev]\n    - pytest\n"},
        {**_LOCKED, "requirements.txt": "pandas\n", "Dockerfile": "FROM python:3.12-slim\nRUN pip install -r requirements.txt\n"},
    )
    good = (
        {**_LOCKED, ".github/workflows/ci.yml": _CI + "      - run: uv sync --locked\n      - run: uv run pytest\n"},
        {**_LOCKED, ".github/workflows/ci.yml": "env:\n  UV_FROZEN: 1\n" + _CI + "      - run: uv run pytest\n"},
        {**_LOCKED, ".github/workflows/lock.yml": _CI + "      - run: uv lock --upgrade\n      - run: uv sync\n"},
        {"pyproject.toml": _PROJECT, ".github/workflows/ci.yml": _CI + "      - run: uv sync\n"},
        {**_LOCKED, "Dockerfile": "FROM python:3.12-slim\nENV UV_LOCKED=1\nRUN uv sync\nCMD uv run train.py\n"},
        {**_LOCKED, "Dockerfile": "FROM python:3.12-slim\nRUN pip install uv==0.9.5 && uv sync --frozen && pip install --no-deps .\n"},
        {
            **_LOCKED,
            "tools/app/requirements.txt": "flask\n",
            "tools/app/Dockerfile": "FROM python:3.12\nRUN pip install -r requirements.txt\n",
        },
        {**_LOCKED, ".github/workflows/docs.yml": _CI + "      - run: uvx mkdocs build\n      - run: uv run --no-project build.py\n"},
        {**_LOCKED, "Makefile": "setup:\n\tuv sync\n"},
        {**_LOCKED, "docs/talk/Dockerfile.before": "FROM python:3.12\nRUN pip install pandas\n"},
    )

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.lockfile.unheld import find_unheld

        found = find_unheld(file)
        if found is None:
            return
        more = f" ({found.count} such commands here)" if found.count > 1 else ""
        yield self.found(
            file.at(found.line),
            f"`{found.command}` installs without holding to {found.lock}{': ' + found.why if found.why else ''}{more}",
            subject="unlocked",
            help=found.help,
            confidence=Confidence.HIGH if found.is_certain else Confidence.LOW,
        )
