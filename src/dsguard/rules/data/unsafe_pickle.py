from __future__ import annotations

from dsguard.model import Confidence, Severity
from dsguard.rules.base import FileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.documents.files import Files
    from dsguard.model import Finding
    from dsguard.rules.base import Screen, Settings

_PICKLED = frozenset(("pickle", "pickle-compressed", "torch", "stable-baselines", "npy", "npz", "model", "generic-data"))
_SHOWN = 3


class UnsafePickle(FileRule):
    """Loading a pickle runs what it imports. A model or a table needs a few harmless classes; one that imports a shell, a loader or a
    function that nobody knows is a program. The opcodes are read, the pickle is never loaded.
    """

    code, name, family, since = "DSG107", "unsafe-pickle", "data", "0.1"
    summary = "loading this pickle runs code"
    help = "Do not load it. Store data as Parquet and models as safetensors, ONNX or skops."
    severity = Severity.WARNING
    files = ("*", "!*.py", "!*.ipynb", "!@pointer", "!@template")

    def screen(self, settings: Settings, files: Files) -> Screen:
        from dsguard.analysis.placement import glance, of_formats, sort_of
        from dsguard.documents.formats import ORDINARY_SUFFIXES
        from dsguard.rules.base import Screen

        # A pickle with the name of source is no one's to load, and asking would read all source.
        return Screen(passed_over=ORDINARY_SUFFIXES, ask=sort_of, takes=of_formats(_PICKLED), glance=glance)

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        found = file.format
        if found is None or found.id not in _PICKLED or file.size == 0:
            return
        from dsguard.analysis.pickle_danger import CALLABLE, DANGEROUS, sorted_by_danger
        from dsguard.analysis.pickles import imports_of

        imports = imports_of(file.data)
        judged = list(sorted_by_danger(imports.names))
        dangerous = [name for level, name in judged if level == DANGEROUS]
        foreign = [name for level, name in judged if level == CALLABLE and not _is_own(file, name)]
        if dangerous:
            yield self.found(
                file.at(),
                f"loading this {found.label} runs {_listed(dangerous)}",
                help=(
                    "Do not load it, and find out where it came from. Store data as Parquet and models as safetensors, ONNX or skops: "
                    "these hold values only."
                ),
                subject=dangerous[0],
                severity=Severity.ERROR,
            )
        elif judged and not _is_left_over(file):
            names = foreign or [name for _, name in judged]
            yield self.found(
                file.at(),
                f"loading this {found.label} imports {_listed(names)}, not known to be harmless",
                help=(
                    "Load it only if you made it. For others, store data as Parquet and models as safetensors, ONNX or skops: "
                    "these hold values only."
                ),
                subject=names[0],
                confidence=Confidence.MEDIUM if foreign else Confidence.LOW,
            )
        elif not judged and not imports.is_complete:
            yield self.found(
                file.at(),
                f"{found.label} that could not be looked through to its end",
                help="Load it only if you made it, or store it in a form that holds values only: Parquet, safetensors, ONNX, skops.",
                subject="incomplete",
                confidence=Confidence.LOW,
            )

    bad = (
        {"tests/models/model.pkl": b"cposix\nsystem\n(S'id'\ntR."},
        {"tests/data/rows.pkl": b"\x80\x04\x95\x1b\0\0\0\0\0\0\0\x8c\x08builtins\x94\x8c\x04eval\x94\x93\x94\x8c\x011\x94\x85\x94R\x94."},
        {"tests/data/late.pkl": b"\x80\x02}q\0." + b"\x80\x02csubprocess\nPopen\nq\0U\x02idq\1\x85q\2Rq\3."},
        {"tests/data/dilled.pkl": b"\x80\x02cdill._dill\n_create_code\nq\0U\x01xq\1\x85q\2Rq\3."},
        {"tests/data/odd.pkl": b"\x80\x02cwebtools.actions\nfetch\nq\0U\x03urlq\1\x85q\2Rq\3."},
    )
    good = (
        {"tests/data/rows.pkl": b"\x80\x02ccollections\nOrderedDict\nq\0)Rq\1."},
        {"tests/data/when.pkl": b"\x80\x02cdatetime\ndate\nq\0U\x04\x07\xe8\x09\x0bq\1\x85q\2Rq\3."},
        {"tests/models/tree.pkl": b"\x80\x02csklearn.tree._classes\nDecisionTreeClassifier\nq\0)\x81q\1}q\2b."},
        {"tests/models/dilled.pkl": b"\x80\x02cdill._dill\n_load_type\nq\0U\x07ndarrayq\1\x85q\2Rq\3."},
        {"tests/models/own.pkl": b"\x80\x02cchurn.features\nlog_tenure\nq\0.", "churn/features.py": "def log_tenure(x): ...\n"},
        {"docs/build/doctrees/index.doctree": b"\x80\x02csphinx.addnodes\ndocument\nq\0)Rq\1."},
        {"tests/data/posix.csv": "module,name\nposix,system\n", "tests/data/posix.txt": "cposix\nsystem\n is how it starts"},
    )


def _listed(names: list[str]) -> str:
    shown = [f"`{name.replace('posix.', 'os.', 1) if name.startswith('posix.') else name}`" for name in names[:_SHOWN]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _is_left_over(file: File) -> bool:
    """Whether it is told to go as what a tool left behind: what that imports is nobody's to judge."""
    from dsguard.analysis.placement import RUN_ARTIFACT, judge

    placement = judge(file)
    return placement is not None and placement.owner == RUN_ARTIFACT


def _is_own(file: File, name: str) -> bool:
    """Whether an import comes from the repository itself: its code can be read there."""
    top = name.partition(".")[0]
    if top == "__main__":
        return True
    return any(file.exists_in_repository(f"{folder}{top}{end}") for folder in ("", "src/", "lib/") for end in ("", ".py"))
