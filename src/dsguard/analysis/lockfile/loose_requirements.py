"""The requirements files of a repository without a project, and how much choice of versions they leave."""

from __future__ import annotations

import re

from dsguard.analysis.lockfile.requirements import is_installable, is_pinned, read_requirements
from dsguard.documents.project import NO_PROJECT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.file import File
    from dsguard.documents.files import Files
    from dsguard.documents.project import Project

_NAME = re.compile(r"(?:^|/)(?:requirements?[^/]*\.txt|requirements/[^/]+\.txt)$", re.IGNORECASE)
_FOR_DEVELOPERS = re.compile(
    r"(?:^|[-_./])(?:dev|develop|development|tests?|testing|docs?|documentation|lint|linting|ci|build|style|format|release|publish|"
    r"pre-?commit|typing|mypy)(?:[-_./]|$)",
    re.IGNORECASE,
)
"""Names of requirements files that no result depends on."""

_OTHER_LOCKS = ("Pipfile.lock", "poetry.lock", "pdm.lock", "pixi.lock", "uv.lock", "conda-lock.yml", "pylock.toml")

_LOCK_ENDINGS = (".lock", ".lock.txt", "-lock.txt", "_lock.txt", ".frozen.txt", "-frozen.txt", "-pinned.txt")
"""Of the names of files that pin what is in the requirements file of the same name: Rye's, and those people choose."""

_PUBLISHED = re.compile(rb"\b(?:url|project_urls|classifiers)[\"']?\s*[:=]")
"""What a setup script says for the pages of a package index."""

_COLLECTION = 10
"""So many requirements files and none at the root: examples, each on its own, and no result of them together."""


class Loose:
    """What to tell of the requirements files of a repository.

    Args:
        file: the file to name, and the first line of it that leaves a choice.
        is_open: whether that is evidently meant so: for the users of a library, or of a collection of examples.
    """

    __slots__ = ("file", "help", "is_open", "line", "message")

    def __init__(self, file: File, line: int | None, message: str, help: str, *, is_open: bool) -> None:
        self.file = file
        self.line = line
        self.message = message
        self.help = help
        self.is_open = is_open


def find_loose(root: Project) -> Loose | None:
    """The requirements of a repository that name no exact version; ``None`` if there are none, or if a project locks them.

    Judged when this run judges one of the files.

    Raises:
        UnreadableError: a manifest does not parse.
    """
    files = root.files
    paths = files.once("requirements-files", _requirements_files)
    if not paths or files.selected.isdisjoint(paths) or root.declares_dependencies:
        return None
    told: list[tuple[File, int, int]] = []
    for path in paths:
        file = files[path]
        if _is_locked_otherwise(root, file):
            continue
        requirements = list(read_requirements(file))
        loose = sum(not is_pinned(requirement) for requirement in requirements)
        if loose:
            told.append((file, loose, len(requirements)))
    if not told:
        return None
    file, loose, count = told[0]
    folder = file.folder.removesuffix("requirements").rstrip("/") if f"/{file.folder}".endswith("/requirements") else file.folder
    unreadable = [requirement for requirement in read_requirements(file) if not is_installable(requirement)]
    if len(unreadable) * 2 > count:
        message = (
            f"pip cannot install from this: {len(unreadable)} of {count} lines are none of its, but what `pip list` or `conda list` prints"
        )
        add = _how_to_lock(root, file, folder)
        written = f"Where it works, write it anew: `pip freeze > {file.name}`. Then {add} makes a uv.lock; commit it."
        return Loose(file, _line_of(file, unreadable[0]), message, written, is_open=_is_library(root))
    more = len(told) - 1
    others = f" (and in {more} more requirements {'file' if more == 1 else 'files'})" if more else ""
    fixed = "has" if loose == 1 else "have"
    message = f"{loose} of {count} requirements {fixed} no exact version{others}: each install may choose others"
    where = f"In {folder}/: " if folder else ""
    advice = f"{where}{_how_to_lock(root, file, folder)} makes a uv.lock; commit it, and install by `uv sync --locked`."
    is_collection = len(told) >= _COLLECTION and all(file.folder for file, _, _ in told)
    return Loose(file, _first_loose(file), message, advice, is_open=is_collection or _is_library(root))


def _how_to_lock(root: Project, file: File, folder: str) -> str:
    """The commands that make a locked project of a requirements file, for the folder of that project: its own, or the one above."""
    add = f"`uv add -r {file.path[len(folder) :].lstrip('/')}`"
    manifest = root.files.get(f"{folder}/pyproject.toml".lstrip("/"))
    if manifest is None:
        return f"`uv init --bare && {add[1:]}"
    return (
        add if "project" in manifest.toml else f"a [project] table with name, version and requires-python in pyproject.toml and then {add}"
    )


def _requirements_files(files: Files) -> list[str]:
    """Those that a result may depend on, the shallowest and plainest first."""
    found = []
    for path in files:
        if not _NAME.search(path):
            continue
        own = path.rpartition("/")[2] if not re.search(r"(?:^|/)requirements/[^/]+$", path) else "/".join(path.split("/")[-2:])
        if not _FOR_DEVELOPERS.search(own) and files[path].roles.isdisjoint({*NO_PROJECT, "documentation"}):
            found.append(path)
    return sorted(found, key=lambda path: (path.count("/"), len(path), path))


def _is_locked_otherwise(root: Project, file: File) -> bool:
    """Whether a lockfile stands beside it, or a project of its own declares what it needs."""
    if any(f"{file.folder}/{lock}".lstrip("/") in root.files for lock in _OTHER_LOCKS):
        return True
    stem = f"{file.folder}/{file.name.rpartition('.')[0]}".lstrip("/")
    for ending in _LOCK_ENDINGS:
        lock = root.file(stem + ending)
        pinned = [is_pinned(requirement) for requirement in read_requirements(lock)] if lock is not None else []
        if pinned and all(pinned):
            return True
    project = root.nearest(file.path)
    return project is not root and project.declares_dependencies


def _is_library(root: Project) -> bool:
    """Whether a setup script tells a package index of it. One without an address or classifiers only makes ``import`` work."""
    setup = root.file("setup.py") or root.file("setup.cfg")
    return setup is not None and b"install_requires" in setup.data and _PUBLISHED.search(setup.data) is not None


def _first_loose(file: File) -> int | None:
    return _line_of(file, next((requirement for requirement in read_requirements(file) if not is_pinned(requirement)), ""))


def _line_of(file: File, wanted: str) -> int | None:
    return next((number for number, line in enumerate(file.lines, 1) if wanted and line.strip().startswith(wanted[:60])), None)
