from __future__ import annotations

from dsguard.model import Severity
from dsguard.rules.base import PythonRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.python import Module
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_HELPER = """\
import os
import random


def seed_everything(seed=42):
    os.environ["PYTHONHASHSEED"] = str(seed)
    random.seed(seed)
"""

_RESTART = """\
import os
import sys

if os.environ.get("PYTHONHASHSEED") != "0":
    os.environ["PYTHONHASHSEED"] = "0"
    os.execv(sys.executable, [sys.executable, *sys.argv])
print({"age", "income", "region", "tenure"})
"""

_CHILD = """\
import os
import subprocess
import sys

os.environ["PYTHONHASHSEED"] = "0"
subprocess.run([sys.executable, "columns.py"], check=True)
"""


_COLUMNS = 'print({"age", "income", "region", "tenure"})\n'


class IneffectiveHashSeed(PythonRule):
    """Python reads ``PYTHONHASHSEED`` when it starts. Set in a running process it changes nothing there.

    Sets keep another order in every run.
    It works for processes that are started afterwards; a file that starts some is not reported, unless the name is misspelt.
    """

    code, name, family, since = "DSG507", "ineffective-hash-seed", "seeds", "0.1"
    severity = Severity.WARNING
    summary = "PYTHONHASHSEED is set when it is too late"
    help = "Delete the line and sort what comes from sets, or set the variable where Python is started: `PYTHONHASHSEED=0 python ...`."
    files = ("*.py", "*.ipynb", "!@fixture", "!@documentation", "!@vendored")
    triggers = (b"HASH",)
    bad = (
        {"seeding.py": _HELPER},
        {"seeding.py": _HELPER.replace('os.environ["PYTHONHASHSEED"] = str(seed)', 'os.environ.setdefault("PYTHONHASHSEED", "0")')},
        {"seeding.py": _HELPER.replace("PYTHONHASHSEED", "PYHTONHASHSEED")},
        {"run.py": _CHILD.replace("PYTHONHASHSEED", "PYTHON_HASH_SEED"), "columns.py": _COLUMNS},
    )
    good = (
        {"seeding.py": _HELPER.replace('    os.environ["PYTHONHASHSEED"] = str(seed)\n', "")},
        {"run.py": _RESTART},
        {"run.py": _CHILD, "columns.py": _COLUMNS},
        {"check.py": 'import os\n\nprint(os.environ.get("PYTHONHASHSEED") == "0")\n'},
        {"cache.py": 'import os\n\nos.environ["CACHE_HASH_SALT"] = "7"\n'},
        {"tests/conftest.py": _HELPER},
    )

    def check(self, module: Module, _settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.seeds.hash_seed import NAME, find_settings

        for node, variable in find_settings(module)[:1]:
            if variable == NAME:
                yield self.found(module.at(node), f"{NAME} has no effect on the process that sets it", subject=variable)
            else:
                yield self.found(
                    module.at(node),
                    f"{variable} is misspelt: Python reads {NAME}, and only when it starts",
                    subject=variable,
                )
