"""Where a project could set PYTHONHASHSEED for its entry scripts, and whether any file does."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from dsguard.documents.project import NO_PROJECT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.documents.files import Files
    from dsguard.documents.project import Project

_PLACES = (
    (".envrc", b"", "Write `export PYTHONHASHSEED=0` into {path}."),
    ("Dockerfile*", b"python", "Write `ENV PYTHONHASHSEED=0` into {path}."),
    ("*.[Dd]ockerfile", b"python", "Write `ENV PYTHONHASHSEED=0` into {path}."),
    (".github/workflows/*.y*ml", b"python ", 'Write `PYTHONHASHSEED: "0"` under `env:` of {path}.'),
    (".gitlab-ci.yml", b"python", 'Write `PYTHONHASHSEED: "0"` under `variables:` of {path}.'),
    ("*compose*.y*ml", b"python ", 'Write `PYTHONHASHSEED: "0"` under `environment:` in {path}.'),
    ("tox.ini", b"python", "Write `PYTHONHASHSEED = 0` under `set_env` in {path}."),
    ("noxfile.py", b"", 'Write `session.env["PYTHONHASHSEED"] = "0"` in {path}.'),
    ("pyproject.toml", b"", "Write `export PYTHONHASHSEED=0` into a file .envrc beside {path}, and into the CI's variables."),
)
"""The files that can set it, the best place first; what each must hold to be one that runs Python; and what to write there."""

_OTHERS = (
    ".env*",
    "Makefile",
    "makefile",
    "justfile",
    "*.sh",
    "*.mk",
    "dvc.yaml",
    "MLproject",
    "pytest.ini",
    "setup.cfg",
    "pixi.toml",
    "environment*.y*ml",
    "devcontainer.json",
    "Taskfile.y*ml",
    "mise.toml",
    ".mise.toml",
    "*.slurm",
    "*.sbatch",
)
"""Further files that may set it."""

_ANALYSIS = re.compile(
    rb"^\s*(?:import|from)\s+(?:numpy|pandas|polars|scipy|sklearn|statsmodels|torch|lightning|pytorch_lightning|tensorflow|keras|jax|flax|"
    rb"xgboost|lightgbm|catboost|transformers|datasets|spacy|nltk|gensim|pyspark|dask)\b",
    re.MULTILINE,
)
"""What an entry script imports if numbers or a model come out of it, and no documentation site or release."""

_SET = re.compile(rb"PYTHONHASHSEED\W{1,8}(?!random)")


class HashSeedPlace:
    """A file that could set PYTHONHASHSEED, and an entry script that would need it."""

    __slots__ = ("file", "help", "script")

    def __init__(self, file: File, script: str, help: str) -> None:
        self.file = file
        self.script = script
        self.help = help


def place_for_hash_seed(project: Project) -> HashSeedPlace | None:
    """The best place to set it, if the project has entry scripts and nothing of the repository sets it."""
    if project.is_published_library or project.files.once("sets-hash-seed", _sets_hash_seed):
        return None
    place = next(_places(project), None)
    script = _entry_script(project) if place is not None else None
    return HashSeedPlace(place[0], script, place[1]) if place is not None and script is not None else None


def _places(project: Project) -> Iterator[tuple[File, str]]:
    """The files of the project that could set it, the best first, with what to write there."""
    files = project.files
    for pattern, mark, advice in _PLACES:
        for path in files.once("environment-files", _environment_files):
            if not _is(path, pattern) or not files[path].roles.isdisjoint(NO_PROJECT) or project.nearest(path) is not project:
                continue
            if mark in files[path].data:
                yield files[path], advice.format(path=path)


def _environment_files(files: Files) -> list[str]:
    patterns = (*(place[0] for place in _PLACES), *_OTHERS)
    return [path for path in sorted(files, key=lambda path: (path.count("/"), path)) if any(_is(path, pattern) for pattern in patterns)]


def _is(path: str, pattern: str) -> bool:
    if "/" in pattern:
        return fnmatchcase(path, pattern)
    return fnmatchcase(path.rpartition("/")[2], pattern)


def _sets_hash_seed(files: Files) -> bool:
    from dsguard.model import UnreadableError

    for path in files.once("environment-files", _environment_files):
        try:
            if _SET.search(files[path].data):
                return True
        except UnreadableError:
            continue
    return False


def _entry_script(project: Project) -> str | None:
    """An entry script of the project among the files that this run judges."""
    from dsguard.analysis.seeds.entry import find_entry
    from dsguard.model import UnreadableError

    for path in project.files.below(project.root):
        file = project.files[path] if path.endswith(".py") and path in project.files.selected else None
        if file is None or path.startswith(".") or "/." in path or not file.roles.isdisjoint((*NO_PROJECT, "documentation")):
            continue
        if project.nearest(path) is not project:
            continue
        try:
            if _ANALYSIS.search(file.data) and find_entry(file.python) is not None:
                return path
        except UnreadableError:
            continue
    return None
