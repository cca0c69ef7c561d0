"""Which metadata says nothing about a notebook's content: it changes with each run, machine or editor, or names a person.

Ids that stay the same (``id`` of Colab, ``_uuid`` of Kaggle, ``nuid`` of Databricks), what a person set (``tags``, ``jupyter``,
``slideshow``, ``editable``) and the ``parameters`` of papermill are not among them.
"""

from __future__ import annotations

from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    Path = tuple[str | int, ...]

CELL, NOTEBOOK = "cell.metadata.", "metadata."

_DATABRICKS = "application/vnd.databricks.v1+"

DEFAULTS = (
    # What nbstripout 0.9 removes.
    "metadata.signature",
    "metadata.widgets",
    "cell.metadata.collapsed",
    "cell.metadata.ExecuteTime",
    "cell.metadata.execution",
    "cell.metadata.heading_collapsed",
    "cell.metadata.hidden",
    "cell.metadata.scrolled",
    # What nbformat calls transient and never writes.
    "metadata.orig_nbformat",
    "metadata.orig_nbformat_minor",
    "cell.metadata.trusted",
    # VS Code: which interpreter ran it, on one machine; the former is how older versions spell it.
    "metadata.interpreter.hash",
    "metadata.vscode.interpreter.hash",
    # PyCharm: whether a cell was running when it was saved.
    "cell.metadata.is_executing",
    "cell.metadata.jupyter.is_executing",
    "cell.metadata.pycharm.is_executing",
    # papermill, and with it Kaggle: when it ran and how that went. What it ran with stays.
    "metadata.papermill.duration",
    "metadata.papermill.end_time",
    "metadata.papermill.exception",
    "metadata.papermill.start_time",
    "cell.metadata.papermill",
    # Colab: who ran a cell and when, and the frame around its output.
    "cell.metadata.executionInfo",
    "cell.metadata.outputId",
    "cell.metadata.colab.base_uri",
    "cell.metadata.colab.height",
    "cell.metadata.colab.referenced_widgets",
    "cell.metadata.colab.resources",
    "cell.metadata.referenced_widgets",
    # Databricks.
    f"metadata.{_DATABRICKS}notebook.notebookMetadata.mostRecentlyExecutedCommandWithImplicitDF",
    f"cell.metadata.{_DATABRICKS}cell.finishTime",
    f"cell.metadata.{_DATABRICKS}cell.startTime",
    f"cell.metadata.{_DATABRICKS}cell.submitTime",
    # Deepnote.
    "cell.metadata.deepnote_to_be_reexecuted",
    "cell.metadata.execution_millis",
    "cell.metadata.execution_start",
)


class Keys:
    """Dotted names of metadata. A key may hold dots itself, so what stands behind a key that matches is tried as a whole too.

    Args:
        names: such as ``vscode.interpreter.hash``, relative to the metadata of a cell or of a notebook.
    """

    __slots__ = ("_below", "_names")

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(names)
        self._below: dict[str, Keys | None] = {}

    def below(self, key: str) -> Keys | None:
        """The names within a key's value; an empty set if the key itself is named, ``None`` if nothing of it is."""
        try:
            return self._below[key]
        except KeyError:
            inner = Keys(name[len(key) + 1 :] for name in self._names if name.startswith(key + "."))
            found = Keys(()) if key in self._names else inner if inner._names else None
            self._below[key] = found
            return found

    @property
    def is_all(self) -> bool:
        return not self._names

    def found_in(self, metadata: Mapping[str, Any]) -> list[Path]:
        """The ways to those that are there."""
        found: list[Path] = []
        for key, value in metadata.items():
            below = self.below(key)
            if below is None:
                continue
            if below.is_all:
                found.append((key,))
            elif isinstance(value, dict):
                found += [(key, *rest) for rest in below.found_in(value)]
        return found


def is_key(name: str) -> bool:
    """Whether a configuration may name it."""
    return any(name.startswith(prefix) and len(name) > len(prefix) for prefix in (CELL, NOTEBOOK))


@lru_cache(16)  # a filter asks for the same ones for every file
def keys_of(prefix: str, names: tuple[str, ...], kept: tuple[str, ...]) -> Keys:
    """Those of some names that start so, without what is to be kept: a name, or all below it."""
    chosen = [name for name in names if name.startswith(prefix) and not any(name == one or name.startswith(one + ".") for one in kept)]
    return Keys(name[len(prefix) :] for name in chosen)


def names_a_person(metadata: Mapping[str, Any]) -> bool:
    """Whether Colab noted who ran a cell."""
    info = metadata.get("executionInfo")
    user = info.get("user") if isinstance(info, dict) else None
    return isinstance(user, dict) and any(user.get(key) for key in ("displayName", "userId", "photoUrl"))
