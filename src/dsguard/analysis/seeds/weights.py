"""First weights of a model: they matter where it is trained, and come to nothing where others are loaded."""

from __future__ import annotations

import ast
import re

from dsguard.documents.syntax import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dsguard.analysis.seeds.knowledge import Source
    from dsguard.documents.python import Module

_KEEPERS = {"torch": frozenset(("Parameter", "register_buffer", "register_parameter")), "tensorflow": frozenset(("Variable",))}
"""What makes weights of a tensor, or keeps it with them. PyTorch's Variable made none: it was about gradients."""
_INITIALISING = re.compile(r"init|reset|__new__", re.IGNORECASE)
"""Functions of these names give a model its first weights."""
_INITIALISERS = re.compile(r"initiali[sz]|weight|kernel|glorot|xavier", re.IGNORECASE)
"""And of these, in TensorFlow, make them: ``weight_variable``, ``conv_kernel_initializer``."""


def gives_weights(source: Source, module: Module, node: ast.Call, *, is_in_place: bool) -> bool:
    """Whether a draw gives first weights: a layer, ``nn.Parameter(torch.randn(...))``, ``tf.Variable(...)``.

    Args:
        is_in_place: whether it changes what it is given or called on: ``nn.init.normal_(self.weight)``.
    """
    if source.gives == "weights":
        return True
    keepers = _KEEPERS.get(source.name.partition(".")[0])
    if keepers is None:
        return False
    around = module.parent(node)
    while isinstance(around, (ast.BinOp, ast.Call, ast.Attribute, ast.keyword)):
        if _keeps(around, keepers):
            return True
        around = module.parent(around)
    if isinstance(around, ast.Assign) and len(around.targets) == 1 and isinstance(around.targets[0], ast.Name):
        function = module.function_around(around)
        loads = module.loads(around.targets[0].id, function) if function is not None else []
        if loads and all(_keeps(module.parent(load), keepers) for load in loads):
            return True
    telling = _INITIALISING if is_in_place else _INITIALISERS if "Variable" in keepers else None
    while telling is not None and around is not None:
        if isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return telling.search(around.name) is not None
        around = module.parent(around)
    return False


def _keeps(node: ast.AST | None, keepers: frozenset[str]) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) in keepers
