"""DSG107 beside picklescan and fickling: what they catch among pickles made here must be caught. Skipped where neither is installed."""

from __future__ import annotations

import asyncio
import base64
import bdb
import builtins
import codecs
import ctypes
import importlib
import io
import json
import marshal
import operator
import os
import pickle
import pkgutil
import pydoc
import runpy
import shutil
import socket
import subprocess
import timeit
import urllib.request
import webbrowser
from typing import TYPE_CHECKING

import pytest

from dsguard.analysis.pickle_danger import CALLABLE, sorted_by_danger
from dsguard.analysis.pickles import imports_of

if TYPE_CHECKING:
    from tests.conftest import Peers

CALLS = (
    *(getattr(builtins, name) for name in ("eval", "exec", "open", "compile", "__import__", "getattr", "breakpoint")),
    *(os.system, os.popen, os.remove, shutil.rmtree, subprocess.run, subprocess.Popen, subprocess.check_output, runpy.run_path),
    *(importlib.import_module, marshal.loads, codecs.open, io.open, io.FileIO, ctypes.CDLL, webbrowser.open, socket.create_connection),
    *(urllib.request.urlopen, timeit.timeit, pydoc.pipepager, operator.attrgetter, operator.methodcaller, pkgutil.resolve_name),
    *(pickle.loads, bdb.Bdb, asyncio.run),
)


class Runs:
    def __init__(self, what: object) -> None:
        self.what = what

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return self.what, ("id",)


HOSTILE = [pickle.dumps({"x": [Runs(call)]}, protocol) for call in CALLS for protocol in range(6)]


def dsguard_catches(data: bytes) -> bool:
    return any(level >= CALLABLE for level, _ in sorted_by_danger(imports_of(data).names))


def test_nothing_is_missed() -> None:
    assert [data for data in HOSTILE if not dsguard_catches(data)] == []


SCANNERS = {
    "picklescan": """
from picklescan.scanner import scan_bytes
def catches(data):
    return scan_bytes(io.BytesIO(data), "x.pkl").issues_count > 0
""",
    "fickling": """
from fickling.analysis import Severity, check_safety
from fickling.fickle import Pickled
def catches(data):
    return check_safety(Pickled.load(data)).severity > Severity.LIKELY_SAFE
""",
}
"""Programs for a Python that has the scanner: pickles in, verdicts out. Neither loads a pickle."""

_START = "import base64, io, json, sys"
_END = "print(json.dumps([catches(base64.b64decode(text)) for text in json.load(sys.stdin)]))"


@pytest.mark.parametrize("scanner", SCANNERS)
def test_what_a_scanner_catches_is_caught(scanner: str, peers: Peers) -> None:
    program = f"{_START}\n{SCANNERS[scanner]}\n{_END}"
    given = json.dumps([base64.b64encode(data).decode() for data in HOSTILE])
    done = subprocess.run([peers.python(scanner), "-c", program], input=given, capture_output=True, text=True, check=True)
    verdicts = json.loads(done.stdout.splitlines()[-1])
    assert len(verdicts) == len(HOSTILE)
    caught = [data for data, is_caught in zip(HOSTILE, verdicts, strict=True) if is_caught]
    assert len(caught) > len(HOSTILE) / 3
    assert [data for data in caught if not dsguard_catches(data)] == []
