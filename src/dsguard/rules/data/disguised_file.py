from __future__ import annotations

from dsguard.model import Confidence
from dsguard.options import format_size
from dsguard.rules.data.placed_file import PlacedFileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.documents.files import Files
    from dsguard.model import Finding
    from dsguard.rules.base import Screen, Settings

_PICKLE = b"\x80\x04\x95\x12\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x04coef\x94G?\xeb\xd7\n=p\xa3\xd7s."
_PARQUET = b"PAR1" + b"\x15\x04\x15\x10" * 8 + b"PAR1"


class DisguisedFile(PlacedFileRule):
    """A name that says something else than the bytes passes every check that goes by names, and fails the first program that believes
    it. Most often a file was renamed in place of being converted.
    """

    code, name, family, since = "DSG106", "disguised-file", "data", "0.1"
    summary = "file is not what its name says"
    help = "Give it the extension of what it is, or convert it."
    files = ("*", "!*.py", "!*.ipynb", "!@pointer", "!@template", "!@vendored")

    def screen(self, settings: Settings, files: Files) -> Screen:
        from dsguard.analysis.placement import DISGUISED_FILE, SOURCE_SUFFIXES, glance, owned_by, sort_of
        from dsguard.rules.base import Screen

        return Screen(passed_over=SOURCE_SUFFIXES, ask=sort_of, takes=owned_by(DISGUISED_FILE), glance=glance)

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.placement import DISGUISED_FILE, judge
        from dsguard.analysis.remedy import untrack

        placement = judge(file)
        if placement is None or placement.owner != DISGUISED_FILE or placement.format is None:
            return
        found = placement.format
        size = f" ({format_size(placement.size)})" if placement.size else ""
        pickled = found.kind == "model"
        yield self.tell(
            file,
            f"{found.label}{size} with a name that says {placement.promise}",
            (
                f"Give it the extension of a {found.label}, or convert it to what `{file.suffix}` says.",
                f"If it need not be in git: {untrack(file)}",
                "Loading a pickle runs the code in it." if pickled and found.id.startswith("pickle") else "",
            ),
            subject=found.id,
            size=placement.size,
            confidence=Confidence.HIGH,
        )

    bad = (
        {"notes.txt": _PARQUET},
        {"weights.dat": _PICKLE},
        {"export/customers.csv": b"PK\x03\x04\x14\0\0\0\0\0" + bytes(16) + b"\x05\0\0\0a.csv" + b"PK\x05\x06" + bytes(18)},
        {"figures/roc.png": _PICKLE},
        {"conf/table.parquet": b"SQLite format 3\0" + bytes(84)},
    )
    good = (
        {"notes.txt": "tree of decisions\n", "conf/table.parquet": _PARQUET, "log.txt": b"caf\xe9\n"},
        {"tests/data/not_a.csv": _PARQUET},
        {"conf/old.xls": "<html><table></table></html>", "conf/plan.xls": b"PK\x05\x06" + bytes(18)},
        {"figures/roc.png": b"\xff\xd8\xff\xe0" + bytes(60), "paper.pdf": b"%PDF-1.7\n" + bytes(60)},
        {"conf/a.feather": b"ARROW1\0\0" + bytes(40) + b"ARROW1", "conf/b.arrow": b"ARROW1\0\0" + bytes(40) + b"ARROW1"},
        {"sensor.dat": bytes(range(256)), "boot.bin": b"\x7fELF" + bytes(60)},
    )
