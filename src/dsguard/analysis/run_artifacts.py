"""What a run, a tool or a session leaves behind: told by names that only leftovers have, and where names are not enough by content."""

from __future__ import annotations

import re
from functools import cache

from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.file import File

TABLE_KINDS = frozenset(("data", "archive", "database", "model"))


class Artifact:
    """A leftover.

    Args:
        root: the folder that is left over as a whole, or ``""`` for the file alone.
        label: what it is, as in "<label> is left over".
        ignore: the line for .gitignore that keeps its like out.
    """

    __slots__ = ("ignore", "label", "root")

    def __init__(self, label: str, ignore: str, root: str = "") -> None:
        self.root = root
        self.label = label
        self.ignore = ignore


# Without one of these nothing below matches: asked of every path there is. The first letters stand as they are, so that the search is fast.
FOLDER_HINT = re.compile(
    r"mlruns/|wandb/|lightning_logs/|catboost_info/|outputs/|multirun/|\.hydra/|\.ipynb_checkpoints/|\.virtual_documents/|__marimo__/|_build/|\.doctrees/"
)
NAME_HINT = re.compile(
    r"~\$|\.~lock\.|mlflow\.db|\.doctree|\.rdata|\.rhistory|nohup\.out|\.pt\.trace\.json|\.nsys-rep|\.ncu-rep|\.qdrep|tfevents\."
    r"|submission|prediction|preds|oof|\.prof|\.pstats|\.lprof"
)
"""For a name in lower case."""


def artifact_of(file: File) -> Artifact | None:
    """What leftover a file is or is part of, if any."""
    return file.once("artifact", lambda: _find(file))


def _find(file: File) -> Artifact | None:
    path, name = file.path, file.name
    if not NAME_HINT.search(name.lower()) and not FOLDER_HINT.search(path):
        return None
    found = _folders().search(path)
    if found is not None and found.lastgroup is not None:
        label, ignore, anywhere = _FOLDERS[found.lastgroup]
        if anywhere or "fixture" not in file.roles:
            end = found.end(found.lastgroup)
            root = path[:end].rstrip("/")
            return Artifact(label, ignore.format(root), root)
    for is_it, label, ignore, anywhere in _FILES:
        if is_it(name) is not None and (anywhere or "fixture" not in file.roles):
            return Artifact(label, ignore)
    if "fixture" in file.roles:
        return None
    return _by_content(file, name)


# Folders: label, line for .gitignore, and whether it is a leftover among tests too.

_FOLDERS = {
    "mlflow": ("MLflow's record of runs", "mlruns/", False),
    "wandb": ("Weights & Biases' record of runs", "wandb/", False),
    "lightning": ("Lightning's log folder", "lightning_logs/", False),
    "catboost": ("CatBoost's training log", "catboost_info/", False),
    "hydra": ("Hydra's run folder", "outputs/", False),
    "hydra_multi": ("Hydra's folder of sweeps", "multirun/", False),
    "hydra_other": ("Hydra's record of a run", ".hydra/", False),
    "checkpoints": ("Jupyter's autosaved copies", ".ipynb_checkpoints/", True),
    "virtual": ("JupyterLab's copies for its language server", ".virtual_documents/", True),
    "marimo": ("marimo's session with cell outputs", "__marimo__/", False),
    "sphinx": ("built documentation", "_build/", False),
    "doctrees": ("Sphinx's pickled documents", ".doctrees/", True),
}


@cache
def _folders() -> re.Pattern[str]:
    start = r"(?:\A|/)"
    return re.compile(
        rf"(?P<mlflow>{start}mlruns/)(?=\d+/|[0-9a-f]{{32}}/|models/|\.trash/)"
        rf"|(?P<wandb>{start}wandb/)(?=(?:offline-)?(?:run|sweep)-[\w-]{{6,60}}/|debug(?:-internal)?\.log|latest-run)"
        rf"|(?P<lightning>{start}lightning_logs/)(?=version_\d)"
        rf"|(?P<catboost>{start}catboost_info/)"
        rf"|(?P<hydra>{start}outputs/)(?=20\d\d-\d\d-\d\d/\d\d-\d\d-\d\d/)"
        rf"|(?P<hydra_multi>{start}multirun/)(?=20\d\d-\d\d-\d\d/\d\d-\d\d-\d\d/)"
        rf"|(?P<hydra_other>{start}\.hydra/)(?=(?:config|hydra|overrides)\.yaml)"
        rf"|(?P<checkpoints>{start}\.ipynb_checkpoints/)"
        rf"|(?P<virtual>{start}\.virtual_documents/)"
        rf"|(?P<marimo>{start}__marimo__/)"
        rf"|(?P<sphinx>{start}_build/)(?=(?:html|doctrees|latex|dirhtml|singlehtml|jupyter_execute|\.jupyter_cache|\.doctrees)/)"
        rf"|(?P<doctrees>{start}\.doctrees/)"
    )


# Single files, by a name that nothing else has: label, line for .gitignore, and whether it is a leftover among tests too.

_FILES = (
    (re.compile(r"~\$.{1,200}\.(?:xls|doc|ppt)[xmb]?\Z", re.IGNORECASE).match, "Office's lock file", "~$*", True),
    (re.compile(r"\.~lock\..{1,200}#\Z").match, "LibreOffice's lock file", ".~lock.*#", True),
    (re.compile(r"mlflow\.db\Z").match, "MLflow's database of runs", "mlflow.db", False),
    (re.compile(r".{1,200}\.doctree\Z").match, "Sphinx's pickled document", "*.doctree", True),
    (re.compile(r"\.RData\Z").match, "R's saved session", ".RData", False),
    (re.compile(r"\.Rhistory\Z").match, "R's command history", ".Rhistory", False),
    (re.compile(r"nohup\.out\Z").match, "output of a job", "nohup.out", False),
    (re.compile(r".{0,200}\.pt\.trace\.json(?:\.gz)?\Z").match, "PyTorch profiler trace", "*.pt.trace.json*", False),
    (re.compile(r".{1,200}\.(?:nsys-rep|ncu-rep|qdrep)\Z").match, "NVIDIA profiler trace", "*.nsys-rep", False),
    (re.compile(r"(?:.{0,200}\.)?tfevents\.\d{10}\..{1,200}").match, "TensorBoard event file", "*.tfevents.*", False),
)

# By name and content: a table of predictions is an output, a script that makes one is not.

_SUBMITTED = re.compile(r"(?:my_|final_)?submission(?:[_.\- ]?v?\d|[_.\- ](?!format|sample|example|template)|\.)", re.IGNORECASE)
_PREDICTED = re.compile(r"(?:.{0,100}[_.\- ])?(?:predictions?|preds)\.\w{2,8}(?:\.\w{2,4})?\Z", re.IGNORECASE)
_OUT_OF_FOLD = re.compile(r"oof[_.\-]|.{0,100}[_.\-]oof\.", re.IGNORECASE)
_PROFILES = frozenset((".prof", ".pstats", ".lprof"))


def _by_content(file: File, name: str) -> Artifact | None:
    if file.suffix in _PROFILES:
        return Artifact("profiler output", f"*{file.suffix}") if _is_binary(file) else None
    if _SUBMITTED.match(name):
        label, ignore = "a submission", f"submission*{file.suffix}"
    elif _OUT_OF_FOLD.match(name):
        label, ignore = "out-of-fold predictions", f"oof_*{file.suffix}"
    elif _PREDICTED.match(name):
        label, ignore = "predictions", f"*predictions{file.suffix}"
    else:
        return None
    found = file.format
    return Artifact(label, ignore) if found is not None and found.kind in TABLE_KINDS and found.id not in ("json", "json-export") else None


def _is_binary(file: File) -> bool:
    try:
        return file.is_binary
    except UnreadableError:
        return False
