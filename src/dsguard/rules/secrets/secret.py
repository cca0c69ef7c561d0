"""DSG301 secret."""

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


class Secret(FileRule):
    """A credential in git is everybody's who ever clones it, also after it was deleted.

    Notebook cells are read as what they are, decoded; outputs are the business of another rule.
    """

    code, name, family, since = "DSG301", "secret", "secrets", "0.1"
    summary = "credential in a tracked file"
    help = "Revoke or rotate it, then read it from the environment or a secret manager."
    yields_to = ("DSG303",)
    files = (
        "*",
        "!@vendored",
        "!*.lock",
        "!package-lock.json",
        "!npm-shrinkwrap.json",
        "!pnpm-lock.yaml",
        "!*conda-lock.yml",
        "!*conda-lock.yaml",
        "!pylock.toml",
        "!pylock.*.toml",
        "!Manifest.toml",
        "!go.sum",
        "!?*.dvc",
        "!*.map",
        "!*.svg",
        "!*.png",
        "!*.jpg",
        "!*.jpeg",
        "!*.gif",
        "!*.tif",
        "!*.tiff",
        "!*.pdf",
        "!*.parquet",
    )
    bad = (
        {"src/track.py": f'import wandb\n\nwandb.login(key="{_HEX}")\n'},
        {
            "notebooks/train.ipynb": '{"cells": [{"cell_type": "code", "id": "a1b2c3d4", "metadata": {}, "execution_count": null,\n'
            f'"outputs": [], "source": ["import mlflow\\n", "%env MLFLOW_TRACKING_PASSWORD={_PASSWORD}"]}}],\n'
            '"metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n'
        },
        {"conf/warehouse.yaml": f"url: postgresql+psycopg2://etl:{_PASSWORD}@warehouse.acme-data.net:5432/sales\n"},
        {"scripts/download.sh": f"#!/bin/sh\n# export KAGGLE_KEY={_HEX[:32]}\nkaggle competitions download -c titanic\n"},
        {"README.md": f"Then call the service:\n\n    curl -H 'x-api-key: {_HEX[:32]}' https://scoring.acme-data.net/v1\n"},
    )
    good = (
        {"src/track.py": 'import os\n\nimport wandb\n\nwandb.login(key=os.environ["WANDB_API_KEY"])\n'},
        {"app.py": 'import streamlit as st\n\nclient = Client(api_key=st.secrets["openai_api_key"])\n'},
        {
            "conf/warehouse.yaml": "url: postgresql://etl:${WAREHOUSE_PASSWORD}@warehouse.acme-data.net/sales\n"
            "api_key: op://analytics/scoring/credential\n"
        },
        {"README.md": 'Set your key first:\n\n    export OPENAI_API_KEY="<your key>"\n'},
        {"src/download.py": f'URL = "https://data.acme-data.net/trips.zip"\nSHA1 = "{_HEX}"\n'},
        {"src/model.py": f'model = AutoModel.from_pretrained("acme/churn", revision="{_HEX}", token=True)\n'},
        {"data/trips.csv.dvc": f"outs:\n- md5: {_HEX[:32]}\n  size: 1024\n  path: trips.csv\n"},
        {"docker-compose.yml": "services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: postgres\n"},
        {"src/tokens.py": 'SPECIAL = {"pad_token": "<|padding|>", "unk_token": "<|unknown|>"}\nmax_tokens = 4096\n'},
        {"src/s3.py": 'AWS_ACCESS_KEY_ID = "AKIAIOSFODNN7' + "EXAMPLE" + '"\n'},
    )

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        if not file.size or file.is_binary:
            return
        from dsguard.analysis.secrets.occurrences import secrets_of

        for secret in secrets_of(file):
            from dsguard.analysis.secrets.advice import advice

            yield self.found(
                secret.at,
                secret.message,
                subject=secret.subject,
                help=advice(secret, file.suffix),
                confidence=secret.confidence,
                trace=secret.trace,
                snippet=secret.snippet,
            )
