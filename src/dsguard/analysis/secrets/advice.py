"""What to do about a credential, in the words of the file that it stands in."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.analysis.secrets.occurrences import Secret

_FIRST = "Revoke or rotate it now: deleting the line leaves it in the git history and in every clone."
_FALSE_ALARM = "If it is no credential: `dsguard: ignore[DSG301] <reason>` or `pragma: allowlist secret` in a comment on the line."
_PLAIN_NAME = 40
"""Characters of a name that is put into advice."""


def advice(secret: Secret, suffix: str) -> str:
    """Revoke, then where to put it instead, then how to say that it is a false alarm.

    Args:
        suffix: of the file, with its dot, in lower case.
    """
    name = _variable(secret)
    return f"{_FIRST} {_instead(secret, suffix, name)} {_FALSE_ALARM}"


def _instead(secret: Secret, suffix: str, name: str) -> str:
    if "private key" in secret.hit.label or "service-account" in secret.hit.label:
        return "Then keep the key in a file outside the repository and pass its path, or read it from a secret manager."
    if suffix == ".r" or suffix == ".rmd":
        return f'Then read it: `Sys.getenv("{name}")`, with the value in a git-ignored .Renviron.'
    if suffix in (".py", ".ipynb", ".pyw") and secret.kind == "code":
        return f'Then read it: `os.environ["{name}"]`, with the value in a git-ignored .env or a secret manager.'
    if secret.kind == "env":
        return f"Then keep this file out of git (`git rm --cached`, .gitignore) or write a reference: `{name}=op://<vault>/<item>/<field>`."
    if secret.kind == "shell":
        return f'Then take it from the environment: `"${{{name}:?}}"`, set by CI or by `op run`.'
    if secret.kind == "config":
        return f"Then write a reference, `${{{name}}}` or `op://<vault>/<item>/<field>`, and set the value where it runs."
    if secret.kind == "prose":
        return f"Then write a placeholder: `<{name}>`."
    return f"Then read it from the environment (`{name}`) or from a secret manager."


def _variable(secret: Secret) -> str:
    """A name for the environment variable: the one in the file, else one made from the kind."""
    name = secret.hit.name.rpartition(".")[2] or secret.hit.label.partition(" in ")[0]
    made = "".join(letter if letter.isalnum() else "_" for letter in name.upper() if letter.isascii()).strip("_")[:_PLAIN_NAME]
    return made if made and not made[0].isdigit() else "SECRET"
