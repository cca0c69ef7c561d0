from __future__ import annotations

from dsguard.model import Confidence
from dsguard.options import format_size
from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.documents.files import Files
    from dsguard.model import Finding
    from dsguard.rules.base import Glance, Screen, Settings

_OID = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393"
_POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{_OID}\nsize 438007864\n"
_ATTRIBUTES = "*.parquet filter=lfs diff=lfs merge=lfs -text\n"
_SOURCE = frozenset(
    ".py .pyi .md .rst .toml .yaml .yml .cfg .ini .js .jsx .ts .tsx .css .scss .sh .r .jl .sql .c .h .cpp .java .scala .go .rs".split()  # noqa: SIM905 - shorter
)
"""No one keeps these in git-lfs, and most files are such."""
_POINTER_LIMIT = 1024
"""git-lfs writes less than this (bytes)."""
_SHORTEST_POINTER = 110
"""The three lines that a pointer has at least, with the shortest address that was ever in use and a hash of SHA-256 (bytes)."""


class MissingLfsPointer(FileRule):
    """Where .gitattributes sends a file through git-lfs, git must hold a pointer: a file that was added without git-lfs installed has
    its bytes in git after all. A pointer that no attribute covers is never replaced by its data when the repository is cloned.
    """

    code, name, family, since = "DSG108", "missing-lfs-pointer", "data", "0.1"
    summary = "file and .gitattributes disagree about git-lfs"
    help = "Run `git lfs install`, then `git add --renormalize` on the file."
    files = ("*", "!.gitattributes", "!@template", "!@vendored")
    group_at = 20

    def screen(self, settings: Settings, files: Files) -> Screen | None:
        from dsguard.rules.base import Screen

        # Where nothing goes through a filter only a pointer can be wrong.
        if files.has_filters:
            return None
        return Screen(passed_over=_SOURCE, least=_SHORTEST_POINTER, most=_POINTER_LIMIT - 1, ask=_is_pointer, glance=_glance)

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.remedy import quoted

        covered = file.filter == "lfs"
        if not covered and (file.suffix in _SOURCE or file.size >= _POINTER_LIMIT):
            return
        pointer = file.pointer if file.size < _POINTER_LIMIT else None
        group = f"{file.folder}:{file.suffix}:{covered}"
        if covered:
            # What git does not track yet becomes a pointer when it is added. An empty file is its own pointer.
            if not file.is_tracked or file.size == 0 or (pointer is not None and pointer.kind == "git-lfs"):
                return
            yield self.found(
                file.at(),
                f"git holds the {format_size(file.size)} of this file, not the git-lfs pointer that .gitattributes asks for",
                help=(
                    f"Run `git lfs install` once, then `git add --renormalize {quoted(file.path)}` and commit: git then holds a pointer. "
                    "For the commits before, `git lfs migrate import --include=... --everything` rewrites history."
                ),
                subject="no pointer",
                group=group,
                size=file.size,
            )
        elif _is_pointer(file):
            name = f"*{file.suffix}" if file.suffix else file.path
            yield self.found(
                file.at(),
                f"git-lfs pointer that no line of .gitattributes covers: a clone gets these {file.size} bytes of text, not the data",
                help=f"`git lfs track {quoted(name)}` adds the line; commit .gitattributes with it.",
                subject="no attribute",
                confidence=Confidence.LOW if "fixture" in file.roles else Confidence.HIGH,
                group=group,
            )

    bad = (
        {".gitattributes": _ATTRIBUTES, "data/trips.parquet": b"PAR1" + b"\x15\x04" * 50 + b"PAR1"},
        {"models/bert.safetensors": _POINTER},
        {".gitattributes": _ATTRIBUTES, "data/stations.csv": _POINTER},
        {".gitattributes": "data/** filter=lfs diff=lfs merge=lfs -text\n", "data/stations.csv": "id,name\n1,Bastille\n"},
    )
    good = (
        {".gitattributes": _ATTRIBUTES, "data/trips.parquet": _POINTER},
        {".gitattributes": _ATTRIBUTES, "data/empty.parquet": ""},
        {".gitattributes": "*.csv text eol=lf\n", "data/stations.csv": "id,name\n1,Bastille\n"},
        {
            ".gitattributes": "*.ipynb filter=nbstripout\n",
            "eda.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n',
        },
        {
            "docs/lfs.md": "A pointer starts with `version https://git-lfs.github.com/spec/v1`.\n",
            "data/stations.csv": "id,name\n1,Bastille\n",
        },
        {"data/raw.dvc": "outs:\n- md5: ce442cea695e447b8fa711018ad597b2.dir\n  path: raw\n", "data/.gitignore": "/raw\n"},
    )


def _is_pointer(file: File) -> bool:
    pointer = file.pointer
    return pointer is not None and pointer.kind == "git-lfs"


def _glance(file: File) -> Glance | None:
    from dsguard.analysis.placement import glance  # here, since source is spared this rule before

    return glance(file)
