"""``[tool.dsguard]`` or ``dsguard.toml`` -> :class:`Config` -> the :class:`~dsguard.plan.Plan` of a run.

What a file may say (``reading``), which files it extends (``loading``), which file governs which folder (``finding``), and what
that means for a run (``planning``).
"""

from dsguard.config.finding import (
    BASELINE_NAME,
    FILE_NAME,
    Configs,
    find_baseline,
    find_config,
    find_configs,
    find_configs_above,
    possible_baselines,
)
from dsguard.config.loading import load_config
from dsguard.config.names import nearest, rule_names
from dsguard.config.planning import choose_rules, make_plan, make_plans
from dsguard.config.reading import ALLOW_KEYS, KEYS, RULE_KEYS, read_config
from dsguard.config.values import Config, Layer

__all__ = [
    "ALLOW_KEYS",
    "BASELINE_NAME",
    "FILE_NAME",
    "KEYS",
    "RULE_KEYS",
    "Config",
    "Configs",
    "Layer",
    "choose_rules",
    "find_baseline",
    "find_config",
    "find_configs",
    "find_configs_above",
    "load_config",
    "make_plan",
    "make_plans",
    "nearest",
    "possible_baselines",
    "read_config",
    "rule_names",
]
