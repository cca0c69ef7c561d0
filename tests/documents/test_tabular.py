"""Columns of tables. The binary samples were written by pyarrow 26.0.1; the workbook is what openpyxl 3.1 writes, cut down."""

from __future__ import annotations

import base64
import gzip
import io
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsguard.documents.tabular import columns_of
from dsguard.testing import tree

PARQUET = zlib.decompress(
    base64.b85decode(
        "c-nQ6&1%9x6oqfbbn3$G9TLbQ2o4si)PmAQHg!>KaUos131+APjcF$Rdx1WU&(KBRr>{_YCy75*3<(+TIp1*4otfM|_7KoR?-Cg;IC2jFnE5OV"
        "%7^L##R)@rN@YfUKc&`;`a#7eHjmXkPl&d=?t{biY_66e)&cDnb66Y!HfV81#dy(zv4Q){;fd0@iqJ0Qn%2oqv?HZbWEGjtSBcsa^YBSiD|{T7"
        "g6-IgSmzt}xmu{DO7hAtnCrPy2_CiA;^3Nwkg8%RhO&O|p_v+k;DWodNMo#x(pt7$xC0T$hn<^tJ@&V&NG8e_`m_$H0UTgA6;@;}vu^3{L;4Pm"
        "@M0Xr2sY6Rd?ZHl_dhNfY&Q^JOfXreAGG~6%${FV-kGIoC(N?doBygZ9j_AqdeFV<_S`9ra{q-NI`RqK$v+}8TSE"
    )
)
ARROW = zlib.decompress(
    base64.b85decode(
        "c-rk$u}%U(5S@hsE@VwEh8PM8N(&3@C@i3()6mdRNWw-hfs^DY^baij7z;nZkFelVtUTZB&Bk-$)mk{o-0tkWH@iDCx6}Fja&b;nK%NazLM&af"
        ")TS22m_bYgn_$KGM)ECn22KoJihcMf3J`1$^MS0vO+A_KS2sC_jIm!-cx;RJ?2DgdO!scf^ARv-CGLnZL-9AD8;RS7W-i~mHPJP&OTpKjVeQ<G"
        "V?P1+SaXIJba#7~IgBryn+mR1!8M_Ip3wpRw+d#UV!7=q-T1Z0uP2BS<K!Km*+lYg8k)=ZOxK)y3+?#aGjJk)uG_mQ&%|QsL@H-}WNJqKURM;P"
        "3)}iCa&0f9=7zrHnCc}~W8HcpV~E>V_&PiAhl+oy@O5_Jj}(8b@MDFaDE~zHXDVLs8O8feo98QK-z)p!2X2*D_#Q6nXVFz{-$_Z?OX!-h<U0IQ"
        "ucp$d-})@%=>N_5OK-*jmzw%F{}UdTm;("
    )
)
SHEET = (
    '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="C1" t="s"><v>0</v></c></row>'
    '<row r="2"><c r="A2" t="n"><v>1</v></c><c r="B2"/><c r="C2" t="inlineStr"><is><t>x &amp; y</t></is></c></row></sheetData></worksheet>'
)


def workbook(sheet: str = SHEET, strings: str = "<sst><si><r><t>e-</t></r><r><t>mail</t></r></si></sst>") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr("xl/workbook.xml", "<workbook/>")
        target.writestr("xl/worksheets/sheet1.xml", sheet)
        target.writestr("xl/sharedStrings.xml", strings)
    return out.getvalue()


def columns(name: str, content: str | bytes) -> list[tuple[str, list[str]]] | None:
    return columns_of(tree({name: content})[name])


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.csv", "id,e-mail\n1,a@b.de\n2,\n", [("id", ["1", "2"]), ("e-mail", ["a@b.de", ""])]),
        ("a.csv", "id;name\n1;Lopez, Maria\n2;Weber, Jonas\n", [("id", ["1", "2"]), ("name", ["Lopez, Maria", "Weber, Jonas"])]),
        ("a.csv", 'id,"a\tb"\r\n1,"x, y"\r\n', [("id", ["1"]), ("a\tb", ["x, y"])]),
        ("a.csv", "\ufeffid|x\n1|2\n".encode(), [("id", ["1"]), ("x", ["2"])]),
        ("a.csv", "id,stra\u00dfe\n1,x\n".encode("latin-1"), [("id", ["1"]), ("straße", ["x"])]),
        ("a.csv", "id,x\n1,2\n".encode("utf-16"), [("id", ["1"]), ("x", ["2"])]),
        ("a.csv", "# made by a tool\n\nid,x\n1,2\n", [("id", ["1"]), ("x", ["2"])]),
        ("a.csv", "email\na@b.de\n", [("email", ["a@b.de"])]),
        ("a.tsv", "id\tx, y\n1\t2\n", [("id", ["1"]), ("x, y", ["2"])]),
        ("a.csv.gz", gzip.compress(b"id,x\n1,2\n", mtime=0), [("id", ["1"]), ("x", ["2"])]),
        ("a.csv", "id,x\n1\n", [("id", ["1"]), ("x", [])]),
        (
            "a.jsonl",
            '{"id": 1, "user": {"email": "a@b.de"}}\n{"id": 2, "tags": ["a"], "ok": true, "x": null}\n',
            [("id", ["1", "2"]), ("email", ["a@b.de"]), ("x", [""])],
        ),
        ("a.parquet", PARQUET, [("id", []), ("email", []), ("ssn", []), ("phone", []), ("element", [])]),
        ("a.arrow", ARROW, [("id", []), ("email", []), ("ssn", []), ("phone", []), ("item", [])]),
        ("a.feather", ARROW, [("id", []), ("email", []), ("ssn", []), ("phone", []), ("item", [])]),
        ("a.xlsx", workbook(), [("id", ["1"]), ("", [""]), ("e-mail", ["x & y"])]),
    ],
)
def test_columns(name: str, content: str | bytes, expected: list[tuple[str, list[str]]]) -> None:
    assert columns(name, content) == expected


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "\n\n"),
        ("a.jsonl", "[1, 2]\n"),
        ("a.jsonl", "not json\n"),
        ("a.parquet", PARQUET[:-20] + PARQUET[-8:]),
        ("a.parquet", b"PAR1" + bytes(100) + b"\xff\xff\xff\x7fPAR1"),
        ("a.arrow", ARROW[:8] + bytes(200) + ARROW[-10:]),
        ("a.xlsx", b"PK\x05\x06" + bytes(18)),
        ("a.py", "id,x\n"),
        ("a.csv", f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0a' * 32}\nsize 12345\n"),
    ],
)
def test_no_table(name: str, content: str | bytes) -> None:
    assert columns(name, content) is None


def test_the_cut_at_the_end_of_what_is_read_makes_no_value() -> None:
    found = columns("a.csv", "id,x\n" + "1234567,é\n" * 20_000)
    assert found is not None
    assert {value for _, values in found for value in values} == {"1234567", "é"}
    assert [len(values) for _, values in found] == [200, 200]


def test_a_workbook_is_not_inflated_without_end() -> None:
    rows = '<row r="2"><c r="A2"><v>1</v></c></row>' * 100_000
    found = columns("a.xlsx", workbook(f'<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row>{rows}'))
    assert found is not None
    assert len(found[0][1]) == 200


@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.tsv", "a.jsonl", "a.xlsx", "a.parquet", "a.arrow"]), st.integers(0, 1500))
@settings(max_examples=300, deadline=None)
def test_any_bytes(data: bytes, name: str, at: int) -> None:
    damaged = (
        (name, data),
        ("a.parquet", b"PAR1" + data + len(data).to_bytes(4, "little") + b"PAR1"),
        ("a.parquet", PARQUET[: at % len(PARQUET)] + data[:5] + PARQUET[at % len(PARQUET) :]),
        ("a.arrow", ARROW[:at] + data[:4] + ARROW[at + 4 :]),
    )
    for path, content in damaged:
        found = columns(path, content)
        assert found == columns(path, content)
        assert all(isinstance(cell, str) for column, cells in found or () for cell in (column, *cells))
