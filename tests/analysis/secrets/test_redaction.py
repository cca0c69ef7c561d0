"""A credential is never shown: not in a message, a help, a subject, a snippet or a trace, wherever it stands."""

from __future__ import annotations

import json
import random
import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dsguard.analysis.secrets.hit import Hit
from dsguard.analysis.secrets.redaction import mask, redact_line, snippet
from dsguard.fixes import preview
from dsguard.model import Confidence, Finding
from dsguard.reporters import REPORTERS, render
from dsguard.rules.secrets.secret import Secret
from dsguard.testing import run, tree
from dsguard.workspace import MemoryWorkspace

RULE = Secret()
SHOWN = 12
"""Characters of a credential that nobody may see in a row. Prefixes are shorter."""


def hit(start: int, end: int, shown: str = "") -> Hit:
    return Hit("token", start, end, Confidence.HIGH, "token", shown)


def test_a_line_keeps_all_but_the_credentials() -> None:
    line = 'a = "ghp_abc", b = "secret"'
    assert redact_line(line, [hit(5, 12, "ghp_"), hit(20, 26)]) == 'a = "ghp_…", b = "…"'
    assert redact_line(line, []) == line
    assert redact_line(line, [hit(100 + 20, 100 + 26)], offset=100) == 'a = "ghp_abc", b = "…"'


def test_what_overlaps_is_hidden_as_a_whole() -> None:
    surer, weaker = hit(5, 9, "ghp_"), hit(2, 12)
    surer.hide(weaker)
    assert redact_line("0123456789abcdef", [surer]) == "01…cdef"
    assert redact_line("0123456789abcdef", [hit(2, 8), hit(6, 12)]) == "01……cdef"


def test_nothing_is_shown_of_a_value_that_goes_on_behind_its_pattern() -> None:
    chance = random.Random(7)
    value = "".join(chance.choice(string.ascii_letters + string.digits) for _ in range(3000))
    (finding,) = run({"conf/jwt.yaml": f"jwt-token.pem: {value}== # x\n"}, families=["secrets"]).findings
    assert finding.snippet == f"jwt-token.pem: {'…'} # x"


def test_a_block_of_several_lines_is_hidden_on_each() -> None:
    block = hit(4, 40, "-----BEGIN-----")
    assert redact_line("k = -----BEGIN-----", [block]) == "k = -----BEGIN-----…"
    assert redact_line("the second line", [block], offset=20) == "…"


def test_of_a_long_line_the_surroundings_are_shown() -> None:
    text = "x = 1\n" + "a" * 3000 + "ghp_abcdef" + "b" * 3000 + "\ny = 2"
    start = 6 + 3000
    assert snippet(text, hit(start, start + 10, "ghp_"), [hit(start, start + 10, "ghp_")], 6) == "a" * 200 + "ghp_…" + "b" * 200


def test_what_a_cut_leaves_of_a_credential_is_not_shown() -> None:
    value = "0123456789"
    for shift in range(40):
        text = "z" * 3000 + value * 200 + "," * shift + value + "," * shift + value * 200 + "z" * 3000
        start = 3000 + 2000 + shift
        one = hit(start, start + 10)
        shown = snippet(text, one, [one], 0)
        assert not set(shown) & set(value), shift


def shown_texts(finding: Finding) -> list[str]:
    fields = [getattr(finding, name) for name in Finding.__slots__]
    texts = [value for value in fields if isinstance(value, str)]
    return texts + [step.message for step in finding.trace] + [str(finding.location), repr(finding)]


CHARACTERS = string.ascii_letters + string.digits
SHAPES = ["ghp_{36}", "hf_{34}", "glpat-{20}", "sk-or-v1-{h64}", "{h40}", "{h32}", "{40}", "{14}", "AKIA{b16}", "r8_{37}"]
PLACES = [
    'api_key = "{}"',
    "os.environ['HF_TOKEN'] = '{}'",
    "wandb.login(key='{}')",
    "url = 'postgresql://etl:{}@db.acme.net/dw'",
    'login("{}", "{}")',
    "{}_token = '{}'",
    "token_{} = '{}'",
    "password={}",
    "Authorization: Bearer {}",
    '{{"username": "ana", "key": "{}"}}',
    "git clone https://{}@github.com/a/b",
    "x = ('{}', '{}')  # {}",
    "secret: {}",
]


def drawn(shape: str, seed: int) -> str:
    dice = random.Random(f"{shape} {seed}")
    head, _, rest = shape.partition("{")
    alphabet = {"h": "0123456789abcdef", "b": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"}.get(rest[0], CHARACTERS)
    return head + "".join(dice.choice(alphabet) for _ in range(int(rest.strip("hb}"))))


@given(
    st.lists(st.tuples(st.sampled_from(SHAPES), st.sampled_from(PLACES), st.integers(0, 99)), min_size=1, max_size=6),
    st.sampled_from(["a.py", "long.py", "conf/a.yaml", ".env.prod", "README.md", "run.sh", "a.json", "a.csv", "eda.ipynb"]),
    st.sampled_from([" ", "\n", "; "]),
)
@settings(max_examples=150, deadline=None)
@example([("ghp_{36}", "{}_token = '{}'", 1)], "a.py", "\n")
@example([("{14}", "url = 'postgresql://etl:{}@db.acme.net/dw'", 1), ("AKIA{b16}", "x = ('{}', '{}')  # {}", 2)], "a.py", " ")
def test_no_field_of_a_finding_holds_a_credential(pieces: list[tuple[str, str, int]], path: str, joint: str) -> None:
    values = [drawn(shape, seed) for shape, _, seed in pieces]
    text = joint.join(
        place.replace("{{", "{").replace("}}", "}").replace("{}", value) for value, (_, place, _) in zip(values, pieces, strict=True)
    )
    if path == "long.py":
        text = joint.join([text] * 12)
    content = text
    if path.endswith(".ipynb"):
        cell: dict[str, object] = {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": None, "outputs": [], "source": text}
        content = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    for finding in RULE.check(tree({path: content})[path], {}):
        for shown in shown_texts(finding):
            reported = [value for value in values if _is_reported(value, finding, text)]
            for value in reported:
                body = value[-SHOWN:]
                assert body not in shown
                assert value not in shown


def _is_reported(value: str, finding: Finding, text: str) -> bool:
    """Whether a finding is about this value. (What is found nowhere cannot be hidden anywhere.)"""
    at = finding.location
    line = text.split("\n")[(at.cell_line or at.line or 1) - 1]
    start = (at.cell_column or at.column or 1) - 1
    return line.startswith(value, start)


TOKEN = "ghp_" + "R7kQ2mXc9TzVb4LpWd8Y" + "hNs3JfGe6Ua1oK5i"
PASSWORD = "Qz7rTm" + "2vXw9kLd"
BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC" + "BKcwggSjAgEAAoIBAQC7Qz7rTm2v"
BLOCK = "-----BEGIN " + f"PRIVATE KEY-----\n{BODY}\n-----END PRIVATE " + "KEY-----\n"


def leaking_tree() -> dict[str, str]:
    """A credential in everything that a report may speak of: code, a cell, an output that goes, a file made for credentials."""
    outputs = [{"output_type": "stream", "name": "stdout", "text": f"{TOKEN}\ndb_password = {PASSWORD}\n{BLOCK}".splitlines(keepends=True)}]
    cell = {
        "cell_type": "code",
        "execution_count": 3,
        "id": "c0",
        "metadata": {},
        "source": [f'api_key = "{TOKEN[4:36]}"'],
        "outputs": outputs,
    }
    return {
        "eda.ipynb": json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1),
        "src/load.py": f'def load():\n    return open("/home/ana/x.csv"), connect(password="{PASSWORD}")  # {TOKEN}\n',
        "src/old.py": f'password = "{PASSWORD}"  # dsguard: ignore[DSG601] none here\n',
        ".env": f"DB_PASSWORD={PASSWORD}\nGH_TOKEN={TOKEN}\n",
        "deploy/id_rsa": BLOCK,
        "conf/dw.yaml": f"url: postgresql://etl:{PASSWORD}@warehouse.acme-data.net/sales\nhome: /Users/ana/{TOKEN}\n",
    }


@pytest.mark.parametrize("format", REPORTERS)
@pytest.mark.parametrize("verbose", [0, 2])
def test_no_format_shows_a_credential(format: str, verbose: int) -> None:
    report = run(leaking_tree(), profile="strict")
    assert {"DSG301", "DSG302", "DSG303", "DSG601", "DSG201"} <= {finding.code for finding in report.findings}
    shown = "".join(render(report, format, verbose=verbose))
    assert not [value for value in (TOKEN, TOKEN[4:36], PASSWORD, BODY) if value in shown]


def test_the_preview_of_fixes_shows_no_credential() -> None:
    files = leaking_tree()
    report = run(files, profile="strict")
    shown = "\n".join(preview(report, MemoryWorkspace(files)))
    assert '"db_password = …' in shown
    assert '-password = "' in shown
    assert not [value for value in (TOKEN, TOKEN[4:36], PASSWORD, BODY) if value in shown]


def test_what_is_masked_keeps_its_lines_and_columns() -> None:
    text = f'a = 1\nkey = """{BLOCK}"""\npassword = "{PASSWORD}"; b = 2\n'
    masked = mask(text)
    assert [len(line) for line in masked.split("\n")] == [len(line) for line in text.split("\n")]
    assert masked.startswith('a = 1\nkey = """…')
    assert masked.endswith("; b = 2\n")
    assert BODY not in masked
    assert PASSWORD not in masked
