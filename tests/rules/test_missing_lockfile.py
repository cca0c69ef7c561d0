"""DSG401: a project that declares dependencies has a lockfile."""

from __future__ import annotations

import pytest

from dsguard.model import Confidence, Finding
from dsguard.rules.lockfile.missing_lockfile import MissingLockfile
from dsguard.testing import check

DECLARES = '[project]\nname = "churn"\nversion = "0.1.0"\ndependencies = ["pandas"]\n'
BUILD = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
HASH = "--hash=sha256:" + "0f" * 32


def findings(files: dict[str, str], *, profile: str = "default", config: str = "") -> list[Finding]:
    return check(MissingLockfile(), files, profile=profile, config=config)


@pytest.mark.parametrize("lock", ["uv.lock", "poetry.lock", "pdm.lock", "pixi.lock", "conda-lock.yml", "pylock.toml", "pylock.gpu.toml"])
def test_each_lockfile_of_the_field_counts(lock: str) -> None:
    assert len(findings({"pyproject.toml": DECLARES})) == 1
    assert findings({"pyproject.toml": DECLARES, lock: ""}) == []
    assert len(findings({"pyproject.toml": DECLARES, f"sub/{lock}": ""})) == 1


@pytest.mark.parametrize(
    ("requirements", "counts"),
    [
        (f"pandas==2.2.3 {HASH}\n", True),
        (
            f"# by pip-compile\n--index-url https://pkg.example.com/simple\npandas==2.2.3 \\\n    {HASH} \\\n    {HASH}\n    # via churn\n",
            True,
        ),
        (f"pandas==2.2.3 \\\r\n    {HASH}\r\n", True),
        (f"pandas==2.2.3 {HASH}\nnumpy==2.1.0\n", False),
        (f"pandas==2.2.3 {HASH}\n-r more.txt\n", False),
        (f"pandas==2.2.3 {HASH}\n-e .\n", False),
        (f"pandas==2.2.3 # {HASH}\n", False),
        ("pandas==2.2.3\n", False),
        ("# nothing yet\n", False),
        ("", False),
    ],
)
def test_a_requirements_file_counts_when_all_of_it_is_hashed(requirements: str, *, counts: bool) -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert (findings({"pyproject.toml": DECLARES, name: requirements}) == []) is counts


def test_the_configuration_says_which_lockfiles_count() -> None:
    files = {"pyproject.toml": DECLARES, "poetry.lock": "", "locks/prod.txt": f"pandas==2.2.3 {HASH}\n"}
    assert findings(files) == []
    (finding,) = findings(files, config='lockfiles = ["uv.lock"]')
    assert "poetry.lock is not among those that this project accepts" in finding.message
    assert finding.help == "Run `uv lock`, then `git add uv.lock`."
    assert findings(files, config='lockfiles = ["locks/*.txt"]') == []
    assert findings(files, config='lockfiles = ["locks/prod.txt"]') == []
    (finding,) = findings(files, config='lockfiles = ["our.lock", "their.lock"]')
    assert finding.help == "Lock the dependencies and commit the lockfile: our.lock or their.lock."


@pytest.mark.parametrize(
    ("pyproject", "line", "help"),
    [
        (DECLARES, 4, "Run `uv lock`, then `git add uv.lock`."),
        ('[tool.poetry]\n\n[tool.poetry.dependencies]\npandas = "*"\n', 3, "Run `poetry lock`, then `git add poetry.lock`."),
        (DECLARES + '[build-system]\nbuild-backend = "poetry.core.masonry.api"\n', 4, "Run `poetry lock`, then `git add poetry.lock`."),
        (DECLARES + '[build-system]\nbuild-backend = "pdm.backend"\n', 4, "Run `pdm lock`, then `git add pdm.lock`."),
        ("[tool.pixi.workspace]\n[tool.pixi.dependencies]\ngdal = '*'\n", 2, "Run `pixi lock`, then `git add pixi.lock`."),
        (DECLARES + "[tool.uv]\n[tool.poetry]\n", 4, "Run `uv lock`, then `git add uv.lock`."),
        ("[tool.hatch.envs.default]\ndependencies = ['a']\n", 2, "Run `hatch env lock`, then `git add pylock.toml`."),
        ("[tool.conda-lock.dependencies]\ngdal = '*'\n", 1, "Run `conda-lock -f pyproject.toml`, then `git add conda-lock.yml`."),
    ],
)
def test_help_names_the_tool_that_the_project_uses(pyproject: str, line: int, help: str) -> None:
    (finding,) = findings({"pyproject.toml": pyproject})
    assert (finding.path, finding.location.line, finding.help) == ("pyproject.toml", line, help)
    assert finding.confidence is Confidence.HIGH


def test_help_for_a_project_in_a_folder_and_for_an_ignored_lockfile() -> None:
    (finding,) = findings({"jobs/pyproject.toml": DECLARES, ".gitignore": "# locks\n*.lock\n"})
    assert finding.path == "jobs/pyproject.toml"
    assert finding.help == "Take uv.lock out of .gitignore (line 2), run `uv lock` in jobs/, then `git add jobs/uv.lock`."


def test_a_requirements_file_that_does_not_count_is_named() -> None:
    (finding,) = findings({"pyproject.toml": DECLARES, "requirements.txt": "pandas\n"})
    assert finding.message.endswith("(requirements.txt has no hashes)")


def test_a_published_library_is_reported_in_strict_only() -> None:
    files = {"pyproject.toml": DECLARES + '[project.urls]\nSource = "https://git.example.com/churn"\n' + BUILD}
    assert findings(files) == []
    (finding,) = findings(files, profile="strict")
    assert finding.confidence is Confidence.LOW


@pytest.mark.parametrize(
    ("files", "confidence"),
    [
        ({".github/workflows/release.yml": "jobs: {a: {steps: [{uses: pypa/gh-action-pypi-publish@v1}]}}\n"}, Confidence.LOW),
        ({".gitlab-ci.yml": "publish: {script: [uv build, uv publish]}\n"}, Confidence.LOW),
        ({".github/workflows/pages.yml": "jobs: {a: {steps: [{run: quarto publish gh-pages}]}}\n"}, Confidence.HIGH),
        ({".gitlab-ci.yml": "a: {script: [uv publish]}\n", "lib/pyproject.toml": BUILD}, Confidence.HIGH),
        ({".gitlab-ci.yml": "a: {script: [uv publish]}\n", "pyproject.toml": DECLARES}, Confidence.HIGH),
        ({"pyproject.toml": DECLARES + '[dependency-groups]\ndev = ["build", "twine>=6"]\n' + BUILD}, Confidence.LOW),
        ({"pyproject.toml": DECLARES + '[dependency-groups]\ndev = ["twined>=6"]\n' + BUILD}, Confidence.HIGH),
    ],
)
def test_what_uploads_a_project_shows_that_it_is_published(files: dict[str, str], confidence: Confidence) -> None:
    found = findings({"pyproject.toml": DECLARES + BUILD} | files, profile="strict")
    assert [finding.confidence for finding in found] == [confidence]


def test_a_workspace_is_reported_once_at_its_root() -> None:
    files = {"pyproject.toml": '[tool.uv.workspace]\nmembers = ["p/*"]\n', "p/a/pyproject.toml": DECLARES, "p/b/pyproject.toml": DECLARES}
    (finding,) = findings(files)
    assert (finding.path, finding.location.line) == ("pyproject.toml", 1)
    assert findings(files | {"uv.lock": ""}) == []
    assert [found.path for found in findings(files | {"uv.lock": "", "q/pyproject.toml": DECLARES})] == ["q/pyproject.toml"]


def test_a_workspace_of_projects_without_dependencies_is_silent() -> None:
    assert findings({"pyproject.toml": '[tool.uv.workspace]\nmembers = ["p"]\n', "p/pyproject.toml": "[project]\nname = 'p'\n"}) == []


@pytest.mark.parametrize(
    ("lock", "content"),
    [
        ("app/uv.lock", 'source = { editable = "../libs/a" }\n'),
        ("uv.lock", 'source = { directory = "libs/a" }\n'),
        ("poetry.lock", '[package.source]\ntype = "directory"\nurl = "libs/a"\n'),
        ("pixi.lock", "- pypi: ./libs/a\n  name: a\n"),
    ],
)
def test_a_path_dependency_is_locked_with_the_project_that_needs_it(lock: str, content: str) -> None:
    files = {"libs/a/pyproject.toml": DECLARES}
    assert len(findings(files)) == 1
    assert findings(files | {lock: content}) == []
    assert len(findings(files | {lock: content.replace("libs/a", "libs/ab")})) == 1


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "pandas\n"},
        {"pyproject.toml": "[tool.black]\n", "requirements.txt": "pandas\n"},
        {"pyproject.toml": BUILD, "setup.py": "from setuptools import setup\nsetup(install_requires=['pandas'])\n"},
        {"script.py": "# /// script\n# dependencies = ['pandas']\n# ///\n", "pyproject.toml": ""},
        {"tests/data/app/pyproject.toml": DECLARES},
    ],
)
def test_silent(files: dict[str, str]) -> None:
    assert findings(files, profile="strict") == []
