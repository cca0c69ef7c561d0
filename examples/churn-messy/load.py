"""Customers: from the warehouse into a CSV file, and from the CSV file into a frame."""

import pandas as pd
from sqlalchemy import create_engine

WAREHOUSE_URL = "postgresql+psycopg://churn_app:Rain42-tulip-Vq7x@warehouse.internal:5432/crm"
CUSTOMERS = "/home/maria/projects/churn/data/raw/customers.csv"


def refresh_customers() -> None:
    """Replace the CSV file by what the warehouse says today."""
    engine = create_engine(WAREHOUSE_URL)
    pd.read_sql("select * from customers", engine).to_csv(CUSTOMERS, index=False)


def load_customers() -> pd.DataFrame:
    return pd.read_csv(CUSTOMERS, parse_dates=["signup_date"])


if __name__ == "__main__":
    refresh_customers()
