"""What must go from a notebook's text, as edits that touch nothing else.

A value is emptied between its brackets, a member or an item is cut out with exactly one comma. Indentation, the order of keys,
escapes and line ends stay as they are because nothing is ever written anew. The fixes of different cells, and of different
rules for one cell, never overlap but where one takes away all that the other would change: any choice of them can be
made together.
"""

from __future__ import annotations

from dsguard.documents.json_walk import find_members, members_at, skip_blanks
from dsguard.model import Edit, Fix

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from dsguard.analysis.notebooks.volatile import Keys
    from dsguard.documents.json_walk import Member
    from dsguard.documents.notebook import Cell
    from dsguard.model import Change

    Path = tuple[str | int, ...]

COUNTS = ("execution_count", "prompt_number")
"""What version 4 and version 3 call it."""


class Edits:
    """Edits to a notebook's text and what they mean, as they add up. Offsets count its characters."""

    __slots__ = ("_spans", "changes", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.changes: list[Change] = []
        self._spans: list[tuple[int, int, str]] = []

    def __bool__(self) -> bool:
        return bool(self._spans)

    def replace(self, start: int, end: int, text: str = "") -> None:
        self._spans.append((start, end, text))

    def cut(self, container: tuple[int, int], parts: Sequence[tuple[int, int]], gone: Collection[int]) -> None:
        """Cut parts (by index) out of an object or array, each with one comma; all of them leave empty brackets."""
        if len(gone) == len(parts):
            self.replace(container[0] + 1, container[1] - 1)
            return
        first: int | None = None
        for index in range(len(parts) + 1):
            if index in gone:
                first = index if first is None else first
            elif first is not None:
                if first:
                    self.replace(parts[first - 1][1], parts[index - 1][1])
                else:
                    self.replace(parts[0][0], parts[index][0])
                first = None

    def fix(self, title: str, offset: Callable[[int], int]) -> Fix:
        """What a finding carries: the same in bytes of the file, to whose offsets a function leads."""
        return Fix(title, [Edit(offset(start), offset(end), text.encode()) for start, end, text in self._spans], self.changes)

    def made(self) -> str:
        """The text with all of them made.

        Raises:
            ValueError: they overlap.
        """
        text = self.text
        parts: list[str] = []
        place = 0
        for start, end, replacement in sorted(self._spans, key=_outer_first):
            if place and end <= place:
                continue  # within what another took away
            if start < place:
                raise ValueError
            parts += (text[place:start], replacement)
            place = end
        return "".join([*parts, text[place:]])


def _outer_first(span: tuple[int, int, str]) -> tuple[int, int]:
    return span[0], -span[1]


def clear_outputs(edits: Edits, cell: Cell, stored: Sequence[int]) -> bool:
    """Take away outputs, given by their indexes in ``cell.outputs``; ``False`` if it cannot be told where they are."""
    members = cell.occurrences("outputs")
    if len(stored) < len(cell.outputs):
        return _cut_outputs(edits, cell, members, frozenset(stored))
    for member in members:
        _empty(edits, member)
    edits.changes += [((*cell.path, key), _EMPTY[key]) for key in {member[0] for member in members}]
    return True


_EMPTY = {"outputs": "[]", "results": "{}", "result": "{}"}
"""What a cell without outputs has there; the latter two are a Zeppelin paragraph's."""


def _empty(edits: Edits, member: Member) -> None:
    """Leave only the brackets of a value; of one that has other brackets than it should, nothing."""
    key, _, start, end = member
    text = edits.text
    empty = _EMPTY[key]
    if not text.startswith(empty[0], start):
        edits.replace(start, end, empty)
    elif skip_blanks(text, start + 1) < end - 1:
        edits.replace(start + 1, end - 1)


def _cut_outputs(edits: Edits, cell: Cell, members: Sequence[Member], stored: Collection[int]) -> bool:
    """Cut some outputs out of the arrays that hold them."""
    notebook = cell.notebook
    arrays: list[tuple[Path, Member]] = []
    for member in members:
        path: Path = (*cell.path, member[0])
        if member[0] == "outputs":
            arrays.append((path, member))
        else:
            arrays += [((*path, "msg"), inner) for inner in notebook.members_of(member) if inner[0] == "msg"]
    spans = [notebook.items_of(array) for _, array in arrays]
    if sum(map(len, spans)) != len(cell.outputs):
        return False
    first = 0
    for (path, array), inner in zip(arrays, spans, strict=True):
        gone = {index - first for index in stored if first <= index < first + len(inner)}
        if gone:
            edits.cut(array[2:], inner, gone)
        if array is arrays[-1][1]:  # of a repeated key the parsed document has the last value
            edits.changes += [((*path, index), "") for index in gone]
        first += len(inner)
    return True


def clear_counts(edits: Edits, cell: Cell, *, in_outputs: bool = True) -> None:
    """Make all counts of a cell ``null``, and those of its outputs."""
    path: Path = cell.path
    arrays = []
    for member in cell.members:
        if member[0] in COUNTS:
            _make_null(edits, (member,), (*path, member[0]))
        elif member[0] == "outputs":
            arrays.append(member)
    if not in_outputs:
        return
    first = 0
    for array in arrays:
        spans = cell.notebook.items_of(array)
        for index, output in enumerate(cell.outputs[first : first + len(spans)]):
            for key in COUNTS:
                if output.get(key) is not None:
                    inner = find_members(edits.text, spans[index], key)
                    _make_null(edits, inner, (*path, "outputs", index, key), visible=array is arrays[-1])
        first += len(spans)


def _make_null(edits: Edits, members: Sequence[Member], path: Path, *, visible: bool = True) -> None:
    for _, _, start, end in members:
        if not edits.text.startswith("null", start):
            edits.replace(start, end, "null")
            if visible:
                edits.changes.append((path, "null"))


# Metadata


def remove_metadata(edits: Edits, keys: Keys, members: Iterable[Member], path: Path) -> None:
    """Cut keys out of the metadata of a cell, or of the notebook itself.

    Args:
        members: of its object.
        path: leads to it in the parsed document.
    """
    found = [member for member in members if member[0] == "metadata"]
    for member in found:
        cut_members(edits, member[2:], keys, (*path, "metadata"), visible=member is found[-1])


def size_of(fix: Fix) -> int:
    """How many bytes a fix takes away."""
    return sum(edit.end - edit.start - len(edit.replacement) for edit in fix.edits)


def cut_members(edits: Edits, span: tuple[int, int], keys: Keys, path: Path, *, visible: bool = True) -> None:
    """Cut keys out of the object that a span of the text holds, if it is one.

    Args:
        path: leads to it in the parsed document.
        visible: whether it is to be found there: of a repeated key only the last value is.
    """
    members = members_at(edits.text, span[0])
    last = {inner[0]: index for index, inner in enumerate(members)}
    gone = set()
    for index, inner in enumerate(members):
        key = inner[0]
        below = keys.below(key)
        is_visible = visible and last[key] == index
        if below is None:
            continue
        if below.is_all:
            gone.add(index)
            if is_visible:
                edits.changes.append(((*path, key), ""))
        else:
            cut_members(edits, inner[2:], below, (*path, key), visible=is_visible)
    if gone:
        edits.cut(span, [(inner[1], inner[3]) for inner in members], gone)
