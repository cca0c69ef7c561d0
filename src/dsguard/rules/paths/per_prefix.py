from __future__ import annotations

from dsguard.model import Step
from dsguard.options import Option
from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import ClassVar

    from dsguard.analysis.paths.place import Place
    from dsguard.analysis.paths.shapes import Shape
    from dsguard.documents.file import File
    from dsguard.model import Finding, Location
    from dsguard.rules.base import Settings

CODE_AND_CONFIGURATION = (
    "*.py",
    "*.pyw",
    "*.ipynb",
    "*.[rR]",
    "*.[rRqQ]md",
    ".Rprofile",
    ".Renviron",
    "*.jl",
    "*.m",
    "*.do",
    "*.ado",
    "*.sas",
    "*.sql",
    "*.sh",
    "*.bash",
    "*.zsh",
    "*.ksh",
    "*.slurm",
    "*.sbatch",
    "*.pbs",
    "*.qsub",
    "*.lsf",
    ".envrc",
    ".env.*",
    ".bashrc",
    ".bash_profile",
    ".profile",
    ".zshrc",
    "*.bat",
    "*.cmd",
    "*.ps1",
    "[Mm]akefile",
    "GNUmakefile",
    "justfile",
    "*.mk",
    "Snakefile",
    "*.smk",
    "[Dd]ockerfile",
    "[Dd]ockerfile.*",
    "*.[Dd]ockerfile",
    "Containerfile",
    "*.yml",
    "*.yaml",
    "*.toml",
    "*.json",
    "*.jsonc",
    "*.code-workspace",
    "*.ini",
    "*.cfg",
    "*.conf",
    "*.properties",
    "*.service",
    "*.timer",
    ".dvc/config",
    ".idea/",
    "*.iml",
    # What tools wrote: lockfiles, and what a run left behind (DSG104 tells those).
    "!package-lock.json",
    "!pnpm-lock.yaml",
    "!conda-lock.yml",
    "!pylock*.toml",
    "!mlruns/",
    "!wandb/",
    "!lightning_logs/",
    "!.hydra/",
    "!__marimo__/",
    "!.ipynb_checkpoints/",
    "!pyvenv.cfg",
    "!@vendored",
)
"""Files that say where something is."""

FIXTURES = Option(False, "Look at tests and their data too (role `fixture`).")
ALLOW = Option.reasons(
    "Paths that are right in this project: gitignore patterns with the machine's root for a root, each with a reason. "
    '`"/data/shared/"` allows that folder and all below it, `"!/data/shared/tmp/"` takes back; drives and shares are '
    'written `"D:/data/"` and `"//server/share/"`.'
)

IN_COMMENT = "path in a comment"
_SEVERAL = {"path": "literals", IN_COMMENT: "paths in comments"}
_MAX_TRACE = 20
_BREAKS = "; its backslashes are escapes to Python, so the code does not even parse"


class PerPrefixRule(FileRule):
    """Judges literal by literal, so that a comment can accept one, and then speaks once per prefix and file.

    The group of a literal's own finding is its file and prefix; its message ends in what the one of the group says, too.
    """

    group_at = 2
    by_value = True
    options = {"fixtures": FIXTURES, "allow": ALLOW}
    only_code = True
    why: ClassVar[dict[str, str]]
    """By kind of path: what is wrong with it."""

    def shape(self, file: File) -> Shape:
        """The paths that the rule looks for in a file."""
        raise NotImplementedError

    def tells(self, file: File, place: Place) -> bool:
        """Whether a path of the shape is worth a finding where it stands."""
        return True

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        if "fixture" in file.roles and not settings["fixtures"]:
            return
        shape = self.shape(file)
        if not shape.may_stand_in(file.code, is_notebook=file.suffix == ".ipynb"):
            return
        from dsguard.analysis.paths.allowed import is_allowed

        for place in self.places(file, shape):
            if not is_allowed(place.path, settings["allow"]) and self.tells(file, place):
                yield self.one(file, place, settings)

    def places(self, file: File, shape: Shape) -> Iterator[Place]:
        """Where paths of the shape stand."""
        from dsguard.analysis.paths.scan import places

        return places(file, shape)

    def one(self, file: File, place: Place, settings: Settings) -> Finding:
        """The finding of one literal."""
        from dsguard.analysis.paths.advice import advice

        prefix = place.path.prefix
        message = f"path starts with {prefix}, {self.why[place.path.kind]}{_BREAKS if place.breaks_file else ''}"
        return self.found(place.location, message, subject=prefix, help=advice(file, place), group=f"{file.path}: {prefix}")

    def merged(self, findings: Sequence[Finding]) -> Finding:
        first = findings[0]
        what, _, rest = first.message.removesuffix(_BREAKS).partition(" starts with ")
        why = rest.removeprefix(first.subject)
        breaks = _BREAKS if any(finding.message.endswith(_BREAKS) for finding in findings) else ""
        return self.found(
            first.location,
            f"{len(findings)} {_SEVERAL[what]} start with {first.subject} (first here){why}{breaks}",
            subject=first.subject,
            identity=first.identity,
            help=first.help,
            confidence=max(finding.confidence for finding in findings),
            trace=[Step(finding.path, finding.location.line, _where(finding.location)) for finding in findings[1 : _MAX_TRACE + 1]],
        )


def _where(at: Location) -> str:
    return "here too" if at.cell is None else f"in cell {at.cell}, line {at.cell_line}"
