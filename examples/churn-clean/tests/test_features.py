import pandas as pd

from churn.features import FEATURES, build_features


def customers() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": ["C1", "C2"],
            "signup_date": pd.to_datetime(["2024-01-01", "2024-03-01"]),
            "plan": ["basic", "premium"],
            "monthly_fee": [19.9, 79.9],
            "tickets": [0, 3],
            "logins_30d": [5, 20],
        }
    )


def test_features_are_those_that_the_model_knows() -> None:
    assert list(build_features(customers()).columns) == FEATURES


def test_tenure_counts_from_the_latest_signup() -> None:
    tenure = build_features(customers())["tenure_months"]
    assert tenure.tolist() == [60 / 30.4, 0.0]


def test_plan_becomes_a_flag() -> None:
    assert build_features(customers())["is_basic"].tolist() == [1, 0]
