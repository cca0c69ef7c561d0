"""How a report is told: one module per format, loaded only when it is asked for."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.model import Report

REPORTERS = {
    "text": "dsguard.reporters.text",
    "concise": "dsguard.reporters.concise",
    "json": "dsguard.reporters.json",
    "sarif": "dsguard.reporters.sarif",
    "github": "dsguard.reporters.github",
    "gitlab": "dsguard.reporters.gitlab",
    "junit": "dsguard.reporters.junit",
}
"""Format name to the module with its ``render``. The first is the default."""


def render(report: Report, format: str, *, color: bool = False, verbose: int = 0, quiet: bool = False, columns: int = 0) -> Iterator[str]:
    """A report as text in pieces, newlines included: write them one after the other.

    What is written may hold any character but a lone surrogate and, outside of JSON strings, no control
    character but the newline (and the colour codes, if asked for).

    Args:
        format: a key of ``REPORTERS``.
        color: whether to use ANSI colour codes (``text`` only).
        verbose: from 1 on, what was skipped is listed and no trace is cut.
        quiet: findings only, no remarks and no counts. ``json``, ``sarif``, ``gitlab`` and ``junit`` are always complete.
        columns: how wide the terminal is (``text`` only); 0 if there is none.

    Raises:
        KeyError: there is no such format.
    """
    __import__(REPORTERS[format])  # to import importlib for it takes longer than most modules
    render_as = sys.modules[REPORTERS[format]].render
    settings = {"columns": columns} if format == "text" else {}
    pieces: Iterator[str] = render_as(report, color=color, verbose=verbose, quiet=quiet, **settings)
    return pieces
