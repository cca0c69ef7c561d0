"""uv.lock: what it recorded, read by its layout or as plain TOML."""

from __future__ import annotations

import pytest

from dsguard.documents.uv_lock import Locked, read_uv_lock
from dsguard.model import UnreadableError
from dsguard.testing import tree

LOCK = """\
version = 1
revision = 3
requires-python = ">=3.11"
resolution-markers = [
    "sys_platform == 'linux'",
]

[options]
resolution-mode = "lowest"

[manifest]
members = [
    "app",
    "lib",
]

[[package]]
name = "alpha"
version = "1.0"
source = { registry = "https://index.example.com/simple" }
sdist = { url = "https://index.example.com/alpha-1.0.tar.gz", hash = "sha256:00" }

[[package]]
name = "app"
version = "0.1.0"
source = { editable = "." }
dependencies = [
    { name = "alpha" },
]

[package.metadata]
requires-dist = [{ name = "alpha", specifier = ">=1" }]

[package.metadata.requires-dev]
dev = [{ name = "pytest" }]

[[package]]
name = "beta"
version = "1.0"
source = { git = "https://git.example.com/beta?tag=v1#0000" }

[[package]]
name = "lib"
source = { virtual = "lib" }
"""


def read(text: str | bytes) -> tuple[dict[str, object], list[tuple[object, ...]]]:
    lock = read_uv_lock(tree({"uv.lock": text})["uv.lock"])
    return lock.head, [(package.name, package.version, package.kind, package.where, package.table) for package in lock.packages]


def test_what_it_holds() -> None:
    lock = read_uv_lock(tree({"uv.lock": LOCK})["uv.lock"])
    assert (lock.revision, lock.requires_python, lock.options, lock.manifest) == (
        3,
        ">=3.11",
        {"resolution-mode": "lowest"},
        {"members": ["app", "lib"]},
    )
    assert [package.name for package in lock.packages] == ["alpha", "app", "beta", "lib"]
    (app,) = lock.named("app")
    assert isinstance(app, Locked)
    assert app.metadata == {"requires-dist": [{"name": "alpha", "specifier": ">=1"}], "requires-dev": {"dev": [{"name": "pytest"}]}}
    assert (app.kind, app.where) == ("editable", ".")
    assert [(package.version, package.table is None) for package in lock.packages] == [
        ("1.0", True),
        ("0.1.0", False),
        ("1.0", True),
        (None, False),
    ]
    assert lock.named("none") == []


@pytest.mark.parametrize(
    "text",
    [
        LOCK.replace("\n", "\r\n"),
        "# by hand\n" + LOCK,
        LOCK.replace("[[package]]\nname", "[[ package ]]\nname"),
        LOCK.replace('name = "alpha"\nversion = "1.0"', 'version = "1.0"\nname = "alpha"'),
        LOCK.replace('"alpha"', "'''alpha'''", 1),
        "\ufeff" + LOCK,
    ],
)
def test_another_layout_is_read_all_the_same(text: str) -> None:
    assert read(text) == read(LOCK)


def test_the_layout_of_uv_is_not_parsed_as_a_whole() -> None:
    file = tree({"uv.lock": LOCK + '\n[[package]]\nname = "z"\nversion = "1"\nsource = { registry = "https://x" }\nbroken [\n'})["uv.lock"]
    assert read_uv_lock(file).packages[-1].name == "z"
    assert not file.has_view("toml")  # DSG001 asks for that


@pytest.mark.parametrize("rest", ["", "package = 3\n", "package = [3, {name = 'a'}, {name = 3, source = {}}]\n"])
def test_odd_lockfiles_hold_no_packages(rest: str) -> None:
    assert read("version = 1\n" + rest)[1] == []


@pytest.mark.parametrize(
    ("text", "reason", "fatal"),
    [
        ("version = [", "does not parse as TOML", True),
        ("<<<<<<< HEAD\nversion = 1\n=======\n>>>>>>> b\n", "merge-conflict", True),
        ("content-hash = 'x'\n", "no version", False),
        ("version = 2\n", "newer than known here .version 2", False),
        ("version = 1\nrevision = 99\n", "revision 99", False),
    ],
)
def test_what_cannot_be_read_is_said(text: str, reason: str, *, fatal: bool) -> None:
    with pytest.raises(UnreadableError, match=reason) as caught:
        read(text)
    assert caught.value.fatal is fatal
