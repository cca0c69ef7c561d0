from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from dsguard.commands import explain
from dsguard.commands.examples import MAX_COLUMNS, MAX_LINES, masked, show_tree
from dsguard.model import Severity, UsageError
from dsguard.options import Option
from dsguard.rules import RULES, FileRule, ProjectRule, PythonRule, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.rules.base import Tree

TOKEN = "ghp_" + "x9Kq" * 9


class Example(PythonRule):
    """A path in somebody's home exists on one machine only.

    It is ``strict`` about
    drives too.
    """

    code, name, family, since = "DSG699", "example-path", "paths", "0.1"
    summary = "a path in a home"
    help = "Read it relative to the project:\nPath(__file__).parent / 'data'"
    severity = Severity.WARNING
    profile = "strict"
    fixable = True
    options = {
        "roots": Option(("/home", 'a "b"'), "Where homes are."),
        "max-size": Option.size("2 MB", "How large."),
        "deep": Option(default=False, help="Whether ``.`` counts."),
        "depth": Option(3, "How deep."),
        "prefix": Option("~", "The sign."),
        "many": Option(tuple(f"folder-number-{number}" for number in range(9)), "A long list."),
    }
    bad = ({"a.py": "x = '/home/ana'\n", "b.py": "y = 1\n"}, {"c.py": "z = '/home/bo'"})
    good = ({"a.py": "x = 'data'\n"},)


class Project(ProjectRule):
    """One."""

    code, name, family, since = "DSG499", "example-project", "lockfile", "0.1"
    summary, help = "no lockfile", "uv lock"


class Data(FileRule):
    """One."""

    code, name, family, since = "DSG199", "example-data", "data", "0.1"
    summary, help, files = "data", "git rm", ("*.csv", "@raw-data", "!*.ipynb")


def text_of(rule: Rule) -> str:
    return "".join(explain.explain(rule))


def run(*argv: str) -> int:
    parser = argparse.ArgumentParser()
    explain.configure(parser)
    return explain.run(parser.parse_args(argv))


def test_whole_text() -> None:
    assert (
        text_of(Example())
        == """\
DSG699 example-path

A path in somebody's home exists on one machine only.

It is `strict` about drives too.

Fires on:  a path in a home
Looks at:  *.py, *.ipynb
Severity:  warning, in profile strict only; `dsguard check --fix` mends it where that is safe
Family:    paths, since 0.1

What to do
  Read it relative to the project:
  Path(__file__).parent / 'data'

Reported
  a.py
    | x = '/home/ana'
  b.py
    | y = 1

  c.py
    | z = '/home/bo'

Fine
  a.py
    | x = 'data'

Options
  roots = ["/home", "a \\"b\\""]
      Where homes are. Takes a list of strings.
  max-size = "2 MB"
      How large. Takes a size such as "500 KB", "2 MB" or a number of bytes.
  deep = false
      Whether `.` counts. Takes true or false.
  depth = 3
      How deep. Takes a whole number.
  prefix = "~"
      The sign. Takes a string.
  many = [
      "folder-number-0",
      "folder-number-1",
      "folder-number-2",
      "folder-number-3",
      "folder-number-4",
      "folder-number-5",
      "folder-number-6",
      "folder-number-7",
      "folder-number-8",
  ]
      A long list. Takes a list of strings.
  Set them under [tool.dsguard.rules.example-path] in pyproject.toml.

To accept a finding
  on its line, or alone above it   # dsguard: ignore[DSG699] reason
  in the first lines of the file   # dsguard: ignore-file[DSG699] reason
  for a cell                       the cell tag dsguard-ignore-example-path
  in some folders                  [tool.dsguard.per-path-ignores]  "archive/" = ["example-path"]
  for one file                     [[tool.dsguard.allow]]  path = "...", rule = "example-path", reason = "..."
  everywhere                       [tool.dsguard]  ignore = { DSG699 = "reason" }
"""
    )


def test_options_as_shown_are_toml_that_the_rule_reads() -> None:
    import tomllib

    shown = text_of(Example()).partition("\nOptions\n")[2].partition("  Set them")[0]
    table = tomllib.loads("\n".join(line for line in shown.splitlines() if " Takes " not in line))
    for name, option in Example.options.items():
        assert option.parse(table[name]) == option.value


def test_ways_of_acceptance_are_those_that_work() -> None:
    project, data = text_of(Project()), text_of(Data())
    assert "Looks at:  each project as a whole" in project
    assert "dsguard: ignore" not in project
    assert "[[tool.dsguard.allow]]" not in project
    assert "Looks at:  *.csv, role raw-data, !*.ipynb" in data
    assert "dsguard: ignore" not in data
    assert "cell tag" not in data
    assert "[[tool.dsguard.allow]]" in data


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule(rule: Rule) -> None:
    text = text_of(rule)
    assert text.startswith(f"{rule.code} {rule.name}\n\n")
    assert all(char.isprintable() or char == "\n" for char in text)
    assert max(map(len, text.splitlines())) <= MAX_COLUMNS + 40
    assert "\n\n\n" not in text
    assert all(f"  {name} = " in text for name in rule.options)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_secret_scanner_stops_on_it(rule: Rule, tmp_path: Path) -> None:
    """The pages that are generated from this are committed."""
    assert scan(text_of(rule), tmp_path) == []


def test_the_scan_finds_what_is_not_masked(tmp_path: Path) -> None:
    assert scan(f'token = "{TOKEN}"\n', tmp_path) != []


def scan(text: str, folder: Path) -> list[tuple[str, str]]:
    """What detect-secrets, as people run it in a hook, finds in a page: kind and line."""
    from detect_secrets.core.secrets_collection import SecretsCollection
    from detect_secrets.settings import default_settings

    page = folder / "page.md"
    page.write_text(text)
    secrets = SecretsCollection()
    with default_settings():
        secrets.scan_file(str(page))
    return [(secret.type, text.splitlines()[secret.line_number - 1]) for _, secret in secrets]


@pytest.mark.parametrize("name", ["DSG001", "dsg001", "unreadable-file"])
def test_by_code_or_name(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(name) == 0
    assert capsys.readouterr().out.startswith("DSG001 unreadable-file\n")


def test_several(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("DSG001", "DSG002") == 0
    text = capsys.readouterr().out
    assert text.index("DSG001 unreadable-file") < text.index("\n\n\nDSG002 unused-suppression")


def test_unknown_names_are_told_together_and_the_nearest_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError) as caught:
        run("unreadable-fil", "DSG001", "zzzzzz")
    first, second, hint = caught.value.problems
    assert first == "unreadable-fil: no such rule; did you mean 'unreadable-file'?"
    assert second == "zzzzzz: no such rule"
    assert "dsguard rules" in hint
    assert capsys.readouterr().out == ""


# Examples


def shown(tree: Tree, rule: Rule | None = None, *, bad: bool = True) -> list[str]:
    return list(show_tree(tree, rule or Example(), bad=bad))


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ({"a.py": ""}, ["a.py  (0 B)"]),
        ({"a.py": "x\n\ny"}, ["a.py", "  | x", "  |", "  | y"]),
        ({"a.py": "\tx"}, ["a.py", "  |     x"]),
        ({"a.py": b"x = 1\n"}, ["a.py", "  | x = 1"]),
        ({"a.pkl": b"\x80\x04K\x01."}, ["a.pkl", "  | (binary, 5 B, begins with b'\\x80\\x04K\\x01.')"]),
        ({"a.bin": b"\0" * 2000}, ["a.bin", "  | (binary, 2 KB, begins with b'\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00')"]),
        ({"new\nline\udcff.txt": "\x1b[2J"}, ["new\\nline\\xff.txt", "  | \\x1b[2J"]),
        ({"eda.ipynb": "<<<<<<< ours"}, ["eda.ipynb", "  | <<<<<<< ours"]),
        ({"eda.ipynb": "[]"}, ["eda.ipynb", "  | []"]),
        ({"eda.ipynb": '{"cells": [1]}'}, ["eda.ipynb", '  | {"cells": [1]}']),
        ({"eda.ipynb": '{"cells": [{"collapsed": true}]}'}, ["eda.ipynb", '  | {"cells": [{"collapsed": true}]}']),
    ],
)
def test_tree(tree: Tree, expected: list[str]) -> None:
    assert shown(tree) == expected


def test_what_stands_there_many_times_is_told_once() -> None:
    lines = shown({"a.csv": "x,y\n" + "1,2\n" * 500 + "3,4\n" * 3})
    assert lines == ["a.csv", "  | x,y", "  | 1,2", "  | ... 499 times more", *["  | 3,4"] * 3]


def test_long_content_is_cut() -> None:
    lines = shown({"a.csv": "".join(f"{number},2\n" for number in range(500)), "b.txt": "word " * 1000})
    assert len(lines) == 1 + MAX_LINES + 1 + 2
    assert lines[MAX_LINES + 1] == f"  | ... and {500 - MAX_LINES} more lines"
    assert lines[-1].endswith("... (5,000 characters)")


def test_notebook_is_shown_as_cells() -> None:
    cells = [
        {"cell_type": "markdown", "source": "# Title"},
        {
            "cell_type": "code",
            "execution_count": 7,
            "metadata": {"tags": ["keep_output"]},
            "source": ["import os\n", "os.getcwd()"],
            "outputs": [
                {"output_type": "stream", "name": "stdout", "text": ["one\n", "two\n"]},
                {"output_type": "execute_result", "data": {"text/plain": "'/home/ana'", "application/json": {"a": 1}}},
                {"output_type": "error", "ename": "KeyError", "evalue": "'x'", "traceback": ["first", "second"]},
            ],
        },
    ]
    notebook = json.dumps({"cells": cells, "metadata": {"kernelspec": {"name": "python3"}}, "nbformat": 4})
    assert shown({"eda.ipynb": notebook}) == [
        "eda.ipynb",
        "  | # cell 1: markdown",
        "  | # Title",
        "  | # cell 2: code, execution_count 7",
        '  | # metadata: {"tags": ["keep_output"]}',
        "  | import os",
        "  | os.getcwd()",
        "  | # stream stdout: one",
        "  | #   two",
        "  | # execute_result text/plain: '/home/ana'",
        '  | # execute_result application/json: {"a": 1}',
        "  | # error KeyError: first",
        "  | #   second",
        '  | # metadata of the notebook: {"kernelspec": {"name": "python3"}}',
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f'token = "{TOKEN}"', 'token = "<gh...>"'),
        (f"curl -H {TOKEN}", "curl -H ghp_***"),
        ('password = "correct horse"', 'password = "<co...>"'),
        ("PGPASSWORD=letmein99", "PGPASSWORD=<le...>"),
        ("DB_PASSWORD=$SECRET", "DB_PASSWORD=$SECRET"),
        ('api_key = os.environ["API_KEY"]', 'api_key = os.environ["API_KEY"]'),
        ("machine host login ana password hunter22", "machine host login ana password <hu...>"),
        ("postgresql://ana:letmein@db/churn", "postgresql://ana:***@db/churn"),
        ("-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN RSA PRIVATE-KEY-----"),
        ("import pandas as pd", "import pandas as pd"),
    ],
)
def test_masks_of_bad_secrets(line: str, expected: str) -> None:
    assert masked(line, secrets=True, bad=True) == expected


def test_good_examples_keep_their_placeholders() -> None:
    assert masked('password = "changeme"', secrets=True, bad=False) == 'password = "changeme"'
    assert masked(f"a {TOKEN}", secrets=True, bad=False) == "a ghp_***"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("md5: 1a79a4d60de6718e8e5b326e338ae533", "md5: 1a79a4d6***"),
        ("https://ana:letmein@host", "https://ana:***@host"),
        ('password = "x1"', 'password = "x1"'),
        ("x_train_2023, x_test_2023 = 1", "x_train_2023, x_test_2023 = 1"),
    ],
)
def test_masks_elsewhere(line: str, expected: str) -> None:
    assert masked(line, secrets=False, bad=True) == expected
