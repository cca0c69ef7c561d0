"""What is asked of git, one method a question."""

from __future__ import annotations

import os

from dsguard.git.discovery import ordinary_root
from dsguard.git.names import decode_path, encode_path
from dsguard.git.process import LITERAL, SETTINGS, BlobReader, GitError, environment, executable, output_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dsguard.git.patch import Change

_COMPARED = 16 * 1024 * 1024
"""Bytes up to which a file is compared line by line."""

_DEEPEN = (
    ": this clone is shallow. Fetch the history first: `fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` as a variable in GitLab, "
    "`fetchDepth: 0` in Azure Pipelines, or `git fetch --unshallow`"
)


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
        self._environment = environment()
        self._reader: BlobReader | None = None

    @classmethod
    def discover(cls, folder: str) -> Git | None:
        """git at the root of the working tree that holds ``folder``, or ``None`` outside of one.

        Raises:
            GitError: there is a repository and git refuses it (its owner is somebody else), or it has no working tree here.
        """
        git = cls(folder)
        try:
            executable()
            root = ordinary_root(folder)
            if root is None:
                root, git.directory = git._ask_where()
            else:
                git.directory = os.path.join(root, ".git")
        except FileNotFoundError:
            return None
        except GitError as error:
            if "not a git repository" in error.message:
                return None
            raise
        git.folder = root
        # `git commit -a` and `git commit PATH` hand a temporary index to hooks: it is what will be committed.
        index = os.environ.get("GIT_INDEX_FILE")
        if index:
            index = os.path.join(git.folder, index)
            if os.path.realpath(index).startswith(os.path.realpath(git.directory) + os.sep):
                git._environment["GIT_INDEX_FILE"] = index
        return git

    def _ask_where(self) -> tuple[str, str]:
        """The root of the working tree and git's own folder."""
        said = self.run("rev-parse", "--is-inside-work-tree", "--show-cdup", "--absolute-git-dir")
        inside, _, rest = said.removesuffix(b"\n").partition(b"\n")
        if inside != b"true":
            raise GitError("this is a bare repository or git's own folder: run dsguard in a work tree (`git worktree add` makes one)")
        up, _, directory = rest.partition(b"\n")  # the one answer that may hold any byte comes last
        return os.path.normpath(os.path.join(os.path.realpath(self.folder), up.decode())), os.fsdecode(directory)

    def run(self, *arguments: str, input: bytes | None = None, accept: int = 0, literal: bool = True) -> bytes:
        """What git prints.

        Args:
            accept: a second exit code that is no failure.
            literal: whether paths are taken as they are; a few commands cannot be told so.

        Raises:
            GitError: it failed.
        """
        import subprocess

        self.processes += 1
        done = subprocess.run(  # noqa: S603
            [executable(), *(setting for setting in SETTINGS if literal or setting != LITERAL), *arguments],
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

    def _run_alone(self, *arguments: str) -> bytes:
        """As :meth:`run`, for a question that few runs go beyond."""
        self.processes += 1
        said = output_of([executable(), "-C", self.folder, *SETTINGS, *arguments], self._environment)
        if said is None:  # to be told why
            self.processes -= 1
            return self.run(*arguments)
        return said

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

    def index(self, *, untracked: bool) -> list[tuple[str, int, str, str]]:
        """What is in the index, and with ``untracked`` what ``git add -A`` would add to it.

        Returns:
            (tag, mode, object id, path); the tag is git's: ``H`` cached, ``S`` left out by a sparse checkout, ``M``
            unmerged (one row per stage), ``?`` untracked (mode 0 and no id).
        """
        options = ("-c", "-o", "--exclude-standard") if untracked else ("-c",)
        said = decode_path(self._run_alone("ls-files", "-z", "-t", "-s", *options))  # at once: there may be many thousands
        records = said.split("\0")[:-1]
        tracked = [record for record in records if record[0] != "?"]
        rows = [("?", 0, "", record[2:]) for record in records if record[0] == "?"] if len(tracked) < len(records) else []
        if tracked:
            # "H 100644 <id> <stage>\t<path>": of one width but for the id, which has that of the repository's hash
            end = tracked[0].index(" ", 9)
            modes = {mode: int(mode, 8) for mode in {record[2:8] for record in tracked}}
            rows += [(record[0], modes[record[2:8]], record[9:end], record[end + 3 :]) for record in tracked]
        return rows

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
        from dsguard.git.patch import parse_patch

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

    def settings(self) -> bytes:
        """All settings, from whatever file git takes them: ``key\\nvalue`` each, ended by a NUL; of equal keys the last counts."""
        return self._run_alone("config", "--null", "--list")

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
            self._reader = BlobReader([executable(), *SETTINGS, "cat-file", "--batch"], self.folder, self._environment)
        data = self._reader.read(oid, offset, length)
        if self._reader.ended:  # git gives up at a damaged object; the others want another process
            self.close()
        return data

    def part(self) -> None:
        """In a fork: leave the process that serves contents to the one that started it."""
        self._reader = None

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None


def _records(said: bytes) -> list[bytes]:
    return said.split(b"\0")[:-1]
