"""Customers, and what the model sees of them."""

from pathlib import Path

import numpy as np
import pandas as pd

FEATURES = ["tenure_months", "monthly_fee", "log_tickets", "logins_30d", "is_basic"]


def load_customers(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, parse_dates=["signup_date"])


def build_features(customers: pd.DataFrame) -> pd.DataFrame:
    """Tenure counts from the latest signup, so that the same file gives the same features on any day."""
    latest = customers["signup_date"].max()
    return pd.DataFrame(
        {
            "tenure_months": (latest - customers["signup_date"]).dt.days / 30.4,
            "monthly_fee": customers["monthly_fee"],
            "log_tickets": np.log1p(customers["tickets"]),
            "logins_30d": customers["logins_30d"],
            "is_basic": (customers["plan"] == "basic").astype(int),
        },
        columns=FEATURES,
    )
