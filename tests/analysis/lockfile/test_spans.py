"""Sets of releases, and requires-python as one."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from dsguard.analysis.lockfile.spans import ALL, UndecidableError, complement, holds, intersection, python_bounds, union, version_spans

OPERATORS = ("==", "!=", "<", "<=", ">", ">=", "~=", "===")
VERSIONS = st.lists(st.integers(0, 4), min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts)))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(OPERATORS), VERSIONS, VERSIONS, st.sampled_from(["", ".*"]))
def test_a_span_holds_what_the_specifier_allows(operator: str, text: str, other: str, star: str) -> None:
    if operator == "~=" and "." not in text:
        text += ".0"
    if operator in ("==", "!="):
        text += star
    if operator == "===":
        text = other  # compared as text by packaging, as a version by uv
    release = tuple(int(part) for part in other.split("."))
    while len(release) > 1 and not release[-1]:
        release = release[:-1]
    assert holds(version_spans(operator, text), (release, 0)) is SpecifierSet(operator + text).contains(other)


SPANS = st.lists(st.tuples(st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), st.integers(0, 5).map(str)), max_size=4)
POINTS = [None, *itertools.product([(number,) for number in range(7)], (0, 1))]


@settings(max_examples=200, deadline=None)
@given(SPANS, SPANS)
def test_set_operations(first: list[tuple[str, str]], second: list[tuple[str, str]]) -> None:
    left = union(span for one in first for span in version_spans(*one))
    right = union(span for one in second for span in version_spans(*one))
    for point in POINTS:
        assert holds(complement(left), point) is not holds(left, point)
        assert holds(intersection(left, right), point) is (holds(left, point) and holds(right, point))
        assert holds(union([*left, *right]), point) is (holds(left, point) or holds(right, point))
    assert complement(complement(left)) == left
    assert union([*left, *left]) == left
    assert intersection(ALL, left) == left


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([">=3.12,<3.13"], ["==3.12.*"]),
        ([">=3.11"], [">=3.11.0"]),
        ([">=3.8", ">=3.11"], [">=3.11"]),
        ([">=3.11,!=3.11.4"], [">=3.11"]),
        ([">=3.11,!=3.11.*"], [">=3.12"]),
        (["~=3.11"], [">=3.11,<4"]),
        (["~=3.11.2"], [">=3.11.2,<3.12"]),
        ([">=3.11rc1"], [">=3.11"]),
        ([">3.10,<=3.12"], ["<=3.12", ">3.10"]),
        ([""], [""]),
    ],
)
def test_the_same_pythons(first: list[str], second: list[str]) -> None:
    assert python_bounds(first) == python_bounds(second)


@pytest.mark.parametrize(
    ("first", "second"), [([">=3.11"], [">3.11"]), (["<3.12"], ["<=3.12"]), (["==3.12"], ["==3.12.*"]), ([">=3.11"], [">=3.11,<4"])]
)
def test_other_pythons(first: list[str], second: list[str]) -> None:
    assert python_bounds(first) != python_bounds(second)


@pytest.mark.parametrize("text", [">=3.x", "3.11", ">=3.12,<3.11", "=>3", ">=" + "9" * 5000])
def test_what_says_nothing(text: str) -> None:
    with pytest.raises(UndecidableError):
        python_bounds([text])
