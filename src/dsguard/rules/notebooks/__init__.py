"""What a notebook should not carry into git."""
