"""What of a notebook is meant to be committed."""
