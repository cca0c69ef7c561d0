"""Whether the environment can be rebuilt from what is committed."""
