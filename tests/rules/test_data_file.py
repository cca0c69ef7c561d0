"""DSG103: data may stay where code, tests and readers need it, and as small as they need it."""

from __future__ import annotations

import pytest

from dsguard.documents.file import File
from dsguard.documents.files import Files
from dsguard.model import Confidence, Finding, Severity, UnreadableError
from dsguard.rules.data.data_file import DataFile
from dsguard.rules.data.model_binary import ModelBinary
from dsguard.testing import MemoryWorkspace, check, run

SQLITE = b"SQLite format 3\0"


def findings(path: str, content: str | bytes, *, profile: str = "default", config: str = "", **more: str) -> list[Finding]:
    return check(DataFile(), {path: content, **more}, profile=profile, config=config)


def table(size: int) -> str:
    return "id,km\n".ljust(size, "1")


def parquet(size: int) -> bytes:
    return b"PAR1".ljust(size - 4, b"\0") + b"PAR1"


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("trips.csv", 100_000),
        ("data/trips.csv", 100_000),
        ("examples/data/trips.csv", 100_000),
        ("docs/source/trips.tsv", 100_000),
        ("conf/plans.csv", 100_000),
        ("static/trips.csv", 100_000),
        ("data/test/trips.csv", 100_000),
        ("dataset/images/test/labels.csv", 100_000),
        ("tests/trips.csv", 512_000),
        ("pkg/tests/data/processed/trips.csv", 512_000),
        ("tests/data/raw/trips.csv", 512_000),
        ("test/data/test/trips.csv", 512_000),
        ("src/test/resources/data/test/trips.csv", 512_000),
        ("testdata/trips.csv", 512_000),
        ("e2e/__snapshots__/trips.csv", 512_000),
        ("frontend/public/districts.geojson", 500_000),
        ("static/maps/districts.topojson", 500_000),
        ("maps/districts.geojson", 100_000),
    ],
)
def test_limits_by_place(path: str, limit: int) -> None:
    assert findings(path, table(limit)) == []
    (found,) = findings(path, table(limit + 1))
    assert found.confidence is Confidence.HIGH
    assert found.size == limit + 1


@pytest.mark.parametrize(
    "path", ["tests/data/fit.rds", "tests/testthat/fit.rds", "data/cases.rda", "inst/extdata/cases.csv.gz", "R/sysdata.rda"]
)
def test_an_r_package_may_keep_as_much(path: str) -> None:
    content = b"\x1f\x8b\x08\0".ljust(2_000_000, b"1")
    package = {"pkg/DESCRIPTION": "Package: cases\n", "pkg/NAMESPACE": "export(cases)\n"}
    assert check(DataFile(), {f"pkg/{path}": content, **package}) == []
    assert len(check(DataFile(), {f"pkg/{path}": content.ljust(5_000_001, b"1"), **package})) == 1
    assert len(check(DataFile(), {f"pkg/{path}": content, "pkg/DESCRIPTION": "Type: project\n"})) == 1
    assert len(check(DataFile(), {f"pkg/data-raw/{path}": content, **package})) == 1
    assert len(check(DataFile(), {f"results/{path}": content, **package})) == 1


PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("folder", "content"),
    [
        ("data/birds", PNG),
        ("data/processed/spectrograms", PNG),
        ("Dataset/Test/cats", PNG),
        ("project/datasets/calls", b"RIFF\x24\0\0\0WAVEfmt "),
        ("corpus/reviews", b"The room was clean. "),
        ("yolo/train", PNG),
        ("yolo/images/batch1", PNG),
    ],
)
def test_pictures_sounds_and_texts_below_a_folder_of_data_are_one_data_set(folder: str, content: bytes) -> None:
    extension = ".png" if content == PNG else ".wav" if content.startswith(b"RIFF") else ".txt"
    beside = {"yolo/val/readme.md": b"", "yolo/labels/readme.md": b""}
    heap = {f"{folder}/{number % 2}/{number}{extension}": content.ljust(30_000, b".") for number in range(60)}
    (found,) = check(DataFile(), heap | beside)
    assert "60 files like this one" in found.message
    assert "(1.8 MB together): a data set in many small files" in found.message
    assert found.severity is Severity.ERROR
    assert check(DataFile(), dict(list(heap.items())[:49]) | beside) == []
    assert check(DataFile(), dict.fromkeys(heap, content) | beside) == []
    for elsewhere in ("tests", "docs", "static"):
        assert check(DataFile(), {f"{elsewhere}/{path}": content for path, content in (heap | beside).items()}) == []
    package = {f"pkg/{path.replace('/processed', '')}": content for path, content in (heap | beside).items()}
    assert check(DataFile(), {**package, "pkg/__init__.py": "", "pyproject.toml": PUBLISHED}) == []


@pytest.mark.parametrize(("extension", "notes"), [("txt", "ann"), ("jpg", "xml"), ("png", "txt")])
def test_files_beside_notes_on_them_are_a_data_set_anywhere(extension: str, notes: str) -> None:
    heap = {f"trials/{number}.{extension}": "The room was clean. ".ljust(30_000, ".") for number in range(60)}
    noted = {f"trials/{number}.{notes}": "T1 Room 4 8\n" for number in range(60)}
    (found,) = check(DataFile(), heap | noted)
    assert found.message.startswith("60 files like this one in trials/")
    assert check(DataFile(), heap) == []
    assert check(DataFile(), heap | dict.fromkeys((f"trials/{number}.{notes}" for number in range(100, 160)), "x")) == []


@pytest.mark.parametrize("folder", ["figures", "images", "train", "docs/data", "screenshots"])
def test_pictures_for_readers_are_no_data_set(folder: str) -> None:
    assert check(DataFile(), {f"{folder}/{number}.png": PNG.ljust(30_000, b".") for number in range(60)}) == []


PUBLISHED = '[build-system]\nrequires = []\n[project]\nname = "x"\nclassifiers = ["Intended Audience :: Science/Research"]\n'
SETUP = 'from setuptools import setup\nsetup(name="x", classifiers=["Topic :: Scientific/Engineering"])\n'


UPLOADED = {
    "setup.py": 'from setuptools import setup\nsetup(name="x")\n',
    ".github/workflows/release.yml": "jobs:\n  release:\n    steps:\n    - uses: pypa/gh-action-pypi-publish@release/v1\n",
}


@pytest.mark.parametrize("manifest", [{"pyproject.toml": PUBLISHED}, {"setup.py": SETUP}, UPLOADED])
@pytest.mark.parametrize(
    "path", ["pkg/data/trips.csv", "src/pkg/datasets/data/trips.csv.gz", "pkg/trips.csv", "pkg/tests/trips.csv", "tests/x.npz"]
)
def test_a_published_library_may_keep_more_for_tests_and_in_packages(path: str, manifest: dict[str, str]) -> None:
    package = {"pkg/__init__.py": "", "src/pkg/__init__.py": "", "pyproject.toml": "", **manifest}
    content = (
        b"\x1f\x8b".ljust(3_000_000, b"1")
        if path.endswith(".gz")
        else b"PK\x05\x06".ljust(3_000_000, b"\0")
        if path.endswith(".npz")
        else table(3_000_000)
    )
    assert findings(path, content, **package) == []
    package |= {"pyproject.toml": PUBLISHED.replace("Intended Audience :: Science", "Private :: Do Not Upload"), "setup.py": ""}
    (found,) = findings(path, content, **package)
    assert found.size == 3_000_000


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("pkg/data/trips.csv", 5_000_001),
        ("examples/trips.csv", 200_000),
        ("datasets/trips.csv", 200_000),
        ("pkg/data/processed/trips.csv", 100),
        ("trips.csv", 200_000),
    ],
)
def test_what_a_library_keeps_is_not_all_that_lies_in_its_repository(path: str, size: int) -> None:
    assert len(findings(path, table(size), **{"pkg/__init__.py": "", "pyproject.toml": PUBLISHED})) == 1


def test_an_example_that_is_a_package_does_not_ship() -> None:
    manifest = {"pyproject.toml": PUBLISHED, "examples/__init__.py": "", "examples/hiv/__init__.py": ""}
    (found,) = findings("examples/hiv/hiv.csv", table(200_000), **manifest)
    assert found.size == 200_000
    assert findings("pkg/examples/hiv.csv", table(200_000), **{"pkg/__init__.py": "", "pkg/examples/__init__.py": "", **manifest}) == []


def test_many_small_files_are_a_data_set() -> None:
    shards = {f"datasets/{number:03}.csv": table(30_000) for number in range(60)}
    (found,) = check(DataFile(), shards)
    assert found.message.startswith("60 files like this one in datasets/, 1.8 MB in all: CSV table, one of 60 in this folder")
    assert check(DataFile(), dict(list(shards.items())[:49])) == []
    assert check(DataFile(), {path: table(10_000) for path in shards}) == []
    assert check(DataFile(), {f"tests/{path}": content for path, content in shards.items()}) == []
    assert (
        check(
            DataFile(), {**{f"pkg/{path}": content for path, content in shards.items()}, "pkg/__init__.py": "", "pyproject.toml": PUBLISHED}
        )
        == []
    )


@pytest.mark.parametrize(
    ("path", "size", "count"),
    [
        ("artifacts/train.csv", 5_000, 0),
        ("artifacts/train.csv", 5_001, 1),
        ("notebook/Artifacts/data_ingestion/train.csv", 50_000, 1),
        ("tests/artifacts/train.csv", 50_000, 0),
        ("artifacts/train.zip", 50_000, 0),
        ("models/vocabulary.csv", 50_000, 0),
    ],
)
def test_tables_among_artifacts(path: str, size: int, count: int) -> None:
    content = b"PK\x05\x06".ljust(size, b"\0") if path.endswith(".zip") else table(size)
    assert len(findings(path, content)) == count


def test_package_data_has_the_limit_of_anywhere() -> None:
    package = {"pkg/data/processed/__init__.py": "", "pkg/data/raw/__init__.py": ""}
    assert findings("pkg/data/processed/codes.csv", table(100_000), **package) == []
    assert "among processed data" in findings("pkg/data/processed/codes.csv", table(100_001), **package)[0].message


@pytest.mark.parametrize(
    "folder", ["data/processed", "data/interim", "data/02_intermediate", "Data/Processed", "a/data/clean", "processed_data"]
)
def test_processed_data_is_parquet(folder: str) -> None:
    assert findings(f"{folder}/trips.parquet", parquet(10_000_000)) == []
    assert len(findings(f"{folder}/trips.parquet", parquet(10_000_001))) == 1
    (found,) = findings(f"{folder}/trips.csv", "id\n1\n")
    assert found.help.startswith(f"Convert it: `pd.read_csv('{folder}/trips.csv').to_parquet('{folder}/trips.parquet')`.")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("trips.feather", b"ARROW1\0\0" + bytes(20)),
        ("trips.xlsx", b"PK\x05\x06" + bytes(18)),
        ("trips.npz", b"PK\x05\x06" + bytes(18)),
        ("trips.db", SQLITE),
        ("trips.zip", b"PK\x05\x06" + bytes(18)),
        ("trips.tsv", "id\tkm\n"),
    ],
)
def test_other_formats_are_wrong_there_at_any_size(name: str, content: str | bytes) -> None:
    assert len(findings(f"data/processed/{name}", content)) == 1


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("data/processed/.gitkeep", ""),
        ("data/processed/README.md", "# Columns\n"),
        ("data/processed/columns.json", '{"id": "a trip"}' + " " * 500),
        ("data/processed/schema.yaml", "id: int\n"),
        ("data/processed/trips.csv.dvc", "outs:\n- md5: 1a79a4d60de6718e8e5b326e338ae533\n  path: trips.csv\n"),
        ("data/processed/trips.csv", f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0a' * 32}\nsize 12345\n"),
        ("{{ cookiecutter.slug }}/data/processed/trips.csv", "id\n"),
        ("src/generated.py", "X = 1\n" * 100_000),
        ("poetry.lock", "[[package]]\n" * 100_000),
        ("frontend/package-lock.json", "{" + " " * 1_500_000 + "}"),
        ("eda.ipynb", '{"cells": []}' + " " * 200_000),
        ("figures/roc.png", b"\x89PNG" + bytes(200_000)),
        ("labels.json", "[" + " " * 900_000 + "]"),
        ("schema.sql", "CREATE TABLE trips (id int);\n" * 10_000),
    ],
)
def test_what_may_stay(path: str, content: str | bytes) -> None:
    assert findings(path, content, profile="strict") == []


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("tracking.db", SQLITE + bytes(100_000)),
        ("infra/lambda.zip", b"PK\x05\x06" + bytes(100_000)),
        ("labels.json", "[" + " " * 1_000_000 + "]"),
        ("map.json", '{"type": "FeatureCollection", "features": [' + " " * 100_000 + "]}"),
        ("scan.dcm", bytes(128) + b"DICM" + bytes(100_000)),
    ],
)
def test_kinds_that_count_as_data(path: str, content: str | bytes) -> None:
    assert len(findings(path, content)) == 1


def test_options() -> None:
    config = '[rules.data-file]\nmax-size = "1 KB"\nmax-fixture-size = "2 KB"\nmax-processed-size = 3000\nmax-web-asset-size = "4 KB"\n'
    for path, limit in (("a.csv", 1000), ("tests/a.csv", 2000), ("public/a.geojson", 4000)):
        assert findings(path, table(limit), config=config) == []
        assert len(findings(path, table(limit + 1), config=config)) == 1
    assert len(findings("data/processed/a.parquet", parquet(3001), config=config)) == 1


def test_above_100_mib_github_refuses() -> None:
    class Large(MemoryWorkspace):
        def size_of(self, entry: object) -> int:
            return 100 * 1024 * 1024 + 1

    (found,) = DataFile().check(opened(Large({"trips.csv": "id\n"}), "trips.csv"), defaults())
    assert "GitHub refuses a push that has a file over 100 MiB." in found.help
    assert "GitHub" not in findings("trips.csv", table(200_000))[0].help


class Absent(MemoryWorkspace):
    """A partial clone: git knows the names and has no bytes; or the file was deleted."""

    deleted = False

    def is_absent(self, entry: object) -> bool:
        return not self.deleted

    def size_of(self, entry: object) -> int:
        raise UnreadableError("trips.csv", "is not in this partial clone", fatal=False)

    def read(self, entry: object, offset: int, length: int | None) -> bytes:
        raise UnreadableError("trips.csv", "is not in this partial clone", fatal=False)


def opened(workspace: MemoryWorkspace, path: str) -> File:
    return Files(workspace.listing, lambda _: frozenset())[path]


def defaults() -> dict[str, int]:
    return {name: option.value for name, option in DataFile.options.items()}


def test_without_bytes_the_name_has_to_do() -> None:
    (found,) = DataFile().check(opened(Absent({"trips.csv": ""}), "trips.csv"), defaults())
    assert found.confidence is Confidence.MEDIUM  # a clone leaves out what is large
    fixture = Files(Absent({"tests/trips.csv": ""}).listing, lambda _: frozenset(["fixture"]))["tests/trips.csv"]
    (found,) = DataFile().check(fixture, defaults())
    assert found.confidence is Confidence.LOW
    (model,) = ModelBinary().check(opened(Absent({"model.pt": ""}), "model.pt"), {})
    assert model.confidence is Confidence.MEDIUM


@pytest.mark.parametrize(
    ("path", "content", "code"),
    [
        ("data/raw/trips.csv", table(2_000_000), "DSG101"),
        ("data/processed/trips.csv", table(20_000_000), "DSG103"),
        ("tests/trips.csv", table(2_000_000), "DSG103"),
        ("trips.csv", table(40_000_000), "DSG103"),
        ("notes.txt", "x" * 2_000_000, "DSG105"),
    ],
)
def test_one_file_gets_one_data_finding(path: str, content: str, code: str) -> None:
    assert [finding.code for finding in run({path: content}, families=["data"]).findings] == [code]


def test_over_the_last_limit_a_file_is_an_error_whatever_is_silenced() -> None:
    huge = {"trips.csv": table(60_000_000)}
    assert [finding.code for finding in run(huge, families=["data"]).findings] == ["DSG103", "DSG105"]
    silenced = run(huge, families=["data"], config='ignore = { DSG103 = "a teaching repository" }')
    assert [(finding.code, finding.severity) for finding in silenced.findings] == [("DSG105", Severity.ERROR)]


def test_a_deleted_file_is_not_judged_by_its_name() -> None:
    workspace = Absent({"model.pt": ""})
    workspace.deleted = True
    with pytest.raises(UnreadableError):
        list(ModelBinary().check(opened(workspace, "model.pt"), {}))


def test_untracked_files_are_not_to_be_removed_from_git() -> None:
    workspace = MemoryWorkspace({"trips.csv": table(200_000)})
    workspace.listing["trips.csv"].is_tracked = False
    (found,) = DataFile().check(opened(workspace, "trips.csv"), defaults())
    assert found.help.startswith("Add `/trips.csv` to .gitignore before you commit.")
    assert "git rm" not in found.help


def test_a_layer_is_converted_by_geopandas() -> None:
    layer = '{"type": "FeatureCollection", "features": []}'
    (found,) = check(DataFile(), {"data/processed/wards.geojson": layer})
    assert found.help.startswith("Convert it: `gpd.read_file('data/processed/wards.geojson').to_parquet('data/processed/wards.parquet')`.")


@pytest.mark.parametrize(
    ("folder", "count", "size", "told"),
    [
        ("data", 50, 30_000, True),
        ("arc/dataset/training", 60, 150_000, True),
        ("data", 49, 30_000, False),
        ("data", 50, 3_000, False),
        ("locales", 60, 30_000, False),
        ("tests/data", 60, 30_000, False),
        ("docs/data", 60, 30_000, False),
        ("public/data", 60, 30_000, False),
    ],
)
def test_many_json_files_in_a_folder_of_data_are_a_data_set(folder: str, count: int, size: int, *, told: bool) -> None:
    files = {f"{folder}/task{number:03}.json": "[" + " " * size + "]" for number in range(count)}
    found = run(files, families=["data"]).findings
    assert [one.code for one in found] == ["DSG103"] * told
    assert all(one.message.startswith(f"{count} files like this one in {folder}/") for one in found)


@pytest.mark.parametrize(
    ("path", "size", "count"),
    [
        ("dbt/seeds/communes.csv", 1_048_576, 0),
        ("dbt/seeds/communes.csv", 1_048_577, 1),
        ("dbt/seeds/geo/communes.tsv", 1_000_000, 0),
        ("dbt/seeds/communes.parquet", 1_000_000, 1),
        ("dbt/dwh/seeds/communes.csv", 1_000_000, 0),
        ("other/seeds/communes.csv", 1_000_000, 1),
        ("dbt/models/communes.csv", 1_000_000, 1),
    ],
)
def test_seeds_of_dbt_are_made_to_be_in_git(path: str, size: int, count: int) -> None:
    content = parquet(size) if path.endswith("parquet") else table(size)
    found = check(DataFile(), {"dbt/dbt_project.yml": "name: dwh\n", path: content})
    assert len(found) == count
    assert all("Load it into the warehouse" in one.help for one in found if "/seeds/communes.csv" in path and "dbt/" in path)


def test_a_repository_that_publishes_data_is_told_how_to_say_so() -> None:
    files = {f"topic{number}/table.csv": table(200_000) for number in range(30)}
    report = run(files, select=["DSG103"])
    assert len(report.findings) == 30
    (note,) = report.notes
    assert '`"*.csv" = { data-file = "published" }`' in note
    config = {"dsguard.toml": '[per-path-ignores]\n"*.csv" = { data-file = "published" }\n'}
    assert run(files | config, select=["DSG103"]).findings == []
    files.pop("topic0/table.csv")
    assert run(files, select=["DSG103"]).notes == []


@pytest.mark.parametrize(
    ("path", "fires"),
    [("deploy/charts/redis-19.tgz", False), ("charts/redis-19.tgz", False), ("deploy/redis-19.tgz", True), ("a/charts/x.tgz", True)],
)
def test_charts_that_a_chart_depends_on_are_code(path: str, *, fires: bool) -> None:
    files: dict[str, str | bytes] = {
        "deploy/Chart.yaml": "name: churn\n",
        "Chart.yaml": "name: all\n",
        path: b"\x1f\x8b\x08\0" + bytes(300_000),
    }
    assert len(check(DataFile(), files)) == fires
