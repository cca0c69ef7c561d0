"""Which Keras a script is for: in Keras 2 TensorFlow's seed reaches the layers, in Keras 3 it does not."""

from __future__ import annotations

import pytest

from dsguard.testing import run

SCRIPT = """\
import tensorflow as tf
from tensorflow import keras

tf.random.set_seed(7)
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y)
print(model.get_weights())
"""


def codes(script: str, others: dict[str, str] | None = None, path: str = "train.py") -> list[str]:
    return [finding.code for finding in run({path: script, **(others or {})}, families=["seeds"]).findings]


@pytest.mark.parametrize(
    ("name", "text", "is_old"),
    [
        ("uv.lock", 'version = 1\n\n[[package]]\nname = "tensorflow"\nversion = "2.15.1"\n', True),
        ("uv.lock", 'version = 1\n\n[[package]]\nname = "tensorflow-cpu"\nversion = "2.12.0"\n', True),
        ("uv.lock", 'version = 1\n\n[[package]]\nname = "tensorflow"\nversion = "2.16.1"\n', False),
        ("uv.lock", 'version = 1\n\n[[package]]\nname = "tensorflow-datasets"\nversion = "2.1.0"\n', False),
        ("poetry.lock", '[[package]]\nname = "keras"\nversion = "2.11.0"\n', True),
        ("poetry.lock", '[[package]]\nname = "keras"\nversion = "3.15.1"\n', False),
        ("Pipfile.lock", '{"default": {"tensorflow": {"hashes": ["sha256:00"], "version": "==2.9.1"}}}', True),
        ("requirements.txt", "numpy\ntensorflow==2.4.1\n", True),
        ("requirements-gpu.txt", "tensorflow-gpu == 2.4.1\n", True),
        ("requirements.txt", "tensorflow~=2.11\n", True),
        ("requirements.txt", "tensorflow>=2.4,<2.16\n", True),
        ("requirements.txt", "tensorflow>=2.4\n", False),
        ("requirements.txt", "tensorflow<3\n", False),
        ("requirements.txt", "tensorflow==2.18.0\n", False),
        ("requirements.txt", "keras==2.15.0\n", True),
        ("requirements.txt", "# tensorflow 2.4\n", False),
        ("requirements.txt", "tensorflow-probability==0.12.0\n", False),
        ("environment.yml", "dependencies:\n  - python=3.8\n  - tensorflow=2.4\n", True),
        ("pyproject.toml", '[project]\nname = "a"\nversion = "1"\ndependencies = ["tensorflow[and-cuda]<2.13"]\n', True),
        ("Dockerfile", "FROM python:3.9\nRUN pip install tensorflow==2.4.1\n", True),
        ("notes.txt", "tensorflow==2.4.1\n", False),
    ],
)
def test_what_is_locked_or_pinned(name: str, text: str, *, is_old: bool) -> None:
    assert codes(SCRIPT, {name: text}) == ["DSG502"] * (not is_old)


def test_the_nearest_list_counts() -> None:
    lists = {"old/requirements.txt": "tensorflow==2.4.1\n", "requirements.txt": "tensorflow==2.18.0\n"}
    assert codes(SCRIPT, lists, "old/train.py") == []
    assert codes(SCRIPT, lists, "new/train.py") == ["DSG502"]
    assert codes(SCRIPT, {"uv.lock": '[[package]]\nname = "keras"\nversion = "3.1.0"\n', "requirements.txt": "keras==2.4\n"}) == ["DSG502"]


@pytest.mark.parametrize(
    "sign",
    [
        "import os\nos.environ['TF_USE_LEGACY_KERAS'] = '1'\n",
        "import tf_keras\n",
        "from keras.layers.core import Flatten\n",
        "from keras.utils import np_utils\n",
        "def go(model):\n    model.fit_generator(x)\n",
        "session = tf.Session()\n",
    ],
)
def test_code_for_the_old_one(sign: str) -> None:
    assert codes(SCRIPT.replace("\ntf.random", f"\n{sign}tf.random")) == []


@pytest.mark.parametrize(("release", "is_old"), [("2.3.0", True), ("2.18.0", False)])
def test_a_script_that_installs_it(release: str, *, is_old: bool) -> None:
    install = f"import subprocess\nsubprocess.check_call(['pip', 'install', 'sagemaker-tensorflow=={release}'])\n"
    assert codes(SCRIPT.replace("\ntf.random", f"\n{install}tf.random")) == ["DSG502"] * (not is_old)


def test_other_generators_are_no_matter_of_the_release() -> None:
    assert codes(SCRIPT + "import random\nprint(random.random())\n", {"requirements.txt": "tensorflow==2.4.1\n"}) == ["DSG502"]
