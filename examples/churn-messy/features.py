"""What the model sees of a customer."""

import numpy as np
import pandas as pd

FEATURES = ["tenure_months", "monthly_fee", "log_tickets", "logins_30d", "is_basic"]


def build_features(customers: pd.DataFrame) -> pd.DataFrame:
    today = customers["signup_date"].max()
    return pd.DataFrame(
        {
            "tenure_months": (today - customers["signup_date"]).dt.days / 30.4,
            "monthly_fee": customers["monthly_fee"],
            "log_tickets": np.log1p(customers["tickets"]),
            "logins_30d": customers["logins_30d"],
            "is_basic": (customers["plan"] == "basic").astype(int),
        },
        columns=FEATURES,
    )
