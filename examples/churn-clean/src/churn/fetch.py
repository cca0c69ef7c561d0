"""Copy the customers from the warehouse to data/raw."""

import os

import pandas as pd
from sqlalchemy import create_engine

from churn.config import load_params


def main() -> None:
    params = load_params()
    engine = create_engine(os.environ["CHURN_WAREHOUSE_URL"])
    customers = pd.read_sql("select * from customers order by customer_id", engine)
    params.customers.parent.mkdir(parents=True, exist_ok=True)
    customers.to_csv(params.customers, index=False)
    print(f"{len(customers)} customers")


if __name__ == "__main__":
    main()
