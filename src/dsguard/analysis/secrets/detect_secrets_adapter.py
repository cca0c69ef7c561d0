"""The one place that knows detect-secrets: a second opinion on values that have no shape of their own.

Only the classes of three plugins are used: keyword, hex entropy, base64 entropy. They are pure functions of
a string. The rest of the library is kept out on purpose:

* ``import detect_secrets`` loads its scanner, ``requests`` and urllib3: 250 ms, and code that can talk to
  the network in a process that promises not to. Even ``plugins/base.py``, which each plugin module needs,
  imports ``requests`` (to name an exception class of the verification, which is not used here).
* ``detect_secrets.settings`` is process-wide state, is not safe with threads, and is where verification
  is switched on.

So the plugin modules are loaded once, under their own names, while three stand-ins occupy the names
``detect_secrets`` (a bare package with the right search path), ``detect_secrets.settings`` and ``requests``.
Afterwards ``sys.modules`` is put back exactly as it was: whoever imports detect-secrets or ``requests``
later gets the real ones, and whoever had done so before still has them. The settings stand-in has nothing
in it, so a code path that would verify a secret ends in an AttributeError instead of a request.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

HEX_LIMIT = 2.7
"""Bits per character. The library's 3.0 is for free-standing strings and misses one in thirty keys of 20 hex
digits; these values are named as credentials already."""
BASE64_LIMIT = 3.0
"""Bits per character. The library's 4.5 needs 23 different characters: no password of 14 can reach it."""

_LIBRARY = "detect_secrets"
_STOOD_IN_FOR = (_LIBRARY, f"{_LIBRARY}.settings", "requests")


class Verdict:
    """What the plugins say about one value.

    Args:
        keyword: the name is on the keyword plugin's list and the value is one it accepts.
        entropy: one of the entropy plugins finds the value random.
    """

    __slots__ = ("entropy", "keyword")

    def __init__(self, *, keyword: bool, entropy: bool) -> None:
        self.keyword = keyword
        self.entropy = entropy


def judge(name: str, value: str) -> Verdict:
    """Ask the plugins about ``name = "value"``.

    Args:
        name: the variable or key, at most some dozens of characters.
        value: without its quotes, without white space, at most some hundreds of characters.
    """
    keyword, hexadecimal, base64 = _plugins()
    found = value in keyword.analyze_string(f'{name} = "{value}"')
    if value in hexadecimal.analyze_string(f'"{value}"'):
        entropy = hexadecimal.calculate_shannon_entropy(value) > HEX_LIMIT
    else:
        # Asked for the number, not through `analyze_string`: that wants every character in the base64
        # alphabet, and generated passwords hold others, which it would count as nothing.
        counted = "".join(character for character in value if character in base64.charset)
        entropy = base64.calculate_shannon_entropy(counted) > BASE64_LIMIT
    return Verdict(keyword=found, entropy=entropy)


@cache
def _plugins() -> tuple[Any, Any, Any]:
    """The three plugins, made once per process (each worker process loads its own)."""
    keyword, entropy = _load("keyword", "high_entropy_strings")
    return keyword.KeywordDetector(), entropy.HexHighEntropyString(), entropy.Base64HighEntropyString()


def _load(*plugins: str) -> tuple[ModuleType, ...]:
    """Import plugin modules with stand-ins for what they must not bring along; leaves no trace in ``sys.modules``."""
    spec = find_spec(_LIBRARY)  # finds a top-level package without importing it
    if spec is None or spec.submodule_search_locations is None:
        raise ModuleNotFoundError(f"No module named {_LIBRARY!r}", name=_LIBRARY)
    library = ModuleType(_LIBRARY)
    library.__path__ = list(spec.submodule_search_locations)
    settings = _module(f"{_LIBRARY}.settings", get_settings=object)
    requests = _module("requests", exceptions=_module("requests.exceptions", RequestException=OSError))

    before = {name: module for name, module in sys.modules.items() if _is_ours(name)}
    try:
        for name in before:
            del sys.modules[name]
        sys.modules.update(zip(_STOOD_IN_FOR, (library, settings, requests), strict=True))
        return tuple(import_module(f"{_LIBRARY}.plugins.{name}") for name in plugins)
    finally:
        for name in [name for name in sys.modules if _is_ours(name)]:
            del sys.modules[name]
        sys.modules.update(before)


def _is_ours(name: str) -> bool:
    return name == "requests" or name == _LIBRARY or name.startswith(f"{_LIBRARY}.")


def _module(name: str, **members: type | Callable[..., Any] | ModuleType) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(members)
    return module
