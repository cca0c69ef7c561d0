"""What the rules about entry scripts have in common: the files they look at, and one evaluation of each for all of them."""

from __future__ import annotations

from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.analysis.seeds.story import Story
    from dsguard.documents.file import File
    from dsguard.model import Finding
    from dsguard.rules.base import Settings


class EntryRule(FileRule):
    """A question about what happens when an entry script is run."""

    family = "seeds"
    since = "0.1"
    files = ("*.py", "!@fixture", "!@documentation", "!@vendored", "!@template")
    triggers = (b"import",)

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.seeds.story import story_of

        story = story_of(file)
        if story is not None and story.run.is_complete:
            yield from self.judge(story, settings)

    def judge(self, story: Story, settings: Settings) -> Iterator[Finding]:
        """What is wrong in one run of a script."""
        raise NotImplementedError
