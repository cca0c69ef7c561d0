"""A job for CI: a workflow of its own on GitHub, one more job for GitLab."""

from __future__ import annotations

from dsguard.adoption.change import Change, appended
from dsguard.adoption.survey import GITLAB, WORKFLOWS
from dsguard.model import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.adoption.hooks import Source
    from dsguard.adoption.survey import Survey

WORKFLOW = f"{WORKFLOWS}dsguard.yml"
CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"

_GITHUB = """\
name: dsguard

on:
  push:
    branches: [{branch}]
  pull_request:

permissions:
  contents: read

jobs:
  dsguard:
    runs-on: ubuntu-latest
    steps:
      - uses: {checkout}
        with:
          persist-credentials: false
      - run: pipx run --spec "{requirement}" dsguard check --format github
"""

_GITLAB = """\
dsguard:
  image: python:3.13
{stage}  script:
    - pip install "{requirement}"
    - dsguard check --output gitlab=gl-code-quality-report.json --output junit=dsguard-junit.xml
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
      junit: dsguard-junit.xml
"""


def with_job(survey: Survey, source: Source, branch: str) -> list[Change]:
    """What CI needs to run the same check; nothing where some job does so already, or where there is no CI.

    Args:
        branch: whose pushes are checked besides merge requests.

    Raises:
        UnreadableError: .gitlab-ci.yml cannot be read or added to.
    """
    changes = []
    if survey.has_workflows and not any(b"dsguard" in survey.data(path) for path in survey.files if path.startswith(WORKFLOWS)):
        text = _GITHUB.format(branch=branch, checkout=CHECKOUT, requirement=source.requirement)
        changes.append(Change(WORKFLOW, None, text.encode()))
    if survey.has_gitlab and b"dsguard" not in survey.data(GITLAB):
        changes.append(_gitlab(survey, source))
    return changes


def _gitlab(survey: Survey, source: Source) -> Change:
    file = survey.files[GITLAB]
    document = file.yaml
    if not isinstance(document, dict):
        raise UnreadableError(GITLAB, "holds no jobs", fatal=False)
    stages = document.get("stages")
    # A job without a stage is one of `test`, which a list of stages may lack.
    stage = f"  stage: {stages[0]}\n" if isinstance(stages, list) and stages and "test" not in stages else ""
    return appended(file, GITLAB, _GITLAB.format(stage=stage, requirement=source.requirement))
