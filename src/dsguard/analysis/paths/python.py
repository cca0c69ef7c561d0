"""Path literals in Python, judged by the syntax tree around them.

A string that starts like a path is often none: a route, an XPath expression, a regular expression, the right
operand of a ``+``. :func:`places` walks from each literal of the wanted shape up to its statement and lets every
step speak: a step can give the literal a role (the default of an option) or rule it out.
"""

from __future__ import annotations

import ast
import re

from dsguard.analysis.paths import vocabulary
from dsguard.analysis.paths.evidence import names_path, only_asks, only_builds, passes_on, takes_path
from dsguard.analysis.paths.place import (
    CHDIR,
    CLI_DEFAULT,
    COMMAND,
    ENV_DEFAULT,
    ENV_SET,
    PARAMETER_DEFAULT,
    SYS_PATH,
    VALUE,
    Place,
)
from dsguard.analysis.paths.shapes import embedded_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from dsguard.analysis.paths.shapes import MachinePath, Shape
    from dsguard.documents.python import Module

    Step = Callable[["_Climb", ast.AST, Any], "bool | None"]
    """From a child to its parent: ``False`` rules the literal out, ``True`` ends the climb, ``None`` goes on."""

_MAX_TEXT = 1000
"""Characters: a longer literal is no path."""

_MAX_STEPS = 60
_MAY_START = re.compile(r"\s*(?:/|\\|~|\.\.|[A-Za-z]:|-|[a-z]{2,8}[\s:+])")
_OPTION = re.compile(r"--?([A-Za-z][\w.\-]{0,40})=")
_BARE_DRIVE = re.compile(r"[C-Zc-z]:[\\/]{1,2}")


def places(module: Module, shape: Shape) -> Iterator[Place]:
    """Every literal of a module that has the shape and stands where a path is meant.

    Args:
        shape: judges the text of one literal; what is filled in at run time reads ``{}`` there.
    """
    for node in module.nodes(ast.Constant):
        value = node.value
        if isinstance(value, str) and len(value) > 2:
            yield from _judge(module, node, _as_written(module, node, value), shape)


def _judge(module: Module, node: ast.Constant, text: str, shape: Shape) -> Iterator[Place]:
    path = shape(text)
    is_embedded = path is None
    if path is None:
        path = embedded_path(text, shape)
    if path is None or (not is_embedded and _is_prose(text)):
        return
    climb = _Climb(module, path)
    if climb.ends_as_path(node):
        option = _OPTION.match(text)
        yield Place(
            path,
            module.at(climb.anchor),
            COMMAND if is_embedded else climb.role,
            "python",
            name=climb.name,
            is_evident=not climb.is_asked and (climb.is_evident or is_embedded or (option is not None and names_path(option[1]))),
            is_used=climb.is_used,
            in_function=climb.in_function(),
        )


def _is_prose(text: str) -> bool:
    """Whether a text that starts with a path goes on as something else: lines of a listing, a paragraph."""
    return "\n" in text.strip() or len(text) > _MAX_TEXT


def _as_written(module: Module, node: ast.Constant, value: str) -> str:
    """The literal with ``{}`` for what is filled in at run time, as far as that is known here."""
    if not _MAY_START.match(value):
        return value
    parent = module.parent(node)
    if isinstance(parent, ast.JoinedStr) and parent.values[0] is node:
        return "".join([part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "{}" for part in parent.values])
    if _BARE_DRIVE.fullmatch(value) and parent is not None:
        is_joined = isinstance(parent, ast.BinOp) and parent.left is node
        if isinstance(parent, ast.Call) and len(parent.args) > 1 and parent.args[0] is node:
            is_joined = (module.resolve(parent.func) or "").endswith(("path.join", "Path"))
        return f"{value}{{}}" if is_joined else value
    return value


class _Climb:
    """The way from one literal up to its statement, and what was learnt on it."""

    def __init__(self, module: Module, path: MachinePath) -> None:
        self.module = module
        self.is_posix = path.is_posix
        self.has_tail = bool(path.tail)
        self.names_person = path.user != ""
        self.role = VALUE
        self.name = ""
        self.is_evident = False
        self.is_used = False
        self.is_asked = False
        self.is_given_away = False
        """Whether a call took it of which nothing is known: the name of its result is not the literal's."""
        self.anchor: ast.AST = module.tree

    def ends_as_path(self, node: ast.Constant) -> bool:
        """Whether the literal is meant as a path. Sets ``role``, ``name`` and ``anchor``."""
        self.anchor = node
        child: ast.AST = node
        parent = self.module.parent(node)
        if isinstance(parent, ast.Expr):
            return False  # a docstring, or code put out of work as a string
        if isinstance(parent, ast.JoinedStr):
            self.anchor = parent
            if parent.values[0] is not node:
                return False
        for _ in range(_MAX_STEPS):
            if parent is None:
                return True
            step = _STEPS.get(type(parent))
            verdict = step(self, child, parent) if step is not None else isinstance(parent, ast.stmt) or None
            if verdict is not None:
                return verdict
            child, parent = parent, self.module.parent(parent)
        return False

    def call_it(self, name: str) -> None:
        """Take note of a name that the literal goes by; the innermost one is told."""
        if not (self.is_given_away or self.is_used):
            self.name = self.name or name
        if name and not self.is_given_away:
            self.is_evident = self.is_evident or names_path(name)

    def in_function(self) -> bool:
        """Whether it stands in a function or a class, so that importing the module reads and writes nothing there."""
        node: ast.AST | None = self.anchor
        while node is not None and not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            node = self.module.parent(node)
        return node is not None

    def is_other(self, name: str) -> bool:
        """Whether something of this name holds a route or a pattern rather than a path."""
        if _PATTERN_NAMES.fullmatch(name):
            return True
        return self.is_posix and _ROUTE_NAMES.fullmatch(name) is not None and not _STORE_NAMES.match(name)


_ROUTE_NAMES = re.compile(
    r"(?:.*_)?(?:url|urls|uri|route|routes|endpoint|endpoints|href|link|links|pathname|xpath|json_pointer|location)"
    r"(?:_(?:prefix|path|name|root))?|(?:route|path|api|router)_prefix",
    re.IGNORECASE,
)
_PATTERN_NAMES = re.compile(r"(?:.*_)?(?:pattern|patterns|regex|regexp|regexes|re|match|xpath|latex|tex|template_re)", re.IGNORECASE)
_STORE_NAMES = re.compile(r".*(?:tracking|artifact|registry|store|storage|backend|database|db|file|data|model).*", re.IGNORECASE)
"""A ``tracking_uri`` or a ``file_location`` is a path all the same."""


def _operator(_climb: _Climb, child: ast.AST, parent: ast.BinOp) -> bool | None:
    return False if child is parent.right and isinstance(parent.op, (ast.Add, ast.Div)) else None


def _keyword(climb: _Climb, _child: ast.AST, parent: ast.keyword) -> bool | None:
    name = parent.arg or ""
    if name in vocabulary.TEXT_NAMES or climb.is_other(name):
        return False
    if name == "default" and climb.role == VALUE:
        climb.role = PARAMETER_DEFAULT
    climb.call_it(name)
    return None


def _call(climb: _Climb, child: ast.AST, call: ast.Call) -> bool | None:
    if child is call.func:  # a method of the literal itself: "...".format()
        climb.is_asked = climb.is_asked or (isinstance(child, ast.Attribute) and only_asks(child.attr))
        return None
    argument = _Argument(climb.module, call, child)
    if argument.is_no_path(is_posix=climb.is_posix, has_tail=climb.has_tail) or (argument.is_taken_out() and not climb.names_person):
        return False
    if takes_path(argument.last, argument.origin) and argument.may_be_path():
        climb.is_evident = True
        climb.is_used = climb.is_used or not only_builds(argument.last)
    elif only_asks(argument.last):
        climb.is_asked = True
    elif not passes_on(argument.last):
        climb.call_it(argument.key_name())
        climb.is_given_away = True
    role = argument.role()
    if role is not None:
        climb.role, climb.name = role, argument.option_name() or climb.name
        climb.is_evident = climb.is_evident or role in (SYS_PATH, CHDIR) or names_path(climb.name)
    return None


class _Argument:
    """One argument of a call.

    Args:
        child: the argument; a :class:`ast.keyword` if it has a name.
    """

    def __init__(self, module: Module, call: ast.Call, child: ast.AST) -> None:
        self.call = call
        self.origin = module.resolve(call.func) or ""
        self.last = call.func.attr if isinstance(call.func, ast.Attribute) else self.origin.rpartition(".")[2]
        self.keyword = child.arg if isinstance(child, ast.keyword) else None
        self.index = next((index for index, argument in enumerate(call.args) if argument is child), None)

    def is_no_path(self, *, is_posix: bool, has_tail: bool) -> bool:
        """Whether the callee takes something else than a path there."""
        last = self.last
        if self.origin.startswith(("re.", "regex.", "ntpath.", "posixpath.", "monkeypatch.")) or ".monkeypatch." in self.origin:
            return True
        if last in vocabulary.PURE_PATHS or last in vocabulary.FAKES or last.startswith("assert"):
            return True
        if last in vocabulary.REGEX_METHODS and self._is_string_accessor():
            return True
        if last in vocabulary.PREFIX_METHODS and not has_tail:
            return True  # a test for what other machines call it
        return is_posix and (self._is_remote() if self._is_file_transfer() else self._is_route())

    def is_taken_out(self) -> bool:
        """Whether it is what ``text.replace(old, new)`` takes out of a text: what another machine wrote there."""
        return self.last == "replace" and self.index == 0 and len(self.call.args) > 1 and not self.origin.startswith(("os.", "shutil."))

    def may_be_path(self) -> bool:
        """Whether a function that takes a path takes it there: not the key within an HDF5 file, nor the name of a sheet."""
        if self.keyword is not None:
            return self.keyword in vocabulary.FILE_KEYWORDS or names_path(self.keyword)
        return self.index == 0 or not self.last.startswith(("read", "open", "load", "scan", "imread"))

    def _is_string_accessor(self) -> bool:
        """Whether it is a method of pandas' ``.str``, which takes regular expressions."""
        function = self.call.func
        return isinstance(function, ast.Attribute) and isinstance(function.value, ast.Attribute) and function.value.attr == "str"

    def _is_route(self) -> bool:
        last, index = self.last, self.index
        is_first = index is not None and index <= (1 if last in ("request", "stream") else 0)
        if last in vocabulary.ROUTE_CALLS and (is_first or self.keyword in vocabulary.ROUTE_KEYWORDS):
            return True
        is_lookup = last in vocabulary.XPATH_CALLS or last in vocabulary.NODE_CALLS or last.startswith(("find_element", "find_elements"))
        if is_lookup or last == "joinpath":
            return True
        is_join = last in ("Path", "urljoin") or (last == "join" and self.origin != "join")
        return is_join and bool(index)

    def _is_file_transfer(self) -> bool:
        """Whether a client of another machine is called, ``sftp.chdir``, or an operator that sends a file by SFTP."""
        function = self.call.func
        names = (_name_of(function.value) if isinstance(function, ast.Attribute) else "", self.last)
        return any("ftp" in name.lower() for name in names)

    def _is_remote(self) -> bool:
        """Whether such a call takes a path of the other machine there."""
        if self.keyword is not None:
            return not self.keyword.startswith("local")
        return self.index != {"put": 0, "get": 1}.get(self.last)

    def role(self) -> str | None:
        """What the literal is there for, if the call tells."""
        if self.last in vocabulary.CLI_CALLS:
            is_flag = self.origin.startswith(("absl", "tf.", "tensorflow", "typer"))
            if self.keyword == "default" or self.index or (self.index == 0 and is_flag):
                return CLI_DEFAULT
        if self.index == 1 and (self.last == "getenv" or (self.last in ("get", "setdefault", "pop") and "environ" in self.origin)):
            return ENV_DEFAULT
        if self.origin.startswith("sys.path.") or self.last == "addsitedir":
            return SYS_PATH
        if self.last in ("chdir", "setwd"):
            return CHDIR
        return None

    def key_name(self) -> str:
        """``data_dir`` of ``config.get("data_dir", ...)``."""
        first = self.call.args[0] if self.index == 1 and self.last in ("get", "setdefault", "pop", "getattr") else None
        return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""

    def option_name(self) -> str:
        """``--data-dir`` of an ``add_argument`` call, the variable of a ``getenv``."""
        texts = [argument.value for argument in self.call.args if isinstance(argument, ast.Constant) and isinstance(argument.value, str)]
        if self.last in vocabulary.CLI_CALLS:
            return next((text for text in texts if text.startswith("--")), "")
        return texts[0] if self.index == 1 and texts else ""


def _compare(climb: _Climb, child: ast.AST, parent: ast.Compare) -> bool | None:
    for other in (parent.left, *parent.comparators):
        if other is not child and climb.is_posix:
            name = _name_of(other)
            if climb.is_other(name) or (name == "path" and isinstance(other, ast.Attribute)):
                return False  # request.path == "/home/..."
    return None


def _dict(climb: _Climb, child: ast.AST, parent: ast.Dict) -> bool | None:
    keys = {key.value: value for key, value in zip(parent.keys, parent.values, strict=True) if isinstance(key, ast.Constant)}
    if climb.is_posix and "op" in keys and "path" in keys:
        return False  # an operation of a JSON patch
    for key, value in keys.items():
        if value is child and isinstance(key, str):
            if key.lower() in vocabulary.TEXT_NAMES or climb.is_other(key):
                return False
            climb.call_it(key)
    return None


def _subscript(climb: _Climb, child: ast.AST, parent: ast.Subscript) -> bool | None:
    return False if child is parent.slice and climb.is_posix else None


def _assign(climb: _Climb, _child: ast.AST, parent: ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr) -> bool | None:
    for target in parent.targets if isinstance(parent, ast.Assign) else [parent.target]:
        name = _name_of(target)
        if climb.is_other(name) or name.lower() in vocabulary.TEXT_NAMES:
            return False
        climb.call_it(name)
        if climb.module.resolve(target.value if isinstance(target, ast.Subscript) else target) == "sys.path":
            climb.role = SYS_PATH
            climb.is_evident = True
        if isinstance(target, ast.Subscript) and (climb.module.resolve(target.value) or "").endswith("environ"):
            climb.role = ENV_SET
            climb.call_it(str(target.slice.value) if isinstance(target.slice, ast.Constant) else "")
    return None if isinstance(parent, ast.NamedExpr) else True


def _sequence(climb: _Climb, child: ast.AST, parent: ast.List | ast.Tuple) -> bool | None:
    """``["--data-dir", "/data/x"]``: the arguments of a command."""
    index = next((index for index, element in enumerate(parent.elts) if element is child), 0)
    before = parent.elts[index - 1] if index else None
    if isinstance(before, ast.Constant) and isinstance(before.value, str) and before.value.startswith("-"):
        climb.call_it(before.value)
    return None


def _return(climb: _Climb, _child: ast.AST, parent: ast.Return) -> bool | None:
    node: ast.AST | None = parent
    while node is not None and not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        node = climb.module.parent(node)
    if node is not None:
        climb.call_it(node.name)
    return True


def _definition(climb: _Climb, child: ast.AST, parent: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool | None:
    if child not in parent.decorator_list or not climb.is_posix or climb.role == CLI_DEFAULT:
        return True
    decorator = child.func if isinstance(child, ast.Call) else child
    return (climb.module.resolve(decorator) or "").rpartition(".")[2] in vocabulary.CLI_DECORATORS


def _parameters(climb: _Climb, child: ast.AST, parent: ast.arguments) -> bool | None:
    if climb.role == VALUE:
        climb.role = PARAMETER_DEFAULT
    positional = [*parent.posonlyargs, *parent.args]
    defaults = [*zip(positional[len(positional) - len(parent.defaults) :], parent.defaults, strict=True)]
    for parameter, default in (*defaults, *zip(parent.kwonlyargs, parent.kw_defaults, strict=True)):
        if default is child:
            if climb.is_other(parameter.arg) or parameter.arg in vocabulary.TEXT_NAMES:
                return False
            climb.call_it(parameter.arg)
    return None


def _never(_climb: _Climb, _child: ast.AST, _parent: ast.AST) -> bool | None:
    return False


def _not_if_posix(climb: _Climb, _child: ast.AST, _parent: ast.AST) -> bool | None:
    return False if climb.is_posix else None


_STEPS: dict[type[ast.AST], Step] = {
    ast.BinOp: _operator,
    ast.keyword: _keyword,
    ast.Call: _call,
    ast.Compare: _compare,
    ast.Dict: _dict,
    ast.Subscript: _subscript,
    ast.Assign: _assign,
    ast.AnnAssign: _assign,
    ast.AugAssign: _assign,
    ast.NamedExpr: _assign,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Return: _return,
    ast.FunctionDef: _definition,
    ast.AsyncFunctionDef: _definition,
    ast.ClassDef: _definition,
    ast.arguments: _parameters,
    ast.Assert: _never,
    ast.MatchValue: _not_if_posix,
}


def _name_of(node: ast.AST) -> str:
    """The last part of a name or attribute; ``""`` for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
