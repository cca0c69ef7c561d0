"""One file under review: its bytes and every parsed view of them, each made at most once."""

from __future__ import annotations

from dsguard.model import Location, UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, TypeVar

    from dsguard.documents.files import Files
    from dsguard.documents.notebook import Notebook
    from dsguard.documents.places import Places
    from dsguard.documents.pointers import Pointer
    from dsguard.documents.python import Module
    from dsguard.documents.signature import Format
    from dsguard.workspace import Entry

    T = TypeVar("T")

HEAD_SIZE = 4096
READ_AT_ONCE = 32 * 1024
"""Files up to this size (bytes) are read whole when their head is asked for: most are asked for the rest too."""

TAIL_SIZE = 64
PLAIN_NOTEBOOK = "plain notebook"
"""The view that :mod:`dsguard.analysis.notebooks.plain` makes."""
MAX_WHOLE_SIZE = 64 * 1024 * 1024
"""Files larger than this (bytes) are judged by head and tail only."""


_CONTROL = bytes(code for code in range(32) if code not in b"\a\b\t\n\v\f\r\x1b") + b"\x7f"

_START = 64


class File:
    """A path, what it is for (``roles``), and its content on demand.

    Nothing is read until a view is asked for; each view is made once and shared by all rules. A view
    that cannot be made raises :class:`~dsguard.model.UnreadableError`, again each time it is asked for.
    """

    __slots__ = ("_entry", "_failed", "_files", "_views", "folder", "name", "path", "roles", "suffix")

    def __init__(self, entry: Entry, roles: frozenset[str], files: Files) -> None:
        self._entry = entry
        self._files = files
        self._views: dict[str, Any] = {}
        self._failed: dict[str, UnreadableError] | None = None
        self.roles = roles
        self.path = path = entry.path
        """Relative to the root of the workspace, with ``/``; bytes that are no UTF-8 as surrogates."""
        end = path.rfind("/")
        self.folder = path[:end] if end > 0 else ""
        """The path without its last part; ``""`` at the root."""
        self.name = name = path[end + 1 :]
        """The last part of the path."""
        dot = name.rfind(".")
        self.suffix = name[dot:].lower() if dot > 0 else ""
        """The extension in lower case with its dot (``.parquet``), or ``""``. A leading dot is no extension."""

    def __repr__(self) -> str:
        return f"<File {self.path!r}>"

    @property
    def size(self) -> int:
        """Bytes that git would record, or the size on disk. For a pointer: of the pointer."""
        try:
            return self._views["size"]  # type: ignore[no-any-return]
        except KeyError:
            return self._once("size", lambda: self._entry.size)

    @property
    def is_tracked(self) -> bool:
        return self._entry.is_tracked

    @property
    def lfs_filtered(self) -> bool:
        """Whether git would store a pointer in place of these bytes (``filter=lfs`` or alike in .gitattributes)."""
        return self._entry.is_filtered

    @property
    def is_absent(self) -> bool:
        """Whether git tracks it and its bytes are nowhere here (a partial clone): only the name can be judged."""
        return self._entry.is_absent

    @property
    def filter(self) -> str | None:
        """The name of that filter (``lfs``), if any."""
        return self._entry.filter

    # Neighbours

    def roles_at(self, path: str) -> frozenset[str]:
        """What another path would be for, whether there is such a file or not."""
        return self._files.roles_at(path)

    def below(self, folder: str) -> list[str]:
        """The paths of all files in a folder and the folders in it, sorted; ``""`` is the root."""
        return self._files.below(folder)

    def ignored(self, paths: Iterable[str]) -> set[str]:
        """Which of these paths git would ignore, whether there are such files or not. Git is asked once for all of them."""
        return self._entry.ignored(paths)

    def shared(self, key: str, make: Callable[[Files], T]) -> T:
        """What is made once of all files under review and used for each: ``make`` gets them all."""
        return self._files.once(key, make)

    @property
    def in_package(self) -> bool:
        """Whether its folder is an importable package (holds an ``__init__.py``): what ships with it is package data."""
        return (f"{self.folder}/__init__.py" if self.folder else "__init__.py") in self._files

    @property
    def files(self) -> Files:
        """All files under review, by path."""
        return self._files

    def sibling(self, path: str) -> File | None:
        """Another file under review, by its path from the root of the workspace."""
        return self._files.get(path)

    @property
    def neighbours(self) -> list[str]:
        """The names of all files of its folder, its own among them, sorted."""
        return self._files.names_in(self.folder)

    def exists_in_repository(self, path: str) -> bool:
        """Whether a path from the root of the workspace is a file or a folder of it."""
        path = path.rstrip("/")
        return path in self._files or path in self._files.folders

    # Bytes and text

    @property
    def head(self) -> bytes:
        """The first bytes (at most ``HEAD_SIZE``)."""
        try:
            whole: bytes = self._views["data"]
            return whole[:HEAD_SIZE]
        except KeyError:
            pass
        if self.size <= READ_AT_ONCE:
            return self.data[:HEAD_SIZE]
        return self._once("head", lambda: self._entry.read(0, HEAD_SIZE))

    @property
    def tail(self) -> bytes:
        """The last bytes (at most ``TAIL_SIZE``)."""
        return self.read(max(0, self.size - TAIL_SIZE), TAIL_SIZE)

    def read(self, offset: int, length: int) -> bytes:
        """Some bytes in the middle, without reading the rest. Fewer at the end of the file."""
        for view in ("data", "head"):
            held: bytes | None = self._views.get(view)
            if held is not None and (view == "data" or offset + length <= len(held)):
                return held[offset : offset + length]
        return self._entry.read(offset, length)

    @property
    def data(self) -> bytes:
        """All bytes.

        Raises:
            UnreadableError: larger than ``MAX_WHOLE_SIZE`` bytes, or gone from disk.
        """
        return self._once("data", self._read_whole)

    def _read_whole(self) -> bytes:
        if self.size > MAX_WHOLE_SIZE:
            raise UnreadableError(self.path, "too large to be read whole: only its size and first bytes were looked at", fatal=False)
        return self._entry.read(0, None)

    @property
    def sha256(self) -> str:
        """The SHA-256 of all bytes, also of files that are never held as a whole, in hexadecimal digits.

        Raises:
            UnreadableError: the file is gone.
        """

        def make() -> str:
            import hashlib

            digest = hashlib.sha256()
            for offset in range(0, self.size, MAX_WHOLE_SIZE):  # in few pieces: git starts from the beginning for each
                digest.update(self.read(offset, MAX_WHOLE_SIZE))
            return digest.hexdigest()

        return self._once("sha256", make)

    @property
    def code(self) -> bytes:
        """The bytes that code can be in: of a notebook that is known to be plain all but its outputs, else :attr:`data`."""
        if not self.is_known_plain:
            return self.data
        return self._once("code", lambda: bytes(self._views[PLAIN_NOTEBOOK].text, "latin-1"))

    @property
    def is_binary(self) -> bool:
        """Whether the head has NUL bytes and no UTF-16/32 mark: git's own test, but for encodings with a mark."""
        head = self.head
        return b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff"))

    @property
    def looks_like_text(self) -> bool:
        """Whether the head looks like text in an ASCII-based encoding, or in UTF-16 with a mark: no control characters but usual ones."""
        try:
            return self._views["looks-like-text"]  # type: ignore[no-any-return]
        except KeyError:
            return self._once("looks-like-text", lambda: is_text(self.head))

    @property
    def text(self) -> str:
        """The bytes as text: by byte order mark, else UTF-8, else Latin-1 (which accepts any byte). No newline is changed.

        A lone surrogate cannot come out of this. ``\\r\\n`` stays.
        """
        return self._once("text", lambda: decode(self.data))

    @property
    def lines(self) -> list[str]:
        """The text split at ``\\n`` only (a form feed or ``\\u2028`` ends no line), ``\\r`` taken off the ends."""
        return self._once("lines", lambda: [line.removesuffix("\r") for line in self.text.split("\n")])

    # Parsed views

    @property
    def python(self) -> Module:
        """The Python code in it: of a ``.py`` file, or the code cells of a notebook.

        Raises:
            UnreadableError: it does not parse (not fatal: Python 2, templates), or the notebook is broken (fatal).
        """

        def load() -> Module:
            from dsguard.documents.python import load_module

            return load_module(self)

        return self._once("python", load)

    @property
    def notebook(self) -> Notebook:
        """The notebook in it: of Jupyter, or the note of Zeppelin.

        Raises:
            UnreadableError: it is not a notebook: broken JSON, conflict markers, truncated, empty (fatal).
        """

        def load() -> Notebook:
            if self.suffix != ".ipynb":
                from dsguard.documents.zeppelin import is_zeppelin, load_note

                if is_zeppelin(self):
                    return load_note(self)
            from dsguard.documents.notebook_json import load_notebook

            return load_notebook(self)

        return self._once("notebook", load)

    @property
    def toml(self) -> dict[str, Any]:
        """A TOML document.

        Raises:
            UnreadableError: it does not parse (fatal).
        """

        def load() -> dict[str, Any]:
            from dsguard.documents.markup import load_toml

            return load_toml(self)

        return self._once("toml", load)

    @property
    def yaml(self) -> Any:
        """A YAML document, read with the safe loader.

        Raises:
            UnreadableError: it does not parse (fatal).
        """

        def load() -> Any:
            from dsguard.documents.markup import load_yaml

            return load_yaml(self)

        return self._once("yaml", load)

    @property
    def format(self) -> Format | None:
        """What the bytes are, from the signature and the name together; ``None`` for plain text and the unknown."""

        try:
            return self._views["format"]  # type: ignore[no-any-return]
        except KeyError:
            return self._once("format", self._identify)

    def _identify(self) -> Format | None:
        from dsguard.documents.signature import identify

        return identify(self)

    @property
    def pointer(self) -> Pointer | None:
        """The git-lfs, git-annex or DVC pointer that stands here in place of the data, if any."""

        return self._once("pointer", self._read_pointer)

    def _read_pointer(self) -> Pointer | None:
        from dsguard.documents.pointers import read_pointer

        return read_pointer(self)

    # Places

    def at(
        self, line: int | None = None, column: int | None = None, end_line: int | None = None, end_column: int | None = None
    ) -> Location:
        """A place in this file, or the file as a whole."""
        return Location(self.path, line, column, end_line, end_column)

    def at_offset(self, start: int, end: int | None = None) -> Location:
        """The place of characters ``start:end`` of :attr:`text` (offsets from 0, end exclusive)."""
        places = self._once("places", self._places)
        line, column = places.line_column(start)
        if end is None:
            return Location(self.path, line, column)
        return Location(self.path, line, column, *places.line_column(end))

    def _places(self) -> Places:
        from dsguard.documents.places import Places

        return Places(self.text)

    def once(self, view: str, make: Callable[[], T]) -> T:
        """What is made of this file once and shared by all rules, by a name of its own.

        Raises:
            UnreadableError: it was raised when it was made.
        """
        return self._once(view, make)

    def _once(self, view: str, make: Callable[[], T]) -> T:
        try:
            return self._views[view]  # type: ignore[no-any-return]
        except KeyError:
            pass
        if self._failed is not None and view in self._failed:
            raise self._failed[view]
        try:
            made = self._views[view] = make()
        except UnreadableError as error:
            self._failed = {**(self._failed or {}), view: error}
            raise
        return made

    def know(self, views: Mapping[str, Any]) -> None:
        """Take views that were made before it was."""
        self._views.update(views)

    def has_view(self, view: str) -> bool:
        """Whether a view (``"data"``, ``"python"``) has been made: asking costs nothing and makes nothing."""
        return view in self._views or (self._failed is not None and view in self._failed)

    @property
    def is_known_plain(self) -> bool:
        """Whether somebody has seen that it is a plain notebook: then no marker for dsguard is in it."""
        made = self._views.get(PLAIN_NOTEBOOK)
        return made is not None and not isinstance(made, UnreadableError)

    def release(self) -> None:
        """Forget all views: memory stays flat over a large repository."""
        self._views.clear()
        self._failed = None


def is_text(head: bytes) -> bool:
    """Whether bytes look like text in an ASCII-based encoding, or in UTF-16 with a mark."""
    start = head[:_START]  # where mostly all is said of what is no text
    if start.translate(None, _CONTROL) == start and (len(head) <= _START or head.translate(None, _CONTROL) == head):
        return True
    return head.startswith((b"\xff\xfe", b"\xfe\xff"))


def decode(data: bytes) -> str:
    """Bytes as text, never failing: by byte order mark, else UTF-8, else Latin-1."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.removeprefix(b"\xef\xbb\xbf").decode()  # as utf-8-sig, which is a module to load and not in C
    except UnicodeDecodeError:
        return data.decode("latin-1")
