"""The settings in force, each with its value and where that comes from."""

from __future__ import annotations

import os

from dsguard import rules
from dsguard.config import find_configs_above, load_config
from dsguard.config.finding import Configs
from dsguard.default_roles import DEFAULT_ROLES
from dsguard.model import UsageError
from dsguard.options import format_size, parse_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dsguard.config import Config, Layer
    from dsguard.documents.file import File
    from dsguard.rules import Rule

DEFAULT = "default"


class Source:
    """Where a value comes from: the defaults, a file, or the command line.

    Args:
        path: of the file; ``""`` for the defaults.
        line: in the file, from 1, if it can be told.
        option: of the command line.
    """

    __slots__ = ("line", "option", "path")

    def __init__(self, path: str = "", line: int | None = None, option: str = "") -> None:
        self.path = path
        self.line = line
        self.option = option

    def __str__(self) -> str:
        if self.option:
            return f"command line: {self.option}"
        return (f"{self.path}:{self.line}" if self.line else self.path) or DEFAULT

    def as_json(self) -> dict[str, Any]:
        kind = "command line" if self.option else "file" if self.path else DEFAULT
        return {"kind": kind, "path": self.path or None, "line": self.line, "option": self.option or None}


class Setting:
    """A key, its value as plain data, and its source. Those of one key whose files add up follow each other."""

    __slots__ = ("key", "source", "value")

    def __init__(self, key: str, value: Any, source: Source) -> None:
        self.key = key
        self.value = value
        self.source = source


class Sources:
    """Finds the lines of configuration files that set something."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._files: dict[str, File | None] = {}

    def of(self, layer: Layer, *keys: str) -> Source:
        """Where a file sets a key; ``keys`` lead to it from the settings' own table."""
        from dsguard.documents.markup import toml_line

        file = self._file(layer.where)
        if file is None:
            return Source(layer.where)
        for start in ((), ("tool", "dsguard")):
            line = toml_line(file, (*start, *keys))
            if line is not None:
                return Source(layer.where, line)
        return Source(layer.where)

    def of_rule(self, layer: Layer, rule: Rule, key: str) -> Source:
        found = [self.of(layer, "rules", name, key) for name in (rule.name, rule.code)]
        return next((source for source in found if source.line), found[0])

    def _file(self, where: str) -> File | None:
        if where not in self._files:
            from dsguard.documents.files import Files
            from dsguard.workspace import MemoryWorkspace

            try:
                with open(os.path.join(self._root, where), "rb") as stream:
                    workspace = MemoryWorkspace({"config.toml": stream.read()})
                self._files[where] = Files(workspace.listing, lambda _: frozenset())["config.toml"]
            except OSError:
                self._files[where] = None
        return self._files[where]


def root_of(folder: str) -> str:
    """The root of the working tree that a folder is in, else the folder itself."""
    from dsguard.git import Git, GitError

    try:
        git = Git.discover(folder)
    except GitError:
        git = None
    return os.path.realpath(folder) if git is None else git.folder


def configs_at(folder: str, given: str | None = None) -> tuple[Configs, str]:
    """The configurations from the root down to a folder (absolute), or the one that is given; and that root.

    Raises:
        UsageError: one of them is wrong.
    """
    root = root_of(folder)
    if given:
        return Configs(load_config(os.path.abspath(given), root)), root
    return find_configs_above(folder, root, os.getcwd()), root


def known_rules() -> tuple[Rule, ...]:
    """All rules that can be named where the command is run, sorted by code; dsguard's own where a configuration is wrong."""
    try:
        configs, _ = configs_at(os.getcwd())
    except UsageError:  # for `check` to tell: whoever mends it may want to look a rule up
        return rules.RULES
    return configs.here.known


def settings_of(config: Config, sources: Sources, profile: str | None = None) -> Iterator[Setting]:
    """Every setting that is in force.

    Args:
        profile: what the command line says in place of the configuration.
    """
    yield from _single(config, sources, "profile", profile or config.profile, option="--profile" if profile else "")
    yield from _single(config, sources, "baseline", config.baseline)
    yield from _single(config, sources, "lockfiles", None if config.lockfiles is None else list(config.lockfiles))
    for layer in config.layers:
        if layer.plugins:
            yield Setting("plugins", list(layer.plugins), sources.of(layer, "plugins"))
    if not any(layer.exclude for layer in config.layers):
        yield Setting("exclude", [], Source())
    for layer in config.layers:
        if layer.exclude:
            yield Setting("exclude", list(layer.exclude), sources.of(layer, "exclude"))
    for code, reason in config.ignore.items():
        layer = next(layer for layer in reversed(config.layers) if layer.ignore.get(code))
        yield Setting(f"ignore.{code}", reason, sources.of(layer, "ignore"))
    for layer in config.layers:
        for role, patterns in layer.roles.items():
            yield Setting(f"roles.{role}", list(patterns), sources.of(layer, "roles", role))
        for pattern, codes in layer.per_path_ignores.items():
            yield Setting(f'per-path-ignores."{pattern}"', list(codes), sources.of(layer, "per-path-ignores", pattern))
        for allowance in layer.allow:
            value = {"path": allowance.path, "rule": allowance.code, "reason": allowance.reason}
            value |= {key: said for key, said in (("sha256", allowance.sha256), ("expires", allowance.expires)) if said}
            yield Setting("allow", value, sources.of(layer, "allow"))
    for rule in config.known:
        yield from _settings_of_rule(rule, config, sources)


def _single(config: Config, sources: Sources, key: str, value: Any, option: str = "") -> Iterator[Setting]:
    """A key of which the nearest file's value counts."""
    saying = next((layer for layer in reversed(config.layers) if getattr(layer, key) is not None), None)
    if option:
        yield Setting(key, value, Source(option=option))
    else:
        yield Setting(key, value, Source() if saying is None else sources.of(saying, key))


def _settings_of_rule(rule: Rule, config: Config, sources: Sources) -> Iterator[Setting]:
    own = config.rules.get(rule.code, {})

    def source(key: str) -> Source:
        saying = next((layer for layer in reversed(config.layers) if key in layer.rules.get(rule.code, {})), None)
        return Source() if saying is None else sources.of_rule(saying, rule, key)

    yield Setting(f"rules.{rule.name}.severity", own.get("severity", rule.severity).label, source("severity"))
    for layer in config.layers:
        if patterns := layer.rules.get(rule.code, {}).get("exclude"):
            yield Setting(f"rules.{rule.name}.exclude", list(patterns), sources.of_rule(layer, rule, "exclude"))
    for key, option in rule.options.items():
        value = own.get(key, option.default)
        if option.parse is parse_size and isinstance(value, int):
            value = shown if parse_size(shown := format_size(value)) == value else value
        yield Setting(f"rules.{rule.name}.{key}", list(value) if isinstance(value, tuple) else value, source(key))


def role_table(config: Config, sources: Sources) -> Iterator[tuple[str, str, Source]]:
    """Role, pattern and source of each row, in the order in which they decide: the last match wins."""
    for role, patterns in DEFAULT_ROLES:
        yield from ((role, pattern, Source()) for pattern in patterns)
    for layer in config.layers:
        for role, patterns in layer.roles.items():
            source = sources.of(layer, "roles", role)
            yield from ((role, pattern, source) for pattern in patterns)
