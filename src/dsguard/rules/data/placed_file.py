from __future__ import annotations

from dsguard.model import Location, Step
from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dsguard.documents.file import File
    from dsguard.model import Confidence, Finding, Severity


_ROOT = ":root:"
_SHAPEFILE = ":shapefile:"


class PlacedFileRule(FileRule):
    """Says of a file as a whole that it should not be where it is; many alike in a folder, and parts of a shapefile, are told as one."""

    group_at = 50

    def tell(
        self,
        file: File,
        message: str,
        help: Sequence[str],
        *,
        subject: str,
        size: int | None,
        root: str = "",
        severity: Severity | None = None,
        confidence: Confidence,
        home: str = "",
    ) -> Finding:
        """A finding about a file that can be told together with its like.

        Args:
            help: sentences; empty ones are left out.
            size: of the file in bytes, if known.
            root: the folder that the finding speaks of as a whole: told once, at the folder.
            home: where the bytes of several can live instead, see :func:`dsguard.analysis.remedy.memo`.
        """
        from dsguard.analysis.remedy import memo

        shapefile = "" if root else _shapefile_around(file)
        mark = f"{_ROOT}{root}" if root else f"{_SHAPEFILE}{shapefile}" if shapefile else f":{file.folder}:{file.suffix}:{severity or ''}"
        return self.found(
            file.at(),
            message,
            subject=subject,
            help=" ".join(sentence for sentence in help if sentence),
            severity=severity,
            confidence=confidence,
            group=self.code + mark,
            size=size or 0,
            memo=memo(file, home),
        )

    def gathered(self, findings: Sequence[Finding]) -> Iterator[list[Finding]]:
        """Stores, and files of one extension in the deepest folder below which there are many of them.

        So many in ``images/cats/`` and ``images/dogs/`` that neither makes a group by itself are one in ``images/``.
        """
        alike: dict[tuple[str, Severity], dict[str, list[Finding]]] = {}
        roots = []
        for finding in findings:
            if _ROOT in (finding.group or ""):
                roots.append(finding)
            else:
                folder, _, name = finding.path.rpartition("/")
                kind = (name.rpartition(".")[2].lower(), finding.severity)
                alike.setdefault(kind, {}).setdefault(folder, []).append(finding)
        yield from super().gathered(roots)
        heaped: set[int] = set()
        for folders in alike.values():
            for heap in _in_trees(folders, self.group_at):
                heaped.update(map(id, heap))
                yield heap
        yield from _shapefiles(finding for finding in findings if id(finding) not in heaped and _ROOT not in (finding.group or ""))

    def groups_from(self, group: str) -> int:
        return 1 if _ROOT in group else self.group_at

    def merged(self, findings: Sequence[Finding]) -> Finding:
        from dsguard.analysis.remedy import of_shapefile, together, whole

        first = findings[0]
        _, mark, root = (first.group or "").partition(_ROOT)
        shapefile = (first.group or "").partition(_SHAPEFILE)[2]
        if mark:
            message, advice, size = whole(findings, root)
        elif shapefile and all(finding.group == first.group for finding in findings):
            message, advice, size = of_shapefile(findings, shapefile)
        else:
            message, advice, size = together(findings)
        return self.found(
            Location(f"{root}/") if mark else first.location,
            message,
            subject=first.group or first.subject,
            help=advice,
            confidence=max(finding.confidence for finding in findings),
            trace=[Step(finding.path) for finding in findings],
            size=size,
        )


_PARTS = (".shp.xml", ".shp", ".shx", ".dbf", ".sbn", ".sbx", ".qix", ".prj", ".cpg", ".qpj", ".qmd", ".cst", ".atx")


def _shapefile_around(file: File) -> str:
    """The path without extension of the shapefile that a file is part of, if nothing else has that name; else ``""``."""
    part = next((part for part in _PARTS if file.name.lower().endswith(part)), "")
    if not part:
        return ""
    stem = file.name[: -len(part)]
    others = [name[len(stem) :].lower() for name in file.neighbours if name.startswith(f"{stem}.")]
    return file.path[: -len(part)] if ".shp" in others and set(others) <= set(_PARTS) else ""


def _shapefiles(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    """Lists of findings about several files of one shapefile, which nobody can use one by one."""
    parts: dict[str, list[Finding]] = {}
    for finding in findings:
        if _SHAPEFILE in (finding.group or ""):
            parts.setdefault(finding.group or "", []).append(finding)
    yield from (members for members in parts.values() if len(members) > 1)


_STRAGGLERS = 10
"""From so many findings beside a group on they and the group are told as one; and any number beside several groups."""
_HEAPS = 4
"""From so many groups below a folder on they are told as one, whatever lies beside them."""


def _in_trees(folders: dict[str, list[Finding]], least: int) -> Iterator[list[Finding]]:
    """Lists of at least so many findings, given them by their folder: what is too few for a list goes to the folder above."""
    depths = {folder: folder.count("/") + 1 for folder in folders if folder}
    groups: dict[str, list[Finding]] = {}
    for depth in range(max(depths.values(), default=0), 0, -1):
        for folder in [folder for folder, its in depths.items() if its == depth]:
            members = folders[folder]
            below = [group for group in groups if group.startswith(f"{folder}/")]
            if len(members) >= least or len(below) >= (2 if members else _HEAPS) or (below and len(members) >= _STRAGGLERS):
                groups[folder] = members + [one for group in below for one in groups.pop(group)]
                members = []
            if depth > 1:  # a few here and a few there make no heap at the root
                above = folder.rpartition("/")[0]
                folders.setdefault(above, []).extend(members)
                depths[above] = depth - 1
    if len(folders.get("", ())) >= least:
        groups[""] = folders[""]
    for members in groups.values():
        yield sorted(members, key=lambda finding: finding.sort_key())
