"""The files whose commands install a project, CI files, Dockerfiles and what developers run: what to tell of one."""

from __future__ import annotations

import re

from dsguard.analysis.lockfile.installs import Follower

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.analysis.lockfile.installs import Install
    from dsguard.documents.file import File

_MAKE_VARIABLE = re.compile(r"(?<!\$)\$\(([A-Za-z_][A-Za-z0-9_]*)\)")
"""A variable of make, which a shell would run as a command."""

_UV_HELP = {
    "uv sync": "Write `uv sync --locked`: it fails where uv.lock is not what pyproject.toml asks for. UV_LOCKED=1 does so for all of uv.",
    "uv run": "Write `uv run --locked`, or run `uv sync --locked` before it. UV_LOCKED=1 does so for all of uv.",
}


class Unheld:
    """The commands of one file that do not hold to a lockfile, told as one.

    Args:
        count: how many there are; the first is the one that is named.
        line: where that stands, from 1; ``None`` if that cannot be told.
    """

    __slots__ = ("command", "count", "help", "is_certain", "line", "lock", "why")

    def __init__(self, first: Install, count: int, line: int | None, *, is_certain: bool) -> None:
        self.command = first.command
        self.lock = first.lock
        self.why = first.why
        self.count = count
        self.line = line
        self.is_certain = is_certain
        self.help = _help(first)


def _help(install: Install) -> str:
    if install.tool == "uv":
        return _UV_HELP[install.command[:7].strip()]
    if not install.lock.endswith("uv.lock"):
        return f"Install what {install.lock} says, with the tool that wrote it, and the project itself with `--no-deps`."
    return "Write `uv sync --locked`, or `uv export --locked -o requirements.txt` and install that with `--require-hashes`."


def find_unheld(file: File) -> Unheld | None:
    """What to tell of a file; ``None`` if it holds to all lockfiles.

    Raises:
        UnreadableError: it is no YAML.
    """
    if file.suffix in (".yml", ".yaml"):
        found = list(_located(file))
        is_task = False
    elif "dockerfile" in file.name.lower() or file.name == "Containerfile":
        found = [(install, install.line + 1) for install in _in_image(file)]
        is_task = False
    else:
        found = [(install, install.line + 1) for install in _in_tasks(file)]
        is_task = True
    certain = [(install, line) for install, line in found if install.is_certain]
    if not found:
        return None
    told = certain or found
    return Unheld(told[0][0], len(told), told[0][1], is_certain=bool(certain) and not is_task)


def _located(file: File) -> Iterator[tuple[Install, int | None]]:
    """The commands of a CI file with their lines, each once however many jobs of a matrix run it."""
    seen: set[tuple[str, int]] = set()
    for install, text in _in_pipeline(file):
        if (text, install.line) in seen:
            continue
        seen.add((text, install.line))
        yield install, _line_of(file, text, install.line)


def _line_of(file: File, script: str, offset: int) -> int | None:
    """The line of the file, from 1, that holds a line of a script."""
    wanted = script.split("\n")[offset : offset + 1]
    text = wanted[0].strip() if wanted else ""
    if not text:
        return None
    return next((number for number, line in enumerate(file.lines, 1) if text in line), None)


def _in_pipeline(file: File) -> Iterator[tuple[Install, str]]:
    """The commands of a CI file that do not hold to a lockfile, each with the script that it stands in."""
    from dsguard.documents.pipelines import read_jobs

    for job in read_jobs(file):
        follower = Follower(file.files, "")
        texts: list[tuple[Install, str]] = []
        for step in job.steps:
            follower.follow(step.script, step.environment, step.folder)
            known = [install for install, _ in texts]
            texts += [(install, step.text) for install in follower.found if install not in known]
        # What a local action runs is told where that is.
        yield from ((install, text) for install, text in texts if text and install in follower.found)


def _in_image(file: File) -> Iterator[Install]:
    """The commands of a Dockerfile that do not hold to a lockfile; their lines are those of the file, from 0."""
    from dsguard.documents.dockerfile import expand, read_stages

    done: dict[str, Follower] = {}
    for number, stage in enumerate(read_stages(file)):
        below = done.get(stage.image.lower())
        follower = below.copy() if below is not None else Follower(file.files, file.folder, searches_above=True)
        for instruction in stage.instructions:
            if instruction.name in ("ENV", "ARG"):
                known = follower.environment
                follower.environment = known | {name: expand(value, known) for name, value in instruction.assignments.items()}
            elif instruction.name == "COPY":
                sources = [done.get(flag.partition("=")[2].lower()) for flag in instruction.flags if flag.startswith("--from=")]
                follower.held |= {lock for source in sources if source is not None for lock in source.held | source.checked}
            elif instruction.name in ("RUN", "CMD", "ENTRYPOINT"):
                before = list(follower.found)
                follower.follow(instruction.script, {}, "")
                for install in follower.found:
                    install.line += instruction.line - 1 if install not in before else 0
        yield from follower.found
        done[str(number)] = follower
        if stage.name:
            done[stage.name] = follower


def _in_tasks(file: File) -> Iterator[Install]:
    """The commands of a Makefile, justfile or shell script that do not hold to a lockfile; lines of the file, from 0."""
    if file.suffix in (".sh", ".bash"):
        script = Follower(file.files, "")
        script.follow(file.text, {}, "")
        yield from script.found
        return
    # A recipe is a job of its own; each line of it is a shell of its own.
    follower = Follower(file.files, file.folder)
    number = 0
    while number < len(file.lines):
        line = file.lines[number]
        start = number
        number += 1
        if not line.startswith(("\t", " ")):
            if line.strip():
                yield from follower.found
                follower = Follower(file.files, file.folder)
            continue
        while line.endswith("\\") and number < len(file.lines):
            line = line[:-1] + " " + file.lines[number].strip()
            number += 1
        before = list(follower.found)
        follower.follow(_MAKE_VARIABLE.sub(r"${\1}", line.strip().lstrip("@-+")), {}, "")
        for install in follower.found:
            install.line = install.line if install in before else start
    yield from follower.found
