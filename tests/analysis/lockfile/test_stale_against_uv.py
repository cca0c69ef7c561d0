"""The verdict of DSG402 against that of the real `uv lock --check`, change by change, offline.

Each row locks a small project with uv, changes a file, and asks both; then the other way
round. `DSGUARD_UV_CHANGES=2000` tries that many random changes in place of the few that a test run can afford.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import reduce
from pathlib import Path

import pytest

from dsguard.analysis.lockfile.stale import stale_parts, stale_script_parts
from dsguard.documents.inline_script import read_inline_script
from dsguard.documents.project import find_projects
from dsguard.documents.uv_lock import read_uv_lock
from dsguard.model import UnreadableError
from dsguard.testing import all_files

Tree = dict[str, str]
Change = tuple[tuple[str, str], ...]

UV = Path(sys.executable).with_name("uv.exe" if os.name == "nt" else "uv")


def wheel(folder: Path, name: str, version: str, requires: tuple[str, ...] = (), extras: tuple[str, ...] = ()) -> None:
    """A wheel that holds nothing but its metadata."""
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    metadata += [f"Requires-Dist: {text}" for text in requires] + [f"Provides-Extra: {extra}" for extra in extras]
    tags = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for file, content in (("METADATA", "\n".join(metadata) + "\n"), ("WHEEL", tags), ("RECORD", "")):
            archive.writestr(zipfile.ZipInfo(f"{name}-{version}.dist-info/{file}", (2024, 1, 1, 0, 0, 0)), content)


class Uv:
    """uv with an index that is a folder, no network, no configuration of a person, and nothing that it may build."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.wheels = folder / "wheels"
        self.wheels.mkdir()
        for version in ("1.0", "1.1", "2.0", "2.1b1"):
            wheel(self.wheels, "alpha", version)
        wheel(self.wheels, "beta", "1.0", ("alpha>=1",))
        wheel(self.wheels, "beta", "1.5", ("alpha>=1",))
        wheel(self.wheels, "gamma", "3.0", ('delta; extra == "plots"',), ("plots", "io"))
        wheel(self.wheels, "delta", "0.1")
        wheel(self.wheels, "delta", "0.2.0")
        wheel(self.wheels, "eps_pkg", "1.0")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("UV_") and name != "VIRTUAL_ENV"}
        self.environment |= {
            "UV_FIND_LINKS": str(self.wheels),
            "UV_NO_INDEX": "1",
            "UV_OFFLINE": "1",
            "UV_NO_BUILD": "1",
            "UV_CACHE_DIR": str(folder / "cache"),
            "UV_PYTHON": sys.executable,
            "UV_PYTHON_DOWNLOADS": "never",
            "XDG_CONFIG_HOME": str(folder / "settings"),
            "XDG_CONFIG_DIRS": str(folder / "settings"),
        }
        self.count = 0
        self.locks: dict[str, str] = {}

    def run(self, folder: Path, *arguments: str) -> tuple[int, str]:
        done = subprocess.run([UV, "lock", *arguments], cwd=folder, env=self.environment, capture_output=True, text=True)
        return done.returncode, done.stderr

    def place(self, files: Tree) -> Path:
        """A new folder with files in it, and a wheel beside them that sources can name."""
        self.count += 1
        folder = self.folder / f"p{self.count}"
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode())
        (folder / "w").mkdir(parents=True, exist_ok=True)
        shutil.copy(self.wheels / "beta-1.0-py3-none-any.whl", folder / "w")
        return folder

    def locked(self, files: Tree, script: str = "") -> Tree | None:
        """The same with its lockfile, made once; ``None`` if uv cannot make it."""
        lock = f"{script}.lock" if script else "uv.lock"
        key = repr((sorted(files.items()), script))
        if key not in self.locks:
            folder = self.place(files)
            code, _ = self.run(folder, *(("--script", script) if script else ()))
            self.locks[key] = (folder / lock).read_text(encoding="utf-8") if code == 0 else ""
            shutil.rmtree(folder)
        return files | {lock: self.locks[key]} if self.locks[key] else None

    def check(self, files: Tree, script: str = "") -> tuple[int, str]:
        """What `uv lock --check` says: 0 fresh, 1 stale, 2 it will not look."""
        folder = self.place(files)
        try:
            return self.run(folder, "--check", *(("--script", script) if script else ()))
        finally:
            shutil.rmtree(folder)


@pytest.fixture(scope="module")
def uv(tmp_path_factory: pytest.TempPathFactory) -> Uv:
    assert UV.exists(), "uv belongs to the development requirements"
    return Uv(tmp_path_factory.mktemp("uv"))


def judge(files: Tree, script: str = "") -> tuple[list[str], list[str]]:
    """What dsguard finds, and what it cannot tell."""
    workspace = all_files(files | {"w/beta-1.0-py3-none-any.whl": ""})
    undecided: list[str] = []
    if script:
        metadata = read_inline_script(workspace[script])
        assert metadata is not None
        found = list(stale_script_parts(metadata, read_uv_lock(workspace[f"{script}.lock"]), workspace, undecided))
    else:
        root = find_projects(workspace)[0]
        found = list(stale_parts(root, read_uv_lock(workspace["uv.lock"]), undecided))
    return [difference.message for difference in found], undecided


SINGLE = """\
[project]
name = "churn"
version = "0.1.0"
requires-python = ">=3.11,<4"
dependencies = [
  "alpha>=1",
  "beta>=1.0,<2 ; sys_platform == 'linux'",
  "gamma[plots]~=3.0",
]
[project.optional-dependencies]
plots = ["delta>=0.1"]
all = ["churn[plots]", "eps-pkg"]
[dependency-groups]
dev = ["delta", {include-group = "lint"}]
lint = ["eps-pkg==1.*"]
empty = []
"""
DELTA = 'delta = {path = "../wheels/delta-0.2.0-py3-none-any.whl"}'
UV_TABLE = ("empty = []", "empty = []\n[tool.uv]\n")


def in_uv(text: str) -> Change:
    return ((UV_TABLE[0], UV_TABLE[1] + text),)


# What is changed in the manifest. Whether that makes the lockfile stale is for uv to say.
SINGLE_CHANGES: dict[str, Change] = {
    "nothing": (),
    "a comment": (("[project]", "# the churn model\n[project]"),),
    "a description": (("version =", 'description = "who leaves"\nversion ='),),
    "other metadata": (("version =", 'license = "MIT"\nauthors = [{ name = "Ana" }]\nversion ='),),
    "an entry point": (("[dependency-groups]", '[project.scripts]\nx = "churn:main"\n[dependency-groups]'),),
    "CRLF": (("\n", "\r\n"),),
    "a byte order mark": (("[project]\nname", "\ufeff[project]\nname"),),
    # Requirements
    "blanks": (('"alpha>=1"', '"alpha >= 1"'),),
    "brackets": (('"alpha>=1"', '"alpha (>=1)"'),),
    "case": (('"alpha>=1"', '"Alpha>=1"'),),
    "underscore": (('"eps-pkg"', '"eps_pkg"'),),
    "order of requirements": (('  "alpha>=1",\n', ""), ('~=3.0",', '~=3.0",\n  "alpha>=1",')),
    "trailing zero": (('"alpha>=1"', '"alpha>=1.0"'),),
    "two trailing zeros": (('"alpha>=1"', '"alpha>=1.0.0"'),),
    "zero of a compatible release": (("~=3.0", "~=3.0.0"),),
    "compatible release spelled out": (("~=3.0", ">=3.0,<4.dev0"),),
    "zero before a star": (("==1.*", "==1.0.*"),),
    "order of specifiers": ((">=1.0,<2", "<2,>=1.0"),),
    "a requirement twice": (('"alpha>=1",', '"alpha>=1","alpha>=1",'),),
    "a specifier twice": (('"alpha>=1",', '"alpha>=1,>=1",'),),
    "an implied specifier": (('"alpha>=1",', '"alpha>=1,>=0.5",'),),
    "an arbitrary equality": (("==1.*", "===1.0"),),
    "an exact version": (("==1.*", "==1.0"),),
    "a higher bound that the locked version meets": (('"alpha>=1"', '"alpha>=1.1"'),),
    "a bound that nothing meets": (('"alpha>=1"', '"alpha>=9"'),),
    "an upper bound": (('"alpha>=1"', '"alpha>=1,<3"'),),
    "an exclusion": (('"alpha>=1"', '"alpha>=1,!=1.5"'),),
    "a pre-release bound": (('"alpha>=1"', '"alpha>=1a1"'),),
    "a requirement more": (('"alpha>=1",', '"alpha>=1", "delta",'),),
    "a requirement more that is locked anyway": (('"alpha>=1",', '"alpha>=1", "eps-pkg",'),),
    "a requirement less": (('"alpha>=1",', ""),),
    "a direct URL": (('"alpha>=1",', '"alpha @ https://example.com/alpha-1.0-py3-none-any.whl",'),),
    "a git repository": (('"alpha>=1",', '"alpha @ git+https://git.example.com/alpha@v1",'),),
    "no requirement that parses": (('"alpha>=1"', '"alpha>>1"'),),
    "a specifier that uv mends": (('"alpha>=1"', '"alpha>=1.*"'),),
    "extras of a requirement": (("gamma[plots]", "gamma[io,plots]"),),
    "order of extras": (("gamma[plots]", "gamma[plots,plots]"),),
    "no extras": (("gamma[plots]", "gamma"),),
    # Markers
    "a marker that requires-python implies": (('"alpha>=1"', "\"alpha>=1 ; python_version >= '3.11'\""),),
    "a marker": (('"alpha>=1"', "\"alpha>=1 ; python_version >= '3.12'\""),),
    "a marker of another variable": (("sys_platform == 'linux'", "platform_system == 'Linux'"),),
    "a marker the other way round": (("sys_platform == 'linux'", "'linux' == sys_platform"),),
    "a marker in brackets": (("sys_platform == 'linux'", "(sys_platform == 'linux') and python_full_version < '4'"),),
    "a marker denied": (("sys_platform == 'linux'", "sys_platform != 'linux'"),),
    "a marker by in": (("sys_platform == 'linux'", "'linux' in sys_platform"),),
    "a marker that is never true": (("sys_platform == 'linux'", "sys_platform == 'linux' and os_name == 'nt'"),),
    "a marker that is always true": (('"alpha>=1"', "\"alpha>=1 ; sys_platform == 'a' or sys_platform != 'a'\""),),
    "a marker of two Pythons": (('"alpha>=1"', "\"alpha>=1 ; python_version in '3.11 3.12'\""),),
    "a marker of one Python": (('"alpha>=1"', "\"alpha>=1 ; python_version in '3.11'\""),),
    "a marker of full versions": (('"alpha>=1"', "\"alpha>=1 ; python_full_version >= '3.11.0'\""),),
    "a marker by compatible release": (('"alpha>=1"', "\"alpha>=1 ; python_version ~= '3.11'\""),),
    "a marker for impossible machines": (("sys_platform == 'linux'", "sys_platform == 'linux' and os_name != 'nt'"),),
    "a requirement in two halves": (('"alpha>=1"', "\"alpha>=1 ; os_name == 'nt'\", \"alpha>=1 ; os_name != 'nt'\""),),
    "a requirement in two unlike halves": (('"alpha>=1"', "\"alpha>=1 ; os_name == 'nt'\", \"alpha>=1.1 ; os_name != 'nt'\""),),
    "a requirement for old Pythons": (('"alpha>=1"', '"alpha>=1","delta ; python_version < \'3.8\'"'),),
    "no marker": ((" ; sys_platform == 'linux'", ""),),
    # requires-python
    "requires-python spelled out": ((">=3.11,<4", ">=3.11.0,<4.0.0"),),
    "requires-python with a hole": ((">=3.11,<4", ">=3.11,<4,!=3.11.1"),),
    "requires-python by a star": ((">=3.11,<4", ">=3.11,!=4.*,<5"),),
    "requires-python up to and with": ((">=3.11,<4", ">=3.11,<=3.99"),),
    "requires-python lower": ((">=3.11,<4", ">=3.10,<4"),),
    "requires-python by compatible release": ((">=3.11,<4", "~=3.11"),),
    "requires-python from a pre-release": ((">=3.11,<4", ">=3.11rc1,<4"),),
    "requires-python without an end": ((">=3.11,<4", ">=3.11"),),
    "no requires-python": (('requires-python = ">=3.11,<4"\n', ""),),
    # The project itself
    "a version": (("0.1.0", "0.1.1"),),
    "a version of another spelling": (("0.1.0", "0.1"),),
    "a dynamic version": (('version = "0.1.0"', 'dynamic = ["version"]'),),
    "a name of another spelling": (('"churn"', '"Churn"'),),
    "another name": (('name = "churn"', 'name = "leave"'), ("churn[plots]", "leave[plots]")),
    "a build system": (("[dependency-groups]", '[build-system]\nrequires = ["hatchling"]\n[dependency-groups]'),),
    "package = true": in_uv("package = true"),
    "package = false": in_uv("package = false"),
    "managed = false": in_uv("managed = false"),
    "dynamic extras": (('version = "0.1.0"', 'version = "0.1.0"\ndynamic = ["optional-dependencies"]'), ("[project.opt", "[tool.opt")),
    # Extras
    "an extra of another spelling": (("plots = [", "Plots = ["),),
    "an extra of another name": (("plots = [", "figures = ["),),
    "an empty extra": (("[dependency-groups]", "new = []\n[dependency-groups]"),),
    "an extra less": (('all = ["churn[plots]", "eps-pkg"]\n', ""),),
    "a requirement of an extra": (('"delta>=0.1"', '"delta>=0.2"'),),
    "extras in another order": (
        ('plots = ["delta>=0.1"]\nall = ["churn[plots]", "eps-pkg"]', 'all = ["churn[plots]", "eps-pkg"]\nplots = ["delta>=0.1"]'),
    ),
    "an extra spelled out": (('"churn[plots]", ', '"delta>=0.1", '),),
    # Groups
    "a group put in place": (('{include-group = "lint"}', '"eps-pkg==1.*"'),),
    "a group and what it holds": (('{include-group = "lint"}', '"eps-pkg==1.*", {include-group = "lint"}'),),
    "a group less": (("empty = []\n", ""),),
    "a group of another name": (("empty = []", "vacant = []"),),
    "a group of another spelling": (("lint = [", "Lint = ["),),
    "a group that does not exist": (('"lint"}', '"nope"}'),),
    "a group that includes itself": (("lint = [", 'lint = [{include-group = "dev"}, '),),
    "Python of a group": (("empty = []", 'empty = []\n[tool.uv.dependency-groups]\nlint = {requires-python = ">=3.12"}'),),
    "Python of a group that is implied": (("empty = []", 'empty = []\n[tool.uv.dependency-groups]\nlint = {requires-python = ">=3.11"}'),),
    "dev-dependencies that the group has": in_uv('dev-dependencies = ["delta"]'),
    "no dev-dependencies": in_uv("dev-dependencies = []"),
    "dev-dependencies": in_uv('dev-dependencies = ["beta"]'),
    "default groups": in_uv('default-groups = ["lint"]'),
    "the usual default groups": in_uv('default-groups = ["dev"]'),
    "all groups by default": in_uv('default-groups = "all"'),
    # What holds for all
    "a constraint": in_uv('constraint-dependencies = ["alpha<3"]'),
    "a constraint on nothing locked": in_uv('constraint-dependencies = ["zeta<3"]'),
    "a constraint that restricts nothing": in_uv('constraint-dependencies = ["alpha"]'),
    "no constraints": in_uv("constraint-dependencies = []"),
    "an override": in_uv('override-dependencies = ["alpha<3"]'),
    "an override of nothing locked": in_uv('override-dependencies = ["zeta<3"]'),
    "an override within one package": in_uv('override-dependencies = [{package = {name = "gamma"}, dependencies = ["delta==0.1"]}]'),
    "a build constraint": in_uv('build-constraint-dependencies = ["hatchling<3"]'),
    "an exclusion of something locked": in_uv('exclude-dependencies = ["delta"]'),
    "an exclusion of nothing locked": in_uv('exclude-dependencies = ["zeta"]'),
    "environments": in_uv("environments = [\"sys_platform == 'linux'\"]"),
    "one environment": in_uv("environments = \"sys_platform == 'linux'\""),
    "no environments": in_uv("environments = []"),
    "required environments": in_uv("required-environments = [\"sys_platform == 'linux'\"]"),
    "metadata by hand": in_uv('dependency-metadata = [{name = "alpha", version = "2.0", requires-dist = ["delta"]}]'),
    "metadata by hand of nothing locked": in_uv('dependency-metadata = [{name = "zeta", version = "1", requires-dist = []}]'),
    "conflicts": in_uv('conflicts = [[{extra = "plots"}, {extra = "all"}]]'),
    "no conflicts": in_uv("conflicts = []"),
    "a workspace of one": in_uv("workspace = {members = []}"),
    "a source that nothing uses": in_uv('sources = {zeta = {path = "zeta.whl"}}'),
    "a source for the extra only": in_uv('sources = {delta = {path = "../wheels/delta-0.2.0-py3-none-any.whl", extra = "plots"}}'),
    "a source set aside": in_uv('sources = {delta = {path = "../wheels/delta-0.2.0-py3-none-any.whl"}}\nno-sources = true'),
    "another source set aside": in_uv(
        'sources = {delta = {path = "../wheels/delta-0.2.0-py3-none-any.whl"}}\nno-sources-package = ["beta"]'
    ),
    # Options
    "resolution": in_uv('resolution = "lowest-direct"'),
    "the usual resolution": in_uv('resolution = "highest"'),
    "prerelease": in_uv('prerelease = "allow"'),
    "the usual prerelease": in_uv('prerelease = "if-necessary"'),
    "the usual prerelease by its older name": in_uv('prerelease = "if-necessary-or-explicit"'),
    "fork-strategy": in_uv('fork-strategy = "fewest"'),
    "the usual fork-strategy": in_uv('fork-strategy = "requires-python"'),
    "exclude-newer": in_uv('exclude-newer = "2040-01-01T00:00:00Z"'),
    "exclude-newer as a span": in_uv('exclude-newer = "7 days"'),
    "exclude-newer of a package": in_uv('exclude-newer-package = {alpha = "2040-01-01T00:00:00Z"}'),
    "exclude-newer of nothing locked": in_uv('exclude-newer-package = {zeta = "2040-01-01T00:00:00Z"}'),
    "exclude-newer of a package set aside": in_uv("exclude-newer-package = {alpha = false}"),
    "exclude-newer by the month": in_uv('exclude-newer = "1 month"'),
    "no sources": in_uv("no-sources = true"),
    "preview": in_uv("preview = true"),
    "an index for one package": in_uv('index = [{name = "torch", url = "https://idx.example.com/simple", explicit = true}]'),
    "other tools": (("[dependency-groups]", "[tool.ruff]\nline-length = 100\n[dependency-groups]"),),
}

WORKSPACE: Tree = {
    "pyproject.toml": """\
[project]
name = "churn"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["delta", "feat", "m1", "beta"]
[project.optional-dependencies]
cpu = ["alpha==1.0"]
gpu = ["alpha==1.1"]
[dependency-groups]
dev = ["eps-pkg"]
[tool.uv]
constraint-dependencies = ["alpha<2"]
override-dependencies = ["delta==0.1"]
environments = ["sys_platform == 'linux'", "sys_platform == 'darwin'"]
conflicts = [[{extra = "cpu"}, {extra = "gpu"}]]
resolution = "lowest-direct"
exclude-newer = "2040-01-01T00:00:00Z"
exclude-newer-package = {alpha = "2040-01-01T00:00:00Z", gamma = "7 days", zeta = "2040-01-01T00:00:00Z"}
default-groups = ["dev"]
[tool.uv.workspace]
members = ["pk/*"]
exclude = ["pk/out"]
[tool.uv.sources]
feat = {path = "libs/feat", editable = true}
m1 = {workspace = true}
beta = {path = "w/beta-1.0-py3-none-any.whl"}
""",
    "pk/m1/pyproject.toml": """\
[project]
name = "m1"
version = "0.1"
requires-python = ">=3.10"
dependencies = ["alpha"]
[dependency-groups]
dev = ["delta"]
""",
    "pk/m2/pyproject.toml": """\
[project]
name = "m2"
version = "0.1"
requires-python = ">=3.10"
dependencies = ["m1", "gamma[plots]"]
[tool.uv.sources]
m1 = {workspace = true}
""",
    "pk/out/pyproject.toml": '[project]\nname = "out"\nversion = "0.1"\n',
    "libs/feat/pyproject.toml": """\
[project]
name = "feat"
version = "0.1"
dependencies = ["alpha"]
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
""",
}
ROOT, M1, M2, FEAT = "pyproject.toml", "pk/m1/pyproject.toml", "pk/m2/pyproject.toml", "libs/feat/pyproject.toml"
BETA = 'beta = {path = "w/beta-1.0-py3-none-any.whl"}'
FOR_NT = '{path = "w/beta-1.0-py3-none-any.whl", marker = "os_name == \'nt\'"}'
NEWER_ALPHA, RESOLUTION = 'alpha = "2040-01-01T00:00:00Z"', 'resolution = "lowest-direct"'
ENVIRONMENTS = "environments = [\"sys_platform == 'linux'\", \"sys_platform == 'darwin'\"]"

WORKSPACE_CHANGES: dict[str, tuple[str, Change]] = {
    "nothing": (ROOT, ()),
    # Members
    "a member's requirement": (M1, (('"alpha"', '"alpha>=1"'),)),
    "a member's group": (M1, (('"delta"', '"delta", "alpha"'),)),
    "a member's version": (M1, (('"0.1"', '"0.2"'),)),
    "a member's Python": (M1, ((">=3.10", ">=3.11.1"),)),
    "a member's Python below the others'": (M1, ((">=3.10", ">=3.9"),)),
    "a member's last Python": (M1, ((">=3.10", ">=3.10,<3.14"),)),
    "no Python of a member": (M1, (('requires-python = ">=3.10"\n', ""),)),
    "a new member": ("pk/m3/pyproject.toml", (("", '[project]\nname = "m3"\nversion = "0"\nrequires-python = ">=3.10"\n'),)),
    "a member renamed": (M2, (('"m2"', '"mm"'),)),
    "a member excluded": (ROOT, (('["pk/out"]', '["pk/out", "pk/m2"]'),)),
    "a member no more excluded": (ROOT, (('exclude = ["pk/out"]\n', ""),)),
    "members one by one": (ROOT, (('["pk/*"]', '["pk/m2", "./pk/m1/"]'),)),
    "a member not named": (ROOT, (('["pk/*"]', '["pk/m1"]'),)),
    "a member unmanaged": (M2, (("[tool.uv.sources]", "[tool.uv]\nmanaged = false\n[tool.uv.sources]"),)),
    "two members of one name": ("pk/m3/pyproject.toml", (("", '[project]\nname = "m1"\nversion = "0"\n'),)),
    "a member without a project": ("pk/m3/pyproject.toml", (("", "[tool.x]\n"),)),
    "a project beside the workspace": ("sub/pyproject.toml", (("", '[project]\nname = "sub"\nversion = "0"\n'),)),
    "a project below a member": ("pk/m1/sub/pyproject.toml", (("", '[project]\nname = "sub"\nversion = "0"\n'),)),
    "members at any depth": (ROOT, (('["pk/*"]', '["pk/**"]'), ('["pk/out"]', '["pk/out", "pk/*/x"]'))),
    "a file among the members": ("pk/README.md", (("", "three packages\n"),)),
    "a member with a build system": (M2, (("[tool.uv.s", '[build-system]\nrequires = ["hatchling"]\n[tool.uv.s'),)),
    "a member that is no package": (M1, (("[dependency-groups]", "[tool.uv]\npackage = false\n[dependency-groups]"),)),
    "a member that is a package": (M1, (("[dependency-groups]", "[tool.uv]\npackage = true\n[dependency-groups]"),)),
    "a member's default groups": (M1, (("[dependency-groups]", "[tool.uv]\ndefault-groups = []\n[dependency-groups]"),)),
    "a member's constraint": (M1, (("[dependency-groups]", '[tool.uv]\nconstraint-dependencies = ["alpha<9"]\n[dependency-groups]'),)),
    "a member's resolution": (M1, (("[dependency-groups]", '[tool.uv]\nresolution = "highest"\n[dependency-groups]'),)),
    "a member's conflicts": (
        M1,
        (("[dep", '[tool.uv]\nconflicts = [[{group = "dev"}, {group = "x"}]]\n[dep'), ('["delta"]', '["delta"]\nx = []')),
    ),
    "a member's source": (M1, (("[dep", '[tool.uv.sources]\nalpha = {path = "../../../wheels/alpha-1.0-py3-none-any.whl"}\n[dep'),)),
    # Sources
    "a member's source less": (ROOT, (("m1 = {workspace = true}\n", ""),)),
    "a member as a copy": (ROOT, (("m1 = {workspace = true}", "m1 = {workspace = true, editable = false}"),)),
    "a member as editable": (ROOT, (("m1 = {workspace = true}", "m1 = {workspace = true, editable = true}"),)),
    "a path dependency's requirement": (FEAT, (('"alpha"', '"alpha>=1"'),)),
    "a path dependency's version": (FEAT, (('"0.1"', '"0.3"'),)),
    "a path dependency's group": (FEAT, (("[build", '[dependency-groups]\ndev = ["delta"]\n[build'),)),
    "a path dependency's extra": (FEAT, (("[build", '[project.optional-dependencies]\nx = ["delta"]\n[build'),)),
    "a path dependency's spelling": (FEAT, (('"alpha"', '"Alpha"'),)),
    "a path dependency as a copy": (ROOT, ((", editable = true", ""),)),
    "a path dependency as no package": (ROOT, (("editable = true", "package = false"),)),
    "a path dependency as a package": (ROOT, (("editable = true", "package = true"),)),
    "a path in other words": (ROOT, (('"libs/feat"', '"./libs/../libs/feat/"'),)),
    "a path dependency without its source": (ROOT, (('feat = {path = "libs/feat", editable = true}\n', ""),)),
    "an archive without its source": (ROOT, ((BETA + "\n", ""),)),
    "an archive for one system": (ROOT, ((BETA, BETA.replace("}", ", marker = \"sys_platform == 'linux'\"}")),)),
    "an archive in a list": (ROOT, ((BETA, BETA.replace("{", "[{").replace("}", "}]")),)),
    "an archive for each system": (ROOT, ((BETA, f"beta = [{FOR_NT}, {FOR_NT.replace('==', '!=')}]"),)),
    "an archive for what was from the index": (ROOT, ((BETA, BETA + '\ndelta = {path = "../wheels/delta-0.1-py3-none-any.whl"}'),)),
    "a source of a member's requirement": (ROOT, ((BETA, BETA + '\ngamma = {url = "https://example.com/gamma-3.0-py3-none-any.whl"}'),)),
    "a source from git": (ROOT, ((BETA, 'beta = {git = "https://git.example.com/beta", tag = "v1"}'),)),
    # What holds for all
    "no constraint": (ROOT, (('constraint-dependencies = ["alpha<2"]\n', ""),)),
    "a constraint's zero": (ROOT, (("alpha<2", "alpha<2.0"),)),
    "another constraint": (ROOT, (("alpha<2", "alpha<3"),)),
    "a constraint with extras": (ROOT, (('["alpha<2"]', '["alpha[x]<2"]'),)),
    "a constraint more": (ROOT, (('["alpha<2"]', '["alpha<2", "beta"]'),)),
    "no override": (ROOT, (('override-dependencies = ["delta==0.1"]\n', ""),)),
    "an override's zero": (ROOT, (('"delta==0.1"]', '"delta==0.1.0"]'),)),
    "another override": (ROOT, (('"delta==0.1"]', '"delta==0.2.0"]'),)),
    "no environments": (ROOT, ((ENVIRONMENTS + "\n", ""),)),
    "environments in another order": (
        ROOT,
        ((ENVIRONMENTS, "environments = [\"sys_platform == 'darwin'\", \"sys_platform == 'linux'\"]"),),
    ),
    "environments in other words": (ROOT, (("sys_platform == 'linux'", "platform_system == 'Linux' and python_version >= '3.11'"),)),
    "an environment less": (ROOT, ((ENVIRONMENTS, "environments = [\"sys_platform == 'linux'\"]"),)),
    "no conflicts": (ROOT, (('conflicts = [[{extra = "cpu"}, {extra = "gpu"}]]\n', ""),)),
    "conflicts in another order": (ROOT, (('{extra = "cpu"}, {extra = "gpu"}', '{extra = "gpu"}, {extra = "cpu"}'),)),
    "conflicts with the package": (ROOT, (('{extra = "cpu"}', '{package = "churn", extra = "cpu"}'),)),
    "conflicts of a group": (ROOT, (('{extra = "gpu"}', '{group = "dev"}'),)),
    "no resolution": (ROOT, (('resolution = "lowest-direct"\n', ""),)),
    "another resolution": (ROOT, (("lowest-direct", "lowest"),)),
    "no exclude-newer": (ROOT, (('exclude-newer = "2040-01-01T00:00:00Z"\n', ""),)),
    "exclude-newer in another time zone": (ROOT, (("2040-01-01T00:00:00Z", "2040-01-01T01:00:00+01:00"),)),
    "exclude-newer later": (ROOT, (("2040-01-01", "2041-01-01"),)),
    "exclude-newer earlier": (ROOT, (("2040-01-01", "2039-01-01"),)),
    "exclude-newer as a date": (ROOT, (("2040-01-01T00:00:00Z", "2040-01-01"),)),
    "exclude-newer as a span": (ROOT, (("2040-01-01T00:00:00Z", "30 days"),)),
    "exclude-newer as the date before": (ROOT, (("2040-01-01T00:00:00Z", "2039-12-31"),)),
    "exclude-newer as a later date": (ROOT, (("2040-01-01T00:00:00Z", "2040-02-01"),)),
    "exclude-newer as an earlier date": (ROOT, (("2040-01-01T00:00:00Z", "2039-12-01"),)),
    "exclude-newer in no form": (ROOT, (("2040-01-01T00:00:00Z", "2040-01-01T00:00"),)),
    "exclude-newer of a package later": (ROOT, ((NEWER_ALPHA, NEWER_ALPHA.replace("2040", "2041")),)),
    "exclude-newer of a package earlier": (ROOT, ((NEWER_ALPHA, NEWER_ALPHA.replace("2040", "2039")),)),
    "exclude-newer of a package as a span": (ROOT, ((NEWER_ALPHA, 'alpha = "7 days"'),)),
    "exclude-newer of a package less": (ROOT, ((NEWER_ALPHA + ", ", ""),)),
    "exclude-newer of a package no more": (ROOT, ((NEWER_ALPHA, "alpha = false"),)),
    "exclude-newer of nothing locked earlier": (ROOT, (('zeta = "2040', 'zeta = "2039'),)),
    "exclude-newer of nothing locked less": (ROOT, ((', zeta = "2040-01-01T00:00:00Z"', ""),)),
    "another span of exclude-newer": (ROOT, (('"7 days"', '"8 days"'),)),
    "a span of exclude-newer in other words": (ROOT, (('"7 days"', '"P7D"'),)),
    "a point for a span of exclude-newer": (ROOT, (('"7 days"', '"2041-01-01T00:00:00Z"'),)),
    "sources of no use set aside": (ROOT, ((RESOLUTION, f'no-sources-package = ["gamma"]\n{RESOLUTION}'),)),
    "sources of a member set aside": (ROOT, ((RESOLUTION, f'no-sources-package = ["m1"]\n{RESOLUTION}'),)),
    "all sources set aside": (ROOT, ((RESOLUTION, f"no-sources = true\n{RESOLUTION}"),)),
    "all groups by default": (ROOT, (('default-groups = ["dev"]', 'default-groups = "all"'),)),
    "no groups by default": (ROOT, (('default-groups = ["dev"]', "default-groups = []"),)),
    "default groups unsaid": (ROOT, (('default-groups = ["dev"]\n', ""),)),
    "extras in another order": (ROOT, (('cpu = ["alpha==1.0"]\ngpu = ["alpha==1.1"]', 'gpu = ["alpha==1.1"]\ncpu = ["alpha==1.0"]'),)),
    "an empty uv.toml": ("uv.toml", (("", "\n"),)),
    "a uv.toml of the same": ("uv.toml", (("", 'resolution = "lowest-direct"\nexclude-newer = "2040-01-01T00:00:00Z"\n'),)),
}

VIRTUAL: Tree = {
    "pyproject.toml": """\
[dependency-groups]
dev = ["delta"]
lint = ["eps-pkg"]
[tool.uv.workspace]
members = ["m1"]
""",
    "m1/pyproject.toml": '[project]\nname = "m1"\nversion = "0.1"\nrequires-python = ">=3.11"\ndependencies = ["alpha"]\n',
}
DEEP: Tree = {
    "pyproject.toml": '[tool.uv.workspace]\nmembers = ["pk/**"]\nexclude = ["*/old"]\n',
    "pk/m1/pyproject.toml": '[project]\nname = "m1"\nversion = "0"\nrequires-python = ">=3.11"\ndependencies = ["alpha"]\n',
    "pk/m1/sub/pyproject.toml": '[project]\nname = "sub"\nversion = "0"\ndependencies = ["delta"]\n',
}
DEEP_CHANGES: dict[str, tuple[str, Change]] = {
    "nothing": (ROOT, ()),
    "a requirement below a member": ("pk/m1/sub/pyproject.toml", (('"delta"', '"delta>=0.1"'),)),
    "members in one folder": (ROOT, (("pk/**", "pk/*"),)),
    "members by a class": (ROOT, (("pk/**", "pk/[!x]*"),)),
    "members two folders down": (ROOT, (("pk/**", "pk/*/*"),)),
    "an exclusion at any depth": (ROOT, (("*/old", "**/sub"),)),
    "an exclusion by its name alone": (ROOT, (("*/old", "sub"),)),
    "an excluded project": ("pk/m1/old/pyproject.toml", (("", '[project]\nname = "old"\nversion = "0"\n'),)),
}

VIRTUAL_CHANGES: dict[str, tuple[str, Change]] = {
    "nothing": (ROOT, ()),
    "a group of the root": (ROOT, (('["delta"]', '["delta>=0.1"]'),)),
    "a group of the root less": (ROOT, (('lint = ["eps-pkg"]\n', ""),)),
    "an empty group of the root": (ROOT, (("dev =", "new = []\ndev ="),)),
    "dev-dependencies of the root": (ROOT, (("[tool.uv.workspace]", '[tool.uv]\ndev-dependencies = ["alpha"]\n[tool.uv.workspace]'),)),
    "default groups of the root": (ROOT, (("[tool.uv.workspace]", '[tool.uv]\ndefault-groups = ["lint"]\n[tool.uv.workspace]'),)),
    "Python of a group of the root": (
        ROOT,
        (("[tool.uv.w", '[tool.uv.dependency-groups]\ndev = {requires-python = ">=3.12"}\n[tool.uv.w'),),
    ),
    "a project at the root": (ROOT, (("[dep", '[project]\nname = "all"\nversion = "0"\nrequires-python = ">=3.11"\n[dep'),)),
    "the member's requirement": ("m1/pyproject.toml", (('"alpha"', '"alpha<2"'),)),
    "the workspace alone": (ROOT, (('dev = ["delta"]\n', ""),)),
}

SCRIPT = "tools/fetch.py"
SCRIPT_FILES: Tree = {
    SCRIPT: """\
#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "alpha>=1",
#   "gamma[plots]",
# ]
#
# [tool.uv]
# constraint-dependencies = ["delta<1"]
# ///
import alpha
"""
}
SCRIPT_CHANGES: dict[str, Change] = {
    "nothing": (),
    "the code": (("import alpha", "import gamma"),),
    "a requirement": (('"alpha>=1"', '"alpha>=1.1"'),),
    "a requirement more": (('"alpha>=1",', '"alpha>=1", "delta",'),),
    "a requirement less": (('#   "gamma[plots]",\n', ""),),
    "a requirement of another spelling": (('"alpha>=1"', '"Alpha >= 1.0"'),),
    "requires-python": ((">=3.11", ">=3.10"),),
    "requires-python of another spelling": ((">=3.11", ">=3.11.0"),),
    "no requires-python": (('# requires-python = ">=3.11"\n', ""),),
    "a constraint": (("delta<1", "delta<2"),),
    "a source": (("# ///\nimport", '# [tool.uv.sources]\n# alpha = {path = "../w/alpha.whl"}\n# ///\nimport'),),
}

UNKNOWN = {
    "single/zero before a star",
    "single/a marker for impossible machines",
    "single/a specifier that uv mends",
    "single/an override within one package",
    "workspace/no exclude-newer",
    "workspace/exclude-newer as the date before",
    "workspace/exclude-newer of nothing locked earlier",
    "workspace/exclude-newer of nothing locked less",
    "workspace/sources of a member set aside",
    "script/no requires-python",
}
"""Changes that only a resolution or what is not in the repository can judge: docs/lockfile.md lists their kinds."""


UNKNOWN_BACK = {
    "single/zero before a star",
    "single/an override within one package",
    "single/exclude-newer",
    "single/exclude-newer as a span",
    "single/exclude-newer of a package",
    "single/exclude-newer of a package set aside",
    "single/exclude-newer of nothing locked",
    "single/preview",
}
"""The same of changes that are taken back."""


class ChangesCollideError(Exception):
    """What a change wants to replace is not there."""


def changed(files: Tree, path: str, changes: Change) -> Tree:
    text = files.get(path, "")
    for old, new in changes:
        if old not in text:
            raise ChangesCollideError(f"{old!r} is not in {path}")
        text = text.replace(old, new) if old == "\n" else text.replace(old, new, 1)
    return files | {path: text}


def rows() -> Iterator[tuple[str, Tree, Tree, str]]:
    for name, changes in SINGLE_CHANGES.items():
        yield f"single/{name}", {ROOT: SINGLE}, changed({ROOT: SINGLE}, ROOT, changes), ""
    for name, (path, changes) in WORKSPACE_CHANGES.items():
        yield f"workspace/{name}", WORKSPACE, changed(WORKSPACE, path, changes), ""
    for name, (path, changes) in VIRTUAL_CHANGES.items():
        yield f"virtual/{name}", VIRTUAL, changed(VIRTUAL, path, changes), ""
    for name, (path, changes) in DEEP_CHANGES.items():
        yield f"deep/{name}", DEEP, changed(DEEP, path, changes), ""
    for name, changes in SCRIPT_CHANGES.items():
        yield f"script/{name}", SCRIPT_FILES, changed(SCRIPT_FILES, SCRIPT, changes), SCRIPT


ROWS = list(rows())


CASES = pytest.mark.parametrize(("name", "before", "after", "script"), ROWS, ids=[row[0] for row in ROWS])


def compare(uv: Uv, before: Tree, after: Tree, script: str, *, is_unknown: bool | None) -> str:
    """Lock the one, check the other, and hold both verdicts against each other.

    Args:
        is_unknown: whether dsguard must say that it does not know; ``None`` for "it may".

    Returns:
        ``fresh``, ``stale``, ``unknown``, ``refused`` where uv will not look at the manifest, ``unlockable`` where it will not lock it.
    """
    locked = uv.locked(before, script)
    if locked is None:
        return "unlockable"
    assert judge(locked, script)[0] == []
    code, said = uv.check(locked | after, script)
    found, undecided = judge(locked | after, script)
    if is_unknown or (is_unknown is None and undecided and not found):
        assert (found, bool(undecided)) == ([], True)
        return "unknown"
    if code == 2 and "needs to be updated" not in said:
        # uv refuses the manifest, and says why; or it looked, found the lockfile stale, and failed to make another.
        failed = "No solution found" in said or "network was disabled" in said
        assert is_unknown is None or found == [] or failed, said
        return "refused"
    assert bool(found) is bool(code), (before, after, found, undecided, said)
    return "stale" if code else "fresh"


@CASES
def test_a_change_has_the_verdict_of_uv(uv: Uv, name: str, before: Tree, after: Tree, script: str) -> None:
    assert compare(uv, before, after, script, is_unknown=name in UNKNOWN) != "unlockable"


@CASES
def test_a_change_taken_back_has_the_verdict_of_uv(uv: Uv, name: str, before: Tree, after: Tree, script: str) -> None:
    verdict = compare(uv, after, before, script, is_unknown=name in UNKNOWN_BACK)
    if verdict == "unlockable":
        pytest.skip("uv does not lock what was changed")
    assert (verdict == "unknown") is (name in UNKNOWN_BACK)


def test_there_are_changes_enough_and_each_unknown_one_is_among_them() -> None:
    names = [row[0] for row in ROWS]
    assert len(names) == len(set(names))
    assert len(names) >= 120
    assert set(names) >= UNKNOWN | UNKNOWN_BACK


# Random changes


class Maker:
    """Random manifests, and random rewrites of them that may or may not mean the same."""

    PYTHONS = ("3.11", "3.12", "3.13", "3.11.2", "3.10", "3", "3.9", "4", "3.11.0")
    SPECIFIERS = (
        *(">=1", ">=1.0", ">0", ">=1.0.0", "<2", "<3", "!=1.5", "~=1.0", "~=1.0.0", "==1.*", "==1.0", "==1", ">=0.5", ">=1a1", "<=2"),
        *("<=2.0", ">=1,<2", "!=1.*", ">1.0", "===1.0", "<2.0.dev0", ">=1.post0", "<2a1", "~=1.1", "==1.0,>=0", "!=3"),
    )
    NAMES = (
        ("sys_platform", ("linux", "darwin", "win32", "cygwin")),
        ("platform_system", ("Linux", "Windows", "Darwin", "FreeBSD")),
        ("os_name", ("nt", "posix")),
        ("platform_machine", ("x86_64", "arm64")),
        ("implementation_name", ("cpython",)),
    )
    REQUIRED = (">=3.11", ">=3.11,<4", ">=3.10", "~=3.11", ">=3.11,!=3.11.1", ">=3.11.2", "<4,>=3.11", ">=3.11,<=3.99", "==3.*,>=3.11")
    OPPOSITES = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def manifests(self) -> tuple[str, str]:
        pick = self.random
        lists = [self.requirements() if index == 0 or pick.random() < 0.5 else [] for index in range(3)]
        python = pick.choice(self.REQUIRED)
        rewritten = [self.rewrite(listed) if listed and pick.random() < 0.6 else listed for listed in lists]
        return self.manifest(lists, python), self.manifest(rewritten, python if pick.random() < 0.8 else pick.choice(self.REQUIRED))

    def manifest(self, lists: list[list[tuple[str, str, str]]], python: str) -> str:
        texts = [
            "[" + ", ".join(f'"{name}{specifiers}{" ; " * bool(marker)}{marker}"' for name, specifiers, marker in listed) + "]"
            for listed in lists
        ]
        return (
            f'[project]\nname = "churn"\nversion = "0.1.0"\nrequires-python = "{python}"\ndependencies = {texts[0]}\n'
            f"[project.optional-dependencies]\na = {texts[1]}\nb = []\n[dependency-groups]\ndev = {texts[2]}\n"
        )

    def requirements(self) -> list[tuple[str, str, str]]:
        names = self.random.sample(["alpha", "alpha", "beta", "gamma", "gamma[plots]", "delta", "eps_pkg"], self.random.choice([1, 2, 3]))
        return [(name, self.specifiers() if name == "alpha" else "", self.marker() if self.random.random() < 0.6 else "") for name in names]

    def specifiers(self) -> str:
        return ",".join(self.random.sample(self.SPECIFIERS, self.random.choice([0, 1, 1, 1, 2, 2, 3])))

    def marker(self, depth: int = 0) -> str:
        if depth > 2 or self.random.random() < 0.5:
            return " ".join(self.comparison())
        return f"({self.marker(depth + 1)} {self.random.choice(['and', 'or'])} {self.marker(depth + 1)})"

    def comparison(self) -> tuple[str, str, str]:
        pick = self.random
        kind = pick.random()
        if kind < 0.45:
            operator = pick.choice(["==", "!=", "<", "<=", ">", ">=", "in", "not in"])
            versions = (
                pick.sample(["3.11", "3.12", "3.10", "3.13"], pick.choice([1, 2])) if "in" in operator else [pick.choice(self.PYTHONS)]
            )
            return pick.choice(["python_version", "python_full_version"]), operator, f"'{' '.join(versions)}'"
        if kind < 0.9:
            key, values = pick.choice(self.NAMES)
            operator, value = pick.choice(["==", "!=", "==", "!=", "in", "not in", "<", ">="]), pick.choice(values)
            if "in" in operator:
                return (f"'{value[:3]}'", operator, key) if pick.random() < 0.5 else (key, operator, f"'{value} foo'")
            return key, operator, f"'{value}'"
        return pick.choice([("platform_release", ">=", "'5'"), ("implementation_version", "<", "'3.12'"), ("extra", "==", "'a'")])

    def rewrite(self, listed: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
        pick = self.random
        found = []
        for name, specifiers, marker in listed:
            if name == "alpha" and pick.random() < 0.4:
                specifiers = self.specifiers() if pick.random() < 0.6 else ",".join(reversed(specifiers.split(",")))
            marker = self.other_marker(marker) if marker and pick.random() < 0.5 else marker
            key, operator, value = self.comparison()
            if operator in self.OPPOSITES and key != "extra" and pick.random() < 0.1:
                for half in (operator, self.OPPOSITES[operator]):
                    when = f"{key} {half} {value}"
                    found.append((name, specifiers, f"({marker}) and {when}" if marker else when))
            else:
                found.append((name.upper() if pick.random() < 0.1 else name, specifiers, marker))
        if pick.random() < 0.15:
            found.append(pick.choice(found))
        if pick.random() < 0.3:
            pick.shuffle(found)
        return found

    def other_marker(self, marker: str) -> str:
        return self.random.choice(
            [
                marker,
                f"({marker}) and ({marker})",
                f"({marker}) or (sys_platform == 'x' and sys_platform != 'x')",
                marker.replace("platform_system == 'Linux'", "sys_platform == 'linux'").replace(
                    "python_version <", "python_full_version <"
                ),
                f"python_version >= '3.11' and ({marker})",
                marker.replace(" and ", " or ", 1),
                self.marker(),
            ]
        )


COUNT = int(os.environ.get("DSGUARD_UV_CHANGES", "80"))


def test_random_changes_have_the_verdict_of_uv(uv: Uv) -> None:
    maker = Maker(seed=COUNT)
    verdicts = Counter[str]()
    while verdicts.total() - verdicts["unlockable"] < COUNT:
        before, after = maker.manifests()
        verdicts[compare(uv, {ROOT: before}, {ROOT: after}, "", is_unknown=None)] += 1
    assert verdicts["refused"] == 0
    assert min(verdicts["fresh"], verdicts["stale"]) > COUNT // 10, verdicts
    assert verdicts["unknown"] <= max(3, COUNT // 25), verdicts


def test_several_changes_at_once_have_the_verdict_of_uv(uv: Uv) -> None:
    pick = random.Random(COUNT)
    bases: list[tuple[Tree, list[tuple[str, Change]], str]] = [
        ({ROOT: SINGLE}, [(ROOT, changes) for changes in SINGLE_CHANGES.values()], ""),
        (WORKSPACE, list(WORKSPACE_CHANGES.values()), ""),
        (VIRTUAL, list(VIRTUAL_CHANGES.values()), ""),
        (SCRIPT_FILES, [(SCRIPT, changes) for changes in SCRIPT_CHANGES.values()], SCRIPT),
    ]
    verdicts = Counter[str]()
    while verdicts.total() - verdicts["unlockable"] < COUNT // 2:
        base, changes, script = pick.choices(bases, [6, 8, 1, 1])[0]
        try:
            chosen = pick.sample(changes, pick.choice([2, 3, 4]))
            first = pick.randrange(len(chosen))
            before = reduce(lambda files, change: changed(files, *change), chosen[:first], base)
            after = reduce(lambda files, change: changed(files, *change), chosen[first:], before)
            verdicts[compare(uv, before, after, script, is_unknown=None)] += 1
        except (UnreadableError, ChangesCollideError):
            continue
    assert min(verdicts["fresh"], verdicts["stale"]) > 0, verdicts
