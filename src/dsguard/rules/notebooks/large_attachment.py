from __future__ import annotations

from dsguard.model import Severity, Step
from dsguard.options import Option, format_size
from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dsguard.documents.file import File
    from dsguard.documents.notebook import Cell
    from dsguard.model import Finding, Location
    from dsguard.rules.base import Settings

_MAX_TRACE = 20
_MARKS = (b'"attachments"', b";base64,")


class LargeAttachment(FileRule):
    """A picture that was pasted into a notebook is stored in its text: each version of it stays in the history, no diff can show it, and
    clearing outputs does not touch it.
    """

    code, name, family, since = "DSG208", "large-attachment", "notebooks", "0.1"
    summary = "large picture pasted into a notebook"
    help = "Save the picture as a file beside the notebook and link it: `![plot](figures/plot.png)`."
    severity = Severity.WARNING
    group_at = 2
    files = ("*.ipynb", "*.zpln")
    options = {"max-size": Option.size("100 KB", "Pictures may take this much of the notebook, as text.")}

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.notebooks.plain import plain_view

        limit = settings["max-size"]
        if file.size <= limit:
            return
        plain = plain_view(file)
        text = file.data if plain is None else plain.text.encode("latin-1")  # the latter without outputs, which are most of it
        if len(text) > limit and any(mark in text for mark in _MARKS):
            for cell in file.notebook.cells:
                yield from self._attachments(cell, limit)
                if ";base64," in cell.source and _is_text(cell):
                    yield from self._inline(cell, limit)

    def _attachments(self, cell: Cell, limit: int) -> Iterator[Finding]:
        notebook = cell.notebook
        member = cell.member("attachments")
        for name, key, start, end in notebook.members_of(member) if member else ():
            size = notebook.byte_offset(end) - notebook.byte_offset(start)
            if size > limit:
                at = notebook.at_offset(key)
                at.cell, at.cell_id = cell.number, cell.id
                yield self._picture(at, f"attachment:{name}", f"attachment {_shortened(name)} of cell {cell.number}", cell, size)

    def _inline(self, cell: Cell, limit: int) -> Iterator[Finding]:
        import re

        for number, line in enumerate(cell.source.split("\n"), 1):
            for found in re.finditer(r"data:image/[\w.+\-]{1,40};base64,[A-Za-z0-9+/=_\-]*+", line) if len(line) > limit else ():
                size = len(found[0])
                if size > limit:
                    at = cell.at_source(number, found.start() + 1)
                    finding = self._picture(at, f"inline:{cell.key}", f"picture in the text of cell {cell.number}", cell, size)
                    finding.snippet = ""  # nobody wants to see the line
                    yield finding

    def _picture(self, at: Location, subject: str, what: str, cell: Cell, size: int) -> Finding:
        message = f"{what} takes {format_size(size)} of the notebook"
        return self.found(at, message, subject=subject, group=cell.notebook.path, size=size)

    def merged(self, findings: Sequence[Finding]) -> Finding:
        size = sum(finding.size for finding in findings)
        return self.found(
            findings[0].location,
            f"{len(findings)} pictures take {format_size(size)} of the notebook",
            subject="pictures",
            help=findings[0].help,
            trace=[Step(finding.path, finding.location.line, finding.message) for finding in findings[:_MAX_TRACE]],
            size=size,
            snippet=findings[0].snippet,
        )

    bad = (
        {
            "pyproject.toml": '[tool.dsguard.rules.large-attachment]\nmax-size = "100 B"\n',
            "eda.ipynb": """\
{
 "cells": [{
  "attachments": {"map.png": {
   "image/png": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
  }},
  "cell_type": "markdown", "id": "map", "metadata": {}, "source": "![map](attachment:map.png)"
 }],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
""",
        },
        {
            "pyproject.toml": '[tool.dsguard.rules.large-attachment]\nmax-size = "100 B"\n',
            "colab.ipynb": """\
{
 "cells": [{
  "cell_type": "markdown", "metadata": {},
  "source": [
   "Where we are:\\n",
   "![map](data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==)"
  ]
 }],
 "metadata": {"colab": {"provenance": []}},
 "nbformat": 4,
 "nbformat_minor": 0
}
""",
        },
        {
            "pyproject.toml": '[tool.dsguard.rules.large-attachment]\nmax-size = "50 B"\n',
            "two.ipynb": """\
{
 "cells": [{
  "attachments": {
   "a.gif": {"image/gif": "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"},
   "b.gif": {"image/gif": "R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs="}
  },
  "cell_type": "markdown", "id": "two", "metadata": {}, "source": "![a](attachment:a.gif) ![b](attachment:b.gif)"
 }],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
""",
        },
    )
    good = (
        {
            "small.ipynb": """\
{
 "cells": [{
  "attachments": {"dot.gif": {"image/gif": "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"}},
  "cell_type": "markdown", "id": "dot", "metadata": {}, "source": "![dot](attachment:dot.gif)"
 }],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {
            "linked.ipynb": """\
{
 "cells": [{"cell_type": "markdown", "id": "map", "metadata": {}, "source": "![map](figures/map.png)"}],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {
            "pyproject.toml": '[tool.dsguard.rules.large-attachment]\nmax-size = "20 B"\n',
            "output.ipynb": """\
{
 "cells": [{
  "cell_type": "code", "execution_count": null, "id": "plot", "metadata": {"tags": ["keep_output"]},
  "outputs": [{"data": {"image/png": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"}, "metadata": {}, "output_type": "display_data"}],
  "source": "PIXEL = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP'"
 }],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
""",
        },
        {
            "plain.ipynb": """\
{
 "cells": [{"attachments": {}, "cell_type": "markdown", "id": "text", "metadata": {}, "source": "# Houses"}],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
        },
        {
            "pyproject.toml": '[tool.dsguard.rules.large-attachment]\nmax-size = "50 B"\n',
            "accepted.ipynb": """\
{
 "cells": [{
  "attachments": {"a.gif": {"image/gif": "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"}},
  "cell_type": "markdown", "id": "a", "metadata": {"tags": ["dsguard-ignore-large-attachment"]}, "source": "![a](attachment:a.gif)"
 }],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
""",
        },
    )


def _is_text(cell: Cell) -> bool:
    """Whether a cell is prose: Markdown, raw, a heading of version 3, or a cell that Databricks and Zeppelin call ``%md``."""
    return cell.type != "code" or cell.source.lstrip().startswith("%md")


def _shortened(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:59]}\u2026"
