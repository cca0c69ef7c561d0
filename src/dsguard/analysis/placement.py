"""Which data rule speaks about a file: one file gets one data finding, of the most specific kind.

A model binary goes before raw data, raw data before a data file, and what none of them claims is judged by size alone.
Who owns a file depends on what it is and where it lies, never on limits: those belong to the rules.
"""

from __future__ import annotations

from dsguard.documents.formats import ORDINARY_SUFFIXES
from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.file import File
    from dsguard.documents.signature import Format

MODEL_BINARY, RAW_DATA, DATA_FILE, OVERSIZED_FILE = "model-binary", "raw-data", "data-file", "oversized-file"

FIXTURE, PACKAGE, RAW, PROCESSED, WEB, ELSEWHERE = "fixture", "package", "raw", "processed", "web", "elsewhere"
"""Places. Where two fit, the first counts: a folder of tests may hold a ``data/raw/`` to test on."""

TABLE_KINDS = frozenset(("data", "archive", "database"))
PACKAGE_DATA = 100_000
"""Up to this size (bytes) data beside an ``__init__.py`` ships with the code, whatever its folder is called."""

_EXEMPT_ROLES = frozenset(("pointer", "template"))
_EXEMPT_SUFFIXES = frozenset((".md", ".markdown", ".dvc"))
_WEB_FORMATS = frozenset(("geojson", "topojson"))
# Text that is written by hand or by people for people; a page, a dump or a log under raw data was collected.
_COLLECTED = frozenset((".xml", ".html", ".htm", ".xhtml", ".sql", ".log", ".yaml", ".yml", ".srt", ".vtt", ".ics", ".in"))
_AUTHORED = ORDINARY_SUFFIXES - _COLLECTED


class Placement:
    """What a file is, where it lies, and the rule that owns it.

    Args:
        owner: the name of a rule.
        place: one of the places above.
        size: in bytes; ``None`` where git knows of the file and its bytes are not here.
    """

    __slots__ = ("format", "owner", "place", "size")

    def __init__(self, owner: str, place: str, format: Format | None, size: int | None) -> None:
        self.owner = owner
        self.place = place
        self.format = format
        self.size = size


def judge(file: File) -> Placement | None:
    """Who owns a file, or ``None`` if no data rule has anything to say about it."""
    if _EXEMPT_ROLES & file.roles or file.suffix in _EXEMPT_SUFFIXES or file.lfs_filtered:
        return None
    size = _size(file)
    # What is source by its name is not even looked at; asking would load the tables of all formats.
    found = None if file.suffix in ORDINARY_SUFFIXES else file.format
    place = _place(file, found, size)
    owner = _owner(file, found, place)
    if size == 0 or (owner != OVERSIZED_FILE and file.pointer is not None):
        return None
    return Placement(owner, place, found, size)


def _size(file: File) -> int | None:
    try:
        return file.size
    except UnreadableError:
        if file.is_absent:
            return None  # its name is all there is, and tells enough of a model or of raw data
        raise  # deleted, and a deletion is what would be recorded


def _place(file: File, format: Format | None, size: int | None) -> str:
    roles = file.roles
    if "fixture" in roles:
        return FIXTURE
    if file.in_package and size is not None and size <= PACKAGE_DATA:
        return PACKAGE
    if "raw-data" in roles:
        return RAW
    if "processed-data" in roles or "interim-data" in roles:
        return PROCESSED
    if "web-asset" in roles and format is not None and format.id in _WEB_FORMATS:
        return WEB
    return ELSEWHERE


def _owner(file: File, format: Format | None, place: str) -> str:
    if format is not None and format.kind == "model":
        return OVERSIZED_FILE if place == FIXTURE else MODEL_BINARY
    if place == RAW and (format is not None or file.suffix not in _AUTHORED):
        return RAW_DATA
    if format is not None and format.kind in TABLE_KINDS:
        return DATA_FILE
    return OVERSIZED_FILE
