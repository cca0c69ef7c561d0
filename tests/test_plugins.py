"""Rules of plugins: from what is installed and named, never from the repository under review."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dsguard.cli import main
from dsguard.rules.contract import defects
from dsguard.rules.paths.home_path import HomePath

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Repo

ROOT = Path(__file__).resolve().parent.parent
SOURCE = str(ROOT / "src")

RULE = '''
from dsguard.options import Option
from dsguard.rules import FileRule


class TodoFile(FileRule):
    """A file named TODO is a list that nobody sees, while the tracker has all that is to be done."""

    code, name, family, since = "ACME101", "todo-file", "acme", "1.0"
    summary = "list of things to do in git"
    help = "Open an issue for each."
    files = ("TODO*",)
    options = {"names": Option(("TODO",), "Names that count.")}
    bad = ({"TODO": "write"},)
    good = ({"README": "TODO"},)

    def check(self, file, settings):
        if file.name in settings["names"]:
            yield self.found(file.at(1), subject="todo")


print("imported", __name__)
RULES = [TodoFile]
'''


class Installed:
    """A folder of installed packages, outside of any repository."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)

    def add(self, name: str, module: str = RULE, *, entry: str = "", editable: Path | None = None, group: str = "dsguard.rules") -> None:
        top = name.replace("-", "_")
        info = self.folder / f"{top}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{group}]\nrules = {entry or top + ':RULES'}\n")
        if editable is None:
            (self.folder / f"{top}.py").write_text(module)
        else:
            (info / "direct_url.json").write_text(json.dumps({"url": editable.as_uri(), "dir_info": {"editable": True}}))


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installed]:
    site = Installed(tmp_path / "env" / "site-packages")
    monkeypatch.setattr(sys, "path", [*sys.path, str(site.folder)])
    before = set(sys.modules)
    yield site
    for name in set(sys.modules) - before:
        if name.startswith(("acme", "evil")):
            del sys.modules[name]


def check(*arguments: str) -> int:
    return main(["check", "--format", "concise", *arguments])


# What a plugin's rules take part in


def test_they_take_part_in_everything(repo: Repo, installed: Installed, capsys: pytest.CaptureFixture[str]) -> None:
    installed.add("acme-rules")
    repo.write("dsguard.toml", "plugins = ['acme-rules']\n")
    repo.write("TODO", "write tests\n")
    repo.write("old/TODO", "x\n")
    repo.write("done/TODO.md", "# dsguard: ignore[todo-file] done\n")
    assert check() == 1
    said = capsys.readouterr().out
    assert "TODO:1: error ACME101 todo-file" in said or "ACME101" in said
    assert said.count("ACME101") == 2
    for options, code in (
        (["--select", "ACME101"], 1),
        (["--select", "todo-file"], 1),
        (["--select", "ACME"], 1),
        (["--family", "acme"], 1),
        (["--ignore", "acme"], 0),
        (["--family", "paths"], 0),
    ):
        assert check(*options) == code, options
    assert main(["check", "--format", "sarif"]) == 1
    capsys.readouterr()
    assert main(["check", "--format", "sarif"]) == 1
    rules = json.loads(capsys.readouterr().out)["runs"][0]["tool"]["driver"]["rules"]
    assert "list of things to do in git" in json.dumps(next(rule for rule in rules if rule["id"] == "ACME101"))
    assert main(["rules"]) == 0
    assert "ACME101  todo-file" in capsys.readouterr().out
    assert main(["explain", "todo-file"]) == 0
    assert "A file named TODO is a list" in capsys.readouterr().out
    assert main(["config"]) == 0
    assert "rules.todo-file.names" in capsys.readouterr().out
    assert main(["config", "--schema", "dsguard.toml"]) == 0
    assert "names" in json.loads(capsys.readouterr().out)["definitions"]["todo-file"]["properties"]


def test_they_are_configured_like_any_other(repo: Repo, installed: Installed, capsys: pytest.CaptureFixture[str]) -> None:
    installed.add("acme-rules")
    repo.write("TODO", "x\n")
    repo.write("old/TODO", "x\n")
    repo.write("TODO.md", "x\n")
    own = "plugins = ['acme-rules']\n[rules.ACME101]\nseverity = 'warning'\nnames = ['TODO.md', 'TODO']\nexclude = ['old/']\n"
    repo.write("dsguard.toml", own + "[[allow]]\npath = 'TODO'\nrule = 'todo-file'\nreason = 'tradition'\n")
    assert check() == 0
    told = [line for line in capsys.readouterr().out.splitlines() if "ACME101" in line]
    assert len(told) == 1
    assert told[0].startswith("TODO.md")
    repo.write("dsguard.toml", "plugins = ['acme-rules']\nignore = {todo-fil = 'r'}\n[rules.todo-file]\nnam = []\n")
    assert check() == 2
    assert "did you mean 'todo-file'?" in (said := capsys.readouterr().err)
    assert "did you mean 'names'?" in said


def test_only_configurations_that_name_it_know_its_rules(repo: Repo, installed: Installed, capsys: pytest.CaptureFixture[str]) -> None:
    installed.add("acme-rules")
    repo.write("one/dsguard.toml", "plugins = ['acme-rules']\n")
    repo.write("one/sub/dsguard.toml", "extend = '../dsguard.toml'\n[rules.todo-file]\nseverity = 'warning'\n")
    for path in ("TODO", "one/TODO", "one/sub/TODO"):
        repo.write(path, "x\n")
    assert check() == 1
    told = [line.partition(":")[0] for line in capsys.readouterr().out.splitlines() if "ACME101" in line]
    assert told == ["one/TODO", "one/sub/TODO"]
    repo.write("two/dsguard.toml", "ignore = {todo-file = 'r'}\n")
    assert check() == 2


# What is refused


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("plugins = 'acme'", "plugins: expected a list of strings, got 'acme'"),
        ("plugins = ['acme-rule']", "plugins: no distribution 'acme-rule' is installed where dsguard is"),
        ("plugins = ['acme-rule']", "; did you mean 'acme-rules'?"),
        ("plugins = ['']", "plugins: no distribution '' is installed"),
        ("plugins = ['pytest']", "plugins: pytest is installed and has no rules for dsguard (no entry point in 'dsguard.rules')"),
    ],
)
def test_no_plugins(named: str, expected: str, repo: Repo, installed: Installed, capsys: pytest.CaptureFixture[str]) -> None:
    installed.add("acme-rules")
    repo.write("dsguard.toml", named + "\n")
    assert check() == 2
    assert expected in capsys.readouterr().err


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("raise RuntimeError('broken')", "acme-rules: cannot be imported: RuntimeError: broken"),
        ("", "acme-rules: cannot be imported: AttributeError"),
        ("RULES = [1]", "acme-rules: acme_rules:RULES: expected rules, got int"),
        (RULE.replace("ACME101", "DSG999"), "TodoFile: code: capital letters and digits, not starting with DSG, such as ACME101"),
        (RULE.replace("todo-file", "home-path"), "acme-rules: home-path is taken by dsguard"),
        (RULE.replace('"acme"', '"engine"'), "TodoFile: family: one of data"),
        (RULE.replace('files = ("TODO*",)', "files = ()"), "TodoFile: files: which files it looks at"),
        (RULE.replace('files = ("TODO*",)', "files = ('[z-a]',)"), "TodoFile: files: '[z-a]'"),
        (RULE.replace("summary = ", "summery = "), "TodoFile: summary: a text"),
    ],
)
def test_plugins_that_are_not_right(
    module: str, expected: str, repo: Repo, installed: Installed, capsys: pytest.CaptureFixture[str]
) -> None:
    installed.add("acme-rules", module)
    repo.write("dsguard.toml", "plugins = ['acme-rules']\n")
    assert check() == 2
    assert expected in capsys.readouterr().err


def test_two_plugins_with_one_code(repo: Repo, installed: Installed, capsys: pytest.CaptureFixture[str]) -> None:
    installed.add("acme-rules")
    installed.add("acme-more")
    repo.write("dsguard.toml", "plugins = ['acme-rules']\n")
    repo.write("one/dsguard.toml", "plugins = ['acme-more']\n")
    assert check() == 2
    assert "one/dsguard.toml: plugins: acme-more: ACME101 is taken by acme-rules" in capsys.readouterr().err


# Nothing of the repository is run


def make_hostile(repo: Repo, folder: str = "") -> None:
    """A repository that brings a distribution and a module of its own, and names it."""
    at = f"{folder}/" if folder else ""
    repo.write(f"{at}evil.py", "open('ran', 'w')\n" + RULE)
    repo.write(f"{at}evil-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n")
    repo.write(f"{at}evil-1.0.dist-info/entry_points.txt", "[dsguard.rules]\nrules = evil:RULES\n")
    repo.write("dsguard.toml", "plugins = ['evil']\n")
    repo.write("TODO", "x\n")


def run_in(repo: Repo, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables}
    return subprocess.run([sys.executable, *command], cwd=repo.folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("folder", "command", "variables"),
    [
        ("", ["-m", "dsguard", "check"], {"PYTHONPATH": SOURCE}),
        ("", ["-c", "from dsguard.cli import main; raise SystemExit(main(['check']))"], {"PYTHONPATH": SOURCE}),
        ("", ["-m", "dsguard", "check"], {"PYTHONPATH": os.pathsep.join((".", SOURCE))}),
        ("src", ["-m", "dsguard", "check"], {"PYTHONPATH": os.pathsep.join(("src", SOURCE))}),
        ("src", ["-m", "dsguard", "config"], {"PYTHONPATH": os.pathsep.join(("src", SOURCE))}),
    ],
)
def test_a_repository_cannot_bring_a_plugin(folder: str, command: list[str], variables: dict[str, str], repo: Repo) -> None:
    make_hostile(repo, folder)
    done = run_in(repo, *command, **variables)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "no distribution 'evil' is installed" in done.stderr
    assert not (repo.folder / "ran").exists()


def test_rules_are_shown_whatever_the_configuration_says(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write("dsguard.toml", "plugins = ['no-such-thing']\n")
    assert main(["rules"]) == 0
    assert "home-path" in capsys.readouterr().out
    assert main(["explain", "todo-file"]) == 2
    assert "todo-file: no such rule" in capsys.readouterr().err


def test_the_example_is_a_plugin(repo: Repo, installed: Installed, capsys: pytest.CaptureFixture[str]) -> None:
    example = ROOT / "examples" / "plugin-rule"
    project = tomllib.loads((example / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (entry,) = project["entry-points"]["dsguard.rules"].values()
    installed.add(project["name"], entry=entry, editable=example)
    sys.path.append(str(example / "src"))
    repo.write("dsguard.toml", f"plugins = ['{project['name']}']\n")
    repo.write("train.py", "from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained('acme/churn')\n")
    assert check("--select", "unpinned-download") == 1
    assert "train.py:3:9: error ACME101 unpinned-download" in capsys.readouterr().out.replace(": ACME101", ": error ACME101")


def test_a_repository_cannot_take_the_place_of_a_plugins_module(repo: Repo, tmp_path: Path) -> None:
    site = Installed(tmp_path / "env" / "site-packages")
    site.add("acme-rules", "import acme_helper\n" + RULE)
    (site.folder / "acme_helper.py").write_text("")
    repo.write("acme_rules.py", "open('ran', 'w')\n" + RULE)
    repo.write("acme_helper.py", "open('ran', 'w')\n")
    repo.write("dsguard.toml", "plugins = ['acme-rules']\n")
    repo.write("TODO", "x\n")
    path = os.pathsep.join((str(repo.folder), "", SOURCE, str(site.folder)))
    done = run_in(repo, "-c", "from dsguard.cli import main; raise SystemExit(main(['check']))", PYTHONPATH=path)
    assert (done.returncode, "ACME101" in done.stdout) == (1, True), done.stdout + done.stderr
    assert not (repo.folder / "ran").exists()


def test_a_module_of_the_repository_is_refused_even_if_something_installed_points_at_it(repo: Repo, tmp_path: Path) -> None:
    site = Installed(tmp_path / "env" / "site-packages")
    site.add("acme-rules", entry="tools.rules:RULES")
    repo.write("tools/__init__.py", "open('ran', 'w')\n")
    repo.write("tools/rules.py", RULE)
    repo.write("dsguard.toml", "plugins = ['acme-rules']\n")
    done = run_in(repo, "-m", "dsguard", "check", PYTHONPATH=os.pathsep.join((str(repo.folder), SOURCE, str(site.folder))))
    assert (done.returncode, "module tools is missing" in done.stderr) == (2, True), done.stderr
    (site.folder / "finder.py").write_text(
        "import importlib.util, sys\n"
        "class Finder:\n"
        "    def find_spec(name, path=None, target=None):\n"
        f"        if name == 'tools': return importlib.util.spec_from_file_location(name, {str(repo.folder / 'tools/__init__.py')!r})\n"
        "sys.meta_path.append(Finder)\n"
    )
    code = "import finder; from dsguard.cli import main; raise SystemExit(main(['check']))"
    done = run_in(repo, "-c", code, PYTHONPATH=os.pathsep.join((SOURCE, str(site.folder))))
    assert (done.returncode, "lies in the repository that is checked" in done.stderr) == (2, True), done.stderr
    assert not (repo.folder / "ran").exists()


def test_an_editable_install_and_the_environment_of_the_project_count(repo: Repo, tmp_path: Path) -> None:
    site = Installed(tmp_path / "env" / "site-packages")
    own = Installed(repo.folder / ".venv" / "site-packages")
    repo.write(".gitignore", ".venv/\n")
    repo.write("tools/acme_rules.py", RULE)
    site.add("acme-rules", editable=repo.folder / "tools")
    own.add("acme-own", RULE.replace("ACME101", "ACME201").replace("todo-file", "to-do-file"))
    repo.write("dsguard.toml", "plugins = ['acme-rules', 'acme-own']\n")
    repo.write("TODO", "x\n")
    path = os.pathsep.join((SOURCE, str(site.folder), str(own.folder), str(repo.folder / "tools")))
    done = run_in(repo, "-m", "dsguard", "check", PYTHONPATH=path)
    assert ("ACME101" in done.stdout, "ACME201" in done.stdout) == (True, True), done.stdout + done.stderr


def test_metadata_is_not_loaded_unless_a_plugin_is_named(repo: Repo) -> None:
    repo.write("dsguard.toml", "profile = 'strict'\n")
    code = (
        "import sys; from dsguard.cli import main; main(['check']);"
        "raise SystemExit(any(name in sys.modules for name in ('importlib.metadata', 'dsguard.config.plugins', 'site.x')))"
    )
    assert run_in(repo, "-S", "-c", code, PYTHONPATH=SOURCE).returncode == 0


# What a rule has to say of itself


@pytest.mark.parametrize(
    ("fact", "value", "expected"),
    [
        ("code", "acme1", "code: capital letters"),
        ("name", "Home Path", "name: lower-case words"),
        ("family", "My Family", "family: one of data"),
        ("help", "Do it", "help: a sentence"),
        ("profile", "loud", "profile: default or strict"),
        ("__doc__", "Short.", "docstring: why"),
    ],
)
def test_defects_are_named(fact: str, value: Any, expected: str) -> None:
    facts = {"code": "ACME101", "__doc__": HomePath.__doc__, fact: value}
    rule = type("Odd", (HomePath,), facts)()
    told = list(defects(rule, is_plugin=True))
    assert [defect for defect in told if defect.startswith(expected)], told
    assert len(told) == 1


def test_a_rule_with_state_is_told() -> None:
    rule = type("Stateful", (HomePath,), {"code": "ACME101", "__doc__": HomePath.__doc__})()
    rule.seen = 1
    assert list(defects(rule, is_plugin=True)) == ["a rule keeps no state: set nothing on self"]
