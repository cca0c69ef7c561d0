"""Which configuration governs which folder, the nearest at or above it; and which file holds the findings that are accepted."""

from __future__ import annotations

import errno
import os

from dsguard.config.loading import load_config, plugin_loader, read_from_disk
from dsguard.config.planning import place_rows
from dsguard.config.values import Config
from dsguard.model import UnreadableError, UsageError
from dsguard.plan import EXCLUDE
from dsguard.policy import Policy
from dsguard.workspace import DiskWorkspace, MemoryWorkspace, PlainFolder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from dsguard.config.loading import Read
    from dsguard.rules.base import Rule
    from dsguard.workspace import Workspace

FILE_NAME = "dsguard.toml"
BASELINE_NAME = ".dsguard-baseline"
"""Accepted findings; picked up by itself at or above the working directory."""
NAMES = (FILE_NAME, "pyproject.toml")
"""Where settings are looked for in a folder; the first that has some counts."""
NOT_OURS = (EXCLUDE, "vendored", "template")
"""Labels of configuration files that say nothing about this repository: they came with somebody else's code, or are a template's."""


class Configs:
    """The configurations of a workspace.

    Args:
        root: what governs the files that no configuration further down does.
        nested: further configurations, by their folders.
        left_out: configuration files that do not count, with the label that says why.
        folder: the working directory within the workspace.
    """

    def __init__(
        self, root: Config, nested: dict[str, Config] | None = None, left_out: dict[str, str] | None = None, *, folder: str = ""
    ) -> None:
        self.root = root
        self.nested = nested or {}
        self.left_out = left_out or {}
        self.folder = folder

    @property
    def all(self) -> tuple[Config, ...]:
        return (self.root, *self.nested.values())

    @property
    def here(self) -> Config:
        """The configuration that governs the working directory, and with it what belongs to a run as a whole."""
        return self.at(f"{self.folder}/." if self.folder else "")

    @property
    def known(self) -> tuple[Rule, ...]:
        """The rules that any of them knows, sorted by code."""
        rules = {rule.code: rule for config in self.all for rule in config.known}
        return tuple(rule for _, rule in sorted(rules.items()))

    def at(self, path: str) -> Config:
        """The configuration that governs a file of the workspace."""
        return self.nested.get(nearest_folder(self.nested, path), self.root)


def nearest_folder(folders: object, path: str) -> str:
    """The nearest of some folders above a path; ``""`` if that is the root."""
    while path:
        path = path.rpartition("/")[0]
        if path in folders:  # type: ignore[operator]
            return path
    return ""


def find_configs(workspace: Workspace, start: str | None = None, given: str | None = None, more_rules: Sequence[Rule] = ()) -> Configs:
    """All configurations of a workspace, as they are in what is checked.

    The listing says where there are any, which costs no look at the disk per folder. Besides, the folders from the working directory
    up to the root are looked at on disk, for a file that git does not know.

    Args:
        start: the working directory, absolute; ``None`` for a workspace that is not on disk.
        given: a configuration file that governs everything in place of all others (``--config``).
        more_rules: rules that are there without being named: one that somebody writes and tests.

    Raises:
        UsageError: with everything that is wrong in any of them.
    """
    root = os.path.realpath(workspace.root)
    read = _reader(workspace)
    fenced = not isinstance(workspace, PlainFolder)
    plugins = plugin_loader(root)

    def load(place: str | None) -> Config:
        return load_config(place, root, read, fenced=fenced, load_plugins=plugins, more_rules=more_rules)

    if given is not None:
        return Configs(load(os.path.abspath(given)))
    standing_in = _folders_up(root, start)
    candidates = _candidates(_possible(workspace.listing, standing_in), root, read)
    return _accepted(candidates, standing_in, load, root)


def find_configs_above(folder: str, root: str, start: str) -> Configs:
    """The configurations on disk from ``root`` down to one folder, whose own is ``here``: enough for one file of a git filter.

    Args:
        folder: absolute.
        root: absolute.
        start: the working directory, absolute.
    """
    root = os.path.realpath(root)
    standing_in = _folders_up(root, start)
    candidates = _candidates(_possible({}, _folders_up(root, folder)), root, read_from_disk)
    plugins = plugin_loader(root)
    fenced = os.path.lexists(os.path.join(root, ".git"))
    configs = _accepted(candidates, standing_in, lambda place: load_config(place, root, fenced=fenced, load_plugins=plugins), root)
    configs.folder = _folders_up(root, folder)[0]
    return configs


def _accepted(candidates: dict[str, str], standing_in: list[str], load: Callable[[str | None], Config], root: str) -> Configs:
    """The configurations that count: not those in a folder that the one above leaves out, unless that is where somebody stands."""
    configs = Configs(load(None), folder=standing_in[0] if standing_in else "")
    policies: dict[str, Policy] = {}
    problems: list[str] = []
    for folder in sorted(candidates, key=lambda folder: (folder.count("/") if folder else -1, folder)):
        path = candidates[folder]
        if folder and folder not in standing_in:
            above = nearest_folder(configs.nested, folder)
            if above not in policies:
                policies[above] = Policy(place_rows(configs.nested.get(above, configs.root)))
            labels = policies[above].labels(path)
            why = next((label for label in NOT_OURS if label in labels), "")
            if why:
                configs.left_out[path] = why
                continue
        try:
            config = load(os.path.join(root, *path.split("/")))
        except UsageError as error:
            problems += error.problems
            continue
        if folder:
            configs.nested[folder] = config
        else:
            configs.root = config
    if problems:
        raise UsageError(dict.fromkeys(problems))  # two may extend one that is wrong
    return configs


def find_config(folder: str, root: str) -> str | None:
    """The configuration file nearest at or above ``folder``, up to ``root`` (both absolute), on disk."""
    for above in _folders_up(root, folder):
        place = os.path.join(os.path.realpath(root), *above.split("/")) if above else os.path.realpath(root)
        for name in NAMES:
            path = os.path.join(place, name)
            if _has_settings(path, read_from_disk):
                return path
    return None


def find_baseline(folder: str, root: str) -> str | None:
    """The baseline that is picked up by itself: the nearest at or above ``folder``, up to ``root`` (both absolute)."""
    return next((path for path in possible_baselines(folder, root) if os.path.isfile(path)), None)


def possible_baselines(folder: str, root: str) -> Iterator[str]:
    """Where a baseline is picked up by itself, the nearest first."""
    root = os.path.realpath(root)
    for above in _folders_up(root, folder):
        yield os.path.join(root, *above.split("/"), BASELINE_NAME) if above else os.path.join(root, BASELINE_NAME)


def _folders_up(root: str, start: str | None) -> list[str]:
    """The folders from one up to the root, relative to that, ``""`` for the root itself; only the root if it is not below that."""
    if start is None:
        return []
    root = os.path.realpath(root).rstrip(os.sep) + os.sep
    place = os.path.realpath(start)
    folder = place[len(root) :].replace(os.sep, "/") if place.startswith(root) else ""
    folders = [folder]
    while folder:
        folder = folder.rpartition("/")[0]
        folders.append(folder)
    return folders


def _candidates(possible: Iterable[str], root: str, read: Read) -> dict[str, str]:
    """The configuration file of each folder that has one with settings, by the folder."""
    found: dict[str, str] = {}
    for path in possible:
        folder = path.rpartition("/")[0]
        if folder in found and found[folder].endswith(FILE_NAME):
            continue
        if _has_settings(os.path.join(root, *path.split("/")), read):
            found[folder] = path
    return found


def _possible(listing: Mapping[str, object], folders: Iterable[str]) -> Iterator[str]:
    """Files of these names in a listing, and those on disk in some folders."""
    for path in listing:
        if path.endswith(NAMES) and (path in NAMES or path.endswith(("/dsguard.toml", "/pyproject.toml"))):
            yield path
    for folder in folders:
        for name in NAMES:
            path = f"{folder}/{name}" if folder else name
            if path not in listing:
                yield path


def _has_settings(place: str, read: Read) -> bool:
    """Whether there is a dsguard.toml, or a pyproject.toml with settings; one that mentions dsguard and is broken has to be told."""
    try:
        data = read(place)
    except FileNotFoundError:
        return False
    except OSError:  # a dsguard.toml that may not be read has to be told
        return os.path.basename(place) == FILE_NAME and os.path.isfile(place)
    if os.path.basename(place) == FILE_NAME:
        return True
    if b"dsguard" not in data:
        return False
    import tomllib

    try:
        tool = tomllib.loads(data.decode("utf-8")).get("tool")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        return b"tool.dsguard" in data
    return isinstance(tool, dict) and "dsguard" in tool


def _reader(workspace: Workspace) -> Read:
    """Bytes by absolute path: of what is checked (the index, a commit), else from disk."""
    root = os.path.realpath(workspace.root).rstrip(os.sep) + os.sep
    on_disk = isinstance(workspace, DiskWorkspace)
    elsewhere = not isinstance(workspace, MemoryWorkspace)

    def read(place: str) -> bytes:
        path = place[len(root) :].replace(os.sep, "/") if place.startswith(root) else ""
        entry = workspace.listing.get(path)
        if on_disk or (entry is None and elsewhere):
            if entry is None:
                workspace.asked.about(place)
            try:
                return read_from_disk(place)
            except FileNotFoundError:  # deleted, or left out by a sparse checkout: git may have it
                if entry is None:
                    raise
        if entry is None:
            raise FileNotFoundError(errno.ENOENT, "no such file")
        try:
            return entry.read(0, None)
        except UnreadableError as error:
            raise FileNotFoundError(errno.ENOENT, error.reason) from None

    return read
