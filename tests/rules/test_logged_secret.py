"""DSG305: what shows a value, which values are credentials, and what is only about one."""

from __future__ import annotations

import json

import pytest

from dsguard.model import Finding, Severity
from dsguard.rules.secrets.logged_secret import LoggedSecret
from dsguard.testing import check

RULE = LoggedSecret()
HEAD = "import getpass, logging, os, pprint, sys, warnings\nimport mlflow, streamlit as st, wandb\n"


def findings(source: str, path: str = "src/a.py") -> list[Finding]:
    return check(RULE, {path: HEAD + source}, profile="strict")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("print(api_key)", "prints api_key"),
        ("print('x', self.password)", "prints self.password"),
        ("print(f'{user}:{db_password!r}')", "prints db_password"),
        ("print('key ' + api_key)", "prints api_key"),
        ("print('%s' % (api_key,))", "prints api_key"),
        ("print('{}'.format(client_secret))", "prints client_secret"),
        ("print(str(api_key).strip())", "prints api_key"),
        ("print({'key': api_key})", "prints api_key"),
        ("print(os.environ['HF_TOKEN'])", "prints os.environ['HF_TOKEN']"),
        ("print(os.getenv('HF_TOKEN'))", "prints os.getenv('HF_TOKEN')"),
        ("print(st.secrets['db_password'])", "prints st.secrets['db_password']"),
        ("print(config['password'])", "prints config['password']"),
        ("print(os.environ)", "prints the whole environment, credentials and all"),
        ("print(dict(os.environ))", "prints the whole environment, credentials and all"),
        ("token = os.environ['HF_TOKEN']\nprint(token)", "prints token"),
        ("answer = getpass.getpass()\nprint(answer)", "prints answer"),
        ("print(api_key, file=sys.stderr)", "prints api_key"),
        ("print(settings.api_key.get_secret_value())", "prints settings.api_key"),
        ("logging.info('%s', access_token)", "logs access_token"),
        ("logger.debug(api_key)", "logs api_key"),
        ("self.logger.error(f'{api_key}')", "logs api_key"),
        ("warnings.warn(f'bad {api_key}')", "warns of api_key"),
        ("sys.stdout.write(api_key)", "prints api_key"),
        ("pprint.pprint(api_key)", "prints api_key"),
        ("st.write(api_key)", "prints api_key"),
        ("mlflow.log_param('key', api_key)", "records api_key"),
        ("wandb.config.update({'k': api_key})", "records api_key"),
    ],
)
def test_what_shows_a_credential(source: str, message: str) -> None:
    (finding,) = findings(source)
    assert finding.message == message
    assert finding.severity is Severity.WARNING
    assert finding.location.line == 2 + len(source.split("\n"))


@pytest.mark.parametrize(
    "source",
    [
        "print(len(api_key), bool(api_key), type(api_key))",
        "print(api_key[:4], api_key[-4:])",
        "print(mask(api_key))",
        "print('set' if api_key else 'missing')",
        "print(api_key is None, api_key == '')",
        "print('api_key')",
        "print(token, tokens, next_token, pad_token, token.text)",
        "print(api_key_id, secret_name, password_hash, token_count)",
        "print(primary_key, key, sort_key)",
        "print(password, file=stream)",
        "print(os.environ['HOME'], os.getenv('USER'))",
        "print(os.environ.get('HOME'), config['path'])",
        "token = tokenizer(text)\ntoken = os.environ['HF_TOKEN']\nprint(token)",
        "warnings.warn('old', NotAppKeyWarning)",
        "login(api_key)",
        "math.log(api_key)",
        "logger.addHandler(api_key)",
        "api_key",
    ],
)
def test_what_is_only_about_one(source: str) -> None:
    assert findings(source) == []


def test_a_call_is_told_once_for_each_credential() -> None:
    assert [finding.message for finding in findings("print(api_key, api_key, password)")] == ["prints api_key", "prints password"]


def test_a_cell_that_ends_in_one_displays_it() -> None:
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": None, "outputs": [], "source": "import os\nos.environ"}
    ]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    (finding,) = check(RULE, {"a.ipynb": text}, profile="strict")
    assert finding.message == "displays the whole environment, credentials and all"
    assert (finding.location.cell, finding.location.cell_line) == (1, 2)


def test_it_belongs_to_strict() -> None:
    assert check(RULE, {"tests/test_a.py": "print(api_key)\n"}, profile="strict") == []
    assert RULE.profile == "strict"
