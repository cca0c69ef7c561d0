"""Run the programs of tests/rules/executed_seeds.yaml, each three times in fresh processes: do they vary as the file says?

Run it with a Python that has NumPy, scikit-learn, PyTorch and the like; a program whose imports are missing is left out and said.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

SOURCE = Path(__file__).resolve().parent.parent / "tests" / "rules" / "executed_seeds.yaml"
RUNS = 3
TIMEOUT = 300
"""Seconds for one run."""


def run(files: dict[str, str], variables: dict[str, str]) -> tuple[str, str]:
    """What the first of some files prints when it is run beside the others, and what it complains about if it fails."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONHASHSEED"} | variables
        done = subprocess.run(
            (sys.executable, next(iter(files))), cwd=folder, env=environment, capture_output=True, text=True, timeout=TIMEOUT, check=False
        )
    return done.stdout, done.stderr if done.returncode else ""


def judge(example: dict[str, Any]) -> str:
    """``""`` if an example is as the file says, else what is different."""
    outputs = set()
    for _ in range(RUNS):
        output, complaint = run(example["files"], example.get("environment", {}))
        if "ModuleNotFoundError" in complaint:
            return f"left out: {complaint.strip().splitlines()[-1]}"
        if complaint:
            return f"failed: {complaint.strip().splitlines()[-1]}"
        outputs.add(output)
    if outputs == {""}:
        return "failed: it prints nothing"
    varies = len(outputs) > 1
    return "" if varies is example["varies"] else f"wrong: it {'varies' if varies else 'is stable'}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ids", nargs="*", help="run only these")
    wanted = parser.parse_args().ids
    examples = [one for one in yaml.safe_load(SOURCE.read_text(encoding="utf-8")) if not wanted or one["id"] in wanted]
    verdicts = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # each waits for processes of its own
        for example, verdict in zip(examples, pool.map(judge, examples), strict=True):
            verdicts[example["id"]] = verdict
            if verdict:
                print(f"{example['id']} {verdict}", flush=True)
    left_out = sum(verdict.startswith("left out") for verdict in verdicts.values())
    wrong = sum(bool(verdict) for verdict in verdicts.values()) - left_out
    print(f"{len(verdicts)} programs, {RUNS} runs each: {len(verdicts) - left_out - wrong} as recorded, {wrong} not, {left_out} left out")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
