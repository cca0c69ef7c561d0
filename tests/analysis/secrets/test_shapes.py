"""Every kind of credential with a shape: found where it stands alone, not found where it only looks like one.

No credential is written down here, not even an invented one: all are put together when the tests run.
"""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable

import pytest

from dsguard.analysis.secrets import shapes
from dsguard.analysis.secrets.scan import Hit, scan
from dsguard.model import Confidence

DICE = random.Random(20261122)
LETTERS = string.ascii_letters
ALNUM = LETTERS + string.digits
LOWER = string.ascii_lowercase + string.digits
UPPER = string.ascii_uppercase + string.digits
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
BASE64 = ALNUM + "+/"
URLSAFE = ALNUM + "-_"
HEX = "0123456789abcdef"


@pytest.fixture(autouse=True)
def _throw_the_same_dice(request: pytest.FixtureRequest) -> None:
    """Each test draws the same values in whatever order they run."""
    DICE.seed(request.node.name)


def chars(count: int, alphabet: str = ALNUM) -> str:
    """Characters by chance; the first and the last alphanumeric, with upper, lower and digit among them if there can be."""
    while True:
        text = "".join(DICE.choice(alphabet) for _ in range(count))
        classes = [kind for kind in (string.ascii_lowercase, string.ascii_uppercase, string.digits) if set(kind) & set(alphabet)]
        if text[0].isalnum() and text[-1].isalnum() and all(set(kind) & set(text) for kind in classes):
            return text


def uuid() -> str:
    return "-".join(chars(count, HEX) for count in (8, 4, 4, 4, 12))


def segment(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def jwt(payload: dict[str, object]) -> str:
    return ".".join((segment({"alg": "HS256", "typ": "JWT"}), segment(payload), chars(43, URLSAFE)))


SAMPLES: list[tuple[str, Callable[[], str]]] = [
    ("Hugging Face token", lambda: "hf_" + chars(34, LETTERS)),
    ("Hugging Face organisation token", lambda: "api_org_" + chars(34, LETTERS)),
    ("OpenAI API key", lambda: "sk-" + chars(20) + "T3Blbk" + "FJ" + chars(20)),
    ("OpenAI project key", lambda: "sk-proj-" + chars(74, URLSAFE) + "T3Blbk" + "FJ" + chars(74, URLSAFE)),
    ("OpenAI project key", lambda: "sk-proj-" + chars(90, URLSAFE)),
    ("OpenAI service-account key", lambda: "sk-svcacct-" + chars(58, URLSAFE) + "T3Blbk" + "FJ" + chars(58, URLSAFE)),
    ("OpenAI admin key", lambda: "sk-admin-" + chars(58, URLSAFE) + "T3Blbk" + "FJ" + chars(58, URLSAFE)),
    ("Anthropic API key", lambda: "sk-ant-" + "api03-" + chars(93, URLSAFE) + "AA"),
    ("Anthropic token", lambda: "sk-ant-" + "oat01-" + chars(86, URLSAFE)),
    ("OpenRouter API key", lambda: "sk-or-v1-" + chars(64, HEX)),
    ("Langfuse secret key", lambda: "sk-lf-" + uuid()),
    ("DeepSeek-style API key", lambda: "sk-" + chars(32, HEX)),
    ("model provider API key", lambda: "sk-" + chars(48)),
    ("ElevenLabs API key", lambda: "sk_" + chars(48, HEX)),
    ("Weights & Biases API key", lambda: "wandb_v1_" + chars(77, ALNUM + "_")),
    ("Kaggle API token", lambda: "KGAT_" + chars(32, HEX)),
    (
        "Neptune API token",
        lambda: base64.b64encode(b'{"api_address":"https://app.neptune.ai","api_key":"' + uuid().encode() + b'"}').decode(),
    ),
    ("Replicate API token", lambda: "r8_" + chars(37)),
    ("Groq API key", lambda: "gsk_" + chars(52)),
    ("NVIDIA API key", lambda: "nvapi-" + chars(64, URLSAFE)),
    ("xAI API key", lambda: "xai-" + chars(80)),
    ("Cerebras API key", lambda: "csk-" + chars(48, LOWER)),
    ("LangSmith API key", lambda: "lsv2_pt_" + chars(32, HEX) + "_" + chars(10, HEX)),
    ("LlamaCloud API key", lambda: "llx-" + chars(48)),
    ("Together API key", lambda: "tgp_v1_" + chars(43, URLSAFE)),
    ("Fireworks API key", lambda: "fw_" + chars(24)),
    ("Perplexity API key", lambda: "pplx-" + chars(48)),
    ("Tavily API key", lambda: "tvly-dev-" + chars(32)),
    ("Jina API key", lambda: "jina_" + chars(60)),
    ("Voyage API key", lambda: "pa-" + chars(43, URLSAFE)),
    ("Voyage API key", lambda: "al-" + chars(43, URLSAFE)),
    ("RunPod API key", lambda: "rpa_" + chars(40, UPPER) + chars(6)),
    ("Modal token id", lambda: "ak-" + chars(22)),
    ("Modal token secret", lambda: "as-" + chars(22)),
    ("Databricks token", lambda: "dapi" + chars(32, HEX)),
    ("Databricks token", lambda: "dapi" + chars(32, HEX) + "-2"),
    ("Databricks OAuth secret", lambda: "dose" + chars(32, HEX)),
    ("Pinecone API key", lambda: "pcsk_" + chars(6) + "_" + chars(63)),
    ("Prefect API key", lambda: "pnu_" + chars(36)),
    ("Prefect API key", lambda: "pnb_" + chars(36)),
    ("dbt Cloud token", lambda: "dbtc_" + chars(44, URLSAFE)),
    ("dbt Cloud token", lambda: "dbtu_" + chars(40)),
    ("Supabase access token", lambda: "sbp_" + chars(40, HEX)),
    ("Supabase secret key", lambda: "sb_secret_" + chars(31, URLSAFE)),
    ("Neon API key", lambda: "napi_" + chars(64)),
    ("Notion token", lambda: "ntn_" + chars(11, string.digits) + chars(35)),
    ("Notion integration secret", lambda: "secret_" + chars(43)),
    ("PostHog personal API key", lambda: "phx_" + chars(43)),
    ("PlanetScale token", lambda: "pscale_tkn_" + chars(43, URLSAFE)),
    ("Grafana service-account token", lambda: "glsa_" + chars(32) + "_" + chars(8, HEX)),
    ("JSON Web Token", lambda: jwt({"access": "m", "sub": chars(8)})),
    ("AWS access key id", lambda: "AKIA" + chars(16, BASE32)),
    ("AWS access key id", lambda: "ABIA" + chars(16, BASE32)),
    ("AWS access key id", lambda: "ACCA" + chars(16, BASE32)),
    ("AWS access key id", lambda: "A3TX" + chars(16, BASE32)),
    ("AWS temporary access key id", lambda: "ASIA" + chars(16, BASE32)),
    ("AWS Bedrock API key", lambda: "ABSK" + chars(132, BASE64)),
    ("RapidAPI key", lambda: chars(10, HEX) + "msh" + chars(15, HEX) + "p1" + chars(5, HEX) + "jsn" + chars(12, HEX)),
    ("Google API key", lambda: "AIza" + chars(35, URLSAFE)),
    ("Google OAuth client secret", lambda: "GOCSPX-" + chars(28, URLSAFE)),
    ("DigitalOcean token", lambda: "dop_v1_" + chars(64, HEX)),
    ("1Password service-account token", lambda: "ops_" + segment({"email": chars(200), "key": chars(60)})),
    ("GitHub personal access token", lambda: "ghp_" + chars(36)),
    ("GitHub OAuth token", lambda: "gho_" + chars(36)),
    ("GitHub app token", lambda: "ghu_" + chars(36)),
    ("GitHub app token", lambda: "ghs_" + chars(36)),
    ("GitHub refresh token", lambda: "ghr_" + chars(76)),
    ("GitHub fine-grained token", lambda: "github_pat_" + chars(22) + "_" + chars(59)),
    ("GitLab personal access token", lambda: "glpat-" + chars(20, URLSAFE)),
    ("GitLab personal access token", lambda: "glpat-" + chars(27, URLSAFE) + ".01." + chars(9, LOWER)),
    ("GitLab pipeline trigger token", lambda: "glptt-" + chars(40, HEX)),
    ("GitLab deploy token", lambda: "gldt-" + chars(20, URLSAFE)),
    ("GitLab runner token", lambda: "glrt-" + chars(20, URLSAFE)),
    ("GitLab job token", lambda: "glcbt-" + chars(22, URLSAFE)),
    ("PyPI token", lambda: "pypi-" + "AgEIcHlwaS5vcmc" + chars(150, URLSAFE)),
    ("TestPyPI token", lambda: "pypi-" + "AgENdGVzdC5weXBpLm9yZw" + chars(150, URLSAFE)),
    ("npm token", lambda: "npm_" + chars(36)),
    ("Docker access token", lambda: "dckr_pat_" + chars(27, URLSAFE)),
    ("Docker access token", lambda: "dckr_oat_" + chars(32, URLSAFE)),
    ("Slack token", lambda: "xoxb-" + chars(12, string.digits) + "-" + chars(13, string.digits) + "-" + chars(24)),
    ("Slack app token", lambda: "xapp-1-" + chars(11, UPPER) + "-" + chars(13, string.digits) + "-" + chars(64, HEX)),
    ("Stripe live key", lambda: "sk_" + "live_" + chars(24)),
    ("Stripe live key", lambda: "rk_" + "live_" + chars(24)),
    ("Stripe test key", lambda: "sk_" + "test_" + chars(24)),
    ("Linear API key", lambda: "lin_api_" + chars(40)),
    ("Figma token", lambda: "figd_" + chars(40, URLSAFE)),
    ("Atlassian API token", lambda: "ATATT3" + chars(186, URLSAFE)),
    ("Shopify token", lambda: "shpat_" + chars(32, HEX)),
    ("Telegram bot token", lambda: chars(10, "123456789") + ":AA" + chars(33, URLSAFE)),
    ("Airtable token", lambda: "pat" + chars(14) + "." + chars(64, HEX)),
    ("private key", lambda: "-----BEGIN " + "PRIVATE KEY-----\n" + chars(64, BASE64) + "\n-----END " + "PRIVATE KEY-----"),
    ("RSA private key", lambda: "-----BEGIN RSA " + "PRIVATE KEY-----\\n" + chars(64, BASE64) + "\\n-----END RSA " + "PRIVATE KEY-----"),
    ("EC private key", lambda: "-----BEGIN EC " + "PRIVATE KEY-----\n" + chars(64, BASE64) + "\n-----END EC " + "PRIVATE KEY-----"),
    (
        "OpenSSH private key",
        lambda: "-----BEGIN OPENSSH " + "PRIVATE KEY-----\n" + chars(70, BASE64) + "\n-----END OPENSSH " + "PRIVATE KEY-----",
    ),
    (
        "PGP private key",
        lambda: "-----BEGIN PGP " + f"PRIVATE KEY BLOCK-----\nVersion: 2\n\n{chars(64, BASE64)}\n-----END PGP " + "PRIVATE KEY BLOCK-----",
    ),
    ("PuTTY private key", lambda: "PuTTY-User-" + "Key-File-3: ssh-ed25519\nEncryption: none\nComment: mine"),
    ("age private key", lambda: "AGE-SECRET-" + "KEY-1" + chars(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")),
    ("Azure storage account key", lambda: "AccountName=lake;AccountKey=" + chars(86, BASE64) + "=="),
    ("Azure shared access key", lambda: "SharedAccessKeyName=root;SharedAccessKey=" + chars(43, BASE64) + "="),
    ("Azure SAS signature", lambda: "https://lake.blob.core.windows.net/raw?sv=2023-11-03&sig=" + chars(42) + "%3D"),
    ("signature of an AWS URL", lambda: "https://b.s3.amazonaws.com/k?X-Amz-Expires=300&X-Amz-Signature=" + chars(64, HEX)),
    ("signature of a Google URL", lambda: "https://storage.googleapis.com/b/k?X-Goog-Expires=300&X-Goog-Signature=" + chars(512, HEX)),
    ("signature of a URL", lambda: "https://d1.cloudfront.net/k?Expires=1700000000&Signature=" + chars(340) + "%3D%3D"),
    ("Azure client secret", lambda: chars(3) + "8" + "Q~" + chars(33)),
    ("Slack webhook", lambda: "https://hooks.slack.com/" + "services/T" + chars(10, UPPER) + "/B" + chars(10, UPPER) + "/" + chars(24)),
    ("Discord webhook", lambda: "https://discord.com/" + "api/webhooks/" + chars(18, string.digits) + "/" + chars(68, URLSAFE)),
    (
        "Teams webhook",
        lambda: f"https://acme.webhook.office.com/webhookb2/{uuid()}@{uuid()}/IncomingWebhook/{chars(32, HEX)}/{uuid()}",
    ),
    ("SendGrid API key", lambda: "SG." + chars(22, URLSAFE) + "." + chars(43, URLSAFE)),
    ("Gemini API key", lambda: "AQ." + "Ab8RN6" + chars(44, URLSAFE)),
    ("Google OAuth access token", lambda: "ya29." + chars(120, URLSAFE)),
    ("Google OAuth refresh token", lambda: "1//0" + chars(60, URLSAFE)),
    ("Mapbox secret token", lambda: "sk.eyJ" + chars(60) + "." + chars(22)),
    ("HashiCorp Vault token", lambda: "hvs." + chars(95, URLSAFE)),
    ("Terraform Cloud token", lambda: chars(14) + ".atlasv1." + chars(67)),
    ("Kaggle API key", lambda: '{"username":"ana","key":"' + chars(32, HEX) + '"}'),
]

IDS = [f"{number}-{label}" for number, (label, _) in enumerate(SAMPLES)]


def hits(text: str, kind: str = "code") -> list[Hit]:
    return list(scan(text, kind=kind))


def labels(text: str, kind: str = "code") -> list[str]:
    return [hit.label for hit in hits(text, kind)]


@pytest.mark.parametrize(("label", "make"), SAMPLES, ids=IDS)
@pytest.mark.parametrize(
    "around",
    ['x = f("{}")', "- {}\n", "x='{}',", "see {}, please", "({})", "x = '\\n{}\\n'", "{}"],
)
def test_a_token_is_found_without_any_keyword(label: str, make: Callable[[], str], around: str) -> None:
    text = around.replace("{}", make())
    assert labels(text, "data") == [label]


def test_every_shape_has_a_sample() -> None:
    shaped = {shape.label for shape in (*shapes.TOKENS, *shapes.ANCHORED, *shapes.MARKED, *shapes.BY_LENGTH.values())}
    assert shaped - {label for label, _ in SAMPLES} == set()


@pytest.mark.parametrize("shape", [*shapes.TOKENS, *shapes.ANCHORED], ids=lambda shape: shape.label)
def test_a_shape_can_be_looked_up_and_says_no_secret(shape: shapes.Shape) -> None:
    assert len(shape.prefix) >= 3 or shape in shapes.ANCHORED
    assert shape.regex.match(shape.prefix) is None, "a prefix alone is no credential"


PREFIXED = [shape for shape in shapes.TOKENS if shape is not shapes.JWT]


@pytest.mark.parametrize("shape", PREFIXED, ids=lambda shape: shape.label)
@pytest.mark.parametrize(
    "body", ["x" * 40, "X" * 48, "0" * 64, "your_token_here_0123456789_abcdefg", "...", "abcdefghijklmnopqrstuvwxyz0123456789", "a1b2" * 12]
)
def test_a_made_up_body_is_no_token(shape: shapes.Shape, body: str) -> None:
    assert hits(f'x = f("{shape.prefix}{body}")') == []


@pytest.mark.parametrize("prefix", sorted({shape.prefix for shape in PREFIXED}))
def test_a_prefix_inside_a_word_or_a_base64_run_is_none(prefix: str) -> None:
    body = chars(36)
    for text in (f"x{prefix}{body}", f"_{prefix}{body}", f"{prefix}{body[:8]}"):
        assert labels(text, "data") == []
    data = base64.b64encode(DICE.randbytes(3000)).decode()
    assert labels(f"data:image/png;base64,{data[:500]}{prefix.replace('_', 'A').replace('-', 'B')}{data[500:]}", "data") == []


def test_capital_letters_alone_may_be_a_sequence() -> None:
    (hit,) = hits(f'primer = "AKIA{"LSDGEWQLVLNVWGKV"}"')
    assert hit.confidence is Confidence.LOW
    assert hits('primer = "ACCA' + "ACGTACGTACGTACGT" + '"') == []


def test_the_documented_example_keys_are_silent() -> None:
    assert hits('aws = ("AKIAIOSFODNN7' + "EXAMPLE" + '", "wJalrXUtnFEMI/K7MDENG/' + 'bPxRfiCYEXAMPLEKEY")', "config") == []
    assert hits("AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/" + "K1SZFPTOtr/KBHBeksoGMGw==") == []


@pytest.mark.parametrize(
    "token",
    [
        jwt({"role": "anon", "iss": "supabase"}),
        jwt({"sub": "1234567890", "name": "John Doe"}),
        "eyJ" + chars(30) + ".eyJ" + chars(40) + "." + chars(43),
    ],
    ids=["public", "documented", "not JSON"],
)
def test_a_jwt_that_is_public_or_none_is_silent(token: str) -> None:
    assert hits(f'x = f("{token}")') == []


def test_a_public_jwt_is_silent_under_a_telling_name_too() -> None:
    assert hits(f'SUPABASE_API_KEY = "{jwt({"role": "anon", "iss": "supabase"})}"') == []
    assert labels(f'SUPABASE_API_KEY = "{jwt({"role": "service_role", "iss": "supabase"})}"') == ["JSON Web Token"]


def test_the_token_that_neptune_publishes_is_silent() -> None:
    key = "b706bc8f-76f9-4c2e-939d-4ba036f932e4"
    for host in ("https://app.neptune.ai", "https://ui.neptune.ai"):
        token = base64.b64encode(json.dumps({"api_address": host, "api_key": key}, separators=(",", ":")).encode()).decode()
        assert hits(f'neptune.init_run(api_token="{token}")') == []


def test_a_key_header_without_a_key_is_silent() -> None:
    assert hits('if text.startswith("-----BEGIN ' + 'RSA PRIVATE KEY-----"):\n    load(text)\n') == []
    assert hits('KEY = """-----BEGIN ' + 'PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----"""') == []
    assert hits("-----BEGIN PUBLIC KEY-----\n" + chars(64, BASE64) + "\n-----END PUBLIC KEY-----") == []
    assert hits("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + chars(43, BASE64) + " ana@laptop") == []


def test_a_key_block_is_one_hit_to_its_end() -> None:
    lines = [chars(64, BASE64) for _ in range(12)]
    block = "\n".join(("-----BEGIN RSA " + "PRIVATE KEY-----", *lines, "-----END RSA " + "PRIVATE KEY-----"))
    (hit,) = hits(f'KEY = """{block}"""\nx = 1\n')
    assert (hit.start, hit.end) == (9, 9 + len(block))
    (cut,) = hits(f"key: |\n  {block[:400]}\n", "config")
    assert cut.end >= 9 + 390


def test_a_service_account_file_is_named_as_what_it_is() -> None:
    key = "-----BEGIN " + "PRIVATE KEY-----\\n" + chars(64, BASE64) + "\\n-----END " + "PRIVATE KEY-----\\n"
    text = '{"type": "service_account", "project_id": "p", "private_key_id": "' + chars(40, HEX) + f'", "private_key": "{key}"}}'
    (hit,) = hits(text)
    assert hit.label == "Google service-account key"
    assert hit.confidence is Confidence.HIGH


VENDOR_LINES = [
    ("Weights & Biases API key", "wandb.login(key='{}')", 40),
    ("Weights & Biases API key", "!wandb login {}", 40),
    ("Weights & Biases API key", "!wandb login --relogin local-{}", 40),
    ("Kaggle API key", "os.environ['KAGGLE_KEY'] = '{}'", 32),
    ("Azure API key", 'AZURE_OPENAI_API_KEY="{}"', 32),
    ("DagsHub token", "dagshub.auth.add_app_token('{}')", 40),
    ("Label Studio API key", "label_studio_sdk.Client(url, api_key='{}')", 40),
    ("OpenWeather API key", "https://api.openweathermap.org/data/2.5/weather?q=Oslo&appid={}", 32),
    ("News API key", 'newsapi = NewsApiClient(api_key="{}")', 32),
    ("Spotify client secret", "spotipy.SpotifyClientCredentials(client_id=me, client_secret='{}')", 32),
    ("Twilio token", "twilio.Client(sid, auth_token='{}')", 32),
]


@pytest.mark.parametrize(("label", "line", "count"), VENDOR_LINES)
def test_hex_is_a_key_only_beside_its_vendor_and_a_word_for_a_credential(label: str, line: str, count: int) -> None:
    value = chars(count, HEX)
    (hit,) = hits(line.replace("{}", value))
    assert (hit.label, hit.confidence) == (label, Confidence.MEDIUM)
    assert hits(f"x = load('{value}')") == []
    assert hits(f"https://www.arcgis.com/apps/MapSeries/index.html?appid={value}") == []
    assert hits(f"run = wandb.restore('{value}')  # kaggle") == []
    assert hits(f"wandb key sha1: {value}") == []


@pytest.mark.parametrize(
    ("text", "label", "confidence"),
    [
        ("postgresql+psycopg2://etl:{pw}@db.prod.acme.net:5432/dw", "password in a PostgreSQL URL", Confidence.HIGH),
        ("mysql+pymysql://me:{pw}@10.20.3.4/sales", "password in a MySQL URL", Confidence.HIGH),
        ("mongodb+srv://me:{pw}@c0.ab12c.mongodb.net/x?w=1", "password in a MongoDB URL", Confidence.HIGH),
        ("redshift+redshift_connector://bi:{pw}@wg.eu-west-1.amazonaws.com:5439/dev", "password in a Redshift URL", Confidence.HIGH),
        ("snowflake://LOADER:{pw}@xy12345.eu-central-1/PROD", "password in a Snowflake URL", Confidence.HIGH),
        ("redis://:{pw}@cache.acme.net:6379/0", "password in a Redis URL", Confidence.HIGH),
        ("https://me:{pw}@mlflow.acme.net", "password in a web URL", Confidence.HIGH),
        ("postgresql://me:{pw}@localhost/dw", "password in a PostgreSQL URL", Confidence.MEDIUM),
        ("postgresql://me:Winter.2024@db.acme.net/dw", "password in a PostgreSQL URL", Confidence.MEDIUM),
        ("postgresql://airflow:airflow@postgres/airflow", "password in a PostgreSQL URL", Confidence.LOW),
        ("postgresql://ana:ana@db.acme.net/dw", "password in a PostgreSQL URL", Confidence.LOW),
        ("git clone https://{hex}@git.acme.net/x.git", "token in a URL", Confidence.MEDIUM),
        ("https://{hex}@o1.ingest.sentry.io/2", "token in a URL", Confidence.LOW),
        ('headers = {"Authorization": "Bearer {an}"}', "bearer token", Confidence.MEDIUM),
        ('headers = {"Authorization": "token {hex}"}', "authorization header", Confidence.MEDIUM),
        ("curl -H 'Authorization: Bearer {an}' https://x.net", "bearer token", Confidence.MEDIUM),
        ("curl -s -u ana:{pw} https://x.net", "password of a curl call", Confidence.MEDIUM),
        ('smtp.login("ana@acme.net", "{pw}")', "password of a mail account", Confidence.MEDIUM),
        ('smtp.login("ana@acme.net", "abcd efgh ijkl mnop")', "password of a mail account", Confidence.MEDIUM),
        ('requests.get(url, auth=("svc", "Winter.2024"))', "password of a request", Confidence.MEDIUM),
        ('requests.get(url, auth=("svc", "{pw}"))', "password of a request", Confidence.MEDIUM),
        ('requests.get(url, auth=HTTPBasicAuth("svc", "{pw}"))', "password of a request", Confidence.MEDIUM),
    ],
)
def test_places_in_urls_and_requests(text: str, label: str, confidence: Confidence) -> None:
    filled = text.replace("{pw}", "Qz7rTm" + "2vXw9kLd").replace("{hex}", chars(40, HEX)).replace("{an}", chars(40))
    assert [(hit.label, hit.confidence) for hit in hits(filled)] == [(label, confidence)]


def test_basic_auth_is_one_that_decodes_to_user_and_password() -> None:
    header = base64.b64encode(b"svc_ds:" + chars(14).encode()).decode()
    assert labels(f'h = "Basic {header}"') == ["basic-auth credential"]
    assert labels(f'h = "Basic {chars(32)}"') == []


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://user:password@localhost:5432/db",
        "postgresql://user:{password}@host/db",
        'f"postgresql://{user}:{quote(password)}@{host}:5432/{db}"',
        "postgresql://me:${DB_PASSWORD}@db.acme.net/dw",
        "postgresql://me:$PGPASS@db.acme.net/dw",
        "postgresql://me:<password>@db.acme.net/dw",
        "postgresql://me:****@db.acme.net/dw",
        "postgresql://me:%s@db.acme.net/dw",
        "postgresql://DB_USER:DB_PASSWORD@DB_ENDPOINT:5432/DB_NAME",
        "postgresql://me:Winter2024@db.example.com/dw",
        "https://medium.com:443/@ana/post",
        "https://github.com/ana/repo@v1.2.3",
        "git+https://github.com/org/repo@" + chars(40, HEX),
        "s3://bucket/key@version",
        "mailto:ana@acme.net, http://localhost:8080",
        "Authorization: Bearer $TOKEN",
        'headers = {"Authorization": f"Bearer {token}"}',
        'headers = {"Authorization": "Bearer " + token}',
        "curl -u ana:$PASSWORD https://x.net",
        'requests.get(url, auth=("user", "password"))',
        "auth = (user, password)",
        'smtp.login("ana@acme.net", "your-password")',
        'smtp.login("ana@acme.net", os.environ["MAIL"])',
        'hub.login("ana@acme.net", "the second argument")',
    ],
)
def test_places_in_urls_and_requests_that_hold_no_credential(text: str) -> None:
    assert hits(text) == []


def test_a_gate_is_part_of_what_it_is_the_gate_to() -> None:
    assert {shape.gate for shape in shapes.ANCHORED if shape.gate} == shapes.GATES
    assert all(shape.gate in shape.prefix for shape in shapes.ANCHORED)
