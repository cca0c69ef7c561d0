"""What the rules about entry scripts have in common: the files they look at, and one evaluation of each for all of them."""

from __future__ import annotations

import sys

from dsguard.model import Confidence, UnjudgedError
from dsguard.options import Option
from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dsguard.analysis.seeds.events import Draw, Seeding
    from dsguard.analysis.seeds.story import Story
    from dsguard.documents.file import File
    from dsguard.model import Finding, Step
    from dsguard.rules.base import Settings


GENERATORS = ("cupy", "keras", "mindspore", "mxnet", "numpy", "paddle", "python", "tensorflow", "torch")


def _parse_consumers(value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise TypeError(value)
    for item in value:
        if not isinstance(item, str):
            raise TypeError(item)
        name, equals, generator = item.partition("=")
        if not name.replace(".", "").isidentifier() or (equals and generator not in GENERATORS):
            raise ValueError(item)
    return tuple(value)


DRAWING_WORDS = (b"random", b"sample", b"shuffle")
DRAW_BY_NAME = frozenset(
    (
        *("numpy", "pandas", "polars", "matplotlib", "plotly", "pyarrow", "duckdb", "sqlalchemy", "joblib", "PIL"),
        *("yaml", "requests", "tqdm", "click", "typer", "pydantic", "rich", "loguru"),
    )
)
"""Packages that draw random numbers, if at all, by functions that have one of the words above in their names."""


def may_draw(source: bytes) -> bool:
    """Whether Python code may draw random numbers, itself or through what it imports.

    Errs on the side of yes. What draws is imported somewhere: a script that imports only what does not need not be parsed.
    """
    harmless = sys.stdlib_module_names - {"random"}
    if not any(word in source for word in DRAWING_WORDS):
        harmless |= DRAW_BY_NAME
    end = 0
    while (place := source.find(b"import", end)) >= 0:
        start, end = source.rfind(b"\n", 0, place) + 1, source.find(b"\n", place)
        end = len(source) if end < 0 else end
        for statement in source[start:end].replace(b";", b"\n").splitlines():
            words = statement.split()
            if len(words) > 1 and words[0] in (b"from", b"import"):
                named = words[1:2] if words[0] == b"from" else b" ".join(words[1:]).split(b",")
                tops = (name.strip().partition(b" ")[0].partition(b".")[0].decode("latin-1") for name in named)
                if not harmless.issuperset(tops):
                    return True
    return False


class EntryRule(FileRule):
    """A question about what happens when an entry script is run."""

    family = "seeds"
    since = "0.1"
    files = ("*.py", "!@fixture", "!@documentation", "!@vendored", "!@template")
    triggers = (b"import",)
    group_at = 2
    reaches = True
    options = {
        "consumers": Option(
            (),
            'Further functions that draw random numbers, by their full names: `"mylab.noise.add"` (from NumPy), `"mylab.net.init=torch"`.',
            parse=_parse_consumers,
            form=rf"^[^\W0-9][\w.]*(=({'|'.join(GENERATORS)}))?$",
            expects=f"a list of dotted names, each perhaps with = and one of {', '.join(GENERATORS)}",
        ),
        "seeders": Option((), 'Further functions that seed everything, by their full names: `"mylab.runs.start"`.'),
        "helper-names": Option((), 'Names of functions that seed everything, wherever they are: `"make_repeatable"`.'),
    }
    options_from = "DSG501"

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        if not file.once("seeds-may-draw", lambda: may_draw(file.data)):
            return
        from dsguard.analysis.seeds.extras import extras_of
        from dsguard.analysis.seeds.story import story_of

        story = story_of(file, extras_of(settings))
        if story is None:
            return
        if story.run.given_up:
            raise UnjudgedError(file.path, story.run.given_up, confidence=Confidence.LOW if story.is_illustration else Confidence.HIGH)
        yield from self.judge(story, settings)

    def judge(self, story: Story, settings: Settings) -> Iterator[Finding]:
        """What is wrong in one run of a script."""
        raise NotImplementedError

    def here(
        self,
        story: Story,
        event: Draw | Seeding,
        message: str,
        *,
        subject: str,
        help: str = "",
        trace: Iterable[Step] = (),
        confidence: Confidence = Confidence.HIGH,
    ) -> Finding:
        """A finding where the code itself is wrong, in the script or in a module that it leads to."""
        line = getattr(event.node, "lineno", 1)
        if event.module is not story.module:
            message += f" (reached from {story.module.path})"
        return self.found(
            event.module.at(event.node),
            message,
            subject=subject,
            help=help,
            confidence=confidence,
            trace=trace,
            group=f"{event.module.path}:{line}:{subject}",
        )

    def merged(self, findings: Sequence[Finding]) -> Finding:
        """One place in a module that several scripts lead to is wrong once."""
        return findings[0]
