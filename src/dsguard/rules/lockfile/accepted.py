"""The option that says which lockfiles count. ``lockfiles`` at the top of the configuration sets it for all rules that have it."""

from __future__ import annotations

from dsguard.options import Option

LOCKFILES = Option(
    ("uv.lock", "poetry.lock", "pdm.lock", "pixi.lock", "conda-lock.yml", "pylock.toml", "pylock.*.toml", "requirements*.txt"),
    "Lockfiles that count: names, paths or globs relative to the project. A .txt counts only if everything in it has a hash.",
)
