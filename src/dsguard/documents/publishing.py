"""Whether a project is made for a package index: what is published is locked and bounded by those who use it."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dsguard.documents.files import Files
    from dsguard.documents.project import Project

_ANY_PROJECT = ("Programming Language ::", "License ::", "Operating System ::", "Natural Language ::")
"""Classifiers that project templates write into everything (cookiecutter-data-science does): no sign of publishing."""

_UPLOADS = re.compile(rb"pypa/gh-action-pypi-publish|\btwine upload\b|\b(?:uv|poetry|hatch|flit|pdm|maturin) publish\b")
"""What uploads to a package index, in a CI file."""

_TWINE = re.compile(rb"[\"']twine[\"'\s\[<>=!~;]|^\s*twine\s*=", re.MULTILINE)
"""twine among the requirements of a manifest: it is good for nothing but uploading."""


def is_published(project: Project) -> bool:
    """Whether a project can be built, and has project URLs, telling classifiers, or something that uploads it.

    Classifiers that say only language, licence or system tell nothing. ``Private ::`` says the opposite (a package index
    refuses it). A CI file that uploads is taken for the only project that can be built: of several it may mean another.

    Raises:
        UnreadableError: the manifest does not parse.
    """
    manifest = project.file("pyproject.toml")
    if manifest is None or project.get("build-system") is None:
        return False
    for metadata in (project.get("project"), project.get("tool", "poetry")):
        if not isinstance(metadata, dict) or metadata.get("package-mode") is False:
            continue
        classifiers = _texts(metadata.get("classifiers"))
        if any(classifier.startswith("Private ::") for classifier in classifiers):
            return False
        if any(not classifier.startswith(_ANY_PROJECT) for classifier in classifiers):
            return True
        if any(metadata.get(key) for key in ("urls", "homepage", "repository", "documentation")):
            return True
    if _TWINE.search(manifest.data):
        return True
    return project.files.once("buildable", _buildable) == [manifest.path] and uploads(project.files)


def _texts(value: Any) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _buildable(files: Files) -> list[str]:
    """The manifests of what can be built."""
    from dsguard.documents.project import NO_PROJECT

    manifests = [path for path in files if path.rpartition("/")[2] == "pyproject.toml" and files[path].roles.isdisjoint(NO_PROJECT)]
    return [path for path in manifests if b"build-system" in files[path].data]


def uploads(files: Files) -> bool:
    """Whether a CI file of the repository uploads to a package index."""
    return files.once("uploads", _uploads)


def _uploads(files: Files) -> bool:
    from dsguard.model import UnreadableError

    for path in files:
        if path == ".gitlab-ci.yml" or (path.startswith(".github/workflows/") and path.endswith((".yml", ".yaml"))):
            try:
                if _UPLOADS.search(files[path].data):
                    return True
            except UnreadableError:
                continue  # it is told where it is looked at itself
    return False
