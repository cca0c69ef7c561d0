from __future__ import annotations

import re
from functools import cache

from dsguard.model import ENGINE_FAMILY
from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.model import Finding
    from dsguard.rules.base import Settings


@cache
def _old_or_broken() -> re.Pattern[bytes]:
    """Signs that Python code does not parse today: Python 2's statements, conflict markers, a template's tags.

    No other rule may want this file parsed, and then nobody would say that nothing was checked in it.
    """
    return re.compile(
        rb"(?m)^[ \t]{0,80}(?:print[ \t]{1,4}[\"'\w]|exec[ \t]{1,4}[\"']|<<<<<<< |\{%"
        rb"|except[ \t]{1,4}[\w.]{1,80}[ \t]{0,4},|raise[ \t]{1,4}\w{1,80}[ \t]{0,4},)"
    )


class UnreadableFile(FileRule):
    """A file that cannot be read is a file that nothing was checked in, and mostly it is broken for everybody else too.

    The engine reports it whenever a rule asks for a notebook, a pyproject.toml, a lockfile or a .dvc file and that does
    not parse. Python that does not parse (Python 2, templates, newer syntax) is listed as skipped, and a finding in
    profile ``strict`` only.
    """

    code, name, family, since = "DSG001", "unreadable-file", ENGINE_FAMILY, "0.1"
    summary = "cannot be read as what its name says it is"
    help = "Mend or remove the file; nothing in it was checked."
    files = ("*.ipynb", "*.zpln", "pyproject.toml", "uv.lock", "?*.dvc", "*.py")
    bad = (
        {"eda.ipynb": ""},
        {"eda.ipynb": '{"cells": [\n<<<<<<< HEAD\n], "nbformat": 4\n=======\n], "nbformat": 4\n>>>>>>> theirs\n}\n'},
        {"pyproject.toml": '[project\nname = "churn"\n'},
        {"data/customers.csv.dvc": "outs:\n- md5: 1a79a4d60de6718e8e5b326e338ae533\n  path: [customers.csv\n"},
    )
    good = (
        {"eda.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n'},
        {"legacy.py": 'print "Python 2 is skipped, not reported"\n'},
        {"{{ cookiecutter.name }}/pyproject.toml": '[project]\nname = "{{ cookiecutter.name }}"\n{% if cookiecutter.cli %}\n'},
        {"notes.toml": "only project files are promised to parse ["},
    )

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        # Asking is the check: what does not parse raises, and the engine makes the finding.
        if file.suffix == ".py":
            if _old_or_broken().search(file.data):
                _ = file.python
        elif file.suffix in (".ipynb", ".zpln"):
            _ = file.notebook
        elif file.suffix == ".dvc":
            _ = file.yaml
        else:
            _ = file.toml
        return iter(())
