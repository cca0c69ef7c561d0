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

_TABLES = frozenset(("csv", "tsv", "jsonl", "excel", "parquet", "arrow", "feather"))
_SHOWN = 4


class PiiColumn(FileRule):
    """A table that names persons cannot be taken back once it is pushed. Columns are told by their names and by whether their values
    look like it; values are never shown. A name alone is reported with low confidence, so in `strict` only.
    """

    code, name, family, since = "DSG111", "pii-column", "data", "0.1"
    summary = "columns that identify persons"
    help = "Take the file out with `git rm --cached`, or drop or hash these columns before it is stored."
    severity = Severity.WARNING
    files = ("*", "!*.py", "!*.ipynb", "!@pointer", "!@template")

    def screen(self, settings: Settings, files: Files) -> Screen:
        from dsguard.analysis.placement import glance, of_formats, sort_of
        from dsguard.documents.formats import ORDINARY_SUFFIXES
        from dsguard.rules.base import Screen

        return Screen(passed_over=ORDINARY_SUFFIXES, ask=sort_of, takes=of_formats(_TABLES), glance=glance)

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        if file.lfs_filtered or file.format is None or file.format.id not in _TABLES:
            return
        from dsguard.analysis.personal_data import judge, kind_of
        from dsguard.documents.tabular import columns_of, header_of

        header = header_of(file)
        if header is not None and not any(map(kind_of, header)):
            return
        from dsguard.analysis.remedy import untrack

        columns = columns_of(file)
        verdict = judge(columns) if columns else None
        if verdict is None:
            return
        names = list(dict.fromkeys(column.name for column in verdict.columns))
        labels = list(dict.fromkeys(column.kind.label for column in verdict.columns))
        shown = ", ".join(f"`{name[:60]}`" for name in names[:_SHOWN])
        if len(names) > _SHOWN:
            shown += f" and {len(names) - _SHOWN} more"
        what = ", ".join(labels[:_SHOWN])
        by = "by name and values" if verdict.is_sure else "by name"
        sure_here = verdict.is_sure and "fixture" not in file.roles
        yield self.found(
            file.at(),
            f"columns that identify persons: {shown} ({what}, {by})",
            help=f"If these are real persons: {untrack(file)} Drop the columns, or replace them by keyed hashes, in what is shared.",
            subject=" ".join(names[:_SHOWN]),
            confidence=Confidence.MEDIUM if sure_here else Confidence.LOW,
        )

    bad = (
        {"leads.csv": "lead_id,email,phone\n1,maria.lopez@web.de,+49 170 5551234\n2,j.weber@gmx.net,+49 171 5559876\n"},
        {"exports.tsv": "first_name\tlast_name\tdate_of_birth\nMaria\tLopez\t1984-03-02\nJonas\tWeber\t1991-11-30\n"},
        {"users.jsonl": '{"id": 1, "e_mail": "maria.lopez@web.de"}\n{"id": 2, "e_mail": "j.weber@gmx.net"}\n'},
    )
    good = (
        {"layers.csv": "name,address,units\nconv1,0x1f,64\nconv2,0x2f,128\n"},
        {"churn.csv": "customer_id,has_phone,email_count,age\n4711,1,3,42\n4712,0,0,35\n"},
        {"signals.csv": "ssn,phone_model,ip\nnetwork,Pixel 8,3\nsensor,iPhone 15,5\n"},
        {"titanic.csv": "PassengerId,Survived,Sex,Age\n1,0,male,22\n2,1,female,38\n"},
        {"tests/data/users.csv": "id,email\n1,maria.lopez@web.de\n2,j.weber@gmx.net\n"},
        {"contacts.csv": "id,email\n1,user1@example.com\n2,user2@example.com\n"},
    )
