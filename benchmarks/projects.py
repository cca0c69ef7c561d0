"""What many projects in one repository cost: `python dev.py bench projects`.

Three layouts: nested projects with a uv.lock each, the same without lockfiles, and one uv workspace of as many members. Prints
processor time of `dsguard check --family lockfile` as a multiple of what tomllib takes to parse the same TOML, in turn
within one run, the start of the interpreter taken off both. Dirty trees on purpose: some lockfiles are stale, some are missing.
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from run import BARE, cpu_seconds, environment

DSGUARD = (sys.executable, "-P", "-m", "dsguard", "check", "--family", "lockfile", "--quiet", "--no-cache", "--fail-on", "never")
PARSE = """
import sys, tomllib
from pathlib import Path
for path in [*Path().rglob("pyproject.toml"), *Path().rglob("uv.lock")]:
    tomllib.loads(path.read_text(encoding="utf-8"))
"""
REGISTRY = 'source = { registry = "https://packages.example.com/simple" }'
NEEDS = [f"library-{number}>={number % 7}.{number % 5}" for number in range(24)]


def manifest(number: int, *, extra: str = "") -> str:
    """A project as people write them: dependencies, an extra, groups, tools."""
    listed = "".join(f'  "{need}",\n' for need in NEEDS[:16])
    return (
        f'[project]\nname = "project-{number}"\nversion = "0.1.0"\nrequires-python = ">=3.11,<3.14"\n'
        f'dependencies = [\n{listed}{extra}]\n\n[project.optional-dependencies]\ngpu = ["{NEEDS[16]}"]\n\n'
        f'[dependency-groups]\ndev = ["{NEEDS[17]}", {{include-group = "lint"}}]\nlint = ["{NEEDS[18]}"]\n\n'
        '[tool.ruff]\nline-length = 100\n[tool.ruff.lint]\nselect = ["E", "F", "I", "UP"]\n\n[tool.pytest.ini_options]\naddopts = ["-ra"]\n'
    )


def locked_package(number: int) -> str:
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    url = f"https://files.example.com/packages/{digest[:2]}/{digest}/library_{number}-{number % 7 + 1}.0"
    wheels = "".join(
        f'    {{ url = "{url}-cp3{minor}-cp3{minor}-{system}.whl", hash = "sha256:{digest}", size = {number * 997} }},\n'
        for minor in (11, 12, 13)
        for system in ("macosx_11_0_arm64", "manylinux_2_17_x86_64", "win_amd64")
    )
    return (
        f'\n[[package]]\nname = "library-{number}"\nversion = "{number % 7 + 1}.0"\n{REGISTRY}\n'
        f'sdist = {{ url = "{url}.tar.gz", hash = "sha256:{digest}", size = {number * 991} }}\nwheels = [\n{wheels}]\n'
    )


def own_package(number: int, where: str) -> str:
    def entry(need: str, marker: str = "") -> str:
        name, _, version = need.partition(">=")
        return f'{{ name = "{name}"{marker}, specifier = ">={version}" }}'

    names = "".join(f'    {{ name = "{need.partition(">")[0]}" }},\n' for need in NEEDS[:16])
    entries = [*map(entry, NEEDS[:16]), entry(NEEDS[16], ", marker = \"extra == 'gpu'\"")]
    listed = "".join(f"    {one},\n" for one in entries)
    return (
        f'\n[[package]]\nname = "project-{number}"\nversion = "0.1.0"\nsource = {{ virtual = "{where}" }}\ndependencies = [\n{names}]\n\n'
        f'[package.metadata]\nrequires-dist = [\n{listed}]\nprovides-extras = ["gpu"]\n\n[package.metadata.requires-dev]\n'
        f"dev = [\n    {entry(NEEDS[17])},\n    {entry(NEEDS[18])},\n]\nlint = [{entry(NEEDS[18])}]\n"
    )


HEAD = 'version = 1\nrevision = 3\nrequires-python = ">=3.11, <3.14"\n'
LIBRARIES = "".join(map(locked_package, range(40)))


def nested(folder: Path, count: int, *, locked: bool) -> None:
    for number in range(count):
        here = folder / f"teams/t{number % 10}/project-{number}"
        here.mkdir(parents=True)
        is_stale = number % 20 == 0
        write(here / "pyproject.toml", manifest(number, extra='  "polars>=1.8",\n' if is_stale else ""))
        if locked and number % 20 != 1:
            write(here / "uv.lock", HEAD + LIBRARIES + own_package(number, "."))


def workspace(folder: Path, count: int) -> None:
    names = "".join(f'    "project-{number}",\n' for number in sorted(range(count), key=str))
    write(folder / "pyproject.toml", '[tool.uv.workspace]\nmembers = ["packages/*"]\n')
    packages = "".join(own_package(number, f"packages/project-{number}") for number in range(count))
    write(folder / "uv.lock", f"{HEAD}\n[manifest]\nmembers = [\n{names}]\n{LIBRARIES}{packages}")
    for number in range(count):
        here = folder / f"packages/project-{number}"
        here.mkdir(parents=True)
        write(here / "pyproject.toml", manifest(number))


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


LAYOUTS: dict[str, Callable[[Path, int], None]] = {
    "nested projects with lockfiles": lambda folder, count: nested(folder, count, locked=True),
    "nested projects without": lambda folder, count: nested(folder, count, locked=False),
    "one workspace": workspace,
}


def measure(command: tuple[str, ...], folder: Path) -> float:
    settings = environment() | {"PYTHONPYCACHEPREFIX": str(folder / ".git/compiled")}
    before = cpu_seconds()
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True, env=settings)
    return cpu_seconds() - before


def main(show: Callable[[str], None] = print) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--projects", type=int, default=200)
    arguments = parser.parse_args()
    commands = {"bare": BARE, "tomllib": (sys.executable, "-c", PARSE), "dsguard": DSGUARD}
    for layout, make in LAYOUTS.items():
        times: dict[str, list[float]] = {name: [] for name in commands}
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            make(folder, arguments.projects)
            for git in (("init", "-q"), ("add", "-A")):
                subprocess.run(("git", *git), cwd=folder, check=True)
            for round_number in range(arguments.rounds + 1):
                for each, command in commands.items():
                    seconds = measure(command, folder)
                    if round_number:  # the first warms caches
                        times[each].append(seconds)
        bare = statistics.median(times["bare"])
        parsing, checking = (statistics.median(times[each]) - bare for each in ("tomllib", "dsguard"))
        show(f"{layout:32} {checking / parsing:5.2f}x tomllib   ({arguments.projects} projects, {arguments.rounds} rounds)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
