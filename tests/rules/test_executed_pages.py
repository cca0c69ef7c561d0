"""What the pages of the rules about seeds show are programs: each was run as it stands, and shows what it is there for.

What was seen is in executed_pages.yaml, with a digest of each example, so that one that was changed has to be run again
(scripts/execute_seed_examples.py). One bad and one good example of each rule are run here too, where the packages of `.venv/peers` do.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from dsguard.commands.examples import MAX_COLUMNS, MAX_LINES
from dsguard.rules import find_rule

if TYPE_CHECKING:
    from tests.conftest import Peers

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "execute_seed_examples.py"
AT_HAND = {"joblib", "numpy", "pandas", "scipy", "sklearn"}
"""Packages of requirements-peers.in, and what they bring along."""
ANOTHER_WAY = {"varies", "repeats"}


def _load_script() -> Any:
    spec = importlib.util.spec_from_file_location("execute_seed_examples", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


SEEDS = _load_script()
EXAMPLES: dict[str, dict[str, str]] = SEEDS.page_examples()
RECORDS: dict[str, dict[str, str]] = {one["example"]: one for one in yaml.safe_load(SEEDS.PAGES.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_was_run_as_it_stands(name: str) -> None:
    record = RECORDS.get(name, {})
    now = SEEDS.digest(EXAMPLES[name], record.get("then", ""))
    assert record.get("digest") == now, "run `python scripts/execute_seed_examples.py --pages` with the packages that it needs"


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_shows_what_it_is_there_for(name: str) -> None:
    record = RECORDS[name]
    is_as_its_kind = (record["seen"] in ANOTHER_WAY) is (" bad " in name)
    assert is_as_its_kind is ("because" not in record), record["seen"]


def test_nothing_is_written_down_of_examples_that_are_gone() -> None:
    assert list(RECORDS) == list(EXAMPLES)


def test_each_rule_has_a_before_and_an_after() -> None:
    for code in sorted({name.partition(" ")[0] for name in EXAMPLES}):
        for kind in ("bad", "good"):
            assert any("because" not in record for name, record in RECORDS.items() if name.startswith(f"{code} {kind}")), code


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_page_shows_all_of_it(name: str) -> None:
    for path, text in EXAMPLES[name].items():
        lines = (SEEDS.cells(text) if path.endswith(".ipynb") else text).splitlines()
        assert len(lines) <= MAX_LINES
        assert max(map(len, lines)) <= MAX_COLUMNS


def _one_of_each() -> list[str]:
    """For each rule the first bad and the first good example that the packages at hand run, and that are no exceptions."""
    chosen: dict[str, str] = {}
    for name, files in EXAMPLES.items():
        is_plain = "because" not in RECORDS.get(name, {"because": ""})
        if is_plain and AT_HAND.issuperset(SEEDS.needed(files)):
            chosen.setdefault(name.rpartition(" ")[0], name)
    return list(chosen.values())


@pytest.mark.parametrize("name", _one_of_each())
def test_it_is_so_today(name: str, peers: Peers) -> None:
    python = peers.python("sklearn")
    record = RECORDS[name]
    runs = 8 if record["seen"] == "varies" else 2
    assert SEEDS.look(EXAMPLES[name], python, record.get("then", ""), runs=runs) == record["seen"]


def test_the_rules_that_cannot_be_run_here_are_few() -> None:
    missing = {name.partition(" ")[0] for name in EXAMPLES} - {name.partition(" ")[0] for name in _one_of_each()}
    assert missing == {"DSG508"}, "PyTorch is too large for a test's environment"
    assert all(find_rule(code) is not None for code in missing)
