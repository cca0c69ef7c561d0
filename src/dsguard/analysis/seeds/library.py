"""Whether a script only shows a library of the same repository at work."""

from __future__ import annotations

from dsguard.analysis.seeds import knowledge_table as table
from dsguard.analysis.seeds.entry import imported_packages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.files import Files
    from dsguard.documents.python import Module

_INSTALLERS = ("setup.py", "setup.cfg")


def is_library_example(module: Module) -> bool:
    """Whether a script in a folder of examples imports a library that the repository makes for others.

    What such a script draws is an illustration: the library's maintainers want it short, and nobody compares its numbers.
    """
    folders = module.file.folder.lower().split("/")
    if table.EXAMPLE_FOLDERS.isdisjoint(folders):
        return False
    return not imported_packages(module).isdisjoint(module.file.shared("seeds-libraries", _libraries))


def _libraries(files: Files) -> frozenset[str]:
    """The import names of what the repository publishes: packages beside a manifest that says so, or in its ``src``."""
    from dsguard.documents.project import find_projects

    roots = {project.root for project in find_projects(files) if project.is_published_library}
    roots |= {path.rpartition("/")[0] for path in files if path.rpartition("/")[2] in _INSTALLERS}
    places = {f"{root}/{below}".strip("/") for root in roots for below in ("", "src")}
    found = set()
    for path in files:
        package, _, name = path.rpartition("/")
        above, _, last = package.rpartition("/")
        if name == "__init__.py" and above in places and last.lower() not in table.EXAMPLE_FOLDERS:
            found.add(last)
    return frozenset(found)
