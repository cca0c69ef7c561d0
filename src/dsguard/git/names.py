"""Names of files as git has them: bytes, which are UTF-8 more often than not."""

from __future__ import annotations


def decode_path(path: bytes) -> str:
    """A path of git as text. Bytes that are no UTF-8 become surrogates, and come back by :func:`encode_path`."""
    return path.decode("utf-8", "surrogateescape")


def encode_path(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")
