"""Train the churn model and export its coefficients for score.py."""

import pickle
import sys

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

from features import FEATURES, build_features
from load import load_customers

sys.path.append("/home/maria/projects/team-utils")

MODEL = "/home/maria/projects/churn/models/churn_model.pkl"


def balanced(frame: pd.DataFrame) -> pd.DataFrame:
    """Repeat random churners until there are as many as others, then shuffle."""
    churned = frame[frame["churned"] == 1]
    missing = len(frame) - 2 * len(churned)
    extra = churned.iloc[np.random.randint(0, len(churned), size=missing)]
    return pd.concat([frame, extra]).sample(frac=1)


def main() -> None:
    customers = load_customers()
    frame = build_features(customers).assign(churned=customers["churned"])
    train, test = train_test_split(frame, test_size=0.2)
    train = balanced(train)

    model = LogisticRegression(max_iter=1000).fit(train[FEATURES], train["churned"])
    scores = model.predict_proba(test[FEATURES])[:, 1]
    print(f"AUC {roc_auc_score(test['churned'], scores):.3f}")

    exported = {
        "coefficients": dict(zip(FEATURES, model.coef_[0].tolist(), strict=True)),
        "intercept": float(model.intercept_[0]),
        "threshold": 0.5,
    }
    with open(MODEL, "wb") as file:
        pickle.dump(exported, file)


if __name__ == "__main__":
    main()
