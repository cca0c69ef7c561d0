"""What a search for credentials costs, and what it finds: `python dev.py bench secrets`.

Two tables. Processor time of whole processes (user + system) on four inputs, as multiples of a Python that reads the bytes and of
each other, in turn within one run. And recall and precision by kind on the suite of `tests/analysis/secrets/test_surroundings.py`,
which is made anew from a seed. Other scanners take part if they are installed beside this Python or in `--peers FOLDER`.
"""

from __future__ import annotations

import argparse
import base64
import json
import random
import runpy
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from run import BIN, cpu_seconds

MANY = 100
ROOT = Path(__file__).resolve().parent.parent
READ = "import sys\nfor path in sys.argv[1:]:\n    open(path, 'rb').read()"
WORDS = (
    "batch",
    "column",
    "customer",
    "date",
    "feature",
    "frame",
    "history",
    "label",
    "loss",
    "mean",
    "model",
    "order",
    "path",
    "price",
    "rate",
    "row",
)


# Inputs


def code(lines: int, seed: int = 5) -> str:
    """Code as it is written: imports, functions, calls; one line in a hundred speaks of keys and tokens, none holds one."""
    chance = random.Random(seed)
    made = ["import os", "import numpy as np", "import pandas as pd", ""]
    while len(made) < lines:
        name, other, third = (chance.choice(WORDS) for _ in range(3))
        made += [
            f"def {name}_{other}_{len(made)}(frame: pd.DataFrame, {third}: str = '{name}') -> pd.DataFrame:",
            f'    """Join the {name} of each {other} with its {third}."""',
            f"    {name} = frame.groupby('{other}_id')['{third}'].transform('mean')",
            f"    if {name}.isna().any() and len(frame) > {chance.randrange(1000)}:",
            f"        raise ValueError(f'no {name} for {{{third}}}: {{frame.shape}}')",
            f"    frame['{other}_{third}_{chance.randrange(100)}'] = np.log1p({name}) * {chance.random():.6f}",
            f"    frame = frame.sort_values(['{name}_at', '{other}_rank'], ascending=[True, False]).reset_index(drop=True)",
            f"    return frame.merge({name}.to_frame(), how='left', on='{other}_id', validate='many_to_one')",
            "",
        ]
        if len(made) % 99 < 9:
            made[-1:] = [f"    api_key, max_tokens = os.environ['{name.upper()}_API_KEY'], {chance.randrange(4096)}", ""]
    return "\n".join(made[:lines]) + "\n"


def notebook(outputs: list[dict[str, Any]]) -> str:
    cells = [
        {"cell_type": "code", "execution_count": 1, "id": f"c{number}", "metadata": {}, "outputs": [output], "source": ["df.head(1000)"]}
        for number, output in enumerate(outputs)
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


def tables(count: int) -> list[dict[str, Any]]:
    chance = random.Random(7)
    made = []
    for _ in range(count):
        rows = "".join(
            f"    <tr>\n      <th>{row}</th>\n      <td>{chance.random():.6f}</td>\n      <td>ana</td>\n    </tr>\n" for row in range(1000)
        )
        made.append(
            {"data": {"text/html": (f"<table>\n{rows}</table>").splitlines(keepends=True)}, "output_type": "display_data", "metadata": {}}
        )
    return made


def pictures(count: int) -> list[dict[str, Any]]:
    chance = random.Random(8)
    return [
        {"data": {"image/png": base64.b64encode(chance.randbytes(60_000)).decode()}, "output_type": "display_data", "metadata": {}}
        for _ in range(count)
    ]


INPUTS: dict[str, Callable[[], dict[str, str]]] = {
    "5,000 lines of code": lambda: {"code.py": code(5000)},
    "notebook of tables, 4 MB": lambda: {"tables.ipynb": notebook(tables(28))},
    "notebook of pictures, 5 MB": lambda: {"pictures.ipynb": notebook(pictures(62))},
    "1,000 files of 40 lines": lambda: {f"src/m{number}.py": code(40, number) for number in range(1000)},
}


# Tools


def tools(peers: Path) -> dict[str, Callable[[list[str]], list[str]]]:
    """Name to the command that searches some files."""
    found: dict[str, Callable[[list[str]], list[str]]] = {
        "reading the bytes": lambda files: [sys.executable, "-c", READ, *files],
        "dsguard": lambda files: [str(BIN / "dsguard"), "hook", "secrets", *files],
    }
    others: dict[str, Callable[[str, list[str]], list[str]]] = {
        "detect-secrets-hook": lambda program, files: [program, *files],
        # Each path is a scan of its own to these two: of many files they are given the folder.
        "betterleaks": lambda program, files: [program, "--no-banner", "--exit-code=0", *(files if len(files) < MANY else ["src"])],
        "kingfisher": lambda program, files: [
            program,
            "scan",
            "--no-validate",
            "--no-update-check",
            *(files if len(files) < MANY else ["src"]),
        ],
    }
    for name, command in others.items():
        program = next((str(folder / name) for folder in (peers, BIN) if (folder / name).exists()), "")
        if program:
            found[name.removesuffix("-hook")] = lambda files, command=command, program=program: command(program, files)  # type: ignore[misc]
    return found


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def measure(rounds: int, peers: Path, show: Callable[[str], None]) -> None:
    commands = tools(peers)
    show(f"{'processor time, ms (x reading)':30}" + "".join(f"{name:>22}" for name in commands))
    for title, make in INPUTS.items():
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            files = make()
            write(folder, files)
            for git in (("init", "-q"), ("add", "-A")):
                subprocess.run(("git", *git), cwd=folder, check=True)
            times: dict[str, list[float]] = {tool: [] for tool in commands}
            for _ in range(rounds):
                for tool, command in commands.items():
                    if tool == "detect-secrets" and times[tool] and times[tool][0] > 10:
                        continue  # once is enough of a minute
                    before = cpu_seconds()
                    subprocess.run(command(list(files)), cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
                    times[tool].append(cpu_seconds() - before)
            middle = {tool: statistics.median(seconds) for tool, seconds in times.items()}
            bare = middle["reading the bytes"]
            show(f"{title:30}" + "".join(f"{value * 1000:13.0f} ({value / bare:5.1f}x)" for value in middle.values()))


# What is found

Found = set[tuple[str, int]]


def found_by(tool: str, command: Callable[[list[str]], list[str]], folder: Path) -> Found:
    """Paths and lines that a scanner names in a folder."""
    if tool == "detect-secrets":
        program = command([])[0].removesuffix("-hook")
        done = subprocess.run([program, "scan", "--all-files", "."], cwd=folder, capture_output=True, check=False)
        results = json.loads(done.stdout)["results"]
        return {(path.removeprefix("./"), entry["line_number"]) for path, entries in results.items() for entry in entries}
    with tempfile.TemporaryDirectory() as name:
        report = Path(name) / "report.json"
        if tool == "betterleaks":
            subprocess.run([*command([]), "-o", str(report), "."], cwd=folder, capture_output=True, check=False)
            places = [finding["location"] for finding in json.loads(report.read_bytes())["findings"]]
            return {
                (place["path"].removeprefix("./"), line) for place in places for line in range(place["start_line"], place["end_line"] + 1)
            }
        subprocess.run([*command([]), ".", "--format", "jsonl", "--output", str(report)], cwd=folder, capture_output=True, check=False)
        entries = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
        return {(entry["finding"]["path"].removeprefix("./"), entry["finding"]["line"]) for entry in entries if "finding" in entry}


def compare(seed: int, peers: Path, show: Callable[[str], None], *, by_kind: bool) -> None:
    tests = runpy.run_path(str(ROOT / "tests" / "analysis" / "secrets" / "test_surroundings.py"))
    made, score = tests["suite"](seed), tests["Score"]
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), made.files)
        scores = {"dsguard": score(made, tests["places"](made))}
        for tool, command in tools(peers).items():
            if tool not in ("reading the bytes", "dsguard"):
                scores[tool] = score(made, found_by(tool, command, Path(name)))
    show(f"\nsuite of seed {seed}: {scores['dsguard'].positives} credentials, {scores['dsguard'].negatives} look-alikes")
    show(f"{'':16}{'recall':>9}{'precision':>11}{'missed':>8}{'false':>7}")
    for tool, one in scores.items():
        show(f"{tool:16}{one.recall:9.3f}{one.precision:11.3f}{len(one.missed):8}{len(one.false):7}")
    rows: dict[str, list[Any]] = {}
    for case in made.cases:
        if case.is_secret:
            for row in rows_of(case.kind, tests, by_kind=by_kind):
                rows.setdefault(row, []).append(case)
    show(f"\n{'found, of':44}{'':>5}" + "".join(f"{tool:>16}" for tool in scores))
    for row, cases in rows.items():
        found = [len(cases) - sum(case in one.missed for case in cases) for one in scores.values()]
        show(f"{row:44}{len(cases):>5}" + "".join(f"{number:>16}" for number in found))


def rows_of(kind: str, tests: dict[str, Any], *, by_kind: bool) -> list[str]:
    """The rows of the table that a case counts in: what it is, and where it stands."""
    provider, _, place = kind.partition(": ")
    if not place:
        return ["(calls and forms)" if by_kind else "forms of calls, commands and SQL"]
    if by_kind:
        return [provider]
    _, value, by_itself = tests["PROVIDERS"][provider]
    sample = value(tests["Dice"](1))
    if "://" in sample or "DRIVER=" in sample or "dbname=" in sample:
        what = "URLs and connection strings with a password"
    elif by_itself:
        what = "tokens with a shape of their own"
    elif value is tests["Dice"].password:
        what = "passwords"
    else:
        what = "keys that a name beside them tells"
    where = "without a name" if place in tests["SHAPE_ONLY"] else "in notebooks" if place in {*tests["NOTEBOOK"], "output"} else ""
    return [what, *([f"... {where}"] if where else [])]


def main(show: Callable[[str], None] = print) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", type=Path, default=BIN, help="folder with the programs of other scanners")
    parser.add_argument("--seed", type=int, default=20261127, help="of the suite; tests hold other ones")
    parser.add_argument("--only", choices=("speed", "suite"))
    parser.add_argument("--by-kind", action="store_true")
    arguments = parser.parse_args()
    if arguments.only != "suite":
        measure(arguments.rounds, arguments.peers, show)
    if arguments.only != "speed":
        compare(arguments.seed, arguments.peers, show, by_kind=arguments.by_kind)
    return 0


if __name__ == "__main__":
    sys.exit(main())
