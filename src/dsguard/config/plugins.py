"""Rules of plugins: of installed distributions that a configuration names, and of nothing else.

A repository under review must not be able to bring code of its own into a run. So a plugin is looked up by the name of its
distribution where packages are installed, never by a module's name, and neither the working directory nor the repository is on the
import path while and after it is imported. What lies in the repository counts only if it belongs to the environment that dsguard
runs in (``.venv/``), or to an editable install (``pip install -e``), which somebody made on purpose.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import site
import sys
import sysconfig
from importlib import metadata

from dsguard import rules
from dsguard.config.names import nearest
from dsguard.model import UsageError
from dsguard.rules.base import Rule
from dsguard.rules.contract import defects

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

GROUP = "dsguard.rules"
"""The entry-point group: each entry point is a rule, or a list of rules."""


class Plugins:
    """The plugins of one run; each is imported once, however many configurations name it.

    Args:
        root: the root of the workspace under review, absolute.
    """

    def __init__(self, root: str) -> None:
        self._root = os.path.realpath(root)
        self._rules: dict[str, tuple[Rule, ...]] = {}
        self._owners: dict[str, str] = {}
        """The plugin that each code and name is from."""

    def load(self, names: Iterable[str], at: str) -> tuple[Rule, ...]:
        """The rules of the distributions of these names, sorted by code.

        Args:
            at: what problems are told to be in: the file and key.

        Raises:
            UsageError: one is not installed, cannot be imported, or has no right rules; all of it at once.
        """
        loaded: list[Rule] = []
        problems: list[str] = []
        for name in dict.fromkeys(names):
            try:
                loaded += self._rules_of(name)
            except UsageError as error:
                problems += [f"{at}: {problem}" for problem in error.problems]
        if problems:
            raise UsageError(problems)
        return tuple(sorted(loaded, key=lambda rule: rule.code))

    def _rules_of(self, name: str) -> tuple[Rule, ...]:
        if name not in self._rules:
            self._rules[name] = self._import(name)
        return self._rules[name]

    def _import(self, name: str) -> tuple[Rule, ...]:
        distribution = self._find(name)
        folder = _editable_folder(distribution)
        self._close_the_path(folder)
        points = [point for point in distribution.entry_points if point.group == GROUP]
        if not points:
            raise UsageError([f"{name} is installed and has no rules for dsguard (no entry point in {GROUP!r})"])
        found: list[Rule] = []
        problems: list[str] = []
        for point in points:
            try:
                self._refuse_foreign(point.module, folder)
                loaded = point.load()
            except UsageError as error:
                problems += [f"{name}: {problem}" for problem in error.problems]
            except Exception as error:  # noqa: BLE001
                problems.append(f"{name}: cannot be imported: {type(error).__name__}: {str(error)[:200]}")
            else:
                found += _as_rules(loaded, f"{name}: {point.value}", problems)
        problems += self._clashes(name, found)
        if problems:
            raise UsageError(problems)
        return tuple(found)

    def _find(self, name: str) -> metadata.Distribution:
        path = [entry for entry in sys.path if self._is_installed(entry)]
        found = next(iter(metadata.distributions(name=name, path=path)), None) if name.strip() else None
        if found is not None:
            return found
        others = [
            other.metadata["Name"]
            for other in metadata.distributions(path=path)
            if any(point.group == GROUP for point in other.entry_points)
        ]
        known = nearest(name, others) or (f"; installed plugins: {', '.join(sorted(others))}" if others else "")
        raise UsageError([f"no distribution {name!r} is installed where dsguard is ({sys.prefix}){known}"])

    def _is_installed(self, entry: str) -> bool:
        """Whether an entry of the import path is a place for installed packages, and not the repository or the working directory."""
        if not entry:
            return False
        place = os.path.realpath(entry)
        if place == os.path.realpath(os.getcwd()):
            return False
        return not _is_in(place, self._root) or place in _own_folders() or os.path.basename(place) in ("site-packages", "dist-packages")

    def _close_the_path(self, editable: str | None) -> None:
        """Take the repository off the import path, for now and for what a rule imports later."""
        sys.path[:] = [
            entry for entry in sys.path if self._is_installed(entry) or (editable and entry and _is_in(os.path.realpath(entry), editable))
        ]
        importlib.invalidate_caches()

    def _refuse_foreign(self, module: str, editable: str | None) -> None:
        """Refuse a module that lies in the repository under review, before anything of it is run.

        Raises:
            UsageError: it does, and is neither of the environment that runs dsguard nor of an editable install.
        """
        top = module.partition(".")[0]
        spec = importlib.util.find_spec(top)
        if spec is None:
            raise UsageError([f"module {top} is missing: install it again"])
        for place in spec.submodule_search_locations or [spec.origin or ""]:
            place = os.path.realpath(place)
            is_installed = any(_is_in(place, folder) for folder in map(os.path.realpath, sys.path) if self._is_installed(folder))
            if _is_in(place, self._root) and not is_installed and not (editable and _is_in(place, editable)):
                raise UsageError([f"module {top} lies in the repository that is checked ({place}): code of it is never run"])

    def _clashes(self, plugin: str, found: list[Rule]) -> Iterator[str]:
        for rule in found:
            for name in (rule.code, rule.name):
                owner = "dsguard" if rules.find_rule(name) is not None else self._owners.setdefault(name, plugin)
                if owner != plugin:
                    yield f"{plugin}: {name} is taken by {owner}"


def _as_rules(loaded: object, where: str, problems: list[str]) -> list[Rule]:
    """Instances of what an entry point holds: a rule, a class of one, or several of them."""
    found: list[Rule] = []
    for one in loaded if isinstance(loaded, (list, tuple)) else (loaded,):
        rule = one() if isinstance(one, type) and issubclass(one, Rule) else one
        if not isinstance(rule, Rule):
            problems.append(f"{where}: expected rules, got {type(rule).__name__}")
            continue
        wrong = [f"{where}: {type(rule).__name__}: {defect}" for defect in defects(rule, is_plugin=True)]
        problems += wrong
        if not wrong:
            found.append(rule)
    return found


def _editable_folder(distribution: metadata.Distribution) -> str | None:
    """The folder of a distribution that was installed in place, by PEP 610's direct_url.json."""
    try:
        direct = json.loads(distribution.read_text("direct_url.json") or "{}")
        url = direct["url"] if direct["dir_info"]["editable"] is True else ""
    except (ValueError, KeyError, TypeError):
        return None
    if not url.startswith("file://"):
        return None
    from urllib.request import url2pathname

    return os.path.realpath(url2pathname(url.removeprefix("file://")))


def _own_folders() -> frozenset[str]:
    """Where the interpreter that runs dsguard has its own packages."""
    folders = [*site.getsitepackages(), *sysconfig.get_paths().values()]
    if site.ENABLE_USER_SITE:
        folders.append(site.getusersitepackages())
    return frozenset(map(os.path.realpath, [*folders, os.path.join(sysconfig.get_path("stdlib"), "lib-dynload")]))


def _is_in(place: str, folder: str) -> bool:
    return place == folder or place.startswith(folder.rstrip(os.sep) + os.sep)
