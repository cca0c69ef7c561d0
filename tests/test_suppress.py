"""Comments, tags and markers silence what they name, where they stand, and nothing else."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dsguard import engine
from dsguard.engine import Chosen, Plan
from dsguard.fixes import edit_bytes
from dsguard.model import Finding, Report, Severity
from dsguard.rules.base import FileRule
from dsguard.rules.engine.unused_suppression import UnusedSuppression
from dsguard.workspace import MemoryWorkspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.rules.base import Rule, Settings


class Word(FileRule):
    """Finds BAD, once a line, in any text or notebook."""

    code, name, family, since = "DSG601", "home-path", "paths", "0.1"
    summary = "a bad word"
    help = "Say something else."
    files = ("*",)
    word = "BAD"

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        if file.suffix != ".ipynb":
            for number, line in enumerate(file.lines, 1):
                if self.word in line:
                    yield self.found(file.at(number, line.index(self.word) + 1), subject=str(number))
            return
        for cell in file.notebook.cells:
            for number, line in enumerate(cell.source.split("\n"), 1):
                if self.word in line:
                    yield self.found(cell.at_source(number, 1), subject=f"{cell.number}:{number}")
            if any(self.word in str(output) for output in cell.outputs):
                yield self.found(cell.at("outputs"), subject=f"{cell.number}:out")


class Worse(Word):
    """Finds WORSE."""

    code, name, family = "DSG201", "notebook-output", "notebooks"
    word = "WORSE"


class Whole(Word):
    """Finds a file as a whole."""

    code, name, family = "DSG401", "missing-lockfile", "lockfile"

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        if "WHOLE" in file.text:
            yield self.found(file.at(), subject="whole")


WORDS: tuple[Rule, ...] = (Word(), Worse())


def run(name: str, content: str | bytes, *, rules: tuple[Rule, ...] = WORDS, unused: bool = True) -> Report:
    rules = (*rules, UnusedSuppression()) if unused else rules
    rows = [(f"select:{rule.code}", pattern) for rule in rules for pattern in rule.files]
    return engine.run(Plan([Chosen(rule, {}) for rule in rules], rows), MemoryWorkspace({name: content}))


def left(report: Report) -> list[str]:
    """`code:line` of what is left, or the code alone for a whole file."""
    return [finding.code if finding.location.line is None else f"{finding.code}:{finding.location.line}" for finding in report.findings]


def fixed(name: str, content: bytes) -> bytes:
    report = run(name, content)
    edits = sorted((edit for finding in report.findings if finding.fix for edit in finding.fix.edits), key=lambda edit: edit.start)
    return edit_bytes(content, edits)


# Which findings


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("BAD = 1  # dsguard: ignore[DSG601] reason\n", []),
        ("BAD = 1  # dsguard: ignore[DSG601]\n", []),
        ("BAD = 1  #dsguard:ignore[DSG601]\n", []),
        ("BAD = 1# dsguard: ignore[DSG601] reason\n", []),
        ("BAD = ''# dsguard: ignore[DSG601] reason\n", []),
        ("BAD = 1  ## dsguard: ignore[DSG601] reason\n", []),
        ("BAD = 1  # noqa: E501  # dsguard: ignore[DSG601] reason\n", []),
        ("BAD = 1  # dsguard: ignore[DSG601] reason  # noqa: E501\n", []),
        ("BAD = 1  # dsguard: ignore[home-path] reason\n", []),
        ("BAD = 1  # dsguard: ignore[dsg601, Notebook-Output] reason\nx = 'WORSE'\n", ["DSG002:1", "DSG201:2"]),
        ("BAD = 'WORSE'  # dsguard: ignore[DSG601,DSG201] reason\n", []),
        ("BAD = 'WORSE'  # dsguard: ignore[DSG601] one  # dsguard: ignore[DSG201] two\n", []),
        ("BAD = 'WORSE'  # dsguard: ignore[DSG601] reason\n", ["DSG201:1"]),
        ("BAD = 1  # dsguard: ignore[DSG201] reason\n", ["DSG601:1", "DSG002:1"]),
        ("BAD = 1  # dsguard: ignore[DSG601] reason\nBAD = 2\n", ["DSG601:2"]),
        ("BAD = 0\nBAD = 1  # dsguard: ignore[DSG601] reason\n", ["DSG601:1"]),
        ("# dsguard: ignore[DSG601] reason\nBAD = 1\nBAD = 2\n", ["DSG601:3"]),
        ("# dsguard: ignore[DSG601] reason\n\n# more\nBAD = 1\nBAD = 2\n", ["DSG601:5"]),
        ("# dsguard: ignore[DSG601] reason\n# dsguard: ignore[DSG201] reason\nBAD = 'WORSE'\n", []),
        ("    # dsguard: ignore[DSG601] reason\nBAD = 1\n", []),
        ("x = 1  # dsguard: ignore[DSG601] reason\nBAD = 1\n", ["DSG002:1", "DSG601:2"]),
        ("BAD = 1\n# dsguard: ignore[DSG601] reason\n", ["DSG601:1", "DSG002:2"]),
        ("# dsguard: ignore-file[DSG601] reason\n\n\nBAD = 1\nBAD = 'WORSE'\n", ["DSG201:5"]),
        ('"""Doc."""\n# dsguard: ignore-file[DSG601] reason\nBAD = 1\n', []),
        ("BAD = 1\n" + "x = 1\n" * 18 + "# dsguard: ignore-file[DSG601] line 20\n", []),
        ("BAD = 1\n" + "x = 1\n" * 19 + "# dsguard: ignore-file[DSG601] line 21\n", ["DSG601:1", "DSG002:21"]),
        ("x = '# dsguard: ignore[DSG601] reason'; BAD = 1\n", ["DSG601:1"]),
        ('x = """\n# dsguard: ignore[DSG601] reason\n"""\nBAD = 1\n', ["DSG601:4"]),
        ("x = '# dsguard: ignore[DSG601]'; BAD = 1  # dsguard: ignore[DSG601] reason\n", []),
        ("BAD = 1  # write `# dsguard: ignore[DSG601] reason` to be left alone\n", ["DSG601:1"]),
        ("BAD = 1  " + "#" * 3000 + " dsguard: ignore[DSG601] reason\n", []),
        ("BAD = '" + "x" * 5000 + "'  # dsguard: ignore[DSG601] reason\n", []),
        ("BAD = (  # dsguard: ignore[DSG601] does not parse\n", []),
        ("print 'BAD'  # dsguard: ignore[DSG601] Python 2\n", []),
        ("BAD = 'é'  # dsguard: ignore[DSG601] reason\n", []),
        ("BAD = 1  # dsguard: ignored[DSG601] reason\n", ["DSG601:1"]),
        ("BAD = 1  # dsguard ignore[DSG601] reason\n", ["DSG601:1"]),
        ("BAD = 1  # Dsguard: ignore[DSG601]\r\nBAD = 1  # dsguard: ignore[DSG601] reason\r\n", ["DSG601:1"]),
    ],
)
def test_comments_in_python(source: str, expected: list[str]) -> None:
    assert left(run("a.py", source)) == expected


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("a.js", "BAD // dsguard: ignore[DSG601] reason\nBAD\n", ["DSG601:2"]),
        ("a.js", "// dsguard: ignore[DSG601] reason\n/BAD/.test(x)\nBAD\n", ["DSG601:3"]),
        ("a.c", "BAD /* dsguard: ignore[DSG601] reason */\nBAD\n", ["DSG601:2"]),
        ("a.css", "/* dsguard: ignore[DSG601] reason */\nBAD\nBAD\n", ["DSG601:3"]),
        ("a.sql", "SELECT BAD -- dsguard: ignore[DSG601] reason\n", []),
        ("a.sql", "-- dsguard: ignore[DSG601] reason\nSELECT BAD\nBAD\n", ["DSG601:3"]),
        ("a.html", "<!-- dsguard: ignore[DSG601] reason -->\n<a>BAD</a>\n<a>BAD</a>\n", ["DSG601:3"]),
        ("a.md", "<!-- dsguard: ignore[DSG601] reason -->\n<a>BAD</a>\nBAD\n", ["DSG601:3"]),
        ("a.md", "BAD <!-- dsguard: ignore[DSG601] reason -->\n", []),
        ("a.rst", ".. dsguard: ignore[DSG601] reason\n\nBAD\nBAD\n", ["DSG601:4"]),
        ("a.tex", "BAD % dsguard: ignore[DSG601] reason\n", []),
        ("a.ini", "; dsguard: ignore[DSG601] reason\npath = BAD\npath = BAD\n", ["DSG601:3"]),
        ("a.toml", 'path = "BAD"  # dsguard: ignore[DSG601] reason\n', []),
        ("a.yaml", "# dsguard: ignore[DSG601] reason\n- BAD\n- BAD\n", ["DSG601:3"]),
        ("a.yml", "path: BAD # dsguard: ignore[DSG601] reason\n", []),
        ("a.sh", "#!/bin/sh\n# dsguard: ignore-file[DSG601] reason\ncd BAD\n", []),
        ("Dockerfile", "# dsguard: ignore[DSG601] reason\nCOPY BAD\n", []),
        ("Makefile", "\tcp BAD  # dsguard: ignore[DSG601] reason\n", []),
        ("a.R", "x <- 'BAD'  # dsguard: ignore[DSG601] reason\n", []),
        ("a.jl", "x = 'BAD'  # dsguard: ignore[DSG601] reason\n", []),
        ("a.txt", "BAD  # dsguard: ignore[DSG601] reason\n", []),
        (".env", "X=BAD # dsguard: ignore[DSG601] reason\n", []),
        # text about markers
        ("README.md", "Write `BAD  # dsguard: ignore[DSG601] reason` to accept it, or `# dsguard: ignore[DSG999]`.\n", ["DSG601:1"]),
        ("README.md", "```python\nBAD  # dsguard: ignore[DSG601] reason\n# dsguard: ignore\n```\n", ["DSG601:2"]),
        ("docs/a.rst", "::\n\n    BAD  # dsguard: ignore[DSG601] reason\n", ["DSG601:3"]),
        ("a.yaml", "help: 'BAD \"# dsguard: ignore[DSG601] reason\"'\n", ["DSG601:1"]),
    ],
)
def test_comments_of_other_languages(name: str, source: str, expected: list[str]) -> None:
    assert left(run(name, source)) == expected


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("BAD = 1  # dsguard: ignore\n", "must name a rule"),
        ("BAD = 1  # dsguard: ignore because\n", "must name a rule"),
        ("BAD = 1  # dsguard: ignore[] because\n", "must name a rule"),
        ("BAD = 1  # dsguard: ignore[DSG601,] because\n", "must name a rule"),
        ("# dsguard: ignore-file\nBAD = 1\n", "must name a rule"),
        ("BAD = 1  # dsguard: ignore[DSG999] because\n", "'DSG999' in a dsguard marker is no rule"),
        ("BAD = 1  # dsguard: ignore[DSG601, home path] because\n", "'home path' in a dsguard marker is no rule"),
        ("\n" * 30 + "# dsguard: ignore-file[DSG601] too late\nBAD = 1\n", "in the first 20 lines"),
    ],
)
def test_a_marker_that_says_nothing_hides_nothing(source: str, message: str) -> None:
    report = run("a.py", source)
    assert {finding.code for finding in report.findings} == {"DSG002", "DSG601"}
    problem = next(finding for finding in report.findings if finding.code == "DSG002")
    assert message in problem.message
    assert problem.severity is Severity.ERROR
    assert "ignore[DSG601] reason" in problem.help
    assert problem.fix is None


def test_a_finding_about_the_whole_file_takes_a_marker_for_the_whole_file() -> None:
    assert left(run("a.py", "# dsguard: ignore[DSG401] reason\nWHOLE = 1\n", rules=(Whole(),), unused=False)) == ["DSG401"]
    assert left(run("a.py", "# dsguard: ignore-file[DSG401] reason\nWHOLE = 1\n", rules=(Whole(),))) == []


@pytest.mark.parametrize("line", [1, 2, 3])
def test_a_finding_over_several_lines_takes_a_marker_on_any_of_them(line: int) -> None:
    class Long(Word):
        def check(self, file: File, settings: Settings) -> Iterator[Finding]:
            yield self.found(file.at(1, 1, 3, 2), subject="call")

    lines = ["call(", "    1,", ")"]
    lines[line - 1] += "  # dsguard: ignore[DSG601] reason"
    assert left(run("a.py", "\n".join([*lines, ""]), rules=(Long(),))) == []


# Notebooks


def notebook(*cells: str | dict[str, Any], **metadata: Any) -> str:
    made = []
    for cell in cells:
        facts = {"source": cell} if isinstance(cell, str) else cell
        made.append({"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], **facts})
    return json.dumps({"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}, indent=1)


def tagged(*tags: str, source: str = "x = 'BAD'", output: str = "WORSE") -> dict[str, Any]:
    outputs = [{"output_type": "stream", "name": "stdout", "text": output}] if output else []
    return {"source": source, "metadata": {"tags": list(tags)}, "outputs": outputs}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["BAD = 1  # dsguard: ignore[DSG601] reason"], []),
        (["x = 1\nBAD = 1  # dsguard: ignore[DSG601] reason\nBAD = 2"], ["DSG601:1:3"]),
        (["# dsguard: ignore[DSG601] reason\nBAD = 1", "BAD = 2"], ["DSG601:2:1"]),
        (["# dsguard: ignore[DSG601] reason", "BAD = 2"], ["DSG002:1:1", "DSG601:2:1"]),
        (["x = '# dsguard: ignore[DSG601] reason'; BAD = 1"], ["DSG601:1:1"]),
        (["!cp BAD .  # dsguard: ignore[DSG601] reason"], []),
        (["%cd BAD  # dsguard: ignore[DSG601] reason\nBAD"], ["DSG601:1:2"]),
        (["%%bash\ncp BAD .  # dsguard: ignore[DSG601] reason"], []),
        (["%%time\nBAD = 1  # dsguard: ignore[DSG601] reason"], []),
        ([{"cell_type": "markdown", "source": "<!-- dsguard: ignore[DSG601] reason -->\nBAD"}], []),
        ([tagged()], ["DSG601:1:1", "DSG201:1:*"]),
        ([tagged("dsguard-ignore")], []),
        ([tagged("dsguard-ignore-home-path")], ["DSG201:1:*"]),
        ([tagged("dsguard-ignore-DSG601", "dsguard-ignore-notebook-output")], []),
        ([tagged("dsguard-ignore-notebook-output"), tagged()], ["DSG601:1:1", "DSG601:2:1", "DSG201:2:*"]),
        ([tagged("parameters", "dsguard")], ["DSG601:1:1", "DSG201:1:*"]),
        ([tagged("dsguard-ignore", source="x", output="")], ["DSG002:1:*"]),
        ([tagged("dsguard-ignore-notebook-output", source="x", output="")], ["DSG002:1:*"]),
        ([tagged("dsguard-ignore-nonsense")], ["DSG002:1:*", "DSG601:1:1", "DSG201:1:*"]),
    ],
)
def test_notebooks(cells: list[Any], expected: list[str]) -> None:
    report = run("a.ipynb", notebook(*cells))
    told = [f"{finding.code}:{finding.location.cell}:{finding.location.cell_line or '*'}" for finding in report.findings]
    assert sorted(told) == sorted(expected)


def test_tags_of_notebooks_that_were_formatted_in_any_way() -> None:
    compact = json.dumps(json.loads(notebook(tagged("dsguard-ignore"), tagged())), separators=(",", ":"))
    assert [finding.location.cell for finding in run("a.ipynb", compact).findings] == [2, 2]


# Unused ones


def test_only_rules_that_ran_can_tell_that_a_marker_is_unused() -> None:
    source = "x = 'dsguard'  # dsguard: ignore[DSG601] a\ny = 1  # dsguard: ignore[DSG201] b\nz = 1  # dsguard: ignore[DSG601, DSG201] c\n"
    assert left(run("a.py", source)) == ["DSG002:1", "DSG002:2", "DSG002:3"]
    assert left(run("a.py", source, rules=(Word(),))) == ["DSG002:1", "DSG002:3"]
    assert left(run("a.py", source, rules=(Whole(),))) == []
    assert left(run("a.py", source, unused=False)) == []


def test_an_unused_marker_is_a_warning_that_names_what_is_stale() -> None:
    report = run("a.py", "BAD = 1  # dsguard: ignore[DSG601, DSG201] reason\n")
    (finding,) = report.findings
    assert (finding.code, finding.severity, finding.location.line, finding.location.column) == ("DSG002", Severity.WARNING, 1, 10)
    assert "DSG201" in finding.message
    assert "DSG601" not in finding.message
    assert finding.fix is None, "the other half is in use"
    assert report.suppressed == 1


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("a.py", b"x = 1  # dsguard: ignore[DSG601] reason\ny = 2\n", b"x = 1\ny = 2\n"),
        ("a.py", b"x = 1  # dsguard: ignore[DSG601] reason\r\ny = 2\r\n", b"x = 1\r\ny = 2\r\n"),
        ("a.py", b"x = 1  # dsguard: ignore[DSG601] reason", b"x = 1"),
        ("a.py", b"x = 1\t# dsguard: ignore[DSG601]\t\n", b"x = 1\n"),
        ("a.py", b"a\n    # dsguard: ignore[DSG601] reason\nb\n", b"a\nb\n"),
        ("a.py", b"a\r\n# dsguard: ignore[DSG601] reason\r\nb\r\n", b"a\r\nb\r\n"),
        ("a.py", b"a\n# dsguard: ignore[DSG601] reason", b"a\n"),
        ("a.py", b"# dsguard: ignore-file[DSG601] reason\na\n", b"a\n"),
        ("a.py", b"x = 1  # noqa: E501  # dsguard: ignore[DSG601] reason\n", b"x = 1  # noqa: E501\n"),
        ("a.py", b"x = 1  # dsguard: ignore[DSG601] see #12  # noqa: E501\n", b"x = 1  # noqa: E501\n"),
        ("a.py", b"# dsguard: ignore[DSG601] reason  # noqa: E501\nx\n", b"# noqa: E501\nx\n"),
        ("a.py", b"    # dsguard: ignore[DSG601] reason  # noqa: E501\r\nx\r\n", b"    # noqa: E501\r\nx\r\n"),
        ("a.py", b"x = 1  # dsguard: ignore[DSG601] a  # dsguard: ignore[DSG201] b\n", b"x = 1\n"),
        ("a.py", b"# dsguard: ignore[DSG601] a # dsguard: ignore[DSG201] b\nx\n", b"\nx\n"),
        ("a.py", b"# dsguard: ignore[DSG601] a # dsguard: ignore[DSG201] b\nWORSE\n", b" # dsguard: ignore[DSG201] b\nWORSE\n"),
        ("a.py", b"BAD = 1  # dsguard: ignore[DSG601] a  # dsguard: ignore[DSG201] b\n", b"BAD = 1  # dsguard: ignore[DSG601] a\n"),
        ("a.py", b"BAD = 1  # dsguard: ignore[DSG201] a  # dsguard: ignore[DSG601] b\n", b"BAD = 1  # dsguard: ignore[DSG601] b\n"),
        ("a.py", "é = 'à'  # dsguard: ignore[DSG601] raison accentuée\nü = 1\n".encode(), "é = 'à'\nü = 1\n".encode()),
        ("a.py", b"\xef\xbb\xbf# dsguard: ignore[DSG601] reason\n\xc3\xa9 = 1\n", b"\xef\xbb\xbf\xc3\xa9 = 1\n"),
        (
            "a.py",
            b"x = '\xe9'  # dsguard: ignore[DSG601] Latin-1\n",
            b"x = '\xe9'  # dsguard: ignore[DSG601] Latin-1\n",
        ),
        ("a.sql", b"SELECT 1 -- dsguard: ignore[DSG601] reason\n", b"SELECT 1\n"),
        ("a.js", b"x // dsguard: ignore[DSG601] reason\n", b"x\n"),
        ("a.html", b"<a> <!-- dsguard: ignore[DSG601] reason -->\n", b"<a> <!-- dsguard: ignore[DSG601] reason -->\n"),
        ("a.py", b"x = 1  # dsguard: ignore\n", b"x = 1  # dsguard: ignore\n"),
        ("a.py", b"BAD = 1  # dsguard: ignore[DSG601] in use\n", b"BAD = 1  # dsguard: ignore[DSG601] in use\n"),
    ],
)
def test_a_fix_takes_the_comment_and_nothing_else(name: str, before: bytes, after: bytes) -> None:
    assert fixed(name, before) == after
    assert fixed(name, after) == after, "and then there is nothing left to do"


_PIECES = st.sampled_from(
    ["x = 1", "BAD", "é", " ", "\t", "'", '"""', "#", "# noqa", "# dsguard: ignore[DSG601]", "# dsguard: ignore[DSG201] why", "dsguard:",
     "# dsguard: ignore", "# dsguard: ignore-file[DSG601]", "\n", "\r\n", "\r", "\x0c", "(", "//", "--", "\u2028", "\ufeff", "\0"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@example(content="# dsguard: ignore-file[DSG601] # dsguard: ignore-file[DSG601]", name="a.py")
@given(content=st.lists(_PIECES, max_size=14).map("".join), name=st.sampled_from(["a.py", "a.sql", "a.md", "a.toml"]))
def test_any_text_is_taken_and_fixes_only_remove(content: str, name: str) -> None:
    before = content.encode()
    for _ in range(10):
        after = fixed(name, before)
        if after == before:
            break
        assert len(after) < len(before)
        kept = after
        before, rest = after, iter(before)
        assert all(byte in rest for byte in kept), "what is left stood there before, in this order"
    else:
        pytest.fail("fixing does not come to an end")


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes_are_taken(data: bytes) -> None:
    for name in ("a.py", "a.ipynb", "a.md"):
        assert not run(name, b"BAD\n" + data + b"\n# dsguard: ignore[DSG601]\n" + data).crashed


@pytest.mark.parametrize(
    "content",
    [
        "#" * 200_000 + " dsguard: " + "#" * 200_000,
        ("#" * 2000 + "dsguard:" + "#" * 2000 + "\n") * 100,
        "# dsguard: ignore[DSG601] " * 20_000,
        "x = 1  # dsguard: ignore[DSG601] reason\n" * 10_000,
        "BAD  # dsguard: ignore[DSG601] é\n" * 3_000,
        "# dsguard: ignore[" + "a," * 100_000,
    ],
    ids=["hashes", "lines of hashes", "one line", "unused", "used", "names"],
)
def test_the_time_grows_with_the_size(content: str) -> None:
    started = time.perf_counter()
    run("a.py", content)
    assert time.perf_counter() - started < 20
