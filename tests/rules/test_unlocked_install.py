"""DSG405: what does and what does not hold to a lockfile, command by command."""

from __future__ import annotations

import pytest

from dsguard.model import Confidence, Finding
from dsguard.rules.lockfile.unlocked_install import UnlockedInstall
from dsguard.testing import check

PROJECT = '[project]\nname = "churn"\nversion = "0"\ndependencies = ["pandas>=2", "torch"]\n[dependency-groups]\ndev = ["pytest"]\n'
BASE = {"pyproject.toml": PROJECT, "uv.lock": "version = 1\n", "a/pyproject.toml": PROJECT, "a/uv.lock": "", "b/pyproject.toml": PROJECT}
HEAD = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v5\n"
HASH = "--hash=sha256:" + "0f" * 32


def findings(files: dict[str, str], *, profile: str = "default") -> list[Finding]:
    return check(UnlockedInstall(), BASE | files, profile=profile)


def workflow(*runs: str) -> str:
    return HEAD + "".join("      - run: |\n" + "".join(f"          {line}\n" for line in run.split("\n")) for run in runs)


def commands(*runs: str, **files: str) -> list[Finding]:
    return findings({".github/workflows/ci.yml": workflow(*runs)} | {path.replace("__", "/"): text for path, text in files.items()})


@pytest.mark.parametrize(
    "run",
    [
        "uv sync",
        "uv sync --all-extras --dev",
        "uv -q sync",
        "uv --color never sync --python 3.12",
        "/root/.local/bin/uv sync",
        "sudo -E uv sync",
        "pip install uv\nuv sync",
        "uv \\\n  sync \\\n  --no-dev",
        "echo start && uv sync || exit 1",
        "uv run pytest",
        "uv run --extra gpu python train.py",
        "uv run -m pytest",
        "uv run --with rich pytest",
        "uv run --isolated pytest",
        "uv run train.py",
        "cd a && uv sync",
        "(cd b && uv sync --locked)\nuv sync",
        "uv sync --directory a",
        "uv --project a run pytest",
        "UV_NO_CACHE=1 uv sync",
        "out=$(uv run show)",
        "bash -c 'uv sync'",
        "uv lock --dry-run && uv sync",
        "pip install .",
        "pip install -e .[dev]",
        "python -m pip install -e '.[dev]'",
        "uv pip install --system .",
        "pip install ./a",
        "pip3.11 install --upgrade -e .",
        "pip install torch pandas",
        "uv pip install 'Torch>=2'",
        "uv sync --frozen\nuv pip install -U torch",
    ],
)
def test_unheld(run: str) -> None:
    (finding,) = commands(run)
    assert finding.confidence is Confidence.HIGH
    assert "installs without holding to" in finding.message


@pytest.mark.parametrize(
    "run",
    [
        "uv sync --locked",
        "uv sync --frozen",
        "uv run --locked pytest",
        "uv run --frozen pytest",
        "uv run --no-sync pytest",
        "uv run --no-project build.py",
        "uv run --script tool.py",
        "uv run https://example.com/tool.py",
        "uv sync --dry-run",
        "uv sync --upgrade",
        "uv sync --upgrade\nuv run pytest",
        "uv sync --resolution lowest-direct",
        "uv sync -P pandas && uv run pytest",
        "uv sync --script tool.py",
        "uv sync --locked\nuv run pytest\nuv sync --extra gpu",
        "uv lock --check\nuv sync",
        "cd $WHERE && uv lock\nuv sync",
        "uv lock\nuv sync",
        "uv lock --upgrade && uv sync && uv run pytest",
        "uv add ruff\nuv run ruff check",
        "uv remove ruff\nuv sync",
        "UV_LOCKED=1 uv sync",
        "export UV_FROZEN=1\nuv sync",
        "env UV_FROZEN=true uv run pytest",
        "UV_LOCKED=0 uv sync",
        'echo "UV_LOCKED=1" >> "$GITHUB_ENV"\nuv run --no-sync x',
        "uv sync $FLAGS",
        "uv sync ${{ inputs.flags }}",
        "uv sync $FLAGS\nuv run pytest",
        "uv run ${{ inputs.command }}",
        "cd b && uv sync",
        "cd $WHERE && uv sync",
        "cd dist && uv sync",
        "cd / && uv sync",
        "uvx ruff check",
        "uv tool install ruff",
        "uv build",
        "uv python install 3.12",
        "uv pip list",
        "# uv sync",
        "echo 'uv sync'",
        "docker run app uv sync",
        "cat <<EOF\nuv sync\nEOF",
        "pip install --no-deps .",
        "pip install uv==0.9.5 pre-commit",
        "pip install pytest",
        "pip install torch==2.5.1",
        "pip install 'torch @ https://example.com/torch.whl'",
        "pip install -c constraints.txt .",
        "pip install dist/churn-0-py3-none-any.whl",
        "pip install ./b",
        "pip install ../elsewhere",
        "pip install -r nowhere.txt",
        "pip install $PACKAGES",
        "pip download .",
        "uv sync --frozen\nuv pip install torch\nuv pip install -e .",
        "uv pip install torch\nuv sync --frozen",
        "uv export --locked -o r.txt\npip install --require-hashes -r r.txt",
    ],
)
def test_held(run: str) -> None:
    assert commands(run) == []


def test_a_job_is_followed_from_step_to_step_and_jobs_are_apart() -> None:
    assert commands("uv sync --locked", "uv run pytest") == []
    assert commands('echo "UV_FROZEN=1" >> $GITHUB_ENV', "uv sync") == []
    text = workflow("uv sync --locked") + HEAD.split("jobs:\n")[1].replace("  a:", "  b:", 1) + "      - run: uv run pytest\n"
    (finding,) = findings({".github/workflows/ci.yml": text})
    assert "`uv run pytest`" in finding.message


@pytest.mark.parametrize("where", ["workflow", "job", "step"])
@pytest.mark.parametrize("name", ["UV_FROZEN", "UV_LOCKED"])
def test_variables_of_workflow_job_and_step(where: str, name: str) -> None:
    text = workflow("uv sync")
    if where == "workflow":
        text = f"env: {{{name}: 1}}\n" + text
    elif where == "job":
        text = text.replace("    steps:", f"    env: {{{name}: true}}\n    steps:")
    else:
        text += f'        env: {{{name}: "1"}}\n'
    assert findings({".github/workflows/ci.yml": text}) == []


def test_a_working_directory_that_is_not_in_the_repository_is_unknown() -> None:
    for folder, count in (("dist", 0), (".", 1)):
        text = workflow("uv sync").replace("jobs:", f"defaults: {{run: {{working-directory: {folder}}}}}\njobs:", 1)
        assert len(findings({".github/workflows/ci.yml": text})) == count


def test_matrix_steps() -> None:
    text = workflow("${{ matrix.run }}").replace("    steps:", "    strategy: {matrix: {run: [pytest, uv run pytest]}}\n    steps:")
    (finding,) = findings({".github/workflows/ci.yml": text})
    assert finding.location.line == 9
    assert findings({".github/workflows/ci.yml": text.replace("uv run", "uv run --locked")}) == []


def test_one_finding_for_a_file_with_the_line_and_the_count() -> None:
    (finding,) = commands("echo 1\nuv sync", "uv run pytest")
    assert (finding.location.line, finding.snippet) == (9, "          uv sync")
    assert finding.message == "`uv sync` installs without holding to uv.lock (2 such commands here)"
    assert finding.help.startswith("Write `uv sync --locked`")
    (finding,) = commands("uv run pytest")
    assert finding.help.startswith("Write `uv run --locked`")
    (finding,) = commands("cd a\npip install .")
    assert "to a/uv.lock: the project's dependencies are resolved anew" in finding.message


def test_after_a_frozen_sync_a_run_is_a_matter_of_taste() -> None:
    assert commands("uv sync --frozen", "uv run pytest") == []
    (finding,) = findings({".github/workflows/ci.yml": workflow("uv sync --frozen", "uv run pytest")}, profile="strict")
    assert finding.confidence is Confidence.LOW


@pytest.mark.parametrize(
    ("requirements", "count"),
    [("pandas\n", 1), ("pandas==2.2.3\n", 0), (f"pandas==2.2.3 {HASH}\n", 0), ("pandas==2.*\n", 1), ("-e .\npandas==2.2.3\n", 0), ("", 0)],
)
def test_requirements_files(requirements: str, count: int) -> None:
    for run in ("pip install -r requirements.txt", "uv pip install --requirement=requirements.txt", "pip install -rrequirements.txt"):
        assert len(commands(run, **{"requirements.txt": requirements})) == count
    assert commands("pip install -r tools/requirements.txt", tools__requirements="") == []
    assert commands("pip install -r c/requirements.txt", **{"c__requirements.txt": "flask\n"}) == []  # not beside a lockfile


def test_a_script_that_brings_its_own_dependencies() -> None:
    assert commands("uv run tool.py", **{"tool.py": "# /// script\n# dependencies = []\n# ///\n"}) == []
    assert len(commands("uv run tool.py", **{"tool.py": "import pandas\n"})) == 1


def test_one_dependency_for_a_helper_script_is_a_matter_of_taste() -> None:
    for run, confidence in (("pip install torch", Confidence.LOW), ("pip install torch pandas", Confidence.HIGH)):
        (finding,) = findings({".github/workflows/ci.yml": workflow(run)}, profile="strict")
        assert finding.confidence is confidence


def test_other_lockfiles_and_libraries() -> None:
    poetry = {"c/pyproject.toml": PROJECT, "c/poetry.lock": ""}
    (finding,) = findings({".github/workflows/ci.yml": workflow("cd c", "pip install ./c"), **poetry})
    assert "with the tool that wrote it" in finding.help
    library = PROJECT + '[project.urls]\nSource = "https://git.example.com/churn"\n[build-system]\nrequires = []\n'
    assert findings({".github/workflows/ci.yml": workflow("pip install ."), "pyproject.toml": library}) == []
    assert len(findings({".github/workflows/ci.yml": workflow("uv sync"), "pyproject.toml": library})) == 1


def test_a_member_of_a_workspace_is_locked_by_its_root() -> None:
    files = {"w/pyproject.toml": "[tool.uv.workspace]\nmembers = ['m']\n", "w/uv.lock": "", "w/m/pyproject.toml": PROJECT}
    (finding,) = findings({".github/workflows/ci.yml": workflow("cd w/m\nuv sync"), **files})
    assert "w/uv.lock" in finding.message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("FROM x\nCOPY . .\nRUN uv sync\n", 3),
        (
            "FROM x\nRUN --mount=type=cache,target=/c \\\n    --mount=type=bind,source=uv.lock \\\n    pip install uv && \\\n    uv sync\n",
            5,
        ),
        ('FROM x\nCMD ["uv", "run", "train.py"]\n', 2),
        ("FROM x\nRUN <<EOF\npip install uv\nuv sync\nEOF\n", 4),
        ("FROM x\nWORKDIR /app\nRUN cd /app && uv sync\n", 3),
        ("FROM x\nRUN pip install .\n", 2),
        ("FROM x AS build\nRUN uv sync --locked\nFROM y\nRUN uv sync\n", 4),
        ("FROM x\nARG FLAGS=--no-dev\nRUN uv sync $FLAGS\n", 3),
    ],
)
def test_dockerfiles(text: str, line: int) -> None:
    for path in ("Dockerfile", "docker/train.dockerfile", "docker/Dockerfile.gpu"):
        (finding,) = findings({path: text})
        assert (finding.path, finding.location.line) == (path, line)


@pytest.mark.parametrize(
    "text",
    [
        "FROM x\nENV UV_LOCKED=1\nRUN uv sync\nCMD uv run a\n",
        "FROM x\nENV UV_FROZEN 1\nRUN uv sync\n",
        "FROM x AS base\nENV UV_FROZEN=1\nFROM base\nRUN uv sync\n",
        "FROM x AS build\nRUN uv sync --frozen\nFROM y\nCOPY --from=build /app/.venv /app/.venv\nRUN uv pip install .[extra]\n",
        "FROM x\nRUN uv sync --frozen --no-install-project\nRUN uv pip install torch\nRUN uv sync --frozen\n",
        "FROM x\nARG FLAGS=--locked\nRUN uv sync ${FLAGS}\n",
        "FROM x\nRUN apt-get install -y curl # uv sync\n",
        "FROM\n",
    ],
)
def test_held_dockerfiles(text: str) -> None:
    assert findings({"Dockerfile": text}) == []


def test_an_image_of_another_folder_is_not_that_of_the_project() -> None:
    files = {"tools/app/Dockerfile": "FROM x\nRUN pip install -r requirements.txt\n", "tools/app/requirements.txt": "flask\n"}
    assert findings(files) == []
    assert len(findings(files | {"tools/app/uv.lock": "", "tools/app/pyproject.toml": PROJECT})) == 1


def test_gitlab() -> None:
    (finding,) = findings({".gitlab-ci.yml": ".base:\n  before_script: [uv sync]\nt:\n  extends: .base\n  script:\n    - uv run pytest\n"})
    assert (finding.location.line, "2 such" in finding.message) == (2, True)
    assert findings({".gitlab-ci.yml": "variables: {UV_LOCKED: 1}\nt:\n  script:\n    - uv sync\n"}) == []
    assert findings({".gitlab-ci.yml": "t:\n  script:\n    - !reference [.x, script]\n    - uv sync --locked\n"}) == []


def test_what_a_local_action_runs_is_told_there() -> None:
    action = {".github/actions/setup/action.yml": "runs:\n  steps:\n    - run: uv sync\n      shell: bash\n"}
    text = HEAD + "      - uses: ./.github/actions/setup\n"
    (finding,) = findings({".github/workflows/ci.yml": text, **action})
    assert finding.path == ".github/actions/setup/action.yml"
    action = {".github/actions/setup/action.yml": "runs:\n  steps:\n    - run: uv sync --locked\n"}
    assert findings({".github/workflows/ci.yml": text + "      - run: uv run pytest\n", **action}) == []


@pytest.mark.parametrize(
    ("run", "shown"),
    [
        ("uv sync --no-dev --extra all", "uv sync --no-dev --extra all"),
        ("uv sync " + "--extra a_long_one " * 9, "uv sync --extra a_long_one --extra a_long_one --extra ..."),
        ("uv sync --extra=" + "x" * 99, f"uv sync --extra={'x' * 99}"),
    ],
)
def test_as_much_of_a_command_as_fits(run: str, shown: str) -> None:
    (finding,) = commands(run)
    assert finding.message.startswith(f"`{shown}` installs")


@pytest.mark.parametrize(
    ("path", "text", "count"),
    [
        ("Makefile", "setup:\n\t@uv sync\n\ntest: setup\n\tuv run \\\n\t  pytest\n", 2),
        ("Makefile", "setup:\n\tuv sync --locked\n\tuv run pytest\n", 0),
        ("Makefile", "setup:\n\t$(PYTHON) -m pip install -e .\n", 1),
        ("Makefile", "setup:\n\techo $(shell uv sync)\n\t$(UV) sync\n", 0),
        ("justfile", "setup:\n    uv sync\n", 1),
        ("scripts/setup.sh", "#!/bin/sh\nset -e\nuv sync\n", 1),
        ("scripts/setup.sh", "uv sync --frozen\n", 0),
    ],
)
def test_what_developers_run_is_for_strict(path: str, text: str, count: int) -> None:
    assert findings({path: text}) == []
    found = findings({path: text}, profile="strict")
    assert [finding.confidence for finding in found] == [Confidence.LOW] * bool(count)
    assert all(f"({count} such" in finding.message for finding in found if count > 1)


def test_a_workflow_that_does_not_parse_is_named() -> None:
    from dsguard.testing import run

    report = run(BASE | {".github/workflows/ci.yml": "on: push\n{% if x %}\nuv sync\n"}, select=["DSG405"])
    assert [(skip.path, "template" in skip.reason) for skip in report.skipped] == [(".github/workflows/ci.yml", True)]
