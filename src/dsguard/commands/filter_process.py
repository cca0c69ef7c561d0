"""git's long-running filter: one process strips all files of a ``git add`` or ``git status``, where a clean filter is started for each.

The protocol is that of gitattributes(5), "Long Running Filter Process": version 2 over pkt-line.
"""

from __future__ import annotations

import gc
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import BinaryIO

    Strip = Callable[[bytes, str], tuple[bytes, list[str]]]

MAX_PACKET = 65516
"""Bytes of content in a packet; with its length git allows 65520."""

_COLLECT_EVERY = 32 * 1024 * 1024
"""Bytes of notebooks after which memory is looked through: views of files are held in cycles."""


BROKEN = 3
"""Exit code of a broken conversation. Not 1: that is how Python says that there is no dsguard (see ``filter_setup``)."""


class ProtocolError(Exception):
    """What came in is not what git sends."""


def serve(strip: Strip, source: BinaryIO, sink: BinaryIO) -> int:
    """Answer until git hangs up.

    Args:
        strip: from a notebook's bytes and path to what is left of it, and why that must not be committed.
    """
    try:
        _shake_hands(source, sink)
        seen = 0
        while (command := _read_command(source)) is not None:
            data = b"".join(_packets(source))
            _answer(strip, command, data, sink)
            seen += len(data)
            if seen > _COLLECT_EVERY:
                seen = 0
                del data
                gc.collect()
    except ProtocolError as error:
        print(f"dsguard strip --process: {error} (only git is meant to start this)", file=sys.stderr)
        return BROKEN
    return 0


def _shake_hands(source: BinaryIO, sink: BinaryIO) -> None:
    hello = _texts(source)
    if hello[:1] != ["git-filter-client"] or "version=2" not in hello:
        raise ProtocolError("no greeting of a git filter client of version 2")
    _send(sink, (b"git-filter-server\n", b"version=2\n"))
    offered = _texts(source)
    # A required filter must also answer for the way out, where there is nothing to do.
    _send(sink, [f"capability={name}\n".encode() for name in ("clean", "smudge") if f"capability={name}" in offered])


def _read_command(source: BinaryIO) -> dict[str, str] | None:
    """The keys and values of a request, or ``None`` when git is done."""
    first = _packet(source, may_end=True)
    if first is None:
        return None
    lines = [first, *_packets(source)] if first else []
    pairs = (line.decode("utf-8", "surrogateescape").removesuffix("\n").partition("=") for line in lines)
    return {key: value for key, _, value in pairs}


def _answer(strip: Strip, command: dict[str, str], data: bytes, sink: BinaryIO) -> None:
    path = command.get("pathname", "")
    task = command.get("command")
    problems: list[str] = []
    if task == "clean":
        try:
            data, problems = strip(data, path)
        except Exception as error:  # noqa: BLE001
            problems = [f"{path}: internal error: {type(error).__name__}: {error}"]
    elif task != "smudge":
        problems = [f"unknown command {task!r}"]
    if problems:
        for problem in problems:
            print(f"dsguard strip: {problem}", file=sys.stderr)
        sys.stderr.flush()
        _send(sink, (b"status=error\n",))
        return
    _send(sink, (b"status=success\n",))
    _send(sink, (data[start : start + MAX_PACKET] for start in range(0, len(data), MAX_PACKET)))
    _send(sink, ())  # the status stays what it was


# pkt-line: four hexadecimal digits of length, themselves included, then the content; 0000 is a flush


def _packet(source: BinaryIO, *, may_end: bool = False) -> bytes | None:
    """The content of one packet, empty for a flush; ``None`` if the stream ends, where it may."""
    head = source.read(4)
    if not head and may_end:
        return None
    try:
        length = int(head, 16)
    except ValueError:
        length = -1
    if len(head) < 4 or not (length == 0 or 4 < length <= MAX_PACKET + 4):
        raise ProtocolError("the stream ended" if len(head) < 4 else f"{head!r} is no length of a packet")
    content = source.read(length - 4) if length else b""
    if len(content) < length - 4:
        raise ProtocolError("the stream ended within a packet")
    return content


def _packets(source: BinaryIO) -> list[bytes]:
    """The contents of all packets up to a flush."""
    found = []
    while content := _packet(source):
        found.append(content)
    return found


def _texts(source: BinaryIO) -> list[str]:
    return [content.decode("utf-8", "replace").removesuffix("\n") for content in _packets(source)]


def _send(sink: BinaryIO, contents: Iterable[bytes]) -> None:
    for content in contents:
        sink.write(b"%04x" % (len(content) + 4))
        sink.write(content)
    sink.write(b"0000")
    sink.flush()
