"""Zips: what they are, by the names of their members."""

from __future__ import annotations

from dsguard.documents.signature.format import PLAIN, proven

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.signature.format import Format, Sample

_ZIP_TAIL = 64 * 1024

_ZIP_MEMBERS = 2000


def as_zip(sample: Sample) -> Format | None:
    head = sample.head
    if not head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return None
    if b"mimetypeapplication/" in head[30:64]:  # OpenDocument and EPUB say what they are first
        return proven("ods") if b"opendocument.spreadsheet" in head[30:160] else PLAIN
    found = _zip_kind(frozenset(_zip_names(sample)), sample.suffix)
    return PLAIN if found == "plain" else proven(found)


def _zip_kind(names: frozenset[str], suffix: str) -> str:
    if any(name.endswith(("/data.pkl", "/constants.pkl")) for name in names) or "data.pkl" in names:
        return "torch"
    if "schema.json" in names and (suffix == ".skops" or all(name.endswith((".npy", ".npz", "schema.json")) for name in names)):
        return "skops"
    if names and all(name.endswith(".npy") for name in names):
        return "npz"
    if any(name.startswith("xl/workbook.") for name in names):
        return "excel"
    if any(name.startswith(("word/", "ppt/", "visio/")) or name.endswith(".dist-info/WHEEL") for name in names):
        return "plain"
    for member, found in _ZIP_MEMBER_NAMES:
        if member in names:
            return found
    return {".npz": "npz", ".keras": "keras", ".skops": "skops"}.get(suffix, "zip")


_ZIP_MEMBER_NAMES = (
    ("model.weights.h5", "keras"),
    ("policy.pth", "stable-baselines"),
    ("policy.optimizer.pth", "stable-baselines"),
    ("MAR-INF/MANIFEST.json", "torchserve"),
    ("META-INF/MANIFEST.MF", "plain"),
    ("AndroidManifest.xml", "plain"),
    ("doc.kml", "kml"),
)


def _zip_names(sample: Sample) -> Iterator[str]:
    """Names of the members, from the table of contents at the end; at least the first one, from the head."""
    length = int.from_bytes(sample.head[26:28], "little")
    if 0 < length <= len(sample.head) - 30 and sample.head.startswith(b"PK\x03\x04"):
        yield _decoded(sample.head[30 : 30 + length])
    start = max(0, sample.file.size - _ZIP_TAIL)
    tail = sample.file.read(start, _ZIP_TAIL)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0:
        return
    at = int.from_bytes(tail[end + 16 : end + 20], "little") - start
    if not 0 <= at < end:
        at = tail.find(b"PK\x01\x02")  # a table longer than the tail, or shifted: its last part will do
    for _ in range(_ZIP_MEMBERS):
        if at < 0 or tail[at : at + 4] != b"PK\x01\x02":
            return
        length, extra, comment = (int.from_bytes(tail[at + field : at + field + 2], "little") for field in (28, 30, 32))
        yield _decoded(tail[at + 46 : at + 46 + length])
        at += 46 + length + extra + comment


def _decoded(name: bytes) -> str:
    return name.decode("utf-8", errors="replace")
