"""What pickles import, found without loading them. Nothing here is ever unpickled."""

from __future__ import annotations

import bz2
import collections
import datetime as dt
import gzip
import io
import lzma
import os
import pickle
import subprocess
import zipfile
import zlib
from pathlib import PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsguard.analysis import pickles
from dsguard.analysis.pickle_danger import CALLABLE, DANGEROUS, SAFE, UNKNOWN, sorted_by_danger, verdict
from dsguard.analysis.pickles import imports_of


class Runs:
    """Pickles as a call."""

    def __init__(self, what: object, *arguments: object) -> None:
        self.call = (what, arguments)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.call


def dumped(value: object, protocol: int = 4) -> bytes:
    return pickle.dumps(value, protocol)


HOSTILE = dumped(Runs(os.system, "id"))
OLD = dumped(Runs(os.system, "id"), 2)


def archive(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return out.getvalue()


def broken_checksum(data: bytes) -> bytes:
    out, at = bytearray(data), data.find(b"PK\x01\x02")
    out[14:18] = out[at + 16 : at + 20] = b"\1\2\3\4"
    return bytes(out)


def encrypted_flag(data: bytes) -> bytes:
    out, at = bytearray(data), data.find(b"PK\x01\x02")
    out[6] |= 1
    out[at + 8] |= 1
    return bytes(out)


def array_header(descr: str) -> bytes:
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': (1,), }}".ljust(117).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


TORCH = archive({"m/data.pkl": OLD, "m/version": b"3"})


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("call", [os.system, eval, exec, open, __import__, subprocess.Popen, os.popen, pickle.loads])
def test_every_protocol(protocol: int, call: object) -> None:
    found = imports_of(dumped({"x": [Runs(call, "id")]}, protocol))
    assert [level for level, _ in sorted_by_danger(found.names)] == [DANGEROUS]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(zlib.compress(HOSTILE), id="joblib-zlib"),
        pytest.param(gzip.compress(HOSTILE, mtime=0), id="gzip"),
        pytest.param(bz2.compress(HOSTILE), id="bz2"),
        pytest.param(lzma.compress(HOSTILE), id="xz"),
        pytest.param(lzma.compress(HOSTILE, lzma.FORMAT_ALONE), id="lzma"),
        pytest.param(dumped([1]) + HOSTILE, id="second-of-two"),
        pytest.param(dumped([1]) * 5 + OLD, id="sixth"),
        pytest.param(HOSTILE[:-1], id="no-stop"),
        pytest.param(HOSTILE[:-1] + b"\xff\xff", id="broken-behind"),
        pytest.param(OLD[:-1] + b"X", id="cut-off-behind"),
        pytest.param(b"\x80\x04\x8c\x05posix\x94\x8c\x06system\x9400h\x00h\x01\x93\x8c\x02id\x85R.", id="memoised"),
        pytest.param(b"\x80\x04\x8c\x05posixq\x05\x8c\x06systemq\x0700h\x05h\x07\x93\x8c\x02id\x85R.", id="binput"),
        pytest.param(b"\x80\x04Vposix\np10\nVsystem\np20\n00g10\ng20\n\x93Vid\n\x85R.", id="put"),
        pytest.param(b"\x80\x04\x8c\x06system\x94\x8c\x05posix2h\x00\x93.", id="dup"),
        pytest.param(b"(S'id'\niposix\nsystem\n.", id="inst"),
        pytest.param(b"(cposix\nsystem\nS'id'\no.", id="obj"),
        pytest.param(b"\x80\x04\x8c\x0dsklearn.utils\x94\x8c\x09os.system\x94\x93.", id="dotted"),
        pytest.param(TORCH, id="torch"),
        pytest.param(broken_checksum(TORCH), id="wrong-checksum"),
        pytest.param(encrypted_flag(TORCH), id="encrypted-flag"),
        pytest.param(archive({"m/data.pkl": OLD}, zipfile.ZIP_DEFLATED), id="deflated"),
        pytest.param(archive({"inner.zip": TORCH}, zipfile.ZIP_DEFLATED), id="zip-in-zip"),
        pytest.param(archive({"weights.bin": HOSTILE}), id="odd-member"),
        pytest.param(archive({"m/data.pkl": dumped([1], 2), "m/data/0": OLD}), id="torch-storage"),
        pytest.param(archive({"data/0": OLD[2:]}), id="like-a-storage"),
        pytest.param(HOSTILE + TORCH, id="before-a-zip"),
        pytest.param(TORCH[: TORCH.find(b"PK\x01\x02")], id="no-table-of-contents"),
        pytest.param(array_header("'|O'") + HOSTILE, id="npy"),
        pytest.param(array_header("[('a', '<i4'), ('b', '|O')]") + HOSTILE, id="npy-structured"),
        pytest.param(archive({"a.npy": array_header("'|O'") + HOSTILE}, zipfile.ZIP_DEFLATED), id="npz"),
        pytest.param(dumped({"inner": HOSTILE}), id="bytes-within"),
        pytest.param(b"\x80\x04cbuiltins\ngetattr\n\x8c\x02os\x8c\x06system\x86R.", id="getattr-of-no-import"),
        pytest.param(b"\x80\x04cbuiltins\ngetattr\n(cdecimal\nDecimal\n\x8c\x0b__globals__tR.", id="getattr-of-globals"),
        pytest.param(b"\x80\x04(cbuiltins\ngetattr\nK\x01o.", id="getattr-by-obj"),
    ],
)
def test_known_ways_past_a_scanner(data: bytes) -> None:
    assert max(level for level, _ in sorted_by_danger(imports_of(data).names)) == DANGEROUS


@pytest.mark.parametrize("raw", [b"(\x834=\x8c\x03\xd0\xbd8", b"(cposix\nsystem\n.", b"]\x83\x34\x3d.", b"\x80\x34\x83\x10."])
def test_numbers_of_a_tensor_are_no_pickle(raw: bytes) -> None:
    assert list(imports_of(archive({"m/data.pkl": dumped([1], 2), "m/data/3": raw})).names) == []


def joblib_array(descr: bytes, raw: bytes, length: int) -> bytes:
    """What joblib writes for ``[array, ...]``: the bytes of the array lie between two opcodes."""
    return (
        b"\x80\x04]\x94(\x8c\x13joblib.numpy_pickle\x94\x8c\x11NumpyArrayWrapper\x94\x93\x94)\x81\x94}\x94("
        b"\x8c\x05shape\x94K" + bytes([length]) + b"\x85\x94\x8c\x05order\x94\x8c\x01C\x94"
        b"\x8c\x05dtype\x94\x8c\x05numpy\x94\x8c\x05dtype\x94\x93\x94\x8c" + bytes([len(descr)]) + descr + b"\x94\x89\x88\x87\x94R\x94"
        b"(K\x03\x8c\x01<\x94NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0t\x94b"
        b"\x8c\x1bnumpy_array_alignment_bytes\x94K\x10ub" + raw
    )


@pytest.mark.parametrize("filler", [b"\x93", b".", b"cx\n", b"\x00", b"\xff", b"R"])
def test_raw_bytes_of_joblib_are_stepped_over(filler: bytes) -> None:
    raw = b"\x03\0\0\0" + (filler * 16)[:16]
    harmless = imports_of(joblib_array(b"f8", raw, 2) + b"e.")
    assert list(sorted_by_danger(harmless.names)) == []
    assert harmless.is_complete
    hostile = imports_of(joblib_array(b"f8", raw, 2) + b"\x8c\x05posixq\x05\x8c\x06systemq\x0700h\x05h\x07\x93e.")
    assert [name for _, name in sorted_by_danger(hostile.names)] == ["posix.system"]


def test_an_array_of_objects_is_a_pickle_in_the_middle() -> None:
    found = imports_of(joblib_array(b"O8", HOSTILE, 1) + b"e.")
    assert [name for _, name in sorted_by_danger(found.names)] == ["posix.system"]


def test_what_a_plain_unpickler_would_take_for_opcodes_is_searched() -> None:
    raw = b"\x00cposix\nsystem\n".ljust(17, b"\0")
    found = imports_of(joblib_array(b"f8", raw, 2) + b"e.")
    assert [name for _, name in sorted_by_danger(found.names)] == ["posix.system"]


@pytest.mark.parametrize("protocol", range(6))
def test_plain_values_are_silent(protocol: int) -> None:
    values = [
        {"a": [1, 2.5, "x", None, True, (1,), b"x", bytearray(b"y"), 1j, 2**80]},
        {1, 2},
        frozenset((1,)),
        collections.OrderedDict(a=1),
        collections.defaultdict(list, a=[1]),
        collections.Counter("aab"),
        dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
        dt.date(2024, 1, 1),
        dt.timedelta(1),
        PurePosixPath("a/b"),
        ValueError("x"),
        range(3),
        Ellipsis,
    ]
    found = imports_of(dumped(values, protocol))
    assert list(sorted_by_danger(found.names)) == []
    assert found.is_complete


@pytest.mark.parametrize(
    ("module", "name", "level"),
    [
        ("sklearn.linear_model._logistic", "LogisticRegression", SAFE),
        ("sklearn.svm._classes", "SVC", SAFE),
        ("sklearn._loss.link", "LogitLink", SAFE),
        ("_loss", "__pyx_unpickle_CyHalfSquaredError", SAFE),  # of gradient boosting
        ("_loss", "helper", CALLABLE),
        ("sklearn.feature_selection._univariate_selection", "f_classif", SAFE),
        ("sklearn.utils._testing", "TempMemmap", UNKNOWN),
        ("sklearn.externals.joblib", "load", CALLABLE),
        ("sklearn.datasets._base", "load_files", CALLABLE),
        ("pandas.core.frame", "DataFrame", SAFE),
        ("pyarrow.lib", "type_for_alias", SAFE),  # strings of pandas 3
        ("pyarrow.lib", "memory_map", CALLABLE),
        ("pandas", "eval", DANGEROUS),
        ("pandas", "read_pickle", DANGEROUS),
        ("pandas.io.common", "get_handle", DANGEROUS),
        ("numpy", "dtype", SAFE),
        ("numpy", "load", DANGEROUS),
        ("numpy.testing._private.utils", "runstring", DANGEROUS),
        ("numpy.anything", "helper", CALLABLE),
        ("torch._utils", "_rebuild_tensor_v2", SAFE),
        ("torch.nn.modules.linear", "Linear", SAFE),
        ("torch", "load", DANGEROUS),
        ("torch.utils.bottleneck.__main__", "run_cprofile", DANGEROUS),
        ("torch.fx.graph", "Graph", UNKNOWN),
        ("builtins", "set", SAFE),
        ("builtins", "KeyError", SAFE),
        ("builtins", "print", CALLABLE),
        ("functools", "partial", CALLABLE),
        ("ctypes.util", "find_library", DANGEROUS),
        ("xml.dom", "Node", CALLABLE),
        ("mine.models", "Net", UNKNOWN),
        ("mine.models", "make", CALLABLE),
        ("mine.models", "os.system", DANGEROUS),
        ("mine.models", "Net.build", CALLABLE),
    ],
)
def test_verdicts(module: str, name: str, level: int) -> None:
    assert verdict(module, name) == level


def test_limits_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pickles, "MAX_OPCODES", 100)
    assert not imports_of(dumped(list(range(1000)))).is_complete
    monkeypatch.setattr(pickles, "MAX_INFLATED", 1000)
    assert not imports_of(zlib.compress(dumped([0] * 5000))).is_complete
    assert not imports_of(b"\x04\x22\x4d\x18" + bytes(20)).is_complete


def test_a_bomb_stays_small() -> None:
    bomb = zlib.compress(zlib.compress(bytes(50_000_000)))
    assert imports_of(bomb).names == {}


@given(st.binary(max_size=300), st.integers(0, 5))
@settings(max_examples=200, deadline=None)
def test_any_bytes(data: bytes, cut: int) -> None:
    wrapped = (HOSTILE[: len(HOSTILE) - cut] + data, b"PK\x03\x04" + data, b"\x93NUMPY\x01" + data, joblib_array(b"f8", data, 2))
    for content in (data, *wrapped):
        found, again = imports_of(content), imports_of(content)
        assert (found.names, found.is_complete) == (again.names, again.is_complete)
        assert all(isinstance(part, str) for name in found.names for part in name)


@pytest.mark.parametrize("behind", [b"c\xf3\x81\n\x90x\n)R.", b"c\x01\x02\nq\n)R.", b"c\xff\nq\n."])
def test_what_no_module_can_be_called_is_no_import(behind: bytes) -> None:
    """Numbers behind a pickle, as in PyTorch's old checkpoints, now and then look like opcodes. Python stops at such a name."""
    found = imports_of(dumped(collections.OrderedDict(), 2) + behind)
    assert [level for level, _ in sorted_by_danger(found.names)] == []
    assert imports_of(dumped(collections.OrderedDict(), 2) + OLD) != found
