"""What a repository is made of, as far as it decides what ``dsguard init`` proposes."""

from __future__ import annotations

import re

from dsguard.documents.python import is_marimo
from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.documents.files import Files

HOOKS, GITLAB, WORKFLOWS = ".pre-commit-config.yaml", ".gitlab-ci.yml", ".github/workflows/"

MANAGERS = (
    ("uv", ("uv.lock",)),
    ("poetry", ("poetry.lock",)),
    ("pdm", ("pdm.lock",)),
    ("pixi", ("pixi.lock", "pixi.toml")),
    ("conda", ("conda-lock.yml", "environment.yml", "environment.yaml")),
)
"""Which files tell what a project is installed with."""

LOCKFILES = ("uv.lock", "poetry.lock", "pdm.lock", "pixi.lock", "conda-lock.yml", "pylock.toml")

_DOCS_WITH_OUTPUTS = (
    ("conf.py", (b"nbsphinx", b"myst_nb", b"myst-nb", b"jupyter_sphinx")),
    ("mkdocs.yml", (b"mkdocs-jupyter", b"mknotebooks")),
    ("_toc.yml", (b"jb-book", b"jb-article")),
    ("_quarto.yml", (b"project:",)),
)
"""Configuration of documentation that shows notebooks, by name, and the words in it that say so."""


class Survey:
    """A repository looked at once."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.notebooks = [path for path in files if path.endswith(".ipynb") and "vendored" not in files[path].roles]
        self.managers = [name for name, marks in MANAGERS if any(self.holds(mark) for mark in marks)]
        self.lockfiles = [name for name in LOCKFILES if self.holds(name)]
        self.has_dvc = any(path.startswith(".dvc/") or path.endswith((".dvc", "dvc.yaml")) for path in files)
        self.has_lfs = b"filter=lfs" in self.data(".gitattributes")
        self.has_workflows = any(path.startswith(WORKFLOWS) for path in files)
        self.has_gitlab = GITLAB in files
        self.has_hooks = HOOKS in files

    def holds(self, name: str) -> bool:
        """Whether a file of this name lies at the root or in a project further down, tests and templates left out."""
        return any(
            path == name or (path.endswith(f"/{name}") and not self.files[path].roles & {"fixture", "template", "vendored"})
            for path in self.files
        )

    def data(self, path: str) -> bytes:
        """A file's bytes; nothing where it cannot be read."""
        file = self.files.get(path)
        try:
            return file.data if file is not None else b""
        except UnreadableError:
            return b""

    def marimo(self) -> int:
        """How many marimo notebooks there are."""
        return sum(is_marimo(self.data(path).decode("utf-8", "replace")) for path in self.files if path.endswith(".py"))

    def uses(self, package: str) -> bool:
        """Whether a manifest or a module names a package."""
        word = re.compile(rb"(?<![\w.-])" + re.escape(package.encode()) + rb"(?![\w-])")
        return any(
            word.search(self.data(path))
            for path in self.files
            if path.endswith((".py", ".ipynb", "pyproject.toml", "requirements.txt", "environment.yml"))
        )

    def shown_notebooks(self) -> Iterator[str]:
        """Folders of documentation that is made of notebooks as they are stored, outputs and all."""
        for path in self.files:
            folder, _, name = path.rpartition("/")
            words = dict(_DOCS_WITH_OUTPUTS).get(name, ())
            if not words or not any(word in self.data(path) for word in words):
                continue
            if name == "mkdocs.yml":
                folder = f"{folder}/docs" if folder else "docs"
            if folder and any(_has_outputs(self.files[one]) for one in self.notebooks if one.startswith(f"{folder}/")):
                yield folder

    def lines(self) -> Iterator[tuple[str, str]]:
        """What was found, for people: a heading and what belongs to it."""
        kinds = [f"{count} {kind}" for count, kind in ((len(self.notebooks), "Jupyter"), (self.marimo(), "marimo")) if count]
        if kinds:
            yield "notebooks", ", ".join(kinds)
        if self.managers:
            yield "environment", f"{', '.join(self.managers)} ({', '.join(self.lockfiles) or 'no lockfile'})"
        elif self.holds("requirements.txt"):
            yield "environment", "pip (requirements.txt)"
        stores = ["DVC"] * self.has_dvc + ["git-lfs"] * self.has_lfs
        if stores:
            yield "data", ", ".join(stores)
        places = ["GitHub Actions"] * self.has_workflows + ["GitLab CI"] * self.has_gitlab
        if places:
            yield "CI", ", ".join(places)


def _has_outputs(file: File) -> bool:
    try:
        return any(cell.outputs for cell in file.notebook.code_cells)
    except UnreadableError:
        return False
