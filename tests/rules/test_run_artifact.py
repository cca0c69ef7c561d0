"""DSG104: leftovers of runs are told once, at their folder, and by no other data rule."""

from __future__ import annotations

import pytest

from dsguard.analysis.run_artifacts import artifact_of
from dsguard.policy import Policy
from dsguard.rules.data.run_artifact import RunArtifact
from dsguard.testing import check, run, tree

ZIP = b"PK\x05\x06" + bytes(18)
PICKLE = b"\x80\x04\x95\x12\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x04coef\x94G?\xeb\xd7\n=p\xa3\xd7s."


@pytest.mark.parametrize(
    ("path", "content", "place"),
    [
        ("mlruns/0/models/m-1/artifacts/model.pkl", PICKLE, "mlruns/"),
        ("a/b/mlruns/models/churn/meta.yaml", "x: 1\n", "a/b/mlruns/"),
        ("wandb/offline-run-20240101_000000-abc/logs/debug.log", "x\n", "wandb/"),
        ("lightning_logs/version_0/hparams.yaml", "lr: 1\n", "lightning_logs/"),
        ("x/catboost_info/time_left.tsv", "1\t2\n", "x/catboost_info/"),
        ("x/catboost_info/test/events.out.tfevents", bytes(24), "x/catboost_info/"),
        ("sc/.nextflow/cache/e2ad/db/MANIFEST-000007", bytes(24), "sc/.nextflow/"),
        ("sc/.nextflow.log.2", "Jun-01 10:00 INFO\n", "sc/.nextflow.log.2"),
        (".snakemake/log/2024-01-01T100000.1.snakemake.log", "Building DAG\n", ".snakemake/"),
        (".Rapp.history", "setwd('~')\n", ".Rapp.history"),
        ("multirun/2024-01-01/10-00-00/0/train.log", "x\n", "multirun/"),
        ("exp/.hydra/overrides.yaml", "- lr=1\n", "exp/.hydra/"),
        ("docs/_build/html/index.html", "<html>", "docs/_build/"),
        ("docs/build/doctrees/environment.pickle", PICKLE, "docs/build/doctrees/"),
        ("src/churn/config.pyc", b"\x03\xf3\r\n" + bytes(12), "src/churn/config.pyc"),
        ("tests/config.pyc", b"\x03\xf3\r\n" + bytes(12), "tests/config.pyc"),
        ("data/names.txt:Zone.Identifier", "[ZoneTransfer]\nZoneId=3\n", "data/names.txt:Zone.Identifier"),
        ("docs/auto_examples/plot_eof_codeobj.pickle", PICKLE, "docs/auto_examples/plot_eof_codeobj.pickle"),
        ("docs/build/doctrees/api/index.doctree", PICKLE, "docs/build/doctrees/"),
        (".dvc/cache/files/md5/0f/9de68e012bd3aed5fa7cdc9fc421af", "id,km\n", ".dvc/cache/"),
        (".dvc/cache/0f/9de68e012bd3aed5fa7cdc9fc421af", "id,km\n", ".dvc/cache/"),
        ("remote/files/md5/0f/9de68e012bd3aed5fa7cdc9fc421af", "id,km\n", "remote/files/md5/"),
        ("notebooks/.ipynb_checkpoints/eda-checkpoint.py", "X = 1\n", "notebooks/.ipynb_checkpoints/"),
        ("notebooks/.virtual_documents/eda.ipynb", "X = 1\n", "notebooks/.virtual_documents/"),
        (".vscode/.ropeproject/objectdb", b"\x80\x04}\x94.", ".vscode/.ropeproject/"),
        ("tests/.ipynb_checkpoints/eda-checkpoint.py", "X = 1\n", "tests/.ipynb_checkpoints/"),
        ("src/__pycache__/config.cpython-312.pyc", b"\xcb\r\r\n" + bytes(12), "src/__pycache__/"),
        ("tests/__pycache__/config.cpython-312.pyc", b"\xcb\r\r\n" + bytes(12), "tests/__pycache__/"),
        (".venv/pyvenv.cfg", "home = /usr/bin\n", ".venv/"),
        ("jobs/email_env/pyvenv.cfg", "home = /usr/bin\n", "jobs/email_env/"),
        ("api/venv/Scripts/activate.bat", "@echo off\n", "api/venv/"),
        ("env/lib/python3.11/os.py", "X = 1\n", "env/"),
        ("renv/library/R-4.2/x86_64-pc-linux-gnu/renv/DESCRIPTION", "Package: renv\n", "renv/library/"),
        ("a/renv/library/R-4.2/x86_64-pc-linux-gnu/DBI/R/DBI.rdb", b"x\0" * 40, "a/renv/library/"),
        ("a/.history/src/train_20241231123529.py", "X = 1\n", "a/.history/"),
        (".history/.env_20241231123529", "X=1\n", ".history/"),
        ("infra/.terraform/providers/registry/aws", b"\x7fELF" + bytes(60), "infra/.terraform/"),
        ("dwh/dbt_packages/dbt_utils/macros/pivot.sql", "select 1\n", "dwh/dbt_packages/"),
        ("dwh/target/run/dwh/models/orders.sql", "select 1\n", "dwh/target/"),
        ("dwh/target/graph.gpickle", PICKLE, "dwh/target/"),
        ("metastore_db/seg0/c10.dat", bytes(60), "metastore_db/"),
        ("spark-warehouse/orders/part-00000.snappy.parquet", b"PAR1" + bytes(8) + b"PAR1", "spark-warehouse/"),
        ("dwh/logs/dbt.log", "10:00 Running with dbt\n", "dwh/logs/dbt.log"),
        (".coverage", b"SQLite format 3\0" + bytes(84), ".coverage"),
        ("api/coverage.xml", "<coverage/>\n", "api/coverage.xml"),
        ("derby.log", "Booting Derby\n", "derby.log"),
        ("beat/celerybeat-schedule.db", bytes(60), "beat/celerybeat-schedule.db"),
        ("mlflow.db", b"SQLite format 3\0" + bytes(84), "mlflow.db"),
        ("a/~$plan.xlsx", b"\x05Maria" + bytes(40), "a/~$plan.xlsx"),
        (".~lock.plan.ods#", ",maria,host,11.09.2024 10:00,file:///home;\n", ".~lock.plan.ods#"),
        (".RData", b"\x1f\x8b\x08\0" + bytes(20), ".RData"),
        ("runs/a/events.out.tfevents.1665070913.host.8500.0.v2", bytes(24), "runs/a/events.out.tfevents.1665070913.host.8500.0.v2"),
        ("submission.csv", "id,y\n1,0\n", "submission.csv"),
        ("out/submission_v3.csv", "id,y\n1,0\n", "out/submission_v3.csv"),
        ("my_submission.parquet", b"PAR1" + bytes(8) + b"PAR1", "my_submission.parquet"),
        ("test_predictions.csv", "id,y\n1,0\n", "test_predictions.csv"),
        ("lgbm_oof.csv", "id,y\n1,0\n", "lgbm_oof.csv"),
        ("oof_lgbm.csv", "id,y\n1,0\n", "oof_lgbm.csv"),
        ("error_Prediction.CSV", "id,y\n1,0\n", "error_Prediction.CSV"),
        ("out/preds.csv", "id,y\n1,0\n", "out/preds.csv"),
        ("Submission-2.csv", "id,y\n1,0\n", "Submission-2.csv"),
        ("traces/step.ncu-rep", bytes(24), "traces/step.ncu-rep"),
        ("tfevents.1665070913.host", bytes(24), "tfevents.1665070913.host"),
        ("train.prof", b"{\0\0" + bytes(20), "train.prof"),
    ],
)
def test_fires(path: str, content: str | bytes, place: str) -> None:
    found = run({path: content}, families=["data"]).findings
    assert [(finding.code, finding.path) for finding in found] == [("DSG104", place)]
    ignore = artifact_of(tree({path: content})[path]).ignore  # type: ignore[union-attr]
    assert "it" in Policy([("it", ignore)]).labels(path)
    assert ignore.lstrip("*") in found[0].help


@pytest.mark.parametrize(
    "path",
    [
        "submissions.csv",
        "submission_format.csv",
        "sample_submission.csv",
        "submission_template.csv",
        "oof_predictions.py",
        "predictions.json",
        "predictions_to_plot.csv",
        "src/predictions/rules.csv",
        "tests/data/predictions.csv",
        "tests/mlruns/0/meta.yaml",
        "mlruns.csv",
        "target/release/churn.sql",
        "model/target/manifest.json",
        "infra/.terraform.lock.hcl",
        ".coveragerc",
        "src/.history/README.md",
        "tests/catboost_info/learn/error.tsv",
        "src/doctrees/base.py",
        "src/files/md5/checksums.py",
        "src/mlruns/client.py",
        "wandb/sdk/run.py",
        "src/outputs/writer.py",
        "_build/config.py",
        "env/maze.py",
        "src/env/lib/maze.py",
        "venv/README.csv",
        ".ropeproject/config.py",
        "renv/activate.R",
        "renv/settings.json",
        "vendor/x/mlflow.db",
        "{{ cookiecutter.slug }}/mlruns/0/meta.yaml",
        "rose.prof",
    ],
)
def test_silent(path: str) -> None:
    assert check(RunArtifact(), {path: "id,y\n1,0\n"}, profile="strict") == []


def test_a_folder_is_told_once_with_count_size_and_commands() -> None:
    files: dict[str, str | bytes] = {f"a/mlruns/0/{number:032x}/metrics/rmse": "1 2 0\n" for number in range(80)}
    files["a/mlruns/0/meta.yaml"] = "x: 1\n"
    (found,) = check(RunArtifact(), files)
    assert found.path == "a/mlruns/"
    assert "a/mlruns/ (81 files, 485 B): MLflow's record of runs" in found.message
    assert "`git rm -r --cached a/mlruns/`" in found.help
    assert "add `mlruns/` to .gitignore" in found.help


def test_leftovers_of_one_kind_are_one_finding_for_one_line_of_gitignore() -> None:
    (found,) = check(RunArtifact(), {"a/mlruns/1/x": "1\n", "b/mlruns/1/x": "1\n", "b/mlruns/1/y": "1\n"})
    assert found.path == "a/mlruns/"
    assert "2 folders like this one (3 files, 6 B): MLflow's record of runs" in found.message
    assert "`git rm -r --cached ':(glob)**/mlruns/**'`" in found.help
    assert [step.path for step in found.trace] == ["a/mlruns/", "b/mlruns/"]
    (found,) = check(RunArtifact(), {"a/submission.csv": "id,y\n1,0\n", "b/submission.csv": "id,y\n1,0\n"})
    assert found.path == "a/submission.csv"
    assert "`git rm -r --cached ':(glob)**/submission*.csv'`" in found.help


def test_the_fingerprint_stays_when_files_come() -> None:
    files = {"a/mlruns/1/x": "1\n", "b/catboost_info/x": "1\n"}
    before = check(RunArtifact(), files)
    after = check(RunArtifact(), {**files, "a/mlruns/0/y": "1\n"})
    assert [finding.path for finding in before] == ["a/mlruns/", "b/catboost_info/"]
    assert [finding.fingerprint for finding in before] == [finding.fingerprint for finding in after]


def test_files_of_one_folder_can_be_allowed() -> None:
    config = '[per-path-ignores]\n"a/mlruns/" = ["run-artifact"]\n'
    assert check(RunArtifact(), {"a/mlruns/1/x": "1\n", "a/mlruns/1/y": "1\n"}, config=config) == []


def test_raw_data_stays_raw_data() -> None:
    found = run({"data/raw/predictions.csv": "id,y\n" + "1,0\n" * 5000}, families=["data"]).findings
    assert [finding.code for finding in found] == ["DSG101"]
