"""Requirements files, as pip reads them."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File


def is_fully_hashed(file: File) -> bool:
    """Whether a requirements file pins everything by hash, as ``pip install --require-hashes`` wants it.

    Another requirements file that it includes, an editable install or a bare URL has no hash, so they spoil it.
    """
    requirements = list(read_requirements(file))
    return bool(requirements) and all("--hash=" in requirement for requirement in requirements)


def read_requirements(file: File) -> Iterator[str]:
    """The logical lines that make pip install something: continuations joined, comments and options taken off."""
    pending = ""
    for line in [*file.lines, ""]:
        if not line.lstrip().startswith("#"):
            pending += line.partition(" #")[0]
        if pending.endswith("\\"):
            pending = pending[:-1] + " "
            continue
        requirement = pending.strip()
        pending = ""
        installs = not requirement.startswith("-") or requirement.startswith(("-r", "--requirement", "-e", "--editable"))
        if requirement and installs:
            yield requirement


def pins_everything(file: File) -> bool:
    """Whether each requirement of a file has one exact version, a hash, or an address of its own."""
    return all(is_pinned(requirement) for requirement in read_requirements(file))


def is_pinned(requirement: str) -> bool:
    """Whether a requirement leaves no choice of versions. An editable install or another file has none to leave."""
    text = requirement.partition(" --")[0].partition(";")[0]
    if requirement.startswith("-") or "--hash=" in requirement:
        return True
    if "git+" in text:
        return "@" in text.partition("git+")[2].partition("#")[0].rpartition("/")[2]
    if " @ " in text or "://" in text or text.startswith((".", "/")):
        return True
    return "==" in text and not text.replace(" ", "").endswith(".*")


def is_installable(requirement: str) -> bool:
    """Whether pip can read a requirement: not ``absl-py    0.10.0`` of `pip list`, nor ``numpy=1.19=py38_0`` of `conda list --export`."""
    return requirement.startswith(("-", ".", "/")) or "://" in requirement or _REQUIREMENT.match(requirement) is not None


_REQUIREMENT = re.compile(r"[A-Za-z0-9][\w.\-]{0,100}\s{0,20}(?:\[[^\]]{0,200}\])?\s{0,20}(?:$|[<>=!~]=|[<>;@#(]|--)")
