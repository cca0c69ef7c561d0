"""Seeding code that does not do what it looks like, by itself: whoever calls it."""

from __future__ import annotations

import ast
import re

from dsguard.analysis.seeds.knowledge import Verdict, find_seeder, find_source, is_named_like_a_seeder
from dsguard.documents.syntax import calls_within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.analysis.seeds.values import FunctionNode
    from dsguard.documents.python import Module


class Defect:
    """What is wrong with a piece of seeding code, and what to do.

    Args:
        kind: stable, for fingerprints.
    """

    __slots__ = ("help", "kind", "message", "node")

    def __init__(self, node: ast.AST, kind: str, message: str, help: str) -> None:
        self.node = node
        self.kind = kind
        self.message = message
        self.help = help


def find_defects(module: Module) -> Iterator[Defect]:
    """All of a file, kind by kind."""
    if not module.syntax.once("seed-hint", lambda: _hints(module.source)):
        return
    yield from _assigned(module)
    yield from _thrown_away(module)
    for function in module.statements():
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) and is_named_like_a_seeder(function.name):
            yield from _ignored_parameter(module, function)
    yield from _only_on_gpu(module)
    yield from _drops_zero(module)


def _assigned(module: Module) -> Iterator[Defect]:
    for statement in module.statements():
        for target in statement.targets if isinstance(statement, ast.Assign) else ():
            seeder = find_seeder(module.resolve(target) or "") if isinstance(target, ast.Attribute) else None
            if seeder is not None:
                written = ast.unparse(target)
                value = ast.unparse(statement.value)  # type: ignore[attr-defined]
                yield Defect(
                    statement,
                    f"assigned:{seeder.name}",
                    f"`{written} = ...` seeds nothing: it replaces the function by a value",
                    f"Call it: `{written}({value if len(value) < _SHORT else '...'})`.",
                )


def _thrown_away(module: Module) -> Iterator[Defect]:
    """``np.random.RandomState(42)`` that stands alone where the global generator is drawn from: it seeds a new one, and nobody has it."""
    for statement in module.statements():
        if not isinstance(statement, ast.Expr):
            continue
        call = statement.value
        name = (module.resolve(call.func) or "") if isinstance(call, ast.Call) and (call.args or call.keywords) else ""
        if name not in _GENERATORS or isinstance(module.parent(statement), (ast.With, ast.Try)):  # somebody looks whether it raises
            continue
        token, seeding = _GENERATORS[name]
        written = ast.unparse(call)
        if len(written) < _LONG and _draws(module, token, _circumstances(module, statement)[0]):
            yield Defect(
                statement,
                f"thrown away:{name}",
                f"`{written}` seeds nothing: it makes a generator of its own, which nobody keeps",
                f"Keep it and draw from it: `rng = {written}`. What draws elsewhere is seeded by `{seeding}(...)`.",
            )


def _draws(module: Module, token: str, function: ast.AST | None) -> bool:
    """Whether a function, or the file, has a call that draws from a global generator."""
    for node in calls_within([module.tree if function is None else function]):
        source = find_source(module.resolve(node.func) or "")
        if source is None or token not in source.rngs or source.reach != "global":
            continue
        if source.judge(node, lambda given: (isinstance(given, ast.Constant), getattr(given, "value", None))) is Verdict.DRAWS:
            return True
    return False


def _ignored_parameter(module: Module, function: FunctionNode) -> Iterator[Defect]:
    """A helper that seeds with something else than the seed that it is given."""
    arguments = function.args
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    seeds = [name for name in names if "seed" in name.lower()]
    if len(seeds) != 1:
        return
    calls = [node for node in calls_within([function]) if find_seeder(module.resolve(node.func) or "")]
    used = any(isinstance(node, ast.Name) and node.id == seeds[0] for node in ast.walk(function))
    if calls and not used:
        yield Defect(
            calls[0],
            f"ignored:{function.name}",
            f"{function.name}() ignores its parameter `{seeds[0]}`: it seeds with `{ast.unparse(calls[0])[:_LONG]}`, whatever it is given",
            f"Pass `{seeds[0]}` on.",
        )


def _only_on_gpu(module: Module) -> Iterator[Defect]:
    """PyTorch's CPU generator, which makes weights and shuffles, seeded only where there is a GPU."""
    if not _may_ask_for_gpu(module.source.lower()):
        return
    guarded: dict[ast.AST | None, ast.Call] = {}
    free: set[ast.AST | None] = set()
    for call in module.nodes(ast.Call):
        seeder = find_seeder(module.resolve(call.func) or "")
        if seeder is None or "torch" not in seeder.covers:
            continue
        function, is_guarded = _circumstances(module, call)
        if is_guarded:
            guarded.setdefault(function, call)
        else:
            free.add(function)
    for function, call in guarded.items():
        if function not in free and None not in free:
            written = ast.unparse(call.func)
            yield Defect(
                call,
                f"gpu:{written}",
                f"{written} is called only where there is a GPU: on other machines PyTorch is not seeded",
                "Move it out of the `if`: it seeds the CPU's generator and those of all GPUs.",
            )


def _circumstances(module: Module, node: ast.AST) -> tuple[ast.AST | None, bool]:
    """The function that holds a node, and whether it runs only with a GPU."""
    is_guarded = False
    child, around = node, module.parent(node)
    while around is not None and not isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        if isinstance(around, ast.If) and child in around.body and _asks_for_gpu(around.test):
            is_guarded = True
        child, around = around, module.parent(around)
    return around, is_guarded


def _asks_for_gpu(test: ast.expr) -> bool:
    func = test.func if isinstance(test, ast.Call) else None
    return isinstance(func, ast.Attribute) and func.attr == "is_available"


def _drops_zero(module: Module) -> Iterator[Defect]:
    """``if seed:`` around the seeding: 0 is a seed as good as any, and is not used."""
    for statement in module.statements():
        if not isinstance(statement, ast.If):
            continue
        test = statement.test
        name = test.id if isinstance(test, ast.Name) else test.attr if isinstance(test, ast.Attribute) else ""
        if not name.lower().endswith("seed") or name.lower().startswith(("use", "do", "fix", "set", "is", "has", "no")):
            continue
        if isinstance(test, ast.Name) and _is_switch(module, statement, test.id):
            continue
        wanted = ast.dump(test)
        for node in calls_within(statement.body):
            if not _is_seeding(module, node):
                continue
            if any(ast.dump(one) == wanted for given in (*node.args, *(key.value for key in node.keywords)) for one in ast.walk(given)):
                written = ast.unparse(test)
                yield Defect(
                    statement,
                    f"zero:{written}",
                    f"`if {written}:` takes the seed 0 for no seed: such a run is not seeded",
                    f"Write `if {written} is not None:`.",
                )
                break


def _is_switch(module: Module, node: ast.AST, name: str) -> bool:
    """Whether a name is a parameter that is ``False`` by default: then 0 means the same."""
    function, _ = _circumstances(module, node)
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    given = function.args
    names = [*given.posonlyargs, *given.args]
    defaults = [
        *zip(names[len(names) - len(given.defaults) :], given.defaults, strict=True),
        *zip(given.kwonlyargs, given.kw_defaults, strict=True),
    ]
    return any(one.arg == name and isinstance(value, ast.Constant) and value.value is False for one, value in defaults)


def _is_seeding(module: Module, call: ast.Call) -> bool:
    name = module.resolve(call.func) or ""
    return find_seeder(name) is not None or is_named_like_a_seeder(name.rpartition(".")[2])


def _hints(source: str) -> bool:
    """Whether there is what a file without defects rarely has: the tree is walked only after it."""
    lowered = source.lower()
    if any(
        before.search(lowered, max(0, match.start() - _BEFORE), match.start()) for end, before in _HINTS for match in end.finditer(lowered)
    ):
        return True
    if _HELPER_WORDS.search("\n".join(_DEFINED.findall(lowered))) is not None:
        return True
    if _may_ask_for_gpu(lowered):
        return True
    makings = (match.start() for making in _MAKING for match in making.finditer(lowered))
    return any(_NOTHING_BEFORE.fullmatch(lowered, lowered.rfind("\n", 0, start) + 1, start) for start in makings)


def _may_ask_for_gpu(lowered: str) -> bool:
    return "is_available()" in lowered and _GPU_HINT.search(lowered) is not None


# Each starts with a literal, and none ignores case: the search for them leaps from one such literal to the next.
_HINTS = (
    (re.compile(r"seed(?:_all)?[ \t]{0,8}=(?!=)"), re.compile(r"\.(?:manual_|set_)?(?:random_)?\Z")),
    (re.compile(r"seed[ \t]{0,8}:"), re.compile(r"if [\w.]{0,80}\Z")),
)
"""What a hint ends with, and what it is one behind."""
_BEFORE = 100
_DEFINED = re.compile(r"def (\w{1,80})")
_HELPER_WORDS = re.compile("seed|rng|random|determin|reproduc")
_MAKING = (re.compile(r"randomstate\("), re.compile(r"default_rng\("), re.compile(r"random\("))
_NOTHING_BEFORE = re.compile(r"[ \t]*(?:[\w.]*\.)?")
_GPU_HINT = re.compile(
    r"if [^\n]{0,200}is_available\(\)[^\n]{0,200}:[^\n]{0,200}\n(?:[^\n]{0,400}\n){0,12}?[^\n]{0,200}seed",
)
_GENERATORS = {
    "numpy.random.RandomState": ("numpy", "np.random.seed"),
    "numpy.random.default_rng": ("numpy", "np.random.seed"),
    "random.Random": ("python", "random.seed"),
}
"""Generators, the token of the global one of the same library, and what seeds that."""
_SHORT = 20
_LONG = 60
