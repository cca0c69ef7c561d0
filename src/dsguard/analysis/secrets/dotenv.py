"""Whether a repository keeps its credentials in a ``.env`` that git does not see, and whether git would not see it."""

from __future__ import annotations

import re

from dsguard.model import Edit, Fix

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.documents.project import Project

DOTENV, LOCAL = ".env", ".envrc.local"

_EXEMPT = frozenset(("fixture", "template", "vendored", "exclude"))
_TEMPLATES = frozenset((".env.example", ".env.sample", ".env.template", ".env.dist", ".env.tmpl", "example.env", "env.example"))
_PACKAGES = rb"(?im)(?:^[\s\"'\-]{0,40}|[\[,]\s{0,4}[\"'])(?:python-dotenv|python-decouple|environs|django-environ)\b"
_COMPOSE = rb"(?m)^\s{1,40}(?:env_file:\s{0,4}(?:\n\s{1,40}-\s{1,4})?|-\s{1,4})[\"']?(?:\./)?\.env[\"']?\s{0,20}$"
_JUST = rb"(?m)^set dotenv-load\b(?!.{0,20}false)"
_IMPORT = rb"(?m)(?:\bload_dotenv|\bfind_dotenv|\bdotenv_values)\(|\benv_file\s{0,4}=\s{0,4}[\"']\.env[\"']|^from decouple import"
_SPOKEN_OF = (b"dotenv", b"env_file", b"decouple")
"""Without any of these there is no need to look closer, which takes as long as all other searches for credentials together."""
_MAGIC = rb"\"\s{0,8}%dotenv\b|\bload_dotenv\("
FROZEN = 40
"""Pins from which on a requirements file lists more than was asked for."""
LARGEST = 1_000_000
"""Bytes of a file that is looked into."""


class Unignored:
    """A file for credentials that the next ``git add`` would take.

    Args:
        paths: what git would take.
        because: the file that says that there is, or will be, such a file.
        gitignore: the .gitignore of the repository, if it has one.
    """

    __slots__ = ("because", "gitignore", "paths")

    def __init__(self, paths: list[str], because: File, gitignore: File | None) -> None:
        self.paths = paths
        self.because = because
        self.gitignore = gitignore

    @property
    def patterns(self) -> list[str]:
        """What is missing in .gitignore: names, which count in every folder."""
        return sorted({path.rpartition("/")[2] for path in self.paths})

    @property
    def reason(self) -> str:
        """Why there is, or will be, such a file: ``.env.example expects``, ``a package of requirements.txt reads``."""
        path = self.because.path
        return f"a package of {path} reads" if _declares_packages(self.because.name.lower()) else f"{path} expects"

    @property
    def fix(self) -> Fix | None:
        """The missing lines at the end of .gitignore."""
        if self.gitignore is None:
            return None
        data = self.gitignore.data
        newline = b"\r\n" if b"\r\n" in data else b"\n"
        lines = newline.join(pattern.encode() for pattern in self.patterns) + newline
        start = b"" if not data or data.endswith(b"\n") else newline
        return Fix(f"Add {', '.join(self.patterns)} to .gitignore", [Edit(len(data), len(data), start + lines)])


def unignored(project: Project) -> Unignored | None:
    """What git would take of the files that this repository keeps credentials in.

    Raises:
        UnreadableError: a file that tells is gone.
    """
    expected: dict[str, File] = {}
    for path, file in _expected(project):
        expected.setdefault(path, file)
    files = project.files
    wanted = [path for path in expected if not (path in files and files[path].is_tracked) and not _is_wanted(project, path)]
    if not wanted:
        return None
    ignored = expected[wanted[0]].ignored(wanted)
    paths = [path for path in wanted if path not in ignored]
    return Unignored(paths, expected[paths[0]], files.get(".gitignore")) if paths else None


def _is_wanted(project: Project, path: str) -> bool:
    """Whether a .gitignore on the way says that this one belongs into git (``!.env``)."""
    folder, _, name = path.rpartition("/")
    while True:
        gitignore = project.files.get(f"{folder}/.gitignore" if folder else ".gitignore")
        if gitignore is not None and any(line.startswith("!") and line.rstrip().endswith(name) for line in gitignore.lines):
            return True
        if not folder:
            return False
        folder = folder.rpartition("/")[0]


def _expected(project: Project) -> Iterator[tuple[str, File]]:
    """The paths where credentials will be, each with the file that says so."""
    files = project.files
    for path in files:
        folder, _, name = path.rpartition("/")
        start = f"{folder}/" if folder else ""
        low = name.lower()
        if low in _TEMPLATES:
            if _counts(files[path]):
                yield start + DOTENV, files[path]
        elif low == ".envrc":
            if _counts(files[path]):
                text = files[path].text
                if LOCAL in text:
                    yield start + LOCAL, files[path]
                if re.search(r"(?m)^\s{0,8}dotenv(?:_if_exists)?\s{0,8}$", text):
                    yield start + DOTENV, files[path]
        elif _may_tell(low) and _counts(files[path]) and _tells(files[path], low):
            yield start.removesuffix("requirements/") + DOTENV, files[path]
    for path in sorted(files.selected):
        pattern = _IMPORT if path.endswith(".py") else _MAGIC if path.endswith(".ipynb") else None
        if pattern is not None and _counts(files[path]):
            data = files[path].data
            if any(word in data for word in _SPOKEN_OF) and re.search(pattern, data):
                yield DOTENV, files[path]
                return


def _counts(file: File) -> bool:
    if file.path.startswith(("docs/", "docs_src/", "doc/")):
        return False  # shows how it is done
    return _EXEMPT.isdisjoint(file.roles) and not file.is_absent and 0 < file.size <= LARGEST


def _declares_packages(name: str) -> bool:
    is_list = name.startswith("requirements") and name.endswith((".txt", ".in"))
    return is_list or name in ("pyproject.toml", "environment.yml", "environment.yaml", "pipfile")


def _may_tell(name: str) -> bool:
    return (
        _declares_packages(name)
        or name in ("justfile", ".justfile")
        or (name.startswith(("docker-compose", "compose")) and name.endswith((".yml", ".yaml")))
    )


def _tells(file: File, name: str) -> bool:
    if name.startswith("requirements") and file.data.count(b"==") > FROZEN:
        return False  # what `pip freeze` wrote down: somebody else needs it
    pattern = _JUST if name.endswith("justfile") else _COMPOSE if "compose" in name else _PACKAGES
    return re.search(pattern, file.data) is not None
