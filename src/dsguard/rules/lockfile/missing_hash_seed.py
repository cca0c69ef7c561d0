from __future__ import annotations

from dsguard.model import Severity
from dsguard.rules.base import ProjectRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.project import Project
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_SCRIPT = """\
import pandas as pd


def main() -> None:
    regions = set(pd.read_parquet("data/processed/customers.parquet")["region"])
    print(list(regions)[:3])


if __name__ == "__main__":
    main()
"""
_CI = "on: push\njobs:\n  train:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v5\n      - run: python train.py\n"


class MissingHashSeed(ProjectRule):
    """Python salts the hash of every string anew in each process, so the order of a set of strings is another in each run.

    PYTHONHASHSEED must be set before Python starts: in .envrc, a Dockerfile, compose, the CI's variables, tox or nox. Setting
    it in the script comes too late. Asked of projects with entry scripts that have such a file or a manifest.
    """

    code, name, family, since = "DSG406", "missing-hash-seed", "lockfile", "0.2"
    summary = "nothing sets PYTHONHASHSEED"
    help = "Write `export PYTHONHASHSEED=0` into .envrc."
    severity = Severity.WARNING
    profile = "strict"
    bad = (
        {"train.py": _SCRIPT, ".github/workflows/train.yml": _CI},
        {"train.py": _SCRIPT, "Dockerfile": f"FROM python:3.12-slim@sha256:{'5d' * 32}\nCOPY train.py .\nCMD python train.py\n"},
        {"train.py": _SCRIPT, ".envrc": "export MLFLOW_TRACKING_URI=http://localhost:5000\nexport PYTHONHASHSEED=random\n"},
    )
    good = (
        {"train.py": _SCRIPT, ".github/workflows/train.yml": 'env:\n  PYTHONHASHSEED: "0"\n' + _CI},
        {"train.py": _SCRIPT, ".envrc": "export PYTHONHASHSEED=0\n", "Dockerfile": "FROM python:3.12-slim\nCMD python train.py\n"},
        {"train.py": _SCRIPT, "tox.ini": "[testenv]\nset_env =\n    PYTHONHASHSEED = 0\ncommands = python train.py\n"},
        {"train.py": _SCRIPT, "compose.yaml": "services:\n  train:\n    environment:\n      PYTHONHASHSEED: 0\n", ".envrc": "layout uv\n"},
        {"src/churn/__init__.py": "", "src/churn/load.py": "import pandas as pd\n", ".github/workflows/train.yml": _CI},
        {"scratch.py": _SCRIPT},
    )

    def check(self, project: Project, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.lockfile.hash_seed import place_for_hash_seed

        place = place_for_hash_seed(project)
        if place is not None:
            yield self.found(
                place.file.at(),
                f"nothing sets PYTHONHASHSEED for {place.script}: sets of strings come in another order in each run",
                subject="PYTHONHASHSEED",
                help=place.help,
            )
