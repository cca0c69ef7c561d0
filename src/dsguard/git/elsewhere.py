"""Files outside of the working tree that have a say in what git ignores and filters: its own ones, the user's, the machine's."""

from __future__ import annotations

import os

_OF_THE_MACHINE = "/etc/gitattributes"


def may_filter(directory: str) -> bool:
    """Whether attributes from outside of the working tree may name a filter: a cheap reason not to ask git.

    ``nbstripout --install`` writes to ``info/attributes``, with ``--global`` to a file that ``core.attributesFile`` names.

    Args:
        directory: git's own folder.
    """
    common, personal = _common(directory), _personal()
    attributes = (os.path.join(common, "info", "attributes"), os.path.join(personal, "attributes"), _OF_THE_MACHINE)
    if any(b"filter" in _read(path) for path in attributes):
        return True
    settings = [os.path.join(common, "config"), os.environ.get("GIT_CONFIG_GLOBAL") or os.path.expanduser("~/.gitconfig")]
    settings += [os.path.join(personal, "config"), os.environ.get("GIT_CONFIG_SYSTEM") or "/etc/gitconfig"]
    texts = (_read(path).lower() for path in settings)
    return any(b"attributesfile" in text or b"[include" in text for text in texts)


def rule_files(directory: str, root: str, settings: bytes) -> list[str]:
    """The absolute paths where git looks for ignore rules and attributes, existing or not.

    Args:
        directory: git's own folder.
        root: of the working tree; settings may name paths relative to it.
        settings: what :meth:`dsguard.git.Git.settings` gave.
    """
    said = dict(record.partition(b"\n")[::2] for record in settings.split(b"\0"))
    places = [os.path.join(_common(directory), "info", name) for name in ("exclude", "attributes")]
    for key, name in ((b"core.excludesfile", "ignore"), (b"core.attributesfile", "attributes")):
        given = os.path.expanduser(os.fsdecode(said.get(key, b"")))
        places.append(os.path.join(root, given) if given else os.path.join(_personal(), name))
    return [*places, _OF_THE_MACHINE]


def _common(directory: str) -> str:
    """What all linked worktrees of a repository share of git's own folder: mostly that itself."""
    return os.path.join(directory, _read(os.path.join(directory, "commondir")).decode("utf-8", "surrogateescape").strip())


def _personal() -> str:
    """Where git looks for what a user set for all repositories."""
    return os.path.join(os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config"), "git")


def _read(path: str) -> bytes:
    """The start of a small file, or nothing."""
    try:
        with open(path, "rb") as stream:
            return stream.read(1 << 20)
    except OSError:
        return b""
