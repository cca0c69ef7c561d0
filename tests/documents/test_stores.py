"""Stores: a folder that is one data set is judged and told as one."""

from __future__ import annotations

import pytest

from dsguard.documents.stores import store_of
from dsguard.testing import run, tree

CHUNK = b"\x02\x01!\x04" + bytes(60_000)


@pytest.mark.parametrize(
    ("files", "root", "id"),
    [
        (("a/x.zarr/.zgroup", "a/x.zarr/t/0.0"), "a/x.zarr", "zarr"),
        (("a/x/.zgroup", "a/x/t/.zarray", "a/x/t/0.0"), "a/x", "zarr"),
        (("m/1/saved_model.pb", "m/1/variables/variables.index"), "m/1", "saved-model"),
        (("t/_delta_log/0.json", "t/part-0.parquet"), "t", "delta"),
        (("t/_versions/1.manifest", "t/data/1.lance"), "t", "lance"),
        (("x.lance/data/1.lance", "x.lance/_versions/1.manifest"), "x.lance", "lance"),
        (("d/t/year=2024/month=1/0.parquet", "d/t/year=2025/month=1/0.parquet", "d/t/_SUCCESS"), "d/t", "parquet-dataset"),
        (("d/t/split=train/0.pq", "d/t/split=train/.0.pq.crc"), "d/t", "parquet-dataset"),
        (("geo/parcels.gdb/a00000001.gdbtable", "geo/parcels.gdb/gdb"), "geo/parcels.gdb", "geodatabase"),
        (("x.mlpackage/Manifest.json", "x.mlpackage/Data/w.bin"), "x.mlpackage", "coreml"),
    ],
)
def test_every_file_of_a_store_knows_its_root(files: tuple[str, ...], root: str, id: str) -> None:
    for file in tree(dict.fromkeys(files, "x")).values():
        store = store_of(file)
        assert store is not None
        assert (store.root, store.format.id, store.size) == (root, id, len(files))


@pytest.mark.parametrize(
    "files",
    [
        ("d/t/year=2024/0.parquet", "d/t/README.md"),
        ("d/t/year=2024/0.parquet", "d/t/other/1.parquet"),
        ("d/t/year=2024/0.csv",),
        ("year=2024/0.parquet",),
        ("d/a=b.parquet",),
        ("d/=/0.parquet",),
    ],
)
def test_no_partitioned_data_set(files: tuple[str, ...]) -> None:
    assert store_of(tree(dict.fromkeys(files, "x"))[files[0]]) is None


@pytest.mark.parametrize("path", ["src/saved_model.py", "zarr/core.py", "docs/_versions/1.html", "saved_model.pb", ".zarr/a"])
def test_no_store(path: str) -> None:
    assert store_of(tree({path: "x"})[path]) is None


@pytest.mark.parametrize(
    ("files", "code", "place"),
    [
        ({"x.zarr/.zgroup": "{}", "x.zarr/0": CHUNK, "x.zarr/1": CHUNK}, "DSG103", "x.zarr/"),
        ({"data/raw/x.zarr/.zgroup": "{}", "data/raw/x.zarr/0": CHUNK}, "DSG101", "data/raw/x.zarr/"),
        (
            {"d/t/k=1/s=0/0.parquet": b"PAR1" + CHUNK + b"PAR1", "d/t/k=2/s=0/0.parquet": b"PAR1" + CHUNK + b"PAR1"},
            "DSG103",
            "d/t/",
        ),
        (
            {"m/saved_model.pb": b"\x08\x01\x12\x05", "m/variables/variables.index": bytes(50), "m/fingerprint.pb": bytes(50)},
            "DSG102",
            "m/",
        ),
        ({"data/processed/x.zarr/0": b"\x02\0"}, "DSG103", "data/processed/x.zarr/"),
    ],
)
def test_told_once_at_the_root(files: dict[str, str | bytes], code: str, place: str) -> None:
    found = run(files, families=["data"]).findings
    assert [(finding.code, finding.path) for finding in found] == [(code, place)]
    assert f"({len(files)} file" in found[0].message
    assert f"`git rm -r --cached {place}`" in found[0].help


@pytest.mark.parametrize(
    "files",
    [
        {"x.zarr/.zgroup": "{}", "x.zarr/0": CHUNK},
        {"tests/x.zarr/0": CHUNK, "tests/x.zarr/1": CHUNK},
        {"tests/m/saved_model.pb": b"\x08\x01\x12\x05", "tests/m/variables/variables.index": bytes(50)},
        {"data/processed/t/year=2024/0.parquet": b"PAR1" + CHUNK + b"PAR1"},
        {"data/processed/t/_delta_log/0.json": "{}", "data/processed/t/part-0.parquet": b"PAR1" + CHUNK + b"PAR1"},
    ],
)
def test_small_ones_may_stay_where_data_may(files: dict[str, str | bytes]) -> None:
    assert run(files, families=["data"]).findings == []
