from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsguard.analysis.paths.shapes import DRIVE, HOME, SHARE, WORKSPACE, embedded_path, home_path, home_shape

PATHS = [
    ("/home/ana", HOME, "/home/ana", ""),
    ("/home/ana/", HOME, "/home/ana", ""),
    ("/home/ana/churn/data/train.csv", HOME, "/home/ana", "churn/data/train.csv"),
    ("  /home/ana/churn", HOME, "/home/ana", "churn"),
    ("/Users/ana/Desktop/x.csv", HOME, "/Users/ana", "Desktop/x.csv"),
    ("/Users/ana.lopez/x", HOME, "/Users/ana.lopez", "x"),
    ("/Users/SMQ-TF/x.csv", HOME, "/Users/SMQ-TF", "x.csv"),
    ("/home/ubuntu/.cache", HOME, "/home/ubuntu", ".cache"),
    ("/home/andré/x", HOME, "/home/andré", "x"),
    ("/home/ana:/data", HOME, "/home/ana", ""),
    ("/home/ana/data:/data", HOME, "/home/ana", "data"),
    ("/c/Users/Ana/churn", HOME, "/c/Users/Ana", "churn"),
    ("/mnt/c/Users/Ana/churn", HOME, "/mnt/c/Users/Ana", "churn"),
    ("/mnt/lab/raid/home/pasan001/thesis/x.tif", HOME, "/mnt/lab/raid/home/pasan001", "thesis/x.tif"),
    ("file:///home/ana/mlruns", HOME, "/home/ana", "mlruns"),
    ("file:/home/ana/mlruns", HOME, "/home/ana", "mlruns"),
    ("sqlite:////home/ana/mlflow.db", HOME, "/home/ana", "mlflow.db"),
    ("--data=/home/ana/data", HOME, "/home/ana", "data"),
    ("C:\\Users\\Ana\\data\\x.csv", HOME, "C:\\Users\\Ana", "data/x.csv"),
    ("C:/Users/Ana/data/x.csv", HOME, "C:\\Users\\Ana", "data/x.csv"),
    ("c:/users/ana/data", HOME, "C:\\users\\ana", "data"),
    ("C:\\\\Users\\\\Ana\\\\data", HOME, "C:\\Users\\Ana", "data"),
    ("C://Users//Ana//data", HOME, "C:\\Users\\Ana", "data"),
    ("C:\\Users\\User\\data", HOME, "C:\\Users\\User", "data"),
    ("C:\\Users\\Ana Maria\\x", HOME, "C:\\Users\\Ana Maria", "x"),
    ("C:\\Documents and Settings\\Ana\\x", HOME, "C:\\Documents and Settings\\Ana", "x"),
    ("\\\\?\\C:\\Users\\Ana\\x", HOME, "C:\\Users\\Ana", "x"),
    ("D:\\data\\x.csv", DRIVE, "D:\\data", "x.csv"),
    ("D:/data/x.csv", DRIVE, "D:\\data", "x.csv"),
    ("d:/Data Science/churn/x.csv", DRIVE, "D:\\Data Science", "churn/x.csv"),
    ("D:/train.csv", DRIVE, "D:\\", "train.csv"),
    ("d://train.csv", DRIVE, "D:\\", "train.csv"),
    ("E:/projects", DRIVE, "E:\\projects", ""),
    ("Z:/x/y.csv", DRIVE, "Z:\\x", "y.csv"),
    ("D:/*.csv", DRIVE, "D:\\", "*.csv"),
    ("file:///D:/data/mlruns", DRIVE, "D:\\data", "mlruns"),
    ("sqlite:///D:/data/x.db", DRIVE, "D:\\data", "x.db"),
    ("\\\\fileserver01\\projects\\churn", SHARE, "\\\\fileserver01\\projects", "churn"),
    ("\\\\nas.lab.org\\public", SHARE, "\\\\nas.lab.org\\public", ""),
    ("/Users/ana@example.org/churn", WORKSPACE, "/Users/ana@example.org", "churn"),
]


@pytest.mark.parametrize(("text", "kind", "prefix", "tail"), PATHS)
def test_a_machine_path_is_recognised_with_its_prefix_and_tail(text: str, kind: str, prefix: str, tail: str) -> None:
    path = home_path(text)
    assert path is not None
    assert (path.kind, path.prefix, path.tail) == (kind, prefix, tail)


NO_PATHS = [
    # nothing after the root, or no name there
    "",
    "/",
    "/home",
    "/home/",
    "/Users/",
    "/home//x",
    "/home/{user}/x",
    "/home/{}/x",
    "/home/%s/x",
    "/home/$USER/x",
    "/home/${USER}/x",
    "/home/<user>/x",
    "/home/*/x",
    "/home/~/x",
    "/Users/[name]/x",
    "/home/...",
    # conventions and placeholders
    "~/data",
    "~ana/data",
    "/home/jovyan/work",
    "/home/jupyter/data",
    "/home/jovyan. Mount it",
    "/home/jovyan!",
    "/home/runner/work/x",
    "/home/circleci/project",
    "/home/user/app",
    "/home/vscode/.cache",
    "/home/airflow/dags",
    "/home/your_name/x",
    "/home/yourname/x",
    "/home/username/x",
    "/home/user_name/x",
    "/home/myuser/x",
    "/home/xxx/x",
    "/home/example/x",
    "/Users/Shared/x",
    "/Users/runner/work",
    "/Users/your-name/x",
    "/Users/username/x",
    "/path/to/home/ana",
    "/home/path/to/x",
    "C:\\Users\\Public\\x",
    "C:\\Users\\runneradmin\\x",
    "C:\\Users\\<user>\\x",
    "C:\\Users\\%USERNAME%\\x",
    "C:\\Users\\{user}\\x",
    "C:\\Users\\YourName\\x",
    "C:\\Users\\username\\x",
    "C:\\Users\\",
    "C:/Users/",
    "C:\\Windows\\System32\\drivers",
    "C:/Windows/Fonts/arial.ttf",
    "C:\\Program Files\\R\\bin",
    "C:\\Program Files (x86)\\Graphviz\\bin",
    "C:/Program",
    "D:\\Program Files\\cuda",
    "C:\\ProgramData\\x",
    "C:\\Temp\\x.csv",
    "C:/tmp/x.csv",
    "C:/path/to/file.csv",
    "C:\\path\\to\\file",
    "D:/your/data",
    "C:\\...\\x",
    # routes
    "/home/index",
    "/home/about",
    "/home/dashboard",
    "/home/index.html",
    "/home/api/v1/items",
    "/Users/search",
    "/Users/0",
    "/users/ana",
    "/v/users/ana",
    # one letter, a colon and something else
    "C:",
    "C:x",
    "C:/",
    "C:\\",
    "a:/b",
    "A:/data/x",
    "b:/data",
    "I:/O",
    "d:/m/y",
    "x:\n",
    "y:\n  value",
    "E:\t",
    "http://example.org/home/ana",
    "https://example.org/Users/ana",
    "s3://bucket/home/ana/x",
    "gs://bucket/Users/ana",
    "hdfs://node/home/ana",
    "neo4j+s://demo.example.org",
    "%H:%M",
    "%d:/%m",
    "key:/value",
    "file:///",
    "file:///data/x.csv",
    "sqlite:///data.db",
    "sqlite:////data/x.db",
    "sqlite:///home/ana/x.db",
    # other roots
    "/mnt/data/x",
    "/tmp/home/ana",
    "/usr/home",
    "/homes/ana",
    "/homepage/ana",
    "home/ana/x",
    "./home/ana",
    "../Users/ana",
    "data/home/ana",
    "/opt/home",
    # two backslashes that are no share
    "\\\\",
    "\\\\s+",
    "\\\\begin{table}",
    "\\\\hline\\hline",
    "\\\\midrule\\bottomrule",
    "\\\\d+\\.\\d+",
    "\\\\w\\s",
    "\\\\server\\share\\x",
    "\\\\.\\PhysicalDrive0",
    "\\\\?\\Volume",
    "\\\\localhost\\c$",
    "\\\\foo",
    "//server/share/x",
    "//div[@class='home']",
    "\\Users\\Ana",
]


@pytest.mark.parametrize("text", NO_PATHS)
def test_what_only_looks_like_a_machine_path_is_none(text: str) -> None:
    assert home_path(text) is None


@pytest.mark.parametrize("text", ["/home/ubuntu/x", "/home/ec2-user/x", "D:\\a\\churn\\churn", "C:/hosted/x"])
def test_conventions_of_hosted_runners_count_in_ci_files_only(text: str) -> None:
    assert home_path(text) is not None
    assert home_path(text, in_ci=True) is None


@pytest.mark.parametrize("text", ["/home/ana/x", "C:\\Users\\Ana\\x"])
def test_a_person_is_a_person_in_ci_files_too(text: str) -> None:
    assert home_path(text, in_ci=True) is not None


@pytest.mark.parametrize(("text", "prefix"), [(text, prefix) for text, _, prefix, _ in PATHS])
def test_the_gate_lets_every_recognised_path_in(text: str, prefix: str) -> None:
    assert home_shape().may_stand_in(b"x = r'" + text.encode() + b"'")
    escaped = text.replace("\\", "\\\\")
    assert home_shape().may_stand_in(b'"x = \\"' + escaped.replace("\\", "\\\\").encode() + b'\\""', is_notebook=True), prefix


@pytest.mark.parametrize(
    "data",
    [
        b"import numpy as np\nurl = 'https://example.org/data'\n",
        b"def f(x):\n    return {'a': 1, 'b': x}\n",
        b"label = 'x:\\n'\nprint('total:\\t', n)\n",
        b"for i in range(3):\n    s = '/homes/ana'\n",
        b"re.compile('\\\\s+')\n",
    ],
)
def test_the_gate_keeps_ordinary_files_out(data: bytes) -> None:
    assert not home_shape().may_stand_in(data)


def test_the_gate_takes_a_line_end_in_a_notebook_for_no_drive() -> None:
    assert not home_shape().may_stand_in(b'"source": ["for x in d:\\n", "    if a == c:\\n"]', is_notebook=True)


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("cp /home/ana/x.csv data/", "/home/ana"),
        ("source /home/fe/motzkus/.bashrc", "/home/fe"),
        ("python train.py --data /home/ana/data", "/home/ana"),
        ("python train.py --data=/home/ana/data", "/home/ana"),
        ("cd 'C:/Users/Ana/x' && dir", "C:\\Users\\Ana"),
        ("SELECT * FROM read_csv('/home/ana/x.csv')", "/home/ana"),
        ("COPY t FROM 'D:/data/x.csv'", "D:\\data"),
        ("CUDA_VISIBLE_DEVICES=0 python /home/ana/train.py", "/home/ana"),
    ],
)
def test_a_path_inside_a_command_or_a_query_is_found(text: str, prefix: str) -> None:
    path = embedded_path(text, home_shape())
    assert path is not None
    assert path.prefix == prefix


@pytest.mark.parametrize(
    "text",
    [
        "see /home/ana/x.csv for details",
        "File '/home/ana/x.py', line 3",
        "cp data/x.csv out/",
        "select the folder /home/ana",
        "Copying C:/Users/Ana/x",
        "categories at /home/ana",
    ],
)
def test_prose_is_searched_for_no_path(text: str) -> None:
    assert embedded_path(text, home_shape()) is None


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_any_text_is_judged_without_an_exception(text: str) -> None:
    for candidate in (text, "/home/" + text, "C:\\" + text, "\\\\" + text, "cp " + text):
        path = home_path(candidate)
        assert path is None or path.prefix
        embedded_path(candidate, home_shape())
    home_shape().may_stand_in(text.encode("utf-8", "surrogatepass"))
