"""Every call of git, and how it is kept harmless.

Nothing of the repository under review may run: no hooks, no fsmonitor, no filters (only plumbing that never
starts one is used), and no fetch of missing objects. Names are asked for with ``-z`` and are bytes; they become
text by UTF-8 with surrogates, and nothing here splits at newlines.
"""

from __future__ import annotations

import contextlib
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
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

_COMPARED = 16 * 1024 * 1024
"""Bytes up to which a file is compared line by line."""

_LITERAL = "--literal-pathspecs"

_SETTINGS = (
    "--no-pager",
    _LITERAL,
    "-c",
    "core.fsmonitor=false",
    "-c",
    f"core.hooksPath={os.devnull}",
)


_DEEPEN = (
    ": this clone is shallow. Fetch the history first: `fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` as a variable in GitLab, "
    "`fetchDepth: 0` in Azure Pipelines, or `git fetch --unshallow`"
)


def _executable() -> str:
    """git, but never one that the repository under review holds: Windows would look in the working directory first."""
    if os.name != "nt":
        return "git"
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        place = os.path.join(folder, "git.exe")
        if os.path.isabs(folder) and os.path.isfile(place):
            return place
    raise FileNotFoundError("git")


def is_missing(folder: str) -> bool:
    """Whether git is not installed although a folder is in a repository: a slim image of a CI system."""
    import subprocess

    above = os.path.realpath(folder)
    while not os.path.lexists(os.path.join(above, ".git")):
        if above == os.path.dirname(above):
            return False
        above = os.path.dirname(above)
    try:
        subprocess.run([_executable(), "--version"], capture_output=True, check=False)  # noqa: S603
    except OSError:
        return True
    return False


class GitError(Exception):
    """git said no. ``message`` is the first line of what it said."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Git:
    """git in one repository.

    Args:
        folder: where to start; :meth:`discover` moves to the root of the working tree.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.directory = ""
        self.processes = 0
        """How many git processes were started; a test holds it to a handful."""
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEPT}
        self._environment.update(LC_ALL="C", GIT_OPTIONAL_LOCKS="0", GIT_TERMINAL_PROMPT="0", GIT_NO_LAZY_FETCH="1")
        # No git before 2.45 knows GIT_NO_LAZY_FETCH. This beats any protocol.*.allow of the repository, which -c would not.
        self._environment["GIT_ALLOW_PROTOCOL"] = "none"
        self._reader: BlobReader | None = None

    @classmethod
    def discover(cls, folder: str) -> Git | None:
        """git at the root of the working tree that holds ``folder``, or ``None`` outside of one.

        Raises:
            GitError: there is a repository and git refuses it (its owner is somebody else), or it has no working tree here.
        """
        git = cls(folder)
        try:
            said = git.run("rev-parse", "--is-inside-work-tree", "--show-cdup", "--absolute-git-dir")
        except FileNotFoundError:
            return None
        except GitError as error:
            if "not a git repository" in error.message:
                return None
            raise
        inside, _, rest = said.removesuffix(b"\n").partition(b"\n")
        if inside != b"true":
            raise GitError("this is a bare repository or git's own folder: run dsguard in a work tree (`git worktree add` makes one)")
        up, _, directory = rest.partition(b"\n")  # the one answer that may hold any byte comes last
        git.folder = os.path.normpath(os.path.join(os.path.realpath(folder), up.decode()))
        git.directory = os.fsdecode(directory)
        # `git commit -a` and `git commit PATH` hand a temporary index to hooks: it is what will be committed.
        index = os.environ.get("GIT_INDEX_FILE")
        if index:
            index = os.path.join(git.folder, index)
            if os.path.realpath(index).startswith(os.path.realpath(git.directory) + os.sep):
                git._environment["GIT_INDEX_FILE"] = index
        return git

    def run(self, *arguments: str, input: bytes | None = None, accept: int = 0, literal: bool = True) -> bytes:
        """What git prints.

        Args:
            accept: a second exit code that is no failure.
            literal: whether paths are taken as they are; a few commands cannot be told so.

        Raises:
            GitError: it failed.
        """
        import subprocess  # as long to load as all of dsguard that strips a file, which asks nothing of git

        self.processes += 1
        done = subprocess.run(  # noqa: S603
            [_executable(), *(setting for setting in _SETTINGS if literal or setting != _LITERAL), *arguments],
            cwd=self.folder,
            env=self._environment,
            input=input,
            stdin=subprocess.DEVNULL if input is None else None,
            capture_output=True,
            check=False,
        )
        if done.returncode not in (0, accept):
            lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"git {arguments[0]} failed"]
            raise GitError(lines[0].removeprefix("fatal: ").removeprefix("error: "))
        return done.stdout

    def resolve(self, revision: str) -> str:
        """The commit that a revision names.

        Raises:
            GitError: it names none.
        """
        try:
            return self.run("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}").decode().strip()
        except GitError:
            raise GitError(f"{revision!r} names no commit{self._where_from(revision)}") from None

    def is_shallow(self) -> bool:
        """Whether older commits were left out when the repository was cloned, as CI systems do."""
        return os.path.isfile(self.own_path("shallow"))

    def _where_from(self, revision: str) -> str:
        """What to do about a revision that is not here."""
        if revision and not revision.strip("0"):
            return ": CI systems send zeros for a branch that is new; check all of it instead"
        if self.is_shallow():
            return _DEEPEN
        remote, _, branch = revision.partition("/")
        if branch and remote in self.run("remote").decode("utf-8", "replace").split("\n"):
            return f": fetch it first (`git fetch {remote} {branch}`)"
        return ""

    def has_head(self) -> bool:
        try:
            self.run("rev-parse", "--verify", "--quiet", "HEAD")
        except GitError:
            return False
        return True

    def index(self, *, untracked: bool) -> Iterator[tuple[str, int, str, str]]:
        """What is in the index, and with ``untracked`` what ``git add -A`` would put there.

        Returns:
            (tag, mode, object id, path); the tag is git's: ``H`` cached, ``S`` left out by a sparse checkout, ``M``
            unmerged (one row per stage), ``?`` untracked (mode 0 and no id), and with ``untracked`` a second row ``R``
            for what is gone from disk.
        """
        options = ("-c", "-d", "-o", "--exclude-standard") if untracked else ("-c",)
        said = decode_path(self.run("ls-files", "-z", "-t", "-s", *options))  # at once: there may be many thousands
        modes: dict[str, int] = {}
        for record in said.split("\0")[:-1]:
            tag = record[0]
            if tag == "?":
                yield tag, 0, "", record[2:]
            else:
                facts, _, path = record.partition("\t")
                _, mode, oid, _ = facts.split(" ")
                if mode not in modes:
                    modes[mode] = int(mode, 8)
                yield tag, modes[mode], oid, path

    def tree(self, commit: str) -> Iterator[tuple[int, str, int | None, str]]:
        """All of a commit's files: (mode, object id, size in bytes, path); a submodule and what a partial clone lacks have no size."""
        asked = ("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", f"{commit}^{{commit}}")
        try:
            said = self.run(*asked[:1], "-l", *asked[1:])
        except GitError:  # of an object that a partial clone lacks git wants to fetch the size, and gives up all of them
            said = self.run(*asked)
        for record in _records(said):
            facts, _, path = record.partition(b"\t")
            mode, _, oid, *size = facts.split()
            yield int(mode, 8), oid.decode(), int(size[0]) if size and size[0].isdigit() else None, decode_path(path)

    def staged(self) -> set[str] | None:
        """Paths whose index entry differs from HEAD, deletions left out; ``None`` before the first commit."""
        try:
            return self._changed("diff-index", "--cached", "--ita-invisible-in-index", "HEAD")
        except GitError:
            if self.has_head():
                raise
            return None

    def changed(self, old: str, new: str) -> set[str]:
        """Paths that ``new`` changed since it left ``old`` (their merge base), deletions left out.

        Raises:
            GitError: one of them names no commit, or the clone is too shallow to know what they have in common.
        """
        try:
            return self._changed("diff-tree", "-r", "--merge-base", "--end-of-options", f"{old}^{{commit}}", f"{new}^{{commit}}")
        except GitError:  # no merge base (a shallow clone, unrelated histories), or no such commit
            commits = self.resolve(old), self.resolve(new)
            if self.is_shallow():  # the difference of the two would hold what others did to `old` since
                raise GitError(f"what {old!r} and {new!r} have in common is not known here{_DEEPEN}") from None
            return self._changed("diff-tree", "-r", *commits)

    def left_at(self, revision: str, commit: str = "HEAD") -> str:
        """Where ``commit`` left ``revision``: their merge base, or the revision itself if they have nothing in common.

        Raises:
            GitError: one of them names no commit, or the clone is too shallow to know what they have in common.
        """
        known, mine = self.resolve(revision), self.resolve(commit)
        try:
            return self.run("merge-base", known, mine).decode().split("\n")[0]
        except GitError:
            if self.is_shallow():
                raise GitError(f"what {revision!r} and {commit!r} have in common is not known here{_DEEPEN}") from None
            return known

    def changes(self, old: str, new: str | None = None, *, cached: bool = False, filters: Iterable[str] = ()) -> dict[str, Change]:
        """What became of each file since a commit; of a renamed one since it had its old name.

        Args:
            old: a commit.
            new: another one; without it the index (``cached``) or the working tree.
            filters: names of the filters that files of the working tree go through. They are not started.
        """
        settings = ["-c", "core.quotePath=true", "-c", f"core.bigFileThreshold={_COMPARED}"]
        for name in filters:
            for key in ("clean", "process"):
                settings += ["-c", f"filter.{name}.{key}="]
            settings += ["-c", f"filter.{name}.required=false"]
        command = ["diff-tree", "-r"] if new is not None else ["diff-index"]
        options = ["--cached"] if cached else []
        options += ["-p", "-U0", "-M", "--full-index", "--irreversible-delete", "--inter-hunk-context=0", "--no-ext-diff", "--no-textconv"]
        options += ["--no-color", "--ignore-submodules", "--src-prefix=a/", "--dst-prefix=b/"]
        return parse_patch(self.run(*settings, *command, *options, "--end-of-options", old, *(() if new is None else (new,))))

    def _changed(self, command: str, *arguments: str) -> set[str]:
        # --no-renames shows a rename as an addition: the new path counts, which is what a check needs.
        said = self.run(command, "-z", "--no-renames", "--name-only", "--diff-filter=d", *arguments)
        return {decode_path(record) for record in _records(said)}

    def filters(self, paths: Iterable[str], *, cached: bool = False) -> dict[str, str]:
        """Which paths go through a filter of .gitattributes (``lfs``, ``nbstripout``) when they are added.

        Args:
            cached: whether the .gitattributes of the index count in place of those on disk.
        """
        names = b"".join(encode_path(path) + b"\0" for path in paths)
        fields = _records(self.run("check-attr", "-z", *(("--cached",) if cached else ()), "--stdin", "filter", input=names))
        found = {}
        for path, _, value in zip(*[iter(fields)] * 3, strict=True):
            if value not in (b"unspecified", b"unset", b"set"):
                found[decode_path(path)] = value.decode("utf-8", "replace")
        return found

    def attributes(self, path: str, names: Iterable[str]) -> dict[str, str]:
        """The value of each attribute for a path; ``unspecified`` if nothing says."""
        fields = _records(self.run("check-attr", "-z", *names, "--", path))
        return {
            name.decode("utf-8", "replace"): value.decode("utf-8", "replace") for _, name, value in zip(*[iter(fields)] * 3, strict=True)
        }

    def config(self, key: str) -> str | None:
        """A setting, from whatever file git takes it."""
        try:
            said = self.run("config", "--null", "--get", key)
        except GitError:
            return None
        return said.removesuffix(b"\0").decode("utf-8", "surrogateescape")

    def set_config(self, key: str, value: str) -> None:
        """Write a setting to the repository's own configuration, in place of all that it said about it."""
        self.run("config", "--local", "--replace-all", key, value)

    def unset_config(self, key: str) -> None:
        """Take a setting out of the repository's own configuration, if it is there."""
        try:
            self.run("config", "--local", "--get-all", key)
        except GitError:
            return
        self.run("config", "--local", "--unset-all", key)

    def default_branch(self) -> str:
        """The branch that others start from: what the remote calls its own, else the one at hand, else ``main``."""
        for name in ("refs/remotes/origin/HEAD", "HEAD"):
            try:
                said = self.run("symbolic-ref", "--quiet", "--short", name).decode("utf-8", "replace").strip()
            except GitError:
                continue
            if said:
                return said.removeprefix("origin/")
        return "main"

    def own_path(self, name: str) -> str:
        """The absolute path of a file of git's own, such as ``info/attributes``; of a linked worktree, where git looks for it."""
        said = self.run("rev-parse", "--git-path", name).removesuffix(b"\n")
        return os.path.normpath(os.path.join(self.folder, os.fsdecode(said)))

    def filters_at(self, commit: str, paths: Iterable[str]) -> dict[str, str]:
        """As :meth:`filters`, by the .gitattributes of a commit. git before 2.40 has no option for that: an index of its own does it."""
        import tempfile

        before = self._environment.get("GIT_INDEX_FILE")
        with tempfile.TemporaryDirectory(prefix="dsguard-") as folder:
            self._environment["GIT_INDEX_FILE"] = os.path.join(folder, "index")
            try:
                self.run("read-tree", "--end-of-options", commit)
                return self.filters(paths, cached=True)
            finally:
                del self._environment["GIT_INDEX_FILE"]
                if before is not None:
                    self._environment["GIT_INDEX_FILE"] = before

    def ignored(self, paths: Iterable[str]) -> set[str]:
        """Which paths git would leave out of ``git add -A``, whether there are such files or not; tracked ones as if they were not."""
        asked = {(b"./" if path.startswith(":") else b"") + encode_path(path): path for path in paths}
        if not asked:
            return set()
        names = b"".join(name + b"\0" for name in asked)
        try:
            said = self.run("check-ignore", "-z", "--stdin", "--no-index", input=names, accept=1, literal=False)
        except GitError:  # a path within a submodule or behind a symbolic link, of which git will not speak: which one is it?
            suspects = list(asked.values())
            middle = len(suspects) // 2
            return self.ignored(suspects[:middle]) | self.ignored(suspects[middle:]) if middle else set()
        return {asked[record] for record in _records(said) if record in asked}

    def may_filter(self) -> bool:
        """Whether attributes from outside of the working tree may name a filter: a cheap reason not to ask git.

        ``nbstripout --install`` writes to ``info/attributes``, with ``--global`` to a file that ``core.attributesFile`` names.
        """
        home = os.path.expanduser("~")
        personal = os.path.join(os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config"), "git")
        shared = _read(os.path.join(self.directory, "commondir")).decode("utf-8", "surrogateescape").strip()  # of a linked worktree
        common = os.path.join(self.directory, shared)
        attributes = (os.path.join(common, "info", "attributes"), os.path.join(personal, "attributes"), "/etc/gitattributes")
        if any(b"filter" in _read(path) for path in attributes):
            return True
        settings = [os.path.join(common, "config"), os.environ.get("GIT_CONFIG_GLOBAL") or os.path.join(home, ".gitconfig")]
        settings += [os.path.join(personal, "config"), os.environ.get("GIT_CONFIG_SYSTEM") or "/etc/gitconfig"]
        texts = (_read(path).lower() for path in settings)
        return any(b"attributesfile" in text or b"[include" in text for text in texts)

    def sizes(self, oids: Iterable[str]) -> dict[str, int]:
        """The size in bytes of each object that is there; a partial clone lacks some."""
        wanted = "".join(oid + "\n" for oid in oids).encode()
        found = {}
        for line in self.run("cat-file", "--batch-check", "--buffer", input=wanted).splitlines():
            oid, kind, *size = line.split()
            if kind == b"blob":
                found[oid.decode()] = int(size[0])
        return found

    def blob(self, oid: str, offset: int, length: int | None) -> bytes | None:
        """Bytes of an object, or ``None`` where the repository lacks it. One process serves all calls."""
        if self._reader is None:
            self.processes += 1
            self._reader = BlobReader([_executable(), *_SETTINGS, "cat-file", "--batch"], self.folder, self._environment)
        data = self._reader.read(oid, offset, length)
        if self._reader.ended:  # git gives up at a damaged object; the others want another process
            self.close()
        return data

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None


class Change:
    """What became of a file: which of its lines are new, and what was taken out."""

    __slots__ = ("edited", "gone", "lines", "removed", "whole")

    def __init__(self) -> None:
        self.whole = False
        """Whether all of its lines count as new: it is new itself, binary, or larger than git compares line by line."""
        self.edited = False
        """Whether lines came or went."""
        self.gone = False
        """Whether the file was deleted."""
        self.lines: list[tuple[int, int]] = []
        """The first and the last line of each stretch of new lines, from 1, in order."""
        self.removed = b""
        """The lines that are gone, changed ones included; of a deleted file not."""

    @property
    def is_changed(self) -> bool:
        """Whether the content is another one: not if the file was only renamed."""
        return self.whole or self.gone or self.edited

    def touches(self, first: int, last: int) -> bool:
        """Whether any of these lines is new."""
        return self.whole or any(start <= last and first <= stop for start, stop in self.lines)


def parse_patch(said: bytes) -> dict[str, Change]:
    """A patch without context (``git diff -U0``, prefixes ``a/`` and ``b/``, odd names quoted), by the path that a file has now."""
    found: dict[str, Change] = {}
    change = Change()
    removed: list[bytes] = []
    left = 0
    """Lines of the hunk that are still to come: what they look like does not matter."""
    for line in said.split(b"\n"):
        if left:
            if line.startswith(b"-"):
                removed.append(line[1:])
            left -= not line.startswith(b"\\")  # "\ No newline at end of file" is none of them
        elif line.startswith(b"diff --git "):
            change.removed = b"\n".join(removed)
            removed, change = [], Change()
            path = _same_name(line[11:])
            if path is not None:
                found[path] = change = found.get(path, change)  # of a file that became a link, or the other way, there are two
        elif line.startswith(b"@@ -"):
            (_, old), (start, new) = (_stretch(part) for part in line.split(b" ")[1:3])
            left = old + new
            change.edited = True
            if new:
                change.lines.append((start, start + new - 1))
        elif line.startswith(b"rename to "):
            found[_name(line[10:])] = change
        elif line.startswith((b"new file mode ", b"Binary files ")):
            change.whole = True
        elif line.startswith(b"deleted file mode "):
            change.gone = True
        elif line.startswith(b"* Unmerged path "):
            found.setdefault(_name(line[16:]), Change()).whole = True
    change.removed = b"\n".join(removed)
    return found


def _stretch(part: bytes) -> tuple[int, int]:
    """``-12,3`` or ``+12``: the first line and how many."""
    start, comma, count = part[1:].partition(b",")
    return int(start), int(count) if comma else 1


def _same_name(names: bytes) -> str | None:
    """From ``a/x b/x`` the one name of both; ``None`` if they differ (a rename, which says its names on lines of their own)."""
    middle = len(names) // 2
    if names[middle : middle + 1] != b" ":
        return None
    one, other = _name(names[:middle]), _name(names[middle + 1 :])
    return other[2:] if one[2:] == other[2:] else None


def _name(shown: bytes) -> str:
    """A name as git shows it: in quotes with C's escapes if there is anything odd in it."""
    if not shown.startswith(b'"'):
        return decode_path(shown)
    import re

    escapes = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v", b'"': b'"', b"\\": b"\\"}

    def meant(escape: re.Match[bytes]) -> bytes:
        return bytes([int(escape[1], 8)]) if escape[1].isdigit() else escapes.get(escape[1], escape[0])

    return decode_path(re.sub(rb"\\([0-3][0-7]{2}|.)", meant, shown[1:-1]))


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
        ask, answer = self._pipes()
        with contextlib.suppress(OSError):  # git went first
            ask.close()
        answer.close()
        self._process.wait()


def _discard(stream: IO[bytes], count: int) -> None:
    while count > 0:
        count -= len(stream.read(min(count, 1 << 16))) or count


def _read(path: str) -> bytes:
    """The start of a small file, or nothing."""
    try:
        with open(path, "rb") as stream:
            return stream.read(1 << 20)
    except OSError:
        return b""


def _records(said: bytes) -> list[bytes]:
    return said.split(b"\0")[:-1]


def decode_path(path: bytes) -> str:
    """A path of git as text. Bytes that are no UTF-8 become surrogates, and come back by :func:`encode_path`."""
    return path.decode("utf-8", "surrogateescape")


def encode_path(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")
