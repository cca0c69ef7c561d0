"""What other scanners were told to accept: read from their files, and honoured where a person audited it."""

from __future__ import annotations

import json
from hashlib import sha1

import pytest

from dsguard.analysis.secrets.accepted_elsewhere import Accepted, accepted_in, read_baseline, read_ignore_file
from dsguard.rules.secrets.secret import Secret
from dsguard.testing import check, tree

KEY = "4b1e9c07d2a8f35e" + "60b917ac4d82e05b"
SHA1 = sha1(KEY.encode()).hexdigest()


def baseline(path: str = "src/a.py", **more: object) -> str:
    entry = {"type": "Secret Keyword", "filename": path, "hashed_secret": SHA1, "is_verified": False, "line_number": 1, **more}
    return json.dumps({"version": "1.5.0", "plugins_used": [], "filters_used": [], "results": {path: [entry]}})


def test_a_baseline_knows_values_by_path_wherever_they_stand() -> None:
    accepted = read_baseline(baseline())
    assert accepted.is_known("src/a.py", KEY, 99)
    assert not accepted.is_known("src/b.py", KEY, 1)
    assert not accepted.is_known("src/a.py", KEY[::-1], 1)
    assert not accepted.is_harmless("src/a.py", KEY)


def test_only_what_was_audited_is_harmless() -> None:
    assert read_baseline(baseline(is_secret=False)).is_harmless("src/a.py", KEY)
    assert not read_baseline(baseline(is_secret=True)).is_harmless("src/a.py", KEY)
    assert not read_baseline(baseline(is_secret=None)).is_harmless("src/a.py", KEY)


def test_paths_of_other_systems_are_the_same_paths() -> None:
    assert read_baseline(baseline("src\\a.py")).is_known("src/a.py", KEY, None)
    assert read_baseline(baseline("./src/a.py")).is_known("src/a.py", KEY, None)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"results": []}', '{"results": {"a": 1, "b": [1, {"hashed_secret": 5}]}}', "[" * 100_000]
)
def test_what_is_no_baseline_accepts_nothing(text: str) -> None:
    accepted = read_baseline(text)
    assert (accepted.known, accepted.harmless) == (frozenset(), frozenset())


def test_an_ignore_file_knows_lines() -> None:
    accepted = read_ignore_file(
        "# why\n\nsrc/a.py:generic-api-key:12\n"
        + "a" * 40
        + ":conf/my file.yml:aws-access-token:3\r\nC:x\nsrc\\b.py:jwt:4\n#src/c.py:jwt:1\n"
    )
    assert accepted.lines == {("src/a.py", 12), ("conf/my file.yml", 3), ("src/b.py", 4)}
    assert accepted.is_known("src/a.py", KEY, 12)
    assert not accepted.is_known("src/a.py", KEY, 13)
    assert not Accepted().is_known("src/a.py", KEY, None)


def test_both_files_of_a_repository_are_read() -> None:
    files = tree({"src/a.py": "x = 1\n", ".secrets.baseline": baseline(), ".gitleaksignore": "src/b.py:jwt:4\n"})
    accepted = accepted_in(files["src/a.py"])
    assert accepted.is_known("src/a.py", KEY, None)
    assert accepted.is_known("src/b.py", "x", 4)
    assert accepted_in(tree({"a.py": ""})["a.py"]).known == frozenset()


@pytest.mark.parametrize(("more", "count"), [({"is_secret": False}, 0), ({"is_secret": True}, 1), ({}, 1)])
def test_the_rule_honours_what_a_person_audited(more: dict[str, object], count: int) -> None:
    source = f'api_key = "{KEY}"\n'
    assert len(check(Secret(), {"src/a.py": source, ".secrets.baseline": baseline("src/a.py", **more)})) == count
    assert len(check(Secret(), {"src/b.py": source, ".secrets.baseline": baseline("src/a.py", **more)})) == 1


@pytest.mark.parametrize(
    ("others", "knows"),
    [
        ({".secrets.baseline": baseline("src/a.py")}, True),
        ({".gitleaksignore": "src/a.py:generic-api-key:1\n"}, True),
        ({".gitleaksignore": "src/a.py:generic-api-key:2\n"}, False),
        ({".secrets.baseline": baseline("src/b.py")}, False),
        ({}, False),
    ],
)
def test_what_another_scanner_was_told_to_accept_is_told_with_the_way_to_do_so_here(others: dict[str, str], *, knows: bool) -> None:
    (finding,) = check(Secret(), {"src/a.py": f'api_key = "{KEY}"\n', **others})
    assert ("dsguard baseline create" in finding.help) == knows
