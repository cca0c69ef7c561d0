"""CI files as jobs of shell scripts."""

from __future__ import annotations

import pytest

from dsguard.documents.pipelines import Step, read_jobs
from dsguard.model import UnreadableError
from dsguard.testing import all_files

CHECKOUT = "      - uses: actions/checkout@v5\n"


def jobs(text: str, name: str = ".github/workflows/ci.yml", **others: str) -> list[list[Step]]:
    files = all_files({name: text} | {path.replace("__", "/"): content for path, content in others.items()})
    return [job.steps for job in read_jobs(files[name])]


def workflow(steps: str, head: str = "", job: str = "") -> str:
    return f"on: push\n{head}jobs:\n  a:\n    runs-on: x\n{job}    steps:\n{CHECKOUT}{steps}"


def scripts(text: str) -> list[list[str]]:
    return [[step.script for step in steps] for steps in jobs(text)]


def test_steps_of_jobs() -> None:
    text = (
        workflow("      - run: uv sync\n      - run: |\n          a\n          b\n      - uses: x/y@v1\n")
        + "  b:\n    steps:\n      - run: c\n"
    )
    assert scripts(text) == [["uv sync", "a\nb\n"], ["c"]]


def test_variables_of_workflow_job_and_step() -> None:
    head, job = "env: {A: 1, B: 1, C: true}\n", "    env:\n      B: 2\n      D: ${{ secrets.x }}\n"
    ((step,),) = jobs(workflow("      - run: x\n        env: {C: 3}\n", head, job))
    assert step.environment == {"A": "1", "B": "2", "C": "3", "D": "${{ secrets.x }}"}


def test_working_directories() -> None:
    steps = "      - run: x\n      - run: y\n        working-directory: b/c\n      - run: z\n        working-directory: ${{ env.D }}\n"
    ((first, second, third),) = jobs(workflow(steps, job="    defaults:\n      run:\n        working-directory: a\n"))
    assert [first.folder, second.folder, third.folder] == ["a", "b/c", None]


def test_the_repository_is_there_once_it_was_checked_out() -> None:
    text = "on: push\njobs:\n  a:\n    steps:\n      - run: before\n      - uses: actions/checkout@v5\n      - run: after\n"
    ((before, after),) = jobs(text)
    assert (before.folder, after.folder) == (None, "")
    ((other,),) = jobs(text.replace("      - run: before\n", "").replace("v5\n", "v5\n        with: {repository: x/y}\n"))
    assert other.folder is None


def test_other_shells_are_no_scripts() -> None:
    assert scripts(workflow("      - run: import os\n        shell: python\n      - run: b\n        shell: bash -e {0}\n")) == [["b"]]
    assert scripts(workflow("      - run: b\n", job="    defaults: {run: {shell: pwsh}}\n")) == [[]]


def test_a_matrix_makes_a_job_of_each_combination() -> None:
    job = "    strategy:\n      matrix:\n        flags: ['--locked', '']\n        python: [3.11, '3.12']\n"
    assert scripts(workflow("      - run: uv sync -p ${{ matrix.python }} ${{matrix.flags}}\n", job=job)) == [
        ["uv sync -p 3.11 --locked"],
        ["uv sync -p 3.12 --locked"],
        ["uv sync -p 3.11 "],
        ["uv sync -p 3.12 "],
    ]


def test_what_a_matrix_includes_and_what_is_not_written_down() -> None:
    job = "    strategy:\n      matrix:\n        include:\n          - task: uv sync\n          - task: pytest\n"
    assert scripts(workflow("      - run: ${{ matrix.task }} ${{ matrix.no }}\n", job=job)) == [
        ["uv sync ${{ matrix.no }}"],
        ["pytest ${{ matrix.no }}"],
    ]
    job = "    strategy:\n      matrix: ${{ fromJSON(needs.a.outputs.m) }}\n"
    assert scripts(workflow("      - run: ${{ matrix.task }}\n", job=job)) == [["${{ matrix.task }}"]]
    job = "    strategy:\n      matrix:\n        a: [" + ", ".join(map(str, range(500))) + "]\n"
    assert len(scripts(workflow("      - run: x\n", job=job))) == 16


def test_a_local_action_is_put_in_place() -> None:
    action = "runs:\n  using: composite\n  steps:\n    - run: uv sync\n      shell: bash\n    - uses: ./.github/actions/setup\n"
    ((inner, *_, own),) = jobs(
        workflow("      - uses: ./.github/actions/setup/\n        env: {A: 1}\n      - run: x\n"),
        **{".github__actions__setup__action.yml": action},
    )
    assert (inner.script, inner.text, inner.environment) == ("uv sync", "", {"A": "1"})
    assert (own.script, own.text) == ("x", "x")
    assert scripts(workflow("      - uses: ./nothing/there\n      - run: x\n")) == [["x"]]


def test_a_composite_action_on_its_own() -> None:
    ((step,),) = jobs("runs:\n  steps:\n    - run: uv sync\n", ".github/actions/setup/action.yml")
    assert (step.script, step.folder) == ("uv sync", "")


def test_gitlab_jobs() -> None:
    text = (
        "variables: {A: 1, B: {value: 2, description: x}}\ndefault:\n  before_script: [setup]\n"
        ".base:\n  variables: {C: 3}\n  script: [base]\n"
        "one:\n  extends: .base\n  variables: {D: 4}\n"
        "two:\n  before_script: []\n  script:\n    - a\n    - [b, c]\n"
        "stages: [x]\ninclude: [y]\npages: {stage: x}\n"
    )
    found = jobs(text, ".gitlab-ci.yml")
    assert [[step.script for step in steps] for steps in found] == [["setup\nbase"], ["a\nb\nc"], ["setup"]]
    assert found[0][0].environment == {"A": "1", "B": "2", "C": "3", "D": "4"}
    assert found[0][0].folder == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n",
        "jobs: 3\n",
        "jobs: {a: 3}\n",
        "jobs: {a: {steps: 3}}\n",
        "jobs: {a: {steps: [3, {run: [1]}, {uses: 3}]}}\n",
        "env: 3\njobs: {}\n",
        "a: b\n",
    ],
)
def test_odd_files_have_no_scripts(text: str) -> None:
    assert [step for steps in jobs(text) for step in steps] == []
    assert [step for steps in jobs(text, ".gitlab-ci.yml") for step in steps] == []


def test_a_template_is_named_as_one() -> None:
    with pytest.raises(UnreadableError, match="template"):
        jobs("on: push\n{% if x %}\njobs: {}\n{% endif %}\n")


def test_aliases_that_blow_up_are_named() -> None:
    text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{below}'] * 10)}]\n" for below, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    with pytest.raises(UnreadableError, match="aliases"):
        jobs(text)
