"""Requirements of manifests and lockfiles in one form, and what can be told of two of them."""

from __future__ import annotations

from typing import Any

import pytest

from dsguard.analysis.lockfile.addresses import without_secrets
from dsguard.analysis.lockfile.lowering import Lowering, Wanted
from dsguard.analysis.lockfile.requirement import clean_url, from_url, read_declared, read_locked, same_source
from dsguard.analysis.lockfile.spans import UndecidableError
from dsguard.documents.project import Declared
from dsguard.testing import all_files


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://Git.Example.com/a/B.git", "https://git.example.com/a/B.git"),
        ("HTTPS://bob:pw@git.example.com:443/a", "https://git.example.com/a"),
        ("http://git.example.com:80", "http://git.example.com/"),
        ("ssh://git@git.example.com:22/a", "ssh://git.example.com/a"),
        ("https://git.example.com:8443/a", "https://git.example.com:8443/a"),
        ("not a url", "not a url"),
    ],
)
def test_urls_without_what_no_comparison_looks_at(url: str, clean: str) -> None:
    assert clean_url(url) == clean


@pytest.mark.parametrize(
    ("url", "source"),
    [
        ("git+https://git.example.com/a", ("git", "https://git.example.com/a", None, None, False, None)),
        ("git+https://git.example.com/a@v1%2E0", ("git", "https://git.example.com/a", ("rev", "v1.0"), None, False, None)),
        ("git+ssh://git@git.example.com/a", ("git", "ssh://git.example.com/a", None, None, False, None)),
        ("git+ssh://git@git.example.com/a@main", ("git", "ssh://git.example.com/a", ("rev", "main"), None, False, None)),
        ("git+https://git.example.com/a#subdirectory=x/", ("git", "https://git.example.com/a", None, "x", False, None)),
        ("git+https://git.example.com/a@v1#egg=a", ("git", "https://git.example.com/a", ("rev", "v1"), None, False, None)),
        ("https://x.example/a-1.tar.gz#subdirectory=y", ("url", "https://x.example/a-1.tar.gz", "y")),
        ("https://x.example/a-1-py3-none-any.whl#sha256=00", ("url", "https://x.example/a-1-py3-none-any.whl", None)),
    ],
)
def test_direct_references(url: str, source: tuple[Any, ...]) -> None:
    assert from_url(url) == source


@pytest.mark.parametrize("url", ["file:///srv/a.whl", "../a.whl", "${ROOT}/a.whl", "git+https://x.example/a#odd=1", "ftp://x.example/a"])
def test_direct_references_that_are_up_to_the_disk(url: str) -> None:
    with pytest.raises(UndecidableError):
        from_url(url)


@pytest.mark.parametrize(
    ("declared", "locked"),
    [
        ("Scikit_Learn", {"name": "scikit-learn"}),
        ("a [Y,x] >=1 , <2", {"name": "a", "extras": ["x", "y"], "specifier": "<2,>=1"}),
        ("a ; python_version < '3.12'", {"name": "a", "marker": "python_full_version < '3.12'"}),
        ("a @ git+https://u@git.example.com/a@v1", {"name": "a", "git": "https://git.example.com/a?rev=v1"}),
        (
            "a @ git+https://git.example.com/a@v1#subdirectory=x",
            {"name": "a", "git": "https://git.example.com/a?subdirectory=x&rev=v1#0123"},
        ),
        ("a @ https://x.example/a-1.tar.gz", {"name": "a", "url": "https://x.example/a-1.tar.gz"}),
    ],
)
def test_the_same_said_twice(declared: str, locked: dict[str, Any]) -> None:
    here, there = read_declared(Declared(declared, ("project", "dependencies"))), read_locked(locked, "")
    assert here.matches(there, (None, None))


@pytest.mark.parametrize(
    ("declared", "locked"),
    [
        ("a", {"name": "b"}),
        ("a[x]", {"name": "a"}),
        ("a>=1", {"name": "a", "specifier": ">=1.1"}),
        ("a", {"name": "a", "marker": "sys_platform == 'linux'"}),
        ("a @ git+https://git.example.com/a@v1", {"name": "a", "git": "https://git.example.com/a?tag=v1"}),
        ("a @ git+https://git.example.com/a", {"name": "a", "git": "https://git.example.com/b"}),
        ("a @ https://x.example/a-1.tar.gz", {"name": "a", "specifier": "==1"}),
        ("a", {"name": "a", "index": "https://x.example/simple"}),
    ],
)
def test_not_the_same(declared: str, locked: dict[str, Any]) -> None:
    here, there = read_declared(Declared(declared, ("project", "dependencies"))), read_locked(locked, "")
    assert not here.matches(there, (None, None))


@pytest.mark.parametrize("entry", [{}, {"name": 3}, {"name": "a", "marker": 1}, {"name": "a", "colour": "red"}])
def test_entries_of_a_lockfile_that_nobody_knows(entry: dict[str, Any]) -> None:
    with pytest.raises(UndecidableError):
        read_locked(entry, "")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("path", "/srv/a.whl"), ("path", "a.whl")),
        (("folder", "/srv/a", "installed"), ("folder", "a", "installed")),
        (("url", "https://x.example/A%2Eb", None), ("url", "https://x.example/a.b", None)),
        (("index", ((), ()), "file:///srv/wheels", None), ("index", ((), ()), "file:../wheels", None)),
    ],
)
def test_what_only_the_machine_knows(first: tuple[Any, ...], second: tuple[Any, ...]) -> None:
    with pytest.raises(UndecidableError):
        same_source(first, second)


def test_a_folder_that_is_not_under_review_may_be_installed_either_way() -> None:
    assert same_source(("folder", "../lib", "unseen"), ("folder", "../lib", "virtual"))
    assert same_source(("folder", "../lib", "unseen"), ("folder", "../lib", "installed"))
    assert not same_source(("folder", "../lib", "unseen"), ("folder", "../lib", "editable"))
    assert not same_source(("folder", "../lib", "unseen"), ("folder", "../other", "installed"))


def lower(text: str, source: dict[str, Any], *, extra: str | None = None, **files: str) -> Wanted:
    given = all_files({path.replace("__", "/"): content for path, content in files.items()} | {"lib/pyproject.toml": ""})
    uv = {"sources": {"Lib": source}, "index": [{"name": "own", "url": "https://bob:pw@x.example/simple/"}]}
    return Lowering(given, "app", uv, None).lower([Declared(text, ("project", "dependencies"))], extra=extra)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({"path": "../lib"}, ("folder", "lib", "installed")),
        ({"path": "../lib", "editable": True}, ("folder", "lib", "editable")),
        ({"path": "../lib", "package": False}, ("folder", "lib", "virtual")),
        ({"path": "../gone"}, ("folder", "gone", "unseen")),
        ({"path": "../../out"}, ("folder", "../out", "unseen")),
        ({"path": "lib-1.tar.gz"}, ("path", "app/lib-1.tar.gz")),
        ({"git": "https://git.example.com/lib", "tag": "v1"}, ("git", "https://git.example.com/lib", ("tag", "v1"), None, False, None)),
        ({"url": "https://x.example/lib.zip", "subdirectory": "./x/"}, ("url", "https://x.example/lib.zip", "./x")),
    ],
)
def test_sources(source: dict[str, Any], expected: tuple[Any, ...]) -> None:
    wanted = lower("lib>=1", source)
    assert [need.source for need in wanted.needs] == [expected]


def test_an_index_of_its_own_is_shown_without_credentials() -> None:
    (need,) = lower("lib>=1", {"index": "own"}).needs
    assert need.source[2] == "https://x.example/simple/"
    assert need.shown == "lib>=1 from https://x.example/simple/"


def test_a_source_takes_its_share_and_the_index_the_rest() -> None:
    wanted = lower("lib", {"path": "../lib", "marker": "sys_platform == 'linux'"})
    assert [need.source[0] for need in wanted.needs] == ["folder", "index"]


def test_a_source_for_an_extra_is_only_for_that() -> None:
    source = {"path": "../lib", "extra": "gpu"}
    assert [need.source[0] for need in lower("lib", source).needs] == ["index"]
    assert lower("lib", source, extra="gpu").needs[0].source[0] == "folder"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("lib", {"index": "elsewhere"}),
        ("lib", {"workspace": True}),
        ("lib", {"git": "https://git.example.com/lib", "tag": "v1", "branch": "main"}),
        ("lib", {"from": "the moon"}),
        ("lib==>1", {}),
    ],
)
def test_what_cannot_be_told_is_named_and_not_guessed(text: str, source: dict[str, Any]) -> None:
    wanted = lower(text, source)
    assert (wanted.needs, list(wanted.unknown)) == ([], ["lib"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pip install git+https://bob:pw@x.example/a.git", "pip install git+https://…@x.example/a.git"),
        ("https://x.example/a.whl?token=abc#sha256=00", "https://x.example/a.whl?…#sha256=00"),
        ("pandas>=2 # why?", "pandas>=2 # why?"),
    ],
)
def test_no_credential_of_a_url_is_shown(text: str, shown: str) -> None:
    assert without_secrets(text) == shown
