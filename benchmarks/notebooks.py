"""What stripping notebooks costs, and what it leaves: `python dev.py bench notebooks`.

Three tables. Processor time of whole processes beside nbstripout's, and beside nb-clean's and a start of the interpreter together, in
turn within one run. Lines that a strip changes in notebooks of twelve formattings. And with `--corpus FOLDER`, for every notebook below
it (which is only read): whether what is left equals, as JSON, what `nbstripout --keep-id` leaves when told to remove the same metadata.
"""

from __future__ import annotations

import argparse
import base64
import difflib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from run import BARE, BIN, cpu_seconds, environment

DSGUARD = (sys.executable, "-P", "-m", "dsguard")
NBSTRIPOUT = (str(BIN / "nbstripout"), "--keep-id")
NB_CLEAN = str(BIN / "nb-clean")


# Notebooks


def document(cells: int, *, picture: int, rows: int, seed: int = 1) -> dict[str, Any]:
    """A notebook as it is after a run: prints, pictures of so many bytes, tables of so many rows."""
    chance = random.Random(seed)
    made: list[dict[str, Any]] = []
    for number in range(cells):
        if number % 4 == 3:
            made.append(
                {"cell_type": "markdown", "id": f"m{number}", "metadata": {}, "source": ["## Section\n", "What we see: naïve, 3 €."]}
            )
            continue
        outputs: list[dict[str, Any]] = [
            {"name": "stdout", "output_type": "stream", "text": [f"epoch {epoch} loss {chance.random():.4f}\n" for epoch in range(8)]}
        ]
        if number % 4 == 0:
            data = {"image/png": base64.b64encode(chance.randbytes(picture)).decode(), "text/plain": ["<Figure size 640x480 with 1 Axes>"]}
            outputs.append({"data": data, "metadata": {}, "output_type": "display_data"})
        if number % 4 == 1:
            table = [f"      <td>{chance.random():.6f}</td>\n" for _ in range(rows)]
            data = {"text/html": table, "text/plain": ["   a  b\n"] * 5}
            outputs.append({"data": data, "execution_count": number, "metadata": {}, "output_type": "execute_result"})
        source = [f"means_{number} = frame.groupby('k').agg('mean')\n", "means.plot()"]
        metadata = {"scrolled": True} if number % 9 == 0 else {}
        made.append(
            {"cell_type": "code", "execution_count": number, "id": f"c{number}", "metadata": metadata, "outputs": outputs, "source": source}
        )
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": made, "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}


def as_jupyter(notebook: dict[str, Any], indent: int | str | None = 1, **options: Any) -> str:
    return json.dumps(notebook, indent=indent, **{"ensure_ascii": False, "sort_keys": True, **options}) + "\n"


Writer = Callable[[dict[str, Any]], bytes]


def formattings() -> dict[str, Writer]:
    """Twelve ways in which programs and people write a notebook."""

    def backwards(notebook: dict[str, Any]) -> bytes:
        cells = [dict(reversed(list(cell.items()))) for cell in notebook["cells"]]
        return as_jupyter({**dict(reversed(list(notebook.items()))), "cells": cells}, sort_keys=False).encode()

    def joined(notebook: dict[str, Any]) -> bytes:
        cells = [{**cell, "source": "".join(cell["source"])} for cell in notebook["cells"]]
        return as_jupyter({**notebook, "cells": cells}).encode()

    return {
        "as Jupyter writes it": lambda notebook: as_jupyter(notebook).encode(),
        "keys in another order": backwards,
        "indent 2": lambda notebook: as_jupyter(notebook, 2).encode(),
        "indent 4": lambda notebook: as_jupyter(notebook, 4).encode(),
        "tabs": lambda notebook: as_jupyter(notebook, "\t").encode(),
        "one line": lambda notebook: as_jupyter(notebook, None, separators=(",", ":")).encode(),
        "Windows line ends": lambda notebook: as_jupyter(notebook).replace("\n", "\r\n").encode(),
        "byte order mark": lambda notebook: as_jupyter(notebook).encode("utf-8-sig"),
        "escaped letters": lambda notebook: as_jupyter(notebook, ensure_ascii=True).encode(),
        "sources as one string": joined,
        "no newline at the end": lambda notebook: as_jupyter(notebook).rstrip("\n").encode(),
        "half of a surrogate pair": lambda notebook: as_jupyter(notebook, ensure_ascii=True).replace("\\u00ef", "\\ud83d").encode(),
    }


# Time


def prepare(folder: Path) -> dict[str, list[str]]:
    """The notebooks of each row, in a repository; their names by what they are called in the table."""
    hundred = [document(75, picture=200, rows=4, seed=seed) for seed in range(100)]
    kinds = {
        "one notebook": [as_jupyter(hundred[0])],
        "100 notebooks": [as_jupyter(notebook) for notebook in hundred],
        "100 clean notebooks": [as_jupyter(cleared(notebook)) for notebook in hundred],
        "one of 20 MB": [as_jupyter(document(2000, picture=9_000, rows=700))],
    }
    names: dict[str, list[str]] = {}
    for number, (kind, texts) in enumerate(kinds.items()):
        names[kind] = [f"{number}/{place:03d}.ipynb" for place in range(len(texts))]
        for name, text in zip(names[kind], texts, strict=True):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    subprocess.run(("git", "init", "-q"), cwd=folder, check=True)
    subprocess.run(("git", "add", "-A"), cwd=folder, check=True)
    return names


def cleared(notebook: dict[str, Any]) -> dict[str, Any]:
    """A notebook without outputs, counts and volatile metadata."""
    clean = [{**cell, "execution_count": None, "outputs": [], "metadata": {}} if "outputs" in cell else cell for cell in notebook["cells"]]
    return {**notebook, "cells": clean}


def measure(command: tuple[str, ...], folder: Path) -> float:
    before = cpu_seconds()
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, env=environment())
    return cpu_seconds() - before


def times(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        original, work = Path(place) / "original", Path(place) / "work"
        original.mkdir()
        names = prepare(original)
        bare = statistics.median(measure(BARE, original) for _ in range(rounds))
        print(f"{'processor time':30} {'seconds':>8} {'nbstripout':>14} {'nb-clean and a start':>21}   megabytes")
        print(f"{'python -c pass: a start':30} {bare:8.3f}")
        for kind, files in names.items():
            size = sum((original / name).stat().st_size for name in files) / 1e6
            verify, check = (*NBSTRIPOUT, "--verify", *files), (NB_CLEAN, "check", *files)
            for task, commands in {
                "strip": ((*DSGUARD, "strip", *files), (*NBSTRIPOUT, *files), (NB_CLEAN, "clean", *files)),
                "strip --check": ((*DSGUARD, "strip", "--check", *files), verify, check),
                "check": ((*DSGUARD, "hook", "all", "--select", "DSG201,DSG202,DSG203", *files), verify, check),
                "all rules": ((*DSGUARD, "hook", "notebooks", *files), verify, check),
            }.items():
                taken: list[list[float]] = [[], [], []]
                for round_number in range(rounds + 1):
                    for number, command in enumerate(commands):
                        shutil.rmtree(work, ignore_errors=True)
                        shutil.copytree(original, work)
                        seconds = measure(command, work)
                        if round_number:  # the first warms caches
                            taken[number].append(seconds)
                ours, nbstripout, nb_clean = map(statistics.median, taken)
                ratios = f"{nbstripout / ours:8.1f}x less {ours / (nb_clean + bare):14.1f}x more"
                print(f"{task + ', ' + kind:30} {ours:8.3f} {ratios}   {size:.1f}", flush=True)
        status(original, rounds)


def status(folder: Path, rounds: int) -> None:
    """`git status` when all of 500 notebooks were touched: it asks the filter about each of them."""
    for number in range(5):
        shutil.copytree(folder / "1", folder / f"copy{number}")
    for number in range(4):
        shutil.rmtree(folder / f"{number}")
    shutil.rmtree(folder / ".git")
    subprocess.run(("git", "init", "-q"), cwd=folder, check=True)
    for name, commands in {
        "dsguard": ((*DSGUARD, "strip", "--install"),),
        "dsguard, one process a file": (("git", "config", "--unset", "filter.dsguard.process"),),
        "nbstripout": ((*DSGUARD, "strip", "--uninstall"), (*NBSTRIPOUT, "--install", "--attributes", ".gitattributes")),
    }.items():
        for command in commands:
            subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(("git", "add", "-A"), cwd=folder, check=True)
        taken = []
        for _ in range(rounds if name == "dsguard" else 1):
            for place in folder.rglob("*.ipynb"):
                os.utime(place)
            taken.append(measure(("git", "status"), folder))
        print(f"{'git status, 500 touched':28} {statistics.median(taken):8.3f}   with {name}")


# Lines


def lines() -> None:
    """For each formatting: what its own writer would change if it wrote the notebook without outputs and counts, and what is changed."""
    print(f"\n{'changed lines':28} {'fewest':>8} {'dsguard':>8} {'nbstripout':>11} {'nb-clean':>9}")
    notebook = document(4, picture=60, rows=4)
    notebook["cells"][0]["metadata"] = {}
    clean = cleared(notebook)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "nb.ipynb"
        for name, write in formattings().items():
            before = write(notebook)
            row: list[int | str] = [changed_lines(before, write(clean))]
            for command in ((*DSGUARD, "strip"), NBSTRIPOUT, (NB_CLEAN, "clean", "-m", "-n")):
                place.write_bytes(before)
                subprocess.run((*command, str(place)), cwd=folder, capture_output=True, check=False)
                after = place.read_bytes()
                row.append("emptied" if not after else "refused" if after == before else changed_lines(before, after))
            print(f"{name:28} {row[0]:>8} {row[1]:>8} {row[2]:>11} {row[3]:>9}")


def changed_lines(before: bytes, after: bytes) -> int:
    """Lines taken away and lines added."""
    old, new = (data.decode("utf-8").split("\n") for data in (before, after))
    steps = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return sum((old_end - old_start) + (new_end - new_start) for kind, old_start, old_end, new_start, new_end in steps if kind != "equal")


# The corpus


def corpus(folder: Path) -> int:
    import nbformat
    from nbstripout._utils import strip_output

    from dsguard.analysis.notebooks.volatile import DEFAULTS
    from dsguard.commands.stripper import Stripper

    stripper = Stripper(str(folder))
    counts = dict.fromkeys(("notebooks", "equal", "refused", "left as they are", "not the same twice", "other than nbstripout"), 0)

    def read(data: bytes, *, strip: bool) -> Any:
        notebook = nbformat.reads(data.decode("utf-8-sig"), as_version=nbformat.NO_CONVERT)
        if strip:
            strip_output(notebook, None, False, True, extra_keys=list(DEFAULTS))
        return json.loads(json.dumps(notebook))

    for path in sorted(folder.rglob("*.ipynb")):
        if ".git" in path.parts:
            continue
        before = path.read_bytes()
        counts["notebooks"] += 1
        after, problems = stripper.strip(before, path.name)
        if problems:
            counts["refused"] += 1
            print(*problems, sep="\n")
            continue
        counts["left as they are"] += after == before
        counts["not the same twice"] += stripper.strip(after, path.name) != (after, [])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            same = _without_ids(read(after, strip=False), before) == _without_ids(read(before, strip=True), before)
        counts["equal" if same else "other than nbstripout"] += 1
        if not same:
            print(f"differs: {path}")
    print("\n" + "\n".join(f"{name:28} {count:8}" for name, count in counts.items()))
    return int(counts["other than nbstripout"] + counts["not the same twice"] > 0)


def _without_ids(notebook: Any, before: bytes) -> Any:
    """nbformat makes up ids for cells of version 4.5 that have none, at random."""
    cells = json.loads(before.decode("utf-8-sig")).get("cells", [])
    for cell, original in zip(notebook.get("cells", []), cells, strict=False):
        if "id" not in original:
            cell.pop("id", None)
    return notebook


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--corpus", type=Path, metavar="FOLDER", help="only compare what is left of every notebook below it")
    arguments = parser.parse_args()
    if arguments.corpus:
        return corpus(arguments.corpus)
    missing = [name for name in (NBSTRIPOUT[0], NB_CLEAN) if not Path(name).exists()]
    if missing:
        print(f"not installed: {', '.join(missing)}")
        return 1
    times(arguments.rounds)
    lines()
    return 0


if __name__ == "__main__":
    sys.exit(main())
