import json

import pytest
from acme_dsguard_rules import RULES
from acme_dsguard_rules.unpinned_download import UnpinnedDownload
from dsguard import testing

LOADED = "from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained({})\n"


@pytest.mark.parametrize("rule", [rule() for rule in RULES], ids=lambda rule: rule.name)
def test_rules_keep_their_contract(rule):
    assert testing.problems(rule) == []


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ('"acme/churn"', ["`from_pretrained` of acme/churn has no revision"]),
        ('"acme/churn", revision="main"', ["`from_pretrained` of acme/churn has a revision that its owner can move: main"]),
        ('"acme/churn", revision="v1.0"', ["`from_pretrained` of acme/churn has a revision that its owner can move: v1.0"]),
        ('"acme/churn", revision="5c1f2a9e8d"', []),
        ('"acme/churn", revision=config.revision', []),
        ('"acme/churn", **options', []),
        ('"bert-base-uncased"', []),
        ('"../churn"', []),
        ("path", []),
        ("", []),
    ],
)
def test_what_counts(arguments, expected):
    found = testing.check(UnpinnedDownload(), {"train.py": LOADED.format(arguments)})
    assert [finding.message for finding in found] == expected


def test_tags_can_be_allowed():
    files = {"train.py": LOADED.format('"acme/churn", revision="v1.0"'), "main.py": LOADED.format('"acme/churn", revision="main"')}
    config = "[rules.unpinned-download]\nallow-tags = true\n"
    assert [finding.path for finding in testing.check(UnpinnedDownload(), files, config=config)] == ["main.py"]


def test_in_a_notebook_the_cell_is_told():
    code = {"cell_type": "code", "source": ['x = load_dataset("acme/calls")'], "metadata": {}, "outputs": [], "execution_count": None}
    notebook = {"cells": [code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (finding,) = testing.check(UnpinnedDownload(), {"eda.ipynb": json.dumps(notebook)})
    assert (finding.location.cell, finding.location.cell_line) == (1, 1)


def test_it_can_be_accepted_where_it_stands():
    line = 'model = AutoModel.from_pretrained("acme/churn")  # dsguard: ignore[unpinned-download] always the newest\n'
    report = testing.run({"train.py": "from transformers import AutoModel\n" + line}, rules=[UnpinnedDownload()])
    assert ([finding.code for finding in report.findings], report.suppressed) == ([], 1)
