"""What the configuration of other tools says that dsguard can take over, and which of their hooks it makes needless."""

from __future__ import annotations

import re
import shlex

from dsguard.adoption.hooks import ids
from dsguard.adoption.patterns import to_patterns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dsguard.adoption.settings import Settings
    from dsguard.adoption.survey import Survey

_STRIPPED = ("notebook-output", "execution-count", "volatile-metadata")
_SECRETS = ("secret", "secret-in-output", "credential-file")
_HISTORY = "of what is committed; searching the whole history stays its own work"

REPLACED = {
    "nbstripout": (_STRIPPED, "`--fix` and `dsguard strip` take them out"),
    "nb-clean": (_STRIPPED, ""),
    "jupyter-notebook-cleanup": (_STRIPPED, ""),
    "detect-secrets": (_SECRETS, ""),
    "gitleaks": (_SECRETS, _HISTORY),
    "gitleaks-system": (_SECRETS, _HISTORY),
    "betterleaks": (_SECRETS, _HISTORY),
    "trufflehog": (_SECRETS, "dsguard never asks a service whether a credential is live"),
    "check-added-large-files": (("oversized-file", "raw-data", "model-binary", "data-file"), ""),
    "detect-private-key": (_SECRETS, ""),
    "detect-aws-credentials": (_SECRETS, ""),
}
"""Hooks of others by id: the rules that do their work, and a remark."""

_FLAGS_OF_STRIPPERS = {
    "--keep-output": "notebook-output",
    "--preserve-cell-outputs": "notebook-output",
    "-o": "notebook-output",
    "--keep-count": "execution-count",
    "--preserve-execution-counts": "execution-count",
    "--keep-id": "",
    "--verify": "",
    "--remove-empty-cells": None,
    "--drop-empty-cells": None,
    "--drop-tagged-cells": None,
    "--strip-init-cells": None,
    "-n": None,
}
"""Flags of nbstripout and nb-clean: the rule that it switches off, ``""`` for what dsguard does anyway, ``None`` for what it has not."""


class Taken:
    """The result: notes for people. Settings go into the proposal as they are found."""

    def __init__(self) -> None:
        self.replaced: list[tuple[str, str]] = []
        self.notes: list[str] = []


def take_over(survey: Survey, document: Any, config: Settings, git_config: dict[str, str]) -> Taken:
    """Read what other tools were told, and say the same to dsguard.

    Args:
        document: the parsed ``.pre-commit-config.yaml``, or ``None``.
        config: the settings to propose; they are added to.
        git_config: values of ``filter.nbstripout.*`` in git's configuration.
    """
    taken = Taken()
    for _, name, hook in ids(document):
        if name not in REPLACED:
            continue
        rules, remark = REPLACED[name]
        taken.replaced.append((name, ", ".join(rules) + (f" ({remark})" if remark else "")))
        options = _words(hook.get("args"))
        if name == "check-added-large-files":
            _large_files(options, config)
        elif name in ("nbstripout", "nb-clean"):
            _strippers(name, options, config, taken)
        if rules is not _SECRETS:  # those are excluded for false alarms that are not ours
            _exclude(name, hook.get("exclude"), survey, config, taken)
    everything = document.get("exclude") if isinstance(document, dict) else None
    if isinstance(everything, str) and everything != "^$":
        patterns = to_patterns(everything, survey.files)
        if patterns is not None:
            config.put(("exclude",), patterns, "as .pre-commit-config.yaml says")
        else:
            taken.notes.append("`exclude` of .pre-commit-config.yaml holds in the hook; `dsguard check` needs `exclude` of its own for it")
    _git_filter(git_config, config)
    _accepted_secrets(survey, taken)
    return taken


def _words(value: Any) -> list[str]:
    """Arguments one by one: pre-commit takes a list, people write ``--maxkb=500`` and ``--maxkb, 500``."""
    words = [str(word) for word in value] if isinstance(value, list) else []
    return [part for word in words for part in (word.split("=", 1) if word.startswith("--") and "=" in word else [word])]


def _after(words: list[str], option: str) -> str | None:
    return words[words.index(option) + 1] if option in words[:-1] else None


def _large_files(words: list[str], config: Settings) -> None:
    limit = _after(words, "--maxkb")
    if limit is not None and limit.isdigit() and 0 < int(limit) < 10**7:
        config.put(("rules", "oversized-file", "max-size"), f"{limit} KB", "as check-added-large-files was told")


def _strippers(name: str, words: list[str], config: Settings, taken: Taken) -> None:
    for word in words:
        rule = _FLAGS_OF_STRIPPERS.get(word, "")
        if rule:
            config.put(("ignore", rule), f"{name} was told {word}", "")
        elif rule is None:
            taken.notes.append(f"{name} is told {word}: dsguard has no such step, keep that hook if you want it")
    _stripper_keys(_after(words, "--extra-keys"), _after(words, "--keep-metadata-keys"), f"as {name} was told", config)
    size = _after(words, "--max-size")
    if size is not None and re.fullmatch(r"\d+[kKmM]?", size):
        unit = {"k": " KB", "m": " MB"}.get(size[-1].lower(), " B")
        config.put(("rules", "notebook-output", "max-kept-size"), size.rstrip("kKmM") + unit, f"as {name} was told")


def _stripper_keys(extra: str | None, kept: str | None, comment: str, config: Settings) -> None:
    for option, text in (("extra-keys", extra), ("keep-keys", kept)):
        try:
            keys = [key for key in shlex.split(text or "") if re.fullmatch(r"(metadata|cell)\.[\w.\-]+", key)]
        except ValueError:
            continue
        if keys:
            config.put(("rules", "volatile-metadata", option), keys, comment)


def _git_filter(values: dict[str, str], config: Settings) -> None:
    _stripper_keys(values.get("extrakeys"), values.get("keepmetadatakeys"), "as git's filter nbstripout was told", config)


def _exclude(name: str, regex: Any, survey: Survey, config: Settings, taken: Taken) -> None:
    """A hook's ``exclude`` holds for the rules that do its work."""
    if not isinstance(regex, str) or regex == "^$":
        return
    patterns = to_patterns(regex, survey.files)
    if patterns is None:
        taken.notes.append(f"`exclude` of {name} could not be put into gitignore syntax: {' '.join(regex.split())[:80]}")
        return
    if name == "check-added-large-files":  # that was about sizes; what a file is, nobody was asked
        config.put(("rules", "oversized-file", "exclude"), patterns, f"as {name} was told")
        return
    for pattern in patterns:
        config.put(("per-path-ignores", pattern), list(REPLACED[name][0]), f"as {name} was told")


def _accepted_secrets(survey: Survey, taken: Taken) -> None:
    if ".secrets.baseline" in survey.files:
        taken.notes.append(
            ".secrets.baseline: what somebody audited there as no secret is not reported, so keep the file; "
            "`dsguard baseline create` takes over the rest"
        )
    if ".gitleaksignore" in survey.files:
        taken.notes.append(".gitleaksignore points to lines, which move: `dsguard baseline create` takes over what it is about")


def sets_nbstripout_filter(survey: Survey) -> Iterator[str]:
    """What to do about a git filter of nbstripout, if .gitattributes names one."""
    if b"filter=nbstripout" in survey.data(".gitattributes"):
        yield (
            "git strips notebooks by nbstripout (.gitattributes). dsguard does it faster: `nbstripout --uninstall`, "
            "take its lines out of .gitattributes, then `dsguard strip --install`"
        )
