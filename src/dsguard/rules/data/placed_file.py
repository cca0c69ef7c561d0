from __future__ import annotations

from dsguard.model import Location, Step
from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dsguard.documents.file import File
    from dsguard.model import Confidence, Finding, Severity


_ROOT = ":root:"


class PlacedFileRule(FileRule):
    """Says of a file as a whole that it should not be where it is; many alike in one folder are told as one."""

    group_at = 50

    def tell(
        self,
        file: File,
        message: str,
        help: Sequence[str],
        *,
        subject: str,
        size: int | None,
        root: str = "",
        severity: Severity | None = None,
        confidence: Confidence,
    ) -> Finding:
        """A finding about a file that can be told together with its like.

        Args:
            help: sentences; empty ones are left out.
            size: of the file in bytes, if known.
            root: the folder that the finding speaks of as a whole: told once, at the folder.
        """
        group = f"{self.code}{_ROOT}{root}" if root else f"{self.code}:{file.folder}:{file.suffix}:{severity or ''}"
        return self.found(
            file.at(),
            message,
            subject=subject,
            help=" ".join(sentence for sentence in help if sentence),
            severity=severity,
            confidence=confidence,
            group=group,
            size=size or 0,
        )

    def groups_from(self, group: str) -> int:
        return 1 if _ROOT in group else self.group_at

    def merged(self, findings: Sequence[Finding]) -> Finding:
        from dsguard.analysis.remedy import together, whole

        first = findings[0]
        _, mark, root = (first.group or "").partition(_ROOT)
        message, advice, size = whole(findings, root) if mark else together(findings)
        return self.found(
            Location(f"{root}/") if mark else first.location,
            message,
            subject=first.group or first.subject,
            help=advice,
            confidence=max(finding.confidence for finding in findings),
            trace=[Step(finding.path) for finding in findings],
            size=size,
        )
