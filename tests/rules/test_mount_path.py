from __future__ import annotations

import json

import pytest

from dsguard.analysis.paths.vocabulary import MOUNT_ROOTS, SITE_FOLDERS
from dsguard.model import Finding, Severity
from dsguard.rules.paths.mount_path import MountPath
from dsguard.testing import check, run

RULE = MountPath()


def findings(files: dict[str, str | bytes], **options: str) -> list[Finding]:
    return check(RULE, files, **options)


def subjects(path: str, content: str) -> list[str]:
    return [finding.subject for finding in findings({path: content})]


def notebook(source: str) -> str:
    cell: dict[str, object] = {"cell_type": "code", "id": "c1", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


PYTHON = [
    # an argument of a call that reads, writes or spells a path
    "pd.read_csv('/scratch/x/a.csv')",
    "open('/scratch/x/' + name)",
    "pd.read_csv(f'/scratch/x/{name}.csv')",
    "p = Path('/scratch/x') / 'y'",
    "p = str(Path('/scratch/x').resolve())",
    "p = os.path.join('/scratch/x', 'a')",
    "import os\nos.chdir('/scratch/x')",
    "import sys\nsys.path.append('/scratch/x')",
    "import sys\nsys.path += ['/scratch/x']",
    "w = torch.load('/scratch/x/w.pt')",
    "joblib.dump(model, '/scratch/x/m.pkl')",
    "df.to_csv(path_or_buf='/scratch/x/a.csv')",
    "shutil.copy(src, '/scratch/x/')",
    "for f in glob.glob('/scratch/x/*.h5'): pass",
    "ds = ImageFolder('/scratch/x')",
    "h = logging.FileHandler('/scratch/x/server.log')",
    "from netCDF4 import Dataset as nc\nf = nc('/scratch/x/x.nc', 'r')",
    "os.system('cp /scratch/x/a.csv .')",
    "con.sql(\"SELECT * FROM read_parquet('/scratch/x/a.parquet')\")",
    "mlflow.set_tracking_uri('/scratch/x/mlruns')",
    # under a name that holds a path
    "DATA_DIR = '/scratch/x'",
    "cifar_root: str = '/scratch/x'",
    "trainPath = '/scratch/x'",
    "self.checkpoint = '/scratch/x/last.ckpt'",
    "train_files = ['/scratch/x/a.csv']",
    "cfg = {'data_dir': '/scratch/x'}",
    "cfg = dict(data_dir='/scratch/x')",
    "train(data_dir='/scratch/x')",
    "def f(data_dir='/scratch/x'): pass",
    "def f(*, data_dir='/scratch/x'): pass",
    "def data_dir():\n    return '/scratch/x'",
    "class C(BaseModel):\n    data_root: str = Field(default='/scratch/x')",
    "parser.add_argument('--data-dir', default='/scratch/x')",
    "import os\nos.environ['HF_HOME'] = '/scratch/x'",
    "import os\nd = os.getenv('DATA_DIR', '/scratch/x')",
    "d = cfg.get('data_dir', '/scratch/x')",
    "subprocess.run(['python', 'train.py', '--data-dir', '/scratch/x'])",
    "cmd = ['--data_dir=/scratch/x']",
]


@pytest.mark.parametrize("source", PYTHON)
def test_a_mount_counts_where_a_path_is_meant(source: str) -> None:
    assert subjects("load.py", source + "\n") == ["/scratch/x"]
    assert subjects("eda.ipynb", notebook(source)) == ["/scratch/x"]


TEXTS = [
    ("a.R", 'd <- read.csv("/scratch/x/a.csv")'),
    ("a.R", 'setwd("/scratch/x")'),
    ("a.R", 'data_dir <- "/scratch/x"'),
    ("a.jl", 'df = CSV.read("/scratch/x/a.csv", DataFrame)'),
    ("a.Rmd", '```{r}\nd <- readRDS("/scratch/x/a.rds")\n```\n'),
    ("run.sh", "cd /scratch/x"),
    ("run.sh", "DATA_DIR=/scratch/x"),
    ("run.sh", "export HF_HOME=/scratch/x"),
    ("run.sh", "python train.py --data_dir /scratch/x"),
    ("run.sh", "#!/bin/bash\n#SBATCH --output=/scratch/x/%j.out"),
    ("run.sh", "cp /scratch/x/a.csv ."),
    ("run.sh", "docker run -v /scratch/x:/data image"),
    ("Makefile", "DATA_DIR := /scratch/x\n"),
    ("conf.yaml", "data_dir: /scratch/x"),
    ("conf.yaml", "train_files:\n  - /scratch/x/a.csv"),
    ("dvc.yaml", "stages:\n  a:\n    cmd: python a.py /scratch/x"),
    ("docker-compose.yml", "services:\n  a:\n    volumes:\n      - /scratch/x:/models"),
    ("conf.toml", 'data_dir = "/scratch/x"'),
    ("conf.json", '{"data_dir": "/scratch/x"}'),
    ("conf.ini", "data_dir = /scratch/x"),
    (".env.example", "DATA_DIR=/scratch/x"),
]


@pytest.mark.parametrize(("path", "content"), TEXTS)
def test_a_mount_in_other_languages(path: str, content: str) -> None:
    assert subjects(path, content) == ["/scratch/x"]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.R", 'cat("/scratch/x")'),
        ("a.R", '# setwd("/scratch/x")'),
        ("a.R", 'x <- "/scratch/x"'),
        ("run.sh", "# cd /scratch/x"),
        ("run.sh", "cd /scratch/$USER/x"),
        ("run.sh", "GREETING=/scratch/x"),
        ("run.sh", "export API_URL=/data/x"),
        ("run.sh", "kubectl exec pod -- ls /data/x"),
        ("run.sh", "hdfs dfs -ls /data/x"),
        ("run.sh", "curl -X GET localhost:8000 /data/x"),
        ("run.sh", "docker run -v $PWD:/data/x image ls /data/x"),
        ("run.sh", 'echo "see /scratch/x"'),
        ("Dockerfile", "COPY /data/x /app/"),
        ("Dockerfile", "WORKDIR /data/x"),
        ("conf.yaml", "# data_dir: /scratch/x"),
        ("conf.yaml", "route: /data/x"),
        ("conf.yaml", "label: /data/x"),
        ("conf.yaml", "url: /data/x"),
        ("k8s.yaml", "apiVersion: v1\nspec:\n  volumes:\n    - hostPath:\n        path: /data/x"),
        ("k8s.yaml", "apiVersion: v1\nspec:\n  volumeMounts:\n    - mountPath: /data/x"),
        ("docker-compose.yml", "services:\n  a:\n    environment:\n      DATA_DIR: /data/x\n    volumes:\n      - data:/data/x"),
        ("config.json", '{"key": "/data/x", "description": "/data/x"}'),
        (".github/workflows/ci.yml", "jobs:\n  a:\n    env:\n      DATA_DIR: /mnt/x"),
        ("tests/conf.yaml", "data_dir: /scratch/x"),
        ("results/conf.yaml", "data_dir: /scratch/x"),
    ],
)
def test_silent_in_other_languages(path: str, content: str) -> None:
    assert subjects(path, content) == []


def test_it_warns_once_for_a_prefix_and_file() -> None:
    finding, other = findings({"load.py": "a_path = '/data/lab/a.csv'\nb_path = '/data/lab/b.csv'\nc_path = '/mnt/nas/c.csv'\n"})
    assert finding.severity is Severity.WARNING
    assert finding.message == "2 literals start with /data/lab (first here), a disk that other machines do not mount"
    assert [step.line for step in finding.trace] == [2]
    assert other.message == "path starts with /mnt/nas, a disk that other machines do not mount"


def test_a_home_below_a_mount_is_told_as_a_home_only() -> None:
    files: dict[str, str | bytes] = {"load.py": "DATA_DIR = '/mnt/lab/raid/home/ana/x'\n"}
    assert [finding.code for finding in run(files).findings] == ["DSG601"]


@pytest.mark.parametrize(
    "container",
    [
        {"Dockerfile": "FROM python\nVOLUME /data\n"},
        {"docker/Dockerfile": "FROM python\nRUN mkdir -p /data/models\n"},
        {"compose.yaml": "services:\n  a:\n    volumes:\n      - ./data:/data\n"},
        {"app/Dockerfile": "FROM python\nENV DATA=/data\n"},
    ],
)
def test_a_folder_that_a_container_of_the_repository_has_is_its_own(container: dict[str, str | bytes]) -> None:
    assert findings({"app/serve.py": "DATA_DIR = '/data/models'\n", **container}) == []
    assert len(findings({"app/serve.py": "DATA_DIR = '/scratch/models'\n", **container})) == 1


def test_a_mount_of_a_databricks_workspace_is_no_mount_of_a_site() -> None:
    assert findings({"a.py": "df = spark.read.parquet('/mnt/lake/x')\n"}) == []
    assert findings({"a.py": "files = dbutils.fs.ls('/mnt/lake')\nDATA_DIR = '/mnt/lake/x'\n"}) == []
    assert len(findings({"a.py": "df = pd.read_parquet('/mnt/lake/x')\n"})) == 1


def test_the_help_says_what_fits() -> None:
    (finding,) = findings({"src/load.py": "DATA_DIR = '/scratch/churn'\n"})
    assert 'os.environ["DATA_DIR"]' in finding.help
    (finding,) = findings({"src/load.py": "import pandas as pd\nd = pd.read_csv('/scratch/churn/data/x.txt')\n", "data/x.txt": ""})
    assert '`Path(__file__).resolve().parents[1] / "data/x.txt"`' in finding.help


def test_a_path_of_the_own_cluster_is_allowed_with_a_reason() -> None:
    files: dict[str, str | bytes] = {
        "a.py": "a_path = '/data/shared/a.csv'\nb_path = '/data/shared/tmp/b.csv'\nc_path = '/data/lab/c.csv'\n"
    }
    allowed = '[rules.mount-path.allow]\n"/data/shared/" = "our cluster"\n'
    assert [finding.location.line for finding in findings(files, config=allowed)] == [3]
    assert [finding.location.line for finding in findings(files, config=allowed + '"!/data/shared/tmp/" = "deleted each night"\n')] == [
        2,
        3,
    ]


def test_no_root_of_mounts_is_missed_by_the_triggers() -> None:
    for root in MOUNT_ROOTS:
        line = f'df = read_csv("/{root}/churn/train.csv")'.encode()
        assert any(trigger in line for trigger in MountPath.triggers), root


def test_no_folder_of_a_cluster_is_missed_by_the_triggers_and_the_gate() -> None:
    for folder in SITE_FOLDERS:
        assert findings({"train.py": f'df = read_csv("/juno/{folder}/churn/train.csv")\n'}), folder


@pytest.mark.parametrize(
    ("path", "volume", "told"),
    [
        ("repairs/fix.py", "..:/project", False),
        ("repairs/fix.py", "../repairs:/project", False),
        ("repairs/fix.py", "'..:/project:ro'", False),
        ("repairs/fix.py", "../models:/project", True),
        ("repairs/fix.py", "..:/projects", True),
        ("repairs/fix.py", "../..:/project", True),
        ("repairs/fix.py", "data:/project", True),
        ("fix.py", "..:/project", False),
        ("fix.py", ".:/project", True),
    ],
)
def test_a_folder_that_a_container_of_another_folder_mounts(path: str, volume: str, *, told: bool) -> None:
    files = {path: 'import onnx\n\nonnx.load("/project/repairs/a.onnx")\n', "webapp/docker-compose.yml": f"volumes:\n  - {volume}\n"}
    assert len(check(MountPath(), files)) == told


# The home of root


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("dags/churn.py", 'df = pd.read_csv("/root/airflow/dags/files/churn.csv")\n'),
        ("dags/churn.py", "sql_path = '/root/airflow/dags/churn.sql'\n"),
        ("jobs/run.sh", "cd /root/churn && python train.py --data /root/churn/train.csv\n"),
        ("conf/base.yaml", "data_dir: /root/churn/data\n"),
    ],
)
def test_a_path_in_the_home_of_root_is_told(path: str, content: str) -> None:
    (finding,) = findings({path: content})
    assert "the home of root on one machine" in finding.message


@pytest.mark.parametrize(
    "files",
    [
        {"parse.py": 'names = tree.findall("/root/person/name")\nids = tree.xpath("/root/person[@id]/text()")\n'},
        {"train.py": 'cache_dir = "/root/.cache/torch"\ndata_dir = "/root/autodl-tmp/churn"\nout = Path("/root/path/to/x")\n'},
        {"serve.py": 'MODEL_DIR = "/root/models"\n', "Dockerfile": "FROM python:3.12\nCOPY models /root/models\n"},
        {"jobs.py": 'import modal\n\nimage = modal.Image.debian_slim().add_local_dir("data", remote_path="/root/data")\n'},
        {"k8s.yaml": "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - env:\n        - name: DIR\n          value: /root/data/\n"},
        {"install.sh": 'cat > class.yaml <<EOF\n  - name: BasePath\n    value: "/root/data/"\nEOF\n'},
        {"eda.ipynb": notebook("!/root/miniconda/bin/conda info -e")},
        {"run.sh": "docker run -v $PWD:/root/churn churn python /root/churn/train.py\n"},
    ],
)
def test_what_is_no_home_of_a_machine_is_silent(files: dict[str, str | bytes]) -> None:
    assert findings(files) == []


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("doctor.sh", 'echo "${node}: healthy (/mnt/dags is there)"\n'),
        ("doctor.sh", 'fail "the clone" \\\n     "the repository on a disk of its own, never /mnt/c or the like"\n'),
        ("doctor.sh", 'fail "the clone" \\\n     "move it (e.g. to /home/<you>/projects/churn)"\n'),
        ("helm/values.yaml", "extraVolumes:\n  - name: dags\n    hostPath:\n      path: /mnt/dags\n      type: Directory\n"),
        ("load.py", "job = HdfsPrepare(hdfs_path='/data/prod/raw')\n"),
        ("load.py", 'script = open(name).read().replace("/data/pubinfo/", folder)\n'),
    ],
)
def test_what_is_said_or_taken_out_or_a_node_has_is_silent(path: str, content: str) -> None:
    assert findings({path: content}) == []


@pytest.mark.parametrize(
    "content", ['ssh node "cd /scratch/churn"\ncp "$(cat list)" /scratch/churn\n', 'bash -c "cp -r churn out /scratch/churn"\n']
)
def test_a_command_in_quotes_is_no_sentence(content: str) -> None:
    assert [finding.subject for finding in findings({"run.sh": content})] == ["/scratch/churn"]
