"""How values are written in a file, told from its name: with quotes or bare, as code, settings or rows of data."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.file import File

_KINDS = {
    "code": "py pyi pyw r jl js jsx ts tsx mjs java scala kt go c h cpp cs rb php pl sql json jsonc json5 tf tfvars hcl m swift rs zpln",
    "config": "yaml yml toml ini cfg conf cnf properties pypirc databrickscfg netrc desktop service npmrc",
    "env": "env envrc renviron",
    "shell": "sh bash zsh ksh fish ps1 psm1 bat cmd slurm sbatch pbs qsub lsf dockerfile containerfile makefile mk justfile procfile",
    "data": "csv tsv tab jsonl ndjson geojson topojson xml html htm xhtml css dat arff libsvm fasta fa fastq bed vcf gff sdf kml gpx",
    "prose": "md markdown rst txt adoc tex qmd rmd log",
}
_BY_SUFFIX = {suffix: kind for kind, suffixes in _KINDS.items() for suffix in suffixes.split()}

_ILLUSTRATIONS = frozenset(("example", "sample", "template", "dist", "tmpl", "tpl", "defaults"))
"""Parts of a file's name, between dots, that say that it shows what a real one looks like."""


def kind_of(file: File) -> str:
    """The ``kind`` that :func:`~dsguard.analysis.secrets.scan.scan` wants for a file's text."""
    name = ".".join(part for part in file.name.lower().split(".") if part not in _ILLUSTRATIONS)
    if name.startswith((".env", "env.")):
        return "env"
    if name in ("credentials", "config") and file.folder.rpartition("/")[2].startswith("."):
        return "config"  # ~/.aws/credentials, .dvc/config
    if name.startswith(("dockerfile", "containerfile", "makefile")):
        return "shell"
    return _BY_SUFFIX.get(name.rpartition(".")[2], "prose")


def is_illustration(file: File) -> bool:
    """Whether what stands in a file is made to be shown or to be tested with: only a sure token is a credential there."""
    if not file.roles.isdisjoint(("fixture", "template")):
        return True
    name = file.name.lower()
    if not _ILLUSTRATIONS.isdisjoint(name.split(".")):
        return True
    # Settings only: sample_weights.py and 02-example-run.ipynb are as real as any other.
    is_settings = name.endswith(".json") or kind_of(file) in ("config", "env")
    return is_settings and not {"example", "sample"}.isdisjoint(name.replace("-", ".").replace("_", ".").split("."))
