"""``exclude-newer``, up to when releases count: for all packages or for one, against what a lockfile recorded.

As uv 0.13 compares it: a later point in time than the recorded one is no reason to resolve anew; an earlier one, another span, and
a point where there was a span are.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from dsguard.analysis.lockfile.spans import UndecidableError
from dsguard.documents.project import normalized

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from dsguard.documents.project import Keys
    from dsguard.documents.uv_lock import UvLock

_EARLIEST, _LATEST = timedelta(hours=-14), timedelta(hours=12)
"""A date ends at these distances from its midnight in UTC, in the first and in the last time zone of the world."""


def cutoff_differences(table: Mapping[str, Any], lock: UvLock) -> Iterator[tuple[str, Keys]]:
    """Cutoffs that are not those of the lockfile: what to tell people, and the keys.

    Args:
        table: ``[tool.uv]``, or a ``uv.toml``.

    Raises:
        UndecidableError: one cannot be compared; all that can be have been.
    """
    unknown = None
    for differences in (_for_packages(table, lock), _for_all(table, lock)):
        try:
            yield from differences
        except UndecidableError as error:
            unknown = error
    if unknown is not None:
        raise unknown


def _for_all(table: Mapping[str, Any], lock: UvLock) -> Iterator[tuple[str, Keys]]:
    here, there, span = table.get("exclude-newer"), lock.options.get("exclude-newer"), lock.options.get("exclude-newer-span")
    recorded = there if span is None else span
    if here is None:
        if recorded is not None:
            raise UndecidableError("exclude-newer of a person's own settings")
        return
    if _is_changed(here, there, span):
        said = f"`{recorded}`" if recorded is not None else "not set"
        yield f"exclude-newer is `{here}` for the project, {said} in {lock.file.name}", ("tool", "uv", "exclude-newer")


def _for_packages(table: Mapping[str, Any], lock: UvLock) -> Iterator[tuple[str, Keys]]:
    key = "exclude-newer-package"
    here, there = (
        {normalized(name): value for name, value in given.items()} if isinstance(given, dict) else {}
        for given in (table.get(key), lock.options.get(key))
    )
    if there and not here and "exclude-newer" not in table:
        raise UndecidableError(f"{key} of a person's own settings")
    locked = {package.name for package in lock.packages}
    unknown: UndecidableError | None = None
    is_past_span = False
    for name in sorted(here.keys() | there.keys(), key=lambda name: (name not in there, name)):
        declared, recorded = here.get(name), there.get(name)
        span = recorded.get("span") if isinstance(recorded, dict) else None
        try:
            changed = declared is not False and (
                declared is None or (_is_changed(declared, recorded, span) and (recorded is not None or name in locked))
            )
            if changed and is_past_span:
                raise UndecidableError(f"{key} of {name}: uv 0.13 looks no further than the first span that is the same")
        except UndecidableError as error:
            unknown = error
            continue
        is_past_span |= span is not None and not changed
        if changed:
            yield f"{key} of `{name}` is not the same for the project and in {lock.file.name}", ("tool", "uv", key)
    if unknown is not None:
        raise unknown


def _is_changed(here: Any, there: Any, span: Any) -> bool:
    """Whether uv would resolve anew.

    Args:
        here: a point in time, a date or a span.
        there: the recorded point in time; ``None`` or ``False`` for none.
        span: the recorded span, which goes before it.

    Raises:
        UndecidableError: here is nothing that uv reads, or a date on which the time zone of a machine decides.
    """
    if not isinstance(here, str):
        raise UndecidableError(f"exclude-newer {here}")
    declared = _span(here)
    if declared is not None:
        return span is None or declared != _span(str(span))
    return span is not None or not isinstance(there, str) or _is_before(here, there)


def _span(text: str) -> dict[str, int] | None:
    """A span of time by unit, from words (``2 weeks``) or ISO 8601 (``P2W``); ``None`` for a point in time.

    Raises:
        UndecidableError: it counts months or years, which uv refuses: they are not always as long.
    """
    found = re.findall(r"(\d+)\s*([a-zA-Z]+)", text.removeprefix("P").replace("T", " "))
    if not found or re.match(r"\d{4}-", text):
        return None
    if re.match(r"P[^T]*[MY]|(?!P).*\d\s*(?:mo|y)", text, re.IGNORECASE):
        raise UndecidableError(f"exclude-newer {text}")
    return {unit[0].lower(): int(count) for count, unit in found if len(count) < 10}


def _is_before(first: str, second: str) -> bool:
    """Whether a point in time is before another.

    Raises:
        UndecidableError: one is a date, and in which time zone that is decides.
    """
    starts, ends = zip(*map(_point, (first, second)), strict=True)
    if ends[0] < starts[1]:
        return True
    if starts[0] >= ends[1]:
        return False
    raise UndecidableError(f"{first} and {second}")


def _point(text: str) -> tuple[datetime, datetime]:
    """The earliest and the latest point in time that a text may mean. A date means its end."""
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo is not None:
            return time, time
        if len(text) > len("2026-01-31"):
            raise UndecidableError(text)
        midnight = time.replace(tzinfo=UTC) + timedelta(days=1)
        return midnight + _EARLIEST, midnight + _LATEST
    except (ValueError, OverflowError):
        raise UndecidableError(text) from None
