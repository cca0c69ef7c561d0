"""Read the plain notebook: one in which neither a tag, nor a marker, nor an option keeps anything. Almost all are.

Nothing needs to be known about such a notebook but where its outputs and counts stand, so its cells are not walked. Each array of
outputs is read once by the decoder, for its end, and is left out; what then remains is small and is decoded as a whole.

A mistake about what belongs to what cannot get through. JSON lets any value stand in for another, so all that is left to prove is
that a key found in the text is that of a cell: there are as many of these keys in the text as there are cells that have them, and no
key is spelled with escapes. What is otherwise, the walk over all cells decides (``quick``, and the rules themselves).

The bytes are read as Latin-1, in which each is a character: all that is looked for is ASCII, offsets are those of the file, and
one wide letter does not make a text of 20 MB twice as large. That they are UTF-8 is made sure of piece by piece.
"""

from __future__ import annotations

import json
import re

from dsguard.analysis.notebooks.volatile import CELL, DEFAULTS, NOTEBOOK, keys_of
from dsguard.documents.file import MAX_WHOLE_SIZE, PLAIN_NOTEBOOK
from dsguard.documents.json_scan import scan, scanner_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from dsguard.analysis.notebooks.volatile import Keys
    from dsguard.documents.file import File
    from dsguard.model import Change, Location

    Settings = Mapping[str, Mapping[str, Any]]
    """The options of each rule that is in force, by its code."""
    Span = tuple[int, int]

DEFAULT_SETTINGS: Settings = {
    "DSG201": {"keep-types": (), "max-kept-size": 0, "oversize": "strip"},
    "DSG202": {},
    "DSG203": {"extra-keys": (), "keep-keys": ()},
}
"""What holds where nobody configured anything. A test holds it to the options of the rules, which take longer to import."""

MARKER = "dsguard"
ESCAPED_LETTER = r"\\u00[4-7]"
"""How a letter of it, or of a key that is looked for, may be spelled instead: an expression for the start of that."""

_HELD = 4_000_000
"""Bytes up to which a notebook's outputs are held when they are decoded: more takes longer to hold than to decode again."""
_KEEPS = ("init_cell", "keep_output")
_OUTPUTS = re.compile(rb'"outputs"[ \t\n\r]*+:[ \t\n\r]*+(?=\[)(?!\[[ \t\n\r]*+\])')
COUNT = r'"execution_count"[ \t\n\r]*+:[ \t\n\r]*+(-?[0-9]++)(?![.eE])'
_METADATA = r'"metadata"[ \t\n\r]*+:[ \t\n\r]*+(?=\{)'


class Plain:
    """A plain notebook: what of it may have to go, and where that stands.

    Args:
        text: as Latin-1, with nothing between the brackets of outputs: what a strip of outputs leaves.
        document: the rest, decoded; that a cell has outputs is all that is left of them.
        arrays: for each array of outputs that is not empty, where it starts and ends in the file's bytes, and how many they are.
        stored: the numbers of the cells of those arrays, from 1.
        counted: the numbers of the cells that have a count.
        held: the arrays as they were decoded, if they are held; ``None`` in place of one that is not ASCII.
    """

    __slots__ = ("_held", "arrays", "cells", "counted", "document", "stored", "text")

    def __init__(
        self, text: str, document: dict[str, Any], arrays: list[tuple[int, int, int]], held: list[list[Any] | None] | None = None
    ) -> None:
        self._held = held
        self.text = text
        self.document = document
        self.cells: list[dict[str, Any]] = document["cells"]
        self.arrays = arrays
        self.stored: list[int] = []
        self.counted: list[int] = []

    def outputs_in(self, data: bytes) -> Iterator[list[Any]]:
        """The arrays of outputs that are not empty, decoded.

        Args:
            data: the file's bytes.
        """
        view = memoryview(data)
        for index, (start, end, _) in enumerate(self.arrays):
            held = self._held[index] if self._held is not None else None
            yield scan(str(view[start:end], "utf-8"), 0)[0] if held is None else held

    @property
    def digest(self) -> tuple[int, int]:
        """What tells it from other notebooks, outputs aside; in this process only."""
        return hash(self.text), len(self.arrays)

    def offset(self, place: int) -> int:
        """The offset in the file's bytes of a character of the text that is outside of all outputs."""
        for start, end, _ in self.arrays:
            if start >= place:
                break
            place += end - start - 2
        return place


class Cut:
    """Volatile keys that go from the metadata of one cell, or of the notebook.

    Args:
        number: of the cell; 0 for the notebook.
        span: where that metadata stands in the text of a :class:`Plain`.
        text: what is left of it.
        changes: what that means; the ways start at the metadata.
    """

    __slots__ = ("changes", "number", "span", "text")

    def __init__(self, number: int, span: Span, text: str, changes: list[Change]) -> None:
        self.number = number
        self.span = span
        self.text = text
        self.changes = changes

    @property
    def size(self) -> int:
        """How many bytes go."""
        return self.span[1] - self.span[0] - len(self.text)


def read(data: bytes, *, hold: bool = False) -> Plain | None:
    """A notebook's bytes, or ``None`` where somebody may have a say, or where it is not plain JSON of version 4.

    Args:
        hold: whether to hold the outputs for :meth:`Plain.outputs_in`, if they are not too large.
    """
    try:
        return _read(data, hold=hold)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, StopIteration):
        return None  # not the JSON that was expected: whoever reads it closely says what is wrong with it


def plain_view(file: File) -> Plain | None:
    """The notebook of a file, if it is a plain one; read once for all rules.

    Raises:
        UnreadableError: the file is gone.
    """
    return file.once(
        PLAIN_NOTEBOOK, lambda: read(file.data, hold=True) if file.suffix == ".ipynb" and file.size <= MAX_WHOLE_SIZE else None
    )


def location(file: File, plain: Plain, start: int, end: int, number: int = 0) -> Location | None:
    """Where bytes of a plain notebook stand, and in which cell, if a number is given; the end only if it is on the same line.

    ``None`` if the id of the cell is none that Jupyter would give.
    """
    data = file.data
    line_start = data.rfind(b"\n", 0, start) + 1
    at = file.at(data.count(b"\n", 0, start) + 1, _length(data[line_start:start]) + 1)
    if data.find(b"\n", start, end) < 0:
        at.end_line, at.end_column = at.line, (at.column or 1) + _length(data[start:end])
    if number:
        name = plain.cells[number - 1].get("id")
        at.cell, at.cell_id = number, name if isinstance(name, str) and name else None
        if at.cell_id is not None and not at.cell_id.isascii():
            return None
    return at


def first_count(plain: Plain) -> Span:
    """The bytes of the first count of a cell.

    Raises:
        ValueError: there is none.
    """
    found = re.search(COUNT, plain.text)
    if found is None:
        raise ValueError
    return plain.offset(found.start(1)), plain.offset(found.end(1))


def _length(data: bytes) -> int:
    """In characters."""
    return len(data) if data.isascii() else len(data.decode())


def _read(data: bytes, *, hold: bool) -> Plain | None:
    parts, arrays, held = without_outputs(data, hold=hold)
    text = b"[]".join(parts).decode("latin-1")
    if may_be_marked(text):
        return None
    # An array that is not empty marks the cells whose outputs were left out.
    plain = Plain(text, json.loads(b"[0]".join(parts).decode("latin-1")), arrays, held)
    having = _look_at_cells(plain)
    if having is None or len(plain.stored) != len(arrays):
        return None
    return plain if occurs(text, '"outputs"', having[0]) and occurs(text, '"execution_count"', having[1]) else None


def may_be_marked(text: str) -> bool:
    """Whether there may be a marker for dsguard in it, or a key that is spelled with escapes."""
    return MARKER in text or ("\\u00" in text and re.search(ESCAPED_LETTER, text) is not None)


def keeps(metadata: dict[str, Any], *, of_notebook: bool) -> bool:
    """Whether metadata of a cell or of a notebook says anything about keeping outputs."""
    if of_notebook:
        return bool(metadata.get("keep_output"))
    return any(key in metadata for key in _KEEPS) or "keep_output" in metadata.get("tags", ())


def occurs(text: str, key: str, times: int) -> bool:
    """Whether a key, given with its quotes, occurs so many times in a JSON text."""
    return text.count(key) == times or len(re.findall(key + r"[ \t\n\r]*+:", text)) == times


def without_outputs(data: bytes, *, hold: bool = False) -> tuple[list[bytes], list[tuple[int, int, int]], list[list[Any] | None] | None]:
    """The text around the arrays of outputs that are not empty, those arrays, and what of them is held.

    Raises:
        ValueError, StopIteration: such an array is not JSON, or something is not UTF-8.
    """
    value_at = scanner_of(data)
    is_ascii = data.isascii()
    parts: list[bytes] = []
    arrays: list[tuple[int, int, int]] = []
    held: list[list[Any] | None] | None = [] if hold and len(data) <= _HELD else None
    place = 0
    found = _OUTPUTS.search(data)
    while found is not None:
        start = found.end()
        outputs, end = value_at(start)
        wide = not (is_ascii or data[start:end].isascii())
        if wide:
            data[start:end].decode()
        if held is not None:
            held.append(None if wide else outputs)
        parts.append(data[place:start])
        arrays.append((start, end, len(outputs)))
        place = end
        found = _OUTPUTS.search(data, end)
    parts.append(data[place:])
    if not is_ascii:
        for part in parts:
            part.decode()
    return parts, arrays, held


def _look_at_cells(plain: Plain) -> tuple[int, int] | None:
    """How many cells have outputs at all, and how many a count; ``None`` if a cell or the notebook may keep something."""
    if keeps(plain.document["metadata"], of_notebook=True):
        return None
    outputs = counts = 0
    for number, cell in enumerate(plain.cells, 1):
        metadata = cell["metadata"]
        if metadata and keeps(metadata, of_notebook=False):
            return None
        if "outputs" in cell:
            outputs += 1
            if cell["outputs"]:
                if cell["outputs"] != [0]:
                    return None
                plain.stored.append(number)
        if "execution_count" in cell:
            counts += 1
            count = cell["execution_count"]
            if count is not None:
                if type(count) is not int:
                    return None
                plain.counted.append(number)
        if "prompt_number" in cell:
            return None
    return outputs, counts


# Metadata


def cuts_of(plain: Plain, volatile: Mapping[str, Any]) -> list[Cut] | None:
    """What goes from the metadata, in the order of the text, each cut held to what was meant; ``None`` if that is not certain."""
    try:
        return list(_cuts(plain, volatile))
    except (ValueError, LookupError, TypeError, AttributeError, StopIteration):
        return None


def _cuts(plain: Plain, volatile: Mapping[str, Any]) -> Iterator[Cut]:
    of_cells, of_notebook = keys_for(CELL, volatile), keys_for(NOTEBOOK, volatile)
    owners = [(number, of_cells, cell["metadata"]) for number, cell in enumerate(plain.cells, 1) if cell["metadata"]]
    owners.insert(len(owners) if ends_in_metadata(plain.document) else 0, (0, of_notebook, plain.document["metadata"]))
    gone = [one for one in owners if one[1].found_in(one[2])]
    if not gone:
        return
    places = _metadata_keys(plain)
    for number, keys, value in gone:
        opening = re.compile(_METADATA).match(plain.text, places[number])
        if opening is None:
            raise ValueError
        start = opening.end()
        _, end = scan(plain.text, start)
        left, _, changes = left_of(plain.text[start:end], keys, value)
        yield Cut(number, (start, end), left, changes)


def left_of(text: str, keys: Keys, value: dict[str, Any]) -> tuple[str, dict[str, Any], list[Change]]:
    """The text of metadata without some keys, what that is decoded, and how it differs from the value that it was.

    Raises:
        ValueError: it would not be what was meant.
    """
    named = [(key, keys.below(key)) for key in value]
    if all(below is not None and below.is_all for _, below in named):
        return "{}", {}, [(("metadata", key), "") for key, _ in named]
    from dsguard.analysis.notebooks.strip import Edits, cut_members
    from dsguard.documents.json_walk import changed

    edits = Edits(text)
    cut_members(edits, (0, len(text)), keys, ("metadata",))
    left = edits.made()
    meant = changed({"metadata": value}, edits.changes)["metadata"]
    if json.loads(left) != meant:
        raise ValueError
    return left, meant, edits.changes


def notebook_metadata(plain: Plain) -> int:
    """Where the key of the notebook's metadata stands in the text.

    Raises:
        ValueError: that is not certain.
    """
    key = '"metadata"'
    if ends_in_metadata(plain.document):
        start = plain.text.rfind(key)
        found = re.compile(_METADATA).match(plain.text, start)
        # No object holds one that equals itself.
        if found is not None and scan(plain.text, found.end())[0] == plain.document["metadata"]:
            return start
    return _metadata_keys(plain)[0]


def _metadata_keys(plain: Plain) -> list[int]:
    """Where the key of the notebook's metadata stands in the text, and behind it that of each cell's.

    Raises:
        ValueError: it cannot be told which is which.
    """
    key = '"metadata"'
    places = [found.start() for found in re.finditer(key, plain.text)]
    if len(places) != len(plain.cells) + 1:
        places = [found.start() for found in re.finditer(_METADATA, plain.text)]
        if len(places) != len(plain.cells) + 1 or not occurs(plain.text, key, len(places)):
            raise ValueError
    return [places[-1], *places[:-1]] if ends_in_metadata(plain.document) else places


def ends_in_metadata(document: dict[str, Any]) -> bool:
    """Whether the metadata of a notebook stands behind its cells."""
    names = list(document)
    return names.index("cells") < names.index("metadata")


def keys_for(prefix: str, settings: Mapping[str, Any]) -> Keys:
    """The volatile keys of cells or of a notebook, by the options of DSG203.

    Raises:
        ValueError: one of them is not ASCII: texts are read as Latin-1 here.
    """
    extra = settings["extra-keys"]
    if not all(map(str.isascii, extra)):
        raise ValueError
    return keys_of(prefix, (*DEFAULTS, *extra), settings["keep-keys"])
