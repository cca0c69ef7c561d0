"""Recall and precision on a suite whose dice nobody tuned to: every provider, in the places where people really leave credentials.

Nothing is written down that looks like a credential: all values are put together when the suite is made. `suite(seed)` is also what
`benchmarks/secrets.py` gives to other scanners. Other seeds give other values and put them into other places.
"""

from __future__ import annotations

import base64
import json
import random
import re
import string
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dsguard.baseline import value_at
from dsguard.model import Confidence
from dsguard.rules.secrets.secret import Secret
from dsguard.rules.secrets.secret_in_output import SecretInOutput
from dsguard.testing import run, tree

SEED = 5_410_927
RECALL, PRECISION = 0.92, 0.98

ALNUM = string.ascii_letters + string.digits
LOWER = string.ascii_lowercase + string.digits
UPPER = string.ascii_uppercase + string.digits
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
BASE64 = ALNUM + "+/"
URLSAFE = ALNUM + "-_"
HEX = "0123456789abcdef"
AMINO = "ACDEFGHIKLMNPQRSTVWY"
LOOK_ALIKES = Path(__file__).with_name("look_alikes.txt")


class Dice:
    """Values by chance, as the providers' servers draw them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def chars(self, count: int, alphabet: str = ALNUM) -> str:
        """Characters by chance; the first and the last alphanumeric."""
        while True:
            text = "".join(self.random.choices(alphabet, k=count))
            if text[0].isalnum() and text[-1].isalnum():
                return text

    def hex(self, count: int) -> str:
        return self.chars(count, HEX)

    def uuid(self) -> str:
        return "-".join(self.hex(count) for count in (8, 4, 4, 4, 12))

    def password(self) -> str:
        """As a password manager makes it, of characters that need no escape in any of the surroundings."""
        while True:
            text = self.chars(16, ALNUM + "+-._*")
            if text[0].isalpha() and any(map(str.isdigit, text)):
                return text

    def jwt(self) -> str:
        head, body = ({"alg": "HS256", "typ": "JWT"}, {"sub": self.uuid(), "role": "service_role", "exp": 1_900_000_000})
        parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (head, body))
        return ".".join((*parts, self.chars(43, URLSAFE)))

    def neptune(self) -> str:
        return base64.b64encode(json.dumps({"api_address": "https://app.neptune.ai", "api_key": self.uuid()}).encode()).decode()

    def picture(self, size: int) -> str:
        return base64.b64encode(bytes(self.random.randrange(256) for _ in range(size))).decode()

    def basic(self) -> str:
        return base64.b64encode(f"svc_ds:{self.password()}".encode()).decode()


Make = Callable[[Dice], str]

PROVIDERS: dict[str, tuple[str, Make, bool]] = {
    # kind: the variable that its client reads, the value, whether its shape tells by itself whose it is
    "hugging face": ("HF_TOKEN", lambda d: "hf_" + d.chars(34, string.ascii_letters), True),
    "hugging face organisation": ("HF_ORG_TOKEN", lambda d: "api_org_" + d.chars(34, string.ascii_letters), True),
    "openai": ("OPENAI_API_KEY", lambda d: "sk-" + d.chars(20) + "T3Blbk" + "FJ" + d.chars(20), True),
    "openai project": ("OPENAI_API_KEY", lambda d: "sk-proj-" + d.chars(74, URLSAFE) + "T3Blbk" + "FJ" + d.chars(74, URLSAFE), True),
    "openai admin": ("OPENAI_ADMIN_KEY", lambda d: "sk-admin-" + d.chars(58, URLSAFE) + "T3Blbk" + "FJ" + d.chars(58, URLSAFE), True),
    "anthropic": ("ANTHROPIC_API_KEY", lambda d: "sk-ant-" + "api03-" + d.chars(93, URLSAFE) + "AA", True),
    "anthropic oauth": ("ANTHROPIC_AUTH_TOKEN", lambda d: "sk-ant-" + "oat01-" + d.chars(95, URLSAFE), True),
    "openrouter": ("OPENROUTER_API_KEY", lambda d: "sk-or-v1-" + d.hex(64), True),
    "deepseek": ("DEEPSEEK_API_KEY", lambda d: "sk-" + d.hex(32), True),
    "stability": ("STABILITY_API_KEY", lambda d: "sk-" + d.chars(48), True),
    "wandb": ("WANDB_API_KEY", lambda d: d.hex(40), False),
    "wandb v1": ("WANDB_API_KEY", lambda d: "wandb_v1_" + d.chars(77, ALNUM + "_"), True),
    "kaggle": ("KAGGLE_KEY", lambda d: d.hex(32), False),
    "kaggle token": ("KAGGLE_API_TOKEN", lambda d: "KGAT_" + d.hex(32), True),
    "databricks": ("DATABRICKS_TOKEN", lambda d: "dapi" + d.hex(32) + "-3", True),
    "databricks oauth": ("DATABRICKS_CLIENT_SECRET", lambda d: "dose" + d.hex(32), True),
    "snowflake password": ("SNOWFLAKE_PASSWORD", Dice.password, False),
    "snowflake token": ("SNOWFLAKE_TOKEN", lambda d: d.chars(180, URLSAFE), False),
    "google": ("GOOGLE_API_KEY", lambda d: "AIza" + d.chars(35, URLSAFE), True),
    "gemini": ("GEMINI_API_KEY", lambda d: "AQ.Ab8RN6" + d.chars(44, URLSAFE), True),
    "google oauth": ("GOOGLE_CLIENT_SECRET", lambda d: "GOCSPX-" + d.chars(28, URLSAFE), True),
    "google refresh": ("GOOGLE_REFRESH_TOKEN", lambda d: "1//0" + d.chars(99, URLSAFE), True),
    "aws id": ("AWS_ACCESS_KEY_ID", lambda d: "AKIA" + d.chars(15, BASE32) + "7", True),
    "aws secret": ("AWS_SECRET_ACCESS_KEY", lambda d: d.chars(40, BASE64), False),
    "aws session": ("AWS_SESSION_TOKEN", lambda d: "IQoJb3JpZ2luX2Vj" + d.chars(300, BASE64) + "==", False),
    "aws bedrock": ("AWS_BEARER_TOKEN_BEDROCK", lambda d: "ABSK" + d.chars(130, BASE64) + "==", True),
    "azure storage": (
        "AZURE_STORAGE_CONNECTION_STRING",
        lambda d: f"DefaultEndpointsProtocol=https;AccountName=lake;AccountKey={d.chars(86, BASE64)}==;EndpointSuffix=core.windows.net",
        True,
    ),
    "azure storage key": ("AZURE_STORAGE_ACCOUNT_KEY", lambda d: d.chars(86, BASE64) + "==", False),
    "azure sas": (
        "AZURE_SAS_URL",
        lambda d: f"https://lake.blob.core.windows.net/raw?sp=rl&se=2027-03-01&sv=2023-11-03&sr=c&sig={d.chars(43)}%3D",
        True,
    ),
    "azure openai": ("AZURE_OPENAI_API_KEY", lambda d: d.hex(32), False),
    "azure ai": ("AZURE_OPENAI_API_KEY", lambda d: d.chars(52) + "JQQJ99" + d.chars(26), False),
    "azure client": ("AZURE_CLIENT_SECRET", lambda d: d.chars(3) + "8Q~" + d.chars(34), True),
    "comet": ("COMET_API_KEY", lambda d: d.chars(25), False),
    "neptune": ("NEPTUNE_API_TOKEN", Dice.neptune, True),
    "clearml": ("CLEARML_API_SECRET_KEY", lambda d: d.chars(48), False),
    "mlflow": ("MLFLOW_TRACKING_PASSWORD", Dice.password, False),
    "mlflow token": ("MLFLOW_TRACKING_TOKEN", lambda d: d.chars(40), False),
    "pinecone": ("PINECONE_API_KEY", lambda d: "pcsk_" + d.chars(5) + "_" + d.chars(63), True),
    "pinecone old": ("PINECONE_API_KEY", Dice.uuid, False),
    "cohere": ("COHERE_API_KEY", lambda d: d.chars(40), False),
    "mistral": ("MISTRAL_API_KEY", lambda d: d.chars(32), False),
    "replicate": ("REPLICATE_API_TOKEN", lambda d: "r8_" + d.chars(37), True),
    "groq": ("GROQ_API_KEY", lambda d: "gsk_" + d.chars(52), True),
    "nvidia": ("NVIDIA_API_KEY", lambda d: "nvapi-" + d.chars(64, URLSAFE), True),
    "xai": ("XAI_API_KEY", lambda d: "xai-" + d.chars(80), True),
    "cerebras": ("CEREBRAS_API_KEY", lambda d: "csk-" + d.chars(48, LOWER), True),
    "langsmith": ("LANGCHAIN_API_KEY", lambda d: "lsv2_sk_" + d.hex(32) + "_" + d.hex(10), True),
    "langfuse": ("LANGFUSE_SECRET_KEY", lambda d: "sk-lf-" + d.uuid(), True),
    "llamacloud": ("LLAMA_CLOUD_API_KEY", lambda d: "llx-" + d.chars(48), True),
    "together": ("TOGETHER_API_KEY", lambda d: "tgp_v1_" + d.chars(43, URLSAFE), True),
    "together old": ("TOGETHER_API_KEY", lambda d: d.hex(64), False),
    "fireworks": ("FIREWORKS_API_KEY", lambda d: "fw_" + d.chars(24), True),
    "perplexity": ("PERPLEXITY_API_KEY", lambda d: "pplx-" + d.chars(48), True),
    "elevenlabs": ("ELEVENLABS_API_KEY", lambda d: "sk_" + d.hex(48), True),
    "elevenlabs old": ("ELEVENLABS_API_KEY", lambda d: d.hex(32), False),
    "assemblyai": ("ASSEMBLYAI_API_KEY", lambda d: d.hex(32), False),
    "deepgram": ("DEEPGRAM_API_KEY", lambda d: d.hex(40), False),
    "tavily": ("TAVILY_API_KEY", lambda d: "tvly-" + d.chars(32), True),
    "jina": ("JINA_API_KEY", lambda d: "jina_" + d.chars(60), True),
    "voyage": ("VOYAGE_API_KEY", lambda d: "pa-" + d.chars(43, URLSAFE), True),
    "roboflow": ("ROBOFLOW_API_KEY", lambda d: d.chars(20), False),
    "label studio": ("LABEL_STUDIO_API_KEY", lambda d: d.hex(40), False),
    "dagshub": ("DAGSHUB_USER_TOKEN", lambda d: d.hex(40), False),
    "zenodo": ("ZENODO_ACCESS_TOKEN", lambda d: d.chars(60), False),
    "qdrant": ("QDRANT_API_KEY", lambda d: f"{d.uuid()}|{d.chars(54, URLSAFE)}", False),
    "weaviate": ("WEAVIATE_API_KEY", lambda d: d.chars(40), False),
    "runpod": ("RUNPOD_API_KEY", lambda d: "rpa_" + d.chars(40, UPPER) + d.chars(6), True),
    "modal id": ("MODAL_TOKEN_ID", lambda d: "ak-" + d.chars(22), True),
    "modal": ("MODAL_TOKEN_SECRET", lambda d: "as-" + d.chars(22), True),
    "prefect": ("PREFECT_API_KEY", lambda d: "pnu_" + d.chars(36), True),
    "dbt": ("DBT_CLOUD_API_TOKEN", lambda d: "dbtu_" + d.chars(40, URLSAFE), True),
    "supabase": ("SUPABASE_ACCESS_TOKEN", lambda d: "sbp_" + d.hex(40), True),
    "supabase secret": ("SUPABASE_SECRET_KEY", lambda d: "sb_secret_" + d.chars(31, URLSAFE), True),
    "supabase jwt": ("SUPABASE_SERVICE_ROLE_KEY", Dice.jwt, True),
    "neon": ("NEON_API_KEY", lambda d: "napi_" + d.chars(64), True),
    "github": ("GITHUB_TOKEN", lambda d: "ghp_" + d.chars(36), True),
    "github app": ("GH_TOKEN", lambda d: "ghs_" + d.chars(36), True),
    "github fine-grained": ("GITHUB_PAT", lambda d: "github_pat_" + d.chars(22) + "_" + d.chars(59), True),
    "gitlab": ("GITLAB_TOKEN", lambda d: "glpat-" + d.chars(20, URLSAFE), True),
    "gitlab routable": ("CI_JOB_TOKEN", lambda d: f"glpat-{d.chars(40, URLSAFE)}.{d.chars(2, LOWER)}.{d.chars(9, LOWER)}", True),
    "pypi": ("TWINE_PASSWORD", lambda d: "pypi-AgEIcHlwaS5vcmc" + d.chars(150, URLSAFE), True),
    "npm": ("NPM_TOKEN", lambda d: "npm_" + d.chars(36), True),
    "docker": ("DOCKERHUB_TOKEN", lambda d: "dckr_pat_" + d.chars(27, URLSAFE), True),
    "docker organisation": ("DOCKER_OAT", lambda d: "dckr_oat_" + d.chars(32, URLSAFE), True),
    "slack": ("SLACK_BOT_TOKEN", lambda d: f"xoxb-{d.chars(12, string.digits)}-{d.chars(13, string.digits)}-{d.chars(24)}", True),
    "slack webhook": (
        "SLACK_WEBHOOK_URL",
        lambda d: "https://hooks.slack.com/" + f"services/T{d.chars(10, UPPER)}/B{d.chars(10, UPPER)}/{d.chars(24)}",
        True,
    ),
    "telegram": ("TELEGRAM_BOT_TOKEN", lambda d: f"{d.chars(10, '123456789')}:AA{d.chars(33, URLSAFE)}", True),
    "discord webhook": (
        "DISCORD_WEBHOOK",
        lambda d: "https://discord.com/api/" + f"webhooks/{d.chars(18, '123456789')}/{d.chars(68, URLSAFE)}",
        True,
    ),
    "airtable": ("AIRTABLE_TOKEN", lambda d: f"pat{d.chars(14)}.{d.hex(64)}", True),
    "notion": ("NOTION_TOKEN", lambda d: "ntn_" + d.chars(11, string.digits) + d.chars(35), True),
    "notion old": ("NOTION_TOKEN", lambda d: "secret_" + d.chars(43), True),
    "stripe": ("STRIPE_API_KEY", lambda d: "sk_" + "live_" + d.chars(24), True),
    "posthog": ("POSTHOG_PERSONAL_KEY", lambda d: "phx_" + d.chars(43), True),
    "sendgrid": ("SENDGRID_API_KEY", lambda d: "SG." + d.chars(22, URLSAFE) + "." + d.chars(43, URLSAFE), True),
    "rapidapi": (
        "RAPIDAPI_KEY",
        lambda d: d.chars(10, LOWER) + "msh" + d.chars(15, LOWER) + "p1" + d.chars(5, LOWER) + "jsn" + d.chars(12, LOWER),
        True,
    ),
    "openweather": ("OPENWEATHER_API_KEY", lambda d: d.hex(32), False),
    "twilio": ("TWILIO_AUTH_TOKEN", lambda d: d.hex(32), False),
    "tableau": ("TABLEAU_TOKEN_SECRET", lambda d: f"{d.chars(22, BASE64)}==:{d.chars(32)}", False),
    "postgres url": ("DATABASE_URL", lambda d: f"postgresql+psycopg2://etl:{d.password()}@dw.acme-data.net:5432/sales", True),
    "mysql url": ("MYSQL_URL", lambda d: f"mysql+pymysql://analyst:{d.password()}@10.31.7.9:3306/crm", True),
    "mongo url": ("MONGO_URL", lambda d: f"mongodb+srv://ds:{d.password()}@cluster7.k2x9q.mongodb.net/prod", True),
    "redshift url": ("REDSHIFT_URL", lambda d: f"redshift+psycopg2://bi:{d.password()}@wg.eu-west-1.redshift.amazonaws.com:5439/dev", True),
    "snowflake url": ("SNOWFLAKE_URL", lambda d: f"snowflake://loader:{d.password()}@xy12345.eu-west-1/prod", True),
    "clickhouse url": ("CLICKHOUSE_URL", lambda d: f"clickhouse+native://etl:{d.password()}@ch.acme-data.net/events", True),
    "redis url": ("REDIS_URL", lambda d: f"rediss://default:{d.password()}@cache.acme-data.net:6380/0", True),
    "amqp url": ("BROKER_URL", lambda d: f"amqps://worker:{d.password()}@mq.acme-data.net/vhost", True),
    "jdbc": ("JDBC_URL", lambda d: f"jdbc:postgresql://dw.acme-data.net:5432/sales?user=etl&password={d.password()}", True),
    "odbc": ("ODBC_DSN", lambda d: f"DRIVER={{ODBC Driver 18 for SQL Server}};SERVER=sql01.acme-data.net;UID=etl;PWD={d.password()}", True),
    "libpq": ("PG_DSN", lambda d: f"host=dw.acme-data.net dbname=sales user=etl password={d.password()}", True),
    "database password": ("PGPASSWORD", Dice.password, False),
    "other password": ("WAREHOUSE_PASSWORD", Dice.password, False),
}

PLACES: dict[str, tuple[str, str, str, str]] = {
    # name: path, what stands above, a snippet with {V} upper-case name, {v} lower-case name, {t} value, and what stands below
    "yaml list of names and values": ("deploy/cron.yaml", "env:\n", '  - name: {V}\n    value: "{t}"\n', ""),
    "yaml nested, bare": ("conf/local/services.yml", "services:\n", "  s{n}:\n    {v}: {t}\n    retries: 3\n", ""),
    "compose mapping": ("docker-compose.yml", "services:\n  app:\n    environment:\n", "      {V}: {t}\n", ""),
    "compose list": ("compose.override.yaml", "services:\n  app:\n    environment:\n", "      - {V}={t}\n", ""),
    "workflow env": (".github/workflows/train.yml", "jobs:\n  train:\n    env:\n", '      {V}: "{t}"\n', ""),
    "workflow run": (".github/workflows/deploy.yml", "jobs:\n  t:\n    steps:\n", "      - run: {V}={t} python train.py\n", ""),
    "dockerfile env with equals": ("Dockerfile", "FROM python:3.12-slim\n", "ENV {V}={t}\n", ""),
    "dockerfile env with blank": ("docker/Dockerfile.gpu", "FROM python:3.12-slim\n", "ENV {V} {t}\n", ""),
    "dockerfile arg": ("api.Dockerfile", "FROM python:3.12-slim\n", 'ARG {V}="{t}"\n', ""),
    "ini": ("config/app.ini", "[services]\n", "{v} = {t}\n", ""),
    "properties": ("conf/spark.properties", "", "app.{v}={t}\n", ""),
    "toml": ("pyproject.local.toml", "[tool.app]\n", '{v} = "{t}"\n', ""),
    "streamlit": (".streamlit/config.toml", "[app]\n", "{V} = '{t}'\n", ""),
    "Renviron": (".Renviron", "", "{V}='{t}'\n", ""),
    "Rprofile": (".Rprofile", "", 'Sys.setenv("{V}" = "{t}")\n', ""),
    "R options": ("R/setup.R", "library(httr)\n", 'options({v} = "{t}")\n', ""),
    "R arrow": ("analysis/fit.R", "", "{v} <- '{t}'\n", ""),
    "Rmd chunk": ("report.Rmd", "# Report\n\n```{{r}}\n", '{v} <- "{t}"\n', "```\n"),
    "Quarto chunk": ("report.qmd", "# Report\n\n```{{python}}\n", '{v} = "{t}"\n', "```\n"),
    "Julia": ("src/fit.jl", "using HTTP\n", 'ENV["{V}"] = "{t}"\n', ""),
    "Julia constant": ("src/const.jl", "", 'const {V} = "{t}"\n', ""),
    "export in single quotes": ("setup.sh", "#!/bin/sh\n", "export {V}='{t}'\n", ""),
    "prefix of a command": ("jobs/run.sbatch", "#!/bin/bash\n#SBATCH -n 1\n", "{V}={t} srun python train.py\n", ""),
    "PowerShell": ("setup.ps1", "", '$env:{V} = "{t}"\n', ""),
    "cmd": ("setup.bat", "@echo off\n", "set {V}={t}\n", ""),
    "Makefile": ("Makefile", "all: train\n", "export {V} := {t}\n", ""),
    "justfile": ("justfile", "", 'export {V} := "{t}"\n', ""),
    "environ item": ("src/a.py", "import os\n", "os.environ['{V}'] = '{t}'\n", ""),
    "environ setdefault": ("src/b.py", "import os\n", 'os.environ.setdefault("{V}", "{t}")\n', ""),
    "environ update": ("src/c.py", "import os\n", 'os.environ.update({{"{V}": "{t}"}})\n', ""),
    "getenv with a default": ("src/d.py", "import os\n", '{v} = os.getenv("{V}", "{t}")\n', ""),
    "environ get with a default": ("src/e.py", "import os\n", 'client = connect(os.environ.get("{V}", default="{t}"))\n', ""),
    "keyword argument": ("src/f.py", "", 'client{n} = Client(region="eu", {v}="{t}", timeout=30)\n', ""),
    "keyword on its own line": ("src/g.py", "", 'client{n} = Client(\n    region="eu",\n    {v}="{t}",\n)\n', ""),
    "dict": ("src/h.py", "", 'settings{n} = {{"region": "eu", "{v}": "{t}"}}\n', ""),
    "call of dict": ("src/i.py", "", 'settings{n} = dict(region="eu", {v}="{t}")\n', ""),
    "annotated": ("src/j.py", "class Settings:\n", '    {v}: str = "{t}"\n', ""),
    "default of a parameter": ("src/k.py", "", 'def connect{n}(host: str, {v}: str | None = "{t}") -> None: ...\n', ""),
    "default of an option": ("src/l.py", "", 'parser.add_argument("--{o}", default="{t}")\n', ""),
    "commented out": ("src/m.py", "", '# {v} = "{t}"\n', ""),
    "docstring": ("src/n.py", "", 'def f{n}():\n    """Call it with {V}={t} set."""\n', ""),
    "f-string": ("src/o.py", "", '{v} = f"{t}"\n', ""),
    "in parentheses on the next line": ("src/p.py", "", '{v} = (\n    "{t}"\n)\n', ""),
    "attribute": ("src/q.py", "", "client.{v} = '{t}'\n", ""),
    "JSON": ("conf/app.json", "{{\n", '  "{v}": "{t}",\n', '  "end": 0\n}}\n'),
    "launch.json": (".vscode/launch.json", '{{"configurations": [{{"env": {{\n', '  "{V}": "{t}",\n', '  "end": "0"}}}}]}}\n'),
    "devcontainer": (".devcontainer/devcontainer.json", '{{"containerEnv": {{\n', '\t"{V}": "{t}",\n', '\t"end": "0"}}}}\n'),
    "Terraform": ("infra/main.tf", "locals {{\n", '  {v} = "{t}"\n', "}}\n"),
    "tfvars": ("infra/prod.auto.tfvars", "", '{v} = "{t}"\n', ""),
    "JavaScript": ("web/app.js", "", "const {c} = '{t}';\n", ""),
    "TypeScript object": ("web/config.ts", "export const config = {{\n", "  {c}: '{t}',\n", "}};\n"),
    "Scala": ("src/main/scala/Load.scala", "", 'spark.conf.set("{v}", "{t}")\n', ""),
    "README block": ("README.md", "# Setup\n\n```bash\n", "export {V}={t}\n", "```\n"),
    "README prose": ("docs/setup.md", "# Setup\n\n", "Use `{V}={t}` for now.\n\n", ""),
    "reStructuredText": ("docs/run.rst", "Run\n===\n\n::\n\n", "    {V}={t} python train.py\n", ""),
    "text note": ("notes.txt", "things to remember\n", "{V}: {t}\n", ""),
    "log": ("run.log", "INFO start\n", "INFO using {V}={t}\n", ""),
    "conf, HOCON": ("clearml.local.conf", "api {{\n", '  "{v}" = "{t}"\n', "}}\n"),
    "XML": ("conf/site.xml", "<configuration>\n", "<property><name>app.{v}</name><value>{t}</value></property>\n", "</configuration>\n"),
}
NOTEBOOK: dict[str, str] = {
    "%env with blank": "%env {V} {t}",
    "%set_env": "%set_env {V}={t}",
    "! export": "!export {V}={t} && python train.py",
    "%%bash": "%%bash\nexport {V}={t}",
    "environ in a cell": "import os\nos.environ['{V}'] = \"{t}\"",
    "parameters": "# parameters\n{v} = '{t}'\nseed = 1",
    "commented out in a cell": "# {V} = '{t}'  # ana",
    "widget": 'dbutils.widgets.text("{v}", "{t}")',
    "markdown": "Set `{V}={t}` first.",
}
OUTPUT = "output"
SHAPE_ONLY: dict[str, tuple[str, str, str]] = {
    # places where nothing says what it is: for values that say it themselves
    "argument": ("src/aa.py", "", 'client{n} = login("{t}")\n'),
    "item of a list": ("src/ab.py", "", 'pool{n} = ["{t}"]\n'),
    "value of a table": ("src/ac.csv", "id,owner,note\n", '{n},ana,"{t}"\n'),
    "a line of text": ("todo.txt", "", "{t}\n"),
}
CALLS: dict[str, tuple[str, str, Make]] = {
    # forms that say by themselves that a credential stands there
    "psql": ("run_sql.sh", 'psql "{t}" -c "select 1"\n', PROVIDERS["postgres url"][1]),
    "curl header": ("call.sh", "curl -sS -H 'X-Api-Key: {t}' https://api.acme-data.net/v1\n", lambda d: d.hex(32)),
    "curl user": ("fetch.sh", "curl -u svc_ds:{t} https://api.acme-data.net/v1\n", Dice.password),
    "wandb login": ("login.sh", "wandb login {t}\n", lambda d: d.hex(40)),
    "wandb login in a workflow": (".github/workflows/w.yml", "      - run: wandb login {t}\n", lambda d: d.hex(40)),
    "option of a command": ("train.sh", "python train.py --api-key {t} --epochs 3\n", lambda d: d.chars(32)),
    "option with equals": ("train2.sh", "python train.py --token={t}\n", lambda d: d.chars(40)),
    "huggingface-cli": ("hf.sh", "huggingface-cli login --token {t}\n", PROVIDERS["hugging face"][1]),
    "aws configure": ("aws.sh", "aws configure set aws_secret_access_key {t}\n", lambda d: d.chars(40, BASE64)),
    "git remote": ("git.sh", "git remote add origin https://ana:{t}@git.acme-data.net/ds/churn.git\n", PROVIDERS["gitlab"][1]),
    "pip": ("requirements.txt", "churn @ git+https://oauth2:{t}@git.acme-data.net/ds/churn.git\n", PROVIDERS["gitlab"][1]),
    "extra index": ("pip.conf", "extra-index-url = https://ci:{t}@packages.acme-data.net/simple\n", Dice.password),
    "create user": ("db/init.sql", "CREATE USER etl WITH PASSWORD '{t}';\n", Dice.password),
    "identified by": ("db/my.sql", "CREATE USER 'etl'@'%' IDENTIFIED BY '{t}';\n", Dice.password),
    "snowflake stage": (
        "db/stage.sql",
        "CREATE STAGE s URL='s3://lake/' CREDENTIALS=(AWS_SECRET_KEY='{t}');\n",
        lambda d: d.chars(40, BASE64),
    ),
    "redshift copy": ("db/copy.sql", "COPY t FROM 's3://lake/t' credentials 'aws_secret_access_key={t}';\n", lambda d: d.chars(40, BASE64)),
    "spark": ("src/spark.py", 'spark.conf.set("fs.s3a.secret.key", "{t}")\n', lambda d: d.chars(40, BASE64)),
    "spark builder": ("src/spark2.py", '    .config("spark.hadoop.fs.s3a.secret.key", "{t}")\n', lambda d: d.chars(40, BASE64)),
    "abfs": (
        "src/abfs.py",
        'spark.conf.set("fs.azure.account.key.lake.dfs.core.windows.net", "{t}")\n',
        PROVIDERS["azure storage key"][1],
    ),
    "storage options": (
        "src/s3.py",
        'pl.scan_parquet(p, storage_options={{"aws_secret_access_key": "{t}"}})\n',
        lambda d: d.chars(40, BASE64),
    ),
    "boto3 session": ("src/boto.py", "boto3.Session(aws_access_key_id=k, aws_secret_access_key='{t}')\n", lambda d: d.chars(40, BASE64)),
    "snowflake connect": ("src/sf.py", 'snowflake.connector.connect(user="loader", password="{t}", account="xy12345")\n', Dice.password),
    "pymysql": ("src/my.py", 'pymysql.connect(host="10.31.7.9", user="etl", passwd="{t}", db="crm")\n', Dice.password),
    "create_engine": ("src/eng.py", 'engine = create_engine("{t}")\n', PROVIDERS["mysql url"][1]),
    "basic auth": ("src/auth.py", 'requests.get(url, auth=("svc_ds", "{t}"))\n', Dice.password),
    "bearer": ("src/bearer.py", 'headers = {{"Authorization": "Bearer {t}"}}\n', lambda d: d.chars(48)),
    "basic header": ("src/basic.py", 'headers = {{"Authorization": "Basic {t}"}}\n', Dice.basic),
    "x-api-key": ("src/x.py", 'headers = {{"x-api-key": "{t}"}}\n', lambda d: d.chars(40)),
    "parameter of a URL": ("src/url.py", 'pd.read_csv("https://api.acme-data.net/v1/trips?api_key={t}&fmt=csv")\n', lambda d: d.hex(32)),
    "params": ("src/params.py", 'requests.get(url, params={{"appid": "{t}", "q": "Oslo"}})\n', lambda d: d.hex(32)),
    "wandb.login": ("src/w.py", "wandb.login(key='{t}')\n", lambda d: d.hex(40)),
    "notebook password": ("src/jup.py", "c.ServerApp.token = '{t}'\n", lambda d: d.hex(48)),
    "airflow": ("dags/v.py", 'Variable.set("warehouse_password", "{t}")\n', Dice.password),
    "variable of terraform": ("infra/vars.tf", 'variable "db_password" {{\n  type    = string\n  default = "{t}"\n}}\n', Dice.password),
    "kaggle.json in a cell": ("src/kg.py", 'open(p, \'w\').write(\'{{"username":"ana","key":"{t}"}}\')\n', lambda d: d.hex(32)),
    "dvc": (".dvc/config.local", "['remote \"s3\"']\n    secret_access_key = {t}\n", lambda d: d.chars(40, BASE64)),
    "private key": (
        "deploy.py",
        'KEY = """-----BEGIN OPENSSH ' + 'PRIVATE KEY-----\n{t}\n-----END OPENSSH PRIVATE KEY-----"""\n',
        lambda d: "\n".join(d.chars(70, BASE64) for _ in range(6)),
    ),
}


class Case:
    """Some lines of a file, and whether a credential stands in them."""

    def __init__(self, kind: str, path: str, first: int, last: int, *, is_secret: bool) -> None:
        self.kind = kind
        self.path = path
        self.first = first
        self.last = last
        self.is_secret = is_secret

    def __repr__(self) -> str:
        return f"{self.kind} ({self.path}:{self.first})"


class Suite:
    """Files by their path, and what stands where."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        self.cases: list[Case] = []

    def add(self, path: str, text: str, kind: str = "", *, is_secret: bool = True) -> None:
        """Append lines to a file."""
        before = self.files.get(path, "")
        self.files[path] = before + text
        if kind:
            first = before.count("\n") + 1
            self.cases.append(Case(kind, path, first, first + text.count("\n") - 1, is_secret=is_secret))

    def add_cells(self, path: str, cells: list[tuple[str, str, dict[str, object]]], *, is_secret: bool = True) -> None:
        """Write a notebook, one cell a case: its kind, a value that stands in it, and the cell."""
        document = {"cells": [cell for _, _, cell in cells], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        text = json.dumps(document, indent=1) + "\n"
        self.files[path] = text
        lines = text.split("\n")
        at = 0
        for kind, value, _ in cells:
            needle = json.dumps(value)[1:-1]
            at = next(number for number in range(at, len(lines)) if needle in lines[number]) + 1
            self.cases.append(Case(kind, path, at, at, is_secret=is_secret))


def camel(name: str) -> str:
    first, *rest = name.lower().split("_")
    return first + "".join(map(str.capitalize, rest))


def fill(template: str, name: str, value: str, number: int = 0) -> str:
    return template.format(V=name, v=name.lower(), c=camel(name), o=name.lower().replace("_", "-"), t=value, n=number)


def cell(source: str, outputs: list[dict[str, object]] | None = None) -> dict[str, object]:
    if source.startswith("Set `"):
        return {"cell_type": "markdown", "id": "m", "metadata": {}, "source": source.splitlines(keepends=True)}
    body: dict[str, object] = {"cell_type": "code", "execution_count": None, "id": "c", "metadata": {}}
    return {**body, "outputs": outputs or [], "source": source.splitlines(keepends=True)}


def suite(seed: int) -> Suite:
    """Each provider in at least four places of :data:`PLACES` and one of a notebook, each form of :data:`CALLS`, and the look-alikes."""
    dice = Dice(seed)
    made = Suite()
    places = list(PLACES)
    pool: list[str] = []
    bodies: dict[str, list[tuple[str, str]]] = {place: [] for place in places}
    cells: list[tuple[str, str, dict[str, object]]] = []
    bare: list[tuple[str, str]] = []
    for kind, (name, make, by_itself) in PROVIDERS.items():
        for _ in range(4):
            pool = pool or dice.random.sample(places, len(places))
            bodies[pool.pop()].append((kind, name))
        value = make(dice)
        form = dice.random.choice(list(NOTEBOOK))
        cells.append((f"{kind}: {form}", value, cell(fill(NOTEBOOK[form], name, value))))
        if dice.random.random() < 0.5:
            value = make(dice)
            shown: dict[str, object] = {"output_type": "stream", "name": "stdout", "text": [f"{name}={value}\n", "PWD=/app\n"]}
            cells.append((f"{kind}: {OUTPUT}", value, cell("!printenv", [shown])))
        if by_itself:
            bare.append((kind, dice.random.choice(list(SHAPE_ONLY))))
    for place, chosen in bodies.items():
        path, above, snippet, below = PLACES[place]
        made.add(path, above.format())
        for number, (kind, name) in enumerate(chosen):
            made.add(path, fill(snippet, name, PROVIDERS[kind][1](dice), number), f"{kind}: {place}")
        made.add(path, below.format())
    for number, (kind, place) in enumerate(bare):
        path, above, snippet = SHAPE_ONLY[place]
        if path not in made.files:
            made.add(path, above)
        made.add(path, fill(snippet, "", PROVIDERS[kind][1](dice), number), f"{kind}: {place}")
    for form, (path, snippet, make) in CALLS.items():
        made.add(path, snippet.format(t=make(dice)), form)
    made.add_cells("notebooks/work.ipynb", cells)
    add_look_alikes(made, dice)
    return made


def filled(template: str, dice: Dice) -> str:
    """A line of ``look_alikes.txt`` with values by chance in it."""
    alphabets = {"h": HEX, "a": ALNUM, "l": LOWER, "c": UPPER, "d": string.digits, "u": URLSAFE, "b": BASE64, "n": "ACGT", "p": AMINO}

    def value(match: re.Match[str]) -> str:
        name, count = match[1], match[2]
        return dice.uuid() if name == "uuid" else "" if name == "-" else dice.chars(int(count), alphabets[name])

    return re.sub(r"@(uuid|-|[hlacdubnp](?=\d))(\d*)@", value, template)


def look_alikes(dice: Dice) -> Iterator[tuple[str, str, str]]:
    """Kind, path and line of what is no credential."""
    kind = path = ""
    for line in LOOK_ALIKES.read_text(encoding="utf-8").split("\n")[3:]:
        if line.startswith("== "):
            kind, path = line[3:].split(" | ")
        elif line:
            yield kind, path, filled(line, dice) + "\n"
    for _ in range(5):
        yield "base64 image", "docs/pic.md", f"![x](data:image/png;base64,iVBORw0KGgo{dice.chars(900, BASE64)}=)\n"
        yield "base64 image", "src/look.py", f'LOGO = "{dice.picture(400)}"\n'


def add_look_alikes(made: Suite, dice: Dice) -> None:
    for kind, path, lines in look_alikes(dice):
        made.add(path, lines, kind, is_secret=False)
    cells: list[tuple[str, str, dict[str, object]]] = []
    for kind, path, lines in look_alikes(dice):
        if path == "src/look.py" and dice.random.random() < 0.5:
            cells.append((kind, lines.rstrip("\n").split("\n")[0], cell(lines.rstrip("\n"))))
    for _ in range(5):
        picture = dice.picture(3000)
        shown: dict[str, object] = {"output_type": "display_data", "metadata": {}, "data": {"image/png": picture}}
        cells.append(("image in an output", picture, cell("plt.plot(x)", [shown])))
        frame = f"   customer_key  {dice.hex(32)}\n1  api_token_n   {dice.hex(40)}"
        shown = {
            "output_type": "execute_result",
            "execution_count": 1,
            "metadata": {},
            "data": {"text/plain": frame.splitlines(keepends=True)},
        }
        cells.append(("table in an output", frame.split("\n", maxsplit=1)[0], cell("df", [shown])))
        progress = f"wandb: Syncing run {dice.chars(8, LOWER)} to https://wandb.ai/acme/churn/runs/{dice.chars(8, LOWER)} ({dice.hex(40)})"
        cells.append(("log in an output", progress, cell("train()", [{"output_type": "stream", "name": "stderr", "text": [progress]}])))
        page = f'<div id="{dice.uuid()}" data-token="{dice.chars(8)}" class="plotly">{dice.hex(64)}</div>'
        shown = {"output_type": "display_data", "metadata": {}, "data": {"text/html": [page]}}
        cells.append(("page in an output", page, cell("fig", [shown])))
    made.add_cells("notebooks/look.ipynb", cells, is_secret=False)


class Score:
    """What a set of found places is worth on a suite."""

    def __init__(self, made: Suite, found: set[tuple[str, int]]) -> None:
        self.missed = [case for case in made.cases if case.is_secret and not self._meets(case, found)]
        self.false = [case for case in made.cases if not case.is_secret and self._meets(case, found)]
        self.positives = sum(case.is_secret for case in made.cases)
        self.negatives = len(made.cases) - self.positives
        self.recall = 1 - len(self.missed) / self.positives
        right = self.positives - len(self.missed)
        self.precision = right / (right + len(self.false)) if right else 0.0

    @staticmethod
    def _meets(case: Case, found: set[tuple[str, int]]) -> bool:
        return any((case.path, line) in found for line in range(case.first, case.last + 1))


def places(made: Suite, least: Confidence = Confidence.MEDIUM) -> set[tuple[str, int]]:
    """Paths and lines that dsguard names on a suite."""
    report = run(made.files, profile="strict", select=[Secret.code, SecretInOutput.code])
    found = set()
    for finding in report.findings:
        if finding.confidence >= least and finding.family == "secrets":
            found.add((finding.path, finding.location.line or 0))
            found.update((step.path, step.line or 0) for step in finding.trace)
    return found


@pytest.fixture(scope="module", params=[SEED, SEED + 1, SEED + 2])
def made(request: pytest.FixtureRequest) -> Suite:
    return suite(request.param)


def test_every_provider_is_there_in_at_least_three_surroundings(made: Suite) -> None:
    for kind in PROVIDERS:
        surroundings = {case.kind.partition(": ")[2] for case in made.cases if case.is_secret and case.kind.partition(": ")[0] == kind}
        assert len(surroundings) >= 3, kind
    assert sum(not case.is_secret for case in made.cases) > 300


def test_what_is_found_and_what_is_not(made: Suite) -> None:
    score = Score(made, places(made))
    assert score.recall >= RECALL, score.missed
    assert score.precision >= PRECISION, score.false


def test_what_has_a_shape_of_its_own_is_found_without_a_name(made: Suite) -> None:
    found = places(made)
    bare = [case for case in made.cases if case.is_secret and case.kind.partition(": ")[2] in SHAPE_ONLY]
    assert len(bare) > 60
    missed = [case for case in bare if not Score._meets(case, found)]
    assert len(missed) <= len(bare) * 0.05, missed


def test_each_finding_marks_its_own_credential(made: Suite) -> None:
    """What is marked is what a baseline hashes (slowly, with a salt): if two shared it, accepting one would accept the other."""
    report = run(made.files, profile="strict", select=[Secret.code, SecretInOutput.code])
    files = tree(made.files)
    marked = [(finding.path, value_at(files[finding.path], finding.location)) for finding in report.findings if finding.family == "secrets"]
    assert len(marked) > 650
    assert all(len(value) >= 5 for _, value in marked)
    assert len(set(marked)) == len(marked)
    shown = "\n".join(f"{finding!r} {finding.message} {finding.help} {finding.subject} {finding.snippet}" for finding in report.findings)
    assert not [value for _, value in marked if len(value) > 12 and value in shown and not value.startswith("-----BEGIN")]
