"""Files that are alike get one answer, and it is the one that each would get by itself."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.documents.test_signature import SAMPLES
from tests.test_policy import PATTERNS, Rows

from dsguard import engine, selection
from dsguard.alike import Words, fold
from dsguard.documents.signature import is_mere_json, is_mere_text
from dsguard.policy import Policy
from dsguard.rules import RULES
from dsguard.testing import MemoryWorkspace, plan_of, run, tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.rules.base import Tree

_NAMES = st.lists(st.sampled_from(["a", "b", "A", ".b", ".B", "_", "-", "x", "raw", ".", "{", "[", "Σ", "!", " "]), min_size=1, max_size=4)
_FOLDERS = st.sampled_from(["", "data/", "a/", "x/data/raw/", "a.b/"])


def extension(name: str) -> str | None:
    """As files are put together: ``None`` for a name that starts with its only dot, which is no extension."""
    dot = name.rfind(".")
    return None if dot == 0 else name[dot:] if dot > 0 else ""


@given(
    rows=st.lists(st.tuples(st.sampled_from("xyz"), PATTERNS), min_size=1, max_size=6),
    folder=_FOLDERS,
    names=st.lists(_NAMES.map("".join).filter(lambda name: name not in (".", "..")), min_size=2, max_size=8),
)
@example(rows=[("x", "[!a]b")], folder="", names=["cb", "ab"])
@example(rows=[("x", "*.[!a]")], folder="", names=["x..", "a.x."])
@example(rows=[("x", "raw-a")], folder="a/", names=["RAW_A", "raw-a"])
@example(rows=[("x", "?.b")], folder="", names=["a.b", "ab.b"])
@example(rows=[("x", "ab*"), ("x", "!*b.b")], folder="", names=["ab.b", "xx.b", "a.b"])
@example(rows=[("x", "*Σ.b")], folder="", names=["aς.b", "xΣ.b", "a.b"])
def test_names_without_a_word_of_the_table_have_the_labels_of_their_folder_and_extension(rows: Rows, folder: str, names: list[str]) -> None:
    policy = Policy(rows)
    single = policy.words.standing_in(names)
    by_extension: dict[str, set[frozenset[str]]] = {}
    for number, name in enumerate(names):
        kind = extension(name)
        if number not in single and kind is not None:
            by_extension.setdefault(kind, set()).add(policy.labels(folder + name))
    assert all(len(labels) == 1 for labels in by_extension.values())


@given(st.lists(st.text(alphabet="ab-_AΣς\n.", max_size=6), max_size=6), st.sets(st.text(alphabet="ab-AΣ.", min_size=1, max_size=3)))
def test_a_word_is_found_in_each_name_that_it_stands_in(names: list[str], words: set[str]) -> None:
    whole, parts = set(map(fold, list(words)[::2])), set(map(fold, list(words)[1::2]))
    found = Words(whole, parts).standing_in(names)
    expected = {number for number, name in enumerate(names) if fold(name) in whole or any(part in fold(name) for part in parts)}
    assert found >= expected
    if not any("\n" in name for name in names):
        assert found == expected


def test_of_what_is_passed_over_at_a_glance_no_rule_says_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    trees: list[Tree] = [one for rule in RULES if rule.family == "data" for one in (*rule.bad, *rule.good)]
    folders = ("src", "data/raw", "data/export", "tests/a.zarr")
    trees += [{f"{folder}/{path}": content for path, content, _ in SAMPLES} for folder in folders]
    one_by_one = [told(one) for one in trees]
    monkeypatch.setattr(selection, "_FEW", 0)
    assert [told(one) for one in trees] == one_by_one
    assert sum(map(len, one_by_one)) > 50


def told(files: Tree) -> list[tuple[str, str, str]]:
    report = run(files, profile="strict", families=["data"])
    return [(finding.code, finding.path, finding.message) for finding in report.findings]


_PIECES = st.sampled_from(
    [
        *(b"tree\nversion=v", b"version https://git-lfs.github.com/spec/v1\n", b"(dp0\nVa\np1\nF0.1\ns.", b"csys\nexit\n", b"]q\x00."),
        *(b'{"learner": {', b'"type": "FeatureCollection"', b"SIMPLE  =", b"ply\n", b"<stata_dta>", b"3 4\n", b"##fileformat=VCF"),
        *(b"a: 1\n", b"\n", b" ", b"{", b'"x": 1}', b"\0", b"\x80\x04", b"PAR1", b"\xff\xfe", b"# .PCD", b"/annex/objects/x"),
    ]
)


@given(st.lists(_PIECES, max_size=4).map(b"".join), st.sampled_from([".txt", ".text", ".log", ".yaml", ".json"]))
def test_mere_text_is_nothing(content: bytes, suffix: str) -> None:
    file = tree({f"conf/a{suffix}": content})[f"conf/a{suffix}"]
    if (is_mere_json if suffix == ".json" else is_mere_text)(file.name, file.head):
        assert file.format is None
        assert file.pointer is None


@pytest.mark.parametrize("name", ["exports.json", "user_dump.json", "a.b.export.json"])
def test_the_name_of_json_may_say_that_it_is_data(name: str) -> None:
    assert not is_mere_json(name, b'{"a": 1}')
    assert is_mere_json("settings.json", b'{"a": 1}')


def test_a_marker_in_what_is_passed_over_is_judged_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "_FEW", 0)
    files = {"conf/a.yaml": "a: 1  # dsguard: ignore[DSG106] no reason at all\n", "conf/b.yaml": "b: 1\n"}
    workspace = MemoryWorkspace(files)
    report = engine.run(plan_of(workspace, select=["DSG106", "DSG002"]), workspace)
    assert [(finding.code, finding.path) for finding in report.findings] == [("DSG002", "conf/a.yaml")]
