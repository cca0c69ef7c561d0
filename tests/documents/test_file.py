"""A file's bytes and text, each read once and only as far as asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsguard.documents.file import HEAD_SIZE, MAX_WHOLE_SIZE, READ_AT_ONCE, TAIL_SIZE, File, decode
from dsguard.documents.files import Files
from dsguard.model import UnreadableError
from dsguard.workspace import Entry, MemoryWorkspace

if TYPE_CHECKING:
    from collections.abc import Mapping


class Counting(MemoryWorkspace):
    """Notes what is read, and can say that a file is larger than it is."""

    def __init__(self, files: Mapping[str, str | bytes], sizes: Mapping[str, int] | None = None) -> None:
        super().__init__(files)
        self.spans: list[tuple[int, int | None]] = []
        self.claimed = sizes or {}

    def size_of(self, entry: Entry) -> int:
        return self.claimed.get(entry.path, super().size_of(entry))

    def read(self, entry: Entry, offset: int, length: int | None) -> bytes:
        self.spans.append((offset, length))
        return super().read(entry, offset, length)


def views(workspace: MemoryWorkspace) -> Files:
    return Files(workspace.listing, lambda _: frozenset())


def made(content: str | bytes, name: str = "a.txt") -> File:
    return views(MemoryWorkspace({name: content}))[name]


# Names


@pytest.mark.parametrize(
    ("path", "name", "folder", "suffix"),
    [
        ("a.csv", "a.csv", "", ".csv"),
        ("d/e/A.CSV", "A.CSV", "d/e", ".csv"),
        ("d/a.tar.gz", "a.tar.gz", "d", ".gz"),
        (".env", ".env", "", ""),
        ("d/.hidden.py", ".hidden.py", "d", ".py"),
        ("d.x/Makefile", "Makefile", "d.x", ""),
        ("a.", "a.", "", "."),
        ("\udcff\n.py", "\udcff\n.py", "", ".py"),
    ],
)
def test_the_parts_of_a_path(path: str, name: str, folder: str, suffix: str) -> None:
    file = made("", path)
    assert (file.path, file.name, file.folder, file.suffix) == (path, name, folder, suffix)


def test_neighbours() -> None:
    files = views(MemoryWorkspace({"a.py": "", "pkg/__init__.py": "", "pkg/b.py": "", "pkg/sub/c.py": "", "__init__.py/x": ""}))
    assert files["pkg/b.py"].in_package
    assert not files["pkg/sub/c.py"].in_package
    assert not files["a.py"].in_package, "a folder of that name makes no package"
    assert files["a.py"].sibling("pkg/b.py") is files["pkg/b.py"]
    assert files["a.py"].sibling("nowhere.py") is None
    for path, there in (("pkg", True), ("pkg/", True), ("pkg/sub", True), ("a.py", True), ("", True), ("pk", False), ("pkg/x", False)):
        assert files["a.py"].exists_in_repository(path) is there, path
    assert len(files) == 5
    assert list(files) == sorted(files)
    assert "a.py" in files
    assert files.get("nowhere") is None


# Bytes


@pytest.mark.parametrize(
    "size", [0, 1, TAIL_SIZE, HEAD_SIZE - 1, HEAD_SIZE, HEAD_SIZE + 1, READ_AT_ONCE, READ_AT_ONCE + 1, 3 * READ_AT_ONCE]
)
def test_head_tail_and_pieces(size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    content = content[:size]
    for first in ("head", "tail", "data", "read"):
        file = made(content)
        getattr(file, first)(7, 5) if first == "read" else getattr(file, first)
        assert file.head == content[:HEAD_SIZE]
        assert file.tail == content[-TAIL_SIZE:]
        assert file.read(7, 5) == content[7:12]
        assert file.read(size + 1, 5) == b""
        assert file.read(max(0, size - 2), 5) == content[max(0, size - 2) :]
        assert file.data == content
        assert file.size == size


def test_of_a_large_file_the_head_is_read_once() -> None:
    workspace = Counting({"a": b"x" * (READ_AT_ONCE + 1)})
    file = views(workspace)["a"]
    for _ in range(3):
        assert len(file.head) == HEAD_SIZE
        assert file.read(10, 20) == b"x" * 20
    assert workspace.spans == [(0, HEAD_SIZE)]


def test_a_small_file_is_read_once_for_all() -> None:
    workspace = Counting({"a": b"x" * READ_AT_ONCE})
    file = views(workspace)["a"]
    assert (len(file.head), len(file.tail), len(file.data), len(file.text), len(file.lines)) == (4096, 64, READ_AT_ONCE, READ_AT_ONCE, 1)
    assert workspace.spans == [(0, None)]


def test_what_is_too_large_is_not_read_whole() -> None:
    workspace = Counting({"a": b"x" * 5000}, sizes={"a": MAX_WHOLE_SIZE + 1})
    file = views(workspace)["a"]
    assert len(file.head) == HEAD_SIZE
    for _ in range(2):
        with pytest.raises(UnreadableError, match="too large") as caught:
            _ = file.text
        assert not caught.value.fatal
    assert workspace.spans == [(0, HEAD_SIZE)]


def test_what_cannot_be_made_is_not_tried_again() -> None:
    workspace = Counting({"a.ipynb": "{"})
    file = views(workspace)["a.ipynb"]
    errors = []
    for _ in range(3):
        with pytest.raises(UnreadableError) as caught:
            _ = file.notebook
        errors.append(caught.value)
    assert errors[0] is errors[1] is errors[2]
    assert workspace.spans == [(0, None)]
    assert file.has_view("notebook")
    assert not file.has_view("python")
    file.release()
    assert not file.has_view("data")
    assert file.data == b"{"
    assert len(workspace.spans) == 2


# Text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"abc\r\n", "abc\r\n"),
        ("é\u2028".encode(), "é\u2028"),
        (b"\xef\xbb\xbfabc", "abc"),
        (b"caf\xe9", "café"),
        (b"\xff\xfea\x00\xe9\x00", "aé"),
        (b"\xfe\xff\x00a\x00\xe9", "aé"),
        (b"\xff\xfea", "\ufffd"),
        (b"\xed\xa0\x80", "\xed\xa0\x80"),
        (b"\x80\x81\xfe", "\x80\x81\xfe"),
    ],
)
def test_text(data: bytes, text: str) -> None:
    assert decode(data) == text
    assert made(data).text == text


@given(st.binary(max_size=200))
def test_any_bytes_are_text_without_lone_surrogates(data: bytes) -> None:
    decode(data).encode()
    assert made(data).lines == [line.removesuffix("\r") for line in decode(data).split("\n")]


@pytest.mark.parametrize(
    ("data", "is_binary"),
    [(b"", False), (b"text", False), (b"a\0b", True), (b"\xff\xfea\0", False), (b"x" * HEAD_SIZE + b"\0", False), (b"\xff\xff", False)],
)
def test_is_binary(data: bytes, is_binary: bool) -> None:  # noqa: FBT001
    assert made(data).is_binary is is_binary


@given(text=st.text(alphabet="aé\n\r\u2028", max_size=60), data=st.data())
def test_places(text: str, data: Any) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    file = made(text.encode())
    at = file.at_offset(start, end)
    for line, column, offset in ((at.line, at.column, start), (at.end_line, at.end_column, end)):
        before = text[:offset].split("\n")
        assert (line, column) == (len(before), len(before[-1]) + 1)
    assert (file.at_offset(start).line, file.at_offset(start).end_line) == (at.line, None)


def test_places_in_a_long_text() -> None:
    text = "".join(f"{number}é\n" for number in range(50_000))
    file = made(text.encode())
    for number in (0, 1, 9_999, 33_333, 49_999):
        at = file.at_offset(text.index(f"\n{number}é\n") + 1 if number else 0)
        assert (at.line, at.column) == (number + 1, 1)
