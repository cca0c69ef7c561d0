"""DSG107 beside picklescan and fickling: what they catch among pickles made here must be caught. Skipped where neither is installed."""

from __future__ import annotations

import asyncio
import bdb
import builtins
import codecs
import ctypes
import importlib
import io
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

import pytest

from dsguard.analysis.pickles import CALLABLE, imports_of, sorted_by_danger

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
    return any(level >= CALLABLE for level, _ in sorted_by_danger(imports_of(data)))


def test_nothing_is_missed() -> None:
    assert [data for data in HOSTILE if not dsguard_catches(data)] == []


@pytest.mark.parametrize("module", ["picklescan.scanner", "fickling.analysis"])
def test_what_a_scanner_catches_is_caught(module: str) -> None:
    scanner = pytest.importorskip(module, reason=f"{module.partition('.')[0]} is not installed")
    if module.startswith("picklescan"):
        caught = [data for data in HOSTILE if scanner.scan_bytes(io.BytesIO(data), "x.pkl").issues_count]
    else:
        fickle = importlib.import_module("fickling.fickle")
        likely_safe = scanner.Severity.LIKELY_SAFE
        caught = [data for data in HOSTILE if scanner.check_safety(fickle.Pickled.load(data)).severity > likely_safe]
    assert caught
    assert [data for data in caught if not dsguard_catches(data)] == []
