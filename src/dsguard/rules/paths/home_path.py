"""DSG601 home-path."""

from __future__ import annotations

import re

from dsguard.model import Confidence, Severity
from dsguard.options import Option
from dsguard.rules.paths.per_prefix import CODE_AND_CONFIGURATION, IN_COMMENT, PerPrefixRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dsguard.analysis.paths.place import Place
    from dsguard.analysis.paths.shapes import Shape
    from dsguard.documents.file import File
    from dsguard.model import Finding
    from dsguard.rules.base import Settings


class HomePath(PerPrefixRule):
    """A path into a person's home folder or onto their drive works on one machine only, and it publishes their user name.

    Everybody else who clones the repository stops at it, and so does every CI job and container.
    """

    code, name, family, since = "DSG601", "home-path", "paths", "0.1"
    summary = "path that exists on one person's machine only"
    help = "Write a path relative to the repository, or take the folder from the environment or an option."
    files = CODE_AND_CONFIGURATION
    triggers = (b"/home/", b"/Users/", b":\\", b":/", b"\\\\")
    options = {
        **PerPrefixRule.options,
        "mask-user-names": Option(False, "Show user names as asterisks in findings, in every format. Fingerprints stay the same."),
    }
    why = {
        "home": "a home folder that only one machine has",
        "drive": "a drive that other machines do not have",
        "share": "a network share that only one site has",
        "workspace": "one person's folder in a Databricks workspace",
    }
    bad = (
        {"train.py": 'import pandas as pd\n\nDATA = "/home/ana/churn/data"\ntrain = pd.read_csv(f"{DATA}/train.csv")\n'},
        {"load.py": 'import pandas as pd\n\ndf = pd.read_excel(r"\\\\fileserver01\\finance\\2024\\sales.xlsx")\n'},
        {"legacy/features.py": "inDir = 'C:\\Users\\Ana\\Documents\\churn'\nprint(inDir)\n"},
        {
            "notebooks/eda.ipynb": """{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": null,
   "id": "load",
   "metadata": {},
   "outputs": [],
   "source": [
    "!cp /home/ana/Downloads/churn.csv ../data/\\n",
    "df = pd.read_csv(\\"D:/projects/churn/data/churn.csv\\")"
   ]
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {"analysis.R": 'setwd("C:/Users/Ana/Documents/churn")\n'},
        {"conf/base.yaml": "seed: 42\ndata_dir: /Users/ana/data/churn  # ask Ana\n"},
        {"environment.yml": "name: churn\ndependencies:\n  - python=3.12\nprefix: /home/ana/miniconda3/envs/churn\n"},
        {"Dockerfile": "FROM python:3.12-slim\nCOPY /home/ana/models/churn.onnx /app/\n"},
        {"legacy/score.py": 'print "reading"\nscores = load("/home/ana/churn/scores.npy")\n'},
        {"sql/load.sql": "\\copy customers FROM 'C:/Users/Ana/churn/customers.csv' CSV HEADER\n"},
        {"scripts/run.sh": "#!/bin/bash\n#SBATCH --output=/home/ana/logs/%j.out\npython train.py\n"},
    )
    good = (
        {"train.py": 'from pathlib import Path\n\nDATA = Path(__file__).resolve().parent / "data"\nCACHE = Path.home() / ".cache"\n'},
        {"app.py": '@app.route("/home/stats/daily")\ndef stats():\n    return client.get("/Users/me/profile", base + "/home/ana/x")\n'},
        {"parse.py": 'rooms = tree.xpath("/home/room/name")\nclean = re.sub("/home/ana/", "", text)\nlabel = "x:\\n" + "%H:%M"\n'},
        {"load.py": '"""Reads what /home/ana/export.sh wrote."""\n\nURLS = ["https://example.org/home/ana/x", "s3://churn/Users/ana/x"]\n'},
        {"show.py": "def where(user):\n    return f'/home/{user}/data', 'C:/Users/' + user, '/path/to/data', '/home/jovyan/work'\n"},
        {"tests/test_paths.py": 'def test_tail():\n    assert tail("/home/ana/data/train.csv") == "data/train.csv"\n'},
        {"run.sh": '# cd /home/ana/churn\ncd "$(dirname "$0")"\ndocker run -v "$PWD:/home/ana/x" churn\nrsync x ana@host:/home/ana/\n'},
        {"Dockerfile": "FROM python:3.12-slim\nRUN useradd -m ana\nWORKDIR /home/ana\nCOPY train.py /home/ana/\n"},
        {"k8s.yaml": "apiVersion: batch/v1\nkind: Job\nspec:\n  volumeMounts:\n    - name: data\n      mountPath: /home/ana/data\n"},
        {"sql/files.sql": "-- \\i /home/ana/all.sql\nINSERT INTO files VALUES ('/home/ana/x.csv');\n\\ir customers.sql\n"},
        {"report.R": '# setwd("C:/Users/Ana/churn")\nd <- read.csv(here::here("data", "train.csv"))\ncat("Done:\\n")\n'},
    )

    def shape(self, file: File) -> Shape:
        from dsguard.analysis.paths.shapes import home_shape

        return home_shape(in_ci="ci" in file.roles or _sets_up_a_machine(file), in_cloud=_works_over_there(file))

    def places(self, file: File, shape: Shape) -> Iterator[Place]:
        from dsguard.analysis.paths.comments import comments

        yield from super().places(file, shape)
        yield from (place for place in comments(file, shape) if place.path.kind == "home")

    def one(self, file: File, place: Place, settings: Settings) -> Finding:
        finding = super().one(file, place, settings)
        if place.path.kind == "workspace":
            finding.confidence = Confidence.LOW
        if place.path.kind == "drive" and place.path.prefix.startswith("C:"):
            finding.message = finding.message.replace(self.why["drive"], _OF_C, 1)
        if place.role == "comment":
            finding.severity, finding.confidence = Severity.WARNING, Confidence.LOW
            finding.message = finding.message.replace("path", IN_COMMENT, 1)
            finding.identity = f"{finding.subject} in a comment"
            finding.group = f"{finding.group} in a comment"
        if settings["mask-user-names"]:
            _mask(file, finding, place.path.user)
        return finding

    def remark(self, findings: Sequence[Finding]) -> str:
        from dsguard.analysis.paths.vocabulary import CI_ACCOUNTS

        people: dict[str, set[str]] = {}
        for finding in findings:
            user = re.split(r"[\\/]", _prefix(finding))[-1].lower()
            if self.why["home"] in finding.message and user not in CI_ACCOUNTS:
                people.setdefault(user, set()).add(finding.path)
        files = len(set().union(*people.values()))
        if not people:
            return ""
        return (
            f"home paths in {files} {'file' if files == 1 else 'files'} name {len(people)} {'person' if len(people) == 1 else 'people'}: "
            "a user name is personal data, and stays in the history of git when the path is gone"
        )


_OF_C = "a folder of one machine's own disk"
"""Everybody has that drive."""


def _sets_up_a_machine(file: File) -> bool:
    """Whether it describes a machine in the cloud: the accounts in it are those of that machine's image."""
    if file.suffix in (".service", ".timer") or re.match(_USER_DATA, file.name):
        return True
    return file.suffix in (".yml", ".yaml", ".json") and any(sign in file.data[:_HEADER] for sign in _MACHINE_SIGNS)


_USER_DATA = r"user[-_]?data\b"
"""What the machines of a cloud run when they first start."""


def _works_over_there(file: File) -> bool:
    """Whether it is a script that logs in to a machine in the cloud by the account of that machine's image."""
    is_script = file.suffix in (".sh", ".bash", ".mk") or file.name in ("Makefile", "makefile", "justfile", "Justfile")
    return is_script and any(sign in file.data for sign in _LOGINS) and re.search(_ACCOUNT, file.data) is not None


_LOGINS = (b"ssh ", b"scp ", b"rsync ")
_ACCOUNT = (
    rb"\b(?:ubuntu|ec2-user|azureuser|debian|centos|opc)@"
    rb"|USER\w{0,20}\s?[:?]?=\s?[\"']?(?:ubuntu|ec2-user|azureuser|debian|centos|opc)\b"
)
_HEADER = 4096
_MACHINE_SIGNS = (b"AWSTemplateFormatVersion", b"#cloud-config")


def _prefix(finding: Finding) -> str:
    return (finding.identity or finding.subject).removesuffix(" in a comment")


def _mask(file: File, finding: Finding, user: str) -> None:
    """Show no user name; the finding stays the same one."""
    from dsguard.analysis.paths.people import line_at, masked

    finding.identity = finding.identity or finding.subject
    finding.subject = masked(finding.subject, user)
    finding.message = masked(finding.message, user)
    finding.help = masked(finding.help, user)
    finding.snippet = masked(line_at(file, finding.location), user)
