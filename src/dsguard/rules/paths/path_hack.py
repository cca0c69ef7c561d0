"""DSG604 path-hack."""

from __future__ import annotations

from dsguard.model import Severity
from dsguard.rules.paths.per_prefix import PerPrefixRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.analysis.paths.place import Place
    from dsguard.analysis.paths.shapes import Shape
    from dsguard.documents.file import File


class PathHack(PerPrefixRule):
    """A module path or working directory that is set to a folder of one machine makes code that runs there only.

    Imports fail elsewhere, or find another copy of the code than the one that was checked out. Where the folder is a home or a
    mount and those rules run, they tell it.
    """

    code, name, family, since = "DSG604", "path-hack", "paths", "0.1"
    summary = "module path or working directory set to a folder of one machine"
    help = "Make the code installable and start it from the repository, or build the folder from `__file__`."
    severity = Severity.WARNING
    files = ("*.py", "*.pyw", "*.ipynb", "!@vendored", "!.ipynb_checkpoints/")
    triggers = (b"sys.path", b"import path", b"chdir", b"addsitedir", b"%cd")
    yields_to = ("DSG601", "DSG602")
    why = {
        "home": "a folder of one person's machine",
        "drive": "a drive of one machine",
        "share": "a share of one site",
        "mount": "a disk that other machines do not mount",
        "workspace": "one person's folder in a Databricks workspace",
        "absolute": "a folder that other machines do not have",
    }
    bad = (
        {"train.py": 'import sys\n\nsys.path.append("/opt/churn/src")\n'},
        {"job.py": 'import os\n\nos.chdir("/root/churn")\n'},
        {"score.py": 'import os\nimport sys\n\nsys.path.insert(0, os.path.expanduser("~/projects/churn"))\n'},
        {
            "eda.ipynb": """{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": null,
   "id": "cd",
   "metadata": {},
   "outputs": [],
   "source": [
    "%cd ~/projects/churn"
   ]
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
    )
    good = (
        {"train.py": "import sys\nfrom pathlib import Path\n\nsys.path.append(str(Path(__file__).resolve().parents[1]))\n"},
        {"job.py": 'import os\nimport sys\n\nos.chdir(os.path.dirname(__file__))\nsys.path.insert(0, "..")\nos.chdir("/tmp")\n'},
        {"fetch.py": "sftp = client.open_sftp()\nsftp.chdir('/outgoing')\nftp.cwd('/srv/churn')\n"},
        {"daemon.py": 'import os\n\nos.chdir("/")\nsys_path = "/opt/churn/src"\nopen("/root/churn/x.csv")\n'},
        {"serve.py": 'import sys\n\nsys.path.append("/app")\n', "Dockerfile": "FROM python:3.12-slim\nWORKDIR /app\n"},
        {"kernel.py": 'import sys\n\nsys.path.append("/kaggle/input/helpers")\n'},
        {"tests/test_cli.py": 'import os\n\nos.chdir("/srv/churn")\n'},
    )

    def shape(self, file: File) -> Shape:
        from dsguard.analysis.paths.sites import absolute_shape

        return absolute_shape()

    def tells(self, file: File, place: Place) -> bool:
        from dsguard.analysis.paths.place import CHDIR, SYS_PATH
        from dsguard.analysis.paths.surroundings import is_of_container

        return place.role in (SYS_PATH, CHDIR) and not is_of_container(file, place.path)
