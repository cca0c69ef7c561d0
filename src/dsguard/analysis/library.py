"""What a published library keeps on purpose: the data of its tests, and the data that ships in its packages, be they Python's or R's.

Its maintainers chose these files, users load them by name, and each release carries them; the limits for what a project
collects by the way are not meant for them.
"""

from __future__ import annotations

from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from dsguard.analysis.placement import Placement
    from dsguard.documents.file import File
    from dsguard.documents.files import Files
    from dsguard.documents.project import Project

_TELLING = ("Development Status ::", "Intended Audience ::", "Topic ::")
"""Classifiers that someone writes who publishes; those of language, licence and system stand in every template."""

_BESIDE = frozenset(
    (  # noqa: SIM905 - shorter
        "apps archive benchmark benchmarks contrib demo demos doc docs example examples experiments extensions lab labs notebooks "
        "playground research sandbox scripts tools tutorials"
    ).split()
)
"""Folders of a library's repository that may be packages, and are not installed."""


def kept_by_library(file: File, placement: Placement) -> bool:
    """Whether a file is test data or package data of a library that is published to a package index, or of an R package."""
    from dsguard.analysis.placement import ELSEWHERE, FIXTURE, PACKAGE

    if placement.place in (FIXTURE, PACKAGE, ELSEWHERE) and _ships_with_r(file):
        return True
    if placement.place not in (FIXTURE, PACKAGE) and (placement.place != ELSEWHERE or not _ships(file)):
        return False
    return any(_is_published(project) for project in _projects_around(file))


_SHIPPED_BY_R = ("data/", "inst/", "tests/", "vignettes/", "R/sysdata.rda")
"""What its users get of an R package; what made the data lies in ``data-raw/`` and stays out."""


def _ships_with_r(file: File) -> bool:
    """Whether it lies where an R package keeps what it is built of: below a folder with DESCRIPTION and NAMESPACE."""
    folder = file.folder
    while folder:
        folder = folder.rpartition("/")[0]
        above = f"{folder}/" if folder else ""
        if f"{above}NAMESPACE" in file.files and f"{above}DESCRIPTION" in file.files:
            return file.path[len(above) :].startswith(_SHIPPED_BY_R)
    return False


def _ships(file: File) -> bool:
    """Whether it lies in an importable package, and not in one that only stands beside what is published."""
    folder = file.folder
    outermost = ""
    while folder:
        if f"{folder}/__init__.py" in file.files:
            outermost = folder
        folder = folder.rpartition("/")[0]
    return bool(outermost) and _BESIDE.isdisjoint(outermost.lower().split("/"))


def _projects_around(file: File) -> list[Project]:
    """The project of a file and those around it: a member of a workspace may leave the metadata to its root."""
    projects = file.shared("projects-by-root", _by_root)
    folder, found = file.folder, []
    while True:
        if folder in projects:
            found.append(projects[folder])
        if not folder:
            return found
        folder = folder.rpartition("/")[0]


def _by_root(files: Files) -> Mapping[str, Project]:
    from dsguard.documents.project import find_projects

    return {project.root: project for project in find_projects(files)}


def _is_published(project: Project) -> bool:
    return project.files.once(f"published:{project.root}", lambda _: _looks_published(project))


def _looks_published(project: Project) -> bool:
    from dsguard.documents.publishing import uploads

    try:
        if project.is_published_library:
            return True
    except UnreadableError:
        return False
    for name in ("setup.py", "setup.cfg"):
        manifest = project.file(name)
        try:
            text = manifest.text if manifest is not None else ""
        except UnreadableError:
            continue
        if text and "Private ::" not in text:
            is_uploaded = not project.root and uploads(project.files)
            if is_uploaded or any(classifier in text for classifier in _TELLING):
                return True
    return False
