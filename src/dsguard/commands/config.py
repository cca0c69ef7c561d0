"""The settings in force, and where each comes from."""

from __future__ import annotations

import os

from dsguard.config import find_config, load_config
from dsguard.default_roles import DEFAULT_ROLES
from dsguard.git import Git, GitError
from dsguard.rules import RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from typing import Any

    from dsguard.config import Config


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", metavar="FILE", help="in place of every dsguard.toml and pyproject.toml")
    parser.add_argument("--roles", action="store_true", help="the whole role table, in the order in which it decides")


def run(arguments: argparse.Namespace) -> int:
    try:
        git = Git.discover(os.getcwd())
    except GitError:
        git = None
    root = os.getcwd() if git is None else git.folder
    path = os.path.abspath(arguments.config) if arguments.config else find_config(os.getcwd(), root)
    config = load_config(path, root)
    for line in describe_roles(config) if arguments.roles else describe(config):
        print(line)
    return 0


def describe(config: Config) -> Iterator[str]:
    """Every setting with its value and its source, one a line, TOML-like."""
    where = config.where
    yield f"# configuration file: {where or 'none: these are the defaults'}"
    yield _line("profile", config.profile, where if config.profile != "default" else "")
    yield _line("baseline", config.baseline or "the nearest .dsguard-baseline, if any", where if config.baseline else "")
    yield _line("ignore", config.ignore, where if config.ignore else "")
    yield _line("lockfiles", config.lockfiles or "any known one", where if config.lockfiles else "")
    for layer in config.layers:
        yield _line("exclude", layer.exclude, layer.where if layer.exclude else "")
        for role, patterns in layer.roles.items():
            yield _line(f"roles.{role}", patterns, layer.where)
        for pattern, codes in layer.per_path_ignores.items():
            yield _line(f'per-path-ignores."{pattern}"', codes, layer.where)
    for allowance in config.allow:
        pinned = "pinned by sha256" if allowance.sha256 else "whatever its bytes"
        yield _line("allow", f"{allowance.path}: {allowance.code}, {pinned}, {allowance.reason}", where)
    for rule in RULES:
        own = config.rules.get(rule.code, {})
        yield _line(f"rules.{rule.name}.severity", own.get("severity", rule.severity).label, where if "severity" in own else "")
        if "exclude" in own:
            yield _line(f"rules.{rule.name}.exclude", own["exclude"], where)
        for key, option in rule.options.items():
            yield _line(f"rules.{rule.name}.{key}", own.get(key, option.default), where if key in own else "")


def describe_roles(config: Config) -> Iterator[str]:
    """The role table: the last matching pattern wins."""
    for role, patterns in DEFAULT_ROLES:
        yield from (f"{role:<16} {pattern:<40} # default" for pattern in patterns)
    for layer in config.layers:
        for role, patterns in layer.roles.items():
            yield from (f"{role:<16} {pattern:<40} # {layer.where}" for pattern in patterns)


def _line(key: str, value: Any, source: str) -> str:
    shown = list(value) if isinstance(value, tuple) else value
    text = str(shown).lower() if isinstance(shown, bool) else repr(shown) if not isinstance(shown, int) else str(shown)
    return f"{key} = {text}".ljust(60) + f"  # {source or 'default'}"
