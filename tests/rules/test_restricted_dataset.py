"""DSG112 and DSG113: what READMEs say about who may see the data, against what is in git."""

from __future__ import annotations

from dsguard.model import Severity
from dsguard.rules.data.restricted_dataset import RestrictedDataset
from dsguard.rules.data.unclassified_dataset import UnclassifiedDataset
from dsguard.testing import check, run

README = {"data/README.md": "# Data\n\n- customers: confidential, CRM\n- stations: public\n"}


def test_it_names_file_line_and_class() -> None:
    (found,) = check(RestrictedDataset(), {**README, "data/customers.csv": "id\n1\n", "data/stations.csv": "id\n1\n"})
    assert found.path == "data/customers.csv"
    assert found.severity is Severity.ERROR
    assert found.message == "data/README.md (line 3) classifies `customers` as confidential, and this file of it is in git"
    assert "`git rm --cached data/customers.csv`" in found.help


def test_it_speaks_in_place_of_the_rules_about_place_and_size() -> None:
    files = {"data/README.md": "- customers.csv: restricted\n", "data/raw/customers.csv": "id\n" + "4711\n" * 5000}
    assert [finding.code for finding in run(files, families=["data"]).findings] == ["DSG112"]


def test_many_files_of_a_source_are_told_once() -> None:
    files = {**README, **{f"data/customers/{number}.csv": "id\n1\n" for number in range(60)}}
    (found,) = check(RestrictedDataset(), files)
    assert "60 files" in found.message


def test_pointers_code_and_notes_are_not_the_data() -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0a' * 32}\nsize 12345\n"
    files = {
        "data/README.md": "- customers: restricted\n",
        "data/customers.csv": pointer,
        "data/customers.py": "",
        "data/customers.md": "x",
    }
    assert check(RestrictedDataset(), files, profile="strict") == []


def test_unclassified_data_is_told_once_a_folder() -> None:
    files = {**README, "data/a.csv": "1\n", "data/b.csv": "1\n", "data/stations.csv": "1\n", "data/x/c.csv": "1\n"}
    found = check(UnclassifiedDataset(), files, profile="strict")
    assert [(finding.path, len(finding.trace)) for finding in found] == [("data/a.csv", 2), ("data/x/c.csv", 0)]
    assert "`a.csv: internal, where it comes from` to data/README.md" in found[0].help
    assert "DSG113" not in {finding.code for finding in run(files).findings}
