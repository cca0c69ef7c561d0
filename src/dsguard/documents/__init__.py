"""Parsed views of a file. Each is made once, on demand, and shared by all rules."""
