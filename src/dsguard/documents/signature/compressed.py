"""Compressed streams: what they hold, by a few hundred bytes that are inflated, then by the extension within the name."""

from __future__ import annotations

import zlib

from dsguard.documents.formats import COMPRESSIONS
from dsguard.documents.signature.format import named, proven
from dsguard.documents.signature.naming import compressed
from dsguard.documents.signature.pickled import PICKLE_SUFFIXES, is_pickle, pickled_by

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.signature.format import Format, Sample

_BZIP2_HEAD = 64 * 1024

_INFLATED = 512

_LZMA_MEMORY = 128 * 1024 * 1024


def as_gzip(sample: Sample) -> Format | None:
    if not sample.head.startswith(b"\x1f\x8b\x08"):
        return None
    return _inside(sample, _zlib_start(sample.head, 31), "gzip")


def as_bzip2(sample: Sample) -> Format | None:
    if not (sample.head.startswith(b"BZh") and sample.head[4:10] == b"1AY&SY"):
        return None
    from bz2 import BZ2Decompressor

    try:  # nothing comes out before the first block is whole
        start = BZ2Decompressor().decompress(sample.file.read(0, _BZIP2_HEAD), _INFLATED)
    except (OSError, ValueError):
        start = b""
    return _inside(sample, start, "bzip2")


def as_xz(sample: Sample) -> Format | None:
    """An xz file, or the older bare LZMA stream, which has no magic bytes to speak of: what comes out must prove it."""
    alone = sample.head.startswith(b"\x5d\0\0")
    if not (alone or sample.head.startswith(b"\xfd7zXZ\0")):
        return None
    from lzma import LZMADecompressor, LZMAError

    try:
        start = LZMADecompressor(memlimit=_LZMA_MEMORY).decompress(sample.head, _INFLATED)
    except (LZMAError, EOFError, ValueError):
        start = b""
    found = _inside(sample, start, "xz")
    named = sample.suffix == ".lzma" or sample.suffix in PICKLE_SUFFIXES
    return found if not alone or named or (found is not None and found.kind == "model") else None


def as_unopened(sample: Sample) -> Format | None:
    """LZ4 and Zstandard: Python cannot inflate them by itself, so the name says what is inside."""
    found = {b"\x04\x22\x4d\x18": "lz4", b"\x28\xb5\x2f\xfd": "zstd"}.get(sample.head[:4])
    return _inside(sample, b"", found) if found else None


def as_zlib(sample: Sample) -> Format | None:
    """A bare zlib stream is how joblib compresses; what else is in one has no name that the data rules know."""
    if int.from_bytes(sample.head[:2], "big") % 31:
        return None
    start = _zlib_start(sample.head, 15)
    return proven("pickle-compressed", pickled_by(start)) if is_pickle(start, None, named=True) else None


def _zlib_start(head: bytes, window: int) -> bytes:
    try:
        return zlib.decompressobj(window).decompress(head, _INFLATED)
    except zlib.error:
        return b""


_INSIDE = (
    (0, b"RDX2\n", "rdata"),
    (0, b"RDX3\n", "rdata"),
    (0, b"RDA2\n", "rdata"),
    (0, b"RDA3\n", "rdata"),
    (0, b"X\n\0\0\0", "rdata"),
    (0, b"A\n2\n", "rdata"),
    (0, b"A\n3\n", "rdata"),
    (0, b"BAM\x01", "bam"),
    (0, b"BCF\x02", "bcf"),
    (0, b"##fileformat=VCF", "vcf"),
    (344, b"n+1\0", "nifti"),
    (344, b"ni1\0", "nifti"),
)


def _inside(sample: Sample, start: bytes, container: str) -> Format | None:
    """What a compressed file is, by the first bytes of what it holds, then by the extension within its name."""
    if is_pickle(start, None, named=True):
        return proven("pickle-compressed", pickled_by(start))
    for offset, magic, found in _INSIDE:
        if start.startswith(magic, offset):
            return proven(found)
    suffix = sample.suffix
    if suffix in PICKLE_SUFFIXES and not start:
        return named("pickle-compressed")
    if suffix in (".rds", ".rda", ".rdata"):
        return named("rdata")
    return (compressed(sample.name, suffix) if suffix in COMPRESSIONS else None) or proven(container)
