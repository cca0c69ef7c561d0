"""One place that makes a run repeatable."""

import random

import numpy as np


def seed_everything(seed: int) -> None:
    """Seed the global generators. PYTHONHASHSEED is set in .envrc: inside the process it would come too late."""
    random.seed(seed)
    np.random.seed(seed)
