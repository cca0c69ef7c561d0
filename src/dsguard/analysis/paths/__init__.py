"""Literals that are paths, judged where they stand: Python by its syntax tree, other languages by their own lexical rules."""
