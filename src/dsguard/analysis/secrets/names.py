"""What the name of a variable, a key or a parameter says about its value: a credential, or only something about one."""

from __future__ import annotations

import re

_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


def _words(*lists: str) -> frozenset[str]:
    return frozenset(word for words in lists for word in words.split())


_KINDS = {
    **dict.fromkeys(("password", "passwd", "passphrase", "pwd", "pass", "pw", "passw", "passcode"), "password"),
    **dict.fromkeys(("secret", "secrets", "clientsecret"), "secret"),
    **dict.fromkeys(("token", "pat", "apitoken", "authtoken", "accesstoken"), "token"),
    **dict.fromkeys(("apikey", "accesskey", "authkey", "accountkey", "apisecret", "secretkey", "privatekey"), "API key"),
    **dict.fromkeys(("credential", "credentials"), "credential"),
}
_ENDINGS = {"password": "password", "passwd": "password", "apikey": "API key", "secretkey": "secret key", "token": "token"}
"""Two words in one: ``PGPASSWORD``, ``hftoken``, ``myapikey``."""
_LONGEST_JOINED = 16
_TOKENIZERS = frozenset(("tiktoken", "subtoken", "pretoken", "detoken", "retoken"))

_KEYS = {"access": "access key", "account": "account key", "api": "API key", "private": "private key"}
_KEY_AFTER = _words(
    "api access secret auth account private client encryption encrypt signing storage subscription service license master shared deploy db",
    "admin function secure fernet crypto write ingest app consumer security jwt session aes hmac host functions rapidapi",
)
"""What makes a ``key`` a credential."""
_KEY_NEVER = _words(
    "public primary foreign sort cache partition join group index dict hash natural business surrogate unique column row feature metric",
    "object bucket s3 by dedup style bind publishable map state widget json yaml config translation lookup order legend color site inchi",
    "target label merge composite",
    "range answer registry experiment artifact data blob",
)
"""What makes a ``key`` something to look things up by."""

_ABOUT = _words(
    "name names id ids path paths file files filename dir folder url uri urls endpoint type types field fields column columns col cols",
    "count counts len length lengths limit limits size sizes max min num index indices idx hash hashed hashes policy prompt label labels",
    "title text placeholder description help var variable ref reference arn version versions header headers format pattern regex required",
    "enabled expiry expires expiration expire ttl timeout age rotation manager store provider scope scopes algorithm alg method mode class",
    "model models embedding embeddings set list map feature rate ratio dim mask budget usage cost price per position strategy template",
    "generator kind status error errors message msg changed reset created updated at validator checker strength exists present flag func",
    "function fn loader getter backend input output form page view link button hint selector xpath element box santa location source stdin",
    "rule rules kinds pattern patterns regexes detector detectors scanner scanners keyword keywords prefix prefixes suffix suffixes",
    "service services settings options params section group user username issuer audience owner",
    "project region alias bytes digits chars words word classification encoder vocab distribution",
)
"""Words that turn a name into one *about* a credential (``secret_name``, ``token_count``, ``password_file``)."""

_TOKENS_OF_TEXT = _words(
    "max min num n total special eos bos pad unk sep cls start end stop next prev previous input output prompt completion word sub image",
    "first last vocab decoder forced mask audio video text additional added extra boi eoi page continuation sync csrf cancellation cancel",
    "lexer tokenizer new cached reasoning im fim begin unique per oov numeric class",
)
"""What makes a ``token`` a piece of text, or a cursor."""


def parts_of(name: str) -> list[str]:
    """The words of a name in lower case: ``openaiApiKey2`` and ``OPENAI_API_KEY_2`` are ``openai api key 2``."""
    return [part.lower() for part in _PART.findall(name)]


def kind_of_name(name: str) -> str:
    """What a value of this name would be: ``password``, ``secret``, ``token``, ``API key``, ``credential``, or ``""``.

    ``possible key`` is one that may be anything (``maps_key``, a lone ``key``): not enough without more.
    """
    parts = [part for part in parts_of(name) if not part.isdigit()]
    for at in range(len(parts) - 1, -1, -1):
        part = parts[at]
        kind = "key" if part == "key" else _KINDS.get(part) or _of_joined(part)
        if kind:
            if part == "pat" and at != len(parts) - 1:
                continue
            if not _ABOUT.isdisjoint(parts[at + 1 :]):
                return ""
            before = parts[at - 1] if at else ""
            if before in ("existing", "encrypted") or (kind == "token" and before in _TOKENS_OF_TEXT):
                return ""  # Helm's existingSecret is the name of one, Data Factory's encryptedCredential is of use to its factory only
            return _kind_of_key(before, parts[:at]) if kind == "key" else kind
    return ""


def _of_joined(part: str) -> str:
    if len(part) <= _LONGEST_JOINED and part not in _TOKENIZERS:
        for ending, kind in _ENDINGS.items():
            if part.endswith(ending):
                return kind
    return ""


def _kind_of_key(before: str, all_before: list[str]) -> str:
    if before in _KEY_NEVER:
        return ""
    if "secret" in all_before:
        return "secret key"
    return _KEYS.get(before, "secret key" if before in _KEY_AFTER else "possible key")


def is_about(name: str) -> bool:
    """Whether a name ends in a word for something that is no credential (``run_id``, ``artifact_path``)."""
    parts = parts_of(name)
    return bool(parts) and parts[-1] in _ABOUT
