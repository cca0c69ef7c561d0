"""A format, and a file with what every test for one asks of it."""

from __future__ import annotations

from functools import cache

from dsguard.documents.formats import KINDS, LABELS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.file import File


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


class Sample:
    """A file with what every test below asks of it."""

    __slots__ = ("file", "head", "name", "suffix")

    def __init__(self, file: File, head: bytes) -> None:
        self.file = file
        self.head = head
        self.name = file.name.lower()
        self.suffix = file.suffix


PLAIN = Format("plain", "", "", from_bytes=True)
"""Stands for "looked at, and nothing that the data rules speak of": no name may overrule it."""


@cache
def proven(id: str, label: str = "") -> Format:
    kind = KINDS[id]
    return Format(id, kind, label or LABELS[kind][id], from_bytes=True)


@cache
def named(id: str, label: str = "") -> Format:
    kind = KINDS[id]
    return Format(id, kind, label or LABELS[kind][id], from_bytes=False)
