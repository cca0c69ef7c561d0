"""Files whose bytes are another thing than their name says: a Parquet table called notes.txt, a pickle called weights.dat."""

from __future__ import annotations

from dsguard.documents.formats import EXTENSIONS, KINDS, LABELS, MEDIA, TEXT
from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.file import File
    from dsguard.documents.signature import Format

_HIDDEN = frozenset(("data", "model", "archive", "database"))
WRITTEN = frozenset([".txt", ".md", ".rst", ".log", ".json", ".yaml", ".yml", ".xml", ".html", ".htm", ".text"])
_DOCUMENTS = frozenset([".pdf", ".doc", ".docx", ".ppt", ".pptx", ".odt", ".rtf"])
_PICKLES = frozenset(("pickle", "pickle-compressed"))
_GENERIC = frozenset((".dat", ".data"))
# Names of one format that is never mistaken for a wider one (a .h5 may be many things, a .zip too).
_EXACT = frozenset([".parquet", ".pq", ".feather", ".arrow", ".orc", ".avro", ".npy", ".xlsx", ".pkl", ".pickle", ".joblib"])
_SAME = (
    frozenset(("arrow", "feather")),
    frozenset(("parquet", "parquet-encrypted")),
    frozenset(("excel", "ods", "zip")),
)
_NEAR_PICKLES = frozenset(("npy", "npz", "hdf5"))


def promise_of(file: File) -> tuple[Format, str] | None:
    """What the bytes of a file are and what its name says, if these disagree."""
    suffix = file.suffix
    try:
        if suffix in WRITTEN or EXTENSIONS.get(suffix, ("", ""))[1] == TEXT:
            return _in_text(file)
        if suffix in MEDIA or suffix in _DOCUMENTS:
            return _in_picture(file)
        if suffix in _GENERIC:
            found = file.format
            return (found, "a file of numbers") if found is not None and found.from_bytes and found.id in _PICKLES else None
        return _in_exact(file) if suffix in _EXACT else None
    except UnreadableError:
        return None


def _in_text(file: File) -> tuple[Format, str] | None:
    from dsguard.documents.signature import by_bytes, may_hide

    if not may_hide(file):
        return None
    found = by_bytes(file)
    if found is None or found.kind not in _HIDDEN or (file.looks_like_text and found.id not in _PICKLES):
        return None
    promised = EXTENSIONS.get(file.suffix, ("", ""))[0]
    return found, f"a {LABELS[KINDS[promised]][promised]}" if promised else "text"


def _in_picture(file: File) -> tuple[Format, str] | None:
    from dsguard.documents.signature import by_bytes

    if file.looks_like_text:
        return None
    found = by_bytes(file)
    if found is None or found.kind not in _HIDDEN or found.kind == "archive":
        return None
    medium = MEDIA.get(file.suffix, "document")
    return found, "audio" if medium == "audio" else f"an {medium}" if medium == "image" else f"a {medium}"


def _in_exact(file: File) -> tuple[Format, str] | None:
    found = file.format
    promised = EXTENSIONS[file.suffix][0]
    if found is None or not found.from_bytes or found.kind not in _HIDDEN or found.id == promised:
        return None
    if KINDS[promised] == "model" and (found.kind in ("model", "archive") or found.id in _NEAR_PICKLES):
        return None
    if any(found.id in same and promised in same for same in _SAME):
        return None
    return found, f"a {LABELS[KINDS[promised]][promised]}"
