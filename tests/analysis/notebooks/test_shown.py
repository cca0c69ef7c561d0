"""What text an output shows: of every version of the format, without colours, without pictures, within limits."""

from __future__ import annotations

from typing import Any

import pytest

from dsguard.analysis.notebooks import shown
from dsguard.analysis.notebooks.shown import texts_of


def texts(output: dict[str, Any]) -> list[tuple[str, str]]:
    return [(text.kind, text.text) for text in texts_of(output)]


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ({"output_type": "stream", "name": "stdout", "text": ["a\n", "b\n"]}, [("stream", "a\nb\n")]),
        ({"output_type": "stream", "name": "stderr", "text": "a"}, [("stream", "a")]),
        ({"output_type": "stream", "text": None}, []),
        ({"output_type": "error", "traceback": ["\x1b[0;31mKeyError\x1b[0m", "  File x"]}, [("error", "KeyError\n  File x")]),
        ({"output_type": "error", "evalue": "no file", "traceback": []}, [("error", "no file")]),
        ({"output_type": "error", "traceback": "as one string"}, [("error", "as one string")]),
        (
            {"output_type": "display_data", "data": {"text/plain": ["x"], "text/html": "<b>x</b>", "image/png": "iVBORw0KGgo="}},
            [("plain", "x"), ("html", "<b>x</b>")],
        ),
        ({"output_type": "display_data", "data": {"image/svg+xml": "<svg/>", "application/pdf": "JVBERi0="}}, []),
        ({"output_type": "display_data", "data": {"application/vnd.jupyter.widget-view+json": {"model_id": "a"}}}, []),
        ({"output_type": "display_data", "data": {"text/tab-separated-values": "a\tb"}}, [("tabs", "a\tb")]),
        ({"output_type": "display_data", "data": {"application/json": {"path": ["x", 1, None, "y"]}}}, [("json", "path\nx\ny")]),
        ({"output_type": "display_data", "data": {"application/vnd.plotly.v1+json": "as text"}}, [("plain", "as text")]),
        ({"output_type": "display_data", "data": {"application/json": {"image/png": "iVBORw0KGgo="}}}, [("json", "image/png")]),
        ({"output_type": "pyout", "text": ["4"], "html": ["<b>4</b>"], "png": "iVBORw0KGgo="}, [("html", "<b>4</b>"), ("plain", "4")]),
        ({"output_type": "pyerr", "traceback": ["NameError"]}, [("error", "NameError")]),
        (
            {
                "output_type": "display_data",
                "data": {"text/html": "<div></div>"},
                "metadata": {"application/vnd.databricks.v1+output": {"data": [["x"]]}},
            },
            [("html", "<div></div>"), ("json", "data\nx")],
        ),
        ({"output_type": "display_data", "data": ["?"], "metadata": None}, []),
        ({"output_type": 3}, []),
        ({}, []),
    ],
    ids=str,
)
def test_texts(output: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert sorted(texts(output)) == sorted(expected)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("\x1b[0;32m/home/\x1b[1;31mana\x1b[0m", "/home/ana"),
        ("\x1b]8;;file:///x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b[?25lhidden\x1b[?25h", "hidden"),
        ("\x1b alone", "\x1b alone"),
        ("\x1b[" + "1;" * 500, "\x1b[" + "1;" * 500),
    ],
)
def test_control_sequences_are_taken_out(written: str, read: str) -> None:
    assert texts({"output_type": "stream", "text": written}) == [("stream", read)]


def test_long_texts_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "MAX_TEXT", 5)
    monkeypatch.setattr(shown, "MAX_ITEMS", 3)
    assert texts({"output_type": "stream", "text": "abcdefgh"}) == [("stream", "abcde")]
    deep = {"output_type": "display_data", "data": {"application/json": [["a"], ["b"], ["c"], ["d"]]}}
    assert texts(deep) == [("json", "")]


def test_nesting_is_no_danger() -> None:
    value: Any = "end"
    for _ in range(100_000):
        value = [value]
    assert texts({"output_type": "display_data", "data": {"application/json": value}}) == [("json", "end")]
