"""The opcodes of pickles, from the standard library's table of them: what each takes behind it, and what it does to the stack."""

from __future__ import annotations

import pickletools
from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    Opcode = tuple[str, int, int, int, bool, int]

# What an opcode takes: a fixed number of bytes, a line, or a length and so many bytes.

_FIXED, _LINE, _TWO_LINES, _COUNTED = range(4)


@cache
def opcodes() -> dict[int, Opcode]:
    """Of each opcode its name, how its argument is written and how long that is, what it pops (and whether to a mark), what it pushes."""
    table = {}
    for opcode in pickletools.opcodes:
        how, size = _FIXED, 0
        if opcode.arg is not None:
            how, size = _argument(opcode.arg.n, opcode.arg.name)
        before = opcode.stack_before
        to_mark = pickletools.markobject in before
        pops = before.index(pickletools.markobject) if to_mark else len(before)
        table[ord(opcode.code)] = (opcode.name, how, size, pops, to_mark, len(opcode.stack_after))
    return table


def _argument(size: int, name: str) -> tuple[int, int]:
    if size >= 0:
        return _FIXED, size
    if size == pickletools.UP_TO_NEWLINE:
        return (_TWO_LINES if name.endswith("_pair") else _LINE), 0
    return _COUNTED, {
        pickletools.TAKEN_FROM_ARGUMENT1: 1,
        pickletools.TAKEN_FROM_ARGUMENT4: 4,
        pickletools.TAKEN_FROM_ARGUMENT4U: 4,
        pickletools.TAKEN_FROM_ARGUMENT8U: 8,
    }[size]


class BrokenError(Exception):
    """The bytes are no pickle from here on."""


def operand_at(data: bytes, at: int, how: int, width: int) -> tuple[int, int]:
    """Where the operand of an opcode starts and ends; of a string without its length.

    Raises:
        BrokenError: a line has no end.
    """
    if how == _FIXED:
        return at, at + width
    if how == _COUNTED:
        start = at + width
        return start, start + int.from_bytes(data[at:start], "little")
    end = data.find(b"\n", at) + 1
    if end and how == _TWO_LINES:
        end = data.find(b"\n", end) + 1
    if not end:
        raise BrokenError
    return at, end
