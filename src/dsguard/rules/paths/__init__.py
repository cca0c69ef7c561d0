"""Paths that exist on one machine only."""
