"""Downloads from the Hugging Face Hub that get whatever is there today."""

from __future__ import annotations

import ast
import re

from dsguard.options import Option
from dsguard.rules import PythonRule

_COMMIT = re.compile(r"[0-9a-f]{7,40}")


class UnpinnedDownload(PythonRule):
    """A model or dataset on the Hub can be changed by its owner at any time: the same script trains on something else tomorrow, and
    loads code or weights that nobody looked at. A commit as `revision` gets the same bytes for ever.
    """

    code, name, family, since = "ACME101", "unpinned-download", "lockfile", "1.0"
    summary = "download from the Hugging Face Hub without a fixed revision"
    help = "Pass `revision=` with a commit of the repository (its page lists them under Files, History)."
    files = ("*.py", "*.ipynb", "!@fixture", "!@documentation", "!@vendored")
    triggers = (b"from_pretrained", b"load_dataset", b"hf_hub_download", b"snapshot_download")
    options = {
        "functions": Option(
            ("from_pretrained", "load_dataset", "hf_hub_download", "snapshot_download"),
            "Functions and methods that download, by their last name.",
        ),
        "allow-tags": Option(False, "A name as revision will do, such as `v1.0`, although its owner can move it."),
    }
    bad = (
        {"train.py": 'from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained("acme/churn")\n'},
        {"load.py": 'from datasets import load_dataset\n\ntable = load_dataset("acme/calls", revision="main")\n'},
    )
    good = (
        {"train.py": 'from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained("acme/churn", revision="5c1f2a9")\n'},
        {"local.py": 'from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained("./models/churn")\n'},
        {"given.py": "from transformers import AutoModel\n\n\ndef load(name, **more):\n    return AutoModel.from_pretrained(name, **more)\n"},
        {"load.py": 'from datasets import load_dataset\n\ntable = load_dataset("csv", data_files="calls.csv")\n'},
    )

    def check(self, module, settings):
        for call in module.nodes(ast.Call):
            name = _last_name(call.func)
            if name not in settings["functions"] or not call.args or not _is_on_the_hub(call.args[0]):
                continue
            given = {keyword.arg: keyword.value for keyword in call.keywords}
            if None in given:  # **more may hold the revision
                continue
            why = _why_not_fixed(given.get("revision"), allow_tags=settings["allow-tags"])
            if why:
                target = call.args[0].value
                yield self.found(module.at(call), f"`{name}` of {target} {why}", subject=f"{name}:{target}")


def _last_name(function):
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _is_on_the_hub(argument):
    """Whether it is the name of a repository there (`owner/name`), and not a folder, a file or what only a run will tell."""
    value = argument.value if isinstance(argument, ast.Constant) else None
    return isinstance(value, str) and re.fullmatch(r"[\w-][\w.-]*/[\w.-]+", value) is not None


def _why_not_fixed(revision, *, allow_tags):
    if revision is None:
        return "has no revision"
    if not isinstance(revision, ast.Constant) or not isinstance(revision.value, str):
        return ""  # it comes from somewhere: a configuration, most likely
    if _COMMIT.fullmatch(revision.value) or (allow_tags and revision.value not in ("main", "master")):
        return ""
    return f"has a revision that its owner can move: {revision.value}"
