"""What a configuration accepts, and what dsguard says of an entry that hides nothing or does not count any more."""

from __future__ import annotations

import hashlib
import time

import pytest

from dsguard import testing
from dsguard.model import Report, UsageError

HOME = 'DATA = "/home/ana/a.csv"\n'
DIGEST = hashlib.sha256(HOME.encode()).hexdigest()
TODAY = time.strftime("%Y-%m-%d")


def codes(report: Report) -> list[str]:
    return sorted(finding.code for finding in report.findings)


def said(report: Report) -> list[str]:
    return [finding.message for finding in report.findings if finding.code == "DSG002"]


def allow(path: str = "a.py", *, more: str = "", sha256: str = DIGEST) -> str:
    return f'[[allow]]\npath = "{path}"\nrule = "home-path"\nsha256 = "{sha256}"\nreason = "a demo"\n{more}'


@pytest.mark.parametrize("more", ["", f"expires = {TODAY}\n", 'expires = "2999-12-31"\n', "expires = 2999-12-31\n"])
def test_a_file_is_allowed_to_the_end_of_its_last_day(more: str) -> None:
    report = testing.run({"a.py": HOME}, config=allow(more=more))
    assert (codes(report), report.suppressed) == ([], 1)


@pytest.mark.parametrize(
    ("files", "config", "message"),
    [
        ({"a.py": HOME}, allow(more="expires = 2020-02-01\n"), "allowance of DSG601 for a.py expired on 2020-02-01"),
        ({"a.py": HOME + "x = 1\n"}, allow(), "a.py is not the file that was allowed for DSG601: its sha256 is another"),
        ({"a.py": "x = 1\n"}, allow(), "allowance of DSG601 for a.py hides nothing any more"),
        ({"b.py": "x = 1\n"}, allow(), "allowance of DSG601 for a.py: there is no such file"),
    ],
)
def test_an_allowance_that_does_not_count_is_told_with_why(files: dict[str, str], config: str, message: str) -> None:
    report = testing.run(files, config=config)
    assert said(report) == [message]
    assert ("DSG601" in codes(report)) is (HOME in "".join(files.values()))


def test_an_allowance_that_lapsed_says_how_to_decide_anew() -> None:
    report = testing.run({"a.py": HOME}, config=allow(more="expires = 2020-02-01\n"))
    [finding] = [finding for finding in report.findings if finding.code == "DSG002"]
    assert "`dsguard allow a.py --rule DSG601 --reason ...`" in finding.help


def test_of_two_allowances_one_may_be_over() -> None:
    report = testing.run({"a.py": HOME}, config=allow() + allow(more="expires = 2020-02-01\n"))
    assert codes(report) == ["DSG002"]


@pytest.mark.parametrize("expires", ["true", '"soon"', "2020", "2020-02-01T00:00:00", '"2020-02-30"'])
def test_a_broken_day_is_refused(expires: str) -> None:
    with pytest.raises(UsageError, match="expected a day such as"):
        testing.run({"a.py": HOME}, config=allow(more=f"expires = {expires}\n"))


# per-path-ignores


def test_an_ignore_that_hides_something_is_in_use() -> None:
    report = testing.run({"demo/a.py": HOME}, config='[per-path-ignores]\n"demo/" = ["home-path"]\n')
    assert (codes(report), report.suppressed) == ([], 1)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('"demo/" = ["home-path", "raw-data"]', 'per-path-ignores: "demo/" hides nothing of DSG101'),
        ('"nowhere/" = ["home-path"]', 'per-path-ignores: "nowhere/" hides nothing of DSG601'),
        ('"demo/b.py" = ["DSG601"]', 'per-path-ignores: "demo/b.py" hides nothing of DSG601'),
    ],
)
def test_an_ignore_that_hides_nothing_is_told(entry: str, message: str) -> None:
    config = f'[per-path-ignores]\n"/demo/a.py" = ["home-path"]\n{entry}\n'
    report = testing.run({"demo/a.py": HOME, "demo/b.py": "x = 1\n"}, config=config)
    assert said(report) == [message]


def test_an_ignore_may_be_taken_back() -> None:
    config = '[per-path-ignores]\n"demo/" = ["home-path"]\n"!demo/b.py" = ["home-path"]\n'
    report = testing.run({"demo/a.py": HOME, "demo/b.py": HOME}, config=config)
    assert codes(report) == ["DSG601"]


def test_an_ignore_counts_for_what_only_strict_shows() -> None:
    """One that hides a finding of low confidence is in use; one for a rule that did not run is not judged."""
    files = {
        "demo/a.py": "# see /home/ana/churn/a.csv\n",
        "demo/b.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    }
    report = testing.run(files, config='[per-path-ignores]\n"demo/" = ["home-path", "parent-path"]\n')
    assert codes(report) == []


def test_what_several_configurations_extend_is_judged_once() -> None:
    shared = '[per-path-ignores]\n"demo/" = ["home-path"]\n"nowhere/" = ["home-path"]\n' + allow("gone.py")
    files = {"dsguard.toml": shared, "demo/a.py": HOME}
    for name in ("one", "two"):
        files[f"{name}/dsguard.toml"] = 'extend = "../dsguard.toml"\n'
        files[f"{name}/b.py"] = "x = 1\n"
    assert said(testing.run(files)) == [
        "allowance of DSG601 for gone.py: there is no such file",
        'per-path-ignores: "nowhere/" hides nothing of DSG601',
    ]


def test_only_a_run_over_everything_can_tell() -> None:
    config = '[per-path-ignores]\n"demo/" = ["home-path"]\n'
    assert codes(testing.run({"demo/a.py": "x = 1\n"}, config=config, families=["paths"])) == []
    assert codes(testing.run({"demo/a.py": "x = 1\n"}, config=config)) == ["DSG002"]


def test_reasons_are_required_in_strict() -> None:
    files = {"demo/a.py": HOME}
    report = testing.run(files, config='profile = "strict"\n[per-path-ignores]\n"demo/" = ["home-path"]\n')
    assert said(report) == ['per-path-ignores: "demo/" gives no reason']
    report = testing.run(files, config='profile = "strict"\n[per-path-ignores]\n"demo/" = { home-path = "shown in the talk" }\n')
    assert codes(report) == []


@pytest.mark.parametrize("entry", ['{ home-path = "" }', "{ home-path = true }", '{ nope = "why" }', '"home-path"'])
def test_a_broken_entry_is_refused(entry: str) -> None:
    with pytest.raises(UsageError, match="per-path-ignores"):
        testing.run({"a.py": HOME}, config=f'[per-path-ignores]\n"demo/" = {entry}\n')


# Comments

BARE = 'DATA = "/home/ana/a.csv"  # dsguard: ignore[DSG601]{}\n'


@pytest.mark.parametrize(
    ("reason", "told"), [("", True), (" -", True), ("  # noqa", True), (" shown in the talk", False), (": a demo", False)]
)
def test_a_comment_says_why_in_strict(reason: str, told: bool) -> None:  # noqa: FBT001
    assert codes(testing.run({"a.py": BARE.format(reason)})) == []
    assert said(testing.run({"a.py": BARE.format(reason)}, profile="strict")) == ["suppression without a reason"] * told


def test_a_comment_in_markup_says_why_in_strict() -> None:
    for text, told in (("<!-- dsguard: ignore-file[DSG301] -->\n", 1), ("<!-- dsguard: ignore-file[DSG301] a tutorial -->\n", 0)):
        report = testing.run({"a.md": text, "b.py": "x = 1\n"}, profile="strict")
        assert said(report).count("suppression without a reason") == told


SEEDS = "import os\n\nimport numpy as np\n\n\ndef start():\n    np.random.seed(os.getpid())  # dsguard: ignore[DSG504] a service{}\n"
SCRIPT = 'import pandas as pd\n\nfrom seeds import start\n\n{}pd.read_csv("data/c.csv").sample(frac=0.5).to_csv("data/half.csv")\n'


def test_a_comment_on_what_other_scripts_lead_to_is_in_use() -> None:
    """Also where the script that leads there is looked at later than the module."""
    assert "DSG504" in codes(testing.run({"seeds.py": SEEDS.partition("  #")[0] + "\n", "train.py": SCRIPT.format("start()\n")}))
    report = testing.run({"seeds.py": SEEDS.format(""), "train.py": SCRIPT.format("start()\n")})
    assert (codes(report), report.suppressed) == ([], 1)


def test_a_comment_on_what_no_script_leads_to_is_not_in_use() -> None:
    report = testing.run({"seeds.py": SEEDS.format(""), "train.py": SCRIPT.format("print('no seed')\n")})
    assert "suppression of DSG504 hides nothing" in said(report)
    [finding] = [finding for finding in report.findings if finding.code == "DSG002"]
    assert finding.fix is not None
    assert finding.snippet is not None
