"""Pickles: of protocol 2 and later by their first bytes, of the older ones by opcodes that make sense. None is loaded."""

from __future__ import annotations

import re

from dsguard.documents.signature.format import proven

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.signature.format import Format, Sample

PICKLE_SUFFIXES = frozenset((".pkl", ".pickle", ".pck", ".p", ".joblib", ".dill", ".cloudpickle", ".sav"))

_PICKLE_OPCODES = frozenset(b"})](cXUKMJGNTB\x88\x89\x8a\x8b\x8c\x8d\x8e\x85\x86\x87LIFVSl")

OLD_PICKLE = re.compile(rb"\(?(?:[dl]p\d{1,9}\n|[ci][A-Za-z_][\w.]{0,200}\n[A-Za-z_]\w{0,200}\n|[\]}]q)")

_TORCH_LEGACY = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"

_PICKLED = {
    b"sklearn": "pickled scikit-learn model",
    b"xgboost": "pickled XGBoost model",
    b"lightgbm": "pickled LightGBM model",
    b"catboost": "pickled CatBoost model",
    b"torch": "pickled PyTorch object",
    b"keras": "pickled Keras model",
    b"geopandas": "pickled GeoPandas table",
    b"pandas": "pickled pandas table",
    b"numpy": "pickled NumPy array",
}

_IMPORTED = re.compile(rb"(?:[ci]|\x8c[\0-\xff])(" + b"|".join(_PICKLED) + rb")\b")
"""Where an opcode imports from such a library: as a text it may be in any pickle."""


def is_pickle(head: bytes, size: int | None, *, named: bool, tail: bytes = b"") -> bool:
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


def as_pickle(sample: Sample) -> Format | None:
    head, file = sample.head, sample.file
    if head.startswith(_TORCH_LEGACY):
        return proven("torch")
    if not is_pickle(head, file.size, named=sample.suffix in PICKLE_SUFFIXES, tail=file.tail):
        return None
    if sample.suffix in (".pt", ".pth", ".ckpt"):
        return proven("torch")
    return proven("pickle", pickled_by(head))


def pickled_by(head: bytes) -> str:
    """What the first library that a pickle names says it is."""
    found = _IMPORTED.search(head)
    return _PICKLED[found[1]] if found else ""


def as_old_pickle(sample: Sample) -> Format | None:
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
                return proven("pickle", pickled_by(head)) if whole and seen >= 3 and not behind.strip(b"\r\n") else None
    except ValueError as error:
        if whole or seen < 8 or "unknown" in str(error):
            return None
    return proven("pickle", pickled_by(head))
