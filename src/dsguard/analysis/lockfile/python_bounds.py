"""Whether a project says up to which Python it is meant for."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.project import Keys, Project

_PLACES: tuple[Keys, ...] = (
    ("project", "requires-python"),
    ("tool", "poetry", "dependencies", "python"),
    ("tool", "pixi", "dependencies", "python"),
    ("tool", "conda-lock", "dependencies", "python"),
)
_BOUNDED = ("<", "==", "~", "^", ".*")
"""What a specifier that has an upper end holds, in the dialects of PEP 440, poetry and conda."""


class UnboundedPython:
    """What a project says of the Pythons that it is for, where that has no upper end.

    Args:
        place: the keys of the manifest.
        text: what stands there; ``""`` for nothing.
    """

    __slots__ = ("place", "text")

    def __init__(self, place: Keys, text: str) -> None:
        self.place = place
        self.text = text

    @property
    def message(self) -> str:
        what = f"`{self.text}` has no upper bound" if self.text else "nothing says which Python this is for"
        return f"{what}: in a year it runs on a Python that it was never tried on"

    @property
    def help(self) -> str:
        lowest = re.search(r"3\.(\d{1,2})", self.text)
        lower = f">=3.{lowest[1]}" if lowest else ">=3.11"
        upper = f"<3.{int(lowest[1]) + 2}" if lowest else "<3.13"
        return f'Name the last version that it was tried on too, such as `"{lower},{upper}"`, and lock again.'


def unbounded_python(project: Project) -> UnboundedPython | None:
    """What an application says, if that has no upper end.

    Raises:
        UnreadableError: the manifest does not parse.
    """
    if not project.declares_dependencies or project.is_published_library or "requires-python" in project.dynamic:
        return None
    said = []
    for place in _PLACES:
        value = project.get(*place)
        text = value.get("version") if isinstance(value, dict) else value
        if isinstance(text, str) and text.strip():
            said.append((place, text))
    if any(_is_bounded(text) for _, text in said):
        return None
    return UnboundedPython(*said[0]) if said else UnboundedPython(("project",), "")


def _is_bounded(text: str) -> bool:
    return any(mark in text for mark in _BOUNDED) or text.strip()[0].isdigit()
