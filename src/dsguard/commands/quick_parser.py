"""Reads the command lines that hooks, git and most people write. To load argparse takes longer than to check a small file."""

from __future__ import annotations

from types import SimpleNamespace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_ACTIONS = ("store", "store_true", "append", "count")
_KNOWN = frozenset(("action", "choices", "default", "help", "metavar", "nargs"))


class QuickParser:
    """Is told about arguments as an ``argparse.ArgumentParser`` is, and reads what needs no thought.

    Options are written out and stand apart from their values. Of all else (help, mistakes, ``--option=value``) it knows nothing.
    """

    def __init__(self) -> None:
        self._positional: list[tuple[str, dict[str, Any]]] = []
        self._options: dict[str, tuple[str, dict[str, Any]]] = {}
        self._is_odd = False

    def add_argument_group(self, *_: str) -> QuickParser:
        return self

    def add_argument(self, *names: str, **about: Any) -> None:
        self._is_odd |= not about.keys() <= _KNOWN or about.get("action", "store") not in _ACTIONS
        if not names[0].startswith("-"):
            self._is_odd |= about.get("nargs") not in (None, "*") or "default" in about
            self._positional.append((names[0], about))
            return
        self._is_odd |= "nargs" in about
        name = next((name for name in names if name.startswith("--")), names[0]).lstrip("-").replace("-", "_")
        self._options.update(dict.fromkeys(names, (name, about)))

    def parse(self, given: Sequence[str]) -> SimpleNamespace | None:
        """What argparse would make of it, or ``None`` for what it had better read."""
        read = SimpleNamespace()
        for name, about in self._options.values():
            default = False if about.get("action") == "store_true" else None
            setattr(read, name, about.get("default", default))
        words: list[str] = []
        left = iter(given)
        for one in left:
            if not one.startswith("-"):
                words.append(one)
            elif one not in self._options or not self._take(read, *self._options[one], left):
                return None
        return read if not self._is_odd and self._fill(read, words) else None

    def _take(self, read: SimpleNamespace, name: str, about: dict[str, Any], left: Any) -> bool:
        """Take in an option and its value; whether there is one that it may have."""
        action = about.get("action", "store")
        if action == "store_true":
            setattr(read, name, True)
        elif action == "count":
            setattr(read, name, getattr(read, name) + 1)
        else:
            value = next(left, "-")
            if value.startswith("-") or value not in about.get("choices", (value,)):
                return False
            setattr(read, name, [*getattr(read, name), value] if action == "append" else value)
        return True

    def _fill(self, read: SimpleNamespace, words: list[str]) -> bool:
        """Give words to what has no name on the command line; whether that comes out even."""
        for name, about in self._positional:
            if about.get("nargs") == "*":
                setattr(read, name, words)
                words = []
            elif not words or words[0] not in about.get("choices", words[:1]):
                return False
            else:
                setattr(read, name, words[0])
                words = words[1:]
        return not words
