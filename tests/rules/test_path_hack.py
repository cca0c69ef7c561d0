from __future__ import annotations

import json

import pytest

from dsguard.model import Finding
from dsguard.rules.paths.path_hack import PathHack
from dsguard.testing import check, run

RULE = PathHack()


def findings(files: dict[str, str | bytes], **options: str) -> list[Finding]:
    return check(RULE, files, **options)


def notebook(source: str) -> str:
    cell: dict[str, object] = {"cell_type": "code", "id": "c1", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


@pytest.mark.parametrize(
    ("source", "prefix"),
    [
        ("import sys\nsys.path.append('/opt/churn/src')", "/opt/churn"),
        ("import sys\nsys.path.insert(0, '/app')", "/app"),
        ("import sys\nsys.path.extend(['/srv/churn', x])", "/srv/churn"),
        ("import sys\nsys.path += ['/srv/churn']", "/srv/churn"),
        ("import sys\nsys.path[0:0] = ['/srv/churn']", "/srv/churn"),
        ("from sys import path\npath.append('/srv/churn')", "/srv/churn"),
        ("import sys\nsys.path.append(os.path.join('/srv/churn', 'src'))", "/srv/churn"),
        ("import sys\nsys.path.append(str(Path('/srv/churn') / 'src'))", "/srv/churn"),
        ("import sys\nsys.path.append(f'/srv/churn/{name}')", "/srv/churn"),
        ("import sys\nsys.path.append('~/churn')", "~/churn"),
        ("import sys, os\nsys.path.append(os.path.expanduser('~/churn/src'))", "~/churn"),
        ("import os\nos.chdir('/root/churn')", "/root/churn"),
        ("import os\nos.chdir('~/churn')", "~/churn"),
        ("from os import chdir\nchdir('/srv/churn')", "/srv/churn"),
        ("import site\nsite.addsitedir('/srv/churn')", "/srv/churn"),
        # on its own the rule tells these, too
        ("import sys\nsys.path.append('/home/ana/churn')", "/home/ana"),
        ("import os\nos.chdir('C:/Users/Ana/churn')", "C:\\Users\\Ana"),
        ("import os\nos.chdir('D:\\\\churn')", "D:\\churn"),
        ("import os\nos.chdir('/scratch/churn')", "/scratch/churn"),
    ],
)
def test_the_module_path_or_the_working_directory_is_set_to_a_folder_of_one_machine(source: str, prefix: str) -> None:
    assert [finding.subject for finding in findings({"a.py": source})] == [prefix]
    assert [finding.subject for finding in findings({"a.ipynb": notebook(source)})] == [prefix]


@pytest.mark.parametrize(
    ("magic", "prefix"), [("%cd /srv/churn", "/srv/churn"), ("%cd ~/churn", "~/churn"), ('%cd "/srv/churn"', "/srv/churn")]
)
def test_a_magic_that_changes_the_folder_counts(magic: str, prefix: str) -> None:
    assert [finding.subject for finding in findings({"a.ipynb": notebook(f"x = 1\n{magic}")})] == [prefix]


@pytest.mark.parametrize(
    "source",
    [
        "import sys\nsys.path.append('..')",
        "import sys\nsys.path.append('src')",
        "import sys\nsys.path.append(str(Path(__file__).parent))",
        "import sys\nsys.path.append(root + '/opt/churn')",
        "import sys\nsys.path.append(os.path.join(root, '/opt/churn'))",
        "import sys\nif '/opt/churn' in sys.path: pass",
        "import sys\nsys.path.remove(x)\ny = '/opt/churn'",
        "import sys\nsys.path.append('/usr/lib/python3/dist-packages')",
        "import sys\nsys.path.append('/kaggle/input/helpers')",
        "import sys\nsys.path.append('/content/churn')",
        "import sys\nsys.path.append('/path/to/churn')",
        "import os\nos.chdir('/tmp')",
        "import os\nos.chdir('/')",
        "import os\nos.chdir('..')",
        "import os\nos.chdir(os.path.expanduser('~'))",
        "open('/opt/churn/x.csv')",
        "path = '/opt/churn'",
        "monkeypatch.chdir('/opt/churn')",
        "# import sys; sys.path.append('/opt/churn')",
    ],
)
def test_silent(source: str) -> None:
    assert findings({"a.py": source}) == []


@pytest.mark.parametrize("cell", ["%cd ..", "%cd ../data", "%cd -", "%cd ~", "%cd /content/churn", "# %cd /opt/churn", "%ls /opt/churn"])
def test_silent_magics(cell: str) -> None:
    assert findings({"a.ipynb": notebook(cell)}) == []


def test_a_folder_of_a_container_of_the_repository_is_its_own() -> None:
    files: dict[str, str | bytes] = {"a.py": "import sys\nsys.path.append('/app')\n"}
    assert len(findings(files)) == 1
    assert findings({**files, "Dockerfile": "FROM python\nWORKDIR /app\n"}) == []


@pytest.mark.parametrize(
    ("literal", "code"),
    [("/home/ana/churn", "DSG601"), ("D:/churn", "DSG601"), ("/mnt/nas/churn", "DSG602"), ("/opt/churn", "DSG604"), ("~/churn", "DSG604")],
)
def test_a_literal_is_told_once_by_the_rule_that_knows_best(literal: str, code: str) -> None:
    files: dict[str, str | bytes] = {"a.py": f"import sys\nsys.path.append('{literal}')\n"}
    assert [finding.code for finding in run(files).findings] == [code]


def test_it_is_left_to_another_rule_only_where_that_runs() -> None:
    files: dict[str, str | bytes] = {"a.py": "import sys\nsys.path.append('/home/ana/churn')\n"}
    assert [finding.code for finding in run(files, ignore=["DSG601"], families=["paths"]).findings] == ["DSG604"]


def test_what_was_accepted_as_a_home_is_no_hack_on_top() -> None:
    source = "import sys\nsys.path.append('/home/ana/churn')  # dsguard: ignore[DSG601] the one machine\n"
    report = run({"a.py": source})
    assert report.findings == []
    assert report.suppressed == 1
