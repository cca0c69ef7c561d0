"""DSG301: in which files and cells credentials are looked for, and how they are told."""

from __future__ import annotations

import json

import pytest

from dsguard.model import Confidence, Finding, Severity
from dsguard.rules.secrets.secret import Secret
from dsguard.testing import check, run

RULE = Secret()
TOKEN = "ghp_" + "R7kQ2mXc9TzVb4LpWd8Y" + "hNs3JfGe6Ua1oK5i"
OTHER = "hf_" + "KdWmRtPzXcGvNbLsQyHf" + "JaUoTeIwBkVnMr"
HEX = "4b1e9c07d2a8f35e" + "60b917ac4d82e05b"
PASSWORD = "Qz7rTm" + "2vXw9kLd"
KEY_BLOCK = "-----BEGIN RSA " + "PRIVATE KEY-----\n" + "MIIEpQIBAAKCAQEA3Tz2mr7SZiAMfQyuvBjM9O" + "\n-----END RSA " + "PRIVATE KEY-----\n"


def findings(files: dict[str, str | bytes], *, profile: str = "default", config: str = "") -> list[Finding]:
    return check(RULE, files, profile=profile, config=config)


def one(files: dict[str, str | bytes], *, profile: str = "default") -> Finding:
    (finding,) = findings(files, profile=profile)
    return finding


def notebook(*sources: str | list[str], kind: str = "code", outputs: list[dict[str, object]] | None = None) -> str:
    cells: list[dict[str, object]] = []
    for number, source in enumerate(sources):
        cell: dict[str, object] = {"cell_type": kind, "id": f"c{number}", "metadata": {}, "source": source}
        if kind == "code":
            cell |= {"execution_count": None, "outputs": outputs or []}
        cells.append(cell)
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def test_a_finding_tells_provider_prefix_length_and_name() -> None:
    finding = one({"src/etl.py": f'import os\nGH_TOKEN = "{TOKEN}"  # mine\n'})
    assert finding.message == "GitHub personal access token (ghp_…, 40 characters) in GH_TOKEN"
    assert finding.subject == "GitHub personal access token:GH_TOKEN"
    assert finding.snippet == 'GH_TOKEN = "ghp_…"  # mine'
    assert (finding.severity, finding.confidence) == (Severity.ERROR, Confidence.HIGH)
    at = finding.location
    assert (at.line, at.column, at.end_line, at.end_column) == (2, 13, 2, 53)


def test_the_same_credential_is_told_once_with_its_other_places() -> None:
    finding = one({"etl.py": f'a = f("{TOKEN}")\n\nb = f("{TOKEN}")\nc = f("{TOKEN}")\n'})
    assert finding.message == "GitHub personal access token (ghp_…, 40 characters), 3 times in this file"
    assert [(step.path, step.line) for step in finding.trace] == [("etl.py", 3), ("etl.py", 4)]


def test_two_credentials_on_one_line_are_two_and_neither_is_shown() -> None:
    first, second = findings({"etl.py": f'login("{TOKEN}", "{OTHER}")\n'})
    assert first.location.column == 8
    assert second.location.column == 52
    assert first.snippet == second.snippet == 'login("ghp_…", "hf_…")'


def test_the_fingerprint_says_nothing_of_the_value() -> None:
    before = one({"a.py": f'GH_TOKEN = "{TOKEN}"\n'})
    after = one({"a.py": f'import os\n\nGH_TOKEN = "{TOKEN[:-1]}9"\n'})
    assert before.fingerprint == after.fingerprint


def test_a_key_block_is_told_at_its_header() -> None:
    finding = one({"deploy.py": f'KEY = """{KEY_BLOCK}"""\n'})
    assert finding.message == "RSA private key in KEY"
    assert finding.snippet == 'KEY = """-----BEGIN RSA PRIVATE KEY-----…'
    assert (finding.location.line, finding.location.end_line) == (1, 1)
    assert "file outside the repository" in finding.help


# Notebooks


def test_a_cell_is_read_decoded_and_told_as_cell_and_line() -> None:
    finding = one({"eda.ipynb": notebook("import os\n", ["import openai\n", f'openai.api_key = "{HEX}"\n', "print(1)"])})
    assert finding.message == "API key (32 characters) in openai.api_key"
    at = finding.location
    assert (at.cell, at.cell_id, at.cell_line, at.cell_column) == (2, "c1", 2, 19)
    assert at.line is not None
    assert at.line > 15
    assert finding.snippet == 'openai.api_key = "…"'
    assert 'os.environ["OPENAI_API_KEY"]' in finding.help or 'os.environ["API_KEY"]' in finding.help


@pytest.mark.parametrize(
    "source",
    [
        f"%env SCORING_API_KEY={HEX}",
        f"%set_env SCORING_API_KEY={HEX}",
        f"!export SCORING_API_KEY={HEX}",
        f"%%bash\nexport SCORING_API_KEY={HEX}",
        f"!git clone https://me:{PASSWORD}@git.acme.net/x.git",
        f"# api_key = '{HEX}'",
        f'{{\\"api_key\\": \\"{HEX}\\"}}',
    ],
)
def test_magics_shells_and_comments_of_cells_count(source: str) -> None:
    assert len(findings({"eda.ipynb": notebook(source)})) == 1


def test_markdown_cells_count() -> None:
    assert one({"eda.ipynb": notebook(f"Use `api_key={HEX}`.", kind="markdown")}).location.cell == 1
    assert one({"eda.ipynb": notebook(TOKEN, kind="raw")}).location.cell == 1


def test_outputs_and_metadata_are_not_looked_at_here() -> None:
    output: dict[str, object] = {"output_type": "stream", "name": "stdout", "text": [f"GH_TOKEN={TOKEN}\n"]}
    assert findings({"eda.ipynb": notebook("!env", outputs=[output])}) == []
    document = json.loads(notebook("x = 1"))
    document["metadata"]["vscode"] = {"interpreter": {"hash": HEX * 2}}
    assert findings({"eda.ipynb": json.dumps(document)}, profile="strict") == []


def test_the_same_credential_in_two_cells_is_told_once() -> None:
    finding = one({"eda.ipynb": notebook(f'a = f("{TOKEN}")', f'\nb = f("{TOKEN}")')})
    assert finding.trace[0].message == "the same one in cell 2, line 2"


# Files


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        ".env",
        ".env.local",
        ".envrc",
        ".Renviron",
        "conf/base/credentials.yml",
        "Dockerfile",
        "Makefile",
        "notes.txt",
        "run.sh",
        "query.sql",
        "settings.toml",
        "a.json",
        "data/users.csv",
        "report.html",
        ".dvc/config",
        "noextension",
        "tests/test_api.py",
        ".env.example",
    ],
)
def test_a_sure_token_is_told_in_any_text_file(path: str) -> None:
    assert one({path: f"token {TOKEN}\n"}).confidence is Confidence.HIGH


@pytest.mark.parametrize(
    "path",
    [
        "uv.lock",
        "poetry.lock",
        "package-lock.json",
        "conda-lock.yml",
        "envs/linux.conda-lock.yml",
        "pylock.toml",
        "pixi.lock",
        "renv.lock",
        "data/x.csv.dvc",
        "app.min.js",
        "node_modules/x/index.js",
        "vendor/x.py",
        "logo.svg",
    ],
)
def test_files_that_nobody_writes_by_hand_are_left_out(path: str) -> None:
    assert findings({path: f"token {TOKEN}\n"}, profile="strict") == []


def test_binary_files_are_left_out() -> None:
    assert findings({"model.bin": b"\0\1" + TOKEN.encode(), "x.py": b""}) == []


@pytest.mark.parametrize("path", ["tests/test_db.py", "test/conftest.py", "config.example.yml", "settings.sample.py", ".env.template"])
def test_what_is_made_to_be_shown_or_tested_with_is_for_strict_only(path: str) -> None:
    text = f'password = "{PASSWORD}"\n'
    assert findings({path: text}) == []
    assert one({path: text}, profile="strict").confidence is Confidence.LOW
    assert one({"src/db.py": text}).confidence is Confidence.MEDIUM


def test_a_private_key_of_the_tests_is_for_strict_only() -> None:
    assert findings({"tests/certs/server.txt": KEY_BLOCK}) == []
    assert len(findings({"certs/server.txt": KEY_BLOCK})) == 1


def test_map_keys_in_saved_pages_are_for_strict_only() -> None:
    key = "AIza" + "SyD4kQ7mXc9TzVb4LpWd8YhNs3JfGe6Ua1o"
    assert findings({"scraped/page.html": f"<script src='https://maps.example.org/js?x={key}'>"}) == []
    assert len(findings({"src/maps.py": f'geocode("{key}")\n'})) == 1


# What to do


@pytest.mark.parametrize(
    ("path", "text", "advice"),
    [
        ("a.py", 'api_key = "{hex}"', 'os.environ["API_KEY"]'),
        ("a.py", 'login("{token}")', 'os.environ["GITHUB_TOKEN"]'),
        ("a.py", 'SCORING_TOKEN = "{hex}"', 'os.environ["SCORING_TOKEN"]'),
        ("a.py", 'url = "mysql://me:{pw}@db.acme.net/x"', 'os.environ["PASSWORD"]'),
        ("a.R", 'SCORING_TOKEN <- "{hex}"', 'Sys.getenv("SCORING_TOKEN")'),
        ("a.yaml", "scoring_token: {hex}", "${SCORING_TOKEN}"),
        ("a.sh", "export SCORING_TOKEN={hex}", '"${SCORING_TOKEN:?}"'),
        (".env", "SCORING_TOKEN={hex}", "SCORING_TOKEN=op://"),
        ("README.md", "export SCORING_TOKEN={hex}", "<SCORING_TOKEN>"),
        ("a.json", '{"scoring_token": "{hex}"}', "(`SCORING_TOKEN`)"),
    ],
)
def test_the_help_fits_the_file(path: str, text: str, advice: str) -> None:
    finding = one({path: text.replace("{hex}", HEX).replace("{token}", TOKEN).replace("{pw}", PASSWORD)})
    assert finding.help.startswith("Revoke or rotate it now")
    assert advice in finding.help
    assert ("tool.dsguard.allow" if path.endswith(".json") else "dsguard: ignore[DSG301]") in finding.help


@pytest.mark.parametrize(
    "marker",
    [
        "# pragma: allowlist secret",
        "# gitleaks:allow",
        "# trufflehog:ignore",
        "# kingfisher:ignore",
        "# dsguard: ignore[DSG301] revoked in 2023",
    ],
)
def test_markers_are_counted_as_suppressions(marker: str) -> None:
    report = run({"a.py": f'x = f("{TOKEN}")  {marker}\ny = f("{OTHER}")\n'}, select=["DSG301"])
    assert [finding.location.line for finding in report.findings] == [2]
    assert report.suppressed == 1


def test_markers_in_cells_count() -> None:
    report = run({"a.ipynb": notebook(f'x = f("{TOKEN}")  # pragma: allowlist secret\ny = f("{OTHER}")\n')}, select=["DSG301"])
    assert [finding.location.cell_line for finding in report.findings] == [2]
    assert report.suppressed == 1
