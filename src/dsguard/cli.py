"""The command line: finds the subcommand, and turns what goes wrong into words and exit codes.

Exit codes: 0 clean, 1 findings, 2 bad usage or configuration, 3 a bug in dsguard, 130 interrupted.
"""

from __future__ import annotations

import errno
import gc
import os
import sys

from dsguard import __version__
from dsguard.model import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from types import ModuleType, SimpleNamespace

COMMANDS = {
    "check": "report what should not be committed",
    "hook": "what .pre-commit-hooks.yaml calls: check the files given, and the projects they are in",
    "init": "set dsguard up here: settings, hook, .gitignore, CI; shows the diff first",
    "strip": "take outputs, counts and volatile metadata out of notebooks; also as a git filter",
    "explain": "why a rule exists, what it fires on, and how to silence it",
    "baseline": "accept all that is found now, so that only what is new is reported from now on",
    "allow": "allow a file as it is, for one rule and with a reason",
    "rules": "the table of all rules",
    "config": "the settings in force and where each comes from",
    "completion": "a script that lets bash, zsh or fish complete all this",
}
CLEAN, FOUND, USAGE, BUG, INTERRUPTED = 0, 1, 2, 3, 130
_NO_ROOM = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE, getattr(errno, "EDQUOT", errno.ENOSPC))
"""What the machine lacks, wherever it comes up: nobody has to report that as a bug."""

_REPORT_IT = "This is a bug in dsguard, not in your repository. Please report it with the line above."


def run() -> None:
    """The console script."""
    # Syntax trees are millions of objects without cycles: looking for cycles among them takes most of the time of parsing.
    gc.disable()
    code = main(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(code)  # an orderly end would free all these objects one by one, which takes longer than many a check


def main(argv: Sequence[str]) -> int:
    """Run a command line and return its exit code. Nothing but Ctrl-C's own machinery ever raises out of here."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):  # closed by the caller (`>&-`): there is nobody to tell
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # a name or a message must not fail to print on a terminal of another encoding
            reconfigure(errors="backslashreplace")
    try:
        code = _dispatch(argv)
        sys.stdout.flush()  # here, where a closed pipe can still be handled
        return code
    except UsageError as error:
        from dsguard.reporters.shared import printable

        for problem in error.problems:
            print(f"dsguard: error: {printable(problem)}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("dsguard: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, a pager) went away: not an error, but the interpreter must not flush into the closed pipe.
        _close_stdout()
        return FOUND
    except SystemExit as stop:  # argparse: --help is 0, bad usage is 2
        return stop.code if isinstance(stop.code, int) else USAGE
    except Exception as error:  # noqa: BLE001
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            where = f"{error.filename}: " if error.filename else "what was to be printed or written is not complete: "
            print(f"dsguard: error: {where}{error.strerror}", file=sys.stderr)
            return USAGE
        if isinstance(error, FileNotFoundError) and not _has_working_directory():
            print("dsguard: error: the working directory is gone: change into one that exists", file=sys.stderr)
            return USAGE
        print(f"dsguard: internal error: {_told(error)}\n{_REPORT_IT}", file=sys.stderr)
        return BUG


def _dispatch(argv: Sequence[str]) -> int:
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(_overview())
        return CLEAN
    if argv[0] in ("-V", "--version"):
        print(f"dsguard {__version__}")
        return CLEAN
    name, *rest = argv
    if name not in COMMANDS:
        from dsguard.config import nearest

        raise UsageError([f"no command {name!r}{nearest(name, COMMANDS)} (see dsguard --help)"])
    command = _load(name)
    if name == "hook":  # pre-commit sets no `--` before the files of a commit, whatever their names
        rest = [f"./{one}" if one.startswith("-") and os.path.lexists(one) else one for one in rest]
    elif "--" in rest:  # argparse forgets it between the two passes that intermixed arguments take
        end = rest.index("--")
        rest = rest[:end] + [f"./{one}" if one.startswith("-") else one for one in rest[end + 1 :]]
    return int(command.run(_parsed(name, command, rest)))


def _parsed(name: str, command: ModuleType, rest: Sequence[str]) -> argparse.Namespace | SimpleNamespace:
    from dsguard.commands.quick_parser import QuickParser

    quick = QuickParser()
    command.configure(quick)
    arguments: argparse.Namespace | SimpleNamespace | None = quick.parse(rest)
    if arguments is None:
        import argparse

        parser = argparse.ArgumentParser(prog=f"dsguard {name}", description=command.__doc__, allow_abbrev=False, formatter_class=_help)
        command.configure(parser)
        # intermixed, or `hook all --profile strict a.py` would take the empty list for all files that are given; it writes the usage
        # first, which without an option takes longer than to read the arguments
        parse = parser.parse_intermixed_args if any(one.startswith("-") for one in rest) else parser.parse_args
        arguments = parse(rest)
    arguments.commands = COMMANDS
    return arguments


def _help(prog: str) -> argparse.HelpFormatter:
    """A formatter of given width: left to itself it loads shutil and four compression modules to ask the terminal."""
    import argparse

    return argparse.HelpFormatter(prog, max_help_position=30, width=110)


def _load(name: str) -> ModuleType:
    """Only the module of the command at hand: the others would cost every commit."""
    __import__(f"dsguard.commands.{name}")  # to import importlib for it takes longer than the module
    return sys.modules[f"dsguard.commands.{name}"]


def _overview() -> str:
    lines = ["usage: dsguard COMMAND ...", "", "Keeps a data-science repository safe to share and possible to reproduce.", ""]
    lines += [f"  {name:<10} {purpose}" for name, purpose in COMMANDS.items()]
    return "\n".join([*lines, "", "dsguard COMMAND --help says more; dsguard --version says which this is."])


def _has_working_directory() -> bool:
    try:
        return bool(os.getcwd())
    except FileNotFoundError:
        return False


def _told(error: Exception) -> str:
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f" ({place.tb_frame.f_code.co_filename}:{place.tb_lineno})" if place is not None else ""
    return f"{type(error).__name__}: {error}{where}"


def _close_stdout() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
