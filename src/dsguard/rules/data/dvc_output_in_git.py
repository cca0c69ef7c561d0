from __future__ import annotations

from dsguard.model import Severity, Step
from dsguard.options import format_size
from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dsguard.documents.file import File
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_TRIPS = "outs:\n- md5: 1a79a4d60de6718e8e5b326e338ae533\n  size: 81920\n  hash: md5\n  path: trips.csv\n"


class DvcOutputInGit(FileRule):
    """What DVC stores must not be in git too: DVC refuses to work on it, and git keeps every version that DVC was to keep out of it."""

    code, name, family, since = "DSG109", "dvc-output-in-git", "data", "0.1"
    summary = "output of DVC is in git"
    help = "Run `git rm -r --cached` on it and let DVC write its .gitignore."
    group_at = 20
    files = ("*.dvc", "dvc.yaml", "!@template", "!@vendored", "!@fixture")

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.dvc import outputs_of, tracked, unignored
        from dsguard.analysis.remedy import quoted, uses_dvc

        if file.suffix != ".dvc" and file.name != "dvc.yaml":  # a file of the folder .dvc/
            return
        outputs = outputs_of(file)
        # Pointers without a DVC repository around them are read by a tool of their own, which puts the data where it likes.
        asked = file.suffix == ".dvc" and uses_dvc(file)
        loose = set(unignored(file, [output.path for output in outputs])) if asked else set()
        for output in outputs:
            count, size = tracked(file, output.path)
            again = f"`dvc add {quoted(output.path)}`" if file.suffix == ".dvc" else "`dvc repro`"
            if count:
                files = "" if count == 1 else f"{count:,} files of "
                yield self.found(
                    file.at(output.line),
                    f"git tracks {files}`{output.path}` ({format_size(size)}), which DVC stores",
                    help=(
                        f"`git rm -r --cached {quoted(output.path)}` takes it out of git and keeps it on disk; then {again} puts it into "
                        ".gitignore. Commits that have it keep it until `git filter-repo` rewrites them."
                    ),
                    subject=output.path,
                )
            elif output.path in loose:
                folder, _, name = output.path.rpartition("/")
                ignore = f"{folder}/.gitignore" if folder else ".gitignore"
                yield self.found(
                    file.at(output.line),
                    f"git does not ignore `{output.path}`, which DVC stores: `git add` would take it in",
                    help=f"Add `/{name}` to {ignore} (`dvc add` does that).",
                    subject=output.path,
                    severity=Severity.WARNING,
                    group="unignored",
                )

    def merged(self, findings: Sequence[Finding]) -> Finding:
        first = findings[0]
        return self.found(
            first.location,
            f"git ignores none of {len(findings):,} outputs that DVC stores (the first: `{first.subject}`): `git add` would take them in",
            help=f"{first.help} `dvc config --list` shows whether `core.no_scm` keeps DVC from doing it.",
            subject="unignored",
            trace=[Step(finding.path, finding.location.line) for finding in findings],
        )

    bad = (
        {"data/trips.csv.dvc": _TRIPS, "data/trips.csv": "trip,km\n1,3.5\n"},
        {".dvc/config": "", "data/trips.csv.dvc": _TRIPS},
        {"dvc.yaml": "stages:\n  prepare:\n    cmd: python prepare.py\n    outs:\n    - features\n", "features/a.csv": "x\n1\n"},
        {
            ".dvc/config": "[core]\n    remote = s3\n",
            "data/raw.dvc": "outs:\n- md5: ce442cea695e447b8fa711018ad597b2.dir\n  path: raw\n",
            ".gitignore": "*.csv\n",
        },
    )
    good = (
        {"data/trips.csv.dvc": _TRIPS, "data/.gitignore": "/trips.csv\n"},
        {"data/raw.dvc": "outs:\n- md5: ce442cea695e447b8fa711018ad597b2.dir\n  path: raw\n", "data/.gitignore": "/raw/\n"},
        {
            "dvc.yaml": "stages:\n  train:\n    cmd: python train.py\n    outs:\n    - scores.csv:\n        cache: false\n",
            "scores.csv": "auc\n0.87\n",
        },
        {"dvc.yaml": "stages:\n  prepare:\n    cmd: python prepare.py\n    outs:\n    - data/features\n", "data/features/.gitkeep": ""},
        {
            "data/trips.dvc": "outs:\n- md5: 1a79a4d60de6718e8e5b326e338ae533\n  path: s3://bucket/trips.csv\n",
            "trips.csv": "trip,km\n1,3\n",
        },
        {"snapshots/trips.csv.dvc": _TRIPS, "README.md": "# The pipeline reads the snapshots by a tool of its own\n"},
        {"{{ cookiecutter.slug }}/data/trips.csv.dvc": _TRIPS},
    )
