"""Credentials, in files and in the cells of notebooks."""
