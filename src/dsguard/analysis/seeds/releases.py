"""Which release of a library a script is for, where that decides what a seed reaches: from what is locked or pinned around it."""

from __future__ import annotations

import re

from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.documents.files import Files
    from dsguard.documents.python import Module

MAX_SIZE = 8 * 1024 * 1024
"""Larger files (bytes) are no lists of requirements."""

_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock", "conda-lock.yml")
_LISTS = re.compile(r"(?:requirements|environment|conda|constraints|Pipfile|pyproject|setup|Dockerfile|pins)[\w.-]{0,60}", re.IGNORECASE)
_OLD_KERAS = re.compile(
    r"\btf_keras\b|\bTF_USE_LEGACY_KERAS\b|\.fit_generator\(|\bnb_epoch\b|\bnp_utils\b|\bCuDNN(?:LSTM|GRU)\b"
    r"|\bkeras\.(?:engine|layers\.(?:convolutional|core|recurrent|embeddings|normalization|pooling|merge|wrappers|advanced_activations))\b"
    r"|\b(?:tf|tensorflow)\.(?:set_random_seed|Session|ConfigProto|get_default_graph)\b"
)
"""What Keras 3 has no more: code that uses it is for an older one."""
_KERAS, _TENSORFLOW = (3, 0), (2, 16)
"""From these on ``import keras`` and ``tensorflow.keras`` are Keras 3."""


def has_old_keras(modules: set[Module]) -> bool:
    """Whether scripts are for Keras 2, whose layers are seeded by TensorFlow's seed."""
    if any(_OLD_KERAS.search(module.source) for module in modules):
        return True
    installed = (found for module in modules if "==" in module.source for found in _version_in(module.source, "tensorflow"))
    if any(found < _TENSORFLOW for found in installed):
        return True  # it installs that itself: `pip install tensorflow==2.3`
    return any(
        _is_pinned_before(module.file, "tensorflow", _TENSORFLOW) or _is_pinned_before(module.file, "keras", _KERAS) for module in modules
    )


def _is_pinned_before(file: File, package: str, release: tuple[int, int]) -> bool:
    """Whether what is locked or pinned nearest to a file is an older release of a package."""
    for text in _lists_around(file):
        for found in _version_in(text, package):
            return found < release
    return False


def _lists_around(file: File) -> Iterator[str]:
    """Texts of lockfiles and lists of requirements in a file's folder and those above it, the surest and nearest first."""
    held = file.shared("seeds-requirements", _by_folder)
    folder = file.folder
    while True:
        for one in held.get(folder, ()):
            try:
                if one.size <= MAX_SIZE and not one.is_binary:
                    yield one.text
            except UnreadableError:
                continue
        if not folder:
            return
        folder = folder.rpartition("/")[0]


def _by_folder(files: Files) -> dict[str, list[File]]:
    found: dict[str, list[File]] = {}
    for path in files:
        folder, _, name = path.rpartition("/")
        if name in _LOCKS:
            found.setdefault(folder, []).insert(0, files[path])
        elif _LISTS.fullmatch(name):
            found.setdefault(folder, []).append(files[path])
    return found


def _version_in(text: str, package: str) -> Iterator[tuple[int, int]]:
    """The release that a text pins; just below it if that is only an upper bound."""
    name = rf"{package}(?:[-_](?:cpu|gpu|macos|intel))?"
    locked = rf'\bname = "{name}"\s{{1,4}}version = "(\d+)\.(\d+)|"{name}": \{{[^{{}}]{{0,4000}}?"version": "==(\d+)\.(\d+)'
    pinned = rf"""(?:^|[\s"'\-]){name}(?:\[[\w,]{{0,60}}\])?[ \t]{{0,8}}(?:~=|={{1,3}})[ \t"']{{0,4}}(\d+)\.(\d+)"""
    bounded = rf"""(?:^|[\s"'\-]){name}(?:\[[\w,]{{0,60}}\])?[ \t=]{{0,8}}[^#\n"']{{0,40}}?["']?<[ \t]{{0,4}}(\d+)(?:\.(\d+))?"""
    for pattern in (locked, pinned):
        for match in re.finditer(pattern, text, re.MULTILINE):
            numbers = [int(group) for group in match.groups() if group is not None]
            yield numbers[0], numbers[1]
    for match in re.finditer(bounded, text, re.MULTILINE):
        yield int(match[1]), int(match[2] or 0) - 1
