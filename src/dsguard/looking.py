"""One rule and one file: whether it need look at all, what it says, and what becomes of it when it fails."""

from __future__ import annotations

import re
from functools import cache

from dsguard.model import UnjudgedError, UnreadableError
from dsguard.rules.base import FileRule, PythonRule
from dsguard.rules.engine.rule_crashed import RuleCrashed
from dsguard.saying import Said

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dsguard.documents.file import File
    from dsguard.model import Finding
    from dsguard.plan import Chosen
    from dsguard.rules.base import Rule

LONGEST_SNIPPET = 20_000
"""Characters of a line that is still shown around a finding."""


def say(one: Chosen, file: File) -> Said:
    """What a rule says of a file."""
    return say_by(one.rule, file, lambda: _look(one, file))


def say_by(rule: Rule, file: File, look: Callable[[], Iterable[Finding]]) -> Said:
    """What a rule says by ``look``, up to where it fails if it does.

    Args:
        file: where a failure is told.
    """
    found: list[Finding] = []
    try:
        for finding in look():
            found.append(finding)  # noqa: PERF402 - what came before it failed stays
    except UnreadableError as error:
        return Said(found, error)
    except UnjudgedError as given_up:
        return Said(found, given_up=given_up)
    except Exception as error:  # noqa: BLE001
        return Said(found, crash=_crash(rule, file, error))
    return Said(found)


def _look(one: Chosen, file: File) -> Iterable[Finding]:
    rule = one.rule
    if rule.triggers and not holds_any(file.code if rule.only_code else file.data, rule.triggers):
        return ()
    if isinstance(rule, PythonRule):
        return rule.check(file.python, one.settings)
    if isinstance(rule, FileRule):
        return rule.check(file, one.settings)
    return ()


def _crash(rule: Rule, file: File, error: Exception) -> Finding:
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = ""
    if place is not None:
        code = place.tb_frame.f_code
        where = f" in {code.co_name}, line {place.tb_lineno} of {code.co_filename.replace(chr(92), '/').rpartition('dsguard/')[2]}"
    what = f"{rule.code} {rule.name} crashed: {type(error).__name__}: {str(error)[:200]}{where}"
    return RuleCrashed().found(file.at(), what, subject=f"{rule.code}:{type(error).__name__}")


def add_snippet(file: File, finding: Finding) -> None:
    """The line that the finding is in, for reporters that show it."""
    place = finding.location
    if finding.snippet is not None or place.line is None:
        return
    try:
        if place.cell is not None and place.cell_line is not None:
            lines = file.notebook.cells[place.cell - 1].source.split("\n")
            number = place.cell_line
        elif place.cell is None and file.suffix != ".ipynb":
            lines, number = file.lines, place.line
        else:
            return
    except UnreadableError:
        return
    if 1 <= number <= len(lines) and len(lines[number - 1]) <= LONGEST_SNIPPET:
        from dsguard.analysis.secrets.redaction import mask_line

        finding.snippet = mask_line(lines[number - 1])


def speaks(file: File, *, read: bool = False) -> bool:
    """Whether a file that was read anyway speaks of dsguard.

    Args:
        read: whether to read it for that.
    """
    try:
        return (read or file.has_view("data")) and b"dsguard" in file.data
    except UnreadableError:
        return False


_MANY = 16
"""For more runs of bytes than these one expression beats a look for each."""


def holds_any(data: bytes, triggers: tuple[bytes, ...]) -> bool:
    """Whether one of several runs of bytes stands somewhere in the data."""
    if len(triggers) == 1:
        return triggers[0] in data
    if not any(first in data for first in _first_bytes(triggers)):  # mostly one byte, and the fastest search there is
        return False
    if len(triggers) <= _MANY:
        return any(trigger in data for trigger in triggers)
    return _one_of(triggers).search(data) is not None


@cache
def _first_bytes(triggers: tuple[bytes, ...]) -> frozenset[bytes]:
    return frozenset(trigger[:1] for trigger in triggers)


@cache
def _one_of(triggers: tuple[bytes, ...]) -> re.Pattern[bytes]:
    return re.compile(b"|".join(map(re.escape, sorted(triggers))))
