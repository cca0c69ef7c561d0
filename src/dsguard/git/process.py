"""How git is started, and kept harmless.

Nothing of the repository under review may run: no hooks, no fsmonitor, no filters (only plumbing that never
starts one is used), and no fetch of missing objects.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO

_KEPT = {
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CEILING_DIRECTORIES",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_EXEC_PATH",
    "GIT_OBJECT_DIRECTORY",
    "GIT_QUARANTINE_PATH",
}
"""What may stay of GIT_*: all else (GIT_DIR, GIT_WORK_TREE, ...) would point git at another repository inside a hook."""

LITERAL = "--literal-pathspecs"
"""Paths are taken as they are. A few commands cannot be told so."""

SETTINGS = (
    "--no-pager",
    LITERAL,
    "-c",
    "core.fsmonitor=false",
    "-c",
    f"core.hooksPath={os.devnull}",
)


class GitError(Exception):
    """git said no. ``message`` is the first line of what it said."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def executable() -> str:
    """The absolute path of git, but never of one that the repository under review may hold, as a relative entry of PATH would.

    Raises:
        FileNotFoundError: it is not installed.
    """
    name = "git.exe" if os.name == "nt" else "git"
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        place = os.path.join(folder, name)
        if os.path.isabs(folder) and os.access(place, os.X_OK) and os.path.isfile(place):
            return place
    raise FileNotFoundError("git")


def environment() -> dict[str, str]:
    """Its variables: nothing that would point it at another repository, make it ask somebody, or let it fetch."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEPT}
    kept.update(LC_ALL="C", GIT_OPTIONAL_LOCKS="0", GIT_TERMINAL_PROMPT="0", GIT_NO_LAZY_FETCH="1")
    # No git before 2.45 knows GIT_NO_LAZY_FETCH. This beats any protocol.*.allow of the repository, which -c would not.
    kept["GIT_ALLOW_PROTOCOL"] = "none"
    return kept


def output_of(command: list[str], environment: dict[str, str]) -> bytes | None:
    """What a command prints that reads nothing; ``None`` if it failed, whatever the reason, or cannot be started like this.

    For the one question that every run asks: ``subprocess`` takes longer to import than git to answer.
    """
    if not hasattr(os, "posix_spawn"):
        return None
    reading, writing = os.pipe()
    null = [(os.POSIX_SPAWN_OPEN, descriptor, os.devnull, os.O_RDWR, 0) for descriptor in (0, 2)]
    with open(reading, "rb") as answer:
        try:
            process = os.posix_spawn(command[0], command, environment, file_actions=[*null, (os.POSIX_SPAWN_DUP2, writing, 1)])
        except OSError:
            return None
        finally:
            os.close(writing)
        try:
            said = answer.read()
        finally:
            _, status = os.waitpid(process, 0)
    return said if status == 0 else None


class BlobReader:
    """A ``git cat-file --batch`` that answers one question at a time and never holds more than was asked for."""

    def __init__(self, command: list[str], folder: str, environment: dict[str, str]) -> None:
        self.ended = False
        """Whether git is gone and can answer no more."""
        import subprocess

        self._process = subprocess.Popen(  # noqa: S603
            command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def read(self, oid: str, offset: int, length: int | None) -> bytes | None:
        ask, answer = self._pipes()
        try:
            ask.write(oid.encode() + b"\n")
            ask.flush()
        except OSError:
            self.ended = True
            return None
        header = answer.readline().split()
        if len(header) != 3:
            self.ended = not header
            return None
        size = int(header[2])
        start = min(offset, size)
        stop = size if length is None else min(size, start + length)
        _discard(answer, start)
        data = answer.read(stop - start)
        _discard(answer, size - stop + 1)
        if len(data) < stop - start:
            self.ended = True
            return None
        return data

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process.stdin is None or self._process.stdout is None:
            raise GitError("git cat-file has no pipes")
        return self._process.stdin, self._process.stdout

    def close(self) -> None:
        import contextlib

        ask, answer = self._pipes()
        with contextlib.suppress(OSError):  # git went first
            ask.close()
        answer.close()
        self._process.wait()


def _discard(stream: IO[bytes], count: int) -> None:
    while count > 0:
        count -= len(stream.read(min(count, 1 << 16))) or count
