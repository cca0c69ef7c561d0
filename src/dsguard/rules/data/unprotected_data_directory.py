from __future__ import annotations

from dsguard.model import Confidence, Severity
from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dsguard.documents.file import File
    from dsguard.model import Finding
    from dsguard.rules.base import Settings


class UnprotectedDataDirectory(FileRule):
    """A folder that waits for raw data or models, and that .gitignore does not speak of: the next `git add .` takes in what somebody
    downloads into it.
    """

    code, name, family, since = "DSG110", "unprotected-data-directory", "data", "0.1"
    summary = "git would take in data from this folder"
    help = "Add the folder to .gitignore."
    severity = Severity.WARNING
    fixable = True
    files = ("@raw-data", "@model", "!@template", "!@vendored", "!@fixture")

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.protection import fix_for, lines_for, unprotected_folder

        folder = unprotected_folder(file)
        if folder is None:
            return
        ignore = file.sibling(".gitignore")
        if ignore is None:
            lines = lines_for([folder])[1:]
            advice = f"Create a .gitignore with the lines `{'`, `'.join(lines)}`."
        else:
            advice = "`--fix` adds the lines to .gitignore: all in the folder but notes, placeholders and DVC's pointers stays out."
        yield self.found(
            file.at() if ignore is None else ignore.at(),
            f"git would take in data from {folder}/",
            help=advice,
            subject=folder,
            confidence=Confidence.HIGH,
            fix=fix_for(ignore, [folder]) if ignore is not None else None,
            group=".gitignore",
        )

    def groups_from(self, group: str) -> int:
        return 1

    def merged(self, findings: Sequence[Finding]) -> Finding:
        """One finding and one fix for all folders, however many notes lie in them."""
        from dsguard.analysis.protection import together

        folders = {finding.subject: finding for finding in findings}
        first = findings[0]
        return self.found(
            first.location,
            f"git would take in data from {', '.join(f'{folder}/' for folder in folders)}",
            subject=" ".join(folders),
            help=first.help if first.fix is not None or len(folders) == 1 else f"{first.help} And so for the others.",
            confidence=first.confidence,
            fix=together([finding.fix for finding in folders.values() if finding.fix is not None]),
        )

    bad = (
        {".gitignore": "*.pyc\n", "data/raw/.gitkeep": ""},
        {".gitignore": "*.pyc", "data/raw/README.md": "# Where the raw data comes from\n", "data/raw/.gitkeep": ""},
        {"data/external/.gitkeep": "", "src/train.py": "EPOCHS = 3\n"},
        {".gitignore": "*.csv\r\n*.joblib\r\n", "models/.gitkeep": "", "data/raw/.gitkeep": ""},
    )
    good = (
        {".gitignore": "/data/raw/*\n!.gitkeep\n", "data/raw/.gitkeep": ""},
        {".gitignore": "*.csv\n*.parquet\n", "data/raw/README.md": "# Where the raw data comes from\n"},
        {".gitignore": "*.pkl\n", ".gitattributes": "*.pt filter=lfs diff=lfs merge=lfs -text\n", "models/.gitkeep": ""},
        {".gitignore": "*.pyc\n", "src/models/.gitkeep": ""},
        {".gitignore": "*.pyc\n", "data/raw/.gitignore": "*\n!.gitignore\n"},
        {".gitignore": "*.pyc\n", "src/models/__init__.py": "", "src/models/README.md": "# Models\n", "src/models/net.py": "UNITS = 3\n"},
        {
            "data/raw.dvc": "outs:\n- md5: ce442cea695e447b8fa711018ad597b2.dir\n  path: raw\n",
            "data/.gitignore": "/raw\n",
            "data/raw/.keep": "",
        },
        {".dvc/config": "", "dvc.yaml": "stages: {}\n", "models/.gitignore": "/model.pkl\n"},
        {"tests/data/raw/.gitkeep": "", "docs/models/README.md": "# Models\n", "{{ cookiecutter.slug }}/data/raw/.gitkeep": ""},
    )
