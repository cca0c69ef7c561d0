"""Text that is more than text, and text that is no more."""

from __future__ import annotations

import re
from functools import cache

from dsguard.documents.file import is_text
from dsguard.documents.formats import AT_START, BINARY
from dsguard.documents.signature.format import proven
from dsguard.documents.signature.pickled import OLD_PICKLE, PICKLE_SUFFIXES, as_old_pickle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.signature.format import Format, Sample

_TELLING_JSON = re.compile(rb'"learner|"(?:FeatureCollection|Topology)"')

EXPORTED = re.compile(r"(?:\A|[_.-])(?:exports?|exported|dump)(?:[_.-]|\Z)")

SPLIT = re.compile(r"(?:\A|[_.-])(?:train(?:ing)?|dev|val(?:id(?:ation)?)?|test(?:ing)?|eval)(?:[_.-]|\Z)")
"""In the name of a text file in a folder of data: a part of a corpus to train or to test on."""

WORD_VECTORS = re.compile(rb"[1-9]\d{0,9} [1-9]\d{0,4}\n")


def is_mere_text(_: str, head: bytes) -> bool:
    """Whether the first bytes of a file are text and no format that is text, whatever its name; but an extension may promise one."""
    return is_text(head) and not _telling_text().match(head)


def is_mere_prose(name: str, head: bytes) -> bool:
    """As :func:`is_mere_text` for a ``.txt`` file, which may hold a table, too."""
    return is_mere_text(name, head) and not is_table_of_numbers(head)


def is_mere_prose_of_data(name: str, head: bytes) -> bool:
    """As :func:`is_mere_prose`, in a folder of data: there it may be a part of a corpus."""
    return is_mere_prose(name, head) and not SPLIT.search(name.lower().removesuffix(".txt"))


def is_table_of_numbers(head: bytes) -> bool:
    """Whether the whole lines among the first bytes, but for a heading, are numbers between commas or tabs, as many in each."""
    rows = head.split(b"\n")[1:-1][:_ROWS]
    separator = b"," if rows and b"," in rows[0] else b"\t"
    fields = [row.split(separator) for row in rows]
    if sum(map(len, fields)) < _NUMBERS or len(set(map(len, fields))) > 1 or len(fields[0]) < _COLUMNS:
        return False
    return all(_NUMBER.fullmatch(field) for row in fields for field in row)


_NUMBER = re.compile(rb"[ \"]{0,4}[+-]?(?:\d{1,20}\.?\d{0,20}|\.\d{1,20}|nan|NaN|NA)(?:[eE][+-]?\d{1,3})?[ \"\r]{0,4}")
_COLUMNS, _NUMBERS, _ROWS = 3, 24, 20
"""So many columns, and numbers in all, no list for people has; so many rows are enough to see."""


def is_mere_json(name: str, head: bytes) -> bool:
    """Whether a ``.json`` file of less than ``LARGE_JSON`` bytes is settings or the like, by its name and its first bytes.

    Of one that is not it may still turn out that it is.
    """
    return is_mere_text(name, head) and not _TELLING_JSON.search(head) and not EXPORTED.search(name.lower().removesuffix(".json"))


@cache
def _telling_text() -> re.Pattern[bytes]:
    """How text starts that is more than text: a format, a pickle or a pointer."""
    formats = (re.escape(magic) for magic, _, content in AT_START if content != BINARY)
    pointers = (b"version http", b"/annex/objects/", b"# xet version")
    return re.compile(b"|".join((*formats, *pointers, OLD_PICKLE.pattern, WORD_VECTORS.pattern)))


def from_text(sample: Sample) -> Format | None:
    """Formats that are printable all through the head."""
    if sample.suffix in PICKLE_SUFFIXES or OLD_PICKLE.match(sample.head):
        return as_old_pickle(sample)
    if sample.suffix in (".vec", ".w2v", ".bin") and WORD_VECTORS.match(sample.head):
        return proven("word2vec")
    return None
