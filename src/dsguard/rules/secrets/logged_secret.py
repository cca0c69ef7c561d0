"""DSG305 logged-secret."""

from __future__ import annotations

from dsguard.model import Confidence, Severity
from dsguard.rules.base import PythonRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.python import Module
    from dsguard.model import Finding
    from dsguard.rules.base import Settings


class LoggedSecret(PythonRule):
    """What is printed or logged is kept: in the output of a notebook, in the log of a CI job, in a tracking server. A credential that
    was read from a safe place leaves it that way.
    """

    code, name, family, since = "DSG305", "logged-secret", "secrets", "0.1"
    summary = "code shows a credential"
    help = "Say whether it is set instead of what it is."
    severity = Severity.WARNING
    profile = "strict"
    files = ("*.py", "*.ipynb", "!@vendored", "!@fixture")
    triggers = (b"print", b"log", b"display", b"echo", b"write", b"warn", b"environ", b"getpass")
    bad = (
        {"src/track.py": 'import os\n\napi_key = os.environ["WANDB_API_KEY"]\nprint(f"using {api_key}")\n'},
        {"src/db.py": 'import logging\n\n\ndef connect(user, password):\n    logging.debug("%s:%s", user, password)\n'},
        {"src/env.py": "import os\n\nprint(os.environ)\n"},
        {"src/run.py": 'import mlflow\n\n\ndef note(args):\n    mlflow.log_params({"rows": args.rows, "token": args.hf_token})\n'},
    )
    good = (
        {"src/track.py": 'import os\n\napi_key = os.environ["WANDB_API_KEY"]\nprint("set" if api_key else "not set", len(api_key))\n'},
        {"src/db.py": 'def connect(user, password):\n    print(f"{user}:{mask(password)}", password[:2], password is None)\n'},
        {"src/nlp.py": "for token in doc:\n    print(token, token.text, tokenizer.eos_token, n_tokens)\n"},
        {"src/names.py": 'print(secret_name, api_key_id, password_hash, f"reading {token_path}")\n'},
        {"src/netrc.py": 'def save(password):\n    with open(path, "w") as stream:\n        print(password, file=stream)\n'},
        {"tests/test_login.py": "def test_login(password):\n    print(password)\n"},
    )

    def check(self, module: Module, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.secrets.logged import shown

        for place in shown(module):
            is_all = place.what == "os.environ"
            yield self.found(
                module.at(place.node),
                f"{place.how} the whole environment, credentials and all" if is_all else f"{place.how} {place.what}",
                subject=place.what,
                help="Name the variables that you want to see."
                if is_all
                else f"Say whether it is set, `bool({place.what})`, instead of what it is.",
                confidence=Confidence.MEDIUM,
            )
