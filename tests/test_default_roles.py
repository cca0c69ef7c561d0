"""What the shipped table takes paths for, as real repositories name them."""

from __future__ import annotations

import pytest

from dsguard.config import Config, make_plan
from dsguard.default_roles import DEFAULT_ROLES
from dsguard.policy import check_pattern

ROLES = frozenset(role for role, _ in DEFAULT_ROLES)
LABELS = make_plan(Config()).policy.labels


@pytest.mark.parametrize(
    ("path", "roles"),
    [
        ("data/raw/a.csv", {"raw-data", "data"}),
        ("Data/Raw/a.csv", {"raw-data", "data"}),
        ("projects/churn/data/raw/2024/a.csv", {"raw-data", "data"}),
        ("data/external/a.csv", {"raw-data", "data"}),
        ("data/01_raw/a.csv", {"raw-data", "data"}),
        ("raw_data/a.csv", {"raw-data"}),
        ("raw-data/a.csv", {"raw-data"}),
        ("raw/a.csv", {"raw-data"}),
        ("input/train.csv", {"raw-data"}),
        ("src/raw/reader.py", set()),
        ("src/input/reader.py", set()),
        ("data-raw/make.R", set()),
        ("data/interim/a.parquet", {"interim-data", "data"}),
        ("data/02_intermediate/a.parquet", {"interim-data", "data"}),
        ("data/processed/a.parquet", {"processed-data", "data"}),
        ("data/README.md", {"data", "documentation", "pointer"}),
        ("data/raw/.gitkeep", {"raw-data", "data", "pointer"}),
        ("data/raw/a.csv.dvc", {"raw-data", "data", "pointer"}),
        ("models/m.pkl", {"model"}),
        ("checkpoints/last.ckpt", {"model"}),
        ("tests/data/a.csv", {"fixture", "data"}),
        ("tests/test_a.py", {"fixture"}),
        ("src/pkg/test_a.py", {"fixture"}),
        ("conftest.py", {"fixture"}),
        (".test/config/samples.tsv", {"fixture"}),
        (".tests/unit/trim/a.fq", {"fixture"}),
        ("ngs-test-data/reads/a.fq", {"fixture"}),
        ("churn/tests.py", {"fixture"}),
        ("data/test/a.csv", {"data"}),
        ("tests/data/test/a.csv", {"fixture", "data"}),
        ("notebooks/eda.ipynb", {"notebook"}),
        ("docs/a.png", {"documentation"}),
        (".claude/skills/plots/examples/train.py", {"documentation"}),
        ("README.md", {"documentation", "pointer"}),
        ("vendor/lib.js", {"vendored"}),
        ("static/jquery.min.js", {"vendored", "web-asset"}),
        ("{{ cookiecutter.name }}/data/raw/a.csv", {"template", "raw-data", "data"}),
        ("pyproject.toml.jinja", {"template"}),
        (".github/workflows/ci.yml", {"ci"}),
        ("appveyor.yml", {"ci"}),
        ("data/raw_counts/a.txt", {"data", "raw-data"}),
        ("data/01-raw/a.csv", {"data", "raw-data"}),
        ("data/strawberries/a.csv", {"data"}),
        (".dvc/config", {"pointer"}),
        (".dvc/cache/files/md5/0f/9de68e012bd3aed5fa7cdc9fc421af", set()),
        ("sub/.github/workflows/ci.yml", set()),
        ("train.py", set()),
        ("data.py", set()),
        ("model.py", set()),
        ("raw", set()),
        ("tests", set()),
    ],
)
def test_roles(path: str, roles: set[str]) -> None:
    assert LABELS(path) & ROLES == roles


def test_every_pattern_can_match() -> None:
    for _, patterns in DEFAULT_ROLES:
        for pattern in patterns:
            check_pattern(pattern)


def test_names_are_those_of_a_configuration() -> None:
    assert len(ROLES) == len(DEFAULT_ROLES), "one row of patterns for each role"
    assert all(role == role.lower() and " " not in role for role in ROLES)
