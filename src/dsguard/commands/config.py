"""The settings in force and where each comes from; for a file also what it is for, and which rules look at it and why."""

from __future__ import annotations

import os
import sys

from dsguard.commands.settings import Sources, configs_at, role_table, settings_of
from dsguard.config.planning import Selection
from dsguard.config.toml import toml_value
from dsguard.model import FAMILIES, PROFILES

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from dsguard.commands.settings import Setting
    from dsguard.config import Config, Configs

SCHEMAS = ("dsguard.toml", "pyproject.toml")
WIDTH = 60
"""Columns that a key and its value may take before the source is told beside them."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="?", metavar="PATH", help="a file, or a folder in place of the working directory")
    parser.add_argument("--roles", action="store_true", help="the whole role table, in the order in which it decides")
    parser.add_argument("--schema", choices=SCHEMAS, help="the JSON Schema of such a file, with the rules of your plugins")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text (default) or json")
    parser.add_argument("--config", metavar="FILE", help="in place of every dsguard.toml and pyproject.toml")
    rules = parser.add_argument_group("as for check")
    rules.add_argument("--profile", choices=PROFILES, help="strict adds matters of taste and findings of low confidence")
    rules.add_argument("--family", action="append", default=[], metavar="F", help=f"only these families: {', '.join(FAMILIES)}")
    rules.add_argument("--select", action="append", default=[], metavar="RULE", help="only these codes, names or families")
    rules.add_argument("--ignore", action="append", default=[], metavar="RULE", help="not these codes, names or families")


def run(arguments: argparse.Namespace) -> int:
    place = os.path.abspath(arguments.path or ".")
    if arguments.path and not os.path.isdir(place):
        from dsguard.commands.governed import report

        for line in report(arguments, place):
            sys.stdout.write(f"{line}\n")
        return 0
    configs, root = configs_at(place, arguments.config)
    if arguments.schema:
        from dsguard.config.schema import pyproject_schema, schema

        make = schema if arguments.schema == SCHEMAS[0] else pyproject_schema
        sys.stdout.write(_json(make(configs.known)) + "\n")
        return 0
    config, sources = configs.here, Sources(root)
    Selection(configs.known, families=names(arguments.family), select=names(arguments.select), ignore=names(arguments.ignore))
    for line in _lines(arguments, configs, config, sources):
        sys.stdout.write(f"{line}\n")
    return 0


def names(given: Iterable[str]) -> list[str]:
    """The names of an option that may be given several times, with several names parted by commas."""
    return [name.strip() for one in given for name in one.split(",") if name.strip()]


def _lines(arguments: argparse.Namespace, configs: Configs, config: Config, sources: Sources) -> Iterator[str]:
    if arguments.roles and arguments.format == "json":
        rows = [{"role": role, "pattern": pattern, "source": source.as_json()} for role, pattern, source in role_table(config, sources)]
        yield _json({"roles": rows})
    elif arguments.roles:
        for role, pattern, source in role_table(config, sources):
            yield f"{role:<16} {pattern:<40} # {source}"
    elif arguments.format == "json":
        settings = [
            {"key": setting.key, "value": setting.value, "source": setting.source.as_json()}
            for setting in settings_of(config, sources, arguments.profile)
        ]
        yield _json({"files": [layer.where for layer in config.layers], "left_out": configs.left_out, "settings": settings})
    else:
        yield f"# {governing(config)}"
        above = configs.at(config.base).where if config.base else ""
        if above and above not in {layer.where for layer in config.layers}:
            yield f"# {above} above it says nothing here; `extend` would share it"
        for path, why in configs.left_out.items():
            yield f"# {path} does not count: {'excluded' if why == 'exclude' else why}"
        for setting in settings_of(config, sources, arguments.profile):
            yield _line(setting)


def governing(config: Config) -> str:
    """Which files the settings are from, in words."""
    if not config.layers:
        return "configuration file: none, these are the defaults"
    *extended, own = (layer.where for layer in config.layers)
    return f"configuration file: {own}" + "".join(f", which extends {where}" for where in reversed(extended))


def _line(setting: Setting) -> str:
    text = f"{setting.key} = {'(not set)' if setting.value is None else toml_value(setting.value)}"
    return f"{text.ljust(WIDTH)}  # {setting.source}"


def _json(value: object) -> str:
    import json

    return json.dumps(value, indent=2, ensure_ascii=False)
