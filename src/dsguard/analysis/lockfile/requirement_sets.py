"""Lists of requirements as what they ask for together, so that a list that is written another way compares equal.

uv 0.13 merges the requirements of one name from one source: where two of them apply, their extras add up and their
specifiers must all hold. So ``alpha>=1; sys_platform == 'linux'`` and ``alpha>=1; sys_platform != 'linux'`` are ``alpha>=1``.
"""

from __future__ import annotations

from dsguard.analysis.lockfile.markers import are_equal, depends_on_extra, environments, holds_in, may_exist
from dsguard.analysis.lockfile.requirement import same_source
from dsguard.analysis.lockfile.spans import UndecidableError
from dsguard.analysis.lockfile.specifiers import accept_the_same, is_pin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.analysis.lockfile.requirement import Need, Source
    from dsguard.analysis.lockfile.spans import Span


def unmatched(wanted: list[Need], recorded: list[Need], python: Span) -> tuple[list[Need], list[Need]]:
    """What of each list has no equal in the other.

    Args:
        python: the Python releases that count.

    Raises:
        UndecidableError: two that may be the same cannot be compared.
    """
    added = [need for need in wanted if not any(need.matches(other, python) for other in recorded)]
    removed = [other for other in recorded if not any(need.matches(other, python) for need in wanted)]
    return added, removed


def say_the_same(wanted: list[Need], recorded: list[Need], python: Span) -> bool:
    """Whether two lists of requirements of one name ask for the same everywhere.

    Raises:
        UndecidableError: that cannot be told.
    """
    parts: list[tuple[list[Need], list[Need]]] = []
    for need in (*wanted, *recorded):
        part = next((part for part in parts if _merges((part[0] + part[1])[0], need, python)), None)
        if part is None:
            part = ([], [])
            parts.append(part)
        part[0 if need in wanted else 1].append(need)
    return all(here and there and _same_everywhere(here, there, python) for here, there in parts)


def _merges(first: Need, second: Need, python: Span) -> bool:
    """Whether uv would merge two requirements of one name."""
    if not same_source(_without_versions(first.source), _without_versions(second.source)):
        return False
    if depends_on_extra(first.marker, python) or depends_on_extra(second.marker, python):
        return are_equal(first.marker, second.marker, python)
    return True


def _without_versions(source: Source) -> Source:
    # A lone == stays apart: it may take a withdrawn version.
    return ("index", (), *source[2:]) if source[0] == "index" and not is_pin(source[1]) else source


def _same_everywhere(here: list[Need], there: list[Need], python: Span) -> bool:
    regions: tuple[list[list[Need]], list[list[Need]]] = ([], [])
    is_odd = False
    for environment in environments([need.marker for need in here + there], python):
        first, second = ([need for need in needs if holds_in(need.marker, environment)] for needs in (here, there))
        if bool(first) is not bool(second) or not _same_demand(first, second):
            if may_exist(environment):
                return False
            is_odd = True
        for found, active in zip(regions, (first, second), strict=True):
            if active and active not in found:
                found.append(active)
    if is_odd:
        raise UndecidableError("requirements that differ for impossible machines only")
    return _same_idle(here, there, *regions)


def _same_idle(here: list[Need], there: list[Need], first: list[list[Need]], second: list[list[Need]]) -> bool:
    """Whether two lists say the same besides what applies somewhere.

    uv records what applies nowhere too, unless it says what is said somewhere. Whether that means one requirement or
    several together depends on the order in which it happens to look at them.

    Args:
        first: what applies together somewhere, of the first list.
        second: the same of the second list.
    """
    verdicts = set()
    for together in (True, False):
        idle = []
        for needs, regions in ((here, first), (there, second)):
            said = regions if together else [[need] for region in regions for need in region]
            used = {need for region in regions for need in region}
            idle.append([need for need in needs if need not in used and not any(_same_demand([need], other) for other in said)])
        pairs = ((idle[0], idle[1]), (idle[1], idle[0]))
        verdicts.add(all(any(_same_demand([need], [other]) for other in others) for needs, others in pairs for need in needs))
    if len(verdicts) > 1:
        raise UndecidableError("a requirement that applies nowhere beside several that do")
    return verdicts.pop()


def _same_demand(first: list[Need], second: list[Need]) -> bool:
    """Whether two lists that apply together ask for the same extras and versions."""
    if {extra for need in first for extra in need.extras} != {extra for need in second for extra in need.extras}:
        return False
    versions = [[one for need in needs if need.source[0] == "index" for one in need.source[1]] for needs in (first, second)]
    return accept_the_same(*versions)
