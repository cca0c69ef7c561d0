"""What is read without argparse is what argparse would have read."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsguard.cli import COMMANDS
from dsguard.commands.quick_parser import QuickParser

WORDS = ["a.ipynb", "b c.py", "all", "notebooks", "create", "1", "", "auto", "json", "DSG201,DSG202", "-", "--", "-1", "-x y"]
OPTIONS = [
    *("--check", "--process", "--textconv", "-t", "--stdin-filename", "--select", "--ignore", "--format", "--output", "--color", "--fix"),
    *(
        "-q",
        "-v",
        "--verbose",
        "--profile",
        "--since",
        "--staged",
        "--family",
        "--replace",
        "-qv",
        "--sel",
        "--select=x",
        "--help",
        "--nope",
    ),
]


def by_argparse(command: str, line: list[str]) -> dict[str, object] | None:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    importlib.import_module(f"dsguard.commands.{command}").configure(parser)
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        try:
            return vars(parser.parse_intermixed_args(line))
        except SystemExit:
            return None


def quickly(command: str, line: list[str]) -> dict[str, object] | None:
    parser = QuickParser()
    importlib.import_module(f"dsguard.commands.{command}").configure(parser)
    read = parser.parse(line)
    return None if read is None else vars(read)


@given(command=st.sampled_from(sorted(COMMANDS)), line=st.lists(st.sampled_from(WORDS + OPTIONS), max_size=6))
def test_any_line(command: str, line: list[str]) -> None:
    read = quickly(command, line)
    assert read is None or read == by_argparse(command, line)


@pytest.mark.parametrize(
    "line",
    [
        "strip",
        "strip --process",
        "strip --stdin-filename notebooks/a.ipynb",
        "strip --textconv a.ipynb",
        "strip --check a.ipynb b.ipynb",
        "strip a.ipynb --check",
        "hook all",
        "hook notebooks a.ipynb b.ipynb",
        "hook all a.py --profile strict b.py",
        "check",
        "check src --family data --family secrets",
        "check --select DSG201 --ignore DSG202 --format sarif --output report.sarif -v -v -q",
        "baseline create",
        "rules",
    ],
)
def test_what_hooks_and_people_write(line: str) -> None:
    command, *rest = line.split()
    read = quickly(command, rest)
    assert read is not None
    assert read == by_argparse(command, rest)


@pytest.mark.parametrize(
    "line",
    [
        "hook",
        "hook nonsense a.py",
        "hook --help",
        "check --profile lax",
        "check --sel DSG201",
        "check --select=DSG201",
        "check --select",
        "check --select --fix",
        "check -qv",
        "check -- a.py",
        "explain DSG201",
        "strip -",
        "rules extra",
    ],
)
def test_what_is_left_to_argparse(line: str) -> None:
    command, *rest = line.split()
    assert quickly(command, rest) is None
