"""Dockerfiles as stages and instructions."""

from __future__ import annotations

import pytest

from dsguard.documents.dockerfile import Stage, expand, read_stages
from dsguard.testing import tree


def stages(text: str) -> list[Stage]:
    return read_stages(tree({"Dockerfile": text})["Dockerfile"])


def test_stages_and_what_they_build_on() -> None:
    found = stages(
        "# syntax=docker/dockerfile:1\nARG TAG=3.12\nFROM --platform=linux/amd64 python:${TAG}-slim AS Build\nRUN a\n\n"
        "from build\nRUN b\nFROM\n"
    )
    assert [(stage.image, stage.name, stage.line) for stage in found] == [("python:3.12-slim", "build", 3), ("build", "", 6)]
    assert [instruction.text for instruction in found[0].instructions] == ["a"]


def test_continued_lines_comments_and_flags() -> None:
    (stage,) = stages(
        "FROM x\n"
        "RUN --mount=type=cache,target=/root/.cache \\\n"
        "    --network=none \\\n"
        "    # why\n"
        "\n"
        "    uv sync && \\\n"
        "    pytest\n"
        "run second\n"
    )
    first, second = stage.instructions
    assert first.flags == ("--mount=type=cache,target=/root/.cache", "--network=none")
    assert (first.name, first.line, second.name, second.line) == ("RUN", 2, "RUN", 8)
    from dsguard.documents.shell import read_commands

    assert [(command.words, command.line + first.line) for command in read_commands(first.script)] == [
        (("uv", "sync"), 6),
        (("pytest",), 7),
    ]


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ('CMD ["uv", "run", "a b"]', "'uv' 'run' 'a b'"),
        ("CMD uv run a", "uv run a"),
        ("CMD [not json", "[not json"),
        ('CMD ["a", 1]', '["a", 1]'),
        ("RUN <<EOF\nuv sync\npytest\nEOF", "\nuv sync\npytest"),
        ("RUN python <<PY\nimport os\nPY", "python <<PY\nimport os\nPY"),
        ("RUN echo `\nb", "echo `"),
    ],
)
def test_scripts(text: str, script: str) -> None:
    (stage,) = stages(f"FROM x\n{text}\nLABEL a=b\n")
    assert stage.instructions[0].script == script
    if "echo" not in text:
        assert stage.instructions[-1].name == "LABEL"


def test_another_escape_character() -> None:
    (stage,) = stages("# escape=`\nFROM x\nRUN a `\n  b\n")
    assert stage.instructions[0].text == "a \\\n  b"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ENV A=1 B='x y' C=\"z\"", {"A": "1", "B": "x y", "C": "z"}),
        ("ENV A=1 \\\n    B=2", {"A": "1", "B": "2"}),
        ("ENV A some value", {"A": "some value"}),
        ("ARG A=1", {"A": "1"}),
        ("ARG A", {}),
        ("ENV A", {}),
    ],
)
def test_assignments(text: str, expected: dict[str, str]) -> None:
    (stage,) = stages(f"FROM x\n{text}\n")
    assert stage.instructions[0].assignments == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("python:$TAG", "python:3.12"),
        ("python:${TAG}-slim", "python:3.12-slim"),
        ("python:${OTHER:-3.11}", "python:3.11"),
        ("python:${OTHER-3.11}", "python:3.11"),
        ("python:${TAG:-3.11}", "python:3.12"),
        ("python:${TAG:+x}", "python:${TAG:+x}"),
        ("python:${OTHER}", "python:${OTHER}"),
        ("$", "$"),
    ],
)
def test_variables(text: str, expected: str) -> None:
    assert expand(text, {"TAG": "3.12"}) == expected


@pytest.mark.parametrize(
    "text",
    ["", "RUN before any stage", "FROM x\nRUN <<EOF\nnever closed", "FROM x\n\\\n\\", "\ufeffFROM x", "FROM x\nRUN [" + "[" * 100_000],
)
def test_odd_files_are_read(text: str) -> None:
    for stage in stages(text):
        assert all(instruction.script is not None for instruction in stage.instructions)
