"""Values that are told by their names: which name and value make a credential, in which kind of text, and how sure."""

from __future__ import annotations

import base64
import random
import string

import pytest

from dsguard.analysis.secrets import names, negatives
from dsguard.analysis.secrets.scan import Hit, scan
from dsguard.model import Confidence

DICE = random.Random(301)
HEX = "0123456789abcdef"
ALNUM = string.ascii_letters + string.digits


def chars(count: int, alphabet: str = ALNUM) -> str:
    return "".join(DICE.choice(alphabet) for _ in range(count))


KEY = "k7" + chars(30)
HEX_KEY = "4b1e" + chars(28, HEX)
DIGEST = "9f" + chars(38, HEX)
PASSWORD = "Qz7r" + "Tm2v" + "Xw9kLd"
JWT = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (b'{"alg":"HS256"}', b'{"sub":"a1","exp":7}', b"k7" * 16))
UUID = "-".join(chars(count, HEX) for count in (8, 4, 4, 4, 12))


def fill(text: str) -> str:
    for mark, value in {"{key}": KEY, "{hex}": HEX_KEY, "{digest}": DIGEST, "{pw}": PASSWORD, "{uuid}": UUID}.items():
        text = text.replace(mark, value)
    return text


def hits(text: str, kind: str = "code") -> list[Hit]:
    return list(scan(fill(text), kind=kind))


@pytest.mark.parametrize(
    ("text", "kind", "label", "name"),
    [
        ('api_key = "{key}"', "code", "API key", "api_key"),
        ("client = Client(api_key='{key}', timeout=30)", "code", "API key", "api_key"),
        ('os.environ["OPENAI_API_KEY"] = "{key}"', "code", "API key", "OPENAI_API_KEY"),
        ('os.environ.setdefault("SCORING_TOKEN", "{key}")', "code", "token", "SCORING_TOKEN"),
        ('token = os.getenv("SCORING_TOKEN", "{key}")', "code", "token", "SCORING_TOKEN"),
        ('token: str = "{key}"', "code", "token", "token"),
        ('token: Optional[str] = "{key}"', "code", "token", "token"),
        ('self.client_secret = b"{key}"', "code", "secret", "self.client_secret"),
        ('{"accessToken": "{key}"}', "code", "token", "accessToken"),
        ('{\\"api_key\\": \\"{key}\\"}', "code", "API key", "api_key"),
        ('password = (\n    "{pw}"\n)', "code", "password", "password"),
        ('if password == "{pw}":', "code", "password", "password"),
        ('#api_key = "{key}"', "code", "API key", "api_key"),
        ("# api_key: {key}", "code", "API key", "api_key"),
        ("%env SCORING_API_KEY={key}", "code", "API key", "SCORING_API_KEY"),
        ("!export DB_PASSWORD={pw}", "code", "password", "DB_PASSWORD"),
        ('requests.get("https://x.net/d?api_key={hex}&n=1")', "code", "API key", "api_key"),
        ('requests.get("https://x.net/d?key={hex}")', "code", "API key", "key"),
        ('connect("dbname=dw user=etl password={pw} host=db")', "code", "password", "password"),
        ('url = "jdbc:sqlserver://sql01:1433;databaseName=dw;user=etl;password={pw}"', "code", "password", "password"),
        ('spark.conf.set("fs.azure.account.key.lake.dfs.core.windows.net", "{key}")', "code", "account key", ""),
        ('df.write.option("password", "{pw}")', "code", "password", "password"),
        ('Sys.setenv(SCORING_KEY_SECRET = "{key}")', "code", "secret", "SCORING_KEY_SECRET"),
        ('scoring_token <- "{key}"', "code", "token", "scoring_token"),
        ("CREATE USER etl WITH PASSWORD '{pw}';", "code", "password", "PASSWORD"),
        ("api_key: {key}", "config", "API key", "api_key"),
        ("  password : {pw}  # the old one", "config", "password", "password"),
        ("secret_key = {key}", "config", "secret key", "secret_key"),
        ("machine x.net login ana password {pw}", "config", "password", "password"),
        ("PGPASSWORD={pw}", "env", "password", "PGPASSWORD"),
        ('export SCORING_TOKEN="{key}"', "env", "token", "SCORING_TOKEN"),
        ("export SCORING_TOKEN={key}", "shell", "token", "SCORING_TOKEN"),
        ("train --api-key {key} --epochs 3", "shell", "API key", "api-key"),
        ("!ngrok authtoken {key}", "code", "token", "authtoken"),
        ("dvc remote modify --local origin password {hex}", "shell", "password", "password"),
        ("spark.hadoop.fs.s3a.secret.key={key}", "config", "secret key", ""),
        ("curl -H 'x-api-key: {hex}' https://x.net", "prose", "API key", "x-api-key"),
        ("Use `api_key={key}` for now.", "prose", "API key", "api_key"),
        ("api_key={uuid}", "env", "API key", "api_key"),
        (
            "<name>javax.jdo.option.ConnectionPassword</name>\n  <value>{pw}</value>",
            "data",
            "password",
            "javax.jdo.option.ConnectionPassword",
        ),
        ("<property><name>fs.s3a.secret.key</name><value>{key}</value></property>", "data", "secret key", "fs.s3a.secret.key"),
        ("<server><username>etl</username><password>{pw}</password></server>", "data", "password", "password"),
        ('<add key="ScoringApiKey" value="{hex}" />', "config", "API key", "ScoringApiKey"),
        ('BASIC_AUTH = "etl:{pw}"', "code", "password of a request", ""),
        ('AUTH_HEADER = "Token {hex}"', "code", "authorization header", ""),
        ('{"X-Auth": "ApiKey {hex}"}', "code", "authorization header", ""),
        ('api_key = f"{key}"', "code", "API key", "api_key"),
        ('os.environ.get("SCORING_TOKEN", default="{key}")', "code", "token", "SCORING_TOKEN"),
        ('parser.add_argument("--db-password", type=str, default="{pw}", help="x")', "code", "password", "db-password"),
        ("  - name: DB_PASSWORD\n    value: {pw}\n", "config", "password", "DB_PASSWORD"),
        ("  - name: SCORING_API_KEY\r\n    value: '{key}'\r\n", "config", "API key", "SCORING_API_KEY"),
        ('{"name": "DB_PASSWORD", "value": "{pw}"}', "code", "password", "DB_PASSWORD"),
        ('variable "db_password" {\n  type    = string\n  default = "{pw}"\n}', "code", "password", "db_password"),
        ("    SCORING_API_KEY={uuid} python train.py", "prose", "API key", "SCORING_API_KEY"),
        ("%env SCORING_API_KEY {uuid}", "code", "API key", "SCORING_API_KEY"),
        ("INFO using SCORING_TOKEN={key}", "prose", "token", "SCORING_TOKEN"),
        ("CREATE USER 'etl'@'%' IDENTIFIED BY '{pw}';", "code", "password of a database user", ""),
        ("alter user etl identified with caching_sha2_password by '{pw}';", "code", "password of a database user", ""),
    ],
)
def test_a_random_value_with_a_telling_name(text: str, kind: str, label: str, name: str) -> None:
    (hit,) = hits(text, kind)
    assert (hit.label, hit.confidence) == (label, Confidence.MEDIUM)
    assert fill(text)[hit.start : hit.end] in (KEY, HEX_KEY, PASSWORD, UUID)
    assert hit.name == name or not name


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('password = "correcthorse"', "code"),
        ('password = "velib_db_2024"', "code"),
        ("db_password: velib1", "config"),
        ('SECRET_KEY = "tr0ub4dor"', "code"),
        ("token: {uuid}", "config"),
        ('maps_key = "{key}"', "code"),
        ('sheet = open_by_key("x"); key="{key}"', "code"),
        ('mapbox_access_token = "pk.{key}"', "code"),
        ('ALGOLIA_API_KEY = os.getenv("ALGOLIA_API_KEY", "{hex}")', "code"),
        ("algolia: { apiKey: '{hex}', indexName: 'docs' },", "code"),
        ('"baidu": {\n  "token": "{hex}"\n}', "config"),
        ("web-analytics:\n  token: {hex}\n", "config"),
        ("http://localhost:8888/?token={hex}", "prose"),
        ("e.g. `localhost:8888/?token={hex}`", "prose"),
        ("https://docs.google.com/presentation/d/1a/present?token={key}", "prose"),
        ('requests.get("http://127.0.0.1:8888/api?token={hex}")', "code"),
    ],
)
def test_a_value_that_people_choose_or_an_unclear_name_is_for_strict_only(text: str, kind: str) -> None:
    assert [hit.confidence for hit in hits(text, kind)] == [Confidence.LOW]


@pytest.mark.parametrize(
    "text", ['"upload": {\n  "token": "{hex}"\n}', '"baidu": {\n  "secret": "{hex}"\n}', '"saga": {\n  "token": "{hex}"\n}']
)
def test_a_token_below_another_name(text: str) -> None:
    assert [hit.confidence for hit in hits(text, "config")] == [Confidence.MEDIUM]


@pytest.mark.parametrize(
    "text",
    [
        # placeholders
        'api_key = "your-api-key-here"',
        'api_key = "<YOUR_API_KEY>"',
        'password = "changeme"',
        'password = "********"',
        'token = "TODO"',
        'secret_key = "REPLACE_ME_WITH_SECRET"',
        'api_key = "INSERT-KEY-HERE"',
        'api_key = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"',
        'api_key = "0123456789abcdef0123456789abcdef"',
        'token = "test-token-1234567890"',
        'api_key = "AZURE_OPENAI_API_KEY"',
        "`AZURE_API_KEY`, `AZURE_API_BASE`, and `AZURE_API_VERSION`",
        'api_key="EMPTY"',
        'client_secret = "00000000-0000-0000-0000-000000000000"',
        'api_key = "90184412g073518802661p47390215"',
        'api_key="not-needed"',
        'password = "OBF:1v2j1uum1xtv1zej1zer1xtn1uvk1v1v"',  # what Jetty's documentation makes of "password"
        'totp_secret = "JBSWY3DP' + 'EHPK3PXP"',
        'password = "ENC[AES256_GCM,data:{key},iv:{key},tag:{key},type:str]"',
        'password = "AgB' + "k3Y9" * 50 + '"',  # a sealed secret of Kubernetes
        'password = "SCRAM-SHA-256$4096:{key}"',
        'password = "md5{hex}"',
        # names on both sides, or one that has nothing to do with the value
        "keys = ['sSnH3_Key', 'ssSnH2_Key', 'sPbH3_Key']",
        'parser.add_argument("--password-file", default="{key}")',
        '{"name": "SORT_KEY", "value": "{key}"}',
        "- name: tokenizer\n  value: {key}",
        'variable "region" {\n  default = "{key}"\n}\n',
        "connect(host=c.HOST, password=c.DB_PASS, user=c.USER)",
        "x = a(b) ? o.key=s.C0.NUL_2:e.keyCode_7 : 0",
        'u = "https://firebasestorage.googleapis.com/v0/b/x/o/a.png?alt=media&token={uuid}"',
        'sheet = gc.open_by_key("{key}")',
        "def f(self, private_key: ssh.SSHPrivateKeyTypes2, secrets_api: workspace.SecretsAPIv2): ...",
        "headers = {'x-acme-api-appKey': X_ACME_API_AppKey, 'x-acme-api-appToken': X_ACME_API_AppToken}",
        "{'tag': ir.DIToken('DW_TAG_subroutineType')}",
        "NAMES = ['TKTLVRecord', 'TKToken', 'TKTokenAuthOperation', 'TKTokenKeychainCertXY']",
        '"access_token": "2YotnFZFEjr1zCsicMWpAA", "refresh_token": "tGzv3JOkF0XG5Qx2TlKWIA"',
        "Authorization: Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW",
        'style_key = "{digest}"',
        'FERNET_KEY = "46BKJoQYlPPOexq0OhDZnIlNepKFf87' + 'WFwLbfzqDDho="',
        # references
        'api_key = os.environ["OPENAI_API_KEY"]',
        'token = os.getenv("HF_TOKEN", "")',
        'password = st.secrets["db_password"]',
        'pw = keyring.get_password("warehouse", "etl")',
        'token = dbutils.secrets.get(scope="ds", key="hf_token")',
        'token = UserSecretsClient().get_secret("wandb_key")',
        'password = getpass.getpass("Database password: ")',
        'api_key = "op://analytics/openai/credential"',
        'password = "vault:secret/data/dw#password"',
        'token = "${HF_TOKEN}"',
        "password = \"{{ env_var('DBT_PASSWORD') }}\"",
        'password = "{password}"',
        'api_key = "projects/123/secrets/openai/versions/latest"',
        'secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/dw-AbCdEf"',
        'password = "sha1:{digest}"',
        'password = "argon2:$argon2id$v=19$m=10240,t=10,p=8${key}"',
        # hashes and identifiers
        'token_hash = "{digest}"',
        '"encryptedCredential": "{key}"',
        'secret_sha256 = "{digest}"',
        'private_key_id = "{digest}"',
        'secret_version = "{hex}"',
        'key_checksum = "{digest}"',
        'api_key_id = "{key}"',
        'token_md5 = "{digest}"',
        # names about credentials
        'password_field = "{key}"',
        'secret_name = "prod/warehouse/etl-password"',
        'token_url = "https://auth.acme.net/oauth2/token"',
        'tokenizer = "{key}"',
        'pad_token = "{key}"',
        'public_key = "{key}"',
        'primary_key = "customer_account_identifier"',
        'sort_key = "order_created_at_timestamp_utc"',
        'api_key_present = "{key}"',
        'special_tokens = ["{key}"]',
        # plain words and code
        "magics = ['pushd', 'pwd', 'pycat', 'pylab']",
        '{"type": "password", "temporary": False}',
        'assert tags[0]["Key"] == JumpStartTag.MODEL_2_ID',
        'secret = "calculate_rolling_mean_absolute_percentage_error"',
        'token_model = "text-embedding-3-large-20240125-preview-v2"',
        'api_key: str = Field(..., description="The API key of the account")',
        "password = load_password(path)",
        "password=args.password, token=self._token_of_2024_for_tests",
        "for token in doc: print(token.text, token.lemma_)",
        "df.sort_values(key=lambda column: column.str.lower())",
        'df.rename(columns={"pwd_changed_at_utc": "password_changed"})',
        'Kind("API token", "{key}")',
        'api_key = r"eyJ[A-Za-z0-9_]{40,400}Qx"',
        'token = "^(?:gh[ps]_)?abc4D9xKe8+$"',
        'SECRET = "Z9k[0-9a-f]{{32}}Pq7"',
        'password = r"\\w+Q9x\\d{8}z7K"',
        "max_tokens = 4096",
        'password = "a b c d e f g h"',
        "docker login --username AWS --password-stdin 123456789012.dkr.ecr.eu-west-3.amazonaws.com",
        "gcloud run deploy --update-secrets=WANDB_API_KEY=wandb-api-key:latest",
    ],
)
@pytest.mark.parametrize("kind", ["code", "prose"])
def test_what_only_looks_like_a_credential_is_silent(text: str, kind: str) -> None:
    assert hits(text, kind) == []


@pytest.mark.parametrize(
    "text",
    [
        "password: ${DB_PASSWORD}",
        "password: !vault warehouse",
        "password: *default_password",
        "password: |",
        "password: <password>",
        "api_key: null",
        "token: '{{ .Values.token }}'",
        "secretKeyRef: warehouse-credentials",
        "token_limit: 4096",
        "HF_TOKEN=",
        "HF_TOKEN=your_token_here",
        "API_KEY=xxxxxxxxxxxxxxxxxxxxxxxx",
        "WANDB_API_KEY=op://vault/wandb/key",
        "PGPASSWORD=$(cat /run/secrets/pg)",
        "POSTGRES_PASSWORD: postgres",
        "basicAuthPassword:\n  withCredentials: true",
        "password_file: /run/secrets/db",
    ],
)
@pytest.mark.parametrize("kind", ["config", "env", "shell"])
def test_settings_without_a_credential_are_silent(text: str, kind: str) -> None:
    assert hits(text, kind) == []


@pytest.mark.parametrize("value", [r"Qz7r\Tm2vXw9kLd", r"Qz7r\\Tm2vXw9kLd", r"\$Qz7rTm2vXw9kLd"])
@pytest.mark.parametrize("text", ['password = "{v}"', "password: '{v}'"])
def test_a_value_may_hold_backslashes(text: str, value: str) -> None:
    (hit,) = hits(text.replace("{v}", value))
    assert text.replace("{v}", value)[hit.start : hit.end] == value


@pytest.mark.parametrize(
    "text",
    [
        'app_password = "tqkz vmxw hbcy lrfn"',
        'MAIL_APP_PASSWORD="tqkz vmxw hbcy lrfn"',
        'server.login("ana@gmail.com", "tqkzvmxwhbcylrfn")',
        'server.login("ana@gmail.com", "tqkz vmxw hbcy lrfn")',
    ],
)
def test_the_password_that_google_makes_for_an_app_counts(text: str) -> None:
    assert [hit.confidence for hit in hits(text)] == [Confidence.MEDIUM]


@pytest.mark.parametrize(
    "text",
    [
        'password = "this that from with"',
        'author = "ana:{pw}"',
        'AUTH = "your-user:your-password"',
        'auth_url = "https://auth.acme.net/oauth2/token"',
        'AUTH = "{user}:{password}"',
        'message = "Token expired_or_missing_in_request"',
        r'password = "\w+\d{8}[a-z]Qz7"',
        r'secret = "C:\Users\ana\keys\scoring1.txt"',
        "<name>hive.metastore.password.file</name><value>{pw}</value>",
        "<name>javax.jdo.option.ConnectionPassword</name><value>${HIVE_PASSWORD}</value>",
        "<password>changeme</password>",
        "<password></password>",
        "<secret>{{ token }}</secret>",
        '<input type="hidden" name="csrf_token" value="{key}">',
        '<input type="password" name="password" value="">',
        "<label>Password</label><value>Required</value>",
        "cy9CczDA73deecyaoAA5Cwk1mf7B5iveuru3pw={key}",
        "Bk3/pw={key}",
    ],
)
@pytest.mark.parametrize("kind", ["code", "config", "data"])
def test_what_looks_like_those_is_silent(text: str, kind: str) -> None:
    assert [hit for hit in hits(text, kind) if hit.confidence is not Confidence.LOW] == []


@pytest.mark.parametrize(
    ("text", "kind", "confidence"),
    [
        ("# THIS IS A FAKE CREDENTIAL\n# made by `generate_key()`\nFERNET_KEY: {key}", "config", Confidence.LOW),
        ('api_key = "{key}"  # not a real key', "code", Confidence.LOW),
        ('FERNET_KEY: "{key}"  # throwaway test key', "config", Confidence.LOW),
        ('// dummy token for the emulator\nconst apiKey = "{key}";', "code", Confidence.LOW),
        ('# a fake key for tests\n\napi_key = "{key}"', "code", Confidence.MEDIUM),
        ('# the key of the fake shop\'s owner\nx = 1\napi_key = "{key}"', "code", Confidence.MEDIUM),
        ('# fake news detector\napi_key = "{key}"', "code", Confidence.MEDIUM),
        ('api_key = "{key}"  # really a key', "code", Confidence.MEDIUM),
        ('fake_secret = 1; api_key = "{key}"', "code", Confidence.MEDIUM),
    ],
)
def test_what_a_comment_calls_fake_is_for_strict_only(text: str, kind: str, confidence: Confidence) -> None:
    assert [hit.confidence for hit in hits(text, kind)] == [confidence]


def test_what_is_called_fake_once_is_fake_wherever_it_stands() -> None:
    found = hits("# a fake key\nfernet_key: {key}\nsecret_key: {key}\njwt_secret: {hex}", "config")
    assert [hit.confidence for hit in found] == [Confidence.LOW, Confidence.LOW, Confidence.MEDIUM]


def test_a_link_to_a_raw_file_is_good_for_days_only() -> None:
    link = 'pd.read_csv("https://{}/acme/churn/main/rates.csv?token={key}")'
    assert [hit.confidence for hit in hits(link.replace("{}", "raw.githubusercontent.com"))] == [Confidence.LOW]
    assert [hit.confidence for hit in hits(link.replace("{}", "git.acme.net"))] == [Confidence.MEDIUM]


def test_what_a_provider_s_shape_proves_no_comment_takes_back() -> None:
    assert [hit.confidence for hit in hits(f'# a fake token\ntoken = "ghp_{chars(36)}"')] != [Confidence.LOW]


def test_who_signed_a_url_is_no_credential_and_its_signature_is_for_strict_only() -> None:
    url = "https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIA" + "QZ7RTMNXW2KLDY3B" + "%2F20240501&X-Amz-Signature=" + (HEX_KEY * 2)[:64]
    assert {hit.confidence for hit in hits(f'get("{url}")')} == {Confidence.LOW}
    url = f"https://s3.eu.acme.net/k?X-Amz-Credential={KEY}%2F20240501%2Feu%2Fs3&X-Amz-Security-Token={JWT}&X-Amz-Expires=3600"
    assert {hit.confidence for hit in hits(f'get("{url}")')} == {Confidence.LOW}


@pytest.mark.parametrize(
    ("start", "end", "confidence"),
    [
        ("2019-07-24T23%3A57%3A39Z", "2019-07-25T08%3A07%3A39Z", Confidence.LOW),
        ("2019-07-24", "2019-07-31", Confidence.LOW),
        ("2019-07-24", "2020-07-24", Confidence.HIGH),
        ("", "2019-07-24", Confidence.HIGH),
        ("2019-99-99", "2019-07-24", Confidence.HIGH),
    ],
)
def test_a_signature_for_some_days_is_for_strict_only(start: str, end: str, confidence: Confidence) -> None:
    signature = chars(43) + "%3D"
    starts = f"&st={start}" if start else ""
    for query in (f"sv=2019-02-02&sr=b&sig={signature}{starts}&se={end}&sp=r", f"se={end}{starts}&sp=r&sig={signature}"):
        text = f'"DATA": "https://lake.blob.core.windows.net/logs/run.txt?{query}"'
        assert [hit.confidence for hit in hits(text)] == [confidence], query


def test_a_password_as_people_are_told_to_choose_it_counts() -> None:
    assert [hit.confidence for hit in hits('connect(user="etl", password="Summer2024!")')] == [Confidence.MEDIUM]
    assert hits('secret = "Summer2024!"') == []


def test_a_call_takes_a_random_value_only() -> None:
    assert [hit.label for hit in hits('ngrok.set_auth_token("{key}")')] == ["token"]
    assert hits('client.get_secret("scoring-api-key-v2")') == []
    assert hits('tiktoken.get_encoding("cl100k_base")') == []
    assert hits('tokens.load("{key}")') == []
    assert hits('self.fetchToken("dateam_bonzai_s3")') == []


@pytest.mark.parametrize(
    ("text", "kind", "names"),
    [
        ("url: redis://:${REDIS_PASSWORD:-{pw}}@redis:6379/1", "config", ["REDIS_PASSWORD"]),
        ("DB_PASSWORD: ${DB_PASSWORD-{pw}}", "config", ["DB_PASSWORD"]),
        ("DB_PASSWORD=\"${POSTGRES_PASSWORD:='{pw}'}\"", "shell", ["POSTGRES_PASSWORD"]),
        ("url: redis://:${REDIS_PASSWORD:-}@redis-of-2024:6379/1", "config", []),
        ("PASSWORD: ${DB_PASSWORD:?{pw} must be set}", "config", []),
        ("PASSWORD: ${DB_PASSWORD:-${OTHER_PASSWORD}}", "config", []),
        ('"secret-${API_TOKEN}-{key}"', "code", []),
    ],
)
def test_the_default_of_a_variable_is_its_value(text: str, kind: str, names: list[str]) -> None:
    assert [hit.name for hit in hits(text, kind)] == names


def test_what_somebody_chose_for_a_variable_that_nobody_sets_is_no_error() -> None:
    (hit,) = hits("password: ${KESTRA_PASSWORD:-Summer2024!}", "config")
    assert hit.confidence is Confidence.LOW
    (hit,) = hits("password: Summer2024!", "config")
    assert hit.confidence is Confidence.MEDIUM


def test_names_in_a_row_are_no_values() -> None:
    assert hits("load_secrets ns MINIO_ROOT_PASSWORD MLFLOW_S3_ENDPOINT_URL AWS_DEFAULT_REGION", "shell") == []


def test_a_call_over_several_lines_gives_a_value_to_a_name() -> None:
    assert [hit.name for hit in hits('set(\n    "SCORING_TOKEN",\n    "{key}"\n)')] == ["SCORING_TOKEN"]
    assert hits('columns = [\n    "token",\n    "order_created_at",\n]') == []


@pytest.mark.parametrize("value", ["Grm" + "Demo2026!", "Th1s" + "S3cret!"])
def test_a_password_that_says_it_is_one_for_show_is_no_error(value: str) -> None:
    assert [hit.confidence for hit in hits(f'connect(password="{value}")')] == [Confidence.LOW]


def test_an_attribute_is_no_literal() -> None:
    assert hits("user.Password = TextBoxPassword.Text;") == []
    assert hits('sub_configs = {"token2wav_config": Mira2_5OmniToken2WavConfig}') == []
    assert hits("secret = Credentials.CLIENTSecretOfApp;") == []


def test_a_badge_token_is_public() -> None:
    assert hits("[![codecov](https://codecov.io/gh/a/b/graph/badge.svg?token={key})](https://codecov.io/gh/a/b)", "prose") == []
    assert hits("[![DeepSource](https://app.deepsource.com/gh/a/b.svg/?show_trend=true&token={key})](https://x.org)", "prose") == []
    assert hits("See https://app.acme.io/a/b/?show_trend=true&token={key}", "prose") != []


def test_rows_of_data_are_searched_for_tokens_only() -> None:
    assert hits('password,"{key}"\napi_key="{key}"', "data") == []


def test_offsets_hold_where_lower_case_is_longer_than_upper() -> None:
    text = 'city = "İstanbul İİİ"\napi_key = "{key}"'
    (hit,) = hits(text)
    assert fill(text)[hit.start : hit.end] == KEY


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("PGPASSWORD", "password"),
        ("dbPassword2", "password"),
        ("OPENAI_API_KEY", "API key"),
        ("APIKey", "API key"),
        ("API_KEY_OPENAI", "API key"),
        ("aws_secret_access_key", "secret key"),
        ("hfToken", "token"),
        ("client-secret", "secret"),
        ("GITHUB_PAT", "token"),
        ("STRIPE_KEY", "possible key"),
        ("key", "possible key"),
        ("primary_key", ""),
        ("eos_token", ""),
        ("next_page_token", ""),
        ("token_count", ""),
        ("tokens", ""),
        ("password_file", ""),
        ("secret_name", ""),
        ("_SECRET_RULES", ""),
        ("token_prefix", ""),
        ("monkey", ""),
        ("pattern", ""),
        ("compass", ""),
    ],
)
def test_kinds_of_names(name: str, kind: str) -> None:
    assert names.kind_of_name(name) == kind


def test_a_short_word_that_chance_made_in_a_long_value_does_not_make_it_up() -> None:
    assert not negatives.is_made_up(chars(200) + "your" + chars(140))
    assert negatives.is_made_up(chars(12) + "your" + chars(12))
    assert negatives.is_made_up(chars(200) + "placeholder" + chars(140))


def test_chance_is_told_from_words() -> None:
    drawn = {
        "alnum 20": (20, ALNUM),
        "alnum 32": (32, ALNUM),
        "hex 32": (32, HEX),
        "lower 32": (32, string.ascii_lowercase + string.digits),
        "base64 40": (40, ALNUM + "+/"),
        "password 14": (14, ALNUM + "!%+.-"),
    }
    for what, (count, alphabet) in drawn.items():
        found = sum(
            negatives.is_random(value) and not negatives.is_made_up(value) for value in (chars(count, alphabet) for _ in range(500))
        )
        assert found > 400, what
    written = [
        "customer_churn_features_2024_q4_v12_final",
        "text-embedding-3-large-20240125",
        "callFunctionCheckIfDataAlreadyExists",
        "meta-llama/Meta-Llama-3.1-70B-Instruct",
        "warehouse.eu-west-1.acme-data.net:5439",
        "data/processed/features.parquet",
        "2024-11-01T10:10:10",
        "my-secret-access-key",
        "Summer2024!",
    ]
    assert [value for value in written if negatives.is_random(value)] == []


def test_what_stands_in_a_block_of_encoded_bytes_is_silent() -> None:
    """base85 has the characters of assignments, as in a script that carries an archive."""
    odd = "{pw=5+J5wuLqGbMHdd7&"
    lines = ["x9Kq%" * 12, f"x9Kq%x9Kq%{odd}".ljust(60, "~"), "Z3j{}" * 12]
    assert list(scan('DATA = b"""\n' + "\n".join(lines) + '\n"""\n')) == []
    # on a line of its own it is what it says
    assert [hit.name for hit in scan(f"{odd[1:]}\n", kind="env")] == ["pw"]


def test_the_key_of_fastapi_s_tutorial_is_public() -> None:
    key = "09d25e094faa6ca2556c818166b7a95" + "63b93f7099f6f0f4caa6cf63b88e8d3e7"
    assert list(scan(f'SECRET_KEY = "{key}"\n')) == []
    assert [hit.name for hit in scan(f'SECRET_KEY = "{key[::-1]}"\n')] == ["SECRET_KEY"]


def test_the_secret_of_datahub_s_compose_files_is_public() -> None:
    secret = "JohnSnow" + "KnowsNothing"
    line = "    - DATAHUB_SYSTEM_CLIENT_SECRET={}\n"
    assert list(scan(line.format(secret), kind="config")) == []
    assert [hit.name for hit in scan(line.format(secret[::-1]), kind="config")] == ["DATAHUB_SYSTEM_CLIENT_SECRET"]
