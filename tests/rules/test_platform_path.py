from __future__ import annotations

import pytest

from dsguard.rules.paths.platform_path import PlatformPath
from dsguard.testing import check, run

RULE = PlatformPath()
PACKAGE = {"churn/__init__.py": ""}


def subjects(files: dict[str, str]) -> list[str]:
    return [finding.subject for finding in check(RULE, dict(files))]


@pytest.mark.parametrize(
    ("source", "prefix"),
    [
        ("def load():\n    return pd.read_csv('/kaggle/input/churn/x.csv')\n", "/kaggle/input"),
        ("DATA_DIR = '/content/drive/MyDrive'\n", "/content/drive"),
        ("DATA_DIR = Path('/dbfs/mnt/x')\n", "/dbfs/mnt"),
        ("def load(data_dir='/Volumes/main/churn/raw'): pass\n", "/Volumes/main"),
        ("class Config:\n    model_dir = '/opt/ml/model'\n", "/opt/ml/model"),
        ("import sys\nsys.path.append('/workspace/churn')\n", "/workspace/churn"),
    ],
)
def test_a_module_of_a_package_should_not_know_a_platform(source: str, prefix: str) -> None:
    assert subjects({**PACKAGE, "churn/load.py": source}) == [prefix]


@pytest.mark.parametrize("how", ["import config\n", "from config import DATA\n", "import os, config\n", "    from config import DATA\n"])
def test_a_module_that_a_file_beside_it_imports_counts(how: str) -> None:
    files = {"config.py": "DATA = '/kaggle/input/churn'\n", "train.py": how}
    assert subjects(files) == ["/kaggle/input"]


@pytest.mark.parametrize(
    "files",
    [
        {"train.py": "DATA = '/kaggle/input/churn'\n"},
        {"config.py": "DATA = '/kaggle/input/churn'\n", "train.py": "import reconfig\n# import config\n"},
        {**PACKAGE, "churn/train.py": "DATA = '/kaggle/input/x'\nif __name__ == '__main__':\n    main()\n"},
        {**PACKAGE, "churn/train.py": "df = pd.read_csv('/kaggle/input/x.csv')\n"},
        {**PACKAGE, "churn/load.py": "import os\nDATA = os.environ.get('DATA', '/opt/ml/input')\n"},
        {**PACKAGE, "churn/load.py": "parser.add_argument('--data', default='/opt/ml/input')\n"},
        {**PACKAGE, "churn/load.py": "on_kaggle = os.path.exists('/kaggle/input')\n"},
        {**PACKAGE, "churn/load.py": "on_kaggle = Path('/kaggle').is_dir()\n"},
        {**PACKAGE, "churn/load.py": "name = '/content/x'\n"},
        {**PACKAGE, "churn/load.py": "@app.get('/content/x')\ndef f(): pass\n"},
        {**PACKAGE, "churn/load.py": "DATA = '/workspace/x'\n", "Dockerfile": "FROM python\nWORKDIR /workspace\n"},
        {**PACKAGE, "churn/nb.py": "# Databricks notebook source\nDATA = '/dbfs/mnt/x'\n"},
        {"tests/__init__.py": "", "tests/load.py": "DATA = '/kaggle/input/x'\n"},
    ],
)
def test_silent(files: dict[str, str]) -> None:
    assert subjects(files) == []


def test_it_is_a_matter_of_taste() -> None:
    files: dict[str, str | bytes] = {**PACKAGE, "churn/load.py": "DATA = '/kaggle/input/churn'\n"}
    assert run(files).findings == []
    assert [finding.code for finding in run(files, profile="strict", families=["paths"]).findings] == ["DSG603"]
