"""Plain data as it stands in a configuration file."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


def toml_key(text: str) -> str:
    """A key, in quotes where it needs them."""
    return text if text and set(text) <= _BARE else toml_value(text)


def toml_value(value: Any) -> str:
    """A value on one line: text, numbers, booleans, lists and tables of them. JSON spells the first three as TOML does."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{toml_value(key)} = {toml_value(one)}" for key, one in value.items()) + " }" if value else "{}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
