"""Whatever the input: an answer, soon. Times are far above what is measured, and far below what backtracking takes."""

from __future__ import annotations

import random
import re
import time

import pytest

from dsguard.analysis.secrets.scan import scan
from dsguard.analysis.secrets.tokens import _runs
from dsguard.documents.file import decode
from dsguard.rules.secrets.secret import Secret
from dsguard.testing import tree

MEGABYTE = 1_000_000
TOKEN = "ghp_" + "R7kQ2mXc9TzVb4LpWd8Y" + "hNs3JfGe6Ua1oK5i"

PIECES = {
    "letters": "a",
    "blanks": " ",
    "dashes": "-",
    "dots": "a.",
    "assignments": "password=",
    "keys": "key ",
    "quotes": 'key="',
    "1,600 blanks": "key =" + " " * 1600 + "\n",
    "urls": "://",
    "users": "a://@",
    "colons": "http://a:b",
    "headers of keys": "-----BEGIN " + "PRIVATE KEY-----",
    "tokens of nothing": "eyJ" + "a" * 30 + ".",
    "made-up tokens": "sk-" + "a" * 40 + " ",
    "commands": "curl ",
    "calls": "auth=(",
    "bearers": "Bearer ",
    "authorizations": "Authorization: ",
    "signatures": "?sig=",
    "names": '"username":"a","key":',
    "backslashes": "\\n",
    "escapes": 'password = "' + "\\a" * 700,
    "names and values": "<name>password</name><value>",
    "elements": "<password>",
    "attributes": '<add key="password" value=',
    "pairs": 'auth="a:',
    "schemes": '"Token ',
    "kaggle hex": "kaggle key " + "4b1e9c07d2a8f35e60b917ac4d82e05b" + " ",
    "tokens": TOKEN + " ",
}


@pytest.mark.parametrize("piece", list(PIECES), ids=list(PIECES))
@pytest.mark.parametrize("kind", ["code", "config"])
def test_a_megabyte_of_anything_takes_no_more_than_seconds(piece: str, kind: str) -> None:
    text = PIECES[piece] * (MEGABYTE // len(PIECES[piece]))
    before = time.process_time()
    list(scan(text, kind=kind))
    assert time.process_time() - before < 6


def test_ten_megabytes_on_one_line_are_searched_not_skipped() -> None:
    text = "x" * (5 * MEGABYTE) + f' "{TOKEN}" ' + "y" * (5 * MEGABYTE)
    before = time.process_time()
    (finding,) = Secret().check(tree({"a.py": text})["a.py"], {})
    assert time.process_time() - before < 6
    assert finding.location.column == 5 * MEGABYTE + 3
    assert finding.snippet is not None
    assert len(finding.snippet) < 1000


def test_thousands_of_findings_on_one_line() -> None:
    text = " ".join(
        "ghp_" + "".join(random.Random(seed).choices("ABCDEFGHJKMNPQRSTabcdefghjkmnpqrst23456789", k=36)) for seed in range(3000)
    )
    before = time.process_time()
    found = list(Secret().check(tree({"a.py": text})["a.py"], {}))
    assert time.process_time() - before < 10
    assert len(found) == 3000


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00", b"\xff" * 1000, b'\xe9 = "' + TOKEN.encode() + b'"', b"\xef\xbb\xbfx", b"\r\r\n\n\x0c\x85", b""]
)
def test_any_bytes(data: bytes) -> None:
    text = decode(data)
    assert all(0 <= hit.start < hit.end <= len(text) for hit in scan(text))
    assert all(finding.snippet is not None for finding in Secret().check(tree({"a.py": data})["a.py"], {}))


def test_invalid_utf8_hides_nothing() -> None:
    (finding,) = Secret().check(tree({"a.py": b'name = "\xe9t\xe9"\ntoken = "' + TOKEN.encode() + b'"\n'})["a.py"], {})
    assert (finding.location.line, finding.location.column) == (2, 10)


def test_utf16_is_read() -> None:
    (finding,) = Secret().check(tree({"a.ps1": f'$env:GH_TOKEN = "{TOKEN}"\n'.encode("utf-16")})["a.ps1"], {})
    assert finding.message.startswith("GitHub personal access token")


def test_random_text_is_silent() -> None:
    dice = random.Random(7)
    for _ in range(20):
        text = "".join(chr(dice.randrange(32, 127)) for _ in range(20_000))
        assert list(scan(text)) == []


def test_rows_of_token_characters_are_those_that_a_pattern_finds() -> None:
    dice = random.Random(11)
    pattern = re.compile(r"[A-Za-z0-9_\-]{20,}")
    for _ in range(300):
        text = "".join(
            dice.choice(("a", "Z9", "_-", " ", "é", "\u0131", "漢", "😀", "\udc80", "\n", "x" * 19, "y" * 21, "\u017f", "İ"))
            for _ in range(60)
        )
        assert list(_runs(text)) == [match.span() for match in pattern.finditer(text)]
