"""``[tool.dsguard]`` or ``dsguard.toml`` -> one frozen :class:`Config` -> the :class:`~dsguard.engine.Plan` of a run.

Where it is found (``finding``), what it may say (``reading``), and what that means for a run (``planning``).
"""

from dsguard.config.finding import BASELINE_NAME, FILE_NAME, find_baseline, find_config
from dsguard.config.names import nearest, rule_names
from dsguard.config.planning import choose_rules, make_plan
from dsguard.config.reading import ALLOW_KEYS, KEYS, RULE_KEYS, load_config, read_config
from dsguard.config.values import Config

__all__ = [
    "ALLOW_KEYS",
    "BASELINE_NAME",
    "FILE_NAME",
    "KEYS",
    "RULE_KEYS",
    "Config",
    "choose_rules",
    "find_baseline",
    "find_config",
    "load_config",
    "make_plan",
    "nearest",
    "read_config",
    "rule_names",
]
