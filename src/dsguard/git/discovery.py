"""Which working tree a folder is in."""

from __future__ import annotations

import os

from dsguard.git.process import executable


def ordinary_root(folder: str) -> str | None:
    """The root of the working tree that holds a folder, where that is plain to see; ``None`` means: ask git.

    Almost every repository is a folder with a ``.git`` folder in it, of the same owner, whose settings name no other working
    tree. For those it is not worth a process to be told what a look at five files says.
    """
    if "GIT_DISCOVERY_ACROSS_FILESYSTEM" in os.environ or not hasattr(os, "geteuid"):
        return None
    place = os.path.realpath(folder)
    try:
        device = os.stat(place).st_dev
        while not _holds(place, ".git"):
            if _holds(place, "HEAD", "objects") or place == os.path.dirname(place):
                return None  # git's own folder, a bare repository, or none
            place = os.path.dirname(place)
        if os.stat(place).st_dev != device or _is_ceiling(place) or not _is_ordinary(place):
            return None
    except OSError:
        return None
    return place


def _is_ceiling(root: str) -> bool:
    """Whether git was told not to look as far up as this."""
    ceilings = os.environ.get("GIT_CEILING_DIRECTORIES", "").split(os.pathsep)
    return any(f"{os.path.realpath(one)}/".startswith(f"{root}/") for one in ceilings if one)


def _is_ordinary(root: str) -> bool:
    """Whether git will take the ``.git`` of a folder for the repository of that folder."""
    directory = os.path.join(root, ".git")
    owners = {os.stat(root).st_uid, os.lstat(directory).st_uid}
    if owners != {os.geteuid()} or not os.path.isdir(directory) or not _holds(directory, "HEAD", "objects", "refs", "config"):
        return False
    if _holds(directory, "commondir"):
        return False
    with open(os.path.join(directory, "config"), "rb") as stream:
        settings = stream.read(1 << 20).lower()
    if b"worktree" in settings or b"include" in settings:  # these may say that the files are elsewhere
        return False
    bare = settings.partition(b"bare")[2].partition(b"\n")[0]
    return b"bare" not in settings or bare.strip(b" \t=\r") == b"false"


def _holds(folder: str, *names: str) -> bool:
    return all(os.path.lexists(os.path.join(folder, name)) for name in names)


def is_missing(folder: str) -> bool:
    """Whether git is not installed although a folder is in a repository: a slim image of a CI system."""
    above = os.path.realpath(folder)
    while not _holds(above, ".git"):
        if above == os.path.dirname(above):
            return False
        above = os.path.dirname(above)
    try:
        executable()
    except FileNotFoundError:
        return True
    return False
