"""Paths of a site, of a platform, of any machine, and of the folder above: what DSG602 to DSG605 look for.

A site is whoever runs the machines: ``/scratch/churn`` and ``/data/ana`` exist on one cluster, ``/Volumes/Backup`` on one Mac.
A platform is a service that anybody can rent: ``/content`` is the same for everybody who uses Colab.
"""

from __future__ import annotations

import re
from functools import cache

from dsguard.analysis.paths.shapes import ABSOLUTE, MAX_LENGTH, MOUNT, PARENT, PLATFORM, ROOT, MachinePath, Shape, home_path, tail_of
from dsguard.analysis.paths.vocabulary import (
    ANDROID_FOLDERS,
    MOUNT_ROOTS,
    PLACEHOLDER_FOLDERS,
    PLATFORMS,
    SERVICE_ROOTS,
    SITE_FOLDERS,
    SYSTEM_ROOTS,
)

_DRESS = re.compile(r"""\s*["'`]?(?:--?[A-Za-z][\w.\-]{0,40}=["']?)?""")
_MOUNT_ROOT = r"(?:run/)?(?:new_)?(?:" + "|".join(sorted(MOUNT_ROOTS)) + r")(?:[_\-][A-Za-z0-9]{1,12}){0,2}\d{0,3}"
_SITE_ROOT = r"[A-Za-z][A-Za-z0-9_\-]{1,30}/(?:" + "|".join(sorted(SITE_FOLDERS)) + ")"
_MOUNT = re.compile(rf"/(?P<root>{_MOUNT_ROOT})/+(?P<rest>[^/\s$].*)", re.DOTALL)
_SITE = re.compile(rf"/(?P<root>{_SITE_ROOT})/(?P<rest>[\w.\-]+/[^/\s].*)", re.DOTALL)
_ROOT_HOME = re.compile(r"/root/+(?P<rest>[\w\-][^\s()@$]*)$")
"""What root has at home, but for the folders of programs (``/root/.cache``), which each container has."""
_MAC_DISK = re.compile(r"/(?P<root>Volumes)/+(?P<rest>[^/\s].*)", re.DOTALL)
_CATALOG = re.compile(r"/Volumes/[a-z0-9_\-{}]+/[a-z0-9_\-{}]+/[a-z0-9_\-{}]+(?:/|$)")
"""A volume of Unity Catalog: its names are lower case, and there are three."""
_PLATFORM = re.compile(r"/(?:" + "|".join(sorted(map(re.escape, PLATFORMS), reverse=True)) + r")(?=/|$)")
_ABSOLUTE = re.compile(r"/(?P<first>[\w.\-+@]{1,100})(?P<rest>(?:/.*)?)", re.DOTALL)
_OWN_HOME = re.compile(r"(?P<home>~[\w.\-]{0,40})/(?P<rest>[^/\s].*)", re.DOTALL)
_PARENT = re.compile(r"\s*(?P<up>(?:\.\.[\\/]+)+)(?P<rest>[^./\\\s].*)", re.DOTALL)
_NAME = re.compile(r"[\w.\-+@ *?#%{}\[\]$=~]{1,120}")
_VERSION = re.compile(r"v\d{1,2}")
_FIELD = re.compile(r"[*?%$\[]|\{")
_FILE = re.compile(r".*\.[A-Za-z0-9]{1,8}")


def mount_path(text: str) -> MachinePath | None:
    """A path below a site's mount, in root's home or onto a disk of one Mac. A person's home there is :func:`home_path`'s."""
    text, start = _undressed(text)
    own = _ROOT_HOME.match(text.rstrip(), start)
    if own:
        parts = _parts(own["rest"])
        is_known = not parts or _is_placeholder(parts[0]) or platform_path(text[start:]) is not None
        return None if is_known else _below(ROOT, "/root", parts)
    found = _MOUNT.match(text, start) or _MAC_DISK.match(text, start) or _site(text, start)
    if not found or home_path(text[start:]) is not None or platform_path(text[start:]) is not None:
        return None
    root, parts = found["root"], _parts(found["rest"])
    if not parts or _is_placeholder(parts[0]):
        return None
    is_phone = root == "data" and not {parts[0], "/".join(parts[:2])}.isdisjoint(ANDROID_FOLDERS)
    if is_phone or (root == "data" and parts == ["db"]) or (root == "storage" and parts[0] == "emulated"):
        return None
    return _below(MOUNT, f"/{root}", parts)


def _site(text: str, start: int) -> re.Match[str] | None:
    """A path below a folder of a cluster that no list can name: what is below that tells it."""
    found = _SITE.match(text, start)
    first = found["root"].partition("/")[0] if found else ""
    is_route = first.lower() in SERVICE_ROOTS or _VERSION.fullmatch(first) is not None
    return None if is_route or first.lower() in SYSTEM_ROOTS or _is_placeholder(first) else found


def platform_path(text: str) -> MachinePath | None:
    """A path below a folder that a platform gives to everybody: ``/content/drive``, ``/kaggle/input``, ``/dbfs/mnt``."""
    text, start = _undressed(text)
    found = _PLATFORM.match(text, start)
    if not found or (found[0] == "/Volumes" and not _CATALOG.match(text, start)):
        return None
    return _below(PLATFORM, found[0], _parts(text[found.end() :]))


def absolute_path(text: str) -> MachinePath | None:
    """Any path from the root of a machine or from a home folder, but for what every system has and what platforms give."""
    text, start = _undressed(text)
    path = home_path(text[start:]) or mount_path(text[start:])
    if path is not None and path.kind != ROOT:
        return path
    own = _OWN_HOME.match(text, start)
    if own:
        return _below(ABSOLUTE, own["home"], _parts(own["rest"]))
    found = _ABSOLUTE.match(text, start)
    if not found or platform_path(text[start:]) is not None:
        return None
    first, parts = found["first"], _parts(found["rest"])
    if first.lower() in SYSTEM_ROOTS or _is_placeholder(first) or f"{first}/{'/'.join(parts[:1])}" in SYSTEM_ROOTS:
        return None
    return _below(ABSOLUTE, f"/{first}", parts)


def parent_path(text: str) -> MachinePath | None:
    """A path that starts in a folder above: ``../data/train.csv``."""
    found = _PARENT.match(text[:MAX_LENGTH])
    if not found:
        return None
    up = "/".join([".."] * found["up"].count(".."))
    return _below(PARENT, up, _parts(found["rest"]))


def _is_placeholder(name: str) -> bool:
    return name.lower() in PLACEHOLDER_FOLDERS or name.lower().startswith("your")


def _undressed(text: str) -> tuple[str, int]:
    """The text, cut to what is looked at, and where its path may start."""
    text = text[:MAX_LENGTH]
    dress = _DRESS.match(text)
    return text, dress.end() if dress else 0


def _parts(rest: str) -> list[str]:
    """The components of a path as long as they are names; a mount in a list ends at its colon."""
    parts = tail_of(rest).partition(":")[0].split("/")
    named = []
    for part in parts:
        if not _NAME.fullmatch(part) or set(part) <= {"."}:
            break
        named.append(part)
    return named


def _below(kind: str, root: str, parts: list[str]) -> MachinePath:
    """The prefix goes one folder deeper than the root, as far as that is a folder and the same in each run."""
    is_folder = bool(parts) and not _FIELD.search(parts[0]) and (len(parts) > 1 or not _FILE.fullmatch(parts[0]))
    if is_folder:
        return MachinePath(kind, f"{root}/{parts[0]}", "/".join(parts[1:]))
    return MachinePath(kind, root, "/".join(parts))


_NOT_WITHIN = r"(?<![\w.\-/}~]/)"
"""What ends in a slash before it would be another path that goes on: ``../data/``, ``{root}/data/``."""
_LINE_OF_MOUNT = re.compile(f"/{_NOT_WITHIN}(?:{_MOUNT_ROOT}|Volumes|root|{_SITE_ROOT})/")
_LINE_OF_PLATFORM = re.compile(
    "/" + _NOT_WITHIN + "(?:" + "|".join(sorted({name.partition("/")[0] for name in PLATFORMS})) + r")(?![\w\-])"
)
_LINE_OF_ROOT = re.compile(r"[/~\\]")
_LINE_OF_PARENT = re.compile(r"\.\.[\\/]")
_GATE_OF_ROOT = re.compile(rb"""["'](?:/[A-Za-z]|~[\w/]|[C-Zc-z]:[\\/]|\\\\)|%cd\s+(?:\\?["'])?(?:[/~]|[C-Zc-z]:)""")


def _gate_of(line: re.Pattern[str]) -> re.Pattern[bytes]:
    return re.compile(line.pattern.encode())


@cache
def mount_shape() -> Shape:
    """Looks for :func:`mount_path`."""
    return Shape(mount_path, _LINE_OF_MOUNT, (_gate_of(_LINE_OF_MOUNT),))


@cache
def platform_shape() -> Shape:
    """Looks for :func:`platform_path`."""
    return Shape(platform_path, _LINE_OF_PLATFORM, (_gate_of(_LINE_OF_PLATFORM),))


@cache
def absolute_shape() -> Shape:
    """Looks for :func:`absolute_path`."""
    return Shape(absolute_path, _LINE_OF_ROOT, (_GATE_OF_ROOT,))


@cache
def parent_shape() -> Shape:
    """Looks for :func:`parent_path`."""
    return Shape(parent_path, _LINE_OF_PARENT, (_gate_of(_LINE_OF_PARENT),))
