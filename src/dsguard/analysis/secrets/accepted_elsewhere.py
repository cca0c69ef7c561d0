"""What people told other scanners to accept: detect-secrets' ``.secrets.baseline`` and gitleaks' ``.gitleaksignore``.

Formats, as their tools write them: the baseline is JSON with ``results`` by path, each entry with the SHA-1 of the value and, once
somebody audited it, ``is_secret``. The ignore file has a fingerprint a line, ``path:rule:line`` or ``commit:path:rule:line``.
"""

from __future__ import annotations

import json
import re
from hashlib import sha1

from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.documents.file import File
    from dsguard.documents.files import Files

BASELINE, IGNORE_FILE = ".secrets.baseline", ".gitleaksignore"
LARGEST = 20_000_000
"""Bytes of such a file that is read."""

_SHA1 = re.compile(r"[0-9a-f]{40}")
_FINGERPRINT = re.compile(r"(?:[0-9a-f]{40}:)?(?P<path>.{1,4096}):(?P<rule>[\w.\-]{1,200}):(?P<line>\d{1,9})")


class Accepted:
    """What other scanners were told about a repository.

    Args:
        known: path and SHA-1 of each value in a baseline: accepted for now, whatever it is.
        harmless: those of them that a person looked at and called no secret.
        lines: path and line (from 1) of each fingerprint of an ignore file.
    """

    __slots__ = ("harmless", "known", "lines")

    def __init__(
        self,
        known: frozenset[tuple[str, str]] = frozenset(),
        harmless: frozenset[tuple[str, str]] = frozenset(),
        lines: frozenset[tuple[str, int]] = frozenset(),
    ) -> None:
        self.known = known
        self.harmless = harmless
        self.lines = lines

    def is_harmless(self, path: str, value: str) -> bool:
        """Whether a person audited this very value in this file and called it no secret."""
        return bool(self.harmless) and (path, _digest(value)) in self.harmless

    def is_known(self, path: str, value: str, line: int | None) -> bool:
        """Whether another scanner is silent about it: what a migration would put into a baseline of ours.

        Args:
            line: from 1. Fingerprints of gitleaks know nothing else; they point elsewhere once lines have moved.
        """
        return (path, line) in self.lines or (bool(self.known) and (path, _digest(value)) in self.known)


def read_baseline(text: str) -> Accepted:
    """A ``.secrets.baseline`` of any version since 0.12; what is none is empty."""
    try:
        results = json.loads(text)["results"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return Accepted()
    known, harmless = set(), set()
    for path, entries in results.items() if isinstance(results, dict) else ():
        for entry in entries if isinstance(entries, list) else ():
            digest = entry.get("hashed_secret") if isinstance(entry, dict) else None
            if isinstance(digest, str) and _SHA1.fullmatch(digest):
                place = (path.replace("\\", "/").removeprefix("./"), digest)
                known.add(place)
                if entry.get("is_secret") is False:
                    harmless.add(place)
    return Accepted(frozenset(known), frozenset(harmless))


def read_ignore_file(text: str) -> Accepted:
    """A ``.gitleaksignore``: comments and lines that are no fingerprint are passed over."""
    lines = set()
    for line in text.splitlines():
        match = _FINGERPRINT.fullmatch(line.strip())
        if match is not None and not line.lstrip().startswith("#"):
            lines.add((match["path"].replace("\\", "/").removeprefix("./"), int(match["line"])))
    return Accepted(lines=frozenset(lines))


def accepted_in(file: File) -> Accepted:
    """What lies at the root of the repository that a file is in; read once for all files."""
    return file.shared("accepted-elsewhere", _read)


def _read(files: Files) -> Accepted:
    baseline, ignored = _text(files, BASELINE), _text(files, IGNORE_FILE)
    audited = read_baseline(baseline) if baseline else Accepted()
    return Accepted(audited.known, audited.harmless, read_ignore_file(ignored).lines if ignored else frozenset())


def _text(files: Files, name: str) -> str:
    file = files.get(name)
    try:
        return file.text if file is not None and file.size <= LARGEST else ""
    except UnreadableError:
        return ""


def _digest(value: str) -> str:
    return sha1(value.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
