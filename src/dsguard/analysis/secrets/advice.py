"""What to do about a credential, in the words of the file that it stands in."""

from __future__ import annotations

from dsguard.analysis.secrets.names import parts_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.analysis.secrets.occurrences import Secret
    from dsguard.documents.notebook import Notebook

_FIRST = "Revoke or rotate it now: deleting the line leaves it in the git history and in every clone."
_FALSE_ALARM = "A false alarm? Say so on the line: `# dsguard: ignore[DSG301] <reason>`."
_FALSE_ALARM_IN_JSON = "A false alarm? JSON has no comments: add a `[[tool.dsguard.allow]]` entry with the path, the rule and a reason."
_KNOWN = "Another scanner was told to accept it (`.secrets.baseline` or `.gitleaksignore`): `dsguard baseline create` does so here."
_LONGEST_NAME = 40
"""Characters of a name that is put into advice."""

_VARIABLES = {
    "AWS access key id": "AWS_ACCESS_KEY_ID",
    "AWS secret access key": "AWS_SECRET_ACCESS_KEY",
    "Anthropic": "ANTHROPIC_API_KEY",
    "Databricks": "DATABRICKS_TOKEN",
    "GitHub": "GITHUB_TOKEN",
    "GitLab": "GITLAB_TOKEN",
    "Google API": "GOOGLE_API_KEY",
    "Hugging Face": "HF_TOKEN",
    "Kaggle": "KAGGLE_KEY",
    "OpenAI": "OPENAI_API_KEY",
    "Weights & Biases": "WANDB_API_KEY",
}
"""The variables that the providers' own clients read, by the start of a label."""
_SAYS_NOTHING = frozenset(
    ("access", "api", "auth", "authorization", "bearer", "conn", "dsn", "engine", "key", "secret", "token", "uri", "url", "value", "x")
)


def advice(secret: Secret, suffix: str) -> str:
    """Revoke it, then where to put it instead, then how to say that it is a false alarm.

    Args:
        suffix: of the file, with its dot, in lower case.
    """
    false_alarm = _KNOWN if secret.is_known else _FALSE_ALARM_IN_JSON if suffix == ".json" else _FALSE_ALARM
    return f"{_FIRST} {_instead(secret, suffix, _variable(secret))} {false_alarm}"


def advice_for_output(secret: Secret, notebook: Notebook) -> str:
    """Revoke it, then how to get it out of the output or the metadata, then how to keep it out."""
    from dsguard.analysis.notebooks.clear import how_to_clear
    from dsguard.analysis.notebooks.keep import keeps_outputs

    first = "Revoke or rotate it now: clearing the notebook leaves it in the git history and in every clone."
    number = secret.at.cell
    if number is None:
        return f"{first} Then take it out of the metadata, and let the run read it from the environment instead of a parameter."
    if keeps_outputs(notebook.cells[number - 1]):
        return f"{first} This output is kept on purpose: run the cell so that it does not print it, or clear it by hand."
    return f"{first} Then run {how_to_clear(notebook.file)}, and do not print it again: outputs are saved with the notebook."


def _instead(secret: Secret, suffix: str, name: str) -> str:
    if secret.hit.shown.startswith("-----"):
        return "Then keep the key in a file outside the repository and pass its path, or read it from a secret manager."
    if suffix in (".r", ".rmd"):
        return f'Then read it: `Sys.getenv("{name}")`, with the value in a git-ignored .Renviron.'
    if suffix in (".py", ".pyw", ".ipynb") and secret.kind == "code":
        return f'Then read it: `os.environ["{name}"]`, with the value in a git-ignored .env or a secret manager.'
    if secret.kind == "env":
        return f"Then keep this file out of git (`git rm --cached`, .gitignore) or write a reference: `{name}=op://<vault>/<item>/<field>`."
    if secret.kind == "shell":
        return f'Then take it from the environment: `"${{{name}:?}}"`, set by CI or by `op run`.'
    if secret.kind == "config":
        return f"Then write a reference, `${{{name}}}` or `op://<vault>/<item>/<field>`, and set the value where it runs."
    if secret.kind == "prose":
        return f"Then write a placeholder such as `<{name}>`."
    return f"Then read it from the environment (`{name}`) or from a secret manager."


def _variable(secret: Secret) -> str:
    """A name for the environment variable: the one in the file if it says whose it is, else the one people use."""
    hit = secret.hit
    name = hit.name.rpartition(".")[2]
    if _SAYS_NOTHING.issuperset(parts_of(name)):
        known = next((variable for start, variable in _VARIABLES.items() if hit.label.startswith(start)), "")
        name = known or (hit.label if hit.basis != "url" else "password" if hit.label.startswith("password") else "token")
    made = "".join(letter if letter.isalnum() else "_" for letter in name.upper() if letter.isascii()).strip("_")[:_LONGEST_NAME]
    return made if made and not made[0].isdigit() else "SECRET"
