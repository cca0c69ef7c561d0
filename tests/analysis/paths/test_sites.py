from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsguard.analysis.paths.shapes import ABSOLUTE, HOME, MOUNT, PARENT, PLATFORM, Shape
from dsguard.analysis.paths.sites import (
    absolute_path,
    absolute_shape,
    mount_path,
    mount_shape,
    parent_path,
    parent_shape,
    platform_path,
    platform_shape,
)

MOUNTS = [
    ("/scratch/churn/train.csv", "/scratch/churn", "train.csv"),
    ("/scratch/train.csv", "/scratch", "train.csv"),
    ("/scratch/churn", "/scratch/churn", ""),
    ("/scratch/churn/", "/scratch/churn", ""),
    ("--data=/scratch/churn/x", "/scratch/churn", "x"),
    ("/data/{}.csv", "/data", "{}.csv"),
    ("/data/{}/x.csv", "/data", "{}/x.csv"),
    ("/data/*/x.csv", "/data", "*/x.csv"),
    ("/data/lab/2024/x.csv:/x", "/data/lab", "2024/x.csv"),
    ("/data2/x/y", "/data2/x", "y"),
    ("/data_hdd1/x/y", "/data_hdd1/x", "y"),
    ("/datasets01/imagenet/061417/", "/datasets01/imagenet", "061417"),
    ("/new_disk_1/tianchi/data", "/new_disk_1/tianchi", "data"),
    ("/disk/scratch_fast/x", "/disk/scratch_fast", "x"),
    ("/lustre06/project/x", "/lustre06/project", "x"),
    ("/GPFS/x/y", "/GPFS/x", "y"),
    ("/run/media/ana/disk/x", "/run/media/ana", "disk/x"),
    ("/Volumes/Backup/churn/x.csv", "/Volumes/Backup", "churn/x.csv"),
    ("/Volumes/share2/USERS/x", "/Volumes/share2", "USERS/x"),
    ("/mnt/d/projects/churn", "/mnt/d", "projects/churn"),
    ("/juno/work/lab/ana/x.csv", "/juno/work/lab", "ana/x.csv"),
    ("/kfs3/scratch/ana/x", "/kfs3/scratch/ana", "x"),
    ("/uni-cluster/users/ana/x", "/uni-cluster/users/ana", "x"),
]


@pytest.mark.parametrize(("text", "prefix", "tail"), MOUNTS)
def test_a_mount_is_recognised_with_its_prefix_and_tail(text: str, prefix: str, tail: str) -> None:
    path = mount_path(text)
    assert path is not None
    assert (path.kind, path.prefix, path.tail) == (MOUNT, prefix, tail)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "/data",
        "/data/",
        "/mnt//",
        "/scratch/$USER/x",
        "/scratch/${SLURM_JOB_ACCOUNT}",
        "/scratch/<user>/x",
        "/scratch/...",
        "/data/your_dataset/x",
        "/data/path/to/x",
        "/mnt/xxx/y",
        "/data/db",
        "/data/data/com.termux/files",
        "/data/local/tmp/x",
        "/storage/emulated/0/Documents",
        "/database/x",
        "/mediator/x",
        "/workflow/x",
        "/juno/work/lab",
        "/juno/work/{lab}/x",
        "/juno/works_at/lab/x",
        "/api/users/1/orders",
        "/API/projects/1/members",
        "/v1/users/1/orders",
        "/repos/work/lab/x",
        "/your_cluster/work/lab/x",
        "/opt/conda/work/lab/x",
        "/usr/users/ana/x",
        "/networks/x",
        "data/x",
        "./data/x",
        "../data/x",
        "~/data/x",
        "{}/data/x",
        "s3://data/x",
        "file:///data/x",
        "sqlite:////data/x.db",
        "https://example.org/data/x",
        "/tmp/data/x",
        "/usr/share/x",
        # other rules' paths
        "/mnt/lab/home/ana/x",
        "/data/ephemeral/home/ana/x",
        "/mnt/c/Users/Ana/x",
        "/home/ana/data/x",
        "/content/drive/x",
        "/kaggle/input/x",
        "/mnt/azureml/cr/x",
        "/mnt/var/lib/info/instance.json",
        "/Volumes/main/churn/raw/x",
        "/Shared/churn",
    ],
)
def test_what_is_no_mount_is_none(text: str) -> None:
    assert mount_path(text) is None


@pytest.mark.parametrize(
    ("text", "prefix", "tail"),
    [
        ("/content/drive/MyDrive/x.csv", "/content/drive", "MyDrive/x.csv"),
        ("/content/x.csv", "/content", "x.csv"),
        ("/content", "/content", ""),
        ("/kaggle/input/churn/x.csv", "/kaggle/input", "churn/x.csv"),
        ("/dbfs/mnt/x", "/dbfs/mnt", "x"),
        ("/Volumes/main/churn/raw/x.csv", "/Volumes/main", "churn/raw/x.csv"),
        ("/Volumes/{}/{}/{}/x.csv", "/Volumes", "{}/{}/{}/x.csv"),
        ("/workspace/churn", "/workspace/churn", ""),
        ("/opt/ml/model/x", "/opt/ml/model", "x"),
        ("/home/jovyan/work", "/home/jovyan/work", ""),
    ],
)
def test_a_folder_of_a_platform_is_recognised(text: str, prefix: str, tail: str) -> None:
    path = platform_path(text)
    assert path is not None
    assert (path.kind, path.prefix, path.tail) == (PLATFORM, prefix, tail)


@pytest.mark.parametrize("text", ["/contents/x", "/content-type", "/kaggler/x", "content/x", "/opt/mlflow/x", "/Volumes/Backup/x", "/opt"])
def test_what_is_no_platform_is_none(text: str) -> None:
    assert platform_path(text) is None


@pytest.mark.parametrize(
    ("text", "kind", "prefix"),
    [
        ("/opt/churn/src", ABSOLUTE, "/opt/churn"),
        ("/app", ABSOLUTE, "/app"),
        ("/root/churn", ABSOLUTE, "/root/churn"),
        ("/srv/churn/", ABSOLUTE, "/srv/churn"),
        ("~/churn/src", ABSOLUTE, "~/churn"),
        ("~ana/churn", ABSOLUTE, "~ana/churn"),
        ("/home/ana/churn", HOME, "/home/ana"),
        ("C:\\Users\\Ana\\churn", HOME, "C:\\Users\\Ana"),
        ("/scratch/churn", MOUNT, "/scratch/churn"),
    ],
)
def test_any_folder_of_a_machine_is_absolute(text: str, kind: str, prefix: str) -> None:
    path = absolute_path(text)
    assert path is not None
    assert (path.kind, path.prefix) == (kind, prefix)


@pytest.mark.parametrize(
    "text",
    [
        *("", "/", "~", "~/", "..", "../src", "src", "./src", "{}/src", "/{}/src", "$HOME/src"),
        *("/tmp", "/tmp/x", "/usr/lib/python3/dist-packages", "/etc/x", "/proc/1", "/var/lib/x", "/opt/conda/lib", "C:\\Windows\\x"),
        *("/path/to/src", "/your/src", "/home/{}/x", "/home/jovyan/x", "/content/churn", "/kaggle/input/x", "/opt/airflow/dags"),
    ],
)
def test_what_every_machine_has_is_not_absolute(text: str) -> None:
    assert absolute_path(text) is None


@pytest.mark.parametrize(
    ("text", "prefix", "tail"),
    [
        ("../data/raw/x.csv", "../data", "raw/x.csv"),
        ("../x.csv", "..", "x.csv"),
        ("../../data/x.csv", "../../data", "x.csv"),
        ("..\\data\\x.csv", "../data", "x.csv"),
        ("../data/{}.csv", "../data", "{}.csv"),
        ("../{}/x.csv", "..", "{}/x.csv"),
    ],
)
def test_a_path_from_a_folder_above_is_recognised(text: str, prefix: str, tail: str) -> None:
    path = parent_path(text)
    assert path is not None
    assert (path.kind, path.prefix, path.tail) == (PARENT, prefix, tail)


@pytest.mark.parametrize("text", ["..", "../", "../..", "a/../b", "./data", ".../x", "data/../x", "x"])
def test_what_does_not_go_up_first_is_none(text: str) -> None:
    assert parent_path(text) is None


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        *((mount_shape(), text) for text, _, _ in MOUNTS),
        (platform_shape(), "/kaggle/input/x"),
        (platform_shape(), "/opt/ml/model"),
        (absolute_shape(), "/opt/x"),
        (absolute_shape(), "~/x"),
        (absolute_shape(), "C:\\x"),
        (parent_shape(), "../data/x"),
    ],
)
def test_the_gate_lets_every_recognised_path_in(shape: Shape, text: str) -> None:
    quoted = f"x = '{text}'\n"
    assert shape.may_stand_in(quoted.encode())
    assert shape.line.search(quoted)
    assert shape.may_stand_in(f'"x = \\"{text}\\""'.encode(), is_notebook=True)


@pytest.mark.parametrize(
    "source",
    [
        "../data/x.csv",
        "./data/x",
        "{root}/data/x",
        "a/juno/work/x",
        "./juno/work/x",
        "/juno/working/x",
        "a/scratch/b",
        "https://example.org/data/x",
        "/database/x",
    ],
)
def test_the_gate_keeps_out_what_goes_on_from_before(source: str) -> None:
    assert not mount_shape().may_stand_in(f"x = '{source}'\n".encode())


@given(st.text(max_size=120))
@settings(max_examples=200)
def test_any_text_is_judged_without_an_exception(text: str) -> None:
    for candidate in (text, "/data/" + text, "/content/" + text, "../" + text, "~/" + text, "/" + text):
        for judge in (mount_path, platform_path, absolute_path, parent_path):
            path = judge(candidate)
            assert path is None or path.prefix


@pytest.mark.parametrize("text", ["/data" * 20_000, "/data/" + "_a" * 40_000, "../" * 30_000, "/" * 80_000, "~" * 80_000])
def test_the_time_is_linear_in_hostile_text(text: str) -> None:
    start = time.perf_counter()
    for shape in (mount_shape(), platform_shape(), absolute_shape(), parent_shape()):
        shape(text)
        shape.may_stand_in(text.encode())
        shape.line.search(text)
    assert time.perf_counter() - start < 1
