"""How READMEs classify data, in the forms people write."""

from __future__ import annotations

import pytest

from dsguard.analysis.classification import class_of, statements_of
from dsguard.testing import tree


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("customers.csv: confidential", [("customers.csv", "confidential")]),
        ("- customers.csv: confidential, from the CRM", [("customers.csv", "confidential")]),
        ("* `customers.csv` - **Confidential** (CRM)", [("customers.csv", "confidential")]),
        ("1. **customers**: Internal", [("customers", "internal")]),
        ("- **customers.csv:** `restricted`", [("customers.csv", "restricted")]),
        ("customers.csv \u2014 RESTRICTED", [("customers.csv", "restricted")]),
        ("- [customers.csv](raw/customers.csv): public", [("customers.csv", "public")]),
        ("- customers.csv (confidential)", [("customers.csv", "confidential")]),
        ("customers = strictly confidential", [("customers", "confidential")]),
        ("```\ncustomers.csv: internal\n```", [("customers.csv", "internal")]),
        ("| Source | Class |\n|---|---|\n| `a.csv` | Confidential |\n| b | public |", [("a.csv", "confidential"), ("b", "public")]),
        ("Source | Owner | Tier\n--- | --- | ---\na | Ops | internal", [("a", "internal")]),
        ("# Payroll\n\nClassification: Restricted", [("", "restricted")]),
        ("# Data\n\n## claims\n\n- Sensitivity: **confidential**", [("claims", "confidential")]),
        ("# Data\n\nThis data is confidential.", []),
        ("- customers.csv: non-confidential", []),
        ("- customers.csv: not restricted", []),
        ("- customers.csv: public or internal, ask", []),
        ("- customers.csv: publicly available", []),
        ("Do not add data here that anyone has ever called: confidential", []),
        ("| Source | Note |\n|---|---|\n| a | confidential |", []),
        ("see https://example.org/confidential", []),
        ("", []),
    ],
)
def test_statements(text: str, expected: list[tuple[str, str]]) -> None:
    readme = tree({"data/README.md": text})["data/README.md"]
    assert [(statement.source, statement.tier) for statement in statements_of(readme)] == expected


@pytest.mark.parametrize(
    ("source", "path", "meant"),
    [
        ("customers.csv", "data/customers.csv", True),
        ("Customers.CSV", "data/raw/customers.csv", True),
        ("raw/customers.csv", "data/raw/customers.csv", True),
        ("data/raw/customers.csv", "data/raw/customers.csv", True),
        ("customers", "data/customers.parquet", True),
        ("customer master", "data/customer_master.csv", True),
        ("crm/", "data/crm/2024/a.csv", True),
        ("CRM", "data/crm/a.csv", True),
        ("*.csv", "data/raw/a.csv", True),
        ("customers.csv", "data/customers_public.csv", False),
        ("customers", "data/customers_public.csv", False),
        ("a", "data/a.csv", False),
        ("crm/", "data/a.csv", False),
    ],
)
def test_what_a_source_means(source: str, path: str, *, meant: bool) -> None:
    files = tree({"data/README.md": f"- {source}: confidential\n", path: "id\n1\n"})
    assert (class_of(files[path]) is not None) == meant


def test_the_nearest_readme_that_speaks_of_it_counts_and_names_beat_the_folder() -> None:
    files = tree(
        {
            "data/README.md": "# Data\n\nClassification: restricted\n\n- a.csv: public\n",
            "data/sub/README.md": "- b.csv: internal\n",
            "data/a.csv": "1\n",
            "data/sub/b.csv": "1\n",
            "data/sub/c.csv": "1\n",
        }
    )
    tiers = {path: found[0].tier for path, file in files.items() if path.endswith(".csv") and (found := class_of(file))}
    assert tiers == {"data/a.csv": "public", "data/sub/b.csv": "internal", "data/sub/c.csv": "restricted"}


def test_the_readme_of_the_repository_speaks_of_named_files_only() -> None:
    files = tree({"README.md": "# X\n\nClassification: restricted\n\n- a.csv: confidential\n", "data/a.csv": "1\n", "data/b.csv": "1\n"})
    assert class_of(files["data/a.csv"]) is not None
    assert class_of(files["data/b.csv"]) is None
