"""A configuration file with those that it extends, read and checked."""

from __future__ import annotations

import os

from dsguard.config.reading import read_layer
from dsguard.config.values import Config
from dsguard.model import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from dsguard.config.values import Layer

    Read = Callable[[str], bytes]
    """The bytes of a file by its absolute path; raises ``OSError``."""

MAX_SIZE = 1 << 22
"""Bytes of a configuration file that are read."""


def read_from_disk(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read(MAX_SIZE)


def load_config(path: str | None, root: str, read: Read = read_from_disk, *, fenced: bool = False) -> Config:
    """Read a configuration file, and the files that it extends.

    Args:
        path: absolute, or ``None`` for the defaults.
        root: the root of the workspace, absolute.
        read: where the bytes are from.
        fenced: whether what a file within the root extends must be within it, too.

    Raises:
        UsageError: one of them cannot be read, or says something that is wrong; all of it at once.
    """
    if path is None:
        return Config()
    root = os.path.realpath(root)
    places: list[str] = []
    layers: list[Layer] = []
    problems: list[str] = []
    following: str | None = os.path.realpath(path)
    while following is not None:
        place, following = following, None
        places.append(place)
        shown = shown_from(root, place)
        base = _base(shown_from(root, places[0]), shown)
        try:
            document, prefix = _parsed(place, shown, read)
            if len(places) > 1 and prefix and document is None:
                raise UsageError([f"{shown_from(root, places[-2])}: extend: {shown} has no [tool.dsguard]"])
            document = {} if document is None else document
            if isinstance(document, dict) and isinstance(document.get("extend"), str):
                following = _extended(document["extend"], f"{shown}: {prefix}extend: ", root, places, fenced=fenced)
            layers.insert(0, read_layer(document, where=shown, base=base, prefix=prefix))
        except UsageError as error:
            problems += error.problems
    if problems:
        raise UsageError(problems)
    return Config(layers)


def shown_from(root: str, place: str) -> str:
    """A path relative to a root, with ``/``, as people are told it; absolute if it is not below the root."""
    prefix = root.rstrip(os.sep) + os.sep
    return place[len(prefix) :].replace(os.sep, "/") if place.startswith(prefix) else place


def _parsed(place: str, shown: str, read: Read) -> tuple[Any, str]:
    """The settings in a file (``None`` if a pyproject.toml has none), and what their keys start with there."""
    import tomllib

    try:
        document = tomllib.loads(read(place).decode("utf-8"))
    except OSError as error:
        raise UsageError([f"{shown}: {error.strerror or 'cannot be read'}"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError([f"{shown}: does not parse as TOML: {error}"]) from None
    if os.path.basename(place) != "pyproject.toml" and "tool" not in document:
        return document, ""
    tool = document.get("tool", {})
    return (tool.get("dsguard") if isinstance(tool, dict) else None), "tool.dsguard."


def _base(governing: str, shown: str) -> str:
    """What the patterns of a file are relative to: its own folder, if that holds the one that governs.

    A shared file that is kept elsewhere governs nothing where it stands: its patterns are for whoever extends it.
    """
    if os.path.isabs(governing):
        return ""
    own, mine = governing.rpartition("/")[0], shown.rpartition("/")[0]
    above = not os.path.isabs(shown) and (not mine or own == mine or own.startswith(f"{mine}/"))
    return mine if above else own


def _extended(given: str, at: str, root: str, places: list[str], *, fenced: bool) -> str:
    """The absolute path of the file that one extends.

    Raises:
        UsageError: it may not, or this goes in a circle.
    """
    if os.path.isabs(given) or given.startswith(("~", "/", "\\")) or not given.strip():
        raise UsageError([f"{at}expected a path relative to this file, got {given!r}"])
    place = os.path.realpath(os.path.join(os.path.dirname(places[-1]), given))
    if place in places:
        circle = " -> ".join(shown_from(root, one) for one in (*places[places.index(place) :], place))
        raise UsageError([f"{at}goes in a circle: {circle}"])
    if fenced and not os.path.isabs(shown_from(root, places[-1])) and os.path.isabs(shown_from(root, place)):
        raise UsageError([f"{at}{given!r} leads out of the repository: nobody else would have that file"])
    return place
