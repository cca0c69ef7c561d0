"""How a file is known again after a move and an edit."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsguard.documents.sketch import BITS, NOTHING, SAME_FILE, distance, lines_of, sketch


def some(number: int, seed: int) -> list[bytes]:
    chance = random.Random(seed)
    return [b"x%d = f(%d)" % (chance.getrandbits(40), chance.getrandbits(20)) for _ in range(number)]


@given(st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=50), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(lines: list[bytes], chance: random.Random) -> None:
    other = [*lines, *lines, b""]
    chance.shuffle(other)
    assert sketch(lines) == sketch(other)
    assert len(sketch(lines)) == BITS // 4
    assert distance(sketch(lines), sketch(other)) == 0


def test_each_bit_is_the_majority() -> None:
    import hashlib

    lines = some(9, 1)
    numbers = [int.from_bytes(hashlib.blake2b(line, digest_size=BITS // 8).digest()) for line in lines]
    expected = 0
    for place in range(BITS):
        # the bytes stand in order, the bits of each from the lowest
        shift = BITS - 8 - place // 8 * 8 + place % 8
        expected |= (sum((number >> shift) & 1 for number in numbers) > len(numbers) / 2) << shift
    assert sketch(lines) == f"{expected:0{BITS // 4}x}"


@pytest.mark.parametrize(("changed", "least"), [(0.1, 0.99), (0.2, 0.95), (0.3, 0.8)])
@pytest.mark.parametrize("number", [20, 200])
def test_an_edited_file_is_known_again(number: int, changed: float, least: float) -> None:
    known = 0
    for seed in range(100):
        lines = some(number, seed)
        edited = lines[round(number * changed) :] + some(round(number * changed), seed + 1000)
        known += distance(sketch(lines), sketch(edited)) <= SAME_FILE
    assert known >= least * 100


def test_unrelated_files_are_not_taken_for_one_another() -> None:
    sketches = [sketch(some(50, seed)) for seed in range(300)]
    alike = sum(distance(one, other) <= SAME_FILE for number, one in enumerate(sketches) for other in sketches[:number])
    assert alike <= 3  # of 44,850


def test_nothing_is_like_nothing() -> None:
    assert sketch([]) == sketch([b"", b""]) == NOTHING
    assert distance(NOTHING, NOTHING) > BITS
    assert distance(NOTHING, sketch([b"x"])) > BITS


def test_lines_are_those_of_the_sources_of_a_notebook_too() -> None:
    assert lines_of(b'{"source": "x = 1\\ny = 2"}\r\n  z,\n') == [b'{"source": "x = 1', b'y = 2"}'.rstrip(b'"'), b"z", b""]
