"""The hook: where dsguard is to come from, and its entry in ``.pre-commit-config.yaml``, put in without touching a line that is there."""

from __future__ import annotations

import re

from dsguard import __version__
from dsguard.adoption.change import Change, appended, inserted
from dsguard.adoption.survey import HOOKS
from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dsguard.documents.file import File

_TAG = re.compile(r"v?\d+(\.\d+)+\S*")


class Source:
    """Where other machines get dsguard from.

    Args:
        repository: the address of a git repository; ``""`` for a package index.
        revision: a tag or commit of it.
        is_local: dsguard was installed from a folder of this machine, so nobody knows where others get it.
    """

    __slots__ = ("is_local", "repository", "revision")

    def __init__(self, repository: str = "", revision: str = "", *, is_local: bool = False) -> None:
        self.repository = repository
        self.revision = revision
        self.is_local = is_local

    @property
    def requirement(self) -> str:
        """What an installer such as pipx is told."""
        if self.repository:
            return f"git+{self.repository}@{self.revision}"
        return f"dsguard=={__version__}"


def installed_from() -> Source:
    """Where this very dsguard was installed from, as installers record it.

    Source: https://packaging.python.org/en/latest/specifications/direct-url/
    """
    import json
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        record = json.loads(distribution("dsguard").read_text("direct_url.json") or "{}")
        url, vcs = record.get("url", ""), record.get("vcs_info", {})
    except (PackageNotFoundError, OSError, ValueError, AttributeError):
        return Source()
    if vcs.get("vcs") == "git" and url:
        asked = vcs.get("requested_revision") or ""
        return Source(url, asked if _TAG.fullmatch(asked) else vcs.get("commit_id", asked))
    return Source(is_local=bool(url.startswith("file:") and "dir_info" in record))


def entry(source: Source, *, column: int = 2, nested: int = 2) -> str:
    """The lines of the hook.

    Args:
        column: of the dash (from 0).
        nested: how much further in than its key a list stands.
    """
    if source.repository:
        lines = [f"- repo: {source.repository}", f"  rev: {source.revision}", "  hooks:"]
        hook = ["- id: dsguard"]
    else:
        lines = ["- repo: local", "  hooks:"]
        hook = ["- id: dsguard", "  name: dsguard", "  entry: dsguard hook all"]
        if source.is_local:
            hook += ["  language: system"]
        else:
            hook += ["  language: python", f'  additional_dependencies: ["dsguard=={__version__}"]']
        hook += ["  require_serial: true", "  always_run: true"]
    lines += [" " * (2 + nested) + line for line in hook]
    return "".join(f"{' ' * column}{line}\n" for line in lines)


def ids(document: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(address of the repository, id, the hook) of every hook of a parsed configuration."""
    repos = document.get("repos") if isinstance(document, dict) else None
    for repo in repos if isinstance(repos, list) else ():
        hooks = repo.get("hooks") if isinstance(repo, dict) else None
        for hook in hooks if isinstance(hooks, list) else ():
            if isinstance(hook, dict) and isinstance(hook.get("id"), str):
                yield str(repo.get("repo", "")), hook["id"], hook


def has_dsguard(document: Any) -> bool:
    """Whether a configuration runs dsguard already, under whatever name."""
    return any(name.startswith("dsguard") or "dsguard" in str(hook.get("entry", "")) for _, name, hook in ids(document))


def with_entry(file: File | None, source: Source) -> Change | None:
    """The configuration with our hook as the last one; ``None`` if it is there already.

    Raises:
        UnreadableError: the configuration cannot be read, or is written in a way that no line can be added to.
    """
    if file is None:
        return Change(HOOKS, None, ("repos:\n" + entry(source)).encode())
    document = file.yaml
    if has_dsguard(document):
        return None
    if document is None:
        return appended(file, HOOKS, "repos:\n" + entry(source))
    change = _insert(file, source)
    if not _is_meant(document, change, file):
        raise UnreadableError(
            file.path, f"is written in a way that dsguard does not add to. Add below `repos:`:\n{entry(source)}", fatal=False
        )
    return change


def _insert(file: File, source: Source) -> Change:
    import yaml

    root = yaml.compose(file.text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    repos = next((value for key, value in root.value if key.value == "repos"), None) if isinstance(root, yaml.MappingNode) else None
    if repos is None:
        return appended(file, HOOKS, "repos:\n" + entry(source))
    if not isinstance(repos, yaml.SequenceNode) or repos.flow_style or not repos.value:
        return _replace_empty(file, repos, source)
    nested = 2
    for node in repos.value:
        for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
            if key.value == "hooks" and isinstance(value, yaml.SequenceNode) and not value.flow_style:
                nested = value.start_mark.column - key.start_mark.column
    return inserted(file, _last_line(repos) + 1, entry(source, column=repos.start_mark.column, nested=max(0, min(nested, 4))))


def _replace_empty(file: File, repos: Any, source: Source) -> Change:
    """``repos: []`` or ``repos:`` with nothing behind it becomes a list."""
    if getattr(repos, "value", None):
        return Change(HOOKS, file.data, file.data)
    lines = file.text.splitlines(keepends=True)
    row = repos.start_mark.line
    lines[row] = "repos:\n" + entry(source)
    return Change(HOOKS, file.data, "".join(lines).encode())


def _last_line(node: Any) -> int:
    """The line (from 0) of the last character of what a node holds; a block ends behind the comments that follow it."""
    children = (
        [part for pair in node.value for part in (pair if isinstance(pair, tuple) else (pair,))] if isinstance(node.value, list) else []
    )
    if children and not node.flow_style:
        return max(map(_last_line, children))
    end = node.end_mark
    return int(end.line if end.column else max(end.line - 1, node.start_mark.line))


def _is_meant(before: Any, change: Change, file: File) -> bool:
    """Whether the new text says all that the old one said, and has one entry more, at the end."""
    import yaml

    try:
        after = yaml.safe_load(change.after.decode())
        wanted = yaml.safe_load(file.text) or {}
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError):
        return False
    if not isinstance(after, dict) or not isinstance(wanted, dict) or not isinstance(before, dict):
        return False
    repos, old = after.get("repos"), wanted.get("repos") or []
    same = {key: value for key, value in after.items() if key != "repos"} == {key: value for key, value in wanted.items() if key != "repos"}
    return same and isinstance(repos, list) and repos[:-1] == old and has_dsguard({"repos": repos[-1:]})
