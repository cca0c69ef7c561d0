from __future__ import annotations

from dsguard.model import Location, Severity, Step, UnreadableError
from dsguard.options import Option, format_size
from dsguard.rules.base import ProjectRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.project import Project
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_SHOWN = 5


class RepositoryBudget(ProjectRule):
    """Every clone pays for all that is tracked, and many files that are small each add up."""

    code, name, family, since = "DSG114", "repository-budget", "data", "0.1"
    summary = "repository is larger than agreed"
    help = "Take the largest files out, or raise `max-repository-size`."
    severity = Severity.WARNING
    profile = "strict"
    options = {"max-repository-size": Option.size("100 MB", "Largest sum of the sizes of all tracked files.")}

    def check(self, project: Project, settings: Settings) -> Iterator[Finding]:
        if project.root:
            return
        limit = settings["max-repository-size"]
        total = 0
        largest: list[tuple[int, str]] = []
        for path in project.files:
            file = project.files[path]
            try:
                size = file.size if file.is_tracked else 0
            except UnreadableError:
                continue
            total += size
            if len(largest) < _SHOWN or size > largest[-1][0]:
                largest = sorted([*largest, (size, path)], key=lambda one: (-one[0], one[1]))[:_SHOWN]
        if total > limit:
            listed = ", ".join(f"{path} ({format_size(size)})" for size, path in largest)
            yield self.found(
                Location(largest[0][1]),
                f"tracked files add up to {format_size(total)}, over the {format_size(limit)} agreed for the repository",
                help=f"The largest: {listed}. Take out what need not be there, or raise `max-repository-size` of this rule.",
                subject="size",
                trace=[Step(path, message=format_size(size)) for size, path in largest],
                size=total,
            )

    bad = (
        {"dsguard.toml": '[rules.repository-budget]\nmax-repository-size = "1 KB"\n', "notes.txt": "word " * 300},
        {"dsguard.toml": '[rules.repository-budget]\nmax-repository-size = "1 KB"\n', "a.txt": "word " * 150, "b.txt": "word " * 150},
        {"dsguard.toml": "[rules.repository-budget]\nmax-repository-size = 100\n", "a.md": "word " * 10, "b.md": "word " * 10},
    )
    good = (
        {"dsguard.toml": '[rules.repository-budget]\nmax-repository-size = "1 KB"\n', "notes.txt": "word " * 100},
        {"notes.txt": "word " * 1000},
        {"src/train.py": "EPOCHS = 3\n", "README.md": "# Churn\n"},
        {"dsguard.toml": "[rules.repository-budget]\nmax-repository-size = 5000\n", "a.txt": "word " * 500},
        {"dsguard.toml": '[rules.repository-budget]\nmax-repository-size = "1 MB"\n', "figure.svg": "<svg/>\n"},
    )
