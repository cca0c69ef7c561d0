"""DSG304 unignored-dotenv."""

from __future__ import annotations

from dsguard.model import Severity
from dsguard.rules.base import ProjectRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.project import Project
    from dsguard.model import Finding
    from dsguard.rules.base import Settings


class UnignoredDotenv(ProjectRule):
    """A repository that reads its credentials from a `.env` is one `git add .` away from publishing them, unless .gitignore names it."""

    code, name, family, since = "DSG304", "unignored-dotenv", "secrets", "0.1"
    summary = "git would take the file that holds the credentials"
    help = "Add `.env` to .gitignore."
    severity = Severity.WARNING
    fixable = True
    files = (".gitignore", ".env.*", ".envrc", "pyproject.toml", "requirements*.txt", "*compose*.y*ml", "*.py", "*.ipynb")
    bad = (
        {".gitignore": "data/\n*.pyc\n", ".env.example": "OPENAI_API_KEY=\n"},
        {".gitignore": "data/", "src/settings.py": "from dotenv import load_dotenv\n\nload_dotenv()\n"},
        {".gitignore": ".env\n", ".envrc": "layout python3\nsource_env_if_exists .envrc.local\n"},
        {"requirements.txt": "pandas==2.2.3\npython-dotenv==1.0.1\n", ".gitignore": "/data/\r\n", "pyproject.toml": "[tool.ruff]\n"},
        {"backend/compose.yaml": "services:\n  api:\n    build: .\n    env_file: .env\n", "README.md": "# Churn\n"},
    )
    good = (
        {".gitignore": "data/\n.env\n", ".env.example": "OPENAI_API_KEY=\n"},
        {".gitignore": ".env*\n!.env.example\n", "src/settings.py": "from dotenv import load_dotenv\n\nload_dotenv()\n"},
        {".gitignore": ".env\n.envrc.local\n", ".envrc": "source_env_if_exists .envrc.local\n"},
        {"backend/.gitignore": ".env\n", "backend/.env.example": "DB_PASSWORD=\n"},
        {".gitignore": "*\n!*.py\n!.env\n", ".env.example": "PORT=8000\n"},
        {".env": "PORT=8000\n", ".env.example": "PORT=8000\n"},
        {".gitignore": "data/\n", "src/train.py": 'import os\n\nKEY = os.environ["OPENAI_API_KEY"]\n'},
        {"{{ cookiecutter.name }}/.env.example": "KEY=\n", "tests/data/.env.example": "KEY=\n"},
    )

    def check(self, project: Project, settings: Settings) -> Iterator[Finding]:
        if project.root:  # told once, for the repository
            return
        from dsguard.analysis.secrets.dotenv import unignored

        found = unignored(project)
        if found is None:
            return
        patterns = " and ".join(f"`{pattern}`" for pattern in found.patterns)
        paths = " and ".join(found.paths[:2])
        if found.gitignore is None:
            at = found.because.at()
            message, command = f"git would take {paths}: there is no .gitignore", ""
        else:
            at = found.gitignore.at()
            message, command = f"git would take {paths}, which {found.reason}", ", or run `dsguard check --fix`"
        yield self.found(
            at,
            message,
            subject="+".join(found.patterns),
            help=f"Add {patterns} to .gitignore{command}.",
            fix=found.fix,
        )
