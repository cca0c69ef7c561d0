"""DSG111: columns that identify persons. What names and values mean is tested with dsguard.analysis.personal_data."""

from __future__ import annotations

import pytest

from dsguard.model import Confidence, Severity
from dsguard.rules.data.pii_column import PiiColumn
from dsguard.testing import check

PEOPLE = "id,email\n1,maria.lopez@web.de\n2,j.weber@gmx.net\n"


def test_names_and_values_agree() -> None:
    (found,) = check(PiiColumn(), {"a.csv": PEOPLE})
    assert found.message == "columns that identify persons: `email` (e-mail address, by name and values)"
    assert found.severity is Severity.WARNING
    assert found.location.line is None  # no row is shown
    assert "maria" not in found.message + found.help


@pytest.mark.parametrize(
    "files",
    [
        {"tests/a.csv": PEOPLE},
        {"a.csv": "id,email\n"},
        {"a.csv": "id,email\n1,\n2,\n"},
    ],
)
def test_low_confidence(files: dict[str, str]) -> None:
    assert check(PiiColumn(), files) == []
    (found,) = check(PiiColumn(), files, profile="strict")
    assert found.confidence is Confidence.LOW


@pytest.mark.parametrize(
    "files",
    [
        {"a.csv": "id,email_count\n1,3\n"},
        {"a.csv": "id,email\n1,yes\n2,no\n"},
        {"a.py": PEOPLE},
        {"a.csv.dvc": "outs:\n- md5: 1a79a4d60de6718e8e5b326e338ae533\n  path: a.csv\n"},
        {"{{ cookiecutter.slug }}/a.csv": PEOPLE},
    ],
)
def test_silent(files: dict[str, str]) -> None:
    assert check(PiiColumn(), files, profile="strict") == []


def test_long_names_and_many_columns_stay_short() -> None:
    names = [f"email_{'x' * 80}{number}" for number in range(3)] + ["email", "phone", "iban", "ssn", "mobile", "fax"]
    (found,) = check(PiiColumn(), {"a.csv": ",".join(names) + "\n"}, profile="strict")
    assert len(found.message) < 400
    assert "and 2 more" in found.message
