"""Shells complete what the parsers take."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dsguard.cli import COMMANDS, main
from dsguard.rules import RULES

SOURCE = str(Path(__file__).resolve().parent.parent.parent / "src")


@pytest.fixture(scope="module")
def scripts() -> dict[str, str]:
    code = "from dsguard.cli import main; import sys; raise SystemExit(main(['completion', sys.argv[1]]))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((SOURCE, *sys.path))}
    return {
        shell: subprocess.run([sys.executable, "-c", code, shell], env=environment, capture_output=True, text=True, check=True).stdout
        for shell in ("bash", "zsh", "fish")
    }


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_command_rule_and_option_is_in_it(shell: str, scripts: dict[str, str]) -> None:
    script = scripts[shell]
    for name in (*COMMANDS, *(rule.code for rule in RULES), *(rule.name for rule in RULES)):
        assert name in script
    for option in ("from-ref", "show-files", "statistics"):
        assert option in script
    assert SOURCE not in script


@pytest.mark.skipif(shutil.which("bash") is None or os.name == "nt", reason="needs bash")
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["dsguard", "ch"], ["check"]),
        (["dsguard", "comp"], ["completion"]),
        (["dsguard", "completion", "z"], ["zsh"]),
        (["dsguard", "check", "--show"], ["--show-files"]),
        (["dsguard", "check", "--profile", "st"], ["strict"]),
        (["dsguard", "check", "--select", "home"], ["home-path"]),
        (["dsguard", "check", "--ignore", "DSG60"], ["DSG601", "DSG602", "DSG603", "DSG604", "DSG605"]),
        (["dsguard", "explain", "raw"], ["raw-data"]),
        (["dsguard", "check", "no"], ["notes.csv"]),
        (["dsguard", "check", "--config", "ot"], ["other.toml"]),
    ],
)
def test_bash_completes(typed: list[str], expected: list[str], scripts: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "completion.bash").write_text(scripts["bash"])
    (tmp_path / "notes.csv").write_text("")
    (tmp_path / "other.toml").write_text("")
    words = " ".join(f"'{word}'" for word in typed)
    code = (
        "compopt() { :; }; source completion.bash\n"
        f"COMP_WORDS=({words}); COMP_CWORD={len(typed) - 1}\n"
        "$(complete -p dsguard | sed 's/.*-F \\([^ ]*\\).*/\\1/')\n"
        "printf '%s\\n' \"${COMPREPLY[@]}\"\n"
    )
    done = subprocess.run(["bash", "--norc", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert sorted(done.stdout.split()) == expected, done.stderr


def test_an_unknown_shell_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "tcl"]) == 2
    assert "invalid choice: 'tcl'" in capsys.readouterr().err
