from __future__ import annotations

import json
import os

from dsguard.model import Report
from dsguard.reporters import render

FINDING_KEYS = [
    *("code", "name", "family", "severity", "confidence"),
    *("path", "line", "column", "end_line", "end_column"),
    *("cell", "cell_id", "cell_line", "cell_column"),
    *("message", "help", "subject", "fingerprint", "fixable", "trace"),
]
SUMMARY_KEYS = [
    *("files", "errors", "warnings", "suppressed", "baselined", "fixed"),
    *("by_family", "rules_run", "skipped", "notes", "unchecked"),
]


def test_keys_are_those_of_the_schema_in_its_order(report: Report) -> None:
    document = json.loads("".join(render(report, "json")))
    assert list(document) == ["version", "tool", "findings", "summary"]
    assert document["version"] == "1"
    assert document["tool"] == {"name": "dsguard", "version": "1.2.3"}
    assert list(document["summary"]) == SUMMARY_KEYS
    assert [list(skip) for skip in document["summary"]["skipped"]] == [["path", "reason"]] * 2
    assert len(document["findings"]) == len(report.findings)
    for finding in document["findings"]:
        assert list(finding) == FINDING_KEYS
        assert all(list(step) == ["path", "line", "message"] for step in finding["trace"])


def test_values(report: Report) -> None:
    document = json.loads("".join(render(report, "json")))
    by_place = {(finding["path"], finding["line"]): finding for finding in document["findings"]}
    cell = by_place["notebooks/eda.ipynb", 41]
    assert (cell["cell"], cell["cell_id"], cell["cell_line"], cell["cell_column"]) == (3, "a1b2", 2, 18)
    assert (cell["column"], cell["end_line"], cell["end_column"]) == (25, 41, 48)
    whole = by_place["models/model.pkl", None]
    assert {whole[key] for key in ("line", "column", "end_line", "end_column", "cell", "cell_id", "cell_line", "cell_column")} == {None}
    assert by_place["notebooks/eda.ipynb", 30]["fixable"] is True
    assert whole["fixable"] is False
    assert (by_place["src/load.py", 3]["severity"], by_place["src/load.py", 3]["confidence"]) == ("warning", "low")
    assert len(by_place["data/raw/part 000.csv", None]["trace"]) == 120
    summary = document["summary"]
    assert (summary["errors"], summary["warnings"], summary["files"]) == (8, 2, 1234)
    assert (summary["suppressed"], summary["baselined"], summary["fixed"]) == (2, 1, 4)
    assert list(summary["by_family"].items()) == [("data", 3), ("notebooks", 1), ("seeds", 1), ("paths", 5)]


def test_any_file_name_survives(report: Report) -> None:
    """Also one that is no UTF-8: the bytes of the name come back."""
    text = "".join(render(report, "json"))
    assert text.isascii()
    paths = [finding["path"] for finding in json.loads(text)["findings"]]
    assert paths == [finding.path for finding in report.findings]
    odd = next(path for path in paths if "été" in path)
    assert b":\xff.csv" in os.fsencode(odd)
