"""The command that clears a notebook today, for the help of a finding."""

from __future__ import annotations

from dsguard.analysis.notebooks.keep import keeps_outputs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.notebook import Notebook


def how_to_clear(notebook: Notebook) -> str:
    """How to clear outputs and counts, as the rest of a sentence. Where outputs are kept on purpose, a way that keeps them."""
    from shlex import quote

    path = quote(notebook.path)
    if any(cell.has_outputs and keeps_outputs(cell) for cell in notebook.cells):
        return f"(`uvx nbstripout --keep-id {path}` leaves those alone that are kept)"
    return f"(Jupyter: Edit > Clear Outputs of All Cells; or `jupyter nbconvert --clear-output --inplace {path}`)"
