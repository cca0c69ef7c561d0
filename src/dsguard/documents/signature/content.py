"""By the bytes, whatever the name."""

from __future__ import annotations

from functools import cache

from dsguard.documents.formats import AT_OFFSET, AT_START, BINARY
from dsguard.documents.signature.compressed import as_bzip2, as_gzip, as_unopened, as_xz, as_zlib
from dsguard.documents.signature.format import proven
from dsguard.documents.signature.pickled import as_pickle
from dsguard.documents.signature.protobuf import as_protobuf
from dsguard.documents.signature.structured import HDF5, as_hdf5, as_ole, as_orc, as_parquet, as_riff, as_tar, as_tiff, from_structure
from dsguard.documents.signature.text import from_text
from dsguard.documents.signature.zipped import as_zip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dsguard.documents.signature.format import Format, Sample


def from_bytes(sample: Sample) -> Format | None:
    """What the bytes prove a file to be."""
    head = sample.head
    text = sample.file.looks_like_text
    for magic, found, content in _starts().get(head[0], ()):
        if head.startswith(magic) and not (text and content == BINARY):
            return proven(found)
    if text:
        return from_text(sample)
    handler = _HANDLERS.get(head[:2]) or _HANDLERS.get(head[:1])
    if handler is not None:
        handled = handler(sample)
        if handled is not None:
            return handled
    for offset, magic, found in AT_OFFSET:
        if head.startswith(magic, offset):
            return as_tar(sample) if found == "tar" else proven(found)
    for at in (0, 512, 1024, 2048):
        if head.startswith(HDF5, at):
            return as_hdf5(sample)
    return from_structure(sample)


@cache
def _starts() -> dict[int, list[tuple[bytes, str, str]]]:
    """Bytes at the start, with what they mean, by the first of them."""
    found: dict[int, list[tuple[bytes, str, str]]] = {}
    for entry in AT_START:
        found.setdefault(entry[0][0], []).append(entry)
    return found


_HANDLERS: dict[bytes, Callable[[Sample], Format | None]] = {
    b"PA": as_parquet,
    b"OR": as_orc,
    b"PK": as_zip,
    b"RI": as_riff,
    b"II": as_tiff,
    b"MM": as_tiff,
    b"\xd0\xcf": as_ole,
    b"\x1f\x8b": as_gzip,
    b"BZ": as_bzip2,
    b"\xfd7": as_xz,
    b"\x5d\0": as_xz,
    b"\x04\x22": as_unopened,
    b"\x28\xb5": as_unopened,
    b"x\x01": as_zlib,
    b"x\x5e": as_zlib,
    b"x\x9c": as_zlib,
    b"x\xda": as_zlib,
    b"\x80": as_pickle,
    b"\x08": as_protobuf,
}
