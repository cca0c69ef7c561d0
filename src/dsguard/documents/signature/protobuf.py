"""An ONNX model or a TensorFlow SavedModel: protobuf has no magic bytes, so its outermost fields must fit."""

from __future__ import annotations

from dsguard.documents.signature.format import proven

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.file import File
    from dsguard.documents.signature.format import Format, Sample

_ONNX_FIELDS = frozenset((1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26))

_ONNX_FIELDS_READ = 64

_ONNX_VERSION, _ONNX_GRAPH = 1, 7


def as_protobuf(sample: Sample) -> Format | None:
    """An ONNX model or a TensorFlow SavedModel: protobuf has no magic bytes, so its outermost fields must fit."""
    if sample.head.startswith(b"\x08\x01\x12") and sample.name == "saved_model.pb":
        return proven("saved-model")
    if sample.suffix in (".onnx", ".ort", ".bin", ".model", ".pb", "") and _is_onnx(sample.file):
        return proven("onnx")
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
