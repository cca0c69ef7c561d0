"""What credentials look like: one row per kind of credential, grouped by how it is found.

* ``TOKENS`` begin with a prefix that their provider chose; they are looked up by their first three characters.
* ``ANCHORED`` are found by a literal inside or near them (``AccountKey=``, ``://``, ``PRIVATE KEY``).
* ``VENDORS`` have no shape of their own (40 hex digits): they need the vendor's name beside them.

Importing this module compiles nothing. A pattern is compiled when its literal occurs for the first time.
Patterns are bounded: none can look at more than a few hundred characters, but for key blocks.
"""

from __future__ import annotations

import re
from functools import cache

from dsguard.model import Confidence

HIGH, MEDIUM, LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW

LONGEST_KEY_BLOCK = 20_000
"""Characters between the BEGIN and the END of a private key. An RSA key of 16,384 bits has about 13,000."""


class Shape:
    """A kind of credential that has a shape of its own.

    Args:
        label: what people call it; part of messages and fingerprints, so it does not change.
        prefix: for a token, the literal it begins with; for an anchored shape, the literal to look for.
            Literals are public knowledge and may be shown.
        pattern: the exact form. If it has a group ``secret``, that group is the credential.
        confidence: how sure a match is by itself.
        mixed: whether the part after the prefix must have upper case, lower case and digits, as chance
            would have it. For short prefixes that words also have.
        back: for an anchored shape, how many characters before the literal it begins.
        lead: for an anchored shape that begins at another literal, that literal.
        gate: for an anchored shape, a part of its literal that is quicker to look for (a rare character, or what several have in
            common): a text without it is not searched for the whole.
    """

    __slots__ = ("_regex", "back", "confidence", "gate", "label", "lead", "mixed", "pattern", "prefix")

    def __init__(
        self,
        label: str,
        prefix: str,
        pattern: str,
        confidence: Confidence = HIGH,
        *,
        mixed: bool = False,
        back: int = 0,
        lead: str = "",
        gate: str = "",
    ) -> None:
        self.label = label
        self.prefix = prefix
        self.pattern = pattern
        self.confidence = confidence
        self.mixed = mixed
        self.back = back
        self.lead = lead
        self.gate = gate
        self._regex: re.Pattern[str] | None = None

    @property
    def regex(self) -> re.Pattern[str]:
        """The pattern, compiled when it is first asked for."""
        if self._regex is None:
            self._regex = re.compile(self.pattern)
        return self._regex


class Vendor:
    """A provider whose keys are told from any other hex or random text only by the words beside them.

    Args:
        label: what people call the key.
        words: lower-case words, one of which must stand near the value.
        pattern: the form of the value as a whole.
    """

    __slots__ = ("_regex", "label", "pattern", "words")

    def __init__(self, label: str, words: tuple[str, ...], pattern: str) -> None:
        self.label = label
        self.words = words
        self.pattern = pattern
        self._regex: re.Pattern[str] | None = None

    @property
    def regex(self) -> re.Pattern[str]:
        """The pattern, compiled when it is first asked for."""
        if self._regex is None:
            self._regex = re.compile(self.pattern)
        return self._regex


_W = r"(?![\w])"
_URLSAFE_END = r"(?![\w\-])"
_B64_AROUND = r"(?<!\+)(?<![^/:]/)"
"""For prefixes of letters only: base64 data must not be read as a token. ``//`` before it is a URL."""
_B64_END = r"(?![A-Za-z0-9+/_\-])"
_START = r"(?:(?<![\w.\-])|(?<=\\[nrt]))"
"""Nothing before it that it could belong to; the letter of an escape (``\\n``) is not in the way."""
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

JWT = Shape("JSON Web Token", "eyJ", _START + r"eyJ[\w\-]{10,500}\.eyJ[\w\-]{10,4000}\.[\w\-]{20,1000}" + _URLSAFE_END, MEDIUM)

CAPITALS: tuple[Shape, ...] = tuple(
    Shape(label, prefix, rf"{_B64_AROUND}{prefix}{rest}[A-Z2-7]{{16}}{_B64_END}", confidence)
    for label, prefix, rest, confidence in (
        ("AWS access key id", "AKIA", "", HIGH),
        ("AWS temporary access key id", "ASIA", "", HIGH),
        ("AWS access key id", "ABIA", "", HIGH),
        ("AWS access key id", "ACCA", "", MEDIUM),
        ("AWS access key id", "A3T", "[A-Z0-9]", MEDIUM),
    )
)
"""Tokens in capitals and a few digits, which sequences of amino acids or bases can look like."""

TOKENS: tuple[Shape, ...] = (
    # Models and experiment tracking
    Shape("Hugging Face token", "hf_", r"hf_[A-Za-z0-9]{34}" + _W),
    Shape("Hugging Face organisation token", "api_org_", r"api_org_[A-Za-z0-9]{34}" + _W),
    Shape("OpenAI API key", "sk-", r"sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}" + _W),
    Shape("OpenAI project key", "sk-proj-", r"sk-proj-[\w\-]{20,80}T3BlbkFJ[\w\-]{20,80}" + _URLSAFE_END),
    Shape("OpenAI service-account key", "sk-svcacct-", r"sk-svcacct-[\w\-]{20,80}T3BlbkFJ[\w\-]{20,80}" + _URLSAFE_END),
    Shape("OpenAI admin key", "sk-admin-", r"sk-admin-[\w\-]{20,80}T3BlbkFJ[\w\-]{20,80}" + _URLSAFE_END),
    Shape("OpenAI project key", "sk-proj-", r"sk-proj-[\w\-]{40,200}" + _URLSAFE_END, MEDIUM, mixed=True),
    Shape("Anthropic API key", "sk-ant-", r"sk-ant-(?:api|admin)\d\d-[\w\-]{93}AA" + _URLSAFE_END),
    Shape("Anthropic token", "sk-ant-", r"sk-ant-[a-z]{3,5}\d\d-[\w\-]{60,120}" + _URLSAFE_END, MEDIUM, mixed=True),
    Shape("OpenRouter API key", "sk-or-v1-", r"sk-or-v1-[0-9a-f]{64}" + _W),
    Shape("Langfuse secret key", "sk-lf-", r"sk-lf-" + _UUID + _W),
    Shape("DeepSeek-style API key", "sk-", r"sk-[0-9a-f]{32}" + _URLSAFE_END, MEDIUM),
    Shape("model provider API key", "sk-", r"sk-[A-Za-z0-9]{48}" + _URLSAFE_END, MEDIUM, mixed=True),
    Shape("ElevenLabs API key", "sk_", r"sk_[0-9a-f]{48}" + _W, MEDIUM),
    Shape("Weights & Biases API key", "wandb_v1_", r"wandb_v1_\w{77}" + _W),
    Shape("Kaggle API token", "KGAT_", r"KGAT_[0-9a-f]{32}" + _W),
    Shape("Neptune API token", "eyJhcGlfYWRkcmVzcyI6", r"eyJhcGlfYWRkcmVzcyI6[A-Za-z0-9+/_\-]{40,400}={0,2}"),
    Shape("Replicate API token", "r8_", r"r8_[A-Za-z0-9]{37}" + _W),
    Shape("Groq API key", "gsk_", r"gsk_[A-Za-z0-9]{52}" + _W),
    Shape("NVIDIA API key", "nvapi-", r"nvapi-[\w\-]{60,70}" + _URLSAFE_END),
    Shape("xAI API key", "xai-", r"xai-[A-Za-z0-9_\-]{70,120}" + _URLSAFE_END),
    Shape("Cerebras API key", "csk-", r"csk-[a-z0-9]{48}" + _W),
    Shape("LangSmith API key", "lsv2_", r"lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}" + _W),
    Shape("LlamaCloud API key", "llx-", r"llx-[A-Za-z0-9]{44,52}" + _W),
    Shape("Together API key", "tgp_v1_", r"tgp_v1_[\w\-]{43}" + _URLSAFE_END),
    Shape("Fireworks API key", "fw_", r"fw_[A-Za-z0-9]{22,24}" + _URLSAFE_END, MEDIUM, mixed=True),
    Shape("Perplexity API key", "pplx-", r"pplx-[A-Za-z0-9]{48}" + _W),
    Shape("Tavily API key", "tvly-", r"tvly-(?:dev-|prod-)?[A-Za-z0-9]{32}" + _W),
    Shape("Jina API key", "jina_", r"jina_[A-Za-z0-9_\-]{60}" + _URLSAFE_END),
    Shape("Voyage API key", "pa-", r"pa-[\w\-]{43}" + _URLSAFE_END, MEDIUM, mixed=True),
    Shape("Voyage API key", "al-", r"al-[\w\-]{43}" + _URLSAFE_END, MEDIUM, mixed=True),
    Shape("RunPod API key", "rpa_", r"rpa_[A-Z0-9]{40}[A-Za-z0-9]{6}" + _W),
    Shape("Modal token id", "ak-", r"ak-[A-Za-z0-9]{22}" + _URLSAFE_END, MEDIUM, mixed=True),
    Shape("Modal token secret", "as-", r"as-[A-Za-z0-9]{22}" + _URLSAFE_END, MEDIUM, mixed=True),
    # Data platforms
    Shape("Databricks token", "dapi", _B64_AROUND + r"dapi[0-9a-f]{32}(?:-\d{1,2})?" + _URLSAFE_END),
    Shape("Databricks OAuth secret", "dose", _B64_AROUND + r"dose[0-9a-f]{32}" + _URLSAFE_END, MEDIUM),
    Shape("Pinecone API key", "pcsk_", r"pcsk_[A-Za-z0-9]{5,6}_[A-Za-z0-9]{63}" + _W),
    Shape("Prefect API key", "pnu_", r"pnu_[A-Za-z0-9]{36}" + _W),
    Shape("Prefect API key", "pnb_", r"pnb_[A-Za-z0-9]{36}" + _W),
    Shape("dbt Cloud token", "dbtc_", r"dbtc_[\w\-]{36,48}" + _URLSAFE_END),
    Shape("dbt Cloud token", "dbtu_", r"dbtu_[\w\-]{36,48}" + _URLSAFE_END),
    Shape("Supabase access token", "sbp_", r"sbp_[0-9a-f]{40}" + _W),
    Shape("Supabase secret key", "sb_secret_", r"sb_secret_[\w\-]{31}" + _URLSAFE_END),
    Shape("Neon API key", "napi_", r"napi_[A-Za-z0-9]{64}" + _W),
    Shape("Notion token", "ntn_", r"ntn_\d{11}[A-Za-z0-9]{35}" + _W),
    Shape("Notion integration secret", "secret_", r"secret_[A-Za-z0-9]{43}" + _W, MEDIUM, mixed=True),
    Shape("PostHog personal API key", "phx_", r"phx_[A-Za-z0-9]{43,50}" + _W),
    Shape("PlanetScale token", "pscale_", r"pscale_(?:tkn|pw|oauth)_[\w\-]{32,64}" + _URLSAFE_END),
    Shape("Grafana service-account token", "glsa_", r"glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}" + _W),
    JWT,
    # Clouds
    *CAPITALS,
    Shape("Google API key", "AIza", _B64_AROUND + r"AIza[\w\-]{35}" + _URLSAFE_END),
    Shape("Google OAuth client secret", "GOCSPX-", r"GOCSPX-[\w\-]{28}" + _URLSAFE_END),
    Shape("DigitalOcean token", "dop_v1_", r"do[opr]_v1_[0-9a-f]{64}" + _W),
    Shape("1Password service-account token", "ops_", r"ops_eyJ[\w\-]{200,2000}={0,2}"),
    # Code hosts, packages, chat
    *(Shape(label, prefix, prefix + r"[A-Za-z0-9]{36,255}" + _W) for label, prefix in (
        ("GitHub personal access token", "ghp_"),
        ("GitHub OAuth token", "gho_"),
        ("GitHub app token", "ghu_"),
        ("GitHub app token", "ghs_"),
        ("GitHub refresh token", "ghr_"),
    )),
    Shape("GitHub fine-grained token", "github_pat_", r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}" + _W),
    Shape("GitLab personal access token", "glpat-", r"glpat-[\w\-]{27,300}\.[0-9a-z]{2}\.[0-9a-z]{9}" + _W),
    *(Shape(label, prefix, prefix + r"[\w\-]{20,60}" + _URLSAFE_END) for label, prefix in (
        ("GitLab personal access token", "glpat-"),
        ("GitLab pipeline trigger token", "glptt-"),
        ("GitLab deploy token", "gldt-"),
        ("GitLab runner token", "glrt-"),
        ("GitLab job token", "glcbt-"),
    )),
    Shape("PyPI token", "pypi-", r"pypi-AgEIcHlwaS5vcmc[\w\-]{50,1000}" + _URLSAFE_END),
    Shape("TestPyPI token", "pypi-", r"pypi-AgENdGVzdC5weXBpLm9yZw[\w\-]{50,1000}" + _URLSAFE_END),
    Shape("npm token", "npm_", r"npm_[A-Za-z0-9]{36}" + _W),
    Shape("Docker access token", "dckr_", r"dckr_(?:pat|oat)_[\w\-]{27,32}" + _URLSAFE_END),
    Shape("Slack token", "xox", r"xox[abeoprs](?:\.xox[abeoprs])?-[\w\-]{10,250}" + _URLSAFE_END),
    Shape("Slack app token", "xapp-", r"xapp-\d-[A-Z0-9]{8,12}-\d{10,14}-[a-z0-9]{40,80}" + _W),
    Shape("Stripe live key", "sk_live_", r"sk_live_[A-Za-z0-9]{16,128}" + _W),
    Shape("Stripe live key", "rk_live_", r"rk_live_[A-Za-z0-9]{16,128}" + _W),
    Shape("Stripe test key", "sk_test_", r"sk_test_[A-Za-z0-9]{16,128}" + _W, LOW),
    Shape("Linear API key", "lin_api_", r"lin_api_[A-Za-z0-9]{40}" + _W),
    Shape("Figma token", "figd_", r"figd_[\w\-]{36,60}" + _URLSAFE_END),
    Shape("Atlassian API token", "ATATT3", r"ATATT3[A-Za-z0-9_\-=]{150,250}"),
    Shape("Shopify token", "shpat_", r"shpat_[0-9a-f]{32}" + _W),
)  # fmt: skip
"""Tokens that begin with a prefix of their own, after anything that is no letter, digit, ``_`` or ``-``."""

SHORTEST_TOKEN = 20
"""Characters of the shortest token in ``TOKENS``: a run of token characters below it needs no look-up."""

BY_LENGTH: dict[int, Shape] = {
    35: Shape(
        "Telegram bot token", ":AA", r"(?:(?<![\w\-])|(?<=\\[nrt]))(?:bot)?(?P<secret>\d{8,10}:AA[\w\-]{33})" + _URLSAFE_END, back=14
    ),
    50: Shape("RapidAPI key", "msh", r"(?:(?<![\w\-])|(?<=\\[nrt]))[0-9a-z]{10}msh[0-9a-z]{15}p1[0-9a-z]{5}jsn[0-9a-z]{12}" + _W),
    64: Shape("Airtable token", "pat", _START + r"pat[A-Za-z0-9]{14}\.[0-9a-f]{64}" + _W, back=18),
}
"""Tokens that begin with anything, or whose long part stands behind a ``.`` or ``:``: found by the length of that part, in
characters. For them ``back`` is the most that they can begin before it."""

MARKED: tuple[Shape, ...] = (
    Shape("SendGrid API key", "SG.", _START + r"SG\.[\w\-]{22}\.[\w\-]{43}" + _URLSAFE_END, back=3),
    Shape("Gemini API key", "AQ.Ab8RN6", _START + r"AQ\.Ab8RN6[\w\-]{44}" + _URLSAFE_END, back=3),
    Shape("Google OAuth access token", "ya29.", _START + r"ya29\.[\w\-]{30,1000}" + _URLSAFE_END, MEDIUM, mixed=True, back=5),
    Shape(
        "Google OAuth refresh token", "1//0", r"(?:(?<![\w/.\-])|(?<=\\[nrt]))1//0[\w\-]{40,120}" + _URLSAFE_END, MEDIUM, mixed=True, back=3
    ),
    Shape("Mapbox secret token", "sk.eyJ", _START + r"sk\.eyJ[\w\-]{30,200}\.[\w\-]{20,40}" + _URLSAFE_END, back=3),
    Shape("HashiCorp Vault token", "hvs.", _START + r"hvs\.[\w\-]{90,200}" + _URLSAFE_END, back=4),
    Shape("Terraform Cloud token", ".atlasv1.", _START + r"[A-Za-z0-9]{14}\.atlasv1\.[\w\-]{60,70}" + _URLSAFE_END, back=23),
)  # fmt: skip
"""Tokens whose long part stands behind a ``.`` or ``/``, which end what can be looked up: found from that part. ``back`` is where they
begin before it."""
BEFORE_A_RUN = frozenset("./")

_HOST = r"[A-Za-z0-9\[][\w.\-:\]]{0,200}"

_SIGNATURE = "-Signature="
_WEBHOOK = "/webhook"

ANCHORED: tuple[Shape, ...] = (
    Shape(
        "private key",
        "PRIVATE KEY",
        r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
        # At least a line of key: code that only looks for the header is no key. In JSON the line ends are `\n`.
        r"(?=(?:\\[nr]|[\s\"'#+,>|]){1,40}(?:[A-Za-z][A-Za-z\-]{1,30}: [^\n]{1,120}\s{1,4}){0,6}(?:\\[nr]|\s){0,8}[A-Za-z0-9+/=]{24})",
        lead="-----BEGIN",
    ),
    Shape(
        "PuTTY private key",
        "PuTTY-User-Key-File-",
        r"PuTTY-User-Key-File-[23]: [\w\-]{3,40}(?:\\[nr]|\s){1,4}Encryption: [^\n]{1,400}",
    ),
    Shape("age private key", "AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}" + _W),
    Shape("Azure storage account key", "AccountKey=", r"AccountKey=(?P<secret>[A-Za-z0-9+/]{86}==)"),
    Shape("Azure shared access key", "SharedAccessKey=", r"SharedAccessKey=(?P<secret>[A-Za-z0-9+/]{43}=)"),
    Shape(
        "Azure SAS signature",
        "sig=",
        r"(?<=[?&;])sig=(?P<secret>[A-Za-z0-9%+/_\-]{40,60}(?:%3[Dd]|=))",
    ),
    # Such links work for a week at most: worth a word, not a stopped commit.
    Shape("signature of an AWS URL", "X-Amz-Signature=", r"X-Amz-Signature=(?P<secret>[0-9a-f]{64})" + _W, LOW, gate=_SIGNATURE),
    Shape("signature of a Google URL", "X-Goog-Signature=", r"X-Goog-Signature=(?P<secret>[0-9a-f]{256,1024})" + _W, LOW, gate=_SIGNATURE),
    Shape(
        "signature of a URL",
        "&Signature=",
        r"&Signature=(?P<secret>(?:[A-Za-z0-9_\-~+/]|%2[BbFf]){27,700}(?:={1,2}|%3[Dd]){0,2})",
        LOW,
    ),
    Shape("Azure client secret", "Q~", _START + r"[\w~.\-]{3}\dQ~[\w~.\-]{31,34}(?![\w~\-])", back=4, gate="~"),
    Shape("Slack webhook", "hooks.slack.com/", r"hooks\.slack\.com/(?:services|workflows)/(?P<secret>T\w{6,14}/[AB]\w{6,14}/\w{18,40})"),
    Shape(
        "Discord webhook",
        "/api/webhooks/",
        r"discord(?:app)?\.com/api/webhooks/(?P<secret>\d{15,21}/[\w\-]{60,80})",
        lead="discord",
        gate=_WEBHOOK,
    ),
    Shape(
        "Teams webhook",
        "/webhookb2/",
        r"/webhookb2/(?P<secret>[\w\-@]{36,120}/IncomingWebhook/[0-9a-f]{32}/[\w\-]{36,80})",
        gate=_WEBHOOK,
    ),
    Shape("AWS Bedrock API key", "ABSK", r"(?:(?<![\w+/\-])|(?<=\\[nrt]))ABSK[A-Za-z0-9+/]{109,200}={0,2}"),
    Shape(
        "Kaggle API key",
        "username",
        r"username\\?[\"']\s{0,4}:\s{0,4}\\?[\"'][^\"'\\\n]{1,80}\\?[\"'],\s{0,20}\\?[\"']key\\?[\"']\s{0,4}:\s{0,4}\\?[\"'](?P<secret>[0-9a-f]{32})\\?[\"']",
        MEDIUM,
    ),
)  # fmt: skip
"""Credentials that are found by a literal of their own."""

GATES = frozenset(shape.gate for shape in ANCHORED if shape.gate)

KEY_BLOCK_END = r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
KEY_BLOCK_BODY = r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:\\[nr]|[\s\"'#+,>|A-Za-z0-9/=]){0,20000}"

URL_PASSWORD = (
    r"(?<![\w+.\-])(?P<scheme>[A-Za-z][\w+.\-]{1,60})://"
    r"(?P<user>[^\s:/@\"'<>`\\|]{0,120}):(?P<secret>[^\s/@\"'<>`\\]{3,200})@(?P<host>" + _HOST + ")"
)
"""A password in a URL; groups ``scheme``, ``user``, ``secret``, ``host``."""

URL_TOKEN = r"://(?P<secret>[A-Za-z0-9_\-]{20,120})@(?P<host>" + _HOST + ")"
"""A token in the place of the user name, as in ``git clone https://<token>@host/...``."""

BEARER = r"[Bb]earer(?:\s|%20)\s{0,4}(?P<secret>[\w\-.~+/]{20,1000}={0,2})"

BASIC = r"[Bb]asic {1,3}(?P<secret>[A-Za-z0-9+/]{12,400}={0,2})"

AUTHORIZATION = (
    r"[Aa]uthorization\\?[\"']?\]?\s{0,4}[:=,]\s{0,4}[fbru]?\\?[\"']?(?:[A-Za-z\-]{3,12}[ :=]{1,3})?(?P<secret>[\w\-.~+/]{20,1000}={0,2})"
)

AUTH_TUPLE = (
    r"(?:auth|AUTH)\s{0,4}=\s{0,4}(?:HTTPBasicAuth)?\(\s{0,8}[\"'][^\"'\n]{1,80}[\"']\s{0,4},\s{0,8}[\"'](?P<secret>[^\s\"'\\]{5,200})[\"']"
)

AUTH_PAIR = (
    r"(?:auth(?!or)|AUTH(?!OR))\w{0,16}[\"']?\]?\s{0,4}[:=]\s{0,4}[\"'](?!https?:)[\w.\-@]{2,60}:(?P<secret>[^\s\"':@/\\]{8,100})[\"']"
)

IDENTIFIED_BY = r"(?:IDENTIFIED|identified)(?: (?:WITH|with) [\w'\"]{1,40})? (?:BY|by) [\"'](?P<secret>[^\s\"'\\]{6,100})[\"']"
"""How MySQL, MariaDB and Oracle are told the password of a user."""

SCHEME = r"(?<=[\"'])(?:[Tt]oken|[Aa]pi-?[Kk]ey) {1,2}(?P<secret>[\w\-]{20,200})[\"']"
"""A header's value whose name may be anything."""

FOUR_GROUPS = r"(?:[Pp]assw|PASSW)\w{0,24}[\"']?\]?\s{0,4}[:=,]\s{0,4}[\"'](?P<secret>[a-z]{4}(?: [a-z]{4}){3})[\"']"
"""How Google shows the password that it makes for an application, and people copy it."""

MAIL_LOGIN = r"\.login\(\s{0,20}[\"'][^\s\"'@]{1,80}@[\w.\-]{1,80}[\"']\s{0,4},\s{0,20}[\"'](?P<secret>[^\"'\\\n]{6,60})[\"']"

CURL_USER = r"\s(?:-u|--user)[ =]{0,2}[\"']?[\w.@\-]{1,80}:(?P<secret>[^\s\"':$\\]{5,200})"

VENDORS: tuple[Vendor, ...] = (
    Vendor("Weights & Biases API key", ("wandb", "weights_and_biases"), r"(?:local-)?[0-9a-f]{40}"),
    Vendor("Kaggle API key", ("kaggle",), r"[0-9a-f]{32}"),
    Vendor("Comet API key", ("comet",), r"[A-Za-z0-9]{25}"),
    Vendor("ClearML credential", ("clearml", "trains."), r"[A-Za-z0-9]{20,64}"),
    Vendor("Azure API key", ("azure",), r"[0-9a-f]{32}|[A-Za-z0-9]{84}"),
    Vendor("Pinecone API key", ("pinecone",), _UUID),
    Vendor("Cohere API key", ("cohere", "co.client"), r"[A-Za-z0-9]{40}"),
    Vendor("Mistral API key", ("mistral",), r"[A-Za-z0-9]{32}"),
    Vendor("Together API key", ("together",), r"[0-9a-f]{64}"),
    Vendor("Roboflow API key", ("roboflow",), r"[A-Za-z0-9]{20}"),
    Vendor("Label Studio API key", ("label_studio", "labelstudio", "label-studio"), r"[0-9a-f]{40}"),
    Vendor("DagsHub token", ("dagshub",), r"[0-9a-f]{40}"),
    Vendor("Zenodo token", ("zenodo",), r"[A-Za-z0-9]{60}"),
    Vendor("Weaviate API key", ("weaviate", "wcs_"), r"[A-Za-z0-9]{36,50}"),
    Vendor("AssemblyAI API key", ("assemblyai", "aai."), r"[0-9a-f]{32}"),
    Vendor("Deepgram API key", ("deepgram",), r"[0-9a-f]{40}"),
    Vendor("ElevenLabs API key", ("elevenlabs", "eleven_labs"), r"[0-9a-f]{32}"),
    Vendor("AWS secret access key", ("aws", "s3", "secret_access_key", "akia"), r"[A-Za-z0-9+/]{40}"),
    Vendor("Snowflake token", ("snowflake", "sf_token"), r"[A-Za-z0-9_\-]{100,500}"),
    Vendor("OpenWeather API key", ("openweather", "appid"), r"[0-9a-f]{32}"),
    Vendor("News API key", ("newsapi", "news_api"), r"[0-9a-f]{32}"),
    Vendor("Census API key", ("census",), r"[0-9a-f]{40}"),
    Vendor("Tiingo API token", ("tiingo",), r"[0-9a-f]{40}"),
    Vendor("NASA API key", ("nasa",), r"[A-Za-z0-9]{40}"),
    Vendor("EIA API key", ("eia.gov", "eia_"), r"[A-Za-z0-9]{32,40}"),
    Vendor("FRED API key", ("fred",), r"[0-9a-z]{32}"),
    Vendor("Quandl API key", ("quandl", "nasdaqdatalink", "nasdaq_data_link"), r"[A-Za-z0-9_\-]{20}"),
    Vendor("TMDB API key", ("tmdb", "themoviedb"), r"[0-9a-f]{32}"),
    Vendor("Spotify client secret", ("spotify", "spotipy"), r"[0-9a-f]{32}"),
    Vendor("Twitter credential", ("twitter", "tweepy", "consumer"), r"[A-Za-z0-9]{25}|[A-Za-z0-9]{45}|[A-Za-z0-9]{50}|\d{8,20}-\w{40}"),
    Vendor("Reddit credential", ("reddit", "praw"), r"[A-Za-z0-9_\-]{27,30}"),
    Vendor("Datadog key", ("datadog", "dd_api", "dd_app"), r"[0-9a-f]{32}|[0-9a-f]{40}"),
    Vendor("Twilio token", ("twilio",), r"[0-9a-f]{32}|SK[0-9a-f]{32}"),
)  # fmt: skip
"""Keys that need the vendor's name near them."""


@cache
def tokens_by_start() -> dict[str, tuple[Shape, ...]]:
    """``TOKENS`` by their first three characters; of one start the longest prefix and the surest come first."""
    found: dict[str, list[Shape]] = {}
    for shape in sorted(TOKENS, key=lambda shape: (-len(shape.prefix), -shape.confidence)):
        found.setdefault(shape.prefix[:3], []).append(shape)
    return {start: tuple(shapes) for start, shapes in found.items()}


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of this module, compiled once, when a file first needs it."""
    return re.compile(pattern)
