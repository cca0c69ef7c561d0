"""Whether .gitignore keeps data and models out of a folder that waits for them, and the lines that would."""

from __future__ import annotations

from dsguard.policy import as_pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dsguard.documents.file import File
    from dsguard.documents.files import Files
    from dsguard.model import Fix
    from dsguard.policy import IgnoreFiles

_PROBES = {
    "raw-data": ("new.csv", "new.parquet", "new.xlsx", "new.json", "new.zip"),
    "model": ("new.pkl", "new.joblib", "new.h5", "new.keras", "new.pt", "new.pth", "new.onnx", "new.safetensors"),
}
"""What would come in. Two formats must be kept out: a project that ignores a single one may have met it only once."""

_KEPT_OUT = 2

_PLACEHOLDERS = frozenset((".gitkeep", ".keep", ".gitignore", ".gitattributes"))
COMMENT = "# Data and models stay out of git; notes about them and pointers to them stay in."


def unprotected_folder(file: File) -> str | None:
    """The outermost folder around a note or placeholder that waits for raw data or models and that git would take them in from.

    A folder that DVC or git-lfs looks after, and one that holds something already (other rules speak of that, or it is code), is none.
    """
    from dsguard.analysis.remedy import uses_dvc

    role = next((role for role in _PROBES if role in file.roles), "")
    if not role or not file.folder or not _is_note(file):
        return None
    if "documentation" in file.roles_at(f"{file.folder}/new"):  # docs/models/ is about models
        return None
    folder = _outermost(file, role)
    if f"/{folder}".endswith("/src/models"):  # for the code that trains them, whatever else it waits for
        return None
    members = [member for path in file.below(folder) if (member := file.sibling(path)) is not None]
    if not all(map(_is_note, members)) or file.sibling(f"{folder}.dvc") is not None:
        return None
    if any(member.name == ".gitignore" for member in members) and uses_dvc(file):
        return None  # DVC adds a line there for each output that it stores
    probes = [f"{folder}/{name}" for name in _PROBES[role]]
    kept = file.ignored(probes) | {probe for probe in probes if _is_stored_elsewhere(file, probe)}
    return folder if len(kept) < _KEPT_OUT else None


def _is_stored_elsewhere(file: File, path: str) -> bool:
    """Whether .gitattributes at the root would put a filter such as git-lfs between a new file and git."""
    return file.shared("stored-elsewhere", _filtering).ignored(path)


def _filtering(files: Files) -> IgnoreFiles:
    """The patterns of the root's .gitattributes that name a filter: they read like those of a .gitignore, but for negation."""
    from dsguard.policy import IgnoreFiles

    found = IgnoreFiles()
    if ".gitattributes" in files:
        rows = (line.split() for line in files[".gitattributes"].lines if not line.lstrip().startswith(("#", "!", '"')))
        found.add("", "\n".join(row[0] for row in rows if any(attribute.startswith("filter=") for attribute in row[1:])))
    return found


def _is_note(file: File) -> bool:
    return file.name in _PLACEHOLDERS or file.suffix == ".md" or file.name.lower().startswith("readme")


def _outermost(file: File, role: str) -> str:
    """The highest folder around a file of which a new file would have the role too."""
    folder = file.folder
    while "/" in folder and role in file.roles_at(f"{folder.rpartition('/')[0]}/new"):
        folder = folder.rpartition("/")[0]
    return folder


def lines_for(folders: Sequence[str]) -> list[str]:
    """Lines of .gitignore that keep all but notes, placeholders and DVC's pointers out of some folders."""
    lines = [COMMENT]
    for folder in folders:
        escaped = as_pattern(folder)
        lines += [f"/{escaped}/**", f"!/{escaped}/**/"]
        lines += [f"!/{escaped}/**/{name}" for name in (".gitkeep", ".gitignore", "README*", "*.md", "*.dvc")]
    return lines


def fix_for(ignore: File, folders: Sequence[str]) -> Fix:
    """Those lines at the end of a .gitignore, in its kind of line ends.

    Raises:
        UnreadableError: it cannot be read.
    """
    from dsguard.model import Edit, Fix

    data = ignore.data
    end = b"\r\n" if b"\r\n" in data else b"\n"
    start = b"" if not data else end if data.endswith(b"\n") else end + end
    block = end.join(line.encode("utf-8", "surrogateescape") for line in lines_for(folders))
    return Fix("Keep data out of git", [Edit(len(data), len(data), start + block + end)])


def together(fixes: Sequence[Fix]) -> Fix | None:
    """One fix for several folders: their lines in one block under one comment."""
    from dsguard.model import Edit, Fix

    if not fixes:
        return None
    first, *others = (fix.edits[0] for fix in fixes)
    end = b"\r\n" if first.replacement.endswith(b"\r\n") else b"\n"
    rest = [edit.replacement.partition(COMMENT.encode() + end)[2] for edit in others]
    return Fix(fixes[0].title, [Edit(first.start, first.end, first.replacement + b"".join(rest))])
