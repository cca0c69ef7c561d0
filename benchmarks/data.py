"""What the data rules cost in a large repository: `python dev.py bench data`.

A repository of 20,000 tracked files, 2,000 of them data, is made in a temporary folder. Processor time (user + system, children
included) is printed as a ratio to the least that such a look can cost: `git ls-files -s`, and reading the first 4 KB of each data file.
That least is done by a Python program, so all rows pay for starting an interpreter; a second ratio leaves out what a bare one takes.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from run import BARE, BIN, cpu_seconds

FILES, DATA = 20_000, 2_000
SOURCE = (*[".py"] * 12, ".md", ".md", ".yaml", ".yaml", ".json", ".txt", ".js", ".toml")
"""Extensions of twenty files that are no data."""

KINDS: dict[str, Callable[[random.Random], bytes]] = {
    ".csv": lambda r: b"id,km\n" + b"4711,3.5\n" * r.randint(50, 2000),
    ".tsv": lambda r: b"id\tkm\n" + b"4711\t3.5\n" * r.randint(50, 2000),
    ".parquet": lambda r: b"PAR1" + r.randbytes(8000) + b"PAR1",
    ".pkl": lambda _: b"\x80\x04\x95\x12\0\0\0\0\0\0\0}\x94\x8c\x04coef\x94G?\xeb\xd7\n=p\xa3\xd7s.",
    ".npy": lambda r: b"\x93NUMPY\x01\0v\0" + r.randbytes(8000),
    ".json": lambda r: b'{"a": [' + b"1, " * r.randint(500, 3000) + b"1]}",
    ".gz": lambda r: b"\x1f\x8b\x08\0" + r.randbytes(3000),
    ".xlsx": lambda r: b"PK\x03\x04" + r.randbytes(8000) + b"PK\x05\x06" + bytes(18),
}
PLACES = ("data/raw", "tests/data", "data/processed", "examples/data", "data")

LEAST = """
import subprocess, sys
for record in subprocess.run(["git", "ls-files", "-s", "-z"], capture_output=True, check=True).stdout.split(b"\\0"):
    path = record.partition(b"\\t")[2]
    if path.startswith((b"data/", b"tests/data/", b"examples/data/")):
        with open(path, "rb") as stream:
            stream.read(4096)
"""


def make_repository(folder: Path) -> None:
    """The same files every time."""
    chance = random.Random(7)
    for number in range(FILES):
        if number < DATA:
            suffix = list(KINDS)[number % len(KINDS)]
            path, content = f"{PLACES[number % len(PLACES)]}/part{number % 20}/{number}{suffix}", KINDS[suffix](chance)
        else:
            suffix = SOURCE[number % len(SOURCE)]
            path = f"src/pkg{number % 40}/sub{number % 5}/file_{number}{suffix}"
            content = f"# file {number}\n".encode() + b"x = 1\n" * chance.randint(5, 120)
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    for command in (("init", "-q"), ("add", "-A")):
        subprocess.run(("git", *command), cwd=folder, check=True)


def measure(command: tuple[str, ...], folder: Path) -> float:
    before = cpu_seconds()
    done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{command[0]} failed")
    return cpu_seconds() - before


def main(show: Callable[[str], None] = print) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    dsguard = str(BIN / ("dsguard.exe" if os.name == "nt" else "dsguard"))
    rows = {
        "python -c pass": BARE,
        "git ls-files -s, and 4 KB of each data file": (sys.executable, "-c", LEAST),
        "dsguard check --family data": (dsguard, "check", "--family", "data", "-q", "--no-cache"),
        "... once more, nothing changed": (dsguard, "check", "--family", "data", "-q"),
        "dsguard check": (dsguard, "check", "-q", "--no-cache"),
        "... once more, nothing changed (all)": (dsguard, "check", "-q"),
    }
    times: dict[str, list[float]] = {name: [] for name in rows}
    with tempfile.TemporaryDirectory() as folder:
        make_repository(Path(folder))
        time.sleep(3)  # of files that have just changed no report is kept
        for round_number in range(rounds + 1):
            for name, command in rows.items():
                seconds = measure(command, Path(folder))
                if round_number:  # the first warms caches
                    times[name].append(seconds)
    middle = {name: statistics.median(seconds) for name, seconds in times.items()}
    bare, least, *_ = middle.values()
    show(f"{'':44} {'x least':>8} {'without starting Python':>25}   CPU seconds, min - max of {rounds}")
    for name, seconds in middle.items():
        low, high = min(times[name]), max(times[name])
        show(f"{name:44} {seconds / least:7.1f}x {(seconds - bare) / (least - bare):24.1f}x   {low:.2f} - {high:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
