"""Programs that were really run: dsguard is held to what came out. See scripts/execute_seed_examples.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from dsguard.testing import run

EXAMPLES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("executed_seeds.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["id"] for example in EXAMPLES])
def test_what_was_seen_when_it_was_run(example: dict[str, Any]) -> None:
    script = next(iter(example["files"]))
    report = run(example["files"], families=["seeds"], profile="strict")
    found = {finding.code for finding in report.findings if finding.code != "DSG510"}
    if example["varies"] and not example.get("deliberate"):
        assert found == {example["expected"]}
        assert any(script in (finding.path, *(step.path for step in finding.trace)) for finding in report.findings)
    else:
        assert not found


def test_there_are_enough_of_them() -> None:
    assert len(EXAMPLES) == len({example["id"] for example in EXAMPLES}) >= 100
    assert sum(len(example["files"]) > 1 for example in EXAMPLES) >= 15
    assert 0.3 < sum(example["varies"] for example in EXAMPLES) / len(EXAMPLES) < 0.7
    assert all(bool(example.get("expected")) is (example["varies"] and not example.get("deliberate")) for example in EXAMPLES)
