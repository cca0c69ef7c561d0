"""Why a rule exists, what it reports and what is fine for it, its options, and how to accept a finding."""

from __future__ import annotations

import sys

from dsguard.commands.examples import show_tree
from dsguard.commands.settings import known_rules
from dsguard.config import nearest, rule_names
from dsguard.config.toml import toml_value
from dsguard.model import ENGINE_FAMILY, UsageError
from dsguard.rules import ProjectRule, find_rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from dsguard.options import Option
    from dsguard.rules import Rule

WIDTH = 96


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rule", metavar="RULE", nargs="+", help="a code or a name, such as DSG601 or home-path")


def run(arguments: argparse.Namespace) -> int:
    """Print the explanation of each rule.

    Raises:
        UsageError: a rule is not known.
    """
    rules = [(name, find_rule(name)) for name in arguments.rule]
    known: tuple[Rule, ...] | None = None
    if any(rule is None for _, rule in rules):  # it may be one of a plugin, which takes a configuration to know
        known = known_rules()
        rules = [(name, find_rule(name, known)) for name in arguments.rule]
    problems = [f"{name}: no such rule{nearest(name, rule_names(known))}" for name, rule in rules if rule is None]
    if problems:
        raise UsageError([*problems, "`dsguard rules` lists all of them"])
    for number, (_, rule) in enumerate(rules):
        if number:
            sys.stdout.write("\n\n")
        if rule is not None:
            for piece in explain(rule):
                sys.stdout.write(piece)
    return 0


def explain(rule: Rule) -> Iterator[str]:
    """All about a rule as text for a terminal, in pieces with their newlines."""
    yield f"{rule.code} {rule.name}\n\n"
    yield from _wrapped(paragraphs(rule.__doc__ or ""))
    yield "\n"
    yield from _facts(rule)
    yield from _section("What to do", _wrapped([plain(rule.help)], "  "))
    yield from _section("Reported", _trees(rule, bad=True))
    yield from _section("Fine", _trees(rule, bad=False))
    yield from _section("Options", _options(rule))
    yield from _section("To accept a finding", (f"  {where:<32} {how}\n" for where, how in acceptance(rule)))


def _facts(rule: Rule) -> Iterator[str]:
    runs = "by default" if rule.profile == "default" else f"in profile {rule.profile} only"
    fix = "; `dsguard check --fix` mends it where that is safe" if rule.fixable else ""
    yield from _fact("Fires on", plain(rule.summary))
    if isinstance(rule, ProjectRule):
        yield from _fact("Looks at", "each project as a whole")
    elif rule.files:
        yield from _fact("Looks at", ", ".join(f"role {name[1:]}" if name.startswith("@") else name for name in rule.files))
    yield from _fact("Severity", f"{rule.severity.label}, {runs}{fix}")
    yield from _fact("Family", f"{rule.family}, since {rule.since}")


def _fact(name: str, text: str) -> Iterator[str]:
    import textwrap

    yield (
        textwrap.fill(
            text, WIDTH, initial_indent=f"{name + ':':<11}", subsequent_indent=" " * 11, break_long_words=False, break_on_hyphens=False
        )
        + "\n"
    )


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    lines = list(lines)
    if lines:
        yield f"\n{title}\n"
        yield from lines


def _trees(rule: Rule, *, bad: bool) -> Iterator[str]:
    for number, tree in enumerate(rule.bad if bad else rule.good):
        if number:
            yield "\n"
        for line in show_tree(tree, rule, bad=bad):
            yield f"  {line}\n"


def _options(rule: Rule) -> Iterator[str]:
    for name, option in rule.options.items():
        yield f"  {name} = {default_of(option)}\n"
        yield from _wrapped([f"{plain(option.help)} Takes {option.expects}."], "      ")
    if rule.options:
        yield f"  Set them under [tool.dsguard.rules.{rule.name}] in pyproject.toml.\n"


def default_of(option: Option) -> str:
    """A default as it would stand in the configuration file."""
    value = option.default
    text = toml_value(value)
    if not isinstance(value, tuple) or len(text) <= WIDTH:
        return text
    return "[\n" + "".join(f"      {toml_value(item)},\n" for item in value) + "  ]"


def acceptance(rule: Rule) -> Iterator[tuple[str, str]]:
    """The ways to accept a finding of a rule: where it holds, and what to write."""
    if rule.code == "DSG000":
        return
    if rule.family != ENGINE_FAMILY and _has_lines(rule):
        yield "on its line, or alone above it", f"# dsguard: ignore[{rule.code}] reason"
        yield "in the first lines of the file", f"# dsguard: ignore-file[{rule.code}] reason"
    if rule.family != ENGINE_FAMILY and {"*", "*.ipynb", "@notebook"} & set(rule.files):
        yield "for a cell", f"the cell tag dsguard-ignore-{rule.name}"
    yield "in some folders", f'[tool.dsguard.per-path-ignores]  "archive/" = ["{rule.name}"]'
    if not isinstance(rule, ProjectRule):
        yield "for one file", f'[[tool.dsguard.allow]]  path = "...", rule = "{rule.name}", reason = "..."'
    yield "everywhere", f'[tool.dsguard]  ignore = {{ {rule.code} = "reason" }}'


def _has_lines(rule: Rule) -> bool:
    """Whether its findings stand at lines of text, where a comment can be written."""
    return rule.family not in ("data", "notebooks") and not isinstance(rule, ProjectRule)


def paragraphs(docstring: str) -> list[str]:
    """The paragraphs of a docstring, each on one line."""
    return [" ".join(paragraph.split()) for paragraph in plain(docstring).split("\n\n") if paragraph.strip()]


def plain(text: str) -> str:
    return text.replace("``", "`")


def _wrapped(paragraphs: Iterable[str], indent: str = "") -> Iterator[str]:
    import textwrap

    for number, paragraph in enumerate(paragraphs):
        if number:
            yield "\n"
        for line in paragraph.split("\n"):
            yield (
                textwrap.fill(line, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
                + "\n"
            )
