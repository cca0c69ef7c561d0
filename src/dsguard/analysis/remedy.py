"""What to do about a data file that git would record: the next command, for this file."""

from __future__ import annotations

import posixpath
import re

from dsguard.options import format_size
from dsguard.policy import as_pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dsguard.documents.file import File
    from dsguard.documents.signature import Format
    from dsguard.model import Finding

GITHUB_LIMIT = 100 * 1024 * 1024
"""GitHub refuses a push that has a file over this size (bytes)."""

_SAFE = re.compile(r"[A-Za-z0-9_@%+=:,./-]+\Z")

_READERS = {
    "csv": "pd.read_csv({0!r})",
    "tsv": 'pd.read_csv({0!r}, sep="\\t")',
    "jsonl": "pd.read_json({0!r}, lines=True)",
    "excel": "pd.read_excel({0!r})",
    "ods": "pd.read_excel({0!r})",
    "arrow": "pd.read_feather({0!r})",
    "feather": "pd.read_feather({0!r})",
    "orc": "pd.read_orc({0!r})",
    "stata": "pd.read_stata({0!r})",
    "spss": "pd.read_spss({0!r})",
    "sas": "pd.read_sas({0!r})",
    "geojson": "gpd.read_file({0!r})",
}
"""``pd`` is pandas, ``gpd`` is GeoPandas."""


def quoted(path: str) -> str:
    """A path as a shell takes it, and a command that would take a leading dash for an option."""
    path = f"./{path}" if path.startswith("-") else path
    return path if _SAFE.match(path) else "'" + path.replace("'", "'\\''") + "'"


def untrack(file: File, root: str = "", ignore: str = "") -> str:
    """How to keep a file, or the folder ``root`` as a whole, on disk and out of the next commit.

    Args:
        ignore: the line for .gitignore, if it is another than the path.
    """
    ignore = ignore or (f"/{as_pattern(root)}/" if root else f"/{as_pattern(file.path)}")
    if file.is_tracked:
        command = f"git rm -r --cached {quoted(root + '/')}" if root else f"git rm --cached {quoted(file.path)}"
        return f"`{command}` takes it out of git and keeps it on disk; add `{ignore}` to .gitignore."
    return f"Add `{ignore}` to .gitignore before you commit."


def store(file: File, root: str = "", *, model: bool = False) -> str:
    """Where its bytes, or those of the folder ``root``, can live instead."""
    if uses_dvc(file):
        return f"Then `dvc add {quoted(root or file.path)}` records a pointer in its place."
    if root:
        home = "a model registry or storage" if model else "storage that the code reads it from"
        return f"Keep it in {home}, or version the folder with DVC (`dvc add {quoted(root)}`)."
    track = f"`git lfs track {quoted('*' + file.suffix if file.suffix else file.path)}`"
    home = "a model registry or storage" if model else "storage that the code fetches it from"
    return f"Keep it in {home}, or version it with DVC or git-lfs ({track})."


def history(file: File, size: int | None) -> str:
    """What remains true after the file is gone."""
    parts = []
    if file.is_tracked:
        parts.append("Commits that have it keep it until `git filter-repo` rewrites them.")
    if size is not None and size > GITHUB_LIMIT:
        parts.append("GitHub refuses a push that has a file over 100 MiB.")
    return " ".join(parts)


def convert(file: File, format: Format | None) -> str:
    """How to make a Parquet file of a table, if pandas or GeoPandas reads it in one call."""
    reader = _READERS.get(format.id) if format is not None else None
    if reader is None:
        return "Store it as Parquet, or keep it out of git."
    target = file.path.removesuffix("." + file.name.rpartition(".")[2]) + ".parquet"
    return f"Convert it: `{reader.format(file.path)}.to_parquet({target!r})`."


def uses_dvc(file: File) -> bool:
    """Whether DVC keeps data in the folder of a file or one above it."""
    known = file.shared("uses-dvc", lambda _: dict[str, bool]())
    if file.folder not in known:
        known[file.folder] = _uses_dvc(file)
    return known[file.folder]


def _uses_dvc(file: File) -> bool:
    folder = file.folder
    while True:
        if file.exists_in_repository(f"{folder}/.dvc/config".lstrip("/")):
            return True
        if not folder:
            return False
        folder = folder.rpartition("/")[0]


def whole(findings: Sequence[Finding], root: str) -> tuple[str, str, int]:
    """Message and help for a folder that is told as one, and the size of its files in bytes."""
    total = sum(finding.size for finding in findings)
    files = "1 file" if len(findings) == 1 else f"{len(findings):,} files"
    return f"{root}/ ({files}, {format_size(total)}): {findings[0].message}", findings[0].help, total


def leftovers(findings: Sequence[Finding], places: int, ignore: str) -> tuple[str, str, int]:
    """Message and help for leftovers of one kind in several places, and their size in bytes."""
    total = sum(finding.size for finding in findings)
    if ignore.endswith("/"):
        what = f"{places:,} folders like this one ({len(findings):,} files, {format_size(total)})"
        pattern = f":(glob)**/{ignore}**"
    else:
        what = f"{places:,} files like this one ({format_size(total)})"
        pattern = f":(glob)**/{ignore}"
    advice = f"`git rm -r --cached '{pattern}'` takes them out of git and keeps them on disk; add `{ignore}` to .gitignore."
    return f"{what}: {findings[0].message}", advice, total


def of_shapefile(findings: Sequence[Finding], stem: str) -> tuple[str, str, int]:
    """Message and help for files that are one shapefile, and their size in bytes; ``stem``: their path without extension."""
    total = sum(finding.size for finding in findings)
    size = f", {format_size(total)} in all" if total else ""
    message = f"{len(findings)} files of one shapefile{size}: {findings[0].message}"
    every = f"{stem.rpartition('/')[2]}.*"
    return message, _for_several(findings[0].memo, stem.rpartition("/")[0], every, f"/{as_pattern(stem)}.*"), total


def together(findings: Sequence[Finding]) -> tuple[str, str, int]:
    """Message and help for many files of one extension in a folder and those below it, and their size in bytes."""
    folder = posixpath.commonpath([finding.path.rpartition("/")[0] for finding in findings])
    stem, dot, extension = findings[0].path.rpartition("/")[2].rpartition(".")
    alike = f"*.{extension}" if stem and dot else "*"
    total = sum(finding.size for finding in findings)
    where = f"{folder}/" if folder else "the root of the repository"
    size = f", {format_size(total)} in all" if total else ""
    usual = next((finding for finding in findings if finding.size), findings[0])  # not one that a clone leaves out
    message = f"{len(findings):,} files like this one in {where}{size}: {usual.message}"
    nested = any(finding.path.rpartition("/")[0] != folder for finding in findings)
    above = f"/{as_pattern(folder)}" if folder else ""
    ignore = f"{above}/**/{alike}" if nested else f"{above}/{alike}"
    return message, _for_several(findings[0].memo, folder, alike, ignore), total


_TRACKED, _DVC, _REGISTRY, _STORAGE = "tracked", "dvc", "registry", "storage"
_HOMES = {_REGISTRY: "a model registry or storage", _STORAGE: "storage that the code fetches them from"}


def memo(file: File, home: str) -> str:
    """What :func:`together` needs to know of a file that is told with others.

    Args:
        home: where its bytes can live: ``registry``, ``storage``, or ``""`` if the rule has its own advice.
    """
    words = [_TRACKED] if file.is_tracked else []
    return " ".join([*words, _DVC if home and uses_dvc(file) else home])


def _for_several(memo: str, folder: str, alike: str, ignore: str) -> str:
    """What to do about the files of a folder that have names alike: all are kept, and can be kept elsewhere, in the same way."""
    facts = memo.split()
    advice = [f"Add `{ignore}` to .gitignore before you commit."]
    if _TRACKED in facts:
        pattern = quoted(f"{folder}/{alike}" if folder else alike)
        advice = [f"`git rm --cached {pattern}` takes them out of git and keeps them on disk; add `{ignore}` to .gitignore."]
    home = next((words for name, words in _HOMES.items() if name in facts), "")
    if _DVC in facts:
        advice.append(f"Then `dvc add {quoted(folder or alike)}` records a pointer in their place.")
    elif home:
        by_dvc = f"DVC (`dvc add {quoted(folder)}`)" if folder else "DVC"
        advice.append(f"Keep them in {home}, or version them with {by_dvc} or git-lfs (`git lfs track {quoted(alike)}`).")
    if _TRACKED in facts:
        advice.append("Commits that have them keep them until `git filter-repo` rewrites them.")
    return " ".join(advice)
