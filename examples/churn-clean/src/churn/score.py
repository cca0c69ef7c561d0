"""Score all customers and write those at risk."""

import joblib

from churn.config import load_params
from churn.features import build_features, load_customers


def main() -> None:
    params = load_params()
    customers = load_customers(params.customers)
    model = joblib.load(params.model_file)
    risk = model.predict_proba(build_features(customers))[:, 1]
    scored = customers[["customer_id"]].assign(risk=risk)
    at_risk = scored[scored["risk"] > params.threshold].sort_values("risk", ascending=False)
    params.at_risk.parent.mkdir(parents=True, exist_ok=True)
    at_risk.to_parquet(params.at_risk, index=False)
    print(f"{len(at_risk)} of {len(customers)} customers at risk")


if __name__ == "__main__":
    main()
