"""One fixed list of findings that every reporter is held against."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import dsguard
import dsguard.rules
from dsguard.model import Confidence, Edit, Finding, Fix, Location, Report, Severity, Skip, Step
from dsguard.rules.base import Rule

GOLDENS = Path(__file__).parent / "goldens"
ODD_NAME = "data/raw/\u00e9t\u00e9 \x1b[31m{0}[a](1)\nraw\u202e,50%:\udcff.csv"
HELP = "Read it relative to the project, e.g. `Path(__file__).parent / ...`."


class HomePath(Rule):
    """A path in somebody's home exists on one machine only; ``{braces}`` and [links](1) are plain text."""

    code, name, family, since = "DSG601", "home-path", "paths", "0.1"
    summary = "path in a person's home"
    help = "Read it relative to the project."


class RawData(Rule):
    """Raw data in git is there for ever."""

    code, name, family, since = "DSG101", "raw-data", "data", "0.1"
    summary = "raw data"
    help = "Keep it out of git."


class Secret(Rule):
    """A credential in git is public as soon as the repository is."""

    code, name, family, since = "DSG301", "secret", "secrets", "0.1"
    summary = "credential in a file"
    help = "Revoke it."
    severity = Severity.WARNING
    profile = "strict"


def finding(
    code: str,
    location: Location,
    message: str,
    help: str = HELP,
    *,
    severity: Severity = Severity.ERROR,
    confidence: Confidence = Confidence.HIGH,
    snippet: str | None = None,
    trace: tuple[Step, ...] = (),
    group: str | None = None,
    fix: Fix | None = None,
) -> Finding:
    name, family = {
        "DSG101": ("raw-data", "data"),
        "DSG102": ("model-binary", "data"),
        "DSG201": ("notebook-output", "notebooks"),
        "DSG501": ("unseeded-entry-script", "seeds"),
        "DSG601": ("home-path", "paths"),
        "DSG602": ("mount-path", "paths"),
    }[code]
    made = Finding(
        code, name, family, severity, confidence, location, message, help, message, snippet=snippet, trace=trace, group=group, fix=fix
    )
    made.fingerprint = f"{code}-{len(location.path)}-{location.line}"  # that people can read in a golden file
    return made


def everything() -> Report:
    """A report with one of each: every kind of place, name, line and finding that a reporter must cope with."""
    members = tuple(Step(f"data/raw/part {number:03}.csv") for number in range(120))
    calls = tuple(Step("train.py", 10 + number, f"main calls step_{number}") for number in range(7))
    long_line = '{"a": "' + "x" * 3000 + '", "path": "/home/ana/churn.csv", "b": "' + "y" * 3000 + '"}'
    findings = [
        finding("DSG601", Location("conf/long.json", 1, 3020, 1, 3039), "path in the home of ana", snippet=long_line),
        finding("DSG101", Location("data/raw/part 000.csv"), "raw data (and 119 more like it, 1.2 GB)", group="data/raw", trace=members),
        finding("DSG101", Location(ODD_NAME), f"raw data in {ODD_NAME}", "git rm --cached \x07\nand add it to .gitignore"),
        finding("DSG102", Location("models/model.pkl"), "pickled model, 17.6 MB", "git rm --cached models/model.pkl"),
        finding(
            "DSG201",
            Location("notebooks/eda.ipynb", 30, 4, 33, 5, cell=2, cell_id="c0ffee"),
            "code cell has stored outputs",
            "dsguard check --fix notebooks/eda.ipynb",
            fix=Fix("clear the outputs", [Edit(1, 2)]),
        ),
        finding(
            "DSG601",
            Location("notebooks/eda.ipynb", 41, 25, 41, 48, cell=3, cell_id="a1b2", cell_line=2, cell_column=18),
            "path in the home of ana",
            snippet='df = pd.read_csv("/home/ana/churn.csv")  # all of it',
        ),
        finding(
            "DSG601",
            Location("notebooks/eda.ipynb", 52, 8, 52, 25, cell=4, cell_id="b2c3", cell_line=1, cell_column=5),
            "path in the home of ana",
            snippet="%cd /home/ana/churn",
        ),
        finding(
            "DSG602",
            Location("src/load.py", 3, 15, 3, 29),
            "mount of one site",
            severity=Severity.WARNING,
            confidence=Confidence.LOW,
            snippet='\tdata\t= open("/mnt/nas/データ/a.csv")',
        ),
        finding(
            "DSG602",
            Location("src/load.py", 9, 8, 11, 2),
            "mount of one site",
            "Make it an option.",
            severity=Severity.WARNING,
            confidence=Confidence.MEDIUM,
            snippet="名前 = '/scratch/\x1b[2Jx' + (",
        ),
        finding(
            "DSG501",
            Location("train.py", 10, 5, 10, 11),
            "numpy draws without a seed",
            "Call np.random.seed(...) first.",
            trace=calls,
            snippet="    main()",
        ),
    ]
    return Report(
        findings,
        files=1234,
        rules_run=["DSG101", "DSG301", "DSG601"],
        skipped=[Skip("big.bin", "too large to be read whole"), Skip("old\n.py", "Python 2")],
        notes=["no lockfile rule ran: no project among the files"],
        suppressed=2,
        baselined=1,
        fixed=4,
        seconds=0.4213,
    )


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch) -> Report:
    """The full report; what SARIF says of rules and version stands still."""
    monkeypatch.setattr(dsguard.rules, "RULES", (RawData(), Secret(), HomePath()))
    monkeypatch.setattr(dsguard, "__version__", "1.2.3")
    return everything()


@pytest.fixture
def clean(report: Report) -> Report:
    return Report(files=12, rules_run=report.rules_run, seconds=0.1)


@pytest.fixture
def unchecked(report: Report) -> Report:
    return Report(rules_run=report.rules_run, seconds=0.1, unchecked="nothing is staged, deletions aside")


@pytest.fixture
def golden() -> Callable[[str, str], str]:
    """The text of a file in ``goldens/``; with ``DSGUARD_UPDATE_GOLDENS=1`` in the environment the text at hand is written there before."""

    def expected(name: str, text: str) -> str:
        path = GOLDENS / name
        if os.environ.get("DSGUARD_UPDATE_GOLDENS"):
            path.write_bytes(text.encode())
        return path.read_bytes().decode()

    return expected
