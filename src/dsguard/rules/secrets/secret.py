"""DSG301 secret."""

from __future__ import annotations

from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.model import Finding
    from dsguard.rules.base import Settings


class Secret(FileRule):
    """A credential in git is everybody's who ever clones it, also after it was deleted.

    Notebook cells are read as what they are, decoded; outputs are the business of another rule.
    """

    code, name, family, since = "DSG301", "secret", "secrets", "0.1"
    summary = "credential in a tracked file"
    help = "Revoke or rotate it, then read it from the environment or a secret manager."
    files = (
        "*",
        "!@vendored",
        "!*.lock",
        "!package-lock.json",
        "!npm-shrinkwrap.json",
        "!pnpm-lock.yaml",
        "!*conda-lock.yml",
        "!*conda-lock.yaml",
        "!pylock.toml",
        "!pylock.*.toml",
        "!Manifest.toml",
        "!go.sum",
        "!?*.dvc",
        "!*.map",
        "!*.svg",
        "!*.png",
        "!*.jpg",
        "!*.jpeg",
        "!*.gif",
        "!*.tif",
        "!*.tiff",
        "!*.pdf",
        "!*.parquet",
    )

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        if not file.size or file.is_binary:
            return
        from dsguard.analysis.secrets.occurrences import secrets_of

        for secret in secrets_of(file):
            from dsguard.analysis.secrets.advice import advice

            yield self.found(
                secret.at,
                secret.message,
                subject=secret.subject,
                help=advice(secret, file.suffix),
                confidence=secret.confidence,
                trace=secret.trace,
                snippet=secret.snippet,
            )
