"""Which lockfile a project has, and which command would write the one that it lacks."""

from __future__ import annotations

from dsguard.analysis.lockfile.requirements import is_fully_hashed, read_requirements
from dsguard.documents.uv_workspace import uv_workspace_members, uv_workspace_root

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dsguard.documents.file import File
    from dsguard.documents.files import Files
    from dsguard.documents.project import Project
    from dsguard.model import Location

COMMANDS = {
    "uv.lock": "uv lock",
    "poetry.lock": "poetry lock",
    "pdm.lock": "pdm lock",
    "pixi.lock": "pixi lock",
    "conda-lock.yml": "conda-lock -f pyproject.toml",
    "pylock.toml": "uv export -o pylock.toml",
    "requirements.txt": "uv pip compile --generate-hashes pyproject.toml -o requirements.txt",
}
"""What writes each lockfile."""


def find_lock(project: Project, accepted: Sequence[str]) -> File | None:
    """The lockfile in a project's folder, or ``None``.

    Args:
        accepted: names, paths relative to the project, or globs. What ends in ``.txt`` counts only if all of it is hashed.
    """
    for name in sorted(accepted, key=_is_glob):  # names first: they need no look at the other files
        candidates = project.matching(name) if _is_glob(name) else filter(None, (project.file(name),))
        for file in candidates:
            if file.suffix != ".txt" or is_fully_hashed(file):
                return file
    return None


def needs_lock(project: Project) -> bool:
    """Whether a project declares dependencies of its own or for its uv workspace, and is not locked by the root of one."""
    if uv_workspace_root(project) is not None:
        return False
    return project.declares_dependencies or any(member.declares_dependencies for member in uv_workspace_members(project))


def locked_by_another(project: Project, accepted: Sequence[str]) -> bool:
    """Whether the lockfile of another project names this one's folder: a path dependency is locked with who needs it."""
    from posixpath import relpath

    for path in project.files.once("lockfiles", _lockfiles):
        folder, _, name = path.rpartition("/")
        if folder == project.root or not _accepts(accepted, name):
            continue
        way = relpath(project.root or ".", folder or ".")
        text = project.files[path].text
        if any(mention in text for mention in (f'"{way}"', f'"./{way}"', f" {way}\n", f" ./{way}\n")):
            return True
    return False


def _lockfiles(files: Files) -> list[str]:
    return [path for path in files if path.rpartition("/")[2] in COMMANDS and not path.endswith(".txt")]


def refused_locks(project: Project, accepted: Sequence[str]) -> Iterator[str]:
    """What stands beside the manifest, looks like a lockfile and does not count here: for people, with the reason."""
    for name in COMMANDS:
        if not name.endswith(".txt") and not _accepts(accepted, name) and project.file(name) is not None:
            yield f"{name} is not among those that this project accepts"
    if _accepts(accepted, "requirements.txt"):
        for file in project.matching("requirements*.txt"):
            if any(read_requirements(file)) and not is_fully_hashed(file):
                yield f"{file.name} has no hashes"


def remedy(project: Project, accepted: Sequence[str]) -> str:
    """How to make the lockfile, with the tool that the project evidently uses."""
    lock = next((name for name in (*_evident_locks(project), *COMMANDS) if _accepts(accepted, name)), None)
    if lock is None:
        return f"Lock the dependencies and commit the lockfile: {' or '.join(accepted)}."
    command = COMMANDS[lock]
    if lock == "pylock.toml" and _uses_hatch(project):
        command = "hatch env lock"  # with `lock-envs = true` under [tool.hatch], which hatch itself asks for
    where = f" in {project.root}/" if project.root else ""
    added = f"`git add {project.path_of(lock)}`"
    ignored = ignored_at(project, lock)
    if ignored:
        return f"Take {lock} out of {ignored.path} (line {ignored.line}), run `{command}`{where}, then {added}."
    return f"Run `{command}`{where}, then {added}."


def left_out_lock(project: Project, accepted: Sequence[str]) -> str | None:
    """An accepted lockfile of a project that lies on disk and that git ignores, by name."""
    return next((name for name in accepted if not _is_glob(name) and project.left_out(name)), None)


def _evident_locks(project: Project) -> Iterator[str]:
    """The lockfiles of the tools that the manifest speaks of, the surest sign first. uv reads any ``[project]``."""
    tool = project.get("tool")
    named = tool if isinstance(tool, dict) else {}
    backend = project.get("build-system", "build-backend")
    backend = backend if isinstance(backend, str) else ""
    if "uv" in named:
        yield "uv.lock"
    if "poetry" in named or backend.startswith("poetry."):
        yield "poetry.lock"
    if "pixi" in named or project.file("pixi.toml") is not None:
        yield "pixi.lock"
    if "pdm" in named or backend.startswith("pdm."):
        yield "pdm.lock"
    if "conda-lock" in named:
        yield "conda-lock.yml"
    if _uses_hatch(project):
        yield "pylock.toml"
    yield "uv.lock"


def ignored_at(project: Project, lock: str) -> Location | None:
    """The line that keeps a lockfile out of git, if the .gitignore of the project or of the repository has an evident one."""
    for file in (project.file(".gitignore"), project.files.get(".gitignore")):
        if file is not None:
            for number, line in enumerate(file.lines, 1):
                if line.strip() in (lock, f"/{lock}", f"**/{lock}", "*.lock"):
                    return file.at(number)
    return None


def _uses_hatch(project: Project) -> bool:
    return project.get("tool", "hatch", "envs") is not None


def _accepts(accepted: Sequence[str], name: str) -> bool:
    from fnmatch import fnmatchcase

    return name in accepted or any(_is_glob(pattern) and fnmatchcase(name, pattern) for pattern in accepted)


def _is_glob(name: str) -> bool:
    return not {"*", "?", "["}.isdisjoint(name)
