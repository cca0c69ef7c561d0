"""What is known about names, and how a call's arguments are judged by it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from dsguard.analysis.seeds import knowledge_table as table
from dsguard.analysis.seeds.knowledge import (
    Verdict,
    canonical,
    find_framework,
    find_seeder,
    find_source,
    is_harmless_name,
    is_named_like_a_seeder,
    type_made_by,
)

ROOT = Path(__file__).resolve().parents[3]


def judge(name: str, call: str) -> Verdict:
    source = find_source(name)
    assert source is not None, name
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)

    def constant(given: ast.expr) -> tuple[bool, object]:
        return (True, given.value) if isinstance(given, ast.Constant) else (False, None)

    return source.judge(node, constant)


def test_the_compiled_module_is_up_to_date() -> None:
    run = subprocess.run([sys.executable, str(ROOT / "scripts/compile_knowledge.py"), "--check"], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_loading_the_table_needs_no_yaml() -> None:
    code = "import sys, dsguard.analysis.seeds.knowledge; assert not {'yaml', 'typing', 'dataclasses'} & set(sys.modules), sys.modules"
    run = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT / 'src')!r}); {code}"], capture_output=True
    )
    assert run.returncode == 0, run.stderr.decode()


@pytest.mark.parametrize(
    ("name", "call", "verdict"),
    [
        ("numpy.random.rand", "f(3)", Verdict.DRAWS),
        ("sklearn.model_selection.train_test_split", "f(X, y)", Verdict.DRAWS),
        ("sklearn.model_selection.train_test_split", "f(X, y, random_state=None)", Verdict.DRAWS),
        ("sklearn.model_selection.train_test_split", "f(X, y, random_state=0)", Verdict.SEEDED),
        ("sklearn.model_selection.train_test_split", "f(X, y, random_state=seed)", Verdict.BY_NAME),
        ("sklearn.model_selection.train_test_split", "f(X, y, shuffle=False)", Verdict.HARMLESS),
        ("sklearn.model_selection.train_test_split", "f(X, y, shuffle=shuffle)", Verdict.UNKNOWN),
        ("sklearn.model_selection.train_test_split", "f(X, y, **options)", Verdict.UNKNOWN),
        ("sklearn.model_selection.KFold", "f(5)", Verdict.HARMLESS),
        ("sklearn.model_selection.KFold", "f(5, shuffle=True)", Verdict.DRAWS),
        ("sklearn.model_selection.KFold", "f(5, shuffle=True, random_state=1)", Verdict.SEEDED),
        ("sklearn.svm.SVC", "f()", Verdict.HARMLESS),
        ("sklearn.svm.SVC", "f(probability=True)", Verdict.DRAWS),
        ("sklearn.linear_model.LogisticRegression", "f()", Verdict.HARMLESS),
        ("sklearn.linear_model.LogisticRegression", "f(solver='saga')", Verdict.DRAWS),
        ("sklearn.linear_model.Lasso", "f()", Verdict.HARMLESS),
        ("sklearn.linear_model.Perceptron", "f()", Verdict.HARMLESS),
        ("sklearn.ensemble.GradientBoostingClassifier", "f()", Verdict.HARMLESS),
        ("sklearn.ensemble.GradientBoostingClassifier", "f(subsample=0.5)", Verdict.DRAWS),
        ("sklearn.ensemble.GradientBoostingClassifier", "f(subsample=rate)", Verdict.UNKNOWN),
        ("sklearn.ensemble.GradientBoostingClassifier", "f(max_features='sqrt', subsample=rate)", Verdict.DRAWS),
        ("sklearn.ensemble.RandomForestClassifier", "f(bootstrap=False, max_features=None)", Verdict.HARMLESS),
        ("sklearn.decomposition.PCA", "f(2)", Verdict.HARMLESS),
        ("sklearn.decomposition.PCA", "f(2, svd_solver='randomized')", Verdict.DRAWS),
        ("sklearn.manifold.TSNE", "f()", Verdict.HARMLESS),
        ("sklearn.preprocessing.QuantileTransformer", "f()", Verdict.UNKNOWN),
        ("sklearn.gaussian_process.GaussianProcessRegressor", "f(n_restarts_optimizer=5)", Verdict.DRAWS),
        ("sklearn.cluster.KMeans", "f(3)", Verdict.DRAWS),
        ("sklearn.cluster.KMeans", "f(3, init=centres)", Verdict.UNKNOWN),
        ("torch.utils.data.DataLoader", "f(data, 32)", Verdict.HARMLESS),
        ("torch.utils.data.DataLoader", "f(data, 32, True)", Verdict.DRAWS),
        ("torch.utils.data.DataLoader", "f(data, shuffle=True, generator=g)", Verdict.BY_NAME),
        ("torch.nn.functional.dropout", "f(x, 0.5)", Verdict.DRAWS),
        ("torch.nn.functional.dropout", "f(x, 0.5, self.training)", Verdict.UNKNOWN),
        ("torchvision.models.resnet18", "f()", Verdict.DRAWS),
        ("torchvision.models.resnet18", "f(weights='DEFAULT')", Verdict.HARMLESS),
        ("torchvision.models.resnet18", "f(True)", Verdict.HARMLESS),
        ("torchvision.models.resnet18", "f(pretrained=True)", Verdict.HARMLESS),
        ("torchvision.transforms.RandomCrop", "f(32)", Verdict.HARMLESS),
        ("keras.layers.Embedding", "f(10, 5, weights=[matrix])", Verdict.UNKNOWN),
        ("pandas.DataFrame.sample", "f(frac=1)", Verdict.DRAWS),
        ("pandas.DataFrame.sample", "f(5, None, False, None, 7)", Verdict.SEEDED),
        ("scipy.stats.norm.rvs", "f(size=3)", Verdict.DRAWS),
        ("networkx.spring_layout", "f(g, seed=1)", Verdict.SEEDED),
        ("networkx.betweenness_centrality", "f(g)", Verdict.HARMLESS),
        ("xgboost.XGBClassifier", "f(subsample=0.5)", Verdict.HARMLESS),
        ("lightgbm.LGBMClassifier", "f()", Verdict.HARMLESS),
        ("catboost.CatBoostClassifier", "f()", Verdict.HARMLESS),
        ("jax.random.normal", "f(key, (2,))", Verdict.HARMLESS),
        ("secrets.token_hex", "f(8)", Verdict.HARMLESS),
    ],
)
def test_arguments_decide(name: str, call: str, verdict: Verdict) -> None:
    assert judge(name, call) is verdict


@pytest.mark.parametrize(
    ("name", "public"),
    [
        ("tensorflow.keras.layers.Dense", "keras.layers.Dense"),
        ("tensorflow.compat.v1.keras.layers.Dense", "keras.layers.Dense"),
        ("keras.layers.core.Dense", "keras.layers.Dense"),
        ("keras.models.Sequential", "keras.Sequential"),
        ("sklearn.cross_validation.train_test_split", "sklearn.model_selection.train_test_split"),
        ("torch.nn.modules.linear.Linear", "torch.nn.Linear"),
        ("kerastuner.Tuner", "kerastuner.Tuner"),
        ("", ""),
        ("...", "..."),
    ],
)
def test_other_import_paths_are_the_same_thing(name: str, public: str) -> None:
    assert canonical(name) == public


def test_a_star_stands_for_one_part_of_a_name() -> None:
    assert find_source("scipy.stats.norm.rvs") is not None
    assert find_source("scipy.stats.qmc.x.y.rvs") is None
    assert find_source("torch.distributions.Normal.rsample") is not None
    assert find_framework("trl.SFTTrainer") is not None
    assert find_framework("trl.trainer.SFTTrainer") is None


def test_types() -> None:
    assert type_made_by("pandas.read_csv") == "pandas.DataFrame"
    assert type_made_by("torch.distributions.Normal") == "torch.distributions.Normal"


@pytest.mark.parametrize(
    ("name", "covers"),
    [
        ("random.seed", {"python", "keras"}),
        ("numpy.random.seed", {"numpy"}),
        ("torch.manual_seed", {"torch"}),
        ("torch.cuda.manual_seed_all", {"torch-device"}),
        ("tensorflow.random.set_seed", {"tensorflow"}),
        ("tensorflow.keras.utils.set_random_seed", {"python", "numpy", "tensorflow", "keras"}),
        ("pytorch_lightning.seed_everything", {"python", "numpy", "torch"}),
    ],
)
def test_what_a_seeder_covers(name: str, covers: set[str]) -> None:
    seeder = find_seeder(name)
    assert seeder is not None
    assert set(seeder.covers) == covers


def test_cuda_seeding_is_not_torch_seeding() -> None:
    seeder = find_seeder("torch.cuda.manual_seed_all")
    assert seeder is not None
    assert "torch" not in seeder.covers


@pytest.mark.parametrize(
    "name",
    ["set_seed", "seed_everything", "setup_seed", "same_seeds", "seed_all", "fixed_random_seed", "configure_seeds", "seed_fn", "setSeed",
     "init_seeds", "set_random_seed", "manual_seed", "seed_torch", "fixseed", "make_deterministic", "_set_seeds", "seed"],
)  # fmt: skip
def test_names_of_helpers(name: str) -> None:
    assert is_named_like_a_seeder(name)


@pytest.mark.parametrize(
    "name",
    ["get_seed", "seed_worker", "seed_database", "load_seed_data", "add_seed_args", "check_random_state", "generate_seed", "worker_init_fn",
     "log_seed", "seed_urls", "next_seed", "seedling", "", "set_" * 40 + "seed"],
)  # fmt: skip
def test_names_that_only_look_like_helpers(name: str) -> None:
    assert not is_named_like_a_seeder(name)


@pytest.mark.parametrize(
    ("name", "is_harmless"),
    [("delay", True), ("user_agent", True), ("dummy_input", True), ("output_filename", True), ("get_random_user_agent", True),
     ("next_token", False), ("data", False), ("weights", False), ("order", False), ("sample", False)],
)  # fmt: skip
def test_names_of_harmless_values(name: str, *, is_harmless: bool) -> None:
    assert is_harmless_name(name) is is_harmless


def test_every_global_generator_can_be_told_and_seeded() -> None:
    for name in table.SOURCES:
        source = find_source(name)
        assert source is not None
        if source.reach == "global" and source.effect in ("output", "conditional"):
            assert set(source.rngs) <= set(table.RNGS), name
    seeded = {token for covers, _, _ in table.SEEDERS.values() for token in covers}
    assert set(table.RNGS) <= seeded
