"""Files that exist to hold credentials: which they are by name, and whether one holds any.

A name alone proves nothing: many a tracked ``.env`` sets paths and ports. So a file counts for what is in it. Inside such a file
names are taken at their word: ``DB_PASSWORD`` need not look random there.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import cache

from dsguard.analysis.secrets import names, negatives
from dsguard.analysis.secrets.markers import is_allowed
from dsguard.analysis.secrets.occurrences import secrets_of
from dsguard.analysis.secrets.texts import is_illustration
from dsguard.model import Confidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File

DOTENV, KEY, STORE, KAGGLE, GOOGLE, SETTINGS = "dotenv", "key", "store", "kaggle", "google", "settings"
"""Kinds of files."""

LARGEST = 1_000_000
"""Bytes. What is larger was not written to hold credentials."""
SHORTEST_CHOSEN = 8
"""Characters of a password that somebody chose, from which on it is no default of an image."""

_KINDS = {
    DOTENV: ".env .env.* .env_* .env-* *.env .envrc .envrc.* .renviron",
    KAGGLE: "kaggle.json",
    KEY: "*.pem *.key *.p8 *.ppk id_rsa id_dsa id_ecdsa id_ed25519 id_rsa.* id_ed25519.* identity.age keys.txt",
    STORE: "*.p12 *.pfx *.jks *.keystore",
    GOOGLE: "application_default_credentials.json client_secret*.json token.json credentials.json service[_-]account*.json",
    SETTINGS: (
        ".netrc _netrc .pypirc .databrickscfg .git-credentials .pgpass .my.cnf .npmrc .s3cfg .boto .vault-token .dockercfg clearml.conf"
        " .comet.config rclone.conf credentials secrets.toml secrets.yml secrets.yaml secrets.json credentials.yml credentials.yaml"
        " credentials.toml profiles.yml terraform.tfstate terraform.tfstate.backup *.tfvars"
    ),
}
_IN_FOLDERS = (
    ".aws/config",
    ".snowflake/*.toml",
    "wandb/settings",
    ".docker/config.json",
    ".huggingface/token",
    "huggingface/token",
    ".kaggle/access_token",
)
"""Names that mean it only in the right folder."""

_STORE_HEADS = (b"\x30\x82", b"\x30\x80", b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")
"""How PKCS #12 files (DER) and Java's key stores begin."""

_LINE = (
    r"(?m)^[ \t]{0,40}(?:(?:export|set|-)[ \t]{1,4})?[\"']?(?P<name>[A-Za-z_][\w.\-]{0,80})[\"']?[ \t]{0,40}[=:][ \t]{0,40}"
    r"(?:\"(?P<double>[^\"\n]{1,600})\"|'(?P<single>[^'\n]{1,600})'|(?P<bare>[^\s\"'#][^\s#]{0,600}))"
)
_NETRC = r"\blogin[ \t\r\n]{1,8}\S{1,120}[ \t\r\n]{1,8}(?P<name>password)[ \t\r\n]{1,8}(?P<bare>\S{3,200})"
_PGPASS = r"(?m)^[^#:\n]{1,200}:[\d*]{1,5}:[^:\n]{1,100}:[^:\n]{1,100}:(?P<bare>[^\n]{1,200}?)\r?$"
_DOCKER_NAMES = ("auth", "identitytoken")
_DOCKER = r"\"(?P<name>auth|identitytoken)\"\s{0,4}:\s{0,4}\"(?P<bare>[\w+/=\-.]{8,2000})\""
_OTHER_WAYS = {"netrc": _NETRC, "pgpass": _PGPASS, "json": _DOCKER, "dockercfg": _DOCKER}

_SAYS_ALL = frozenset(("password", "secret", "secret key"))
"""Kinds of names whose value people make up."""


class Holding:
    """One credential of a file.

    Args:
        name: what it is called there, or what kind it is.
        line: from 1, if known.
    """

    __slots__ = ("confidence", "label", "line", "name")

    def __init__(self, name: str, label: str, line: int | None, confidence: Confidence) -> None:
        self.name = name
        self.label = label
        self.line = line
        self.confidence = confidence

    @property
    def told(self) -> str:
        """Its name, and what it is if the name does not say so."""
        return self.name if self.label in (self.name, "key store") else f"{self.name} ({self.label})"


class CredentialFile:
    """A file made for credentials, and those that it holds.

    Args:
        kind: one of the kinds above.
    """

    __slots__ = ("holdings", "kind")

    def __init__(self, kind: str, holdings: list[Holding]) -> None:
        self.kind = kind
        self.holdings = holdings

    @property
    def confidence(self) -> Confidence:
        return max((holding.confidence for holding in self.holdings), default=Confidence.LOW)


def kind_of(file: File) -> str:
    """Which kind of credential file the name promises, or ``""``."""
    name = file.name.lower()
    for kind, patterns in _patterns().items():
        if any(fnmatchcase(name, pattern) for pattern in patterns):
            return kind
    path = f"/{file.path.lower()}"
    if any(fnmatchcase(path, f"*/{pattern}") for pattern in _IN_FOLDERS):
        return SETTINGS
    return GOOGLE if name.endswith(".json") and _is_google(file) else ""


@cache
def _patterns() -> dict[str, tuple[str, ...]]:
    return {kind: tuple(patterns.split()) for kind, patterns in _KINDS.items()}


def _is_google(file: File) -> bool:
    """Whether JSON of any name is the key of a service account, or what an OAuth client keeps."""
    if not 100 <= file.size <= LARGEST:
        return False
    data = file.data
    return (b'"service_account"' in data and b'"private_key"' in data) or (
        b'"client_secret"' in data and (b'"refresh_token"' in data or b'"auth_uri"' in data)
    )


def judge(file: File) -> CredentialFile | None:
    """What a file made for credentials holds; ``None`` if it is none, or one to copy from (``.env.example``).

    Raises:
        UnreadableError: it is gone.
    """
    kind = kind_of(file)
    if not kind or not 0 < file.size <= LARGEST:
        return None
    illustration = is_illustration(file)
    if kind == STORE:
        confidence = Confidence.LOW if illustration else Confidence.HIGH
        return CredentialFile(kind, [Holding("key store", "key store", None, confidence)]) if file.head.startswith(_STORE_HEADS) else None
    if file.is_binary or (illustration and kind == DOTENV):
        return None
    holdings = _holdings(file, kind, illustration=illustration)
    # direnv's own .envrc is shared on purpose; what is private goes to .envrc.local.
    if holdings or (kind == DOTENV and file.name.lower() != ".envrc" and _sets_something(file)):
        return CredentialFile(kind, holdings)
    return None


def _holdings(file: File, kind: str, *, illustration: bool) -> list[Holding]:
    """Its credentials by their lines: those that look like one anywhere, then those that are called so here."""
    text = file.text
    found: dict[str, Holding] = {}
    for secret in secrets_of(file):
        hit = secret.hit
        if not _is_accepted(file, secret.at.line):
            found[text[hit.start : hit.end]] = Holding(hit.name or hit.label, hit.label, secret.at.line, secret.confidence)
    if kind in (DOTENV, SETTINGS):
        confidence = Confidence.LOW if illustration else Confidence.MEDIUM
        for name, value, start in _called_so(file):
            line = text.count("\n", 0, start) + 1
            if any(value in known or known in value for known in found):
                for known in found.values():
                    if known.line == line:
                        known.confidence = max(known.confidence, confidence)
            elif not _is_accepted(file, line):
                found[value] = Holding(name, names.kind_of_name(name) or "password", line, confidence)
    return sorted(found.values(), key=lambda holding: holding.line or 0)


def _is_accepted(file: File, line: int | None) -> bool:
    """Whether a marker of another scanner stands beside it: a person looked at it and left it."""
    if line is None or line > len(file.lines):
        return False
    return is_allowed(file.lines[line - 1], file.lines[line - 2] if line > 1 else "")


def _called_so(file: File) -> Iterator[tuple[str, str, int]]:
    """Name, value and offset of each value that only its name makes a credential."""
    pairs = list(_pairs(file))
    others = {value for name, value, _ in pairs if name not in _DOCKER_NAMES and not names.kind_of_name(name)}
    for name, value, start in pairs:
        if value not in others and _is_credential(name, value):  # a password that is the user's name is a default
            yield name, value, start


def _pairs(file: File) -> Iterator[tuple[str, str, int]]:
    text = file.text
    other = _OTHER_WAYS.get(file.name.lower().rpartition(".")[2].lstrip("_"))
    for pattern in (_LINE, *([other] if other else ())):
        for match in re.finditer(pattern, text):
            groups = match.groupdict()
            key = next(key for key in ("double", "single", "bare") if groups.get(key))
            yield groups.get("name") or "password", groups[key].rstrip(",;"), match.start(key)


def _is_credential(name: str, value: str) -> bool:
    if name in _DOCKER_NAMES:
        return negatives.is_random(value)
    what = names.kind_of_name(name)
    if not what or what == "possible key" or len(value) < SHORTEST_CHOSEN or value.isdigit():
        return False
    if negatives.is_reference(value) or negatives.is_placeholder(value) or negatives.is_published(value):
        return False
    if value.startswith(("/", "~", "./")) or " " in value:
        return False
    return what in _SAYS_ALL or negatives.is_random(value) or negatives.is_uuid(value)


def _sets_something(file: File) -> bool:
    """Whether any variable has a value of its own: not empty, no reference, no placeholder."""
    return any(not negatives.is_reference(value) and not negatives.is_placeholder(value) for _, value, _ in _pairs(file))


# What to say


def told(found: CredentialFile) -> str:
    """What the file holds, in a few words: at most three by their names."""
    if not found.holdings:
        return "is where credentials end up, and nothing in git should be"
    labels = list(dict.fromkeys(holding.label for holding in found.holdings))
    if found.kind in (KEY, STORE, KAGGLE, GOOGLE) and len(labels) == 1:
        article = "an" if labels[0][0] in "AEIOR" and not labels[0].startswith(("Replicate", "Roboflow", "Reddit")) else "a"
        return f"holds {article} {labels[0]}"
    shown = list(dict.fromkeys(holding.name for holding in found.holdings))
    more = f" and {len(shown) - 3} more" if len(shown) > 3 else ""
    count = len(found.holdings)
    return f"holds {count} credential{'' if count == 1 else 's'}: {', '.join(shown[:3])}{more}"


def advice(file: File, found: CredentialFile) -> str:
    """How to get it out of git, and where its content goes instead."""
    from shlex import quote

    path = quote(file.path) if file.path.isprintable() else "it"
    if file.is_tracked:
        out = f"`git rm --cached {path}`, add it to .gitignore, and rotate what it held once it was pushed: the history keeps it."
    else:
        out = f"Add {path} to .gitignore before it is committed."
    return f"{out} {_instead(file, found)}"


def _instead(file: File, found: CredentialFile) -> str:
    if found.kind == DOTENV and found.holdings:
        name = found.holdings[0].name.strip("_.- ") or "NAME"
        name = name if name.isidentifier() else "NAME"
        return f"Commit a {file.name}.example with the names only, or write references: `{name}=op://<vault>/<item>/<field>`."
    if found.kind == DOTENV:
        return f"Commit a {file.name}.example instead, or move settings that are no secret to a file of another name."
    if found.kind == KAGGLE:
        return "Its place is ~/.kaggle/kaggle.json; expire the old token in the settings of your Kaggle account."
    if found.kind == GOOGLE:
        return "Keep it outside the repository: GOOGLE_APPLICATION_CREDENTIALS takes its path."
    if found.kind in (KEY, STORE):
        return "Keep keys outside the repository; a key made only for tests belongs into a folder of tests."
    return "Keep it in your home folder or a secret manager, and read the values from the environment."
