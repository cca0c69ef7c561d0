"""Tables in outputs, however they were printed."""

from __future__ import annotations

import time
from typing import Any

import pytest

from dsguard.analysis.notebooks import tables
from dsguard.analysis.notebooks.shown import ERROR, HTML, JSON, PLAIN, STREAM, TABS, Text
from dsguard.analysis.notebooks.tables import tables_of

PANDAS = """\
<div>
<style scoped>
    .dataframe tbody tr th { vertical-align: top; }
</style>
<table border="1" class="dataframe">
  <thead>
    <tr style="text-align: right;">
      <th></th>
      <th>plan</th>
      <th>email</th>
    </tr>
  </thead>
  <tbody>
    <tr>
      <th>0</th>
      <td>basic</td>
      <td>ana@lima.local</td>
    </tr>
    <tr>
      <th>1</th>
      <td>R&amp;D</td>
      <td><b>bo</b>@lima.local</td>
    </tr>
  </tbody>
</table>
<p>2 rows</p>
</div>"""


def columns(text: Text) -> list[dict[str, list[str]]]:
    return [dict(table) for table in tables_of(text)]


EMAILS = ["ana@lima.local", "bo@lima.local"]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        pytest.param(HTML, PANDAS, id="pandas"),
        pytest.param(
            HTML,
            PANDAS.replace("  </thead>", "    <tr><th>customer</th><th></th><th></th></tr>\n  </thead>"),
            id="pandas with a named index",
        ),
        pytest.param(
            HTML,
            "<table border='1'>\n<tr><th>plan</th><th>email</th></tr>\n<tr><td>basic</td><td>ana@lima.local</td></tr>\n"
            "<tr><td>R&amp;D</td><td>bo@lima.local</td></tr>\n</table>",
            id="spark",
        ),
        pytest.param(
            HTML,
            "<TABLE class='dataframe'><THEAD><TR><TH>plan</TH><TH>email</TH></TR><TR><TD>str</TD><TD>str</TD></TR></THEAD><TBODY>"
            '<TR><TD>"basic"</TD><TD>ana@lima.local</TD></TR><TR><TD>"R&amp;D"</TD><TD>bo@lima.local</TD></TR></TBODY></TABLE>',
            id="polars",
        ),
        pytest.param(
            HTML,
            "<table><tr><td>plan</td><td>email</td></tr><tr><td>a</td><td>ana@lima.local</td></tr><tr><td>b</td><td>bo@lima.local</td></tr></table>",
            id="no headings",
        ),
        pytest.param(PLAIN, "    plan          email\n0  basic  ana@lima.local\n1    R&D   bo@lima.local", id="pandas, printed"),
        pytest.param(
            STREAM,
            "rows:\n    plan          email\n0  basic  ana@lima.local\n1    R&D   bo@lima.local\n\n[2 rows]\n",
            id="pandas, in a stream",
        ),
        pytest.param(
            STREAM,
            "     plan          email  \\\n10  a b c  ana@lima.local   \n11    R&D   bo@lima.local   \n\n    age\n10  3\n",
            id="pandas, wrapped",
        ),
        pytest.param(
            STREAM,
            "+-----+-------------+\n| plan|        email|\n+-----+-------------+\n|basic|ana@lima.local|\n|  R&D| bo@lima.local|\n+-----+",
            id="spark, printed",
        ),
        pytest.param(
            STREAM,
            "shape: (2, 2)\n┌───────┬───────────────┐\n│ plan  ┆ email         │\n│ ---   ┆ ---           │\n╞═══════╪═══════════════╡\n"
            "│ basic ┆ ana@lima.local │\n│ R&D   ┆ bo@lima.local  │\n└───────┴───────────────┘",
            id="polars, printed",
        ),
        pytest.param(TABS, "plan\temail\nbasic\tana@lima.local\nR&D\tbo@lima.local", id="zeppelin"),
    ],
)
def test_the_column_is_found(kind: str, text: str) -> None:
    found = columns(Text(kind, text))
    assert [table["email"] for table in found if "email" in table] == [EMAILS]


@pytest.mark.parametrize(
    "value",
    [
        {"schema": {"fields": [{"name": "plan"}, {"name": "email"}]}, "data": [{"plan": 1, "email": EMAILS[0]}, {"email": EMAILS[1]}]},
        {"schema": [{"name": "plan"}, {"name": "email"}], "data": [["basic", EMAILS[0]], [None, EMAILS[1]]], "type": "table"},
    ],
    ids=["dataresource", "databricks"],
)
def test_tables_of_json(value: Any) -> None:
    assert [table["email"] for table in columns(Text(JSON, "", value)) if "email" in table] == [EMAILS]


@pytest.mark.parametrize("value", [None, [], {}, {"schema": 3, "data": []}, {"schema": [3], "data": [3]}, {"data": [[1]]}])
def test_other_json_is_no_table(value: Any) -> None:
    assert columns(Text(JSON, "", value)) == []


def test_a_record_lying_on_its_side() -> None:
    text = "<table><thead><tr><th></th><th>0</th></tr></thead><tbody><tr><th>email</th><td>ana@lima.local</td></tr></tbody></table>"
    assert {"": ["0"], "email": ["ana@lima.local"]} in columns(Text(HTML, text))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (PLAIN, "<Figure size 640x480 with 1 Axes>"),
        (PLAIN, "email\n0 ana"),
        (ERROR, "KeyError: 'email'\n1 frames"),
        (STREAM, "Epoch 1/5\n10/10 - loss: 0.3\n"),
        (HTML, "<p>no table</p>"),
        (HTML, "<table><tr><th>email</th>"),
        (HTML, "<td>email</td></table>"),
        (TABS, ""),
    ],
)
def test_other_text_is_no_table(kind: str, text: str) -> None:
    assert columns(Text(kind, text)) == []


def test_limits_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_TABLES", 2)
    monkeypatch.setattr(tables, "MAX_ROWS", 3)
    row = "<tr><td>a</td><td>b</td><td>c</td><td>d</td></tr>"
    table = f"<table><tr><th>1</th><th>2</th><th>3</th><th>4</th></tr>{row * 50}</table>"
    found = columns(Text(HTML, table * 10))
    assert len(found) == 2
    assert [len(rows) for rows in found[0].values()] == [3, 3, 3, 3]


@pytest.mark.parametrize(
    "text",
    [
        Text(HTML, "<table>" + "<tr><td>" * 200_000),
        Text(HTML, "<" * 1_000_000),
        Text(HTML, "<td " * 300_000),
        Text(PLAIN, (" " * 3000 + "x\n") * 1000),
        Text(PLAIN, "|" * 1_000_000),
        Text(PLAIN, ("  a  b\n0  1  2\n") * 100_000),
        Text(TABS, "\t" * 500_000 + "\n" + "\t" * 500_000),
    ],
    ids=range(7),
)
def test_nothing_takes_long(text: Text) -> None:
    start = time.process_time()
    list(tables_of(text))
    assert time.process_time() - start < 3
