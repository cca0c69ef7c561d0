"""A Dockerfile as its build stages and their instructions."""

from __future__ import annotations

import json
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File

_INSTRUCTION = re.compile(r"\s*([A-Za-z]+)\s+(.*)", re.DOTALL)
_HEREDOC = re.compile(r"<<-?([\"']?)([A-Za-z_][A-Za-z0-9_]*)\1")
_FLAG = re.compile(r"--[a-z][a-z-]*(?:=\S+)?\s+")
_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)(?::?([-+])([^{}]*))?\}|([A-Za-z_][A-Za-z0-9_]*))")
_WITH_FLAGS = ("FROM", "RUN", "COPY", "ADD", "HEALTHCHECK")


class Instruction:
    """One instruction.

    Args:
        name: in capitals.
        text: what stands behind it, its flags (``--mount=...``) and comments taken off, lines kept apart.
        line: the line that it starts on, from 1.
    """

    __slots__ = ("flags", "line", "name", "text")

    def __init__(self, name: str, text: str, line: int, flags: tuple[str, ...]) -> None:
        self.name = name
        self.text = text
        self.line = line
        self.flags = flags

    @property
    def script(self) -> str:
        """What a shell would run, of the shell form and of the exec form (``["uv", "sync"]``) alike."""
        words = self.exec_form
        return self.text if words is None else " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)

    @property
    def exec_form(self) -> list[str] | None:
        if not self.text.lstrip().startswith("["):
            return None
        try:
            words = json.loads(self.text)
        except (ValueError, RecursionError):
            return None
        return words if isinstance(words, list) and all(isinstance(word, str) for word in words) else None

    @property
    def assignments(self) -> dict[str, str]:
        """What ``ENV`` or ``ARG`` sets; an ``ARG`` without a default sets nothing."""
        from dsguard.documents.shell import read_commands

        found: dict[str, str] = {}
        for command in read_commands(self.text):
            found |= command.environment
        if not found and self.name == "ENV":  # the older form: ENV NAME value
            name, _, value = self.text.strip().partition(" ")
            return {name: value.strip()} if value else {}
        return found


class Stage:
    """What stands between two ``FROM``.

    Args:
        image: what it builds on: an image or the name of a stage; variables put in place as far as they are known.
        name: what it is called, in lower case.
        line: the line of its ``FROM``.
    """

    __slots__ = ("image", "instructions", "line", "name")

    def __init__(self, image: str, name: str, line: int) -> None:
        self.image = image
        self.name = name
        self.line = line
        self.instructions: list[Instruction] = []


def read_stages(file: File) -> list[Stage]:
    """The stages of a Dockerfile, in order; never fails."""
    stages: list[Stage] = []
    arguments: dict[str, str] = {}
    for instruction in _instructions(file):
        if instruction.name == "FROM":
            words = expand(instruction.text, arguments).split()
            is_named = len(words) >= 3 and words[1].lower() == "as"
            stages.append(Stage(words[0] if words else "", words[2].lower() if is_named else "", instruction.line))
        elif stages:
            stages[-1].instructions.append(instruction)
        elif instruction.name == "ARG":
            arguments |= instruction.assignments
    return stages


def expand(text: str, known: dict[str, str]) -> str:
    """A text with the variables that are known put in place; ``${NAME:-default}`` is its default if the name is not."""

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[4]
        if found[2] == "-" and not known.get(name):
            return found[3]
        return known.get(name, found[0]) if found[2] != "+" else found[0]

    return _VARIABLE.sub(value, text)


def _instructions(file: File) -> Iterator[Instruction]:
    lines = file.lines
    escape = "`" if any(re.match(r"#\s*escape\s*=\s*`", line) for line in lines[:5]) else "\\"
    number = 0
    while number < len(lines):
        start = number
        collected: list[str] = []
        while number < len(lines):
            line = lines[number]
            number += 1
            if not line.strip() or line.lstrip().startswith("#"):
                if not collected:
                    start = number
                    continue
                line = escape  # neither ends an instruction
            if not line.rstrip().endswith(escape):
                collected.append(line)
                break
            collected.append(line.rstrip()[:-1] + "\\")
        found = _INSTRUCTION.match("\n".join(collected))
        if found is None:
            continue
        name, text = found[1].upper(), found[2]
        flags: list[str] = []
        skipped = 0
        while flag := _FLAG.match(text) if name in _WITH_FLAGS else None:
            flags.append(flag[0].strip())
            rest = text[flag.end() :].lstrip("\\\n \t")
            skipped += text[: len(text) - len(rest)].count("\n")
            text = rest
        for mark in _HEREDOC.finditer(text) if name in ("RUN", "COPY", "ADD") else ():
            body = number
            while number < len(lines) and lines[number].strip() != mark[2]:
                number += 1
            text = _with_heredoc(text, mark, lines[body:number])
            number += 1
        yield Instruction(name, "\n" * skipped + text, start + 1, tuple(flags))


def _with_heredoc(text: str, mark: re.Match[str], body: list[str]) -> str:
    """``RUN <<EOF`` runs the lines that follow; ``RUN cat <<EOF`` hands them to a command."""
    return "\n".join(["", *body]) if not text[: mark.start()].strip() else f"{text}\n" + "\n".join([*body, mark[2]])
