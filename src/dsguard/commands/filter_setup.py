"""``dsguard strip --install``, ``--uninstall`` and ``--status``: the git filter of one repository.

The commands go to git's local configuration (shared by linked worktrees), what they apply to into an attributes file. Lines and
settings of others stay as they are.
"""

from __future__ import annotations

import os
import sys

from dsguard import fixes
from dsguard.git import Git, GitError
from dsguard.model import UsageError

NAME = "dsguard"
PATTERN = b"*.ipynb"
ATTRIBUTES = (b"filter=dsguard", b"diff=dsguard")
_PROBE = "notebook.ipynb"
_PRIVATE = "info/attributes"


# What answers in place of an interpreter that is gone, or has no dsguard any more: since the filter is required, git could
# otherwise check no notebook out. On the way out content goes back as it came, `git add` is refused. Packets are kept as they are,
# with their lengths; a dot saves newlines at the end from the shell.
_SUBSTITUTE = """\
echo "dsguard is gone: install it and run dsguard strip --install, or git config --remove-section filter.dsguard" >&2; \
r() { dd bs=1 count=$1 2>/dev/null; echo .; }; \
all() { a=; while :; do l=$(r 4); l=${l%.}; a=$a$l; case $l in 0000) return;; "") exit 0;; esac; \
b=$(r $((0x$l-4))); a=$a${b%.}; done; }; \
printf "0016git-filter-server\\n000eversion=2\\n0000"; all; all; printf "0015capability=clean\\n0016capability=smudge\\n0000"; \
while :; do all; q=$a; all; case $q in *command=smudge*) printf "0013status=success\\n0000%s0000" "$a";; \
*) printf "0011status=error\\n0000";; esac; done"""


def settings(python: str) -> dict[str, str]:
    """What git's configuration has to hold, in order. git hands the commands to a shell, on Windows too."""
    # -P: git starts filters at the root of the working tree, whose files must not be taken for Python's modules.
    program = _quoted(python)
    command = f"{program} -P -m dsguard strip"
    return {
        f"filter.{NAME}.clean": f"{command.replace('%', '%%')} --stdin-filename=%f",
        f"filter.{NAME}.smudge": "cat",
        f"filter.{NAME}.process": f"test -x {program} && {command} --process || case $? in 1) {_SUBSTITUTE};; esac",
        f"filter.{NAME}.required": "true",
        f"diff.{NAME}.textconv": f"{command} --textconv",
    }


def run(task: str, *, attributes: str | None, python: str | None) -> int:
    """Do one of ``install``, ``uninstall`` and ``status`` for the repository of the working directory."""
    try:
        git = Git.discover(os.getcwd())
        if git is None:
            raise UsageError(["not a git repository: there is nothing to filter"])
        if task == "install":
            return _install(git, attributes, python)
        return _uninstall(git, attributes) if task == "uninstall" else _status(git)
    except GitError as error:
        raise UsageError([f"git: {error.message}"]) from None


def _install(git: Git, attributes: str | None, python: str | None) -> int:
    for key, value in settings(_interpreter(python)).items():
        git.set_config(key, value)
    place = _attributes_file(git, attributes)
    text = _read(place)
    if not any(_is_ours(line) for line in _lines(text)):
        end = b"\r\n" if b"\r\n" in text else b"\n"
        before = text if not text or text.endswith(b"\n") else text + end
        # Who has a diff driver for notebooks (nbdime) keeps it.
        wanted = ATTRIBUTES[: 2 if git.attributes(_PROBE, ("diff",))["diff"] in ("unspecified", NAME) else 1]
        _write(place, before + b" ".join((PATTERN, *wanted)) + end)
    overruled = _overruled(git)
    if overruled:
        print(f"dsguard strip: {overruled}", file=sys.stderr)
        return 1
    print(f"git add now strips notebooks ({_shown(git, place)}); the files on disk keep their outputs.")
    print("Notebooks that were committed with outputs are stripped by: git add --renormalize .")
    return 0


def _uninstall(git: Git, attributes: str | None) -> int:
    for key in settings(""):
        git.unset_config(key)
    for place in {_attributes_file(git, one) for one in (None, _PRIVATE, attributes)}:
        text = _read(place)
        kept = b"".join(_without_us(line) for line in _lines(text))
        if kept == text:
            continue
        if kept:
            _write(place, kept)
        else:
            os.unlink(place)
        print(f"removed from {_shown(git, place)}")
    print("git add no longer strips notebooks.")
    return 0


def _status(git: Git) -> int:
    missing = 0
    for key, wanted in settings(_interpreter(None)).items():
        value = git.config(key)
        print(f"{key} = {'(not set)' if value is None else value.partition(' || ')[0]}")
        if value is None:
            missing += key != f"diff.{NAME}.textconv"
        elif "dsguard strip" in wanted and not os.path.exists(_program(value)):
            print(f"  {_program(value)} is gone: run `dsguard strip --install` again")
            missing += 1
        elif key.endswith(".required") and value.lower() not in ("true", "yes", "on", "1"):
            print("  without it git stores notebooks as they are when the filter fails")
            missing += 1
    overruled = _overruled(git)
    if overruled:
        print(overruled)
        missing += 1
    print("git add strips notebooks." if not missing else "git add does not strip notebooks: run `dsguard strip --install`.")
    return int(missing > 0)


def _overruled(git: Git) -> str:
    """What keeps git from using the filter although it is set up."""
    value = git.attributes(_PROBE, ("filter",))["filter"]
    if value == NAME:
        return ""
    if value == "unspecified":
        return f"*.ipynb has no filter: neither .gitattributes nor info/attributes says filter={NAME}"
    return f"*.ipynb has filter={value}: another line of .gitattributes or info/attributes speaks for notebooks"


# Attributes files


def _attributes_file(git: Git, given: str | None) -> str:
    if given is None:
        return os.path.join(git.folder, ".gitattributes")
    return git.own_path(_PRIVATE) if given == _PRIVATE else os.path.abspath(given)


def _lines(text: bytes) -> list[bytes]:
    """Lines with their ends; a lone carriage return ends none."""
    lines = [line + b"\n" for line in text.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines


def _is_ours(line: bytes) -> bool:
    words = line.split()
    return words[:1] == [PATTERN] and ATTRIBUTES[0] in words


def _without_us(line: bytes) -> bytes:
    """A line without our attributes; nothing of it if that is all that it said."""
    words = line.split()
    if words[:1] != [PATTERN] or not any(attribute in words for attribute in ATTRIBUTES):
        return line
    kept = [word for word in words if word not in ATTRIBUTES]
    return b"" if len(kept) == 1 else b" ".join(kept) + line[len(line.rstrip()) :]


def _read(place: str) -> bytes:
    try:
        with open(place, "rb") as stream:
            return stream.read()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise UsageError([f"{place}: {error.strerror}"]) from None


def _write(place: str, text: bytes) -> None:
    if os.path.islink(place):
        raise UsageError([f"{place}: is a symbolic link: add the line `*.ipynb filter={NAME} diff={NAME}` where it points"])
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        fixes.replace(place, text)
    except OSError as error:
        raise UsageError([f"{place}: {error.strerror}"]) from None


# Words for people and shells


def _interpreter(given: str | None) -> str:
    python = os.path.abspath(given) if given else sys.executable
    if not os.path.exists(python):
        raise UsageError([f"--python {python}: no such file"])
    return python


def _quoted(path: str) -> str:
    from shlex import quote

    return quote(path.replace("\\", "/") if os.name == "nt" else path)


def _program(command: str) -> str:
    """The interpreter that a command of ours starts."""
    import shlex

    try:
        words = shlex.split(command.removeprefix("test -x "))
    except ValueError:
        words = []
    return words[0] if words else command


def _shown(git: Git, place: str) -> str:
    prefix = git.folder.rstrip(os.sep) + os.sep
    return place.removeprefix(prefix)
