"""Files that are run by name are entries, whether or not they look like scripts."""

from __future__ import annotations

import pytest

from dsguard.analysis.seeds.named import named_entries
from dsguard.testing import all_files, run

MODULE = "import numpy as np\n\n\ndef main():\n    np.save('a.npy', np.random.rand(3))\n"


@pytest.mark.parametrize(
    ("path", "text", "script"),
    [
        ("Makefile", "train:\n\tpython src/train.py --epochs 3\n", "src/train.py"),
        ("Makefile", "train:\n\t$(RUN) python3 -u -W ignore -m churn.train\n", "src/churn/train.py"),
        ("justfile", "train:\n    uv run --frozen src/train.py\n", "src/train.py"),
        ("dvc.yaml", "stages:\n  train:\n    cmd: python src/train.py data/x.csv\n", "src/train.py"),
        ("work/dvc.yaml", "stages:\n  fit:\n    cmd: uv run python fit.py\n", "work/fit.py"),
        ("Snakefile", "rule fit:\n    script:\n        'work/fit.py'\n", "work/fit.py"),
        (".github/workflows/train.yml", "steps:\n- run: |\n    python -m churn.train\n", "src/churn/train.py"),
        ("MLproject", 'entry_points:\n  main:\n    command: "python src/train.py"\n', "src/train.py"),
        ("Makefile", "check:\n\tpython -c 'import train'\n\tpython -m pytest\n\techo train.py\n", None),
        ("notes.md", "python src/train.py\n", None),
    ],
)
def test_what_starts_scripts(path: str, text: str, script: str | None) -> None:
    files = all_files({path: text, "src/train.py": "", "src/churn/__init__.py": "", "src/churn/train.py": "", "work/fit.py": ""})
    assert named_entries(files) == ({script: ()} if script else {})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[project]\nname = 'churn'\n[project.scripts]\ntrain = 'churn.train:main'\n"),
        ("pyproject.toml", "[tool.poetry.scripts]\ntrain = {reference = 'churn.train:main', type = 'console'}\n"),
        ("setup.cfg", "[options.entry_points]\nconsole_scripts =\n    train = churn.train:main\n"),
        ("setup.py", "setup(entry_points={'console_scripts': ['train=churn.train:main']})\n"),
    ],
)
def test_console_scripts_call_a_function(name: str, text: str) -> None:
    files = {name: text, "src/churn/__init__.py": "", "src/churn/train.py": MODULE}
    assert named_entries(all_files(files)) == {"src/churn/train.py": ("main",)}
    assert [finding.code for finding in run(files, families=["seeds"]).findings] == ["DSG501"]
    assert run({**files, name: text.replace(":main", ":other")}, families=["seeds"]).findings == []
    assert run({**files, name: ""}, families=["seeds"]).findings == []


def test_broken_manifests_name_nothing() -> None:
    assert named_entries(all_files({"pyproject.toml": "[project.scripts\n", "setup.cfg": "console_scripts = \0"})) == {}
    assert named_entries(all_files({"pyproject.toml": "[project]\nscripts = 3\n[tool]\npoetry = []\n"})) == {}
