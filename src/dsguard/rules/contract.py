"""What every rule says of itself: tests, documentation and the command line derive from it."""

from __future__ import annotations

import re

from dsguard.model import ENGINE_FAMILY, FAMILIES, PROFILES
from dsguard.policy import PatternError, check_pattern
from dsguard.rules.base import FileRule, ProjectRule, PythonRule, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_OWN_CODE = re.compile(r"DSG[0-9]{3}")
_PLUGIN_CODE = re.compile(r"(?!DSG)[A-Z]{2,12}[0-9]{2,5}")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SHORTEST_REASON = 40
"""Characters of a docstring that says why."""


def defects(rule: Rule, *, is_plugin: bool) -> Iterator[str]:
    """What a rule lacks or says wrongly, for the person who writes it. What its examples show is another matter.

    Args:
        is_plugin: whether it comes from outside of dsguard, whose own codes start with DSG.
    """
    yield from _wrong_names(rule, is_plugin=is_plugin)
    for fact in ("since", "summary", "help"):
        if not str(getattr(rule, fact, "") or "").strip():
            yield f"{fact}: a text"
    if not str(getattr(rule, "help", ".")).rstrip().endswith("."):
        yield "help: a sentence that ends with a full stop"
    if len((type(rule).__doc__ or "").strip()) < _SHORTEST_REASON:
        yield "docstring: why the rule exists, for those who meet it"
    if rule.profile not in PROFILES:
        yield f"profile: {' or '.join(PROFILES)}"
    yield from _wrong_patterns(rule)
    for name, option in rule.options.items():
        if not _is_named(name) or not option.help.rstrip().endswith("."):
            yield f"option {name}: hyphenated lower-case words, and a sentence of help"
    if vars(rule):
        yield "a rule keeps no state: set nothing on self"
    if is_plugin and not isinstance(rule, (FileRule, PythonRule, ProjectRule)):
        yield "base: FileRule, PythonRule or ProjectRule"


def _wrong_names(rule: Rule, *, is_plugin: bool) -> Iterator[str]:
    code, family = str(getattr(rule, "code", "")), getattr(rule, "family", "")
    if not (_PLUGIN_CODE if is_plugin else _OWN_CODE).fullmatch(code):
        yield "code: capital letters and digits, not starting with DSG, such as ACME101" if is_plugin else "code: DSG and three digits"
    if not _is_named(getattr(rule, "name", "")):
        yield "name: lower-case words with hyphens that name the bad thing, such as unpinned-download"
    if is_plugin and (not _is_named(family) or family == ENGINE_FAMILY):
        yield f"family: one of {', '.join(FAMILIES)}, or a word of your own"
    elif not is_plugin and family not in (*FAMILIES, ENGINE_FAMILY):
        yield f"family: one of {', '.join((*FAMILIES, ENGINE_FAMILY))}"


def _wrong_patterns(rule: Rule) -> Iterator[str]:
    if isinstance(rule, (FileRule, PythonRule)) and not rule.files and rule.family != ENGINE_FAMILY:
        yield "files: which files it looks at, as gitignore patterns or roles"
    for pattern in rule.files:
        if not pattern.removeprefix("!").startswith("@"):
            try:
                check_pattern(pattern)
            except PatternError as error:
                yield f"files: {pattern!r}: {error.reason}"


def _is_named(name: object) -> bool:
    return isinstance(name, str) and _NAME.fullmatch(name) is not None
