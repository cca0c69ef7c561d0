"""Which Python files of a repository are run by name: console scripts, and what Makefiles, pipelines and workflows start."""

from __future__ import annotations

import posixpath
import re

from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.documents.files import Files

MAX_SIZE = 256 * 1024
"""Larger files (bytes) are not what people write to start scripts."""

_STARTERS = frozenset(("makefile", "gnumakefile", "justfile", "snakefile", "dvc.yaml", "procfile", "mlproject", ".gitlab-ci.yml"))
_ENDINGS = (".mk", ".smk", ".just")
_WORKFLOWS = (".github/workflows/", ".circleci/")
_WORD = r"[\w.+/-]{1,200}"
# `python -u train.py`, `uv run --frozen train.py`, `python -m churn.train`: options are words with a dash, but -m and -c end them
_COMMAND = re.compile(
    r"(?:\bpython[\d.]{0,5}|\buv[ \t]+run)(?:[ \t]+(?:-[WX][ \t]+\S{1,80}|-(?!m\b|c\b)\S{1,80})){0,6}[ \t]+"
    rf"(?:-m[ \t]+(?P<module>{_WORD})|(?P<path>{_WORD}\.py)\b)"
)
_SNAKEMAKE_SCRIPT = re.compile(rf"^[ \t]{{0,40}}script:[ \t\n]{{0,80}}[\"'](?P<path>{_WORD}\.py)[\"']", re.MULTILINE)
_CONSOLE_SCRIPT = re.compile(r"[\w.-]{1,80}[ \t]*=[ \t]*([A-Za-z_][\w.]{0,200}):([A-Za-z_]\w{0,80})")


def named_entries(files: Files) -> dict[str, tuple[str, ...]]:
    """Paths of Python files that are run by name, each with the functions that are called (none for a script)."""
    return files.once("seeds-named", _find)


def _find(files: Files) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for path in files:
        folder, _, name = path.rpartition("/")
        is_starter = name.lower() in _STARTERS or name.endswith(_ENDINGS) or path.startswith(_WORKFLOWS)
        if not is_starter and name not in _MANIFESTS:
            continue
        text = _text_of(files[path])
        if is_starter:
            for script in _started(text, folder, files):
                found.setdefault(script, {})
        else:
            for module, function in _console_scripts(files[path], text):
                named = _path_of(module, folder, files)
                if named:
                    found.setdefault(named, {})[function] = None
    return {path: tuple(functions) for path, functions in found.items()}


_MANIFESTS = ("pyproject.toml", "setup.cfg", "setup.py")


def _text_of(file: File) -> str:
    try:
        return "" if file.size > MAX_SIZE or file.is_binary else file.text
    except UnreadableError:
        return ""


def _started(text: str, folder: str, files: Files) -> Iterator[str]:
    for pattern in (_COMMAND, _SNAKEMAKE_SCRIPT):
        for match in pattern.finditer(text):
            given = match.groupdict()
            if given.get("module"):
                named = _path_of(given["module"], folder, files)
                if named:
                    yield named
            else:
                for base in dict.fromkeys((folder, "")):
                    script = posixpath.normpath(posixpath.join(base, given["path"]))
                    if script in files:
                        yield script
                        break


def _console_scripts(file: File, text: str) -> Iterator[tuple[str, str]]:
    """Module and function of each command that an installation makes."""
    if "scripts" not in text:
        return
    if file.name != "pyproject.toml":
        start = text.find("console_scripts")
        if start >= 0:
            yield from _CONSOLE_SCRIPT.findall(text[start : start + 4000])
        return
    try:
        manifest = file.toml
    except UnreadableError:
        return
    for place in (("project", "scripts"), ("tool", "poetry", "scripts")):
        table = manifest
        for key in place:
            table = table.get(key, {}) if isinstance(table, dict) else {}
        for target in table.values() if isinstance(table, dict) else ():
            reference = target.get("reference") or target.get("callable") if isinstance(target, dict) else target
            module, _, function = str(reference).partition(":")
            if function.isidentifier():
                yield module, function


def _path_of(module: str, folder: str, files: Files) -> str | None:
    """The file of a module, from the folder of what names it, its ``src``, or the root."""
    below = module.replace(".", "/")
    for base in dict.fromkeys((folder, f"{folder}/src", "", "src")):
        for ending in (".py", "/__main__.py", "/__init__.py"):
            path = f"{base}/{below}{ending}".lstrip("/")
            if path in files:
                return path
    return None
