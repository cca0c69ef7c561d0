"""What a file is, by its bytes first and its name second: data, a model, an archive, a database, media, or none of these.

At most the first 4 KB, the last 64 bytes and, of a zip, the last 64 KB with its table of contents are read; of a
compressed stream a few hundred bytes are inflated. Nothing is unpickled and nothing is extracted.
"""

from __future__ import annotations

import re
import zlib
from functools import cache

from dsguard.documents.file import is_text
from dsguard.documents.formats import (
    ANY,
    AT_OFFSET,
    AT_START,
    BINARY,
    COMPRESSIONS,
    EXTENSIONS,
    KINDS,
    LABELS,
    MEDIA,
    ORDINARY_NAMES,
    ORDINARY_SUFFIXES,
    TEXT,
)
from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dsguard.documents.file import File

LARGE_JSON = 1_000_000
"""From this size on (bytes) a JSON file is a data set, not a setting."""

_ZIP_TAIL = 64 * 1024
_ZIP_MEMBERS = 2000
_BZIP2_HEAD = 64 * 1024
_INFLATED = 512
_LZMA_MEMORY = 128 * 1024 * 1024
_TIFF_TAGS = 128
_ONNX_FIELDS_READ = 64


class Format:
    """What a file is.

    Args:
        id: stable name of the format, such as ``parquet``.
        kind: ``data``, ``model``, ``archive``, ``database`` or ``media``.
        label: for people, as in "a <label>".
        from_bytes: whether the bytes prove it; otherwise the name says so and the bytes do not contradict it.
    """

    __slots__ = ("from_bytes", "id", "kind", "label")

    def __init__(self, id: str, kind: str, label: str, *, from_bytes: bool) -> None:
        self.id = id
        self.kind = kind
        self.label = label
        self.from_bytes = from_bytes

    def __repr__(self) -> str:
        return f"<Format {self.id} ({self.kind})>"


class _Sample:
    """A file with what every test below asks of it."""

    __slots__ = ("file", "head", "name", "suffix")

    def __init__(self, file: File, head: bytes) -> None:
        self.file = file
        self.head = head
        self.name = file.name.lower()
        self.suffix = file.suffix


_PLAIN = Format("plain", "", "", from_bytes=True)
"""Stands for "looked at, and nothing that the data rules speak of": no name may overrule it."""


def identify(file: File) -> Format | None:
    """What a file is.

    Returns:
        the format, or ``None`` for source code, settings, documents, plain text and what is unknown.
    """
    name = file.name.lower()
    suffix = file.suffix
    if suffix in ORDINARY_SUFFIXES or name in ORDINARY_NAMES:
        return None
    if suffix in MEDIA:
        return _named(MEDIA[suffix])
    if suffix == ".json":
        return _from_json(file, name)
    try:
        head = file.head
        if not head:
            return None
        found = _from_bytes(_Sample(file, head)) or _from_name(file, name, suffix, head)
    except UnreadableError:
        found = _from_name(file, name, suffix, None)
    return None if found is _PLAIN else found


def by_bytes(file: File) -> Format | None:
    """What the bytes of a file prove it to be, whatever its name.

    Raises:
        UnreadableError: it cannot be read.
    """
    head = file.head
    found = _from_bytes(_Sample(file, head)) if head else None
    return None if found is _PLAIN else found


def may_hide(file: File) -> bool:
    """Whether a file could be anything but text: it does not look like it, or starts like a pickle of the protocol that is text.

    Raises:
        UnreadableError: it cannot be read.
    """
    return not file.looks_like_text or _OLD_PICKLE.match(file.head) is not None


def is_mere_text(_: str, head: bytes) -> bool:
    """Whether the first bytes of a file are text and no format that is text, whatever its name; but an extension may promise one."""
    return is_text(head) and not _telling_text().match(head)


def is_mere_json(name: str, head: bytes) -> bool:
    """Whether a ``.json`` file of less than ``LARGE_JSON`` bytes is settings or the like, by its name and its first bytes.

    Of one that is not it may still turn out that it is.
    """
    return is_mere_text(name, head) and not _TELLING_JSON.search(head) and not _EXPORTED.search(name.lower().removesuffix(".json"))


@cache
def _telling_text() -> re.Pattern[bytes]:
    """How text starts that is more than text: a format, a pickle or a pointer."""
    formats = (re.escape(magic) for magic, _, content in AT_START if content != BINARY)
    pointers = (b"version http", b"/annex/objects/", b"# xet version")
    return re.compile(b"|".join((*formats, *pointers, _OLD_PICKLE.pattern, _WORD_VECTORS.pattern)))


@cache
def _proven(id: str, label: str = "") -> Format:
    kind = KINDS[id]
    return Format(id, kind, label or LABELS[kind][id], from_bytes=True)


@cache
def _named(id: str, label: str = "") -> Format:
    kind = KINDS[id]
    return Format(id, kind, label or LABELS[kind][id], from_bytes=False)


# By name

_CHECKPOINT_SHARD = re.compile(r"\.data-\d{5}-of-\d{5}\Z")
_MODEL_BIN = re.compile(r"(?:pytorch_model|tf_model|flax_model|diffusion_pytorch_model|adapter_model|model)(?:[-.]\d+-of-\d+)?\.bin\Z")
_MODEL_GRAPH = re.compile(r"frozen|graph|model|saved")
_MODEL_H5 = re.compile(r"(?:\A|[_.\- \d])(?:models?|weights?|checkpoint|ckpt|vgg|resnet|xception|inception|mobilenet|efficientnet)")
_SETTINGS_JSON = re.compile(
    r"(?:package|package-lock|npm-shrinkwrap|composer|tsconfig.*|jsconfig.*|.*schema|openapi.*|swagger.*|renovate|devcontainer|manifest|search_index)\.json\Z"
)
_EXPORTED = re.compile(r"(?:\A|[_.-])(?:exports?|exported|dump)(?:[_.-]|\Z)")
_XGBOOST_JSON = re.compile(rb'\s{0,20}\{\s{0,20}"learner"\s{0,20}:\s{0,20}\{')
_TELLING_JSON = re.compile(rb'"learner|"(?:FeatureCollection|Topology)"')
_GEO_JSON = re.compile(rb'"type"\s{0,20}:\s{0,20}"(?:FeatureCollection|Topology)"')


def _from_name(file: File, name: str, suffix: str, head: bytes | None) -> Format | None:
    """By extension and place, if the bytes (``None``: they cannot be read) look as they must."""
    special = _special_name(file, name, suffix, head)
    if special:
        return None if special == "plain" else _named(special)
    found, expected = EXTENSIONS.get(suffix, ("", ""))
    if not found or (head is not None and not _looks_like(file, head, expected)):
        return None
    if found == "hdf5" and suffix in (".h5", ".hdf5"):
        return _named("keras-h5" if _is_model_place(file, name) else "hdf5")
    if suffix in COMPRESSIONS:
        return _compressed(name, suffix) or _named(found)
    return _named(found)


def _looks_like(file: File, head: bytes, expected: str) -> bool:
    if expected == TEXT:  # a stray control character makes no table binary
        return file.looks_like_text or b"\0" not in head
    return expected == ANY or not file.looks_like_text


def _special_name(file: File, name: str, suffix: str, head: bytes | None) -> str:
    folders = f"/{file.folder.lower()}/"
    if ".zarr/" in folders:
        return "zarr"
    if ".lance/" in folders:
        return "lance"
    if head is None or not file.looks_like_text:
        if _CHECKPOINT_SHARD.search(name):
            return "tf-checkpoint"
        if suffix == ".pb":
            if name in ("saved_model.pb", "keras_metadata.pb"):
                return "saved-model"
            return "tf-graph" if _MODEL_GRAPH.search(name) else "plain"
        if "tfevents" in name:
            return "tfevents"
        if name.endswith("-ubyte"):
            return "idx"
        if suffix == ".bin" and _MODEL_BIN.match(name):
            return "model"
    return ""


def _compressed(name: str, suffix: str) -> Format | None:
    """What ``table.csv.gz`` holds, by the extension within."""
    inner = "." + name.removesuffix(suffix).rpartition(".")[2]
    if name.endswith(f".nii{suffix}"):
        return _named("nifti")
    found = EXTENSIONS.get(inner, ("", ""))[0]
    if not found or KINDS[found] == "archive":
        return None
    if found == "pickle":
        return _named("pickle-compressed")
    return _named(found, f"{COMPRESSIONS[suffix]} {LABELS[KINDS[found]][found]}")


def _is_model_place(file: File, name: str) -> bool:
    return "model" in file.roles or _MODEL_H5.search(name) is not None


def _from_json(file: File, name: str) -> Format | None:
    """JSON is mostly settings: data by what it says it is, by its place, or by its size."""
    folders = f"/{file.folder.lower()}/"
    if "/__marimo__/session/" in folders:
        return _named("marimo-session")
    if ".zarr/" in folders:
        return _named("zarr")
    if _SETTINGS_JSON.match(name):
        return None
    try:
        size = file.size
        head = file.head if size >= 64 else b""
    except UnreadableError:
        return None
    if _XGBOOST_JSON.match(head) or b'"learner_model_param"' in head:
        return _proven("xgboost")
    if _GEO_JSON.search(head[:1024]):
        return _proven("geojson")
    if head and not file.looks_like_text:
        found = _from_bytes(_Sample(file, head))
        return None if found is _PLAIN else found
    if "/exports/" in folders or "/export/" in folders or _EXPORTED.search(name.removesuffix(".json")):
        return _named("json-export")
    return _named("json") if size >= LARGE_JSON else None


# By bytes


def _from_bytes(sample: _Sample) -> Format | None:
    head = sample.head
    text = sample.file.looks_like_text
    for magic, found, content in _starts().get(head[0], ()):
        if head.startswith(magic) and not (text and content == BINARY):
            return _proven(found)
    if text:
        return _from_text(sample)
    handler = _HANDLERS.get(head[:2]) or _HANDLERS.get(head[:1])
    if handler is not None:
        handled = handler(sample)
        if handled is not None:
            return handled
    for offset, magic, found in AT_OFFSET:
        if head.startswith(magic, offset):
            return _tar(sample) if found == "tar" else _proven(found)
    for at in (0, 512, 1024, 2048):
        if head.startswith(_HDF5, at):
            return _hdf5(sample)
    return _from_structure(sample)


_by_first_byte: dict[int, list[tuple[bytes, str, str]]] = {}


def _starts() -> dict[int, list[tuple[bytes, str, str]]]:
    if not _by_first_byte:
        for entry in AT_START:
            _by_first_byte.setdefault(entry[0][0], []).append(entry)
    return _by_first_byte


_WORD_VECTORS = re.compile(rb"[1-9]\d{0,9} [1-9]\d{0,4}\n")


def _from_text(sample: _Sample) -> Format | None:
    """Formats that are printable all through the head."""
    if sample.suffix in _PICKLE_SUFFIXES or _OLD_PICKLE.match(sample.head):
        return _old_pickle(sample)
    if sample.suffix in (".vec", ".w2v", ".bin") and _WORD_VECTORS.match(sample.head):
        return _proven("word2vec")
    return None


def _from_structure(sample: _Sample) -> Format | None:
    """Formats without magic bytes, told by how their parts fit together."""
    head, suffix = sample.head, sample.suffix
    if head[4:9] == b"\0\0\0\0{" and 2 <= int.from_bytes(head[:8], "little") <= sample.file.size - 8:
        if b'"dtype"' in head or b'"__metadata__"' in head or suffix == ".safetensors":
            return _proven("safetensors")
    elif head[4:8] == b"\0\0\0\0" and len(head) >= 16 and int.from_bytes(head[8:12], "little") == _masked_crc(head[:8]):
        return _proven("tfevents" if "tfevents" in sample.name or b"brain.Event" in head[:64] else "tfrecord")
    if head[:1] == b"{" and b"learner" in head[:24]:
        return _proven("xgboost")
    if suffix in (".bin", ".vec", ".w2v", ".model", "") and _WORD_VECTORS.match(head):
        return _proven("word2vec")
    if suffix in _PICKLE_SUFFIXES or _OLD_PICKLE.match(head):
        return _old_pickle(sample)
    if suffix == ".index" and sample.file.tail.endswith(_LEVELDB_TABLE):
        return _proven("tf-checkpoint")
    if suffix == ".lance" and sample.file.tail.endswith(b"LANC"):
        return _proven("lance")
    return None


_LEVELDB_TABLE = b"\x57\xfb\x80\x8b\x24\x75\x47\xdb"


def _parquet(sample: _Sample) -> Format | None:
    mark = sample.head[:4]
    if mark in (b"PAR1", b"PARE") and sample.file.tail.endswith(mark):
        return _proven("parquet" if mark == b"PAR1" else "parquet-encrypted")
    return None


def _orc(sample: _Sample) -> Format | None:
    return _proven("orc") if sample.head.startswith(b"ORC") and sample.file.tail[-4:-1] == b"ORC" else None


_HDF5 = b"\x89HDF\r\n\x1a\n"


def _hdf5(sample: _Sample) -> Format | None:
    if sample.suffix in (".nc", ".nc4"):
        return _proven("netcdf")
    if sample.suffix == ".mat":
        return _proven("mat")
    marks = (b"model_config", b"model_weights", b"keras_version", b"layer_names")
    keras = sample.suffix == ".keras" or any(mark in sample.head for mark in marks)
    if keras or (sample.suffix in (".h5", ".hdf5", "") and _is_model_place(sample.file, sample.name)):
        return _proven("keras-h5")
    return _proven("hdf5")


_TIFF_ORDERS = {b"II*\0": False, b"MM\0*": True, b"II+\0": False, b"MM\0+": True}
_GEO_KEYS = 34735


def _tiff(sample: _Sample) -> Format | None:
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
        return _proven("image")
    directory = sample.file.read(offset, count_size + _TIFF_TAGS * entry_size)
    count = min(number(directory[:count_size]), _TIFF_TAGS)
    tags = (number(directory[at : at + 2]) for at in range(count_size, count_size + count * entry_size, entry_size))
    return _proven("geotiff" if _GEO_KEYS in tags else "image")


def _riff(sample: _Sample) -> Format | None:
    found = {b"WAVE": "audio", b"AVI ": "video", b"WEBP": "image"}.get(sample.head[8:12])
    return _proven(found) if found and sample.head.startswith(b"RIFF") else None


def _ole(sample: _Sample) -> Format | None:
    """Old Office files share one container; only workbooks hold data."""
    if not sample.head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return None
    return _proven("excel") if sample.suffix in (".xls", ".xlsx", ".xlt", ".xlsm") else _PLAIN


def _tar(sample: _Sample) -> Format | None:
    """A tar; the oldest PyTorch checkpoints are one."""
    members = (b"sys_info\0", b"pickle\0", b"storages\0", b"tensors\0")
    return _proven("torch" if sample.head.startswith(members) and sample.suffix in (".pt", ".pth", ".bin", "") else "tar")


# Pickles

_PICKLE_SUFFIXES = frozenset((".pkl", ".pickle", ".pck", ".p", ".joblib", ".dill", ".cloudpickle", ".sav"))
_PICKLE_OPCODES = frozenset(b"})](cXUKMJGNTB\x88\x89\x8a\x8b\x8c\x8d\x8e\x85\x86\x87LIFVSl")
_OLD_PICKLE = re.compile(rb"\(?(?:[dl]p\d{1,9}\n|[ci][A-Za-z_][\w.]{0,200}\n[A-Za-z_]\w{0,200}\n|[\]}]q)")
_TORCH_LEGACY = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"
_PICKLED = (
    (b"sklearn", "pickled scikit-learn model"),
    (b"xgboost", "pickled XGBoost model"),
    (b"lightgbm", "pickled LightGBM model"),
    (b"catboost", "pickled CatBoost model"),
    (b"torch", "pickled PyTorch object"),
    (b"keras", "pickled Keras model"),
    (b"geopandas", "pickled GeoPandas table"),
    (b"pandas", "pickled pandas table"),
    (b"numpy", "pickled NumPy array"),
)


def _is_pickle(head: bytes, size: int | None, *, named: bool, tail: bytes = b"") -> bool:
    """Whether bytes start a pickle of protocol 2 or later.

    Args:
        size: of the whole stream in bytes, if known.
        named: whether the file's name already says so.
        tail: the last bytes of the stream, if known.
    """
    if len(head) < 3 or head[0] != 0x80 or not 2 <= head[1] <= 5:
        return False
    if head[1] >= 4 and head[2] == 0x95:
        return size is None or int.from_bytes(head[3:11], "little") + 11 <= size
    return head[2] in _PICKLE_OPCODES and (named or tail.endswith(b"."))


def _pickle(sample: _Sample) -> Format | None:
    head, file = sample.head, sample.file
    if head.startswith(_TORCH_LEGACY):
        return _proven("torch")
    if not _is_pickle(head, file.size, named=sample.suffix in _PICKLE_SUFFIXES, tail=file.tail):
        return None
    if sample.suffix in (".pt", ".pth", ".ckpt"):
        return _proven("torch")
    return _proven("pickle", _pickled(head))


def _pickled(head: bytes) -> str:
    """What the first library that a pickle names says it is."""
    places = [(head.find(mark), label) for mark, label in _PICKLED if mark in head]
    return min(places)[1] if places else ""


def _old_pickle(sample: _Sample) -> Format | None:
    """Protocols 0 and 1 have no magic bytes: the opcodes of the head must make sense, up to STOP if all of it is here."""
    from pickletools import genops

    head, file = sample.head, sample.file
    end = len(file.tail.rstrip(b"\r\n"))
    if file.tail[end - 1 : end] != b".":
        return None
    whole = file.size <= len(head)
    seen = 0
    try:
        for opcode, _, position in genops(head):
            seen += 1
            if opcode.proto > 1:
                return None
            if opcode.name == "STOP":
                behind = head[(position or 0) + 1 :]
                return _proven("pickle", _pickled(head)) if whole and seen >= 3 and not behind.strip(b"\r\n") else None
    except ValueError as error:
        if whole or seen < 8 or "unknown" in str(error):
            return None
    return _proven("pickle", _pickled(head))


# Compressed streams


def _gzip(sample: _Sample) -> Format | None:
    if not sample.head.startswith(b"\x1f\x8b\x08"):
        return None
    return _inside(sample, _zlib_start(sample.head, 31), "gzip")


def _bzip2(sample: _Sample) -> Format | None:
    if not (sample.head.startswith(b"BZh") and sample.head[4:10] == b"1AY&SY"):
        return None
    from bz2 import BZ2Decompressor

    try:  # nothing comes out before the first block is whole
        start = BZ2Decompressor().decompress(sample.file.read(0, _BZIP2_HEAD), _INFLATED)
    except (OSError, ValueError):
        start = b""
    return _inside(sample, start, "bzip2")


def _xz(sample: _Sample) -> Format | None:
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
    named = sample.suffix == ".lzma" or sample.suffix in _PICKLE_SUFFIXES
    return found if not alone or named or (found is not None and found.kind == "model") else None


def _unopened(sample: _Sample) -> Format | None:
    """LZ4 and Zstandard: Python cannot inflate them by itself, so the name says what is inside."""
    found = {b"\x04\x22\x4d\x18": "lz4", b"\x28\xb5\x2f\xfd": "zstd"}.get(sample.head[:4])
    return _inside(sample, b"", found) if found else None


def _zlib(sample: _Sample) -> Format | None:
    """A bare zlib stream is how joblib compresses; what else is in one has no name that the data rules know."""
    if int.from_bytes(sample.head[:2], "big") % 31:
        return None
    start = _zlib_start(sample.head, 15)
    return _proven("pickle-compressed", _pickled(start)) if _is_pickle(start, None, named=True) else None


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


def _inside(sample: _Sample, start: bytes, container: str) -> Format | None:
    """What a compressed file is, by the first bytes of what it holds, then by the extension within its name."""
    if _is_pickle(start, None, named=True):
        return _proven("pickle-compressed", _pickled(start))
    for offset, magic, found in _INSIDE:
        if start.startswith(magic, offset):
            return _proven(found)
    suffix = sample.suffix
    if suffix in _PICKLE_SUFFIXES and not start:
        return _named("pickle-compressed")
    if suffix in (".rds", ".rda", ".rdata"):
        return _named("rdata")
    return (_compressed(sample.name, suffix) if suffix in COMPRESSIONS else None) or _proven(container)


# Zip


def _zip(sample: _Sample) -> Format | None:
    head = sample.head
    if not head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return None
    if b"mimetypeapplication/" in head[30:64]:  # OpenDocument and EPUB say what they are first
        return _proven("ods") if b"opendocument.spreadsheet" in head[30:160] else _PLAIN
    found = _zip_kind(frozenset(_zip_names(sample)), sample.suffix)
    return _PLAIN if found == "plain" else _proven(found)


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


def _zip_names(sample: _Sample) -> Iterator[str]:
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


# Protobuf

_ONNX_FIELDS = frozenset((1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26))
_ONNX_VERSION, _ONNX_GRAPH = 1, 7


def _protobuf(sample: _Sample) -> Format | None:
    """An ONNX model or a TensorFlow SavedModel: protobuf has no magic bytes, so its outermost fields must fit."""
    if sample.head.startswith(b"\x08\x01\x12") and sample.name == "saved_model.pb":
        return _proven("saved-model")
    if sample.suffix in (".onnx", ".ort", ".bin", ".model", ".pb", "") and _is_onnx(sample.file):
        return _proven("onnx")
    return None


def _is_onnx(file: File) -> bool:
    offset, size = 0, file.size
    fields = set()
    for _ in range(_ONNX_FIELDS_READ):
        if offset >= size:
            break
        data = file.read(offset, 24)
        tag, used = _varint(data, 0)
        field, wire = tag >> 3, tag & 7
        if field not in _ONNX_FIELDS or wire not in (0, 2):
            return False
        value, used = _varint(data, used)
        if used == 0 or (field == _ONNX_VERSION and not 1 <= value <= 30):
            return False
        fields.add(field)
        offset += used + (value if wire == 2 else 0)
    return _ONNX_GRAPH in fields and offset == size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A protobuf varint and the offset behind it (0: there is none)."""
    value = 0
    for number, byte in enumerate(data[at : at + 10]):
        value |= (byte & 0x7F) << (7 * number)
        if byte < 0x80:
            return value, at + number + 1
    return 0, 0


# TFRecord

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


_HANDLERS: dict[bytes, Callable[[_Sample], Format | None]] = {
    b"PA": _parquet,
    b"OR": _orc,
    b"PK": _zip,
    b"RI": _riff,
    b"II": _tiff,
    b"MM": _tiff,
    b"\xd0\xcf": _ole,
    b"\x1f\x8b": _gzip,
    b"BZ": _bzip2,
    b"\xfd7": _xz,
    b"\x5d\0": _xz,
    b"\x04\x22": _unopened,
    b"\x28\xb5": _unopened,
    b"x\x01": _zlib,
    b"x\x5e": _zlib,
    b"x\x9c": _zlib,
    b"x\xda": _zlib,
    b"\x80": _pickle,
    b"\x08": _protobuf,
}
