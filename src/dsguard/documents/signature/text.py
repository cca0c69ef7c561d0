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
    return is_mere_text(name, head) and not table_in(head)


def is_mere_prose_of_data(name: str, head: bytes) -> bool:
    """As :func:`is_mere_prose`, in a folder of data: there it may be a part of a corpus."""
    return is_mere_prose(name, head) and not SPLIT.search(name.lower().removesuffix(".txt"))


def table_in(head: bytes) -> str:
    """What separates the columns of a table that the first bytes of a text show, or ``""`` if it is none.

    Comments and empty lines are none of it, and the first line is a heading. The whole lines behind it are rows if there are enough
    of them, they have as many fields each, and these are more than a line of prose has by chance. Between spaces all but the first
    field must be numbers, as in a list of word vectors; between fewer commas every field.
    """
    lines = head.split(b"\n")
    cut = lines.pop()
    lines = [line for line in lines if line[:1] not in _NO_ROW]
    if not lines:
        return "\t" if cut.count(b"\t") >= _WIDE else ""  # the heading alone is longer than what was read
    rows = [_QUOTED.sub(b"-", line) if b'"' in line else line for line in lines[1 : _ROWS + 1]]
    if not rows:
        return "\t" if lines[0].count(b"\t") >= _WIDE else ""
    for separator, least in _SEPARATORS:
        fields = rows[0].count(separator) + 1
        if separator != b"\t" and rows[0].lstrip()[:1] in _BRACKETS:
            continue
        if fields >= least and len(rows) * fields >= _CELLS and _is_even(rows, separator, fields):
            return separator.decode()
    return _between_numbers([line.rstrip(b"\r") for line in lines[1 : _ROWS + 1]])


def _is_even(rows: list[bytes], separator: bytes, fields: int) -> bool:
    """Whether all rows have so many fields, and enough of them that it says something. What is indented throughout is code or a list."""
    if all(row.startswith(separator) for row in rows):
        return False
    return (len(rows) >= _FEW or fields >= _MANY_FIELDS) and all(row.count(separator) + 1 == fields for row in rows)


def _between_numbers(rows: list[bytes]) -> str:
    for separator in (b",", b"\t", None):
        fields = [row.split(separator) for row in rows]
        if sum(map(len, fields)) < _NUMBERS or len(set(map(len, fields))) > 1 or len(fields[0]) < _COLUMNS:
            continue
        numbers = [row[1:] if separator is None and len(row) > _COLUMNS else row for row in fields]
        if all(_NUMBER.fullmatch(field) for row in numbers for field in row):
            return separator.decode() if separator is not None else " "
    return ""


_SEPARATORS = ((b"\t", 2), (b",", 4), (b";", 4), (b"|", 4))
"""With the fewest fields that make a row: prose has no tabs, some commas, and hardly any of the others."""
_FEW, _MANY_FIELDS, _CELLS, _WIDE = 10, 8, 20, 100
"""Ten rows, or rows of eight fields each; twenty fields in all; so many tabs in a heading of which the end was not read."""
_NO_ROW = (b"#", b"%", b"!", b"\r", b"")
"""How comments and empty lines start, between the sentences of a treebank too."""
_BRACKETS = (b"(", b"[", b"{", b"<", b">")
"""Trees, code, markup and the headings of sequences have these first, and their commas part no columns."""
_QUOTED = re.compile(rb'"[^"\n]*"')
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
