"""Run the programs that dsguard's rules about seeds are held to, each three times in fresh processes: do they vary as is written down?

Those of tests/rules/executed_seeds.yaml; with ``--pages`` the examples that the rules' pages show, and what was seen goes to
tests/rules/executed_pages.yaml. They run in a Python that has NumPy, scikit-learn, PyTorch and the like (``--python``, or the one that runs
this); a program whose imports are missing is left out and said.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "rules"
SOURCE = FOLDER / "executed_seeds.yaml"
PAGES = FOLDER / "executed_pages.yaml"
RUNS = 3
TIMEOUT = 300
"""Seconds for one run."""
HEADER = """\
# The examples on the pages of the rules about seeds, and what was seen when each was run three times in fresh processes. Written by
# `python scripts/execute_seed_examples.py --pages`, but for two keys: `then` is what calls an example that is no script by itself, and
# `because` says why one is not as its kind is (a bad one varies or repeats itself, a good one does neither). `digest`: of the example and
# of `then`. An example that was changed has another: run them again.
"""


class MissingError(Exception):
    """A program needs a package that is not there."""


def run(
    files: Mapping[str, str], python: str, then: str = "", variables: Mapping[str, str] | None = None, *, is_watched: bool = True
) -> str:
    """What a program prints, and what it writes if that ``is_watched``.

    Args:
        files: the first is run (a notebook cell by cell), beside the others.
        then: Python code that is run instead.

    Raises:
        MissingError: a package is not there.
        subprocess.CalledProcessError: it fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        first = next(iter(files))
        code = then or (cells(files[first]) if first.endswith(".ipynb") else "")
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONHASHSEED"} | dict(variables or {})
        command = (python, "-c", code) if code else (python, first)
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=TIMEOUT, check=False)
        if "ModuleNotFoundError" in done.stderr:
            raise MissingError(done.stderr.strip().splitlines()[-1])
        done.check_returncode()
        return done.stdout + ("".join(written(Path(folder), files)) if is_watched else "")


def cells(notebook: str) -> str:
    """The code of a notebook, one cell after the other."""
    return "\n".join(cell["source"] for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "code")


def written(folder: Path, files: Mapping[str, str]) -> Iterable[str]:
    """The files that a program wrote, a line each."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in files and "__pycache__" not in path.parts:
            yield f"\n{name} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def look(
    files: Mapping[str, str],
    python: str,
    then: str = "",
    variables: Mapping[str, str] | None = None,
    *,
    is_watched: bool = True,
    runs: int = RUNS,
) -> str:
    """``varies`` from run to run, ``repeats`` (one line printed again and again), ``is silent``, or ``is stable``.

    Args:
        runs: how often it is run at most: some that vary give the same twice by chance.
    """
    first = run(files, python, then, variables, is_watched=is_watched)
    for _ in range(runs - 1):
        if run(files, python, then, variables, is_watched=is_watched) != first:
            return "varies"
    lines = first.splitlines()
    if not lines:
        return "is silent"
    return "repeats" if len(lines) > 1 and len(set(lines)) == 1 else "is stable"


def judge(example: dict[str, Any], python: str) -> str:
    """``""`` if a program of executed_seeds.yaml is as the file says, else what is different."""
    try:
        seen = look(example["files"], python, variables=example.get("environment"), is_watched=False)
    except MissingError as error:
        return f"left out: {error}"
    except subprocess.CalledProcessError as error:
        return f"failed: {error.stderr.strip().splitlines()[-1]}"
    if seen == "is silent":
        return "failed: it prints nothing"
    return "" if (seen == "varies") is example["varies"] else f"wrong: it {seen}"


# The pages


def page_examples() -> dict[str, dict[str, str]]:
    """The examples of the rules about seeds by a name such as ``DSG501 bad 1``."""
    from dsguard.rules import RULES

    found = {}
    for rule in RULES:
        if rule.family == "seeds":
            for kind, trees in (("bad", rule.bad), ("good", rule.good)):
                for number, tree in enumerate(trees, 1):
                    found[f"{rule.code} {kind} {number}"] = {name: str(text) for name, text in tree.items()}
    return found


def digest(files: Mapping[str, str], then: str) -> str:
    return hashlib.sha256(json.dumps([*files.items(), then]).encode()).hexdigest()[:16]


def needed(files: Mapping[str, str]) -> list[str]:
    """The packages that an example imports."""
    own = {name.rpartition("/")[2].removesuffix(".py") for name in files} | {"churn"}
    found = set()
    for name, text in files.items():
        if name.endswith((".py", ".ipynb")):
            for node in ast.walk(ast.parse(cells(text) if name.endswith(".ipynb") else text)):
                names = (
                    [node.module or ""]
                    if isinstance(node, ast.ImportFrom)
                    else [a.name for a in node.names]
                    if isinstance(node, ast.Import)
                    else []
                )
                found |= {one.partition(".")[0] for one in names}
    return sorted(found - own - sys.stdlib_module_names)


def versions(packages: Iterable[str], python: str) -> str:
    code = "import sys; from importlib.metadata import version; print(', '.join(f'{n} {version(n)}' for n in sys.argv[1:]))"
    named = [{"sklearn": "scikit-learn", "tensorflow": "tensorflow-cpu"}.get(name, name) for name in packages]
    return subprocess.run((python, "-c", code, *named), capture_output=True, text=True, check=True).stdout.strip()


def execute_page(name: str, files: dict[str, str], record: dict[str, Any], python: str) -> dict[str, Any]:
    then = record.get("then", "")
    made = {"example": name, "digest": digest(files, then), "seen": look(files, python, then)}
    packages = needed(files)
    if packages:
        made["with"] = versions(packages, python)
    return made | {key: record[key] for key in ("then", "because") if key in record}


def pages(wanted: Iterable[str], python: str) -> int:
    """Execute the examples that changed (or those that are named), and write down what was seen."""
    records = {record["example"]: record for record in yaml.safe_load(PAGES.read_text(encoding="utf-8")) or []} if PAGES.exists() else {}
    examples = page_examples()
    troubles = 0

    def one(name: str) -> dict[str, Any]:
        nonlocal troubles
        record = records.get(name, {})
        if name not in wanted and record.get("digest") == digest(examples[name], record.get("then", "")):
            return record
        try:
            return execute_page(name, examples[name], record, python)
        except (MissingError, subprocess.CalledProcessError) as error:
            troubles += 1
            said = error.stderr.strip().splitlines()[-1] if isinstance(error, subprocess.CalledProcessError) else str(error)
            print(f"{name}: {said}", flush=True)
            return record

    for name, record in zip(examples, in_parallel(one, examples), strict=True):
        records[name] = record
        body = yaml.safe_dump([records[one] for one in examples if records.get(one)], sort_keys=False, width=120, allow_unicode=True)
        PAGES.write_text(HEADER + body, encoding="utf-8")
    print(f"{sum(map(bool, records.values()))} of {len(examples)} examples of pages are written down in {PAGES.name}")
    return 1 if troubles else 0


def in_parallel(function: Callable[[Any], Any], values: Iterable[Any]) -> Iterable[Any]:
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # each waits for processes of its own
        yield from pool.map(function, values)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ids", nargs="*", help="run only these (with --pages: these too, and what has changed)")
    parser.add_argument("--pages", action="store_true", help="the examples on the rules' pages")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that runs the programs")
    given = parser.parse_args()
    if given.pages:
        return pages(given.ids, given.python)
    examples = [one for one in yaml.safe_load(SOURCE.read_text(encoding="utf-8")) if not given.ids or one["id"] in given.ids]
    verdicts = {}
    for example, verdict in zip(examples, in_parallel(lambda one: judge(one, given.python), examples), strict=True):
        verdicts[example["id"]] = verdict
        if verdict:
            print(f"{example['id']} {verdict}", flush=True)
    left_out = sum(verdict.startswith("left out") for verdict in verdicts.values())
    wrong = sum(bool(verdict) for verdict in verdicts.values()) - left_out
    print(f"{len(verdicts)} programs, {RUNS} runs each: {len(verdicts) - left_out - wrong} as recorded, {wrong} not, {left_out} left out")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
