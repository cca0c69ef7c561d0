"""Which file holds the configuration, and which one the findings that are accepted."""

from __future__ import annotations

import os

FILE_NAME = "dsguard.toml"
BASELINE_NAME = ".dsguard-baseline"
"""Accepted findings; picked up by itself at or above the working directory."""


def find_config(folder: str, root: str) -> str | None:
    """The configuration file that governs ``folder``: the nearest at or above it, up to ``root`` (both absolute)."""
    folder = os.path.realpath(folder)
    root = os.path.realpath(root)
    while True:
        own = os.path.join(folder, FILE_NAME)
        if os.path.isfile(own):
            return own
        project = os.path.join(folder, "pyproject.toml")
        if _speaks_of_dsguard(project):
            return project
        above = os.path.dirname(folder)
        if folder == root or above == folder:
            return None
        folder = above


def find_baseline(folder: str, root: str) -> str | None:
    """The baseline that is picked up by itself: the nearest at or above ``folder``, up to ``root`` (both absolute)."""
    folder, root = os.path.realpath(folder), os.path.realpath(root)
    while True:
        path = os.path.join(folder, BASELINE_NAME)
        if os.path.isfile(path):
            return path
        above = os.path.dirname(folder)
        if folder == root or above == folder:
            return None
        folder = above


def _speaks_of_dsguard(path: str) -> bool:
    """Whether a pyproject.toml has settings of dsguard; one that cannot be parsed and mentions it has to be told."""
    try:
        with open(path, "rb") as stream:
            data = stream.read(1 << 22)
    except OSError:
        return False
    if b"dsguard" not in data:
        return False
    import tomllib

    try:
        tool = tomllib.loads(data.decode("utf-8")).get("tool")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        return b"tool.dsguard" in data
    return isinstance(tool, dict) and "dsguard" in tool
