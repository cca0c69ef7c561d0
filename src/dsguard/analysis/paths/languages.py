"""Which reader a file needs, by its name."""

from __future__ import annotations

_BY_SUFFIX = {
    suffix: language
    for language, suffixes in {
        "r": ".r",
        "chunks": ".rmd .qmd .rmarkdown",
        "julia": ".jl",
        "shell": ".sh .bash .zsh .ksh .slurm .sbatch .pbs .qsub .lsf",
        "batch": ".bat .cmd",
        "powershell": ".ps1",
        "make": ".mk",
        "docker": ".dockerfile",
        "yaml": ".yml .yaml",
        "toml": ".toml",
        "json": ".json .jsonc .code-workspace",
        "ini": ".ini .cfg .conf .properties .service .timer",
        "python": ".smk",
        "xml": ".iml .xml",
        "sql": ".sql",
        "matlab": ".m",
        "stata": ".do .ado",
        "sas": ".sas",
    }.items()
    for suffix in suffixes.split()
}
_BY_NAME = {
    name: language
    for language, names in {
        "r": ".rprofile",
        "shell": ".envrc .bashrc .bash_profile .bash_aliases .profile .zshrc",
        "make": "makefile gnumakefile justfile",
        "docker": "dockerfile containerfile",
        "python": "snakefile",
        "toml": "pipfile",
        "ini": ".flake8 .pylintrc .renviron",
    }.items()
    for name in names.split()
}
CHUNKS = {"r": "r", "python": "python", "julia": "julia", "bash": "shell", "sh": "shell", "zsh": "shell"}
"""Languages of the executable chunks of R Markdown and Quarto."""

CELLS = {**CHUNKS, "script": "shell", "system": "shell", "sx": "shell", "cmd": "batch"}
"""Languages of notebook cells, by cell magic or kernel. Python itself is not read as text."""
del CELLS["python"]

DVC_CONFIG = ".dvc/config"
"""Where DVC keeps its remotes: their ``url`` may be a folder."""

DOCUMENTS = frozenset(("json", "yaml", "xml", "toml"))
"""Languages that programs write as often as people."""


def language_of(path: str) -> str | None:
    """The language of a file that is not plain Python; ``None`` if there is no reader for it."""
    name = path.rpartition("/")[2].lower()
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name.startswith(("dockerfile.", "containerfile.")):
        return "docker"
    if name.startswith(".env.") or f"/{path}".endswith(f"/{DVC_CONFIG}"):
        return "ini"
    stem, dot, extension = name.rpartition(".")
    return _BY_SUFFIX.get(dot + extension) if stem else None
