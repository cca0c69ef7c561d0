"""Everything that ``dsguard init`` has to say about a repository, before anything is written."""

from __future__ import annotations

from dsguard.adoption import ci, hooks, ignores, peers, settings
from dsguard.adoption.survey import HOOKS, Survey
from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from dsguard.adoption.change import Change
    from dsguard.adoption.hooks import Source
    from dsguard.documents.files import Files
    from dsguard.git import Git


class Proposal:
    """The changes, and what a person should know.

    Args:
        found: what the repository is made of, headings and words.
        changes: files as they would be; none where all is set up.
        notes: what could not be taken over or not be written, and why.
        replaced: hooks of other tools that dsguard makes needless, and the rules that do their work.
    """

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []
        self.changes: list[Change] = []
        self.notes: list[str] = []
        self.replaced: list[tuple[str, str]] = []

    def add(self, make: Callable[[], Change | list[Change] | None]) -> None:
        """Take in what is proposed for one file; what cannot be proposed becomes a note and the rest goes on."""
        try:
            made = make()
        except UnreadableError as error:
            self.notes.append(f"{error.path}: {error.reason}" if error.path else error.reason)
            return
        self.changes += made if isinstance(made, list) else [made] if made is not None else []


def propose(files: Files, git: Git, source: Source, *, with_ci: bool = True) -> Proposal:
    """What to change in a repository so that dsguard is on in every commit and in CI."""
    survey = Survey(files)
    proposal = Proposal()
    proposal.found += survey.lines()
    document = _hooks_of(survey, proposal)
    config = settings.first_settings(survey)
    taken = peers.take_over(survey, document, config, _nbstripout(git))
    proposal.replaced += taken.replaced
    proposal.notes += [*taken.notes, *peers.sets_nbstripout_filter(survey)]
    proposal.add(lambda: settings.with_settings(survey, config))
    proposal.add(lambda: hooks.with_entry(files.get(HOOKS), source))
    proposal.add(lambda: ignores.with_block(survey))
    if with_ci:
        proposal.add(lambda: ci.with_job(survey, source, git.default_branch()))
    return proposal


def _hooks_of(survey: Survey, proposal: Proposal) -> Any:
    file = survey.files.get(HOOKS)
    if file is None:
        return None
    try:
        document = file.yaml
    except UnreadableError:
        return None  # with_entry() says so
    proposal.found.append(("hooks", f"{sum(1 for _ in hooks.ids(document))} in {HOOKS}"))
    return document


def _nbstripout(git: Git) -> dict[str, str]:
    values = {key: git.config(f"filter.nbstripout.{key}") for key in ("extrakeys", "keepmetadatakeys")}
    return {key: value for key, value in values.items() if value is not None}
