"""Allow a file on purpose: its bytes as they are now, for one rule, with the reason. Other bytes need a new decision."""

from __future__ import annotations

import os
import time

from dsguard import engine
from dsguard.adoption.allowances import Allowed, with_allowance
from dsguard.baseline import Baseline
from dsguard.config import FILE_NAME, find_config, find_configs, make_plans, nearest, rule_names
from dsguard.documents.files import Files
from dsguard.model import UnreadableError, UsageError
from dsguard.rules import find_rule
from dsguard.workspace import open_workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from dsguard.accepted import Recorder
    from dsguard.documents.file import File
    from dsguard.rules.base import Rule
    from dsguard.workspace import Workspace


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help="files; a folder is accepted by per-path-ignores")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why it is right here, for whoever reads the configuration")
    parser.add_argument("--rule", action="append", default=[], metavar="RULE", help="code or name (default: the one that finds something)")
    parser.add_argument("--expires", metavar="DATE", default="", help="last day on which it counts, such as 2027-03-31")
    parser.add_argument("--config", metavar="FILE", help="where to write it, in place of the nearest dsguard.toml or pyproject.toml")


def run(arguments: argparse.Namespace) -> int:
    rules = _checked(arguments)
    workspace = open_workspace(os.getcwd(), paths=arguments.paths)
    try:
        found = _found(arguments, workspace)
        files = Files(workspace.listing, lambda _: frozenset(), workspace)
        wanted = [(files[path], rule) for path in sorted(found) for rule in rules or _only_one(path, found[path])]
        texts: dict[str, tuple[bytes, str]] = {}
        said = []
        for file, rule in wanted:
            place = os.path.abspath(arguments.config) if arguments.config else _place(file.path, workspace.root)
            shown = os.path.relpath(place, workspace.root).replace(os.sep, "/")
            before, text = texts.get(place) or _read(place, shown)
            texts[place] = (before, with_allowance(text, _allowed(arguments, file, rule, shown), _table(place, text), shown))
            until = f" until {arguments.expires}" if arguments.expires else ""
            said.append(f"{shown}: allows {rule.code} {rule.name} for {file.path}, with the bytes that it has now{until}.")
            if rule.code not in found[file.path]:
                said.append(f"note: {rule.name} finds nothing in {file.path} as it is.")
    finally:
        workspace.close()
    for place, (before, text) in texts.items():
        _write(place, before, text)
    print("\n".join(said))
    return 0


def _checked(arguments: argparse.Namespace) -> list[Rule]:
    """The rules that were named.

    Raises:
        UsageError: what is wrong with the options, all of it.
    """
    problems = []
    if not arguments.reason.strip():
        problems.append("--reason: expected a reason in words")
    if arguments.expires:
        try:
            time.strptime(arguments.expires, "%Y-%m-%d")
        except ValueError:
            problems.append(f"--expires {arguments.expires}: expected a day such as 2027-03-31")
        else:
            if arguments.expires < time.strftime("%Y-%m-%d"):
                problems.append(f"--expires {arguments.expires}: is over already")
    rules = []
    for name in arguments.rule:
        rule = find_rule(name)
        if rule is None:
            problems.append(f"--rule {name}: no such rule{nearest(name, rule_names())}")
        else:
            rules.append(rule)
    if problems:
        raise UsageError(problems)
    return rules


def _found(arguments: argparse.Namespace, workspace: Workspace) -> dict[str, set[str]]:
    """The codes of the rules that find something in each file that was named, whatever a baseline says.

    Raises:
        UsageError: a path is no file that is under review.
    """
    problems = [f"{given}: is a folder: see per-path-ignores for these" for given in arguments.paths if os.path.isdir(given)]
    problems += [f"{skip.path}: {skip.reason}" for skip in workspace.skipped]
    if problems:
        raise UsageError(problems)
    from dsguard.accepted import Recorder

    made: list[Recorder] = []
    baseline = Baseline("", "")
    baseline.add_salt()

    def record(_: object, all_rules: object) -> Recorder:
        made.append(Recorder(baseline, all_rules))  # type: ignore[arg-type]
        return made[-1]

    plan = make_plans(find_configs(workspace, os.getcwd()))
    plan.baseline = record
    engine.run(plan, workspace)
    found: dict[str, set[str]] = {entry.path: set() for entry in workspace.selected}
    for entry in made[-1].entries:
        found.setdefault(entry.path, set()).add(entry.code)
    return {entry.path: found[entry.path] for entry in workspace.selected}


def _only_one(path: str, codes: Iterable[str]) -> list[Rule]:
    """The one rule that finds something in a file.

    Raises:
        UsageError: there is none, or several: one has to be named.
    """
    rules = [rule for code in sorted(codes) if (rule := find_rule(code)) is not None]
    if not rules:
        raise UsageError([f"{path}: nothing is found in it that could be allowed (or it is allowed already)"])
    if len(rules) > 1:
        listed = ", ".join(f"{rule.code} {rule.name}" for rule in rules)
        raise UsageError([f"{path}: several rules find something: {listed}. Name what you mean: --rule {rules[0].name}"])
    return rules


def _place(path: str, root: str) -> str:
    """The configuration file that governs a path; without any the pyproject.toml at the root, or a new dsguard.toml there."""
    folder = os.path.join(root, os.path.dirname(path))
    known = find_config(folder, root)
    if known:
        return known
    project = os.path.join(root, "pyproject.toml")
    return project if os.path.isfile(project) else os.path.join(root, FILE_NAME)


def _read(place: str, shown: str) -> tuple[bytes, str]:
    try:
        with open(place, "rb") as stream:
            data = stream.read()
        return data, data.decode("utf-8")
    except FileNotFoundError:
        return b"", ""
    except OSError as error:
        raise UsageError([f"{shown}: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise UsageError([f"{shown}: is not UTF-8"]) from None


def _table(place: str, text: str) -> str:
    import tomllib

    in_tool = os.path.basename(place) == "pyproject.toml" or "tool" in tomllib.loads(text)
    return "tool.dsguard." if in_tool else ""


def _allowed(arguments: argparse.Namespace, file: File, rule: Rule, shown: str) -> Allowed:
    import posixpath

    path = posixpath.relpath(file.path, posixpath.dirname(shown) or ".")
    if path.startswith("../") or not path.isprintable():
        raise UsageError([f"{file.path}: {shown} cannot speak of it"])
    try:
        sha256 = file.sha256
    except UnreadableError as error:
        raise UsageError([f"{error.path}: {error.reason}"]) from None
    return Allowed(path, rule.name, sha256=sha256, reason=arguments.reason.strip(), expires=arguments.expires, aliases=(rule.code,))


def _write(place: str, before: bytes, text: str) -> None:
    from dsguard.fixes import replace

    def unchanged() -> None:
        if _read(place, place)[0] != before:
            raise UsageError([f"{place}: changed meanwhile: nothing was written"])

    try:
        replace(os.path.realpath(place), text.encode("utf-8"), unchanged)
    except OSError as error:
        raise UsageError([f"{place}: {error.strerror or 'cannot be written'}"]) from None
