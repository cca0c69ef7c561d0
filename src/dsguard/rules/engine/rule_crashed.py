from __future__ import annotations

from dsguard.model import ENGINE_FAMILY
from dsguard.rules.base import Rule


class RuleCrashed(Rule):
    """A rule met something that it could not take. That is a bug in dsguard, never yours; all other checks still ran."""

    code, name, family, since = "DSG000", "rule-crashed", ENGINE_FAMILY, "0.1"
    summary = "a rule of dsguard crashed on this file"
    help = "Please report it with this message; until it is mended, `exclude` this file under the rule's name in [tool.dsguard.rules]."
