"""Shell scripts as simple commands."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsguard.documents.shell import ENTER, LEAVE, MAX_SCRIPT, read_commands


def words(script: str) -> list[str]:
    return [" ".join(command.words) for command in read_commands(script)]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("", []),
        ("# nothing\n\n", []),
        ("uv sync --frozen && uv run pytest\n", ["uv sync --frozen", "uv run pytest"]),
        ("a; b | c || d &\ne", ["a", "b", "c", "d", "e"]),
        ("uv sync \\\n  --locked \\\n  --no-dev # as in CI\npytest", ["uv sync --locked --no-dev", "pytest"]),
        ("uv sync \\\r\n  --locked\r\npytest\r\n", ["uv sync --locked", "pytest"]),
        ("echo \"uv sync; 'x'\" 'a && b' c\\ d", ["echo uv sync; 'x' a && b c d"]),
        ("pip install 'churn[dev]' \"pandas>=2\"", ["pip install churn[dev] pandas>=2"]),
        ("if ! uv sync; then exit 1; fi", ["uv sync", "exit 1"]),
        ("for nb in *.ipynb; do uv run $nb; done", ["for nb in *.ipynb", "uv run $nb"]),
        ("while true; do uv sync; done", ["true", "uv sync"]),
        ("sudo -E -u ana env A=1 timeout 60 nice -n 5 uv sync", ["uv sync"]),
        ("exec uv run app", ["uv run app"]),
        ("time uv sync", ["uv sync"]),
        ('bash -euxc "uv sync && uv run x"', ["uv sync", "uv run x"]),
        ("bash build.sh -c", ["bash build.sh -c"]),
        ('eval "uv sync"', ["uv sync"]),
        ("out=$(uv run show 2>&1)", ["uv run show", ""]),
        ('echo "$(uv run show)"', ["uv run show", "echo $(uv run show)"]),
        ("echo `uv run show`", ["uv run show", "echo `uv run show`"]),
        ("uv pip install -r <(uv export --locked)", ["uv export --locked", "uv pip install -r <(uv export --locked)"]),
        ("x $((1 + 2)) y", ["x $((1 + 2)) y"]),
        ("python - <<'PY'\nimport uv; uv sync\nPY\nuv lock\n", ["python -", "uv lock"]),
        ("cat <<-EOF > f\n\tuv sync\n\tEOF\nuv lock", ["cat", "uv lock"]),
        ("cat <<A <<B\na\nA\nb\nB\nuv lock", ["cat", "uv lock"]),
        ("cat <<< text\nuv lock", ["cat", "uv lock"]),
        ("uv run ${{ matrix.a b }} x", ["uv run ${{ matrix.a b }} x"]),
        ("echo 1 >&2 2>/dev/null", ["echo 1"]),
        ("a='never closed\nuv sync", [""]),
        ("a $(never closed\nuv sync", ["never closed", "uv sync", "a $(never closed\nuv sync"]),
        ("a # b\\\nc", ["a", "c"]),
    ],
)
def test_commands(script: str, expected: list[str]) -> None:
    assert words(script) == expected


def test_assignments_targets_and_lines() -> None:
    script = "set -e\n\nUV_FROZEN=1 A='b c' uv sync\nB=2\necho UV_LOCKED=1 >> \"$GITHUB_ENV\"\n"
    found = list(read_commands(script))
    assert [command.line for command in found] == [0, 2, 3, 4]
    assert found[1].environment == {"UV_FROZEN": "1", "A": "b c"}
    assert (found[2].words, found[2].environment) == ((), {"B": "2"})
    assert found[3].targets == ("$GITHUB_ENV",)


def test_a_nested_script_has_the_assignments_and_the_line_in_front_of_it() -> None:
    (command,) = read_commands("\nUV_FROZEN=1 sh -c 'uv sync'")
    assert (command.words, command.environment, command.line) == (("uv", "sync"), {"UV_FROZEN": "1"}, 1)


def test_a_subshell_is_marked() -> None:
    found = [command.words for command in read_commands("(cd a; b); c")]
    assert found == [ENTER, ("cd", "a"), ("b",), LEAVE, ("c",)]


def test_lines_count_through_documents_and_quotes() -> None:
    script = "cat <<EOF\na\nb\nEOF\necho 'x\ny'\nuv sync \\\n --locked\npytest\n"
    assert [(command.words[0], command.line) for command in read_commands(script)] == [("cat", 0), ("echo", 4), ("uv", 6), ("pytest", 8)]


def test_a_script_is_read_up_to_a_limit_and_nesting_too() -> None:
    assert len(list(read_commands("a\n" * MAX_SCRIPT))) == MAX_SCRIPT // 2
    assert len(list(read_commands("$(" * 50_000))) < 50


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab \\\n\t'\"`$(){}<>|&;#=-!", max_size=40))
def test_any_text_is_read(script: str) -> None:
    for command in read_commands(script):
        assert command.words or command.environment
        assert 0 <= command.line <= script.count("\n")
