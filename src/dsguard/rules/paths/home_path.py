"""DSG601 home-path."""

from __future__ import annotations

from dsguard.model import Confidence, Option, Step
from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.analysis.paths.place import Place
    from dsguard.documents.file import File
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_MAX_TRACE = 20
_WHY = {
    "home": "a home folder that only one machine has",
    "drive": "a drive that other machines do not have",
    "share": "a network share that only one site has",
    "workspace": "one person's folder in a Databricks workspace",
}


class HomePath(FileRule):
    """A path into a person's home folder or onto their drive works on one machine only, and it publishes their user name.

    Everybody else who clones the repository stops at it, and so does every CI job and container.
    """

    code, name, family, since = "DSG601", "home-path", "paths", "0.1"
    summary = "path that exists on one person's machine only"
    help = "Write a path relative to the repository, or take the folder from the environment or an option."
    files = (
        "*.py",
        "*.pyw",
        "*.ipynb",
        "*.[rR]",
        "*.[rRqQ]md",
        ".Rprofile",
        ".Renviron",
        "*.jl",
        "*.sh",
        "*.bash",
        "*.zsh",
        "*.ksh",
        "*.slurm",
        "*.sbatch",
        "*.pbs",
        "*.qsub",
        "*.lsf",
        ".envrc",
        ".env.*",
        ".bashrc",
        ".bash_profile",
        ".profile",
        ".zshrc",
        "*.bat",
        "*.cmd",
        "*.ps1",
        "[Mm]akefile",
        "GNUmakefile",
        "justfile",
        "*.mk",
        "Snakefile",
        "*.smk",
        "[Dd]ockerfile",
        "[Dd]ockerfile.*",
        "*.[Dd]ockerfile",
        "Containerfile",
        "*.yml",
        "*.yaml",
        "*.toml",
        "*.json",
        "*.jsonc",
        "*.code-workspace",
        "*.ini",
        "*.cfg",
        "*.conf",
        "*.properties",
        ".idea/",
        "*.iml",
        # What tools wrote: lockfiles, and what a run left behind (DSG104 tells those).
        "!package-lock.json",
        "!pnpm-lock.yaml",
        "!conda-lock.yml",
        "!pylock*.toml",
        "!mlruns/",
        "!wandb/",
        "!lightning_logs/",
        "!.hydra/",
        "!__marimo__/",
        "!.ipynb_checkpoints/",
        "!@vendored",
    )
    triggers = (b"/home/", b"/Users/", b":\\", b":/", b"\\\\")
    options = {"fixtures": Option(False, "Look at tests and their data too (role `fixture`).")}
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
        {"report.R": '# setwd("C:/Users/Ana/churn")\nd <- read.csv(here::here("data", "train.csv"))\ncat("Done:\\n")\n'},
    )

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.paths.shapes import home_path, may_hold_path

        if "fixture" in file.roles and not settings["fixtures"]:
            return
        if not may_hold_path(file.data, is_notebook=file.suffix == ".ipynb"):
            return
        from dsguard.analysis.paths.scan import places

        in_ci = "ci" in file.roles
        by_prefix: dict[str, list[Place]] = {}
        for place in places(file, lambda text: home_path(text, in_ci=in_ci)):
            by_prefix.setdefault(place.path.prefix, []).append(place)
        for prefix, found in by_prefix.items():
            found.sort(key=lambda place: place.location.sort_key())
            yield self._finding(file, prefix, found)

    def _finding(self, file: File, prefix: str, found: list[Place]) -> Finding:
        from dsguard.analysis.paths.advice import advice

        first = found[0]
        message = f"path starts with {prefix}" if len(found) == 1 else f"{len(found)} literals start with {prefix} (first here)"
        message += f", {_WHY[first.path.kind]}"
        if any(place.breaks_file for place in found):
            message += "; its backslashes are escapes to Python, so the code does not even parse"
        return self.found(
            first.location,
            message,
            subject=prefix,
            help=advice(file, first),
            confidence=Confidence.LOW if first.path.kind == "workspace" else Confidence.HIGH,
            trace=[Step(file.path, place.location.line, _where(place)) for place in found[1 : _MAX_TRACE + 1]],
        )


def _where(place: Place) -> str:
    at = place.location
    return "here too" if at.cell is None else f"in cell {at.cell}, line {at.cell_line}"
