"""Every call of git.

``process`` starts it and keeps it harmless, ``discovery`` says which repository a folder is in, ``repository`` has the questions.
Names are asked for with ``-z`` and are bytes; they become text by UTF-8 with surrogates, and nothing splits at newlines.
"""

from __future__ import annotations

from dsguard.git.names import decode_path, encode_path
from dsguard.git.process import GitError
from dsguard.git.repository import Git

__all__ = ["Git", "GitError", "decode_path", "encode_path"]
