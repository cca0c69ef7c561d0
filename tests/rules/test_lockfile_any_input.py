"""Manifests, lockfiles and pipelines with anything anywhere: no rule of the family crashes on any of it.

`DSGUARD_MUTATIONS=20000` tries that many in place of the few that a test run can afford.
"""

from __future__ import annotations

import copy
import os
import random
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from dsguard.model import Report
from dsguard.rules import RULES
from dsguard.testing import run

COUNT = int(os.environ.get("DSGUARD_MUTATIONS", "150"))

CODES = [rule.code for rule in RULES if rule.family == "lockfile"]

PYPROJECT = """\
[build-system]
requires = ["hatchling"]
[project]
name = "churn"
version = "0.1.0"
requires-python = ">=3.11,<4"
dynamic = ["readme"]
dependencies = ["alpha>=1", "beta[x]>=1,<2; sys_platform == 'linux'", "m1", "gamma @ git+https://git.example.com/g@v1", "near"]
[project.optional-dependencies]
plots = ["delta>=0.1"]
all = ["churn[plots]", "eps"]
[dependency-groups]
dev = ["delta", { include-group = "lint" }]
lint = ["eps==1.*"]
[tool.uv]
package = true
default-groups = ["dev"]
constraint-dependencies = ["alpha<2"]
override-dependencies = ["delta==0.1", { package = { name = "gamma" }, dependencies = ["delta"] }]
exclude-dependencies = ["zeta"]
build-constraint-dependencies = ["hatchling<3"]
environments = ["sys_platform == 'linux'"]
required-environments = ["sys_platform == 'linux'"]
conflicts = [[{ extra = "plots" }, { extra = "all" }]]
resolution = "highest"
exclude-newer = "2040-01-01T00:00:00Z"
dev-dependencies = ["ipykernel"]
exclude-newer-package = { alpha = "2040-01-01T00:00:00Z" }
prerelease-package = { alpha = "allow" }
dependency-metadata = [{ name = "alpha", version = "2.0", requires-dist = ["delta"] }]
index = [{ name = "own", url = "https://idx.example.com/simple", default = true }]
[tool.uv.dependency-groups]
lint = { requires-python = ">=3.12" }
[tool.uv.workspace]
members = ["pk/*"]
exclude = ["pk/out"]
[tool.uv.sources]
m1 = { workspace = true }
alpha = { index = "own", marker = "os_name == 'nt'" }
eps = [{ path = "w/eps.whl" }, { git = "https://git.example.com/e", tag = "v1", subdirectory = "x" }]
near = { path = "near", editable = true }
[tool.poetry.dependencies]
python = "^3.11"
"""

MEMBER = '[project]\nname = "m1"\nversion = "0.1"\nrequires-python = ">=3.10"\ndependencies = ["alpha"]\n[tool.uv]\npackage = false\n'

LOCK = """\
version = 1
revision = 3
requires-python = ">=3.11, <4"
resolution-markers = ["sys_platform == 'linux'"]
supported-markers = ["sys_platform == 'linux'"]
required-markers = ["sys_platform == 'linux'"]
conflicts = [[{ package = "churn", extra = "all" }, { package = "churn", extra = "plots" }]]
[options]
resolution-mode = "lowest"
exclude-newer = "2041-01-01T00:00:00Z"
[options.exclude-newer-package]
alpha = "2040-01-01T00:00:00Z"
[manifest]
members = ["churn", "m1"]
constraints = [{ name = "alpha", specifier = "<2" }]
overrides = [{ name = "delta", specifier = "==0.1" }]
build-constraints = [{ name = "hatchling", specifier = "<3" }]
excludes = ["zeta"]
[[manifest.dependency-metadata]]
name = "alpha"
version = "2.0"
requires-dist = ["delta"]
[[package]]
name = "alpha"
version = "1.0"
source = { registry = "https://idx.example.com/simple" }
[[package]]
name = "churn"
version = "0.1.0"
source = { editable = "." }
dependencies = [{ name = "alpha" }]
[package.metadata]
requires-dist = [
    { name = "alpha", specifier = ">=1", marker = "os_name == 'nt'", index = "https://idx.example.com/simple" },
    { name = "beta", extras = ["x"], marker = "sys_platform == 'linux'", specifier = ">=1,<2" },
    { name = "delta", marker = "extra == 'plots'", specifier = ">=0.1" },
    { name = "gamma", git = "https://git.example.com/g?rev=v1" },
    { name = "m1", virtual = "pk/m1" },
    { name = "near", editable = "near" },
]
provides-extras = ["plots", "all"]
[package.metadata.requires-dev]
dev = [{ name = "delta" }, { name = "eps", specifier = "==1.*" }]
lint = [{ name = "eps", specifier = "==1.*" }]
[[package]]
name = "m1"
version = "0.1"
source = { virtual = "pk/m1" }
[package.metadata]
requires-dist = [{ name = "alpha" }]
[[package]]
name = "near"
version = "1.0"
source = { editable = "near" }
"""

SCRIPT = """\
# /// script
# requires-python = ">=3.12"
# dependencies = ["httpx>=0.27"]
# [tool.uv]
# constraint-dependencies = ["idna<4"]
# ///
import httpx, random
if __name__ == "__main__":
    print(random.random())
"""

SCRIPT_LOCK = """\
version = 1
requires-python = ">=3.12"
[manifest]
requirements = [{ name = "httpx", specifier = ">=0.27" }]
constraints = [{ name = "idna", specifier = "<4" }]
"""

WORKFLOW = """\
on: push
env: { UV_FROZEN: "0" }
defaults: { run: { working-directory: ., shell: bash } }
jobs:
  test:
    runs-on: ubuntu-24.04
    env: { A: b }
    strategy:
      matrix:
        command: [uv sync, "pip install -e ."]
        include: [{ command: uv run pytest, more: 1 }]
    defaults: { run: { working-directory: pk } }
    steps:
      - uses: actions/checkout@v5
        with: { path: . }
      - uses: ./.github/actions/setup
      - run: |
          cd pk && uv sync --extra x \\
            --group y
        env: { UV_LOCKED: "1" }
        working-directory: m1
      - run: ${{ matrix.command }}
"""

ACTION = "runs:\n  using: composite\n  steps:\n    - { run: uv sync, shell: bash, working-directory: pk }\n"

GITLAB = """\
image: { name: "python:latest", entrypoint: [""] }
default: { before_script: [uv sync] }
variables: { UV_FROZEN: { value: "0" } }
.base: { script: [uv run pytest] }
test: { extends: .base, script: [[pip install -e .], uv sync], variables: { A: 1 } }
other: { extends: [.base, test], script: pip install -r requirements.txt }
"""

DOCKERFILE = """\
ARG BASE=python:latest
FROM ${BASE} AS build
WORKDIR /app
COPY --chown=me pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/x pip install -r requirements.txt && \\
    uv sync
FROM build
COPY --from=build /app /app
RUN <<EOF
uv run python train.py
EOF
CMD ["python", "train.py"]
"""

BASE: dict[str, str] = {
    "pyproject.toml": PYPROJECT,
    "pk/m1/pyproject.toml": MEMBER,
    "near/pyproject.toml": MEMBER.replace("m1", "near"),
    "uv.lock": LOCK,
    "tools/fetch.py": SCRIPT,
    "tools/fetch.py.lock": SCRIPT_LOCK,
    ".github/workflows/ci.yml": WORKFLOW,
    ".github/actions/setup/action.yml": ACTION,
    ".gitlab-ci.yml": GITLAB,
    "Dockerfile": DOCKERFILE,
    "alone/requirements.txt": "alpha\nbeta==1.0 \\\n  --hash=sha256:00\n-r other.txt\n-e .\n-c c.txt\ngamma @ https://x.example/g.whl\n",
    "alone/environment.yml": "dependencies: [python, pip, {pip: [alpha]}]\n",
    "environment.yml": "dependencies: [python=3.11, pip, {pip: [alpha]}]\n",
    "setup.cfg": "[options]\npython_requires = >=3.8\n",
    "compose.yaml": "services: { app: { image: 'x:latest', environment: [PYTHONHASHSEED=0] } }\n",
    "Makefile": "install:\n\tuv sync\n",
}

JUNK: tuple[Any, ...] = (
    *(
        None,
        True,
        0,
        -1,
        2**70,
        1.5,
        "",
        " ",
        "x",
        "\0",
        "é\u2028",
        ">=",
        "*",
        "==1.*",
        ">=3.11,<3.10",
        "a==1",
        "[",
        "a[",
        "a @ ",
        "a @ x:",
    ),
    *("../..", "/", "//", ".", "**/**", "[a", "{a,b}", "git+", "://", "https://[::1", "file:", "os_name ==", "(" * 300, "a;" + "(" * 99),
    *("python_version in '3'", "extra == 'x'", "9" * 5000, "~=3", "!=3.*", "===x", "1!2+x", "${{ matrix.x }}", "$(x)", "'", "\\", "<<EOF"),
    *([], {}, [[]], [{}], {"a": {}}, [0], ["x", 1], {"": ""}, {"name": 1}, [["a"], "b"], {"include-group": "dev"}, {"workspace": True}),
)


def toml_of(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_of, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(str(key))} = {toml_of(entry)}" for key, entry in value.items()) + "}"
    return quoted("" if value is None else str(value))


def quoted(text: str) -> str:
    return '"' + "".join(letter if letter not in '"\\' and letter.isprintable() else f"\\U{ord(letter):08x}" for letter in text) + '"'


def document_of(value: dict[str, Any]) -> str:
    """TOML with a header for each table of tables, as uv writes it: its lockfiles are not read by a TOML parser alone."""
    lines = [f"{quoted(key)} = {toml_of(entry)}" for key, entry in value.items() if key != "package"]
    packages = value.get("package")
    if not isinstance(packages, list) or not all(isinstance(package, dict) for package in packages):
        return "\n".join([*lines, f"package = {toml_of(packages)}" if "package" in value else ""])
    for package in packages:
        lines += ["[[package]]", *(f"{key if key.isalpha() else quoted(key)} = {toml_of(entry)}" for key, entry in package.items())]
    return "\n".join(lines) + "\n"


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield way
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield from places(entry, (*way, key))


def changed(document: Any, chance: random.Random) -> Any:
    """A document with one to three of its values gone, doubled, or replaced by anything."""
    for _ in range(chance.randint(1, 3)):
        way = chance.choice(list(places(document)))
        if not way:
            continue
        holder = document
        for key in way[:-1]:
            holder = holder[key]
        how = chance.randrange(6)
        if how == 0:
            del holder[way[-1]]
        elif how == 1 and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[way[-1]]))
        else:
            holder[way[-1]] = copy.deepcopy(chance.choice(JUNK))
    return document


def scrambled(text: str, chance: random.Random) -> bytes:
    data = bytearray(text.encode())
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        data[at : at + chance.choice((0, 1, 1, 5, 40))] = chance.choice(
            (b"", b"\n", b"\\", b'"', b"'", b"&&", b"\xff", b"\0", b"$", b"[", b"<<", b"|")
        )
    return bytes(data)


def mutation(chance: random.Random) -> dict[str, str | bytes]:
    files: dict[str, str | bytes] = dict(BASE)
    path = chance.choice(sorted(BASE))
    if chance.random() < 0.3:
        files[path] = scrambled(BASE[path], chance)
    elif path.endswith((".toml", ".lock")):
        files[path] = document_of(changed(tomllib.loads(BASE[path]), chance))
    elif path.endswith((".yml", ".yaml")):
        files[path] = yaml.safe_dump(changed(yaml.safe_load(BASE[path]), chance), allow_unicode=True)
    elif path.endswith(".py"):
        metadata = "".join(line.removeprefix("# ") + "\n" for line in SCRIPT.splitlines()[1:5])
        text = document_of(changed(tomllib.loads(metadata), chance))
        files[path] = "# /// script\n" + "".join(f"# {line}\n" for line in text.splitlines()) + "# ///\nimport httpx\n"
    else:
        files[path] = scrambled(BASE[path], chance)
    if chance.random() < 0.2:
        del files[chance.choice(sorted(files))]
    return files


def judged(files: dict[str, str | bytes]) -> Report:
    return run(files, profile="strict", select=CODES, config="[rules]\n")


def test_what_is_changed_is_fine_before_and_gives_findings() -> None:
    report = judged(dict(BASE))
    assert {finding.code for finding in report.findings} >= {"DSG402", "DSG405", "DSG407"}
    assert tomllib.loads(document_of(tomllib.loads(LOCK))) == tomllib.loads(LOCK)


@pytest.mark.parametrize("part", range(4))
def test_nothing_makes_a_rule_crash(part: int) -> None:
    for seed in range(part, COUNT, 4):
        files = mutation(random.Random(seed))
        crashed = [finding for finding in judged(files).findings if finding.code == "DSG000"]
        assert not crashed, (seed, crashed[0].message, [path for path in BASE if files.get(path) != BASE[path]])
