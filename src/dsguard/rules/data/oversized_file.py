from __future__ import annotations

from dsguard.model import Confidence, Severity
from dsguard.options import Option, format_size
from dsguard.rules.data.placed_file import PlacedFileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.analysis.placement import Placement
    from dsguard.documents.file import File
    from dsguard.documents.files import Files
    from dsguard.model import Finding
    from dsguard.rules.base import Screen, Settings

_DOCUMENTS = frozenset(
    (
        ".pdf",
        ".pbix",
        ".pbit",
        ".twbx",
        ".doc",
        ".docx",
        ".ppt",
        ".pptx",
        ".odt",
        ".odp",
        ".odg",
        ".rtf",
        ".epub",
        ".pages",
        ".key",
        ".svg",
        ".drawio",
        ".ai",
        ".psd",
        ".eps",
        ".ps",
    )
)
_SMALL = '[rules.oversized-file]\nmax-size = "1 KB"\nmax-document-size = "4 KB"\n'
_OWN_RULES = frozenset((".ipynb", ".zpln", ".lock"))
_LOCKFILES = frozenset(
    ("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "conda-lock.yml", "renv.lock", "go.sum", "manifest.toml")
)


class OversizedFile(PlacedFileRule):
    """A large file makes every clone slow for ever, and most often it was added by mistake: a log, a report, a video, a dump."""

    code, name, family, since = "DSG105", "oversized-file", "data", "0.1"
    summary = "file is too large for git"
    help = "Take it out with `git rm --cached`, ignore it, or store it with git-lfs."
    files = ("*", "!@pointer", "!@template")
    options = {
        "max-size": Option.size("1 MB", "Above this a file is a warning."),
        "max-processed-size": Option.size("10 MB", "The same for interim and processed data."),
        "max-document-size": Option.size(
            "5 MB",
            "The same for images, PDFs and other documents, for video and sound in documentation, and for what a published library keeps "
            "for its tests and in its packages.",
        ),
        "error-size": Option.size("50 MB", "Above this any file is an error, notebooks and lockfiles included."),
    }

    def screen(self, settings: Settings, files: Files) -> Screen:
        from dsguard.rules.base import Screen

        return Screen(least=min(settings[name] for name in self.options) + 1)

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.placement import OVERSIZED_FILE, judge
        from dsguard.analysis.remedy import history, quoted, untrack

        size = file.size
        placement = judge(file)
        if placement is None:
            return
        # Over the last limit a file is an error whatever else is said of it, or silenced about it.
        limit = _limit(file, placement, settings) if placement.owner == OVERSIZED_FILE else settings["error-size"]
        if limit is None or size <= limit:
            return
        label = placement.format.label if placement.format is not None else "file"
        track = f"If it must be versioned, use git-lfs: `git lfs track {quoted('*' + file.suffix if file.suffix else file.path)}`."
        yield self.tell(
            file,
            f"{label} of {format_size(size)} is over the {format_size(limit)} that a file in git should have",
            (untrack(file), track, history(file, size)),
            subject=placement.format.id if placement.format is not None else "size",
            size=size,
            severity=Severity.ERROR if size > settings["error-size"] else Severity.WARNING,
            confidence=Confidence.HIGH,
        )

    # Lowered limits keep the examples small: they are built whenever dsguard starts.
    bad = (
        {"dsguard.toml": _SMALL, "logs/train.log": "epoch 1 loss 0.693\n" * 60},
        {"dsguard.toml": _SMALL, "reports/profile.html": "<tr><td>tenure</td><td>32.4</td></tr>\n" * 30},
        {"dsguard.toml": _SMALL, "figures/pairplot.png": b"\x89PNG\r\n\x1a\n" + bytes(5_000)},
        {"dsguard.toml": _SMALL, "examples/call.wav": b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(2_000)},
        {"dsguard.toml": _SMALL, "tests/models/resnet.pt": b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19." + bytes(2_000)},
        {
            "dsguard.toml": '[rules.oversized-file]\nerror-size = "2 KB"\n',
            "corpus/wiki.txt": "Anarchism is a political philosophy.\n" * 60,
        },
    )
    good = (
        {"dsguard.toml": _SMALL, "docs/paper.pdf": b"%PDF-1.7\n" + bytes(3_000), "figures/map.png": b"\x89PNG\r\n\x1a\n" + bytes(3_000)},
        {"dsguard.toml": _SMALL, "uv.lock": "version = 1\n" + '[[package]]\nname = "numpy"\n' * 50},
        {"dsguard.toml": _SMALL, "README.md": "# Churn\n" * 150},
        {"dsguard.toml": _SMALL, "src/train.py": "EPOCHS = 3\n", "docs/demo.mp4": bytes(3_000)},
        {
            "videos/demo.mp4": (
                "version https://git-lfs.github.com/spec/v1\n"
                "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n"
                "size 73400320\n"
            )
        },
        {"dsguard.toml": _SMALL, "static/vendor/plotly.min.js": "!function(){}();" * 70},
        {"data/raw/README.md": "# Where the raw data comes from\n", "src/train.py": "EPOCHS = 3\n"},
    )


def _limit(file: File, placement: Placement, settings: Settings) -> int | None:
    """From where on the file is too large in bytes; ``None`` if its size is nobody's business here."""
    from dsguard.analysis.library import kept_by_library
    from dsguard.analysis.placement import PROCESSED

    error_size: int = settings["error-size"]
    if "vendored" in file.roles or file.suffix in _OWN_RULES or file.name.lower() in _LOCKFILES:
        return error_size
    limit: int = settings["max-size"]
    media = placement.format.id if placement.format is not None and placement.format.kind == "media" else ""
    if media == "image" or file.suffix in _DOCUMENTS or (media and "documentation" in file.roles):
        limit = settings["max-document-size"]
    elif placement.place == PROCESSED:
        limit = settings["max-processed-size"]
    elif kept_by_library(file, placement):
        limit = max(limit, settings["max-document-size"])
    return min(limit, error_size)
