"""What to write instead of a path of one machine: the idiom that fits the spot, ready to paste where it can be."""

from __future__ import annotations

import re

from dsguard.analysis.paths.languages import DVC_CONFIG
from dsguard.analysis.paths.place import (
    CHDIR,
    CLI_DEFAULT,
    COMMENT,
    CONDA_PREFIX,
    COPY_SOURCE,
    ENV_DEFAULT,
    ENV_SET,
    PARAMETER_DEFAULT,
    SYS_PATH,
    VOLUME,
)
from dsguard.analysis.paths.shapes import HOME, PARENT, PLATFORM
from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.analysis.paths.place import Place
    from dsguard.documents.file import File

_MAX_PARTS = 12


def in_repository(file: File, tail: str, *, lone_folder: bool = False) -> str | None:
    """The path in the repository that a machine's path ends in, from the root; ``None`` if there is none.

    Args:
        file: the file that the literal is in: its own folder and those above are where a clone may have been.
        tail: the components after the machine-specific prefix, joined with ``/``.
        lone_folder: whether a single folder name is likeness enough. Elsewhere ``data`` proves nothing, and a name
            like the project's own is the clone.
    """
    parts = [part for part in tail.split("/") if part not in ("", ".")][:_MAX_PARTS]
    if ".." in parts:
        return None
    folders = [file.folder]
    while folders[-1]:
        folders.append(folders[-1].rpartition("/")[0])
    for index in range(len(parts)):
        rest = parts[index:]
        if len(rest) == 1 and "." not in rest[0] and not lone_folder:
            return None
        for folder in folders:
            candidate = "/".join([folder, *rest] if folder else rest)
            if file.exists_in_repository(candidate):
                return candidate
    return None


def advice(file: File, place: Place) -> str:
    """What to do about a literal, for people."""
    if place.role == CONDA_PREFIX:
        return "Delete the `prefix:` line: conda ignores it when it creates an environment, and it names your machine."
    if file.name == "settings.local.json":
        return _LOCAL_SETTINGS_ADVICE
    if place.role == COMMENT:
        return "Leave the path out of the text, or write it relative to the repository."
    if place.path.kind == PARENT:
        return _PARENT_ADVICE.replace("{folder}", place.path.prefix).replace("{name}", _constant(place.path.prefix))
    if place.language == "ini" and any(sign in file.data for sign in _SERVER_SIGNS):
        return _SERVER_ADVICE  # such a program is not started in the repository: a relative path leads nowhere
    target = in_repository(file, place.path.tail, lone_folder=place.role == SYS_PATH)
    if place.role == SYS_PATH:
        folder = _inside(file, place, project_folder(file) if target is None else target)
        return f"Make the code installable (a pyproject.toml and `pip install -e .`) and drop this line, or write {folder}."
    if target is not None:
        return f"{_named(file, target)} is in this repository: write {_inside(file, place, target)}."
    if place.path.kind == PLATFORM:
        return _PLATFORM_ADVICE
    if place.path.kind == HOME and place.path.tail.startswith(".") and "/" in place.path.tail:
        at_home = _editor_home(file) if _is_editor(file) else _AT_HOME.get(place.language, "~/{}")
        at_home = at_home.replace("{}", place.path.tail)
        return f"Everybody has such a folder at home: write `{at_home}`, or take the path from a variable that each user sets."
    return _filled(file, place, _shell_advice(file, place) or _ROLE_ADVICE.get((place.language, place.role)) or _outside(file, place))


def project_folder(file: File) -> str:
    """The nearest folder at or above a file that holds a manifest (``pyproject.toml``); ``""``, the repository's root, if none does."""
    folder = file.folder
    while folder and not any(file.sibling(f"{folder}/{name}") is not None for name in _MANIFESTS):
        folder = folder.rpartition("/")[0]
    return folder


def _named(file: File, target: str) -> str:
    return target if file.sibling(target) is not None else f"The folder {target}"


def _inside(file: File, place: Place, target: str) -> str:
    """How to name a file of the repository (``""`` for its root) from where the literal stands."""
    relative = relative_path(target, file.folder)
    if place.language == "python" and _has_own_path(file):
        steps = relative.split("/")
        below = "/".join([step for step in steps if step not in ("..", ".")])
        folder = _folder_above(file, steps.count(".."))
        return f'`{folder} / "{below}"`' if below else f"`{folder}`"
    if place.language == "julia":
        return f"`joinpath(@__DIR__, {_quoted(relative)})`"
    if place.language == "matlab":
        parts = ", ".join([f"'{part}'" for part in relative.split("/")])
        return f"`fullfile(fileparts(mfilename('fullpath')), {parts})`"
    if _is_editor(file):
        return f"`{_editor_root(file)}/{relative_path(target, _EDITOR_FOLDER.split(file.folder, maxsplit=1)[0])}`"
    if _is_script(file, place):
        return f'`"$(dirname "$0"){"" if relative == "." else f"/{relative}"}"`'
    if place.language != "python":  # what reads it is started from the project's folder
        relative = relative_path(target, project_folder(file))
    return f"`here::here({_quoted(relative)})`" if place.language == "r" else f"the relative path `{relative}`"


def _is_script(file: File, place: Place) -> bool:
    """Whether the shell can tell where the file is that it runs: no line of a notebook, no job that a queue starts from a copy."""
    return place.language == "shell" and file.suffix in (".sh", ".bash", ".zsh") and b"#SBATCH" not in file.data


def _outside(file: File, place: Place) -> str:
    """How to leave to each machine where its files are; ``{...}`` is what :func:`_filled` knows."""
    if _is_editor(file):
        return f"Write it with `{_editor_root(file)}`, or leave this file out of git: it describes one person's editor."
    if place.language == "ini" and f"/{file.path}".endswith(f"/{DVC_CONFIG}"):
        return _dvc_advice(file, place)
    text = _LANGUAGE_ADVICE.get(place.language, _DEFAULT_ADVICE)
    if place.language == "python":
        text = _SCRIPT_ADVICE if _has_own_path(file) else _NOTEBOOK_ADVICE if file.suffix in (".py", ".ipynb") else _DEFAULT_ADVICE
    return text


def _dvc_advice(file: File, place: Place) -> str:
    """Which command keeps an option of DVC's configuration to one machine."""
    section = next((found for line in reversed(file.lines[: place.location.line]) if (found := _DVC_SECTION.match(line))), None)
    if section is None or not place.name:
        return _DVC_ADVICE.replace("{command}", "dvc config --local")
    command = f"dvc remote modify --local {section[2]} {place.name}" if section[2] else f"dvc config --local {section[1]}.{place.name}"
    return _DVC_ADVICE.replace("{command}", f"{command} <folder>")


_DVC_SECTION = re.compile(r"""\s*\['?(\w+)(?:\s+"([\w.\-]+)")?'?\]""")
_DVC_ADVICE = (
    "`{command}` keeps it in .dvc/config.local, which git ignores; write here what everybody reaches: a remote in the cloud, or a folder"
    " relative to .dvc/."
)
_LOCAL_SETTINGS_ADVICE = (
    "Leave this file out of git (`git rm --cached`, .gitignore): it is what one person allows an assistant on one machine; what all share"
    " has its place in settings.json."
)
_SERVER_SIGNS = (b"[Service]", b"[uwsgi]", b"[program:", b"server {", b"upstream ")
_SERVER_ADVICE = (
    "Install it to a folder that is no person's, such as /opt or /srv, or keep a template here that is filled in on the server."
)


def _shell_advice(file: File, place: Place) -> str:
    """What only shells have: the programs of a conda installation, search paths, the file that direnv reads."""
    if place.language not in ("shell", "magic"):
        return ""
    conda = _CONDA.search(place.path.tail)
    if conda:
        return _CONDA_ADVICE.replace("{tail}", conda[1])
    if file.name == ".envrc":
        return _ENVRC_ADVICE
    return _SEARCH_ADVICE.get(place.name, "") if place.role == ENV_SET and place.language == "shell" else ""


def _filled(file: File, place: Place, text: str) -> str:
    """A piece of advice with the names of this spot in it."""
    name = _variable(place)
    if "{value}" in text:
        text = text.replace("{value}", _from_environment(place, name))
    if "{own}" in text:
        text = text.replace("{own}", place.name if place.name.isidentifier() else name)
    text = text.replace("{name}", name)
    if "{up}" in text:
        up = relative_path(project_folder(file), file.folder)
        text = text.replace("{up}", "" if up == "." else f"/{up}")
    if "{root}" in text:
        text = text.replace("{root}", _folder_above(file, relative_path(project_folder(file), file.folder).count("..")))
    return text


def _from_environment(place: Place, name: str) -> str:
    """The expression that takes a path from an environment variable: the file that is read now, below a folder of the user's."""
    variable, below = _ENVIRONMENT[place.language]
    variable = variable.replace("{}", name)
    last = place.path.tail.rpartition("/")[2]
    return below.format(variable, last) if name == _DEFAULT_NAME and _PLAIN_FILE.fullmatch(last) else variable


_DEFAULT_NAME = "DATA_DIR"
_PLAIN_FILE = re.compile(r"[\w\-][\w.\- ]{0,60}\.\w{1,8}")
_ENVIRONMENT = {
    "python": ('os.environ["{}"]', 'Path({}) / "{}"'),
    "r": ('Sys.getenv("{}")', 'file.path({}, "{}")'),
    "julia": ('ENV["{}"]', 'joinpath({}, "{}")'),
    "matlab": ("getenv('{}')", "fullfile({}, '{}')"),
}
"""By language: an environment variable, and a file in the folder that it names."""

_AT_HOME = {
    "python": 'Path.home() / "{}"',
    "shell": '"$HOME/{}"',
    "magic": "$HOME/{}",
    "make": "$(HOME)/{}",
    "batch": "%USERPROFILE%/{}",
    "powershell": "$HOME/{}",
    "julia": 'joinpath(homedir(), "{}")',
}
"""By language: a file in the home folder of whoever runs it. The rest know ``~``, or leave it to what reads them."""

_CONDA = re.compile(r"(?:^|/)(?:ana|mini)(?:conda|forge)\d?/([\w./\-]+)")
_ENVRC_ADVICE = "Move the line to a file that git ignores, and write `source_env_if_exists .envrc.local` here; `$PWD` is this folder."
_SEARCH_ADVICE = {
    "PATH": "Leave it to the profile of each user, or activate an environment that has the program.",
    "LD_LIBRARY_PATH": "Leave it to the profile of each user, or activate an environment that has the library.",
    "PYTHONPATH": "Make the code installable (a pyproject.toml and `pip install -e .`) and drop this line, or write "
    '`PYTHONPATH="$(cd "$(dirname "$0"){up}" && pwd):$PYTHONPATH"`.',
}
_CONDA_ADVICE = (
    'Everybody\'s conda is elsewhere: write `"$(conda info --base)/{tail}"`, or start the command with `conda run -n <environment>`.'
)


def _has_own_path(file: File) -> bool:
    """Whether code in it can ask where it is: a script with ``__file__``, a marimo notebook, but not the other notebooks."""
    return file.suffix == ".py" and _kind(file) != "databricks"


def _kind(file: File) -> str:
    try:
        return file.python.kind
    except UnreadableError:
        return "script"


def _folder_above(file: File, levels: int) -> str:
    """An expression for the folder of a Python file, or one so many levels above it."""
    if _kind(file) == "marimo":
        return f"mo.notebook_dir().parents[{levels - 1}]" if levels else "mo.notebook_dir()"
    return f"Path(__file__).resolve().parents[{levels}]" if levels else "Path(__file__).resolve().parent"


_MANIFESTS = (
    *("pyproject.toml", "setup.py", "setup.cfg", "uv.lock", "poetry.lock", "Pipfile", "pixi.toml", "environment.yml"),
    *(".here", "DESCRIPTION", "renv.lock", "Project.toml", ".git"),
)
_PARENT_ADVICE = 'Name the folder once at the top (`{name} = Path("{folder}")`) and build the other paths from it.'
_PLATFORM_ADVICE = (
    "Take the folder as a parameter or from the environment, and name it in the notebook or script that runs on the platform."
)
_SCRIPT_ADVICE = (
    "Read it from the environment (`{value}`), a configuration file or a command-line option; for files of this repository"
    " build it from `{root}`."
)
_NOTEBOOK_ADVICE = (
    "Set the folder once at the top, from the environment (`{value}`) or as a parameter of the notebook; for files of"
    " this repository use a path relative to the notebook."
)
_DEFAULT_ADVICE = "Write a path relative to the repository, or take the folder from an environment variable (`{name}`)."
_CONFIG_ADVICE = (
    "Write a path relative to the repository, or let the code that reads this take the folder from an environment variable (`{name}`) or an"
    " option."
)
_LANGUAGE_ADVICE = {
    "r": 'Use `here::here("data", ...)` for files of this repository; take other folders from the environment (`{value}`).',
    "julia": "Use `joinpath(@__DIR__, ...)` for files of this repository; take other folders from the environment (`{value}`).",
    "matlab": (
        "Use `fullfile(fileparts(mfilename('fullpath')), ...)` for files of this repository;"
        " take other folders from the environment (`{value}`)."
    ),
    "stata": (
        'Name the folder once in a profile.do that git ignores (`global {name} "..."`) and write `"${name}/..."`, or use a path relative to'
        " the folder that Stata is started in."
    ),
    "sas": ('Name the folder once in an autoexec.sas that git ignores (`%let {name} = ...;`) and write `"&{name}./..."` in double quotes.'),
    "sql": (
        "Run it from the repository with a relative path (in psql `\\ir` and `\\copy` take one), or pass the folder as a variable"
        " (`psql -v folder=...`)."
    ),
    "shell": (
        'Use `"$(dirname "$0")"` or a path relative to the repository; take other folders from a variable that each user sets'
        " (`${{name}:?}`)."
    ),
    "magic": "Use a path relative to the notebook, or take the folder from an environment variable (`${name}`).",
    "make": "Use a path relative to `$(CURDIR)`, or a variable that each user can set (`{name} ?= data`).",
    "batch": "Use a path relative to `%~dp0`, or take the folder from `%{name}%`.",
    "powershell": "Use a path relative to `$PSScriptRoot`, or take the folder from `$env:{name}`.",
    "yaml": _CONFIG_ADVICE,
    "toml": _CONFIG_ADVICE,
    "json": _CONFIG_ADVICE,
    "ini": _CONFIG_ADVICE,
}
_ROLE_ADVICE = {
    ("python", CLI_DEFAULT): (
        "Make the option required, or default to a path relative to the repository; whoever runs it passes a folder of their own."
    ),
    ("python", PARAMETER_DEFAULT): (
        "Drop the default and let the caller pass the folder, or default to a path relative to the repository."
    ),
    ("python", ENV_DEFAULT): "The variable is already there: drop the fallback, or make it a path relative to the repository.",
    ("shell", ENV_SET): (
        'Let each user set it (`{own}="${{own}:?}"` stops where nobody did), or build it from'
        ' `"$(dirname "$0"){up}"` for files of this repository.'
    ),
    ("ini", ENV_SET): "Leave the value empty here: each user fills it in, in a copy that git ignores.",
    ("python", CHDIR): "Drop the change of folder: run it from the repository, and use paths relative to that or to the file itself.",
    ("r", CHDIR): "Drop the `setwd()`: open the folder as an RStudio project, or build paths with `here::here()`.",
    ("matlab", CHDIR): "Drop the `cd` and build paths with `fullfile(fileparts(mfilename('fullpath')), ...)`.",
    ("stata", CHDIR): "Drop the `cd`: start Stata in the folder of the project, and use paths relative to that.",
    ("julia", CHDIR): "Drop the `cd` and build paths with `joinpath(@__DIR__, ...)`.",
    ("shell", CHDIR): 'Write `cd "$(dirname "$0"){up}"`, or let whoever runs it choose the folder.',
    ("magic", CHDIR): "Drop the `%cd`: start Jupyter in the repository, and use paths relative to the notebook.",
    ("docker", COPY_SOURCE): "COPY reads from the build context: write the path relative to it.",
    ("yaml", VOLUME): "Mount a path relative to this file (`./data:...`), or a variable (`${DATA_DIR}:...`) that each user sets in .env.",
    ("shell", VOLUME): 'Mount `"$PWD/data"`, or a folder from a variable that each user sets.',
    ("magic", VOLUME): 'Mount `"$PWD/data"`, or a folder from a variable that each user sets.',
}


def relative_path(target: str, folder: str) -> str:
    """A path of the repository as seen from one of its folders."""
    here = folder.split("/") if folder else []
    there = target.split("/") if target else []
    common = 0
    while common < len(here) and common < len(there) and here[common] == there[common]:
        common += 1
    return "/".join([".."] * (len(here) - common) + there[common:]) or "."


def _quoted(path: str) -> str:
    return ", ".join([f'"{part}"' for part in path.split("/")])


_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_FOLDER_WORDS = ("DIR", "PATH", "ROOT", "FOLDER", "HOME", "DATA")
_POOR_NAMES = frozenset(
    (
        *("PATH", "DATA", "HOME", "ROOT", "FILEPATH", "FILE_PATH", "PATHS", "DIR", "DIRECTORY", "FOLDER", "DATASET", "DATASETS"),
        *("LD_LIBRARY_PATH", "PYTHONPATH", "GIT_DIR"),
    )
)
"""They say nothing, or mean something to a program that reads them."""

_MAX_NAME = 24


def _variable(place: Place) -> str:
    """A name for an environment variable: that of the variable or key the literal belongs to, where it makes one."""
    name = _HUMP.sub("_", place.name.strip("-").rpartition(".")[2].replace("-", "_")).upper().removeprefix("GET_")
    is_usable = name.isascii() and name.isidentifier() and len(name) <= _MAX_NAME and name not in _POOR_NAMES
    return name if is_usable and any(word in name for word in _FOLDER_WORDS) else _DEFAULT_NAME


def _constant(folder: str) -> str:
    """A name for a folder: that of its last part, where it makes one."""
    name = folder.rpartition("/")[2].replace("-", "_").upper()
    return name if name.isascii() and name.isidentifier() else "ROOT"


def _is_editor(file: File) -> bool:
    return _EDITOR_FOLDER.search(file.folder) is not None or file.suffix in (".iml", ".code-workspace")


def _editor_root(file: File) -> str:
    return "$PROJECT_DIR$" if ".idea" in file.folder.split("/") or file.suffix == ".iml" else "${workspaceFolder}"


def _editor_home(file: File) -> str:
    return "$USER_HOME$/{}" if _editor_root(file) == "$PROJECT_DIR$" else "${userHome}/{}"


_EDITOR_FOLDER = re.compile(r"(?:^|/)\.(?:vscode|idea)(?=/|$)")
