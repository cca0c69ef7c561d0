"""URLs in what is shown to people."""

from __future__ import annotations

import re

_SECRETS = re.compile(r"://[^/@\s]{1,500}@|\?[^\s#]{1,2000}")


def without_secrets(text: str) -> str:
    """A requirement or a command without what may be a credential in its URLs: the user and password, and the query."""
    return _SECRETS.sub(lambda found: "://…@" if found[0].startswith("://") else "?…", text) if "://" in text else text
