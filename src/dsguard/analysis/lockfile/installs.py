"""Commands that install a project's dependencies without holding to the lockfile beside it.

A job (or a build stage) is followed command by command: what its variables say, whether it made or checked the lockfile
before, which folder it is in. What depends on anything unknown counts as held.
"""

from __future__ import annotations

from posixpath import isabs, join, normpath

from dsguard.analysis.lockfile.addresses import without_secrets
from dsguard.analysis.lockfile.command_line import (
    PIP_ON_PURPOSE,
    PIP_UPGRADES,
    UV_CHECKS,
    UV_ON_PURPOSE,
    UV_RESOLVES,
    behind_options,
    has_unknown,
    pip_arguments,
)
from dsguard.analysis.lockfile.requirements import pins_everything
from dsguard.documents.project import Project, normalized
from dsguard.documents.shell import ENTER, LEAVE, read_commands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dsguard.documents.files import Files
    from dsguard.documents.shell import Command

LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml")

_SHOWN = 60
"""Characters of a command that a message shows."""

ANY = "*"
"""In place of the path of a lockfile, where it cannot be told which one a command is about."""


class Install:
    """One command that does not hold to a lockfile.

    Args:
        command: as much of it as people need to find it.
        line: the line of its script, from 0.
        lock: the path of the lockfile.
        tool: ``uv``, ``uv pip`` or ``pip``.
        why: what it installs in place of what is locked, for people.
        is_certain: whether nothing before it made it harmless.
    """

    __slots__ = ("command", "is_certain", "line", "lock", "tool", "why")

    def __init__(self, command: str, line: int, lock: str, tool: str, why: str = "", *, is_certain: bool = True) -> None:
        self.command = without_secrets(command)
        self.line = line
        self.lock = lock
        self.tool = tool
        self.why = why
        self.is_certain = is_certain


class Follower:
    """What is known at one point of a job or build stage.

    Args:
        files: what is under review.
        folder: where it starts, relative to the repository.
        searches_above: whether a lockfile of a folder above counts too, where a container has a copy of some folder.
    """

    def __init__(self, files: Files, folder: str, *, searches_above: bool = False) -> None:
        self.files = files
        self.start = folder
        self.searches_above = searches_above
        self.environment: dict[str, str] = {}
        self.made: set[str] = set()
        self.checked: set[str] = set()
        self.held: set[str] = set()
        """The lockfiles that were made anew, found fresh or held to so far; ``ANY`` for one that cannot be told."""
        self.found: list[Install] = []
        """What did not hold to a lockfile so far, but for what was put right again."""

    def copy(self) -> Follower:
        """What a build stage starts with that builds on another one."""
        other = Follower(self.files, self.start, searches_above=self.searches_above)
        other.environment = dict(self.environment)
        other.made, other.checked, other.held = set(self.made), set(self.checked), set(self.held)
        return other

    def follow(self, script: str, environment: dict[str, str], folder: str | None) -> None:
        """Go through the commands of a script, and collect those that do not hold to a lockfile.

        Args:
            environment: the variables that are set for it.
            folder: where it runs, relative to ``start``; ``None`` if that cannot be told.
        """
        here = environment | self.environment
        where = None if folder is None else self._entered(self.start, folder)
        outside: list[str | None] = []
        for command in read_commands(script):
            words = command.words
            if words == ENTER:
                outside.append(where)
            elif words == LEAVE:
                where = outside.pop() if outside else where
            elif not words:
                here |= command.environment
            elif words[0] in ("export", "declare") and len(words) > 1:
                here |= dict(word.split("=", 1) for word in words[1:] if "=" in word)
            elif words[0] in ("cd", "pushd") and len(words) > 1:
                where = self._entered(where, words[1])
            elif any("GITHUB_ENV" in target for target in command.targets):
                self.environment |= dict(word.split("=", 1) for word in words[1:] if "=" in word)
            else:
                found = list(self._judge(command, here | command.environment, where))
                self.found += found  # only now: what was found before may have been put right

    def _entered(self, folder: str | None, path: str) -> str | None:
        """The folder that a script changes to; ``None`` if it is none of the repository."""
        if self.searches_above and isabs(path):
            return self.start  # in an image the repository lies somewhere else
        found = None if folder is None else _within(folder, path)
        return found if found in self.files.folders else None

    def _judge(self, command: Command, environment: dict[str, str], folder: str | None) -> Iterator[Install]:
        words = [_put(word, environment) for word in command.words]
        program = words[0].rpartition("/")[2]
        if words[1:3] == ["-m", "pip"]:  # of python, or of a variable that names it
            program, words = "pip", words[2:]
        if program == "uv":
            at = behind_options(words, 1)
            given, rest = words[1:at], words[at:]
            folder = _directory(given, folder)
            if rest[:1] == ["pip"]:
                yield from self._pip(rest, command.line, folder, "uv pip")
            elif rest:
                yield from self._uv(given, rest, command.line, folder, environment)
        elif program == "pip" or (program.startswith("pip") and program[3:].replace(".", "").isdigit()):
            yield from self._pip(words, command.line, folder, "pip")

    # uv

    def _uv(self, given: list[str], rest: list[str], line: int, folder: str | None, environment: dict[str, str]) -> Iterator[Install]:
        task = rest[0]
        end = behind_options(rest, 1) if task == "run" else len(rest)
        options = {word.partition("=")[0] for word in (*given, *rest[1:end])}
        folder = _directory(rest[1:end], folder)
        lock = ANY if folder is None else self._lock(folder, ("uv.lock",))
        if lock is None:
            return
        if task in ("lock", "add", "remove", "version"):
            if task == "lock" and options & UV_CHECKS:
                self.checked.add(lock)
            elif not options & {"--check-exists", "--dry-run", "--frozen", "--help"}:
                self.made.add(lock)
        elif task in ("sync", "run"):
            is_held = self._holds(options, environment, lock, task)
            if not is_held and lock != ANY and not (task == "run" and self._runs_script(rest[end:], folder or "")):
                shown = _shortened(["uv", task, *rest[end : end + 2]] if task == "run" else ["uv", *rest])
                if has_unknown(rest[1:end]):
                    self.held.add(lock)  # it may, and then what follows does
                elif not {lock, ANY} & (self.made | self.checked):
                    yield Install(shown, line, lock, "uv", is_certain=not (task == "run" and {lock, ANY} & self.held))

    def _holds(self, options: set[str], environment: dict[str, str], lock: str, task: str) -> bool:
        """Whether ``uv sync`` or ``uv run`` holds to the lockfile, or departs from it on purpose; and what that means for what follows."""
        is_checked = _is_on(environment, "UV_LOCKED") or "--locked" in options
        if is_checked or _is_on(environment, "UV_FROZEN") or "--frozen" in options:
            (self.checked if is_checked else self.held).add(lock)
            if task == "sync" and "--inexact" not in options:  # it puts right what pip installed before
                self.found = [install for install in self.found if install.tool != "uv pip"]
            return True
        if options & UV_RESOLVES or "UV_RESOLUTION" in environment:
            self.made.add(lock)
        return bool(options & UV_ON_PURPOSE or _is_on(environment, "UV_NO_SYNC") or environment.keys() & {"UV_LOCKED", "UV_FROZEN"})

    def _runs_script(self, command: list[str], folder: str) -> bool:
        """Whether ``uv run`` runs a script that brings its own dependencies, or something that cannot be told."""
        if not command or command[0].startswith(("http://", "https://", "$")):
            return True
        file = self.files.get(_within(folder, command[0]) or "") if command[0].endswith(".py") else None
        return file is not None and b"\n# /// script" in b"\n" + file.data

    # pip

    def _pip(self, words: Sequence[str], line: int, folder: str | None, program: str) -> Iterator[Install]:
        if len(words) < 3 or words[1] != "install" or folder is None:
            return
        options, named = pip_arguments(words[2:])
        if PIP_ON_PURPOSE & options.keys() or has_unknown(words[2:]):
            return
        files, folders = options.get("-r", []), options.get("-e", [])
        shown = " ".join([program, "install", *named[:3], *(f"-e {name}" for name in folders), *(f"-r {name}" for name in files)][:5])
        # What the project needs is there after a locked install, and pip lets it be.
        settled = self.made if options.keys() & PIP_UPGRADES else self.made | self.checked | self.held
        for install in self._from_pip(files, [*named, *folders], line, folder, shown):
            if not {install.lock, ANY} & settled:
                yield install

    def _from_pip(self, files: list[str], named: list[str], line: int, folder: str, shown: str) -> Iterator[Install]:
        for name in files:
            yield from self._requirements(name, line, folder, shown)
        for text in filter(_is_local, named):
            yield from self._local_project(text, line, folder, shown)
        yield from self._named([text for text in named if not _is_local(text)], line, folder, shown)

    def _requirements(self, name: str, line: int, folder: str, shown: str) -> Iterator[Install]:
        for root in self._roots(folder):
            path = _within(root, name)
            file = self.files.get(path) if path is not None else None
            if file is None:
                continue
            lock = next((lock for lock in LOCKS if f"{file.folder}/{lock}".lstrip("/") in self.files), None)
            if lock is not None and not pins_everything(file):
                why = f"not all of {file.path} is pinned"
                yield Install(shown, line, f"{file.folder}/{lock}".lstrip("/"), _tool(shown), why)
            return

    def _local_project(self, text: str, line: int, folder: str, shown: str) -> Iterator[Install]:
        path = _within(folder, text.partition("[")[0].strip() or ".")
        lock = self._lock(path, LOCKS) if path is not None else None
        if lock is not None:
            # A library's tests may well want what its users get.
            is_library = self._project(lock).is_published_library
            yield Install(shown, line, lock, _tool(shown), "the project's dependencies are resolved anew", is_certain=not is_library)

    def _named(self, texts: list[str], line: int, folder: str, shown: str) -> Iterator[Install]:
        """Dependencies of the project, by name and without a version."""
        lock = self._lock(folder, LOCKS) if texts else None
        if lock is None:
            return
        wanted = {normalized(_name(declared.text)) for declared in self._project(lock).dependencies}
        loose = [_name(text) for text in texts if not any(mark in text for mark in ("==", "@", "/"))]
        found = [name for name in loose if normalized(name) in wanted]
        if found:
            # One may well be all that a helper script of the CI needs; several are the project's environment.
            why = f"{', '.join(found[:3])}: not in the version that is locked"
            yield Install(shown, line, lock, _tool(shown), why, is_certain=len(found) > 1 or _tool(shown) == "uv pip")

    # Where

    def _project(self, lock: str) -> Project:
        return Project(lock.rpartition("/")[0], self.files, {})

    def _roots(self, folder: str) -> Iterator[str]:
        yield folder
        while self.searches_above and folder:
            folder = folder.rpartition("/")[0]
            yield folder

    def _lock(self, folder: str, names: Sequence[str]) -> str | None:
        """The lockfile that holds for a folder: of the nearest project at or above it."""
        while True:
            for name in names:
                path = f"{folder}/{name}".lstrip("/")
                if path in self.files and f"{folder}/pyproject.toml".lstrip("/") in self.files:
                    return path
            has_manifest = f"{folder}/pyproject.toml".lstrip("/") in self.files
            if not folder or (has_manifest and not self._is_member(folder)):
                return None
            folder = folder.rpartition("/")[0]

    def _is_member(self, folder: str) -> bool:
        """Whether a project may be locked by one above it: only the root of a uv workspace does that."""
        while folder:
            folder = folder.rpartition("/")[0]
            above = self.files.get(f"{folder}/pyproject.toml".lstrip("/"))
            if above is not None:
                return b"tool.uv.workspace" in above.data
        return False


def _shortened(words: Sequence[str]) -> str:
    """As much of a command as people need to find it, no word cut in two."""
    shown = ""
    for number, word in enumerate(words):
        if len(shown) + len(word) > _SHOWN and number > 2:
            return f"{shown}..."
        shown += f"{word} "
    return shown.rstrip()


def _within(folder: str, path: str) -> str | None:
    """A path from a folder of the repository; ``None`` if it leads out of it."""
    if isabs(path) or path.startswith("~"):
        return None
    found = normpath(join(folder, path))
    return "" if found == "." else None if found.startswith("..") else found


def _directory(options: Sequence[str], folder: str | None) -> str | None:
    for at, word in enumerate(options):
        name, equals, value = word.partition("=")
        if name in ("--project", "--directory"):
            value = value if equals else "".join(options[at + 1 : at + 2])
            return None if folder is None or "$" in value else _within(folder, value)
    return folder


def _tool(shown: str) -> str:
    return "uv pip" if shown.startswith("uv pip") else "pip"


def _is_local(text: str) -> bool:
    return text.startswith((".", "/")) and not text.endswith((".whl", ".tar.gz", ".zip"))


def _name(text: str) -> str:
    for at, character in enumerate(text):
        if not (character.isalnum() or character in "._-"):
            return text[:at]
    return text


def _put(word: str, environment: dict[str, str]) -> str:
    """A word that is one variable, as its value if that is known."""
    name = word[1:].strip("{}") if word.startswith("$") and not word.startswith(("$(", "${{")) else ""
    return environment.get(name, word) if name.isidentifier() else word


def _is_on(environment: dict[str, str], name: str) -> bool:
    return name in environment and environment[name].strip().lower() not in ("", "0", "false", "no", "off")
