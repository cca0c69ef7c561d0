"""DSG404, DSG406, DSG407 and DSG408: Python, hash seed, base image and requirements."""

from __future__ import annotations

import pytest

from dsguard import engine
from dsguard.analysis.lockfile.requirements import is_installable
from dsguard.config import load_config, make_plan
from dsguard.model import Confidence, Finding
from dsguard.rules.lockfile.floating_base_image import FloatingBaseImage
from dsguard.rules.lockfile.missing_hash_seed import MissingHashSeed
from dsguard.rules.lockfile.unbounded_python import UnboundedPython
from dsguard.rules.lockfile.unpinned_requirements import UnpinnedRequirements
from dsguard.testing import MemoryWorkspace, check

DIGEST = "@sha256:" + "5d" * 32


# Python


@pytest.mark.parametrize(
    ("python", "line"),
    [
        ('requires-python = ">=3.11"', 3),
        ('requires-python = ">3.10,!=3.12.1"', 3),
        ("", 1),
    ],
)
def test_python_without_an_upper_bound(python: str, line: int) -> None:
    (finding,) = check(UnboundedPython(), {"pyproject.toml": f'[project]\nname = "a"\n{python}\ndependencies = ["b"]\n'}, profile="strict")
    assert finding.location.line == line
    assert "<3." in finding.help


@pytest.mark.parametrize("python", [">=3.11,<4", "==3.12.*", "~=3.11", "<=3.12", "===3.12.1", "3.12.*"])
def test_python_with_an_upper_bound(python: str) -> None:
    manifest = f'[project]\nname = "a"\nrequires-python = "{python}"\ndependencies = ["b"]\n'
    assert check(UnboundedPython(), {"pyproject.toml": manifest}, profile="strict") == []


def test_the_next_bound_follows_the_lowest() -> None:
    (finding,) = check(
        UnboundedPython(), {"pyproject.toml": '[project]\nname = "a"\nrequires-python = ">=3.13"\ndependencies = ["b"]\n'}, profile="strict"
    )
    assert '">=3.13,<3.15"' in finding.help
    assert "`>=3.13` has no upper bound" in finding.message


@pytest.mark.parametrize(
    ("manifest", "count"),
    [
        ('[tool.poetry.dependencies]\npython = ">=3.10"\nb = "1"\n', 1),
        ('[tool.poetry.dependencies]\npython = { version = ">=3.10" }\nb = "1"\n', 1),
        ('[tool.poetry.dependencies]\npython = "^3.10"\nb = "1"\n', 0),
        ('[tool.pixi.dependencies]\npython = "3.12"\nb = "1"\n', 0),
        ('[tool.pixi.dependencies]\npython = "*"\nb = "1"\n', 1),
        ('[project]\nname = "a"\nrequires-python = ">=3.10"\n', 0),
        ('[project]\nname = "a"\ndynamic = ["requires-python"]\ndependencies = ["b"]\n', 0),
        ("[tool.ruff]\n", 0),
    ],
)
def test_other_manifests(manifest: str, count: int) -> None:
    assert len(check(UnboundedPython(), {"pyproject.toml": manifest}, profile="strict")) == count


# Hash seed

SCRIPT = "import numpy as np\n\n\ndef main() -> None:\n    print(np.zeros(3))\n\n\nif __name__ == '__main__':\n    main()\n"
CI = "jobs:\n  a:\n    steps:\n      - run: python train.py\n"


def hash_seed(files: dict[str, str]) -> list[Finding]:
    return check(MissingHashSeed(), {"train.py": SCRIPT} | files, profile="strict")


@pytest.mark.parametrize(
    ("files", "path", "advice"),
    [
        ({".envrc": "layout uv\n", "Dockerfile": "FROM python\n"}, ".envrc", "export PYTHONHASHSEED=0"),
        ({"Dockerfile": "FROM python:3.12\n"}, "Dockerfile", "ENV PYTHONHASHSEED=0"),
        ({".github/workflows/a.yml": CI}, ".github/workflows/a.yml", "under `env:`"),
        ({".github/workflows/a.yml": "jobs: {}\n", ".github/workflows/b.yml": CI}, ".github/workflows/b.yml", "under `env:`"),
        ({".gitlab-ci.yml": "a: {script: [python train.py]}\n"}, ".gitlab-ci.yml", "under `variables:`"),
        ({"noxfile.py": "import nox\n"}, "noxfile.py", "session.env"),
        ({"pyproject.toml": '[project]\nname = "a"\n'}, "pyproject.toml", "a file .envrc beside"),
    ],
)
def test_a_place_for_the_hash_seed(files: dict[str, str], path: str, advice: str) -> None:
    (finding,) = hash_seed(files)
    assert finding.path == path
    assert "for train.py" in finding.message
    assert advice in finding.help


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"Dockerfile": "FROM nginx\n"},
        {"Dockerfile": "FROM python\n", "scripts/run.sh": "PYTHONHASHSEED=0 python train.py\n"},
        {"Dockerfile": "FROM python\n", ".env": "PYTHONHASHSEED=1\n"},
        {"Dockerfile": "FROM python\n", "environment.yml": "variables:\n  PYTHONHASHSEED: 0\n"},
        {".envrc": "x\n", "train.py": "import numpy as np\n\n\ndef load() -> None: ...\n"},
        {".envrc": "x\n", "train.py": SCRIPT.replace("import numpy as np", "import json")},
        {".envrc": "x\n", "train.py": "", ".agents/skills/plot.py": SCRIPT},
        {"{{ cookiecutter.slug }}/.envrc": "x\n"},
    ],
)
def test_no_place_or_set_or_no_entry_script(files: dict[str, str]) -> None:
    assert hash_seed(files) == []


def test_a_random_hash_seed_is_none() -> None:
    assert len(hash_seed({"Dockerfile": "FROM python\nENV PYTHONHASHSEED=random\n"})) == 1


# Base image


def images(text: str, *, profile: str = "default", **files: str) -> list[Finding]:
    return check(FloatingBaseImage(), {"Dockerfile": text} | files, profile=profile)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("FROM python:latest\n", 1, "`python:latest` is a moving target by its name"),
        ("# a\nFROM ghcr.example.com:5000/team/base\n", 2, "`ghcr.example.com:5000/team/base` is `latest`, for want of a tag"),
        ("FROM --platform=$BUILDPLATFORM Python:latest AS b\n", 1, "`Python:latest`"),
        ("ARG V=latest\nFROM python:$V\n", 2, "`python:latest`"),
        ("FROM python:3.12@sha256:00\nFROM ubuntu\n", 2, "`ubuntu`"),
    ],
)
def test_latest(text: str, line: int, said: str) -> None:
    (finding,) = images(text)
    assert (finding.location.line, finding.confidence) == (line, Confidence.HIGH)
    assert said in finding.message
    assert "imagetools inspect" in finding.help


@pytest.mark.parametrize(
    "text",
    [
        f"FROM python:latest{DIGEST}\n",
        "FROM scratch\n",
        "FROM\n",
        "ARG BASE\nFROM $BASE\n",
        "FROM python:${V}\n",
        f"FROM python{DIGEST} AS Base\nFROM base\n",
        "RUN echo FROM python\n",
    ],
)
def test_fixed_or_unknown_images(text: str) -> None:
    assert images(text, profile="strict") == []


def test_a_tag_without_a_digest_is_for_strict_and_told_once() -> None:
    text = "FROM python:3.12-slim AS a\nFROM python:3.12-slim\n"
    assert images(text) == []
    (finding,) = images(text, profile="strict")
    assert finding.confidence is Confidence.LOW
    assert "`FROM python:3.12-slim@sha256:...`" in finding.help


def test_an_image_that_the_repository_builds() -> None:
    for path, text in (("Makefile", "b:\n\tdocker build -t base:latest .\n"), ("compose.yaml", "services: {b: {build: ., image: base}}\n")):
        assert check(FloatingBaseImage(), {"app/Dockerfile": "FROM base:latest\n", path: text}) == []
    for path in ("docker/base/Dockerfile", "base/gpu.dockerfile"):
        assert check(FloatingBaseImage(), {"Dockerfile": "FROM base\n", path: "FROM scratch\n"}) == []
    argument = "ARG IMAGE=churn-distribution:latest\nFROM $IMAGE\n"
    assert check(FloatingBaseImage(), {"docker/Dockerfile": argument, "churn-distribution/pom.xml": "<project/>\n"}) == []
    assert len(check(FloatingBaseImage(), {"Dockerfile": "FROM python\n", "python/churn/__init__.py": ""})) == 1
    assert len(check(FloatingBaseImage(), {"Dockerfile": "FROM base:latest\n", "Makefile": "b:\n\tdocker build -t base-2:latest .\n"})) == 1


# Requirements


def requirements(files: dict[str, str], *, profile: str = "default") -> list[Finding]:
    return check(UnpinnedRequirements(), files, profile=profile)


def test_how_many_of_how_many_and_the_commands() -> None:
    (finding,) = requirements({"requirements.txt": "# x\nnumpy==2.1.0\n\npandas >= 2 # y\nscipy\n"})
    assert finding.message == "2 of 3 requirements have no exact version: each install may choose others"
    assert (finding.path, finding.location.line) == ("requirements.txt", 4)
    assert finding.help == "`uv init --bare && uv add -r requirements.txt` makes a uv.lock; commit it, and install by `uv sync --locked`."


@pytest.mark.parametrize(
    ("line", "pinned"),
    [
        ("a==1", True),
        ("a===1", True),
        ("a[x]==1 ; os_name == 'nt'", True),
        ("a == 1.*", False),
        ("a>=1,==1.2", True),
        ("a", False),
        ("a~=1.2", False),
        ("a>=1", False),
        ("a @ https://example.com/a-1.whl", True),
        ("https://example.com/a-1.whl", True),
        ("./wheels/a-1.whl", True),
        ("git+https://git.example.com/a.git", False),
        ("git+ssh://git@git.example.com/a.git@v1#egg=a", True),
        ("a @ git+https://git.example.com/a@0f0f", True),
        ("-e .", True),
        ("-r other.txt", True),
        ("--index-url https://index.example.com/simple", True),
        ("a --hash=sha256:00", True),
    ],
)
def test_what_is_pinned(line: str, *, pinned: bool) -> None:
    assert (requirements({"requirements.txt": line + "\n"}) == []) is pinned


@pytest.mark.parametrize(
    "files",
    [
        {"requirements-dev.txt": "pytest\n"},
        {"requirements/test.txt": "pytest\n"},
        {"docs/requirements.txt": "sphinx\n"},
        {"tests/requirements.txt": "pytest\n"},
        {"requirements_docs.txt": "sphinx\n", "ci-requirements.txt": "tox\n"},
        {"requirements.txt": "pandas\n", "Pipfile.lock": "{}"},
        {"app/requirements.txt": "pandas\n", "app/pyproject.toml": '[project]\nname = "a"\ndependencies = ["pandas"]\n'},
        {"constraints.txt": "pandas\n", "notes.txt": "numpy\n"},
        {"requirements.txt": ""},
    ],
)
def test_files_that_no_result_depends_on_or_that_are_locked(files: dict[str, str]) -> None:
    assert requirements(files) == []


@pytest.mark.parametrize(
    ("name", "text", "locked"),
    [
        ("requirements.lock", "a==1\nb==2\n", True),
        ("requirements-lock.txt", "a==1\nb==2\n", True),
        ("requirements.lock", "a==1\nb\n", False),
        ("requirements.lock", "# later\n", False),
        ("other.lock", "a==1\n", False),
    ],
)
def test_a_lock_that_people_name_after_the_file(name: str, text: str, *, locked: bool) -> None:
    found = check(UnpinnedRequirements(), {"app/requirements.txt": "a\nb\n", f"app/{name}": text})
    assert (found == []) is locked


def test_one_finding_for_a_repository_at_its_main_file() -> None:
    (finding,) = requirements({"b/requirements.txt": "x\n", "requirements-app.txt": "y\nz\n", "requirements-docker.txt": "y==1\n"})
    assert (finding.path, "(and in 1 more requirements file)" in finding.message) == ("requirements-app.txt", True)
    (finding,) = requirements({"b/requirements.txt": "x\n"})
    assert finding.help.startswith("In b/: `uv init --bare && uv add -r requirements.txt`")


def test_a_folder_of_requirements_is_part_of_the_project_above() -> None:
    (finding,) = check(UnpinnedRequirements(), {"api/requirements/base.txt": "pandas\n", "api/requirements/dev.txt": "pytest\n"})
    assert finding.help.startswith("In api/: `uv init --bare && uv add -r requirements/base.txt`")
    (finding,) = check(UnpinnedRequirements(), {"requirements/base.txt": "pandas\n"})
    assert finding.help.startswith("`uv init --bare && uv add -r requirements/base.txt`")
    assert "1 of 1 requirements has no" in finding.message


@pytest.mark.parametrize(
    ("manifest", "advice"),
    [('[project]\nname = "a"\nversion = "0"\n', "`uv add -r requirements.txt` makes"), ("[tool.ruff]\n", "a [project] table with name")],
)
def test_a_manifest_that_declares_nothing_counts_as_none(manifest: str, advice: str) -> None:
    (finding,) = requirements({"requirements.txt": "pandas\n", "pyproject.toml": manifest})
    assert finding.help.startswith(advice)


def test_what_a_library_asks_of_its_users_is_for_strict() -> None:
    setup = "setup(\n    install_requires=open('requirements.txt'),\n{})\n"
    for line in (
        "    url='https://git.example.com/churn',\n",
        "    classifiers=[],\n",
        "    **{'url': 'https://git.example.com/churn'},\n",
    ):
        files = {"requirements.txt": "pandas\n", "setup.py": setup.format(line)}
        assert requirements(files) == []
        assert len(requirements(files, profile="strict")) == 1
    assert len(requirements({"requirements.txt": "pandas\n", "setup.py": setup.format("")})) == 1


def test_a_large_collection_of_examples_is_for_strict() -> None:
    files = {f"example-{number}/requirements.txt": "torch\n" for number in range(10)}
    assert requirements(files) == []
    assert len(requirements(files, profile="strict")) == 1
    assert len(requirements({"requirements.txt": "torch\n"} | files)) == 1
    assert len(requirements({"requirements.txt": "pandas\n", "setup.py": "setup(name='src')\n"})) == 1


def test_a_hook_judges_it_only_with_a_requirements_file_in_the_commit() -> None:
    workspace = MemoryWorkspace({"requirements.txt": "pandas\n", "a.py": ""})
    plan = make_plan(load_config(None, "/"), select=["DSG408"])
    workspace.selected = [workspace.listing["a.py"]]
    assert engine.run(plan, workspace).findings == []
    workspace.selected = [workspace.listing["requirements.txt"]]
    assert len(engine.run(plan, workspace).findings) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Package         Version\n--------------- -------\nabsl-py         0.10.0\nnumpy           1.19.2\n",
        "# platform: linux-64\n_libgcc_mutex=0.1=main\nnumpy=1.19.2=py38h54aff64_0\n",
    ],
)
def test_a_list_for_people_is_none_for_pip(text: str) -> None:
    (finding,) = requirements({"requirements.txt": text})
    assert finding.message.startswith("pip cannot install from this: ")
    assert finding.location.line in (1, 2)
    assert "`pip freeze > requirements.txt`" in finding.help


@pytest.mark.parametrize(
    "line",
    [
        "numpy",
        "numpy >=1,<2",
        "numpy[extra] ~= 1.0",
        "numpy ; python_version < '3.12'",
        "numpy (>=1)",
        "a @ https://example.org/a.whl",
        "git+https://example.org/a.git",
        "./a",
        "-e .",
        "ruamel.yaml!=0.1",
        "numpy --no-binary :all:",
    ],
)
def test_what_pip_can_read(line: str) -> None:
    assert is_installable(line)


def test_the_name_of_requirements_may_be_in_capitals() -> None:
    assert [one.path for one in check(UnpinnedRequirements(), {"REQUIREMENTS.TXT": "pandas\n"})] == ["REQUIREMENTS.TXT"]
