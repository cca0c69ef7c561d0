"""Where reports go besides the terminal: files in several formats of one run, and the summary of a job on GitHub."""

from __future__ import annotations

import os
import stat
import sys

from dsguard.model import UsageError
from dsguard.reporters import REPORTERS, render

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dsguard.model import Report
    from dsguard.workspace import Workspace


_DEVICES = ("/dev/", "/proc/")


class Output:
    """One ``--output``.

    Args:
        format: the format that was named before the ``=``, or ``None``: then the file gets the report of ``--format``,
            and the terminal its summary only.
        path: absolute, symbolic links resolved.
    """

    __slots__ = ("format", "given", "path")

    def __init__(self, given: str, format: str | None, path: str) -> None:
        self.given = given
        self.format = format
        self.path = path


def read_outputs(given: Iterable[str]) -> list[Output]:
    """What each ``--output`` asks for.

    Raises:
        UsageError: a format is misspelt, or a file could not be written at the end of the run.
    """
    outputs: list[Output] = []
    problems: list[str] = []
    for one in given:
        name, separator, path = one.partition("=")
        if separator and name in REPORTERS:
            output = Output(one, name, _place(path))
        elif separator and name.isalpha():
            from dsguard.config import nearest

            problems.append(f"--output {one}: no format {name!r}{nearest(name, REPORTERS)} (a file of that name: ./{one})")
            continue
        else:
            path, output = one, Output(one, None, _place(one))
        problem = _obstacle(path, output.path)
        if problem:
            problems.append(f"--output {one}: {problem}")
        elif any(os.path.normcase(other.path) == os.path.normcase(output.path) and _is_plain(output.path) for other in outputs):
            problems.append(f"--output {one}: that file is given twice")
        outputs.append(output)
    if problems:
        raise UsageError(problems)
    return outputs


def _obstacle(given: str, path: str) -> str:
    """Why a file cannot be written, or ``""``."""
    if not given:
        return "no file is named"
    if os.path.isdir(path):
        return "is a folder"
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        return f"there is no folder {os.path.dirname(given) or folder}"
    if not os.access(path if os.path.exists(path) else folder, os.W_OK):
        return "may not be written"
    return ""


def leave_out(outputs: Iterable[Output], workspace: Workspace) -> None:
    """Take the report of an earlier run out of what is checked, unless git tracks it."""
    root = os.path.join(os.path.realpath(workspace.root), "")
    for output in outputs:
        if os.path.normcase(output.path).startswith(os.path.normcase(root)):
            path = os.fsencode(output.path[len(root) :]).decode("utf-8", "surrogateescape").replace(os.sep, "/")
            entry = workspace.listing.get(path)
            if entry is not None and not entry.is_tracked:
                del workspace.listing[path]
                workspace.selected = [other for other in workspace.selected if other.path != path]


def write(output: Output, format: str, report: Report, *, verbose: int, quiet: bool) -> str:
    """Write a report: all of it or nothing. Returns what went wrong, or ``""``."""
    text = "".join(render(report, output.format or format, verbose=verbose, quiet=quiet))
    content = text.encode("utf-8", "backslashreplace")
    try:
        if _is_plain(output.path) and os.access(os.path.dirname(output.path), os.W_OK):
            from dsguard.fixes import replace

            replace(output.path, content)
        else:  # a pipe, a device, or a file in a folder that takes no new one
            with open(output.path, "wb") as stream:
                stream.write(content)
    except OSError as error:
        return f"--output {output.given}: {error.strerror}"
    return ""


def _place(path: str) -> str:
    """Absolute and without symbolic links, so that a link stays one; but ``/dev/stdout`` is whatever that is, not the file it leads to."""
    absolute = os.path.abspath(path)
    return absolute if absolute.startswith(_DEVICES) else os.path.realpath(absolute)


def _is_plain(path: str) -> bool:
    if path.startswith(_DEVICES):
        return False
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return True


def add_job_summary(report: Report) -> None:
    """Add Markdown to the file that GitHub names for it, if it does. A run does not fail over it."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    from dsguard.reporters.github_summary import MAX_BYTES, markdown

    try:
        with open(path, "ab") as stream:
            stream.write(markdown(report, MAX_BYTES - stream.tell()).encode())
    except OSError as error:
        print(f"dsguard: the job summary cannot be written: {error.strerror}", file=sys.stderr)
