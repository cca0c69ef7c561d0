"""What only looks like a credential: placeholders, references to a secret store, hashes, identifiers, plain words.

All functions take a value of at most some thousands of characters and are linear in it.
"""

from __future__ import annotations

from itertools import pairwise

from dsguard.analysis.secrets.shapes import compiled


def _words(*lists: str) -> frozenset[str]:
    return frozenset(word for words in lists for word in words.split())


DOCUMENTED = frozenset(
    (
        "AKIAIOSFODNN7" + "EXAMPLE",
        "AKIAI44QH8DHB" + "EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY",
        "je7MtGbClwBF/2Zp9Utk/" + "h3yCo8nvbEXAMPLEKEY",
        "JBSWY3DPEHPK3PXP",  # of all examples of one-time passwords
        # RFC 6749 and RFC 6750, and whatever explains OAuth.
        "2YotnFZFEjr1zCsicMWpAA",
        "tGzv3JOkF0XG5Qx2TlKWIA",
        "7Fjfp0ZBr1KtDRbnfVdmIw",
        "gX1fBat3bV",
        "czZCaGRSa3F0MzpnWDFmQmF0M2JW",
        "mF_9.B5f-4.1JqM",
        # FastAPI's tutorial on tokens, which README files quote.
        "09d25e094faa6ca2556c818166b7a95" + "63b93f7099f6f0f4caa6cf63b88e8d3e7",
        # What the compose files of puckel/docker-airflow, which thousands started from, show as an example.
        "46BKJoQYlPPOexq0OhDZnIlNepKFf87" + "WFwLbfzqDDho=",
        # What DataHub's compose files start its services with.
        "JohnSnow" + "KnowsNothing",
        "YouKnow" + "Nothing",
        # The Azure storage emulator's key and the Cosmos DB emulator's: the same on every machine.
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/" + "K1SZFPTOtr/KBHBeksoGMGw==",
        "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/" + "Jw==",
    )
)
"""Keys that their makers, or standards, print in their documentation or build into an emulator."""

NEPTUNE_ANONYMOUS_KEY = b"b706bc8f-76f9-4c2e-939d-4ba036f932e4"
"""The key of the account that Neptune lets everybody use (``neptune.ANONYMOUS_API_TOKEN``)."""

COMMON_PASSWORDS = _words(
    "postgres postgresql mysql root admin administrator password pass pwd passwd test tests testing user guest demo example secret",
    "changeme airflow mlflow minio minioadmin minio123 minio_user redis mongo mongodb rabbitmq grafana superset prefect dagster jupyter",
    "docker local localhost development develop dev default abc123 qwerty 123456 12345678 123456789 1234567890 1234 12345 password1",
    "password123 admin123 pass123 test123 letmein optuna feast zenml kafka elastic hadoop spark hive sa dbt metabase neo4j clickhouse",
    "username xxx token tiger toor welcome welcome1 ubuntu vagrant pgpassword pgadmin sqlserver oracle app db database",
)
"""Passwords that come with an image or a tutorial: worth a word in strict, not a stopped commit."""

URL_PLACEHOLDERS = _words("password pass passwd pwd pw secret token xxx xxxx p4ssw0rd mypassword yourpassword port")
"""What documentation writes between ``:`` and ``@`` of a URL."""

_SEQUENCES = (
    "abcdefghijklmnopqrstuvwxyz",
    "zyxwvutsrqponmlkjihgfedcba",
    "01234567890123456789",
    "98765432109876543210",
    "qwertyuiopasdfghjklzxcvbnm",
)
_SEQUENCE_LENGTH = 7
"""Characters in a row of an alphabet that chance does not make (1 in 10^9 per place)."""

_FAKE_WORDS = (
    r"example|placeholder|changeme|dummy|redacted|fakekey|faketoken|xxxx|your[_-]?|insert|replace|sample|not[_-]?a[_-]?real|notreal"
    r"|censored|removed|abc123|\.\.\."
)
"""Words that a value of chance does not hold and that people write in the place of one."""
_LONG, _SHORT_WORD = 120, 6
"""Characters. Among more than that chance makes a short word, too: one signature in 5,000 has ``your`` in it."""

_PLACEHOLDER = (
    r"your|example|change[_-]?(?:me|this|it)|insert|replace|dummy|fake|placeholder|redacted|sample|xxx|todo|fixme|tbd\b|lorem"
    r"|<|>|\*{3}|\.{3}|…|^my[_-]|[_-]here\b|^(?:some|the|any|an?)[_-]|foo[_-]?bar|s3cr3t|p[a@][s5]{2}w[o0]rd|passwd|secret|hunter2"
    r"|test|demo|invalid|wrong|default|unused|mock|stub|^x+$|^-+$|^_+$|^n/?a$|^none$|^null$|^true$|^false$|^undefined$|hidden|enter|paste"
)
"""As above, for values that are not random: there shorter words say enough."""

_SHOWS = r"(?i)demo|test|s[e3]cr[e3]t|passw[o0]rd|p[a@][s5$]{2}"
_LONGEST_SHOWN = 16

_REFERENCE_START = tuple(
    _words(
        "$ { < % op:// vault: arn: env: env( env[ secret: secrets. ssm: sm:// ref+ file: kms: aws: gcp: azure: azkv: projects/ keyring",
        "pass: bw: lookup( var. local. data. module. self. config. settings. args. os. process. st.secrets dbutils. http:// https:// s3:// gs://",
        "encrypted:",
    )
)
_REFERENCE_INSIDE = tuple(_words("${ {{ $( %( %{ os.environ getenv environ[ secrets[ .get( {os. {self. <% getpass"))
_HASHED = r"(?:sha\d{1,3}:|md5:|argon2|scrypt:|pbkdf2|bcrypt|SCRAM-SHA-\d|md5[0-9a-f]{32}$|\{S?SHA)"
"""A password that was hashed, as Jupyter, Django, PostgreSQL and LDAP keep it. (Those of /etc/shadow begin with ``$``.)"""
_SEALED = r"Ag[A-D][A-Za-z0-9+/]{177,}={0,2}|ENC\[|AQICAH[A-Za-z0-9+/]{60,}"
"""What only the owner of a key can read: Kubernetes' sealed secrets, sops, AWS KMS. Made to be committed."""
_BRACED = r"\{[A-Za-z_][\w.\[\]'\"()]{0,60}(?:![rsa])?(?::[^{}]{0,20})?\}"
_REGEX = r"\[\^?[^\[\]]{0,40}\w-\w[^\[\]]{0,40}\]|\{\d{1,4}(?:,\d{0,4})?\}|\(\?[:=!<P]|\\[wdsbWDSB]"
"""Character classes with a range, numbers of times, groups: what a value is matched with, not a value."""
_CALL_LIKE = r"[A-Za-z_][\w.]{0,80}[(\[]"

_DIGEST_NAME = (
    r"(?:^|[_\-.\s])(?:sha\d{0,3}|sha[_-](?:1|224|256|384|512)|md5|hash|hashed|digest|checksum|crc\d{0,2}|etag|commit|revision|rev|integrity"
    r"|fingerprint|thumbprint|uuid|guid|oid|blake2b|blake3|xxh\d{0,3}|nonce|salt|signature|git|version|ref|tag|run|build|resolved|cid)(?:$|[_\-.\s\d])"
)

_LOCAL_HOST = (
    r"(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[?::1\]?|host\.docker\.internal|[A-Za-z][\w\-]*"
    r"|[\w.\-]*\.(?:local|test|invalid|example|localhost))(?::|$)"
)
_EXAMPLE_HOST = (
    r"(?i)(?:[\w.\-]*\.)?example\.(?:com|org|net|io)\b|(?:host|hostname|server|domain|your|my|some|the)[\w\-]*(?:\.|:|$)|\d{1,3}\.x"
)

_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_HEX = r"[0-9a-fA-F]{16,}"
_CONSTANT = r"[A-Z]+\d{0,2}(?:_(?:[A-Z]+\d{0,2}|\d{1,2}))+"
_NUMBER_LIKE = r"[+\-]?[\d.,:/\-_eETZ]+%?"
_HOST_LIKE = r"(?:[a-z0-9\-]{1,63}\.){2,8}[a-z]{2,8}(?::\d{2,5})?(?:/\S*)?"
_FILE_LIKE = (
    r"(?i)^(?:~|\.{0,2}/|[A-Z]:[\\/])|\.(?:json|ya?ml|toml|txt|csv|pem|key|crt|env|py|ipynb|parquet|pkl|html?|md|cfg|ini|sql|db|log|xml"
    r"|zip|gz|png|jpg)$"
)

_WORD = r"[A-Z]?[a-z]{3,}|[A-Z]{4,}"
_PAIRS = frozenset(
    row[0] + second
    for row in _words(
        "abcdgilmnprstuvy baeilou cacehiklortu daeiosu eacdefglmnprstvx faefiloru gaehir haeio iabcdefglmnoprstvz kei ladeilostuy maeimopu",
        "nacdefgiostv obcdglmnoprstuvw paeiloprstu qu racdegimnorstuy sacehiopstu tacehilorstuy uabceilmnprst vaei waei xp ze",
    )
    for second in row[1:]
)
"""The 199 pairs of letters that make up 90% of the words of code and prose (first letter, then those that follow
it); of the pairs in text of chance they are 30%. Counted over the identifiers and texts of data-science code."""


def is_published(value: str) -> bool:
    """Whether it is public on purpose: printed in documentation, built into an emulator, or made for everybody.

    The latter are Supabase's ``role: anon`` tokens, the examples of jwt.io and PyJWT, and Neptune's anonymous account.
    """
    if value in DOCUMENTED:
        return True
    if not value.startswith("eyJ"):
        return False
    body = _claims(value)
    if body is not None:
        return (
            body.get("role") == "anon" or body.get("name") == "John Doe" or body.get("sub") == "1234567890" or body.get("some") == "payload"
        )
    return NEPTUNE_ANONYMOUS_KEY in _decoded(value)


def is_jwt(value: str) -> bool:
    """Whether the first two parts of a value decode to what a JSON Web Token has there."""
    return _claims(value) is not None


def _claims(value: str) -> dict[str, object] | None:
    import json

    try:
        head, body = (json.loads(_decoded(part)) for part in value.split(".")[:2])
    except (ValueError, RecursionError):
        return None
    return body if isinstance(head, dict) and isinstance(body, dict) and "alg" in head else None


def _decoded(value: str) -> bytes:
    import binascii

    try:
        return binascii.a2b_base64(value.replace("-", "+").replace("_", "/") + "===")
    except ValueError:
        return b""


def is_made_up(body: str) -> bool:
    """Whether the random part of a token is not random: ``xxxx``, ``0000``, ``abcdefgh``, ``...EXAMPLE``, one piece repeated.

    Args:
        body: the token without its prefix.
    """
    low = body.lower()
    fake = compiled(_FAKE_WORDS).search(low)
    if fake is not None and (len(low) <= _LONG or len(fake[0]) > _SHORT_WORD):
        return True
    if low.startswith("obf:") and is_placeholder(_unobfuscated(low)):
        return True
    plain = low.replace("-", "").replace("_", "")
    size = len(plain)
    if size < 8:
        return False
    used = set(plain)
    if len(used) < 6 or (len(used) < 8 and size >= 24) or max(map(plain.count, used)) * 5 > size * 2:
        return True
    if size >= 20 and not compiled(_HEX).fullmatch(plain) and sum(map(str.isdigit, plain)) * 4 > size * 3:
        return True  # a number with some letters strewn in
    return _has_sequence(plain) or _is_periodic(plain)


def _unobfuscated(value: str) -> str:
    """What Jetty's ``OBF:`` hides from the eye: each character is in four digits to the base of 36, once forwards, once backwards."""
    digits = value[4:]
    pairs = (int(digits[at : at + 4], 36) for at in range(0, len(digits), 4)) if digits.isalnum() and digits.isascii() else ()
    return "".join(chr(max(0, (pair // 256 + pair % 256 - 254) // 2)) for pair in pairs)


def _has_sequence(low: str) -> bool:
    """Whether seven or more characters follow each other as in the alphabet, the digits or on the keyboard."""
    if len(low) > 400:  # a long token with a short sequence in it is still a token
        return False
    places = range(len(low) - _SEQUENCE_LENGTH + 1)
    return any(low[at : at + _SEQUENCE_LENGTH] in sequence for sequence in _SEQUENCES for at in places)


def _is_periodic(low: str) -> bool:
    """Whether it is one short piece over and over (``a1b2a1b2a1b2``)."""
    return any(low[size:] == low[:-size] for size in range(1, min(12, len(low) // 2) + 1))


def is_placeholder(value: str) -> bool:
    """Whether a person wrote this in the place of a credential: ``your-key-here``, ``<token>``, ``****``, ``DB_PASSWORD``."""
    low = value.lower()
    if low in COMMON_PASSWORDS or compiled(_PLACEHOLDER).search(low):
        return True
    return bool(compiled(_CONSTANT).fullmatch(value)) or is_made_up(value)


def is_for_show(value: str) -> bool:
    """Whether a password that is not of chance says what it is (``Demo2026!``, ``Th1sS3cret!``): it opens what comes with the code."""
    return len(value) < _LONGEST_SHOWN and bool(compiled(_SHOWS).search(value))


def is_reference(value: str) -> bool:
    """Whether this names the place where a credential is kept, or is a template to fill in, an expression, a pattern, or a hash."""
    low = value.lower()
    return (
        low.startswith(_REFERENCE_START)
        or any(mark in low for mark in _REFERENCE_INSIDE)
        or bool(
            compiled(_HASHED).match(value)
            or compiled(_SEALED).match(value)
            or compiled(_BRACED).search(value)
            or compiled(_CALL_LIKE).match(value)
            or compiled(_REGEX).search(value)
        )
    )


def is_digest_name(name: str) -> bool:
    """Whether a name says that its value is a hash, a commit, a version or an identifier, which look like keys.

    Args:
        name: a variable, key or the words before a value, in lower case.
    """
    return bool(compiled(_DIGEST_NAME).search(name))


def is_mixed(value: str) -> bool:
    """Whether upper case, lower case and digits are all there, as in nearly any random text of 20 characters."""
    return any(map(str.isdigit, value)) and any(map(str.isupper, value)) and any(map(str.islower, value))


def is_uuid(value: str) -> bool:
    """Whether the value as a whole is a UUID. (A token that only holds one is no UUID.)"""
    return bool(compiled(_UUID).fullmatch(value))


def is_words(value: str) -> bool:
    """Whether a value is made of words as people write them: identifiers, model names, paths, file names.

    Judged by how many of its characters belong to runs of letters whose pairs are those of words.
    """
    letters = 0
    for match in compiled(_WORD).finditer(value):
        word = match[0].lower()
        usual = sum(word[at : at + 2] in _PAIRS for at in range(len(word) - 1))
        if usual * 10 >= (len(word) - 1) * 7:
            letters += len(word)
    counted = len(value) - sum(map(value.count, "-_./:,="))
    return counted > 0 and letters * 20 >= counted * 9


def is_random(value: str) -> bool:
    """Whether a value looks as if drawn by chance, as keys and generated passwords are.

    Hex of 20 or more characters; or ten or more characters of at least three classes (or of two, from 16 on)
    that are no words.
    """
    size = len(value)
    if size < 10 or compiled(_NUMBER_LIKE).fullmatch(value) or compiled(_CONSTANT).fullmatch(value) or is_uuid(value):
        return False
    digits = sum(map(str.isdigit, value))
    if compiled(_HEX).fullmatch(value):
        return size >= 20 and 2 <= digits < size
    if compiled(_FILE_LIKE).search(value) or compiled(_HOST_LIKE).fullmatch(value) or is_words(value):
        return False
    upper = sum(map(str.isupper, value))
    lower = sum(map(str.islower, value))
    if not upper + lower:
        return False
    marks = size - digits - upper - lower
    if size < 16:
        # "cl100k_base", "Summer2024!": names, and words with a number behind them, are not of chance.
        marks -= sum(map(value.count, "_-."))
    classes = (digits > 0) + (upper > 0) + (lower > 0) + (marks > 0)
    if size < 16:
        return classes >= 3 and digits > 0 and (upper + lower) * 2 > digits and _switches(value) * 3 >= size
    return classes >= 2 and (digits > 0 or (upper > 2 and lower > 2)) and _switches(value) * 5 >= size


def is_strong_choice(value: str) -> bool:
    """Whether it is a password as people are told to choose them: eight or more characters of three classes.

    ``_``, ``-`` and ``.`` count for nothing: identifiers have them too.
    """
    marks = sum(not character.isalnum() and character not in "_-." for character in value)
    classes = any(map(str.isdigit, value)) + any(map(str.isupper, value)) + any(map(str.islower, value)) + (marks > 0)
    return 8 <= len(value) <= 64 and classes >= 3 and not compiled(_FILE_LIKE).search(value) and not compiled(_NUMBER_LIKE).fullmatch(value)


def _switches(value: str) -> int:
    """How often the class of character (digit, upper, lower, other) changes along the value."""
    classes = ["d" if c.isdigit() else "u" if c.isupper() else "l" if c.islower() else "o" for c in value]
    return sum(one != other for one, other in pairwise(classes))


def is_local_host(host: str) -> bool:
    """Whether a host is this machine or a service of a compose file (a name without a dot)."""
    return bool(compiled(_LOCAL_HOST).match(host))


def is_example_host(host: str) -> bool:
    """Whether a host is one of documentation's: ``db.example.com``, ``hostname``, ``your-server``."""
    return bool(compiled(_EXAMPLE_HOST).match(host))
