"""The JSON Schema of a configuration, made from the rules and their options, for editors and validators.

It describes the settings' own table: a ``dsguard.toml``, or ``tool.dsguard`` of a ``pyproject.toml``. It takes nothing that
:mod:`dsguard.config.reading` refuses for its kind or name; whether a pattern can match anything only that can tell. Draft 7, since
that is what the editors' TOML extensions read.
"""

from __future__ import annotations

from dsguard.default_roles import DEFAULT_ROLES
from dsguard.model import PROFILES, Severity
from dsguard.options import parse_reasons, parse_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from dsguard.options import Option
    from dsguard.rules.base import Rule

    Schema = dict[str, Any]

PLUGIN_CODE = "^(?!DSG)[A-Z]{2,12}[0-9]{2,5}$"
_WORDS = r"\S"
_DAY = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
_SIZE = r"^\s*[0-9]+(\.[0-9]*)?\s*([kKmMgG]?[bB]?|[kKmMgG][iI][bB])\s*$"
_RULE = {"$ref": "#/definitions/rule"}
_PATTERNS = {"$ref": "#/definitions/patterns"}


def schema(rules: Iterable[Rule]) -> Schema:
    """The schema, for these rules. Rules of plugins that are not among them may be named by code."""
    rules = tuple(rules)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "dsguard",
        "description": "The settings of dsguard: a dsguard.toml, or [tool.dsguard] in pyproject.toml.",
        "type": "object",
        "additionalProperties": False,
        "properties": {**_single_keys(), **_tables(rules)},
        "definitions": _definitions(rules),
    }


def pyproject_schema(rules: Iterable[Rule]) -> Schema:
    """The schema of a whole ``pyproject.toml``, of which it describes ``tool.dsguard`` and takes all else."""
    own = schema(rules)
    kept = {key: own.pop(key) for key in ("$schema", "definitions")}
    tool = {"type": "object", "properties": {"dsguard": own}}
    return {"$schema": kept["$schema"], "type": "object", "properties": {"tool": tool}, "definitions": kept["definitions"]}


def _single_keys() -> Schema:
    return {
        "extend": {
            "description": "Another configuration whose settings hold where this one says nothing else; relative to this file.",
            "type": "string",
            "pattern": r"^(?![/~\\])\s*\S",
        },
        "plugins": {
            "description": 'Installed distributions whose rules take part, such as "acme-dsguard-rules".',
            "type": "array",
            "items": {"type": "string", "pattern": _WORDS},
        },
        "profile": {
            "description": "strict adds matters of taste and findings of low confidence.",
            "enum": list(PROFILES),
            "default": PROFILES[0],
        },
        "exclude": {"description": "What no rule looks at, also if it is given on the command line.", **_PATTERNS},
        "baseline": {"description": "The file of accepted findings, relative to this one.", "type": "string", "minLength": 1},
        "lockfiles": {
            "description": "Which lockfiles count; by default any known one.",
            "type": "array",
            "items": {"type": "string"},
        },
    }


def _tables(rules: tuple[Rule, ...]) -> Schema:
    reason = {"type": "string", "pattern": _WORDS}
    named = {name: {"$ref": f"#/definitions/{rule.name}"} for rule in rules for name in (rule.name, rule.code)}
    return {
        "ignore": {
            "description": "Rules that do not run, each with the reason; false takes back what an extended file ignores.",
            "type": "object",
            "propertyNames": _RULE,
            "additionalProperties": {"anyOf": [reason, {"const": False}]},
        },
        "roles": {
            "description": "What paths are for: patterns that are added to the defaults. The last match wins, ! takes a role away.",
            "type": "object",
            "additionalProperties": False,
            "properties": dict.fromkeys((*dict(DEFAULT_ROLES), "entry-script"), _PATTERNS),
        },
        "rules": {
            "description": "Options of rules, by name or code.",
            "type": "object",
            "additionalProperties": False,
            "properties": named,
            "patternProperties": {PLUGIN_CODE: {"type": "object"}},
        },
        "per-path-ignores": {
            "description": "Findings that are accepted: patterns, each with a list of rules, or with a table of rules and reasons.",
            "type": "object",
            "propertyNames": {"$ref": "#/definitions/pattern"},
            "additionalProperties": {
                "anyOf": [{"type": "array", "items": _RULE}, {"type": "object", "propertyNames": _RULE, "additionalProperties": reason}]
            },
        },
        "allow": {
            "description": "Single files that may be there, on purpose.",
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["path", "rule", "reason"],
                "properties": {
                    "path": {"$ref": "#/definitions/pattern"},
                    "rule": _RULE,
                    "reason": reason,
                    "expires": {"description": "The last day on which it counts.", "type": "string", "pattern": _DAY},
                    "sha256": {"description": "Other bytes need a new decision.", "type": "string", "pattern": "^[0-9a-fA-F]{64}$"},
                },
            },
        },
    }


def _definitions(rules: tuple[Rule, ...]) -> Schema:
    names = [name for rule in rules for name in (rule.name, rule.code)]
    return {
        "pattern": {"description": "In gitignore syntax.", "type": "string", "pattern": r"^(?!#)(?!!?\s*/?\s*$)."},
        "patterns": {"type": "array", "items": {"$ref": "#/definitions/pattern"}},
        "rule": {"anyOf": [{"enum": names}, {"type": "string", "pattern": PLUGIN_CODE}]},
        "size": {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": _SIZE}]},
        **{rule.name: _rule(rule) for rule in rules},
    }


def _rule(rule: Rule) -> Schema:
    return {
        "description": f"{rule.code}: {rule.summary}",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "severity": {"enum": [severity.label for severity in Severity], "default": rule.severity.label},
            "exclude": {"description": "What this rule does not look at.", **_PATTERNS},
            **{name: {"description": option.help, **_option(option), "default": _plain(option)} for name, option in rule.options.items()},
        },
    }


def _option(option: Option) -> Schema:
    if option.parse is parse_size:
        return {"$ref": "#/definitions/size"}
    if option.parse is parse_reasons:
        reason = {"type": "string", "pattern": _WORDS}
        return {"type": "object", "propertyNames": {"$ref": "#/definitions/pattern"}, "additionalProperties": reason}
    text: Schema = (
        {"enum": list(option.choices)} if option.choices else {"type": "string", **({"pattern": option.form} if option.form else {})}
    )
    kinds: dict[type, Schema] = {
        bool: {"type": "boolean"},
        int: {"type": "integer"},
        str: text,
        tuple: {"type": "array", "items": text},
        dict: {"type": "object", "additionalProperties": {"type": "string"}},
    }
    return kinds[type(option.default)]


def _plain(option: Option) -> Any:
    return list(option.default) if isinstance(option.default, tuple) else option.default
