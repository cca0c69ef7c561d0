from __future__ import annotations

from dsguard.model import Confidence, Severity
from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

_DIGEST = "@sha256:" + "5d" * 32


class FloatingBaseImage(FileRule):
    """A tag is moved to a new image whenever its owner likes, so the same Dockerfile builds something else next month.

    ``:latest``, and no tag at all, which means the same, are reported; other tags without a digest only in profile ``strict``.
    """

    code, name, family, since = "DSG407", "floating-base-image", "lockfile", "0.2"
    summary = "base image without a digest"
    help = "Pin it by digest."
    severity = Severity.WARNING
    files = ("Dockerfile", "Dockerfile.*", "*.Dockerfile", "*.dockerfile", "Containerfile", "!@template", "!@vendored", "!@fixture")
    triggers = (b"FROM", b"from", b"From")
    bad = (
        {"Dockerfile": "FROM jupyter/scipy-notebook:latest\nCOPY . .\n"},
        {"Dockerfile": "FROM python AS python\nCOPY . .\n"},
        {"docker/train.dockerfile": "ARG BASE=pytorch/pytorch:latest\nFROM --platform=linux/amd64 ${BASE} AS build\nFROM build\n"},
    )
    good = (
        {"Dockerfile": f"FROM python:3.12-slim{_DIGEST}\nCOPY . .\n"},
        {"Dockerfile": "FROM python:3.12-slim\nCOPY . .\n"},
        {"Dockerfile": f"FROM python:3.12{_DIGEST} AS build\nRUN true\nFROM build\nFROM scratch\n"},
        {"Dockerfile": "ARG BASE\nFROM ${BASE}\nCOPY . .\n"},
        {"Dockerfile": f"FROM python:latest{_DIGEST}\n"},
        {"train.Dockerfile": "FROM churn_base\n", "Dockerfile.base": "FROM python:3.12-slim AS churn_base\n"},
        {"Dockerfile": "FROM churn-base:latest\n", "Makefile": "base:\n\tdocker build -t churn-base:latest base\n"},
    )

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.lockfile.images import floating_images

        for image in floating_images(file):
            yield self.found(
                file.at(image.line),
                f"`{image.name}` is {image.problem}: the same Dockerfile builds something else once that moves",
                subject=image.name,
                help=image.help,
                confidence=Confidence.HIGH if image.is_latest else Confidence.LOW,
            )
