"""What a commit costs: `python dev.py bench`.

Times whole processes, in turn within one run, and prints processor time (user + system, children included) as a ratio to
a bare `python -c pass`: absolute figures say more about a machine than about a program. Each row is the median of the
rounds. Peers run on the same files, from the same environment.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

BIN = Path(sys.executable).parent
BARE = (sys.executable, "-c", "pass")
CODE = '''"""Train the churn model."""

import json
import sys
from pathlib import Path


def load(path: Path) -> dict[str, float]:
    """Read the settings of a run."""
    return json.loads(path.read_text())


def main(arguments: list[str]) -> int:
    settings = load(Path(arguments[0]))
    print(settings)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
'''


def notebook(cells: int) -> str:
    """A clean notebook, as a stripped one looks."""
    code = [
        {"cell_type": "code", "execution_count": None, "id": f"cell-{n}", "metadata": {}, "outputs": [], "source": [f"x = {n}\n", "x + 1"]}
        for n in range(cells)
    ]
    document = {"cells": code, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document, indent=1) + "\n"


def make_repository(folder: Path) -> None:
    """A small project, all of it tracked."""
    files = {f"src/module_{n}.py": CODE for n in range(40)}
    files |= {f"notebooks/{n:02d}-eda.ipynb": notebook(30) for n in range(5)}
    files |= {
        "README.md": "# Churn\n" * 40,
        "params.yaml": "train:\n  seed: 42\n",
        "uv.lock": "version = 1\n",
        "src/load.sh": "echo load\n",
    }
    files["pyproject.toml"] = '[project]\nname = "churn"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = []\n'
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    for command in (("init", "-q"), ("add", "-A")):
        subprocess.run(("git", *command), cwd=folder, check=True)


def environment() -> dict[str, str]:
    """As an installed program starts: with its modules compiled, whatever the environment here says."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


PYTHON_FILE = ("src/module_0.py",)
NOTEBOOK = ("notebooks/00-eda.ipynb",)
MIXED = (
    *[f"src/module_{n}.py" for n in range(5)],
    *[f"notebooks/{n:02d}-eda.ipynb" for n in range(2)],
    "README.md",
    "params.yaml",
    "src/load.sh",
)
NOTEBOOKS = tuple(name for name in MIXED if name.endswith(".ipynb"))


def cases() -> dict[str, list[tuple[str, ...]]]:
    """Row name to the processes that it takes, one after the other."""
    hook = (str(BIN / "dsguard"), "hook", "all")
    detect = (str(BIN / "detect-secrets-hook"),)
    strip = (str(BIN / "nbstripout"), "--verify", "--keep-id")
    clean = (str(BIN / "nb-clean"), "check")
    large = (str(BIN / "check-added-large-files"),)
    return {
        "python -c pass": [BARE],
        "dsguard, one clean .py": [(*hook, *PYTHON_FILE)],
        "dsguard, one notebook": [(*hook, *NOTEBOOK)],
        "dsguard, ten mixed files": [(*hook, *MIXED)],
        "nbstripout, one notebook": [(*strip, *NOTEBOOK)],
        "nb-clean, one notebook": [(*clean, *NOTEBOOK)],
        "detect-secrets, one clean .py": [(*detect, *PYTHON_FILE)],
        "detect-secrets, ten mixed files": [(*detect, *MIXED)],
        "check-added-large-files, ten mixed files": [(*large, *MIXED)],
        "the stack of the three, ten mixed files": [(*strip, *NOTEBOOKS), (*detect, *MIXED), (*large, *MIXED)],
    }


def cpu_seconds() -> float:
    """Processor time of all finished children; wall time where the system does not tell (Windows)."""
    if os.name == "nt":
        return time.perf_counter()
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(commands: list[tuple[str, ...]], folder: Path) -> float:
    before = cpu_seconds()
    for command in commands:
        # All files are clean: a tool that finds something, or does not start, would be measured at something else.
        subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True)
    return cpu_seconds() - before


def main(show: Callable[[str], None] = print) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=11)
    rounds = parser.parse_args().rounds
    rows = {name: commands for name, commands in cases().items() if all(Path(command[0]).exists() for command in commands)}
    times: dict[str, list[float]] = {name: [] for name in rows}
    with tempfile.TemporaryDirectory() as folder:
        make_repository(Path(folder))
        for round_number in range(rounds + 1):
            for name, commands in rows.items():
                seconds = measure(commands, Path(folder))
                if round_number:  # the first warms caches
                    times[name].append(seconds)
    bare = statistics.median(times["python -c pass"])
    show(f"{'':42} {'x python':>9}   min - max of {rounds}")
    for name, seconds in times.items():
        low, middle, high = min(seconds), statistics.median(seconds), max(seconds)
        show(f"{name:42} {middle / bare:8.1f}x   {low / bare:.1f} - {high / bare:.1f}")
    for name in cases().keys() - rows.keys():
        show(f"{name:42} not installed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
