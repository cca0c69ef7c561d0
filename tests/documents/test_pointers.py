"""Pointers: exact about what is one, deaf to what merely resembles it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsguard.documents.pointers import Pointer
from dsguard.testing import tree

OID = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393"
MD5 = "1a79a4d60de6718e8e5b326e338ae533"
LFS = f"version https://git-lfs.github.com/spec/v1\noid sha256:{OID}\nsize 12345\n"


def pointer(content: str | bytes, path: str = "data.csv") -> Pointer | None:
    return tree({path: content})[path].pointer


@pytest.mark.parametrize(
    ("content", "path", "expected"),
    [
        (LFS, "data.csv", ("git-lfs", OID, 12345)),
        (LFS.replace("git-lfs.github.com", "hawser.github.com"), "model.pt", ("git-lfs", OID, 12345)),
        (LFS.replace("https://git-lfs.github.com/spec/v1", "http://git-media.io/v/2"), "x", ("git-lfs", OID, 12345)),
        (LFS.replace("oid", f"ext-0-foo sha256:{OID}\next-1-bar sha256:{OID}\noid"), "x", ("git-lfs", OID, 12345)),
        (f"/annex/objects/SHA256E-s1048576--{OID}.csv\n", "data.csv", ("git-annex", f"SHA256E-s1048576--{OID}.csv", 1048576)),
        (f"/annex/objects/SHA256E-s10-S5-C1--{OID}\nmore\n" + "x" * 20_000, "data.csv", ("git-annex", f"SHA256E-s10-S5-C1--{OID}", 10)),
        ("/annex/objects/URL--http&c%%example.org%x", "data.csv", ("git-annex", "URL--http&c%%example.org%x", None)),
        ("# xet version 0\nfilesize = 987\nhash = 'abcdef0123'\n", "m.bin", ("xet", "abcdef0123", 987)),
        (f"outs:\n- md5: {MD5}\n  size: 970457\n  hash: md5\n  path: x.csv\n", "x.csv.dvc", ("dvc", MD5, 970457)),
        (f"outs:\r\n- md5: {MD5}.dir\r\n  nfiles: 3\r\n  path: raw\r\n", "raw.dvc", ("dvc", f"{MD5}.dir", None)),
        (
            f"md5: {OID[:32]}\nfrozen: true\ndeps:\n- url: dvc/x\n  checksum: {OID}\n  size: 5\nouts:\n- md5: {MD5}\n  size: 7\n",
            "x.dvc",
            ("dvc", MD5, 7),
        ),
        (f"outs:\n- path: x\n  md5: {MD5}\ndeps:\n- md5: {OID[:32]}\n  size: 5\n", "x.dvc", ("dvc", MD5, None)),
    ],
)
def test_pointers(content: str, path: str, expected: tuple[str, str, int | None]) -> None:
    found = pointer(content, path)
    assert found is not None
    assert (found.kind, found.oid, found.size) == expected


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ("", "data.csv"),
        ("version,size\n1,2\n", "data.csv"),
        (LFS.replace("\n", "\r\n"), "data.csv"),
        (LFS.removesuffix("\n"), "data.csv"),
        (LFS + "\n", "data.csv"),
        (LFS.replace(OID, OID.upper()), "data.csv"),
        (LFS.replace(OID, OID[:-1]), "data.csv"),
        (LFS.replace("size 12345", "size -1"), "data.csv"),
        (LFS.replace("spec/v1", "spec/v2"), "data.csv"),
        (LFS.replace("version https", "version  https"), "data.csv"),
        ("# Docs\n\n" + LFS, "notes.txt"),
        (LFS + "x" * 1024, "data.csv"),
        ("/annex/objects/\n", "data.csv"),
        ("/annex/objects/SHA256E-s10--\n", "data.csv"),
        ("annex/objects/SHA256E-s10--abc\n", "data.csv"),
        ("/annex/objects/SHA256E-s10--abc\n" + "x" * 40_000, "data.csv"),
        ("# xet version 0\nfilesize = x\n", "data.csv"),
        ("stages: {}\n", "x.dvc"),
        ("outs: []\n", "x.dvc"),
        ("outs:\n- path: x\n", "x.dvc"),
        (f"outs:\n- md5: {MD5}\n", "not-dvc.yaml"),
        (b"\xff\xfe\0\0" * 30, "data.bin"),
    ],
)
def test_what_is_no_pointer(content: str | bytes, path: str) -> None:
    assert pointer(content, path) is None


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([LFS, f"/annex/objects/MD5E-s1--{MD5}\n", f"outs:\n- md5: {MD5}\n"]), st.integers(0, 150), st.binary(max_size=8))
def test_no_bytes_make_it_fail(start: str, keep: int, rest: bytes) -> None:
    for path in ("x.csv", "x.dvc"):
        found = pointer(start[:keep].encode() + rest, path)
        assert found is None or found.oid
