"""The second opinion: what it says, and that it brings nothing along that could reach a network."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dsguard.analysis.secrets.detect_secrets_adapter import judge


def python(code: str) -> str:
    """What a fresh interpreter prints; fails loudly."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


LOADED = "print(*sorted({name.partition('.')[0] for name in sys.modules} & {'detect_secrets', 'requests', 'urllib3', 'socket', 'ssl'}))"


def test_a_clean_text_loads_neither_the_library_nor_the_adapter() -> None:
    code = f"""
import sys
from dsguard.analysis.secrets.scan import scan
assert list(scan("import os\\nkey = os.environ['KEY']\\nfor token in doc: print(token, path='a/b')\\n" * 50)) == []
assert "dsguard.analysis.secrets.detect_secrets_adapter" not in sys.modules
{LOADED}
"""
    assert python(code) == ""


def test_a_token_with_a_shape_needs_no_second_opinion() -> None:
    code = f"""
import sys
from dsguard.analysis.secrets.scan import scan
(hit,) = scan('x = f("gh' + 'p_R7kQ2mXc9TzVb4LpWd8YhNs3JfGe6Ua1oK5i")')
assert "dsguard.analysis.secrets.detect_secrets_adapter" not in sys.modules
{LOADED}
"""
    assert python(code) == ""


def test_the_second_stage_loads_no_client_and_leaves_no_trace() -> None:
    code = f"""
import sys
from dsguard.analysis.secrets.scan import scan
(hit,) = scan('api_key = "k7Rq2mXc9TzVb4LpWd8YhNs3JfGe"')
assert "dsguard.analysis.secrets.detect_secrets_adapter" in sys.modules
{LOADED}
"""
    assert python(code) == ""


def test_the_real_library_can_still_be_imported_before_and_after() -> None:
    code = """
import sys
import detect_secrets, requests
from detect_secrets.plugins.keyword import KeywordDetector
from dsguard.analysis.secrets.detect_secrets_adapter import judge, _plugins
assert judge("api_key", "k7Rq2mXc9TzVb4LpWd8YhNs3JfGe").keyword
assert sys.modules["requests"] is requests and sys.modules["detect_secrets"] is detect_secrets
assert sys.modules["detect_secrets.plugins.keyword"].KeywordDetector is KeywordDetector
from detect_secrets.settings import default_settings
from detect_secrets.core.scan import scan_line
with default_settings():
    print(len(list(scan_line('api_key = "k7Rq2mXc9TzVb4LpWd8YhNs3JfGe"'))) > 0)
"""
    assert python(code) == "True"


def test_it_works_in_a_worker_process() -> None:
    code = """
import multiprocessing
from dsguard.analysis.secrets.detect_secrets_adapter import judge

def work(value):
    verdict = judge("api_key", value)
    return (verdict.keyword, verdict.entropy)

if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(2) as pool:
        print(pool.map(work, ["k7Rq2mXc9TzVb4LpWd8YhNs3JfGe", "aaaaaaaa"]))
"""
    assert python(code) == "[(True, True), (True, False)]"


@pytest.mark.parametrize(
    ("name", "value", "keyword", "entropy"),
    [
        ("password", "correcthorse", True, False),
        ("password", "p0.GU7o%B49Hpp", True, True),
        ("token", "k7Rq2mXc9TzVb4LpWd8YhNs3JfGe", False, True),
        ("api_key", "4b1e9c07d2a8f35e60b9", True, True),
        ("token", "00000000000000000000", False, False),
        ("colour", "magenta", False, False),
    ],
)
def test_verdicts(name: str, value: str, *, keyword: bool, entropy: bool) -> None:
    verdict = judge(name, value)
    assert (verdict.keyword, verdict.entropy) == (keyword, entropy)
