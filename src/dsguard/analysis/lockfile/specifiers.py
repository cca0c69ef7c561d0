"""Whether two sets of version specifiers of a requirement accept the same versions, as uv 0.13 asks it.

``>=1,>=0`` and ``>=1`` are one set. Apart from the versions it matters whether pre-releases are wanted (a specifier that
names one) and whether a withdrawn version may be taken (a lone ``==``).
"""

from __future__ import annotations

from functools import lru_cache

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_version
from packaging.version import Version

from dsguard.analysis.lockfile.spans import UndecidableError, split_specifiers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Specifiers = tuple[tuple[str, str], ...]
    """Version and operator of each, sorted, in the shortest spelling that means the same."""


@lru_cache(maxsize=4096)  # the projects of a repository mostly say the same
def read_specifiers(text: str) -> Specifiers:
    """A set of specifiers in comparable form.

    Raises:
        UndecidableError: it does not parse.
    """
    return tuple(sorted((_shortest(operator, version), operator) for operator, version in split_specifiers(text)))


def _shortest(operator: str, version: str) -> str:
    # Trailing zeros mean nothing, but for ~= and with a star, where they say how many parts may rise.
    return canonicalize_version(version, strip_trailing_zero=operator != "~=") if not version.endswith(".*") else version.lower()


def is_pin(specifiers: Specifiers) -> bool:
    """Whether it is one exact version and nothing else."""
    return len(specifiers) == 1 and specifiers[0][1] in ("==", "===") and not specifiers[0][0].endswith(".*")


def accept_the_same(first: Iterable[tuple[str, str]], second: Iterable[tuple[str, str]]) -> bool:
    """Whether two sets are one to a resolver.

    Raises:
        UndecidableError: one of them does not parse.
    """
    first, second = tuple(first), tuple(second)
    if sorted(first) == sorted(second):
        return True
    if sorted(map(_without_zeros, first)) == sorted(map(_without_zeros, second)):
        # uv resolves anew, and then takes ==1.* and ==1.0.* for the same if that chose the same version.
        raise UndecidableError("zeros before a star")
    if _wants_prereleases(first) is not _wants_prereleases(second) or is_pin(first) is not is_pin(second):
        return False
    try:
        sets = [SpecifierSet(",".join(operator + version for version, operator in each)) for each in (first, second)]
        around = [version for text in dict(first + second) for version in _around(text)]
    except ValueError:  # invalid, or of more digits than Python converts
        raise UndecidableError(f"{first} and {second}") from None
    return all(sets[0].contains(version, prereleases=True) is sets[1].contains(version, prereleases=True) for version in around)


def _without_zeros(specifier: tuple[str, str]) -> tuple[str, str]:
    version, operator = specifier
    return (canonicalize_version(version.removesuffix(".*")) + ".*", operator) if version.endswith(".*") else specifier


def _wants_prereleases(specifiers: Specifiers) -> bool:
    return any(operator != "!=" and Version(version.removesuffix(".*")).is_prerelease for version, operator in specifiers)


def _around(text: str) -> Iterator[Version]:
    """Versions at, right before and right after all that a specifier with this version could draw a line at."""
    exact = Version(text.removesuffix(".*"))
    epoch = f"{exact.epoch}!" if exact.epoch else ""
    parts = exact.release
    releases = {parts, (*parts[:-1], parts[-1] + 1), (*parts, 1), (0,), (10**9,)}
    if len(parts) > 1:
        releases |= {(*parts[:-2], parts[-2] + 1), parts[:-1]}
    releases |= {(*parts[:-1], parts[-1] - 1, 10**9)} if parts[-1] else set()
    for release in releases:
        base = epoch + ".".join(map(str, release))
        for suffix in ("", ".dev0", "a0.dev0", "a1", "rc99", ".post0.dev0", ".post1", "+local"):
            yield Version(base + suffix)
    yield exact
    for suffix in ("+local", ".dev0") if exact.dev is None and exact.local is None else ():
        yield Version(f"{exact}{suffix}")
