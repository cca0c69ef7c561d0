"""Labels are what pathspec says, by a faster way."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pathspec import PathSpec
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

from dsguard.compiled_patterns import COMPILED, PLACES
from dsguard.default_roles import DEFAULT_ROLES
from dsguard.policy import IgnoreFiles, PatternError, Policy, Row, check_pattern, place_of, to_regex, within
from dsguard.rules import RULES

if TYPE_CHECKING:
    from tests.conftest import Repo

Rows = list[tuple[str, str]]


def oracle(rows: Rows, path: str) -> frozenset[str]:
    """The labels of a path by pathspec alone: per label one spec, whose last matching pattern decides."""
    found = set()
    for label in {label for label, _ in rows}:
        spec = PathSpec([GitIgnoreSpecPattern(pattern) for one, pattern in rows if one == label], backend="simple")
        if spec.match_file(path):
            found.add(label)
    return frozenset(found)


# Patterns and paths of few letters, so that they meet; and of the pieces that people write.

# git lists no path with a `.` or `..` in it.
_NAME = st.text(alphabet="abAB.-_[]!{Σß", min_size=1, max_size=4).filter(lambda name: name not in (".", ".."))
_GLOB_PIECES = ("a", "B", ".b", "*", "?", "[Aa]", "[_-]", "[!a]", "[a-c]", "-", "_", "**", ".", "\\a", "\\*", "{", "[", "]", "\\!", "Σ")
_GLOB = st.lists(st.sampled_from(_GLOB_PIECES), min_size=1, max_size=4).map("".join)
_COMMON = st.sampled_from(["data", "raw", "*.b", "*", "**", "[Rr]aw", "[Dd]ata", "x_y", "raw[_-]data"])
_SEGMENTS = st.lists(st.one_of(_GLOB, _COMMON), min_size=1, max_size=4).map("/".join)
_PATTERN = st.builds("".join, st.tuples(st.sampled_from(["", "!", "/", "!/"]), _SEGMENTS, st.sampled_from(["", "/", "/**", " "])))
_PATH_SEGMENT = st.one_of(
    _NAME, st.sampled_from(["data", "Data", "raw", "Raw", "RAW", "a.b", "x_y", "x-y", "raw-data", "#a", "!a", "\udcff.b"])
)
_PATHS = st.lists(_PATH_SEGMENT, min_size=1, max_size=4).map("/".join)


def _usable(pattern: str) -> bool:
    try:
        check_pattern(pattern)
    except PatternError:
        return False
    return True


PATTERNS = _PATTERN.filter(_usable)


@settings(max_examples=600, deadline=None)
@given(
    rows=st.lists(st.tuples(st.sampled_from("xyz"), PATTERNS), min_size=1, max_size=6),
    paths=st.lists(_PATHS, min_size=1, max_size=4),
)
@example(rows=[("x", "x[[aA].b")], paths=["xa.b"])
@example(rows=[("x", "[x.[aA]")], paths=["x", "a"])
@example(rows=[("x", "*.Σ")], paths=["a.Σ"])
@example(rows=[("x", "a"), ("x", "!!a")], paths=["!a", "a"])
@example(rows=[("x", "*"), ("x", "!#a")], paths=["#a", "a"])
@example(rows=[("x", "data/**")], paths=["data/a", "data", "a/data/b"])
@example(rows=[("x", "**/data/**/raw/*.b")], paths=["data/raw/a.b", "a/data/b/raw/a.b/c", "data/raw/c/a.b"])
def test_labels_equal_pathspec(rows: Rows, paths: list[str]) -> None:
    policy = Policy(rows)
    for path in paths:
        assert policy.labels(path) == oracle(rows, path), path


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("dir/", ["dir/a", "x/dir/a", "x/dir/y/a"], ["dir", "x/dir", "dirs/a", "Dir/a"]),
        ("/dir/", ["dir/a", "dir/y/a"], ["x/dir/a", "dir"]),
        ("a/b", ["a/b", "a/b/c"], ["x/a/b", "a/bc"]),
        ("a/**/b", ["a/b", "a/x/b", "a/x/y/b", "a/x/b/c"], ["b", "x/a/b", "ab"]),
        ("**/a/b", ["a/b", "x/a/b", "x/y/a/b"], ["a/x/b"]),
        ("a/**", ["a/b", "a/b/c"], ["a", "x/a/b"]),
        ("a/*", ["a/b", "a/b/c"], ["a", "x/a/b"]),
        ("*.csv", ["x.csv", "a/x.csv", ".csv", "x.csv/y"], ["x.csv.gz", "xcsv", "x.CSV"]),
        ("*.tar.gz", ["x.tar.gz", "a/.tar.gz"], ["x.gz", "tar.gz"]),
        ("x.*", ["x.a", "x.", "d/x.a"], ["x", "yx.a"]),
        ("?.py", ["a.py", "d/é.py"], ["ab.py", ".py"]),
        ("[Rr]aw/", ["raw/a", "x/Raw/a"], ["RAW/a", "raws/a"]),
        ("raw[_-]data", ["raw_data", "raw-data/x"], ["rawdata", "raw.data"]),
        ("0[0-9]_raw", ["01_raw", "x/09_raw/y"], ["1_raw", "011_raw"]),
        ("[!a]b", ["bb", "x/cb"], ["ab", "b"]),
        (r"\*.csv", ["*.csv"], ["x.csv"]),
        (r"\!a", ["!a"], ["a"]),
        (r"\#a", ["#a"], ["a"]),
        (r"a\ ", ["a "], ["a"]),
        ("a ", ["a"], ["a "]),
        ("a.csv  ", ["a.csv"], ["a.csv  "]),
        (" a", [" a"], ["a"]),
        ("a b.csv", ["a b.csv"], ["a", "b.csv"]),
        ("/a", ["a", "a/b"], ["x/a"]),
        ("*", ["a", "a/b", ".a"], []),
        ("**", ["a", "a/b"], []),
        ("*/", ["a/b"], ["a"]),
        ("{{ x }}/", ["{{ x }}/a"], ["x/a"]),
        ("données.csv", ["données.csv", "x/données.csv"], ["donnees.csv"]),
        ("*.csv", ["\udcff.csv", "\udc80/x.csv", "a\nb.csv", "a\nb/c.csv", "\n.csv"], ["x.csv\n"]),
        ("b", ["a\n/b", "b/\n"], ["b\n", "\nb"]),
        ("a?b", ["a\nb"], ["a/b"]),
        ("\udcff", ["\udcff", "x/\udcff/y"], ["\udcfe"]),
    ],
)
def test_pattern(pattern: str, matching: list[str], others: list[str]) -> None:
    check_pattern(pattern)
    policy = Policy([("x", pattern)])
    assert [path for path in [*matching, *others] if policy.labels(path)] == matching


@pytest.mark.parametrize(
    ("patterns", "labelled", "others"),
    [
        (["data/", "!data/README.md"], ["data/a", "x/data/README.md"], ["data/README.md"]),
        (["!a", "a"], ["a"], ["b"]),
        (["a", "!a", "a/b"], ["a/b"], ["a/c", "a"]),
        (["*", "!*.py"], ["a"], ["a.py", "a.py/b"]),
    ],
)
def test_the_last_match_wins(patterns: list[str], labelled: list[str], others: list[str]) -> None:
    policy = Policy([("x", pattern) for pattern in patterns])
    assert [path for path in [*labelled, *others] if policy.labels(path)] == labelled


@pytest.mark.parametrize("pattern", ["", "!", " ", "! ", "#a", "# note", "/", "!/", "a\\", "[a", "[z-a]", "!x[b-a]y"])
def test_a_pattern_that_can_match_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError) as caught:
        check_pattern(pattern)
    assert caught.value.reason


@pytest.mark.parametrize("pattern", ["[[.]", "[+--]", "a[[]b", "[]-]", "[a&&b]"])
def test_what_python_finds_odd_in_a_set_is_right_here(pattern: str) -> None:
    check_pattern(pattern)  # a FutureWarning would fail the test
    Policy([("x", pattern)]).labels("a")


@pytest.mark.parametrize("pattern", sorted(COMPILED))
def test_compiled_patterns_are_those_of_pathspec(pattern: str) -> None:
    assert to_regex(pattern) == COMPILED[pattern]
    assert place_of(pattern) == PLACES[pattern]


def test_every_shipped_pattern_is_compiled() -> None:
    """Else each commit loads pathspec; `scripts/generate.py` compiles them."""
    shipped = {pattern for _, patterns in DEFAULT_ROLES for pattern in patterns} | {pattern for rule in RULES for pattern in rule.files}
    bodies = {pattern.removeprefix("!") for pattern in shipped}
    assert {body for body in bodies if not body.startswith("@")} <= COMPILED.keys()


def test_a_path_is_matched_once_and_a_folder_once_for_all_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    matches = Row.matches

    def counting(row: Row, path: str) -> bool:
        tried.append(path)
        return matches(row, path)

    monkeypatch.setattr(Row, "matches", counting)
    policy = Policy([(f"label{number}", pattern) for number in range(50) for pattern in ("data/", "*.csv", "x/")])
    for number in range(100):
        assert policy.labels(f"data/raw/{number}.csv") == {f"label{number}" for number in range(50)}
    assert policy.matched == 100
    assert tried.count("data/") == 1, "a folder is tried once, not once for each file in it or each row"
    assert len(tried) == 1 + 100, "rows for other names are not tried at all"


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("/raw/", ["sub/raw/a"], ["raw/a", "other/raw/a", "sub/x/raw/a"]),
        ("raw/", ["sub/raw/a", "sub/x/raw/a"], ["subraw/a"]),
        ("a/b", ["sub/a/b"], ["a/b", "sub/x/a/b"]),
        ("sub/a", ["sub/sub/a"], ["sub/a"]),
    ],
)
def test_patterns_are_relative_to_the_folder_of_their_file(pattern: str, inside: list[str], outside: list[str]) -> None:
    policy = Policy([("x", within("sub", pattern))])
    assert [path for path in [*inside, *outside] if policy.labels(path)] == inside


@settings(max_examples=400, deadline=None)
@given(
    folder=st.one_of(_PATHS, st.sampled_from(["a[b]", "*", "x y ", "!a", "#b", "a\\b", "a\nb"])),
    pattern=PATTERNS,
    path=_PATHS,
)
@example(folder="a", pattern="!!b", path="!b")
@example(folder="a", pattern="b/ ", path="c/b/d")
def test_a_pattern_means_in_its_folder_what_it_means_at_the_root(folder: str, pattern: str, path: str) -> None:
    rows = [("x", "*"), ("x", pattern)] if pattern.startswith("!") else [("x", pattern)]
    moved = [(label, within(folder, one)) for label, one in rows]
    assert Policy(moved).labels(f"{folder}/{path}") == Policy(rows).labels(path)
    assert (
        Policy([("x", within(folder, pattern.removeprefix("!") or "a"))]).labels(path if not f"{path}/".startswith(f"{folder}/") else "?")
        == set()
    )


def test_thousands_of_folders_in_each_other() -> None:
    path = "a/" * 3000 + "x.csv"
    assert Policy([("x", "*.csv"), ("y", "b/")]).labels(path) == {"x"}
    ignore = IgnoreFiles()
    ignore.add("", "*.csv")
    assert ignore.ignored(path)


def test_many_paths_are_fast() -> None:
    """Ten thousand paths against the shipped table; two orders of magnitude above what it takes."""
    policy = Policy([(role, pattern) for role, patterns in DEFAULT_ROLES for pattern in patterns])
    started = time.perf_counter()
    for number in range(10_000):
        policy.labels(f"src/package{number % 50}/module{number}.py")
    assert time.perf_counter() - started < 20


# .gitignore files of a plain folder, with git as the oracle

_IGNORE_CASES: list[tuple[dict[str, bytes], list[str]]] = [
    ({".gitignore": b"*.log\n!keep.log\n"}, ["a.log", "keep.log", "d/a.log", "d/keep.log"]),
    ({".gitignore": b"*\n!*/\n!*.py\n"}, ["a.py", "a.bin", "d/a.py", "d/a.bin", "d/e/x.bin", "d/e/x.py"]),
    ({".gitignore": b"/*\n!/src/\n"}, ["a", "src/a", "src/b/a", "lib/src/a"]),
    ({".gitignore": b"build/\n", "d/.gitignore": b"!build/\n*.tmp\n"}, ["build/a", "d/build/a", "d/x.tmp", "x.tmp", "d/e/x.tmp"]),
    ({".gitignore": b"*.csv\n", "d/.gitignore": b"!x.csv\n", "d/e/.gitignore": b"x.csv\n"}, ["x.csv", "d/x.csv", "d/e/x.csv", "d/f/x.csv"]),
    ({".gitignore": b"\xef\xbb\xbfa.txt\r\nb.txt\r\n"}, ["a.txt", "b.txt", "c.txt"]),
    ({".gitignore": b"a\x0cb\nc\x85d\n"}, ["a\x0cb", "b", "a"]),
    ({".gitignore": b"[z-a]\n\\\n[\nx\n"}, ["a", "x"]),
    ({".gitignore": b"# note\n\\#a\n!#b\n"}, ["# note", "#a", "#b"]),
    ({".gitignore": b"*.log\nfoo\n"}, ["a\nb.log", "a\nb/c.log", "foo\n", "c\n/foo"]),
    ({".gitignore": "données\n".encode() + b"\xff\n"}, ["données", "\udcff", "x"]),
    ({".gitignore": b"d/*\n!d/e/\n"}, ["d/a", "d/e/a", "x/d/a"]),
    ({".gitignore": b"d/**\n!d/*/\n!d/**/*.py\n"}, ["d/a", "d/a.py", "d/e/a", "d/e/a.py", "d/e/f/a.py", "x/d/a"]),
    ({".gitignore": b"**/*/**\n"}, ["a", "d/a", "d/e/a"]),
    ({".gitignore": b"*/\n!d/\n"}, ["a", "d/a", "d/e/a", "e/a"]),
    ({".gitignore": b"a*/\n!ab/\nx/**/y\n"}, ["ab/c", "ac/d", "ab/ac/e", "x/y", "x/a/y", "x/z/y/w", "y"]),
]


@pytest.mark.parametrize(("ignore_files", "paths"), _IGNORE_CASES)
def test_gitignore_files_mean_what_git_says(ignore_files: dict[str, bytes], paths: list[str], repo: Repo) -> None:
    for path, content in ignore_files.items():
        repo.write(path, content)
    for path in paths:
        repo.write(path.encode("utf-8", "surrogateescape"), b"x")
    listed = repo.git("ls-files", "-z", "-o", "--exclude-standard").decode("utf-8", "surrogateescape").split("\0")

    ignore = IgnoreFiles()
    for path, content in ignore_files.items():
        ignore.add(path.rpartition("/")[0], content.decode("utf-8", "surrogateescape"))
    assert [path for path in paths if not _ignored(ignore, path)] == [path for path in paths if path in listed]


def _ignored(ignore: IgnoreFiles, path: str) -> bool:
    """As a walk asks: folder by folder, and not into one that is ignored."""
    parts = path.split("/")
    return any(ignore.ignored("/".join(parts[:depth]) + "/") for depth in range(1, len(parts))) or ignore.ignored(path)


def test_pathspec_stays_unloaded_for_shipped_and_plain_patterns() -> None:
    code = (
        "import sys; from dsguard.policy import Policy, check_pattern; from dsguard.default_roles import DEFAULT_ROLES as d\n"
        "check_pattern('plain/name.csv')\n"
        "policy = Policy([(role, pattern) for role, patterns in d for pattern in patterns])\n"
        "policy.labels('data/raw/x.csv'); policy.labels('src/tests/test_a.py')\n"
        "sys.exit('pathspec' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
