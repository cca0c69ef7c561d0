"""The commands of a shell script: what each runs, with what before it and behind it.

Made for looking for a handful of programs in scripts of any dialect (sh, bash, the lines of a Dockerfile or a Makefile,
steps of a workflow): quotes, continuations, here-documents and substitutions are understood, nothing is expanded.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SCRIPT = 200_000
"""Longer scripts (characters) are read up to here: nobody wrote more by hand."""

_MAX_DEPTH = 5
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_KEYWORDS = frozenset(
    ("if", "then", "else", "elif", "while", "until", "do", "!", "{", "}", "fi", "done", "esac", "exec", "command", "time")
)
_WRAPPERS = {"sudo": "ughp", "nohup": "", "env": "uS", "nice": "n", "timeout": "ks", "xvfb-run": "ens", "ionice": "cn", "stdbuf": "ioe"}
"""Programs that run another one: their short options that take a value. ``timeout`` has its time in front of the program too."""

ENTER = ("(",)
LEAVE = (")",)
"""Words of the commands that stand for the ends of a subshell."""


class Command:
    """One simple command.

    Args:
        words: the program and its arguments, quotes taken off, nothing expanded.
        environment: assignments in front of it; without words, those of the script itself.
        line: the line of the script that it starts on, from 0.
        targets: the files that its output goes to.
    """

    __slots__ = ("environment", "line", "targets", "words")

    def __init__(self, words: tuple[str, ...], environment: dict[str, str], line: int, targets: tuple[str, ...] = ()) -> None:
        self.words = words
        self.environment = environment
        self.line = line
        self.targets = targets

    def __repr__(self) -> str:
        return f"<{self.line}: {' '.join(self.words)}>"


def read_commands(script: str, depth: int = 0) -> Iterator[Command]:
    """The simple commands of a script in the order in which they are written; never fails.

    The ends of a subshell come as commands of their own (``ENTER``, ``LEAVE``). What a substitution (``$(...)``,
    ``<(...)``) or ``sh -c`` runs comes before the command that uses it.
    """
    scanner = _Scanner(script[:MAX_SCRIPT])
    for words, line, targets, inner in scanner.commands():
        for text in inner if depth < _MAX_DEPTH else ():
            for command in read_commands(text, depth + 1):
                yield Command(command.words, command.environment, line, command.targets)
        command = _simple(words, line, targets)
        shell = _shell_script(command.words)
        if shell is not None and depth < _MAX_DEPTH:
            for nested in read_commands(shell, depth + 1):
                yield Command(nested.words, command.environment | nested.environment, line, nested.targets)
        elif command.words or command.environment:
            yield command


def _simple(words: list[str], line: int, targets: list[str]) -> Command:
    """A command without the keywords and wrappers in front of it."""
    environment: dict[str, str] = {}
    at = 0
    while at < len(words):
        word = words[at]
        if word in _KEYWORDS:
            at += 1
        elif _ASSIGNMENT.match(word):
            name, _, value = word.partition("=")
            environment[name] = value
            at += 1
        elif word in _WRAPPERS and at + 1 < len(words):
            at = _behind_options(words, at + 1, _WRAPPERS[word])
            at += word == "timeout"
        else:
            break
    return Command(tuple(words[at:]), environment, line, tuple(targets))


def _behind_options(words: list[str], at: int, with_value: str) -> int:
    while at < len(words) and words[at].startswith("-"):
        at += 2 if len(words[at]) == 2 and words[at][1] in with_value else 1
    return at


def _shell_script(words: tuple[str, ...]) -> str | None:
    """What ``bash -c "..."`` and ``eval "..."`` run."""
    program = words[0].rpartition("/")[2] if words else ""
    if program == "eval":
        return " ".join(words[1:])
    if program in ("sh", "bash", "zsh", "dash"):
        for at, word in enumerate(words[1:], 1):
            if re.fullmatch(r"-[a-z]*c", word):
                return words[at + 1] if at + 1 < len(words) else None
            if not word.startswith(("-", "+")):
                return None
    return None


class _Scanner:
    """One pass over the characters of a script."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 0
        self.heredocs: list[str] = []

    def commands(self) -> Iterator[tuple[list[str], int, list[str], list[str]]]:
        words: list[str] = []
        targets: list[str] = []
        inner: list[str] = []
        start = 0
        redirected = ""
        while self.at < len(self.text):
            character = self.text[self.at]
            if character in " \t\r":
                self.at += 1
            elif self.text.startswith(("\\\n", "\\\r\n"), self.at):
                self._skip_continuation()
            elif character == "#":
                self._skip_to_newline()
            elif character in "\n;&|()":
                yield words, start, targets, inner
                if character in "()":
                    yield list(ENTER if character == "(" else LEAVE), self.line, [], []
                words, targets, inner = [], [], []
                self._newline() if character == "\n" else self._step(1)
            elif character in "<>" and not self.text.startswith(("<(", ">("), self.at):
                redirected = self._redirection()
            else:
                if not words:
                    start = self.line
                word = self._word(inner)
                if redirected == "<<":
                    self.heredocs.append(word)
                elif redirected:
                    targets.append(word)
                elif not (word.isdigit() and self.text[self.at : self.at + 1] in ("<", ">")):
                    words.append(word)
                redirected = ""
        yield words, start, targets, inner

    def _step(self, count: int) -> None:
        self.at += count

    def _skip_continuation(self) -> None:
        self.at = self.text.index("\n", self.at) + 1
        self.line += 1

    def _skip_to_newline(self) -> None:
        end = self.text.find("\n", self.at)
        self.at = len(self.text) if end < 0 else end

    def _newline(self) -> None:
        """Past the end of a line, and past the here-documents that start behind it."""
        self.at += 1
        self.line += 1
        for delimiter in self.heredocs:
            while self.at < len(self.text):
                end = self.text.find("\n", self.at)
                end = len(self.text) if end < 0 else end
                row = self.text[self.at : end].strip()
                self.at = end + 1
                self.line += 1
                if row == delimiter:
                    break
        self.heredocs.clear()

    def _redirection(self) -> str:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in "<>&|-" and self.at - start < 4:
            self.at += 1
        operator = self.text[start : self.at]
        if operator.startswith("<<") and not operator.startswith("<<<"):
            return "<<"
        if operator.endswith("&"):  # 2>&1
            while self.at < len(self.text) and self.text[self.at].isdigit():
                self.at += 1
            return ""
        return operator

    def _word(self, inner: list[str]) -> str:
        """A word, its quotes taken off; what it substitutes is added to ``inner``."""
        found: list[str] = []
        while self.at < len(self.text):
            character = self.text[self.at]
            if character == "'":
                found.append(self._until("'"))
            elif character == '"':
                found.append(self._double_quoted(inner))
            elif self.text.startswith(("\\\n", "\\\r\n"), self.at):
                self._skip_continuation()
            elif character == "\\":
                found.append(self.text[self.at + 1 : self.at + 2])
                self.at += 2
            elif self.text.startswith("${{", self.at):
                found.append(self._expression())
            elif self.text.startswith(("$(", "<(", ">("), self.at) or character == "`":
                found.append(self._substitution(inner))
            elif character in " \t\r\n;&|()<>":
                break
            else:
                found.append(character)
                self.at += 1
        return "".join(found)

    def _until(self, quote: str) -> str:
        end = self.text.find(quote, self.at + 1)
        end = len(self.text) if end < 0 else end
        found = self.text[self.at + 1 : end]
        self.line += found.count("\n")
        self.at = end + 1
        return found

    def _double_quoted(self, inner: list[str]) -> str:
        found: list[str] = []
        self.at += 1
        while self.at < len(self.text) and self.text[self.at] != '"':
            character = self.text[self.at]
            if self.text.startswith(("\\\n", "\\\r\n"), self.at):
                self._skip_continuation()
            elif character == "\\" and self.text[self.at + 1 : self.at + 2] in ('"', "\\", "$", "`"):
                found.append(self.text[self.at + 1])
                self.at += 2
            elif self.text.startswith("${{", self.at):
                found.append(self._expression())
            elif self.text.startswith("$(", self.at) or character == "`":
                found.append(self._substitution(inner))
            else:
                found.append(character)
                self.line += character == "\n"
                self.at += 1
        self.at += 1
        return "".join(found)

    def _expression(self) -> str:
        """``${{ ... }}`` of a workflow: one piece, whatever is in it."""
        end = self.text.find("}}", self.at)
        end = len(self.text) if end < 0 else end + 2
        found = self.text[self.at : end]
        self.line += found.count("\n")
        self.at = end
        return found

    def _substitution(self, inner: list[str]) -> str:
        if self.text[self.at] == "`":
            text = self._until("`")
            inner.append(text)
            return f"`{text}`"
        start = self.at
        self.at += 2
        depth = 1
        quote = ""
        while self.at < len(self.text) and depth:
            character = self.text[self.at]
            if quote:
                quote = "" if character == quote else quote
            elif character in "'\"":
                quote = character
            depth += (character == "(") - (character == ")") if not quote else 0
            self.line += character == "\n"
            self.at += 1
        found = self.text[start : self.at]
        if not found.startswith("$(("):  # arithmetic
            inner.append(found[2:-1] if not depth else found[2:])
        return found
