"""The table of all rules, for people or as JSON."""

from __future__ import annotations

import sys

from dsguard.commands.settings import known_rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator
    from typing import Any

    from dsguard.rules import Rule

_HEADINGS = ("code", "name", "severity", "profile", "fix", "fires on")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text (default) or json")


def run(arguments: argparse.Namespace) -> int:
    """Print the table: dsguard's own rules, and those of plugins that a configuration names."""
    known = known_rules()
    if arguments.format == "json":
        import json

        sys.stdout.write(json.dumps([described(rule) for rule in known], indent=2) + "\n")
        return 0
    for line in table(known):
        sys.stdout.write(f"{line}\n")
    return 0


def table(rules: Iterable[Rule]) -> Iterator[str]:
    """The table as lines without newlines: one block per family, columns aligned over all of them."""
    rows = [
        (rule.family, (rule.code, rule.name, rule.severity.label, rule.profile, "yes" if rule.fixable else "", rule.summary))
        for rule in rules
    ]
    widths = [max(map(len, column)) for column in zip(_HEADINGS, *(row for _, row in rows), strict=True)]
    yield _line(_HEADINGS, widths)
    family = None
    for name, row in rows:
        if name != family:
            family = name
            yield f"\n{family}"
        yield _line(row, widths)


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def described(rule: Rule) -> dict[str, Any]:
    """What a program may want to know of a rule, as plain values."""
    return {
        "code": rule.code,
        "name": rule.name,
        "family": rule.family,
        "severity": rule.severity.label,
        "profile": rule.profile,
        "fixable": rule.fixable,
        "since": rule.since,
        "summary": rule.summary,
        "help": rule.help,
        "why": " ".join((rule.__doc__ or "").split()),
        "files": list(rule.files),
        "options": {
            name: {
                "default": list(option.default) if isinstance(option.default, tuple) else option.default,
                "expects": option.expects,
                "help": option.help,
            }
            for name, option in rule.options.items()
        },
    }
