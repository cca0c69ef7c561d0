"""Whether the spot itself says that a path is meant: the name of what holds it, the function that takes it.

A home folder says so by itself. ``/data/x`` may be a route, a key or a folder of a container; it counts only where a path
is meant.
"""

from __future__ import annotations

import re

from dsguard.analysis.paths.vocabulary import PASSING_ON, PATH_BUILDERS, PATH_CALLS, PATH_PROBES, PATH_WORDS

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[A-Za-z]+")
_COMPOUND = re.compile(r".*(?:path|paths|dir|dirs|folder|file|files|root|home|_fn)\d*", re.IGNORECASE)
_CALL = re.compile(
    r"(?:read|load|save|write|open|scan|to|from|export|import|dump|list|make|create|copy|move)_\w*"
    r"|(?:read|write|list|load)\.[\w.]+|\w*(?:Dataset|Datasets|Folder|Loader|Reader|Writer|File|FileHandler|Path|Dir|Directory)\d?",
)
_FILE_CALL = re.compile(r"\w+_(?:path|paths|file|files|dir|folder|dataset|data|csv|image|img)")
_MODULES = ("os.", "shutil.", "glob.", "pathlib.")


def names_path(name: str) -> bool:
    """Whether something of this name holds a path: ``data_dir``, ``trainCsv``, ``--checkpoint``."""
    if _COMPOUND.fullmatch(name):
        return True
    return any(word.lower() in PATH_WORDS for word in _WORD.findall(_HUMP.sub("_", name)))


def takes_path(last: str, origin: str = "") -> bool:
    """Whether a function takes paths.

    Args:
        last: the last part of its name.
        origin: the whole of it, as :meth:`~dsguard.documents.python.Module.resolve` tells it.
    """
    if last in PATH_PROBES:
        return False
    if origin.startswith(_MODULES) or last in PATH_CALLS:
        return True
    return _CALL.fullmatch(last) is not None or _FILE_CALL.fullmatch(last) is not None


def only_asks(last: str) -> bool:
    """Whether a function tells whether a path is there."""
    return last in PATH_PROBES


def passes_on(last: str) -> bool:
    """Whether the result of a function stands for what it is given."""
    return last in PASSING_ON or last in PATH_BUILDERS


def only_builds(last: str) -> bool:
    """Whether a function gives its path on, rather than reading or writing there."""
    return last in PATH_BUILDERS
