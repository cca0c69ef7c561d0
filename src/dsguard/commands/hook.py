"""What pre-commit and prek call. No file means "rules about projects only", never "everything"."""

from __future__ import annotations

import os

from dsguard.commands.check import add_options, execute
from dsguard.model import FAMILIES
from dsguard.workspace import open_workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("family", choices=("all", *FAMILIES), help="which rules")
    parser.add_argument("paths", nargs="*", metavar="FILE", help="files of the commit")
    add_options(parser)


def run(arguments: argparse.Namespace) -> int:
    # pre-commit has put unstaged changes aside: the working tree has the bytes of the commit.
    workspace = open_workspace(os.getcwd(), paths=arguments.paths, untracked=False, whole_projects=True)
    return execute(arguments, workspace, () if arguments.family == "all" else (arguments.family,))
