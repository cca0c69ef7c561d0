from __future__ import annotations

from dsguard.model import Confidence, Severity
from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.documents.files import Files
    from dsguard.model import Finding
    from dsguard.rules.base import Screen, Settings


class UnclassifiedDataset(FileRule):
    """Whoever clones the repository should be able to read who may see its data: public, internal, confidential or restricted."""

    code, name, family, since = "DSG113", "unclassified-dataset", "data", "0.1"
    summary = "data that no README classifies"
    help = "Write a line for it into the README of its folder."
    severity = Severity.WARNING
    profile = "strict"
    files = ("*", "!*.py", "!*.ipynb", "!@pointer", "!@template", "!@vendored", "!@fixture")
    group_at = 2

    def screen(self, settings: Settings, files: Files) -> Screen:
        from dsguard.analysis.placement import SOURCE_SUFFIXES, being_data, glance, sort_of
        from dsguard.rules.base import Screen

        return Screen(passed_over=SOURCE_SUFFIXES, ask=sort_of, takes=being_data, glance=glance)

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.placement import PACKAGE, RUN_ARTIFACT, TABLE_KINDS, judge

        placement = judge(file)
        if placement is None or placement.format is None or placement.format.kind not in TABLE_KINDS:
            return
        if placement.place == PACKAGE or placement.owner == RUN_ARTIFACT:
            return
        from dsguard.analysis.classification import DATA_ROLES, class_of

        if DATA_ROLES.isdisjoint(file.roles) or class_of(file) is not None:
            return
        readme = f"{file.folder}/README.md"
        yield self.found(
            file.at(),
            "no README says who may see this data",
            help=(
                f"Add a line such as `{file.name}: internal, where it comes from` to {readme} "
                "(public, internal, confidential or restricted)."
            ),
            subject=file.folder,
            confidence=Confidence.HIGH,
            group=file.folder,
            size=placement.size or 0,
        )

    bad = (
        {"data/countries.csv": "code,name\nDE,Germany\n"},
        {"data/README.md": "# Data\n\nCountry codes.\n", "data/countries.csv": "code,name\nDE,Germany\n"},
        {"data/README.md": "- `regions.csv`: public\n", "data/countries.csv": "code,name\nDE,Germany\n"},
    )
    good = (
        {"data/README.md": "- `countries.csv`: public, ISO 3166\n", "data/countries.csv": "code,name\nDE,Germany\n"},
        {"data/README.md": "| File | Classification |\n|---|---|\n| countries | internal |\n", "data/countries.csv": "code\nDE\n"},
        {"data/README.md": "# Data\n\nClassification: public\n", "data/a/countries.csv": "code\nDE\n"},
        {"tests/data/countries.csv": "code,name\nDE,Germany\n"},
        {"conf/plans.csv": "plan,price\nbasic,9\n", "data/README.md": "# Data\n", "data/load.py": "URL = 'x'\n"},
    )
