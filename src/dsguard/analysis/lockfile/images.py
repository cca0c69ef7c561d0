"""The images that a Dockerfile builds on, and whether each is always the same."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.documents.files import Files

_BUILDERS = re.compile(
    r"(?:^|/)(?:[^/]*[Dd]ockerfile[^/]*|[Mm]akefile|justfile|[^/]*\.(?:sh|mk|ya?ml)|Taskfile[^/]*|README[^/]*|tasks\.py|noxfile\.py)$"
)
"""Files that may build an image and give it a name."""


class FloatingImage:
    """A base image that is not pinned.

    Args:
        name: as the Dockerfile says it, variables put in place.
        is_latest: whether its tag is ``latest``, written or not.
    """

    __slots__ = ("is_latest", "line", "name")

    def __init__(self, name: str, line: int, *, is_latest: bool) -> None:
        self.name = name
        self.line = line
        self.is_latest = is_latest

    @property
    def problem(self) -> str:
        if not self.is_latest:
            return "a tag"
        return "a moving target by its name" if _tag(self.name) else "`latest`, for want of a tag"

    @property
    def help(self) -> str:
        tagged = self.name if not self.is_latest else f"{_repository(self.name)}:TAG"
        choose = "Choose a version, and pin" if self.is_latest else "Pin"
        digest = f"`docker buildx imagetools inspect {tagged}` shows the digest"
        return f"{choose} the image behind it: `FROM {tagged}@sha256:...`; {digest}."


def floating_images(file: File) -> Iterator[FloatingImage]:
    """The base images of a Dockerfile that have no digest, each once."""
    from dsguard.documents.dockerfile import read_stages

    seen = {"", "scratch"}
    for stage in read_stages(file):
        image = stage.image
        if image.lower() not in seen and "@" not in image and "$" not in image:
            is_latest = _tag(image) in ("", "latest")
            if not is_latest or not _is_built_here(file.files, _repository(image)):
                yield FloatingImage(image, stage.line, is_latest=is_latest)
        seen |= {image.lower(), stage.name}


def _tag(image: str) -> str:
    return image.rpartition("/")[2].partition(":")[2]


def _repository(image: str) -> str:
    tag = _tag(image)
    return image.removesuffix(f":{tag}") if tag else image


def _is_built_here(files: Files, repository: str) -> bool:
    """Whether the repository builds an image of that name itself: then it is as fixed as what that one is built on.

    A script says so, a Dockerfile calls a stage so, or a folder has its name: one with a Dockerfile, or one of a name that no
    official image has.
    """
    from dsguard.model import UnreadableError

    if "/" not in repository:
        folders = [folder for folder in files.folders if folder.rpartition("/")[2] == repository]
        if folders and ("-" in repository or any("dockerfile" in name.lower() for each in folders for name in files.names_in(each))):
            return True
    name = re.escape(repository)
    stage = rf"(?i:from\s+(?:--platform=\S+\s+)?(?!{name}[\s:@])\S+\s+as\s+)"
    named = re.compile(rf"(?:-t|--tag|--tag=|image:|tags:|{stage})[ \"']*{name}(?![\w/.-])".encode())
    for path in files.once("image-builders", lambda every: [each for each in every if _BUILDERS.search(each)]):
        try:
            if files[path].size < 1 << 18 and named.search(files[path].data):
                return True
        except UnreadableError:
            continue
    return False
