"""The example trees of rules, made readable: short, notebooks as cells, and without anything that a secret scanner would stop."""

from __future__ import annotations

import json
import re

from dsguard.options import format_size
from dsguard.reporters.shared import plural, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from dsguard.rules.base import Rule, Tree

MAX_LINES = 24
MAX_COLUMNS = 110
_MANY = 5
"""So many times the same line in a row is told as a number."""

_CELL_KEYS = {"cell_type", "source", "outputs", "execution_count", "metadata", "id"}
_TEXT_BYTES = frozenset({7, 8, 9, 10, 12, 13, 27, *range(0x20, 0x100)}) - {0x7F}


def show_tree(tree: Tree, rule: Rule, *, bad: bool) -> Iterator[str]:
    """The files of one example, a line at a time without newlines: each name, its content indented below.

    Args:
        bad: whether it is a bad example. In those of the secrets family quoted passwords are masked too;
            in good ones they stand for what is no secret.
    """
    for path, content in tree.items():
        size = len(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
        lines = list(_without_repeats(_content(path, content)))
        note = f"  ({format_size(size)})" if not lines else ""
        yield f"{printable(path)}{note}"
        shown = lines[:MAX_LINES]
        for line in shown:
            text = printable(_cut(masked(line.expandtabs(4), secrets=rule.family == "secrets", bad=bad)))
            yield f"  | {text}".rstrip()
        if len(shown) < len(lines):
            yield f"  | ... and {plural(len(lines) - len(shown), 'more line', 'more lines')}"


def _without_repeats(lines: Iterable[str]) -> Iterator[str]:
    """Lines with what stands there many times in a row said once: examples of large files are made of one line."""
    from itertools import groupby

    for line, same in groupby(lines):
        count = sum(1 for _ in same)
        yield from [line] * count if count < _MANY else (line, f"... {count - 1:,} times more")


def _content(path: str, content: str | bytes) -> Iterator[str]:
    text = content if isinstance(content, str) else _decoded(content)
    if text is None:
        yield f"(binary, {format_size(len(content))}, begins with {bytes(content[:8])!r})"  # type: ignore[arg-type]
        return
    cells = _cells(text) if path.endswith(".ipynb") else None
    yield from cells if cells is not None else text.removesuffix("\n").split("\n") if text else ()


def _decoded(content: bytes) -> str | None:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return text if _TEXT_BYTES.issuperset(content) else None


def _cut(line: str) -> str:
    return line if len(line) <= MAX_COLUMNS else f"{line[:MAX_COLUMNS]}... ({len(line):,} characters)"


def _cells(text: str) -> list[str] | None:
    """A notebook as its cells, or ``None`` where only the file itself shows what matters (broken, another format)."""
    try:
        notebook = json.loads(text)
        cells = notebook["cells"]
    except (ValueError, KeyError, TypeError):
        return None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) and cell.keys() <= _CELL_KEYS for cell in cells):
        return None
    lines: list[str] = []
    for number, cell in enumerate(cells, 1):
        count = cell.get("execution_count")
        lines.append(f"# cell {number}: {cell.get('cell_type', 'unknown')}{'' if count is None else f', execution_count {count}'}")
        if cell.get("metadata"):
            lines.append(f"# metadata: {_compact(cell['metadata'])}")
        lines += _joined(cell.get("source", "")).split("\n")
        for output in cell.get("outputs") or ():
            lines += _output(output)
    if isinstance(notebook.get("metadata"), dict) and notebook["metadata"]:
        lines.append(f"# metadata of the notebook: {_compact(notebook['metadata'])}")
    return lines


def _output(output: Any) -> Iterator[str]:
    if not isinstance(output, dict):
        return
    kind = output.get("output_type", "output")
    if "text" in output:
        bundle = {str(output.get("name", "text")): output["text"]}
    elif isinstance(output.get("data"), dict):
        bundle = output["data"]
    elif "traceback" in output:
        bundle = {str(output.get("ename", "error")): "\n".join(map(str, output["traceback"]))}
    else:
        bundle = {"": output.get("evalue", "")}
    for name, value in bundle.items():
        shown = _joined(value) if isinstance(value, (str, list)) else _compact(value)
        first, *rest = shown.removesuffix("\n").split("\n")
        yield f"# {kind} {name}: {first}"
        yield from (f"#   {line}" for line in rest)


def _joined(source: Any) -> str:
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


_TOKEN = re.compile(r"[A-Za-z0-9+_=-]{16,400}")
_URL_PASSWORD = re.compile(r"(://[^\s:/@]{1,80}:)[^\s/@]{1,200}(?=@)")
_QUOTED = re.compile(
    r"""((?:pass|pwd|secret|token|key|credential)[\w.\]"'-]{0,40}\s{0,4}(?::|=|,|=>)\s{0,4}f?["'])([^"']{3,400})""", re.IGNORECASE
)
_ASSIGNED = re.compile(r"((?:pass|pwd|secret|token|key)\w{0,40}\s{0,4}[=:]\s{0,4})([^\s\"'$<{(\[]{4,400})(?=\s|$)", re.IGNORECASE)
_NETRC = re.compile(r"(\bpassword\s{1,4})([^\s=:]{4,400})", re.IGNORECASE)
# Headers of keys stop a push by themselves. With a hyphen they are still read for what they are.
_HEADERS = (("PRIVATE KEY", "PRIVATE-KEY"), ("OpenVPN Static key", "OpenVPN Static-key"), ("PuTTY-User-Key-File", "PuTTY User-Key-File"))


def masked(line: str, *, secrets: bool, bad: bool) -> str:
    """A line of an example without what looks like a credential; its first characters stay.

    Args:
        secrets: whether the example is of the secrets family; elsewhere only long hashes are shortened.
        bad: whether it shows what is wrong.
    """
    for header, harmless in _HEADERS:
        line = line.replace(header, harmless)
    line = _URL_PASSWORD.sub(r"\1***", line)
    if secrets and bad:
        for pattern in (_QUOTED, _ASSIGNED, _NETRC):
            line = pattern.sub(lambda match: match[1] + _short(match[2]), line)
    return _TOKEN.sub(lambda match: _short_token(match[0], secrets=secrets), line)


def _short(value: str) -> str:
    # In angle brackets every scanner takes it for a placeholder.
    return value if value.endswith(("***", ">")) else f"<{value[:2]}...>"


def _short_token(token: str, *, secrets: bool) -> str:
    digits = sum(char.isdigit() for char in token)
    if not any(char.isalpha() for char in token):
        return token
    if secrets:
        return f"{token[:4]}***" if digits >= 2 or len(token) >= 32 or (len(token) == 20 and token.startswith("AKIA")) else token
    return f"{token[:8]}***" if len(token) >= 32 and digits >= 6 else token
