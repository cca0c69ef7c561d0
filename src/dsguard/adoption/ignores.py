"""The block of .gitignore that keeps data, credentials and what runs leave behind out of git, as far as it is not kept out yet."""

from __future__ import annotations

from dsguard.adoption.change import Change, appended
from dsguard.analysis.protection import lines_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.adoption.survey import Survey

NAME = ".gitignore"
_DOTENV = (".env", ".env.*", "!.env.example", "!.env.sample", "!.env.template")
_LEFTOVERS = (
    ("mlruns/meta.yaml", "mlruns/", "mlflow"),
    ("wandb/run.json", "wandb/", "wandb"),
    ("lightning_logs/version_0/hparams.yaml", "lightning_logs/", "lightning"),
    ("catboost_info/learn_error.tsv", "catboost_info/", "catboost"),
)
"""A path that a package writes to, the line that keeps it out, the package."""

_SOURCE = frozenset(
    (".py", ".ipynb", ".r", ".rmd", ".qmd", ".jl", ".sql", ".sh", ".yaml", ".yml", ".toml", ".json", ".cpp", ".cu", ".js", ".ts")
)


def with_block(survey: Survey) -> Change | None:
    """.gitignore with what it lacks, or ``None`` where it lacks nothing.

    Raises:
        UnreadableError: it cannot be read.
    """
    parts = [part for part in (_data(survey), _credentials(survey), _leftovers(survey)) if part]
    if not parts:
        return None
    return appended(survey.files.get(NAME), NAME, "\n".join("".join(f"{line}\n" for line in part) for part in parts))


def _lets_in(survey: Survey, path: str) -> bool:
    """Whether git would take a new file in."""
    first = next(iter(survey.files), None)
    return first is None or path not in survey.files[first].ignored([path])


def _data(survey: Survey) -> list[str]:
    folders = sorted(set(_data_folders(survey)))
    # What a folder above keeps out needs no line of its own.
    folders = [folder for folder in folders if not any(folder.startswith(f"{other}/") for other in folders)]
    return lines_for(folders) if folders else []


def _data_folders(survey: Survey) -> Iterator[str]:
    """Folders of raw data and models that hold no source code and that git would take a new file in from."""
    files = survey.files
    judged: set[str] = set()
    for path in files:
        roles = files[path].roles
        role = next((role for role in ("raw-data", "model") if role in roles), None)
        if role is None or roles & _elsewhere(path):
            continue
        folder = path.rpartition("/")[0]
        while "/" in folder and role in files.roles_at(f"{folder.rpartition('/')[0]}/new"):
            folder = folder.rpartition("/")[0]
        if folder and folder not in judged:
            judged.add(folder)
            if "documentation" in files.roles_at(f"{folder}/new"):  # docs/models/ is about models
                continue
            probe = f"{folder}/new{'.csv' if role == 'raw-data' else '.pkl'}"
            is_code = any(files[one].suffix in _SOURCE for one in files.below(folder))
            if not is_code and files.get(f"{folder}.dvc") is None and _lets_in(survey, probe):
                yield folder


def _elsewhere(path: str) -> set[str]:
    """Roles of what is no data of this project. A README below data/ is documentation for what it is, not for where it is."""
    return {"fixture", "template", "vendored", "web-asset"} | ({"documentation"} if not path.endswith((".md", ".rst")) else set())


def _credentials(survey: Survey) -> list[str]:
    lines = list(_DOTENV) if _lets_in(survey, ".env") else []
    if ".envrc" in survey.files and _lets_in(survey, ".envrc.local"):
        lines.append(".envrc.local")
    return ["# Credentials stay out of git; examples without values stay in.", *lines] if lines else []


def _leftovers(survey: Survey) -> list[str]:
    lines = [".ipynb_checkpoints/"] * bool(survey.notebooks and _lets_in(survey, ".ipynb_checkpoints/a.ipynb"))
    if _lets_in(survey, "__marimo__/session/a.json") and survey.marimo():
        lines.append("__marimo__/")
    lines += [line for probe, line, package in _LEFTOVERS if _lets_in(survey, probe) and survey.uses(package)]
    return ["# What runs and sessions leave behind.", *lines] if lines else []
