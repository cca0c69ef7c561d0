"""What CI runs: jobs of GitHub workflows, composite actions and GitLab pipelines as lists of shell scripts."""

from __future__ import annotations

import itertools
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dsguard.documents.file import File

    Table = dict[str, Any]

_MAX_COMBINATIONS = 16
_MAX_NESTING = 3
_MATRIX = re.compile(r"\$\{\{\s*matrix\.([A-Za-z0-9_-]+)\s*\}\}")
_GITLAB_KEYS = frozenset(
    ("default", "include", "stages", "variables", "workflow", "image", "services", "cache", "before_script", "after_script", "pages:deploy")
)
_NO_SHELLS = ("python", "pwsh", "powershell", "cmd", "node", "perl", "ruby")


class Step:
    """A script that a job runs.

    Args:
        environment: the variables that are set for it, those of job and pipeline included.
        folder: the working directory within the repository; ``None`` if it cannot be told, or if the repository is not there.
        text: the script as it is written, to find its line; ``""`` if it stands in another file.
    """

    __slots__ = ("environment", "folder", "script", "text")

    def __init__(self, script: str, text: str, environment: dict[str, str], folder: str | None) -> None:
        self.script = script
        self.text = text
        self.environment = environment
        self.folder = folder


class Job:
    """The scripts of one job, in order. A job with a matrix is one for each combination of it."""

    __slots__ = ("steps",)

    def __init__(self, steps: list[Step]) -> None:
        self.steps = steps


def read_jobs(file: File) -> Iterator[Job]:
    """The jobs of a workflow, of a composite action or of a GitLab pipeline.

    Raises:
        UnreadableError: it is no YAML, or a template of such a file.
    """
    document = file.yaml
    if not isinstance(document, dict):
        return
    if file.name.endswith((".gitlab-ci.yml", ".gitlab-ci.yaml")):
        yield from _gitlab_jobs(document)
    elif isinstance(document.get("runs"), dict):
        yield Job(list(_Steps(file, {}, has_repository=True).read(document["runs"].get("steps"), {}, "", "", 0)))
    else:
        yield from _github_jobs(document, file)


# GitHub


def _github_jobs(document: Table, file: File) -> Iterator[Job]:
    for job in _table(document, "jobs").values():
        if not isinstance(job, dict):
            continue
        environment = _texts(document, "env") | _texts(job, "env")
        folder, shell = "", ""
        for level in (document, job):
            defaults = _table(_table(level, "defaults"), "run")
            folder, shell = str(defaults.get("working-directory", folder)), str(defaults.get("shell", shell))
        for values in _combinations(_table(job, "strategy").get("matrix")):
            yield Job(list(_Steps(file, values, has_repository=False).read(job.get("steps"), environment, folder, shell, 0)))


def _combinations(matrix: Any) -> Iterator[dict[str, str]]:
    """The values of a matrix, one set for each job that it makes, as far as they are few and written down."""
    if not isinstance(matrix, dict):
        yield {}
        return
    lists = {key: value for key, value in matrix.items() if isinstance(value, list) and key not in ("include", "exclude")}
    included = matrix.get("include")
    extra = [_plain(entry) for entry in included if isinstance(entry, dict)] if isinstance(included, list) else []
    rows = ({key: str(value) for key, value in zip(lists, values, strict=True)} for values in itertools.product(*lists.values()))
    found = list(itertools.islice(rows, _MAX_COMBINATIONS)) if lists else []
    for row in found or [{}]:
        for entry in extra or [{}]:
            yield row | entry


class _Steps:
    """The steps of one GitHub job.

    Args:
        matrix: its values of the matrix.
        has_repository: whether the repository is there from the start; a workflow has to fetch it.
    """

    def __init__(self, file: File, matrix: dict[str, str], *, has_repository: bool) -> None:
        self.file = file
        self.matrix = matrix
        self.has_repository = has_repository

    def read(self, steps: Any, environment: dict[str, str], folder: str, shell: str, nesting: int) -> Iterator[Step]:
        for step in steps if isinstance(steps, list) else []:
            if not isinstance(step, dict):
                continue
            uses, run = step.get("uses"), step.get("run")
            own = environment | _texts(step, "env")
            if isinstance(uses, str) and uses.startswith("./") and nesting < _MAX_NESTING:
                action = _local_action(uses, self.file)
                yield from self.read(_table(action, "runs").get("steps"), own, "", "", nesting + 1)
            elif isinstance(uses, str) and "checkout" in uses:
                self.has_repository |= not {"path", "repository"} & _table(step, "with").keys()
            if isinstance(run, str) and not str(step.get("shell", shell)).startswith(_NO_SHELLS):
                self.has_repository |= "git clone" in run or "repo clone" in run
                where = self._put(str(step.get("working-directory", folder)))
                is_known = self.has_repository and "$" not in where
                own = {name: self._put(value) for name, value in own.items()}
                yield Step(self._put(run), "" if nesting else run, own, where if is_known else None)

    def _put(self, text: str) -> str:
        return _MATRIX.sub(lambda found: self.matrix.get(found[1], found[0]), text)


def _local_action(uses: str, file: File) -> Table:
    from dsguard.model import UnreadableError

    for name in ("action.yml", "action.yaml"):
        action = file.sibling(f"{uses.removeprefix('./').rstrip('/')}/{name}")
        if action is not None:
            try:
                return action.yaml if isinstance(action.yaml, dict) else {}
            except UnreadableError:
                return {}  # it is told when it is looked at itself
    return {}


# GitLab


def _gitlab_jobs(document: Table) -> Iterator[Job]:
    default = _table(document, "default")
    before = default.get("before_script", document.get("before_script"))
    for name, job in document.items():
        if not isinstance(job, dict) or not isinstance(name, str) or name in _GITLAB_KEYS or name.startswith("."):
            continue
        job = _extended(job, document, 0)
        environment = _texts(document, "variables") | _texts(job, "variables")
        texts = [*_lines(job.get("before_script", before)), *_lines(job.get("script"))]
        yield Job([Step(text, text, environment, "") for text in ["\n".join(texts)] if text])


def _extended(job: Table, document: Table, depth: int) -> Table:
    """A job with what it extends put below it; of several templates the last wins."""
    extends = job.get("extends")
    merged: Table = {}
    for name in (extends if isinstance(extends, list) else [extends]) if depth < _MAX_NESTING else []:
        template = document.get(name) if isinstance(name, str) else None
        if isinstance(template, dict):
            merged = _over(merged, _extended(template, document, depth + 1))
    return _over(merged, job)


def _over(below: Table, above: Table) -> Table:
    merged = below | above
    if isinstance(below.get("variables"), dict) and isinstance(above.get("variables"), dict):
        merged["variables"] = below["variables"] | above["variables"]
    return merged


def _lines(script: Any) -> Iterator[str]:
    """The lines of a script, lists in it made flat (an anchor puts a list into a list)."""
    if isinstance(script, str):
        yield script
    elif isinstance(script, list):
        for entry in script:
            yield from _lines(entry)


# Plain data


def _table(table: Table, key: str) -> Table:
    value = table.get(key)
    return value if isinstance(value, dict) else {}


def _texts(table: Table, key: str) -> dict[str, str]:
    return _plain(_table(table, key))


def _plain(table: Table) -> dict[str, str]:
    """Variables as a shell sees them. GitLab may give one a description: then its value stands in a table."""
    found = {}
    for name, value in table.items():
        value = value.get("value") if isinstance(value, dict) else value
        if isinstance(name, str) and not isinstance(value, (list, dict)) and value is not None:
            found[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return found
