"""Formats that their first bytes alone do not prove: another part must fit."""

from __future__ import annotations

from dsguard.documents.signature.format import PLAIN, proven
from dsguard.documents.signature.naming import is_model_place
from dsguard.documents.signature.pickled import OLD_PICKLE, PICKLE_SUFFIXES, as_old_pickle
from dsguard.documents.signature.text import WORD_VECTORS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.signature.format import Format, Sample

_TIFF_TAGS = 128


def from_structure(sample: Sample) -> Format | None:
    """Formats without magic bytes, told by how their parts fit together."""
    head, suffix = sample.head, sample.suffix
    if head[4:9] == b"\0\0\0\0{" and 2 <= int.from_bytes(head[:8], "little") <= sample.file.size - 8:
        if b'"dtype"' in head or b'"__metadata__"' in head or suffix == ".safetensors":
            return proven("safetensors")
    elif head[4:8] == b"\0\0\0\0" and len(head) >= 16 and int.from_bytes(head[8:12], "little") == _masked_crc(head[:8]):
        return proven("tfevents" if "tfevents" in sample.name or b"brain.Event" in head[:64] else "tfrecord")
    if head[:1] == b"{" and b"learner" in head[:24]:
        return proven("xgboost")
    if suffix in (".bin", ".vec", ".w2v", ".model", "") and WORD_VECTORS.match(head):
        return proven("word2vec")
    if suffix in PICKLE_SUFFIXES or OLD_PICKLE.match(head):
        return as_old_pickle(sample)
    if suffix == ".index" and sample.file.tail.endswith(_LEVELDB_TABLE):
        return proven("tf-checkpoint")
    if suffix == ".lance" and sample.file.tail.endswith(b"LANC"):
        return proven("lance")
    return None


_LEVELDB_TABLE = b"\x57\xfb\x80\x8b\x24\x75\x47\xdb"


def as_parquet(sample: Sample) -> Format | None:
    mark = sample.head[:4]
    if mark in (b"PAR1", b"PARE") and sample.file.tail.endswith(mark):
        return proven("parquet" if mark == b"PAR1" else "parquet-encrypted")
    return None


def as_orc(sample: Sample) -> Format | None:
    return proven("orc") if sample.head.startswith(b"ORC") and sample.file.tail[-4:-1] == b"ORC" else None


HDF5 = b"\x89HDF\r\n\x1a\n"


def as_hdf5(sample: Sample) -> Format | None:
    if sample.suffix in (".nc", ".nc4"):
        return proven("netcdf")
    if sample.suffix == ".mat":
        return proven("mat")
    marks = (b"model_config", b"model_weights", b"keras_version", b"layer_names")
    keras = sample.suffix == ".keras" or any(mark in sample.head for mark in marks)
    if keras or (sample.suffix in (".h5", ".hdf5", "") and is_model_place(sample.file, sample.name)):
        return proven("keras-h5")
    return proven("hdf5")


_TIFF_ORDERS = {b"II*\0": False, b"MM\0*": True, b"II+\0": False, b"MM\0+": True}

_GEO_KEYS = 34735


def as_tiff(sample: Sample) -> Format | None:
    """A TIFF; with a GeoTIFF tag in its first directory it is data, otherwise a picture."""
    head = sample.head
    big_endian = _TIFF_ORDERS.get(head[:4])
    if big_endian is None:
        return None

    def number(data: bytes) -> int:
        return int.from_bytes(data, "big" if big_endian else "little")

    bigtiff = b"+" in head[2:4]
    offset = number(head[8:16]) if bigtiff else number(head[4:8])
    count_size, entry_size = (8, 20) if bigtiff else (2, 12)
    if offset >= sample.file.size:
        return proven("image")
    directory = sample.file.read(offset, count_size + _TIFF_TAGS * entry_size)
    count = min(number(directory[:count_size]), _TIFF_TAGS)
    tags = (number(directory[at : at + 2]) for at in range(count_size, count_size + count * entry_size, entry_size))
    return proven("geotiff" if _GEO_KEYS in tags else "image")


def as_riff(sample: Sample) -> Format | None:
    found = {b"WAVE": "audio", b"AVI ": "video", b"WEBP": "image"}.get(sample.head[8:12])
    return proven(found) if found and sample.head.startswith(b"RIFF") else None


def as_ole(sample: Sample) -> Format | None:
    """Old Office files share one container; only workbooks hold data."""
    if not sample.head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return None
    return proven("excel") if sample.suffix in (".xls", ".xlsx", ".xlt", ".xlsm") else PLAIN


def as_tar(sample: Sample) -> Format | None:
    """A tar; the oldest PyTorch checkpoints are one."""
    members = (b"sys_info\0", b"pickle\0", b"storages\0", b"tensors\0")
    return proven("torch" if sample.head.startswith(members) and sample.suffix in (".pt", ".pth", ".bin", "") else "tar")


_crc_table: list[int] = []


def _masked_crc(data: bytes) -> int:
    """CRC-32C as TFRecord files store it: rotated and offset."""
    if not _crc_table:
        for code in range(256):
            for _ in range(8):
                code = (code >> 1) ^ 0x82F63B78 if code & 1 else code >> 1
            _crc_table.append(code)
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _crc_table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF
