"""One requirement in the form that requirements of a manifest and of a lockfile are compared in."""

from __future__ import annotations

import re
from functools import lru_cache
from posixpath import isabs, join, normpath
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from packaging.requirements import Requirement

from dsguard.analysis.lockfile.addresses import without_secrets
from dsguard.analysis.lockfile.markers import ALWAYS, are_equal, both, of_extra, parse_marker, within_python
from dsguard.analysis.lockfile.spans import UndecidableError, python_bounds
from dsguard.analysis.lockfile.specifiers import read_specifiers
from dsguard.documents.project import normalized

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from dsguard.analysis.lockfile.markers import Marker
    from dsguard.analysis.lockfile.spans import Span
    from dsguard.documents.project import Declared

    Source = tuple[Any, ...]
    """What is to be installed: a kind, and what tells two of that kind apart."""

ARCHIVES = (".whl", ".zip", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst", ".tar.lz", ".tar.lzma", ".tgz", ".tbz", ".txz", ".tar")

_SPECIFIERS = re.compile(r"\s*[A-Za-z0-9._-]+\s*(?:\[[^\]]*\])?\s*\(?([^;)@]*)")
"""The specifiers of a requirement, as they are written: packaging drops one that says what another does."""

UNSEEN = "unseen"
"""In place of how a folder is installed, where that is up to a manifest that is not under review."""


class Need:
    """What is needed, from where, and when.

    Args:
        name: normalised.
        extras: normalised and sorted.
        shown: as people write it.
        declared: where a manifest declares it; ``None`` for what a lockfile recorded.
        extra: the extra that it belongs to, if any, for people.
    """

    __slots__ = ("declared", "extra", "extras", "marker", "name", "shown", "source")

    def __init__(
        self,
        name: str,
        extras: tuple[str, ...],
        marker: Marker,
        source: Source,
        shown: str,
        declared: Declared | None = None,
        extra: str | None = None,
    ) -> None:
        self.name = name
        self.extras = extras
        self.marker = marker
        self.source = source
        self.shown = shown
        self.declared = declared
        self.extra = extra

    def __repr__(self) -> str:
        return f"<{self.shown}>"

    def having(
        self, *, extras: tuple[str, ...] | None = None, marker: Marker | None = None, source: Source | None = None, shown: str = ""
    ) -> Need:
        """The same with something changed."""
        return Need(
            self.name,
            self.extras if extras is None else extras,
            self.marker if marker is None else marker,
            self.source if source is None else source,
            shown or self.shown,
            self.declared,
            self.extra,
        )

    def matches(self, other: Need, python: Span) -> bool:
        """Whether the two say the same for all Python releases of a range.

        Raises:
            UndecidableError: that depends on what is not under review.
        """
        if (self.name, self.extras) != (other.name, other.extras):
            return False
        return same_source(self.source, other.source) and are_equal(self.marker, other.marker, python)


def read_declared(declared: Declared, *, extra: str | None = None) -> Need:
    """A requirement of a manifest, without what ``[tool.uv.sources]`` adds.

    Args:
        extra: the extra that it belongs to.

    Raises:
        UndecidableError: it is none by PEP 508.
    """
    parsed = _parsed(declared.text)
    marker = parse_marker(str(parsed.marker)) if parsed.marker else ALWAYS
    for python in declared.python:
        marker = both(marker, within_python(python_bounds([python])))
    if extra is not None:
        marker = both(marker, of_extra(extra))
    found = _SPECIFIERS.match(declared.text)
    specifiers = found[1].strip() if found is not None else ""
    source = from_url(parsed.url) if parsed.url else from_index(specifiers)
    extras = tuple(sorted(set(map(normalized, parsed.extras))))
    shown = shown_text(parsed.name, extras, specifiers, source)
    return Need(normalized(parsed.name), extras, marker, source, shown, declared, extra)


@lru_cache(maxsize=4096)  # the projects of a repository mostly need the same
def _parsed(text: str) -> Requirement:
    try:
        return Requirement(text)
    except ValueError:  # invalid, or of more digits than Python converts
        raise UndecidableError(text) from None


def read_locked(entry: Mapping[str, Any], root: str) -> Need:
    """A requirement as a lockfile recorded it.

    Args:
        root: the folder of the lockfile within the repository.

    Raises:
        UndecidableError: it has what is not known here.
    """
    name, text = entry.get("name"), entry.get("marker", "")
    extras = tuple(sorted(normalized(extra) for extra in entry.get("extras", ())))
    if not isinstance(name, str) or not isinstance(text, str):
        raise UndecidableError(str(dict(entry)))
    source = _locked_source(entry, root)
    shown = shown_text(name, extras, str(entry.get("specifier", "")), source)
    return Need(normalized(name), extras, parse_marker(text) if text else ALWAYS, source, shown)


def _locked_source(entry: Mapping[str, Any], root: str) -> Source:
    if unknown := entry.keys() - {
        "name",
        "extras",
        "marker",
        "specifier",
        "index",
        "conflict",
        *_LOCKED_PATHS,
        "url",
        "subdirectory",
        "git",
    }:
        raise UndecidableError(f"{', '.join(sorted(unknown))} of a requirement")
    if "git" in entry:
        return _from_locked_git(str(entry["git"]))
    if "url" in entry:
        return ("url", clean_url(str(entry["url"])), subdirectory_of(entry.get("subdirectory")))
    for kind, flags in _LOCKED_PATHS.items():
        if kind in entry:
            return ("path", place(str(entry[kind]), root)) if kind == "path" else ("folder", place(str(entry[kind]), root), flags)
    conflict = entry.get("conflict")
    index = entry.get("index")
    return from_index(
        str(entry.get("specifier", "")),
        None if index is None else clean_url(str(index)),
        tuple(sorted((key, normalized(str(value))) for key, value in conflict.items())) if isinstance(conflict, dict) else None,
    )


_LOCKED_PATHS = {"path": "", "directory": "installed", "editable": "editable", "virtual": "virtual"}
"""The keys of a lockfile for what lies in a file or a folder, and how a folder is installed."""


# Sources


def from_index(specifier: str, index: str | None = None, conflict: tuple[Any, ...] | None = None) -> Source:
    """Something of a package index."""
    return ("index", read_specifiers(specifier), index, conflict)


def from_url(url: str) -> Source:
    """What a direct reference (``name @ url``) installs.

    Raises:
        UndecidableError: that is up to the disk or to the environment.
    """
    if url.startswith("git+"):
        address, _, fragment = url[4:].partition("#")
        given = parse_qs(fragment)
        scheme, separator, rest = address.partition("://")
        path, at, revision = rest.rpartition("@")
        # An @ before the first slash belongs to a user's name, not to a revision.
        if not at or "/" in revision or "/" not in path:
            path, revision = rest, ""
        if given.keys() - {"subdirectory", "egg"}:
            raise UndecidableError(url)
        subdirectory = given.get("subdirectory", [None])[0]
        return git_source(scheme + separator + path, ("rev", unquote(revision)) if revision else None, subdirectory)
    if urlsplit(url).scheme not in ("http", "https"):
        raise UndecidableError(url)
    address, _, fragment = url.partition("#")
    return ("url", clean_url(address), subdirectory_of(parse_qs(fragment).get("subdirectory", [None])[0]))


def git_source(
    url: str, reference: tuple[str, str] | None, subdirectory: str | None = None, *, lfs: bool = False, path: str | None = None
) -> Source:
    """Something of a git repository, at a revision, tag or branch."""
    return ("git", clean_url(url), reference, subdirectory_of(subdirectory), lfs, path)


def _from_locked_git(url: str) -> Source:
    address, _, query = url.partition("#")[0].partition("?")
    given = {key: values[0] for key, values in parse_qs(query).items()}
    reference = next(((key, given.pop(key)) for key in ("rev", "tag", "branch") if key in given), None)
    lfs = given.pop("lfs", "") == "true"
    subdirectory, path = given.pop("subdirectory", None), given.pop("path", None)
    if given:
        raise UndecidableError(url)
    return git_source(address, reference, subdirectory, lfs=lfs, path=path)


def clean_url(url: str) -> str:
    """A URL as far as two of them are compared: no credentials, scheme and host in lower case, no default port."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return url
    host, slash, path = rest.partition("/")
    scheme, host = scheme.lower(), host.rpartition("@")[2].lower()
    default = {"https": ":443", "http": ":80", "ssh": ":22"}.get(scheme, "")
    if "/." in slash + path:  # . and .. are taken out, as URLs are parsed
        path = urljoin("http://host/", slash + path).removeprefix("http://host/")
    return f"{scheme}://{host.removesuffix(default) if default else host}{slash or '/'}{path}"


def place(path: str, root: str) -> str:
    """A path of a manifest or lockfile in a folder, relative to the repository (or absolute if it is)."""
    return normpath(path) if isabs(path) else normpath(join(root, path))


def subdirectory_of(value: object) -> str | None:
    """The folder within an archive or a repository, as uv compares it: ``x/`` is ``x``, but ``./x`` is not."""
    if not isinstance(value, str):
        return None
    first, *rest = value.split("/")
    return "/".join([first, *(part for part in rest if part not in ("", "."))])


def same_source(first: Source, second: Source) -> bool:
    """Whether two requirements take the same from the same place.

    Raises:
        UndecidableError: that depends on what is not under review.
    """
    if first == second:
        return True
    if first[0] != second[0]:
        return False
    if first[0] == "index":
        return first[1] == second[1] and first[3] == second[3] and _same_index(first[2], second[2])
    if first[0] in ("path", "folder"):
        if isabs(first[1]) != isabs(second[1]):
            raise UndecidableError("a path that is absolute in one of the two")
        ways = {*first[2:], *second[2:]}
        return bool(first[1] == second[1]) and UNSEEN in ways and "editable" not in ways
    addresses = {unquote(str(source[1])).lower().rstrip("/") for source in (first, second)}
    if len(addresses) == 1 and first[2:] == second[2:]:
        raise UndecidableError("URLs of different spelling")
    return False


def _same_index(first: str | None, second: str | None) -> bool:
    if first is None or second is None:
        return False
    if first.startswith("file:") and second.startswith("file:"):
        # A folder is recorded by its absolute path, and where the repository lies is not known here.
        raise UndecidableError("an index that is a folder")
    return first.rstrip("/") == second.rstrip("/")


# For people


def shown_text(name: str, extras: Iterable[str], specifier: str, source: Source) -> str:
    """A requirement as people write it, without its marker."""
    listed = ",".join(extras)
    name = f"{name}[{listed}]" if listed else name
    if source[0] == "index":
        return name + specifier.replace(" ", "") + (f" from {without_secrets(source[2])}" if source[2] else "")
    if source[0] == "git":
        return f"{name} from {without_secrets(source[1])}" + (f" ({source[2][0]} {source[2][1]})" if source[2] else "")
    return f"{name} from {without_secrets(source[1])}" + (" (editable)" if source[-1] == "editable" else "")
