"""The schema takes what dsguard takes, and refuses what it refuses."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from dsguard.config import ALLOW_KEYS, KEYS, RULE_KEYS, read_config
from dsguard.config.schema import pyproject_schema, schema
from dsguard.default_roles import DEFAULT_ROLES
from dsguard.model import UsageError
from dsguard.rules import RULES

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = schema(RULES)
VALIDATOR = Draft7Validator(SCHEMA)


def is_refused(document: Any) -> bool:
    try:
        read_config(document)
    except UsageError:
        return True
    return False


def test_it_is_a_schema_and_the_published_one() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert json.loads((ROOT / "docs/dsguard.schema.json").read_text(encoding="utf-8")) == SCHEMA


def test_that_of_a_pyproject_describes_its_own_table_only() -> None:
    whole = json.loads((ROOT / "docs/pyproject.schema.json").read_text(encoding="utf-8"))
    assert whole == pyproject_schema(RULES)
    Draft7Validator.check_schema(whole)
    validator = Draft7Validator(whole)
    for path in (ROOT / "pyproject.toml", ROOT / "examples/churn-clean/pyproject.toml"):
        validator.validate(tomllib.loads(path.read_text(encoding="utf-8")))
    for text in BAD:
        assert not validator.is_valid({"project": {"name": "x"}, "tool": {"ruff": {}, "dsguard": tomllib.loads(text)}})


def test_it_has_every_key() -> None:
    properties = SCHEMA["properties"]
    assert set(properties) == set(KEYS)
    assert set(properties["allow"]["items"]["properties"]) == set(ALLOW_KEYS)
    assert set(properties["roles"]["properties"]) == {*dict(DEFAULT_ROLES), "entry-script"}
    for rule in RULES:
        definition = SCHEMA["definitions"][rule.name]
        assert set(definition["properties"]) == {*RULE_KEYS, *rule.options}
        for name, option in rule.options.items():
            default = list(option.default) if isinstance(option.default, tuple) else option.default
            Draft7Validator({**SCHEMA, **definition}).validate({name: default})


# What people are shown

_TOML = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def _examples() -> list[Any]:
    """Each configuration that the documentation shows, and those of the repository and its examples."""
    found = []
    for path in sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/README.md")]):
        for number, match in enumerate(_TOML.finditer(path.read_text(encoding="utf-8"))):
            if "dsguard" in match[1] or path.name == "configuration.md":
                found.append(pytest.param(match[1], id=f"{path.relative_to(ROOT).as_posix()}-{number}"))
    files = [ROOT / "pyproject.toml", *sorted(ROOT.glob("examples/*/pyproject.toml")), *sorted(ROOT.glob("examples/**/dsguard.toml"))]
    return found + [pytest.param(path.read_text(encoding="utf-8"), id=path.relative_to(ROOT).as_posix()) for path in files]


@pytest.mark.parametrize("text", _examples())
def test_what_people_are_shown_is_right(text: str) -> None:
    document = tomllib.loads(text)
    tool = document.get("tool")
    table = tool.get("dsguard", {}) if isinstance(tool, dict) else {} if "project" in document else document
    assert list(VALIDATOR.iter_errors(table)) == []
    assert table.get("plugins") or not is_refused(table)


# What is refused

BAD = (
    "exlude = []",
    "profile = 'Strict'",
    "profile = 1",
    "exclude = 'vendor/'",
    "exclude = ['a', 1]",
    "exclude = ['']",
    "exclude = ['# note']",
    "exclude = ['!']",
    "exclude = ['/']",
    "extend = 1",
    "extend = ''",
    "extend = '/etc/dsguard.toml'",
    "plugins = 'acme'",
    "plugins = [1]",
    "baseline = ''",
    "baseline = 1",
    "lockfiles = 'uv.lock'",
    "ignore = ['DSG601']",
    "[ignore]\nDSG601 = ''",
    "[ignore]\nDSG601 = ' '",
    "[ignore]\nDSG601 = true",
    "[ignore]\nDSG999 = 'r'",
    "[ignore]\nhome-pth = 'r'",
    "roles = []",
    "[roles]\nraw-dta = []",
    "[roles]\nraw-data = 'x/'",
    "rules = 1",
    "[rules]\nhome-path = 1",
    "[rules.nonsense]\nx = 1",
    "[rules.DSG999]\nx = 1",
    "[rules.oversized-file]\nmaxsize = 1",
    "[rules.oversized-file]\nmax-size = '2 potatoes'",
    "[rules.oversized-file]\nmax-size = -1",
    "[rules.oversized-file]\nmax-size = ''",
    "[rules.oversized-file]\nmax-size = true",
    "[rules.oversized-file]\nmax-size = nan",
    "[rules.oversized-file]\nseverity = 'fatal'",
    "[rules.oversized-file]\nexclude = [1]",
    "[rules.DSG105]\nerror-size = []",
    "[rules.home-path]\nmask-user-names = 1",
    "[rules.home-path]\nallow = { '/x' = '' }",
    "[rules.home-path]\nallow = ['/x']",
    "[rules.notebook-output]\noversize = 'keep'",
    "[rules.notebook-output]\nkeep-types = ['png']",
    "[rules.notebook-output]\nkeep-types = 'image/png'",
    "[rules.volatile-metadata]\nextra-keys = ['toc']",
    "[rules.volatile-metadata]\nkeep-keys = ['metadata.']",
    "[rules.unseeded-entry-script]\nconsumers = ['my lib']",
    "[rules.unseeded-entry-script]\nconsumers = ['lib.add=jax']",
    "per-path-ignores = []",
    "[per-path-ignores]\n'a/' = 'DSG601'",
    "[per-path-ignores]\n'a/' = ['DSG999']",
    "[per-path-ignores]\n'' = ['DSG601']",
    "[allow]\npath = 'a'",
    "[[allow]]\nrule = 'DSG601'\nreason = 'r'",
    "[[allow]]\npath = 'a'\nreason = 'r'",
    "[[allow]]\npath = 'a'\nrule = 'DSG601'",
    "[[allow]]\npath = 'a'\nrule = 'DSG601'\nreason = 'r'\nsha256 = 'abc'",
    "[[allow]]\npath = 'a'\nrule = 'DSG601'\nreason = 'r'\nsha = 'abc'",
    "[per-path-ignores]\n'a/' = { DSG601 = '' }",
    "[per-path-ignores]\n'a/' = { DSG999 = 'r' }",
    "[[allow]]\npath = 'a'\nrule = 'DSG601'\nreason = 'r'\nexpires = 'soon'",
    "[[allow]]\npath = ''\nrule = 'DSG601'\nreason = 'r'",
)


@pytest.mark.parametrize("text", BAD)
def test_what_is_refused(text: str) -> None:
    document = tomllib.loads(text)
    refused_here = is_refused(document) or "extend" in document  # where it leads is found out when it is followed
    assert (refused_here, VALIDATOR.is_valid(document)) == (True, False)


GOOD = (
    "",
    "[ignore]\nDSG601 = false",
    "[rules.DSG105]\nmax-size = '1.5 GiB'\nerror-size = 7",
    "[rules.notebook-output]\nkeep-types = ['image/*', 'stream:stderr', 'error']",
    "[rules.volatile-metadata]\nextra-keys = ['cell.metadata.x', 'metadata.toc']",
    "[rules.unseeded-entry-script]\nconsumers = ['lib.noise.add=torch', 'mylib']",
    "[per-path-ignores]\n'a/' = { home-path = 'cluster' }",
    "[[allow]]\npath = 'a'\nrule = 'DSG601'\nreason = 'r'\nexpires = '2026-12-31'",
    "exclude = ['!gen/', ' a', '[Rr]aw/']",
)


@pytest.mark.parametrize("text", GOOD)
def test_what_is_taken(text: str) -> None:
    document = tomllib.loads(text)
    assert (is_refused(document), VALIDATOR.is_valid(document)) == (False, True)


def test_rules_of_plugins_go_by_code() -> None:
    document = {"plugins": ["acme"], "rules": {"ACME101": {"names": []}}, "ignore": {"ACME102": "later"}}
    assert VALIDATOR.is_valid(document)
    assert not VALIDATOR.is_valid({"rules": {"todo-file": {}}})


_NAMES = st.sampled_from(("home-path", "DSG105", "notebook-output", "volatile-metadata", "unseeded-entry-script", "nonsense", "DSG601"))
_TEXTS = st.sampled_from(
    ("", " ", "a", "#", "!", "!a", "2 MB", "image/png", "metadata.x", "lib.x=numpy", "strict", "error", "DSG601", "home-path")
)
_VALUES = st.recursive(
    st.booleans() | st.integers(-2, 2) | _TEXTS | st.floats(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_TEXTS, inner, max_size=2),
    max_leaves=4,
)
_OPTIONS = st.sampled_from(
    ("severity", "exclude", "max-size", "allow", "keep-types", "oversize", "extra-keys", "consumers", "mask-user-names")
)
_DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "profile": _VALUES,
        "exclude": _VALUES,
        "lockfiles": _VALUES,
        "baseline": _VALUES,
        "ignore": st.dictionaries(_NAMES, _VALUES, max_size=2),
        "rules": st.dictionaries(_NAMES, st.dictionaries(_OPTIONS, _VALUES, max_size=2), max_size=2),
        "roles": st.dictionaries(st.sampled_from(["raw-data", "entry-script", "x"]), _VALUES, max_size=2),
        "per-path-ignores": st.dictionaries(_TEXTS, st.lists(_NAMES, max_size=2) | _VALUES, max_size=2),
        "allow": st.lists(st.dictionaries(st.sampled_from(ALLOW_KEYS), _TEXTS | _NAMES, max_size=4), max_size=2) | _VALUES,
    },
)


@settings(max_examples=400, deadline=None)
@given(document=_DOCUMENTS)
def test_what_the_schema_takes_dsguard_takes(document: dict[str, Any]) -> None:
    assert not (VALIDATOR.is_valid(document) and is_refused(document))
