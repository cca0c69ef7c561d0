"""DSG402: what is told of a stale lockfile, where, and when it is looked at. The verdicts are held to uv elsewhere."""

from __future__ import annotations

import pytest

from dsguard import engine
from dsguard.config import load_config, make_plan
from dsguard.model import Finding, Report
from dsguard.rules.lockfile.stale_lockfile import StaleLockfile
from dsguard.testing import MemoryWorkspace, check, run

PROJECT = """\
[project]
name = "churn"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = [
  "numpy",
  "pandas>=2.2",
]
[dependency-groups]
dev = ["pytest"]
"""
LOCK = """\
version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "churn"
version = "0.1.0"
source = { virtual = "." }

[package.metadata]
requires-dist = [
    { name = "numpy" },
    { name = "pandas", specifier = ">=2.1" },
]

[package.metadata.requires-dev]
dev = [{ name = "pytest" }]
"""


def findings(files: dict[str, str]) -> list[Finding]:
    return check(StaleLockfile(), files)


def test_both_sides_the_place_and_the_command() -> None:
    (finding,) = findings({"pyproject.toml": PROJECT, "uv.lock": LOCK})
    assert finding.message == "uv.lock is out of date: `pandas>=2.2` in pyproject.toml, `pandas>=2.1` in uv.lock"
    assert (finding.path, finding.location.line, finding.snippet) == ("pyproject.toml", 7, '  "pandas>=2.2",')
    assert finding.help == "Run `uv lock` and commit uv.lock. (Compared with what it recorded; nothing was resolved.)"
    assert finding.trace == ()
    assert findings({"pyproject.toml": PROJECT, "uv.lock": LOCK.replace(">=2.1", ">=2.2")}) == []


def test_several_differences_are_one_finding_with_all_of_them_in_its_trace() -> None:
    changed = PROJECT.replace(">=3.11", ">=3.12").replace('["pytest"]', '["pytest", "ruff"]')
    (finding,) = findings({"jobs/pyproject.toml": changed, "jobs/uv.lock": LOCK})
    assert finding.message.startswith(
        "jobs/uv.lock is out of date: requires-python is `>=3.12` in jobs/pyproject.toml, `>=3.11` in uv.lock"
    )
    assert finding.message.endswith("(and 2 more)")
    assert "Run `uv lock` in jobs/ and commit jobs/uv.lock." in finding.help
    assert [(step.path, step.line) for step in finding.trace] == [("jobs/pyproject.toml", line) for line in (4, 7, 10)]
    assert "`ruff` (group dev) is in jobs/pyproject.toml, not in uv.lock" in finding.trace[2].message


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('  "numpy",\n', "", 5, "`numpy` is in uv.lock, not in pyproject.toml"),
        ('"numpy"', "\"numpy; os_name == 'nt'\"", 6, "`numpy` has another marker in pyproject.toml than in uv.lock"),
        ('"numpy"', '"numpy[x]"', 6, "`numpy[x]` in pyproject.toml, `numpy` in uv.lock"),
        ('version = "0.1.0"', 'version = "0.2.0"', 3, "the version is `0.2.0` in pyproject.toml, `0.1.0` in uv.lock"),
        ("[dependency", "[project.optional-dependencies]\ngpu = []\n[dependency", 10, "the extra `gpu` is not in uv.lock"),
        ("dev = ", "test = ", 10, "the dependency group `test` is not in uv.lock"),
        (
            "[dependency",
            "[tool.uv]\npackage = true\n[dependency",
            2,
            "`churn` is installed as editable by pyproject.toml, and is not installed itself",
        ),
        (
            "[dependency",
            '[tool.uv]\nresolution = "lowest"\n[dependency',
            10,
            "resolution is `lowest` for the project, `highest` in uv.lock",
        ),
        (
            "[dependency",
            '[tool.uv.sources]\nnumpy = {git = "https://git.example.com/n", tag = "v1"}\n[dependency',
            6,
            "`numpy from https://git",
        ),
        ('name = "churn"', 'name = "leave"', 2, "the project `leave` is not in uv.lock"),
    ],
)
def test_messages_and_lines(old: str, new: str, line: int, said: str) -> None:
    assert old in PROJECT
    (finding,) = findings({"pyproject.toml": PROJECT.replace(old, new, 1), "uv.lock": LOCK.replace(">=2.1", ">=2.2")})
    assert said in finding.message
    assert finding.location.line == line


def test_a_member_is_told_at_its_own_manifest() -> None:
    files = {
        "pyproject.toml": '[tool.uv.workspace]\nmembers = ["p/*"]\n',
        "p/a/pyproject.toml": PROJECT,
        "uv.lock": LOCK.replace('"."', '"p/a"').replace("\n\n[[pack", '\n\n[manifest]\nmembers = ["churn"]\n\n[[pack', 1),
    }
    (finding,) = findings(files)
    assert (finding.path, finding.location.line) == ("p/a/pyproject.toml", 7)
    assert "Run `uv lock` and commit uv.lock." in finding.help


def test_a_lockfile_of_a_member_and_one_of_no_project_are_not_looked_at() -> None:
    workspace = '[tool.uv.workspace]\nmembers = ["p/*"]\n'
    assert findings({"pyproject.toml": workspace, "p/a/pyproject.toml": PROJECT, "p/a/uv.lock": LOCK}) == []
    assert findings({"pyproject.toml": "[tool.ruff]\n", "uv.lock": LOCK}) == []
    assert findings({"pyproject.toml": PROJECT + "[tool.uv]\nmanaged = false\n", "uv.lock": LOCK}) == []
    assert findings({"uv.lock": LOCK}) == []


def test_a_script_and_its_lockfile() -> None:
    script = '# /// script\n# requires-python = ">=3.11"\n# dependencies = ["httpx>=1"]\n# ///\n'
    lock = 'version = 1\nrequires-python = ">=3.11"\n\n[manifest]\nrequirements = [{ name = "httpx", specifier = ">=0.9" }]\n'
    (finding,) = findings({"tools/a.py": script, "tools/a.py.lock": lock})
    assert (finding.path, finding.location.line) == ("tools/a.py", 3)
    assert finding.message == "tools/a.py.lock is out of date: `httpx>=1` in the script, `httpx>=0.9` in a.py.lock"
    assert "`uv lock --script tools/a.py`" in finding.help
    assert findings({"tools/a.py": "import httpx\n", "tools/a.py.lock": lock}) == []
    assert findings({"tools/a.py.lock": lock}) == []
    assert findings({"tests/a.py": script, "tests/a.py.lock": lock}) == []


@pytest.mark.parametrize("text", ["version = 2\n", "version = 1\nrevision = 99\n"])
def test_a_newer_format_is_said_and_not_guessed(text: str) -> None:
    report = run({"pyproject.toml": PROJECT, "uv.lock": text}, select=["DSG402"])
    assert report.findings == []
    assert [(skip.path, "newer than known here" in skip.reason) for skip in report.skipped] == [("uv.lock", True)]


def test_a_broken_lockfile_or_manifest_is_told_as_such() -> None:
    for files in ({"pyproject.toml": PROJECT, "uv.lock": "version = ["}, {"pyproject.toml": "[project", "uv.lock": LOCK}):
        report = run(files, select=["DSG402", "DSG001"])
        assert {finding.code for finding in report.findings} == {"DSG001"}


def judged(files: dict[str, str], *selected: str) -> Report:
    """As a hook judges a commit of some files."""
    workspace = MemoryWorkspace(files)
    workspace.selected = [workspace.listing[path] for path in selected]
    report = engine.run(make_plan(load_config(None, "/"), select=["DSG402"]), workspace)
    report.seconds = workspace.reads
    return report


def test_a_hook_looks_only_if_something_that_a_lockfile_depends_on_is_in_the_commit() -> None:
    files = {"pyproject.toml": PROJECT, "uv.lock": LOCK, "train.py": "import numpy\n", "README.md": ""}
    idle = judged(files, "train.py", "README.md")
    assert (idle.findings, idle.seconds) == ([], 0)  # and reads nothing
    assert judged(files).findings == []
    assert len(judged(files, "pyproject.toml").findings) == 1
    assert len(judged(files, "uv.lock", "train.py").findings) == 1


def test_a_hook_looks_at_the_lockfile_of_a_script_if_the_script_is_in_the_commit() -> None:
    files = {"a.py": "# /// script\n# dependencies = ['x']\n# ///\n", "a.py.lock": "version = 1\nrequires-python = '>=3.11'\n", "b.py": ""}
    assert judged(files, "b.py").findings == []
    assert len(judged(files, "a.py").findings) == 1
