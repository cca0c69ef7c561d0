"""A script that lets a shell complete commands, options, rules and files."""

from __future__ import annotations

import argparse
import importlib
import sys

from dsguard.config import rule_names
from dsguard.model import FAMILIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

SHELLS = ("bash", "zsh", "fish")

_FILES = {"paths", "files", "path", "config", "baseline", "output"}
"""Arguments that are files, by their ``dest``; those of other kinds have choices."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = (
        'bash:  eval "$(dsguard completion bash)"        in ~/.bashrc\n'
        "zsh:   dsguard completion zsh > ~/.zfunc/_dsguard  with ~/.zfunc in fpath\n"
        "fish:  dsguard completion fish > ~/.config/fish/completions/dsguard.fish"
    )
    parser.add_argument("shell", choices=SHELLS)


def run(arguments: argparse.Namespace) -> int:
    """Print the script."""
    import shtab  # not before: everybody else does without it

    sys.stdout.write(shtab.complete(whole_parser(arguments.commands), shell=arguments.shell) + "\n")
    return 0


def whole_parser(commands: Mapping[str, str]) -> argparse.ArgumentParser:
    """All commands with their options as one parser, which only completion needs: a run loads the one that it is asked for.

    Args:
        commands: what each is for, by name.
    """
    import shtab

    parser = argparse.ArgumentParser(prog="dsguard")
    parser.add_argument("-V", "--version", action="version", version="")
    below = parser.add_subparsers()
    for name, purpose in commands.items():
        command = below.add_parser(name, help=purpose)
        importlib.import_module(f"dsguard.commands.{name}").configure(command)
        for action in command._actions:  # noqa: SLF001 - argparse has no public way to them
            if action.choices is None and action.dest in ("select", "ignore", "rule"):
                action.choices = [*rule_names(), *(FAMILIES if action.dest != "rule" else ())]
            elif action.choices is None and action.dest == "family":
                action.choices = FAMILIES
            elif action.choices is None and action.dest in _FILES:
                action.complete = shtab.FILE  # type: ignore[attr-defined]
    return parser
