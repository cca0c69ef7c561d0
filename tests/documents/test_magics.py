"""What of a cell is not Python becomes Python on the same line."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsguard.documents.magics import cell_magic, is_foreign, line_magic, repaired, to_python

REWRITTEN = {
    "line magic": ("%matplotlib inline", "pass"),
    "with a blank": ("% matplotlib inline\nx = 1", "pass\nx = 1"),
    "indented": ("if x:\n    %cd data\n    !ls {x}", "if x:\n    pass\n    pass"),
    "shell": ("!pip install polars", "pass"),
    "shell twice": ("!!ls", "pass"),
    "shell that goes on": ("!pip install \\\n  polars \\\n  dask\nx = 1", "pass\n\n\nx = 1"),
    "magic that goes on": ("%env A=1 \\\n B\nx = 1", "pass\n\nx = 1"),
    "assigned shell": ("files = !ls *.csv", "files = None"),
    "assigned magic": ("t = %timeit -o f()", "t = None"),
    "assigned attribute": ("a.b = !ls\nx = 1", "a.b = None\nx = 1"),
    "assigned item": ("d['k'] = !ls", "d['k'] = None"),
    "assigned pair": ("a, b = !ls", "a, b = None"),
    "help before": ("?df.merge", "pass"),
    "help behind": ("df.merge?", "pass"),
    "source behind": ("df.merge??  ", "pass"),
    "autocall": ("/f a b", "pass"),
    "quoting": (",f a b\n;f a b", "pass\npass"),
    "after a string": ('"""doc"""\n%cd x', '"""doc"""\npass'),
    "timed": ("%time f(x)", "pass; f(x)"),
    "timed with options": ("%timeit -n 10 -r3 f('/mnt/x')", "pass;             f('/mnt/x')"),
    "timed assignment": ("    %time y = f(x)", "    pass; y = f(x)"),
    "timed and not Python": ("%time !ls", "pass"),
    "timed compound": ("%time for x in y: f(x)", "pass"),
    "timed nothing": ("%time", "pass"),
    "cell magic": ("%%time\nx = 1", "\nx = 1"),
    "cell magic below blanks": ("\n# why\n%%capture out\nx = 1", "\n# why\n\nx = 1"),
    "two cell magics": ("%%capture\n%%time\nx = 1", "\n\nx = 1"),
    "cell magic alone": ("%%time", ""),
    "comment with percents": ("# 100%% sure\n%%time\nx = 1", "# 100%% sure\n\nx = 1"),
}


@pytest.mark.parametrize(("source", "expected"), REWRITTEN.values(), ids=REWRITTEN)
def test_rewrites_what_is_not_python(source: str, expected: str) -> None:
    assert not is_foreign(source)
    assert to_python(source) == expected
    ast.parse(expected.replace("    pass", "pass") if expected.startswith("    ") else expected)


PYTHON = {
    "modulo": "x = a % b\ny = a %b",
    "modulo on the next line": "x = ('%s'\n  % name)",
    "modulo behind a backslash": "x = a \\\n  % b",
    "in a string": 's = """\n%matplotlib inline\n!ls\n?\n"""',
    "in a raw string": "s = r'''\n\\\n!ls\n'''",
    "in a string that goes on": "s = 'a \\\n%b'",
    "question in a comment": "x = 1  # why?",
    "question in a string": "s = 'why?'\nt = '''what\nelse?\n'''",
    "question in brackets": "s = ['a?',\n 'b?']",
    "quote in a comment": "x = 1  # don't\ny = 2  # 5'\nz = 'a'",
    "equals percent in a string": "s = 'a= %s' % x\nprint('x = !y')",
    "not equal": "x = a != b\nx = a !=b",
    "annotated": "x: int = 3",
    "keyword named like a magic": "time = 1\nls = 2\ncat(x)\nwho.am = 1\nenv['x'] = 1",
    "slash": "x = (1\n/ 2)",
    "division": "x = 4 \\\n/ 2",
    "matrix product": "a @= b\n@dec\ndef f(): pass",
    "statements on one line": "x = 1; y = 2",
    "bracket in a string": "x = '('\ny = \"[\"\nz = 1 % 2",
    "f-string": "s = f'{x!r} {y % 2}'\nt = f\"{a['b']}?\"",
}


@pytest.mark.parametrize("source", PYTHON.values(), ids=PYTHON)
def test_leaves_python_alone(source: str) -> None:
    ast.parse(source)
    assert to_python(source) == source
    assert list(repaired(source)) == []


FOREIGN = (
    "%%bash\nls",
    "%%html\n<p>",
    "%%writefile x.py\nx = 1",
    "\n\n%%sql\nselect 1",
    "%%time\n%%bash\nls",
    "%%R\nx <- 1",
    "%%\nx",
    "%%!\nls",
)


@pytest.mark.parametrize("source", FOREIGN)
def test_cells_in_another_language(source: str) -> None:
    assert is_foreign(source)


def test_names_of_magics() -> None:
    assert cell_magic("\n%%time f()\nx") == "time"
    assert cell_magic("x = 1\n%%time") is None
    assert cell_magic("") is None
    assert line_magic("# c\n%sql select 1") == "sql"
    assert line_magic("%%sql\nselect 1") is None
    assert line_magic("x % y") is None


REPAIRED = {
    "pip": ("pip install polars\nx = 1", "pass\nx = 1"),
    "cd": ("cd ../data", "pass"),
    "ls": ("x = 1\nls -l *.csv\ncat ../a.txt", "x = 1\npass\npass"),
    "indented": ("if x:\n    mkdir out", "if x:\n    pass"),
    "in a string": ("cd data\ns = '''\ncd data\n'''", "pass\ns = '''\ncd data\n'''"),
}


@pytest.mark.parametrize(("source", "expected"), REPAIRED.values(), ids=REPAIRED)
def test_commands_without_a_percent_sign(source: str, expected: str) -> None:
    assert to_python(source) == source
    assert list(repaired(source)) == [expected]


def test_timed_code_keeps_its_column() -> None:
    source = "%timeit -n 10 load('/home/ann')"
    tree = ast.parse(to_python(source))
    call = next(node for node in ast.walk(tree) if isinstance(node, ast.Call))
    assert source[call.col_offset : call.end_col_offset] == "load('/home/ann')"


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab1 =%!?/,;#\\'\"\n\t()[]{}tim", max_size=40))
def test_no_line_moves(source: str) -> None:
    assert to_python(source).count("\n") == source.count("\n")
    for reading in repaired(source):
        assert reading.count("\n") == source.count("\n")
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        return
    if not is_foreign(source):
        assert ast.dump(ast.parse(to_python(source))) == ast.dump(ast.parse(source))
