"""Train the churn model and measure it."""

import json

import joblib
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from churn.config import Params, load_params
from churn.features import build_features, load_customers
from churn.seeding import seed_everything

REPETITIONS = 1000


def build_model(params: Params) -> Pipeline:
    classifier = LogisticRegression(**params.model, class_weight="balanced", random_state=params.seed)
    return make_pipeline(StandardScaler(), classifier)


def auc_interval(churned: pd.Series, scores: np.ndarray, seed: int) -> tuple[float, float]:
    """A 90 % bootstrap interval of the AUC."""
    rng = np.random.default_rng(seed)
    labels = churned.to_numpy()
    aucs = []
    for _ in range(REPETITIONS):
        drawn = rng.integers(0, len(labels), size=len(labels))
        if 0 < labels[drawn].sum() < len(labels):
            aucs.append(roc_auc_score(labels[drawn], scores[drawn]))
    low, high = np.quantile(aucs, [0.05, 0.95])
    return float(low), float(high)


def main() -> None:
    params = load_params()
    seed_everything(params.seed)
    customers = load_customers(params.customers)
    train, test, train_churned, test_churned = train_test_split(
        build_features(customers),
        customers["churned"],
        test_size=params.test_size,
        stratify=customers["churned"],
        random_state=params.seed,
    )

    model = build_model(params).fit(train, train_churned)
    scores = model.predict_proba(test)[:, 1]
    low, high = auc_interval(test_churned, scores, params.seed)
    metrics = {
        "auc": roc_auc_score(test_churned, scores),
        "auc_low": low,
        "auc_high": high,
        "customers": len(customers),
    }

    params.model_file.parent.mkdir(parents=True, exist_ok=True)
    joblib.dump(model, params.model_file)
    params.metrics_file.write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8")
    print(f"AUC {metrics['auc']:.3f} ({low:.3f} to {high:.3f})")


if __name__ == "__main__":
    main()
