"""Options of rules: what a configuration may say of them, how that is read, and how sizes are written.

Written out by hand like :mod:`dsguard.model`, and on the start-up path as that is.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any


class Option:
    """One option of a rule: its default, what it is for, and how a value from a config file is read.

    The kind follows from the default: ``bool``, ``int``, ``str``, a tuple of ``str`` or a table of ``str``. For sizes in
    bytes use :meth:`size`, which accepts an integer or text such as ``"2 MB"``; for patterns with reasons :meth:`reasons`.
    """

    __slots__ = ("choices", "default", "expects", "form", "has_patterns", "help", "parse")

    def __init__(
        self,
        default: Any,
        help: str,
        *,
        parse: Callable[[Any], Any] | None = None,
        expects: str = "",
        choices: Iterable[str] = (),
        form: str = "",
    ) -> None:
        self.default = default
        self.help = help
        self.choices = tuple(choices)
        """The texts that it, or an item of it, may be; empty for any."""
        self.form = form
        """A regular expression for the same, in the part of its syntax that JSON Schema shares: editors check by it."""
        self.parse = parse or _parser_like(default)
        self.expects = expects or _EXPECTS[type(default)]
        self.has_patterns = False
        """Whether the keys of the table are gitignore patterns: whoever reads the configuration checks them."""

    @classmethod
    def reasons(cls, help: str) -> Option:
        """A table of gitignore patterns, each with the reason for it, empty by default. The rule sees a ``dict``."""
        option = cls({}, help, parse=parse_reasons, expects='a table of patterns with reasons, such as { "/data/shared/" = "our cluster" }')
        option.has_patterns = True
        return option

    @classmethod
    def size(cls, default: str, help: str) -> Option:
        """A size in bytes. The rule sees an ``int``."""
        return cls(default, help, parse=parse_size, expects='a size such as "500 KB", "2 MB" or a number of bytes')

    @property
    def value(self) -> Any:
        """The default as the rule sees it."""
        return self.parse(self.default)


_EXPECTS = {
    bool: "true or false",
    int: "a whole number",
    str: "a string",
    tuple: "a list of strings",
    dict: "a table of strings",
}


def _parser_like(default: Any) -> Callable[[Any], Any]:
    kind = type(default)

    def parse(value: Any) -> Any:
        if kind is tuple:
            if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
                return tuple(value)
        elif kind is dict:
            if isinstance(value, dict) and all(isinstance(item, str) for item in (*value, *value.values())):
                return dict(value)
        elif type(value) is kind:
            return value
        raise ValueError

    return parse


def parse_reasons(value: Any) -> dict[str, str]:
    """Read a table of patterns, each with a reason in words.

    Raises:
        ValueError: it is no table, or a reason is missing.
    """
    if isinstance(value, dict) and all(isinstance(reason, str) and reason.strip() for reason in value.values()):
        return dict(value)
    raise ValueError(value)


_UNITS = {"B": 1, "K": 10**3, "M": 10**6, "G": 10**9, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}


def parse_size(value: Any) -> int:
    """Read a size in bytes from an int or text such as ``"2 MB"`` (decimal) or ``"2 MiB"`` (binary).

    Raises:
        ValueError: it is neither.
    """
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str):
        text = value.strip().upper()
        digits = text.rstrip("KMGIB ")
        unit = text[len(digits) :].strip() or "B"
        if unit in _UNITS:
            number = float(digits)
            if 0 <= number < float("inf"):
                return int(number * _UNITS[unit])
    raise ValueError(value)


def format_size(size: int) -> str:
    """A size in bytes as people write it: ``17.6 MB`` (decimal units, as file managers show them)."""
    if size < 1000:
        return f"{size} B"
    value = float(size)
    for unit in ("KB", "MB", "GB"):
        value /= 1000
        if value < 999.5 or unit == "GB":
            break
    return f"{value:.0f} {unit}" if value >= 99.5 else f"{value:.3g} {unit}"
