"""Names of rules, and the one that somebody meant."""

from __future__ import annotations

from dsguard import rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dsguard.rules.base import Rule


def rule_names(known: Iterable[Rule] | None = None) -> list[str]:
    return [name for rule in (rules.RULES if known is None else known) for name in (rule.code, rule.name)]


def nearest(word: str, names: Iterable[str]) -> str:
    """``; did you mean 'exclude'?``, or nothing where no name is near."""
    import difflib

    names = list(names)
    close = difflib.get_close_matches(word, names, 1, 0.6) or difflib.get_close_matches(word.lower(), names, 1, 0.6)
    return f"; did you mean {close[0]!r}?" if close else ""
