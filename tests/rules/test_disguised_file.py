"""DSG106: bytes against names."""

from __future__ import annotations

import pytest

from dsguard.rules.data.disguised_file import DisguisedFile
from dsguard.testing import check, run

PICKLE = b"\x80\x04\x95\x12\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x04coef\x94G?\xeb\xd7\n=p\xa3\xd7s."
PARQUET = b"PAR1" + bytes(20) + b"PAR1"
SQLITE = b"SQLite format 3\0" + bytes(84)
GZIP = bytes.fromhex("1f8b08000000000000ff4b4c04000000ffff")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.txt", PARQUET, "says text"),
        ("a.csv", GZIP, "says a CSV table"),
        ("a.json", SQLITE, "says text"),
        ("a.log", PICKLE, "says text"),
        ("a.txt", b"(dp0\nVcoef\np1\nF0.87\ns.", "says text"),
        ("a.pdf", PICKLE, "says a document"),
        ("a.jpg", PARQUET, "says an image"),
        ("a.wav", PICKLE, "says audio"),
        ("a.dat", PICKLE, "says a file of numbers"),
        ("a.parquet", b"ARROW1\0\0" + bytes(20), "says a Parquet table"),
        ("a.npy", SQLITE, "says a NumPy array"),
        ("a.pkl", PARQUET, "says a pickle"),
    ],
)
def test_fires_alone(name: str, content: bytes, says: str) -> None:
    (found,) = run({name: content}, families=["data"]).findings
    assert found.code == "DSG106"
    assert found.message.endswith(says)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.parquet", b"PARE" + bytes(20) + b"PARE"),
        ("a.xlsx", b"PK\x05\x06" + bytes(18)),
        ("a.pkl", b"x\x9c" + bytes(20)),
        ("a.csv", b"id,name\n1,caf\xe9\n"),
        ("a.csv", "id\n1\n".encode("utf-16")),
        ("a.json", '{"a": 1}'),
        ("a.txt", ""),
        ("a.txt", "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0a" * 32 + "\nsize 12\n"),
        ("a.h5", b"\x89HDF\r\n\x1a\n" + bytes(88)),
        ("a.docx", b"PK\x05\x06" + bytes(18)),
        ("a.png", b"RIFF\0\0\0\0WEBP" + bytes(20)),
        ("tests/a.txt", PARQUET),
        ("a.dat", SQLITE),
        ("model.txt", "tree\nversion=v4\n"),
    ],
)
def test_silent(name: str, content: str | bytes) -> None:
    assert check(DisguisedFile(), {name: content}, profile="strict") == []


def test_under_raw_data_it_is_raw_data_first() -> None:
    found = run({"data/raw/a.csv": GZIP}, families=["data"]).findings
    assert [finding.code for finding in found] == ["DSG101"]
