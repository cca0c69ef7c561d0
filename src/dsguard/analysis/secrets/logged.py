"""Where Python code shows a credential: prints it, logs it, or leaves it as the last line of a notebook's cell."""

from __future__ import annotations

import ast

from dsguard.analysis.secrets.names import kind_of_name, parts_of
from dsguard.documents.syntax import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.python import Module

_PRINTS = frozenset(
    (
        "print",
        "display",
        "pprint.pprint",
        "pprint.pp",
        "rich.print",
        "IPython.display.display",
        "click.echo",
        "typer.echo",
        "sys.stdout.write",
        "sys.stderr.write",
        "streamlit.write",
        "streamlit.text",
        "streamlit.markdown",
        "streamlit.code",
        "streamlit.json",
        "streamlit.info",
        "streamlit.success",
    )
)
_RECORDS = frozenset(
    ("mlflow.log_param", "mlflow.log_params", "mlflow.set_tag", "mlflow.log_dict", "mlflow.log_text", "wandb.log", "wandb.config.update")
)
_LEVELS = frozenset(("debug", "info", "warning", "warn", "error", "exception", "critical", "log", "success", "trace"))
_LOGGERS = frozenset(("logging", "logger", "log", "_logger", "_log", "LOGGER", "LOG"))
_READS = frozenset(("os.getenv", "os.environ.get", "os.environ.pop"))
_ASKS = frozenset(("getpass.getpass", "keyring.get_password", "google.colab.userdata.get", "dbutils.secrets.get"))
_MAPPINGS = frozenset(("os.environ", "streamlit.secrets"))
_SAME_VALUE = frozenset(("str", "repr", "dict", "json.dumps", "print"))
_SAME_METHODS = frozenset(("format", "strip", "decode", "encode", "get_secret_value", "rstrip", "lstrip", "upper", "lower"))
_SORTS_OF_TOKEN = frozenset(
    ("access", "auth", "api", "bearer", "refresh", "hf", "github", "gh", "gitlab", "slack", "bot", "jwt", "session", "pat")
)
"""Without one of these a token is mostly a piece of text."""


class Shown:
    """A place that shows a credential.

    Args:
        node: the expression that stands for it.
        how: ``prints``, ``warns of``, ``logs``, ``records`` or ``displays``.
        what: the expression as source, short.
    """

    __slots__ = ("how", "node", "what")

    def __init__(self, node: ast.expr, how: str, what: str) -> None:
        self.node = node
        self.how = how
        self.what = what


def shown(module: Module) -> Iterator[Shown]:
    """Every place of a module that shows a credential, each expression of a call once."""
    reader = _Reader(module)
    for call in module.nodes(ast.Call):
        how = reader.how(call)
        if how:
            told = set()
            arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
            for argument in arguments[:1] if how == "warns of" else arguments:
                for node in reader.credentials(argument):
                    what = _short(node)
                    if what not in told:
                        told.add(what)
                        yield Shown(node, how, what)
    if module.is_notebook:
        for statement in module.nodes(ast.Expr):
            if isinstance(module.parent(statement), ast.Module) and not isinstance(statement.value, ast.Call):
                for node in reader.credentials(statement.value):
                    yield Shown(node, "displays", _short(node))


class _Reader:
    """What expressions of one module stand for."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.read = self._variables()

    def _variables(self) -> frozenset[str]:
        """Names that are only ever given what was read from a place for credentials."""
        reads: dict[str, bool] = {}
        for assign in self.module.nodes(ast.Assign):
            for target in assign.targets:
                if isinstance(target, ast.Name):
                    reads[target.id] = reads.get(target.id, True) and self._is_read(assign.value)
        return frozenset(name for name, is_read in reads.items() if is_read)

    def how(self, call: ast.Call) -> str:
        """What a call does with its arguments, if it shows them."""
        name = self.module.resolve(call.func) or ""
        if not name and isinstance(call.func, ast.Name):
            name = call.func.id
        if name == "print" and any(keyword.arg == "file" and not self._is_terminal(keyword.value) for keyword in call.keywords):
            return ""  # into a file: .netrc, an answer to a request
        if name == "warnings.warn":
            return "warns of"
        if name in _PRINTS:
            return "prints"
        if name in _RECORDS:
            return "records"
        if isinstance(call.func, ast.Attribute) and call.func.attr in _LEVELS:
            owner = call.func.value
            last = last_name(owner)
            if last in _LOGGERS or last.lower().endswith("logger") or (self.module.resolve(owner) or "").startswith("logging"):
                return "logs"
        return ""

    def _is_terminal(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Attribute) and node.attr in ("stdout", "stderr")

    def credentials(self, node: ast.expr) -> Iterator[ast.expr]:
        """The parts of a value that are credentials and would be seen in it."""
        pending: list[ast.expr] = [node]
        while pending:
            part = pending.pop()
            if self._is_credential(part):
                yield part
            else:
                pending += self._seen_in(part)

    def _seen_in(self, node: ast.expr) -> list[ast.expr]:
        """The expressions whose values appear in that of this one."""
        if isinstance(node, ast.JoinedStr):
            return list(node.values)
        if isinstance(node, (ast.FormattedValue, ast.Starred, ast.NamedExpr, ast.Await)):
            return [node.value]
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod)):
            return [node.left, node.right]
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            return list(node.elts)
        if isinstance(node, ast.Dict):
            return list(node.values)
        if isinstance(node, ast.IfExp):
            return [node.body, node.orelse]
        if isinstance(node, ast.BoolOp):
            return list(node.values)
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else self.module.resolve(node.func) or ""
            arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
            if name in _SAME_VALUE:
                return arguments
            if isinstance(node.func, ast.Attribute) and node.func.attr in _SAME_METHODS:
                return [node.func.value, *arguments]
        return []

    def _is_credential(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self.read or _is_secret_name(node.id)
        if isinstance(node, ast.Attribute):
            return self.module.resolve(node) == "os.environ" or _is_secret_name(node.attr)
        return self._is_read(node) or (isinstance(node, ast.Subscript) and _is_secret_name(_text(node.slice)))

    def _is_read(self, node: ast.expr) -> bool:
        """Whether an expression reads a credential from the environment, a person or a store."""
        if isinstance(node, ast.Subscript):
            return self.module.resolve(node.value) in _MAPPINGS and bool(kind_of_name(_text(node.slice)))
        if isinstance(node, ast.Call):
            name = self.module.resolve(node.func) or ""
            if name in _READS:
                return bool(node.args) and bool(kind_of_name(_text(node.args[0])))
            return name in _ASKS
        return False


def _is_secret_name(name: str) -> bool:
    kind = kind_of_name(name)
    if kind == "token":
        return not _SORTS_OF_TOKEN.isdisjoint(parts_of(name))
    return kind not in ("", "possible key")


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _short(node: ast.expr) -> str:
    source = ast.unparse(node)
    return source if len(source) <= 60 else f"{source[:57]}..."
