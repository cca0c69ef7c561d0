"""A few bytes by which a file is known again after it was moved and edited.

A SimHash (Charikar 2002, "Similarity estimation techniques from rounding algorithms") over the set of its lines: each bit
of the sketch is the majority of that bit among the hashes of the lines. Two sketches differ in as many bits as the angle
between the sets is wide: half of the bits for files that have nothing in common, none for equal ones.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

BITS = 128
SAME_FILE = 40
"""Up to so many bits of difference it is the same file: some two thirds of its lines are still there. Unrelated files differ in 64 bits,
give or take 6, so that one pair in some 45,000 is as near as this by chance."""
DRIFTED = 16
"""From so many bits of difference on a file is on its way to be taken for another one."""
NOTHING = "-"
"""The sketch of what has no lines; it is like no other."""

_COUNTER = 32
"""Bits of a counter of lines."""
_ENDS = re.compile(rb"\n|\\n")
"""Ends of lines, also of those within the strings of a notebook that is written on one line."""


def lines_of(data: bytes) -> list[bytes]:
    """The lines that a sketch is made of, without what formatters change about them."""
    return [line.strip(b" \t\r\",'") for line in _ENDS.split(data)]


def sketch(lines: Iterable[bytes]) -> str:
    """The sketch of some lines: 32 hexadecimal digits, or :data:`NOTHING`."""
    import hashlib

    unique = {line for line in lines if line}
    if not unique:
        return NOTHING
    # Eight counters side by side in one number, one for each bit of a byte: an eighth of the additions.
    spread = [sum(((byte >> bit) & 1) << (_COUNTER * bit) for bit in range(8)) for byte in range(256)]
    counts = [0] * (BITS // 8)
    for line in unique:
        for place, byte in enumerate(hashlib.blake2b(line, digest_size=BITS // 8).digest()):
            counts[place] += spread[byte]
    least = len(unique) // 2 + 1
    made = [sum(1 << bit for bit in range(8) if (count >> (_COUNTER * bit)) % (1 << _COUNTER) >= least) for count in counts]
    return bytes(made).hex()


def distance(one: str, other: str) -> int:
    """In how many bits two sketches differ; more than any can if there is nothing to compare."""
    if NOTHING in (one, other):
        return BITS + 1
    return (int(one, 16) ^ int(other, 16)).bit_count()
