from __future__ import annotations

from dsguard.model import ENGINE_FAMILY, Severity
from dsguard.rules.base import Rule


class UnusedSuppression(Rule):
    """A suppression that hides nothing any more will one day hide something new. An ignore that names no rule hides too much.

    It is told of comments and cell tags, of entries of `allow` (with why they do not count: other bytes, their last day), and, where
    everything was looked at, of `per-path-ignores`; of a baseline by the rules that looked at a file. Profile `strict` wants a reason in
    each comment and for each path.
    """

    code, name, family, since = "DSG002", "unused-suppression", ENGINE_FAMILY, "0.1"
    summary = "suppression hides nothing"
    help = "Remove it, or run `dsguard check --fix`."
    severity = Severity.WARNING
    fixable = True
    bad = (
        {"train.py": 'DATA = "data/raw.csv"  # dsguard: ignore[DSG601] moved to a config\n'},
        {"train.py": "# dsguard: ignore-file[home-path] no longer true\nprint('hello')\n"},
        {"train.py": 'DATA = "data/raw.csv"  # dsguard: ignore\n'},
        {"train.py": 'DATA = "data/raw.csv"  # dsguard: ignore[DSG999] no such rule\n'},
        {"dsguard.toml": '[per-path-ignores]\n"demo/" = ["home-path"]\n', "demo/train.py": 'DATA = "data/raw.csv"\n'},
    )
    good = (
        {"train.py": 'DATA = "/home/ana/churn.csv"  # dsguard: ignore[DSG601] a demo of the machine it was made on\n'},
        {"train.py": '# dsguard: ignore[home-path] a demo\nDATA = "/home/ana/churn.csv"\n'},
        {"train.py": 'HELP = "write # dsguard: ignore[DSG601] reason"\n'},
    )
