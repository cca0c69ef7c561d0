"""A configuration is right or refused, with everything that is wrong told at once to the person who must mend it."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsguard import config as configuration
from dsguard import rules as rule_set
from dsguard.config import Config, choose_rules, find_config, load_config, make_plan, nearest, read_config
from dsguard.config.planning import place_rows
from dsguard.engine import EXCLUDE
from dsguard.model import Severity, UsageError
from dsguard.options import Option
from dsguard.rules.base import FileRule


class Sized(FileRule):
    """A rule with an option of each kind."""

    code, name, family, since = "DSG105", "oversized-file", "data", "0.1"
    summary = "large"
    help = "Remove it."
    files = ("*", "!*.lock")
    options = {
        "max-size": Option.size("1 MB", "Largest size."),
        "count": Option(3, "How many."),
        "deep": Option(False, "Whether to look deeper."),
        "word": Option("x", "A word."),
        "types": Option(("a", "b"), "Types."),
        "lockfiles": Option(("uv.lock",), "Lockfiles."),
    }


class Strict(FileRule):
    """A rule of the strict profile."""

    code, name, family, since, profile = "DSG206", "unnumbered-notebook", "notebooks", "0.1", "strict"
    summary = "unnumbered"
    help = "Number it."
    files = ("*.ipynb",)


class Home(FileRule):
    """An ordinary rule."""

    code, name, family, since = "DSG601", "home-path", "paths", "0.1"
    summary = "home"
    help = "Do not."
    files = ("*.py",)


@pytest.fixture(autouse=True)
def _rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small fixed set of rules, so that these tests do not move when a rule gets another option."""
    engine_rules = tuple(rule for rule in rule_set.RULES if rule.family == "engine")
    few = (*engine_rules, Sized(), Strict(), Home())
    monkeypatch.setattr(rule_set, "RULES", few)


def read(text: str) -> Config:
    return read_config(tomllib.loads(text))


def problems(text: str, **options: Any) -> list[str]:
    with pytest.raises(UsageError) as caught:
        read_config(tomllib.loads(text), **options)
    return caught.value.problems


# What is right


def test_everything_that_can_be_said() -> None:
    config = read(
        """
        profile = "strict"
        exclude = ["vendor/", "*.min.js"]
        ignore = { DSG601 = "legacy cluster scripts" }
        lockfiles = ["uv.lock"]
        [roles]
        raw-data = ["data/landing/", "!data/landing/README.md"]
        entry-script = ["jobs/*.py"]
        [rules.oversized-file]
        severity = "warning"
        exclude = ["big/"]
        max-size = "2 MB"
        count = 7
        deep = true
        word = "y"
        types = ["c"]
        [per-path-ignores]
        "notebooks/archive/" = ["home-path", "dsg105"]
        [[allow]]
        path = "data/reference/iso.csv"
        rule = "oversized-file"
        sha256 = "%s"
        reason = "public, 12 kB"
        [[allow]]
        path = "b.csv"
        rule = "DSG105"
        reason = "whatever its bytes"
        """
        % ("aB" * 32)
    )
    assert config.profile == "strict"
    (layer,) = config.layers
    assert layer.exclude == ("vendor/", "*.min.js")
    assert config.ignore == {"DSG601": "legacy cluster scripts"}
    assert config.lockfiles == ("uv.lock",)
    assert layer.roles == {"raw-data": ("data/landing/", "!data/landing/README.md"), "entry-script": ("jobs/*.py",)}
    assert config.rules == {
        "DSG105": {
            "severity": Severity.WARNING,
            "exclude": ("big/",),
            "max-size": 2_000_000,
            "count": 7,
            "deep": True,
            "word": "y",
            "types": ("c",),
        }
    }
    assert layer.per_path_ignores == {"notebooks/archive/": ("DSG601", "DSG105")}
    assert [(allowance.path, allowance.code, allowance.sha256) for allowance in config.allow] == [
        ("data/reference/iso.csv", "DSG105", "aB" * 32),
        ("b.csv", "DSG105", None),
    ]


def test_nothing_said_is_right() -> None:
    config = read("")
    assert (config.profile, config.ignore, config.rules, config.allow) == ("default", {}, {}, ())
    assert place_rows(config) == place_rows(Config())


# What is wrong

HERE = "dsguard.toml: "
SIZE = 'rules.oversized-file.max-size: expected a size such as "500 KB", "2 MB" or a number of bytes, got '
REASON = 'a reason in words, such as ignore = { DSG604 = "legacy cluster scripts" }'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("exlude = []", ["exlude: unknown; did you mean 'exclude'?"]),
        ("zzz = 1", ["zzz: unknown"]),
        ("Profile = 'strict'", ["Profile: unknown; did you mean 'profile'?"]),
        ("profile = 'Strict'", ["profile: expected default or strict, got 'Strict'"]),
        ("profile = 1", ["profile: expected default or strict, got 1"]),
        ("exclude = 'vendor/'", ["exclude: expected a list of strings, got 'vendor/'"]),
        ("exclude = ['a', 1]", ["exclude: expected a list of strings, got ['a', 1]"]),
        ("exclude = ['ok', '[z-a]']", ["exclude: '[z-a]' is no gitignore pattern: matches nothing: bad character range z-a"]),
        ("exclude = ['a\\']", ["exclude: 'a\\\\' is no gitignore pattern: Invalid git pattern: 'a\\\\'"]),
        (
            "exclude = ['# note', '']",
            ["exclude: '# note' is no gitignore pattern: matches nothing", "exclude: '' is no gitignore pattern: matches nothing"],
        ),
        ("lockfiles = 'uv.lock'", ["lockfiles: expected a list of strings, got 'uv.lock'"]),
        ("ignore = ['DSG601']", ["ignore: expected a table, got ['DSG601']"]),
        (
            "[ignore]\nDSG601 = ''",
            [f"ignore.DSG601: expected {REASON}, got ''"],
        ),
        (
            "[ignore]\nDSG601 = true",
            [f"ignore.DSG601: expected {REASON}, got True"],
        ),
        ("[ignore]\nDSG610 = 'r'", ["ignore: no rule 'DSG610'; did you mean 'DSG601'?"]),
        ("[ignore]\nhome-pth = 'r'", ["ignore: no rule 'home-pth'; did you mean 'home-path'?"]),
        ("roles = []", ["roles: expected a table, got []"]),
        ("[roles]\nraw-dta = []", ["roles.raw-dta: unknown; did you mean 'raw-data'?"]),
        ("[roles]\nraw-data = 'x/'", ["roles.raw-data: expected a list of strings, got 'x/'"]),
        ("[roles]\nraw-data = ['[']", ["roles.raw-data: '[' is no gitignore pattern: matches nothing"]),
        ("rules = 1", ["rules: expected a table, got 1"]),
        ("[rules]\nhome-path = 1", ["rules.home-path: expected a table, got 1"]),
        ("[rules.nonsense]\nx = 1", ["rules: no rule 'nonsense'"]),
        ("[rules.oversized-file]\nmaxsize = 1", ["rules.oversized-file.maxsize: unknown; did you mean 'max-size'?"]),
        (
            "[rules.oversized-file]\nmax-size = '2 potatoes'",
            [SIZE + "'2 potatoes'"],
        ),
        (
            "[rules.oversized-file]\nmax-size = -1",
            [SIZE + "-1"],
        ),
        (
            "[rules.oversized-file]\nmax-size = ''",
            [SIZE + "''"],
        ),
        (
            "[rules.oversized-file]\nmax-size = nan",
            [SIZE + "nan"],
        ),
        ("[rules.oversized-file]\ncount = true", ["rules.oversized-file.count: expected a whole number, got True"]),
        ("[rules.oversized-file]\ndeep = 1", ["rules.oversized-file.deep: expected true or false, got 1"]),
        ("[rules.oversized-file]\nword = []", ["rules.oversized-file.word: expected a string, got []"]),
        ("[rules.oversized-file]\ntypes = 'a'", ["rules.oversized-file.types: expected a list of strings, got 'a'"]),
        ("[rules.oversized-file]\nseverity = 'fatal'", ["rules.oversized-file.severity: expected warning or error, got 'fatal'"]),
        ("[rules.oversized-file]\nexclude = [1]", ["rules.oversized-file.exclude: expected a list of strings, got [1]"]),
        ("per-path-ignores = []", ["per-path-ignores: expected a table, got []"]),
        ("[per-path-ignores]\n'a/' = 'DSG601'", ["per-path-ignores.\"a/\": expected a list of strings, got 'DSG601'"]),
        ("[per-path-ignores]\n'a/' = ['DSG999']", ["per-path-ignores.\"a/\": no rule 'DSG999'"]),
        ("[per-path-ignores]\n'[' = ['DSG601']", ["per-path-ignores.\"[\": '[' is no gitignore pattern: matches nothing"]),
        ("[allow]\npath = 'a'", ["allow: expected [[tool.dsguard.allow]] entries, got {'path': 'a'}"]),
        ("[[allow]]\nrule = 'DSG601'\nreason = 'r'", ["allow[0].path: expected the path of one file, got None"]),
        ("[[allow]]\npath = 'a'\nreason = 'r'", ["allow[0].rule: expected the code or name of a rule, got None"]),
        ("[[allow]]\npath = 'a'\nrule = 'DSG601'", ["allow[0].reason: expected a reason in words, got None"]),
        (
            "[[allow]]\npath = 'a'\nrule = 'DSG601'\nreason = 'r'\nsha256 = 'abc'",
            ["allow[0].sha256: expected 64 hexadecimal digits, got 'abc'"],
        ),
        ("[[allow]]\npath = 'a'\nrule = 'DSG601'\nreason = 'r'\nsha = 'abc'", ["allow[0].sha: unknown; did you mean 'sha256'?"]),
        ("[[allow]]\npath = 'a'\nrule = 'DSG610'\nreason = 'r'", ["allow[0].rule: no rule 'DSG610'; did you mean 'DSG601'?"]),
        ("profile = '" + "x" * 100 + "'", ["profile: expected default or strict, got '" + "x" * 56 + "..."]),
    ],
)
def test_what_is_wrong_is_told(text: str, expected: list[str]) -> None:
    assert problems(text) == [HERE + problem for problem in expected]


def test_all_that_is_wrong_is_told_at_once() -> None:
    told = problems(
        "exlude = []\nprofile = 'loud'\n[rules.home-pth]\nx = 1\n[roles]\nraw-data = ['[']\n[[allow]]\npath = 1\n",
        where="sub/pyproject.toml",
        prefix="tool.dsguard.",
    )
    assert told == [
        "sub/pyproject.toml: tool.dsguard.exlude: unknown; did you mean 'exclude'?",
        "sub/pyproject.toml: tool.dsguard.profile: expected default or strict, got 'loud'",
        "sub/pyproject.toml: tool.dsguard.roles.raw-data: '[' is no gitignore pattern: matches nothing",
        "sub/pyproject.toml: tool.dsguard.rules: no rule 'home-pth'; did you mean 'home-path'?",
        "sub/pyproject.toml: tool.dsguard.allow[0].path: expected the path of one file, got 1",
    ]


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
_TELLING = st.sampled_from(["DSG601", "home-path", "*.py", "[", "2 MB"])
_INNER_KEYS = st.text(max_size=5) | st.sampled_from(["path", "rule", "max-size"])
_VALUES = st.recursive(
    _SCALARS | _TELLING, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_INNER_KEYS, inner, max_size=3), max_leaves=8
)
_KEYS = st.sampled_from([*configuration.KEYS, "nonsense", ""])


@settings(max_examples=300, deadline=None)
@given(document=st.dictionaries(_KEYS, _VALUES, max_size=5) | _VALUES)
def test_any_document_is_read_or_refused(document: Any) -> None:
    told = [HERE]
    try:
        make_plan(read_config(document))
    except UsageError as error:
        told = error.problems
    assert told
    assert all(problem.startswith(HERE) for problem in told)


@pytest.mark.parametrize(
    ("word", "names", "expected"),
    [
        ("exlude", ["exclude", "include"], "exclude"),
        ("HOME-PATH", ["home-path"], "home-path"),
        ("zzz", ["exclude"], ""),
        ("", ["exclude"], ""),
    ],
)
def test_the_nearest_name(word: str, names: list[str], expected: str) -> None:
    assert nearest(word, names) == (f"; did you mean {expected!r}?" if expected else "")


# Files


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)


SETTINGS = "[tool.dsguard]\nprofile = 'strict'\n"


@pytest.mark.parametrize(
    ("files", "start", "expected"),
    [
        ({}, "", None),
        ({"pyproject.toml": "[project]\nname = 'x'\n"}, "", None),
        ({"pyproject.toml": SETTINGS}, "", "pyproject.toml"),
        ({"pyproject.toml": SETTINGS}, "a/b/c", "pyproject.toml"),
        ({"dsguard.toml": ""}, "a", "dsguard.toml"),
        ({"dsguard.toml": "", "pyproject.toml": SETTINGS}, "", "dsguard.toml"),
        ({"dsguard.toml": "", "a/pyproject.toml": SETTINGS}, "a/b", "a/pyproject.toml"),
        ({"dsguard.toml": "", "a/pyproject.toml": "[project]\nname = 'x'\n"}, "a/b", "dsguard.toml"),
        ({"dsguard.toml": "", "a/pyproject.toml": "# settings are in ../dsguard.toml, not in tool.dsguard here\n"}, "a", "dsguard.toml"),
        ({"dsguard.toml": "", "a/pyproject.toml": "[tool.dsguard-plugin]\nx = 1\n"}, "a", "dsguard.toml"),
        ({"dsguard.toml": "", "a/pyproject.toml": "[project]\ndependencies = ['dsguard']\n"}, "a", "dsguard.toml"),
        ({"pyproject.toml": "tool = {dsguard = {profile = 'strict'}}\n"}, "a", "pyproject.toml"),
        ({"pyproject.toml": "[tool]\ndsguard.profile = 'strict'\n"}, "a", "pyproject.toml"),
        ({"pyproject.toml": "[tool.dsguard\n"}, "a", "pyproject.toml"),
        ({"pyproject.toml": "[project\n"}, "a", None),
        ({"pyproject.toml": b"[tool.dsguard]\nprofile = '\xff'\n"}, "a", "pyproject.toml"),
        ({"pyproject.toml": "tool = 1 # dsguard"}, "a", None),
        ({"../dsguard.toml": ""}, "a", None),
        ({"dsguard.toml/x": "", "pyproject.toml": SETTINGS}, "", "pyproject.toml"),
    ],
)
def test_the_nearest_configuration_governs(files: dict[str, str | bytes], start: str, expected: str | None, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / start).mkdir(parents=True)
    write(root, files)
    found = find_config(str(root / start), str(root))
    assert found == (None if expected is None else os.path.realpath(root / expected))


@pytest.mark.parametrize(
    ("path", "content", "base", "where"),
    [
        ("pyproject.toml", SETTINGS, "", "pyproject.toml"),
        ("dsguard.toml", "profile = 'strict'\n", "", "dsguard.toml"),
        ("dsguard.toml", SETTINGS, "", "dsguard.toml"),
        ("a/b/dsguard.toml", "profile = 'strict'\n", "a/b", "a/b/dsguard.toml"),
        ("..odd/dsguard.toml", "profile = 'strict'\n", "..odd", "..odd/dsguard.toml"),
    ],
)
def test_patterns_are_relative_to_their_file(path: str, content: str, base: str, where: str, tmp_path: Path) -> None:
    write(tmp_path, {path: content})
    config = load_config(str(tmp_path / path), str(tmp_path))
    assert (config.profile, config.base, config.where) == ("strict", base, where)


def test_a_configuration_outside_of_the_repository(tmp_path: Path) -> None:
    write(tmp_path, {"shared.toml": "exclude = ['/a']\n", "repo/x": ""})
    config = load_config(str(tmp_path / "shared.toml"), str(tmp_path / "repo"))
    assert config.base == ""
    assert config.where == os.path.realpath(tmp_path / "shared.toml")


@pytest.mark.skipif(os.name == "nt", reason="links")
def test_a_root_behind_a_link(tmp_path: Path) -> None:
    write(tmp_path, {"real/sub/dsguard.toml": ""})
    (tmp_path / "link").symlink_to("real")
    assert load_config(str(tmp_path / "link" / "sub" / "dsguard.toml"), str(tmp_path / "real")).base == "sub"
    assert find_config(str(tmp_path / "link" / "sub"), str(tmp_path / "real")) == os.path.realpath(tmp_path / "real/sub/dsguard.toml")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"profile = ", "dsguard.toml: does not parse as TOML: Invalid value"),
        (b"profile = '\xff'", "dsguard.toml: does not parse as TOML: 'utf-8' codec"),
        (b"x = " + b"[" * 10_000, "dsguard.toml: does not parse as TOML:"),
        (None, "dsguard.toml: No such file or directory"),
    ],
)
def test_a_configuration_that_cannot_be_read(content: bytes | None, expected: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "dsguard.toml").write_bytes(content)
    with pytest.raises(UsageError) as caught:
        load_config(str(tmp_path / "dsguard.toml"), str(tmp_path))
    assert caught.value.problems[0].startswith(expected)


# From settings to a plan


def codes(config: Config | None = None, **options: Any) -> list[str]:
    return [chosen.code for chosen in make_plan(config or Config(), **options).chosen]


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("", {}, ["DSG000", "DSG001", "DSG002", "DSG105", "DSG601"]),
        ("", {"profile": "strict"}, ["DSG000", "DSG001", "DSG002", "DSG105", "DSG206", "DSG601"]),
        ("profile = 'strict'", {}, ["DSG000", "DSG001", "DSG002", "DSG105", "DSG206", "DSG601"]),
        ("profile = 'strict'", {"profile": "default"}, ["DSG000", "DSG001", "DSG002", "DSG105", "DSG601"]),
        ("", {"families": ["paths"]}, ["DSG000", "DSG001", "DSG601"]),
        ("", {"families": ["notebooks"]}, ["DSG000", "DSG001"]),
        ("", {"families": ["notebooks"], "profile": "strict"}, ["DSG000", "DSG001", "DSG206"]),
        ("", {"select": ["DSG206"]}, ["DSG000", "DSG001", "DSG206"]),
        ("", {"select": ["unnumbered-notebook"]}, ["DSG000", "DSG001", "DSG206"]),
        ("", {"select": ["dsg1"]}, ["DSG000", "DSG001", "DSG105"]),
        ("", {"select": ["Paths"]}, ["DSG000", "DSG001", "DSG601"]),
        ("", {"select": ["all"]}, ["DSG000", "DSG001", "DSG002", "DSG105", "DSG206", "DSG601"]),
        ("", {"ignore": ["paths"]}, ["DSG000", "DSG001", "DSG002", "DSG105"]),
        ("", {"select": ["DSG6"], "ignore": ["home-path"]}, ["DSG000", "DSG001"]),
        ("ignore = {DSG601 = 'r'}", {}, ["DSG000", "DSG001", "DSG002", "DSG105"]),
        ("ignore = {home-path = 'r'}", {"families": ["paths"]}, ["DSG000", "DSG001"]),
        ("ignore = {DSG601 = 'r'}", {"select": ["paths"]}, ["DSG000", "DSG001"]),
        ("ignore = {DSG601 = 'r'}", {"select": ["home-path"]}, ["DSG000", "DSG001", "DSG601"]),
    ],
)
def test_which_rules_run(text: str, options: dict[str, Any], expected: list[str]) -> None:
    assert codes(read(text), **options) == expected


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_names_on_the_command_line_that_are_none(option: str) -> None:
    with pytest.raises(UsageError) as caught:
        choose_rules(["home-pth", "DSG601", "nonsense"], option)
    assert caught.value.problems == [
        f"{option} home-pth: no such rule or family; did you mean 'home-path'?",
        f"{option} nonsense: no such rule or family",
    ]


def settings_of(text: str) -> dict[str, Any]:
    plan = make_plan(read(text))
    return next(dict(chosen.settings) for chosen in plan.chosen if chosen.code == "DSG105")


def test_options_have_their_defaults() -> None:
    defaults = {"max-size": 1_000_000, "count": 3, "deep": False, "word": "x", "types": ("a", "b"), "lockfiles": ("uv.lock",)}
    assert settings_of("") == defaults
    assert settings_of("[rules.DSG105]\ncount = 9\n") == {**defaults, "count": 9}
    assert settings_of("[rules.DSG105]\ncount = 9\n[rules.oversized-file]\nword = 'z'\n") == {**defaults, "count": 9, "word": "z"}
    assert settings_of("lockfiles = ['p.lock']\n") == {**defaults, "lockfiles": ("p.lock",)}
    assert settings_of("lockfiles = ['p.lock']\n[rules.DSG105]\nlockfiles = ['q.lock']\n") == {**defaults, "lockfiles": ("q.lock",)}


def test_the_table_of_labels() -> None:
    plan = make_plan(
        read(
            """
            exclude = ["vendor/"]
            [roles]
            raw-data = ["landing/", "!data/raw/"]
            [rules.home-path]
            severity = "warning"
            exclude = ["cluster/"]
            [per-path-ignores]
            "old/" = ["home-path", "oversized-file"]
            [[allow]]
            path = "a b.csv"
            rule = "DSG105"
            reason = "r"
            """
        )
    )
    labels = plan.policy.labels
    assert labels("a.py") == {"select:DSG001", "select:DSG105", "select:DSG601"}
    assert EXCLUDE in labels("x/vendor/a.py")
    assert "skip:DSG601" in labels("cluster/a.py")
    assert {"ignore:DSG601", "ignore:DSG105"} <= labels("old/a.py")
    assert "raw-data" in labels("landing/a.csv")
    assert "raw-data" not in labels("data/raw/a.csv"), "the user's rows come last"
    assert "raw-data" in make_plan(Config()).policy.labels("data/raw/a.csv")
    assert "allow:dsguard.toml:0" in labels("a b.csv")
    assert "allow:dsguard.toml:0" not in labels("x/a b.csv")
    assert "select:DSG105" not in labels("uv.lock")
    assert {chosen.code: chosen.severity for chosen in plan.chosen if chosen.severity} == {"DSG601": Severity.WARNING}


def test_a_rule_that_names_roles_is_selected_by_its_own_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Home, "files", ("@raw-data", "!*.csv", "keep.csv", "!@vendored"))
    plan = make_plan(Config())
    home = next(chosen for chosen in plan.chosen if chosen.code == "DSG601")
    paths = ("data/raw/a.py", "data/raw/a.csv", "data/raw/keep.csv", "keep.csv", "vendor/keep.csv", "a.py")
    assert [path for path in paths if home.takes(plan.policy.labels(path))] == ["data/raw/a.py", "data/raw/keep.csv", "keep.csv"]


def test_in_a_run_of_one_family_broken_files_are_not_looked_for() -> None:
    assert "select:DSG001" in make_plan(Config()).policy.labels("a.ipynb")
    assert "select:DSG001" not in make_plan(Config(), families=["paths"]).policy.labels("a.ipynb")
    assert "select:DSG001" in make_plan(Config(), select=["DSG001"]).policy.labels("a.ipynb")


def test_a_run_without_configuration_loads_no_toml_parser(tmp_path: Path) -> None:
    code = (
        "import sys; from dsguard.config import *; make_plan(load_config(find_config('.', '.'), '.'));"
        "sys.exit(any(name in sys.modules for name in ('tomllib', 'pathspec', 'difflib')))"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, check=False
        ).returncode
        == 0
    )
