"""DSG102: trained models stay out of git, whatever they are called."""

from __future__ import annotations

import gzip
import pickle
import zlib

import pytest

from dsguard.model import Confidence, Finding
from dsguard.rules.data.model_binary import ModelBinary
from dsguard.testing import check, run

PICKLE = pickle.dumps({"coef": [0.87, 1.5]}, 4)
HDF5 = b"\x89HDF\r\n\x1a\n" + bytes(100)


def findings(path: str, content: str | bytes = PICKLE, *, profile: str = "default", config: str = "", **more: str) -> list[Finding]:
    return check(ModelBinary(), {path: content, **more}, profile=profile, config=config)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("model.pkl", PICKLE),
        ("models/model.pkl", pickle.dumps({"coef": [0.87, 1.5]}, 0)),
        ("data/raw/model.pkl", PICKLE),
        ("data/processed/scaler.joblib", zlib.compress(PICKLE)),
        ("homework/lin_reg.bin", PICKLE),
        ("runs/abc/artifacts/model.pkl.gz", gzip.compress(PICKLE, mtime=0)),
        ("web-service/weights", PICKLE),
        ("examples/model.onnx", b"\x08\x08\x3a\x02\x0a\x00"),
        ("checkpoints/net.h5", HDF5),
        ("src/pkg/assets/tiny.tflite", b"\x1c\0\0\0TFL3" + bytes(20)),
        ("index/faiss.index", b"IxF2\x80\0\0\0"),
        ("gbm.txt", "tree\nversion=v4\n"),
        ("artifacts/xgb.json", '{"learner":{"attributes":{}}}' + " " * 50),
    ],
)
def test_models_anywhere(path: str, content: str | bytes) -> None:
    (found,) = findings(path, content)
    assert found.confidence is Confidence.HIGH
    assert found.message.endswith("does not belong in git")


PUBLISHED = '[build-system]\nrequires = []\n[project]\nname = "pkg"\nclassifiers = ["Topic :: Text Processing"]\n'


def test_only_a_published_package_may_ship_one() -> None:
    package = {"pkg/__init__.py": "", "pkg/assets/__init__.py": ""}
    assert len(findings("pkg/assets/model.pkl", **package)) == 1
    assert findings("pkg/assets/model.pkl", **package, **{"pyproject.toml": PUBLISHED}) == []
    assert findings("pkg/model.onnx", b"\x08\x08\x3a\x02\x0a\x00", **package, **{"pyproject.toml": PUBLISHED}) == []
    assert len(findings("pkg/assets/model.pkl", PICKLE.ljust(5_000_001, b"."), **package, **{"pyproject.toml": PUBLISHED})) == 1
    assert len(findings("models/model.pkl", **package, **{"pyproject.toml": PUBLISHED})) == 1


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("tests/data/model.pkl", PICKLE),
        ("pkg/tests/fixtures/model.h5", HDF5),
        ("test_data/model.onnx", b"\x08\x08\x3a\x02\x0a\x00"),
        ("{{cookiecutter.name}}/models/model.pkl", PICKLE),
        ("models/model.pkl", f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0a' * 32}\nsize 12345\n"),
        ("models/model.pt", f"/annex/objects/MD5E-s12345--{'0a' * 16}.pt\n"),
        ("models/.gitkeep", ""),
        ("models/model.pkl", ""),
        ("models/model.pkl", "not trained yet\n"),
        ("models/train.py", "import pickle\n"),
        ("models/metrics.json", '{"learner": "xgboost", "rmse": 0.87}' + " " * 50),
        ("data/grid.h5", HDF5),
        ("data/embeddings.npy", b"\x93NUMPY\x01\0" + bytes(100)),
        ("lib/native.bin", b"\x7fELF" + bytes(60)),
        ("models/metadata/MLmodel", "flavors:\n  sklearn: {}\n"),
    ],
)
def test_what_is_no_model_or_may_stay(path: str, content: str | bytes) -> None:
    assert findings(path, content, profile="strict") == []


def test_by_its_name_alone_it_is_less_certain() -> None:
    (found,) = findings("weights.pdparams", bytes(range(60)))
    assert found.confidence is Confidence.MEDIUM


def test_a_pickle_is_told_to_run_code() -> None:
    assert "Loading a pickle runs the code in it." in findings("model.bin")[0].help
    assert "pickle" not in findings("model.cbm", b"CBM1\0\0\0\0")[0].help


def test_one_file_gets_one_data_finding() -> None:
    tree: dict[str, str | bytes] = {"data/raw/model.pkl": PICKLE + bytes(2_000_000) + b"."}
    assert [finding.code for finding in run(tree, families=["data"]).findings] == ["DSG102"]
