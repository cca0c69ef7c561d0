"""Markers by what they say. That uv sees them the same is held in test_stale_against_uv.py."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.markers import Marker as Reference

from dsguard.analysis.lockfile.markers import are_equal, depends_on_extra, environments, holds_in, is_never, of_extra, parse_marker
from dsguard.analysis.lockfile.spans import UndecidableError, python_bounds

ANY = (None, None)
NEW = python_bounds([">=3.11"])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("sys_platform == 'linux'", "'linux' == sys_platform"),
        ('sys_platform == "linux"', "platform_system == 'Linux'"),
        ("sys_platform != 'win32'", "platform_system != 'Windows'"),
        ("python_version >= '3.12'", "python_full_version >= '3.12'"),
        ("python_version > '3.11'", "python_full_version >= '3.12'"),
        ("python_version <= '3.11'", "python_full_version < '3.12'"),
        ("python_version == '3.11'", "python_full_version == '3.11.*'"),
        ("python_version == '3'", "python_full_version == '3.0.*'"),
        ("python_version ~= '3.11'", "python_full_version >= '3.11' and python_full_version < '4'"),
        ("python_version ~= '3.11.0'", "python_full_version == '3.11.*'"),
        ("python_version in '3.11 3.12'", "python_full_version >= '3.11' and python_full_version < '3.13'"),
        ("python_version not in '3.11'", "python_full_version != '3.11.*'"),
        ("python_version < '3.11.4'", "python_full_version < '3.12'"),
        ("'3.11' < python_version", "python_full_version >= '3.12'"),
        ("a == 'x' or b == 'y'".replace("a", "os_name").replace("b", "sys_platform"), "sys_platform == 'y' or os_name == 'x'"),
        ("os_name == 'nt' and (sys_platform == 'a' or sys_platform == 'b')", "(sys_platform != 'c' and sys_platform in_set)"),
        ("implementation_name >= 'cpython'", "implementation_name == 'cpython'"),
        ("extra == 'A_b'", "extra == 'a-b'"),
    ],
)
def test_equal(first: str, second: str) -> None:
    if "in_set" in second:
        second = "(os_name == 'nt' and sys_platform == 'b') or (os_name == 'nt' and sys_platform == 'a')"
    assert are_equal(parse_marker(first), parse_marker(second), ANY)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("sys_platform == 'linux'", "sys_platform == 'Linux'"),
        ("sys_platform == 'linux'", "'linux' in sys_platform"),
        ("python_version >= '3.12'", "python_version > '3.12'"),
        ("platform_release >= '5'", "platform_release == '5'"),
        ("extra == 'a'", "extra == 'b'"),
        ("extra == 'a'", "extra != 'a'"),
        ("os_name == 'nt' or os_name == 'x'", "os_name == 'nt'"),
    ],
)
def test_different(first: str, second: str) -> None:
    assert not are_equal(parse_marker(first), parse_marker(second), ANY)


def test_only_the_pythons_of_the_lockfile_count() -> None:
    first, second = parse_marker("python_version >= '3.10' and os_name == 'nt'"), parse_marker("os_name == 'nt'")
    assert are_equal(first, second, NEW)
    assert not are_equal(first, second, ANY)
    assert are_equal(parse_marker("python_version < '3.9'"), parse_marker("python_version < '3.10'"), NEW)


def test_what_is_never_true() -> None:
    assert is_never(parse_marker("os_name == 'a' and os_name == 'b'"))
    assert is_never(parse_marker("python_version < '3' and python_version > '3'"))
    assert not is_never(parse_marker("python_version < '3'"))


def test_whether_an_extra_matters() -> None:
    assert depends_on_extra(parse_marker("os_name == 'nt' and extra == 'a'"), ANY)
    assert not depends_on_extra(parse_marker("os_name == 'nt'"), ANY)
    assert not depends_on_extra(parse_marker("python_version >= '3.10' or extra == 'a'"), NEW)
    assert not depends_on_extra(parse_marker("python_version < '3.10' and extra == 'a'"), NEW)
    assert depends_on_extra(of_extra("a"), NEW)


def test_machines_that_do_not_exist_decide_nothing() -> None:
    with pytest.raises(UndecidableError, match="impossible"):
        are_equal(parse_marker("sys_platform == 'linux' and os_name != 'nt'"), parse_marker("sys_platform == 'linux'"), ANY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "os_name",
        "os_name == nt",
        "'a' == 'b'",
        "os_name == sys_platform",
        "not os_name == 'nt'",
        "os_name ~= 'nt'",
        "os_name == 'nt' and",
        "(os_name == 'nt'",
        "os_name == 'nt')",
        "python_version == 'three'",
        "'3' in python_version",
        "extra > 'a'",
        "color == 'red'",
        "os_name == 'nt",
        "(" * 500 + "os_name == 'nt'" + ")" * 500,
        " or ".join(["os_name == 'nt'"] * 1000),
    ],
)
def test_what_has_no_meaning(text: str) -> None:
    with pytest.raises(UndecidableError):
        parse_marker(text)


def test_too_many_variables_are_not_compared() -> None:
    text = " and ".join(f"'{name}' in os_name" for name in "abcdefghijklmnopqrst")
    with pytest.raises(UndecidableError, match="too many"):
        are_equal(parse_marker(text), parse_marker("os_name == 'nt'"), ANY)


ATOMS = st.sampled_from(
    [
        *("sys_platform == 'linux'", "sys_platform != 'linux'", "sys_platform == 'win32'", "os_name == 'nt'", "'x' in os_name"),
        *("python_version >= '3.11'", "python_version < '3.12'", "python_full_version != '3.11.4'"),
        *("extra == 'a'", "platform_machine == 'arm64'"),
    ]
)
MARKERS = st.recursive(
    ATOMS, lambda inner: st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda parts: f"({' '.join(parts)})"), max_leaves=6
)
PLACES = st.tuples(
    st.sampled_from(["linux", "win32"]),
    st.sampled_from(["nt", "posix", "xx"]),
    st.sampled_from(["3.10.2", "3.11.4", "3.12.0"]),
    st.sampled_from(["a", ""]),
)


@settings(max_examples=200, deadline=None)
@given(MARKERS, PLACES)
def test_a_marker_holds_where_packaging_says_so(text: str, place: tuple[str, str, str, str]) -> None:
    platform, os_name, python, extra = place
    version = ".".join(python.split(".")[:2])
    given_environment = {
        "sys_platform": platform,
        "os_name": os_name,
        "python_version": version,
        "python_full_version": python,
        "platform_machine": "arm64",
        "extra": extra,
    }
    point = tuple(int(part) for part in python.removesuffix(".0").split("."))
    here = {
        ("sys_platform",): (platform, 0),
        ("os_name",): (os_name, 0),
        ("os_name", "part", "x"): (1, 0) if "x" in os_name else None,
        ("python_full_version",): (point, 0),
        ("platform_machine",): ("arm64", 0),
        ("extra", "a"): (1, 0) if extra else None,
    }
    marker = parse_marker(text)
    assert holds_in(marker, here) is Reference(text).evaluate(given_environment)
    assert are_equal(marker, parse_marker(str(Reference(text))), ANY)
    assert list(environments([marker], ANY))
