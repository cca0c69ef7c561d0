"""A configuration file with those that it extends, read and checked."""

from __future__ import annotations

import os

from dsguard.config.reading import read_layer
from dsguard.config.values import Config
from dsguard.model import UsageError
from dsguard.workspace import read_head

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from dsguard.config.plugins import Plugins
    from dsguard.config.values import Layer
    from dsguard.rules.base import Rule

    Read = Callable[[str], bytes]
    """The bytes of a file by its absolute path; raises ``OSError``."""
    LoadPlugins = Callable[[Iterable[str], str], tuple[Rule, ...]]
    """The rules of some distributions, named where."""

MAX_SIZE = 1 << 22
"""Bytes of a configuration file that are read."""


def read_from_disk(path: str) -> bytes:
    """The head of a file.

    Raises:
        OSError: as for :func:`~dsguard.workspace.read_head`.
    """
    return read_head(path, MAX_SIZE)


def load_config(
    path: str | None,
    root: str,
    read: Read = read_from_disk,
    *,
    fenced: bool = False,
    load_plugins: LoadPlugins | None = None,
    more_rules: Iterable[Rule] = (),
) -> Config:
    """Read a configuration file, and the files that it extends.

    Args:
        path: absolute, or ``None`` for the defaults.
        root: the root of the workspace, absolute.
        read: where the bytes are from.
        fenced: whether what a file within the root extends must be within it, too.
        load_plugins: finds the rules of plugins; by default anew for each configuration.
        more_rules: rules that are there without being named: one that somebody writes and tests.

    Raises:
        UsageError: one of them cannot be read, or says something that is wrong; all of it at once.
    """
    if path is None:
        return Config((), more_rules)
    root = os.path.realpath(root)
    files, problems = _followed(os.path.realpath(path), root, read, fenced=fenced)
    load_plugins = load_plugins or plugin_loader(root)
    plugins = {rule.code: rule for rule in more_rules}
    layers: list[Layer] = []
    for file in files:
        try:
            plugins |= (
                {rule.code: rule for rule in load_plugins(file.plugins, f"{file.shown}: {file.prefix}plugins")} if file.plugins else {}
            )
        except UsageError as error:
            problems += error.problems
    known = Config((), plugins.values()).known
    for file in files:
        base = _base(files[-1].shown, file.shown)
        try:
            layers.append(read_layer(file.document, where=file.shown, base=base, prefix=file.prefix, known=known))
        except UsageError as error:
            problems += error.problems
    if problems:
        raise UsageError(problems)
    return Config(layers, plugins.values())


def plugin_loader(root: str) -> LoadPlugins:
    """What finds the rules of plugins for a run; nothing is loaded for it before a configuration names one."""
    made: list[Plugins] = []

    def load(names: Iterable[str], at: str) -> tuple[Rule, ...]:
        from dsguard.config.plugins import Plugins

        if not made:
            made.append(Plugins(root))
        return made[0].load(names, at)

    return load


class _File:
    """A parsed file: its settings, and what their keys start with in it."""

    __slots__ = ("document", "prefix", "shown")

    def __init__(self, document: Any, prefix: str, shown: str) -> None:
        self.document = document
        self.prefix = prefix
        self.shown = shown

    @property
    def plugins(self) -> list[str]:
        named = self.document.get("plugins") if isinstance(self.document, dict) else None
        return [name for name in named if isinstance(name, str)] if isinstance(named, list) else []


def _followed(path: str, root: str, read: Read, *, fenced: bool) -> tuple[list[_File], list[str]]:
    """A file and those that it extends, the furthest first; and what is wrong with following them."""
    places: list[str] = []
    files: list[_File] = []
    following: str | None = path
    while following is not None:
        place, following = following, None
        shown = shown_from(root, place)
        try:
            document, prefix = _parsed(place, shown, read)
            if places and document is None:
                raise UsageError([f"{shown_from(root, places[-1])}: extend: {shown} has no [tool.dsguard]"])
            places.append(place)
            files.insert(0, _File({} if document is None else document, prefix, shown))
            if isinstance(document, dict) and isinstance(document.get("extend"), str):
                following = _extended(document["extend"], f"{shown}: {prefix}extend: ", root, places, fenced=fenced)
        except OSError as error:
            at = f"{shown_from(root, places[-1])}: extend: " if places else ""
            return files, [f"{at}{shown}: {error.strerror or 'cannot be read'}"]
        except UsageError as error:
            return files, error.problems
    return files, []


def shown_from(root: str, place: str) -> str:
    """A path relative to a root, with ``/``, as people are told it; absolute if it is not below the root."""
    prefix = root.rstrip(os.sep) + os.sep
    return place[len(prefix) :].replace(os.sep, "/") if place.startswith(prefix) else place


def _parsed(place: str, shown: str, read: Read) -> tuple[Any, str]:
    """The settings in a file (``None`` if a pyproject.toml has none), and what their keys start with there."""
    import tomllib

    try:
        document = tomllib.loads(read(place).decode("utf-8"))
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
