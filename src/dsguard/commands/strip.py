"""Take outputs, execution counts and volatile metadata out of notebooks, as `dsguard check --fix` does, and touch nothing else.

Without a FILE a notebook is read from standard input and written to standard output: a git clean filter. What cannot be
stripped (broken JSON, a merge conflict, an output that the configuration calls too large) is refused with exit code 1, and
nothing is written.
"""

from __future__ import annotations

import os
import sys

from dsguard.model import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from dsguard.commands.stripper import Stripper


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", metavar="FILE", help="notebooks to rewrite in place")
    parser.add_argument("--check", action="store_true", help="change no FILE: say which would be stripped, exit code 1 if any")
    parser.add_argument("-t", "--textconv", action="store_true", help="print the one FILE stripped, for git diff")
    parser.add_argument("--stdin-filename", metavar="PATH", default="", help="what standard input is called, for settings by path")
    parser.add_argument("--process", action="store_true", help="serve git as a long-running filter: one process for all files")
    parser.add_argument("--config", metavar="FILE", help="in place of every dsguard.toml and pyproject.toml")
    setup = parser.add_argument_group("as a git filter of this repository")
    setup.add_argument("--install", action="store_true", help="set it up: in git's local configuration and in .gitattributes")
    setup.add_argument("--uninstall", action="store_true", help="take that away again")
    setup.add_argument("--status", action="store_true", help="say what is set up; exit code 0 if git add strips notebooks, else 1")
    setup.add_argument("--attributes", metavar="FILE", help="in place of .gitattributes; info/attributes is yours alone")
    setup.add_argument("--python", metavar="PATH", help="the interpreter that git is to start (default: this one)")


def run(arguments: argparse.Namespace) -> int:
    tasks = [name for name in ("install", "uninstall", "status", "process", "textconv", "check") if getattr(arguments, name)]
    if len(tasks) > 1:
        raise UsageError([f"--{tasks[0]} and --{tasks[1]} exclude each other"])
    task = tasks[0] if tasks else ""
    if task in ("install", "uninstall", "status", "process") and arguments.files:
        raise UsageError([f"--{task} takes no FILE"])
    if task in ("install", "uninstall", "status"):
        from dsguard.commands import filter_setup

        return filter_setup.run(task, attributes=arguments.attributes, python=arguments.python)
    if task == "textconv":
        if len(arguments.files) != 1:
            raise UsageError(["--textconv takes one FILE"])
        return _show(arguments.files[0], arguments.config)
    if task == "process":
        from dsguard.commands.filter_process import serve

        return serve(_Late(arguments.config).strip, sys.stdin.buffer, sys.stdout.buffer)
    if arguments.files:
        return _rewrite(arguments.files, arguments.config, only_check=task == "check")
    if task == "check":
        raise UsageError(["--check takes at least one FILE"])
    return _filter(arguments.stdin_filename, arguments.config)


class _Late:
    """Reads the configuration when the first notebook comes: git must be able to check files out under one that is broken."""

    def __init__(self, config: str | None) -> None:
        self._config = config
        self._stripper: Stripper | None = None

    def strip(self, data: bytes, name: str) -> tuple[bytes, list[str]]:
        from dsguard.commands.stripper import Stripper

        try:
            self._stripper = self._stripper or Stripper(os.getcwd(), self._config)
            return self._stripper.strip(data, name)
        except UsageError as error:
            return data, error.problems


def _filter(name: str, config: str | None) -> int:
    """From standard input to standard output, all of it or nothing."""
    from dsguard.commands.stripper import Stripper

    if sys.stdin.isatty():
        raise UsageError(["name notebooks to rewrite, or send one to standard input (see dsguard strip --help)"])
    stripped, problems = Stripper(os.getcwd(), config).strip(sys.stdin.buffer.read(), name or "notebook.ipynb")
    if problems:
        return _refuse(problems)
    sys.stdout.buffer.write(stripped)
    sys.stdout.buffer.flush()
    return 0


def _show(name: str, config: str | None) -> int:
    """A file stripped; as it is where that cannot be, or git could show no diff of it."""
    from dsguard.commands.stripper import Stripper

    try:
        with open(name, "rb") as stream:
            data = stream.read()
    except OSError as error:
        raise UsageError([f"{name}: {error.strerror}"]) from None
    try:
        stripped, problems = Stripper(os.getcwd(), config).strip(data, name)
    except UsageError as error:
        stripped, problems = data, error.problems
    _refuse(problems)
    sys.stdout.buffer.write(stripped)
    sys.stdout.buffer.flush()
    return 0


def _rewrite(names: Sequence[str], config: str | None, *, only_check: bool) -> int:
    from dsguard.commands.stripper import Stripper

    wrong = [f"{name}: no such file" for name in names if not os.path.lexists(name)]
    wrong += [f"{name}: is a folder: `dsguard check --fix` strips all notebooks in it" for name in names if os.path.isdir(name)]
    if wrong:
        raise UsageError(wrong)
    stripper = Stripper(os.getcwd(), config)
    failed = 0
    for name in names:
        changed, problems = stripper.check(name) if only_check else stripper.rewrite(name)
        failed |= _refuse(problems) or int(changed and only_check)
        if changed:
            print(f"{'would strip' if only_check else 'stripped'} {name}")
    return failed


def _refuse(problems: Sequence[str]) -> int:
    for problem in problems:
        print(f"dsguard strip: {problem}", file=sys.stderr)
    return int(bool(problems))
