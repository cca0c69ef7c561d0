"""Data sets of many small files: the pictures, recordings or texts below a folder of data, counted together.

No limit for single files sees them. They are told by where they lie: in a folder of data, in one of its splits (``train/`` beside
``val/``), or beside what was written down about them (``images/`` beside ``labels/``, ``1.txt`` beside ``1.ann``).
"""

from __future__ import annotations

from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.file import File
    from dsguard.documents.files import Files

_DATA = frozenset(("data", "dataset", "datasets", "corpus", "corpora"))
_SPLITS = frozenset(("train", "training", "val", "valid", "validation", "test", "testing"))
_PICTURES = frozenset(("images", "image", "imgs", "img", "jpegimages"))
_NOTES = frozenset(("labels", "annotations", "masks", "segmentations"))

_NOTED_IN = {".txt": (".ann",), ".ann": (".txt",), ".jpg": (".xml", ".txt"), ".jpeg": (".xml", ".txt"), ".png": (".xml", ".txt")}
"""Extensions of files that say something about one of the same name: brat's, Pascal VOC's and YOLO's annotations."""

_KEPT_FOR_OTHERS = frozenset(("web-asset", "documentation", "fixture", "vendored", "template"))

MANY = 50
"""So many alike are no samples."""


class Heap:
    """Files of one extension below one folder.

    Args:
        root: the folder, without a slash at its end.
        count: how many there are.
        size: of all together, in bytes.
    """

    __slots__ = ("count", "root", "size")

    def __init__(self, root: str, count: int, size: int) -> None:
        self.root = root
        self.count = count
        self.size = size


def heap_around(file: File) -> Heap | None:
    """The data set that a file of this extension is a part of, if there are many such files; sizes are asked for only then."""
    root = _root(file) if file.suffix and _KEPT_FOR_OTHERS.isdisjoint(file.roles) else ""
    if not root:
        return None
    heaps: dict[tuple[str, str], Heap | None] = file.shared("heaps", lambda _: {})
    key = (root, file.suffix)
    if key not in heaps:
        alike = [path for path in file.files.below(root) if path.lower().endswith(file.suffix)]
        heaps[key] = Heap(root, len(alike), sum(size_or_nothing(file.files, path) for path in alike)) if len(alike) >= MANY else None
    return heaps[key]


def _root(file: File) -> str:
    """The outermost folder around a file that holds a data set, or ``""``."""
    roots: dict[tuple[str, str], str] = file.shared("heap-roots", lambda _: {})
    key = (file.folder, file.suffix if file.suffix in _NOTED_IN else "")
    if key not in roots:
        roots[key] = _outermost(file.folder, file.files) or (file.folder if key[1] and _is_annotated(file) else "")
    return roots[key]


def _is_annotated(file: File) -> bool:
    """Whether many files of this extension lie beside notes on them."""
    names = file.neighbours
    if len(names) < 2 * MANY:
        return False
    stems = {name.rpartition(".")[0] for name in names if name.lower().endswith(file.suffix)}
    return any(
        sum(name.lower().endswith(notes) and name.rpartition(".")[0] in stems for name in names) >= MANY for notes in _NOTED_IN[file.suffix]
    )


def _outermost(folder: str, files: Files) -> str:
    parts = folder.split("/")
    for depth, name in enumerate(map(str.lower, parts), 1):
        if name in _DATA:
            return "/".join(parts[:depth])
        beside = _SPLITS - {name} if name in _SPLITS else _NOTES if name in _PICTURES else frozenset[str]()
        above = "".join(f"{part}/" for part in parts[: depth - 1])
        if any(f"{above}{other}" in files.folders for other in beside):
            return "/".join(parts[:depth])
    return ""


def size_or_nothing(files: Files, path: str) -> int:
    """The size of a file in bytes; 0 if nobody here has it."""
    try:
        return files.size_of(path)
    except UnreadableError:
        return 0
