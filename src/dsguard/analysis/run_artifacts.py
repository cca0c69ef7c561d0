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


# Folders: line for .gitignore, label, whether it is a leftover among tests too, and what must come behind (an expression).

_INSTALLED = r"pyvenv\.cfg|(?:bin|Scripts)/activate|lib(?:64)?/python\d|Lib/site-packages/"
_COMPILED_BY_DBT = r"(?:compiled|run)/.+\.sql\Z|(?:partial_parse\.msgpack|graph\.gpickle|(?:run_results|semantic_manifest)\.json)\Z"
_A_RUN = r"20\d\d-\d\d-\d\d/\d\d-\d\d-\d\d/"
_FOLDERS = (
    ("mlruns/", "MLflow's record of runs", False, r"\d+/|[0-9a-f]{32}/|models/|\.trash/"),
    (
        "wandb/",
        "Weights & Biases' record of runs",
        False,
        r"(?:offline-)?(?:run|sweep)-[\w-]{6,60}/|debug(?:-internal)?\.log|latest-run",
    ),
    ("lightning_logs/", "Lightning's log folder", False, r"version_\d"),
    ("catboost_info/", "CatBoost's training log", False, ""),
    ("outputs/", "Hydra's run folder", False, _A_RUN),
    ("multirun/", "Hydra's folder of sweeps", False, _A_RUN),
    (".hydra/", "Hydra's record of a run", False, r"(?:config|hydra|overrides)\.yaml"),
    (".ipynb_checkpoints/", "Jupyter's autosaved copies", True, ""),
    (".ropeproject/", "rope's index of the code", True, r"(?:objectdb|history|globalnames|autoimport)\b"),
    (".virtual_documents/", "JupyterLab's copies for its language server", True, ""),
    ("__marimo__/", "marimo's session with cell outputs", False, ""),
    ("_build/", "built documentation", False, r"(?:html|doctrees|latex|dirhtml|singlehtml|jupyter_execute|\.jupyter_cache|\.doctrees)/"),
    (".doctrees/", "Sphinx's pickled documents", True, ""),
    ("doctrees/", "Sphinx's pickled documents", True, r"environment\.pickle|.{1,200}\.doctree"),
    (".dvc/cache/", "DVC's cache of data", False, ""),
    (".nextflow/", "Nextflow's record of runs", False, ""),
    (
        ".snakemake/",
        "Snakemake's record of runs",
        False,
        r"(?:auxiliary|conda|incomplete|iocache|locks|log|metadata|shadow|singularity|storage)/",
    ),
    ("files/md5/", "DVC's copies of data", False, r"[0-9a-f]{2}/[0-9a-f]{30}(?:\.dir)?\Z"),
    ("__pycache__/", "compiled Python", True, ""),
    (".venv/", "a virtual environment", False, _INSTALLED),
    ("venv/", "a virtual environment", False, _INSTALLED),
    ("env/", "a virtual environment", False, _INSTALLED),
    ("renv/library/", "R packages that renv installed", False, ""),
    (".history/", "copies that an editor made at each save", True, r"(?:[^/]+/){0,20}[^/]*_20\d{12}(?:\.[^/]*)?\Z"),
    (".terraform/", "what Terraform downloaded", False, r"(?:providers|plugins|modules)/|terraform\.tfstate|environment\Z"),
    ("dbt_packages/", "packages that dbt installed", False, r"[^/]+/."),
    ("target/", "what dbt compiled", False, _COMPILED_BY_DBT),
    ("metastore_db/", "the metastore of a local Spark or Hive", False, r"(?:seg0|log|tmp)/|service\.properties|(?:dbex|db)\.lck"),
    ("spark-warehouse/", "tables of a local Spark", False, r"[^/]+/."),
)

# Without one of these nothing below matches: asked of every path there is.
FOLDER_HINT = re.compile("|".join(re.escape(folder) for folder, *_ in _FOLDERS))
NAME_WORDS = (
    *("~$", ".~lock.", "mlflow.db", ".doctree", ".rdata", ".rhistory", "nohup.out", ".pt.trace.json", ".nsys-rep", ".ncu-rep", ".qdrep"),
    *("_codeobj.pickle", ".pyc", ".pyo", "zone.identifier", ".rapp.history", ".nextflow.log"),
    *("pyvenv.cfg", "dbt.log", "derby.log", "celerybeat-schedule", ".coverage", "coverage.xml"),
    *("tfevents.", "submission", "prediction", "preds", "oof", ".prof", ".pstats", ".lprof"),
)
"""For a name in lower case."""
_NAME_HINT = re.compile("|".join(map(re.escape, NAME_WORDS)))


def artifact_of(file: File) -> Artifact | None:
    """What leftover a file is or is part of, if any."""
    return file.once("artifact", lambda: _find(file))


def _find(file: File) -> Artifact | None:
    path, name = file.path, file.name
    if not _NAME_HINT.search(name.lower()) and not FOLDER_HINT.search(path):
        return None
    found = _folders().search(path)
    if found is not None and found.lastindex is not None:
        ignore, label, anywhere, _ = _FOLDERS[found.lastindex - 1]
        root = path[: found.end(found.lastindex)].rstrip("/")
        # Of its own folders one may be called "test".
        if anywhere or "fixture" not in file.roles or "fixture" not in file.files.roles_at(root):
            return Artifact(label, f"**/{ignore}" if "/" in ignore[:-1] else ignore, root)
    if name == "pyvenv.cfg" and file.folder and "fixture" not in file.roles:
        return Artifact("a virtual environment", f"/{file.folder}/", file.folder)  # whatever somebody called it
    named = _names().match(name)
    if named is not None and named.lastindex is not None:
        _, label, ignore, anywhere = _FILES[named.lastindex - 1]
        if anywhere or "fixture" not in file.roles:
            return Artifact(label, ignore)
    if "fixture" in file.roles:
        return None
    return _by_content(file, name)


@cache
def _folders() -> re.Pattern[str]:
    """A group for each row of the table."""
    rows = (rf"((?:\A|/){re.escape(folder)})" + (f"(?={behind})" if behind else "") for folder, _, _, behind in _FOLDERS)
    return re.compile("|".join(rows))


# Single files, by a name that nothing else has: label, line for .gitignore, and whether it is a leftover among tests too.

_FILES = (
    (r"(?i:~\$.{1,200}\.(?:xls|doc|ppt)[xmb]?)\Z", "Office's lock file", "~$*", True),
    (r"\.~lock\..{1,200}#\Z", "LibreOffice's lock file", ".~lock.*#", True),
    (r"mlflow\.db\Z", "MLflow's database of runs", "mlflow.db", False),
    (r".{1,200}\.doctree\Z", "Sphinx's pickled document", "*.doctree", True),
    (r".{1,200}_codeobj\.pickle\Z", "Sphinx-Gallery's note on an example", "*_codeobj.pickle", True),
    (r".{1,200}\.py[co]\Z", "compiled Python", "*.py[co]", True),
    (r".{1,200}Zone\.Identifier\Z", "Windows' note on a download", "*Zone.Identifier", True),
    (r"\.RData\Z", "R's saved session", ".RData", False),
    (r"\.Rhistory\Z", "R's command history", ".Rhistory", False),
    (r"dbt\.log\Z", "dbt's log", "dbt.log", False),
    (r"derby\.log\Z", "log of a local Spark's metastore", "derby.log", False),
    (r"celerybeat-schedule(?:\.\w{2,3})?\Z", "Celery's memory of when it ran", "celerybeat-schedule*", False),
    (r"\.Rapp\.history\Z", "R's command history", ".Rapp.history", False),
    (r"\.coverage\Z", "what tests covered", ".coverage", True),
    (r"\.coverage\.[\w.\-]{1,100}\.\d+\.\w+\Z", "what tests covered", ".coverage.*", True),
    (r"coverage\.xml\Z", "what tests covered", "coverage.xml", False),
    (r"\.nextflow\.log(?:\.\d{1,3})?\Z", "Nextflow's log", ".nextflow.log*", False),
    (r"nohup\.out\Z", "output of a job", "nohup.out", False),
    (r".{0,200}\.pt\.trace\.json(?:\.gz)?\Z", "PyTorch profiler trace", "*.pt.trace.json*", False),
    (r".{1,200}\.nsys-rep\Z", "NVIDIA profiler trace", "*.nsys-rep", False),
    (r".{1,200}\.ncu-rep\Z", "NVIDIA profiler trace", "*.ncu-rep", False),
    (r".{1,200}\.qdrep\Z", "NVIDIA profiler trace", "*.qdrep", False),
    (r"(?:.{0,200}\.)?tfevents\.\d{10}\..{1,200}", "TensorBoard event file", "*tfevents.*", False),
)


@cache
def _names() -> re.Pattern[str]:
    """A group for each of these, compiled when a name calls for it: a commit of code should not pay for it."""
    return re.compile("|".join(f"({name})" for name, *_ in _FILES))


# By name and content: a table of predictions is an output, a script that makes one is not.

_TABLES = (
    (r"(?P<stem>(?:my_|final_)?submission)(?:[_.\- ]?v?\d|[_.\- ](?!format|sample|example|template)|\.)", "a submission"),
    (r"(?P<stem>oof[_.\-])|.{0,100}(?P<end>[_.\-]oof\..{1,20})", "out-of-fold predictions"),
    (r"(?:.{0,100}[_.\- ])?(?P<end>(?:predictions?|preds)\.\w{2,8}(?:\.\w{2,4})?)\Z", "predictions"),
)
"""A group ``stem`` is what such names begin with, ``end`` what they end with."""
_PROFILES = frozenset((".prof", ".pstats", ".lprof"))


def _by_content(file: File, name: str) -> Artifact | None:
    if file.suffix in _PROFILES:
        return Artifact("profiler output", f"*{file.suffix}") if _is_binary(file) else None
    matches = ((re.match(pattern, name, re.IGNORECASE), label) for pattern, label in _TABLES)
    told = next(((match.groupdict(), label) for match, label in matches if match is not None), None)
    found = file.format if told is not None else None
    if told is None or found is None or found.kind not in TABLE_KINDS or found.id in ("json", "json-export"):
        return None
    parts, label = told
    # By the word that tells it and the extension, as they are written: .gitignore minds case.
    return Artifact(label, f"{parts['stem']}*{name[len(name) - len(file.suffix) :]}" if parts.get("stem") else f"*{parts['end']}")


def _is_binary(file: File) -> bool:
    try:
        return file.is_binary
    except UnreadableError:
        return False
