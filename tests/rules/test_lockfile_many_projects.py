"""Many projects in one repository: each manifest is parsed once, whoever asks, and of a lockfile only what projects it holds."""

from __future__ import annotations

import tomllib

import pytest

from dsguard.documents import markup
from dsguard.documents.file import File
from dsguard.rules import RULES
from dsguard.testing import run

CODES = [rule.code for rule in RULES if rule.family == "lockfile"]
SCRIPT = "import numpy as np\n\n\nif __name__ == '__main__':\n    print(np.zeros(3))\n"


def manifest(name: str, *needs: str) -> str:
    return f'[project]\nname = "{name}"\nversion = "0.1.0"\nrequires-python = ">=3.11"\ndependencies = {list(needs)}\n'.replace("'", '"')


def package(name: str, where: str, need: str) -> str:
    return (
        f'\n[[package]]\nname = "{name}"\nversion = "0.1.0"\nsource = {{ virtual = "{where}" }}\n\n'
        f'[package.metadata]\nrequires-dist = [{{ name = "{need}" }}]\n'
    )


def library(name: str) -> str:
    return f'\n[[package]]\nname = "{name}"\nversion = "1.0"\nsource = {{ registry = "https://packages.example.com/simple" }}\n'


def lock(*packages: str, head: str = "") -> str:
    return 'version = 1\nrevision = 3\nrequires-python = ">=3.11"\n' + head + "".join(packages)


def test_each_manifest_is_parsed_once_and_no_lockfile_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    members = [f"m{number}" for number in range(20)]
    files = {"pyproject.toml": '[tool.uv.workspace]\nmembers = ["pk/*"]\n', "train.py": SCRIPT}
    files |= {f"pk/{name}/pyproject.toml": manifest(name, "numpy") for name in members}
    head = f"\n[manifest]\nmembers = {sorted(members)}\n".replace("'", '"')
    files["uv.lock"] = lock(library("numpy"), *(package(name, f"pk/{name}", "numpy") for name in members), head=head)
    for number in range(20):
        folder = f"apps/a{number}"
        files[f"{folder}/pyproject.toml"] = manifest(f"a{number}", "numpy", *(["scipy"] if number == 7 else []))
        files[f"{folder}/train.py"] = SCRIPT
        files[f"{folder}/Dockerfile"] = "FROM python:3.12\nRUN pip install -e .\n"
        if number != 8:
            files[f"{folder}/uv.lock"] = lock(library("numpy"), package(f"a{number}", ".", "numpy"))
    files[".github/workflows/ci.yml"] = "on: push\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v5\n      - run: uv sync\n"

    whole: list[str] = []
    texts: list[str] = []
    load_toml, loads = markup.load_toml, tomllib.loads

    def loading(file: File) -> dict[str, object]:
        whole.append(file.path)
        return load_toml(file)

    def parsing(text: str) -> dict[str, object]:
        texts.append(text)
        return loads(text)

    monkeypatch.setattr(markup, "load_toml", loading)
    monkeypatch.setattr(tomllib, "loads", parsing)
    report = run(files, select=CODES, profile="strict")

    assert {finding.code for finding in report.findings} >= {"DSG401", "DSG402", "DSG404", "DSG405", "DSG406", "DSG407"}
    assert sorted(whole) == sorted(path for path in files if path.endswith("pyproject.toml"))
    assert not any("packages.example.com" in text for text in texts), "what comes from an index is not parsed"
    assert sum("[[package]]" in text for text in texts) == len(members) + 19, "the projects themselves, each once"
