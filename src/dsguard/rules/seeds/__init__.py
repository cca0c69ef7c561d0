"""Whether a script gives the same result twice."""
