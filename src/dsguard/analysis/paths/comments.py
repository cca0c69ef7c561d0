"""Paths in comments and docstrings: they run nowhere, but a home folder there names a person all the same."""

from __future__ import annotations

import ast
import re

from dsguard.analysis.paths.languages import language_of
from dsguard.analysis.paths.place import COMMENT, Place
from dsguard.analysis.paths.strings import TOKENS
from dsguard.analysis.paths.text import MAX_LINE
from dsguard.analysis.paths.words import word_paths
from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dsguard.analysis.paths.shapes import Shape
    from dsguard.analysis.paths.text import At
    from dsguard.documents.file import File
    from dsguard.documents.python import Module

_WORDS = re.compile(r"'[^']*+'|\"(?:[^\"\\]|\\.)*+\"|(?<!\S)(?P<comment>\#)")
_LANGUAGES = {"r": TOKENS["r"], "julia": TOKENS["julia"], "toml": TOKENS["toml"], "python": TOKENS["python"]}
_LANGUAGES |= dict.fromkeys(("shell", "make", "powershell", "yaml", "ini", "docker"), _WORDS)


def comments(file: File, shape: Shape) -> Iterator[Place]:
    """The paths of a shape in the comments of a file, and in the docstrings of Python. Nothing for Python that does not parse."""
    if file.suffix in (".py", ".pyw", ".ipynb"):
        try:
            module = file.python
        except UnreadableError:
            return
        yield from _in_lines(module.lines, _LANGUAGES["python"], "python", shape, module.at_lines)
        yield from _docstrings(module, shape)
        return
    language = language_of(file.path)
    tokens = _LANGUAGES.get(language or "")
    if language and tokens is not None and not file.is_binary:
        yield from _in_lines(file.lines, tokens, language, shape, file.at)


def _in_lines(lines: Sequence[str], tokens: re.Pattern[str], language: str, shape: Shape, at: At) -> Iterator[Place]:
    for number, line in enumerate(lines, 1):
        if "#" not in line or line.startswith("#!") or not shape.line.search(line):
            continue
        line = line[:MAX_LINE]
        start = next((token.start("comment") for token in tokens.finditer(line) if token["comment"]), -1)
        if start >= 0:
            start += len(line[start:]) - len(line[start:].lstrip("#"))
            yield from _in_text(line, start, number, language, shape, at)


def _in_text(line: str, offset: int, number: int, language: str, shape: Shape, at: At) -> Iterator[Place]:
    for start, end, path in word_paths(line[offset:], shape):
        yield Place(path, at(number, offset + start + 1, number, offset + end + 1), COMMENT, language)


def _docstrings(module: Module, shape: Shape) -> Iterator[Place]:
    """Strings that are statements: docstrings, and code that was put out of work."""
    for statement in module.nodes(ast.Expr):
        value = statement.value
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and shape.line.search(value.value):
            for number in range(value.lineno, (value.end_lineno or value.lineno) + 1):
                line = module.lines[number - 1][:MAX_LINE]
                if shape.line.search(line) and "#" not in line:
                    yield from _in_text(line, 0, number, "python", shape, module.at_lines)
