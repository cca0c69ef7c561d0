"""What the rules about seeds cost: `python benchmarks/seeds.py [REPOSITORY...]`.

Prints what a commit of one script costs that has fifty modules behind it; then for a made repository, and for each that is
given, the processor time of a whole run of the family as a ratio to `ast.parse` over all its Python files, and its peak of memory.
The parser as it is by default, with Python's collector of cycles, which the command switches off; the run in one process, since two
take half the time and a tenth more of processor time. Not for Windows.
"""

from __future__ import annotations

import argparse
import ast
import os
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

MODULES, SCRIPTS = 50, 60
MODULE = '''"""Step {number} of the work."""

import numpy as np
import pandas as pd

from work import step_{next}


class Step{number}:
    """Keeps what it has seen."""

    def __init__(self, rows, rng=None):
        self.rows = rows
        self.rng = rng

    def run(self, data: pd.DataFrame, limit=10):
        kept = [row for row in data.itertuples() if row.value > limit and not np.isnan(row.value)]
        for row in kept:
            self.rows.append({{"value": row.value * {number}, "name": f"step {number}: {{row.name}}"}})
        return step_{next}.clean(pd.DataFrame(self.rows)) if {number} < {last} else data


def clean(data, columns=("value", "name")):
    missing = data[list(columns)].isna().sum()
    print("missing", missing.to_dict())
    data = data.dropna(subset=list(columns)).reset_index(drop=True)
    data["value"] = data["value"].clip(lower=0, upper=data["value"].quantile(0.99))
    return Step{number}([]).run(data)
'''
SCRIPT = """import numpy as np
import pandas as pd

from work import step_{start}


def main():
    np.random.seed({number})
    data = pd.read_csv("data/part_{number}.csv")
    print(step_{start}.clean(data).sample(3, random_state={number}))


if __name__ == "__main__":
    main()
"""


def make_repository(folder: Path) -> None:
    (folder / "work").mkdir(parents=True)
    (folder / "work" / "__init__.py").write_text("", encoding="utf-8")
    for number in range(MODULES):
        text = MODULE.format(number=number, next=(number + 1) % MODULES, last=MODULES - 1)
        (folder / "work" / f"step_{number}.py").write_text(text, encoding="utf-8")
    for number in range(SCRIPTS):
        (folder / f"run_{number}.py").write_text(SCRIPT.format(number=number, start=number % MODULES), encoding="utf-8")
    for command in (("init", "-q"), ("add", "-A")):
        subprocess.run(("git", *command), cwd=folder, check=True)


def parse_seconds(folder: Path) -> tuple[int, float]:
    """How many Python files a repository tracks, and the processor time of parsing them."""
    listed = subprocess.run(("git", "ls-files", "-z", "*.py"), cwd=folder, capture_output=True, check=True).stdout
    names = [folder / name for name in listed.decode("utf-8", "surrogateescape").split("\0") if name]
    started = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            try:
                ast.parse(name.read_bytes())
            except (OSError, SyntaxError, ValueError, RecursionError):
                continue
    return len(names), time.process_time() - started


def measure(folder: Path, *arguments: str) -> tuple[float, int]:
    """Processor time (seconds) of one run of the command as its users start it, and the peak of its memory in kilobytes."""
    started = subprocess.Popen((sys.executable, "-m", "dsguard", *arguments), cwd=folder, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode:
        raise subprocess.CalledProcessError(started.returncode, started.args)
    return used.ru_utime + used.ru_stime, used.ru_maxrss


def show_repository(name: str, folder: Path, rounds: int, start: float) -> None:
    """``start``: seconds of a run that has nothing to do."""
    best_parse, best_run, most = float("inf"), float("inf"), 0
    count = 0
    for _ in range(rounds):  # in turn, so that a busy machine is unfair to both
        count, parse = parse_seconds(folder)
        run, peak = measure(folder, "check", "--family", "seeds", "--fail-on", "never", "--jobs", "1", "-q", ".")
        best_parse, best_run, most = min(best_parse, parse), min(best_run, run), max(most, peak)
    ratio, above = best_run / best_parse, (best_run - start) / best_parse
    print(f"{name:40} {count:5} files   {ratio:4.1f}x ast.parse ({above:.1f}x above start-up)   {most / 1024:.0f} MB")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    hook = ("hook", "seeds")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        make_repository(folder)
        (folder / "empty.py").write_text("import os\n", encoding="utf-8")
        start = min(measure(folder, *hook, "empty.py")[0] for _ in range(options.rounds))
        script = min(measure(folder, *hook, "run_0.py")[0] for _ in range(options.rounds))
        print(f"a commit of one script with {MODULES} modules behind it: {script - start:.2f} s of processor time above start-up")
        show_repository(f"{SCRIPTS} scripts, {MODULES} modules", folder, options.rounds, start)
    for repository in options.repositories:
        show_repository(repository.name, repository, options.rounds, start)
    return 0


if __name__ == "__main__":
    sys.exit(main())
