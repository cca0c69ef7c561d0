from __future__ import annotations

import posixpath

from dsguard.model import Confidence
from dsguard.options import Option, format_size
from dsguard.rules.data.placed_file import PlacedFileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dsguard.analysis.placement import Placement
    from dsguard.documents.file import File
    from dsguard.documents.files import Files
    from dsguard.model import Finding
    from dsguard.rules.base import Screen, Settings


_SMALL = '[rules.data-file]\nmax-size = "2 KB"\n' + "".join(
    f'max-{what}-size = "5 KB"\n' for what in ("fixture", "seed", "processed", "web-asset")
)


class DataFile(PlacedFileRule):
    """Data in git is copied with every clone and kept with every change. Small tables that code, tests and readers need may stay;
    data sets belong elsewhere, and processed data that is kept belongs in Parquet.
    """

    code, name, family, since = "DSG103", "data-file", "data", "0.1"
    summary = "data file does not belong here"
    help = "Take it out with `git rm --cached`, ignore it, and fetch it or version it with DVC."
    files = ("*", "!*.py", "!*.ipynb", "!@pointer", "!@template")
    yields_to = ("DSG112",)
    options = {
        "max-size": Option.size("100 KB", "Largest table, archive or database outside the places below: reference tables, samples."),
        "max-fixture-size": Option.size("500 KiB", "Largest one that tests may keep, counted as `check-added-large-files` counts."),
        "max-library-size": Option.size("5 MB", "The same in a library that is published, and for data that ships in its packages."),
        "max-processed-size": Option.size("10 MB", "Largest Parquet file among interim and processed data; other formats are wrong there."),
        "max-artifact-size": Option.size("5 KB", "Largest one in `artifacts/`, where runs write what the next run makes again."),
        # dbt compares a larger one by its path only (dbt-core, issue 2927).
        "max-seed-size": Option.size("1 MiB", "Largest seed of a dbt project: of larger ones dbt cannot tell whether they changed."),
        "max-web-asset-size": Option.size("500 KB", "Largest GeoJSON that a web page may be served with (`public/`, `static/`)."),
    }

    def screen(self, settings: Settings, files: Files) -> Screen:
        from dsguard.analysis.placement import DATA_FILE, glance, owned_by, sort_of
        from dsguard.documents.formats import ORDINARY_SUFFIXES
        from dsguard.rules.base import Screen

        return Screen(passed_over=ORDINARY_SUFFIXES, ask=sort_of, takes=owned_by(DATA_FILE), glance=glance)

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.placement import DATA_FILE, judge
        from dsguard.analysis.remedy import history, store, untrack

        placement = judge(file)
        if placement is None or placement.owner != DATA_FILE or placement.format is None:
            return
        message, advice = _in_heap(file, placement, settings), ""
        if not message and placement.format.kind != "media" and placement.format.id != "text":
            message, advice = _verdict(file, placement, settings)
        if message:
            yield self.tell(
                file,
                message,
                (advice, untrack(file, placement.root), store(file, placement.root), history(file, placement.size)),
                subject=placement.format.id,
                size=file.size if placement.root else placement.size,
                root=placement.root,
                home="storage",
                confidence=_confidence(file, placement),
            )

    def remark(self, findings: Sequence[Finding]) -> str:
        if len(findings) < _PUBLISHED:
            return ""
        endings = [posixpath.splitext(finding.path)[1] for finding in findings]
        ending = max(sorted(set(endings)), key=endings.count)
        return (
            "if this repository is there to publish data, one entry of `[tool.dsguard.per-path-ignores]` says so: "
            f'`"*{ending}" = {{ data-file = "published" }}`'
        )

    # Lowered limits keep the examples small: they are built whenever dsguard starts.
    bad = (
        {"dsguard.toml": _SMALL, "src/data/tweets.csv": "id,text\n" + "4711,good morning\n" * 300},
        {"data/processed/customers.csv": "customer_id,churned\n4711,0\n"},
        {"data/interim/features.feather": b"ARROW1\0\0" + bytes(64) + b"ARROW1"},
        {"dsguard.toml": _SMALL, "db.sqlite3": b"SQLite format 3\0" + bytes(4096)},
        {"artifacts/train.csv": "id,text\n" + "4711,good morning\n" * 400},
        {"dsguard.toml": _SMALL, "tests/data/trips.jsonl": '{"trip": 1, "km": 3.5}\n' * 500},
        {"dsguard.toml": _SMALL, "data/processed/trips.parquet": b"PAR1" + b"\x15\x04" * 4000 + b"PAR1"},
    )
    good = (
        {"dsguard.toml": _SMALL, "data/processed/customers.parquet": b"PAR1" + b"\x15\x04" * 1500 + b"PAR1"},
        {"dsguard.toml": _SMALL, "tests/data/trips.csv": "trip,km\n" + "1,3.5\n" * 500},
        {"mypackage/__init__.py": "", "mypackage/data/__init__.py": "", "mypackage/data/iso_countries.csv": "code,name\nDE,Germany\n"},
        {
            "dsguard.toml": _SMALL,
            "pyproject.toml": '[build-system]\nrequires = []\n[project]\nname = "causal"\nurls = {Home = "https://example.org"}\n',
            "causal/__init__.py": "",
            "causal/data/smoking.csv": "state,year,cigarettes\n" + "CA,1988,90.1\n" * 300,
            "causal/tests/panel.csv": "unit,time,y\n" + "1,2,0.5\n" * 800,
        },
        {"06-trees/meta.csv": "lesson,video\n6.1,https://example.org/6-1\n", "conf/plans.csv": "plan,price\nbasic,9\n"},
        {
            "dsguard.toml": _SMALL,
            "dwh/dbt_project.yml": "name: dwh\n",
            "dwh/seeds/geo/communes.csv": "code,name\n" + "01001,Abergement\n" * 200,
        },
        {
            "dsguard.toml": _SMALL,
            "public/districts.geojson": '{"type": "FeatureCollection", "features": [' + '{"type": "Feature"},' * 150 + "{}]}",
        },
        {"dsguard.toml": _SMALL, "frontend/package-lock.json": '{"packages": {' + '"node_modules/d3": {},' * 150 + '"": {}}}'},
        {"dsguard.toml": _SMALL, "docs/figures/roc.png": b"\x89PNG\r\n\x1a\n" + bytes(4096), "docs/paper.pdf": b"%PDF-1.7\n" + bytes(4096)},
        {
            "data/processed/README.md": "# Columns\n",
            "data/processed/.gitkeep": "",
            "data/trips.csv.dvc": "outs:\n- md5: 0a1b\n  path: trips.csv\n",
        },
    )


_PUBLISHED = 30
"""Findings from which on data may well be what the repository is for."""

_SHARDS = 10
"""How many times what one file may have fifty or more of them may have together."""


def _verdict(file: File, placement: Placement, settings: Settings) -> tuple[str, str]:
    """What is wrong with the file where it lies, and the first thing to do; two empty strings if nothing is."""
    from dsguard.analysis.library import kept_by_library
    from dsguard.analysis.placement import ELSEWHERE, FIXTURE, PROCESSED, WEB, shards_around
    from dsguard.analysis.remedy import convert
    from dsguard.documents.heaps import MANY

    found, size = placement.format, placement.size
    label = found.label if found is not None else ""
    if placement.place == PROCESSED and found is not None and not found.id.startswith(("parquet", "delta")):
        return f"{label}{_in_brackets(size)} among processed data: what is kept there is kept as Parquet", convert(file, found)
    limit = settings[
        {FIXTURE: "max-fixture-size", PROCESSED: "max-processed-size", WEB: "max-web-asset-size"}.get(placement.place, "max-size")
    ]
    if size is None:
        return f"{label} in git, its size not known here: this clone leaves its bytes out", ""
    if size <= limit and placement.place == ELSEWHERE and found is not None and found.kind != "archive":
        if size > settings["max-artifact-size"] and "/artifacts/" in f"/{file.folder.lower()}/" and not kept_by_library(file, placement):
            return f"{label} of {format_size(size)} among artifacts: the next run makes it again", ""
        shards = shards_around(file)
        if shards.count >= MANY and shards.size > limit * _SHARDS and not kept_by_library(file, placement):
            return (
                f"{label}, one of {shards.count:,} in this folder ({format_size(shards.size)} together): a data set in many small files",
                "",
            )
    if size <= limit:
        return "", ""
    if size <= settings["max-library-size"] and kept_by_library(file, placement):
        return "", ""
    is_seed = placement.place == ELSEWHERE and _is_seed(file)
    limit = max(limit, settings["max-seed-size"]) if is_seed else limit
    if size <= limit:
        return "", ""
    over = f"{label} of {format_size(size)} is over the {format_size(limit)} that"
    if is_seed:
        return f"{over} a dbt seed may have", "Load it into the warehouse once and name it a source."
    if placement.place == FIXTURE:
        return f"{over} a test file may have", "Cut it down to the rows that the test needs, or make it in the test."
    if placement.place == PROCESSED:
        return f"{over} processed data may have", ""
    if placement.place == WEB:
        return f"{over} a web asset may have", ""
    return f"{over} data in git may have", ""


def _in_heap(file: File, placement: Placement, settings: Settings) -> str:
    """What is wrong with a picture, a recording or a text that is one of very many; an empty string if nothing is."""
    from dsguard.analysis.library import kept_by_library
    from dsguard.documents.heaps import heap_around

    found = placement.format
    if found is None or (found.kind != "media" and not found.id.startswith("text")):
        return ""
    heap = heap_around(file)
    if heap is None or heap.size <= settings["max-size"] * _SHARDS or kept_by_library(file, placement):
        return ""
    return f"{found.label}, one of {heap.count:,} in {heap.root}/ ({format_size(heap.size)} together): a data set in many small files"


def _is_seed(file: File) -> bool:
    """Whether dbt loads it from the repository: a table in ``seeds/`` of a folder with a ``dbt_project.yml``, or one below such."""
    if file.suffix not in (".csv", ".tsv"):
        return False
    above, mark, _ = f"/{file.folder}/".rpartition("/seeds/")
    parts = above.split("/")
    return bool(mark) and any(
        file.sibling("/".join((*parts[1:depth], "dbt_project.yml"))) is not None for depth in range(len(parts), 0, -1)
    )


def _confidence(file: File, placement: Placement) -> Confidence:
    """What a clone leaves out is what is large; only of data that tests and packages need may more be meant to be there."""
    from dsguard.analysis.library import kept_by_library
    from dsguard.analysis.placement import FIXTURE, PACKAGE

    if placement.size is not None:
        return Confidence.HIGH
    return Confidence.LOW if placement.place in (FIXTURE, PACKAGE) or kept_by_library(file, placement) else Confidence.MEDIUM


def _in_brackets(size: int | None) -> str:
    return f" ({format_size(size)})" if size else ""
