"""What a file is, by its bytes first and its name second: data, a model, an archive, a database, media, or none of these.

At most the first 4 KB, the last 64 bytes and, of a zip, the last 64 KB with its table of contents are read; of a
compressed stream a few hundred bytes are inflated. Nothing is unpickled and nothing is extracted.
"""

from __future__ import annotations

import re

from dsguard.documents.formats import MEDIA, ORDINARY_NAMES, ORDINARY_SUFFIXES
from dsguard.documents.heaps import heap_around
from dsguard.documents.signature.content import from_bytes
from dsguard.documents.signature.format import PLAIN, Format, Sample, named, proven
from dsguard.documents.signature.naming import from_name
from dsguard.documents.signature.pickled import OLD_PICKLE
from dsguard.documents.signature.text import (
    EXPORTED,
    SPLIT,
    is_mere_json,
    is_mere_prose,
    is_mere_prose_of_data,
    is_mere_text,
    table_in,
)
from dsguard.model import UnreadableError

__all__ = [
    "LARGE_JSON",
    "Format",
    "by_bytes",
    "identify",
    "is_among_data",
    "is_mere_json",
    "is_mere_prose",
    "is_mere_prose_of_data",
    "is_mere_text",
    "is_of_collection",
    "may_hide",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.file import File

LARGE_JSON = 1_000_000
"""From this size on (bytes) a JSON file is a data set, not a setting."""

LARGE_TEXT = 100_000
"""From this size on (bytes) ``data/train.txt`` is a corpus, not a list of names, and a table no illustration."""

_SETTINGS_JSON = re.compile(
    r"(?:package|package-lock|npm-shrinkwrap|composer|tsconfig.*|jsconfig.*|.*schema|openapi.*|swagger.*|renovate|devcontainer|manifest|search_index)\.json\Z"
)

_XGBOOST_JSON = re.compile(rb'\s{0,20}\{\s{0,20}"learner"\s{0,20}:\s{0,20}\{')

_GEO_JSON = re.compile(rb'"type"\s{0,20}:\s{0,20}"(?:FeatureCollection|Topology)"')


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
        return named(MEDIA[suffix])
    if suffix == ".json":
        return _from_json(file, name)
    try:
        head = file.head
        if not head:
            return None
        found = from_bytes(Sample(file, head)) or from_name(file, name, suffix, head)
        if found is None and file.size >= LARGE_TEXT and file.looks_like_text:
            found = _from_text(file, name, suffix, head)
        if found is None and suffix == ".txt" and heap_around(file) is not None:
            found = named("text")
    except UnreadableError:
        found = from_name(file, name, suffix, None)
    return None if found is PLAIN else found


def _from_text(file: File, name: str, suffix: str, head: bytes) -> Format | None:
    """Large text is mostly for people: data by what its first lines are, or by its name and place."""
    separator = table_in(head)
    if separator:
        return named(*_TABLES[separator])
    return named("text-set") if suffix == ".txt" and is_among_data(file) and SPLIT.search(name.removesuffix(".txt")) else None


_TABLES = {"\t": ("tsv",), ",": ("csv",), ";": ("csv",), "|": ("text-set", "table"), " ": ("text-set", "table of numbers")}
"""What a text is called that is a table, by what separates its columns."""


def by_bytes(file: File) -> Format | None:
    """What the bytes of a file prove it to be, whatever its name.

    Raises:
        UnreadableError: it cannot be read.
    """
    head = file.head
    found = from_bytes(Sample(file, head)) if head else None
    return None if found is PLAIN else found


def may_hide(file: File) -> bool:
    """Whether a file could be anything but text: it does not look like it, or starts like a pickle of the protocol that is text.

    Raises:
        UnreadableError: it cannot be read.
    """
    return not file.looks_like_text or OLD_PICKLE.match(file.head) is not None


def _from_json(file: File, name: str) -> Format | None:
    """JSON is mostly settings: data by what it says it is, by its place, or by its size."""
    folders = f"/{file.folder.lower()}/"
    if "/__marimo__/session/" in folders:
        return named("marimo-session")
    if ".zarr/" in folders:
        return named("zarr")
    if _SETTINGS_JSON.match(name):
        return None
    try:
        size = file.size
        head = file.head if size >= 64 else b""
    except UnreadableError:
        return None
    if _XGBOOST_JSON.match(head) or b'"learner_model_param"' in head:
        return proven("xgboost")
    if _GEO_JSON.search(head[:1024]):
        return proven("geojson")
    if head and not file.looks_like_text:
        found = from_bytes(Sample(file, head))
        return None if found is PLAIN else found
    if "/exports/" in folders or "/export/" in folders or EXPORTED.search(name.removesuffix(".json")):
        return named("json-export")
    return named("json") if size >= LARGE_JSON or is_of_collection(file) else None


_DATA_FOLDERS = frozenset(("data", "dataset", "datasets"))
_MANY = 50


def is_among_data(file: File) -> bool:
    """Whether a file lies in or below a folder of data, and not in one for tests, readers or a web page."""
    return not _DATA_FOLDERS.isdisjoint(file.folder.lower().split("/")) and _KEPT_FOR_READERS.isdisjoint(file.roles)


def is_of_collection(file: File) -> bool:
    """Whether a JSON file is one of many in a folder of data: then they are a data set, and no settings."""
    if not is_among_data(file):
        return False
    counted: dict[str, bool] = file.shared("json-collections", lambda _: {})
    if file.folder not in counted:
        counted[file.folder] = sum(name.lower().endswith(".json") for name in file.neighbours) >= _MANY
    return counted[file.folder]


_KEPT_FOR_READERS = frozenset(("web-asset", "documentation", "fixture"))
