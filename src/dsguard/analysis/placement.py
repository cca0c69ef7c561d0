"""Which data rule speaks about a file: one file gets one data finding, of the most specific kind.

What a run left behind goes first, whatever it is. Then a file that is not what its name says, a model binary, raw data and a data
file, in this order; what none of them claims is judged by size alone. A store (a Zarr folder, a SavedModel) is judged as one.
Who owns a file depends on what it is and where it lies, never on limits: those belong to the rules.
"""

from __future__ import annotations

from dsguard.analysis.disguise import WRITTEN, promise_of
from dsguard.analysis.run_artifacts import FOLDER_HINT, artifact_of
from dsguard.documents.formats import ORDINARY_SUFFIXES
from dsguard.documents.heaps import MANY, heap_around, size_or_nothing
from dsguard.documents.stores import store_of
from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dsguard.analysis.run_artifacts import Artifact
    from dsguard.documents.file import File
    from dsguard.documents.signature import Format

    Glance = Callable[[str, bytes], bool]

RUN_ARTIFACT, DISGUISED_FILE = "run-artifact", "disguised-file"
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
# Not source code, and so worth a look whether they are what they are called.
_LOOKED_INTO = frozenset(
    ".rst .log .json .yaml .yml .xml .html .htm .pdf .doc .docx .ppt .pptx .odt .rtf".split()  # noqa: SIM905 - shorter
)
SOURCE_SUFFIXES = ORDINARY_SUFFIXES - _LOOKED_INTO
"""Extensions of files that are never looked into, whatever is asked of them."""
_TELLING_FOLDERS = (".zarr/", ".lance/", "/export/", "/exports/")
"""Folders that make data of what lies in them."""
_AUTHORED = ORDINARY_SUFFIXES - _COLLECTED


class Placement:
    """What a file is, where it lies, and the rule that owns it.

    Args:
        owner: the name of a rule.
        place: one of the places above.
        size: in bytes; ``None`` where git knows of the file and its bytes are not here. Of a store: of all of it.
        root: the folder that is spoken of as a whole, or ``""``.
        artifact: what a run artifact is.
        promise: what the name of a disguised file says that it is.
    """

    __slots__ = ("artifact", "format", "owner", "place", "promise", "root", "size")

    def __init__(
        self,
        owner: str,
        place: str,
        format: Format | None,
        size: int | None,
        *,
        root: str = "",
        artifact: Artifact | None = None,
        promise: str = "",
    ) -> None:
        self.owner = owner
        self.place = place
        self.format = format
        self.size = size
        self.root = root
        self.artifact = artifact
        self.promise = promise


def judge(file: File) -> Placement | None:
    """Who owns a file, or ``None`` if no data rule has anything to say about it."""
    return file.once("placement", lambda: _judge(file))


Sort = tuple[str, bool, str]
"""Who owns a file (``""``: no data rule), whether it is something (data, a model, an archive, a picture), and the id of its format."""


def sort_of(file: File) -> Sort:
    """What the screens of the data rules (see :class:`dsguard.rules.base.Screen`) ask of a file: one answer for all of them."""
    placement = judge(file)
    found = None if file.suffix in ORDINARY_SUFFIXES else file.format
    if placement is None:
        return "", False, found.id if found is not None else ""
    return placement.owner, placement.format is not None, found.id if found is not None else ""


def glance(file: File) -> Glance | None:
    """For files like this one: what tells that they are mere text, where no data rule has anything to say of such."""
    suffix = file.suffix
    if suffix not in WRITTEN or suffix in _EXEMPT_SUFFIXES or "raw-data" in file.roles or file.files.has_filters:
        return None
    folders = f"/{file.folder.lower()}/"
    if any(part in folders for part in _TELLING_FOLDERS) or FOLDER_HINT.search(f"{file.folder}/") or store_of(file) is not None:
        return None
    from dsguard.documents.signature import (
        is_among_data,
        is_mere_json,
        is_mere_prose,
        is_mere_prose_of_data,
        is_mere_text,
        is_of_collection,
    )

    if suffix == ".json":
        return None if is_of_collection(file) else is_mere_json
    if suffix == ".txt":
        if heap_around(file) is not None:
            return None
        return is_mere_prose_of_data if is_among_data(file) else is_mere_prose
    return is_mere_text


def owned_by(owner: str) -> Callable[[Sort], bool]:
    """Takes what a rule owns."""
    return lambda sort: sort[0] == owner


def of_formats(ids: frozenset[str]) -> Callable[[Sort], bool]:
    """Takes files of some formats."""
    return lambda sort: sort[2] in ids


def being_data(sort: Sort) -> bool:
    """Takes what is something: data, a model, an archive, a picture."""
    return sort[1]


class Shards:
    """Files of one extension in one folder: many small ones make a data set that no limit for single files sees.

    Args:
        count: how many there are.
        size: of all together, in bytes.
    """

    __slots__ = ("count", "size")

    def __init__(self, count: int, size: int) -> None:
        self.count = count
        self.size = size


def shards_around(file: File) -> Shards:
    """The files in the folder of a file that have its extension, it among them. Sizes are asked only where there are many."""
    known = file.shared("shards", lambda _: dict[tuple[str, str], Shards]())
    key = (file.folder, file.suffix)
    if key not in known:
        alike = [name for name in file.neighbours if name.lower().endswith(file.suffix)] if file.suffix else []
        prefix = f"{file.folder}/" if file.folder else ""
        known[key] = Shards(len(alike), sum(size_or_nothing(file.files, prefix + name) for name in alike) if len(alike) >= MANY else 0)
    return known[key]


def _judge(file: File) -> Placement | None:
    suffix, roles = file.suffix, file.roles
    if not _EXEMPT_ROLES.isdisjoint(roles) or suffix in _EXEMPT_SUFFIXES or file.lfs_filtered:
        return None
    size = _size(file)
    artifact = artifact_of(file)
    if artifact is not None and (artifact.root or "raw-data" not in roles):
        if size == 0 or file.pointer is not None:
            return None
        return Placement(RUN_ARTIFACT, ELSEWHERE, None, size, root=artifact.root, artifact=artifact)
    store = store_of(file)
    if store is not None and file.pointer is None and size != 0:
        place = _place(file, store.format, store.size)
        return Placement(_owner(file, store.format, place), place, store.format, store.size, root=store.root)
    # What is source by its name is not even looked at; asking would load the tables of all formats.
    is_ordinary = suffix in ORDINARY_SUFFIXES
    found = None if is_ordinary else file.format
    place = _place(file, found, size)
    owner = _owner(file, found, place)
    if size == 0 or (owner != OVERSIZED_FILE and file.pointer is not None):
        return None
    if place not in (FIXTURE, RAW) and (not is_ordinary or suffix in _LOOKED_INTO):
        disguise = promise_of(file)
        if disguise is not None:
            return Placement(DISGUISED_FILE, place, disguise[0], size, promise=disguise[1])
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
    if _is_subchart(file):
        return OVERSIZED_FILE
    if format is not None and (format.kind in TABLE_KINDS or (format.kind == "media" and heap_around(file) is not None)):
        return DATA_FILE
    return OVERSIZED_FILE


def _is_subchart(file: File) -> bool:
    """Whether it is a chart in the ``charts/`` of another one, where Helm puts what that depends on: code, and no data."""
    above, _, folder = file.folder.rpartition("/")
    return file.suffix == ".tgz" and folder == "charts" and (f"{above}/Chart.yaml" if above else "Chart.yaml") in file.files
