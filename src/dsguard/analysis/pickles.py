"""What a pickle would import if it were loaded: its opcodes are walked, nothing is ever unpickled.

A pickle is a program: whatever it imports it can call. So imports are collected from every place that a loader might read: each
of several pickles in a row, a broken one up to where it breaks (what came before has run by then), members of zip archives
whatever their checksums say, compressed streams, object arrays of NumPy, and what lies behind raw array bytes in a joblib file.
``STACK_GLOBAL`` takes its names from the stack, so the stack and the memo are followed.
"""

from __future__ import annotations

import re
import zlib
from functools import cache

from dsguard.analysis.pickle_danger import COMPUTED, is_dangerous
from dsguard.analysis.pickle_opcodes import BrokenError, opcodes, operand_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.analysis.pickle_danger import Name
    from dsguard.analysis.pickle_opcodes import Opcode

MAX_OPCODES = 500_000
"""Opcodes that are looked at in one file; dense pickles have about one per three bytes."""

MAX_INFLATED = 64 * 1024 * 1024
MAX_MEMBERS = 500
MAX_DEPTH = 3
_MAX_IN_A_ROW = 200
_MAX_NESTED = 200


class Imports:
    """What was found.

    Args:
        names: the imports, in order, each once. ``("?", "?")`` where the names are computed when it is loaded.
        is_complete: whether all of it could be walked.
    """

    __slots__ = ("is_complete", "names")

    def __init__(self) -> None:
        self.names: dict[Name, None] = {}
        self.is_complete = True


def imports_of(data: bytes) -> Imports:
    """What the pickles in a file import: a bare one, or one in any of the wrappings above."""
    found = Imports()
    _Walk(found).container(data, 0)
    return found


_STRINGS = frozenset(("UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "STRING", "BINSTRING", "SHORT_BINSTRING"))
_PUTS = frozenset(("PUT", "BINPUT", "LONG_BINPUT"))
_GETS = frozenset(("GET", "BINGET", "LONG_BINGET"))
_EXTENSIONS = frozenset(("EXT1", "EXT2", "EXT4"))
_BYTES = frozenset(("SHORT_BINBYTES", "BINBYTES", "BINBYTES8", "BYTEARRAY8"))
_NESTED_STARTS = frozenset((b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05", b"PK"))
_LEAST_NESTED = 12
_LONGEST_NAME = 4096
_MARK = object()


_IMPORTS = frozenset(("GLOBAL", "INST", "STACK_GLOBAL")) | _EXTENSIONS
_EMPTY = frozenset(("EMPTY_DICT", "EMPTY_TUPLE"))
_INTEGERS = frozenset(("BININT", "BININT1", "BININT2", "LONG1"))
_CONSTANTS = frozenset(("NONE", "NEWTRUE", "NEWFALSE", "BINFLOAT", "FLOAT", "EMPTY_LIST", "EMPTY_SET"))
_TUPLES = frozenset(("TUPLE", "TUPLE1", "TUPLE2", "TUPLE3"))
_DTYPE = re.compile(r"[<>|=]?([?bBhHiIlLqQpPefdgFDGSUVOMmac])(\d{0,9})")


class _Made:
    """What an import gives, and with arguments what calling it gives."""

    __slots__ = ("arguments", "module", "name")

    def __init__(self, module: str, name: str, arguments: object = None) -> None:
        self.module = module
        self.name = name
        self.arguments = arguments


def _is_getattr(value: object) -> bool:
    return isinstance(value, _Made) and value.name == "getattr" and value.module in ("builtins", "__builtin__") and value.arguments is None


def _is_array(value: object) -> bool:
    return isinstance(value, _Made) and value.name == "NumpyArrayWrapper" and value.module.startswith("joblib.numpy_pickle")


class _Walk:
    def __init__(self, found: Imports) -> None:
        self.found = found
        self.left = MAX_OPCODES
        self.inflated = MAX_INFLATED
        self.deep = 0
        self.has_getattr = False
        self.nested: list[bytes] = []
        """Bytes within a pickle that look like another one: some loaders load them."""

    # Wrappings

    def container(self, data: bytes, depth: int) -> None:
        if depth > MAX_DEPTH or not data:
            self.found.is_complete = self.found.is_complete and not data
        elif data.startswith(b"PK\x03\x04") or b"PK\x05\x06" in data[-70_000:]:
            self._zip(data, depth)
            if not data.startswith(b"PK"):  # a zip may follow on anything, and a pickle may go before it
                self._pickles(data, depth)
        elif data.startswith(b"\x93NUMPY"):
            self._array(data)
        elif (inside := self._inflate(data)) is not None:
            self.container(inside, depth + 1)
        elif data.startswith((b"\x04\x22\x4d\x18", b"\x28\xb5\x2f\xfd")):
            self.found.is_complete = False  # Python cannot inflate LZ4 and Zstandard by itself
        elif data[257:262] == b"ustar":
            self._tar(data, depth)
        else:
            self._pickles(data, depth)

    def _array(self, data: bytes) -> None:
        """An array of NumPy: one of objects is a pickle behind its header."""
        size, start = (int.from_bytes(data[8:10], "little"), 10) if data[6:7] == b"\x01" else (int.from_bytes(data[8:12], "little"), 12)
        header = data[start : start + size]
        if b"O" in header.partition(b"descr")[2].partition(b"fortran_order")[0]:
            self._pickles(data[start + size :])

    def _inflate(self, data: bytes) -> bytes | None:
        """What a compressed stream holds, as far as the budget goes; ``None`` if it is none."""
        out = None
        if data.startswith(b"\x1f\x8b"):
            out = self._zlib(data, 31)
        elif len(data) > 2 and data[0] == 0x78 and int.from_bytes(data[:2], "big") % 31 == 0:
            out = self._zlib(data, 15)
        elif data.startswith(b"BZh"):
            from bz2 import BZ2Decompressor

            try:
                out = BZ2Decompressor().decompress(data, self.inflated)
            except (OSError, ValueError):
                out = None
        elif data.startswith((b"\xfd7zXZ\0", b"\x5d\0\0")):
            from lzma import LZMADecompressor, LZMAError

            try:
                out = LZMADecompressor(memlimit=128 * 1024 * 1024).decompress(data, self.inflated)
            except (LZMAError, EOFError, ValueError):
                out = None
        if not out:
            return None
        self._spend(len(out))
        return out

    def _zlib(self, data: bytes, window: int) -> bytes | None:
        try:
            return zlib.decompressobj(window).decompress(data, max(1, self.inflated))
        except zlib.error:
            return None

    def _spend(self, size: int) -> None:
        self.inflated = max(1, self.inflated - size)
        if self.inflated <= 1:
            self.found.is_complete = False

    def _zip(self, data: bytes, depth: int) -> None:
        """The members, by the table of contents; their checksums and flags are not believed."""
        from io import BytesIO
        from zipfile import BadZipFile, ZipFile

        try:
            with ZipFile(BytesIO(data)) as archive:
                members = [(info.header_offset, info.compress_type, info.compress_size, info.filename) for info in archive.infolist()]
        except (BadZipFile, ValueError, NotImplementedError, OSError, IndexError, OverflowError):
            members = [(found.start(), int.from_bytes(data[found.start() + 8 : found.start() + 10], "little"), len(data), "")
                       for found in re.finditer(rb"PK\x03\x04", data)]  # fmt: skip
        if len(members) > MAX_MEMBERS:
            self.found.is_complete = False
        roots = tuple(f"{name.removesuffix('.pkl')}/" for *_, name in members if name.rpartition("/")[2] == "data.pkl")
        for offset, method, size, name in members[:MAX_MEMBERS]:
            start = offset + 30 + int.from_bytes(data[offset + 26 : offset + 28], "little")
            start += int.from_bytes(data[offset + 28 : offset + 30], "little")
            content = self._member(data[start : start + size], method)
            if content is not None and name.startswith(roots) and name.rpartition("/")[2].isdigit() and not _starts_a_pickle(content):
                continue  # the numbers of a PyTorch tensor, which begin with any byte
            if content is not None and (_may_be_pickled(content) or name.lower().endswith((".pkl", ".pickle", ".joblib"))):
                self.container(content, depth + 1)

    def _member(self, data: bytes, method: int) -> bytes | None:
        if method == 0:
            return data
        if method == 8:
            out = self._zlib(data, -15)
            self._spend(len(out or b""))
            return out
        self.found.is_complete = False
        return None

    def _tar(self, data: bytes, depth: int) -> None:
        """The oldest PyTorch checkpoints are a tar with a pickle in it; members are taken as they lie."""
        at = 0
        for _ in range(MAX_MEMBERS):
            header = data[at : at + 512]
            if len(header) < 512 or not header.strip(b"\0"):
                return
            digits = header[124:136].strip(b" \0")
            if not digits.isdigit() or len(digits) > 12:
                return
            size = int(digits, 8) if all(digit in b"01234567" for digit in digits) else 0
            content = data[at + 512 : at + 512 + size]
            if _may_be_pickled(content):
                self.container(content, depth + 1)
            at += 512 + (size + 511) // 512 * 512

    # Streams

    def _pickles(self, data: bytes, depth: int = 0) -> None:
        """One pickle after the other; where the bytes break off, what lies behind is searched."""
        self._row(data)
        while self.nested and depth < MAX_DEPTH:
            nested, self.nested = self.nested, []
            depth += 1
            for inner in nested[:MAX_MEMBERS]:
                self.container(inner, depth)

    def _row(self, data: bytes) -> None:
        at = 0
        for number in range(_MAX_IN_A_ROW):
            try:
                at = self._pickle(data, at)
            except BrokenError:
                break
            if at >= len(data) or self.left <= 0:
                return
            if number and data[at] != 0x80:
                break
        else:
            self.found.is_complete = False
        self._search(data, at)

    def _pickle(self, data: bytes, at: int) -> int:
        """Walk one pickle.

        Returns:
            the offset behind its ``STOP``.

        Raises:
            BrokenError: it does not go on as a pickle. What it imports up to there has been taken.
        """
        table = opcodes()
        stack: list[object] = []
        memo: dict[int, object] = {}
        size = len(data)
        while at < size:
            opcode = table.get(data[at])
            if opcode is None:
                raise BrokenError
            self.left -= 1
            if self.left <= 0:
                self.found.is_complete = False
                return size
            name = opcode[0]
            start, at = operand_at(data, at + 1, opcode[1], opcode[2])
            if at > size:
                raise BrokenError
            if name == "STOP":
                return at
            if name in _STRINGS or name in _BYTES:
                if at - start > _LEAST_NESTED and data[start : start + 2] in _NESTED_STARTS:
                    self.nested.append(data[start:at])
                stack.append(_text(data[start:at], name))
            elif name == "MEMOIZE":  # the commonest of all
                memo[len(memo)] = stack[-1] if stack else None
            elif name in _CONSTANTS:
                stack.append(None)
            elif name in _INTEGERS:
                stack.append(int.from_bytes(data[start:at], "little"))
            elif not _move(name, data[start:at], stack, memo):
                at = self._apply(opcode, data, start, at, stack)
        raise BrokenError

    def _apply(self, opcode: Opcode, data: bytes, start: int, at: int, stack: list[object]) -> int:
        """What an opcode does that makes a value of others. Returns the offset behind it, and behind the raw bytes that it announces."""
        name, _, _, pops, to_mark, pushes = opcode
        pushed: object = None
        if name in _IMPORTS:
            pushed = self._import(name, data[start:at], stack)
        elif name in _EMPTY:
            pushed = {} if name == "EMPTY_DICT" else ()
        items: list[object] = []
        if to_mark:
            while stack and (item := stack.pop()) is not _MARK:
                items.append(item)
        items.extend(stack.pop() if stack else None for _ in range(pops))
        if self.has_getattr and any(_is_getattr(item) for item in items):
            pushed = self._attribute(name, items)
        elif name == "BUILD" and len(items) == 2:
            pushed = items[1]
            if _is_array(pushed):
                at = self._array_bytes(data, at, items[0])
        elif name in ("REDUCE", "NEWOBJ") and len(items) == 2 and isinstance(items[1], _Made):
            pushed = _Made(items[1].module, items[1].name, items[0])
        elif name in _TUPLES:
            pushed = tuple(items)[::-1]
        elif name in ("SETITEMS", "SETITEM"):
            pushed = items[-1] if items else None
            if isinstance(pushed, dict):
                pushed.update((key, value) for value, key in zip(items[:-1:2], items[1:-1:2], strict=False) if isinstance(key, str))
        stack += (pushed,) * pushes
        return at

    def _import(self, name: str, operand: bytes, stack: list[object]) -> _Made | None:
        if name == "STACK_GLOBAL":
            return self._take(stack[-2] if len(stack) > 1 else None, stack[-1] if stack else None)
        if name in _EXTENSIONS:
            return self._take("copyreg", f"extension {int.from_bytes(operand, 'little')}")
        # Python decodes strictly and ends here otherwise: these are no names but other bytes, such as tensors behind a pickle.
        names = operand.removesuffix(b"\n").decode("utf-8", "replace")
        if "\ufffd" in names or not names.replace("\n", "").isprintable():
            raise BrokenError
        module, _, rest = names.partition("\n")
        return self._take(module, rest)

    def _array_bytes(self, data: bytes, at: int, state: object) -> int:
        """The offset behind the raw bytes of an array, which joblib writes into the middle of a pickle.

        Raises:
            BrokenError: the state does not say how many there are.
        """
        if not isinstance(state, dict):
            raise BrokenError
        shape, dtype = state.get("shape"), state.get("dtype")
        kind = dtype.arguments[0] if isinstance(dtype, _Made) and isinstance(dtype.arguments, tuple) and dtype.arguments else None
        found = _DTYPE.match(kind) if isinstance(kind, str) else None
        if found is None or not isinstance(shape, tuple) or not all(isinstance(length, int) for length in shape):
            raise BrokenError
        if found[1] == "O":
            self.deep += 1
            if self.deep > _MAX_NESTED:
                raise BrokenError
            return self._pickle(data, at)
        size = int(found[2] or 1) * (4 if found[1] == "U" else 1)
        for length in shape:
            size = min(size * length, len(data) + 1)
        if "numpy_array_alignment_bytes" in state:
            at += 1 + data[at] if at < len(data) else 0
        end = at + size
        if end > len(data):
            raise BrokenError
        self._search(data[at:end], 0)  # a plain unpickler would take them for opcodes
        return end

    def _attribute(self, opcode: str, items: list[object]) -> _Made | None:
        """``getattr`` of an import is an import; any other use of it could reach everything."""
        arguments = items[0]
        if opcode == "REDUCE" and len(items) == 2 and isinstance(arguments, tuple) and len(arguments) == 2:
            of, attribute = arguments
            if isinstance(of, _Made) and isinstance(attribute, str) and not _is_getattr(of):
                return self._take(of.module, f"{of.name}.{attribute}")
        self.found.names[("builtins", "getattr")] = None
        return None

    def _take(self, module: object, name: object) -> _Made | None:
        if isinstance(module, str) and isinstance(name, str):
            made = _Made(module, name)
            if _is_getattr(made):  # harmless until it is used, see _attribute
                self.has_getattr = True
            else:
                self.found.names[(module, name)] = None
            return made
        self.found.names[(COMPUTED, COMPUTED)] = None
        return None

    def _search(self, data: bytes, start: int) -> None:
        """Look for dangerous imports in bytes that could not be walked: raw arrays of joblib, and whatever follows on them."""
        rest = data[start:] if start else data
        for found in _imports_in_bytes().finditer(rest):
            module, name = (found[1], found[2]) if found[1] is not None else (found[3], found[4])
            pair = (_decoded(module), _decoded(name))
            if is_dangerous(*pair):
                self.found.names[pair] = None


@cache
def _imports_in_bytes() -> re.Pattern[bytes]:
    """``GLOBAL`` and ``INST``; and two short strings, memoised or not, as ``STACK_GLOBAL`` takes them."""
    name = rb"[A-Za-z_][\w.]{0,80}"
    memo = rb"(?:\x94|q.|r.{4})?"
    return re.compile(rb"[ci](" + name + rb")\n(" + name + rb")\n|\x8c.(" + name + rb")" + memo + rb"\x8c.(" + name + rb")", re.DOTALL)


def _move(name: str, operand: bytes, stack: list[object], memo: dict[int, object]) -> bool:
    """What only moves values between stack and memo. Whether the opcode was one of these."""
    if name in _PUTS:
        memo[_number(operand, name)] = stack[-1] if stack else None
    elif name in _GETS:
        stack.append(memo.get(_number(operand, name)))
    elif name == "MARK":
        stack.append(_MARK)
    elif name == "DUP":
        stack.append(stack[-1] if stack else None)
    elif name == "POP":
        if stack:
            stack.pop()
    else:
        return False
    return True


def _starts_a_pickle(content: bytes) -> bool:
    """Whether it begins as what pickles today begins with: two bytes for the protocol."""
    return content[:1] == b"\x80" and content[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05")


def _may_be_pickled(content: bytes) -> bool:
    return content[:1] in (b"\x80", b"(", b"]", b"}", b"c", b"\x93", b"\x1f", b"x", b"B", b"\xfd") or content.startswith(b"PK\x03\x04")


def _text(raw: bytes, name: str) -> str | None:
    if len(raw) > _LONGEST_NAME:
        return None
    if name == "UNICODE":
        return raw.removesuffix(b"\n").decode("raw-unicode-escape", "replace")
    text = _decoded(raw)
    return text.removesuffix("\n").strip("'\"") if name == "STRING" else text


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _number(raw: bytes, name: str) -> int:
    if name in ("PUT", "GET"):
        digits = raw.strip()
        return int(digits) if digits.isdigit() and len(digits) < 12 else -1
    return int.from_bytes(raw, "little")
