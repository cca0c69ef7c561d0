"""Parameters of a run, from params.yaml."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Params:
    """What a run depends on besides the code. Paths are below the project's folder."""

    seed: int
    customers: Path
    at_risk: Path
    model_file: Path
    metrics_file: Path
    test_size: float
    model: dict[str, Any]
    threshold: float


def load_params(file: Path = PROJECT / "params.yaml") -> Params:
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    paths = {name: PROJECT / path for name, path in content["paths"].items()}
    return Params(
        seed=content["seed"],
        customers=paths["customers"],
        at_risk=paths["at_risk"],
        model_file=paths["model"],
        metrics_file=paths["metrics"],
        test_size=content["split"]["test_size"],
        model=content["model"],
        threshold=content["threshold"],
    )
