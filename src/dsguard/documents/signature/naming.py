"""By extension and place, if the bytes look as they must."""

from __future__ import annotations

import re

from dsguard.documents.formats import ANY, COMPRESSIONS, EXTENSIONS, KINDS, LABELS, TEXT
from dsguard.documents.signature.format import named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.file import File
    from dsguard.documents.signature.format import Format

_CHECKPOINT_SHARD = re.compile(r"\.data-\d{5}-of-\d{5}\Z")

_MODEL_BIN = re.compile(r"(?:pytorch_model|tf_model|flax_model|diffusion_pytorch_model|adapter_model|model)(?:[-.]\d+-of-\d+)?\.bin\Z")

_MODEL_GRAPH = re.compile(r"frozen|graph|model|saved")

_MODEL_H5 = re.compile(r"(?:\A|[_.\- \d])(?:models?|weights?|checkpoint|ckpt|vgg|resnet|xception|inception|mobilenet|efficientnet)")


def from_name(file: File, name: str, suffix: str, head: bytes | None) -> Format | None:
    """By extension and place, if the bytes (``None``: they cannot be read) look as they must."""
    special = _special_name(file, name, suffix, head)
    if special:
        return None if special == "plain" else named(special)
    found, expected = EXTENSIONS.get(suffix, ("", ""))
    if not found or (head is not None and not _looks_like(file, head, expected)):
        return None
    if found == "hdf5" and suffix in (".h5", ".hdf5"):
        return named("keras-h5" if is_model_place(file, name) else "hdf5")
    if suffix in COMPRESSIONS:
        return compressed(name, suffix) or named(found)
    return named(found)


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


def compressed(name: str, suffix: str) -> Format | None:
    """What ``table.csv.gz`` holds, by the extension within."""
    inner = "." + name.removesuffix(suffix).rpartition(".")[2]
    if name.endswith(f".nii{suffix}"):
        return named("nifti")
    found = EXTENSIONS.get(inner, ("", ""))[0]
    if not found or KINDS[found] == "archive":
        return None
    if found == "pickle":
        return named("pickle-compressed")
    return named(found, f"{COMPRESSIONS[suffix]} {LABELS[KINDS[found]][found]}")


def is_model_place(file: File, name: str) -> bool:
    return "model" in file.roles or _MODEL_H5.search(name) is not None
