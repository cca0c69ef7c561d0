from __future__ import annotations

from dsguard.model import Confidence
from dsguard.options import Option, format_size
from dsguard.rules.data.placed_file import PlacedFileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.documents.files import Files
    from dsguard.model import Finding
    from dsguard.rules.base import Screen, Settings


class RawData(PlacedFileRule):
    """Raw data is what a project is not allowed to change, and often not allowed to share. In git every clone has it for ever."""

    code, name, family, since = "DSG101", "raw-data", "data", "0.1"
    summary = "raw data does not belong in git"
    help = "Take it out with `git rm --cached`, ignore it, and fetch it or version it with DVC."
    files = ("@raw-data", "!@pointer", "!@template")
    yields_to = ("DSG112",)
    options = {
        "max-text-size": Option.size("50 KB", "Text in a raw-data folder that is no table may have this size: notes, a small dictionary."),
        "sample-size": Option.size(
            "5 KB",
            "A table below this size looks like a sample, unless there are fifty: reported with low confidence, so in `strict` only.",
        ),
    }

    def screen(self, settings: Settings, files: Files) -> Screen:
        from dsguard.analysis.placement import RAW_DATA, glance, owned_by, sort_of
        from dsguard.rules.base import Screen

        return Screen(ask=sort_of, takes=owned_by(RAW_DATA), glance=glance)

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.placement import RAW_DATA, judge, shards_around
        from dsguard.analysis.remedy import history, store, untrack
        from dsguard.documents.heaps import MANY

        placement = judge(file)
        if placement is None or placement.owner != RAW_DATA:
            return
        found, size = placement.format, placement.size
        is_text = found is None or (found.id == "text" and shards_around(file).count < MANY)
        if is_text and (size is None or size <= settings["max-text-size"]):
            return
        sample = found is not None and found.kind == "data" and size is not None and size < settings["sample-size"]
        sample = sample and shards_around(file).count < MANY
        label = found.label if found is not None else "file" if file.is_binary else _text(file)
        yield self.tell(
            file,
            f"{label}{f' ({format_size(size)})' if size else ''} is raw data and does not belong in git",
            (untrack(file, placement.root), store(file, placement.root), history(file, size)),
            subject=found.id if found is not None else "text",
            size=file.size if placement.root else size,
            root=placement.root,
            home="storage",
            confidence=Confidence.LOW if sample else Confidence.HIGH,
        )

    bad = (
        {"data/raw/customers.csv": "customer_id,country,tenure\n" + "4711,DE,12\n" * 600},
        {"data/01_raw/stations.parquet": b"PAR1" + b"\x15\x04\x15\x10" * 1500 + b"PAR1"},
        {"data/external/census.zip": b"PK\x05\x06" + bytes(18), "data/external/README.md": "# Census 2021\n"},
        {"data/raw/xrays/0001.png": b"\x89PNG\r\n\x1a\n" + bytes(16)},
        {"raw_data/reviews.txt": "The room was clean and the staff friendly.\n" * 1200},
    )
    good = (
        {"data/raw/README.md": "# Where the raw data comes from\n", "data/raw/.gitkeep": ""},
        {
            "data/raw/customers.csv.dvc": "outs:\n- md5: 1a79a4d60de6718e8e5b326e338ae533\n  size: 970457\n  path: customers.csv\n",
            "data/raw/.gitignore": "/customers.csv\n",
        },
        {
            "data/raw/customers.csv": (
                "version https://git-lfs.github.com/spec/v1\n"
                "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n"
                "size 970457\n"
            )
        },
        {"data/raw/sample.csv": "customer_id,country,tenure\n4711,DE,12\n"},
        {"{{ cookiecutter.repo_name }}/data/raw/titanic.csv": "PassengerId,Survived\n" + "1,0\n" * 2000},
        {"tests/data/raw/nissan.csv": "brand,model,price\n" + "nissan,micra,5900\n" * 400},
        {"data/countries.csv": "code,name\nDE,Germany\nFR,France\n"},
        {"data/raw/download.py": "URL = 'https://example.org/customers.csv'\n", "data/raw/columns.txt": "tenure: months as a customer\n"},
    )


def _text(file: File) -> str:
    """What people call a file that is no data format by itself."""
    return "text" if file.suffix in ("", ".txt") else f"{file.suffix[1:].upper()} file"
