"""Score all customers and write the list that goes to the retention team."""

import pickle

import numpy as np

from features import build_features
from load import load_customers

MODEL = "/home/maria/projects/churn/models/churn_model.pkl"
REPORT = r"D:\reports\churn\at_risk.csv"


def main() -> None:
    with open(MODEL, "rb") as file:
        model = pickle.load(file)
    customers = load_customers()
    features = build_features(customers)
    linear = features[list(model["coefficients"])] @ list(model["coefficients"].values()) + model["intercept"]
    customers["risk"] = 1 / (1 + np.exp(-linear))
    at_risk = customers[customers["risk"] > model["threshold"]].sort_values("risk", ascending=False)
    at_risk[["customer_id", "email", "risk"]].to_csv(REPORT, index=False)
    print(f"{len(at_risk)} of {len(customers)} customers at risk")


if __name__ == "__main__":
    main()
