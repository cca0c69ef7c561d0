"""Whether two sets of specifiers are one to a resolver."""

from __future__ import annotations

import pytest

from dsguard.analysis.lockfile.spans import UndecidableError
from dsguard.analysis.lockfile.specifiers import accept_the_same, is_pin, read_specifiers


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (">=1", ">=1.0.0"),
        (">=1,<2", "<2,>=1"),
        (">=1", ">=1,>=0.5"),
        (">=1", ">=1,>=1"),
        (">=1,<2", ">=1,<2,!=2.5"),
        ("~=1.4.2", "~=1.4.2,==1.4.*"),
        ("!=1.0", "!=1"),
        ("", ""),
        ("==1.0", "==1"),
        (">=1a1", ">=1.0a1"),
    ],
)
def test_the_same(first: str, second: str) -> None:
    assert accept_the_same(read_specifiers(first), read_specifiers(second))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (">=1", ">1"),
        ("<2", "<=2"),
        ("~=1.0", "~=1.0.0"),
        ("==1.1.*", "==1.*"),
        (">=1", ""),
        (">=1", ">=1a1"),
        ("==1", "===1,>=0"),
        ("==1", ">=1,<=1"),
        ("!=1.5", ""),
        (">=1,<2", ">=1,<2.0.1"),
        ("==1+local", "==1"),
        ("<2", "<2a1"),
        ("~=1.4", ">=1.4,<2.dev0"),  # names a pre-release
    ],
)
def test_another(first: str, second: str) -> None:
    assert not accept_the_same(read_specifiers(first), read_specifiers(second))


def test_zeros_before_a_star_are_left_open() -> None:
    with pytest.raises(UndecidableError):
        accept_the_same(read_specifiers("==1.*"), read_specifiers("==1.0.*"))


@pytest.mark.parametrize("text", [">>1", "1.0", ">=1;", "~=1"])
def test_no_specifiers(text: str) -> None:
    with pytest.raises(UndecidableError):
        read_specifiers(text)


def test_pins() -> None:
    assert is_pin(read_specifiers("==1.0"))
    assert is_pin(read_specifiers("===1.0"))
    assert not is_pin(read_specifiers("==1.*"))
    assert not is_pin(read_specifiers("==1,>=0"))
    assert not is_pin(read_specifiers(""))
