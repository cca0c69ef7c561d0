"""What DVC keeps: the outputs that ``.dvc`` files and ``dvc.yaml`` name."""

from __future__ import annotations

import posixpath
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dsguard.documents.file import File

_ELSEWHERE = re.compile(r"[A-Za-z][\w+.-]*://|/|[A-Za-z]:[\\/]")
_TEMPLATE = "${"


class Output:
    """A file or folder that DVC stores, so that git need not.

    Args:
        path: from the root of the workspace.
        line: where it is named, from 1, if that can be told.
    """

    __slots__ = ("line", "path")

    def __init__(self, path: str, line: int | None) -> None:
        self.path = path
        self.line = line


def outputs_of(file: File) -> list[Output]:
    """The outputs in DVC's cache that a ``.dvc`` file, or a ``dvc.yaml`` with the ``dvc.lock`` beside it, names.

    What is marked ``cache: false`` is meant for git. Outputs elsewhere (a bucket, an absolute path) are no matter of git.

    Raises:
        UnreadableError: the YAML does not parse.
    """
    document = file.yaml
    if not isinstance(document, dict):
        return []
    if file.suffix == ".dvc":
        return list(_outputs(file, _listed(document.get("outs")), document.get("wdir")))
    found: list[Output] = []
    stages = document.get("stages")
    for name, stage in stages.items() if isinstance(stages, dict) else ():
        body = stage.get("do") if isinstance(stage, dict) and isinstance(stage.get("do"), dict) else stage
        if isinstance(body, dict):
            found += _of_stage(file, str(name), body)
    return found


def _of_stage(file: File, name: str, stage: dict[str, Any]) -> Iterator[Output]:
    outs = [out for key in ("outs", "metrics", "plots") for out in _listed(stage.get(key))]
    written = [out for out in outs if _TEMPLATE not in out[0]]
    yield from _outputs(file, written, stage.get("wdir"))
    templates = [(path, re.compile(_any_of(path)), cached) for path, cached in outs if _TEMPLATE in path]
    lock = file.sibling(posixpath.join(file.folder, "dvc.lock")) if templates else None
    locked = lock.yaml if lock is not None else None
    stages = locked.get("stages") if isinstance(locked, dict) else None
    known = {path for path, _ in written}
    for key, body in stages.items() if isinstance(stages, dict) else ():
        if not isinstance(body, dict) or not (key == name or str(key).startswith(f"{name}@")):
            continue
        for path, _ in _listed(body.get("outs")):
            made_by = [(template, cached) for template, pattern, cached in templates if pattern.fullmatch(path)]
            if path not in known and made_by and all(cached for _, cached in made_by):
                yield from _outputs(file, [(path, True)], stage.get("wdir"), made_by[0][0])


def _any_of(template: str) -> str:
    """An expression for the paths that a template can make. The lock file has them, but not which of them git is to keep."""
    return ".+".join(map(re.escape, re.split(r"\$\{[^}]*\}", template)))


def _listed(outs: Any) -> Iterator[tuple[str, bool]]:
    """Paths and whether they are in the cache, from each of the ways to write it."""
    for out in outs if isinstance(outs, list) else ():
        if isinstance(out, str):
            yield out, True
        elif isinstance(out, dict) and isinstance(out.get("path"), str):
            yield out["path"], out.get("cache") is not False
        elif isinstance(out, dict) and len(out) == 1:
            ((path, options),) = out.items()
            yield str(path), not (isinstance(options, dict) and options.get("cache") is False)


def _outputs(file: File, outs: Any, wdir: Any, written_as: str = "") -> Iterator[Output]:
    base = posixpath.join(file.folder, wdir) if isinstance(wdir, str) and _TEMPLATE not in wdir else file.folder
    for path, cached in outs:
        if not cached or _ELSEWHERE.match(path):
            continue
        place = posixpath.normpath(posixpath.join(base, path))
        if place not in (".", "..") and not place.startswith("../"):
            yield Output(place, _line(file, written_as or path))


def _line(file: File, path: str) -> int | None:
    for number, line in enumerate(file.lines, 1):
        if path in line and line.strip().removeprefix("- ").removeprefix("path:").strip(" '\":") == path:
            return number
    return None


def tracked(file: File, path: str) -> tuple[int, int]:
    """How many files git tracks at or below a path, and their size in bytes. Notes beside the data do not count."""
    one = file.sibling(path)
    paths = [path] if one is not None else file.below(path)
    members = [member for name in paths if (member := file.sibling(name)) is not None and member.is_tracked]
    data = [member for member in members if "pointer" not in member.roles and member.pointer is None]
    return len(data), sum(member.size for member in data)


def unignored(file: File, paths: list[str]) -> list[str]:
    """Those of some paths that git would take in. A pattern for folders only matches what is in them."""
    ignored = file.ignored([name for path in paths for name in (path, f"{path}/x")]) if paths else set()
    return [path for path in paths if path not in ignored and f"{path}/x" not in ignored]
