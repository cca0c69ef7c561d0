from __future__ import annotations

from dsguard.model import Confidence
from dsguard.options import Option, format_size
from dsguard.rules.data.placed_file import PlacedFileRule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dsguard.documents.file import File
    from dsguard.documents.files import Files
    from dsguard.model import Finding
    from dsguard.rules.base import Screen, Settings


class ModelBinary(PlacedFileRule):
    """A trained model changes as a whole with every training run, and git keeps every one of them. A pickled one also runs code
    when it is loaded.
    """

    code, name, family, since = "DSG102", "model-binary", "data", "0.1"
    summary = "model does not belong in git"
    help = "Take it out with `git rm --cached`, ignore it, and keep it in a model registry, DVC or git-lfs."
    files = ("*", "!*.py", "!*.ipynb", "!@pointer", "!@template")
    options = {"max-library-size": Option.size("5 MB", "Largest one that a library that is published may ship in its packages.")}

    def screen(self, settings: Settings, files: Files) -> Screen:
        from dsguard.analysis.placement import MODEL_BINARY, glance, owned_by, sort_of
        from dsguard.documents.formats import ORDINARY_SUFFIXES
        from dsguard.rules.base import Screen

        return Screen(passed_over=ORDINARY_SUFFIXES, ask=sort_of, takes=owned_by(MODEL_BINARY), glance=glance)

    def check(self, file: File, settings: Settings) -> Iterator[Finding]:
        from dsguard.analysis.library import kept_by_library
        from dsguard.analysis.placement import MODEL_BINARY, judge
        from dsguard.analysis.remedy import history, store, untrack

        placement = judge(file)
        if placement is None or placement.owner != MODEL_BINARY or placement.format is None:
            return
        found, size = placement.format, placement.size
        if size is not None and size <= settings["max-library-size"] and kept_by_library(file, placement):
            return
        pickled = found.id in ("pickle", "pickle-compressed")
        yield self.tell(
            file,
            f"{found.label}{f' ({format_size(size)})' if size else ''} does not belong in git",
            (
                untrack(file, placement.root),
                store(file, placement.root, model=True),
                "Loading a pickle runs the code in it." if pickled else "",
                history(file, size),
            ),
            subject=found.id,
            size=file.size if placement.root else size,
            root=placement.root,
            home="registry",
            confidence=Confidence.HIGH if found.from_bytes else Confidence.MEDIUM,
        )

    bad = (
        {"models/churn.pkl": b"(dp0\nVcoef\np1\nF0.87\ns."},
        {"deployment/model.bin": b"\x80\x04\x95\x12\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x04coef\x94G?\xeb\xd7\n=p\xa3\xd7s."},
        {"artifacts/model.h5": b"\x89HDF\r\n\x1a\n" + bytes(88) + b"model_config\0keras_version\0"},
        {"src/export/classifier.onnx": b"\x08\x08\x12\x07pytorch\x3a\x02\x0a\x00B\x04\x0a\x00\x10\x11"},
        {"weights/adapter.safetensors": b'\x40\0\0\0\0\0\0\0{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}          ' + bytes(8)},
        {"model/regressor.txt": "tree\nversion=v4\nnum_class=1\n"},
    )
    good = (
        {"tests/models/tiny.pkl": b"\x80\x04\x95\x12\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x04coef\x94G?\xeb\xd7\n=p\xa3\xd7s."},
        {
            "models/bert.safetensors": (
                "version https://git-lfs.github.com/spec/v1\n"
                "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n"
                "size 438007864\n"
            )
        },
        {
            "models/churn.pkl.dvc": "outs:\n- md5: 1a79a4d60de6718e8e5b326e338ae533\n  size: 81920\n  path: churn.pkl\n",
            "models/.gitkeep": "",
        },
        {"models/README.md": "# Model card\n", "models/config.json": '{"learning_rate": 0.1}\n', "src/models/train.py": "EPOCHS = 3\n"},
        {"firmware/boot.bin": b"\x7fELF" + bytes(60)},
        {"{{ cookiecutter.repo_name }}/models/baseline.pkl": b"\x80\x04}\x94."},
        {"notes.txt": "tree of decisions\nversion=v4 is the last one\n"},
        {
            "pyproject.toml": '[build-system]\nrequires = []\n[project]\nname = "tagger"\nurls = {Home = "https://example.org"}\n',
            "tagger/__init__.py": "",
            "tagger/corpus/pos.crfsuite": b"lCRF\xf4\xb4\x03\0FOMC" + bytes(40),
        },
    )
