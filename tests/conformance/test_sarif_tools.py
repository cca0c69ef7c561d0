"""SARIF beside Microsoft's multitool and the schema of OASIS that comes with it.

The tool is a program of 100 MB in an npm package, so that no test set-up fetches it by itself: ``python dev.py conformance`` does, into
``.venv/multitool``. A folder with its ``node_modules`` can also be named by ``SARIF_MULTITOOL`` in the environment. Skipped without either.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dsguard.cli import main
from dsguard.engine import fingerprint
from dsguard.model import Confidence, Finding, Location, Report, Severity, Skip, Step
from dsguard.reporters import render

ROOT = Path(__file__).parents[2]
SYSTEM = {"Linux": "linux", "Darwin": "darwin", "Windows": "win32"}.get(platform.system(), "")

ACCEPTED = {
    "SARIF2005": "there is no public address yet that `informationUri` could name",
}
"""What the multitool says of every report, and why it stays. Notes (snippets, help addresses) are not asked for."""


def _package() -> Path | None:
    for folder in (os.environ.get("SARIF_MULTITOOL", ""), str(ROOT / ".venv" / "multitool")):
        place = Path(folder, "node_modules", "@microsoft", f"sarif-multitool-{SYSTEM}")
        if folder and place.is_dir():
            return place
    return None


@pytest.fixture(scope="module")
def package() -> Path:
    found = _package()
    if found is None:
        pytest.skip("@microsoft/sarif-multitool (npm) is not installed: `python dev.py conformance` fetches it")
    return found


def _odd() -> Report:
    """One of each thing that the reporter can say, in places and with names of every kind."""
    from dsguard.rules import RULES

    calls = tuple(Step("train.py", 10 + number, f"main calls step_{number}") for number in range(3))
    members = tuple(Step(f"data/raw/part {number:03}.csv") for number in range(40))
    places = [
        Location("data/raw/\u00e9t\u00e9 \x1b[31m{0}[a](1)\nraw\u202e,50%:\udcff.csv"),
        Location("C:/odd/a.py", 3, 5),
        Location("a b#c?d%e.py", 3, 5, 4, 9),
        Location("notebooks/eda.ipynb", 41, 25, 41, 48, cell=3, cell_id="a1b2", cell_line=2, cell_column=18),
        Location("src/\U0001f600.py", 1, 1, 1, 2),
    ]
    findings = []
    for number, rule in enumerate(RULES):
        for trace in ((), calls, members):
            place = places[number % len(places)]
            made = Finding(
                *(
                    rule.code,
                    rule.name,
                    rule.family,
                    rule.severity,
                    list(Confidence)[number % 3],
                    place,
                    f"{rule.summary} {{1}}",
                    rule.help,
                ),
                *(f"subject {number}",),
                trace=trace,
            )
            findings.append(made)
    findings.append(Finding("DSG999", "of-a-plugin", "paths", Severity.ERROR, Confidence.HIGH, places[0], "found", "", "s"))
    fingerprint(findings)
    skipped = [Skip("big.bin", "too large"), Skip("old\n.py", "Python 2")]
    return Report(findings, files=9, rules_run=[rule.code for rule in RULES], skipped=skipped, notes=["a {note}"], crashed=True)


REPORTS = {
    "everything": _odd(),
    "clean": Report(files=3, rules_run=["DSG101", "DSG601"]),
    "unchecked": Report(rules_run=["DSG101"], unchecked="nothing is staged"),
    "nothing": Report(),
}


@pytest.mark.parametrize("name", REPORTS)
def test_schema(name: str, package: Path) -> None:
    import jsonschema

    schema = json.loads((package / "sarif-2.1.0.json").read_bytes())
    document = json.loads("".join(render(REPORTS[name], "sarif")))
    checker = jsonschema.validators.validator_for(schema)(schema)
    assert [f"{error.json_path}: {error.message}" for error in checker.iter_errors(document)] == []
    document["runs"][0]["columnKind"] = "inches"
    assert list(checker.iter_errors(document)), "this check can fail"


@pytest.fixture(scope="module")
def multitool(package: Path) -> Path:
    """The program, made executable, which the package does itself where npm may run its scripts."""
    program = package / ("Sarif.Multitool.exe" if os.name == "nt" else "Sarif.Multitool")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def said_of(multitool: Path, report: Path) -> list[tuple[str, str]]:
    """(rule, text) of what the multitool holds against a report, the rules of GitHub's code scanning included."""
    verdict = report.with_suffix(".verdict")
    command = [str(multitool), "validate", str(report), "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning"]
    done = subprocess.run(
        [*command, "--output", str(verdict), "--log", "ForceOverwrite", "--quiet"], capture_output=True, text=True, check=False
    )
    assert verdict.exists(), done.stdout + done.stderr
    [run] = json.loads(verdict.read_bytes())["runs"]
    assert run["invocations"][0]["executionSuccessful"], run["invocations"]
    results: list[dict[str, Any]] = run.get("results", [])
    return [(result["ruleId"], json.dumps(result["message"])) for result in results]


def test_multitool(multitool: Path, tmp_path: Path) -> None:
    for name, report in REPORTS.items():
        place = tmp_path / f"{name}.sarif"
        place.write_text("".join(render(report, "sarif")), encoding="utf-8")
        assert [said for said in said_of(multitool, place) if said[0] not in ACCEPTED] == []


def test_multitool_can_fail(multitool: Path, tmp_path: Path) -> None:
    document = json.loads("".join(render(REPORTS["everything"], "sarif")))
    document["runs"][0]["results"][0]["ruleIndex"] = 7
    document["runs"][0]["results"][1]["locations"] = []
    place = tmp_path / "bad.sarif"
    place.write_text(json.dumps(document), encoding="utf-8")
    assert [said for said in said_of(multitool, place) if said[0] not in ACCEPTED]


def test_a_real_run(multitool: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    example = tmp_path / "churn"
    shutil.copytree(ROOT / "examples" / "churn-messy", example)
    monkeypatch.chdir(example)
    place = tmp_path / "churn.sarif"
    assert main(["check", "--profile", "strict", "--output", f"sarif={place}"]) == 1
    assert capsys.readouterr().out
    assert json.loads(place.read_bytes())["runs"][0]["results"]
    assert [said for said in said_of(multitool, place) if said[0] not in ACCEPTED] == []
