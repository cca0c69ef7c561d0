"""What the report for a person says beyond its golden files."""

from __future__ import annotations

from dsguard.reporters.text import MAX_FULL, render
from dsguard.testing import run

DIRTY = '{"cells": [{"cell_type": "code", "execution_count": 3, "metadata": {}, "outputs": [], "source": "x"}], "metadata": {}}'
HINT = "2 of the findings, in 2 files, are fixed by one command: dsguard check --fix\n"


def said(files: dict[str, str], *, fixed: int = 0) -> list[str]:
    report = run(files, families=["notebooks"])
    report.fixed = fixed
    return list(render(report, color=False, verbose=0, quiet=False))


def test_one_command_for_many_files_is_told_once() -> None:
    files = {"a.ipynb": DIRTY, "b.ipynb": DIRTY}
    assert said(files)[-2] == HINT
    assert HINT not in said(files, fixed=1), "what is left was refused"
    assert not any("one command" in line for line in said({"a.ipynb": DIRTY}))


def test_advice_that_differs_by_the_file_only_is_told_once_for_neighbours() -> None:
    table = "id,x\n" + "4711,12\n" * 1000
    report = run(
        {"data/raw/a.csv": table, "data/raw/b [1].csv": table, "data/raw/c.tsv": table, "raw_data/d.tsv": table}, families=["data"]
    )
    shown = [line.strip() for line in render(report, color=False, verbose=0, quiet=True)]
    advice = [line for line in shown if line.startswith("help:")]
    assert [line.startswith("help: As for the file above") for line in advice] == [False, True, False, True]
    assert [line.startswith("help: As") for line in render(report, color=False, verbose=1, quiet=True)].count(True) == 0


def test_the_way_to_a_draw_is_told_once() -> None:
    files = {
        "train.py": "import numpy as np\nfrom src.data import split\n\n"
        "if __name__ == '__main__':\n    np.save('test.npy', split(np.load('all.npy')))\n",
        "src/data.py": "import numpy as np\n\n\ndef split(rows):\n    return np.random.permutation(rows)\n",
    }
    report = run(files, families=["seeds"])
    shown = "".join(render(report, color=False, verbose=0, quiet=False))
    assert [finding.code for finding in report.findings] == ["DSG501"]
    assert "the way there: train.py:5" in report.findings[0].message
    assert "the way there" not in shown
    assert "  - train.py:5: calls split\n  - src/data.py:5: draws: np.random.permutation\n" in shown


def test_after_many_findings_of_a_rule_further_ones_take_a_line_each() -> None:
    files = {f"plots/{number:03}.R": 'd <- read.csv("/home/mary/d.csv")\n' for number in range(MAX_FULL + 3)}
    report = run({**files, "z.sh": "cat /scratch/mary/d.csv\n"}, families=["paths"])
    lines = "".join(render(report, color=False, verbose=0, quiet=False)).splitlines()
    first, last = (next(number for number, line in enumerate(lines) if line.startswith(f"plots/{one:03}.R:")) for one in (30, 32))
    assert MAX_FULL == 30
    assert [line.partition(":")[0] for line in lines[first - 1 : last + 3]] == ["", *list(files)[30:], "", "z.sh"]
    assert lines[last + 3].startswith("  1 | cat /scratch")
    assert "3 more of rules that had 30 findings above are in a line each: -v says of all what to do" in lines
    everything = "".join(render(report, color=False, verbose=1, quiet=False))
    assert everything.count("  help:") == MAX_FULL + 4
    assert "in a line each" not in everything
