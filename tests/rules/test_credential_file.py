"""DSG303: which files exist to hold credentials, when they hold some, and that a file is told once."""

from __future__ import annotations

import base64

import pytest

from dsguard.model import Confidence, Finding
from dsguard.rules.secrets.credential_file import CredentialFile
from dsguard.testing import check, run

RULE = CredentialFile()
HEX = "4b1e9c07d2a8f35e" + "60b917ac4d82e05b"
PASSWORD = "Qz7rTm" + "2vXw9kLd"
TOKEN = "ghp_" + "R7kQ2mXc9TzVb4LpWd8Y" + "hNs3JfGe6Ua1oK5i"
KEY = "-----BEGIN RSA " + "PRIVATE KEY-----\n" + "MIIEpQIBAAKCAQEA3Tz2mr7SZiAMfQyuvBjM9O" + "\n-----END RSA " + "PRIVATE KEY-----\n"


def findings(files: dict[str, str | bytes], *, profile: str = "default") -> list[Finding]:
    return check(RULE, files, profile=profile)


def one(files: dict[str, str | bytes], *, profile: str = "default") -> Finding:
    (finding,) = findings(files, profile=profile)
    return finding


@pytest.mark.parametrize(
    ("path", "content", "message"),
    [
        (".env", f"API_KEY={HEX}\n", "holds 1 credential: API_KEY"),
        (".env.production", f"export API_KEY='{HEX}'\n", "holds 1 credential: API_KEY"),
        (".env_20241231", f"API_KEY={HEX}\n", "holds 1 credential: API_KEY"),
        ("deploy/prod.env", f"DB_PASSWORD={PASSWORD}\n", "holds 1 credential: DB_PASSWORD"),
        (".envrc", f'export API_KEY="{HEX}"\n', "holds 1 credential: API_KEY"),
        (".envrc.local", f"export GH={TOKEN}\n", "holds 1 credential: GH"),
        (".Renviron", f"API_KEY={HEX}\n", "holds 1 credential: API_KEY"),
        (
            ".env",
            f"A_TOKEN={HEX}\nB_KEY={TOKEN}\nDB_PASSWORD={PASSWORD}\nC_SECRET=tulip-garden\n",
            "holds 4 credentials: A_TOKEN, B_KEY, DB_PASSWORD and 1 more",
        ),
        ("kaggle.json", f'{{"username":"ana","key":"{HEX}"}}', "holds a Kaggle API key"),
        (".kaggle/kaggle.json", f'{{\n "username": "ana",\n "key": "{HEX}"\n}}\n', "holds a Kaggle API key"),
        ("id_rsa", KEY, "holds an RSA private key"),
        ("certs/server.key", KEY, "holds an RSA private key"),
        ("certs/server.pem", KEY, "holds an RSA private key"),
        ("certs/client.p12", b"\x30\x82\x0a\x11\x02\x01\x03", "holds a key store"),
        ("app.jks", b"\xfe\xed\xfe\xed\0\0\0\2", "holds a key store"),
        (".netrc", f"machine api.acme.net\n  login ana\n  password {PASSWORD}\n", "holds 1 credential: password"),
        (".pgpass", f"db.acme.net:5432:sales:etl:{PASSWORD}\n", "holds 1 credential: password"),
        (".git-credentials", f"https://ana:{TOKEN}@github.com\n", "holds 1 credential: GitHub personal access token"),
        (".aws/credentials", f"[default]\naws_secret_access_key = {HEX}Zq9+/xYw\n", "holds 1 credential: aws_secret_access_key"),
        (
            ".docker/config.json",
            f'{{"auths": {{"r": {{"auth": "{base64.b64encode(b"ana:" + PASSWORD.encode()).decode()}"}}}}}}',
            "holds 1 credential: auth",
        ),
        (".snowflake/connections.toml", f'[dev]\npassword = "{PASSWORD}"\n', "holds 1 credential: password"),
        ("dbt/profiles.yml", f"x:\n  dev:\n    password: {PASSWORD}\n", "holds 1 credential: password"),
        ("conf/local/credentials.yml", f"sales:\n  password: {PASSWORD}\n", "holds 1 credential: password"),
        ("rclone.conf", f"[s3]\nsecret_access_key = {HEX}\n", "holds 1 credential: secret_access_key"),
    ],
)
def test_a_file_is_told_with_what_it_holds(path: str, content: str | bytes, message: str) -> None:
    finding = one({path: content})
    assert finding.message == message
    assert finding.location.line is None
    assert finding.confidence >= Confidence.MEDIUM
    for value in (HEX, PASSWORD, TOKEN, KEY):
        assert value not in f"{finding.message}{finding.help}{finding.subject}{finding.snippet}"
        assert all(value not in step.message for step in finding.trace)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (".env", ""),
        (".env", "DB_PASSWORD=\nAPI_KEY=\n"),
        (".env", "API_KEY=op://vault/item/key\nTOKEN=${CI_TOKEN}\nSECRET=<secret>\nDB_PASSWORD=changeme\n"),
        (".env", f"DB_PASSWORD={PASSWORD}  # pragma: allowlist secret\n"),
        (".env.example", f"DB_PASSWORD={PASSWORD}\n"),
        (".env.template", f"DB_PASSWORD={PASSWORD}\n"),
        (".env_sample", f"DB_PASSWORD={PASSWORD}\n"),
        ("example.env", f"DB_PASSWORD={PASSWORD}\n"),
        ("{{ cookiecutter.name }}/.env", f"DB_PASSWORD={PASSWORD}\n"),
        ("node_modules/x/.env", f"DB_PASSWORD={PASSWORD}\n"),
        (".env", b"\0GITCRYPT\0" + b"\x8f\x12" * 40),
        (".env", "API_KEY=ENC[AES256_GCM,data:Qz7rTm2vXw9kLd,iv:x,tag:y,type:str]\n"),
        ("id_rsa.pub", "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDVQz7rTm2vXw9kLd ana@acme.net\n"),
        ("id_cards.csv", "id,token\n"),
        ("slides.key", b"PK\3\4\0\0\0"),
        ("report.p12", "no key store"),
        ("package.json", f'{{"token": "{TOKEN}"}}'),
        ("settings.json", f'{{"password": "{PASSWORD}"}}'),
        (".npmrc", "save-exact=true\n"),
        ("credentials.py", f'PASSWORD = "{PASSWORD}"\n'),
        ("profiles.yml", "password: \"{{ env_var('DBT_PASSWORD') }}\"\n"),
        ("secrets.yml", "password_file: /run/secrets/database_password\n"),
    ],
)
def test_what_holds_none_or_is_made_for_none_is_silent(path: str, content: str | bytes) -> None:
    assert findings({path: content}) == []


def test_a_dotenv_with_plain_settings_is_for_strict_only() -> None:
    files: dict[str, str | bytes] = {".env": "PYTHONPATH=src\n"}
    assert findings(files) == []
    assert one(files, profile="strict").confidence is Confidence.LOW
    assert findings({".env.example": "PYTHONPATH=src\n"}, profile="strict") == []


def test_a_password_that_is_a_name_there_is_a_default() -> None:
    assert findings({".env": "POSTGRES_USER=velibdata\nPOSTGRES_PASSWORD=velibdata\n"}) == []
    assert len(findings({".env": "PGPASSWORD=tulip-garden\nDB_PASSWORD=tulip-garden\n"})) == 1


def test_keys_of_tests_are_for_strict_only() -> None:
    files: dict[str, str | bytes] = {"tests/certs/server.key": KEY, "tests/certs/store.p12": b"\x30\x82\0"}
    assert findings(files) == []
    assert {finding.confidence for finding in findings(files, profile="strict")} == {Confidence.LOW}


def test_json_of_any_name_counts_if_it_is_the_key_of_a_service_account() -> None:
    body = KEY.replace("\n", "\\n")
    finding = one({"infra/loader-prod.json": f'{{"type": "service_account", "project_id": "x", "private_key": "{body}"}}'})
    assert finding.message == "holds a Google service-account key"


def test_a_file_is_told_once_where_its_lines_would_be_told_too() -> None:
    files: dict[str, str | bytes] = {".env": f"A_TOKEN={HEX}\nB_KEY={TOKEN}\nDB_URL=postgresql://etl:{PASSWORD}@db.acme.net/x\n"}
    assert [finding.code for finding in run(files, families=["secrets"]).findings] == ["DSG303"]
    assert [finding.location.line for finding in run(files, select=["DSG301"]).findings] == [1, 2, 3]
    assert [(step.line, step.message) for step in one(files).trace] == [
        (1, "A_TOKEN (token)"),
        (2, "B_KEY (GitHub personal access token)"),
        (3, "DB_URL (password in a PostgreSQL URL)"),
    ]


def test_another_credential_makes_it_another_finding() -> None:
    before = one({".env": f"A_TOKEN={HEX}\n"})
    assert before.fingerprint == one({".env": f"# moved\n\nA_TOKEN={HEX[::-1]}\n"}).fingerprint
    assert before.fingerprint != one({".env": f"A_TOKEN={HEX}\nB_KEY={TOKEN}\n"}).fingerprint


@pytest.mark.parametrize(
    ("path", "content", "advice"),
    [
        (".env", f"API_KEY={HEX}\n", "`API_KEY=op://<vault>/<item>/<field>`"),
        (".env", f"API_KEY={HEX}\n", ".env.example"),
        ("kaggle.json", f'{{"username":"ana","key":"{HEX}"}}', "~/.kaggle/kaggle.json"),
        ("id_rsa", KEY, "outside the repository"),
    ],
)
def test_the_help_fits_the_file(path: str, content: str, advice: str) -> None:
    assert advice in one({path: content}).help


@pytest.mark.parametrize("content", [b"\xff\xfe" + f"API_KEY={HEX}\r\n".encode("utf-16-le"), f"\ufeffAPI_KEY={HEX}\r\n".encode()])
def test_other_encodings_are_read(content: bytes) -> None:
    assert one({".env": content}).message == "holds 1 credential: API_KEY"


@pytest.mark.parametrize("content", ["A=" * 100_000, "password " * 20_000, "a:1:" * 50_000, '"auth":' * 30_000, "=\n" * 100_000])
@pytest.mark.parametrize("path", [".env", ".netrc", ".pgpass", ".docker/config.json"])
def test_no_content_takes_long(path: str, content: str) -> None:
    assert findings({path: content}) == []


def test_an_envrc_without_credentials_is_shared_on_purpose() -> None:
    plain = {".envrc": 'export PYTHONHASHSEED=0\nexport URL="op://churn/warehouse/url"\nsource_env_if_exists .envrc.local\n'}
    assert run(plain, profile="strict", select=["DSG303"]).findings == []
    assert [finding.code for finding in run({".envrc.local": "PORT=8000\n"}, profile="strict", select=["DSG303"]).findings] == ["DSG303"]
