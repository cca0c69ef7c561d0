"""Inline metadata of scripts (PEP 723)."""

from __future__ import annotations

import re
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsguard.documents.inline_script import InlineScript, read_inline_script
from dsguard.model import UnreadableError
from dsguard.testing import tree

REFERENCE = re.compile(r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$")
"""The pattern that PEP 723 gives."""


def script(text: str) -> InlineScript | None:
    return read_inline_script(tree({"a.py": text})["a.py"])


def test_what_it_declares() -> None:
    found = script(
        '#!/usr/bin/env python\n"""Doc."""\n# /// script\n# requires-python = ">=3.11"\n# dependencies = [\n#   "a>=1",\n# ]\n#\n'
        '# [tool.uv]\n# constraint-dependencies = ["b"]\n# ///\nimport a\n'
    )
    assert found is not None
    assert (found.requires_python, found.line, found.uv) == (">=3.11", 3, {"constraint-dependencies": ["b"]})
    assert [declared.text for declared in found.dependencies] == ["a>=1"]
    assert (found.at("a>=1").line, found.at("nowhere").line) == (6, 3)


@pytest.mark.parametrize(
    "text",
    [
        "import a\n",
        "# /// script\nimport a\n# ///\n",
        "# /// script\n# dependencies = []\n",
        "# /// pyproject\n# a = 1\n# ///\n",
        "#/// script\n# a = 1\n#///\n",
        "# /// script\n# ///\n",
        "  # /// script\n  # a = 1\n  # ///\n",
    ],
)
def test_no_metadata(text: str) -> None:
    assert script(text) is None


def test_a_mark_within_is_part_of_it_and_odd_values_are_none() -> None:
    found = script('# /// script\n# a = """\n# ///\n# """\n# dependencies = 3\n# tool = 4\n# ///\n')
    assert found is not None
    assert (found.metadata["a"], found.dependencies, found.uv, found.requires_python) == ("///\n", [], {}, None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# /// script\n# a = \n# ///\n", "does not parse"),
        ("# /// script\n# a = 1\n# ///\nx = 1\n# /// script\n# a = 2\n# ///\n", "two blocks"),
    ],
)
def test_broken_metadata_is_named(text: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason) as caught:
        script(text)
    assert not caught.value.fatal


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(["# /// script", "# ///", "#", "# a = 1", "# b = 2", "x", "#c", ""]), max_size=9))
def test_it_finds_what_the_pattern_of_the_pep_finds(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    blocks = [found for found in REFERENCE.finditer(text) if found["type"] == "script"]
    try:
        found = script(text)
    except UnreadableError as error:
        if "two blocks" in error.reason:
            assert len(blocks) > 1
        return
    if len(blocks) != 1:
        assert found is None or len(blocks) > 1 or not blocks
        return
    content = "".join(line[2:] if line.startswith("# ") else line[1:] for line in blocks[0]["content"].splitlines(keepends=True))
    assert found is not None
    assert found.metadata == tomllib.loads(content)
