"""DSG602 mount-path."""

from __future__ import annotations

import re
from functools import cache

from dsguard.model import Severity
from dsguard.rules.paths.per_prefix import CODE_AND_CONFIGURATION, PerPrefixRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.analysis.paths.place import Place
    from dsguard.analysis.paths.shapes import Shape
    from dsguard.documents.file import File
    from dsguard.model import Finding
    from dsguard.rules.base import Settings


_STARTS = (
    b"mnt med scr gsc csc loc SCR gp GP lus nfs bee bgf glu cep cvm af aut pf fs ef na NA sa ra ss hd nv di har big da DA sto wor pro"
    b" cl gro la sh ex vol net hp arc ch rd blu oran wek oak tig nob gws ptm run/ new_ Vol root/"
).split()
"""How the roots of mounts begin: a test holds this to the vocabulary."""
_FOLDERS = b"work works scratch users user projects project groups group labs lab people homes lustre gpfs nfs cfs".split()
"""What a cluster has below a root that is not listed; the same test."""


@cache
def _gate() -> re.Pattern[bytes]:
    """Finds what may be a mount without loading the shapes of paths: most files have nothing of the kind."""
    below = rb"|[A-Za-z][\w\-]{1,30}/(?:" + b"|".join(_FOLDERS) + b")/"
    return re.compile(rb"(?<![\w.\-/}~])/(?:" + b"|".join(_STARTS) + below + b")")


class MountPath(PerPrefixRule):
    """A disk that is mounted at `/scratch`, `/mnt/nas` or `/data` is there on the machines of one site and nowhere else, and so is what
    root has at home, `/root/project`.

    It counts where a path is meant: as an argument of a call that reads or writes, or under a name such as `data_dir`. What
    is right on your own cluster is allowed once, with the option `allow`.
    """

    code, name, family, since = "DSG602", "mount-path", "paths", "0.1"
    summary = "path onto a disk that only one site mounts"
    help = "Take the folder from the environment, an option or a configuration file; if it is right here, allow it once."
    severity = Severity.WARNING
    files = CODE_AND_CONFIGURATION
    triggers = (*(b"/" + start for start in _STARTS), b"/users/", b"/user/", b"/people/", b"/homes/", b"/cfs/")
    why = {"mount": "a disk that other machines do not mount", "root": "the home of root on one machine, which nobody else can read"}
    bad = (
        {"train.py": 'import pandas as pd\n\ntrain = pd.read_csv("/scratch/churn/train.csv")\n'},
        {"evaluate.py": 'import argparse\n\nparser = argparse.ArgumentParser()\nparser.add_argument("--data", default="/mnt/nas/churn")\n'},
        {"conf/train.yaml": "seed: 42\ndata_dir: /gpfs/projects/churn\n"},
        {"jobs/train.sh": "#!/bin/bash\npython train.py --data /lustre/churn/train.parquet\n"},
        {"analysis.R": 'd <- read.csv("/data/lab/churn.csv")\n'},
        {"simulate.py": 'import pandas as pd\n\nbins = pd.read_csv("/juno/work/lab/ana/bins.csv")\n'},
        {"dags/churn.py": 'import pandas as pd\n\ncustomers = pd.read_csv("/root/airflow/dags/files/customers.csv")\n'},
    )
    good = (
        {"train.py": 'import os\n\nDATA_DIR = os.environ["DATA_DIR"]\nCACHE = "/tmp/churn"\n'},
        {"app.py": '@app.get("/data/customers")\ndef customers():\n    return client.get("/projects/1/members", base + "/media/x.png")\n'},
        {"parse.py": 'names = tree.findall("/root/person/name")\ncache_dir = "/root/.cache/churn"\n'},
        {"routes.py": 'ORDERS_PATH = "/api/users/1/orders"\n'},
        {"serve.py": 'MODEL_DIR = "/data/models"\n', "Dockerfile": "FROM python:3.12-slim\nVOLUME /data\nCOPY serve.py /app/\n"},
        {
            "sync.py": 'sftp = client.open_sftp()\nsftp.chdir("/data/prod")\nsend = GCSToSFTPOperator(destination_path="/data/prod")\n',
            "clean.sh": '#!/bin/sh\ndocker run --rm -v "$PWD/models:/scratch" alpine rm -r /scratch/models\n',
            "pipeline.py": 'from kfp import dsl\n\n\n@dsl.pipeline\ndef train(data_path: str = "/data/latest"):\n    pass\n',
        },
        {"bronze.py": '# Databricks notebook source\ndf = spark.read.parquet("/mnt/lake/customers")\n'},
        {"k8s.yaml": "apiVersion: v1\nkind: Pod\nspec:\n  volumeMounts:\n    - name: data\n      mountPath: /data/churn\n"},
        {"compose.yaml": "services:\n  db:\n    image: mongo\n    volumes:\n      - db:/data/db\n"},
    )

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        if _gate().search(file.data):
            yield from super().check(file, settings)

    def shape(self, file: File) -> Shape:
        from dsguard.analysis.paths.sites import mount_shape

        return mount_shape()

    def tells(self, file: File, place: Place) -> bool:
        from dsguard.analysis.paths.surroundings import is_of_container

        if not place.is_evident or place.role == "copy-source" or "ci" in file.roles:
            return False
        if place.path.prefix.startswith("/mnt") and _is_databricks(file):
            return False  # a mount of the workspace: everybody there has it
        if place.path.prefix.startswith("/data") and ("hdfs" in place.name.lower() or re.search(_HDFS, file.data)):
            return False  # a folder of the cluster's file system, which all of its machines see
        if _KUBEFLOW in file.data:
            return False  # what a step of the pipeline reads is in its pod
        if place.path.kind == "root" and not _is_of_one_machine(file, place):
            return False
        return not is_of_container(file, place.path)


def _is_of_one_machine(file: File, place: Place) -> bool:
    """Whether a path in root's home is told here: whoever rents a notebook is root there, and where the folder is changed is another's."""
    is_rented = place.language == "magic" or any(sign in file.data for sign in _RENTED)
    return not is_rented and not (place.language == "python" and place.role in ("chdir", "sys-path"))


_HDFS = rb"(?<![A-Za-z])(?i:web)?(?i:hdfs)(?![A-Za-z])|Hdfs[A-Z]"
_KUBEFLOW = b"@dsl."
_RENTED = (b"modal.", b"colab", b"Colab")


def _is_databricks(file: File) -> bool:
    return any(sign in file.data for sign in (b"dbutils", b"spark.read", b"spark.write", b"databricks", b"Databricks"))
