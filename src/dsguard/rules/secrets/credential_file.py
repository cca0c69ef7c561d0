"""DSG303 credential-file."""

from __future__ import annotations

from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.model import Finding
    from dsguard.rules.base import Settings

# In two parts each, so that no scanner of whoever hosts this file takes them for real.
_HEX = "4b1e9c07d2a8" + "f35e60b917ac4d82e05bf6a3c91d"
_PASSWORD = "Qz7rTm" + "2vXw9kLd"
_KEY = "-----BEGIN PRIVATE " + "KEY-----"
_KEY_BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC" + "BKcwggSjAgEAAoIBAQC7Qz7rTm2v"


class CredentialFile(FileRule):
    """A file that exists to hold credentials is committed by accident, as a whole, and goes on being filled after that.

    It is told once, whatever it holds. A file whose values are references, empty or placeholders is what should be in git.
    """

    code, name, family, since = "DSG303", "credential-file", "secrets", "0.1"
    summary = "file made for credentials is in git"
    help = "Take it out of git (`git rm --cached`), add it to .gitignore, and rotate what it held."
    files = (
        ".env",
        ".env.*",
        ".env[_-]*",
        "*.env",
        ".envrc",
        ".envrc.*",
        ".[Rr]environ",
        "*.json",
        "*.pem",
        "*.key",
        "*.p8",
        "*.p12",
        "*.pfx",
        "*.ppk",
        "*.jks",
        "*.keystore",
        "id_*",
        "identity.age",
        "keys.txt",
        ".netrc",
        "_netrc",
        ".pypirc",
        ".databrickscfg",
        ".git-credentials",
        ".pgpass",
        ".my.cnf",
        ".npmrc",
        ".s3cfg",
        ".boto",
        ".vault-token",
        ".dockercfg",
        ".comet.config",
        "clearml.conf",
        "rclone.conf",
        "credentials",
        "credentials.*",
        "secrets.*",
        "profiles.yml",
        "*.tfstate",
        "*.tfstate.backup",
        "*.tfvars",
        "**/.aws/config",
        "**/.snowflake/*.toml",
        "**/wandb/settings",
        "**/huggingface/token",
        "**/.huggingface/token",
        "**/.kaggle/access_token",
        "!@vendored",
        "!package*.json",
        "!@template",
    )
    bad = (
        {".env": f"# local settings\nMODEL_DIR=models\nOPENAI_API_KEY={_HEX[:32]}\nDB_PASSWORD={_PASSWORD}\n"},
        {"config/.env.production": f"export WAREHOUSE_PASSWORD='{_PASSWORD}'\n"},
        {"kaggle.json": f'{{"username":"ana","key":"{_HEX[:32]}"}}\n'},
        {
            "secrets/loader.json": '{"type": "service_account", "project_id": "churn", "private_key_id": "1", "private_key": "'
            f'{_KEY}\\n{_KEY_BODY}\\n", "client_email": "loader@churn.iam.gserviceaccount.com"}}\n'
        },
        {"deploy/id_rsa": f"{_KEY}\n{_KEY_BODY}\n"},
        {".streamlit/secrets.toml": f'[db]\nuser = "etl"\npassword = "{_PASSWORD}"\n'},
    )
    good = (
        {".env.example": "OPENAI_API_KEY=\nDB_PASSWORD=change-me\nDB_HOST=localhost\n"},
        {".env": "OPENAI_API_KEY=op://analytics/openai/credential\nDB_PASSWORD=\nHF_TOKEN=<your token>\n"},
        {".env": "PYTHONPATH=src\nMLFLOW_TRACKING_URI=http://localhost:5000\n"},
        {".env": "POSTGRES_USER=postgres\nPOSTGRES_PASSWORD=postgres\nDATABASE_URL=postgresql://postgres:postgres@db/churn\n"},
        {".envrc": 'layout python3\nexport DB_PASSWORD="$(op read op://analytics/db/password)"\nsource_env_if_exists .envrc.local\n'},
        {"dbt/profiles.yml": "churn:\n  outputs:\n    dev:\n      type: postgres\n      password: \"{{ env_var('DBT_PASSWORD') }}\"\n"},
        {"certs/ca.pem": "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUF\n-----END CERTIFICATE-----\n"},
        {"conf/local/credentials.yml": "# dev_sql:\n#   username: admin\n#   password: admin\n"},
        {"tests/certs/server.key": f"{_KEY}\n{_KEY_BODY}\n"},
        {".npmrc": "//npm.example.com/:_authToken=${NPM_TOKEN}\n"},
    )

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.secrets.credential_files import advice, judge, told
        from dsguard.model import Step

        found = judge(file)
        if found is not None:
            yield self.found(
                file.at(),
                told(found),
                subject="+".join(sorted({f"{holding.label}:{holding.name}" for holding in found.holdings})) or found.kind,
                help=advice(file, found),
                confidence=found.confidence,
                trace=[Step(file.path, holding.line, holding.told) for holding in found.holdings[:20] if holding.line],
            )
