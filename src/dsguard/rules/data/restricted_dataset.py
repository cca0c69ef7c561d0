from __future__ import annotations

from dsguard.model import Confidence
from dsguard.rules.data.placed_file import PlacedFileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.documents.files import Files
    from dsguard.model import Finding
    from dsguard.rules.base import Screen, Settings


class RestrictedDataset(PlacedFileRule):
    """A README that calls a source confidential or restricted says who may not see it; git shows it to everyone with a clone, for ever."""

    code, name, family, since = "DSG112", "restricted-dataset", "data", "0.1"
    summary = "data that the README classifies as confidential"
    help = "Take it out with `git rm --cached` and keep it where access is controlled."
    files = ("*", "!*.py", "!*.ipynb", "!@pointer", "!@template", "!@vendored", "!@fixture")

    def screen(self, settings: Settings, files: Files) -> Screen:
        from dsguard.analysis.placement import SOURCE_SUFFIXES, glance
        from dsguard.rules.base import Screen

        return Screen(passed_over=SOURCE_SUFFIXES, ask=_is_closed, glance=glance)

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.classification import class_of
        from dsguard.analysis.placement import judge
        from dsguard.analysis.remedy import history, untrack

        placement, found = judge(file), class_of(file)
        if placement is None or found is None or not _is_closed(file):
            return
        statement, readme = found
        what = f"`{statement.source}`" if statement.source else "this folder"
        yield self.tell(
            file,
            f"{readme} (line {statement.line}) classifies {what} as {statement.tier}, and this file of it is in git",
            (
                untrack(file, placement.root),
                history(file, placement.size),
                "Keep it where access is controlled; tell its owner if it was pushed. If the README is wrong, correct it.",
            ),
            subject=statement.tier,
            size=file.size if placement.root else placement.size,
            root=placement.root,
            confidence=Confidence.HIGH if statement.source else Confidence.MEDIUM,
        )

    bad = (
        {"data/README.md": "# Data\n\n- `customers.csv`: confidential, from the CRM\n", "data/customers.csv": "customer_id\n4711\n"},
        {
            "data/README.md": "| Source | Owner | Classification |\n|---|---|---|\n| claims | Legal | **Restricted** |\n",
            "data/claims.csv": "claim\n1\n",
        },
        {"datasets/README.md": "# Payroll\n\nClassification: Restricted\n", "datasets/2024.csv": "month,total\n1,3\n"},
    )
    good = (
        {"data/README.md": "- `stations.csv`: public, open data\n", "data/stations.csv": "id\n1\n"},
        {"data/README.md": "- `customers.csv`: confidential, kept in the warehouse\n", "data/stations.csv": "id\n1\n"},
        {"data/README.md": "None of this is confidential.\n\nAccess: restricted to no one\n", "data/stations.csv": "id\n1\n"},
        {"README.md": "# Churn\n\nClassification: confidential\n", "conf/plans.csv": "id\n1\n"},
        {
            "data/README.md": "- customers: confidential\n",
            "data/customers.csv.dvc": "outs:\n- md5: 1a79a4d60de6718e8e5b326e338ae533\n  path: customers.csv\n",
            "data/.gitignore": "/customers.csv\n",
        },
    )


def _is_closed(file: File) -> bool:
    """Whether it is data that a README calls confidential or restricted."""
    from dsguard.analysis.placement import judge

    placement = judge(file)
    if placement is None or placement.format is None or placement.format.kind == "media":
        return False
    from dsguard.analysis.classification import CLOSED, class_of

    found = class_of(file)
    return found is not None and found[0].tier in CLOSED
