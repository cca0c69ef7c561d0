"""DSG101: what lies under a raw-data folder stays out of git."""

from __future__ import annotations

import pytest

from dsguard import engine
from dsguard.model import Confidence, Finding
from dsguard.rules.data.raw_data import RawData
from dsguard.rules.data.restricted_dataset import RestrictedDataset
from dsguard.testing import MemoryWorkspace, check, plan_of

TABLE = "id,km\n" + "1,3.5\n" * 1000
PARQUET = b"PAR1" + bytes(6000) + b"PAR1"


def findings(path: str, content: str | bytes = TABLE, *, profile: str = "default", config: str = "", **more: str) -> list[Finding]:
    return check(RawData(), {path: content, **more}, profile=profile, config=config)


@pytest.mark.parametrize(
    "folder",
    [
        "data/raw",
        "Data/Raw",
        "data/external",
        "data/01_raw",
        "data/00_raw",
        "data/trips/raw/2024",
        "datasets/mnist/raw",
        "raw_data",
        "raw-data/2024",
        "data_raw",
        "rawdata",
        "src/churn/data/raw",
        "projects/churn/data/raw",
        "raw",
        "input",
        "titanic/input",
        "input/test",
        "data/raw/test",
        "data/input",
        "data/landing",
    ],
)
def test_folders_that_hold_raw_data(folder: str) -> None:
    (found,) = findings(f"{folder}/trips.csv")
    assert found.path == f"{folder}/trips.csv"
    assert found.confidence is Confidence.HIGH
    assert f"git rm --cached {folder}/trips.csv" in found.help


@pytest.mark.parametrize(
    "folder",
    [
        "data",
        "",
        "data/processed",
        "data/interim",
        "tests/data/raw",
        "test/raw_data",
        "src/test/resources/data/raw",
        "fixtures/raw_data",
        "{{ cookiecutter.slug }}/data/raw",
        "{{.project_name}}/data/raw",
        "data-raw",
        "src/input",
        "src/components/input",
        "docs/input",
        "examples/input",
        "drawdata",
    ],
)
def test_folders_that_do_not(folder: str) -> None:
    assert findings(f"{folder}/trips.csv".lstrip("/")) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("trips.parquet", PARQUET),
        ("trips.zip", b"PK\x05\x06" + bytes(18)),
        ("trips.sqlite", b"SQLite format 3\0"),
        ("scan.png", b"\x89PNG"),
        ("call.wav", b"RIFF"),
        ("places.geojson", '{"features": []}' + " " * 6000),
        ("page.html", "<p>scraped</p>\n" * 4000),
        ("dump.sql", "INSERT INTO trips VALUES (1);\n" * 2000),
        ("reviews.txt", "good\n" * 10_001),
        ("sensor.xyz", b"\x01\x02" * 30_000),
        ("labels.json", "[" + "1," * 30_000 + "1]"),
    ],
)
def test_kinds_that_are_raw_data(name: str, content: str | bytes) -> None:
    assert len(findings(f"data/raw/{name}", content)) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("README.md", "x" * 60_000),
        ("README", "x" * 60_000),
        ("README.txt", "x" * 60_000),
        (".gitkeep", ""),
        (".gitignore", "*\n"),
        ("trips.csv.dvc", "outs:\n- md5: 1a79a4d60de6718e8e5b326e338ae533\n  path: trips.csv\n"),
        ("trips.csv", f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0a' * 32}\nsize 12345\n"),
        ("trips.parquet", f"/annex/objects/SHA256E-s12345--{'0a' * 32}.parquet\n"),
        ("notes.txt", "good\n" * 10_000),
        ("codebook.pdf", b"%PDF-1.7" + bytes(90_000)),
        ("download.py", "x = 1\n" * 20_000),
        ("explore.ipynb", "{}" + " " * 60_000),
        ("empty.csv", ""),
    ],
)
def test_what_may_lie_there(name: str, content: str | bytes) -> None:
    assert findings(f"data/raw/{name}", content, profile="strict") == []


def test_a_small_table_looks_like_a_sample() -> None:
    assert findings("data/raw/sample.csv", "id\n" * 1666) == []
    (found,) = findings("data/raw/sample.csv", "id\n" * 1666, profile="strict")
    assert found.confidence is Confidence.LOW
    assert len(findings("data/raw/sample.csv", "id\n" * 1667)) == 1


def test_package_data_is_not_raw_whatever_its_folder_is_called() -> None:
    assert findings("pkg/data/raw/codes.csv", **{"pkg/data/raw/__init__.py": ""}) == []
    assert len(findings("pkg/data/raw/codes.csv", **{"pkg/data/__init__.py": ""})) == 1


def test_what_git_stores_through_a_filter_is_silent() -> None:
    assert check(RawData(), {"data/raw/trips.csv": TABLE}, filtered=["data/raw/trips.csv"]) == []


def test_options() -> None:
    config = '[rules.raw-data]\nmax-text-size = "1 MB"\nsample-size = "1 KB"\n'
    assert findings("data/raw/reviews.txt", "good\n" * 20_000, config=config) == []
    assert len(findings("data/raw/sample.csv", "id\n" * 400, config=config)) == 1


def test_a_role_of_the_user_decides() -> None:
    config = '[roles]\nraw-data = ["/landing/", "!data/raw/public/"]\n'
    assert len(findings("landing/trips.csv", config=config)) == 1
    assert findings("data/raw/public/trips.csv", config=config) == []


def test_many_alike_in_one_folder_are_told_as_one() -> None:
    many: dict[str, str | bytes] = {f"data/raw/trip_{number:03}.parquet": PARQUET for number in range(60)}
    (found,) = check(RawData(), many)
    assert found.message.startswith("60 files like this one in data/raw/, 360 KB in all")
    assert "git rm --cached 'data/raw/*.parquet'" in found.help
    assert "storage that the code fetches them from" in found.help
    assert "`dvc add data/raw`" in found.help
    assert "`git lfs track '*.parquet'`" in found.help
    assert {step.path for step in found.trace} == set(many)
    assert len(check(RawData(), dict(list(many.items())[:49]))) == 49


@pytest.mark.parametrize(
    ("more", "expected", "unexpected"),
    [({".dvc/config": "[core]\n"}, "Then `dvc add data/raw/trips.csv`", "git lfs"), ({}, "`git lfs track '*.csv'`", "dvc add")],
)
def test_help_knows_whether_the_repository_uses_dvc(more: dict[str, str], expected: str, unexpected: str) -> None:
    (found,) = findings("data/raw/trips.csv", **more)
    assert expected in found.help
    assert unexpected not in found.help


def test_help_for_many_knows_what_git_and_dvc_do_with_them() -> None:
    many: dict[str, str | bytes] = {f"data/raw/trip_{number:03}.parquet": PARQUET for number in range(60)}
    (found,) = check(RawData(), {**many, ".dvc/config": "[core]\n"})
    assert "Then `dvc add data/raw` records a pointer" in found.help
    workspace = MemoryWorkspace(many)
    for path in many:
        workspace.listing[path].is_tracked = False
    (found,) = engine.run(plan_of(workspace, rules=[RawData()]), workspace).findings
    assert found.help.startswith("Add `/data/raw/*.parquet` to .gitignore before you commit. Keep them in storage")


def test_many_that_are_restricted_are_sent_to_no_other_place() -> None:
    many: dict[str, str | bytes] = {f"data/patients/p{number:03}.csv": TABLE for number in range(60)}
    readme = {"data/README.md": "patients: restricted\n"}
    (found,) = check(RestrictedDataset(), {**many, **readme})
    assert "git rm --cached" in found.help
    assert "storage" not in found.help
    assert "git lfs" not in found.help


def test_odd_names_are_quoted_for_the_shell() -> None:
    (found,) = findings("data/raw/o'hare trips.csv")
    assert "git rm --cached 'data/raw/o'\\''hare trips.csv'" in found.help


def told(*counts: tuple[str, int]) -> list[tuple[str, int]]:
    """The folders and numbers of files that findings speak of, given how many files lie where."""
    files = {f"{folder}/{number:03}.csv": TABLE for folder, count in counts for number in range(count)}
    return [(finding.path.rpartition("/")[0], max(1, len(finding.trace))) for finding in check(RawData(), files)]


def test_many_alike_are_told_as_one_at_the_deepest_folder_that_holds_them() -> None:
    assert told(("data/raw/a", 49)) == [("data/raw/a", 1)] * 49
    assert told(("data/raw/a", 50)) == [("data/raw/a", 50)]
    assert told(("data/raw/a", 30), ("data/raw/b", 30)) == [("data/raw/a", 60)]
    assert told(("data/raw/a/x", 60), ("data/raw/b", 70)) == [("data/raw/a/x", 60), ("data/raw/b", 70)]
    assert told(("data/raw/a/x", 60), ("data/raw/b", 20)) == [("data/raw/a/x", 80)]
    assert told(("data/raw/a/x", 60), ("data/raw/b", 2)) == [("data/raw/a/x", 60), ("data/raw/b", 1), ("data/raw/b", 1)]
    assert told(("data/raw/a", 60), ("data/raw/b", 70), ("data/raw/c", 2)) == [("data/raw/a", 132)]
    assert told(*((f"data/raw/{day}/a", 50) for day in "123")) == [(f"data/raw/{day}/a", 50) for day in "123"]
    assert told(*((f"data/raw/{day}/a", 50) for day in "1234")) == [("data/raw/1/a", 200)]
    assert told(*((f"{day}/data/raw", 50) for day in "1234")) == [(f"{day}/data/raw", 50) for day in "1234"]
    assert told(("a/data/raw", 30), ("b/data/raw", 30)) == [("a/data/raw", 1)] * 30 + [("b/data/raw", 1)] * 30


def test_a_group_over_several_folders_says_what_they_share() -> None:
    (found,) = check(RawData(), {f"data/raw/{number}/x.csv": TABLE for number in range(50)})
    assert found.message.startswith("50 files like this one in data/raw/, 300 KB in all: CSV table")
    assert "`git rm --cached 'data/raw/*.csv'`" in found.help
    assert "`/data/raw/**/*.csv`" in found.help


def test_fifty_small_tables_are_no_samples() -> None:
    small = {f"data/raw/{number:02}.csv": "id,km\n1,3.5\n" for number in range(50)}
    (found,) = check(RawData(), small)
    assert found.confidence is Confidence.HIGH
    assert check(RawData(), dict(list(small.items())[:49])) == []


def test_a_shapefile_is_told_once_with_all_its_parts() -> None:
    parts = {"shp": b"\0\0\x27\x0a" + bytes(6000), "shx": b"\0\0\x27\x0a" + bytes(6000), "dbf": b"\x03\x7a\x01\x01" + bytes(6000)}
    files: dict[str, str | bytes] = {f"data/raw/roads [1].{part}": content for part, content in parts.items()}
    files |= {"data/raw/roads [1].prj": "GEOGCS", "data/raw/roads.csv": TABLE}
    found = check(RawData(), files)
    assert [finding.path for finding in found] == ["data/raw/roads [1].dbf", "data/raw/roads.csv"]
    assert found[0].message.startswith("3 files of one shapefile, 18 KB in all: ")
    assert "`git rm --cached 'data/raw/roads [1].*'`" in found[0].help
    assert "add `/data/raw/roads \\[1\\].*` to .gitignore" in found[0].help
    files["data/raw/roads [1].py"] = "X = 1\n"
    assert len(check(RawData(), files)) == 4, "the pattern would take more than the shapefile"
