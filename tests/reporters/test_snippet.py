from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsguard.model import Location
from dsguard.reporters.snippet import WIDTH, _cells, source_line

MARKS = 3


def at(column: int | None, end_column: int | None = None, *, end_line: int = 1) -> Location:
    return Location("a.py", 1, column, end_line if end_column else None, end_column)


@pytest.mark.parametrize(
    ("text", "location", "shown", "underline"),
    [
        ("x = 1", at(1, 2), "x = 1", "^"),
        ("x = 1", at(5), "x = 1", "    ^"),
        ("x = 1  ", at(1, 6), "x = 1", "^^^^^"),
        ("x = 1", at(None), "x = 1", ""),
        ("x = 1", at(99, 104), "x = 1", ""),
        ("x = 1", at(0, 2), "x = 1", ""),
        ("x = (", at(5, 2, end_line=3), "x = (", "    ^"),
        ("x = foo(a,  ", at(5, 2, end_line=3), "x = foo(a,", "    ^^^^^^"),
        ("x = 1", at(1, 999), "x = 1", "^^^^^"),
        ("x = 1", at(3, 3), "x = 1", "  ^"),
        ("\tx = 1", at(2, 3), "    x = 1", "    ^"),
        ("a\tx", at(3, 4), "a   x", "    ^"),
        ("名 = 1", at(1, 2), "名 = 1", "^^"),
        ("名 = 1", at(3, 4), "名 = 1", "   ^"),
        ("e\u0301 = 1", at(4, 5), "e\u0301 = 1", "  ^"),
        ("a\x1b[2J = 1", at(6, 7), "a\\x1b[2J = 1", "        ^"),
        ("", at(1, 2), "", ""),
    ],
)
def test_short_lines(text: str, location: Location, shown: str, underline: str) -> None:
    assert source_line(text, location) == (shown, underline)


@pytest.mark.parametrize(
    ("source", "physical_width", "underlined"),
    [
        ('f("a.csv")', 9, '"a.csv"'),
        ('f("a\\\\b")', 10, '"a\\\\b"'),
        ('f("a.csv', 3, '"a'),
    ],
)
def test_width_in_a_cell_is_of_the_source_not_of_its_json(source: str, physical_width: int, underlined: str) -> None:
    location = Location("n.ipynb", 7, 20, 7, 20 + physical_width, cell=2, cell_line=1, cell_column=3)
    shown, underline = source_line(source, location)
    assert shown[2 : len(underline)] == underlined


def test_line_of_a_cell_without_a_column_has_no_underline() -> None:
    assert source_line("x = 1", Location("n.ipynb", 7, 20, cell=2, cell_line=1)) == ("x = 1", "")


@pytest.mark.parametrize(
    ("text", "column", "end_column", "underline"),
    [
        ('key = "…" + tail(a, b, c, d)', 8, 48, "       ^"),
        ('key = "ghp_…" + tail', 8, 48, "       ^^^^^"),
        ('a, b = "…", "…"', 53, 93, ""),
        ('a, b = "…", "…" + tail(of, the, line)', 30, 35, ""),
        ('key = "plain"', 8, 13, "       ^^^^^"),
    ],
)
def test_redacted_values_are_shorter_than_they_were(text: str, column: int, end_column: int, underline: str) -> None:
    assert source_line(text, at(column, end_column), redacted=True) == (text, underline)


def test_ellipsis_elsewhere_is_just_a_character() -> None:
    assert source_line('print("…", "/home/ana")', at(12, 23)) == ('print("…", "/home/ana")', " " * 11 + "^" * 11)


@pytest.mark.parametrize("column", [1, 50, 69, 70, 71, 99, 100, 101, 150, 4000, 4990])
def test_long_lines_are_cut_around_the_place(column: int) -> None:
    text = "a" * (column - 1) + "HERE" + "b" * (5000 - column)
    shown, underline = source_line(text, at(column, column + 4))
    first = len(underline) - 4
    assert shown[first : first + 4] == "HERE"
    assert underline == " " * first + "^^^^"
    assert len(shown) <= WIDTH + 2 * MARKS
    assert shown.startswith("...") == (column > 70)
    assert shown.endswith("...") == (column < 4900)


def test_megabytes_on_one_line_cost_nothing() -> None:
    text = "\t名" * 5_000_000
    shown, underline = source_line(text, at(5_000_000, 9_000_000))
    assert _cells(shown) <= WIDTH + 2 * MARKS
    assert underline.strip("^ ") == ""


@given(
    st.text(st.characters() | st.sampled_from("\t名\x1b\u0301\udcff"), max_size=400),
    st.none() | st.integers(-2, 500),
    st.none() | st.integers(-2, 500),
    st.sampled_from([None, 1, 2]),
    st.booleans(),
)
def test_any_line_fits(text: str, column: int | None, end_column: int | None, end_line: int | None, in_cell: bool) -> None:  # noqa: FBT001
    text = text.replace("\n", " ")
    location = Location("a", 1, column, end_line, end_column)
    if in_cell:
        location = Location("a", 1, column, end_line, end_column, cell=1, cell_line=1, cell_column=column)
    shown, underline = source_line(text, location)
    assert shown.isprintable()
    assert _cells(shown) <= WIDTH + 2 * MARKS
    assert underline.lstrip(" ").strip("^") == ""
    assert len(underline) <= WIDTH + 2 * MARKS
    assert bool(underline) == (column is not None and 1 <= column <= len(text))
