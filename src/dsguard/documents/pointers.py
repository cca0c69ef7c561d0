"""Pointers: the small files that stand in git for data that is stored elsewhere (git-lfs, git-annex, DVC, Xet).

The git-lfs format is that of its specification (docs/spec.md of git-lfs), the one of git-annex that of its page on pointer files.
"""

from __future__ import annotations

import re

from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.file import File

LFS_LIMIT = 1024
"""A git-lfs pointer is smaller than this (bytes); so was one of the old Xet."""

ANNEX_LIMIT = 32 * 1024
"""git-annex and DVC files may be this large (bytes): further lines, comments and metadata may follow."""

_LFS = re.compile(
    rb"version (?:https://git-lfs\.github\.com/spec/v1|https://hawser\.github\.com/spec/v1|http://git-media\.io/v/2)\n"
    rb"(?:ext-[0-9]-[^\s]{1,200} sha256:[0-9a-f]{64}\n){0,10}"
    rb"oid sha256:([0-9a-f]{64})\n"
    rb"size ([0-9]{1,19})\n\Z"
)
_ANNEX = re.compile(rb"/annex/objects/([A-Z0-9_]{1,32}(?:-[A-Za-z][0-9]{1,19}){0,4}--[^\s/]{1,500})\r?(?:\n|\Z)")
_ANNEX_SIZE = re.compile(rb"-s([0-9]{1,19})(?:-|\Z)")
_XET = re.compile(rb"# xet version 0\r?\nfilesize = ([0-9]{1,19})\r?\nhash = '([0-9a-f]{1,128})'\s{0,4}\Z")
_DVC_OUTS = re.compile(rb"^outs:[ \t]*\r?$", re.MULTILINE)
_DVC_HASH = re.compile(rb"^[ \t-]{0,20}(?:md5|etag|checksum):[ \t]*[\"']?([0-9A-Za-z.]{6,80})[\"']?[ \t]*\r?$", re.MULTILINE)
_DVC_SIZE = re.compile(rb"^[ \t-]{0,20}size:[ \t]*([0-9]{1,19})[ \t]*\r?$", re.MULTILINE)
_TOP_LEVEL = re.compile(rb"^[a-z_]{1,20}:", re.MULTILINE)


class Pointer:
    """What stands in git for data that is elsewhere.

    Args:
        kind: ``git-lfs``, ``git-annex``, ``dvc`` or ``xet``.
        size: of the data in bytes, if the pointer says so.
        oid: what the data is found by: a hash, or the key of git-annex.
    """

    __slots__ = ("kind", "oid", "size")

    def __init__(self, kind: str, oid: str, size: int | None) -> None:
        self.kind = kind
        self.oid = oid
        self.size = size

    def __repr__(self) -> str:
        return f"<Pointer {self.kind} {self.oid} {self.size}>"


def read_pointer(file: File) -> Pointer | None:
    """The pointer that a file is, or ``None``. Only small files are read, and of them only the head."""
    is_dvc = file.suffix == ".dvc"
    try:
        if not 0 < file.size < ANNEX_LIMIT:
            return None
        head = file.head
    except UnreadableError:
        return None
    if is_dvc:
        return _dvc(head)
    if head.startswith(b"/annex/objects/"):
        return _annex(head)
    if file.size >= LFS_LIMIT:
        return None
    if head.startswith(b"version http"):
        return _lfs(head)
    return _xet(head) if head.startswith(b"# xet version 0") else None


def _lfs(head: bytes) -> Pointer | None:
    found = _LFS.match(head)
    return Pointer("git-lfs", found[1].decode(), int(found[2])) if found else None


def _annex(head: bytes) -> Pointer | None:
    found = _ANNEX.match(head)
    if found is None:
        return None
    size = _ANNEX_SIZE.search(found[1].partition(b"--")[0])
    return Pointer("git-annex", found[1].decode("utf-8", errors="replace"), int(size[1]) if size else None)


def _xet(head: bytes) -> Pointer | None:
    found = _XET.match(head)
    return Pointer("xet", found[2].decode(), int(found[1])) if found else None


def _dvc(head: bytes) -> Pointer | None:
    """The one output of a ``.dvc`` file. What it was imported from (``deps``) has hashes of its own."""
    start = _DVC_OUTS.search(head)
    if start is None:
        return None
    end = _TOP_LEVEL.search(head, start.end())
    outs = head[start.end() : end.start() if end else len(head)]
    oid, size = _DVC_HASH.search(outs), _DVC_SIZE.search(outs)
    return Pointer("dvc", oid[1].decode(), int(size[1]) if size else None) if oid else None
